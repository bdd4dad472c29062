"""What the commands share: exit codes, the terminal, and errors as people read them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import typer

from derivcheck.model import Diagnostic, ExitCode, Settings
from derivcheck.report.escape import inert, plain

if TYPE_CHECKING:
    from derivcheck.cli.options import Effort
    from derivcheck.collection.targets import Selection
    from derivcheck.running.cache import Cache

OK, FAILED, UNUSABLE, DEFECT, INTERRUPTED = map(int, ExitCode)

UsageError: Any = typer.BadParameter.__bases__[0]
"""What typer raises over an unusable command line; it has no name of its own for it."""


def judge_settings(
    effort: Effort, only: str | None = None, judges: str | None = None, strict: bool = False
) -> Settings:
    """The settings that these options make."""
    samples = effort.samples or Settings().samples
    return Settings(
        effort.seed, samples, effort.timeout, only or "", strict, every_judge=judges == "all"
    )


def exit_with(code: int) -> NoReturn:
    """End the command with this exit code."""
    raise typer.Exit(code)


_PLAINER = {ord("─"): "-", ord("−"): "-", ord("′"): "'"}
"""Lines and signs as an output writes them that does not know ours: an escape has six letters."""
_RAISED = re.compile("ᵀ|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ⁿ]+")


def write_out(text: str, commands: bool = False) -> None:
    """Write to standard output; a reader that went away is no error, a full disk is.

    Nothing in it is a command of a CI server, unless ``commands`` says that those are ours.
    """
    if not commands:
        text = inert(text)
    try:
        try:
            sys.stdout.write(text)
        except UnicodeEncodeError:
            encoding = sys.stdout.encoding or "ascii"
            typed = _RAISED.sub(lambda run: "^" + unicodedata.normalize("NFKC", run[0]), text)
            plainer = typed.translate(_PLAINER)
            sys.stdout.write(plainer.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        drop_standard_output()
    except OSError as error:
        drop_standard_output()
        exit_unusable([f"can't write to standard output: {error.strerror or error}"])


def write_error(text: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(f"{inert(text)}\n")
    sys.stderr.flush()


def drop_standard_output() -> None:
    """Send what is still to be written nowhere, so that closing does not complain again."""
    try:
        target = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, target)
    os.close(nowhere)


def problem_line(problem: Diagnostic) -> str:
    """``file:line:column: message (hint) [rule]``, safe for a terminal."""
    return plain(str(problem))


def exit_unusable(problems: Iterable[Diagnostic | str]) -> NoReturn:
    """The command line is unusable: say why and exit with 2."""
    for problem in problems:
        if isinstance(problem, Diagnostic):
            hint = f" ({plain(problem.hint)})" if problem.hint else ""
            place = f"{plain(str(problem.location))}: " if problem.location else ""
            problem = f"{place}{plain(problem.message)}{hint}"
        write_error(f"derivcheck: {problem}")
    raise typer.Exit(UNUSABLE)


def defect_message(error: BaseException, arguments: list[str]) -> str:
    """What to tell about an exception that nobody expected."""
    command = plain(" ".join(["derivcheck", *map(shlex.quote, arguments)]))
    return (
        f"derivcheck: a defect of derivcheck itself: {type(error).__name__}: {plain(str(error))}\n"
        f"This is not your formula's fault. Please report it with this command:\n"
        f"    {command}\n"
        f"With -v the whole traceback is shown.\n"
    )


@contextmanager
def open_cache(use: bool = True, folder: str | None = None) -> Iterator[Cache | None]:
    """The cache of results and of files read, or None; closed at the end."""
    if not use:
        yield None
        return
    from derivcheck.running.cache import Cache

    kept = Cache(Path(folder) if folder else None, lambda m: write_error(f"derivcheck: {plain(m)}"))
    try:
        yield kept
    finally:
        kept.close()


def resolve(
    targets: Sequence[str], cache: Cache | None = None, documents: bool = False
) -> tuple[Selection, ...]:
    """What the targets name; exits with 2 and every problem where one names nothing, or a
    document where those are not taken."""
    from derivcheck.collection import targets as where
    from derivcheck.errors import TargetError

    try:
        found = where.resolve(targets, cache)
    except TargetError as error:
        exit_unusable(error.diagnostics)
    for one in found:
        if one.note:
            write_error(f"derivcheck: {plain(one.note)}")
    refused = () if documents else where.documents_of(found)
    if refused:
        hint = "verify, show, read and lint take documents; `read --emit` makes one of it"
        exit_unusable(f"`{one.target}` is no formula file ({hint})" for one in refused)
    return found


def unwritable(file: str, error: OSError) -> str:
    """What to say of a file that can't be written."""
    named = plain(file) if file else "to a file"
    return f"can't write {named}: {error.strerror or error}"


@contextmanager
def writing(file: str) -> Iterator[None]:
    """Exit with 2 where a file can't be written."""
    try:
        yield
    except OSError as error:
        exit_unusable([unwritable(file, error)])


def write_to(file: str, text: str) -> None:
    """Write a file whole, or to standard output for ``-``."""
    if file == "-":
        write_out(text)
        return
    from derivcheck.files import write_whole

    with writing(file):
        write_whole(file, text)


def spare_inputs(written: Iterable[str], selections: Iterable[Selection]) -> None:
    """Exit with 2 where a report would take the place of a file that it is made from."""
    from derivcheck.cli.output import overwriting

    problems = overwriting(written, (file for one in selections for file in one.files))
    if problems:
        exit_unusable(map(plain, problems))


def wants_color(stream: TextIO) -> bool:
    """Whether to write styles: on a terminal, unless ``NO_COLOR`` or ``TERM=dumb`` says no."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns to fill: the terminal's, at most 120; 80 where there is none."""
    if not sys.stdout.isatty():
        return 80
    return max(40, min(120, shutil.get_terminal_size((80, 24)).columns))
