"""Files: those of strangers are read if they are regular, and never more of them than a limit; our
own are written whole or not at all.

A link to a device without end, or a pipe that nobody writes to, must not hold up a run.
"""

from __future__ import annotations

import os
import stat
import tempfile

MAX_BYTES = 5_000_000
"""What a formula file or a document may hold."""

MAX_NOTEBOOK_BYTES = 50_000_000
"""What a notebook may hold, pictures and all; the text of its cells is bounded like a document."""

MAX_RUN_BYTES = 1_000_000_000
"""What all files of a run may hold together."""

SECONDS = 60.0
"""Seconds of the processor that reading, or linting, one file may take outside the workers: many
times what the largest takes."""


def near(file: str) -> str:
    """A path as messages show it: from the current folder where it stands below it."""
    here = os.path.relpath(file)
    return file if here.startswith(os.pardir) else here


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


def write_whole(file: str, text: str, *, synced: bool = True) -> None:
    """Write a file so that nobody ever sees half of it: beside it first, then renamed.

    Devices and pipes are written directly. On any error the old content stays; ``synced``, it does
    so where the machine fails, too.

    :raises OSError: as the system says.
    """
    data = text.encode("utf-8", "backslashreplace")
    target = os.path.realpath(file)
    if os.path.exists(target) and not stat.S_ISREG(os.stat(target).st_mode):
        with open(target, "wb") as stream:
            stream.write(data)
        return
    handle, beside = tempfile.mkstemp(prefix=".derivcheck-", dir=os.path.dirname(target))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            if synced:
                os.fsync(stream.fileno())
        mode = os.stat(target).st_mode & 0o7777 if os.path.exists(target) else 0o666 & ~_umask()
        os.chmod(beside, mode)
        os.replace(beside, target)
    except BaseException:
        os.unlink(beside)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
