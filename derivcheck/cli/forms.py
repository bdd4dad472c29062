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
        return "".join(f"{setter.left_text()} == {text}\n" for text in texts)
    from derivcheck.typeset.code import numpy_code

    lines = []
    for text in texts:
        syntax = setter.parsed(text)
        code = None if syntax is None else numpy_code(syntax, setter.declared)
        lines.append(f"{code or f'# NumPy has no form of {text}'}\n")
    return "".join(lines)
