"""Texts that YAML split at a comma, put together again for a hint."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

_OPENING = dict(zip(")]}", "([{", strict=True))

_NEIGHBOURS = 8
"""So many items before and after one may be parts of the same text."""

_MOST_SPLIT = 2_000
"""Characters of a text that was split, at most."""


def closed(text: str) -> bool:
    """Whether every bracket of the text is closed, quotes left out of account."""
    open_brackets: list[str] = []
    for character in text:
        if character in "([{":
            open_brackets.append(character)
        elif character in ")]}" and (
            not open_brackets or open_brackets.pop() != _OPENING[character]
        ):
            return False
    return not open_brackets


def split_text(items: Iterable[object], at: int) -> str | None:
    """The text that YAML split at its commas, if joining item ``at`` with its neighbours
    closes the brackets that are open in it."""
    low = max(at - _NEIGHBOURS, 0)
    near = islice(items, low, max(at, 0) + _NEIGHBOURS + 1)
    texts = [item if isinstance(item, str) else "" for item in near]
    at -= low
    if not 0 <= at < len(texts) or sum(map(len, texts)) > _MOST_SPLIT or closed(texts[at]):
        return None
    for first in range(at, -1, -1):
        for last in range(max(at, first + 1), len(texts)):
            joined = ", ".join(texts[first : last + 1])
            if closed(joined):
                return joined
    return None
