"""How long arrays are: subscripts under one sum, or by one free index, run over one length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcheck.documents.bindings import Binding, Declarations
from derivcheck.documents.emission.text import made_shape
from derivcheck.documents.entries.arrays import last_factor
from derivcheck.documents.maths.cursor import ONE
from derivcheck.documents.maths.problems import NotReadError
from derivcheck.documents.maths.subscripts import Subscripts, is_delta
from derivcheck.documents.maths.tree import Tree

_DIMENSIONS = "nmpqkrst"
_COUNTS = frozenset("nmNMKTBSdp")
_Node = tuple[str, object]


class Lengths:
    """Which subscripts run over one length (a union-find), and what a sum calls it."""

    def __init__(
        self,
        arrays: Mapping[str, tuple[int, bool]],
        columns: frozenset[str],
        bindings: Mapping[str, Binding],
    ) -> None:
        self.arrays = {base: 2 if base in columns else count for base, (count, _) in arrays.items()}
        self.bindings = bindings
        self.parents: dict[_Node, _Node] = {}
        self.names: dict[_Node, str] = {}
        self.count = 0

    def find(self, node: _Node) -> _Node:
        while self.parents.setdefault(node, node) != node:
            node = self.parents[node] = self.parents[self.parents[node]]
        return node

    def join(self, one: _Node, other: _Node, at: int) -> None:
        one, other = self.find(one), self.find(other)
        if one == other:
            return
        self.parents[other] = one
        name = self.names.pop(other, None)
        if name is not None:
            self.call(one, name, at)

    def call(self, node: _Node, name: str, at: int) -> None:
        """The length has a name."""
        said = self.names.setdefault(self.find(node), name)
        if said != name:
            raise NotReadError(f"subscripts up to `{said}` and up to `{name}`", at)

    def look(self, tree: Tree, indices: Mapping[str, _Node]) -> None:
        """What a tree tells of lengths; ``indices`` are those of the sums around it."""
        if tree.op in ("sum", "prod"):
            self.count += 1
            node: _Node = ("sum", self.count)
            body, *bounds = tree.args
            if bounds:
                self.bound(node, bounds, tree.at)
            self.look(body, {**indices, tree.name: node})
            return
        if tree.op == "entry":
            self.entry(tree, indices)
        elif tree.op == "mul" and _is_mean(tree) and tree.args[0].args[1].name not in self.bindings:
            # the sum counts itself when it is looked at, right after its factor
            self.call(("sum", self.count + 1), tree.args[0].args[1].name, tree.at)
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

    def bound(self, node: _Node, bounds: Sequence[Tree], at: int) -> None:
        """A sum goes from 1 to a length."""
        if len(bounds) != 2 or bounds[0] != ONE or bounds[1].op not in ("sym", "num"):
            raise NotReadError("a sum that does not go from 1 to a length", at)
        name = bounds[1].name
        binding = self.bindings.get(name)
        if binding is not None or name in self.arrays:
            raise NotReadError(f"a sum up to `{name}`, which is no length", at)
        self.call(node, name, at)

    def inner(self, tree: Tree, is_left: bool) -> _Node | None:
        """The axis of an array that a product runs over."""
        is_transposed = tree.op == "transpose"
        one = tree.args[0] if is_transposed else tree
        is_column = one.op == "entry" and one.args[1].op == "slice"
        name = one.args[0].name if is_column else one.name
        if name not in self.arrays or not (is_column or one.op == "sym"):
            return None
        if is_column or self.arrays[name] == 1:
            return (name, 0) if is_transposed == is_left else None
        return (name, int(is_transposed != is_left))

    def entry(self, tree: Tree, indices: Mapping[str, _Node]) -> None:
        base, *places = tree.args
        binding = self.bindings.get(base.name)
        shape = [dim for dim in binding.shape if dim != "1"] if binding is not None else []
        for axis, place in enumerate(places):
            node: _Node = (base.name, axis)
            if axis < len(shape):
                self.call(node, shape[axis], tree.at)
            elif binding is not None:
                raise NotReadError("a subscript that is not understood", tree.at)
            if place.op == "sym":
                self.join(node, indices.get(place.name, ("free", place.name)), tree.at)
            elif place.op not in ("num", "slice"):
                raise NotReadError("a subscript that is not understood", place.at)

    def result(self, declarations: Declarations) -> tuple[dict[str, Binding], set[str]]:
        """The arrays as declared symbols, and all dimensions."""
        dims = set(declarations.dims) | {n for n in self.names.values() if not n.isdigit()}
        free = iter(f"{letter}_" for letter in _DIMENSIONS if f"{letter}_" not in dims)
        found: dict[str, Binding] = {}
        for base, count in self.arrays.items():
            told: list[str] = []
            for axis in range(count):
                root = self.find((base, axis))
                if root not in self.names:
                    name = next(free, None)
                    if name is None:
                        raise NotReadError("too many dimensions")
                    self.names[root] = name
                    dims.add(name)
                told.append(self.names[root])
            shape = made_shape(told[0], told[1] if count > 1 else "1")
            found[base] = Binding(base, "symbol", [*told], shape)
        return found, dims


def _is_mean(tree: Tree) -> bool:
    r"""``\frac1m \sum_i`` without bounds: m is how many there are."""
    factor, rest = tree.args
    if factor.op != "div" or rest.op != "sum" or rest.args[1:]:
        return False
    return factor.args[0].op == "num" and factor.args[1].name in _COUNTS
