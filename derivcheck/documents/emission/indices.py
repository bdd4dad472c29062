"""Entries of arrays, and sums over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from derivcheck.documents.bindings import Binding
from derivcheck.documents.emission.calculus import Calculus
from derivcheck.documents.emission.text import ATOM, SUM, Text, made_shape
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.cursor import ONE
from derivcheck.documents.maths.tree import NotReadError, SilentError, Tree, walk


class Indices(Calculus):
    """Entries of arrays, and sums over them."""

    def _entry(self, tree: Tree) -> Text:
        base_tree, *indices = tree.args
        base = self.emit(base_tree)
        if not base.shape:
            if self.in_entry and all(index.name == "1" for index in indices):
                return base
            raise NotReadError("a subscript on a scalar", tree.at)
        is_vector = "1" in base.shape
        if len(indices) == 1 and not is_vector:
            raise NotReadError("a matrix takes two indices", tree.at)
        if len(indices) == 2 and is_vector:
            indices = self.along(base, indices, tree)
        if any(index.op == "slice" for index in indices):
            return self.sliced(base, indices)
        texts = [self.index(index) for index in indices]
        return Text(f"{base.at(ATOM)}[{', '.join(texts)}]")

    def along(self, base: Text, indices: list[Tree], tree: Tree) -> list[Tree]:
        """The place in a column or row: ``x_{i, 1}``, ``x_{1, i}``, and ``x_{2i}``, a multiple."""
        if indices[1].name == "1" == base.shape[1]:
            return indices[:1]
        if indices[0].name == "1" == base.shape[0] and tree.name == ",":
            return indices[1:]
        if indices[0].op == "num" and indices[1].op == "sym" and not tree.name:
            return [Tree("mul", tuple(indices), at=tree.at)]
        raise NotReadError("a vector takes one index", tree.at)

    def sliced(self, base: Text, indices: list[Tree]) -> Text:
        """A part of an array; rows stay rows."""
        lengths = base.shape if len(indices) == 2 else [n for n in base.shape if n != "1"]
        texts, sizes = [], []
        for index, length in zip(indices, lengths, strict=True):
            found = self.slice(index, length) if index.op == "slice" else (self.index(index), "1")
            texts.append(found[0])
            sizes.append(found[1])
        if len(sizes) == 1:
            sizes = [sizes[0], "1"] if base.shape[1] == "1" else ["1", sizes[0]]
        return Text(f"{base.at(ATOM)}[{', '.join(texts)}]", made_shape(*sizes))

    def _column(self, tree: Tree) -> Text:
        """The column of a body's values, for an index from 1 to its length."""
        body, size = tree.args
        self.check_free(tree.name, tree.at)
        length = self.emit(size)
        name = self.bound_name(tree.name)
        with self.counting(tree.name, name, "1"):
            found = self.emit(body)
        if length.shape or (found.shape and (found.shape[1] != "1" or body.op != "column")):
            raise NotReadError("a column whose entries are arrays", tree.at)
        # rows told one by one are a matrix
        columns = found.shape[0] if found.shape else "1"
        text = f"[{found.text} for {name} in {length.at(SUM)}]"
        return Text(text, made_shape(length.text, columns))

    @contextmanager
    def counting(self, index: str, name: str, offset: str) -> Iterator[None]:
        """While a bound index is in force."""
        outer = self.indices.get(index)
        self.indices[index] = (name, offset)
        try:
            yield
        finally:
            del self.indices[index]
            if outer is not None:
                self.indices[index] = outer

    def check_free(self, index: str, at: int) -> None:
        """A sum inside of another over the same index is one only where an entry has it."""
        binding = self.bindings.get(index)
        if (index in self.indices and not self.in_entry) or (
            binding is not None and not binding.is_index
        ):
            raise NotReadError(f"`{index}` is an index and a name", at)

    def bound_name(self, index: str) -> str:
        """The name of the language for a bound index: an entry's own where it has one."""
        binding = self.bindings.get(index)
        if binding is not None and binding.kind == "index":
            return binding.raw_name
        name = keys.language_name(index)
        while name in self.names.values() or name in self.dims:
            name += "_"
        return name

    def _sum(self, tree: Tree) -> Text:
        return self.summed(tree, "sum")

    def _prod(self, tree: Tree) -> Text:
        return self.summed(tree, "prod")

    def summed(self, tree: Tree, what: str) -> Text:
        """A sum or product over an index that subscripts arrays, from 1 to their length."""
        index = tree.name
        self.check_free(index, tree.at)
        body, *bounds = tree.args
        subscripts = _subscripts(body, index, self.bindings)
        name = self.bound_name(index)
        if not subscripts:
            return self.counted(tree, what, name)
        limits = ""
        # what a page counts from 0 is the index itself, else the index is one less
        is_from_zero = bool(bounds) and bounds[0].op == "num" and bounds[0].name == "0"
        with self.counting(index, name, "" if is_from_zero else "1"):
            found = self.emit(body)
            if is_from_zero or (bounds and not self.is_whole(body, index, bounds)):
                limits = self.limits(name, bounds, tree, is_from_zero)
        if found.shape and what == "prod":
            raise NotReadError("a product of arrays", tree.at)
        return Text(f"{what}({found.text}, {limits or name})", found.shape)

    def is_whole(self, body: Tree, index: str, bounds: list[Tree]) -> bool:
        """Whether the bounds are those of every array that the index subscripts."""
        if bounds[0] != ONE or (len(bounds) > 1 and bounds[1].op not in ("sym", "num")):
            return False
        for node in walk(body):
            for axis, place in enumerate(node.args[1:] if node.op == "entry" else ()):
                if index not in _names(place):
                    continue
                shape = self.emit(node.args[0]).shape
                if place.op != "sym" or (len(bounds) > 1 and shape[axis] != bounds[1].name):
                    return False
        return True

    def limits(self, name: str, bounds: list[Tree], tree: Tree, is_from_zero: bool) -> str:
        """An index with both ends, which are included."""
        places = [self.place(bound) for bound in bounds]
        if len(places) != 2 or None in places:
            raise NotReadError("a sum over places that are not understood", tree.at)
        low, high = (place.text if is_from_zero else place.typed.text for place in places if place)
        return f"({name}, {low}, {high})"

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
        with self.counting(tree.name, name, ""):
            found = self.emit(tree.args[0])
        if found.shape and what == "prod":
            raise NotReadError("a product of arrays", tree.at)
        return Text(f"{what}({found.text}, ({name}, {low.text}, {high.text}))", found.shape)


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
