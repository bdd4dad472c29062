"""Points where a switch has its other sign: ``(x - 1/3)**2 + (y - 5/7)**2 < 10**(-6)`` holds on a
small disc alone, which random points miss and where no rational equation is solved."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Symbol
from derivcheck.numeric.sampling.conditions import Sizes, Values
from derivcheck.numeric.sampling.exact import Evaluator, Inexact
from derivcheck.numeric.sampling.values import allowed

_MOST = 80
_FINEST = Fraction(1, 10**5)
"""How often a value is moved by a step nearer to a switch, and the smallest step."""
_ASIDE = tuple(Fraction(1, 16**k) for k in (1, 2, 3))
"""Steps away from where the sign was found: in the middle of a region much is zero."""

Numbers = dict[str, Fraction]


def across(node: N.Node, values: Values, sizes: Sizes, symbols: Iterable[Symbol]) -> Values | None:
    """Values beyond a switch, found by steps that bring it nearer to zero; None without such."""
    used = {symbol.name for symbol in N.symbols_in(node)}
    domains = {s.name: s.domain for s in symbols if s.name in used and not s.shape}
    start = {n: v for n, v in values.items() if n in domains and isinstance(v, Fraction)}
    sign = 1

    def distance(numbers: Numbers) -> Fraction | None:
        """How far it is on the side of the start; None where it is not defined."""
        if not all(allowed(value, domains[name]) for name, value in numbers.items()):
            return None
        try:
            evaluator = Evaluator(sizes, {**values, **numbers}, approximate=True)
            return evaluator.scalar(node) * sign
        except (Inexact, KeyError, OverflowError):
            return None

    least = distance(start)
    if not least or not start:
        return None
    sign = 1 if least > 0 else -1
    here, least, step, tries = start, abs(least), Fraction(1), 0
    while tries < _MOST and step > _FINEST:
        before = least
        for name in start:
            for moved in (here[name] + step, here[name] - step):
                tries += 1
                there = {**here, name: moved}
                found = distance(there)
                if found is not None and found < least:
                    here, least = there, found
                    break
            if least < 0:
                for further in _ASIDE:
                    there = {other: value + further for other, value in here.items()}
                    found = distance(there)
                    if found is not None and found < 0:
                        return {**values, **there}
                return {**values, **here}
        if least == before:
            step /= 4
    return None
