"""``derivcheck fmt``: formula files in one layout."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from derivcheck.cli import common
from derivcheck.cli.options import command
from derivcheck.report.escape import plain


@command("fmt")
def fmt(
    targets: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files or directories.")],
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit with 1 if something would.")
    ] = False,
) -> None:
    """Put formula files in one layout; comments are kept.

    Exit codes: 0, 1 if --check would change a file, 2 if a file is no formula file.
    """
    from derivcheck.collection.layout import format_text
    from derivcheck.collection.loader import load_text, read_document
    from derivcheck.collection.targets import files_in
    from derivcheck.files import write_whole
    from derivcheck.model import Diagnostic

    code = common.OK
    changed = 0
    for target in targets:
        for file in files_in(target) if os.path.isdir(target) else [target]:
            text = read_document(file)
            problems = (text,) if isinstance(text, Diagnostic) else load_text(text, file)[1]
            if problems or isinstance(text, Diagnostic):
                for problem in problems:
                    common.write_error(common.problem_line(problem))
                code = common.UNUSABLE
                continue
            formatted = format_text(text)
            if formatted == text:
                continue
            changed += 1
            common.write_out(f"{'would change' if check else 'changed'} {plain(file)}\n")
            if check:
                code = code or common.FAILED
                continue
            with common.writing(file):
                write_whole(file, formatted)
    if not changed and not code:
        common.write_out("nothing to change\n")
    common.exit_with(code)
