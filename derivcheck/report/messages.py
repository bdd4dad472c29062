"""The message for a formula that fails: built here once, so that every format says the same.

A message holds only plain text (see :func:`derivcheck.report.escape.plain`); a format
escapes it for its own language and changes nothing else.
"""

from __future__ import annotations

from dataclasses import replace

from derivcheck.model import (
    CitationFinding,
    CitationResult,
    ClaimResult,
    Diagnostic,
    ErratumResult,
    ErratumStatus,
    Finding,
    FormulaResult,
    Location,
    Outcome,
    Report,
    Transcription,
    Verdict,
)
from derivcheck.records import record
from derivcheck.report import words
from derivcheck.report.documents import doubt, location, reading_details
from derivcheck.report.escape import plain, shortened
from derivcheck.report.rules import page_of

DOUBTS = ("suspect", "transcription")
"""Rules of what is doubtful, and fails only strictly."""
Details = tuple[tuple[str, str], ...]
"""Labels, and what stands behind each."""
MOST = 2000
"""Characters of one text of a file that a message shows; JSON holds all of them."""


def excerpt(text: str) -> str:
    """A text of a file as plain text, the middle left out where it is very long."""
    left_out = len(text) - MOST
    if left_out > 0:
        text = f"{text[: MOST // 2]} [{left_out} characters left out] {text[-MOST // 2 :]}"
    return plain(text)


@record()
class Message:
    """What is wrong, at which place. ``level`` is ``error``, ``warning`` (a claim of a document
    that is suspect) or ``note`` (documented errata).

    ``details`` are (label, text) pairs in order; ``formula`` is empty for a file's problem.
    """

    rule: str
    level: str
    formula: str
    headline: str
    location: Location
    at: str = ""
    details: Details = ()

    @property
    def text(self) -> str:
        """The whole message, one detail a line."""
        width = max((len(label) for label, _ in self.details), default=0)
        return "\n".join(
            [self.headline, *(f"  {label:<{width}}  {text}" for label, text in self.details)]
        )

    @property
    def text_at_line(self) -> str:
        """The same for what tells file and line itself; of a notebook it is that of a cell."""
        cell = self.location.cell
        return self.text if cell is None else f"{self.text}\n  in cell {cell}"


def failures(result: FormulaResult) -> tuple[Message, ...]:
    """Why a formula fails: at least one message if its outcome is ``fail``, else none."""
    if result.outcome is not Outcome.FAIL:
        return ()
    documented = {e.at for e in result.errata if e.status is not ErratumStatus.STALE}
    claims = [c for c in result.claims if not c.verdict.passes or c.contradiction]
    citations = [c for c in result.citations if c.finding is not CitationFinding.HOLDS]
    open_claims = [c for c in claims if c.at not in documented]
    open_citations = [c for c in citations if c.at not in documented]
    stale = [_stale(result, e) for e in result.errata if e.status is ErratumStatus.STALE]
    general = [diagnostic_message(d, result) for d in result.diagnostics if d.at not in documented]
    if not (open_claims or open_citations or stale or general):
        # --strict: what is documented fails all the same
        open_claims, open_citations = claims, citations
        general = [diagnostic_message(d, result) for d in result.diagnostics]
    found = [
        *general,
        *(message for claim in open_claims for message in _claim(result, claim)),
        *(_citation(result, citation) for citation in open_citations),
        *stale,
    ]
    found += misprints(result)
    if result.defect and not any(m.rule in ("contradiction", "defect") for m in found):
        found.append(_about(result, "defect", f"a defect of derivcheck: {excerpt(result.defect)}"))
    return tuple(found) or (_fallback(result),)


def errata_notes(result: FormulaResult) -> tuple[Message, ...]:
    """The documented errata of a formula that does not fail, as notes."""
    if result.outcome is Outcome.FAIL:
        return ()
    return tuple(_erratum(result, erratum) for erratum in result.errata)


def suspects(result: FormulaResult) -> tuple[Message, ...]:
    """What is refuted of a claim of a document that is not anchored, as warnings."""
    if not result.suspect or result.outcome is Outcome.FAIL:
        return ()
    found = [
        message
        for claim in result.claims
        if not claim.verdict.passes
        for message in _claim(result, claim)
    ]
    return tuple(
        replace(
            message,
            rule="suspect",
            level="warning",
            headline=message.headline.replace(": refuted", ": suspect, refuted as read", 1),
            details=(*message.details, ("doubt", doubt(result))),
        )
        for message in found
    )


def misprints(result: FormulaResult) -> tuple[Message, ...]:
    """A print (``latex``) that says something else than the claim: a warning, strictly an error."""
    if result.transcription is not Transcription.DIFFERS:
        return ()
    said = "its `latex` says something else than its claim"
    message = _about(result, "transcription", said, details=(("latex", excerpt(result.latex)),))
    level = "error" if result.outcome is Outcome.FAIL else "warning"
    return (replace(message, level=level, at="latex"),)


def warnings(result: FormulaResult) -> tuple[Message, ...]:
    """What is doubtful of a formula that does not fail."""
    if result.outcome is Outcome.FAIL:
        return ()
    return (*suspects(result), *misprints(result))


def problems(report: Report) -> tuple[Message, ...]:
    """What is wrong with files rather than with formulas."""
    return tuple(diagnostic_message(problem) for problem in report.problems)


def all_messages(report: Report) -> tuple[Message, ...]:
    """Problems of files, failures and errata, in the order of the report."""
    return problems(report) + tuple(
        message
        for result in report.results
        for message in (*failures(result), *warnings(result), *errata_notes(result))
    )


def sections(report: Report) -> tuple[tuple[str, str, list[Message]], ...]:
    """All messages for people: titles, levels, and what stands under each."""
    results = report.results
    prints = [m for r in results if r.outcome is not Outcome.FAIL for m in misprints(r)]
    return (
        ("Problems in files", "error", [*problems(report)]),
        ("Failures", "error", [m for r in results for m in failures(r)]),
        ("Suspects", "warning", [m for r in results for m in suspects(r)]),
        ("Prints that differ from their claims", "warning", prints),
        ("Errata of the source", "note", [m for r in results for m in errata_notes(r)]),
    )


def failure_text(result: FormulaResult) -> str:
    """All failures of one formula as one text (JUnit, pytest)."""
    return "\n".join(message.text for message in failures(result))


def diagnostic_message(diagnostic: Diagnostic, result: FormulaResult | None = None) -> Message:
    """A diagnostic as a message; ``result`` is the formula it belongs to."""
    details = []
    if diagnostic.excerpt:
        details.append(("in", excerpt(diagnostic.excerpt)))
    if diagnostic.hint:
        details.append(("hint", excerpt(diagnostic.hint)))
    page = page_of(diagnostic.rule)
    if page is not None:
        details.append(("see", page))
    rule, said, at = diagnostic.rule, excerpt(diagnostic.message), diagnostic.at or ""
    place, lines = diagnostic.location, tuple(details)
    if result is None:
        return Message(rule, "error", "", said, place or Location("<input>"), at, lines)
    return _about(result, rule, said, at, place, lines)


def _about(
    result: FormulaResult,
    rule: str,
    said: str,
    at: str = "",
    place: Location | None = None,
    details: Details = (),
) -> Message:
    """What is wrong with a part of a formula, or with all of it."""
    headline = f"{_subject(result, at)}: {said}"
    where = place or location(result)
    return Message(rule, "error", words.full_id(result), headline, where, at, details)


def _subject(result: FormulaResult, at: str = "") -> str:
    name = f" {shortened(result.name)}" if result.name else ""
    return f"{words.full_id(result)}{name}" + (f", {shortened(at)}" if at else "")


def _claim(result: FormulaResult, claim: ClaimResult) -> tuple[Message, ...]:
    if claim.verdict is Verdict.INVALID and claim.diagnostics:
        return tuple(_invalid(result, claim, d) for d in claim.diagnostics)
    details = list(reading_details(result, claim))
    details += [("claim", excerpt(claim.claim))] if claim.claim else []
    rule = said = claim.verdict.value
    if claim.contradiction:
        rule = "contradiction"
        said += ": the judges contradict each other, which is a defect of derivcheck"
        details += [("judge", words.evidence_line(e)) for e in claim.evidence]
    elif claim.defect:
        rule = "defect"
        said += ", for a defect of derivcheck"
        details.append(("because", excerpt(claim.reason)))
    elif claim.verdict is Verdict.REFUTED and claim.reason:
        details.append(("because", excerpt(claim.reason)))
    elif claim.verdict is Verdict.UNDECIDED:
        reasons = [claim.reason] if claim.reason else []
        reasons += [
            f"{e.judge}: {e.reason}"
            for e in claim.evidence
            if e.finding is Finding.UNKNOWN and e.reason and e.reason not in claim.reason
        ]
        details += [("because", excerpt(reason)) for reason in reasons or ["no reason given"]]
    witness = claim.counterexample
    if witness:
        details += [("at", words.point(witness)), ("value", words.values(witness))]
    if claim.hint:
        details.append(("hint", excerpt(claim.hint)))
    return (_about(result, rule, said, claim.at, claim.location, tuple(details)),)


def _invalid(result: FormulaResult, claim: ClaimResult, diagnostic: Diagnostic) -> Message:
    if claim.hint and diagnostic.rule in ("shape", "latex"):
        # what was tried and confirmed says more than what the text suggests
        diagnostic = replace(diagnostic, hint=claim.hint)
    inner = diagnostic_message(diagnostic, result)
    at = diagnostic.at or claim.at
    claimed = tuple(reading_details(result, claim))
    claimed += (("claim", excerpt(claim.claim)),) if claim.claim else ()
    place = diagnostic.location or claim.location
    said = f"invalid: {excerpt(diagnostic.message)}"
    return _about(result, inner.rule, said, at, place, claimed + inner.details)


def citation_text(citation: CitationResult) -> str:
    """``cites 23, which does not exist; 33 would justify this step``."""
    found = words.FINDINGS[citation.finding]
    text = f"cites {shortened(citation.cites)}, which {found}"
    if citation.detail:
        text += f"; {excerpt(citation.detail)}"
    if citation.justified_by:
        text += f"; {words.justifiers(citation)} would justify this step"
    return text


def _citation(result: FormulaResult, citation: CitationResult) -> Message:
    details = []
    if citation.detail:
        details.append(("because", excerpt(citation.detail)))
    if citation.justified_by:
        details.append(("hint", f"{words.justifiers(citation)} would justify this step"))
    said = f"the cited formula {shortened(citation.cites)} {words.FINDINGS[citation.finding]}"
    rule = f"citation-{citation.finding.value}"
    return _about(result, rule, said, citation.at, citation.location, tuple(details))


def _erratum_details(erratum: ErratumResult) -> Details:
    pairs = (
        ("printed", erratum.printed),
        ("correct", erratum.correct),
        ("note", erratum.note),
        ("because" if erratum.status is ErratumStatus.STALE else "checked", erratum.detail),
    )
    return tuple((label, excerpt(text)) for label, text in pairs if text)


def _stale(result: FormulaResult, erratum: ErratumResult) -> Message:
    said = f"stale erratum ({shortened(erratum.kind)}): it is not what makes the entry pass"
    details = _erratum_details(erratum)
    return _about(result, "erratum-stale", said, erratum.at, erratum.location, details)


def _erratum(result: FormulaResult, erratum: ErratumResult) -> Message:
    said = f"documented erratum ({shortened(erratum.kind)}), {erratum.status.value}"
    details = _erratum_details(erratum)
    found = _about(result, "erratum", said, erratum.at, erratum.location, details)
    return replace(found, level="note")


def _fallback(result: FormulaResult) -> Message:
    said = f"{result.verdict.value}: {words.VERDICTS[result.verdict]}"
    if result.verdict.passes:
        said = f"{result.verdict.value} only, which is not enough here"
    because = result.reason or result.note
    details = (("because", excerpt(because)),) if because else ()
    return _about(result, result.verdict.value, said, details=details)
