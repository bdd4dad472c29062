"""Lint results as text, JSON or GitHub annotations: pure functions to ``str``."""

from __future__ import annotations

import json
from collections.abc import Callable

from derivcheck.model import Diagnostic
from derivcheck.report.escape import inert
from derivcheck.report.github import annotation
from derivcheck.report.messages import diagnostic_message, excerpt

Diagnostics = tuple[Diagnostic, ...]


def text(diagnostics: Diagnostics) -> str:
    """``file:line:column: message (hint) [rule]``, one a line; nothing for a clean document."""
    return inert("".join(f"{excerpt(str(d))}\n" for d in diagnostics))


def as_json(diagnostics: Diagnostics) -> str:
    """A JSON list of objects with file, line, column, rule, message and hint."""
    found = [
        {
            "file": d.location.file if d.location else "",
            "line": d.location.line if d.location else 0,
            "column": d.location.column if d.location else 0,
            "rule": d.rule,
            "message": d.message,
            "hint": d.hint,
        }
        for d in diagnostics
    ]
    return json.dumps(found, indent=1) + "\n"


def github(diagnostics: Diagnostics) -> str:
    """One ``::error`` command a problem."""
    return "".join(f"{annotation(diagnostic_message(d))}\n" for d in diagnostics)


FORMATS: dict[str, Callable[[Diagnostics], str]] = {
    "text": text,
    "json": as_json,
    "github": github,
}
