"""Computed subscripts of free indices: ``x[k - 1]`` speaks of those k for which it exists.

Such a subscript is an index of its own whose value is known, so that whatever is said of
``x[k - 1]`` is said of an entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from derivcheck.lang import nodes as N
from derivcheck.lang.affine import MINUS
from derivcheck.lang.equation import Equation
from derivcheck.lang.nodes import Node
from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.atoms import Atom, Kind, Polynomial, atoms_in
from derivcheck.symbolic.matrix.compiler import Compiler
from derivcheck.symbolic.matrix.index_expressions import picked
from derivcheck.symbolic.matrix.indices import ZERO_AT
from derivcheck.symbolic.matrix.ring import constant, number_of, plus, scaled

_LAZY = (N.Select, N.SumIndex, N.ProdIndex, N.Build)
_PICKS = 6


def place_subscripts(compiler: Compiler, equation: Equation) -> None:
    """Give every subscript that must be in range an index, and note what follows for others."""
    algebra, indices = compiler.algebra, compiler.indices
    subscripts: dict[tuple[Node, N.Dim], None] = {}
    for side in (equation.left, equation.right):
        _collect(side, subscripts, compiler)
    picks: dict[tuple[Node, N.Dim], int] = {}
    free = set(compiler.scope.names.values())
    for place, dim in subscripts:
        number = compiler.compile(place)
        form = indices.affine(number)
        if form is None or not free.issuperset(form[0]):
            continue
        index, mark = picked(compiler, place, dim)
        if mark is None:
            continue
        room = plus(compiler.ring.size(dim), {(): -1}, scaled(number, -1))
        indices.facts += [(number, 0, None), (room, 0, None)]
        picks[place, dim] = index
        _put_at(algebra, index, number, free)
    compiler.scope = replace(compiler.scope, picks=picks)


def _collect(root: Node, found: dict[tuple[Node, N.Dim], None], compiler: Compiler) -> None:
    """The computed subscripts that are met whatever the values are; that ``x[1]`` is one."""
    waiting, seen = [root], set[Node]()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        kind = type(node)
        if kind is N.Entry or kind is N.Pick:
            assert isinstance(node, N.Entry | N.Pick)
            sizes = (N.rows_of(node.arg.shape), N.columns_of(node.arg.shape))
            for place, dim in zip((node.row, node.column), sizes, strict=True):
                if isinstance(place, Node):
                    if dim != N.ONE:
                        found[place, dim] = None
                elif isinstance(place, int) and place > 0 and dim.names:
                    room = plus(compiler.ring.size(dim), constant(-1 - place))
                    compiler.indices.facts.append((room, 0, None))
        if kind not in _LAZY:
            waiting += N.children(node)[::-1]


def _put_at(algebra: Algebra, index: int, number: Polynomial, free: set[int]) -> None:
    """Let an index be computed from others, and note from which it certainly differs."""
    indices, dim = algebra.indices, algebra.space.dim
    others = (*indices.placed, *free)
    indices.placed[index] = number
    for other in others:
        apart = number_of(plus(number, scaled(indices.value(other), -1)))
        if apart and dim(index) == dim(other):
            indices.unequal.add(frozenset((index, other)))


def settle_picks(algebra: Algebra, poly: Polynomial) -> Polynomial:
    """The polynomial, and the switches that were met, with an index for each entry that a sum
    picks at a place that exists."""
    switches = (algebra.met.kinks, algebra.met.jumps, algebra.met.inner_jumps)
    everywhere = [poly, *(switch for jumps in switches for _, switch in jumps)]
    poly, *settled = _settled(algebra, everywhere)
    for jumps in switches:
        jumps[:] = [(kind, settled.pop(0)) for kind, _ in jumps]
    return poly


def _settled(
    algebra: Algebra, polys: list[Polynomial], *, anywhere: bool = False
) -> list[Polynomial]:
    for _ in range(_PICKS):
        if not any(_place_picked(algebra, poly, anywhere) for poly in polys):
            break
        again, element = algebra.substitution.replace_elements, algebra.symbols.element
        polys = [again(poly, element) for poly in polys]
    return polys


@contextmanager
def placed_picks(
    algebra: Algebra, poly: Polynomial, *, anywhere: bool = False
) -> Iterator[Polynomial]:
    """The polynomial with an index for each entry that a sum picks at a place that exists; with
    ``anywhere`` as if all did."""
    indices = algebra.indices
    unequal, placed = set(indices.unequal), dict(indices.placed)
    try:
        yield _settled(algebra, [poly], anywhere=anywhere)[0]
    finally:
        indices.unequal, indices.placed = unequal, placed


def _place_picked(algebra: Algebra, poly: Polynomial, anywhere: bool = False) -> bool:
    """Give an index to the place where ``zero(P)`` puts that of a sum; whether there is one that
    certainly exists (or any, ``anywhere``)."""
    for place, dim, free in _picks(algebra, poly):
        if anywhere or algebra.indices.in_range(place, dim) == {(): 1}:
            _put_at(algebra, algebra.space.fresh(dim), place, free)
            return True
    return False


def undecided_place(algebra: Algebra, poly: Polynomial) -> Atom | None:
    """A comparison of free indices that says whether a picked entry exists."""
    for place, dim, _ in _picks(algebra, poly):
        for atom in atoms_in(algebra.indices.in_range(place, dim)):
            if atom.kind == Kind.CONDITION or atom.kind == Kind.DELTA:
                return atom
    return None


def _picks(algebra: Algebra, poly: Polynomial) -> Iterator[tuple[Polynomial, N.Dim, set[int]]]:
    """Places at which sums pick entries, and that are no index by now."""
    indices = algebra.indices
    for atom in atoms_in(poly) if indices.compares else ():
        if atom.kind != Kind.CONDITION or atom.head != ZERO_AT:
            continue
        number = dict(atom.polys[0])
        form = indices.affine(number)
        bound = [] if form is None else [i for i in form[0] if i >> 32]
        if form is None or len(bound) != 1 or len(form[0]) < 2:
            continue
        coefficient, dim = form[0][bound[0]]
        if coefficient not in (N.ONE, MINUS):
            continue
        sign = 1 if coefficient == N.ONE else -1
        [own] = (m for m in number if any(bound[0] in a.frees for a, _ in m))
        place = scaled({m: c for m, c in number.items() if m != own}, -sign)
        taken = any(
            place == known and algebra.space.dim_of(i) == dim for i, known in indices.placed.items()
        )
        if not taken:
            yield place, dim, {i for i in form[0] if i != bound[0]}
