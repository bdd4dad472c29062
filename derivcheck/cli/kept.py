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


class Keeper:
    """The run at hand among those that are kept."""

    def __init__(
        self,
        cache: Cache,
        selections: Sequence[Selection],
        settings: Settings,
        shown: Sequence[str | int | None],
    ) -> None:
        """``shown`` is all that matters of how it is shown."""
        self.cache = cache
        self.selections = selections
        self.settings = settings
        self.said = [*(one.target for one in selections), *shown]
        self.key = self.key_now()

    def key_now(self) -> str | None:
        """The key of the run with the files as they are; None where one can't be read."""
        try:
            return run_key(self.settings, _files(self.selections), self.said)
        except (OSError, ValueError):
            return None

    def find(self) -> KeptRun | None:
        """The same run, where it is kept."""
        text = self.cache.text(self.key) if self.key else None
        if text is None:
            return None
        try:
            code, before, after, style, body = json.loads(text)
        except ValueError:
            return None
        return KeptRun(body, Closing(before, after, style), code)

    def keep(self, report: Report, body: str, closing: Closing) -> None:
        """Keep a run that would be the same next time: read, decided and told as a whole.

        A file that changed meanwhile has another key now: what was told belongs to neither.
        """
        if report.interrupted or report.problems or len(body) > _MAX_TEXT:
            return
        is_whole = all(map(worth_keeping, report.results))
        if is_whole and self.key is not None and self.key == self.key_now():
            kept = [int(report.exit_code), *astuple(closing), body]
            self.cache.put(self.key, json.dumps(kept))


def _files(selections: Sequence[Selection]) -> Iterator[tuple[str, bytes]]:
    """Everything that a run may read: what is checked, then what may be cited."""
    checked = files_of(selections)
    for name in dict.fromkeys((*checked, *FileLibrary(checked).all_files())):
        yield name, read_regular(name)
