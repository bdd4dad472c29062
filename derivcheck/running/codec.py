"""Results to plain JSON values and back, for the cache and for workers of a cluster.

Only the records of :mod:`derivcheck.model` are read, by explicit constructors: nothing in a
stored text can name a class outside this table or run code.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from derivcheck.model import (
    CitationFinding,
    CitationResult,
    ClaimResult,
    Diagnostic,
    ErratumResult,
    ErratumStatus,
    Evidence,
    Finding,
    FormulaResult,
    Location,
    Outcome,
    Role,
    Strength,
    Transcription,
    Verdict,
    Witness,
)

_RECORDS = (
    CitationResult,
    ClaimResult,
    Diagnostic,
    ErratumResult,
    Evidence,
    FormulaResult,
    Location,
    Witness,
)
_ENUMS = (
    CitationFinding,
    ErratumStatus,
    Finding,
    Outcome,
    Role,
    Strength,
    Transcription,
    Verdict,
)
_FIELDS: dict[type, tuple[str, ...]] = {r: tuple(f.name for f in fields(r)) for r in _RECORDS}
_NUMBER = {record: i for i, record in enumerate(_RECORDS)}
_ENUM_NUMBER = {enum: i for i, enum in enumerate(_ENUMS)}
_READERS: dict[type, Callable[[Any], Any]] = {r: attrgetter(*_FIELDS[r]) for r in _RECORDS}
_MEMBERS = tuple({member.value: member for member in enum} for enum in _ENUMS)


def _encode(value: Any) -> Any:
    """A record as ``{"r": [number, field, ...]}``, an enum as ``{"e": [number, value]}``."""
    kind = type(value)
    if kind in _NUMBER:
        return {"r": [_NUMBER[kind], *_READERS[kind](value)]}
    if kind in _ENUM_NUMBER:
        return {"e": [_ENUM_NUMBER[kind], value.value]}
    raise TypeError(f"{kind.__name__} is not a record")


def _tuples(value: Any) -> Any:
    """Lists as tuples, however deep."""
    return tuple(map(_tuples, value)) if type(value) is list else value


def _decode(value: dict[str, Any]) -> Any:
    """The inverse of :func:`_encode`, called for the innermost objects first."""
    if len(value) == 1:
        body = value.get("r")
        if type(body) is list and len(body) == _LENGTHS[body[0]]:
            record: Callable[..., Any] = _RECORDS[body[0]]
            return record(*[_tuples(v) if type(v) is list else v for v in body[1:]])
        body = value.get("e")
        if type(body) is list and len(body) == 2:
            return _MEMBERS[body[0]][body[1]]
    raise ValueError("not an encoded record")


_LENGTHS = tuple(1 + len(_FIELDS[record]) for record in _RECORDS)
_ENCODER = json.JSONEncoder(separators=(",", ":"), default=_encode)
_DECODER = json.JSONDecoder(object_hook=_decode)


def to_json(results: tuple[FormulaResult, ...]) -> str:
    """Results as one JSON text."""
    return _ENCODER.encode(results)


def from_json(text: str) -> tuple[FormulaResult, ...]:
    """Results from a JSON text. Raises :class:`ValueError` if it is not one of ours."""
    try:
        results = _DECODER.decode(text)
    except (LookupError, TypeError, RecursionError) as error:
        raise ValueError(f"not an encoded record: {error}") from error
    if not isinstance(results, list) or not all(isinstance(r, FormulaResult) for r in results):
        raise ValueError("not a tuple of results")
    return tuple(results)
