"""One-sided derivatives where a scalar function has a kink at a sample point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation
from derivcheck.numeric.differences.arrays import Evaluator
from derivcheck.numeric.sampling.points import Point
from derivcheck.numeric.sampling.stand_ins import concrete

_WEIGHTS = np.array([-25.0, 48.0, -36.0, 16.0, -3.0]) / 12.0
"""Forward difference of order four."""
_STEP = 2.0**-10

Bindings = Callable[[Equation, list[Point]], tuple[dict[str, Any], dict[str, Any]]]


def describe(equation: Equation, point: Point, bindings: Bindings) -> str:
    """``kink at x = 0: -1 from the left, 1 from the right``; a bare note where that is unclear."""
    text = ", ".join(
        f"{name} = {value}" for name, value in point.values.items() if not isinstance(value, tuple)
    )
    note = f"kink at {text}" if text else "kink at a sample point"
    body = concrete(equation, point.instances) if equation.context.functions else equation
    operator = body.left
    if isinstance(operator, N.Jvp) and len(operator.variables) == 1:
        variable, at = operator.variables[0], operator.at[0]
        if operator.directions[0] is not N.ONE_NODE:
            return note
    elif isinstance(operator, N.Grad):
        variable, at = operator.variable, operator.at
    else:
        return note
    if at.shape or operator.body.shape or equation.indices:
        return note
    values, _ = bindings(equation, [point])
    centre = Evaluator(values, point.sizes).evaluate(at)[0].reshape(())
    h = _STEP * max(abs(float(centre)), 1.0)
    sides = []
    for sign in (-1.0, 1.0):
        moved = centre + sign * h * np.arange(5.0)
        bound = {**values, variable.name: (moved.reshape(5, 1, 1), 0.0)}
        f = np.broadcast_to(Evaluator(bound, point.sizes).evaluate(operator.body)[0], (5, 1, 1))
        sides.append(float(sign * (_WEIGHTS @ f[:, 0, 0]) / h) + 0.0)  # no -0
    if not np.isfinite(sides).all():
        return note
    return f"{note}: derivative {sides[0]:.6g} from the left, {sides[1]:.6g} from the right"
