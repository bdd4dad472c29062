"""Which letters are arrays: below them stands the index of a sum, or a product makes columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field

from derivcheck.documents import kin
from derivcheck.documents.bindings import Binding
from derivcheck.documents.letters import is_capital
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.subscripts import Subscripts, is_delta, is_indexed_over
from derivcheck.documents.maths.tree import (
    NotReadError,
    Tree,
    last_factor,
    rebuilt,
    sym,
    walk,
    with_offset,
)
from derivcheck.records import record


@record(frozen=False)
class Arrays:
    """The letters of some trees that are arrays."""

    trees: Sequence[Tree]
    bindings: Mapping[str, Binding]
    scripts: Subscripts
    kinds: dict[str, tuple[int, bool]] = field(default_factory=dict)
    """By letter the kind of its subscripts: how many, and whether one stands above."""
    columns: set[str] = field(default_factory=set)
    """Those whose subscript names a column."""
    names: dict[str, str] = field(default_factory=dict)
    """What those are called whose letter is a number as well."""

    def find(self, places: set[str]) -> None:
        """Those below which an index of a sum stands, or one of the places for which a definition
        of entries was written out."""
        found, scripts, bindings = self.kinds, self.scripts, self.bindings
        bound = frozenset(places if any(map(is_indexed_over, self.trees)) else ())

        def look(tree: Tree, indices: frozenset[str]) -> None:
            if tree.op == "sym":
                named = scripts.of(tree.name)
                if named and tree.name not in bindings and not is_delta(tree.name):
                    base, letters = named
                    if not indices.isdisjoint(letters) and base not in bindings:
                        pattern = scripts.pattern(tree.name)
                        # x_j^{(i)} is an entry of x^{(i)}
                        found[base] = max(found.get(base, pattern), pattern)
            inner = indices | {tree.name} if tree.op in ("sum", "prod") else indices
            for arg in tree.args:
                look(arg, inner)

        for tree in self.trees:
            look(tree, bound)

    def find_columns(self, said: Iterable[str]) -> None:
        r"""The letters whose subscript names a column: ``x_i`` in ``w^T x_i``, and ``x^{(i)}``
        beside ``x_j^{(i)}``, and those ``said`` to be columns. What is added to them, or multiplies
        them, becomes an array as well: ``w`` a column, a capital a matrix."""
        found, arrays, scripts = self.columns, self.kinds, self.scripts
        found |= {named[0] for key in said if (named := scripts.of(key)) and named[0] in arrays}
        nodes = [node for tree in self.trees for node in walk(tree)]

        def learn(one: Tree, kind: int) -> bool:
            named = scripts.of(one.name)
            if named is None:
                is_new = one.name not in self.bindings and one.name not in arrays
                if is_new:
                    arrays[one.name] = (kind, False)
                return is_new
            is_new = named[0] in arrays and named[0] not in found and len(named[1]) == 1
            if is_new:
                found.add(named[0])
            return is_new

        def is_known(one: Tree) -> bool:
            named = scripts.of(one.name)
            return one.name in arrays if named is None else named[0] in found

        for node in nodes:
            named = scripts.of(node.name) if node.op == "sym" else None
            if named and len(named[1]) == 1 and arrays.get(named[0], (1, False))[0] == 2:
                found.add(named[0])
            elif node.op == "transpose" and node.args[0].op in ("add", "sub"):
                for one in node.args[0].args:
                    if scripts.of(one.name) is not None:
                        learn(one, 1)
        pairs = [pair for node in nodes if (pair := _multiplied(node))]
        added = [
            node.args
            for node in nodes
            if node.op in ("add", "sub") and all(one.op == "sym" for one in node.args)
        ]
        moved = [pair for node in nodes if (pair := _moved(node))]
        is_news = True
        while is_news:
            is_news = False
            for pair in pairs:
                if any(is_known(one) or scripts.of(one.name) is not None for one in pair):
                    for one in pair:
                        is_news |= learn(one, 2 if one.name.isupper() else 1)
            for pair in added:
                if any(scripts.of(one.name) is not None and is_known(one) for one in pair):
                    for one in pair:
                        is_news |= learn(one, 1)
            for matrix, column in moved:
                if is_known(column):
                    is_news |= learn(matrix, 2)
                elif arrays.get(matrix.name, (0, False))[0] == 2:
                    is_news |= learn(column, 1)

    def tell_apart(self) -> None:
        r"""Letters that are a number and the name of entries, ``x - x_i``, have another name for
        the array."""
        for node in (
            inner for tree in self.trees for inner in walk(tree) if inner.op in ("add", "sub")
        ):
            letters = [one.name for one in node.args if one.op == "sym"]
            named = [self.scripts.of(name) for name in letters]
            for name, other in zip(letters, reversed(named), strict=True):
                if name in self.kinds and other is not None and other[0] == name:
                    self.names[name] = keys.key(name, "\\cdot")
        for name, renamed in self.names.items():
            self.kinds[renamed] = self.kinds.pop(name)

    def entries(self) -> list[Tree]:
        """The trees with entries of arrays, and columns, for the names that they are written as."""
        arrays, scripts = self.kinds, self.scripts

        def change(node: Tree) -> Tree | None:
            if node.op != "sym":
                return None
            named = scripts.of(node.name)
            base = named[0] if named else keys.parts(node.name)[0]
            if node.name == base:
                return None
            base = self.names.get(base, base)
            if base not in arrays:
                return None
            is_column = base in self.columns
            above = arrays[base][1]
            shifted = scripts.shifted(node.name)
            if shifted and not is_column and arrays[base] == (len(shifted[1]), False):
                moved = [with_offset(letter, by, node.at) for letter, by in shifted[1]]
                return Tree("entry", (sym(base, node.at), *moved), at=node.at)
            if named is None or (scripts.pattern(node.name) != arrays[base] and not is_column):
                raise NotReadError(f"`{base}` has subscripts of two kinds", node.at)
            places = [
                Tree("num" if place.isdigit() else "sym", name=place, at=node.at)
                for place in named[1]
            ]
            if is_column and len(places) == 1:
                places.insert(0, Tree("slice", name=":", at=node.at))
            elif is_column and not above:
                places.reverse()  # x_{ij} is an entry of x_i
            return Tree("entry", (sym(base, node.at), *places), at=node.at)

        return [rebuilt(tree, change) for tree in self.trees]

    def means(self, trees: Sequence[Tree], known: Collection[str]) -> list[Tree]:
        r"""The mean of all entries for a bar over the letter of an array: ``\bar x`` beside
        ``\sum_i x_i``, if it is not known what else it stands for."""

        def change(node: Tree) -> Tree | None:
            letter = kin.averaged(node.name) if node.op == "sym" else ""
            is_mean = (
                letter in self.kinds.keys() - self.columns
                and node.name not in known
                and node.name.endswith("}")
            )
            if not is_mean or keys.parts(node.name)[1]:
                return None
            return Tree("call", (sym(letter, node.at),), name="mean", at=node.at)

        return [rebuilt(tree, change) for tree in trees]


def _moved(node: Tree) -> tuple[Tree, ...]:
    r"""A capital and the name that it, or its inverse, multiplies from the left: ``A x_i``,
    ``\Sigma^{-1} (x_i - m)``."""
    if node.op != "mul":
        return ()
    left, right = last_factor(node.args[0]), node.args[1]
    matrix = left.args[0] if left.op == "pow" else left
    column = right.args[0] if right.op in ("add", "sub") else right
    return (matrix, column) if is_capital(matrix.name) and column.op == "sym" else ()


def _multiplied(node: Tree) -> tuple[Tree, ...]:
    """The names of an inner or outer product: ``w^T x_i``, ``x_i x_i^T``."""
    if node.op != "mul":
        return ()
    left, right = last_factor(node.args[0]), node.args[1]
    if (left.op == "transpose") == (right.op == "transpose"):
        return ()
    pair = tuple(one.args[0] if one.op == "transpose" else one for one in (left, right))
    if right.op == "transpose" and pair[0] != pair[1]:
        return ()  # y_i w^T x_i begins with a number
    return pair if all(one.op == "sym" for one in pair) else ()
