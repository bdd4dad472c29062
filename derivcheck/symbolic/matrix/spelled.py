"""Matrix claims whose dimensions are numbers, spelled out as claims about their entries.

A claim about vectors of length 3 is finitely many claims about numbers. Every dimension falls into
parts of length 1, so that the cells of all grids are entries; determinants and inverses become
fractions of polynomials (cofactors), and the scalar prover is asked entry by entry. Points with a
structure are parametrised (:mod:`.points`), or any point is taken for one. Derivatives are taken
entry by entry first, by free variables, and then at such a point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import decided
from derivcheck.lang.dims import ONE, Dim
from derivcheck.lang.equation import Equation
from derivcheck.lang.nodes import Node
from derivcheck.symbolic.matrix import grids
from derivcheck.symbolic.matrix.blocks import Made, claim, conditions, facing
from derivcheck.symbolic.matrix.grid_rules import RULES
from derivcheck.symbolic.matrix.grids import MOST_WORK, Grid, Grids, NotWrittenError, Rule
from derivcheck.symbolic.matrix.induction import with_size
from derivcheck.symbolic.matrix.points import parametrised

_LARGEST_DETERMINANT = 4


class _UndefinedError(Exception):
    """A subscript is out of range where it counts."""


Indices = tuple[tuple[str, int], ...]
"""The values of the free indices."""


def spelled_out(equation: Equation) -> Iterator[Equation]:
    """The scalar claims that the equation consists of.

    All of them together say what the equation says, or more. Raises :class:`NotWrittenError` where
    it can't be done.
    """
    for _, entries in _spelled(equation):
        yield from entries


def _spelled(
    equation: Equation, exactly: bool = False
) -> Iterator[tuple[Indices, Iterator[Equation]]]:
    """The same for each choice of free indices; no more than the equation says if ``exactly``."""
    everything = equation.all_nodes
    dims = {ONE, *(i.dim for i in equation.indices)}
    for node in everything:
        dims.update(node.shape, (i.dim for i in (*N.own_indices(node), *N.bound_indices(node))))
    if any(dim.names or dim.factor > MOST_WORK for dim in dims):
        raise NotWrittenError("a dimension is not a number, or a large one")
    if equation.context.is_complex and any(isinstance(node, N.Cholesky) for node in everything):
        raise NotWrittenError("a factor of a complex matrix")
    splits = {dim: (ONE,) * dim.factor for dim in dims}
    made: Made = {}

    def entries(g: Grids, node: N.Sym) -> Grid:
        cells = grids.named_cells(g, node)
        symbol = equation.context.symbol(node.name)
        for i, row in enumerate(cells):
            for j, cell in enumerate(row):
                if isinstance(cell, N.Sym) and cell.name != node.name:
                    # zeros beside a diagonal are in no domain of positive numbers
                    beside = symbol is not None and "diagonal" in symbol.structure and i != j
                    made[cell.name] = ("" if beside else node.name, frozenset())
        return cells

    rules: dict[type[Node], Rule] = {**RULES, **_RULES, N.Sym: entries}
    plain = Grids(rules, splits, {}, {}, by_entry=True)
    ways = [({}, frozenset[Node]())] if exactly else parametrised(equation, plain)
    for points, met in ways:
        assume = tuple(c for c in equation.context.assume if c not in met)
        parameters: Made = {
            symbol.name: ("", frozenset())
            for point in points.values()
            for row in point
            for entry in row
            for symbol in N.symbols_in(entry)
        }
        for env in plain.environments(equation.indices):
            g = Grids(rules, splits, env, points, by_entry=True)
            try:
                sides = g.of(equation.left), g.of(equation.right)
            except _UndefinedError:
                continue  # a subscript is out of range: no claim there
            given = tuple(conditions(g, assume, exactly))
            known = {**made, **parameters}
            indices = tuple((name, place[0]) for name, place in env.items())
            yield indices, (claim(equation, *two, given, (), known) for two in facing(*sides))


def entries_at(equation: Equation, size: int) -> list[tuple[Indices, list[Equation]]]:
    """The claims about entries where every dimension with a name is so long, for each choice of
    free indices; none where they could say more than the equation says."""
    context = equation.context
    if context.identically or context.is_complex:
        return []
    if any(s.structure - {"symmetric"} or s.domain.kind == "complex" for s in context.symbols):
        return []
    arrays = [N.Sym(s.name, shape=s.shape) for s in context.symbols if s.structure]
    tied = [N.Compare("==", array, N.transpose(array), shape=array.shape) for array in arrays]

    def sized(node: Node) -> Node:
        for name in context.dims:
            node = with_size(node, name, Dim(size))
        return node

    def sized_index(index: N.Index) -> N.Index:
        value = sized(N.IndexValue(index, shape=()))
        assert isinstance(value, N.IndexValue)
        return value.index

    symbols = tuple(
        replace(s, shape=sized(N.Sym(s.name, shape=s.shape)).shape) for s in context.symbols
    )
    there = replace(
        equation,
        left=sized(equation.left),
        right=sized(equation.right),
        indices=tuple(map(sized_index, equation.indices)),
        context=replace(
            context, symbols=symbols, dims=(), assume=tuple(map(sized, (*context.assume, *tied)))
        ),
    )
    try:
        return [(indices, list(entries)) for indices, entries in _spelled(there, exactly=True)]
    except (NotWrittenError, RecursionError):
        return []


# conditions and subscripts


def _select(g: Grids, node: N.Select) -> Grid:
    if not node.shape:
        known = decided(g.whole(node.condition))
        if known is not None:
            return g.of(node.then if known else node.otherwise)
    try:
        return g.cells(node, (node.condition, node.then, node.otherwise), _choice)
    except _UndefinedError as error:  # that leaves nothing out where the other branch is taken
        raise NotWrittenError("a branch with a subscript that is out of range") from error


def _choice(condition: Node, then: Node, otherwise: Node) -> Node:
    truth = decided(condition)
    if truth is not None:
        return then if truth else otherwise
    return N.Select(condition, then, otherwise, shape=())


def _number(g: Grids, node: Node) -> int:
    """A whole number, as subscripts are."""
    value = g.whole(node)
    if not isinstance(value, N.Num) or value.value.denominator != 1:
        raise NotWrittenError("a subscript that is no number")
    return int(value.value)


def _pick(g: Grids, node: N.Pick) -> Grid:
    rows, i, j = g.of(node.arg), _number(g, node.row), _number(g, node.column)
    if not (0 <= i < len(rows) and 0 <= j < len(rows[0])):
        raise _UndefinedError
    return ((rows[i][j],),)


def _in_range(g: Grids, node: N.InRange) -> Grid:
    inside = 0 <= _number(g, node.arg) < node.dim.factor
    return ((N.Compare("==", N.ZERO_NODE, N.ZERO_NODE if inside else N.ONE_NODE, shape=()),),)


# matrices


def _kron(g: Grids, node: N.Kron) -> Grid:
    left, right = g.of(node.left), g.of(node.right)
    return tuple(
        tuple(grids.times(a, b) for a in upper for b in lower) for upper in left for lower in right
    )


def _determinant(a: Grid) -> Node:
    size = len(a)
    if size > _LARGEST_DETERMINANT:
        raise NotWrittenError("a determinant of many rows")
    terms = []
    for order in permutations(range(size)):
        swaps = sum(order[i] > order[j] for i in range(size) for j in range(i + 1, size))
        terms.append(
            grids.times(N.number(-1 if swaps % 2 else 1), *(a[i][order[i]] for i in range(size)))
        )
    return N.add(*terms)


def _inverse(a: Grid) -> Grid:
    size = len(a)
    over = N.reciprocal(_determinant(a))

    def cofactor(i: int, j: int) -> Node:
        minor = tuple(
            tuple(e for c, e in enumerate(row) if c != i) for r, row in enumerate(a) if r != j
        )
        value = _determinant(minor) if minor else N.ONE_NODE
        return N.mul(N.number(-1 if (i + j) % 2 else 1), value, over)

    return tuple(tuple(cofactor(i, j) for j in range(size)) for i in range(size))


def _cholesky(a: Grid) -> Grid:
    size = len(a)
    if size > 3:
        raise NotWrittenError("a Cholesky factor of many rows")
    lower: list[list[Node]] = [[N.ZERO_NODE] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = N.add(a[i][j], *(N.mul(N.MINUS_ONE, lower[i][k], lower[j][k]) for k in range(j)))
            lower[i][j] = N.square_root(rest) if i == j else N.divide(rest, lower[j][j])
    return tuple(map(tuple, lower))


_RULES: dict[type[Node], grids.Rule] = {
    N.Const: grids.whole_only,
    N.DimSize: grids.whole_only,
    N.Select: _select,
    N.Pick: _pick,
    N.InRange: _in_range,
    N.Kron: _kron,
    N.Vec: lambda g, node: tuple((e,) for row in grids.flipped(g.of(node.arg)) for e in row),
    N.Det: lambda g, node: ((_determinant(g.of(node.arg)),),),
    N.Inv: lambda g, node: _inverse(g.of(node.arg)),
    N.Cholesky: lambda g, node: _cholesky(g.of(node.arg)),
}
