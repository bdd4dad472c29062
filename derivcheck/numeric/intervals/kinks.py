"""Derivatives at points where their rules say nothing: kinks, removable gaps, edges of roots.

``abs(x - 1)*(x - 1)`` has the derivative 0 at 1, ``where(x == 0, 1, sin(x)/x)`` has it at 0, and
``sqrt((x - e)**4)`` at e; the rules divide by zero there, or ask for a slope of ``abs``. What a
function is on both sides of a point is expanded (:mod:`~derivcheck.numeric.intervals.local`):
where both sides certainly have one slope, and the value of the function is their limit, that slope
is the derivative. The points are the zeros of what
switches or stands under a root, solved for the variable: what is zero there is exactly zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation
from derivcheck.lang.printer import node_text
from derivcheck.numeric.intervals import expansions as E
from derivcheck.numeric.intervals.expansions import Unknown
from derivcheck.numeric.intervals.local import Place
from derivcheck.numeric.sampling.pieces import edges_of
from derivcheck.numeric.sampling.points import stream
from derivcheck.numeric.sampling.solved_switches import zeros_of
from derivcheck.records import record

_MOST_NODES = 600
_OTHERS = 3
"""So many values of the other symbols are tried."""
_MOST_POINTS = 8


@record()
class Found:
    """Both sides at a point, certainly."""

    point: tuple[tuple[str, str], ...]
    true: object
    claimed: object


def refuted(equation: Equation, seed: int) -> Found | None:
    """A point at which a derivative certainly exists and is not what is claimed."""
    variable = _variable(equation)
    if variable is None:
        return None
    others = [s.name for s in equation.context.symbols if s.name != variable.name]
    [excluded] = [s.domain.excluded for s in equation.context.symbols if s.name == variable.name]
    for values in _values(equation, others, seed):
        numbers: dict[N.Node, N.Node] = {
            N.Sym(name, shape=()): N.number(value) for name, value in values.items()
        }
        sides = [N.substitute(side, numbers) for side in (equation.left, equation.right)]
        told = [N.substitute(condition, numbers) for condition in equation.context.assume]
        for value, zeros in _places(equation, variable, sides):
            point = ((variable.name, node_text(value)), *((k, str(v)) for k, v in values.items()))
            for parameter in (None, *zeros):
                try:
                    local = Place(variable, value, zeros, parameter)
                    if not local.is_allowed(excluded) or not all(map(local.holds, told)):
                        break
                    true, claimed = (local.of(side).value for side in sides)
                except (Unknown, RecursionError, ZeroDivisionError):
                    continue
                if true is None or claimed is None:
                    continue
                if not E.ball(true).overlaps(E.ball(claimed)):
                    return Found(point, E.ball(true), E.ball(claimed))
                break
    return None


def _variable(equation: Equation) -> N.Sym | None:
    """The variable of a claim about a derivative that can be looked at in this way."""
    left, context = equation.left, equation.context
    if context.is_complex or context.identically or equation.indices:
        return None
    if any(symbol.shape for symbol in context.symbols):
        return None
    nodes = {*N.walk(left), *N.walk(equation.right)}
    if len(nodes) > _MOST_NODES or any(isinstance(node, N.Apply) for node in nodes):
        return None
    if isinstance(left, N.Jvp) and len(left.at) == 1 and isinstance(left.at[0], N.Sym):
        return left.at[0]
    return None


def _values(equation: Equation, names: list[str], seed: int) -> Iterator[dict[str, Fraction]]:
    """Values of the other symbols."""
    if not names:
        yield {}
        return
    for point in islice(stream(equation, seed), _OTHERS):
        found = {name: point.values.get(name) for name in names}
        if all(isinstance(value, Fraction) for value in found.values()):
            yield {name: value for name, value in found.items() if isinstance(value, Fraction)}


def _places(
    equation: Equation, variable: N.Sym, sides: list[N.Node]
) -> Iterator[tuple[N.Node, tuple[N.Node, ...]]]:
    """Values of the variable at which something vanishes, and what does."""
    nodes = tuple(dict.fromkeys(node for side in sides for node in N.walk(side)))
    symbol = next(s for s in equation.context.symbols if s.name == variable.name)
    found: dict[N.Node, dict[N.Node, None]] = {}
    for edge in edges_of(nodes):
        for value in zeros_of(edge, symbol):
            found.setdefault(value, {})[edge] = None
    for value, zeros in islice(found.items(), _MOST_POINTS):
        yield value, tuple(zeros)


__all__ = ["Found", "refuted"]
