"""One formula of a file: what it says, as typed records, and where each part of it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from derivcheck.collection import format as fmt
from derivcheck.collection.parts import (
    Declaration,
    Erratum,
    Function,
    Step,
    cited_in,
    declaration,
    function,
    items,
    listed,
    mapping,
)
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

STATED = (
    *("symbols", "functions", "where", "assume", "identically", "values"),
    *("expression", "wrt", "order", "upstream", "layout", *fmt.CLAIM_KEYS, "derivation"),
)
"""The keys that say what is stated; random points are drawn by a hash of them."""


_IDENTITY = (
    *("collection", "id", "name", "file", "line", "column"),
    *("section", "tags", "latex", "expression"),
)


class _Key:
    """What stands under the key that is called as the attribute."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = name


class _Text(_Key):
    """A text, empty where it is absent or no text."""

    def __get__(self, formula: Formula, owner: type) -> str:
        value = formula.as_written.get(self.key, "")
        return value if isinstance(value, str) else ""


class _Texts(_Key):
    """The texts under a key that takes one text or a list of them."""

    def __get__(self, formula: Formula, owner: type) -> tuple[str, ...]:
        return listed(formula.as_written.get(self.key))


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

    def __repr__(self) -> str:
        return f"<Formula {self.label}: {self.expression}>"

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

    name = _Text()
    """The formula's name, empty where the file gives none."""
    section = _Text()
    """The section it stands under, or empty."""
    tags = _Texts()
    """The tags, empty where there are none."""
    item = _Text()
    """The number that the source's own list gives, or empty."""
    latex = _Text()
    """The formula as the source prints it, or empty."""
    note = _Text()
    """A remark for readers, or empty."""

    # -- what it declares ------------------------------------------------------------------

    @cached_property
    def symbols(self) -> Mapping[str, Declaration]:
        """Every symbol with its declaration."""
        declared = mapping(self.as_written.get("symbols"))
        return {name: declaration(value) for name, value in declared.items()}

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """Every abstract function."""
        declared = mapping(self.as_written.get("functions"))
        return {name: function(str(value).strip()) for name, value in declared.items()}

    @cached_property
    def where(self) -> Mapping[str, str]:
        """The intermediate expressions by name, in order."""
        defined = mapping(self.as_written.get("where"))
        return {name: str(text) for name, text in defined.items()}

    assume = _Texts()
    """The side conditions."""
    identically = _Texts()
    """The equations that hold for all values of what varies."""
    values = _Text()
    """``complex``, ``real``, or empty."""

    # -- what it claims --------------------------------------------------------------------

    expression = _Text()
    """The text of the expression."""
    wrt = _Texts()
    """By what it is differentiated, or what varies."""

    @property
    def order(self) -> int:
        """The order of the derivative."""
        written = self.as_written.get("order")
        return int(written) if isinstance(written, str) and written else 1

    upstream = _Text()
    """What a vector-Jacobian product multiplies, or empty."""
    layout = _Text()
    """``denominator``, ``numerator``, or empty where the file does not say."""

    @cached_property
    def kind(self) -> str:
        """Which claim it makes: one of ``format.CLAIM_KEYS``."""
        return next((key for key in fmt.CLAIM_KEYS if key in self.as_written), "")

    @property
    def claims(self) -> tuple[str, ...]:
        """The forms that it claims."""
        return listed(self.as_written.get(self.kind))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The derivation, line by line."""
        return tuple(
            Step(
                f"derivation[{i}]",
                str(step.get("to", "")),
                str(step.get("by", "")),
                tuple((name, str(text)) for name, text in mapping(step.get("with")).items()),
            )
            for i, step in enumerate(items(self.as_written.get("derivation")))
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
            for one in items(self.as_written.get("errata"))
            if isinstance(one, dict)
        )

    @property
    def identity(self) -> dict[str, Any]:
        """What its result repeats of it, by name."""
        return {name: getattr(self, name) for name in _IDENTITY}

    def expressions(self) -> Iterator[str]:
        """Every expression of what is stated, derivation included."""
        yield from (self.expression, *self.where.values(), *self.assume, *self.identically)
        yield from (self.upstream, *self.claims)
        for step in self.steps:
            yield step.to
            yield from (text for _, text in step.instances)

    def references(self) -> Iterator[str]:
        """Every formula that a step cites, or would cite with an erratum applied."""
        yield from cited_in(self.as_written.get("derivation"))
        for erratum in self.errata:
            if erratum.at.endswith("by"):
                yield str(erratum.correct)
            yield from cited_in(erratum.correct)

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
