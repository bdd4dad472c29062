"""From typed nodes to index polynomials: dispatch, memory and the names in force.

What each node means stands in tables of builders (:mod:`.expressions`, :mod:`.index_expressions`,
:mod:`.derivatives`), by type of node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from typing import Any

from derivcheck.lang import nodes as N
from derivcheck.lang.nodes import Dim, Node
from derivcheck.records import record
from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.atoms import Polynomial, Undecided, freeze
from derivcheck.symbolic.matrix.calculus import Calculus
from derivcheck.symbolic.matrix.indices import Part
from derivcheck.symbolic.matrix.known import ElementRule
from derivcheck.symbolic.matrix.slots import Slot, Slots

Open = Callable[["Compiler", Any, Slot, Slot, list[int]], Polynomial]
"""(compiler, node, row, column, bound) -> an entry that is still to be summed over ``bound``, which
it extends: so that a chain of products becomes one sum."""
Closed = Callable[["Compiler", Any, Slot, Slot], Polynomial]
"""(compiler, node, row, column) -> an entry."""


@record()
class Scope:
    """Names of indices, and what they stand for."""

    names: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, Polynomial] = field(default_factory=dict)
    """Those that stand for numbers."""
    picks: Mapping[tuple[Node, Dim], int] = field(default_factory=dict)
    """Computed places that are in range, and the indices that stand for them."""
    marks: tuple[object, ...] = ()
    """Tells what was compiled in one scope from what was in another."""


class Compiler(Part):
    """Compiles nodes by the tables that it is given."""

    def __init__(
        self,
        algebra: Algebra,
        open_builders: Mapping[type[Node], Open],
        builders: Mapping[type[Node], Closed],
    ) -> None:
        super().__init__(algebra.indices)
        self.algebra = algebra
        self.functions = algebra.functions
        self.symbols = algebra.symbols
        self.sums = algebra.sums
        self.calculus = Calculus(algebra)
        self.slots = Slots(algebra.indices)
        self.scope = Scope()
        self._open_builders = open_builders
        self._builders = builders
        self._memo: dict[object, Polynomial] = {}

    def forget(self) -> None:
        """Compile anew from here on (facts about the point are to be used)."""
        self._memo.clear()

    def compile(self, node: Node, row: Slot = None, column: Slot = None) -> Polynomial:
        """The entry (row, column) of a node."""
        if not node.shape:
            row = column = None
        key = (node, row, column, self.scope.marks)
        known = self._memo.get(key)
        if known is None:
            bound: list[int] = []
            body = self.open(node, row, column, bound)
            known = self.sums.sum_over(bound, body)
            self._memo[key] = known
        return known

    def open(self, node: Node, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
        """The entry as a polynomial still to be summed over ``bound`` (which grows)."""
        if not node.shape:
            row = column = None
        rule = self._open_builders.get(type(node))
        if rule is not None:
            return rule(self, node, row, column, bound)
        closed = self._builders.get(type(node))
        if closed is None:
            raise Undecided(f"index notation: no meaning for {type(node).__name__}")
        return closed(self, node, row, column)

    def entries_of(self, node: Node) -> ElementRule:
        """The entries of a node by their indices."""

        def entry(_: str, indices: tuple[int, ...]) -> Polynomial:
            rest = list(indices)
            row = None if N.rows_of(node.shape) == N.ONE else rest.pop(0)
            column = None if N.columns_of(node.shape) == N.ONE else rest.pop(0)
            return self.compile(node, row, column)

        return entry

    def under(
        self,
        names: Mapping[str, int],
        node: Node,
        row: Slot = None,
        column: Slot = None,
        numbers: Mapping[str, Polynomial] | None = None,
    ) -> Polynomial:
        """A node with index names bound to indices or to numbers."""
        marks = (*names.values(), *map(freeze, (numbers or {}).values()))
        with self.within(marks, names, numbers):
            return self.compile(node, row, column)

    @contextmanager
    def within(
        self,
        marks: tuple[object, ...],
        names: Mapping[str, int] | None = None,
        numbers: Mapping[str, Polynomial] | None = None,
        picks: Mapping[tuple[Node, Dim], int] | None = None,
    ) -> Iterator[None]:
        """More names in force, for a while; ``marks`` tell them from others."""
        outer = self.scope
        self.scope = replace(
            outer,
            names={**outer.names, **(names or {})},
            numbers={**outer.numbers, **(numbers or {})},
            picks={**outer.picks, **(picks or {})},
            marks=(*outer.marks, *marks),
        )
        try:
            yield
        finally:
            self.scope = outer
