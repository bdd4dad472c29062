"""Dimensions and shapes: positive numbers, named or not, and pairs of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dim:
    """A dimension: ``factor`` times the product of ``names`` (sorted), a positive number."""

    factor: int = 1
    names: tuple[str, ...] = ()

    def __mul__(self, other: Dim) -> Dim:
        return Dim(self.factor * other.factor, tuple(sorted(self.names + other.names)))

    def __str__(self) -> str:
        parts = ([] if self.factor == 1 and self.names else [str(self.factor)]) + list(self.names)
        return "*".join(parts)

    def size(self, sizes: dict[str, int]) -> int:
        """The number this dimension stands for, given a size for each name."""
        result = self.factor
        for name in self.names:
            result *= sizes[name]
        return result


ONE = Dim()
Shape = tuple[()] | tuple[Dim, Dim]
SCALAR: Shape = ()


def make_shape(rows: Dim, columns: Dim) -> Shape:
    """The shape of a rows-by-columns matrix; 1-by-1 is a scalar."""
    return () if rows == ONE and columns == ONE else (rows, columns)


def rows_of(shape: Shape) -> Dim:
    """Number of rows (1 for a scalar)."""
    return shape[0] if shape else ONE


def columns_of(shape: Shape) -> Dim:
    """Number of columns (1 for a scalar)."""
    return shape[1] if shape else ONE


def shape_text(shape: Shape) -> str:
    """``(m, n)`` as messages write it, ``scalar`` for a scalar."""
    return f"({shape[0]}, {shape[1]})" if shape else "scalar"
