"""Which kernels and polynomials are real, and which sign they have on the whole domain.

Signs hold almost everywhere: where a polynomial vanishes on a set without interior, the
identities proved with its sign extend by continuity. Unknown is 0, never a guess. A long module:
whether something is real and which sign it has are found by one another.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint

from derivcheck.symbolic.scalar.field import Element, Field, Poly, precision, to_flint, to_fraction
from derivcheck.symbolic.scalar.linear import (
    Rational,
    Row,
    Rows,
    infeasible,
    sample_points,
    univariate,
)

PRECISION = 128
_HUGE = 2**1024
"""Values beyond it are not written as fractions."""
_MAX_QUADRATIC_TERMS = 12
_MAX_DEGREE = 12


class NeedSign(Exception):
    """A proof needs the sign of ``element``: split into cases."""

    def __init__(self, element: Element) -> None:
        super().__init__(element.key)
        self.element = element


class Signs:
    """Signs within one cell: declared domains, assumed facts, and what follows from them."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.real: set[int] = set()
        self.imaginary: set[int] = set()
        """Kernels of absolute value 1: exp of an imaginary exponent."""
        self.sign: dict[int, int] = {}
        self.links: dict[int, tuple[Element, int]] = {}
        """Kernels with the sign of a real element less a number (log v: that of v - 1)."""
        self.twists: dict[int, Element] = {}
        """Kernels whose conjugate is a multiple: conj(g) = g * twist."""
        self.exponents: dict[int, Element] = {}
        """Exponents of real exponential kernels."""
        self.values: dict[int, Any] = {}
        """Enclosures (flint.arb) of constant kernels."""
        self.units: dict[str, tuple[str, Element, int]] = {}
        """Sines and cosines by normal form: function, argument, sign of the scale."""
        self.imaginary_unit = -1
        self.known: dict[str, int] = {}
        self.forms: list[Poly] = []
        self.products: list[tuple[Element, int]] = []
        self.contradiction = False
        self._cache: dict[str, int] = {}
        self._real_cache: dict[str, bool] = {}
        self._depth = 0

    # -- realness ---------------------------------------------------------------------------

    def is_real(self, element: Element) -> bool:
        """Whether the element is certainly real (at real points of the domain)."""
        found = self._real_cache.get(element.key)
        if found is None:
            found = self._is_real(element)
            if len(self._real_cache) < 4096:
                self._real_cache[element.key] = found
        return found

    def _is_real(self, element: Element) -> bool:
        used = element.used
        if self.real.issuperset(used):
            return True
        return all(map(self.can_conjugate, used)) and (self.conjugate(element) - element).is_zero

    def can_conjugate(self, index: int) -> bool:
        """Whether the conjugate of a kernel is itself, its opposite, its inverse or a multiple."""
        return (
            index in self.real
            or index == self.imaginary_unit
            or index in self.imaginary
            or index in self.twists
        )

    def conjugate(self, element: Element) -> Element:
        """The complex conjugate, for elements made of kernels of such a kind."""
        return self.conjugate_of(element.num) / self.conjugate_of(element.den)

    def conjugate_of(self, poly: Poly) -> Element:
        """The complex conjugate of a polynomial in such kernels."""
        degrees = poly.degrees()  # of zero they are -1
        flips = [i for i in self.imaginary if degrees[i] > 0]
        twists = [i for i in self.twists if degrees[i] > 0]
        groups: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in poly.terms():
            changed = list(exponents)
            for i in flips:
                changed[i] = degrees[i] - changed[i]
            odd = self.imaginary_unit >= 0 and exponents[self.imaginary_unit] & 1
            terms = groups.setdefault(tuple(exponents[i] for i in twists), {})
            terms[tuple(changed)] = -coefficient if odd else coefficient
        den = self.field.unit
        for i in flips:
            den = den * self.field.gens[i] ** degrees[i]
        result = self.field.zero
        for powers, terms in groups.items():
            part = self.field.normal(self.field.ctx.from_dict(terms), den)
            for i, k in zip(twists, powers, strict=True):
                part = part * self.twists[i] ** k
            result = result + part
        return result

    # -- facts ------------------------------------------------------------------------------

    def reset_cache(self) -> None:
        """Forget what was derived (after flags of kernels or facts changed)."""
        self._cache.clear()
        self._real_cache.clear()

    def real_factors(self, element: Element) -> tuple[Fraction, list[tuple[Element, int]], Element]:
        """Content, real factors with exponents, and the product of what is not real (or 1).

        Factors such as E**2 + 1 with E = exp(I*x) are made real by a power of E, here to cos x,
        so that signs of products of sines and cosines multiply.
        """
        content, factors = self.field.factors(element)
        found: list[tuple[Element, int]] = []
        rest = self.field.one
        for poly, exponent in factors:
            part = self.field.of_poly(poly)
            if self.is_real(part):
                found.append((part, exponent))
                continue
            turned = self._turned(part)
            if turned is None:
                rest = rest * part**exponent
            else:
                unit, factor = turned
                found.append((unit, exponent))
                rest = rest * factor**exponent
        return content, found, rest

    def _turned(self, part: Element) -> tuple[Element, Element] | None:
        """(unit, factor) with part = unit*factor, the unit real, the factor a monomial."""
        if len(part.num) < 2:
            return None
        degrees = part.num.degrees()
        factor = self.field.unit
        for index in self.imaginary:
            if degrees[index] % 2:
                return None
            factor = factor * self.field.gens[index] ** (degrees[index] // 2)
        if factor.is_constant():
            return None
        turn = self.field.of_poly(factor)
        for scale in (turn, turn * self.field.gen(self.imaginary_unit)):
            unit = part / scale
            if self.is_real(unit):
                lead = to_fraction(unit.num.leading_coefficient())
                return unit.scale(1 / lead), scale.scale(lead)
        return None

    def parts(self, element: Element) -> tuple[int, list[tuple[Element, int]]] | None:
        """What decides the sign: that of the content, and real factors with exponents.

        None if not real. Only the sign of their product is that of the element.
        """
        content, factors, rest = self.real_factors(element)
        if not rest.is_one:
            if not self.is_real(rest):
                return None
            rest = self._without_poles(rest)
            lead = to_fraction(rest.num.leading_coefficient())
            content *= lead
            factors.append((rest / lead, 1))
        return 1 if content > 0 else -1, factors

    def _without_poles(self, unit: Element) -> Element:
        """What has the same sign with fewer denominators, so that one sign has one name.

        With conj(f) = f*m both 1/f and f*m have the sign of f*m: tan(x/2) has that of sin(x).
        """
        result = unit
        for poly, exponent in self.field.factors(unit)[1]:
            if exponent < 0 and len(poly) > 1:
                part = self.field.of_poly(poly)
                turn = self.conjugate(part) / part
                if len(turn.num) == 1 and len(turn.den) == 1:
                    result = result * (part * part * turn) ** ((1 - exponent) // 2)
        return result

    def assume(self, element: Element, sign: int = 1) -> None:
        """Take ``element`` to have this sign (almost everywhere) in the present cell."""
        if element.is_zero:
            self.contradiction = True
            return
        parts = self.parts(element)
        if parts is None:
            return
        known, factors = parts
        unknown = []
        for part, exponent in factors:
            if exponent % 2:
                value = self._of_part(part)
                known *= value or 1
                if not value:
                    unknown.append(part)
        if not unknown:
            if known != sign:
                self.contradiction = True
            return
        if len(unknown) == 1:
            self.set(unknown[0], known * sign)
        else:
            self.products.append((element, sign))
            form = element.num if sign > 0 else -element.num
            if element.den.is_one() and len(self.field.used(form)) == 1 and form not in self.forms:
                self.forms.append(form)
                self.reset_cache()

    def set(self, part: Element, sign: int) -> None:
        """Fix the sign of one factor, and what follows for the products it occurs in."""
        self.known[part.key] = sign
        if part.den.is_one():
            self.forms.append(part.num if sign > 0 else -part.num)
            if part.alone is not None:
                self.sign[part.alone] = sign
        self.reset_cache()
        pending, self.products = self.products, []
        for element, value in pending:
            self.assume(element, value)

    def is_infeasible(self) -> bool:
        """Whether the facts certainly contradict one another: the cell is empty."""
        if self.contradiction or infeasible(self._rows(self.forms)):
            return True
        variables = {u[0] for p in self.forms if len(u := self.field.used(p)) == 1}
        return any(self._samples(v) == [] for v in variables)

    # -- signs ------------------------------------------------------------------------------

    def of(self, element: Element) -> int:
        """1, -1, or 0 for unknown (also for what is not real or is zero)."""
        if element.is_zero:
            return 0
        parts = self.parts(element)
        if parts is None:
            return 0
        sign, factors = parts
        for part, exponent in factors:
            if exponent % 2:
                sign *= self._of_part(part)
        return sign

    def _of_part(self, part: Element) -> int:
        known = self.known.get(part.key)
        if known is not None:
            return known
        found = self._cache.get(part.key)
        if found is None:
            if self._depth > 3:
                return 0
            self._depth += 1
            try:
                found = self._decide(part)
            finally:
                self._depth -= 1
            self._cache[part.key] = found
        return found

    def _decide(self, part: Element) -> int:
        unit = self.units.get(part.key)
        if unit is not None:
            return self._trigonometric(*unit)
        if not part.den.is_one():
            return self._on_circle(part)
        poly = part.num
        used = self.field.used(poly)
        if any(i not in self.real for i in used):
            return 0
        if len(used) == 1 and len(poly) == 1 and used[0] in self.links:
            element, offset = self.links[used[0]]
            return self.of(element - self.field.number(offset))
        return (
            self._by_terms(poly)
            or self._by_value(poly, used)
            or self._by_exponents(poly)
            or self._by_samples(poly, used)
            or self._by_elimination(poly)
            or self._by_discriminant(poly, used)
            or self._by_conjugate(poly, used)
            or self._by_ends(poly, used)
        )

    def _trigonometric(self, function: str, angle: Element, scale: int) -> int:
        pi = self.field.gen(self.field.index["pi",])
        low, high = self.field.zero, pi
        if function == "cos":
            low, high = -pi / 2, pi / 2
        for sign, a, b in ((1, low, high), (-1, low - pi, low), (-1, high, high + pi)):
            if self.of(angle - a) > 0 and self.of(b - angle) > 0:
                return sign * scale
        return 0

    def _on_circle(self, part: Element) -> int:
        """Signs of sums of sines and cosines that hold wherever their angles are.

        A multiple of |f|**2 = f**2*m, where conj(f) = f*m: 1 + cos(x) is |1 + exp(I*x)|**2/2.
        And what has a constant at least as large as all else together: 1 + sin(x), 3 - 2*cos(x).
        """
        used = set(part.used)
        if any(i in self.imaginary and i in self.field.relations for i in used):
            return 0  # whole numbers of turns: where it vanishes is not almost nowhere
        rest = part
        for poly, exponent in self.field.factors(part)[1]:
            if exponent % 2 or len(poly) == 1:
                continue
            factor = self.field.of_poly(poly)
            turn = self.conjugate(factor) / factor
            if len(turn.num) == 1 and len(turn.den) == 1:
                rest = rest / (factor * factor * turn) ** (exponent // 2)
        constant = rest.constant
        if constant is not None:
            return 1 if constant > 0 else -1
        if len(part.den) != 1 or not used <= {*self.imaginary, self.imaginary_unit}:
            return 0
        middle = part.den.monoms()[0]
        least = flint.fmpq(0)
        others = flint.fmpq(0)
        for exponents, coefficient in part.num.terms():
            if exponents == middle:
                least = coefficient
            else:
                others += abs(coefficient)
        if abs(least) < others:
            return 0
        return 1 if least > 0 else -1

    def _monomial_sign(self, exponents: tuple[int, ...]) -> int:
        sign = 1
        for i, e in enumerate(exponents):
            if e % 2:
                sign *= self.sign.get(i, 0)
                if not sign:
                    return 0
        return sign

    def _by_terms(self, poly: Poly) -> int:
        found = 0
        for exponents, coefficient in poly.terms():
            sign = self._monomial_sign(exponents) * (1 if coefficient > 0 else -1)
            if not sign or (found and sign != found):
                return 0
            found = sign
        return found

    def has_value(self, poly: Poly) -> bool:
        """Whether a polynomial is a real constant that is certainly not zero."""
        return bool(self._by_value(poly, self.field.used(poly)))

    def _by_value(self, poly: Poly, used: tuple[int, ...]) -> int:
        if any(i not in self.values for i in used):
            return 0
        value = self._enclosure(poly)
        return 1 if value > 0 else -1 if value < 0 else 0

    def _enclosure(self, poly: Poly) -> Any:
        with precision(PRECISION):
            total = flint.arb(0)
            for exponents, coefficient in poly.terms():
                term = flint.arb(coefficient)
                for i, e in enumerate(exponents):
                    if e:
                        term *= self.values[i] ** int(e)
                total += term
        return total

    def _by_exponents(self, poly: Poly) -> int:
        """exp(u) - exp(v) has the sign of u - v."""
        if len(poly) != 2:
            return 0
        (first, a), (second, b) = poly.terms()
        if a + b != 0:
            return 0
        difference = self.field.zero
        for i in self.field.used(poly):
            exponent = self.exponents.get(i)
            if exponent is None:
                return 0
            difference = difference + exponent.scale(int(first[i]) - int(second[i]))
        return self.of(difference) * (1 if a > 0 else -1)

    def _samples(self, variable: int, *polys: Poly) -> list[Rational] | None:
        """Points of all components where the facts in this variable alone hold, between the roots
        of polynomials in it; None where that would be long."""
        facts = [univariate(p, variable) for p in self.forms if self.field.used(p) == (variable,)]
        polynomials = [*facts, *(univariate(poly, variable) for poly in polys)]
        if any(p.degree() > _MAX_DEGREE for p in polynomials):
            return None
        return [x for x in sample_points(polynomials) if all(p(x) > 0 for p in facts)]

    def _by_samples(self, poly: Poly, used: tuple[int, ...]) -> int:
        points = self._samples(used[0], poly) if len(used) == 1 else None
        if points is None:
            return 0
        value = univariate(poly, used[0])
        signs = {value(x) > 0 for x in points}
        return (1 if signs.pop() else -1) if len(signs) == 1 else 0

    def _rows(self, polys: list[Poly]) -> list[tuple[Row, bool]]:
        found = Rows()
        rows = [(found.of(poly), True) for poly in polys]
        for exponents, column in found.columns.items():
            one = flint.fmpq(1)
            sign = self._monomial_sign(exponents)
            if sign:
                rows.append(({column: one * sign}, True))
            if all(i in self.values for i, e in enumerate(exponents) if e):
                value = self._enclosure(self.field.ctx.from_dict({exponents: to_flint(1)}))
                if not value.is_finite() or value.abs_upper() > _HUGE:
                    continue
                middle, radius = value.mid().fmpq(), value.rad().fmpq()
                rows.append(({column: one, -1: radius - middle}, False))
                rows.append(({column: -one, -1: middle + radius}, False))
        return rows

    def _by_elimination(self, poly: Poly) -> int:
        if len(poly) > 12:
            return 0
        for sign in (1, -1):
            rows = self._rows([*self.forms, poly if sign < 0 else -poly])
            rows[len(self.forms)] = (rows[len(self.forms)][0], False)
            if infeasible(rows):
                return sign
        return 0

    def _by_discriminant(self, poly: Poly, used: tuple[int, ...]) -> int:
        """A quadratic without real roots has the sign of its leading coefficient."""
        if len(poly) > _MAX_QUADRATIC_TERMS:
            return 0
        degrees = poly.degrees()
        for variable in used:
            if degrees[variable] != 2:
                continue
            generator = self.field.gens[variable]
            twice = poly.derivative(variable).derivative(variable)
            slope = poly.derivative(variable) - twice * generator
            rest = poly - slope * generator - twice * generator**2 / 2
            discriminant = self.field.of_poly(self.field.reduce(slope**2 - 2 * twice * rest))
            if self.of(discriminant) < 0:
                return self.of(self.field.of_poly(twice))
        return 0

    def _by_conjugate(self, poly: Poly, used: tuple[int, ...]) -> int:
        """a + b*r with a square root r: the larger of a**2 and (b*r)**2 decides."""
        degrees = poly.degrees()
        for index in used:
            if degrees[index] != 1 or self.field.relations.get(index, (0, None))[0] != 2:
                continue
            if self.field.kernels[index].kind != "root" or self.sign.get(index, 0) <= 0:
                continue
            slope = self.field.of_poly(poly.derivative(index))
            bound = slope * self.field.gen(index)
            rest = self.field.of_poly(poly) - bound
            larger = self.of(rest * rest - bound * bound)
            if larger:
                sign = self.of(rest if larger > 0 else slope)
                if sign:
                    return sign
        return 0

    def _by_ends(self, poly: Poly, used: tuple[int, ...]) -> int:
        """What is linear in a symbol between two numbers has one sign if it has it at both, or at
        one and is zero at the other: a*x + (1 - a)*y for a in (0, 1)."""
        degrees = poly.degrees()
        for variable in used:
            if degrees[variable] != 1 or len(used) == 1:
                continue
            ends = self._ends(variable)
            if ends is None:
                continue
            slope = poly.derivative(variable)
            rest = poly - slope * self.field.gens[variable]
            values = [self.field.of_poly(rest + slope * end) for end in ends]
            signs = {self.of(value) for value in values if not value.is_zero}
            if len(signs) == 1 and (sign := signs.pop()):
                return sign
        return 0

    def _ends(self, variable: int) -> tuple[Rational, Rational] | None:
        """The narrowest numbers that a symbol is known to lie between."""
        low: Rational | None = None
        high: Rational | None = None
        for form in self.forms:
            if self.field.used(form) != (variable,) or form.degrees()[variable] != 1:
                continue
            line = univariate(form, variable)
            end = -line[0] / line[1]
            if line[1] > 0:
                low = end if low is None else max(low, end)
            else:
                high = end if high is None else min(high, end)
        return None if low is None or high is None else (low, high)
