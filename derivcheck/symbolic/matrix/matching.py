"""Finding a product of atoms within another, up to the names of its own indices."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from derivcheck.symbolic.matrix.atoms import Atom, Kind, Monomial, Rational
from derivcheck.symbolic.matrix.substitution import Substitution

Factors = list[tuple[Atom, Rational]]
_PLAIN = frozenset((Kind.ELEMENT, Kind.INVERSE, Kind.DELTA))


def without(factors: Monomial | Factors, atom: Atom, exponent: Rational) -> Factors:
    """The factors divided by ``atom**exponent``."""
    result: Factors = []
    for other, power in factors:
        if other is not atom:
            result.append((other, power))
        elif power != exponent:
            result.append((other, power - exponent))
    return result


class Matcher:
    """Unifies the indices of a pattern with those of a term."""

    def __init__(self, substitution: Substitution) -> None:
        self.space = substitution.space
        self.substitution = substitution

    def find(
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
        if any(a.mask not in available for a, _ in pattern if a.kind not in _PLAIN):
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
        self, pattern: Factors, variables: frozenset[int], assigned: dict[int, int], target: Factors
    ) -> Iterator[tuple[dict[int, int], Factors]]:
        self.space.spend()
        if not pattern:
            yield assigned, target
            return
        pattern = sorted(
            pattern,
            key=lambda f: (
                f[0].kind not in _PLAIN,
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
                remaining = without(target, candidate, exponent)
                yield from self._match(later, variables, found, remaining)

    def _unify(
        self, atom: Atom, variables: frozenset[int], assigned: dict[int, int], candidate: Atom
    ) -> Iterator[dict[int, int]]:
        if atom.mask != candidate.mask:
            return
        open_variables = sorted((atom.frees & variables) - assigned.keys())
        choices = sorted(candidate.frees)
        if len(choices) ** len(open_variables) > 64:
            return
        for values in product(choices, repeat=len(open_variables)):
            found = {**assigned, **dict(zip(open_variables, values, strict=True))}
            if self.substitution.rename_atom(atom, found) == {((candidate, 1),): 1}:
                yield found
