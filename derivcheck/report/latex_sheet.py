"""All formulas of a run as LaTeX, to be ``\\input`` into a document that loads amsmath."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, pairwise

from derivcheck.collection.formula import Formula
from derivcheck.lang.notation import GREEK_NAMES
from derivcheck.model import Report
from derivcheck.report.escape import plain
from derivcheck.typeset import boxes as B
from derivcheck.typeset import terminal
from derivcheck.typeset.latex import latex
from derivcheck.typeset.statement import Typesetter

_ESCAPED = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\textasciicircum{}",
    "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&", "~": r"\textasciitilde{}",
}  # fmt: skip


def render(report: Report, entries: Iterable[Formula]) -> str:
    """A section for each collection, a display for each formula with its id, name and verdict."""
    titles = dict(report.collections)
    verdicts = {(r.collection, r.id): r for r in report.results}
    lines = ["% written by derivcheck; needs \\usepackage{amsmath,amssymb}"]
    for collection, group in groupby(entries, key=lambda entry: entry.collection):
        lines += ["", rf"\section*{{{escaped(titles.get(collection) or collection)}}}"]
        for section, formulas in groupby(group, key=lambda entry: entry.section):
            lines += [rf"\subsection*{{{escaped(section)}}}"] if section else []
            for entry in formulas:
                found = verdicts.get((entry.collection, entry.id))
                word = "" if found is None else f" ({found.verdict.value})"
                name = f" {escaped(entry.name)}" if entry.name else ""
                head = rf"\noindent\textbf{{{escaped(entry.id)}}}{name}{word}"
                lines += ["", rf"{{\raggedright {head}\par}}", *display(entry)]
    return "\n".join(lines) + "\n"


_ROOM = 60
"""Columns of a terminal that take about the width of a page of LaTeX's ``article``."""


def display(entry: Formula) -> list[str]:
    """The claim as a display, a line for each of its forms; what is wider than a page is broken."""
    setter = Typesetter(entry)
    left = setter.left()
    width = terminal.block(left).width
    is_apart = width > _ROOM // 2 and any(
        width + terminal.block(form).width > _ROOM for form in setter.forms()
    )
    first = [f"&{part}" for part in pieces(left, _ROOM)] if is_apart else []
    head, room = ("", _ROOM - 4) if is_apart else (latex(left), _ROOM - 3 - width)
    for form in setter.forms():
        beginning, *rest = pieces(form, max(room, _ROOM // 3))
        first.append(f"{head} &{chr(92) + 'quad ' if is_apart else ''}= {beginning}".lstrip(" "))
        first += [rf"&\quad {part}" for part in rest]
        head = ""
    rows = [f"  {line} \\\\" for line in first]
    return [r"\begin{align*}", *rows[:-1], rows[-1][:-3], r"\end{align*}"]


def pieces(box: B.Box, room: int) -> list[str]:
    """A box as LaTeX, in rows that begin with a sign or a factor where one would be too wide."""
    found: list[B.Row] = []
    for part in _parts(box, room):
        joined = B.Row((*found[-1].items, *part)) if found else None
        if joined is not None and terminal.block(joined).width <= room:
            found[-1] = joined
        else:
            found.append(B.Row(part))
    return [latex(_continued(one)) for one in found]


def _continued(found: B.Row) -> B.Row:
    """A row that begins with a factor is told to be one."""
    first, *rest = found.items
    return B.Row((B.Sign("⋅"), *rest)) if isinstance(first, B.Times) else found


def _parts(box: B.Box, room: int) -> Iterator[tuple[B.Box, ...]]:
    """The terms of a row, those that are too wide by themselves in factors."""
    items = box.items if isinstance(box, B.Row) else (box,)
    for term in _split(items, lambda item: isinstance(item, B.Sign) and item.sign in "+−"):
        is_wide = terminal.block(B.Row(term)).width > room
        yield from _split(term, lambda item: isinstance(item, B.Times)) if is_wide else [term]


def _split(items: tuple[B.Box, ...], begins: Callable[[B.Box], bool]) -> list[tuple[B.Box, ...]]:
    starts = [i for i, item in enumerate(items) if i and begins(item)]
    return [items[a:b] for a, b in pairwise([0, *starts, len(items)])]


def escaped(text: str) -> str:
    """Words of a formula file as LaTeX text; letters that fonts may lack by their number."""
    found = []
    for character in plain(text):
        if character in GREEK_NAMES:
            found.append(rf"$\{GREEK_NAMES[character]}$")
        elif character.isascii() or 0xA0 < ord(character) < 0x180:
            found.append(_ESCAPED.get(character, character))
        else:
            found.append(f"[U+{ord(character):04X}]")
    return "".join(found)
