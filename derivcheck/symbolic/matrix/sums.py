"""Explicit sums: the normaliser of contractions and the canonical names of bound indices.

``sum_over(bound, poly)`` opens the sums that touch a bound index, contracts deltas, applies the
rewriting rules, splits each term into connected components and wraps each of them as one SUM
atom whose bound indices have canonical numbers. Canonical numbering colours indices by
dimension, refines by the keys of incident atoms, branches on the smallest tied class and skips
indices that a swap shows to be interchangeable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from derivcheck.symbolic.matrix.atoms import (
    COMPARING,
    Atom,
    Kind,
    Monomial,
    Polynomial,
    Rational,
    Undecided,
    monomial_key,
    reserved,
    whole,
)
from derivcheck.symbolic.matrix.indices import Indices, Part
from derivcheck.symbolic.matrix.known import Strategy
from derivcheck.symbolic.matrix.ring import accumulate
from derivcheck.symbolic.matrix.substitution import Change

_LEAVES = 200
_HIDDEN = 500
_OUTSIDE = 1000
_EITHER_SIGN = frozenset((Kind.CONDITION, Kind.POWER, Kind.FUNCTION))


Rewritten = list[tuple[tuple[int, ...], Polynomial]]
"""Sums, each as (bound indices, summand), that together equal a term."""
Rule = Callable[[tuple[int, ...], Monomial], Rewritten | None]
"""(bound indices, a term summed over them) -> equal sums that are simpler, or None."""


def sorted_slots(head: Any, indices: list[int]) -> tuple[Any, list[int]]:
    """Derivative slots of an abstract function in one order: they are interchangeable.

    ``head`` is (name, ((argument, number of indices), ...), dimensions of arguments).
    """
    name, slots, dims = head
    groups = []
    start = 0
    for argument, count in slots:
        groups.append(((argument, count), tuple(indices[start : start + count])))
        start += count
    groups.sort()
    flat = [i for _, part in groups for i in part]
    return (name, tuple(slot for slot, _ in groups), dims), flat


class Sums(Part):
    """Sums over bound indices."""

    def __init__(self, indices: Indices, strategy: Strategy) -> None:
        super().__init__(indices)
        self.strategy = strategy
        self.rules: list[Rule] = []
        """Tried in order on every term; later parts add theirs."""
        self.substitution.on(Kind.SUM, self._anew)

    def open_sum(self, atom: Atom) -> tuple[tuple[int, ...], Polynomial]:
        """The bound indices, renewed, and the body of a SUM atom."""
        new, [body] = self.substitution.opened(atom, atom.head)
        return new, body

    def _anew(self, atom: Atom, change: Change) -> Polynomial:
        if change.rule is None:
            renamed = self._renamed_apart(atom, change.mapping)
            if renamed is not None:
                return renamed
        new, [body] = self.substitution.opened(atom, atom.head, change)
        return self.sum_over(new, body)

    def sum_over(self, bound: Iterable[int], poly: Polynomial) -> Polynomial:
        """Sum of ``poly`` over all values of the ``bound`` indices."""
        indices = tuple(bound)
        if not indices:
            return poly
        result: Polynomial = {}
        for monomial, coefficient in poly.items():
            accumulate(result, self._sum_term(indices, monomial), coefficient)
        return result

    def _sum_term(self, bound: tuple[int, ...], monomial: Monomial) -> Polynomial:
        self.space.spend()
        inner = frozenset(bound)
        opened = self._flatten(bound, inner, monomial)
        if opened is not None:
            return self.sum_over(*opened)
        for delta, _ in monomial:
            if delta.kind != Kind.DELTA or delta.frees.isdisjoint(inner):
                continue
            i, j = delta.indices
            drop, keep = (j, i) if j in inner else (i, j)
            rest = self.ring.product([f for f in monomial if f[0] is not delta])
            remaining = tuple(k for k in bound if k != drop)
            return self.sum_over(remaining, self.substitution.rename(rest, {drop: keep}))
        for rule in self.rules:
            rewritten = rule(bound, monomial)
            if rewritten is not None:
                result: Polynomial = {}
                for indices, poly in rewritten:
                    accumulate(result, self.sum_over(indices, poly))
                return result
        if self.strategy.expand_literals:
            spelled = self._spelled_out(bound, monomial)
            if spelled is not None:
                return spelled
        return self._components(bound, monomial)

    def _spelled_out(self, bound: tuple[int, ...], monomial: Monomial) -> Polynomial | None:
        """A sum over a dimension that is a small number, term by term."""
        for i in bound:
            size = self.space.literal_size(i)
            if not size or not any(i in a.frees for a, _ in monomial):
                continue
            rest = tuple(k for k in bound if k != i)
            result: Polynomial = {}
            for place in range(size):
                term = self.substitution.rename({monomial: 1}, {i: -1 - place})
                accumulate(result, self.sum_over(rest, term))
            return result
        return None

    def _flatten(
        self, bound: tuple[int, ...], inner: frozenset[int], monomial: Monomial
    ) -> tuple[tuple[int, ...], Polynomial] | None:
        """Open the inner sums that touch a bound index."""
        opening = [
            (a, e)
            for a, e in monomial
            if a.kind == Kind.SUM and e > 0 and isinstance(e, int) and not a.frees.isdisjoint(inner)
        ]
        if not opening:
            return None
        chosen = {a for a, _ in opening}
        poly = self.ring.product([f for f in monomial if f[0] not in chosen])
        indices = bound
        for atom, count in opening:
            for _ in range(int(count)):
                new, body = self.open_sum(atom)
                indices += new
                poly = self.ring.times(poly, body)
        return indices, poly

    def _components(self, bound: tuple[int, ...], monomial: Monomial) -> Polynomial:
        parent = {i: i for i in bound}

        def root(i: int) -> int:
            while parent[i] != i:
                i = parent[i]
            return i

        inner = frozenset(bound)
        outside: list[tuple[Atom, Rational]] = []
        inside: list[tuple[Atom, Rational, int]] = []
        used: set[int] = set()
        for atom, exponent in monomial:
            touched = sorted(atom.frees & inner)
            if not touched:
                outside.append((atom, exponent))
                continue
            used.update(touched)
            first = root(touched[0])
            for other in touched[1:]:
                parent[root(other)] = first
            inside.append((atom, exponent, touched[0]))
        result: Polynomial = {(): 1}
        groups: dict[int, tuple[list[int], list[tuple[Atom, Rational]]]] = {}
        for i in bound:
            if i in used:
                groups.setdefault(root(i), ([], []))[0].append(i)
            else:
                result = self.ring.times(result, self.ring.size(self.space.dim_of(i)))
        for atom, exponent, i in inside:
            groups[root(i)][1].append((atom, exponent))
        scale: Rational = 1
        for indices, factors in groups.values():
            coefficient, total = self._close(tuple(indices), tuple(factors))
            scale *= coefficient
            outside.append((total, 1))
        return self.ring.times(result, self.ring.product(outside, scale))

    def _close(self, indices: tuple[int, ...], factors: Monomial) -> tuple[Rational, Atom]:
        """A connected sum as (coefficient, atom) with canonical bound indices."""
        height = 1 + max(atom.height for atom, _ in factors)
        order = self._canonical_order(indices, factors, height)
        numbers = {i: reserved(height, k) for k, i in enumerate(order)}
        coefficient, body = self._renamed(factors, numbers)
        dims = tuple(self.space.dim(i) for i in order)
        bound = tuple(numbers[i] for i in order)
        return coefficient, self.space.atom(Kind.SUM, dims, (), bound, (((body, 1),),))

    def _renamed(self, factors: Monomial, mapping: dict[int, int]) -> tuple[Rational, Monomial]:
        if all(old == new for old, new in mapping.items()):
            return 1, factors
        poly = self.substitution.rename({factors: 1}, mapping)
        if len(poly) != 1:
            raise Undecided("index notation: a sum has no canonical form")
        [(monomial, coefficient)] = poly.items()
        return coefficient, monomial

    def _renamed_apart(self, atom: Atom, mapping: dict[int, int]) -> Polynomial | None:
        """A sum under other names that stay apart: nothing in it can merge, only its order changes.

        Opening it and closing it again would go through its body twice, and so twice at each
        level of sums within sums. None where names meet.
        """
        [(inside, _)] = atom.polys[0]
        if self.indices.moved or any(a.kind in COMPARING for a, _ in inside):
            return None  # comparisons of other indices may be decided
        own = {i: mapping[i] for i in atom.frees if i in mapping}
        taken = {*atom.bound, *(i for i in atom.frees if i not in own)}
        new = set(own.values())
        if len(new) < len(own) or min(new, default=0) < 0 or not new.isdisjoint(taken):
            return None
        body = self.substitution.rename(dict(atom.polys[0]), own)
        if len(body) != 1:
            return None
        [(factors, scale)] = body.items()
        self.space.lend(atom.bound, atom.head)
        try:
            coefficient, total = self._close(atom.bound, factors)
        finally:
            self.space.take_back(atom.bound)
        return {((total, 1),): whole(coefficient * scale)}

    # canonical numbering

    def _canonical_order(
        self, indices: tuple[int, ...], factors: Monomial, height: int
    ) -> tuple[int, ...]:
        if len(indices) == 1:
            return indices
        names = sorted({self.space.dim(i) for i in indices})
        colours = {i: names.index(self.space.dim(i)) for i in indices}
        leaves: list[tuple[int, ...]] = []
        self._search(colours, factors, leaves)
        if len(leaves) == 1:
            return leaves[0]
        best: tuple[Any, tuple[int, ...]] | None = None
        for leaf in leaves:
            numbers = {i: reserved(height, k) for k, i in enumerate(leaf)}
            coefficient, body = self._renamed(factors, numbers)
            key = (monomial_key(body), coefficient)
            if best is None or key < best[0]:
                best = (key, leaf)
        assert best is not None
        return best[1]

    def _search(
        self, colours: dict[int, int], factors: Monomial, leaves: list[tuple[int, ...]]
    ) -> None:
        colours = self._refined(colours, factors)
        classes: dict[int, list[int]] = {}
        for i, colour in colours.items():
            classes.setdefault(colour, []).append(i)
        tied = [members for _, members in sorted(classes.items()) if len(members) > 1]
        if not tied:
            leaves.append(tuple(sorted(colours, key=lambda i: colours[i])))
            if len(leaves) > _LEAVES:
                raise Undecided("index notation: a sum is too symmetric to name its indices")
            return
        members = min(tied, key=len)
        tried: list[int] = []
        for i in members:
            if any(self._twins(i, j, factors) for j in tried):
                continue
            tried.append(i)
            chosen = {k: 2 * c + 2 for k, c in colours.items()}
            chosen[i] -= 1
            self._search(chosen, factors, leaves)

    def _twins(self, i: int, j: int, factors: Monomial) -> bool:
        return self.substitution.rename({factors: 1}, {i: j, j: i}) == {factors: 1}

    def _refined(self, colours: dict[int, int], factors: Monomial) -> dict[int, int]:
        count = len(set(colours.values()))
        incident = {i: [f for f in factors if i in f[0].frees] for i in colours}
        while True:
            self.space.spend(len(colours))
            if count == len(colours):
                return colours
            signatures = {}
            for i, colour in colours.items():
                marked = dict(colours)
                marked[i] = -1
                keys = tuple(sorted((self._key(a, marked), e) for a, e in incident[i]))
                signatures[i] = (colour, keys)
            ranks = sorted(set(signatures.values()))
            refined = {i: ranks.index(s) for i, s in signatures.items()}
            new = len(ranks)
            if new == count:
                return refined
            colours, count = refined, new

    def _key(self, atom: Atom, colours: dict[int, int]) -> tuple[Any, ...]:
        """A key of the atom in which bound indices are known by colour only."""
        if atom.frees.isdisjoint(colours):
            return (atom.mask, (atom.serial,))
        positions = [colours.get(i, _OUTSIDE + i) for i in atom.indices]
        if atom.kind == Kind.ABSTRACT:
            positions = sorted_slots(atom.head, positions)[1]
        elif atom.symmetric:
            positions.sort()
        inner = colours
        if atom.bound:
            inner = dict(colours)
            for k, i in enumerate(atom.bound):
                inner[i] = _HIDDEN if atom.kind == Kind.SUM else _HIDDEN + k
        polys = [
            sorted((tuple(sorted((self._key(a, inner), e) for a, e in m)), c) for m, c in poly)
            for poly in atom.polys
        ]
        if len(polys) == 1 and atom.kind in _EITHER_SIGN:
            # which of P and -P stands there depends on the names of indices
            turned = sorted((key, -c) for key, c in polys[0])
            polys = [min(polys[0], turned)]
        return (atom.mask, (0, *positions), tuple(map(tuple, polys)))
