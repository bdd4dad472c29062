"""Indices count from 0 in the language and from 1 on a page: what a page prints of each.

An index i of the language is i - 1 on a page, so that ``x[i + k]`` is printed with the subscript
i + k - 1, ``x[n - 1]`` with n, and ``where(i == 0, ...)`` as i = 1.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcheck.lang.syntax import Binary, Name, Number, Subscript, Syntax, Unary, below

ONE = Number(Fraction(1), "1")

IsIndex = Callable[[str], bool]


def index_weight(node: Syntax, is_index: IsIndex) -> int | None:
    """By how much an expression grows when all of its indices grow by one; None if unclear."""
    match node:
        case Number():
            return 0
        case Name():
            return int(is_index(node.id))
        case Unary(operator="-"):
            inner = index_weight(node.operand, is_index)
            return None if inner is None else -inner
        case Binary(operator="+" | "-"):
            left, right = index_weight(node.left, is_index), index_weight(node.right, is_index)
            if left is None or right is None:
                return None
            return left + right if node.operator == "+" else left - right
        case Binary(operator="*", left=Number()):
            inner = index_weight(node.right, is_index)
            factor = node.left.value  # type: ignore[attr-defined]
            return None if inner is None or factor.denominator != 1 else int(factor) * inner
    return None if holds_index(node, is_index) else 0


def holds_index(node: Syntax, is_index: IsIndex) -> bool:
    """Whether an index occurs as a number, that is outside subscripts."""
    if isinstance(node, Name):
        return is_index(node.id)
    if isinstance(node, Subscript):
        return holds_index(node.operand, is_index)
    return any(holds_index(part, is_index) for part in below(node))


def shifted(node: Syntax, by: int) -> Syntax:
    """An expression plus a whole number, numbers added up: ``n - 1`` plus 1 is ``n``."""
    if by == 0:
        return node
    if isinstance(node, Number):
        return _number(node.value + by)
    if isinstance(node, Binary) and node.operator in "+-" and isinstance(node.right, Number):
        value = node.right.value if node.operator == "+" else -node.right.value
        return _plus(node.left, value + by)
    return _plus(node, Fraction(by))


def _plus(node: Syntax, value: Fraction) -> Syntax:
    if value == 0:
        return node
    return Binary("+" if value > 0 else "-", node, _number(abs(value)))


def _number(value: Fraction) -> Number:
    return Number(value, str(value))


def position(node: Syntax, is_index: IsIndex) -> Syntax | None:
    """A subscript of the language as a page counts; None where that is unclear."""
    weight = index_weight(node, is_index)
    return None if weight is None else shifted(node, 1 - weight)


def compared(left: Syntax, right: Syntax, is_index: IsIndex) -> tuple[Syntax, Syntax] | None:
    """Both sides of a comparison of indices as a page counts; None where that is unclear."""
    first, second = index_weight(left, is_index), index_weight(right, is_index)
    if first is None or second is None:
        return None
    return left, shifted(right, first - second)
