"""Work counted instead of timed: how many lines of Python a call runs through, and returns."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps(call: Callable[[], Any]) -> int:
    """The number of lines and returns during the call; the same on every machine."""
    count = 0

    def line(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return line

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        return line

    before = sys.gettrace()
    gc.disable()  # what is left of other tests runs through lines when it is collected
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
        gc.enable()
    return count
