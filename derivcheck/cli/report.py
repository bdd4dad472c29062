"""``derivcheck report``: a static HTML handbook of the checked formulas, or LaTeX of them."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from derivcheck.cli import common
from derivcheck.cli.options import Targets, command
from derivcheck.cli.output import check_writable
from derivcheck.report.escape import plain


@command("report")
def report(
    folder: Annotated[
        str | None, typer.Argument(metavar="[DIR]", help="Where the handbook is written.")
    ] = None,
    targets: Targets = None,
    latex: Annotated[
        str | None,
        typer.Option("--latex", metavar="FILE", help="Write LaTeX to FILE, and no handbook."),
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="The title of the handbook.")
    ] = None,
) -> None:
    """Write a static HTML handbook of the checked formulas, or LaTeX to be \\input.

    \b
    derivcheck report handbook/ notes.yaml --title "Lecture notes"
    derivcheck report --latex formulas.tex ai-edu

    With --latex all arguments are targets.

    Exit codes: those of verify.
    """
    if latex is not None:
        with common.writing(latex):
            check_writable(latex)
        targets = [one for one in (folder, *(targets or ())) if one is not None]
    elif folder is None:
        common.exit_unusable(["DIR is missing: where is the handbook written? (or --latex FILE)"])
    elif os.path.exists(folder) and not os.path.isdir(folder):
        common.exit_unusable(
            [f"can't write a handbook into {plain(folder)}: it is a file (DIR comes first)"]
        )
    from derivcheck.checking.curves import curves as curves_of
    from derivcheck.cli.run import Run
    from derivcheck.collection.formula import Formula
    from derivcheck.collection.targets import load
    from derivcheck.limits import all_cores
    from derivcheck.model import Settings
    from derivcheck.report import handbook
    from derivcheck.report.words import summary

    with common.open_cache() as cache:
        selections = common.resolve(targets or (), cache)
        common.spare_inputs([] if latex is None else [latex], selections)
        shown = sys.stderr.isatty()
        found = Run(selections, Settings(), all_cores(), cache=cache, show_progress=shown).report()
        entries = tuple(one for one in load(selections, cache) if isinstance(one, Formula))
    if latex is not None:
        from derivcheck.report import latex_sheet

        common.write_to(latex, latex_sheet.render(found, entries))
    elif folder is not None:
        curves = {(one.collection, one.id): drawn for one in entries if (drawn := curves_of(one))}
        with common.writing(folder):
            handbook.build(found, entries, folder, curves, title or handbook.TITLE)
    for problem in found.problems:
        common.write_error(common.problem_line(problem))
    common.write_error(summary(found) + (f"\nopen {folder}/index.html" if latex is None else ""))
    common.exit_with(found.exit_code)
