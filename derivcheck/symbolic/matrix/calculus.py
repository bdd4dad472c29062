"""Formal differentiation of index polynomials."""

from __future__ import annotations

from derivcheck.symbolic.matrix.arithmetic import accumulate, plus, scaled
from derivcheck.symbolic.matrix.atoms import (
    ABSTRACT,
    APART,
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
    Atom,
    Polynomial,
    Undecided,
    divide,
    whole,
)
from derivcheck.symbolic.matrix.matrices import ElementRule, Matrices
from derivcheck.symbolic.matrix.matrix_functions import EXPM, TRACE_EXPM

Seeds = dict[str, ElementRule]

_JUMPS = frozenset({"sgn", "usgn", "step", "zero"})


class Calculus(Matrices):
    """Derivatives; ``seeds`` give the differential of each entry of a varying symbol."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.kinks: list[tuple[str, Polynomial]] = []
        self.units: set[str] = set()
        """Varying symbols whose derivatives are taken entry by entry."""
        self.lines: list[tuple[str, tuple[int, ...]] | None] = []
        """The entries by which derivatives are taken (None: several at once)."""
        self.claim_indices: frozenset[int] = frozenset()
        """The free indices of the claim, and those of the entry that is looked at."""
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
        if kind == MATRIX:
            return self._of_matrix_function(atom, seeds, memo)
        if kind == PRODUCT:
            return self._of_product(atom, seeds, memo)
        if kind == EXTREME:
            return self._of_extreme(atom, seeds, memo)
        raise AssertionError(f"unknown atom {atom!r}")

    def _of_matrix_function(
        self, atom: Atom, seeds: Seeds, memo: dict[Atom, Polynomial]
    ) -> Polynomial:
        """Of the trace of an exponential; of an exponential where the change commutes with it."""
        name, dim = atom.head
        a, b = self.renewed((dim, dim))
        matrix = self.argument(atom, a, b)
        if name == TRACE_EXPM:
            change = self._derivative(matrix, seeds, memo)
            again = self.argument(atom, *(new := self.renewed((dim, dim))))
            slope = self.matrix_function(EXPM, again, new, (b, a))
            return self.sum_over((a, b), self.times(slope, change))
        outside, core = self._scalar_content(matrix, (a, b))
        if name == EXPM and all(
            self.symbols_of(inner).isdisjoint(seeds) for m in core for inner, _ in m
        ):
            i, j = atom.indices
            (middle,) = self.renewed((dim,))
            there = self.rename(core, {a: middle, b: j})
            again = self.argument(atom, *(new := self.renewed((dim, dim))))
            own = self.matrix_function(EXPM, again, new, (i, middle))
            product = self.sum_over((middle,), self.times(own, there))
            return self.times(self._derivative(outside, seeds, memo), product)
        raise Undecided(f"index notation: the derivative of {name} by a matrix, but for its trace")

    def _of_product(self, atom: Atom, seeds: Seeds, memo: dict[Atom, Polynomial]) -> Polynomial:
        """The product times the sum of ``d(factor)/factor``, where no factor is zero."""
        (over,) = self.renewed((atom.head,))
        body = self.rename(dict(atom.polys[0]), {atom.bound[0]: over})
        change = self._derivative(body, seeds, memo)
        if not change:
            return {}
        self.divided_products = True
        ratio = self._ratio(change, body, over)
        return self.times(self.of(atom), self.sum_over((over,), ratio))

    def _ratio(self, change: Polynomial, poly: Polynomial, over: int) -> Polynomial:
        """``change/poly``, case by case where ``poly`` says one thing at a value of the index and
        another elsewhere."""
        for other in sorted({i for m in poly for a, _ in m if a.kind == APART for i in a.indices}):
            cases = self.two_cases(poly, over, other)
            if cases is None:
                continue
            # times() meets apart(i, j) before delta(i, j) could rename into a pole
            result = self._quotient(self.times(self.apart(over, other), change), cases[0])
            if cases[1]:
                equal = self.times(self.delta(over, other), change)
                result = plus(result, self._quotient(equal, cases[1]))
            return result
        return self._quotient(change, poly)

    def _quotient(self, above: Polynomial, below: Polynomial) -> Polynomial:
        """``above/below``; common factors meet before anything is multiplied out."""
        outside, inside = self.split_content(below, sign=True)
        [(monomial, coefficient)] = outside.items()
        divisor = [(atom, whole(-exponent)) for atom, exponent in monomial]
        result: Polynomial = {}
        for term, weight in above.items():
            part = self.product([*term, *divisor], divide(weight, coefficient))
            accumulate(result, part)
        return self.times(result, self.power(inside, -1))

    def _of_extreme(self, atom: Atom, seeds: Seeds, memo: dict[Atom, Polynomial]) -> Polynomial:
        """The change of the entry that is the largest (smallest).

        Only for derivatives by single entries, and entries that each depend on one of them: where
        two are the largest the derivative exists only if it is zero, and then this is so, too.
        """
        dims = atom.head[1]
        new = self.renewed(dims)
        body = self.rename(dict(atom.polys[0]), dict(zip(atom.bound, new, strict=True)))
        for name in seeds:
            if name not in self.units:
                raise Undecided("index notation: derivative of a largest or smallest entry")
        if not self._only_at(body, frozenset(seeds), new):
            raise Undecided("index notation: derivative of a largest or smallest entry")
        change = self._derivative(body, seeds, memo)
        here = self.function("zero", (plus(body, scaled(self.of(atom), -1)),))
        return self.sum_over(new, self.times(here, change))

    def _only_at(self, poly: Polynomial, names: frozenset[str], places: tuple[int, ...]) -> bool:
        return all(
            (atom.indices == places and atom.head in names)
            if atom.kind == ELEMENT and atom.head in names
            else self.symbols_of(atom).isdisjoint(names)
            or (
                atom.kind in (FUNCTION, EXP, POWER, GENERAL_POWER)
                and all(self._only_at(dict(p), names, places) for p in atom.polys)
            )
            for monomial in poly
            for atom, _ in monomial
        )

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
