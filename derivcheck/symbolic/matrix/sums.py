"""Explicit sums: the normaliser of contractions and the canonical names of bound indices.

``sum_over(bound, poly)`` opens the sums that touch a bound index, contracts deltas, applies the
rewriting rules, splits each term into connected components and wraps each of them as one SUM
atom whose bound indices have canonical numbers. Canonical numbering colours indices by
dimension, refines by the keys of incident atoms, branches on the smallest tied class and skips
indices that a swap shows to be interchangeable.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from derivcheck.symbolic.matrix.arithmetic import accumulate
from derivcheck.symbolic.matrix.atoms import (
    ABSTRACT,
    DELTA,
    SUM,
    Atom,
    Monomial,
    Polynomial,
    Rational,
    Undecided,
    monomial_key,
)
from derivcheck.symbolic.matrix.indices import Indices

_LEAVES = 200
_SPELLED = 4
_HIDDEN = 500
_OUTSIDE = 1000


def reserved(height: int, position: int) -> int:
    """The number of a bound index inside an atom of that height."""
    return (height << 32) | position


class Sums(Indices):
    """Sums over bound indices."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.expand_literals = False
        self.moved: dict[int, Polynomial] = {}
        """Numbers to put in place of the values of indices, while one is eliminated."""

    def rewrite_rules(
        self, bound: tuple[int, ...], monomial: Monomial
    ) -> list[tuple[tuple[int, ...], Polynomial]] | None:
        """Replace a term inside a sum by simpler (bound, polynomial) pairs, or None."""
        raise NotImplementedError

    def rename(self, poly: Polynomial, mapping: dict[int, int]) -> Polynomial:
        """The polynomial with free indices replaced."""
        raise NotImplementedError

    @staticmethod
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

    def renewed(self, dims: tuple[str, ...]) -> tuple[int, ...]:
        """New indices for a binder: distinct from all others, so nothing is captured."""
        return tuple(self.fresh(dim) for dim in dims)

    def fresh_like(self, index: int) -> int:
        """A new index over the same dimension."""
        return self.fresh(self.dim(index))

    def open_sum(self, atom: Atom) -> tuple[tuple[int, ...], Polynomial]:
        """The bound indices, renewed, and the body of a SUM atom."""
        new = tuple(self.fresh(dim) for dim in atom.head)
        body = self.rename(dict(atom.polys[0]), dict(zip(atom.bound, new, strict=True)))
        return new, body

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
        self.spend()
        inner = frozenset(bound)
        opened = self._flatten(bound, inner, monomial)
        if opened is not None:
            return self.sum_over(*opened)
        for delta, _ in monomial:
            if delta.kind != DELTA or delta.frees.isdisjoint(inner):
                continue
            i, j = delta.indices
            drop, keep = (j, i) if j in inner else (i, j)
            rest = self.product([f for f in monomial if f[0] is not delta])
            remaining = tuple(k for k in bound if k != drop)
            return self.sum_over(remaining, self.rename(rest, {drop: keep}))
        rewritten = self.rewrite_rules(bound, monomial)
        if rewritten is not None:
            result: Polynomial = {}
            for indices, poly in rewritten:
                accumulate(result, self.sum_over(indices, poly))
            return result
        if self.expand_literals:
            spelled = self._spelled_out(bound, monomial)
            if spelled is not None:
                return spelled
        return self._components(bound, monomial)

    def _spelled_out(self, bound: tuple[int, ...], monomial: Monomial) -> Polynomial | None:
        """A sum over a dimension that is a small number, term by term."""
        for i in bound:
            size = self.literal_size(i)
            if not size or not any(i in a.frees for a, _ in monomial):
                continue
            rest = tuple(k for k in bound if k != i)
            result: Polynomial = {}
            for place in range(size):
                term = self.rename({monomial: 1}, {i: -1 - place})
                accumulate(result, self.sum_over(rest, term))
            return result
        return None

    def literal_size(self, index: int) -> int:
        """The size of an index over a dimension that is a small number, else 0."""
        name = self._dims.get(index, "")
        return int(name) if name.isdecimal() and int(name) <= _SPELLED else 0

    def _flatten(
        self, bound: tuple[int, ...], inner: frozenset[int], monomial: Monomial
    ) -> tuple[tuple[int, ...], Polynomial] | None:
        """Open the inner sums that touch a bound index."""
        opening = [
            (a, e)
            for a, e in monomial
            if a.kind == SUM and e > 0 and isinstance(e, int) and not a.frees.isdisjoint(inner)
        ]
        if not opening:
            return None
        chosen = {a for a, _ in opening}
        poly = self.product([f for f in monomial if f[0] not in chosen])
        indices = bound
        for atom, count in opening:
            for _ in range(int(count)):
                new, body = self.open_sum(atom)
                indices += new
                poly = self.times(poly, body)
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
                result = self.times(result, self.size(self.dim_of_name(self.dim(i))))
        for atom, exponent, i in inside:
            groups[root(i)][1].append((atom, exponent))
        if len(groups) == 1:
            [(indices, factors)] = groups.values()
            coefficient, total = self._close(tuple(indices), tuple(factors))
            return self.times(result, self.product([*outside, (total, 1)], coefficient))
        closed = outside
        scale: Rational = 1
        for indices, factors in groups.values():
            coefficient, total = self._close(tuple(indices), tuple(factors))
            scale *= coefficient
            closed.append((total, 1))
        return self.times(result, self.product(closed, scale))

    def _close(self, indices: tuple[int, ...], factors: Monomial) -> tuple[Rational, Atom]:
        """A connected sum as (coefficient, atom) with canonical bound indices."""
        height = 1 + max(atom.height for atom, _ in factors)
        order = self._canonical_order(indices, factors, height)
        numbers = {i: reserved(height, k) for k, i in enumerate(order)}
        coefficient, body = self._renamed(factors, numbers)
        dims = tuple(self.dim(i) for i in order)
        bound = tuple(numbers[i] for i in order)
        return coefficient, self.atom(SUM, dims, (), bound, (((body, 1),),))

    def _renamed(self, factors: Monomial, mapping: dict[int, int]) -> tuple[Rational, Monomial]:
        if all(old == new for old, new in mapping.items()):
            return 1, factors
        poly = self.rename({factors: 1}, mapping)
        if len(poly) != 1:
            raise Undecided("index notation: a sum has no canonical form")
        [(monomial, coefficient)] = poly.items()
        return coefficient, monomial

    # canonical numbering

    def _canonical_order(
        self, indices: tuple[int, ...], factors: Monomial, height: int
    ) -> tuple[int, ...]:
        if len(indices) == 1:
            return indices
        names = sorted({self.dim(i) for i in indices})
        colours = {i: names.index(self.dim(i)) for i in indices}
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
        return self.rename({factors: 1}, {i: j, j: i}) == {factors: 1}

    def _refined(self, colours: dict[int, int], factors: Monomial) -> dict[int, int]:
        count = len(set(colours.values()))
        incident = {i: [f for f in factors if i in f[0].frees] for i in colours}
        while True:
            self.spend(len(colours))
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
        if atom.kind == ABSTRACT:
            positions = self.sorted_slots(atom.head, positions)[1]
        elif atom.symmetric:
            positions.sort()
        inner = colours
        if atom.bound:
            inner = dict(colours)
            for k, i in enumerate(atom.bound):
                inner[i] = _HIDDEN if atom.kind == SUM else _HIDDEN + k
        polys = tuple(
            tuple(
                sorted((tuple(sorted((self._key(a, inner), e) for a, e in m)), c) for m, c in poly)
            )
            for poly in atom.polys
        )
        return (atom.mask, (0, *positions), polys)
