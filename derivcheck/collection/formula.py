"""One formula of a file: what it says, as typed records, and where each part of it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from derivcheck.collection import format as fmt
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
from derivcheck.model import Location
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


STATED = (
    *("symbols", "functions", "where", "assume", "identically", "values"),
    *("expression", "wrt", "order", "upstream", "layout", *fmt.CLAIM_KEYS, "derivation"),
)
"""The keys that say what is stated; random points are drawn by a hash of them."""


@dataclass(frozen=True)
class Formula:
    """A formula of a file, its keys known to be those of the format.

    ``title`` and ``source`` are the collection's. ``as_written`` holds the texts exactly as
    written (numbers too: ``0.50`` is ``"0.50"``) in plain dictionaries and lists, never changed;
    only this package looks into it, everybody else asks for the attributes below, each of which
    is read once.
    """

    collection: str
    title: str
    file: str
    line: int
    column: int
    id: str
    as_written: dict[str, Raw]
    marks: Mark = field(default=0, compare=False, repr=False)
    source: tuple[tuple[str, str], ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        # what was read of it is read anew in another process
        return type(self), tuple(getattr(self, part.name) for part in fields(self))

    # -- where it stands -------------------------------------------------------------------

    @property
    def location(self) -> Location:
        """Where the formula begins."""
        return Location(self.file, self.line, self.column)

    @property
    def label(self) -> str:
        """``collection:id``."""
        return f"{self.collection}:{self.id}"

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

    # -- what it is called -----------------------------------------------------------------

    @property
    def name(self) -> str:
        """The formula's name, empty where the file gives none."""
        return self._text("name")

    @property
    def section(self) -> str:
        """The section it stands under, or empty."""
        return self._text("section")

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, empty where there are none."""
        return self._texts("tags")

    @property
    def item(self) -> str:
        """The number that the source's own list gives, or empty."""
        return self._text("item")

    @property
    def latex(self) -> str:
        """The formula as the source prints it, or empty."""
        return self._text("latex")

    @property
    def note(self) -> str:
        """A remark for readers, or empty."""
        return self._text("note")

    # -- what it declares ------------------------------------------------------------------

    @cached_property
    def symbols(self) -> Mapping[str, Declaration]:
        """Every symbol with its declaration."""
        declared = _mapping(self.as_written.get("symbols"))
        return {name: _declaration(value) for name, value in declared.items()}

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """Every abstract function."""
        declared = _mapping(self.as_written.get("functions"))
        return {name: _function(str(value).strip()) for name, value in declared.items()}

    @cached_property
    def where(self) -> Mapping[str, str]:
        """The intermediate expressions by name, in order."""
        defined = _mapping(self.as_written.get("where"))
        return {name: str(text) for name, text in defined.items()}

    @property
    def assume(self) -> tuple[str, ...]:
        """The side conditions."""
        return self._texts("assume")

    @property
    def identically(self) -> tuple[str, ...]:
        """The equations that hold for all values of what varies."""
        return self._texts("identically")

    @property
    def values(self) -> str:
        """``complex``, ``real``, or empty."""
        return self._text("values")

    # -- what it claims --------------------------------------------------------------------

    @property
    def expression(self) -> str:
        """The text of the expression."""
        return self._text("expression")

    @property
    def wrt(self) -> tuple[str, ...]:
        """By what it is differentiated, or what varies."""
        return self._texts("wrt")

    @property
    def order(self) -> int:
        """The order of the derivative."""
        return int(self._text("order") or 1)

    @property
    def upstream(self) -> str:
        """What a vector-Jacobian product multiplies, or empty."""
        return self._text("upstream")

    @property
    def layout(self) -> str:
        """``denominator``, ``numerator``, or empty where the file does not say."""
        return self._text("layout")

    @cached_property
    def kind(self) -> str:
        """Which claim it makes: one of ``format.CLAIM_KEYS``."""
        return next((key for key in fmt.CLAIM_KEYS if key in self.as_written), "")

    @property
    def claims(self) -> tuple[str, ...]:
        """The forms that it claims."""
        return self._texts(self.kind)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The derivation, line by line."""
        return tuple(
            Step(
                f"derivation[{i}]",
                str(step.get("to", "")),
                str(step.get("by", "")),
                tuple((name, str(text)) for name, text in _mapping(step.get("with")).items()),
            )
            for i, step in enumerate(_items(self.as_written.get("derivation")))
            if isinstance(step, dict)
        )

    @cached_property
    def errata(self) -> tuple[Erratum, ...]:
        """The documented errors of the source, in order."""
        return tuple(
            Erratum(
                str(one.get("kind", "")),
                str(one.get("at", "")),
                one.get("printed"),
                one.get("correct"),
                str(one.get("note", "")),
            )
            for one in _items(self.as_written.get("errata"))
            if isinstance(one, dict)
        )

    def expressions(self) -> Iterator[str]:
        """Every expression of what is stated, derivation included."""
        yield from (self.expression, *self.where.values(), *self.assume, *self.identically)
        yield from (self.upstream, *self.claims)
        for step in self.steps:
            yield step.to
            yield from (text for _, text in step.instances)

    def references(self) -> Iterator[str]:
        """Every formula that a step cites, or would cite with an erratum applied."""
        yield from _cited_in(self.as_written.get("derivation"))
        for erratum in self.errata:
            if erratum.at.endswith("by"):
                yield str(erratum.correct)
            yield from _cited_in(erratum.correct)

    def placed(self, key: str) -> tuple[tuple[str, str], ...]:
        """(path, text) of each text under a key that takes one text or a list of them."""
        value = self.as_written.get(key)
        if isinstance(value, list | tuple):
            return tuple((f"{key}[{i}]", str(text)) for i, text in enumerate(value))
        return () if value is None else ((key, str(value)),)

    def text_at(self, path: str) -> str | None:
        """The text at a path such as ``derivation[0].by``; None where no text stands there."""
        value = self.value_at(path)
        return value if isinstance(value, str) else None

    def value_at(self, path: str) -> Raw | None:
        """What stands at a path, as it is written; None where nothing does."""
        value: Raw = self.as_written
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

    # -- the same, otherwise ---------------------------------------------------------------

    def changed(self, *without: str, **keys: Raw) -> Formula:
        """A copy that lacks some keys and says something else under others."""
        kept = {key: value for key, value in self.as_written.items() if key not in without}
        return replace(self, as_written={**kept, **keys})

    def stated(self) -> str:
        """What is stated, as one text: names, notes and errata do not change it."""
        said = {key: self.as_written[key] for key in STATED if key in self.as_written}
        return json.dumps(said, ensure_ascii=True, separators=(",", ":"))

    def _text(self, key: str) -> str:
        """The text under a key, empty where it is absent or no text."""
        value = self.as_written.get(key, "")
        return value if isinstance(value, str) else ""

    def _texts(self, key: str) -> tuple[str, ...]:
        """The texts under a key that takes one text or a list of them."""
        return _listed(self.as_written.get(key))


def _mapping(value: object) -> dict[str, Raw]:
    # a formula that is made in memory may hold any mapping
    return dict(value) if isinstance(value, Mapping) else {}


def _items(value: object) -> list[Raw]:
    return list(value) if isinstance(value, list | tuple) else []


def _listed(value: object) -> tuple[str, ...]:
    """One text or several."""
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return () if value is None else (str(value),)


def _declaration(value: object) -> Declaration:
    if not isinstance(value, Mapping | list | tuple):
        return Declaration(str(value))
    if not isinstance(value, Mapping):
        value = {"shape": value}
    return Declaration(
        str(value.get("domain", "")),
        # a shape without sizes stays one, so that it is refused where sizes are parsed
        (_listed(value["shape"]) or ("",)) if "shape" in value else (),
        _listed(value.get("structure")),
        _listed(value.get("not")),
        str(value.get("index", "")),
    )


def _function(text: str) -> Function:
    if not (text.startswith("scalar(") and text.endswith(")")):
        return Function(text)
    return Function(text, tuple(part.strip() for part in text[7:-1].split(",")))


def _cited_in(value: object) -> Iterator[str]:
    """References in a derivation, in one of its steps, or in a formula's keys."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "by":
                yield str(inner)
            yield from _cited_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _cited_in(inner)
