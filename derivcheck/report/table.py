"""The table for people: 80 columns, failures explained under it.

``verbosity`` is -1 for ``-q`` (failures and the summary line only), 0, or 1 for ``-v``
(every judge's word on every claim).
"""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from derivcheck.model import FormulaResult, Outcome, Report, Verdict
from derivcheck.report.closing import BAD, GOOD, PLAIN, Closing
from derivcheck.report.console import text_console
from derivcheck.report.escape import plain
from derivcheck.report.messages import Message, citation_text, errata_notes, failures, problems
from derivcheck.report.words import (
    evidence_line,
    full_id,
    numeric_word,
    summary_parts,
    symbolic_word,
)

_STYLES = {
    Verdict.PROVED: "green",
    Verdict.SUPPORTED: "cyan",
    Verdict.REFUTED: "bold red",
    Verdict.INVALID: "bold red",
    Verdict.UNDECIDED: "bold yellow",
}


def render(report: Report, *, verbosity: int = 0, width: int = 80, color: bool = False) -> str:
    """The report as text of at most ``width`` columns where text can be broken.

    ``color`` writes ANSI styles; pass False for a pipe, a file or under ``NO_COLOR``.
    """
    told = body(report, verbosity=verbosity, width=width, color=color)
    return told + closing_line(report).text(report.seconds, width, color)


def closing_line(report: Report) -> Closing:
    """The line under the table."""
    if not report.results:
        style = PLAIN
    else:
        style = BAD if report.count(Outcome.FAIL) or report.problems else GOOD
    return Closing(*summary_parts(report), style)


def body(report: Report, *, verbosity: int = 0, width: int = 80, color: bool = False) -> str:
    """Everything above the closing line: the same for the same results, whatever the time."""
    buffer, console = text_console(width, color)
    if verbosity >= 0:
        for collection in dict.fromkeys(r.collection for r in report.results):
            _collection(console, report, collection)
    if verbosity > 0:
        _evidence(console, report)
    _messages(console, "Problems in files", problems(report), "bold red")
    _messages(console, "Failures", [m for r in report.results for m in failures(r)], "bold red")
    if verbosity >= 0:
        notes = [m for r in report.results for m in errata_notes(r)]
        _messages(console, "Errata of the source", notes, "yellow", brief=verbosity == 0)
        _citations(console, report, verbosity)
    return "".join(f"{line.rstrip()}\n" for line in buffer.getvalue().splitlines())


def _collection(console: Console, report: Report, collection: str) -> None:
    title = plain(dict(report.collections).get(collection, ""))
    heading = plain(collection) + (f": {title}" if title else "")
    console.print(Text(heading, style="bold"))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=0, show_edge=False)
    table.add_column("id", no_wrap=False, overflow="fold", max_width=18)
    table.add_column("name", no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column("symbolic", no_wrap=True)
    table.add_column("numeric\nerror / allowed", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.expand = True
    for result in report.results:
        if result.collection == collection:
            table.add_row(
                Text(plain(result.id)),
                Text(plain(result.name)),
                Text(symbolic_word(result.claims)),
                Text(numeric_word(result.claims)),
                _verdict(result),
            )
    console.print(table)
    console.print()


def _verdict(result: FormulaResult) -> Text:
    text = Text(result.verdict.value, style=_STYLES[result.verdict])
    if result.outcome is Outcome.ERRATUM:
        text = Text(f"{result.verdict.value}, erratum", style="yellow")
    elif result.outcome is Outcome.FAIL:
        text = Text(f"{result.verdict.value} FAIL", style="bold red")
    return text


def _evidence(console: Console, report: Report) -> None:
    for result in report.results:
        head = f"{full_id(result)} {plain(result.name)}: {result.verdict.value}"
        console.print(Text(head, style="bold"))
        for claim in result.claims:
            at = f"{plain(claim.at)}: " if claim.at else ""
            said = Text(f"{at}{plain(claim.claim)}", overflow="fold")
            console.print(Padding(said, (0, 0, 0, 2)))
            word = Text(claim.verdict.value, style=_STYLES[claim.verdict])
            console.print(Padding(word, (0, 0, 0, 4)))
            for item in claim.evidence:
                told = Text(evidence_line(item), overflow="fold")
                console.print(Padding(told, (0, 0, 0, 6)))
    if report.results:
        console.print()


def _messages(
    console: Console,
    title: str,
    messages: list[Message] | tuple[Message, ...],
    style: str,
    brief: bool = False,
) -> None:
    if not messages:
        return
    console.print(Text(title, style="bold"))
    for message in messages:
        console.print(Text(message.headline, style=style, overflow="fold"))
        if message.details:
            grid = Table.grid(padding=(0, 2))
            grid.add_column(no_wrap=True)
            grid.add_column(overflow="fold")
            for label, text in message.details:
                grid.add_row(Text(label), Text(text))
            console.print(Padding(grid, (0, 0, 0, 2)))
        if not brief:
            # never broken: editors and terminals make a link of it
            console.print(Text(f"  {plain(str(message.location))}", style="dim"), soft_wrap=True)
    console.print()


def _citations(console: Console, report: Report, verbosity: int) -> None:
    lines = [
        (result, citation)
        for result in report.results
        for citation in result.citations
        if verbosity > 0 or (citation.finding != "holds" and result.outcome is Outcome.ERRATUM)
    ]
    if not lines:
        return
    console.print(Text("Citations", style="bold"))
    for result, citation in lines:
        text = f"{full_id(result)} {plain(citation.at)} {citation_text(citation)}"
        console.print(Text(text, overflow="fold"))
    console.print()
