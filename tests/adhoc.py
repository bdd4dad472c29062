"""Equations of one formula that is in no file."""

from __future__ import annotations

from typing import Any

from derivcheck.collection.formula import Formula
from derivcheck.collection.in_memory import made_formula
from derivcheck.lang.equation import Equation
from derivcheck.statements.claims import prepare


def adhoc_entry(expression: str, text: str | list[str], **options: Any) -> Formula:
    """The formula itself; ``claim`` is the key of what is claimed, other options are keys, too."""
    return made_formula(expression, text, kind=options.pop("claim", "derivative"), **options)


def adhoc(expression: str, text: str | list[str], **options: Any) -> tuple[Equation, ...]:
    """Its equations; raises ValueError with the diagnostics if a claim means nothing."""
    statement = prepare(adhoc_entry(expression, text, **options))
    equations = []
    for part in statement.parts:
        if part.equation is None:
            raise ValueError("; ".join(d.message for d in part.diagnostics))
        equations.append(part.equation)
    return tuple(equations)
