"""Where several conditions hold at once: ``where(x == 1 and y == 2, 5, x*y)``.

A random point meets none of two equations, and few regions that several inequalities leave. So the
way to each branch of ``where`` is assumed, and so is that two things switch together, or that an
argument lies on a branch cut; points that meet what is assumed are found as ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, islice, product

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation
from derivcheck.lang.functions import named
from derivcheck.numeric.sampling.solved_switches import outer_switches
from derivcheck.numeric.sampling.switch_points import switches

_MOST = 24
_MOST_WAYS = 64
_SINGLE_VALUED = frozenset((*named("meromorphic"), "abs", "conj", "re", "im"))
_CONTRARY = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}

Way = tuple[N.Node, ...]
"""Conditions that lead to a branch."""


def at_branches(equation: Equation) -> Iterator[Equation]:
    """The equation with more assumed, so that a point of it is a point of the equation."""
    if equation.context.identically:
        return
    sides = equation.left, equation.right
    places = N.points_of(equation.nodes)
    context = equation.context
    # one condition alone is met elsewhere, unless it is beside others, or about arrays, complex
    # numbers or functions
    is_plain = not context.assume and not any(
        symbol.shape or symbol.domain.kind == "complex" for symbol in context.symbols
    )

    def counts(way: Way) -> bool:
        alone = len(way) == 1 and is_plain and not N.functions_in(way[0])
        return bool(way) and not alone and all(map(_is_free, way))

    found: dict[Way, None] = {}
    for side in sides:
        for way in islice(_ways_to_branches(side, (), _holding(side)), _MOST_WAYS):
            conditions = tuple(dict.fromkeys(N.substitute(node, places) for node in way))
            if counts(conditions):
                found[conditions] = None
    zeros = [_sign("==", node) for node in outer_switches(sides)]
    signs = [
        _sign(operator, node)
        for node in switches(equation.nodes)
        if not node.shape
        for operator in (">", "<")
    ]
    for signed in (zeros, signs):
        pairs = (pair for pair in combinations(signed, 2) if pair[0].left is not pair[1].left)
        found.update(dict.fromkeys(filter(counts, (*combinations(signed, 1), *pairs))))
    found.update((way, None) for way in _ways_to_cuts(equation) if all(map(_is_free, way)))
    for way in islice(found, _MOST):
        yield replace(equation, context=replace(context, assume=(*context.assume, *way)))


def _sign(operator: str, node: N.Node) -> N.Compare:
    return N.Compare(operator, node, N.ZERO_NODE, shape=())


def _ways_to_cuts(equation: Equation) -> Iterator[Way]:
    """What puts an argument on a branch cut: they lie on the axes, beyond 0 or 1."""
    if not equation.context.is_complex:
        return
    for node in dict.fromkeys(equation.nodes):
        match node:
            case N.Pow(base=argument, whole=None) | N.Call(args=(argument,)) if (
                not argument.shape
                and N.symbols_in(argument)
                and getattr(node, "function", "") not in _SINGLE_VALUED
            ):
                across, upward = (N.call(part, argument) for part in ("re", "im"))
                for zero, along in ((upward, across), (across, upward)):
                    for operator, end in (("<", N.MINUS_ONE), (">", N.ONE_NODE)):
                        yield _sign("==", zero), N.Compare(operator, along, end, shape=())


def _holding(root: N.Node) -> set[N.Node]:
    """The nodes below which there are cases."""
    found: set[N.Node] = set()
    for node in N.walk(root):
        if isinstance(node, N.Select) or not found.isdisjoint(N.children(node)):
            found.add(node)
    return found


def _ways_to_branches(node: N.Node, way: Way, holding: set[N.Node]) -> Iterator[Way]:
    if node not in holding:
        return
    if not isinstance(node, N.Select):
        for child in N.children(node):
            yield from _ways_to_branches(child, way, holding)
        return
    for branch, taken in ((node.then, True), (node.otherwise, False)):
        for more in _ways(node.condition, taken):
            yield (*way, *more)
            yield from _ways_to_branches(branch, (*way, *more), holding)


def _ways(condition: N.Node, taken: bool) -> list[Way]:
    """How a condition can hold, or fail; without what holds almost everywhere."""
    match condition:
        case N.Logic(operator="not", args=(inner,)):
            return _ways(inner, not taken)
        case N.Logic(operator=operator, args=args):
            each = [_ways(arg, taken) for arg in args]
            if (operator == "and") is taken:
                return [tuple(chain(*choice)) for choice in islice(product(*each), _MOST_WAYS)]
            return [way for ways in each for way in ways]
        case N.Compare(operator=operator, left=left, right=right):
            sign = operator if taken else _CONTRARY[operator]
            if sign == "!=":
                return [()]
            return [(N.Compare(sign, left, right, shape=condition.shape),)]
    return [()]


def _is_free(condition: N.Node) -> bool:
    """Whether it is about declared symbols alone."""
    return not any(
        isinstance(node, N.IndexValue | N.InRange) or (isinstance(node, N.Sym) and "#" in node.name)
        for node in N.walk(condition)
    )
