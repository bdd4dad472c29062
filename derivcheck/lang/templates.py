"""Nodes in which placeholders stand for others: what texts of derivcheck's own tables become."""

from __future__ import annotations

from collections.abc import Mapping

from derivcheck.lang import nodes as N


def fill(template: N.Node, values: Mapping[N.Node, N.Node]) -> N.Node:
    """The template with nodes in place of its symbols, numbers folded as the parser folds them."""
    memo: dict[N.Node, N.Node] = dict(values)

    def visit(node: N.Node) -> N.Node:
        found = memo.get(node)
        if found is None:
            match node:
                case N.Add(args=args):
                    found = N.add(*map(visit, args))
                case N.Mul(args=args):
                    found = N.mul(*map(visit, args))
                case N.Pow(base=base, exponent=exponent):
                    found = N.power(visit(base), visit(exponent))
                case N.Call(function=function, args=args):
                    found = N.call(function, *map(visit, args))
                case N.Apply(function=function, args=args):
                    found = N.call(f"#{function}", *map(visit, args))
                case _:
                    found = N.rebuild(node, visit)
            memo[node] = found
        return found

    return visit(template)


def at(template: N.Node, parameters: tuple[str, ...], args: tuple[N.Node, ...]) -> N.Node:
    """The template with an argument in place of each scalar parameter."""
    return fill(template, {N.Sym(p, shape=()): a for p, a in zip(parameters, args, strict=True)})
