"""Determinants of matrices given by their entries.

Scalar factors go outside, products of square matrices fall apart, ``det(inv(N))`` is ``1/det(N)``;
updates of low rank follow from Sylvester's theorem where the matrix is known to be invertible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from derivcheck.symbolic.matrix.atoms import Atom, Kind, Monomial, Polynomial, Rational, frees_of
from derivcheck.symbolic.matrix.functions import Functions
from derivcheck.symbolic.matrix.indices import Part
from derivcheck.symbolic.matrix.inverses import Inverses, order
from derivcheck.symbolic.matrix.ring import accumulate, plus, scaled, single
from derivcheck.symbolic.matrix.substitution import Change


class Determinants(Part):
    """Determinants, and the lemmas that write one through others."""

    def __init__(self, inverses: Inverses, functions: Functions) -> None:
        super().__init__(inverses.indices)
        self.sums = inverses.sums
        self.strategy = inverses.strategy
        self.inverses = inverses
        self.functions = functions
        self.lemmas: list[Callable[[Polynomial, tuple[int, ...]], Polynomial | None]] = []
        """What later parts know of determinants of ``matrix[formals]``."""
        self.ring.on_power(Kind.DETERMINANT, self._power, watch=False)
        self.substitution.on(Kind.DETERMINANT, self._anew)

    def _anew(self, atom: Atom, change: Change) -> Polynomial:
        formals, [matrix] = self.substitution.opened(atom, (atom.head,) * 2, change)
        if self.inverses.is_same(atom, formals, matrix):
            return {((atom, 1),): 1}
        return self.determinant(matrix, formals)

    @staticmethod
    def _power(atom: Atom, exponent: Rational) -> Polynomial | None:
        """Of an orthogonal matrix: 1 or -1."""
        if not isinstance(exponent, int) or exponent == 1:
            return None
        return {((atom, 1),): 1} if exponent % 2 else {(): 1}

    def determinant(self, matrix: Polynomial, formals: tuple[int, ...]) -> Polynomial:
        """Determinant of ``matrix[formals]``."""
        if not matrix:
            return {}
        literal = self.space.literal_size(formals[0]) if self.strategy.expand_literals else 0
        if literal:
            places = [-1 - k for k in range(literal)]
            return self.inverses.leibniz(matrix, formals, places, places)
        value = self._low_rank(matrix, formals)
        if value is not None:
            return value
        size = self.ring.size(self.space.dim_of(formals[0]))
        outside, matrix = self.inverses.scalar_content(matrix, formals)
        scale = self.functions.general_power(outside, size)
        diagonal = self.inverses.without_delta(matrix, formals)
        if diagonal is not None and frees_of(diagonal).isdisjoint(formals):
            return self.ring.times(scale, self.functions.general_power(diagonal, size))
        found = single(matrix)
        if found and found[1] == 1:
            atom = found[0]
            if atom.kind == Kind.INVERSE and set(atom.indices) == set(formals):
                new, original = self.substitution.matrix_in(atom)
                return self.ring.times(
                    scale, self.powers.power(self.determinant(original, new), -1)
                )
            if atom.kind == Kind.SUM:
                parts = self._split_determinant(atom, formals)
                if parts is not None:
                    return self.ring.times(scale, parts)
        for lemma in self.lemmas:
            value = lemma(matrix, formals)
            if value is not None:
                return self.ring.times(scale, value)
        first: tuple[Polynomial, Polynomial] = ({(): 1}, matrix)
        if self.strategy.cyclic_determinants:
            first = self._divided(matrix, formals) or first
        choices = [(*first, formals)]
        if self.strategy.cyclic_determinants:
            choices += [
                (self.ring.times(first[0], factor), entries, pair)
                for factor, entries, pair in self._turned_products(first[1], formals)
            ]
        best: tuple[Any, Polynomial, Atom] | None = None
        for factor, entries, (row, column) in choices:
            for pair in ((row, column), (column, row)):
                bound, [closed] = self.substitution.bind(pair, entries)
                key, dim = order(closed), self.space.dim(row)
                if best is None or key < best[0]:
                    atom = self.space.atom(Kind.DETERMINANT, dim, (), bound, (closed,))
                    best = (key, factor, atom)
        assert best is not None
        if found and self.inverses.is_orthogonal(found[0], formals):
            best[2].watch = True
        return self.ring.product_of(scale, best[1], {((best[2], 1),): 1})

    def _divided(
        self, matrix: Polynomial, formals: tuple[int, ...]
    ) -> tuple[Polynomial, Polynomial] | None:
        """det(M) and I + inv(M) @ R for M + R, if just one term M is known to be invertible."""
        row, column = formals
        terms = [{m: c} for m, c in matrix.items() if self._known_invertible({m: c}, formals)]
        if len(terms) != 1 or len(matrix) == 1 or self.inverses.without_delta(terms[0], formals):
            return None
        rest = plus(matrix, scaled(terms[0], -1))
        middle = self.space.fresh_like(row)
        inverse = self.inverses.inverse(terms[0], formals, row, middle)
        product = self.ring.times(inverse, self.substitution.rename(rest, {row: middle}))
        entries = plus(self.indices.delta(row, column), self.sums.sum_over((middle,), product))
        return self.determinant(terms[0], formals), entries

    def _turned_products(
        self, matrix: Polynomial, formals: tuple[int, ...]
    ) -> list[tuple[Polynomial, Polynomial, tuple[int, ...]]]:
        """det(c*I + F @ G) is c**(n - k) * det(c*I + G @ F) for c > 0 (Sylvester), all ways."""
        row, column = formals
        delta = next(iter(self.indices.delta(*formals)))[0][0]
        diagonal = {m: c for m, c in matrix.items() if any(a is delta for a, _ in m)}
        rest = {m: c for m, c in matrix.items() if m not in diagonal}
        if len(diagonal) != 1 or len(rest) != 1:
            return []
        scalar = self.inverses.without_delta(diagonal, formals)
        [(product, weight)] = rest.items()
        if (
            scalar is None
            or self.powers.sign_of(scalar) != 1
            or not frees_of(scalar).isdisjoint(formals)
            or len(product) != 1
            or product[0][0].kind != Kind.SUM
            or product[0][1] != 1
        ):
            return []
        found: list[tuple[Polynomial, Polynomial, tuple[int, ...]]] = []
        for middle, left, right in self._cut(product[0][0], formals):
            p, q, x = (self.space.fresh_like(k) for k in (middle, middle, row))
            turned = self.ring.times(
                self.substitution.rename(right, {middle: p, column: x}),
                self.substitution.rename(left, {row: x, middle: q}),
            )
            entries = plus(
                self.ring.times(scalar, self.indices.delta(p, q)),
                scaled(self.sums.sum_over((x,), turned), weight),
            )
            sizes = [self.ring.size(self.space.dim_of(k)) for k in (row, middle)]
            factor = self.functions.general_power(scalar, plus(sizes[0], scaled(sizes[1], -1)))
            found.append((factor, entries, (p, q)))
        return found

    def _reach(self, monomial: Monomial, start: int, blocked: int) -> tuple[set[int], list[Any]]:
        """Indices and factors connected to ``start`` when ``blocked`` is cut."""
        reached = {start}
        factors: list[Any] = []
        grown = True
        while grown:
            grown = False
            for factor in monomial:
                frees = factor[0].frees - {blocked}
                if factor not in factors and frees & reached:
                    factors.append(factor)
                    reached |= frees
                    grown = True
        return reached, factors

    def _cut(
        self, atom: Atom, formals: tuple[int, ...]
    ) -> Iterator[tuple[int, Polynomial, Polynomial]]:
        """(k, F, G) for each way in which a sum is ``F[row, k] * G[k, column]``."""
        bound, body = self.sums.open_sum(atom)
        if len(body) != 1:
            return
        [(monomial, coefficient)] = body.items()
        row, column = formals
        for middle in bound:
            reached, first = self._reach(monomial, row, middle)
            second = [f for f in monomial if f not in first]
            if column in reached or any(f[0].frees.isdisjoint({*bound, column}) for f in second):
                continue
            left = self.sums.sum_over([k for k in bound if k in reached], self.ring.product(first))
            others = [k for k in bound if k not in reached and k != middle]
            right = self.sums.sum_over(others, self.ring.product(second, coefficient))
            if middle in frees_of(left) and {middle, column} <= frees_of(right):
                yield middle, left, right

    def _split_determinant(self, atom: Atom, formals: tuple[int, ...]) -> Polynomial | None:
        """det(F @ G) is det(F) * det(G) where both are square."""
        row, column = formals
        for middle, left, right in self._cut(atom, formals):
            if self.space.dim(middle) == self.space.dim(row):
                return self.ring.times(
                    self.determinant(left, (row, middle)), self.determinant(right, (middle, column))
                )
        return None

    def _low_rank(self, matrix: Polynomial, formals: tuple[int, ...]) -> Polynomial | None:
        """det(M + U @ V.T) is det(M)*det(I + V.T @ inv(M) @ U) (Sylvester), for one or two
        columns of U and V, M known to be invertible."""
        row, column = formals
        pairs: dict[tuple[Monomial, Monomial], Polynomial] = {}
        rest: Polynomial = {}
        for monomial, coefficient in matrix.items():
            reached, first = self._reach(monomial, row, 0)
            if column in reached:
                rest[monomial] = coefficient
            else:
                second = self._reach(monomial, column, 0)[1]
                scalars = [f for f in monomial if f not in first and f not in second]
                total = pairs.setdefault((tuple(first), tuple(second)), {})
                accumulate(total, self.ring.product(scalars, coefficient))
        columns = [
            (self.ring.product(first), self.ring.times(self.ring.product(second), total))
            for (first, second), total in pairs.items()
        ]
        if not 0 < len(columns) < 3 or not self._known_invertible(rest, formals):
            return None

        def form(left: Polynomial, right: Polynomial) -> Polynomial:
            a, b = self.space.fresh_like(row), self.space.fresh_like(row)
            inverse = self.inverses.inverse(rest, formals, a, b)
            left = self.substitution.rename(left, {column: a})
            right = self.substitution.rename(right, {row: b})
            ends = self.ring.times(left, right)
            return self.sums.sum_over((a, b), self.ring.times(inverse, ends))

        forms = [[form(v, u) for u, _ in columns] for _, v in columns]
        result = plus({(): 1}, forms[0][0])
        if len(columns) == 2:
            diagonal = self.ring.times(result, plus({(): 1}, forms[1][1]))
            result = plus(diagonal, scaled(self.ring.times(forms[0][1], forms[1][0]), -1))
        return self.ring.times(self.determinant(rest, formals), result)

    def _known_invertible(self, matrix: Polynomial, formals: tuple[int, ...]) -> bool:
        diagonal = self.inverses.without_delta(matrix, formals)
        if diagonal is not None:
            return bool(matrix) and self.powers.sign_of(diagonal) == 1
        found = single(matrix)
        if found and found[1] == 1 and found[0].kind == Kind.INVERSE:
            return set(found[0].indices) == set(formals)
        if not found or found[1] != 1 or found[0].kind != Kind.ELEMENT:
            return False
        structure = self.known.structures.get(found[0].head, frozenset())
        return found[0].head in self.known.inverted or not structure.isdisjoint(
            ("invertible", "spd", "orthogonal")
        )
