"""Values in floating point, roughly: to look for points and to filter, never evidence."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

from derivcheck.lang.functions import FUNCTIONS
from derivcheck.lang.nodes import Add, Call, Mul, Node, Num, Pow, Sym
from derivcheck.lang.texts import definition

_OTHERS: dict[str, Callable[..., float]] = {
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
    "max": max,
    "min": min,
}


@cache
def _function(name: str) -> Callable[..., float] | None:
    row = FUNCTIONS.get(name)
    if row is None:
        return None
    if row.math:
        found: Callable[..., float] = getattr(math, row.math)
        return found
    if name in _OTHERS:
        return _OTHERS[name]
    places = tuple(Sym(p, shape=()) for p in row.parameters)
    meaning = definition(name, places)
    if meaning is None or not _is_known(meaning):
        return None
    return lambda *args: value(
        meaning, dict[Node, float](zip(places, args, strict=True)).__getitem__
    )


def _is_known(node: Node) -> bool:
    match node:
        case Add(args=args) | Mul(args=args):
            return all(map(_is_known, args))
        case Pow(base=base, exponent=exponent):
            return _is_known(base) and _is_known(exponent)
        case Call(function=function, args=args):
            return has_float(function) and all(map(_is_known, args))
    return isinstance(node, Num | Sym)


def value(node: Node, leaf: Callable[[Node], float]) -> float:
    """The value of a scalar node; ``leaf`` knows those of symbols and all else but arithmetic."""
    match node:
        case Num(value=number):
            return float(number)
        case Add(args=args):
            return math.fsum(value(a, leaf) for a in args)
        case Mul(args=args):
            return math.prod(value(a, leaf) for a in args)
        case Pow(base=base, exponent=exponent):
            return float(value(base, leaf) ** value(exponent, leaf))
        case Call(function=function, args=args) if has_float(function):
            return float_value(function, *(value(a, leaf) for a in args))
    return leaf(node)


def has_float(name: str) -> bool:
    """Whether :func:`float_value` knows the function."""
    return _function(name) is not None


def float_value(name: str, *args: float) -> float:
    """The function at floats; what ``math`` raises where it is not real or not defined."""
    function = _function(name)
    if function is None:
        raise ValueError(f"{name} has no value in floating point")
    return float(function(*args))
