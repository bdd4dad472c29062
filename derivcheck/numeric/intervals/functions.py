"""Enclosures of the elementwise functions, real and complex.

A real enclosure is NaN wherever the function is not real or not defined, or where the ball
touches a cut, a pole or a jump, so that an undefined sub-expression makes the point undefined.
Conventions: principal branches; ``acot z = atan(1/z)`` (odd), likewise the other reciprocal
inverses; elliptic integrals by the parameter m with ``1 - n*sin**2`` in the third kind;
Fresnel integrals with ``pi*t**2/2`` inside. A long module: flint has most functions, but with other
domains at cuts and poles.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import factorial
from typing import Any

from flint import acb, acb_series, arb, arb_series, ctx

from derivcheck.lang.functions import OF_RECIPROCAL, ROWS, orders_of
from derivcheck.numeric.intervals import orders, special
from derivcheck.numeric.intervals.cuts import (
    BRANCHED,
    COMPLEX_NAN,
    NAN,
    of_flint,
    off_left,
    off_outside,
    off_ray,
)
from derivcheck.numeric.intervals.special import at_real

Ball = Any
"""An ``arb`` or ``acb`` (python-flint ships no types)."""

_ZERO, _ONE = arb(0), arb(1)


MOST_ORDER = 1000
"""Largest order of a polygamma function or a polylogarithm that is looked at."""
_WHOLE = arb(2) ** 1024


def whole(value: Ball) -> int | None:
    """The integer that a real or complex ball is exactly, or None."""
    if isinstance(value, acb):
        return whole(value.real) if value.imag.is_zero() else None
    return int(value.fmpz()) if value.is_integer() and value.abs_upper() < _WHOLE else None


def _order(value: Ball) -> int | None:
    """The order of a derivative that a ball is exactly; None also for one beyond all use."""
    order = whole(value)
    return order if order is not None and 0 <= order <= MOST_ORDER else None


def real_power(base: Ball, exponent: Ball) -> Ball:
    """``base**exponent``; real for a negative base at integer exponents only, 0**0 undefined."""
    number = whole(exponent)
    if number is not None:
        if number == 0 and not (base > 0 or base < 0):
            return NAN
        return base**number
    if base > 0:
        return base**exponent
    if base.is_zero() and exponent > 0:
        return _ZERO
    return NAN


def _off_edge(base: Ball, exponent: Ball) -> Ball:
    """1, but undefined at 0 where ``base**exponent`` is real for no negative base."""
    return NAN if base.is_zero() and whole(exponent) is None else _ONE


def _cbrt(z: Ball) -> Ball:
    if z > 0:
        return z.root(3)
    if z < 0:
        return -((-z).root(3))
    return _ZERO if z.is_zero() else NAN


def _sign(z: Ball) -> Ball:
    return _ZERO if z.is_zero() else _strict_sign(z)


def _strict_sign(z: Ball) -> Ball:
    return _ONE if z > 0 else -_ONE if z < 0 else NAN


def _zero(z: Ball) -> Ball:
    return _ZERO if z > 0 or z < 0 else NAN


def _step(z: Ball) -> Ball:
    return _ONE if z > 0 else _ZERO if z < 0 else NAN


def _atan2(y: Ball, x: Ball) -> Ball:
    return arb.atan2(y, x) if x > 0 or y > 0 or y < 0 else NAN


def _extreme(larger: bool) -> Callable[[Ball, Ball], Ball]:
    def pick(x: Ball, y: Ball) -> Ball:
        if not (x.is_finite() and y.is_finite()):
            return NAN
        return x.max(y) if larger else x.min(y)

    return pick


def _polygamma(n: Ball, z: Ball) -> Ball:
    order = _order(n)
    if order is None:
        return NAN
    if order == 0:
        return z.digamma()
    if z > 0:
        return (-1) ** (order + 1) * arb(factorial(order)) * arb(order + 1).zeta(z)
    return special.real_part(acb(z).polygamma(order))


def slope_of(function: Callable[[Any], Any], at: Ball, order: int, rate: Any = 1) -> Ball:
    """The derivative of that order of ``function(at + rate*t)`` by t, at 0."""
    if not order:
        return function(at)
    series = acb_series if isinstance(at, acb) else arb_series
    before = ctx.cap
    ctx.cap = max(before, order + 1)  # what is beyond would be left out, and read as 0
    try:
        return function(series([at, rate], order + 1))[order] * factorial(order)
    except ValueError:  # a divisor that may be 0 there, as exp(z) + 1 where z has no bounds
        return at * NAN
    finally:
        ctx.cap = before


def _zeta_derivative(n: Ball, s: Ball) -> Ball:
    order = _order(n)
    if order is None or not (s > 1 or s < 1):
        return NAN
    return slope_of(lambda z: z.zeta(), s, order)


def _regular(phi: Ball, parameter: Ball) -> bool:
    """Whether ``1 - parameter*sin(t)**2`` stays positive for t between 0 and phi."""
    if parameter < 1:
        return True
    return bool(abs(phi) < arb.pi() / 2 and parameter * phi.sin() ** 2 < 1)


def _polylog(s: Ball, z: Ball) -> Ball:
    if z == 1 and s > 1:
        return s.zeta()
    # flint ends the process over an order that is no machine number, and over infinite balls
    return z.polylog(s) if z.is_finite() and abs(s) < MOST_ORDER else NAN


def _reciprocal(function: Callable[[Ball], Ball]) -> Callable[[Ball], Ball]:
    return lambda z: function(1 / z)


_AS_IT_IS: dict[str, Callable[..., Ball]] = {
    "airyaiprime": lambda z: z.airy_ai(derivative=1),
    "airybiprime": lambda z: z.airy_bi(derivative=1),
    "beta": lambda a, b: a.gamma() * b.gamma() * (a + b).rgamma(),
}
"""Functions that are written alike for real and for complex balls."""

REAL: dict[str, Callable[..., Ball]] = {
    **_AS_IT_IS,
    **{row.name: of_flint(row.name, arb) for row in ROWS if row.arb},
    **special.REAL,
    "abs": abs,
    "conj": lambda z: z,
    "re": lambda z: z,
    "im": lambda z: z * 0,
    "arg": lambda z: arb(0) if z >= 0 else arb.pi() if z < 0 else NAN,
    "cbrt": _cbrt,
    "sign": _sign,
    "#strict_sign": _strict_sign,
    "#zero": _zero,
    "#step": _step,
    "#off_edge": _off_edge,
    **{name: _reciprocal(getattr(arb, of)) for name, of in OF_RECIPROCAL.items()},
    "atan2": _atan2,
    "hypot": lambda x, y: (x * x + y * y).sqrt(),
    "max": _extreme(True),
    "min": _extreme(False),
    "polygamma": _polygamma,
    "#zeta_slope": _zeta_derivative,
    "polylog": _polylog,
    "ellipk": at_real(acb.elliptic_k, lambda m: m < 1),
    "ellipe": at_real(acb.elliptic_e, lambda m: m < 1 or m == 1),
    "ellipe_inc": at_real(acb.elliptic_e_inc, _regular),
    "ellipf": at_real(acb.elliptic_f, _regular),
    "ellippi": at_real(acb.elliptic_pi, lambda n, m: n < 1 and m < 1),
    "ellippi_inc": at_real(
        acb.elliptic_pi_inc, lambda n, phi, m: _regular(phi, n) and _regular(phi, m)
    ),
}
"""Enclosure by function: flint's method of that name in the table of functions, or what stands
here because flint has none or another domain."""


def _turned(z: Ball) -> Ball:
    return z * acb(0, 1)


def complex_power(base: Ball, exponent: Ball) -> Ball:
    """Principal power; NaN where the base touches its cut without lying on it."""
    number = whole(exponent)
    if number is not None:
        return COMPLEX_NAN if number <= 0 and base.contains(0) else base**number
    if exponent == _HALF:
        return _root(base)
    if base.is_zero():
        return acb(0) if exponent.real > 0 else COMPLEX_NAN
    return (exponent * _CUT["log"](base)).exp()


_HALF = arb(1) / 2


def _root(base: Ball) -> Ball:
    return base.sqrt() if base.imag.is_zero() or off_left(base) else COMPLEX_NAN


def _exactly(function: Callable[[Ball], Ball], name: str) -> Callable[[Ball], Ball]:
    """A function with a cut: off it, or exactly on the line that it lies on.

    There flint takes the values that mpmath takes: continuous from above for log.
    """
    test = OFF_CUT[name]
    imaginary = name in ("atan", "asinh")

    def value(z: Ball) -> Ball:
        line = z.real if imaginary else z.imag
        return function(z) if line.is_zero() or test(z) else COMPLEX_NAN

    return value


def _of_inverse(test: Callable[[Ball], bool]) -> Callable[[Ball], bool]:
    return lambda z: not z.contains(0) and test(1 / z)


OFF_CUT: dict[str, Callable[..., bool]] = {
    **{name: row.off for name, row in BRANCHED.items()},
    **dict.fromkeys(("log", "pow", "arg", "loggamma", "lambertw"), off_left),
    **dict.fromkeys(("asin", "acos", "atanh"), off_outside),
    **dict.fromkeys(("atan", "asinh"), lambda z: off_outside(_turned(z))),
    "acosh": lambda z: off_ray(z, 1, True),
}
"""Whether a ball certainly keeps off the branch cut of a function (DLMF 4.2, 4.23, 4.37)."""
OFF_CUT |= {name: _of_inverse(OFF_CUT[of]) for name, of in OF_RECIPROCAL.items()}

_CUT: dict[str, Callable[[Ball], Ball]] = {
    name: _exactly(of_flint(name), name)
    for name in ("log", "asin", "acos", "atanh", "atan", "asinh", "acosh", "loggamma", "lambertw")
}


def _off(name: str) -> Callable[..., Ball]:
    """1 off the cut, NaN elsewhere: a function has no derivative across its cut."""
    test = OFF_CUT[name]
    return lambda *args: acb(1) if test(*args) else COMPLEX_NAN


def positive(z: Ball) -> Ball:
    """1 where a complex ball is a positive number, NaN elsewhere."""
    return acb(1) if z.imag.is_zero() and z.real > 0 else COMPLEX_NAN


def complex_function(name: str) -> Callable[..., Ball] | None:
    """The function at complex points: at exactly real arguments its real value, where it has one.

    None where it is known at neither.
    """
    real, wide, cut = REAL.get(name), COMPLEX.get(name), BRANCHED.get(name)
    if real is None:
        return wide or _by_parameter(name, COMPLEX)

    def value(*args: Ball) -> Ball:
        exactly_real = all(arg.imag.is_zero() for arg in args)
        if exactly_real:
            found = acb(real(*(arg.real for arg in args)))
            if found.is_finite() or wide is None:
                return found
        found = wide(*args) if wide is not None else COMPLEX_NAN
        return (
            cut.on_cut(*args)
            if cut is not None and exactly_real and not found.is_finite()
            else found
        )

    return value


def _part(of: Callable[[Ball], Ball]) -> Callable[[Ball], Ball]:
    """A real number that belongs to a complex one. Of ``1/z`` at 0 flint gives NaN with the
    imaginary part 0: where one part is undefined, both are."""
    return lambda z: acb(of(z)) if z.is_finite() else COMPLEX_NAN


def _wide_polygamma(n: Ball, z: Ball) -> Ball:
    order = _order(n)
    return COMPLEX_NAN if order is None else z.polygamma(order)


COMPLEX: dict[str, Callable[..., Ball]] = {
    **_AS_IT_IS,
    **{row.name: of_flint(row.name) for row in ROWS if row.meromorphic and row.arb},
    **special.COMPLEX,
    **{name: row.analytic for name, row in BRANCHED.items()},
    **_CUT,
    **{f"#off_{name}": _off(name) for name in OFF_CUT},
    "conj": lambda z: z.conjugate(),
    "re": _part(lambda z: z.real),
    "im": _part(lambda z: z.imag),
    "arg": _part(acb.arg),
    **{name: _reciprocal(_CUT[of]) for name, of in OF_RECIPROCAL.items()},
    "polygamma": _wide_polygamma,
    "#positive": positive,
}
"""No row where a function is not analytic (``abs``) or its cuts were not studied: unknown."""


_ENTIRE_IN = {"bessely": 0, "besselk": 0}
"""Functions entire in an argument, DLMF 10.2 and 10.25, that flint does not enclose on balls
around whole numbers."""


_NOT_ANALYTIC = ("conj", "re", "im", "arg")


def is_enclosed(name: str, is_complex: bool) -> bool:
    """Whether a function has an enclosure of its own, and not only what its row says it means."""
    return name in (COMPLEX if is_complex else REAL)


@cache
def real_function(name: str) -> Callable[..., Ball] | None:
    """The enclosure of a function, or of its derivative by an order or a parameter, by name."""
    return REAL.get(name) or _by_parameter(name, REAL)


def _by_parameter(name: str, table: dict[str, Callable[..., Ball]]) -> Callable[..., Ball] | None:
    if name.startswith("#") or "#" not in name:
        return None
    base, raised = orders_of(name, 0)
    plain, analytic = table.get(base), COMPLEX.get(base)
    if plain is None or analytic is None or base in _NOT_ANALYTIC:
        return None
    return orders.derivative(plain, analytic, raised, _ENTIRE_IN.get(base))
