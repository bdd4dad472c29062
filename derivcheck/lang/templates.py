"""Nodes in which placeholders stand for others: what texts of derivcheck's own tables become."""

from __future__ import annotations

from collections.abc import Mapping

from derivcheck.lang.nodes import (
    Add,
    Apply,
    Call,
    Mul,
    Node,
    Pow,
    Sym,
    add,
    call,
    mul,
    power,
    rebuild,
)


def fill(template: Node, values: Mapping[Node, Node]) -> Node:
    """The template with nodes in place of its symbols, numbers folded as the parser folds them."""
    memo: dict[Node, Node] = dict(values)

    def visit(node: Node) -> Node:
        found = memo.get(node)
        if found is None:
            match node:
                case Add(args=args):
                    found = add(*map(visit, args))
                case Mul(args=args):
                    found = mul(*map(visit, args))
                case Pow(base=base, exponent=exponent):
                    found = power(visit(base), visit(exponent))
                case Call(function=function, args=args):
                    found = call(function, *map(visit, args))
                case Apply(function=function, args=args):
                    found = call(f"#{function}", *map(visit, args))
                case _:
                    found = rebuild(node, visit)
            memo[node] = found
        return found

    return visit(template)


def at(template: Node, parameters: tuple[str, ...], args: tuple[Node, ...]) -> Node:
    """The template with an argument in place of each scalar parameter."""
    return fill(template, {Sym(p, shape=()): a for p, a in zip(parameters, args, strict=True)})
