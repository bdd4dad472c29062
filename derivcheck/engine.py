"""Running many formulas: order, isolation, parallel workers.

Every formula is checked in a worker process with a hard time limit and a memory limit, so that
a hostile one can only spoil its own result. Results come in the order of the entries and are
the same for every number of workers: a formula's seed is a hash of its text.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from derivcheck.collection.entry import Entry
from derivcheck.library import FileLibrary
from derivcheck.limits import MEMORY_BYTES, be_a_worker
from derivcheck.model import Diagnostic, FormulaResult, Outcome, Settings, Verdict

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

    from derivcheck.cache import Cache
    from derivcheck.checker import Checker

WINDOW = 16
"""Formulas scheduled ahead for each worker: enough to keep it busy, few enough to stream."""

_checker: Checker | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits of one formula: seconds, and bytes of its worker."""

    seconds: float = 10.0
    memory: int = MEMORY_BYTES


def _start_worker(settings: Settings, library: FileLibrary, memory: int) -> None:
    global _checker
    be_a_worker(memory)
    from derivcheck.checker import Checker

    _checker = Checker(settings, library)


def _work(entry: Entry) -> FormulaResult:
    assert _checker is not None
    return _checker.check(entry)


def undecided(entry: Entry, reason: str) -> FormulaResult:
    """The result of a formula that its worker could not finish."""
    problem = Diagnostic("not-finished", reason, entry.location)
    return FormulaResult(
        collection=entry.collection,
        id=entry.id,
        name=entry.name,
        file=entry.file,
        line=entry.line,
        column=entry.column,
        outcome=Outcome.FAIL,
        verdict=Verdict.UNDECIDED,
        section=entry.section,
        tags=entry.tags,
        latex=entry.latex,
        expression=entry.expression,
        diagnostics=(problem,),
        reason=reason,
    )


def verify(
    entries: Iterable[Entry],
    settings: Settings,
    jobs: int = 1,
    library: FileLibrary | None = None,
    limits: Limits | None = None,
    cache: Cache | None = None,
    on_start: Callable[[Entry], None] | None = None,
) -> Iterator[FormulaResult]:
    """Check formulas in ``jobs`` workers; results come in the entries' order.

    What ``cache`` holds is not checked again, and no worker starts before one is needed.
    ``on_start`` is told of each formula whose result is waited for next. Closing the iterator,
    or an interrupt while it waits, ends every worker.
    """
    run = _Run(settings, max(1, jobs), library or FileLibrary(()), limits, cache)
    source = iter(entries)
    waiting: deque[_Task] = deque()
    finished = False
    try:
        more = True
        while more or waiting:
            while more and len(waiting) < WINDOW * run.jobs:
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
        finished = True
    finally:
        run.end(finished)


@dataclass(frozen=True, slots=True)
class _Task:
    """A formula on its way: already known, or with a worker."""

    entry: Entry
    key: str = ""
    known: FormulaResult | None = None
    future: ProcessFuture[FormulaResult] | None = None


class _Run:
    """One run: its pool of workers (if any was needed) and its cache."""

    def __init__(
        self,
        settings: Settings,
        jobs: int,
        library: FileLibrary,
        limits: Limits | None,
        cache: Cache | None,
    ) -> None:
        self.settings = settings
        self.jobs = jobs
        self.library = library
        self.limits = limits or Limits(seconds=settings.timeout)
        self.cache = cache
        self.pool: ProcessPool | None = None
        self._digests: dict[str, str] = {}

    def start(self, entry: Entry) -> _Task:
        """Look a formula up, else hand it to a worker."""
        key = ""
        if self.cache is not None:
            from derivcheck.cache import entry_key

            key = entry_key(entry, self.settings, self._cited(entry))
            known = self.cache.get(key, entry)
            if known is not None:
                return _Task(entry, key, known)
        if self.pool is None:
            self.pool = _pool(self.settings, self.library, self.jobs, self.limits)
        future = self.pool.schedule(_work, args=[entry], timeout=self.limits.seconds)
        return _Task(entry, key, None, future)

    def finish(self, task: _Task) -> FormulaResult:
        """The result of a task, waited for; a new one is kept."""
        if task.known is not None:
            return task.known
        assert task.future is not None
        result = _result(task.entry, task.future, self.limits)
        if self.cache is not None:
            self.cache.keep(task.key, result)
        return result

    def _cited(self, entry: Entry) -> dict[str, str]:
        """Digests of the collections that an entry's citations may look into."""
        steps = entry.raw.get("derivation")
        names: set[str] = set()
        for step in steps if isinstance(steps, list) else []:
            if isinstance(step, dict) and "by" in step:
                other, colon, _ = str(step["by"]).partition(":")
                names.update((entry.collection, other if colon else entry.collection))
        for name in names - self._digests.keys():
            self._digests[name] = self.library.digest(name)
        return {name: self._digests[name] for name in names}

    def end(self, finished: bool) -> None:
        """Let the workers go: at once where the run was broken off."""
        if self.pool is not None:
            if finished:
                self.pool.close()  # type: ignore[no-untyped-call]
            else:
                self.pool.stop()  # type: ignore[no-untyped-call]
            self.pool.join()


def _pool(settings: Settings, library: FileLibrary, jobs: int, limits: Limits) -> ProcessPool:
    from pebble import ProcessPool

    # forking is safe here: this process has started no thread of its own and no numeric library
    method = "fork" if sys.platform.startswith("linux") else "spawn"
    return ProcessPool(
        max_workers=jobs,
        initializer=_start_worker,
        initargs=[settings, library, limits.memory],
        context=multiprocessing.get_context(method),
    )


def _result(entry: Entry, future: ProcessFuture[FormulaResult], limits: Limits) -> FormulaResult:
    from pebble import ProcessExpired

    try:
        result: Any = future.result()
    except TimeoutError:
        return undecided(entry, f"not finished within {limits.seconds:g} s")
    except ProcessExpired as error:
        return undecided(entry, f"its worker died (exit code {error.exitcode})")
    except MemoryError:
        return undecided(entry, f"out of memory ({limits.memory // 1024**2} MB)")
    except Exception as error:
        return undecided(entry, f"defect of derivcheck: {type(error).__name__}: {error}")
    assert isinstance(result, FormulaResult)
    return result
