"""The JSON report: the records as they are, for programs; fields are added, never renamed."""

from __future__ import annotations

import json
import math
from enum import Enum
from typing import Any

from derivcheck.model import (
    ClaimResult,
    Diagnostic,
    EquationResult,
    Evidence,
    FormulaResult,
    Location,
    Outcome,
    Report,
    Verdict,
    Witness,
)
from derivcheck.report.escape import unmarked
from derivcheck.report.words import method

Json = dict[str, Any]


def render(report: Report) -> str:
    """The whole report as one JSON document, ASCII only, ending in a newline."""
    text = json.dumps(document(report), indent=1, allow_nan=False)
    return unmarked(text, "\\u005b") + "\n"


def document(report: Report) -> Json:
    """The report as plain dictionaries and lists, ready for ``json.dumps``."""
    result: Json = {
        "derivcheck": report.version,
        "seconds": _number(report.seconds, 3),
        "exit_code": int(report.exit_code),
        "summary": {
            "total": len(report.results),
            **{o.value: report.count(o) for o in (Outcome.PASS, Outcome.FAIL, Outcome.ERRATUM)},
            **{v.value: report.count(v) for v in Verdict},
        },
        "results": [_formula(r) for r in report.results],
    }
    if report.equations:
        result["equations"] = [_equation(e) for e in report.equations]
    if report.problems:
        result["problems"] = [_diagnostic(d) for d in report.problems]
    if report.interrupted:
        result["interrupted"] = True
    return result


def _number(value: float | None, digits: int | None = None) -> float | None:
    # JSON has no NaN and no infinity: an error that nobody knows is null
    if value is None or not math.isfinite(value):
        return None
    return value if digits is None else round(value, digits)


def _fields(record: Any, *names: str) -> Json:
    """Fields of a record under their own names."""
    return {name: _written(getattr(record, name)) for name in names}


def _given(record: Any, *names: str) -> Json:
    """The same, without those that say nothing."""
    return {name: _written(value) for name in names if (value := getattr(record, name))}


def _written(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _location(location: Location | None) -> Json:
    return {} if location is None else _fields(location, "file", "line", "column")


def _diagnostic(diagnostic: Diagnostic) -> Json:
    return {
        **_fields(diagnostic, "rule", "message", "hint"),
        **_given(diagnostic, "at", "excerpt"),
        **_location(diagnostic.location),
    }


def _witness(witness: Witness) -> Json:
    pairs = {
        "sizes": dict(witness.sizes),
        "entry": witness.entry,
        "instances": dict(witness.instances),
    }
    return {
        "point": dict(witness.point),
        "true": witness.true_value,
        "claimed": witness.claimed_value,
        **{name: value for name, value in pairs.items() if value},
    }


def _evidence(evidence: Evidence) -> Json:
    return {
        "judge": evidence.kind,
        "method": method(evidence),
        **_fields(evidence, "finding", "strength"),
        "measured": _number(evidence.measured),
        "allowed": _number(evidence.allowed),
        "samples": evidence.samples,
        "seconds": _number(evidence.seconds, 6),
        "detail": evidence.detail,
        **_given(evidence, "reason", "conditions", "defect"),
        **({"witness": _witness(evidence.witness)} if evidence.witness else {}),
    }


def _claim(claim: ClaimResult) -> Json:
    witness = claim.counterexample
    return {
        **_fields(claim, "claim", "verdict"),
        "evidence": [_evidence(e) for e in claim.evidence],
        "counterexample": _witness(witness) if witness else None,
        "hint": claim.hint,
        "diagnostics": [_diagnostic(d) for d in claim.diagnostics],
        **_given(claim, "at", "reason", "contradiction", "defect"),
        **_location(claim.location),
    }


def _of_document(result: FormulaResult) -> Json:
    """What only claims of a document have to say."""
    if result.anchored is None:
        return {}
    return _fields(result, "cell", "latex", "reading", "anchored", "suspect")


def _equation(equation: EquationResult) -> Json:
    return {
        **_fields(equation, "file", "cell", "line", "column", "latex", "status"),
        "reason": equation.reason or None,
        **_fields(equation, "results"),
        **_given(equation, "reading", "part"),
    }


def _formula(result: FormulaResult) -> Json:
    return {
        **_fields(result, "collection", "id", "name", "file", "line", "column"),
        **_fields(result, "outcome", "verdict"),
        "seconds": _number(result.seconds, 6),
        **_of_document(result),
        **_given(result, "section", "tags", "expression", "note", "reason"),
        "claims": [_claim(c) for c in result.claims],
        **_fields(result, "transcription"),
        "defect": result.defect or None,
        "citations": [
            {
                **_fields(c, "at", "cites", "finding", "justified_by"),
                **_given(c, "detail"),
                **_location(c.location),
            }
            for c in result.citations
        ],
        "errata": [
            {
                **_fields(e, "kind", "at", "status"),
                **_given(e, "printed", "correct", "note", "detail"),
                **_location(e.location),
            }
            for e in result.errata
        ],
        "diagnostics": [_diagnostic(d) for d in result.diagnostics],
    }
