"""The judge by finite differences: ``left == right`` at sample points, with derived tolerances.

Derivatives are central differences of order four in five steps
(:mod:`derivcheck.numeric.differences.stencils`); all values carry bounds of their rounding errors
(:mod:`derivcheck.numeric.differences.arrays`). A point agrees when ``|left - right|`` is within
the bound, and contradicts when it exceeds 64 times the bound: the bound holds one 64th of the
change between two successive steps, so not even that whole change could explain such an error. In
between, and where the bound is above 1e-5 of the scale, the point is inconclusive. A long module:
planning, comparing and confirming share what is known of each point.

The scale of a point is the largest entry of both sides; where the claim is zero within its own
rounding, it is the largest claim at the other points, and for a claim that is exactly zero the
size of the function over that of its variable. A claim that is zero only within its rounding
(``1 - tanh(x)**2`` far out) decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace
from typing import Any

import numpy as np

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import Evidence, Finding, Strength
from derivcheck.numeric.differences import complexes, cost, kinks, matrices, rounding
from derivcheck.numeric.differences.agreement import (
    MARGIN,
    Compared,
    Judged,
    weigh,
    why_nothing,
    witness_of,
    worst_point,
)
from derivcheck.numeric.differences.arrays import Evaluator, by_point, room_in
from derivcheck.numeric.differences.rounding import UNIT, OutOfReach, to_float
from derivcheck.numeric.intervals.assumptions import Assumptions
from derivcheck.numeric.intervals.program import FULL, precision
from derivcheck.numeric.sampling.exact import Complex
from derivcheck.numeric.sampling.points import Point
from derivcheck.numeric.sampling.stream import few_values, stream
from derivcheck.records import record

NAME = "central differences"
_MANY_ENTRIES = 24
"""Above this many entries a gradient is compared along random directions."""
_DIRECTIONS = 4
_WORK = 150_000
"""Numbers per node that one group of points may need; fewer points are taken beyond."""
_SPECIAL_WORK = 250
"""Values of special functions (each takes tens of microseconds) that a claim may need."""
_FEWEST = 4
"""Points with special functions, at least: both signs are among the first four."""
_INSTANCES = 2
"""Different instances of the abstract functions, unless those decide nothing."""
_FEW = 4
"""So many points, or fewer, are a guard beside a proof: one instance, one size are enough."""
_SHRINKS = (13 / 16, 19 / 32, 11 / 32)
"""Factors on the steps, with few binary digits, for a second look at a contradiction."""
_DIRECTION = "#direction"


def judge(equation: Equation, settings: Settings) -> Evidence:
    """Compare both sides numerically. Never raises; what cannot be decided is UNKNOWN."""
    plan: _Plan | None = None
    if equation.context.identically:
        return _unknown(plan, "out of reach: functions that are given by equations")
    if equation.context.is_complex:
        parts = complexes.in_parts(equation)
        if parts:
            return complexes.together([judge(part, settings) for part in parts])
        if _is_beyond_the_axis(equation):
            return _unknown(plan, "out of reach: complex numbers off the real axis")
    try:
        plan = _Plan(equation, settings)
        with np.errstate(all="ignore"):
            return _judge(plan)
    except OutOfReach as error:
        return _unknown(plan, f"out of reach: {error}")
    except RecursionError:
        return _unknown(plan, "out of reach: the expression is nested too deeply")
    except MemoryError:
        return _unknown(plan, "out of reach: too many entries")


@record(frozen=False)
class _Plan:
    """What is known of an equation before any point is looked at."""

    equation: Equation
    settings: Settings
    operator: bool = False
    bound: dict[N.Node, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.operator = any(isinstance(node, N.Derivative) for node in self.equation.nodes)

    @property
    def method(self) -> str:
        return "central differences" if self.operator else "double precision with error bounds"


def _unknown(plan: _Plan | None, reason: str, detail: str = "") -> Evidence:
    return Evidence(
        judge=NAME,
        method=plan.method if plan else "central differences",
        finding=Finding.UNKNOWN,
        strength=Strength.SAMPLE,
        samples=0,
        detail=detail,
        reason=reason,
    )


def _judge(plan: _Plan) -> Evidence:
    equation, settings = plan.equation, plan.settings
    count = settings.samples
    if any(symbol.shape for symbol in equation.context.symbols):
        count = -(-count // 2)  # a matrix point compares many entries
    source = stream(equation, settings.seed)
    found = source.first(count)
    assumptions = Assumptions(equation.context)
    with precision(FULL):  # floats chose the points
        certain = tuple(point for point in found if assumptions.hold(point))
    evidence = _at(plan, certain)
    reason = "" if found else source.reason
    return evidence or _unknown(plan, reason or "no sample in the domain")


def _at(plan: _Plan, found: tuple[Point, ...]) -> Evidence | None:
    """What the points tell, those of equal sizes together; None where there is none."""
    evidence: Evidence | None = None
    for owners in _owners(plan.equation, found):
        results: list[Compared] = []
        for group in _groups(found, owners):
            if results and len(found) <= _FEW:
                evidence = _conclude(plan, results, 0)
                if evidence.finding is Finding.HOLDS:
                    return evidence  # points of other sizes are for the exact judges
            results.append(_compare(plan, group, len(found)))
        left_out = len(found) - sum(len(r.points) for r in results)
        evidence = _conclude(plan, results, left_out)
        if evidence.finding is Finding.FAILS and plan.operator:
            evidence = _conclude(plan, results, left_out, confirm=True)
        if evidence.finding is not Finding.UNKNOWN:
            break
    return evidence


def _owners(equation: Equation, found: tuple[Point, ...]) -> tuple[tuple[Point, ...], ...]:
    """Points whose instances of abstract functions serve all: two at first, then others.

    Few instances, for stacked evaluation is what makes it fast; others where the first ones
    are undefined (``log(u(x))`` with ``u`` negative). Where something is assumed of a function,
    that of another point may not meet it: then there is none, and each point keeps its own.
    """
    if any(map(N.functions_in, equation.context.assume)):
        return ((),) if found else ()
    few = _INSTANCES if len(found) > _FEW else 1
    parts = (found[:few], found[few:]) if equation.context.functions else (found[:1],)
    return tuple(part for part in parts if part)


def _groups(found: tuple[Point, ...], owners: tuple[Point, ...]) -> Iterator[list[Point]]:
    """Points of equal sizes and equal instances of abstract functions, to be stacked."""
    by_size: dict[tuple[tuple[str, int], ...], list[Point]] = {}
    for point in found:
        by_size.setdefault(tuple(sorted(point.sizes.items())), []).append(point)
    groups: dict[tuple[Any, ...], list[Point]] = {}
    for position, (sizes, members) in enumerate(by_size.items()):
        for k, point in enumerate(members):
            if owners and point.instances:
                owner = owners[(position + k) % len(owners)]
                point = replace(point, instances=owner.instances)
            key = (sizes, *map(id, point.instances.values()))
            groups.setdefault(key, []).append(point)
    yield from groups.values()


# how much work


def _affordable(plan: _Plan, sides: tuple[N.Node, N.Node], sizes: dict[str, int]) -> int:
    """How many points of these sizes to take at most.

    Raises :class:`OutOfReach` when even one is too much.
    """
    start = 1
    for index in plan.equation.indices:
        start *= index.dim.size(sizes)
    heaviest, special = cost.of(sides, sizes, start)
    most = max(1, _WORK // max(heaviest, 1))
    return min(most, max(_FEWEST, _SPECIAL_WORK // special)) if special else most


# evaluation


def _stack(values: list[Any], exact: bool) -> tuple[Any, Any]:
    """A symbol's values over the points, as (points, rows, columns), with error bounds.

    Without side conditions the rounded point is as good a point as the exact one, and its
    values are taken as exact.
    """
    rows = [
        value if isinstance(value, tuple) and not isinstance(value, Complex) else ((value,),)
        for value in values
    ]
    # a complex symbol is taken on the real axis, where its claim has to hold as well
    pairs = np.array([[[to_float(v.real) for v in row] for row in matrix] for matrix in rows])
    error = pairs[..., 1]
    return pairs[..., 0], 0.0 if exact or not error.any() else error


def _bindings(equation: Equation, group: list[Point]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values by name, and the room of those with a restricted domain."""
    context = equation.context
    exact = not context.assume and not any(symbol.structure for symbol in context.symbols)
    values: dict[str, Any] = {}
    room: dict[str, Any] = {}
    for name in group[0].values:
        values[name] = _stack([point.values[name] for point in group], exact)
        symbol = context.symbol(name)
        if symbol is not None and not symbol.structure and symbol.conditions:
            room[name] = room_in(symbol.domain, values[name][0])
    return values, room


def _compare(plan: _Plan, group: list[Point], total: int, shrink: float = 1.0) -> Compared:
    """Both sides at as many of the points (all of equal sizes) as is affordable."""
    equation, settings = plan.equation, plan.settings
    left, right = equation.left, equation.right
    sizes = dict(group[0].sizes)
    projected = None if equation.indices else _along_directions(left, sizes)
    most = _affordable(plan, (projected or left, right), sizes)
    group = group[: max(1, most * len(group) // total)]
    values, room = _bindings(equation, group)
    instances = group[0].instances
    evaluator = Evaluator(values, sizes, equation.indices, room, instances, plan.bound)
    evaluator.shrink = shrink
    if projected is None:
        a, e = evaluator.evaluate(left)
        natural, kink = evaluator.natural, evaluator.kinks
        b, f = evaluator.evaluate(right)
    else:
        shape = evaluator.lengths(left.shape)
        seed = (equation.context.seed, settings.seed, *sizes.values())
        a, e, b, f = _directional(evaluator, left, right, projected, shape, seed)
        natural, kink = evaluator.natural, evaluator.kinks
    count = len(group)
    bound = e + f
    full = rounding.common_shape(a.shape, b.shape, np.shape(bound), (count, 1, 1))
    a, b, bound, f = (rounding.spread(part, full) for part in (a, b, bound, f))
    if shrink == 1.0:
        natural = np.maximum(natural, _cancelled(bound))
    if kink is False:
        kink = np.zeros(count, dtype=bool)
    natural = rounding.spread(natural, (count,))
    return Compared(tuple(group), a, b, bound, f, natural, np.broadcast_to(kink, count))


def _cancelled(error: Any) -> Any:
    """The size of the terms before they cancelled, as their rounding errors tell it."""
    finite = np.where(np.isfinite(error), error, 0.0)
    return by_point(finite, np.maximum.reduce) / (64 * UNIT)


# random directions, for operators with many entries


def _along_directions(node: N.Node, sizes: dict[str, int]) -> N.Node | None:
    """The directional derivative that stands for a large gradient, or None."""
    inner = node.arg if isinstance(node, N.Transpose) else node
    if not isinstance(inner, N.Grad | N.Jacobian):
        return None
    shape = inner.at.shape
    if cost.entries(shape, sizes) <= _MANY_ENTRIES:
        return None
    direction = N.Sym(_DIRECTION, shape=shape)
    return N.Jvp(inner.body, (inner.variable,), (inner.at,), (direction,), shape=inner.body.shape)


def _directional(
    evaluator: Evaluator,
    left: N.Node,
    right: N.Node,
    jvp: N.Node,
    shape: tuple[int, int],
    seed: tuple[int, ...],
) -> tuple[Any, Any, Any, Any]:
    """Both sides applied to random directions that touch every entry."""
    operator = left.arg if isinstance(left, N.Transpose) else left
    assert isinstance(operator, N.Grad | N.Jacobian)
    rows, columns = evaluator.lengths(operator.at.shape)
    generator = np.random.Generator(np.random.PCG64([abs(part) for part in seed]))
    sign = generator.integers(0, 2, (_DIRECTIONS, 1, rows, columns)) * 2.0 - 1.0
    directions = sign * generator.integers(128, 257, sign.shape) / 256.0
    b, f = evaluator.evaluate(right)
    b = np.broadcast_to(b, (*np.shape(b)[:-2], *shape))
    claim = (b, f)
    evaluator.bind(_DIRECTION, (directions, 0.0))
    a, e = evaluator.evaluate(jvp)
    if isinstance(left, N.Transpose):
        claim = matrices.transpose(claim)
    if isinstance(operator, N.Grad):
        weighted = rounding.multiply([claim, (directions, 0.0)])
        b, f = matrices.sum_axes(weighted, (-2, -1), keepdims=True)
        return a, e, b, f
    if operator.layout != "numerator":
        claim = matrices.transpose(claim)
    vector = (directions.reshape(_DIRECTIONS, 1, -1, 1), 0.0)
    b, f = matrices.product(claim, vector)
    a, e = (np.reshape(part, (*np.shape(part)[:-2], -1, 1)) for part in np.broadcast_arrays(a, e))
    return a, e, b, f


# conclusion


def _confirmed(plan: _Plan, judged: Judged, usual: float) -> Judged:
    """Only what contradicts in other steps too, and is more than rounding noise.

    Where a function oscillates faster than the smallest step, differences may converge by
    chance, or agree within the noise; in steps of other proportions they do not.
    """
    found = judged.compared
    points, contradicts = list(found.points), judged.contradicts
    for shrink in _SHRINKS:
        again = _compare(plan, points, len(points), shrink)
        if len(again.points) < len(points):
            return replace(judged, contradicts=np.zeros_like(contradicts))
        meaning = np.maximum(np.abs(again.left) / MARGIN, again.natural[:, None, None] / 1024)
        again.bound = np.where(again.bound <= meaning, again.bound, np.inf)
        apart = np.abs(found.left - again.left) > MARGIN * (found.bound + again.bound)
        second = weigh(again, usual)
        contradicts = contradicts & second.contradicts & ~by_point(apart, np.logical_or.reduce)
    return replace(judged, contradicts=contradicts)


def _conclude(
    plan: _Plan, results: list[Compared], left_out: int, confirm: bool = False
) -> Evidence:
    usual = max(float(np.where(r.defined, r.size, 0.0).max()) for r in results)
    judged = [weigh(r, usual) for r in results]
    if confirm:
        judged = [_confirmed(plan, j, usual) if j.contradicts.any() else j for j in judged]
    agreeing = sum(int(j.agrees.sum()) for j in judged)
    contradicting = sum(int(j.contradicts.sum()) for j in judged)
    detail = _detail(plan, results, agreeing + contradicting, left_out)
    doubtful = sum(int(j.doubtful.sum()) for j in judged)
    if not contradicting and agreeing <= doubtful:
        return _unknown(plan, why_nothing(judged), detail)
    group, position = worst_point(judged, "contradicts" if contradicting else "agrees")
    equation = plan.equation
    agreed = [j.compared.points[k].numbers for j in judged for k in j.agrees.nonzero()[0].tolist()]
    return Evidence(
        judge=NAME,
        method=plan.method,
        finding=Finding.FAILS if contradicting else Finding.HOLDS,
        strength=Strength.SAMPLE,
        measured=float(group.measured[position]),
        allowed=float(group.allowed[position]),
        samples=agreeing + contradicting,
        detail=detail,
        conditions=() if contradicting else (*_real_only(equation), *few_values(equation, agreed)),
        witness=witness_of(equation, group.compared, position) if contradicting else None,
    )


def _is_beyond_the_axis(equation: Equation) -> bool:
    """Whether a claim has no meaning, or another one, where its complex symbols are real."""
    return any(
        isinstance(node, N.Wirtinger)
        or (isinstance(node, N.Const) and node.name == "I")
        or (isinstance(node, N.Call) and node.function in ("conj", "re", "im", "arg"))
        for node in equation.all_nodes
    )


def _real_only(equation: Equation) -> tuple[str, ...]:
    """What agreement is limited to: differences take complex symbols on the real axis."""
    names = [s.name for s in equation.context.symbols if s.domain.kind == "complex"]
    verb = "is" if len(names) == 1 else "are"
    return (f"{', '.join(names)} {verb} real",) if names else ()


def _detail(plan: _Plan, results: list[Compared], decisive: int, left_out: int) -> str:
    equation, settings = plan.equation, plan.settings
    if plan.operator:
        notes = ["order 4, 5 steps from 2^-5 of the scale down by 8"]
    else:
        notes = ["both sides compared directly"]
    total = sum(len(r.points) for r in results)
    defined = sum(int(r.defined.sum()) for r in results)
    notes.append(f"{decisive} of {total} points decisive")
    for count, word in (
        (defined - decisive, "inconclusive"),
        (total - defined, "undefined"),
        (left_out, "left out for time"),
    ):
        if count:
            notes.append(f"{count} {word}")
    kinked = [r.points[k] for r in results if r.kink.any() for k in r.kink.nonzero()[0].tolist()]
    if kinked:
        notes.append(kinks.describe(equation, kinked[0], _bindings))
    context = equation.context
    structured = sorted({s for symbol in context.symbols for s in symbol.structure})
    if structured:
        notes.append(f"entries vary freely around {'/'.join(structured)} points")
    if any(symbol.domain.kind == "complex" for symbol in context.symbols):
        notes.append("complex symbols on the real axis only")
    return "; ".join([*notes, "errors relative to the claim", f"seed {settings.seed}"])
