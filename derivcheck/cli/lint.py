"""``derivcheck lint``: problems of a Markdown or LaTeX document, without any YAML."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from derivcheck.cli.common import FAILED, OK, give_up, say
from derivcheck.model import Diagnostic


class Format(StrEnum):
    """How problems are written."""

    text = "text"
    json = "json"
    github = "github"


def lint(
    files: Annotated[
        list[str], typer.Argument(metavar="NOTES.md...", help="Markdown or LaTeX documents.")
    ],
    form: Annotated[Format, typer.Option("--format", help="How to write them.")] = Format.text,
) -> None:
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
    if found or form is Format.json:
        say(FORMATS[form.value](tuple(found)))
    if unreadable:
        give_up(unreadable)
    raise typer.Exit(FAILED if found else OK)
