"""Special functions in double precision with an error bound, through balls (python-flint).

The argument's error bound becomes the radius of the ball that is handed in, so the result's
radius is a bound for the true value, whatever the function's slope.
flint is imported on first use only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import isfinite
from typing import Any

import numpy as np

from derivcheck.numeric.differences.rounding import LIBRARY, TINY, UNIT, Bounded, OutOfReach

MOST_ORDER = 1000
"""Largest order of a polygamma function or a polylogarithm that is looked at."""

PRECISIONS = (72, 200)
"""Bits: enough that the radius of an exact argument's value is below a double's rounding; more
where cancellation left a radius above ``1e-14`` of the value."""


@cache
def _table() -> dict[str, Callable[..., Any]]:
    """Function name to a callable on real balls (``arb``) giving ``arb`` or ``acb``."""
    from flint import acb

    return {
        "erf": lambda z: z.erf(),
        "erfc": lambda z: z.erfc(),
        "erfi": lambda z: z.erfi(),
        "erfinv": lambda z: z.erfinv(),
        "gamma": lambda z: z.gamma(),
        "loggamma": lambda z: z.lgamma(),
        "digamma": lambda z: z.digamma(),
        "polygamma": lambda n, z: _usual_order(n) and acb(z).polygamma(n),
        "beta": lambda a, b: a.gamma() * b.gamma() * (a + b).rgamma(),
        "uppergamma": lambda a, z: z.gamma_upper(a),
        "besselj": lambda n, z: z.bessel_j(n),
        "bessely": lambda n, z: z.bessel_y(n),
        "besseli": lambda n, z: z.bessel_i(n),
        "besselk": lambda n, z: z.bessel_k(n),
        "airyai": lambda z: z.airy_ai(),
        "airybi": lambda z: z.airy_bi(),
        "airyaiprime": lambda z: z.airy_ai(derivative=1),
        "airybiprime": lambda z: z.airy_bi(derivative=1),
        "Ei": lambda z: z.ei(),
        "li": lambda z: z.li(),
        "Si": lambda z: z.si(),
        "Ci": lambda z: z.ci(),
        "Shi": lambda z: z.shi(),
        "Chi": lambda z: z.chi(),
        "expint": lambda n, z: z.expint(n),
        "fresnels": lambda z: z.fresnel_s(),
        "fresnelc": lambda z: z.fresnel_c(),
        "polylog": lambda s, z: _usual_order(s) and z.is_finite() and acb(z).polylog(acb(s)),
        "lambertw": lambda z: z.lambertw(),
        "zeta": lambda z: z.zeta(),
        "ellipk": lambda m: acb(m).elliptic_k(),
        "ellipe": lambda m: acb(m).elliptic_e(),
        "ellipe_inc": lambda phi, m: acb.elliptic_e_inc(acb(phi), acb(m)),
        "ellipf": lambda phi, m: acb.elliptic_f(acb(phi), acb(m)),
        "ellippi": lambda n, m: acb.elliptic_pi(acb(n), acb(m)),
        "ellippi_inc": lambda n, phi, m: acb.elliptic_pi_inc(acb(n), acb(phi), acb(m)),
    }


def _usual_order(order: Any) -> bool:
    """Whether it is not so large that flint ends the process, or works for hours."""
    return bool(abs(order) < MOST_ORDER)


def supported(name: str) -> bool:
    """Whether :func:`evaluate` knows the function."""
    return name in _table()


def evaluate(name: str, args: list[Bounded]) -> Bounded:
    """The function on broadcast arrays; undefined or complex values are NaN.

    Raises :class:`OutOfReach` for a function that is not in the table.
    """
    from flint import ctx

    function = _table().get(name)
    if function is None:
        raise OutOfReach(f"{name} has no numeric evaluation")
    arrays = np.broadcast_arrays(*[part for v, e in args for part in (v, e)])
    shape = arrays[0].shape
    rows = list(zip(*[part.ravel().tolist() for part in arrays], strict=True))
    saved = ctx.prec
    found: dict[tuple[float, ...], tuple[float, float]] = {}
    try:
        todo = list(dict.fromkeys(rows))
        for precision in PRECISIONS:
            ctx.prec = precision
            for row in todo:
                found[row] = _one(function, row)
            todo = [row for row in todo if _is_coarse(row, found[row])]
            if not todo:
                break
    finally:
        ctx.prec = saved
    values, errors = np.array([found[row] for row in rows]).reshape(-1, 2).T
    return values.reshape(shape), errors.reshape(shape)


_UNDEFINED = (float("nan"), float("inf"))


def _one(function: Callable[..., Any], row: tuple[float, ...]) -> tuple[float, float]:
    """Value and error bound for ``(v, e, v, e, ...)``."""
    from flint import acb, arb

    if not all(map(isfinite, row)):
        return _UNDEFINED
    try:
        ball = function(
            *[arb(v, e) if e else arb(v) for v, e in zip(row[0::2], row[1::2], strict=True)]
        )
    except (ValueError, ZeroDivisionError):
        return _UNDEFINED
    if ball is False:
        return _UNDEFINED
    if isinstance(ball, acb):
        if not ball.imag.contains(0):
            return _UNDEFINED
        ball = ball.real
    if not ball.is_finite():
        return _UNDEFINED
    value = float(ball)
    return value, float(ball.rad()) * (1 + LIBRARY) + 2 * UNIT * abs(value) + TINY


def _is_coarse(row: tuple[float, ...], result: tuple[float, float]) -> bool:
    """Whether more bits may help: the argument is exact and the bound is not."""
    value, error = result
    return not any(row[1::2]) and error > 1e-14 * abs(value) and all(map(isfinite, row))
