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
transpose   body
hermitian   body
bars norm   body                                    which norm
sum prod    body, bounds if there are               the key of the index
cases       value, condition, ...                   (a ``true`` condition: otherwise)
rel         two                                     ``< <= > >= == !=``
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
=========== ======================================= ==========================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field, replace

from derivcheck.records import record


class NotReadError(Exception):
    """Why maths is not read, and the offset it is about.

    Raised inside the reader only: it becomes a :class:`~derivcheck.documents.model.Problem`.
    """

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


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
