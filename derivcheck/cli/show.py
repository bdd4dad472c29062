"""``derivcheck show``: one formula, everything about it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from derivcheck.cli import common, complete
from derivcheck.cli.options import NoCache, Preambles, command, formats

if TYPE_CHECKING:
    from derivcheck.collection.formula import Formula
    from derivcheck.collection.loader import Loaded
    from derivcheck.model import Report

FORMATS = ("latex", "text", "numpy", "json")


@command("show")
def show(
    target: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="Such as 71, ai-edu:71 or FILE:ID.", autocompletion=complete.ids
        ),
    ],
    plot: Annotated[
        bool, typer.Option("--plot", help="Draw f, the claim and the error (scalar claims).")
    ] = False,
    format: Annotated[str | None, formats(FORMATS, "Only the formula, fit to paste.")] = None,
    no_cache: NoCache = False,
    preambles: Preambles = None,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Say how every step was judged, too.")
    ] = False,
) -> None:
    """Show one formula: maths, symbols, claim, verdict with its evidence, errata, citations.

    Exit codes: those of verify.
    """
    from derivcheck.cli.run import Run
    from derivcheck.cli.view import View, citations
    from derivcheck.collection.formula import Formula
    from derivcheck.collection.targets import documents_of, files_of, formulas_of, load
    from derivcheck.model import Settings
    from derivcheck.running.library import FileLibrary

    with common.open_cache(not no_cache) as cache:
        selections = common.resolve([target], cache, documents=True)
        settings = Settings(every_judge=True)
        run = Run(selections, settings, cache=cache, preambles=tuple(preambles or ()))
        if documents_of(selections):
            report: Report | None = run.report()
            loaded = _claims(report, target)
        else:
            loaded = list(load(selections, cache))
            report = run.report() if len(loaded) < 9 else None
    entries = [one for one in loaded if isinstance(one, Formula)]
    if len(entries) != 1:
        problems = [one for one in loaded if not isinstance(one, Formula)]
        many = f"`{target}` names {len(entries)} formulas; show takes one, such as `FILE:ID`"
        common.exit_unusable(problems if problems and not entries else [many])
    entry = entries[0]
    assert report is not None
    if not report.results:
        common.exit_with(report.exit_code)
    result = report.results[0]
    if format is not None:
        from derivcheck.cli.forms import written

        common.write_out(written(format, entry, report))
        common.exit_with(report.exit_code)
    library = FileLibrary(files_of(formulas_of(selections)))
    color = common.wants_color(sys.stdout)
    common.write_out(
        View(common.width(), color, verbose).render(
            entry, result, *citations(entry, result, library)
        )
    )
    if plot:
        common.write_out("\n" + plot_entry(entry, common.width()))
    common.exit_with(report.exit_code)


def _claims(report: Report | None, target: str) -> list[Loaded]:
    """The claims of a document as formulas; exits with 2 where there is none."""
    from derivcheck.report.documents import entry_of

    assert report is not None
    found = [entry for entry in map(entry_of, report.results) if entry is not None]
    if not found:
        silent = "`derivcheck read` tells how its equations are read"
        common.exit_unusable(report.problems or [f"`{target}` claims nothing ({silent})"])
    return list(found)


def plot_entry(entry: Formula, columns: int) -> str:
    """The drawing of every claimed form, or one line that says why there is none."""
    from derivcheck.checking.curves import curves
    from derivcheck.report.plot import terminal

    found = curves(entry)
    if not found:
        return "no plot: it takes a scalar claim with a derivative by a real symbol\n"
    return "\n".join(terminal(drawn, min(columns, 100)) for drawn in found)
