"""``derivcheck lint``: problems of a document that need no mathematics to be seen."""

from __future__ import annotations

import sys
import textwrap
from typing import Annotated

import typer

from derivcheck.cli import common
from derivcheck.cli.options import command, formats
from derivcheck.model import Diagnostic, Location
from derivcheck.report.escape import plain


@command("lint")
def lint(
    files: Annotated[
        list[str], typer.Argument(metavar="NOTES.md...", help="Markdown, TeX, rst or notebooks.")
    ],
    form: Annotated[str, formats(("text", "json", "github"), "Format of what is found.")] = "text",
) -> None:
    """Look for mistakes in a document: tags, references, numbering, brackets in maths.

    Exit codes: 0 clean, 1 problems were found, 2 a file can't be read.
    """
    from derivcheck.collection.loader import read_document
    from derivcheck.collection.targets import SUFFIXES
    from derivcheck.files import SECONDS
    from derivcheck.limits import TimeIsUp, time_limit
    from derivcheck.lint import lint_text
    from derivcheck.lint.formats import FORMATS

    found: list[Diagnostic] = []
    unreadable: list[Diagnostic | str] = []
    for file in files:
        if file.endswith(SUFFIXES):
            unreadable.append(f"`{plain(file)}` is a formula file: `derivcheck verify` checks it")
            continue
        text = read_document(file)
        if isinstance(text, Diagnostic):
            unreadable.append(text)
        else:
            try:
                with time_limit(SECONDS):
                    found += lint_text(text, file)
            except TimeIsUp:
                message = f"not finished within {SECONDS:g} s"
                unreadable.append(Diagnostic("not-finished", message, Location(file)))
    if found or form == "json":
        text = FORMATS[form](tuple(found))
        if form == "text" and sys.stdout.isatty():
            # for people; what reads a pipe wants one line each
            lines = [
                textwrap.wrap(line, common.width(), subsequent_indent="  ", break_on_hyphens=False)
                for line in text.splitlines()
            ]
            text = "".join(f"{line}\n" for one in lines for line in one or [""])
        common.write_out(text, commands=form == "github")
    if unreadable:
        common.exit_unusable(unreadable)
    common.exit_with(common.FAILED if found else common.OK)
