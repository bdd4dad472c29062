"""Powers of index polynomials, and what is known of signs.

Powers obey the rules of real numbers at points where both sides are defined: ``x * x**-1`` is
1, ``x**(1/2) * x**(1/2)`` is x; but ``(x**2)**(1/2)`` is x only where x is known not to be
negative, else ``sgn(x)*x``, and ``(x*y)**(1/2)`` splits only off factors known to be positive.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from derivcheck.symbolic.matrix.arithmetic import Arithmetic, accumulate, scaled, single
from derivcheck.symbolic.matrix.atoms import (
    CONSTANT,
    DELTA,
    DETERMINANT,
    ELEMENT,
    EXP,
    FUNCTION,
    GENERAL_POWER,
    POWER,
    PRIME,
    SIZE,
    SUM,
    Atom,
    Frozen,
    Monomial,
    Polynomial,
    Rational,
    Undecided,
    divide,
    freeze,
    whole,
)

_SMALL_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)


def prime_factors(value: Fraction) -> list[tuple[int, int]]:
    """A positive rational over small primes; what is left of large numbers stays whole."""
    factors: list[tuple[int, int]] = []
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime in _SMALL_PRIMES:
            count = 0
            while part % prime == 0:
                part //= prime
                count += 1
            if count:
                factors.append((prime, sign * count))
        if part != 1:
            factors.append((part, sign))
    return factors


class Powers(Arithmetic):
    """Rational powers, roots and signs."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.positive_names: set[str] = set()
        self.nonnegative_names: set[str] = set()
        self.positive_atoms: set[Atom] = set()
        self.definite_names: set[str] = set()

    def power(self, poly: Polynomial, exponent: Rational) -> Polynomial:
        """``poly**exponent`` for a rational exponent."""
        exponent = whole(exponent)
        if exponent == 1:
            return poly
        if exponent == 0:
            return {(): 1}
        if not poly:
            if exponent > 0:
                return {}
            raise Undecided("index notation: division by zero")
        if len(poly) == 1:
            [(monomial, coefficient)] = poly.items()
            if isinstance(exponent, int):
                value = whole(Fraction(coefficient) ** exponent)
                return self.product([(a, whole(e * exponent)) for a, e in monomial], value)
            return self._root_of_monomial(monomial, coefficient, exponent)
        if isinstance(exponent, int) and exponent > 0 and self.expandable(len(poly), exponent):
            return self.repeated(poly, exponent)
        outside, inside = self.split_content(poly, sign=isinstance(exponent, int))
        atom = self.atom(POWER, "", polys=(freeze(inside),))
        return self.times(self.power(outside, exponent), self.product([(atom, exponent)]))

    def split_content(self, poly: Polynomial, *, sign: bool) -> tuple[Polynomial, Polynomial]:
        """``poly`` as common factor times the rest.

        With ``sign`` the factor may be anything (for whole exponents), else it is positive.
        """
        monomials = list(poly)
        common: list[tuple[Atom, Rational]] = []
        atoms: dict[Atom, None] = {a: None for m in monomials for a, _ in m}
        tables = [dict(m) for m in monomials]
        for atom in atoms:
            if atom.kind == DELTA:
                continue
            least = min(table.get(atom, 0) for table in tables)
            if least and (sign or self.sign_of_atom(atom, 1) == 1):
                common.append((atom, least))
        values = [Fraction(c) for c in poly.values()]
        content: Rational = whole(
            Fraction(gcd(*(v.numerator for v in values)), lcm(*(v.denominator for v in values)))
        )
        if sign and self.leading_sign(poly) < 0:
            content = -content
        if content == 1 and not common:
            return {(): 1}, poly
        inverse = [(a, -e) for a, e in common]
        inside: Polynomial = {}
        for monomial, coefficient in poly.items():
            value = divide(coefficient, content)
            accumulate(inside, self.product([*monomial, *inverse], value))
        return self.product(common, content), inside

    def leading_sign(self, poly: Polynomial) -> int:
        """Sign of the leading coefficient in an order blind to index names (0: a tie)."""
        best = max(self.monomial_mask(m) for m in poly)
        value = sum(c for m, c in poly.items() if self.monomial_mask(m) == best)
        return (value > 0) - (value < 0)

    def _root_of_monomial(
        self, monomial: Monomial, coefficient: Rational, exponent: Rational
    ) -> Polynomial:
        inside: list[tuple[Atom, Rational]] = []
        outside: Polynomial = {(): 1}
        unknown: list[tuple[Atom, Rational]] = []
        for atom, power in monomial:
            combined = whole(power * exponent)
            if isinstance(power, Fraction) or self.sign_of_atom(atom, 1) is not None:
                inside.append((atom, combined))
            elif power % 2 == 0 and isinstance(combined, int):
                outside = self.times(
                    outside, self.power(self.absolute(self.value_of(atom)), combined)
                )
            else:
                unknown.append((atom, power))
        sign = 1 if coefficient > 0 else -1
        if sign > 0 and len(unknown) == 1 and unknown[0][1] % 2:
            inside.append((unknown[0][0], whole(unknown[0][1] * exponent)))
            unknown = []
        if unknown or sign < 0:
            base = self.product(unknown, sign)
            if len(base) == 1:
                closed = self.atom(POWER, "", polys=(freeze(base),))
                inside.append((closed, exponent))
            else:
                outside = self.times(outside, self.power(base, exponent))
        result = self.times(self.product(inside), outside)
        return self.times(self.number_power(abs(Fraction(coefficient)), exponent), result)

    def value_of(self, atom: Atom) -> Polynomial:
        """An atom as a polynomial, a closed power opened."""
        return dict(atom.polys[0]) if atom.kind == POWER else {((atom, 1),): 1}

    def absolute(self, poly: Polynomial) -> Polynomial:
        """``abs(poly)``, written ``sgn(poly)*poly``."""
        return self.times(self.function("sgn", (poly,)), poly)

    def number_power(self, value: Fraction, exponent: Rational) -> Polynomial:
        """A positive rational to a rational power, over prime numbers where it factors."""
        exponent = whole(exponent)
        if value == 1:
            return {(): 1}
        if isinstance(exponent, int):
            return {(): whole(value**exponent)}
        return self.product(
            [(self.atom(PRIME, p), whole(c * exponent)) for p, c in prime_factors(value)]
        )

    # signs

    def assumed_sign(self, poly: Polynomial) -> int:
        """1 or -1 where an assumption says that a many-term polynomial has that sign, else 0."""
        if not self.positive_atoms or len(poly) < 2:
            return 0
        inside = self.split_content(poly, sign=False)[1]
        for sign in (1, -1):
            if self.atom(POWER, "", polys=(freeze(scaled(inside, sign)),)) in self.positive_atoms:
                return sign
        return 0

    def sign_of_atom(self, atom: Atom, exponent: Rational) -> int | None:
        """1 where the power is positive, 0 where not negative, None where unknown."""
        known = self._sign(atom)
        if known is not None:
            return known
        return 0 if isinstance(exponent, Fraction) or exponent % 2 == 0 else None

    def _sign(self, atom: Atom) -> int | None:
        kind = atom.kind
        if kind in (EXP, SIZE, PRIME, CONSTANT):
            return 1
        if atom in self.positive_atoms:
            return 1
        if kind == ELEMENT:
            if atom.head in self.positive_names:
                return 1
            return 0 if atom.head in self.nonnegative_names else None
        if kind == SUM:
            return self.sign_of_monomial(atom.polys[0][0][0])
        if kind == POWER:
            return self.sign_of(atom.polys[0])
        if kind == GENERAL_POWER:
            return 1 if self.sign_of(atom.polys[0]) == 1 else None
        if kind == FUNCTION:
            return 0 if atom.head[0] in ("step", "zero") else None
        if kind == DETERMINANT and self.at_point:
            found = single(dict(atom.polys[0]))
            if found and found[0].kind == ELEMENT and found[0].head in self.definite_names:
                return 1
        return None

    def sign_of_monomial(self, monomial: Monomial) -> int | None:
        """Sign of a product, as for an atom."""
        result = 1
        for atom, exponent in monomial:
            if atom.kind == DELTA:
                result = 0
                continue
            sign = self.sign_of_atom(atom, exponent)
            if sign is None:
                return None
            result = min(result, sign)
        return result

    def sign_of(self, poly: Polynomial | Frozen) -> int | None:
        """Sign of a polynomial with positive coefficients, as for an atom."""
        items = poly.items() if isinstance(poly, dict) else poly
        result: int | None = None
        for monomial, coefficient in items:
            if coefficient < 0:
                return None
            sign = self.sign_of_monomial(monomial)
            if sign is None:
                return None
            result = sign if result is None else max(result, sign)
        return result
