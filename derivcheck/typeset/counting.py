"""Indices count from 0 in the language and from 1 on a page: what a page prints of each.

An index i of the language is i - 1 on a page, so that ``x[i + k]`` is printed with the subscript
i + k - 1, ``x[n - 1]`` with n, ``x[i + n*j]`` with i + n (j - 1), ``where(i == 0, ...)`` as i = 1.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcheck.lang import syntax as S

ONE = S.Number(Fraction(1), "1")

IsIndex = Callable[[str], bool]


def weighed(node: S.Syntax, is_index: IsIndex) -> tuple[S.Syntax, int]:
    """A sum whose indices may grow by one, and by how much it grows when they do.

    An index that stands elsewhere than in whole multiples is written i - 1 there.
    """
    match node:
        case S.Name():
            return node, int(is_index(node.id))
        case S.Unary(operator="-"):
            inner, weight = weighed(node.operand, is_index)
            return S.Unary("-", inner), -weight
        case S.Binary(operator="+" | "-"):
            left, first = weighed(node.left, is_index)
            right, second = weighed(node.right, is_index)
            weight = first + second if node.operator == "+" else first - second
            return S.Binary(node.operator, left, right), weight
        case S.Binary(operator="*", left=S.Number(value=factor)) if factor.denominator == 1:
            inner, weight = weighed(node.right, is_index)
            return S.Binary("*", node.left, inner), int(factor) * weight
    return _from_one(node, is_index), 0


def _from_one(node: S.Syntax, is_index: IsIndex) -> S.Syntax:
    """An expression with i - 1 for each index in its sums, products and powers."""
    match node:
        case S.Name():
            return S.Binary("-", node, ONE) if is_index(node.id) else node
        case S.Unary() | S.Binary():
            return S.rebuilt(node, tuple(_from_one(part, is_index) for part in S.below(node)))
    return node


def shifted(node: S.Syntax, by: int) -> S.Syntax:
    """An expression plus a whole number, numbers added up: ``n - 1 - i`` plus 1 is ``n - i``."""
    if by == 0:
        return node
    total = Fraction(by)
    found: S.Syntax | None = None
    for plus, term in _terms(node):
        if isinstance(term, S.Number):
            total += term.value if plus else -term.value
        else:
            found = _joined(found, plus, term)
    if found is None:
        return _number(total)
    return _joined(found, total > 0, _number(abs(total))) if total else found


def _terms(node: S.Syntax, plus: bool = True) -> list[tuple[bool, S.Syntax]]:
    if isinstance(node, S.Unary) and node.operator == "-":
        return _terms(node.operand, not plus)
    if isinstance(node, S.Binary) and node.operator in "+-":
        second = plus if node.operator == "+" else not plus
        return [*_terms(node.left, plus), *_terms(node.right, second)]
    return [(plus, node)]


def _joined(sum_: S.Syntax | None, plus: bool, term: S.Syntax) -> S.Syntax:
    if sum_ is None:
        return term if plus else S.Unary("-", term)
    return S.Binary("+" if plus else "-", sum_, term)


def _number(value: Fraction) -> S.Number:
    return S.Number(value, str(value))


def position(node: S.Syntax, is_index: IsIndex) -> S.Syntax:
    """A subscript of the language as a page counts."""
    base, weight = weighed(node, is_index)
    return shifted(base, 1 - weight)


def end(node: S.Syntax, is_index: IsIndex) -> S.Syntax:
    """The upper end of a slice, which the language leaves out and a page does not."""
    base, weight = weighed(node, is_index)
    return shifted(base, -weight)


def compared(
    left: S.Syntax, right: S.Syntax, is_index: IsIndex
) -> tuple[S.Syntax, S.Syntax] | None:
    """Both sides of a comparison of indices as a page counts; None where that is unclear."""
    sides = [weighed(side, is_index) for side in (left, right)]
    if [side for side, _ in sides] != [left, right] or any(map(_holds_more, (left, right))):
        return None
    (_, first), (_, second) = sides
    return left, shifted(right, first - second)


def _holds_more(node: S.Syntax) -> bool:
    """Whether something other than sums, products and powers of names and numbers occurs."""
    return any(
        not isinstance(part, S.Name | S.Number | S.Unary | S.Binary) for part in S.walk(node)
    )
