"""Rewriting of terms inside sums: inverses, shared denominators and assumptions.

Every rule is an equation that holds wherever both sides are defined, so their order and choice
decide what is proved, never whether a proof is right:

* ``sum_j inv(M)[i, j] * lead[j, k]`` becomes ``delta(i, k) - sum_j inv(M)[i, j] * rest[j, k]``
  where M = lead + rest (likewise from the left; an inverse is never taken as symmetric unless
  M is);
* a contraction equal to the body of a sum in a denominator becomes that sum;
* ``lead * P**e`` becomes ``P**(e+1) - rest * P**e`` for e < 0;
* the left side of an assumption (``sum(Y) == 1``) becomes its right side.

An index summed by the replaced factors must occur in no other factor.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations, product

from derivcheck.lang.affine import MINUS
from derivcheck.lang.dims import ONE, ZERO
from derivcheck.records import record
from derivcheck.symbolic.matrix.arithmetic import number_of, plus, scaled
from derivcheck.symbolic.matrix.atoms import (
    APART,
    DELTA,
    ELEMENT,
    INVERSE,
    POWER,
    SUM,
    VALUE,
    Atom,
    Monomial,
    Polynomial,
    Rational,
    Undecided,
    divide,
)
from derivcheck.symbolic.matrix.indices import STEP, ZERO_AT
from derivcheck.symbolic.matrix.sums import Sums

Factors = list[tuple[Atom, Rational]]
Rewritten = list[tuple[tuple[int, ...], Polynomial]]


@record()
class Pattern:
    """``lead`` (summed over ``private``, for all values of ``formals``) equals ``rest``."""

    lead: Monomial
    private: tuple[int, ...]
    formals: tuple[int, ...]
    rest: tuple[tuple[Monomial, Rational], ...]


def _power_sum(space: Sums, size: Polynomial, exponent: int) -> Polynomial:
    """``0**k + ... + (n-1)**k`` for k = 1, 2."""
    less = plus(size, {(): -1})
    result = scaled(space.times(size, less), Fraction(1, 2))
    if exponent == 1:
        return result
    return scaled(space.times(result, plus(scaled(size, 2), {(): -1})), Fraction(1, 3))


class Rules(Sums):
    """Rules applied to each term of a sum."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.patterns: list[Pattern] = []
        self.longest_first = True

    def rewrite_rules(self, bound: tuple[int, ...], monomial: Monomial) -> Rewritten | None:
        """Apply the first rule that fits a term summed over ``bound``, or return None."""
        inner = frozenset(bound)
        if any(a.kind in (VALUE, APART) or self.is_condition(a) for a, _ in monomial):
            counted = self._count(bound, monomial)
            if counted is not None:
                return counted
        for atom, exponent in monomial:
            if atom.frees.isdisjoint(inner):
                continue
            found: Rewritten | None = None
            if atom.kind == INVERSE and isinstance(exponent, int) and exponent > 0:
                found = self._cancel_inverse(bound, monomial, atom)
            elif atom.kind == SUM:
                found = self._absorb(bound, monomial, atom)
            elif atom.kind == POWER and exponent < 0:
                found = self._reduce_fraction(bound, monomial, atom, exponent)
            if found is not None:
                return found
        for pattern in self.patterns:
            if not pattern.private:
                continue
            matched = self._find(
                pattern.lead, pattern.formals, pattern.private, {}, monomial, bound
            )
            if matched is not None:
                assigned, remaining, left = matched
                rest = self.rename(dict(pattern.rest), assigned)
                return [(left, self.times(self.product(remaining), rest))]
        return None

    def leading(self, poly: Polynomial) -> tuple[Monomial, Rational, Polynomial]:
        """The term that rules remove, its coefficient and the other terms."""

        def weight(monomial: Monomial) -> tuple[object, ...]:
            # scalar factors don't count: they multiply whatever is removed
            length = sum(
                len(a.polys[0][0][0]) if a.kind == SUM else 1
                for a, _ in monomial
                if a.frees or a.kind == SUM
            )
            scalars = sum(not a.frees and a.kind != SUM for a, _ in monomial)
            order = length if self.longest_first else -length
            return (order, -scalars, self.monomial_mask(monomial))

        lead = max(poly, key=weight)
        rest = dict(poly)
        return lead, rest.pop(lead), rest

    def opened(
        self, monomial: Monomial, touching: frozenset[int], *, everything: bool = False
    ) -> tuple[Monomial, tuple[int, ...]]:
        """The monomial with its sums over terms that touch ``touching`` laid open."""
        factors: Factors = []
        private: tuple[int, ...] = ()
        for atom, exponent in monomial:
            touched = everything or not atom.frees.isdisjoint(touching)
            if atom.kind == SUM and exponent == 1 and touched:
                new, body = self.open_sum(atom)
                if len(body) == 1:
                    [(inside, coefficient)] = body.items()
                    if coefficient == 1:
                        factors.extend(inside)
                        private += new
                        continue
            factors.append((atom, exponent))
        return tuple(factors), private

    # indices as numbers

    def _count(self, bound: tuple[int, ...], monomial: Monomial) -> Rewritten | None:
        """Comparisons of indices that a sum runs over."""
        inner = frozenset(bound)
        zeros: list[tuple[Atom, Polynomial]] = []
        for atom, _ in monomial:
            if atom.frees.isdisjoint(inner):
                continue
            if atom.kind == APART:
                found = self._all_but_one(bound, monomial, atom)
                if found is not None:
                    return found
            elif self.is_condition(atom):
                poly = dict(atom.polys[0])
                if atom.head[0] == ZERO_AT:
                    zeros.append((atom, poly))
                else:
                    found = self._turned(bound, monomial, atom, poly)
                    if found is not None:
                        return found
        for position, (atom, poly) in enumerate(zeros):
            for other, second in zeros[:position]:
                pair = self._equal_values(poly, second, inner)
                if pair is not None:
                    rest = self.product([f for f in monomial if f[0] is not other])
                    return [(bound, self.times(rest, self.delta(*pair)))]
            found = self._solved(bound, monomial, atom, poly)
            found = self._implied(bound, monomial, poly) if found is None else found
            if found is not None:
                return found
        return self._closed_form(bound, monomial)

    def _without_atom(self, monomial: Monomial, atom: Atom) -> Polynomial:
        return self.product([f for f in monomial if f[0] is not atom])

    def _all_but_one(
        self, bound: tuple[int, ...], monomial: Monomial, atom: Atom
    ) -> Rewritten | None:
        """A sum over what differs from an index is the whole sum less one term, if that exists."""
        i, j = atom.indices
        over, kept = (j, i) if j in bound else (i, j)
        rest = self._without_atom(monomial, atom)
        try:
            one = self.rename(rest, {over: kept})
        except Undecided:
            return None
        others = tuple(k for k in bound if k != over)
        return [(bound, rest), (others, scaled(one, -1))]

    def _turned(
        self, bound: tuple[int, ...], monomial: Monomial, atom: Atom, poly: Polynomial
    ) -> Rewritten | None:
        """``step(P)`` is ``1 - step(1 - P)`` for whole numbers: the bound index gets a plus."""
        form = self.affine(poly)
        if form is None:
            return None
        mine = [(i, c) for i, (c, _) in form[0].items() if i in bound]
        if len(mine) != 1:
            return None
        down = (ZERO - mine[0][1]).least
        if down is None or down <= 0:
            return None
        rest = self._without_atom(monomial, atom)
        turned = self.index_condition(STEP, plus({(): 1}, scaled(poly, -1)))
        return [(bound, rest), (bound, scaled(self.times(rest, turned), -1))]

    def _equal_values(
        self, one: Polynomial, other: Polynomial, inner: frozenset[int]
    ) -> tuple[int, int] | None:
        """Two indices that are equal where both numbers are zero."""
        for sign in (1, -1):
            form = self.affine(plus(one, scaled(other, sign)))
            if form is None or form[1] != ZERO:
                continue
            pair = self._difference(form[0])
            if pair is not None and not inner.isdisjoint(pair):
                return pair
        return None

    def _implied(
        self, bound: tuple[int, ...], monomial: Monomial, poly: Polynomial
    ) -> Rewritten | None:
        """Where ``zero(P)`` puts an index, there is a value of it: comparisons that follow."""
        form = self.affine(poly)
        if form is None:
            return None
        for index, (coefficient, dim) in form[0].items():
            if index not in bound or coefficient not in (ONE, MINUS):
                continue
            sign = 1 if coefficient == ONE else -1
            place = plus(scaled(poly, -sign), self.value(index))
            room = plus(self.size(dim), {(): -1}, scaled(place, -1))
            for atom, _ in monomial:
                if not self.is_condition(atom) or atom.head[0] != STEP or index in atom.frees:
                    continue
                number = dict(atom.polys[0])
                for least in (place, room):  # both are at least 0
                    above = number_of(plus(number, scaled(least, -1)))
                    below = number_of(plus(number, least))
                    if above is not None and above >= 1:
                        return [(bound, self._without_atom(monomial, atom))]
                    if below is not None and below <= 0:
                        return []
        return None

    def _solved(
        self, bound: tuple[int, ...], monomial: Monomial, atom: Atom, poly: Polynomial
    ) -> Rewritten | None:
        """An index that occurs by its value alone is what ``zero(P)`` says it is."""
        form = self.affine(poly)
        if form is None:
            return None
        for index, (coefficient, dim) in form[0].items():
            if index not in bound or coefficient not in (ONE, MINUS):
                continue
            others = [f for f in monomial if f[0] is not atom]
            if not all(self.only_as_number(a, index) for a, _ in others):
                continue
            sign = 1 if coefficient == ONE else -1
            place = plus(scaled(poly, -sign), self.value(index))
            self.moved[index] = place
            try:
                rest = self.rename(self.product(others), {index: index})
            finally:
                del self.moved[index]
            left = tuple(k for k in bound if k != index)
            return [(left, self.times(rest, self.in_range(place, dim)))]
        return None

    def _closed_form(self, bound: tuple[int, ...], monomial: Monomial) -> Rewritten | None:
        """Counts and sums of powers of an index that nothing else depends on."""
        for index in bound:
            mine = [f for f in monomial if index in f[0].frees]
            if len(mine) != 1:
                continue
            [(atom, exponent)] = mine
            others = tuple(k for k in bound if k != index)
            rest = self.product([f for f in monomial if f[0] is not atom])
            if atom.kind == VALUE and exponent in (1, 2):
                size = self.size(self.dim_of_name(atom.head))
                return [(others, self.times(rest, _power_sum(self, size, int(exponent))))]
            if not self.is_condition(atom) or atom.head[0] != STEP:
                continue
            poly = dict(atom.polys[0])
            form = self.affine(poly)
            if form is None or form[0].get(index, (ZERO, ZERO))[0] != ONE:
                continue
            # the values above Q of 0 ... n-1 are n - 1 - Q, for Q in -1 ... n-1
            dim = form[0][index][1]
            below = scaled(plus(poly, scaled(self.value(index), -1)), -1)
            reach = self.reach({k: v for k, v in form[0].items() if k != index}, form[1])
            if reach is None:
                continue
            least, most = (dim - ONE + reach[0]).least, (ONE - reach[1]).least
            if least is None or least < 0 or most is None or most < 0:
                continue
            count = plus(self.size(dim), {(): -1}, scaled(below, -1))
            return [(others, self.times(rest, count))]
        return None

    # the rules

    def _cancel_inverse(
        self, bound: tuple[int, ...], monomial: Monomial, atom: Atom
    ) -> Rewritten | None:
        i, j = atom.indices
        if i == j:
            return None
        ways = [(i, j, 0), (j, i, 1)]
        if atom.symmetric:
            ways += [(i, j, 1), (j, i, 0)]
        inner = frozenset(bound)
        own = self.own_frees(atom)
        others = self._without(monomial, atom, 1)
        for kept, summed, side in ways:
            if (
                summed not in inner
                or summed in own
                or any(e < 0 and summed in a.frees for a, e in others)
            ):
                continue
            # side 0: sum_summed inv[kept, summed] * M[summed, k]; side 1: M[k, summed] * inv
            formals = self.renewed((atom.head,) * 2)
            matrix = self.rename(dict(atom.polys[0]), dict(zip(atom.bound, formals, strict=True)))
            lead, coefficient, rest = self.leading(matrix)
            pattern, private = self.opened(lead, frozenset(formals))
            near, far = formals if side == 0 else (formals[1], formals[0])
            matched = self._find(
                pattern,
                (far,),
                (*private, near),
                {near: summed},
                tuple(others),
                bound,
                atom.frees - {summed},
            )
            if matched is None:
                continue
            assigned, remaining, left = matched
            if far not in assigned:
                continue
            other = assigned[far]
            tail = self.product(remaining)
            first = self.times(self.delta(kept, other), tail)
            again = self.times(self.rename(rest, {near: summed, far: other}), self.of(atom))
            scale = divide(1, coefficient)
            return [
                (left, scaled(first, scale)),
                ((*left, summed), scaled(self.times(again, tail), -scale)),
            ]
        return None

    def _absorb(self, bound: tuple[int, ...], monomial: Monomial, atom: Atom) -> Rewritten | None:
        private, body = self.open_sum(atom)
        if len(body) != 1:
            return None
        [(lead, coefficient)] = body.items()
        others = tuple(f for f in monomial if f[0] is not atom)
        matched = self._find(lead, (), private, {}, others, bound, atom.frees)
        if matched is None:
            return None
        _, remaining, left = matched
        exponent = dict(monomial)[atom]
        poly = self.product([*remaining, (atom, exponent + 1)], divide(1, coefficient))
        return [(left, poly)]

    def _reduce_fraction(
        self, bound: tuple[int, ...], monomial: Monomial, atom: Atom, exponent: Rational
    ) -> Rewritten | None:
        base = dict(atom.polys[0])
        masks = [self.monomial_mask(m) for m in base]
        lead, coefficient, rest = self.leading(base)
        if masks.count(self.monomial_mask(lead)) > 1:
            return None
        others = tuple(f for f in monomial if f[0] is not atom)
        value = self.number_only(rest)
        if value:
            table = dict(others)
            if any(table.get(a, 0) < 0 for a, _ in lead):
                rising = self.product([*others, (atom, exponent + 1)])
                kept = self.product([*others, *lead, (atom, exponent)], coefficient)
                return [(bound, scaled(plus(rising, scaled(kept, -1)), divide(1, value)))]
        pattern, private = self.opened(lead, frozenset(bound))
        matched = self._find(pattern, (), private, {}, others, bound, atom.frees)
        if matched is None:
            return None
        _, remaining, left = matched
        first = self.product([*remaining, (atom, exponent + 1)])
        second = self.times(self.product([*remaining, (atom, exponent)]), rest)
        return [(left, scaled(plus(first, scaled(second, -1)), divide(1, coefficient)))]

    @staticmethod
    def own_frees(atom: Atom) -> frozenset[int]:
        """Indices that the inverted matrix itself depends on (it may be one of many)."""
        frees = {i for p in atom.polys for m, _ in p for a, _ in m for i in a.frees}
        return frozenset(frees.difference(atom.bound))

    @staticmethod
    def number_only(poly: Polynomial) -> Rational:
        """The value of a number, 0 for anything else."""
        return poly.get((), 0) if len(poly) == 1 else 0

    # matching

    @staticmethod
    def _without(factors: Monomial | Factors, atom: Atom, exponent: Rational) -> Factors:
        """The factors divided by ``atom**exponent``."""
        result: Factors = []
        for other, power in factors:
            if other is not atom:
                result.append((other, power))
            elif power != exponent:
                result.append((other, power - exponent))
        return result

    def _find(
        self,
        pattern: Monomial,
        formals: tuple[int, ...],
        private: tuple[int, ...],
        assigned: dict[int, int],
        target: Monomial,
        bound: tuple[int, ...],
        staying: frozenset[int] = frozenset(),
    ) -> tuple[dict[int, int], Factors, tuple[int, ...]] | None:
        """A place of ``pattern`` in ``target``: (assignment, other factors, other bound).

        Private indices vanish with the match: they may be neither in the other factors nor
        ``staying`` in what the rule puts in their place.
        """
        available = {a.mask for a, _ in target}
        variables = frozenset((*formals, *private)).difference(assigned)
        if any(
            a.mask not in available for a, _ in pattern if a.kind not in (ELEMENT, INVERSE, DELTA)
        ):
            return None
        inner = frozenset(bound)
        for found, remaining in self._match(list(pattern), variables, assigned, list(target)):
            images = [found[v] for v in private if v in found]
            if len(images) != len(private) or len(set(images)) != len(images):
                continue
            if not inner.issuperset(images):
                continue
            gone = frozenset(images)
            if not gone.isdisjoint(staying):
                continue
            if any(not a.frees.isdisjoint(gone) for a, _ in remaining):
                continue
            if any(found.get(v) in gone for v in formals):
                continue
            return found, remaining, tuple(i for i in bound if i not in gone)
        return None

    def _match(
        self,
        pattern: Factors,
        variables: frozenset[int],
        assigned: dict[int, int],
        target: Factors,
    ) -> Iterator[tuple[dict[int, int], Factors]]:
        self.spend()
        if not pattern:
            yield assigned, target
            return
        pattern = sorted(
            pattern,
            key=lambda f: (
                f[0].kind not in (ELEMENT, INVERSE, DELTA),
                len(f[0].frees & variables) - len(f[0].frees & assigned.keys()),
            ),
        )
        (atom, exponent), *later = pattern
        for candidate, power in target:
            if power != exponent and not (
                isinstance(power, int)
                and isinstance(exponent, int)
                and abs(power) > abs(exponent)
                and (power > 0) == (exponent > 0)
            ):
                continue
            for found in self._unify(atom, variables, assigned, candidate):
                remaining = self._without(target, candidate, exponent)
                yield from self._match(later, variables, found, remaining)

    def _unify(
        self, atom: Atom, variables: frozenset[int], assigned: dict[int, int], candidate: Atom
    ) -> Iterator[dict[int, int]]:
        if atom.mask != candidate.mask:
            return
        open_variables = sorted((atom.frees & variables) - assigned.keys())
        if not open_variables:
            if not atom.frees & assigned.keys():
                if atom is candidate:
                    yield assigned
                return
            poly = self.rename_atom(atom, assigned)
            if poly == {((candidate, 1),): 1}:
                yield assigned
            return
        if atom.kind == ELEMENT:
            orders = permutations(candidate.indices) if atom.symmetric else [candidate.indices]
            for indices in orders:
                found = dict(assigned)
                for p, t in zip(atom.indices, indices, strict=True):
                    if p in variables or p in found:
                        if found.setdefault(p, t) != t:
                            break
                    elif p != t:
                        break
                else:
                    yield found
            return
        choices = sorted(candidate.frees)
        if len(choices) ** len(open_variables) > 64:
            return
        for values in product(choices, repeat=len(open_variables)):
            found = {**assigned, **dict(zip(open_variables, values, strict=True))}
            if self.rename_atom(atom, found) == {((candidate, 1),): 1}:
                yield found
