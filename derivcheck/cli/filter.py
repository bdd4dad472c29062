"""The ``-k`` filter: words with ``and``, ``or``, ``not`` and brackets, as in pytest."""

from __future__ import annotations

import re
from collections.abc import Callable

from derivcheck.collection.formula import Formula

Filter = Callable[[str], bool]

_TOKEN = re.compile(r"\(|\)|[^\s()]+")
_WORDS = ("and", "or", "not", "(", ")")


def entry_filter(expression: str) -> Callable[[Formula], bool]:
    """Whether an entry's id, name, section or tags match.

    Words without ``and`` or ``or`` between them are one phrase. Case does not matter.

    :raises ValueError: the expression does not read; the message says where.
    """
    accepts = parse_filter(expression)

    def takes(entry: Formula) -> bool:
        parts = (entry.label, entry.name, entry.section, *entry.tags)
        return accepts("\n".join(parts).casefold())

    return takes


def parse_filter(expression: str) -> Filter:
    """The filter as a function of the case-folded text that it searches.

    :raises ValueError: as :func:`entry_filter`.
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

    def either() -> Filter:
        left = both()
        while peek() == "or":
            take()
            left = _or(left, both())
        return left

    def both() -> Filter:
        left = one()
        while peek() == "and":
            take()
            left = _and(left, one())
        return left

    def one() -> Filter:
        if peek() == "not":
            take()
            return _not(one())
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


def _or(left: Filter, right: Filter) -> Filter:
    return lambda text: left(text) or right(text)


def _and(left: Filter, right: Filter) -> Filter:
    return lambda text: left(text) and right(text)


def _not(inner: Filter) -> Filter:
    return lambda text: not inner(text)
