"""Where every sub-expression of a claim is real: facts, from the table of functions alone.

Elsewhere a claim about real quantities says nothing, so a proof may use what this implies:
under ``log(f)`` and ``sqrt(f)``, f is positive (almost everywhere), and so on.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.lang.nodes import (
    MINUS_ONE,
    Call,
    Jvp,
    Mul,
    Node,
    Num,
    Pow,
    Select,
    children,
    power,
    substitute,
)
from derivcheck.lang.texts import margins


def strip(node: Node) -> Node:
    """Bound variables replaced by what they are taken at, operators kept out of the way."""
    if isinstance(node, Jvp):
        return substitute(node.body, dict(zip(node.variables, node.at, strict=True)))
    return node


def constraints(*roots: Node) -> tuple[Node, ...]:
    """Nodes that are positive (almost) wherever all sub-expressions are real, inner ones first.

    Branches of ``where`` are left out: only the chosen one needs to be defined.
    """
    return tuple(node for node, _ in bounds(*roots))


def bounds(*roots: Node) -> tuple[tuple[Node, bool], ...]:
    """The :func:`constraints`, each with whether it is positive everywhere: 0 is left out."""
    found: dict[Node, bool] = {}
    for node in evaluated(*roots):
        for positive, strict in _positive(node):
            if not isinstance(positive, Num):
                found[positive] = found.get(positive, False) or strict
    return tuple(found.items())


def evaluated(*roots: Node) -> tuple[Node, ...]:
    """Every node that has a value wherever the roots have, children first.

    The branches of a ``where`` are left out: only the one that is taken must be defined.
    """
    found: dict[Node, None] = {}
    seen: set[Node] = set()

    def visit(node: Node) -> None:
        node = strip(node)
        if node in seen:
            return
        seen.add(node)
        if isinstance(node, Select):
            visit(node.condition)
            return
        for child in children(node):
            visit(child)
        found[node] = None

    for root in roots:
        visit(root)
    return tuple(found)


def _positive(node: Node) -> Iterator[tuple[Node, bool]]:
    match node:
        case Pow(base=Pow(base=base, exponent=Num(value=root)), exponent=Num(value=value)) if (
            value < 0 and value.denominator == 1 and root.denominator != 1
        ):
            yield base, True
        case Pow(base=Mul(args=args), exponent=Num(value=value)) if (
            value < 0 and value.denominator == 1
        ):
            for arg in args:
                if isinstance(arg, Pow) and isinstance(arg.exponent, Num):
                    yield from _positive(power(arg, MINUS_ONE))
        case Pow(base=base, exponent=Num(value=value)) if value.denominator != 1:
            if value < 0 or not _is_never_negative(base):
                yield base, value < 0
        case Call(function=function, args=args):
            yield from margins(function, args)


def _is_never_negative(node: Node) -> bool:
    if isinstance(node, Call):
        return node.function in ("abs", "cosh", "exp")
    return (
        isinstance(node, Pow)
        and isinstance(node.exponent, Num)
        and node.exponent.value.denominator == 1
        and node.exponent.value % 2 == 0
    )
