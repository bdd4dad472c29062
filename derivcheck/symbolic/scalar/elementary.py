"""Trigonometric, hyperbolic and inverse functions in terms of exp, log and roots.

Principal forms, as in DLMF chapter 4: valid for complex arguments, on the branch cuts as well with
the values that mpmath takes there.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcheck.symbolic.scalar import complexes
from derivcheck.symbolic.scalar.algebra import Algebra
from derivcheck.symbolic.scalar.field import Element, Unprovable, oriented, to_fraction

HALF = Fraction(1, 2)


def _circle(algebra: Algebra, u: Element) -> tuple[Element, Element]:
    """(cos u, sin u)."""
    turn = algebra.exp(algebra.i * u)
    back = turn.inverse()
    cosine = (turn + back).scale(HALF)
    sine = (back - turn).scale(HALF) * algebra.i
    for name, value in (("cos", cosine), ("sin", sine)):
        if value.constant is None and algebra.signs.is_real(u):
            lead = to_fraction(value.num.leading_coefficient())
            unit = value.scale(1 / lead)
            algebra.pi  # noqa: B018 (the kernel must exist where signs are read off)
            algebra.signs.units[unit.key] = (name, u, 1 if lead > 0 else -1)
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
    return (growth - growth.inverse()).scale(HALF)


def cosh(algebra: Algebra, u: Element) -> Element:
    """Hyperbolic cosine."""
    growth = algebra.exp(u)
    return (growth + growth.inverse()).scale(HALF)


def tanh(algebra: Algebra, u: Element) -> Element:
    """Hyperbolic tangent."""
    square = algebra.exp(u.scale(2))
    return (square - algebra.field.one) / (square + algebra.field.one)


def _inside(algebra: Algebra, u: Element) -> bool:
    one, signs = algebra.field.one, algebra.signs
    return signs.is_real(u) and signs.of(one - u) > 0 and signs.of(one + u) > 0


_ARCSINES = {Fraction(0): Fraction(0), HALF: Fraction(1, 6), Fraction(1): HALF}
"""Arguments, and multiples of pi."""


def asin(algebra: Algebra, u: Element) -> Element:
    """Inverse sine: an opaque odd kernel; exp(I*asin(u)) = I*u + sqrt(1 - u**2)."""
    u, sign = oriented(u)
    constant = u.constant
    if constant in _ARCSINES:
        return algebra.pi.scale(_ARCSINES[constant] * sign)
    if constant is None and u.den.is_one() and (u * u).constant is not None:
        special = {Fraction(1, 2): Fraction(1, 4), Fraction(3, 4): Fraction(1, 3)}
        value = special.get((u * u).constant or Fraction(0))
        if value is not None and algebra.signs.of(u) > 0:
            return algebra.pi.scale(value * sign)
    if algebra.functions & {"log", "acosh"} and algebra.is_complex and not algebra.signs.is_real(u):
        root = algebra.rational_power(algebra.field.one - u * u, HALF)
        return (-algebra.i * algebra.log(algebra.i * u + root)).scale(sign)
    found = algebra.kernel("asin", u.key, payload=u, real=_inside(algebra, u), link=(u, 0))
    index = algebra.field.index["asin", u.key]

    def expansion(factor: Fraction) -> Element | None:
        root = algebra.rational_power(algebra.field.one - u * u, HALF)
        return algebra.rational_power(algebra.i * u + root, factor)

    algebra.expansions[index, True] = expansion
    return found.scale(sign)


def acos(algebra: Algebra, u: Element) -> Element:
    """Inverse cosine, pi/2 - asin(u)."""
    return algebra.pi.scale(HALF) - asin(algebra, u)


def asinh(algebra: Algebra, u: Element) -> Element:
    """log(u + sqrt(u**2 + 1))."""
    u, sign = oriented(u)
    argument = u + algebra.rational_power(u * u + algebra.field.one, HALF)
    if algebra.signs.is_real(u) and not algebra.signs.of(argument):
        algebra.signs.assume(argument)
    return algebra.log(argument).scale(sign)


def acosh(algebra: Algebra, u: Element) -> Element:
    """log(u + sqrt(u - 1)*sqrt(u + 1))."""
    one = algebra.field.one
    roots = algebra.rational_power(u - one, HALF) * algebra.rational_power(u + one, HALF)
    return algebra.log(u + roots)


def atanh(algebra: Algebra, u: Element) -> Element:
    """(log(1 + u) - log(1 - u))/2."""
    one = algebra.field.one
    return (algebra.log(one + u) - algebra.log(one - u)).scale(HALF)


def cbrt(algebra: Algebra, u: Element) -> Element:
    """The real cube root: odd, and multiplicative over real factors of any sign."""
    if u.is_zero:
        return u
    if not algebra.signs.is_real(u):
        raise Unprovable("the real cube root of an expression that may not be real")
    sign = algebra.signs.of(u)
    third = Fraction(1, 3)
    if sign:
        return algebra.rational_power(u.scale(sign), third).scale(sign)
    content, factors, rest = algebra.signs.real_factors(u)
    if not rest.is_one:
        factors.append((rest, 1))
    result = algebra.rational_power(algebra.number(abs(content)), third)
    result = result.scale(1 if content > 0 else -1)
    for part, exponent in factors:
        sign = algebra.signs.of(part)
        if sign:
            root = algebra.rational_power(part.scale(sign), third).scale(sign)
        else:
            algebra.uncertain = True
            named = algebra.signs.parts(part)
            if algebra.splitting and named is not None:
                raise algebra.need(named[1][0][1])
            if not part.den.is_one():
                raise Unprovable("the real cube root of a fraction of unknown sign")
            num = part.num

            def relation(num: object = num) -> tuple[int, object]:
                return 3, num

            root = algebra.kernel("cbrt", part.key, relation=relation, real=True, link=(part, 0))
        result = result * root.power(exponent)
    return result


def maximum(algebra: Algebra, u: Element, v: Element) -> Element:
    """(u + v + |u - v|)/2."""
    if u.key == v.key:
        return u
    return (u + v + algebra.abs(u - v)).scale(HALF)


def minimum(algebra: Algebra, u: Element, v: Element) -> Element:
    """(u + v - |u - v|)/2."""
    if u.key == v.key:
        return u
    return (u + v - algebra.abs(u - v)).scale(HALF)


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
    "acos": acos,
    "atan": complexes.atan,
    "sinh": sinh,
    "cosh": cosh,
    "tanh": tanh,
    "asinh": asinh,
    "acosh": acosh,
    "atanh": atanh,
    "max": maximum,
    "min": minimum,
}
