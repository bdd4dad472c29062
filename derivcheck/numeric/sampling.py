"""Points of the declared domain, exact and reproducible.

Every sign component and every interval is represented, simple numbers come first (a person
should be able to check a counterexample by hand), dimensions are distinct first, then equal,
then 1. Side conditions are met exactly, in rationals; where that is beyond reach the reason
is said instead of dropping the condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, permutations
from random import Random
from types import UnionType

from derivcheck.equation import REAL, Equation, Symbol
from derivcheck.lang import nodes as N
from derivcheck.numeric.conditions import (
    Unmet,
    Values,
    condition_text,
    domain_text,
    flatten,
    holds,
    inside,
)
from derivcheck.numeric.constraints import Conditions
from derivcheck.numeric.draws import (
    Range,
    Style,
    allowed,
    domain_range,
    draw_matrix,
    draw_real,
    is_whole,
)
from derivcheck.numeric.exact import Complex, Matrix, Value
from derivcheck.numeric.instances import Instance, instances, instantiate
from derivcheck.numeric.solving import equate


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Sample:
    """Points, or the ``reason`` why there is none."""

    points: tuple[Point, ...]
    reason: str = ""


_STYLES = tuple(
    Style(sign, scale)
    for sign, scale in (
        ("+", "middle"),
        ("+", "small"),
        ("-", "middle"),
        ("-", "small"),
        ("~", "middle"),
        ("~", "small"),
        ("+", "near"),
        ("+", "large"),
        ("-", "large"),
        ("~", "~"),
        ("+", "tiny"),
        ("-", "tiny"),
        ("~", "unit"),
        ("~", "~"),
        ("+", "wide"),
        ("-", "wide"),
    )
)
_MATRIX_STYLES = tuple(
    Style(sign, scale)
    for sign, scale in (
        ("~", "middle"),
        ("+", "middle"),
        ("~", "~"),
        ("+", "small"),
        ("~", "small"),
        ("-", "middle"),
        ("+", "large"),
        ("~", "tiny"),
    )
)
_FIXED = 4
"""Leading styles that take their numbers in table order, so that symbols get distinct ones."""

_GIVEN_UP = 3
"""So many times a switch may have no rational zero before nobody asks again."""

_ATTEMPTS = 12
"""Draws in a row that may miss the side conditions before the domain is called empty."""


def points(equation: Equation, count: int, seed: int = 0) -> Sample:
    """The first ``count`` points of :func:`stream`, or why there is none."""
    endless = stream(equation, seed)
    found = tuple(islice(endless, count))
    return Sample(found, "" if found else endless.reason)


def stream(equation: Equation, seed: int = 0) -> PointStream:
    """Points without end, as long as the side conditions can be met; same input, same points."""
    source = _recent.get(seed)
    if source is None or source.equation is not equation:
        _recent.clear()
        source = _recent[seed] = _Source(equation, seed)
    return PointStream(source)


class _Source:
    """The points of an equation drawn so far: every judge looks at the same ones."""

    def __init__(self, equation: Equation, seed: int) -> None:
        self.equation = equation
        self.seed = seed
        self.reason = ""
        self.points: list[Point] = []
        self._number = 0
        for symbol in equation.context.symbols:
            if domain_range(symbol.domain).empty:
                self.reason = f"empty domain? The interval declared for {symbol.name} is empty"
                return
        self._sampler = _Sampler(equation, seed)

    def point(self, number: int) -> Point | None:
        """The point of that number; None where the points end."""
        while len(self.points) <= number:
            if self.reason:
                return None
            try:
                self._draw()
            except BaseException:
                _recent.clear()  # interrupted: what comes next would depend on when
                raise
        return self.points[number]

    def _draw(self) -> None:
        for _ in range(_ATTEMPTS):
            self._number += 1
            try:
                self.points.append(self._sampler.draw(self._number - 1))
                return
            except Unmet as error:
                reason = str(error)
        self.reason = reason


_recent: dict[int, _Source] = {}
"""The last equation asked for, by the seed: the judges come one after the other."""


class PointStream:
    """Iterator over points; ``reason`` says why it ended."""

    def __init__(self, source: _Source) -> None:
        self._source = source
        self._next = 0

    @property
    def reason(self) -> str:
        """Why there are no more points; empty as long as there may be."""
        return self._source.reason

    def __iter__(self) -> Iterator[Point]:
        return self

    def __next__(self) -> Point:
        found = self._source.point(self._next)
        if found is None:
            raise StopIteration
        self._next += 1
        return found


class _Sampler:
    """Draws the k-th point of an equation."""

    def __init__(self, equation: Equation, seed: int) -> None:
        self.equation = equation
        self.random = Random((equation.context.seed * 1_000_003 + seed) & (2**61 - 1))
        self.nodes = _all_nodes(equation)
        used = {node.name for node in self.nodes if isinstance(node, N.Sym)}
        self.symbols = tuple(s for s in equation.context.symbols if s.name in used)
        self.sizes = size_assignments(equation, self.nodes)
        plain, abstract = _split(equation.context.assume)
        self.conditions = Conditions(plain, self.symbols)
        self.abstract = abstract
        self.applications = tuple(node for node in self.nodes if isinstance(node, N.Apply))
        self.plain = all(not symbol.shape for symbol in self.symbols)
        self.exponents = _in_exponents(self.nodes)
        self.switches = _switches(self.nodes)
        self.unsolved: dict[N.Node, int] = {}

    def draw(self, number: int) -> Point:
        """The point of that number; :class:`Unmet` when a side condition is not met."""
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
                values[symbol.name] = drawn
            else:
                values[symbol.name] = self._scalar(symbol, scalar_style, position, number)
        if self.switches and number % 4 == 3:
            values = self._at_a_switch(values, sizes, number // 4)
        elif self.switches and number % 8 == 6:
            turn, side = divmod(number // 8, 2)
            values = self._switched(values, sizes, turn, _SIDES[1 + side])
        if self.conditions:
            values = self.conditions.meet(values, sizes, style, self.random)
        found: dict[str, Instance] = {}
        for position, function in enumerate(self.equation.context.functions):
            uses = [use for use in self.applications if use.function == function.name]
            if uses:
                instance = instances(function, uses[0].args, number + position, self.random)
                found[function.name] = instance
                for weight in instance.weights:
                    symbol = Symbol(weight.name, weight.shape)
                    values[weight.name] = self._matrix(symbol, sizes, _WEIGHTS)
        for node in self.abstract:
            if not holds(instantiate(node, found), sizes, values):
                raise Unmet(f"no instance found that meets the condition `{condition_text(node)}`")
        indices = {
            index.name: self.random.randrange(index.dim.size(sizes))
            for index in self.equation.indices
        }
        return Point(sizes, values, indices, found)

    def _at_a_switch(self, values: dict[str, Value], sizes: dict[str, int], turn: int) -> Values:
        """Values at which something switches: entries tied, or an equality solved."""
        if self.plain:
            return self._switched(values, sizes, turn)
        node = self.switches[turn % len(self.switches)]
        shaped = any(symbol.shape for symbol in N.symbols_in(node))
        if shaped and turn // len(self.switches) % 2 == 0:
            return self._tied(values, sizes, turn)
        return self._switched(values, sizes, turn)

    def _switched(
        self,
        values: dict[str, Value],
        sizes: dict[str, int],
        turn: int,
        side: tuple[int, tuple[Fraction, ...]] | None = None,
    ) -> Values:
        """Values moved to where a comparison or a sign switches, which no random point meets.

        By turns at the switch itself and beside it, or to the ``side`` asked for.
        """
        node = self.switches[turn % len(self.switches)]
        turn //= len(self.switches)
        names = [s.name for s in N.symbols_in(node) if s.name in values]
        if not names:
            return values
        first = turn % len(names)
        if self.unsolved.get(node, 0) >= _GIVEN_UP:
            return self._far(values, names[first], turn)
        symbols = {symbol.name: symbol for symbol in self.symbols}
        equality = N.Compare("==", node, N.ZERO_NODE, shape=())
        turned = names[first:] + names[:first]
        # halves are exact in balls too, so that these see equality
        for name in turned:
            value = values[name]
            if isinstance(value, Fraction) and allowed(
                Fraction(round(2 * value), 2), symbols[name].domain
            ):
                values = {**values, name: Fraction(round(2 * value), 2)}
        lead = turned[0]
        starts: list[Value] = [values[lead]]
        if not symbols[lead].shape:
            starts += [Fraction(k) for k in (0, 1, -1, 2)]
        for start in starts:
            if not inside(start, symbols[lead]):
                continue
            moved = {**values, lead: start}
            found = equate(equality, turned, symbols, moved, sizes, self.random)
            if holds(equality, sizes, found):
                return self._beside(found, values, lead, side or _SIDES[turn % len(_SIDES)])
        self.unsolved[node] = self.unsolved.get(node, 0) + 1
        return self._far(values, lead, turn)

    def _far(self, values: dict[str, Value], lead: str, turn: int) -> Values:
        """Values far out, beyond a switch whose place is not rational: ``where(log(x) > 50, ...)``.

        By turns to either side, further and further.
        """
        if lead in self.exponents:
            return values
        symbol = next(s for s in self.symbols if s.name == lead)
        size = Fraction(10) ** (2 ** (1 + turn // 2 % 5))
        value = values[lead]
        for factor in (-size if turn % 2 else size, size):
            if isinstance(value, Fraction):
                moved: Value = factor
            else:
                moved = _shaped([factor * entry for entry in _entries(value)], value)
            if inside(moved, symbol):
                return {**values, lead: moved}
        return values

    def _beside(
        self, found: Values, old: Values, lead: str, where: tuple[int, tuple[Fraction, ...]]
    ) -> Values:
        """Values at the switch, or a long or a short way to a side of it.

        What a claim says beyond ``x > 10**6`` is seen neither at the switch nor at random points.
        """
        side, steps = where
        if not side:
            return found
        symbol = next((s for s in self.symbols if found.get(s.name) != old.get(s.name)), None)
        if symbol is None:
            symbol = next(s for s in self.symbols if s.name == lead)
        value = found[symbol.name]
        for step in (*steps, *([abs(value) / 2] if isinstance(value, Fraction) else [])):
            moved = _stepped(value, old[symbol.name], side * step)
            if moved is not None and inside(moved, symbol):
                return {**found, symbol.name: moved}
        return found

    def _tied(self, values: dict[str, Value], sizes: dict[str, int], turn: int) -> Values:
        """Values with an entry that is zero, or equal to another, where signs are asked for."""
        node = self.switches[turn % len(self.switches)]
        used = {s.name for s in N.symbols_in(node)}
        movable = [
            s
            for s in self.symbols
            if s.name in used and s.shape and not s.structure and s.domain.kind != "complex"
        ]
        if not movable:
            return values
        symbol = movable[turn // len(self.switches) % len(movable)]
        flat = _entries(values[symbol.name])
        others = [
            _entries(values[s.name])[0]
            for s in movable
            if s is not symbol and s.shape == symbol.shape
        ]
        if any(isinstance(below, N.Extreme) for below in N.walk(node)):
            flat = flat[:1] * len(flat)
        else:
            choices = (*others[:1], Fraction(0), flat[-1])
            flat[0] = next((c for c in choices if allowed(c, symbol.domain)), flat[0])
        return {**values, symbol.name: _shaped(flat, values[symbol.name])}

    def _matrix(self, symbol: Symbol, sizes: dict[str, int], style: Style) -> Value:
        rows, columns = N.rows_of(symbol.shape), N.columns_of(symbol.shape)
        shape = rows.size(sizes), columns.size(sizes)
        drawn = draw_matrix(symbol, *shape, style, self.random)
        if symbol.structure and symbol.domain != REAL and not inside(drawn, symbol):
            raise Unmet(domain_text(symbol))
        return drawn

    def _further(self, value: Value, symbol: Symbol) -> Value:
        """A matrix with entries of every size, beyond where ``min(x, 6)`` and the like switch."""
        if symbol.structure or symbol.domain.kind == "complex" or is_whole(symbol.domain):
            return value
        limits = domain_range(symbol.domain)
        flat = [
            hunted if allowed(hunted := self._hunt(limits), symbol.domain) else entry
            for entry in _entries(value)
        ]
        return _shaped(flat, value)

    def _scalar(self, symbol: Symbol, style: Style, position: int, number: int) -> Value:
        slot = position if number < _FIXED else None
        if symbol.domain.kind == "complex":
            parts = [
                draw_real(symbol.domain, Style("~", style.scale), self.random) for _ in range(2)
            ]
            return Complex(parts[0], parts[1])
        if symbol.name in self.exponents and number % 3 == 2:
            # on negative bases only whole exponents are real, even and odd ones behave apart,
            # and a half of an even one is where they meet
            turn = position + number // 3
            halved = turn % 2 and not is_whole(symbol.domain)
            table = _HALVES if halved else _WHOLE
            exponent = table[turn % len(table)]
            if allowed(exponent, symbol.domain):
                return exponent
        if number >= len(_STYLES) and not is_whole(symbol.domain):
            hunted = self._hunt(domain_range(symbol.domain))
            if allowed(hunted, symbol.domain):
                return hunted
        late = number >= len(_STYLES) and number % 3 == 0
        if late and is_whole(symbol.domain) and symbol.name not in self.exponents:
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
            return (limits.low + share * (limits.high - limits.low)).limit_denominator(80)
        if kind < 0.4:
            return Fraction(self.random.randint(-40, 40), 10) or Fraction(1, 3)
        if kind < 0.8:
            return Fraction(self.random.randint(-80, 80), 2) or Fraction(1, 3)
        size = Fraction(2) ** self.random.randint(-6, 9)
        return size * Fraction(self.random.choice((-1, 1)) * self.random.randint(5, 9), 7)


_WEIGHTS = Style("~", "small")


def _stepped(value: Value, old: Value, step: Fraction) -> Value | None:
    """A value moved by a step: a scalar, or those entries of a matrix that differ from the old."""
    if isinstance(value, Fraction):
        return value + step
    flat, before = _entries(value), _entries(old)
    if not flat:
        return None
    moved = [v + step if flat == before or v != o else v for v, o in zip(flat, before, strict=True)]
    return _shaped(moved, value)


def _entries(value: Value) -> list[Fraction]:
    """All entries of a real matrix, row by row."""
    if isinstance(value, Fraction | Complex):
        return []
    return [entry for row in value for entry in row if isinstance(entry, Fraction)]


def _shaped(flat: list[Fraction], like: Value) -> Value:
    """Entries, row by row, as a matrix of the shape of another."""
    if isinstance(like, Fraction | Complex):
        return like
    width = len(like[0])
    return tuple(tuple(flat[k : k + width]) for k in range(0, len(flat), width))


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


_SIDES: tuple[tuple[int, tuple[Fraction, ...]], ...] = tuple(
    (side, tuple(Fraction(step) for step in steps))
    for side, steps in (
        (0, ()),
        (1, ("1", "1/16", "1/1024", "1/16777216")),
        (-1, ("1", "1/16", "1/1024", "1/16777216")),
        (1, ("1/16777216", "1")),
        (-1, ("1/16777216", "1")),
    )
)
"""Where a point stands by turns: at a switch, or beside it, by the first step that stays inside."""


def _switches(nodes: tuple[N.Node, ...]) -> tuple[N.Node, ...]:
    """Differences whose sign a comparison, a sign, an absolute value or an extreme depends on."""
    found: list[N.Node] = []
    places: dict[N.Node, N.Node] = {}
    for node in nodes:
        if isinstance(node, N.Compare):
            found.append(N.subtract(node.left, node.right))
        elif isinstance(node, N.Call) and node.function in ("sign", "abs"):
            found.append(node.args[0])
        elif isinstance(node, N.Call) and node.function in ("max", "min"):
            found.append(N.subtract(*node.args))
        elif isinstance(node, N.Jvp):
            places.update(zip(node.variables, node.at, strict=True))
        elif isinstance(node, N.Grad | N.Jacobian):
            places[node.variable] = node.at
    return tuple(dict.fromkeys(N.substitute(node, places) for node in found))


def _all_nodes(equation: Equation) -> tuple[N.Node, ...]:
    found: dict[N.Node, None] = {}
    for side in (equation.left, equation.right, *equation.context.assume):
        found.update(dict.fromkeys(N.walk(side)))
    return tuple(found)


def size_assignments(
    equation: Equation, nodes: tuple[N.Node, ...] | None = None
) -> tuple[dict[str, int], ...]:
    """Sizes for the dimensions: all distinct first, then equal, then 1.

    Sizes too small for a number index (``X[2, 0]``) are left out, and those that make an inverted
    Gram matrix singular (``inv(X.T @ X)`` with fewer rows than columns); one that makes only a
    determinant zero comes last: ``det(X @ X.T)`` is defined there, ``log(det(X @ X.T))`` is not.
    """
    everything = _all_nodes(equation) if nodes is None else nodes
    names: list[str] = list(equation.context.dims) or sorted(
        {name for node in everything for dim in _dims(node) for name in dim.names}
    )
    least = dict.fromkeys(names, 1)
    for node in everything:
        if isinstance(node, N.Entry):
            for index, dim in (
                (node.row, N.rows_of(node.arg.shape)),
                (node.column, N.columns_of(node.arg.shape)),
            ):
                if isinstance(index, int) and len(dim.names) == 1:
                    needed = -(-(index + 1) // dim.factor)
                    least[dim.names[0]] = max(least.get(dim.names[0], 1), needed)
    if not names:
        return ({},)
    inverted, ranks = _ranks(everything, N.Inv), _ranks(everything, N.Inv | N.Det)
    cycle = (2, 3, 4) if len(names) > 1 else (3, 2, 4)
    top = max(least.values())
    spread = [max(2, top) + k for k in range(len(names))] if len(names) <= 3 else []
    if top <= 2 and len(names) <= 3:
        distinct = [list(order) for order in permutations(cycle, len(names))]
    elif spread:
        distinct = [list(order) for order in permutations(spread)]
    else:
        distinct = [
            [cycle[(k * step + shift) % 3] for k in range(len(names))]
            for shift in range(3)
            for step in (1, 2)
        ]
    others = [[2] * len(names), [1] * len(names)]
    if len(names) > 1:
        others += [
            [1 if k == one else 2 + k % 2 for k in range(len(names))] for one in range(len(names))
        ]
    others.append([3] * len(names))
    fitting = [dict(zip(names, sizes, strict=True)) for sizes in distinct]
    rest = [dict(zip(names, sizes, strict=True)) for sizes in others]

    def fits(sizes: dict[str, int]) -> bool:
        return all(sizes[name] >= least[name] for name in names)

    def regular(sizes: dict[str, int], within: tuple[tuple[N.Dim, N.Dim], ...] = ranks) -> bool:
        return all(inner.size(sizes) >= outer.size(sizes) for outer, inner in within)

    fitting = [s for s in fitting if fits(s)] or [{n: max(least[n], 2) for n in names}]
    rest = [s for s in rest if fits(s)]
    good = [s for s in fitting if regular(s)]
    # the first in order and the one furthest from it (its reverse), then the small ones
    chosen = [good[0], good[-1]] if len(good) > 1 else good
    middle = [s for s in rest if regular(s)]
    zero = [s for s in fitting if regular(s, inverted) and not regular(s)][:1]
    ordered = chosen + middle[:3] + good[1:-1][:2] + middle[3:] + zero
    return tuple(ordered) or tuple(fitting + rest)


def _split(assume: tuple[N.Node, ...]) -> tuple[tuple[N.Node, ...], tuple[N.Node, ...]]:
    """Side conditions without and with abstract functions."""
    found: tuple[list[N.Node], list[N.Node]] = ([], [])
    for node in flatten(assume):
        found[any(isinstance(n, N.Apply) for n in N.walk(node))].append(node)
    return tuple(found[0]), tuple(found[1])


def _dims(node: N.Node) -> tuple[N.Dim, ...]:
    return (node.dim,) if isinstance(node, N.DimSize) else node.shape


def _ranks(
    nodes: tuple[N.Node, ...], regular: type[N.Node] | UnionType
) -> tuple[tuple[N.Dim, N.Dim], ...]:
    """Pairs (outer, inner): a product under one of the kinds ``regular`` needs inner >= outer."""
    found: list[tuple[N.Dim, N.Dim]] = []

    def inner(node: N.Node, outer: N.Dim) -> None:
        if isinstance(node, N.MatMul):
            found.append((outer, N.columns_of(node.left.shape)))
            inner(node.left, outer)
            inner(node.right, outer)

    for node in nodes:
        if isinstance(node, regular):
            assert isinstance(node, N.Inv | N.Det)
            inner(node.arg, N.rows_of(node.arg.shape))
        # W.T @ W == eye(n)
        if isinstance(node, N.Compare) and node.operator == "==":
            for one, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(other, N.Eye):
                    inner(one, N.rows_of(other.shape))
    return tuple(found)


__all__ = [
    "Complex",
    "Matrix",
    "Point",
    "Sample",
    "points",
    "size_assignments",
    "stream",
]
