"""Why maths is not read: a reason and the offset it is about."""

from __future__ import annotations


class NotReadError(Exception):
    """Raised inside the reader only: it becomes a :class:`~derivcheck.documents.model.Problem`."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


class SilentError(NotReadError):
    """Understood, but nothing is claimed that can be checked."""
