"""Special functions: opaque kernels, integer shifts of parameters normalised by recurrence.

Recurrences and connections after DLMF: gamma family 5.5, 5.15; exponential integrals 6.2, 6.11;
incomplete gamma 7.11, 8.8, 8.19; Bessel 10.2, 10.6, 10.27, 10.29; elliptic 19.7; polylogarithm
25.12. A long module: the families reduce to one another, and each has a few relations.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial

import flint

from derivcheck.lang.functions import FUNCTIONS
from derivcheck.symbolic.scalar.algebra import Algebra, Refine
from derivcheck.symbolic.scalar.denest import rational_square_root
from derivcheck.symbolic.scalar.elementary import cos, cosh, cot, sin, sinh
from derivcheck.symbolic.scalar.field import Element, Pole, Unprovable, oriented, to_fraction

WITH_POLES = ("gamma", "digamma", "polygamma")
"""Functions that are undefined where their own rule meets a pole."""
MAX_SHIFT = 24
MAX_REFLECTED = 8
HALF = Fraction(1, 2)

Rule = Callable[..., Element]


def shift(u: Element) -> tuple[Element, int]:
    """``u`` as base + n: the base has a constant term in [0, 1). Far shifts stay put."""
    whole = u.num if u.den.is_one() else divmod(u.num, u.den)[0]
    constant = to_fraction(whole[(0,) * u.field.size])
    steps = constant.numerator // constant.denominator
    if abs(steps) > MAX_SHIFT:
        return u, 0
    return u - u.field.number(steps), steps


def whole_number(u: Element) -> int | None:
    """The integer that ``u`` is, if it is one of moderate size."""
    value = u.constant
    if value is None or value.denominator != 1 or abs(value) > MAX_SHIFT:
        return None
    return int(value)


def is_natural(algebra: Algebra, u: Element) -> bool:
    """Whether ``u`` certainly is an integer, and not negative."""
    return algebra.signs.of(u + algebra.field.one) > 0 and algebra.is_whole(u)


def _real(algebra: Algebra, *arguments: Element) -> bool:
    return all(algebra.signs.is_real(u) for u in arguments)


def _opaque(name: str, *, real: bool = False, odd: bool = False, positive: bool = False) -> Rule:
    """A kernel by name and arguments. ``real``: for all real arguments; ``positive``: for a
    positive last one; ``odd`` in its one argument, with its sign."""

    def build(algebra: Algebra, *arguments: Element) -> Element:
        sign = 1
        link = None
        if odd:
            turned, sign = oriented(arguments[0])
            arguments = (turned,)
            link = (turned, 0)
            if turned.is_zero:
                return turned
        is_real = (real or (positive and algebra.signs.of(arguments[-1]) > 0)) and _real(
            algebra, *arguments
        )
        keys = (u.key for u in arguments)
        return algebra.kernel(name, *keys, payload=arguments, real=is_real, link=link).scale(sign)

    return build


def of_row(name: str) -> Rule:
    """The kernel of a function without relations of its own, by what its row says."""
    row = FUNCTIONS[name]
    odd = row.parity == "odd" and row.entire  # on a branch cut it may not be
    alone = row.arity == 1
    positive = alone and row.real == ("z > 0",)
    return _opaque(name, real=alone and not row.real, odd=odd, positive=positive)


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
    rising = u - algebra.number(to_fraction(u.num[(0,) * u.field.size]))
    new = rising.key not in met
    met.add(rising.key)
    if new and rising.scale(2).key in met:
        raise Refine
    return rising.scale(HALF).key in met


def _halves(algebra: Algebra, u: Element) -> tuple[Element, Element]:
    """u/2 and u/2 + 1/2."""
    half = u.scale(HALF)
    return half, half + algebra.number(HALF)


def gamma(algebra: Algebra, u: Element) -> Element:
    """gamma(u + 1) = u*gamma(u)."""
    base, steps = shift(u)
    if _is_double(algebra, base):
        low, high = (gamma(algebra, half) for half in _halves(algebra, u))
        scale = algebra.power(algebra.number(2), u - algebra.field.one)
        return scale * low * high * algebra.rational_power(algebra.pi, -HALF)
    constant = base.constant
    if constant == 0:
        if steps <= 0:
            raise Pole("gamma at a pole")
        return algebra.number(factorial(steps - 1))
    if _is_reflected(base):
        reflected = gamma(algebra, algebra.field.one - u)
        return algebra.pi / (sin(algebra, algebra.pi * u) * reflected)
    if constant == HALF:
        found = algebra.rational_power(algebra.pi, HALF)
    else:
        sign = 1 if algebra.signs.of(base) > 0 else 0
        found = algebra.kernel(
            "gamma", base.key, payload=(base,), real=_real(algebra, base), sign=sign
        )
        if sign and "loggamma" in algebra.functions:
            algebra.logarithms[found.key] = lambda: _loggamma_kernel(algebra, base)
    for k in range(min(steps, 0), max(steps, 0)):
        factor = base + algebra.number(k)
        found = found * factor if steps > 0 else found / factor
    return found


def loggamma(algebra: Algebra, u: Element) -> Element:
    """loggamma(u + 1) = loggamma(u) + log(u) for u > 0."""
    base, steps = shift(u)
    if base.is_zero and steps > 0:
        return algebra.log(gamma(algebra, u))
    logs = algebra.field.zero
    positive = algebra.signs.of(base) > 0
    if algebra.signs.of(u) > 0 and _is_double(algebra, base):
        low, high = (loggamma(algebra, half) for half in _halves(algebra, u))
        scale = (u - algebra.field.one) * algebra.log(algebra.number(2))
        return scale + low + high - algebra.log(algebra.pi).scale(HALF)
    if positive and steps > 0:
        for k in range(steps):
            logs = logs + algebra.log(base + algebra.number(k))
        u = base
    return _loggamma_kernel(algebra, u) + logs


def _loggamma_kernel(algebra: Algebra, u: Element) -> Element:
    real = algebra.signs.of(u) > 0
    found = algebra.kernel("loggamma", u.key, payload=(u,), real=real)
    index = algebra.field.index["loggamma", u.key]

    def expansion(factor: Fraction) -> Element | None:
        if factor.denominator != 1:
            return None
        return gamma(algebra, u).power(factor.numerator)

    algebra.expansions[index, False] = expansion
    return found


def digamma(algebra: Algebra, u: Element) -> Element:
    """digamma(u + 1) = digamma(u) + 1/u."""
    return _polygamma(algebra, 0, u)


def _polygamma(algebra: Algebra, order: int, u: Element) -> Element:
    base, steps = shift(u)
    if base.is_zero:
        if steps <= 0:
            raise Pole("polygamma at a pole")
        base, steps = base + algebra.field.one, steps - 1
    if _is_double(algebra, base):
        low, high = (_polygamma(algebra, order, half) for half in _halves(algebra, u))
        found = (low + high).scale(HALF ** (order + 1))
        return found + algebra.log(algebra.number(2)) if order == 0 else found
    if order <= MAX_REFLECTED and _is_reflected(base):
        # DLMF 5.15.6, with the derivatives of cot(pi*z) as polynomials in it
        mirrored = _polygamma(algebra, order, algebra.field.one - u)
        cotangent = -cot(algebra, algebra.pi * u)
        slopes = _cotangent_slope(algebra, cotangent, order) * algebra.pi.power(order + 1)
        return (mirrored + slopes).scale((-1) ** order)
    found = algebra.kernel("polygamma", order, base.key, payload=(base,), real=_real(algebra, base))
    scale = factorial(order) * (-1) ** order
    for k in range(min(steps, 0), max(steps, 0)):
        term = (base + algebra.number(k)).power(-order - 1).scale(scale)
        found = found + term if steps > 0 else found - term
    return found


def _cotangent_slope(algebra: Algebra, cotangent: Element, order: int) -> Element:
    """The derivative of cot of that order, by the cotangent: cot' = -1 - cot**2."""
    return _differentiated(algebra, cotangent, {0: -1, 2: -1}, [0, 1], order)


def _differentiated(
    algebra: Algebra, w: Element, slope: dict[int, int], coefficients: list[int], order: int
) -> Element:
    """A derivative of a polynomial in w whose own slope is a polynomial in w (by its powers)."""
    for _ in range(order):
        fresh = [0] * (len(coefficients) + 1)
        for power, c in enumerate(coefficients[1:], 1):
            for degree, factor in slope.items():
                fresh[power - 1 + degree] += factor * power * c
        coefficients = fresh
    found = algebra.field.zero
    for power, c in enumerate(coefficients):
        found = found + w.power(power).scale(c)
    return found


def polygamma(algebra: Algebra, n: Element, u: Element) -> Element:
    """polygamma(n, u + 1) = polygamma(n, u) + (-1)**n*n!/u**(n + 1)."""
    order = whole_number(n)
    if order is not None and order >= 0:
        return _polygamma(algebra, order, u)
    base, steps = shift(u)
    if not is_natural(algebra, n) or base.is_zero:
        return algebra.kernel("polygamma", n.key, u.key, payload=(u,))
    found = algebra.kernel("polygamma", n.key, base.key, payload=(base,))
    if steps:
        one = algebra.field.one
        scale = algebra.power(-one, n) * gamma(algebra, n + one)
        for k in range(min(steps, 0), max(steps, 0)):
            term = scale * algebra.power(base + algebra.number(k), -n - one)
            found = found + term if steps > 0 else found - term
    return found


def beta(algebra: Algebra, a: Element, b: Element) -> Element:
    """gamma(a)*gamma(b)/gamma(a + b)."""
    return gamma(algebra, a) * gamma(algebra, b) / gamma(algebra, a + b)


def uppergamma(algebra: Algebra, a: Element, z: Element) -> Element:
    """uppergamma(a + 1, z) = a*uppergamma(a, z) + z**a*exp(-z)."""
    if z.is_zero:
        if algebra.signs.of(a) > 0:
            return gamma(algebra, a)
        raise Unprovable("uppergamma(a, 0) with a that may not be positive")
    base, steps = shift(a)
    decay = algebra.exp(-z)
    if base.is_zero and steps > 0:
        base, steps = base + algebra.field.one, steps - 1
    if base.is_one:
        found = decay
    elif base.is_zero:
        found = _exponential_integral(algebra, z)
    elif base.constant == HALF and algebra.functions & {"erf", "erfc"}:
        found = erfc(algebra, algebra.rational_power(z, HALF))
        found = found * algebra.rational_power(algebra.pi, HALF)
    else:
        real = algebra.signs.of(z) > 0 and _real(algebra, base)
        found = algebra.kernel("uppergamma", base.key, z.key, payload=(base, z), real=real)
    order = base
    for _ in range(steps):
        found = order * found + algebra.power(z, order) * decay
        order = order + algebra.field.one
    for _ in range(-steps):
        order = order - algebra.field.one
        found = (found - algebra.power(z, order) * decay) / order
    return found


def _exponential_integral(algebra: Algebra, z: Element) -> Element:
    """expint(1, z) = uppergamma(0, z), which is -Ei(-z) for z > 0 (DLMF 6.5.1, 6.11.1)."""
    positive = algebra.signs.of(z) > 0
    if positive and "Ei" in algebra.functions:
        return -TABLE["Ei"](algebra, -z)
    return algebra.kernel("expint", z.key, payload=(z,), real=positive)


def expint(algebra: Algebra, n: Element, z: Element) -> Element:
    """n*expint(n + 1, z) = exp(-z) - z*expint(n, z); beside uppergamma by it, DLMF 8.19.1."""
    one = algebra.field.one
    if z.is_zero:
        if algebra.signs.of(n - one) > 0:
            return (n - one).inverse()
        raise Unprovable("expint(n, 0) with n that may not exceed 1")
    if "uppergamma" in algebra.functions and whole_number(n) is None:
        return algebra.power(z, n - one) * uppergamma(algebra, one - n, z)
    base, steps = shift(n)
    decay = algebra.exp(-z)
    if base.is_zero and steps > 0:
        base, steps = base + algebra.field.one, steps - 1
    if base.is_zero:
        found = decay / z
    elif base.is_one:
        found = _exponential_integral(algebra, z)
    else:
        real = algebra.signs.of(z) > 0 and _real(algebra, base)
        found = algebra.kernel("expint", base.key, z.key, payload=(base, z), real=real)
    order = base
    for _ in range(steps):
        found = (decay - z * found) / order
        order = order + algebra.field.one
    for _ in range(-steps):
        order = order - algebra.field.one
        found = (decay - order * found) / z
    return found


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
            return algebra.kernel(name, n.key, z.key, payload=(n, z))
        if base.is_zero and partner is None:
            turned, sign = oriented(z)
            if sign < 0:
                return build(algebra, n, turned).scale(-1 if steps % 2 else 1)
        elif sign < 0 and n.constant is None and name != "besselk":
            return _of_opposite_order(algebra, name, turned_order, z)
        real = algebra.signs.is_real(z) and (
            base.is_zero or (algebra.signs.of(z) > 0 and algebra.signs.is_real(base))
        )
        real = real and (name in ("besselj", "besseli") or algebra.signs.of(z) > 0)

        def kernel(order: Element) -> Element:
            return algebra.kernel(name, order.key, z.key, payload=(order, z), real=real)

        if base.constant == HALF:
            first, lower = _half_order(algebra, name, z)
            second = (first / z).scale(up) + lower.scale(down)
        else:
            first = kernel(base)
            if steps == 0:
                return first
            second = kernel(base + algebra.field.one)
        if partner is not None and partner in algebra.functions and base.constant != HALF:
            second = _by_wronskian(algebra, name, base, z, first)
        if steps > 0:
            for k in range(1, steps):
                slope = (base + algebra.number(k)).scale(2) / z
                first, second = second, (slope * second).scale(up) + first.scale(down)
            return second
        for k in range(0, steps, -1):
            slope = (base + algebra.number(k)).scale(2) / z
            first, second = (second - (slope * first).scale(up)).scale(down), first
        return first

    return build


def _of_opposite_order(algebra: Algebra, name: str, n: Element, z: Element) -> Element:
    """The functions of order -n by those of order n, DLMF 10.2.3 and 10.27.2."""
    angle = algebra.pi * n
    if name == "besseli":
        other = TABLE["besselk"](algebra, n, z) * sin(algebra, angle)
        return TABLE["besseli"](algebra, n, z) + other.scale(2) / algebra.pi
    first, second = TABLE["besselj"](algebra, n, z), TABLE["bessely"](algebra, n, z)
    if name == "besselj":
        return cos(algebra, angle) * first - sin(algebra, angle) * second
    return sin(algebra, angle) * first + cos(algebra, angle) * second


def _half_order(algebra: Algebra, name: str, z: Element) -> tuple[Element, Element]:
    """The functions of order 1/2 and -1/2, DLMF 10.16 and 10.39."""
    root = algebra.rational_power(z, -HALF)
    if name == "besselk":
        half = algebra.rational_power(algebra.pi.scale(HALF), HALF) * root * algebra.exp(-z)
        return half, half
    root = root * algebra.rational_power(algebra.pi.scale(HALF), -HALF)
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
    first, next_first = partner(algebra, order, z), partner(algebra, order + algebra.field.one, z)
    if name == "bessely":
        return (next_first * second_kind - algebra.number(2) / (algebra.pi * z)) / first
    return (z.inverse() - next_first * second_kind) / first


# -- others ---------------------------------------------------------------------------------


def li(algebra: Algebra, u: Element) -> Element:
    """Ei(log(u))."""
    return TABLE["Ei"](algebra, algebra.log(u))


def chi(algebra: Algebra, u: Element) -> Element:
    """Beside Ei, Ei(u) - Shi(u) for u > 0."""
    if "Ei" not in algebra.functions or algebra.signs.of(u) <= 0:
        return _opaque("Chi", positive=True)(algebra, u)
    return TABLE["Ei"](algebra, u) - TABLE["Shi"](algebra, u)


def erfc(algebra: Algebra, u: Element) -> Element:
    """1 - erf(u)."""
    return algebra.field.one - TABLE["erf"](algebra, u)


def polylog(algebra: Algebra, s: Element, z: Element) -> Element:
    """Rational or logarithmic for a literal order up to 1."""
    order = whole_number(s)
    one = algebra.field.one
    if z.is_one and order is not None and order > 1:
        return zeta(algebra, s)
    if order == 1:
        return -algebra.log(one - z)
    if order is not None and -MAX_SHIFT // 2 <= order <= 0:
        # Li_0 = z/(1-z) and Li_{s-1} = z*d/dz Li_s: with w = 1/(1-z), z*dw/dz = w*w - w
        w = (one - z).inverse()
        return _differentiated(algebra, w, {1: -1, 2: 1}, [-1, 1], -order)
    root = rational_square_root(z)
    if root is not None and _is_met(algebra, root):
        scale = algebra.power(algebra.number(2), s - one)
        return scale * (polylog(algebra, s, root) + polylog(algebra, s, -root))
    _meet(algebra, z)
    return algebra.kernel("polylog", s.key, z.key, payload=(s, z))


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
        return _opaque("zeta", real=True)(algebra, s)
    if order <= 0:
        value = to_fraction(flint.fmpq.bernoulli(1 - order)) / (1 - order)
        return algebra.number(-value if order else value)
    value = abs(to_fraction(flint.fmpq.bernoulli(order))) / (2 * factorial(order))
    return algebra.pi.scale(2).power(order).scale(value)


def lambertw(algebra: Algebra, u: Element) -> Element:
    """An opaque kernel with exp(W(u)) = u/W(u)."""
    if u.is_zero:
        return u
    inverse = _lambert_inverse(algebra, u)
    if inverse is not None:
        return inverse
    real = algebra.signs.of(u) > 0
    found = algebra.kernel("lambertw", u.key, payload=(u,), real=real, link=(u, 0))
    if real:
        algebra.logarithms[found.key] = lambda: algebra.log(u) - found
    index = algebra.field.index["lambertw", u.key]

    def expansion(factor: Fraction) -> Element | None:
        return (u / found).power(factor.numerator) if factor.denominator == 1 else None

    algebra.expansions[index, False] = expansion
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
            inverse: Element = kernel.payload[0].scale(int(above) - int(below))
        elif kernel.kind == "log":
            inverse = field.gen(index)
        else:
            continue
        bounds = (inverse, inverse + field.one)
        inside = any(algebra.signs.of(bound) > 0 for bound in bounds)
        if inside and (inverse * algebra.exp(inverse) - u).is_zero:
            return inverse
    return None


def _airy_argument(algebra: Algebra, u: Element) -> Element:
    return algebra.rational_power(u, Fraction(3, 2)).scale(Fraction(2, 3))


def airyai(algebra: Algebra, u: Element) -> Element:
    """An opaque kernel; for u > 0 beside besselk by that, DLMF 9.6.1."""
    if "besselk" not in algebra.functions or algebra.signs.of(u) <= 0:
        return _opaque("airyai", real=True)(algebra, u)
    third = TABLE["besselk"](algebra, algebra.number(Fraction(1, 3)), _airy_argument(algebra, u))
    return algebra.rational_power(u.scale(Fraction(1, 3)), HALF) * third / algebra.pi


def airyaiprime(algebra: Algebra, u: Element) -> Element:
    """An opaque kernel; for u > 0 beside besselk by that, DLMF 9.6.2."""
    if "besselk" not in algebra.functions or algebra.signs.of(u) <= 0:
        return _opaque("airyaiprime", real=True)(algebra, u)
    other = TABLE["besselk"](algebra, algebra.number(Fraction(2, 3)), _airy_argument(algebra, u))
    return -(u * other) / (algebra.pi * algebra.rational_power(algebra.number(3), HALF))


def airybiprime(algebra: Algebra, u: Element) -> Element:
    """An opaque kernel; beside airyai, by the Wronskian of DLMF 9.2.7."""
    if not algebra.functions & {"airyai", "airyaiprime"}:
        return _opaque("airybiprime", real=True)(algebra, u)
    second, slope = TABLE["airybi"](algebra, u), TABLE["airyaiprime"](algebra, u)
    return (algebra.pi.inverse() + slope * second) / TABLE["airyai"](algebra, u)


def ellipe(algebra: Algebra, u: Element) -> Element:
    """An opaque kernel; at 1 - v by Legendre's relation, DLMF 19.7.1."""
    if u.is_zero:
        return algebra.pi.scale(HALF)
    if u.is_one:
        return u
    if not _is_reflected(u) or "ellipk" not in algebra.functions:
        return _opaque("ellipe")(algebra, u)
    v = algebra.field.one - u
    first, second = TABLE["ellipk"](algebra, v), TABLE["ellipk"](algebra, u)
    return (algebra.pi.scale(HALF) + (first - ellipe(algebra, v)) * second) / first


def _inner(algebra: Algebra, u: Element, name: str) -> Element | None:
    """``v`` where ``u`` is the function of that name at v, or at -v with the sign turned."""
    if len(u.num) != 1 or not u.den.is_one() or abs(u.num.leading_coefficient()) != 1:
        return None
    used = algebra.field.used(u.num)
    if len(used) != 1 or u.num.degrees()[used[0]] != 1:
        return None
    kernel = algebra.field.kernels[used[0]]
    if kernel.kind != name:
        return None
    value: Element = kernel.payload[0]
    return value.scale(1 if u.num.leading_coefficient() > 0 else -1)


def erf(algebra: Algebra, u: Element) -> Element:
    """An odd kernel; erf(erfinv(v)) = v."""
    inverse = _inner(algebra, u, "erfinv")
    return inverse if inverse is not None else _ERF(algebra, u)


def erfinv(algebra: Algebra, u: Element) -> Element:
    """An odd kernel; erfinv(erf(v)) = v for real v."""
    inverse = _inner(algebra, u, "erf")
    if inverse is not None and algebra.signs.is_real(inverse):
        return inverse
    return _ERFINV(algebra, u)


_ERF = _opaque("erf", real=True, odd=True)
_ERFINV = _opaque("erfinv", odd=True)


def _first_kind(name: str, whole: str) -> Rule:
    """An incomplete integral of phi and m: odd in phi, phi itself for m = 0, complete at pi/2."""
    opaque = _opaque(name)

    def build(algebra: Algebra, phi: Element, m: Element) -> Element:
        phi, sign = oriented(phi)
        if phi.is_zero or m.is_zero:
            return phi.scale(sign)
        if phi.key == algebra.pi.scale(HALF).key:
            return TABLE[whole](algebra, m).scale(sign)
        return opaque(algebra, phi, m).scale(sign)

    return build


def ellipk(algebra: Algebra, m: Element) -> Element:
    """An opaque kernel; pi/2 at 0."""
    return algebra.pi.scale(HALF) if m.is_zero else _opaque("ellipk")(algebra, m)


def ellippi(algebra: Algebra, n: Element, m: Element) -> Element:
    """The complete integral of the third kind, at n = 0 and n = m by the others, 19.6.1."""
    if n.key == m.key:
        return ellipe(algebra, m) / (algebra.field.one - m)
    return TABLE["ellipk"](algebra, m) if n.is_zero else _opaque("ellippi")(algebra, n, m)


def ellippi_inc(algebra: Algebra, n: Element, phi: Element, m: Element) -> Element:
    """Odd in phi, complete at pi/2, of the first kind for n = 0, DLMF 19.6.11 and 19.6.13."""
    phi, sign = oriented(phi)
    if phi.is_zero:
        return phi
    if n.is_zero:
        return TABLE["ellipf"](algebra, phi, m).scale(sign)
    if phi.key == algebra.pi.scale(HALF).key:
        return ellippi(algebra, n, m).scale(sign)
    return _opaque("ellippi_inc")(algebra, n, phi, m).scale(sign)


def sinc(algebra: Algebra, u: Element) -> Element:
    """sin(u)/u, and 1 at 0."""
    return algebra.field.one if u.is_zero else sin(algebra, u) / u


TABLE: dict[str, Rule] = {
    # asked for by others
    **{name: of_row(name) for name in ("Ei", "Shi", "airybi", "erfi")},
    "sinc": sinc,
    "erf": erf,
    "erfc": erfc,
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
    "airyai": airyai,
    "airyaiprime": airyaiprime,
    "airybiprime": airybiprime,
    "li": li,
    "Chi": chi,
    "expint": expint,
    "polylog": polylog,
    "lambertw": lambertw,
    "zeta": zeta,
    "ellipk": ellipk,
    "ellipe": ellipe,
    "ellipe_inc": _first_kind("ellipe_inc", "ellipe"),
    "ellipf": _first_kind("ellipf", "ellipk"),
    "ellippi": ellippi,
    "ellippi_inc": ellippi_inc,
}
