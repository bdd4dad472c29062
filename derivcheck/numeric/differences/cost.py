"""How much work an evaluation by differences is, before it is begun."""

from __future__ import annotations

from collections.abc import Iterable

from derivcheck.lang import nodes as N
from derivcheck.lang.functions import FUNCTIONS
from derivcheck.numeric.differences import rounding, stencils
from derivcheck.numeric.differences.rounding import OutOfReach

_MOST = 2_000_000
"""Numbers that one array may hold."""


def of(nodes: Iterable[N.Node], sizes: dict[str, int], places: int = 1) -> tuple[int, int]:
    """Numbers in the largest array of an evaluation, and its values of special functions.

    :raises OutOfReach: too many numbers.
    """
    heaviest = special = 0
    memo: dict[N.Node, tuple[int, int]] = {}
    for node in nodes:
        numbers, slow = _work(node, sizes, memo)
        heaviest, special = max(heaviest, numbers * places), special + slow * places
    if heaviest > _MOST:
        raise OutOfReach("too many nested derivatives and entries for differences")
    return heaviest, special


def entries(shape: N.Shape, sizes: dict[str, int]) -> int:
    """Entries of an array of these sizes."""
    rows, columns = N.lengths(shape, sizes)
    return rows * columns


def _work(
    node: N.Node, sizes: dict[str, int], memo: dict[N.Node, tuple[int, int]]
) -> tuple[int, int]:
    """Numbers in the largest array one point needs, and values of special functions."""
    found = memo.get(node)
    if found is not None:
        return found
    numbers = special = 0
    for child in N.children(node):
        a, b = _work(child, sizes, memo)
        numbers, special = max(numbers, a), special + b
    count = entries(node.shape, sizes)
    numbers = max(numbers, count)
    if isinstance(node, N.Call) and node.function not in rounding.RULES:
        special += count * FUNCTIONS[node.function].cost
    factor = 1
    if isinstance(node, N.Jvp):
        factor = stencils.SIZE
    elif isinstance(node, N.Grad | N.Jacobian):
        factor = entries(node.at.shape, sizes) * stencils.SIZE
    for index in N.bound_indices(node):
        factor *= max(index.dim.size(sizes), 1)
    memo[node] = numbers * factor, special * factor
    return memo[node]
