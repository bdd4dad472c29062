"""Classical orthogonal polynomials by their recurrences, and Jacobi's elliptic functions.

Recurrences DLMF 18.9.1, connections 14.9.5 and 18.5.1, elliptic functions 22.6.1. Whole degrees
are polynomials; for other degrees the recurrences hold as well, for the functions of DLMF 14, 12
and 13 that SymPy means.
"""

from __future__ import annotations

from collections.abc import Callable

from derivcheck.symbolic.scalar import complexes, elementary, special
from derivcheck.symbolic.scalar.algebra import Algebra
from derivcheck.symbolic.scalar.denest import rational_square_root
from derivcheck.symbolic.scalar.field import HALF, Element, oriented
from derivcheck.symbolic.scalar.recurrences import Term, second_order, shift
from derivcheck.symbolic.scalar.special import Rule

Coefficients = tuple[Term, Term, Term]


def _three_terms(
    name: str,
    first: Callable[[Element], Element],
    recurrence: Callable[[Element, Element], Coefficients],
    has_parity: Callable[[Algebra, Element], bool] = lambda algebra, n: False,
    ends: Callable[[Element], bool] = lambda x: False,
) -> Rule:
    """A family f(0) = 1, f(1) = first(x): kernels are f(base) and f(base + 1).

    ``recurrence``: (a, p, q) at n and x, where a*f(n + 1) = p*f(n) + q*f(n - 1).

    ``has_parity``: for which n f(n, -x) = (-1)**n*f(n, x); ``ends``: where x is so, f is 1.
    """

    def build(algebra: Algebra, n: Element, x: Element) -> Element:
        one = algebra.field.one
        if ends(x):
            return one
        if name == "legendre" and oriented(n)[1] < 0:
            return build(algebra, -n - 1, x)  # 14.9.5
        turned, sign = oriented(x)
        if sign < 0 and has_parity(algebra, n):
            return algebra.power(-one, n) * build(algebra, n, turned)
        base, steps = shift(n)
        if base.is_zero and steps < 0:
            return algebra.opaque(name, n, x)
        if base.is_zero:
            low, high = one, first(x)
        else:
            real = all(algebra.signs.is_real(u) for u in (n, x)) and algebra.is_whole(n)
            low, high = (algebra.opaque(name, order, x, real=real) for order in (base, base + 1))
        return second_order(low, high, base, steps, lambda order: recurrence(order, x))

    return build


def _if_polynomial(algebra: Algebra, n: Element) -> bool:
    """Polynomials are even or odd; of negative degree, P(-1) = P(0) is even and H(-1) neither."""
    return special.is_natural(algebra, n)


def _chebyshev_rule(name: str, second_kind: bool) -> Rule:
    """T_n = (w**n + w**-n)/2 and U_n = (w**(n+1) - w**-(n+1))/(w - 1/w), w = x + sqrt(x**2 - 1).

    For whole n either root will do; else x > -1 is needed, where w**n has no cut. Whole degrees
    below 0 are even or odd as well: T(-n) = T(n) and U(-n) = -U(n - 2).
    """
    general = _three_terms(
        name,
        lambda x: x * (1 + second_kind),
        lambda n, x: (1, 2 * x, -1),
        has_parity=Algebra.is_whole,
    )

    def build(algebra: Algebra, n: Element, x: Element) -> Element:
        one = algebra.field.one
        if x.is_one:
            return n + 1 if second_kind else one
        if n.constant is not None or not algebra.is_whole(n):
            return general(algebra, n, x)
        turned, sign = oriented(x)
        if sign < 0:
            return algebra.power(-one, n) * build(algebra, n, turned)
        square = x * x - 1
        root = rational_square_root(square) or algebra.rational_power(square, HALF)
        w = x + root
        order = n + 1 if second_kind else n
        exponent = complexes.exponent_of(algebra, w)
        # a product of exponentials has the exponents multiplied
        growth = algebra.power(w, order) if exponent is None else algebra.exp(exponent * order)
        back = 1 / growth
        return (growth - back) / (2 * root) if second_kind else (growth + back) / 2

    return build


# -- Jacobi's elliptic functions -------------------------------------------------------------


def _sn(algebra: Algebra, u: Element, m: Element) -> Element:
    u, sign = oriented(u)
    if u.is_zero:
        return u
    if m.is_zero:
        return elementary.sin(algebra, u) * sign
    if m.is_one:
        return elementary.tanh(algebra, u) * sign
    phi = _amplitude(algebra, u, m)
    if phi is not None:
        return elementary.sin(algebra, phi) * sign
    for name in ("jacobicn", "jacobidn"):
        if name in algebra.functions:  # so that it is known as a root of 1 - sn**2
            TABLE[name](algebra, u, m)
    return _sine(algebra, u, m) * sign


def _amplitude(algebra: Algebra, u: Element, m: Element) -> Element | None:
    """phi for u = ellipf(phi, m), DLMF 22.16.11 and 22.20."""
    kernel = algebra.field.kernels[u.alone] if u.alone is not None else None
    if kernel is None or kernel.kind != "ellipf" or kernel.payload[1].key != m.key:
        return None
    phi: Element = kernel.payload[0]
    return phi


def _sine(algebra: Algebra, u: Element, m: Element) -> Element:
    real = algebra.signs.is_real(u) and algebra.signs.is_real(m)
    return algebra.opaque("jacobisn", u, m, real=real)


def _partner(name: str) -> Rule:
    """cn and dn: even, cn**2 = 1 - sn**2, dn**2 = 1 - m*sn**2."""

    def build(algebra: Algebra, u: Element, m: Element) -> Element:
        u = oriented(u)[0]
        is_cosine = name == "jacobicn"
        if u.is_zero or (m.is_zero and not is_cosine):
            return algebra.field.one
        if m.is_zero:
            return elementary.cos(algebra, u)
        if m.is_one:
            return 1 / elementary.cosh(algebra, u)
        phi = _amplitude(algebra, u, m)
        if phi is not None and is_cosine:
            return elementary.cos(algebra, phi)
        if phi is not None:
            return algebra.rational_power(1 - m * elementary.sin(algebra, phi) ** 2, HALF)
        sine = _sine(algebra, u, m)
        square = 1 - (sine**2 if is_cosine else m * sine**2)
        signs = algebra.signs
        real = signs.is_real(u) and signs.is_real(m)
        # a quarter period is pi/2 at least, DLMF 19.2.8; dn has no zero for m < 1
        positive = real and signs.of(m) > 0 and signs.of(1 - m) > 0
        if positive and is_cosine:
            quarter = algebra.pi / 2
            positive = signs.of(quarter - u) > 0 and signs.of(quarter + u) > 0
        relation = (lambda: (2, square.num)) if square.den.is_one() else None
        found = algebra.opaque(name, u, m, relation=relation, real=real, sign=int(positive))
        if positive:
            algebra.square_roots[square.key] = found
        return found

    return build


TABLE: dict[str, Rule] = {
    "legendre": _three_terms(
        "legendre",
        lambda x: x,
        lambda n, x: (n + 1, (2 * n + 1) * x, -n),
        _if_polynomial,
        ends=lambda x: x.is_one,
    ),
    "hermite": _three_terms(
        "hermite", lambda x: 2 * x, lambda n, x: (1, 2 * x, -2 * n), _if_polynomial
    ),
    "laguerre": _three_terms(
        "laguerre",
        lambda x: 1 - x,
        lambda n, x: (n + 1, 2 * n + 1 - x, -n),
        ends=lambda x: x.is_zero,
    ),
    "chebyshevt": _chebyshev_rule("chebyshevt", second_kind=False),
    "chebyshevu": _chebyshev_rule("chebyshevu", second_kind=True),
    "jacobisn": _sn,
    "jacobicn": _partner("jacobicn"),
    "jacobidn": _partner("jacobidn"),
}
