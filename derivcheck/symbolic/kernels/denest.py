"""Square roots of sums with a root: sqrt(x + 2*sqrt(x - 1)) = 1 + sqrt(x - 1)."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING

from derivcheck.symbolic.kernels.field import Element, Unprovable
from derivcheck.symbolic.kernels.signs import NeedSign

if TYPE_CHECKING:
    from derivcheck.symbolic.kernels.factoring import Factoring

MAX_TERMS = 8
HALF = Fraction(1, 2)


def square_root_of_sum(algebra: Factoring, part: Element) -> Element | None:
    """The positive s with s**2 = a + b*sqrt(f), where there is one within the field.

    With g**2 = a**2 - b**2*f it is sqrt((a + g)/2) + sqrt((a - g)/2), or the difference; the
    square is compared exactly, so that no choice of sign can go wrong.
    """
    field = algebra.field
    if algebra.denesting or not part.den.is_one() or not 2 <= len(part.num) <= MAX_TERMS:
        return None
    degrees = part.num.degrees()
    for index, (degree, _) in tuple(field.relations.items()):
        if degrees[index] != 1 or degree != 2 or field.kernels[index].kind != "root":
            continue
        slope = field.of_poly(part.num.derivative(index))
        bound = slope * field.gen(index)
        rest = part - bound
        norm = _rational_square_root(rest * rest - bound * bound)
        if norm is None:
            continue
        algebra.denesting = True
        try:
            return _combine(algebra, part, (rest + norm).scale(HALF), (rest - norm).scale(HALF))
        except (Unprovable, NeedSign):
            return None
        finally:
            algebra.denesting = False
    return None


def _combine(algebra: Factoring, part: Element, above: Element, below: Element) -> Element | None:
    if algebra.signs.of(above) <= 0 or algebra.signs.of(below) <= 0:
        return None
    first = algebra.rational_power(above, HALF)
    second = algebra.rational_power(below, HALF)
    for candidate in (first + second, first - second):
        if (candidate * candidate - part).is_zero:
            return algebra.abs(candidate)
    return None


def _rational_square_root(element: Element) -> Element | None:
    """An element whose square is the given one, found by factors; None where there is none."""
    if element.is_zero:
        return None
    content, factors = element.field.factors(element)
    above, below = isqrt(abs(content.numerator)), isqrt(content.denominator)
    if above**2 != content.numerator or below**2 != content.denominator:
        return None
    result = element.field.number(Fraction(above, below))
    for poly, exponent in factors:
        if exponent % 2:
            return None
        result = result * element.field.of_poly(poly).power(exponent // 2)
    return result
