"""Indices count from 0 in the language and from 1 on a page: what a page prints of each.

An index i of the language is i - 1 on a page, so that ``x[i + k]`` is printed with the subscript
i + k - 1, ``x[n - 1]`` with n, ``x[i + n*j]`` with i + n (j - 1), ``where(i == 0, ...)`` as i = 1.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcheck.lang.syntax import (
    Binary,
    Name,
    Number,
    Syntax,
    Unary,
    below,
    rebuilt,
    walk,
)

ONE = Number(Fraction(1), "1")

IsIndex = Callable[[str], bool]


def weighed(node: Syntax, is_index: IsIndex) -> tuple[Syntax, int]:
    """A sum whose indices may grow by one, and by how much it grows when they do.

    An index that stands elsewhere than in whole multiples is written i - 1 there.
    """
    match node:
        case Name():
            return node, int(is_index(node.id))
        case Unary(operator="-"):
            inner, weight = weighed(node.operand, is_index)
            return Unary("-", inner), -weight
        case Binary(operator="+" | "-"):
            left, first = weighed(node.left, is_index)
            right, second = weighed(node.right, is_index)
            weight = first + second if node.operator == "+" else first - second
            return Binary(node.operator, left, right), weight
        case Binary(operator="*", left=Number(value=factor)) if factor.denominator == 1:
            inner, weight = weighed(node.right, is_index)
            return Binary("*", node.left, inner), int(factor) * weight
    return _from_one(node, is_index), 0


def _from_one(node: Syntax, is_index: IsIndex) -> Syntax:
    """An expression with i - 1 for each index in its sums, products and powers."""
    match node:
        case Name():
            return Binary("-", node, ONE) if is_index(node.id) else node
        case Unary() | Binary():
            return rebuilt(node, tuple(_from_one(part, is_index) for part in below(node)))
    return node


def shifted(node: Syntax, by: int) -> Syntax:
    """An expression plus a whole number, numbers added up: ``n - 1 - i`` plus 1 is ``n - i``."""
    if by == 0:
        return node
    total = Fraction(by)
    found: Syntax | None = None
    for plus, term in _terms(node):
        if isinstance(term, Number):
            total += term.value if plus else -term.value
        else:
            found = _joined(found, plus, term)
    if found is None:
        return _number(total)
    return _joined(found, total > 0, _number(abs(total))) if total else found


def _terms(node: Syntax, plus: bool = True) -> list[tuple[bool, Syntax]]:
    if isinstance(node, Unary) and node.operator == "-":
        return _terms(node.operand, not plus)
    if isinstance(node, Binary) and node.operator in "+-":
        second = plus if node.operator == "+" else not plus
        return [*_terms(node.left, plus), *_terms(node.right, second)]
    return [(plus, node)]


def _joined(sum_: Syntax | None, plus: bool, term: Syntax) -> Syntax:
    if sum_ is None:
        return term if plus else Unary("-", term)
    return Binary("+" if plus else "-", sum_, term)


def _number(value: Fraction) -> Number:
    return Number(value, str(value))


def position(node: Syntax, is_index: IsIndex) -> Syntax:
    """A subscript of the language as a page counts."""
    base, weight = weighed(node, is_index)
    return shifted(base, 1 - weight)


def end(node: Syntax, is_index: IsIndex) -> Syntax:
    """The upper end of a slice, which the language leaves out and a page does not."""
    base, weight = weighed(node, is_index)
    return shifted(base, -weight)


def compared(left: Syntax, right: Syntax, is_index: IsIndex) -> tuple[Syntax, Syntax] | None:
    """Both sides of a comparison of indices as a page counts; None where that is unclear."""
    sides = [weighed(side, is_index) for side in (left, right)]
    if [side for side, _ in sides] != [left, right] or any(map(_holds_more, (left, right))):
        return None
    (_, first), (_, second) = sides
    return left, shifted(right, first - second)


def _holds_more(node: Syntax) -> bool:
    """Whether something other than sums, products and powers of names and numbers occurs."""
    return any(not isinstance(part, Name | Number | Unary | Binary) for part in walk(node))
