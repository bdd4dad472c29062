"""Verdicts, methods and numbers in words: what every format says the same way."""

from __future__ import annotations

from dataclasses import replace

from derivcheck.model import (
    CitationFinding,
    CitationResult,
    ClaimResult,
    Diagnostic,
    Evidence,
    Finding,
    FormulaResult,
    Outcome,
    Report,
    Role,
    Strength,
    Verdict,
    Witness,
)
from derivcheck.report.documents import is_from_document, summary_part
from derivcheck.report.escape import plain

VERDICTS: dict[Verdict, str] = {
    Verdict.PROVED: "an algebraic proof for every value in the domain, and the numbers agree",
    Verdict.SUPPORTED: "no proof found; every number agrees within its error bound",
    Verdict.REFUTED: "a counterexample shows that the claim is wrong",
    Verdict.INVALID: "the claim has no meaning as written",
    Verdict.UNDECIDED: "neither proved nor refuted",
}

COLORS: dict[Verdict, str] = {
    Verdict.PROVED: "green",
    Verdict.SUPPORTED: "cyan",
    Verdict.REFUTED: "red",
    Verdict.INVALID: "red",
    Verdict.UNDECIDED: "yellow",
}

FINDINGS: dict[CitationFinding, str] = {
    CitationFinding.HOLDS: "justifies this step",
    CitationFinding.DANGLING: "does not exist",
    CitationFinding.MISMATCH: "is not this step",
    CitationFinding.REFUTED: "does not hold itself",
    CitationFinding.UNKNOWN: "could not be checked",
    CitationFinding.CIRCULAR: "leads back here",
}
"""What a citation's finding says of the cited formula: "formula 23 does not exist"."""


def number(value: float | None) -> str:
    """An error as messages write it, two significant digits."""
    return "-" if value is None else f"{value:.2g}"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """``1 formula``, ``2 formulas``."""
    return f"{count} {noun if count == 1 else nouns or noun + 's'}"


def justifiers(citation: CitationResult) -> str:
    """The formulas that would justify a step; the one it cites does so with other values."""
    return ", ".join(
        plain(one) + (" with another `with`" if one == citation.cites else "")
        for one in citation.justified_by
    )


def marked(text: str) -> list[tuple[str, bool]]:
    """The parts of a text in which `backticks` mark code, each with whether it is code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return [(text, False)]
    return [(piece, i % 2 == 1) for i, piece in enumerate(pieces)]


def full_id(result: FormulaResult) -> str:
    """``ai-edu:71``."""
    return plain(f"{result.collection}:{result.id}" if result.collection else result.id)


_SAID: dict[tuple[Finding, Strength], str] = {
    (Finding.HOLDS, Strength.PROOF): "proved the claim",
    (Finding.HOLDS, Strength.ENCLOSURE): "agreed",
    (Finding.HOLDS, Strength.SAMPLE): "agreed",
    (Finding.FAILS, Strength.PROOF): "contradicted the claim",
    (Finding.FAILS, Strength.ENCLOSURE): "certified that the claim is wrong",
    (Finding.FAILS, Strength.SAMPLE): "disagreed",
}
"""What a judge did, after its title."""


def _subject(evidence: Evidence) -> str:
    return plain(f"{'the ' if evidence.role is Role.PROVES else ''}{evidence.judge}")


def _sentence(subject: str, evidence: Evidence) -> str:
    text = _SAID.get((evidence.finding, evidence.strength), "found nothing either way")
    if evidence.finding is Finding.HOLDS and evidence.samples:
        text += f" at {plural(evidence.samples, 'point')}"
    if evidence.role is Role.MEASURES and evidence.measured is not None:
        text += f", with a largest relative error of {number(evidence.measured)}"
    if evidence.conditions and evidence.kind == "symbolic":
        # where judges of numbers looked is for -v and JSON; they agreed at so many points
        text += f", provided that {', '.join(map(plain, evidence.conditions))}"
    return f"{subject[:1].upper()}{subject[1:]} {text}."


def sentence(evidence: Evidence) -> str:
    """One judge's word in a whole sentence: ``SymPy proved the claim.``"""
    return _sentence(_subject(evidence), evidence)


def rests_on(claim: ClaimResult) -> str:
    """What the verdict on a claim rests on, in whole sentences: of those who found something."""
    decided = [e for e in claim.evidence if e.finding is not Finding.UNKNOWN]
    proofs = [e for e in decided if e.kind == "symbolic" and not e.conditions]
    sentences = []
    if len(proofs) > 1 and len({e.finding for e in proofs}) == 1:
        together = " and ".join(map(_subject, proofs))
        sentences = [f"{_sentence(together, proofs[0])[:-1]}, independently of one another."]
        decided = [e for e in decided if e not in proofs]
    sentences += map(sentence, sorted(decided, key=lambda e: e.kind != "symbolic"))
    return " ".join(sentences)


def cause(problem: Diagnostic) -> str:
    """What a problem says, with its place in the text where it does not quote it."""
    known = not problem.excerpt or f"`{problem.excerpt}`" in problem.message
    return problem.message if known else f"{problem.message} in `{problem.excerpt}`"


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
    details = "; ".join(part for part in parts if part)
    return f"{method(evidence)}: {evidence.finding.value}" + (f"; {details}" if details else "")


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
        + [_instance(plain(name), plain(value)) for name, value in witness.instances]
    )
    return " with ".join(part for part in (at, extra) if part) or "everywhere"


def _instance(name: str, text: str) -> str:
    """What an abstract function stood for; its text may begin with ``u(x) =``."""
    return text if text.startswith(f"{name}(") and " = " in text else f"{name} = {text}"


def values(witness: Witness) -> str:
    """What is true and what is claimed at the counterexample, on one line."""
    entry = f" (entry {plain(witness.entry)})" if witness.entry else ""
    return f"true {plain(witness.true_value)}, claimed {plain(witness.claimed_value)}{entry}"


def symbolic_word(claims: tuple[ClaimResult, ...]) -> str:
    """The provers' word on a whole formula, the worst over its claims; ``-`` where one of them
    is refuted: there is nothing to prove."""
    words = []
    for claim in claims:
        found = [e for e in claim.evidence if e.kind == "symbolic"]
        proofs = [e for e in found if e.finding is Finding.HOLDS]
        if claim.verdict is Verdict.REFUTED:
            words.append("-")
        elif any(e.finding is Finding.FAILS for e in found):
            words.append("fails")
        elif proofs:
            words.append("proof" if any(not e.conditions for e in proofs) else "proof if")
        else:
            words.append("unknown" if found else "-")
    return min(words, key=("-", "fails", "unknown", "proof if", "proof").index, default="-")


def numeric_word(claims: tuple[ClaimResult, ...]) -> str:
    """The largest relative error that was measured; ``-`` where nothing was."""
    found = [e for claim in claims for e in claim.evidence if e.role is Role.MEASURES]
    return number(max((e.measured for e in found if e.measured is not None), default=None))


def summary(report: Report) -> str:
    """The one line that closes a run."""
    before, after = summary_parts(report)
    return f"{before}{report.seconds:.2f} s{after}"


def _formulas(report: Report) -> list[str]:
    """What is said of formulas: how many, their outcomes, their verdicts."""
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
    return parts


def summary_parts(report: Report) -> tuple[str, str]:
    """What stands before and after the seconds in the line that closes a run."""
    formulas = tuple(r for r in report.results if not is_from_document(r))
    parts = _formulas(replace(report, results=formulas)) if formulas or not report.equations else []
    equations = summary_part(report)
    if equations:
        parts.append(equations)
    if report.problems:
        parts.append(plural(len(report.problems), "problem") + " in files")
    after = " (interrupted: not everything was checked)" if report.interrupted else ""
    return "; ".join(parts) + "; ", after
