"""Adjoints of what takes arrays apart and puts them together: slices and blocks.

Each is the transpose of a linear map, written as people write it: that of ``x[1:]`` puts a zero
in front.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivcheck.lang import syntax as S
from derivcheck.lang.dims import ONE, ZERO, Dim
from derivcheck.lang.nodes import Shape, columns_of, rows_of
from derivcheck.lang.scope import Environment
from derivcheck.lang.subscripts import whole
from derivcheck.symbolic.textbook.forward import NoForm, Textbook, written
from derivcheck.symbolic.textbook.monomial import ZERO as ZERO_TEXT
from derivcheck.symbolic.textbook.rules import JACOBIANS

Piece = tuple[S.Syntax, Callable[[S.Syntax], S.Syntax]]
"""A part of an expression, and its adjoint from that of the whole."""


def _call(name: str, *args: S.Syntax) -> S.Call:
    return S.Call(S.Name(name), args)


def _zeros(rows: Dim, columns: Dim) -> S.Syntax:
    if columns == ONE:
        return ZERO_TEXT if rows == ONE else _call("zeros", written(rows))
    return _call("zeros", written(rows), written(columns))


def array_jacobian(
    book: Textbook, node: S.Syntax, value: S.Syntax, jacobian: Callable[[S.Syntax], S.Syntax]
) -> S.Syntax | None:
    """The Jacobian of a column made of slices, blocks or running sums; None for others."""
    if isinstance(node, S.Listed):
        if any(columns_of(book.shape(item)) != ONE for item in node.items):
            raise NoForm
        width = written(rows_of(book.shape(S.Name(book.wrt))))
        rows = (
            jacobian(item) if book.depends(item) else _still(book, item, width)
            for item in node.items
        )
        return S.Listed(tuple(S.Listed((row,)) for row in rows))
    if isinstance(node, S.Subscript):
        [index] = node.indices if len(node.indices) == 1 else (None,)
        if not isinstance(index, S.Slice):
            return None
        return S.Subscript(jacobian(node.operand), (index, S.Slice(None, None)))
    if found := book.rule(JACOBIANS, node):
        text, known = found
        return book.filled(text, {**known, "f": value, "J": jacobian(known["u"])})
    return None


def _still(book: Textbook, item: S.Syntax, width: S.Syntax) -> S.Syntax:
    return _call("zeros", written(rows_of(book.shape(item))), width)


def _span(book: Textbook, index: S.Syntax, size: Dim) -> tuple[Dim, Dim] | None:
    """The first place of a slice and the one behind its last; None for a single place."""
    if not isinstance(index, S.Slice):
        return None
    ends = ((index.low, ZERO), (index.high, size))
    low, high = (
        otherwise if end is None else whole(book.builder, end, Environment()).constant
        for end, otherwise in ends
    )
    return low, high


def subscript_adjoint(
    book: Textbook, node: S.Subscript, wide: Callable[[S.Syntax, Shape], S.Syntax]
) -> Piece:
    """Zeros all around what was cut out."""
    inside = node.operand
    rows, columns = (rows_of(book.shape(inside)), columns_of(book.shape(inside)))
    indices = node.indices if len(node.indices) == 2 else (*node.indices, None)
    if columns == ONE and len(node.indices) == 1:
        indices = (node.indices[0], S.Slice(None, None))
    if len(node.indices) == 1 and columns != ONE:
        raise NoForm

    def adjoint(g: S.Syntax) -> S.Syntax:
        for axis, (index, size) in enumerate(zip(indices, (rows, columns), strict=True)):
            assert index is not None
            span = _span(book, index, size)
            if span is None:
                place = _call("onehot", index, written(size))
                mark: S.Syntax = place if axis == 0 else S.Transposed(place)
                g = _times_mark(book, g, mark, axis)
            elif span != (ZERO, size):
                g = _framed(book, wide(g, book.shape(node)), span, size, axis)
        return g

    return inside, adjoint


def _times_mark(book: Textbook, g: S.Syntax, mark: S.Syntax, axis: int) -> S.Syntax:
    columns = columns_of(book.shape(g))
    if axis == 1 and columns == ONE:
        return book.algebra.matmul(g, mark)
    if axis == 0 and rows_of(book.shape(g)) == ONE:
        return book.algebra.matmul(mark, g)
    raise NoForm


def _framed(book: Textbook, g: S.Syntax, span: tuple[Dim, Dim], size: Dim, axis: int) -> S.Syntax:
    before, after = span[0], size - span[1]
    across = (columns_of if axis == 0 else rows_of)(book.shape(g))
    parts = []
    for part, width in ((None, before), (g, ONE), (None, after)):
        if part is not None:
            parts.append(part)
        elif width != ZERO:
            parts.append(_zeros(*((width, across) if axis == 0 else (across, width))))
    if axis == 0 and across == ONE:
        return S.Listed(tuple(parts))
    if axis == 0:
        return S.Listed(tuple(S.Listed((part,)) for part in parts))
    return S.Listed((S.Listed(tuple(parts)),))


def block_adjoints(book: Textbook, node: S.Listed) -> Iterator[Piece]:
    """To each entry or block of a column its own part."""
    place = ZERO
    for item in node.items:
        if isinstance(item, S.Listed):
            raise NoForm
        shape = book.shape(item)
        if columns_of(shape) != ONE:
            raise NoForm
        after = place + rows_of(shape)
        index = S.Slice(written(place), written(after)) if shape else written(place)
        if isinstance(index, S.Slice) and place == ZERO:
            index = S.Slice(None, index.high)
        if isinstance(index, S.Slice) and after == rows_of(book.shape(node)):
            index = S.Slice(index.low, None)
        yield (
            item,
            lambda g, index=index: (  # type: ignore[misc]
                S.Subscript(g, (index,)) if book.is_array(g) else g
            ),
        )
        place = after
