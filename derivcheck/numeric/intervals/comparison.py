"""Both sides of an equation at a point, compared as balls: as precisely as it takes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from flint import acb, ctx

from derivcheck.lang.equation import Equation
from derivcheck.numeric.intervals.assumptions import Assumptions
from derivcheck.numeric.intervals.functions import Ball
from derivcheck.numeric.intervals.matrices import entries
from derivcheck.numeric.intervals.program import FINEST, FULL, QUICK, Program, precision
from derivcheck.numeric.intervals.rules import Unsupported
from derivcheck.numeric.sampling.points import Point
from derivcheck.records import record

PRECISIONS = (QUICK, FULL, 1000, FINEST)
SIGNIFICANT = 2.0**-40
"""Enclosures wider than this, relative to the scale, agree with nearly anything."""


@record()
class Comparison:
    """Both sides at one point.

    ``defined`` is False where an enclosure is not finite, or something assumed does not certainly
    hold (``unmet``); ``apart`` is the entry where they are certainly different (row, column),
    ``gap`` a lower bound of that relative difference.
    ``difference`` and ``radius`` are the largest over all entries, relative to the scale.
    ``vanishing`` bounds one side where the other is exactly zero, which gives no scale. All
    quotients are those of balls: a scale may be beyond the range of floats.
    """

    defined: bool
    apart: tuple[int, int] | None = None
    gap: float = 0.0
    difference: float = 0.0
    radius: float = 0.0
    indices: tuple[tuple[str, int], ...] = ()
    left: Ball = None
    right: Ball = None
    scalar: bool = True
    vanishing: Ball = None
    unmet: bool = False

    @property
    def severity(self) -> tuple[bool, float, float]:
        """Orders comparisons from undefined over agreeing to furthest apart."""
        if not self.defined:
            return (False, -1.0, 0.0)
        return (self.apart is not None, self.gap, self.difference + self.radius)


UNDEFINED = Comparison(False)
_UNMET = Comparison(False, unmet=True)


class Comparer:
    """Compares the two sides of an equation at points; compiled once."""

    def __init__(self, equation: Equation) -> None:
        self.equation = equation
        self.programs: dict[tuple[str, ...], Program] = {}
        self.assumptions = Assumptions(equation.context)
        self.names = self.assumptions.names
        self.complex = self.names is not None

    def program(self, point: Point) -> Program:
        """The compiled sides; :class:`Unsupported` where a part is outside the judge's reach."""
        key = tuple(sorted(n for n, i in point.instances.items() if i.weights and i.is_simple))
        found = self.programs.get(key)
        if found is None:
            equation = self.equation
            sides = (equation.left, equation.right)
            if not equation.context.identically:
                found = Program(sides, equation.indices, key, self.names)
            elif self.complex or equation.indices:
                raise Unsupported("equations of functions among complex numbers or arrays")
            else:
                from derivcheck.numeric.intervals.solved import SolvedProgram

                found = SolvedProgram(sides, equation.context, key)
            self.programs[key] = found
        return found

    def at(self, point: Point, bits: int) -> Comparison:
        """Compare at one point, for all values of the free indices, at that precision."""
        with precision(bits):
            return self.here(point)

    def here(self, point: Point) -> Comparison:
        """Like :meth:`at`, at the precision in force."""
        found = self._compared(point)
        if not found.defined or not self.assumptions:
            return found
        with precision(max(ctx.prec, FULL)):
            hold = self.assumptions.hold(point)
        return found if hold else _UNMET

    def _compared(self, point: Point) -> Comparison:
        runs = self.program(point).run(point)
        if len(runs) == 1:
            chosen, sides = runs[0]
            return compare(sides[0], sides[1], tuple(chosen.items()))
        worst = UNDEFINED
        for indices, (left, right) in runs:
            found = compare(left, right, tuple(indices.items()))
            if found.defined and found.severity > worst.severity:
                worst = found
        return worst

    def settled(self, point: Point, start: int) -> Comparison:
        """Like :meth:`at`, with the precision raised until the enclosures say something."""
        result = self.here(point) if start == ctx.prec else self.at(point, start)
        if result.vanishing is not None and result.apart is None and result.radius > SIGNIFICANT:
            result = self._vanishing(point, result, start)
        for bits in PRECISIONS:
            if (
                bits > start
                and result.apart is None
                and (result.radius > SIGNIFICANT if result.defined else bits == FULL)
            ):
                result = self.at(point, bits)
        return result

    def _vanishing(self, point: Point, result: Comparison, bits: int) -> Comparison:
        """A claim of zero, on the scale of what the least precision leaves of it.

        No precision gives an enclosure of zero that is narrow beside its own size; that it
        shrinks with the precision is what can be seen.
        """
        coarse = result if bits == QUICK else self.at(point, QUICK)
        fine = result if bits == FULL else self.at(point, FULL)
        if fine.vanishing is None or coarse.vanishing is None:
            return fine
        shrunk = float(fine.vanishing / coarse.vanishing)
        return replace(fine, difference=fine.difference * shrunk, radius=fine.radius * shrunk)


def compare(left: Any, right: Any, indices: tuple[tuple[str, int], ...] = ()) -> Comparison:
    """Compare two values entry by entry; a scalar on the right stands for every entry."""
    lefts, rights = entries(left), entries(right)
    if len(rights) == 1 < len(lefts):
        rights = rights * len(lefts)
    for ball in (*lefts, *rights):
        if not ball.is_finite():
            return UNDEFINED
    columns = left[1] if type(left) is tuple else 1
    scale = max(ball.abs_upper() for ball in (*lefts, *rights))
    if scale.is_zero():
        return Comparison(True, indices=indices, left=lefts[0], right=rights[0])
    apart: tuple[int, int] | None = None
    gap = difference = radius = 0.0
    which = 0
    for k, (one, other) in enumerate(zip(lefts, rights, strict=True)):
        delta = one - other
        if not one.overlaps(other):
            relative = float(delta.abs_lower() / max(one.abs_upper(), other.abs_upper()))
            if apart is None or relative > gap:
                apart, gap, which = divmod(k, columns), relative, k
        middle, wide = _mid_rad(delta, scale)
        difference, radius = max(difference, middle), max(radius, wide)
    literal = any(all(ball.is_zero() for ball in side) for side in (lefts, rights))
    return Comparison(
        True,
        apart,
        gap,
        difference,
        radius,
        indices,
        lefts[which],
        rights[which],
        len(lefts) == 1,
        scale if literal else None,
    )


def _mid_rad(ball: Ball, scale: Ball) -> tuple[float, float]:
    """How far from zero the middle of a ball is, and its radius, relative to the scale."""
    if isinstance(ball, acb):
        middles, radii = zip(
            *(_mid_rad(part, scale) for part in (ball.real, ball.imag)), strict=True
        )
        return math.hypot(*middles), math.hypot(*radii)
    return abs(float(ball.mid() / scale)), float(ball.rad() / scale)
