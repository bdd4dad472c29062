"""Scalars made of whole matrices that are known by their name only.

An abstract function of matrices and the largest or smallest entry are atoms whose arguments are
matrices: of a largest entry nothing is used but what it is taken of.
"""

from __future__ import annotations

from typing import Any

from derivcheck.symbolic.matrix.atoms import Atom, Kind, Polynomial, frees_of
from derivcheck.symbolic.matrix.substitution import Change, Substitution
from derivcheck.symbolic.matrix.sums import sorted_slots


class Unspecified:
    """Abstract functions of matrices, and extreme entries."""

    def __init__(self, substitution: Substitution) -> None:
        self.space = substitution.space
        self.substitution = substitution
        substitution.on(Kind.ABSTRACT, self._abstract_anew)
        substitution.on(Kind.EXTREME, self._extreme_anew)

    def _abstract_anew(self, atom: Atom, change: Change) -> Polynomial:
        dims = tuple(d for group in atom.head[2] for d in group)
        formals, args = self.substitution.opened(atom, dims, change)
        return self.abstract(atom.head, formals, args, list(change.places(atom)))

    def _extreme_anew(self, atom: Atom, change: Change) -> Polynomial:
        formals, [body] = self.substitution.opened(atom, atom.head[1], change)
        return self.extreme(atom.head, formals, body)

    def abstract(
        self, head: Any, formals: tuple[int, ...], args: list[Polynomial], indices: list[int]
    ) -> Polynomial:
        """A formal derivative of a scalar function of matrices (of no order: the function)."""
        head, flat = sorted_slots(head, indices)
        bound, polys = self.substitution.bind(formals, *args)
        return {((self.space.atom(Kind.ABSTRACT, head, tuple(flat), bound, polys), 1),): 1}

    def extreme(self, head: Any, formals: tuple[int, ...], body: Polynomial) -> Polynomial:
        """The largest or smallest value over the formal indices, opaque."""
        if frees_of(body).isdisjoint(formals):
            return body
        bound, closed = self.substitution.bind(formals, body)
        return {((self.space.atom(Kind.EXTREME, head, (), bound, closed), 1),): 1}
