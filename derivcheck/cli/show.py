"""``derivcheck show``: one formula, everything about it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from derivcheck.cli import complete
from derivcheck.cli.common import give_up, leave, open_cache, resolve, say, wants_color, width
from derivcheck.cli.options import NoCache, command


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
    no_cache: NoCache = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Say how every step was judged, too.")
    ] = False,
) -> None:
    """Show one formula: maths, symbols, claim, verdict with its evidence, errata, citations.

    Exit codes: those of verify.
    """
    from derivcheck.cli.run import Run
    from derivcheck.cli.view import View, citations
    from derivcheck.collection.entry import Entry
    from derivcheck.collection.targets import library_files, load
    from derivcheck.model import Settings
    from derivcheck.running.library import FileLibrary

    with open_cache(not no_cache) as cache:
        selections = resolve([target], cache, documents=True)
        loaded = list(load(selections, cache))
        settings = Settings(every_judge=True)
        report = Run(selections, settings, cache=cache).report() if len(loaded) < 9 else None
    entries = [one for one in loaded if isinstance(one, Entry)]
    if len(entries) != 1:
        problems = [one for one in loaded if not isinstance(one, Entry)]
        many = f"`{target}` names {len(entries)} formulas; show takes one, such as `FILE:ID`"
        give_up(problems if problems and not entries else [many])
    entry = entries[0]
    assert report is not None
    if not report.results:
        leave(report.exit_code)
    result = report.results[0]
    library = FileLibrary(library_files(selections))
    color = wants_color(sys.stdout)
    say(View(width(), color, verbose).render(entry, result, *citations(entry, result, library)))
    if plot:
        from derivcheck.cli.plot import plot_entry

        say("\n" + plot_entry(entry, width()))
    leave(report.exit_code)
