"""``derivcheck verify``: check formulas, tell the result, set the exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from glob import glob
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from derivcheck.cli import common, options
from derivcheck.cli.filter import entry_filter
from derivcheck.cli.output import Destination, check_writable, pair
from derivcheck.collection.targets import SUFFIXES, collection_of, documents_of
from derivcheck.errors import ClusterError
from derivcheck.files import write_whole
from derivcheck.report import FORMATS
from derivcheck.report.escape import plain

if TYPE_CHECKING:
    from derivcheck.model import Report
    from derivcheck.report.closing import Closing

_MOST_LOOKED_AT = 20
"""Files beside a run that are asked whether they could be checked."""


class _Verify(TyperCommand):
    """Keeps the raw arguments: which --output belongs to which --format is a matter of order."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Remember the arguments, then parse them as usual."""
        ctx.meta["derivcheck.arguments"] = list(args)
        return super().parse_args(ctx, args)


@options.command("verify", cls=_Verify)
def verify(
    context: typer.Context,
    targets: options.Targets = None,
    *,
    formats: Annotated[
        list[str] | None,
        options.formats(FORMATS, "Format of the report (default: table); may be repeated."),
    ] = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write the report of the --format before it to a file (`-`: standard output).",
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "-j", "--jobs", min=1, metavar="N", help="Worker processes (default: all cores)."
        ),
    ] = None,
    effort: options.Effort,
    only: options.Only = None,
    judges: options.Judges = None,
    keyword: options.Keyword = None,
    no_cache: options.NoCache = False,
    cache_dir: Annotated[
        str | None, typer.Option(metavar="DIR", help="Where results are kept between runs.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Errata and passes without a proof fail, too.")
    ] = False,
    engine: Annotated[
        str, typer.Option(**options.choice(("local", "dask")), help="Where to work.")
    ] = "local",
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="The Dask scheduler (--engine dask).")
    ] = None,
    preambles: options.Preambles = None,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Failures and the summary only.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Every judge's word on every claim.")
    ] = False,
) -> None:
    """Check formulas, print the table, set the exit code.

    No TARGET checks every bundled collection.

    Exit codes: 0 every formula passes or is a documented erratum; 1 some formula fails, is
    undecided, or an erratum is stale; 2 the command line or a file is unusable; 3 a defect of
    derivcheck; 130 interrupted.
    """
    start = time.perf_counter()
    destinations = _destinations(context.meta["derivcheck.arguments"])
    keep = entry_filter(keyword)
    if (engine == "dask") != (scheduler is not None):
        common.exit_unusable(["--engine dask and --scheduler ADDRESS go together"])

    settings = common.judge_settings(effort, only, judges, strict)
    alone = len(destinations) == 1 and destinations[0] == Destination("table", None)
    shown = (keyword, _verbosity(quiet, verbose), common.width(), common.wants_color(sys.stdout))
    with common.open_cache(not no_cache, cache_dir) as cache:
        selections = common.resolve(targets or (), cache, documents=True)
        common.spare_inputs((one.file for one in destinations if one.file is not None), selections)
        kept = None
        # what a document loads is known when it is read: its claims are kept one by one
        if cache is not None and alone and not documents_of(selections):
            from derivcheck.cli.kept import Keeper

            kept = Keeper(cache, selections, settings, shown)
            found = kept.find()
            if found is not None:
                seconds = time.perf_counter() - start
                closing = found.closing.text(
                    seconds, common.width(), common.wants_color(sys.stdout)
                )
                common.write_out(found.body + closing)
                _tell_what_was_checked(targets, quiet)
                common.exit_with(found.code)

        from derivcheck.cli.run import Run
        from derivcheck.limits import all_cores

        run = Run(
            selections,
            settings,
            jobs or all_cores(),
            keep,
            cache,
            scheduler=scheduler,
            preambles=tuple(preambles or ()),
            show_progress=sys.stderr.isatty() and not quiet,
        )
        try:
            report = run.report()
        except ClusterError as error:
            common.exit_unusable([error.diagnostic.message])
        code = int(report.exit_code)
        for warning in run.warnings:
            common.write_error(f"derivcheck: {plain(warning)}")
        printed = _tell(report, destinations, quiet, verbose)
        nothing = keyword is not None and not report.results and not report.interrupted
        if kept is not None and printed is not None and not (nothing or run.warnings):
            kept.keep(report, *printed)
    if nothing and not code:
        common.exit_unusable([f"no formula matches -k {keyword!r}"])
    _tell_what_was_checked(targets, quiet)
    common.exit_with(code)


def _tell_what_was_checked(targets: Sequence[str] | None, quiet: bool) -> None:
    """Where files lie beside a run without targets, which it checked: the bundled ones."""
    if targets or quiet:
        return
    near = [name for suffix in SUFFIXES for name in glob(f"*{suffix}")]
    beside = next(filter(collection_of, sorted(near)[:_MOST_LOOKED_AT]), None)
    if beside is not None:
        common.write_error(
            f"derivcheck: these are the bundled collections; `derivcheck verify {plain(beside)}` "
            "or `verify .` checks files here"
        )


def _verbosity(quiet: bool, verbose: bool) -> int:
    return -1 if quiet else int(verbose)


def _destinations(arguments: list[str]) -> tuple[Destination, ...]:
    try:
        destinations = pair(arguments, "table")
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--format") from None
    for destination in destinations:
        if destination.file is not None:
            with common.writing(destination.file):
                check_writable(destination.file)
    return destinations


def _tell(
    report: Report, destinations: tuple[Destination, ...], quiet: bool, verbose: bool
) -> tuple[str, Closing] | None:
    """Write the reports; the body and closing line of a table on the screen, where there is one."""
    failed = []
    printed = None
    for destination in destinations:
        to_screen = destination.file is None
        if destination.format == "table":
            from derivcheck.report import table

            color = to_screen and common.wants_color(sys.stdout)
            columns = common.width() if to_screen else 80
            body = table.body(
                report, verbosity=_verbosity(quiet, verbose), width=columns, color=color
            )
            closing = table.closing_line(report)
            text = body + closing.text(report.seconds, columns, color)
            if to_screen:
                printed = body, closing
        else:
            text = FORMATS[destination.format](report)
        if destination.file is None:
            common.write_out(text, commands=destination.format == "github")
            continue
        try:
            write_whole(destination.file, text)
        except OSError as error:
            failed.append(common.unwritable(destination.file, error))
    if all(destination.file for destination in destinations) and not quiet:
        from derivcheck.report.words import summary

        common.write_error(summary(report))
    if report.interrupted:
        common.write_error("interrupted: this is what was decided")
    if failed:
        common.exit_unusable(failed)
    return printed
