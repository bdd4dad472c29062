"""Subscripted names: the letter, and the places that its scripts name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.tree import Tree, walk

_DELTA = "\\delta"


def places_of(key: str) -> tuple[str, tuple[str, ...]] | None:
    """The letter of a subscripted name and the places it names: ``x_{ij}``, ``x^{(i)}``."""
    base, sub, sup = keys.parts(key)
    letters = tuple(sub.split(",") if "," in sub else sub)
    if sup:
        if not (len(sup) == 3 and sup[0] == "(" and sup[2] == ")"):
            return None
        letters = (*letters, sup[1])
    is_plain = all(len(letter) == 1 and letter.isalnum() for letter in letters)
    return (base, letters) if letters and is_plain and len(letters) <= 2 else None


def renamed(key: str, places: Sequence[str]) -> str:
    """The key with other places."""
    base, sub, sup = keys.parts(key)
    below = places[: len(places) - 1] if sup else places
    joint = "," if "," in sub else ""
    return keys.key(base, joint.join(below), f"({places[-1]})" if sup else "")


def pattern_of(key: str) -> tuple[int, bool]:
    """How many places a key names, and whether one of them stands above."""
    found = places_of(key)
    return (len(found[1]) if found else 0, bool(keys.parts(key)[2]))


def is_placed(tree: Tree) -> bool:
    """Whether subscripted names stand in a tree."""
    return any(n.op == "sym" and places_of(n.name) is not None for n in walk(tree))


def letters_of(node: Tree) -> Iterable[str]:
    """The name of a node, and the places in it: what no fresh index may be called."""
    if node.op == "sym":
        named = places_of(node.name)
        return (node.name, *(named[1] if named else ()))
    return (node.name,) if node.op in ("sum", "prod") else ()


def is_indexed_over(tree: Tree) -> bool:
    """Whether a sum, or a delta, shows that letters below are places."""
    return any(
        node.op in ("sum", "prod") or (node.op == "sym" and is_delta(node.name))
        for node in walk(tree)
    )


def is_delta(key: str) -> bool:
    """Whether a key is Kronecker's delta of two places."""
    named = places_of(key)
    return named is not None and named[0] == _DELTA and len(named[1]) == 2


def free_places(tree: Tree) -> set[str]:
    """The letters in subscripts that no sum in a tree binds."""
    found = {letter for arg in tree.args for letter in free_places(arg)}
    if tree.op == "sym":
        named = places_of(tree.name)
        return set(named[1]) if named else set()
    if tree.op == "entry":
        found |= {n.name for place in tree.args[1:] for n in walk(place) if n.op == "sym"}
    return found - {tree.name} if tree.op in ("sum", "prod", "column") else found
