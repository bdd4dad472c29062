"""Numbers and products of syntax taken apart: a coefficient and powers of factors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from decimal import Decimal
from fractions import Fraction

from derivcheck.lang import syntax as S
from derivcheck.records import record

ZERO = S.Number(Fraction(0), "0")
ONE = S.Number(Fraction(1), "1")
_HALF = Fraction(1, 2)


def number(value: Fraction | int, decimal: bool = False) -> S.Syntax:
    """A number; as a decimal where it came from one and ends."""
    value = Fraction(value)
    if value < 0:
        return S.Unary("-", number(-value, decimal))
    if value.denominator == 1:
        return S.Number(value, str(value.numerator))
    if decimal and not without(value.denominator, 2, 5) > 1:
        text = format(Decimal(value.numerator) / Decimal(value.denominator), "f")
        if Fraction(text) == value:
            return S.Number(value, text)
    return S.Binary("/", number(value.numerator), number(value.denominator))


def without(value: int, *primes: int) -> int:
    """A number without these prime factors."""
    for prime in primes:
        while value % prime == 0:
            value //= prime
    return value


def is_zero(node: S.Syntax) -> bool:
    """Whether it is the literal 0."""
    return isinstance(node, S.Number) and node.value == 0


def is_one(node: S.Syntax) -> bool:
    """Whether it is the literal 1."""
    return isinstance(node, S.Number) and node.value == 1


@record(frozen=False)
class Monomial:
    """A number times powers of factors, in the order in which they were met."""

    coefficient: Fraction = Fraction(1)
    powers: dict[S.Syntax, Fraction] = field(default_factory=dict)
    decimal: bool = False

    def times(self, factor: S.Syntax, exponent: Fraction = Fraction(1)) -> None:
        """Multiply by a factor to a power, taking products and quotients apart."""
        match factor:
            case S.Number():
                self.decimal |= "." in factor.text
                if factor.value == 0 and exponent < 0:
                    self.raise_(factor, exponent)
                elif exponent.denominator == 1:
                    self.coefficient *= factor.value ** int(exponent)
                else:
                    self.raise_(factor, exponent)
            case S.Unary(operator="-") if exponent.denominator == 1:
                self.coefficient *= (-1) ** (int(exponent) % 2)
                self.times(factor.operand, exponent)
            case S.Binary(operator="*" | "/") if exponent.denominator == 1:
                self.times(factor.left, exponent)
                self.times(factor.right, exponent if factor.operator == "*" else -exponent)
            case S.Binary(operator="**", right=S.Number()) if (
                exponent.denominator == 1 and factor.right.value.denominator == 1  # type: ignore[attr-defined]
            ):
                self.times(factor.left, exponent * factor.right.value)  # type: ignore[attr-defined]
            case S.Call(function=S.Name("sqrt"), args=(inside,)) if exponent.denominator == 1:
                self.raise_(inside, exponent * _HALF)
            case _:
                self.raise_(factor, exponent)

    def turned_like(self, other: Monomial) -> None:
        """Turn those differences round that ``other`` has the other way round."""
        for base, exponent in tuple(self.powers.items()):
            turned = _turned_difference(base)
            if turned is not None and turned in other.powers and exponent.denominator == 1:
                del self.powers[base]
                self.coefficient *= (-1) ** (int(exponent) % 2)
                self.raise_(turned, exponent)

    def raise_(self, base: S.Syntax, exponent: Fraction) -> None:
        """Multiply by a factor to a power, as it is."""
        turned = _turned_difference(base)
        if turned is not None and turned in self.powers and exponent.denominator == 1:
            base = turned
            self.coefficient *= (-1) ** (int(exponent) % 2)
        power = self.powers.pop(base, Fraction(0)) + exponent
        if power:
            self.powers[base] = power


def _turned_difference(base: S.Syntax) -> S.Syntax | None:
    if isinstance(base, S.Binary) and base.operator == "-":
        return S.Binary("-", base.right, base.left)
    return None


def raised(base: S.Syntax, exponent: Fraction) -> S.Syntax:
    """A power, square roots as such."""
    if exponent == 1:
        return base
    root = S.Call(S.Name("sqrt"), (base,))
    if exponent == _HALF:
        return root
    if exponent.denominator == 2:
        return S.Binary("**", root, S.Number(Fraction(exponent.numerator)))
    return S.Binary("**", base, number(exponent))


def left_product(factors: Iterable[S.Syntax]) -> S.Syntax | None:
    """The elementwise product from the left; None of no factors."""
    found: S.Syntax | None = None
    for factor in factors:
        found = factor if found is None else S.Binary("*", found, factor)
    return found


def in_front(scalar: S.Syntax, node: S.Syntax) -> S.Syntax:
    """A scalar in front of a matrix product: ``2*A @ x`` instead of ``2*(A @ x)``."""
    if isinstance(node, S.Binary) and node.operator == "@":
        return S.Binary("@", in_front(scalar, node.left), node.right)
    return S.Binary("*", scalar, node)


def negated(node: S.Syntax) -> S.Syntax:
    """The opposite, its sign at the first factor: ``-A @ x``; a difference is turned round."""
    turned = _turned(node)
    if turned is not None:
        return turned
    if isinstance(node, S.Binary) and node.operator in ("@", "*", "/"):
        return S.Binary(node.operator, negated(node.left), node.right)
    if isinstance(node, S.Unary) and node.operator == "-":
        return node.operand
    return S.Unary("-", node)


def _turned(node: S.Syntax) -> S.Syntax | None:
    """A product with the first difference among its factors turned round."""
    if not isinstance(node, S.Binary):
        return None
    if node.operator == "-":
        return S.Binary("-", node.right, node.left)
    if node.operator not in ("@", "*", "/"):
        return None
    left = _turned(node.left)
    if left is not None:
        return S.Binary(node.operator, left, node.right)
    right = _turned(node.right) if node.operator != "/" else None
    return None if right is None else S.Binary(node.operator, node.left, right)


def chain(node: S.Syntax) -> list[S.Syntax]:
    """The factors of a matrix product."""
    if isinstance(node, S.Binary) and node.operator == "@":
        return [*chain(node.left), *chain(node.right)]
    return [node]


def joined_chain(factors: list[S.Syntax]) -> S.Syntax:
    """The matrix product from the left."""
    found = factors[0]
    for factor in factors[1:]:
        found = S.Binary("@", found, factor)
    return found
