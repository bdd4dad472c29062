"""Indices as numbers: their values, comparisons of them, and unequal pairs.

``value(i)`` is the number that an index stands for. ``index_zero(P)`` and ``index_step(P)`` are 1
where the whole number P is zero (positive), else 0; P is made of index values and dimensions.
``apart(i, j)`` is 1 where two indices differ: it stays closed, unlike ``1 - delta(i, j)``, where
what it multiplies has a pole at i = j.

``facts`` say what a proof by cases assumes of free indices: ``(P, low, high)``, and pairs that
are ``unequal``.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd

from derivcheck.lang.dims import ONE, ZERO, Dim
from derivcheck.symbolic.matrix.arithmetic import constant, number_of, plus, scaled
from derivcheck.symbolic.matrix.atoms import (
    APART,
    FUNCTION,
    SIZE,
    VALUE,
    Atom,
    Polynomial,
    freeze,
)
from derivcheck.symbolic.matrix.powers import Powers

STEP, ZERO_AT = "index_step", "index_zero"
_SHIFTS = 3


class Indices(Powers):
    """Numbers made of indices."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.facts: list[tuple[Polynomial, int | None, int | None]] = []
        self.unequal: set[frozenset[int]] = set()

    def value(self, index: int, dim: str = "") -> Polynomial:
        """The number that an index stands for; of a fixed place, that place."""
        if index < 0:
            return constant(-1 - index)
        atom = self.atom(VALUE, dim or self.dim(index), (index,))
        return {((atom, 1),): 1}

    def apart(self, i: int, j: int) -> Polynomial:
        """1 where two indices of one dimension differ, else 0."""
        if i == j:
            return {}
        if (i < 0 and j < 0) or frozenset((i, j)) in self.unequal:
            return {(): 1}
        atom = self.atom(APART, "", (min(i, j), max(i, j)), symmetric=True)
        return {((atom, 1),): 1}

    def delta(self, i: int, j: int) -> Polynomial:
        """Kronecker's delta of two indices."""
        if self.unequal and i != j and frozenset((i, j)) in self.unequal:
            return {}
        return super().delta(i, j)

    def affine(self, poly: Polynomial) -> tuple[dict[int, tuple[Dim, Dim]], Dim] | None:
        """``{index: (coefficient, its dimension)}`` and the rest, for a sum of index values and
        sizes; None for any other polynomial."""
        terms: dict[int, tuple[Dim, Dim]] = {}
        rest = ZERO
        for monomial, coefficient in poly.items():
            if not isinstance(coefficient, int):
                return None
            names: list[str] = []
            index: Atom | None = None
            for atom, exponent in monomial:
                if not isinstance(exponent, int) or exponent < 1:
                    return None
                if atom.kind == SIZE:
                    names += [atom.head] * exponent
                elif atom.kind == VALUE and index is None and exponent == 1:
                    index = atom
                else:
                    return None
            part = Dim(coefficient, tuple(sorted(names)))
            if index is None:
                rest = rest + part
            else:
                [number] = index.indices
                known = terms.get(number, (ZERO, ZERO))[0]
                terms[number] = (known + part, self.dim_of_name(index.head))
        return terms, rest

    def reach(self, terms: dict[int, tuple[Dim, Dim]], rest: Dim) -> tuple[Dim, Dim] | None:
        """Least and greatest value, if they are known."""
        low = high = rest
        for coefficient, dim in terms.values():
            last = dim - ONE
            up, down = coefficient.least, (ZERO - coefficient).least
            if up is not None and up >= 0:
                high = high + coefficient * last
            elif down is not None and down >= 0:
                low = low + coefficient * last
            else:
                return None
        return low, high

    def index_condition(self, name: str, poly: Polynomial) -> Polynomial:
        """``index_step`` or ``index_zero`` of a whole number."""
        known = number_of(poly)
        if known is not None:
            return constant(int(known > 0 if name == STEP else known == 0))
        told = self._told(name, poly)
        if told is not None:
            return constant(told)
        form = self.affine(poly)
        if form is None:
            return self._closed_condition(name, poly)
        terms, rest = form
        for number in (poly, *self._shifted(poly)):
            decided = self._by_reach(name, number)
            if decided is not None:
                return constant(decided)
        reach = self.reach(terms, rest)
        if name == STEP and reach is not None:
            # one value short of being decided: that value
            if reach[1] == ONE:
                return self.index_condition(ZERO_AT, plus(poly, constant(-1)))
            if reach[0] == ZERO:
                at_zero = self.index_condition(ZERO_AT, poly)
                return plus(constant(1), scaled(at_zero, -1))
        if name == ZERO_AT:
            common = gcd(*(int(c) for m, c in poly.items() if m))
            if common > 1:
                share = poly.get((), 0)
                if int(share) % common:
                    return {}
                return self.index_condition(name, scaled(poly, Fraction(1, common)))
            found = self._as_delta(terms, rest)
            if found is not None:
                return found
            flipped = (self.leading_sign(poly) or rest.factor) < 0
            return self._closed_condition(name, scaled(poly, -1) if flipped else poly)
        pair = self._difference(terms)
        if pair and not rest.names and 0 < abs(rest.factor) <= _SHIFTS:
            # step(P + 1) is step(P) + zero(P)
            shift = 1 if rest.factor > 0 else -1
            less = plus(poly, constant(-shift))
            edge = less if shift > 0 else poly
            return plus(
                self.index_condition(STEP, less),
                scaled(self.index_condition(ZERO_AT, edge), shift),
            )
        return self._closed_condition(name, poly)

    def _shifted(self, poly: Polynomial) -> Iterator[Polynomial]:
        """The same number, written with what is known to be zero."""
        for fact, low, high in self.facts:
            if low == high == 0:
                yield plus(poly, fact)
                yield plus(poly, scaled(fact, -1))

    def _by_reach(self, name: str, poly: Polynomial) -> int | None:
        """What a comparison says, if the range of the number decides it."""
        form = self.affine(poly)
        reach = None if form is None else self.reach(*form)
        if reach is None:
            return None
        least, most = reach[0].least, (ZERO - reach[1]).least
        if least is not None and least > 0:
            return int(name == STEP)
        if most is not None and (most > 0 or (most == 0 and name == STEP)):
            return 0
        return None

    def _told(self, name: str, poly: Polynomial) -> int | None:
        for fact, low, high in self.facts:
            for sign in (1, -1):
                shift = number_of(plus(poly, scaled(fact, -sign)))
                if shift is None:
                    continue
                ends = (low, high) if sign == 1 else (high, low)
                least = None if ends[0] is None else sign * ends[0] + shift
                most = None if ends[1] is None else sign * ends[1] + shift
                if least is not None and least > 0:
                    return int(name == STEP)
                if most is not None and (most < 0 or (most == 0 and name == STEP)):
                    return 0
                if least == most == 0:
                    return int(name == ZERO_AT)
        return None

    def _closed_condition(self, name: str, poly: Polynomial) -> Polynomial:
        return {((self.atom(FUNCTION, (name, ()), polys=(freeze(poly),)), 1),): 1}

    @staticmethod
    def _difference(terms: dict[int, tuple[Dim, Dim]]) -> tuple[int, int] | None:
        """(i, j) for the difference of the values of two indices over one dimension."""
        if len(terms) != 2:
            return None
        (i, (a, one)), (j, (b, other)) = terms.items()
        if one != other or {a, b} != {ONE, Dim(-1)}:
            return None
        return (i, j) if a == ONE else (j, i)

    def difference_pair(
        self, form: tuple[dict[int, tuple[Dim, Dim]], Dim]
    ) -> tuple[int, int] | None:
        """(i, j) where a number is the value of i less that of j, over one dimension."""
        return self._difference(form[0]) if form[1] == ZERO else None

    @staticmethod
    def first_place(form: tuple[dict[int, tuple[Dim, Dim]], Dim]) -> int | None:
        """The index, where a number is just the value of one."""
        terms, rest = form
        return next(iter(terms)) if len(terms) == 1 and rest == ZERO else None

    def _as_delta(self, terms: dict[int, tuple[Dim, Dim]], rest: Dim) -> Polynomial | None:
        pair = self._difference(terms)
        if pair is not None and rest == ZERO:
            return self.delta(*pair)
        if len(terms) == 1:
            [(i, (coefficient, dim))] = terms.items()
            place = ZERO - rest if coefficient == ONE else rest
            inside = (dim - ONE - place).least
            if coefficient not in (ONE, Dim(-1)) or place.names:
                return None
            # a place that surely exists
            if place.factor >= 0 and inside is not None and inside >= 0:
                return self.delta(i, -1 - place.factor)
        return None

    @staticmethod
    def is_condition(atom: Atom) -> bool:
        """Whether an atom is a comparison of indices."""
        return atom.kind == FUNCTION and atom.head[0] in (STEP, ZERO_AT)

    def in_range(self, place: Polynomial, dim: Dim) -> Polynomial:
        """1 where ``0 <= place < dim``, else 0."""
        below = self.index_condition(STEP, scaled(place, -1))
        above = self.index_condition(STEP, plus(place, scaled(self.size(dim), -1), constant(1)))
        return self.times(_not(below), _not(above))

    def only_as_number(self, atom: Atom, index: int) -> bool:
        """Whether an index occurs in an atom by its value alone."""
        if index not in atom.frees:
            return True
        if atom.kind == VALUE:
            return True
        if index in atom.indices:
            return False
        return all(
            self.only_as_number(inner, index)
            for poly in atom.polys
            for monomial, _ in poly
            for inner, _ in monomial
        )


def _not(poly: Polynomial) -> Polynomial:
    return plus({(): 1}, scaled(poly, -1))


__all__ = ["STEP", "ZERO_AT", "Indices"]
