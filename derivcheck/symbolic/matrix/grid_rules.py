"""What nodes are cell by cell, whatever the size of cells.

Products sum over the parts of the inner dimension, sums and comprehensions run through parts,
derivatives are taken by one cell at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from derivcheck.lang import nodes as N
from derivcheck.lang.affine import Affine
from derivcheck.lang.dims import ONE, Dim
from derivcheck.lang.nodes import Index, Node
from derivcheck.symbolic.matrix.grids import (
    Grid,
    Grids,
    NotWrittenError,
    Rule,
    flipped,
    lengths,
    multiplied,
    named_cells,
    times,
    turned,
    zero,
)


def _num(g: Grids, node: N.Num) -> Grid:
    rows, columns = g.shapes(node)
    return tuple(tuple(N.number(node.value, N.make_shape(r, c)) for c in columns) for r in rows)


def _eye(g: Grids, node: N.Eye) -> Grid:
    parts = g.shapes(node)[0]
    return tuple(
        tuple(
            zero(r, c) if i != j else N.ONE_NODE if r == ONE else N.Eye(shape=(r, r))
            for j, c in enumerate(parts)
        )
        for i, r in enumerate(parts)
    )


def _folded(
    g: Grids, node: N.Sum | N.Extreme, inner: Callable[[Node], Node], fold: Callable[..., Node]
) -> Grid:
    grid = tuple(tuple(map(inner, row)) for row in g.of(node.arg))
    if node.axis is None:
        return ((fold(*(cell for row in grid for cell in row)),),)
    if node.axis == 0:
        return (tuple(fold(*column) for column in flipped(grid)),)
    return tuple((fold(*row),) for row in grid)


def _sum(g: Grids, node: N.Sum) -> Grid:
    return _folded(g, node, lambda cell: N.total(cell, node.axis), N.add)


def _extreme(g: Grids, node: N.Extreme) -> Grid:
    def largest(cell: Node) -> Node:
        if not cell.shape:
            return cell
        rows, columns = lengths(cell)
        shape = N.make_shape(rows if node.axis == 1 else ONE, columns if node.axis == 0 else ONE)
        return N.Extreme(node.function, cell, node.axis, shape=shape)

    def fold(first: Node, *others: Node) -> Node:
        for other in others:
            first = N.call(node.function, first, other)
        return first

    return _folded(g, node, largest, fold)


def _trace(g: Grids, node: N.Trace) -> Grid:
    cells = [row[k] for k, row in enumerate(g.of(node.arg))]
    return ((N.add(*(N.Trace(c, shape=()) if c.shape else c for c in cells)),),)


def _diag(g: Grids, node: N.Diag) -> Grid:
    grid = g.of(node.arg)

    def diagonal(cell: Node, rows: Dim, columns: Dim) -> Node:
        return N.Diag(cell, shape=N.make_shape(rows, columns)) if cell.shape else cell

    if ONE in lengths(node.arg):
        cells = [cell for row in grid for cell in row]
        sizes = g.shapes(node)[0]
        return tuple(
            tuple(diagonal(cells[i], r, r) if i == j else zero(r, c) for j, c in enumerate(sizes))
            for i, r in enumerate(sizes)
        )
    return tuple((diagonal(row[k], lengths(row[k])[0], ONE),) for k, row in enumerate(grid))


def _stack(g: Grids, node: N.Stack) -> Grid:
    grids = [g.of(arg) for arg in node.args]
    if node.axis == 0:
        return tuple(row for grid in grids for row in grid)
    return tuple(tuple(cell for part in rows for cell in part) for rows in zip(*grids, strict=True))


def _local(g: Grids, place: Index | int, dim: Dim) -> tuple[int, Index | int]:
    """The part that a place lies in, and the place in it."""
    parts = g.parts(dim)
    if len(parts) == 1:
        return 0, place
    if isinstance(place, Index):
        known = g.env.get(place.name)
        if known is None:
            raise NotWrittenError("an index that runs through blocks")
        return known[0], 0 if known[2].dim == ONE else known[2]
    for number, block in enumerate(parts):
        least = block.least
        if number + 1 == len(parts) or (least is not None and place < least):
            return number, place
        if block.names:
            raise NotWrittenError("an entry of a block of unknown size")
        place -= block.factor
    raise NotWrittenError("an entry out of range")


def _entry(g: Grids, node: N.Entry) -> Grid:
    rows, columns = lengths(node.arg)
    grid = g.of(node.arg)
    r, i = _local(g, node.row, rows)
    c, j = _local(g, node.column, columns)
    cell = grid[r][c]
    return ((N.Entry(cell, i, j, shape=()) if cell.shape else cell,),)


def _index_value(g: Grids, node: N.IndexValue) -> Grid:
    known = g.env.get(node.index.name)
    if known is None:
        return ((node,),)
    _, offset, index = known
    value = Affine(offset) if index.dim == ONE else Affine(offset, {index: ONE})
    return ((value.node(),),)


def _loop(g: Grids, node: N.SumIndex | N.ProdIndex) -> Grid:
    terms: list[Grid] = []
    for env in g.environments((node.index,)):
        grid = g.within(env).of(node.body)
        index = env[node.index.name][2] if env else node.index
        if not env or index.dim != ONE:
            make: Any = type(node)
            grid = tuple(tuple(make(c, index, shape=c.shape) for c in row) for row in grid)
        terms.append(grid)
    fold = N.add if isinstance(node, N.SumIndex) else N.mul
    return tuple(
        tuple(fold(*cell) for cell in zip(*rows, strict=True)) for rows in zip(*terms, strict=True)
    )


def build(g: Grids, node: N.Build) -> Grid:
    """A comprehension: what its body is in each part of its indices."""
    rows, columns = g.shapes(node)
    indices = N.bound_indices(node)
    cells: list[Node] = []
    for env, (r, c) in zip(g.environments(indices), product(rows, columns), strict=True):
        inside = [
            env[i.name][2] if i is not None and i.name in env else i
            for i in (node.row, node.column)
        ]
        loops = [None if i is None or i.dim == ONE else i for i in inside]
        body = g.within(env).whole(node.body)
        shape = N.make_shape(r, c)
        cells.append(N.Build(body, loops[0], loops[1], shape=shape) if shape else body)
    return tuple(tuple(cells[k : k + len(columns)]) for k in range(0, len(cells), len(columns)))


def _by_cell(g: Grids, node: Node) -> Grid:
    if isinstance(node, N.Apply) and any(a.shape and a.shape != node.shape for a in node.args):
        return g.otherwise(g, node)
    return g.cells(node, N.children(node), lambda *cells: _elementwise(node, cells))


def _elementwise(node: Any, cells: tuple[Node, ...]) -> Node:
    shape = next((cell.shape for cell in cells if cell.shape), ())
    match node:
        case N.Call():
            return N.call(node.function, *cells)
        case N.Apply():
            return N.Apply(node.function, cells, node.orders, shape=shape)
        case N.Compare():
            return N.Compare(node.operator, cells[0], cells[1], shape=shape)
        case N.Logic():
            return N.Logic(node.operator, cells, shape=shape)
    return N.Select(cells[0], cells[1], cells[2], shape=shape)


# derivatives


def _varied(
    g: Grids, variable: N.Sym, at: Node, moving: set[tuple[int, int]]
) -> tuple[Grid, list[tuple[N.Sym, Node]]]:
    """The variable, of which some cells vary as new symbols, and these with their places."""
    own, places = named_cells(g, variable), g.of(at)
    pairs: list[tuple[N.Sym, Node]] = []
    mixed = [list(row) for row in places]
    for i, j in sorted(moving):
        symbol = own[i][j]
        assert isinstance(symbol, N.Sym)
        pairs.append((symbol, places[i][j]))
        mixed[i][j] = symbol
    return tuple(map(tuple, mixed)), pairs


def _one_cell(g: Grids, node: N.Grad | N.Jacobian, i: int, j: int) -> tuple[Grids, N.Sym, Node]:
    """The grids in which one cell of the variable varies, that cell, and where it is taken."""
    mixed, [(symbol, at)] = _varied(g, node.variable, node.at, {(i, j)})
    return g.within(bound={node.variable.name: mixed}), symbol, at


def _grad(g: Grids, node: N.Grad) -> Grid:
    rows, columns = g.shapes(node.variable)

    def cell(i: int, j: int) -> Node:
        inner, variable, at = _one_cell(g, node, i, j)
        body = inner.whole(node.body)
        if not variable.shape:
            return N.Jvp(body, (variable,), (at,), (N.ONE_NODE,), shape=())
        return N.Grad(body, variable, at, shape=variable.shape)

    return tuple(tuple(cell(i, j) for j in range(len(columns))) for i in range(len(rows)))


def _jacobian(g: Grids, node: N.Jacobian) -> Grid:
    upright = N.columns_of(node.variable.shape) == ONE
    columns: list[tuple[Node, ...]] = []
    for k in range(len(g.shapes(node.variable)[0 if upright else 1])):
        inner, variable, at = _one_cell(g, node, k if upright else 0, 0 if upright else k)
        bodies = [cell for row in inner.of(node.body) for cell in row]
        columns.append(tuple(_slope(body, variable, at) for body in bodies))
    if node.layout == "numerator":
        return flipped(tuple(columns))
    return tuple(tuple(map(N.transpose, column)) for column in columns)


def _slope(body: Node, variable: N.Sym, at: Node) -> Node:
    """The Jacobian, rows for the body, whatever of both is a scalar."""
    if not variable.shape:
        found: Node = N.Jvp(body, (variable,), (at,), (N.ONE_NODE,), shape=body.shape)
        return N.transpose(found) if N.rows_of(body.shape) == ONE else found
    if not body.shape:
        found = N.Grad(body, variable, at, shape=variable.shape)
        return found if N.rows_of(variable.shape) == ONE else N.transpose(found)
    (rows, one), (columns, other) = lengths(body), lengths(variable)
    return N.Jacobian(body, variable, at, "numerator", shape=(rows * one, columns * other))


def _jvp(g: Grids, node: N.Jvp) -> Grid:
    symbols: list[N.Sym] = []
    at: list[Node] = []
    along: list[Node] = []
    bound: dict[str, Grid] = {}
    for variable, place, direction in zip(node.variables, node.at, node.directions, strict=True):
        ways = {(i, j): way for i, row in enumerate(g.of(direction)) for j, way in enumerate(row)}
        ways = {cell: way for cell, way in ways.items() if not N.is_zero(way)}
        bound[variable.name], pairs = _varied(g, variable, place, set(ways))
        symbols += [symbol for symbol, _ in pairs]
        at += [point for _, point in pairs]
        along += ways.values()
    inner = g.within(bound=bound).of(node.body)
    if not symbols:
        return tuple(tuple(N.number(0, cell.shape) for cell in row) for row in inner)
    parts = tuple(symbols), tuple(at), tuple(along)
    return tuple(tuple(N.Jvp(cell, *parts, shape=cell.shape) for cell in row) for row in inner)


RULES: dict[type[Node], Rule] = {
    N.Num: _num,
    N.Eye: _eye,
    N.Add: lambda g, node: g.cells(node, node.args, N.add),
    N.Mul: lambda g, node: g.cells(node, node.args, times),
    N.Pow: lambda g, node: g.cells(node, (node.base, node.exponent), N.power),
    N.Call: _by_cell,
    N.Apply: _by_cell,
    N.Compare: _by_cell,
    N.Logic: _by_cell,
    N.Select: _by_cell,
    N.MatMul: lambda g, node: multiplied(g.of(node.left), g.of(node.right)),
    N.Transpose: lambda g, node: turned(g.of(node.arg)),
    N.Sum: _sum,
    N.Extreme: _extreme,
    N.Trace: _trace,
    N.Diag: _diag,
    N.Stack: _stack,
    N.Entry: _entry,
    N.IndexValue: _index_value,
    N.SumIndex: _loop,
    N.ProdIndex: _loop,
    N.Build: build,
    N.Grad: _grad,
    N.Jacobian: _jacobian,
    N.Jvp: _jvp,
}
"""What holds of cells of any size; symbols, inverses and determinants are the user's."""
