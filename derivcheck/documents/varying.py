"""What differentials vary, which names a tree depends on by way of definitions, and functions that
only derivatives tell of: ``u`` in ``dz/dx = dz/du du/dx``.

These let a claim pass and never fail: nothing says that the page means them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from derivcheck.documents.bindings import Binding, closure, reached
from derivcheck.documents.chains import Parsed
from derivcheck.documents.emission.calculus import Emitter
from derivcheck.documents.maths.tree import (
    NotReadError,
    SilentError,
    Tree,
    has_derivative,
    is_rate,
    names_in,
    rebuilt,
    sym,
    walk,
)


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
    if any(n.op == "diffl" for n in right) and not any(is_rate(n) for n in walk(head)):
        raise NotReadError("a differential on one side only", head.at)
    inner = [
        n.args[0].args[0] if n.args[0].op in ("entry", "transpose") else n.args[0] for n in right
    ]
    found = {tree.name: tree for tree in inner if tree.op == "sym"}
    if head.op == "diffl" and head.args[0].name not in bindings:
        found.pop(head.args[0].name, None)  # what it stands for is said nowhere
    _check_shorthand(head, found, emitter)
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
        if one.op == "sym" and (one.name not in bindings or bindings[one.name].kind == "symbol")
    }
    if not free:
        symbols = symbols_below(head, bindings)
        return tuple(sorted(explicit) or symbols or sorted(emitter.free_names(head)))
    constant = sorted(explicit - free)
    if constant:
        raise NotReadError(f"whether `{constant[0]}` varies is not said (`wrt`)", head.at)
    return tuple(name for name in found if name in free)


def _check_shorthand(head: Tree, found: Mapping[str, Tree], emitter: Emitter) -> None:
    """Refuse ``dW = dz x^T`` where z is made of W: so gradients of a loss are written in short."""
    if head.op != "diffl" or head.args[0].op != "sym":
        return
    name = head.args[0].name
    if any(other != name and depends(tree, name, emitter) for other, tree in found.items()):
        raise NotReadError("a gradient that is written like a differential", head.at)


def depends(body: Tree, name: str, emitter: Emitter) -> bool:
    """Whether a name occurs in a tree, definitions and arguments of functions included."""
    return name in reached([body], emitter.bindings, emitter.invented)


def symbols_below(tree: Tree, bindings: Mapping[str, Binding]) -> dict[str, Binding]:
    """The declared symbols that a tree depends on once definitions are followed."""
    names = reached([tree], bindings)
    return {n: bindings[n] for n in names if n in bindings and bindings[n].kind == "symbol"}


def invented(trees: Sequence[Tree], bindings: Mapping[str, Binding]) -> dict[str, tuple[str, ...]]:
    """Bare names that only derivatives tell of, and what each depends on.

    ``dz/dx = dz/du du/dx`` makes ``u: U(x)`` and ``z: Z(u)``: direct edges are dropped where a
    longer way exists. One derivative alone is no chain rule, and a cycle is none either.
    """
    edges: dict[str, dict[str, None]] = {}
    for tree in closure(trees, bindings):
        for node in walk(tree):
            if node.op != "deriv" or len(node.args) < 2:
                continue
            body, *wrts = node.args
            if body.op == "sym" and body.name not in bindings:
                for by in wrts:
                    if by.op == "sym" and by.name != body.name:
                        edges.setdefault(body.name, {})[by.name] = None
    if not edges:
        return _primed(trees, bindings)
    count = sum(len(found) for found in edges.values())
    is_known = _is_rate_of(trees[0], edges, bindings) or _is_rule(trees[0], edges)
    if count < 2 and not is_known:
        return {}
    kept: dict[str, tuple[str, ...]] = {}
    for name, targets in edges.items():
        below = {target: reached([sym(target)], bindings, edges) for target in targets}
        direct = [t for t in targets if not any(o != t and t in below[o] for o in targets)]
        is_round = any(name in reached([sym(target)], {}, edges) for target in targets)
        if is_round or not direct:
            return {}
        kept[name] = tuple(direct)
    return kept


def written_out(trees: Sequence[Tree], bindings: Mapping[str, Binding]) -> Sequence[Tree]:
    """The same with the arguments of functions that a page leaves out now and then: beside
    ``f(x)`` an ``f`` alone is that."""
    if not any(map(has_derivative, trees)):
        return trees
    calls: dict[str, set[tuple[Tree, ...]]] = {}
    bare: set[str] = set()
    for node in (one for tree in trees for one in walk(tree)):
        if node.op == "apply" and node.args and node.name not in bindings:
            calls.setdefault(node.name, set()).add(node.args)
        elif node.op in ("sym", "apply"):
            bare.add(node.name)
    given = {
        name: next(iter(found))
        for name, found in calls.items()
        if name in bare and len(found) == 1 and all(arg.op == "sym" for arg in next(iter(found)))
    }

    def call(node: Tree) -> Tree | None:
        is_bare = node.op in ("sym", "apply") and not node.args and node.name in given
        return replace(node, op="apply", args=given[node.name]) if is_bare else None

    return [rebuilt(tree, call) for tree in trees] if given else trees


def _is_rate_of(
    head: Tree, edges: Mapping[str, Mapping[str, None]], bindings: Mapping[str, Binding]
) -> bool:
    """Whether the left side is the rate of something defined by what has a rate: related rates."""
    if head.op != "deriv" or len(head.args) != 2 or head.args[0].op != "sym":
        return False
    body, by = head.args
    names = reached([body], bindings).keys() - {body.name}
    return any(name in names and by.name in targets for name, targets in edges.items())


def _is_rule(head: Tree, edges: Mapping[str, Mapping[str, None]]) -> bool:
    r"""Whether what has a rate stands in what is differentiated: ``\frac{d}{dx} \ln u``."""
    by = _variable(head)
    return bool(by) and all(by in to and name in names_in(head) for name, to in edges.items())


def _variable(head: Tree) -> str:
    """The name that a left side differentiates an expression by; empty of any other."""
    is_rule = head.op == "deriv" and len(head.args) == 2 and head.args[0].op != "sym"
    by = head.args[1] if is_rule else head
    return by.name if is_rule and by.op == "sym" else ""


def _primed(trees: Sequence[Tree], bindings: Mapping[str, Binding]) -> dict[str, tuple[str, ...]]:
    r"""The functions of a rule such as ``(uv)' = u'v + uv'``: each is one of x, or of what
    ``\frac{d}{dx}`` says."""
    head = trees[0]
    by = _variable(head)
    if not by and (head.op != "prime" or len(head.args) != 1 or head.args[0].op == "sym"):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for tree in trees:
        for node in walk(tree):
            if node.op == "prime" and len(node.args) == 1 and node.args[0].op == "sym":
                name = node.args[0].name
                if name in bindings:
                    return {}
                found[name] = (by or "x",)
    names = {n.name for n in walk(head.args[0]) if n.op == "sym"}
    if (not by and "x" in names) or by in found or not found.keys() <= names:
        return {}
    return found
