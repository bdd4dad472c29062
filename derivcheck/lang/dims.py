"""Dimensions and shapes: positive numbers, named or not, and pairs of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

Term = tuple[int, tuple[str, ...]]
"""A whole number times a product of names (sorted)."""


class Dim(NamedTuple):
    """A dimension: ``factor`` times the product of ``names`` (sorted), a positive number.

    Where ``sum`` is not empty, it is the sum of those terms instead (``n + m - 1``); ``names`` are
    then all names that occur, and ``factor`` is 1. As a bound of an index it may be zero or less.
    """

    factor: int = 1
    names: tuple[str, ...] = ()
    sum: tuple[Term, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """The dimension as a sum of terms."""
        return self.sum or ((self.factor, self.names),)

    def __mul__(self, other: Dim) -> Dim:  # type: ignore[override]
        if self.sum or other.sum or not self.factor or not other.factor:
            return _collected(
                (a * b, tuple(sorted(one + two))) for a, one in self.terms for b, two in other.terms
            )
        return Dim(self.factor * other.factor, tuple(sorted(self.names + other.names)))

    def __add__(self, other: Dim) -> Dim:  # type: ignore[override]
        return _sum(self, other)

    def __sub__(self, other: Dim) -> Dim:
        return _difference(self, other)

    def __str__(self) -> str:
        if not self.sum:
            return _term_text(self.factor, self.names)
        text = ""
        for factor, names in self.sum:
            shown = _term_text(abs(factor), names)
            sign = ("-" if factor < 0 else "") if not text else " - " if factor < 0 else " + "
            text += sign + shown
        return text

    def size(self, sizes: dict[str, int]) -> int:
        """The number this dimension stands for, given a size for each name."""
        total = 0
        for factor, names in self.terms:
            result = factor
            for name in names:
                result *= sizes[name]
            total += result
        return total

    @property
    def least(self) -> int | None:
        """A number that it is never below, every name being at least 1; None if none is known."""
        total = 0
        for factor, names in self.terms:
            if names and factor < 0:
                return None
            total += factor
        return total

    @property
    def most(self) -> int | None:
        """A number that it is never above, every name being at least 1; None if none is known."""
        below = (ZERO - self).least
        return None if below is None else -below


# proofs about indices ask for the same few ends of their ranges again and again


@lru_cache(maxsize=4096)
def _sum(one: Dim, other: Dim) -> Dim:
    return _collected((*one.terms, *other.terms))


@lru_cache(maxsize=4096)
def _difference(one: Dim, other: Dim) -> Dim:
    return _collected((*one.terms, *((-factor, names) for factor, names in other.terms)))


def _term_text(factor: int, names: tuple[str, ...]) -> str:
    parts = ([] if factor == 1 and names else [str(factor)]) + list(names)
    return "*".join(parts)


def _collected(terms: Iterable[Term]) -> Dim:
    found: dict[tuple[str, ...], int] = {}
    for factor, names in terms:
        found[names] = found.get(names, 0) + factor
    kept = [(factor, names) for names, factor in found.items() if factor]
    if not kept:
        return ZERO
    if len(kept) == 1:
        return Dim(*kept[0])
    # by names, plain numbers last, so that a sum has one form and prints as people write it
    kept.sort(key=lambda term: (not term[1], term[0] < 0, term[1]))
    every = tuple(sorted({name for _, names in kept for name in names}))
    return Dim(1, every, tuple(kept))


ONE = Dim()
ZERO = Dim(0)
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


def lengths(shape: Shape, sizes: dict[str, int]) -> tuple[int, int]:
    """Rows and columns as numbers (1, 1 for a scalar)."""
    return rows_of(shape).size(sizes), columns_of(shape).size(sizes)


def shape_text(shape: Shape) -> str:
    """``(m, n)`` as messages write it, ``scalar`` for a scalar."""
    return f"({shape[0]}, {shape[1]})" if shape else "scalar"
