"""The ``derivcheck`` command: its subcommands, ``--help`` and ``--version``.

A subcommand's module is imported when it is needed, and imports what it needs when it runs.
"""

from __future__ import annotations

from importlib import import_module

import click

from derivcheck import __version__

COMMANDS = ("verify", "show", "list", "check", "lint", "errata", "report", "schema", "init", "fmt")
"""In the order of ``--help``; each has a module of its name with a ``command``."""

SHELLS = ("bash", "zsh", "fish")


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, as listed above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; its module is imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = "list_" if cmd_name == "list" else cmd_name
        found: click.Command = import_module(f"derivcheck.cli.{module}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As usual, with a suggestion for a misspelt command."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


def _completion(context: click.Context, _: click.Parameter, shell: str | None) -> None:
    if shell is None:
        return
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(app, {}, "derivcheck", "_DERIVCHECK_COMPLETE").source())
    context.exit()


@click.group(
    cls=_Commands,
    name="derivcheck",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(__version__, message="derivcheck %(version)s")
@click.option(
    "--completion",
    type=click.Choice(SHELLS),
    expose_value=False,
    is_eager=True,
    callback=_completion,
    help="Print the completion script of a shell (it completes ids, too).",
)
def app() -> None:
    """Verify derivative formulas: a proof, a counterexample, or an honest
    "undecided".

    TARGET is `all`, a collection (`ai-edu`), an id (`71`, `ai-edu:71`), a range
    of ids (`ai-edu:1-21`), a file, or a directory.
    """
