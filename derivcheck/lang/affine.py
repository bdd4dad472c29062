"""Whole numbers made of indices and dimensions: subscripts, bounds of sums, ends of slices."""

from __future__ import annotations

from dataclasses import field
from functools import reduce

from derivcheck.lang import nodes as N
from derivcheck.lang.dims import ONE, ZERO, Dim
from derivcheck.lang.nodes import Index, Node
from derivcheck.records import record

MINUS = Dim(-1)


@record()
class Affine:
    """``constant`` plus each index times its coefficient (a number or made of dimensions)."""

    constant: Dim = ZERO
    terms: dict[Index, Dim] = field(default_factory=dict)

    def __add__(self, other: Affine) -> Affine:
        terms = dict(self.terms)
        for index, coefficient in other.terms.items():
            terms[index] = terms.get(index, ZERO) + coefficient
        kept = {index: c for index, c in terms.items() if c != ZERO}
        return Affine(self.constant + other.constant, kept)

    def times(self, factor: Dim) -> Affine:
        """Every part times a number or dimension."""
        if factor == ZERO:
            return Affine()
        terms = {index: c * factor for index, c in self.terms.items()}
        return Affine(self.constant * factor, terms)

    def __sub__(self, other: Affine) -> Affine:
        return self + other.times(MINUS)

    def without(self, index: Index) -> Affine:
        """All but the part of one index."""
        return Affine(self.constant, {i: c for i, c in self.terms.items() if i != index})

    @property
    def alone(self) -> Index | None:
        """The index, if the number is just that index."""
        if self.constant != ZERO or len(self.terms) != 1:
            return None
        [(index, coefficient)] = self.terms.items()
        return index if coefficient == ONE else None

    def range(self) -> tuple[Dim, Dim] | None:
        """A least and a greatest value over all values of the indices; None if none is known."""
        low = high = self.constant
        for index, coefficient in self.terms.items():
            first, last = index.start, index.start + index.dim - ONE
            least = coefficient.least
            if least is not None and least >= 0:
                low, high = low + coefficient * first, high + coefficient * last
                continue
            opposite = (ZERO - coefficient).least
            if opposite is None or opposite < 0:
                return None
            low, high = low + coefficient * last, high + coefficient * first
        return low, high

    def within(self, dim: Dim) -> bool:
        """Whether it surely lies in 0 ... dim-1, whatever the indices and sizes are."""
        found = self.range()
        if found is None:
            return False
        below, above = found[0].least, (dim - ONE - found[1]).least
        return below is not None and below >= 0 and above is not None and above >= 0

    def values_within(self, index: Index, dim: Dim) -> tuple[Dim, Dim] | None:
        """First value and count of a range in which an index lies wherever the number is in
        0 ... dim-1, the other indices being anywhere; None if none is known."""
        coefficient, reach = self.terms.get(index, ZERO), self.without(index).range()
        if reach is None:
            return None
        low, high = reach
        if coefficient == MINUS:
            return low - dim + ONE, high - low + dim
        if coefficient == ONE:
            return ZERO - high, high - low + dim
        start, end = _at_most_zero(ZERO - high), _at_most_zero(low)
        if (coefficient.least or 0) < 1 or start is None or end is None:
            return None
        exact, spare = quotient(dim, coefficient), (coefficient - ONE - high).least
        if exact is not None and low == high and end == ZERO and spare is not None and spare >= 0:
            # 0 <= c*index + r < c*E is 0 <= index < E for 0 <= r < c
            return ZERO, exact
        # -r/c <= index <= (dim - 1 - r)/c: without the division more than enough
        return start, dim - end - start

    def node(self) -> Node:
        """The number as a typed node, in one order."""
        parts = []
        for index, coefficient in sorted(self.terms.items(), key=lambda item: item[0].name):
            value = N.IndexValue(index, shape=())
            parts.append(value if coefficient == ONE else N.mul(size_node(coefficient), value))
        if self.constant != ZERO or not parts:
            # numbers behind sums of names, as people write them
            parts.append(size_node(self.constant))
        return N.add(*parts)


def _at_most_zero(dim: Dim) -> Dim | None:
    """The smaller of a dimension and 0, where that is known."""
    if dim.most is not None and dim.most <= 0:
        return dim
    return ZERO if dim.least is not None and dim.least >= 0 else None


def quotient(dim: Dim, divisor: Dim) -> Dim | None:
    """``dim/divisor``, where it divides every term of the dimension."""
    if divisor.sum or divisor.factor < 1:
        return None
    total = ZERO
    for factor, names in dim.terms:
        left = list(names)
        for name in divisor.names:
            if name not in left:
                return None
            left.remove(name)
        if factor % divisor.factor:
            return None
        total = total + Dim(factor // divisor.factor, tuple(left))
    return total


def size_node(dim: Dim) -> Node:
    """A dimension as a number."""
    return N.DimSize(dim, shape=()) if dim.names else N.number(dim.factor)


def affine_of(node: Node) -> Affine | None:
    """The number that a node stands for; None where it is not made so."""
    match node:
        case N.Num(value=value) if not node.shape and value.denominator == 1:
            return Affine(Dim(int(value)))
        case N.DimSize(dim=dim):
            return Affine(dim)
        case N.IndexValue(index=index):
            return Affine(ZERO, {index: ONE})
        case N.Add(args=args) if not node.shape:
            return reduce(_sum, map(affine_of, args))
        case N.Mul(args=args) if not node.shape:
            return reduce(_product, map(affine_of, args))
    return None


def _sum(one: Affine | None, other: Affine | None) -> Affine | None:
    return None if one is None or other is None else one + other


def _product(one: Affine | None, other: Affine | None) -> Affine | None:
    if one is None or other is None or (one.terms and other.terms):
        return None
    return one.times(other.constant) if one.terms else other.times(one.constant)
