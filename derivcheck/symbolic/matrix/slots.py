"""Row and column slots: what a matrix node is compiled at.

A slot is None where the dimension is 1, an index, or a tuple of indices where a Kronecker product
or a stacked matrix splits the dimension.
"""

from __future__ import annotations

from derivcheck.lang import nodes as N
from derivcheck.lang.nodes import Dim, Node
from derivcheck.symbolic.matrix.atoms import Polynomial, Undecided
from derivcheck.symbolic.matrix.indices import Indices, Part

Slot = int | tuple[int, ...] | None
Hint = tuple[Dim, ...] | None


def flat(*slots: Slot) -> tuple[int, ...]:
    """The indices in slots."""
    found: list[int] = []
    for slot in slots:
        if isinstance(slot, tuple):
            found.extend(slot)
        elif slot is not None:
            found.append(slot)
    return tuple(found)


def length(node: Node, axis: int) -> Dim:
    """The number of rows (0) or columns (1)."""
    return (N.rows_of if axis == 0 else N.columns_of)(node.shape)


class Slots(Part):
    """Slots for dimensions, and how expressions split them."""

    def __init__(self, indices: Indices) -> None:
        super().__init__(indices)
        self._hints: dict[tuple[Node, int], Hint] = {}

    def slot(self, dim: Dim, hint: Hint = None) -> Slot:
        """A slot of fresh indices for a dimension, split like ``hint``."""
        if dim == N.ONE:
            return None
        if hint is None:
            return self.space.fresh(dim)
        return tuple(self.space.fresh(part) for part in hint)

    def hint(self, node: Node, axis: int) -> Hint:
        """How Kronecker products inside ``node`` split its rows (0) or columns (1)."""
        if not node.shape:
            return None
        dim = node.shape[axis]
        if not dim.sum and len(dim.names) + (dim.factor > 1) < 2:
            return None
        key = (node, axis)
        if key not in self._hints:
            self._hints[key] = self._hint(node, axis)
        return self._hints[key]

    def _hint(self, node: Node, axis: int) -> Hint:
        if isinstance(node, N.Kron):
            found: tuple[Dim, ...] = ()
            for side in (node.left, node.right):
                found += self.parts(side, axis)
            return found if len(found) > 1 else None
        if isinstance(node, N.Vec) and axis == 0:
            return self.parts(node.arg, 1) + self.parts(node.arg, 0)
        if isinstance(node, N.Transpose):
            return self.hint(node.arg, 1 - axis)
        if isinstance(node, N.MatMul):
            return self.hint(node.left if axis == 0 else node.right, axis)
        if isinstance(node, N.Inv):
            return self.hint(node.arg, axis) or self.hint(node.arg, 1 - axis)
        for child in N.children(node):
            if child.shape and child.shape[axis] == node.shape[axis]:
                hint = self.hint(child, axis)
                if hint is not None:
                    return hint
        return None

    def parts(self, node: Node, axis: int) -> tuple[Dim, ...]:
        dim = (N.rows_of if axis == 0 else N.columns_of)(node.shape)
        return () if dim == N.ONE else self.hint(node, axis) or (dim,)

    def delta(self, a: Slot, b: Slot) -> Polynomial:
        """Kronecker's delta of two slots."""
        if a is None and b is None:
            return {(): 1}
        if isinstance(a, tuple) and isinstance(b, tuple) and self._same_split(a, b):
            return self.ring.product_of(
                *(self.indices.delta(i, j) for i, j in zip(a, b, strict=True))
            )
        if isinstance(a, int) and isinstance(b, int):
            return self.indices.delta(a, b)
        raise Undecided("index notation: a dimension is split by kron in two ways")

    def _same_split(self, a: tuple[int, ...], b: tuple[int, ...]) -> bool:
        return [self.space.dim(i) for i in a] == [self.space.dim(i) for i in b]

    def joined(self, indices: tuple[int, ...], dim: Dim) -> Slot:
        """The slot that consists of these indices, which together span ``dim``."""
        span = N.ONE
        for index in indices:
            span = span * self.space.dim_of(index)
        if span != dim:
            raise Undecided("index notation: a dimension is split by kron in two ways")
        return indices if len(indices) > 1 else indices[0] if indices else None
