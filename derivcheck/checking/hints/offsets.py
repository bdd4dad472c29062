"""Slips of counting and of order: one too many, swapped, upside down, not conjugated.

As in :mod:`derivcheck.checking.hints.slips`, each yields what a person may have meant; the judges
decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from derivcheck.checking.hints.search import Search
from derivcheck.checking.hints.slips import Slip, Variant, function_name, places
from derivcheck.lang import syntax as S
from derivcheck.lang.functions import lookup
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import to_text
from derivcheck.symbolic.textbook.monomial import number

_PRODUCTS = ("kron", "cross", "outer")


def swapped_arguments(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """Two arguments in the other order: ``kron(A, B)`` for ``kron(B, A)``."""
    for node, put in places(claim):
        if not isinstance(node, S.Call) or len(node.args) != 2 or node.args[0] == node.args[1]:
            continue
        name = function_name(search, node)
        row = lookup(name, 2)
        if name in _PRODUCTS or (row is not None and not row.symmetric):
            other = S.Call(node.function, node.args[::-1])
            yield f"the arguments of `{to_text(node)}` stand in the wrong order", put(other)


def swapped_sizes(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """Two sizes that stand for one another, as n does for m in det(A)**m*det(B)**n."""

    def exchanged(node: S.Syntax, pair: dict[S.Syntax, S.Syntax]) -> S.Syntax:
        other = pair.get(node)
        if other is not None:
            return other
        return S.rebuilt(node, tuple(exchanged(part, pair) for part in S.below(node)))

    for a, b in combinations(sorted(search.builder.scope.dims), 2):
        pair: dict[S.Syntax, S.Syntax] = {S.Name(a): S.Name(b), S.Name(b): S.Name(a)}
        yield f"`{a}` and `{b}` stand for one another", exchanged(claim, pair)


def circle_factor(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """A factor pi, or a root of it."""
    for text in ("pi", "1/pi", "sqrt(pi)", "1/sqrt(pi)"):
        yield f"a factor `{text}` is missing", search.book.algebra.product(parse(text), claim)


_COUNTED = ("gamma", "loggamma", "digamma", "matrix_power", "factorial", "harmonic", "trigamma")
"""Functions of one argument, or of a matrix and one, whose argument is counted in whole steps."""


def off_by_one(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """An exponent, a subscript, a bound or an order that is one too large or too small."""
    for node, put in places(claim, conditions=False):
        for place, part in _counted_parts(search, node):
            for step in (-1, 1):
                meant = _shifted(part, step)
                parts = list(S.below(node))
                parts[place] = meant
                message = f"`{to_text(part)}` should be `{to_text(meant)}` in `{to_text(node)}`"
                yield message, put(S.rebuilt(node, tuple(parts)))


def _shifted(node: S.Syntax, step: int) -> S.Syntax:
    """The node and a whole number more; what is bound by a sum has no other meaning."""
    match node:
        case S.Number(value=value):
            return number(value + step)
        case S.Binary(operator="+" | "-" as operator, left=left, right=S.Number(value=value)):
            total = (value if operator == "+" else -value) + step
            sign = "+" if total > 0 else "-"
            return S.Binary(sign, left, number(abs(total))) if total else left
    return S.Binary("+" if step > 0 else "-", node, number(abs(step)))


def _counted_parts(search: Search, node: S.Syntax) -> Iterator[tuple[int, S.Syntax]]:
    """The parts of a node that count something, with their places among those below it."""
    places_: Iterable[int] = ()
    match node:
        case S.Binary(operator="**", right=right):
            places_ = (1,) if _has(S.Name, right) else ()
        case S.Subscript():
            places_ = range(1, 1 + len(node.indices))
        case S.Bounds():
            places_ = (1, 2)
        case S.Call():
            name = function_name(search, node)
            row = lookup(name, len(node.args))
            if name in _COUNTED:
                places_ = (len(node.args),)
            elif row is not None and row.arity > 1 and row.name not in _PLAIN:
                places_ = range(1, row.arity)
    parts = S.below(node)
    for place in places_:
        if isinstance(parts[place], S.Name | S.Number | S.Binary):
            yield place, parts[place]


_PLAIN = ("max", "min", "hypot", "atan2", "logaddexp", "beta", "betaln")
"""Functions of several arguments that none of is an order."""


def _has(kind: type[S.Syntax], node: S.Syntax) -> bool:
    return any(isinstance(part, kind) for part in S.walk(node))


_OTHER_SIDE = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def turned_comparison(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """A condition on the wrong side: ``k >= i`` for ``k <= i``."""
    for node, put in places(claim):
        if isinstance(node, S.Comparison) and len(node.operators) == 1:
            other = _OTHER_SIDE.get(node.operators[0])
            if other is not None:
                meant = replace(node, operators=(other,))
                yield f"`{to_text(node)}` should be `{to_text(meant)}`", put(meant)


def conjugated(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """A conjugate that is missing, or one too many."""
    if not search.builder.scope.is_complex:
        return
    names = search.names()
    for node, put in places(claim):
        if isinstance(node, S.Call) and function_name(search, node) == "conj":
            yield f"`{to_text(node.args[0])}` should not be conjugated", put(node.args[0])
        elif node in names or (isinstance(node, S.Binary) and node.operator in "+-"):
            yield f"`{to_text(node)}` should be conjugated", put(S.Call(S.Name("conj"), (node,)))


def upside_down(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """A scalar claim whose reciprocal is right."""
    if _has(S.Comparison, claim):
        return  # 1/0 in a case leaves less to be wrong
    if not search.equation.right.shape:
        yield "it is upside down", search.book.algebra.quotient(number(1), claim)
    for node, put in places(claim):
        if isinstance(node, S.Binary) and node.operator == "/" and node.left != number(1):
            turned = search.book.algebra.quotient(node.right, node.left)
            yield f"`{to_text(node)}` is upside down", put(turned)


def other_number(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """A number that is one too large or too small."""
    for node, put in places(claim, conditions=False):
        if isinstance(node, S.Number) and node.value.denominator == 1:
            for step in (-1, 1):
                meant = number(node.value + step)
                changed = f"`{to_text(node)}` should be `{to_text(meant)}`"
                yield "the number is wrong" if node is claim else changed, put(meant)


OFFSETS: tuple[Slip, ...] = (
    swapped_arguments,
    swapped_sizes,
    off_by_one,
    turned_comparison,
    conjugated,
    upside_down,
    circle_factor,
)
