"""Places in arrays: a page counts from 1, the language from 0.

An index i of the language is i - 1 on a page, so that the subscript ``i + j - 1`` is ``i + j``,
``2i - 1`` is ``2*i``, and ``n``, the last place, is ``n - 1``.
"""

from __future__ import annotations

from dataclasses import replace

from derivcheck.documents.emission.names import Names
from derivcheck.documents.emission.text import Text
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.tree import NotReadError, Tree
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
    """Places in arrays, and comparisons of them."""

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
                return _scaled(self.place(tree.args[0], is_subscript), -1)
            case "add" | "sub":
                left, right = (self.place(arg, is_subscript) for arg in tree.args)
                return _added(left, _scaled(right, 1 if tree.op == "add" else -1))
            case "mul" if tree.args[0].op == "num" and tree.args[0].name.isdigit():
                return _scaled(self.place(tree.args[1], is_subscript), int(tree.args[0].name))
            case "mul":
                left, right = (self.place(arg, is_subscript) for arg in tree.args)
                return None if left is None or right is None else _multiplied(left, right)
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
        return ":".join(shown), _less(end, first).text


def _length(text: str) -> Place:
    """A dimension as it is written: ``n + 2*m - 1``."""
    total = Place()
    for part in text.replace(" - ", " + -").split(" + "):
        sign, part = (-1, part[1:]) if part.startswith("-") else (1, part)
        factor, star, name = part.partition("*")
        if part.isdigit():
            total = _sum(total, Place(constant=sign * int(part)))
        elif star and factor.isdigit():
            total = _sum(total, Place(((name, sign * int(factor)),)))
        else:
            total = _sum(total, Place(((part, sign),)))
    return total


def summed_lengths(lengths: list[str]) -> str:
    """A length that is the sum of others."""
    total = Place()
    for length in lengths:
        total = _sum(total, _length(length))
    return total.text


def _less(left: Place, right: Place) -> Place:
    return _sum(
        left,
        replace(
            right,
            terms=tuple((n, -f) for n, f in right.terms),
            constant=-right.constant,
            weight=-right.weight,
        ),
    )


def _scaled(place: Place | None, by: int) -> Place | None:
    if place is None:
        return None
    return Place(tuple((n, by * f) for n, f in place.terms), by * place.constant, by * place.weight)


def _multiplied(left: Place, right: Place) -> Place | None:
    """``n (j - 1)``: a length that multiplies a place; None for any other product."""
    if not left.terms or left.constant or left.weight or len(left.terms) > 1:
        left, right = right, left
    if len(left.terms) != 1 or left.constant or left.weight:
        return None
    ((name, factor),) = left.terms
    terms = [(f"{name}*{other}", factor * times) for other, times in right.terms]
    from_zero = right.constant + right.weight
    return _sum(Place(((name, factor * from_zero),)), Place(tuple(terms)))


def _added(left: Place | None, right: Place | None) -> Place | None:
    return None if left is None or right is None else _sum(left, right)


def _sum(left: Place, right: Place) -> Place:
    terms = dict(left.terms)
    for name, factor in right.terms:
        terms[name] = terms.get(name, 0) + factor
    kept = tuple((name, factor) for name, factor in terms.items() if factor)
    return Place(kept, left.constant + right.constant, left.weight + right.weight)
