"""Which letters of a claim are arrays, and of what kind, where nothing says so: by convention, and
by what multiplies them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from derivcheck.collection.raw import Value
from derivcheck.documents.bindings import Binding, closure
from derivcheck.documents.chains import Place
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.kinds import RUNNING
from derivcheck.documents.maths.subscripts import bound_letters
from derivcheck.documents.maths.tree import (
    NotReadError,
    Tree,
    last_factor,
    names_in,
    offset_of,
    rebuilt,
    summed_along,
    sym,
    walk,
)

SCALARS = frozenset(("\\lambda", "\\eta", "\\alpha", "\\beta", "\\gamma", "\\epsilon", "\\mu"))
IDENTITIES = frozenset(("I", "\\mathbf{I}"))
ONES = "\\mathbf{1}"
COVARIANCE = "\\Sigma"
_GREEK_CAPITALS = frozenset(
    f"\\{name}" for name in ("Gamma", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi",
                              "Psi", "Omega")
)  # fmt: skip


_HATTED = re.compile(r"\\(?:hat|tilde)\{([^{}]+)\}")


def untyped(trees: Sequence[Tree], place: Place) -> tuple[set[str], bool]:
    """The letters that have to be typed, and whether one of them is surely an array.

    Beside an array every other capital is a matrix as well, and a lower-case letter that a matrix
    or a transposed letter multiplies is a column.
    """
    bindings = place.bindings
    nodes = [node for tree in closure(trees, bindings) for node in walk(tree)]
    names = {node.name for node in nodes if node.op == "sym"}
    # the L of dL/dW is differentiated and nothing else: a number
    inside = [arg for n in nodes for arg in (n.args[1:] if n.op == "deriv" else n.args)]
    numbers = {n.args[0].name for n in nodes if n.op == "deriv"}
    numbers -= {one.name for one in (*trees, *inside)}
    free = {name for name in names - numbers if name not in bindings} - IDENTITIES
    # x_i is no column of its own where a sum runs over i, and A_kl no matrix beside A
    summed = bound_letters(nodes)
    free = {name for name in free if summed.isdisjoint(keys.parts(name)[1])}
    free -= {n for n in free if len(keys.parts(n)[1]) == 2 and keys.parts(n)[0] in names}
    turned = {n.args[0].name for n in nodes if n.op == "transpose"}
    arrays = place.kinds.arrays
    found = {name for name in free - {ONES} if name in turned or _is_array(name, arrays)}
    if any((n.op == "mul" and n.name == "odot") or n.op == "axis" or n.name == ONES for n in nodes):
        found |= {name for name in free if is_capital(name)}  # nothing of numbers is written so
    known = (bindings.get(node.name) for node in nodes if node.op in ("sym", "apply"))
    if not found and not any(one is not None and one.shape for one in known):
        # of a loss by W the section shows whether W is a matrix
        slopes = [n.args for n in nodes if n.op == "deriv" and len(n.args) == 2]
        is_loss = any(
            body.op == "sym" and body.name not in bindings and is_capital(by.name)
            for body, by in slopes
        )
        is_seen = is_loss and any(map(is_capital, place.kinds.arrays))
        return {name for name in free if is_seen and is_capital(name)}, False
    near = {right for node in nodes if node.op == "mul" for right in _multiplied(node)}
    return found | {name for name in free if is_capital(name) or name in near}, bool(found)


def _is_array(name: str, arrays: Set[str]) -> bool:
    """Whether a name is plainly one of an array: under an arrow, bold, or seen to be one."""
    if name.startswith("\\vec"):
        return True
    base, _, above = keys.parts(name)
    is_seen = name in arrays or (above[:1] in ("[", "(") and base in arrays)
    return keys.is_bold(name) or (is_seen and keys.letter(name) not in SCALARS)


def is_capital(name: str) -> bool:
    """Whether a letter is more likely a matrix than a number; one of several has a number below or
    above."""
    letter, below, above = keys.parts(name)
    is_plain = not (below or above) or (below + above).strip("()[]").isalnum()
    is_latin = len(letter) == 1 and letter.isupper() and is_plain and name != "N"
    return is_latin or name in _GREEK_CAPITALS


def is_lower(name: str) -> bool:
    """Whether a name is a lower-case letter, Latin or Greek, perhaps with something below, or under
    a hat."""
    name, _, above = keys.parts(_HATTED.sub(r"\1", name))
    return (
        above[:1] in ("", "[", "(")
        and (len(name) == 1 or (name[0] == "\\" and name[1:].isalpha()))
        and name.islower()
    )


def has_error(tree: Tree) -> bool:
    r"""Whether data are modelled with an error at the end, ``X \beta + \varepsilon``, ``a x_i +
    \epsilon_i``: they stand for themselves in what is made of them."""
    error = tree.args[1] if tree.op == "add" else tree
    is_error = error.op == "sym" and keys.letter(error.name) == "\\epsilon"
    # y = sin x + \epsilon is a function of x
    return is_error and not names_in(tree) - {error.name} <= RUNNING


def _multiplied(node: Tree) -> set[str]:
    """The lower-case letter that a matrix or transposed letter multiplies from the left."""
    left, right = last_factor(node.args[0]), node.args[1]
    is_bold = keys.is_bold(left.name) and keys.letter(left.name).isupper()
    is_matrix = left.op == "sym" and (is_capital(left.name) or is_bold)
    is_array = left.op == "transpose" or is_matrix
    if is_array and right.op == "sym" and is_lower(right.name):
        return {right.name}
    return set()


def rows(trees: Sequence[Tree], bindings: Mapping[str, Binding]) -> set[str]:
    """The lower-case letters that a matrix multiplies from the right, and none from the left."""
    products = [n for one in closure(trees, bindings) for n in walk(one) if n.op == "mul"]
    found: set[str] = set()
    for node in products:
        left, right = last_factor(node.args[0]), node.args[1]
        right = right.args[0] if right.op == "transpose" else right
        is_matrix = right.op == "sym" and keys.letter(right.name).isupper()
        if is_matrix and left.op == "sym" and keys.letter(left.name).islower():
            found.add(left.name)
    return found.difference(*map(_multiplied, products))


def convention(name: str) -> str:
    """``matrix`` or ``column``, by the letter."""
    letter = keys.letter(name)
    if name.startswith("\\vec"):
        return "column"
    if letter.startswith("\\"):
        return "matrix" if letter in _GREEK_CAPITALS else "column"
    if len(letter) > 1 or letter == "I" or letter.isdigit():
        raise NotReadError(f"the shape of `{name}` is not known")
    return "matrix" if letter.isupper() else "column"


def shaped(name: str, sizes: Sequence[str], symmetric: Set[str]) -> Value:
    """An array as a formula file declares it: those of some names are symmetric, and with a
    covariance each of its letter."""
    is_covariance = keys.letter(name) == COVARIANCE and COVARIANCE in symmetric
    is_symmetric = is_covariance or name in symmetric
    if len(sizes) == 2 and sizes[0] == sizes[1] and is_symmetric:
        return {"shape": [*sizes], "structure": "symmetric"}
    return [sizes[0]] if sizes[1:] == ["1"] else [*sizes]


def along_axis(tree: Tree, place: Place, choices: Choices) -> Tree:
    r"""Sums of the rows or columns of a matrix, ``\sum_i \frac{\partial L}{\partial Z_i}`` and
    ``\sum_i \delta^{(i)}``, as sums along an axis."""

    def change(node: Tree) -> Tree | None:
        if node.op != "sum" or not _is_over_all(node.args[1:]):
            return None
        body = node.args[0]
        is_slope = body.op == "deriv" and len(body.args) == 2
        whole = _whole(body.args[1] if is_slope else body, node.name, place.bindings)
        if whole is None:
            return None
        body = replace(body, args=(body.args[0], whole)) if is_slope else whole
        return summed_along(body, choices.ask("axis"))

    return rebuilt(tree, change)


def _is_over_all(bounds: Sequence[Tree]) -> bool:
    """Whether a sum leaves no line of a matrix out: from 1 to a length, or from 0 to below one."""
    if not bounds:
        return True
    low, (name, more) = offset_of(bounds[0]), offset_of(bounds[-1]) or ("", 0)
    return len(bounds) == 2 and bool(name) and (low, more) in ((("", 1), 0), (("", 0), -1))


def _whole(line: Tree, index: str, bindings: Mapping[str, Binding]) -> Tree | None:
    """The matrix of which something is the row or column at an index; None of anything else."""
    if line.op == "entry" and [one.name for one in line.args[1:]] == [index]:
        return line.args[0]
    if line.op != "sym" or line.name in bindings:
        return None
    base, below, above = keys.parts(line.name)
    if index not in (below, above.strip("()[]")):
        return None
    name = keys.key(base, "", above) if below == index else keys.key(base, below)
    is_matrix = name in bindings or keys.letter(name).isupper()
    return sym(name, line.at) if is_matrix else None
