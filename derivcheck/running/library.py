"""Collections by name, for citations, as a callable that travels to workers."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from derivcheck.collection.entry import Entry


class FileLibrary:
    """The collections found in some files, and the bundled ones.

    Nothing is read before a formula cites; only the names of files travel.
    """

    def __init__(self, files: Sequence[str]) -> None:
        self.files = tuple(files)
        self._collections: dict[str, tuple[Entry, ...]] = {}

    def __call__(self, name: str) -> Sequence[Entry]:
        """All entries of a collection; empty where there is none of that name."""
        found = self._collections.get(name)
        if found is None:
            from derivcheck.collection.targets import collection_of

            # a head that does not tell may still be of that collection
            files = [file for file in self.files if collection_of(file) in (name, "")]
            found = self._read(files).get(name)
            if found is None:
                found = self._read(_bundled(name)).get(name, ())
            self._collections[name] = found
        return found

    def digest(self, name: str) -> str:
        """A hash of the files that a collection may be read from, without parsing them."""
        state = hashlib.blake2b(digest_size=16)
        for file in (*self.files, *_bundled(name)):
            with contextlib.suppress(OSError):
                state.update(Path(file).read_bytes())
        return state.hexdigest()

    def state(self, name: str) -> tuple[tuple[int, int], ...]:
        """Size and time of the files that a collection may be read from: cheaper than a hash."""
        found = []
        for file in (*self.files, *_bundled(name)):
            with contextlib.suppress(OSError):
                about = os.stat(file)
                found.append((about.st_size, about.st_mtime_ns))
        return tuple(found)

    def __getstate__(self) -> tuple[str, ...]:
        return self.files

    def __setstate__(self, files: tuple[str, ...]) -> None:
        self.files = files
        self._collections = {}

    @staticmethod
    def _read(files: Sequence[str]) -> dict[str, tuple[Entry, ...]]:
        from derivcheck.collection.loader import load_files

        collections: dict[str, list[Entry]] = {}
        for entry in load_files(dict.fromkeys(files))[0]:
            collections.setdefault(entry.collection, []).append(entry)
        return {name: tuple(entries) for name, entries in collections.items()}


def _bundled(name: str) -> tuple[str, ...]:
    from derivcheck.collection.targets import bundled_files

    return tuple(bundled_files(name))


def cited_collections(entry: Entry) -> tuple[str, ...]:
    """The collections that an entry's citations may look into."""
    steps = entry.raw.get("derivation")
    names: set[str] = set()
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict) and "by" in step:
            other, colon, _ = str(step["by"]).partition(":")
            names.update((entry.collection, other if colon else entry.collection))
    return tuple(sorted(names))
