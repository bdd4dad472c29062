"""What differentials vary, and which names a tree depends on by way of definitions."""

from __future__ import annotations

from collections.abc import Mapping

from derivcheck.documents.bindings import Binding, reached
from derivcheck.documents.chains import Parsed
from derivcheck.documents.emission.calculus import Emitter
from derivcheck.documents.maths.tree import NotReadError, SilentError, Tree, walk
from derivcheck.documents.questions import is_rate


def varied(parsed: Parsed, emitter: Emitter) -> tuple[str, ...]:
    """What differentials vary: as declared, else every name with a d on the right.

    Names that depend on others of them follow these. Where a symbol under a d on the left has
    none on the right, it is not said whether it is constant.
    """
    head, bindings = parsed.head, emitter.bindings
    rates = [n for t in parsed.trees for n in walk(t) if is_rate(n)]
    if not rates:
        return ()
    if emitter.declarations.wrt:
        return emitter.declarations.wrt
    dotted = [n for n in rates if n.op == "prime"]
    if dotted and not any(
        b.shape for n in dotted for b in symbols_below(n.args[0], bindings).values()
    ):
        return ()
    right = [n for t in parsed.members.values() for n in walk(t) if is_rate(n)]
    if not right and head.op == "diffl" and head.args[0].op == "sym":
        raise SilentError("a step: a differential on one side only", head.at)
    inner = [
        n.args[0].args[0] if n.args[0].op in ("entry", "transpose") else n.args[0] for n in right
    ]
    found = {tree.name: tree for tree in inner if tree.op == "sym"}
    if head.op == "diffl" and head.args[0].name not in bindings:
        found.pop(head.args[0].name, None)  # what it stands for is said nowhere
    free = {
        name
        for name in found
        if not any(o != name and depends(found[name], o, emitter) for o in found)
    }
    explicit = {
        one.name
        for n in walk(head)
        if is_rate(n) and n.args[0].op != "sym"
        for one in walk(n.args[0])
        if one.op == "sym" and _is_symbol(one.name, bindings)
    }
    if not free:
        symbols = symbols_below(head, bindings)
        return tuple(sorted(explicit) or symbols or sorted(emitter.free_names(head)))
    constant = sorted(explicit - free)
    if constant:
        raise NotReadError(f"whether `{constant[0]}` varies is not said (`wrt`)", head.at)
    return tuple(name for name in found if name in free)


def depends(body: Tree, name: str, emitter: Emitter) -> bool:
    """Whether a name occurs in a tree, definitions and arguments of functions included."""
    return name in reached([body], emitter.bindings, emitter.invented)


def symbols_below(tree: Tree, bindings: Mapping[str, Binding]) -> dict[str, Binding]:
    """The declared symbols that a tree depends on once definitions are followed."""
    names = reached([tree], bindings)
    return {n: bindings[n] for n in names if n in bindings and bindings[n].kind == "symbol"}


def _is_symbol(key: str, bindings: Mapping[str, Binding]) -> bool:
    binding = bindings.get(key)
    return binding is None or binding.kind == "symbol"
