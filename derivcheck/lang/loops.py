"""What binds indices: sums and products over them, comprehensions, lists of blocks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.affine import Affine, affine_of
from derivcheck.lang.dims import ONE, ZERO, Dim
from derivcheck.lang.handlers import handler
from derivcheck.lang.nodes import Index, Node, make_shape, shape_text
from derivcheck.lang.scope import Environment, IndexSlot
from derivcheck.lang.shapes import Elaborator
from derivcheck.lang.wording import did_you_mean, fail, refuse, short

_SPELLED = 8
"""A sum with bounds that are numbers is written out up to so many terms."""


@handler("sum")
def summation(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``sum(X)``, ``sum(X, axis=0)``, ``sum(body, k, ...)`` or ``sum(body, (k, 0, n))``."""
    if len(syntax.args) <= 1:
        (arg,) = builder.arguments(syntax, 1, 1, env, axis=True)
        return N.total(arg, builder.axis(syntax))
    return _loops(builder, syntax, env)


@handler("prod")
def product(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """``prod(X)``, ``prod(X, axis=0)``, ``prod(body, k, ...)`` or ``prod(body, (k, 1, n))``."""
    if len(syntax.args) > 1:
        return _loops(builder, syntax, env)
    (arg,) = builder.arguments(syntax, 1, 1, env, axis=True)
    axis = builder.axis(syntax)
    if not arg.shape:
        return arg
    dims = arg.shape
    places = [
        0 if dim == ONE else Index(f"{'ij'[k]}#p{_depth(arg)}", dim) for k, dim in enumerate(dims)
    ]
    body: Node = N.Entry(arg, places[0], places[1], shape=())
    for k, place in reversed(tuple(enumerate(places))):
        if axis != 1 - k and isinstance(place, Index):
            body = N.ProdIndex(body, place, shape=())
    kept = [p if axis == 1 - k and isinstance(p, Index) else None for k, p in enumerate(places)]
    if kept == [None, None]:
        return body
    shape = make_shape(*(ONE if p is None else p.dim for p in kept))
    return N.Build(body, kept[0], kept[1], shape=shape)


def _depth(arg: Node) -> int:
    return sum(bool(N.bound_indices(node)) for node in N.walk(arg))


def _loops(builder: Elaborator, syntax: S.Call, env: Environment) -> Node:
    """The sum or product of a body over one index or several, the first the outermost."""
    name = short(syntax.function)
    for keyword, value in syntax.keywords:
        fail("call", value, f"a {_word(name)} over an index takes no `{keyword}=`")
    return _loop(builder, syntax, list(syntax.args[1:]), env)


def _word(name: str) -> str:
    return "sum" if name == "sum" else "product"


def _loop(builder: Elaborator, syntax: S.Call, over: list[S.Syntax], env: Environment) -> Node:
    if not over:
        body = builder.node(syntax.args[0], env)
        if body.shape and short(syntax.function) == "prod":
            refuse(
                "shape",
                syntax.args[0],
                f" is {shape_text(body.shape)}: a product over an index multiplies scalars",
            )
        return body
    first, *others = over
    name = first.name if isinstance(first, S.Bounds) else first
    operator = short(syntax.function)
    if not isinstance(name, S.Name):
        refuse(
            "call",
            name,
            " is not an index name",
            f"`{operator}(X, axis=0)` runs along an axis, `{operator}(x[k]*y[k], k)` over an index",
        )
    _check_name(builder, name, env, _word(operator))
    slot = IndexSlot(f"{name.id}#{len(builder.bound)}", guarded=True)
    inner = partial(_loop, builder, syntax, others, env)
    if not isinstance(first, S.Bounds):
        body = bound_body(builder, name, slot, inner)
        if slot.dim is None:
            fail("index", name, f"the index `{name.id}` does not occur in what is summed")
        return _over(operator, body, slot)
    low, high = (_bound(builder, part, env) for part in (first.low, first.high))
    count = high - low + Affine(ONE)
    if not count.terms and not count.constant.names and not low.terms and not low.constant.names:
        if count.constant.factor <= 0:
            slot.value = low
            shape = bound_body(builder, name, slot, inner).shape
            return N.number(0 if operator == "sum" else 1, shape)
        if count.constant.factor <= _SPELLED:
            terms = []
            for k in range(count.constant.factor):
                slot.value = low + Affine(Dim(k))
                terms.append(bound_body(builder, name, slot, inner))
            return N.add(*terms) if operator == "sum" else N.mul(*terms)
    edges = (low.range(), high.range())
    if edges[0] is None or edges[1] is None:
        refuse("index", first, ": it is not known how far these bounds reach")
    slot.fixed, slot.guarded, slot.bounds = True, False, (low, high)
    slot.start, slot.dim = _never_negative(edges[0][0], edges[1][1])
    body = bound_body(builder, name, slot, inner)
    return _over(operator, body, slot)


def _never_negative(start: Dim, end: Dim) -> tuple[Dim, Dim]:
    """A start and a length, never below 0, of values that include start ... end.

    From 3 to n there are no values for n = 1, not n - 2 = -1 of them: the index runs over a
    longer range, of which its bounds, as conditions, leave what they say.
    """
    if _short(start, end):
        start = start if start.least is None else Dim(start.least)
    if _short(start, end):
        # names are at least 1
        start, end = _at_one(start, 1), _at_one(end, -1)
    missing = _short(start, end)
    down = min(missing, max(start.least or 0, 0))  # below 0 there are no subscripts
    start, end = start - Dim(down), end + Dim(missing - down)
    return start, end - start + ONE


def _short(start: Dim, end: Dim) -> int:
    """By how much the length of a range may be below 0; at least 1 where that is not known."""
    least = (end - start + ONE).least
    return 1 if least is None else max(-least, 0)


def _at_one(dim: Dim, sign: int) -> Dim:
    """The dimension with 1 for the names of all terms of that sign: a bound of it."""
    total = ZERO
    for factor, names in dim.terms:
        total = total + (Dim(factor) if factor * sign > 0 else Dim(factor, names))
    return total


def _check_name(builder: Elaborator, name: S.Name, env: Environment, what: str) -> None:
    if builder.resolve(name.id, env) is not None or name.id in builder.scope.dims:
        fail("index", name, f"`{name.id}` is declared, so it cannot be an index of a {what}")


def _bound(builder: Elaborator, syntax: S.Syntax, env: Environment) -> Affine:
    found = affine_of(builder.node(syntax, env))
    if found is None:
        hint = did_you_mean(short(syntax), tuple(sorted(builder.scope.dims)))
        refuse(
            "index",
            syntax,
            " is not a bound of a sum or product",
            hint or "bounds are numbers, dimensions, symbols declared `natural`, indices",
        )
    return found


def bound_body(
    builder: Elaborator, name: S.Name, slot: IndexSlot, look: Callable[[], Node]
) -> Node:
    """The body under an index, looked at again while what the index runs over is found out."""
    outer_unsettled = builder.unsettled
    for _ in range(4):
        builder.unsettled = False
        slot.ranges.clear()
        builder.bound.append((name.id, slot))
        try:
            body = look()
        finally:
            builder.bound.pop()
        if slot.dim is None and slot.value is None and slot.ranges:
            _run_over_place(builder, slot)
            builder.unsettled = True
        if not builder.unsettled or (slot.dim is None and slot.value is None):
            break
        if any(other.dim is None and other.value is None for _, other in builder.bound):
            break  # an outer index is not known yet: it will look again
        builder.look_again(name)
    builder.unsettled = outer_unsettled or builder.unsettled
    return body


def _run_over_place(builder: Elaborator, slot: IndexSlot) -> None:
    """Let an index that stands in computed subscripts only run over such a place instead.

    With ``place = c*index + rest`` and c = 1 or -1 the index is ``c*(place - rest)``; where rest
    holds an index bound further inside, it runs over all values that rest allows.
    """
    old = slot.index()
    outside = {i.unique for _, i in builder.bound}
    for place, dim in slot.ranges:
        coefficient, rest = place.terms.get(old, ZERO), place.without(old)
        if coefficient not in (ONE, Dim(-1)):
            continue
        if all(i.name in outside or "#" not in i.name for i in rest.terms):
            new = Index(f"{slot.unique}p", dim)
            slot.value = (Affine(ZERO, {new: ONE}) - rest).times(coefficient)
            slot.unique, slot.dim = new.name, dim
            return
    for place, dim in slot.ranges:
        found = place.values_within(old, dim)
        if found is not None:
            slot.start, slot.dim = found
            return


def _over(operator: str, body: Node, slot: IndexSlot) -> Node:
    """The body over the values of an index, within its bounds and what subscripts allow."""
    index = slot.index()
    conditions: list[Node] = []
    if slot.bounds is not None:
        here = Affine(ZERO, {index: ONE})
        value = here.node()
        low, high = slot.bounds
        for operator_text, end, edge in (
            (">=", low, Affine(index.start)),
            ("<=", high, Affine(index.start + index.dim - ONE)),
        ):
            if end != edge:
                conditions.append(N.Compare(operator_text, value, end.node(), shape=()))
    elif slot.guarded:
        seen = {(place.node(), dim): place for place, dim in slot.ranges if not place.within(dim)}
        conditions += (N.InRange(node, dim, shape=()) for node, dim in seen)
    neutral = N.number(0 if operator == "sum" else 1, body.shape)
    if conditions:
        body = N.Select(N.all_of(conditions), body, neutral, shape=body.shape)
    if index.dim == ONE and index.start == ZERO and not _depends(body, index):
        return body
    kind = N.SumIndex if operator == "sum" else N.ProdIndex
    return kind(body, index, shape=body.shape)


def _depends(body: Node, index: Index) -> bool:
    return any(index in N.own_indices(node) for node in N.walk(body))


@handler("comprehension")
def comprehension(builder: Elaborator, syntax: S.Comprehension, env: Environment) -> Node:
    """``[f for i in n]``: a column; of rows (``[[f for j in n] for i in m]``), a matrix."""
    _check_name(builder, syntax.name, env, "comprehension")
    dim = builder.dimension(syntax.size)
    slot = IndexSlot(f"{syntax.name.id}#{len(builder.bound)}", dim, fixed=True)

    def inner() -> Node:
        found = builder.node(syntax.body, env)
        is_row = isinstance(syntax.body, S.Listed | S.Comprehension)
        return N.transpose(found) if is_row else found

    body = bound_body(builder, syntax.name, slot, inner)
    if body.shape and body.shape[0] != ONE:
        refuse(
            "shape",
            syntax.body,
            f" is {shape_text(body.shape)}: the entries of a column are "
            "scalars, those of a matrix rows",
        )
    row = None if dim == ONE else slot.index()
    if not body.shape:
        return body if row is None else N.Build(body, row, None, shape=make_shape(dim, ONE))
    if isinstance(body, N.Build):
        return N.Build(body.body, row, body.column, shape=make_shape(dim, body.shape[1]))
    if isinstance(body, N.Transpose) and isinstance(body.arg, N.Build):
        column = body.arg.row
        return N.Build(body.arg.body, row, column, shape=make_shape(dim, body.shape[1]))
    column = Index(f"{slot.unique}c", body.shape[1])
    cell = N.Entry(body, 0, column, shape=())
    return N.Build(cell, row, column, shape=make_shape(dim, body.shape[1]))


@handler("list")
def listed(builder: Elaborator, syntax: S.Listed, env: Environment) -> Node:
    """``[a, b]``: one below the other; ``[[a, b], [c, d]]``: row by row; entries may be blocks."""
    rows = [
        _row(builder, item, env) if isinstance(item, S.Listed) else builder.node(item, env)
        for item in syntax.items
    ]
    is_matrix = any(isinstance(item, S.Listed) for item in syntax.items)
    if is_matrix and not all(isinstance(item, S.Listed | S.Comprehension) for item in syntax.items):
        refuse("shape", syntax, " mixes rows and entries")
    rows = [
        N.transpose(row) if isinstance(item, S.Comprehension) and is_matrix else row
        for item, row in zip(syntax.items, rows, strict=True)
    ]
    return _stacked(syntax, syntax.items, rows, 0)


def _row(builder: Elaborator, syntax: S.Listed, env: Environment) -> Node:
    return _stacked(syntax, syntax.items, [builder.node(i, env) for i in syntax.items], 1)


def _stacked(whole: S.Syntax, items: tuple[S.Syntax, ...], parts: list[Node], axis: int) -> Node:
    """Blocks along an axis; their other sizes must agree."""
    if not parts:
        refuse("shape", whole, " has no entries")
    sizes = [(N.rows_of(part.shape), N.columns_of(part.shape)) for part in parts]
    total, other = sizes[0][axis], sizes[0][1 - axis]
    for item, size in zip(items[1:], sizes[1:], strict=True):
        if size[1 - axis] != other:
            what = ("columns", "rows")[axis]
            refuse(
                "shape",
                whole,
                f" puts `{short(items[0])}` with {other} {what} beside "
                f"`{short(item)}` with {size[1 - axis]}",
                "blocks below one another have equal columns, beside one another equal rows",
            )
        total = total + size[axis]
    if len(parts) == 1:
        return parts[0]
    shape = make_shape(total, other) if axis == 0 else make_shape(other, total)
    return N.Stack(tuple(parts), axis, shape=shape)
