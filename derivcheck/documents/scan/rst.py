"""reStructuredText to a page: directives and comments by indentation, maths in ``math``."""

from __future__ import annotations

import re
from itertools import pairwise

from derivcheck.documents.scan.comments import as_comment
from derivcheck.documents.scan.page import (
    Kind,
    Lines,
    Mark,
    Maths,
    Page,
    blanked,
    page,
)

_EXPLICIT = re.compile(r"^([ \t]*)\.\.(?:[ \t]+(.*))?$")
_DIRECTIVE = re.compile(r"(?:\|[^|]+\|[ \t]+)?([A-Za-z][\w:.+-]*?)[ \t]*::(?:[ \t]+(.*))?$")
_TARGET = re.compile(r"_|\[[^\]]+\](?:[ \t]|$)|\|[^|]+\|")
_OPTION = re.compile(r"[ \t]*:([\w-]+):(?![^ \t])[ \t]*(.*)")
_ADORNMENT = re.compile(r"^([!-/:-@\[-`{-~])\1*[ \t]*$")
_ITEM = re.compile(r"^([ \t]*)(?:[-*+•]|\(?(?:(\d{1,9})|#|[a-zA-Z])[.)])(?=[ \t]|$)")
_GRID = re.compile(r"^[ \t]*\+(?:[-=]+\+)+[ \t]*$")
_SIMPLE = re.compile(r"^[ \t]*=+(?:[ \t]+=+)+[ \t]*$")
_ROLE = re.compile(r":math:`([^`]*(?:\\`[^`]*)*)`")
_LITERAL = re.compile(r"``[^`\n][^\n]*?``(?!`)")
_FIELD = re.compile(r'(?:"[^"]*"|[^,"])+')
_CELL_MATH = re.compile(r"([ \t]*)\.\.[ \t]+math::[ \t]*(.*)")
_ENVIRONMENT = re.compile(r"\\(begin|end)\{")

CODE = frozenset((
    "code", "code-block", "sourcecode", "literalinclude", "parsed-literal", "doctest", "testcode",
    "testoutput", "testsetup", "testcleanup", "plot", "ipython", "raw", "graphviz", "image",
    "highlight", "jupyter-execute", "prompt", "productionlist", "include", "toctree",
    "bibliography", "math", "role", "default-role", "mermaid", "command-output", "meta", "tikz",
    "autoclass", "autofunction", "automodule", "automethod", "autosummary",
))  # fmt: skip
"""Directives whose content is no text of the page."""


def scan(text: str) -> Page:
    """A reStructuredText document as a page. Never raises."""
    blocks = _Blocks(text)
    blocks.run()
    spans = [match.span() for match in _LITERAL.finditer(blanked(text, blocks.blanks))]
    clean = blanked(text, [*blocks.blanks, *spans])
    taken = [one.outer for one in blocks.maths]
    roles = [
        Maths(*match.span(1), match.span(), False, match[1])
        for match in _ROLE.finditer(blanked(clean, taken))
        if match[1].strip()
    ]
    closed = {one.outer[0] for one in roles}
    unclosed = [
        (match.start(), ":math:`")
        for match in re.finditer(":math:`", blanked(clean, taken))
        if match.start() not in closed and text[match.end() : match.end() + 1] != "`"
    ]
    return page(text, clean, [*blocks.maths, *roles], blocks.marks, blocks.comments, unclosed)


class _Blocks(Lines):
    """The walk over the lines."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.adornments: list[str] = []
        """Styles of headings in the order in which they occur: the first is the highest."""
        self.table = ""
        self.columns: list[int] = []
        """Where those of a table without lines begin."""
        self.list_table = -1
        """The indentation of a list that is a table; -1 outside."""

    def line(self, index: int) -> int:
        line = self.lines[index]
        if not line.strip():
            self.blank_before = True
            if self.table == "simple":
                self._end_table(index)
            return index + 1
        explicit = _EXPLICIT.match(line)
        if explicit and self.blank_before | (index == 0) | bool(explicit[2]):
            return self._explicit(index, len(explicit[1]), explicit[2] or "")
        if _GRID.match(line):
            return self._grid(index)
        heading = self._heading(index)
        if heading:
            return heading
        self._text_line(index, line)
        self.blank_before = False
        if line.rstrip().endswith("::"):
            return self._literal(index, len(line) - len(line.lstrip()))
        if line.lstrip().startswith(">>>"):
            return self._doctest(index)
        return index + 1

    def _text_line(self, index: int, line: str) -> None:
        start = self.starts[index]
        indent = len(line) - len(line.lstrip())
        if self.blank_before:
            self.marks.append(Mark(start, Kind.BREAK))
        if 0 <= indent < self.list_table:
            self.list_table = -1
            self.marks.append(Mark(start, Kind.TABLE_END))
        if self._row(index, line):
            return
        item = _ITEM.match(line)
        if item is None:
            return
        at = start + len(item[1])
        if self.list_table < 0:
            number = int(item[2]) if item[2] else None
            self.marks.append(Mark(at, Kind.ITEM, indent, "", number))
        elif line.lstrip()[0] == "*" and indent <= self.list_table:
            self.marks.append(Mark(at, Kind.ROW))
        else:
            self.marks.append(Mark(at, Kind.CELL))

    # -- headings and tables ---------------------------------------------------------------

    def _heading(self, index: int) -> int:
        """Take a heading; the number of the line after it, 0 where there is none."""
        line = self.lines[index]
        above = _ADORNMENT.match(line)
        title_at = index + 1 if above else index
        below_at = title_at + 1
        if below_at >= len(self.lines) or not self.blank_before:
            return 0
        title = self.lines[title_at].strip()
        below = _ADORNMENT.match(self.lines[below_at])
        if not title or below is None or _ADORNMENT.match(title) or (not above and line[0] == " "):
            return 0
        length = len(self.lines[below_at].rstrip())
        if length < min(4, len(title)) or (above and above[1] != below[1]):
            return 0
        style = below[1] * (2 if above else 1)
        if style not in self.adornments:
            self.adornments.append(style)
        level = self.adornments.index(style) + 1
        self.marks.append(Mark(self.starts[index], Kind.HEADING, level, title))
        self.blank_before = True
        return below_at + 1

    def _row(self, index: int, line: str) -> bool:
        start = self.starts[index]
        if _SIMPLE.match(line):
            if not self.table and index + 1 < len(self.lines):
                self.table = "simple"
                self.columns = [rule.start() for rule in re.finditer("=+", line)]
            return True
        if self.table and not line.startswith(" "):
            self.marks.append(Mark(start, Kind.ROW))
            self.marks += [Mark(start + c, Kind.CELL) for c in self.columns if 0 < c < len(line)]
        return bool(self.table)

    def _grid(self, index: int) -> int:
        """Take a table drawn with lines; the number of the line after it."""
        end = index
        borders = [index]
        while end < len(self.lines) and self.lines[end].lstrip()[:1] in ("|", "+"):
            if _GRID.match(self.lines[end]) and end > index:
                borders.append(end)
            end += 1
        for above, below in pairwise([*borders, end]):
            self.marks.append(Mark(self.starts[above], Kind.ROW))
            if below > above + 1:
                self._cells(above + 1, below)
        self.marks.append(Mark(self.end(end - 1), Kind.TABLE_END))
        self.blank_before = True
        return end

    def _cells(self, first: int, last: int) -> None:
        """Look into the cells of a row of a grid for `.. math::`."""
        bars = [match.start() for match in re.finditer(r"\|", self.lines[first])]
        self.marks += [Mark(self.starts[first] + bar, Kind.CELL) for bar in bars]
        for left, right in pairwise(bars):
            cell: list[tuple[str, int]] = []
            for number in range(first, last):
                line = self.lines[number]
                if line[left : left + 1] != "|" or line[right : right + 1] != "|":
                    break  # not the same columns any more
                cell.append((line[left + 1 : right].rstrip(), self.starts[number] + left + 1))
            for number, (text, at) in enumerate(cell):
                found = _CELL_MATH.fullmatch(text)
                if found:
                    self._in_cell(found, at, cell[number + 1 :])
                    break

    def _in_cell(self, found: re.Match[str], at: int, below: list[tuple[str, int]]) -> None:
        """The maths of one cell: behind its directive, or in the deeper lines below."""
        indent = len(found[1])
        pieces = [(found[2], at + found.start(2))] if found[2] else []
        for text, start in below:
            deep = len(text) - len(text.lstrip())
            if text.strip() and (deep <= indent or _OPTION.fullmatch(text)):
                break
            if text.strip():
                pieces.append((text[deep:], start + deep))
        places: list[int] = []
        for text, start in pieces:
            places += range(start, start + len(text) + 1)  # with the end of the line
            self.blanks.append((start, start + len(text)))
        whole = (at + indent, at + found.end())
        if pieces:
            content = "\n".join(text for text, _ in pieces)
            places.pop()
            self.maths.append(Maths(*whole, whole, True, content, places=tuple(places)))

    def _end_table(self, index: int) -> None:
        self.table = ""
        self.marks.append(Mark(self.starts[index], Kind.TABLE_END))

    # -- blocks ----------------------------------------------------------------------------

    def _body(self, index: int, indent: int) -> int:
        """The number of the line after the deeper indented block that follows ``index``."""
        last = index + 1
        for number in range(index + 1, len(self.lines)):
            line = self.lines[number]
            if line.strip():
                if len(line) - len(line.lstrip()) <= indent:
                    break
                last = number + 1
        return last

    def _explicit(self, index: int, indent: int, said: str) -> int:
        """Take what begins with two dots."""
        self.blank_before = True
        start = self.starts[index] + indent
        directive = _DIRECTIVE.match(said)
        name = directive[1] if directive else ""
        if name == "math":
            return self._directive(index, indent, (directive[2] or "") if directive else "")
        if name == "csv-table":
            return self._csv_table(index, indent)
        if name == "list-table":
            self.list_table = indent + 1
            self._list_table(index, indent)
        if name and name not in CODE and not name.startswith("code"):
            self.blanks.append((start, self.end(index)))
            self.marks.append(Mark(self.end(index), Kind.BREAK))
            return index + 1
        if _TARGET.match(said) and not name:
            self.blanks.append((start, start + 2))
            return index + 1
        end = self._body(index, indent)
        if not name:
            comment = as_comment(self.text, self.end(index) - len(said), self.end(end - 1))
            if comment:
                self.comments.append(comment)
        self.blanks.append((start, self.end(end - 1)))
        return end

    def _csv_table(self, index: int, indent: int) -> int:
        """Take a table whose rows are lines, with commas between their cells."""
        end = self._body(index, indent)
        self.blanks.append((self.starts[index] + indent, self.end(index)))
        for number in range(index + 1, end):
            start, line = self.starts[number], self.lines[number]
            option = _OPTION.fullmatch(line)
            if option and option[1] != "header":
                self.blanks.append((start, self.end(number)))
            elif line.strip():
                at = option.start(2) if option else 0
                self.blanks.append((start, start + at))
                self.marks.append(Mark(start + at, Kind.ROW))
                for field in _FIELD.finditer(line, at):
                    if field.start() > at:
                        self.marks.append(Mark(start + field.start(), Kind.CELL))
                    text = field[0].strip(' \t"')
                    first = field.start() + field[0].find(text)
                    last = first + len(text)
                    self.blanks += [
                        (start + field.start(), start + first),
                        (start + last, start + field.end() + 1),
                    ]
        self.marks.append(Mark(self.end(end - 1), Kind.TABLE_END))
        return end

    def _list_table(self, index: int, indent: int) -> None:
        """Find how deep the list of a list-table is indented."""
        for number in range(index + 1, min(len(self.lines), index + 50)):
            line = self.lines[number]
            deep = len(line) - len(line.lstrip())
            if line.lstrip().startswith("* "):
                self.list_table = deep
                return
            if line.strip() and deep <= indent:
                return

    def _literal(self, index: int, indent: int) -> int:
        """Blank the literal block that a line with `::` at its end announces."""
        end = self._body(index, indent)
        first = index + 1
        while first < end and not self.lines[first].strip():
            first += 1
        if first == index + 1 or first >= end:
            return index + 1
        self.blanks.append((self.starts[first], self.end(end - 1)))
        self.blank_before = True
        return end

    def _doctest(self, index: int) -> int:
        end = index
        while end < len(self.lines) and self.lines[end].strip():
            end += 1
        self.blanks.append((self.starts[index], self.end(end - 1)))
        return end

    def _directive(self, index: int, indent: int, argument: str) -> int:
        """Take `.. math::`: an empty line begins the next equation, outside environments."""
        end = self._body(index, indent)
        first, label = self.options(index + 1, end)
        pieces: list[tuple[int, int]] = []
        if argument.strip():
            stop = first if first > index + 1 else index + 1
            while stop < end and self.lines[stop].strip():
                stop += 1
            at = self.end(index) - len(argument)
            last = self.end(stop - 1) if stop > first else self.end(index)
            pieces.append((at, last))
            first = stop
        begun, depth = -1, 0
        for number in range(first, end):
            line = self.lines[number]
            if line.strip() or depth > 0:
                begun = number if begun < 0 else begun
                for match in _ENVIRONMENT.finditer(line):
                    depth += 1 if match[1] == "begin" else -1
            elif begun >= 0:
                pieces.append((self.starts[begun], self.end(number - 1)))
                begun = -1
        if begun >= 0:
            pieces.append((self.starts[begun], self.end(end - 1)))
        outer = self.starts[index] + indent
        for number, (start, stop) in enumerate(pieces):
            start += len(self.text[start:stop]) - len(self.text[start:stop].lstrip())
            content = self.text[start:stop]
            whole = (outer if not number else start, stop)
            shown = label if len(pieces) == 1 else ""
            # Sphinx sets it as `split`
            self.maths.append(Maths(start, stop, whole, True, content, "split", shown))
        if not pieces:
            self.blanks.append((outer, self.end(index)))
        return end
