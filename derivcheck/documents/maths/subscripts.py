"""Subscripted names: the letter, and the places that its scripts name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.tree import NotReadError, Tree, names_in, num, rebuilt, walk
from derivcheck.records import record

EXCEPT = "except"
r"""What cases are called that leave a place out of a sum: ``\sum_{j \ne k}``."""
_SHIFTED = re.compile(r"([A-Za-z])([+-]\d)?")
_DELTA = "\\delta"


@record()
class Subscripts:
    """How names are taken apart: which letters above, in brackets, are places and no labels.

    ``above`` are those of them that sums bind; None: all are places.
    """

    above: frozenset[str] | None = None

    def of(self, key: str) -> tuple[str, tuple[str, ...]] | None:
        """The letter of a name, its label included, and the places it names: ``x_{ij}``,
        ``x^{(i)}``, ``w_{jk}^{(l)}``; None where it names none."""
        base, sub, sup = keys.parts(key)
        letters = tuple(sub.split(",") if "," in sub else sub)
        if self._is_place(sup):
            letters = (*letters, sup[1])
        else:
            base = keys.key(base, "", sup)
        is_plain = all(len(letter) == 1 and letter.isalnum() for letter in letters)
        return (base, letters) if letters and is_plain and len(letters) <= 2 else None

    def shifted(self, key: str) -> tuple[str, tuple[tuple[str, int], ...]] | None:
        """The letter of a name, and the places with what is added to them: ``x_{i+1}``,
        ``x_{i,j-1}``; None where nothing is added, or more than a number."""
        base, sub, sup = keys.parts(key)
        found = tuple(_SHIFTED.fullmatch(part) for part in sub.split(","))
        if sup or len(found) > 2 or not all(found) or not any(one and one[2] for one in found):
            return None
        return base, tuple((one[1], int(one[2] or 0)) for one in found if one)

    def _is_place(self, sup: str) -> bool:
        is_one = len(sup) == 3 and sup[0] == "(" and sup[2] == ")"
        return is_one and (self.above is None or sup[1] in self.above)

    def pattern(self, key: str) -> tuple[int, bool]:
        """How many places a key names, and whether one of them stands above."""
        found = self.of(key)
        return (len(found[1]) if found else 0, self._is_place(keys.parts(key)[2]))

    def moved(self, key: str, places: Sequence[str]) -> str:
        """The key with other places."""
        base, sub, sup = keys.parts(key)
        is_above = self._is_place(sup)
        below = places[: len(places) - 1] if is_above else places
        joint = "," if "," in sub else ""
        return keys.key(base, joint.join(below), f"({places[-1]})" if is_above else sup)

    def are_in(self, tree: Tree) -> bool:
        """Whether subscripted names stand in a tree."""
        return any(n.op == "sym" and self.of(n.name) is not None for n in walk(tree))

    def summed(self, trees: Iterable[Tree]) -> set[str]:
        """The letters that have the index of a sum for their only script."""
        names = {name for tree in trees for name in names_in(tree)}
        found = [named for name in names if (named := self.of(name)) is not None]
        bound = self.above or ()
        return {base for base, places in found if len(places) == 1 and places[0] in bound}

    def letters(self, node: Tree) -> Iterable[str]:
        """The name of a node, its letter and the places in it: what no fresh index may be
        called."""
        if node.op == "sym":
            return (node.name, keys.parts(node.name)[0], *self._below(node.name))
        return (node.name,) if node.op in ("sum", "prod") else ()

    def _below(self, key: str) -> tuple[str, ...]:
        """The letters and numbers that name places in a key."""
        named, shifted = self.of(key), self.shifted(key)
        if shifted:
            return tuple(letter for letter, _ in shifted[1])
        return named[1] if named else ()

    def free(self, tree: Tree) -> set[str]:
        """The letters in subscripts that no sum in a tree binds."""
        found = {letter for arg in tree.args for letter in self.free(arg)}
        if tree.op == "sym":
            return set(self._below(tree.name))
        if tree.op == "entry":
            found |= {n.name for place in tree.args[1:] for n in walk(place) if n.op == "sym"}
        return found - {tree.name} if tree.op in ("sum", "prod", "column") else found


def bound_letters(trees: Iterable[Tree]) -> frozenset[str]:
    """The indices of the sums in trees."""
    return frozenset(n.name for tree in trees for n in walk(tree) if n.op in ("sum", "prod"))


def is_indexed_over(tree: Tree) -> bool:
    """Whether a sum, or a delta, shows that letters below are places."""
    return any(
        node.op in ("sum", "prod") or (node.op == "sym" and is_delta(node.name))
        for node in walk(tree)
    )


def is_delta(key: str) -> bool:
    """Whether a key is Kronecker's delta of two places."""
    named = Subscripts().of(key) if key.startswith(_DELTA) else None
    return named is not None and named[0] == _DELTA and len(named[1]) == 2


def names_places(tree: Tree, indices: Collection[str]) -> bool:
    """Whether one of some indices stands in a tree, in a subscript or as a number."""
    return not names_in(tree).union(Subscripts().free(tree)).isdisjoint(indices)


def leaves_out(tree: Tree) -> bool:
    r"""Whether a ``\sum_{j \ne k}`` stands in a tree."""
    return any(map(_is_excepting, walk(tree)))


def outside(tree: Tree) -> set[str]:
    r"""The free letters in subscripts that stand elsewhere than in a ``\sum_{j \ne k}``."""
    return Subscripts().free(rebuilt(tree, lambda node: num(0) if _is_excepting(node) else None))


def check_exceptions(tree: Tree, fixed: Collection[str]) -> None:
    r"""That no ``\sum_{j \ne k}`` may mean the sum over both: k is the index of a sum around it,
    or ``fixed``, as it stands elsewhere. What is differentiated by ``x_k`` does not fix k.

    :raises NotReadError: one may.
    """
    args = tree.args
    if tree.op in ("deriv", "partial_at", "at"):
        check_exceptions(args[0], outside(args[0]))
        args = args[1:]
    elif tree.op in ("sum", "prod", "column"):
        fixed = {*fixed, tree.name}
    elif tree.op == "cases" and tree.name == EXCEPT and args[1].args[1].name not in fixed:
        raise NotReadError("a sum that may run over both of its indices", tree.at)
    for arg in args:
        check_exceptions(arg, fixed)


def check_definition(key: str, tree: Tree) -> None:
    """The same of what a name stands for, whose own places are fixed."""
    if leaves_out(tree):
        own = Subscripts().free(Tree("sym", name=key))
        if any(n.args[1].args[0].name in own for n in walk(tree) if n.name == EXCEPT and n.args):
            raise NotReadError("a sum over what its name has as a place", tree.at)
        check_exceptions(tree, {*outside(tree), *own})


def _is_excepting(tree: Tree) -> bool:
    return tree.op in ("sum", "prod") and tree.args[0].op == "cases" and tree.args[0].name == EXCEPT
