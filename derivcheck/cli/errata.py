"""``derivcheck errata``: the errata sheet of a collection, every erratum verified anew."""

from __future__ import annotations

import sys
from typing import Annotated

from derivcheck.cli import common
from derivcheck.cli.options import Targets, command, formats


@command("errata")
def errata(
    targets: Targets = None,
    form: Annotated[str, formats(("table", "markdown", "json"), "Format of the sheet.")] = "table",
) -> None:
    """Print the errata sheet: where, what is printed, what is right, how it was verified.

    Exit codes: 0, 1 if an erratum is stale, 2 if a file can't be read, 3 a defect.
    """
    from derivcheck.cli.run import Run
    from derivcheck.limits import all_cores
    from derivcheck.model import ErratumStatus, ExitCode, Settings
    from derivcheck.report import errata_sheet

    with common.open_cache() as cache:
        report = Run(
            common.resolve(targets or (), cache),
            Settings(),
            all_cores(),
            lambda entry: bool(entry.errata),
            cache,
            show_progress=sys.stderr.isatty(),
        ).report()
    if form == "table":
        common.write_out(
            errata_sheet.table(report, width=common.width(), color=common.wants_color(sys.stdout))
        )
    else:
        common.write_out(errata_sheet.SHEETS[form](report))
    for problem in report.problems:
        common.write_error(common.problem_line(problem))
    if report.interrupted:
        common.exit_with(common.INTERRUPTED)
    if report.exit_code is ExitCode.DEFECT:
        common.exit_with(common.DEFECT)
    stale = any(e.status is ErratumStatus.STALE for r in report.results for e in r.errata)
    common.exit_with(common.UNUSABLE if report.problems else common.FAILED if stale else common.OK)
