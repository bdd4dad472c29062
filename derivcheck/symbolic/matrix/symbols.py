"""Entries of declared symbols, whose structure counts at the point only, in the last pass."""

from __future__ import annotations

from derivcheck.symbolic.matrix.atoms import Atom, Kind, Polynomial
from derivcheck.symbolic.matrix.indices import Indices, Part
from derivcheck.symbolic.matrix.substitution import Change


class Symbols(Part):
    """Entries of symbols, as what is known of them says."""

    def __init__(self, indices: Indices) -> None:
        super().__init__(indices)
        self._names: dict[Atom, frozenset[str]] = {}
        indices.substitution.on(Kind.ELEMENT, self._anew)

    def element(self, name: str, indices: tuple[int, ...]) -> Polynomial:
        """An entry of a symbol."""
        symmetric = False
        known = self.known
        if known.at_point:
            name = known.aliases.get(name, name)
            rule = known.replacements.get(name)
            if rule is not None:
                return rule(name, indices)
            structure = known.structures.get(name)
            if structure and len(indices) == 2:
                i, j = indices
                if "diagonal" in structure and i != j:
                    entry = self.space.atom(Kind.ELEMENT, name, (i, i))
                    return self.ring.times(self.indices.delta(i, j), {((entry, 1),): 1})
                symmetric = "symmetric" in structure or "spd" in structure
                if symmetric:
                    indices = (min(i, j), max(i, j))
        return {((self.space.atom(Kind.ELEMENT, name, indices, symmetric=symmetric), 1),): 1}

    def _anew(self, atom: Atom, change: Change) -> Polynomial:
        indices = change.places(atom)
        if change.rule is not None:
            return change.rule(atom.head, indices)
        if self.known.at_point and atom.head in self.known.replacements:
            return self.element(atom.head, indices)
        if atom.symmetric and indices[0] > indices[1]:
            indices = indices[::-1]
        if indices != atom.indices:
            atom = self.space.atom(Kind.ELEMENT, atom.head, indices, symmetric=atom.symmetric)
        return {((atom, 1),): 1}

    def names_in(self, atom: Atom) -> frozenset[str]:
        """Names of the symbols whose entries occur in an atom."""
        known = self._names.get(atom)
        if known is None:
            if atom.kind == Kind.ELEMENT:
                known = frozenset((atom.head,))
            else:
                known = frozenset(
                    name
                    for poly in atom.polys
                    for monomial, _ in poly
                    for inner, _ in monomial
                    for name in self.names_in(inner)
                )
            self._names[atom] = known
        return known
