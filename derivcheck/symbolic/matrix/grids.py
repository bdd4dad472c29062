"""Matrices as grids of cells, over the parts into which their dimensions fall.

Cells are blocks where vectors and matrices are stacked or cut (:mod:`.blocks`), and entries where
every dimension is a number (:mod:`.spelled`): the same rules (:mod:`.grid_rules`) make both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

from derivcheck.lang import nodes as N
from derivcheck.lang.dims import ZERO, Dim
from derivcheck.lang.nodes import Index, Node

Grid = tuple[tuple[Node, ...], ...]
Splits = Mapping[Dim, tuple[Dim, ...]]
Place = tuple[int, Dim, Index]
"""Where an index is: the number of a part, what lies before it, the index within it."""
Rule = Callable[["Grids", Any], Grid]

_MOST_ENTRIES = 40
"""Cells of the largest grid of entries; blocks are few anyway."""
MOST_WORK = 60_000
"""Cells that all grids of a claim may have together."""


class NotWrittenError(Exception):
    """What is not written cell by cell, and why."""


class Grids:
    """Nodes as grids over the parts of their dimensions, by a table of rules."""

    def __init__(
        self,
        rules: Mapping[type[Node], Rule],
        splits: Splits,
        env: Mapping[str, Place],
        bound: Mapping[str, Grid],
        *,
        by_entry: bool = False,
    ) -> None:
        self.rules = rules
        self.splits = splits
        self.env = env
        self.bound = bound
        self.by_entry = by_entry
        """Whether every dimension is in parts of length 1."""
        self._memo: dict[Node, Grid] = {}
        self._work = [0]

    def within(
        self, env: Mapping[str, Place] | None = None, bound: Mapping[str, Grid] | None = None
    ) -> Grids:
        """The same with more names bound."""
        env, bound = {**self.env, **(env or {})}, {**self.bound, **(bound or {})}
        inner = Grids(self.rules, self.splits, env, bound, by_entry=self.by_entry)
        inner._work = self._work
        return inner

    def parts(self, dim: Dim) -> tuple[Dim, ...]:
        """The parts of a dimension, or the whole."""
        return self.splits.get(dim, (dim,))

    def shapes(self, node: Node) -> tuple[tuple[Dim, ...], tuple[Dim, ...]]:
        """Parts of rows and columns."""
        rows, columns = lengths(node)
        return self.parts(rows), self.parts(columns)

    def of(self, node: Node) -> Grid:
        """The grid of a node."""
        if isinstance(node, N.Sym) and node.name in self.bound:
            return self.bound[node.name]
        found = self._memo.get(node)
        if found is None:
            rows, columns = self.shapes(node)
            cells = len(rows) * len(columns)
            self._work[0] += cells
            if self._work[0] > MOST_WORK or (self.by_entry and cells > _MOST_ENTRIES):
                raise NotWrittenError("too many cells")
            found = self.rules.get(type(node), self.otherwise)(self, node)
            if len(found) != len(rows) or any(len(row) != len(columns) for row in found):
                raise NotWrittenError("cells that do not fit")
            self._memo[node] = found
        return found

    @staticmethod
    def otherwise(g: Grids, node: Node) -> Grid:
        """The rule for a node without one: as blocks it may be in one part."""
        if g.by_entry:
            raise NotWrittenError(f"{type(node).__name__} is not spelled out")
        return whole_only(g, node)

    def whole(self, node: Node) -> Node:
        """A node whose dimensions are in one part."""
        grid = self.of(node)
        if len(grid) != 1 or len(grid[0]) != 1:
            raise NotWrittenError(f"{type(node).__name__} of blocks")
        return grid[0][0]

    def cells(self, node: Node, args: tuple[Node, ...], make: Callable[..., Node]) -> Grid:
        """Cell by cell."""
        grids = [self._spread(arg, node) for arg in args]
        return tuple(
            tuple(make(*cell) for cell in zip(*rows, strict=True))
            for rows in zip(*grids, strict=True)
        )

    def _spread(self, node: Node, like: Node) -> Grid:
        """A grid, a scalar in every cell."""
        grid = self.of(node)
        if node.shape or not like.shape:
            return grid
        rows, columns = self.shapes(like)
        return ((grid[0][0],) * len(columns),) * len(rows)

    def places(self, index: Index) -> Iterator[Place]:
        """The parts that an index runs through."""
        parts = self.parts(index.dim)
        offset = index.start
        if offset != ZERO and not self.by_entry:
            raise NotWrittenError("an index that does not begin at 0")
        for number, part in enumerate(parts):
            name = f"{index.name}@{number}" if "#" in index.name else index.name
            yield index.start.factor + number, offset, Index(name, part)
            offset = offset + part

    def environments(self, indices: tuple[Index, ...]) -> Iterator[dict[str, Place]]:
        """The parts that indices run through, those that are not in parts left out."""
        mine = [index for index in indices if index.dim in self.splits]
        for choice in product(*map(self.places, mine)):
            yield {index.name: place for index, place in zip(mine, choice, strict=True)}


# cells


def lengths(node: Node) -> tuple[Dim, Dim]:
    """Rows and columns."""
    return N.rows_of(node.shape), N.columns_of(node.shape)


def zero(rows: Dim, columns: Dim) -> Node:
    """A cell of zeros."""
    return N.number(0, N.make_shape(rows, columns))


_EVERYWHERE = N.Sym | N.Num | N.Const | N.DimSize | N.Eye | N.Add | N.Mul | N.MatMul | N.Transpose


def _everywhere(node: Node) -> bool:
    """Whether it is certainly defined everywhere: sums and products of symbols."""
    return all(isinstance(inner, _EVERYWHERE) for inner in N.walk(node))


def times(*factors: Node) -> Node:
    """An elementwise product that knows zero."""
    if any(map(N.is_zero, factors)) and all(map(_everywhere, factors)):
        return N.number(0, next((f.shape for f in factors if f.shape), ()))
    return N.mul(*factors)


def matmul(left: Node, right: Node) -> Node:
    """A matrix product that knows zero."""
    if not left.shape or not right.shape:
        return times(left, right)
    if (N.is_zero(left) or N.is_zero(right)) and _everywhere(left) and _everywhere(right):
        return zero(N.rows_of(left.shape), N.columns_of(right.shape))
    return N.matmul(left, right)


def total(cells: list[Node]) -> Node:
    """The sum of cells of one shape."""
    kept = [cell for cell in cells if not N.is_zero(cell)]
    return N.add(*kept) if kept else cells[0]


def multiplied(left: Grid, right: Grid) -> Grid:
    """The matrix product of two grids."""
    columns = flipped(right)
    return tuple(
        tuple(total([matmul(a, b) for a, b in zip(row, column, strict=True)]) for column in columns)
        for row in left
    )


def flipped(grid: Grid) -> Grid:
    """Rows for columns; the cells stay as they are."""
    return tuple(zip(*grid, strict=True))


def turned(grid: Grid) -> Grid:
    """The transposed grid of transposed cells."""
    return tuple(tuple(map(N.transpose, row)) for row in flipped(grid))


def named_cells(g: Grids, symbol: N.Sym) -> Grid:
    """A symbol of its own for each cell."""
    rows, columns = g.shapes(symbol)
    if len(rows) == len(columns) == 1:
        return ((symbol,),)

    def cell(i: int, j: int) -> Node:
        place = f"{i}" if len(columns) == 1 else f"{j}" if len(rows) == 1 else f"{i},{j}"
        return N.Sym(f"{symbol.name}[{place}]", shape=N.make_shape(rows[i], columns[j]))

    return tuple(tuple(cell(i, j) for j in range(len(columns))) for i in range(len(rows)))


def whole_only(g: Grids, node: Node) -> Grid:
    """A node that has no cells of its own."""
    if any(len(parts) > 1 for parts in g.shapes(node)):
        raise NotWrittenError(f"{type(node).__name__} of blocks")
    return ((N.rebuild(node, g.whole),),)
