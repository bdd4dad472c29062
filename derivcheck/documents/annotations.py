"""Comments of a document to annotations: YAML inside, every problem at its place of the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from typing import Any

from derivcheck.collection import format as fmt
from derivcheck.collection.check import check_symbol
from derivcheck.collection.checks import suggest
from derivcheck.collection.raw import Mark, Value, line_column, place_of
from derivcheck.collection.split import split_text
from derivcheck.documents.scan.comments import DIRECTIVES
from derivcheck.documents.scan.page import Comment, Page
from derivcheck.documents.source import Annotation, Declared, Macro, Said
from derivcheck.lang.notation import GREEK
from derivcheck.model import Diagnostic, Location

_CHOICES = {
    "values": ("real", "complex"),
    "order": ("1", "2"),
    "layout": fmt.LAYOUTS,
    "log": ("e", "10", "2"),
}
"""Keys that take one of a few words."""
_IGNORED = ("order", "name", "section", "tags", "note")
"""Keys of formula files that say nothing here."""
_FUNCTION = re.compile(r"elementwise|scalar\(.+\)", re.S)
_MACRO = re.compile(r"\\(?:[A-Za-z]+|[^A-Za-z\s])")
_ROWS = re.compile(r"skip[ \t]+(\d{1,4}(?:[ \t]*,[ \t]*\d{1,4})*)")
_OPENED_AT = re.compile(r"opened at (\d+):(\d+)")
_ON_LINE = re.compile(r"on line (\d+)")
_BRACES = re.compile(r"\{[^\n]*[\w^\\(]\{[^\n]*")
_GREEK_WORD = re.compile(rf"(?<![\\A-Za-z])(?:{'|'.join(GREEK)})(?![A-Za-z])")
_GREEK_GROUP = re.compile(rf"\{{({'|'.join(GREEK)})\}}")
_BRACES_HINT = "LaTeX braces end a mapping in `{...}`: write block style or single quotes"


def greek_words(page: Page) -> frozenset[str]:
    """The names of Greek letters that a page writes as words: ``\\mathrm{beta}``."""
    found = _GREEK_WORD.findall("\n".join(maths.text for maths in page.maths))
    return frozenset((*found, *_GREEK_GROUP.findall(page.clean)))


def read_comment(
    page: Page, comment: Comment, file: str, words: Container[str]
) -> Said | tuple[Diagnostic, ...]:
    """What a comment says, or every problem of it.

    ``words`` are the names of Greek letters that the page writes without a backslash.
    """
    reader = _Reader(page, comment, file, words)
    said = reader.read()
    return tuple(reader.problems) if said is None or reader.problems else said


class _Reader:
    """The reading of one comment."""

    def __init__(self, page: Page, comment: Comment, file: str, words: Container[str]) -> None:
        self.page = page
        self.comment = comment
        self.file = file
        self.words = words
        self.problems: list[Diagnostic] = []

    def read(self) -> Said | None:
        lines = self.comment.lines
        only = " ".join(line.strip() for line in lines if line.strip())
        first = only.split(" ")[0].rstrip(":")
        here = self.place(0, 0)
        if not self.comment.head and first in DIRECTIVES and ":" not in only:
            return self._directive(first, only, here)
        value, mark = self._yaml()
        if self.problems:
            return None
        if isinstance(value, dict) and list(value) == ["next"] and isinstance(mark, dict):
            value, mark = value["next"], mark["next"][1]
            return self._block("next", value, mark, here)
        return self._block(self.comment.head or "block", value, mark, here)

    def _directive(self, word: str, only: str, here: Location) -> Said | None:
        rows: tuple[int, ...] = ()
        if word == "next":
            message = "`derivcheck next` needs what holds for the next equation"
            hint = "`derivcheck next: {symbols: {A: [n]}}`"
            self.problem("annotation-directive", message, here, hint)
            return None
        if only != word:
            match = _ROWS.fullmatch(only)
            if match is None:
                message = f"`{only}` is no directive"
                hint = "`skip`, `skip 2,3` (rows), `claim`, `wrong`, `off`, `on`, or YAML"
                self.problem("annotation-directive", message, here, hint)
                return None
            rows = tuple(int(row) for row in match[1].split(","))
        return Said(word, self.comment.offset, here, rows)

    def _block(self, word: str, value: Value, mark: Mark, here: Location) -> Said | None:
        if not isinstance(value, dict):
            said = value if isinstance(value, str) else "a list" if value else "empty"
            hint = suggest(said, DIRECTIVES) if isinstance(value, str) else None
            if said in DIRECTIVES:
                hint = f"of the next equation that is said by `derivcheck: {said}`"
            known = "`symbols:`, `where:`, ...; or `skip`, `claim`, `wrong`, `off`, `on`"
            self.problem(
                "annotation-type",
                f"an annotation is a mapping of keys, not `{said}`",
                mark,
                hint or f"such as {known}",
            )
            return None
        return Said(word, self.comment.offset, here, (), self._annotation(value, mark))

    # -- YAML and places -------------------------------------------------------------------

    def _yaml(self) -> tuple[Value, Mark]:
        from derivcheck.collection.reader import read_pieces

        value: Value = None
        mark: Mark = 0
        for piece in read_pieces("\n".join(self.comment.lines), self.file):
            for problem in piece.problems:
                self.problems.append(self._placed(problem))
            if piece.is_rest:
                value, mark = piece.value, piece.mark
        return value, mark

    def _placed(self, problem: Diagnostic) -> Diagnostic:
        """A problem of the block's text as one of the document."""
        where = problem.location
        line, column = (where.line - 1, where.column - 1) if where else (0, 0)

        def opened(found: re.Match[str]) -> str:
            there = self.place(int(found[1]) - 1, int(found[2]) - 1)
            return f"opened at {there.line}:{there.column}"

        message = _OPENED_AT.sub(opened, problem.message)
        message = _ON_LINE.sub(
            lambda match: f"on line {self.place(int(match[1]) - 1, 0).line}", message
        )
        hint = problem.hint
        if problem.rule == "yaml-syntax":
            near = self.comment.lines[max(0, line - 1) : line + 1]
            if any(_BRACES.search(text) for text in near):
                hint = _BRACES_HINT
        return replace(problem, message=message, hint=hint, location=self.place(line, column))

    def place(self, line: int, column: int) -> Location:
        """Where a place of the block's text stands in the document."""
        starts = self.comment.starts
        if line >= len(starts):
            return self.page.location(self.file, max(self.comment.offset, self.comment.end - 1))
        return self.page.location(self.file, max(0, starts[line] + column))

    def at(self, mark: Mark) -> Location:
        """The place of a value."""
        line, column = line_column(place_of(mark))
        return self.place(line - 1, column - 1)

    def key_at(self, mark: Mark, key: str) -> Location:
        """The place of a key of a mapping."""
        return self.at(mark[key][0]) if isinstance(mark, dict) else self.at(mark)

    def problem(
        self, rule: str, message: str, mark: Mark | Location, hint: str | None = None
    ) -> None:
        """Note a problem."""
        place = mark if isinstance(mark, Location) else self.at(mark)
        self.problems.append(Diagnostic(rule, message, place, hint))

    # -- the keys --------------------------------------------------------------------------

    def _annotation(self, value: dict[str, Value], mark: Mark) -> Annotation:
        found: dict[str, Any] = {}
        for key, one in value.items():
            read = _READERS.get(key)
            if read is None:
                self._unknown(key, value, mark)
            elif one is None and key != "wrt":
                self.problem("annotation-empty", f"`{key}` is empty", self.key_at(mark, key))
            else:
                below = mark[key][1] if isinstance(mark, dict) else mark
                found[key] = read(self, one, below, key)
        return Annotation(**{key: one for key, one in found.items() if key not in _IGNORED})

    def _unknown(self, key: str, value: dict[str, Value], mark: Mark) -> None:
        if value[key] is None:
            texts = [other if text is None else "" for other, text in value.items()]
            if split_text(texts, list(value).index(key)):
                self._split(key, mark)
                return
        hint = suggest(key, tuple(_READERS)) or f"the keys are {', '.join(_READERS)}"
        if key in fmt.FORMULA_KEYS:
            hint = "in a document the page itself says what is claimed"
        self.problem("annotation-key", f"unknown key `{key}`", self.key_at(mark, key), hint)

    def _split(self, key: str, mark: Mark) -> None:
        message = f"`{key}` is the rest of a text that YAML split at a comma"
        self.problem("annotation-split", message, self.key_at(mark, key), "quote the whole text")

    def _pairs(self, value: Value, mark: Mark, key: str) -> Iterator[tuple[str, Value, Mark, Mark]]:
        """Each name of a mapping, what stands there, and both places."""
        if not isinstance(value, dict) or not isinstance(mark, dict):
            self.problem("annotation-type", f"`{key}` takes a mapping", mark)
            return
        for name, one in value.items():
            if one is None:
                texts = [v if isinstance(v, str) else n for n, v in value.items()]
                if split_text(texts, list(value).index(name)) or ")" in name:
                    self._split(name, mark)
                else:
                    message = f"`{name}` in `{key}` is empty"
                    self.problem("annotation-empty", message, self.key_at(mark, name))
                continue
            for single in names_of(name):
                yield single, one, mark[name][0], mark[name][1]

    def _declared(self, value: Value, mark: Mark, key: str) -> tuple[Declared, ...]:
        """Names, and what is said of each."""
        found = []
        for name, one, at, below in self._pairs(value, mark, key):
            self._spelled(name, self.at(at))
            said = one.strip() if key == "functions" and isinstance(one, str) else one
            if key == "symbols":
                wrong = check_symbol(one, below, self.file, f"symbols.{name}")
                self.problems += [self._placed(problem) for problem in wrong or ()]
            elif key == "where" and not isinstance(one, str):
                message = f"`where.{name}` takes maths as the page writes it"
                self.problem("annotation-value", message, below, "quote it")
            elif key == "functions" and not (isinstance(said, str) and _FUNCTION.fullmatch(said)):
                shown = one if isinstance(one, str) else "a list or mapping"
                hint = '`elementwise`, `scalar(x)` or `"scalar(x, y)"` (quoted inside `{...}`)'
                self.problem("annotation-value", f"`{shown}` is no kind of function", below, hint)
            found.append(Declared(name, said, self.at(at), self.at(below)))
        return tuple(found)

    def _spelled(self, name: str, at: Location) -> None:
        """Tell a Greek letter as formula files write it: on a page it declares nothing."""
        word = _GREEK_WORD.match(name)
        if word and word[0] not in self.words:
            message = f"no maths of the page writes `{word[0]}`"
            self.problem("annotation-name", message, at, f"a page writes `\\{word[0]}`")

    def _texts(self, value: Value, mark: Mark, key: str) -> tuple[Declared, ...]:
        """One text or several; ``wrt:`` with none unsets it."""
        if key == "upstream" and not isinstance(value, str):
            self.problem("annotation-value", "`upstream` takes a text", mark)
        items = value if isinstance(value, list) else [] if value is None else [value]
        marks = mark[1:] if isinstance(mark, list) and isinstance(value, list) else [mark]
        found = []
        for one, at in zip(items, marks, strict=False):
            if isinstance(one, str) and one:
                if key == "wrt":
                    self._spelled(one, self.at(at))
                found.append(Declared("", one, self.at(at), self.at(at)))
            elif key != "upstream":
                self.problem("annotation-value", f"`{key}` takes texts", at, "quote it")
        return tuple(found)

    def _choice(self, value: Value, mark: Mark, key: str) -> str:
        known = _CHOICES[key]
        if isinstance(value, str) and value in known:
            return value
        said = value if isinstance(value, str) else "this"
        self.problem("annotation-value", f"`{key}` can't be `{said}`", mark, " or ".join(known))
        return ""

    def _macros(self, value: Value, mark: Mark, key: str) -> tuple[Macro, ...]:
        macros = []
        for name, one, at, below in self._pairs(value, mark, key):
            body, count = (one, "0") if not isinstance(one, list) or len(one) != 2 else one
            if not (isinstance(body, str) and isinstance(count, str) and count in "0123456789"):
                message = "a macro is its text, or a list of its text and how many arguments it has"
                self.problem("annotation-value", message, below, r"\dd: ['\frac{d}{d#1}', 1]")
            elif not _MACRO.fullmatch(name):
                message = f"`{name}` can't name a macro"
                self.problem("annotation-value", message, at, "a backslash and letters")
            else:
                macros.append(Macro(name, int(count), body))
        return tuple(macros)


_READERS: dict[str, Callable[[_Reader, Value, Mark, str], object]] = {
    **dict.fromkeys(("symbols", "functions", "where"), _Reader._declared),
    **dict.fromkeys(("assume", "identically"), _Reader._texts),
    "values": _Reader._choice,
    "wrt": _Reader._texts,
    "order": _Reader._choice,
    "upstream": _Reader._texts,
    **dict.fromkeys(("layout", "log"), _Reader._choice),
    "macros": _Reader._macros,
    **dict.fromkeys(("name", "section", "tags", "note"), lambda *_: None),
}
"""How each key is read, in the order in which they are told."""


def names_of(key: str) -> Iterator[str]:
    r"""The names of one key: ``w_{11}^1, w_{12}^1`` is two, ``f(x, y)`` one."""
    depth = start = 0
    for index, character in enumerate(key):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth <= 0:
            if key[start:index].strip():
                yield key[start:index].strip()
            start = index + 1
    if key[start:].strip():
        yield key[start:].strip()
