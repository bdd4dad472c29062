"""Lines of text of a given width, in colour or not.

Rich measures every cell of its tables several times, which takes longer than the checks of the
formulas in them; here it wraps what is too long, and knows how wide a character is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from rich.text import Text

RULE = "─"
_LEAST = 8
"""Cells that a column which takes the rest gets at least, if others can be narrowed."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: as wide as its widest cell, and cut where that is too wide.

    ``most`` is where its text is folded instead; ``rest`` takes what other columns leave.
    """

    header: str
    most: int = 0
    rest: bool = False


class Lines:
    """Lines, in the order they are added."""

    def __init__(self, width: int, color: bool) -> None:
        self.width = width
        self.color = color
        self._found: list[str] = []

    def text(self) -> str:
        """All of them, without spaces at their ends."""
        return "".join(f"{line.rstrip()}\n" for line in self._found)

    def blank(self) -> None:
        """An empty line."""
        self._found.append("")

    def add(self, text: str, style: str = "", indent: int = 0) -> None:
        """A paragraph, wrapped."""
        for line in wrapped(text, max(self.width - indent, 1)):
            self._found.append(" " * indent + self._styled(line, style))

    def unbroken(self, text: str, style: str = "") -> None:
        """One line, however long it is: editors and terminals make links of places."""
        self._found.append(self._styled(text, style))

    def pairs(self, pairs: Iterable[tuple[str, str]], indent: int) -> None:
        """Labels, and beside each its text."""
        pairs = tuple(pairs)
        label_width = max((cell_len(label) for label, _ in pairs), default=0)
        start = indent + label_width + 2
        for label, text in pairs:
            head = " " * indent + set_cell_size(label, label_width) + "  "
            for line in wrapped(text, max(self.width - start, 1)):
                self._found.append(head + line)
                head = " " * start

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], styles: Sequence[str]
    ) -> None:
        """A table under its header; ``styles`` are those of the last cells of the rows."""
        widths = self._widths(columns, rows)
        headers = [column.header.split("\n") for column in columns]
        height = max(len(header) for header in headers)
        padded = [[""] * (height - len(header)) + header for header in headers]
        for head in zip(*padded, strict=True):
            self._found.append(self._styled(_joined(head, widths).rstrip(), "bold"))
        self._found.append(RULE * self.width)
        for row, style in zip(rows, styles, strict=True):
            cells = [
                wrapped(cell, width) if column.most else [_cut(cell, width)]
                for cell, width, column in zip(row, widths, columns, strict=True)
            ]
            cells[-1] = [self._styled(part, style) for part in cells[-1]]
            for k in range(max(map(len, cells))):
                line = [cell[k] if k < len(cell) else "" for cell in cells]
                self._found.append(_joined(line[:-1], widths[:-1]) + " " + line[-1])
        self.blank()

    def _widths(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
        widths = []
        for position, column in enumerate(columns):
            texts = (*column.header.split("\n"), *(row[position] for row in rows))
            widest = max(map(cell_len, texts))
            widths.append(min(widest, column.most) if column.most else widest)
        for position, column in enumerate(columns):
            if column.rest:
                widths[position] = 0
                lacking = sum(widths) + len(widths) - 1 + _LEAST - self.width
                for other, beside in enumerate(columns):
                    if lacking > 0 and beside.most:
                        narrower = max(min(_LEAST, widths[other]), widths[other] - lacking)
                        lacking -= widths[other] - narrower
                        widths[other] = narrower
                widths[position] = max(self.width - sum(widths) - len(widths) + 1, 1)
        return widths

    def _styled(self, text: str, style: str) -> str:
        if not (self.color and style and text):
            return text
        return _style(style).render(text, color_system=ColorSystem.STANDARD)


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells, broken between words where possible."""
    if "\n" not in text and cell_len(text) <= width:
        return [text]
    return [line.plain.rstrip() for line in Text(text).wrap(_console(), width, overflow="fold")]


@lru_cache(maxsize=1)
def _console() -> Console:
    return Console(width=80)


@lru_cache(maxsize=16)
def _style(name: str) -> Style:
    return Style.parse(name)


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def _joined(cells: Iterable[str], widths: Sequence[int]) -> str:
    return " ".join(set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=True))
