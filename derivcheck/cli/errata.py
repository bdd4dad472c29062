"""``derivcheck errata``: the errata sheet of a collection, every erratum verified anew."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from derivcheck.cli.common import (
    DEFECT,
    FAILED,
    INTERRUPTED,
    OK,
    UNUSABLE,
    exit_with,
    open_cache,
    problem_line,
    resolve,
    wants_color,
    width,
    write_error,
    write_out,
)
from derivcheck.cli.options import Targets, choice, command


@command("errata")
def errata(
    targets: Targets = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", **choice(("table", "markdown", "json")), help="Format of the sheet."
        ),
    ] = "table",
) -> None:
    """Print the errata sheet: where, what is printed, what is right, how it was verified.

    Exit codes: 0, 1 if an erratum is stale, 2 if a file can't be read, 3 a defect.
    """
    from derivcheck.cli.run import Run
    from derivcheck.limits import all_cores
    from derivcheck.model import ErratumStatus, ExitCode, Settings
    from derivcheck.report import errata_sheet

    with open_cache() as cache:
        report = Run(
            resolve(targets or (), cache),
            Settings(),
            all_cores(),
            lambda entry: bool(entry.errata),
            cache,
            show_progress=sys.stderr.isatty(),
        ).report()
    if form == "table":
        write_out(errata_sheet.table(report, width=width(), color=wants_color(sys.stdout)))
    else:
        write_out(errata_sheet.SHEETS[form](report))
    for problem in report.problems:
        write_error(problem_line(problem))
    if report.interrupted:
        exit_with(INTERRUPTED)
    if report.exit_code is ExitCode.DEFECT:
        exit_with(DEFECT)
    stale = any(e.status is ErratumStatus.STALE for r in report.results for e in r.errata)
    exit_with(UNUSABLE if report.problems else FAILED if stale else OK)
