"""Differentiation of scalar nodes by rule, and expansion of derivative operators.

Rules of functions are the provers' own (:mod:`derivcheck.symbolic.rules`).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache

from derivcheck.lang.complexes import NOT_HOLOMORPHIC
from derivcheck.lang.functions import FUNCTIONS, derivative_of, orders_of
from derivcheck.lang.nodes import (
    MINUS_ONE,
    ONE_NODE,
    ZERO_NODE,
    Add,
    Apply,
    Call,
    Compare,
    Const,
    Det,
    DimSize,
    Grad,
    Inv,
    Jacobian,
    Jvp,
    Logic,
    Mul,
    Node,
    Num,
    Pow,
    Select,
    Sum,
    Sym,
    Trace,
    Transpose,
    Wirtinger,
    add,
    call,
    mul,
    number,
    power,
    rebuild,
    reciprocal,
    substitute,
    subtract,
    walk,
)
from derivcheck.lang.templates import fill
from derivcheck.symbolic.rules import RULES


class NoDerivative(Exception):
    """No rule gives this derivative in closed form; the message says of what."""


def partial(node: Call, position: int) -> Node:
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
    return call(derivative_of(function, position, len(args)), *args)


@cache
def _rule(base: str, orders: tuple[int, ...], position: int) -> tuple[tuple[Sym, ...], Node] | None:
    """The rule of a function by one argument, differentiated ``orders`` times by the others.

    Partial derivatives commute, so that a rule serves the derivatives without closed form, too.
    """
    places = tuple(Sym(f"${k}", shape=()) for k in range(len(orders)))
    rule = RULES.partial(base, places, position)
    if rule is None:
        return None
    rule = expand(rule)
    for place, order in zip(places, orders, strict=True):
        for _ in range(order):
            rule = differentiate(rule, place)
    return places, rule


def differentiate(node: Node, symbol: Sym) -> Node:
    """The derivative of a scalar node by a variable, lightly simplified.

    Derivative operators inside are expanded first. Raises :class:`NoDerivative`.
    """
    return _Derivative(symbol).of(expand(node))


class _Derivative:
    """One differentiation, with a memo so that shared sub-expressions are visited once."""

    def __init__(self, symbol: Sym, direction: Node = ONE_NODE) -> None:
        self.symbol = symbol
        self.memo: dict[Node, Node] = {symbol: direction}

    def of(self, node: Node) -> Node:
        found = self.memo.get(node)
        if found is None:
            found = self._rule(node)
            self.memo[node] = found
        return found

    def _rule(self, node: Node) -> Node:
        match node:
            case Num() | Const() | DimSize() | Sym():
                return ZERO_NODE
            case Add(args=args):
                return add(*[d for a in args if (d := self.of(a)) is not ZERO_NODE])
            case Mul(args=args):
                return self._product(args)
            case Pow(base=base, exponent=exponent):
                return self._power(node, base, exponent)
            case Call(function="conj" | "re" | "im" as function, args=(arg,)):
                slope = self.of(arg)
                return slope if slope is ZERO_NODE else call(function, slope)
            case Call(function="arg", args=(arg,)):
                slope = self.of(arg)
                return slope if slope is ZERO_NODE else call("im", mul(slope, reciprocal(arg)))
            case Call(args=args):
                return self._chain(args, lambda i: partial(node, i))
            case Apply(args=args, orders=orders):
                return self._chain(args, lambda i: _raise_order(node, orders, i))
            case Select(condition=condition, then=then, otherwise=otherwise):
                first, second = self.of(then), self.of(otherwise)
                if first is second:
                    return first
                return Select(condition, first, second, shape=())
        raise NoDerivative(f"no scalar rule for {type(node).__name__}")

    def _product(self, args: tuple[Node, ...]) -> Node:
        terms = []
        for i, arg in enumerate(args):
            slope = self.of(arg)
            if slope is not ZERO_NODE:
                terms.append(mul(*args[:i], slope, *args[i + 1 :]))
        return add(*terms)

    def _power(self, node: Node, base: Node, exponent: Node) -> Node:
        slope, growth = self.of(base), self.of(exponent)
        terms = []
        if slope is not ZERO_NODE:
            lower = power(base, subtract(exponent, ONE_NODE))
            terms.append(mul(exponent, lower, slope))
        if growth is not ZERO_NODE:
            if base == Const("e", shape=()):
                terms.append(mul(node, growth))
            else:
                terms.append(mul(node, call("log", base), growth))
        return add(*terms)

    def _chain(self, args: tuple[Node, ...], outer: Callable[[int], Node]) -> Node:
        terms = []
        for i, arg in enumerate(args):
            slope = self.of(arg)
            if slope is not ZERO_NODE:
                factor = outer(i)
                if factor is not ZERO_NODE:
                    terms.append(mul(factor, slope))
        return add(*terms)


def _raise_order(node: Apply, orders: tuple[int, ...], position: int) -> Node:
    raised = tuple(o + (i == position) for i, o in enumerate(orders))
    return Apply(node.function, node.args, raised, shape=())


def expand(node: Node) -> Node:
    """The scalar node with every Jvp, Grad and Jacobian carried out, innermost first.

    Traces, sums and transposes of scalars disappear too. Raises :class:`NoDerivative`.
    """
    memo: dict[Node, Node] = {}

    def visit(current: Node) -> Node:
        found = memo.get(current)
        if found is None:
            found = _carry_out(rebuild(current, visit))
            memo[current] = found
        return found

    return visit(node)


_UNIT = Const("I", shape=())
_HALF = number(Fraction(1, 2))


def _is_real_linear(body: Node) -> bool:
    """Whether its derivative is linear over the real numbers only."""
    return any(isinstance(n, Call) and n.function in NOT_HOLOMORPHIC for n in walk(body))


def _carry_out(node: Node) -> Node:
    match node:
        case Jvp(body=body, variables=variables, at=at, directions=directions):
            terms = []
            for variable, direction in zip(variables, directions, strict=True):
                if direction is not ONE_NODE and _is_real_linear(body):
                    terms.append(_Derivative(variable, direction).of(body))
                    continue
                slope = _Derivative(variable).of(body)
                if slope is not ZERO_NODE:
                    terms.append(mul(slope, direction))
            return substitute(add(*terms), dict(zip(variables, at, strict=True)))
        case Wirtinger(body=body, variable=variable, at=at, conjugate=conjugate):
            # R. Remmert, Theory of Complex Functions, section 1.4
            across = _Derivative(variable).of(body)
            upward = _Derivative(variable, _UNIT).of(body)
            turned = mul(_UNIT, upward) if conjugate else mul(MINUS_ONE, _UNIT, upward)
            return substitute(mul(_HALF, add(across, turned)), {variable: at})
        case (
            Grad(body=body, variable=variable, at=at)
            | Jacobian(body=body, variable=variable, at=at)
        ):
            return substitute(_Derivative(variable).of(body), {variable: at})
        case Sum(arg=arg) | Trace(arg=arg) | Det(arg=arg) | Transpose(arg=arg) if not arg.shape:
            return arg
        case Inv(arg=arg) if not arg.shape:
            return reciprocal(arg)
        case Logic() | Compare():
            return node
    return node
