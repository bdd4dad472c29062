"""Results kept between runs, in one SQLite file in the user's cache folder.

A key is a hash of everything a result depends on: the entry's content and layout, the files of
every collection it cites, the judges' settings, derivcheck's version and its own source. So a
hit is never stale, and a change anywhere is a miss. Rows carry a digest of their own: a
damaged row is a miss, a damaged file is set aside with a warning. Nothing in a row is executed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from derivcheck import __version__
from derivcheck.collection.entry import Entry, Mark, place
from derivcheck.model import (
    CitationResult,
    ClaimResult,
    Diagnostic,
    ErratumResult,
    FormulaResult,
    Location,
    Verdict,
)

if TYPE_CHECKING:
    from derivcheck.model import Settings

SCHEMA = 2
MAX_BYTES = 256 * 1024**2
"""What the file may hold before the older half of it is dropped."""

_ROWS_A_WRITE = 64
_SECONDS_A_WRITE = 1.0
_PATIENCE = 10.0
"""Seconds to wait for another run that is writing."""

Warn = Callable[[str], None]


def default_folder() -> Path:
    """The user's cache folder for derivcheck (``DERIVCHECK_CACHE_DIR`` overrides it)."""
    own = os.environ.get("DERIVCHECK_CACHE_DIR")
    if own:
        return Path(own)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "derivcheck"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "derivcheck" / "Cache"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "derivcheck"


@cache
def fingerprint() -> str:
    """Version and state of derivcheck's own source: a changed judge must not meet old results."""
    package = Path(__file__).parent.parent
    state = [__version__, str(SCHEMA)]
    for folder, folders, files in os.walk(package):
        folders[:] = sorted(f for f in folders if f not in ("__pycache__", "formulas"))
        for name in sorted(files):
            if name.endswith(".py"):
                about = os.stat(os.path.join(folder, name))
                state.append(f"{name}:{about.st_size}:{about.st_mtime_ns}")
    return hashlib.blake2b("\n".join(state).encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=16)
def _settings_text(settings: Settings) -> str:
    return json.dumps(astuple(settings))


def _relative(mark: Mark, line: int) -> object:
    """Marks with their lines counted from the entry's own, so that moving an entry is no change."""
    if isinstance(mark, int):
        return mark - place(line - 1, 0)
    if isinstance(mark, list):
        return [_relative(m, line) for m in mark]
    return {k: [v[0] - place(line - 1, 0), _relative(v[1], line)] for k, v in mark.items()}


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def entry_key(entry: Entry, settings: Settings, cited: Mapping[str, str]) -> str:
    """The key of one formula's result; ``cited`` are digests of the collections it cites."""
    parts = [
        fingerprint(),
        _settings_text(settings),
        entry.collection,
        json.dumps(entry.raw),
        json.dumps(_relative(entry.marks, entry.line)),
        json.dumps(sorted(cited.items())),
    ]
    return _digest("\0".join(parts))


def run_key(
    settings: Settings, files: Iterable[tuple[str, bytes]], asked: Sequence[str | int | None]
) -> str:
    """The key of a whole run: what was asked for, and name and bytes of every file it reads."""
    state = hashlib.blake2b(digest_size=20)
    state.update(json.dumps([fingerprint(), _settings_text(settings), *asked]).encode())
    for name, data in files:
        state.update(json.dumps([name, len(data)]).encode())
        state.update(data)
    return f"run-{state.hexdigest()}"


def worth_keeping(result: FormulaResult) -> bool:
    """Whether a result would be the same next time: not a defect, nor what ran out of time."""
    return (
        not result.defect
        and result.verdict is not Verdict.UNDECIDED
        and all(claim.verdict is not Verdict.UNDECIDED for claim in result.claims)
    )


def moved(result: FormulaResult, file: str, line: int) -> FormulaResult:
    """A result whose entry now stands in ``file`` at ``line``."""
    if result.file == file and result.line == line:
        return result
    shift = line - result.line

    def place_(old: Location | None) -> Location | None:
        if old is None or old.file != result.file:
            return old
        return Location(file, old.line + shift, old.column)

    def diagnostics(items: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        return tuple(replace(d, location=place_(d.location)) for d in items)

    def claim(c: ClaimResult) -> ClaimResult:
        return replace(c, location=place_(c.location), diagnostics=diagnostics(c.diagnostics))

    def cite(c: CitationResult) -> CitationResult:
        return replace(c, location=place_(c.location))

    def erratum(e: ErratumResult) -> ErratumResult:
        return replace(e, location=place_(e.location))

    return replace(
        result,
        file=file,
        line=line,
        claims=tuple(map(claim, result.claims)),
        citations=tuple(map(cite, result.citations)),
        errata=tuple(map(erratum, result.errata)),
        diagnostics=diagnostics(result.diagnostics),
    )


class Cache:
    """Texts by key. Every method survives a damaged, locked or full file: it warns and goes on.

    What is put is written in short transactions, many rows at a time, so that runs at the same
    time wait for one another hardly ever, and a kill loses a second of work at most.
    """

    def __init__(self, folder: Path | None = None, warn: Warn = lambda message: None) -> None:
        self.path = (folder or default_folder()) / "results.sqlite"
        self.warn = warn
        self._waiting: dict[str, str] = {}
        self._waits_since = 0.0
        self._connection = self._open()

    def _open(self) -> sqlite3.Connection | None:
        for attempt in range(2):
            connection = None
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
                # a fresh WAL file is made under a lock that does not wait by itself
                _patiently(connection, "PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS results "
                    "(key TEXT PRIMARY KEY, digest TEXT, value TEXT)"
                )
                connection.execute("SELECT key, digest, value FROM results LIMIT 1").fetchone()
                return connection
            except (sqlite3.Error, OSError) as error:
                with contextlib.suppress(sqlite3.Error):
                    if connection is not None:
                        connection.close()
                if not _is_damage(error):
                    self._unusable(error)
                    return None
                if attempt or not self._set_aside(error):
                    return None
        return None

    def _unusable(self, error: Exception) -> None:
        self.warn(f"the cache {self.path} cannot be used: {error}")

    def _set_aside(self, error: Exception) -> bool:
        """Move a damaged file out of the way."""
        aside = self.path.with_name(f"{self.path.name}.damaged-{int(time.time())}")
        try:
            self.path.replace(aside)
            for suffix in ("-wal", "-shm"):
                with contextlib.suppress(OSError):
                    self.path.with_name(self.path.name + suffix).unlink()
        except FileNotFoundError:
            # another run was quicker
            return True
        except OSError as other:
            self._unusable(other)
            return False
        self.warn(f"the cache was damaged ({error}): set aside as {aside.name}")
        return True

    def text(self, key: str) -> str | None:
        """The text kept under a key, if it is whole."""
        waiting = self._waiting.get(key)
        if waiting is not None:
            return waiting
        if self._connection is None:
            return None
        try:
            row = self._connection.execute(
                "SELECT digest, value FROM results WHERE key = ?", (key,)
            ).fetchone()
        except sqlite3.Error as error:
            self._failed(error)
            return None
        if row is None or not isinstance(row[1], str) or row[0] != _digest(key + row[1]):
            return None
        return row[1]

    def put(self, key: str, text: str) -> None:
        """Keep a text under a key."""
        if self._connection is None:
            return
        if not self._waiting:
            self._waits_since = time.monotonic()
        self._waiting[key] = text
        waited = time.monotonic() - self._waits_since
        if len(self._waiting) >= _ROWS_A_WRITE or waited >= _SECONDS_A_WRITE:
            self._write()

    def get(self, key: str, entry: Entry) -> FormulaResult | None:
        """The result kept for an entry, at the entry's present place."""
        text = self.text(key)
        if text is None:
            return None
        from derivcheck.running.codec import from_json

        try:
            (result,) = from_json(text)
        except ValueError:
            return None
        return moved(result, entry.file, entry.line)

    def keep(self, key: str, result: FormulaResult) -> None:
        """Keep the result of an entry, if it is worth keeping."""
        if self._connection is not None and worth_keeping(result):
            from derivcheck.running.codec import to_json

            self.put(key, to_json((result,)))

    def _write(self) -> None:
        """Write what waits, in one transaction: all of it or nothing."""
        rows, self._waiting = self._waiting, {}
        connection = self._connection
        if connection is None or not rows:
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.executemany(
                    "INSERT OR REPLACE INTO results VALUES (?, ?, ?)",
                    [(key, _digest(key + text), text) for key, text in rows.items()],
                )
                connection.execute("COMMIT")
            except BaseException:
                # a full disk may have rolled back by itself
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            self._failed(error)

    def _failed(self, error: sqlite3.Error) -> None:
        """Go on without the file, or with a new one where it is damaged."""
        connection, self._connection = self._connection, None
        self._waiting = {}
        with contextlib.suppress(sqlite3.Error):
            if connection is not None:
                connection.close()
        if not _is_damage(error):
            self._unusable(error)
        elif self._set_aside(error):
            self._connection = self._open()

    def close(self) -> None:
        """Write what waits, drop the oldest beyond the limit, and let go of the file."""
        self._write()
        connection = self._connection
        if connection is None:
            return
        try:
            self._drop_oldest(connection)
            connection.close()
        except sqlite3.Error as error:
            self._failed(error)
        self._connection = None

    @staticmethod
    def _drop_oldest(connection: sqlite3.Connection) -> None:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        if (pages - free) * size > MAX_BYTES:
            connection.execute(
                "DELETE FROM results WHERE rowid <= "
                "(SELECT (min(rowid) + max(rowid)) / 2 FROM results)"
            )


def _is_damage(error: Exception) -> bool:
    """Whether the file itself is broken, not only locked, read-only or out of space."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(
        error, sqlite3.OperationalError
    )


def _patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Do what SQLite refuses at once, without waiting, while another run holds the file."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute(statement)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.01)
