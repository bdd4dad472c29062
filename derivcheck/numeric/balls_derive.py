"""Derivatives taken out of the expression: Jvp, Grad and Jacobian become plain nodes.

Forward mode by source transformation: the tangent of a node in a direction is again a node, so
nested derivatives need nothing special. A gradient is the tangent along each matrix unit in
turn (:class:`ByEntry`). A derivative exists only where the function itself is defined, which
:class:`Guard` demands.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.lang import nodes as N
from derivcheck.lang.nodes import Node
from derivcheck.numeric.balls_rules import Unsupported, partial


@dataclass(frozen=True, slots=True, eq=False)
class Guard(Node):
    """``value`` where every entry of ``body`` is defined, undefined elsewhere."""

    value: Node
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class ByEntry(Node):
    """``body`` with ``direction`` each matrix unit in turn.

    ``layout`` ``gradient``: the scalar results, shaped like ``direction``; ``numerator``: the
    results flattened are the columns; ``denominator``: the rows.
    """

    body: Node
    direction: N.Sym
    layout: str


@dataclass(frozen=True, slots=True, eq=False)
class PickExtreme(Node):
    """Entries of ``tangent`` where ``arg`` has its largest or smallest entry (no ties)."""

    function: str
    arg: Node
    tangent: Node
    axis: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Strict(Node):
    """A condition that is undefined at its own boundary."""

    condition: Node


def spread(node: Node, shape: N.Shape) -> Node:
    """``node``, a scalar repeated over the shape if need be."""
    return node if node.shape == shape else N.add(node, N.number(0, shape))


class Eliminator:
    """Turns expressions into plain ones; shares work between both sides of an equation."""

    def __init__(self) -> None:
        self.memo: dict[Node, Node] = {}
        self.directions = 0

    def plain(self, node: Node) -> Node:
        """``node`` without Jvp, Grad and Jacobian; :class:`Unsupported` where no rule exists."""
        done = self.memo.get(node)
        if done is None:
            done = self._eliminate(N.rebuild(node, self.plain))
            self.memo[node] = done
        return done

    def _eliminate(self, node: Node) -> Node:
        match node:
            case N.Jvp(body=body, variables=variables, at=at, directions=directions):
                seeds = dict(zip(variables, directions, strict=True))
                places: dict[Node, Node] = dict(zip(variables, at, strict=True))
                return self._directional(node, body, seeds, places)
            case N.Grad(body=body, variable=variable, at=place):
                return self._by_entry(node, body, variable, place, "gradient")
            case N.Jacobian(body=body, variable=variable, at=place, layout=layout):
                return self._by_entry(node, body, variable, place, layout)
            case N.Apply(function=function):
                raise Unsupported(f"no instance for {function}")
        return node

    def _directional(
        self, node: Node, body: Node, seeds: dict[N.Sym, Node], places: dict[Node, Node]
    ) -> Node:
        tangent = Tangent(seeds)(body)
        value = N.number(0) if tangent is None else N.substitute(tangent, places)
        return Guard(spread(value, node.shape), N.substitute(body, places), shape=node.shape)

    def _by_entry(self, node: Node, body: Node, variable: N.Sym, place: Node, layout: str) -> Node:
        if not variable.shape:
            return self._directional(node, body, {variable: N.number(1)}, {variable: place})
        self.directions += 1
        direction = N.Sym(f"#d{self.directions}", shape=variable.shape)
        tangent = Tangent({variable: direction})(body)
        at = N.substitute(body, {variable: place})
        if tangent is None:
            return Guard(N.number(0, node.shape), at, shape=node.shape)
        inner = N.substitute(tangent, {variable: place})
        return Guard(ByEntry(inner, direction, layout, shape=node.shape), at, shape=node.shape)


class Tangent:
    """The tangent of plain nodes, given that of some variables; None stands for zero."""

    def __init__(self, seeds: dict[N.Sym, Node]) -> None:
        self.memo: dict[Node, Node | None] = {}
        for variable, seed in seeds.items():
            self.memo[variable] = seed

    def __call__(self, node: Node) -> Node | None:
        if node in self.memo:
            return self.memo[node]
        result = self._compute(node)
        if result is not None:
            result = spread(result, node.shape)
        self.memo[node] = result
        return result

    def _terms(self, terms: list[Node | None]) -> Node | None:
        found = [term for term in terms if term is not None]
        return N.add(*found) if found else None

    def _map(self, node: Node, arg: Node) -> Node | None:
        """A linear operation: the same one on the tangent."""
        inner = self(arg)
        return None if inner is None else N.rebuild(node, lambda c: inner if c is arg else c)

    def _compute(self, node: Node) -> Node | None:
        match node:
            case N.Add(args=args):
                return self._terms([self(arg) for arg in args])
            case N.Mul(args=args):
                return self._terms([self._product(args, k) for k in range(len(args))])
            case N.Pow(base=base, exponent=exponent):
                return self._power(node, base, exponent)
            case N.Call(function=function, args=args):
                return self._terms([self._chain(function, args, k) for k in range(len(args))])
            case N.MatMul(left=left, right=right):
                one, other = self(left), self(right)
                return self._terms(
                    [
                        None if one is None else N.matmul(one, right),
                        None if other is None else N.matmul(left, other),
                    ]
                )
            case N.Kron(left=left, right=right):
                one, other = self(left), self(right)
                return self._terms(
                    [
                        None if one is None else N.Kron(one, right, shape=node.shape),
                        None if other is None else N.Kron(left, other, shape=node.shape),
                    ]
                )
            case N.Transpose(arg=arg) | N.Sum(arg=arg) | N.Trace(arg=arg) | N.Diag(arg=arg):
                return self._map(node, arg)
            case N.Entry(arg=arg) | N.SumIndex(body=arg):
                return self._map(node, arg)
            case Guard(value=arg) | ByEntry(body=arg):
                return self._map(node, arg)
            case N.Det(arg=arg):
                inner = self(arg)
                if inner is None:
                    return None
                inverse = N.Inv(arg, shape=arg.shape)
                return N.mul(node, N.Trace(N.matmul(inverse, inner), shape=()))
            case N.Inv(arg=arg):
                inner = self(arg)
                if inner is None:
                    return None
                return N.negative(N.matmul(N.matmul(node, inner), node))
            case N.Extreme(function=function, arg=arg, axis=axis):
                inner = self(arg)
                if inner is None:
                    return None
                return PickExtreme(function, arg, inner, axis, shape=node.shape)
            case PickExtreme(function=function, arg=arg, tangent=tangent, axis=axis):
                inner = self(tangent)
                if inner is None:
                    return None
                return PickExtreme(function, arg, inner, axis, shape=node.shape)
            case N.Select(condition=condition, then=then, otherwise=otherwise):
                return self._select(node, condition, then, otherwise)
        return None

    def _product(self, args: tuple[Node, ...], position: int) -> Node | None:
        inner = self(args[position])
        if inner is None:
            return None
        return N.mul(*args[:position], *args[position + 1 :], inner)

    def _chain(self, function: str, args: tuple[Node, ...], position: int) -> Node | None:
        inner = self(args[position])
        return None if inner is None else N.mul(partial(function, args, position), inner)

    def _power(self, node: Node, base: Node, exponent: Node) -> Node | None:
        below, above = self(base), self(exponent)
        first = second = None
        if below is not None:
            lowered = N.power(base, N.add(exponent, N.MINUS_ONE))
            first = N.mul(exponent, lowered, below)
        if above is not None:
            second = N.mul(node, N.call("log", base), above)
        return self._terms([first, second])

    def _varies(self, condition: Node) -> bool:
        if isinstance(condition, N.Compare):
            return self(condition.left) is not None or self(condition.right) is not None
        if isinstance(condition, N.Logic):
            return any(self._varies(arg) for arg in condition.args)
        return isinstance(condition, Strict) and self._varies(condition.condition)

    def _select(self, node: Node, condition: Node, then: Node, otherwise: Node) -> Node | None:
        strict = self._varies(condition)
        one, other = self(then), self(otherwise)
        if one is None and other is None and not strict:
            return None
        zero = N.number(0)
        if strict and not isinstance(condition, Strict):
            condition = Strict(condition, shape=condition.shape)
        return N.Select(condition, one or zero, other or zero, shape=node.shape)


__all__ = ["ByEntry", "Eliminator", "Guard", "PickExtreme", "Strict", "Tangent", "Unsupported"]
