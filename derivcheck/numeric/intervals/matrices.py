"""Matrices of balls, ``(rows, columns, entries)``: the operations that need no state."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add, mul
from typing import Any

from derivcheck.lang.nodes import Shape
from derivcheck.numeric.intervals.functions import NAN, Ball


def entries(value: Any) -> list[Ball]:
    """The balls of a value, row by row."""
    return value[2] if type(value) is tuple else [value]


def scalar_or(shape: Shape, function: Callable[..., Any]) -> Callable[..., Any]:
    """A matrix operation whose result is a scalar when the shape says so."""
    if shape:
        return function

    def scalar(*args: Any) -> Any:
        result = function(*args)
        return result[2][0] if type(result) is tuple else result

    return scalar


def logic(operator: str, args: tuple[bool | None, ...]) -> bool | None:
    if operator == "not":
        return None if args[0] is None else not args[0]
    decisive = operator == "or"
    if any(arg is decisive for arg in args):
        return decisive
    return None if None in args else not decisive


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
    m, n, a = left if type(left) is tuple else (1, 1, [left])
    p, q, b = right if type(right) is tuple else (1, 1, [right])
    flat = [
        a[i * n + j] * b[k * q + h]
        for i in range(m)
        for k in range(p)
        for j in range(n)
        for h in range(q)
    ]
    return (m * p, n * q, flat)


def transpose(value: Any) -> Any:
    if type(value) is not tuple:
        return value
    rows, columns, flat = value
    return (columns, rows, [entry for k in range(columns) for entry in flat[k::columns]])


def trace(value: Any) -> Any:
    return reduce(add, value[2][:: value[1] + 1]) if type(value) is tuple else value


def total(values: list[Ball]) -> Ball:
    return reduce(add, values)


def along(value: Any, axis: int | None, fold: Callable[[list[Ball]], Ball]) -> Any:
    if type(value) is not tuple:
        return value
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

    if type(value) is not tuple:
        return tangent
    paired = (value[0], value[1], list(zip(value[2], tangent[2], strict=True)))
    return along(paired, axis, pick)
