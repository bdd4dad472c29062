"""``derivcheck show``: one formula, everything about it."""

from __future__ import annotations

import sys

import click

from derivcheck.cli import complete
from derivcheck.cli.common import give_up, leave, open_cache, resolve, say, wants_color, width


@click.command("show")
@click.argument("target", metavar="ID", shell_complete=complete.ids)
@click.option("--plot", is_flag=True, help="Draw f, the claim and the error (scalar claims).")
@click.option("--no-cache", is_flag=True, help="Check it anew.")
@click.option("-v", "--verbose", is_flag=True, help="Say how every step was judged, too.")
def command(target: str, plot: bool, no_cache: bool, verbose: bool) -> None:
    """Show one formula: maths, symbols, claim, verdict with its evidence, errata, citations.

    ID is such as 71, ai-edu:71 or FILE:ID. Exit codes: those of verify.
    """
    from derivcheck.cli.run import Run, exit_code
    from derivcheck.cli.view import View, citations
    from derivcheck.collection.entry import Entry
    from derivcheck.collection.targets import library_files, load
    from derivcheck.model import Settings
    from derivcheck.running.library import FileLibrary

    with open_cache(not no_cache) as cache:
        selections = resolve([target], cache)
        loaded = list(load(selections, cache))
        report = Run(selections, Settings(), cache=cache).report() if len(loaded) < 9 else None
    entries = [one for one in loaded if isinstance(one, Entry)]
    if len(entries) != 1:
        problems = [one for one in loaded if not isinstance(one, Entry)]
        many = f"`{target}` names {len(entries)} formulas; show takes one, such as `FILE:ID`"
        give_up(problems if problems and not entries else [many])
    entry = entries[0]
    assert report is not None
    if not report.results:
        leave(exit_code(report))
    result = report.results[0]
    library = FileLibrary(library_files(selections))
    color = wants_color(sys.stdout)
    say(View(width(), color, verbose).render(entry, result, *citations(entry, result, library)))
    if plot:
        from derivcheck.cli.plot import plot_entry

        say("\n" + plot_entry(entry, width()))
    leave(exit_code(report))
