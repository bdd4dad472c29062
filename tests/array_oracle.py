"""What is true of claims about arrays at points that are special: exact values, small sizes.

Numbers are rational, with functions that have none (`exp`, roots) and among complex numbers they
have 120 digits. A derivative exists where the slopes ahead and behind agree, by steps far below
everything else, so that single points, equal entries and singular matrices count as much as any
others; Wirtinger derivatives are made of slopes along both axes. The module is long: it has a rule
for nearly every node, and shares nothing with the provers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import isqrt
from random import Random
from typing import Any

import mpmath

from derivcheck.lang import nodes as n
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.records import record

Number = Any
Matrix = tuple[tuple[Number, ...], ...]
_MP = mpmath.mp.clone()
_MP.dps = 120
_ZERO = _MP.mpf(10) ** -100
_STEPS = (Fraction(1, 10**8), Fraction(1, 10**20), Fraction(1, 10**34))
"""Of derivatives around others, and of those within."""
_NEAR = 1e-5
_LARGE = 10**7
_VALUES = tuple(map(Fraction, (-1, 0, 0, 1, 1, 2)))
_COMPLEX = tuple(_MP.mpc(a, b) for a, b in ((0, 0), (1, 0), (-1, 0), (0, 1), (2, -1), (-1, 0.5)))
_UNITS = tuple(_MP.mpc(a, b) for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1)))


class Nowhere(Exception):
    """No value there."""


class Unread(Exception):
    """A node that this oracle has no rule for."""


@record()
class Point:
    """Sizes, entries of symbols, and values of indices."""

    sizes: Mapping[str, int]
    symbols: Mapping[str, Matrix]
    indices: Mapping[str, int]

    def size(self, dim: n.Dim) -> int:
        return dim.size(dict(self.sizes))

    def lengths(self, shape: n.Shape) -> tuple[int, int]:
        return self.size(n.rows_of(shape)), self.size(n.columns_of(shape))


def _real(a: Number) -> Number:
    return _MP.mpf(a.numerator) / a.denominator if isinstance(a, Fraction) else a


def _pair(a: Number, b: Number) -> tuple[Number, Number]:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a, b
    return _real(a), _real(b)


def _add(a: Number, b: Number) -> Number:
    a, b = _pair(a, b)
    return a + b


def _times(a: Number, b: Number) -> Number:
    a, b = _pair(a, b)
    return a * b


def _is_zero(a: Number) -> bool:
    return not a if isinstance(a, Fraction) else bool(abs(a) < _ZERO)


def _sign(a: Number) -> int:
    if _is_zero(a):
        return 0
    if isinstance(a, _MP.mpc):
        if abs(a.imag) > _ZERO:
            raise Nowhere
        a = a.real
    return (a > 0) - (a < 0)


def _power(base: Number, exponent: Number, is_literal: bool) -> Number:
    if _is_zero(base):
        if _sign(exponent) > 0:
            return Fraction(0)
        if not _sign(exponent) and is_literal:
            return Fraction(1)
        raise Nowhere
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return base ** int(exponent)
    if not isinstance(base, _MP.mpc) and _sign(base) < 0:
        raise Nowhere
    if isinstance(base, Fraction) and exponent in (Fraction(1, 2), Fraction(-1, 2)):
        root = Fraction(isqrt(base.numerator), isqrt(base.denominator))
        if root * root == base:
            return root if exponent > 0 else 1 / root
    return _real(base) ** _real(exponent)


def _cbrt(a: Number) -> Number:
    sign = _sign(a)
    if isinstance(a, Fraction):
        for k in range(4):
            if abs(a) == k**3:
                return Fraction(sign * k)
    return sign * _MP.cbrt(abs(_real(a))) if sign else Fraction(0)


def _log(a: Number) -> Number:
    if _is_zero(a) or (not isinstance(a, _MP.mpc) and _sign(a) < 0):
        raise Nowhere
    return Fraction(0) if a == 1 else _MP.log(_real(a))


def _tan(a: Number) -> Number:
    return _MP.tan(_real(a)) if a else Fraction(0)


def _inside(low: int, high: int, function: Any) -> Any:
    def call(a: Number) -> Number:
        if a < low or a > high:
            raise Nowhere
        return function(_real(a))

    return call


def _divided(function: Any) -> Any:
    def call(a: Number) -> Number:
        value = function(a)
        if _is_zero(value):
            raise Nowhere
        return 1 / value

    return call


_CALLS: dict[str, Any] = {
    "conj": lambda a: _MP.conj(_real(a)),
    "re": lambda a: _MP.re(_real(a)),
    "im": lambda a: _MP.im(_real(a)),
    "abs": abs,
    "sign": lambda a: Fraction(_sign(a)),
    "heaviside": lambda a: Fraction(1 + _sign(a), 2),
    "max": lambda *a: max(a, key=_real),
    "min": lambda *a: min(a, key=_real),
    "exp": lambda a: _MP.exp(_real(a)) if a else Fraction(1),
    "log": _log,
    "cbrt": _cbrt,
    "sin": lambda a: _MP.sin(_real(a)) if a else Fraction(0),
    "cos": lambda a: _MP.cos(_real(a)) if a else Fraction(1),
    "tan": _tan,
    "cot": _divided(_tan),
    "sec": lambda a: 1 / _MP.cos(_real(a)),
    "csc": _divided(lambda a: _MP.sin(_real(a))),
    "sinh": lambda a: _MP.sinh(_real(a)),
    "cosh": lambda a: _MP.cosh(_real(a)),
    "tanh": lambda a: _MP.tanh(_real(a)),
    "coth": _divided(lambda a: _MP.tanh(_real(a))),
    "sech": lambda a: 1 / _MP.cosh(_real(a)),
    "csch": _divided(lambda a: _MP.sinh(_real(a))),
    "asin": _inside(-1, 1, _MP.asin),
    "acos": _inside(-1, 1, _MP.acos),
    "atan": lambda a: _MP.atan(_real(a)),
    "asinh": lambda a: _MP.asinh(_real(a)),
    "erf": lambda a: _MP.erf(_real(a)),
    "erfc": lambda a: _MP.erfc(_real(a)),
    "hypot": lambda a, b: _power(_add(_times(a, a), _times(b, b)), Fraction(1, 2), True),
}


def value(node: n.Node, at: Point, depth: int = 0) -> Matrix:
    """The entries of a node at a point; raises :class:`Nowhere` where it has none."""
    rule = _RULES.get(type(node))
    if rule is None:
        raise Unread(type(node).__name__)
    found: Matrix = rule(node, at, depth)
    return found


def scalar(node: n.Node, at: Point, depth: int = 0) -> Number:
    """The value of a scalar node."""
    return value(node, at, depth)[0][0]


def truth(node: n.Node, at: Point, depth: int = 0) -> tuple[tuple[bool, ...], ...]:
    """Where a condition holds."""
    rows, columns = at.lengths(node.shape)
    match node:
        case n.Logic(operator=operator, args=args):
            parts = [_spread(truth(arg, at, depth), rows, columns) for arg in args]
            joined = {"and": all, "or": any, "not": lambda values: not next(iter(values))}[operator]
            return tuple(
                tuple(bool(joined([p[i][j] for p in parts])) for j in range(columns))
                for i in range(rows)
            )
        case n.InRange(arg=arg, dim=dim):
            place = scalar(arg, at, depth)
            return ((place.denominator == 1 and 0 <= place < at.size(dim),),)
        case n.Compare(operator=operator, left=left, right=right):
            one, other = (_spread(value(s, at, depth), rows, columns) for s in (left, right))
            return tuple(
                tuple(_compared(operator, a, b) for a, b in zip(x, y, strict=True))
                for x, y in zip(one, other, strict=True)
            )
    raise Unread(type(node).__name__)


def _compared(operator: str, a: Number, b: Number) -> bool:
    gap = _add(a, -b)
    if operator in ("==", "!="):
        return _is_zero(gap) == (operator == "==")
    sign = _sign(gap)
    return {
        "<": sign < 0,
        "<=": sign <= 0,
        ">": sign > 0,
        ">=": sign >= 0,
    }[operator]


def _spread(found: Any, rows: int, columns: int) -> Any:
    if (len(found), len(found[0])) == (rows, columns):
        return found
    return ((found[0][0],) * columns,) * rows


def _filled(rows: int, columns: int, entry: Any) -> Matrix:
    return tuple(tuple(entry(i, j) for j in range(columns)) for i in range(rows))


def _cellwise(node: n.Node, args: tuple[n.Node, ...], at: Point, depth: int, make: Any) -> Matrix:
    rows, columns = at.lengths(node.shape)
    parts = [_spread(value(arg, at, depth), rows, columns) for arg in args]
    return _filled(rows, columns, lambda i, j: make(*(p[i][j] for p in parts)))


def _total(numbers: Any) -> Number:
    result: Number = Fraction(0)
    for number in numbers:
        result = _add(result, number)
    return result


def _product(numbers: Any) -> Number:
    result: Number = Fraction(1)
    for number in numbers:
        result = _times(result, number)
    return result


def _pow(node: n.Pow, at: Point, depth: int) -> Matrix:
    is_literal = isinstance(node.exponent, n.Num)
    return _cellwise(
        node, (node.base, node.exponent), at, depth, lambda b, e: _power(b, e, is_literal)
    )


def _call(node: n.Call, at: Point, depth: int) -> Matrix:
    function = _CALLS.get(node.function)
    if function is None:
        raise Unread(node.function)
    return _cellwise(node, node.args, at, depth, function)


def _select(node: n.Select, at: Point, depth: int) -> Matrix:
    rows, columns = at.lengths(node.shape)
    holds = _spread(truth(node.condition, at, depth), rows, columns)
    needed = {h for row in holds for h in row}
    if len(needed) > 1 and node.condition.shape:
        return _select_cells(node, at, depth, holds)
    branch = node.then if needed == {True} else node.otherwise
    found: Matrix = _spread(value(branch, at, depth), rows, columns)
    return found


def _select_cells(node: n.Select, at: Point, depth: int, holds: Any) -> Matrix:
    """Where a branch is undefined as a whole, its entries may be not; those that count must be."""
    rows, columns = at.lengths(node.shape)
    branches = {
        h: _lazy(branch, at, depth, rows, columns, [[c == h for c in row] for row in holds])
        for h, branch in ((True, node.then), (False, node.otherwise))
    }
    return _filled(rows, columns, lambda i, j: branches[holds[i][j]][i][j])


def _lazy(node: n.Node, at: Point, depth: int, rows: int, columns: int, needed: Any) -> Any:
    """A value of which only some entries must exist: of elementwise nodes, entry by entry."""
    try:
        return _spread(value(node, at, depth), rows, columns)
    except Nowhere:
        if not node.shape or not isinstance(node, n.Add | n.Mul | n.Pow | n.Call):
            raise
    parts = [_lazy(child, at, depth, rows, columns, needed) for child in n.children(node)]
    names = [f"@{k}" for k in range(len(parts))]
    cells = []
    for i in range(rows):
        line: list[Number] = []
        for j in range(columns):
            if not needed[i][j]:
                line.append(Fraction(0))
                continue
            inside = {name: ((p[i][j],),) for name, p in zip(names, parts, strict=True)}
            children = [
                c if isinstance(c, n.Num) and not c.shape else n.Sym(name, shape=())
                for name, c in zip(names, n.children(node), strict=True)
            ]
            line.append(
                scalar(_again(node, children), replace(at, symbols={**at.symbols, **inside}), depth)
            )
        cells.append(line)
    return cells


def _again(node: n.Node, args: list[n.Node]) -> n.Node:
    match node:
        case n.Add():
            return n.Add(tuple(args), shape=())
        case n.Mul():
            return n.Mul(tuple(args), shape=())
        case n.Pow():
            return n.Pow(args[0], args[1], shape=())
        case n.Call(function=function):
            return n.Call(function, tuple(args), shape=())
    raise Unread(type(node).__name__)


def _matmul(node: n.MatMul, at: Point, depth: int) -> Matrix:
    return _dot(value(node.left, at, depth), value(node.right, at, depth))


def _dot(left: Matrix, right: Matrix) -> Matrix:
    columns = tuple(zip(*right, strict=True))
    return tuple(
        tuple(_total(_times(a, b) for a, b in zip(row, c, strict=True)) for c in columns)
        for row in left
    )


def _sum(node: n.Sum, at: Point, depth: int) -> Matrix:
    return _reduced(node, at, depth, _total)


def _reduced(node: n.Sum | n.Extreme, at: Point, depth: int, fold: Any) -> Matrix:
    found = value(node.arg, at, depth)
    if node.axis is None:
        return ((fold([a for row in found for a in row]),),)
    if node.axis == 0:
        return (tuple(fold(column) for column in zip(*found, strict=True)),)
    return tuple((fold(row),) for row in found)


def _extreme(node: n.Extreme, at: Point, depth: int) -> Matrix:
    return _reduced(node, at, depth, lambda numbers: _CALLS[node.function](*numbers))


def _adjugate(matrix: Matrix) -> tuple[Number, Matrix]:
    """Determinant and adjugate, with no division by what may be zero (Faddeev and LeVerrier;
    Gantmacher, The Theory of Matrices, IV.5)."""
    size = len(matrix)
    last: Number = Fraction(1)
    found: Matrix = _filled(size, size, lambda i, j: Fraction(i == j))
    for k in range(1, size + 1):
        if k > 1:
            held, added = _dot(matrix, found), last
            found = _filled(
                size, size, lambda i, j, h=held, a=added: _add(h[i][j], a) if i == j else h[i][j]
            )
        trace = _total(row[i] for i, row in enumerate(_dot(matrix, found)))
        last = _times(Fraction(-1, k), trace)
    sign = Fraction((-1) ** size)
    scaled = _filled(size, size, lambda i, j: _times(-sign, found[i][j]))
    return _times(sign, last), scaled


def determinant(matrix: Matrix) -> Number:
    """Exact for fractions."""
    return _adjugate(matrix)[0]


def inverse(matrix: Matrix) -> Matrix:
    """By the adjugate."""
    whole, adjugate = _adjugate(matrix)
    if _is_zero(whole):
        raise Nowhere
    return tuple(tuple(_times(a, 1 / whole) for a in row) for row in adjugate)


def _matrix_power(node: n.MatPower, at: Point, depth: int) -> Matrix:
    base, count = value(node.arg, at, depth), scalar(node.exponent, at, depth)
    if count < 0:
        base, count = inverse(base), -count
    result = _filled(len(base), len(base), lambda i, j: Fraction(i == j))
    for _ in range(int(count)):
        result = _dot(result, base)
    return result


def _cholesky(node: n.Cholesky, at: Point, depth: int) -> Matrix:
    a = value(node.arg, at, depth)
    lower: list[list[Number]] = []
    for i in range(len(a)):
        lower.append([Fraction(0)] * len(a))
        for j in range(i + 1):
            rest = _add(a[i][j], -_total(_times(lower[i][k], lower[j][k]) for k in range(j)))
            if i == j:
                if _sign(rest) <= 0:
                    raise Nowhere
                lower[i][j] = _power(rest, Fraction(1, 2), True)
            else:
                lower[i][j] = _times(rest, 1 / lower[j][j])
    return tuple(map(tuple, lower))


def _expm(node: n.Expm, at: Point, depth: int) -> Matrix:
    a = _MP.matrix([[_real(x) for x in row] for row in value(node.arg, at, depth)])
    e = _MP.expm(a, method="taylor")
    return _filled(a.rows, a.cols, lambda i, j: e[i, j])


def _pinv(node: n.Pinv, at: Point, depth: int) -> Matrix:
    a = value(node.arg, at, depth)
    t = tuple(zip(*a, strict=True))
    if len(a) >= len(t):
        return _dot(inverse(_dot(t, a)), t)
    return _dot(t, inverse(_dot(a, t)))


def _diag(node: n.Diag, at: Point, depth: int) -> Matrix:
    found = value(node.arg, at, depth)
    if n.ONE in (n.rows_of(node.arg.shape), n.columns_of(node.arg.shape)):
        flat = [a for row in found for a in row]
        return _filled(len(flat), len(flat), lambda i, j: flat[i] if i == j else Fraction(0))
    return tuple((row[k],) for k, row in enumerate(found))


def _kron(node: n.Kron, at: Point, depth: int) -> Matrix:
    a, b = value(node.left, at, depth), value(node.right, at, depth)
    p, q = len(b), len(b[0])
    return _filled(
        len(a) * p, len(a[0]) * q, lambda i, j: _times(a[i // p][j // q], b[i % p][j % q])
    )


def _vec(node: n.Vec, at: Point, depth: int) -> Matrix:
    return tuple((a,) for column in zip(*value(node.arg, at, depth), strict=True) for a in column)


def _stack(node: n.Stack, at: Point, depth: int) -> Matrix:
    parts = [value(arg, at, depth) for arg in node.args]
    if node.axis == 0:
        return tuple(row for part in parts for row in part)
    return tuple(tuple(a for row in rows for a in row) for rows in zip(*parts, strict=True))


def _taken(found: Matrix, row: Number, column: Number) -> Matrix:
    if row.denominator != 1 or column.denominator != 1:
        raise Nowhere
    if not (0 <= row < len(found) and 0 <= column < len(found[0])):
        raise Nowhere
    return ((found[int(row)][int(column)],),)


def _entry(node: n.Entry, at: Point, depth: int) -> Matrix:
    def place(index: n.Index | int) -> Fraction:
        return Fraction(index if isinstance(index, int) else at.indices[index.name])

    # rows of a comprehension that are not looked at need not exist
    if isinstance(node.arg, n.Build):
        return _built(node.arg, at, depth, place(node.row), place(node.column))
    return _taken(value(node.arg, at, depth), place(node.row), place(node.column))


def _pick(node: n.Pick, at: Point, depth: int) -> Matrix:
    places = [scalar(place, at, depth) for place in (node.row, node.column)]
    return _taken(value(node.arg, at, depth), places[0], places[1])


def _numbers(index: n.Index, at: Point) -> range:
    start = at.size(index.start)
    return range(start, start + at.size(index.dim))


def _with(at: Point, index: n.Index | None, number: int) -> Point:
    if index is None:
        return at
    return replace(at, indices={**at.indices, index.name: number})


def _sum_index(node: n.SumIndex, at: Point, depth: int) -> Matrix:
    parts = [value(node.body, _with(at, node.index, k), depth) for k in _numbers(node.index, at)]
    rows, columns = at.lengths(node.shape)
    return _filled(rows, columns, lambda i, j: _total(part[i][j] for part in parts))


def _prod_index(node: n.ProdIndex, at: Point, depth: int) -> Matrix:
    parts = [scalar(node.body, _with(at, node.index, k), depth) for k in _numbers(node.index, at)]
    return ((_product(parts),),)


def _built(node: n.Build, at: Point, depth: int, row: Number, column: Number) -> Matrix:
    rows, columns = at.lengths(node.shape)
    if not (0 <= row < rows and 0 <= column < columns):
        raise Nowhere
    inside = _with(_with(at, node.row, int(row)), node.column, int(column))
    return value(node.body, inside, depth)


def _build(node: n.Build, at: Point, depth: int) -> Matrix:
    rows, columns = at.lengths(node.shape)
    return _filled(
        rows, columns, lambda i, j: _built(node, at, depth, Fraction(i), Fraction(j))[0][0]
    )


# derivatives


def _slope(
    body: n.Node, at: Point, depth: int, where: dict[str, Matrix], along: dict[str, Matrix]
) -> Matrix:
    if depth >= len(_STEPS):
        raise Unread("a derivative of higher order")

    def there(step: Fraction) -> Matrix:
        moved = {
            name: _filled(
                len(point),
                len(point[0]),
                lambda i, j, p=point, w=along[name]: _add(p[i][j], _times(step, w[i][j])),
            )
            for name, point in where.items()
        }
        return value(body, replace(at, symbols={**at.symbols, **moved}), depth + 1)

    step = _STEPS[depth]
    here, ahead, behind = there(Fraction(0)), there(step), there(-step)

    def slope(i: int, j: int) -> Number:
        one = _times(_add(ahead[i][j], -here[i][j]), 1 / step)
        other = _times(_add(here[i][j], -behind[i][j]), 1 / step)
        scale = max(1.0, float(abs(one)))
        if float(abs(_add(one, -other))) > 1000 * float(step) * scale or scale > _LARGE:
            raise Nowhere
        return _times(_add(one, other), Fraction(1, 2))

    return _filled(len(here), len(here[0]), slope)


def _jvp(node: n.Jvp, at: Point, depth: int) -> Matrix:
    where = {v.name: value(p, at, depth) for v, p in zip(node.variables, node.at, strict=True)}
    along = {
        v.name: value(d, at, depth) for v, d in zip(node.variables, node.directions, strict=True)
    }
    return _slope(node.body, at, depth, where, along)


def _by_entries(
    body: n.Node,
    variable: n.Sym,
    place: n.Node,
    at: Point,
    depth: int,
    unit: Number = Fraction(1),
) -> list[list[Matrix]]:
    point = value(place, at, depth)
    rows, columns = len(point), len(point[0])
    return [
        [
            _slope(
                body,
                at,
                depth,
                {variable.name: point},
                {
                    variable.name: _filled(
                        rows, columns, lambda k, m, i=i, j=j: unit * ((k, m) == (i, j))
                    )
                },
            )
            for j in range(columns)
        ]
        for i in range(rows)
    ]


def _grad(node: n.Grad, at: Point, depth: int) -> Matrix:
    found = _by_entries(node.body, node.variable, node.at, at, depth)
    return tuple(tuple(cell[0][0] for cell in row) for row in found)


def _jacobian(node: n.Jacobian, at: Point, depth: int) -> Matrix:
    return _laid_out(_by_entries(node.body, node.variable, node.at, at, depth), node.layout)


def _laid_out(cells: list[list[Matrix]], layout: str) -> Matrix:
    if layout == "scalar":
        return cells[0][0]
    if layout == "gradient":
        return tuple(tuple(cell[0][0] for cell in row) for row in cells)
    columns = [[a for row in cell for a in row] for row in cells for cell in row]
    if layout == "numerator":
        return tuple(zip(*columns, strict=True))
    return tuple(map(tuple, columns))


def _wirtinger(node: n.Wirtinger, at: Point, depth: int) -> Matrix:
    """Half the slope along the real axis, and as much of that along the imaginary one."""
    along, across = (
        _laid_out(_by_entries(node.body, node.variable, node.at, at, depth, unit), node.layout)
        for unit in (Fraction(1), _MP.mpc(0, 1))
    )
    turn = _MP.mpc(0, 1 if node.conjugate else -1)
    return _filled(
        len(along), len(along[0]), lambda i, j: _add(along[i][j], _times(turn, across[i][j])) / 2
    )


_RULES: dict[type[n.Node], Any] = {
    n.Num: lambda node, at, _: _filled(*at.lengths(node.shape), lambda i, j: node.value),
    n.Const: lambda node, at, _: (
        (_MP.mpmathify({"pi": +_MP.pi, "e": +_MP.e, "I": _MP.mpc(0, 1)}[node.name]),),
    ),
    n.DimSize: lambda node, at, _: ((Fraction(at.size(node.dim)),),),
    n.Sym: lambda node, at, _: at.symbols[node.name],
    n.Eye: lambda node, at, _: _filled(*at.lengths(node.shape), lambda i, j: Fraction(i == j)),
    n.Add: lambda node, at, d: _cellwise(node, node.args, at, d, lambda *a: _total(a)),
    n.Mul: lambda node, at, d: _cellwise(node, node.args, at, d, lambda *a: _product(a)),
    n.Pow: _pow,
    n.Call: _call,
    n.Select: _select,
    n.MatMul: _matmul,
    n.Transpose: lambda node, at, d: tuple(zip(*value(node.arg, at, d), strict=True)),
    n.Sum: _sum,
    n.Extreme: _extreme,
    n.Trace: lambda node, at, d: (
        (_total(row[k] for k, row in enumerate(value(node.arg, at, d))),),
    ),
    n.Det: lambda node, at, d: ((determinant(value(node.arg, at, d)),),),
    n.Inv: lambda node, at, d: inverse(value(node.arg, at, d)),
    n.MatPower: _matrix_power,
    n.Cholesky: _cholesky,
    n.Expm: _expm,
    n.Pinv: _pinv,
    n.Diag: _diag,
    n.Kron: _kron,
    n.Vec: _vec,
    n.Stack: _stack,
    n.Entry: _entry,
    n.Pick: _pick,
    n.IndexValue: lambda node, at, _: ((Fraction(at.indices[node.index.name]),),),
    n.SumIndex: _sum_index,
    n.ProdIndex: _prod_index,
    n.Build: _build,
    n.Jvp: _jvp,
    n.Grad: _grad,
    n.Jacobian: _jacobian,
    n.Wirtinger: _wirtinger,
}


# points


def _entries(symbol: Symbol, rows: int, columns: int, random: Random) -> Matrix:
    """Entries of a symbol that are often equal, zero, or leave a matrix singular."""
    kind, structure = symbol.domain.kind, symbol.structure
    if symbol.domain.excluded:
        raise Unread("a symbol that is not everything")
    if kind == "complex":
        return _complex_entries(structure, rows, columns, random)
    if symbol.domain.interval is not None:
        limits = symbol.domain.interval
        try:
            empty = Point({}, {}, {})
            low = None if limits.low is None else scalar(limits.low, empty)
            high = None if limits.high is None else scalar(limits.high, empty)
        except (Unread, KeyError) as error:
            raise Unread("an interval") from error
        low = Fraction(-3) if low is None and high is None else low
        low = high - 2 if low is None else low
        high = low + 3 if high is None else high
        if not isinstance(low, Fraction) or not isinstance(high, Fraction):
            raise Unread("an interval")
        ends = [low] * limits.low_closed + [high] * limits.high_closed
        values = (*ends, *((low * (4 - k) + high * k) / 4 for k in (1, 2, 3)))
    else:
        values = {
            "positive": (Fraction(1), Fraction(2), Fraction(1, 2)),
            "negative": (Fraction(-1), Fraction(-2)),
            "nonnegative": (Fraction(0), Fraction(1), Fraction(2)),
            "nonzero": (Fraction(-1), Fraction(1), Fraction(2)),
            "natural": (Fraction(1), Fraction(2), Fraction(3)),
            "integer": (Fraction(-1), Fraction(0), Fraction(1), Fraction(2)),
        }.get(kind, _VALUES)
    if symbol.differential and not structure:
        values = (Fraction(-1), Fraction(1), Fraction(2))

    def draw() -> Fraction:
        return random.choice(values)

    if "orthogonal" in structure:
        order = random.sample(range(rows), rows)
        return _filled(rows, columns, lambda i, j: random.choice((-1, 1)) * Fraction(order[i] == j))
    if "diagonal" in structure:
        return _filled(rows, columns, lambda i, j: draw() if i == j else Fraction(0))
    if "spd" in structure:
        root = _filled(rows, rows, lambda i, j: random.choice(_VALUES))
        gram = _dot(root, tuple(zip(*root, strict=True)))
        return _filled(rows, rows, lambda i, j: gram[i][j] + (i == j))
    found = [[draw() for _ in range(columns)] for _ in range(rows)]
    if random.random() < 0.2:
        found = [[found[0][0]] * columns for _ in range(rows)]
    if structure & {"symmetric", "hermitian"}:
        found = [[found[max(i, j)][min(i, j)] for j in range(columns)] for i in range(rows)]
    result = tuple(map(tuple, found))
    if "invertible" in structure and not determinant(result):
        raise Nowhere
    return result


def _complex_entries(structure: frozenset[str], rows: int, columns: int, random: Random) -> Matrix:
    def draw(i: int, j: int) -> Number:
        return random.choice(_COMPLEX)

    found = _filled(rows, columns, draw)
    if "orthogonal" in structure:
        order = random.sample(range(rows), rows)
        found = _filled(rows, rows, lambda i, j: random.choice(_UNITS) * (order[i] == j))
    turned = tuple(tuple(map(_MP.conj, column)) for column in zip(*found, strict=True))
    if "spd" in structure:
        gram = _dot(found, turned)
        found = _filled(rows, rows, lambda i, j: gram[i][j] + (i == j))
    elif "hermitian" in structure:
        found = _filled(rows, rows, lambda i, j: found[i][j] + turned[i][j])
    if "symmetric" in structure:
        found = _filled(rows, rows, lambda i, j: found[max(i, j)][min(i, j)])
    if "diagonal" in structure:
        found = _filled(rows, rows, lambda i, j: found[i][j] * (i == j))
    if "invertible" in structure and _is_zero(determinant(found)):
        raise Nowhere
    return found


def points(equation: Equation, random: Random, count: int) -> Iterator[Point]:
    """Random points, whatever the side conditions say."""
    context = equation.context
    for _ in range(count):
        sizes = {name: random.choice((1, 1, 2, 2, 3)) for name in context.dims}
        try:
            empty = Point(sizes, {}, {})
            symbols: dict[str, Matrix] = {}
            for symbol in context.symbols:
                rows, columns = empty.lengths(symbol.shape)
                if rows < 1 or columns < 1:
                    raise Nowhere
                symbols[symbol.name] = _entries(symbol, rows, columns, random)
            at = Point(sizes, symbols, {})
            yield at
        except Nowhere:
            continue


def counterexample(equation: Equation, seed: int, count: int = 40) -> str | None:
    """A point where both sides are defined and differ; raises :class:`Unread`."""
    random = Random(seed)
    met = 0
    for at in points(equation, random, count):
        ranges = [_numbers(index, at) for index in equation.indices]
        for numbers in product(*ranges):
            names = (index.name for index in equation.indices)
            here = replace(at, indices=dict(zip(names, numbers, strict=True)))
            rows, columns = here.lengths(equation.left.shape)
            try:
                if not all(all(map(all, truth(c, here))) for c in equation.context.assume):
                    continue
                sides = [
                    _spread(value(side, here), rows, columns)
                    for side in (equation.left, equation.right)
                ]
            except (Nowhere, ZeroDivisionError):
                continue
            met += 1
            for one, other in zip(*sides, strict=True):
                for a, b in zip(one, other, strict=True):
                    scale = max(1.0, float(abs(a)), float(abs(b)))
                    if float(abs(_add(a, -b))) > 10 * _NEAR * scale:
                        shown = {k: [list(map(str, r)) for r in v] for k, v in at.symbols.items()}
                        at_indices = {**here.sizes, **here.indices}
                        return f"{at_indices} {shown}: {_short(a)} != {_short(b)}"
    return None if met else ""


def _short(a: Number) -> str:
    return str(a) if isinstance(a, Fraction) else _MP.nstr(a, 8)
