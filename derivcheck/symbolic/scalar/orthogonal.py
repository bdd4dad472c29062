"""Classical orthogonal polynomials by their recurrences, and Jacobi's elliptic functions.

Recurrences DLMF 18.9.1, connections 14.9.5 and 18.5.1, elliptic functions 22.6.1. Whole degrees
are polynomials; for other degrees the recurrences hold as well, for the functions of DLMF 14, 12
and 13 that SymPy means.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcheck.symbolic.scalar import complexes, elementary, special
from derivcheck.symbolic.scalar.algebra import Algebra
from derivcheck.symbolic.scalar.denest import rational_square_root
from derivcheck.symbolic.scalar.field import Element, oriented

HALF = Fraction(1, 2)
Rule = Callable[..., Element]
Step = Callable[[Algebra, Element, Element, Element, Element], Element]


# f(n + 1) from f(n) and f(n - 1), and f(n - 1) from f(n) and f(n + 1)


def _legendre_up(algebra: Algebra, n: Element, x: Element, f: Element, below: Element) -> Element:
    one = algebra.field.one
    return ((n.scale(2) + one) * x * f - n * below) / (n + one)


def _legendre_down(algebra: Algebra, n: Element, x: Element, f: Element, above: Element) -> Element:
    one = algebra.field.one
    return ((n.scale(2) + one) * x * f - (n + one) * above) / n


def _hermite_up(algebra: Algebra, n: Element, x: Element, f: Element, below: Element) -> Element:
    return (x * f - n * below).scale(2)


def _hermite_down(algebra: Algebra, n: Element, x: Element, f: Element, above: Element) -> Element:
    return (x * f - above.scale(HALF)) / n


def _laguerre_up(algebra: Algebra, n: Element, x: Element, f: Element, below: Element) -> Element:
    one = algebra.field.one
    return ((n.scale(2) + one - x) * f - n * below) / (n + one)


def _laguerre_down(algebra: Algebra, n: Element, x: Element, f: Element, above: Element) -> Element:
    one = algebra.field.one
    return ((n.scale(2) + one - x) * f - (n + one) * above) / n


def _chebyshev(algebra: Algebra, n: Element, x: Element, f: Element, other: Element) -> Element:
    return (x * f).scale(2) - other


def _three_terms(
    name: str,
    first: Rule,
    up: Step,
    down: Step,
    has_parity: Callable[[Algebra, Element], bool],
    ends: Callable[[Element], bool],
) -> Rule:
    """A family f(0) = 1, f(1) = first(x): kernels are f(base) and f(base + 1).

    ``has_parity``: for which n f(n, -x) = (-1)**n*f(n, x); ``ends``: where x is so, f is 1.
    """

    def build(algebra: Algebra, n: Element, x: Element) -> Element:
        one = algebra.field.one
        if ends(x):
            return one
        if name == "legendre" and oriented(n)[1] < 0:
            return build(algebra, -n - one, x)  # 14.9.5
        turned, sign = oriented(x)
        if sign < 0 and has_parity(algebra, n):
            return algebra.power(-one, n) * build(algebra, n, turned)
        base, steps = special.shift(n)
        if base.is_zero and steps < 0:
            return algebra.kernel(name, n.key, x.key, payload=(n, x))
        if base.is_zero:
            low, high = one, first(algebra, x)
        else:
            real = all(algebra.signs.is_real(u) for u in (n, x)) and algebra.is_whole(n)
            low, high = (
                algebra.kernel(name, order.key, x.key, payload=(order, x), real=real)
                for order in (base, base + one)
            )
        for _ in range(steps):
            base = base + one
            low, high = high, up(algebra, base, x, high, low)
        for _ in range(-steps):
            low, high = down(algebra, base, x, low, high), low
            base = base - one
        return low

    return build


def _if_polynomial(algebra: Algebra, n: Element) -> bool:
    """Polynomials are even or odd; of negative degree, P(-1) = P(0) is even and H(-1) neither."""
    return special.is_natural(algebra, n)


def _if_whole(algebra: Algebra, n: Element) -> bool:
    """T(-n) = T(n) and U(-n) = -U(n - 2) are even or odd as well."""
    return algebra.is_whole(n)


def _never(algebra: Algebra, n: Element) -> bool:
    return False


def _nowhere(x: Element) -> bool:
    return False


def _at_one(x: Element) -> bool:
    return x.is_one


def _at_zero(x: Element) -> bool:
    return x.is_zero


def _chebyshev_rule(name: str, second_kind: bool) -> Rule:
    """T_n = (w**n + w**-n)/2 and U_n = (w**(n+1) - w**-(n+1))/(w - 1/w), w = x + sqrt(x**2 - 1).

    For whole n either root will do; else x > -1 is needed, where w**n has no cut.
    """
    general = _three_terms(
        name,
        lambda algebra, x: x.scale(1 + second_kind),
        _chebyshev,
        _chebyshev,
        has_parity=_if_whole,
        ends=_nowhere,
    )

    def build(algebra: Algebra, n: Element, x: Element) -> Element:
        one = algebra.field.one
        if x.is_one:
            return n + one if second_kind else one
        whole = algebra.is_whole(n)
        if n.constant is not None or not whole:
            return general(algebra, n, x)
        turned, sign = oriented(x)
        if sign < 0:
            return algebra.power(-one, n) * build(algebra, n, turned)
        square = x * x - one
        root = rational_square_root(square)
        if root is None:
            other = rational_square_root(-square)
            root = other * algebra.i if other is not None else None
        if root is None:
            root = algebra.rational_power(square, HALF)
        w = x + root
        order = n + one if second_kind else n
        exponent = complexes.exponent_of(algebra, w)
        # a product of exponentials has the exponents multiplied
        growth = algebra.power(w, order) if exponent is None else algebra.exp(exponent * order)
        back = growth.inverse()
        return (growth - back) / root.scale(2) if second_kind else (growth + back).scale(HALF)

    return build


# -- Jacobi's elliptic functions -------------------------------------------------------------


def _sn(algebra: Algebra, u: Element, m: Element) -> Element:
    u, sign = oriented(u)
    if u.is_zero:
        return u
    if m.is_zero:
        return elementary.sin(algebra, u).scale(sign)
    if m.is_one:
        return elementary.tanh(algebra, u).scale(sign)
    phi = _amplitude(algebra, u, m)
    if phi is not None:
        return elementary.sin(algebra, phi).scale(sign)
    for name in ("jacobicn", "jacobidn"):
        if name in algebra.functions:  # so that it is known as a root of 1 - sn**2
            TABLE[name](algebra, u, m)
    return _sine(algebra, u, m).scale(sign)


def _amplitude(algebra: Algebra, u: Element, m: Element) -> Element | None:
    """phi for u = ellipf(phi, m), DLMF 22.16.11 and 22.20."""
    used = algebra.field.used(u.num)
    if len(used) != 1 or not u.den.is_one() or u.num != algebra.field.gens[used[0]]:
        return None
    kernel = algebra.field.kernels[used[0]]
    if kernel.kind != "ellipf" or kernel.payload[1].key != m.key:
        return None
    phi: Element = kernel.payload[0]
    return phi


def _sine(algebra: Algebra, u: Element, m: Element) -> Element:
    real = algebra.signs.is_real(u) and algebra.signs.is_real(m)
    return algebra.kernel("jacobisn", u.key, m.key, payload=(u, m), real=real)


def _partner(name: str) -> Rule:
    """cn and dn: even, cn**2 = 1 - sn**2, dn**2 = 1 - m*sn**2."""

    def build(algebra: Algebra, u: Element, m: Element) -> Element:
        one = algebra.field.one
        u = oriented(u)[0]
        if u.is_zero or (m.is_zero and name == "jacobidn"):
            return one
        if m.is_zero:
            return elementary.cos(algebra, u)
        if m.is_one:
            return elementary.cosh(algebra, u).inverse()
        phi = _amplitude(algebra, u, m)
        if phi is not None and name == "jacobicn":
            return elementary.cos(algebra, phi)
        if phi is not None:
            sine = elementary.sin(algebra, phi)
            return algebra.rational_power(one - m * sine * sine, HALF)
        sine = _sine(algebra, u, m)
        square = one - (sine * sine if name == "jacobicn" else m * sine * sine)
        signs = algebra.signs
        real = signs.is_real(u) and signs.is_real(m)
        relation = None
        if square.den.is_one():
            relation = lambda: (2, square.num)  # noqa: E731 (passed on as a callable)
        # a quarter period is pi/2 at least, DLMF 19.2.8; dn has no zero for m < 1
        positive = real and signs.of(m) > 0 and signs.of(one - m) > 0
        if positive and name == "jacobicn":
            quarter = algebra.pi.scale(HALF)
            positive = signs.of(quarter - u) > 0 and signs.of(quarter + u) > 0
        found = algebra.kernel(
            name,
            *(u.key, m.key),
            payload=(u, m),
            relation=relation,
            real=real,
            sign=1 if positive else 0,
        )
        if positive:
            algebra.square_roots[square.key] = found
        return found

    return build


TABLE: dict[str, Rule] = {
    "legendre": _three_terms(
        "legendre",
        lambda algebra, x: x,
        _legendre_up,
        _legendre_down,
        has_parity=_if_polynomial,
        ends=_at_one,
    ),
    "hermite": _three_terms(
        "hermite",
        lambda algebra, x: x.scale(2),
        _hermite_up,
        _hermite_down,
        has_parity=_if_polynomial,
        ends=_nowhere,
    ),
    "laguerre": _three_terms(
        "laguerre",
        lambda algebra, x: algebra.field.one - x,
        _laguerre_up,
        _laguerre_down,
        has_parity=_never,
        ends=_at_zero,
    ),
    "chebyshevt": _chebyshev_rule("chebyshevt", second_kind=False),
    "chebyshevu": _chebyshev_rule("chebyshevu", second_kind=True),
    "jacobisn": _sn,
    "jacobicn": _partner("jacobicn"),
    "jacobidn": _partner("jacobidn"),
}
