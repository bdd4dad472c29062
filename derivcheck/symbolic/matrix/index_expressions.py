"""Builders of nodes in which indices are numbers: sums with bounds, computed places, conditions."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.affine import affine_of
from derivcheck.lang.nodes import Node
from derivcheck.symbolic.matrix.atoms import Kind, Polynomial, Undecided, whole
from derivcheck.symbolic.matrix.compiler import Closed, Compiler, Open
from derivcheck.symbolic.matrix.indices import STEP, ZERO_AT
from derivcheck.symbolic.matrix.ring import complement, constant, plus, scaled, single
from derivcheck.symbolic.matrix.slots import Slot, flat, length

_FEW = 4
"""Terms of a sum that are written beside it, at most."""


def _split_ranges(node: Node) -> tuple[list[N.InRange], list[Node]]:
    """A conjunction as ranges of subscripts and other conditions."""
    parts = node.args if isinstance(node, N.Logic) and node.operator == "and" else (node,)
    ranges = [part for part in parts if isinstance(part, N.InRange)]
    return ranges, [part for part in parts if not isinstance(part, N.InRange)]


def _about_indices(node: Node) -> bool:
    """Whether a condition compares nothing but indices and dimensions."""
    if isinstance(node, N.Logic):
        return all(map(_about_indices, node.args))
    if not isinstance(node, N.Compare) or node.shape:
        return False
    return any(isinstance(inner, N.IndexValue | N.DimSize) for inner in N.walk(node)) and all(
        affine_of(side) is not None
        or (
            isinstance(side, N.Call)
            and side.function == "abs"
            and affine_of(side.args[0]) is not None
        )
        for side in (node.left, node.right)
    )


def _sum_index(
    c: Compiler, node: N.SumIndex, row: Slot, column: Slot, bound: list[int]
) -> Polynomial:
    spelled = _ends(node) if c.algebra.strategy.ranges_from_zero else None
    if spelled is not None:
        return _around(c, node, row, column, *spelled)
    index = c.space.fresh(node.index.dim)
    bound.append(index)
    with c.within((index,), {node.index.name: index}):
        return c.open(node.body, row, column, bound)


def _ends(node: N.SumIndex) -> tuple[N.Dim, int, int] | None:
    """(R, s, c) for an index from s to s + R + c - 1, R without a number, where it is nothing
    but a number in the body: sums over 0 ... R-1 and single terms say the same."""
    index = node.index
    constant_part = sum(f for f, names in index.dim.terms if not names)
    base = index.dim - N.Dim(constant_part)
    if index.start.names or base == N.ZERO or (constant_part == 0 and index.start == N.ZERO):
        return None
    used = (
        i for inner in N.walk(node.body) if isinstance(inner, N.Entry) for i in N.own_indices(inner)
    )
    if index in used or max(abs(constant_part), abs(index.start.factor)) > _FEW:
        return None
    return base, index.start.factor, constant_part


def _around(
    c: Compiler, node: N.SumIndex, row: Slot, column: Slot, base: N.Dim, start: int, more: int
) -> Polynomial:
    name = node.index.name
    index = c.space.fresh(base)
    total = c.sums.sum_over(
        (index,), c.under({name: index}, node.body, row, column, {name: c.indices.value(index)})
    )

    def term(number: Polynomial) -> Polynomial:
        return c.under({}, node.body, row, column, {name: number})

    for k in range(min(start, 0), max(start, 0)):
        part = term(constant(k))
        total = plus(total, scaled(part, -1 if start > 0 else 1))
    last = start + more
    for k in range(min(last, 0), max(last, 0)):
        part = term(plus(c.ring.size(base), constant(k)))
        total = plus(total, scaled(part, 1 if last > 0 else -1))
    return total


def _index_value(c: Compiler, node: N.IndexValue, row: Slot, column: Slot) -> Polynomial:
    known = c.scope.numbers.get(node.index.name)
    if known is not None:
        return known
    return plus(c.indices.value(c.scope.names[node.index.name]), c.ring.size(node.index.start))


def _build_node(c: Compiler, node: N.Build, row: Slot, column: Slot) -> Polynomial:
    names: dict[str, int] = {}
    for index, slot in ((node.row, row), (node.column, column)):
        if index is not None:
            if not isinstance(slot, int):
                raise Undecided("index notation: an array's entries over a split dimension")
            names[index.name] = slot
    return c.under(names, node.body)


def _stack_node(c: Compiler, node: N.Stack, row: Slot, column: Slot) -> Polynomial:
    """Blocks that others were not cut like: each where its rows (columns) are."""
    slot = row if node.axis == 0 else column
    if not isinstance(slot, int):
        raise Undecided("index notation: blocks over a split dimension")
    result: Polynomial = {}
    place = c.indices.value(slot)
    for block in node.args:
        dim = length(block, node.axis)
        inner = c.slots.slot(dim)
        within = flat(inner)
        gap = plus(place, *(scaled(c.indices.value(i), -1) for i in within))
        sides = (inner, column) if node.axis == 0 else (row, inner)
        entry = c.ring.times(c.indices.condition(ZERO_AT, gap), c.compile(block, *sides))
        result = plus(result, c.sums.sum_over(within, entry))
        place = plus(place, scaled(c.ring.size(dim), -1))
    return result


def _pick_node(c: Compiler, node: N.Pick, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
    factor: Polynomial = {(): 1}
    slots: list[Slot] = []
    for place, dim in (
        (node.row, N.rows_of(node.arg.shape)),
        (node.column, N.columns_of(node.arg.shape)),
    ):
        if dim == N.ONE:
            slots.append(None)
            continue
        split = _split(c, node.arg, len(slots), place)
        if split is not None:
            slots.append(split)
            continue
        known = c.scope.picks.get((place, dim))
        if known is None:
            known, mark = picked(c, place, dim)
            if mark is not None:
                bound.append(known)
                factor = c.ring.times(factor, mark)
        slots.append(known)
    return c.ring.times(factor, c.open(node.arg, slots[0], slots[1], bound))


def _split(c: Compiler, arg: Node, axis: int, place: Node) -> tuple[int, int] | None:
    """The pair of indices that ``i*p + k`` stands for where rows are split in m by p."""
    hint = c.slots.hint(arg, axis)
    if hint is None or len(hint) != 2:
        return None
    form = c.indices.affine(c.compile(place))
    if form is None or form[1] != N.ZERO or len(form[0]) != 2:
        return None
    outer, inner = (
        {(scale, dim): i for i, (scale, dim) in form[0].items()}.get(k)
        for k in ((hint[1], hint[0]), (N.ONE, hint[1]))
    )
    return None if outer is None or inner is None else (outer, inner)


def picked(c: Compiler, place: Node, dim: N.Dim) -> tuple[int, Polynomial | None]:
    """The index that stands for a computed place, and the factor that says so."""
    number = c.compile(place)
    form = c.indices.affine(number)
    if form is not None and form[1] == N.ZERO and len(form[0]) == 1:
        [(index, (coefficient, own))] = form[0].items()
        if coefficient == N.ONE and own == dim:
            return index, None
    if form is not None and not form[0] and not form[1].names and form[1].factor >= 0:
        return -1 - form[1].factor, None
    index = c.space.fresh(dim)
    gap = plus(c.indices.value(index), scaled(number, -1))
    mark = c.indices.condition(ZERO_AT, gap)
    return index, mark


def _select_node(c: Compiler, node: N.Select, row: Slot, column: Slot) -> Polynomial:
    ranges, others = _split_ranges(node.condition)
    if ranges:
        return _within_ranges(c, node, ranges, others, row, column)
    if not node.condition.shape and _about_indices(node.condition):
        holds, fails = truth(c, node.condition)
        result: Polynomial = {}
        for weight, branch in ((holds, node.then), (fails, node.otherwise)):
            if weight and not N.is_zero(branch):
                result = plus(result, c.ring.times(weight, c.compile(branch, row, column)))
        return result
    then = c.compile(node.then, row, column)
    other = c.compile(node.otherwise, row, column)
    gap = plus(then, scaled(other, -1))
    bend = _bend(c, node.condition, gap, row, column)
    if bend is None:
        bend = c.ring.times(truth(c, node.condition, row, column)[0], gap)
    return plus(other, bend)


def _bend(
    c: Compiler, condition: Node, gap: Polynomial, row: Slot, column: Slot
) -> Polynomial | None:
    """``where(u > 0, q*u, 0)`` as ``q*max(u, 0)``: no jump, whatever it is at u = 0."""
    if not isinstance(condition, N.Compare) or condition.operator in ("==", "!="):
        return None
    places = (row, column) if condition.shape else (None, None)
    left, right = (c.compile(side, *places) for side in (condition.left, condition.right))
    switch = plus(left, scaled(right, -1))
    if condition.operator in ("<", "<="):
        switch = scaled(switch, -1)
    if len(switch) == 1:
        factor = c.ring.times(gap, c.powers.power(switch, -1))
        own = {atom for monomial in switch for atom, _ in monomial}
        if any(e < 0 for monomial in factor for a, e in monomial if a in own):
            return None
    else:
        first = next(iter(switch), None)
        share = Fraction(gap.get(first, 0)) / switch[first] if first is not None else 0
        factor = constant(share)
        if not share or scaled(switch, whole(share)) != gap:
            return None
    return c.ring.times(factor, c.functions.function("max", (switch, {})))


def _within_ranges(
    c: Compiler,
    node: N.Select,
    ranges: list[N.InRange],
    others: list[Node],
    row: Slot,
    column: Slot,
) -> Polynomial:
    """A body where subscripts are in range: each subscript is an index of its own."""
    over: list[int] = []
    weight: Polynomial = {(): 1}
    picks: dict[tuple[Node, N.Dim], int] = {}
    for inside in ranges:
        index, mark = picked(c, inside.arg, inside.dim)
        picks[inside.arg, inside.dim] = index
        if mark is not None:
            over.append(index)
            weight = c.ring.times(weight, mark)
    for other in others:
        if not _about_indices(other):
            raise Undecided("index notation: a sum's condition mixes places and values")
        weight = c.ring.times(weight, truth(c, other)[0])
    with c.within(tuple(over), picks=picks):
        then = c.compile(node.then, row, column)
        otherwise = c.compile(node.otherwise, row, column)
    gap = plus(then, scaled(otherwise, -1))
    return plus(otherwise, c.sums.sum_over(over, c.ring.times(weight, gap)))


def truth(
    c: Compiler, node: Node, row: Slot = None, column: Slot = None
) -> tuple[Polynomial, Polynomial]:
    """1 where a condition holds, else 0; and 1 where it fails, else 0."""
    if not node.shape:
        row = column = None
    if isinstance(node, N.Logic):
        parts = [truth(c, arg, row, column) for arg in node.args]
        if node.operator == "not":
            return parts[0][::-1]
        if node.operator == "and":
            holds = c.ring.product_of(*(p[0] for p in parts))
            return holds, complement(holds)
        fails = c.ring.product_of(*(p[1] for p in parts))
        return complement(fails), fails
    if not isinstance(node, N.Compare):
        raise Undecided("index notation: a condition without a comparison")
    about_indices = _about_indices(node)
    for side in (node.left, node.right):
        if about_indices and isinstance(side, N.Call):
            return truth(c, _distance(node, side))
    gap = plus(c.compile(node.left, row, column), scaled(c.compile(node.right, row, column), -1))
    if node.operator in ("<", ">="):
        gap = scaled(gap, -1)
    name = ZERO_AT if node.operator in ("==", "!=") else STEP
    if about_indices:
        holds = c.indices.condition(name, gap)
    else:
        c.met.jumps.append((name, gap))
        holds = c.functions.function(name, (gap,))
    pair = holds, _opposite(c, holds)
    return pair if node.operator in ("==", "<", ">") else pair[::-1]


def _opposite(c: Compiler, holds: Polynomial) -> Polynomial:
    """Where a condition fails; that indices differ stays closed."""
    found = single(holds)
    if found and found[0].kind == Kind.DELTA:
        return c.indices.apart(*found[0].indices)
    return complement(holds)


def _distance(node: N.Compare, distance: N.Call) -> Node:
    """A comparison of ``abs(P)`` with a number, as comparisons of P and -P."""
    value = distance.args[0]
    is_left = distance is node.left
    number = node.right if is_left else node.left
    if not isinstance(number, N.Num):
        raise Undecided("index notation: a distance of indices that is no number")
    # a negative number compares with every distance as it does with 0
    signed = (value, N.negative(value)) if number.value >= 0 else (N.subtract(value, value),)
    parts = tuple(N.substitute(node, {distance: side}) for side in signed)
    is_either = node.operator in (("==", ">", ">=") if is_left else ("==", "<", "<="))
    return N.Logic("or" if is_either else "and", parts, shape=())


def _prod_index(c: Compiler, node: N.ProdIndex, row: Slot, column: Slot) -> Polynomial:
    index = c.space.fresh(node.index.dim)
    return c.algebra.products.product_over(index, c.under({node.index.name: index}, node.body))


OPEN: dict[type[Node], Open] = {
    N.Pick: _pick_node,
    N.SumIndex: _sum_index,
}
CLOSED: dict[type[Node], Closed] = {
    N.Select: _select_node,
    N.Compare: lambda c, node, row, column: truth(c, node, row, column)[0],
    N.Logic: lambda c, node, row, column: truth(c, node, row, column)[0],
    N.IndexValue: _index_value,
    N.Build: _build_node,
    N.Stack: _stack_node,
    N.ProdIndex: _prod_index,
}
