"""Bounds on what a worker may use: seconds of one judge, memory of the process."""

from __future__ import annotations

import contextlib
import gc
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType

MEMORY_BYTES = 3 * 1024**3
"""Address space a worker may map; beyond it allocations fail."""

_GARBAGE = 1_000_000
"""New objects between two looks for cycles among them: nearly all that proofs make is gone, or kept
for good, without one. All bundled formulas in one process grow by 60 MB for it."""

_AGAIN = 0.25
_SOON = 1e-3
_WALL = 20.0
"""So many times as long as a worker may work it may wait: where much else goes on, for its turn."""


def collect_seldom() -> None:
    """Look for cycles less often than Python does."""
    gc.set_threshold(_GARBAGE)


class TimeIsUp(Exception):
    """A judge used up its share of the time."""


def _ring(number: int, frame: FrameType | None) -> None:
    # Python swallows, and prints, what is raised in a weak reference's callback: ring again
    interning = sys.modules.get("derivcheck.lang.interning")
    while interning is not None and frame is not None:
        if frame.f_code is interning.forget.__code__:
            return
        frame = frame.f_back
    raise TimeIsUp


_is_listening = False
"""Whether this process listens to the timer all the time: setting a handler takes longer than
setting the timer."""


def _listen() -> None:
    global _is_listening
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGVTALRM, _ring)
        _is_listening = True


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TimeIsUp` inside the block after ``seconds``, where the system allows it.

    Seconds are those of the processor in this process, so that a busy machine changes no
    result. It reaches Python code only: a loop inside a C library goes on until the hard limit
    of the worker. Should the block swallow the exception, it comes again; a limit inside
    another does not extend it. Off the main thread, and where there is no ``setitimer``, nothing
    is limited.
    """
    if (
        seconds <= 0
        or not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    around = signal.getitimer(signal.ITIMER_VIRTUAL)[0]
    start = time.process_time() if around else 0.0
    before = None if _is_listening else signal.signal(signal.SIGVTALRM, _ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, min(seconds, around or seconds), _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if before is not None:
            signal.signal(signal.SIGVTALRM, before)
        if around:
            left = around - (time.process_time() - start)
            signal.setitimer(signal.ITIMER_VIRTUAL, max(left, _SOON), _AGAIN)


@contextlib.contextmanager
def unlimited() -> Iterator[None]:
    """Stop every limit of this process around the block, and let it go on behind it.

    For an import: one that is broken off leaves half a package behind, which every later import
    takes for the whole one.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    timers = (signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
    left = [signal.setitimer(timer, 0) for timer in timers]
    try:
        yield
    finally:
        for timer, (seconds, interval) in zip(timers, left, strict=True):
            if seconds:
                signal.setitimer(timer, seconds, interval)


@contextlib.contextmanager
def hard_limit(seconds: float) -> Iterator[None]:
    """Let the kernel end this process after ``seconds`` of its processor time in the block.

    Nothing that runs inside can prevent it. Where there is no ``setitimer`` nothing is limited.
    """
    if seconds <= 0 or not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def time_left() -> float:
    """Seconds of the processor until :func:`hard_limit` ends this process; infinite without."""
    left = signal.getitimer(signal.ITIMER_PROF)[0] if hasattr(signal, "getitimer") else 0.0
    return left or math.inf


def ended_by_hard_limit(exit_code: int | None) -> bool:
    """Whether a process that ended so was ended by :func:`hard_limit`."""
    return hasattr(signal, "SIGPROF") and exit_code == -signal.SIGPROF


def patience(seconds: float) -> float:
    """Seconds on the wall to wait for what may take ``seconds`` of the processor."""
    return seconds * _WALL if hasattr(signal, "setitimer") else seconds


def all_cores() -> int:
    """The processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def limit_memory(size: int = MEMORY_BYTES) -> None:
    """Make allocations beyond ``size`` bytes of address space fail in this process."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard != resource.RLIM_INFINITY:
            size = min(size, hard)
        resource.setrlimit(resource.RLIMIT_AS, (size, hard))


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when ``parent`` goes (Linux; elsewhere nothing)."""
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(Exception):
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
    if os.getppid() != parent:
        # it went before the kernel was asked
        os._exit(1)


def be_quiet() -> None:
    """Send what this process would print nowhere: C libraries complain on their own."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os.close(nowhere)


def use_one_thread() -> None:
    """Have numeric libraries that are loaded from now on start no threads of their own."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def be_a_worker(parent: int, memory: int = MEMORY_BYTES) -> None:
    """Settle a worker process: no interrupts of its own, one numeric thread, bounded memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _listen()
    die_with_parent(parent)
    be_quiet()
    use_one_thread()
    limit_memory(memory)
