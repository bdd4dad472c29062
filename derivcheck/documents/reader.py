"""A document's equations to what they claim, in derivcheck's own language."""

from __future__ import annotations

from derivcheck.documents.model import Read, Status
from derivcheck.documents.source import Source


def read_document(source: Source) -> tuple[Read, ...]:
    """What each equation of a document is, in order; never raises for the document's sake."""
    return tuple(Read(equation, Status.UNREAD, "not read yet") for equation in source.equations)
