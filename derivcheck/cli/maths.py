"""Expressions as mathematics on a terminal: fractions, powers and roots in two dimensions.

A box is lines of equal width and the line that its neighbours stand level with. What does
not fit the width is written on one line instead.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from derivcheck.lang.errors import LanguageError
from derivcheck.lang.parser import parse
from derivcheck.lang.syntax import (
    Binary,
    Call,
    Comparison,
    Logical,
    Name,
    Number,
    Subscript,
    Syntax,
    Transposed,
    Unary,
)
from derivcheck.report.escape import plain

_LETTERS = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lamda mu nu xi pi rho sigma "
    "tau upsilon phi chi psi omega"
)
_GREEK = {
    letter: unicodedata.lookup(f"GREEK SMALL LETTER {letter.upper()}")
    for letter in _LETTERS.split()
}
_SUPERSCRIPTS = str.maketrans("0123456789-+()nTijkmx", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ⁿᵀⁱʲᵏᵐˣ")
_SIMPLE = frozenset("0123456789-+n")
_RELATIONS = {"<=": "≤", ">=": "≥", "!=": "≠", "==": "="}
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(9)
_LEVELS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "@": _PRODUCT}


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of equal width; ``base`` is the line that stands level with its neighbours."""

    lines: tuple[str, ...]
    base: int = 0
    level: int = _ATOM

    @property
    def width(self) -> int:
        """Columns."""
        return len(self.lines[0])

    @property
    def height(self) -> int:
        """Lines."""
        return len(self.lines)


def expression(text: str) -> Box:
    """An expression as a box; the text itself where it does not parse."""
    try:
        return _box(parse(text))
    except LanguageError:
        return Box((plain(text),))


def derivative(wrt: str, body: Box) -> Box:
    """The derivative of a box by a symbol, as an operator in front of it."""
    if body.level < _PRODUCT or (body.level == _PRODUCT and body.height == 1):
        body = _round(body)
    return _row(_fraction(Box(("∂",)), Box((f"∂{name(wrt)}",))), Box((" ",)), body)


def differential(body: Box) -> Box:
    """The differential of a box."""
    return _row(Box(("d",)), body if body.level == _ATOM else _round(body))


def equation(left: Box, right: Box, columns: int) -> list[str] | None:
    """``left = right`` as lines, broken before the ``=`` where it is too wide for one row.

    None where even that does not fit.
    """
    whole = _row(left, Box((" = ",)), right)
    below = _row(Box(("  = ",)), right)
    if whole.width <= columns:
        boxes = [whole]
    elif max(left.width, below.width) <= columns:
        boxes = [left, below]
    else:
        return None
    return [line.rstrip() for box in boxes for line in box.lines]


def _row(*boxes: Box, level: int = _ATOM) -> Box:
    above = max(box.base for box in boxes)
    below = max(box.height - box.base for box in boxes)
    lines = []
    for i in range(above + below):
        parts = []
        for box in boxes:
            j = i - above + box.base
            parts.append(box.lines[j] if 0 <= j < box.height else " " * box.width)
        lines.append("".join(parts))
    return Box(tuple(lines), above, level)


def _fraction(top: Box, bottom: Box) -> Box:
    width = max(top.width, bottom.width) + 2
    lines = (
        *(line.center(width) for line in top.lines),
        "─" * width,
        *(line.center(width) for line in bottom.lines),
    )
    return Box(lines, top.height, _PRODUCT)


def _tall(box: Box, pieces: str) -> Box:
    """A bracket as tall as the box; ``pieces`` are its single form, top, middle and bottom."""
    if box.height == 1:
        return Box((pieces[0],))
    middle = pieces[2] * (box.height - 2)
    return Box((pieces[1], *middle, pieces[3]), box.base)


def _round(box: Box) -> Box:
    return _row(_tall(box, "(⎛⎜⎝"), box, _tall(box, ")⎞⎟⎠"))


def _square(box: Box) -> Box:
    return _row(_tall(box, "[⎡⎢⎣"), box, _tall(box, "]⎤⎥⎦"))


def _bars(box: Box, bar: str) -> Box:
    side = Box((bar,) * box.height, box.base)
    return _row(side, box, side)


def _bracket(box: Box, level: int) -> Box:
    return box if box.level >= level else _round(box)


def _root(box: Box, sign: str = "√") -> Box:
    if box.height == 1:
        return _row(Box((sign,)), box if box.width == 1 else _round(box))
    bar = Box(("┌" + "─" * box.width, *("│" + line for line in box.lines)), box.base + 1)
    lines = list(bar.lines)
    lines[-1] = sign + lines[-1][1:]
    return Box(tuple(lines), bar.base)


def _power(base: Box, exponent: Box) -> Box:
    text = exponent.lines[0]
    if exponent.height == 1 and base.height == 1 and set(text) <= _SIMPLE and len(text) <= 3:
        return Box((base.lines[0] + text.translate(_SUPERSCRIPTS),), 0, _POWER)
    lines = [" " * base.width + line for line in exponent.lines]
    lines += [line + " " * exponent.width for line in base.lines]
    return Box(tuple(lines), base.base + exponent.height, _POWER)


def _transposed(box: Box) -> Box:
    inside = _bracket(box, _ATOM)
    sign = Box(("ᵀ", *(" ",) * (inside.height - 1)), inside.base)
    return _row(inside, sign, level=_POWER)


def name(text: str) -> str:
    """A symbol's name as mathematics writes it."""
    special = {"pi": "π", "oo": "∞", "lam": "λ"}
    if text in special:
        return special[text]
    if text in _GREEK:
        return _GREEK[text]
    if len(text) > 1 and text[0] == "d" and text[1:].lower() in _GREEK:
        return "d" + name(text[1:])
    if text.capitalize() == text and text.lower() in _GREEK:
        return _GREEK[text.lower()].upper()
    return text


def _commas(items: list[Box]) -> Box:
    parts: list[Box] = []
    for i, item in enumerate(items):
        parts += [Box((", ",)), item] if i else [item]
    return _row(*parts) if parts else Box(("",))


def _box(node: Syntax) -> Box:
    match node:
        case Number():
            text = node.text or str(node.value)
            return Box((text,), 0, _ATOM if "/" not in text else _PRODUCT)
        case Name():
            return Box((name(node.id),))
        case Unary(operator="not"):
            return _row(Box(("not ",)), _bracket(_box(node.operand), _NOT), level=_NOT)
        case Unary():
            sign = "−" if node.operator == "-" else node.operator
            return _row(Box((sign,)), _bracket(_box(node.operand), _PRODUCT), level=_PRODUCT)
        case Binary(operator="/"):
            return _fraction(_box(node.left), _box(node.right))
        case Binary(operator="**"):
            return _power(_bracket(_box(node.left), _ATOM), _box(node.right))
        case Binary():
            level = _LEVELS[node.operator]
            sign = {"*": " · ", "@": " ", "-": " − "}.get(node.operator, f" {node.operator} ")
            left = _bracket(_box(node.left), level)
            least = _ATOM if isinstance(node.right, Unary) else level + 1
            return _row(left, Box((sign,)), _bracket(_box(node.right), least), level=level)
        case Comparison():
            parts = [_bracket(_box(node.operands[0]), _SUM)]
            for sign, operand in zip(node.operators, node.operands[1:], strict=True):
                parts += [Box((f" {_RELATIONS.get(sign, sign)} ",)), _bracket(_box(operand), _SUM)]
            return _row(*parts, level=_COMPARE)
        case Logical():
            level = _AND if node.operator == "and" else _OR
            found: list[Box] = []
            for operand in node.operands:
                found += [Box((f" {node.operator} ",))] if found else []
                found.append(_bracket(_box(operand), level + 1))
            return _row(*found, level=level)
        case Transposed():
            return _transposed(_box(node.operand))
        case Subscript():
            inside = _commas([_box(index) for index in node.indices])
            return _row(_bracket(_box(node.operand), _ATOM), _square(inside))
        case Call():
            return _call(node)
    raise TypeError(f"no layout for {type(node).__name__}")


def _call(node: Call) -> Box:
    args = [_box(argument) for argument in node.args]
    every = [*args, *(_row(Box((f"{k}=",)), _box(v)) for k, v in node.keywords)]
    if isinstance(node.function, Call):
        inner = node.function
        order = inner.args[1] if len(inner.args) == 2 else None
        primes = "′" * (int(order.value) if isinstance(order, Number) else 1)
        head = _row(_box(inner.args[0]), Box((primes,))) if inner.args else Box(("D",))
        return _row(head, _round(_commas(every)))
    function = node.function.id if isinstance(node.function, Name) else ""
    match function, args:
        case "sqrt", [inside]:
            return _root(inside)
        case "cbrt", [inside]:
            return _root(inside, "∛")
        case "abs", [inside]:
            return _bars(inside, "│" if inside.height > 1 else "|")
        case "norm", [inside]:
            return _bars(inside, "‖")
        case "exp", [inside]:
            return _power(Box(("e",)), inside)
        case "inv", [inside]:
            return _power(_bracket(inside, _ATOM), Box(("-1",)))
        case "transpose", [inside]:
            return _transposed(inside)
        case "diff", [inside, by]:
            front = _fraction(Box(("∂",)), _row(Box(("∂",)), by))
            return _row(front, Box((" ",)), _bracket(inside, _ATOM), level=_PRODUCT)
        case "grad", [inside, by]:
            front = _row(Box(("∇",)), _square(by), Box((" ",)))
            return _row(front, _bracket(inside, _ATOM), level=_PRODUCT)
        case "d", [inside]:
            return _row(Box(("d",)), _bracket(inside, _ATOM), level=_PRODUCT)
        case "eye", [inside]:
            return _row(Box(("I",)), _square(inside))
        case "D", [inside]:
            return _row(_bracket(inside, _ATOM), Box(("′",)))
    return _row(Box((name(function),)), _round(_commas(every)))
