"""Jupyter notebooks to a page: the Markdown cells, one after the other.

The cells stay apart, so that nothing that is left open in one reaches into the next; a place is
told as line and column of its cell.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from derivcheck.documents.scan import markdown
from derivcheck.documents.scan.page import Kind, Mark, Page, line_starts, page
from derivcheck.files import MAX_BYTES


def scan(text: str) -> Page:
    """A notebook as a page. Never raises: what is no notebook is a page with a ``problem``."""
    try:
        cells = _cells(json.loads(text))
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "nested too deeply"
        return replace(_empty(), problem=f"not a notebook: {reason}")
    if cells is None:
        return replace(_empty(), problem="not a notebook: it holds no list of cells")
    if sum(len(source) for _, source in cells) > MAX_BYTES:
        most = MAX_BYTES // 1_000_000
        return replace(_empty(), problem=f"more than {most} MB of text in its cells")
    return _joined(cells)


def _empty() -> Page:
    return page("", "", (), (), ())


def _cells(notebook: Any) -> list[tuple[int, str]] | None:
    """Number and source of each Markdown cell; None where there are no cells at all."""
    if not isinstance(notebook, dict):
        return None
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        lists = [sheet.get("cells") for sheet in sheets]
        cells = [cell for one in lists if isinstance(one, list) for cell in one]
    if not isinstance(cells, list):
        return None
    found = []
    for number, cell in enumerate(cells):
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            source = cell.get("source", "")
            if isinstance(source, list):
                source = "".join(part for part in source if isinstance(part, str))
            if isinstance(source, str):
                found.append((number, source))
    return found


def _joined(cells: list[tuple[int, str]]) -> Page:
    parts: list[tuple[int, int, Page]] = []
    """Where each cell begins, its number, and what it holds."""
    end = 0
    for number, source in cells:
        parts.append((end, number, markdown.scan(source)))
        end += len(source) + 2
    text, clean, prose = (
        "\n\n".join(getattr(one, which) for *_, one in parts)
        for which in ("text", "clean", "prose")
    )
    marks: list[Mark] = []
    for at, _, one in parts:
        marks.append(Mark(at, Kind.END))
        marks += (replace(mark, offset=mark.offset + at) for mark in one.marks)
    return Page(
        text,
        clean,
        prose,
        tuple(maths.shifted(at) for at, _, one in parts for maths in one.maths),
        tuple(marks),
        tuple(comment.shifted(at) for at, _, one in parts for comment in one.comments),
        tuple((offset + at, what) for at, _, one in parts for offset, what in one.unclosed),
        line_starts(text),
        tuple((at, number) for at, number, _ in parts),
    )
