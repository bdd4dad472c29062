"""One run over selected formulas: read, verify, collect; with progress on a terminal."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace
from typing import TYPE_CHECKING, Self

from derivcheck import __version__
from derivcheck.collection.checks import suggest
from derivcheck.collection.formula import Formula
from derivcheck.collection.targets import Selection, documents_of, files_of, formulas_of, load
from derivcheck.errors import ClusterLost
from derivcheck.files import SECONDS, read_regular
from derivcheck.limits import TimeIsUp, time_limit
from derivcheck.model import Diagnostic, EquationResult, FormulaResult, Location, Report
from derivcheck.records import record
from derivcheck.report.escape import plain

if TYPE_CHECKING:
    from rich.progress import Progress

    from derivcheck.documents.source import Source
    from derivcheck.model import Settings
    from derivcheck.running.cache import Cache


@record(frozen=False)
class Run:
    """What a run is asked to do, and what it meets on the way."""

    selections: tuple[Selection, ...]
    settings: Settings
    jobs: int = 1
    keep: Callable[[Formula], bool] | None = None
    """The ``-k`` filter."""
    cache: Cache | None = None
    scheduler: str | None = None
    """Address of a Dask scheduler; None runs on this machine."""
    show_progress: bool = False
    preambles: tuple[str, ...] = ()
    """Files whose macros documents use."""
    problems: list[Diagnostic] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    """What is no problem, but hardly meant."""
    equations: list[EquationResult] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)

    def entries(self) -> Iterator[Formula]:
        """The formulas to check, as they are read; problems are kept aside."""
        selections = formulas_of(self.selections)
        asked = (file for one in selections if one.wanted is None for file in one.files)
        unseen = {os.path.realpath(file): file for file in asked}
        seen: set[str] = set()
        for loaded in load(selections, self.cache):
            place = loaded.location
            if place is not None and place.file not in seen:
                seen.add(place.file)
                unseen.pop(os.path.realpath(place.file), None)
            if isinstance(loaded, Diagnostic):
                self.problems.append(loaded)
                continue
            self.titles.setdefault(loaded.collection, loaded.title)
            if self.keep is None or self.keep(loaded):
                yield loaded
        self.warnings += [f"{file} holds no formula" for file in unseen.values()]

    def report(self) -> Report:
        """Check everything. An interrupt ends the run, not the report."""
        start = time.perf_counter()
        results: list[FormulaResult] = []
        interrupted = False
        total = count_formulas(self.selections) if self.show_progress else None
        with _Bar(self.show_progress, total) as bar:
            try:
                for result in self._results(bar.show):
                    results.append(result)
                    bar.advance()
            except KeyboardInterrupt:
                interrupted = True
            except ClusterLost as error:
                self.problems.append(error.diagnostic)
        files = {file: i for i, file in enumerate(files_of(self.selections))}
        if self.equations:
            results.sort(key=lambda result: files.get(result.file, 0))
        return Report(
            results=tuple(results),
            problems=tuple(sorted(self.problems, key=_place)),
            seconds=time.perf_counter() - start,
            interrupted=interrupted,
            version=__version__,
            collections=tuple(self.titles.items()),
            equations=tuple(self.equations),
        )

    def _results(self, on_start: Callable[[Formula], None]) -> Iterator[FormulaResult]:
        documents = documents_of(self.selections)
        if len(documents) < len(files_of(self.selections)):
            yield from self._verified(self.entries(), on_start)
        if documents:
            yield from self._documents(documents, on_start)

    def _documents(
        self, selections: tuple[Selection, ...], on_start: Callable[[Formula], None]
    ) -> Iterator[FormulaResult]:
        """The results of documents; how each equation fared is kept aside."""
        from derivcheck.documents.load import load as load_document
        from derivcheck.documents.load import preamble
        from derivcheck.documents.run import check

        sources = []
        given = preamble(self.preambles)
        self.problems += given.problems
        files = {os.path.realpath(f): f for one in reversed(selections) for f in one.files}
        for file in reversed(files.values()):
            try:
                with time_limit(SECONDS):
                    source = load_document(file, given)
            except TimeIsUp:
                message = f"not read within {SECONDS:g} s"
                self.problems.append(Diagnostic("not-finished", message, Location(file)))
                continue
            self.problems += source.problems
            if not (source.equations or source.problems):
                self.warnings.append(f"{file} holds no equation{_parts(source)}")
            sources.append(source)

        asked = {one.target: one for one in selections if one.wanted is not None}
        known: dict[str, list[str]] = {}

        def keep(entry: Formula) -> bool:
            real = os.path.realpath(entry.file)
            known.setdefault(real, []).append(entry.id)
            taking = [
                one
                for one in selections
                if real in map(os.path.realpath, one.files) and one.takes(entry)
            ]
            for one in taking:
                asked.pop(one.target, None)
            return bool(taking) and (self.keep is None or self.keep(entry))

        checked = check(
            sources,
            lambda entries: self._verified(entries, on_start),
            keep,
            self.settings.strict,
            lambda entries: self._verified(entries, on_start, hints=False),
        )
        for target, selection in asked.items():
            (file,) = selection.files
            id = target.removeprefix(f"{file}:")
            hint = suggest(id, known.get(os.path.realpath(file), ()))
            message = f"`{file}` has no claim `{id}`"
            self.problems.append(Diagnostic("target-unknown", message, Location(file), hint))
        for one in checked:
            self.equations += one.equations
            yield from one.results

    def _verified(
        self, entries: Iterable[Formula], on_start: Callable[[Formula], None], hints: bool = True
    ) -> Iterator[FormulaResult]:
        from derivcheck.running import engine
        from derivcheck.running.library import FileLibrary

        library = FileLibrary(files_of(formulas_of(self.selections)))
        workers: engine.Workers | None = None
        jobs, settings = self.jobs, replace(self.settings, hints=hints)
        if self.scheduler is not None:
            from derivcheck.running.dask import DaskWorkers
            from derivcheck.running.workers import Limits

            limits = Limits(settings.timeout)
            workers = cluster = DaskWorkers(self.scheduler, settings, library, limits)
            jobs = cluster.threads
        return engine.verify(
            entries,
            settings,
            jobs,
            library,
            cache=self.cache,
            on_start=on_start,
            workers=workers,
            warm=True,
        )


_FORMULA = rb"^ *- +(?:\{ *)?id:"


def count_formulas(selections: Iterable[Selection]) -> int | None:
    """About how many formulas there are, without reading YAML; None where only some of a
    file are wanted."""
    total = 0
    for selection in selections:
        if selection.wanted is not None or documents_of((selection,)):
            return None
        for file in selection.files:
            try:
                total += len(re.findall(_FORMULA, read_regular(file), re.MULTILINE))
            except (OSError, ValueError):
                continue
    return total


def _parts(source: Source) -> str:
    """What to check instead of a document that only takes others in."""
    if not source.parts:
        return ""
    more = f" and {len(source.parts) - 3} more" if len(source.parts) > 3 else ""
    return (
        f"; what it takes in is checked where it is named: {', '.join(source.parts[:3])}{more} "
        f"(with `--preamble {source.file}` for its macros)"
    )


def _place(problem: Diagnostic) -> tuple[str, int, int]:
    where = problem.location
    return (where.file, where.line, where.column) if where else ("", 0, 0)


class _Bar:
    """A progress bar on standard error, or nothing at all.

    It starts no thread (workers are forked from this process), so it is drawn when a result
    comes in.
    """

    def __init__(self, shown: bool, total: int | None) -> None:
        self._total = total
        self._progress: Progress | None = None
        self._label = ""
        self._done = 0
        self._drawn = 0.0
        if shown:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
            from rich.progress import TimeRemainingColumn as TimeLeft

            self._progress = Progress(
                BarColumn(20),
                MofNCompleteColumn(),
                TimeLeft(compact=True),
                TextColumn("{task.description}", markup=False),
                console=Console(file=sys.stderr),
                transient=True,
                auto_refresh=False,
            )

    def __enter__(self) -> Self:
        if self._progress is not None:
            self._progress.start()
            self._task = self._progress.add_task("", total=self._total or None)
        return self

    def __exit__(self, *error: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def show(self, entry: Formula) -> None:
        """Say which formula's result is waited for now."""
        if self._progress is not None:
            self._label = plain(entry.label)[:40]
            self._draw()

    def advance(self) -> None:
        """One more result is there."""
        self._done += 1
        if self._progress is not None:
            self._draw()

    def _draw(self) -> None:
        now = time.monotonic()
        if self._progress is not None and now - self._drawn > 0.1:
            self._drawn = now
            self._progress.update(self._task, completed=self._done, description=self._label)
            self._progress.refresh()
