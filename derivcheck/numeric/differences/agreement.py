"""Both sides at sample points, weighed: which points agree, contradict, or decide nothing."""

from __future__ import annotations

from dataclasses import field
from typing import Any

import numpy as np

from derivcheck.lang.equation import Equation
from derivcheck.model import Witness
from derivcheck.numeric.differences import stencils
from derivcheck.numeric.differences.arrays import by_point
from derivcheck.numeric.sampling.exact import Complex
from derivcheck.numeric.sampling.points import Point
from derivcheck.records import record

DECISIVE = 1e-5
"""A bound above this part of the scale decides nothing."""
MARGIN = stencils.SAFETY
"""Times the bound: from here on a difference contradicts."""


@record(frozen=False)
class Compared:
    """Both sides at points of equal sizes: arrays ``(..., points, rows, columns)``."""

    points: tuple[Point, ...]
    left: Any
    right: Any
    bound: Any
    own: Any
    """Error bound of the claim alone."""
    natural: Any
    """Scale by point for claims of zero."""
    kink: Any
    """Whether the operator has a kink, by point."""
    defined: Any = field(init=False)
    """Whether both sides have a value, by point."""
    size: Any = field(init=False)
    """Largest claim that is not zero within its own rounding, by point."""

    def __post_init__(self) -> None:
        finite = np.isfinite(self.left + self.right)
        self.defined = by_point(finite, np.logical_and.reduce)
        magnitude = np.abs(self.right)
        significant = np.where(magnitude > self.own, magnitude, 0.0)
        self.size = by_point(significant, np.maximum.reduce)


@record()
class Judged:
    """A group weighed: arrays over its points, errors relative to the scale of the point."""

    compared: Compared
    agrees: Any
    contradicts: Any
    doubtful: Any
    """Above the bound, but not clearly."""
    measured: Any
    allowed: Any
    """Where the measured error is largest (among entries that contradict, if any do)."""
    tightest: float


def weigh(compared: Compared, usual: float) -> Judged:
    """Compare entry by entry; ``usual`` is the largest claim over all points."""
    defined = compared.defined
    claim = compared.size
    left = by_point(np.abs(compared.left), np.maximum.reduce)
    size = np.where(claim > 0, np.maximum(claim, left), usual)
    literal = by_point(compared.own, np.maximum.reduce) == 0
    scale = np.where(size > 0, size, np.where(literal, compared.natural, 0.0))
    unit = np.where(scale > 0, scale, 1.0)
    difference = np.abs(compared.left - compared.right)
    bound = compared.bound
    wrong = (difference > MARGIN * bound) & np.isfinite(bound)
    within = difference <= bound
    tight = bound <= DECISIVE * scale[:, None, None]
    contradicts = defined & by_point(wrong, np.logical_or.reduce)
    agrees = defined & by_point(within & tight, np.logical_and.reduce) & ~contradicts
    above = tight & (difference > bound)
    doubtful = defined & by_point(above, np.logical_or.reduce) & ~contradicts
    counted = difference
    if contradicts.any():
        counted = np.where(wrong | ~contradicts[:, None, None], difference, -1.0)
        # a claim of zero that fails has the true value as its scale
        unit = np.where(contradicts & (size == 0), left, unit)
    measured = by_point(counted, np.maximum.reduce)
    at_worst = counted == measured[:, None, None]
    allowed = by_point(np.where(at_worst, bound, 0.0), np.maximum.reduce)
    widest = by_point(bound, np.maximum.reduce) / unit
    tightest = float(np.minimum.reduce(np.where(defined, widest, np.inf)))
    return Judged(
        compared, agrees, contradicts, doubtful, measured / unit, allowed / unit, tightest
    )


def worst_point(judged: list[Judged], which: str) -> tuple[Judged, int]:
    """The group and point with the largest measured error among those that agree/contradict."""

    def error(pair: tuple[Judged, int]) -> tuple[float, float]:
        group, position = pair
        # claims of zero all have the measured error 1: the sharpest of them is shown
        return float(f"{group.measured[position]:.3g}"), -float(group.allowed[position])

    found = [(j, k) for j in judged for k in getattr(j, which).nonzero()[0].tolist()]
    return found[0] if len(found) == 1 else max(found, key=error)


def why_nothing(judged: list[Judged]) -> str:
    if all(j.compared.kink.all() for j in judged):
        return "inconclusive: every sample lies on a kink"
    if not any(j.compared.defined.any() for j in judged):
        return "no sample in the domain: no point where both sides are defined"
    best = min(j.tightest for j in judged)
    if not np.isfinite(best):
        return "inconclusive: the differences do not converge at any sample"
    doubtful = sum(int(j.doubtful.sum()) for j in judged)
    if doubtful:
        return f"inconclusive: at {doubtful} points the error is above its bound, but not clearly"
    if best <= DECISIVE:
        return "inconclusive: the claim is zero within its rounding error at every sample"
    return f"inconclusive: the error bound is {best:.1e} of the scale, above {DECISIVE:.0e}"


def _text(value: Any) -> str:
    if isinstance(value, Complex):
        return str(value.real)
    if isinstance(value, tuple):
        return "[" + ", ".join(_text(entry) for entry in value) + "]"
    return str(value)


def witness_of(equation: Equation, compared: Compared, position: int) -> Witness:
    """The entry of this point with the largest contradicting error."""
    left, right, bound = (
        part[..., position, :, :] for part in (compared.left, compared.right, compared.bound)
    )
    difference = np.where(np.isfinite(bound), np.abs(left - right), -1.0)
    difference = np.where(difference > MARGIN * bound, difference, -1.0)
    found = np.unravel_index(int(np.argmax(difference)), difference.shape)
    worst = tuple(int(part) for part in found)
    point = compared.points[position]
    names = {symbol.name for symbol in equation.context.symbols}
    return Witness(
        point=tuple((name, _text(value)) for name, value in point.values.items() if name in names),
        true_value=f"{left[worst] + 0.0:.12g} ± {bound[worst]:.1e}",
        claimed_value=f"{right[worst] + 0.0:.12g}",
        sizes=tuple(sorted(point.sizes.items())),
        entry=_entry(equation, left.shape, worst),
        instances=tuple((name, instance.text) for name, instance in point.instances.items()),
    )


def _entry(equation: Equation, shape: tuple[int, ...], worst: tuple[int, ...]) -> str:
    """``[i, j]``, the values of free indices, or which random direction."""
    place = f"[{worst[-2]}, {worst[-1]}]" if shape[-2] * shape[-1] > 1 else ""
    leading = worst[:-2]
    if equation.indices:
        # the first index has the innermost axis
        named = zip(equation.indices, reversed(leading), strict=False)
        indices = ", ".join(f"{index.name} = {value}" for index, value in named)
        return f"{indices} {place}".strip()
    if leading:
        return f"along random direction {leading[0]} {place}".strip()
    return place
