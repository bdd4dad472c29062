"""The curves behind a plot: f, the claimed derivative, and its distance from differences.

Nothing is judged here. What is not a scalar claim of a real variable has no curves.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from derivcheck.claims import prepare
from derivcheck.collection.entry import Entry
from derivcheck.equation import Equation, Symbol
from derivcheck.lang import nodes
from derivcheck.numeric.arrays import Evaluator, room_in
from derivcheck.numeric.draws import domain_range, is_whole
from derivcheck.numeric.exact import Complex
from derivcheck.numeric.instances import concrete
from derivcheck.numeric.rounding import OutOfReach
from derivcheck.numeric.sampling import points
from derivcheck.report.plot import Curves

_SPAN = 4.0
"""How far an unbounded domain is drawn."""


def curves_of(entry: Entry, count: int = 401) -> tuple[Curves, ...]:
    """One set of curves for each claimed form, at ``count`` points; empty where there are none.

    Abstract functions are drawn for one instance, other symbols held at one point of the
    domain. Undefined values are NaN. Never raises for the entry's sake.
    """
    statement = prepare(entry)
    found = []
    for part in statement.claims:
        if part.equation is None or not part.equation.is_scalar:
            continue
        try:
            with np.errstate(all="ignore"):
                curves = _curves(part.equation, part.text, count)
        except (OutOfReach, ArithmeticError, ValueError, TypeError, KeyError, RecursionError):
            continue
        if curves is not None:
            found.append(curves)
    return tuple(found)


def _curves(equation: Equation, text: str, count: int) -> Curves | None:
    variable = _variable(equation)
    sample = points(equation, 1).points
    if variable is None or not sample or not isinstance(equation.left, nodes.Grad | nodes.Jvp):
        return None
    point = sample[0]
    equation = concrete(equation, point.instances)
    left = equation.left
    assert isinstance(left, nodes.Grad | nodes.Jvp)
    x = _grid(variable, count)
    values: dict[str, Any] = {}
    held: list[tuple[str, str]] = []
    for name, value in point.values.items():
        if name == variable.name:
            continue
        if isinstance(value, tuple | Complex):
            return None
        values[name] = (np.full((1, 1, 1), float(value)), 0.0)
        if equation.context.symbol(name) is not None:
            held.append((name, _decimal(value)))
    values[variable.name] = (x.reshape(-1, 1, 1), 0.0)
    room = room_in(variable.domain, values[variable.name][0], _constant)
    evaluator = Evaluator(values, dict(point.sizes), (), {variable.name: room})
    measured, error = evaluator.evaluate(left)
    claim, rounding = evaluator.evaluate(equation.right)
    for bound, place in zip(_variables(left), _places(left), strict=True):
        evaluator.bind(bound.name, evaluator.evaluate(place))
    f, _ = evaluator.evaluate(left.body)
    allowed = _line(error, count) + _line(rounding, count)
    a, b = _line(measured, count), _line(claim, count)
    if not np.isfinite(b).any():
        return None
    return Curves(
        variable=variable.name,
        x=tuple(x.tolist()),
        f=_numbers(_line(f, count)),
        claim=_numbers(b),
        measured=_numbers(a),
        error=_numbers(np.abs(a - b)),
        allowed=_numbers(allowed),
        text=text,
        fixed=tuple(held),
    )


def _variable(equation: Equation) -> Symbol | None:
    """What is drawn along: what the derivative is taken by, if that is a real scalar."""
    for name in equation.wrt:
        symbol = equation.context.symbol(name)
        if symbol and not symbol.shape and not is_whole(symbol.domain):
            return symbol
    return None


def _variables(node: nodes.Grad | nodes.Jvp) -> tuple[nodes.Sym, ...]:
    return node.variables if isinstance(node, nodes.Jvp) else (node.variable,)


def _places(node: nodes.Grad | nodes.Jvp) -> tuple[nodes.Node, ...]:
    return node.at if isinstance(node, nodes.Jvp) else (node.at,)


def _grid(variable: Symbol, count: int) -> Any:
    """Points strictly inside the domain, away from its edges by a step."""
    bounds = domain_range(variable.domain)
    low = None if bounds.low is None else float(bounds.low)
    high = None if bounds.high is None else float(bounds.high)
    if low is None and high is None:
        low, high = -_SPAN, _SPAN
    elif low is None:
        assert high is not None
        low = high - _SPAN
    elif high is None:
        high = low + _SPAN
    return np.linspace(low, high, count + 2)[1:-1]


def _constant(node: nodes.Node) -> float:
    return float(Evaluator({}, {}).evaluate(node)[0].ravel()[0])


def _line(value: Any, count: int) -> Any:
    return np.broadcast_to(np.asarray(value, dtype=float), (count, 1, 1)).ravel()


def _numbers(values: Any) -> tuple[float, ...]:
    return tuple(float(v) if math.isfinite(v) else math.nan for v in values)


def _decimal(value: Fraction) -> str:
    return str(value) if value.denominator < 1000 else f"{float(value):.4g}"
