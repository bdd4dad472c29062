"""Results kept between runs, in one SQLite file in the user's cache folder.

A key is a hash of everything a result depends on: the entry's content and layout, every file that
its citations and those of its errata may lead to, the judges' settings, derivcheck's own source,
and the versions of Python and of the libraries that compute. So a hit is never stale, and a change
anywhere is a miss. Rows carry a digest of their own; a file with any damage is set aside with a
warning, and the run goes on with a new one. Nothing in a row is executed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from derivcheck.collection.formula import Formula
from derivcheck.collection.stored import content, fingerprint
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

_TABLE = "CREATE TABLE results (key TEXT PRIMARY KEY, digest TEXT, value TEXT)"
MAX_BYTES = 256 * 1024**2
"""What the file may hold before the older half of it is dropped."""

_ROWS_A_WRITE = 64
_SECONDS_A_WRITE = 1.0
_PATIENCE = 10.0
"""Seconds to wait for another run that is writing."""

Warn = Callable[[str], None]
_Placed = TypeVar("_Placed", ClaimResult, CitationResult, ErratumResult, Diagnostic)


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


@lru_cache(maxsize=16)
def _settings_text(settings: Settings) -> str:
    return json.dumps(astuple(settings))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def entry_key(entry: Formula, settings: Settings, library: str = "") -> str:
    """The key of one formula's result; ``library`` is a digest of all that it may cite."""
    parts = [
        fingerprint(),
        _settings_text(settings),
        content(entry),
        library,
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

    def there(one: _Placed) -> _Placed:
        old = one.location
        if old is None or old.file != result.file:
            return one
        return replace(one, location=Location(file, old.line + shift, old.column))

    def claim(one: ClaimResult) -> ClaimResult:
        return replace(there(one), diagnostics=tuple(map(there, one.diagnostics)))

    return replace(
        result,
        file=file,
        line=line,
        claims=tuple(map(claim, result.claims)),
        citations=tuple(map(there, result.citations)),
        errata=tuple(map(there, result.errata)),
        diagnostics=tuple(map(there, result.diagnostics)),
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
                if self.path.exists() and not self.path.is_file():
                    self._unusable("not a regular file")
                    return None
                connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
                # a fresh WAL file is made under a lock that does not wait by itself
                _patiently(connection, "PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                # text is decoded where it is looked at, so that a flipped byte is damage
                connection.text_factory = bytes
                self._check_schema(connection)
                return connection
            except (sqlite3.Error, OSError, _Damage) as error:
                with contextlib.suppress(sqlite3.Error):
                    if connection is not None:
                        connection.close()
                if not _is_damage(error, self.path):
                    self._unusable(error)
                    return None
                if attempt or not self._set_aside(error):
                    return None
        return None

    @staticmethod
    def _check_schema(connection: sqlite3.Connection) -> None:
        """Make the table in a fresh file; in another, it is ours and the only one.

        :raises _Damage: it is not.
        """
        found = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        if not found:
            connection.execute(_TABLE.replace("TABLE", "TABLE IF NOT EXISTS", 1))
        elif found != [(_TABLE.encode(),)]:
            raise _Damage("its tables are not those of a cache")

    def _unusable(self, error: object) -> None:
        reason = getattr(error, "strerror", None) or error
        self.warn(f"the cache {self.path} cannot be used: {reason}")

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
            if row is None:
                return None
            return _whole(key, row)
        except (sqlite3.Error, _Damage) as error:
            self._failed(error)
            return None

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

    def get(self, key: str, entry: Formula) -> FormulaResult | None:
        """The result kept for an entry, at the entry's present place."""
        text = self.text(key)
        if text is None:
            return None
        from derivcheck.running.codec import from_json

        try:
            (result,) = from_json(text)
        except ValueError as error:
            self._failed(_Damage(str(error)))
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

    def _failed(self, error: Exception) -> None:
        """Go on without the file, or with a new one where it is damaged."""
        connection, self._connection = self._connection, None
        self._waiting = {}
        with contextlib.suppress(sqlite3.Error):
            if connection is not None:
                connection.close()
        if not _is_damage(error, self.path):
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
        except (sqlite3.Error, _Damage, TypeError) as error:
            # TypeError: a pragma without an answer
            self._failed(error)
            if self._connection is not None:
                self._connection.close()
        self._connection = None

    @staticmethod
    def _drop_oldest(connection: sqlite3.Connection) -> None:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        if not 0 <= free <= pages:
            raise _Damage("it has more free pages than pages")
        if (pages - free) * size > MAX_BYTES:
            connection.execute(
                "DELETE FROM results WHERE rowid <= "
                "(SELECT (min(rowid) + max(rowid)) / 2 FROM results)"
            )


class _Damage(Exception):
    """What is in the file is not what was put there."""


_ELSEWHERE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
    }
)
"""What SQLite calls errors that are not of the file's content."""


def _is_damage(error: Exception, path: Path) -> bool:
    """Whether the file itself is broken, not only locked, closed to us or out of space."""
    if not isinstance(error, sqlite3.Error):
        return not isinstance(error, OSError)
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code == sqlite3.SQLITE_IOERR_SHORT_READ:
        return True
    code &= 0xFF
    if code == sqlite3.SQLITE_READONLY:
        # a header that asks for a later SQLite makes a file read-only, too
        return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return code not in _ELSEWHERE


def _whole(key: str, row: tuple[object, object]) -> str:
    """The text of a row.

    :raises _Damage: it is not the one that was put there.
    """
    digest, value = row
    if isinstance(value, bytes):
        with contextlib.suppress(UnicodeDecodeError):
            text = value.decode()
            if digest == _digest(key + text).encode():
                return text
    raise _Damage("a row is not what was put there")


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
