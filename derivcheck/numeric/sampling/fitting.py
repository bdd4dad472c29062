"""Stand-ins that meet what is assumed of them: ``u(x) == 2``, ``D(f)(x) == 0``, ``u(x) < v(y)``.

A random function meets no equation at a random point. Polynomials are rational where their
arguments are, and one more power, with a coefficient that solves the condition, makes it hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.numeric.sampling.conditions import Sizes, Values, holds, pairs
from derivcheck.numeric.sampling.exact import Evaluator, Inexact
from derivcheck.numeric.sampling.stand_ins import Instance, Use, instantiate, polynomial, with_power

_ROUNDS = 2
_BESIDE = {"<": -1, ">": 1}
"""How far from equality an inequality is met."""


def polynomials(functions: Iterable[Use], turn: int) -> dict[str, Instance]:
    """A polynomial for each function."""
    return {
        function.name: polynomial(function, tuple(arg.shape for arg in args), position, turn)
        for position, function, args, _ in functions
    }


def fitted(
    conditions: tuple[N.Node, ...], found: dict[str, Instance], sizes: Sizes, values: Values
) -> dict[str, Instance]:
    """Polynomials for which the conditions hold at a point, if such are found; else others."""
    # of high derivatives first: what is added for lower ones leaves those as they are
    ordered = sorted(N.conjuncts(conditions), key=_order, reverse=True)
    for _ in range(_ROUNDS):
        for condition in ordered:
            if not holds(instantiate(condition, found), sizes, values):
                found = _met(condition, found, sizes, values)
    return found


def _order(condition: N.Node) -> int:
    return max((sum(n.orders) for n in N.walk(condition) if isinstance(n, N.Apply)), default=0)


def _met(
    condition: N.Node, found: dict[str, Instance], sizes: Sizes, values: Values
) -> dict[str, Instance]:
    """The same with one function changed so that a comparison holds, if one can be."""
    if not isinstance(condition, N.Compare):
        return found

    def gaps(instances: Mapping[str, Instance]) -> list[Fraction]:
        compared = instantiate(condition, instances)
        assert isinstance(compared, N.Compare)
        return [left - right for left, right in pairs(compared, Evaluator(sizes, values))]

    uses = [node for node in N.walk(condition) if isinstance(node, N.Apply)]
    choices = [(use, powers) for use in uses for powers in _powers(use.orders)]
    for use, powers in choices:
        known = found[use.function]
        more = {**found, use.function: with_power(known, Fraction(1), powers)}
        try:
            start, end = gaps(found), gaps(more)
        except Inexact:
            continue
        beside = _BESIDE.get(condition.operator[0], 0)
        for gap, slope in ((a, b - a) for a, b in zip(start, end, strict=True) if b != a):
            added = with_power(known, (beside - gap) / slope, powers)
            changed = {**found, use.function: added}
            if holds(instantiate(condition, changed), sizes, values):
                return changed
    return found


def _powers(orders: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """That of which the derivative is a number, and those with one power more: ``f(x, y) ==
    f(y, x)`` holds for all numbers."""
    yield orders
    for k in range(len(orders)):
        yield (*orders[:k], orders[k] + 1, *orders[k + 1 :])
