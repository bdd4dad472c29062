"""The ``-k`` filter: words with ``and``, ``or``, ``not`` and brackets, as in pytest."""

from __future__ import annotations

import re
from collections.abc import Callable

import typer

from derivcheck.collection.formula import Formula

Filter = Callable[[str], bool]

_TOKEN = re.compile(r"\(|\)|[^\s()]+")
_WORDS = ("and", "or", "not", "(", ")")


def entry_filter(expression: str | None) -> Callable[[Formula], bool] | None:
    """Whether an entry's id, name, section or tags match; None without a filter.

    Words without ``and`` or ``or`` between them are one phrase. Case does not matter.
    """
    if expression is None:
        return None
    try:
        accepts = parse_filter(expression)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="-k") from None

    def takes(entry: Formula) -> bool:
        parts = (entry.label, entry.name, entry.section, *entry.tags)
        return accepts("\n".join(parts).casefold())

    return takes


def parse_filter(expression: str) -> Filter:
    """The filter as a function of the case-folded text that it searches.

    :raises ValueError: the expression does not read; the message says where.
    """
    tokens: list[str] = _TOKEN.findall(expression)
    if len(tokens) > 200:
        raise ValueError("the expression is too long")
    position = 0

    def peek() -> str:
        return tokens[position] if position < len(tokens) else ""

    def take() -> str:
        nonlocal position
        position += 1
        return tokens[position - 1]

    def joined(word: str, part: Callable[[], Filter]) -> list[Filter]:
        found = [part()]
        while peek() == word:
            take()
            found.append(part())
        return found

    def either() -> Filter:
        parts = joined("or", both)
        return lambda text: any(accepted(text) for accepted in parts)

    def both() -> Filter:
        parts = joined("and", one)
        return lambda text: all(accepted(text) for accepted in parts)

    def one() -> Filter:
        if peek() == "not":
            take()
            refused = one()
            return lambda text: not refused(text)
        if peek() == "(":
            take()
            inner = either()
            if peek() != ")":
                raise ValueError("a bracket is not closed")
            take()
            return inner
        words = []
        while peek() and peek() not in _WORDS:
            words.append(take())
        if not words:
            raise ValueError(
                f"a word is missing before `{peek()}`" if peek() else "a word is missing"
            )
        phrase = " ".join(words).casefold()
        return lambda text: phrase in text

    result = either()
    if peek():
        raise ValueError(f"`{peek()}` is in the wrong place")
    return result
