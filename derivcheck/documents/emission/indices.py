"""Entries of arrays, and sums over them."""

from __future__ import annotations

from collections.abc import Mapping

from derivcheck.documents.emission.calculus import Calculus
from derivcheck.documents.emission.text import ATOM, UNKNOWN_LENGTH, Text
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.problems import NotReadError, SilentError
from derivcheck.documents.maths.tree import Tree, walk
from derivcheck.documents.scope import Binding


class Indices(Calculus):
    """Entries of arrays, and sums over them."""

    def _entry(self, tree: Tree) -> Text:
        base_tree, *indices = tree.args
        base = self.emit(base_tree)
        if not base.shape:
            raise NotReadError("a subscript on a scalar", tree.at)
        is_vector = "1" in base.shape
        if len(indices) == 1 and not is_vector:
            raise NotReadError("a matrix takes two indices", tree.at)
        if len(indices) == 2 and is_vector and indices[1].name == "1" == base.shape[1]:
            indices = indices[:1]
        if len(indices) == 2 and is_vector:
            raise NotReadError("a vector takes one index", tree.at)
        texts = [self.index(index) for index in indices]
        return Text(f"{base.at(ATOM)}[{', '.join(texts)}]")

    def index(self, tree: Tree) -> str:
        """A subscript: numbers count from 1 on a page, from 0 in the language."""
        if tree.op == "num":
            if not tree.name.isdigit() or int(tree.name) < 1:
                raise NotReadError("an index that is no whole number from 1", tree.at)
            return str(int(tree.name) - 1)
        if tree.op == "sym":
            if tree.name in self.indices:
                return self.indices[tree.name][0]
            name = keys.language_name(tree.name)
            if tree.name in self.bindings or tree.name in self.dims:
                raise NotReadError(f"`{tree.name}` is no index", tree.at)
            self.free_indices.add(name)
            return name
        if tree.op in ("add", "sub") and tree.args[0].op == "sym" and tree.args[1].op == "num":
            sign = "+" if tree.op == "add" else "-"
            return f"{self.index(tree.args[0])} {sign} {tree.args[1].name}"
        raise NotReadError("an index that is no letter or number", tree.at)

    def _sum(self, tree: Tree) -> Text:
        return self.summed(tree, "sum")

    def _prod(self, tree: Tree) -> Text:
        return self.summed(tree, "prod")

    def summed(self, tree: Tree, what: str) -> Text:
        """A sum or product over an index that subscripts arrays, from 1 to their length."""
        index = tree.name
        if index in self.indices or index in self.bindings:
            raise NotReadError(f"`{index}` is an index and a name", tree.at)
        body, *bounds = tree.args
        subscripts = _subscripts(body, index, self.bindings)
        as_number = _as_number(body, index)
        name = keys.language_name(index)
        while name in self.names.values() or name in self.dims:
            name += "_"
        if not subscripts:
            return self.counted(tree, what, name)
        if what == "prod":
            raise NotReadError("a product over the entries of an array", tree.at)
        self.indices[index] = (name, "1" if as_number else "")
        try:
            found = self.emit(body)
        finally:
            del self.indices[index]
        if bounds:
            self.check_bounds(bounds, subscripts, tree)
            self.check_lengths(body, index, bounds, tree)
        if found.shape:
            raise NotReadError("a sum of arrays", tree.at)
        if what == "prod":
            raise NotReadError("a product over the entries of an array", tree.at)
        return Text(f"sum({found.text}, {name})")

    def check_bounds(self, bounds: list[Tree], subscripts: set[str], tree: Tree) -> None:
        """A sum over entries must run over all of them: from 1 to the dimension."""
        low = bounds[0]
        if not (low.op == "num" and low.name == "1"):
            raise NotReadError("a sum that does not begin at 1", tree.at)
        if len(bounds) < 2:
            return
        high = bounds[1]
        if high.op not in ("sym", "num"):
            raise NotReadError("a sum up to something that is no dimension", tree.at)
        for base in subscripts:
            dim = self.vectors.get(base)
            if dim is not None and dim != high.name:
                if not dim.endswith(UNKNOWN_LENGTH):
                    raise NotReadError(f"a sum up to `{high.name}` and one up to `{dim}`", tree.at)
                # an undeclared vector is as long as the sum says
                for name, raw in self.symbols.items():
                    if raw == [dim]:
                        self.symbols[name] = [high.name]
                self.vectors[base] = high.name
                self.dims.add(high.name)

    def check_lengths(self, body: Tree, index: str, bounds: list[Tree], tree: Tree) -> None:
        """The upper bound is the length of every declared array that the index subscripts."""
        if len(bounds) < 2:
            return
        for node in walk(body):
            if node.op != "entry":
                continue
            binding = self.bindings.get(node.args[0].name)
            shape = binding.shape if binding is not None else ()
            for axis, place in enumerate(node.args[1:]):
                if index not in _names(place):
                    continue
                if place.op != "sym":
                    raise NotReadError("a bounded sum over shifted subscripts", place.at)
                length = shape[axis] if axis < len(shape) else bounds[1].name
                if length != bounds[1].name:
                    raise NotReadError(
                        f"a sum up to `{bounds[1].name}` over what has {length} entries", tree.at
                    )

    def counted(self, tree: Tree, what: str, name: str) -> Text:
        """A sum over numbers."""
        bounds = tree.args[1:]
        if len(bounds) != 2:
            raise NotReadError("a sum without both bounds", tree.at)
        if any(node.op == "const" and node.name == "oo" for node in bounds):
            raise SilentError("a series", tree.at)
        low, high = self.emit(bounds[0]), self.emit(bounds[1])
        if low.shape or high.shape:
            raise NotReadError("bounds that are arrays", tree.at)
        raise NotReadError("a sum over numbers", tree.at)


def _subscripts(tree: Tree, index: str, bindings: Mapping[str, Binding]) -> set[str]:
    """The names that an index subscripts."""
    found: set[str] = set()
    for node in walk(tree):
        if node.op == "entry" and any(index in _names(i) for i in node.args[1:]):
            found.add(node.args[0].name)
        elif node.op == "sym" and node.name not in bindings:
            base, sub, _ = keys.parts(node.name)
            if sub and index in _letters(sub):
                found.add(base)
    return found


def _letters(sub: str) -> list[str]:
    return sub.split(",") if "," in sub else list(sub)


def _names(tree: Tree) -> set[str]:
    return {n.name for n in walk(tree) if n.op == "sym"}


def _as_number(tree: Tree, index: str) -> bool:
    """Whether an index stands outside of subscripts."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if node.op == "sym" and node.name == index:
            return True
        stack += node.args[:1] if node.op == "entry" else node.args
    return False
