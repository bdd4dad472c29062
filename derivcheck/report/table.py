"""The table for people: as wide as the terminal, failures explained under it.

``verbosity`` is -1 for ``-q`` (failures and the summary line only), 0, or 1 for ``-v``
(every judge's word on every claim).
"""

from __future__ import annotations

import re

from derivcheck.model import CitationFinding, EquationStatus, FormulaResult, Outcome, Report
from derivcheck.report.closing import BAD, GOOD, PLAIN, Closing
from derivcheck.report.documents import is_from_document, is_in_part, short, unjudged, verdict_word
from derivcheck.report.escape import plain, shortened
from derivcheck.report.lines import Column, Lines, id_parts, words
from derivcheck.report.messages import Message, citation_text, excerpt, sections
from derivcheck.report.words import (
    COLORS,
    evidence_line,
    full_id,
    numeric_word,
    plural,
    summary_parts,
    symbolic_word,
)

_STYLES = {
    verdict: color if verdict.passes else f"bold {color}" for verdict, color in COLORS.items()
}


def render(report: Report, *, verbosity: int = 0, width: int = 80, color: bool = False) -> str:
    """The report as text of at most ``width`` columns where text can be broken.

    ``color`` writes ANSI styles; pass False for a pipe, a file or under ``NO_COLOR``.
    """
    table = body(report, verbosity=verbosity, width=width, color=color)
    return table + closing_line(report).text(report.seconds, width, color)


def closing_line(report: Report) -> Closing:
    """The line under the table."""
    style = BAD if report.count(Outcome.FAIL) or report.problems else GOOD
    return Closing(*summary_parts(report), style if report.results else PLAIN)


def body(report: Report, *, verbosity: int = 0, width: int = 80, color: bool = False) -> str:
    """Everything above the closing line: the same for the same results, whatever the time."""
    lines = Lines(width, color)
    if verbosity >= 0:
        every = verbosity > 0 or len(report.results) <= MOST_LISTED
        for collection in dict.fromkeys(r.collection for r in report.results):
            _collection(lines, report, collection, every)
    if verbosity > 0:
        _evidence(lines, report)
        _unjudged(lines, report)
    for title, level, messages in sections(report):
        if level == "error":
            _messages(lines, title, messages, "bold red")
        elif verbosity >= 0:
            brief = level == "note" and not verbosity
            _messages(lines, title, messages, "yellow", brief)
    if verbosity >= 0:
        _citations(lines, report, verbosity)
    return lines.text()


MOST_LISTED = 1000
"""Formulas of a run that are listed, if all pass; of a larger one only those that do not."""

_ID = Column("id", parts=id_parts)
_NAME = Column("name", parts=words, rest=True)
_OTHERS = (Column("symbolic"), Column("numeric"), Column("verdict", parts=words))


def _collection(lines: Lines, report: Report, collection: str, every: bool) -> None:
    title = shortened(dict(report.collections).get(collection, ""))
    lines.add(plain(collection) + (f": {title}" if title else ""), "bold")
    results = [result for result in report.results if result.collection == collection]
    listed = results if every else [r for r in results if r.outcome is not Outcome.PASS]
    if listed:
        _table(lines, listed)
    left_out = len(results) - len(listed)
    if left_out:
        lines.add(f"{plural(left_out, 'formula')} passed and not listed (-v lists all)")
        lines.blank()


_CLAIM = (
    Column("line"),
    Column("tag", parts=id_parts),
    Column("equation", parts=words, rest=True),
    Column("verdict", parts=words),
)


def _claims(lines: Lines, results: list[FormulaResult]) -> None:
    """The claims of a document: line, tag or label, the equation on one line, verdict."""
    rows = [(_line(r), _tag(r), short(r.latex), _verdict(r)[0]) for r in results]
    columns = [column for i, column in enumerate(_CLAIM) if i != 1 or any(row[1] for row in rows)]
    cells = [[cell for i, cell in enumerate(row) if _CLAIM[i] in columns] for row in rows]
    lines.table(columns, cells, [_verdict(result)[1] for result in results])


def _line(result: FormulaResult) -> str:
    """The line of a claim, in a notebook with its cell: ``3:12``."""
    return f"{result.line}" if result.cell is None else f"{result.cell}:{result.line}"


def _tag(result: FormulaResult) -> str:
    """The tag or label of a claim; nothing where its id only says its line."""
    return "" if re.fullmatch(r"(?:C\d+)?L\d+(?:\.\d+)?", result.id) else plain(result.id)


def _table(lines: Lines, results: list[FormulaResult]) -> None:
    if results and all(map(is_from_document, results)):
        _claims(lines, results)
        return
    named = any(result.name for result in results)
    rows = [
        (
            plain(result.id),
            *([shortened(result.name)] if named else []),
            symbolic_word(result.claims),
            numeric_word(result.claims),
            _verdict(result)[0],
        )
        for result in results
    ]
    columns = (_ID, *([_NAME] if named else []), *_OTHERS)
    lines.table(columns, rows, [_verdict(result)[1] for result in results])


def _verdict(result: FormulaResult) -> tuple[str, str]:
    """The word in the last column, and its style."""
    word = result.verdict.value
    if result.outcome is Outcome.ERRATUM:
        return f"{word}, erratum", "yellow"
    if result.outcome is Outcome.FAIL:
        return f"{word} FAIL", "bold red"
    if result.suspect:
        return "suspect", "bold yellow"
    if is_from_document(result) and not result.verdict.passes:
        return verdict_word(result), "green"
    if is_in_part(result):
        return f"{word} in part", _STYLES[result.verdict]
    return word, _STYLES[result.verdict]


def _evidence(lines: Lines, report: Report) -> None:
    for result in report.results:
        name = f" {shortened(result.name)}" if result.name else ""
        lines.add(f"{full_id(result)}{name}: {result.verdict.value}", "bold")
        for line in result.reading.splitlines():
            lines.add(f"  {plain(line)}")
        for claim in result.claims:
            at = f"{plain(claim.at)}: " if claim.at else ""
            lines.add(f"{at}{excerpt(claim.claim)}", indent=2)
            lines.add(claim.verdict.value, _STYLES[claim.verdict], indent=4)
            for item in claim.evidence:
                lines.add(evidence_line(item), indent=6)
    if report.results:
        lines.blank()


_UNJUDGED = {EquationStatus.SILENT: "Without a claim", EquationStatus.UNREAD: "Not read"}


def _unjudged(lines: Lines, report: Report) -> None:
    for status, title in _UNJUDGED.items():
        found = list(unjudged(report, status))
        if not found:
            continue
        lines.add(title, "bold")
        for equation, why in found:
            lines.add(short(equation.latex)[:200], indent=2)
            lines.unbroken(f"    {why}", "dim")
        lines.blank()


def _messages(
    lines: Lines, title: str, messages: list[Message], style: str, brief: bool = False
) -> None:
    if not messages:
        return
    lines.add(title, "bold")
    for message in messages:
        lines.add(message.headline, style)
        lines.pairs(message.details, indent=2)
        if not brief:
            lines.unbroken(f"  {plain(str(message.location))}", "dim")
        lines.blank()


def _citations(lines: Lines, report: Report, verbosity: int) -> None:
    cited = [
        (result, citation)
        for result in report.results
        for citation in result.citations
        if verbosity > 0
        or (citation.finding is not CitationFinding.HOLDS and result.outcome is Outcome.ERRATUM)
    ]
    if not cited:
        return
    lines.add("Citations", "bold")
    for result, citation in cited:
        lines.add(f"{full_id(result)} {plain(citation.at)} {citation_text(citation)}")
    lines.blank()
