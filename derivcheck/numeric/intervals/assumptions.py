"""Conditions at a counterexample: floats with a margin chose the point, balls vouch for it.

Sampling takes a condition, or an end of a domain, that is not rational at the value of its floats.
That is wrong where they lose all their digits, ``10**20*(sqrt(x)**2 - x) > 1``, or take a pole for
a number, ``1/sin(x) > 0`` at pi; and they say of ``cos(pi/3)`` that it is not 1/2. A point is a
counterexample only where all conditions certainly hold.
"""

from __future__ import annotations

from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS, logic, truth
from derivcheck.lang.equation import Context, Symbol
from derivcheck.numeric.intervals.matrices import entries
from derivcheck.numeric.intervals.program import Program
from derivcheck.numeric.intervals.rules import Unsupported
from derivcheck.numeric.sampling.conditions import pairs
from derivcheck.numeric.sampling.exact import Evaluator, Inexact
from derivcheck.numeric.sampling.points import Point
from derivcheck.numeric.sampling.stand_ins import instantiate
from derivcheck.numeric.sampling.values import is_rational


class Assumptions:
    """What is assumed of points, but for equations: sampling meets those exactly.

    What is assumed of functions that equations give is for those who solve them.
    """

    def __init__(self, context: Context) -> None:
        wide = frozenset(s.name for s in context.symbols if s.domain.kind == "complex")
        self.names = wide if wide or context.is_complex else None
        """The complex symbols, of a claim about complex numbers."""
        self.nodes = tuple(
            node
            for node in context.assume
            if not (isinstance(node, N.Compare) and node.operator == "==")
            and context.given.isdisjoint(N.functions_in(node))
        )
        self.domains = {
            symbol.name: _vague(symbol)
            for symbol in context.symbols
            if symbol.domain.interval is not None or symbol.domain.excluded
        }
        self.programs: dict[N.Node, Program | None] = {}

    def __bool__(self) -> bool:
        """Whether there is anything that floats may have decided."""
        return bool(self.nodes) or any(self.domains.values())

    def hold(self, point: Point) -> bool | None:
        """Whether all certainly hold, at the precision in force; None where that is not known."""
        nodes = [instantiate(node, point.instances) for node in self.nodes]
        return logic("and", [self.inside(point), *(self._truth(node, point) for node in nodes)])

    def inside(self, point: Point) -> bool | None:
        """Whether its values are certainly in their domains."""
        bounds = (node for name in point.values for node in self.domains.get(name, ()))
        return logic("and", [self._truth(node, point) for node in bounds])

    def _truth(self, node: N.Node, point: Point) -> bool | None:
        return truth(node, lambda compare: self._compared(compare, point))

    def _compared(self, node: N.Node, point: Point) -> bool | None:
        if not isinstance(node, N.Compare):
            return None
        try:
            found = pairs(node, Evaluator(point.sizes, point.values))
        except (Inexact, KeyError):
            return self._by_balls(node, point)
        return all(HOLDS[node.operator](*pair) for pair in found)

    def _compiled(self, node: N.Compare) -> Program | None:
        chosen = N.Select(node, N.ONE_NODE, N.ZERO_NODE, shape=node.shape)
        try:
            return Program((chosen,), (), (), self.names)
        except Unsupported:
            return None

    def _by_balls(self, node: N.Compare, point: Point) -> bool | None:
        """True, or False where it fails for some entry; None where no ball tells."""
        if node not in self.programs:
            self.programs[node] = self._compiled(node)
        program = self.programs[node]
        try:
            runs = program.run(point) if program is not None else []
        except Unsupported:
            runs = []
        if not runs:
            return None
        [(_, (value,))] = runs
        truths = entries(value)
        if not all(ball.is_finite() for ball in truths):
            return None
        return not any(ball.is_zero() for ball in truths)


def _vague(symbol: Symbol) -> tuple[N.Compare, ...]:
    """The ends of a domain, and what it leaves out, where these are not rational."""
    return tuple(bound for bound in symbol.conditions if not is_rational(bound.right))
