"""Points at the ends of what is declared and assumed: a claim may be wrong in a corner alone.

``asin(2*x*sqrt(1 - x**2)) == 2*asin(x)`` fails on ``[-0.708, 0.708]`` beyond 1/sqrt(2), where few
random points are. So real symbols and entries are pushed, one after the other, as far as their
domains and the assumed inequalities allow.
"""

from __future__ import annotations

from fractions import Fraction

from derivcheck.lang.equation import Symbol
from derivcheck.numeric.sampling.conditions import Sizes, Values, holds
from derivcheck.numeric.sampling.constraints import Conditions
from derivcheck.numeric.sampling.exact import entries_of, shaped
from derivcheck.numeric.sampling.values import allowed, domain_range

_FAR = 64
"""Beyond this distance nothing is taken for an end."""
_HALVINGS = 24
_PLAIN = 10**5
"""Ends are met to so many parts of one, where that is inside: -1.99999, which a person can read."""
_MOST_ENTRIES = 4
_ROUNDS = 2
"""What is pushed later may leave room for what came first."""


class Edges:
    """Pushes what something bounds: ``x`` of ``[-1.1, oo)`` or of ``x > y``, and entries of it."""

    def __init__(self, conditions: Conditions, symbols: tuple[Symbol, ...]) -> None:
        self.conditions = conditions
        fixed = {name for node in conditions.equalities for name in conditions.used[node]}
        bounded = {name for node in conditions.inequalities for name in conditions.used[node]}
        self.symbols = tuple(
            s
            for s in symbols
            if not (s.structure or s.domain.is_whole or s.domain.kind == "complex")
            and s.name not in fixed
            and (s.domain.kind == "interval" or s.name in bounded)
        )

    def pushed(self, values: Values, sizes: Sizes, turn: int) -> Values:
        """Values that meet all conditions, at the ends: by turns all low, all high, and mixed."""
        for _ in range(_ROUNDS if self.conditions else 1):
            places = (
                (symbol, entry)
                for symbol in self.symbols
                for entry in range(len(entries_of(values[symbol.name])[:_MOST_ENTRIES]))
            )
            for count, (symbol, entry) in enumerate(places):
                side = 1 if (turn + turn // 2 * count) % 2 else -1
                values = self._pushed(values, sizes, symbol, entry, side)
        return values

    def _pushed(
        self, values: Values, sizes: Sizes, symbol: Symbol, entry: int, side: int
    ) -> Values:
        entries = entries_of(values[symbol.name])
        conditions = [
            node
            for node in self.conditions.inequalities
            if symbol.name in self.conditions.used[node]
        ]

        def moved(to: Fraction) -> Values:
            changed = [*entries[:entry], to, *entries[entry + 1 :]]
            return {**values, symbol.name: shaped(changed, values[symbol.name])}

        def is_met(to: Fraction) -> bool:
            return allowed(to, symbol.domain) and all(
                holds(node, sizes, moved(to)) for node in conditions
            )

        near, limits = entries[entry], domain_range(symbol.domain)
        end = limits.high if side > 0 else limits.low
        far = near + side * _FAR if end is None else end
        if is_met(far):
            return values if end is None else moved(far)
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            if is_met(middle):
                near = middle
            else:
                far = middle
        if near == entries[entry]:
            return values
        plain = Fraction((near * _PLAIN * side).__floor__() * side, _PLAIN)
        return moved(plain if is_met(plain) else near)
