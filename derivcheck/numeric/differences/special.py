"""Special functions in double precision with an error bound, through balls (python-flint).

The argument's error bound becomes the radius of the ball that is handed in, so the result's
radius is a bound for the true value, whatever the function's slope.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np
from flint import arb, ctx

from derivcheck.numeric.differences.rounding import LIBRARY, TINY, UNIT, Bounded, OutOfReach
from derivcheck.numeric.intervals.functions import REAL

PRECISIONS = (72, 200)
"""Bits: enough that the radius of an exact argument's value is below a double's rounding; more
where cancellation left a radius above ``1e-14`` of the value."""


def is_known(name: str) -> bool:
    """Whether :func:`evaluate` knows the function."""
    return name in REAL


def evaluate(name: str, args: list[Bounded]) -> Bounded:
    """The function on broadcast arrays; undefined or complex values are NaN.

    Raises :class:`OutOfReach` for a function that is not in the table.
    """
    function = REAL.get(name)
    if function is None:
        raise OutOfReach(f"{name} has no numeric evaluation")
    arrays = np.broadcast_arrays(*[part for v, e in args for part in (v, e)])
    shape = arrays[0].shape
    rows = list(zip(*[part.ravel().tolist() for part in arrays], strict=True))
    found: dict[tuple[float, ...], tuple[float, float]] = {}
    todo = list(dict.fromkeys(rows))
    for bits in PRECISIONS:
        with ctx.workprec(bits):
            for row in todo:
                found[row] = _one(function, row)
        todo = [row for row in todo if _is_coarse(row, found[row])]
        if not todo:
            break
    values, errors = np.array([found[row] for row in rows]).reshape(-1, 2).T
    return values.reshape(shape), errors.reshape(shape)


_UNDEFINED = (float("nan"), float("inf"))


def _one(function: Callable[..., Any], row: tuple[float, ...]) -> tuple[float, float]:
    """Value and error bound for ``(v, e, v, e, ...)``."""
    if not all(map(isfinite, row)):
        return _UNDEFINED
    try:
        ball = function(
            *[arb(v, e) if e else arb(v) for v, e in zip(row[0::2], row[1::2], strict=True)]
        )
    except (ValueError, ZeroDivisionError):
        return _UNDEFINED
    if not ball.is_finite():
        return _UNDEFINED
    value = float(ball)
    return value, float(ball.rad()) * (1 + LIBRARY) + 2 * UNIT * abs(value) + TINY


def _is_coarse(row: tuple[float, ...], result: tuple[float, float]) -> bool:
    """Whether more bits may help: the argument is exact and the bound is not."""
    value, error = result
    return not any(row[1::2]) and error > 1e-14 * abs(value) and all(map(isfinite, row))
