"""A file to its :class:`~derivcheck.documents.source.Source`: read, scan, look for macros."""

from __future__ import annotations

import os
from collections.abc import Sequence

from derivcheck.collection.loader import read_document
from derivcheck.documents.context import in_context
from derivcheck.documents.declared import Annotations
from derivcheck.documents.macros import (
    inputs_of,
    macros_in,
    packages_in,
    settings_macros,
    without_comments,
)
from derivcheck.documents.scan import scan
from derivcheck.documents.source import Macro, Source
from derivcheck.model import Diagnostic, Location


def load(file: str, preambles: Sequence[str] = ()) -> Source:
    """A document of a file. What can't be read is a problem of the source, never raised."""
    text = read_document(file)
    if isinstance(text, Diagnostic):
        return Source(file, (), problems=(text,))
    return from_text(text, file, preambles)


def from_text(text: str, file: str, preambles: Sequence[str] = ()) -> Source:
    """A document whose text is at hand; ``file`` says its format and its folder."""
    page = scan(text, file)
    if page.problem:
        problem = Diagnostic("document-format", page.problem, Location(file))
        return Source(file, (), problems=(problem,))
    found = in_context(page, file)
    problems = found.problems
    macros: list[Macro] = []
    packages: set[str] = set()
    for preamble in preambles:
        loaded = read_document(preamble)
        if isinstance(loaded, Diagnostic):
            problems.append(loaded)
            continue
        loaded = without_comments(loaded)
        macros += macros_in(loaded)
        packages |= packages_in(loaded)
    if os.path.isfile(file):
        macros += settings_macros(file)
        for _, loaded in inputs_of(page.clean, file):
            macros += macros_in(loaded)
            packages |= packages_in(loaded)
    macros += macros_in(page.clean)
    packages |= packages_in(page.clean)
    annotations = Annotations({macro.name: macro for macro in macros}, packages)
    for blocks in found.annotations:
        annotations.at(blocks)
    return Source(
        file=file,
        equations=tuple(found.equations),
        macros=tuple(macros),
        packages=frozenset(packages),
        problems=(*problems, *annotations.problems),
        lines=tuple(text.split("\n")) if not page.cells else (),
    )
