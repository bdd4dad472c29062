"""One-slip variants of true matrix claims.

Every dimension is made the same first, so that a missing transpose stays well-shaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derivcheck.lang import nodes as n
from derivcheck.lang.dims import ZERO
from derivcheck.lang.equation import Equation
from derivcheck.lang.nodes import Dim, Index, Node

_SWAPS = {"sin": "cos", "cos": "sin", "exp": "sinh", "sinh": "cosh", "cosh": "sinh",
          "log": "exp", "tanh": "exp", "abs": "sign", "sign": "abs", "max": "min", "min": "max",
          "erf": "tanh", "atan": "asinh"}  # fmt: skip
_FLIPS = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "!=", "!=": "=="}
_EDGES = {">": ">=", "<": "<=", ">=": ">", "<=": "<"}


def _one_dim(dim: Dim) -> Dim:
    total = ZERO
    for factor, names in dim.terms:
        total = total + Dim(factor, ("n",) * len(names))
    return total


def _one_index(index: Index) -> Index:
    return Index(index.name, _one_dim(index.dim), _one_dim(index.start))


def _one_shape(shape: n.Shape) -> n.Shape:
    return (_one_dim(shape[0]), _one_dim(shape[1])) if shape else ()


def same_dimensions(equation: Equation) -> Equation:
    """The equation with one dimension for all of its own."""
    memo: dict[Node, Node] = {}

    def convert(value: Any) -> Any:
        if isinstance(value, Node):
            return visit(value)
        if isinstance(value, Index):
            return _one_index(value)
        if isinstance(value, Dim):
            return _one_dim(value)
        if isinstance(value, tuple):
            return tuple(convert(v) for v in value)
        return value

    def visit(node: Node) -> Node:
        done = memo.get(node)
        if done is None:
            values = {name: convert(getattr(node, name)) for name in type(node).field_names}
            done = type(node)(**values)
            memo[node] = done
        return done

    context = replace(
        equation.context,
        symbols=tuple(replace(s, shape=_one_shape(s.shape)) for s in equation.context.symbols),
        assume=tuple(visit(a) for a in equation.context.assume),
        dims=("n",) if equation.context.dims else (),
    )
    return replace(
        equation,
        left=visit(equation.left),
        right=visit(equation.right),
        indices=tuple(map(_one_index, equation.indices)),
        context=context,
    )


def variants(node: Node, symbols: tuple[n.Sym, ...]) -> Iterator[Node]:
    """Every expression that differs from ``node`` by one slip somewhere."""
    yield from _here(node, symbols)
    if isinstance(node, n.Jvp | n.Grad | n.Jacobian):
        return
    for name in type(node).field_names:
        value = getattr(node, name)
        if isinstance(value, Node):
            for other in variants(value, symbols):
                if other.shape == value.shape:
                    yield _with(node, name, other)
        elif isinstance(value, tuple) and value and isinstance(value[0], Node):
            for k, item in enumerate(value):
                for other in variants(item, symbols):
                    if other.shape == item.shape:
                        yield _with(node, name, (*value[:k], other, *value[k + 1 :]))


def _with(node: Node, name: str, value: Any) -> Node:
    values = {field: getattr(node, field) for field in type(node).field_names}
    values[name] = value
    result: Node = type(node)(**values)
    return result


def _square(node: Node) -> bool:
    return bool(node.shape) and node.shape[0] == node.shape[1]


def _here(node: Node, symbols: tuple[n.Sym, ...]) -> Iterator[Node]:
    yield n.mul(n.number(2), node)
    yield n.negative(node)
    if _square(node) and not isinstance(node, n.Eye):
        yield n.transpose(node)
        yield n.Inv(node, shape=node.shape)
    if node.shape and not isinstance(node, n.Num):
        yield n.add(node, n.number(1, node.shape))
    match node:
        case n.Transpose() if _square(node):
            yield node.arg
        case n.Inv() | n.Trace() | n.Det():
            if node.shape:
                yield node.arg
            elif isinstance(node, n.Trace):
                yield n.total(node.arg)
                yield n.Det(node.arg, shape=())
            else:
                yield n.Trace(node.arg, shape=())
        case n.MatMul():
            if node.left.shape == node.right.shape:
                yield n.matmul(node.right, node.left)
                yield n.mul(node.left, node.right)
            if _square(node.left):
                yield node.right
            if _square(node.right):
                yield node.left
        case n.Mul() | n.Add():
            rest: Node
            for k in range(len(node.args)):
                others = node.args[:k] + node.args[k + 1 :]
                rest = (n.mul if isinstance(node, n.Mul) else n.add)(*others)
                if rest.shape == node.shape:
                    yield rest
            if isinstance(node, n.Mul):
                if len(node.args) == 2 and all(_square(a) for a in node.args):
                    yield n.matmul(*node.args)
                yield n.add(*node.args)
        case n.Sym():
            for other in symbols:
                if other is not node and other.shape == node.shape:
                    yield other
        case n.Num():
            yield n.number(node.value + 1, node.shape)
            if node.value:
                yield n.number(-node.value, node.shape)
        case n.Pow():
            if isinstance(node.exponent, n.Num) and not node.exponent.shape:
                for exponent in (-node.exponent.value, node.exponent.value + Fraction(1)):
                    yield n.power(node.base, n.number(exponent))
            yield node.base if node.base.shape == node.shape else n.number(3, node.shape)
        case n.Call() if node.function in _SWAPS:
            if node.function in ("max", "min"):
                yield n.Call(_SWAPS[node.function], node.args, shape=node.shape)
            else:
                yield n.call(_SWAPS[node.function], *node.args)
        case n.Sum() if node.axis is not None and _square(node.arg):
            yield n.transpose(n.total(node.arg, 1 - node.axis))
        case n.Kron() if node.left.shape == node.right.shape:
            yield n.Kron(node.right, node.left, shape=node.shape)
        case n.Diag() if _square(node.arg):
            yield n.total(node.arg, 1)
        case n.Apply() if len(node.orders) == 1 and not node.args[0].shape == () == node.shape:
            yield n.Apply(node.function, node.args, (node.orders[0] + 1,), shape=node.shape)
        case n.Compare() if node.operator in _FLIPS:
            yield n.Compare(_FLIPS[node.operator], node.left, node.right, shape=node.shape)
            if node.operator in _EDGES and any(map(_is_index, n.walk(node))):
                yield n.Compare(_EDGES[node.operator], node.left, node.right, shape=node.shape)
                yield n.Compare(node.operator, node.right, node.left, shape=node.shape)
        case n.Entry() if isinstance(node.row, Index) and isinstance(node.column, Index):
            yield n.Entry(node.arg, node.column, node.row, shape=())
        case n.Pick():
            one = n.number(1)
            yield n.Pick(node.arg, n.add(node.row, one), node.column, shape=())
            yield n.Pick(node.arg, n.negative(node.row), node.column, shape=())
        case n.SumIndex() if not node.shape:
            yield n.ProdIndex(node.body, node.index, shape=())
        case n.ProdIndex():
            yield n.SumIndex(node.body, node.index, shape=())
        case n.Select():
            yield n.Select(node.condition, node.otherwise, node.then, shape=node.shape)
            if node.then.shape == node.shape:
                yield node.then
        case n.Stack():
            for k in range(len(node.args) - 1):
                first, second = node.args[k : k + 2]
                if first.shape == second.shape:
                    swapped = (*node.args[:k], second, first, *node.args[k + 2 :])
                    yield n.Stack(swapped, node.axis, shape=node.shape)
        case n.Build() if node.row is not None and node.column is not None:
            if node.row.dim == node.column.dim:
                yield n.Build(node.body, node.column, node.row, shape=node.shape)
        case n.Vec() if _square(node.arg):
            yield n.Vec(n.transpose(node.arg), shape=node.shape)
        case n.Cholesky() | n.Pinv() if _square(node.arg):
            yield node.arg
        case n.Expm():
            yield n.call("exp", node.arg)
        case _:
            return


def _is_index(node: Node) -> bool:
    return isinstance(node, n.IndexValue)


def mutants(equation: Equation) -> Iterator[Equation]:
    """The equation (dimensions made equal) with one slip in the claim; each different one once."""
    equation = same_dimensions(equation)
    symbols = tuple(dict.fromkeys((*n.symbols_in(equation.right), *n.symbols_in(equation.left))))
    seen: set[Node] = {equation.right}
    for right in variants(equation.right, symbols):
        if right not in seen and right.shape == equation.right.shape:
            seen.add(right)
            yield replace(equation, right=right)
