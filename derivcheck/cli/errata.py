"""``derivcheck errata``: the errata sheet of a collection, every erratum verified anew."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from derivcheck.cli import complete
from derivcheck.cli.common import (
    FAILED,
    INTERRUPTED,
    OK,
    UNUSABLE,
    complain,
    problem_line,
    resolve,
    say,
    wants_color,
    width,
)


class Format(StrEnum):
    """How the sheet is written."""

    table = "table"
    markdown = "markdown"
    json = "json"


def errata(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help="Whose errata; every bundled collection if there is none.",
            autocompletion=complete.targets,
            show_default=False,
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.table,
) -> None:
    """Print the errata sheet: where, what is printed, what is right, how it was verified.

    Exit codes: 0, 1 if an erratum is stale, 2 if a file can't be read.
    """
    selections = resolve(targets or [])

    from derivcheck.cli.run import Run, all_cores
    from derivcheck.equation import Settings
    from derivcheck.report import errata_sheet

    run = Run(
        selections,
        Settings(),
        all_cores(),
        keep=lambda entry: "errata" in entry.raw,
        show_progress=sys.stderr.isatty(),
    )
    report = run.report()
    if form is Format.table:
        say(errata_sheet.table(report, width=width(), color=wants_color(sys.stdout)))
    else:
        say(errata_sheet.SHEETS[form.value](report))
    for problem in report.problems:
        complain(problem_line(problem))
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    stale = any(e.status == "stale" for r in report.results for e in r.errata)
    raise typer.Exit(UNUSABLE if report.problems else FAILED if stale else OK)
