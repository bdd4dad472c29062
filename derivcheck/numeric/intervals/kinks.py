"""Derivatives at points where their rules say nothing: kinks, removable gaps, edges of roots.

``abs(x - 1)*(x - 1)`` has the derivative 0 at 1, ``where(x == 0, 1, sin(x)/x)`` has it at 0, and
``sqrt((x - e)**4)`` at e; the rules divide by zero there, or ask for a slope of ``abs``. What a
function is on both sides of a point is expanded (:mod:`~derivcheck.numeric.intervals.local`):
where both sides certainly have one slope, and the value of the function is their limit, that slope
is the derivative. The points are the zeros of what
switches or stands under a root, solved for the variable: what is zero there is exactly zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation
from derivcheck.lang.printer import node_text
from derivcheck.numeric.intervals import expansions as E
from derivcheck.numeric.intervals.expansions import Unknown
from derivcheck.numeric.intervals.local import Place
from derivcheck.numeric.intervals.places import other_values, with_numbers
from derivcheck.numeric.sampling.pieces import edges_of
from derivcheck.numeric.sampling.solved_switches import zeros
from derivcheck.numeric.sampling.values import allowed
from derivcheck.records import record

_MOST_NODES = 600
_MOST_POINTS = 8


@record()
class Found:
    """Both sides at a point, certainly."""

    values: Mapping[str, N.Node]
    true: object
    claimed: object

    @property
    def point(self) -> tuple[tuple[str, str], ...]:
        """Where, as one writes it."""
        return tuple((name, node_text(value)) for name, value in self.values.items())


def refuted_entry(entries: Sequence[Equation], seed: int) -> tuple[int, Found] | None:
    """An entry of an array that is certainly not what is claimed, at a point where all entries
    certainly have a value."""
    for number, entry in enumerate(entries):
        found = refuted(entry, seed)
        if found is not None:
            values = dict(found.values)
            for other in entries:
                for drawn in other_values(other, seed, "")[:1]:
                    values = {**{k: N.number(v) for k, v in drawn.items()}, **values}
            if all(_has_values(other, values) for other in entries):
                return number, replace(found, values=values)
    return None


def _has_values(entry: Equation, values: Mapping[str, N.Node]) -> bool:
    variable = _variable(entry) or N.Sym("#", shape=())
    there = entry.with_values({k: v for k, v in values.items() if k != variable.name})
    try:
        local = Place(variable, values.get(variable.name, N.ZERO_NODE), {})
        return all(local.of(side).value is not None for side in (there.left, there.right))
    except (Unknown, RecursionError, ZeroDivisionError):
        return False


def refuted(equation: Equation, seed: int) -> Found | None:
    """A point at which a derivative certainly exists and is not what is claimed."""
    variable = _variable(equation)
    if variable is None:
        return None
    [symbol] = [s for s in equation.context.symbols if s.name == variable.name]
    others = [s for s in equation.context.symbols if s is not symbol]
    values_tried = other_values(equation, seed, variable.name)
    if others and all(allowed(Fraction(0), other.domain) for other in others):
        values_tried.append({other.name: Fraction(0) for other in others})
    for values in values_tried:
        there = with_numbers(equation, values)
        sides, told = (there.left, there.right), there.context.assume
        nodes = tuple(dict.fromkeys(there.nodes))
        for value, known in islice(zeros(edges_of(nodes), symbol).items(), _MOST_POINTS):
            point = {variable.name: value, **{k: N.number(v) for k, v in values.items()}}
            for parameter in (None, *(n for n, v in known.items() if v is N.ZERO_NODE)):
                try:
                    local = Place(variable, value, known, parameter)
                    if not local.is_in(symbol.domain) or not all(map(local.holds, told)):
                        break
                    true, claimed = (local.of(side).value for side in sides)
                except (Unknown, RecursionError, ZeroDivisionError):
                    continue
                if true is None or claimed is None:
                    continue
                if not E.ball(true).overlaps(E.ball(claimed)):
                    return Found(point, E.ball(true), E.ball(claimed))
                break
    return None


def _variable(equation: Equation) -> N.Sym | None:
    """The variable of a claim about a derivative that can be looked at in this way."""
    left, context = equation.left, equation.context
    if context.is_complex or context.identically or equation.indices:
        return None
    if any(symbol.shape for symbol in context.symbols):
        return None
    nodes = {*N.walk(left), *N.walk(equation.right)}
    if len(nodes) > _MOST_NODES or any(isinstance(node, N.Apply) for node in nodes):
        return None
    if isinstance(left, N.Jvp) and len(left.at) == 1 and isinstance(left.at[0], N.Sym):
        return left.at[0]
    return None
