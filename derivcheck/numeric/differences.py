"""The judge by finite differences: ``left == right`` at sample points, with derived tolerances.

Derivatives are central differences of order four in five steps
(:mod:`derivcheck.numeric.stencils`); all values carry bounds of their rounding errors
(:mod:`derivcheck.numeric.arrays`). A point agrees when ``|left - right|`` is within the bound,
and contradicts when it exceeds 64 times the bound: the bound holds one 64th of the change
between two successive steps, so not even that whole change could explain such an error.
In between, and where the bound is above 1e-5 of the scale, the point is inconclusive.

The scale of a point is the largest entry of both sides; where the claim is zero within its own
rounding, it is the largest claim at the other points, and for a claim that is exactly zero the
size of the function over that of its variable. A claim that is zero only within its rounding
(``1 - tanh(x)**2`` far out) decides nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from derivcheck.equation import Equation, Settings
from derivcheck.lang import nodes as n
from derivcheck.model import Evidence, Finding, Strength
from derivcheck.numeric import kinks, matrices, rounding, stencils
from derivcheck.numeric.arrays import Evaluator, by_point, room_in
from derivcheck.numeric.instances import concrete
from derivcheck.numeric.rounding import UNIT, OutOfReach, to_float
from derivcheck.numeric.sampling import Complex, Point, points
from derivcheck.numeric.weighing import Compared, weigh, why_nothing, witness_of, worst_point

NAME = "differences"
_MANY_ENTRIES = 24
"""Above this many entries a gradient is compared along random directions."""
_DIRECTIONS = 4
_WORK = 150_000
"""Numbers per node that one group of points may need; fewer points are taken beyond."""
_MOST_WORK = 2_000_000
_SPECIAL_WORK = 250
"""Values of special functions (each takes tens of microseconds) that a claim may need."""
_SLOW = {"polylog": 8, "zeta": 3, "besselk": 2, "ellippi": 3, "ellippi_inc": 3, "polygamma": 3}
"""Special functions that count for more than one."""
_FEWEST = 4
"""Points with special functions, at least: both signs are among the first four."""
_SHARE = 0.3
"""Part of a formula's time after which no further group of points is begun."""
_INSTANCES = 2
"""Different instances of the abstract functions, unless those decide nothing."""
_DIRECTION = "#direction"


def judge(equation: Equation, settings: Settings) -> Evidence:
    """Compare both sides numerically. Never raises; what cannot be decided is UNKNOWN."""
    start = time.perf_counter()
    try:
        with np.errstate(all="ignore"):
            evidence = _judge(equation, settings)
    except OutOfReach as error:
        evidence = _unknown(equation, f"out of reach: {error}")
    except RecursionError:
        evidence = _unknown(equation, "out of reach: the expression is nested too deeply")
    except MemoryError:
        evidence = _unknown(equation, "out of reach: too many entries")
    return replace(evidence, seconds=time.perf_counter() - start)


def _method(equation: Equation) -> str:
    if _has_operator(equation.left) or _has_operator(equation.right):
        return "central differences"
    return "double precision with error bounds"


def _unknown(equation: Equation, reason: str, detail: str = "") -> Evidence:
    return Evidence(
        judge=NAME,
        method=_method(equation),
        finding=Finding.UNKNOWN,
        strength=Strength.SAMPLE,
        samples=0,
        detail=detail,
        reason=reason,
    )


def _has_operator(node: n.Node) -> bool:
    return any(isinstance(part, n.Grad | n.Jvp | n.Jacobian) for part in n.walk(node))


def _judge(equation: Equation, settings: Settings) -> Evidence:
    start = time.perf_counter()
    count = settings.samples
    if any(symbol.shape for symbol in equation.context.symbols):
        count = -(-count // 2)  # a matrix point compares many entries
    sample = points(equation, count, settings.seed)
    if not sample.points:
        return _unknown(equation, sample.reason or "no sample in the domain")
    evidence = _unknown(equation, "no sample in the domain")
    for owners in _owners(equation, sample.points):
        results: list[Compared] = []
        for group, left, right in _groups(equation, sample.points, owners):
            results.append(_compare(equation, left, right, group, len(sample.points), settings))
            if time.perf_counter() - start > settings.timeout * _SHARE:
                break
        left_out = len(sample.points) - sum(len(r.points) for r in results)
        evidence = _conclude(equation, settings, results, left_out)
        if evidence.finding is not Finding.UNKNOWN:
            break
    return evidence


def _owners(equation: Equation, found: tuple[Point, ...]) -> tuple[tuple[Point, ...], ...]:
    """Points whose instances of abstract functions serve all: two at first, then others.

    Few instances, for stacked evaluation is what makes it fast; others where the first ones
    are undefined (``log(u(x))`` with ``u`` negative).
    """
    if not equation.context.functions:
        return (found[:1],)
    return tuple(part for part in (found[:_INSTANCES], found[_INSTANCES:]) if part)


def _groups(
    equation: Equation, found: tuple[Point, ...], owners: tuple[Point, ...]
) -> Iterator[tuple[list[Point], n.Node, n.Node]]:
    """Points of equal sizes and equal instances of abstract functions, to be stacked."""
    bodies = [concrete(equation, owner.instances) for owner in owners]
    by_size: dict[tuple[tuple[str, int], ...], list[Point]] = {}
    for point in found:
        by_size.setdefault(tuple(sorted(point.sizes.items())), []).append(point)
    groups: dict[tuple[Any, int], list[Point]] = {}
    for position, (sizes, members) in enumerate(by_size.items()):
        for k, point in enumerate(members):
            turn = (position + k) % len(owners)
            lent = replace(point, instances=owners[turn].instances)
            groups.setdefault((sizes, turn), []).append(lent)
    for (_, turn), members in groups.items():
        yield members, bodies[turn].left, bodies[turn].right


# how much work


def _affordable(equation: Equation, sides: tuple[n.Node, n.Node], sizes: dict[str, int]) -> int:
    """How many points of these sizes to take at most.

    Raises :class:`OutOfReach` when even one is too much.
    """
    start = 1
    for index in equation.indices:
        start *= index.dim.size(sizes)
    heaviest = special = 0
    memo: dict[n.Node, tuple[int, int]] = {}
    for side in sides:
        numbers, slow = _work(side, sizes, memo)
        heaviest, special = max(heaviest, numbers * start), special + slow * start
    if heaviest > _MOST_WORK:
        raise OutOfReach("too many nested derivatives and entries for differences")
    most = max(1, _WORK // max(heaviest, 1))
    return min(most, max(_FEWEST, _SPECIAL_WORK // special)) if special else most


def _work(node: n.Node, sizes: dict[str, int], memo: dict[n.Node, tuple[int, int]]) -> Any:
    """Numbers in the largest array one point needs, and values of special functions."""
    found = memo.get(node)
    if found is not None:
        return found
    numbers = special = 0
    for child in n.children(node):
        a, b = _work(child, sizes, memo)
        numbers, special = max(numbers, a), special + b
    entries = n.rows_of(node.shape).size(sizes) * n.columns_of(node.shape).size(sizes)
    numbers = max(numbers, entries)
    if isinstance(node, n.Call) and node.function not in rounding.RULES:
        special += entries * _SLOW.get(node.function, 1)
    factor = 1
    if isinstance(node, n.Jvp):
        factor = stencils.SIZE
    elif isinstance(node, n.Grad | n.Jacobian):
        shape = node.at.shape
        factor = n.rows_of(shape).size(sizes) * n.columns_of(shape).size(sizes) * stencils.SIZE
    elif isinstance(node, n.SumIndex):
        factor = node.index.dim.size(sizes)
    memo[node] = numbers * factor, special * factor
    return memo[node]


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
    pairs = np.array([[[_real(entry) for entry in row] for row in matrix] for matrix in rows])
    error = pairs[..., 1]
    return pairs[..., 0], 0.0 if exact or not error.any() else error


def _real(value: Any) -> tuple[float, float]:
    """A complex symbol is taken on the real axis, where its claim has to hold as well."""
    return to_float(value.real if isinstance(value, Complex) else Fraction(value))


def _bindings(equation: Equation, group: list[Point]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values by name, and the room of those with a restricted domain."""
    context = equation.context
    exact = not context.assume and not any(symbol.structure for symbol in context.symbols)
    values: dict[str, Any] = {}
    room: dict[str, Any] = {}
    for name in group[0].values:
        values[name] = _stack([point.values[name] for point in group], exact)
        symbol = context.symbol(name)
        if symbol is not None and not symbol.structure:
            domain = symbol.domain
            if domain.kind not in ("real", "complex") or domain.excluded:
                room[name] = room_in(domain, values[name][0], _constant)
    return values, room


def _constant(node: n.Node) -> float:
    return float(Evaluator({}, {}).evaluate(node)[0].ravel()[0])


def _compare(
    equation: Equation,
    left: n.Node,
    right: n.Node,
    group: list[Point],
    total: int,
    settings: Settings,
) -> Compared:
    """Both sides at as many of the points (all of equal sizes) as is affordable."""
    sizes = dict(group[0].sizes)
    projected = None if equation.indices else _along_directions(left, sizes)
    most = _affordable(equation, (projected or left, right), sizes)
    group = group[: max(1, most * len(group) // total)]
    values, room = _bindings(equation, group)
    evaluator = Evaluator(values, sizes, equation.indices, room)
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
    a, e, b, f = np.broadcast_arrays(a, e, b, f, np.zeros((count, 1, 1)))[:4]
    natural = np.maximum(np.broadcast_to(natural, count), _cancelled(e + f))
    kink = np.broadcast_to(kink, count)
    return Compared(tuple(group), a, b, e + f, f, natural, kink)


def _cancelled(error: Any) -> Any:
    """The size of the terms before they cancelled, as their rounding errors tell it."""
    return by_point(np.where(np.isfinite(error), error, 0.0), np.max) / (64 * UNIT)


# random directions, for operators with many entries


def _along_directions(node: n.Node, sizes: dict[str, int]) -> n.Node | None:
    """The directional derivative that stands for a large gradient, or None."""
    inner = node.arg if isinstance(node, n.Transpose) else node
    if not isinstance(inner, n.Grad | n.Jacobian):
        return None
    shape = inner.at.shape
    if n.rows_of(shape).size(sizes) * n.columns_of(shape).size(sizes) <= _MANY_ENTRIES:
        return None
    direction = n.Sym(_DIRECTION, shape=shape)
    return n.Jvp(inner.body, (inner.variable,), (inner.at,), (direction,), shape=inner.body.shape)


def _directional(
    evaluator: Evaluator,
    left: n.Node,
    right: n.Node,
    jvp: n.Node,
    shape: tuple[int, int],
    seed: tuple[int, ...],
) -> tuple[Any, Any, Any, Any]:
    """Both sides applied to random directions that touch every entry."""
    operator = left.arg if isinstance(left, n.Transpose) else left
    assert isinstance(operator, n.Grad | n.Jacobian)
    rows, columns = evaluator.lengths(operator.at.shape)
    generator = np.random.Generator(np.random.PCG64([abs(part) for part in seed]))
    sign = generator.integers(0, 2, (_DIRECTIONS, 1, rows, columns)) * 2.0 - 1.0
    directions = sign * generator.integers(128, 257, sign.shape) / 256.0
    b, f = evaluator.evaluate(right)
    b = np.broadcast_to(b, (*np.shape(b)[:-2], *shape))
    claim = (b, f)
    evaluator.bind(_DIRECTION, (directions, 0.0))
    a, e = evaluator.evaluate(jvp)
    if isinstance(left, n.Transpose):
        claim = matrices.transpose(claim)
    if isinstance(operator, n.Grad):
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


def _conclude(
    equation: Equation, settings: Settings, results: list[Compared], left_out: int
) -> Evidence:
    usual = max(float(np.max(np.where(r.defined, r.size, 0.0))) for r in results)
    judged = [weigh(r, usual) for r in results]
    agreeing = sum(int(j.agrees.sum()) for j in judged)
    contradicting = sum(int(j.contradicts.sum()) for j in judged)
    detail = _detail(equation, settings, results, agreeing + contradicting, left_out)
    doubtful = sum(int(j.doubtful.sum()) for j in judged)
    if not contradicting and agreeing <= doubtful:
        return _unknown(equation, why_nothing(judged), detail)
    group, position = worst_point(judged, "contradicts" if contradicting else "agrees")
    return Evidence(
        judge=NAME,
        method=_method(equation),
        finding=Finding.FAILS if contradicting else Finding.HOLDS,
        strength=Strength.SAMPLE,
        measured=float(group.measured[position]),
        allowed=float(group.allowed[position]),
        samples=agreeing + contradicting,
        detail=detail,
        witness=witness_of(equation, group.compared, position) if contradicting else None,
    )


def _detail(
    equation: Equation,
    settings: Settings,
    results: list[Compared],
    decisive: int,
    left_out: int,
) -> str:
    if _method(equation) == "central differences":
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
    kinked = [r.points[int(k)] for r in results for k in np.flatnonzero(r.kink)]
    if kinked:
        notes.append(kinks.describe(equation, kinked[0], _bindings))
    context = equation.context
    structured = sorted({s for symbol in context.symbols for s in symbol.structure})
    if structured:
        notes.append(f"entries vary freely around {'/'.join(structured)} points")
    if any(symbol.domain.kind == "complex" for symbol in context.symbols):
        notes.append("complex symbols on the real axis only")
    return "; ".join([*notes, "errors relative to the claim", f"seed {settings.seed}"])
