"""Boxes to LaTeX (amsmath), without delimiters."""

from __future__ import annotations

import re

from derivcheck.lang.notation import GREEK_NAMES
from derivcheck.typeset import boxes as B

_SIGNS = {
    "−": "-", "⋅": r"\cdot", "⊙": r"\odot", "⊘": r"\oslash", "⊗": r"\otimes", "×": r"\times",
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "∧": r"\land", "∨": r"\lor", "∈": r"\in",
    "¬": r"\lnot", "∂": r"\partial", "∇": r"\nabla", "∘": r"\circ", "d": r"\mathrm{d}",
    "∫": r"\int", "∑": r"\sum", "∏": r"\prod", "∞": r"\infty", "⊤": r"\top",
    "⟨": r"\langle", "⟩": r"\rangle",
    "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}", "ℕ": r"\mathbb{N}", "ℂ": r"\mathbb{C}", "‖": r"\|",
}  # fmt: skip
_COMMANDS = frozenset(
    (
        *("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth"),
        *("arcsin", "arccos", "arctan", "exp", "ln", "log", "det", "max", "min"),
    )
)
_ESCAPED = {
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\hat{}", "#": r"\#",
    "$": r"\$", "%": r"\%", "&": r"\&", "~": r"\sim ", " ": r"\ ",
}  # fmt: skip
_WORD_END = re.compile(r"\\[A-Za-z]+$")


def latex(box: B.Box) -> str:
    """The box as LaTeX mathematics."""
    match box:
        case B.Text():
            return _text(box)
        case B.Sign(sign) | B.Prefix(sign):
            return _SIGNS.get(sign, sign)
        case B.Times():
            return r"\,"
        case B.Row(items):
            return _row(items)
        case B.Entry(base, index):
            return f"{latex(base)}_{{{latex(index)}}}"
        case B.Accent(letter, mark):
            return rf"\{mark}{{{_text(letter)}}}"
        case B.Counted(_, printed):
            return latex(printed)
        case B.Fraction(over, under):
            return rf"\frac{{{latex(over)}}}{{{latex(under)}}}"
        case B.Root(body, degree):
            return rf"\sqrt{f'[{degree}]' if degree else ''}{{{latex(body)}}}"
        case B.Script(base, below, above):
            found = latex(base)
            if isinstance(base, B.Script | B.Apply):
                found = f"{{{found}}}"
            if below is not None:
                found += f"_{{{latex(below)}}}"
            if isinstance(above, B.Text) and set(above.text) == {"′"}:
                return found + "'" * len(above.text)
            return found if above is None else f"{found}^{{{latex(above)}}}"
        case B.Fence(left, body, right):
            return _after(rf"\left{_fence(left)}", latex(body)) + rf"\right{_fence(right)}"
        case B.Apply(head, argument):
            return _after(latex(head), latex(argument))
        case B.Big(sign, below, above, body):
            top = "" if above is None else f"^{{{latex(above)}}}"
            return rf"{_SIGNS[sign]}_{{{latex(below)}}}{top} {latex(body)}"
        case B.Cases(lines):
            inner = r" \\ ".join(f"{latex(value)} & {latex(test)}" for value, test in lines)
            return rf"\begin{{cases}} {inner} \end{{cases}}"
        case B.Grid(rows):
            inner = r" \\ ".join(" & ".join(map(latex, cells)) for cells in rows)
            return rf"\begin{{bmatrix}} {inner} \end{{bmatrix}}"
    raise TypeError(f"no LaTeX for {type(box).__name__}")


def _text(box: B.Text) -> str:
    text = box.text
    match box.style:
        case B.Style.NUMBER:
            return text
        case B.Style.BOLD:
            return rf"\mathbf{{{text}}}"
        case B.Style.WORDS:
            return rf"\text{{{text}}}"
        case B.Style.VERBATIM:
            return rf"\mathtt{{{_escaped(text)}}}"
    if text in GREEK_NAMES:
        return rf"\{GREEK_NAMES[text]}"
    is_upright = box.style is B.Style.UPRIGHT
    if text in _SIGNS and (is_upright or not text.isalpha()):
        return _SIGNS[text]
    if is_upright and text in _COMMANDS:
        return rf"\{text}"
    safe = _escaped(text)
    font = "operatorname" if len(text) > 1 else "mathrm"
    return rf"\{font}{{{safe}}}" if is_upright else safe


def _escaped(text: str) -> str:
    return "".join(_ESCAPED.get(c, c) for c in text)


def _row(items: tuple[B.Box, ...]) -> str:
    found = ""
    for item in items:
        text = latex(item)
        if isinstance(item, B.Sign):
            text = {",": ", ", ":": ":"}.get(item.sign) or f" {text} "
        found = found + text if found.endswith(" ") else _after(found, text)
    return found.strip()


def _after(before: str, text: str) -> str:
    """``text`` behind ``before``; a space where a command would swallow its first letter."""
    if _WORD_END.search(before) and text[:1].isalpha():
        return f"{before} {text}"
    return before + text


def _fence(sign: str) -> str:
    return {"{": r"\{", "}": r"\}", "‖": r"\|"}.get(sign) or _SIGNS.get(sign, sign)
