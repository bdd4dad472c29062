"""Subscripts: entries, rows, columns and blocks at places that numbers, slices and indices tell.

A name in a subscript that means nothing else is a free index; what it runs over is what its first
plain subscript holds, or what its computed ones allow.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.affine import Affine, affine_of
from derivcheck.lang.nodes import Dim, Entry, Index, Node, make_shape, shape_text
from derivcheck.lang.scope import Environment, IndexSlot
from derivcheck.lang.wording import factor, fail, refuse, short

if TYPE_CHECKING:
    from derivcheck.lang.shapes import Elaborator


def subscripted(builder: Elaborator, syntax: S.Subscript, arg: Node, env: Environment) -> Node:
    """``arg`` at the places of a subscript: an entry, or a row, column or block."""
    indices = syntax.indices
    rows, columns = N.rows_of(arg.shape), N.columns_of(arg.shape)
    if len(indices) == 1:
        if columns == N.ONE or (isinstance(indices[0], S.Slice) and rows != N.ONE):
            return _taken(builder, syntax, arg, indices[0], None, env)
        if rows == N.ONE:
            return _taken(builder, syntax, arg, None, indices[0], env)
        refuse(
            "index",
            syntax,
            f": a matrix {shape_text(arg.shape)} takes two indices",
            f"a row is `{factor(syntax.operand)}[{short(indices[0])}, :]`",
        )
    if len(indices) != 2:
        refuse("index", syntax, " takes one or two indices")
    return _taken(builder, syntax, arg, indices[0], indices[1], env)


def _taken(
    builder: Elaborator,
    syntax: S.Subscript,
    arg: Node,
    row: S.Syntax | None,
    column: S.Syntax | None,
    env: Environment,
) -> Node:
    """The entry, row, column or block of ``arg`` at these places (None: all, or the only)."""
    dims = (N.rows_of(arg.shape), N.columns_of(arg.shape))
    places: list[Affine | Index | int] = []
    loops: list[Index | None] = []
    for axis, (part, dim) in enumerate(zip((row, column), dims, strict=True)):
        loop: Index | None = None
        if isinstance(part, S.Slice) or (part is None and dim != N.ONE):
            low, length = _slice(builder, syntax, part, dim, env)
            if length != N.ONE:
                loop = Index(loop_name("ij"[axis], arg, len(builder.bound)), length)
                where = Affine(low, {loop: N.ONE})
                places.append(loop if low == N.ZERO and length == dim else where)
            else:
                places.append(_plain(Affine(low), dim))
        else:
            places.append(0 if part is None else placed(builder, part, dim, env))
        loops.append(loop)
    body = entry(arg, places[0], places[1])
    if loops == [None, None]:
        return body
    shape = tuple(N.ONE if loop is None else loop.dim for loop in loops)
    if shape == arg.shape:
        return arg
    return N.Build(body, loops[0], loops[1], shape=make_shape(*shape))


def _slice(
    builder: Elaborator, syntax: S.Subscript, part: S.Slice | None, dim: Dim, env: Environment
) -> tuple[Dim, Dim]:
    """First place and length of a slice."""
    ends = []
    for end, default in ((part and part.low, N.ZERO), (part and part.high, dim)):
        found = Affine(default) if end is None else whole(builder, end, env)
        if found.terms:
            assert end is not None
            refuse("index", end, ": bounds of a slice are numbers or dimensions")
        ends.append(found.constant)
    low, high = ends
    for value in (low, dim - high, high - low - N.ONE):
        if value.most is not None and value.most < 0:
            advice = "places count from 0, and the end of a slice is not included"
            if part and isinstance(part.high, S.Unary) and isinstance(part.high.operand, S.Number):
                advice = (
                    f"places count from 0, not from the end: `:{dim} - {short(part.high.operand)}`"
                )
            refuse("index", syntax, f" is empty or out of range: there are {dim}", advice)
    return low, high - low


def whole(builder: Elaborator, syntax: S.Syntax, env: Environment) -> Affine:
    """A whole number made of indices and dimensions."""
    found = affine_of(builder.node(syntax, env))
    if found is None:
        refuse(
            "index",
            syntax,
            " is not an index",
            "an index is a number, a name, or sums and multiples of them",
        )
    return found


def _plain(place: Affine, dim: Dim) -> Affine | Index | int:
    """A place in its simplest form."""
    index = place.alone
    if index is not None and index.dim == dim and index.start == N.ZERO:
        return index
    if not place.terms and not place.constant.names and place.constant.factor >= 0:
        return place.constant.factor
    return place


def placed(
    builder: Elaborator, syntax: S.Syntax, dim: Dim, env: Environment
) -> Affine | Index | int:
    """An index into a dimension: a number from 0, a bound or a free name, or a sum."""
    if isinstance(syntax, S.Number):
        value = syntax.value
        if value.denominator != 1:
            refuse("index", syntax, " is not a whole number")
        if not dim.names and value >= dim.factor:
            fail(
                "index",
                syntax,
                f"index {value} is out of range: there are {dim.factor}",
                "indices count from 0",
            )
        if value > 64:
            fail("index", syntax, f"index {value} is too large: the limit is 64")
        return int(value)
    if isinstance(syntax, S.Name) and env.lookup(syntax.id) is None:
        name = syntax.id
        slot = builder.slot(name)
        if slot is None:
            if name in builder.scope.symbols or name in builder.scope.where:
                fail("index", syntax, f"`{name}` is declared, so it cannot be a free index")
            if name not in builder.scope.dims:
                slot = builder.indices.setdefault(name, IndexSlot(name))
        if slot is not None and slot.value is None:
            if slot.dim is None:
                slot.dim = dim
            return _at_index(builder, syntax, slot, dim)
    if isinstance(syntax, S.Unary) and isinstance(syntax.operand, S.Number):
        last = f"the last one is `{dim} - {short(syntax.operand)}`"
        refuse("index", syntax, ": places count from 0, not from the end", last)
    place = whole(builder, syntax, env)
    if not place.terms and not dim.names and not place.constant.names:
        return placed(builder, S.Number(Fraction(place.constant.factor)), dim, env)
    return _computed(builder, place, dim)


def _at_index(
    builder: Elaborator, syntax: S.Name, slot: IndexSlot, dim: Dim
) -> Affine | Index | int:
    assert slot.dim is not None
    index = slot.index()
    place = Affine(N.ZERO, {index: N.ONE})
    if slot.dim == dim and slot.start == N.ZERO:
        # of one value only: what sums and provers meet is a number
        return 0 if dim == N.ONE else index
    if slot.fixed:
        if slot.bounds and place.within(dim):
            # the sum may as well run over this dimension, within its bounds
            slot.dim, slot.start, builder.unsettled = dim, N.ZERO, True
        return _computed(builder, place, dim)
    shorter, longer = (dim - slot.dim).least, (slot.dim - dim).least
    if shorter is not None and shorter >= 0:
        return _computed(builder, place, dim)
    if longer is not None and longer >= 0 and slot.start == N.ZERO:
        slot.dim, builder.unsettled = dim, True
        return slot.index()
    fail(
        "shape",
        syntax,
        f"the index `{syntax.id}` runs over {slot.dim} elsewhere and over {dim} here",
    )


def _computed(builder: Elaborator, place: Affine, dim: Dim) -> Affine | Index | int:
    """A computed place; the innermost sum without bounds that it depends on heeds it."""
    simple = _plain(place, dim)
    if not isinstance(simple, Affine):
        return simple
    names = {index.name for index in place.terms}
    for slot in builder.indices.values():
        if slot.unique in names and slot.dim is None:
            slot.ranges.append((place, dim))
            builder.unsettled = True
    for _, slot in reversed(builder.bound):
        if slot.unique in names:
            if not slot.guarded:
                continue
            slot.ranges.append((place, dim))
            return place
    return place


def entry(arg: Node, row: Affine | Index | int, column: Affine | Index | int) -> Node:
    """The entry of a node at a place."""
    if not arg.shape and not isinstance(row, Affine) and not isinstance(column, Affine):
        return arg
    if isinstance(row, Affine) or isinstance(column, Affine):
        return N.Pick(arg, place_node(row), place_node(column), shape=())
    return Entry(arg, row, column, shape=())


def loop_name(letter: str, body: Node, depth: int) -> str:
    """A name for the index of a slice that no other index in ``body`` has."""
    taken = {i.name for node in N.walk(body) for i in N.bound_indices(node)}
    return next(n for n in (f"{letter}#{depth}s{k}" for k in count()) if n not in taken)


def place_node(place: Affine | Index | int) -> Node:
    """A place as a number."""
    if isinstance(place, int):
        return N.number(place)
    return place.node() if isinstance(place, Affine) else N.IndexValue(place, shape=())


def subscript_names(syntax: S.Syntax) -> frozenset[str]:
    """Every name inside a subscript, function names left out."""
    found: set[str] = set()
    waiting: list[tuple[S.Syntax, bool]] = [(syntax, False)]
    while waiting:
        part, inside = waiting.pop()
        if inside and isinstance(part, S.Name):
            found.add(part.id)
        if isinstance(part, S.Subscript):
            waiting.append((part.operand, inside))
            waiting += ((index, True) for index in part.indices)
        else:
            parts = S.below(part)
            waiting += ((p, inside) for p in (parts[1:] if isinstance(part, S.Call) else parts))
    return frozenset(found)
