"""Values of scalar nodes by mpmath, and slips of claims: shares no code with any judge."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import mpmath

from derivcheck.lang import nodes as n


class NotReal(Exception):
    """Some sub-expression is not real or not defined at this point."""


_FUNCTIONS = {
    name: getattr(mpmath, name)
    for name in [
        "exp",
        "log",
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "asin",
        "acos",
        "atan",
        "asec",
        "acsc",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "sech",
        "csch",
        "asinh",
        "acosh",
        "atanh",
        "acoth",
        "asech",
        "acsch",
        "sign",
        "erf",
        "erfc",
        "erfi",
        "gamma",
        "digamma",
        "loggamma",
    ]
} | {
    "abs": abs,
    "max": max,
    "min": min,
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "besselj": mpmath.besselj,
    "Si": mpmath.si,
    "Ei": mpmath.ei,
    "polygamma": lambda k, x: mpmath.psi(int(k), x),
}


def value(node: n.Node, point: dict[str, mpmath.mpf]) -> mpmath.mpf:
    """The value of a node without derivative operators; raises NotReal."""
    try:
        found = _value(node, point)
    except (ValueError, ZeroDivisionError, OverflowError, mpmath.libmp.NoConvergence) as error:
        raise NotReal from error
    found = mpmath.mpmathify(found)
    if isinstance(found, mpmath.mpc) or not mpmath.isfinite(found):
        raise NotReal
    return found


def _value(node: n.Node, point: dict[str, mpmath.mpf]) -> object:
    match node:
        case n.Num(value=number):
            return mpmath.mpf(number.numerator) / number.denominator
        case n.Const(name=name):
            return mpmath.pi if name == "pi" else mpmath.e
        case n.Sym(name=name):
            return point[name]
        case n.Add(args=args):
            return mpmath.fsum(value(a, point) for a in args)
        case n.Mul(args=args):
            return mpmath.fprod(value(a, point) for a in args)
        case n.Pow(base=base, exponent=exponent):
            return mpmath.power(value(base, point), value(exponent, point))
        case n.Call(function=function, args=args):
            return _FUNCTIONS[function](*(value(a, point) for a in args))
        case n.Select(condition=n.Compare(operator=operator, left=left, right=right)):
            sides = value(left, point), value(right, point)
            gap = sides[0] - sides[1]
            if abs(gap) <= mpmath.mpf(10) ** -9 * (1 + sum(map(abs, sides))):
                raise NotReal  # x/x > 1: digits don't tell
            chosen = gap > 0 if operator.startswith(">") else gap < 0
            return value(node.then if chosen else node.otherwise, point)
    raise NotImplementedError(type(node).__name__)


def slope(node: n.Node, name: str, point: dict[str, mpmath.mpf]) -> mpmath.mpf:
    """The derivative by high-precision differences; raises NotReal."""

    def along(x: mpmath.mpf) -> mpmath.mpf:
        return value(node, {**point, name: x})

    with mpmath.workdps(60):
        rough, fine = (mpmath.diff(along, point[name], h=mpmath.mpf(10) ** -k) for k in (12, 18))
        if abs(rough - fine) > abs(fine) * mpmath.mpf(10) ** -9:
            raise NotReal
        return fine


def slips(node: n.Node, random: Random) -> n.Node:
    """The claim with one small mistake somewhere."""
    spots = [s for s in n.walk(node) if not isinstance(s, n.Const | n.Compare)]
    if not spots:
        return n.negative(node)
    return n.substitute(node, {(spot := random.choice(spots)): _slip(spot, random)})


_SWAPS = {
    "sin": "cos",
    "cos": "sin",
    "tan": "tanh",
    "tanh": "tan",
    "sinh": "cosh",
    "cosh": "sinh",
    "sec": "csc",
    "csc": "sec",
    "asin": "acos",
    "log": "exp",
    "atan": "atanh",
    "abs": "sign",
    "max": "min",
    "min": "max",
}


def _slip(node: n.Node, random: Random) -> n.Node:
    match node:
        case n.Num(value=number):
            return n.number(number + random.choice((1, -1, Fraction(1, 2))))
        case n.Call(function=function, args=args) if function in _SWAPS and random.random() < 0.6:
            return n.call(_SWAPS[function], *args)
        case n.Mul(args=args) if random.random() < 0.6:
            drop = random.randrange(len(args))
            return n.mul(*args[:drop], *args[drop + 1 :])
        case n.Add(args=args) if random.random() < 0.6:
            flip = random.randrange(len(args))
            return n.add(*args[:flip], n.negative(args[flip]), *args[flip + 1 :])
        case n.Pow(base=base, exponent=exponent) if random.random() < 0.6:
            return n.power(base, n.add(exponent, n.number(random.choice((1, -1)))))
    return random.choice((n.negative(node), n.mul(n.number(2), node), n.call("abs", node)))
