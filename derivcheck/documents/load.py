r"""A file to its :class:`~derivcheck.documents.source.Source`, with the commands that the document
defines for itself, and those that it gets from elsewhere.

Read as text, never executed: definitions of the document and of what it ``\input``s, of files
named on the command line, and of the configuration of Jupyter Book, Quarto and Sphinx beside it.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any

from derivcheck.collection.loader import read_document
from derivcheck.documents.context import in_context
from derivcheck.documents.declared import Annotations
from derivcheck.documents.macros import MOST_BODY, NAME, macros_in, macros_of
from derivcheck.documents.scan import is_document, scan
from derivcheck.documents.source import Macro, Source, in_force
from derivcheck.model import Diagnostic, Location
from derivcheck.records import record

_INPUT = re.compile(r"\\(?:input|include|subfile|import\{\.?/?\})\s*\{([^{}\n]{1,300})\}")
_PACKAGE = re.compile(r"\\(?:usepackage|RequirePackage)\s*(?:\[[^\]]*\])?\s*\{([^{}]{1,1000})\}")

MOST_FILES = 40
"""Files that one document may load."""
_MOST_SETTINGS = 500_000
"""Bytes of a configuration that is looked into."""


def packages_in(text: str) -> frozenset[str]:
    """The names of the packages that a text loads."""
    return frozenset(
        name.strip() for match in _PACKAGE.finditer(text) for name in match[1].split(",")
    )


# -- what a document loads ------------------------------------------------------------------


def inputs_of(text: str, file: str) -> Iterator[tuple[str, str]]:
    r"""The name and text of each file that a document ``\input``s, directly or not.

    Only regular files below the document's own folder are opened, each once.
    """
    near = os.path.dirname(file)
    folder = os.path.realpath(near or ".")
    seen = {os.path.realpath(file)}
    waiting = [text]
    count = 0
    while waiting:
        for name in _loads(waiting.pop(0)):
            path = os.path.realpath(os.path.join(folder, name))
            if path in seen or os.path.commonpath((folder, path)) != folder:
                continue
            if not os.path.isfile(path):
                continue
            seen.add(path)
            count += 1
            if count > MOST_FILES:
                return
            loaded = read_document(path)
            if isinstance(loaded, str):
                loaded = without_comments(loaded)
                waiting.append(loaded)
                yield os.path.normpath(os.path.join(near, name)), loaded


def _loads(text: str) -> Iterator[str]:
    """The files that a text names, with their suffixes."""
    for match in _INPUT.finditer(text):
        name = match[1].strip()
        if "\0" not in name and not os.path.isabs(name):
            yield name if os.path.splitext(name)[1] else f"{name}.tex"
    for package in packages_in(text):
        if re.fullmatch(r"[\w./-]+", package) and not os.path.isabs(package):
            yield f"{package}.sty"


def without_comments(text: str) -> str:
    """A TeX text without its comments."""
    return re.sub(r"(?<!\\)((?:\\\\)*)%[^\n]*", r"\1", text)


# -- configuration beside it ----------------------------------------------------------------


def settings_macros(file: str) -> Iterator[Macro]:
    """The macros of ``_config.yml``, ``_quarto.yml`` and ``conf.py`` in the document's folder."""
    folder = os.path.dirname(file)
    for name, read in (("_config.yml", _yaml), ("_quarto.yml", _yaml), ("conf.py", _python)):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.path.getsize(path) <= _MOST_SETTINGS:
            text = read_document(path)
            if isinstance(text, str):
                for value in read(text):
                    yield from _named(value)


def _yaml(text: str) -> Iterable[Any]:
    """The value of a YAML text; a broken one is somebody else's business."""
    from derivcheck.collection.reader import read_pieces

    return [piece.value for piece in read_pieces(text, "") if piece.is_rest]


def _python(text: str) -> Iterator[Any]:
    """The values of a Python text that are literals, without running it."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            try:
                yield ast.literal_eval(statement.value)
            except (ValueError, TypeError, RecursionError, MemoryError, SyntaxError):
                continue


def _named(value: Any, depth: int = 0) -> Iterator[Macro]:
    """The macros below any key ``macros``, and the definitions in any text."""
    if depth > 20:
        return
    if isinstance(value, str):
        yield from macros_in(value)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _named(one, depth + 1)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key == "macros" and isinstance(one, dict):
                yield from _table(one)
            else:
                yield from _named(one, depth + 1)


def _table(macros: dict[Any, Any]) -> Iterator[Macro]:
    r"""The macros of a MathJax or KaTeX table: ``{"R": "\\mathbb{R}", "d": ["...", 1]}``."""
    for key, value in macros.items():
        name = key if isinstance(key, str) and key.startswith("\\") else f"\\{key}"
        if not NAME.fullmatch(name):
            continue
        if isinstance(value, str):
            used = [int(digit) for digit in re.findall(r"#(\d)", value)]
            yield Macro(name, max(used, default=0), value[:MOST_BODY])
        elif isinstance(value, list | tuple) and len(value) in (2, 3) and isinstance(value[0], str):
            count = str(value[1])
            if count in "0123456789" and len(count) == 1:
                default = value[2] if len(value) == 3 and isinstance(value[2], str) else None
                yield Macro(name, int(count), value[0][:MOST_BODY], default)


# -- a document with them -----------------------------------------------------------------


@record()
class Preamble:
    """What files that are named on the command line bring to every document."""

    macros: tuple[Macro, ...] = ()
    packages: frozenset[str] = frozenset()
    problems: tuple[Diagnostic, ...] = ()


def preamble(files: Iterable[str]) -> Preamble:
    """The macros and packages of some files, and of what these take in."""
    texts: list[str] = []
    problems: list[Diagnostic] = []
    for file in files:
        loaded = read_document(file)
        if isinstance(loaded, Diagnostic):
            problems.append(loaded)
            continue
        loaded = without_comments(loaded)
        # of a whole book: its chapters are documents of their own
        head = loaded.partition(r"\begin{document}")[0]
        texts += [*(inner for _, inner in inputs_of(head, file)), loaded]
    known: dict[str, Macro] = {}
    macros = tuple(macro for text in texts for macro in macros_in(text, known))
    return Preamble(macros, frozenset().union(*map(packages_in, texts)), tuple(problems))


def load(file: str, given: Preamble | None = None) -> Source:
    """A document of a file. What can't be read is a problem of the source, never raised."""
    text = read_document(file)
    if isinstance(text, Diagnostic):
        return Source(file, (), problems=(text,))
    return from_text(text, file, given)


def from_text(text: str, file: str, given: Preamble | None = None) -> Source:
    """A document whose text is at hand; ``file`` says its format and its folder."""
    page = scan(text, file)
    if page.problem:
        problem = Diagnostic("document-format", page.problem, Location(file))
        return Source(file, (), problems=(problem,))
    found = in_context(page, file)
    given = given or Preamble()
    macros = [*given.macros]
    inputs: dict[str, str] = {}
    if os.path.isfile(file):
        macros += settings_macros(file)
        inputs |= inputs_of(page.clean, file)
    known = in_force(macros)
    macros += (macro for one in inputs.values() for macro in macros_in(one, known))
    macros += macros_of(page, known, is_tex=os.path.splitext(file)[1] in (".tex", ".ltx"))
    packages = given.packages.union(*map(packages_in, (*inputs.values(), page.clean)))
    annotations = Annotations(in_force(macros), packages)
    for blocks in found.annotations:
        annotations.at(blocks)
    return Source(
        file=file,
        equations=tuple(found.equations),
        macros=tuple(macros),
        packages=packages,
        problems=(*found.problems, *annotations.problems),
        lines=tuple(text.split("\n")) if not page.cells else (),
        parts=tuple(filter(is_document, inputs)),
    )
