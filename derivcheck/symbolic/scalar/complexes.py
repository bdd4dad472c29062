"""Complex numbers in the field of kernels: conjugates, real and imaginary parts, arguments.

``conj(log(w)) == log(conj(w))`` and its kin fail where w lies on the branch cut, the negative real
axis. Each use is written down as a *cut*, and the proof says how they are kept off
(:func:`open_cuts`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derivcheck.symbolic.scalar import arguments
from derivcheck.symbolic.scalar.denest import rational_square_root
from derivcheck.symbolic.scalar.field import HALF, Element, Poly, Unprovable, oriented

if TYPE_CHECKING:
    from derivcheck.symbolic.scalar.algebra import Algebra


def conj(algebra: Algebra, u: Element) -> Element:
    """The complex conjugate."""
    return _conjugate(algebra, u.num) / _conjugate(algebra, u.den)


def _conjugate(algebra: Algebra, poly: Poly) -> Element:
    field, signs = algebra.field, algebra.signs
    changed = {i: _image(algebra, i) for i in field.used(poly) if not signs.can_conjugate(i)}
    total = field.zero
    for powers, coefficient in field.by_powers(poly, *changed).items():
        part = signs.conjugate_of(coefficient)
        for image, power in zip(changed.values(), powers, strict=True):
            part = part * image**power
        total = total + part
    return total


def _image(algebra: Algebra, index: int) -> Element:
    """The conjugate of a logarithm, a root or an exponential."""
    field = algebra.field
    kernel = field.kernels[index]
    if kernel.kind == "log":
        return algebra.log(conj(algebra, _off_cut(algebra, kernel.payload)))
    if kernel.kind == "root":
        base, degree = kernel.payload
        _off_cut(algebra, base)
        root = algebra.rational_power(conj(algebra, base), Fraction(1, degree))
        return root * conj(algebra, field.of_poly(base.den))
    if kernel.kind == "exp":
        return algebra.exp(conj(algebra, kernel.payload[0]))
    raise Unprovable(f"the conjugate of a kernel of kind {kernel.kind}")


def _off_cut(algebra: Algebra, w: Element) -> Element:
    """Write down that ``w`` must keep off the negative real axis."""
    if algebra.signs.is_real(w) and algebra.signs.of(w) <= 0:
        raise Unprovable("the conjugate of a function on its branch cut")
    algebra.rests.cuts[w.key] = w
    return w


def real_part(algebra: Algebra, u: Element) -> Element:
    """(u + conj(u))/2, with re(log(w)) = log(w*conj(w))/2 on the branch cut as well."""
    total, rest = _logarithms(algebra, u, lambda w: algebra.log(w * conj(algebra, w)) / 2)
    return total + (rest + conj(algebra, rest)) / 2


def imaginary_part(algebra: Algebra, u: Element) -> Element:
    """(u - conj(u))/(2*I), with im(log(w)) = arg(w) on the branch cut as well."""
    total, rest = _logarithms(algebra, u, lambda w: argument(algebra, w, is_nonzero=True))
    return total + algebra.i * (conj(algebra, rest) - rest) / 2


def _logarithms(
    algebra: Algebra, u: Element, part: Callable[[Element], Element]
) -> tuple[Element, Element]:
    """A part of the logarithms of what is not real that occur with real factors, and the rest."""
    field, signs = algebra.field, algebra.signs
    total, rest = field.zero, u
    degrees = u.num.degrees()
    for index in field.used(u.num):
        kernel = field.kernels[index]
        if kernel.kind == "log" and index not in signs.real and degrees[index] == 1:
            factor = field.of_poly(u.num.derivative(index)) / field.of_poly(u.den)
            if signs.is_real(factor) and not signs.is_real(kernel.payload):
                total = total + factor * part(kernel.payload)
                rest = rest - factor * field.gen(index)
    return total, rest


def argument(algebra: Algebra, u: Element, is_nonzero: bool = False) -> Element:
    """arg(u): known for real u and on the unit circle, else a kernel of its own.

    arg(0) is 0, so that a factor that may vanish says something: ``is_nonzero`` where none does.
    """
    signs = algebra.signs
    if u.is_zero:
        return u
    if signs.is_real(u):
        sign = signs.of(u)
        if not sign:
            raise Unprovable("the argument of a real number of unknown sign")
        if sign > 0:
            return algebra.field.zero
        if not is_nonzero:
            algebra.rests.nonzero[u.key] = u
        return algebra.pi
    rest = algebra.split(u)[1]
    size = u / rest
    if not is_nonzero and size.constant is None:
        algebra.rests.nonzero[size.key] = size
    angle = principal_angle(algebra, rest)
    if angle is not None:
        return angle
    sum_of = arguments.separate(algebra, rest, known_only=True)
    if sum_of is not None:
        total = algebra.pi.scale(-2 * sum_of.turns)
        for part, exponent in sum_of.parts:
            total = total + argument(algebra, part, is_nonzero=True).scale(exponent)
        return total
    if "atan" in algebra.functions:
        across = real_part(algebra, rest)
        if signs.of(across) > 0:
            algebra.rests.margins[across.key] = across
            return atan(algebra, imaginary_part(algebra, rest) / across)
    return algebra.kernel("arg", rest.key, payload=rest, real=True)


def atan(algebra: Algebra, u: Element) -> Element:
    """Inverse tangent: an opaque odd kernel; exp(2*I*atan(u)) = (1 + I*u)/(1 - I*u)."""
    u, sign = oriented(u)
    if u.is_zero or u.is_one:
        return algebra.pi * u * sign / 4
    beside = "log" in algebra.functions and not algebra.signs.is_real(u)
    if beside or "polylog" in algebra.functions:  # that has logarithms of 1 + I*u for derivatives
        turn = algebra.i * u
        over = algebra.log(1 - turn) - algebra.log(1 + turn)
        return algebra.i * over * sign / 2
    real = algebra.signs.is_real(u)
    found = algebra.kernel("atan", u.key, payload=u, real=real, link=(u, 0))

    def expansion(factor: Fraction) -> Element | None:
        turn = algebra.i * u
        if factor.denominator == 1 and factor.numerator % 2 == 0:
            return ((1 + turn) / (1 - turn)) ** (factor.numerator // 2)
        if factor.denominator != 1 and not real:
            return None
        root = algebra.rational_power(1 + u * u, -HALF)
        return algebra.rational_power((1 + turn) * root, factor)

    algebra.expansions[found.alone, True] = expansion
    return found.scale(sign)


def exponent_of(algebra: Algebra, u: Element) -> Element | None:
    """w where u is written as exp(w), a product of exponentials."""
    if len(u.num) != 1 or len(u.den) != 1 or (u.num.is_constant() and u.den.is_constant()):
        return None
    if u.num.leading_coefficient() != 1:
        return None
    exponent = algebra.field.zero
    for poly, sign in ((u.num, 1), (u.den, -1)):
        for index in algebra.field.used(poly):
            kernel = algebra.field.kernels[index]
            if kernel.kind != "exp":
                return None
            exponent = exponent + kernel.payload[0].scale(sign * int(poly.degrees()[index]))
    return exponent


def principal_angle(algebra: Algebra, u: Element) -> Element | None:
    """w for u = exp(I*w) with w certainly between -pi and pi."""
    exponent = exponent_of(algebra, u)
    if exponent is None or not algebra.signs.is_real(exponent * algebra.i):
        return None
    angle = -(exponent * algebra.i)
    for margin in (algebra.pi - angle, algebra.pi + angle):
        if algebra.signs.of(margin) <= 0:
            return None
        algebra.rests.margins[margin.key] = margin
    return angle


def square_root(algebra: Algebra, base: Element) -> Element | None:
    """The principal w with w**2 = base, for a base that is not real but a square of such."""
    if not base.den.is_one() or len(base.num) > 12 or algebra.signs.is_real(base):
        return None
    kept, algebra.rests = (
        algebra.rests,
        replace(algebra.rests, cuts=dict(algebra.rests.cuts), margins=dict(algebra.rests.margins)),
    )
    found = _square_root(algebra, base)
    if found is None:  # nothing rests on the conjugates that were tried
        algebra.rests = kept
    return found


def _square_root(algebra: Algebra, base: Element) -> Element | None:
    try:
        partner = conj(algebra, base)
        size = rational_square_root(base * partner)
        if size is None:
            return None
        real = (base + partner) / 2
        across, upward = (rational_square_root((size + r) / 2) for r in (real, -real))
    except Unprovable:
        return None
    if across is None or upward is None:
        return None
    for turned in (upward * algebra.i, -(upward * algebra.i)):
        root = across + turned
        if (root * root - base).is_zero:
            sign = algebra.signs.of(across)
            if not sign:
                return None
            margin = across.scale(sign)
            algebra.rests.margins[margin.key] = margin
            return root.scale(sign)
    return None
