"""Kronecker deltas, and indices as numbers: their values, comparisons of them, unequal pairs.

``value(i)`` is the number that an index stands for. ``condition(ZERO_AT, P)`` and
``condition(STEP, P)`` are 1 where the whole number P is zero (positive), else 0; P is made of index
values and dimensions. ``apart(i, j)`` is 1 where two indices differ: it stays closed, unlike
``1 - delta(i, j)``, where what it multiplies has a pole at i = j. A long module: deltas and
comparisons are told by one another.

``facts`` say what a proof by cases assumes of free indices: ``(P, low, high)``, and pairs that
are ``unequal``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import combinations
from math import gcd

from derivcheck.lang.dims import ONE, ZERO, Dim
from derivcheck.symbolic.matrix.atoms import Atom, Kind, Polynomial, Rational, Undecided, freeze
from derivcheck.symbolic.matrix.ring import (
    complement,
    constant,
    idempotent,
    number_of,
    plus,
    scaled,
)
from derivcheck.symbolic.matrix.substitution import Change, Substitution

STEP, ZERO_AT = "step", "zero"
_SHIFTS = 3
_FACTS, _TOGETHER = 6, 3
"""Facts that are looked at, and how many are added up."""


def _decided(name: str, least: int | None, most: int | None) -> int | None:
    """What a comparison says of a number that is between these."""
    if least is not None and least > 0:
        return int(name == STEP)
    if most is not None and (most < 0 or (most == 0 and name == STEP)):
        return 0
    return None


class Indices:
    """Kronecker deltas, and numbers made of indices."""

    def __init__(self, substitution: Substitution) -> None:
        self.space = substitution.space
        self.ring = substitution.ring
        self.powers = substitution.powers
        self.substitution = substitution
        self.facts: list[tuple[Polynomial, int | None, int | None]] = []
        self.unequal: set[frozenset[int]] = set()
        self.placed: dict[int, Polynomial] = {}
        """Indices that are computed from others, and what they are."""
        self.compares = False
        """Whether any comparison of whole numbers was left undecided."""
        self.moved: dict[int, Polynomial] = {}
        """Numbers to put in place of the values of indices, while one is eliminated."""
        self.ring.on_meeting(Kind.DELTA, self._identify)
        self.ring.on_meeting(Kind.APART, self._keep_apart)
        self.ring.on_power(Kind.CONDITION, idempotent)
        substitution.on(Kind.DELTA, lambda atom, change: self.delta(*change.places(atom)))
        substitution.on(Kind.APART, lambda atom, change: self.apart(*change.places(atom)))
        substitution.on(Kind.VALUE, self._value_anew)
        substitution.on(
            Kind.CONDITION,
            lambda atom, change: self.condition(atom.head, *substitution.arguments(atom, change)),
        )

    def delta(self, i: int, j: int) -> Polynomial:
        """Kronecker's delta of two indices."""
        if i == j:
            return {(): 1}
        if (i < 0 and j < 0) or (self.unequal and frozenset((i, j)) in self.unequal):
            return {}
        pair = (i, j) if i < j else (j, i)
        if self.facts and pair[0] < 0 and self.space.has_dim(pair[1]):
            gap = plus(self.value(pair[1]), scaled(self.value(pair[0]), -1))
            if self._by_reach(ZERO_AT, gap) == 0:
                return {}
        return {((self.space.atom(Kind.DELTA, "", pair, symmetric=True), 1),): 1}

    def apart(self, i: int, j: int) -> Polynomial:
        """1 where two indices of one dimension differ, else 0."""
        if i == j:
            return {}
        if (i < 0 and j < 0) or frozenset((i, j)) in self.unequal:
            return {(): 1}
        atom = self.space.atom(Kind.APART, "", (min(i, j), max(i, j)), symmetric=True)
        return {((atom, 1),): 1}

    def value(self, index: int, dim: str = "") -> Polynomial:
        """The number that an index stands for; of a fixed place, that place."""
        if index < 0:
            return constant(-1 - index)
        if index in self.placed:
            return self.placed[index]
        atom = self.space.atom(Kind.VALUE, dim or self.space.dim(index), (index,))
        return {((atom, 1),): 1}

    def with_value(self, poly: Polynomial, index: int, place: Polynomial) -> Polynomial:
        """The polynomial with a number in place of the value of an index."""
        self.moved[index] = place
        try:
            return self.substitution.rename(poly, {index: index})
        finally:
            del self.moved[index]

    # in products, and under substitution

    def _identify(
        self, merged: dict[Atom, Rational], delta: Atom, coefficient: Rational
    ) -> Polynomial | None:
        """With delta(keep, drop) in the product, write keep for drop everywhere else."""
        if merged[delta] < 0:
            raise Undecided("index notation: division by an identity matrix's entries")
        merged[delta] = 1
        if any(a.kind == Kind.APART and a.indices == delta.indices for a in merged):
            return {}  # before what it multiplies is looked at, which may have a pole
        keep, drop = delta.indices
        if not any(drop in other.frees for other in merged if other is not delta):
            return None
        mapping = {drop: keep}
        plain: list[tuple[Atom, Rational]] = []
        result: Polynomial = {(): coefficient}
        for atom, exponent in merged.items():
            if atom is delta:
                continue
            if drop in atom.frees:
                renamed = self.substitution.rename_atom(atom, mapping)
                result = self.ring.times(result, self.powers.power(renamed, exponent))
            else:
                plain.append((atom, exponent))
        return self.ring.times(result, self.ring.product([*plain, (delta, 1)]))

    @staticmethod
    def _keep_apart(merged: dict[Atom, Rational], atom: Atom, _: Rational) -> None:
        if merged[atom] < 0:
            raise Undecided("index notation: division by a comparison of indices")
        merged[atom] = 1

    def _value_anew(self, atom: Atom, change: Change) -> Polynomial:
        [place] = change.places(atom)
        moved = self.moved.get(place)
        return self.value(place, atom.head) if moved is None else moved

    # sums of index values and sizes

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
                if atom.kind == Kind.SIZE:
                    names += [atom.head] * exponent
                elif atom.kind == Kind.VALUE and index is None and exponent == 1:
                    index = atom
                else:
                    return None
            part = Dim(coefficient, tuple(sorted(names)))
            if index is None:
                rest = rest + part
            else:
                [number] = index.indices
                known = terms.get(number, (ZERO, ZERO))[0]
                terms[number] = (known + part, self.space.dim_of_name(index.head))
        return terms, rest

    def reach_of(self, poly: Polynomial) -> tuple[Dim, Dim] | None:
        """Least and greatest value of a sum of index values and sizes, if they are known."""
        form = self.affine(poly)
        return None if form is None else self.reach(*form)

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

    def condition(self, name: str, poly: Polynomial) -> Polynomial:
        """``index_step`` or ``index_zero`` of a whole number."""
        known = number_of(poly)
        if known is not None:
            return constant(int(known > 0 if name == STEP else known == 0))
        given = self._by_facts(name, poly)
        if given is not None:
            return constant(given)
        form = self.affine(poly)
        if form is None:
            return self._closed_condition(name, poly)
        terms, rest = form
        ends = self.reach(terms, rest)
        decided = None if ends is None else _decided(name, ends[0].least, ends[1].most)
        if decided is None and self.facts:
            decided = self._by_reach(name, poly)
        if decided is not None:
            return constant(decided)
        if name == STEP:
            few = self._few_values(poly, ends)
            for number in self._shifted(poly) if few is None else ():
                few = few or self._few_values(number, self.reach_of(number))
            if few is not None:
                return few
        if name == ZERO_AT:
            common = gcd(*(int(c) for m, c in poly.items() if m))
            if common > 1:
                share = poly.get((), 0)
                if int(share) % common:
                    return {}
                return self.condition(name, scaled(poly, Fraction(1, common)))
            found = self._as_delta(terms, rest)
            found = self._at_place(poly) if found is None else found
            for number in self._shifted(poly):
                moved = self.affine(number) if found is None else None
                found = found if moved is None else self._as_delta(*moved)
            if found is not None:
                return found
            # P and -P are one condition, whatever their indices are called
            sign = self.powers.leading_sign(poly) or rest.factor or self.powers.direction(poly)
            flipped = sign < 0
            return self._closed_condition(name, scaled(poly, -1) if flipped else poly)
        gap = len(terms) == 2 and {c for c, _ in terms.values()} == {ONE, Dim(-1)}
        if gap and not rest.names and 0 < abs(rest.factor) <= _SHIFTS:
            # step(P + 1) is step(P) + zero(P)
            shift = 1 if rest.factor > 0 else -1
            less = plus(poly, constant(-shift))
            edge = less if shift > 0 else poly
            return plus(self.condition(STEP, less), scaled(self.condition(ZERO_AT, edge), shift))
        return self._closed_condition(name, poly)

    def _shifted(self, poly: Polynomial) -> Iterator[Polynomial]:
        """The same number, written with what is known to be zero."""
        for fact, low, high in self.facts:
            if low == high == 0:
                yield plus(poly, fact)
                yield plus(poly, scaled(fact, -1))

    def _few_values(self, poly: Polynomial, reach: tuple[Dim, Dim] | None) -> Polynomial | None:
        """``step(P)`` where P has few values above 0, or few that are not: those values."""
        if reach is None:
            return None
        most, least = reach[1].most, reach[0].least
        for values in (
            range(1, 1 if most is None else 1 + most),
            range(1 if least is None else least, 1),
        ):
            if 0 < len(values) <= _SHIFTS:
                places = (self.condition(ZERO_AT, plus(poly, constant(-v))) for v in values)
                total = plus(*places)
                return total if values[0] > 0 else complement(total)
        return None

    def _slacks(self) -> Iterator[Polynomial]:
        """Sums of what facts say is not negative, the empty one first."""
        known: list[Polynomial] = []
        for fact, low, high in self.facts[-_FACTS:]:
            if low is not None:
                known.append(plus(fact, constant(-low)))
            if high is not None:
                known.append(plus(constant(high), scaled(fact, -1)))
        for count in range(min(len(known), _TOGETHER) + 1):
            for chosen in combinations(known, count):
                yield plus(*chosen)

    def _by_reach(self, name: str, poly: Polynomial) -> int | None:
        """What a comparison says, if the range of the number and the facts decide it."""
        for slack in self._slacks():
            low, high = (self.reach_of(plus(poly, scaled(slack, sign))) for sign in (-1, 1))
            decided = _decided(name, low and low[0].least, high and high[1].most)
            if decided is not None:
                return decided
        return None

    @contextmanager
    def assumed(
        self, fact: tuple[Polynomial, int | None, int | None] | None, pair: tuple[int, int] | None
    ) -> Iterator[None]:
        """A fact about indices, and that two of them differ, for a while."""
        unequal = set(self.unequal)
        if fact is not None:
            self.facts.append(fact)
        if pair is not None:
            self.unequal = unequal | {frozenset(pair)}
        try:
            yield
        finally:
            if fact is not None:
                self.facts.pop()
            self.unequal = unequal

    def contradictory(self) -> bool:
        """Whether the facts exclude one another."""
        reaches = map(self.reach_of, self._slacks())
        return any(r is not None and (r[1].most or 0) < 0 for r in reaches)

    def _by_facts(self, name: str, poly: Polynomial) -> int | None:
        for fact, low, high in self.facts:
            for sign in (1, -1):
                shift = number_of(plus(poly, scaled(fact, -sign)))
                if shift is None:
                    continue
                ends = (low, high) if sign == 1 else (high, low)
                least, most = (None if end is None else int(sign * end + shift) for end in ends)
                decided = _decided(name, least, most)
                if decided is not None:
                    return decided
                if least == most == 0:
                    return int(name == ZERO_AT)
        return None

    def _closed_condition(self, name: str, poly: Polynomial) -> Polynomial:
        self.compares = True
        return {((self.space.atom(Kind.CONDITION, name, polys=(freeze(poly),)), 1),): 1}

    @staticmethod
    def difference(terms: dict[int, tuple[Dim, Dim]]) -> tuple[int, int] | None:
        """(i, j) for the difference of the values of two indices over one dimension."""
        if len(terms) != 2:
            return None
        (i, (a, one)), (j, (b, other)) = terms.items()
        if one != other or {a, b} != {ONE, Dim(-1)}:
            return None
        return (i, j) if a == ONE else (j, i)

    def difference_pair(self, poly: Polynomial) -> tuple[int, int] | None:
        """(i, j) where a number is the value of i less that of j, over one dimension."""
        form = self.affine(poly)
        return self.difference(form[0]) if form is not None and form[1] == ZERO else None

    def _at_place(self, poly: Polynomial) -> Polynomial | None:
        """The delta of an index and a computed one, where P is the difference of their values."""
        for index, place in self.placed.items():
            for number in (poly, scaled(poly, -1)):
                terms, rest = self.affine(plus(number, place)) or ({}, ZERO)
                if len(terms) == 1 and rest == ZERO:
                    [(other, own)] = terms.items()
                    if own == (ONE, self.space.dim_of(index)):
                        return self.delta(other, index)
        return None

    def _as_delta(self, terms: dict[int, tuple[Dim, Dim]], rest: Dim) -> Polynomial | None:
        pair = self.difference(terms)
        if pair is not None and rest == ZERO:
            return self.delta(*pair)
        if len(terms) == 1:
            [(i, (coefficient, dim))] = terms.items()
            place = ZERO - rest if coefficient == ONE else rest
            if coefficient not in (ONE, Dim(-1)) or place.names or place.factor < 0:
                return None
            inside = (dim - ONE - place).least
            beyond = plus(constant(place.factor + 1), scaled(self.ring.size(dim), -1))
            # a place that surely exists
            exists = inside is not None and inside >= 0
            if exists or (self.facts and self._by_reach(STEP, beyond) == 0):
                return self.delta(i, -1 - place.factor)
        return None

    def in_range(self, place: Polynomial, dim: Dim) -> Polynomial:
        """1 where ``0 <= place < dim``, else 0."""
        below = self.condition(STEP, scaled(place, -1))
        above = self.condition(STEP, plus(place, scaled(self.ring.size(dim), -1), constant(1)))
        return self.ring.times(complement(below), complement(above))

    def only_as_number(self, atom: Atom, index: int) -> bool:
        """Whether an index occurs in an atom by its value alone."""
        if index not in atom.frees:
            return True
        if atom.kind == Kind.VALUE:
            return True
        if index in atom.indices:
            return False
        return all(
            self.only_as_number(inner, index)
            for poly in atom.polys
            for monomial, _ in poly
            for inner, _ in monomial
        )


class Part:
    """What is built on indices: it has all that they are built on."""

    def __init__(self, indices: Indices) -> None:
        self.space = indices.space
        self.ring = indices.ring
        self.powers = indices.powers
        self.known = indices.powers.known
        self.met = indices.powers.met
        self.substitution = indices.substitution
        self.indices = indices
