"""Entries of matrices: symbols with structure, inverses, determinants, abstract functions.

Also the one traversal that renames indices or replaces symbol entries, rebuilding every atom
through its normal form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivcheck.symbolic.matrix.arithmetic import accumulate, constant, scaled, single
from derivcheck.symbolic.matrix.atoms import (
    ABSTRACT,
    APART,
    DELTA,
    DETERMINANT,
    ELEMENT,
    EXP,
    EXTREME,
    FUNCTION,
    GENERAL_POWER,
    INVERSE,
    MATRIX,
    POWER,
    PRODUCT,
    SUM,
    VALUE,
    Atom,
    Polynomial,
    Rational,
    Undecided,
    frees_of,
    freeze,
    whole,
)
from derivcheck.symbolic.matrix.matrix_functions import MatrixFunctions
from derivcheck.symbolic.matrix.sums import reserved

ElementRule = Callable[[str, tuple[int, ...]], Polynomial]
Mapping = dict[int, int]


class Matrices(MatrixFunctions):
    """Atoms with indices, and their rewriting."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.aliases: dict[str, str] = {}
        self.replacements: dict[str, ElementRule] = {}
        self.divided_products = False
        """Whether a derivative divided by the factors of a product over an index."""

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
        if kind == SUM and rule is None:
            renamed = self._sum_renamed(atom, mapping)
            if renamed is not None:
                return renamed
        if kind == VALUE:
            moved = self.moved.get(indices[0])
            return self.value(indices[0], atom.head) if moved is None else moved
        if kind == APART:
            return self.apart(*indices)
        if kind == MATRIX:
            formals, [matrix] = self._inside(atom, (atom.head[1],) * 2, mapping, rule)
            return self.matrix_function(atom.head[0], matrix, formals, indices)
        if kind == PRODUCT:
            (over,), [body] = self._inside(atom, (atom.head,), mapping, rule)
            return self.product_over(over, body)
        if kind == SUM:
            new_indices, [body] = self._inside(atom, atom.head, mapping, rule)
            return self.sum_over(new_indices, body)
        if kind == INVERSE:
            formals, [matrix] = self._inside(atom, (atom.head,) * 2, mapping, rule)
            if self._same(atom, formals, matrix):
                return self.inverse_entry(atom, indices)
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

    def _sum_renamed(self, atom: Atom, mapping: Mapping) -> Polynomial | None:
        """A sum under other names that stay apart: nothing in it can merge, only its order changes.

        Opening it and closing it again would go through its body twice, and so twice at each
        level of sums within sums. None where names meet.
        """
        [(inside, _)] = atom.polys[0]
        if self.moved or any(a.kind in (VALUE, APART) or self.is_condition(a) for a, _ in inside):
            return None  # comparisons of other indices may be decided
        own = {i: mapping[i] for i in atom.frees if i in mapping}
        taken = {*atom.bound, *(i for i in atom.frees if i not in own)}
        new = set(own.values())
        if len(new) < len(own) or min(new, default=0) < 0 or not new.isdisjoint(taken):
            return None
        body = self.rewrite(dict(atom.polys[0]), own, None, {})
        if len(body) != 1:
            return None
        [(factors, scale)] = body.items()
        # inside an atom the numbers of bound indices have no dimension of their own
        self._dims.update(zip(atom.bound, atom.head, strict=True))
        try:
            coefficient, total = self._close(atom.bound, factors)
        finally:
            for index in atom.bound:
                del self._dims[index]
        return {((total, 1),): whole(coefficient * scale)}

    def _same(self, atom: Atom, formals: tuple[int, ...], matrix: Polynomial) -> bool:
        if self.at_point or self.expand_literals:
            return False
        mapping = dict(zip(formals, atom.bound, strict=True))
        return freeze(self.rename(matrix, mapping)) == atom.polys[0]

    # products over an index

    def product_over(self, index: int, poly: Polynomial) -> Polynomial:
        """The product of ``poly`` over all values of an index."""
        size = self.size(self.dim_of_name(self.dim(index)))
        if index not in frees_of(poly):
            return self.general_power(poly, size)
        if len(poly) > 1:
            return self._by_place(index, poly) or self._closed_product(index, poly)
        [(monomial, coefficient)] = poly.items()
        result = self.general_power(constant(coefficient), size)
        for atom, exponent in monomial:
            value: Polynomial = {((atom, exponent),): 1}
            if index not in atom.frees:
                part = self.general_power(value, size)
            elif atom.kind == EXP:
                exponents = scaled(dict(atom.polys[0]), exponent)
                part = self.exp(self.sum_over((index,), exponents))
            elif atom.kind == POWER:
                part = self.power(self._closed_product(index, self.value_of(atom)), exponent)
            else:
                part = self.power(self._closed_product(index, {((atom, 1),): 1}), exponent)
            result = self.times(result, part)
        return result

    def _by_place(self, index: int, poly: Polynomial) -> Polynomial | None:
        """A product that has factors p at one place i and q elsewhere: ``p(i)/q(i)`` times that
        of q, where q(i) exists."""
        for other in sorted({i for m in poly for a, _ in m if a.kind == APART for i in a.indices}):
            parts = self.two_cases(poly, index, other)
            if parts is None:
                continue
            try:
                here = self.rename(parts[0], {index: other})
                below = self.power(here, -1)
            except Undecided:
                continue
            self.divided_products = True
            place = self.rename(parts[1], {index: other})
            return self.product_of(place, below, self.product_over(index, parts[0]))
        return None

    def two_cases(
        self, poly: Polynomial, index: int, other: int
    ) -> tuple[Polynomial, Polynomial] | None:
        """(q, p) for ``apart(index, other)*q + delta(index, other)*p``, else None."""
        pair = {index, other}
        if len(pair) < 2:
            return None
        cases: tuple[Polynomial, Polynomial] = ({}, {})
        for monomial, coefficient in poly.items():
            marks = [a for a, _ in monomial if set(a.indices) == pair]
            marks = [a for a in marks if a.kind in (APART, DELTA)]
            if len(marks) != 1:
                return None
            rest = self.product([f for f in monomial if f[0] is not marks[0]], coefficient)
            accumulate(cases[marks[0].kind == DELTA], rest)
        return cases

    def _closed_product(self, index: int, poly: Polynomial) -> Polynomial:
        dim = self.dim(index)
        bound, closed = self.bind(poly, (index,))
        return {((self.atom(PRODUCT, dim, (), bound, (closed,)), 1),): 1}

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
        bound, closed = self.bind(body, formals)
        return {((self.atom(EXTREME, head, (), bound, (closed,)), 1),): 1}
