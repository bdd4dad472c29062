"""The ring of index polynomials: sums, products and whole powers.

Products are those of a free commutative ring, but for atoms that later parts register: a *meeting*
says what an atom does to the factors beside it (``delta(i, j)`` writes i for j), a *power rule*
which simpler form a power of an atom has (``cos(x)**2`` is ``1 - sin(x)**2``).
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb

from derivcheck.lang.dims import ZERO, Dim
from derivcheck.symbolic.matrix.atoms import (
    Atom,
    Kind,
    Monomial,
    Polynomial,
    Rational,
    Space,
    Undecided,
    whole,
)

_EXPANSION = 120
"""Powers whose expansion could have more terms stay closed."""


Meeting = Callable[[dict[Atom, Rational], Atom, Rational], Polynomial | None]
"""(factors, one of them, coefficient) -> the whole product, or None where the factors, which it
may change, stay."""
PowerRule = Callable[[Atom, Rational], Polynomial | None]
"""(atom, exponent) -> an equal polynomial of simpler form, or None."""


def _serial(factor: tuple[Atom, Rational]) -> int:
    return factor[0].serial


def constant(value: Rational) -> Polynomial:
    """A rational number as a polynomial."""
    return {(): whole(value)} if value else {}


def accumulate(into: Polynomial, poly: Polynomial, factor: Rational = 1) -> None:
    """Add ``factor * poly`` in place."""
    for monomial, coefficient in poly.items():
        value = into.get(monomial, 0) + coefficient * factor
        if value:
            into[monomial] = whole(value)
        else:
            into.pop(monomial, None)


def plus(*polys: Polynomial) -> Polynomial:
    """Sum."""
    result: Polynomial = {}
    for poly in polys:
        accumulate(result, poly)
    return result


def scaled(poly: Polynomial, factor: Rational) -> Polynomial:
    """``factor * poly``."""
    if factor == 1:
        return poly
    return {m: whole(c * factor) for m, c in poly.items()} if factor else {}


def complement(poly: Polynomial) -> Polynomial:
    """``1 - poly``: of a condition, its opposite."""
    return plus({(): 1}, scaled(poly, -1))


def single(poly: Polynomial) -> tuple[Atom, Rational] | None:
    """The factor, when the polynomial is one atom to a power with coefficient 1."""
    if len(poly) != 1:
        return None
    [(monomial, coefficient)] = poly.items()
    return monomial[0] if coefficient == 1 and len(monomial) == 1 else None


def number_of(poly: Polynomial) -> Rational | None:
    """The value, when the polynomial is a rational number."""
    if not poly:
        return 0
    return poly.get(()) if len(poly) == 1 else None


def idempotent(atom: Atom, exponent: Rational) -> Polynomial | None:
    """The power rule of conditions: they are 0 or 1."""
    if exponent == 1:
        return None
    if exponent < 0:
        raise Undecided("index notation: division by a condition")
    return {((atom, 1),): 1}


class Ring:
    """Arithmetic on polynomials over the atoms of a space."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._meetings: dict[object, Meeting] = {}
        self._power_rules: dict[object, PowerRule] = {}

    def on_meeting(self, kind: int, meeting: Meeting) -> None:
        """Let atoms of a kind act on what they are multiplied with."""
        self.space.watched.add(kind)
        self._meetings[kind] = meeting

    def on_power(self, key: object, rule: PowerRule, *, watch: bool = True) -> None:
        """Simplify powers of atoms of a kind, or of the function with a head.

        Without ``watch`` only powers of those atoms that are marked one by one.
        """
        if watch:
            self.space.watched.add(key)
        self._power_rules[key] = rule

    # building blocks

    def of(self, atom: Atom, exponent: Rational = 1) -> Polynomial:
        """One atom as a polynomial."""
        return self.product([(atom, exponent)])

    def size(self, dim: Dim) -> Polynomial:
        """A dimension as a number."""
        return plus(
            *(
                self.product([(self.space.atom(Kind.SIZE, name), 1) for name in names], factor)
                for factor, names in dim.terms
                if factor
            )
        )

    def as_dim(self, poly: Polynomial) -> Dim | None:
        """The dimension that a number is, if it is one."""
        found = ZERO
        for monomial, factor in poly.items():
            if not isinstance(factor, int) or any(
                atom.kind != Kind.SIZE or not isinstance(times, int) or times < 1
                for atom, times in monomial
            ):
                return None
            names = (atom.head for atom, times in monomial for _ in range(int(times)))
            found = found + Dim(factor, tuple(sorted(names)))
        return found

    # products

    def product(
        self, factors: list[tuple[Atom, Rational]] | Monomial, coefficient: Rational = 1
    ) -> Polynomial:
        """The product of powers of atoms, equal atoms merged."""
        self.space.spend()
        merged: dict[Atom, Rational] = {}
        watch = False
        for atom, exponent in factors:
            old = merged.get(atom)
            if old is not None:
                exponent = whole(old + exponent)
                if not exponent:
                    del merged[atom]
                    continue
            if exponent:
                merged[atom] = exponent
                watch = watch or atom.watch
        if watch:
            return self._simplified(merged, coefficient)
        if len(merged) < 2:
            return {tuple(merged.items()): coefficient}
        return {tuple(sorted(merged.items(), key=_serial)): coefficient}

    def _simplified(self, merged: dict[Atom, Rational], coefficient: Rational) -> Polynomial:
        """A product of which some atoms are watched."""
        for atom in sorted((a for a in merged if a.watch), key=lambda a: a.serial):
            meeting = self._meetings.get(atom.kind)
            if meeting is not None:
                found = meeting(merged, atom, coefficient)
                if found is not None:
                    return found
                continue
            rule = self._power_rules[atom.head if atom.kind == Kind.FUNCTION else atom.kind]
            power = rule(atom, merged[atom])
            if power is not None:
                del merged[atom]
                return self.times(self.product(list(merged.items()), coefficient), power)
        return {tuple(sorted(merged.items(), key=_serial)): coefficient}

    @staticmethod
    def expandable(terms: int, count: int) -> bool:
        """Whether a power of that many terms stays small when multiplied out."""
        return comb(count + terms - 1, terms - 1) <= _EXPANSION

    def times(self, p: Polynomial, q: Polynomial) -> Polynomial:
        """Product of two polynomials."""
        if len(p) == 1:
            value = p.get(())
            if value is not None:
                return scaled(q, value)
        if len(q) == 1:
            value = q.get(())
            if value is not None:
                return scaled(p, value)
        result: Polynomial = {}
        for first, a in p.items():
            for second, b in q.items():
                accumulate(result, self.product([*first, *second], whole(a * b)))
        return result

    def product_of(self, *polys: Polynomial) -> Polynomial:
        """Product of several polynomials."""
        result: Polynomial = {(): 1}
        for poly in polys:
            result = self.times(result, poly)
        return result

    def repeated(self, poly: Polynomial, count: int) -> Polynomial:
        """A whole power, multiplied out."""
        result: Polynomial = {(): 1}
        for _ in range(count):
            result = self.times(result, poly)
        return result
