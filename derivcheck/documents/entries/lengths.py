"""How long arrays are: subscripts under one sum, or by one free index, run over one length.

A sum to n says that the last place is n, one to n - 1 with ``x_{i+1}`` in it as well; one from 0,
or from 1 with ``x_{i-1}`` in it, that places are counted from 0: such an array has a place more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from derivcheck.documents.bindings import Binding, Declarations
from derivcheck.documents.emission.text import free_dimensions, made_shape
from derivcheck.documents.entries.arrays import Arrays
from derivcheck.documents.letters import shaped
from derivcheck.documents.maths.kinds import COUNTS, Kinds
from derivcheck.documents.maths.subscripts import Subscripts, is_delta
from derivcheck.documents.maths.tree import (
    NotReadError,
    Tree,
    last_factor,
    offset_of,
    rebuilt,
    walk,
    with_offset,
)

_Node = tuple[str, object]
_Last = tuple[str, int]
"""The last place: a name and what is added to it; without a name a number."""


class Lengths:
    """Which subscripts run over one length (a union-find), and what a sum calls it."""

    def __init__(self, arrays: Arrays, kinds: Kinds) -> None:
        self.sums = kinds.sums
        """Names that the page calls totals: they are no lengths."""
        self.symmetric = kinds.symmetric
        self.arrays = {
            base: 2 if base in arrays.columns else count
            for base, (count, _) in arrays.kinds.items()
        }
        self.bindings = arrays.bindings
        self.parents: dict[_Node, _Node] = {}
        self.names: dict[_Node, _Last] = {}
        self.bounds: dict[_Node, tuple[int, _Last]] = {}
        self.from_zero: set[_Node] = set()
        self.fixed: set[_Node] = set()
        """Axes of arrays that are declared: their places are counted from 1."""
        self.is_partial = False
        """Whether a sum goes over some of the places only, or subscripts are sums."""
        self.count = 0
        self.ends: set[str] = set()
        """The names of lengths, as far as sums go to them: ``x_n`` is the last entry."""

    def find(self, node: _Node) -> _Node:
        while self.parents.setdefault(node, node) != node:
            self.parents[node] = self.parents[self.parents[node]]
            node = self.parents[node]
        return node

    def join(self, one: _Node, other: _Node, at: int) -> None:
        one, other = self.find(one), self.find(other)
        if one == other:
            return
        self.parents[other] = one
        if other in self.from_zero:
            self.from_zero.add(one)
        last = self.names.pop(other, None)
        if last is not None:
            self.call(one, last, at)

    def call(self, node: _Node, last: _Last, at: int) -> None:
        """Places go up to this one, if no other goes further."""
        root = self.find(node)
        said = self.names.setdefault(root, last)
        if said[0] != last[0]:
            raise NotReadError(f"subscripts up to `{_text(said)}` and up to `{_text(last)}`", at)
        self.names[root] = max(said, last)

    def say(self, columns: Iterable[Binding]) -> None:
        """Take columns to be as long as the page says: ``x_i \\in \\mathbb{R}^d``."""
        for one in columns:
            named = Subscripts().of(one.key)
            size = one.shape[0]
            if named is not None and named[0] in self.arrays:
                self.call((named[0], 0), ("", int(size)) if size.isdigit() else (size, 0), 0)

    def look_at_all(self, trees: Sequence[Tree]) -> None:
        """What the trees of a claim tell of lengths."""
        bounds = [one for tree in trees for node in walk(tree) if node.op in ("sum", "prod")
                  for one in map(offset_of, node.args[1:]) if one is not None]  # fmt: skip
        self.ends = {name for name, _ in bounds if name}
        for tree in trees:
            self.look(tree, {})

    def look(self, tree: Tree, indices: Mapping[str, _Node]) -> None:
        """What a tree tells of lengths; ``indices`` are those of the sums around it."""
        if tree.op in ("sum", "prod"):
            self.count += 1
            node: _Node = ("sum", self.count)
            body, *bounds = tree.args
            if bounds:
                self.bound(node, bounds, indices, tree.at)
            self.look(body, {**indices, tree.name: node})
            return
        if tree.op == "entry":
            self.entry(tree, indices)
        elif (count := _counted(tree)) and count not in self.bindings and count not in self.sums:
            # the sum counts itself when it is looked at, right after its factor
            self.call(("sum", self.count + 1), (count, 0), tree.at)
        elif tree.op in ("add", "sub"):
            one, other = map(self.height, tree.args)
            if one is not None and other is not None:
                self.join(one, other, tree.at)
        elif tree.op == "mul":
            inner = self.inner(last_factor(tree.args[0]), is_left=True)
            outer = self.inner(tree.args[1], is_left=False)
            if inner is not None and outer is not None:
                self.join(inner, outer, tree.at)
        elif tree.op == "sym" and is_delta(tree.name):
            named = Subscripts().of(tree.name)
            assert named is not None
            one, other = (indices.get(place, ("free", place)) for place in named[1])
            self.join(one, other, tree.at)
        for arg in tree.args:
            self.look(arg, indices)

    def bound(
        self, node: _Node, bounds: Sequence[Tree], indices: Mapping[str, _Node], at: int
    ) -> None:
        """A sum goes from a number to a length, or a number more or less; where it goes from or
        to an index of a sum around it, as far as that goes."""
        low, high = ([offset_of(bound) for bound in bounds] + [None])[:2]
        if low is None or high is None:
            raise NotReadError("a sum that does not go from a number to a length", at)
        if (around := self.bounds.get(indices.get(low[0], ("", "")))) is not None:
            low, self.is_partial = ("", around[0] + low[1]), True
        if (around := self.bounds.get(indices.get(high[0], ("", "")))) is not None:
            high, self.is_partial = (around[1][0], around[1][1] + high[1]), True
        name = high[0]
        if low[0] or low[1] < 0:
            raise NotReadError("a sum that does not go from a number to a length", at)
        if name and (name in self.bindings or name in self.arrays or name in indices):
            raise NotReadError(f"a sum up to `{name}`, which is no length", at)
        self.bounds[node] = (low[1], high)
        if low[1] == 0:
            self.from_zero.add(self.find(node))
        self.call(node, high, at)

    def moved(self, axis: _Node, place: Tree, indices: Mapping[str, _Node]) -> None:
        """``x_{i+1}``: how far the sum over i reaches."""
        letter, by = offset_of(place) or ("", 0)
        index = indices.get(letter)
        if index is None and letter in self.ends:
            self.call(axis, (letter, by), place.at)
        if index is None:
            return  # a free index takes all values for which every subscript is in range
        if index not in self.bounds:
            raise NotReadError(f"how far `{letter}` goes is not said", place.at)
        self.is_partial = True
        low, (name, more) = self.bounds[index]
        if low + by < 0:
            raise NotReadError("a subscript below zero", place.at)
        if low + by == 0:
            self.from_zero.add(self.find(axis))
        self.call(axis, (name, more + by), place.at)

    def column(self, tree: Tree) -> _Node | None:
        """The axis of a column: ``x[:, i]``, or an array alone."""
        is_column = tree.op == "entry" and tree.args[1].op == "slice"
        name = tree.args[0].name if is_column else tree.name
        is_one = is_column or (tree.op == "sym" and self.arrays.get(name) == 1)
        return (name, 0) if is_one and name in self.arrays else None

    def height(self, tree: Tree) -> _Node | None:
        """The axis of a column, or of one that a matrix multiplies: ``A x_i``."""
        if tree.op != "mul" or self.column(tree.args[1]) is None:
            return self.column(tree)
        matrix = tree.args[0].args[0] if tree.args[0].op == "transpose" else tree.args[0]
        is_matrix = matrix.op == "sym" and self.arrays.get(matrix.name) == 2
        return (matrix.name, int(tree.args[0].op == "transpose")) if is_matrix else None

    def inner(self, tree: Tree, is_left: bool) -> _Node | None:
        """The axis of an array that a product runs over."""
        is_transposed = tree.op == "transpose"
        one = tree.args[0] if is_transposed else tree
        if one.op == "pow" and self.arrays.get(one.args[0].name) == 2:
            one = one.args[0]
            self.join((one.name, 0), (one.name, 1), tree.at)
        if one.op in ("add", "sub"):
            one = one.args[0]
        column = self.column(one)
        if column is not None:
            return column if is_transposed == is_left else None
        is_matrix = one.op == "sym" and one.name in self.arrays
        return (one.name, int(is_transposed != is_left)) if is_matrix else None

    def entry(self, tree: Tree, indices: Mapping[str, _Node]) -> None:
        base, *places = tree.args
        binding = self.bindings.get(base.name)
        shape = [dim for dim in binding.shape if dim != "1"] if binding is not None else []
        for axis, place in enumerate(places):
            node: _Node = (base.name, axis)
            if axis < len(shape):
                self.fixed.add(node)
                self.call(node, (shape[axis], 0), tree.at)
            elif binding is not None:
                raise NotReadError("a subscript that is not understood", tree.at)
            if place.op == "sym" and place.name in self.ends - indices.keys():
                self.call(node, (place.name, 0), tree.at)
            elif place.op == "sym":
                self.join(node, indices.get(place.name, ("free", place.name)), tree.at)
            elif place.op in ("add", "sub"):
                self.moved(node, place, indices)
            elif place.op == "num" and place.name == "0":
                self.from_zero.add(self.find(node))
            elif place.op not in ("num", "slice"):
                raise NotReadError("a subscript that is not understood", place.at)

    def result(self, declarations: Declarations) -> tuple[dict[str, Binding], set[str]]:
        """The arrays as declared symbols, and all dimensions."""
        if any(self.find(axis) in self.from_zero for axis in self.fixed):
            raise NotReadError("places from 0 of what is declared")
        roots = {self.find((base, i)) for base, count in self.arrays.items() for i in range(count)}
        for node, (low, high) in self.bounds.items():
            root = self.find(node)
            if root in roots:
                first = 0 if root in self.from_zero else 1
                self.is_partial |= low != first or high != self.names[root]
        dims = set(declarations.dims) | {name for name, _ in self.names.values() if name}
        free = free_dimensions(dims)
        found: dict[str, Binding] = {}
        for base, count in self.arrays.items():
            sizes: list[str] = []
            for axis in range(count):
                root = self.find((base, axis))
                if root not in self.names:
                    self.names[root] = (next(free), 0)
                    dims.add(self.names[root][0])
                name, more = self.names[root]
                sizes.append(_text((name, more + (root in self.from_zero))))
            shape = made_shape(sizes[0], sizes[1] if count > 1 else "1")
            found[base] = Binding(base, "symbol", shaped(base, sizes, self.symmetric), shape)
        return found, dims

    def counted(self, tree: Tree) -> Tree:
        """A tree with the places counted from 1 where the page counts them from 0."""

        def change(node: Tree) -> Tree | None:
            if node.op != "entry":
                return None
            base, *places = node.args
            axes = [self.find((base.name, axis)) in self.from_zero for axis in range(len(places))]
            if not any(axes):
                return None
            pairs = zip(places, axes, strict=True)
            moved = [_next(place) if is_zero else place for place, is_zero in pairs]
            return replace(node, args=(base, *moved))

        return rebuilt(tree, change)


def _text(last: _Last) -> str:
    name, more = last
    if not name:
        return str(more)
    return f"{name} {'-' if more < 0 else '+'} {abs(more)}" if more else name


def _next(place: Tree) -> Tree:
    """The place behind a place."""
    known = offset_of(place)
    if known is None:
        raise NotReadError("a stretch of places from 0", place.at)
    return with_offset(known[0], known[1] + 1, place.at)


def _counted(tree: Tree) -> str:
    r"""``\frac1m \sum_i`` without bounds: m is how many there are. Empty for anything else."""
    if tree.op != "mul":
        return ""
    factor, rest = tree.args
    if factor.op != "div" or factor.args[0].op != "num" or rest.op != "sum" or rest.args[1:]:
        return ""
    return factor.args[1].name if factor.args[1].name in COUNTS else ""
