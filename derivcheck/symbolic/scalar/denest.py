"""Square roots of sums: sqrt(x + 2*sqrt(x - 1)) = 1 + sqrt(x - 1), and of squares of sines.

sqrt(1 + sin(2*x)) = |sin(x) + cos(x)|.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, isqrt
from typing import TYPE_CHECKING

from derivcheck.symbolic.scalar.field import HALF, Element, Poly, Unprovable
from derivcheck.symbolic.scalar.signs import NeedSign

if TYPE_CHECKING:
    from derivcheck.symbolic.scalar.factoring import Factoring

MAX_TERMS = 8


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
        norm = rational_square_root(rest * rest - bound * bound)
        if norm is None:
            continue
        algebra.denesting = True
        try:
            return _combine(algebra, part, (rest + norm) / 2, (rest - norm) / 2)
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


def square_root_on_circle(algebra: Factoring, part: Element) -> Element | None:
    """The positive s with s**2 = a, for a square that only the Gaussian numbers show.

    With E = exp(I*x) the factors of 1 + sin(2*x) = (E**2 + I)**2/(2*I*E**2) are those of a
    polynomial over Q after a quarter of a turn, E**2 = I*F.
    """
    field, signs = algebra.field, algebra.signs
    unit = signs.imaginary_unit
    if len(part.den) != 1 or not 3 <= len(part.num) <= MAX_TERMS:
        return None
    used = field.used(part.num)
    if unit not in used:
        return None
    for index in used:
        if index not in signs.imaginary:
            continue
        step = gcd(*(int(exponents[index]) for exponents, _ in part.num.terms()))
        turned = _turned(algebra, part.num, index, step, 1) if step else None
        if turned is None:
            continue
        turned = turned if unit not in field.used(turned.num) else turned * algebra.i
        if unit in field.used(turned.num):
            continue
        half = field.one
        for poly, exponent in field.factors(turned)[1]:
            half = half * field.of_poly(poly) ** (exponent // 2)
        root = _turned(algebra, half.num, index, step, -1)
        found = None if root is None else _scaled_to(algebra, part, root, index)
        if found is not None:
            return found
    return None


def _turned(algebra: Factoring, poly: Poly, index: int, step: int, quarter: int) -> Element | None:
    """A polynomial with I**quarter*E**step for E**step; None where E has other powers."""
    result = algebra.field.zero
    for exponents, coefficient in poly.terms():
        times, rest = divmod(int(exponents[index]), step)
        if rest:
            return None
        term = algebra.field.of_poly(algebra.field.ctx.from_dict({exponents: coefficient}))
        result = result + term * algebra.i ** (quarter * times % 4)
    return result


def _scaled_to(algebra: Factoring, part: Element, root: Element, index: int) -> Element | None:
    field = algebra.field
    degree = int(root.num.degrees()[index])
    if root.constant is not None or degree % 2:
        return None
    middle = root / field.gen(index) ** (degree // 2)
    for unit in (field.one, algebra.i, 1 + algebra.i, 1 - algebra.i):
        candidate = middle * unit
        if algebra.signs.is_real(candidate):
            ratio = (part / (candidate * candidate)).constant
            if ratio is not None and ratio > 0:
                scale = algebra.rational_power(field.number(ratio), HALF)
                return algebra.abs(candidate) * scale
    return None


def rational_square_root(element: Element) -> Element | None:
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
        result = result * element.field.of_poly(poly) ** (exponent // 2)
    return result
