r"""``missing-prime``: a derivative written with the name of the function itself.

FAIL: ``The derivative of $f(x) = x^2$ is $f(x) = 2x$.``
FAIL: ``$f(x) = g(x)h(x)$`` and then ``$f(x) = g'(x)h(x) + g(x)h'(x)$``.
FAIL: a row ``| $f(x) = x^2$ | $f(x) = 2x$ |`` of a table whose other rows have ``$f'(x) = ...$``.
PASS: a function that is defined anew, ``$f(x) = x^2$`` here and ``$f(x) = x^3$`` there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from derivcheck.documents.scan.page import Kind, Maths
from derivcheck.lint.document import Document, Problem
from derivcheck.records import record

_LEFT = re.compile(r"\s*(?:\\displaystyle\s*)?([A-Za-z]|\\[a-z]+)\s*(\([^()=]{1,30}\))\s*&?=(?!=)")
_PRIMED_LEFT = re.compile(r"\s*(?:[A-Za-z]|\\[a-z]+)\s*(?:'|\^\s*\{?\\prime)")
_PRIMED = re.compile(r"([A-Za-z])\s*(?:'+|\^\s*\{?\s*\\prime\s*\}?)\s*\(")
_WORDS = re.compile(
    r"(?:derivative|differentiat\w*|导数|求导|导函数|Ableitung|dérivée|derivada)"
    r"[^.!?;。！？；{}]{0,50}(?:\b(?:is|are|gives?|get|obtain|find|becomes|ist|lautet|est)|[:：得为是])$",
    re.I,
)
_OF = re.compile(r"(?:derivative of|Ableitung von)\s*$", re.I)
_IS = re.compile(r"\s*(?:\(?(?:with respect to|by)\s+\)?)?,?\s*(?:is|equals|ist)\s*:?\s*$", re.I)


@record()
class _Equation:
    """``f(x) = ...``: the left side, and the right side without blanks."""

    left: str
    right: str
    text: str
    maths: Maths


def check(document: Document) -> Iterator[Problem]:
    """Equations that say once more, and differently, what a function is."""
    headings = document.headings
    section, known = -1, dict[str, _Equation]()
    rows = _rows(document)
    before: Maths | None = None
    for region in document.regions:
        here = bisect_right(headings, region.start)
        if here != section:
            section, known = here, {}
        last, before = before, region
        found = _equation(document, region)
        if found is None:
            continue
        first = known.get(found.left)
        if first is None or first.right == found.right:
            known.setdefault(found.left, found)
            continue
        if (
            _primed_alone(first, found)
            or _is_announced(document, first, region, last)
            or _in_row(document, rows, first.maths, region)
        ):
            shown = " ".join(found.left.split())
            primed = re.sub(r"\s*\(", "'(", shown, count=1)
            message = f"`{shown}` is given its derivative, not its value"
            yield Problem(region.start, "missing-prime", message, f"is `{primed}` meant?")
        else:
            known[found.left] = found  # defined anew


def _equation(document: Document, region: Maths) -> _Equation | None:
    text = document.text[region.start : region.end]
    match = _LEFT.match(text)
    if match is None:
        return None
    right = "".join(text[match.end() :].split()).rstrip(".,;")
    return _Equation(f"{match[1]}{match[2]}", right, text, region)


def _primed_alone(first: _Equation, second: _Equation) -> bool:
    """Whether the second right side holds primes of functions that the first has without."""
    primed = set(_PRIMED.findall(second.text))
    return (
        bool(primed)
        and not _PRIMED.search(first.text)
        and all(re.search(rf"{name}\s*\(", first.right) for name in primed)
    )


def _is_announced(document: Document, first: _Equation, region: Maths, last: Maths | None) -> bool:
    """Whether the words right before an equation announce a derivative."""
    start = region.outer[0]
    words = _last_words(document.text[max(first.maths.outer[1], start - 120) : start])
    if _WORDS.search(words):
        return True
    if last is not first.maths:
        return False
    at = first.maths.outer[0]
    head = _last_words(document.text[max(0, at - 60) : at])
    return bool(_OF.search(head)) and bool(_IS.fullmatch(words))


def _last_words(text: str) -> str:
    """The last paragraph of a text on one line."""
    return " ".join(re.split(r"\n\s*\n", text.rstrip())[-1].split())


def _rows(document: Document) -> list[int]:
    """Where the rows of tables begin, and where tables end."""
    return [m.offset for m in document.page.marks if m.kind in (Kind.ROW, Kind.TABLE_END)]


def _in_row(document: Document, rows: list[int], first: Maths, second: Maths) -> bool:
    """Whether both stand in one row of a table whose other rows have a prime there."""
    row = bisect_right(rows, first.start)
    if not row or row != bisect_right(rows, second.start) or row == len(rows):
        return False
    return any(
        _PRIMED_LEFT.match(document.text, one.start, one.end)
        for near in (row - 1, row + 1)
        for one in (document.regions if 0 < near < len(rows) else ())
        if rows[near - 1] <= one.start < rows[near]
    )
