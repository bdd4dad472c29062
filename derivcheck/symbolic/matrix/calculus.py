"""Formal differentiation of index polynomials."""

from __future__ import annotations

from derivcheck.symbolic.matrix.arithmetic import accumulate, plus, scaled
from derivcheck.symbolic.matrix.atoms import (
    ABSTRACT,
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
    Polynomial,
    Undecided,
    whole,
)
from derivcheck.symbolic.matrix.matrices import ElementRule, Matrices

Seeds = dict[str, ElementRule]

_JUMPS = frozenset({"sgn", "usgn", "step", "zero"})


class Calculus(Matrices):
    """Derivatives; ``seeds`` give the differential of each entry of a varying symbol."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.kinks: list[tuple[str, Polynomial]] = []
        self._symbols: dict[Atom, frozenset[str]] = {}

    def symbols_of(self, atom: Atom) -> frozenset[str]:
        """Names of the symbols whose entries occur in the atom."""
        known = self._symbols.get(atom)
        if known is None:
            if atom.kind == ELEMENT:
                known = frozenset((atom.head,))
            else:
                known = frozenset(
                    name
                    for poly in atom.polys
                    for monomial, _ in poly
                    for inner, _ in monomial
                    for name in self.symbols_of(inner)
                )
            self._symbols[atom] = known
        return known

    def derivative(self, poly: Polynomial, seeds: Seeds) -> Polynomial:
        """The differential of ``poly``."""
        return self._derivative(poly, seeds, {})

    def _derivative(
        self, poly: Polynomial, seeds: Seeds, memo: dict[Atom, Polynomial]
    ) -> Polynomial:
        result: Polynomial = {}
        names = seeds.keys()
        for monomial, coefficient in poly.items():
            for atom, exponent in monomial:
                if self.symbols_of(atom).isdisjoint(names):
                    continue
                change = memo.get(atom)
                if change is None:
                    change = self._of_atom(atom, seeds, memo)
                    memo[atom] = change
                if not change:
                    continue
                rest = [f for f in monomial if f[0] is not atom]
                if exponent != 1:
                    rest.append((atom, whole(exponent - 1)))
                outer = self.product(rest, whole(coefficient * exponent))
                accumulate(result, self.times(outer, change))
        return result

    def _of_atom(self, atom: Atom, seeds: Seeds, memo: dict[Atom, Polynomial]) -> Polynomial:
        kind = atom.kind
        if kind == ELEMENT:
            return seeds[atom.head](atom.head, atom.indices)
        if kind == SUM:
            bound, body = self.open_sum(atom)
            return self.sum_over(bound, self._derivative(body, seeds, memo))
        if kind == EXP:
            return self.times(self.of(atom), self._derivative(dict(atom.polys[0]), seeds, memo))
        if kind == POWER:
            return self._derivative(dict(atom.polys[0]), seeds, memo)
        if kind == GENERAL_POWER:
            return self._of_general_power(atom, seeds, memo)
        if kind == FUNCTION:
            if atom.head[0] in _JUMPS:
                self.kinks.append((atom.head[0], dict(atom.polys[0])))
            changes = [self._derivative(dict(p), seeds, memo) for p in atom.polys]
            if not any(changes):
                return {}
            return plus(
                *(
                    self.times(partial, change)
                    for partial, change in zip(self.partials(atom), changes, strict=True)
                    if change
                )
            )
        if kind == INVERSE:
            a, b = self.renewed((atom.head,) * 2)
            change = self._matrix_change(atom, a, b, seeds, memo)
            i, j = atom.indices
            left = self.of(self._with_indices(atom, i, a))
            right = self.of(self._with_indices(atom, b, j))
            return scaled(self.sum_over((a, b), self.product_of(left, right, change)), -1)
        if kind == DETERMINANT:
            a, b = self.renewed((atom.head,) * 2)
            change = self._matrix_change(atom, a, b, seeds, memo)
            mapping = dict(zip(atom.bound, self.renewed((atom.head,) * 2), strict=True))
            matrix = self.rename(dict(atom.polys[0]), mapping)
            inverse = self.inverse(matrix, tuple(mapping.values()), b, a)
            return self.times(self.of(atom), self.sum_over((a, b), self.times(inverse, change)))
        if kind == ABSTRACT:
            return self._of_abstract(atom, seeds, memo)
        if kind == EXTREME:
            raise Undecided("index notation: derivative of a largest or smallest entry")
        raise AssertionError(f"unknown atom {atom!r}")

    def _with_indices(self, atom: Atom, i: int, j: int) -> Atom:
        """The same inverse at other indices."""
        [(monomial, _)] = self.inverse_entry(atom, (i, j)).items()
        return monomial[0][0]

    def _matrix_change(
        self, atom: Atom, a: int, b: int, seeds: Seeds, memo: dict[Atom, Polynomial]
    ) -> Polynomial:
        opened = self.rename(dict(atom.polys[0]), dict(zip(atom.bound, (a, b), strict=True)))
        return self._derivative(opened, seeds, memo)

    def _of_general_power(
        self, atom: Atom, seeds: Seeds, memo: dict[Atom, Polynomial]
    ) -> Polynomial:
        base, exponent = dict(atom.polys[0]), dict(atom.polys[1])
        by_base = self.product_of(
            exponent, self.power(base, -1), self._derivative(base, seeds, memo)
        )
        by_exponent = self._derivative(exponent, seeds, memo)
        if by_exponent:
            by_exponent = self.times(by_exponent, self.log(base))
        return self.times(self.of(atom), plus(by_base, by_exponent))

    def _of_abstract(self, atom: Atom, seeds: Seeds, memo: dict[Atom, Polynomial]) -> Polynomial:
        name, slots, dims = atom.head
        result: Polynomial = {}
        start = 0
        for number, group in enumerate(dims):
            formals = atom.bound[start : start + len(group)]
            start += len(group)
            new = self.renewed(group)
            opened = self.rename(dict(atom.polys[number]), dict(zip(formals, new, strict=True)))
            change = self._derivative(opened, seeds, memo)
            if not change:
                continue
            head = (name, (*slots, (number, len(group))), dims)
            again = self.renewed(tuple(d for g in dims for d in g))
            mapping = dict(zip(atom.bound, again, strict=True))
            args = [self.rename(dict(p), mapping) for p in atom.polys]
            slope = self.abstract(head, again, args, [*atom.indices, *new])
            accumulate(result, self.sum_over(new, self.times(slope, change)))
        return result
