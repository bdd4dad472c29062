"""Tables of derivatives: under ``f(x)`` and ``f'(x)`` each row says two equations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from derivcheck.documents.maths.cursor import FRACTIONS
from derivcheck.documents.maths.kinds import RUNNING
from derivcheck.documents.maths.tokens import Kind, Token, tokenize
from derivcheck.documents.source import Cell, Equation
from derivcheck.records import record

_FUNCTIONS = frozenset(
    ("function", "functions", "funktion", "fonction", "función", "函数", "原函数")
)
_DERIVATIVES = frozenset(
    ("derivative", "derivatives", "ableitung", "dérivée", "derivada", "导数", "导函数")
)
"""Words that head the columns of a table, where no maths does."""


@record(frozen=False)
class Table:
    """The head of the table at hand, and the row whose function is said."""

    heads: dict[int, Sequence[Token]] = field(default_factory=dict)
    """By the number of the column: ``f(x)``, ``f'(x)``."""
    number: int = -1
    said: int = -1
    variable: str = ""
    """What the function of that row is one of, where only words head its columns."""

    def left_of(self, equation: Equation, tokens: Sequence[Token]) -> Sequence[Token] | None:
        """What a cell without a relation is the right side of; None if nothing says that."""
        cell = equation.table
        if cell is None or equation.display or not tokens:
            return None  # as is one that begins with a sign: `= 2x`
        if cell.table != self.number:
            self.number, self.heads, self.said = cell.table, {}, -1
        if cell.table == equation.row:
            if _is_head(tokens):
                self.heads[cell.column] = tokens
            return None
        found = self.heads.get(cell.column) or (
            self.named(cell, tokens) if not self.heads else None
        )
        if found is None or not cell.alone or found[0].text == tokens[0].text:
            return None  # a cell under f may say f(x) = x^2 itself
        if not _is_derivative(found):
            # a table of values has numbers here
            letters = {found[2].text} if len(found) > 2 else RUNNING
            self.said = equation.row or -1 if letters & _letters(tokens) else -1
        return found if self.said == equation.row else None

    def named(self, cell: Cell, tokens: Sequence[Token]) -> Sequence[Token] | None:
        """The same under "function" and "derivative": of the only one of x, y, z, t that occurs."""
        letters = _letters(tokens)
        if cell.title in _FUNCTIONS:
            variables = letters & RUNNING
            self.variable = min(variables) if len(variables) == 1 and "f" not in letters else ""
            return tokenize(f"f({self.variable})", {}) if self.variable else None
        is_said = cell.title in _DERIVATIVES and self.variable
        return tokenize(f"f'({self.variable})", {}) if is_said else None


def _letters(tokens: Sequence[Token]) -> set[str]:
    return {token.text for token in tokens if token.kind is Kind.LETTER}


def _is_head(tokens: Sequence[Token]) -> bool:
    r"""Whether a cell is a function, as ``y`` or of one letter, or its derivative: ``f'(x)``,
    ``y'``, ``\frac{dy}{dx}``."""
    if tokens[0].text in FRACTIONS:
        return _is_derivative(tokens)
    primes = _primes(tokens)
    rest = [token.text for token in tokens[1 + primes :]]
    letters = (tokens[0], *tokens[2 + primes : 3 + primes])
    is_call = len(rest) == 3 and rest[0] == "("
    is_bare = not rest and tokens[0].text in ("y", "f")
    return (is_call or is_bare) and all(token.kind is Kind.LETTER for token in letters)


def _is_derivative(tokens: Sequence[Token]) -> bool:
    above = [token.text for token in tokens[1:3]]
    return _primes(tokens) > 0 or (tokens[0].text in FRACTIONS and "d" in above)


def _primes(tokens: Sequence[Token]) -> int:
    """How many primes stand behind the first letter."""
    count = 0
    while len(tokens) > count + 1 and tokens[count + 1].is_sign("'"):
        count += 1
    return count
