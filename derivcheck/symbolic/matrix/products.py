"""Products over an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivcheck.symbolic.matrix.atoms import Atom, Kind, Polynomial, Undecided, frees_of
from derivcheck.symbolic.matrix.functions import Functions
from derivcheck.symbolic.matrix.indices import Part
from derivcheck.symbolic.matrix.ring import accumulate, constant, scaled
from derivcheck.symbolic.matrix.substitution import Change
from derivcheck.symbolic.matrix.sums import Sums


class Products(Part):
    """Products over all values of an index, taken apart as far as their factors allow."""

    def __init__(self, sums: Sums, functions: Functions) -> None:
        super().__init__(sums.indices)
        self.functions = functions
        self.sums = sums
        self.lemmas: list[Callable[[int, Atom], Polynomial | None]] = []
        """What later parts know of the product of an atom over an index."""
        self.substitution.on(Kind.PRODUCT, self._anew)
        functions.logs[Kind.PRODUCT] = self._log

    def _anew(self, atom: Atom, change: Change) -> Polynomial:
        (over,), [body] = self.substitution.opened(atom, (atom.head,), change)
        return self.product_over(over, body)

    def product_over(self, index: int, poly: Polynomial) -> Polynomial:
        """The product of ``poly`` over all values of an index."""
        size = self.ring.size(self.space.dim_of(index))
        if index not in frees_of(poly):
            return self.functions.general_power(poly, size)
        if len(poly) > 1:
            return self._by_place(index, poly) or self._closed_product(index, poly)
        [(monomial, coefficient)] = poly.items()
        result = self.functions.general_power(constant(coefficient), size)
        for atom, exponent in monomial:
            value: Polynomial = {((atom, exponent),): 1}
            if index not in atom.frees:
                part = self.functions.general_power(value, size)
            elif atom.kind == Kind.EXP:
                exponents = scaled(dict(atom.polys[0]), exponent)
                part = self.functions.exp(self.sums.sum_over((index,), exponents))
            elif atom.kind == Kind.POWER:
                part = self.powers.power(
                    self._closed_product(index, self.powers.value_of(atom)), exponent
                )
            else:
                values = (lemma(index, atom) for lemma in self.lemmas)
                base = next((found for found in values if found is not None), None)
                if base is None:
                    base = self._closed_product(index, {((atom, 1),): 1})
                part = self.powers.power(base, exponent)
            result = self.ring.times(result, part)
        return result

    def _log(self, atom: Atom) -> Polynomial | None:
        """The logarithm of a product of what is positive."""
        (over,), [body] = self.substitution.opened(atom, (atom.head,))
        log = self._log_of_positive(body)
        return None if log is None else self.sums.sum_over((over,), log)

    def _log_of_positive(self, poly: Polynomial) -> Polynomial | None:
        """The logarithm of what is positive, in every case of comparisons of indices."""

        def log(part: Polynomial) -> Polynomial:
            if self.powers.sign_of(part) != 1:
                raise Undecided("index notation: a logarithm of what may be negative")
            return self.functions.log(part)

        if self.powers.sign_of(poly) == 1:
            return self.functions.log(poly)
        return self.powers.by_cases(log, poly)

    def _by_place(self, index: int, poly: Polynomial) -> Polynomial | None:
        """A product that has factors p at one place i and q elsewhere: ``p(i)/q(i)`` times that
        of q, where q(i) exists."""
        for other, elsewhere, here in self.cases_of_place(poly, index):
            try:
                below = self.powers.power(self.substitution.rename(elsewhere, {index: other}), -1)
            except Undecided:
                continue
            self.met.divided_products = True
            place = self.substitution.rename(here, {index: other})
            return self.ring.product_of(place, below, self.product_over(index, elsewhere))
        return None

    def cases_of_place(
        self, poly: Polynomial, index: int
    ) -> Iterator[tuple[int, Polynomial, Polynomial]]:
        """(i, q, p) where ``poly`` is ``apart(index, i)*q + delta(index, i)*p``."""
        places = {i for m in poly for a, _ in m if a.kind == Kind.APART for i in a.indices}
        for other in sorted(places - {index}):
            cases = self._two_cases(poly, {index, other})
            if cases is not None:
                yield other, *cases

    def _two_cases(self, poly: Polynomial, pair: set[int]) -> tuple[Polynomial, Polynomial] | None:
        """(q, p) of a pair of indices; None where nothing asks whether they are equal."""
        cases: tuple[Polynomial, Polynomial] = ({}, {})
        is_marked = False
        for monomial, coefficient in poly.items():
            marks = [a for a, _ in monomial if set(a.indices) == pair]
            marks = [a for a in marks if a.kind in (Kind.APART, Kind.DELTA)]
            if len(marks) > 1:
                return None
            rest = self.ring.product([f for f in monomial if f[0] not in marks], coefficient)
            for equal in (False, True):
                # what has no mark is there in both cases
                if not marks or equal == (marks[0].kind == Kind.DELTA):
                    accumulate(cases[equal], rest)
            is_marked = is_marked or bool(marks)
        return cases if is_marked else None

    def _closed_product(self, index: int, poly: Polynomial) -> Polynomial:
        dim = self.space.dim(index)
        bound, closed = self.substitution.bind((index,), poly)
        return {((self.space.atom(Kind.PRODUCT, dim, (), bound, closed), 1),): 1}
