r"""Vector fields as calculus writes them: sums of unit vectors, ``x \mathbf{i} + y \mathbf{j}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from derivcheck.documents.maths.rows import step
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import Tree, matrix, num, total

_UNIT = re.compile(
    r"(?:\A| )(?:\\mathbf\{(?P<bold>[ijk])\}"
    r"|(?:\{ )?(?:hat|widehat|vec) (?:\{ )?(?:\\mathbf\{)?\\?(?P<hat>[ijk])(?:math)?\}?"
    r"(?: \}){0,2})\Z"
)
_AXES = "ijk"
_MOST_TOKENS = 6
"""Tokens of a unit vector: ``\\mathbf{\\hat{i}}`` has six."""
_MOST_TERMS = 12
Term = tuple[str, Sequence[Token]]
"""Its sign, and what it multiplies the unit vector by; no tokens for 1."""
FIELDS = {"div": "cdot", "curl": "times", "rot": "times"}
"""Operators in words, and the sign behind a nabla that means the same."""


def field_of(tokens: Sequence[Token], parse: Callable[[Sequence[Token]], Tree]) -> Tree | None:
    """The column of two or three components that a sum of unit vectors is; None of what is no sum
    of terms that end with one, of which two at least differ."""
    found = _components(tokens)
    if found is None:
        return None

    def component(terms: Sequence[Term]) -> Tree:
        parts = [(sign, parse(factor) if factor else num(1)) for sign, factor in terms]
        signed = [Tree("neg", (one,), at=one.at) if sign == "-" else one for sign, one in parts]
        return total(signed, signed[0].at) if signed else num(0)

    return matrix([[component(terms)] for terms in found], tokens[0].at)


def _components(tokens: Sequence[Token]) -> list[list[Term]] | None:
    found: list[list[Term]] = [[], [], []]
    if not any(_may_be_unit(token) for token in tokens):
        return None
    for sign, term in _terms(tokens):
        axis, factor = _along(term)
        if axis < 0 or any(map(_is_of_arrays, factor)):
            return None
        found[axis].append((sign, factor))
    if sum(map(bool, found)) < 2 or sum(map(len, found)) > _MOST_TERMS:
        return None
    return found if found[2] else found[:2]


def _may_be_unit(token: Token) -> bool:
    return token.text.startswith("\\mathbf{") or token.is_command("hat", "widehat", "vec")


def _is_of_arrays(token: Token) -> bool:
    return _may_be_unit(token) or token.is_command("top", "intercal") or token.text == "T"


def _terms(tokens: Sequence[Token]) -> list[Term]:
    """The terms of a sum with their signs."""
    found: list[tuple[str, list[Token]]] = [("+", [])]
    depth = 0
    for token in tokens:
        depth += step(token)
        is_sign = not depth and token.is_sign("+", "-")
        if is_sign and not found[-1][1]:
            found[-1] = (token.text, [])
        elif is_sign:
            found.append((token.text, []))
        else:
            found[-1][1].append(token)
    return [*found]


def _along(term: Sequence[Token]) -> tuple[int, Sequence[Token]]:
    """The axis of the unit vector that a term ends with, -1 without one, and what is before it."""
    text = " ".join(token.text for token in term[-_MOST_TOKENS:])
    unit = _UNIT.search(text)
    if unit is None:
        return -1, term
    factor = [*term[: len(term) - len(unit[0].split())]]
    if factor and factor[-1].is_command("cdot"):
        factor.pop()
    is_open = sum(map(step, factor)) != 0 or any(t.kind is Kind.ROW for t in factor)
    return (-1 if is_open else _AXES.index(unit["bold"] or unit["hat"])), factor
