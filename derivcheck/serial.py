"""Results to plain JSON values and back, for the cache and for workers of a cluster.

Only the records of :mod:`derivcheck.model` are read, by explicit constructors: nothing in a
stored text can name a class outside this table or run code.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from derivcheck.model import (
    CitationResult,
    ClaimResult,
    Diagnostic,
    ErratumResult,
    Evidence,
    Finding,
    FormulaResult,
    Location,
    Outcome,
    Strength,
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
_ENUMS = (Finding, Outcome, Strength, Verdict)
_FIELDS: dict[type, tuple[str, ...]] = {r: tuple(f.name for f in fields(r)) for r in _RECORDS}
_NUMBER = {record: i for i, record in enumerate(_RECORDS)}
_ENUM_NUMBER = {enum: i for i, enum in enumerate(_ENUMS)}


def encode(value: Any) -> Any:
    """A record as lists: ``{"r": [number, field, ...]}``; enums as ``{"e": [number, value]}``."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        return [encode(v) for v in value]
    kind = type(value)
    if kind in _NUMBER:
        return {"r": [_NUMBER[kind], *[encode(getattr(value, f)) for f in _FIELDS[kind]]]}
    if kind in _ENUM_NUMBER:
        return {"e": [_ENUM_NUMBER[kind], value.value]}
    raise TypeError(f"{kind.__name__} is not a record")


def decode(value: Any) -> Any:
    """The inverse of :func:`encode`. Raises :class:`ValueError` for anything else."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list):
        return tuple(decode(v) for v in value)
    if isinstance(value, dict) and len(value) == 1:
        ((tag, body),) = value.items()
        if tag == "e" and len(body) == 2:
            return _ENUMS[body[0]](body[1])
        if tag == "r":
            record: Callable[..., Any] = _RECORDS[body[0]]
            names = _FIELDS[_RECORDS[body[0]]]
            if len(names) == len(body) - 1:
                return record(**dict(zip(names, map(decode, body[1:]), strict=True)))
    raise ValueError("not an encoded record")


def to_json(results: tuple[FormulaResult, ...]) -> str:
    """Results as one JSON text."""
    return json.dumps(encode(results), ensure_ascii=True, separators=(",", ":"))


def from_json(text: str) -> tuple[FormulaResult, ...]:
    """Results from a JSON text. Raises :class:`ValueError` if it is not one of ours."""
    try:
        results = decode(json.loads(text))
    except (LookupError, TypeError, RecursionError) as error:
        raise ValueError(f"not an encoded record: {error}") from error
    if not isinstance(results, tuple) or not all(isinstance(r, FormulaResult) for r in results):
        raise ValueError("not a tuple of results")
    return results
