"""The parts of a formula as records: declarations, steps, errata; read from what a file writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derivcheck.collection import format as fmt
from derivcheck.collection.raw import Raw
from derivcheck.records import record


@record()
class Declaration:
    """What a file says of one symbol, as texts.

    A scalar has no ``shape``, a column one size, a matrix two; ``excluded`` are the values it
    never takes; an index has ``index``, how many values it takes, and nothing else.
    """

    domain: str = ""
    shape: tuple[str, ...] = ()
    structure: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    index: str = ""

    @property
    def written(self) -> Raw:
        """The same as a file writes it."""
        if self.index:
            return {"index": self.index}
        if not (self.structure or self.excluded):
            if not self.shape:
                return self.domain or "real"
            if not self.domain:
                return [*self.shape]
        long: dict[str, Raw] = {
            "shape": [*self.shape],
            "domain": self.domain,
            "structure": [*self.structure],
            "not": [*self.excluded],
        }
        return {key: value for key, value in long.items() if value}


@record()
class Function:
    """What a file says of an abstract function: ``elementwise``, or ``scalar(x, y)``."""

    text: str
    arguments: tuple[str, ...] = ()
    """The names of its arguments; none of an elementwise function."""

    @property
    def is_elementwise(self) -> bool:
        """Whether it is applied to every entry of an array."""
        return self.text == "elementwise"


@record()
class Step:
    """One line of a derivation; ``at`` is its path (``derivation[0]``)."""

    at: str
    to: str
    by: str = ""
    """The formula that it cites, as ``30`` or ``other:30``; empty where it cites none."""
    instances: tuple[tuple[str, str], ...] = ()
    """What the names of the cited formula stand for (``with``)."""


@record()
class Erratum:
    """One documented error of the source: ``correct`` replaces what stands at the path ``at``.

    None stands for what is not said; one of naming may say neither.
    """

    kind: str
    at: str = ""
    printed: Raw | None = None
    correct: Raw | None = None
    note: str = ""

    @property
    def is_noted(self) -> bool:
        """Whether no machine can decide it, unless the formula fails for it."""
        return self.kind in fmt.NOTED_KINDS


def mapping(value: object) -> dict[str, Raw]:
    """A mapping of a file as a dictionary; empty where something else stands."""
    # a formula that is made in memory may hold any mapping
    return dict(value) if isinstance(value, Mapping) else {}


def items(value: object) -> list[Raw]:
    """The items of a list; none where something else stands."""
    return list(value) if isinstance(value, list | tuple) else []


def listed(value: object) -> tuple[str, ...]:
    """One text or several."""
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return () if value is None else (str(value),)


def declaration(value: object) -> Declaration:
    """What a file says of one symbol, read."""
    if not isinstance(value, Mapping | list | tuple):
        return Declaration(str(value))
    if not isinstance(value, Mapping):
        value = {"shape": value}
    return Declaration(
        str(value.get("domain", "")),
        # a shape without sizes stays one, so that it is refused where sizes are parsed
        (listed(value["shape"]) or ("",)) if "shape" in value else (),
        listed(value.get("structure")),
        listed(value.get("not")),
        str(value.get("index", "")),
    )


def function(text: str) -> Function:
    """What a file says of one function, read."""
    if not (text.startswith("scalar(") and text.endswith(")")):
        return Function(text)
    return Function(text, tuple(part.strip() for part in text[7:-1].split(",")))


def cited_in(value: object) -> Iterator[str]:
    """References in a derivation, in one of its steps, or in a formula's keys."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "by":
                yield str(inner)
            yield from cited_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from cited_in(inner)
