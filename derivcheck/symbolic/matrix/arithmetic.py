"""Sums and products of index polynomials."""

from __future__ import annotations

from fractions import Fraction
from math import comb, floor
from typing import Any

from derivcheck.lang.nodes import Dim
from derivcheck.symbolic.matrix.atoms import (
    APART,
    DELTA,
    DETERMINANT,
    POWER,
    PRIME,
    SIZE,
    Atom,
    Monomial,
    Polynomial,
    Rational,
    Space,
    Undecided,
    whole,
)

_EXPANSION = 120
"""Powers whose expansion could have more terms stay closed."""


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


class Arithmetic(Space):
    """Arithmetic on polynomials; later layers add sums, functions and matrices."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.nonzero_used: dict[int, Polynomial] = {}
        self.at_point = False

    # hooks of later layers

    def rename_atom(self, atom: Atom, mapping: dict[int, int]) -> Polynomial:
        """The atom with free indices replaced."""
        raise NotImplementedError

    def power(self, poly: Polynomial, exponent: Rational) -> Polynomial:
        """``poly**exponent`` for a rational exponent."""
        raise NotImplementedError

    def function(self, name: str, args: tuple[Polynomial, ...], data: Any = ()) -> Polynomial:
        """A function applied to polynomials."""
        raise NotImplementedError

    # building blocks

    def of(self, atom: Atom, exponent: Rational = 1) -> Polynomial:
        """One atom as a polynomial."""
        return self.product([(atom, exponent)])

    def size(self, dim: Dim) -> Polynomial:
        """A dimension as a number."""
        return plus(
            *(
                self.product([(self.atom(SIZE, name), 1) for name in names], factor)
                for factor, names in dim.terms
                if factor
            )
        )

    def delta(self, i: int, j: int) -> Polynomial:
        """Kronecker's delta of two indices."""
        if i == j:
            return {(): 1}
        if i < 0 and j < 0:
            return {}
        pair = (i, j) if i < j else (j, i)
        return {((self.atom(DELTA, "", pair, symmetric=True), 1),): 1}

    # products

    def product(
        self, factors: list[tuple[Atom, Rational]] | Monomial, coefficient: Rational = 1
    ) -> Polynomial:
        """The product of powers of atoms, equal atoms merged."""
        self.spend()
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
            return self._careful(merged, coefficient)
        if len(merged) < 2:
            return {tuple(merged.items()): coefficient}
        return {tuple(sorted(merged.items(), key=_serial)): coefficient}

    def _careful(self, merged: dict[Atom, Rational], coefficient: Rational) -> Polynomial:
        """A product in which some power may reduce."""
        for atom in sorted((a for a in merged if a.watch), key=lambda a: a.serial):
            exponent = merged[atom]
            if atom.kind == DELTA:
                if exponent < 0:
                    raise Undecided("index notation: division by an identity matrix's entries")
                merged[atom] = 1
                if any(a.kind == APART and a.indices == atom.indices for a in merged):
                    return {}  # before what it multiplies is looked at, which may have a pole
                keep, drop = atom.indices
                if any(drop in other.frees for other in merged if other is not atom):
                    return self._identify(merged, atom, keep, drop, coefficient)
            elif atom.kind == APART:
                if exponent < 0:
                    raise Undecided("index notation: division by a comparison of indices")
                merged[atom] = 1
            elif atom.kind == PRIME:
                power = floor(exponent)
                if power:
                    coefficient = whole(coefficient * Fraction(atom.head) ** power)
                    merged[atom] = whole(exponent - power)
                    if not merged[atom]:
                        del merged[atom]
            else:
                reduced = self._reduce_power(atom, exponent)
                if reduced is not None:
                    del merged[atom]
                    return self.times(self.product(list(merged.items()), coefficient), reduced)
        return {tuple(sorted(merged.items(), key=_serial)): coefficient}

    def _identify(
        self,
        merged: dict[Atom, Rational],
        delta: Atom,
        keep: int,
        drop: int,
        coefficient: Rational,
    ) -> Polynomial:
        """With delta(keep, drop) in the product, write keep for drop everywhere else."""
        mapping = {drop: keep}
        plain: list[tuple[Atom, Rational]] = []
        result: Polynomial = {(): coefficient}
        for atom, exponent in merged.items():
            if atom is delta:
                continue
            if drop in atom.frees:
                result = self.times(result, self.power(self.rename_atom(atom, mapping), exponent))
            else:
                plain.append((atom, exponent))
        return self.times(result, self.product([*plain, (delta, 1)]))

    def _reduce_power(self, atom: Atom, exponent: Rational) -> Polynomial | None:
        """An equal polynomial for a power that has a simpler form, else None."""
        if atom.kind == POWER:
            count = floor(exponent)
            if count < 1 or not self.expandable(len(atom.polys[0]), count):
                return None
            expanded = self.repeated(dict(atom.polys[0]), count)
            rest = whole(exponent - count)
            return self.times(expanded, {((atom, rest),): 1}) if rest else expanded
        if atom.kind == DETERMINANT:
            # of an orthogonal matrix: 1 or -1
            if not isinstance(exponent, int) or exponent == 1:
                return None
            return {((atom, 1),): 1} if exponent % 2 else {(): 1}
        name: str = atom.head[0]
        if name == "sgn":
            if exponent == 1:
                return None
            self.nonzero_used[atom.mask] = dict(atom.polys[0])
            if whole(exponent) % 2:
                return {((atom, 1),): 1}
            return {(): 1}
        if name in ("step", "zero", "index_step", "index_zero"):
            if exponent == 1:
                return None
            if exponent < 0:
                raise Undecided("index notation: division by a condition")
            return {((atom, 1),): 1}
        if name == "cos":
            if not isinstance(exponent, int) or exponent < 2:
                return None
            sine = self.function("sin", (dict(atom.polys[0]),))
            square = plus({(): 1}, scaled(self.times(sine, sine), -1))
            rest_part: Polynomial = {((atom, 1),): 1} if exponent % 2 else {(): 1}
            return self.times(rest_part, self.repeated(square, exponent // 2))
        if name == "cbrt" and isinstance(exponent, int) and abs(exponent) >= 3:
            count = exponent // 3 if exponent > 0 else -(-exponent // 3)
            rest = exponent - 3 * count
            left: Polynomial = {((atom, rest),): 1} if rest else {(): 1}
            return self.times(left, self.power(dict(atom.polys[0]), count))
        return None

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
