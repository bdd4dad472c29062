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
            if node in known:
                continue
            stack = [node]
            while stack:
                top = stack[-1]
                waiting = [child for child in N.children(top) if child not in known]
                if waiting:
                    stack += waiting
                    continue
                stack.pop()
                size = 1 + sum(known[child] for child in N.children(top))
                if isinstance(top, N.Derivative):
                    size *= _GROWTH
                known[top] = size
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
