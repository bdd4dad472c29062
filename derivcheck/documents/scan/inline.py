"""Maths within text: dollars, backslashed brackets and bare environments.

Shared by the formats in which maths stands between delimiters. Every delimiter is found once,
before anything is paired, so that a long text costs no more than its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from derivcheck.documents.scan.page import Maths, Offsets, Spans, braces

ENVIRONMENTS = (
    *("equation", "align", "aligned", "alignat", "alignedat", "flalign", "gather", "gathered"),
    *("multline", "multlined", "eqnarray", "IEEEeqnarray", "math", "displaymath", "split", "dmath"),
)
"""Environments that are maths without any other delimiter."""

_BEGIN = re.compile(r"\\begin\{(" + "|".join(ENVIRONMENTS) + r")(\*?)\}")
COUNTED = ("alignat", "alignedat", "array", "IEEEeqnarray", "IEEEeqnarraybox")
"""Environments whose columns an argument counts or lists: ``\\begin{alignat}{2}``."""
_COLUMNS = re.compile(r"\s*(?:\[[^\]\n]*\]\s*)?\{[^{}\n]*\}")
_OPENING = re.compile(r"\$\$?|\\{1,2}[\[(]|\\begin\{|\\.", re.S)
_BLANK = re.compile(r"\n(?=[ \t>]*\n)")
_MATHS = re.compile(r"\\[a-zA-Z]|[\^_=]")
_MONEY = re.compile(r"\d[\d,.]*(?:\s|[kKmMbB]\b)[^\\=^_+*<>]*")
_WORDS = re.compile(r"(?<!\\)(?:\\\\)*\\(?:text(?:rm|normal|it|bf)?|mbox|hbox)\s*\{")
"""What opens words inside maths."""
_MOST_WORDS = 300
"""Characters of words inside maths that may hold dollars."""
_MOST_GROUPS = 20
"""Words with dollars in one piece of maths."""
TAG = re.compile(r"\\tag\s*\*?\s*(?:\{([^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*)\}|(\d+))")
LABEL = re.compile(r"\\label\s*\{([^{}\n]*)\}")


def find_maths(
    text: str, latex: bool, skip: Iterable[tuple[int, int]] = (), rows: Sequence[int] = ()
) -> tuple[list[Maths], list[tuple[int, str]]]:
    """The maths of a cleaned text outside of ``skip``, and the delimiters that nothing closes.

    ``latex``: in TeX itself dollars are always maths, and a bracket needs no other sign of it.
    ``rows`` are offsets of the beginnings and ends of table rows: maths in dollars stays within
    its row.
    """
    return _Finder(text, latex, skip, rows).find()


class _Finder:
    def __init__(
        self, text: str, latex: bool, skip: Iterable[tuple[int, int]], rows: Sequence[int]
    ) -> None:
        self.text = text
        self.latex = latex
        self.skip = Spans(skip)
        self.maths: list[Maths] = []
        self.unclosed: list[tuple[int, str]] = []
        singles, doubles = _dollars(text)
        blanks = [match.start() for match in _BLANK.finditer(text)]
        self.dollars, self.doubles, self.blanks = map(Offsets, (singles, doubles, blanks))
        self.rows = Offsets(sorted(rows))
        self.braces = braces(text)
        self.ends: dict[str, Offsets] = {}
        """Where each other closing delimiter occurs; looked for once."""

    def closings(self, closing: str) -> Offsets:
        """Where a delimiter that closes occurs."""
        if closing not in self.ends:
            places = [match.start() for match in re.finditer(re.escape(closing), self.text)]
            self.ends[closing] = Offsets(places)
        return self.ends[closing]

    def find(self) -> tuple[list[Maths], list[tuple[int, str]]]:
        position = 0
        while found := _OPENING.search(self.text, position):
            start = found.start()
            around = self.skip.around(start)
            if around:
                position = around[1]
                continue
            one = self._maths(found)
            if one is None:
                position = found.end()
            else:
                self.maths.append(one)
                position = one.outer[1]
        return self.maths, self.unclosed

    def _maths(self, found: re.Match[str]) -> Maths | None:
        start, token = found.start(), found.group()
        if token == "$$":
            return self._display(start)
        if token == "$":
            return self._dollar(start)
        if token[0] == "\\" and token[-1] in "[(" and len(token) > 1:
            return self._bracket(start, token)
        return self._environment(start) if token == r"\begin{" else None

    def _make(
        self, start: int, end: int, outer: tuple[int, int], display: bool, environment: str = "",
        doubtful: bool = False,
    ) -> Maths:  # fmt: skip
        content = self.text[start:end]
        return Maths(start, end, outer, display, content, environment, "", doubtful)

    def _display(self, start: int) -> Maths | None:
        closing = self.doubles.next(start + 2)
        gap = self.blanks.next(start + 2, len(self.text))
        if closing < 0 or (gap < closing and len(self.doubles.within(start, len(self.text))) % 2):
            self.unclosed.append((start, "$$"))
            return None
        if not self.text[start + 2 : closing].strip():
            return None
        outer = (start, closing + 2)
        return self._make(start + 2, closing, outer, True, doubtful=gap < closing)

    def _dollar(self, start: int) -> Maths | None:
        text = self.text
        limit = min(self.blanks.next(start + 1, len(text)), self.rows.next(start + 1, len(text)))
        closing = self._behind_words(start + 1, self.dollars.next(start + 1), limit)
        if closing < 0 or closing >= limit:
            # `$a$$b$`: two pieces side by side share a double dollar
            closing = self.doubles.next(start + 1)
            after = self.dollars.next(start + 1)
            if not (0 <= closing < limit and after >= 0):
                self._open_dollar(start, limit)
                return None
        double = self.doubles.next(start + 1)
        if 0 <= double < closing:
            closing = double
        content = text[start + 1 : closing]
        if not content.strip():
            return None
        if not self.latex and not _is_maths(content, text[closing + 1 : closing + 2]):
            return None
        return self._make(start + 1, closing, (start, closing + 1), False)

    def _behind_words(self, start: int, closing: int, limit: int) -> int:
        r"""The dollar that closes, past those in words inside: ``$x \text{ if $x > 0$}$``."""
        for _ in range(_MOST_GROUPS):
            if not 0 <= closing < limit:
                break
            words = _WORDS.finditer(self.text, max(start, closing - _MOST_WORDS), closing)
            ends = (self.braces.get(one.end() - 1, -1) for one in words)
            end = next((end for end in ends if end > closing), -1)
            if not closing < end <= min(limit, closing + _MOST_WORDS):
                break
            start, closing = end, self.dollars.next(end)
        return closing

    def _open_dollar(self, start: int, limit: int) -> None:
        """A dollar that nothing closes: only told of where what follows is surely maths."""
        near = self.text[start + 1 : min(limit, start + 200)]
        if self.latex or re.match(r"\S{0,30}(?:\\[a-zA-Z]|[a-z)}]\^)", near):
            self.unclosed.append((start, "$"))

    def _bracket(self, start: int, token: str) -> Maths | None:
        doubled = len(token) == 3
        if doubled and self.latex:
            return None  # a line break with a length
        close = token[:-1] + ("]" if token[-1] == "[" else ")")
        inner = start + len(token)
        end = self.closings(close).next(inner)
        gap = self.blanks.next(inner, len(self.text))
        if end < 0 or gap < end:
            if self.latex:
                self.unclosed.append((start, token))
            return None
        content = self.text[inner:end]
        if not content.strip() or not (self.latex or _MATHS.search(content)):
            return None  # in Markdown this is an escaped bracket as well
        outer = (start, end + len(close))
        made = self._make(inner, end, outer, token[-1] == "[")
        return unescaped(made) if doubled else made

    def _environment(self, start: int) -> Maths | None:
        begin = _BEGIN.match(self.text, start)
        if begin is None:
            return None
        name = begin[1] + begin[2]
        close = rf"\end{{{name}}}"
        closing = self.closings(close).next(begin.end())
        if closing < 0:
            self.unclosed.append((start, begin[0]))
            return None
        columns = _COLUMNS.match(self.text, begin.end()) if begin[1] in COUNTED else None
        inner = columns.end() if columns else begin.end()
        if not self.text[inner:closing].strip():
            return None
        display = begin[1] != "math"
        return self._make(inner, closing, (start, closing + len(close)), display, name)


def _dollars(text: str) -> tuple[list[int], list[int]]:
    """The places of single and of double dollars, escaped ones left out."""
    singles: list[int] = []
    doubles: list[int] = []
    for match in re.finditer(r"\\.|\$\$?", text, re.S):
        if match[0] == "$":
            singles.append(match.start())
        elif match[0] == "$$":
            doubles.append(match.start())
    return singles, doubles


def _is_maths(content: str, after: str) -> bool:
    """Whether what stands between two dollars of a Markdown text is maths, and no prices."""
    if after.isdigit() and content[-1:].isspace():
        return False
    if _MONEY.fullmatch(content) and not content.isdigit():
        return False
    if content[0].isspace() or content[-1].isspace() or after.isdigit():
        return len(content) < 2000 and bool(_MATHS.search(content))
    return True


PUNCTUATION = re.compile(r"\\([!-/:-@\[-`{-~])")
"""What Markdown takes a backslash off."""
EMPHASIS = re.compile(r"\\([_*])|\\\\(\\\\)")
"""What Markdown takes a backslash off for sure where it leaves maths alone: signs of emphasis, and
two of four backslashes in a row."""


def unescaped(maths: Maths, pattern: re.Pattern[str] = PUNCTUATION) -> Maths:
    """What is left when the page's own Markdown has taken a backslash off each pair."""
    text: list[str] = []
    places: list[int] = []
    position = 0
    for match in pattern.finditer(maths.text):
        text.append(maths.text[position : match.start()])
        places += range(maths.start + position, maths.start + match.start())
        kept = match[match.lastindex or 0]
        text.append(kept)
        places += range(maths.start + match.start(), maths.start + match.start() + len(kept))
        position = match.end()
    if not position:
        return maths
    text.append(maths.text[position:])
    places += range(maths.start + position, maths.end)
    return replace(maths, text="".join(text), places=tuple(places))


def tag_of(text: str) -> str:
    """The first ``\\tag`` of a piece of maths, else its ``\\label``, else nothing."""
    tag = TAG.search(text)
    if tag:
        return (tag[1] if tag[1] is not None else tag[2]).strip()
    label = LABEL.search(text)
    return label[1].strip() if label else ""
