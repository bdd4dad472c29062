"""Collections by name, for citations, as a callable that travels to workers."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from derivcheck.files import read_regular

if TYPE_CHECKING:
    from derivcheck.collection.formula import Formula


class FileLibrary:
    """The collections found in some files and in those beside them, and the bundled ones.

    Formulas are read when one cites; only the names of files travel.
    """

    def __init__(self, files: Iterable[str]) -> None:
        from derivcheck.collection.targets import library_files

        self.files = library_files(files)
        self._collections: dict[str, tuple[Formula, ...]] = {}

    def __call__(self, name: str) -> Sequence[Formula]:
        """All entries of a collection; empty where there is none of that name."""
        found = self._collections.get(name)
        if found is None:
            from derivcheck.collection.targets import bundled_files, collection_of

            # a head that does not tell may still be of that collection
            files = [file for file in self.files if collection_of(file) in (name, "")]
            found = self._read(files).get(name)
            if found is None:
                found = self._read(bundled_files(name)).get(name, ())
            self._collections[name] = found
        return found

    def all_files(self) -> tuple[str, ...]:
        """Every file that a citation may lead to."""
        from derivcheck.collection.targets import all_bundled_files

        return (*self.files, *all_bundled_files())

    def digest(self) -> str:
        """A hash of every file that a citation may lead to, however far, without parsing any.

        A cited formula may cite others: whether that leads back depends on their collections.
        """
        state = hashlib.blake2b(digest_size=16)
        for file in self.all_files():
            data = b""
            with contextlib.suppress(OSError, ValueError):
                data = read_regular(file)
            state.update(b"%d\0" % len(data))
            state.update(data)
        return state.hexdigest()

    def state(self) -> tuple[tuple[int, int], ...]:
        """Size and time of the files of :meth:`digest`: cheaper than a hash."""
        found = []
        for file in self.all_files():
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
    def _read(files: Sequence[str]) -> dict[str, tuple[Formula, ...]]:
        from derivcheck.collection.loader import load_files

        collections: dict[str, list[Formula]] = {}
        for entry in load_files(dict.fromkeys(files))[0]:
            collections.setdefault(entry.collection, []).append(entry)
        return {name: tuple(entries) for name, entries in collections.items()}


def cited_collections(entry: Formula) -> tuple[str, ...]:
    """The collections that an entry's citations may look into, those of its errata included."""
    names: set[str] = set()
    for text in entry.references():
        other, colon, _ = text.partition(":")
        names.update((entry.collection, other if colon else entry.collection))
    return tuple(sorted(names))
