"""Trigonometric, hyperbolic and inverse functions in terms of exp, log and roots.

Principal forms, as in DLMF chapter 4: valid for complex arguments, on the branch cuts as well with
the values that mpmath takes there.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from derivcheck.symbolic.scalar import complexes
from derivcheck.symbolic.scalar.algebra import Algebra
from derivcheck.symbolic.scalar.field import HALF, Element, Poly, Unprovable, oriented, to_fraction


def _circle(algebra: Algebra, u: Element) -> tuple[Element, Element]:
    """(cos u, sin u)."""
    turn = algebra.exp(algebra.i * u)
    back = 1 / turn
    cosine, sine = (turn + back) / 2, algebra.i * (back - turn) / 2
    for name, value in (("cos", cosine), ("sin", sine)):
        if value.constant is None and algebra.signs.is_real(u):
            lead = to_fraction(value.num.leading_coefficient())
            algebra.pi  # noqa: B018 (the kernel must exist where signs are read off)
            algebra.signs.units[(value / lead).key] = (name, u, 1 if lead > 0 else -1)
    return cosine, sine


def sin(algebra: Algebra, u: Element) -> Element:
    """Sine."""
    return _circle(algebra, u)[1]


def cos(algebra: Algebra, u: Element) -> Element:
    """Cosine."""
    return _circle(algebra, u)[0]


def tan(algebra: Algebra, u: Element) -> Element:
    """Tangent."""
    cosine, sine = _circle(algebra, u)
    return sine / cosine


def cot(algebra: Algebra, u: Element) -> Element:
    """Cotangent."""
    cosine, sine = _circle(algebra, u)
    return cosine / sine


def sinh(algebra: Algebra, u: Element) -> Element:
    """Hyperbolic sine."""
    growth = algebra.exp(u)
    return (growth - 1 / growth) / 2


def cosh(algebra: Algebra, u: Element) -> Element:
    """Hyperbolic cosine."""
    growth = algebra.exp(u)
    return (growth + 1 / growth) / 2


def tanh(algebra: Algebra, u: Element) -> Element:
    """Hyperbolic tangent."""
    square = algebra.exp(2 * u)
    return (square - 1) / (square + 1)


def _inside(algebra: Algebra, u: Element) -> bool:
    signs = algebra.signs
    return signs.is_real(u) and signs.of(1 - u) > 0 and signs.of(1 + u) > 0


_ARCSINES = {
    Fraction(0): Fraction(0),
    Fraction(1, 4): Fraction(1, 6),
    Fraction(1, 2): Fraction(1, 4),
    Fraction(3, 4): Fraction(1, 3),
    Fraction(1): Fraction(1, 2),
}
"""Squares of positive arguments, and multiples of pi."""


def asin(algebra: Algebra, u: Element) -> Element:
    """Inverse sine: an opaque odd kernel; exp(I*asin(u)) = I*u + sqrt(1 - u**2)."""
    u, sign = oriented(u)
    square = (u * u).constant if u.den.is_one() else None
    angle = _ARCSINES.get(square) if square is not None else None
    if angle is not None and (u.constant is not None or algebra.signs.of(u) > 0):
        return algebra.pi * angle * sign
    if algebra.functions & {"log", "acosh"} and algebra.is_complex and not algebra.signs.is_real(u):
        root = algebra.rational_power(1 - u * u, HALF)
        return -algebra.i * algebra.log(algebra.i * u + root) * sign
    found = algebra.kernel("asin", u.key, payload=u, real=_inside(algebra, u), link=(u, 0))

    def expansion(factor: Fraction) -> Element | None:
        root = algebra.rational_power(1 - u * u, HALF)
        return algebra.rational_power(algebra.i * u + root, factor)

    algebra.expansions[found.alone, True] = expansion
    return found * sign


def atan2(algebra: Algebra, y: Element, x: Element) -> Element:
    """An opaque kernel."""
    real = algebra.signs.is_real(y) and algebra.signs.is_real(x)
    return algebra.opaque("atan2", y, x, real=real)


def asinh(algebra: Algebra, u: Element) -> Element:
    """log(u + sqrt(u**2 + 1))."""
    u, sign = oriented(u)
    argument = u + algebra.rational_power(u * u + 1, HALF)
    if algebra.signs.is_real(u) and not algebra.signs.of(argument):
        algebra.signs.assume(argument)
    return algebra.log(argument) * sign


def acosh(algebra: Algebra, u: Element) -> Element:
    """log(u + sqrt(u - 1)*sqrt(u + 1))."""
    roots = algebra.rational_power(u - 1, HALF) * algebra.rational_power(u + 1, HALF)
    return algebra.log(u + roots)


def atanh(algebra: Algebra, u: Element) -> Element:
    """(log(1 + u) - log(1 - u))/2."""
    return (algebra.log(1 + u) - algebra.log(1 - u)) / 2


def _cube(part: Element) -> tuple[int, Poly]:
    return 3, part.num


def cbrt(algebra: Algebra, u: Element) -> Element:
    """The real cube root: odd, and multiplicative over real factors of any sign."""
    if u.is_zero:
        return u
    if not algebra.signs.is_real(u):
        raise Unprovable("the real cube root of an expression that may not be real")
    third = Fraction(1, 3)
    content, factors, rest = algebra.signs.real_factors(u)
    if not rest.is_one:
        factors.append((rest, 1))
    result = algebra.rational_power(algebra.number(abs(content)), third)
    result = result * (1 if content > 0 else -1)
    for part, exponent in factors:
        sign = algebra.signs.of(part)
        if sign:
            root = algebra.rational_power(part * sign, third) * sign
        else:
            algebra.uncertain = True
            named = algebra.signs.parts(part)
            if algebra.splitting and named is not None:
                raise algebra.need(named[1][0][0])
            if not part.den.is_one():
                raise Unprovable("the real cube root of a fraction of unknown sign")
            root = algebra.kernel(
                "cbrt", part.key, relation=partial(_cube, part), real=True, link=(part, 0)
            )
        result = result * root**exponent
    return result


TABLE: dict[str, Callable[..., Element]] = {
    "exp": Algebra.exp,
    "log": Algebra.log,
    "abs": Algebra.abs,
    "conj": complexes.conj,
    "re": complexes.real_part,
    "im": complexes.imaginary_part,
    "arg": complexes.argument,
    "sign": Algebra.sign,
    "cbrt": cbrt,
    "sin": sin,
    "cos": cos,
    "tan": tan,
    "cot": cot,
    "asin": asin,
    "acos": lambda algebra, u: algebra.pi / 2 - asin(algebra, u),
    "atan": complexes.atan,
    "atan2": atan2,
    "sinh": sinh,
    "cosh": cosh,
    "tanh": tanh,
    "asinh": asinh,
    "acosh": acosh,
    "atanh": atanh,
    "max": lambda algebra, u, v: (u + v + algebra.abs(u - v)) / 2,
    "min": lambda algebra, u, v: (u + v - algebra.abs(u - v)) / 2,
}
