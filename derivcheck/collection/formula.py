"""One formula as it stands in a file: what it says, and where each part of it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from derivcheck.collection.raw import (
    QUOTED,
    SPREAD,
    Mark,
    Raw,
    line_column,
    path_steps,
    place,
    place_of,
)
from derivcheck.model import Location, Record


@dataclass(frozen=True, slots=True)
class Formula(Record):
    """A formula of a file, its keys known to be those of the format.

    ``raw`` holds the texts exactly as written (numbers too: ``0.50`` is ``"0.50"``) in plain
    dictionaries and lists; treat it as read-only, :mod:`derivcheck.collection.patches`
    copies. ``title`` and ``source`` are the collection's.
    """

    collection: str
    title: str
    file: str
    line: int
    column: int
    id: str
    raw: dict[str, Raw]
    marks: Mark = field(default=0, compare=False, repr=False)
    source: tuple[tuple[str, str], ...] = ()

    @property
    def location(self) -> Location:
        """Where the entry begins."""
        return Location(self.file, self.line, self.column)

    @property
    def label(self) -> str:
        """``collection:id``."""
        return f"{self.collection}:{self.id}"

    @property
    def name(self) -> str:
        """The formula's name, empty where the file gives none."""
        return self.text("name")

    @property
    def section(self) -> str:
        """The section it stands under, or empty."""
        return self.text("section")

    @property
    def latex(self) -> str:
        """The formula as the source prints it, or empty."""
        return self.text("latex")

    @property
    def expression(self) -> str:
        """The text of the expression."""
        return self.text("expression")

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, empty where there are none."""
        return self.texts("tags")

    def text(self, key: str) -> str:
        """The text under a key, empty where it is absent or no text."""
        value = self.raw.get(key, "")
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts under a key that takes one text or a list of them."""
        value = self.raw.get(key)
        if isinstance(value, str):
            return (value,)
        return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()

    def get(self, path: str) -> Raw | None:
        """What stands at a path such as ``derivation[0].by``; None where nothing does."""
        value: Raw = self.raw
        for step in path_steps(path):
            if isinstance(step, int):
                if not isinstance(value, list) or step >= len(value):
                    return None
                value = value[step]
            elif isinstance(value, dict) and step in value:
                value = value[step]
            else:
                return None
        return value

    def location_of(self, path: str, offset: int = 0) -> Location:
        """Where the value at a path begins, or the nearest value around it.

        ``offset`` counts characters into a text; it is left out where a text stands on
        several lines.
        """
        found = place(self.line - 1, self.column - 1, SPREAD)
        mark = self.marks
        for step in path_steps(path):
            if isinstance(step, int) and isinstance(mark, list) and step + 1 < len(mark):
                mark = mark[step + 1]
            elif isinstance(step, str) and isinstance(mark, dict) and step in mark:
                mark = mark[step][1]
            else:
                found |= SPREAD
                break
            found = place_of(mark)
        line, column = line_column(found)
        if offset and not found & SPREAD:
            column += offset + (found & QUOTED)
        return Location(self.file, line, column)
