"""Builders of nodes: arithmetic, matrices and functions."""

from __future__ import annotations

from derivcheck.lang import nodes as N
from derivcheck.lang.nodes import Node
from derivcheck.symbolic.matrix.atoms import Polynomial, Rational, Undecided, whole
from derivcheck.symbolic.matrix.compiler import Closed, Compiler, Open
from derivcheck.symbolic.matrix.matrix_functions import CHOLESKY, EXPM, POWER_OF
from derivcheck.symbolic.matrix.ring import constant, number_of, plus, scaled
from derivcheck.symbolic.matrix.slots import Slot, flat, length


def _mul_node(c: Compiler, node: N.Mul, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
    result: Polynomial = {(): 1}
    for arg in node.args:
        result = c.ring.times(result, c.open(arg, row, column, bound))
    return result


def _matmul_node(
    c: Compiler, node: N.MatMul, row: Slot, column: Slot, bound: list[int]
) -> Polynomial:
    dim = N.columns_of(node.left.shape)
    middle = c.slots.slot(dim, c.slots.hint(node.left, 1) or c.slots.hint(node.right, 0))
    bound.extend(flat(middle))
    left = c.open(node.left, row, middle, bound)
    return c.ring.times(left, c.open(node.right, middle, column, bound))


def _transposed(
    c: Compiler, node: N.Transpose, row: Slot, column: Slot, bound: list[int]
) -> Polynomial:
    return c.open(node.arg, column, row, bound)


def _sum_node(c: Compiler, node: N.Sum, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
    shape = node.arg.shape
    if node.axis != 1:
        row = c.slots.slot(N.rows_of(shape), c.slots.hint(node.arg, 0))
        bound.extend(flat(row))
    if node.axis != 0:
        column = c.slots.slot(N.columns_of(shape), c.slots.hint(node.arg, 1))
        bound.extend(flat(column))
    return c.open(node.arg, row, column, bound)


def _trace_node(
    c: Compiler, node: N.Trace, row: Slot, column: Slot, bound: list[int]
) -> Polynomial:
    hint = c.slots.hint(node.arg, 0) or c.slots.hint(node.arg, 1)
    index = c.slots.slot(N.rows_of(node.arg.shape), hint)
    bound.extend(flat(index))
    return c.open(node.arg, index, index, bound)


def _entry_node(
    c: Compiler, node: N.Entry, row: Slot, column: Slot, bound: list[int]
) -> Polynomial:
    return c.open(node.arg, _place(c, node, 0), _place(c, node, 1), bound)


def _place(c: Compiler, node: N.Entry, axis: int) -> Slot:
    place = node.row if axis == 0 else node.column
    if length(node.arg, axis) == N.ONE:
        return None
    if isinstance(place, N.Index) and place.name in c.scope.numbers:
        raise Undecided("index notation: a subscript outside its sum")
    if isinstance(place, int):
        return -1 - place
    return c.scope.names[place.name]


def _vec_node(c: Compiler, node: N.Vec, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
    """Columns below one another: the column is the slower index."""
    places = flat(row)
    cut = len(c.slots.parts(node.arg, 1))
    sides = (places[cut:], places[:cut])
    slots = [c.slots.joined(part, length(node.arg, axis)) for axis, part in enumerate(sides)]
    return c.open(node.arg, slots[0], slots[1], bound)


def _kron(c: Compiler, node: N.Kron, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
    sides: list[list[Slot]] = [[], []]
    for axis, slot in ((0, row), (1, column)):
        indices = flat(slot)
        cut = len(c.slots.parts(node.left, axis))
        sides[0].append(c.slots.joined(indices[:cut], length(node.left, axis)))
        sides[1].append(c.slots.joined(indices[cut:], length(node.right, axis)))
    left = c.open(node.left, sides[0][0], sides[0][1], bound)
    return c.ring.times(left, c.open(node.right, sides[1][0], sides[1][1], bound))


def _diag(c: Compiler, node: N.Diag, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
    rows, columns = N.rows_of(node.arg.shape), N.columns_of(node.arg.shape)
    if N.ONE not in (rows, columns):
        return c.open(node.arg, row or column, row or column, bound)
    places = (row, None) if columns == N.ONE else (None, row)
    entries = c.open(node.arg, places[0], places[1], bound)
    return c.ring.times(c.slots.delta(row, column), entries)


def _symbol(c: Compiler, node: N.Sym, row: Slot, column: Slot) -> Polynomial:
    name = node.name
    if isinstance(row, tuple) or isinstance(column, tuple):
        name += f"|{_pattern(c, row)}|{_pattern(c, column)}"
    return c.symbols.element(name, flat(row, column))


def _pattern(c: Compiler, slot: Slot) -> str:
    return ",".join(c.space.dim(i) for i in flat(slot))


_MATRIX_FUNCTIONS: dict[type[Node], str] = {
    N.Expm: EXPM,
    N.Cholesky: CHOLESKY,
    N.MatPower: POWER_OF,
}


def _matrix_function(
    c: Compiler, node: N.Expm | N.Cholesky | N.MatPower, row: Slot, column: Slot
) -> Polynomial:
    if not isinstance(row, int) or not isinstance(column, int):
        raise Undecided("index notation: a function of a matrix over a split dimension")
    name, matrix = _MATRIX_FUNCTIONS[type(node)], _whole(c, node.arg)
    exponent = [c.compile(node.exponent)] if isinstance(node, N.MatPower) else []
    return c.algebra.matrix_functions.matrix_function(name, *matrix, (row, column), *exponent)


def _inv(c: Compiler, node: N.Inv, row: Slot, column: Slot) -> Polynomial:
    arg = node.arg
    if isinstance(arg, N.Expm):
        return c.compile(N.Expm(N.negative(arg.arg), shape=arg.shape), row, column)
    if isinstance(arg, N.MatPower):
        back = N.MatPower(arg.arg, N.negative(arg.exponent), shape=arg.shape)
        return c.compile(back, row, column)
    if isinstance(arg, N.Kron) and _square(arg.left) and _square(arg.right):
        left = N.Inv(arg.left, shape=arg.left.shape)
        right = N.Inv(arg.right, shape=arg.right.shape)
        return c.compile(N.Kron(left, right, shape=arg.shape), row, column)
    if not isinstance(row, int) or not isinstance(column, int):
        raise Undecided("index notation: inverse over a dimension split by kron")
    return c.algebra.inverses.inverse(*_whole(c, arg), row, column)


def _det(c: Compiler, node: N.Det) -> Polynomial:
    arg = node.arg
    if isinstance(arg, N.Expm):
        return c.functions.exp(c.compile(N.Trace(arg.arg, shape=())))
    if isinstance(arg, N.MatPower):
        base = c.compile(N.Det(arg.arg, shape=()))
        return c.functions.general_power(base, c.compile(arg.exponent))
    if isinstance(arg, N.Kron) and _square(arg.left) and _square(arg.right):
        result: Polynomial = {(): 1}
        for side, other in ((arg.left, arg.right), (arg.right, arg.left)):
            value = c.compile(N.Det(side, shape=()))
            size = c.ring.size(N.rows_of(other.shape))
            result = c.ring.times(result, c.functions.general_power(value, size))
        return result
    if c.slots.hint(arg, 0) or c.slots.hint(arg, 1):
        raise Undecided("index notation: determinant over a dimension split by kron")
    return c.algebra.determinants.determinant(*_whole(c, arg))


def _whole(c: Compiler, arg: Node) -> tuple[Polynomial, tuple[int, int]]:
    """The entries of a matrix and their places. Functions of one that is made of blocks are told
    block by block or not at all."""
    if any(isinstance(node, N.Stack) for node in N.walk(arg)):
        raise Undecided("index notation: a function of a matrix of blocks")
    pair = c.space.fresh(N.rows_of(arg.shape)), c.space.fresh(N.columns_of(arg.shape))
    return c.compile(arg, *pair), pair


def _square(node: Node) -> bool:
    return N.rows_of(node.shape) == N.columns_of(node.shape)


def _call_node(c: Compiler, node: N.Call, row: Slot, column: Slot) -> Polynomial:
    if node.function == "sign":
        c.met.jumps.append(("sign", c.compile(node.args[0], row, column)))
    if node.function == "log":
        return _log_node(c, node.args[0], row, column)
    args = tuple(c.compile(arg, row, column) for arg in node.args)
    return c.functions.function(node.function, args)


def _power_node(c: Compiler, node: N.Pow, row: Slot, column: Slot) -> Polynomial:
    """A power; products and powers below it are kept apart, not multiplied out first."""
    exponent = c.compile(node.exponent, row, column)
    value = number_of(exponent)
    base = node.base
    if value is not None and isinstance(base, N.Pow | N.Mul):
        factors = _factors(c, base, row, column)
        unknown = [f for f, power in factors if c.powers.sign_of(f) != 1]
        if factors and (isinstance(value, int) or not unknown):
            return c.ring.product_of(
                *(c.powers.power(f, whole(power * value)) for f, power in factors)
            )
    return c.functions.general_power(c.compile(base, row, column), exponent)


def _factors(c: Compiler, node: Node, row: Slot, column: Slot) -> list[tuple[Polynomial, Rational]]:
    """A product as (factor, rational exponent); whole powers of whole powers merge."""
    if isinstance(node, N.Mul):
        return [part for arg in node.args for part in _factors(c, arg, row, column)]
    if isinstance(node, N.Pow):
        value = number_of(c.compile(node.exponent, row, column))
        if value is not None:
            inner = _factors(c, node.base, row, column)
            if isinstance(value, int) or all(c.powers.sign_of(f) == 1 for f, _ in inner):
                return [(f, whole(power * value)) for f, power in inner]
    return [(c.compile(node, row, column), 1)]


def _log_node(c: Compiler, node: Node, row: Slot, column: Slot) -> Polynomial:
    """The logarithm of a product or power, split as far as signs are known."""
    if isinstance(node, N.Pow | N.Mul):
        factors = _factors(c, node, row, column)
        unknown = [(f, e) for f, e in factors if c.powers.sign_of(f) != 1]
        # one factor of unknown sign to an odd power is positive where the logarithm exists
        if not unknown or (len(unknown) == 1 and unknown[0][1] in (1, -1)):
            return plus(*(scaled(c.functions.log(f), e) for f, e in factors))
    return c.functions.log(c.compile(node, row, column))


def _apply(c: Compiler, node: N.Apply, row: Slot, column: Slot) -> Polynomial:
    if all(not arg.shape or arg.shape == node.shape for arg in node.args):
        args = tuple(c.compile(arg, row, column) for arg in node.args)
        # it may have the name of a function that the prover has rules for
        return c.functions.function(f"{node.function}()", args, node.orders)
    if any(node.orders):
        raise Undecided("index notation: a derivative order of a matrix argument")
    formals: list[int] = []
    dims: list[tuple[str, ...]] = []
    polys: list[Polynomial] = []
    for arg in node.args:
        own = [c.slots.slot(length(arg, axis)) for axis in (0, 1)]
        places = flat(*own)
        formals.extend(places)
        dims.append(tuple(c.space.dim(i) for i in places))
        polys.append(c.compile(arg, *own))
    return c.algebra.unspecified.abstract(
        (node.function, (), tuple(dims)), tuple(formals), polys, []
    )


def _extreme(c: Compiler, node: N.Extreme, row: Slot, column: Slot) -> Polynomial:
    formals: tuple[int, ...] = ()
    if node.axis != 1:
        row = c.slots.slot(N.rows_of(node.arg.shape))
        formals += flat(row)
    if node.axis != 0:
        column = c.slots.slot(N.columns_of(node.arg.shape))
        formals += flat(column)
    body = c.compile(node.arg, row, column)
    return c.algebra.unspecified.extreme(
        (node.function, tuple(c.space.dim(i) for i in formals)), formals, body
    )


OPEN: dict[type[Node], Open] = {
    N.Mul: _mul_node,
    N.MatMul: _matmul_node,
    N.Transpose: _transposed,
    N.Sum: _sum_node,
    N.Trace: _trace_node,
    N.Diag: _diag,
    N.Kron: _kron,
    N.Entry: _entry_node,
    N.Vec: _vec_node,
}
"""Nodes whose entries are products that are still to be summed."""

CLOSED: dict[type[Node], Closed] = {
    N.Num: lambda c, node, row, column: constant(whole(node.value)),
    N.Sym: _symbol,
    N.Add: lambda c, node, row, column: plus(*(c.compile(a, row, column) for a in node.args)),
    N.Const: lambda c, node, row, column: c.functions.named(node.name),
    N.DimSize: lambda c, node, row, column: c.ring.size(node.dim),
    N.Eye: lambda c, node, row, column: c.slots.delta(row, column),
    N.Pow: _power_node,
    N.Call: _call_node,
    N.Apply: _apply,
    N.Det: lambda c, node, row, column: _det(c, node),
    N.Inv: _inv,
    N.Extreme: _extreme,
    N.Expm: _matrix_function,
    N.MatPower: _matrix_function,
    N.Cholesky: _matrix_function,
}
"""All other nodes: how their entry at (row, column) is written."""
