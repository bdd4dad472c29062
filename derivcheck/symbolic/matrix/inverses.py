"""Entries of inverse matrices.

``inverse(M, (r, c), i, j)`` is the entry (i, j) of the inverse of the matrix with entries
``M[r, c]``. Normal forms: scalar factors go outside, diagonal matrices are inverted entry by
entry, ``inv(inv(N))`` is N, ``inv(inv(N) @ K)`` is ``inv(K) @ N``, and of M and its transpose the
one that comes first is kept. Only an inverse of a symmetric M is symmetric.
"""

from __future__ import annotations

from typing import Any

from derivcheck.symbolic.matrix.atoms import (
    Atom,
    Frozen,
    Kind,
    Monomial,
    Polynomial,
    Undecided,
    freeze,
)
from derivcheck.symbolic.matrix.indices import Part
from derivcheck.symbolic.matrix.ring import accumulate, scaled, single
from derivcheck.symbolic.matrix.substitution import Change
from derivcheck.symbolic.matrix.sums import Sums
from derivcheck.symbolic.matrix.symbols import Symbols


def order(poly: Frozen) -> Any:
    """A key by which one of several forms of a matrix is chosen."""
    return [([(a.serial, e) for a, e in m], c) for m, c in poly]


class Inverses(Part):
    """Inverses of matrices given by their entries."""

    def __init__(self, sums: Sums, symbols: Symbols) -> None:
        super().__init__(sums.indices)
        self.sums = sums
        self.symbols = symbols
        self.strategy = sums.strategy
        self.substitution.on(Kind.INVERSE, self._anew)

    def _anew(self, atom: Atom, change: Change) -> Polynomial:
        formals, [matrix] = self.substitution.opened(atom, (atom.head,) * 2, change)
        if self.is_same(atom, formals, matrix):
            return self.inverse_entry(atom, change.places(atom))
        return self.inverse(matrix, formals, *change.places(atom))

    def is_same(self, atom: Atom, formals: tuple[int, ...], matrix: Polynomial) -> bool:
        """Whether the matrix of an atom is what it was."""
        if self.known.at_point or self.strategy.expand_literals:
            return False
        mapping = dict(zip(formals, atom.bound, strict=True))
        return freeze(self.substitution.rename(matrix, mapping)) == atom.polys[0]

    def inverse_entry(self, atom: Atom, indices: tuple[int, ...]) -> Polynomial:
        if atom.symmetric and indices[0] > indices[1]:
            indices = indices[::-1]
        new = self.space.atom(
            Kind.INVERSE, atom.head, indices, atom.bound, atom.polys, symmetric=atom.symmetric
        )
        return {((new, 1),): 1}

    def bare(self, atom: Atom) -> Atom:
        """An inverse without its indices: what two of its entries share."""
        return self.space.atom(
            Kind.INVERSE, atom.head, (), atom.bound, atom.polys, symmetric=atom.symmetric
        )

    def of_matrix_in(self, atom: Atom, i: int, j: int) -> Polynomial:
        """Entry (i, j) of the inverse of the matrix that an atom is made of."""
        formals, matrix = self.substitution.matrix_in(atom)
        return self.inverse(matrix, formals, i, j)

    def scalar_content(
        self, poly: Polynomial, formals: tuple[int, ...]
    ) -> tuple[Polynomial, Polynomial]:
        """``poly`` as a factor free of the formal indices times the rest."""
        outside, inside = self.powers.split_content(poly, sign=True)
        [(monomial, coefficient)] = outside.items()
        touching = [(a, e) for a, e in monomial if not a.frees.isdisjoint(formals)]
        if touching:
            inside = self.ring.times(inside, self.ring.product(touching))
            rest = [(a, e) for a, e in monomial if a.frees.isdisjoint(formals)]
            outside = self.ring.product(rest, coefficient)
        return outside, inside

    def without_delta(self, poly: Polynomial, formals: tuple[int, ...]) -> Polynomial | None:
        """P when the polynomial is delta(row, column) * P, else None."""
        delta = next(iter(self.indices.delta(*formals)))[0][0]
        result: Polynomial = {}
        for monomial, coefficient in poly.items():
            if not any(a is delta for a, _ in monomial):
                return None
            accumulate(
                result, self.ring.product([f for f in monomial if f[0] is not delta], coefficient)
            )
        return self.substitution.rename(result, {max(formals): min(formals)})

    def inverse(self, matrix: Polynomial, formals: tuple[int, ...], i: int, j: int) -> Polynomial:
        """Entry (i, j) of the inverse of ``matrix[formals]``."""
        if not matrix:
            raise Undecided("index notation: inverse of a zero matrix")
        row, column = formals
        if self.strategy.expand_literals and i < 0 and j < 0 and self.space.literal_size(row):
            return self._cofactor_inverse(matrix, formals, i, j)
        diagonal = self.without_delta(matrix, formals)
        if diagonal is not None:
            values = self.substitution.rename(diagonal, {min(formals): i})
            return self.ring.times(self.indices.delta(i, j), self.powers.power(values, -1))
        outside, matrix = self.scalar_content(matrix, formals)
        scale = self.powers.power(outside, -1)
        factor = self._positive_factor(matrix, formals)
        if factor:
            divisor = self.ring.product([(a, -e) for a, e in factor])
            scale, matrix = (self.ring.times(part, divisor) for part in (scale, matrix))
        found = single(matrix)
        if found and found[1] == 1:
            atom = found[0]
            if atom.kind == Kind.INVERSE and set(atom.indices) == set(formals):
                ends = {row: i, column: j}
                places = tuple(ends[k] for k in atom.indices)
                original = self.substitution.at(atom, places)
                return self.ring.times(scale, original)
            if self.is_orthogonal(atom, formals):
                ends = {row: j, column: i}
                places = tuple(ends[k] for k in atom.indices)
                return self.ring.times(scale, self.symbols.element(atom.head, places))
        dim = self.space.dim(row)
        bound, [straight] = self.substitution.bind((row, column), matrix)
        bound, [turned] = self.substitution.bind((column, row), matrix)
        symmetric = straight == turned
        if not symmetric and order(turned) < order(straight):
            straight, i, j = turned, j, i
        if symmetric and i > j:
            i, j = j, i
        atom = self.space.atom(Kind.INVERSE, dim, (i, j), bound, (straight,), symmetric=symmetric)
        return self.ring.times(scale, {((atom, 1),): 1})

    def _positive_factor(self, matrix: Polynomial, formals: tuple[int, ...]) -> Monomial:
        """Scalars before A in ``a*eye(n) + b*A``, where b is surely positive: nothing is then in
        the way where the inverse meets A."""
        delta = next(iter(self.indices.delta(*formals)))[0]
        others = [m for m in matrix if delta not in m]
        if len(others) != 1 or len(matrix) == 1:
            return ()
        scalars = tuple((a, e) for a, e in others[0] if not a.frees and a.kind != Kind.SUM)
        return scalars if self.powers.sign_of_monomial(scalars) == 1 else ()

    def is_orthogonal(self, atom: Atom, formals: tuple[int, ...]) -> bool:
        return (
            self.known.at_point
            and atom.kind == Kind.ELEMENT
            and "orthogonal" in self.known.structures.get(atom.head, ())
            and set(atom.indices) == set(formals)
        )

    def leibniz(
        self, matrix: Polynomial, formals: tuple[int, ...], rows: list[int], columns: list[int]
    ) -> Polynomial:
        """A small determinant, expanded along its first row."""
        if not rows:
            return {(): 1}
        result: Polynomial = {}
        for k, column in enumerate(columns):
            entry = self.substitution.rename(
                matrix, dict(zip(formals, (rows[0], column), strict=True))
            )
            others = columns[:k] + columns[k + 1 :]
            minor = self.leibniz(matrix, formals, rows[1:], others)
            accumulate(result, self.ring.times(entry, minor), -1 if k % 2 else 1)
        return result

    def _cofactor_inverse(
        self, matrix: Polynomial, formals: tuple[int, ...], i: int, j: int
    ) -> Polynomial:
        """Entry (i, j) of a small inverse: the cofactor (j, i) over the determinant."""
        places = [-1 - k for k in range(self.space.literal_size(formals[0]))]
        rows, columns = [k for k in places if k != j], [k for k in places if k != i]
        minor = self.leibniz(matrix, formals, rows, columns)
        sign = -1 if (i + j) % 2 else 1
        whole_determinant = self.leibniz(matrix, formals, places, places)
        return self.ring.times(scaled(minor, sign), self.powers.power(whole_determinant, -1))
