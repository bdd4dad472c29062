"""Matrices of parts that an exponential is taken of, under a name of their own.

What holds for every matrix S holds for ``skew(w)``, too: claims about ``expm(t*skew(w))`` are told
of a symbol, of which its entries at given places and its being skew-symmetric are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from derivcheck.lang import nodes as N
from derivcheck.lang.complexes import is_real
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.lang.nodes import Node
from derivcheck.lang.printer import node_text
from derivcheck.model import Evidence

MARK = "@parts"


def named_parts(equation: Equation) -> tuple[Equation, dict[str, Node]]:
    """The equation with a symbol for each matrix of parts inside an exponential or a power, and
    what these symbols stand for."""
    functions = [node for node in equation.nodes if isinstance(node, N.Expm | N.MatPower)]
    names: dict[Node, N.Sym] = {}
    for part in (part for function in functions for part in N.walk(function.arg)):
        if (
            isinstance(part, N.Stack)
            and N.rows_of(part.shape) == N.columns_of(part.shape)
            and _is_fixed(part, equation)
        ):
            names.setdefault(part, N.Sym(f"S{len(names)}{MARK}", shape=part.shape))
    if not names:
        return equation, {}
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
    left, right = (N.substitute(side, held) for side in (equation.left, equation.right))
    told = replace(equation, left=left, right=right, context=context)
    return told, {name.name: part for part, name in names.items()}


def _is_fixed(part: Node, equation: Equation) -> bool:
    """Whether a matrix is real and one and the same wherever it stands: it holds nothing that
    varies, and no index that a sum or a comprehension runs over."""
    if N.bound_outside(part, {}):
        return False
    context = equation.context
    complex_names = frozenset(s.name for s in context.symbols if s.domain.kind == "complex")
    return not context.is_complex or is_real(part, complex_names)


def with_parts(found: Evidence, parts: Mapping[str, Node]) -> Evidence:
    """What was found of such an equation, in texts that know nothing of the names."""

    def told(text: str) -> str:
        for name, part in parts.items():
            text = text.replace(name, node_text(part))
        return text

    conditions = tuple(map(told, found.conditions))
    return replace(
        found, detail=told(found.detail), reason=told(found.reason), conditions=conditions
    )
