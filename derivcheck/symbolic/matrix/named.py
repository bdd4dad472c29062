"""Matrices of parts that an exponential is taken of, under a name of their own.

What holds for every matrix S holds for ``skew(w)``, too: claims about ``expm(t*skew(w))`` are told
of a symbol, of which its entries at given places and its being skew-symmetric are known.
"""

from __future__ import annotations

from dataclasses import replace

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.lang.nodes import Node

MARK = "~parts"


def named_parts(equation: Equation) -> Equation:
    """The equation with a symbol for each matrix of parts inside an exponential or a power."""
    sides = (equation.left, equation.right)
    every = [node for side in sides for node in N.walk(side)]
    functions = [node for node in every if isinstance(node, N.Expm | N.MatPower)]
    if not functions:
        return equation
    varying = {
        variable
        for node in every
        if isinstance(node, N.Derivative)
        for variable in N.bound_at(node)
    }
    names: dict[Node, N.Sym] = {}
    for part in (part for function in functions for part in N.walk(function.arg)):
        # the outermost of nested ones comes first
        if (
            isinstance(part, N.Stack)
            and N.rows_of(part.shape) == N.columns_of(part.shape)
            and varying.isdisjoint(N.symbols_in(part))
        ):
            names.setdefault(part, N.Sym(f"S{len(names)}{MARK}", shape=part.shape))
    if not names:
        return equation
    held: dict[Node, Node] = {**names}
    facts = tuple(N.Compare("==", name, part, shape=name.shape) for part, name in names.items())
    context = replace(
        equation.context,
        symbols=(
            *equation.context.symbols,
            *(Symbol(name.name, name.shape) for name in names.values()),
        ),
        assume=(*equation.context.assume, *facts),
    )
    left, right = (N.substitute(side, held) for side in sides)
    return replace(equation, left=left, right=right, context=context)
