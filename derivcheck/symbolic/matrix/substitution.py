"""Substitution in index polynomials: of free indices, and of the entries of symbols.

An atom with something else inside is another atom, whose normal form only the part that makes such
atoms knows. Each part tells how atoms of its kinds are made anew (:meth:`Substitution.on`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from derivcheck.records import record
from derivcheck.symbolic.matrix.atoms import (
    Atom,
    Frozen,
    Kind,
    Polynomial,
    Rational,
    freeze,
    reserved,
)
from derivcheck.symbolic.matrix.known import ElementRule
from derivcheck.symbolic.matrix.powers import Powers
from derivcheck.symbolic.matrix.ring import accumulate, single

Mapping = dict[int, int]


@record(frozen=False, eq=False)
class Change:
    """What is put in place of free indices and, with a ``rule``, of the entries of symbols."""

    mapping: Mapping
    rule: ElementRule | None = None
    memo: dict[Atom, Polynomial] = field(default_factory=dict)

    def places(self, atom: Atom) -> tuple[int, ...]:
        """The indices of an atom after the change."""
        indices = atom.indices
        return tuple(map(self.mapping.get, indices, indices)) if self.mapping else indices


Rebuild = Callable[[Atom, Change], Polynomial]


class Substitution:
    """Rebuilds every atom through its normal form."""

    def __init__(self, powers: Powers) -> None:
        self.space = powers.space
        self.ring = powers.ring
        self.powers = powers
        self._rebuild: dict[int, Rebuild] = {}

    def on(self, kind: int, rebuild: Rebuild) -> None:
        """How atoms of a kind are made anew; those of all other kinds never change."""
        self._rebuild[kind] = rebuild

    def rename(self, poly: Polynomial, mapping: Mapping) -> Polynomial:
        """The polynomial with free indices replaced."""
        return self.rewrite(poly, Change(mapping))

    def rename_atom(self, atom: Atom, mapping: Mapping) -> Polynomial:
        """The atom with free indices replaced."""
        return self.rewrite_atom(atom, Change(mapping))

    def replace_elements(self, poly: Polynomial, rule: ElementRule) -> Polynomial:
        """The polynomial with every entry of a symbol given anew by ``rule``."""
        return self.rewrite(poly, Change({}, rule))

    def rewrite(self, poly: Polynomial, change: Change) -> Polynomial:
        """The polynomial with indices and entries replaced, in normal form."""
        rule, mapping, memo = change.rule, change.mapping, change.memo
        result: Polynomial = {}
        for monomial, coefficient in poly.items():
            plain: list[tuple[Atom, Rational]] = []
            others: list[tuple[Polynomial, Rational]] = []
            changed = False
            for atom, exponent in monomial:
                if rule is None and atom.frees.isdisjoint(mapping):
                    plain.append((atom, exponent))
                    continue
                new = memo.get(atom)
                if new is None:
                    new = self.rewrite_atom(atom, change)
                    memo[atom] = new
                changed = True
                found = single(new)
                if found and found[1] == 1:
                    plain.append((found[0], exponent))
                else:
                    others.append((new, exponent))
            if not changed:
                accumulate(result, {monomial: coefficient})
                continue
            part = self.ring.product(plain, coefficient)
            for new, exponent in others:
                part = self.ring.times(part, self.powers.power(new, exponent))
            accumulate(result, part)
        return result

    def rewrite_atom(self, atom: Atom, change: Change) -> Polynomial:
        """One atom with indices and entries replaced."""
        rebuild = self._rebuild.get(atom.kind)
        return {((atom, 1),): 1} if rebuild is None else rebuild(atom, change)

    def arguments(self, atom: Atom, change: Change) -> list[Polynomial]:
        """The polynomials inside an atom that binds nothing, rewritten."""
        return [self.rewrite(dict(p), change) for p in atom.polys]

    def opened(
        self, atom: Atom, dims: tuple[str, ...], change: Change | None = None
    ) -> tuple[tuple[int, ...], list[Polynomial]]:
        """The bound indices of a binder, renewed, and its polynomials, rewritten."""
        new = self.space.renewed(dims)
        own = dict(zip(atom.bound, new, strict=True))
        inner = Change(own) if change is None else Change({**change.mapping, **own}, change.rule)
        return new, self.arguments(atom, inner)

    def at(self, atom: Atom, places: tuple[int, ...]) -> Polynomial:
        """The polynomial inside a binder, with these indices for the bound ones."""
        return self.rename(dict(atom.polys[0]), dict(zip(atom.bound, places, strict=True)))

    def matrix_in(self, atom: Atom) -> tuple[tuple[int, ...], Polynomial]:
        """New places, and the entry there of the matrix that an atom is made of."""
        dim = atom.head[1] if atom.kind == Kind.MATRIX else atom.head
        places = self.space.renewed((dim, dim))
        return places, self.at(atom, places)

    def bind(
        self, formals: tuple[int, ...], *polys: Polynomial
    ) -> tuple[tuple[int, ...], tuple[Frozen, ...]]:
        """Give the formal indices of polynomials their reserved numbers."""
        height = 1 + max((a.height for p in polys for m in p for a, _ in m), default=0)
        bound = tuple(reserved(height, k) for k in range(len(formals)))
        mapping = dict(zip(formals, bound, strict=True))
        return bound, tuple(freeze(self.rename(poly, mapping)) for poly in polys)
