"""Where every sub-expression of a claim is real: facts, from the table of functions alone.

Elsewhere a claim about real quantities says nothing, so a proof may use what this implies:
under ``log(f)`` and ``sqrt(f)``, f is positive (almost everywhere), and so on.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.lang import nodes as N
from derivcheck.lang.texts import margins


def strip(node: N.Node) -> N.Node:
    """Bound variables replaced by what they are taken at, operators kept out of the way."""
    if isinstance(node, N.Jvp):
        return N.substitute(node.body, N.bound_at(node))
    return node


def bounds(*roots: N.Node) -> tuple[tuple[N.Node, bool], ...]:
    """Nodes that are positive (almost) wherever all sub-expressions are real, inner ones first,
    each with whether it is positive everywhere: 0 is left out.

    Branches of ``where`` are left out: only the chosen one needs to be defined.
    """
    found: dict[N.Node, bool] = {}
    for node in evaluated(*roots):
        for positive, strict in _positive(node):
            if not isinstance(positive, N.Num):
                found[positive] = found.get(positive, False) or strict
    return tuple(found.items())


def evaluated(*roots: N.Node) -> tuple[N.Node, ...]:
    """Every node that has a value wherever the roots have, children first.

    The branches of a ``where`` are left out: only the one that is taken must be defined.
    """
    found: dict[N.Node, None] = {}
    seen: set[N.Node] = set()

    def visit(node: N.Node) -> None:
        node = strip(node)
        if node in seen:
            return
        seen.add(node)
        if isinstance(node, N.Select):
            visit(node.condition)
            return
        for child in N.children(node):
            visit(child)
        found[node] = None

    for root in roots:
        visit(root)
    return tuple(found)


def _positive(node: N.Node) -> Iterator[tuple[N.Node, bool]]:
    match node:
        case N.Pow(
            base=N.Pow(base=base, exponent=N.Num(value=root)), exponent=N.Num(value=value)
        ) if value < 0 and value.denominator == 1 and root.denominator != 1:
            yield base, True
        case N.Pow(base=N.Mul(args=args), exponent=N.Num(value=value)) if (
            value < 0 and value.denominator == 1
        ):
            for arg in args:
                if isinstance(arg, N.Pow) and isinstance(arg.exponent, N.Num):
                    yield from _positive(N.power(arg, N.MINUS_ONE))
        case N.Pow(base=base, exponent=N.Num(value=value)) if value.denominator != 1:
            if value < 0 or not _is_never_negative(base):
                yield base, value < 0
        case N.Call(function=function, args=args):
            yield from margins(function, args)


def _is_never_negative(node: N.Node) -> bool:
    if isinstance(node, N.Call):
        return node.function in ("abs", "cosh", "exp")
    return isinstance(node, N.Pow) and node.whole is not None and node.whole % 2 == 0
