"""The ``derivcheck`` command: its subcommands, ``--help`` and ``--version``.

A subcommand imports what it needs when it runs, so that ``--help`` needs nothing.
"""

from __future__ import annotations

from typing import Annotated

import typer

from derivcheck import __version__
from derivcheck.cli import check, errata, fmt, init, lint, list_, report, schema, show, verify
from derivcheck.cli.common import say

app = typer.Typer(
    name="derivcheck",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        say(f"derivcheck {__version__}\n")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Verify derivative formulas: a proof, a counterexample, or an honest "undecided".

    TARGET is `all`, a collection (`ai-edu`), an id (`71`, `ai-edu:71`), a range of ids
    (`ai-edu:1-21`), a file, or a directory.
    """


app.command(name="verify", cls=verify.VerifyCommand)(verify.verify)
app.command(name="show")(show.show)
app.command(name="list")(list_.list_formulas)
app.command(name="check")(check.check)
app.command(name="lint")(lint.lint)
app.command(name="errata")(errata.errata)
app.command(name="report")(report.report)
app.command(name="schema")(schema.schema)
app.command(name="init")(init.init)
app.command(name="fmt")(fmt.fmt)
