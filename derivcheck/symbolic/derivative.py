"""Differentiation of scalar nodes by rule, and expansion of derivative operators.

Rules of functions are the provers' own (:mod:`derivcheck.symbolic.rules`).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache

from derivcheck import work
from derivcheck.lang import nodes as N
from derivcheck.lang.complexes import NOT_HOLOMORPHIC
from derivcheck.lang.functions import FUNCTIONS, derivative_of, orders_of
from derivcheck.lang.templates import fill
from derivcheck.symbolic.rules import RULES

_MOST_STEPS = 50_000


class NoDerivative(Exception):
    """No rule gives this derivative in closed form; the message says of what."""


def partial(node: N.Call, position: int) -> N.Node:
    """The partial derivative of a function call by one of its arguments.

    Where no closed form is known (Bessel by the order) it is a function of its own name, see
    :func:`derivcheck.lang.functions.derivative_of`. Raises :class:`NoDerivative` where there is
    none: by an argument that takes whole numbers only.
    """
    function, args = node.function, node.args
    base, orders = orders_of(function, len(args))
    found = _rule(base, orders, position)
    if found is not None:
        places, rule = found
        return fill(rule, dict(zip(places, args, strict=True)))
    row = FUNCTIONS.get(base)
    if row is None or row.parameters[position] in row.whole:
        raise NoDerivative(f"there is no derivative of {base} by argument {position + 1}")
    return N.call(derivative_of(function, position, len(args)), *args)


@cache
def _rule(
    base: str, orders: tuple[int, ...], position: int
) -> tuple[tuple[N.Sym, ...], N.Node] | None:
    """The rule of a function by one argument, differentiated ``orders`` times by the others.

    Partial derivatives commute, so that a rule serves the derivatives without closed form, too.
    """
    places = tuple(N.Sym(f"${k}", shape=()) for k in range(len(orders)))
    rule = RULES.partial(base, places, position)
    if rule is None:
        return None
    rule = expand(rule)
    for place, order in zip(places, orders, strict=True):
        for _ in range(order):
            rule = differentiate(rule, place)
    return places, rule


def differentiate(node: N.Node, symbol: N.Sym) -> N.Node:
    """The derivative of a scalar node by a variable, lightly simplified.

    Derivative operators inside are expanded first. Raises :class:`NoDerivative`.
    """
    return _Derivative(symbol).of(expand(node))


class _Derivative:
    """One differentiation, with a memo so that shared sub-expressions are visited once."""

    def __init__(self, symbol: N.Sym, direction: N.Node = N.ONE_NODE) -> None:
        self.symbol = symbol
        self.memo: dict[N.Node, N.Node] = {symbol: direction}
        self.steps = 0

    def of(self, node: N.Node) -> N.Node:
        found = self.memo.get(node)
        if found is None:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise NoDerivative("carrying out a derivative takes more steps than it may")
            found = self._rule(node)
            self.memo[node] = found
        return found

    def _rule(self, node: N.Node) -> N.Node:
        match node:
            case N.Num() | N.Const() | N.DimSize() | N.Sym():
                return N.ZERO_NODE
            case N.Add(args=args):
                return N.add(*[d for a in args if (d := self.of(a)) is not N.ZERO_NODE])
            case N.Mul(args=args):
                return self._product(args)
            case N.Pow(base=base, exponent=exponent):
                return self._power(node, base, exponent)
            case N.Call(function="conj" | "re" | "im" | "arg" as function, args=(arg,)):
                slope = self.of(arg)
                if slope is N.ZERO_NODE:
                    return slope
                if function == "arg":
                    return N.call("im", N.mul(slope, N.reciprocal(arg)))
                return N.call(function, slope)
            case N.Call(args=args):
                return self._chain(args, lambda i: partial(node, i))
            case N.Apply(args=args, orders=orders):
                return self._chain(args, lambda i: _raise_order(node, orders, i))
            case N.Select(condition=condition, then=then, otherwise=otherwise):
                first, second = self.of(then), self.of(otherwise)
                if first is second:
                    return first
                return N.Select(condition, first, second, shape=())
        raise NoDerivative(f"no scalar rule for {type(node).__name__}")

    def _product(self, args: tuple[N.Node, ...]) -> N.Node:
        self.steps += len(args) ** 2
        terms = []
        for i, arg in enumerate(args):
            slope = self.of(arg)
            if slope is not N.ZERO_NODE:
                terms.append(N.mul(*args[:i], slope, *args[i + 1 :]))
        return N.add(*terms)

    def _power(self, node: N.Node, base: N.Node, exponent: N.Node) -> N.Node:
        slope, growth = self.of(base), self.of(exponent)
        terms = []
        if slope is not N.ZERO_NODE:
            lower = N.power(base, N.subtract(exponent, N.ONE_NODE))
            terms.append(N.mul(exponent, lower, slope))
        if growth is not N.ZERO_NODE:
            if base == N.Const("e", shape=()):
                terms.append(N.mul(node, growth))
            else:
                terms.append(N.mul(node, N.call("log", base), growth))
        return N.add(*terms)

    def _chain(self, args: tuple[N.Node, ...], outer: Callable[[int], N.Node]) -> N.Node:
        terms = []
        for i, arg in enumerate(args):
            slope = self.of(arg)
            if slope is not N.ZERO_NODE:
                factor = outer(i)
                if factor is not N.ZERO_NODE:
                    terms.append(N.mul(factor, slope))
        return N.add(*terms)


def _raise_order(node: N.Apply, orders: tuple[int, ...], position: int) -> N.Node:
    raised = tuple(o + (i == position) for i, o in enumerate(orders))
    return N.Apply(node.function, node.args, raised, shape=())


def expand(node: N.Node) -> N.Node:
    """The scalar node with every derivative carried out, innermost first.

    Raises :class:`NoDerivative`.
    """
    return N.rewritten(node, _carry_out)


_UNIT = N.Const("I", shape=())
_HALF = N.number(Fraction(1, 2))
_STEP = 4
"""Units of work for a step."""


def _is_real_linear(body: N.Node) -> bool:
    """Whether its derivative is linear over the real numbers only."""
    return any(isinstance(n, N.Call) and n.function in NOT_HOLOMORPHIC for n in N.walk(body))


def _slope(body: N.Node, variable: N.Sym, direction: N.Node = N.ONE_NODE) -> N.Node:
    """A derivative, unless those that were carried out so far are too much."""
    derivative = _Derivative(variable, direction)
    found = derivative.of(body)
    work.spend(_STEP * derivative.steps)
    if work.is_over():
        raise NoDerivative("carrying out the derivatives takes more steps than it may")
    return found


def _carry_out(node: N.Node) -> N.Node:
    match node:
        case N.Jvp(body=body, variables=variables, at=at, directions=directions):
            terms = []
            for variable, direction in zip(variables, directions, strict=True):
                if direction is not N.ONE_NODE and _is_real_linear(body):
                    terms.append(_slope(body, variable, direction))
                    continue
                slope = _slope(body, variable)
                if slope is not N.ZERO_NODE:
                    terms.append(N.mul(slope, direction))
            return N.substitute(N.add(*terms), dict(zip(variables, at, strict=True)))
        case N.Wirtinger(body=body, variable=variable, at=at, conjugate=conjugate):
            # R. Remmert, Theory of Complex Functions, section 1.4
            across, upward = _slope(body, variable), _slope(body, variable, _UNIT)
            turned = N.mul(_UNIT, upward) if conjugate else N.mul(N.MINUS_ONE, _UNIT, upward)
            return N.substitute(N.mul(_HALF, N.add(across, turned)), {variable: at})
    return node
