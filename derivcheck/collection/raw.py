"""What a file holds before it means anything: values, the place of each, and paths into both."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivcheck.model import Location

Raw = str | list["Raw"] | dict[str, "Raw"]
"""What a checked entry is made of: every scalar is the text as written, ``30`` as ``"30"``."""

Value = str | bool | None | list["Value"] | dict[str, "Value"]
"""The same before it is checked: plain ``true``, ``false`` and empty values still occur."""

Mark = int | list["Mark"] | dict[str, tuple[int, "Mark"]]
"""Places parallel to a value: a scalar's own; a list's own, then its items'; for a mapping
``{key: (place of the key, mark of the value)}`` with the mapping's own place under ``""``."""

_STEP = re.compile(r"\[(\d{1,9})\]|\.?([^.\[\]]+)")
_COLUMN_BITS = 20
_COLUMN_MASK = (1 << _COLUMN_BITS) - 1

PLAIN, QUOTED, SPREAD = 0, 1, 2
"""How a text stands at its place: as it is, behind a quote, or over several lines."""


def place(line: int, column: int, style: int = PLAIN) -> int:
    """Pack a place (line and column from 0) into one integer; columns past 2**20 are cut."""
    return (line << _COLUMN_BITS | min(column, _COLUMN_MASK)) << 2 | style


def line_column(packed: int) -> tuple[int, int]:
    """Line and column (both from 1) of a packed place."""
    return (packed >> _COLUMN_BITS + 2) + 1, (packed >> 2 & _COLUMN_MASK) + 1


def location(file: str, packed: int) -> Location:
    """The location of a packed place."""
    return Location(file, *line_column(packed))


def place_of(mark: Mark) -> int:
    """Where the marked value itself begins."""
    while not isinstance(mark, int):
        mark = mark[0] if isinstance(mark, list) else mark[""][0]
    return mark


def path_steps(path: str) -> Iterator[str | int]:
    """Split ``derivation[0].by`` into ``"derivation", 0, "by"``."""
    for match in _STEP.finditer(path):
        yield int(match[1]) if match[1] else match[2]
