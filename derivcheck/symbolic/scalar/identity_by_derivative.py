"""Identities in one variable whose sides have one derivative and one value.

Beside a finite set of critical points both sides are analytic: where a denominator, what stands
under a root or a logarithm, the edge of an inverse function, the argument of an absolute value or
the distance of that of a polylogarithm from 1 vanishes. Between two such points they are equal if
their derivatives are, on some interval, and their values are, at some point: so arctan(x) +
arctan(1/x) = pi/2 for positive x. At the critical points they are equal by continuity; what jumps
there is compared at them. A long module: it is one argument, from the critical points to the value
on each piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

import flint

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Context, Domain, Equation, Interval, Symbol
from derivcheck.lang.functions import named
from derivcheck.lang.texts import breaks, margins
from derivcheck.records import record
from derivcheck.symbolic.derivative import NoDerivative, differentiate
from derivcheck.symbolic.scalar.enclosure import ENCLOSED, Ball, NoEnclosure, enclosure, precisely
from derivcheck.symbolic.scalar.field import (
    Element,
    Field,
    OutOfKernels,
    Poly,
    Undefined,
    to_flint,
    to_fraction,
)
from derivcheck.symbolic.scalar.linear import Univariate, univariate
from derivcheck.symbolic.scalar.points.region import Region
from derivcheck.symbolic.scalar.translate import LOST, Translator
from derivcheck.symbolic.where_real import bounds

Proves = Callable[[Equation], bool]
"""Whether an equation holds almost everywhere in its domain."""

_SIZE = 40
_MAX_POINTS = 8
_MAX_DEGREE = 24
_MAX_ORDER = 48
_NEAR = 0.1
_JUMPS = named("jumps")
_PI = N.Const("pi", shape=())


def holds_by_continuation(equation: Equation, proves: Proves) -> bool:
    """Whether the sides of an identity without derivatives agree wherever both are defined."""
    left, right = equation.left, equation.right
    nodes = [node for side in (left, right) for node in N.walk(side)]
    names = {node.name for node in nodes if isinstance(node, N.Sym)}
    if len(names) > 1 or equation.context.assume:
        return False
    if not N.called_in(left, right) <= ENCLOSED:
        return False
    symbols = [s for s in equation.context.symbols if s.name in names]
    try:
        if not symbols:
            return not names and _vanishes(N.subtract(left, right))
        with precisely():
            return _Continuation(equation, symbols[0], proves).holds()
    except (_Beyond, NoDerivative, NoEnclosure, OutOfKernels, *LOST):
        return False


class _Beyond(Exception):
    """What this prover does not reach."""


@record()
class _Point:
    """A number: a constant node, or an irrational root (None), and an enclosure."""

    node: N.Node | None
    ball: Any


def _point(node: N.Node) -> _Point:
    return _Point(node, enclosure(node, {}))


def _number(value: Fraction | int) -> _Point:
    return _point(N.number(value))


def _critical(root: N.Node) -> Iterator[N.Node]:
    """Nodes beside whose zeros a side is analytic."""
    for node in N.walk(root):
        match node:
            case N.Pow(base=base, exponent=N.Num(value=known)):
                if known < 0 or known.denominator != 1:
                    yield base
            case N.Pow(base=base):
                yield base
            case N.Call(function="polylog", args=(N.Num(value=order), arg)):
                if order.denominator != 1 or order < 2:
                    raise _Beyond  # infinite at 1
                yield N.subtract(N.ONE_NODE, arg)
            case N.Call(function="polylog"):
                raise _Beyond
            case N.Call(function=function, args=args):
                yield from (margin for margin, _ in margins(function, args))
                yield from breaks(function, args, "kinks", "jumps", "poles")
            case N.Add() | N.Mul() | N.Num() | N.Const() | N.Sym():
                continue
            case _:
                raise _Beyond


class _Continuation:
    def __init__(self, equation: Equation, symbol: Symbol, proves: Proves) -> None:
        if symbol.shape or symbol.domain.kind in ("integer", "natural", "complex"):
            raise _Beyond
        self.equation = equation
        self.sides = (equation.left, equation.right)
        self.symbol = symbol
        self.proves = proves
        self.variable = N.Sym(symbol.name, shape=())
        self.difference = N.subtract(equation.left, equation.right)
        self.field = Field(_SIZE)
        self.translator = Translator(self.field, equation.context)
        self.region = Region(self.translator)
        self.index = self.field.index["symbol", symbol.name]
        bounds_of = symbol.domain.bounds
        self.low = None if bounds_of.low is None else _point(bounds_of.low)
        self.high = None if bounds_of.high is None else _point(bounds_of.high)
        self.points: list[_Point] = []
        self.jumps = not N.called_in(*self.sides).isdisjoint(_JUMPS)

    # -- the proof --------------------------------------------------------------------------

    def holds(self) -> bool:
        """Whether the sides agree between all critical points, and at them."""
        for side in self.sides:
            for node in _critical(side):
                if self.variable in N.walk(node):
                    self._add_zeros(self.translator.of(node))
        points = self._sorted()
        ends: list[_Point | None] = [self.low, *points, self.high]
        slope = differentiate(self.difference, self.variable)
        defined = []
        for low, high in pairwise(ends):
            inside = self._inside(low, high)
            known = self._is_defined(inside)
            if known and not self._agree_between(low, high, inside, slope):
                return False
            defined.append(known)
        if not any(defined):
            return False
        beside = (defined[0], *(a or b for a, b in pairwise(defined)), defined[-1])
        for point, continuous in zip(ends, beside, strict=True):
            if point is None or (continuous and not self.jumps):
                continue
            if not self._agrees_at(point):
                return False
        return True

    def _agree_between(
        self, low: _Point | None, high: _Point | None, inside: Fraction, slope: N.Node
    ) -> bool:
        around = self._around(low, high, inside)
        symbol = replace(self.symbol, domain=Domain("interval", around))
        context = replace(self.equation.context, symbols=(symbol,))
        flat = replace(self.equation, left=slope, right=N.ZERO_NODE, context=context)
        if slope is not N.ZERO_NODE and not self.proves(flat):
            return False
        ends = [] if self.jumps else [p for p in (low, high) if p is not None and p.node]
        within = [p for p in _CANDIDATES if self._lies_between(p, low, high)]
        for point in (*ends, *within, _number(inside)):
            assert point.node is not None
            try:
                if _vanishes(self._at(point.node)):
                    return True
            except (NoEnclosure, *LOST):
                continue
        return False

    def _at(self, node: N.Node) -> N.Node:
        return N.substitute(self.difference, {self.variable: node})

    def _agrees_at(self, point: _Point) -> bool:
        """Whether the sides agree at a point, or one of them is undefined there."""
        if point.node is None:
            return False
        try:
            if self._sign_of_constraints(point.ball) < 0:
                return True
        except NoEnclosure:
            pass
        try:
            return _vanishes(self._at(point.node))
        except Undefined:
            return True
        except LOST:
            return False

    def _sign_of_constraints(self, ball: Ball) -> int:
        """-1 where a side is certainly not real at a point, 1 where both may be, else 0.

        Inner constraints come first: outer ones have no value where those are negative.
        """
        here = {self.symbol.name: ball}
        sign = 1
        for node, _ in bounds(*self.sides):
            found = enclosure(node, here)
            if found < 0:
                return -1
            if not found > 0:
                sign = 0
        return sign

    def _is_defined(self, inside: Fraction) -> bool:
        """Whether both sides are real between the critical points beside a point.

        No sign of a constraint changes between them: one point tells.
        """
        ball = flint.arb(to_flint(inside))
        sign = self._sign_of_constraints(ball)
        if sign < 0:
            return False
        if not sign:
            raise _Beyond
        here = {self.symbol.name: ball}
        for side in self.sides:
            enclosure(side, here)
        return True

    # -- intervals --------------------------------------------------------------------------

    def _inside(self, low: _Point | None, high: _Point | None) -> Fraction:
        """The plainest number certainly between two points: no piece is so narrow that it is
        passed over."""
        first = None if low is None else _end(low.ball, 1)
        last = None if high is None else _end(high.ball, -1)
        if first is None:
            return Fraction(1) if last is None else Fraction(floor(last) - 1)
        if last is None:
            return Fraction(ceil(first) + 1)
        if first >= last:
            raise _Beyond
        return _plainest(first, last)

    def _around(self, low: _Point | None, high: _Point | None, inside: Fraction) -> Interval:
        """An interval around a point, between its neighbours."""
        middle = _number(inside)
        first, last = self._inside(low, middle), self._inside(middle, high)
        return Interval(N.number(first), N.number(last))

    @staticmethod
    def _lies_between(point: _Point, low: _Point | None, high: _Point | None) -> bool:
        return (low is None or bool(low.ball < point.ball)) and (
            high is None or bool(point.ball < high.ball)
        )

    # -- critical points --------------------------------------------------------------------

    def _sorted(self) -> list[_Point]:
        """The critical points strictly within the domain, each once, in order."""
        kept: list[_Point] = []
        ends = [end for end in (self.low, self.high) if end is not None]
        for point in self.points:
            if any(_are_one(point, other) for other in (*kept, *ends)):
                continue
            if self._lies_between(point, self.low, self.high):
                kept.append(point)
        if len(kept) > _MAX_POINTS:
            raise _Beyond
        return sorted(kept, key=lambda point: point.ball.mid().fmpq())  # no two overlap

    def _add_zeros(self, element: Element) -> None:
        """Zeros and poles of an element (more do no harm)."""
        if element.is_zero:
            raise _Beyond
        for poly, _ in self.field.factors(element)[1]:
            self._add_roots(poly)

    def _add_roots(self, poly: Poly) -> None:
        used = self.field.used(poly)
        kinds = {i: self.field.kernels[i].kind for i in used}
        if len(poly) == 1 and set(kinds.values()) <= {"sign", "I", "exp", "unity", "pi"}:
            return  # what is under a sign is critical itself
        if used == (self.index,):
            self.points += _real_roots(poly, self.index)
            return
        if self.region.never_zero(self.field.of_poly(poly)):
            return
        unit = self.translator.signs.imaginary_unit
        for index in used:
            relation = self.field.relations.get(index)
            if kinds[index] in ("root", "sign") and relation is not None and relation[0] == 2:
                self._add_zeros(self._norm(poly, index))
                return
        powers = [i for i in used if i != unit]
        if len(powers) != 1 or kinds[powers[0]] != "exp":
            raise _Beyond
        if unit in used:
            poly = self._norm(poly, unit).num
        self._add_angles(poly, powers[0])

    def _norm(self, poly: Poly, index: int) -> Element:
        """The product with the conjugate in a square root: where one vanishes, it does."""
        slope = poly.derivative(index)
        rest = poly - slope * self.field.gens[index]
        if index in self.field.used(slope):
            raise _Beyond
        norm = self.field.reduce(rest * rest - slope * slope * self.field.gens[index] ** 2)
        return self.field.of_poly(norm)

    def _add_angles(self, poly: Poly, index: int) -> None:
        """Where a polynomial in exp(c*x) or exp(c*I*x) vanishes."""
        exponent, times = self.field.kernels[index].payload
        if times != 1:
            raise _Beyond
        turning = index in self.translator.signs.imaginary
        base = self.translator.algebra.i if turning else self.field.one
        rate = (exponent / (base * self.field.gen(self.index))).constant
        if rate is None:
            raise _Beyond
        for factor, _ in self.field.factors(self.field.of_poly(poly))[1]:
            if turning:
                self._add_turns(factor, index, abs(rate))
                continue
            found = [r for r in _real_roots(factor, index) if not bool(r.ball < 0)]
            if any(r.node != N.ONE_NODE and r.node != N.ZERO_NODE for r in found):
                raise _Beyond
            if any(r.node == N.ONE_NODE for r in found):
                self.points.append(_number(0))

    def _add_turns(self, factor: Poly, index: int, rate: Fraction) -> None:
        """Zeros on the unit circle of an irreducible polynomial over the rationals."""
        alone = _univariate(factor, index)
        if alone.degree() < 1:
            return
        order = alone.numer().is_cyclotomic()
        if not 0 < order <= _MAX_ORDER:
            for root in _roots(alone):
                if (abs(root) - 1).contains(0):
                    raise _Beyond
            return
        if self.low is None or self.high is None:
            raise _Beyond
        first, last = (float(end.ball.mid()) for end in (self.low, self.high))
        step = Fraction(2, order) / rate
        start = int(first / 3.14159 / float(step)) - 2
        stop = int(last / 3.14159 / float(step)) + 2
        if stop - start > _MAX_ORDER:
            raise _Beyond
        for k in range(start, stop + 1):
            self.points.append(_point(N.mul(N.number(step * k), _PI) if k else N.ZERO_NODE))


def _vanishes(node: N.Node) -> bool:
    """Whether a constant is zero, where it is real."""
    translator = Translator(Field(_SIZE), Context())
    element = translator.of(node)
    if element.is_zero:
        return True
    algebra = translator.algebra
    # exp(2*I*f) = 1 leaves multiples of pi
    turn = algebra.exp(algebra.i * element.scale(2))
    with precisely():
        return turn.is_one and bool(abs(enclosure(node, {})) < _NEAR)


def _end(ball: Ball, side: int) -> Fraction:
    """The upper (1) or lower (-1) end of a ball, exactly."""
    return to_fraction(ball.mid().fmpq()) + side * to_fraction(ball.rad().fmpq())


def _plainest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of least denominator strictly between two numbers."""
    whole = floor(low)
    if whole + 1 < high:
        return Fraction(0 if low < 0 < high else whole + 1 if low >= 0 else ceil(high) - 1)
    rest, beyond = low - whole, high - whole
    if not rest:
        return whole + Fraction(1, floor(1 / beyond) + 1)
    return whole + 1 / _plainest(1 / beyond, 1 / rest)


def _univariate(poly: Poly, index: int) -> Univariate:
    if poly.degrees()[index] > _MAX_DEGREE:
        raise _Beyond
    return univariate(poly, index)


def _real_roots(poly: Poly, index: int) -> list[_Point]:
    """All real roots of an irreducible polynomial in one kernel."""
    alone = _univariate(poly, index)
    if alone.degree() == 1:
        return [_number(to_fraction(-alone[0] / alone[1]))]
    return [_Point(None, root.real) for root in _roots(alone) if root.imag.contains(0)]


def _roots(alone: Univariate) -> list[Any]:
    return [root for root, _ in alone.numer().complex_roots()]


def _are_one(point: _Point, other: _Point) -> bool:
    """Whether two points are the same; raises where that cannot be seen."""
    if bool(point.ball < other.ball) or bool(other.ball < point.ball):
        return False
    if point.node is None and other.node is None:
        raise _Beyond
    if point.node == other.node:
        return True
    raise _Beyond


_ROOT_OF_THREE = N.square_root(N.number(3))
_CANDIDATES = (
    *(_number(k) for k in (0, 1, -1, Fraction(1, 2), Fraction(-1, 2), 2, -2, 3)),
    *(_number(Fraction(k, 12)) for k in (9, 16, 15, 20, -9, -16)),
    *(_number(Fraction(k, 5)) for k in (3, 4, -3, -4)),
    *(_point(N.mul(N.number(Fraction(1, k)), _PI)) for k in (4, 2, 3, -4, -2, -3)),
    *map(_point, (N.square_root(N.number(2)), _ROOT_OF_THREE, N.negative(_ROOT_OF_THREE))),
)
