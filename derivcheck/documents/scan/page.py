"""A document taken apart: its maths, what divides it, and its comments, each with its place.

One scanner a format makes a :class:`Page`; whoever reads equations or lints goes on from there.
Offsets count characters of :attr:`Page.text`, so that every place in it can be reported.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from functools import lru_cache

from derivcheck.model import Location
from derivcheck.records import record

_OPTION = re.compile(r"[ \t>]*:([\w-]+):[ \t]*(.*)")


@record()
class Maths:
    """A piece of maths.

    ``start`` and ``end`` are offsets of its content, ``outer`` those with delimiters.
    ``text`` is what a reader takes: the content, where the format's own marks inside it (block
    quotes, doubled backslashes) are undone; ``places`` are then the offsets of its characters,
    else None. ``doubtful`` displays hold a blank line, which not every renderer allows.
    """

    start: int
    end: int
    outer: tuple[int, int]
    display: bool
    text: str
    environment: str = ""
    label: str = ""
    doubtful: bool = False
    places: tuple[int, ...] | None = None

    def offset(self, index: int) -> int:
        """The offset in the document of a character of ``text`` (or of its end)."""
        if self.places is None:
            return min(self.start + index, self.end)
        return self.places[index] if index < len(self.places) else self.end

    def shifted(self, by: int) -> Maths:
        """The same, ``by`` characters further on."""
        return replace(
            self,
            start=self.start + by,
            end=self.end + by,
            outer=(self.outer[0] + by, self.outer[1] + by),
            places=None if self.places is None else tuple(place + by for place in self.places),
        )


class Kind(Enum):
    """What divides a document."""

    HEADING = "heading"
    ITEM = "item"
    """A marker of a list."""
    END = "end"
    """The lists of this level and deeper ones end."""
    ROW = "row"
    """A row of a table begins."""
    CELL = "cell"
    """A cell of a row begins."""
    TABLE_END = "table-end"
    BREAK = "break"
    """A paragraph begins."""


@record()
class Mark:
    """Something that divides a document, and where it begins.

    ``level`` is 1 for the highest heading; of items it is what tells the levels of lists apart
    (a column, or a depth). ``number`` is that of a numbered item.
    """

    offset: int
    kind: Kind
    level: int = 0
    title: str = ""
    number: int | None = None


@record()
class Comment:
    """A comment that speaks to derivcheck: the lines after the word, and the offset of each.

    ``lines`` are ready for YAML: the format's own marks are gone.
    """

    offset: int
    end: int
    lines: tuple[str, ...]
    starts: tuple[int, ...]
    head: str = ""
    """What follows ``derivcheck`` directly, up to its colon: ``next`` in ``derivcheck next:``."""

    def shifted(self, by: int) -> Comment:
        """The same, ``by`` characters further on."""
        starts = tuple(start + by for start in self.starts)
        return replace(self, offset=self.offset + by, end=self.end + by, starts=starts)


@record()
class Page:
    """A scanned document.

    ``clean`` is ``text`` with code and comments blanked, ``prose`` is ``clean`` with the maths
    blanked, too. ``unclosed`` are offsets of delimiters that are never closed, and the delimiter.
    ``cells`` are the offsets at which the cells of a notebook begin, and their numbers.
    """

    text: str
    clean: str
    prose: str
    maths: tuple[Maths, ...]
    marks: tuple[Mark, ...]
    comments: tuple[Comment, ...]
    unclosed: tuple[tuple[int, str], ...]
    lines: tuple[int, ...]
    cells: tuple[tuple[int, int], ...] = ()
    problem: str = ""
    """Why the document can't be taken apart at all."""

    def cell(self, offset: int) -> int | None:
        """The number of the notebook cell that holds an offset; None in other documents."""
        if not self.cells:
            return None
        return self.cells[max(0, bisect_right(self.cells, (offset, 1 << 60)) - 1)][1]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; in a notebook those of its cell."""
        line = bisect_right(self.lines, offset)
        column = offset - self.lines[line - 1] + 1
        if self.cells:
            index = max(0, bisect_right(self.cells, (offset, 1 << 60)) - 1)
            line -= bisect_right(self.lines, self.cells[index][0]) - 1
        return line, column

    def location(self, file: str, offset: int) -> Location:
        """The place of an offset, as messages name it."""
        return Location(file, *self.position(offset), self.cell(offset))


def line_starts(text: str) -> tuple[int, ...]:
    """The offset at which each line begins."""
    return (0, *(match.end() for match in re.finditer("\n", text)))


def blanked(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """The text with ranges of it replaced by blanks; line ends stay, and so does every offset."""
    pieces: list[str] = []
    position = 0
    for start, end in sorted(ranges):
        if end <= position:
            continue
        start = max(start, position)
        pieces += (text[position:start], re.sub(r"[^\n]", " ", text[start:end]))
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


def _apart(maths: Iterable[Maths]) -> tuple[Maths, ...]:
    """Pieces in order; one that begins inside another is none."""
    found: list[Maths] = []
    for one in sorted(maths, key=lambda one: one.start):
        if not found or found[-1].outer[1] <= one.outer[0]:
            found.append(one)
    return tuple(found)


def page(
    text: str,
    clean: str,
    maths: Iterable[Maths],
    marks: Iterable[Mark],
    comments: Iterable[Comment],
    unclosed: Iterable[tuple[int, str]] = (),
) -> Page:
    """The page of these parts, in order; marks inside maths are none."""
    maths = _apart(maths)
    spans = Spans([(one.outer[0] + 1, one.outer[1]) for one in maths])
    return Page(
        text=text,
        clean=clean,
        prose=blanked(clean, [one.outer for one in maths]),
        maths=maths,
        marks=tuple(
            sorted(
                (one for one in marks if one.offset not in spans),
                key=lambda one: (one.offset, one.kind is not Kind.BREAK),
            )
        ),
        comments=tuple(sorted(comments, key=lambda one: one.offset)),
        unclosed=tuple(sorted(unclosed)),
        lines=line_starts(text),
    )


@lru_cache(maxsize=8)
def braces(text: str) -> Mapping[int, int]:
    """The offset after the brace that closes the one at each offset, for those that are closed."""
    ends: dict[int, int] = {}
    open_: list[int] = []
    for match in re.finditer(r"\\.|[{}]", text, re.S):
        if match[0] == "{":
            open_.append(match.start())
        elif match[0] == "}" and open_:
            ends[open_.pop()] = match.end()
    return ends


class Lines:
    """The walk over the lines of a text that a scanner of a format with blocks makes."""

    line: Callable[[int], int]
    """Takes a line, and what begins in it; the number of the next one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = line_starts(text)
        self.blanks: list[tuple[int, int]] = []
        self.maths: list[Maths] = []
        self.marks: list[Mark] = []
        self.comments: list[Comment] = []
        self.blank_before = True

    def run(self, index: int = 0) -> None:
        """Take every line from this one on."""
        while index < len(self.lines):
            index = self.line(index)

    def end(self, index: int) -> int:
        """Where a line ends."""
        return self.starts[index] + len(self.lines[index])

    def options(self, first: int, end: int) -> tuple[int, str]:
        """The number of the line behind the options of a directive, and the label among them."""
        label = ""
        while first < end and (option := _OPTION.fullmatch(self.lines[first])):
            label = option[2].strip() if option[1] in ("label", "name") else label
            first += 1
        return first, label


class Spans:
    """Disjoint ranges, to be asked which of them holds an offset."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self.ranges = sorted(ranges)
        self._starts = [start for start, _ in self.ranges]

    def __contains__(self, offset: int) -> bool:
        return self.around(offset) is not None

    def around(self, offset: int) -> tuple[int, int] | None:
        """The range that holds an offset."""
        index = bisect_right(self._starts, offset) - 1
        if index >= 0 and offset < self.ranges[index][1]:
            return self.ranges[index]
        return None


class Offsets:
    """Where something occurs, to be asked for the next place at or after an offset."""

    def __init__(self, found: Sequence[int]) -> None:
        self.found = found

    def next(self, offset: int, default: int = -1) -> int:
        """The first place at or after ``offset``."""
        index = bisect_left(self.found, offset)
        return self.found[index] if index < len(self.found) else default

    def within(self, start: int, end: int) -> Sequence[int]:
        """The places from ``start`` to before ``end``."""
        return self.found[bisect_left(self.found, start) : bisect_left(self.found, end)]
