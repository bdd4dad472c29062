"""Differentiation of scalar nodes by rule, and expansion of derivative operators.

The rules are this module's own; the numeric judges and SymPy have theirs. Special functions
after DLMF (chapters 7, 5, 8, 9, 10, 19, 25) and, for elliptic integrals in the parameter m,
Byrd and Friedman.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

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
    add,
    call,
    divide,
    mul,
    negative,
    number,
    power,
    rebuild,
    reciprocal,
    square_root,
    substitute,
    subtract,
)

PI = Const("pi", shape=())
TWO = number(2)
HALF = number(Fraction(1, 2))


class NoDerivative(Exception):
    """No rule gives this derivative in closed form; the message says of what."""


def _square(u: Node) -> Node:
    return power(u, TWO)


def _one_minus_square(u: Node) -> Node:
    return subtract(ONE_NODE, _square(u))


def _inverse_square_root(u: Node) -> Node:
    return power(u, number(Fraction(-1, 2)))


def _gauss(u: Node, sign: int) -> Node:
    """2/sqrt(pi) * exp(sign*u**2)."""
    return mul(TWO, _inverse_square_root(PI), call("exp", mul(number(sign), _square(u))))


def _acosh_slope(u: Node) -> Node:
    return mul(_inverse_square_root(subtract(u, ONE_NODE)), _inverse_square_root(add(u, ONE_NODE)))


_ONE: dict[str, Callable[[Node], Node]] = {
    "exp": lambda u: call("exp", u),
    "log": reciprocal,
    "cbrt": lambda u: mul(number(Fraction(1, 3)), power(call("cbrt", u), number(-2))),
    "abs": lambda u: call("sign", u),
    "sign": lambda u: ZERO_NODE,
    "sin": lambda u: call("cos", u),
    "cos": lambda u: negative(call("sin", u)),
    "tan": lambda u: power(call("cos", u), number(-2)),
    "cot": lambda u: negative(power(call("sin", u), number(-2))),
    "sec": lambda u: mul(call("sec", u), call("tan", u)),
    "csc": lambda u: mul(MINUS_ONE, call("csc", u), call("cot", u)),
    "asin": lambda u: _inverse_square_root(_one_minus_square(u)),
    "acos": lambda u: negative(_inverse_square_root(_one_minus_square(u))),
    "atan": lambda u: reciprocal(add(ONE_NODE, _square(u))),
    "acot": lambda u: negative(reciprocal(add(ONE_NODE, _square(u)))),
    # asec and acsc as acos and asin of 1/u: right on both sides, with |u|
    "asec": lambda u: mul(
        power(u, number(-2)),
        _inverse_square_root(subtract(ONE_NODE, power(u, number(-2)))),
    ),
    "acsc": lambda u: mul(
        MINUS_ONE,
        power(u, number(-2)),
        _inverse_square_root(subtract(ONE_NODE, power(u, number(-2)))),
    ),
    "sinh": lambda u: call("cosh", u),
    "cosh": lambda u: call("sinh", u),
    "tanh": lambda u: _one_minus_square(call("tanh", u)),
    "coth": lambda u: _one_minus_square(call("coth", u)),
    "sech": lambda u: mul(MINUS_ONE, call("sech", u), call("tanh", u)),
    "csch": lambda u: mul(MINUS_ONE, call("csch", u), call("coth", u)),
    "asinh": lambda u: _inverse_square_root(add(_square(u), ONE_NODE)),
    "acosh": _acosh_slope,
    "atanh": lambda u: reciprocal(_one_minus_square(u)),
    "acoth": lambda u: reciprocal(_one_minus_square(u)),
    "asech": lambda u: mul(MINUS_ONE, power(u, number(-2)), _acosh_slope(reciprocal(u))),
    "acsch": lambda u: mul(
        MINUS_ONE,
        power(u, number(-2)),
        _inverse_square_root(add(ONE_NODE, power(u, number(-2)))),
    ),
    "erf": lambda u: _gauss(u, -1),
    "erfc": lambda u: negative(_gauss(u, -1)),
    "erfi": lambda u: _gauss(u, 1),
    "erfinv": lambda u: mul(HALF, square_root(PI), call("exp", _square(call("erfinv", u)))),
    "gamma": lambda u: mul(call("gamma", u), call("digamma", u)),
    "loggamma": lambda u: call("digamma", u),
    "digamma": lambda u: call("polygamma", ONE_NODE, u),
    "airyai": lambda u: call("airyaiprime", u),
    "airybi": lambda u: call("airybiprime", u),
    "airyaiprime": lambda u: mul(u, call("airyai", u)),
    "airybiprime": lambda u: mul(u, call("airybi", u)),
    "Ei": lambda u: divide(call("exp", u), u),
    "li": lambda u: reciprocal(call("log", u)),
    "Si": lambda u: divide(call("sin", u), u),
    "Ci": lambda u: divide(call("cos", u), u),
    "Shi": lambda u: divide(call("sinh", u), u),
    "Chi": lambda u: divide(call("cosh", u), u),
    "fresnels": lambda u: call("sin", mul(HALF, PI, _square(u))),
    "fresnelc": lambda u: call("cos", mul(HALF, PI, _square(u))),
    # not W/(u*(1 + W)), which is undefined at 0
    "lambertw": lambda u: divide(
        call("exp", negative(call("lambertw", u))), add(ONE_NODE, call("lambertw", u))
    ),
    "ellipk": lambda m: divide(
        subtract(call("ellipe", m), mul(subtract(ONE_NODE, m), call("ellipk", m))),
        mul(TWO, m, subtract(ONE_NODE, m)),
    ),
    "ellipe": lambda m: divide(subtract(call("ellipe", m), call("ellipk", m)), mul(TWO, m)),
}


def _digamma_difference(a: Node, b: Node) -> Node:
    slope = subtract(call("digamma", a), call("digamma", add(a, b)))
    return mul(call("beta", a, b), slope)


def _polygamma(n: Node, z: Node) -> Node:
    return call("polygamma", add(n, ONE_NODE), z)


def _uppergamma(a: Node, z: Node) -> Node:
    return mul(MINUS_ONE, power(z, subtract(a, ONE_NODE)), call("exp", negative(z)))


def _bessel(name: str, before: int, after: int) -> Callable[[Node, Node], Node]:
    def slope(n: Node, z: Node) -> Node:
        lower, upper = call(name, subtract(n, ONE_NODE), z), call(name, add(n, ONE_NODE), z)
        return mul(HALF, add(mul(number(before), lower), mul(number(after), upper)))

    return slope


def _delta(phi: Node, m: Node) -> Node:
    """1 - m*sin(phi)**2."""
    return subtract(ONE_NODE, mul(m, _square(call("sin", phi))))


def _double_sine(phi: Node) -> Node:
    return call("sin", mul(TWO, phi))


def _ellipe_by_m(phi: Node, m: Node) -> Node:
    return divide(subtract(call("ellipe_inc", phi, m), call("ellipf", phi, m)), mul(TWO, m))


def _ellipf_by_m(phi: Node, m: Node) -> Node:
    rest = subtract(ONE_NODE, m)
    return add(
        divide(call("ellipe_inc", phi, m), mul(TWO, m, rest)),
        negative(divide(call("ellipf", phi, m), mul(TWO, m))),
        negative(divide(_double_sine(phi), mul(number(4), rest, square_root(_delta(phi, m))))),
    )


def _ellippi_by_n(n: Node, m: Node) -> Node:
    inner = add(
        call("ellipe", m),
        divide(mul(subtract(m, n), call("ellipk", m)), n),
        divide(mul(subtract(_square(n), m), call("ellippi", n, m)), n),
    )
    return divide(inner, mul(TWO, subtract(m, n), subtract(n, ONE_NODE)))


def _ellippi_by_m(n: Node, m: Node) -> Node:
    inner = add(divide(call("ellipe", m), subtract(m, ONE_NODE)), call("ellippi", n, m))
    return divide(inner, mul(TWO, subtract(n, m)))


def _incomplete_by_n(n: Node, phi: Node, m: Node) -> Node:
    root, factor = square_root(_delta(phi, m)), _delta(phi, n)
    inner = add(
        call("ellipe_inc", phi, m),
        divide(mul(subtract(m, n), call("ellipf", phi, m)), n),
        divide(mul(subtract(_square(n), m), call("ellippi_inc", n, phi, m)), n),
        negative(divide(mul(n, root, _double_sine(phi)), mul(TWO, factor))),
    )
    return divide(inner, mul(TWO, subtract(m, n), subtract(n, ONE_NODE)))


def _incomplete_by_phi(n: Node, phi: Node, m: Node) -> Node:
    return reciprocal(mul(square_root(_delta(phi, m)), _delta(phi, n)))


def _incomplete_by_m(n: Node, phi: Node, m: Node) -> Node:
    rest = subtract(m, ONE_NODE)
    inner = add(
        divide(call("ellipe_inc", phi, m), rest),
        call("ellippi_inc", n, phi, m),
        negative(divide(mul(m, _double_sine(phi)), mul(TWO, rest, square_root(_delta(phi, m))))),
    )
    return divide(inner, mul(TWO, subtract(n, m)))


def _squares(u: Node, v: Node) -> Node:
    return add(_square(u), _square(v))


_MANY: dict[str, tuple[Callable[..., Node] | None, ...]] = {
    "atan2": (
        lambda y, x: divide(x, _squares(x, y)),
        lambda y, x: negative(divide(y, _squares(x, y))),
    ),
    "hypot": (
        lambda x, y: divide(x, square_root(_squares(x, y))),
        lambda x, y: divide(y, square_root(_squares(x, y))),
    ),
    "max": (
        lambda u, v: _where_larger(u, v, ONE_NODE, ZERO_NODE),
        lambda u, v: _where_larger(u, v, ZERO_NODE, ONE_NODE),
    ),
    "min": (
        lambda u, v: _where_larger(u, v, ZERO_NODE, ONE_NODE),
        lambda u, v: _where_larger(u, v, ONE_NODE, ZERO_NODE),
    ),
    "polygamma": (None, _polygamma),
    "beta": (_digamma_difference, lambda a, b: _digamma_difference(b, a)),
    "uppergamma": (None, _uppergamma),
    "besselj": (None, _bessel("besselj", 1, -1)),
    "bessely": (None, _bessel("bessely", 1, -1)),
    "besseli": (None, _bessel("besseli", 1, 1)),
    "besselk": (None, _bessel("besselk", -1, -1)),
    "expint": (None, lambda n, z: negative(call("expint", subtract(n, ONE_NODE), z))),
    "polylog": (None, lambda s, z: divide(call("polylog", subtract(s, ONE_NODE), z), z)),
    "ellipe_inc": (lambda phi, m: square_root(_delta(phi, m)), _ellipe_by_m),
    "ellipf": (lambda phi, m: _inverse_square_root(_delta(phi, m)), _ellipf_by_m),
    "ellippi": (_ellippi_by_n, _ellippi_by_m),
    "ellippi_inc": (_incomplete_by_n, _incomplete_by_phi, _incomplete_by_m),
}


def _where_larger(u: Node, v: Node, then: Node, otherwise: Node) -> Node:
    return Select(Compare(">", u, v, shape=()), then, otherwise, shape=())


def partial(node: Call, position: int) -> Node:
    """The partial derivative of a function call by one of its arguments.

    Raises :class:`NoDerivative` where no closed form is known (Bessel by the order).
    """
    rules: tuple[Callable[..., Node] | None, ...]
    one = _ONE.get(node.function)
    rules = (one,) if one is not None else _MANY.get(node.function, ())
    rule = rules[position] if position < len(rules) else None
    if rule is None:
        raise NoDerivative(
            f"no closed form is known for the derivative of {node.function}"
            f" by argument {position + 1}"
        )
    return rule(*node.args)


def differentiate(node: Node, symbol: Sym) -> Node:
    """The derivative of a scalar node by a variable, lightly simplified.

    Derivative operators inside are expanded first. Raises :class:`NoDerivative`.
    """
    return _Derivative(symbol).of(expand(node))


class _Derivative:
    """One differentiation, with a memo so that shared sub-expressions are visited once."""

    def __init__(self, symbol: Sym) -> None:
        self.symbol = symbol
        self.memo: dict[Node, Node] = {symbol: ONE_NODE}

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


def _carry_out(node: Node) -> Node:
    match node:
        case Jvp(body=body, variables=variables, at=at, directions=directions):
            terms = []
            for variable, direction in zip(variables, directions, strict=True):
                slope = _Derivative(variable).of(body)
                if slope is not ZERO_NODE:
                    terms.append(mul(slope, direction))
            return substitute(add(*terms), dict(zip(variables, at, strict=True)))
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
