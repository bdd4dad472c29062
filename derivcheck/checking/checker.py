"""One formula, from entry to result: claims, steps, citations, and errata on both sides."""

from __future__ import annotations

import time
from dataclasses import replace

from derivcheck import work
from derivcheck.checking import judges
from derivcheck.checking.decisions import Decisions, Examination, Library, no_library
from derivcheck.checking.errata import check_errata
from derivcheck.checking.restrictions import completed
from derivcheck.collection.formula import Formula
from derivcheck.lang.equation import Settings
from derivcheck.limits import TimeIsUp, time_limit
from derivcheck.model import (
    CitationResult,
    ClaimResult,
    Diagnostic,
    ErratumResult,
    ErratumStatus,
    FormulaResult,
    Outcome,
    Transcription,
    Verdict,
)
from derivcheck.statements.claims import Part, Statement, prepare

_SEARCH = 0.5
"""Part of a formula's time that one search for a hint may use; its work is counted, too."""


class Checker:
    """Checks formulas with one set of settings; equations met twice are decided once."""

    def __init__(self, settings: Settings, library: Library = no_library) -> None:
        self.settings = settings
        self.decisions = Decisions(settings, library)

    def check(self, entry: Formula) -> FormulaResult:
        """The result of one formula; never raises for the formula's sake."""
        start = time.perf_counter()
        self.decisions.begin()
        work.begin()
        printed = self.examine(entry)
        errata = check_errata(self.examine, self.compared, entry, printed)
        # a documented print needs no guess at the slip, where the erratum is right
        told = {erratum.status for erratum in errata}
        is_told = ErratumStatus.VERIFIED in told and ErratumStatus.STALE not in told
        if self.settings.hints and not is_told:
            printed = self._with_hints(printed)  # last: what takes long costs no verdict
        # wherever it was met, in a claim, a patched reading, a citation or a hint
        defects = self.decisions.defects
        defect = f"{defects[0]}; report it with {entry.label}" if defects else ""
        outcome = Outcome.FAIL if defect else self.outcome(printed, errata)
        transcribed = self.transcription(entry, printed)
        if self.settings.strict and transcribed is Transcription.DIFFERS:
            outcome = Outcome.FAIL
        reasons = (c.reason for c in printed.claims if c.verdict is printed.verdict)
        return FormulaResult(
            **entry.identity,
            outcome=outcome,
            verdict=printed.verdict,
            seconds=time.perf_counter() - start,
            claims=printed.claims,
            citations=printed.citations,
            errata=errata,
            diagnostics=printed.diagnostics,
            note=entry.note,
            reason=next((r for r in reasons if r), ""),
            defect=defect,
            transcription=transcribed,
        )

    def transcription(self, entry: Formula, printed: Examination) -> Transcription | None:
        """Whether the print in ``latex`` agrees; None where there is none, or an erratum is."""
        documented = any(one.at == "latex" or one.kind == "notation" for one in entry.errata)
        return self.compared(printed) if entry.latex and not documented else None

    def compared(self, reading: Examination) -> Transcription | None:
        """Whether the print of a reading agrees with what that claims."""
        from derivcheck.documents.transcription import transcription

        share = judges.share_of(self.settings)
        statement = reading.statement
        try:
            with time_limit(share):
                return transcription(
                    statement, lambda a, b: self.decisions.decide(statement.equation(a, b)).verdict
                )
        except (TimeIsUp, MemoryError):
            return Transcription.UNREAD

    def outcome(self, printed: Examination, errata: tuple[ErratumResult, ...]) -> Outcome:
        """Pass, documented erratum, or fail."""
        if any(e.status is ErratumStatus.STALE for e in errata):
            return Outcome.FAIL
        strict = self.settings.strict
        verified = any(e.status is ErratumStatus.VERIFIED for e in errata)
        if verified and (printed.wrong or printed.passes):  # it passes where the print differs
            return Outcome.FAIL if strict else Outcome.ERRATUM
        if printed.passes and (printed.verdict is Verdict.PROVED or not strict):
            return Outcome.PASS
        return Outcome.FAIL

    # --- one reading --------------------------------------------------------------------------

    def examine(self, entry: Formula, seed: int | None = None) -> Examination:
        """Check every claim, step and citation of one reading of an entry."""
        statement = prepare(entry, seed)
        claims = tuple(
            self.decisions.decide_part(part, thorough=seed is None) for part in statement.parts
        )
        citations: tuple[CitationResult, ...] = ()
        if any(step.by for step in entry.steps):
            from derivcheck.checking.citations.check import check_citations

            citations = check_citations(self.decisions, statement)
        return Examination(statement, claims, citations, tuple(_form_problems(entry)))

    def _with_hints(self, reading: Examination) -> Examination:
        pairs = zip(reading.statement.parts, reading.claims, strict=True)
        claims = (self._explained(part, claim, reading.statement) for part, claim in pairs)
        return replace(reading, claims=tuple(claims))

    def _explained(self, part: Part, claim: ClaimResult, statement: Statement) -> ClaimResult:
        if claim.verdict in (Verdict.REFUTED, Verdict.INVALID):
            found = claim.counterexample
            if found is not None:
                found = completed(found, statement.assume, statement.scope.symbols.values())
            return replace(claim, hint=self._hint(part, statement), counterexample=found)
        return claim

    def _hint(self, part: Part, statement: Statement) -> str | None:
        """What the slip was; nothing that goes wrong on the way costs the verdict."""
        from derivcheck.checking.hints import hint_for, hint_for_latex, hint_for_shape

        share = judges.share_of(self.settings, _SEARCH)
        if share <= 0:
            return None
        try:
            with time_limit(share):
                if part.equation is not None:
                    return hint_for(part.equation, statement, self.settings)
                rules = {problem.rule for problem in part.diagnostics}
                if rules == {"shape"}:
                    return hint_for_shape(part.text, statement, self.settings)
                return hint_for_latex(part.diagnostics, statement) if "latex" in rules else None
        except (TimeIsUp, MemoryError, RecursionError):
            return None
        except Exception as error:
            self.decisions.defects.append(
                f"the search for a hint crashed: {type(error).__name__}: {error}"
            )
            return None


def _form_problems(entry: Formula) -> list[Diagnostic]:
    """What is wrong with the entry's form: its number in the list, brackets in its LaTeX."""
    problems = []
    if entry.item and entry.item != entry.id:
        problems.append(
            Diagnostic(
                "numbering",
                f"the source's list calls it item {entry.item}, its tag is {entry.id}",
                entry.location_of("item"),
                at="item",
            )
        )
    if entry.latex:
        from derivcheck.lint.brackets import unbalanced

        for one in unbalanced(entry.latex):
            place = entry.location_of("latex", one.offset)
            problems.append(Diagnostic(one.rule, one.message, place, at="latex"))
    return problems
