"""Appell's first function F1(a; b1, b2; c; x, y) where c - a is a whole number.

For c = a + 1, F1 = a*J with J(a; b1, b2) the integral over t from 0 to 1 of
t**(a - 1)*(1 - x*t)**(-b1)*(1 - y*t)**(-b2), DLMF 16.15.1; for c = a + k, a sum of k of those.
Whole shifts of a, b1 and b2 are reached from J at base parameters and at a + 1:

- (1 - x*t) times the integrand:   J(a; b1 - 1, b2) = J(a; b1, b2) - x*J(a + 1; b1, b2);
- the integral of the derivative of t**a*(1 - x*t)**(1 - b1)*(1 - y*t)**(1 - b2):
  (1 - x)**(1 - b1)*(1 - y)**(1 - b2) = a*J(a) + P*J(a + 1) + Q*J(a + 2)
  with P = -(a + 1 - b1)*x - (a + 1 - b2)*y and Q = (a + 2 - b1 - b2)*x*y.

Both are identities of analytic functions for x and y off the cut [1, oo).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import comb, factorial

from derivcheck.symbolic.scalar.algebra import Algebra
from derivcheck.symbolic.scalar.field import Element, Unprovable
from derivcheck.symbolic.scalar.hypergeometric import hyper
from derivcheck.symbolic.scalar.recurrences import positive_shift, whole_number


def appellf1(
    algebra: Algebra, a: Element, b1: Element, b2: Element, c: Element, x: Element, y: Element
) -> Element:
    """Symmetric in both arguments; one of them 0, or both equal, gives 2F1, DLMF 16.16.1."""
    if x.is_zero or b1.is_zero:
        return hyper(algebra, (a, b2), (c,), y)
    if y.is_zero or b2.is_zero:
        return hyper(algebra, (a, b1), (c,), x)
    if x.key == y.key:
        return hyper(algebra, (a, b1 + b2), (c,), x)
    (x, b1), (y, b2) = sorted(((x, b1), (y, b2)), key=lambda pair: pair[0].key)
    gap = whole_number(c - a)
    ends = a.constant is not None and a.constant <= 0 and a.constant.denominator == 1
    if gap == 0 and ends:
        raise Unprovable("a hypergeometric function that has two meanings")
    if gap == 0:
        return algebra.power(1 - x, -b1) * algebra.power(1 - y, -b2)
    if gap is None or gap < 0 or ends:  # a*J(a) is 0*oo where the series ends
        return algebra.opaque("appellf1", a, b1, b2, c, x, y)
    total = algebra.field.zero
    scale = algebra.field.one
    for k in range(gap):
        weight = Fraction((-1) ** k * comb(gap - 1, k), factorial(gap - 1))
        total = total + weight * _integral(_Integrals(algebra, a + k, b1, b2, x, y))
        scale = scale * (a + k)
    return scale * total


@dataclass(frozen=True)
class _Integrals:
    """The integrals J(a + n; b1, b2), n whole, for given arguments."""

    algebra: Algebra
    a: Element
    b1: Element
    b2: Element
    x: Element
    y: Element

    def edge(self, first: int = 1, second: int = 1) -> Element:
        """(1 - x)**(first - b1)*(1 - y)**(second - b2)."""
        power = self.algebra.power
        return power(1 - self.x, first - self.b1) * power(1 - self.y, second - self.b2)

    def third(self, u: Element, v: Element) -> Element:
        """J(a + 2) from J(a) and J(a + 1)."""
        over = self.edge() - self.a * u - self._second() * v
        return over / self._last()

    def before(self, u: Element, v: Element) -> Element:
        """J(a - 1) from J(a) and J(a + 1)."""
        lower = replace(self, a=self.a - 1)
        return (lower.edge() - lower._second() * u - lower._last() * v) / lower.a

    def _second(self) -> Element:
        return -((self.a + 1 - self.b1) * self.x + (self.a + 1 - self.b2) * self.y)

    def _last(self) -> Element:
        return (self.a + 2 - self.b1 - self.b2) * self.x * self.y

    def lowered(self, u: Element, v: Element) -> tuple[Element, Element]:
        """J(a) and J(a + 1) with b1 - 1 for b1."""
        return u - self.x * v, v - self.x * self.third(u, v)

    def raised(self, u: Element, v: Element) -> tuple[Element, Element]:
        """J(a) and J(a + 1) with b1 + 1 for b1: ``lowered`` solved for what it was given."""
        factor = (self.a + 1 - self.b1 - self.b2) * self.y
        over = factor * v + self.edge(0, 1) - self.a * u
        second = over / (self.b1 * (self.x - self.y))
        return u + self.x * second, second

    def swapped(self) -> _Integrals:
        """The same integrals, their two factors in the other order."""
        return replace(self, b1=self.b2, b2=self.b1, x=self.y, y=self.x)

    def shifted(self, u: Element, v: Element, count: int) -> tuple[_Integrals, Element, Element]:
        """With b1 + count for b1."""
        at = self
        for _ in range(count):
            u, v = at.raised(u, v)
            at = replace(at, b1=at.b1 + 1)
        for _ in range(-count):
            u, v = at.lowered(u, v)
            at = replace(at, b1=at.b1 - 1)
        return at, u, v

    def first_two(self) -> tuple[Element, Element]:
        """J(a) and J(a + 1) at base parameters."""
        algebra, a = self.algebra, self.a
        for b, other, at in ((self.b1, self.b2, self.y), (self.b2, self.b1, self.x)):
            if b.is_zero:
                first, second = (hyper(algebra, (n, other), (n + 1,), at) / n for n in (a, a + 1))
                return first, second
        known = (a, self.b1, self.b2, self.x, self.y)
        return algebra.opaque("appell", *known), algebra.opaque("next appell", *known)


def _integral(wanted: _Integrals) -> Element:
    """J(a; b1, b2)."""
    a, n = positive_shift(wanted.a)
    b1, k = positive_shift(wanted.b1)
    b2, m = positive_shift(wanted.b2)
    at = replace(wanted, a=a, b1=b1, b2=b2)
    u, v = at.first_two()
    at, u, v = at.shifted(u, v, k)
    at, u, v = at.swapped().shifted(u, v, m)
    for _ in range(n - 1):
        u, v = v, at.third(u, v)
        at = replace(at, a=at.a + 1)
    for _ in range(-n):
        u, v = at.before(u, v), u
        at = replace(at, a=at.a - 1)
    return v if n > 0 else u


TABLE = {"appellf1": appellf1}
