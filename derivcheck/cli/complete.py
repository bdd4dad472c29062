"""Shell completion of targets and ids."""

from __future__ import annotations

from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem


def targets(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Collections and ids; files where nothing fits."""
    from derivcheck.collection.targets import bundled_collections

    found = [
        CompletionItem(name, help="a collection")
        for name in ("all", *bundled_collections())
        if name.startswith(incomplete)
    ]
    if incomplete and not (found and ":" not in incomplete):
        found += _ids(incomplete)
    return found or [CompletionItem(incomplete, type="file")]


def ids(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The ids of bundled formulas, with their names; files where nothing fits."""
    return list(_ids(incomplete)) or [CompletionItem(incomplete, type="file")]


def _ids(incomplete: str) -> Iterator[CompletionItem]:
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
                    yield CompletionItem(text, help=plain(loaded.name))
