"""One formula alone, in one form, fit to paste."""

from __future__ import annotations

from derivcheck.collection.formula import Formula
from derivcheck.model import Report


def written(format: str, entry: Formula, report: Report) -> str:
    """A line for each form that is claimed: an equation in LaTeX or text, the claim for NumPy."""
    from derivcheck.typeset.latex import latex
    from derivcheck.typeset.statement import Typesetter

    if format == "json":
        from derivcheck.report.json_ import render

        return render(report)
    setter = Typesetter(entry)
    texts = entry.claims
    if format == "latex":
        left = latex(setter.left())
        return "".join(f"{left} = {latex(form)}\n" for form in setter.forms())
    if format == "text":
        return "".join(f"{setter.text(text)}\n" for text in texts)
    lines = []
    for text in texts:
        code = of_claim("numpy", entry, text)
        lines.append(f"{code or f'# NumPy has no form of {text}'}\n")
    return "".join(lines)


def of_claim(format: str, entry: Formula, text: str) -> str | None:
    """A claimed text in LaTeX or for NumPy, which may have no form of it."""
    from derivcheck.typeset.code import numpy_code
    from derivcheck.typeset.latex import latex
    from derivcheck.typeset.statement import Typesetter

    setter = Typesetter(entry)
    if format == "latex":
        return latex(setter.math(text))
    syntax = setter.parsed(text)
    return None if syntax is None else numpy_code(syntax, setter.declared)
