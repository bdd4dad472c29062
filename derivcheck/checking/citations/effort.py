"""What looking for a citation may cost, counted and not clocked: the same on every machine.

Carrying out an operator roughly doubles an expression, so nested ones cost powers of it.
"""

from __future__ import annotations

from derivcheck.lang import nodes as N
from derivcheck.lang.nodes import Node

_GROWTH = 2


class Spent(Exception):
    """The budget of a search is used up."""


def effort(*roots: Node | None) -> int:
    """About how many nodes there are once every derivative is carried out."""
    known: dict[Node, int] = {}
    total = 0
    for root in roots:
        for node in N.walk(root) if root is not None else ():
            if node not in known:
                size = 1 + sum(known[child] for child in N.children(node))
                known[node] = size * _GROWTH if isinstance(node, N.Derivative) else size
        total += known[root] if root is not None else 0
    return total


class Budget:
    """What one search may still spend."""

    def __init__(self, amount: int) -> None:
        self.left = amount

    def spend(self, amount: int) -> None:
        """Take from the budget.

        :raises Spent: there is not so much left.
        """
        self.left -= amount
        if self.left < 0:
            raise Spent
