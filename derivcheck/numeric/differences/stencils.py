"""Central differences of order four with a tolerance derived from their own convergence.

Five steps ``h_j = h_0 * 8**-j``, each with ``(f(x-2h) - 8 f(x-h) + 8 f(x+h) - f(x+2h))/(12 h)``.
Between successive steps the truncation error falls by 8**4 = 4096; the tolerance of D_{j+1} is
``|D_j - D_{j+1}|/64`` (64 times the asymptotic error, as a margin) plus its round-off bound.
The tolerance counts only if every smaller step agrees within it: where a kink, a pole or a
structure finer than the steps makes the differences diverge, nothing is claimed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from derivcheck.numeric.differences.rounding import UNIT, spread
from derivcheck.records import record

STEPS = 5
RATIO = 8.0
SAFETY = 64.0
FIRST = 2.0**-5
"""First step over the scale of the variable."""
FLOOR = 1.0 / 16
"""Smallest scale of a variable: a step at 0 must not be 0."""

MULTIPLES = np.array([0.0, *(m * RATIO**-j for j in range(STEPS) for m in (-2.0, -1.0, 1.0, 2.0))])
"""Abscissae in units of the first step; the centre comes first."""
SIZE = len(MULTIPLES)

_POWERS = RATIO ** -np.arange(STEPS, dtype=np.float64).reshape(STEPS, 1)
_PAIRS = np.array([0, 0, 0, 1, 1, 2])
_LATER = np.array([2, 3, 4, 3, 4, 4])


@record()
class Difference:
    """A derivative, its tolerance (infinite where nothing can be said), and the scale of it.

    The value is NaN where the function itself is undefined.

    ``natural`` is the size of the function over the scale of the variable: what a derivative
    of zero is to be compared with.
    """

    value: Any
    tolerance: Any
    natural: Any


def first_step(scale: Any) -> Any:
    """The largest power of two that is at most ``FIRST * scale`` (0 stays 0)."""
    mantissa, exponent = np.frexp(FIRST * np.asarray(scale, dtype=np.float64))
    return np.where(mantissa > 0, np.ldexp(1.0, np.maximum(exponent - 1, -900)), 0.0)


def combine(values: Any, errors: Any, step: Any, bad: Any = None) -> Difference:
    """Differences along the first axis (of length SIZE, ordered as MULTIPLES).

    ``values`` and ``errors`` broadcast against one another; ``step`` is the first step, shaped
    like one slice; ``bad`` marks abscissae on another side of a kink.
    """
    errors = spread(errors, values.shape)
    tail = values.shape[1:]
    f = values[1:].reshape(STEPS, 4, -1)
    e = errors[1:].reshape(STEPS, 4, -1)
    first = np.asarray(step)
    first = spread(first, tail).reshape(-1)
    h = 12.0 * _POWERS * first
    outer = f[:, 0] - f[:, 3]
    inner = 8.0 * (f[:, 2] - f[:, 1])
    d = (outer + inner) / h
    noise = e[:, 0] + e[:, 3] + 8.0 * (e[:, 1] + e[:, 2])
    r = (noise + 4 * UNIT * (np.abs(outer) + np.abs(inner))) / h
    centre = np.isfinite(values[0] + errors[0]).reshape(-1)
    valid = np.isfinite(d + r) & centre
    if bad is not None:
        spoilt = np.broadcast_to(bad, values.shape)[1:].reshape(STEPS, 4, -1)
        valid &= ~np.logical_or.reduce(spoilt, axis=1)
    if not valid.all():
        d = np.where(valid, d, 0.0)
        r = np.where(valid, r, np.inf)
    change = np.abs(d[:-1] - d[1:])
    if not valid.all():
        change = np.where(valid[:-1] & valid[1:], change, np.inf)
    tolerance = change / SAFETY + r[1:]
    agrees = np.abs(d[_PAIRS + 1] - d[_LATER]) <= tolerance[_PAIRS] + r[_LATER]
    confirmed = np.empty((STEPS - 1, first.size), dtype=bool)
    confirmed[0] = agrees[0] & agrees[1] & agrees[2]
    confirmed[1] = agrees[3] & agrees[4]
    confirmed[2] = agrees[5]
    # a smaller step that is defined has to confirm, or else the step before must have converged
    converging = change[1:] <= change[:-1] / SAFETY + r[1:-1] + r[2:]
    converging &= np.isfinite(change[:-1])
    confirmed[3] = converging[2]
    confirmed[0] &= valid[2]
    confirmed[1:3] &= valid[3:] | converging[:2]
    tolerance = np.where(confirmed, tolerance, np.inf)
    best = np.argmin(tolerance, axis=0)
    every = np.arange(first.size)
    value = d[best + 1, every]
    if not centre.all():
        value = np.where(np.isfinite(values[0]).reshape(-1), value, np.nan)
    chosen = tolerance[best, every]
    size = np.abs(f).reshape(4 * STEPS, -1)
    if not centre.all() or not valid.all():
        size = np.where(np.isfinite(size), size, 0.0)
    size = np.maximum.reduce(size, axis=0)
    natural = size * (FIRST / first)
    return Difference(value.reshape(tail), chosen.reshape(tail), natural.reshape(tail))
