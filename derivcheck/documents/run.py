"""Documents through the judges: sources to results, and what became of each equation."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from derivcheck.collection.formula import Formula
from derivcheck.collection.raw import place
from derivcheck.documents.model import Claim, Judged, Problem, Read
from derivcheck.documents.reader import read_document
from derivcheck.documents.source import Equation, Source
from derivcheck.documents.verdicts import Verify, judged
from derivcheck.model import (
    ClaimResult,
    Diagnostic,
    EquationResult,
    FormulaResult,
    Outcome,
    Verdict,
)
from derivcheck.model import EquationStatus as Status
from derivcheck.records import record

_NAME = re.compile(r"[^\W\d]\w*")
_MOST_LATEX = 2000
"""Characters of an equation that a report holds."""


@record()
class Checked:
    """What a run makes of one equation: how it is listed, and the results of its claims."""

    equations: tuple[EquationResult, ...]
    results: tuple[FormulaResult, ...]


def check(
    sources: Sequence[Source],
    verify: Verify,
    keep: Callable[[Formula], bool] | None = None,
    strict: bool = False,
    ask: Verify | None = None,
) -> Iterator[Checked]:
    """Every equation of some documents with its verdicts, in order.

    ``keep`` says of an entry with a claim's id, section and LaTeX (as its name) whether it is to be
    judged; the others are listed without results.
    ``strict``: what is suspect or not proved fails, and what is not read though an annotation is in
    force. ``ask`` checks without hints (:func:`derivcheck.documents.verdicts.judged`).
    """
    reads = [read for source in sources for read in read_document(source)]
    if keep is not None:
        reads = [
            replace(read, claims=tuple(one for one in read.claims if keep(_labelled(read, one))))
            for read in reads
        ]
    return judge(reads, verify, strict, ask)


def judge(
    reads: Sequence[Read], verify: Verify, strict: bool = False, ask: Verify | None = None
) -> Iterator[Checked]:
    """Equations that are read, with their verdicts, in order."""
    taken = {(read.equation.file, claim.id): 2 for read in reads for claim in read.claims}

    def asked(entries: Iterable[Formula]) -> Iterator[FormulaResult]:
        return (ask or verify)(map(_unnamed, entries))

    for one in judged(reads, lambda entries: verify(map(_unnamed, entries)), asked):
        one = _in_the_words_of_the_page(one)
        if strict:
            one = _strictly(one, taken)
        yield Checked(listed(one), one.results)


def _unnamed(entry: Formula) -> Formula:
    """The entry without what only says where it stands: it is kept under the same key, and
    judged alike, when the lines above it change."""
    here = place(entry.line - 1, 0)
    return replace(entry.changed("latex", id="claim"), id="claim", column=1, marks=here)


def _labelled(read: Read, claim: Claim) -> Formula:
    """The entry that stands for a claim where claims are chosen."""
    return claim.readings[0].changed(section=_section(read), name=claim.latex)


def _section(read: Read) -> str:
    return " / ".join(title for title in read.equation.titles if title)


def _in_the_words_of_the_page(judged: Judged) -> Judged:
    """The same with hints and counterexamples in the names that the page writes."""
    names = {
        claim.id: {name: written for name, written in claim.names if name != written}
        for claim in judged.read.claims
    }
    section = _section(judged.read)
    results = tuple(
        replace(
            result,
            section=section,
            claims=tuple(_renamed(claim, names.get(result.id, {})) for claim in result.claims),
        )
        for result in judged.results
    )
    return replace(judged, results=results)


def _renamed(claim: ClaimResult, names: Mapping[str, str]) -> ClaimResult:
    """A result with names of the entry replaced by those of the page, where it is told."""
    if not names or not (claim.hint or claim.counterexample):
        return claim

    def written(text: str) -> str:
        return _NAME.sub(lambda match: names.get(match[0]) or _differential(match[0], names), text)

    witness = claim.counterexample
    if witness is not None:
        point = tuple((written(name), value) for name, value in witness.point)
        witness = replace(witness, point=point)
    return replace(claim, hint=claim.hint and written(claim.hint), counterexample=witness)


def _differential(name: str, names: Mapping[str, str]) -> str:
    """``dlam`` as the page writes it; other words as they are."""
    return f"d{names[name[1:]]}" if name[0] == "d" and name[1:] in names else name


def _strictly(judged: Judged, taken: dict[tuple[str, str], int]) -> Judged:
    """The same where doubts fail, and passes without a proof."""
    results = tuple(
        replace(result, outcome=Outcome.FAIL)
        if result.suspect or result.verdict is Verdict.SUPPORTED
        else result
        for result in judged.results
    )
    missing = missed(judged.read)
    equation = judged.read.equation
    rows = {line: text for line, _, text in _rows(equation)} if missing else {}
    failed = []
    for problem in missing:
        line, column, latex = equation.line, equation.column, equation.text.strip()
        if judged.status is not Status.UNREAD:
            line, column = problem.location.line, problem.location.column
            latex = rows.get(line, "").removesuffix("\\\\").rstrip()
        failed.append(_unread(equation, problem, (line, column), latex[:_MOST_LATEX], taken))
    return replace(judged, results=tuple(sorted((*results, *failed), key=lambda one: one.line)))


def missed(read: Read) -> tuple[Problem, ...]:
    """What is not read of an equation, or of its rows, though an annotation asks for a reading."""
    equation = read.equation
    if not (equation.blocks or equation.claim or equation.wrong):
        return ()
    if read.status is Status.UNREAD:
        return (Problem(read.reason, read.location or equation.location),)
    return read.unread


def _unread(
    equation: Equation,
    problem: Problem,
    place: tuple[int, int],
    latex: str,
    taken: dict[tuple[str, str], int],
) -> FormulaResult:
    """The failure of what should have been read, by an id that no claim has."""
    id = line = f"L{place[0]}"
    while (equation.file, id) in taken:
        number = taken[equation.file, line]
        id, taken[equation.file, line] = f"{line}.{number}", number + 1
    taken[equation.file, id] = 2
    diagnostic = not_read(problem)
    return FormulaResult(
        collection=os.path.basename(equation.file),
        id=id,
        name="",
        file=equation.file,
        line=place[0],
        column=place[1],
        cell=equation.cell,
        outcome=Outcome.FAIL,
        verdict=Verdict.UNDECIDED,
        latex=latex,
        anchored=False,
        diagnostics=(diagnostic,),
        reason=diagnostic.message,
    )


def not_read(problem: Problem) -> Diagnostic:
    """What tells that something should have been read."""
    return Diagnostic("not-read", f"not read: {problem.message}", problem.location)


def listed(judged: Judged) -> tuple[EquationResult, ...]:
    """An equation as reports list it: the display, then what begins on further lines of it."""
    lines: dict[int, tuple[str, ...]] = {}
    for result in judged.results:
        places = [claim.location.line for claim in result.claims if claim.location]
        for line in dict.fromkeys((result.line, *places)):
            lines[line] = (*lines.get(line, ()), result.id)
    equation = judged.read.equation
    whole = EquationResult(
        file=equation.file,
        line=equation.line,
        column=equation.column,
        latex=shown(equation),
        status=judged.status,
        reason=judged.reason,
        results=tuple(dict.fromkeys(result.id for result in judged.results)),
        cell=equation.cell,
        reading=judged.read.reading,
        location=judged.read.location,
    )
    parts = [
        replace(whole, line=line, column=column, latex=text, results=lines[line], part=True)
        for line, column, text in _rows(equation)
        if line != equation.line and line in lines
    ]
    return (whole, *parts)


def shown(equation: Equation) -> str:
    """The maths of an equation as reports show it, of bounded length."""
    return equation.text.strip()[:_MOST_LATEX]


def _rows(equation: Equation) -> Iterator[tuple[int, int, str]]:
    """Line, column and text of each line of an equation."""
    ends = (*equation.starts[1:], len(equation.text))
    for (line, column), start, end in zip(equation.columns, equation.starts, ends, strict=True):
        text = equation.text[start:end]
        indent = len(text) - len(text.lstrip())
        yield line, column + indent, text.strip()
