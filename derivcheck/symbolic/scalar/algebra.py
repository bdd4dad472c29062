"""Exponentials, logarithms, powers and absolute values in normal form.

All rewritings are identities of principal values: ``log(a*z) = log(a) + log(z)`` and
``(a*z)**c = a**c * z**c`` for a > 0 and any complex z; ``z**c = exp(c*log(z))`` by definition.
What has no known sign stays inside the logarithm or root, whole. A long module: logarithms, roots
and powers rewrite one another.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import Any

import flint

from derivcheck.symbolic.scalar import arguments, complexes
from derivcheck.symbolic.scalar.denest import rational_square_root, square_root_of_sum
from derivcheck.symbolic.scalar.factoring import Factoring
from derivcheck.symbolic.scalar.field import (
    HALF,
    Element,
    Undefined,
    Unprovable,
    to_flint,
    to_fraction,
)

MAX_ROOT = 60
MAX_POWER_TERMS = 600
MAX_INTEGER_EXPONENT = 4000
MAX_PAIRED_TERMS = 8


class Refine(Exception):
    """A finer common denominator of exponents was met: translate again."""


class Algebra(Factoring):
    """The elementary operations of one cell, on elements of the field."""

    # -- logarithms -------------------------------------------------------------------------

    def log(self, element: Element) -> Element:
        """The principal logarithm."""
        if element.is_zero:
            raise Undefined("the logarithm of zero")
        found = arguments.separate(self, element) if self.is_complex else None
        if found is not None:
            turns = self.i * self.pi.scale(-2 * found.turns) if found.turns else self.field.zero
            return sum((self.log(part).scale(e) for part, e in found.parts), start=turns)
        atoms, rest = self.split(element)
        result = self.field.zero
        for kind, value, exponent in atoms:
            result = result + self._log_atom(kind, value).scale(exponent)
        if rest.is_one:
            return result
        if rest.constant == -1:
            return result + self.i * self.pi
        if self.is_complex and rest.key == self.i.key:
            return result + self.i * self.pi / 2
        if self.is_complex:
            angle = complexes.principal_angle(self, rest)
            if angle is None and "arg" in self.functions and not self.signs.is_real(rest):
                angle = complexes.argument(self, rest, is_nonzero=True)
                size = self.log(rest * complexes.conj(self, rest))
                return result + size / 2 + self.i * angle
            if angle is not None:
                return result + self.i * angle
        return result + self.kernel("log", rest.key, payload=rest)

    def _log_atom(self, kind: str, value: Any) -> Element:
        if kind == "prime":
            number = self.number(value)
            return self.kernel(
                "log",
                number.key,
                payload=number,
                real=True,
                sign=1,
                value=lambda: flint.arb(value).log(),
            )
        if kind == "kernel":
            kernel = self.field.kernels[value]
            base, degree = kernel.payload
            if kernel.kind == "root":
                number = base.constant
                if (
                    number is None
                    or number.denominator != 1
                    or not flint.fmpz(int(number)).is_prime()
                ):
                    base = self._log_atom("value", base)
                else:
                    base = self._log_atom("prime", int(number))
            found: Element = base / degree
            return found
        own = self.logarithms.get(value.key)
        if own is not None:
            return own()
        return self.kernel("log", value.key, payload=value, real=True, link=(value, 1))

    # -- powers -----------------------------------------------------------------------------

    def denominator(self, kind: str, key: str, wanted: int) -> int:
        """The common denominator of the exponents met with a base; may raise Refine."""
        table = self.field.denominators
        known = table.get((kind, key))
        if known is not None and known % wanted == 0:
            return known
        common = lcm(known or 1, wanted)
        if common > MAX_ROOT:
            raise Unprovable("exponents with too large a common denominator")
        table[kind, key] = common
        if known is not None:
            raise Refine
        return common

    def unit_of(self, key: str, wanted: Fraction) -> Fraction:
        """The greatest number that all rational multiples of an exponent are multiples of."""
        wanted = abs(wanted)
        table = self.field.units
        known = table.get(key)
        if known is None:
            table[key] = wanted
            return wanted
        if (wanted / known).denominator == 1:
            return known
        table[key] = to_fraction(to_flint(known).gcd(to_flint(wanted)))
        raise Refine

    def power(self, base: Element, exponent: Element) -> Element:
        """The principal power."""
        constant = exponent.constant
        if constant is not None:
            return self.rational_power(base, constant)
        if base.is_zero:
            if self.signs.of(exponent) <= 0:
                raise Unprovable("a power of zero with a symbolic exponent")
            self.rests.exponents_of_zero[exponent.key] = exponent
            return base
        if self.is_complex and self.is_whole(exponent):
            known = complexes.exponent_of(self, base)
            if known is not None:  # exp(u)**n is exp(n*u) for whole n
                return self.exp(exponent * known)
        return self.exp(exponent * self.log(base))

    def is_whole(self, element: Element) -> bool:
        """Whether an element certainly is an integer: a polynomial in integer symbols."""
        return (
            element.den.is_one()
            and set(self.field.used(element.num)) <= self.integers
            and all(c.q == 1 for c in element.num.coeffs())
        )

    def rational_power(self, base: Element, exponent: Fraction) -> Element:
        """The principal power with a rational exponent."""
        if exponent.denominator == 1:
            return self._integer_power(base, exponent.numerator)
        if base.is_zero:
            if exponent < 0:
                raise Undefined("a negative power of zero")
            return base
        if self.is_complex and exponent.denominator == 2:
            square = complexes.square_root(self, base)
            if square is not None:
                return square**exponent.numerator
        found = arguments.separate(self, base) if self.is_complex else None
        if found is not None:
            powers = (self.rational_power(part, exponent * e) for part, e in found.parts)
            return reduce(Element.__mul__, powers, self.unity(-2 * found.turns * exponent))
        atoms, rest = self.split(base)
        result = self.field.one
        for kind, value, times in atoms:
            result = result * self._power_atom(kind, value, times * exponent)
        if rest.is_one:
            return result
        if rest.constant == -1:
            return result * self.unity(exponent)
        if self.is_complex and rest.key == self.i.key:
            return result * self.unity(exponent / 2)
        return result * self._root(rest, exponent, positive=False)

    def _integer_power(self, base: Element, exponent: int) -> Element:
        terms = max(len(base.num), len(base.den))
        size = abs(exponent)
        if terms > 1 and size > 3:
            estimate = 1
            for k in range(min(terms - 1, 20)):
                estimate = estimate * (size + terms - 1 - k) // (k + 1)
            if estimate > MAX_POWER_TERMS:
                return self._named_power(base, exponent)
        if size > MAX_INTEGER_EXPONENT * 1000:
            raise Unprovable("an exponent is too large")
        return base**exponent

    def _named_power(self, base: Element, exponent: int) -> Element:
        """A power too long to expand: its irreducible factors get names."""
        content, factors = self.field.factors(base)
        result = self.number(content) ** exponent
        for poly, times in factors:
            part = self.field.of_poly(poly)
            if len(poly) > 1:
                real = self.signs.is_real(part)
                part = self.kernel("name", part.key, payload=part, real=real, link=(part, 0))
            result = result * part ** (times * exponent)
        return result

    def _power_atom(self, kind: str, value: Any, exponent: Fraction) -> Element:
        if kind == "kernel":
            kernel = self.field.kernels[value]
            base, degree = kernel.payload
            exponent = exponent / degree
            if kernel.kind == "root":
                return self._root(base, exponent, positive=True)
            found: Element = self.exp(base.scale(exponent))
            return found
        return self._root(self.number(value) if kind == "prime" else value, exponent, positive=True)

    def _root(self, base: Element, exponent: Fraction, positive: bool) -> Element:
        """base**exponent as a power of one kernel, the base left whole."""
        whole = exponent.numerator // exponent.denominator
        part = exponent - whole
        result = base**whole
        if not part:
            return result
        if part == HALF and base.key in self.square_roots:
            return result * self.square_roots[base.key]
        if positive and part == HALF:
            paired = self._by_partner(base)
            if paired is not None:
                return result * paired
        degree = self.denominator("root", base.key, part.denominator)
        den = self.field.of_poly(base.den)
        radicand = self.field.of_poly(base.num) * den ** (degree - 1)
        constant = base.constant

        def enclosure() -> Any:
            assert constant is not None
            return flint.arb(to_flint(constant)).root(degree)

        plain = den.is_one
        root = self.kernel(
            "root",
            base.key,
            degree,
            payload=(base, degree),
            relation=lambda: (degree, radicand.num),
            real=positive and plain,
            sign=1 if positive and plain else 0,
            value=enclosure if constant is not None and positive else None,
        )
        if not plain:
            index = self.field.index["root", base.key, degree]
            root = self._scaled_root(index, root, den, positive)
        return result * root ** (int(part * degree))

    def _by_partner(self, base: Element) -> Element | None:
        """sqrt(v) = sqrt(v*w)/sqrt(w) for a root sqrt(w) met before, where v*w is simpler.

        Irreducible as polynomials in kernels, sqrt(1 + f**2) - 1 and sqrt(1 + f**2) + 1 have the
        product f**2, and 1 - sin(x) and 1 + sin(x) have cos(x)**2.
        """
        if len(base.num) > MAX_PAIRED_TERMS or not self._is_related(base):
            return None
        used = self.field.used(base.num)
        for other in self.partners:
            if other.key == base.key:
                return None
            if self.field.used(other.num) == used:
                root = self._root_of_product(base * other)
                if root is not None:
                    return root / self._root(other, HALF, positive=True)
        self.partners.append(base)
        return None

    def _is_related(self, element: Element) -> bool:
        """Whether it holds kernels that are tied to others."""
        return bool(self.square_roots) or any(
            i in self.field.relations or i in self.signs.imaginary for i in element.used
        )

    def _root_of_product(self, product: Element) -> Element | None:
        if product.key in self.square_roots:
            return self.square_roots[product.key]
        if not self._is_related(product):
            return self.rational_power(product, HALF) if self.signs.of(product) > 0 else None
        for turned, unit in ((product, self.field.one), (-product, self.i)):
            root = rational_square_root(turned)
            if root is not None and self.signs.is_real(root * unit):
                return self.abs(root * unit)
        return square_root_of_sum(self, product) if self.signs.of(product) > 0 else None

    def _scaled_root(self, index: int, scaled: Element, den: Element, positive: bool) -> Element:
        """A root of a fraction: the kernel is the root times the denominator."""
        root = scaled / den
        if positive and index not in self.signs.twists:
            self.signs.twists[index] = self.signs.conjugate(den) / den
            self.signs.reset_cache()
            parts = self.signs.parts(root)
            if parts is not None and len(parts[1]) == 1:
                self.signs.known[parts[1][0][0].key] = parts[0]
        return root

    def unity(self, exponent: Fraction) -> Element:
        """(-1)**exponent, principal: exp(I*pi*exponent)."""
        exponent = exponent % 2
        degree = exponent.denominator
        if degree == 1:
            return self.number(-1 if exponent == 1 else 1)
        if degree == 2:
            return self.i**exponent.numerator
        cosine = self._cosine(degree)
        if cosine is not None:
            sine = self.rational_power(1 - cosine * cosine, HALF)
            root = cosine + self.i * sine
        else:
            minus = self.field.ctx.constant(-1)
            root = self.kernel("unity", degree, relation=lambda: (degree, minus))
            self.signs.imaginary.add(self.field.index["unity", degree])
        return root**exponent.numerator

    def _cosine(self, degree: int) -> Element | None:
        """cos(pi/degree), where it is made of square roots."""
        if degree == 3:
            return self.number(HALF)
        if degree == 5:
            return (1 + self._root_of(5)) / 4
        if degree == 12:
            return (self._root_of(6) + self._root_of(2)) / 4
        if degree in (4, 6, 8, 10, 16, 24):
            double = self._cosine(degree // 2) if degree > 4 else self.field.zero
            if double is not None:
                return self.rational_power((1 + double) / 2, HALF)
        return None

    def _root_of(self, value: int) -> Element:
        return self.rational_power(self.number(value), HALF)

    # -- exponentials -----------------------------------------------------------------------

    def exp(self, exponent: Element) -> Element:
        """exp as a product over the terms of the exponent, so that dependent ones agree."""
        field = self.field
        num, den = exponent.num, exponent.den
        result = field.one
        if len(num) > 40:
            raise Unprovable("an exponent with too many terms")
        whole, remainder = divmod(num, den)
        for poly, below in ((whole, field.unit), (remainder, den)):
            for powers, coefficient in poly.terms():
                monomial = field.ctx.from_dict({powers: 1})
                element = field.normal(monomial, below)
                lead = to_fraction(element.num.leading_coefficient())
                result = result * self._exp_term(
                    to_fraction(coefficient) * lead, element.scale(1 / lead)
                )
        return result

    def _exp_term(self, factor: Fraction, monomial: Element) -> Element:
        field = self.field
        if monomial.den.is_one():
            special = self._exp_special(factor, monomial)
            if special is not None:
                return special
        unit = self.unit_of(monomial.key, factor)
        times = int(factor / unit)
        if abs(times) > MAX_INTEGER_EXPONENT:
            raise Unprovable("an exponent is too large")
        signs = self.signs
        order = 0
        if self._is_whole_turns(monomial):
            order = 2 * unit.denominator // gcd(unit.numerator, 2)
            if order == 1:
                return field.one
        real = signs.is_real(monomial)
        exponent = monomial.scale(unit)
        growth = self.kernel(
            "exp",
            monomial.key,
            unit,
            payload=(exponent, 1),
            relation=(lambda: (order, field.unit)) if order else None,
            real=real or 0 < order <= 2,
            sign=1 if real else 0,
            value=(lambda: flint.arb(to_flint(unit)).exp()) if monomial.is_one else None,
        )
        index = field.index["exp", monomial.key, unit]
        if real:
            signs.exponents[index] = exponent
        elif index not in signs.imaginary and index not in signs.real:
            imaginary = monomial * self.i
            if signs.is_real(imaginary):
                signs.imaginary.add(index)
                signs.reset_cache()
        return growth**times

    def _exp_special(self, factor: Fraction, monomial: Element) -> Element | None:
        """exp(c*log(v)), exp(c*I*pi), exp(c*I*asin(v)) and the like, without a new kernel."""
        field = self.field
        degrees = monomial.num.degrees()
        used = [i for i, d in enumerate(degrees) if d]
        if any(degrees[i] != 1 for i in used) or not 1 <= len(used) <= 2:
            return None
        turned = self.signs.imaginary_unit in used
        others = [i for i in used if i != self.signs.imaginary_unit]
        if len(others) != 1:
            return None
        kernel = field.kernels[others[0]]
        if kernel.kind == "log" and not turned:
            return self._root(kernel.payload, factor, positive=others[0] in self.signs.real)
        if kernel.kind == "pi" and turned:
            return self.unity(factor)
        rule = self.expansions.get((others[0], turned))
        return rule(factor) if rule is not None else None

    def _is_whole_turns(self, monomial: Element) -> bool:
        if not monomial.den.is_one():
            return False
        degrees = monomial.num.degrees()
        used = {i for i, d in enumerate(degrees) if d}
        pi = self.field.index.get(("pi",), -1)
        unit = self.signs.imaginary_unit
        return (
            {pi, unit} < used
            and degrees[pi] == 1
            and degrees[unit] == 1
            and used - {pi, unit} <= self.integers
        )
