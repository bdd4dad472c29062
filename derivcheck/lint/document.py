"""A document as the rules read it: prose and maths apart, code and comments blanked.

Blanking keeps every offset, so that a rule reports the place in the text as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of maths: offsets of its content, without delimiters.

    ``outer`` are the offsets with delimiters. ``doubtful`` ones (a blank line inside) are
    read for tags but not judged.
    """

    start: int
    end: int
    outer: tuple[int, int]
    display: bool
    environment: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A ``\\tag`` or ``\\label`` and where it stands."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a numbered list: offsets of its number and of the end of what it holds."""

    number: int
    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """``text`` has code and comments blanked; ``prose`` also has the maths blanked."""

    text: str
    prose: str
    latex: bool
    regions: tuple[Region, ...]
    unclosed: tuple[tuple[int, str], ...]
    """Offsets of delimiters that are never closed, and the delimiter."""
    tags: tuple[Label, ...]
    labels: tuple[Label, ...]
    items: tuple[Item, ...]
    headings: tuple[int, ...]
    lines: tuple[int, ...]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1


MATH_ENVIRONMENTS = (
    *("equation", "align", "alignat", "flalign", "gather", "multline", "eqnarray"),
    *("math", "displaymath"),
)
_BEGIN = re.compile(r"\\begin\{(" + "|".join(MATH_ENVIRONMENTS) + r")(\*?)\}")
_FENCE = re.compile(r"^([ \t>]*(?:[-+*][ \t]+|\d+[.)][ \t]+)?)(`{3,}|~{3,})([^\n]*)$", re.M)
_BLANK = re.compile(r"\n[ \t>]*\n")
_ITEM = re.compile(r"^([ \t]{0,3})(\d{1,9})[.)、．](?=\s|\$|[^\x00-\x7f])", re.M)
_HEADING = re.compile(r"^ {0,3}#{1,6}(?=\s)|^\\(?:part|chapter|(?:sub)*section)\b", re.M)
_RULE_LINE = re.compile(r"^ {0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*$", re.M)
_TAG = re.compile(r"\\tag\s*\*?\s*(?:\{([^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*)\}|(\d+))")
_LABEL = re.compile(r"\\label\s*\{([^{}\n]*)\}")


def read_document(text: str, file: str) -> Document:
    """Split a document into prose and maths. Never raises."""
    latex = file.lower().endswith((".tex", ".ltx", ".latex"))
    clean, fences = (_without_latex_code(text), []) if latex else _without_markdown_code(text)
    regions, unclosed = _math(clean, fences, latex)
    prose = clean
    for region in regions:
        prose = _blank(prose, *region.outer)
    lines = (0, *(match.end() for match in re.finditer("\n", text)))
    headings = tuple(match.start() for match in _HEADING.finditer(clean))
    return Document(
        text=clean,
        prose=prose,
        latex=latex,
        regions=tuple(regions),
        unclosed=tuple(unclosed),
        tags=tuple(
            Label((match[1] if match[1] is not None else match[2]).strip(), match.start())
            for match in _TAG.finditer(clean)
        ),
        labels=tuple(Label(match[1].strip(), match.start()) for match in _LABEL.finditer(clean)),
        items=() if latex else _items(prose, headings),
        headings=headings,
        lines=lines,
    )


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def _blank_all(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


_VERBATIM = re.compile(
    r"\\begin\{(verbatim\*?|lstlisting|minted|comment|filecontents\*?)\}.*?\\end\{\1\}"
    r"|\\verb\*?([^\w\s])[^\n]*?\2|\\lstinline([^\w\s])[^\n]*?\3",
    re.S,
)
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*")


def _without_latex_code(text: str) -> str:
    text = _blank_all(_VERBATIM, text)
    return _COMMENT.sub(lambda m: m[1] + " " * (len(m[0]) - len(m[1])), text)


_FRONT_MATTER = re.compile(r"\A\ufeff?(?:---[ \t]*\n.*?\n(?:---|\.\.\.)|\+\+\+[ \t]*\n.*?\n\+\+\+)"
                           r"[ \t]*(?=\n|\Z)", re.S)  # fmt: skip
_HTML = re.compile(r"<!--.*?(?:-->|\Z)|<(pre|code|script|style)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
_TICKS = re.compile(r"(?<!`)(`+)(?!`)")


def _without_markdown_code(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with code blanked, and the offsets of ``math`` fences."""
    text = _blank_all(_FRONT_MATTER, text)
    text, fences = _without_fences(text)
    text = _without_code_spans(text)
    text = _blank_all(_HTML, text)
    return _without_indented_code(text), fences


def _without_fences(text: str) -> tuple[str, list[tuple[int, int]]]:
    fences: list[tuple[int, int]] = []
    position = 0
    while opening := _FENCE.search(text, position):
        mark = opening[2]
        closing = re.compile(rf"^[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$", re.M).search(
            text, opening.end()
        )
        inner_end = closing.start() if closing else len(text)
        end = closing.end() if closing else len(text)
        if mark[0] == "`" and "`" in opening[3]:
            position = opening.end()
            continue
        if opening[3].strip() == "math":
            fences.append((opening.end(), inner_end))
            text = _blank(text, opening.start(), opening.end())
            text = _blank(text, inner_end, end)
        else:
            text = _blank(text, opening.start(), end)
        position = end
    return text, fences


def _without_code_spans(text: str) -> str:
    position = 0
    while opening := _TICKS.search(text, position):
        stop = _BLANK.search(text, opening.end())
        limit = stop.start() if stop else len(text)
        closing = next(
            (m for m in _TICKS.finditer(text, opening.end(), limit) if m[1] == opening[1]), None
        )
        position = opening.end()
        if closing is None:
            continue
        start, end = opening.start(), closing.end()
        if text[start - 1 : start] == "$" and text[end : end + 1] == "$":
            # $`...`$ is maths on some hosts: only the ticks go
            text = _blank(text, start, opening.end())
            text = _blank(text, closing.start(), end)
        else:
            text = _blank(text, start, end)
        position = end
    return text


def _without_indented_code(text: str) -> str:
    """Blank paragraphs indented by four or more that no list can hold."""
    lines = text.split("\n")
    in_list = code = in_display = False
    blank_before = True
    for index, line in enumerate(lines):
        stripped = line.strip()
        if not stripped:
            blank_before = True
            continue
        indented = line.startswith(("    ", "\t"))
        if indented and not in_list and not in_display and (blank_before or code):
            lines[index] = " " * len(line)
            code = True
        else:
            code = False
            if re.match(r"\s{0,3}(?:[-+*]|\d+[.)])\s", line):
                in_list = True
            elif not line.startswith((" ", "\t")):
                in_list = False
            if line.count("$$") % 2:
                in_display = not in_display
        blank_before = False
    return "\n".join(lines)


def _math(
    text: str, fences: list[tuple[int, int]], latex: bool
) -> tuple[list[Region], list[tuple[int, str]]]:
    regions = [Region(start, end, (start, end), True) for start, end in fences]
    unclosed: list[tuple[int, str]] = []
    dollars = [match.start() for match in re.finditer(r"(?<!\\)\$\$", text)]
    position = 0
    pattern = re.compile(r"\$\$|\$|\\[\[(]|\\begin\{|\\.", re.S)
    skip = sorted(fences)
    while found := pattern.search(text, position):
        start = found.start()
        fence = next((f for f in skip if f[0] <= start < f[1]), None)
        if fence:
            position = fence[1]
            continue
        region = _region(text, found, dollars, latex, unclosed)
        if region is None:
            position = found.end()
        else:
            regions.append(region)
            position = region.outer[1]
    return sorted(regions, key=lambda r: r.start), unclosed


def _region(
    text: str,
    found: re.Match[str],
    dollars: list[int],
    latex: bool,
    unclosed: list[tuple[int, str]],
) -> Region | None:
    start, token = found.start(), found.group()
    if token == "$$":
        return _display(text, start, dollars, unclosed)
    if token == "$":
        return _inline(text, start, latex)
    if token in (r"\[", r"\("):
        return _bracketed(text, start, token, latex, unclosed)
    begin = _BEGIN.match(text, start) if token == r"\begin{" else None
    if begin is None:
        return None
    closing = text.find(rf"\end{{{begin[1]}{begin[2]}}}", begin.end())
    if closing < 0:
        unclosed.append((start, begin[0]))
        return None
    end = closing + len(begin[0]) - 2
    return Region(begin.end(), closing, (start, end), True, begin[1] + begin[2])


def _display(
    text: str, start: int, dollars: list[int], unclosed: list[tuple[int, str]]
) -> Region | None:
    closing = re.compile(r"(?<!\\)\$\$").search(text, start + 2)
    gap = _BLANK.search(text, start + 2)
    if closing and (gap is None or closing.start() < gap.start()):
        return Region(start + 2, closing.start(), (start, closing.end()), True)
    remaining = len(dollars) - bisect_right(dollars, start - 1)
    if closing is None or remaining % 2:
        unclosed.append((start, "$$"))
        return None
    # some renderers allow a blank line in a display
    return Region(start + 2, closing.start(), (start, closing.end()), True, doubtful=True)


def _inline(text: str, start: int, latex: bool) -> Region | None:
    gap = _BLANK.search(text, start)
    limit = gap.start() if gap else len(text)
    if not latex and text[start + 1 : start + 2].isspace():
        return None
    for closing in re.compile(r"(?<!\\)\$").finditer(text, start + 1, limit):
        end = closing.start()
        content = text[start + 1 : end]
        if not latex and (
            content[-1:].isspace() or not content or text[end + 1 : end + 2].isdigit()
        ):
            return None
        if not latex and re.match(r"\d[\d,.]*(?:\s|[kKmM]\b)", content) and "\\" not in content:
            return None  # money
        return Region(start + 1, end, (start, end + 1), False)
    return None


def _bracketed(
    text: str, start: int, token: str, latex: bool, unclosed: list[tuple[int, str]]
) -> Region | None:
    close = r"\]" if token == r"\[" else r"\)"
    end = text.find(close, start + 2)
    gap = _BLANK.search(text, start + 2)
    if end < 0 or (gap and gap.start() < end):
        if latex:
            unclosed.append((start, token))
        return None
    content = text[start + 2 : end]
    if not latex and not re.search(r"\\[a-zA-Z]|[\^_=]", content):
        return None  # in Markdown this is an escaped bracket as well
    return Region(start + 2, end, (start, end + 2), token == r"\[")


def _items(prose: str, headings: tuple[int, ...]) -> tuple[Item, ...]:
    found = list(_ITEM.finditer(prose))
    stops = sorted([*headings, *(m.start() for m in _RULE_LINE.finditer(prose)), len(prose)])
    items = []
    for index, match in enumerate(found):
        following = found[index + 1].start() if index + 1 < len(found) else len(prose)
        stop = stops[bisect_right(stops, match.start())]
        items.append(Item(int(match[2]), match.start(2), min(following, stop)))
    return tuple(items)
