"""The one exception of the language: a problem at a place in an expression's text."""

from __future__ import annotations

DECLARE = "declare it under `symbols`"
QUOTE = "in YAML, quote an expression that holds a comma inside [...] or {...}"
"""Hints for who writes a file; the command line has its own words for them."""


class LanguageError(Exception):
    """An expression that means nothing.

    ``start`` and ``end`` are character offsets into the expression's text; ``hint`` names the
    common mistake; ``rule`` is a stable id.
    """

    def __init__(
        self, rule: str, message: str, start: int = 0, end: int = 0, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint
