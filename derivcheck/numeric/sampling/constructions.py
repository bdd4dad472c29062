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
    Matrix,
    flip,
    grid,
    in_rows,
    inverse,
    mirrored,
    rational_root,
    rows_times,
)
from derivcheck.numeric.sampling.structured import orthogonal, unit_vector
from derivcheck.numeric.sampling.values import Range, allowed, domain_range
from derivcheck.records import record

_HALF, _TWO = N.number(Fraction(1, 2)), N.number(2)
_TRIES = 8
"""Random points that may miss the domain."""


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
    for _ in range(_TRIES):
        u, w = (grid(size, rank, lambda i, j: Fraction(random.randint(-3, 3))) for _ in range(2))
        w = u if same else w
        try:
            middle = inverse(rows_times(flip(w), u))
        except Inexact:
            continue
        found = rows_times(rows_times(u, middle), flip(w))
        return {**drawn.values, symbol.name: _reflection(found) if reflects else found}
    return None


def _reflection(projection: Matrix) -> Matrix:
    size = len(projection)
    return grid(size, size, lambda i, j: 2 * projection[i][j] - (i == j))


def _sphere(one: N.Node, other: N.Node, drawn: Drawn) -> Values | None:
    """``norm(x) == c``, ``sum((x - mu)**2) == n*sigma**2``: x is a rational point of it."""
    is_root = isinstance(one, N.Pow) and one.exponent is _HALF
    inner = _squared(one.base if isinstance(one, N.Pow) and is_root else one)
    terms = inner.args if isinstance(inner, N.Add) else (inner,)
    for term in terms:
        minus = isinstance(term, N.Mul) and term.args[0] is N.MINUS_ONE and len(term.args) == 2
        symbol = term.args[1] if isinstance(term, N.Mul) and minus else term
        if not isinstance(symbol, N.Sym) or not symbol.shape or symbol.name not in drawn.symbols:
            continue
        others = N.add(*(t for t in terms if t is not None and t is not term))
        if symbol in N.symbols_in(others) or symbol in N.symbols_in(other):
            continue
        evaluator, domain = drawn.exactly, drawn.symbols[symbol.name].domain
        square = evaluator.scalar(other) ** (2 if is_root else 1)
        columns = symbol.shape[1].size(drawn.sizes)
        middle = [v for row in evaluator.spread(others, symbol.shape) for v in row]
        sign = -1 if minus else 1
        for _ in range(_TRIES):
            flat = _of_length(square, len(middle), drawn.random)
            if flat is None:
                break
            moved = [sign * (v - c) for v, c in zip(flat, middle, strict=True)]
            if not any(middle):
                moved = _one_sided(moved, domain_range(domain))
            if all(allowed(v, domain) for v in moved):
                break
        if flat is not None:
            return {**drawn.values, symbol.name: in_rows(moved, columns)}
    return None


def _one_sided(flat: list[Fraction], limits: Range) -> list[Fraction]:
    """Numbers with other signs, where those of a domain have one."""
    if limits.low == 0:
        return [abs(v) for v in flat]
    return [-abs(v) for v in flat] if limits.high == 0 else flat


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
    match node:
        case N.Pow(base=N.Pow(base=base, exponent=root), exponent=power):
            return _squared(base) if root is _HALF and power is _TWO else None
        case N.Sum(arg=N.Pow(base=base, exponent=power), axis=None):
            return base if power is _TWO else None
        case N.Sum(arg=N.Mul(args=(left, right)), axis=None):
            return left if left is right else None
        case N.MatMul(left=N.Transpose(arg=left), right=right) if not node.shape:
            return left if left is right else None
        case N.Trace(arg=N.MatMul(left=N.Transpose(arg=left), right=right)):
            return left if left is right else None
        case N.Trace(arg=N.MatMul(left=left, right=N.Transpose(arg=right))):
            return left if left is right else None
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
    vectors = flip(matrix) if one.axis == 0 else matrix
    if one.axis is None:
        vectors = (tuple(v for row in matrix for v in row),)
    flat = [w for row in wanted for w in row]
    if len(flat) == 1:
        flat *= len(vectors)
    scaled = tuple(
        tuple(v * w / total for v in vector) if (total := sum(vector, Fraction(0))) else vector
        for vector, w in zip(vectors, flat, strict=True)
    )
    if one.axis is None:
        scaled = in_rows(scaled[0], len(matrix[0]))
    elif one.axis == 0:
        scaled = flip(scaled)
    found = {**drawn.values, name: scaled}
    return found if inside(scaled, drawn.symbols[name]) else None


def _assign(one: N.Node, other: N.Node, drawn: Drawn) -> Values | None:
    """``X == expression``, ``X == X.T``, ``A @ B == eye(n)``."""
    if isinstance(one, N.Sym) and one.name in drawn.symbols:
        if isinstance(other, N.Transpose) and other.arg is one:
            return {**drawn.values, one.name: mirrored(drawn.exactly.matrix(one))}
        if one not in N.symbols_in(other):
            evaluator = drawn.exactly
            value = evaluator.spread(other, one.shape) if one.shape else evaluator(other)
            return {**drawn.values, one.name: value}
    if isinstance(one, N.MatMul) and isinstance(other, N.Eye):
        for known, unknown in ((one.left, one.right), (one.right, one.left)):
            if isinstance(unknown, N.Sym) and unknown not in N.symbols_in(known):
                matrix = drawn.exactly.matrix(known)
                if len(matrix) == len(matrix[0]):
                    return {**drawn.values, unknown.name: inverse(matrix)}
    return None


CONSTRUCTIONS: tuple[Callable[[N.Node, N.Node, Drawn], Values | None], ...] = (
    _orthonormal,
    _idempotent,
    _sphere,
    _rescale,
    _assign,
)
"""In the order in which they are tried: those that respect most, first."""
