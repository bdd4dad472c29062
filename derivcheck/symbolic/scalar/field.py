"""Rational functions of kernels over Q, with algebraic relations, in exact arithmetic.

Polynomials are python-flint's sparse ``fmpq_mpoly``. Generators are handed out from the last
to the first, so that in the lexicographic order a later kernel is larger: a relation
``g**q = f`` has leading term ``g**q``, because ``f`` only involves older kernels. A long module:
elements and the field that brings them to normal form are made of one another.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache, reduce
from typing import Any

import flint

from derivcheck import work
from derivcheck.records import record

Poly = Any
"""A ``flint.fmpq_mpoly`` (the library ships no types)."""

HALF = Fraction(1, 2)
MAX_TERMS = 4000
MAX_PRODUCTS = 240_000
MAX_RATIONALISE = 24
MAX_FACTOR_TERMS = 160
_STEP = 40
"""Units of work for a step, and how many terms of products are one; a term that is looked at for
common factors is several."""
_TERMS = 10
_DIVIDED = 20


precision = flint.ctx.workprec
"""Balls of so many bits inside."""


class Unprovable(Exception):
    """The prover gives up, for the reason that the message tells."""


class Undefined(Unprovable):
    """An expression is defined nowhere (a denominator vanishes identically)."""


class Pole(Undefined):
    """A special function is taken at one of its poles."""


class OutOfKernels(Exception):
    """More kernels than the field has generators: start again with a larger one."""


@record()
class Kernel:
    """A named quantity: ``kind`` and what it is made of (``key`` is its identity)."""

    kind: str
    key: tuple[Any, ...]
    payload: Any = None


def to_fraction(value: Any) -> Fraction:
    """A flint rational as a Fraction."""
    below = value.q
    return Fraction(int(value.p)) if below == 1 else Fraction(int(value.p), int(below))


def to_flint(value: Fraction | int) -> Any:
    """A Fraction as a flint rational."""
    return flint.fmpq(value.numerator, value.denominator)


class Element:
    """A quotient of polynomials in the kernels: monic denominator, common factors removed."""

    __slots__ = ("_key", "den", "field", "num")

    def __init__(self, field: Field, num: Poly, den: Poly) -> None:
        self.field = field
        self.num = num
        self.den = den
        self._key: str | None = None

    @property
    def key(self) -> str:
        """Text that equals another's exactly when the normal forms agree."""
        if self._key is None:
            self._key = f"{self.num}|{self.den}"
        return self._key

    @property
    def is_zero(self) -> bool:
        """Whether the normal form is 0."""
        return bool(self.num.is_zero())

    @property
    def is_one(self) -> bool:
        """Whether the normal form is 1."""
        return bool(self.num.is_one()) and bool(self.den.is_one())

    @property
    def constant(self) -> Fraction | None:
        """The rational number it is, or None."""
        if self.num.is_zero():
            return Fraction(0)
        if self.num.is_constant() and self.den.is_one():
            return to_fraction(self.num.leading_coefficient())
        return None

    @property
    def used(self) -> tuple[int, ...]:
        """Indices of the kernels that occur."""
        return tuple(dict.fromkeys((*self.field.used(self.num), *self.field.used(self.den))))

    @property
    def alone(self) -> int | None:
        """The kernel that it is, or None."""
        used = self.field.used(self.num) if len(self.num) == 1 and self.den.is_one() else ()
        return used[0] if len(used) == 1 and self.num == self.field.gens[used[0]] else None

    def __add__(self, other: Element | Fraction | int) -> Element:
        if not isinstance(other, Element):
            other = self.field.number(other)
        if self.num.is_zero():
            return other
        if other.num.is_zero():
            return self
        if self.den.is_one() and other.den.is_one():
            return Element(self.field, self.num + other.num, self.den)
        if self.den == other.den:
            return self.field.normal(self.num + other.num, self.den)
        self.field.guard(len(self.num) * len(other.den) + len(other.num) * len(self.den))
        return self.field.normal(self.num * other.den + other.num * self.den, self.den * other.den)

    __radd__ = __add__

    def __neg__(self) -> Element:
        return Element(self.field, -self.num, self.den)

    def __sub__(self, other: Element | Fraction | int) -> Element:
        return self + (-other)

    def __rsub__(self, other: Fraction | int) -> Element:
        return -self + other

    def __mul__(self, other: Element | Fraction | int) -> Element:
        if not isinstance(other, Element):
            return self.scale(other)
        if self.num.is_zero() or other.is_one:
            return self
        if other.num.is_zero() or self.is_one:
            return other
        self.field.guard(len(self.num) * len(other.num) + len(self.den) * len(other.den))
        return self.field.normal(self.num * other.num, self.den * other.den)

    __rmul__ = __mul__

    def scale(self, factor: Fraction | int) -> Element:
        """The product with a rational number."""
        if factor == 1:
            return self
        if factor == 0:
            return self.field.zero
        return Element(self.field, self.num * to_flint(factor), self.den)

    def inverse(self) -> Element:
        """The reciprocal; raises :class:`Undefined` for 0."""
        if self.num.is_zero():
            raise Undefined("a denominator vanishes identically")
        if not self.num.is_constant():
            self.field.divisors.append(self.num)
        return self.field.normal(self.den, self.num)

    def __truediv__(self, other: Element | Fraction | int) -> Element:
        if not isinstance(other, Element):
            return self.scale(Fraction(1) / other)
        return self * other.inverse()

    def __rtruediv__(self, other: Fraction | int) -> Element:
        return self.inverse().scale(other)

    def __pow__(self, exponent: int) -> Element:
        if exponent < 0:
            return self.inverse() ** -exponent
        if exponent == 0:
            return self.field.one
        result: Element | None = None
        square = self
        while True:
            if exponent & 1:
                result = square if result is None else result * square
            exponent >>= 1
            if not exponent:
                assert result is not None
                return result
            square = square * square


@cache
def _ring(size: int) -> tuple[Any, Any]:
    """The polynomials in so many kernels, and the kernels."""
    ring = flint.fmpq_mpoly_ctx.get([f"k{i}" for i in range(size)], "lex")
    return ring, ring.gens()


class Field:
    """The kernels met so far, their relations, and arithmetic on their rational functions."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.ctx, self.gens = _ring(size)
        self.kernels: dict[int, Kernel] = {}
        self.index: dict[tuple[Any, ...], int] = {}
        self.relations: dict[int, tuple[int, Poly]] = {}
        self._order: tuple[int, ...] = ()
        self._factors: dict[str, tuple[Fraction, tuple[tuple[Poly, int], ...]]] = {}
        self.unit = self.ctx.constant(1)
        self.zero = Element(self, self.ctx.constant(0), self.unit)
        self.one = Element(self, self.unit, self.unit)
        self.denominators: dict[tuple[Any, ...], int] = {}
        """Common denominators of the rational exponents met with each base."""
        self.units: dict[str, Fraction] = {}
        """Greatest common measures of the rational multiples met of each exponent."""
        self.divisors: list[Poly] = []
        """What was divided by: where one of these vanishes, a normal form says nothing."""
        self.gamma_arguments: set[str] = set()
        """What the gamma family was met at, less constants."""
        self.polylog_arguments: set[str] = set()
        """What polylogarithms were met at."""

    def number(self, value: Fraction | int) -> Element:
        """A rational number."""
        return Element(self, self.ctx.constant(to_flint(value)), self.unit)

    def of_poly(self, poly: Poly) -> Element:
        """A polynomial as an element."""
        return Element(self, poly, self.unit)

    def generator(
        self,
        kind: str,
        key: tuple[Any, ...],
        payload: Any = None,
        relation: Callable[[], tuple[int, Poly]] | None = None,
    ) -> int:
        """The index of a kernel, new or known; ``relation`` gives (q, f) with g**q = f."""
        identity = (kind, *key)
        found = self.index.get(identity)
        if found is None:
            value = relation() if relation is not None else None
            found = self.size - 1 - len(self.kernels)
            if found < 0:
                raise OutOfKernels
            self.index[identity] = found
            self.kernels[found] = Kernel(kind, key, payload)
            if value is not None:
                degree, poly = value
                self.relations[found] = (degree, self.gens[found] ** degree - poly)
                self._order = tuple(sorted(self.relations))
        return found

    def gen(self, index: int) -> Element:
        """A kernel as an element."""
        return Element(self, self.gens[index], self.unit)

    def guard(self, terms: int) -> None:
        """Count work on so many terms; raise :class:`Unprovable` where it is too much."""
        if terms > MAX_PRODUCTS:
            raise Unprovable("the expression grows too large for the exact test")
        work.spend(_STEP + terms // _TERMS)
        if work.is_over():
            raise Unprovable("the exact test takes more steps than it may")

    def reduce(self, poly: Poly) -> Poly:
        """Rewrite by the relations: every algebraic kernel below its degree."""
        if not self._order:
            return poly
        degrees = poly.degrees()
        for index in self._order:
            degree, relation = self.relations[index]
            if degrees[index] >= degree:
                poly = poly % relation
                if poly.is_zero():
                    return poly
                degrees = poly.degrees()
        return poly

    def normal(self, num: Poly, den: Poly) -> Element:
        """The normal form of num/den; raises :class:`Undefined` when den is zero."""
        num = self.reduce(num)
        if num.is_zero():
            return self.zero
        if not den.is_constant():
            den = self.reduce(den)
        if den.is_zero():
            raise Undefined("a denominator vanishes identically")
        if not den.is_constant():
            if max(len(num), len(den)) > MAX_TERMS:
                self.guard(MAX_PRODUCTS + 1)
            self.guard(_DIVIDED * (len(num) + len(den)))
            if self._order:
                num, den = self._rationalise(num, den)
            if not den.is_constant():
                common = num.gcd(den)
                if not common.is_one():
                    num, den = num / common, den / common
        if den.is_one():
            return Element(self, num, self.unit)
        lead = den.leading_coefficient()
        if lead != 1:
            num, den = num / lead, den / lead
        return Element(self, num, self.unit if den.is_constant() else den)

    def _rationalise(self, num: Poly, den: Poly) -> tuple[Poly, Poly]:
        """Free the denominator of algebraic kernels where that is cheap.

        Relations may be dependent, the ring then has zero divisors, and multiplying by one would
        be unsound. A power of a kernel that divides the denominator is harmless; conjugates
        are kept only if they leave a polynomial in free kernels, which divides nothing to zero.
        """
        degrees = den.degrees()
        if not any(degrees[index] for index in self._order):
            return num, den
        common = num.gcd(den)
        if not common.is_one():
            num, den = num / common, den / common
        for index in self._order:
            if den.degrees()[index]:
                lowest = min(m[index] for m in den.monoms())
                if lowest:
                    factor = self.gens[index] ** (self.relations[index][0] - lowest)
                    num, den = self.reduce(num * factor), self.reduce(den * factor)
        before = num, den
        for index in self._order:
            degree = den.degrees()[index]
            if not degree:
                continue
            if self.relations[index][0] != 2 or len(den) > MAX_RATIONALISE:
                return before
            factor = den - 2 * den.derivative(index) * self.gens[index]
            den = self.reduce(den * factor)
            if den.is_zero():
                return before
            num = self.reduce(num * factor)
        return num, den

    def factor(self, poly: Poly) -> tuple[Fraction, tuple[tuple[Poly, int], ...]]:
        """Content and irreducible factors over Q (large polynomials are left whole)."""
        key = str(poly)
        found = self._factors.get(key)
        if found is None:
            if len(poly) > MAX_FACTOR_TERMS:
                lead = poly.leading_coefficient()
                found = (to_fraction(lead), ((poly / lead, 1),))
            elif poly.total_degree() == 1:
                content = _content(poly)
                found = (to_fraction(content), ((poly / content, 1),))
            else:
                content, factors = poly.factor()
                found = (to_fraction(content), tuple((p, int(e)) for p, e in factors))
            self._factors[key] = found
        return found

    def factors(self, element: Element) -> tuple[Fraction, tuple[tuple[Poly, int], ...]]:
        """Content and factors of a nonzero element, denominators with negative exponents."""
        content, above = self.factor(element.num)
        if element.den.is_one():
            return content, above
        below_content, below = self.factor(element.den)
        return content / below_content, above + tuple((p, -e) for p, e in below)

    def by_powers(self, poly: Poly, *indices: int) -> dict[tuple[int, ...], Poly]:
        """The coefficients of a polynomial in some kernels, by their powers."""
        found: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in poly.terms():
            others = tuple(0 if i in indices else e for i, e in enumerate(exponents))
            found.setdefault(tuple(exponents[i] for i in indices), {})[others] = coefficient
        return {powers: self.ctx.from_dict(terms) for powers, terms in found.items()}

    def used(self, poly: Poly) -> tuple[int, ...]:
        """Indices of the kernels that occur."""
        return tuple(i for i, d in enumerate(poly.degrees()) if d > 0)


def _content(poly: Poly) -> Any:
    """What is left of a polynomial when its coefficients are made whole and as small as can be,
    the leading one positive."""
    numerators, denominators = zip(*((c.p, c.q) for c in poly.coeffs()), strict=True)
    content = flint.fmpq(reduce(flint.fmpz.gcd, numerators), reduce(flint.fmpz.lcm, denominators))
    content = abs(content)
    return content if numerators[0] > 0 else -content


def oriented(u: Element) -> tuple[Element, int]:
    """``u`` or ``-u``, with a positive leading coefficient, and the sign taken out."""
    sign = 1 if u.is_zero or u.num.leading_coefficient() > 0 else -1
    return u.scale(sign), sign
