"""What side conditions leave to be sampled: one that always holds restricts nothing.

``sum(softmax(x)) == 1`` holds everywhere, but no point meets it exactly that is not rational there,
so that nothing but x = 0 was ever looked at. Where the exact provers show that both sides of what
is assumed are equal wherever they are defined, that they are defined is all that is left of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation

Ask = Callable[[Equation], bool]
"""Whether an equation certainly holds wherever both of its sides are defined."""


def sampled(equation: Equation, holds: Ask) -> Equation:
    """The equation with what it assumes in the form in which points are looked for."""
    context = equation.context
    if context.is_complex or any(s.domain.kind == "complex" for s in context.symbols):
        return equation
    assume = list(context.assume)
    for condition in context.assume:
        if isinstance(condition, N.Compare) and condition.operator in ("==", "<=", ">="):
            others = [other for other in assume if other is not condition]
            told = _told(condition, replace(equation, context=replace(context, assume=(*others,))))
            if holds(told):
                assume = [*others, *_defined(condition.left), *_defined(condition.right)]
    if len(assume) == len(context.assume) and all(map(context.assume.__contains__, assume)):
        return equation
    return replace(equation, context=replace(context, assume=tuple(assume)))


def _told(condition: N.Compare, claim: Equation) -> Equation:
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
