"""Powers of index polynomials, and what is known of signs.

Powers obey the rules of real numbers at points where both sides are defined: ``x * x**-1`` is
1, ``x**(1/2) * x**(1/2)`` is x; but ``(x**2)**(1/2)`` is x only where x is known not to be
negative, else ``sgn(x)*x``, and ``(x*y)**(1/2)`` splits only off factors known to be positive.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor, gcd, lcm

from derivcheck.symbolic.matrix.atoms import (
    Atom,
    Frozen,
    Kind,
    Monomial,
    Polynomial,
    Rational,
    Undecided,
    divide,
    freeze,
    whole,
)
from derivcheck.symbolic.matrix.known import Known, Met
from derivcheck.symbolic.matrix.ring import (
    Ring,
    accumulate,
    complement,
    constant,
    plus,
    scaled,
    single,
)

SGN, USGN = "sgn", "usgn"
"""The sign that derivatives of ``abs`` bring in, and the one that users write."""

_CASES = 2
"""Comparisons by which a power or a function is told case by case, at most."""
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


class Powers:
    """Rational powers, roots and signs."""

    def __init__(self, ring: Ring, known: Known, met: Met) -> None:
        self.space = ring.space
        self.ring = ring
        self.known = known
        self.met = met
        ring.on_power(Kind.POWER, self._opened)
        ring.on_power(Kind.PRIME, self._whole_part)
        ring.on_power((SGN, ()), self._power_of_sign)

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
                return self.ring.product([(a, whole(e * exponent)) for a, e in monomial], value)
            return self._root_of_monomial(monomial, coefficient, exponent)
        if isinstance(exponent, int) and exponent > 0 and self.ring.expandable(len(poly), exponent):
            return self.ring.repeated(poly, exponent)
        by_cases = self.by_cases(lambda part: self.power(part, exponent), poly)
        if by_cases is not None:
            return by_cases
        outside, inside = self.split_content(poly, sign=isinstance(exponent, int))
        atom = self.space.atom(Kind.POWER, "", polys=(freeze(inside),))
        return self.ring.times(self.power(outside, exponent), self.ring.product([(atom, exponent)]))

    def by_cases(
        self, value: Callable[[Polynomial], Polynomial], poly: Polynomial
    ) -> Polynomial | None:
        """``value(P)`` where comparisons of indices decide what P is: what it is in each case."""
        marks = {a for m in poly for a, _ in m if a.kind == Kind.CONDITION}
        if not marks or len(marks) > _CASES:
            return None
        mark = min(marks, key=lambda atom: atom.serial)
        holds: Polynomial = {}
        fails: Polynomial = {}
        for monomial, coefficient in poly.items():
            rest = tuple(f for f in monomial if f[0] is not mark)
            accumulate(holds, {rest: coefficient})
            if len(rest) == len(monomial):
                fails[monomial] = coefficient
        own: Polynomial = {((mark, 1),): 1}
        try:
            parts = value(holds), value(fails)
        except Undecided:
            return None
        return plus(self.ring.times(own, parts[0]), self.ring.times(complement(own), parts[1]))

    def split_content(self, poly: Polynomial, *, sign: bool) -> tuple[Polynomial, Polynomial]:
        """``poly`` as common factor times the rest.

        With ``sign`` the factor may be anything (for whole exponents), else it is positive.
        """
        monomials = list(poly)
        common: list[tuple[Atom, Rational]] = []
        atoms: dict[Atom, None] = {a: None for m in monomials for a, _ in m}
        tables = [dict(m) for m in monomials]
        for atom in atoms:
            if atom.kind == Kind.DELTA:
                continue
            least = min(table.get(atom, 0) for table in tables)
            if least and (sign or self.sign_of_atom(atom, 1) == 1):
                common.append((atom, least))
        values = [Fraction(c) for c in poly.values()]
        content: Rational = whole(
            Fraction(gcd(*(v.numerator for v in values)), lcm(*(v.denominator for v in values)))
        )
        if sign and self.direction(poly) < 0:
            content = -content
        if content == 1 and not common:
            return {(): 1}, poly
        inverse = [(a, -e) for a, e in common]
        inside: Polynomial = {}
        for monomial, coefficient in poly.items():
            value = divide(coefficient, content)
            accumulate(inside, self.ring.product([*monomial, *inverse], value))
        return self.ring.product(common, content), inside

    def direction(self, poly: Polynomial) -> int:
        """1 for one of P and -P, -1 for the other: ``x[i] - x[j]`` and ``x[j] - x[i]``, too."""
        return self.leading_sign(poly) or (1 if freeze(poly) < freeze(scaled(poly, -1)) else -1)

    def leading_sign(self, poly: Polynomial) -> int:
        """Sign of the leading coefficient in an order blind to index names (0: a tie)."""
        best = max(self.space.monomial_mask(m) for m in poly)
        value = sum(c for m, c in poly.items() if self.space.monomial_mask(m) == best)
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
                outside = self.ring.times(
                    outside, self.power(self.absolute(self.value_of(atom)), combined)
                )
            else:
                unknown.append((atom, power))
        sign = 1 if coefficient > 0 else -1
        if sign > 0 and len(unknown) == 1 and unknown[0][1] % 2:
            inside.append((unknown[0][0], whole(unknown[0][1] * exponent)))
            unknown = []
        if unknown or sign < 0:
            base = self.ring.product(unknown, sign)
            if len(base) == 1:
                closed = self.space.atom(Kind.POWER, "", polys=(freeze(base),))
                inside.append((closed, exponent))
            else:
                outside = self.ring.times(outside, self.power(base, exponent))
        result = self.ring.times(self.ring.product(inside), outside)
        return self.ring.times(self.number_root(abs(Fraction(coefficient)), exponent), result)

    def value_of(self, atom: Atom) -> Polynomial:
        """An atom as a polynomial, a closed power opened."""
        return dict(atom.polys[0]) if atom.kind == Kind.POWER else {((atom, 1),): 1}

    def absolute(self, poly: Polynomial) -> Polynomial:
        """``abs(poly)``, written ``sgn(poly)*poly``."""
        return self.ring.times(self.sign_function(SGN, poly), poly)

    def number_root(self, value: Fraction, exponent: Rational) -> Polynomial:
        """A positive rational to a power that is not whole, over its prime numbers."""
        return self.ring.product(
            [(self.space.atom(Kind.PRIME, p), whole(c * exponent)) for p, c in prime_factors(value)]
        )

    # signs

    def sign_function(self, name: str, arg: Polynomial) -> Polynomial:
        """The sign of ``arg``: ``sgn``, or ``usgn`` where a user writes it."""
        if self.known.at_point:
            name = SGN
        if not arg:
            return {}
        if self.sign_of(arg) == 1:
            return {(): 1}
        if self.assumed_sign(arg):
            return constant(self.assumed_sign(arg))
        if len(arg) > 1:
            outside, inside = self.split_content(arg, sign=True)
            if outside != {(): 1}:
                return self.ring.times(
                    self.sign_function(name, outside), self.sign_function(name, inside)
                )
            if self.direction(arg) < 0:
                return scaled(self._opaque_sign(name, scaled(arg, -1)), -1)
            return self._opaque_sign(name, arg)
        [(monomial, coefficient)] = arg.items()
        result = constant(1 if coefficient > 0 else -1)
        for atom, exponent in monomial:
            if atom.kind == Kind.DELTA:
                result = self.ring.times(result, {((atom, 1),): 1})
                continue
            if self.sign_of_atom(atom, 1) == 1:
                continue
            base = self.value_of(atom)
            if atom.kind == Kind.FUNCTION and atom.head[0] in (SGN, USGN):
                part: Polynomial = {((atom, 1),): 1}
            elif atom.kind == Kind.POWER and len(base) == 1:
                part = self.sign_function(name, base)
            else:
                part = self._opaque_sign(name, base)
            power = exponent if isinstance(exponent, int) else 2
            result = self.ring.times(result, self.power(part, power))
        return result

    def _opaque_sign(self, name: str, arg: Polynomial) -> Polynomial:
        return self.ring.of(self.space.atom(Kind.FUNCTION, (name, ()), polys=(freeze(arg),)))

    # powers that have a simpler form

    def _opened(self, atom: Atom, exponent: Rational) -> Polynomial | None:
        """A closed power, multiplied out as far as that is short."""
        count = floor(exponent)
        if count < 1 or not self.ring.expandable(len(atom.polys[0]), count):
            return None
        expanded = self.ring.repeated(dict(atom.polys[0]), count)
        rest = whole(exponent - count)
        return self.ring.times(expanded, {((atom, rest),): 1}) if rest else expanded

    @staticmethod
    def _whole_part(atom: Atom, exponent: Rational) -> Polynomial | None:
        """``2**(5/2)`` is ``4*2**(1/2)``."""
        power = floor(exponent)
        if not power:
            return None
        rest = whole(exponent - power)
        value = whole(Fraction(atom.head) ** power)
        return {((atom, rest),): value} if rest else {(): value}

    def _power_of_sign(self, atom: Atom, exponent: Rational) -> Polynomial | None:
        if exponent == 1:
            return None
        self.met.nonzero[atom.mask] = dict(atom.polys[0])
        return {((atom, 1),): 1} if whole(exponent) % 2 else {(): 1}

    def assumed_sign(self, poly: Polynomial) -> int:
        """1 or -1 where an assumption says that a many-term polynomial has that sign, else 0."""
        if not self.known.positive_atoms or len(poly) < 2:
            return 0
        inside = self.split_content(poly, sign=False)[1]
        for sign in (1, -1):
            if (
                self.space.atom(Kind.POWER, "", polys=(freeze(scaled(inside, sign)),))
                in self.known.positive_atoms
            ):
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
        if kind in (Kind.EXP, Kind.SIZE, Kind.PRIME, Kind.CONSTANT):
            return 1
        if atom in self.known.positive_atoms:
            return 1
        if kind == Kind.ELEMENT:
            return self.known.sign_of_entry(atom.head, atom.indices)
        if kind == Kind.SUM:
            return self.sign_of_monomial(atom.polys[0][0][0])
        if kind in (Kind.POWER, Kind.PRODUCT):
            return self.sign_of(atom.polys[0])
        if kind == Kind.GENERAL_POWER:
            return 1 if self.sign_of(atom.polys[0]) == 1 else None
        if kind == Kind.FUNCTION:
            return 0 if atom.head[0] in ("step", "zero") else None
        if kind == Kind.DETERMINANT and self.known.at_point:
            found = single(dict(atom.polys[0]))
            if found and found[0].kind == Kind.ELEMENT:
                return 1 if "spd" in self.known.structures.get(found[0].head, ()) else None
        return None

    def sign_of_monomial(self, monomial: Monomial) -> int | None:
        """Sign of a product, as for an atom."""
        result = 1
        for atom, exponent in monomial:
            if atom.kind == Kind.DELTA:
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
