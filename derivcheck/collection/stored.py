"""Files read once: the entries of a faultless file as JSON, kept under a hash of its bytes.

Reading that is ten times faster than reading YAML, and needs no YAML library. What is kept is
data only; a store gives back what was put into it or nothing (see :mod:`derivcheck.running.cache`).
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Protocol

from derivcheck import __version__
from derivcheck.collection.entry import Entry


class Store(Protocol):
    """Where texts are kept by key."""

    def text(self, key: str) -> str | None:
        """The text kept under a key, or None."""

    def put(self, key: str, text: str) -> None:
        """Keep a text under a key."""


@cache
def _reader_state() -> bytes:
    """Version and state of the code that reads files: other code, other keys."""
    state = [__version__]
    for source in sorted(Path(__file__).parent.glob("*.py")):
        about = os.stat(source)
        state.append(f"{source.name}:{about.st_size}:{about.st_mtime_ns}")
    return "\n".join(state).encode()


def key_of(data: bytes) -> str:
    """The key of a file's content."""
    return "file-" + hashlib.blake2b(data, digest_size=20, key=_reader_key()).hexdigest()


@cache
def _reader_key() -> bytes:
    return hashlib.blake2b(_reader_state(), digest_size=32).digest()


def dump(entries: list[Entry]) -> str:
    """The entries of one file (of one collection) as text."""
    first = entries[0]
    head = (first.collection, first.title, first.source)
    rows = [(e.line, e.column, e.id, e.raw, e.marks) for e in entries]
    return json.dumps((head, rows), separators=(",", ":"))


def restore(text: str, file: str) -> list[Entry]:
    """The entries kept as text, as those of ``file``."""
    (collection, title, source), rows = json.loads(text)
    pairs = tuple((key, value) for key, value in source)
    return [
        Entry(collection, title, file, line, column, id_, raw, marks, pairs)
        for line, column, id_, raw, marks in rows
    ]
