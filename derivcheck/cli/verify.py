"""``derivcheck verify``: check formulas, tell the result, set the exit code."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from derivcheck.cli import complete
from derivcheck.cli.common import complain, give_up, resolve, say, wants_color, width
from derivcheck.cli.output import Destination, check_writable, pair, write_whole
from derivcheck.report import FORMATS

if TYPE_CHECKING:
    from derivcheck.model import Report


class Format(StrEnum):
    """The formats of a report (a test keeps them those of ``derivcheck.report``)."""

    table = "table"
    json = "json"
    junit = "junit"
    sarif = "sarif"
    github = "github"
    markdown = "markdown"


class Only(StrEnum):
    """Which judges work."""

    symbolic = "symbolic"
    numeric = "numeric"


class Engine(StrEnum):
    """Where the judges work."""

    local = "local"
    dask = "dask"


class VerifyCommand(TyperCommand):
    """Keeps the raw arguments: which --output belongs to which --format is a matter of order."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Remember the arguments, then parse them as usual."""
        ctx.meta["derivcheck.arguments"] = list(args)
        return super().parse_args(ctx, args)


def verify(
    context: typer.Context,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help="What to check; every bundled collection if there is none.",
            autocompletion=complete.targets,
            show_default=False,
        ),
    ] = None,
    formats: Annotated[
        list[Format] | None,
        typer.Option(
            "--format", help="Format of the report; may be repeated.", show_default="table"
        ),
    ] = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write the --format before it to a file."
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, help="Worker processes.", show_default="all cores"),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.01, metavar="SECONDS", help="Time limit of one formula.")
    ] = 10.0,
    seed: Annotated[int, typer.Option(help="Same seed and input: same result.")] = 0,
    samples: Annotated[
        int | None, typer.Option(min=1, help="Points at which the numeric judges look.")
    ] = None,
    only: Annotated[Only | None, typer.Option(help="Let only these judges work.")] = None,
    keyword: Annotated[
        str | None,
        typer.Option(
            "-k", metavar="EXPR", help="Filter by name, section, tag: 'tanh or not trig'."
        ),
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Check everything anew.")] = False,
    cache_dir: Annotated[
        str | None, typer.Option(metavar="DIR", help="Where results are kept between runs.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Errata and passes without a proof fail too.")
    ] = False,
    engine: Annotated[Engine, typer.Option(help="Where to run.")] = Engine.local,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="The Dask scheduler (--engine dask).")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Failures and summary only.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Every judge's word on every claim.")
    ] = False,
) -> None:
    """Check formulas, print the table, set the exit code.

    Exit codes: 0 every formula passes or is a documented erratum; 1 some formula fails, is
    undecided, or an erratum is stale; 2 the command line or a file is unusable; 3 a defect of
    derivcheck; 130 interrupted.
    """
    destinations = _destinations(context.meta["derivcheck.arguments"])
    keep = None
    if keyword is not None:
        from derivcheck.cli.filter import entry_filter

        try:
            keep = entry_filter(keyword)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="-k") from None
    if (engine is Engine.dask) != (scheduler is not None):
        give_up(["--engine dask and --scheduler ADDRESS go together"])
    selections = resolve(targets or [])

    from derivcheck.cli.run import Run, all_cores, exit_code
    from derivcheck.equation import Settings

    settings = Settings(
        seed=seed,
        samples=samples or Settings().samples,
        timeout=timeout,
        only=only.value if only else "",
        strict=strict,
    )
    run = Run(
        selections,
        settings,
        jobs or all_cores(),
        keep,
        use_cache=not no_cache,
        cache_folder=cache_dir,
        scheduler=scheduler,
        show_progress=sys.stderr.isatty() and not quiet,
    )
    report = run.report()
    _tell(report, destinations, quiet, verbose)
    code = exit_code(report)
    if keyword is not None and not report.results and not report.interrupted and not code:
        give_up([f"no formula matches -k {keyword!r}"])
    raise typer.Exit(code)


def _destinations(arguments: list[str]) -> tuple[Destination, ...]:
    try:
        destinations = pair(arguments, "table")
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--format") from None
    for destination in destinations:
        if destination.file is not None:
            try:
                check_writable(destination.file)
            except OSError as error:
                give_up([_unwritable(destination.file, error)])
    return destinations


def _unwritable(file: str, error: OSError) -> str:
    from derivcheck.report.escape import plain

    return f"can't write {plain(file)}: {error.strerror or error}"


def _tell(
    report: Report, destinations: tuple[Destination, ...], quiet: bool, verbose: bool
) -> None:
    verbosity = -1 if quiet else int(verbose)
    failed = []
    for destination in destinations:
        to_screen = destination.file is None
        if destination.format == "table":
            from derivcheck.report import table

            color = to_screen and wants_color(sys.stdout)
            columns = width() if to_screen else 80
            text = table.render(report, verbosity=verbosity, width=columns, color=color)
        else:
            text = FORMATS[destination.format](report)
        if destination.file is None:
            say(text)
            continue
        try:
            write_whole(destination.file, text)
        except OSError as error:
            failed.append(_unwritable(destination.file, error))
    if all(destination.file for destination in destinations) and not quiet:
        from derivcheck.report.words import summary

        complain(summary(report))
    if report.interrupted:
        complain("interrupted: this is what was decided")
    if failed:
        give_up(failed)
