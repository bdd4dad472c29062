"""Exact rational evaluation of plain nodes, and the little linear algebra sampling needs.

A value is a Fraction or a matrix, a tuple of row tuples. What is not rational (``exp``,
``pi``, a root of a non-square) raises :class:`Inexact`; with ``approximate`` it becomes the
nearest Fraction of the float instead, which is good enough for inequalities with a margin.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import product
from math import isqrt
from typing import Any, NamedTuple, TypeVar

from flint import fmpq, fmpq_mat

from derivcheck import work
from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS, truth
from derivcheck.lang.floats import float_value, has_float
from derivcheck.lang.functions import FUNCTIONS

T = TypeVar("T")
Matrix = tuple[tuple[Fraction, ...], ...]

_ENTRY = 3
"""Units of work for a number."""


class Complex(NamedTuple):
    """A complex number with rational parts."""

    real: Fraction
    imag: Fraction


ComplexMatrix = tuple[tuple[Complex, ...], ...]
Value = Fraction | Complex | Matrix | ComplexMatrix


class Inexact(Exception):
    """The value is not rational, not defined, or outside this evaluator's reach."""


def exactly(value: Fraction) -> Any:
    """A number as flint's."""
    return fmpq(value.numerator, value.denominator)


def fraction(value: Any) -> Fraction:
    """A number of flint's as ours."""
    return Fraction(int(value.p), int(value.q))


def _flint(matrix: Matrix) -> fmpq_mat:
    flat = [exactly(entry) for row in matrix for entry in row]
    return fmpq_mat(len(matrix), len(matrix[0]) if matrix else 0, flat)


def _fractions(matrix: fmpq_mat) -> Matrix:
    return tuple(tuple(map(fraction, row)) for row in matrix.table())


def rows_times(left: Matrix, right: Matrix) -> Matrix:
    """Matrix product."""
    return _fractions(_flint(left) * _flint(right))


def flip(matrix: Matrix) -> Matrix:
    """Transpose."""
    return tuple(zip(*matrix, strict=True))


def grid(rows: int, columns: int, entry: Callable[[int, int], T]) -> tuple[tuple[T, ...], ...]:
    """The matrix with these entries, by row and column."""
    return tuple(tuple(entry(i, j) for j in range(columns)) for i in range(rows))


def in_rows(flat: Sequence[T], columns: int) -> tuple[tuple[T, ...], ...]:
    """Entries, row by row, as a matrix."""
    return tuple(tuple(flat[k : k + columns]) for k in range(0, len(flat), columns))


def diagonal(entries: Sequence[Fraction]) -> Matrix:
    """The matrix with that diagonal, and zeros."""
    size, zero = len(entries), Fraction(0)
    return grid(size, size, lambda i, j: entries[i] if i == j else zero)


def identity(size: int) -> Matrix:
    """Identity matrix."""
    return diagonal([Fraction(1)] * size)


def mirrored(matrix: Sequence[Sequence[Fraction]]) -> Matrix:
    """The symmetric matrix with that upper half."""
    return grid(len(matrix), len(matrix), lambda i, j: matrix[min(i, j)][max(i, j)])


def reduce_rows(matrix: Matrix) -> tuple[Matrix, tuple[int, ...]]:
    """Reduced row echelon form and the pivot columns."""
    reduced, rank = _flint(matrix).rref()
    rows = _fractions(reduced)
    pivots = tuple(next(j for j, entry in enumerate(row) if entry) for row in rows[:rank])
    return rows, pivots


def determinant(matrix: Matrix) -> Fraction:
    """Determinant of a square matrix."""
    return fraction(_flint(matrix).det())


def inverse(matrix: Matrix) -> Matrix:
    """Inverse of a square matrix; :class:`Inexact` when singular."""
    try:
        return _fractions(_flint(matrix).inv())
    except ZeroDivisionError as error:
        raise Inexact("singular matrix") from error


def rational_root(value: Fraction) -> Fraction | None:
    """The nonnegative rational square root, or None."""
    if value < 0:
        return None
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    return None


def real_value(name: str, value: Value | None) -> Fraction | Matrix:
    """A value that has no complex entry; :class:`Inexact` otherwise."""
    if value is None or isinstance(value, Complex):
        raise Inexact(f"no real value for {name}")
    if isinstance(value, Fraction):
        return value
    rows = [tuple(entry for entry in row if isinstance(entry, Fraction)) for row in value]
    if any(len(row) != len(old) for row, old in zip(rows, value, strict=True)):
        raise Inexact(f"{name} is complex")
    return tuple(rows)


def entries_of(value: Value) -> list[Fraction]:
    """All real entries of a value, row by row."""
    if isinstance(value, Fraction | Complex):
        return [value] if isinstance(value, Fraction) else []
    return [entry for row in value for entry in row if isinstance(entry, Fraction)]


def shaped(flat: Sequence[Fraction], like: Value) -> Value:
    """Entries, row by row, as a value of the shape of another; that itself where there are none."""
    if not flat:
        return like
    return flat[0] if isinstance(like, Fraction | Complex) else in_rows(flat, len(like[0]))


class Evaluator:
    """Value of nodes at one point; memoised. See the module's docstring."""

    def __init__(
        self,
        sizes: Mapping[str, int],
        values: Mapping[str, Value],
        indices: Mapping[str, int] | None = None,
        approximate: bool = False,
    ) -> None:
        self.sizes = dict(sizes)
        self.values = values
        self.indices = dict(indices or {})
        self.approximate = approximate
        self.memo: dict[N.Node, Fraction | Matrix] = {}

    def scalar(self, node: N.Node) -> Fraction:
        """Value of a scalar node."""
        result = self(node)
        if not isinstance(result, Fraction):
            raise Inexact("an array where a number is asked for")
        return result

    def matrix(self, node: N.Node) -> Matrix:
        """Value of a node as a matrix (a scalar is 1 by 1)."""
        result = self(node)
        return ((result,),) if isinstance(result, Fraction) else result

    def __call__(self, node: N.Node) -> Fraction | Matrix:
        done = self.memo.get(node)
        if done is None:
            try:
                done = self._compute(node)
            except (ZeroDivisionError, OverflowError, ValueError) as error:
                raise Inexact(str(error)) from error
            if not node.shape and not isinstance(done, Fraction):
                done = done[0][0]
            work.spend(_ENTRY * (len(done) * len(done[0]) if isinstance(done, tuple) else 1))
            self.memo[node] = done
        return done

    def spread(self, node: N.Node, shape: N.Shape) -> Matrix:
        """Value of a node as a matrix of that shape, all entries alike where it is a scalar."""
        result = self(node)
        if isinstance(result, Fraction):
            rows, columns = N.lengths(shape, self.sizes)
            return ((result,) * columns,) * rows
        return result

    def _elementwise(
        self, node: N.Node, args: tuple[N.Node, ...], function: Callable[..., Fraction]
    ) -> Fraction | Matrix:
        if not node.shape:
            return function(*map(self.scalar, args))
        spread = [self.spread(arg, node.shape) for arg in args]
        return tuple(tuple(map(function, *rows)) for rows in zip(*spread, strict=True))

    def _power(self, base: Fraction, exponent: Fraction) -> Fraction:
        if exponent.denominator == 1 and abs(exponent) <= 64:
            return base ** int(exponent)
        root = rational_root(base) if exponent.denominator == 2 else None
        if root is not None and abs(exponent) <= 64:
            return root ** int(exponent.numerator)
        return self._inexact(lambda: float(base) ** float(exponent))

    def _inexact(self, compute: Callable[[], complex | Fraction]) -> Fraction:
        if not self.approximate:
            raise Inexact("not rational")
        result = compute()
        if isinstance(result, complex):
            raise Inexact("not real")
        return Fraction(result)

    def _call(self, function: str, *values: Fraction) -> Fraction:
        row = FUNCTIONS.get(function)
        if row is not None and row.exact is not None and values[0] == row.exact[0]:
            return Fraction(row.exact[1])
        if function == "abs":
            return abs(values[0])
        if function == "sign":
            return Fraction((values[0] > 0) - (values[0] < 0))
        if function in ("max", "min"):
            return max(values) if function == "max" else min(values)
        if has_float(function):
            return self._inexact(lambda: float_value(function, *map(float, values)))
        raise Inexact(function)

    def _compute(self, node: N.Node) -> Fraction | Matrix:
        match node:
            case N.Num(value=value):
                if not node.shape:
                    return value
                rows, columns = N.lengths(node.shape, self.sizes)
                return ((value,) * columns,) * rows
            case N.Sym(name=name):
                return real_value(name, self.values.get(name))
            case N.Add(args=args):
                return self._elementwise(node, args, lambda *terms: sum(terms, Fraction(0)))
            case N.Mul(args=args):
                return self._elementwise(node, args, lambda *a: math.prod(a, start=Fraction(1)))
            case N.Call(function=function, args=args):
                return self._elementwise(node, args, partial(self._call, function))
            case N.Pow(base=base, exponent=exponent):
                return self._elementwise(node, (base, exponent), self._power)
            case N.Const(name="pi" | "e" as name):
                return self._inexact(lambda: math.pi if name == "pi" else math.e)
            case N.Root(near=near):
                return self._inexact(lambda: near)
            case N.DimSize(dim=dim):
                return Fraction(dim.size(self.sizes))
            case N.Eye():
                return identity(N.lengths(node.shape, self.sizes)[0])
            case N.MatMul(left=left, right=right):
                return rows_times(self.matrix(left), self.matrix(right))
            case N.Transpose(arg=arg):
                return flip(self.matrix(arg))
            case N.Trace(arg=arg):
                return sum((row[i] for i, row in enumerate(self.matrix(arg))), Fraction(0))
            case N.Det(arg=arg):
                return determinant(self.matrix(arg))
            case N.Inv(arg=arg):
                return inverse(self.matrix(arg))
            case N.Sum(arg=arg, axis=axis):
                return self._fold(arg, axis, sum)
            case N.Extreme(function=function, arg=arg, axis=axis):
                return self._fold(arg, axis, max if function == "max" else min)
            case N.Diag(arg=arg) if N.ONE in arg.shape:
                return diagonal([row[0] for row in self.matrix(arg)])
            case N.Diag(arg=arg):
                return tuple((row[i],) for i, row in enumerate(self.matrix(arg)))
            case N.Kron(left=left, right=right):
                return tuple(
                    tuple(a * b for a in upper for b in lower)
                    for upper in self.matrix(left)
                    for lower in self.matrix(right)
                )
            case N.Entry(arg=arg, row=row, column=column):
                try:
                    return self.matrix(arg)[self._index(row)][self._index(column)]
                except IndexError as error:
                    raise Inexact("index out of range") from error
            case N.SumIndex(body=body, index=index):
                values = [inner.matrix(body) for inner in self._over((index,))]
                if not values:
                    return Fraction(0)
                return tuple(
                    tuple(sum(cells, Fraction(0)) for cells in zip(*rows, strict=True))
                    for rows in zip(*values, strict=True)
                )
            case N.ProdIndex(body=body, index=index):
                factors = (inner.scalar(body) for inner in self._over((index,)))
                return math.prod(factors, start=Fraction(1))
            case N.IndexValue(index=index):
                return Fraction(self._index(index))
            case N.Pick(arg=arg, row=row, column=column):
                i, j = self.scalar(row), self.scalar(column)
                matrix = self.matrix(arg)
                if not (0 <= i < len(matrix) and 0 <= j < len(matrix[0])):
                    raise Inexact("index out of range")
                return matrix[int(i)][int(j)]
            case N.Build(body=body):
                cells = [inner.scalar(body) for inner in self._over(N.bound_indices(node))]
                columns = N.lengths(node.shape, self.sizes)[1]
                return in_rows(cells, columns)
            case N.Stack(args=args, axis=0):
                return tuple(row for arg in args for row in self.matrix(arg))
            case N.Stack(args=args):
                parts = [self.matrix(arg) for arg in args]
                return tuple(
                    tuple(entry for part in parts for entry in part[k])
                    for k in range(len(parts[0]))
                )
            case N.Vec(arg=arg):
                return tuple((entry,) for row in flip(self.matrix(arg)) for entry in row)
            case N.Select(condition=condition, then=then, otherwise=otherwise) if not node.shape:
                return self(then if self._holds(condition) else otherwise)
        raise Inexact(type(node).__name__)

    def _over(self, indices: tuple[N.Index, ...]) -> Iterator[Evaluator]:
        """An evaluator for all values of the indices, the last running fastest."""
        for choice in product(*(index.values(self.sizes) for index in indices)):
            chosen = dict(zip((i.name for i in indices), choice, strict=True))
            yield Evaluator(self.sizes, self.values, {**self.indices, **chosen}, self.approximate)

    def _holds(self, condition: N.Node) -> bool:
        """The truth of a scalar condition."""
        return bool(truth(condition, self._compared))

    def _compared(self, condition: N.Node) -> bool:
        match condition:
            case N.Compare(operator=operator, left=left, right=right) if not condition.shape:
                return bool(HOLDS[operator](self.scalar(left), self.scalar(right)))
            case N.InRange(arg=arg, dim=dim):
                return 0 <= self.scalar(arg) < dim.size(self.sizes)
        raise Inexact(type(condition).__name__)

    def _index(self, index: N.Index | int) -> int:
        if isinstance(index, int):
            return index
        value = self.indices.get(index.name)
        if value is None:
            raise Inexact(f"the index {index.name} stands for every value")
        return value

    def _fold(
        self, arg: N.Node, axis: int | None, fold: Callable[[Iterable[Fraction]], Fraction | int]
    ) -> Fraction | Matrix:
        matrix = self.matrix(arg)
        if axis is None:
            return Fraction(fold(entry for row in matrix for entry in row))
        if axis == 0:
            return (tuple(Fraction(fold(column)) for column in zip(*matrix, strict=True)),)
        return tuple((Fraction(fold(row)),) for row in matrix)
