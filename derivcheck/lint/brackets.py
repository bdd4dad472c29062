r"""``unbalanced-bracket``, ``left-right``, ``environment``: what opens inside maths must close.

FAIL: ``(\frac{(a}{b})^2`` (the inner bracket is not closed inside its group).
FAIL: ``\left( x )``; ``\begin{pmatrix} 1 & 2`` without ``\end{pmatrix}``.
PASS: ``[0, 1)``, ``(0, 1]``, ``]0, 1[``; ``F(x)\Big]_0^1``; ``\left\{ ... \right.``;
``f = \{ \begin{array}...``; brackets in ``\text{}``; ``a)`` as a mark; a bracket that one
display opens and the next one closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from derivcheck.documents.scan.page import Maths
from derivcheck.lint.document import Document, Problem
from derivcheck.records import record

_TOKEN = re.compile(
    r"(?P<comment>(?<!\\)%[^\n]*)"
    r"|\\(?P<fence>left|right|middle)(?![a-zA-Z])\s*(?P<delimiter>\\[a-zA-Z]+|\\.|[^\s])?"
    r"|\\(?P<text>text(?:rm|bf|it|tt|sf|normal|up)?|mbox|hbox|[hv]?phantom|label|tag|e?qref|ref|operatorname"
    r"|href|url|color|textcolor|class|cssId|unicode)\*?\s*\{"
    r"|\\(?P<environment>begin|end)\s*\{(?P<name>[^{}\n]*)\}"
    r"|(?P<escaped>\\[{}])|\\(?:[a-zA-Z]+\*?|.)"
    r"|(?P<bracket>[(){}\[\]（）])|(?P<comma>[,;，；]|\.\.+)",
    re.S,
)
_CLOSERS = {")": "(", "]": "[", "}": "{", r"\}": r"\{"}
_MARK = 40
"""Characters within which a bracket at the beginning may be the mark of an item: `a)`."""
_MOST = 3
"""The first problems of a formula tell; what follows is mostly their echo."""
_LIMITS = re.compile(r"\s*[_^]")
_NORMAL = {"（": "(", "）": ")"}
_FRENCH = re.compile(
    r"\][^\[\]]{1,60}[,;][^\[\]]{1,60}[\[\])]|[\[(][^\[\]]{1,60}[,;][^\[\]]{1,60}\["
)


@record(frozen=False)
class _Open:
    """Something open: ``kind`` is a bracket, ``left`` or ``begin``."""

    kind: str
    shown: str
    offset: int
    commas: int = 0


@record()
class _Found:
    offset: int
    rule: str
    message: str
    shown: str
    dangling: str = ""
    """A bracket that the next or the previous display may complete."""


def check(document: Document) -> Iterator[Problem]:
    """Unbalanced pieces of every region of maths."""
    found = [
        (region, _region_problems(document.text, region))
        for region in document.regions
        if not region.doubtful
    ]
    _join_displays(document.text, found)
    for _, problems in found:
        yield from _problems(problems)


def unbalanced(formula: str) -> Iterator[Problem]:
    """The same for one formula, given without the dollars around it."""
    whole = len(formula)
    region = Maths(0, whole, (0, whole), display=True, text=formula)
    yield from _problems(
        sorted(_region_problems(formula, region), key=lambda p: (p.offset, p.rule))
    )


def _problems(found: list[_Found]) -> Iterator[Problem]:
    return (Problem(one.offset, one.rule, one.message) for one in found[:_MOST])


def _join_displays(text: str, found: list[tuple[Maths, list[_Found]]]) -> None:
    for (first, opened), (second, closed) in pairwise(found):
        if not (first.display and second.display):
            continue
        if text[first.outer[1] : second.outer[0]].strip():
            continue
        for problem in [p for p in opened if p.dangling in ("(", "[", r"\{")]:
            partner = next(
                (p for p in closed if _CLOSERS.get(p.dangling) == problem.dangling), None
            )
            if partner:
                opened.remove(problem)
                closed.remove(partner)


def _region_problems(text: str, region: Maths) -> list[_Found]:
    scan = _Scan(text, region)
    scan.run()
    problems = scan.problems
    if problems and _FRENCH.search(text, region.start, region.end):
        problems = [p for p in problems if p.shown not in "[]()"]
    return sorted(problems, key=lambda p: p.offset)


class _Scan:
    """One pass over one region with a stack of what is open."""

    def __init__(self, text: str, region: Maths) -> None:
        self.text = text
        self.region = region
        self.stack: list[_Open] = []
        self.problems: list[_Found] = []

    def run(self) -> None:
        position = self.region.start
        while token := _TOKEN.search(self.text, position, self.region.end):
            position = self._token(token)
        for left in self.stack:
            self._unclosed(left, "never closed", at_end=True)

    def _token(self, token: re.Match[str]) -> int:
        """Take one token; the offset where to go on."""
        start = token.start()
        if token["text"]:
            return self._skip_group(token)
        if token["fence"]:
            self._fence(token)
        elif token["environment"]:
            return self._environment(token)
        elif token["comma"]:
            if self.stack:
                self.stack[-1].commas += 1
        elif token["bracket"] or token["escaped"]:
            shown = token.group()
            kind = _NORMAL.get(shown, shown)
            if kind in _CLOSERS:
                self._close(kind, shown, start)
            elif not self._is_decoration(kind, start):
                self.stack.append(_Open(kind, shown, start))
            else:
                return start + 3 if kind == "{" else token.end()
        return token.end()

    def _is_decoration(self, kind: str, start: int) -> bool:
        rest = self.text[start : start + 40]
        if kind == "{":  # {(} only sets a bracket in some style
            return bool(re.match(r"\{[()\[\]]\}", rest))
        if kind == r"\{":  # one brace in front of cases
            return bool(re.match(r"\\\{\s*(?:\\begin|\{?\\substack)", rest))
        return False

    def _skip_group(self, token: re.Match[str]) -> int:
        depth, position = 1, token.end()
        while depth and position < self.region.end:
            character = self.text[position]
            if character == "\\":
                position += 1
            elif character in "{}":
                depth += 1 if character == "{" else -1
            position += 1
        if depth:
            self.stack.append(_Open("{", "{", token.end() - 1))
            return self.region.end
        return position

    def _fence(self, token: re.Match[str]) -> None:
        shown = token.group()
        if token["fence"] == "left":
            self.stack.append(_Open("left", shown, token.start()))
        elif token["fence"] == "right":
            while self.stack and self.stack[-1].kind in ("(", "[", r"\{"):
                self._unclosed(self.stack.pop(), rf"not closed before `{shown}`")
            if self.stack and self.stack[-1].kind == "left":
                self.stack.pop()
            else:
                self._report(token.start(), "left-right", rf"`{shown}` has no `\left`", shown)

    def _environment(self, token: re.Match[str]) -> int:
        name, end = token["name"], token.end()
        if token["environment"] == "begin":
            self.stack.append(_Open("begin", rf"\begin{{{name}}}", token.start()))
            if name.rstrip("*") in ("array", "tabular", "alignedat", "alignat"):
                arguments = re.compile(r"\s*(?:\[[^\]]*\])?\s*\{(?:[^{}]|\{[^{}]*\})*\}")
                if spec := arguments.match(self.text, end, self.region.end):
                    return spec.end()
            return end
        while self.stack and self.stack[-1].kind in ("(", "[", r"\{"):
            self._unclosed(self.stack.pop(), rf"not closed before `\end{{{name}}}`")
        if self.stack and self.stack[-1].shown == rf"\begin{{{name}}}":
            self.stack.pop()
        else:
            shown = token.group()
            message = rf"`{shown}` does not match an open `\begin{{{name}}}`"
            self._report(token.start(), "environment", message, shown)
            if self.stack and self.stack[-1].kind == "begin":
                self.stack.pop()
        return end

    def _close(self, kind: str, shown: str, start: int) -> None:
        wanted = _CLOSERS[kind]
        if kind == "}":
            self._close_group(shown, start)
            return
        top = self.stack[-1] if self.stack else None
        if top is None or top.kind in ("{", "begin"):
            self._closes_nothing(kind, shown, start)
        elif top.kind == wanted or self._interval(top, kind):
            self.stack.pop()
        elif top.kind == "left":
            if top.shown.endswith(wanted):
                self.stack.pop()
                message = rf"`{top.shown}` is closed by `{shown}` instead of `\right{shown}`"
                self._report(top.offset, "left-right", message, top.shown)
            else:
                self._closes_nothing(kind, shown, start)
        elif len(self.stack) > 1 and self.stack[-2].kind == wanted:
            self._unclosed(self.stack.pop(), f"not closed before `{shown}`")
            self.stack.pop()
        else:
            self.stack.pop()
            message = f"`{top.shown}` is closed by `{shown}`"
            self._report(top.offset, "unbalanced-bracket", message, top.shown)

    @staticmethod
    def _interval(top: _Open, kind: str) -> bool:
        return top.commas == 1 and (top.kind, kind) in (("[", ")"), ("(", "]"))

    def _closes_nothing(self, kind: str, shown: str, start: int) -> None:
        before = self.text[self.region.start : start]
        if kind == ")" and len(before) <= _MARK and re.fullmatch(r"\s*\w{1,3}\s*", before):
            return  # a) as a mark
        if kind == "]" and _LIMITS.match(self.text, start + len(shown), self.region.end):
            return  # an evaluation bar
        self._report(
            start, "unbalanced-bracket", f"`{shown}` closes nothing", shown,
            dangling=kind if not self.stack else "",
        )  # fmt: skip

    def _close_group(self, shown: str, start: int) -> None:
        if not any(entry.kind == "{" for entry in self.stack):
            self._report(start, "unbalanced-bracket", "`}` closes nothing", shown)
            return
        while self.stack[-1].kind != "{":
            self._unclosed(self.stack.pop(), "not closed inside its group `{...}`")
        self.stack.pop()

    def _unclosed(self, entry: _Open, how: str, at_end: bool = False) -> None:
        rule = {"left": "left-right", "begin": "environment"}.get(entry.kind, "unbalanced-bracket")
        what = r"has no `\right`" if entry.kind == "left" else f"is {how}"
        message = f"`{entry.shown}` {what}"
        dangling = entry.kind if at_end else ""
        self._report(entry.offset, rule, message, entry.shown, dangling)

    def _report(self, offset: int, rule: str, message: str, shown: str, dangling: str = "") -> None:
        self.problems.append(_Found(offset, rule, message, shown, dangling))
