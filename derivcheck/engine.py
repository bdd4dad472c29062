"""Running many formulas: order, isolation, parallel workers.

Every formula is checked in a worker process with a hard time limit and a memory limit, so that
a hostile one can only spoil its own result. Results come in the order of the entries and are
the same for every number of workers: a formula's seed is a hash of its text.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from derivcheck.check import Checker, Library, no_library
from derivcheck.collection.entry import Entry
from derivcheck.equation import Settings
from derivcheck.limits import MEMORY_BYTES, be_a_worker
from derivcheck.model import Diagnostic, FormulaResult, Outcome, Verdict

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

WINDOW = 16
"""Formulas scheduled ahead for each worker: enough to keep it busy, few enough to stream."""

_checker: Checker | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits of one formula: seconds, and bytes of its worker."""

    seconds: float = 10.0
    memory: int = MEMORY_BYTES


def _start_worker(settings: Settings, library: Library, memory: int) -> None:
    global _checker
    be_a_worker(memory)
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
    library: Library = no_library,
    limits: Limits | None = None,
) -> Iterator[FormulaResult]:
    """Check formulas one after the other in ``jobs`` workers; results in the entries' order.

    Closing the iterator, or an interrupt while it waits, ends every worker.
    """
    limits = limits or Limits(seconds=settings.timeout)
    source = iter(entries)
    first = next(source, None)
    if first is None:
        return
    pool = _pool(settings, library, max(1, jobs), limits)
    waiting: deque[tuple[Entry, ProcessFuture[FormulaResult]]] = deque()
    finished = False
    try:
        entry: Entry | None = first
        while entry is not None or waiting:
            while entry is not None and len(waiting) < WINDOW * max(1, jobs):
                future = pool.schedule(_work, args=[entry], timeout=limits.seconds)
                waiting.append((entry, future))
                entry = next(source, None)
            current, future = waiting.popleft()
            yield _result(current, future, limits)
        finished = True
    finally:
        if finished:
            pool.close()  # type: ignore[no-untyped-call]
        else:
            pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _pool(settings: Settings, library: Library, jobs: int, limits: Limits) -> ProcessPool:
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
