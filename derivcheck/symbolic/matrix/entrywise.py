"""Matrix claims that say one scalar thing of each entry, told as that scalar claim.

``sum(f(x, y))`` has the gradient ``g(x, y)`` for vectors x and y of one shape just where f(x, y)
has the derivative g(x, y) for numbers, as long as f and g act entry by entry. Piecewise
activations and losses are of this kind, and the scalar prover knows more of signs.
"""

from __future__ import annotations

from dataclasses import replace

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation

_BY_ENTRY = (
    N.Sym,
    N.Num,
    N.Const,
    N.DimSize,
    N.Add,
    N.Mul,
    N.Pow,
    N.Call,
    N.Apply,
    N.Select,
    N.Compare,
    N.Logic,
)


class _Mixed(Exception):
    """Some entry depends on others."""


def scalar_equation(equation: Equation) -> Equation | None:
    """What the equation says of one entry; None where its entries depend on one another."""
    if equation.indices or any(s.structure for s in equation.context.symbols):
        return None
    shape = equation.left.shape
    if not shape:
        return None
    try:
        entry = _Entry(shape)
        left = entry.left(equation.left)
        right = entry.of(equation.right)
    except _Mixed:
        return None
    context = replace(
        equation.context,
        symbols=tuple(
            replace(s, shape=()) if s.shape == shape else s for s in equation.context.symbols
        ),
        # fewer conditions only make the claim stronger
        assume=tuple(c for c in equation.context.assume if not any(n.shape for n in N.walk(c))),
    )
    return replace(equation, left=left, right=right, context=context)


class _Entry:
    """Nodes of one shape to what they are at one place."""

    def __init__(self, shape: N.Shape) -> None:
        self.shape = shape
        self.memo: dict[N.Node, N.Node] = {}

    def left(self, node: N.Node) -> N.Node:
        """The left side: a gradient of a sum over entries, or an operator on each of them."""
        if isinstance(node, N.Grad):
            body = self.summand(node.body, node.variable)
            variable = self.bound(node.variable)
            return N.Jvp(body, (variable,), (self.of(node.at),), (N.ONE_NODE,), shape=())
        if isinstance(node, N.Jvp):
            return N.Jvp(
                self.of(node.body),
                tuple(map(self.bound, node.variables)),
                tuple(map(self.of, node.at)),
                tuple(map(self.of, node.directions)),
                shape=(),
            )
        return self.of(node)

    def summand(self, node: N.Node, variable: N.Sym) -> N.Node:
        """f of a scalar node ``sum(f)``, less what does not vary."""
        if variable not in N.walk(node):
            return N.ZERO_NODE
        if isinstance(node, N.Sum) and node.axis is None:
            return self.of(node.arg)
        if isinstance(node, N.Add):
            return N.add(*[self.summand(arg, variable) for arg in node.args])
        if isinstance(node, N.Mul):
            varying = [arg for arg in node.args if variable in N.walk(arg)]
            if len(varying) == 1:
                fixed = [self.of(arg) for arg in node.args if arg is not varying[0]]
                return N.mul(*fixed, self.summand(varying[0], variable))
        raise _Mixed

    def bound(self, variable: N.Sym) -> N.Sym:
        """A bound variable."""
        found = self.of(variable)
        assert isinstance(found, N.Sym)
        return found

    def of(self, node: N.Node) -> N.Node:
        """A node of that shape, or a scalar made of scalars, at one place."""
        found = self.memo.get(node)
        if found is None:
            if not isinstance(node, _BY_ENTRY) or node.shape not in ((), self.shape):
                raise _Mixed
            found = N.rebuild(node, self.of)
            if found.shape:
                values = [getattr(found, name) for name, _ in type(found).positional]
                found = type(found)(*values, shape=())
            self.memo[node] = found
        return found
