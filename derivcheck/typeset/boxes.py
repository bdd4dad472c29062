"""Boxes: what an expression looks like, before a writer turns it into text.

There are few kinds on purpose: a writer is one ``match`` over them.
"""

from __future__ import annotations

from enum import Enum, IntEnum

from derivcheck.records import record


class Level(IntEnum):
    """How tightly what is printed holds together: the one table of printed precedence.

    The sign of an elementwise product binds more loosely than juxtaposition, which is why a
    product of either kind inside the other gets brackets.
    """

    LOGIC = 0
    COMPARE = 1
    SUM = 2
    ELEMENTWISE = 3
    PRODUCT = 4
    APPLY = 5
    POWER = 6
    ATOM = 7


class Style(Enum):
    """How the letters of a :class:`Text` are set."""

    NUMBER = "number"
    VARIABLE = "variable"
    UPRIGHT = "upright"
    """Names of functions, the d of a differential."""
    BOLD = "bold"
    """Matrices of ones and zeros."""
    VERBATIM = "verbatim"
    """Text that is no mathematics: what does not parse, names that would look alike."""
    WORDS = "words"


@record()
class Box:
    """Base of all boxes."""


@record()
class Text(Box):
    """Letters or digits."""

    text: str
    style: Style = Style.VARIABLE


@record()
class Sign(Box):
    """An operator between others, by its Unicode sign (``+``, ``⊙``, ``≤``)."""

    sign: str


@record()
class Prefix(Box):
    """An operator in front of what it applies to (``−``, ``∂``, ``∇``)."""

    sign: str


@record()
class Times(Box):
    """A product without a sign: juxtaposition."""


@record()
class Row(Box):
    """Boxes side by side."""

    items: tuple[Box, ...]


@record()
class Fraction(Box):
    """One box over another."""

    over: Box
    under: Box


@record()
class Root(Box):
    """A square root, or one of another degree."""

    body: Box
    degree: str = ""


@record()
class Script(Box):
    """A box with a subscript, a superscript or both."""

    base: Box
    below: Box | None = None
    above: Box | None = None


@record()
class Accent(Box):
    """A letter under a mark: ``hat``, ``bar`` or ``tilde``."""

    letter: Text
    mark: str


@record()
class Entry(Box):
    """An entry or a part of an array."""

    base: Box
    index: Box


@record()
class Counted(Box):
    """Indices as they are typed (from 0, on a terminal) and as pages print them (from 1)."""

    typed: Box
    printed: Box


@record()
class Fence(Box):
    """A box in brackets or bars that grow with it."""

    left: str
    body: Box
    right: str


@record()
class Apply(Box):
    """A function applied: head and bracketed (or bare) argument."""

    head: Box
    argument: Box


@record()
class Big(Box):
    """A large operator (``∑``, ``∏``) with what stands below and above it, and its body."""

    sign: str
    below: Box
    above: Box | None
    body: Box


@record()
class Cases(Box):
    """(value, condition) lines behind a brace; the last condition may be the word otherwise."""

    lines: tuple[tuple[Box, Box], ...]


@record()
class Grid(Box):
    """A matrix in square brackets, row by row."""

    rows: tuple[tuple[Box, ...], ...]


def row(*items: Box) -> Box:
    """Boxes side by side; a single one is itself."""
    flat: list[Box] = []
    for item in items:
        flat += item.items if isinstance(item, Row) else (item,)
    return Row(tuple(flat)) if len(flat) > 1 else flat[0] if flat else Text("")


def between(parts: list[Box], sign: str) -> Box:
    """Boxes with a sign between each two."""
    found: list[Box] = []
    for part in parts:
        found += [Sign(sign), part] if found else [part]
    return row(*found)


def brackets(body: Box, left: str = "(", right: str = ")") -> Box:
    """A box in brackets."""
    return Fence(left, body, right)
