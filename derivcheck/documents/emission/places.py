"""Entries of arrays and sums over them: a page counts places from 1, the language from 0.

An index i of the language is i - 1 on a page, so that the subscript ``i + j - 1`` is ``i + j``,
``2i - 1`` is ``2*i``, and ``n``, the last place, is ``n - 1``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from derivcheck.documents.bindings import Binding
from derivcheck.documents.emission.names import Names
from derivcheck.documents.emission.text import ATOM, SUM, Text, made_shape
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.cursor import ONE
from derivcheck.documents.maths.tree import NotReadError, SilentError, Tree, walk
from derivcheck.records import record


@record()
class Place:
    """A sum of whole multiples of names and a number; ``weight`` counts the indices in it."""

    terms: tuple[tuple[str, int], ...] = ()
    constant: int = 0
    weight: int = 0

    def moved(self, by: int) -> Place:
        """This place plus a number."""
        return replace(self, constant=self.constant + by)

    def plus(self, other: Place) -> Place:
        """The sum of two."""
        terms = dict(self.terms)
        for name, factor in other.terms:
            terms[name] = terms.get(name, 0) + factor
        kept = tuple((name, factor) for name, factor in terms.items() if factor)
        return Place(kept, self.constant + other.constant, self.weight + other.weight)

    def times(self, by: int) -> Place:
        """This place so many times."""
        terms = tuple((name, by * factor) for name, factor in self.terms)
        return Place(terms, by * self.constant, by * self.weight)

    @property
    def typed(self) -> Place:
        """A place that is counted from 1, counted from 0."""
        return self.moved(self.weight - 1)

    @property
    def text(self) -> str:
        """The sum in the language."""
        found = ""
        parts = [*self.terms, *([("", self.constant)] if self.constant or not self.terms else [])]
        for name, factor in parts:
            sign = ("-" if factor < 0 else "") if not found else " - " if factor < 0 else " + "
            shown = str(abs(factor)) if not name else f"{abs(factor)}*{name}"
            found += sign + (name if name and abs(factor) == 1 else shown)
        return found


class Places(Names):
    """Places in arrays, comparisons of them, entries and sums over them."""

    def index(self, tree: Tree) -> str:
        """A subscript."""
        found = self.place(tree, is_subscript=True)
        if found is None:
            if tree.op == "sym" and (tree.name in self.bindings or tree.name in self.dims):
                raise NotReadError(f"`{tree.name}` is no index", tree.at)
            if tree.op == "num":
                raise NotReadError("an index that is no whole number from 1", tree.at)
            raise NotReadError("an index that is no letter or number", tree.at)
        if not found.terms and found.typed.constant < 0:
            raise NotReadError("an index that is no whole number from 1", tree.at)
        return found.typed.text

    def place(self, tree: Tree, is_subscript: bool = False) -> Place | None:
        """What a page writes of indices, dimensions and numbers; None for anything else.

        In a subscript a name that is declared nowhere is a free index.
        """
        match tree.op:
            case "num":
                return Place(constant=int(tree.name)) if tree.name.isdigit() else None
            case "sym":
                return self.named_place(tree.name, is_subscript)
            case "neg":
                inner = self.place(tree.args[0], is_subscript)
                return inner and inner.times(-1)
            case "add" | "sub" | "mul":
                left, right = (self.place(arg, is_subscript) for arg in tree.args)
                if left is None or right is None:
                    return None
                if tree.op == "mul":
                    return _multiplied(left, right)
                return left.plus(right.times(1 if tree.op == "add" else -1))
        return None

    def named_place(self, key: str, is_subscript: bool) -> Place | None:
        if key in self.indices:
            name, offset = self.indices[key]
            return Place(((name, 1),), 0, 1 if offset else 0)
        binding = self.bindings.get(key)
        name = keys.language_name(key)
        if binding is not None:
            if binding.kind == "constant" and binding.raw_name in self.dims:
                return Place(((binding.raw_name, 1),))
            if not binding.is_index:
                return None
            shown = binding.raw_name if binding.kind == "index" else self.symbol(key, binding).text
            return Place(((shown, 1),), 0, 1)
        if key in self.dims:
            return Place(((key, 1),))
        if is_subscript:
            if key in self.free:
                raise NotReadError(f"`{key}` is an index and a name")
            self.free_indices.add(name)
        return Place(((name, 1),), 0, 1) if name in self.free_indices else None

    def compared(self, left: Tree, right: Tree) -> tuple[Text, Text] | None:
        """Both sides of a comparison in which indices occur; None for one of other numbers."""
        first, second = self.place(left), self.place(right)
        if first is None or second is None or not (first.weight or second.weight):
            return None
        moved = second.moved(second.weight - first.weight)
        return Text(first.text), Text(moved.text)

    def slice(self, tree: Tree, length: str) -> tuple[str, str]:
        """``2:n`` of an axis as the language writes it, and how many places it takes."""
        ends = dict(zip(tree.name.replace(":", ""), tree.args, strict=True))
        found = {mark: self.place(end, is_subscript=True) for mark, end in ends.items()}
        if None in found.values():
            raise NotReadError("a stretch of places that is not understood", tree.at)
        low, last = found.get("l"), found.get("h")
        first = Place() if low is None else low.typed
        # the language leaves the end out
        end = _length(length) if last is None else last.moved(last.weight)
        shown = ("" if low is None else first.text, "" if last is None else end.text)
        return ":".join(shown), end.plus(first.times(-1)).text

    # -- entries, and sums over them --------------------------------------------------

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
        """A sum or product over an index that subscripts arrays, from 1 to their length."""
        index, what = tree.name, tree.op
        self.check_free(index, tree.at)
        body, *bounds = tree.args
        name = self.bound_name(index)
        if not _is_subscript(index, body, self.bindings):
            return self.counted(tree, name)
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

    _prod = _sum

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

    def counted(self, tree: Tree, name: str) -> Text:
        """A sum or product over numbers."""
        bounds, what = tree.args[1:], tree.op
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


def _length(text: str) -> Place:
    """A dimension as it is written: ``n + 2*m - 1``."""
    total = Place()
    for part in text.replace(" - ", " + -").split(" + "):
        sign, part = (-1, part[1:]) if part.startswith("-") else (1, part)
        factor, star, name = part.partition("*")
        if part.isdigit():
            total = total.plus(Place(constant=sign * int(part)))
        elif star and factor.isdigit():
            total = total.plus(Place(((name, sign * int(factor)),)))
        else:
            total = total.plus(Place(((part, sign),)))
    return total


def summed_lengths(lengths: list[str]) -> str:
    """A length that is the sum of others."""
    total = Place()
    for length in lengths:
        total = total.plus(_length(length))
    return total.text


def _multiplied(left: Place, right: Place) -> Place | None:
    """``2j``, and ``n (j - 1)``: a length that multiplies a place; None for any other product."""
    if not left.terms:
        return right.times(left.constant)
    if not left.terms or left.constant or left.weight or len(left.terms) > 1:
        left, right = right, left
    if len(left.terms) != 1 or left.constant or left.weight:
        return None
    ((name, factor),) = left.terms
    terms = [(f"{name}*{other}", factor * times) for other, times in right.terms]
    from_zero = right.constant + right.weight
    return Place(((name, factor * from_zero),)).plus(Place(tuple(terms)))


def _is_subscript(index: str, tree: Tree, bindings: Mapping[str, Binding]) -> bool:
    """Whether an index subscripts something in a tree."""
    for node in walk(tree):
        if node.op == "entry" and any(index in _names(place) for place in node.args[1:]):
            return True
        if node.op == "sym" and node.name not in bindings:
            sub = keys.parts(node.name)[1]
            if index in (sub.split(",") if "," in sub else [*sub]):
                return True
    return False


def _names(tree: Tree) -> set[str]:
    return {n.name for n in walk(tree) if n.op == "sym"}
