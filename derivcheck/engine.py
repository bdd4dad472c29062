"""Running many formulas: order, isolation, parallel workers.

Every formula is checked in a worker process with a hard time limit and a memory limit, so that
a hostile one can only spoil its own result. Results come in the order of the entries and are
the same for every number of workers: a formula's seed is a hash of its text, and its limits
count the processor's time, not the wall's.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from derivcheck.collection.entry import Entry
from derivcheck.library import FileLibrary
from derivcheck.limits import (
    MEMORY_BYTES,
    be_a_worker,
    ended_by_hard_limit,
    hard_limit,
    patience,
)
from derivcheck.model import Diagnostic, FormulaResult, Outcome, Settings, Verdict

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pebble import ProcessPool

    from derivcheck.cache import Cache
    from derivcheck.checker import Checker

WINDOW = 16
"""Formulas scheduled ahead for each worker: enough to keep it busy, few enough to stream."""

FEW = 4
"""Formulas that are not worth a worker of their own."""

TRIES = 3
"""How often a formula is given to a worker before it is blamed for what becomes of it."""

_LOST = 20.0
"""Seconds after which a formula that no worker has taken, though it is its turn, is lost."""

_checker: Checker | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits of one formula: seconds of the processor, and bytes of its worker."""

    seconds: float = 10.0
    memory: int = MEMORY_BYTES


def _start_worker(parent: int, settings: Settings, library: FileLibrary, limits: Limits) -> None:
    global _checker, _limits
    be_a_worker(parent, limits.memory)
    from derivcheck.checker import Checker

    _checker = Checker(settings, library)
    _limits = limits


_limits = Limits()


def _work(entry: Entry) -> FormulaResult:
    assert _checker is not None
    with hard_limit(_limits.seconds):
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
    workers: Workers | None = None,
) -> Iterator[FormulaResult]:
    """Check formulas in ``jobs`` workers; results come in the entries' order.

    What ``cache`` holds is not checked again, and no worker starts before one is needed.
    ``on_start`` is told of each formula whose result is waited for next. Closing the iterator,
    or an interrupt while it waits, ends every worker. ``workers`` work elsewhere than in
    processes of this one, see :mod:`derivcheck.cluster`.
    """
    limits = limits or Limits(seconds=settings.timeout)
    library = library or FileLibrary(())
    workers = workers or LocalWorkers(settings, max(1, jobs), library, limits)
    run = _Run(settings, library, cache, workers)
    source = iter(entries)
    waiting: deque[_Task] = deque()
    finished = False
    try:
        more = True
        while more or waiting:
            while more and len(waiting) < workers.window:
                entry = next(source, None)
                if entry is None:
                    more = False
                    workers.no_more()
                else:
                    waiting.append(run.start(entry))
            if waiting:
                task = waiting.popleft()
                if on_start is not None:
                    on_start(task.entry)
                yield run.finish(task)
        finished = True
    finally:
        workers.end(finished)


@dataclass(frozen=True, slots=True)
class _Task:
    """A formula on its way: already known, or with a worker."""

    entry: Entry
    key: str = ""
    known: FormulaResult | None = None
    state: tuple[object, ...] = ()


class Workers:
    """Where formulas are checked. What is handed in first is asked for first."""

    window = WINDOW
    """How many formulas to hand in before the first is asked for."""

    def start(self, entry: Entry) -> None:
        """Take a formula."""
        raise NotImplementedError

    def no_more(self) -> None:
        """All formulas are handed in."""

    def next(self) -> FormulaResult:
        """The result of the formula that was handed in first, waited for."""
        raise NotImplementedError

    def end(self, finished: bool) -> None:
        """Let go: at once where the run was broken off."""
        raise NotImplementedError


class _Run:
    """One run: its workers and its cache."""

    def __init__(
        self, settings: Settings, library: FileLibrary, cache: Cache | None, workers: Workers
    ) -> None:
        self.settings = settings
        self.library = library
        self.cache = cache
        self.workers = workers
        self._digests: dict[str, str] = {}

    def start(self, entry: Entry) -> _Task:
        """Look a formula up, else hand it to a worker."""
        key = ""
        cited: tuple[str, ...] = ()
        if self.cache is not None:
            from derivcheck.cache import entry_key

            cited = _cited(entry)
            for name in cited:
                if name not in self._digests:
                    self._digests[name] = self.library.digest(name)
            digests = {name: self._digests[name] for name in cited}
            key = entry_key(entry, self.settings, digests)
            known = self.cache.get(key, entry)
            if known is not None:
                return _Task(entry, key, known)
        state = tuple(self.library.state(name) for name in cited)
        self.workers.start(entry)
        return _Task(entry, key, None, state)

    def finish(self, task: _Task) -> FormulaResult:
        """The result of a task, waited for; a new one is kept."""
        if task.known is not None:
            return task.known
        result = self.workers.next()
        # what is cited may have been written again meanwhile: then the key is another's
        if self.cache is not None and task.state == tuple(
            self.library.state(name) for name in _cited(task.entry)
        ):
            self.cache.keep(task.key, result)
        return result


def _cited(entry: Entry) -> tuple[str, ...]:
    """The collections that an entry's citations may look into."""
    steps = entry.raw.get("derivation")
    names: set[str] = set()
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict) and "by" in step:
            other, colon, _ = str(step["by"]).partition(":")
            names.update((entry.collection, other if colon else entry.collection))
    return tuple(sorted(names))


@dataclass(slots=True)
class _Given:
    """A formula that was handed in: its future, once it has one, and how often it was tried."""

    entry: Entry
    future: Future[FormulaResult] | None = None
    tries: int = 0


class LocalWorkers(Workers):
    """Processes of this machine, in a pool that starts when it is clear how many are needed."""

    def __init__(self, settings: Settings, jobs: int, library: FileLibrary, limits: Limits) -> None:
        self.window = WINDOW * jobs
        self._settings = settings
        self._jobs = jobs
        self._library = library
        self._limits = limits
        self._pool: ProcessPool | None = None
        self._given: deque[_Given] = deque()

    def start(self, entry: Entry) -> None:
        """Take a formula; a few are enough to start every worker."""
        self._given.append(_Given(entry))
        if self._pool is not None or len(self._given) >= min(2 * FEW, FEW * self._jobs):
            self._schedule_all(self._jobs)

    def no_more(self) -> None:
        """All formulas are handed in: a few of them do not need every worker."""
        self._schedule_all(min(self._jobs, -(-len(self._given) // FEW)))

    def next(self) -> FormulaResult:
        """The result of the formula that was handed in first."""
        self._schedule_all(self._jobs)
        given = self._given[0]
        while True:
            result = self._result(given)
            if result is not None:
                self._given.popleft()
                return result
            # the pool broke, not the formula: all that it held starts again
            self._restart()

    def end(self, finished: bool) -> None:
        """Let the workers go."""
        pool, self._pool = self._pool, None
        if pool is not None:
            if finished:
                pool.close()  # type: ignore[no-untyped-call]
            else:
                pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def _schedule_all(self, jobs: int) -> None:
        if self._pool is None and self._given:
            self._pool = _pool(self._settings, self._library, jobs, self._limits)
        for given in self._given:
            if given.future is None:
                self._schedule(given)

    def _schedule(self, given: _Given) -> None:
        assert self._pool is not None
        given.tries += 1
        try:
            given.future = self._pool.schedule(
                _work, args=[given.entry], timeout=patience(self._limits.seconds)
            )
        except RuntimeError:
            # a broken pool takes nothing; next() starts another
            given.future = None

    def _restart(self) -> None:
        self.end(finished=False)
        for given in self._given:
            if given.future is None or not given.future.done() or _is_broken(given.future):
                given.future = None
        self._schedule_all(self._jobs)

    def _result(self, given: _Given) -> FormulaResult | None:
        """The result; None where the pool broke and the formula deserves another try."""
        from pebble import ProcessExpired

        future, entry, limits = given.future, given.entry, self._limits
        if future is None:
            if given.tries < TRIES:
                return None
            return undecided(entry, "defect of derivcheck: no worker could be started")
        since = time.monotonic()
        while True:
            try:
                result: Any = future.result(timeout=1.0)
                assert isinstance(result, FormulaResult)
                return result
            except ProcessExpired as error:
                if ended_by_hard_limit(error.exitcode):
                    return undecided(entry, f"not finished within {limits.seconds:g} s")
                return undecided(entry, f"its worker died (exit code {error.exitcode})")
            except MemoryError:
                return undecided(entry, f"out of memory ({limits.memory // 1024**2} MB)")
            except TimeoutError:
                if future.done():
                    return undecided(entry, f"not finished within {limits.seconds:g} s")
                if not future.running() and time.monotonic() - since > _LOST:
                    if given.tries < TRIES:
                        return None
                    return undecided(entry, "defect of derivcheck: no worker took it")
            except Exception as error:
                if _is_broken(future) and given.tries < TRIES:
                    return None
                return undecided(entry, f"defect of derivcheck: {type(error).__name__}: {error}")


def _is_broken(future: Future[FormulaResult]) -> bool:
    """Whether the pool broke before it came to this formula."""
    from concurrent.futures.process import BrokenProcessPool

    return future.done() and isinstance(future.exception(), BrokenProcessPool)


def _pool(settings: Settings, library: FileLibrary, jobs: int, limits: Limits) -> ProcessPool:
    import pebble

    # how often pebble looks after its workers, and how long it asks them to go before it kills
    pebble.CONSTS.sleep_unit = 0.02
    pebble.CONSTS.term_timeout = 0.2
    # forking is safe here: this process has started no thread of its own and no numeric library
    method = "fork" if sys.platform.startswith("linux") else "spawn"
    return pebble.ProcessPool(
        max_workers=jobs,
        initializer=_start_worker,
        initargs=[os.getpid(), settings, library, limits],
        context=multiprocessing.get_context(method),
    )
