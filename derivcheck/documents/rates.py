r"""Dots where no t stands: mechanics takes ``\frac{d}{dt}`` of ``\frac12 m \dot x^2 - m g x``.

What has a dot somewhere in the claim, or in a definition below it, moves; nothing else does. Dots
are names of their own then, and a derivative by the time is the sum of the partial derivatives by
what moves, each times its dot. A dot may be replaced by what an equation of motion says that it is,
so a member without the highest dots is not read, and a refutation counts only where all of them
stand in it, or where a momentum ``\partial L/\partial \dot x`` is differentiated, which is how
such an equation is found. A partial derivative by anything else takes dots for names only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from derivcheck.documents.bindings import Binding, followed, reached
from derivcheck.documents.chains import Parsed, Place
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.keys import dots, dotted, undotted
from derivcheck.documents.maths.tree import (
    NotReadError,
    SilentError,
    Tree,
    are_names,
    rebuilt,
    sym,
    walk,
)

MOTION = "an equation of motion, or what dots are is put in"
REPLACED = "a dot may stand for what it is said to be"
_MOST = 12
"""How many names may move in one claim."""


def moving(parsed: Parsed, place: Place) -> tuple[Parsed, Place, str] | None:
    """A claim about what moves, with the derivatives by the time carried out, and why a refutation
    of it says nothing; None where it is none."""
    by = place.declarations.rates.get("dot", "t")
    if "t" in place.bindings or place.declarations.wrt or by != "t":
        return None
    below = followed(parsed.trees, place.bindings)
    every = [*parsed.trees, *(tree for one in below.values() for tree in one.trees)]
    if not any(_is_dot(node) for tree in every for node in walk(tree)):
        return None
    timed = [node for tree in every for node in walk(tree) if _is_timed(node)]
    if any(arg.name == "t" for tree in every for arg in _outside(tree)):
        return None
    rate = _Rate(place.bindings, place.kinds.arrays)
    is_partial = _is_partial(parsed.head)
    if not (is_partial or rate.varies(parsed.head)) or any(
        not rate.is_number(node.args[0]) for node in timed if node.op == "prime"
    ):
        return None
    bindings = {
        key: replace(one, trees=tuple(map(rate.named, one.trees))) for key, one in below.items()
    }
    trees = [rate.named(tree) for tree in parsed.trees]
    rate = _Rate({**place.bindings, **bindings}, place.kinds.arrays)
    rate.moves = _moving([*trees, *(tree for one in bindings.values() for tree in one.trees)])
    if is_partial and any(map(rate.is_array, reached(trees, rate.bindings))):
        return None
    if not is_partial:
        rate.check(trees, place)
    rate.bindings = {**place.bindings, **rate.carried(bindings)}
    head, *others = [rate.carried_out(tree) for tree in trees]
    count = 0 if is_partial else max(map(dots, rate.below(head)), default=0)
    unread, members = dict(parsed.unread), {}
    for (i, _), tree in zip(parsed.members.items(), others, strict=False):
        if max(map(dots, rate.below(tree)), default=0) < count:
            unread[i] = SilentError(MOTION, tree.at)
        else:
            members[i] = tree
    if not members:
        raise unread[min(unread)]
    found = Parsed(head, members, unread, None)
    known = replace(place, bindings=rate.bindings)
    highest = {name for name in rate.below(head) if dots(name) == count}
    is_whole = all(highest <= {*rate.below(tree)} for tree in members.values())
    return found, known, "" if is_whole or is_partial or _is_momentum(parsed.head) else REPLACED


class _Rate:
    """What moves in one claim, and derivatives by the time."""

    def __init__(self, bindings: Mapping[str, Binding], arrays: Collection[str]) -> None:
        self.bindings = bindings
        self.arrays = arrays
        self.moves: tuple[str, ...] = ()

    def is_defined(self, tree: Tree) -> bool:
        """Whether something says what a name stands for."""
        binding = self.bindings.get(tree.name)
        return binding is not None and binding.tree is not None

    def is_number(self, tree: Tree) -> bool:
        """Whether a dot is over the name of a number."""
        if tree.op not in ("sym", "apply") or self.is_array(tree.name):
            return False
        binding = self.bindings.get(tree.name)
        if binding is None or tree.args:
            own = binding.arguments if binding is not None else None
            return tree.op == "sym" or (own is not None and are_names(tree.args, own))
        return self.is_defined(tree) or (binding.kind == "symbol" and not binding.shape)

    def is_array(self, key: str) -> bool:
        """Whether a name is seen to be an array."""
        return keys.is_bold(key) or keys.parts(undotted(key))[0] in self.arrays

    def varies(self, head: Tree) -> bool:
        """Whether the left side differentiates something by the time that is not the name of what
        moves: ``\\dot x = v`` says what it does."""
        if not _is_timed(head):
            return any(self.varies(arg) for arg in head.args)
        return head.args[0].op != "sym" or self.is_defined(head.args[0])

    def named(self, tree: Tree) -> Tree:
        """The tree with dots as names, over what is not defined; else as derivatives by t."""

        def change(node: Tree) -> Tree | None:
            if not _is_timed(node):
                return None
            order = node.order if node.op == "prime" else len(node.args) - 1
            body = node.args[0]
            if body.op == "sym" and not self.is_defined(body):
                if order > 2:
                    raise NotReadError("a third derivative by the time", node.at)
                name = dotted(body.name)
                return sym(dotted(name) if order > 1 else name, node.at)
            if body.op == "apply" and self.is_number(body):
                body = sym(body.name, body.at)  # \dot V(x) is that of V
            time = sym("t", node.at)
            return Tree("deriv", (self.named(body), *[time] * order), name="d", at=node.at)

        return rebuilt(tree, change)

    def below(self, tree: Tree) -> list[str]:
        """The names that move in a tree, once definitions are followed."""
        return [name for name in reached([tree], self.bindings) if undotted(name) in self.moves]

    def check(self, trees: Sequence[Tree], place: Place) -> None:
        """Refuse a claim in which something has no dot that has one elsewhere, or an array."""
        for name, node in reached(trees, self.bindings).items():
            if self.is_defined(node):
                continue
            if self.is_array(name):
                raise NotReadError(f"`{name}` may be an array, and moves", node.at)
            letter = keys.parts(undotted(name))[0]
            if letter in place.kinds.moving and undotted(name) not in self.moves:
                raise SilentError(f"whether `{name}` moves is not said", node.at)
        if len(self.moves) > _MOST:
            raise NotReadError("too much that moves", trees[0].at)

    def carried(self, bindings: Mapping[str, Binding]) -> dict[str, Binding]:
        """Definitions with the derivatives in them carried out, each after those below it."""
        found: dict[str, Binding] = {}
        for key in sorted(bindings, key=lambda one: len(followed([sym(one)], self.bindings))):
            self.bindings = {**self.bindings, **found}
            trees = tuple(map(self.carried_out, bindings[key].trees))
            found[key] = replace(bindings[key], trees=trees)
        return found

    def carried_out(self, tree: Tree) -> Tree:
        """The tree with its derivatives by the time as sums over what moves."""

        def change(node: Tree) -> Tree | None:
            if not _is_timed(node):
                return None
            found = self.carried_out(node.args[0])
            for _ in node.args[1:]:
                names = sorted(self.below(found))
                if not names:
                    raise SilentError("nothing moves in it", node.at)
                if not all(map(dotted, names)):
                    raise NotReadError("a third derivative by the time", node.at)
                pairs = [sym(one, node.at) for name in names for one in (name, dotted(name))]
                found = Tree("rate", (found, *pairs), at=node.at)
            return found

        return rebuilt(tree, change)


def _moving(trees: Iterable[Tree]) -> tuple[str, ...]:
    """The names that have a dot somewhere."""
    found = {n.name for tree in trees for n in walk(tree) if n.op == "sym" and dots(n.name)}
    return tuple(sorted(map(undotted, found)))


def _is_dot(node: Tree) -> bool:
    return (node.op == "prime" and node.name == "dot") or (node.op == "sym" and dots(node.name) > 0)


def _is_timed(node: Tree) -> bool:
    """A dot, or a derivative by the time."""
    if node.op == "prime":
        return node.name == "dot"
    by = node.args[1:]
    return node.op == "deriv" and node.name == "d" and bool(by) and all(v.name == "t" for v in by)


def _is_partial(tree: Tree) -> bool:
    r"""Whether a tree is ``\frac{\partial L}{\partial x}``, or one by what has a dot."""
    return tree.op == "deriv" and tree.name == "partial" and all(v.name != "t" for v in tree.args)


def _is_momentum(tree: Tree) -> bool:
    r"""Whether a tree is ``\frac{d}{dt} \frac{\partial L}{\partial \dot x}``."""
    if not _is_timed(tree) or tree.op != "deriv" or tree.args[0].op != "deriv":
        return False
    return all(dots(by.name) == 1 for by in tree.args[0].args[1:])


def _outside(tree: Tree) -> Iterable[Tree]:
    """The names in a tree, but for the time that it is differentiated by."""
    if tree.op in ("sym", "apply", "bound"):
        yield tree
    for arg in tree.args[:1] if _is_timed(tree) else tree.args:
        yield from _outside(arg)
