"""Claims about block matrices, block by block.

Where vectors and matrices are stacked or cut into slices, their dimensions fall into parts. Every
expression is written as a grid of expressions over those parts: symbols become independent blocks,
inverses and determinants follow from Schur complements (Magnus and Neudecker, section 1.11; Horn
and Johnson, section 0.7.3). Each cell is a claim without blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derivcheck.lang import nodes as N
from derivcheck.lang.dims import ONE
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.lang.nodes import Index, Node
from derivcheck.symbolic.matrix import grids
from derivcheck.symbolic.matrix.grid_rules import RULES, build
from derivcheck.symbolic.matrix.grids import Grid, Grids, NotWrittenError
from derivcheck.symbolic.matrix.splits import sliced, splits_of

Made = dict[str, tuple[str, frozenset[str]]]
"""Blocks of symbols: name -> the symbol, and what the block keeps of its structure."""


def blocks(equation: Equation) -> list[Equation] | None:
    """The claims about blocks that an equation consists of; None where it has no blocks.

    Raises :class:`NotWrittenError` where it is not written so.
    """
    nodes = equation.all_nodes
    splits = splits_of(nodes)
    if not splits:
        return None
    rules = _Blocks(equation, frozenset(node.arg for node in nodes if isinstance(node, N.Inv)))
    table = {**RULES, **rules.table()}
    found: list[Equation] = []
    for env in Grids(table, splits, {}, {}).environments(equation.indices):
        free = [env[i.name][2] if i.name in env else i for i in equation.indices]
        g = Grids(table, splits, env, {})
        left, right = g.of(equation.left), g.of(equation.right)
        assume = tuple(conditions(g, equation.context.assume))
        indices = tuple(i for i in free if i.dim != ONE or i in equation.indices)
        for one, two in facing(left, right):
            found.append(claim(equation, one, two, assume, indices, rules.made))
    return found


def facing(left: Grid, right: Grid) -> Iterator[tuple[Node, Node]]:
    """The cells of both sides, a scalar facing every cell of the other."""
    if len(right) == len(right[0]) == 1:
        right = tuple(tuple(right[0] * len(row)) for row in left)
    if len(left) == len(left[0]) == 1:
        left = tuple(tuple(left[0] * len(row)) for row in right)
    for row, other in zip(left, right, strict=True):
        yield from zip(row, other, strict=True)


def conditions(g: Grids, assume: tuple[Node, ...], exactly: bool = False) -> Iterator[Node]:
    """Side conditions, cell by cell; those that are not written so are left out, unless
    ``exactly`` these are asked for."""
    for condition in assume:
        try:
            grid = g.of(condition)
        except NotWrittenError:
            if exactly:
                raise
            continue  # fewer conditions only make the claim stronger
        for row in grid:
            yield from row


def claim(
    equation: Equation,
    left: Node,
    right: Node,
    assume: tuple[Node, ...],
    indices: tuple[Index, ...],
    made: Made,
) -> Equation:
    """What the equation says of one cell."""
    inner = [node for side in (left, right, *assume) for node in N.walk(side)]
    names = {node.name for node in inner if isinstance(node, N.Sym) and "#" not in node.name}
    shapes = {node.name: node.shape for node in inner if isinstance(node, N.Sym)}
    symbols = [s for s in equation.context.symbols if s.name in names]
    for name in sorted(names & made.keys()):
        base, structure = made[name]
        symbol = equation.context.symbol(base) or Symbol(name)
        kept = structure if shapes[name] else frozenset()
        symbols.append(replace(symbol, name=name, shape=shapes[name], structure=kept))
    used = {i.name for node in inner for i in N.own_indices(node)}
    context = replace(equation.context, symbols=tuple(symbols), assume=assume)
    kept_indices = tuple(i for i in indices if i.name in used)
    return replace(equation, left=left, right=right, context=context, indices=kept_indices)


class _Blocks:
    """The rules of blocks: what is known of symbols, and of inverses of their blocks."""

    def __init__(self, equation: Equation, inverted: frozenset[Node]) -> None:
        self.context = equation.context
        self.inverted = inverted
        self.made: Made = {}

    def table(self) -> dict[type[Node], grids.Rule]:
        """The rules by type of node."""
        return {
            N.Sym: self._symbol,
            N.Build: lambda g, node: sliced(g, node) or build(g, node),
            N.Inv: lambda g, node: self._inverse(g.of(node.arg)),
            N.Det: lambda g, node: ((self._determinant(g.of(node.arg)),),),
        }

    def _symbol(self, g: Grids, node: N.Sym) -> Grid:
        own = grids.named_cells(g, node)
        if len(own) == len(own[0]) == 1:
            return own
        symbol = self.context.symbol(node.name)
        structure = symbol.structure if symbol is not None else frozenset()
        same = not structure.isdisjoint(("symmetric", "spd"))

        def block(i: int, j: int) -> Node:
            cell = own[i][j]
            if "diagonal" in structure and i != j:
                return N.number(0, cell.shape)
            if same and i < j:
                return N.transpose(block(j, i))
            kept = structure & {"symmetric", "spd", "diagonal"} if i == j else frozenset()
            assert isinstance(cell, N.Sym)
            self.made[cell.name] = (node.name, kept)
            return cell

        return tuple(tuple(block(i, j) for j in range(len(row))) for i, row in enumerate(own))

    # inverses and determinants

    def _is_invertible(self, cell: Node) -> bool:
        """Whether a block has an inverse wherever the claim is defined."""
        if cell in self.inverted or isinstance(cell, N.Eye | N.Inv):
            return True
        if isinstance(cell, N.Sym):
            name, made = self.made.get(cell.name, (cell.name, None))
            symbol = self.context.symbol(name)
            structure = made if made is not None else symbol.structure if symbol else frozenset()
            if not structure.isdisjoint(("spd", "invertible", "orthogonal")):
                return True
            return bool(
                symbol
                and not cell.shape
                and symbol.domain.kind in ("positive", "negative", "nonzero", "natural")
            )
        if isinstance(cell, N.Num):
            return not cell.shape and cell.value != 0
        return isinstance(cell, N.Transpose) and self._is_invertible(cell.arg)

    def _corner(self, grid: Grid) -> int:
        """The number of a corner block that has an inverse."""
        for k in (0, len(grid) - 1):
            if self._is_invertible(grid[k][k]):
                return k
        raise NotWrittenError("no corner block is known to be invertible")

    def _inverse(self, grid: Grid) -> Grid:
        if len(grid) == 1:
            return ((_inverted(grid[0][0]),),)
        k = self._corner(grid)
        corner: Grid = ((_inverted(grid[k][k]),),)
        beside, below, complement = _schur(grid, k, corner)
        inner = self._inverse(complement)
        ahead = grids.multiplied(below, corner)
        right = _negative(grids.multiplied(grids.multiplied(corner, beside), inner))[0]
        under = _negative(grids.multiplied(inner, ahead))
        ((top,),) = _minus(corner, grids.multiplied((right,), ahead))
        rows = [(*row[:k], under[i][0], *row[k:]) for i, row in enumerate(inner)]
        return (*rows[:k], (*right[:k], top, *right[k:]), *rows[k:])

    def _determinant(self, grid: Grid) -> Node:
        if len(grid) == 1:
            cell = grid[0][0]
            return N.Det(cell, shape=()) if cell.shape else cell
        if len(grid) == 2 and all(not cell.shape for row in grid for cell in row):
            (a, b), (c, d) = grid
            return N.subtract(N.mul(a, d), N.mul(b, c))
        # block triangular: no corner need have an inverse
        rest = range(1, len(grid))
        if any(all(map(N.is_zero, line[0][1:])) for line in (grid, grids.flipped(grid))):
            inner = tuple(tuple(grid[i][j] for j in rest) for i in rest)
            return N.mul(self._determinant(((grid[0][0],),)), self._determinant(inner))
        k = self._corner(grid)
        complement = _schur(grid, k, ((_inverted(grid[k][k]),),))[2]
        return N.mul(self._determinant(((grid[k][k],),)), self._determinant(complement))


def _schur(grid: Grid, k: int, corner: Grid) -> tuple[Grid, Grid, Grid]:
    """The blocks beside and below corner k, and its Schur complement; ``corner`` is its inverse."""
    others = [i for i in range(len(grid)) if i != k]
    beside: Grid = (tuple(grid[k][j] for j in others),)
    below: Grid = tuple((grid[i][k],) for i in others)
    rest: Grid = tuple(tuple(grid[i][j] for j in others) for i in others)
    return beside, below, _minus(rest, grids.multiplied(grids.multiplied(below, corner), beside))


def _inverted(cell: Node) -> Node:
    return N.Inv(cell, shape=cell.shape) if cell.shape else N.reciprocal(cell)


def _minus(a: Grid, b: Grid) -> Grid:
    return tuple(
        tuple(
            one if N.is_zero(two) else N.subtract(one, two)
            for one, two in zip(row, other, strict=True)
        )
        for row, other in zip(a, b, strict=True)
    )


def _negative(a: Grid) -> Grid:
    return tuple(tuple(map(N.negative, row)) for row in a)
