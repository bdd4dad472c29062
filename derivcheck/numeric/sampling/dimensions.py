"""Sizes of the dimensions at sample points: distinct, equal and small ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, permutations, product
from types import UnionType

from derivcheck.lang import nodes as N
from derivcheck.lang.affine import affine_of
from derivcheck.lang.equation import Equation
from derivcheck.numeric.sampling.conditions import holds
from derivcheck.numeric.sampling.exact import Evaluator, Inexact
from derivcheck.numeric.sampling.switch_points import switches

_USUAL, _MOST_SIZE, _MOST_TRIED, _MOST_FOUND = 12, 40, 4096, 4
"""Where conditions on dimensions, or slices, leave none of the usual sizes."""
_FEW, _MOST_ENTRIES = 400, 256
"""Where something switches at other sizes: so many are tried, for arrays of so many entries."""

_ROOM = 2
"""So long a slice must be somewhere: one of one entry can't tell a sum from its first term."""


def size_assignments(
    equation: Equation, nodes: tuple[N.Node, ...] | None = None
) -> tuple[dict[str, int], ...]:
    """Sizes for the dimensions: all distinct first, then equal, then 1, then what else is free.

    Sizes too small for a number index (``X[2, 0]``) are left out, and those that make an inverted
    Gram matrix singular (``inv(X.T @ X)`` with fewer rows than columns); one that makes only a
    determinant zero comes last: ``det(X @ X.T)`` is defined there, ``log(det(X @ X.T))`` is not.
    None where no sizes are found that leave every array an entry.
    """
    everything = equation.all_nodes if nodes is None else nodes
    names: list[str] = list(equation.context.dims) or sorted(
        {name for node in everything for dim in _dims(node) for name in dim.names}
    )
    if not names:
        return ({},)
    limits = _Limits(equation, everything, names)
    distinct, others = _usual(names, max(limits.least.values()))
    distinct = [sizes for sizes in distinct if limits.fit(sizes)]
    others = [sizes for sizes in others if limits.fit(sizes)]
    if not any(limits.fit(sizes, _ROOM) for sizes in distinct + others):
        roomy = _larger(names, limits.least, lambda sizes: limits.fit(sizes, _ROOM))
        distinct = roomy + (distinct or _larger(names, limits.least, limits.fit))
    good = [sizes for sizes in distinct if limits.are_regular(sizes)]
    # the first in order and the one furthest from it (its reverse), then the small ones
    chosen = [good[0], good[-1]] if len(good) > 1 else good
    small = [sizes for sizes in others if limits.are_regular(sizes)]
    ordered = chosen + small[:3] + good[1:-1][:2] + small[3:]
    ordered += [sizes for sizes in distinct if limits.make_only_zero(sizes)][:1]
    if ordered and not any(node.shape for node in everything):
        ordered += [s for s in _counted(names) if limits.fit(s) and s not in ordered]

    conditions = _on_sizes(equation)
    usual = _under_conditions(conditions, ordered or distinct + others, limits.least, limits.fit)

    def may_be(sizes: dict[str, int]) -> bool:
        is_small = all(m.size(sizes) * n.size(sizes) <= _MOST_ENTRIES for m, n in limits.arrays)
        is_fit = is_small and limits.fit(sizes) and limits.are_regular(sizes)
        return is_fit and _meets(conditions, sizes)

    return (*usual, *_switched(equation, usual, limits.least, may_be))


class _Limits:
    """What the nodes of a claim ask of sizes."""

    def __init__(self, equation: Equation, nodes: tuple[N.Node, ...], names: list[str]) -> None:
        self.least = _least(nodes, names)
        """The size from which on every number index is within its array."""
        self.arrays = {node.shape for node in nodes if node.shape}
        self.lengths = {dim for shape in self.arrays for dim in shape if dim.sum}
        # a claim about a free index says nothing where the index has no value
        self.lengths |= {index.dim for index in equation.indices if index.dim.sum}
        self.loops = {i.dim for node in nodes for i in N.own_indices(node) if i.dim.sum}
        self.places = _places(nodes)
        self.inverted = _ranks(nodes, N.Inv)
        self.ranks = _ranks(nodes, N.Inv | N.Det)

    def fit(self, sizes: dict[str, int], room: int = 1) -> bool:
        """Whether every array has so many entries, every place exists and no sum has less than
        none: it may well be empty."""
        return (
            all(sizes[name] >= least for name, least in self.least.items())
            and all(dim.size(sizes) >= 0 for dim in self.loops)
            and all(dim.size(sizes) >= room for dim in self.lengths)
            and all(
                low.size(sizes) >= 0 and high.size(sizes) < dim.size(sizes)
                for low, high, dim in self.places
            )
        )

    def are_regular(self, sizes: dict[str, int]) -> bool:
        """Whether no product that is inverted, or has its determinant taken, is singular."""
        return _have_rank(self.ranks, sizes)

    def make_only_zero(self, sizes: dict[str, int]) -> bool:
        """Whether a determinant is zero, and nothing that is inverted is singular."""
        return _have_rank(self.inverted, sizes) and not _have_rank(self.ranks, sizes)


def _have_rank(pairs: tuple[tuple[N.Dim, N.Dim], ...], sizes: dict[str, int]) -> bool:
    return all(inner.size(sizes) >= outer.size(sizes) for outer, inner in pairs)


def _least(nodes: tuple[N.Node, ...], names: list[str]) -> dict[str, int]:
    """The least size of each dimension that number indices leave."""
    least = dict.fromkeys(names, 1)
    for node in nodes:
        if not isinstance(node, N.Entry):
            continue
        for index, dim in (
            (node.row, N.rows_of(node.arg.shape)),
            (node.column, N.columns_of(node.arg.shape)),
        ):
            if isinstance(index, int) and len(dim.names) == 1 and not dim.sum:
                needed = -(-(index + 1) // dim.factor)
                least[dim.names[0]] = max(least[dim.names[0]], needed)
    return least


def _usual(names: list[str], top: int) -> tuple[list[dict[str, int]], list[dict[str, int]]]:
    """Small sizes from the least on that is needed of all: distinct ones, and other ones."""
    count = len(names)
    cycle = (2, 3, 4) if count > 1 else (3, 2, 4)
    if count > 3:
        shifts = product(range(3), (1, 2))
        distinct = [[cycle[(k * step + shift) % 3] for k in range(count)] for shift, step in shifts]
    elif top <= 2:
        distinct = [[*order] for order in permutations(cycle, count)]
    else:
        distinct = [[*order] for order in permutations([top + k for k in range(count)])]
    others = [[2] * count, [1] * count]
    if count > 1:
        others += [[1 if k == one else 2 + k % 2 for k in range(count)] for one in range(count)]
    others.append([3] * count)

    def named(many: list[list[int]]) -> list[dict[str, int]]:
        return [dict(zip(names, sizes, strict=True)) for sizes in many]

    return named(distinct), named(others)


def _counted(names: list[str]) -> Iterator[dict[str, int]]:
    """More numbers, where a claim has no array and they cost nothing: a sum from 3 to n is empty
    for n = 1, one from m to n where m is greater."""
    most = {1: 12, 2: 5}.get(len(names), 0)
    tried = product(range(1, most + 1), repeat=len(names))
    for sizes in sorted(tried, key=lambda sizes: (sum(sizes), sizes)):
        yield dict(zip(names, sizes, strict=True))


_STEPS = (-1, 0, 1, 2, 3)
"""``n > 2*m + 25`` holds from 28 on for m = 1."""


def _on_sizes(equation: Equation) -> tuple[N.Node, ...]:
    """What is assumed of dimensions alone: ``n == 2``, ``m >= n``."""
    return tuple(
        condition
        for condition in equation.context.assume
        if any(isinstance(node, N.DimSize) for node in N.walk(condition))
        and not any(isinstance(node, N.Sym | N.Apply) for node in N.walk(condition))
    )


def _meets(conditions: tuple[N.Node, ...], sizes: dict[str, int]) -> bool:
    return all(holds(condition, sizes, {}) for condition in conditions)


def _under_conditions(
    conditions: tuple[N.Node, ...],
    chosen: list[dict[str, int]],
    least: dict[str, int],
    fits: Callable[[dict[str, int]], bool],
) -> list[dict[str, int]]:
    """The sizes that meet what is told, or others that do; the chosen ones where none of moderate
    size does."""
    found = [sizes for sizes in chosen if _meets(conditions, sizes)]
    if not found:
        base = {name: max(low, 2) for name, low in least.items()}
        both = (
            sizes
            for sizes in islice(_within_reach(conditions, base, least), _MOST_TRIED)
            if _meets(conditions, sizes) and fits(sizes)
        )
        found = list(islice(both, _MOST_FOUND))
    return found or chosen


def _within_reach(
    nodes: tuple[N.Node, ...], base: dict[str, int], least: dict[str, int]
) -> Iterator[dict[str, int]]:
    """Usual sizes, and those beside a number that the nodes name, for the dimensions in them."""
    parts = [part for node in nodes for part in N.walk(node)]
    bound = {name for part in parts for dim in _counts(part) for name in dim.names}
    named = {
        abs(int(part.value)) + step
        for part in parts
        if isinstance(part, N.Num)
        for step in _STEPS
        if _USUAL < abs(int(part.value)) + step <= _MOST_SIZE
    }
    usual = range(1, (_MOST_SIZE if len(bound) == 1 else _USUAL) + 1)
    ranges = [
        [size for size in sorted({*usual, *named}) if size >= least[name]]
        if name in bound
        else [given]
        for name, given in base.items()
    ]
    return (dict(zip(base, sizes, strict=True)) for sizes in product(*ranges))


def _switched(
    equation: Equation,
    chosen: list[dict[str, int]],
    least: dict[str, int],
    may_be: Callable[[dict[str, int]], bool],
) -> Iterator[dict[str, int]]:
    """Sizes at which something else is said than at the chosen ones: ``where(n == 7, ...)``,
    ``where(i > 9, ...)`` for an index that runs up to n."""
    for node in _signs_on_sizes(equation.nodes) if chosen else ():
        value = affine_of(node)
        reach = value.range() if value is not None else None
        wanted = _possible(node, reach)
        for sizes in chosen:
            wanted -= _signs(node, reach, sizes)
        for sizes in islice(_within_reach((node,), chosen[0], least), _FEW if wanted else 0):
            found = _signs(node, reach, sizes) & wanted
            if found and may_be(sizes):
                wanted -= found
                yield sizes


def _signs_on_sizes(nodes: tuple[N.Node, ...]) -> Iterator[N.Node]:
    """Numbers made of sizes and indices whose sign is asked for; 1 and 0 for several at once."""
    if {N.DimSize, N.IndexValue}.isdisjoint(map(type, nodes)):
        return
    several = (node for node in nodes if isinstance(node, N.Logic) and not node.shape)
    single = (N.Select(node, N.ONE_NODE, N.ZERO_NODE, shape=()) for node in several)
    for node in (*switches(nodes), *single):
        if not node.shape and all(isinstance(part, _COUNTED) for part in N.walk(node)):
            yield node


_COUNTED = (*(N.DimSize, N.IndexValue, N.Num, N.Add, N.Mul, N.Pow), *(N.Compare, N.Logic, N.Select))
"""What is known when sizes and indices are."""


def _counts(node: N.Node) -> tuple[N.Dim, ...]:
    """The dimensions on which a number depends."""
    match node:
        case N.DimSize(dim=dim):
            return (dim,)
        case N.IndexValue(index=index):
            return (index.dim, index.start)
    return ()


_Reach = tuple[N.Dim, N.Dim] | None
"""The least and the greatest value of a number over all values of its indices, where known."""


def _possible(node: N.Node, reach: _Reach) -> set[int]:
    """The signs that a number may have at some sizes."""
    if isinstance(node, N.Select):
        return {0, 1}
    found = {-1, 0, 1}
    if reach is not None:
        least, most = reach[0].least, reach[1].most
        found -= {-1, 0} if least is not None and least > 0 else {-1} if least == 0 else set()
        found -= {1, 0} if most is not None and most < 0 else {1} if most == 0 else set()
    return found


def _signs(node: N.Node, reach: _Reach, sizes: dict[str, int]) -> set[int]:
    """The signs that a number has at given sizes."""
    try:
        at = [dim.size(sizes) for dim in reach] if reach else [Evaluator(sizes, {}).scalar(node)]
    except (Inexact, ZeroDivisionError):
        return set()
    low, high = at[0], at[-1]
    return {
        sign for sign, may_be in ((-1, low < 0), (0, low <= 0 <= high), (1, high > 0)) if may_be
    }


def _larger(
    names: list[str], least: dict[str, int], fits: Callable[[dict[str, int]], bool]
) -> list[dict[str, int]]:
    """The least sizes that fit, where the usual ones don't; none where none of moderate size does.

    Unequal sizes come first, and those beyond 1.
    """
    reach = next(r for r in range(_MOST_SIZE, 0, -1) if r ** len(names) <= _MOST_TRIED)
    for most in dict.fromkeys((min(6, reach), reach)):
        # the last name varies fastest: begin with unequal sizes
        tried = (
            dict(zip(names, sizes, strict=True))
            for sizes in product(range(1, most + 1), repeat=len(names))
        )
        found = [sizes for sizes in tried if fits(sizes)]
        if found:
            return [next((sizes for sizes in found if min(sizes.values()) > 1), found[0])]
    alike = (
        {name: max(low, size) for name, low in least.items()} for size in range(2, _MOST_SIZE + 1)
    )
    return list(islice(filter(fits, alike), 1))


def _places(nodes: tuple[N.Node, ...]) -> tuple[tuple[N.Dim, N.Dim, N.Dim], ...]:
    """Least and greatest place of every slice, and the dimension that it is taken of.

    Where it depends on the index of a sum around it, the sum takes what is in range.
    """
    found: dict[tuple[N.Dim, N.Dim, N.Dim], None] = {}
    for node in nodes:
        if not isinstance(node, N.Build) or not isinstance(node.body, N.Pick):
            continue
        pick = node.body
        for place, dim in (
            (pick.row, N.rows_of(pick.arg.shape)),
            (pick.column, N.columns_of(pick.arg.shape)),
        ):
            value = affine_of(place)
            if value is not None and value.terms.keys() <= {node.row, node.column}:
                reach = value.range()
                if reach is not None:
                    found[reach[0], reach[1], dim] = None
    return tuple(found)


def _dims(node: N.Node) -> tuple[N.Dim, ...]:
    if isinstance(node, N.DimSize):
        return (node.dim,)
    # a natural number may be nothing but the length of a sum
    return (*node.shape, *(dim for i in N.bound_indices(node) for dim in (i.dim, i.start)))


def _ranks(
    nodes: tuple[N.Node, ...], regular: type[N.Node] | UnionType
) -> tuple[tuple[N.Dim, N.Dim], ...]:
    """Pairs (outer, inner): a product under one of the kinds ``regular`` needs inner >= outer."""
    found: list[tuple[N.Dim, N.Dim]] = []

    def inner(node: N.Node, outer: N.Dim) -> None:
        if isinstance(node, N.MatMul):
            found.append((outer, N.columns_of(node.left.shape)))
            inner(node.left, outer)
            inner(node.right, outer)

    for node in nodes:
        if isinstance(node, regular):
            assert isinstance(node, N.Inv | N.Det)
            inner(node.arg, N.rows_of(node.arg.shape))
        # W.T @ W == eye(n)
        if isinstance(node, N.Compare) and node.operator == "==":
            for one, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(other, N.Eye):
                    inner(one, N.rows_of(other.shape))
    return tuple(found)
