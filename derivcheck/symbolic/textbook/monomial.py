"""Numbers and products of syntax taken apart: a coefficient and powers of factors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from decimal import Decimal
from fractions import Fraction

from derivcheck.lang.syntax import Binary, Call, Name, Number, Syntax, Unary
from derivcheck.records import record

ZERO = Number(Fraction(0), "0")
ONE = Number(Fraction(1), "1")
_HALF = Fraction(1, 2)


def number(value: Fraction | int, decimal: bool = False) -> Syntax:
    """A number; as a decimal where it came from one and ends."""
    value = Fraction(value)
    if value < 0:
        return Unary("-", number(-value, decimal))
    if value.denominator == 1:
        return Number(value, str(value.numerator))
    if decimal and not without(value.denominator, 2, 5) > 1:
        text = format(Decimal(value.numerator) / Decimal(value.denominator), "f")
        if Fraction(text) == value:
            return Number(value, text)
    return Binary("/", number(value.numerator), number(value.denominator))


def without(value: int, *primes: int) -> int:
    """A number without these prime factors."""
    for prime in primes:
        while value % prime == 0:
            value //= prime
    return value


def is_zero(node: Syntax) -> bool:
    """Whether it is the literal 0."""
    return isinstance(node, Number) and node.value == 0


def is_one(node: Syntax) -> bool:
    """Whether it is the literal 1."""
    return isinstance(node, Number) and node.value == 1


@record(frozen=False)
class Monomial:
    """A number times powers of factors, in the order in which they were met."""

    coefficient: Fraction = Fraction(1)
    powers: dict[Syntax, Fraction] = field(default_factory=dict)
    decimal: bool = False

    def times(self, factor: Syntax, exponent: Fraction = Fraction(1)) -> None:
        """Multiply by a factor to a power, taking products and quotients apart."""
        match factor:
            case Number():
                self.decimal |= "." in factor.text
                if factor.value == 0 and exponent < 0:
                    self.raise_(factor, exponent)
                elif exponent.denominator == 1:
                    self.coefficient *= factor.value ** int(exponent)
                else:
                    self.raise_(factor, exponent)
            case Unary(operator="-") if exponent.denominator == 1:
                self.coefficient *= (-1) ** (int(exponent) % 2)
                self.times(factor.operand, exponent)
            case Binary(operator="*" | "/") if exponent.denominator == 1:
                self.times(factor.left, exponent)
                self.times(factor.right, exponent if factor.operator == "*" else -exponent)
            case Binary(operator="**", right=Number()) if (
                exponent.denominator == 1 and factor.right.value.denominator == 1  # type: ignore[attr-defined]
            ):
                self.times(factor.left, exponent * factor.right.value)  # type: ignore[attr-defined]
            case Call(function=Name("sqrt"), args=(inside,)) if exponent.denominator == 1:
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

    def raise_(self, base: Syntax, exponent: Fraction) -> None:
        """Multiply by a factor to a power, as it is."""
        turned = _turned_difference(base)
        if turned is not None and turned in self.powers and exponent.denominator == 1:
            base = turned
            self.coefficient *= (-1) ** (int(exponent) % 2)
        power = self.powers.pop(base, Fraction(0)) + exponent
        if power:
            self.powers[base] = power


def _turned_difference(base: Syntax) -> Syntax | None:
    if isinstance(base, Binary) and base.operator == "-":
        return Binary("-", base.right, base.left)
    return None


def raised(base: Syntax, exponent: Fraction) -> Syntax:
    """A power, square roots as such."""
    if exponent == 1:
        return base
    root = Call(Name("sqrt"), (base,))
    if exponent == _HALF:
        return root
    if exponent.denominator == 2:
        return Binary("**", root, Number(Fraction(exponent.numerator)))
    return Binary("**", base, number(exponent))


def left_product(factors: Iterable[Syntax]) -> Syntax | None:
    """The elementwise product from the left; None of no factors."""
    found: Syntax | None = None
    for factor in factors:
        found = factor if found is None else Binary("*", found, factor)
    return found


def in_front(scalar: Syntax, node: Syntax) -> Syntax:
    """A scalar in front of a matrix product: ``2*A @ x`` instead of ``2*(A @ x)``."""
    if isinstance(node, Binary) and node.operator == "@":
        return Binary("@", in_front(scalar, node.left), node.right)
    return Binary("*", scalar, node)


def negated(node: Syntax) -> Syntax:
    """The opposite, its sign at the first factor: ``-A @ x``; a difference is turned round."""
    turned = _turned(node)
    if turned is not None:
        return turned
    if isinstance(node, Binary) and node.operator in ("@", "*", "/"):
        return Binary(node.operator, negated(node.left), node.right)
    if isinstance(node, Unary) and node.operator == "-":
        return node.operand
    return Unary("-", node)


def _turned(node: Syntax) -> Syntax | None:
    """A product with the first difference among its factors turned round."""
    if not isinstance(node, Binary):
        return None
    if node.operator == "-":
        return Binary("-", node.right, node.left)
    if node.operator not in ("@", "*", "/"):
        return None
    left = _turned(node.left)
    if left is not None:
        return Binary(node.operator, left, node.right)
    right = _turned(node.right) if node.operator != "/" else None
    return None if right is None else Binary(node.operator, node.left, right)


def chain(node: Syntax) -> list[Syntax]:
    """The factors of a matrix product."""
    if isinstance(node, Binary) and node.operator == "@":
        return [*chain(node.left), *chain(node.right)]
    return [node]


def joined_chain(factors: list[Syntax]) -> Syntax:
    """The matrix product from the left."""
    found = factors[0]
    for factor in factors[1:]:
        found = Binary("@", found, factor)
    return found
