"""What is decided while formulas are checked: equations, claims, and the formulas that are cited.

It knows neither citations nor errata, which both ask it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field, replace

from derivcheck.checking import judges
from derivcheck.checking.verdict import decide, worst
from derivcheck.collection.formula import Formula
from derivcheck.lang.equation import Equation, Settings
from derivcheck.limits import TimeIsUp, time_limit
from derivcheck.model import CitationFinding, CitationResult, ClaimResult, Diagnostic, Verdict
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
class Decisions:
    """Decides with one set of settings; equations met twice are decided once."""

    settings: Settings
    library: Library = no_library
    defects: list[str] = field(default_factory=list)
    """What went wrong in derivcheck itself while this formula was checked."""
    _decided: dict[tuple[object, ...], ClaimResult] = field(default_factory=dict)
    _statements: dict[tuple[str, str], Statement] = field(default_factory=dict)
    _cited: dict[tuple[str, str], tuple[Verdict, str]] = field(default_factory=dict)
    _entries: dict[str, dict[str, Formula]] = field(default_factory=dict)

    def begin(self) -> None:
        """Forget what belongs to the formula before."""
        self._decided.clear()
        self.defects.clear()

    def decide(self, equation: Equation, thorough: bool = False) -> ClaimResult:
        """The verdict on an equation, remembered while one formula is checked."""
        # not what it is called, nor what it was differentiated by
        key = (equation.left, equation.right, equation.indices, equation.context)
        done = self._decided.get(key)
        if done is None:
            done = self._decided[key] = decide(equation, self.settings, thorough)
        if done.defect:
            self.defects.append(done.defect)
        return done

    def decide_part(self, part: Part, thorough: bool = False) -> ClaimResult:
        """The result of one claim or step; steps are never judged ``thorough``ly."""
        if part.equation is None:
            return ClaimResult(
                part.text,
                Verdict.INVALID,
                diagnostics=part.diagnostics,
                at=part.at,
                location=part.location,
            )
        step = part.at.startswith("derivation")
        result = self.decide(part.equation, thorough and not step)
        if part.at.startswith("antiderivative") and result.counterexample is not None:
            # the derivative of what is claimed stands on the left of its equation
            found = result.counterexample
            turned = replace(found, true_value=found.claimed_value, claimed_value=found.true_value)
            result = replace(result, counterexample=turned)
        return replace(result, claim=part.text, at=part.at, location=part.location)

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
            claims = [self.decide_part(part) for part in statement.claims]
            defect = next((c.defect for c in claims if c.defect), "")
            done = (worst(c.verdict for c in claims), defect)
            # undecided may only mean that this formula's time was nearly over
            if done[0] is not Verdict.UNDECIDED:
                self._cited[key] = done
        verdict, defect = done
        if defect:
            self.defects.append(defect)
        return verdict
