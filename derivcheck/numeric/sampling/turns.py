"""Points where an exponential stands on a branch cut: ``arg(exp(I*x)) == x`` at x = -pi.

No ball around -pi tells on which side of a cut ``exp(-I*pi)`` lies: but it is -1 exactly. So real
symbols in imaginary exponents are put at multiples of pi/2, and exponentials there are written out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.numeric.sampling.exact import Evaluator, Inexact
from derivcheck.numeric.sampling.solved_switches import AtSwitch, is_apart, is_inside, put
from derivcheck.numeric.sampling.values import is_whole

_PI, _UNIT = N.Const("pi", shape=()), N.Const("I", shape=())
_HALVES = (-2, 2, -1, 1, 4, -4)
"""Multiples of pi/2 that are tried."""
_VALUES = (N.ONE_NODE, _UNIT, N.MINUS_ONE, N.negative(_UNIT))
"""For a negative difference, for none, and for a positive one."""
_SMALL = Fraction(1, 10**9)


def at_turns(equation: Equation) -> Iterator[AtSwitch]:
    """The equation at multiples of pi/2 of the symbols in imaginary exponents."""
    if not equation.context.is_complex:
        return
    turning: set[N.Sym] = set()
    for node in equation.nodes:
        if isinstance(node, N.Call) and node.function == "exp" and _UNIT in N.walk(node):
            turning.update(N.symbols_in(node))
    for symbol in equation.context.symbols:
        if N.Sym(symbol.name, shape=()) not in turning or is_whole(symbol.domain):
            continue
        for half in _HALVES if symbol.domain.kind != "complex" else ():
            value = N.mul(N.number(Fraction(half, 2)), _PI)
            there = put(equation, symbol, value)
            conditions = [*map(_truth, there.equation.context.assume)]
            if False in conditions or not _is_in(value, symbol):
                continue
            kept = zip(there.equation.context.assume, conditions, strict=True)
            turned = replace(
                there.equation,
                left=_folded(there.equation.left),
                right=_folded(there.equation.right),
                context=replace(
                    there.equation.context,
                    assume=tuple(condition for condition, truth in kept if truth is None),
                ),
            )
            yield replace(there, equation=turned)


def _is_in(value: N.Node, symbol: Symbol) -> bool:
    """Whether a multiple of pi is in a domain: inside, or a closed end of it."""
    limits = symbol.domain.interval
    if limits is not None and (
        (limits.low == value and limits.low_closed) or (limits.high == value and limits.high_closed)
    ):
        return is_apart(value, symbol.domain.excluded)
    return is_inside(value, symbol)


def _folded(node: N.Node) -> N.Node:
    """The same with exponentials of I*pi/2 and its multiples as the numbers that they are."""
    node = N.rebuild(node, _folded)
    if isinstance(node, N.Call) and node.function == "exp":
        factors = [*_factors(node.args[0])]
        others = [factor for factor in factors if not isinstance(factor, N.Num)]
        if sorted(map(repr, others)) == sorted(map(repr, (_PI, _UNIT))):
            turn = Fraction(2)
            for factor in factors:
                turn *= factor.value if isinstance(factor, N.Num) else 1
            if turn.denominator == 1:
                return _VALUES[int(turn) % 4]
    return node


def _factors(node: N.Node) -> Iterator[N.Node]:
    if isinstance(node, N.Mul):
        for arg in node.args:
            yield from _factors(arg)
    else:
        yield node


def _truth(condition: N.Node) -> bool | None:
    """The truth of a comparison of numbers; None where it has symbols, or is no comparison."""
    if not isinstance(condition, N.Compare) or N.symbols_in(condition):
        return None
    holds = HOLDS[condition.operator]
    if condition.left == condition.right:
        return bool(holds(0, 0))
    try:
        gap = Evaluator({}, {}, approximate=True).scalar(
            N.subtract(condition.left, condition.right)
        )
    except (Inexact, KeyError, OverflowError):
        return None
    return bool(holds(gap, 0)) if abs(gap) > _SMALL else None


__all__ = ["at_turns"]
