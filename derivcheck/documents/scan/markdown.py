"""Markdown (CommonMark, GitHub, pandoc, MyST, Quarto, R Markdown) to a page.

Blocks first, line by line: front matter, fences, comments, HTML that holds code, indented code,
headings, list items, tables. Then code spans, then maths, in what is left. A long module: its
dialects differ in what ends a block, not in what one is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from derivcheck.documents.scan.comments import as_comment
from derivcheck.documents.scan.inline import EMPHASIS, find_maths, unescaped
from derivcheck.documents.scan.page import (
    Kind,
    Lines,
    Mark,
    Maths,
    Offsets,
    Page,
    blanked,
    page,
)

_FENCE = re.compile(r"^([ \t>]*(?:[-+*][ \t]+|\d{1,9}[.)][ \t]+)?)(`{3,}|~{3,}|:{3,})(.*)$")
_CLOSING = re.compile(r"^[ \t>]*(`{3,}|~{3,}|:{3,})[ \t]*$")
_DIRECTIVE = re.compile(r"\{([A-Za-z][\w:.-]*)\}")
_HEADING = re.compile(r"^[ \t>]{0,6}(#{1,6})(?:[ \t]+(.*?))?[ \t]*#*[ \t]*$")
_SETEXT = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_ITEM = re.compile(
    r"^([ \t>]*)(?:[-+*]|(\d{1,9})(?:[.)](?=\s|$|[$\\`])|[、．]))(?=\s|\$|$|[^\x00-\x7f])"
)
_BLOCK = re.compile(r"^ {0,3}(?:!!!|\?\?\?\+?|===)[ \t]+[\w\"']")
"""What opens an admonition, a fold or a tab in MkDocs: what is indented below is text."""
_RULE = re.compile(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_TABLE_RULE = re.compile(r"^[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$|"
                         r"^[ \t>]*\|[ \t]*:?-+:?[ \t]*\|[ \t]*$")  # fmt: skip
_BAR = re.compile(r"(?<!\\)\|")
_TICKS = re.compile(r"`+")
_RAW_HTML = re.compile(r"<(pre|code|script|style|textarea)\b[^>]*>", re.I)
_HTML_BREAK = re.compile(r"<(/?)(li|div|tr|h[1-6]|table|ul|ol|hr)\b[^>]*>", re.I)
_DIVIDING = {
    ("", "tr"): (Kind.ROW, 0), ("/", "table"): (Kind.TABLE_END, 0), ("", "li"): (Kind.ITEM, 1000),
    **{("", f"h{level}"): (Kind.HEADING, level) for level in range(1, 7)},
    **{(end, name): (Kind.END, 1000) for end in ("", "/") for name in ("div", "ul", "ol", "hr")},
}  # fmt: skip
"""What tags of HTML divide, and the levels."""
_STRUCK = (
    *(("~~", "~~", False), ("<del>", "</del>", True), ("<s>", "</s>", True)),
    *(("<strike>", "</strike>", True), ("{--", "--}", False)),
    *(("{% comment %}", "{% endcomment %}", True), ("<template>", "</template>", True)),
)
"""What stands round text that is struck out or left out, and whether it may be paragraphs."""
_GAP = re.compile(r"\n(?=[ \t>]*\n)")
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+")
_LABEL = re.compile(
    r"[ \t]*(?:\{#([\w:.-]+)[^}\n]*\}|\(([\w:.-]+)\)[ \t]*(?=\n|\Z)|\n?:eqlabel:`([^`\n]*)`)"
)

_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&#39;": "'", "&quot;": '"'}
_ENTITY = re.compile("|".join(map(re.escape, _ENTITIES)))
_BOOKDOWN = re.compile(r"\(\\#([\w:-]+)\)")

TEXT_DIRECTIVES = re.compile(
    r"(?:prf|proof|grid|tab|card|exercise|solution)[:-].*|note|warning|tip|important|hint|caution"
    r"|attention|danger|error|seealso|admonition|topic|sidebar|margin|aside|figure|dropdown|card"
    r"|details|exercise|solution|theorem|lemma|proof|definition|example|remark|corollary|epigraph"
    r"|proposition|property|axiom|algorithm|observation|conjecture|criterion|assumption"
    r"|pull-quote|highlights|container|div|versionadded|versionchanged|deprecated|todo|table"
    r"|list-table|cell|centered|only|abstract|sidebar|glossary|question|answer|quiz"
)
"""Directives whose content is text of the page; any other name in braces is a language."""


def scan(text: str) -> Page:
    """A Markdown document as a page. Never raises."""
    blocks = _Blocks(text)
    blocks.run(blocks.front_matter())
    clean = blanked(text, blocks.blanks)
    spans, math_ticks = _code_spans(clean)
    clean = blanked(clean, spans)
    found, unclosed = find_maths(
        clean, False, [one.outer for one in (*blocks.maths, *math_ticks)], blocks.rows
    )
    maths = [*blocks.maths, *math_ticks, *found]
    left = blanked(clean, _struck(clean, blanked(clean, [one.outer for one in maths])))
    maths = [
        _unquoted(one) for one in maths if left[one.start : one.end] == clean[one.start : one.end]
    ]
    clean = left
    if any(text.startswith("\\\\", one.outer[0]) for one in found):
        # this page is unescaped once by its host, and signs of emphasis are escaped throughout
        maths = [unescaped(one, EMPHASIS) if one.places is None else one for one in maths]
    return page(
        text,
        clean,
        [_labelled(_plain(one), text) for one in maths],
        blocks.marks,
        blocks.comments,
        unclosed,
    )


class _Blocks(Lines):
    """The walk over the lines."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.rows: list[int] = []
        self.open: list[tuple[str, int]] = []
        """Directives whose content is text: what opened them."""
        self.in_list = self.in_code = self.in_display = False
        self.in_table = False

    # -- one line --------------------------------------------------------------------------

    def line(self, index: int) -> int:
        """Take a line, and what begins in it; the number of the next one."""
        line = self.lines[index]
        if not line.strip(" \t>"):
            self._end_table(index)
            self.blank_before = True
            return index + 1
        fence = _FENCE.match(line)
        if fence and not (fence[2][0] == "`" and "`" in fence[3]):
            return self._fence(index, fence)
        special = self._special(index)
        if special is not None:
            return special
        self._text_line(index, line)
        self.blank_before = False
        return index + 1

    def _text_line(self, index: int, line: str) -> None:
        start = self.starts[index]
        if self.blank_before:
            self.marks.append(Mark(start, Kind.BREAK))
        if self._indented_code(line):
            self.blanks.append((start, start + len(line)))
            return
        heading = _HEADING.match(line)
        if heading and not self.in_display:
            self._end_table(index)
            level, title = len(heading[1]), (heading[2] or "").strip()
            self.marks.append(Mark(start, Kind.HEADING, level, title))
            self.in_list = False
        elif self._is_underlined(index) and not self.in_display:
            self._end_table(index)
            level = 1 if self.lines[index + 1].lstrip()[:1] == "=" else 2
            self.marks.append(Mark(start, Kind.HEADING, level, line.strip()))
        elif _RULE.match(line) and not self.in_display:
            self.marks.append(Mark(start, Kind.END))
            self.in_list = False
        elif self._table(index, line):
            pass
        elif item := _ITEM.match(line):
            indent = len(item[1].expandtabs(4))
            number = int(item[2]) if item[2] else None
            self.marks.append(Mark(start + len(item[1]), Kind.ITEM, indent, "", number))
            self.in_list = True
        for tag in _HTML_BREAK.finditer(line) if "<" in line else ():
            if (tag[1], tag[2].lower()) in _DIVIDING:
                self.marks.append(Mark(start + tag.start(), *_DIVIDING[tag[1], tag[2].lower()]))
        if line.count("$$") % 2:
            self.in_display = not self.in_display

    def _indented_code(self, line: str) -> bool:
        """Whether a line is code: indented by four or more where no list can hold it."""
        indented = line.startswith(("    ", "\t"))
        if indented and not self.in_list and not self.in_display:
            if self.blank_before or self.in_code:
                self.in_code = True
                return True
        else:
            self.in_code = False
            if not line.startswith((" ", "\t")) and not _ITEM.match(line):
                self.in_list = _BLOCK.match(line) is not None
        return False

    def _is_underlined(self, index: int) -> bool:
        if index + 1 >= len(self.lines) or not self.blank_before:
            return False
        below = _SETEXT.match(self.lines[index + 1])
        line = self.lines[index]
        return bool(below) and not _ITEM.match(line) and "|" not in line and line[:4] != "    "

    # -- tables ----------------------------------------------------------------------------

    def _table(self, index: int, line: str) -> bool:
        """Note the row of a table, if the line is one."""
        if not self.in_table:
            below = self.lines[index + 1] if index + 1 < len(self.lines) else ""
            if "|" not in line or not _TABLE_RULE.match(below):
                return False
            self.in_table = True
        elif "|" not in line:
            self._end_table(index)
            return False
        start = self.starts[index]
        self.marks.append(Mark(start, Kind.ROW))
        bars = (bar.start() for bar in _BAR.finditer(line))
        self.marks += [Mark(start + bar, Kind.CELL) for bar in bars]
        self.rows += (start, start + len(line))
        return True

    def _end_table(self, index: int) -> None:
        if self.in_table:
            self.in_table = False
            self.marks.append(Mark(self.starts[index], Kind.TABLE_END))

    # -- blocks that are no text -----------------------------------------------------------

    def front_matter(self) -> int:
        """Blank what stands between dashes at the beginning; the number of the line behind it."""
        first = self.lines[0].lstrip("\ufeff").rstrip()
        ends = {"---": ("---", "..."), "+++": ("+++",)}.get(first)
        if ends is not None:
            for index in range(1, len(self.lines)):
                if self.lines[index].rstrip() in ends:
                    self._blank_lines(0, index)
                    return index + 1
        return 0

    def _blank_lines(self, first: int, last: int) -> None:
        last = min(last, len(self.lines) - 1)
        if first > last:
            return
        self.blanks.append((self.starts[first], self.starts[last] + len(self.lines[last])))

    def _fence(self, index: int, fence: re.Match[str]) -> int:
        mark, info = fence[2], fence[3].strip()
        while self.open and _closes(self.lines[index], *self.open[-1]):
            self.open.pop()
            self._blank_lines(index, index)
            return index + 1
        directive = _DIRECTIVE.match(info)
        name = directive[1] if directive else ""
        is_maths = info == "math" or name == "math"
        if mark[0] == ":" and not is_maths:
            is_text = True  # a division of pandoc or MyST
        else:
            is_text = bool(name) and TEXT_DIRECTIVES.fullmatch(name) is not None
        if is_text:
            if mark[0] != ":" or info:
                self.open.append((mark[0], len(mark)))
            self.blanks.append((self.starts[index] + fence.start(2), self.end(index)))
            self.blank_before = True
            return index + 1
        end = index + 1
        while end < len(self.lines) and not _closes(self.lines[end], mark[0], len(mark)):
            end += 1
        outer = (self.starts[index] + fence.start(2), self.end(min(end, len(self.lines) - 1)))
        if is_maths:
            argument = info[directive.end() :] if directive else ""
            # Sphinx sets the directive as `split`
            self._fenced_maths(index, end, outer, argument, "split" if directive else "")
        else:
            self.blanks.append(outer)
        self.blank_before = False
        return end + 1

    def _fenced_maths(
        self, index: int, end: int, outer: tuple[int, int], argument: str, environment: str
    ) -> None:
        if argument.strip():  # a formula on the directive's own line
            stop = self.starts[index] + len(self.lines[index].rstrip())
            start = stop - len(argument)
            self.maths.append(Maths(start, stop, outer, True, argument))
            self._blank_lines(index + 1, end)
            return
        first, label = self.options(index + 1, end)
        start = self.starts[first] if first < len(self.lines) else len(self.text)
        stop = self.starts[end] - 1 if end < len(self.lines) else len(self.text)
        stop = max(start, stop)
        # the delimiters themselves are no text of the page
        self.blanks += ((outer[0], start), (stop, outer[1]))
        content = self.text[start:stop]
        if content.strip():
            self.maths.append(Maths(start, stop, outer, True, content, environment, label))

    def _special(self, index: int) -> int | None:
        """Take a comment or HTML with code that begins in this line; the number of the line to
        go on with, None where there is neither."""
        line = self.lines[index]
        if "<" not in line:
            return None
        position = 0
        while True:
            comment = line.find("<!--", position)
            raw = _RAW_HTML.search(line, position)
            if comment < 0 and raw is None:
                return None
            at = comment if raw is None or 0 <= comment < raw.start() else raw.start()
            ticks = _TICKS.search(line, position, at)
            if ticks:  # a code span hides what stands in it
                same = (one for one in _TICKS.finditer(line, ticks.end()) if one[0] == ticks[0])
                position = next(same, ticks).end()
                continue
            start = self.starts[index] + at
            close_mark = "-->" if at == comment else f"</{raw[1]}" if raw else ""
            end, last = self._find(index, at, close_mark)
            if at == comment:
                written = as_comment(self.text, start + 4, end - 3)
                if written:
                    self.comments.append(written)
            self.blanks.append((start, end))
            if last == index:
                position = end - self.starts[index]
                continue
            # what follows on the last line is text again
            rest = self.lines[last][end - self.starts[last] :]
            if self.blank_before and line[:at].strip():
                self._text_line(index, line[:at])
            if rest.strip():
                self.lines[last] = " " * (end - self.starts[last]) + rest
                self.blank_before = self.in_code = False
                return last
            return last + 1

    def _find(self, index: int, at: int, close: str) -> tuple[int, int]:
        """The offset after a closing mark, and its line; the end of the text without one."""
        column = at
        for number in range(index, len(self.lines)):
            line = self.lines[number]
            found = line.lower().find(close.lower(), column)
            if found >= 0:
                end = line.find(">", found) if close[0] == "<" else found + len(close) - 1
                end = len(line) - 1 if end < 0 else end
                return self.starts[number] + end + 1, number
            column = 0
        return len(self.text), len(self.lines) - 1


def _closes(line: str, character: str, length: int) -> bool:
    closing = _CLOSING.match(line)
    if closing is None:
        return False
    return closing[1][0] == character and len(closing[1]) >= length


def _code_spans(text: str) -> tuple[list[tuple[int, int]], list[Maths]]:
    """The ranges of code spans, and the maths that stands in `` $`...`$ `` and in roles."""
    runs: dict[int, list[int]] = {}
    order: list[tuple[int, int]] = []
    for match in re.finditer(r"\\.|`+", text, re.S):
        if match[0][0] == "`":
            order.append((match.start(), len(match[0])))
            runs.setdefault(len(match[0]), []).append(match.start())
    gaps = Offsets([match.start() for match in _GAP.finditer(text)])
    spans: list[tuple[int, int]] = []
    maths: list[Maths] = []
    position = 0
    for start, length in order:
        if start < position:
            continue
        limit = gaps.next(start, len(text))
        close = Offsets(runs[length]).next(start + 1, limit)
        if close >= limit:
            continue
        position = close + length
        inner = (start + length, close)
        if text[start - 1 : start] == "$" and text[position : position + 1] == "$":
            content = text[slice(*inner)]
            maths.append(Maths(*inner, (start - 1, position + 1), False, content))
        elif text.endswith("{math}", 0, start):
            content = text[slice(*inner)]
            maths.append(Maths(*inner, (start - 6, position), False, content))
        else:
            spans.append((start, position))
    return spans, maths


def _struck(text: str, prose: str) -> Iterator[tuple[int, int]]:
    """The ranges of a text that are struck out, or comments of its host; ``prose`` is the text
    without maths."""
    gaps = Offsets([match.start() for match in _GAP.finditer(prose)])
    for opening, closing, is_long in _STRUCK:
        ends = Offsets([match.start() for match in re.finditer(re.escape(closing), prose)])
        position = 0
        while (start := prose.find(opening, position)) >= 0:
            position = start + len(opening)
            end = ends.next(position)
            if opening == "~~" and text[position : position + 1].isspace():
                continue  # between spaces it strikes nothing out
            if end >= 0 and (is_long or end < gaps.next(start, len(prose))):
                position = end + len(closing)
                yield start, position


def _unquoted(maths: Maths) -> Maths:
    """The maths without the `>` of the block quote that its lines stand in."""
    if maths.places is not None or "\n" not in maths.text or ">" not in maths.text:
        return maths
    first, *rest = maths.text.split("\n")
    if not all(_QUOTE.match(line) for line in rest if line.strip()):
        return maths
    texts, places = [first], list(range(maths.start, maths.start + len(first)))
    position = maths.start + len(first)
    for line in rest:
        mark = _QUOTE.match(line)
        cut = mark.end() if mark else 0
        texts.append(line[cut:])
        places.append(position)
        places += range(position + 1 + cut, position + 1 + len(line))
        position += 1 + len(line)
    return replace(maths, text="\n".join(texts), places=tuple(places))


def _plain(maths: Maths) -> Maths:
    """The maths with characters for entities of HTML and without bookdown's label, each padded
    with blanks to the length it had."""
    text = _ENTITY.sub(lambda match: _ENTITIES[match[0]].ljust(len(match[0])), maths.text)
    label = _BOOKDOWN.search(text)
    if label:
        text = text[: label.start()] + " " * len(label[0]) + text[label.end() :]
    if text == maths.text:
        return maths
    return replace(maths, text=text, label=label[1] if label else maths.label)


def _labelled(maths: Maths, text: str) -> Maths:
    """The maths with the label that stands behind a display."""
    if not maths.display or maths.label:
        return maths
    found = _LABEL.match(text, maths.outer[1])
    label = next((group for group in found.groups() if group), "") if found else ""
    return replace(maths, label=label) if label else maths
