"""Formulas that are in no file: made in memory, for the command line, the API and other callers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcheck.collection.check import check_formula
from derivcheck.collection.format import CLAIM_KEYS, LAYOUTS
from derivcheck.collection.formula import Formula
from derivcheck.model import Diagnostic

PLACE = "<command line>"


def made_formula(
    expression: str,
    claim: str | Sequence[str] | None,
    *,
    kind: str = "derivative",
    wrt: str | Sequence[str] | None = None,
    symbols: Mapping[str, object] | None = None,
    id: str = "check",
    **more: object,
) -> Formula:
    """A formula made in memory; ``wrt`` names that are not declared become real symbols.

    ``claim`` is what is claimed (one form or several), ``kind`` the key of that; ``more`` are
    further keys of a formula (``functions where assume upstream layout``). What they say is
    checked later, but a ``kind`` or ``layout`` that there is not is a :class:`ValueError`, as is
    no claim.
    """
    layout = more.get("layout")
    if kind not in CLAIM_KEYS:
        raise ValueError(f"kind is one of {', '.join(CLAIM_KEYS)}, not {kind!r}")
    if layout and layout not in LAYOUTS:
        raise ValueError(f"layout is one of {', '.join(LAYOUTS)}, not {layout!r}")
    if claim in (None, [], ()):
        raise ValueError("claim is a text, or a list of at least one")
    names = [wrt] if isinstance(wrt, str) else list(wrt or [])
    where = more.get("where")
    defined = set(where) if isinstance(where, Mapping) else set()
    declared = {n: "real" for n in names if n not in defined and n.isidentifier()}
    raw: dict[str, object] = {"id": id, "symbols": {**declared, **(symbols or {})}}
    given = {key: value for key, value in more.items() if value}
    raw.update({key: str(v) if isinstance(v, int) else v for key, v in given.items()})
    raw["expression"] = expression
    if names:
        raw["wrt"] = wrt
    raw[kind] = claim
    return Formula("", "", PLACE, 1, 1, id, raw)  # type: ignore[arg-type]


def problems_of(formula: Formula) -> tuple[Diagnostic, ...]:
    """What a file that holds such a formula would be told."""
    return check_formula(formula.as_written, 0, PLACE)  # type: ignore[arg-type]
