"""The handbook: a static site of checked formulas that works from ``file://``.

No network, no external file: style and script are inlined and named by hash in each page's
content security policy, maths is MathML, plots are SVG, and all text is escaped by
construction (:mod:`derivcheck.report.handbook.html`).
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from derivcheck.collection.formula import Formula
from derivcheck.files import write_whole
from derivcheck.model import FormulaResult, Report
from derivcheck.report.handbook.index import index_page
from derivcheck.report.handbook.pages import Paper, formula_page
from derivcheck.report.handbook.statement import View
from derivcheck.report.plot import Curves

Key = tuple[str, str]
"""Collection and id of a formula."""

TITLE = "A handbook of derivatives"


def build(
    report: Report,
    entries: Iterable[Formula],
    directory: Path | str,
    curves: Mapping[Key, Sequence[Curves]] | None = None,
    title: str = TITLE,
) -> tuple[Path, ...]:
    """Write the handbook into ``directory`` and return the files written, the index first.

    ``entries`` are those of the results (a result without one is shown without maths);
    ``curves`` are the plots of scalar claims. Files already there are replaced, others are
    left alone.

    :raises OSError: a file cannot be written.
    """
    root = Path(directory)
    written = []
    for address, text in pages(report, entries, curves or {}, title):
        path = root / address
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(os.fspath(path), text, synced=False)
        written.append(path)
    return tuple(written)


def pages(
    report: Report,
    entries: Iterable[Formula],
    curves: Mapping[Key, Sequence[Curves]],
    title: str = TITLE,
) -> Iterator[tuple[str, str]]:
    """(address from the handbook's folder, text) of every page, the index first."""
    views = {(entry.collection, entry.id): View(entry) for entry in entries}
    addresses = _addresses(report.results)
    links = {key: f"../../{address}" for key, address in addresses.items()}
    paper = Paper(title, links, _cited_by(report.results))
    yield "index.html", index_page(title, report, views, addresses)
    results = report.results
    for index, result in enumerate(results):
        key = result.collection, result.id
        before = results[index - 1] if index else None
        after = results[index + 1] if index + 1 < len(results) else None
        text = formula_page(paper, result, views.get(key), curves.get(key, ()), before, after)
        yield addresses[key], text


def _addresses(results: Sequence[FormulaResult]) -> dict[Key, str]:
    """Where each formula's page stands; names safe on every file system, none twice."""
    taken: set[str] = set()
    addresses = {}
    for result in results:
        base = f"formulas/{_slug(result.collection)}/{_slug(result.id)}"
        address, number = base, 1
        while address.lower() in taken:
            number += 1
            address = f"{base}~{number}"
        taken.add(address.lower())
        addresses[result.collection, result.id] = f"{address}.html"
    return addresses


def _slug(name: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9._-]", lambda m: f"_{ord(m[0]):x}_", name)[:80]
    return safe if safe.strip(".") and not safe.startswith(".") else f"_{safe}"


def _cited_by(results: Sequence[FormulaResult]) -> dict[Key, list[FormulaResult]]:
    found: defaultdict[Key, list[FormulaResult]] = defaultdict(list)
    for result in results:
        for cites in dict.fromkeys(citation.cites for citation in result.citations):
            collection, _, identifier = cites.rpartition(":")
            found[collection or result.collection, identifier].append(result)
    return found


__all__ = ["TITLE", "build", "pages"]
