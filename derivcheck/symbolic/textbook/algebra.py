"""Sums and products of syntax, tidied as they are built: signs, numbers, cancelled factors.

Products are elementwise; :meth:`Algebra.matmul` is the matrix product. Cancelling may lose
points at which both sides were undefined, never change a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from derivcheck.lang import syntax as S
from derivcheck.lang.nodes import ONE as ONE_DIM
from derivcheck.lang.nodes import Shape, columns_of
from derivcheck.symbolic.textbook.monomial import (
    ONE,
    ZERO,
    Monomial,
    chain,
    in_front,
    is_zero,
    joined_chain,
    left_product,
    negated,
    number,
    raised,
    without,
)


class Algebra:
    """Builds syntax; ``shape`` tells vectors and matrices from scalars."""

    def __init__(
        self, shape: Callable[[S.Syntax], Shape], is_symmetric: Callable[[S.Syntax], bool]
    ) -> None:
        self.shape = shape
        self.is_symmetric = is_symmetric

    def is_array(self, node: S.Syntax) -> bool:
        """Whether it is a vector or matrix."""
        return bool(self.shape(node))

    def is_column(self, node: S.Syntax) -> bool:
        """Whether it is a vector."""
        shape = self.shape(node)
        return bool(shape) and columns_of(shape) == ONE_DIM

    def monomial(self, *factors: S.Syntax, under: S.Syntax | None = None) -> Monomial:
        """Factors taken apart, scalars of matrix products among them."""
        found = Monomial()
        for factor in factors:
            found.times(factor)
        if under is not None:
            found.times(under, Fraction(-1))
        for base in [b for b in found.powers if isinstance(b, S.Binary) and b.operator == "@"]:
            first, *rest = chain(base)
            inner = Monomial()
            inner.times(first)
            scalars = [b for b in inner.powers if not self.is_array(b)]
            if found.powers[base] != 1 or (not scalars and inner.coefficient == 1):
                continue
            del found.powers[base]
            for scalar in scalars:
                found.raise_(scalar, inner.powers.pop(scalar))
            found.coefficient *= inner.coefficient
            found.decimal |= inner.decimal
            inner.coefficient = Fraction(1)
            found.raise_(joined_chain([self.joined(inner), *rest]), Fraction(1))
        return found

    def product(self, *factors: S.Syntax) -> S.Syntax:
        """The elementwise product."""
        return self.joined(self.monomial(*factors))

    def quotient(self, over: S.Syntax, under: S.Syntax) -> S.Syntax:
        """The elementwise quotient."""
        return self.joined(self.monomial(over, under=under))

    def power(self, base: S.Syntax, exponent: S.Syntax) -> S.Syntax:
        """A power."""
        return ONE if is_zero(exponent) else self.product(S.Binary("**", base, exponent))

    def combined(self, operator: str, left: S.Syntax, right: S.Syntax) -> S.Syntax:
        """What an operator but ``**`` makes of two sides."""
        match operator:
            case "*":
                return self.product(left, right)
            case "/":
                return self.quotient(left, right)
            case "@":
                return self.matmul(left, right)
        return self.total(left, right if operator == "+" else self.negative(right))

    def negative(self, node: S.Syntax) -> S.Syntax:
        """The opposite."""
        return self.product(number(-1), node)

    def joined(self, found: Monomial) -> S.Syntax:
        """A monomial as syntax: number and scalars in front, one fraction bar."""
        if found.coefficient == 0:
            return ZERO
        sign, size = found.coefficient < 0, abs(found.coefficient)
        over: list[S.Syntax] = []
        under: list[S.Syntax] = []
        if found.decimal and not without(size.denominator, 2, 5) > 1:
            over += [] if size == 1 else [number(size, decimal=True)]
        else:
            over += [] if size.numerator == 1 else [number(size.numerator)]
            under += [] if size.denominator == 1 else [number(size.denominator)]
        arrays: list[S.Syntax] = []
        for base, exponent in found.powers.items():
            if exponent < 0:
                under.append(raised(base, -exponent))
            elif self.is_array(base):
                arrays.append(raised(base, exponent))
            else:
                over.append(raised(base, exponent))
        scalar, array = left_product(over), left_product(arrays)
        if array is None:
            top = scalar or ONE
        elif scalar is None:
            top = array
        else:
            top = (
                in_front(scalar, array)
                if len(arrays) == 1
                else left_product((*over, *arrays)) or ONE
            )
        if sign:
            top = negated(top)
        bottom = left_product(under)
        return top if bottom is None else S.Binary("/", top, bottom)

    def total(self, *terms: S.Syntax) -> S.Syntax:
        """The sum: like terms collected, a positive term first."""
        collected: dict[tuple[tuple[S.Syntax, Fraction], ...], Monomial] = {}
        for term in _terms(terms):
            one = self.monomial(term)
            key = tuple(sorted(one.powers.items(), key=repr))
            before = collected.get(key)
            if before is None:
                collected[key] = one
            else:
                before.coefficient += one.coefficient
                before.decimal |= one.decimal
        left = [one for one in collected.values() if one.coefficient]
        left = self._plain_numbers(left)
        left.sort(key=lambda one: one.coefficient < 0)
        found: S.Syntax | None = None
        for one in left:
            if found is None:
                found = self.joined(one)
                continue
            sign = "-" if one.coefficient < 0 else "+"
            one.coefficient = abs(one.coefficient)
            found = S.Binary(sign, found, self.joined(one))
        return ZERO if found is None else found

    def _plain_numbers(self, terms: list[Monomial]) -> list[Monomial]:
        """``a + ones(n)`` is ``a + 1``, where another term tells the shape."""
        plain = [one for one in terms if not any(map(_is_ones, one.powers))]
        if not any(self.is_array(base) for one in plain for base in one.powers):
            return terms
        for one in terms:
            kept = {base: p for base, p in one.powers.items() if not _is_ones(base)}
            if not any(map(self.is_array, kept)):
                one.powers = kept
        return terms

    def factored(self, terms: Iterable[S.Syntax]) -> S.Syntax:
        """The sum with what all of its terms share in front (or, of matrix products, around)."""
        monomials = [one for one in map(self.monomial, _terms(terms)) if one.coefficient]
        if len(monomials) < 2:
            return self.total(*terms)
        for one in monomials[1:]:
            one.turned_like(monomials[0])
        shared = Monomial()
        for base in tuple(monomials[0].powers):
            exponents = [one.powers.get(base, Fraction(0)) for one in monomials]
            least = min(exponents) if min(exponents) > 0 else max(exponents)
            if (min(exponents) > 0) or (max(exponents) < 0):
                shared.powers[base] = least
                for one in monomials:
                    one.raise_(base, -least)
        coefficients = [abs(one.coefficient) for one in monomials]
        denominator = max(c.denominator for c in coefficients)
        numerator = min(c.numerator for c in coefficients)
        decimal = any(one.decimal for one in monomials)
        whole = all((c * denominator / numerator).denominator == 1 for c in coefficients)
        if whole and not decimal:
            shared.coefficient = Fraction(numerator, denominator)
            for one in monomials:
                one.coefficient /= shared.coefficient
        inner = self._around(monomials)
        shared.raise_(inner, Fraction(1))
        return self.joined(shared)

    def _around(self, monomials: list[Monomial]) -> S.Syntax:
        """Matrix products that begin or end alike: ``A @ x + B @ x`` is ``(A + B) @ x``."""
        chains = []
        for one in monomials:
            arrays = [base for base in one.powers if self.is_array(base)]
            if len(arrays) != 1 or one.powers[arrays[0]] != 1:
                return self.total(*map(self.joined, monomials))
            scalars = Monomial(one.coefficient, dict(one.powers), one.decimal)
            del scalars.powers[arrays[0]]
            chains.append((scalars, chain(arrays[0])))
        first: list[S.Syntax] = []
        last: list[S.Syntax] = []
        while all(len(c) > 1 and c[-1] == chains[0][1][-1] for _, c in chains):
            last.insert(0, chains[0][1][-1])
            for _, c in chains:
                c.pop()
        while all(len(c) > 1 and c[0] == chains[0][1][0] for _, c in chains):
            first.append(chains[0][1][0])
            for _, c in chains:
                c.pop(0)
        middle = self.total(*(self._scaled(scalars, c) for scalars, c in chains))
        return joined_chain([*first, middle, *last])

    def _scaled(self, scalars: Monomial, factors: list[S.Syntax]) -> S.Syntax:
        scalars.raise_(joined_chain(factors), Fraction(1))
        return self.joined(scalars)

    def expanded(self, node: S.Syntax) -> S.Syntax:
        """Products of sums multiplied out, as far as they are few."""
        return self.total(*self._expanded_terms(node))

    def _expanded_terms(self, node: S.Syntax) -> list[S.Syntax]:
        found: list[S.Syntax] = []
        for term in _terms((node,)):
            parts = self.monomial(term)
            terms: list[S.Syntax] = [number(parts.coefficient, parts.decimal)]
            for base, exponent in parts.powers.items():
                inner = [base]
                if exponent == 1 and isinstance(base, S.Binary) and base.operator in "+-":
                    inner = self._expanded_terms(base)
                elif exponent == 1 and isinstance(base, S.Binary) and base.operator == "@":
                    inner = self._expanded_chain(base)
                if len(terms) * len(inner) > 24:
                    inner = [base]
                terms = [
                    self.product(t, i if exponent == 1 else raised(i, exponent))
                    if exponent > 0
                    else self.quotient(t, raised(i, -exponent))
                    for t in terms
                    for i in inner
                ]
            found += terms
        return found

    def _expanded_chain(self, node: S.Syntax) -> list[S.Syntax]:
        found: list[S.Syntax] = []
        for factor in chain(node):
            inner = self._expanded_terms(factor)
            if any(not self.is_array(i) for i in inner) or len(found or [0]) * len(inner) > 24:
                inner = [factor]
            found = [self.matmul(f, i) for f in found for i in inner] if found else inner
        return found

    def matmul(self, left: S.Syntax, right: S.Syntax) -> S.Syntax:
        """The matrix product, its scalars in front; identity matrices go."""
        if not self.is_array(left) or not self.is_array(right):
            return self.product(left, right)
        scalars = Monomial()
        parts = []
        for side in (left, right):
            split = self.monomial(side)
            inner = Monomial()
            scalars.coefficient *= split.coefficient
            scalars.decimal |= split.decimal
            for base, exponent in split.powers.items():
                (inner if self.is_array(base) else scalars).raise_(base, exponent)
            parts.append(self.joined(inner))
        factors = [f for part in parts for f in chain(part) if not _is_identity(f)]
        found = self._diagonals(factors) if factors else parts[0]
        scalars.raise_(found, Fraction(1))
        return self.joined(scalars)

    def _diagonals(self, factors: list[S.Syntax]) -> S.Syntax:
        """``diag(a) @ x`` of two vectors is ``a*x``."""
        *before, last = factors
        while before and isinstance(before[-1], S.Call) and before[-1].function == S.Name("diag"):
            (inside,) = before[-1].args
            if not (self.is_column(inside) and self.is_column(last)):
                break
            before.pop()
            last = self.product(inside, last)
        return joined_chain([*before, last])

    def transposed(self, node: S.Syntax) -> S.Syntax:
        """The transpose."""
        if not self.is_array(node):
            return node
        match node:
            case S.Transposed():
                return node.operand
            case S.Unary(operator="-"):
                return self.negative(self.transposed(node.operand))
            case S.Unary():
                return self.transposed(node.operand)
            case S.Binary(operator="@"):
                return self.matmul(self.transposed(node.right), self.transposed(node.left))
            case S.Binary(operator="*" | "/"):
                sides = self.transposed(node.left), self.transposed(node.right)
                return self.combined(node.operator, *sides)
            case S.Binary(operator="+" | "-"):
                return S.Binary(
                    node.operator, self.transposed(node.left), self.transposed(node.right)
                )
            case S.Call(function=S.Name("inv")):
                inside = self.transposed(node.args[0])
                if inside == node.args[0]:
                    return node
            case S.Call(function=S.Name("eye")):
                return node
            case S.Call(function=S.Name("skew")):
                return self.negative(node)
            case S.Call(function=S.Name("diag"), args=(inside,)) if self.is_column(inside):
                return node
        return node if self.is_symmetric(node) else S.Transposed(node)


def _terms(nodes: Iterable[S.Syntax], sign: int = 1) -> Iterable[S.Syntax]:
    for node in nodes:
        match node:
            case S.Binary(operator="+" | "-"):
                yield from _terms((node.left,), sign)
                yield from _terms((node.right,), sign if node.operator == "+" else -sign)
            case S.Unary(operator="-"):
                yield from _terms((node.operand,), -sign)
            case S.Unary(operator="+"):
                yield from _terms((node.operand,), sign)
            case _:
                yield node if sign > 0 else S.Unary("-", node)


def _is_identity(node: S.Syntax) -> bool:
    return isinstance(node, S.Call) and node.function == S.Name("eye")


def _is_ones(node: S.Syntax) -> bool:
    return isinstance(node, S.Call) and node.function == S.Name("ones")
