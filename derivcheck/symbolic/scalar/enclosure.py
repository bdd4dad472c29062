"""Values of scalar nodes at a point, enclosed by balls: what floats say of a sign may be wrong.

The prover's own, so that it shares nothing with the numeric judges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import flint

from derivcheck.lang import nodes as N
from derivcheck.lang.functions import named
from derivcheck.lang.texts import definition
from derivcheck.symbolic.scalar.field import precision, to_flint

Ball = Any
"""A ``flint.arb`` (the library ships no types)."""

BITS = 256


class NoEnclosure(Exception):
    """A node without a real value here, or without a rule."""


def precisely() -> AbstractContextManager[None]:
    """Balls of :data:`BITS` bits inside."""
    return precision(BITS)


def enclosure(node: N.Node, point: Mapping[str, Ball]) -> Ball:
    """A finite ball that holds the value; raises :class:`NoEnclosure` where there is none."""
    found = _enclosure(node, point)
    if not found.is_finite():
        raise NoEnclosure
    return found


def _enclosure(node: N.Node, point: Mapping[str, Ball]) -> Ball:
    match node:
        case N.Num(value=known):
            return flint.arb(to_flint(known))
        case N.Sym(name=name) if name in point:
            return point[name]
        case N.Const(name="pi"):
            return flint.arb.pi()
        case N.Const(name="e"):
            return flint.arb(1).exp()
        case N.Add(args=args):
            return sum((enclosure(arg, point) for arg in args), flint.arb(0))
        case N.Mul(args=args):
            product = flint.arb(1)
            for arg in args:
                product *= enclosure(arg, point)
            return product
        case N.Pow(base=base, exponent=N.Num(value=known)) if known.denominator == 1:
            return enclosure(base, point) ** int(known)
        case N.Pow(base=base, exponent=exponent):
            return enclosure(base, point) ** enclosure(exponent, point)
        case N.Call(function=function, args=args) if function in _FUNCTIONS:
            return _FUNCTIONS[function](*(enclosure(arg, point) for arg in args))
        case N.Call(function=function, args=args):
            meaning = definition(function, args)
            if meaning is not None:
                return enclosure(meaning, point)
    raise NoEnclosure


def _cbrt(u: Ball) -> Ball:
    if u.contains(0):
        raise NoEnclosure
    root: Ball = abs(u).root(3)
    return root if u > 0 else -root


def _sign(u: Ball) -> Ball:
    if u.is_zero():
        return u
    if u.contains(0):
        raise NoEnclosure
    return flint.arb(1 if u > 0 else -1)


def _polylog(order: Ball, u: Ball) -> Ball:
    if not 0 < order < 100 or not (u < 1 or u == 1):  # beyond, there is a cut
        raise NoEnclosure
    return u.polylog(order)


_FUNCTIONS: dict[str, Callable[..., Ball]] = {
    **{
        name: getattr(flint.arb, name)
        for name in (
            *("exp", "log", "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan"),
            *("sinh", "cosh", "tanh", "coth", "sech", "csch", "asinh", "acosh", "atanh"),
        )
    },
    "abs": abs,
    "sign": _sign,
    "cbrt": _cbrt,
    "max": lambda u, v: (u + v + abs(u - v)) / 2,
    "min": lambda u, v: (u + v - abs(u - v)) / 2,
    "polylog": _polylog,
}


ENCLOSED = frozenset((*_FUNCTIONS, *named("definition")))
"""The functions that are enclosed here."""
