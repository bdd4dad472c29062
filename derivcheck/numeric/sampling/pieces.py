"""Narrow and far pieces of the domain, which no random point meets.

Between the zeros of what switches, or stands under a root, a logarithm or in a denominator, a claim
may say something of its own: ``log((100*x + 202)*(-201 - 100*x))`` is real between -2.02 and -2.01
alone. With the other symbols at a point, the zeros of polynomials in one symbol are isolated, and a
point is put into each piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Symbol
from derivcheck.lang.texts import breaks, margins
from derivcheck.numeric.sampling.algebraic import MAX_DEGREE
from derivcheck.numeric.sampling.conditions import Sizes, Values, inside
from derivcheck.numeric.sampling.exact import Evaluator, Inexact, fraction
from derivcheck.numeric.sampling.inversion import ratio
from derivcheck.numeric.sampling.values import simplest_between

_NARROW = Fraction(1, 2)
_FAR = 8
"""Pieces at most so wide, or all of them at least so far out, are passed over by random points."""
_PLAIN = 10**6
"""Zeros with larger denominators are taken for no rational numbers."""
_MAX_ZEROS = 40


def edges_of(nodes: tuple[N.Node, ...]) -> tuple[N.Node, ...]:
    """What is zero where a claim may change its form or end, in factors."""
    found: dict[N.Node, None] = {}
    places = N.points_of(node for node in nodes if isinstance(node, N.Jvp))
    for node in nodes:
        for edge in _edges(node):
            found.update(dict.fromkeys(factors(N.substitute(edge, places))))
    return tuple(node for node in found if not node.shape)


def _edges(node: N.Node) -> Iterator[N.Node]:
    match node:
        case N.Compare(left=left, right=right):
            yield N.subtract(left, right)
        case N.Pow(base=base, exponent=N.Num(value=value)):
            if value < 0 or value.denominator != 1:
                yield base
        case N.Pow(base=base):
            yield base
        case N.Call(function=function, args=args):
            yield from (margin for margin, _ in margins(function, args))
            yield from breaks(function, args, "kinks", "jumps", "poles")


def factors(node: N.Node) -> Iterator[N.Node]:
    """What is zero, or has a pole, where a product does."""
    if isinstance(node, N.Mul):
        for arg in node.args:
            yield from factors(arg)
    elif isinstance(node, N.Pow) and isinstance(node.exponent, N.Num):
        yield from factors(node.base)
    elif not isinstance(node, N.Num):
        yield node


class Pieces:
    """Moves one symbol into the narrow and far pieces between zeros, by turns."""

    def __init__(self, nodes: tuple[N.Node, ...], symbols: tuple[Symbol, ...]) -> None:
        self.edges = edges_of(nodes)
        self.symbols = tuple(
            s for s in symbols if not s.shape and s.domain.kind not in ("complex", "integer")
        )
        self.by_symbol = {
            symbol.name: [
                edge
                for edge in self.edges
                if any(s.name == symbol.name for s in N.symbols_in(edge))
            ]
            for symbol in self.symbols
        }

    def moved(self, values: Values, sizes: Sizes, turn: int) -> Values:
        """The values with a symbol in the piece of that turn; as they are where there is none."""
        first = not turn
        # early points are few: zeros, which are rarely points of the domain, come late
        least = 2 if first else 1
        leads = [s for s in self.symbols if len(self.by_symbol[s.name]) >= least]
        if not leads:
            return values
        turn, which = divmod(turn, len(leads))
        symbol = leads[which]
        zeros = self._zeros(symbol.name, values, sizes)
        pieces = sorted(
            (
                (low, high)
                for low, high in pairwise(zeros)
                if high - low <= _NARROW or low >= _FAR or high <= -_FAR
            ),
            key=lambda piece: piece[1] - piece[0],
        )
        points = [simplest_between(low, high) for low, high in pieces]
        # a zero may be a point of the domain that lies apart from all others
        points += [zero for zero in zeros if not first and zero.denominator <= _PLAIN]
        for point in (*points[turn % len(points) :], *points) if points else ():
            if inside(point, symbol):
                return {**values, symbol.name: point}
        return values

    def _zeros(self, name: str, values: Values, sizes: Sizes) -> list[Fraction]:
        """The zeros of all edges that are polynomials in a symbol, as good as exactly, in order."""
        evaluator, variable = Evaluator(sizes, values, approximate=True), N.Sym(name, shape=())
        found: set[Fraction] = set()
        for edge in self.by_symbol[name]:
            try:
                poly, below = ratio(edge, {variable: 1}, variable, evaluator)
            except (Inexact, KeyError, OverflowError):
                continue
            if 0 < poly.degree() < MAX_DEGREE and not below.degree():
                found.update(_roots(poly))
        return sorted(found)[:_MAX_ZEROS]


def _roots(poly: Any) -> Iterator[Fraction]:
    """Real roots, exact where they are rational of degree 1, else middles of their enclosures."""
    if poly.degree() == 1:
        yield fraction(-poly[0] / poly[1])
        return
    found: Any = poly.numer().complex_roots()
    for root, _ in found:
        if root.imag.contains(0):
            yield fraction(root.real.mid().fmpq())
