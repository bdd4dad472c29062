"""Special functions: opaque kernels, integer shifts of parameters normalised by recurrence.

Recurrences and connections after DLMF: gamma family 5.5, 5.15; exponential integrals 6.2, 6.11;
incomplete gamma 7.11, 8.8, 8.19; Bessel 10.2, 10.6, 10.27, 10.29; elliptic 19.7; polylogarithm
25.12. A long module: the families reduce to one another, and each has a few relations.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial
from typing import Any

import flint

from derivcheck.lang.functions import FUNCTIONS
from derivcheck.symbolic.scalar.algebra import Algebra, Refine
from derivcheck.symbolic.scalar.denest import rational_square_root
from derivcheck.symbolic.scalar.elementary import cos, cosh, cot, sin, sinh
from derivcheck.symbolic.scalar.field import HALF, Element, Pole, Unprovable, oriented, to_fraction
from derivcheck.symbolic.scalar.recurrences import (
    MAX_SHIFT,
    first_order,
    positive_shift,
    second_order,
    shift,
    whole_number,
)

WITH_POLES = ("gamma", "digamma", "polygamma")
"""Functions that are undefined where their own rule meets a pole."""
MAX_REFLECTED = 8

Rule = Callable[..., Element]
"""A function of an algebra and elements."""


def is_natural(algebra: Algebra, u: Element) -> bool:
    """Whether ``u`` certainly is an integer, and not negative."""
    return algebra.signs.of(u + 1) > 0 and algebra.is_whole(u)


def _real(algebra: Algebra, *arguments: Element) -> bool:
    return all(algebra.signs.is_real(u) for u in arguments)


def of_row(name: str) -> Rule:
    """The kernel of a function without relations of its own, by what its row says: odd with its
    sign taken out, real for all real or for positive arguments."""
    row = FUNCTIONS[name]
    odd = row.parity == "odd" and row.entire  # on a branch cut it may not be
    alone = row.arity == 1

    def build(algebra: Algebra, *arguments: Element) -> Element:
        sign, link = 1, None
        if odd:
            turned, sign = oriented(arguments[0])
            if turned.is_zero:
                return turned
            arguments, link = (turned,), (turned, 0)
        inside = not row.real or (row.real == ("z > 0",) and algebra.signs.of(arguments[-1]) > 0)
        real = alone and inside and _real(algebra, *arguments)
        return algebra.opaque(name, *arguments, real=real, link=link) * sign

    return build


def _is_reflected(u: Element) -> bool:
    """Whether ``u`` is a number less one term, as in gamma(1 - x)."""
    if not u.den.is_one() or u.constant is not None:
        return False
    terms = [(powers, c) for powers, c in u.num.terms() if any(powers)]
    return len(terms) == 1 and terms[0][1] < 0


# -- gamma family ---------------------------------------------------------------------------


def _is_double(algebra: Algebra, u: Element) -> bool:
    """Whether the gamma family was met at half of ``u`` as well, constants left aside.

    Then the duplication formulas bring both to the same arguments. Where the half comes later
    than the double, the translation starts again.
    """
    if not u.den.is_one() or u.constant is not None:
        return False
    met = algebra.field.gamma_arguments
    rising = u - to_fraction(u.num[(0,) * u.field.size])
    new = rising.key not in met
    met.add(rising.key)
    if new and (2 * rising).key in met:
        raise Refine
    return (rising / 2).key in met


def gamma(algebra: Algebra, u: Element) -> Element:
    """gamma(u + 1) = u*gamma(u)."""
    base, steps = shift(u)
    if _is_double(algebra, base):
        scale = algebra.power(algebra.number(2), u - 1) * algebra.rational_power(algebra.pi, -HALF)
        return scale * gamma(algebra, u / 2) * gamma(algebra, u / 2 + HALF)
    constant = base.constant
    if constant == 0:
        if steps <= 0:
            raise Pole("gamma at a pole")
        return algebra.number(factorial(steps - 1))
    if _is_reflected(base):
        return algebra.pi / (sin(algebra, algebra.pi * u) * gamma(algebra, 1 - u))
    if constant == HALF:
        found = algebra.rational_power(algebra.pi, HALF)
    else:
        sign = 1 if algebra.signs.of(base) > 0 else 0
        found = algebra.opaque("gamma", base, real=_real(algebra, base), sign=sign)
        if sign and "loggamma" in algebra.functions:
            algebra.logarithms[found.key] = lambda: _loggamma_kernel(algebra, base)
    return first_order(found, base, steps, lambda n: (1, n, 0))


def loggamma(algebra: Algebra, u: Element) -> Element:
    """loggamma(u + 1) = loggamma(u) + log(u) for u > 0."""
    base, steps = shift(u)
    if base.is_zero and steps > 0:
        return algebra.log(gamma(algebra, u))
    if algebra.signs.of(u) > 0 and _is_double(algebra, base):
        scale = (u - 1) * algebra.log(algebra.number(2)) - algebra.log(algebra.pi) / 2
        return scale + loggamma(algebra, u / 2) + loggamma(algebra, u / 2 + HALF)
    if algebra.signs.of(base) <= 0 or steps < 0:
        return _loggamma_kernel(algebra, u)
    found = _loggamma_kernel(algebra, base)
    return first_order(found, base, steps, lambda n: (1, 1, algebra.log(n)))


def _loggamma_kernel(algebra: Algebra, u: Element) -> Element:
    found = algebra.opaque("loggamma", u, real=algebra.signs.of(u) > 0)

    def expansion(factor: Fraction) -> Element | None:
        return gamma(algebra, u) ** factor.numerator if factor.denominator == 1 else None

    algebra.expansions[found.alone, False] = expansion
    return found


def digamma(algebra: Algebra, u: Element) -> Element:
    """digamma(u + 1) = digamma(u) + 1/u."""
    return _polygamma(algebra, 0, u)


def _polygamma(algebra: Algebra, order: int, u: Element) -> Element:
    base, steps = positive_shift(u)
    if base.is_zero:
        raise Pole("polygamma at a pole")
    if _is_double(algebra, base):
        found = _polygamma(algebra, order, u / 2) + _polygamma(algebra, order, u / 2 + HALF)
        doubled = found * HALF ** (order + 1)
        return doubled + algebra.log(algebra.number(2)) if order == 0 else doubled
    if order <= MAX_REFLECTED and _is_reflected(base):
        # DLMF 5.15.6, with the derivatives of cot(pi*z) as polynomials in it
        cotangent = -cot(algebra, algebra.pi * u)
        # cot' = -1 - cot**2
        slope = _differentiated(algebra, cotangent, [-1, 0, -1], [0, 1], order)
        found = _polygamma(algebra, order, 1 - u) + slope * algebra.pi ** (order + 1)
        return -found if order % 2 else found
    found = algebra.opaque("polygamma", algebra.number(order), base, real=_real(algebra, base))
    scale = factorial(order) * (-1) ** order
    return first_order(found, base, steps, lambda n: (1, 1, scale * n ** (-order - 1)))


def _differentiated(
    algebra: Algebra, w: Element, slope: list[int], poly: list[int], order: int
) -> Element:
    """A derivative of a polynomial in w whose own slope is a polynomial in w."""
    found = flint.fmpz_poly(poly)
    for _ in range(order):
        found = found.derivative() * flint.fmpz_poly(slope)
    return polynomial_at(algebra, found, w)


def polynomial_at(algebra: Algebra, poly: Any, w: Element) -> Element:
    """The value of one of flint's rational polynomials."""
    terms = (to_fraction(flint.fmpq(c)) * w**power for power, c in enumerate(poly.coeffs()))
    return sum(terms, start=algebra.field.zero)


def polygamma(algebra: Algebra, n: Element, u: Element) -> Element:
    """polygamma(n, u + 1) = polygamma(n, u) + (-1)**n*n!/u**(n + 1)."""
    order = whole_number(n)
    if order is not None and order >= 0:
        return _polygamma(algebra, order, u)
    base, steps = shift(u)
    if not is_natural(algebra, n) or base.is_zero:
        return algebra.opaque("polygamma", n, u)

    def relation(at: Element) -> tuple[int, int, Element]:
        scale = algebra.power(algebra.number(-1), n) * gamma(algebra, n + 1)
        return 1, 1, scale * algebra.power(at, -n - 1)

    return first_order(algebra.opaque("polygamma", n, base), base, steps, relation)


def beta(algebra: Algebra, a: Element, b: Element) -> Element:
    """gamma(a)*gamma(b)/gamma(a + b)."""
    return gamma(algebra, a) * gamma(algebra, b) / gamma(algebra, a + b)


def uppergamma(algebra: Algebra, a: Element, z: Element) -> Element:
    """uppergamma(a + 1, z) = a*uppergamma(a, z) + z**a*exp(-z)."""
    if z.is_zero:
        if algebra.signs.of(a) > 0:
            return gamma(algebra, a)
        raise Unprovable("uppergamma(a, 0) with a that may not be positive")
    base, steps = positive_shift(a)
    decay = algebra.exp(-z)
    if base.is_one:
        found = decay
    elif base.is_zero:
        found = _exponential_integral(algebra, z)
    elif base.constant == HALF and algebra.functions & {"erf", "erfc"}:
        found = 1 - erf(algebra, algebra.rational_power(z, HALF))
        found = found * algebra.rational_power(algebra.pi, HALF)
    else:
        real = algebra.signs.of(z) > 0 and _real(algebra, base)
        found = algebra.opaque("uppergamma", base, z, real=real)
    return first_order(found, base, steps, lambda n: (1, n, algebra.power(z, n) * decay))


def _exponential_integral(algebra: Algebra, z: Element) -> Element:
    """expint(1, z) = uppergamma(0, z), which is -Ei(-z) for z > 0 (DLMF 6.5.1, 6.11.1)."""
    positive = algebra.signs.of(z) > 0
    if positive and "Ei" in algebra.functions:
        return -TABLE["Ei"](algebra, -z)
    return algebra.opaque("expint", z, real=positive)


def expint(algebra: Algebra, n: Element, z: Element) -> Element:
    """n*expint(n + 1, z) = exp(-z) - z*expint(n, z); beside uppergamma by it, DLMF 8.19.1."""
    if z.is_zero:
        if algebra.signs.of(n - 1) > 0:
            return 1 / (n - 1)
        raise Unprovable("expint(n, 0) with n that may not exceed 1")
    if "uppergamma" in algebra.functions and whole_number(n) is None:
        return algebra.power(z, n - 1) * uppergamma(algebra, 1 - n, z)
    base, steps = positive_shift(n)
    decay = algebra.exp(-z)
    if base.is_zero:
        found = decay / z
    elif base.is_one:
        found = _exponential_integral(algebra, z)
    else:
        real = algebra.signs.of(z) > 0 and _real(algebra, base)
        found = algebra.opaque("expint", base, z, real=real)
    return first_order(found, base, steps, lambda n: (n, -z, decay))


# -- Bessel ---------------------------------------------------------------------------------

_PARTNERS = {"bessely": "besselj", "besselk": "besseli"}


def _bessel(name: str, up: int, down: int) -> Rule:
    """F(n+1) = up*(2n/z F(n)) + down*F(n-1): the orders at hand are base and base + 1."""
    partner = _PARTNERS.get(name)

    def build(algebra: Algebra, n: Element, z: Element) -> Element:
        turned_order, sign = oriented(n)
        if name == "besselk":
            n = turned_order
        base, steps = shift(n)
        if name == "besselk" and base.constant is not None and base.constant > HALF:
            base, steps = shift(-n)
        if z.is_zero:
            if base.is_zero and partner is None:
                return algebra.number(0 if steps else 1)
            return algebra.opaque(name, n, z)
        if base.is_zero and partner is None:
            turned, sign = oriented(z)
            if sign < 0:
                found = build(algebra, n, turned)
                return -found if steps % 2 else found
        elif sign < 0 and n.constant is None and name != "besselk":
            return _of_opposite_order(algebra, name, turned_order, z)
        real = algebra.signs.is_real(z) and (
            base.is_zero or (algebra.signs.of(z) > 0 and algebra.signs.is_real(base))
        )
        real = real and (name in ("besselj", "besseli") or algebra.signs.of(z) > 0)

        def slope(order: Element) -> tuple[int, Element, int]:
            return 1, up * 2 * order / z, down

        if base.constant == HALF:
            first, lower = _half_order(algebra, name, z)
            second = up * first / z + down * lower
        else:
            first = algebra.opaque(name, base, z, real=real)
            if steps == 0:
                return first
            if partner is not None and partner in algebra.functions:
                second = _by_wronskian(algebra, name, base, z, first)
            else:
                second = algebra.opaque(name, base + 1, z, real=real)
        return second_order(first, second, base, steps, slope)

    return build


def _of_opposite_order(algebra: Algebra, name: str, n: Element, z: Element) -> Element:
    """The functions of order -n by those of order n, DLMF 10.2.3 and 10.27.2."""
    angle = algebra.pi * n
    if name == "besseli":
        other = TABLE["besselk"](algebra, n, z) * sin(algebra, angle)
        return TABLE["besseli"](algebra, n, z) + 2 * other / algebra.pi
    first, second = TABLE["besselj"](algebra, n, z), TABLE["bessely"](algebra, n, z)
    if name == "besselj":
        return cos(algebra, angle) * first - sin(algebra, angle) * second
    return sin(algebra, angle) * first + cos(algebra, angle) * second


def _half_order(algebra: Algebra, name: str, z: Element) -> tuple[Element, Element]:
    """The functions of order 1/2 and -1/2, DLMF 10.16 and 10.39."""
    root = algebra.rational_power(z, -HALF)
    if name == "besselk":
        half = algebra.rational_power(algebra.pi / 2, HALF) * root * algebra.exp(-z)
        return half, half
    root = root * algebra.rational_power(algebra.pi / 2, -HALF)
    if name == "besselj":
        return root * sin(algebra, z), root * cos(algebra, z)
    if name == "bessely":
        return -(root * cos(algebra, z)), root * sin(algebra, z)
    return root * sinh(algebra, z), root * cosh(algebra, z)


def _by_wronskian(
    algebra: Algebra, name: str, order: Element, z: Element, second_kind: Element
) -> Element:
    """Order + 1 of the second kind from both kinds, DLMF 10.5.2 and 10.28.2."""
    partner = TABLE[_PARTNERS[name]]
    first, next_first = partner(algebra, order, z), partner(algebra, order + 1, z)
    if name == "bessely":
        return (next_first * second_kind - 2 / (algebra.pi * z)) / first
    return (1 / z - next_first * second_kind) / first


# -- others ---------------------------------------------------------------------------------


def chi(algebra: Algebra, u: Element) -> Element:
    """Beside Ei, Ei(u) - Shi(u) for u > 0."""
    if "Ei" not in algebra.functions or algebra.signs.of(u) <= 0:
        return of_row("Chi")(algebra, u)
    return TABLE["Ei"](algebra, u) - TABLE["Shi"](algebra, u)


def polylog(algebra: Algebra, s: Element, z: Element) -> Element:
    """Rational or logarithmic for a literal order up to 1."""
    order = whole_number(s)
    if z.constant is not None and order is not None and order > 1:
        known = _value_of_polylog(algebra, order, z.constant)
        if known is not None:
            return known
    if order == 1:
        return -algebra.log(1 - z)
    if order is not None and -MAX_SHIFT // 2 <= order <= 0:
        # Li_0 = z/(1-z) and Li_{s-1} = z*d/dz Li_s: with w = 1/(1-z), z*dw/dz = w*w - w
        return _differentiated(algebra, 1 / (1 - z), [0, -1, 1], [-1, 1], -order)
    root = rational_square_root(z)
    if root is not None and _is_met(algebra, root):
        scale = algebra.power(algebra.number(2), s - 1)
        return scale * (polylog(algebra, s, root) + polylog(algebra, s, -root))
    _meet(algebra, z)
    return algebra.opaque("polylog", s, z)


def _value_of_polylog(algebra: Algebra, order: int, at: Fraction) -> Element | None:
    """At 1 and -1, and of low order at 1/2: DLMF 25.12.4 and 25.12.6, 25.12.10; Lewin 6.12."""
    if abs(at) == 1:
        found = zeta(algebra, algebra.number(order))
        return found if at == 1 else found * (HALF ** (order - 1) - 1)
    if at != HALF or order > 3:
        return None
    log, square = algebra.log(algebra.number(2)), algebra.pi**2 / 12
    if order == 2:
        return square - log**2 / 2
    return zeta(algebra, algebra.number(3)) * Fraction(7, 8) - square * log + log**3 / 6


def _is_met(algebra: Algebra, root: Element) -> bool:
    """Whether a polylogarithm was met at a root of its argument, or at its opposite.

    Then the even terms of the series, Li_s(w) + Li_s(-w) = 2**(1 - s)*Li_s(w**2), bring it to both.
    """
    met = algebra.field.polylog_arguments
    return root.key in met or (-root).key in met


def _meet(algebra: Algebra, z: Element) -> None:
    """Remember an argument; where its square came first, the translation starts again."""
    met = algebra.field.polylog_arguments
    if z.key in met:
        return
    met.add(z.key)
    if (z * z).key in met:
        raise Refine


def zeta(algebra: Algebra, s: Element) -> Element:
    """Known by Bernoulli numbers at even and at negative integers, DLMF 25.6.2 and 25.6.3."""
    order = whole_number(s)
    if order is None or order == 1 or (order > 1 and order % 2):
        return of_row("zeta")(algebra, s)
    if order <= 0:
        value = to_fraction(flint.fmpq.bernoulli(1 - order)) / (1 - order)
        return algebra.number(-value if order else value)
    value = abs(to_fraction(flint.fmpq.bernoulli(order))) / (2 * factorial(order))
    return (2 * algebra.pi) ** order * value


def lambertw(algebra: Algebra, u: Element) -> Element:
    """An opaque kernel with exp(W(u)) = u/W(u)."""
    if u.is_zero:
        return u
    inverse = _lambert_inverse(algebra, u)
    if inverse is not None:
        return inverse
    real = algebra.signs.of(u) > 0
    found = algebra.opaque("lambertw", u, real=real, link=(u, 0))
    if real:
        algebra.logarithms[found.key] = lambda: algebra.log(u) - found

    def expansion(factor: Fraction) -> Element | None:
        return (u / found) ** factor.numerator if factor.denominator == 1 else None

    algebra.expansions[found.alone, False] = expansion
    return found


def _lambert_inverse(algebra: Algebra, u: Element) -> Element | None:
    """v >= -1 with v*exp(v) = u, where v is one term of an exponent or a logarithm in u."""
    field = algebra.field
    degrees = zip(u.num.degrees(), u.den.degrees(), strict=True)
    for index, (above, below) in enumerate(degrees):
        if above == below:
            continue
        kernel = field.kernels[index]
        if kernel.kind == "exp":
            inverse: Element = kernel.payload[0] * (int(above) - int(below))
        elif kernel.kind == "log":
            inverse = field.gen(index)
        else:
            continue
        bounds = (inverse, inverse + 1)
        inside = any(algebra.signs.of(bound) > 0 for bound in bounds)
        if inside and (inverse * algebra.exp(inverse) - u).is_zero:
            return inverse
    return None


def _airy(name: str, order: Fraction) -> Rule:
    """An opaque kernel; for u > 0 beside besselk by that, DLMF 9.6.1 and 9.6.2."""
    opaque = of_row(name)

    def build(algebra: Algebra, u: Element) -> Element:
        if "besselk" not in algebra.functions or algebra.signs.of(u) <= 0:
            return opaque(algebra, u)
        at = algebra.rational_power(u, Fraction(3, 2)) * Fraction(2, 3)
        scale = TABLE["besselk"](algebra, algebra.number(order), at) / algebra.pi
        if name == "airyai":
            return algebra.rational_power(u / 3, HALF) * scale
        return -u * scale / algebra.rational_power(algebra.number(3), HALF)

    return build


def airybiprime(algebra: Algebra, u: Element) -> Element:
    """An opaque kernel; beside airyai, by the Wronskian of DLMF 9.2.7."""
    if not algebra.functions & {"airyai", "airyaiprime"}:
        return of_row("airybiprime")(algebra, u)
    second, slope = TABLE["airybi"](algebra, u), TABLE["airyaiprime"](algebra, u)
    return (1 / algebra.pi + slope * second) / TABLE["airyai"](algebra, u)


def ellipe(algebra: Algebra, u: Element) -> Element:
    """An opaque kernel; at 1 - v by Legendre's relation, DLMF 19.7.1."""
    if u.is_zero:
        return algebra.pi / 2
    if u.is_one:
        return u
    if not _is_reflected(u) or "ellipk" not in algebra.functions:
        return of_row("ellipe")(algebra, u)
    v = 1 - u
    first, second = ellipk(algebra, v), ellipk(algebra, u)
    return (algebra.pi / 2 + (first - ellipe(algebra, v)) * second) / first


def _inner(algebra: Algebra, u: Element, name: str) -> Element | None:
    """``v`` where ``u`` is the function of that name at v, or at -v with the sign turned."""
    turned, sign = oriented(u)
    index = turned.alone
    if index is None or algebra.field.kernels[index].kind != name:
        return None
    value: Element = algebra.field.kernels[index].payload[0]
    return value * sign


_ERF = of_row("erf")


def erf(algebra: Algebra, u: Element) -> Element:
    """An odd kernel; erf(erfinv(v)) = v."""
    inverse = _inner(algebra, u, "erfinv")
    return inverse if inverse is not None else _ERF(algebra, u)


def erfinv(algebra: Algebra, u: Element) -> Element:
    """An odd kernel; erfinv(erf(v)) = v for real v."""
    inverse = _inner(algebra, u, "erf")
    if inverse is not None and algebra.signs.is_real(inverse):
        return inverse
    u, sign = oriented(u)
    return u if u.is_zero else algebra.opaque("erfinv", u, link=(u, 0)) * sign


def _incomplete(name: str, complete: str) -> Rule:
    """An incomplete elliptic integral of (n,) phi and m: odd in phi, complete at pi/2, phi itself
    for m = 0; the third kind is the first one for n = 0, DLMF 19.6.11 and 19.6.13."""

    def build(algebra: Algebra, *args: Element) -> Element:
        *first, phi, m = args
        phi, sign = oriented(phi)
        if phi.is_zero or (m.is_zero and not first):
            return phi * sign
        if first and first[0].is_zero:
            return TABLE["ellipf"](algebra, phi, m) * sign
        if phi.key == (algebra.pi / 2).key:
            return TABLE[complete](algebra, *first, m) * sign
        return algebra.opaque(name, *first, phi, m) * sign

    return build


def ellipk(algebra: Algebra, m: Element) -> Element:
    """An opaque kernel; pi/2 at 0."""
    return algebra.pi / 2 if m.is_zero else algebra.opaque("ellipk", m)


def ellippi(algebra: Algebra, n: Element, m: Element) -> Element:
    """The complete integral of the third kind, at n = 0 and n = m by the others, 19.6.1."""
    if n.key == m.key:
        return ellipe(algebra, m) / (1 - m)
    return ellipk(algebra, m) if n.is_zero else algebra.opaque("ellippi", n, m)


TABLE: dict[str, Rule] = {
    # asked for by others
    **{name: of_row(name) for name in ("Ei", "Shi", "airybi", "erfi")},
    "sinc": lambda algebra, u: algebra.field.one if u.is_zero else sin(algebra, u) / u,
    "erf": erf,
    "erfc": lambda algebra, u: 1 - erf(algebra, u),
    "erfinv": erfinv,
    "gamma": gamma,
    "loggamma": loggamma,
    "digamma": digamma,
    "polygamma": polygamma,
    "beta": beta,
    "uppergamma": uppergamma,
    "besselj": _bessel("besselj", 1, -1),
    "bessely": _bessel("bessely", 1, -1),
    "besseli": _bessel("besseli", -1, 1),
    "besselk": _bessel("besselk", 1, 1),
    "airyai": _airy("airyai", Fraction(1, 3)),
    "airyaiprime": _airy("airyaiprime", Fraction(2, 3)),
    "airybiprime": airybiprime,
    "li": lambda algebra, u: TABLE["Ei"](algebra, algebra.log(u)),
    "Chi": chi,
    "expint": expint,
    "polylog": polylog,
    "lambertw": lambertw,
    "zeta": zeta,
    "ellipk": ellipk,
    "ellipe": ellipe,
    "ellipe_inc": _incomplete("ellipe_inc", "ellipe"),
    "ellipf": _incomplete("ellipf", "ellipk"),
    "ellippi": ellippi,
    "ellippi_inc": _incomplete("ellippi_inc", "ellippi"),
}
