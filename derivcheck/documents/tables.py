r"""Tables of derivatives: under ``f(x)`` and ``f'(x)`` in its head each row says two equations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field

from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.source import Equation
from derivcheck.records import record

_RULE = re.compile(r"[\s|:-]*-[\s|:-]*\Z")


@record(frozen=False)
class Table:
    """The head of the table at hand, and the row whose function is said."""

    lines: Sequence[str]
    """Of the document."""
    heads: dict[int, Sequence[Token]] = field(default_factory=dict)
    """By the number of the column: ``f(x)``, ``f'(x)``."""
    line: int = 0
    row: int = -1
    said: int = -1

    def left_of(self, equation: Equation, tokens: Sequence[Token]) -> Sequence[Token] | None:
        """What a cell without a relation is the right side of; None if nothing says that."""
        if equation.row is None or equation.cell is not None or equation.display:
            return None
        before, after = equation.before.rstrip(), equation.after.lstrip()
        column = before.count("|")
        if equation.line < len(self.lines) and _RULE.match(self.lines[equation.line]):
            self.head(equation, column, tokens)
            return None
        # one line a row, that of the rule too
        if equation.line - self.line != equation.row - self.row:
            return None
        found = self.heads.get(column)
        is_alone = before.endswith("|") and after[:1] in ("", "|")
        if found is None or not is_alone:
            return None
        if not _primes(found):
            # a table of values has numbers here
            is_formula = any(token.text == found[2].text for token in tokens)
            self.said = equation.row if is_formula else -1
        return found if self.said == equation.row else None

    def head(self, equation: Equation, column: int, tokens: Sequence[Token]) -> None:
        """Note a cell of the head that is a function of one letter, or its derivative."""
        if equation.line != self.line:
            self.heads = {}
            self.line, self.row, self.said = equation.line, equation.row or 0, -1
        primes = _primes(tokens)
        rest = [token.text for token in tokens[1 + primes :]]
        letters = (tokens[0], *tokens[2 + primes : 3 + primes])
        if len(rest) == 3 and rest[0] == "(" and all(t.kind is Kind.LETTER for t in letters):
            self.heads[column] = tokens


def _primes(tokens: Sequence[Token]) -> int:
    """How many primes stand behind the first letter."""
    count = 0
    while len(tokens) > count + 1 and tokens[count + 1].is_sign("'"):
        count += 1
    return count
