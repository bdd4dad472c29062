"""What a function of one symbol is at a point and beside it, as exactly as it is known.

Values are exact where they can be, rational or algebraic, else balls; beside the point there are
expansions for both sides (:mod:`~derivcheck.numeric.intervals.expansions`). What was solved for the
point has exactly the value that it was solved for. A long module: expanding a function and telling
its two sides apart are one recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from math import factorial

from flint import arb, fmpq

from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS, truth
from derivcheck.lang.equation import Domain
from derivcheck.lang.functions import FUNCTIONS
from derivcheck.lang.texts import definition, expression
from derivcheck.numeric.intervals import expansions as E
from derivcheck.numeric.intervals.expansions import Expansion, Number, Unknown
from derivcheck.numeric.sampling.algebraic import number_of, power_of
from derivcheck.numeric.sampling.exact import exactly, fraction
from derivcheck.records import record

_TAYLOR = {
    name: E.taylor_of(FUNCTIONS[name].arb)
    for name in (
        *("exp", "sin", "cos", "tan", "atan", "asin", "acos", "log", "erf", "erfc", "erfi"),
        *("gamma", "loggamma", "Si", "Shi", "lambertw"),
    )
}
_WRITTEN = {
    "sinh": "(exp(z) - exp(-z))/2",
    "cosh": "(exp(z) + exp(-z))/2",
    "tanh": "sinh(z)/cosh(z)",
    "cot": "cos(z)/sin(z)",
    "asinh": "log(z + sqrt(z**2 + 1))",
    "atanh": "(log(1 + z) - log(1 - z))/2",
    "abs": "sign(z)*z",
    "cbrt": "sign(z)*abs(z)**(1/3)",
    "max": "(x + y + abs(x - y))/2",
    "min": "(x + y - abs(x - y))/2",
}
"""Functions by others of which there are expansions, beside what the table of functions says."""
_AT_ENDS = {
    ("acos", 1): "2*asin(sqrt((1 - z)/2))",
    ("acos", -1): "pi - 2*asin(sqrt((1 + z)/2))",
    ("asin", 1): "pi/2 - 2*asin(sqrt((1 - z)/2))",
    ("asin", -1): "2*asin(sqrt((1 + z)/2)) - pi/2",
}
"""Arcs where they end."""
_PI = N.Const("pi", shape=())
_ZERO = fmpq(0)
_SQUARED_COSINES = {
    Fraction(0): Fraction(1),
    Fraction(1, 6): Fraction(3, 4),
    Fraction(1, 4): Fraction(1, 2),
    Fraction(1, 3): Fraction(1, 4),
    Fraction(1, 2): Fraction(0),
}
"""By multiples of pi."""
_BOUNDED = ("sin", "cos", "atan", "erf", "tanh")


@record()
class Local:
    """What is known of a function at a point and around it."""

    near: Expansion | None
    value: Number | None
    is_continuous: bool
    """Whether the value is certainly the limit from both sides."""


class Place:
    """Nodes in one variable to what they are at a point and beside it.

    ``known`` are nodes and the numbers that they are there. ``parameter`` is one that is zero; t is
    its value then instead of the distance, so that what is made of it alone has exact coefficients:
    ``sin(u)/u`` is 1 at u = 0.
    """

    def __init__(
        self,
        variable: N.Sym,
        value: N.Node,
        known: Mapping[N.Node, N.Node],
        parameter: N.Node | None = None,
    ) -> None:
        self.name, self.value, self.known = variable, value, known
        self.memo: dict[N.Node, Local | None] = {}
        self.bound: dict[N.Node, N.Node] = {}
        self.places: dict[N.Node, N.Node] = {variable: value}
        place = self.of(value).value
        if place is None:
            raise Unknown("a place without a value")
        self.place = place
        self.variable = Local(E.identity(place), place, True)
        self.memo[variable] = self.variable
        if parameter is not None and parameter is not variable:
            near = E.reverted(self._near(parameter), place)
            self.variable = Local(near, place, True)
            self.memo = {variable: self.variable, parameter: Local(E.identity(0), fmpq(0), True)}

    def is_in(self, domain: Domain) -> bool:
        """Whether the point is certainly in a domain."""
        if domain.is_whole or domain.kind == "complex":
            return False
        return all(map(self.holds, domain.conditions(self.name)))

    def number(self, node: N.Node) -> Fraction | None:
        """The value of a node if it is rational, and exactly known."""
        value = self.of(node).value
        return fraction(value) if isinstance(value, fmpq) else None

    def of(self, node: N.Node) -> Local:
        """What a node is; raises where nothing is known."""
        found = self.memo.get(node)
        if found is None:
            if node in self.memo:
                raise Unknown("asked before")
            self.memo[node] = None
            found = self.memo[node] = self._found(node)
        return found

    def _near(self, node: N.Node) -> Expansion:
        near = self.of(node).near
        if near is None:
            raise Unknown("nothing is known beside the point")
        return near

    def _found(self, node: N.Node) -> Local:
        if self.bound and isinstance(node, N.Add | N.Call | N.Pow):
            placed = N.substitute(node, self.bound)
            if placed is not node:
                return self.of(placed)
        found = self._of(node)
        if not found.is_continuous and found.value is not None and _is_constant(node):
            found = _constant(found.value)
        if not found.is_continuous and _is_limit(found.near, found.value):
            found = Local(found.near, found.value, True)
        exact = self._exact(node) if found.is_continuous and _is_ball(found.value) else None
        return found if exact is None else _with_value(found, exact)

    def _exact(self, node: N.Node) -> Number | None:
        """The value of a node that was solved there, or that some rule knows exactly."""
        if node in self.known:
            value = self.of(self.known[node]).value
            return None if _is_ball(value) else value
        if isinstance(node, N.Add):
            terms = _collected(N.substitute(node, self.places))
            if set(terms) <= {N.ONE_NODE}:
                return exactly(terms.get(N.ONE_NODE, Fraction(0)))
        return None

    def _turn(self, node: N.Node) -> Fraction | None:
        """The multiple of pi that an angle certainly is; None where it is none."""
        terms = _collected(N.substitute(node, self.places))
        return terms[_PI] if set(terms) == {_PI} else None

    def _of(self, node: N.Node) -> Local:
        match node:
            case N.Num(value=value):
                return _constant(exactly(value))
            case N.Root():
                return _constant(number_of(node))
            case N.Const(name="pi"):
                return _constant(arb.pi())
            case N.Const(name="e"):
                return _constant(arb(1).exp())
            case N.Add(args=args):
                return _folded([self.of(arg) for arg in args], E.add, E.plus)
            case N.Mul(args=args):
                return _folded([self.of(arg) for arg in args], E.mul, E.times)
            case N.Pow(base=base, exponent=N.Num(value=exponent)):
                exact = isinstance(base, N.Num) and power_of(base.value, exponent)
                return _constant(exact) if exact else _power(self.of(base), exponent)
            case N.Pow(base=base, exponent=exponent):
                angle = [self.of(exponent), _called("log", [self.of(base)])]
                return _called("exp", [_folded(angle, E.mul, E.times)])
            case N.Call(function="sin" | "cos" | "tan" as function, args=(angle,)):
                return _wave(function, self.of(angle), self._turn(angle))
            case N.Call(function="sinc", args=(angle,)):
                return _sinc(self.of(angle))
            case N.Call(function=function, args=args) if meaning := _meaning(function, args):
                found = self.of(meaning)
                if (
                    found.near is None
                    and function in _BOUNDED
                    and self.of(args[0]).near is not None
                ):
                    return Local(E.BOUNDED, found.value, False)
                return found
            case N.Call(function="acos" | "asin" as function, args=(u,)) if (
                end := self.of(u).value
            ) in (1, -1):
                return self.of(expression(function, _AT_ENDS[function, int(end)], (u,)))
            case N.Call(function=function, args=args):
                return _called(function, [self.of(arg) for arg in args])
            case N.Select():
                return self._select(node)
            case N.Jvp():
                return self._slope(node)
        raise Unknown("outside the reach of expansions")

    def _slope(self, node: N.Jvp) -> Local:
        """A derivative by the variable."""
        if len(node.at) != 1 or node.directions != (N.ONE_NODE,):
            raise Unknown("not the derivative by one symbol")
        if self.of(node.at[0]) is not self.variable:
            (other,) = node.variables
            assert isinstance(other, N.Sym)
            return self._partial(node.body, other, node.at[0])
        self.memo[node.variables[0]] = self.variable
        self.places[node.variables[0]] = self.value
        self.bound[node.variables[0]] = self.name
        around = E.stripped(self._near(node.body))
        assert self.variable.near is not None
        pace = E.inverse(E.slope(self.variable.near))
        near = E.mul(E.slope(around), pace) if around.is_smooth else None
        value: Number | None = None
        if self.of(node.body).is_continuous and around.start >= 0 and around.end > 1:
            slope, jump = around.at(1)
            value = E.times(slope, pace.at(0)[0]) if E.is_zero(jump) else None
        return Local(near, value, value is not None and near is not None)

    def _partial(self, node: N.Node, other: N.Sym, at: N.Node) -> Local:
        """The derivative by another variable, at a number: of sums and products of what depends on
        one of the two."""
        if other not in N.walk(node):
            around = self.of(node)
            if around.value is None or around.near is None:
                raise Unknown("undefined beside it")
            return _constant(_ZERO)
        if _depends_alone(node, other):
            slope = N.Jvp(node, (other,), (other,), (N.ONE_NODE,), shape=())
            value = Place(other, at, {}).of(slope).value
            if value is None:
                raise Unknown("no derivative")
            return _constant(value)
        if isinstance(node, N.Add):
            parts = [self._partial(arg, other, at) for arg in node.args]
            return _folded(parts, E.add, E.plus)
        if not isinstance(node, N.Mul):
            raise Unknown("a derivative at another place")
        own = N.mul(*(arg for arg in node.args if _depends_alone(arg, other)))
        factors = [own, *(arg for arg in node.args if not _depends_alone(arg, other))]
        here: dict[N.Node, N.Node] = {other: at}
        terms = []
        for place, factor in enumerate(factors):
            beside = (*factors[:place], *factors[place + 1 :])
            rest = [self.of(N.substitute(f, here)) for f in beside]
            slope_of = self._partial(factor, other, at)
            terms.append(_folded([slope_of, *rest], E.mul, E.times))
        return _folded(terms, E.add, E.plus)

    def holds(self, condition: N.Node) -> bool:
        """Whether a condition holds at the point."""
        return self._truth(condition, self._sign_at)

    def _select(self, node: N.Select) -> Local:
        here, ahead, behind = (
            self.of(node.then if self._truth(node.condition, side) else node.otherwise)
            for side in (
                self._sign_at,
                partial(self._sign_beside, True),
                partial(self._sign_beside, False),
            )
        )
        if here is ahead is behind:
            return here
        near = None
        if ahead.near is not None and behind.near is not None:
            near = (
                ahead.near
                if ahead is behind
                else E.joined(ahead.near.side(ahead=True), behind.near.side(ahead=False))
            )
        return Local(near, here.value, _is_limit(near, here.value))

    def _truth(self, condition: N.Node, sign: Callable[[N.Node], int]) -> bool:

        def compared(node: N.Node) -> bool:
            if not isinstance(node, N.Compare):
                raise Unknown("a condition of another kind")
            return bool(HOLDS[node.operator](sign(N.subtract(node.left, node.right)), 0))

        return bool(truth(condition, compared))

    def _sign_at(self, node: N.Node) -> int:
        value = self.of(node).value
        if value is None:
            raise Unknown("undefined")
        return E.sign(value)

    def _sign_beside(self, ahead: bool, node: N.Node) -> int:
        if _is_constant(node):
            return self._sign_at(node)
        return self._near(node).sign(ahead)


def _depends_alone(node: N.Node, variable: N.Sym) -> bool:
    return {part for part in N.walk(node) if isinstance(part, N.Sym)} <= {variable}


def _meaning(function: str, args: tuple[N.Node, ...]) -> N.Node | None:
    text = _WRITTEN.get(function)
    return definition(function, args) if text is None else expression(function, text, args)


def _is_constant(node: N.Node) -> bool:
    """Whether no symbol is in a node: the sign of a number that is zero is that beside it."""
    return not any(isinstance(part, N.Sym) for part in N.walk(node))


def _constant(value: Number) -> Local:
    return Local(E.constant(value), value, True)


def _is_ball(value: Number | None) -> bool:
    return isinstance(value, arb)


def _wave(function: str, angle: Local, turn: Fraction | None) -> Local:
    """A sine, cosine or tangent, with exact coefficients where one knows those of the angle."""
    values = None if turn is None else [_cosine(turn - Fraction(k, 2)) for k in (1, 0, -1, -2)]
    if values is None or None in values:
        return _called(function, [angle])
    if function == "tan":
        return _over(_wave("sin", angle, turn), _wave("cos", angle, turn))
    first = 0 if function == "sin" else 1
    slopes = [values[(first + k) % 4] for k in range(E.LENGTH)]
    factors = [fmpq(1, factorial(k)) for k in range(E.LENGTH)]
    near = _tried(lambda near: E.composed(near, lambda _: [*map(E.times, slopes, factors)]), angle)
    return Local(near, slopes[0], angle.is_continuous and near is not None)


def _cosine(turn: Fraction) -> Number | None:
    """The cosine of so many times pi, where it is a number that one knows."""
    turn = min(turn % 2, -turn % 2)
    square = _SQUARED_COSINES.get(min(turn, 1 - turn))
    if square is None:
        return None
    size = power_of(square, Fraction(1, 2)) if square else fmpq(0)
    return size * fmpq(1 if turn < Fraction(1, 2) else -1)


def _with_value(one: Local, value: Number) -> Local:
    """What has that value at the point, and is continuous."""
    near = one.near
    if not E.ball(one.value).overlaps(E.ball(value)):
        raise Unknown("another value than it was solved for")
    if near is not None and near.start <= 0 < near.end:
        at = -near.start
        terms = (*near.terms[:at], (value, fmpq(0)), *near.terms[at + 1 :])
        near = Expansion(near.start, terms, near.is_smooth)
    return Local(near, value, True)


def _is_limit(near: Expansion | None, value: Number | None) -> bool:
    """Whether a value is certainly the limit from both sides."""
    if near is None or value is None or near.end < 1:
        return False
    near = E.stripped(near)
    if near.start < 0:
        return False
    limit, jump = near.at(0) if near.end > 0 else E.NONE
    if not E.is_zero(jump):
        return False
    return E.are_equal(limit, value)


def _folded(
    parts: list[Local],
    near_of: Callable[[Expansion, Expansion], Expansion],
    value_of: Callable[[Number, Number], Number],
) -> Local:
    near, value = parts[0].near, parts[0].value
    for part in parts[1:]:
        near = near_of(near, part.near) if near is not None and part.near is not None else None
        known = value is not None and part.value is not None
        value = value_of(value, part.value) if known else None
    return Local(near, value, all(part.is_continuous for part in parts))


def _tried(make: Callable[[Expansion], Expansion], one: Local) -> Expansion | None:
    """What is made of an expansion, or None where nothing is known."""
    try:
        return None if one.near is None else make(one.near)
    except Unknown:
        return None


def _power(one: Local, exponent: Fraction) -> Local:
    near = _tried(lambda near: E.power(near, exponent), one)
    value, base = None, one.value
    if base is not None and (not E.is_zero(base) or exponent > 0):
        if exponent.denominator == 1:
            value = E.power(E.constant(base), exponent).at(0)[0]
        elif E.is_zero(base):
            value = fmpq(0)
        elif E.sign(base) > 0:
            value = E.power(E.constant(base), exponent).at(0)[0]
    return Local(near, value, one.is_continuous and value is not None and near is not None)


def _called(function: str, args: list[Local]) -> Local:
    one = args[0]
    if function == "sign":
        value = None if one.value is None else fmpq(E.sign(one.value))
        near = _tried(_signs, one)
        return Local(near, value, one.is_continuous and bool(value) and near is not None)
    taylor = _TAYLOR.get(function)
    if taylor is None:
        raise Unknown("outside the reach of expansions")
    near = _tried(lambda near: E.composed(near, taylor), one)
    value = None
    if one.value is not None and not (function == "log" and E.is_zero(one.value)):
        value = taylor(one.value)[0]
    if near is None and one.near is not None and _is_tame(function, one.near):
        near = E.BOUNDED
    return Local(near, value, one.is_continuous and near is not None and value is not None)


def _is_tame(function: str, near: Expansion) -> bool:
    """Whether a function stays bounded there, or grows slower than any power."""
    if function == "log":
        return all(near.sign(ahead) > 0 for ahead in (True, False))
    return function in _BOUNDED


def _signs(near: Expansion) -> Expansion:
    ahead, behind = (E.constant(fmpq(near.sign(side))) for side in (True, False))
    return E.joined(ahead, behind)


def _over(one: Local, other: Local) -> Local:
    return _folded([one, _power(other, Fraction(-1))], E.mul, E.times)


def _sinc(one: Local) -> Local:
    found = _over(_called("sin", [one]), one)
    if one.value is not None and E.is_zero(one.value):
        return Local(found.near, fmpq(1), one.is_continuous and _is_limit(found.near, fmpq(1)))
    return found


def _collected(node: N.Node) -> dict[N.Node, Fraction]:
    """A sum of constants as a linear combination: empty where all cancels."""
    found: dict[N.Node, Fraction] = {}

    def collect(term: N.Node, factor: Fraction) -> None:
        match term:
            case N.Add(args=args):
                for arg in args:
                    collect(arg, factor)
            case N.Mul(args=(N.Num(value=number), *rest)):
                collect(N.mul(*rest), factor * number)
            case N.Num(value=number):
                found[N.ONE_NODE] = found.get(N.ONE_NODE, Fraction(0)) + factor * number
            case N.Pow(base=base, exponent=N.Num(value=exponent)) if radicand := _radicand(
                base, exponent
            ):
                collect(radicand[0], factor * radicand[1])
            case _:
                found[term] = found.get(term, Fraction(0)) + factor

    collect(node, Fraction(1))
    return {term: factor for term, factor in found.items() if factor}


def _radicand(base: N.Node, exponent: Fraction) -> tuple[N.Node, int] | None:
    """u and a sign, for the square or cube of a root of u; None for any other power."""
    turn = 1
    match base:
        case N.Mul(args=(N.Num(value=known), only)) if known == -1 and exponent in (2, 3):
            base, turn = only, -1 if exponent == 3 else 1
    if isinstance(base, N.Pow) and exponent in (2, 3) and base.exponent == N.number(1 / exponent):
        return base.base, turn
    return None
