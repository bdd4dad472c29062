"""Files read once: the entries of a faultless file as JSON, kept under a hash of its bytes.

Reading that is ten times faster than reading YAML, and needs no YAML library. What is kept is
data only; a store gives back what was put into it or nothing (see :mod:`derivcheck.running.cache`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Protocol

from derivcheck.collection.formula import Formula
from derivcheck.collection.raw import Mark, place
from derivcheck.files import read_regular


class Store(Protocol):
    """Where texts are kept by key."""

    def text(self, key: str) -> str | None:
        """The text kept under a key, or None."""

    def put(self, key: str, text: str) -> None:
        """Keep a text under a key."""


LIBRARIES = ("sympy", "mpmath", "numpy", "flint", "yaml", "rich")
"""What reads, computes and tells beside our own code."""

_VERSIONS = ("__init__.py", "release.py", "version.py")
"""Where a library says which version it is."""


@cache
def fingerprint() -> str:
    """Version and state of all code that a result depends on: other code must not meet it.

    Our own source, Python, and the libraries, which are not imported for it.
    """
    package = Path(__file__).parent.parent
    state = [sys.version, sys.implementation.name, sys.platform]
    for folder, folders, files in os.walk(package):
        folders[:] = sorted(f for f in folders if f not in ("__pycache__", "formulas"))
        for name in sorted(files):
            about = os.stat(os.path.join(folder, name))
            state.append(f"{name}:{about.st_size}:{about.st_mtime_ns}")
    homes = [str(package)]
    for library in LIBRARIES:
        spec = PathFinder.find_spec(library)
        homes.append(os.path.dirname(spec.origin or "") if spec is not None else "")
    for home in homes:
        state.append(os.path.basename(home))
        for name in _VERSIONS:
            with contextlib.suppress(OSError):
                state.append(hashlib.blake2b(read_regular(os.path.join(home, name))).hexdigest())
    return hashlib.blake2b("\n".join(state).encode(), digest_size=16).hexdigest()


def key_of(data: bytes) -> str:
    """The key of a file's content."""
    return "file-" + hashlib.blake2b(data, digest_size=20, key=fingerprint().encode()).hexdigest()


def dump(entries: list[Formula]) -> str:
    """The entries of one file (of one collection) as text."""
    first = entries[0]
    head = (first.collection, first.title, first.source)
    rows = [(e.line, e.column, e.id, e.as_written, e.marks) for e in entries]
    return json.dumps((head, rows), separators=(",", ":"))


def content(formula: Formula) -> str:
    """All that a formula's result depends on, as text: what it says, and where each part stands
    from its own line on, so that moving it is no change."""
    relative = _relative(formula.marks, formula.line)
    return json.dumps([formula.collection, formula.as_written, relative])


def _relative(mark: Mark, line: int) -> object:
    if isinstance(mark, int):
        return mark - place(line - 1, 0)
    if isinstance(mark, list):
        return [_relative(m, line) for m in mark]
    return {k: [v[0] - place(line - 1, 0), _relative(v[1], line)] for k, v in mark.items()}


def restore(text: str, file: str) -> list[Formula]:
    """The entries kept as text, as those of ``file``."""
    (collection, title, source), rows = json.loads(text)
    pairs = tuple((key, value) for key, value in source)
    return [
        Formula(collection, title, file, line, column, id_, raw, marks, pairs)
        for line, column, id_, raw, marks in rows
    ]
