"""``derivcheck report``: a static HTML handbook of the checked formulas."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from derivcheck.cli import complete
from derivcheck.cli.common import complain, give_up, problem_line, resolve


def report(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Folder to write to.")],
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help="What to show; every bundled collection if there is none.",
            autocompletion=complete.targets,
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a static HTML handbook of the checked formulas.

    Exit codes: those of verify.
    """
    selections = resolve(targets or [])

    from derivcheck.cli.run import Run, all_cores, exit_code
    from derivcheck.collection.entry import Entry
    from derivcheck.collection.targets import load
    from derivcheck.curves import curves_of
    from derivcheck.equation import Settings
    from derivcheck.report import handbook
    from derivcheck.report.words import summary

    run = Run(selections, Settings(), all_cores(), show_progress=sys.stderr.isatty())
    found = run.report()
    entries = tuple(one for one in load(selections) if isinstance(one, Entry))
    curves = {(one.collection, one.id): drawn for one in entries if (drawn := curves_of(one))}
    try:
        handbook.build(found, entries, folder, curves)
    except OSError as error:
        give_up([f"can't write {folder}: {error.strerror or error}"])
    for problem in found.problems:
        complain(problem_line(problem))
    complain(f"{summary(found)}\nopen {folder}/index.html")
    raise typer.Exit(exit_code(found))
