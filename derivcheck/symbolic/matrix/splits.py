"""Where dimensions fall into parts: at the edges of what is stacked and of slices."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from derivcheck.lang import nodes as N
from derivcheck.lang.affine import affine_of
from derivcheck.lang.dims import ONE, ZERO, Dim
from derivcheck.lang.nodes import Index, Node
from derivcheck.symbolic.matrix.grids import Grid, Grids, NotWrittenError, lengths, turned

_MOST_PARTS = 8


def splits_of(nodes: tuple[Node, ...]) -> dict[Dim, tuple[Dim, ...]]:
    """The parts of each dimension that has more than one."""
    edges: dict[Dim, set[Dim]] = {}
    for node in nodes:
        if isinstance(node, N.Stack):
            place = ZERO
            for arg in node.args:
                place = place + (N.rows_of, N.columns_of)[node.axis](arg.shape)
                edges.setdefault(node.shape[node.axis], set()).add(place)
        elif isinstance(node, N.Build) and isinstance(node.body, N.Pick):
            for _, dim, low, length in _slices(node.body, set(N.bound_indices(node))):
                if length != ONE or low != ZERO:
                    edges.setdefault(dim, set()).update((low, low + length))
    for node in nodes:
        if isinstance(node, N.Entry):
            for place_, dim in zip((node.row, node.column), lengths(node.arg), strict=True):
                if isinstance(place_, int) and dim in edges:
                    edges[dim].update((Dim(place_), Dim(place_ + 1)))
    found: dict[Dim, tuple[Dim, ...]] = {}
    for dim, places in edges.items():
        ordered = _ordered(places | {ZERO, dim})
        if ordered is None:
            raise NotWrittenError("blocks that overlap in an unknown way")
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
        raise NotWrittenError("too many blocks")
    return found


def _ordered(places: set[Dim]) -> list[Dim] | None:
    """The places in order, if every two can be told apart for all sizes."""
    ordered = sorted(places, key=lambda a: sum(_is_below(b, a) for b in places))
    return ordered if all(_is_below(a, b) for a, b in pairwise(ordered)) else None


def _is_below(a: Dim, b: Dim) -> bool:
    gap = (b - a).least
    return gap is not None and gap > 0


def _slices(pick: N.Pick, loops: set[Index]) -> Iterator[tuple[int, Dim, Dim, Dim]]:
    """(axis, dimension, first place, length) of what a slice takes of its argument."""
    for axis, (place, dim) in enumerate(
        zip((pick.row, pick.column), lengths(pick.arg), strict=True)
    ):
        form = affine_of(place)
        if form is None or dim == ONE:
            continue
        if not form.terms:
            yield axis, dim, form.constant, ONE
        elif len(form.terms) == 1:
            [(index, coefficient)] = form.terms.items()
            if coefficient == ONE and index in loops:
                yield axis, dim, form.constant, index.dim


def sliced(g: Grids, node: N.Build) -> Grid | None:
    """A slice of blocks: the blocks themselves, turned where ``X[j, i]`` stands at (i, j)."""
    pick = node.body
    if not isinstance(pick, N.Pick):
        return None
    loops = set(N.bound_indices(node))
    own = [
        {i for inner in N.walk(place) for i in N.own_indices(inner) if i in loops}
        for place in (pick.row, pick.column)
    ]
    if len(own[0]) + len(own[1]) != len(loops) or own[0] & own[1]:
        return None  # the diagonal, or the same entries again
    found = _cut(g, pick, loops)
    is_turned = node.row in own[1] or node.column in own[0]
    return found if found is None or not is_turned else turned(found)


def _cut(g: Grids, pick: N.Pick, loops: set[Index]) -> Grid | None:
    """The rows and columns that a subscript takes."""
    taken: list[list[int]] = []
    found = {axis: (low, length) for axis, _, low, length in _slices(pick, loops)}
    for axis, dim in enumerate(lengths(pick.arg)):
        # of a dimension of length 1 all is taken; nothing else than slices is taken by blocks
        if axis not in found and dim != ONE:
            return None
        low, length = found.get(axis, (ZERO, ONE))
        edge = ZERO
        inside: list[int] = []
        for number, part in enumerate(g.parts(dim)):
            if edge == low or inside:
                inside.append(number)
            edge = edge + part
            if inside and edge == low + length:
                break
        else:
            return None
        taken.append(inside)
    grid = g.of(pick.arg)
    rows, columns = taken
    return tuple(tuple(grid[r][c] for c in columns) for r in rows)
