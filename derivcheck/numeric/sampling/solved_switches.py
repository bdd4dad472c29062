"""Numbers at which something switches or stands under a root: ``where(x == pi, ...)``.

A random point meets none of them, and no rational one is such a number where ``x**3 - x - 1`` or
``exp(x) - 2`` is zero. What is zero there is solved for a symbol that occurs in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product

from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS, decided
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.lang.printer import node_text
from derivcheck.numeric.sampling.conditions import FLOAT_MARGIN
from derivcheck.numeric.sampling.exact import Evaluator, Inexact
from derivcheck.numeric.sampling.inversion import inverted
from derivcheck.numeric.sampling.pieces import edges_of, factors
from derivcheck.numeric.sampling.switch_points import switches
from derivcheck.numeric.sampling.values import allowed
from derivcheck.records import record

_MOST = 8
_SMALL = (0, 1, -1, 2, -2)
"""Numbers tried as zeros of what nothing solves."""

Facts = dict[N.Node, N.Node]
"""Nodes, and the numbers that they are."""


@record()
class AtSwitch:
    """An equation with numbers in place of symbols, one of which makes a switch zero."""

    equation: Equation
    point: tuple[tuple[str, str], ...]
    """All that was replaced, and by what."""


def outer_switches(sides: tuple[N.Node, ...]) -> tuple[N.Node, ...]:
    """What is zero where something switches outside derivatives, in factors."""
    found = (node for node in switches(tuple(_outside(sides))) if not node.shape)
    return tuple(dict.fromkeys(factor for node in found for factor in factors(node)))


def zeros(nodes: Iterable[N.Node], symbol: Symbol) -> dict[N.Node, Facts]:
    """Numbers, near or in a symbol's domain, at which a node that depends on it alone is zero."""
    found: dict[N.Node, Facts] = {}
    for node in nodes:
        if N.symbols_in(node) == (N.Sym(symbol.name, shape=()),):
            solved = [*_solutions(node, symbol)] or [*_tried(node, symbol)]
            for value, known in solved:
                found.setdefault(value, {}).update(known)
    return found


def at_parameters(equation: Equation) -> Iterator[AtSwitch]:
    """A derivative at numbers of its parameters at which something under a root and the like is
    zero: where it is zero for all values of the variable, the derivative is plain."""
    nodes = tuple(dict.fromkeys(equation.nodes))
    if not any(isinstance(node, N.Jvp) for node in nodes):
        return
    parameters = [s for s in equation.context.symbols if s.name not in equation.wrt]
    found: dict[tuple[str, N.Node], AtSwitch] = {}
    for edge, symbol in product(edges_of(nodes), parameters):
        for value, _ in _solutions(edge, symbol):
            there = put(equation, symbol, value) if all(_allowed_about(value, symbol)) else None
            if there is not None:
                found[symbol.name, value] = replace(there, equation=plain(there.equation))
    yield from list(found.values())[:_MOST]


def _outside(roots: tuple[N.Node, ...]) -> Iterator[N.Node]:
    """Nodes that stand in no derivative."""
    seen: set[N.Node] = set()
    waiting = [*reversed(roots)]
    while waiting:
        node = waiting.pop()
        if node not in seen and not isinstance(node, N.Derivative):
            seen.add(node)
            yield node
            waiting.extend(reversed(N.children(node)))


def _solutions(node: N.Node, symbol: Symbol) -> Iterator[tuple[N.Node, Facts]]:
    """Values of a symbol at which a node is zero, and what else is known there."""
    if not (symbol.shape or symbol.domain.kind == "complex" or symbol.domain.is_whole):
        variable = N.Sym(symbol.name, shape=())
        if variable in N.walk(node):
            for value, known in inverted(node, N.ZERO_NODE, variable):
                # what a derivative or a sum binds has no value outside of it
                if _may_be_inside(value, symbol) and not N.bound_outside(value, {}):
                    yield value, dict(known)


def _tried(node: N.Node, symbol: Symbol) -> Iterator[tuple[N.Node, Facts]]:
    """Zeros among a few whole numbers, of what nothing solves."""
    for value in map(N.number, _SMALL):
        try:
            is_zero = not Evaluator({}, {symbol.name: value.value}).scalar(node)
        except (Inexact, KeyError):
            continue
        if is_zero and not symbol.domain.is_whole and _may_be_inside(value, symbol):
            yield value, {node: N.ZERO_NODE}


def _is_polynomial(node: N.Node) -> bool:
    """Whether a node is defined everywhere: made of sums, products and whole powers."""
    return all(
        isinstance(n, N.Sym | N.Num | N.Const | N.Add | N.Mul)
        or (isinstance(n, N.Pow) and isinstance(n.exponent, N.Num) and _is_count(n.exponent.value))
        for n in N.walk(node)
    )


def plain(equation: Equation) -> Equation:
    """The same without products and powers of zero: 0*x does not move with x."""
    left, right = map(folded, (equation.left, equation.right))
    return replace(equation, left=left, right=right)


def folded(node: N.Node) -> N.Node:
    """A node without such products and powers."""
    return N.rewritten(node, _folded)


def _folded(node: N.Node) -> N.Node:
    match node:
        case N.Add(args=args) if all(isinstance(arg, N.Num) for arg in args):
            return N.number(sum(arg.value for arg in args if isinstance(arg, N.Num)))
        case N.Mul(args=args) if N.ZERO_NODE in args and all(map(_is_polynomial, args)):
            return N.ZERO_NODE
        case N.Pow(base=N.Num(value=base), exponent=N.Num(value=value)) if not base and value > 0:
            return N.ZERO_NODE
    return node


def _is_count(value: Fraction) -> bool:
    return value >= 0 and value.denominator == 1


def _may_be_inside(value: N.Node, symbol: Symbol) -> bool:
    """Whether a constant may lie in a domain, or at an end of it."""
    return any(_allowed_about(value, symbol))


def _allowed_about(value: N.Node, symbol: Symbol) -> tuple[bool, ...]:
    """Whether a domain allows a constant and the numbers to both sides of it that floats can't
    tell from it; one answer for all of what depends on other symbols or is not known."""
    if N.symbols_in(value):
        return (symbol.domain.kind in ("real", "nonzero"),)
    try:
        near = Evaluator({}, {}, approximate=True).scalar(value)
    except (Inexact, KeyError, OverflowError):
        return (False,)
    margin = FLOAT_MARGIN * (1 + abs(near))
    return tuple(allowed(near + side * margin, symbol.domain) for side in (-1, 0, 1))


def put(equation: Equation, symbol: Symbol, value: N.Node) -> AtSwitch | None:
    """The equation with a symbol replaced, whose domain is a condition now on what replaced it;
    None where a condition is certainly not met."""
    context = equation.context
    if context.identically and symbol.name in context.varying:
        return None  # what holds identically needs it as a symbol
    bounded = replace(context, assume=(*context.assume, *symbol.conditions))
    there = replace(equation, context=bounded).with_values({symbol.name: value})
    truths = {condition: _truth(condition) for condition in there.context.assume}
    if False in truths.values():
        return None
    assume = tuple(condition for condition, truth in truths.items() if truth is None)
    moved = replace(there, context=replace(there.context, assume=assume))
    return AtSwitch(moved, ((symbol.name, node_text(value)),))


def _truth(condition: N.Node) -> bool | None:
    """Whether a condition holds, where that is exactly known."""
    if (
        isinstance(condition, N.Compare)
        and condition.left is condition.right
        and _is_polynomial(condition.left)
    ):
        return bool(HOLDS[condition.operator](0, 0))
    return decided(condition)
