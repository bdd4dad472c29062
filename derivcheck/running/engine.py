"""Running many formulas: order, isolation, parallel workers.

Every formula is checked in a worker process with a hard time limit and a memory limit, so that
a hostile one can only spoil its own result. Results come in the order of the entries and are
the same for every number of workers: a formula's seed is a hash of its text, and its limits
count the processor's time, not the wall's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from derivcheck.collection.formula import Formula
from derivcheck.model import Diagnostic, FormulaResult, Outcome, Settings, Unfinished, Verdict
from derivcheck.records import record
from derivcheck.running.library import FileLibrary, cited_collections
from derivcheck.running.workers import Limits, LocalWorkers

if TYPE_CHECKING:
    from derivcheck.running.cache import Cache

WINDOW = 16
"""Formulas handed in ahead for each worker: enough to keep it busy, few enough to stream."""


class Workers(Protocol):
    """Where formulas are checked. What is handed in first is asked for first."""

    def start(self, entry: Formula) -> None:
        """Take a formula."""

    def next(self) -> FormulaResult | Unfinished:
        """The result of the formula that was handed in first and not yet asked for, waited for."""

    def end(self) -> None:
        """Let go at once, whatever is going on."""


def undecided(entry: Formula, why: Unfinished) -> FormulaResult:
    """The result of a formula that its worker could not finish."""
    rule = "defect" if why.defect else "not-finished"
    problem = Diagnostic(rule, why.reason, entry.location)
    return FormulaResult(
        **entry.identity,
        outcome=Outcome.FAIL,
        verdict=Verdict.UNDECIDED,
        diagnostics=(problem,),
        reason=why.reason,
        defect=f"{why.reason}; report it with {entry.label}" if why.defect else "",
    )


def verify(
    entries: Iterable[Formula],
    settings: Settings,
    jobs: int = 1,
    library: FileLibrary | None = None,
    limits: Limits | None = None,
    cache: Cache | None = None,
    on_start: Callable[[Formula], None] | None = None,
    workers: Workers | None = None,
    warm: bool = False,
) -> Iterator[FormulaResult]:
    """Check formulas in ``jobs`` workers; results come in the entries' order.

    What ``cache`` holds is not checked again, and no worker starts before one is needed.
    ``on_start`` is told of each formula whose result is waited for next. Closing the iterator,
    or an interrupt while it waits, ends every worker. ``workers`` are others than processes of
    this machine, see :mod:`derivcheck.running.dask`; ``limits`` are then theirs. ``warm`` is for a
    process that does nothing else, see :class:`~derivcheck.running.workers.LocalWorkers`.
    """
    jobs = max(1, jobs)
    library = library or FileLibrary(())
    if workers is None:
        limits = limits or Limits(settings.timeout)
        workers = LocalWorkers(settings, library, limits, jobs, warm)
    run = _Run(settings, library, cache, workers)
    source = iter(entries)
    waiting: deque[_Task] = deque()
    try:
        more = True
        while more or waiting:
            while more and len(waiting) < WINDOW * jobs:
                entry = next(source, None)
                if entry is None:
                    more = False
                else:
                    waiting.append(run.start(entry))
            if waiting:
                task = waiting.popleft()
                if on_start is not None:
                    on_start(task.entry)
                yield run.finish(task)
    finally:
        workers.end()


@record()
class _Task:
    """A formula on its way: already known, or with a worker."""

    entry: Formula
    key: str = ""
    known: FormulaResult | None = None
    state: tuple[object, ...] = ()


class _Run:
    """One run: its workers and its cache."""

    def __init__(
        self, settings: Settings, library: FileLibrary, cache: Cache | None, workers: Workers
    ) -> None:
        self.settings = settings
        self.library = library
        self.cache = cache
        self.workers = workers
        self._library_digest = ""

    def start(self, entry: Formula) -> _Task:
        """Look a formula up, else hand it to a worker."""
        key = ""
        state: tuple[object, ...] = ()
        if self.cache is not None:
            from derivcheck.running.cache import entry_key

            cites = bool(cited_collections(entry))
            if cites and not self._library_digest:
                self._library_digest = self.library.digest()
            key = entry_key(entry, self.settings, self._library_digest if cites else "")
            known = self.cache.get(key, entry)
            if known is not None:
                return _Task(entry, key, known)
            state = self.library.state() if cites else ()
        self.workers.start(entry)
        return _Task(entry, key, None, state)

    def finish(self, task: _Task) -> FormulaResult:
        """The result of a task, waited for; a new one is kept."""
        if task.known is not None:
            return task.known
        result = self.workers.next()
        if isinstance(result, Unfinished):
            return undecided(task.entry, result)
        # what is cited may have been written again meanwhile: then the key is another's
        if self.cache is not None and (not task.state or task.state == self.library.state()):
            self.cache.keep(task.key, result)
        return result


__all__ = ["WINDOW", "Limits", "Workers", "undecided", "verify"]
