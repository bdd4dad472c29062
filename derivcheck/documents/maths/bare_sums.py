r"""Sums that say not over what: ``\sum (y_i - a)^2`` runs over i.

The index is put in where it is sure: one of i, j and k stands as a subscript behind the sum, the
other two do not, and it stands nowhere else in the equation but behind such sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derivcheck.documents.maths.tokens import Kind, Token

_INDICES = frozenset("ijk")
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
_MOST = 100
"""Tokens of a term that are looked at."""
_ENDING = frozenset(("=", "+", "-", ",", ";", "<", ">", "&", ":=", "\\leq", "\\geq"))


def with_indices(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens of an equation with an index below each sum that is surely over it."""
    reaches: list[tuple[int, int, str]] = []
    for i, token in enumerate(tokens):
        if token.is_command("sum") and not _follows(tokens, i, "_", "^"):
            end = _end(tokens, i + 1)
            found = _letters(tokens, i + 1, end)
            reaches.append((i, end, min(found) if len(found) == 1 else ""))
    sure = {letter for letter in _INDICES if _is_only(letter, tokens, reaches)}
    made = [*tokens]
    for i, _, letter in reversed(reaches):
        if letter in sure:
            below = replace(tokens[i], kind=Kind.SIGN, text="_", glued=True)
            index = replace(tokens[i], kind=Kind.LETTER, text=letter, glued=True)
            made[i + 1 : i + 1] = [below, index]
    return tuple(made)


def _is_only(letter: str, tokens: Sequence[Token], reaches: Sequence[tuple[int, int, str]]) -> bool:
    """Whether a letter stands nowhere but behind sums over it."""
    inside = {j for start, end, other in reaches if other == letter for j in range(start, end)}
    return all(j in inside for j, token in enumerate(tokens) if token.text == letter)


def _follows(tokens: Sequence[Token], i: int, *signs: str) -> bool:
    return i + 1 < len(tokens) and tokens[i + 1].is_sign(*signs)


def _end(tokens: Sequence[Token], start: int) -> int:
    """Where the term behind a sum ends; where it begins if that is far away."""
    depth = 0
    for j in range(start, min(len(tokens), start + _MOST)):
        token = tokens[j]
        is_bracket = token.kind in (Kind.SIGN, Kind.LEFT, Kind.RIGHT)
        depth += token.kind is Kind.OPEN or (is_bracket and token.text in _OPENING)
        depth -= token.kind is Kind.CLOSE or (is_bracket and token.text in _CLOSING)
        ends = token.kind in (Kind.ROW, Kind.SPACE, Kind.TEXT) or token.text in _ENDING
        if depth < 0 or (not depth and j > start and ends):
            return j
    return len(tokens) if len(tokens) <= start + _MOST else start


def _letters(tokens: Sequence[Token], start: int, end: int) -> set[str]:
    """The indices that stand alone below something there."""
    found: set[str] = set()
    for j in range(start, end - 1):
        if not tokens[j].is_sign("_"):
            continue
        if tokens[j - 1].kind is Kind.COMMAND:
            return set()  # another sum, over something
        below = tokens[j + 1 : j + 4]
        if below[0].kind is Kind.OPEN and len(below) == 3 and below[2].kind is Kind.CLOSE:
            below = below[1:2]
        if below[0].kind is Kind.OPEN:
            return set()  # x_{ij}
        found |= {below[0].text} & _INDICES
    return found
