"""``derivcheck report``: a static HTML handbook of the checked formulas."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from derivcheck.cli.common import (
    complain,
    give_up,
    leave,
    open_cache,
    problem_line,
    resolve,
)
from derivcheck.cli.options import Targets, command


@command("report")
def report(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Where it is written.")],
    targets: Targets = None,
) -> None:
    """Write a static HTML handbook of the checked formulas.

    Exit codes: those of verify.
    """
    from derivcheck.checking.curves import curves as curves_of
    from derivcheck.cli.run import Run, all_cores
    from derivcheck.collection.entry import Entry
    from derivcheck.collection.targets import load
    from derivcheck.model import Settings
    from derivcheck.report import handbook
    from derivcheck.report.words import summary

    with open_cache() as cache:
        selections = resolve(targets or (), cache)
        shown = sys.stderr.isatty()
        found = Run(selections, Settings(), all_cores(), cache=cache, show_progress=shown).report()
        entries = tuple(one for one in load(selections, cache) if isinstance(one, Entry))
    curves = {(one.collection, one.id): drawn for one in entries if (drawn := curves_of(one))}
    try:
        handbook.build(found, entries, folder, curves)
    except OSError as error:
        give_up([f"can't write {folder}: {error.strerror or error}"])
    for problem in found.problems:
        complain(problem_line(problem))
    complain(f"{summary(found)}\nopen {folder}/index.html")
    leave(found.exit_code)
