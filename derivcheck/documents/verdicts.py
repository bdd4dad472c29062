"""Verdicts on readings to verdicts on claims, and how loud a refutation is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from derivcheck.collection.entry import Entry
from derivcheck.documents.model import Judged, Read
from derivcheck.model import FormulaResult

Verify = Callable[[Iterable[Entry]], Iterator[FormulaResult]]
"""Checks entries, in order: :func:`derivcheck.running.engine.verify` with everything else bound."""


def judged(reads: Sequence[Read], verify: Verify) -> Iterator[Judged]:
    """Every equation with the results of its claims, in order."""
    entries = [entry for read in reads for claim in read.claims for entry in claim.readings]
    results = verify(entries)
    for read in reads:
        yield Judged(read, read.status, read.reason)
    del results
