r"""A file to its :class:`~derivcheck.documents.source.Source`, with the commands that the document
defines for itself, and those that it gets from elsewhere.

Read as text, never executed: definitions of the document and of what it ``\input``s, of files
named on the command line, and of the configuration of Jupyter Book, Quarto and Sphinx beside it.
"""

from __future__ import annotations

import ast
import os
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from derivcheck.collection.loader import read_document
from derivcheck.documents.context import in_context
from derivcheck.documents.declared import Annotations
from derivcheck.documents.scan import is_document, scan
from derivcheck.documents.scan.page import Page, braces
from derivcheck.documents.source import Macro, Source, in_force
from derivcheck.model import Diagnostic, Location
from derivcheck.records import record

_DEFINITION = (
    r"\\(?:(?P<command>(?:re)?newcommand|providecommand|DeclareRobustCommand)"
    r"|(?P<operator>DeclareMathOperator)|(?P<paired>DeclarePairedDelimiter)"
    r"|(?P<document>(?:New|Renew|Provide|Declare)DocumentCommand)|(?P<let>let)"
    r"|(?P<definition>[gex]?def))(?![A-Za-z])\*?\s*"
)
_STEP = re.compile(
    rf"{_DEFINITION}|\\(?P<side>begin|end)(?:\{{(?!document\}})(?P<environment>\w+\*?)\}}|(?=group\b))"
    r"|\\.|(?<![\w}\]*])(?P<open>\{)|[{}]",
    re.S,
)
"""A definition, or where a group begins or ends; braces behind a command hold an argument."""
_NAME = re.compile(r"\{?\s*(\\(?:[A-Za-z@]+|[^A-Za-z\s{}]))\s*\}?\s*")
_COUNT = re.compile(r"\[\s*(\d)\s*\]\s*")
_PARAMETERS = re.compile(r"((?:#\d)*)\s*")
_TARGET = re.compile(r"\s*=?\s*(\\(?:[A-Za-z@]+|[^A-Za-z\s{}]))")
_COMMAND = re.compile(r"\\(?:[A-Za-z@]+|.)", re.S)
_TAKES = re.compile(r"\s*(?:O\s*\{([^{}]*)\}\s*)?((?:m\s*)*)")
"""The arguments of a document command: one that may be left out, and those that may not."""
_INPUT = re.compile(r"\\(?:input|include|subfile|import\{\.?/?\})\s*\{([^{}\n]{1,300})\}")
_PACKAGE = re.compile(r"\\(?:usepackage|RequirePackage)\s*(?:\[[^\]]*\])?\s*\{([^{}]{1,1000})\}")

MOST_MACROS = 5000
MOST_BODY = 4000
"""Characters of one definition."""
MOST_FILES = 40
"""Files that one document may load."""
_MOST_SETTINGS = 500_000
"""Bytes of a configuration that is looked into."""


def macros_in(text: str, known: dict[str, Macro] | None = None) -> Iterator[Macro]:
    """The definitions in a text, in order; what is no whole definition is passed over. ``known``
    are those before it, and it adds to them."""
    return (macro for macro, _ in _definitions(text, {} if known is None else known))


def macros_of(page: Page, known: dict[str, Macro]) -> Iterator[Macro]:
    """The definitions of a page. One of a name that it defined before holds for what follows."""
    ends = sorted(maths.outer[1] for maths in page.maths)
    own: set[str] = set()
    for macro, at in _definitions(page.clean, known):
        yield replace(macro, since=bisect_left(ends, at)) if macro.name in own else macro
        own.add(macro.name)


def _definitions(text: str, known: dict[str, Macro]) -> Iterator[tuple[Macro, int]]:
    """The definitions in a text, each with the offset behind it. What a group defines is undone at
    its end."""
    if "\\" not in text:
        return
    ends = braces(text)
    groups: list[tuple[str, dict[str, Macro] | None]] = []
    """What ends each open group, and the macros that it defines anew, as they were."""
    opened = position = count = 0
    while count < MOST_MACROS and (found := _STEP.search(text, position)):
        position = found.end()
        is_brace = found[0] in "{}"
        closing = "}" if is_brace else found["environment"] or "group"
        if found["side"] == "begin" or found[0] == "{":
            before = groups[-1][1] if groups else None
            groups.append((closing, before if is_brace and not found["open"] else {}))
            opened += is_brace
        elif found["side"] == "end" or found[0] == "}":
            while opened and is_brace and groups[-1][0] != closing:
                groups.pop()
            if groups and groups[-1][0] == closing:
                opened -= is_brace
                _, anew = groups.pop()
                if anew is not None and anew is not (groups[-1][1] if groups else None):
                    for macro in anew.values():
                        del known[macro.name]
                        yield macro, position
                    known |= in_force(anew.values())
        elif found.lastgroup and (name := _NAME.match(text, position)):
            made = _definition(text, found, name, ends, known)
            if made is None:
                continue
            macro, position = made
            count += 1
            is_offered = (found["command"] or found["document"] or "").lower().startswith("provide")
            if is_offered and macro.name in known:
                continue
            if groups and groups[-1][1] is not None and found["definition"] not in ("gdef", "xdef"):
                was = known.get(macro.name) or Macro(macro.name, 0, macro.name)
                groups[-1][1].setdefault(macro.name, was)
            known[macro.name] = macro
            yield made


def _definition(
    text: str,
    found: re.Match[str],
    name: re.Match[str],
    ends: Mapping[int, int],
    known: Mapping[str, Macro],
) -> tuple[Macro, int] | None:
    """The macro that a definition makes, and the offset after it."""
    at, arguments, default = name.end(), 0, None
    if found["definition"]:
        parameters = _PARAMETERS.match(text, at)
        assert parameters is not None
        arguments, at = len(parameters[1]) // 2, parameters.end()
    elif found["let"]:
        target = _TARGET.match(text, at)
        if target is None:
            return None
        meant = known.get(target[1]) or Macro("", 0, target[1], is_own=True)
        return replace(meant, name=name[1]), target.end()
    elif found["document"]:
        listed = _group(text, _skip_blanks(text, at), ends)
        takes = _TAKES.fullmatch(listed[0]) if listed else None
        if listed is None or takes is None:
            return None
        default, at = takes[1], listed[1]
        arguments = takes[2].count("m") + (default is not None)
    elif not found["operator"]:
        count = _COUNT.match(text, at)
        if count:
            arguments, at = int(count[1]), count.end()
            if text[at : at + 1] == "[":
                close = text.find("]", at, at + 200)
                if close < 0:
                    return None
                default, at = text[at + 1 : close], close + 1
    body = _group(text, _skip_blanks(text, at), ends)
    if body is None:
        return None
    content, at = body
    if found["definition"] in ("edef", "xdef") and any(map(known.get, _COMMAND.findall(content))):
        content = r"\undefined"  # what it holds is what these stand for here
    if found["operator"]:
        content = rf"\operatorname{{{content}}}"
    elif found["paired"]:
        right = _group(text, _skip_blanks(text, at), ends)
        if right is None:
            return None
        content, at, arguments = rf"{content} #1 {right[0]}", right[1], 1
    return Macro(name[1], arguments, content, default), at


def _skip_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\n%":
        at += 1
    return at


def _group(text: str, at: int, ends: Mapping[int, int]) -> tuple[str, int] | None:
    """The content of the braces that open at an offset, and the offset after them."""
    end = ends.get(at)
    if end is None or end - at > MOST_BODY:
        return None
    return text[at + 1 : end - 1], end


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
        if not _NAME.fullmatch(name):
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
    macros += macros_of(page, known)
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
