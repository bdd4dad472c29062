"""Worker processes: each checks one formula at a time, and only itself can be spoiled by it.

No thread and no lock is shared. Every worker has a pipe of its own and answers in order, so what
a worker was doing when it ended is known for certain: the first formula it was given and has not
answered. (A pool with shared queues blames another one now and then: it learns of the end of a
process before it has read the last message of that process.) A long module: starting, feeding,
watching and ending a worker are one protocol.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import selectors
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import field
from itertools import count
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING, Any

from derivcheck.collection.formula import Formula
from derivcheck.errors import SystemLimit, is_system_limit
from derivcheck.limits import (
    MEMORY_BYTES,
    be_a_worker,
    collect_seldom,
    ended_by_hard_limit,
    hard_limit,
    patience,
    use_one_thread,
)
from derivcheck.model import Diagnostic, FormulaResult, Role, Settings, Unfinished
from derivcheck.records import record
from derivcheck.running.library import FileLibrary

if TYPE_CHECKING:
    from derivcheck.checking.checker import Checker

FEW = 4
"""Formulas that wait before another worker is worth starting."""

AHEAD = 2
"""Formulas a worker holds: one to work on, one to go on with at once."""

TRIES = 2
"""How often a worker may end over a formula before the formula is to blame."""

_SMALL = 16_384
"""Bytes that surely fit into a pipe that nobody reads yet."""

_START_SECONDS = 120.0
_FULL_BYTES = 1024**3
"""A worker that came to use so much memory makes room for a fresh one."""

_LOOKED_AT = 16
"""After so many formulas a worker looks at what it used: asking takes longer than some of them."""

_FULL_EXIT = 75

_READY = "ready"


@record()
class Limits:
    """Hard limits of one formula: seconds of the processor, and bytes of its worker."""

    seconds: float = 10.0
    memory: int = MEMORY_BYTES


@record(frozen=False)
class _Task:
    """A formula that was handed in."""

    entry: Formula
    data: bytes | None = None
    result: FormulaResult | Unfinished | None = None
    tries: int = 0


@record(frozen=False)
class _Worker:
    """A process, the pipe to it, and what it holds; the clock runs for the first of these."""

    process: BaseProcess
    pipe: Connection
    since: float
    is_ready: bool = False
    holds: deque[_Task] = field(default_factory=deque)


class _Watch:
    """Waits for pipes and ends of processes; it is told of each once, not at every wait."""

    def __init__(self) -> None:
        self._selector = selectors.PollSelector() if hasattr(selectors, "PollSelector") else None
        self._watched: list[Any] = []

    def add(self, worker: _Worker) -> None:
        """From now on, wait for this one too."""
        for source in (worker.pipe, worker.process.sentinel):
            self._watched.append(source)
            if self._selector is not None:
                self._selector.register(source, selectors.EVENT_READ)

    def drop(self, worker: _Worker) -> None:
        """Wait for this one no longer; its pipe is still open."""
        for source in (worker.pipe, worker.process.sentinel):
            self._watched.remove(source)
            if self._selector is not None:
                self._selector.unregister(source)

    def wait(self, seconds: float) -> set[Any]:
        """The pipes that can be read and the sentinels of processes that ended."""
        if self._selector is None:
            return set(wait(self._watched, seconds))
        return {key.fileobj for key, _ in self._selector.select(seconds)}


class LocalWorkers:
    """Checks formulas in processes of this machine; the answers come in order.

    The first process starts with the first formula, others only while more than a few wait.
    ``warm`` loads the judges here, once, where workers are forked and so inherit them; it sets
    numeric libraries to one thread, so it is for a process that does nothing else.
    """

    def __init__(
        self,
        settings: Settings,
        library: FileLibrary,
        limits: Limits,
        jobs: int = 1,
        warm: bool = False,
    ) -> None:
        self._arguments = (os.getpid(), settings, library, limits)
        self._limits = limits
        self._jobs = jobs
        self._warm = warm
        self._workers: list[_Worker] = []
        self._handed_in: deque[_Task] = deque()
        self._waiting: deque[_Task] = deque()
        self._failed_starts = 0
        self._watch = _Watch()
        # forking is safe here: nothing of derivcheck starts a thread
        method = "fork" if sys.platform.startswith("linux") else "spawn"
        self._context: Any = multiprocessing.get_context(method)

    def start(self, entry: Formula) -> None:
        """Take a formula."""
        task = _Task(entry)
        self._handed_in.append(task)
        self._waiting.append(task)
        self._go_on(0.0)

    def next(self) -> FormulaResult | Unfinished:
        """The result of the formula that was handed in first and not yet asked for, waited for."""
        task = self._handed_in[0]
        while task.result is None:
            self._go_on(None)
        self._handed_in.popleft()
        return task.result

    def end(self) -> None:
        """End every process at once."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.process.join()
            self._watch.drop(worker)
            worker.pipe.close()

    # --- one turn -----------------------------------------------------------------------------

    def _go_on(self, seconds: float | None) -> None:
        """Hand out what waits, then take what comes within ``seconds`` (None: what comes)."""
        self._hand_out()
        if not self._workers:
            return
        now = time.monotonic()
        if seconds is None:
            ends = [self._end_of(w) for w in self._workers if w.holds or not w.is_ready]
            seconds = max(0.0, min(ends, default=now) - now)
        found = self._watch.wait(seconds)
        now = time.monotonic()
        for worker in list(self._workers):
            if worker.pipe in found:
                self._receive(worker)
            if worker.process.sentinel in found:
                self._ended(worker)
            elif now >= self._end_of(worker) and (worker.holds or not worker.is_ready):
                self._overdue(worker)
        if found:
            self._hand_out()

    def _end_of(self, worker: _Worker) -> float:
        limit = patience(self._limits.seconds) if worker.is_ready else _START_SECONDS
        return worker.since + limit

    def _hand_out(self) -> None:
        """Give every worker what it may hold: all of them one formula, before any gets more."""
        for held in range(AHEAD):
            if not self._waiting:
                return
            for worker in self._workers:
                if len(worker.holds) == held and self._waiting and not self._give(worker):
                    break
            if held == 0:
                self._start_workers()

    def _start_workers(self) -> None:
        while len(self._workers) < self._jobs and (
            not self._workers or len(self._waiting) > FEW * len(self._workers)
        ):
            if self._failed_starts >= TRIES * self._jobs:
                while self._waiting:
                    why = Unfinished("no worker process could be started", defect=True)
                    self._waiting.popleft().result = why
                return
            try:
                self._workers.append(self._start())
            except OSError as error:
                if not is_system_limit(error):
                    raise
                if not self._workers:
                    message = f"no worker process can be started: {error.strerror}"
                    raise SystemLimit(Diagnostic("system-limit", message)) from error
                self._jobs = len(self._workers)  # those that run are enough
                return
            if self._waiting:
                self._give(self._workers[-1])

    def _give(self, worker: _Worker) -> bool:
        """Send the next formula, unless it is so long that a busy worker would hold us up."""
        task = self._waiting[0]
        if task.data is None:
            task.data = bytes(ForkingPickler.dumps(task.entry))
        if len(task.data) > _SMALL and (worker.holds or not worker.is_ready):
            return False
        self._waiting.popleft()
        if not worker.holds and worker.is_ready:
            worker.since = time.monotonic()
        worker.holds.append(task)
        # it may have ended just now: then its sentinel says so in the next turn
        with contextlib.suppress(OSError):
            worker.pipe.send_bytes(task.data)
        return True

    def _start(self) -> _Worker:
        if self._warm and self._context.get_start_method() == "fork":
            use_one_thread()
            _load_judges()
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_serve, args=(theirs, *self._arguments), name="derivcheck", daemon=True
        )
        try:
            with _no_interrupts():
                process.start()
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        worker = _Worker(process, ours, time.monotonic())
        self._watch.add(worker)
        return worker

    def _receive(self, worker: _Worker) -> bool:
        """Take what a worker said next, and whether it did; the rest is in its exit code."""
        try:
            said: Any = worker.pipe.recv()
        except (EOFError, OSError):
            return False
        worker.since = time.monotonic()
        if said == _READY:
            worker.is_ready = True
            self._failed_starts = 0
        else:
            worker.holds.popleft().result = said
        return True

    def _receive_all(self, worker: _Worker) -> None:
        """Take everything that a worker has said."""
        with contextlib.suppress(OSError):
            while worker.pipe.poll() and self._receive(worker):
                pass

    def _ended(self, worker: _Worker) -> None:
        self._receive_all(worker)
        worker.process.join()
        code = worker.process.exitcode
        if not worker.is_ready:
            self._failed_starts += 1
        elif worker.holds and code != _FULL_EXIT:
            task = worker.holds[0]
            task.tries += 1
            if ended_by_hard_limit(code):
                worker.holds.popleft().result = self._not_finished()
            elif task.tries >= TRIES:
                why = Unfinished(f"its worker died (exit code {code})")
                worker.holds.popleft().result = why
        self._drop(worker)

    def _overdue(self, worker: _Worker) -> None:
        """End a worker that waits for something, since no processor limit ends it."""
        worker.process.kill()
        worker.process.join()
        self._receive_all(worker)
        if not worker.is_ready:
            self._failed_starts += 1
        elif worker.holds:
            worker.holds.popleft().result = self._not_finished()
        self._drop(worker)

    def _drop(self, worker: _Worker) -> None:
        """Forget a worker that ended; what it held goes to another, in the old order."""
        self._waiting.extendleft(reversed(worker.holds))
        self._workers.remove(worker)
        self._watch.drop(worker)
        worker.pipe.close()

    def _not_finished(self) -> Unfinished:
        return Unfinished(f"not finished within {self._limits.seconds:g} s")


@contextlib.contextmanager
def _no_interrupts() -> Iterator[None]:
    """Hold an interrupt back while a process starts that is not yet ready to ignore it."""
    if (
        not hasattr(signal, "pthread_sigmask")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# --- in the worker -------------------------------------------------------------------------------


def _serve(
    pipe: Connection, parent: int, settings: Settings, library: FileLibrary, limits: Limits
) -> None:
    """Check what comes through the pipe until it is closed."""
    be_a_worker(parent, limits.memory)
    # what every formula needs is not on the first one's clock
    make = _load_judges()
    # none of what is loaded by now is garbage: looking through it again and again is waste
    gc.freeze()
    collect_seldom()
    checker = make(settings, library)
    pipe.send(_READY)
    for number in count(1):
        try:
            entry = pipe.recv()
        except EOFError:
            return
        result: FormulaResult | Unfinished
        try:
            with hard_limit(limits.seconds):
                result = checker.check(entry)
        except MemoryError:
            result = Unfinished(f"out of memory ({limits.memory // 1024**2} MB)")
        except Exception as error:
            what = f"checking it crashed: {type(error).__name__}: {error}"
            result = Unfinished(what, defect=True)
        pipe.send(result)
        if number % _LOOKED_AT == 0 and _is_full():
            os._exit(_FULL_EXIT)


def _load_judges() -> type[Checker]:
    """Import all that checking a formula takes, but for the prover that is seldom asked."""
    from derivcheck.checking import judges
    from derivcheck.checking.checker import Checker

    for row in judges.ROWS:
        if row.role is not Role.PROVES_TOO:
            judges.load(row)
    return Checker


def _is_full() -> bool:
    """Whether this process once used so much memory that a fresh one is better."""
    try:
        import resource
    except ImportError:
        return False
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit > _FULL_BYTES
