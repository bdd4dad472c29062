"""Bounds on what a worker may use: seconds of one judge, memory of the process."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

MEMORY_BYTES = 3 * 1024**3
"""Address space a worker may map; beyond it allocations fail."""


class TimeIsUp(Exception):
    """A judge used up its share of the time."""


def _ring(number: int, frame: FrameType | None) -> None:
    raise TimeIsUp


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TimeIsUp` inside the block after ``seconds``, where the system allows it.

    It reaches Python code only: a loop inside a C library goes on until the hard limit of the
    worker. Off the main thread, and where there is no ``setitimer``, nothing is limited.
    """
    if (
        seconds <= 0
        or not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def limit_memory(size: int = MEMORY_BYTES) -> None:
    """Make allocations beyond ``size`` bytes of address space fail in this process."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard != resource.RLIM_INFINITY:
            size = min(size, hard)
        resource.setrlimit(resource.RLIMIT_AS, (size, hard))


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent goes (Linux; elsewhere nothing)."""
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(Exception):
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def be_a_worker(memory: int = MEMORY_BYTES) -> None:
    """Settle a worker process: no interrupts of its own, one numeric thread, bounded memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent()
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    limit_memory(memory)
