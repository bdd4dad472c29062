"""Whether there is a point at which every sub-expression of a claim is real."""

from __future__ import annotations

import math
from random import Random

from derivcheck.lang import floats
from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS
from derivcheck.lang.equation import Context, Domain, Symbol

_TRIES = 80
_MARGIN = 1e-9
_COMPARED = 6
_PLAIN = 1e-3
_TINY, _HUGE = 1e-6, 1e6


class NoFloat(Exception):
    """A node without a value in floating point here."""


def value(node: N.Node, point: dict[str, float]) -> float:
    """The value at a point, roughly; raises NoFloat where it is not real or not known."""
    try:
        return _value(node, point)
    except (ValueError, ZeroDivisionError, OverflowError, TypeError, KeyError) as error:
        raise NoFloat from error


def _value(node: N.Node, point: dict[str, float]) -> float:
    return floats.value(node, lambda leaf: _leaf(leaf, point))


def _leaf(node: N.Node, point: dict[str, float]) -> float:
    match node:
        case N.Sym(name=name):
            return point[name]
        case N.Const(name=name):
            return {"pi": math.pi, "e": math.e}[name]
        case N.DimSize(dim=dim):
            return float(dim.size(dict.fromkeys(dim.names, 3)))
        case N.Apply(function=function, args=args, orders=orders):
            # an abstract function may take any value: one that depends on its arguments only
            values = tuple(round(_value(a, point), 9) for a in args)
            return Random(repr((function, orders, values))).uniform(-2, 2)
        case N.Select(condition=condition, then=then, otherwise=otherwise):
            return _value(then if _truth(condition, point) else otherwise, point)
    raise NoFloat


def _truth(node: N.Node, point: dict[str, float]) -> bool:
    match node:
        case N.Compare(operator=operator, left=left, right=right):
            gap = _value(left, point) - _value(right, point)
            return bool(HOLDS[operator](gap, 0))
        case N.Logic(operator=operator, args=args):
            values = [_truth(a, point) for a in args]
            return {"and": all(values), "or": any(values), "not": not values[0]}[operator]
    raise NoFloat


def _draw(domain: Domain, random: Random) -> float:
    size = random.choice((0.5, 2.0, 10.0))
    if domain.interval is not None:
        low, high = domain.interval.low, domain.interval.high
        if low is not None and high is not None:
            return random.uniform(value(low, {}), value(high, {}))
        if low is not None:
            return value(low, {}) + random.uniform(0, size)
        if high is not None:
            return value(high, {}) - random.uniform(0, size)
    if domain.kind in ("positive", "nonnegative"):
        return random.uniform(0, size)
    if domain.kind == "negative":
        return -random.uniform(0, size)
    if domain.kind == "natural":
        return float(random.randint(1, 6))
    if domain.kind == "integer":
        return float(random.randint(-5, 5))
    return random.uniform(-size, size)


def survey(
    found: tuple[N.Node, ...], context: Context, sides: tuple[N.Node, N.Node]
) -> tuple[tuple[N.Node, ...], bool]:
    """The constraints that hold together at some point of the domain, and whether the sides
    plainly differ at one: a filter that saves the search for a proof, never evidence.

    Constraints without a value in floating point are left out; where no point meets the rest
    there are none.
    """
    scalars: tuple[Symbol, ...] = tuple(s for s in context.symbols if not s.shape)
    if any(s.domain.kind == "complex" for s in scalars):
        return (), False
    random = Random(len(found))
    kept: dict[N.Node, None] = {}
    compared = 0
    for _ in range(_TRIES):
        try:
            point = {s.name: _draw(s.domain, random) for s in scalars}
        except NoFloat:  # an end such as zeta(2)
            break
        if not _allowed(context, point):
            continue
        here: dict[N.Node, None] = {}
        for node in found:
            try:
                if value(node, point) <= _MARGIN:
                    break
                here[node] = None
            except NoFloat:
                continue
        else:
            compared += 1
            if _differ(sides, point):
                return (), True
            if len(here) > len(kept):
                kept = here
            if len(kept) == len(found) and compared >= _COMPARED:
                break
    return tuple(kept), False


def _differ(sides: tuple[N.Node, N.Node], point: dict[str, float]) -> bool:
    try:
        left, right = (value(side, point) for side in sides)
    except NoFloat:
        return False
    size = abs(left) + abs(right)
    return _TINY < size < _HUGE and abs(left - right) > _PLAIN * size


def _allowed(context: Context, point: dict[str, float]) -> bool:
    try:
        return all(_truth(condition, point) for condition in context.assume)
    except (NoFloat, ValueError, ZeroDivisionError, OverflowError, TypeError, KeyError):
        return False


__all__ = ["NoFloat", "survey", "value"]
