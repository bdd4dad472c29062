"""TeX and LaTeX to a page.

Verbatim text, comments and the bodies of macro definitions are no maths; what stands before
``\\begin{document}`` is no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivcheck.documents.scan.comments import Line, assemble, is_spoken
from derivcheck.documents.scan.inline import find_maths
from derivcheck.documents.scan.page import (
    Comment,
    Kind,
    Mark,
    Offsets,
    Page,
    Spans,
    blanked,
    braces,
    page,
)

_LEVELS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph")
_VERBATIM = ("verbatim", "Verbatim", "lstlisting", "minted", "comment", "filecontents", "alltt")
_TOKEN = re.compile(
    r"\\begin\{(?P<raw>(?:" + "|".join(_VERBATIM) + r")\*?)\}"
    r"|\\(?P<verb>verb\*?|lstinline|mintinline\{\w+\})(?P<mark>[^\w\s*{])"
    r"|\\."
    r"|(?P<comment>%)",
    re.S,
)
_BRANCH = re.compile(
    r"\\newif\s*\\if(?P<new>[A-Za-z]+)|\\let\s*\\if(?P<name>[A-Za-z]+)\s*=?\s*\\if(?P<as>[A-Za-z]+)"
    r"|\\if(?P<asked>[A-Za-z]*)|\\(?P<end>else|fi)(?![A-Za-z])"
    r"|\\(?P<set>[A-Za-z]+)(?P<value>true|false)(?![A-Za-z])"
    r"|(?P<open>\{|\\(?:begingroup|bgroup)\b|\\begin\{(?!document))"
    r"|(?P<close>\}|\\(?:endgroup|egroup)\b|\\end\{(?!document))|\\[^A-Za-z]"
)
_CONDITIONS = frozenset(
    ("", "x", "cat", "num", "dim", "odd", "case", "defined", "csname", "pdf", "mmode")
)
"""What TeX asks behind ``\\if``, up to ``\\fi``: not so ``\\iff`` and ``\\ifthenelse``."""
_STRUCTURE = re.compile(
    r"\\(?P<heading>" + "|".join(_LEVELS) + r")\*?[ \t\n]*(?:\[[^\]\n]*\])?[ \t\n]*\{"
    r"|\\begin\{(?P<list>itemize|enumerate|description|questions|parts)\}"
    r"|\\end\{(?P<endlist>itemize|enumerate|description|questions|parts)\}"
    r"|\\begin\{(?P<table>tabular|tabularx|longtable|tabulary)\*?\}"
    r"|\\end\{(?P<endtable>tabular|tabularx|longtable|tabulary)\*?\}"
    r"|\\(?P<item>item)(?![A-Za-z])"
    r"|(?P<row>\\\\|\\tabularnewline\b)"
    r"|(?P<cell>&)"
    r"|\\.",
    re.S,
)
_DEFINITION = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareMathOperator|DeclareRobustCommand"
    r"|DeclarePairedDelimiter|[gex]?def|newenvironment|NewDocumentCommand)(?![A-Za-z])\*?"
)
_MARKED = re.compile(
    r"\\DIF(?:(?P<gone>delbegin)|delend|addbegin|addend)(?![A-Za-z])|"
    r"(?P<new>\\[A-Za-z]*(?:command|def)\*?\s*(?:\{\s*)?)?"
    r"\\(?P<name>[A-Za-z]+)\s*(?:\[[^\]\n]{0,200}\])?(?P<brace>\{)"
)
_REMOVED = frozenset(("deleted", "sout", "xout", "st", "DIFdel", "todo"))
_KEPT = frozenset(("added", "DIFadd", "replaced"))
_DEFINED = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand|\w*def|let)\*?\s*(?:\{\s*)?"
    r"\\([A-Za-z]+)(?:\s*(?:\}\s*)?(?:\[1\]|#1)\s*\{\s*(?:\\(?:relax|ignorespaces|unskip)\s*)*(\}))?"
)
"""The definition of a macro, and the end of one that leaves out what it is given."""
_BREAK = re.compile(r"\n[ \t]*\n[ \t\n]*")
_MOST_TITLE = 300


def scan(text: str) -> Page:
    """A TeX document as a page. Never raises."""
    blanks, comments = _without_code(text)
    clean = blanked(text, blanks)
    untaken = Spans(_untaken(clean))
    clean = blanked(clean, untaken.ranges)
    clean = blanked(clean, _removed(clean))
    comments = [one for one in comments if one.offset not in untaken]
    begin = clean.find(r"\begin{document}")
    end = clean.find(r"\end{document}", max(begin, 0))
    skip = definitions(clean)
    if begin >= 0:
        skip = [(0, begin), *(one for one in skip if one[0] >= begin)]
    if end >= 0:
        skip = [one for one in skip if one[1] <= end] + [(end, len(text))]
    maths, unclosed = find_maths(clean, True, skip)
    marks = _marks(blanked(clean, [*skip, *(one.outer for one in maths)]))
    return page(text, clean, maths, marks, comments, unclosed)


def _without_code(text: str) -> tuple[list[tuple[int, int]], list[Comment]]:
    """The ranges that are no text, and the comments that speak to derivcheck."""
    blanks: list[tuple[int, int]] = []
    said: list[tuple[int, int]] = []
    never: set[str] = set()
    position = 0
    while token := _TOKEN.search(text, position):
        start, position = token.start(), token.end()
        if token["raw"]:
            close = rf"\end{{{token['raw']}}}"
            end = -1 if close in never else text.find(close, position)
            if end < 0:
                never.add(close)  # looked for once: a long text stays cheap
                continue
            position = end + len(close)
        elif token["verb"]:
            line_end = text.find("\n", position)
            end = text.find(token["mark"], position, line_end if line_end >= 0 else len(text))
            if end < 0:
                continue
            position = end + 1
        elif token["comment"]:
            end = text.find("\n", position)
            position = end if end >= 0 else len(text)
            said.append((start, position))
        else:
            continue
        blanks.append((start, position))
    return blanks, _comments(text, said)


def _untaken(clean: str) -> Iterator[tuple[int, int]]:
    r"""The branches of conditions that are not taken: of ``\iffalse``, and of what the page itself
    makes a condition and sets to true or false before."""
    known = {"true": (True, False), "false": (False, True)}
    branches: list[tuple[tuple[bool, bool], int]] = []
    """Of each condition that is open, whether the branch at hand and the other one may be taken,
    and where it begins."""
    depth = 0
    for found in _BRANCH.finditer(clean):
        name = found["new"] or found["name"] or found["set"]
        if found["open"] or found["close"]:
            depth += 1 if found["open"] else -1
        elif found["new"] or found["as"] or name in known:
            said = found["value"] or found["as"] or "false"
            # what a group, a macro or an open condition sets is not known behind it, and then
            # neither branch is read
            if any(where == (False, True) for where, _ in branches):
                continue
            is_open = any(where[0] == where[1] for where, _ in branches)
            is_known = depth <= 0 and not is_open and known.get(name) != (False, False)
            known[name] = known.get(said, (False, False)) if is_known else (False, False)
        elif found["end"] and branches:
            (is_taken, other), start = branches.pop()
            if not is_taken:
                yield start, found.start()
            if found["end"] == "else":
                branches.append(((other, is_taken), found.end()))
        elif found["asked"] in _CONDITIONS | known.keys():
            branches.append((known.get(found["asked"], (True, True)), found.end()))


def _comments(text: str, said: list[tuple[int, int]]) -> list[Comment]:
    """The annotations among the comments.

    One is a comment that begins with ``derivcheck`` and the deeper indented comments on the
    lines right below it.
    """
    found: list[Comment] = []
    unit: list[Line] = []
    indent = after = 0

    def end_unit() -> None:
        one = assemble(unit, after) if unit else None
        unit.clear()
        if one is not None:
            found.append(one)

    for start, end in said:
        stripped = text[start:end].lstrip("%")
        line = stripped.rstrip()
        deep = len(line) - len(line.lstrip(" \t"))
        below = text[after:start].strip(" \t") == "\n"
        if is_spoken(line):
            end_unit()
            unit.append((line, end - len(stripped)))
            indent = deep if unit[0][0].strip(" \t:") != "derivcheck" else deep - 1
        elif unit and below and (deep > indent or not line):
            unit.append((line, end - len(stripped)))
        else:
            end_unit()
        after = end
    end_unit()
    return found


def definitions(clean: str) -> list[tuple[int, int]]:
    """The ranges of macro definitions: what stands in them is maths only where they are used."""
    found = []
    ends = braces(clean)
    position = 0
    while match := _DEFINITION.search(clean, position):
        position = match.end()
        line_end = clean.find("\n", position)
        limit = line_end if line_end >= 0 else len(clean)
        brace = clean.find("{", position, limit)
        while 0 <= brace < limit:
            position = ends.get(brace, brace + 1)
            limit = max(limit, position)
            brace = position if clean[position : position + 1] in ("{", "[") else -1
            if brace >= 0 and clean[brace] == "[":
                close = clean.find("]", brace, brace + 200)
                position = close + 1 if close >= 0 else position
                brace = position if clean[position : position + 1] == "{" else -1
        found.append((match.start(), position))
    return found


def _removed(clean: str) -> Iterator[tuple[int, int]]:
    """The ranges of what is struck out, replaced, or a note to the authors, and of the marks of
    what is added."""
    ends = braces(clean)
    empty: dict[str, bool] = {}
    for found in _DEFINED.finditer(clean):
        empty[found[1]] = empty.get(found[1], True) and found[2] is not None
    removed = _REMOVED | {name for name, is_empty in empty.items() if is_empty}
    gone = Offsets([match.start() for match in re.finditer(r"\\DIFdelend", clean)])
    for found in _MARKED.finditer(clean):
        start = found.start("brace")
        if found["gone"] and (end := gone.next(found.end())) >= 0:
            yield found.start(), end
        elif found["name"] is None:
            yield found.span()
        elif found["new"] or start not in ends:
            continue
        elif found["name"] in removed:
            # in maths a macro that stayed would take what stands behind it
            yield found.start() if found["name"] in empty else start, ends[start]
        elif found["name"] in _KEPT:
            yield found.span()
            yield ends[start] - 1, ends[start]
            if found["name"] == "replaced" and ends[start] in ends:  # {new}{old}
                yield ends[start], ends[ends[start]]


def _marks(text: str) -> list[Mark]:
    """Headings, items, rows and paragraphs of a text without maths."""
    marks = [Mark(match.end(), Kind.BREAK) for match in _BREAK.finditer(text)]
    ends = braces(text)
    depth = tables = 0
    for match in _STRUCTURE.finditer(text):
        start = match.start()
        if match["heading"]:
            level = _LEVELS.index(match["heading"]) + 1
            brace = match.end() - 1
            end = min(ends.get(brace, brace + 1), brace + _MOST_TITLE)
            title = text[brace + 1 : max(brace + 1, end - 1)].strip()
            marks.append(Mark(start, Kind.HEADING, level, title))
        elif match["list"]:
            depth += 1
        elif match["endlist"]:
            marks.append(Mark(start, Kind.END, depth))
            depth = max(0, depth - 1)
        elif match["item"]:
            marks.append(Mark(start, Kind.ITEM, depth))
        elif match["table"]:
            tables += 1
            marks.append(Mark(start, Kind.ROW))
        elif match["endtable"]:
            tables = max(0, tables - 1)
            marks.append(Mark(start, Kind.TABLE_END))
        elif match["row"] and tables:
            marks.append(Mark(match.end(), Kind.ROW))
        elif match["cell"] and tables:
            marks.append(Mark(start, Kind.CELL))
    return marks
