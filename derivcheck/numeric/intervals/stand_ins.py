"""Instances of abstract functions, and their derivatives of every order, on balls.

A derivative of a factor is read off its Taylor series. The rules by which factors know their own
derivatives are not used, so that a slip in them shows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flint import acb, arb, fmpq

from derivcheck.numeric.intervals.functions import Ball, slope_of
from derivcheck.numeric.sampling.exact import exactly
from derivcheck.numeric.sampling.factors import Factor
from derivcheck.numeric.sampling.stand_ins import Instance

Function = Callable[[Ball], Ball]
REST = "$rest"
"""Behind the name of a function of matrices: what it adds up over their entries."""


def _tanh(z: Any) -> Any:
    # flint has no hyperbolic functions of series
    return z.tanh() if isinstance(z, arb | acb) else 1 - 2 / ((2 * z).exp() + 1)


_KINDS: dict[str, Callable[[Any], Any]] = {
    "exp": lambda z: z.exp(),
    "sin": lambda z: z.sin(),
    "wave": lambda z: z.sin() + fmpq(3, 2),
    "tanh": _tanh,
    "softplus": lambda z: (z.exp() + 1).log(),
    "one": lambda z: z * 0 + 1,
    "square": lambda z: z * z,
}
"""Functions of balls and of series alike."""


def _factor(factor: Factor, order: int) -> Function:
    """A derivative of a factor."""
    rate, shift = exactly(factor.rate), exactly(factor.shift)
    function = _KINDS.get(factor.kind, lambda z: z**factor.degree)
    return lambda z: slope_of(function, rate * z + shift, order, rate)


@lru_cache(maxsize=1024)
def applied(instance: Instance, orders: tuple[int, ...]) -> Callable[..., Ball]:
    """The derivative of these orders as a function of balls."""
    terms = [
        (exactly(term.coefficient), list(map(_factor, term.factors, orders)))
        for term in instance.terms
    ]

    def value(*args: Ball) -> Ball:
        result = arb(0)
        for coefficient, functions in terms:
            product = arb(coefficient)
            for function, arg in zip(functions, args, strict=True):
                product = product * function(arg)
            result = result + product
        return result

    return value


def rest(instance: Instance, orders: tuple[int, ...]) -> Callable[..., Ball]:
    """What a function of matrices adds up over their entries: a function of the entry of a weight
    and that of a matrix, by which alone it is differentiated."""
    order = orders[1]
    if instance.role == "bounded":
        return lambda w, z: arb(0)
    if instance.role == "generic":
        return lambda w, z: w * slope_of(_KINDS["sin"], z, order)
    return lambda w, z: w * w * slope_of(_KINDS["square"], z, order)
