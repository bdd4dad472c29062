"""Drawing points of the declared domain, exact and reproducible.

Every sign component and every interval is represented, simple numbers come first (a person
should be able to check a counterexample by hand), dimensions are distinct first, then equal,
then 1. Side conditions are met exactly, in rationals; where that is beyond reach the reason
is said instead of dropping the condition.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import field, replace
from fractions import Fraction
from functools import cached_property
from random import Random

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import REAL, Equation, Symbol
from derivcheck.lang.printer import node_text
from derivcheck.numeric.sampling.complex_parts import ComplexParts
from derivcheck.numeric.sampling.conditions import Unmet, domain_text, holds, inside
from derivcheck.numeric.sampling.constraints import Conditions
from derivcheck.numeric.sampling.dimensions import size_assignments
from derivcheck.numeric.sampling.edges import Edges
from derivcheck.numeric.sampling.exact import Complex, Value, entries_of, grid, shaped
from derivcheck.numeric.sampling.fitting import fitted, polynomials
from derivcheck.numeric.sampling.pieces import Pieces
from derivcheck.numeric.sampling.stand_ins import Instance, instances, instantiate, used_functions
from derivcheck.numeric.sampling.structured import draw_matrix
from derivcheck.numeric.sampling.switch_points import SwitchPoints
from derivcheck.numeric.sampling.values import Range, Style, allowed, domain_range, draw_real
from derivcheck.records import record


@record()
class Point:
    """Exact values for everything an equation mentions.

    ``sizes`` maps a dimension's name to a number, ``values`` a symbol's name to a Fraction, a
    :class:`Complex` or a matrix (a tuple of row tuples), ``indices`` a free index to a value,
    ``instances`` an abstract function's name to what stands for it.
    """

    sizes: dict[str, int] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    indices: Mapping[str, int] = field(default_factory=dict)
    instances: Mapping[str, Instance] = field(default_factory=dict)

    @property
    def numbers(self) -> dict[str, Hashable]:
        """Values and sizes by name."""
        return {**self.sizes, **self.values}


def _styles(text: str) -> tuple[Style, ...]:
    return tuple(Style(*pair.split()) for pair in text.split(","))


_STYLES = _styles(
    "+ middle, + small, - middle, - small, ~ middle, ~ small, + near, + large, - large, ~ ~,"
    "+ tiny, - tiny, ~ unit, ~ ~, + wide, - wide"
)
_MATRIX_STYLES = _styles("~ middle, + middle, ~ ~, + small, ~ small, - middle, + large, ~ tiny")
_FIXED = 4
"""Leading styles that take their numbers in table order, so that symbols get distinct ones."""

_IN_PIECES = 2
"""Of eight points, the one that is put into a narrow or far piece, if there is any."""
_AT_ENDS = 5
"""The one that is put to the ends of domains and conditions, if there are any; not of the first
eight, since much is less precise there."""


class Sampler:
    """Draws the k-th point of an equation."""

    def __init__(self, equation: Equation, seed: int) -> None:
        self.equation = equation
        self.random = Random((equation.context.seed * 1_000_003 + seed) & (2**61 - 1))
        self.nodes = equation.all_nodes
        given_by = tuple(n for e in equation.context.identically for n in N.walk(e))
        used = {node.name for node in (*self.nodes, *given_by) if isinstance(node, N.Sym)}
        self.symbols = tuple(s for s in equation.context.symbols if s.name in used)
        assume = equation.context.assume
        names = {s.name for s in self.symbols if s.domain.kind == "complex"}
        unitary = {node: name for node in assume if (name := _unitary(node)) in names}
        self.symbols = tuple(
            replace(s, structure=frozenset({"orthogonal"})) if s.name in unitary.values() else s
            for s in self.symbols
        )
        self.sizes = size_assignments(equation, self.nodes)
        plain = (node for node in assume if not N.functions_in(node) and node not in unitary)
        # what equations say of a function is for those who satisfy them
        given = equation.context.given
        abstract = (node for node in assume if N.functions_in(node))
        self.abstract = tuple(n for n in abstract if given.isdisjoint(N.functions_in(n)))
        self.parts = ComplexParts(self.symbols)
        self.conditions = Conditions(
            N.conjuncts(map(self.parts.condition, plain)), self.parts.symbols
        )
        self.functions = used_functions(equation, self.nodes)
        self.plain = all(not symbol.shape for symbol in self.symbols)
        self.exponents = _in_exponents(self.nodes)
        ordered = tuple(s for s in self.symbols if s.domain.kind != "complex")
        self.switches = SwitchPoints(self.nodes, ordered, self.exponents, self.random)
        self._ordered = ordered
        self.edges = Edges(self.conditions, ordered)

    @cached_property
    def pieces(self) -> Pieces:
        """Narrow and far pieces of the domain, which the first points do not need."""
        return Pieces(self.nodes, self._ordered)

    def draw(self, number: int) -> Point:
        """The point of that number; :class:`Unmet` when a side condition is not met."""
        if not self.sizes:
            raise Unmet("no sizes of its dimensions are found at which every array has an entry")
        sizes = self.sizes[number % len(self.sizes)]
        styles = _STYLES if self.plain else _MATRIX_STYLES
        style = styles[number] if number < len(styles) else Style("~", "~")
        scalar_style = style
        if not self.plain:
            scalar_style = _STYLES[(0, 1, 4, 5, 2, 6)[number % 6]]
        values: dict[str, Value] = {}
        for position, symbol in enumerate(self.symbols):
            if symbol.shape:
                drawn = self._matrix(symbol, sizes, style)
                if number >= len(_MATRIX_STYLES) and number % 4 == 1:
                    drawn = self._further(drawn, symbol)
                elif symbol.domain.kind == "complex" and not symbol.structure:
                    drawn = _on_axes(drawn, number, position)
                values[symbol.name] = drawn
            else:
                values[symbol.name] = self._scalar(symbol, scalar_style, position, number)
        values = self.switches.moved(values, sizes, number)
        if number % 8 == _IN_PIECES:
            values = self.pieces.moved(values, sizes, number // 8)
        if self.conditions:
            apart = self.conditions.meet(self.parts.apart(values), sizes, style, self.random)
            values = self.parts.together(apart)
        turn, place = divmod(number, 8)
        if turn and place == _AT_ENDS:
            values = self.edges.pushed(values, sizes, turn - 1)
        found = {
            function.name: instances(function, args, number + position, composed)
            for position, function, args, composed in self.functions
        }
        self._draw_weights(found, sizes, values)
        if self._unmet(found, sizes, values) is not None:
            # what is assumed of functions is rarely so of random ones
            found = polynomials(self.functions, number)
            self._draw_weights(found, sizes, values)
            found = fitted(self.abstract, found, sizes, values)
            unmet = self._unmet(found, sizes, values)
            if unmet is not None:
                raise Unmet(f"no instance found that meets the condition `{node_text(unmet)}`")
        indices = {
            index.name: self.random.randrange(index.dim.size(sizes))
            for index in self.equation.indices
        }
        return Point(sizes, values, indices, found)

    def _draw_weights(
        self, found: dict[str, Instance], sizes: dict[str, int], values: dict[str, Value]
    ) -> None:
        for instance in found.values():
            for weight in instance.weights:
                symbol = Symbol(weight.name, weight.shape)
                values[weight.name] = self._matrix(symbol, sizes, _WEIGHTS)

    def _unmet(
        self, found: dict[str, Instance], sizes: dict[str, int], values: dict[str, Value]
    ) -> N.Node | None:
        """A condition on abstract functions that does not hold."""
        return next(
            (n for n in self.abstract if not holds(instantiate(n, found), sizes, values)), None
        )

    def _matrix(self, symbol: Symbol, sizes: dict[str, int], style: Style) -> Value:
        drawn = draw_matrix(symbol, *N.lengths(symbol.shape, sizes), style, self.random)
        if symbol.structure and symbol.domain != REAL and not inside(drawn, symbol):
            raise Unmet(domain_text(symbol))
        return drawn

    def _further(self, value: Value, symbol: Symbol) -> Value:
        """A matrix with entries of every size, beyond where ``min(x, 6)`` and the like switch."""
        if symbol.structure or symbol.domain.kind == "complex" or symbol.domain.is_whole:
            return value
        limits = domain_range(symbol.domain)
        flat = [
            hunted if allowed(hunted := self._hunt(limits), symbol.domain) else entry
            for entry in entries_of(value)
        ]
        return shaped(flat, value)

    def _scalar(self, symbol: Symbol, style: Style, position: int, number: int) -> Value:
        slot = position if number < _FIXED else None
        if symbol.domain.kind == "complex":
            mixed = Style("~", style.scale)
            real, imag = (draw_real(symbol.domain, mixed, self.random) for _ in range(2))
            return _on_axis(number, position) or Complex(real, imag)
        if symbol.name in self.exponents and number % 3 == 2:
            # on negative bases only whole exponents are real, even and odd ones behave apart,
            # and a half of an even one is where they meet
            turn = position + number // 3
            halved = turn % 2 and not symbol.domain.is_whole
            table = _HALVES if halved else _WHOLE
            exponent = table[turn % len(table)]
            if allowed(exponent, symbol.domain):
                return exponent
        if number >= len(_STYLES) and not symbol.domain.is_whole:
            hunted = self._hunt(domain_range(symbol.domain))
            if allowed(hunted, symbol.domain):
                return hunted
        late = number >= len(_STYLES) and number % 3 == 0
        if late and symbol.domain.is_whole and symbol.name not in self.exponents:
            # drawn whole numbers stay below ten, where a polynomial may have all its zeros
            size = Fraction(self.random.choice((1, -1)) * self.random.randint(10, 60))
            large = next((v for v in (size, -size) if allowed(v, symbol.domain)), None)
            if large is not None:
                return large
        return draw_real(symbol.domain, style, self.random, slot)

    def _hunt(self, limits: Range) -> Fraction:
        """Late points look further: tenths up to 4, halves up to 40 and numbers of every size.

        In a bounded interval they look all over it.
        """
        kind = self.random.random()
        if limits.low is not None and limits.high is not None and kind < 0.6:
            share = Fraction(self.random.randint(1, 79), 80)
            exact = limits.low + share * (limits.high - limits.low)
            simple = exact.limit_denominator(80)
            return simple if simple in limits else exact
        if kind < 0.4:
            return Fraction(self.random.randint(-40, 40), 10) or Fraction(1, 3)
        if kind < 0.8:
            return Fraction(self.random.randint(-80, 80), 2) or Fraction(1, 3)
        size = Fraction(2) ** self.random.randint(-6, 9)
        return size * Fraction(self.random.choice((-1, 1)) * self.random.randint(5, 9), 7)


_ON_AXES = tuple(
    map(Fraction, ("-2", "2", "-1/2", "3/2", "-5", "1/3", "-3/2", "4", "-1/5", "-3", "1", "-9"))
)
"""Where complex numbers lie on an axis, by turns: cuts end at 0 and 1, or near them."""


def _on_axis(number: int, position: int) -> Complex | None:
    """A number on an axis where it is its turn: branch cuts lie there, which no random point
    meets."""
    turn = number % 6
    if turn < 4:
        return None
    value = _ON_AXES[(number // 6 + position) % len(_ON_AXES)]
    return Complex(value, Fraction(0)) if turn == 4 else Complex(Fraction(0), value)


def _on_axes(array: Value, number: int, position: int) -> Value:
    """An array of such numbers, where it is their turn."""
    first = _on_axis(number, position)
    if first is None or isinstance(array, Fraction | Complex):
        return array
    return grid(len(array), len(array[0]), lambda i, j: _on_axis(number, position + i + j) or first)


_WEIGHTS = Style("~", "small")


_WHOLE = tuple(map(Fraction, (4, 2, -2, 1, 2, -1, 3)))
_HALVES = (Fraction(1, 2), Fraction(3, 2), Fraction(-1, 2), Fraction(5, 2))


def _in_exponents(everything: tuple[N.Node, ...]) -> frozenset[str]:
    """Names of the symbols that occur in an exponent."""
    return frozenset(
        below.name
        for node in everything
        if isinstance(node, N.Pow) and not isinstance(node.exponent, N.Num)
        for below in N.walk(node.exponent)
        if isinstance(below, N.Sym)
    )


def _unitary(node: N.Node) -> str | None:
    """The symbol that a condition ``U.H @ U == eye(n)`` makes unitary."""
    if (
        isinstance(node, N.Compare)
        and node.operator == "=="
        and isinstance(node.left, N.MatMul)
        and isinstance(node.right, N.Eye)
        and node.left.left.shape == node.left.right.shape
    ):
        sides = (node.left.left, node.left.right)
        for adjoint, plain in (sides, sides[::-1]):
            if isinstance(plain, N.Sym) and adjoint in (
                N.transpose(N.call("conj", plain)),
                N.call("conj", N.transpose(plain)),
            ):
                return plain.name
    return None
