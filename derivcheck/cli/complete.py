"""Shell completion of targets and ids; where nothing fits, a shell completes files by itself."""

from __future__ import annotations

from collections.abc import Iterator


def targets(incomplete: str) -> list[tuple[str, str]]:
    """Collections and ids, with what each is."""
    from derivcheck.collection.targets import bundled_collections

    found = [
        (name, "a collection")
        for name in ("all", *bundled_collections())
        if name.startswith(incomplete)
    ]
    if incomplete and not (found and ":" not in incomplete):
        found += ids(incomplete)
    return found


def ids(incomplete: str) -> list[tuple[str, str]]:
    """The ids of bundled formulas, and of a file before a colon, with their names."""
    return list(_ids(incomplete))


def _ids(incomplete: str) -> Iterator[tuple[str, str]]:
    from derivcheck.collection.formula import Formula
    from derivcheck.collection.loader import Loader
    from derivcheck.collection.targets import SUFFIXES, bundled_collections
    from derivcheck.report.escape import plain

    prefix, colon, _ = incomplete.rpartition(":")
    if prefix.endswith(SUFFIXES):
        for loaded in Loader().files([prefix]):
            if isinstance(loaded, Formula) and f"{prefix}:{loaded.id}".startswith(incomplete):
                yield f"{prefix}:{loaded.id}", plain(loaded.name)
        return
    for name, files in bundled_collections().items():
        if colon and name != prefix:
            continue
        for loaded in Loader().files(files):
            if isinstance(loaded, Formula):
                text = loaded.label if colon else loaded.id
                if text.startswith(incomplete):
                    yield text, plain(loaded.name)
