"""Syntax: what the parser yields, with positions, before names and shapes are resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from fractions import Fraction

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


def below(node: Syntax) -> tuple[Syntax, ...]:
    """The parts directly below, in order."""
    match node:
        case Unary(operand=operand) | Transposed(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Comparison(operands=operands) | Logical(operands=operands):
            return operands
        case Call(function=function, args=args, keywords=keywords):
            return (function, *args, *(value for _, value in keywords))
        case Subscript(operand=operand, indices=indices):
            return (operand, *indices)
        case Slice(low=low, high=high):
            return tuple(part for part in (low, high) if part is not None)
        case Listed(items=items):
            return items
        case Comprehension(body=body, name=name, size=size):
            return (body, name, size)
        case Bounds(name=name, low=low, high=high):
            return (name, low, high)
    return ()


def rebuilt(node: Syntax, parts: tuple[Syntax, ...]) -> Syntax:
    """The node with other parts, as :func:`below` lists them; positions are kept."""
    place = {"start": node.start, "end": node.end}
    match node:
        case Unary():
            return Unary(node.operator, parts[0], **place)
        case Transposed():
            return Transposed(parts[0], **place)
        case Binary():
            return Binary(node.operator, parts[0], parts[1], **place)
        case Comparison():
            return Comparison(node.operators, parts, **place)
        case Logical():
            return Logical(node.operator, parts, **place)
        case Call():
            function, *rest = parts
            args, values = rest[: len(node.args)], rest[len(node.args) :]
            keywords = tuple(zip((k for k, _ in node.keywords), values, strict=True))
            return Call(function, tuple(args), keywords, **place)
        case Subscript():
            return Subscript(parts[0], parts[1:], **place)
        case Slice():
            left = list(parts)
            low = None if node.low is None else left.pop(0)
            return Slice(low, None if node.high is None else left.pop(0), **place)
        case Listed():
            return Listed(parts, **place)
        case Comprehension():
            body, name, size = parts
            assert isinstance(name, Name)
            return Comprehension(body, name, size, **place)
        case Bounds():
            name, low_end, high_end = parts
            assert isinstance(name, Name)
            return Bounds(name, low_end, high_end, **place)
    return node


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
