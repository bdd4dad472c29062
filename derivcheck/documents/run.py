"""Documents through the judges: sources to results, and what became of each equation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from derivcheck.documents.model import Claim, Judged, Read, Status
from derivcheck.documents.reader import read_document
from derivcheck.documents.source import Equation, Source
from derivcheck.documents.verdicts import Verify, judged
from derivcheck.model import Diagnostic, EquationResult, FormulaResult, Outcome, Verdict

_MOST_LATEX = 2000
"""Characters of an equation that a report holds."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a run makes of one equation: how it is listed, and the results of its claims."""

    equations: tuple[EquationResult, ...]
    results: tuple[FormulaResult, ...]


def check(
    sources: Sequence[Source],
    verify: Verify,
    keep: Callable[[Claim], bool] | None = None,
    strict: bool = False,
) -> Iterator[Checked]:
    """Every equation of some documents with its verdicts, in order.

    ``keep`` says which claims are to be judged; the others are listed without results.
    ``strict``: what is suspect fails, and what is not read though an annotation is in force.
    """
    reads = [read for source in sources for read in read_document(source)]
    if keep is not None:
        reads = [
            replace(read, claims=tuple(claim for claim in read.claims if keep(claim)))
            for read in reads
        ]
    return judge(reads, verify, strict)


def judge(reads: Sequence[Read], verify: Verify, strict: bool = False) -> Iterator[Checked]:
    """Equations that are read, with their verdicts, in order."""
    for one in judged(reads, verify):
        if strict:
            one = _strictly(one)
        yield Checked(listed(one), one.results)


def _strictly(judged: Judged) -> Judged:
    """The same where doubts fail."""
    results = tuple(
        replace(result, outcome=Outcome.FAIL) if result.suspect else result
        for result in judged.results
    )
    if judged.status is Status.UNREAD and judged.read.equation.blocks and not results:
        results = (_unread(judged),)
    return replace(judged, results=results)


def _unread(judged: Judged) -> FormulaResult:
    """The failure of an equation that should have been read."""
    equation = judged.read.equation
    where = judged.read.location or equation.location
    reason = f"not read: {judged.reason}"
    return FormulaResult(
        collection=os.path.basename(equation.file),
        id=f"L{equation.line}",
        name="",
        file=equation.file,
        line=equation.line,
        column=equation.column,
        cell=equation.cell,
        outcome=Outcome.FAIL,
        verdict=Verdict.UNDECIDED,
        latex=shown(equation),
        anchored=False,
        diagnostics=(Diagnostic("not-read", reason, where),),
        reason=reason,
    )


def unjudged(read: Read) -> tuple[EquationResult, ...]:
    """An equation as it is listed before anything is judged."""
    ids = tuple(claim.id for claim in read.claims)
    lines: dict[int, tuple[str, ...]] = {}
    for claim in read.claims:
        lines[claim.location.line] = (*lines.get(claim.location.line, ()), claim.id)
    return _listed(Judged(read, read.status, read.reason), ids, lines)


def listed(judged: Judged) -> tuple[EquationResult, ...]:
    """An equation as reports list it: the display, then what begins on further lines of it."""
    lines: dict[int, tuple[str, ...]] = {}
    for result in judged.results:
        places = [claim.location.line for claim in result.claims if claim.location]
        for line in dict.fromkeys((result.line, *places)):
            lines[line] = (*lines.get(line, ()), result.id)
    ids = tuple(dict.fromkeys(result.id for result in judged.results))
    return _listed(judged, ids, lines)


def _listed(
    judged: Judged, ids: tuple[str, ...], lines: dict[int, tuple[str, ...]]
) -> tuple[EquationResult, ...]:
    equation = judged.read.equation
    whole = EquationResult(
        file=equation.file,
        line=equation.line,
        column=equation.column,
        latex=shown(equation),
        status=judged.status.value,
        reason=judged.reason,
        results=ids,
        cell=equation.cell,
        reading=judged.read.reading,
        annotated=bool(equation.blocks),
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
