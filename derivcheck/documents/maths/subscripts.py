"""Subscripted names: the letter, and the places that its scripts name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.tree import Tree, walk
from derivcheck.records import record

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

    def letters(self, node: Tree) -> Iterable[str]:
        """The name of a node, and the places in it: what no fresh index may be called."""
        if node.op == "sym":
            named = self.of(node.name)
            return (node.name, *(named[1] if named else ()))
        return (node.name,) if node.op in ("sum", "prod") else ()

    def free(self, tree: Tree) -> set[str]:
        """The letters in subscripts that no sum in a tree binds."""
        found = {letter for arg in tree.args for letter in self.free(arg)}
        if tree.op == "sym":
            named = self.of(tree.name)
            return set(named[1]) if named else set()
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
    named = Subscripts().of(key)
    return named is not None and named[0] == _DELTA and len(named[1]) == 2
