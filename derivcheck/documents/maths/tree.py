"""What maths means, as a tree, or why it is not read: the parser yields it, emission turns it into
text.

One record for every kind of node keeps substitution and walks short. ``op`` is one of

=========== ======================================= ==========================================
op          args                                    name, order
=========== ======================================= ==========================================
num         none                                    the digits
sym         none                                    the key of a name, :mod:`.keys`
const       none                                    ``pi e oo``
neg         operand
add sub     two
mul         two                                     the sign: empty, ``cdot``, ``times``, ``odot``
                                                    (order: factors beside the right one)
div pow     two                                     ``odot``: entry by entry
call        arguments                               a function of the language
apply       arguments (none: a bare name)           the key of a page's function; primes
partials    orders (a list), arguments              the key of a page's function
prime       body, perhaps the variable              primes
deriv       body, variables (one for each order)    ``d partial nabla``
diffl       body                                    ``d(F)``, a dot without time
field       body                                    ``cdot``: its divergence; ``times``: its curl
transpose   body
hermitian   body
bars norm   body                                    which norm
sum prod    body, bounds if there are               the key of the index
cases       value, condition, ...                   (a ``true`` condition: otherwise)
rel         two                                     ``< <= > >= == !=``
and or not  conditions
matrix      rows
row         entries
entry       base, one or two indices
slice       the bounds that there are            ``:``, ``l:``, ``:h`` or ``l:h``
column      body, length                            the key of the index
list        entries                                 an argument ``[a, b]``
axis        a number                                along which axis a call goes
at          body, variable, point
held        a derivative, what stays constant
partial_at  a call, variables of its function       the derivative of the function there
rate        body, names that move with their dots   its derivative by the time, see :mod:`..rates`
=========== ======================================= ==========================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import field, replace
from functools import reduce

from derivcheck.documents.maths import keys
from derivcheck.records import record


class NotReadError(Exception):
    """Why maths is not read, and the offset it is about.

    Raised inside the reader only: it becomes a :class:`~derivcheck.documents.model.Problem`.
    """

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


class UnmetError(NotReadError):
    """A right side speaks of what the left side does not."""


class SilentError(NotReadError):
    """Understood, but nothing is claimed that can be checked."""


@record()
class Tree:
    """A node; ``at`` is an offset in the page's maths, not part of equality."""

    op: str
    args: tuple[Tree, ...] = ()
    name: str = ""
    order: int = 0
    at: int = field(default=0, compare=False)


def walk(tree: Tree) -> Iterator[Tree]:
    """The tree and everything below."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(node.args)


def rebuilt(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """The tree with each node for which ``change`` yields one replaced by it, from the top."""
    new = change(tree)
    if new is not None:
        return new
    if not tree.args:
        return tree
    args = tuple(rebuilt(arg, change) for arg in tree.args)
    return tree if args == tree.args else replace(tree, args=args)


def names_in(tree: Tree) -> set[str]:
    """The keys of all names of a tree, functions included."""
    return {n.name for n in walk(tree) if n.op in ("sym", "apply")}


def sym(name: str, at: int = 0) -> Tree:
    """A name."""
    return Tree("sym", name=name, at=at)


def num(value: int, at: int = 0) -> Tree:
    """A whole number."""
    text = Tree("num", name=str(abs(value)), at=at)
    return text if value >= 0 else Tree("neg", (text,), at=at)


def are_names(trees: Sequence[Tree], names: Sequence[str]) -> bool:
    """Whether trees are these names, in their order."""
    return [(one.op, one.name) for one in trees] == [("sym", name) for name in names]


def matrix(rows: Iterable[Iterable[Tree]], at: int) -> Tree:
    """A matrix of entries, row by row."""
    return Tree("matrix", tuple(Tree("row", tuple(row), at=at) for row in rows), at=at)


def summed_along(tree: Tree, axis: int) -> Tree:
    """The sum of the rows of a matrix, or of its columns."""
    along = Tree("axis", (num(axis, tree.at),), at=tree.at)
    return Tree("call", (tree, along), name="sum", order=1, at=tree.at)


def entrywise(tree: Tree) -> Tree:
    r"""The powers of a factor beside ``\odot`` entry by entry, and numbers added to each entry:
    ``\odot (1 - h^2)``."""
    if tree.op == "pow" and tree.args[1].op == "num":
        return replace(tree, name="odot")
    if tree.op not in ("neg", "add", "sub"):
        return tree
    name = tree.name if tree.op == "neg" else "odot"
    return replace(tree, name=name, args=tuple(map(entrywise, tree.args)))


def last_factor(tree: Tree) -> Tree:
    """The right one of factors side by side."""
    while tree.op == "mul":
        tree = tree.args[1]
    return tree


def offset_of(tree: Tree) -> tuple[str, int] | None:
    """``n``, ``n - 1`` and ``3`` as a name, empty for none, and what is added to it; None for
    anything else."""
    if tree.op == "num" and tree.name.isdigit():
        return "", int(tree.name)
    if tree.op == "sym":
        return tree.name, 0
    if tree.op in ("add", "sub") and tree.args[0].op == "sym":
        added = offset_of(tree.args[1])
        if added is not None and not added[0]:
            return tree.args[0].name, added[1] if tree.op == "add" else -added[1]
    return None


def with_offset(name: str, by: int, at: int) -> Tree:
    """A name, or none, with a number added."""
    if not name or not by:
        return sym(name, at) if name else num(by, at)
    return Tree("add" if by > 0 else "sub", (sym(name, at), num(abs(by), at)), at=at)


def total(terms: Iterable[Tree], at: int) -> Tree:
    """The sum of some terms, of one at least."""
    return reduce(lambda left, right: Tree("add", (left, right), at=at), terms)


# -- questions about a tree alone ----------------------------------------------------------

_DERIVATIVES = frozenset(("deriv", "prime", "diffl", "partial_at", "rate", "field"))
_OF_NUMBERS = frozenset(("num", "const", "neg", "add", "sub", "mul", "div", "pow", "cases", "rel"))
_OF_A_NUMBER = frozenset(("exp", "ln", "log", "sqrt", "sin", "cos", "sinh", "cosh", "tanh", "max"))
_PIECEWISE = frozenset(("max", "min", "abs", "sign", "relu", "clip", "where", "heaviside"))


def is_derivative(tree: Tree) -> bool:
    """Whether a tree is a derivative or differential as a whole."""
    if tree.op in _DERIVATIVES or (tree.op == "apply" and tree.order > 0):
        return True
    if tree.op == "matrix":
        return all(is_derivative(cell) for row in tree.args for cell in row.args)
    if tree.op == "call":
        return tree.name == "det" and tree.args[0].op == "matrix" and is_derivative(tree.args[0])
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


def is_of_one_number(tree: Tree, name: str) -> bool:
    """Whether a tree is a formula in one number, which may be applied to each entry of an array."""
    return tree.op != "sym" and all(
        one.op in _OF_NUMBERS
        or (one.op == "sym" and one.name == name)
        or (one.op == "call" and one.name in _OF_A_NUMBER)
        for one in walk(tree)
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
