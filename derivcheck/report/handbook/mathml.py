"""Boxes to MathML (Core)."""

from __future__ import annotations

from derivcheck.report.handbook.html import Child, Html, el
from derivcheck.typeset import boxes as B

# invisible characters from files are made visible; these two are ours
APPLIED = Html("<mo>&#x2061;</mo>")
TIMES = Html("<mo>&#x2062;</mo>")
THIN = el("mspace", width="0.17em")

_XMLNS = "http://www.w3.org/1998/Math/MathML"
_BOLD_DIGITS = str.maketrans("01", "𝟎𝟏")


_MARKS = {"hat": "^", "bar": "\N{MACRON}", "tilde": "~"}


def line(*children: Child) -> Html:
    """A displayed formula that begins at the left."""
    return el("math", *children, displaystyle="true", xmlns=_XMLNS)


def inline(*children: Child) -> Html:
    """A formula in a line of text."""
    return el("math", *children, xmlns=_XMLNS)


def operator(sign: str, **attributes: str) -> Html:
    """An operator."""
    return el("mo", sign, **attributes)


def mathml(box: B.Box) -> Html:
    """The box as one MathML element."""
    match box:
        case B.Text():
            return _text(box)
        case B.Sign(sign):
            return operator(sign)
        case B.Prefix("d"):
            return el("mi", "d", mathvariant="normal")
        case B.Prefix(sign):
            return operator(sign, form="prefix")
        case B.Times():
            return Html(f"{TIMES}{THIN}")
        case B.Row(items):
            parts: list[Html] = []
            for i, item in enumerate(items):
                parts.append(mathml(item))
                following = items[i + 1] if i + 1 < len(items) else None
                if isinstance(item, B.Fraction) and not isinstance(
                    following, B.Sign | B.Times | None
                ):
                    parts.append(THIN)  # d/dx and what it is applied to
            return el("mrow", parts)
        case B.Fraction(over, under):
            return el("mfrac", _row(over), _row(under))
        case B.Root(body, degree):
            if degree:
                return el("mroot", _row(body), el("mn", degree))
            return el("msqrt", mathml(body))
        case B.Script(base, below, above):
            return _script(base, below, above)
        case B.Entry(base, index):
            return el("msub", mathml(base), _row(index))
        case B.Accent(letter, mark):
            return el("mover", mathml(letter), operator(_MARKS[mark]), accent="true")
        case B.Counted(_, printed):
            return mathml(printed)
        case B.Fence(left, body, right):
            return el(
                "mrow",
                operator(left, form="prefix", fence="true"),
                _row(body),
                operator(right, form="postfix", fence="true"),
            )
        case B.Apply(head, argument):
            return el("mrow", mathml(head), APPLIED, mathml(argument))
        case B.Big(sign, below, above, body):
            big = operator(sign, movablelimits="false")
            ends = [_row(below), *([_row(above)] if above is not None else [])]
            tag = "munder" if above is None else "munderover"
            return el("mrow", el(tag, big, *ends), mathml(body))
        case B.Cases(lines):
            return _grid("{", lines, "", class_="cases")
        case B.Grid(rows):
            return _grid("[", rows, "]")
    raise TypeError(f"no MathML for {type(box).__name__}")


def _row(box: B.Box) -> Html:
    return mathml(box) if isinstance(box, B.Row) else el("mrow", mathml(box))


def _grid(
    left: str, rows: tuple[tuple[B.Box, ...], ...], right: str, class_: str | None = None
) -> Html:
    cells = [el("mtr", [el("mtd", mathml(cell)) for cell in one]) for one in rows]
    table = el("mtable", cells, class_=class_)
    closing = operator(right, form="postfix", fence="true") if right else None
    return el("mrow", operator(left, form="prefix", fence="true"), table, closing)


def _text(box: B.Text) -> Html:
    match box.style:
        case B.Style.NUMBER:
            return el("mn", box.text)
        case B.Style.BOLD:
            return el("mn", box.text.translate(_BOLD_DIGITS))
        case B.Style.WORDS:
            return el("mtext", box.text.replace(" ", "\N{NO-BREAK SPACE}"))
        case B.Style.VERBATIM:
            return el("mtext", box.text)
        case B.Style.UPRIGHT if len(box.text) == 1 and box.text.isalpha():
            return el("mi", box.text, mathvariant="normal")
        case B.Style.UPRIGHT if not box.text.isalpha():
            return operator(box.text)
    return el("mi", box.text)


def _script(base: B.Box, below: B.Box | None, above: B.Box | None) -> Html:
    if below is None:
        assert above is not None
        return el("msup", mathml(base), _row(above))
    if above is None:
        return el("msub", mathml(base), _row(below))
    return el("msubsup", mathml(base), _row(below), _row(above))
