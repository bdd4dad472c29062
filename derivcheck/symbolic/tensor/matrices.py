"""Entries of matrices: symbols with structure, inverses, determinants, abstract functions.

Also the one traversal that renames indices or replaces symbol entries, rebuilding every atom
through its normal form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivcheck.symbolic.tensor.arithmetic import accumulate, plus, scaled, single
from derivcheck.symbolic.tensor.atoms import (
    ABSTRACT,
    DELTA,
    DETERMINANT,
    ELEMENT,
    EXP,
    EXTREME,
    FUNCTION,
    GENERAL_POWER,
    INVERSE,
    POWER,
    SUM,
    Atom,
    Frozen,
    Monomial,
    Polynomial,
    Rational,
    Undecided,
    freeze,
    frees_of,
)
from derivcheck.symbolic.tensor.functions import Functions
from derivcheck.symbolic.tensor.sums import reserved

ElementRule = Callable[[str, tuple[int, ...]], Polynomial]
Mapping = dict[int, int]


class Matrices(Functions):
    """Atoms with indices, and their rewriting."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.aliases: dict[str, str] = {}
        self.structures: dict[str, frozenset[str]] = {}
        self.replacements: dict[str, ElementRule] = {}
        self.inverted_names: set[str] = set()

    # symbols

    def element(self, name: str, indices: tuple[int, ...]) -> Polynomial:
        """An entry of a symbol; its structure counts at the point only (last pass)."""
        symmetric = False
        if self.at_point:
            name = self.aliases.get(name, name)
            rule = self.replacements.get(name)
            if rule is not None:
                return rule(name, indices)
            structure = self.structures.get(name)
            if structure and len(indices) == 2:
                i, j = indices
                if "diagonal" in structure and i != j:
                    entry = self.atom(ELEMENT, name, (i, i))
                    return self.times(self.delta(i, j), {((entry, 1),): 1})
                symmetric = "symmetric" in structure or "spd" in structure
                if symmetric:
                    indices = (min(i, j), max(i, j))
        return {((self.atom(ELEMENT, name, indices, symmetric=symmetric), 1),): 1}

    # rewriting

    def rename(self, poly: Polynomial, mapping: Mapping) -> Polynomial:
        """The polynomial with free indices replaced."""
        return self.rewrite(poly, mapping, None, {})

    def rename_atom(self, atom: Atom, mapping: Mapping) -> Polynomial:
        """The atom with free indices replaced."""
        return self.rewrite_atom(atom, mapping, None, {})

    def replace_elements(self, poly: Polynomial, rule: ElementRule) -> Polynomial:
        """The polynomial with every entry of a symbol given anew by ``rule``."""
        return self.rewrite(poly, {}, rule, {})

    def rewrite(
        self,
        poly: Polynomial,
        mapping: Mapping,
        rule: ElementRule | None,
        memo: dict[Atom, Polynomial],
    ) -> Polynomial:
        """The polynomial with indices and entries replaced, in normal form."""
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
                    new = self.rewrite_atom(atom, mapping, rule, memo)
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
            part = self.product(plain, coefficient)
            for new, exponent in others:
                part = self.times(part, self.power(new, exponent))
            accumulate(result, part)
        return result

    def _inside(
        self, atom: Atom, dims: tuple[str, ...], mapping: Mapping, rule: ElementRule | None
    ) -> tuple[tuple[int, ...], list[Polynomial]]:
        """The bound indices of a binder, renewed, and its polynomials, rewritten."""
        new = self.renewed(dims)
        inner = {**mapping, **dict(zip(atom.bound, new, strict=True))}
        memo: dict[Atom, Polynomial] = {}
        return new, [self.rewrite(dict(p), inner, rule, memo) for p in atom.polys]

    def open_sum(self, atom: Atom) -> tuple[tuple[int, ...], Polynomial]:
        """The bound indices, renewed, and the body of a SUM atom."""
        new, [body] = self._inside(atom, atom.head, {}, None)
        return new, body

    def rewrite_atom(
        self,
        atom: Atom,
        mapping: Mapping,
        rule: ElementRule | None,
        memo: dict[Atom, Polynomial],
    ) -> Polynomial:
        """One atom with indices and entries replaced."""
        kind = atom.kind
        indices = tuple(mapping.get(i, i) for i in atom.indices)
        if kind == ELEMENT:
            if rule is not None:
                return rule(atom.head, indices)
            if atom.symmetric and indices[0] > indices[1]:
                indices = indices[::-1]
            if indices == atom.indices:
                return {((atom, 1),): 1}
            new = self.atom(ELEMENT, atom.head, indices, symmetric=atom.symmetric)
            return {((new, 1),): 1}
        if kind == DELTA:
            return self.delta(*indices)
        if kind == SUM:
            new_indices, [body] = self._inside(atom, atom.head, mapping, rule)
            return self.sum_over(new_indices, body)
        if kind == INVERSE:
            formals, [matrix] = self._inside(atom, (atom.head,) * 2, mapping, rule)
            if self._same(atom, formals, matrix):
                return self._inverse_atom(atom, indices)
            return self.inverse(matrix, formals, indices[0], indices[1])
        if kind == DETERMINANT:
            formals, [matrix] = self._inside(atom, (atom.head,) * 2, mapping, rule)
            if self._same(atom, formals, matrix):
                return {((atom, 1),): 1}
            return self.determinant(matrix, formals)
        if kind == ABSTRACT:
            dims = tuple(d for group in atom.head[2] for d in group)
            formals, args = self._inside(atom, dims, mapping, rule)
            return self.abstract(atom.head, formals, args, list(indices))
        if kind == EXTREME:
            formals, [body] = self._inside(atom, atom.head[1], mapping, rule)
            return self.extreme(atom.head, formals, body)
        if not atom.polys:
            return {((atom, 1),): 1}
        args = [self.rewrite(dict(p), mapping, rule, memo) for p in atom.polys]
        if kind == EXP:
            return self.exp(args[0])
        if kind == POWER:
            return args[0]
        if kind == GENERAL_POWER:
            return self.general_power(args[0], args[1])
        if kind == FUNCTION:
            return self.function(atom.head[0], tuple(args), atom.head[1])
        raise AssertionError(f"unknown atom {atom!r}")

    def _same(self, atom: Atom, formals: tuple[int, ...], matrix: Polynomial) -> bool:
        if self.at_point or self.expand_literals:
            return False
        mapping = dict(zip(formals, atom.bound, strict=True))
        return freeze(self.rename(matrix, mapping)) == atom.polys[0]

    def _inverse_atom(self, atom: Atom, indices: tuple[int, ...]) -> Polynomial:
        if atom.symmetric and indices[0] > indices[1]:
            indices = indices[::-1]
        new = self.atom(
            INVERSE, atom.head, indices, atom.bound, atom.polys, symmetric=atom.symmetric
        )
        return {((new, 1),): 1}

    def bare(self, atom: Atom) -> Atom:
        """An inverse without its indices: what two of its entries share."""
        return self.atom(INVERSE, atom.head, (), atom.bound, atom.polys, symmetric=atom.symmetric)

    # inverses and determinants

    def _bind(self, poly: Polynomial, formals: tuple[int, ...]) -> tuple[tuple[int, ...], Frozen]:
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
        bound, straight = self._bind(matrix, (row, column))
        bound, turned = self._bind(matrix, (column, row))
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
        if len(matrix) == 2:
            lemma = self._rank_one(matrix, formals)
            if lemma is not None:
                return self.times(scale, lemma)
        row, column = formals
        bound, straight = self._bind(matrix, (row, column))
        bound, turned = self._bind(matrix, (column, row))
        if self._order(turned) < self._order(straight):
            straight = turned
        atom = self.atom(DETERMINANT, self.dim(row), (), bound, (straight,))
        return self.times(scale, {((atom, 1),): 1})

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

    # abstract functions and extremes

    def abstract(
        self, head: Any, formals: tuple[int, ...], args: list[Polynomial], indices: list[int]
    ) -> Polynomial:
        """A formal derivative of a scalar function of matrices."""
        name, _, dims = head
        slots = head[1]
        order = [(slot, start) for slot, start in zip(slots, self._starts(slots), strict=True)]
        groups = sorted((slot, tuple(indices[s : s + slot[1]])) for slot, s in order)
        flat = tuple(i for _, group in groups for i in group)
        height = 1 + max((a.height for p in args for m in p for a, _ in m), default=0)
        bound = tuple(reserved(height, k) for k in range(len(formals)))
        mapping = dict(zip(formals, bound, strict=True))
        polys = tuple(freeze(self.rename(p, mapping)) for p in args)
        new_head = (name, tuple(slot for slot, _ in groups), dims)
        return {((self.atom(ABSTRACT, new_head, flat, bound, polys), 1),): 1}

    @staticmethod
    def _starts(slots: tuple[tuple[int, int], ...]) -> list[int]:
        starts, position = [], 0
        for _, count in slots:
            starts.append(position)
            position += count
        return starts

    def extreme(self, head: Any, formals: tuple[int, ...], body: Polynomial) -> Polynomial:
        """The largest or smallest value over the formal indices, opaque."""
        if frees_of(body).isdisjoint(formals):
            return body
        bound, closed = self._bind(body, formals)
        return {((self.atom(EXTREME, head, (), bound, (closed,)), 1),): 1}
