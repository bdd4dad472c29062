r"""The commands that a text defines, in groups and out of them: read as text, never executed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from derivcheck.documents.maths.commands import LATEX
from derivcheck.documents.scan.page import Page, Spans, braces
from derivcheck.documents.source import Macro, in_force

_DEFINITION = (
    r"(?P<global>\\global\s*)?(?:\\(?:long|protected)\s*)?"
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
_INNER = re.compile(_DEFINITION)
NAME = re.compile(r"\{?\s*(\\(?:[A-Za-z@]+|[^A-Za-z\s{}]))\s*\}?\s*")
_COUNT = re.compile(r"\[\s*(\d)\s*\]\s*")
_PARAMETERS = re.compile(r"((?:#\d)*)\s*")
_TARGET = re.compile(r"\s*=?\s*(\\(?:[A-Za-z@]+|[^A-Za-z\s{}]))")
_COMMAND = re.compile(r"\\(?:[A-Za-z@]+|.)", re.S)
_TAKES = re.compile(r"\s*(?:O\s*\{([^{}]*)\}\s*)?((?:m\s*)*)")
"""The arguments of a document command: one that may be left out, and those that may not."""

MOST_MACROS = 5000
MOST_BODY = 4000
"""Characters of one definition."""


def macros_in(text: str, known: dict[str, Macro] | None = None) -> Iterator[Macro]:
    """The definitions in a text, in order; what is no whole definition is passed over. ``known``
    are those before it, and it adds to them."""
    return (macro for macro, _ in _Definitions(text, {} if known is None else known))


def macros_of(page: Page, known: dict[str, Macro], is_tex: bool) -> Iterator[Macro]:
    """The definitions of a page. One of a name that it defined before holds for what follows."""
    ends = sorted(maths.outer[1] for maths in page.maths)
    own: set[str] = set()
    # maths of TeX is a group of its own, that of other formats is none
    groups = Spans(one.outer for one in page.maths if is_tex)
    for macro, at in _Definitions(page.clean, known, groups):
        yield replace(macro, since=bisect_left(ends, at)) if macro.name in own else macro
        own.add(macro.name)


class _Definitions:
    """The definitions in a text, each with the offset behind it. What a group defines is undone at
    its end; ``local`` are further groups.

    Where a command, a condition or a cell of a table may define a name, and something else does,
    it is not known what it stands for.
    """

    def __init__(self, text: str, known: dict[str, Macro], local: Spans | None = None) -> None:
        self.text, self.known, self.local = text, known, local
        self.ends = braces(text)
        self.groups: list[tuple[str, dict[str, Macro] | None]] = []
        """What ends each open group, and the macros that it defines anew, as they were."""
        self.perhaps: set[str] = set()
        """Names that a macro, a command or a condition may define."""
        self.opened = self.given = 0
        """How many braces are open, and how many of them hold an argument."""

    def __iter__(self) -> Iterator[tuple[Macro, int]]:
        if "\\" not in self.text:
            return
        position = count = 0
        while count < MOST_MACROS and (found := _STEP.search(self.text, position)):
            position = found.end()
            made: Iterable[Macro] = ()
            if found["side"] == "begin" or found[0] == "{":
                self.open(found)
            elif found["side"] == "end" or found[0] == "}":
                made = self.close(found)
            elif found.lastgroup and (name := NAME.match(self.text, position)):
                definition = _definition(self.text, found, name, self.ends, self.known)
                if definition is not None:
                    macro, position = definition
                    count += 1
                    made = self.define(macro, found)
            yield from ((macro, position) for macro in made)

    @property
    def anew(self) -> dict[str, Macro] | None:
        """What the innermost group defines anew; None outside of groups."""
        return self.groups[-1][1] if self.groups else None

    def open(self, found: re.Match[str]) -> None:
        """Begin a group; the braces of an argument are none of their own."""
        is_brace = found[0] == "{"
        is_argument = is_brace and not found["open"]
        self.groups.append((_closing(found), self.anew if is_argument else {}))
        self.opened += is_brace
        self.given += is_argument and found.start() in self.ends

    def close(self, found: re.Match[str]) -> Iterable[Macro]:
        """End a group, if one is open; the macros as they were before it."""
        is_brace, closing = found[0] == "}", _closing(found)
        while self.opened and is_brace and self.groups[-1][0] != closing:
            self.groups.pop()
        if not self.groups or self.groups[-1][0] != closing:
            return ()
        self.opened -= is_brace
        _, anew = self.groups.pop()
        if anew is None or anew is self.anew:
            self.given -= is_brace
            return ()
        for name in anew:
            del self.known[name]
        self.known |= in_force(anew.values())
        return anew.values()

    def define(self, macro: Macro, found: re.Match[str]) -> Iterable[Macro]:
        """Take a definition in: that macro, and those that it may define in turn."""
        known = self.known
        is_global = found["global"] or found["definition"] in ("gdef", "xdef")
        is_offered = (found["command"] or found["document"] or "").lower().startswith("provide")
        is_there = macro.name in known or macro.name[1:] in LATEX
        is_local = self.local is not None and not is_global and found.start() in self.local
        if is_local or (is_offered and is_there):
            return ()
        inner = [*_defined_in(macro.body)]
        is_table = any(one.startswith("tabular") for one, _ in self.groups)
        self.perhaps.update(inner, [macro.name] if self.given or is_table else ())
        if macro.name in self.perhaps and (is_there or not self.given):
            macro = replace(macro, body=r"\undefined")
        redefined = [n for n in inner if n in known or n[1:] in LATEX]
        made = [macro, *(Macro(name, 0, r"\undefined") for name in redefined)]
        for one in made:
            if self.anew is not None and not is_global:
                was = known.get(one.name) or Macro(one.name, 0, one.name)
                self.anew.setdefault(one.name, was)
            known[one.name] = one
        return made


def _closing(found: re.Match[str]) -> str:
    """What ends the group that begins or ends here."""
    return "}" if found[0] in "{}" else found["environment"] or "group"


def _defined_in(body: str) -> Iterator[str]:
    """The names that a macro would define."""
    for found in _INNER.finditer(body):
        if name := NAME.match(body, found.end()):
            yield name[1]


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
