"""Triangular matrices: Cholesky factors and what ``tril`` leaves.

``inv(L).T @ inv(L)`` of a Cholesky factor is the inverse of the matrix, the product of its diagonal
the root of the determinant, and ``dL = L @ phi(inv(L) @ dM @ inv(L).T)`` where phi takes the lower
triangle and half the diagonal (Murray 2016, *Differentiation of the Cholesky decomposition*,
equation 7). The determinant of a triangular matrix is the product of its diagonal.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcheck.symbolic.matrix.atoms import Atom, Kind, Monomial, Polynomial, atoms_in
from derivcheck.symbolic.matrix.indices import STEP, Part
from derivcheck.symbolic.matrix.matrix_functions import CHOLESKY, MatrixFunctions
from derivcheck.symbolic.matrix.products import Products
from derivcheck.symbolic.matrix.ring import complement, plus, scaled, single
from derivcheck.symbolic.matrix.sums import Rewritten

_HALF = Fraction(1, 2)
_OWN = frozenset((Kind.CONDITION, Kind.FUNCTION, Kind.INVERSE, Kind.MATRIX))


class Triangles(Part):
    """What is known of triangular matrices."""

    def __init__(self, matrix_functions: MatrixFunctions, products: Products) -> None:
        super().__init__(matrix_functions.indices)
        self.symbols = matrix_functions.symbols
        self.inverses = matrix_functions.inverses
        self.determinants = matrix_functions.determinants
        self.matrix_functions = matrix_functions
        self.products = products
        self.inverses.sums.rules.insert(0, self.rewritten)
        self.determinants.lemmas.append(self._determinant)
        products.lemmas.append(self._product_of_diagonal)

    # determinants

    def _determinant(self, matrix: Polynomial, formals: tuple[int, ...]) -> Polynomial | None:
        found = single(matrix)
        if found and found[1] == 1 and _is_factor(found[0]):
            atom = found[0]
            return self._root(atom) if set(atom.indices) == set(formals) else None
        row, column = formals
        diagonal = self.inverses.without_delta(matrix, formals)
        if diagonal is not None:
            return self.products.product_over(min(formals), diagonal)
        if not any(atom.kind == Kind.CONDITION for atom in atoms_in(matrix)):
            return None
        for later, earlier in ((row, column), (column, row)):
            gap = plus(self.indices.value(later), scaled(self.indices.value(earlier), -1))
            with self.indices.assumed((gap, 1, None), (row, column)):
                left = self.substitution.replace_elements(matrix, self.symbols.element)
            if not left:
                diagonal = self.substitution.rename(matrix, {column: row})
                return self.products.product_over(row, diagonal)
        return None

    def _product_of_diagonal(self, index: int, atom: Atom) -> Polynomial | None:
        if not _is_factor(atom) or atom.indices != (index, index):
            return None
        return self._root(atom)

    def _root(self, factor: Atom) -> Polynomial | None:
        """The determinant of a Cholesky factor, its diagonal being positive."""
        if not self.matrix_functions.is_symmetric(factor):
            return None
        pair, matrix = self.substitution.matrix_in(factor)
        return self.powers.power(self.determinants.determinant(matrix, pair), _HALF)

    # sums

    def rewritten(self, bound: tuple[int, ...], monomial: Monomial) -> Rewritten | None:
        """Sums in which entries of L or of its inverse meet, or stand beside a comparison."""
        if not any(atom.kind in _OWN for atom, _ in monomial):
            return None
        # comparisons first
        for atom, exponent in sorted(monomial, key=lambda factor: factor[0].kind != Kind.CONDITION):
            if atom.kind == Kind.CONDITION:
                found = self._beside_triangle(bound, monomial, atom)
            elif atom.kind == Kind.FUNCTION:
                found = self._log_of_diagonal(bound, monomial, atom) if exponent == 1 else None
            else:
                found = self._squared(bound, monomial, atom)
            if found is not None:
                return found
        return None

    def _squared(self, bound: tuple[int, ...], monomial: Monomial, atom: Atom) -> Rewritten | None:
        """``sum_k L[a, k] * L[b, k]`` is ``M[a, b]``, ``sum_k inv(L)[k, a] * inv(L)[k, b]`` is
        ``inv(M)[a, b]``."""
        powers = dict(monomial)
        middle, first = self._ends(atom)
        if middle not in bound or first == middle:
            return None
        others = [a for a in powers if middle in a.frees and a is not atom]
        [partner] = others if len(others) == 1 else [atom]
        if [powers[a] for a in (atom, *others)] not in ([2], [1, 1]):
            return None
        same, last = self._ends(partner)
        factor = self._factor_of(atom)
        if same != middle or last == middle or partner.polys != atom.polys or factor is None:
            return None
        if not self.matrix_functions.is_symmetric(factor):
            return None
        if factor is atom:
            product = self.substitution.at(factor, (first, last))
        else:
            product = self.inverses.of_matrix_in(factor, first, last)
        rest = self.ring.product([f for f in monomial if f[0] not in (atom, partner)])
        return [(tuple(k for k in bound if k != middle), self.ring.times(rest, product))]

    def _log_of_diagonal(
        self, bound: tuple[int, ...], monomial: Monomial, log: Atom
    ) -> Rewritten | None:
        """``sum_k log(L[k, k])`` is the logarithm of the product of the diagonal."""
        found = single(dict(log.polys[0])) if log.head == ("log", ()) else None
        if found is None or found[1] != 1 or not _is_factor(found[0]):
            return None
        index = found[0].indices[0]
        rest = [f for f in monomial if f[0] is not log]
        if index not in bound or any(index in a.frees for a, _ in rest):
            return None
        root = self._product_of_diagonal(index, found[0])
        if root is None:
            return None
        total = self.ring.times(self.ring.product(rest), self.products.functions.log(root))
        return [(tuple(k for k in bound if k != index), total)]

    def _beside_triangle(
        self, bound: tuple[int, ...], monomial: Monomial, step: Atom
    ) -> Rewritten | None:
        """Above the diagonal of L and of its inverse there is nothing."""
        pair = self.indices.difference_pair(dict(step.polys[0])) if step.head == STEP else None
        if pair is None:
            return None
        for atom, _ in monomial:
            place = self._ends(atom)[:: -1 if _is_factor(atom) else 1]
            if place[0] == place[1] or set(place) != set(pair):
                continue
            if pair != place:
                return []
            rest = self.ring.product([f for f in monomial if f[0] is not step])
            equal = self.ring.times(rest, self.indices.delta(*place))
            return [(bound, rest), (bound, scaled(equal, -1))]
        return None

    @staticmethod
    def _factor_of(atom: Atom) -> Atom | None:
        """The Cholesky factor that an entry is of, or an entry of its inverse."""
        if _is_factor(atom):
            return atom
        found = single(dict(atom.polys[0])) if atom.kind == Kind.INVERSE else None
        if found is None or found[1] != 1 or not _is_factor(found[0]):
            return None
        return found[0] if set(found[0].indices) == set(atom.bound) else None

    def _ends(self, atom: Atom) -> tuple[int, int]:
        """(k, a) for the entries ``L[a, k]`` and ``inv(L)[k, a]``; (0, 0) for any other atom."""
        factor = self._factor_of(atom)
        if factor is None:
            return 0, 0
        i, j = atom.indices
        return (i, j) if factor is not atom and factor.indices == atom.bound else (j, i)

    # derivatives

    def change_of_factor(self, atom: Atom, change: Callable[[int, int], Polynomial]) -> Polynomial:
        """The differential of an entry of a Cholesky factor, from that of the matrix, of which the
        lower triangle counts."""
        dim = atom.head[1]
        i, j = atom.indices
        k, a, b = self.space.renewed((dim, dim, dim))
        value, condition, times = self.indices.value, self.indices.condition, self.ring.times
        straight, turned = change(a, b), change(b, a)
        if straight != turned and not self._same_at_point(atom, straight, turned):
            above = condition(STEP, plus(value(b), scaled(value(a), -1)))
            straight = plus(times(complement(above), straight), times(above, turned))
        phi = plus(
            complement(condition(STEP, plus(value(j), scaled(value(k), -1)))),
            scaled(self.indices.delta(k, j), -_HALF),
        )
        entry = self.matrix_functions.of_matrix_in(atom, CHOLESKY, (i, k))
        parts = (phi, entry, self._inverse(atom, k, a), self._inverse(atom, j, b))
        return self.inverses.sums.sum_over((k, a, b), self.ring.product_of(*parts, straight))

    def _same_at_point(self, atom: Atom, one: Polynomial, other: Polynomial) -> bool:
        """Whether two changes that hold nothing of what the matrix is made of are equal because of
        the structure of a direction, which counts everywhere."""
        own = self.symbols.names_in(atom)
        if any(
            not own.isdisjoint(self.symbols.names_in(a))
            for p in (one, other)
            for m in p
            for a, _ in m
        ):
            return False
        before, self.symbols.known.at_point = self.symbols.known.at_point, True
        try:
            return self.substitution.replace_elements(
                one, self.symbols.element
            ) == self.substitution.replace_elements(other, self.symbols.element)
        finally:
            self.symbols.known.at_point = before

    def _inverse(self, atom: Atom, row: int, column: int) -> Polynomial:
        pair = self.space.renewed((atom.head[1],) * 2)
        factor = self.matrix_functions.of_matrix_in(atom, CHOLESKY, pair)
        return self.inverses.inverse(factor, pair, row, column)


def _is_factor(atom: Atom) -> bool:
    return atom.kind == Kind.MATRIX and atom.head[0] == CHOLESKY
