"""Hypergeometric functions and their kin: integer shifts of parameters, and closed forms.

A function pFq(a; b; z) is kept beside its derivatives by z*d/dz, all at base parameters; shifts by
whole numbers are reached by contiguous relations, DLMF 13.3, 15.5 and 16.3: with D = z*d/dz,
(D + a) raises a numerator parameter a, (D + b - 1) lowers a denominator parameter b, and the
differential equation inverts both. Everything here is an identity of analytic functions, valid
where no denominator that it divides by vanishes; the field of kernels remembers those. Principal
branches have their cut on z >= 1 (2F1, the incomplete beta function), where values are not real. A
long module: shifts, transformations and closed forms call one another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise, product
from math import factorial
from operator import add, mul

import flint

from derivcheck.lang.functions import ROWS
from derivcheck.symbolic.scalar import complexes, elementary, orthogonal, special
from derivcheck.symbolic.scalar.algebra import Algebra
from derivcheck.symbolic.scalar.denest import rational_square_root
from derivcheck.symbolic.scalar.field import HALF, Element, Unprovable
from derivcheck.symbolic.scalar.recurrences import first_order, positive_shift, whole_number
from derivcheck.symbolic.scalar.special import Rule

_MOST_TERMS = 30
Parameters = tuple[Element, ...]


@dataclass
class _Tower:
    """f = pFq(tops; bottoms; z) and its derivatives D**k f, D = z*d/dz, as many as its equation
    leaves free; parameters move by whole steps.

    The equation is P(D) f = z*Q(D) f with P(D) = D*(D + b1 - 1)*... and Q(D) = (D + a1)*...,
    DLMF 16.8.3.
    """

    tops: list[Element]
    bottoms: list[Element]
    z: Element
    values: list[Element]

    def _equation(self) -> tuple[list[Element], list[Element]]:
        """The coefficients of P and Q, lowest first."""
        field = self.z.field
        free = _with_roots([field.zero, field.one], [b - 1 for b in self.bottoms])
        return free, _with_roots([field.one], self.tops)

    def _up(self, alpha: Element) -> None:
        """(D + alpha)/alpha of f, and its derivatives."""
        free, bound = self._equation()
        rest = _minus(free, self.z, bound)
        highest = -reduce(add, map(mul, rest, self.values)) / rest[-1]
        chain = [*self.values, highest]
        self.values = [(after + alpha * now) / alpha for now, after in pairwise(chain)]

    def _down(self, alpha: Element) -> None:
        """What ``_up`` makes these of, the parameters being those of the result g.

        With P(D) = P1(D)*(D + alpha) + P(-alpha), and Q as well, (D + alpha) g = alpha*f puts
        alpha*(P1 - z*Q1)(D) f in place of all but (P(-alpha) - z*Q(-alpha))*g.
        """
        (left, p), (right, q) = (_divided(poly, alpha) for poly in self._equation())
        quotient = _minus(left, self.z, right)
        result = alpha * reduce(add, map(mul, quotient, self.values)) / (self.z * q - p)
        values = [result]
        for now in self.values[:-1]:
            values.append(alpha * (now - values[-1]))
        self.values = values

    def move_bottom(self, place: int, count: int) -> None:
        """Add so many to a denominator's parameter."""
        for _ in range(count):
            self.bottoms[place] = self.bottoms[place] + 1
            self._down(self.bottoms[place] - 1)
        for _ in range(-count):
            self._up(self.bottoms[place] - 1)
            self.bottoms[place] = self.bottoms[place] - 1

    def move_top(self, place: int, count: int) -> None:
        """Add so many to a numerator's parameter."""
        for _ in range(count):
            self._up(self.tops[place])
            self.tops[place] = self.tops[place] + 1
        for _ in range(-count):
            self.tops[place] = self.tops[place] - 1
            self._down(self.tops[place])


def _with_roots(poly: list[Element], tilts: Sequence[Element]) -> list[Element]:
    """A polynomial times x + t for each t."""
    for tilt in tilts:
        low, high = [c * tilt for c in poly], poly
        poly = [low[0], *map(add, low[1:], high), high[-1]]
    return poly


def _minus(left: list[Element], z: Element, right: list[Element]) -> list[Element]:
    """left - z*right of polynomials, the second no longer than the first."""
    return [c - z * right[k] if k < len(right) else c for k, c in enumerate(left)]


def _divided(poly: list[Element], tilt: Element) -> tuple[list[Element], Element]:
    """Quotient and remainder of a polynomial by x + tilt."""
    carried = poly[-1]
    quotient = []
    for c in reversed(poly[:-1]):
        quotient.append(carried)
        carried = c - tilt * carried
    return quotient[::-1], carried


def hyper(algebra: Algebra, tops: Parameters, bottoms: Parameters, z: Element) -> Element:
    """pFq(tops; bottoms; z)."""
    if z.is_zero:
        return algebra.field.one
    tops, bottoms = _cancelled(tops, bottoms)
    for a in tops:
        degree = a.constant
        if degree is not None and degree.denominator == 1 and -_MOST_TERMS <= degree <= 0:
            return _terminating(algebra, tops, bottoms, z, int(-degree))
    if not bottoms and len(tops) == 1:
        return algebra.power(1 - z, -tops[0])
    if not bottoms and not tops:
        return algebra.exp(z)
    for (i, a), (j, b) in product(enumerate(tops), enumerate(bottoms)):
        excess = whole_number(a - b)
        if excess is not None and excess > 0:
            rest = (*tops[:i], *tops[i + 1 :]), (*bottoms[:j], *bottoms[j + 1 :])
            return _raised(algebra, *rest, z, b, excess)
    polynomial = _polynomial(algebra, tops, bottoms, z)
    if polynomial is not None:
        return polynomial
    if len(bottoms) > 1:
        lowered = _of_lower_order(algebra, tops, bottoms, z)
        return lowered if lowered is not None else _of_higher_order(algebra, tops, bottoms, z)
    return _of_order_two(algebra, tops, bottoms[0], z)


def _polynomial(
    algebra: Algebra, tops: Parameters, bottoms: Parameters, z: Element
) -> Element | None:
    """Chebyshev's functions beside such, DLMF 15.9.5, and Bessel's, 10.39.5."""
    if len(bottoms) != 1 or not tops:
        return None
    bottom = bottoms[0]
    degree = -min(tops, key=lambda a: (a.num.leading_coefficient() > 0, a.key))
    at = 1 - 2 * z
    twice = len(tops) == 1 and (2 * tops[0] - bottom).is_zero
    if twice and "besseli" in algebra.functions and algebra.signs.of(z) > 0:
        _turn_about(algebra, bottom)
        order = tops[0] - HALF
        scale = special.gamma(algebra, order + 1) * algebra.power(z / 4, -order)
        return scale * algebra.exp(z / 2) * special.TABLE["besseli"](algebra, order, z / 2)
    if len(tops) != 2:
        return None
    total = tops[0] + tops[1]
    if "chebyshevt" in algebra.functions and bottom.constant == HALF and total.is_zero:
        return orthogonal.TABLE["chebyshevt"](algebra, degree, at)
    second = bottom.constant == 3 * HALF and total.constant == 2
    if "chebyshevu" in algebra.functions and second:
        return orthogonal.TABLE["chebyshevu"](algebra, degree, at) / (degree + 1)
    return None


def _opaque(algebra: Algebra, tops: Parameters, bottoms: Parameters, z: Element) -> Element:
    tops, bottoms = _sorted(tops), _sorted(bottoms)
    keys = (u.key for u in (*tops, *bottoms, z))
    payload = (*tops, *bottoms, z)
    real = all(algebra.signs.is_real(u) for u in payload) and len(tops) <= len(bottoms)
    return algebra.kernel("pFq", len(tops), *keys, payload=payload, real=real)


def _sorted(parameters: Parameters) -> Parameters:
    return tuple(sorted(parameters, key=lambda u: u.key))


def _cancelled(tops: Parameters, bottoms: Parameters) -> tuple[Parameters, Parameters]:
    left = list(bottoms)
    kept = []
    for a in tops:
        same = next((b for b in left if b.key == a.key), None)
        if same is None:
            kept.append(a)
        elif (value := a.constant) is not None and value.denominator == 1 and value <= 0:
            # DLMF 15.2(ii): a polynomial, or what it is the limit of for equal parameters
            raise Unprovable("a hypergeometric function that has two meanings")
        else:
            left.remove(same)
    return tuple(kept), tuple(left)


def _terminating(
    algebra: Algebra, tops: Parameters, bottoms: Parameters, z: Element, degree: int
) -> Element:
    total = term = algebra.field.one
    for k in range(degree):
        term = _risen(term, tops, bottoms, k) * z / (k + 1)
        total = total + term
    return total


def _risen(term: Element, tops: Sequence[Element], bottoms: Sequence[Element], k: int) -> Element:
    """A quotient of Pochhammer symbols (a)_k/(b)_k with k + 1 for k."""
    for a in tops:
        term = term * (a + k)
    for b in bottoms:
        term = term / (b + k)
    return term


def _raised(
    algebra: Algebra, tops: Parameters, bottoms: Parameters, z: Element, b: Element, excess: int
) -> Element:
    """The function with one more pair b + excess over b: a polynomial in D of the one without.

    D**k f = sum of S(k, j)*z**j*f^(j), Stirling numbers of the second kind.
    """
    _turn_about(algebra, b)
    coefficients = [algebra.field.one]  # of powers of D
    for m in range(excess):
        alpha = b + m
        fresh = [c * alpha for c in coefficients] + [algebra.field.zero]
        for k, c in enumerate(coefficients):
            fresh[k + 1] = fresh[k + 1] + c
        coefficients = [c / alpha for c in fresh]
    total = algebra.field.zero
    slope = algebra.field.one
    for j in range(len(coefficients)):
        lifted = hyper(algebra, tuple(a + j for a in tops), tuple(c + j for c in bottoms), z)
        weight = algebra.field.zero
        for k in range(j, len(coefficients)):
            weight = weight + coefficients[k] * int(flint.fmpz.stirling_s2(k, j))
        total = total + weight * slope * z**j * lifted
        slope = _risen(slope, tops, bottoms, j)
    return total


def _of_order_two(algebra: Algebra, tops: Parameters, bottom: Element, z: Element) -> Element:
    mirrored = _mirrored(algebra, tops, bottom, z)
    if mirrored is not None:
        return mirrored
    turned = _turned(algebra, tops, bottom, z)
    if turned is not None:
        if not all(map(_ends_nowhere, tops)):
            _turn_about(algebra, bottom)
        factor, tops, z = turned
        return factor * hyper(algebra, tops, (bottom,), z)
    bases = [positive_shift(a) for a in tops]
    base, steps = positive_shift(bottom)
    if bottom.constant is not None and bottom.constant <= 0 and base.is_zero:
        raise Unprovable("a hypergeometric function at a pole of its parameters")
    inner = None
    for a, _ in bases:
        gap = whole_number(base - a)
        if gap is not None:
            # the base function has b = a + 1, and (D + a) f = a*h with h of order one
            base, steps = base + (1 - gap), steps + gap - 1
            inner = a
            break
    first = tuple(a for a, _ in bases)
    at = _Tower(list(first), [base], z, list(_base(algebra, first, base, z, inner)))
    # beside a = b - 1 the denominator's parameter must never meet the numerator's
    if steps > 0:
        at.move_bottom(0, steps)
    for place, (_, count) in enumerate(bases):
        at.move_top(place, count)
    if steps < 0:
        at.move_bottom(0, steps)
    return at.values[0]


def _of_lower_order(
    algebra: Algebra, tops: Parameters, bottoms: Parameters, z: Element
) -> Element | None:
    """Beside a numerator's 1 and a denominator's whole number s + 1 the series is one without
    both, s terms later, where all other parameters are numbers: half a Struve function is a
    sine, DLMF 11.4(i)."""
    at = next((i for i, a in enumerate(tops) if a.is_one), None)
    whole = next((j for j, b in enumerate(bottoms) if (whole_number(b) or 0) > 1), None)
    if at is None or whole is None:
        return None
    count = (whole_number(bottoms[whole]) or 1) - 1
    above = [a - count for i, a in enumerate(tops) if i != at]
    below = [b - count for j, b in enumerate(bottoms) if j != whole]
    values = [u.constant for u in (*above, *below)]
    if any(v is None or (v.denominator == 1 and v <= 0) for v in values):
        return None
    total = hyper(algebra, tuple(above), tuple(below), z)
    term = algebra.field.one
    for k in range(count):
        total = total - term
        term = _risen(term, above, below, k) * z / (k + 1)
    return total / term


def _of_higher_order(
    algebra: Algebra, tops: Parameters, bottoms: Parameters, z: Element
) -> Element:
    """All whose parameters differ by whole numbers by one of them and its derivatives."""
    above = sorted(map(positive_shift, tops), key=lambda shifted: shifted[0].key)
    below = sorted(map(positive_shift, bottoms), key=lambda shifted: shifted[0].key)
    if any(whole_number(a - b) is not None for (a, _), (b, _) in product(above, below)):
        return _opaque(algebra, tops, bottoms, z)  # of lower order at the base
    if any(b.is_zero for b, _ in below):
        raise Unprovable("a hypergeometric function at a pole of its parameters")
    first, last = tuple(a for a, _ in above), tuple(b for b, _ in below)
    at = _Tower(list(first), list(last), z, _base_tower(algebra, first, last, z))
    for place, (_, count) in enumerate(below):
        at.move_bottom(place, count)
    for place, (_, count) in enumerate(above):
        at.move_top(place, count)
    return at.values[0]


def _base_tower(
    algebra: Algebra, tops: Parameters, bottoms: Parameters, z: Element
) -> list[Element]:
    """The function at base parameters and its derivatives. Beside a numerator's 1 the factorial
    is gone from the series, and its highest one is told by the others:
    (D + b1 - 1)*... f = (b1 - 1)*... + z*(D + a2)*... f."""
    keys = (*(a.key for a in tops), *(b.key for b in bottoms), z.key)
    payload = (*tops, *bottoms, z)
    real = all(map(algebra.signs.is_real, payload))
    real = real and (len(tops) <= len(bottoms) or algebra.signs.of(1 - z) > 0)
    others = [a for a in tops if not a.is_one]
    is_determined = len(others) < len(tops)
    values = [
        algebra.kernel(f"D{k} pFq", len(tops), *keys, payload=payload, real=real)
        for k in range(len(bottoms) + 1 - is_determined)
    ]
    if is_determined:
        others += [algebra.field.one] * (len(tops) - 1 - len(others))
        tilts = [b - 1 for b in bottoms]
        field = algebra.field
        rest = _minus(_with_roots([field.one], tilts), z, _with_roots([field.one], others))
        known = reduce(mul, tilts) - reduce(add, map(mul, rest, values))
        values.append(known / rest[-1])
    return values


def _turn_about(algebra: Algebra, bottom: Element) -> None:
    """Write down a lower parameter at whose poles polynomials are no limits: 1F1(-3; -5; z)."""
    if bottom.constant is None:
        algebra.rests.turned_about[bottom.key] = bottom


def _ends_nowhere(top: Element) -> bool:
    """Whether a series with that upper parameter certainly does not end."""
    value = top.constant
    return value is not None and (value > 0 or value.denominator != 1)


def _turned(
    algebra: Algebra, tops: Parameters, bottom: Element, z: Element
) -> tuple[Element, Parameters, Element] | None:
    """A transformation to the preferred one of equal functions: factor, parameters, argument.

    Kummer's (DLMF 13.2.39), Euler's and Pfaff's (15.8.1); None where it is the preferred one.
    Preferred are parameters with b - a whole, for which closed forms are known, then an argument
    without denominator or with a positive leading coefficient, then the smaller text.
    """
    one = algebra.field.one
    options: list[tuple[Element, Parameters, Element]]
    if len(tops) == 1:
        options = [(one, tops, z), (algebra.exp(z), (bottom - tops[0],), -z)]
    elif len(tops) == 2:
        a, b = tops
        rest = one - z
        options = [
            (one, tops, z),
            (algebra.power(rest, bottom - a - b), (bottom - a, bottom - b), z),
        ]
        # Pfaff's takes one side of the cut to the other
        if algebra.signs.of(rest) > 0:
            other = z / (z - one)
            options += [
                (algebra.power(rest, -a), (a, bottom - b), other),
                (algebra.power(rest, -b), (bottom - a, b), other),
            ]
    else:
        return None

    def rank(option: tuple[Element, Parameters, Element]) -> tuple[object, ...]:
        _, parameters, at = option
        closed = any(whole_number(bottom - a) is not None for a in parameters)
        ends = any(a.constant is not None and positive_shift(a)[0].is_one for a in parameters)
        lead = at.num.leading_coefficient() < 0
        bases = tuple(sorted(positive_shift(a)[0].key for a in parameters))
        return (not closed, ends and not closed, len(at.den) + len(at.num), lead, bases)

    best = min(options, key=rank)
    return None if rank(best) == rank(options[0]) else best


def _mirrored(algebra: Algebra, tops: Parameters, bottom: Element, z: Element) -> Element | None:
    """A polynomial 2F1(-n, b; c; z) by one in 1 - z, where that is the preferred argument (as
    (1 - x)/2 is to (1 + x)/2), DLMF 15.8.7."""
    rest = 1 - z
    if len(tops) != 2 or not _rank(rest) < _rank(z):
        return None
    for top, other in (tops, tops[::-1]):
        if top.constant is None and special.is_natural(algebra, -top):
            end = other - bottom + 1
            for lower in (bottom, end + top):
                _turn_about(algebra, lower)
            scale = algebra.power(-algebra.field.one, -top)
            for above, below in ((end, end + top), (bottom, bottom - top)):
                scale = scale * special.gamma(algebra, above) / special.gamma(algebra, below)
            return scale * hyper(algebra, tops, (end + top,), rest)
    return None


def _rank(z: Element) -> tuple[int, bool]:
    return len(z.den) + len(z.num), z.num.leading_coefficient() > 0


def _base(
    algebra: Algebra, tops: Parameters, bottom: Element, z: Element, inner: Element | None
) -> tuple[Element, Element]:
    """The function at base parameters, and D of it."""
    known = _closed(algebra, tops, bottom, z)
    if known is not None and not isinstance(known, Element):
        return known
    keys = (*sorted(a.key for a in tops), bottom.key, z.key)
    payload = (*tops, bottom, z)
    real = all(algebra.signs.is_real(u) for u in payload)
    real = real and (len(tops) < 2 or algebra.signs.of(1 - z) > 0)

    def kernel(name: str) -> Element:
        return algebra.kernel(name, len(tops), *keys, payload=payload, real=real)

    f = known if known is not None else kernel("hyper")
    if inner is None:
        return f, kernel("D hyper")
    others = list(tops)
    others.remove(next(a for a in others if a.key == inner.key))
    return f, inner * (hyper(algebra, tuple(others), (), z) - f)


def _closed(
    algebra: Algebra, tops: Parameters, bottom: Element, z: Element
) -> Element | tuple[Element, Element] | None:
    """A closed form of the base function, alone or with its D."""
    values = tuple(sorted(a.constant for a in tops if a.constant is not None))
    if len(values) == len(tops) and bottom.constant is not None:
        form = _CLOSED.get((*values, bottom.constant))
        if form is not None:
            return form(algebra, z)
    if not tops:
        return _bessel(algebra, bottom, z)
    w = -z
    if len(tops) == 1 and (bottom - tops[0]).is_one and algebra.signs.of(w) > 0:
        a = tops[0]
        return a * algebra.power(w, -a) * lowergamma(algebra, a, w)
    inside = algebra.signs.of(z) > 0 and algebra.signs.of(1 - z) > 0
    if len(tops) == 2 and inside and "betainc" in algebra.functions:
        for a, b in (tops, tops[::-1]):
            if (bottom - a).is_one:
                return a * algebra.power(z, -a) * betainc(algebra, a, 1 - b, z)
    return None


def _square_root(algebra: Algebra, u: Element) -> tuple[Element, bool] | None:
    """w with w**2 = u, of either sign; whether it is -u instead. None where neither is plain."""
    for turned, negated in ((u, False), (-u, True)):
        root = rational_square_root(turned)
        if root is not None and algebra.signs.is_real(root):
            return root, negated
    sign = algebra.signs.of(u)
    if sign:
        return algebra.rational_power(u * sign, HALF), sign < 0
    return None


def _cosine(algebra: Algebra, z: Element) -> tuple[Element, Element] | None:
    """0F1(; 1/2; w**2) = cosh(2*w)."""
    found = _square_root(algebra, z)
    if found is None:
        return None
    w, negated = found
    if negated:
        return elementary.cos(algebra, 2 * w), -w * elementary.sin(algebra, 2 * w)
    return elementary.cosh(algebra, 2 * w), w * elementary.sinh(algebra, 2 * w)


def _error(algebra: Algebra, z: Element) -> Element | None:
    """1F1(1/2; 3/2; w**2) = sqrt(pi)*erfi(w)/(2*w), DLMF 13.6.7."""
    found = _odd(algebra, z, special.TABLE["erfi"], special.TABLE["erf"])
    return None if found is None else algebra.rational_power(algebra.pi, HALF) / 2 * found


def _odd(algebra: Algebra, z: Element, positive: Rule, negative: Rule) -> Element | None:
    found = _square_root(algebra, z)
    if found is None:
        return None
    w, negated = found
    return (negative if negated else positive)(algebra, w) / w


def _bessel(algebra: Algebra, bottom: Element, z: Element) -> tuple[Element, Element] | None:
    """0F1(; b; -w**2) by besselj(b - 1, 2*w) and D of it, beside such; DLMF 10.16.9, 10.39.9."""
    for name, u in (("besselj", -z), ("besseli", z)):
        if name not in algebra.functions or algebra.signs.of(u) <= 0:
            continue
        w = algebra.rational_power(u, HALF)
        order = bottom - 1
        scale = special.gamma(algebra, bottom) * algebra.power(w, -order)
        first, second = (special.TABLE[name](algebra, n, 2 * w) for n in (order, bottom))
        return scale * first, scale * w * (-second if name == "besselj" else second)
    return None


def _complete_elliptic(algebra: Algebra, m: Element) -> tuple[Element, Element]:
    """2F1(1/2, 1/2; 1; m) = 2*K(m)/pi, DLMF 19.5.1."""
    first, second = special.ellipk(algebra, m), special.ellipe(algebra, m)
    rest = 1 - m
    return 2 * first / algebra.pi, (second - rest * first) / rest / algebra.pi


_THREE_HALVES = Fraction(3, 2)
_CLOSED: dict[
    tuple[Fraction, ...], Callable[[Algebra, Element], Element | tuple[Element, Element] | None]
] = {
    (HALF,): _cosine,
    (HALF, _THREE_HALVES): _error,
    (HALF, HALF, Fraction(1)): _complete_elliptic,
    # DLMF 13.6.2 and 15.4.1
    (Fraction(1), Fraction(2)): lambda algebra, z: (algebra.exp(z) - 1) / z,
    (Fraction(1), Fraction(1), Fraction(2)): lambda algebra, z: -algebra.log(1 - z) / z,
    # atanh(w)/w and asin(w)/w for z = w**2, DLMF 15.4.2 and 15.4.4
    (HALF, Fraction(1), _THREE_HALVES): lambda algebra, z: _odd(
        algebra, z, elementary.atanh, complexes.atan
    ),
    (HALF, HALF, _THREE_HALVES): lambda algebra, z: _odd(
        algebra, z, elementary.asin, elementary.asinh
    ),
}
"""Parameters of a base function, numerators sorted and the denominator last, to a closed form."""


# -- incomplete gamma and beta ---------------------------------------------------------------


def lowergamma(algebra: Algebra, a: Element, z: Element) -> Element:
    """gamma(a) - uppergamma(a, z), DLMF 8.2.3; undefined where gamma(a) is."""
    if z.is_zero:
        if algebra.signs.of(a) > 0:
            return z
        raise Unprovable("lowergamma(a, 0) with a that may not be positive")
    return special.gamma(algebra, a) - special.uppergamma(algebra, a, z)


def betainc(algebra: Algebra, a: Element, b: Element, x: Element) -> Element:
    """Shifts of both parameters, DLMF 8.17.20 and 8.17.21, and B_x(a, b) + B_{1-x}(b, a)."""
    if x.is_zero and algebra.signs.of(a) > 0:
        return x
    if x.is_one and algebra.signs.of(a) > 0 and algebra.signs.of(b) > 0:
        return special.beta(algebra, a, b)
    rest = 1 - x
    if _is_simpler(rest, x):
        return special.beta(algebra, a, b) - betainc(algebra, b, a, rest)
    first, ups = positive_shift(a)
    second, overs = positive_shift(b)
    if first.is_zero:
        raise Unprovable("betainc at a pole of its parameters")
    found = _base_beta(algebra, first, second, x)

    def edge(p: Element, q: Element) -> Element:
        return algebra.power(x, p) * algebra.power(rest, q)

    found = first_order(found, first, ups, lambda p: (p + second, p, -edge(p, second)))
    return first_order(found, second, overs, lambda q: (a + q, q, edge(a, q)))


def _is_simpler(one: Element, other: Element) -> bool:
    """Which of x and 1 - x stands in the normal form: the one with fewer terms and no minus."""

    def rank(u: Element) -> tuple[int, bool, str]:
        return len(u.num) + len(u.den), u.num.leading_coefficient() < 0, u.key

    return rank(one) < rank(other)


def _base_beta(algebra: Algebra, a: Element, b: Element, x: Element) -> Element:
    if b.is_one:
        return algebra.power(x, a) / a
    if a.is_one:
        return (1 - algebra.power(1 - x, b)) / b
    if a.constant == HALF and b.constant == HALF:
        return 2 * elementary.asin(algebra, algebra.rational_power(x, HALF))
    inside = algebra.signs.of(x) > 0 and algebra.signs.of(1 - x) > 0
    real = inside and algebra.signs.is_real(a) and algebra.signs.is_real(b)
    return algebra.opaque("betainc", a, b, x, real=real)


# -- Hurwitz zeta ----------------------------------------------------------------------------


def zeta(algebra: Algebra, s: Element, a: Element) -> Element:
    """zeta(s, a + 1) = zeta(s, a) - a**(-s), DLMF 25.11.3; known at 1 and 1/2, 25.11.2 and 11."""
    order = whole_number(s)
    if order is not None and order > 1:
        scale = Fraction((-1) ** order, factorial(order - 1))
        return special.polygamma(algebra, algebra.number(order - 1), a) * scale
    if order is not None and order <= 0:
        poly = flint.fmpq_poly.bernoulli_poly(1 - order)
        return special.polynomial_at(algebra, poly, a) / (order - 1)
    base, steps = positive_shift(a)
    if base.is_one:
        found = special.zeta(algebra, s)
    elif base.constant == HALF:
        found = (algebra.power(algebra.number(2), s) - 1) * special.zeta(algebra, s)
    else:
        real = algebra.signs.of(a) > 0 and algebra.signs.is_real(s)
        found = algebra.opaque("zeta_hurwitz", s, base, real=real)
    return first_order(found, base, steps, lambda at: (1, 1, -algebra.power(at, -s)))


def zeta_by_order(algebra: Algebra, s: Element, a: Element) -> Element:
    """The derivative of zeta(s, a) by s: shifts of a as in :func:`zeta`."""
    base, steps = positive_shift(a)
    if base.is_one:
        found = algebra.opaque("zeta#1", s)
    else:
        found = algebra.opaque("zeta_hurwitz#1,0", s, base)

    def relation(at: Element) -> tuple[int, int, Element]:
        return 1, 1, algebra.power(at, -s) * algebra.log(at)

    return first_order(found, base, steps, relation)


# -- orthogonal polynomials beside hypergeometric functions ------------------------------------


def _series_with(name: str, other: str, series: Rule) -> Rule:
    """A function as it is, but beside another one as the series that it is, DLMF 18.5."""
    plain = orthogonal.TABLE[name]
    return lambda algebra, n, x: (series if other in algebra.functions else plain)(algebra, n, x)


def _with_lists(above: int) -> Rule:
    return lambda algebra, *args: hyper(algebra, args[:above], args[above:-1], args[-1])


TABLE: dict[str, Rule] = {
    **{row.name: _with_lists(row.lists[0]) for row in ROWS if row.lists is not None},
    "lowergamma": lowergamma,
    "betainc": betainc,
    "betainc_regularized": lambda algebra, a, b, x: (
        betainc(algebra, a, b, x) / special.beta(algebra, a, b)
    ),
    "zeta_hurwitz": zeta,
    "zeta_hurwitz#1,0": zeta_by_order,
    **{f"hyp{above}f1": _with_lists(above) for above in range(3)},
    "legendre": _series_with(
        "legendre",
        "hyp2f1",
        lambda algebra, n, x: hyper(algebra, (-n, n + 1), (algebra.field.one,), (1 - x) / 2),
    ),
    "laguerre": _series_with(
        "laguerre", "hyp1f1", lambda algebra, n, x: hyper(algebra, (-n,), (algebra.field.one,), x)
    ),
}
