"""Shell completion of targets and ids."""

from __future__ import annotations

from collections.abc import Iterator


def targets(incomplete: str) -> Iterator[tuple[str, str]]:
    """Collections, then ids of the collection that is being typed, else all bare ids."""
    from derivcheck.collection.targets import bundled_collections

    bundled = bundled_collections()
    prefix, colon, _ = incomplete.partition(":")
    if colon and prefix in bundled:
        yield from ids(incomplete)
        return
    for name in ("all", *bundled):
        if name.startswith(incomplete):
            yield name, "every bundled collection" if name == "all" else "a collection"
    if incomplete:
        yield from ids(incomplete)


def ids(incomplete: str) -> Iterator[tuple[str, str]]:
    """The ids of bundled formulas, with their names."""
    from derivcheck.collection.entry import Entry
    from derivcheck.collection.loader import Loader
    from derivcheck.collection.targets import bundled_collections
    from derivcheck.report.escape import plain

    prefix, colon, _ = incomplete.partition(":")
    for name, files in bundled_collections().items():
        if colon and name != prefix:
            continue
        for loaded in Loader().files(files):
            if isinstance(loaded, Entry):
                text = loaded.label if colon else loaded.id
                if text.startswith(incomplete):
                    yield text, plain(loaded.name)
