"""Boxes to lines of a terminal: fractions, powers and roots in two dimensions.

A block is lines of equal width and the line that its neighbours stand level with. What does
not fit the width is written on one line instead.
"""

from __future__ import annotations

import unicodedata

from derivcheck.lang.notation import ACCENTS
from derivcheck.records import record
from derivcheck.report.escape import plain
from derivcheck.typeset import boxes as B

_SUPERSCRIPTS = str.maketrans("0123456789−+()n⊤∘′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ⁿᵀ°′")
_SUBSCRIPTS = str.maketrans("0123456789aeijkmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑᵢⱼₖₘₙₒₚᵣₛₜᵤᵥₓ")
_SIMPLE = frozenset("0123456789−+n⊤∘′")
_TALL = {
    "(": "(⎛⎜⎝", ")": ")⎞⎟⎠", "[": "[⎡⎢⎣", "]": "]⎤⎥⎦", "{": "{⎧⎪⎩", "}": "}⎫⎪⎭", "|": "|│││",
    "‖": "‖‖‖‖", "⟨": "⟨⎛⎜⎝", "⟩": "⟩⎞⎟⎠",
}  # fmt: skip


@record()
class Block:
    """Lines of equal width; ``base`` is the line that stands level with its neighbours."""

    lines: tuple[str, ...]
    base: int = 0

    @property
    def width(self) -> int:
        """Columns."""
        return len(self.lines[0])

    @property
    def height(self) -> int:
        """Lines."""
        return len(self.lines)


def equation(left: B.Box, right: B.Box, columns: int) -> list[str] | None:
    """``left = right`` as lines, broken before the ``=`` where it is too wide for one row.

    None where even that does not fit.
    """
    first, second = block(left), block(right)
    whole = _row(first, _line(" = "), second)
    below = _row(_line("  = "), second)
    if whole.width <= columns:
        blocks = [whole]
    elif max(first.width, below.width) <= columns:
        blocks = [first, below]
    else:
        return None
    return [line.rstrip() for one in blocks for line in one.lines]


def lines(box: B.Box) -> list[str]:
    """The box as lines."""
    return [line.rstrip() for line in block(box).lines]


def block(box: B.Box) -> Block:
    """The box as a block."""
    match box:
        case B.Text(text):
            return _line(plain(text))
        case B.Sign(sign):
            return _line({",": ", ", ":": ":"}.get(sign) or f" {sign} ")
        case B.Prefix(sign):
            return _line(sign)
        case B.Times():
            return _line(" ")
        case B.Row(items):
            parts = []
            for i, item in enumerate(items):
                parts.append(block(item))
                following = items[i + 1] if i + 1 < len(items) else None
                if isinstance(item, B.Fraction) and not isinstance(
                    following, B.Sign | B.Times | None
                ):
                    parts.append(_line(" "))  # d/dx and what it is applied to
            return _row(*parts)
        case B.Entry(base, index):
            return _row(block(base), _line("["), block(index), _line("]"))
        case B.Accent(letter, mark):
            one = unicodedata.normalize("NFC", letter.text + ACCENTS[mark])
            return _line(one if len(one) == 1 else f"{letter.text}_{mark}")
        case B.Counted(typed, _):
            return block(typed)
        case B.Fraction(over, under):
            return _fraction(block(over), block(under))
        case B.Root(body, degree):
            return _root(block(body), "∛" if degree == "3" else "√")
        case B.Script(base, below, above):
            found = block(base)
            found = found if below is None else _below(found, block(below))
            return found if above is None else _above(found, block(above))
        case B.Fence(left, body, right):
            inside = block(body)
            return _row(_tall(inside, left), inside, _tall(inside, right))
        case B.Apply(head, argument):
            return _row(block(head), block(argument))
        case B.Big(sign, below, above, body):
            top = None if above is None else block(above)
            return _row(_big(sign, block(below), top), _line(" "), block(body))
        case B.Cases(pairs):
            table = _table([[block(value), block(test)] for value, test in pairs])
            return _row(_tall(table, "{"), _line(" "), table)
        case B.Grid(rows):
            table = _table([[block(cell) for cell in cells] for cells in rows])
            return _row(_tall(table, "["), table, _tall(table, "]"))
    raise TypeError(f"no lines for {type(box).__name__}")


def _line(text: str) -> Block:
    return Block((text,))


def _row(*blocks: Block) -> Block:
    above = max(one.base for one in blocks)
    below = max(one.height - one.base for one in blocks)
    found = []
    for i in range(above + below):
        parts = []
        for one in blocks:
            j = i - above + one.base
            parts.append(one.lines[j] if 0 <= j < one.height else " " * one.width)
        found.append("".join(parts))
    return Block(tuple(found), above)


def _stack(blocks: list[Block], base: int) -> Block:
    """Blocks below one another, centred; ``base`` counts lines of the whole."""
    width = max(one.width for one in blocks)
    return Block(tuple(line.center(width) for one in blocks for line in one.lines), base)


def _fraction(over: Block, under: Block) -> Block:
    width = max(over.width, under.width) + 2
    return _stack([over, _line("─" * width), under], over.height)


def _big(sign: str, below: Block, above: Block | None) -> Block:
    parts = [*([above] if above is not None else []), _line(sign), below]
    return _stack(parts, above.height if above is not None else 0)


def _tall(inside: Block, sign: str) -> Block:
    """A bracket as tall as what it holds."""
    one, top, middle, bottom = tuple(_TALL.get(sign, sign * 4))
    if inside.height == 1:
        return _line(one)
    return Block((top, *middle * (inside.height - 2), bottom), inside.base)


def _root(body: Block, sign: str) -> Block:
    if body.height == 1:
        inside = body if body.width == 1 else _row(_line("("), body, _line(")"))
        return _row(_line(sign), inside)
    found = ["┌" + "─" * body.width, *("│" + line for line in body.lines)]
    found[-1] = sign + found[-1][1:]
    return Block(tuple(found), body.base + 1)


def _above(base: Block, exponent: Block) -> Block:
    text = exponent.lines[0]
    if exponent.height == 1 and base.height == 1 and set(text) <= _SIMPLE and len(text) <= 3:
        return _line(base.lines[0] + text.translate(_SUPERSCRIPTS))
    if exponent.height == 1 and set(text) <= {"⊤", "′"}:
        side = Block((text.translate(_SUPERSCRIPTS), *[" "] * (base.height - 1)), base.base)
        return _row(base, side)
    found = [" " * base.width + line for line in exponent.lines]
    found += [line + " " * exponent.width for line in base.lines]
    return Block(tuple(found), base.base + exponent.height)


def _below(base: Block, index: Block) -> Block:
    """Subscripts stand in line: lowered letters, or behind ``_`` as one types them."""
    text = index.lines[0]
    if index.height == 1 and text.isalnum():
        lowered = text.translate(_SUBSCRIPTS)
        return _row(base, _line(f"_{text}" if set(text) & set(lowered) else lowered))
    return _row(base, _line("_("), index, _line(")"))


def _table(cells: list[list[Block]]) -> Block:
    """Cells in columns that begin at the left."""
    count = max(map(len, cells))
    widths = [max((r[i].width for r in cells if i < len(r)), default=0) for i in range(count)]
    found: list[str] = []
    for one in cells:
        padded = [
            Block(tuple(line.ljust(widths[i]) for line in cell.lines), cell.base)
            for i, cell in enumerate(one)
        ]
        spaced = [part for cell in padded for part in (cell, _line("  "))][:-1]
        found += _row(*spaced).lines
    width = max(map(len, found))
    return Block(tuple(line.ljust(width) for line in found), (len(found) - 1) // 2)
