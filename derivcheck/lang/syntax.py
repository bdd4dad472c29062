"""Syntax: what the parser yields, with positions, before names and shapes are resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field, replace
from fractions import Fraction
from typing import Any

from derivcheck.records import record


@record()
class Syntax:
    """Base; ``start`` and ``end`` are character offsets, not part of equality."""

    start: int = field(default=0, compare=False, kw_only=True)
    end: int = field(default=0, compare=False, kw_only=True)


@record()
class Number(Syntax):
    """A literal; ``text`` keeps how it was written (``0.50``)."""

    value: Fraction
    text: str = field(default="", compare=False)


@record()
class Name(Syntax):
    """A name."""

    id: str


IMAGINARY_UNIT = "1j"
"""The name of the imaginary unit that no symbol can have; ``I`` may be declared."""


@record()
class Unary(Syntax):
    """``-x``, ``+x`` or ``not x``."""

    operator: str
    operand: Syntax


@record()
class Binary(Syntax):
    """``+ - * / ** @``."""

    operator: str
    left: Syntax
    right: Syntax


@record()
class Comparison(Syntax):
    """A chain ``a < b <= c``: one operand more than operators."""

    operators: tuple[str, ...]
    operands: tuple[Syntax, ...]


@record()
class Logical(Syntax):
    """``and`` / ``or`` of two or more."""

    operator: str
    operands: tuple[Syntax, ...]


@record()
class Call(Syntax):
    """``f(a, b, axis=0)``; ``function`` is a Name, or a Call for ``D(f)(x)``."""

    function: Syntax
    args: tuple[Syntax, ...]
    keywords: tuple[tuple[str, Syntax], ...] = ()


@record()
class Transposed(Syntax):
    """``X.T``."""

    operand: Syntax


@record()
class Subscript(Syntax):
    """``X[i, j]``."""

    operand: Syntax
    indices: tuple[Syntax, ...]


@record()
class Slice(Syntax):
    """``a:b`` among the indices of a subscript; a bound that is left out is None."""

    low: Syntax | None
    high: Syntax | None


@record()
class Listed(Syntax):
    """``[a, b]``: a column, or blocks; a list of lists is a matrix row by row."""

    items: tuple[Syntax, ...]


@record()
class Comprehension(Syntax):
    """``[body for name in size]``: the column with these entries."""

    body: Syntax
    name: Name
    size: Syntax


@record()
class Bounds(Syntax):
    """``(k, low, high)``: an index of ``sum`` or ``prod`` with its bounds, both included."""

    name: Name
    low: Syntax
    high: Syntax


_PARTS: dict[type[Syntax], tuple[str, ...]] = {
    Unary: ("operand",),
    Transposed: ("operand",),
    Binary: ("left", "right"),
    Comparison: ("operands",),
    Logical: ("operands",),
    Call: ("function", "args", "keywords"),
    Subscript: ("operand", "indices"),
    Slice: ("low", "high"),
    Listed: ("items",),
    Comprehension: ("body", "name", "size"),
    Bounds: ("name", "low", "high"),
}
"""The fields that hold parts, in order: one part or none, several, or several by keywords."""


def below(node: Syntax) -> tuple[Syntax, ...]:
    """The parts directly below, in order."""
    found: list[Syntax] = []
    for name in _PARTS.get(type(node), ()):
        value = getattr(node, name)
        if name == "keywords":
            found += (part for _, part in value)
        elif isinstance(value, tuple):
            found += value
        elif value is not None:
            found.append(value)
    return tuple(found)


def rebuilt(node: Syntax, parts: tuple[Syntax, ...]) -> Syntax:
    """The node with other parts, as :func:`below` lists them; positions are kept."""
    waiting = iter(parts)
    changed: dict[str, Any] = {}
    for name in _PARTS.get(type(node), ()):
        value = getattr(node, name)
        if name == "keywords":
            changed[name] = tuple((keyword, next(waiting)) for keyword, _ in value)
        elif isinstance(value, tuple):
            changed[name] = tuple(next(waiting) for _ in value)
        elif value is not None:
            changed[name] = next(waiting)
    return replace(node, **changed)


def mapped(node: Syntax, visit: Callable[[Syntax], Syntax]) -> Syntax:
    """The node with a function applied to each part but names of functions and bound indices."""
    parts = below(node)
    names = fixed_parts(node)
    if not parts:
        return node
    return rebuilt(node, tuple(p if i in names else visit(p) for i, p in enumerate(parts)))


def fixed_parts(node: Syntax) -> tuple[int, ...]:
    """Which of the parts are no expressions: a function's name, a bound index."""
    match node:
        case Call() | Bounds():
            return (0,)
        case Comprehension():
            return (1,)
    return ()


def walk(node: Syntax) -> Iterator[Syntax]:
    """The node and everything below it, parents first."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += reversed(below(current))
