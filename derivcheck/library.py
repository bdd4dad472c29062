"""Collections by name, for citations, as a callable that travels to workers."""

from __future__ import annotations

from collections.abc import Sequence

from derivcheck.collection.entry import Entry
from derivcheck.collection.targets import Library, Selection


class FileLibrary:
    """The collections of some files, those beside them, and the bundled ones.

    Nothing is read before a formula cites; only the names of files travel.
    """

    def __init__(self, files: Sequence[str]) -> None:
        self.files = tuple(files)
        self._library: Library | None = None

    def __call__(self, name: str) -> Sequence[Entry]:
        """All entries of a collection; empty where there is none of that name."""
        if self._library is None:
            self._library = Library((Selection("", self.files),))
        return self._library.collection(name)

    def __getstate__(self) -> tuple[str, ...]:
        return self.files

    def __setstate__(self, files: tuple[str, ...]) -> None:
        self.files = files
        self._library = None
