"""Rewriting of terms inside sums: inverses, shared denominators and assumptions.

Every rule is an equation that holds wherever both sides are defined, so their order and choice
decide what is proved, never whether a proof is right:

* ``sum_j inv(M)[i, j] * lead[j, k]`` becomes ``delta(i, k) - sum_j inv(M)[i, j] * rest[j, k]``
  where M = lead + rest (likewise from the left; an inverse is never taken as symmetric unless
  M is);
* ``A @ inv(M)`` becomes ``inv(M) @ A`` where M = a*eye(n) + b*A, for scalars a and b;
* a contraction equal to the body of a sum in a denominator becomes that sum;
* ``lead * P**e`` becomes ``P**(e+1) - rest * P**e`` for e < 0;
* the left side of an assumption (``sum(Y) == 1``) becomes its right side.

An index summed by the replaced factors must occur in no other factor.
"""

from __future__ import annotations

from collections import Counter

from derivcheck.records import record
from derivcheck.symbolic.matrix.atoms import Atom, Kind, Monomial, Polynomial, Rational, divide
from derivcheck.symbolic.matrix.indices import Part
from derivcheck.symbolic.matrix.matching import Factors, Matcher, without
from derivcheck.symbolic.matrix.ring import number_of, plus, scaled
from derivcheck.symbolic.matrix.sums import Rewritten, Sums


@record()
class Pattern:
    """``lead`` (summed over ``private``, for all values of ``formals``) equals ``rest``."""

    lead: Monomial
    private: tuple[int, ...]
    formals: tuple[int, ...]
    rest: tuple[tuple[Monomial, Rational], ...]


def own_frees(atom: Atom) -> frozenset[int]:
    """Indices that the inverted matrix itself depends on (it may be one of many)."""
    frees = {i for p in atom.polys for m, _ in p for a, _ in m for i in a.frees}
    return frozenset(frees.difference(atom.bound))


class Rules(Part):
    """Rules applied to each term of a sum."""

    def __init__(self, sums: Sums) -> None:
        super().__init__(sums.indices)
        self.sums = sums
        self.matcher = Matcher(sums.substitution)
        self.patterns: list[Pattern] = []
        """Assumptions, as equations that terms are rewritten by."""
        sums.rules.append(self.rewritten)

    def rewritten(self, bound: tuple[int, ...], monomial: Monomial) -> Rewritten | None:
        """Apply the first rule that fits a term summed over ``bound``, or return None."""
        inner = frozenset(bound)
        for atom, exponent in monomial:
            if atom.frees.isdisjoint(inner):
                continue
            found: Rewritten | None = None
            if atom.kind == Kind.INVERSE and isinstance(exponent, int) and exponent > 0:
                found = self._cancel_inverse(bound, monomial, atom)
                found = found or self._moved(bound, monomial, atom)
            elif atom.kind == Kind.POWER and exponent < 0:
                found = self._reduce_fraction(bound, monomial, atom, exponent)
            elif atom.kind == Kind.SUM and exponent < 0:
                found = self._complete_sum(bound, monomial, atom, exponent)
            if found is not None:
                return found
        for pattern in self.patterns:
            matched = self.matcher.find(
                pattern.lead, pattern.formals, pattern.private, {}, monomial, bound
            )
            if matched is not None:
                assigned, remaining, left = matched
                rest = self.substitution.rename(dict(pattern.rest), assigned)
                return [(left, self.ring.times(self.ring.product(remaining), rest))]
        return None

    def leading(self, poly: Polynomial) -> tuple[Monomial, Rational, Polynomial]:
        """The term that rules remove, its coefficient and the other terms."""

        def weight(monomial: Monomial) -> tuple[object, ...]:
            # scalar factors don't count: they multiply whatever is removed
            length = sum(
                len(a.polys[0][0][0]) if a.kind == Kind.SUM else 1
                for a, _ in monomial
                if a.frees or a.kind == Kind.SUM
            )
            scalars = sum(not a.frees and a.kind != Kind.SUM for a, _ in monomial)
            # the identity is contracted away and never stands beside an inverse
            kinds = {a.kind for a, _ in monomial if a.frees}
            return (kinds != {Kind.DELTA}, length, -scalars, self.space.monomial_mask(monomial))

        lead = max(poly, key=weight)
        rest = dict(poly)
        return lead, rest.pop(lead), rest

    def _removed(self, matrix: Polynomial) -> tuple[Monomial, Rational, Polynomial] | None:
        """The term of a matrix that is removed beside its inverse: one of which no multiple is
        left, as of A in ``A - t*A + t*B``."""
        count = Counter(map(_matrix_part, matrix))
        alone = {m: c for m, c in matrix.items() if count[_matrix_part(m)] == 1}
        if not alone:
            return None
        lead, coefficient, _ = self.leading(alone)
        return lead, coefficient, {m: c for m, c in matrix.items() if m != lead}

    def opened(
        self, monomial: Monomial, touching: frozenset[int], *, everything: bool = False
    ) -> tuple[Monomial, tuple[int, ...]]:
        """The monomial with its sums over terms that touch ``touching`` laid open."""
        factors: Factors = []
        private: tuple[int, ...] = ()
        for atom, exponent in monomial:
            touched = everything or not atom.frees.isdisjoint(touching)
            if atom.kind == Kind.SUM and exponent == 1 and touched:
                new, body = self.sums.open_sum(atom)
                if len(body) == 1:
                    [(inside, coefficient)] = body.items()
                    if coefficient == 1:
                        factors.extend(inside)
                        private += new
                        continue
            factors.append((atom, exponent))
        return tuple(factors), private

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
        own = own_frees(atom)
        others = without(monomial, atom, 1)
        for kept, summed, side in ways:
            if (
                summed not in inner
                or summed in own
                or any(e < 0 and summed in a.frees for a, e in others)
            ):
                continue
            # side 0: sum_summed inv[kept, summed] * M[summed, k]; side 1: M[k, summed] * inv
            formals, matrix = self.substitution.matrix_in(atom)
            removed = self._removed(matrix)
            if removed is None:
                return None
            lead, coefficient, rest = removed
            pattern, private = self.opened(lead, frozenset(formals))
            near, far = formals if side == 0 else (formals[1], formals[0])
            matched = self.matcher.find(
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
            tail = self.ring.product(remaining)
            first = self.ring.times(self.indices.delta(kept, other), tail)
            again = self.ring.times(
                self.substitution.rename(rest, {near: summed, far: other}), self.ring.of(atom)
            )
            scale = divide(1, coefficient)
            return [
                (left, scaled(first, scale)),
                ((*left, summed), scaled(self.ring.times(again, tail), -scale)),
            ]
        return None

    def _moved(self, bound: tuple[int, ...], monomial: Monomial, atom: Atom) -> Rewritten | None:
        """The matrix that an inverse commutes with, from its left to its right.

        Where scalars stand before it in M, it is removed beside these only.
        """
        i, j = atom.indices
        if atom.symmetric or i == j or i not in bound or i in own_frees(atom):
            return None
        formals, matrix = self.substitution.matrix_in(atom)
        row, column = formals
        identity = tuple(f for m in self.indices.delta(row, column) for f in m)
        parts = {_matrix_part(m) for m in matrix} - {identity}
        if len(parts) != 1:
            return None
        [core] = parts
        pattern, private = self.opened(core, frozenset(formals))
        matched = self.matcher.find(
            pattern,
            (row,),
            (*private, column),
            {column: i},
            tuple(without(monomial, atom, 1)),
            bound,
            atom.frees - {i},
        )
        if matched is None or row not in matched[0]:
            return None
        assigned, remaining, left = matched
        start = assigned[row]
        kinds = {atom.mask, *(a.mask for a, _ in pattern)}
        alike = [f for f in remaining if f[0].mask in kinds]
        if j in _reached(start, alike, frozenset(bound)):
            return None  # in a trace of nothing else it would go round and round
        inverse = self.substitution.rename(self.ring.of(atom), {i: start, j: i})
        product = self.ring.times(
            self.substitution.rename(self.ring.product(core), {row: i, column: j}), inverse
        )
        return [((*left, i), self.ring.times(self.ring.product(remaining), product))]

    def _complete_sum(
        self, bound: tuple[int, ...], monomial: Monomial, atom: Atom, exponent: Rational
    ) -> Rewritten | None:
        """The terms of a sum beside a negative power of it, for each value of other indices."""
        private, body = self.sums.open_sum(atom)
        if len(body) != 1 or set(body.values()) != {1}:
            return None
        others = tuple(f for f in monomial if f[0] is not atom)
        [lead] = body
        matched = self.matcher.find(lead, (), private, {}, others, bound, atom.frees)
        if matched is None:
            return None
        _, remaining, left = matched
        return [(left, self.ring.product([*remaining, (atom, exponent + 1)]))]

    def _reduce_fraction(
        self, bound: tuple[int, ...], monomial: Monomial, atom: Atom, exponent: Rational
    ) -> Rewritten | None:
        base = dict(atom.polys[0])
        lead, coefficient, rest = self.leading(base)
        mask = self.space.monomial_mask(lead)
        alike = [m for m in base if self.space.monomial_mask(m) == mask]
        if len(alike) > 1:
            # of terms that differ in their indices only, the one that is summed over
            inside = [m for m in alike if any(not a.frees.isdisjoint(bound) for a, _ in m)]
            if len(inside) != 1:
                return None
            lead, rest = inside[0], dict(base)
            coefficient = rest.pop(lead)
        others = tuple(f for f in monomial if f[0] is not atom)
        value = number_of(rest)
        if value:  # partial fractions: 1/(a*(a + 3)) is (1/a - 1/(a + 3))/3
            table = dict(others)
            if any(table.get(a, 0) < 0 for a, _ in lead):
                rising = self.ring.product([*others, (atom, exponent + 1)])
                kept = self.ring.product([*others, *lead, (atom, exponent)], coefficient)
                return [(bound, scaled(plus(rising, scaled(kept, -1)), divide(1, value)))]
        pattern, private = self.opened(lead, frozenset(bound))
        matched = self.matcher.find(pattern, (), private, {}, others, bound, atom.frees)
        if matched is None:
            return None
        _, remaining, left = matched
        first = self.ring.product([*remaining, (atom, exponent + 1)])
        second = self.ring.times(self.ring.product([*remaining, (atom, exponent)]), rest)
        return [(left, scaled(plus(first, scaled(second, -1)), divide(1, coefficient)))]


def _matrix_part(monomial: Monomial) -> Monomial:
    """A term without its scalars."""
    return tuple(f for f in monomial if f[0].frees)


def _reached(start: int, factors: Factors, bound: frozenset[int]) -> set[int]:
    """An index, and those that factors join it to, from one bound index to the next."""
    reached, waiting = {start}, [start]
    while waiting:
        index = waiting.pop()
        if index in bound:
            joined = {k for a, _ in factors if index in a.frees for k in a.frees} - reached
            reached |= joined
            waiting += joined
    return reached
