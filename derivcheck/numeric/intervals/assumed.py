"""Equations at numbers that assumed equations leave and no fraction is: ``y**3 == 8*y``.

Sampling meets what is assumed in rationals, at y = 0 alone here. So assumed equations are solved
one after the other, each for a symbol, with the others in it at numbers of sample points; the
solution is put into the equation as the number that it is, and what is left to be assumed is
decided exactly there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TypeGuard

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.numeric.intervals.places import at as at_number
from derivcheck.numeric.intervals.places import other_values, with_numbers
from derivcheck.numeric.sampling.pieces import factors
from derivcheck.numeric.sampling.solved_switches import AtSwitch, zeros

_MOST = 24
"""So many numbers are looked at."""
_DEPTH = 3
"""So many equations are solved one after the other."""


def at_assumed(equation: Equation, seed: int) -> Iterator[AtSwitch]:
    """The equation at numbers that meet an assumed equation, and at those that meet two, three."""
    if not equation.context.identically:
        yield from islice(_solved(equation, seed, _DEPTH), _MOST)


def _solved(equation: Equation, seed: int, depth: int) -> Iterator[AtSwitch]:
    context = equation.context
    equalities = [*filter(_is_scalar_equality, context.assume)]
    rest = tuple(c for c in context.assume if c not in equalities)
    free = replace(equation, context=replace(context, assume=rest))
    for condition in equalities:
        names = {node.name for node in N.symbols_in(condition)}
        for symbol in context.symbols:
            if symbol.name in names:
                for there in _at_zeros(equation, free, condition, symbol, seed):
                    yield there
                    if depth > 1:
                        for further in _solved(there.equation, seed, depth - 1):
                            yield replace(further, point=(*there.point, *further.point))


def _at_zeros(
    equation: Equation, free: Equation, condition: N.Compare, symbol: Symbol, seed: int
) -> Iterator[AtSwitch]:
    """The equation where a symbol solves a condition, the others in it at numbers."""
    names = {node.name for node in N.symbols_in(condition)}
    for values in other_values(free, seed, symbol.name):
        numbers = {name: value for name, value in values.items() if name in names}
        there = with_numbers(equation, numbers)
        put: dict[N.Node, N.Node] = {
            N.Sym(name, shape=()): N.number(value) for name, value in numbers.items()
        }
        gap = N.substitute(N.subtract(condition.left, condition.right), put)
        for value, known in zeros([gap, *factors(gap)], symbol).items():
            moved = at_number(there, symbol, value, known, numbers)
            if moved is not None:
                yield moved
        if not numbers:
            break


def _is_scalar_equality(condition: N.Node) -> TypeGuard[N.Compare]:
    return (
        isinstance(condition, N.Compare)
        and condition.operator == "=="
        and not any(node.shape for node in N.walk(condition))
    )
