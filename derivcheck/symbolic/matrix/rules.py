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
from dataclasses import dataclass
from itertools import permutations, product

from derivcheck.symbolic.matrix.arithmetic import plus, scaled
from derivcheck.symbolic.matrix.atoms import (
    DELTA,
    ELEMENT,
    INVERSE,
    POWER,
    SUM,
    Atom,
    Monomial,
    Polynomial,
    Rational,
    divide,
)
from derivcheck.symbolic.matrix.sums import Sums

Factors = list[tuple[Atom, Rational]]
Rewritten = list[tuple[tuple[int, ...], Polynomial]]


@dataclass(frozen=True, slots=True)
class Pattern:
    """``lead`` (summed over ``private``, for all values of ``formals``) equals ``rest``."""

    lead: Monomial
    private: tuple[int, ...]
    formals: tuple[int, ...]
    rest: tuple[tuple[Monomial, Rational], ...]


class Rules(Sums):
    """Rules applied to each term of a sum."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.patterns: list[Pattern] = []
        self.longest_first = True

    def rewrite_rules(self, bound: tuple[int, ...], monomial: Monomial) -> Rewritten | None:
        """Apply the first rule that fits a term summed over ``bound``, or return None."""
        inner = frozenset(bound)
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
            length = sum(len(a.polys[0][0][0]) if a.kind == SUM else 1 for a, _ in monomial)
            if not any(a.frees for a, _ in monomial):
                length = 0
            return (length if self.longest_first else -length, self.monomial_mask(monomial))

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
