"""The data of a plot: a scalar function, the claimed derivative, and what differences measure."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from derivcheck.collection.formula import Formula
from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Domain, Equation
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.parser import parse
from derivcheck.limits import TimeIsUp, time_limit
from derivcheck.numeric.differences import cost
from derivcheck.numeric.differences.arrays import Evaluator, constant, room_in
from derivcheck.numeric.differences.rounding import OutOfReach
from derivcheck.numeric.sampling.points import Point
from derivcheck.numeric.sampling.stand_ins import concrete
from derivcheck.numeric.sampling.stream import stream
from derivcheck.report.plot import Curves
from derivcheck.statements.claims import Statement, prepare

COUNT = 241
SLOW_COUNT = 61
"""Places along the axis, and those for what takes long: functions that NumPy does not have,
derivatives in one another."""
MUCH = 100_000
"""Numbers in one array from which on an evaluation takes long."""
REACH = 4.0
"""How far an unbounded domain is shown."""
PATIENCE = 10.0
"""Seconds of the processor that one drawing may take: ten times what any has needed."""
_EDGE = 1e-3
_TRIED = 4
_ZOOM = 0.6


def curves(entry: Formula) -> tuple[Curves, ...]:
    """A plot for each form of a scalar derivative claim; none where there is nothing to draw.

    Forms that draw the same line are drawn once. Other symbols are held at a sample point of
    their domains, abstract functions are random smooth ones. Never raises for the formula's sake.
    """
    statement = prepare(entry)
    if statement.kind != "derivative" or len(statement.wrt) != 1:
        return ()
    found: list[Curves] = []
    for part in statement.claims:
        equation = part.equation
        if equation is None or not equation.is_scalar or not isinstance(equation.left, N.Jvp):
            continue
        try:
            with np.errstate(all="ignore"), time_limit(PATIENCE):
                drawn = _curves(statement, equation, part.text)
        except (OutOfReach, LanguageError, ArithmeticError, ValueError, RecursionError, TimeIsUp):
            continue
        if drawn is not None and not any(_same_line(drawn, other) for other in found):
            found.append(drawn)
    return tuple(found)


def _curves(statement: Statement, equation: Equation, text: str) -> Curves | None:
    assert statement.builder is not None
    variable = statement.wrt[0]
    symbol = equation.context.symbol(variable)
    declared = statement.scope.symbols.get(variable)
    if declared is None or declared.shape or declared.domain.is_whole:
        return None
    domain = (symbol or declared).domain
    value = statement.builder.node(parse(statement.entry.expression))
    together = statement.equation(value, equation.right)
    best: tuple[int, Curves] | None = None
    for point in stream(equation).first(_TRIED):
        instantiated = concrete(equation, point.instances)
        f = concrete(together, point.instances).left
        nodes = (instantiated.left, instantiated.right, f)
        numbers, special = cost.of(nodes, dict(point.sizes), SLOW_COUNT)
        count = SLOW_COUNT if special or numbers > MUCH else COUNT
        low, high = _range(domain)
        drawn = _draw(instantiated, f, variable, point, domain, low, high, count)
        zoomed = _defined(drawn)
        if zoomed is None:
            continue
        if zoomed[1] - zoomed[0] < _ZOOM * (high - low):
            drawn = _draw(instantiated, f, variable, point, domain, *zoomed, count)
        score = sum(map(math.isfinite, drawn.error))
        if best is None or score > best[0]:
            best = score, _labelled(drawn, equation, variable, point, text)
        if score > 0.8 * count:
            break
    return best[1] if best else None


def _same_line(one: Curves, other: Curves) -> bool:
    """Whether two claims draw the same line."""
    pairs = [
        (a, b)
        for a, b in zip(one.claim, other.claim, strict=False)
        if math.isfinite(a) and math.isfinite(b)
    ]
    return one.x == other.x and all(math.isclose(a, b, rel_tol=1e-9) for a, b in pairs)


def _range(domain: Domain) -> tuple[float, float]:
    """Where to draw: the domain, cut where it is unbounded."""
    ends = {">": -math.inf, "<": math.inf}
    for condition in domain.conditions(N.ZERO_NODE):
        if condition.operator != "!=":
            ends[condition.operator[0]] = constant(condition.right)
    low, high = ends.values()
    if not math.isfinite(low):
        low = -REACH if not math.isfinite(high) else high - REACH
        high = REACH if not math.isfinite(high) else high
    elif not math.isfinite(high):
        high = low + REACH
    edge = (high - low) * _EDGE
    return low + edge, high - edge


def _draw(
    equation: Equation,
    f: N.Node,
    variable: str,
    point: Point,
    domain: Domain,
    low: float,
    high: float,
    count: int,
) -> Curves:
    """Everything evaluated along the variable, the rest held at the point."""
    x = np.linspace(low, high, count)
    values: dict[str, Any] = {
        name: (np.full((1, 1, 1), _real(held)), 0.0)
        for name, held in point.values.items()
        if name != variable
    }
    values[variable] = (x[:, None, None], 0.0)
    room = {variable: room_in(domain, x[:, None, None])}
    evaluator = Evaluator(values, dict(point.sizes), (), room)
    left, left_bound = evaluator.evaluate(equation.left)
    right, right_bound = evaluator.evaluate(equation.right)
    height, _ = evaluator.evaluate(f)
    error = np.abs(left - right)
    bound = left_bound + right_bound
    return Curves(
        variable,
        tuple(map(float, x)),
        _row(height, count),
        _row(right, count),
        _row(left, count),
        _row(error, count),
        _row(bound, count),
    )


def _real(value: Any) -> float:
    return float(getattr(value, "real", value))


def _row(values: Any, count: int) -> tuple[float, ...]:
    wide = np.broadcast_to(np.asarray(values, dtype=float), (count, 1, 1))
    return tuple(v if math.isfinite(v) else math.nan for v in map(float, np.ravel(wide)))


def _defined(drawn: Curves) -> tuple[float, float] | None:
    """The stretch of the axis that has values."""
    places = [x for x, a, b in zip(drawn.x, drawn.f, drawn.claim, strict=True)
              if math.isfinite(a) and math.isfinite(b)]  # fmt: skip
    if len(places) < 2:
        return None
    step = (drawn.x[-1] - drawn.x[0]) / (len(drawn.x) - 1)
    return max(places[0] - step, drawn.x[0]), min(places[-1] + step, drawn.x[-1])


def _labelled(drawn: Curves, equation: Equation, variable: str, point: Point, text: str) -> Curves:
    names = {symbol.name for symbol in equation.context.symbols}
    held = [
        (name, str(getattr(value, "real", value)))
        for name, value in point.values.items()
        if name in names and name != variable
    ]
    held += [(name, instance.text) for name, instance in point.instances.items()]
    return replace(drawn, text=text, fixed=tuple(held))
