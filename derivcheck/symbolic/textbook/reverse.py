"""Reverse differentiation of syntax: gradients and vector-Jacobian products.

The adjoint calculus of Giles, "Collected matrix derivative results for forward and reverse mode
algorithmic differentiation" (2008).
"""

from __future__ import annotations

from collections.abc import Callable

from derivcheck.lang.nodes import Shape, columns_of, rows_of
from derivcheck.lang.parser import parse
from derivcheck.lang.syntax import (
    Binary,
    Call,
    Comparison,
    Listed,
    Name,
    Number,
    Subscript,
    Syntax,
    Transposed,
    Unary,
)
from derivcheck.symbolic.textbook.arrays import block_adjoints, call_adjoint, subscript_adjoint
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
        algebra = self.algebra

        def send(part: Syntax, adjoint: Callable[[], Syntax]) -> None:
            if self.depends(part):
                self._back(part, self._reduced(adjoint(), part), part, waiting)

        match node:
            case Name():
                waiting.setdefault(node.id, []).append(g)
            case Unary(operator="-"):
                send(node.operand, lambda: algebra.negative(g))
            case Unary(operator="+"):
                send(node.operand, lambda: g)
            case Transposed():
                send(node.operand, lambda: algebra.transposed(g))
            case Binary(left=left, right=right):
                match node.operator:
                    case "+":
                        send(left, lambda: self._whole(g, node, left))
                        send(right, lambda: self._whole(g, node, right))
                    case "-":
                        send(left, lambda: self._whole(g, node, left))
                        send(right, lambda: algebra.negative(self._whole(g, node, right)))
                    case "*":
                        send(left, lambda: algebra.product(g, right))
                        send(right, lambda: algebra.product(g, left))
                    case "/":
                        send(left, lambda: algebra.quotient(g, right))
                        send(
                            right,
                            lambda: algebra.negative(
                                algebra.quotient(algebra.product(g, value), right)
                            ),
                        )
                    case "@":
                        wide = self._whole(g, node, node)
                        send(left, lambda: algebra.matmul(wide, algebra.transposed(right)))
                        send(right, lambda: algebra.matmul(algebra.transposed(left), wide))
                    case "**" if not self.depends(right):
                        less = algebra.total(right, number(-1))
                        send(
                            left,
                            lambda: algebra.product(right, g, algebra.power(left, less)),
                        )
                    case _:
                        raise NoForm
            case Call():
                found = call_adjoint(self, node, value, self.spread)
                if found is not None:
                    send(found[0], lambda: found[1](g))
                else:
                    self._back_call(node, g, value, send)
            case Subscript():
                part, adjoint = subscript_adjoint(self, node, self.spread)
                send(part, lambda: adjoint(g))
            case Listed():
                for part, adjoint in block_adjoints(self, node):
                    send(part, lambda adjoint=adjoint: adjoint(g))  # type: ignore[misc]
            case _:
                raise NoForm

    def _whole(self, g: Syntax, node: Syntax, part: Syntax) -> Syntax:
        """An adjoint as an array where it must be one: for a scalar added to an array, too."""
        shape = self.shape(node)
        if not shape or (part is not node and self.is_array(part)):
            return g
        return self.spread(g, shape)

    def _reduced(self, g: Syntax, part: Syntax) -> Syntax:
        """The adjoint of a scalar that was combined with every entry of an array."""
        if self.is_array(part) or not self.is_array(g):
            return g
        return self.summed(g)

    def _back_call(
        self,
        node: Call,
        g: Syntax,
        value: Syntax,
        send: Callable[[Syntax, Callable[[], Syntax]], None],
    ) -> None:
        node = self._without_abs(node)
        algebra, name = self.algebra, self.call_name(node)
        inside = node.args[0] if node.args else ZERO
        alone = len(node.args) == 1 and not node.keywords
        if name in ("log", "ln") and alone and self._is_softmax(inside):
            # sum(y*log(softmax(z))): s/s would have to cancel across a sum
            assert isinstance(inside, Call)
            whole = self.summed(g) if self.is_array(g) else g
            change = algebra.total(g, algebra.negative(algebra.product(inside, whole)))
            send(inside.args[0], lambda: change)
        elif name in _ADJOINTS and alone:
            send(inside, lambda: _ADJOINTS[name](self, g, inside, value))
        elif name == "sum" and len(node.args) == 1:
            axis = dict(node.keywords).get("axis")
            rows, columns = rows_of(self.shape(inside)), columns_of(self.shape(inside))
            if not self.is_array(g):
                send(inside, lambda: g)
            elif isinstance(axis, Number) and axis.value == 0:
                send(inside, lambda: algebra.matmul(_ones(str(rows)), g))
            else:
                send(inside, lambda: algebra.matmul(g, Transposed(_ones(str(columns)))))
        elif name in ("dot",) and len(node.args) == 2:
            first, second = node.args
            send(first, lambda: algebra.product(g, second))
            send(second, lambda: algebra.product(g, first))
        elif name in ("softmax", "logsumexp", "mean") and len(node.args) == 1:
            self._back_along_axis(node, g, value, send)
        elif name in ("max", "min") and len(node.args) == 2:
            first, second = node.args
            chosen = Comparison((">" if name == "max" else "<",), (first, second))
            send(first, lambda: Call(Name("where"), (chosen, g, ZERO)))
            send(second, lambda: Call(Name("where"), (chosen, ZERO, g)))
        elif name == "where" and len(node.args) == 3:
            test, then, otherwise = node.args
            send(then, lambda: Call(Name("where"), (test, g, ZERO)))
            send(otherwise, lambda: Call(Name("where"), (test, ZERO, g)))
        elif isinstance(node.function, Name) and node.function.id in self.functions:
            declared = self.functions[node.function.id]
            if declared.kind == "elementwise":
                send(inside, lambda: algebra.product(g, self.slope(node, value)))
            elif alone and isinstance(inside, Name):
                send(inside, lambda: algebra.product(g, Call(Name("grad"), (node, inside))))
            else:
                raise NoForm
        else:
            for argument, slope in zip(node.args, self.slopes(node, value), strict=True):
                send(argument, lambda slope=slope: algebra.product(g, slope))  # type: ignore[misc]

    def _is_softmax(self, node: Syntax) -> bool:
        return isinstance(node, Call) and self.call_name(node) == "softmax" and not node.keywords

    def _back_along_axis(
        self,
        node: Call,
        g: Syntax,
        value: Syntax,
        send: Callable[[Syntax, Callable[[], Syntax]], None],
    ) -> None:
        algebra, (inside,) = self.algebra, node.args
        axis = dict(node.keywords).get("axis")
        if not isinstance(axis, Number) or not self.is_array(g):
            raise NoForm
        rows, columns = (str(size) for size in self.shape(inside))
        along_rows = axis.value == 1

        def spread(reduced: Syntax) -> Syntax:
            if along_rows:
                return algebra.matmul(reduced, Transposed(_ones(columns)))
            return algebra.matmul(_ones(rows), reduced)

        def adjoint() -> Syntax:
            if self.call_name(node) == "mean":
                return algebra.quotient(spread(g), parse(columns if along_rows else rows))
            if self.call_name(node) == "logsumexp":
                weights = Call(Name("softmax"), node.args, node.keywords)
                return algebra.product(spread(g), weights)
            sums = Call(Name("sum"), (algebra.product(g, value),), node.keywords)
            return algebra.product(value, algebra.total(g, algebra.negative(spread(sums))))

        send(inside, adjoint)


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
