"""Errata as patches: one path set inside a copy of the entry, the print compared first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from derivcheck.collection.check import check_formula
from derivcheck.collection.formula import Formula
from derivcheck.collection.parts import Erratum
from derivcheck.collection.raw import SPREAD, Mark, Raw, path_steps, place, place_of
from derivcheck.errors import PatchError
from derivcheck.model import Diagnostic


def patched(entry: Formula, at: str, correct: Raw | None, printed: Raw | None = None) -> Formula:
    """A copy of the entry in which ``correct`` stands at the path ``at``.

    ``printed``, if given, must be what stands there (white space apart); a key that is absent
    is added, a place in a list must exist.

    :raises PatchError: the path leads nowhere, something else stands there, or the result is
        no formula.
    """
    steps = list(path_steps(at))
    if correct is None:
        raise PatchError(Diagnostic("erratum-correct", f"`{at}`: nothing is put there", at=at))
    there = entry.value_at(at)
    if printed is not None and _plain(there) != _plain(printed):
        found = "nothing" if there is None else f"`{show_value(there)}`"
        message = f"`{at}` is {found}, not `{show_value(printed)}`"
        raise PatchError(Diagnostic("erratum-printed", message, entry.location_of(at), at=at))
    at_line = entry.location_of(at)
    new_mark = place(at_line.line - 1, at_line.column - 1, SPREAD)
    try:
        raw, marks = _set(entry.as_written, entry.marks, steps, correct, new_mark)
    except LookupError:
        message = f"`{at}` leads nowhere in this formula"
        raise PatchError(Diagnostic("erratum-path", message, entry.location, at=at)) from None
    problems = check_formula(raw, marks, entry.file)
    if problems:
        raise PatchError(*problems)
    return replace(entry, as_written=raw, marks=marks, id=str(raw["id"]))


def print_of(entry: Formula, erratum: Erratum) -> str:
    """What the source prints: what an erratum says of it, else what stands where it points to."""
    if erratum.printed is not None:
        return show_value(erratum.printed)
    return show_value(entry.value_at(erratum.at) if erratum.at else None)


def show_value(value: Raw | None) -> str:
    """A raw value on one line, as one would write it in flow style; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "[" + ", ".join(map(show_value, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {show_value(v)}" for k, v in value.items()) + "}"
    return str(value)


def _plain(value: Raw | None) -> Any:
    """The value with runs of white space as one blank, for comparing."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return " ".join(str(value).split()) if value is not None else None


def _set(value: Any, mark: Any, steps: list[str | int], new: Raw, new_mark: Mark) -> Any:
    """Copies of value and mark with ``new`` at the path; only what the path touches is copied."""
    if not steps:
        return new, new_mark
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        if not isinstance(value, list) or step >= len(value):
            raise LookupError(step)
        value, mark = (
            list(value),
            list(mark) if isinstance(mark, list) else [mark] * (len(value) + 1),
        )
        value[step], mark[step + 1] = _set(value[step], mark[step + 1], rest, new, new_mark)
        return value, mark
    if not isinstance(value, dict) or (rest and step not in value):
        raise LookupError(step)
    value, mark = dict(value), dict(mark) if isinstance(mark, dict) else {"": (mark, mark)}
    of_key, child = mark.get(step, (place_of(new_mark), new_mark))
    inner, inner_mark = _set(value.get(step), child, rest, new, new_mark)
    value[step], mark[step] = inner, (of_key, inner_mark)
    return value, mark
