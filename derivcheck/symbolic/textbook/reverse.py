"""Reverse differentiation of syntax: gradients and vector-Jacobian products.

The adjoint calculus of Giles, "Collected matrix derivative results for forward and reverse mode
algorithmic differentiation" (2008).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from derivcheck.lang.nodes import Shape, rows_of
from derivcheck.lang.parser import parse
from derivcheck.lang.syntax import (
    Binary,
    Call,
    Listed,
    Name,
    Number,
    Subscript,
    Syntax,
    Transposed,
    Unary,
)
from derivcheck.symbolic.textbook.arrays import (
    Piece,
    block_adjoints,
    call_adjoint,
    subscript_adjoint,
)
from derivcheck.symbolic.textbook.forward import NoForm, Textbook
from derivcheck.symbolic.textbook.monomial import ONE, ZERO, chain, is_one, is_zero, number


class Adjoint(Textbook):
    """Gradients and vector-Jacobian products, by reverse mode."""

    def gradient(self, node: Syntax, upstream: Syntax = ONE) -> Syntax:
        """The gradient of sum(upstream * node), shaped like the name."""
        waiting: dict[str, list[Syntax]] = {}
        self._back(node, upstream, node, waiting)
        for name in reversed(tuple(self.where)):
            if name != self.wrt and name in waiting:
                self._back(
                    self.where[name],
                    self.algebra.total(*waiting.pop(name)),
                    Name(name),
                    waiting,
                )
        parts = [part for part in waiting.get(self.wrt, []) if not is_zero(part)]
        found = self.algebra.total(*parts)
        return found if is_zero(found) else self.spread(found, self.shape(Name(self.wrt)))

    def spread(self, node: Syntax, shape: Shape) -> Syntax:
        """A scalar as the array of its shape, each entry the same."""
        if not shape or self.is_array(node):
            return node
        sizes = [parse(str(size)) for size in shape]
        ones = Call(Name("ones"), tuple(sizes[:1] if is_one(sizes[1]) else sizes))
        return self.algebra.product(node, ones)

    def _back(
        self, node: Syntax, g: Syntax, value: Syntax, waiting: dict[str, list[Syntax]]
    ) -> None:
        """Send the adjoint ``g`` of ``node`` to what it is made of."""
        if not self.depends(node) or is_zero(g):
            return
        if isinstance(node, Name):
            waiting.setdefault(node.id, []).append(g)
            return
        for part, adjoint in self._pieces(node, value):
            if self.depends(part):
                self._back(part, self._reduced(adjoint(g), part), part, waiting)

    def _pieces(self, node: Syntax, value: Syntax) -> Iterable[Piece]:
        """The parts of an expression, each with its adjoint from that of the whole."""
        match node:
            case Unary(operator="-"):
                return [(node.operand, self.algebra.negative)]
            case Unary(operator="+"):
                return [(node.operand, lambda g: g)]
            case Transposed():
                return [(node.operand, self.algebra.transposed)]
            case Binary():
                return self._of_binary(node, value)
            case Call():
                found = call_adjoint(self, node, value, self.spread)
                return self._of_call(node, value) if found is None else [found]
            case Subscript():
                return [subscript_adjoint(self, node, self.spread)]
            case Listed():
                return block_adjoints(self, node)
        raise NoForm

    def _of_binary(self, node: Binary, value: Syntax) -> Iterator[Piece]:
        algebra, left, right = self.algebra, node.left, node.right
        match node.operator:
            case "+":
                yield left, lambda g: self._whole(g, node, left)
                yield right, lambda g: self._whole(g, node, right)
            case "-":
                yield left, lambda g: self._whole(g, node, left)
                yield right, lambda g: algebra.negative(self._whole(g, node, right))
            case "*":
                yield left, lambda g: algebra.product(g, right)
                yield right, lambda g: algebra.product(g, left)
            case "/":
                yield left, lambda g: algebra.quotient(g, right)
                yield (
                    right,
                    lambda g: algebra.negative(algebra.quotient(algebra.product(g, value), right)),
                )
            case "@":
                wide = partial(self.spread, shape=self.shape(node))
                yield left, lambda g: algebra.matmul(wide(g), algebra.transposed(right))
                yield right, lambda g: algebra.matmul(algebra.transposed(left), wide(g))
            case "**" if not self.depends(right):
                power = algebra.power(left, algebra.total(right, number(-1)))
                yield left, lambda g: algebra.product(right, g, power)
            case _:
                raise NoForm

    def _whole(self, g: Syntax, node: Syntax, part: Syntax) -> Syntax:
        """An adjoint as an array where it must be one: for a scalar added to an array, too."""
        return g if self.is_array(part) else self.spread(g, self.shape(node))

    def _reduced(self, g: Syntax, part: Syntax) -> Syntax:
        """The adjoint of a scalar that was combined with every entry of an array."""
        if self.is_array(part) or not self.is_array(g):
            return g
        return self.summed(g)

    def _of_call(self, node: Call, value: Syntax) -> Iterator[Piece]:
        node = self._without_abs(node)
        algebra, name = self.algebra, self.call_name(node)
        inside = node.args[0] if node.args else ZERO
        alone = len(node.args) == 1 and not node.keywords
        if name in ("log", "ln") and alone and self._is_softmax(inside):
            # sum(y*log(softmax(z))): s/s would have to cancel across a sum
            assert isinstance(inside, Call)
            yield (
                inside.args[0],
                lambda g: algebra.total(
                    g, algebra.negative(algebra.product(inside, self._reduced(g, ONE)))
                ),
            )
        elif name in _ADJOINTS and alone:
            yield inside, lambda g: _ADJOINTS[name](self, g, inside, value)
        elif name == "sum" and len(node.args) == 1:
            yield inside, partial(self._repeated, node)
        elif name == "dot" and len(node.args) == 2:
            first, second = node.args
            yield first, lambda g: algebra.product(g, second)
            yield second, lambda g: algebra.product(g, first)
        elif name in ("softmax", "logsumexp", "mean") and len(node.args) == 1:
            yield inside, partial(self._along_axis, node, value)
        elif (choice := self.choice(node)) is not None:
            test, first, second = choice
            yield first, lambda g: Call(Name("where"), (test, g, ZERO))
            yield second, lambda g: Call(Name("where"), (test, ZERO, g))
        elif isinstance(node.function, Name) and node.function.id in self.functions:
            declared = self.functions[node.function.id]
            if declared.kind == "elementwise":
                yield inside, lambda g: algebra.product(g, self.slope(node, value))
            elif alone and isinstance(inside, Name):
                yield inside, lambda g: algebra.product(g, Call(Name("grad"), (node, inside)))
            else:
                raise NoForm
        else:
            for argument, slope in zip(node.args, self.slopes(node, value), strict=True):
                yield argument, lambda g, slope=slope: algebra.product(g, slope)  # type: ignore[misc]

    def _is_softmax(self, node: Syntax) -> bool:
        return isinstance(node, Call) and self.call_name(node) == "softmax" and not node.keywords

    def _repeated(self, node: Call, g: Syntax) -> Syntax:
        """An adjoint of sums or means along an axis, of the shape of what was added up."""
        if not self.is_array(g):
            return g
        rows, columns = map(str, self.shape(node.args[0]))
        if _axis(node) == 0:
            return self.algebra.matmul(_ones(rows), g)
        return self.algebra.matmul(g, Transposed(_ones(columns)))

    def _along_axis(self, node: Call, value: Syntax, g: Syntax) -> Syntax:
        algebra, axis, name = self.algebra, _axis(node), self.call_name(node)
        if axis is None or not self.is_array(g):
            raise NoForm
        if name == "mean":
            size = self.shape(node.args[0])[axis]
            return algebra.quotient(self._repeated(node, g), parse(str(size)))
        if name == "logsumexp":
            weights = Call(Name("softmax"), node.args, node.keywords)
            return algebra.product(self._repeated(node, g), weights)
        sums = Call(Name("sum"), (algebra.product(g, value),), node.keywords)
        change = algebra.total(g, algebra.negative(self._repeated(node, sums)))
        return algebra.product(value, change)


def _axis(node: Call) -> int | None:
    axis = dict(node.keywords).get("axis")
    return int(axis.value) if isinstance(axis, Number) else None


def _ones(size: str) -> Syntax:
    return Call(Name("ones"), (parse(size),))


def _mean(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    for size in book.shape(inside):
        g = book.algebra.quotient(g, parse(str(size)))
    return g


def _identity(book: Adjoint, inside: Syntax) -> Syntax:
    return Call(Name("eye"), (parse(str(rows_of(book.shape(inside)))),))


def _inverse_transposed(book: Adjoint, inside: Syntax) -> Syntax:
    return book.algebra.transposed(Call(Name("inv"), (inside,)))


def _inverse(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    across = book.algebra.transposed(value)
    return book.algebra.negative(book.algebra.matmul(book.algebra.matmul(across, g), across))


def _softmax(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    if not book.is_array(g):
        return ZERO
    mean = book.summed(book.algebra.product(g, value))
    return book.algebra.product(value, book.algebra.total(g, book.algebra.negative(mean)))


def _diagonal(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    whole = book.spread(g, book.shape(value))
    factors = chain(whole)
    if len(factors) == 2 and book.algebra.is_column(inside):
        first, second = factors[0], book.algebra.transposed(factors[1])
        if book.algebra.is_column(first) and book.algebra.is_column(second):
            return book.algebra.product(first, second)
    return Call(Name("diag"), (whole,))


_ADJOINTS: dict[str, Callable[[Adjoint, Syntax, Syntax, Syntax], Syntax]] = {
    "mean": _mean,
    "tr": lambda book, g, inside, value: book.algebra.product(g, _identity(book, inside)),
    "det": lambda book, g, inside, value: book.algebra.product(
        g, value, _inverse_transposed(book, inside)
    ),
    "logdet": lambda book, g, inside, value: book.algebra.product(
        g, _inverse_transposed(book, inside)
    ),
    "inv": _inverse,
    "norm": lambda book, g, inside, value: book.algebra.quotient(
        book.algebra.product(g, inside), value
    ),
    "softmax": _softmax,
    "logsumexp": lambda book, g, inside, value: book.algebra.product(
        g, Call(Name("softmax"), (inside,))
    ),
    **dict.fromkeys(("log", "ln"), lambda book, g, inside, value: book.algebra.quotient(g, inside)),
    "diag": _diagonal,
    "transpose": lambda book, g, inside, value: book.algebra.transposed(g),
}
"""Functions of a whole array: the adjoint of the argument from that of the value."""
