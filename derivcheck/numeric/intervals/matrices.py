"""Matrices of balls, ``(rows, columns, entries)``: the operations that need no state."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add, mul
from typing import Any

from flint import arb

from derivcheck.lang.nodes import Shape
from derivcheck.numeric.intervals.cuts import NAN
from derivcheck.numeric.intervals.functions import Ball

_ZERO = arb(0)


def entries(value: Any) -> list[Ball]:
    """The balls of a value, row by row."""
    return value[2] if type(value) is tuple else [value]


def filled(rows: int, columns: int, entry: Callable[[int, int], Ball]) -> Any:
    """The matrix with these entries, by row and column."""
    return (rows, columns, [entry(i, j) for i in range(rows) for j in range(columns)])


def scalar_or(shape: Shape, function: Callable[..., Any]) -> Callable[..., Any]:
    """A matrix operation whose result is a scalar when the shape says so."""
    if shape:
        return function

    def scalar(*args: Any) -> Any:
        result = function(*args)
        return result[2][0] if type(result) is tuple else result

    return scalar


def matmul(left: Any, right: Any) -> Any:
    rows, inner, a = left
    columns, b = right[1], right[2]
    down = [b[column::columns] for column in range(columns)]
    result: list[Ball] = []
    for first in range(0, rows * inner, inner):
        across = a[first : first + inner]
        result += [reduce(add, map(mul, across, part)) for part in down]
    return (rows, columns, result)


def kron(left: Any, right: Any) -> Any:
    m, n, a = left
    p, q, b = right
    return filled(m * p, n * q, lambda i, j: a[i // p * n + j // q] * b[i % p * q + j % q])


def transpose(value: Any) -> Any:
    rows, columns, flat = value
    return (columns, rows, [entry for k in range(columns) for entry in flat[k::columns]])


def trace(value: Any) -> Any:
    return reduce(add, value[2][:: value[1] + 1])


def total(values: list[Ball]) -> Ball:
    return reduce(add, values)


def along(value: Any, axis: int | None, fold: Callable[[list[Ball]], Ball]) -> Any:
    rows, columns, flat = value
    if axis is None:
        return fold(flat)
    if axis == 0:
        return (1, columns, [fold(flat[k::columns]) for k in range(columns)])
    return (rows, 1, [fold(flat[k * columns : (k + 1) * columns]) for k in range(rows)])


def along_pairs(value: Any, tangent: Any, axis: int | None, largest: bool) -> Any:
    def pick(pairs: list[Any]) -> Ball:
        for ball, result in pairs:
            others = [other for other, _ in pairs if other is not ball]
            if len(others) == len(pairs) - 1 and all(
                ball > other if largest else ball < other for other in others
            ):
                return result
        return NAN

    paired = (value[0], value[1], list(zip(value[2], tangent[2], strict=True)))
    return along(paired, axis, pick)


def stack(parts: tuple[Any, ...], axis: int) -> Any:
    """Blocks below one another (0) or beside one another (1)."""
    blocks = [part if type(part) is tuple else (1, 1, [part]) for part in parts]
    if axis == 0:
        flat = [entry for block in blocks for entry in block[2]]
        return (sum(block[0] for block in blocks), blocks[0][1], flat)
    rows = blocks[0][0]
    flat = [
        entry
        for row in range(rows)
        for _, columns, inside in blocks
        for entry in inside[row * columns : (row + 1) * columns]
    ]
    return (rows, sum(block[1] for block in blocks), flat)


def mirror(value: Any) -> Any:
    """The symmetric matrix with that lower half."""
    rows, columns, flat = value
    return filled(rows, columns, lambda i, j: flat[max(i, j) * columns + min(i, j)])


def half(value: Any) -> Any:
    """The lower triangle with half the diagonal."""
    columns, flat = value[1], value[2]

    def entry(i: int, j: int) -> Ball:
        at = flat[i * columns + j]
        return at if i > j else at / 2 if i == j else _ZERO

    return filled(value[0], columns, entry)


def corner(value: Any) -> Any:
    """The upper right quarter."""
    size, columns, flat = value
    middle = size // 2
    return filled(middle, middle, lambda i, j: flat[i * columns + middle + j])


def cholesky(value: Any) -> Any:
    """The lower factor of the symmetric matrix with that lower half; undefined unless it is
    positive definite."""
    size, _, flat = value
    lower = [[_ZERO] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = flat[i * size + j]
            for k in range(j):
                rest = rest - lower[i][k] * lower[j][k]
            if i == j:
                lower[i][i] = rest.sqrt() if rest > 0 else NAN
            else:
                lower[i][j] = rest / lower[j][j]
    if not all(lower[i][i].is_finite() for i in range(size)):
        return (size, size, [NAN] * (size * size))
    return (size, size, [entry for row in lower for entry in row])


def polar(runs: list[list[Ball]], one: Ball) -> Ball:
    """The coefficient of ``t1*...*tm`` in the product of ``b + t1*d1 + ... + tm*dm`` over runs
    ``[b, d1, ..., dm]``."""
    count = len(runs[0]) - 1 if runs else 0
    table = [one] + [one * 0] * ((1 << count) - 1)
    for body, *slopes in runs:
        new = [entry * body for entry in table]
        for chosen, entry in enumerate(table):
            for k, slope in enumerate(slopes):
                if not chosen >> k & 1:
                    new[chosen | 1 << k] = new[chosen | 1 << k] + entry * slope
        table = new
    return table[-1]
