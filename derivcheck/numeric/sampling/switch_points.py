"""Points where something switches, and beside them: no random point meets those."""

from __future__ import annotations

from collections.abc import Collection, Set
from fractions import Fraction
from random import Random

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Symbol
from derivcheck.lang.texts import breaks
from derivcheck.numeric.sampling.conditions import Values, holds, inside
from derivcheck.numeric.sampling.constructions import Drawn
from derivcheck.numeric.sampling.descent import across
from derivcheck.numeric.sampling.exact import Value, entries_of, shaped
from derivcheck.numeric.sampling.solving import equate
from derivcheck.numeric.sampling.values import allowed

_GIVEN_UP = 3
"""So many times a switch may have no rational zero before nobody asks again."""
_TRIES = 20
"""So many times the symbols of a switch are moved to where it may have a rational zero, which
``x**2 + y**2`` has nowhere."""

_Side = tuple[int, tuple[Fraction, ...]]
"""To which side (0: neither), and by which steps."""

_SIDES: tuple[_Side, ...] = tuple(
    (side, tuple(Fraction(step) for step in steps))
    for side, steps in (
        (0, ()),
        (1, ("1", "1/16", "1/1024", "1/16777216")),
        (-1, ("1", "1/16", "1/1024", "1/16777216")),
        (1, ("1/16777216", "1")),
        (-1, ("1/16777216", "1")),
    )
)
"""Where a point stands by turns: at a switch, or beside it, by the first step that stays inside."""


class SwitchPoints:
    """Moves values of ``symbols`` to where comparisons, signs and the like switch.

    ``exponents`` names the symbols that are never moved far out.
    """

    def __init__(
        self,
        nodes: tuple[N.Node, ...],
        symbols: tuple[Symbol, ...],
        exponents: Set[str],
        random: Random,
    ) -> None:
        self.symbols = {symbol.name: symbol for symbol in symbols}
        self.exponents = exponents
        self.random = random
        self.plain = all(not symbol.shape for symbol in symbols)
        self.switches = tuple(
            node
            for node in switches(nodes)
            if all(s.name in self.symbols or "$" in s.name for s in N.symbols_in(node))
        )
        self.unsolved: dict[N.Node, int] = {}

    def moved(self, values: Values, sizes: dict[str, int], number: int) -> Values:
        """The values of the point of that number: at a switch, beside it, or as they are."""
        if self.switches and number % 4 == 3:
            return self._at_a_switch(values, sizes, number // 4)
        if self.switches and number % 8 == 6:
            turn, side = divmod(number // 8, 2)
            return self._switched(values, sizes, turn, _SIDES[1 + side])
        return values

    def _at_a_switch(self, values: dict[str, Value], sizes: dict[str, int], turn: int) -> Values:
        """Values at which something switches: entries tied, or an equality solved."""
        if self.plain:
            return self._switched(values, sizes, turn)
        node = self.switches[turn % len(self.switches)]
        shaped = any(symbol.shape for symbol in N.symbols_in(node))
        if shaped and turn // len(self.switches) % 2 == 0:
            return self._tied(values, turn)
        return self._switched(values, sizes, turn)

    def _switched(
        self, values: dict[str, Value], sizes: dict[str, int], turn: int, side: _Side | None = None
    ) -> Values:
        """Values moved to where a comparison or a sign switches, which no random point meets.

        By turns at the switch itself and beside it, or to the ``side`` asked for.
        """
        node = self.switches[turn % len(self.switches)]
        turn //= len(self.switches)
        names = [s.name for s in N.symbols_in(node) if s.name in values]
        if not names:
            return values
        first = turn % len(names)
        if self.unsolved.get(node, 0) >= _GIVEN_UP:
            return self._far(values, names[first], turn)
        symbols = self.symbols
        if isinstance(node, N.Sym) and not allowed(Fraction(0), symbols[node.name].domain):
            return self._far(values, node.name, turn)
        equality = N.Compare("==", node, N.ZERO_NODE, shape=())
        turned = names[first:] + names[:first]
        # halves are exact in balls too, so that these see equality
        for name in turned:
            value = values[name]
            if isinstance(value, Fraction):
                half = Fraction(round(2 * value), 2)
                if allowed(half, symbols[name].domain):
                    values = {**values, name: half}
        lead = turned[0]
        starts: list[Value] = [values[lead]]
        if not symbols[lead].shape:
            starts += [Fraction(k) for k in (0, 1, -1, 2)]
        tries = _TRIES
        for start in starts:
            if not inside(start, symbols[lead]):
                continue
            moved = {**values, lead: start}
            found = equate(equality, turned, Drawn(symbols, moved, sizes, self.random), tries)
            # where the others are moved to has little to do with where this one starts
            tries = len(turned)
            if holds(equality, sizes, found):
                return self._at_side(found, values, lead, side or _SIDES[turn % len(_SIDES)])
        self.unsolved[node] = self.unsolved.get(node, 0) + 1
        beyond = across(node, values, sizes, self.symbols.values())
        return self._far(values, lead, turn) if beyond is None else beyond

    def _far(self, values: dict[str, Value], lead: str, turn: int) -> Values:
        """Values far out, beyond a switch whose place is not rational: ``where(log(x) > 50, ...)``.

        By turns to either side, further and further.
        """
        if lead in self.exponents:
            return values
        symbol = self.symbols[lead]
        size = Fraction(10) ** (2 ** (1 + turn // 2 % 5))
        value = values[lead]
        for factor in (-size if turn % 2 else size, size):
            if isinstance(value, Fraction):
                moved: Value = factor
            else:
                moved = shaped([factor * entry for entry in entries_of(value)], value)
            if inside(moved, symbol):
                return {**values, lead: moved}
        return values

    def _at_side(self, found: Values, old: Values, lead: str, where: _Side) -> Values:
        """Values at the switch, or a long or a short way to a side of it.

        What a claim says beyond ``x > 10**6`` is seen neither at the switch nor at random points.
        """
        side, steps = where
        if not side:
            return found
        changed = (s for s in self.symbols.values() if found.get(s.name) != old.get(s.name))
        symbol = next(changed, self.symbols[lead])
        value = found[symbol.name]
        for step in (*steps, *([abs(value) / 2] if isinstance(value, Fraction) else [])):
            moved = _stepped(value, old[symbol.name], side * step)
            if moved is not None and inside(moved, symbol):
                return {**found, symbol.name: moved}
        return found

    def _tied(self, values: dict[str, Value], turn: int) -> Values:
        """Values with an entry that is zero, or equal to another, where signs are asked for."""
        node = self.switches[turn % len(self.switches)]
        used = {s.name for s in N.symbols_in(node)}
        movable = [
            s
            for s in self.symbols.values()
            if s.name in used and s.shape and not s.structure and s.domain.kind != "complex"
        ]
        if not movable:
            return values
        symbol = movable[turn // len(self.switches) % len(movable)]
        flat = entries_of(values[symbol.name])
        others = [
            entries_of(values[s.name])[0]
            for s in movable
            if s is not symbol and s.shape == symbol.shape
        ]
        if any(isinstance(below, N.Extreme) for below in N.walk(node)):
            flat = flat[:1] * len(flat)
        else:
            choices = (*others[:1], Fraction(0), flat[-1])
            flat[0] = next((c for c in choices if allowed(c, symbol.domain)), flat[0])
        return {**values, symbol.name: shaped(flat, values[symbol.name])}


def _stepped(value: Value, old: Value, step: Fraction) -> Value | None:
    """A value moved by a step: a scalar, or those entries of a matrix that differ from the old."""
    if isinstance(value, Fraction):
        return value + step
    flat, before = entries_of(value), entries_of(old)
    if not flat:
        return None
    moved = [v + step if flat == before or v != o else v for v, o in zip(flat, before, strict=True)]
    return shaped(moved, value)


def switches(nodes: Collection[N.Node]) -> tuple[N.Node, ...]:
    """Differences whose sign a comparison, a sign, an absolute value or an extreme depends on."""
    found: list[N.Node] = []
    places = N.points_of(nodes)
    for node in nodes:
        if isinstance(node, N.Compare):
            found.append(N.subtract(node.left, node.right))
        elif isinstance(node, N.Call):
            places_ = breaks(node.function, node.args, "kinks", "jumps")
            found += [place for place in places_ if not isinstance(place, N.Select)]
    factors = [factor for node in found for factor in _factors(N.substitute(node, places))]
    return tuple(dict.fromkeys(factors))


def _factors(node: N.Node) -> list[N.Node]:
    """What is zero where a product is: each of its factors, but for numbers and reciprocals."""
    if not isinstance(node, N.Mul):
        return [node]
    return [
        factor
        for factor in node.args
        if not isinstance(factor, N.Num)
        and not (
            isinstance(factor, N.Pow)
            and isinstance(factor.exponent, N.Num)
            and factor.exponent.value < 0
        )
    ]
