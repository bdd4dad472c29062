"""Points where an exponential stands on a branch cut: ``arg(exp(I*x)) == x`` at x = -pi.

No ball around -pi tells on which side of a cut ``exp(-I*pi)`` lies: but it is -1 exactly. So real
symbols in imaginary exponents are put at multiples of pi/2, and exponentials there are written out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation
from derivcheck.numeric.sampling.solved_switches import AtSwitch, put

_PI, _UNIT = N.Const("pi", shape=()), N.Const("I", shape=())
_HALVES = (-2, 2, -1, 1, 4, -4)
"""Multiples of pi/2 that are tried."""
_VALUES = (N.ONE_NODE, _UNIT, N.MINUS_ONE, N.negative(_UNIT))
"""For a negative difference, for none, and for a positive one."""


def at_turns(equation: Equation) -> Iterator[AtSwitch]:
    """The equation at multiples of pi/2 of the symbols in imaginary exponents."""
    if not equation.context.is_complex:
        return
    turning: set[N.Sym] = set()
    for node in equation.nodes:
        if isinstance(node, N.Call) and node.function == "exp" and _UNIT in N.walk(node):
            turning.update(N.symbols_in(node))
    for symbol in equation.context.symbols:
        if N.Sym(symbol.name, shape=()) not in turning or symbol.domain.is_whole:
            continue
        for half in _HALVES if symbol.domain.kind != "complex" else ():
            value = N.mul(N.number(Fraction(half, 2)), _PI)
            there = put(equation, symbol, value)
            if there is not None:
                left, right = (
                    N.rewritten(side, _folded)
                    for side in (there.equation.left, there.equation.right)
                )
                yield replace(there, equation=replace(there.equation, left=left, right=right))


def _folded(node: N.Node) -> N.Node:
    """The same with exponentials of I*pi/2 and its multiples as the numbers that they are."""
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
