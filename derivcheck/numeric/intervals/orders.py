"""Derivatives of special functions by an order or a parameter, where no closed form is known.

Enclosed from values of the function alone. A central difference of f at a distance h is exact for
polynomials of degree 2J; the rest of the Taylor series is bounded by Cauchy's estimate: where f is
analytic on a polydisc of the radii R and at most M there, its coefficients are at most
M*R**(-n). The same estimate bounds what the radii of the arguments themselves do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from math import factorial
from typing import Any

from flint import acb, arb, ctx, fmpq, fmpq_mat

Ball = Any
NAN = arb("nan")
_RADII = (2, 4, 7, 12, 20)
"""Radii of the disc are tried as powers of 1/2, largest first."""
_ROUNDS = 3
"""Each doubles the working precision."""
_RIM = 16
"""Balls around the rim of a disc."""


@cache
def _stencil(order: int) -> tuple[int, tuple[fmpq, ...], fmpq]:
    """J, the weights at -J ... J for that derivative, and the sum of their absolute values."""
    reach = order + 1
    places = range(-reach, reach + 1)
    size = len(places)
    powers = fmpq_mat(size, size, [fmpq(j) ** n for n in range(size) for j in places])
    wanted = fmpq_mat(size, 1, [factorial(order) * (n == order) for n in range(size)])
    weights = tuple(row[0] for row in powers.solve(wanted).table())
    return reach, weights, sum((abs(w) for w in weights), fmpq(0))


def derivative(
    function: Callable[..., Ball],
    analytic: Callable[..., Ball],
    orders: tuple[int, ...],
    entire_in: int | None = None,
) -> Callable[..., Ball]:
    """The partial derivative of that order by each argument, on real or on complex balls.

    ``function`` encloses it on such balls, ``analytic`` on complex ones: finite only where the
    function is analytic on the whole ball. ``entire_in`` is an argument in which it is entire
    although ``analytic`` says nothing at whole numbers.
    """

    def value(*args: Ball) -> Ball:
        if not all(arg.is_finite() for arg in args):
            return NAN
        wanted = ctx.prec
        centres = [arg.mid() for arg in args]
        radii = [arb(arg.rad().abs_upper()) for arg in args]
        disc = _disc(analytic, centres, radii, orders, entire_in)
        if disc is None:
            return NAN
        exponent, bound = disc
        best = NAN
        for k in range(_ROUNDS):
            with ctx.workprec(wanted):  # it works at more
                found = _difference(function, centres, orders, exponent, bound, wanted, k)
            if found.is_finite():
                best = found
                if found.rel_accuracy_bits() > wanted - 8:
                    break
        return _blurred(best, _spread(radii, orders, exponent, bound))

    return value


def _blurred(value: Ball, error: Ball) -> Ball:
    """The ball with an error added."""
    blur = arb(0, error.abs_upper())
    return value + (acb(blur, blur) if isinstance(value, acb) else blur)


def _disc(
    analytic: Callable[..., Ball],
    centres: list[Ball],
    radii: list[Ball],
    orders: tuple[int, ...],
    entire_in: int | None,
) -> tuple[int, Ball] | None:
    """The largest radius 2**-e (as e) with a bound of the function on the polydisc."""
    varied = [bool(o) or not r.is_zero() for o, r in zip(orders, radii, strict=True)]
    with ctx.workprec(max(ctx.prec, 64)):
        for exponent in _RADII:
            size = arb(2) ** -exponent
            if any(not r * 2 < size for r in radii):
                return None
            discs = [
                acb(c) + acb(arb(0, size), arb(0, size)) if v else acb(c)
                for c, v in zip(centres, varied, strict=True)
            ]
            bound = _bound(analytic, discs)
            if bound is None and entire_in is not None and varied[entire_in]:
                bound = _rim_bound(analytic, discs, entire_in, acb(centres[entire_in]), size)
            if bound is not None:
                return exponent, bound
    return None


def _bound(analytic: Callable[..., Ball], discs: list[Ball]) -> Ball | None:
    try:
        found = analytic(*discs)
    except (ValueError, ZeroDivisionError):
        return None
    return arb(found.abs_upper()) if found.is_finite() else None


def _rim_bound(
    analytic: Callable[..., Ball], discs: list[Ball], place: int, centre: Ball, size: Ball
) -> Ball | None:
    """A bound on the rim of the disc of one argument: the maximum modulus is there."""
    largest = arb(0)
    half = size * arb.pi() / _RIM  # half the arc from one centre to the next
    for k in range(_RIM):
        at = centre + size * (acb(0, 1) * (arb(2 * k + 1) / _RIM) * arb.pi()).exp()
        ball = at + acb(arb(0, half.abs_upper()), arb(0, half.abs_upper()))
        bound = _bound(analytic, [*discs[:place], ball, *discs[place + 1 :]])
        if bound is None:
            return None
        largest = largest.max(bound)
    return largest


def _spread(radii: list[Ball], orders: tuple[int, ...], exponent: int, bound: Ball) -> Ball:
    """How far the derivative moves while the arguments stay within their radii."""
    total = arb(0)
    half = arb(2) ** (exponent + 1)
    base = bound * half ** sum(orders)
    for order in orders:
        base *= factorial(order)
    for radius, order in zip(radii, orders, strict=True):
        total += radius * base * half * (order + 1)
    return total


def _difference(
    function: Callable[..., Ball],
    centres: list[Ball],
    orders: tuple[int, ...],
    exponent: int,
    bound: Ball,
    wanted: int,
    attempt: int,
) -> Ball:
    """The central difference at exact centres, with the error that it makes."""
    varied = [k for k, order in enumerate(orders) if order]
    stencils = {k: _stencil(orders[k]) for k in varied}
    steps = {}
    for k in varied:
        reach = stencils[k][0]
        steps[k] = exponent + reach + 2 + (wanted + 10) // (2 * reach + 1 - orders[k])
    lost = sum(steps[k] * orders[k] for k in varied)
    ctx.prec = (wanted + lost + 20) * 2**attempt
    total: Ball = arb(0)
    for places in product(*[range(-stencils[k][0], stencils[k][0] + 1) for k in varied]):
        weight = fmpq(1)
        args = list(centres)
        for k, j in zip(varied, places, strict=True):
            weight *= stencils[k][1][j + stencils[k][0]]
            args[k] = args[k] + arb(j) * arb(2) ** -steps[k]
        if weight != 0:
            total += arb(weight) * function(*args)
    total *= arb(2) ** lost
    error = arb(0)
    outer = arb(1)
    for position, k in enumerate(varied):
        reach, _, weights = stencils[k]
        inner = bound
        for later in varied[position + 1 :]:
            inner *= factorial(orders[later]) * arb(2) ** (exponent * orders[later])
        ratio = reach * arb(2) ** (exponent - steps[k])
        scale = arb(weights) * arb(2) ** (steps[k] * orders[k])
        error += outer * scale * inner * ratio ** (2 * reach + 1) / (1 - ratio)
        outer *= scale
    return _blurred(total, error)
