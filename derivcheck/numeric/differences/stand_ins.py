"""Instances of abstract functions, and their derivatives, on arrays with error bounds."""

from __future__ import annotations

from fractions import Fraction
from math import perm
from typing import TYPE_CHECKING, Any

import numpy as np

from derivcheck.lang import nodes as n
from derivcheck.numeric.differences import matrices, rounding
from derivcheck.numeric.differences.rounding import UNIT, Bounded, OutOfReach, to_float
from derivcheck.numeric.sampling.stand_ins import Factor, Instance, tanh_polynomial

if TYPE_CHECKING:
    from derivcheck.numeric.differences.arrays import Evaluator

_RULES = rounding.RULES


def apply(ev: Evaluator, node: n.Apply) -> Bounded:
    """The value of an abstract function's instance; :class:`OutOfReach` where there is none."""
    instance = ev.instances.get(node.function)
    if instance is None:
        raise OutOfReach(f"the abstract function {node.function} was not instantiated")
    if instance.weights:
        return _of_matrices(ev, instance, node.args)
    return _value(instance, node.orders, [ev.evaluate(arg) for arg in node.args])


def _of_matrices(ev: Evaluator, instance: Instance, args: tuple[n.Node, ...]) -> Bounded:
    """See :meth:`Instance.at`, which says the same in nodes."""
    inner: list[Bounded] = []
    rest: list[Bounded] = []
    weights = iter(instance.weights)

    def total(x: Bounded) -> Bounded:
        return matrices.sum_axes(x, (-2, -1), keepdims=True)

    def weight() -> Bounded:
        return ev.full(next(weights))

    for arg in args:
        if not arg.shape:
            inner.append(ev.evaluate(arg))
            continue
        x = ev.full(arg)
        inner.append(total(rounding.multiply([weight(), x])))
        if instance.is_simple:
            continue
        inner.append(total(rounding.multiply([weight(), _RULES["cos"](x)])))
        last = weight()
        if instance.role == "generic":
            rest.append(total(rounding.multiply([last, _RULES["sin"](x)])))
        elif instance.role != "bounded":
            rest.append(total(rounding.square(rounding.multiply([last, x]))))
    return rounding.add([_value(instance, (0,) * len(inner), inner), *rest])


def _value(instance: Instance, orders: tuple[int, ...], args: list[Bounded]) -> Bounded:
    terms: list[Bounded] = []
    for term in instance.terms:
        parts = [] if term.coefficient == 1 else [to_float(term.coefficient)]
        for factor, order, arg in zip(term.factors, orders, args, strict=True):
            if factor.kind == "one" and not order:
                continue
            part = None if factor.kind == "one" else _factor(factor, order, arg)
            if part is None:
                break
            parts.append(part)
        else:
            terms.append(rounding.multiply(parts) if parts else (np.ones((1, 1)), 0.0))
    if not terms:
        return np.zeros((1, 1)), 0.0
    v, e = rounding.add(terms)
    return (v, e) if np.ndim(v) else (np.full((1, 1), v), e)


def _inner(factor: Factor, z: Bounded) -> Bounded:
    """``rate*z + shift``: rounded in both numbers, the product and the sum."""
    if factor.rate == 1 and not factor.shift:
        return z
    rate, shift = float(factor.rate), float(factor.shift)
    v, e = z
    product = rate * v
    size = np.abs(product) + abs(shift)
    return product + shift, (abs(rate) * (1 + 4 * UNIT)) * e + 4 * UNIT * size


def _factor(factor: Factor, order: int, z: Bounded) -> Bounded | None:
    """A derivative of a factor; None for zero."""
    kind = factor.kind
    if kind in ("power", "bowl"):
        return _monomial(factor, order, z)
    inner = _inner(factor, z)
    scale = factor.rate**order
    if kind == "exp":
        value = _RULES["exp"](inner)
    elif kind in ("sin", "wave"):
        value = _RULES["cos" if order % 2 else "sin"](inner)
        if order % 4 in (2, 3):
            scale = -scale
        if kind == "wave" and not order:
            value = rounding.add([(1.5, 0.0), value])
    elif kind == "tanh":
        value = _tanh(inner, order)
    elif order == 0:
        value = _RULES["log"](rounding.add([(1.0, 0.0), _RULES["exp"](inner)]))
    else:
        half = (0.5 * inner[0], 0.5 * inner[1])
        value = _tanh(half, order - 1)
        if order == 1:
            value = rounding.add([(1.0, 0.0), value])
        scale *= Fraction(1, 2) ** order
    return value if scale == 1 else rounding.multiply([to_float(scale), value])


def _tanh(z: Bounded, order: int) -> Bounded:
    value: Bounded = _RULES["tanh"](z)
    result: Any = None
    for coefficient in reversed(tanh_polynomial(order)):
        if result is not None:
            result = rounding.multiply([result, value])
        if coefficient or result is None:
            number = (float(coefficient), 0.0)
            result = number if result is None else rounding.add([result, number])
    found: Bounded = result
    return found


def _monomial(factor: Factor, order: int, z: Bounded) -> Bounded | None:
    degree = factor.degree if factor.kind == "power" else 2
    if order > degree:
        return None
    power = degree - order
    if power == 0:
        return np.full((1, 1), float(perm(degree, order))), 0.0
    value = z if power == 1 else rounding.square(z)
    for _ in range(power - 2):
        value = rounding.multiply([value, z])
    if factor.kind == "bowl" and not order:
        return rounding.add([(1.0, 0.0), value])
    return rounding.multiply([(float(perm(degree, order)), 0.0), value]) if order else value
