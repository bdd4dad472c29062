"""Functions that only derivatives tell of: ``u`` in ``dz/dx = dz/du du/dx``.

They let a claim pass and never fail: nothing says that the page means them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcheck.documents.bindings import Binding, reached
from derivcheck.documents.maths.tree import Tree, sym, walk


def invented(trees: Sequence[Tree], bindings: Mapping[str, Binding]) -> dict[str, tuple[str, ...]]:
    """Bare names that only derivatives tell of, and what each depends on.

    ``dz/dx = dz/du du/dx`` makes ``u: U(x)`` and ``z: Z(u)``: direct edges are dropped where a
    longer way exists. One derivative alone is no chain rule, and a cycle is none either.
    """
    edges: dict[str, dict[str, None]] = {}
    for tree in trees:
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
    if count < 2 and not _is_rate_of(trees[0], edges, bindings):
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


def _is_rate_of(
    head: Tree, edges: Mapping[str, Mapping[str, None]], bindings: Mapping[str, Binding]
) -> bool:
    """Whether the left side is the rate of something defined by what has a rate: related rates."""
    if head.op != "deriv" or len(head.args) != 2 or head.args[0].op != "sym":
        return False
    body, by = head.args
    names = reached([body], bindings).keys() - {body.name}
    return any(name in names and by.name in targets for name, targets in edges.items())


def _primed(trees: Sequence[Tree], bindings: Mapping[str, Binding]) -> dict[str, tuple[str, ...]]:
    """The functions of a rule such as ``(uv)' = u'v + uv'``: each is one of x."""
    head = trees[0]
    if head.op != "prime" or len(head.args) != 1 or head.args[0].op == "sym":
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for tree in trees:
        for node in walk(tree):
            if node.op == "prime" and len(node.args) == 1 and node.args[0].op == "sym":
                name = node.args[0].name
                if name in bindings:
                    return {}
                found[name] = ("x",)
    names = {n.name for n in walk(head) if n.op == "sym"}
    if "x" in names or not found or not found.keys() <= names:
        return {}
    return found
