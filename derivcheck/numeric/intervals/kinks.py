"""Derivatives at points where their rules say nothing: kinks, removable gaps, edges of roots.

``abs(x - 1)*(x - 1)`` has the derivative 0 at 1, ``where(x == 0, 1, sin(x)/x)`` has it at 0, and
``sqrt((x - e)**4)`` at e; the rules divide by zero there, or ask for a slope of ``abs``. What a
function is on both sides of a point is expanded (:mod:`~derivcheck.numeric.intervals.local`):
where both sides certainly have one slope, and the value of the function is their limit, that slope
is the derivative. The points are the zeros of what switches or stands under a root, solved for
the variable: what is zero there is exactly zero. Where no symbol is the variable (a differential, a
derivative by a computed name), all of them are rational numbers, one of which is such a zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from itertools import islice

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.lang.printer import node_text
from derivcheck.numeric.intervals import expansions as E
from derivcheck.numeric.intervals.expansions import Unknown
from derivcheck.numeric.intervals.local import Place
from derivcheck.numeric.intervals.places import other_values, with_numbers
from derivcheck.numeric.sampling.fitting import polynomials
from derivcheck.numeric.sampling.pieces import edges_of
from derivcheck.numeric.sampling.solved_switches import folded, plain, zeros
from derivcheck.numeric.sampling.stand_ins import concrete, used_functions
from derivcheck.numeric.sampling.values import allowed
from derivcheck.records import record

_MOST_NODES = 600
_MOST_POINTS = 8
_MOST_INSTANCES = 2
_NOWHERE = Place(N.Sym("#", shape=()), N.ZERO_NODE, {})
"""For what depends on no symbol."""
_BEYOND = (Unknown, RecursionError, ZeroDivisionError)


@record()
class Found:
    """Both sides at a point, certainly."""

    values: Mapping[str, N.Node]
    true: object
    claimed: object
    instances: tuple[tuple[str, str], ...] = ()

    @property
    def point(self) -> tuple[tuple[str, str], ...]:
        """Where, as one writes it."""
        return tuple((name, node_text(value)) for name, value in self.values.items())


def refuted(entries: Sequence[Equation], seed: int) -> tuple[int, Found] | None:
    """An entry of an array that is certainly not what is claimed, at a point where all entries
    certainly have a value."""
    nodes = [node for entry in entries for node in entry.nodes]
    functions = used_functions(entries[0], nodes) if entries else ()
    if not functions:
        return _refuted_entry(entries, seed)
    if entries[0].context.identically or any(arg.shape for use in functions for arg in use[2]):
        return None
    for turn in range(_MOST_INSTANCES):
        chosen = polynomials(functions, turn)
        found = _refuted_entry([concrete(entry, chosen) for entry in entries], seed)
        if found is not None:
            texts = sorted((name, instance.text) for name, instance in chosen.items())
            return found[0], replace(found[1], instances=tuple(texts))
    return None


def _refuted_entry(entries: Sequence[Equation], seed: int) -> tuple[int, Found] | None:
    for number, entry in enumerate(entries):
        found = _refuted(entry, seed)
        if found is not None and len(entries) > 1:
            values = dict(found.values)
            for other in entries:
                for drawn in other_values(other, seed, "")[:1]:
                    values = {**{k: N.number(v) for k, v in drawn.items()}, **values}
            found = replace(found, values=values)
            if not all(_has_values(other, values) for other in entries):
                continue
        if found is not None:
            return number, found
    return None


def _has_values(entry: Equation, values: Mapping[str, N.Node]) -> bool:
    variable = _variable(entry.left) or _NOWHERE.name
    there = plain(entry.with_values({k: v for k, v in values.items() if k != variable.name}))
    try:
        local = Place(variable, values.get(variable.name, N.ZERO_NODE), {})
        true = _slope(there.left) if variable is _NOWHERE.name else local.of(there.left).value
        return true is not None and local.of(there.right).value is not None
    except _BEYOND:
        return False


def _refuted(equation: Equation, seed: int) -> Found | None:
    """A point at which a derivative certainly exists and is not what is claimed."""
    left, context = equation.left, equation.context
    if context.is_complex or context.identically or equation.indices:
        return None
    if any(symbol.shape for symbol in context.symbols):
        return None
    if not any(isinstance(node, N.Jvp) for node in equation.nodes):
        return None
    if len({*N.walk(left), *N.walk(equation.right)}) > _MOST_NODES:
        return None
    variable = _variable(left)
    others = context.symbols
    if variable is not None:
        [symbol] = [s for s in context.symbols if s.name == variable.name]
        found = _by(equation, symbol, variable, seed)
        if found is not None:
            return found
        others = tuple(s for s in others if s is not symbol)
    return _along(equation, others, seed)


def _variable(left: N.Node) -> N.Sym | None:
    """The symbol by which a derivative is one, at its own value."""
    if not isinstance(left, N.Jvp) or left.directions != (N.ONE_NODE,):
        return None
    return left.at[0] if isinstance(left.at[0], N.Sym) else None


def _values_tried(equation: Equation, symbol: Symbol, seed: int) -> list[dict[str, Fraction]]:
    """Values of all symbols but one, which is to stand at a kink: some of others stand at one of
    their own."""
    others = [s for s in equation.context.symbols if s is not symbol and not s.differential]
    found = other_values(equation, seed, symbol.name)
    edges = edges_of(equation.nodes)
    for drawn in found[:1]:
        if others and all(allowed(Fraction(0), other.domain) for other in others):
            found.append({**drawn, **{other.name: Fraction(0) for other in others}})
        for other in others:
            # where a factor is zero, slopes beside a kink of another may be one
            found += [
                {**drawn, other.name: value.value}
                for value in dict.fromkeys(
                    (*islice(zeros(edges, other), _MOST_POINTS), N.ZERO_NODE)
                )
                if isinstance(value, N.Num) and allowed(value.value, other.domain)
            ]
    if others and equation.context.assume:
        # what is assumed of the others where this one stands there
        for value in islice(zeros(edges, symbol), _MOST_POINTS):
            found += other_values(equation.with_values({symbol.name: value}), seed, "")
    return found


def _by(equation: Equation, symbol: Symbol, variable: N.Sym, seed: int) -> Found | None:
    """Of a derivative by a symbol, at numbers of any kind."""
    for values in _values_tried(equation, symbol, seed):
        there = plain(with_numbers(equation, values))
        sides, conditions = (there.left, there.right), there.context.assume
        for value, known in islice(zeros(edges_of(there.nodes), symbol).items(), _MOST_POINTS):
            point = {variable.name: value, **{k: N.number(v) for k, v in values.items()}}
            for parameter in (None, *(n for n, v in known.items() if v is N.ZERO_NODE)):
                try:
                    local = Place(variable, value, known, parameter)
                    if not local.is_in(symbol.domain) or not all(map(local.holds, conditions)):
                        break
                    true, claimed = (local.of(side).value for side in sides)
                except _BEYOND:
                    continue
                if true is None or claimed is None:
                    continue
                if not E.ball(true).overlaps(E.ball(claimed)):
                    return Found(point, E.ball(true), E.ball(claimed))
                break
    return None


def _along(equation: Equation, symbols: Sequence[Symbol], seed: int) -> Found | None:
    """Of a derivative in a direction, or at a computed place, at rational numbers: one of the
    symbols stands at a kink."""
    for symbol in symbols:
        for values in _values_tried(equation, symbol, seed):
            there = plain(with_numbers(equation, values))
            for value in islice(zeros(edges_of(there.nodes), symbol), _MOST_POINTS):
                here = plain(there.with_values({symbol.name: value}))
                try:
                    local = Place(N.Sym(symbol.name, shape=()), value, {})
                    conditions = here.context.assume
                    if not local.is_in(symbol.domain) or not all(map(_NOWHERE.holds, conditions)):
                        continue
                    true, claimed = _slope(here.left), _NOWHERE.of(here.right).value
                except _BEYOND:
                    continue
                if true is None or claimed is None or E.ball(true).overlaps(E.ball(claimed)):
                    continue
                point = {symbol.name: value, **{k: N.number(v) for k, v in values.items()}}
                return Found(point, E.ball(true), E.ball(claimed))
    return None


def _slope(node: N.Node) -> E.Number | None:
    """The derivative in a direction, where it is the sum of those by each variable."""
    if not isinstance(node, N.Jvp):
        return _NOWHERE.of(node).value
    numbers = dict(zip(node.variables, node.at, strict=True))
    parts: list[E.Number] = []
    for variable, direction in zip(node.variables, node.directions, strict=True):
        body = N.substitute(node.body, {v: at for v, at in numbers.items() if v is not variable})
        pace = _NOWHERE.of(direction).value
        parts.append(E.times(_slope_at(body, variable, numbers[variable]), pace))
    total = reduce(E.plus, parts)
    if len(parts) == 1:
        return total
    moved: dict[N.Node, N.Node] = {
        v: N.add(at, N.mul(direction, _NOWHERE.name))
        for v, at, direction in zip(node.variables, node.at, node.directions, strict=True)
    }
    straight = _slope_at(N.substitute(node.body, moved), _NOWHERE.name, N.ZERO_NODE)
    return total if E.ball(total).overlaps(E.ball(straight)) else None


def _slope_at(body: N.Node, variable: N.Node, at: N.Node) -> E.Number:
    assert isinstance(variable, N.Sym)
    slope = N.Jvp(folded(body), (variable,), (variable,), (N.ONE_NODE,), shape=())
    value = Place(variable, at, {}).of(slope).value
    if value is None:
        raise Unknown("no derivative")
    return value
