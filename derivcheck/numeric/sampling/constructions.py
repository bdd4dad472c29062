"""Equalities that have a construction of their own: orthonormal columns, unit norms, fixed sums ...

Each takes the two sides of an equality and yields values that meet it, None where the sides have
another form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from random import Random

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Symbol
from derivcheck.numeric.sampling.conditions import Sizes, Values, inside
from derivcheck.numeric.sampling.exact import (
    Evaluator,
    Inexact,
    flip,
    inverse,
    rational_root,
    rows_times,
)
from derivcheck.numeric.sampling.structured import orthogonal, unit_vector
from derivcheck.numeric.sampling.values import allowed, domain_range
from derivcheck.records import record


@record()
class Drawn:
    """A point as it was drawn, and what may be changed of it."""

    symbols: Mapping[str, Symbol]
    values: Values
    sizes: Sizes
    random: Random

    @property
    def exactly(self) -> Evaluator:
        """Values of expressions at the point."""
        return Evaluator(self.sizes, self.values)


def _orthonormal(one: N.Node, other: N.Node, drawn: Drawn) -> Values | None:
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
    rows, columns = symbol.shape[0].size(drawn.sizes), symbol.shape[1].size(drawn.sizes)
    if rows < columns if by_columns else columns < rows:
        return None
    whole = orthogonal(max(rows, columns), drawn.random)
    cut = tuple(row[:columns] for row in whole[:rows])
    return {**drawn.values, symbol.name: cut}


def _norm(one: N.Node, other: N.Node, drawn: Drawn) -> Values | None:
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
    target = drawn.exactly.scalar(other)
    radius = rational_root(target) if squared else target
    if radius is None or radius < 0 or not symbol.shape:
        return None
    rows, columns = symbol.shape[0].size(drawn.sizes), symbol.shape[1].size(drawn.sizes)
    domain = drawn.symbols[symbol.name].domain
    for _ in range(8):
        flat = [radius * x for x in unit_vector(rows * columns, drawn.random)]
        limits = domain_range(domain)
        if limits.low == 0 or limits.high == 0:
            flat = [abs(x) if limits.low == 0 else -abs(x) for x in flat]
        if all(allowed(x, domain) for x in flat):
            break
    matrix = tuple(tuple(flat[i * columns : (i + 1) * columns]) for i in range(rows))
    return {**drawn.values, symbol.name: matrix}


def _idempotent(one: N.Node, other: N.Node, drawn: Drawn) -> Values | None:
    """``P @ P == P``: the projection onto some columns along others, ``U @ inv(W.T @ U) @ W.T``;
    ``A @ A == eye(n)``: the reflection ``2*P - I``."""
    if not (isinstance(one, N.MatMul) and one.left is one.right):
        return None
    symbol = one.left
    reflects = isinstance(other, N.Eye)
    if not isinstance(symbol, N.Sym) or symbol.name not in drawn.symbols:
        return None
    if other is not symbol and not reflects:
        return None
    size = N.rows_of(symbol.shape).size(drawn.sizes)
    random = drawn.random
    rank = random.randint(1, max(1, size - 1))
    same = not drawn.symbols[symbol.name].structure.isdisjoint(("symmetric", "hermitian"))
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
        return {**drawn.values, symbol.name: found}
    return None


def _spread(one: N.Node, other: N.Node, drawn: Drawn) -> Values | None:
    """``sum((x - mu)**2) == n*sigma**2``: x is a rational point of that sphere around mu."""
    inner = _squared(one)
    terms = inner.args if isinstance(inner, N.Add) else ()
    for term in terms:
        minus = isinstance(term, N.Mul) and term.args[0] is N.MINUS_ONE and len(term.args) == 2
        symbol = term.args[1] if isinstance(term, N.Mul) and minus else term
        if not isinstance(symbol, N.Sym) or not symbol.shape or symbol.name not in drawn.symbols:
            continue
        others = N.add(*(t for t in terms if t is not term))
        if symbol in N.symbols_in(others) or symbol in N.symbols_in(other):
            continue
        evaluator = drawn.exactly
        rows, columns = (dim.size(drawn.sizes) for dim in symbol.shape)
        count = rows * columns
        target = evaluator.scalar(other)
        flat = _of_length(target, count, drawn.random)
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
        return {**drawn.values, symbol.name: matrix}
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


def _rescale(one: N.Node, other: N.Node, drawn: Drawn) -> Values | None:
    """``sum(Y, axis) == c``: each sum scaled to what it should be, signs kept."""
    if not isinstance(one, N.Sum) or not isinstance(one.arg, N.Sym):
        return None
    name = one.arg.name
    matrix = drawn.exactly.matrix(one.arg)
    wanted = drawn.exactly.matrix(other)
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
    found = {**drawn.values, name: scaled}
    return found if inside(scaled, drawn.symbols[name]) else None


def _assign(one: N.Node, other: N.Node, drawn: Drawn) -> Values | None:
    """``X == expression``, ``X == X.T``, ``A @ B == eye(n)``."""
    if isinstance(one, N.Sym) and one.name in drawn.symbols:
        if isinstance(other, N.Transpose) and other.arg is one:
            square = drawn.exactly.matrix(one)
            size = range(len(square))
            upper = tuple(tuple(square[min(i, j)][max(i, j)] for j in size) for i in size)
            return {**drawn.values, one.name: upper}
        if one not in N.symbols_in(other):
            value = drawn.exactly(other)
            if one.shape and isinstance(value, Fraction):
                rows, columns = (dim.size(drawn.sizes) for dim in one.shape)
                value = ((value,) * columns,) * rows
            return {**drawn.values, one.name: value}
    if isinstance(one, N.MatMul) and isinstance(other, N.Eye):
        for known, unknown in ((one.left, one.right), (one.right, one.left)):
            if isinstance(unknown, N.Sym) and unknown not in N.symbols_in(known):
                matrix = drawn.exactly.matrix(known)
                if len(matrix) == len(matrix[0]):
                    return {**drawn.values, unknown.name: inverse(matrix)}
    return None


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


CONSTRUCTIONS: tuple[Callable[[N.Node, N.Node, Drawn], Values | None], ...] = (
    _orthonormal,
    _idempotent,
    _norm,
    _spread,
    _rescale,
    _assign,
)
"""In the order in which they are tried: those that respect most, first."""
