"""Work that is counted: a search that it ends ends at the same step on every machine.

Seconds don't: a busy machine takes three times as long for the same steps, also by the clock of the
processor. So what takes long counts what it does, and searches ask how much of what they may do is
left. A unit is about a microsecond of a machine at rest; what is in no proportion to its count is
left to the limits of time, which no ordinary formula reaches.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

_done = 0
_end: float = math.inf


def spend(units: int) -> None:
    """Count work."""
    global _done
    _done += units


def is_over() -> bool:
    """Whether as much is done as may be."""
    return _done > _end


@contextmanager
def within(units: int) -> Iterator[None]:
    """Allow so much work in the block; no more than is left to what is around it."""
    global _end
    before = _end
    _end = min(_end, _done + units)
    try:
        yield
    finally:
        _end = before


def begin() -> None:
    """Start with a formula: what a limit of time broke off leaves nothing behind."""
    global _end
    _end = math.inf
