"""Formal differentiation of index polynomials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from derivcheck.records import record
from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.atoms import (
    Atom,
    Kind,
    Polynomial,
    Undecided,
    atoms_in,
    divide,
    whole,
)
from derivcheck.symbolic.matrix.functions import JUMPS
from derivcheck.symbolic.matrix.indices import Part
from derivcheck.symbolic.matrix.known import ElementRule
from derivcheck.symbolic.matrix.matrix_functions import CHOLESKY, EXPM, OF_TRACE, POWER_OF
from derivcheck.symbolic.matrix.ring import accumulate, plus, scaled

Seeds = dict[str, ElementRule]


@record(frozen=False, eq=False)
class Variation:
    """What varies, and the changes of atoms that are known by now."""

    seeds: Seeds
    memo: dict[Atom, Polynomial] = field(default_factory=dict)


class Calculus(Part):
    """Derivatives; ``seeds`` give the differential of each entry of a varying symbol."""

    def __init__(self, algebra: Algebra) -> None:
        super().__init__(algebra.indices)
        self.functions = algebra.functions
        self.symbols = algebra.symbols
        self.sums = algebra.sums
        self.inverses = algebra.inverses
        self.matrix_functions = algebra.matrix_functions
        self.products = algebra.products
        self.triangles = algebra.triangles
        self.unspecified = algebra.unspecified

    def derivative(self, poly: Polynomial, seeds: Seeds) -> Polynomial:
        """The differential of ``poly``."""
        return self._derivative(poly, Variation(seeds))

    def _derivative(self, poly: Polynomial, varied: Variation) -> Polynomial:
        result: Polynomial = {}
        names, memo = varied.seeds.keys(), varied.memo
        for monomial, coefficient in poly.items():
            for atom, exponent in monomial:
                if self.symbols.names_in(atom).isdisjoint(names):
                    continue
                change = memo.get(atom)
                if change is None:
                    change = _RULES[atom.kind](self, atom, varied)
                    memo[atom] = change
                if not change:
                    continue
                rest = [f for f in monomial if f[0] is not atom]
                if exponent != 1:
                    rest.append((atom, whole(exponent - 1)))
                outer = self.ring.product(rest, whole(coefficient * exponent))
                accumulate(result, self.ring.times(outer, change))
        return result

    def _of_sum(self, atom: Atom, varied: Variation) -> Polynomial:
        bound, body = self.sums.open_sum(atom)
        return self.sums.sum_over(bound, self._derivative(body, varied))

    def _of_exponential(self, atom: Atom, varied: Variation) -> Polynomial:
        return self.ring.times(self.ring.of(atom), self._of_power(atom, varied))

    def _of_power(self, atom: Atom, varied: Variation) -> Polynomial:
        return self._derivative(dict(atom.polys[0]), varied)

    def _of_function(self, atom: Atom, varied: Variation) -> Polynomial:
        if atom.head[0] in JUMPS:
            self.met.kinks.append((atom.head[0], dict(atom.polys[0])))
        result: Polynomial = {}
        for position, poly in enumerate(atom.polys):
            change = self._derivative(dict(poly), varied)
            if change:
                slope = self.functions.partial(atom, position)
                accumulate(result, self.ring.times(slope, change))
        return result

    def _of_inverse(self, atom: Atom, varied: Variation) -> Polynomial:
        """``-inv(M) @ dM @ inv(M)``."""
        (a, b), matrix = self.substitution.matrix_in(atom)
        i, j = atom.indices
        left, right = (self.inverses.inverse_entry(atom, ends) for ends in ((i, a), (b, j)))
        product = self.ring.product_of(left, right, self._derivative(matrix, varied))
        return scaled(self.sums.sum_over((a, b), product), -1)

    def _of_determinant(self, atom: Atom, varied: Variation) -> Polynomial:
        """``det(M)*tr(inv(M) @ dM)``."""
        self.met.varied_determinants = True
        (a, b), matrix = self.substitution.matrix_in(atom)
        change = self._derivative(matrix, varied)
        inverse = self.inverses.of_matrix_in(atom, b, a)
        return self.ring.times(
            self.ring.of(atom), self.sums.sum_over((a, b), self.ring.times(inverse, change))
        )

    def _of_matrix_function(self, atom: Atom, varied: Variation) -> Polynomial:
        """Of the trace of an exponential; of an exponential where the change commutes with it."""
        name, dim = atom.head
        (a, b), matrix = self.substitution.matrix_in(atom)
        exponent = [dict(poly) for poly in atom.polys[1:]]
        if name in OF_TRACE:
            change = self._derivative(matrix, varied)
            less = [plus(poly, {(): -1}) for poly in exponent]
            slope = self.matrix_functions.of_matrix_in(atom, OF_TRACE[name], (b, a), *less)
            total = self.sums.sum_over((a, b), self.ring.times(slope, change))
            return self.ring.product_of(*exponent, total)
        outside, core = self.inverses.scalar_content(matrix, (a, b))
        if name == EXPM and all(
            self.symbols.names_in(inner).isdisjoint(varied.seeds) for m in core for inner, _ in m
        ):
            i, j = atom.indices
            (middle,) = self.space.renewed((dim,))
            # they commute; spelled out, a vector product stands to the left
            is_left = self.sums.strategy.expand_literals
            ends = {a: i, b: middle} if is_left else {a: middle, b: j}
            there = self.substitution.rename(core, ends)
            places = (middle, j) if is_left else (i, middle)
            own = self.matrix_functions.of_matrix_in(atom, EXPM, places)
            product = self.sums.sum_over((middle,), self.ring.times(own, there))
            return self.ring.times(self._derivative(outside, varied), product)
        if name == CHOLESKY:

            def change_at(row: int, column: int) -> Polynomial:
                return self._derivative(self.substitution.at(atom, (row, column)), varied)

            return self.triangles.change_of_factor(atom, change_at)
        if name == POWER_OF:
            [power] = exponent
            return self._of_entry_of_power(atom, (a, b), power, self._derivative(matrix, varied))
        raise Undecided(f"index notation: the derivative of {name} by a matrix, but for its trace")

    def _of_entry_of_power(
        self, atom: Atom, inner: tuple[int, int], power: Polynomial, change: Polynomial
    ) -> Polynomial:
        """The sum over r < k of ``matrix_power(M, r) @ dM @ matrix_power(M, k - 1 - r)``; of a
        power -k less that of ``matrix_power(M, -1 - r) @ dM @ matrix_power(M, r - k)``."""
        for sign in (1, -1):
            count = self.ring.as_dim(scaled(power, sign))
            if count is not None and count.least is not None and count.least >= 0:
                break
        else:
            raise Undecided("index notation: the derivative of a power that counts to no size")
        turn = self.space.fresh(count)
        before = scaled(self.indices.value(turn), sign)
        if sign < 0:
            before = plus(before, {(): -1})
        after = plus(power, scaled(before, -1), {(): -1})
        (i, j), (a, b) = atom.indices, inner
        left, right = (
            self.matrix_functions.of_matrix_in(atom, POWER_OF, ends, times)
            for ends, times in (((i, a), before), ((b, j), after))
        )
        total = self.sums.sum_over((turn, a, b), self.ring.product_of(left, change, right))
        return scaled(total, sign)

    def _of_product(self, atom: Atom, varied: Variation) -> Polynomial:
        """The product times the sum of ``d(factor)/factor``, where no factor is zero."""
        (over,), [body] = self.substitution.opened(atom, (atom.head,))
        change = self._derivative(body, varied)
        self.met.divided_products = True
        ratio = self._ratio(change, body, over)
        return self.ring.times(self.ring.of(atom), self.sums.sum_over((over,), ratio))

    def _ratio(self, change: Polynomial, poly: Polynomial, over: int) -> Polynomial:
        """``change/poly``, case by case where ``poly`` says one thing at a value of the index and
        another elsewhere."""
        for other, elsewhere, here in self.products.cases_of_place(poly, over):
            # times() meets apart(i, j) before delta(i, j) could rename into a pole
            differ = self.ring.times(self.indices.apart(over, other), change)
            result = self._quotient(differ, elsewhere)
            if here:
                equal = self.ring.times(self.indices.delta(over, other), change)
                result = plus(result, self._quotient(equal, here))
            return result
        return self._quotient(change, poly)

    def _quotient(self, above: Polynomial, below: Polynomial) -> Polynomial:
        """``above/below``; common factors meet before anything is multiplied out."""
        outside, inside = self.powers.split_content(below, sign=True)
        [(monomial, coefficient)] = outside.items()
        divisor = [(atom, whole(-exponent)) for atom, exponent in monomial]
        result: Polynomial = {}
        for term, weight in above.items():
            part = self.ring.product([*term, *divisor], divide(weight, coefficient))
            accumulate(result, part)
        return self.ring.times(result, self.powers.power(inside, -1))

    def _of_extreme(self, atom: Atom, varied: Variation) -> Polynomial:
        """The change of the entry that is the largest (smallest).

        Only for derivatives by single entries, and entries that each depend on one of them: where
        two are the largest the derivative exists only if it is zero, and then this is so, too.
        Several such functions together may have one all the same: ``max(x) + min(x)`` of two
        entries is their sum.
        """
        dims = atom.head[1]
        new = self.space.renewed(dims)
        body = self.substitution.at(atom, new)
        for name in varied.seeds:
            if name not in self.met.units:
                raise Undecided("index notation: derivative of a largest or smallest entry")
        if not self._only_at(body, frozenset(varied.seeds), new):
            raise Undecided("index notation: derivative of a largest or smallest entry")
        self._note_extreme(atom, body, frozenset(varied.seeds), new)
        change = self._derivative(body, varied)
        here = self.functions.function("zero", (plus(body, scaled(self.ring.of(atom), -1)),))
        return self.sums.sum_over(new, self.ring.times(here, change))

    def _note_extreme(
        self, atom: Atom, body: Polynomial, names: frozenset[str], places: tuple[int, ...]
    ) -> None:
        """Note the largest entry that is differentiated, and whether a line along a variable meets
        but one such: all its indices are then those of the entry that varies."""
        if self.met.claim_indices.issuperset(atom.frees):
            self.met.extremes[atom] = True
            return
        varying = [a for a in atoms_in(body) if a.kind == Kind.ELEMENT and a.head in names]
        roles = sorted((a.mask, tuple(i in places for i in a.indices)) for a in varying)
        self.met.extremes[atom.mask, tuple(roles)] = all(
            atom.frees.issubset(a.indices) for a in varying
        )

    def _only_at(self, poly: Polynomial, names: frozenset[str], places: tuple[int, ...]) -> bool:
        return all(
            (tuple(i for i in atom.indices if i in places) == places)
            if atom.kind == Kind.ELEMENT and atom.head in names
            else self.symbols.names_in(atom).isdisjoint(names)
            or (
                atom.kind in (Kind.FUNCTION, Kind.EXP, Kind.POWER, Kind.GENERAL_POWER)
                and all(self._only_at(dict(p), names, places) for p in atom.polys)
            )
            for monomial in poly
            for atom, _ in monomial
        )

    def _of_general_power(self, atom: Atom, varied: Variation) -> Polynomial:
        base, exponent = dict(atom.polys[0]), dict(atom.polys[1])
        by_base = self.ring.product_of(
            exponent, self.powers.power(base, -1), self._derivative(base, varied)
        )
        by_exponent = self._derivative(exponent, varied)
        if by_exponent:
            by_exponent = self.ring.times(by_exponent, self.functions.log(base))
        return self.ring.times(self.ring.of(atom), plus(by_base, by_exponent))

    def _of_abstract(self, atom: Atom, varied: Variation) -> Polynomial:
        name, slots, dims = atom.head
        new, args = self.substitution.opened(atom, tuple(d for group in dims for d in group))
        result: Polynomial = {}
        start = 0
        for number, group in enumerate(dims):
            places = new[start : start + len(group)]
            start += len(group)
            change = self._derivative(args[number], varied)
            if change:
                head = (name, (*slots, (number, len(group))), dims)
                slope = self.unspecified.abstract(head, new, args, [*atom.indices, *places])
                accumulate(result, self.sums.sum_over(places, self.ring.times(slope, change)))
        return result


_RULES: dict[int, Callable[[Calculus, Atom, Variation], Polynomial]] = {
    Kind.ELEMENT: lambda _, atom, varied: varied.seeds[atom.head](atom.head, atom.indices),
    Kind.SUM: Calculus._of_sum,
    Kind.EXP: Calculus._of_exponential,
    Kind.POWER: Calculus._of_power,
    Kind.GENERAL_POWER: Calculus._of_general_power,
    Kind.FUNCTION: Calculus._of_function,
    Kind.INVERSE: Calculus._of_inverse,
    Kind.DETERMINANT: Calculus._of_determinant,
    Kind.ABSTRACT: Calculus._of_abstract,
    Kind.MATRIX: Calculus._of_matrix_function,
    Kind.PRODUCT: Calculus._of_product,
    Kind.EXTREME: Calculus._of_extreme,
}
"""The differential of an atom of each kind that can depend on symbols."""
