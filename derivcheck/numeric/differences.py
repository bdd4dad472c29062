"""The judge by finite differences: ``left == right`` at sample points, with derived tolerances.

Derivatives are central differences of order four in five steps
(:mod:`derivcheck.numeric.stencils`); all values carry bounds of their rounding errors
(:mod:`derivcheck.numeric.arrays`). A point agrees when ``|left - right|`` is within the bound,
and contradicts when it exceeds 64 times the bound: the bound holds one 64th of the change
between two successive steps, so not even that whole change could explain such an error.
In between, and where the bound is above 1e-5 of the scale, the point is inconclusive.

The scale of a point is the largest entry of both sides; where the claim is zero within its own
rounding, it is the largest claim at the other points, and for a claim of zero everywhere the
size of the function over that of its variable.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from derivcheck.equation import Equation, Settings, Symbol
from derivcheck.lang import nodes as n
from derivcheck.model import Evidence, Finding, Strength, Witness
from derivcheck.numeric import kinks, matrices, rounding, stencils
from derivcheck.numeric.arrays import BATCH, Evaluator, room_in, to_float
from derivcheck.numeric.rounding import UNIT, OutOfReach
from derivcheck.numeric.sampling import Complex, Point, points
from derivcheck.numeric.instances import concrete

NAME = "differences"
DECISIVE = 1e-5
"""A bound above this part of the scale decides nothing."""
MARGIN = stencils.SAFETY
"""Times the bound: from here on a difference contradicts."""
_MANY_ENTRIES = 24
"""Above this many entries a gradient is compared along random directions."""
_DIRECTIONS = 4
_WORK = 400_000
"""Numbers per node that one group of points may need; fewer points are taken beyond."""
_MOST_WORK = 6_000_000
_SPECIAL_WORK = 120
"""Values of special functions (each takes microseconds) that a claim may need."""
_DIRECTION = "#direction"


@dataclass(frozen=True, slots=True)
class _Result:
    """One point, compared: arrays over entries (or directions), all of one shape."""

    point: Point
    left: Any
    right: Any
    bound: Any
    own: Any
    """Error bound of the claim alone."""
    natural: float
    kink: bool

    @property
    def defined(self) -> bool:
        """Whether both sides have a value."""
        return bool(np.isfinite(self.left).all() and np.isfinite(self.right).all())

    @property
    def size(self) -> float:
        """Largest claim that is not zero within its own rounding."""
        return float(np.max(np.where(np.abs(self.right) > self.own, np.abs(self.right), 0.0)))


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
    sample = points(equation, settings.samples, settings.seed)
    if not sample.points:
        return _unknown(equation, sample.reason or "no sample in the domain")
    results: list[_Result] = []
    left_out = 0
    for group, left, right in _groups(equation, sample.points):
        taken = _affordable(left, right, equation, group, len(sample.points))
        left_out += len(group) - taken
        results += _compare(equation, left, right, group[:taken], settings)
    return _conclude(equation, settings, results, left_out)


def _groups(
    equation: Equation, found: tuple[Point, ...]
) -> Iterator[tuple[list[Point], n.Node, n.Node]]:
    """Points of equal sizes and equal instances of abstract functions, to be stacked."""
    groups: dict[Any, list[Point]] = {}
    sides: dict[Any, tuple[n.Node, n.Node]] = {}
    for point in found:
        body = concrete(equation, point) if equation.context.functions else equation
        key = (body.left, body.right, tuple(sorted(point.sizes.items())))
        groups.setdefault(key, []).append(point)
        sides[key] = (body.left, body.right)
    for key, members in groups.items():
        yield members, *sides[key]


# how much work


def _affordable(
    left: n.Node, right: n.Node, equation: Equation, group: list[Point], total: int
) -> int:
    """How many of the group's points to take; at least one.

    Raises :class:`OutOfReach` when even one is too much.
    """
    sizes = dict(group[0].sizes)
    start = 1
    for index in equation.indices:
        start *= index.dim.size(sizes)
    heaviest = special = 0
    for side in (left, right):
        numbers, slow = _work(side, sizes, {})
        heaviest, special = max(heaviest, numbers * start), special + slow * start
    if heaviest > _MOST_WORK:
        raise OutOfReach("too many nested derivatives and entries for differences")
    fair = max(1, _WORK // max(heaviest, 1))
    if special:
        fair = min(fair, max(3, _SPECIAL_WORK * len(group) // (total * special)))
    return max(1, min(len(group), fair))


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
        special += entries
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
    equation: Equation, left: n.Node, right: n.Node, group: list[Point], settings: Settings
) -> list[_Result]:
    """Both sides at points of equal sizes."""
    values, room = _bindings(equation, group)
    sizes = dict(group[0].sizes)
    evaluator = Evaluator(values, sizes, equation.indices, room)
    projected = None if equation.indices else _along_directions(left, sizes)
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
    results = []
    for position, point in enumerate(group):
        own = f[..., position, :, :]
        results.append(
            _Result(
                point,
                a[..., position, :, :],
                b[..., position, :, :],
                e[..., position, :, :] + own,
                own,
                float(natural[position]),
                bool(kink[position]),
            )
        )
    return results


def _cancelled(error: Any) -> Any:
    """The size of the terms before they cancelled, as their rounding errors tell it."""
    finite = np.where(np.isfinite(error), error, 0.0)
    axes = (*range(error.ndim - BATCH), error.ndim - 2, error.ndim - 1)
    return np.max(finite, axis=axes) / (64 * UNIT)


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
    return n.Jvp(
        inner.body, (inner.variable,), (inner.at,), (direction,), shape=inner.body.shape
    )


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


@dataclass(frozen=True, slots=True)
class _Judged:
    """A point with its scale: errors relative to it at the worst entry."""

    result: _Result
    measured: float
    allowed: float
    agrees: bool
    contradicts: bool
    worst: tuple[int, ...]


def _weigh(result: _Result, scale: float) -> _Judged:
    """Compare entry by entry."""
    difference = np.abs(result.left - result.right)
    bound = result.bound
    wrong = (difference > MARGIN * bound) & np.isfinite(bound)
    usable = scale > 0 or not (difference.any() or bound.any())
    unit = scale if scale > 0 else 1.0
    agrees = usable and bool(
        ((difference <= bound) & (bound <= DECISIVE * unit)).all()
    )
    key = np.where(wrong, difference, -1.0) if wrong.any() else difference
    worst = np.unravel_index(int(np.argmax(key)), difference.shape)
    return _Judged(
        result,
        float(difference[worst] / unit),
        float(bound[worst] / unit),
        agrees,
        bool(wrong.any()),
        tuple(int(i) for i in worst),
    )


def _conclude(
    equation: Equation, settings: Settings, results: list[_Result], left_out: int
) -> Evidence:
    defined = [r for r in results if r.defined]
    kinked = [r for r in results if r.kink]
    usual = max((r.size for r in defined), default=0.0)
    judged = []
    for r in defined:
        size = r.size
        if size > 0:
            size = max(size, float(np.max(np.abs(r.left))) if np.isfinite(r.bound).all() else 0)
        judged.append(_weigh(r, size or usual or r.natural))
    wrong = [j for j in judged if j.contradicts]
    good = [j for j in judged if j.agrees]
    notes = _notes(equation, settings, results, judged, left_out)
    if kinked:
        notes.append(kinks.describe(equation, kinked[0].point, _bindings))
    detail = "; ".join(note for note in notes if note)
    if wrong:
        worst = max(wrong, key=lambda j: (j.measured, -len(str(j.result.point.values))))
        return Evidence(
            judge=NAME,
            method=_method(equation),
            finding=Finding.FAILS,
            strength=Strength.SAMPLE,
            measured=worst.measured,
            allowed=worst.allowed,
            samples=len(good) + len(wrong),
            detail=detail,
            witness=_witness(equation, worst),
        )
    if good:
        worst = max(good, key=lambda j: j.measured)
        return Evidence(
            judge=NAME,
            method=_method(equation),
            finding=Finding.HOLDS,
            strength=Strength.SAMPLE,
            measured=worst.measured,
            allowed=worst.allowed,
            samples=len(good),
            detail=detail,
        )
    return _unknown(equation, _why_nothing(results, judged), detail)


def _why_nothing(results: list[_Result], judged: list[_Judged]) -> str:
    if all(r.kink for r in results):
        return "inconclusive: every sample lies on a kink"
    if not judged:
        return "no sample in the domain: no point where both sides are defined"
    finite = [j for j in judged if np.isfinite(j.allowed)]
    if not finite:
        return "inconclusive: the differences do not converge at any sample"
    best = min(finite, key=lambda j: j.allowed)
    return (
        f"inconclusive: the error bound is {best.allowed:.1e} of the scale at best, "
        f"above {DECISIVE:.0e}"
    )


def _notes(
    equation: Equation,
    settings: Settings,
    results: list[_Result],
    judged: list[_Judged],
    left_out: int,
) -> list[str]:
    decisive = sum(j.agrees or j.contradicts for j in judged)
    if _method(equation) == "central differences":
        how = "order 4, 5 steps from 2^-5 of the scale down by 8"
    else:
        how = "both sides compared directly"
    notes = [how, f"{decisive} of {len(results)} points decisive"]
    undefined = len(results) - len(judged)
    inconclusive = len(judged) - decisive
    if inconclusive:
        notes.append(f"{inconclusive} inconclusive")
    if undefined:
        notes.append(f"{undefined} undefined")
    if left_out:
        notes.append(f"{left_out} left out for time")
    context = equation.context
    structured = sorted({s for symbol in context.symbols for s in symbol.structure})
    if structured:
        notes.append(f"entries vary freely around {'/'.join(structured)} points")
    if any(symbol.domain.kind == "complex" for symbol in context.symbols):
        notes.append("complex symbols on the real axis only")
    return [*notes, "errors relative to the derivative", f"seed {settings.seed}"]


def _text(value: Any) -> str:
    if isinstance(value, Complex):
        return str(value.real)
    if isinstance(value, tuple):
        return "[" + ", ".join(_text(entry) for entry in value) + "]"
    return str(value)


def _witness(equation: Equation, judged: _Judged) -> Witness:
    result, worst = judged.result, judged.worst
    point = result.point
    names = {symbol.name for symbol in equation.context.symbols}
    bound = result.bound[worst]
    return Witness(
        point=tuple(
            (name, _text(value)) for name, value in point.values.items() if name in names
        ),
        true_value=f"{result.left[worst]:.12g} ± {bound:.1e}",
        claimed_value=f"{result.right[worst]:.12g}",
        sizes=tuple(sorted(point.sizes.items())),
        entry=_entry(equation, result, worst),
        instances=tuple((name, str(body)) for name, body in point.instances.items()),
    )


def _entry(equation: Equation, result: _Result, worst: tuple[int, ...]) -> str:
    """``[i, j]``, the values of free indices, or which random direction."""
    rows, columns = result.left.shape[-2:]
    place = f"[{worst[-2]}, {worst[-1]}]" if rows * columns > 1 else ""
    leading = worst[:-2]
    if equation.indices:
        # the first index has the innermost axis
        named = zip(equation.indices, reversed(leading), strict=False)
        indices = ", ".join(f"{index.name} = {value}" for index, value in named)
        return f"{indices} {place}".strip()
    if leading:
        return f"along random direction {leading[0]} {place}".strip()
    return place
