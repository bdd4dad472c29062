r"""``dangling-reference``: the text refers to a formula that does not exist.

FAIL: "by formula 23", "equation (23)", "Eq. 23", "公式23", "式(23)", where the document has
tags but none that says 23; ``\eqref{eq:x}`` without ``\label{eq:x}``.
PASS: a document without tags, or with equations numbered automatically; "Eq. (3) of [7]";
"Formula 23:" as a title; a bare number that a list item bears.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivcheck.documents.scan.page import blanked
from derivcheck.lint.document import Document, Problem

_NUMBER = r"\d+(?:\.\d+)*[a-z]?(?![\w])"
_ONE = rf"(?:\$\s*)?(?:[(（]\s*({_NUMBER})\s*[)）]|({_NUMBER}))(?:\s*\$)?"
_SEPARATOR = r"\s*(?:,\s*and|,\s*or|,|、|，|and|or|to|&|-|–|—|~|～|至|到|和|与|及|或)\s*"
_ENGLISH = re.compile(
    r"\b(?:eqs?\.|eqns?\.?|eqs?(?=[\s(~])|equations?|formulas?|formulae)(?:\s|~|&nbsp;)*"
    rf"(?:{_ONE})",
    re.I,
)
# 式 ends many other words: 形式 form, 方式 way, 模式 pattern, 格式 layout ...
_CHINESE = re.compile(
    rf"(?:公式|方程式?|等式|表达式)\s*{_ONE}"
    rf"|(?<![形方模格正样款仪范招公等达程项因根分整单函句型])式\s*(?:\$\s*)?[(（]\s*({_NUMBER})\s*[)）]"
)
_NEXT = re.compile(rf"{_SEPARATOR}(?:\$\s*)?[(（]\s*({_NUMBER})\s*[)）](?:\s*\$)?", re.I)
_NEXT_BARE = re.compile(rf"{_SEPARATOR}({_NUMBER})", re.I)
_ELSEWHERE = re.compile(
    r"\s*(?:,\s*)?(?:of|in|from|by)\s+(?:\[|\\cite|@|<|\"|“|[A-Z]|refs?\b|their\b|his\b|her\b"
    r"|the\s+(?:paper|book|original|appendix|supplement|textbook|article))"
    r"|\s*(?:\[\d|\\cite|\[@|\[\^)"
)
_COUNTED = re.compile(
    r"\s*(?:%|unknowns?\b|variables?\b|times\b|parameters?\b|terms?\b|[个条种次年月日章节步倍])"
)
_TITLE_BEFORE = re.compile(r"^[ \t>]*(?:#{1,6}\s*|[-+*]\s+|\d+[.)]\s+)?[*_]{0,3}[【\[]?$")
_TITLE_AFTER = re.compile(r"[*_\]】]{0,3}[ \t]*(?:[:：.]|[-–—]{1,3}\s|\n|$|[*_]{2}|[(（])")
_REF = re.compile(r"\\(?:eqref|ref|autoref|cref|Cref)\s*\{([^{}\n]*)\}")


_NUMBERED = ("equation", "align", "alignat", "flalign", "gather", "multline", "eqnarray")
"""Environments that LaTeX numbers by itself."""


def check(document: Document) -> Iterator[Problem]:
    """References by number and by label that lead nowhere."""
    yield from _by_label(document)
    if document.tags and not _automatic(document):
        yield from _by_number(document)


def _by_label(document: Document) -> Iterator[Problem]:
    text = document.text
    if re.search(r"\\(?:input|include|subfile|import|externaldocument)\b", text):
        return
    if (
        document.latex
        and r"\documentclass" not in text
        and re.search(r"\\(?:chapter|(?:sub)*section)\b", text)
    ):
        return  # a part of a larger document
    labels = {label.text for label in document.labels}
    for match in _REF.finditer(text):
        for name in (part.strip() for part in match[1].split(",")):
            if name and name not in labels:
                message = rf"`{match[0]}` refers to a label that does not exist"
                yield Problem(match.start(), "dangling-reference", message)


def _automatic(document: Document) -> bool:
    """Whether some equation gets a number that the text does not show."""
    return any(
        region.environment in _NUMBERED
        and not re.search(r"\\tag|\\nonumber|\\notag", document.text[region.start : region.end])
        for region in document.regions
    )


def _by_number(document: Document) -> Iterator[Problem]:
    text = _readable(document)
    known = _known(document, text)
    items = {str(item.number) for item in document.items}
    for pattern in (_ENGLISH, _CHINESE):
        for match in pattern.finditer(text):
            for number, offset, bare in _numbers(text, match):
                if number in known or (bare and number in items):
                    continue
                place, said = (match.start(), match.group()) if offset < 0 else (offset, number)
                message = f"`{said.strip()}` refers to formula {number}, "
                message += f"but no formula is tagged {number}"
                yield Problem(place, "dangling-reference", message, _nearby(number, known))


def _nearby(number: str, known: set[str]) -> str | None:
    """A tag that differs in one digit, where there is exactly one such."""
    close = [k for k in known if len(k) == len(number) and sum(map(str.__ne__, k, number)) == 1]
    return f"{close[0]} exists" if len(close) == 1 and len(number) > 1 else None


def _numbers(text: str, match: re.Match[str]) -> list[tuple[str, int, bool]]:
    """(number, offset or -1 for the first, whether it stands without parentheses)."""
    groups = [group for group in match.groups() if group]
    bare = not re.search(r"[)）]\s*\$?$", match.group())
    if _is_title(text, match) or _COUNTED.match(text, match.end()):
        return []
    found = [(groups[0], -1, bare)]
    end = match.end()
    pattern = _NEXT_BARE if bare else _NEXT
    while following := pattern.match(text, end):
        found.append((following[1], following.start(1), bare))
        end = following.end()
    if bare and len(found) > 1:
        # "formula 3, 4 times": without parentheses only the first number is certain
        found = found[:1]
    return [] if _ELSEWHERE.match(text, end) else found


def _is_title(text: str, match: re.Match[str]) -> bool:
    line_start = text.rfind("\n", 0, match.start()) + 1
    return bool(
        _TITLE_BEFORE.match(text[line_start : match.start()])
        and _TITLE_AFTER.match(text, match.end())
    )


def _readable(document: Document) -> str:
    """Prose with references such as ``$(90)$`` put back; other maths stays blank."""
    text = document.text
    references = re.compile(r"\s*[(（]?\s*[\d.]+[a-z]?\s*[)）]?\s*")
    return blanked(
        text,
        [
            region.outer
            for region in document.regions
            if region.display or not references.fullmatch(text, region.start, region.end)
        ],
    )


def _known(document: Document, text: str) -> set[str]:
    """Every number that some formula bears, in whatever way."""
    known: set[str] = set()
    for tag in document.tags:
        known.add(tag.text)
        for found in re.finditer(r"[A-Za-z]?\d+(?:\.\d+)*(?:[a-z](?![A-Za-z]))?", tag.text):
            known |= {found[0], found[0].rstrip("abcdefghijklmnopqrstuvwxyz")}
    for region in document.regions:
        if not region.display:
            continue
        # numbers set by hand: \qquad (3), \eqno(3), or (3) behind the display
        content = document.text[region.start : region.end]
        behind = document.text[region.outer[1] : region.outer[1] + 40].split("\n")[0]
        for found in re.finditer(rf"(?:\\q?quad|\\eqno|\\hfill|~|&)\s*\(({_NUMBER})\)", content):
            known.add(found[1])
        if found_behind := re.match(rf"\s*[(（]({_NUMBER})[)）]", behind):
            known.add(found_behind[1])
    for pattern in (_ENGLISH, _CHINESE):
        for match in pattern.finditer(text):
            if _is_title(text, match):
                known.add(next(group for group in match.groups() if group))
    return known
