"""Partial derivatives of the elementwise functions, typed for the ball judge alone.

Sources: the NIST Digital Library of Mathematical Functions (dlmf.nist.gov), chapters 4 to 25;
for elliptic integrals sections 19.4 and 19.18 with parameter m = k**2. The tests compare each
rule with a difference quotient of the enclosed values themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.nodes import Node, add, call, divide, mul, negative, number, power


class Unsupported(Exception):
    """A derivative or function outside the reach of the ball judge; the message says which."""


ONE = number(1)
HALF = number(Fraction(1, 2))
PI = N.Const("pi", shape=())


def _n(value: int | str) -> Node:
    return number(Fraction(value))


def _square(z: Node) -> Node:
    return power(z, _n(2))


def _root(z: Node) -> Node:
    return power(z, HALF)


def _over_root(z: Node) -> Node:
    return power(z, _n("-1/2"))


def _minus(a: Node, b: Node) -> Node:
    return add(a, negative(b))


def _over(*args: Node) -> Node:
    return power(mul(*args), _n(-1))


Rule = Callable[[Node], Node]

_UNARY: dict[str, Rule] = {
    "exp": lambda z: call("exp", z),
    "log": lambda z: _over(z),
    "cbrt": lambda z: _over(_n(3), _square(call("cbrt", z))),
    "abs": lambda z: call("#sign", z),
    "sign": lambda z: call("#zero", z),
    "#sign": lambda z: call("#zero", z),
    "#zero": lambda z: call("#zero", z),
    "sin": lambda z: call("cos", z),
    "cos": lambda z: negative(call("sin", z)),
    "tan": lambda z: power(call("cos", z), _n(-2)),
    "cot": lambda z: negative(power(call("sin", z), _n(-2))),
    "sec": lambda z: mul(call("sin", z), power(call("cos", z), _n(-2))),
    "csc": lambda z: negative(mul(call("cos", z), power(call("sin", z), _n(-2)))),
    "asin": lambda z: _over_root(_minus(ONE, _square(z))),
    "acos": lambda z: negative(_over_root(_minus(ONE, _square(z)))),
    "atan": lambda z: _over(add(ONE, _square(z))),
    "acot": lambda z: negative(_over(add(ONE, _square(z)))),
    "asec": lambda z: _over(_square(z), _root(_minus(ONE, power(z, _n(-2))))),
    "acsc": lambda z: negative(_over(_square(z), _root(_minus(ONE, power(z, _n(-2)))))),
    "sinh": lambda z: call("cosh", z),
    "cosh": lambda z: call("sinh", z),
    "tanh": lambda z: power(call("cosh", z), _n(-2)),
    "coth": lambda z: negative(power(call("sinh", z), _n(-2))),
    "sech": lambda z: negative(mul(call("sinh", z), power(call("cosh", z), _n(-2)))),
    "csch": lambda z: negative(mul(call("cosh", z), power(call("sinh", z), _n(-2)))),
    "asinh": lambda z: _over_root(add(_square(z), ONE)),
    "acosh": lambda z: mul(_over_root(_minus(z, ONE)), _over_root(add(z, ONE))),
    "atanh": lambda z: _over(_minus(ONE, _square(z))),
    "acoth": lambda z: _over(_minus(ONE, _square(z))),
    "asech": lambda z: negative(_over(z, _root(_minus(ONE, _square(z))))),
    "acsch": lambda z: negative(_over(_square(z), _root(add(ONE, power(z, _n(-2)))))),
    "erf": lambda z: mul(_n(2), _over_root(PI), call("exp", negative(_square(z)))),
    "erfc": lambda z: mul(_n(-2), _over_root(PI), call("exp", negative(_square(z)))),
    "erfi": lambda z: mul(_n(2), _over_root(PI), call("exp", _square(z))),
    "erfinv": lambda z: mul(HALF, _root(PI), call("exp", _square(call("erfinv", z)))),
    "gamma": lambda z: mul(call("gamma", z), call("digamma", z)),
    "loggamma": lambda z: call("digamma", z),
    "digamma": lambda z: call("polygamma", ONE, z),
    "airyai": lambda z: call("airyaiprime", z),
    "airybi": lambda z: call("airybiprime", z),
    "airyaiprime": lambda z: mul(z, call("airyai", z)),
    "airybiprime": lambda z: mul(z, call("airybi", z)),
    "Ei": lambda z: divide(call("exp", z), z),
    "li": lambda z: _over(call("log", z)),
    "Si": lambda z: divide(call("sin", z), z),
    "Ci": lambda z: divide(call("cos", z), z),
    "Shi": lambda z: divide(call("sinh", z), z),
    "Chi": lambda z: divide(call("cosh", z), z),
    "fresnels": lambda z: call("sin", mul(HALF, PI, _square(z))),
    "fresnelc": lambda z: call("cos", mul(HALF, PI, _square(z))),
    "lambertw": lambda z: _over(add(z, call("exp", call("lambertw", z)))),
    "zeta": lambda z: call("#zeta", ONE, z),
    "ellipk": lambda m: divide(
        _minus(call("ellipe", m), mul(_minus(ONE, m), call("ellipk", m))),
        mul(_n(2), m, _minus(ONE, m)),
    ),
    "ellipe": lambda m: divide(_minus(call("ellipe", m), call("ellipk", m)), mul(_n(2), m)),
}


def _delta(phi: Node, m: Node) -> Node:
    """``sqrt(1 - m*sin(phi)**2)``."""
    return _root(_minus(ONE, mul(m, _square(call("sin", phi)))))


def _ellipf_m(phi: Node, m: Node) -> Node:
    rest = _minus(ONE, m)
    return add(
        divide(call("ellipe_inc", phi, m), mul(_n(2), m, rest)),
        negative(divide(call("ellipf", phi, m), mul(_n(2), m))),
        negative(divide(call("sin", mul(_n(2), phi)), mul(_n(4), rest, _delta(phi, m)))),
    )


def _ellippi_n(n: Node, m: Node) -> Node:
    top = add(
        call("ellipe", m),
        divide(mul(_minus(m, n), call("ellipk", m)), n),
        divide(mul(_minus(_square(n), m), call("ellippi", n, m)), n),
    )
    return divide(top, mul(_n(2), _minus(m, n), _minus(n, ONE)))


def _ellippi_m(n: Node, m: Node) -> Node:
    top = add(divide(call("ellipe", m), _minus(m, ONE)), call("ellippi", n, m))
    return divide(top, mul(_n(2), _minus(n, m)))


def _ellippi_inc_n(n: Node, phi: Node, m: Node) -> Node:
    sine = call("sin", mul(_n(2), phi))
    tail = divide(
        mul(n, _delta(phi, m), sine),
        mul(_n(2), _minus(ONE, mul(n, _square(call("sin", phi))))),
    )
    top = add(
        call("ellipe_inc", phi, m),
        divide(mul(_minus(m, n), call("ellipf", phi, m)), n),
        divide(mul(_minus(_square(n), m), call("ellippi_inc", n, phi, m)), n),
        negative(tail),
    )
    return divide(top, mul(_n(2), _minus(m, n), _minus(n, ONE)))


def _ellippi_inc_m(n: Node, phi: Node, m: Node) -> Node:
    tail = divide(
        mul(m, call("sin", mul(_n(2), phi))),
        mul(_n(2), _minus(m, ONE), _delta(phi, m)),
    )
    top = add(
        divide(call("ellipe_inc", phi, m), _minus(m, ONE)),
        call("ellippi_inc", n, phi, m),
        negative(tail),
    )
    return divide(top, mul(_n(2), _minus(n, m)))


def _cylinder(name: str, below: int, above: int) -> Callable[[Node, Node], Node]:
    """``below/2 * C(n-1) + above/2 * C(n+1)`` (DLMF 10.6.1 and 10.29.1)."""

    def rule(n: Node, z: Node) -> Node:
        first = call(name, add(n, _n(-1)), z)
        second = call(name, add(n, ONE), z)
        return mul(HALF, add(mul(_n(below), first), mul(_n(above), second)))

    return rule


def _square_sum(x: Node, y: Node) -> Node:
    return add(_square(x), _square(y))


Partial = Callable[..., Node]

_SEVERAL: dict[str, tuple[Partial | None, ...]] = {
    "atan2": (
        lambda y, x: divide(x, _square_sum(x, y)),
        lambda y, x: negative(divide(y, _square_sum(x, y))),
    ),
    "hypot": (
        lambda x, y: divide(x, call("hypot", x, y)),
        lambda x, y: divide(y, call("hypot", x, y)),
    ),
    "max": (
        lambda x, y: call("#step", _minus(x, y)),
        lambda x, y: call("#step", _minus(y, x)),
    ),
    "min": (
        lambda x, y: call("#step", _minus(y, x)),
        lambda x, y: call("#step", _minus(x, y)),
    ),
    "polygamma": (None, lambda n, z: call("polygamma", add(n, ONE), z)),
    "#zeta": (None, lambda n, z: call("#zeta", add(n, ONE), z)),
    "beta": (
        lambda a, b: mul(
            call("beta", a, b), _minus(call("digamma", a), call("digamma", add(a, b)))
        ),
        lambda a, b: mul(
            call("beta", a, b), _minus(call("digamma", b), call("digamma", add(a, b)))
        ),
    ),
    "uppergamma": (
        None,
        lambda a, z: negative(mul(power(z, add(a, _n(-1))), call("exp", negative(z)))),
    ),
    "besselj": (None, _cylinder("besselj", 1, -1)),
    "bessely": (None, _cylinder("bessely", 1, -1)),
    "besseli": (None, _cylinder("besseli", 1, 1)),
    "besselk": (None, _cylinder("besselk", -1, -1)),
    "expint": (None, lambda n, z: negative(call("expint", add(n, _n(-1)), z))),
    "polylog": (None, lambda s, z: divide(call("polylog", add(s, _n(-1)), z), z)),
    "ellipe_inc": (
        lambda phi, m: _delta(phi, m),
        lambda phi, m: divide(
            _minus(call("ellipe_inc", phi, m), call("ellipf", phi, m)), mul(_n(2), m)
        ),
    ),
    "ellipf": (lambda phi, m: power(_delta(phi, m), _n(-1)), _ellipf_m),
    "ellippi": (_ellippi_n, _ellippi_m),
    "ellippi_inc": (
        _ellippi_inc_n,
        lambda n, phi, m: _over(_delta(phi, m), _minus(ONE, mul(n, _square(call("sin", phi))))),
        _ellippi_inc_m,
    ),
}
_SEVERAL["#step"] = (lambda z: call("#zero", z),)


def partial(function: str, args: tuple[Node, ...], position: int) -> Node:
    """Derivative of a function by one argument; :class:`Unsupported` when there is no rule."""
    unary = _UNARY.get(function)
    if unary is not None and len(args) == 1:
        return unary(args[0])
    rules = _SEVERAL.get(function)
    rule = rules[position] if rules is not None else None
    if rule is None:
        which = ("first", "second", "third")[position]
        raise Unsupported(
            f"the derivative of {function} by its {which} argument is outside the reach of balls"
        )
    return rule(*args)
