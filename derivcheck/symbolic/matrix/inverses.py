"""Entries of inverse matrices, and determinants.

``inverse(M, (r, c), i, j)`` is the entry (i, j) of the inverse of the matrix with entries
``M[r, c]``. Normal forms: scalar factors go outside, diagonal matrices are inverted entry by
entry, ``inv(inv(N))`` is N, ``inv(inv(N) @ K)`` is ``inv(K) @ N``, and of M and its transpose the
one that comes first is kept. Only an inverse of a symmetric M is symmetric.
"""

from __future__ import annotations

from typing import Any

from derivcheck.symbolic.matrix.arithmetic import accumulate, plus, scaled, single
from derivcheck.symbolic.matrix.atoms import (
    DETERMINANT,
    ELEMENT,
    INVERSE,
    SUM,
    Atom,
    Frozen,
    Monomial,
    Polynomial,
    Undecided,
    frees_of,
    freeze,
)
from derivcheck.symbolic.matrix.functions import Functions
from derivcheck.symbolic.matrix.sums import reserved


class Inverses(Functions):
    """Inverses and determinants of matrices given by their entries."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.structures: dict[str, frozenset[str]] = {}
        self.inverted_names: set[str] = set()
        self.cyclic_determinants = False

    def element(self, name: str, indices: tuple[int, ...]) -> Polynomial:
        """An entry of a symbol."""
        raise NotImplementedError

    def inverse_entry(self, atom: Atom, indices: tuple[int, ...]) -> Polynomial:
        if atom.symmetric and indices[0] > indices[1]:
            indices = indices[::-1]
        new = self.atom(
            INVERSE, atom.head, indices, atom.bound, atom.polys, symmetric=atom.symmetric
        )
        return {((new, 1),): 1}

    def bare(self, atom: Atom) -> Atom:
        """An inverse without its indices: what two of its entries share."""
        return self.atom(INVERSE, atom.head, (), atom.bound, atom.polys, symmetric=atom.symmetric)

    def bind(self, poly: Polynomial, formals: tuple[int, ...]) -> tuple[tuple[int, ...], Frozen]:
        """Give the formal indices their reserved numbers."""
        height = 1 + max((a.height for m in poly for a, _ in m), default=0)
        bound = tuple(reserved(height, k) for k in range(len(formals)))
        closed = self.rename(poly, dict(zip(formals, bound, strict=True)))
        return bound, freeze(closed)

    def _scalar_content(
        self, poly: Polynomial, formals: tuple[int, ...]
    ) -> tuple[Polynomial, Polynomial]:
        """``poly`` as a factor free of the formal indices times the rest."""
        outside, inside = self.split_content(poly, sign=True)
        [(monomial, coefficient)] = outside.items()
        touching = [(a, e) for a, e in monomial if not a.frees.isdisjoint(formals)]
        if touching:
            inside = self.times(inside, self.product(touching))
            rest = [(a, e) for a, e in monomial if a.frees.isdisjoint(formals)]
            outside = self.product(rest, coefficient)
        return outside, inside

    def _without_delta(self, poly: Polynomial, formals: tuple[int, ...]) -> Polynomial | None:
        """P when the polynomial is delta(row, column) * P, else None."""
        delta = next(iter(self.delta(*formals)))[0][0]
        result: Polynomial = {}
        for monomial, coefficient in poly.items():
            if not any(a is delta for a, _ in monomial):
                return None
            accumulate(
                result, self.product([f for f in monomial if f[0] is not delta], coefficient)
            )
        return self.rename(result, {max(formals): min(formals)})

    def inverse(self, matrix: Polynomial, formals: tuple[int, ...], i: int, j: int) -> Polynomial:
        """Entry (i, j) of the inverse of ``matrix[formals]``."""
        if not matrix:
            raise Undecided("index notation: inverse of a zero matrix")
        row, column = formals
        if self.expand_literals and i < 0 and j < 0 and self.literal_size(row):
            return self._cofactor_inverse(matrix, formals, i, j)
        diagonal = self._without_delta(matrix, formals)
        if diagonal is not None:
            values = self.rename(diagonal, {min(formals): i})
            return self.times(self.delta(i, j), self.power(values, -1))
        outside, matrix = self._scalar_content(matrix, formals)
        scale = self.power(outside, -1)
        found = single(matrix)
        if found and found[1] == 1:
            atom = found[0]
            if atom.kind == INVERSE and set(atom.indices) == set(formals):
                ends = {row: i, column: j}
                places = tuple(ends[k] for k in atom.indices)
                original = self.rename(
                    dict(atom.polys[0]), dict(zip(atom.bound, places, strict=True))
                )
                return self.times(scale, original)
            if self._is_orthogonal(atom, formals):
                ends = {row: j, column: i}
                places = tuple(ends[k] for k in atom.indices)
                return self.times(scale, self.element(atom.head, places))
            if atom.kind == SUM:
                split = self._split_inverse(atom, formals, i, j)
                if split is not None:
                    return self.times(scale, split)
        dim = self.dim(row)
        bound, straight = self.bind(matrix, (row, column))
        bound, turned = self.bind(matrix, (column, row))
        symmetric = straight == turned
        if not symmetric and self._order(turned) < self._order(straight):
            straight, i, j = turned, j, i
        if symmetric and i > j:
            i, j = j, i
        atom = self.atom(INVERSE, dim, (i, j), bound, (straight,), symmetric=symmetric)
        return self.times(scale, {((atom, 1),): 1})

    @staticmethod
    def _order(poly: Frozen) -> Any:
        return [([(a.serial, e) for a, e in m], c) for m, c in poly]

    def _is_orthogonal(self, atom: Atom, formals: tuple[int, ...]) -> bool:
        return (
            self.at_point
            and atom.kind == ELEMENT
            and "orthogonal" in self.structures.get(atom.head, ())
            and set(atom.indices) == set(formals)
        )

    def _split_inverse(
        self, atom: Atom, formals: tuple[int, ...], i: int, j: int
    ) -> Polynomial | None:
        """inv(inv(N) @ K) is inv(K) @ N; inv(K @ inv(N)) is N @ inv(K)."""
        bound, body = self.open_sum(atom)
        if len(body) != 1:
            return None
        [(monomial, coefficient)] = body.items()
        row, column = formals
        for factor, exponent in monomial:
            if factor.kind != INVERSE or exponent != 1:
                continue
            if not self.own_frees(factor).isdisjoint((*bound, *formals)):
                continue
            for end, other, left in ((row, column, True), (column, row, False)):
                if end not in factor.indices or factor.indices[0] == factor.indices[1]:
                    continue
                [middle] = [k for k in factor.indices if k != end]
                rest = [f for f in monomial if f[0] is not factor]
                if middle not in bound or any(end in a.frees for a, _ in rest):
                    continue
                remaining = tuple(k for k in bound if k != middle)
                kernel = self.sum_over(remaining, self.product(rest, coefficient))
                ends = frees_of(kernel)
                if middle not in ends or other not in ends:
                    continue
                new = self.fresh_like(row)
                near, far = (new, j) if left else (i, new)
                places = {end: near, middle: far} if left else {middle: near, end: far}
                original = self.rename(
                    dict(factor.polys[0]),
                    {b: places[k] for b, k in zip(factor.bound, factor.indices, strict=True)},
                )
                # M[row, col] = N^-1[row, k] K[k, col]: inverse = K^-1[i, new] N[new, j]
                pair = (middle, column) if left else (row, middle)
                inner = self.inverse(kernel, pair, *((i, new) if left else (new, j)))
                return self.sum_over((new,), self.times(inner, original))
        return None

    def determinant(self, matrix: Polynomial, formals: tuple[int, ...]) -> Polynomial:
        """Determinant of ``matrix[formals]``."""
        if not matrix:
            return {}
        literal = self.literal_size(formals[0]) if self.expand_literals else 0
        if literal:
            places = [-1 - k for k in range(literal)]
            return self._leibniz(matrix, formals, places, places)
        size = self.size(self.dim_of_name(self.dim(formals[0])))
        outside, matrix = self._scalar_content(matrix, formals)
        scale = self.general_power(outside, size)
        diagonal = self._without_delta(matrix, formals)
        if diagonal is not None and frees_of(diagonal).isdisjoint(formals):
            return self.times(scale, self.general_power(diagonal, size))
        found = single(matrix)
        if found and found[1] == 1:
            atom = found[0]
            if atom.kind == INVERSE and set(atom.indices) == set(formals):
                new = self.renewed((atom.head,) * 2)
                original = self.rename(dict(atom.polys[0]), dict(zip(atom.bound, new, strict=True)))
                return self.times(scale, self.power(self.determinant(original, new), -1))
            if atom.kind == SUM:
                parts = self._split_determinant(atom, formals)
                if parts is not None:
                    return self.times(scale, parts)
        if len(matrix) in (2, 3):
            lemma = (self._rank_one if len(matrix) == 2 else self._rank_two)(matrix, formals)
            if lemma is not None:
                return self.times(scale, lemma)
        choices: list[tuple[Polynomial, Polynomial, tuple[int, ...]]]
        choices = [({(): 1}, matrix, formals)]
        if self.cyclic_determinants:
            choices += self._turned_products(matrix, formals)
        best: tuple[Any, Polynomial, Atom] | None = None
        for factor, entries, (row, column) in choices:
            for pair in ((row, column), (column, row)):
                bound, closed = self.bind(entries, pair)
                order = self._order(closed)
                if best is None or order < best[0]:
                    atom = self.atom(DETERMINANT, self.dim(row), (), bound, (closed,))
                    best = (order, factor, atom)
        assert best is not None
        if found and self._is_orthogonal(found[0], formals):
            best[2].watch = True
        return self.product_of(scale, best[1], {((best[2], 1),): 1})

    def _turned_products(
        self, matrix: Polynomial, formals: tuple[int, ...]
    ) -> list[tuple[Polynomial, Polynomial, tuple[int, ...]]]:
        """det(c*I + F @ G) is c**(n - k) * det(c*I + G @ F) for c > 0 (Sylvester), all ways."""
        row, column = formals
        delta = next(iter(self.delta(*formals)))[0][0]
        diagonal = {m: c for m, c in matrix.items() if any(a is delta for a, _ in m)}
        rest = {m: c for m, c in matrix.items() if m not in diagonal}
        if len(diagonal) != 1 or len(rest) != 1:
            return []
        scalar = self._without_delta(diagonal, formals)
        [(product, weight)] = rest.items()
        if (
            scalar is None
            or self.sign_of(scalar) != 1
            or not frees_of(scalar).isdisjoint(formals)
            or len(product) != 1
            or product[0][0].kind != SUM
            or product[0][1] != 1
        ):
            return []
        bound, body = self.open_sum(product[0][0])
        if len(body) != 1:
            return []
        [(monomial, coefficient)] = body.items()
        found: list[tuple[Polynomial, Polynomial, tuple[int, ...]]] = []
        for middle in bound:
            reached, first = self._reach(monomial, row, middle)
            second = [f for f in monomial if f not in first]
            if column in reached or not second:
                continue
            left = self.sum_over([k for k in bound if k in reached], self.product(first))
            others = [k for k in bound if k not in reached and k != middle]
            right = self.sum_over(others, self.product(second, coefficient))
            if middle not in frees_of(left) or not {middle, column} <= frees_of(right):
                continue
            p, q, x = (self.fresh_like(k) for k in (middle, middle, row))
            turned = self.times(
                self.rename(right, {middle: p, column: x}), self.rename(left, {row: x, middle: q})
            )
            entries = plus(
                self.times(scalar, self.delta(p, q)), scaled(self.sum_over((x,), turned), weight)
            )
            sizes = [self.size(self.dim_of_name(self.dim(k))) for k in (row, middle)]
            factor = self.general_power(scalar, plus(sizes[0], scaled(sizes[1], -1)))
            found.append((factor, entries, (p, q)))
        return found

    def _leibniz(
        self, matrix: Polynomial, formals: tuple[int, ...], rows: list[int], columns: list[int]
    ) -> Polynomial:
        """A small determinant, expanded along its first row."""
        if not rows:
            return {(): 1}
        result: Polynomial = {}
        for k, column in enumerate(columns):
            entry = self.rename(matrix, dict(zip(formals, (rows[0], column), strict=True)))
            others = columns[:k] + columns[k + 1 :]
            minor = self._leibniz(matrix, formals, rows[1:], others)
            accumulate(result, self.times(entry, minor), -1 if k % 2 else 1)
        return result

    def _cofactor_inverse(
        self, matrix: Polynomial, formals: tuple[int, ...], i: int, j: int
    ) -> Polynomial:
        """Entry (i, j) of a small inverse: the cofactor (j, i) over the determinant."""
        places = [-1 - k for k in range(self.literal_size(formals[0]))]
        rows, columns = [k for k in places if k != j], [k for k in places if k != i]
        minor = self._leibniz(matrix, formals, rows, columns)
        sign = -1 if (i + j) % 2 else 1
        whole_determinant = self._leibniz(matrix, formals, places, places)
        return self.times(scaled(minor, sign), self.power(whole_determinant, -1))

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

    def _split_determinant(self, atom: Atom, formals: tuple[int, ...]) -> Polynomial | None:
        """det(F @ G) is det(F) * det(G) where both are square."""
        bound, body = self.open_sum(atom)
        if len(body) != 1:
            return None
        [(monomial, coefficient)] = body.items()
        if coefficient != 1:
            return None
        row, column = formals
        for middle in bound:
            if self.dim(middle) != self.dim(row):
                continue
            reached, first = self._reach(monomial, row, middle)
            second = [f for f in monomial if f not in first]
            if column in reached or not second:
                continue
            if any(f[0].frees.isdisjoint({*bound, column}) for f in second):
                continue
            left = self.sum_over([k for k in bound if k in reached], self.product(first))
            rest = [k for k in bound if k not in reached and k != middle]
            right = self.sum_over(rest, self.product(second))
            if middle not in frees_of(left) or middle not in frees_of(right):
                continue
            return self.times(
                self.determinant(left, (row, middle)), self.determinant(right, (middle, column))
            )
        return None

    def _rank_one(self, matrix: Polynomial, formals: tuple[int, ...]) -> Polynomial | None:
        """det(M + u @ v.T) is det(M) * (1 + v.T @ inv(M) @ u), M known to be invertible."""
        row, column = formals
        for monomial, coefficient in matrix.items():
            reached, first = self._reach(monomial, row, 0)
            if column in reached or not first:
                continue
            rest = {m: c for m, c in matrix.items() if m != monomial}
            if not self._known_invertible(rest, formals):
                continue
            a, b = self.fresh_like(row), self.fresh_like(row)
            inverse = self.inverse(rest, formals, a, b)
            outer = self.rename({monomial: coefficient}, {row: b, column: a})
            form = self.sum_over((a, b), self.times(inverse, outer))
            return self.times(self.determinant(rest, formals), plus({(): 1}, form))
        return None

    def _rank_two(self, matrix: Polynomial, formals: tuple[int, ...]) -> Polynomial | None:
        """det(M + u @ v.T + a @ b.T): det(M) times a determinant of two rows (Sylvester)."""
        row, column = formals
        outer: list[tuple[Polynomial, Polynomial]] = []
        rest: Polynomial = {}
        for monomial, coefficient in matrix.items():
            reached, first = self._reach(monomial, row, 0)
            second = [f for f in monomial if f not in first]
            if column in reached or not first or not any(column in a.frees for a, _ in second):
                rest[monomial] = coefficient
                continue
            outer.append((self.product(first), self.product(second, coefficient)))
        if len(outer) != 2 or len(rest) != 1 or not self._known_invertible(rest, formals):
            return None

        def form(left: Polynomial, right: Polynomial) -> Polynomial:
            a, b = self.fresh_like(row), self.fresh_like(row)
            inverse = self.inverse(rest, formals, a, b)
            ends = self.times(self.rename(left, {column: a}), self.rename(right, {row: b}))
            return self.sum_over((a, b), self.times(inverse, ends))

        (u, v), (p, q) = outer
        diagonal = self.times(plus({(): 1}, form(v, u)), plus({(): 1}, form(q, p)))
        crossed = scaled(self.times(form(v, p), form(q, u)), -1)
        return self.times(self.determinant(rest, formals), plus(diagonal, crossed))

    def _known_invertible(self, matrix: Polynomial, formals: tuple[int, ...]) -> bool:
        diagonal = self._without_delta(matrix, formals)
        if diagonal is not None:
            return self.sign_of(diagonal) == 1
        found = single(matrix)
        if not found or found[1] != 1:
            return False
        name = found[0].head
        return found[0].kind == ELEMENT and (
            name in self.inverted_names
            or not self.structures.get(name, frozenset()).isdisjoint(
                ("invertible", "spd", "orthogonal")
            )
        )
