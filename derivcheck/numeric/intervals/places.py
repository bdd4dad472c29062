"""Equations at numbers that no sample is: switches are decided there before balls are asked.

No ball tells whether ``x**3 - x - 1`` is zero at its own root. So the symbol is replaced by the
number, and before that what is exactly known there by its value: conditions, signs, and whatever is
rational.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import TypeVar

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.lang.printer import node_text
from derivcheck.numeric.intervals.assumptions import Assumptions
from derivcheck.numeric.intervals.expansions import Unknown
from derivcheck.numeric.intervals.local import Place
from derivcheck.numeric.intervals.program import FULL, precision
from derivcheck.numeric.sampling.solved_switches import AtSwitch, Facts, outer_switches, zeros
from derivcheck.numeric.sampling.stream import stream

_OTHERS, _TRIED = 3, 12
"""So many values of the other symbols are taken, of so many points."""
_MOST = 8
"""So many numbers for each of them."""


def at_switches(equation: Equation, seed: int) -> Iterator[AtSwitch]:
    """The equation at numbers at which something outside derivatives switches."""
    if equation.context.identically:
        return
    switching = {
        s for node in outer_switches((equation.left, equation.right)) for s in N.symbols_in(node)
    }
    for symbol in equation.context.symbols:
        if N.Sym(symbol.name, shape=()) not in switching:
            continue
        for values in other_values(equation, seed, symbol.name):
            there = with_numbers(equation, values)
            found = zeros(outer_switches((there.left, there.right)), symbol)
            for value, known in islice(found.items(), _MOST):
                moved = at(there, symbol, value, known, values)
                if moved is not None:
                    yield moved


def other_values(equation: Equation, seed: int, name: str) -> list[dict[str, Fraction]]:
    """Values of the real scalars but the one named, as they are at sample points."""
    others = {
        symbol.name
        for symbol in equation.context.symbols
        if symbol.name != name and not symbol.shape and symbol.domain.kind != "complex"
    }
    if not others:
        return [{}]
    inside = Assumptions(equation.context).inside
    with precision(FULL):
        found = [*islice(filter(inside, islice(stream(equation, seed), _TRIED)), _OTHERS)]
    return [
        {k: v for k, v in point.values.items() if k in others and isinstance(v, Fraction)}
        for point in found
    ]


def with_numbers(equation: Equation, values: Mapping[str, Fraction]) -> Equation:
    """The equation with numbers for some of its symbols."""
    return equation.with_values({name: N.number(value) for name, value in values.items()})


def at(
    equation: Equation, symbol: Symbol, value: N.Node, known: Facts, others: Mapping[str, Fraction]
) -> AtSwitch | None:
    """The equation at a number, others in it replaced already; None where that is not certainly in
    the domain."""
    with precision(FULL):
        there = _at(equation, symbol, value, known)
    if there is None:
        return None
    values = tuple((name, str(number)) for name, number in others.items())
    return AtSwitch(there, (*values, (symbol.name, node_text(value))))


def _at(equation: Equation, symbol: Symbol, value: N.Node, known: Facts) -> Equation | None:
    context = equation.context
    try:
        place = Place(N.Sym(symbol.name, shape=()), value, known)
        if not place.is_in(symbol.domain):
            return None
    except (Unknown, RecursionError, ZeroDivisionError):
        return None
    truths = [(condition, _known(place.holds, condition)) for condition in context.assume]
    if any(truth is False for _, truth in truths):
        return None
    resolved = _Resolved(place)
    there = replace(
        equation,
        left=resolved(equation.left),
        right=resolved(equation.right),
        context=replace(context, assume=tuple(c for c, truth in truths if truth is None)),
    )
    return there.with_values({symbol.name: value})


T = TypeVar("T")


def _known(ask: Callable[[N.Node], T | None], node: N.Node) -> T | None:
    try:
        return ask(node)
    except (Unknown, RecursionError, ZeroDivisionError):
        return None


class _Resolved:
    """Nodes, but for those in derivatives, with what is exactly known in their place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.done: dict[N.Node, N.Node] = {}

    def __call__(self, node: N.Node) -> N.Node:
        found = self.done.get(node)
        if found is None:
            found = self.done[node] = self._resolved(node)
        return found

    def _resolved(self, node: N.Node) -> N.Node:
        if isinstance(node, N.Derivative):
            return node
        if isinstance(node, N.Compare | N.Logic) and not node.shape:
            truth = _known(self.place.holds, node)
            if truth is not None:
                return N.Compare("==" if truth else "!=", N.ZERO_NODE, N.ZERO_NODE, shape=())
        elif isinstance(node, N.Add | N.Mul | N.Pow | N.Call | N.Select) and not node.shape:
            number = _known(self.place.number, node)
            if number is not None:
                return N.number(number)
        return N.rebuild(node, self)
