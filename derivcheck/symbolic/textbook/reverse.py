"""Reverse differentiation of syntax: gradients and vector-Jacobian products.

The adjoint calculus of Giles, "Collected matrix derivative results for forward and reverse mode
algorithmic differentiation" (2008).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from derivcheck.lang import syntax as S
from derivcheck.lang.nodes import Shape
from derivcheck.symbolic.textbook.arrays import Piece, block_adjoints, subscript_adjoint
from derivcheck.symbolic.textbook.forward import NoForm, Textbook, written
from derivcheck.symbolic.textbook.monomial import ONE, ZERO, chain, is_one, is_zero, number
from derivcheck.symbolic.textbook.rules import ADJOINTS


class Adjoint(Textbook):
    """Gradients and vector-Jacobian products, by reverse mode."""

    def gradient(self, node: S.Syntax, upstream: S.Syntax = ONE) -> S.Syntax:
        """The gradient of sum(upstream * node), shaped like the name."""
        waiting: dict[str, list[S.Syntax]] = {}
        self._back(node, upstream, node, waiting)
        for name in reversed(tuple(self.where)):
            if name != self.wrt and name in waiting:
                self._back(
                    self.where[name], self.algebra.total(*waiting.pop(name)), S.Name(name), waiting
                )
        parts = [part for part in waiting.get(self.wrt, []) if not is_zero(part)]
        found = self.algebra.total(*parts)
        return found if is_zero(found) else self.spread(found, self.shape(S.Name(self.wrt)))

    def spread(self, node: S.Syntax, shape: Shape) -> S.Syntax:
        """A scalar as the array of its shape, each entry the same."""
        if not shape or self.is_array(node):
            return node
        sizes = list(map(written, shape))
        ones = S.Call(S.Name("ones"), tuple(sizes[:1] if is_one(sizes[1]) else sizes))
        return self.algebra.product(node, ones)

    def _back(
        self, node: S.Syntax, g: S.Syntax, value: S.Syntax, waiting: dict[str, list[S.Syntax]]
    ) -> None:
        """Send the adjoint ``g`` of ``node`` to what it is made of."""
        if not self.depends(node) or is_zero(g):
            return
        if isinstance(node, S.Name):
            waiting.setdefault(node.id, []).append(g)
            return
        for part, adjoint in self._pieces(node, value):
            if self.depends(part):
                self._back(part, self._reduced(adjoint(g), part), part, waiting)

    def _pieces(self, node: S.Syntax, value: S.Syntax) -> Iterable[Piece]:
        """The parts of an expression, each with its adjoint from that of the whole."""
        match node:
            case S.Unary(operator="-"):
                return [(node.operand, self.algebra.negative)]
            case S.Unary(operator="+"):
                return [(node.operand, lambda g: g)]
            case S.Transposed():
                return [(node.operand, self.algebra.transposed)]
            case S.Binary():
                return self._of_binary(node, value)
            case S.Call():
                return self._of_call(node, value)
            case S.Subscript():
                return [subscript_adjoint(self, node, self.spread)]
            case S.Listed():
                return block_adjoints(self, node)
        raise NoForm

    def _of_binary(self, node: S.Binary, value: S.Syntax) -> Iterator[Piece]:
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

    def _whole(self, g: S.Syntax, node: S.Syntax, part: S.Syntax) -> S.Syntax:
        """An adjoint as an array where it must be one: for a scalar added to an array, too."""
        return g if self.is_array(part) else self.spread(g, self.shape(node))

    def _reduced(self, g: S.Syntax, part: S.Syntax) -> S.Syntax:
        """The adjoint of a scalar that was combined with every entry of an array."""
        if self.is_array(part) or not self.is_array(g):
            return g
        return self.summed(g)

    def _of_call(self, node: S.Call, value: S.Syntax) -> Iterator[Piece]:
        node = self._without_abs(node)
        algebra, name = self.algebra, self.call_name(node)
        inside = node.args[0] if node.args else ZERO
        alone = len(node.args) == 1 and not node.keywords
        if (found := self.rule(ADJOINTS, node)) is not None:
            text, known = found
            yield known["u"], partial(self._by_rule, node, text, {**known, "f": value})
        elif name == "diag" and alone:
            yield inside, partial(self._diagonal, inside, value)
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
            yield first, lambda g: S.Call(S.Name("where"), (test, g, ZERO))
            yield second, lambda g: S.Call(S.Name("where"), (test, ZERO, g))
        elif isinstance(node.function, S.Name) and node.function.id in self.functions:
            declared = self.functions[node.function.id]
            if declared.kind == "elementwise":
                yield inside, lambda g: algebra.product(g, self.slope(node, value))
            elif alone and isinstance(inside, S.Name):
                yield inside, lambda g: algebra.product(g, S.Call(S.Name("grad"), (node, inside)))
            else:
                raise NoForm
        else:
            for argument, slope in zip(node.args, self.slopes(node, value), strict=True):
                yield argument, lambda g, slope=slope: algebra.product(g, slope)  # type: ignore[misc]

    def _by_rule(
        self, node: S.Call, text: str, known: dict[str, S.Syntax], g: S.Syntax
    ) -> S.Syntax:
        if self.call_name(node) == "softmax" and not self.is_array(g):
            return ZERO  # its entries add up to 1
        return self.filled(text, {**known, "g": g, "w": self.spread(g, self.shape(node))})

    def _diagonal(self, inside: S.Syntax, value: S.Syntax, g: S.Syntax) -> S.Syntax:
        algebra, whole = self.algebra, self.spread(g, self.shape(value))
        factors = chain(whole)
        if len(factors) == 2 and algebra.is_column(inside):
            first, second = factors[0], algebra.transposed(factors[1])
            if algebra.is_column(first) and algebra.is_column(second):
                return algebra.product(first, second)
        return S.Call(S.Name("diag"), (whole,))

    def _repeated(self, node: S.Call, g: S.Syntax) -> S.Syntax:
        """An adjoint of sums or means along an axis, of the shape of what was added up."""
        if not self.is_array(g):
            return g
        rows, columns = map(written, self.shape(node.args[0]))
        if _axis(node) == 0:
            return self.algebra.matmul(_ones(rows), g)
        return self.algebra.matmul(g, S.Transposed(_ones(columns)))

    def _along_axis(self, node: S.Call, value: S.Syntax, g: S.Syntax) -> S.Syntax:
        algebra, axis, name = self.algebra, _axis(node), self.call_name(node)
        if axis is None or not self.is_array(g):
            raise NoForm
        if name == "mean":
            length = self.shape(node.args[0])[axis]
            return algebra.quotient(self._repeated(node, g), written(length))
        if name == "logsumexp":
            weights = S.Call(S.Name("softmax"), node.args, node.keywords)
            return algebra.product(self._repeated(node, g), weights)
        sums = S.Call(S.Name("sum"), (algebra.product(g, value),), node.keywords)
        change = algebra.total(g, algebra.negative(self._repeated(node, sums)))
        return algebra.product(value, change)


def _axis(node: S.Call) -> int | None:
    axis = dict(node.keywords).get("axis")
    return int(axis.value) if isinstance(axis, S.Number) else None


def _ones(length: S.Syntax) -> S.Syntax:
    return S.Call(S.Name("ones"), (length,))
