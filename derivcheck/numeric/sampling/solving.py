"""Meeting an equality by changing one symbol, exactly in rationals.

Orthonormal columns, unit norms, fixed sums, symmetry and inverses have constructions of their
own that respect signs; what is affine in a symbol is solved by elimination.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Symbol
from derivcheck.numeric.sampling.conditions import Sizes, Values, holds, inside, pairs
from derivcheck.numeric.sampling.exact import (
    Complex,
    Evaluator,
    Inexact,
    Matrix,
    Value,
    flip,
    inverse,
    rational_root,
    real_value,
    reduce_rows,
    rows_times,
)
from derivcheck.numeric.sampling.values import allowed, domain_range, orthogonal, unit_vector


def equate(
    node: N.Compare,
    names: Sequence[str],
    symbols: Mapping[str, Symbol],
    values: Values,
    sizes: Sizes,
    random: Random,
    tries: int = 60,
) -> Values:
    """Values that meet an equality by changing one symbol; the old ones where none is found.

    A changed value lies in the domain of its symbol and has its structure. ``names`` are the
    symbols it mentions, the one to solve for first. For a rational root the others are moved, too,
    from the second of the ``tries`` for each on.
    """
    for one, other in ((node.left, node.right), (node.right, node.left)):
        for attempt in (_orthonormal, _idempotent, _norm, _spread, _rescale, _assign):
            try:
                found = attempt(one, other, symbols, values, sizes, random)
            except Inexact:
                continue
            if found is None or not holds(node, sizes, found):
                continue
            # the other side of the equality knows nothing of the domain of this one
            if all(v is values[n] or inside(v, symbols[n]) for n, v in found.items()):
                return found
    for name in names:
        found = _linear(node, symbols[name], values, sizes, random)
        if found is not None:
            return found
    scalars = [name for name in names if isinstance(values[name], Fraction)]
    if scalars and len(scalars) == len(names):
        return _quadratic(node, scalars, symbols, values, sizes, random, tries) or values
    return values


def _orthonormal(
    one: N.Node,
    other: N.Node,
    symbols: Mapping[str, Symbol],
    values: Values,
    sizes: Sizes,
    random: Random,
) -> Values | None:
    """``W.T @ W == eye(n)``: columns of a rational orthogonal matrix."""
    if not isinstance(other, N.Eye) or not isinstance(one, N.MatMul):
        return None
    if isinstance(one.left, N.Transpose) and one.left.arg is one.right:
        symbol, by_columns = one.right, True
    elif isinstance(one.right, N.Transpose) and one.right.arg is one.left:
        symbol, by_columns = one.left, False
    else:
        return None
    if not isinstance(symbol, N.Sym) or not symbol.shape:
        return None
    rows, columns = symbol.shape[0].size(sizes), symbol.shape[1].size(sizes)
    if rows < columns if by_columns else columns < rows:
        return None
    whole = orthogonal(max(rows, columns), random)
    cut = tuple(row[:columns] for row in whole[:rows])
    return {**values, symbol.name: cut}


def _norm(
    one: N.Node,
    other: N.Node,
    symbols: Mapping[str, Symbol],
    values: Values,
    sizes: Sizes,
    random: Random,
) -> Values | None:
    """``norm(x) == c`` or ``sum(x**2) == c``: a rational point of the sphere."""
    squared = True
    if (
        isinstance(one, N.Pow)
        and isinstance(one.exponent, N.Num)
        and one.exponent.value == Fraction(1, 2)
    ):
        one, squared = one.base, False
    names = [s for s in N.symbols_in(one) if s.shape]
    if len(names) != 1 or not _is_square_sum(one, names[0]):
        return None
    symbol = names[0]
    target = Evaluator(sizes, values).scalar(other)
    radius = rational_root(target) if squared else target
    if radius is None or radius < 0 or not symbol.shape:
        return None
    rows, columns = symbol.shape[0].size(sizes), symbol.shape[1].size(sizes)
    domain = symbols[symbol.name].domain
    for _ in range(8):
        flat = [radius * x for x in unit_vector(rows * columns, random)]
        limits = domain_range(domain)
        if limits.low == 0 or limits.high == 0:
            flat = [abs(x) if limits.low == 0 else -abs(x) for x in flat]
        if all(allowed(x, domain) for x in flat):
            break
    matrix = tuple(tuple(flat[i * columns : (i + 1) * columns]) for i in range(rows))
    return {**values, symbol.name: matrix}


def _idempotent(
    one: N.Node,
    other: N.Node,
    symbols: Mapping[str, Symbol],
    values: Values,
    sizes: Sizes,
    random: Random,
) -> Values | None:
    """``P @ P == P``: the projection onto some columns along others, ``U @ inv(W.T @ U) @ W.T``;
    ``A @ A == eye(n)``: the reflection ``2*P - I``."""
    if not (isinstance(one, N.MatMul) and one.left is one.right):
        return None
    symbol = one.left
    reflects = isinstance(other, N.Eye)
    if not isinstance(symbol, N.Sym) or symbol.name not in symbols:
        return None
    if other is not symbol and not reflects:
        return None
    size = N.rows_of(symbol.shape).size(sizes)
    rank = random.randint(1, max(1, size - 1))
    same = not symbols[symbol.name].structure.isdisjoint(("symmetric", "hermitian"))
    for _ in range(8):
        u, w = (
            tuple(tuple(Fraction(random.randint(-3, 3)) for _ in range(rank)) for _ in range(size))
            for _ in range(2)
        )
        w = u if same else w
        try:
            middle = inverse(rows_times(flip(w), u))
        except Inexact:
            continue
        found = rows_times(rows_times(u, middle), flip(w))
        if reflects:
            found = tuple(
                tuple(2 * entry - (i == j) for j, entry in enumerate(row))
                for i, row in enumerate(found)
            )
        return {**values, symbol.name: found}
    return None


def _spread(
    one: N.Node,
    other: N.Node,
    symbols: Mapping[str, Symbol],
    values: Values,
    sizes: Sizes,
    random: Random,
) -> Values | None:
    """``sum((x - mu)**2) == n*sigma**2``: x is a rational point of that sphere around mu."""
    inner = _squared(one)
    terms = inner.args if isinstance(inner, N.Add) else ()
    for term in terms:
        minus = isinstance(term, N.Mul) and term.args[0] is N.MINUS_ONE and len(term.args) == 2
        symbol = term.args[1] if isinstance(term, N.Mul) and minus else term
        if not isinstance(symbol, N.Sym) or not symbol.shape or symbol.name not in symbols:
            continue
        others = N.add(*(t for t in terms if t is not term))
        if symbol in N.symbols_in(others) or symbol in N.symbols_in(other):
            continue
        evaluator = Evaluator(sizes, values)
        rows, columns = (dim.size(sizes) for dim in symbol.shape)
        count = rows * columns
        target = evaluator.scalar(other)
        flat = _of_length(target, count, random)
        if flat is None:
            continue
        centre = evaluator(others)
        matrix = tuple(
            tuple(
                (flat[i * columns + j] - (centre if isinstance(centre, Fraction) else centre[i][j]))
                * (-1 if minus else 1)
                for j in range(columns)
            )
            for i in range(rows)
        )
        return {**values, symbol.name: matrix}
    return None


def _of_length(square: Fraction, count: int, random: Random) -> list[Fraction] | None:
    """A rational vector whose squares add up to a number; None where none is at hand."""
    root = rational_root(square)
    if root is not None:
        return [root * x for x in unit_vector(count, random)]
    root = rational_root(square / count)
    if root is None:
        return None
    if count == 1:
        return [root]
    # a rotation of (r, r, ..., r)
    return [sum(row, Fraction(0)) * root for row in orthogonal(count, random)]


def _squared(node: N.Node) -> N.Node | None:
    """What a node is the sum of squares of: ``sum(e**2)``, ``e.T @ e``, ``norm(e)**2``."""
    half, two = Fraction(1, 2), N.number(2)
    if isinstance(node, N.Pow) and node.exponent is two:
        inner = node.base
        if isinstance(inner, N.Pow) and inner.exponent is N.number(half):
            return _squared(inner.base)
        return None
    if isinstance(node, N.Sum) and node.axis is None and isinstance(node.arg, N.Pow):
        return node.arg.base if node.arg.exponent is two else None
    if isinstance(node, N.MatMul) and isinstance(node.left, N.Transpose):
        return node.right if node.left.arg is node.right else None
    return None


def _rescale(
    one: N.Node,
    other: N.Node,
    symbols: Mapping[str, Symbol],
    values: Values,
    sizes: Sizes,
    random: Random,
) -> Values | None:
    """``sum(Y, axis) == c``: each sum scaled to what it should be, signs kept."""
    if not isinstance(one, N.Sum) or not isinstance(one.arg, N.Sym):
        return None
    name = one.arg.name
    matrix = Evaluator(sizes, values).matrix(one.arg)
    wanted = Evaluator(sizes, values).matrix(other)
    if not all(w for row in wanted for w in row):
        return None  # nothing but zeros would be left
    rows, columns = len(matrix), len(matrix[0])
    if one.axis is None:
        sums = sum((sum(row, Fraction(0)) for row in matrix), Fraction(0))
        factors = [[wanted[0][0] / sums if sums else Fraction(0)] * columns] * rows
    else:
        vectors = matrix if one.axis == 1 else flip(matrix)
        flat = [w for row in wanted for w in row]
        if len(flat) == 1:
            flat *= len(vectors)
        scales = [
            w / s if (s := sum(v, Fraction(0))) else Fraction(0)
            for v, w in zip(vectors, flat, strict=True)
        ]
        factors = [[s] * columns for s in scales] if one.axis == 1 else [list(scales)] * rows
    scaled = tuple(
        tuple(a * f for a, f in zip(row, line, strict=True))
        for row, line in zip(matrix, factors, strict=True)
    )
    found = {**values, name: scaled}
    return found if inside(scaled, symbols[name]) else None


def _assign(
    one: N.Node,
    other: N.Node,
    symbols: Mapping[str, Symbol],
    values: Values,
    sizes: Sizes,
    random: Random,
) -> Values | None:
    """``X == expression``, ``X == X.T``, ``A @ B == eye(n)``."""
    if isinstance(one, N.Sym) and one.name in symbols:
        if isinstance(other, N.Transpose) and other.arg is one:
            square = Evaluator(sizes, values).matrix(one)
            size = range(len(square))
            upper = tuple(tuple(square[min(i, j)][max(i, j)] for j in size) for i in size)
            return {**values, one.name: upper}
        if one not in N.symbols_in(other):
            value = Evaluator(sizes, values)(other)
            if one.shape and isinstance(value, Fraction):
                rows, columns = (dim.size(sizes) for dim in one.shape)
                value = ((value,) * columns,) * rows
            return {**values, one.name: value}
    if isinstance(one, N.MatMul) and isinstance(other, N.Eye):
        for known, unknown in ((one.left, one.right), (one.right, one.left)):
            if isinstance(unknown, N.Sym) and unknown not in N.symbols_in(known):
                matrix = Evaluator(sizes, values).matrix(known)
                if len(matrix) == len(matrix[0]):
                    return {**values, unknown.name: inverse(matrix)}
    return None


def _linear(
    node: N.Compare, symbol: Symbol, values: Values, sizes: Sizes, random: Random
) -> Values | None:
    """Solve for one symbol: for all its entries, else for one entry at a time."""
    name = symbol.name
    cells = list(_cells(values[name]))
    if not cells:
        return None
    random.shuffle(cells)
    sets = [cells] + [[cell] for cell in cells]
    for chosen in sets:
        try:
            found = _solve(node, name, chosen, values, sizes)
        except Inexact:
            continue
        if found is not None and inside(found[name], symbol) and holds(node, sizes, found):
            return found
    return None


_LEGS = tuple(
    Fraction(text)
    for text in (
        *("3/5", "4/5", "5/13", "12/13", "8/17", "15/17", "3/4", "4/3", "5/12", "12/5", "5/3"),
        *("5/4", "13/5", "13/12", "2/3", "1/3", "2/7", "3/7", "6/7", "1", "1/2", "2", "0"),
    )
)
"""Legs and ratios of Pythagorean triangles and quadruples: their squares add up to squares."""
_SPHERE = tuple(
    tuple(Fraction(part) for part in row.split())
    for row in ("1/3 2/3 2/3", "2/7 3/7 6/7", "1/9 4/9 8/9", "4/9 4/9 7/9", "2/11 6/11 9/11")
)
"""Rational points of the unit sphere: any two coordinates leave the third a root."""
_HOPELESS = 4
"""Tries that find an equality to be not quadratic in a symbol, before it is left alone."""


def _quadratic(
    node: N.Compare,
    names: Sequence[str],
    symbols: Mapping[str, Symbol],
    values: Values,
    sizes: Sizes,
    random: Random,
    tries: int,
) -> Values | None:
    """Solve a quadratic equation for one scalar, the others moved to where its roots are rational.

    So ``x**2 + y**2 == 1`` and ``x**2 - y**2 == r**2`` are met.
    """
    other_degree = dict.fromkeys(names, 0)
    # one symbol alone has the same roots however often they are asked for
    for attempt in range(tries if len(names) > 1 else 1):
        name = names[attempt % len(names)]
        if other_degree[name] >= _HOPELESS:
            if min(other_degree.values()) >= _HOPELESS:
                return None
            continue
        moved = dict(values)
        row = random.choice(_SPHERE)
        legs = random.sample(row, 3) if len(names) == 3 and attempt % 2 else ()
        for position, other in enumerate(names):
            if legs and other != name:
                moved[other] = legs[position] * random.choice((1, -1))
                if not allowed(moved[other], symbols[other].domain):  # type: ignore[arg-type]
                    moved[other] = -moved[other]  # type: ignore[operator]
            elif other != name and attempt >= len(names) and random.random() < 0.8:
                sizes_met = [abs(v) for n in names if isinstance(v := values[n], Fraction)]
                scale = random.choice((Fraction(1), Fraction(1), *sizes_met))
                moved[other] = random.choice(_LEGS) * scale * random.choice((1, -1))
                if not allowed(moved[other], symbols[other].domain):  # type: ignore[arg-type]
                    moved[other] = -moved[other]  # type: ignore[operator]
        try:
            found = _roots(node, name, moved, sizes)
        except Inexact:
            found = None
        if found is None:
            other_degree[name] += 1
            continue
        random.shuffle(found)
        for root in found:
            candidate = {**moved, name: root}
            if all(inside(candidate[n], symbols[n]) for n in names) and holds(
                node, sizes, candidate
            ):
                return candidate
    return None


def _roots(node: N.Compare, name: str, values: Values, sizes: Sizes) -> list[Fraction] | None:
    """The rational solutions of an equality that is quadratic in one scalar; None if it is not."""
    at = []
    for k in range(4):
        ((left, right),) = pairs(node, Evaluator(sizes, {**values, name: Fraction(k)}))
        at.append(left - right)
    square = (at[2] - 2 * at[1] + at[0]) / 2
    slope, start = at[1] - at[0] - square, at[0]
    if 9 * square + 3 * slope + start != at[3]:
        return None
    if not square:
        return [-start / slope] if slope else []
    root = rational_root(slope * slope - 4 * square * start)
    return [] if root is None else [(-slope + s * root) / (2 * square) for s in (1, -1)]


def _is_square_sum(node: N.Node, symbol: N.Sym) -> bool:
    """Whether a node is the sum of the squared entries of a symbol, in one of its spellings."""
    if isinstance(node, N.MatMul):
        return isinstance(node.left, N.Transpose) and node.left.arg is symbol is node.right
    if isinstance(node, N.Trace) and isinstance(node.arg, N.MatMul):
        pair = (node.arg.left, node.arg.right)
        return any(
            isinstance(a, N.Transpose) and a.arg is symbol is b for a, b in (pair, pair[::-1])
        )
    if not isinstance(node, N.Sum) or node.axis is not None:
        return False
    body = node.arg
    if isinstance(body, N.Mul):
        return body.args == (symbol, symbol)
    return (
        isinstance(body, N.Pow)
        and body.base is symbol
        and isinstance(body.exponent, N.Num)
        and body.exponent.value == 2
    )


def _cells(value: Value) -> tuple[tuple[int, int] | None, ...]:
    if isinstance(value, Fraction):
        return (None,)
    if isinstance(value, Complex) or isinstance(value[0][0], Complex):
        return ()
    return tuple((i, j) for i, row in enumerate(value) for j in range(len(row)))


def _get(value: Value, cell: tuple[int, int] | None) -> Fraction:
    real = real_value("", value)
    if isinstance(real, Fraction):
        return real
    assert cell is not None
    return real[cell[0]][cell[1]]


def _set(value: Value, cells: list[tuple[int, int] | None], new: list[Fraction]) -> Value:
    if isinstance(value, Fraction):
        return new[0]
    matrix = real_value("", value)
    assert not isinstance(matrix, Fraction)
    rows = [list(row) for row in matrix]
    for cell, entry in zip(cells, new, strict=True):
        assert cell is not None
        rows[cell[0]][cell[1]] = entry
    return tuple(map(tuple, rows))


def _solve(
    node: N.Compare,
    name: str,
    cells: list[tuple[int, int] | None],
    values: Values,
    sizes: Sizes,
) -> Values | None:
    """Values of ``cells`` that meet an equality, if it is affine in them; others stay."""

    def residual(new: list[Fraction]) -> list[Fraction]:
        changed = {**values, name: _set(values[name], cells, new)}
        return [a - b for a, b in pairs(node, Evaluator(sizes, changed))]

    start = [_get(values[name], cell) for cell in cells]
    base = residual(start)
    columns: list[list[Fraction]] = []
    for k in range(len(cells)):
        once = residual([v + (i == k) for i, v in enumerate(start)])
        twice = residual([v + 2 * (i == k) for i, v in enumerate(start)])
        column = [a - b for a, b in zip(once, base, strict=True)]
        if any(t - b != 2 * c for t, b, c in zip(twice, base, column, strict=True)):
            return None
        columns.append(column)
    wide: Matrix = tuple(
        (*row, -b) for row, b in zip(zip(*columns, strict=True), base, strict=True)
    )
    reduced, pivots = reduce_rows(wide)
    if len(cells) in pivots:
        return None
    new = list(start)
    for row, pivot in zip(reduced, pivots, strict=False):
        new[pivot] += row[-1]
    return {**values, name: _set(values[name], cells, new)}
