"""Sums over comparisons of indices: what they say of an index decides it, or counts it."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.lang.affine import MINUS
from derivcheck.lang.dims import ONE, ZERO
from derivcheck.symbolic.matrix.atoms import COMPARING, Atom, Kind, Monomial, Polynomial, Undecided
from derivcheck.symbolic.matrix.indices import STEP, ZERO_AT, Part
from derivcheck.symbolic.matrix.ring import Ring, complement, number_of, plus, scaled
from derivcheck.symbolic.matrix.sums import Rewritten, Sums


def _power_sum(ring: Ring, size: Polynomial, exponent: int) -> Polynomial:
    """``0**k + ... + (n-1)**k`` for k = 1, 2."""
    less = plus(size, {(): -1})
    result = scaled(ring.times(size, less), Fraction(1, 2))
    if exponent == 1:
        return result
    return scaled(ring.times(result, plus(scaled(size, 2), {(): -1})), Fraction(1, 3))


class Counting(Part):
    """The rules for sums in which indices are compared or stand for numbers."""

    def __init__(self, sums: Sums) -> None:
        super().__init__(sums.indices)
        self.sums = sums
        sums.rules.append(self.rewritten)

    def rewritten(self, bound: tuple[int, ...], monomial: Monomial) -> Rewritten | None:
        """Comparisons of indices that a sum runs over, decided or counted."""
        if not any(a.kind in COMPARING for a, _ in monomial):
            return None
        inner = frozenset(bound)
        followed = self._followed(bound, monomial)
        if followed is not None:
            return followed
        zeros: list[tuple[Atom, Polynomial]] = []
        for atom, _ in monomial:
            if atom.frees.isdisjoint(inner):
                continue
            if atom.kind == Kind.APART:
                found = self._all_but_one(bound, monomial, atom)
                if found is not None:
                    return found
            elif atom.kind == Kind.CONDITION:
                poly = dict(atom.polys[0])
                if atom.head == ZERO_AT:
                    zeros.append((atom, poly))
                else:
                    found = self._both_orders(bound, monomial, atom, poly)
                    found = found or self._turned(bound, monomial, atom, poly)
                    if found is not None:
                        return found
        for atom, poly in zeros:
            found = self._solved(bound, monomial, atom, poly)
            if found is not None:
                return found
        return self._closed_form(bound, monomial)

    def _followed(self, bound: tuple[int, ...], monomial: Monomial) -> Rewritten | None:
        """Comparisons that others in the term decide."""
        marks = [(a, dict(a.polys[0])) for a, _ in monomial if a.kind == Kind.CONDITION]
        for given, number in marks:
            ends = (0, 0) if given.head == ZERO_AT else (1, None)
            for other, second in marks:
                if other is given:
                    continue
                with self.indices.assumed((number, *ends), None):
                    known = self.indices.condition(other.head, second)
                # a step becomes a single place, or either is decided
                if other.head != ZERO_AT or number_of(known) is not None:
                    atoms = (atom for found in known for atom, _ in found)
                    if all(a.kind != Kind.CONDITION or a.head == ZERO_AT for a in atoms):
                        rest = self._without_atom(monomial, other)
                        return [(bound, self.ring.times(rest, known))]
        for given, number in marks:
            placed = self._placed(bound, monomial, given, number)
            if placed is not None:
                return [(bound, placed)]
        return None

    def _placed(
        self, bound: tuple[int, ...], monomial: Monomial, given: Atom, number: Polynomial
    ) -> Polynomial | None:
        """Where ``zero(P)`` puts one index at one place, that place for its value elsewhere; of
        several indices it is the one that is not summed over."""
        form = self.indices.affine(number) if given.head == ZERO_AT else None
        if form is None:
            return None
        pivots = [i for i, (c, _) in form[0].items() if c in (ONE, MINUS)]
        if len(form[0]) > 1:
            pivots = [i for i in pivots if i not in bound]
        if len(pivots) != 1:
            return None
        [index] = pivots
        coefficient, _ = form[0][index]
        others: Monomial = tuple(f for f in monomial if f[0] is not given)
        sign = 1 if coefficient == ONE else -1
        place = {m: c for m, c in number.items() if all(index not in a.frees for a, _ in m)}
        rest = self.indices.with_value({others: 1}, index, scaled(place, -sign))
        return None if rest == {others: 1} else self.ring.times(self.ring.of(given), rest)

    def _without_atom(self, monomial: Monomial, atom: Atom) -> Polynomial:
        return self.ring.product([f for f in monomial if f[0] is not atom])

    def _all_but_one(
        self, bound: tuple[int, ...], monomial: Monomial, atom: Atom
    ) -> Rewritten | None:
        """A sum over what differs from an index is the whole sum less one term, if that exists."""
        i, j = atom.indices
        over, kept = (j, i) if j in bound else (i, j)
        rest = self._without_atom(monomial, atom)
        try:
            one = self.substitution.rename(rest, {over: kept})
        except Undecided:
            return None
        others = tuple(k for k in bound if k != over)
        return [(bound, rest), (others, scaled(one, -1))]

    def _both_orders(
        self, bound: tuple[int, ...], monomial: Monomial, atom: Atom, poly: Polynomial
    ) -> Rewritten | None:
        """The sum over i < j of what is the same for (i, j) and (j, i) is half of that over all
        that differ."""
        pair = self.indices.difference_pair(poly)
        if pair is None or not frozenset(bound).issuperset(pair):
            return None
        i, j = pair
        rest = self._without_atom(monomial, atom)
        if self.substitution.rename(rest, {i: j, j: i}) != rest:
            # the same under other names of what else is summed over?
            whole = self.sums.sum_over([k for k in bound if k not in pair], rest)
            if self.substitution.rename(whole, {i: j, j: i}) != whole:
                return None
        half = self.ring.times(self.indices.apart(i, j), rest)
        return [(bound, scaled(half, Fraction(1, 2)))]

    def _turned(
        self, bound: tuple[int, ...], monomial: Monomial, atom: Atom, poly: Polynomial
    ) -> Rewritten | None:
        """``step(P)`` is ``1 - step(1 - P)`` for whole numbers: the bound index gets a plus."""
        form = self.indices.affine(poly)
        if form is None:
            return None
        mine = [(i, c) for i, (c, _) in form[0].items() if i in bound]
        if len(mine) != 1:
            return None
        down = (ZERO - mine[0][1]).least
        if down is None or down <= 0:
            return None
        rest = self._without_atom(monomial, atom)
        turned = self.indices.condition(STEP, complement(poly))
        return [(bound, rest), (bound, scaled(self.ring.times(rest, turned), -1))]

    def _solved(
        self, bound: tuple[int, ...], monomial: Monomial, atom: Atom, poly: Polynomial
    ) -> Rewritten | None:
        """An index that occurs by its value alone is what ``zero(P)`` says it is."""
        form = self.indices.affine(poly)
        if form is None:
            return None
        for index, (coefficient, dim) in form[0].items():
            if index not in bound or coefficient not in (ONE, MINUS):
                continue
            others = [f for f in monomial if f[0] is not atom]
            if not all(self.indices.only_as_number(a, index) for a, _ in others):
                continue
            sign = 1 if coefficient == ONE else -1
            place = plus(scaled(poly, -sign), self.indices.value(index))
            rest = self.indices.with_value(self.ring.product(others), index, place)
            left = tuple(k for k in bound if k != index)
            return [(left, self.ring.times(rest, self.indices.in_range(place, dim)))]
        return None

    def _closed_form(self, bound: tuple[int, ...], monomial: Monomial) -> Rewritten | None:
        """Counts and sums of powers of an index that nothing else depends on."""
        for index in bound:
            mine = [f for f in monomial if index in f[0].frees]
            if len(mine) != 1:
                continue
            [(atom, exponent)] = mine
            others = tuple(k for k in bound if k != index)
            rest = self.ring.product([f for f in monomial if f[0] is not atom])
            if atom.kind == Kind.VALUE and exponent in (1, 2):
                size = self.ring.size(self.space.dim_of_name(atom.head))
                return [(others, self.ring.times(rest, _power_sum(self.ring, size, int(exponent))))]
            if atom.kind != Kind.CONDITION or atom.head != STEP:
                continue
            poly = dict(atom.polys[0])
            form = self.indices.affine(poly)
            coefficient, dim = (ZERO, ZERO) if form is None else form[0].get(index, (ZERO, ZERO))
            if form is None or coefficient not in (ONE, MINUS):
                continue
            # of 0 ... n-1 the values above -Q are n - 1 + Q, for -Q in -1 ... n-1; those below Q
            # are Q, for Q in 0 ... n
            more = dim - ONE if coefficient == ONE else ZERO
            reach = self.indices.reach({k: v for k, v in form[0].items() if k != index}, form[1])
            if reach is None:
                continue
            least, most = (more + reach[0]).least, (dim - more - reach[1]).least
            if least is None or least < 0 or most is None or most < 0:
                continue
            value = scaled(self.indices.value(index), -1 if coefficient == ONE else 1)
            count = plus(self.ring.size(more), poly, value)
            return [(others, self.ring.times(rest, count))]
        return None
