"""Models of data: ``y = wx + e`` defines no y for a loss that is made of ``y - wx``.

Put in, it would leave the loss of the error alone, ``e^2``, whose derivative by w is zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from derivcheck.documents import kin
from derivcheck.documents.bindings import Binding, followed
from derivcheck.documents.chains import Place
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.kinds import NOISES, RUNNING
from derivcheck.documents.maths.tree import NotReadError, Tree, has_derivative, names_in, walk

_NOISES = NOISES | {"e", "z", "Z"}
_MOST_TERMS = 30
"""Terms of a sum that are looked at."""
Term = tuple[int, frozenset[Tree]]
"""Its sign, and its factors, transposed or not."""


def without_models(head: Tree, place: Place) -> Place:
    """The same where what a claim differentiates holds the data of a model, and not what the model
    says them to be. Refused where they may be meant to move."""
    if not has_derivative(head):
        return place
    models: dict[str, Sequence[Term]] = {}
    for tree, arguments in _below(head, place.bindings):
        for terms in _sums(tree):
            models |= _cancelled(terms, arguments, place.bindings)
    if not models:
        return place
    nodes = [node for node in walk(head) if node.op in ("deriv", "prime", "apply")]
    varied = {one.name for one in kin.variables([head])}
    is_partial = all(node.op == "deriv" and node.name != "d" for node in nodes if node.args)
    is_rate = any(node.op == "prime" or (node.op == "apply" and node.order) for node in nodes)
    moves = {key for key in varied & RUNNING if key not in place.kinds.arrays}
    for key, rest in sorted(models.items()):
        below = {name for _, factors in rest for one in factors for name in names_in(one)}
        is_lone = all(len(factors) == 1 for _, factors in rest)
        is_noise = any(keys.letter(name) in _NOISES for name in below)
        if varied and varied <= below and (moves or not is_noise) and not is_rate:
            del models[key]  # x - x_0 of x = x_0 + vt, by t
        elif is_rate or moves or not (is_lone or (is_partial and is_noise)):
            raise NotReadError(f"`{key}` may be data, or what it is defined to be", head.at)
    return replace(place, bindings={k: b for k, b in place.bindings.items() if k not in models})


def _below(head: Tree, bindings: Mapping[str, Binding]) -> Iterator[tuple[Tree, tuple[str, ...]]]:
    """A left side and the definitions below it, with their arguments."""
    yield head, ()
    for one in followed([head], bindings).values():
        if one.tree is not None:
            yield one.tree, one.arguments or ()


def _sums(tree: Tree) -> Iterator[list[tuple[int, Tree]]]:
    """The terms of each sum in a tree, with their signs."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        terms = [*_terms(node)]
        if 1 < len(terms) <= _MOST_TERMS:
            yield terms
        waiting += [arg for _, one in terms for arg in (one.args if one is node else (one,))]


def _terms(tree: Tree) -> Iterator[tuple[int, Tree]]:
    waiting = [(1, tree)]
    while waiting:
        sign, node = waiting.pop()
        if node.op in ("add", "sub"):
            left, right = node.args
            waiting += [(sign if node.op == "add" else -sign, right), (sign, left)]
        elif node.op == "neg":
            waiting.append((-sign, node.args[0]))
        else:
            yield sign, node


def _factors(tree: Tree) -> frozenset[Tree]:
    waiting, found = [tree], set()
    while waiting:
        node = waiting.pop()
        if node.op in ("mul", "transpose"):
            waiting += node.args
        else:
            found.add(node)
    return frozenset(found)


def _cancelled(
    terms: Sequence[tuple[int, Tree]], arguments: Sequence[str], bindings: Mapping[str, Binding]
) -> dict[str, Sequence[Term]]:
    """The names in a sum of which a term of their own definition is taken away there, each with
    the other terms of that; of what is itself a sum all of it, but for one name."""
    found: dict[str, Sequence[Term]] = {}
    for sign, node in terms:
        own = _definition(node, arguments, bindings)
        if not own:
            continue
        beside = [(s * -sign, one) for s, one in terms if one is not node]
        plain = {(s, _factors(one)) for s, one in beside}
        rest = [one for one in own if one not in plain]
        for s, one in beside if rest == own else ():
            other = [(s * t, f) for t, f in _definition(one, arguments, bindings)]
            if other and {*other} < {*own} and len(own) == len(other) + 1:
                rest = [term for term in own if term not in other]
        if rest != own:
            found[node.name] = rest
    return found


def _definition(
    node: Tree, arguments: Sequence[str], bindings: Mapping[str, Binding]
) -> list[Term]:
    """The terms of what a name is defined to be; none of anything else."""
    binding = bindings.get(node.name) if node.op == "sym" and node.name not in arguments else None
    if binding is None or binding.kind != "definition" or binding.tree is None:
        return []
    return [(sign, _factors(one)) for sign, one in _terms(binding.tree)]
