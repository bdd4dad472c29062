"""All formulas of a run as LaTeX, to be ``\\input`` into a document that loads amsmath."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from derivcheck.collection.formula import Formula
from derivcheck.lang.notation import GREEK_NAMES
from derivcheck.model import Report
from derivcheck.report.escape import plain
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
                lines += ["", rf"\noindent\textbf{{{escaped(entry.id)}}}{name}{word}"]
                lines += display(entry)
    return "\n".join(lines) + "\n"


def display(entry: Formula) -> Iterator[str]:
    """The claim as a display, a line for each of its forms."""
    setter = Typesetter(entry)
    left, *forms = (latex(box) for box in (setter.left(), *setter.forms()))
    yield r"\begin{align*}"
    for i, form in enumerate(forms):
        end = "" if i == len(forms) - 1 else r" \\"
        yield f"  {left if i == 0 else ''} &= {form}{end}"
    yield r"\end{align*}"


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
