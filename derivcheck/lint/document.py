"""A document as the rules read it: what its scanner found, with tags, labels and items."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from derivcheck.documents.scan import scan
from derivcheck.documents.scan.inline import LABEL, TAG
from derivcheck.documents.scan.page import Kind, Maths, Offsets, Page
from derivcheck.records import record


@record()
class Problem:
    """What a rule finds, and where."""

    offset: int
    rule: str
    message: str
    hint: str | None = None


@record()
class Label:
    """A tag or label and where it, or the maths that bears it, stands."""

    text: str
    offset: int


@record()
class Item:
    """An item of a numbered list: offsets of its number and of the end of what it holds."""

    number: int
    offset: int
    end: int


@record()
class Document:
    """``text`` has code and comments blanked."""

    page: Page
    latex: bool
    tags: tuple[Label, ...]
    labels: tuple[Label, ...]
    items: tuple[Item, ...]
    headings: tuple[int, ...]

    @property
    def text(self) -> str:
        """The document with code and comments blanked; every offset stays."""
        return self.page.clean

    @property
    def regions(self) -> tuple[Maths, ...]:
        """Its maths."""
        return self.page.maths

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Where a pattern occurs in its maths."""
        for region in self.regions:
            yield from pattern.finditer(self.text, region.start, region.end)


def read_document(text: str, file: str) -> Document:
    """Split a document into prose and maths. Never raises."""
    page = scan(text, file)
    return Document(
        page=page,
        latex=os.path.splitext(file)[1].lower() in (".tex", ".ltx", ".latex"),
        tags=tuple(
            Label((match[1] if match[1] is not None else match[2]).strip(), match.start())
            for match in TAG.finditer(page.clean)
        ),
        labels=tuple(_labels(page)),
        items=tuple(_items(page)),
        headings=tuple(mark.offset for mark in page.marks if mark.kind is Kind.HEADING),
    )


def _labels(page: Page) -> list[Label]:
    """The labels in maths and those that the format gives it: ``:label: a``, ``{#eq-a}``."""
    found = [Label(match[1].strip(), match.start()) for match in LABEL.finditer(page.clean)]
    found += [Label(maths.label, maths.outer[0]) for maths in page.maths if maths.label]
    return sorted(found, key=lambda label: label.offset)


def _items(page: Page) -> Iterator[Item]:
    """The numbered items, each up to the next one, a heading or a rule."""
    found = [mark for mark in page.marks if mark.number is not None and mark.level <= 3]
    stops = [mark.offset for mark in found]
    stops += [
        mark.offset
        for mark in page.marks
        if mark.kind is Kind.HEADING or (mark.kind is Kind.END and not mark.level)
    ]
    ends = Offsets(sorted(stops))
    for mark in found:
        assert mark.number is not None
        end = ends.next(mark.offset + 1, len(page.text))
        yield Item(mark.number, mark.offset, end)
