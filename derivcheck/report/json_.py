"""The JSON report (contract, section 4), with more fields where there is more to say."""

from __future__ import annotations

import json
import math
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


def _location(location: Location | None) -> Json:
    if location is None:
        return {}
    return {"file": location.file, "line": location.line, "column": location.column}


def _some(**fields: Any) -> Json:
    return {key: value for key, value in fields.items() if value}


def _diagnostic(diagnostic: Diagnostic) -> Json:
    return {
        "rule": diagnostic.rule,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        **_some(at=diagnostic.at, excerpt=diagnostic.excerpt),
        **_location(diagnostic.location),
    }


def _witness(witness: Witness) -> Json:
    return {
        "point": dict(witness.point),
        "true": witness.true_value,
        "claimed": witness.claimed_value,
        **_some(sizes=dict(witness.sizes), entry=witness.entry, instances=dict(witness.instances)),
    }


def _evidence(evidence: Evidence) -> Json:
    return {
        "judge": evidence.kind,
        "method": method(evidence),
        "finding": evidence.finding.value,
        "strength": evidence.strength.value,
        "measured": _number(evidence.measured),
        "allowed": _number(evidence.allowed),
        "samples": evidence.samples,
        "seconds": _number(evidence.seconds, 6),
        "detail": evidence.detail,
        **_some(
            reason=evidence.reason,
            conditions=list(evidence.conditions),
            defect=evidence.defect,
        ),
        **({"witness": _witness(evidence.witness)} if evidence.witness else {}),
    }


def _claim(claim: ClaimResult) -> Json:
    witness = claim.counterexample
    return {
        "claim": claim.claim,
        "verdict": claim.verdict.value,
        "evidence": [_evidence(e) for e in claim.evidence],
        "counterexample": _witness(witness) if witness else None,
        "hint": claim.hint,
        "diagnostics": [_diagnostic(d) for d in claim.diagnostics],
        **_some(at=claim.at, reason=claim.reason, contradiction=claim.contradiction),
        **_some(defect=claim.defect),
        **_location(claim.location),
    }


def _of_document(result: FormulaResult) -> Json:
    """What only claims of a document have to say."""
    if result.anchored is None:
        return {}
    return {
        "cell": result.cell,
        "latex": result.latex,
        "reading": result.reading,
        "anchored": result.anchored,
        "suspect": result.suspect,
    }


def _equation(equation: EquationResult) -> Json:
    return {
        "file": equation.file,
        "cell": equation.cell,
        "line": equation.line,
        "column": equation.column,
        "latex": equation.latex,
        "status": equation.status.value,
        "reason": equation.reason or None,
        "results": list(equation.results),
        **_some(reading=equation.reading, part=equation.part),
    }


def _formula(result: FormulaResult) -> Json:
    return {
        "collection": result.collection,
        "id": result.id,
        "name": result.name,
        "file": result.file,
        "line": result.line,
        "column": result.column,
        "outcome": result.outcome.value,
        "verdict": result.verdict.value,
        "seconds": _number(result.seconds, 6),
        **_of_document(result),
        **_some(
            section=result.section,
            tags=list(result.tags),
            expression=result.expression,
            note=result.note,
            reason=result.reason,
        ),
        "claims": [_claim(c) for c in result.claims],
        "transcription": result.transcription and result.transcription.value,
        "defect": result.defect or None,
        "citations": [
            {
                "at": c.at,
                "cites": c.cites,
                "finding": c.finding.value,
                "justified_by": list(c.justified_by),
                **_some(detail=c.detail),
                **_location(c.location),
            }
            for c in result.citations
        ],
        "errata": [
            {
                "kind": e.kind,
                "at": e.at,
                "status": e.status.value,
                **_some(printed=e.printed, correct=e.correct, note=e.note, detail=e.detail),
                **_location(e.location),
            }
            for e in result.errata
        ],
        "diagnostics": [_diagnostic(d) for d in result.diagnostics],
    }
