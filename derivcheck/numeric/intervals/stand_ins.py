"""Instances of abstract functions, and their derivatives of every order, on balls."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import perm
from typing import Any

from flint import arb, fmpq

from derivcheck.numeric.intervals.functions import Ball
from derivcheck.numeric.sampling.factors import Factor, tanh_polynomial
from derivcheck.numeric.sampling.stand_ins import Instance

Function = Callable[[Ball], Ball]


def _ball(value: Fraction) -> Any:
    return arb(fmpq(value.numerator, value.denominator))


def _sine(order: int) -> Function:
    if order % 4 == 0:
        return lambda z: z.sin()
    if order % 4 == 1:
        return lambda z: z.cos()
    if order % 4 == 2:
        return lambda z: -z.sin()
    return lambda z: -z.cos()


def _tanh(order: int) -> Function:
    coefficients = tanh_polynomial(order)

    def value(z: Ball) -> Ball:
        tanh = z.tanh()
        result = arb(0)
        for coefficient in reversed(coefficients):
            result = result * tanh + coefficient
        return result

    return value


def _softplus(order: int) -> Function:
    if order == 0:
        return lambda z: (1 + z.exp()).log()
    tanh = _tanh(order - 1)
    scale = arb(1) / 2**order
    shift = 1 if order == 1 else 0
    return lambda z: scale * (shift + tanh(z / 2))


def _monomial(degree: int, order: int, shift: int = 0) -> Function | None:
    if order > degree:
        return None
    factor, power = perm(degree, order), degree - order
    if power == 0:
        return lambda z: arb(factor)
    if order == 0:
        return lambda z: shift + z**power
    return lambda z: factor * z**power


def _factor(factor: Factor, order: int) -> Function | None:
    """A derivative of a factor; None for zero."""
    if factor.kind == "power":
        return _monomial(factor.degree, order)
    if factor.kind == "bowl":
        return _monomial(2, order, 1)
    if factor.kind == "wave" and order == 0:
        wave = _factor(Factor("sin", factor.rate, factor.shift), 0)
        assert wave is not None
        middle = arb(3) / 2
        return lambda z: middle + wave(z)
    rules = {"sin": _sine, "wave": _sine, "tanh": _tanh, "softplus": _softplus}
    function: Function = (lambda z: z.exp()) if factor.kind == "exp" else rules[factor.kind](order)
    rate, shift = _ball(factor.rate), _ball(factor.shift)
    if not order:
        return lambda z: function(rate * z + shift)
    scale = _ball(factor.rate**order)
    return lambda z: scale * function(rate * z + shift)


@lru_cache(maxsize=1024)
def applied(instance: Instance, orders: tuple[int, ...] | int, bits: int) -> Callable[..., Ball]:
    """The derivative of these orders as a function of balls, at the precision in force.

    A number as ``orders`` stands for what a function of matrices adds up over their entries: it
    is called with the entry of the weight and that of the matrix, which the order is taken by.
    """
    del bits  # in the key: the coefficients are balls of the precision in force
    if isinstance(orders, int):
        return _rest(instance, orders)
    terms: list[tuple[Any, tuple[tuple[int, Function], ...]]] = []
    for term in instance.terms:
        factors: list[tuple[int, Function]] = []
        for place, (factor, order) in enumerate(zip(term.factors, orders, strict=True)):
            if factor.kind == "one" and not order:
                continue
            function = None if factor.kind == "one" else _factor(factor, order)
            if function is None:
                break
            factors.append((place, function))
        else:
            terms.append((_ball(term.coefficient), tuple(factors)))

    def value(*args: Ball) -> Ball:
        result = arb(0)
        for coefficient, parts in terms:
            product = coefficient
            for place, function in parts:
                product = product * function(args[place])
            result = result + product
        return result

    return value


def _rest(instance: Instance, order: int) -> Callable[..., Ball]:
    if instance.role == "generic":
        wave = _sine(order)
        return lambda w, z: w * wave(z)
    if instance.role == "bounded" or order > 2:
        return lambda w, z: arb(0)
    if order == 0:
        return lambda w, z: (w * z) ** 2
    if order == 1:
        return lambda w, z: 2 * w * w * z
    return lambda w, z: 2 * w * w
