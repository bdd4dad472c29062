"""One formula, from entry to result: claims, steps, citations, and errata on both sides."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field, replace

from derivcheck.checking import judges
from derivcheck.checking.errata import check_errata
from derivcheck.checking.verdict import decide, worst
from derivcheck.collection.formula import Formula
from derivcheck.lang.equation import Equation, Settings
from derivcheck.limits import TimeIsUp, time_limit
from derivcheck.model import (
    CitationFinding,
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
from derivcheck.records import record
from derivcheck.statements.claims import Part, Statement, prepare

Library = Callable[[str], Sequence[Formula]]
"""All entries of a collection, by its name (empty where there is no such collection)."""


def no_library(name: str) -> Sequence[Formula]:
    """A library without collections: for formulas that cite nothing."""
    return ()


_NOT_WRONG = (CitationFinding.HOLDS, CitationFinding.UNKNOWN)


@record()
class Examination:
    """What was found about one reading of an entry (as printed, or patched)."""

    statement: Statement
    claims: tuple[ClaimResult, ...]
    citations: tuple[CitationResult, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of claims and steps."""
        return worst(c.verdict for c in self.claims)

    @property
    def wrong(self) -> bool:
        """Whether something in this reading is known to be wrong (undecided is not)."""
        return (
            bool(self.diagnostics)
            or any(c.verdict in (Verdict.REFUTED, Verdict.INVALID) for c in self.claims)
            or any(c.finding not in _NOT_WRONG for c in self.citations)
        )

    @property
    def passes(self) -> bool:
        """Whether nothing is wrong with this reading."""
        return (
            self.verdict.passes
            and not self.diagnostics
            and all(c.finding is CitationFinding.HOLDS for c in self.citations)
        )


@record(frozen=False)
class Checker:
    """Checks formulas with one set of settings; equations met twice are decided once."""

    settings: Settings
    library: Library = no_library
    _decided: dict[Equation, ClaimResult] = field(default_factory=dict)
    _statements: dict[tuple[str, str], Statement] = field(default_factory=dict)
    _cited: dict[tuple[str, str], tuple[Verdict, str]] = field(default_factory=dict)
    _entries: dict[str, dict[str, Formula]] = field(default_factory=dict)
    _defects: list[str] = field(default_factory=list)
    """What went wrong in derivcheck itself while this formula was checked."""

    def check(self, entry: Formula) -> FormulaResult:
        """The result of one formula; never raises for the formula's sake."""
        start = time.perf_counter()
        self._decided.clear()
        self._defects.clear()
        # a documented print needs no guess at the slip: the erratum says what is right
        printed = self.examine(entry, explain=not entry.errata)
        errata = check_errata(self, entry, printed)
        # wherever it was met, in a claim, a patched reading, a citation or a hint
        defect = f"{self._defects[0]}; report it with {entry.label}" if self._defects else ""
        outcome = Outcome.FAIL if defect else self.outcome(printed, errata)
        transcribed = self.transcription(entry, printed)
        if self.settings.strict and transcribed is Transcription.DIFFERS:
            outcome = Outcome.FAIL
        reasons = (c.reason for c in printed.claims if c.verdict is printed.verdict)
        return FormulaResult(
            collection=entry.collection,
            id=entry.id,
            name=entry.name,
            file=entry.file,
            line=entry.line,
            column=entry.column,
            outcome=outcome,
            verdict=printed.verdict,
            seconds=time.perf_counter() - start,
            section=entry.section,
            tags=entry.tags,
            latex=entry.latex,
            expression=entry.expression,
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
        if not entry.latex or _print_is_documented(entry):
            return None
        from derivcheck.documents.transcription import transcription

        share = judges.share_of(self.settings)
        statement = printed.statement
        try:
            with time_limit(share):
                return transcription(
                    statement, lambda a, b: self.decide(statement.equation(a, b)).verdict
                )
        except (TimeIsUp, MemoryError):
            return Transcription.UNREAD

    def outcome(self, printed: Examination, errata: tuple[ErratumResult, ...]) -> Outcome:
        """Pass, documented erratum, or fail."""
        if any(e.status is ErratumStatus.STALE for e in errata):
            return Outcome.FAIL
        strict = self.settings.strict
        if printed.passes:
            return (
                Outcome.FAIL if strict and printed.verdict is not Verdict.PROVED else Outcome.PASS
            )
        if printed.wrong and any(e.status is ErratumStatus.VERIFIED for e in errata):
            return Outcome.FAIL if strict else Outcome.ERRATUM
        return Outcome.FAIL

    # --- one reading --------------------------------------------------------------------------

    def examine(
        self, entry: Formula, seed: int | None = None, explain: bool = False
    ) -> Examination:
        """Check every claim, step and citation of one reading of an entry.

        ``explain`` looks for hints on what is refuted.
        """
        statement = prepare(entry, seed)
        claims = tuple(
            self.decide_part(part, statement, explain, thorough=seed is None)
            for part in statement.parts
        )
        citations: tuple[CitationResult, ...] = ()
        if any(step.by for step in entry.steps):
            from derivcheck.checking.citations.check import check_citations

            citations = check_citations(self, statement)
        return Examination(statement, claims, citations, tuple(_form_problems(entry)))

    def decide_part(
        self, part: Part, statement: Statement, explain: bool = False, thorough: bool = False
    ) -> ClaimResult:
        """The result of one claim or step; steps are never judged ``thorough``ly."""
        if part.equation is None:
            hint = self._hint(part, statement) if explain else None
            return ClaimResult(
                part.text,
                Verdict.INVALID,
                hint=hint,
                diagnostics=part.diagnostics,
                at=part.at,
                location=part.location,
            )
        step = part.at.startswith("derivation")
        result = self.decide(part.equation, thorough and not step)
        if explain and result.verdict is Verdict.REFUTED:
            result = replace(result, hint=self._hint(part, statement))
        if part.at.startswith("antiderivative") and result.counterexample is not None:
            # the derivative of what is claimed stands on the left of its equation
            found = result.counterexample
            turned = replace(found, true_value=found.claimed_value, claimed_value=found.true_value)
            result = replace(result, counterexample=turned)
        return replace(result, claim=part.text, at=part.at, location=part.location)

    def _hint(self, part: Part, statement: Statement) -> str | None:
        """What the slip was; nothing that goes wrong on the way costs the verdict."""
        from derivcheck.checking.hints import hint_for, hint_for_latex, hint_for_shape

        share = judges.share_of(self.settings)
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
            self._defects.append(f"the search for a hint crashed: {type(error).__name__}: {error}")
            return None

    def decide(self, equation: Equation, thorough: bool = False) -> ClaimResult:
        """The verdict on an equation, remembered while one formula is checked."""
        key = replace(equation, text="", wrt=())
        done = self._decided.get(key)
        if done is None:
            done = decide(equation, self.settings, thorough)
            self._decided[key] = done
        if done.defect:
            self._defects.append(done.defect)
        return done

    def find(self, collection: str, name: str) -> Formula | None:
        """The formula of that id; the first one where there are several."""
        known = self._entries.get(collection)
        if known is None:
            known = self._entries[collection] = {}
            for entry in self.library(collection):
                known.setdefault(entry.id, entry)
        return known.get(name)

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """A judge's share of the time for what is worth no more: a search, not a verdict.

        A judge that is broken off knows nothing, so nothing that was decided meanwhile is
        remembered then.

        :raises TimeIsUp: the time is over.
        """
        share = judges.share_of(self.settings)
        if share <= 0:
            raise TimeIsUp
        before = dict(self._decided)
        start = time.process_time()
        try:
            with time_limit(share):
                yield
        finally:
            if time.process_time() - start >= share:
                self._decided = before

    def cited_statement(self, entry: Formula) -> Statement:
        """The statement of a cited formula, remembered for the whole run."""
        key = (entry.collection, entry.id)
        done = self._statements.get(key)
        if done is None:
            done = self._statements[key] = prepare(entry)
        return done

    def cited_verdict(self, entry: Formula) -> Verdict:
        """The verdict on a cited formula's own claims, as printed, remembered likewise."""
        key = (entry.collection, entry.id)
        done = self._cited.get(key)
        if done is None:
            statement = self.cited_statement(entry)
            claims = [self.decide_part(part, statement) for part in statement.claims]
            defect = next((c.defect for c in claims if c.defect), "")
            done = (worst(c.verdict for c in claims), defect)
            # undecided may only mean that this formula's time was nearly over
            if done[0] is not Verdict.UNDECIDED:
                self._cited[key] = done
        verdict, defect = done
        if defect:
            self._defects.append(defect)
        return verdict


def _print_is_documented(entry: Formula) -> bool:
    """Whether an erratum is about the print itself."""
    return any(one.at == "latex" or one.kind == "notation" for one in entry.errata)


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

        for offset, problem in unbalanced(entry.latex):
            place = entry.location_of("latex", offset)
            problems.append(replace(problem, location=place, at="latex"))
    return problems
