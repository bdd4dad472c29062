"""Differences along both axes: a claim about complex scalars as two claims about real ones.

Every complex symbol becomes its two parts, every expression the pair of its real and imaginary
part, and a Wirtinger derivative what the partial derivatives along the axes make it; the judge of
real claims looks at both. Elementary functions only (A&S 4.2, 4.3 and 4.5).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.complexes import is_real, is_square
from derivcheck.lang.equation import Equation
from derivcheck.model import Evidence, Finding, Witness
from derivcheck.numeric.sampling.complex_parts import (
    Beyond,
    ComplexParts,
    Pair,
    axes_of,
    exponential,
    inverse,
    logarithm,
    times,
)

_HALF = N.number(Fraction(1, 2))
_ZERO, _ONE = N.ZERO_NODE, N.ONE_NODE


def in_parts(equation: Equation) -> tuple[Equation, ...] | None:
    """The claims about the real and the imaginary part; None where that is out of reach."""
    context = equation.context
    if equation.indices or any(s.shape for s in context.symbols) or context.identically:
        return None
    split = _Split(context.symbols)
    try:
        left, right = split.parts(equation.left), split.parts(equation.right)
    except Beyond:
        return None
    real_context = replace(
        context,
        symbols=split.symbols,
        assume=N.conjuncts(map(split.condition, context.assume)),
        is_complex=False,
    )
    return tuple(
        replace(equation, left=one, right=other, context=real_context)
        for one, other in zip(left, right, strict=True)
        if not (one is other is _ZERO)
    )


def together(found: list[Evidence]) -> Evidence:
    """What the judge says of both parts as one: the first that does not hold, else the worst."""
    for wanted in (Finding.FAILS, Finding.UNKNOWN):
        for evidence in found:
            if evidence.finding is wanted:
                return replace(
                    evidence, witness=evidence.witness and _in_own_symbols(evidence.witness)
                )
    worst = max(found, key=lambda e: e.measured or 0.0)
    return replace(worst, detail=f"real and imaginary parts apart; {worst.detail}")


def _in_own_symbols(witness: Witness) -> Witness:
    """A witness in the claim's own symbols: ``re(z)`` for the symbol ``z.re``."""
    parted = ((*name.partition("."), text) for name, text in witness.point)
    named = ((f"{part}({name})" if part else name, text) for name, _, part, text in parted)
    return replace(witness, point=tuple(named))


class _Split(ComplexParts):
    """Parts of derivatives and of all powers, too."""

    def stays(self, node: N.Node) -> bool:
        return super().stays(node) and is_real(node, self.names)

    def parts(self, node: N.Node) -> Pair:
        if self.stays(node):
            return node, _ZERO
        match node:
            case N.Wirtinger(layout="scalar"):
                return self._wirtinger(node)
            case N.Jvp():
                return self._jvp(node)
            case N.Pow(base=base, exponent=exponent) if not isinstance(exponent, N.Num):
                return exponential(times(logarithm(self.parts(base)), self.parts(exponent)))
            case N.Pow(base=base, exponent=N.Num(value=value)):
                return self._power(base, value)
        return super().parts(node)

    def _power(self, base: N.Node, value: Fraction) -> Pair:
        if value < 0:
            return inverse(self.parts(N.power(base, N.number(-value))))
        if value.denominator == 1:
            return super().parts(N.power(base, N.number(value)))
        below = self.parts(base)
        if is_square(base, self.names):
            return N.power(below[0], N.number(value)), _ZERO
        if value == Fraction(1, 2):
            return _root(below)
        log = logarithm(below)
        return exponential((N.mul(N.number(value), log[0]), N.mul(N.number(value), log[1])))

    def _bound(self, variable: N.Sym, at: N.Node) -> tuple[tuple[N.Sym, ...], tuple[N.Node, ...]]:
        """The real variables that a bound one is, with the points they are taken at."""
        place = self.parts(at)
        if not any(self._is_complex(n) for n in N.walk(at)):
            return (variable,), (at,)
        self.names = self.names | {variable.name}
        return axes_of(variable), place

    def _jvp(self, node: N.Jvp) -> Pair:
        variables: list[N.Sym] = []
        places: list[N.Node] = []
        directions: list[N.Node] = []
        for variable, at, direction in zip(node.variables, node.at, node.directions, strict=True):
            axes, points = self._bound(variable, at)
            variables += axes
            places += points
            directions += self.parts(direction)[: len(axes)]
        body = self.parts(node.body)
        one, other = (
            N.Jvp(part, tuple(variables), tuple(places), tuple(directions), shape=())
            for part in body
        )
        return one, _ZERO if body[1] is _ZERO else other

    def _wirtinger(self, node: N.Wirtinger) -> Pair:
        axes, points = self._bound(node.variable, node.at)
        body = self.parts(node.body)
        along: list[list[N.Node]] = [
            [N.Jvp(part, axes, points, direction, shape=()) for part in body]
            for direction in ((_ONE, _ZERO), (_ZERO, _ONE))
        ]
        (px, qx), (py, qy) = along
        if node.conjugate:
            return N.mul(_HALF, N.subtract(px, qy)), N.mul(_HALF, N.add(qx, py))
        return N.mul(_HALF, N.add(px, qy)), N.mul(_HALF, N.subtract(qx, py))


def _root(u: Pair) -> Pair:
    size = N.call("hypot", *u)
    across, upward = (
        N.square_root(N.mul(_HALF, part)) for part in (N.add(size, u[0]), N.subtract(size, u[0]))
    )
    below = N.Compare("<", u[1], _ZERO, shape=())
    return across, N.Select(below, N.negative(upward), upward, shape=())
