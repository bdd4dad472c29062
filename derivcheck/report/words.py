"""Verdicts, methods and numbers in words: what every format says the same way."""

from __future__ import annotations

from derivcheck.model import (
    ClaimResult,
    Evidence,
    Finding,
    FormulaResult,
    Outcome,
    Report,
    Role,
    Verdict,
    Witness,
)
from derivcheck.report.escape import plain

VERDICTS: dict[Verdict, str] = {
    Verdict.PROVED: "an algebraic proof for every value in the domain, and the numbers agree",
    Verdict.SUPPORTED: "no proof found; every number agrees within its error bound",
    Verdict.REFUTED: "a counterexample shows that the claim is wrong",
    Verdict.INVALID: "the claim has no meaning as written",
    Verdict.UNDECIDED: "neither proved nor refuted",
}

FINDINGS: dict[str, str] = {
    "holds": "justifies this step",
    "dangling": "does not exist",
    "mismatch": "is not this step",
    "refuted": "does not hold itself",
    "unknown": "could not be checked",
    "circular": "leads back here",
}
"""What a citation's finding says of the cited formula: "formula 23 does not exist"."""


def number(value: float | None) -> str:
    """An error as messages write it, two significant digits."""
    return "-" if value is None else f"{value:.2g}"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """``1 formula``, ``2 formulas``."""
    return f"{count} {noun if count == 1 else nouns or noun + 's'}"


def full_id(result: FormulaResult) -> str:
    """``ai-edu:71``."""
    return plain(f"{result.collection}:{result.id}" if result.collection else result.id)


def measured(evidence: Evidence) -> str:
    """``measured 3e-12, allowed 2e-10``, or nothing where nothing was measured."""
    if evidence.measured is None:
        return ""
    if evidence.allowed is None:
        return f"measured {number(evidence.measured)}"
    return f"measured {number(evidence.measured)}, allowed {number(evidence.allowed)}"


def evidence_line(evidence: Evidence) -> str:
    """One judge's word as one line."""
    parts = [
        measured(evidence),
        plural(evidence.samples, "sample") if evidence.samples else "",
        plain(evidence.detail),
        plain(evidence.reason),
        "where " + ", ".join(map(plain, evidence.conditions)) if evidence.conditions else "",
    ]
    told = "; ".join(part for part in parts if part)
    return f"{method(evidence)}: {evidence.finding.value}" + (f"; {told}" if told else "")


def method(evidence: Evidence) -> str:
    """Who the judge is and how it worked: ``exact prover (polynomial identity)``."""
    if evidence.method in ("", evidence.judge):
        return plain(evidence.judge)
    return plain(f"{evidence.judge} ({evidence.method})")


def point(witness: Witness) -> str:
    """The counterexample's point on one line: ``x = -2 with n = 3, u(x) = sin(x)``."""
    at = ", ".join(f"{plain(name)} = {plain(value)}" for name, value in witness.point)
    extra = ", ".join(
        [f"{plain(name)} = {size}" for name, size in witness.sizes]
        + [f"{plain(name)} = {plain(value)}" for name, value in witness.instances]
    )
    return " with ".join(part for part in (at, extra) if part) or "everywhere"


def values(witness: Witness) -> str:
    """What is true and what is claimed at the counterexample, on one line."""
    entry = f" (entry {plain(witness.entry)})" if witness.entry else ""
    return f"true {plain(witness.true_value)}, claimed {plain(witness.claimed_value)}{entry}"


def symbolic_word(claims: tuple[ClaimResult, ...]) -> str:
    """The symbolic judges' word on a whole formula: the worst over its claims."""
    words = []
    for claim in claims:
        found = [e for e in claim.evidence if e.kind == "symbolic"]
        proofs = [e for e in found if e.finding is Finding.HOLDS]
        if any(e.finding is Finding.FAILS for e in found):
            words.append("fails")
        elif proofs:
            words.append("proof" if any(not e.conditions for e in proofs) else "proof if")
        else:
            words.append("unknown" if found else "-")
    return min(words, key=("fails", "unknown", "-", "proof if", "proof").index, default="-")


def numeric_word(claims: tuple[ClaimResult, ...]) -> str:
    """The numeric judges' word: measured / allowed of the tightest claim, or a finding."""
    found = [e for claim in claims for e in claim.evidence if e.kind == "numeric"]
    if not found:
        return "-"
    failing = [e for e in found if e.finding is Finding.FAILS]
    pool = failing or [e for e in found if e.finding is Finding.HOLDS]
    with_numbers = [e for e in pool if e.measured is not None and e.allowed is not None]
    # judges measure on scales hundreds of digits apart: one column, one scale
    with_numbers = [e for e in with_numbers if e.role is Role.MEASURES] or with_numbers
    if with_numbers:
        worst = max(with_numbers, key=_ratio)
        return f"{number(worst.measured)} / {number(worst.allowed)}"
    return "fails" if failing else ("holds" if pool else "unknown")


def _ratio(evidence: Evidence) -> float:
    if not evidence.allowed:
        return float("inf") if evidence.measured else 0.0
    return (evidence.measured or 0.0) / evidence.allowed


def summary(report: Report) -> str:
    """The one line that closes a run."""
    before, after = summary_parts(report)
    return f"{before}{report.seconds:.2f} s{after}"


def summary_parts(report: Report) -> tuple[str, str]:
    """What stands before and after the seconds in the line that closes a run."""
    parts = [plural(len(report.results), "formula")]
    counts = [
        (report.count(Outcome.PASS), "passed"),
        (report.count(Outcome.ERRATUM), "documented erratum"),
        (report.count(Outcome.FAIL), "failed"),
    ]
    words = [f"{count} {word}" for count, word in counts if count]
    verdicts = [f"{report.count(v)} {v.value}" for v in Verdict if report.count(v)]
    if words:
        parts.append(", ".join(words).replace("documented erratum", "documented as errata"))
    if verdicts:
        parts.append(", ".join(verdicts))
    if report.problems:
        parts.append(plural(len(report.problems), "problem") + " in files")
    after = " (interrupted: not everything was checked)" if report.interrupted else ""
    return "; ".join(parts) + "; ", after
