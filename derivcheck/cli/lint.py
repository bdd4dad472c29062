"""``derivcheck lint``: problems of a Markdown or LaTeX document, without any YAML."""

from __future__ import annotations

import click

from derivcheck.cli.common import FAILED, OK, give_up, leave, say
from derivcheck.model import Diagnostic


@click.command("lint")
@click.argument("files", nargs=-1, required=True, metavar="NOTES.md...")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "github")),
    default="text",
    show_default=True,
)
def command(files: tuple[str, ...], form: str) -> None:
    """Look for mistakes in a document: tags, references, numbering, brackets in maths.

    Exit codes: 0 clean, 1 problems were found, 2 a file can't be read.
    """
    from derivcheck.collection.loader import read_document
    from derivcheck.lint import lint_text
    from derivcheck.lint.formats import FORMATS

    found: list[Diagnostic] = []
    unreadable: list[Diagnostic | str] = []
    for file in files:
        text = read_document(file)
        if isinstance(text, Diagnostic):
            unreadable.append(text)
        else:
            found += lint_text(text, file)
    if found or form == "json":
        say(FORMATS[form](tuple(found)))
    if unreadable:
        give_up(unreadable)
    leave(FAILED if found else OK)
