"""``derivcheck read``: how each equation of a document is read, and why the others are not."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from derivcheck.cli import common
from derivcheck.cli.options import NoCache, Preambles, command, formats

if TYPE_CHECKING:
    from derivcheck.documents.source import Source
    from derivcheck.model import Diagnostic


@command("read")
def read(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Markdown, TeX, rst or notebooks.")
    ],
    emit: Annotated[
        str | None,
        typer.Option("--emit", metavar="FILE.yaml", help="Write what was read as a formula file."),
    ] = None,
    form: Annotated[str, formats(("text", "json"), "How it is told.")] = "text",
    preambles: Preambles = None,
    no_cache: NoCache = False,
) -> None:
    """Tell how each equation of a document is read, and why the others are not.

    With --emit the claims are judged as verify does, and the reading that decides each of them
    is written: the formula file verifies the same.

    Exit codes: 0 told, 2 a file or an annotation can't be read.
    """
    from derivcheck.documents.load import load, preamble
    from derivcheck.documents.scan import FORMATS, is_document

    strange = [file for file in files if not is_document(file)]
    if strange:
        known = ", ".join(FORMATS)
        common.exit_unusable(f"`{file}` is no document (those end in {known})" for file in strange)
    given = preamble(preambles or ())
    sources = [load(file, given) for file in files]
    problems: list[Diagnostic | str] = [*given.problems, *(p for s in sources for p in s.problems)]
    if emit is not None:
        _emit(emit, files, tuple(preambles or ()), no_cache)
    else:
        common.write_out(_json(sources) if form == "json" else _text(sources))
    if problems:
        common.exit_unusable(problems)
    common.exit_with(common.OK)


def _text(sources: list[Source]) -> str:
    from derivcheck.documents.reader import read_document
    from derivcheck.report.reading import lines_of

    columns = common.width() if sys.stdout.isatty() else 100
    return "".join(
        f"{line}\n"
        for source in sources
        for one in read_document(source)
        for line in lines_of(one, columns)
    )


def _json(sources: list[Source]) -> str:
    from derivcheck.documents.reader import read_document
    from derivcheck.report.reading import document_of

    equations = [document_of(one) for source in sources for one in read_document(source)]
    return json.dumps({"equations": equations}, indent=1) + "\n"


def _emit(target: str, files: list[str], preambles: tuple[str, ...], no_cache: bool) -> None:
    """Judge the claims and write their readings as a formula file."""
    from derivcheck.cli.output import check_writable
    from derivcheck.cli.run import Run
    from derivcheck.limits import all_cores
    from derivcheck.model import Settings
    from derivcheck.report.reading import formula_file

    with common.writing(target):
        check_writable(target)
    with common.open_cache(not no_cache) as cache:
        selections = common.resolve(files, cache, documents=True)
        common.spare_inputs([target], selections)
        run = Run(selections, Settings(), all_cores(), cache=cache, preambles=preambles)
        report = run.report()
    common.write_to(target, formula_file(report))
