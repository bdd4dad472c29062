r"""``duplicate-tag``: two formulas carry the same tag or label.

FAIL: ``\tag{3}`` twice; ``\label{eq:a}``, or ``:label: a`` of reStructuredText, twice.
PASS: ``\tag{*}`` twice (a mark, not a number); numbering that starts anew under a heading.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.lint.document import Document, Label, Problem


def check(document: Document) -> Iterator[Problem]:
    """Every tag or label that repeats an earlier one of its section."""
    numbered = [tag for tag in document.tags if any(c.isdigit() for c in tag.text)]
    for section in _sections(document, numbered):
        yield from _repeated(document, section, "tag")
    yield from _repeated(document, list(document.labels), "label")


def _repeated(document: Document, labels: list[Label], noun: str) -> Iterator[Problem]:
    first: dict[str, Label] = {}
    for label in labels:
        before = first.setdefault(label.text, label)
        if before is not label:
            place = document.page.location("", before.offset)
            where = "" if place.cell is None else f"cell {place.cell}, "
            message = f"{noun} {label.text} was already given in {where}line {place.line}"
            yield Problem(label.offset, f"duplicate-{noun}", message)


def _sections(document: Document, tags: list[Label]) -> list[list[Label]]:
    """Split where the numbering starts anew: 1, 2, ... again, after a heading."""
    sections: list[list[Label]] = [[]]
    for index, tag in enumerate(tags):
        current = sections[-1]
        if (
            current
            and tag.text == current[0].text
            and index + 1 < len(tags)
            and len(current) > 1
            and tags[index + 1].text == current[1].text
            and any(current[-1].offset < h < tag.offset for h in document.headings)
        ):
            sections.append([])
        sections[-1].append(tag)
    return sections
