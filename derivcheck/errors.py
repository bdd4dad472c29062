"""Errors that a user can mend: each carries a diagnostic with its place and a hint.

Unknown answers are never errors (see :mod:`derivcheck.model`); an exception that is none of
these is a defect of derivcheck.
"""

from __future__ import annotations

import errno

from derivcheck.model import Diagnostic


class DerivcheckError(Exception):
    """Base of everything derivcheck raises on purpose."""

    def __init__(self, diagnostic: Diagnostic | str, *more: Diagnostic) -> None:
        if isinstance(diagnostic, str):
            diagnostic = Diagnostic("error", diagnostic)
        super().__init__(str(diagnostic))
        self.diagnostics: tuple[Diagnostic, ...] = (diagnostic, *more)

    @property
    def diagnostic(self) -> Diagnostic:
        """The first problem."""
        return self.diagnostics[0]


class CollectionError(DerivcheckError):
    """A formula file can't be read as one."""


class PatchError(DerivcheckError):
    """An erratum's patch does not fit the entry it stands in."""


class TargetError(DerivcheckError):
    """A target of the command line names nothing, or more than one thing."""


class ClusterError(DerivcheckError):
    """The Dask cluster cannot be used: not installed, not there, or without workers."""


class ClusterLost(ClusterError):
    """The Dask cluster went away in the middle of a run."""


class SystemLimit(DerivcheckError):
    """The system gives no more of something: open files, processes, memory."""


_SYSTEM_LIMITS = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM)


def is_system_limit(error: BaseException) -> bool:
    """Whether the system, and no defect, is behind an error."""
    return isinstance(error, MemoryError) or (
        isinstance(error, OSError) and error.errno in _SYSTEM_LIMITS
    )
