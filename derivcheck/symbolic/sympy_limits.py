"""Whether what SymPy proves for almost all values holds for all of them.

Its answer is an identity of functions that are continuous wherever the claim is defined, so that it
holds at every point which is a limit of inner points of the domain. Where the domain is open, all
are. An edge ``m >= 0`` (of a root, an arc sine, an assumption) belongs to it, and each of its
points is such a limit in two cases:

- ``m`` is a polynomial in a symbol of its own with simple roots only: it changes sign there;
- the left side is a derivative by a symbol, under which ``m`` does not vanish as a polynomial in
  it: where the derivative exists, ``m`` is positive on both sides.

The reasoning is this module's own: what it shares with the exact prover is where functions are
real (:mod:`derivcheck.symbolic.where_real`). False always means "not known".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Context, Equation, Symbol
from derivcheck.symbolic.special_places import CONDITION, ISOLATED, kinks_at_special_places
from derivcheck.symbolic.sympy_build import GIVES_UP, Builder, Unbuildable
from derivcheck.symbolic.where_real import bounds

_OPEN = ("real", "positive", "negative", "nonzero")
_MOST_OPERATIONS = 60


def conditions(equation: Equation, builder: Builder) -> tuple[str, ...]:
    """What must be so at a point for an identity of almost all values to hold at it."""
    found: tuple[str, ...] = ()
    if any(_jumps(node, builder) for node in {*equation.nodes}):
        found += ("no comparison or sign is at its switching point",)
    for condition, is_met in ((CONDITION, _meets_no_kink), (ISOLATED, _holds_everywhere)):
        try:
            if is_met(equation, builder):
                continue
        except (Unbuildable, *GIVES_UP):
            pass
        found += (condition,)
    return found


def _jumps(node: N.Node, builder: Builder) -> bool:
    """Whether a node has another value at single points than beside them."""
    if isinstance(node, N.Call) and node.function == "atan2":
        return not builder.of(node.args[1]).is_positive
    return isinstance(node, N.Compare | N.Select) or (
        isinstance(node, N.Call) and node.function == "sign"
    )


def _meets_no_kink(equation: Equation, builder: Builder) -> bool:
    """Whether nothing has a kink at the place of a derivative that no variable passes."""
    return all(
        builder.of(kink.node).is_nonzero is True
        or (kink.slope is not None and builder.of(kink.slope).is_nonzero is True)
        for kink in kinks_at_special_places((equation.left, equation.right), equation.context)
    )


def _holds_everywhere(equation: Equation, builder: Builder) -> bool:
    """Whether every point of the claim's domain is a limit of inner ones."""
    edges = _edges(equation.context.assume)
    if edges is None:
        return False
    edges += [node for node, strict in bounds(equation.left, equation.right) if not strict]
    edges = [node for node in edges if not builder.of(node).is_positive]
    used = {node.name for node in (*N.symbols_in(equation.left), *N.symbols_in(equation.right))}
    kinds = {s.domain.kind for s in equation.context.symbols if s.name in used and not s.shape}
    if kinds & {"integer", "natural"}:
        # whole numbers have no neighbours: only what has no edge at all is continuous in the rest
        return not edges
    match equation.left:
        case N.Jvp(at=(N.Sym(name=name, shape=()),)):
            left = {node for node, _ in bounds(equation.left)}
            kept = [node for node in edges if node not in left or not _moves(builder, node, name)]
            if len(kept) < len(edges) and any(name in _names(node) for node in kept):
                return False
            edges = kept
    return _all_crossed(edges, equation.context, builder)


def _edges(conditions: Iterable[N.Node]) -> list[N.Node] | None:
    """What is not negative where the conditions hold; None where that is not all they say."""
    found = []
    for condition in conditions:
        match condition:
            case N.Compare(operator=">=", left=left, right=right):
                found.append(N.subtract(left, right))
            case N.Compare(operator="<=", left=left, right=right):
                found.append(N.subtract(right, left))
            case N.Compare(operator="<" | ">" | "!="):
                continue
            case _:
                return None
    return found


def _all_crossed(edges: list[N.Node], context: Context, builder: Builder) -> bool:
    """Whether each edge has a symbol of its own with which it changes sign at every zero."""
    names = [_names(node) for node in edges]
    symbols = {s.name: s for s in context.symbols if not s.shape}
    for node, own in zip(edges, names, strict=True):
        alone = [n for n in own if sum(n in other for other in names) == 1 and n in symbols]
        if not any(_crosses(builder, node, symbols[name]) for name in alone):
            return False
    return True


def _crosses(builder: Builder, node: N.Node, symbol: Symbol) -> bool:
    poly = _polynomial(builder, node, symbol.name)
    if poly is None or poly.degree() < 1 or not poly.LC().is_nonzero:
        return False
    # beside a closed end a symbol moves one way only
    is_open = symbol.domain.kind in _OPEN
    return is_open and (poly.degree() == 1 or bool(sympy.discriminant(poly).is_nonzero))


def _moves(builder: Builder, node: N.Node, name: str) -> bool:
    """Whether an edge, as a polynomial in a symbol, vanishes for no values of the others."""
    poly = _polynomial(builder, node, name)
    return poly is not None and any(c.is_nonzero for c in poly.all_coeffs())


def _polynomial(builder: Builder, node: N.Node, name: str) -> Any:
    found = builder.of(node)
    if found.count_ops() > _MOST_OPERATIONS:
        return None
    try:
        return sympy.Poly(found, builder.symbols[name])
    except (sympy.PolynomialError, KeyError):
        return None


def _names(node: N.Node) -> frozenset[str]:
    return frozenset(symbol.name for symbol in N.symbols_in(node))
