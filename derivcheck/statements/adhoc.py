"""Formulas that are in no file: made in memory, for the API, tests and other callers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derivcheck.collection.formula import Formula
from derivcheck.lang.equation import Equation
from derivcheck.statements.claims import prepare


def adhoc(expression: str, text: str | list[str], **options: Any) -> tuple[Equation, ...]:
    """The equations of one formula that is in no file (options of :func:`adhoc_entry`).

    Raises :class:`ValueError` with the diagnostics if a claim means nothing.
    """
    statement = prepare(adhoc_entry(expression, text, **options))
    equations = []
    for part in statement.parts:
        if part.equation is None:
            raise ValueError("; ".join(d.message for d in part.diagnostics))
        equations.append(part.equation)
    return tuple(equations)


def adhoc_entry(
    expression: str,
    text: str | list[str],
    *,
    wrt: str | list[str] | None = None,
    symbols: Mapping[str, object] | None = None,
    claim: str = "derivative",
    **more: object,
) -> Formula:
    """An entry made in memory; ``wrt`` names that are not declared become real symbols.

    ``text`` is the claim (one form or several) of kind ``claim``; ``more`` are further keys of a
    formula (``functions where assume upstream layout``).
    """
    names = [wrt] if isinstance(wrt, str) else list(wrt or [])
    where = more.get("where")
    defined = set(where) if isinstance(where, Mapping) else set()
    declared: dict[str, object] = {
        n: "real" for n in names if n not in defined and n.isidentifier()
    }
    declared.update(symbols or {})
    raw: dict[str, object] = {"id": "check", "name": "", "symbols": declared}
    given = {key: value for key, value in more.items() if value is not None}
    raw.update({key: str(v) if isinstance(v, int) else v for key, v in given.items()})
    raw["expression"] = expression
    if wrt:
        raw["wrt"] = wrt
    raw[claim] = text
    return Formula("", "", "<command line>", 1, 1, "check", raw)  # type: ignore[arg-type]
