"""What side conditions leave to be sampled, where points that meet them exactly are few.

``sum(softmax(x)) == 1`` holds everywhere, but no point meets it exactly that is not rational there,
so that nothing but x = 0 was ever looked at. Where the exact provers show that both sides of what
is assumed are equal wherever they are defined, that they are defined is all that is left of it.
``p == softmax(x)`` says what p is: that is put in its place, with what p is declared to be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.lang.printer import node_text
from derivcheck.model import Witness

_NUMBER = re.compile(r"-?\d+(/\d+)?")

Ask = Callable[[Equation], bool]
"""Whether an equation certainly holds wherever both of its sides are defined."""


def sampled(equation: Equation, holds: Ask) -> Equation:
    """The equation with what it assumes in the form in which points are looked for."""
    context = equation.context
    if context.is_complex or any(s.domain.kind == "complex" for s in context.symbols):
        return equation
    equation = _with_values(equation)
    assume = list(equation.context.assume)
    for condition in equation.context.assume:
        if isinstance(condition, N.Compare) and condition.operator in ("==", "<=", ">="):
            others = [other for other in assume if other is not condition]
            if holds(_as_claim(condition, _assuming(equation, others))):
                assume = [*others, *_defined(condition.left), *_defined(condition.right)]
    return equation if assume == [*equation.context.assume] else _assuming(equation, assume)


def _assuming(equation: Equation, assume: Iterable[N.Node]) -> Equation:
    return replace(equation, context=replace(equation.context, assume=tuple(assume)))


def _with_values(equation: Equation) -> Equation:
    """The equation with symbols replaced by what they are assumed to be."""
    for symbol in () if equation.context.identically else equation.context.symbols:
        context, name = equation.context, N.Sym(symbol.name, shape=symbol.shape)
        value = next(filter(None, (_value(name, c) for c in context.assume)), None)
        if (
            value is None
            or symbol.structure
            or symbol.domain.is_whole
            or _is_varied(name, equation)
        ):
            continue
        put: dict[N.Node, N.Node] = {name: value}
        others_there = [
            N.substitute(c, put) for c in context.assume if _value(name, c) is not value
        ]
        equation = replace(
            _assuming(
                equation, (*others_there, *symbol.domain.conditions(value), *_defined(value))
            ),
            left=N.substitute(equation.left, put),
            right=N.substitute(equation.right, put),
        )
    return equation


def _value(name: N.Sym, condition: N.Node) -> N.Node | None:
    """What a condition says that a symbol is; None where it says something else."""
    if isinstance(condition, N.Compare) and condition.operator == "==":
        for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
            if one is name and other.shape == name.shape and name not in N.symbols_in(other):
                return other
    return None


def _is_varied(name: N.Sym, equation: Equation) -> bool:
    """Whether entries of a symbol are what is differentiated by."""
    return any(
        name in N.symbols_in(node.at)
        for node in equation.nodes
        if isinstance(node, N.Grad | N.Jacobian)
    )


def completed(witness: Witness, assume: Iterable[N.Node], symbols: Iterable[Symbol]) -> Witness:
    """The counterexample with what side conditions say that symbols are: these are put in before a
    point is looked for, so that none has a value for them."""
    point = dict(witness.point)
    put: dict[N.Node, N.Node] = {
        N.Sym(name, shape=()): N.number(Fraction(value))
        for name, value in point.items()
        if _NUMBER.fullmatch(value)
    }
    left = [N.Sym(symbol.name, shape=symbol.shape) for symbol in symbols]
    for name in [*left, *left]:  # of two that rest on one another, either may come first
        said = (_value(name, condition) for condition in assume)
        values = (_put_in(value, put) for value in said if value is not None)
        value = next((v for v in values if _names(v) <= {*point}), None)
        if value is not None and name.name not in point:
            point[name.name] = node_text(value)
            put[name] = value
    return replace(witness, point=tuple(point.items()))


def _put_in(value: N.Node, put: dict[N.Node, N.Node]) -> N.Node:
    """A node with others in place of symbols; numbers are added up."""

    def change(part: N.Node) -> N.Node:
        match part:
            case N.Add(args):
                return N.add(*args)
            case N.Mul(args):
                return N.mul(*args)
            case N.Pow(base, exponent):
                return N.power(base, exponent)
        return put.get(part, part)

    return N.rewritten(value, change)


def _names(value: N.Node) -> set[str]:
    return {symbol.name for symbol in N.symbols_in(value)}


def _as_claim(condition: N.Compare, claim: Equation) -> Equation:
    """The equality of what is compared, as a claim where the other conditions hold."""
    left, right = condition.left, condition.right
    if left.shape != right.shape:
        left, right = N.subtract(left, right), N.ZERO_NODE
    return replace(claim, left=left, right=right, text="", wrt=())


def _defined(side: N.Node) -> list[N.Node]:
    """A condition that holds where a side is defined and real, with room to spare."""
    if not N.symbols_in(side):
        return []
    square = N.power(side, N.number(2))
    return [N.Compare(">", N.add(N.ONE_NODE, square), N.ZERO_NODE, shape=side.shape)]
