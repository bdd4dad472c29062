"""Assumed equations that leave a symbol a few values: ``y**2 == 1`` is y = 1 or y = -1.

Then the claim is one claim for each of them, told with the value in place of the symbol, as for
``x == a``. What needs a sign, ``abs(y) == 1``, needs a case no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation
from derivcheck.symbolic.derivative import expand
from derivcheck.symbolic.scalar.field import Field, OutOfKernels, to_fraction
from derivcheck.symbolic.scalar.linear import univariate
from derivcheck.symbolic.scalar.translate import LOST, Translator

_MOST_VALUES = 6
_SIZE = 8
_SIGNS = {"positive": (1,), "negative": (-1,), "nonnegative": (0, 1), "nonzero": (-1, 1)}
"""Kinds of symbols that say which signs a value may have."""


def by_values(equation: Equation) -> tuple[Equation, ...]:
    """The claim for each value that an assumed equation leaves; empty where none leaves few."""
    for condition in equation.context.assume:
        found = _values(equation, condition)
        if found is not None:
            symbol, values = found
            return tuple(_at(equation, condition, symbol, value) for value in values)
    return ()


def _values(equation: Equation, condition: N.Node) -> tuple[N.Sym, tuple[Fraction, ...]] | None:
    """The symbol of an equation in one real symbol, and all of its values, if they are rational."""
    if not isinstance(condition, N.Compare) or condition.operator != "==" or condition.left.shape:
        return None
    used = N.symbols_in(N.subtract(condition.left, condition.right))
    if len(used) != 1 or not all(isinstance(node, N.Sym) for node in used):
        return None
    (name,) = (node.name for node in used)
    declared = equation.context.symbol(name)
    symbol = N.Sym(name, shape=())
    if declared is None or declared.shape or declared.domain.kind == "complex":
        return None
    if any(symbol in N.walk(place) for place in _fixed(equation)):
        return None
    try:
        translator = Translator(
            Field(_SIZE), replace(equation.context, symbols=(declared,), assume=())
        )
        element = translator.of(expand(N.subtract(condition.left, condition.right)))
    except (OutOfKernels, *LOST):
        return None
    field = translator.field
    index = field.index["symbol", name]
    if element.is_zero or not element.den.is_one() or field.used(element.num) != (index,):
        return None
    values: list[Fraction] = []
    for factor, _ in field.factor(element.num)[1]:
        line = univariate(factor, index)
        if line.degree() == 1:
            values.append(to_fraction(-line[0] / line[1]))
        elif translator.signs.of(field.of_poly(factor)) == 0:
            return None
    allowed = _SIGNS.get(declared.domain.kind, (-1, 0, 1))
    kept = tuple(v for v in values if (v > 0) - (v < 0) in allowed)
    return (symbol, kept) if 0 < len(kept) <= _MOST_VALUES else None


def _fixed(equation: Equation) -> Iterator[N.Node]:
    """Where a symbol must stay one: equations of functions, and what is differentiated by."""
    yield from equation.context.identically
    for node in equation.nodes:
        if isinstance(node, N.Grad | N.Jacobian):
            yield node.at


def _at(equation: Equation, condition: N.Node, symbol: N.Sym, value: Fraction) -> Equation:
    others = tuple(a for a in equation.context.assume if a is not condition)
    rest = replace(equation, context=replace(equation.context, assume=others))
    there = rest.with_values({symbol.name: N.number(value)})
    left = tuple(a for a in there.context.assume if not isinstance(a, N.Num))
    return replace(there, context=replace(there.context, assume=left))
