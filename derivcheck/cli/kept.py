"""A whole run kept as text: nothing is read, looked up or laid out where nothing has changed.

The key holds what was asked for, how it is shown, and the bytes of every file that the run
reads; only the seconds in the closing line are those of this run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING

from derivcheck.collection.targets import Selection, files_of
from derivcheck.files import read_regular
from derivcheck.records import record
from derivcheck.report.closing import Closing
from derivcheck.running.cache import Cache, run_key, worth_keeping
from derivcheck.running.library import FileLibrary

if TYPE_CHECKING:
    from derivcheck.model import Report, Settings

_MAX_TEXT = 4_000_000


@record()
class KeptRun:
    """The table of a run without its closing line, that line, and the exit code."""

    body: str
    closing: Closing
    code: int


def key_of(
    selections: Sequence[Selection], settings: Settings, shown: Sequence[str | int | None]
) -> str | None:
    """The key of a run; None where a file can't be read. ``shown`` is all else that matters."""
    try:
        return run_key(settings, _files(selections), [*(s.target for s in selections), *shown])
    except (OSError, ValueError):
        return None


def _files(selections: Sequence[Selection]) -> Iterator[tuple[str, bytes]]:
    """Everything that a run may read: what is checked, then what may be cited."""
    checked = files_of(selections)
    for name in dict.fromkeys((*checked, *FileLibrary(checked).all_files())):
        yield name, read_regular(name)


def find(cache: Cache, key: str) -> KeptRun | None:
    """The run kept under a key."""
    text = cache.text(key)
    if text is None:
        return None
    try:
        code, before, after, style, body = json.loads(text)
    except ValueError:
        return None
    return KeptRun(body, Closing(before, after, style), code)


def keep(cache: Cache, key: str, report: Report, run: KeptRun) -> None:
    """Keep a run that would be the same next time: read, decided and told as a whole."""
    if report.interrupted or report.problems or len(run.body) > _MAX_TEXT:
        return
    if all(map(worth_keeping, report.results)):
        cache.put(key, json.dumps([run.code, *astuple(run.closing), run.body]))
