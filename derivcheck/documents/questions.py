"""Questions about a tree alone: is it a derivative, a constant, given piece by piece?"""

from __future__ import annotations

from collections.abc import Iterator, Set

from derivcheck.documents.maths import keys
from derivcheck.documents.maths.tree import Tree, walk

_DERIVATIVES = frozenset(("deriv", "prime", "diffl", "partial_at"))
_PIECEWISE = frozenset(("max", "min", "abs", "sign", "relu", "clip", "where", "heaviside"))


def is_derivative(tree: Tree) -> bool:
    """Whether a tree is a derivative or differential as a whole."""
    if tree.op in _DERIVATIVES or (tree.op == "apply" and tree.order > 0):
        return True
    if tree.op == "matrix":
        return all(is_derivative(cell) for row in tree.args for cell in row.args)
    return tree.op in ("at", "held", "transpose", "entry") and is_derivative(tree.args[0])


def is_multiple(tree: Tree) -> bool:
    """Whether a tree is a derivative, perhaps with a sign or a number before it: no equation that
    somebody would solve for a function."""
    if tree.op == "neg":
        return is_multiple(tree.args[0])
    if tree.op == "mul" and not has_derivative(tree.args[0]):
        return all(n.op in ("num", "neg", "div") for n in walk(tree.args[0])) and is_multiple(
            tree.args[1]
        )
    return is_derivative(tree)


def has_derivative(tree: Tree) -> bool:
    """Whether a derivative or differential stands anywhere in a tree."""
    return any(n.op in _DERIVATIVES or (n.op == "apply" and n.order > 0) for n in walk(tree))


def is_rate(tree: Tree) -> bool:
    """Whether a node is a differential, or a dot that may be one."""
    return tree.op == "diffl" or (tree.op == "prime" and tree.name == "dot")


def names_with_signs(tree: Tree) -> Iterator[str]:
    """The names whose sign matters in a tree: ``|x|``, ``max(0, x)``, a case for ``x < 0``."""
    for node in walk(tree):
        if node.op == "bars" or (node.op == "call" and node.name in _PIECEWISE):
            yield from (one.name for one in node.args if one.op == "sym")
        elif node.op == "rel":
            yield from (one.name for arg in node.args for one in walk(arg) if one.op == "sym")


def is_piecewise(tree: Tree) -> bool:
    """Whether a tree is given piece by piece."""
    return any(
        n.op in ("cases", "bars") or (n.op == "call" and n.name in _PIECEWISE) for n in walk(tree)
    )


def is_number(tree: Tree) -> bool:
    """Whether a tree is a number and nothing else."""
    return all(n.op in ("num", "neg", "div", "const") for n in walk(tree))


def is_equation_of(tree: Tree, key: str) -> bool:
    """Whether a derivative of a name stands in a member that is more than that."""
    if is_derivative(tree):
        return False
    return any(
        (n.op in ("prime", "deriv") and n.args[0].name == key)
        or (n.op == "apply" and n.order and n.name == key)
        for n in walk(tree)
    )


def is_constant(tree: Tree) -> bool:
    """Whether nothing in a tree has a name: ``4e^0``."""
    return not any(n.op in ("sym", "apply", "bound", "sum", "prod") for n in walk(tree))


def repeats_place(tree: Tree, places: Set[str]) -> bool:
    """Whether the factors of a product share a place: Einstein's convention may be meant."""
    for node in walk(tree):
        if node.op != "mul":
            continue
        entries = [one for one in walk(node) if one.op == "entry"]
        found = [n.name for one in entries for part in one.args[1:] for n in walk(part)]
        found = [name for name in found if name in places]
        if len(set(found)) < len(found):
            return True
    return False


def repeats_index(tree: Tree, free: set[str]) -> bool:
    """Whether undeclared factors share a letter below: Einstein's convention may be meant."""
    for node in walk(tree):
        if node.op != "mul":
            continue
        seen: dict[str, str] = {}
        for inner in walk(node):
            if inner.op == "sym" and inner.name in free:
                for letter in keys.parts(inner.name)[1]:
                    if letter in "ijklmn" and seen.setdefault(letter, inner.name) != inner.name:
                        return True
    return False
