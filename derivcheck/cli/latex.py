"""``derivcheck check 'LATEX'``: one equation as a page writes it, and how it was read."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from derivcheck.cli import common
from derivcheck.cli.adhoc import PLACE, Declared, mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from derivcheck.collection.formula import Formula
    from derivcheck.documents import source
    from derivcheck.model import FormulaResult, Settings


def check_latex(latex: str, given: Declared, settings: Settings) -> None:
    """Read, judge and show one equation; leaves with the exit codes of verify, 2 if not read."""
    from derivcheck.cli.view import View
    from derivcheck.collection.write import formula_text
    from derivcheck.documents.declared import Annotations
    from derivcheck.documents.model import Claim
    from derivcheck.documents.reader import read_document
    from derivcheck.documents.source import Source
    from derivcheck.documents.verdicts import judged
    from derivcheck.model import Report
    from derivcheck.report.escape import plain
    from derivcheck.running import engine

    def verify(entries: Iterable[Formula]) -> Iterator[FormulaResult]:
        return engine.verify(entries, settings, warm=True)

    equation = _equation(latex, given)
    annotations = Annotations({})
    annotations.at(equation.blocks)
    if annotations.problems:
        common.exit_unusable(problem.message for problem in annotations.problems)
    read = read_document(Source(PLACE, (equation,)))[0]
    if not read.claims:
        where = f", at column {read.location.column}" if read.location else ""
        reason = read.reason or "it is a definition" if read.reading else read.reason
        common.exit_unusable([f"no claim was read: {reason}{where}"])
    (one,) = judged([read], verify)
    if not one.results:
        common.write_out(f"no verdict: {plain(one.reason)}\n")
        common.exit_with(1)
    claims: dict[str, Claim] = {claim.id: claim for claim in read.claims}
    for result in one.results:
        claim = claims[result.id]
        entry = next(
            (e for e in claim.readings if formula_text(e, "latex") == result.reading),
            claim.readings[0],
        )
        ways = len(claim.readings)
        common.write_out(
            f"read{f' in {ways} ways, of which this decides' if ways > 1 else ''} as\n"
        )
        for line in formula_text(entry, "latex", "id").split("\n"):
            common.write_out(f"  {plain(line)}\n" if line else "")
        for problem in claim.unread:
            common.write_out(f"  not read: {plain(str(problem))}\n")
        common.write_out(
            "\n"
            + View(common.width(), common.wants_color(sys.stdout)).render(
                replace(entry.changed(latex=latex), collection=""), result
            )
        )
    common.exit_with(Report(one.results).exit_code)


def _equation(latex: str, given: Declared) -> source.Equation:
    """The text as an equation of a document, with the options as its annotation."""
    from derivcheck.documents import source
    from derivcheck.documents.scan import scan
    from derivcheck.model import Location

    here = Location(PLACE)
    # as it was copied from a page: with the delimiters of Markdown or TeX around it
    whole = [maths for maths in scan(latex, "x.md").maths if maths.outer == _span(latex)]
    text, start = (whole[0].text, whole[0].start) if whole else (latex, 0)

    def declared(options: list[str] | None, flag: str) -> tuple[source.Declared, ...]:
        return tuple(
            source.Declared(name, value, here, here)
            for name, value in mapping(options, flag).items()
        )

    def texts(values: Iterable[str] | None) -> tuple[source.Declared, ...]:
        return tuple(source.Declared("", text, here, here) for text in values or ())

    block = source.Annotation(
        symbols=declared(given.symbols, "--symbol"),
        functions=declared(given.functions, "--function"),
        where=declared(given.where, "--where"),
        assume=texts(given.assume),
        wrt=texts(given.varying) or None,
        layout=given.layout or "",
        upstream=texts([given.upstream] if given.upstream else ()),
    )
    return source.Equation(
        number=0,
        text=text,
        display=True,
        environment=whole[0].environment if whole else "",
        tag="check",
        section=(),
        titles=(),
        item=(),
        row=None,
        paragraph=0,
        line=1,
        column=1,
        last_line=1,
        before="",
        after="",
        between="",
        blocks=() if block == source.Annotation() else (block,),
        claim=True,
        file=PLACE,
        starts=(0,),
        columns=((1, 1 + start),),
    )


def _span(text: str) -> tuple[int, int]:
    """Where a text begins and ends, without the blanks around it."""
    return len(text) - len(text.lstrip()), len(text.rstrip())
