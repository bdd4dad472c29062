"""Lines of text of a given width, in colour or not: paragraphs, labelled texts, and tables.

Rich wraps and draws. A column of a table is handed to it as one text of many lines, broken here
where ids and words may break: cell by cell it measures so much that drawing a table would take
longer than checking the formulas in it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from derivcheck.records import record
from derivcheck.report.escape import inert

GAP = 2
"""Cells between two columns."""


@record()
class Column:
    """A column of a table.

    ``parts`` are those between which a cell may break; without, none does. ``rest`` is narrowed
    before the others, and a word that is wider than all of it is cut.
    """

    header: str
    parts: Callable[[str], list[str]] | None = None
    rest: bool = False


def words(text: str) -> list[str]:
    """A text in words, each with the blanks behind it."""
    return re.findall(r"\S+\s*", text)


def id_parts(text: str) -> list[str]:
    """An id in the parts between which it may break: behind hyphens and dots."""
    return re.findall(r"[^-.]*[-.]+|[^-.]+", text)


class Lines:
    """Lines, in the order they are added."""

    def __init__(self, width: int, color: bool) -> None:
        self.width = width
        self.color = color
        self._found: list[str] = []

    def text(self) -> str:
        """All of them, without spaces at their ends."""
        return inert("".join(f"{line.rstrip()}\n" for line in self._found))

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
        cells = [Text(no_wrap=True, overflow="ignore", end="") for _ in columns]
        for row, style in zip(rows, styles, strict=True):
            broken = [
                _packed(column.parts(cell), width) if column.parts else [cell]
                for cell, width, column in zip(row, widths, columns, strict=True)
            ]
            broken = [
                [_cut(line, width) for line in lines] if column.rest else lines
                for lines, width, column in zip(broken, widths, columns, strict=True)
            ]
            height = max(map(len, broken))
            for column, text, lines in zip(columns, cells, broken, strict=True):
                shown = "\n".join(lines + [""] * (height - len(lines)))
                text.append(f"{shown}\n", style if column is columns[-1] else "")
        # the gap is no padding, which rich before 15 counts behind the last column, too
        drawn = Table(box=SIMPLE_HEAD, show_edge=False, padding=0)
        for column, width in zip(columns, widths, strict=True):
            gap = 0 if column is columns[-1] else GAP - 1
            drawn.add_column(column.header, width=width + gap, no_wrap=True)
        for text in cells:
            text.rstrip()
        drawn.add_row(*cells)
        buffer = io.StringIO()
        # the same characters everywhere, and nothing a formula says is read as markup
        Console(
            file=buffer,
            width=sum(widths) + GAP * len(widths),
            force_terminal=self.color,
            no_color=not self.color,
            color_system="standard" if self.color else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        ).print(drawn)
        self._found += buffer.getvalue().splitlines()
        self.blank()

    def _widths(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
        """As wide as the widest cell; where that is too wide, narrower, but no part is broken."""
        widths: list[int] = []
        least: list[int] = []
        for position, column in enumerate(columns):
            texts = {column.header, *(row[position] for row in rows)}
            widths.append(max(map(cell_len, texts)))
            parts = {part.rstrip() for text in texts for part in (column.parts or _whole)(text)}
            longest = max(map(cell_len, parts), default=0)
            least.append(min(longest, _ENOUGH) if column.rest else longest)
        lacking = sum(widths) + GAP * (len(widths) - 1) - self.width
        for only_rest in (True, False):
            for position, column in enumerate(columns):
                if lacking > 0 and (column.rest or not only_rest):
                    enough = max(least[position], _ENOUGH if only_rest else 0)
                    narrower = min(widths[position], max(widths[position] - lacking, enough))
                    lacking -= widths[position] - narrower
                    widths[position] = narrower
        return widths

    def _styled(self, text: str, style: str) -> str:
        if not (self.color and style and text):
            return text
        return _style(style).render(text, color_system=ColorSystem.STANDARD)


_ENOUGH = 24
"""Cells that the column which takes the rest keeps while others can be narrowed instead."""


def _whole(text: str) -> list[str]:
    return [text]


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def _packed(parts: Sequence[str], width: int) -> list[str]:
    """Parts in lines, as many in each as there is room for."""
    lines = [""]
    for part in parts:
        if lines[-1] and cell_len(lines[-1]) + cell_len(part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return [line.rstrip() for line in lines]


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells, broken between words where possible."""
    if "\n" not in text and cell_len(text) <= width:
        return [text]
    text = " ".join(_broken(word, width) for word in text.split(" "))
    held = _CODE.sub(lambda code: _held(code[0], width), text)
    lines = Text(held).wrap(_console(), width, overflow="fold")
    return [line.plain.rstrip().replace(_TIE, " ") for line in lines]


_CODE = re.compile(r"`[^`\n]{1,400}`")
_TIE = "\ue000"  # for private use: no blank to rich


def _held(code: str, width: int) -> str:
    """Code that fits into a line stays in one, so that it can be copied."""
    return code.replace(" ", _TIE) if cell_len(code) <= width else code


def _broken(word: str, width: int) -> str:
    """A word that is wider than a line: LaTeX broken before commands and behind groups, others
    where ids break."""
    if cell_len(word) <= width:
        return word
    parts = re.split(r"(?=\\)|(?<=[}&])", word) if "\\" in word else id_parts(word)
    return "\n".join(_packed(parts, width))


@lru_cache(maxsize=1)
def _console() -> Console:
    return Console(width=80)


@lru_cache(maxsize=16)
def _style(name: str) -> Style:
    return Style.parse(name)
