"""Meeting side conditions (``assume``) exactly, in rationals.

Equalities are solved for one symbol (:mod:`derivcheck.numeric.sampling.solving`); inequalities are
met by moving one symbol into the interval that the others leave it. Whatever was done, every
condition is evaluated again at the end: a point either meets all of them or is not one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Symbol
from derivcheck.lang.printer import node_text
from derivcheck.numeric.sampling.conditions import FLOAT_MARGIN, Sizes, Unmet, Values, holds, inside
from derivcheck.numeric.sampling.constructions import Drawn
from derivcheck.numeric.sampling.exact import (
    Complex,
    Evaluator,
    Inexact,
    entries_of,
    in_rows,
    shaped,
)
from derivcheck.numeric.sampling.solving import equate
from derivcheck.numeric.sampling.values import Range, Style, allowed, domain_range, draw_real


class Conditions:
    """The side conditions of one equation."""

    def __init__(self, assume: tuple[N.Node, ...], symbols: tuple[Symbol, ...]) -> None:
        self.nodes = assume
        self.symbols = {symbol.name: symbol for symbol in symbols}
        self.used = {
            node: tuple(s.name for s in N.symbols_in(node) if s.name in self.symbols)
            for node in self.nodes
        }
        self.equalities = tuple(
            n for n in self.nodes if isinstance(n, N.Compare) and n.operator == "=="
        )
        self.inequalities = tuple(n for n in self.nodes if n not in self.equalities)

    def __bool__(self) -> bool:
        return bool(self.nodes)

    def meet(self, drawn: Values, sizes: Sizes, style: Style, random: Random) -> Values:
        """Values near the drawn ones that meet every condition; :class:`Unmet` otherwise."""
        values = dict(drawn)
        for _ in range(3):
            if self.met(values, sizes):
                return values
            before = values
            for equality in self.equalities:
                if not holds(equality, sizes, values):
                    # a symbol that other equalities leave alone is the better one to solve for
                    names = sorted(self.used[equality], key=self._sharing)
                    values = equate(equality, names, Drawn(self.symbols, values, sizes, random))
            # no move helps where an equality can't be met
            if all(holds(equality, sizes, values) for equality in self.equalities):
                for node in self.inequalities:
                    if not holds(node, sizes, values):
                        values = self._order(node, values, sizes, style, random)
            if values == before:  # another round would try much the same; another draw may not
                break
        failing = self._failing(values, sizes)
        if failing is None:
            return values
        raise Unmet(
            f"empty domain? No exact point found that meets the side condition "
            f"`{node_text(failing)}`"
        )

    def _sharing(self, name: str) -> int:
        return sum(name in self.used[node] for node in self.equalities)

    def met(self, values: Values, sizes: Sizes) -> bool:
        """Whether every condition certainly holds."""
        return self._failing(values, sizes) is None

    def _failing(self, values: Values, sizes: Sizes) -> N.Node | None:
        for node in self.nodes:
            if not holds(node, sizes, values):
                return node
        for name, symbol in self.symbols.items():
            if not inside(values[name], symbol):
                return self.nodes[0]
        return None

    # inequalities -----------------------------------------------------------------------

    def _order(
        self, node: N.Node, values: Values, sizes: Sizes, style: Style, random: Random
    ) -> Values:
        """Move one symbol (all entries, if need be) to where the condition holds; where none can
        be moved so, others may be, and then it in the next round."""
        names = list(self.used[node])
        random.shuffle(names)
        for name in names:
            value, domain = values[name], self.symbols[name].domain
            if isinstance(value, Fraction):
                limits = self._interval(name, values, sizes, self.inequalities)
                if limits.empty:  # leave the others to move: they still can
                    own = tuple(n for n in self.inequalities if self.used[n] == (name,))
                    limits = self._interval(name, values, sizes, (*own, node))
                if not limits.empty:
                    moved = draw_real(domain, style, random, limits=limits)
                    if domain.is_whole:
                        moved = _whole_inside(limits, moved)
                    candidate = {**values, name: moved}
                    if holds(node, sizes, candidate) and allowed(moved, domain):
                        return candidate
        groups = [names, *([name] for name in names if len(names) > 1)]
        for factor in (Fraction(1, 3), Fraction(1, 10), Fraction(3), Fraction(10), Fraction(-1)):
            for group in groups:
                scaled = {
                    **values,
                    **{
                        n: shaped([v * factor for v in entries_of(values[n])], values[n])
                        for n in group
                    },
                }
                if all(inside(scaled[n], self.symbols[n]) for n in group) and holds(
                    node, sizes, scaled
                ):
                    return scaled
        for name in names:
            for redrawn in self._redraws(name, values, style, random):
                if holds(node, sizes, redrawn):
                    return redrawn
        return values

    def _redraws(self, name: str, values: Values, style: Style, random: Random) -> Iterator[Values]:
        symbol, old = self.symbols[name], values[name]
        for attempt in range(12):
            loose = Style("~" if attempt % 2 else "+", "~" if attempt % 3 else style.scale)
            if isinstance(old, Fraction):
                yield {**values, name: draw_real(symbol.domain, loose, random)}
            elif not symbol.structure and not isinstance(old, Complex):
                drawn = [
                    draw_real(symbol.domain, loose, random, entry=True) for row in old for _ in row
                ]
                yield {**values, name: in_rows(drawn, len(old[0]))}

    def _interval(
        self, name: str, values: Values, sizes: Sizes, nodes: tuple[N.Node, ...]
    ) -> Range:
        """Where a scalar may lie, given the others: its domain and these affine inequalities."""
        limits = domain_range(self.symbols[name].domain)
        for node in nodes:
            if name not in self.used[node] or not isinstance(node, N.Compare):
                continue
            if node.operator == "!=" or node.left.shape or node.right.shape:
                continue
            difference = N.subtract(node.left, node.right)
            if node.operator in ("<", "<="):
                difference = N.negative(difference)
            try:
                at = [
                    Evaluator(sizes, {**values, name: Fraction(k)}, approximate=True).scalar(
                        difference
                    )
                    for k in (2, 3, 4)
                ]
            except (Inexact, KeyError):
                continue
            slope = at[1] - at[0]
            if abs(at[2] - at[1] - slope) > FLOAT_MARGIN * (1 + abs(slope)) or not slope:
                continue
            bound = 2 - at[0] / slope  # difference > 0 beyond it
            if bound.denominator > 10**6:
                bound += FLOAT_MARGIN * (1 + abs(bound)) * (1 if slope > 0 else -1)
            limits = limits.meet(Range(bound, None) if slope > 0 else Range(None, bound))
        return limits


def _whole_inside(limits: Range, value: Fraction) -> Fraction:
    if limits.low is not None:
        start = limits.low.numerator // limits.low.denominator + 1
        return Fraction(max(start, round(value)))
    if limits.high is not None:
        start = -(-limits.high.numerator // limits.high.denominator) - 1
        return Fraction(min(start, round(value)))
    return Fraction(round(value))
