"""Enclosures of special functions that flint lacks as methods, at real and at complex points.

Jacobi's elliptic functions by theta functions, DLMF 20.2, 22.2 and 22.17; Appell's F1 by its
series, DLMF 16.13.1, with a bound of the tail.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import mul
from typing import Any

from flint import acb, acb_poly, arb, ctx

from derivcheck.lang.functions import ROWS
from derivcheck.numeric.intervals.cuts import (
    BRANCHED,
    COMPLEX_NAN,
    NAN,
    hyper,
    of_flint,
    off_left,
    off_right,
)

Ball = Any


def real_part(value: Ball) -> Ball:
    """An enclosure as a real ball; NaN where it is certainly not real, or not finite."""
    return value.real if value.is_finite() and value.imag.contains(0) else NAN


def at_real(
    function: Callable[..., Ball], where: Callable[..., bool] = lambda *args: True
) -> Callable[..., Ball]:
    """A complex function of real balls, where a condition on them certainly holds."""

    def value(*args: Ball) -> Ball:
        return real_part(function(*map(acb, args))) if where(*args) else NAN

    return value


# -- Jacobi's elliptic functions -------------------------------------------------------------


def _theta(u: Ball, m: Ball) -> tuple[Ball, Ball, Ball]:
    """sn, cn and dn, DLMF 22.2, of complex balls; m off the real axis outside (0, 1)."""
    first, other = m.elliptic_k(), (1 - m).elliptic_k()
    tau = acb(0, 1) * other / first
    at = u / (2 * first)
    z1, z2, z3, z4 = acb.modular_theta(at, tau)
    _, n2, n3, n4 = acb.modular_theta(acb(0), tau)
    sn, cn, dn = n3 / n2 * z1 / z4, n4 / n2 * z2 / z4, n4 / n3 * z3 / z4
    return sn, cn, dn


def _jacobi(u: Ball, m: Ball) -> tuple[Ball, Ball, Ball]:
    """sn, cn and dn of real balls."""
    if m.is_zero():
        return u.sin(), u.cos(), arb(1)
    if m == 1:
        return u.tanh(), u.sech(), u.sech()
    if m < 0:  # 22.17.2 to 22.17.4
        scale = (1 - m).sqrt()
        sn, cn, dn = _jacobi(u * scale, -m / (1 - m))
        return sn / (dn * scale), cn / dn, 1 / dn
    if m > 1:  # 22.17.8
        root = m.sqrt()
        sn, cn, dn = _jacobi(u * root, 1 / m)
        return sn / root, dn, cn
    if m > 0 and m < 1:
        sn, cn, dn = _theta(acb(u), acb(m))
        return real_part(sn), real_part(cn), real_part(dn)
    return NAN, NAN, NAN


def _jacobi_part(place: int) -> tuple[Callable[..., Ball], Callable[..., Ball]]:
    def real(u: Ball, m: Ball) -> Ball:
        return _jacobi(u, m)[place]

    def over(u: Ball, m: Ball) -> Ball:
        inside = off_left(m) and off_right(m)
        return _theta(u, m)[place] if inside else COMPLEX_NAN

    return real, over


# -- Appell's F1 -----------------------------------------------------------------------------

_MOST_TERMS = 4000
_MOST_REACH = 0.9
"""Largest argument of a series, which then takes about seven terms a bit."""


def _appell(a: Ball, b1: Ball, b2: Ball, c: Ball, x: Ball, y: Ball) -> Ball:
    """The series where it converges fastest, DLMF 16.16.1 to 16.16.3.

    On the straight way from (0, 0) to (x, y) each form's arguments only grow: where they end in
    the unit disc the principal value is the sum.
    """
    if not (off_right(x) and off_right(y)):
        return COMPLEX_NAN
    rest = c - b1 - b2
    forms = [
        (x, y, acb(1), acb(1), (a, b1, b2)),
        (x / (x - 1), y / (y - 1), -b1, -b2, (c - a, b1, b2)),
        (x / (x - 1), (x - y) / (x - 1), -a, acb(0), (a, rest, b2)),
        ((y - x) / (y - 1), y / (y - 1), acb(0), -a, (a, b1, rest)),
    ]

    def reach(form: tuple[Ball, Ball, Ball, Ball, Any]) -> float:
        return max(float(abs(u).abs_upper()) if u.is_finite() else 2.0 for u in form[:2])

    best = min(forms, key=reach)
    u, v, first, second, (alpha, one, other) = best
    if reach(best) > _MOST_REACH:
        return COMPLEX_NAN
    found = _appell_series(alpha, one, other, c, u, v)
    return found if best is forms[0] else (1 - x) ** first * (1 - y) ** second * found


def _appell_series(a: Ball, b1: Ball, b2: Ball, c: Ball, x: Ball, y: Ball) -> Ball:
    """The sum over k of (a)_k/(c)_k * e_k, e_k the coefficients of (1 - x*t)**(-b1) *
    (1 - y*t)**(-b2): the double series, taken along its diagonals.

    With s the larger of abs(x) and abs(y), abs(e_k) is at most (abs(b1) + abs(b2))_k * s**k/k!.
    """
    largest = abs(x).max(abs(y))
    if not largest < 1:
        return COMPLEX_NAN
    weight, one, other = acb(1), acb(1), acb(1)
    weights, ones, others = [weight], [one], [other]
    spread = abs(b1) + abs(b2)
    bound = arb(1)
    size = arb(2) ** (-ctx.prec)
    for k in range(_MOST_TERMS):
        weight *= (a + k) / (c + k)
        if not weight.is_finite():  # c is a whole number, not positive
            return COMPLEX_NAN
        one *= (b1 + k) * x / (k + 1)
        other *= (b2 + k) * y / (k + 1)
        bound *= (spread + k) / (k + 1) * largest
        if k % 8 == 7:
            tail = _tail(a, c, spread, largest, k + 1)
            if tail is not None:
                error = arb((abs(weight) * bound * tail).abs_upper())
                if error < size or k + 8 >= _MOST_TERMS:
                    terms = (acb_poly(ones) * acb_poly(others)).coeffs()
                    total = sum(map(mul, weights, terms), acb(arb(0, error), arb(0, error)))
                    return total if total.is_finite() else COMPLEX_NAN
        weights.append(weight)
        ones.append(one)
        others.append(other)
    return COMPLEX_NAN


def _tail(a: Ball, c: Ball, spread: Ball, largest: Ball, k: int) -> Ball | None:
    """A bound of the sum from the k-th term on, by the bound of the k-th; None where there is none.

    Each is at most abs(a + k)/abs(c + k) * (spread + k)/(k + 1) * largest of the one before.
    """
    if not c.real + k > 0:
        return None
    # |a + k| <= |c + k| + |a - c|, and |c + k| >= Re c + k
    ratio = 1 + abs(a - c) / (c.real + k)
    fall = ratio * arb(1).max((spread + k) / (k + 1)) * largest
    return 1 / (1 - fall) if fall < 1 else None


def _confluent(a: Ball, b: Ball, z: Ball) -> Ball:
    """1F1, but for 1F1(-n; -n; z), which is a polynomial to some and exp(z) to others."""
    nan = COMPLEX_NAN if isinstance(z, acb) else NAN
    is_ambiguous = (a - b).is_zero() and b.contains_integer() and not bool(acb(b).real > 0)
    return nan if is_ambiguous else z.hypgeom_1f1(a, b)


# -- tables ----------------------------------------------------------------------------------


def _right_of_minus_one(name: str) -> Callable[..., Ball]:
    function = of_flint(name)
    return lambda n, x: function(n, x) if off_left(1 + x) else COMPLEX_NAN


_JACOBI = {name: _jacobi_part(k) for k, name in enumerate(("jacobisn", "jacobicn", "jacobidn"))}

_HYPER = {
    row.name: BRANCHED[row.name].analytic if row.name in BRANCHED else hyper(row.lists[0])
    for row in ROWS
    if row.lists is not None
}

REAL: dict[str, Callable[..., Ball]] = {
    **{name: at_real(over) for name, over in _HYPER.items()},
    **{name: real for name, (real, _) in _JACOBI.items()},
    "betainc_regularized": lambda a, b, x: x.beta_lower(a, b, regularized=1),
    "zeta_hurwitz": lambda s, a: s.zeta(a) if a > 0 else NAN,
    "appellf1": at_real(_appell),
    "hyp1f1": _confluent,
}

COMPLEX: dict[str, Callable[..., Ball]] = {
    **_HYPER,
    **{name: over for name, (_, over) in _JACOBI.items()},
    "betainc": lambda a, b, x: x.beta_lower(a, b) if off_left(x) and off_right(x) else COMPLEX_NAN,
    "betainc_regularized": lambda a, b, x: (
        x.beta_lower(a, b, regularized=1) if off_left(x) and off_right(x) else COMPLEX_NAN
    ),
    "zeta": lambda s: s.zeta() if not (s - 1).contains(0) else COMPLEX_NAN,
    "zeta_hurwitz": lambda s, a: (
        s.zeta(a) if off_left(a) and not (s - 1).contains(0) else COMPLEX_NAN
    ),
    "hyp1f1": _confluent,
    "appellf1": _appell,
    **{name: of_flint(name) for name in ("hyp0f1", "hermite", "laguerre")},
    **{name: _right_of_minus_one(name) for name in ("legendre", "chebyshevt", "chebyshevu")},
}
"""NaN where a ball touches a branch cut: what is finite here is analytic on the whole ball."""
