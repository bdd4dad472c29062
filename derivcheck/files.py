"""Reading files of strangers: regular ones only, and never more than a limit.

A link to a device without end, or a pipe that nobody writes to, must not hold up a run.
"""

from __future__ import annotations

import os
import stat

MAX_BYTES = 5_000_000
"""What a formula file or a document may hold."""

MAX_RUN_BYTES = 1_000_000_000
"""What all files of a run may hold together."""

SECONDS = 60.0
"""Seconds of the processor that reading, or linting, one file may take outside the workers: many
times what the largest takes."""


def read_regular(name: str | os.PathLike[str], limit: int = MAX_BYTES + 1) -> bytes:
    """The first ``limit`` bytes of a regular file; one byte above a bound tells that it is more.

    :raises OSError: it can't be read, or is a device, a pipe, a socket or a folder.
    """
    # what kind it is, is asked of the open file: the name may lead elsewhere a moment later
    handle = os.open(name, os.O_RDONLY | _AT_ONCE)
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(None, "not a regular file", os.fspath(name))
        return stream.read(limit)


# a pipe would else be waited for
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
