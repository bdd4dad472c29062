"""Adjoints of what takes arrays apart and puts them together: slices, blocks, running sums.

Each is the transpose of a linear map, written as people write it: that of ``x[1:]`` puts a zero
in front, that of ``cumsum`` adds up from the other end (Giles 2008, section 2). ``prod`` and
``cumprod`` divide by their entries; ``max`` and ``clip`` choose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from derivcheck.lang.dims import ONE, ZERO, Dim
from derivcheck.lang.nodes import Shape, columns_of, rows_of
from derivcheck.lang.parser import parse
from derivcheck.lang.scope import Environment
from derivcheck.lang.subscripts import whole
from derivcheck.lang.syntax import (
    Call,
    Comparison,
    Listed,
    Name,
    Slice,
    Subscript,
    Syntax,
    Transposed,
    Unary,
)
from derivcheck.symbolic.textbook.forward import NoForm, Textbook
from derivcheck.symbolic.textbook.monomial import ONE as ONE_TEXT
from derivcheck.symbolic.textbook.monomial import ZERO as ZERO_TEXT

Piece = tuple[Syntax, Callable[[Syntax], Syntax]]
"""A part of an expression, and its adjoint from that of the whole."""


def _call(name: str, *args: Syntax) -> Call:
    return Call(Name(name), args)


def _size(dim: Dim) -> Syntax:
    return parse(str(dim))


def _zeros(rows: Dim, columns: Dim) -> Syntax:
    if columns == ONE:
        return ZERO_TEXT if rows == ONE else _call("zeros", _size(rows))
    return _call("zeros", _size(rows), _size(columns))


def _chosen(test: Syntax, value: Syntax) -> Syntax:
    return _call("where", test, value, ZERO_TEXT)


def _running(book: Textbook, inside: Syntax, part: str = "triu") -> Syntax:
    """The matrix that adds up from the end (``tril``: from the beginning)."""
    shape = book.shape(inside)
    if columns_of(shape) != ONE:
        raise NoForm
    size = _size(rows_of(shape))
    return _call(part, _call("ones", size, size))


def call_adjoint(
    book: Textbook, node: Call, value: Syntax, wide: Callable[[Syntax, Shape], Syntax]
) -> Piece | None:
    """What a function of an array moves with, and how; None for functions that are not here.

    ``wide`` writes a number as the array of its shape.
    """
    algebra, name = book.algebra, book.call_name(node)
    if node.keywords or not node.args:
        return None
    inside, *more = node.args
    if any(map(book.depends, more)):
        return None
    shape = book.shape(node)
    if name in ("log", "ln") and not more and isinstance(inside, Subscript):
        return _log_softmax(book, inside)
    if name == "prod" and not more:
        return inside, lambda g: algebra.quotient(algebra.product(g, value), inside)
    if name == "cumsum" and not more:
        return inside, lambda g: algebra.matmul(_running(book, inside), wide(g, shape))
    if name == "cumprod" and not more:
        return inside, lambda g: algebra.quotient(
            algebra.matmul(_running(book, inside), algebra.product(wide(g, shape), value)), inside
        )
    if name in ("tril", "triu"):
        return inside, lambda g: _call(name, wide(g, shape), *more)
    if name in ("max", "min") and not more and book.is_array(inside):
        at = Comparison(("==",), (inside, value))
        return inside, lambda g: _chosen(at, g)
    if name == "clip" and len(more) == 2:
        return inside, lambda g: _between(inside, more, g)
    if name == "norm" and more == [ONE_TEXT]:
        return inside, lambda g: algebra.product(g, _call("sign", inside))
    if name == "norm" and more == [Name("oo")]:
        at = Comparison(("==",), (_call("abs", inside), value))
        return inside, lambda g: algebra.product(g, _chosen(at, _call("sign", inside)))
    if name == "tr" and isinstance(inside, Call) and book.call_name(inside) == "expm":
        return inside.args[0], lambda g: algebra.product(g, algebra.transposed(inside))
    if name == "tr" and isinstance(inside, Call) and book.call_name(inside) == "matrix_power":
        base, times = inside.args
        if book.depends(times):
            return None
        less = _call("matrix_power", base, algebra.total(times, Unary("-", ONE_TEXT)))
        return base, lambda g: algebra.product(g, times, algebra.transposed(less))
    return None


def _log_softmax(book: Textbook, entry: Subscript) -> Piece | None:
    """``log(softmax(z)[y])`` changes by ``onehot(y, n) - softmax(z)``."""
    whole = entry.operand
    if not (isinstance(whole, Call) and book.call_name(whole) == "softmax") or whole.keywords:
        return None
    if len(entry.indices) != 1 or isinstance(entry.indices[0], Slice):
        return None
    place = _call("onehot", entry.indices[0], _size(rows_of(book.shape(whole))))
    change = book.algebra.total(place, book.algebra.negative(whole))
    return whole.args[0], lambda g: book.algebra.product(g, change)


def array_jacobian(
    book: Textbook, node: Syntax, value: Syntax, jacobian: Callable[[Syntax], Syntax]
) -> Syntax | None:
    """The Jacobian of a column made of slices, blocks or running sums; None for others."""
    algebra = book.algebra
    if isinstance(node, Listed):
        if any(columns_of(book.shape(item)) != ONE for item in node.items):
            raise NoForm
        width = _size(rows_of(book.shape(Name(book.wrt))))
        rows = (
            jacobian(item) if book.depends(item) else _still(book, item, width)
            for item in node.items
        )
        return Listed(tuple(Listed((row,)) for row in rows))
    if isinstance(node, Subscript):
        [index] = node.indices if len(node.indices) == 1 else (None,)
        if not isinstance(index, Slice):
            return None
        return Subscript(jacobian(node.operand), (index, Slice(None, None)))
    if not isinstance(node, Call) or node.keywords:
        return None
    name, inside = book.call_name(node), node.args[0]
    if name in ("cumsum", "cumprod") and len(node.args) == 1:
        lower = _running(book, inside, "tril")
        if name == "cumprod":
            inner = _call("diag", algebra.quotient(ONE_TEXT, inside))
            lower = algebra.matmul(algebra.matmul(_call("diag", value), lower), inner)
        return algebra.matmul(lower, jacobian(inside))
    if name == "clip" and len(node.args) == 3 and not any(map(book.depends, node.args[1:])):
        return algebra.matmul(
            _call("diag", _between(inside, node.args[1:], ONE_TEXT)), jacobian(inside)
        )
    return None


def _between(inside: Syntax, ends: Sequence[Syntax], value: Syntax) -> Syntax:
    """A value where something lies between two ends, elsewhere 0."""
    low, high = (Comparison((o,), (inside, end)) for o, end in zip("><", ends, strict=True))
    return _chosen(low, _chosen(high, value))


def _still(book: Textbook, item: Syntax, width: Syntax) -> Syntax:
    return _call("zeros", _size(rows_of(book.shape(item))), width)


def _span(book: Textbook, index: Syntax, size: Dim) -> tuple[Dim, Dim] | None:
    """The first place of a slice and the one behind its last; None for a single place."""
    if not isinstance(index, Slice):
        return None
    ends = ((index.low, ZERO), (index.high, size))
    low, high = (
        otherwise if end is None else whole(book.builder, end, Environment()).constant
        for end, otherwise in ends
    )
    return low, high


def subscript_adjoint(
    book: Textbook, node: Subscript, wide: Callable[[Syntax, Shape], Syntax]
) -> Piece:
    """Zeros all around what was cut out."""
    inside = node.operand
    rows, columns = (rows_of(book.shape(inside)), columns_of(book.shape(inside)))
    indices = node.indices if len(node.indices) == 2 else (*node.indices, None)
    if columns == ONE and len(node.indices) == 1:
        indices = (node.indices[0], Slice(None, None))
    if len(node.indices) == 1 and columns != ONE:
        raise NoForm

    def adjoint(g: Syntax) -> Syntax:
        for axis, (index, size) in enumerate(zip(indices, (rows, columns), strict=True)):
            assert index is not None
            span = _span(book, index, size)
            if span is None:
                place = _call("onehot", index, _size(size))
                mark: Syntax = place if axis == 0 else Transposed(place)
                g = _beside(book, g, mark, axis)
            elif span != (ZERO, size):
                g = _framed(book, wide(g, book.shape(node)), span, size, axis)
        return g

    return inside, adjoint


def _beside(book: Textbook, g: Syntax, mark: Syntax, axis: int) -> Syntax:
    columns = columns_of(book.shape(g))
    if axis == 1 and columns == ONE:
        return book.algebra.matmul(g, mark)
    if axis == 0 and rows_of(book.shape(g)) == ONE:
        return book.algebra.matmul(mark, g)
    raise NoForm


def _framed(book: Textbook, g: Syntax, span: tuple[Dim, Dim], size: Dim, axis: int) -> Syntax:
    before, after = span[0], size - span[1]
    across = (columns_of if axis == 0 else rows_of)(book.shape(g))
    parts = []
    for part, width in ((None, before), (g, ONE), (None, after)):
        if part is not None:
            parts.append(part)
        elif width != ZERO:
            parts.append(_zeros(*((width, across) if axis == 0 else (across, width))))
    if axis == 0 and across == ONE:
        return Listed(tuple(parts))
    if axis == 0:
        return Listed(tuple(Listed((part,)) for part in parts))
    return Listed((Listed(tuple(parts)),))


def block_adjoints(book: Textbook, node: Listed) -> Iterator[Piece]:
    """To each entry or block of a column its own part."""
    place = ZERO
    for item in node.items:
        if isinstance(item, Listed):
            raise NoForm
        shape = book.shape(item)
        if columns_of(shape) != ONE:
            raise NoForm
        after = place + rows_of(shape)
        index = Slice(_size(place), _size(after)) if shape else _size(place)
        if isinstance(index, Slice) and place == ZERO:
            index = Slice(None, index.high)
        if isinstance(index, Slice) and after == rows_of(book.shape(node)):
            index = Slice(index.low, None)
        yield (
            item,
            lambda g, index=index: (  # type: ignore[misc]
                Subscript(g, (index,)) if book.is_array(g) else g
            ),
        )
        place = after
