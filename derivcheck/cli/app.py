"""The ``derivcheck`` command: its subcommands, ``--help`` and ``--version``.

A subcommand's module is imported when it is needed, and imports what it needs when it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from derivcheck import __version__
from derivcheck.cli.common import INTERRUPTED, write_error
from derivcheck.cli.options import CONTEXT

COMMANDS = (
    *("verify", "show", "list", "check", "derive", "read", "lint"),
    *("errata", "report", "schema", "init", "fmt"),
)
"""In the order of ``--help``; each is in a module of its name."""


class _Lazy(Mapping[str, TyperCommand]):
    """The commands by name; a command's module is imported when it is asked for."""

    def __getitem__(self, name: str) -> TyperCommand:
        if name not in COMMANDS:
            raise KeyError(name)
        module = "list_" if name == "list" else name
        found: TyperCommand = getattr(import_module(f"derivcheck.cli.{module}"), module)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Commands(TyperGroup):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": _Lazy()})

    def invoke(self, ctx: Any) -> Any:
        """Run the command that is named; an interrupt ends it with a word."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            write_error("interrupted")
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    name="derivcheck",
    cls=_Commands,
    context_settings=CONTEXT,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"derivcheck {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Verify derivative formulas: a proof, a counterexample, or an honest
    "undecided".

    TARGET is `all`, a collection (`ai-edu`), an id (`71`, `ai-edu:71`), a range
    of ids (`ai-edu:1-21`), a file, or a directory.
    """
