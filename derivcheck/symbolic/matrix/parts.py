"""Claims about block matrices, block by block.

Where vectors and matrices are stacked or cut into slices, their dimensions fall into parts. Every
expression is written as a grid of expressions over those parts: symbols become independent blocks,
products sum over the parts of the inner dimension, inverses and determinants follow from Schur
complements (Magnus and Neudecker, section 1.11; Horn and Johnson, section 0.7.3), derivatives are
taken by one block at a time. Each cell is a claim without blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

from derivcheck.lang import nodes as n
from derivcheck.lang.affine import Affine, affine_of
from derivcheck.lang.dims import ONE, ZERO, Dim
from derivcheck.lang.equation import Equation
from derivcheck.lang.nodes import Index, Node
from derivcheck.records import record

Grid = tuple[tuple[Node, ...], ...]
Splits = dict[Dim, tuple[Dim, ...]]

_MOST_PARTS = 8
_MOST_WORK = 6_000


class NoBlocks(Exception):
    """What is not written block by block, and why."""


def blocks(equation: Equation) -> list[Equation] | None:
    """The claims about blocks that an equation consists of; None where it has no blocks."""
    nodes = dict.fromkeys(
        node
        for side in (equation.left, equation.right, *equation.context.assume)
        for node in n.walk(side)
    )
    splits = _splits(tuple(nodes))
    if not splits:
        return None
    inverted = frozenset(node.arg for node in nodes if isinstance(node, n.Inv))
    found: list[Equation] = []
    choices = [range(len(splits.get(index.dim, (ONE,)))) for index in equation.indices]
    for choice in product(*choices):
        env: dict[str, tuple[int, Dim, Index]] = {}
        free: list[Index] = []
        for index, part in zip(equation.indices, choice, strict=True):
            if index.dim not in splits:
                free.append(index)
                continue
            if index.start != ZERO:
                raise NoBlocks("an index that does not begin at 0")
            env[index.name], new = _part_of(index, part, splits[index.dim])
            if new.dim != ONE:
                free.append(new)
        grid = _Grid(splits, equation, inverted, env)
        left, right = grid.of(equation.left), grid.of(equation.right)
        assume = tuple(grid.conditions())
        if len(right) == 1 and len(right[0]) == 1 and equation.right.shape != equation.left.shape:
            right = tuple(tuple(right[0] * len(row)) for row in left)
        for row, other in zip(left, right, strict=True):
            for one, two in zip(row, other, strict=True):
                found.append(_piece(equation, one, two, assume, tuple(free), grid))
    return found


def _piece(
    equation: Equation,
    left: Node,
    right: Node,
    assume: tuple[Node, ...],
    indices: tuple[Index, ...],
    grid: _Grid,
) -> Equation:
    inner = [node for side in (left, right, *assume) for node in n.walk(side)]
    names = {node.name for node in inner if isinstance(node, n.Sym) and "#" not in node.name}
    shapes = {node.name: node.shape for node in inner if isinstance(node, n.Sym)}
    symbols = [s for s in equation.context.symbols if s.name in names]
    for name in sorted(names & grid.made.keys()):
        base, structure = grid.made[name]
        symbol = equation.context.symbol(base)
        if symbol is not None:
            kept = frozenset(structure if shapes[name] else ())
            symbols.append(replace(symbol, name=name, shape=shapes[name], structure=kept))
    used = {i.name for node in inner for i in n.own_indices(node)}
    context = replace(equation.context, symbols=tuple(symbols), assume=assume)
    kept_indices = tuple(i for i in indices if i.name in used)
    return replace(equation, left=left, right=right, context=context, indices=kept_indices)


# where dimensions fall into parts


def _splits(nodes: tuple[Node, ...]) -> Splits:
    edges: dict[Dim, set[Dim]] = {}
    for node in nodes:
        if isinstance(node, n.Stack):
            place = ZERO
            for arg in node.args:
                place = place + (n.rows_of, n.columns_of)[node.axis](arg.shape)
                edges.setdefault(node.shape[node.axis], set()).add(place)
        elif isinstance(node, n.Build) and isinstance(node.body, n.Pick):
            for _, dim, low, length in _slices(node):
                if length != ONE or low != ZERO:
                    edges.setdefault(dim, set()).update((low, low + length))
    for node in nodes:
        if isinstance(node, n.Entry):
            for place_, dim in zip((node.row, node.column), _lengths(node.arg), strict=True):
                if isinstance(place_, int) and dim in edges:
                    edges[dim].update((Dim(place_), Dim(place_ + 1)))
    found: Splits = {}
    for dim, places in edges.items():
        ordered = _ordered(places | {ZERO, dim})
        if ordered is None:
            raise NoBlocks("blocks that overlap in an unknown way")
        found[dim] = tuple(b - a for a, b in pairwise(ordered))
    for _ in range(4):
        refined = {
            dim: tuple(inner for part in parts for inner in found.get(part, (part,)))
            for dim, parts in found.items()
        }
        if refined == found:
            break
        found = refined
    found = {dim: parts for dim, parts in found.items() if len(parts) > 1}
    if any(len(parts) > _MOST_PARTS for parts in found.values()):
        raise NoBlocks("too many blocks")
    return found


def _lengths(node: Node) -> tuple[Dim, Dim]:
    return n.rows_of(node.shape), n.columns_of(node.shape)


def _ordered(places: set[Dim]) -> list[Dim] | None:
    """The places in order, if every two can be told apart for all sizes."""
    ordered: list[Dim] = []
    waiting = set(places)
    while waiting:
        first = next((a for a in waiting if all(a == b or _below(a, b) for b in waiting)), None)
        if first is None:
            return None
        ordered.append(first)
        waiting.remove(first)
    return ordered


def _below(a: Dim, b: Dim) -> bool:
    gap = (b - a).least
    return gap is not None and gap > 0


def _slices(node: n.Build) -> Iterator[tuple[int, Dim, Dim, Dim]]:
    """(axis, dimension, first place, length) of what a slice takes of its argument."""
    pick = node.body
    assert isinstance(pick, n.Pick)
    loops = {i.name: i for i in n.bound_indices(node)}
    for axis, (place, dim) in enumerate(
        zip((pick.row, pick.column), _lengths(pick.arg), strict=True)
    ):
        form = affine_of(place)
        if form is None or dim == ONE:
            continue
        if not form.terms:
            yield axis, dim, form.constant, ONE
        elif len(form.terms) == 1:
            [(index, coefficient)] = form.terms.items()
            if coefficient == ONE and index.name in loops:
                yield axis, dim, form.constant, index.dim


def _part_of(
    index: Index, part: int, parts: tuple[Dim, ...]
) -> tuple[tuple[int, Dim, Index], Index]:
    offset = ZERO
    for before in parts[:part]:
        offset = offset + before
    new = Index(f"{index.name}@{part}" if "#" in index.name else index.name, parts[part])
    return (part, offset, new), new


@record(frozen=False)
class _Grid:
    """Nodes as grids over the parts of their dimensions."""

    splits: Splits
    equation: Equation
    inverted: frozenset[Node]
    env: dict[str, tuple[int, Dim, Index]]
    bound: dict[str, Grid]
    made: dict[str, tuple[str, tuple[str, ...]]]
    memo: dict[Node, Grid]
    work: list[int]

    def __init__(
        self,
        splits: Splits,
        equation: Equation,
        inverted: frozenset[Node],
        env: dict[str, tuple[int, Dim, Index]],
    ) -> None:
        self.splits, self.equation, self.inverted, self.env = splits, equation, inverted, env
        self.bound, self.made, self.memo, self.work = {}, {}, {}, [0]

    def within(
        self,
        env: dict[str, tuple[int, Dim, Index]] | None = None,
        bound: dict[str, Grid] | None = None,
    ) -> _Grid:
        """The same with more names bound."""
        inner = _Grid(self.splits, self.equation, self.inverted, {**self.env, **(env or {})})
        inner.bound = {**self.bound, **(bound or {})}
        inner.made, inner.work = self.made, self.work
        return inner

    def parts(self, dim: Dim) -> tuple[Dim, ...]:
        """The parts of a dimension, or the whole."""
        return self.splits.get(dim, (dim,))

    def shapes(self, node: Node) -> tuple[tuple[Dim, ...], tuple[Dim, ...]]:
        """Parts of rows and columns."""
        rows, columns = _lengths(node)
        return self.parts(rows), self.parts(columns)

    def of(self, node: Node) -> Grid:
        """The grid of a node."""
        found = self.memo.get(node)
        if found is None:
            self.work[0] += 1
            if self.work[0] > _MOST_WORK:
                raise NoBlocks("too many blocks")
            rule = _RULES.get(type(node), _plain)
            found = rule(self, node)
            rows, columns = self.shapes(node)
            if len(found) != len(rows) or any(len(row) != len(columns) for row in found):
                raise NoBlocks("blocks that do not fit")
            self.memo[node] = found
        return found

    def whole(self, node: Node) -> Node:
        """A node whose dimensions are in one part."""
        grid = self.of(node)
        if len(grid) != 1 or len(grid[0]) != 1:
            raise NoBlocks(f"{type(node).__name__} of blocks")
        return grid[0][0]

    def spread(self, node: Node, like: Node) -> Grid:
        """A grid, a scalar in every cell."""
        grid = self.of(node)
        if node.shape or not like.shape:
            return grid
        rows, columns = self.shapes(like)
        return ((grid[0][0],) * len(columns),) * len(rows)

    def cells(self, node: Node, args: tuple[Node, ...], make: Callable[..., Node]) -> Grid:
        """Cell by cell."""
        grids = [self.spread(arg, node) for arg in args]
        return tuple(
            tuple(make(*cell) for cell in zip(*rows, strict=True))
            for rows in zip(*grids, strict=True)
        )

    def conditions(self) -> Iterator[Node]:
        """The side conditions, cell by cell; those that have no blocks form are left out."""
        for condition in self.equation.context.assume:
            try:
                grid = self.of(condition)
            except NoBlocks:
                continue  # fewer conditions only make the claim stronger
            for row in grid:
                yield from row


def _shape(rows: Dim, columns: Dim) -> n.Shape:
    return n.make_shape(rows, columns)


def _make(node: Node, *values: Any, shape: n.Shape) -> Node:
    result: Node = type(node)(*values, shape=shape)
    return result


def _common(cells: tuple[Node, ...]) -> n.Shape:
    return next((cell.shape for cell in cells if cell.shape), ())


def _plain(g: _Grid, node: Node) -> Grid:
    """A node that has no blocks of its own."""
    if any(len(parts) > 1 for parts in g.shapes(node)):
        raise NoBlocks(f"{type(node).__name__} of blocks")
    return ((n.rebuild(node, g.whole),),)


def _num(g: _Grid, node: n.Num) -> Grid:
    rows, columns = g.shapes(node)
    return tuple(tuple(n.number(node.value, _shape(r, c)) for c in columns) for r in rows)


def _eye(g: _Grid, node: n.Eye) -> Grid:
    parts = g.shapes(node)[0]
    return tuple(
        tuple(_identity(r) if i == j else _zero(r, c) for j, c in enumerate(parts))
        for i, r in enumerate(parts)
    )


def _identity(dim: Dim) -> Node:
    return n.ONE_NODE if dim == ONE else n.Eye(shape=(dim, dim))


def _zero(rows: Dim, columns: Dim) -> Node:
    return n.number(0, _shape(rows, columns))


def _sym(g: _Grid, node: n.Sym) -> Grid:
    known = g.bound.get(node.name)
    if known is not None:
        return known
    rows, columns = g.shapes(node)
    if len(rows) == len(columns) == 1:
        return ((node,),)
    symbol = g.equation.context.symbol(node.name)
    structure = symbol.structure if symbol is not None else frozenset()
    same = not structure.isdisjoint(("symmetric", "spd"))

    def block(i: int, j: int) -> Node:
        if "diagonal" in structure and i != j:
            return _zero(rows[i], columns[j])
        if same and i < j:
            return n.transpose(block(j, i))
        place = f"{i}" if len(columns) == 1 else f"{j}" if len(rows) == 1 else f"{i},{j}"
        name = f"{node.name}[{place}]"
        kept = tuple(s for s in ("symmetric", "spd", "diagonal") if s in structure and i == j)
        g.made[name] = (node.name, kept)
        return n.Sym(name, shape=_shape(rows[i], columns[j]))

    return tuple(tuple(block(i, j) for j in range(len(columns))) for i in range(len(rows)))


def _fresh(g: _Grid, variable: n.Sym) -> Grid:
    """Blocks of a bound variable."""
    rows, columns = g.shapes(variable)
    if len(rows) == len(columns) == 1:
        return ((variable,),)
    return tuple(
        tuple(n.Sym(f"{variable.name}[{i},{j}]", shape=_shape(r, c)) for j, c in enumerate(columns))
        for i, r in enumerate(rows)
    )


def _power(g: _Grid, node: n.Pow) -> Grid:
    return g.cells(node, (node.base, node.exponent), n.power)


def _matmul(g: _Grid, node: n.MatMul) -> Grid:
    return _product(g.of(node.left), g.of(node.right))


def _product(left: Grid, right: Grid) -> Grid:
    columns = tuple(zip(*right, strict=True))
    return tuple(
        tuple(
            _sum([n.matmul(a, b) for a, b in zip(row, column, strict=True)]) for column in columns
        )
        for row in left
    )


def _sum(terms: list[Node]) -> Node:
    kept = [t for t in terms if not _is_zero_product(t)]
    return n.add(*kept) if kept else terms[0]


def _is_zero_product(node: Node) -> bool:
    """Whether a term is a product with a block of zeros, all else being symbols."""
    if isinstance(node, n.Num):
        return node.value == 0
    if isinstance(node, n.MatMul | n.Transpose | n.Mul):
        parts = n.children(node)
        return any(map(_is_zero_product, parts)) and all(
            _is_zero_product(p)
            or isinstance(p, n.Sym | n.Eye | n.Num)
            or (isinstance(p, n.Transpose) and isinstance(p.arg, n.Sym))
            for p in parts
        )
    return False


def _transposed(g: _Grid, node: n.Transpose) -> Grid:
    return tuple(tuple(map(n.transpose, row)) for row in zip(*g.of(node.arg), strict=True))


def _total(g: _Grid, node: n.Sum) -> Grid:
    grid = g.of(node.arg)
    if node.axis is None:
        return ((n.add(*(n.total(cell) for row in grid for cell in row)),),)
    if node.axis == 0:
        return (
            tuple(n.add(*(_along(c, 0) for c in column)) for column in zip(*grid, strict=True)),
        )
    return tuple((n.add(*(_along(c, 1) for c in row)),) for row in grid)


def _along(cell: Node, axis: int) -> Node:
    return n.total(cell, axis)


def _trace(g: _Grid, node: n.Trace) -> Grid:
    grid = g.of(node.arg)
    cells = [row[k] for k, row in enumerate(grid)]
    return ((n.add(*(n.Trace(c, shape=()) if c.shape else c for c in cells)),),)


def _diag(g: _Grid, node: n.Diag) -> Grid:
    grid = g.of(node.arg)
    if ONE in (n.rows_of(node.arg.shape), n.columns_of(node.arg.shape)):
        cells = [cell for row in grid for cell in row]
        sizes = g.shapes(node)[0]
        return tuple(
            tuple(
                (n.Diag(cells[i], shape=(r, r)) if cells[i].shape else cells[i])
                if i == j
                else _zero(r, c)
                for j, c in enumerate(sizes)
            )
            for i, r in enumerate(sizes)
        )
    return tuple(
        (n.Diag(row[k], shape=_shape(n.rows_of(row[k].shape), ONE)) if row[k].shape else row[k],)
        for k, row in enumerate(grid)
    )


def _stack(g: _Grid, node: n.Stack) -> Grid:
    grids = [g.of(arg) for arg in node.args]
    if node.axis == 0:
        return tuple(row for grid in grids for row in grid)
    return tuple(tuple(cell for part in rows for cell in part) for rows in zip(*grids, strict=True))


def _local(g: _Grid, place: Index | int, dim: Dim) -> tuple[int, Index | int]:
    """The part that a place lies in, and the place in it."""
    parts = g.parts(dim)
    if isinstance(place, Index):
        known = g.env.get(place.name)
        if known is not None and len(parts) > 1:
            part, _, index = known
            return part, 0 if index.dim == ONE else index
        if len(parts) > 1:
            raise NoBlocks("an index that runs through blocks")
        return 0, place
    rest = place
    for number, block in enumerate(parts):
        least = block.least
        if number + 1 == len(parts) or (least is not None and rest < least):
            return number, rest
        if block.names:
            raise NoBlocks("an entry of a block of unknown size")
        rest -= block.factor
    raise NoBlocks("an entry out of range")


def _entry(g: _Grid, node: n.Entry) -> Grid:
    rows, columns = _lengths(node.arg)
    grid = g.of(node.arg)
    r, i = _local(g, node.row, rows)
    c, j = _local(g, node.column, columns)
    cell = grid[r][c]
    return ((n.Entry(cell, i, j, shape=()) if cell.shape else cell,),)


def _index_value(g: _Grid, node: n.IndexValue) -> Grid:
    known = g.env.get(node.index.name)
    if known is None:
        return ((node,),)
    _, offset, index = known
    value = Affine(offset) if index.dim == ONE else Affine(offset, {index: ONE})
    return ((value.node(),),)


def _loops(g: _Grid, indices: tuple[Index, ...]) -> Iterator[dict[str, tuple[int, Dim, Index]]]:
    """The parts that indices run through, as environments."""
    for choice in product(*(range(len(g.parts(i.dim))) for i in indices)):
        yield {
            index.name: _part_of(index, part, g.parts(index.dim))[0]
            for index, part in zip(indices, choice, strict=True)
            if index.dim in g.splits
        }


def _sum_index(g: _Grid, node: n.SumIndex | n.ProdIndex) -> Grid:
    if node.index.dim in g.splits and node.index.start != ZERO:
        raise NoBlocks("a sum that does not begin at 0")
    terms: list[Grid] = []
    for env in _loops(g, (node.index,)):
        grid = g.within(env).of(node.body)
        index = env[node.index.name][2] if env else node.index
        if index.dim == ONE and env:
            terms.append(grid)
        else:
            terms.append(
                tuple(tuple(_make(node, c, index, shape=c.shape) for c in row) for row in grid)
            )
    fold = n.add if isinstance(node, n.SumIndex) else n.mul
    return tuple(
        tuple(fold(*cell) for cell in zip(*rows, strict=True)) for rows in zip(*terms, strict=True)
    )


def _build(g: _Grid, node: n.Build) -> Grid:
    if isinstance(node.body, n.Pick):
        found = _sliced(g, node)
        if found is not None:
            return found
    rows, columns = g.shapes(node)
    cells: list[list[Node]] = [[] for _ in rows]
    for i, j in product(range(len(rows)), range(len(columns))):
        env: dict[str, tuple[int, Dim, Index]] = {}
        loops: list[Index | None] = []
        for index, part in ((node.row, i), (node.column, j)):
            if index is None or index.dim not in g.splits:
                loops.append(index)
                continue
            env[index.name], new = _part_of(index, part, g.parts(index.dim))
            loops.append(None if new.dim == ONE else new)
        body = g.within(env).whole(node.body)
        shape = _shape(rows[i], columns[j])
        cells[i].append(n.Build(body, loops[0], loops[1], shape=shape) if shape else body)
    return tuple(map(tuple, cells))


def _sliced(g: _Grid, node: n.Build) -> Grid | None:
    """A slice of blocks: the blocks themselves."""
    pick = node.body
    assert isinstance(pick, n.Pick)
    taken: list[tuple[list[int], Index | int | None]] = []
    found = {axis: (low, length) for axis, _, low, length in _slices(node)}
    for axis, (place, dim) in enumerate(
        zip((pick.row, pick.column), _lengths(pick.arg), strict=True)
    ):
        parts = g.parts(dim)
        if dim == ONE:
            taken.append(([0], None))
        elif axis in found:
            low, length = found[axis]
            edge = ZERO
            inside: list[int] = []
            for number, part in enumerate(parts):
                if edge == low or inside:
                    inside.append(number)
                edge = edge + part
                if inside and edge == low + length:
                    break
            else:
                return None
            taken.append((inside, None))
        else:
            form = affine_of(place)
            index = form.alone if form is not None else None
            if index is None or len(parts) > 1:
                return None
            taken.append(([0], index))
    grid = g.of(pick.arg)
    (row_parts, row_place), (column_parts, column_place) = taken
    cells = tuple(tuple(grid[r][c] for c in column_parts) for r in row_parts)
    if row_place is None and column_place is None:
        return cells
    # one row or column of each block
    result: list[tuple[Node, ...]] = []
    for row in cells:
        line: list[Node] = []
        for cell in row:
            lengths = _lengths(cell)
            loops = [
                None if place is not None or dim == ONE else Index(f"{'ij'[k]}#b", dim)
                for k, (place, dim) in enumerate(
                    zip((row_place, column_place), lengths, strict=True)
                )
            ]
            at = [
                place if place is not None else (0 if loop is None else loop)
                for place, loop in zip((row_place, column_place), loops, strict=True)
            ]
            entry = n.Entry(cell, at[0], at[1], shape=()) if cell.shape else cell
            dims = [ONE if loop is None else loop.dim for loop in loops]
            shape = _shape(dims[0], dims[1])
            line.append(n.Build(entry, loops[0], loops[1], shape=shape) if shape else entry)
        result.append(tuple(line))
    return tuple(result)


def _extreme(g: _Grid, node: n.Extreme) -> Grid:
    grid = g.of(node.arg)
    if len(grid) == 1 and len(grid[0]) == 1:
        cell = grid[0][0]
        return ((n.Extreme(node.function, cell, node.axis, shape=node.shape),),)
    if node.axis is not None:
        raise NoBlocks("a largest entry along blocks")
    cells = [
        n.Extreme(node.function, c, None, shape=()) if c.shape else c for row in grid for c in row
    ]
    result = cells[0]
    for cell in cells[1:]:
        result = n.call(node.function, result, cell)
    return ((result,),)


# inverses and determinants


def _minus(a: Grid, b: Grid) -> Grid:
    return tuple(
        tuple(
            one if _is_zero_product(two) else n.subtract(one, two)
            for one, two in zip(row, other, strict=True)
        )
        for row, other in zip(a, b, strict=True)
    )


def _negative(a: Grid) -> Grid:
    return tuple(tuple(map(n.negative, row)) for row in a)


def _invert(cell: Node) -> Node:
    return n.Inv(cell, shape=cell.shape) if cell.shape else n.reciprocal(cell)


def _is_invertible(g: _Grid, cell: Node) -> bool:
    """Whether a block has an inverse wherever the claim is defined."""
    if cell in g.inverted or isinstance(cell, n.Eye):
        return True
    if isinstance(cell, n.Sym):
        name, made = g.made.get(cell.name, (cell.name, None))
        symbol = g.equation.context.symbol(name)
        structure = made if made is not None else symbol.structure if symbol else ()
        if not frozenset(("spd", "invertible", "orthogonal")).isdisjoint(structure):
            return True
        return bool(
            symbol
            and not cell.shape
            and symbol.domain.kind in ("positive", "negative", "nonzero", "natural")
        )
    if isinstance(cell, n.Num):
        return not cell.shape and cell.value != 0
    if isinstance(cell, n.Inv):
        return True
    return isinstance(cell, n.Transpose) and _is_invertible(g, cell.arg)


def _schur(g: _Grid, grid: Grid) -> tuple[bool, Node, Grid, Grid, Grid]:
    """(whether the first block is taken, that block, the blocks beside, below, and the rest)."""
    for first in (True, False):
        k = 0 if first else len(grid) - 1
        if not _is_invertible(g, grid[k][k]):
            continue
        others = [i for i in range(len(grid)) if i != k]
        beside: Grid = (tuple(grid[k][j] for j in others),)
        below: Grid = tuple((grid[i][k],) for i in others)
        rest: Grid = tuple(tuple(grid[i][j] for j in others) for i in others)
        return first, grid[k][k], beside, below, rest
    raise NoBlocks("no corner block is known to be invertible")


def _inverse(g: _Grid, grid: Grid) -> Grid:
    if len(grid) == 1:
        return ((_invert(grid[0][0]),),)
    first, corner, beside, below, rest = _schur(g, grid)
    inverse: Grid = ((_invert(corner),),)
    complement = _minus(rest, _product(_product(below, inverse), beside))
    inner = _inverse(g, complement)
    right = _negative(_product(_product(inverse, beside), inner))
    under = _negative(_product(inner, _product(below, inverse)))
    top = _minus(inverse, _product(right, _product(below, inverse)))
    if first:
        return (
            (top[0][0], *right[0]),
            *((under[i][0], *inner[i]) for i in range(len(inner))),
        )
    return (
        *((*inner[i], under[i][0]) for i in range(len(inner))),
        (*right[0], top[0][0]),
    )


def _is_zero(cell: Node) -> bool:
    return isinstance(cell, n.Num) and cell.value == 0


def _inv(g: _Grid, node: n.Inv) -> Grid:
    return _inverse(g, g.of(node.arg))


def _determinant(g: _Grid, grid: Grid) -> Node:
    if len(grid) == 1:
        cell = grid[0][0]
        return n.Det(cell, shape=()) if cell.shape else cell
    if len(grid) == 2 and all(not cell.shape for row in grid for cell in row):
        (a, b), (c, d) = grid
        return n.subtract(n.mul(a, d), n.mul(b, c))
    # block triangular: no corner need have an inverse
    rows = range(1, len(grid))
    if all(_is_zero(grid[0][k]) for k in rows) or all(_is_zero(grid[k][0]) for k in rows):
        inner = tuple(tuple(grid[i][j] for j in rows) for i in rows)
        return n.mul(_determinant(g, ((grid[0][0],),)), _determinant(g, inner))
    _, corner, beside, below, rest = _schur(g, grid)
    inverse: Grid = ((_invert(corner),),)
    complement = _minus(rest, _product(_product(below, inverse), beside))
    return n.mul(_determinant(g, ((corner,),)), _determinant(g, complement))


def _det(g: _Grid, node: n.Det) -> Grid:
    return ((_determinant(g, g.of(node.arg)),),)


# derivatives


def _one_block(g: _Grid, node: n.Grad | n.Jacobian, i: int, j: int) -> tuple[_Grid, n.Sym, Node]:
    """The grid in which one block of the variable varies, that block, and where it is taken."""
    variables, at = _fresh(g, node.variable), g.of(node.at)
    mixed = tuple(
        tuple(variables[r][c] if (r, c) == (i, j) else at[r][c] for c in range(len(at[0])))
        for r in range(len(at))
    )
    variable = variables[i][j]
    assert isinstance(variable, n.Sym)
    return g.within(bound={node.variable.name: mixed}), variable, at[i][j]


def _grad(g: _Grid, node: n.Grad) -> Grid:
    rows, columns = g.shapes(node.variable)

    def cell(i: int, j: int) -> Node:
        inner, variable, at = _one_block(g, node, i, j)
        body = inner.whole(node.body)
        if not variable.shape:
            return n.Jvp(body, (variable,), (at,), (n.ONE_NODE,), shape=())
        return n.Grad(body, variable, at, shape=variable.shape)

    return tuple(tuple(cell(i, j) for j in range(len(columns))) for i in range(len(rows)))


def _jacobian(g: _Grid, node: n.Jacobian) -> Grid:
    upright = n.columns_of(node.variable.shape) == ONE
    count = len(g.shapes(node.variable)[0 if upright else 1])
    columns: list[list[Node]] = []
    for k in range(count):
        inner, variable, at = _one_block(g, node, k if upright else 0, 0 if upright else k)
        bodies = [cell for row in inner.of(node.body) for cell in row]
        columns.append([_slope(body, variable, at) for body in bodies])
    numerator = tuple(zip(*columns, strict=True))
    if node.layout == "numerator":
        return numerator
    return tuple(tuple(n.transpose(c) for c in row) for row in zip(*numerator, strict=True))


def _slope(body: Node, variable: n.Sym, at: Node) -> Node:
    """The Jacobian, rows for the body, whatever of both is a scalar."""
    if not variable.shape:
        found: Node = n.Jvp(body, (variable,), (at,), (n.ONE_NODE,), shape=body.shape)
        return n.transpose(found) if n.rows_of(body.shape) == ONE else found
    if not body.shape:
        found = n.Grad(body, variable, at, shape=variable.shape)
        return found if n.rows_of(variable.shape) == ONE else n.transpose(found)
    lengths = [
        node.shape[0] if node.shape[1] == ONE else node.shape[1]
        for node in (body, variable)
        if node.shape
    ]
    return n.Jacobian(body, variable, at, "numerator", shape=(lengths[0], lengths[1]))


def _jvp(g: _Grid, node: n.Jvp) -> Grid:
    variables: list[n.Sym] = []
    at: list[Node] = []
    directions: list[Node] = []
    bound: dict[str, Grid] = {}
    for variable, place, direction in zip(node.variables, node.at, node.directions, strict=True):
        fresh = _fresh(g, variable)
        bound[variable.name] = fresh
        for row, places, along in zip(fresh, g.of(place), g.of(direction), strict=True):
            for one, two, three in zip(row, places, along, strict=True):
                assert isinstance(one, n.Sym)
                variables.append(one)
                at.append(two)
                directions.append(three)
    inner = g.within(bound=bound).of(node.body)
    parts = tuple(variables), tuple(at), tuple(directions)
    return tuple(tuple(n.Jvp(cell, *parts, shape=cell.shape) for cell in row) for row in inner)


def _elementwise(node: Any, cells: tuple[Node, ...]) -> Node:
    shape = _common(cells)
    match node:
        case n.Call():
            return n.call(node.function, *cells)
        case n.Apply():
            return n.Apply(node.function, cells, node.orders, shape=shape)
        case n.Compare():
            return n.Compare(node.operator, cells[0], cells[1], shape=shape)
        case n.Logic():
            return n.Logic(node.operator, cells, shape=shape)
    return n.Select(cells[0], cells[1], cells[2], shape=shape)


def _by_cell(g: _Grid, node: Node) -> Grid:
    if isinstance(node, n.Apply) and any(a.shape and a.shape != node.shape for a in node.args):
        return _plain(g, node)
    return g.cells(node, n.children(node), lambda *cells: _elementwise(node, cells))


_RULES: dict[type[Node], Callable[[_Grid, Any], Grid]] = {
    n.Num: _num,
    n.Eye: _eye,
    n.Sym: _sym,
    n.Add: lambda g, node: g.cells(node, node.args, n.add),
    n.Mul: lambda g, node: g.cells(node, node.args, n.mul),
    n.Pow: _power,
    n.Call: _by_cell,
    n.Apply: _by_cell,
    n.Compare: _by_cell,
    n.Logic: _by_cell,
    n.Select: _by_cell,
    n.MatMul: _matmul,
    n.Transpose: _transposed,
    n.Sum: _total,
    n.Trace: _trace,
    n.Diag: _diag,
    n.Stack: _stack,
    n.Entry: _entry,
    n.IndexValue: _index_value,
    n.SumIndex: _sum_index,
    n.ProdIndex: _sum_index,
    n.Build: _build,
    n.Extreme: _extreme,
    n.Inv: _inv,
    n.Det: _det,
    n.Grad: _grad,
    n.Jacobian: _jacobian,
    n.Jvp: _jvp,
}

__all__ = ["NoBlocks", "blocks"]
