"""YAML text to plain values with the place of each, and nothing else: no tag, no alias, no code.

The parser's events are walked one by one, so an alias is refused where it stands, before
anything could expand it, and a formula is handed on as soon as its last line is read.
Plain scalars resolve as in YAML 1.2's core schema, and less: only ``true``, ``false`` and
nothing (``null``, ``~``, empty) are more than their text, so ``y``, ``no`` and ``0.50`` stay
what was written. A long module: each message needs the place at which the walk stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from itertools import accumulate
from typing import Any

import yaml

from derivcheck.collection.format import MAX_DEPTH
from derivcheck.collection.raw import PLAIN, QUOTED, SPREAD, Mark, Value, location, place
from derivcheck.model import Diagnostic, Location
from derivcheck.records import record

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is 20 times faster

_PLAIN: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_UNSET: Any = object()
_SPOILT_LATEX = re.compile(r"[\n\t](?=[a-z])")
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_LATEX_ESCAPES = frozenset("\a\b\v\f\r\x1b")
_LATEX_HINT = (
    "write LaTeX in single quotes: in double quotes `\\b`, `\\f`, `\\n`, `\\t` are escapes"
)
_BOUND = r"""[^][(){},"':]+"""
_INTERVAL = re.compile(rf"\[{_BOUND},{_BOUND}\)|\({_BOUND},{_BOUND}\]")


@record()
class Piece:
    """A part of a file: an item of ``formulas``, or (last) the mapping around them.

    Between them, a piece without a value carries a syntax error.
    """

    value: Value
    mark: Mark
    problems: tuple[Diagnostic, ...]
    is_formula: bool = False
    is_rest: bool = False
    is_broken: bool = False
    """For the rest: a syntax error hides a part of the file."""
    header: Value = None
    """For a formula: the mapping around it, as far as it is read."""


@record(frozen=False)
class _Frame:
    """A mapping or list that is still open."""

    value: Any
    mark: Any
    key: Any = _UNSET
    key_place: int = 0


@record(frozen=False)
class _Problems:
    file: str
    found: list[Diagnostic] = field(default_factory=list)

    def add(self, rule: str, message: str, at: int, hint: str | None = None) -> None:
        self.found.append(Diagnostic(rule, message, location(self.file, at), hint))

    def take(self) -> tuple[Diagnostic, ...]:
        found = tuple(self.found)
        self.found.clear()
        return found


class _StopReadingError(Exception):
    """The rest of the file is not worth reading; the problem is already noted."""


def read_pieces(text: str, file: str) -> Iterator[Piece]:
    """Walk a file's text; yields each formula, then the mapping that holds everything else.

    Problems travel with the piece they concern. After a syntax error inside a formula,
    reading goes on at the next one.
    """
    walk = _Walk(file)
    lines = text.splitlines(keepends=True)
    offsets: list[int] = []
    rest, start = _Stream(text), 0
    last: Diagnostic | None = None
    while True:
        try:
            yield from walk.run(rest, start)
        except _StopReadingError:
            walk.is_broken = True
            break
        except yaml.YAMLError as error:
            walk.is_broken = True
            problem = _syntax_problem(error, file, lines, start)
            # YAML looks ahead: what it stumbled over may stand in the formula to go on with
            if problem != last:
                walk.problems.found.append(problem)
            last = problem
            resume = walk.resume_line(lines)
            yield Piece(None, 0, walk.problems.take())
            if resume is None:
                break
            offsets = offsets or [0, *accumulate(map(len, lines))]
            is_within = lines[resume][:1] == " "
            start, rest = resume, _Stream(text, offsets[resume], is_within)
        else:
            break
    yield walk.rest()


class _Stream:
    """A file's text from an offset on, for a parser that asks for it piece by piece: what comes
    behind a mistake is not read anew for each of many mistakes.

    Within the list of formulas (``is_within``) it ends before the next key of the file itself.
    """

    def __init__(self, text: str, offset: int = 0, is_within: bool = False) -> None:
        self._text = text
        self._offset = offset
        self._is_within = is_within

    def read(self, size: int) -> str:
        """Some of the characters that follow, at most ``size``; nothing at the end."""
        start = self._offset
        end = start + min(size, _PIECE)
        if self._is_within and (key := _FILE_KEY.search(self._text, start, end)):
            end = key.start()
        piece = self._text[start:end]
        self._offset += len(piece)
        return piece


_PIECE = 2048
_FILE_KEY = re.compile(r"^[^ #\n\r-]", re.MULTILINE)


class _Walk:
    """The walk over the events of one file, kept between resumptions."""

    def __init__(self, file: str) -> None:
        self.problems = _Problems(file)
        self.stack: list[_Frame] = []
        self.root: tuple[Value, Mark] = (None, 0)
        self.aliases: set[str] = set()
        self.is_broken = False
        self.item_line = -1
        """The line on which the current or last formula begins; -1 before the first."""

    def rest(self) -> Piece:
        if self.stack:
            self.root = (self.stack[0].value, self.stack[0].mark)
        value, mark = self.root
        problems = self.problems.take()
        return Piece(value, mark, problems, is_rest=True, is_broken=self.is_broken)

    def resume_line(self, lines: list[str]) -> int | None:
        """The next line that begins a formula like the current one does."""
        inside = len(self.stack) >= 2 and self.stack[0].key == "formulas"
        if not inside or self.item_line < 0:
            return None
        dash = re.match(r" *-[ \n]", lines[self.item_line])
        del self.stack[1:]
        if dash is None:
            return None
        for number in range(self.item_line + 1, len(lines)):
            if lines[number].startswith(dash[0].rstrip("\n")):
                self.item_line = number
                return number
        return None

    def run(self, text: _Stream, line_offset: int) -> Iterator[Piece]:
        """The pieces of the text, whose first line is ``line_offset`` of the file."""
        parser = _Loader(text)
        next_event = parser.get_event
        stack = self.stack
        documents = 0
        try:
            while True:
                event = next_event()
                kind = type(event)
                if kind is yaml.ScalarEvent:
                    mark = event.start_mark
                    style = event.style
                    form = PLAIN if not style else SPREAD if style in "|>" else QUOTED
                    if event.end_mark.line != mark.line:
                        form = SPREAD
                    at = place(mark.line + line_offset, mark.column, form)
                    value: Any = event.value
                    if not style:
                        is_key = stack and stack[-1].key is _UNSET
                        if value in _PLAIN and not (is_key and type(stack[-1].value) is dict):
                            value = _PLAIN[value]
                    elif not value.isprintable():
                        self._check_quoted(event, at)
                    if event.tag is not None or event.anchor is not None:
                        self._refuse(event, at)
                    where: Any = at
                elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                    mark = event.start_mark
                    at = place(mark.line + line_offset, mark.column)
                    if event.tag is not None or event.anchor is not None:
                        self._refuse(event, at)
                    if len(stack) >= MAX_DEPTH:
                        self.problems.add("yaml-depth", f"nested deeper than {MAX_DEPTH}", at)
                        raise _StopReadingError
                    if kind is yaml.MappingStartEvent:
                        frame = _Frame({}, {"": (at, at)})
                    else:
                        frame = _Frame([], [at])
                    if len(stack) == 2 and stack[0].key == "formulas":
                        self.item_line = mark.line + line_offset
                    stack.append(frame)
                    continue
                elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                    done = stack.pop()
                    value, where = done.value, done.mark
                elif kind is yaml.AliasEvent:
                    mark = event.start_mark
                    where = place(mark.line + line_offset, mark.column)
                    self._refuse_alias(event.anchor, where)
                    value = f"*{event.anchor}"
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        line = event.start_mark.line + line_offset
                        message = "a second document: one file holds one"
                        self.problems.add("yaml-document", message, place(line, 0))
                        return
                    continue
                elif kind is yaml.StreamEndEvent:
                    return
                else:
                    continue

                if not stack:
                    self.root = (value, where)
                    continue
                parent = stack[-1]
                container = parent.value
                if type(container) is list:
                    if len(stack) == 2 and stack[0].key == "formulas":
                        problems = self.problems.take()
                        yield Piece(value, where, problems, True, header=stack[0].value)
                    else:
                        container.append(value)
                        parent.mark.append(where)
                elif parent.key is _UNSET:
                    parent.key_place = where if type(where) is int else at
                    parent.key = self._key(value, parent)
                else:
                    if parent.key is not None:
                        container[parent.key] = value
                        parent.mark[parent.key] = (parent.key_place, where)
                    parent.key = _UNSET
        finally:
            parser.dispose()

    def _key(self, key: Any, frame: _Frame) -> str | None:
        """The key, or None (its value is dropped) with the problem noted."""
        if type(key) is not str or not key:
            what = "an empty key" if key in ("", None) else "a key that is no text"
            self.problems.add("yaml-key", what, frame.key_place)
            return None
        if key in frame.value:
            first = location("", frame.mark[key][0]).line
            message = f"duplicate key `{key}` (first on line {first})"
            self.problems.add("yaml-duplicate-key", message, frame.key_place)
            return None
        return key

    def _refuse_alias(self, name: str, at: int) -> None:
        """Once for each name: a thousand aliases are one mistake."""
        if name not in self.aliases:
            self.aliases.add(name)
            message = f"alias `*{name}`: aliases are not allowed"
            self.problems.add("yaml-alias", message, at, "quote a text that begins with `*`")

    def _refuse(self, event: Any, at: int) -> None:
        if event.anchor is not None:
            self.problems.add(
                "yaml-alias",
                f"anchor `&{event.anchor}`: anchors are not allowed",
                at,
                "quote a text that begins with `&`",
            )
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.problems.add(
                "yaml-tag",
                f"tag `{tag}`: tags are not allowed",
                at,
                "quote a text that begins with `!`",
            )

    def _check_quoted(self, event: Any, at: int) -> None:
        if event.style != '"':
            return
        stack = self.stack
        latex = bool(stack) and stack[-1].key == "latex"
        spoilt = _CONTROL.search(event.value)
        if spoilt is None and not (latex and _SPOILT_LATEX.search(event.value)):
            return
        code = f"U+{ord(spoilt[0]):04X}" if spoilt else "a line break or tab"
        self.problems.add(
            "yaml-control",
            f"control character {code} in a text",
            at,
            _LATEX_HINT if spoilt is None or spoilt[0] in _LATEX_ESCAPES else None,
        )


def forbidden_characters(text: str, file: str) -> tuple[Diagnostic, ...]:
    """Control and bidirectional-override characters, which no formula file holds."""
    if text.isascii() and text.isprintable():
        return ()
    found = []
    for match in _CONTROL.finditer(text):
        start = match.start()
        if match[0] == "\r" or (match[0] == "\ufeff" and start == 0):
            continue
        before = text[:start].replace("\r\n", "\n").replace("\r", "\n")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        code = ord(match[0])
        what = (
            "bidirectional override, which makes text look like other text"
            if 0x2000 <= code < 0xD800
            else "half of a character"
            if 0xD800 <= code < 0xE000
            else "control character"
        )
        message = f"U+{code:04X}: {what}"
        found.append(Diagnostic("file-character", message, Location(file, line, column)))
        if len(found) == 20:
            break
    return tuple(found)


_REWORDED = {
    "did not find expected ',' or ']'": "a list opened by `[` is not closed",
    "did not find expected ',' or '}'": "a mapping opened by `{` is not closed",
    "expected ',' or ']'": "a list opened by `[` is not closed",
    "expected ',' or '}'": "a mapping opened by `{` is not closed",
    "mapping values are not allowed": "a second `: ` on one line",
    "found unknown escape character": "an unknown escape in double quotes",
    "found unexpected end of stream": "a quote is not closed",
    "could not find expected ':'": "a line without `: `",
    "did not find expected node content": "something is missing or misplaced here",
    "expected the node content": "something is missing or misplaced here",
    "found character": "a text can't begin with this character",
    "did not find expected comment or line break": "a text can't begin with `|` or `>`",
    "expected chomping or indentation indicators": "a text can't begin with `|` or `>`",
    "block sequence entries are not allowed": "a list begins on a line of its own",
    "sequence entries are not allowed": "a list begins on a line of its own",
}


def _syntax_problem(
    error: yaml.YAMLError, file: str, lines: list[str], line_offset: int
) -> Diagnostic:
    """Say where and what, and name the common mistake behind it."""
    problem = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None)
    context = getattr(error, "context_mark", None)
    line = (mark.line if mark else 0) + line_offset
    column = mark.column if mark else 0
    if problem.startswith("exceeded maximum nesting depth"):
        # libyaml 0.2.6 looks for the end of a list before it tells of its beginning
        place = Location(file, line + 1, column + 1)
        return Diagnostic("yaml-depth", f"nested deeper than {MAX_DEPTH}", place)
    message = next((m for p, m in _REWORDED.items() if problem.startswith(p)), problem)
    first = line
    if context is not None:
        first = context.line + line_offset
        if "opened by" in message or "not closed" in message:
            message += f" (opened at {first + 1}:{context.column + 1})"
    near = [text[:_LOOKED_AT] for text in lines[max(first, line - _LINES_BEFORE) : line + 1]]
    last = [text[: column + _LOOKED_AT] for text in lines[line : line + 1]]
    hint = _syntax_hint(problem, near, last, column)
    is_key = problem.startswith(("mapping values", "did not find expected key", "expected <block"))
    if is_key and _is_deeper(lines[max(0, line - 1) : line + 1]):
        message = "a key stands deeper than the one above it"
        hint = "keys of one formula begin in the same column"
    return Diagnostic(
        "yaml-syntax", f"not YAML: {message}", Location(file, line + 1, column + 1), hint
    )


_LOOKED_AT = 2_000
_LINES_BEFORE = 20
"""Characters and lines in which the common mistake behind a problem is looked for."""


def _is_deeper(lines: list[str]) -> bool:
    """Whether a key begins behind where the key on the line before begins."""
    found = [_KEY.match(line[:_LOOKED_AT]) for line in lines]
    if len(found) < 2 or found[0] is None or found[1] is None:
        return False
    return len(found[1][1]) > len(found[0][1])


_KEY = re.compile(r"([ -]*)[\w-]+:(?: |$)")


def _syntax_hint(problem: str, lines: list[str], last: list[str], column: int) -> str | None:
    character = last[0][column : column + 1] if last else ""
    for line in lines:
        interval = _INTERVAL.search(line)
        if interval:
            return f'quote an interval: "{interval[0]}"'
    if character == "\t" or (last and "\t" in last[0][: len(last[0]) - len(last[0].lstrip())]):
        return "indent with spaces, not with tabs"
    if "node content" in problem and character == "-":
        return "inside `[...]` commas separate the items, without dashes"
    if problem.startswith("found unknown escape"):
        return "write LaTeX in single quotes"
    if problem.startswith("mapping values"):
        return "quote a text that holds `: `"
    if problem.startswith("found character") and character:
        return f"quote a text that begins with `{character}`"
    if "comment or line break" in problem or "chomping" in problem:
        return "quote it; an absolute value is `abs(x)`"
    if "sequence entries are not allowed" in problem:
        return "quote a text that begins with `- `"
    is_behind_quote = bool(last) and last[0][:column].rstrip().endswith(("'", '"'))
    if is_behind_quote and "',' or" not in problem:
        return "a text that begins with a quote ends with it: quote the whole"
    if "expected '-'" in problem or "expected <block end>" in problem:
        return "indentation: keys of one formula begin in the same column, as `id` does"
    if "',' or" in problem:
        return "quote a text that holds a comma or a bracket"
    return None
