"""A page to its source: where each equation stands, and what annotations say about it.

Sections nest by the levels of headings. A list item reaches to the next marker of its level, or
to a heading. An annotation holds from where it stands to the end of its section.
"""

from __future__ import annotations

import re
from dataclasses import field
from itertools import pairwise

from derivcheck.documents.annotations import greek_words, read_comment
from derivcheck.documents.scan.inline import tag_of
from derivcheck.documents.scan.page import Comment, Kind, Mark, Maths, Offsets, Page
from derivcheck.documents.source import Annotation, Cell, Equation, Said
from derivcheck.model import Diagnostic, Location
from derivcheck.records import record

MOST_BLOCKS = 500
"""Annotations that may be in force at once: each equation is read under all of them."""
MOST_NAMES = 2000
"""Names and conditions that they may hold."""

_WORDS = 300
"""Characters of the text around an equation that are handed on."""
_NEXT_LINE = re.compile(r"\r?\n[ \t]*%+[ \t]*")
"""What stands between two comments of TeX that are one block."""
_DIRECTLY = re.compile(r"\s*(?:-->)?[\s>]*")
"""What stands between a comment and what it is said of directly."""
_GAP = re.compile(r"\n[ \t>]*\n")
_SQUEEZE = re.compile(r"\s+")
_NO_WORDS = re.compile(
    r"(?:[\s|&*\\=+-]|\[[^\]\n]*\]|\\[a-z]*(?:line|rule|space|head|style)\b(?:\{[^{}\n]*\})*)*"
)
"""What separates the cells and rows of a table."""
_NO_TITLE = re.compile(r"\\begin\{\w+\*?\}(?:\[\w*\])?(?:\{[^{}\n]*\})*|\\[A-Za-z]+|:math:")
_WORD = re.compile(r"[^\W\d_]+")


def in_context(page: Page, file: str) -> Context:
    """Each equation of a page in its context."""
    walk = Context(page, file)
    walk.run()
    return walk


@record(frozen=False)
class _Section:
    """A section that is still open."""

    level: int
    number: int
    title: str
    blocks: int
    """How many annotations were in force when it began."""
    children: int = 0


@record(frozen=False)
class _Next:
    """What was said directly before the next equation."""

    annotation: tuple[Annotation, ...] = ()
    skip: tuple[int, ...] | None = None
    claim: bool = False
    wrong: bool = False
    places: list[tuple[str, Location]] = field(default_factory=list)
    """The words, and where they stand."""
    end: int = 0
    """Where the last of them ends."""


@record(frozen=False)
class Context:
    """The walk over a page in the order of its text: its equations, and what it says of them."""

    page: Page
    file: str
    equations: list[Equation] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    annotations: list[tuple[Annotation, ...]] = field(default_factory=list)
    """Each annotation behind those that are in force where it stands."""
    sections: list[_Section] = field(default_factory=lambda: [_Section(0, 0, "", 0)])
    items: list[tuple[int, int]] = field(default_factory=list)
    """Level and number of the list items that are still open."""
    item_count: int = 0
    row: int | None = None
    row_count: int = 0
    table: int = 0
    """The first row of the table at hand."""
    column: int = 0
    cell: int = 0
    """Where the cell at hand begins."""
    titles: list[str] = field(default_factory=list)
    """What heads its columns."""
    paragraph: int = 0
    breaks: list[int] = field(default_factory=lambda: [0, 0])
    """Where the paragraph before and this one begin."""
    blocks: list[Annotation] = field(default_factory=list)
    block_end: int = 0
    """Where the last one ends."""
    force: tuple[Annotation, ...] = ()
    next: _Next = field(default_factory=_Next)
    off: bool = False
    last: int = 0
    """Where the maths before ends, or the section begins."""
    stops: Offsets = field(default_factory=lambda: Offsets(()))
    """Where something begins that ends a paragraph."""
    cells: Offsets = field(default_factory=lambda: Offsets(()))
    """Where cells begin."""
    words: frozenset[str] = frozenset()
    """Greek letters that are written as words."""

    def run(self) -> None:
        """Find every equation, in order."""
        marks = self.page.marks
        self.stops = Offsets([mark.offset for mark in marks if mark.kind is not Kind.CELL])
        self.cells = Offsets([mark.offset for mark in marks if mark.kind is Kind.CELL])
        self.words = greek_words(self.page) if self.page.comments else frozenset()
        # what stands at one place comes in this order: marks, comments, maths
        parts: list[Mark | Comment | Maths] = [*marks, *self.page.comments, *self.page.maths]
        for one in sorted(parts, key=_offset):
            if isinstance(one, Mark):
                self._mark(one)
            elif isinstance(one, Comment):
                self._comment(one)
            else:
                self.equations.append(self._equation(one, len(self.equations)))
        self._lapse()

    # -- what divides ----------------------------------------------------------------------

    def _mark(self, mark: Mark) -> None:
        kind = mark.kind
        if kind is Kind.BREAK:
            self._break(mark.offset)
        elif kind is Kind.CELL:
            self.column, self.cell = self.column + 1, mark.offset
        elif kind is Kind.HEADING:
            self._break(mark.offset)
            self._heading(mark)
        elif kind is Kind.ROW:
            self._break(mark.offset)
            self.row_count += 1
            if self.row is None:
                self.table = self.row_count
                self._titles(mark.offset)
            self.row, self.column, self.cell = self.row_count, 0, mark.offset
        elif kind is Kind.TABLE_END:
            self.row = None
        else:
            self._break(mark.offset)
            while self.items and self.items[-1][0] >= mark.level:
                self.items.pop()
            if kind is Kind.ITEM:
                self.item_count += 1
                self.items.append((mark.level, self.item_count))

    def _titles(self, start: int) -> None:
        """Take the words of the first row of a table."""
        end = self.stops.next(start + 1, start + _WORDS)
        bounds = [start, *self.cells.within(start, end), end]
        texts = (self.page.prose[slice(*bound)] for bound in pairwise(bounds))
        self.titles = [" ".join(_WORD.findall(_NO_TITLE.sub("", text))).lower() for text in texts]

    def _cell(self, maths: Maths) -> Cell | None:
        """Where in a table a piece of maths stands."""
        if self.row is None:
            return None
        left, right = maths.outer
        end = len(self.page.prose)
        end = min(self.stops.next(right, end), self.cells.next(right, end))
        around = (self.cell, left), (right, end)
        alone = all(
            end - start <= _WORDS and _NO_WORDS.fullmatch(self.page.prose, start, end)
            for start, end in around
        )
        title = self.titles[self.column] if self.column < len(self.titles) else ""
        return Cell(self.table, self.column, alone, title)

    def _break(self, offset: int) -> None:
        if offset > self.breaks[1]:
            self.breaks = [self.breaks[1], offset]
            self.paragraph += 1

    def _heading(self, mark: Mark) -> None:
        self._lapse()
        self.items.clear()
        self.row = None
        while self.sections[-1].level >= mark.level and len(self.sections) > 1:
            ended = self.sections.pop()
            del self.blocks[ended.blocks :]
        above = self.sections[-1]
        above.children += 1
        self.sections.append(_Section(mark.level, above.children, mark.title, len(self.blocks)))
        self.force = tuple(self.blocks)
        self.breaks = [mark.offset, mark.offset]
        self.last = max(self.last, mark.offset)

    # -- what is said ----------------------------------------------------------------------

    def _comment(self, comment: Comment) -> None:
        said = read_comment(self.page, comment, self.file, self.words)
        if not isinstance(said, Said):
            self.problems += said
            return
        if said.word in ("skip", "claim", "wrong", "next"):
            self.next.places.append((said.word, said.location))
            self.next.end = comment.end
        if said.annotation is not None:
            self._annotation(said.annotation, said, comment)
        elif said.word == "skip":
            self.next.skip = said.rows
        elif said.word == "claim":
            self.next.claim = True
        elif said.word == "wrong":
            self.next.wrong = True
        else:
            self.off = said.word == "off"

    def _lapse(self) -> None:
        """Tell what was said of the next equation where none comes in the section."""
        for word, location in self.next.places:
            message = f"`derivcheck: {word}` is said of no equation: none follows in its section"
            self.problems.append(Diagnostic("annotation-directive", message, location))
        self.next = _Next()

    def _annotation(self, annotation: Annotation, said: Said, comment: Comment) -> None:
        is_next = said.word == "next"
        here = self.force + self.next.annotation if is_next else self.force
        names = sum(one.size for one in (*here, annotation))
        for count, most, what in (
            (len(here) + 1, MOST_BLOCKS, "annotations"),
            (names, MOST_NAMES, "names and conditions of annotations"),
        ):
            if count > most:
                message = f"more than {most} {what} are in force: this one is not read"
                self.problems.append(Diagnostic("annotation-count", message, said.location))
                return
        if is_next:
            self.next.annotation += (annotation,)
        else:
            between = self.page.text[self.block_end : comment.offset]
            if self.blocks and _NEXT_LINE.fullmatch(between):
                annotation = self.blocks.pop().joined(annotation)
                here = here[:-1]
                del self.annotations[-1]
            self.block_end = comment.end
            self.blocks.append(annotation)
            self.force = tuple(self.blocks)
        self.annotations.append((*here, annotation))

    # -- equations -------------------------------------------------------------------------

    def _equation(self, maths: Maths, number: int) -> Equation:
        page = self.page
        line, column = page.position(maths.outer[0])
        starts, columns = self._lines(maths)
        said = _Next()
        if self._is_next(maths):
            said, self.next = self.next, said
        before, after, between = self._around(maths)
        self.last = maths.outer[1]
        return Equation(
            number=number,
            text=maths.text,
            display=maths.display,
            environment=maths.environment,
            tag=tag_of(maths.text) or maths.label,
            section=tuple(one.number for one in self.sections[1:]),
            titles=tuple(one.title for one in self.sections[1:]),
            item=tuple(number for _, number in self.items),
            row=self.row,
            table=self._cell(maths),
            paragraph=self.paragraph,
            line=line,
            column=column,
            last_line=page.position(max(maths.outer[0], maths.outer[1] - 1))[0],
            before=before,
            after=after,
            between=between,
            blocks=self.force + said.annotation,
            skip=said.skip,
            claim=said.claim,
            wrong=said.wrong,
            off=self.off,
            cell=page.cell(maths.start),
            file=self.file,
            starts=starts,
            columns=columns,
        )

    def _is_next(self, maths: Maths) -> bool:
        """Whether maths is what was spoken of: in ``for all $t$``, words before and no equation,
        it is not."""
        if maths.display or self.row is not None or "=" in maths.text:
            return True
        return _DIRECTLY.fullmatch(self.page.text, self.next.end, maths.outer[0]) is not None

    def _lines(self, maths: Maths) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
        """Where the pieces of the text that are contiguous in the document begin."""
        starts = [0]
        if maths.places is None:
            starts += [match.end() for match in re.finditer("\n", maths.text)]
        else:
            places = maths.places
            starts += [
                index
                for index in range(1, len(places))
                if places[index] != places[index - 1] + 1 or maths.text[index - 1] == "\n"
            ]
        return tuple(starts), tuple(self.page.position(maths.offset(at)) for at in starts)

    def _around(self, maths: Maths) -> tuple[str, str, str]:
        """The words of the paragraph before and after a piece of maths, and since the last one."""
        prose = self.page.prose
        start, end = maths.outer
        before = prose[max(self.breaks[1], start - _WORDS) : start]
        if not before.strip(" \t\n>"):
            before = prose[max(self.breaks[0], start - _WORDS) : start]
        stop = self.stops.next(end, len(prose))
        after = prose[end : min(stop, end + _WORDS)]
        gap = _GAP.search(after)
        after = after[: gap.start()] if gap else after
        between = prose[max(self.last, start - _WORDS) : start]
        before, after, between = (_SQUEEZE.sub(" ", t).strip() for t in (before, after, between))
        return before, after, between


def _offset(part: Mark | Comment | Maths) -> int:
    return part.outer[0] if isinstance(part, Maths) else part.offset
