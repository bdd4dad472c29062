"""Diagnosis of refuted claims; every hint is verified before it is shown."""

from __future__ import annotations

from derivcheck.claims import Statement
from derivcheck.equation import Equation, Settings


def hint_for(equation: Equation, statement: Statement, settings: Settings) -> str | None:
    """What the slip was, where one is found and verified."""
    return None
