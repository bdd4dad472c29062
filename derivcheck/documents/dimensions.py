"""Dimensions that turn out to be one, as a union-find."""

from __future__ import annotations

from dataclasses import field

from derivcheck.documents.maths.tree import NotReadError
from derivcheck.records import record

Shape = tuple[int, int] | None
"""Two dimensions, by their number in the union; None: a scalar. Dimension 0 is 1."""


@record(frozen=False)
class Dimensions:
    """Dimensions, some of which have a name."""

    parents: list[int] = field(default_factory=lambda: [0], init=False)
    sizes: dict[str, int] = field(default_factory=lambda: {"1": 0}, init=False)
    """Declared dimensions, by name."""

    def fresh(self) -> int:
        self.parents.append(len(self.parents))
        return len(self.parents) - 1

    def declared(self, dims: set[str]) -> None:
        """Dimensions that have a name: no two of them are one."""
        for dim in sorted(dims):
            self.sizes[dim] = self.fresh()

    def find(self, dim: int) -> int:
        while self.parents[dim] != dim:
            self.parents[dim] = self.parents[self.parents[dim]]
            dim = self.parents[dim]
        return dim

    def join(self, a: int, b: int, at: int) -> None:
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        if a == 0 or b == 0 or max(a, b) < len(self.sizes):
            raise NotReadError("shapes that do not fit, as far as they can be told", at)
        self.parents[max(a, b)] = min(a, b)

    def same(self, a: Shape, b: Shape, at: int) -> None:
        if a is None or b is None:
            if a is not b:
                raise NotReadError("shapes that do not fit, as far as they can be told", at)
            return
        self.join(a[0], b[0], at)
        self.join(a[1], b[1], at)

    def made(self, rows: int, columns: int) -> Shape:
        rows, columns = self.find(rows), self.find(columns)
        return None if rows == columns == 0 else (rows, columns)
