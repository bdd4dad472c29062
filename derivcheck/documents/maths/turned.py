r"""Primes that are transposes, as in econometrics: ``\mathbf{X}'\mathbf{y}``, ``(X'X)^{-1}``.

A page that puts a primed bold letter right before another one, or ``X'X``, has no other meaning for
them: vectors are not multiplied side by side, and nobody writes f'f. Primes of functions stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.kinds import ALWAYS_FUNCTIONS
from derivcheck.documents.maths.tokens import Kind, Token

_CLOSING = {")": "(", "]": "["}
_MOST_INSIDE = 60
"""Tokens in brackets that are looked at."""


def transposed(pages: Mapping[int, Sequence[Token]]) -> dict[int, tuple[Token, ...]]:
    """The equations of a page with such primes written as transposes, where it has any."""
    if not any(map(_shows, pages.values())):
        return {number: tuple(tokens) for number, tokens in pages.items()}
    return {number: tuple(_turned(tokens)) for number, tokens in pages.items()}


def _shows(tokens: Sequence[Token]) -> bool:
    """Whether an equation can mean nothing else by a prime."""
    return any(
        one.kind is other.kind is Kind.LETTER
        and prime.is_sign("'")
        and (
            (keys.is_bold(one.text) and keys.is_bold(other.text))
            or (one.text == other.text and one.text.isupper() and one.text not in ALWAYS_FUNCTIONS)
        )
        for one, prime, other in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )


def _turned(tokens: Sequence[Token]) -> Iterable[Token]:
    opened: list[int] = []
    begins = 0
    """Where what stands before the token at hand begins."""
    base = 0
    for i, token in enumerate(tokens):
        if token.is_sign("'") and i and _is_transpose(tokens, base, i):
            yield replace(token, text="^")
            yield replace(token, kind=Kind.COMMAND, text="top")
            continue
        yield token
        if token.kind is Kind.OPEN or token.text in _CLOSING.values():
            opened.append(i)
        elif (token.kind is Kind.CLOSE or token.text in _CLOSING) and opened:
            begins = opened.pop()
        else:
            begins = i
        is_below = begins > 0 and tokens[begins - 1].is_sign("_")
        base = base if is_below or token.is_sign("_") else begins


def _is_transpose(tokens: Sequence[Token], base: int, i: int) -> bool:
    """Whether the prime at an index stands on an array, and is none of a function."""
    behind = tokens[i + 1 : i + 4]
    is_call = [t.text for t in behind[:1]] == ["("] and behind[-1].text == ")"
    if is_call or (behind and behind[0].is_sign("'")):
        return False
    first, following = tokens[base], behind[0].text if behind else ""
    if first.text in _CLOSING.values():
        inside = tokens[max(base, i - _MOST_INSIDE) : i]
        return any(keys.is_bold(t.text) or t.text.isupper() for t in inside)
    if first.kind is not Kind.LETTER:
        return False
    is_beside = bool(behind) and behind[0].kind is Kind.LETTER
    is_array = first.text.isupper() or following.isupper() or first.text == following
    if first.text in ALWAYS_FUNCTIONS:
        return False
    return keys.is_bold(first.text) or (is_beside and is_array)
