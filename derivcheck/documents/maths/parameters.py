r"""What stands behind a semicolon or bar in a call: ``f(x; \mu)``, ``\ell(\theta \mid y)``.

Pages hold it, and leave it out as they like: ``\ell(\theta)``, or ``\ell`` alone. It is taken away
where that changes nothing: a name has the same parameters wherever it has any, they are names, and
nothing asks for a gradient of it by nothing said. A bar is one of conditions only behind letters
of likelihoods: ``p(x | y)`` and ``p(y | x)`` are two functions. Behind others it is a comma, where
a name is called in one way only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from derivcheck.documents.maths.tokens import Kind, Token, canonical

_LIKELIHOODS = frozenset(("\\ell", "l", "L", "\\mathcal{L}"))
_DOTS = ("dots", "ldots", "cdots")
_MOST = 60
"""Tokens between the brackets of a call that are looked at."""

Section = tuple[int, ...]
Found = Mapping[int, Sequence[Token]]
Sections = Mapping[int, Section]


def without_parameters(found: Found, sections: Sections) -> dict[int, tuple[Token, ...]]:
    """The tokens of a page's equations, by number, without the parameters of calls."""
    found = _without_bars(found, sections)
    kept: dict[Section, dict[str, set[str]]] = {}
    for number, tokens in found.items():
        here = kept.setdefault(sections[number], {})
        for name, start, end in _calls(tokens):
            inner = tokens[start + 1 : end]
            here.setdefault(name, set()).add(canonical(inner) if _are_names(inner) else "")
        for name in _bare_gradients(tokens):
            here.setdefault(name, set()).add("")
    dropped = _settled(kept)
    return {number: _without(tokens, dropped[sections[number]]) for number, tokens in found.items()}


def _without_bars(found: Found, sections: Sections) -> dict[int, Sequence[Token]]:
    """The same with commas for bars in calls of names that have the same arguments everywhere."""
    kept: dict[Section, dict[str, set[str]]] = {}
    bars: dict[int, list[tuple[str, int]]] = {}
    for number, tokens in found.items():
        here = kept.setdefault(sections[number], {})
        for i, token in enumerate(tokens[1:], 1):
            name = tokens[i - 1]
            if not (_is(token, "(") and name.kind is Kind.LETTER):
                continue
            signs, end = _split(tokens, i, True)
            inner = tokens[i + 1 : end]
            here.setdefault(name.text, set()).add(canonical(inner))
            given = [*inner[: signs[0] - i - 1], *inner[signs[0] - i :]] if len(signs) == 1 else []
            is_called = _are_names(given) and all(one.text != name.text for one in given)
            if given and is_called and _is_bar(tokens[signs[0]]) and name.text not in _LIKELIHOODS:
                bars.setdefault(number, []).append((name.text, signs[0]))
    if not bars:
        return {**found}
    settled = _settled(kept)
    made = {**found}
    for number, places in bars.items():
        turned = [*found[number]]
        for called, i in places:
            if called in settled[sections[number]]:
                turned[i] = replace(turned[i], kind=Kind.SIGN, text=",")
        made[number] = turned
    return made


def _settled(kept: Mapping[Section, Mapping[str, set[str]]]) -> dict[Section, set[str]]:
    """By section the names of which the same is written wherever it sees them or is seen by
    them."""
    below: dict[Section, dict[str, set[str]]] = {}
    for section, names in kept.items():
        for end in range(len(section) + 1):
            _join(below.setdefault(section[:end], {}), names)
    return {section: _dropped(section, kept, below[section]) for section in kept}


def _join(names: dict[str, set[str]], others: Mapping[str, set[str]]) -> None:
    for name, texts in others.items():
        names.setdefault(name, set()).update(texts)


def _dropped(
    section: Section,
    kept: Mapping[Section, Mapping[str, set[str]]],
    below: Mapping[str, set[str]],
) -> set[str]:
    """The names that have the same parameters wherever a section sees them or is seen by them."""
    texts = {name: {*found} for name, found in below.items()}
    for end in range(len(section)):
        _join(texts, kept.get(section[:end], {}))
    return {name for name, found in texts.items() if len(found) == 1 and "" not in found}


def _without(tokens: Sequence[Token], dropped: set[str]) -> tuple[Token, ...]:
    made = [*tokens]
    for name, start, end in reversed([*_calls(tokens)]):
        if name in dropped:
            del made[start:end]
    return tuple(made)


def _calls(tokens: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """Calls with parameters: the letter in front, where these begin, with their sign, and end."""
    for i, token in enumerate(tokens[1:], 1):
        before = _letter(tokens, i - 1) if _is(token, "(") else None
        if before is None:
            continue
        signs, end = _split(tokens, i, before.text in _LIKELIHOODS)
        if end and len(signs) == 1 and i + 1 < signs[0] < end - 1:
            yield before.text, signs[0], end


def _split(tokens: Sequence[Token], start: int, bars: bool) -> tuple[list[int], int]:
    """Where parameters may begin inside a bracket, and where it closes; 0 if that is not found."""
    signs: list[int] = []
    depth = 0
    for j in range(start + 1, min(len(tokens), start + _MOST)):
        token = tokens[j]
        if not depth and _is(token, ")"):
            return signs, j
        opens = token.kind is Kind.OPEN or _is(token, "(") or _is(token, "[")
        closes = token.kind is Kind.CLOSE or _is(token, ")") or _is(token, "]")
        depth += opens - closes
        if depth < 0:
            return [], 0
        if not depth and (token.is_sign(";") or (bars and _is_bar(token))):
            signs.append(j)
    return [], 0


def _letter(tokens: Sequence[Token], i: int) -> Token | None:
    """The letter of the name that ends at an index: ``f``, ``f_1``, ``f'``."""
    while i > 0 and tokens[i].is_sign("'"):
        i -= 1
    if tokens[i].kind is Kind.CLOSE:
        depth = 0
        while i >= 0:
            depth += (tokens[i].kind is Kind.CLOSE) - (tokens[i].kind is Kind.OPEN)
            if not depth:
                break
            i -= 1
        i = i - 2 if i > 1 and tokens[i - 1].is_sign("_") else -1
    elif i > 1 and tokens[i - 1].is_sign("_"):
        i -= 2
    return tokens[i] if i >= 0 and tokens[i].kind is Kind.LETTER else None


def _are_names(tokens: Sequence[Token]) -> bool:
    """Whether parameters are names, with subscripts, in a list."""
    for i, token in enumerate(tokens):
        is_script = i > 0 and tokens[i - 1].is_sign("_")
        is_letter = token.kind in (Kind.LETTER, Kind.OPEN, Kind.CLOSE)
        is_dots = token.is_command(*_DOTS)
        is_number = token.kind is Kind.NUMBER and (is_script or tokens[i - 1].kind is Kind.OPEN)
        if not (is_letter or is_dots or is_number or token.is_sign(",", "_")):
            return False
    return True


def _bare_gradients(tokens: Sequence[Token]) -> set[str]:
    """The names behind a nabla that says not by what."""
    return {after.text for one, after in pairwise(tokens) if one.is_command("nabla", "grad")}


def _is(token: Token, bracket: str) -> bool:
    is_bracket = token.kind in (Kind.SIGN, Kind.LEFT, Kind.RIGHT)
    return is_bracket and token.text == bracket


def _is_bar(token: Token) -> bool:
    return token.is_sign("|", "\\mid") or token.is_command("mid", "vert")
