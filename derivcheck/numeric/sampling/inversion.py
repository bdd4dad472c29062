"""Where a function of one symbol has a value, and what else is known there.

One function after the other is undone by its inverse; what is a rational function of one part, with
rational coefficients, by the roots of its numerator. What had to equal what on the way is kept. A
value too many does no harm, since whoever looks there evaluates the function again.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import Any

from flint import fmpq_poly

from derivcheck.lang import nodes as N
from derivcheck.numeric.sampling.algebraic import MAX_DEGREE, real_roots
from derivcheck.numeric.sampling.conditions import FLOAT_MARGIN
from derivcheck.numeric.sampling.exact import Evaluator, Inexact, exactly

Steps = tuple[tuple[N.Node, N.Node], ...]
"""Nodes, and the numbers that they are, from the outside in."""
_Step = tuple[N.Node, N.Node, Steps]
"""A node inside another, the value that it must have, and what else has which value then."""


def inverted(node: N.Node, target: N.Node, variable: N.Sym) -> Iterator[tuple[N.Node, Steps]]:
    """Values of a symbol at which a node has a value, and what else has which value then."""
    if node is variable:
        yield target, ()
        return
    steps = (
        [*_by_roots(node, target, variable)]
        or [(inner, wanted, ()) for inner, wanted in _undone(node, target, variable)]
        or [*_piecewise(node, target, variable)]
    )
    for inner, wanted, conditions in steps:
        for value, known in inverted(inner, wanted, variable):
            yield value, ((node, target), *conditions, *known)


def _by_roots(node: N.Node, target: N.Node, variable: N.Sym) -> Iterator[_Step]:
    """What a node is a rational function of, and the zeros of its difference from a number."""
    found = _unit(node, variable)
    if found is None or found[0] is node:
        return
    unit, powers = found
    try:
        above, _ = ratio(N.subtract(node, target), powers, variable, Evaluator({}, {}))
    except (Inexact, KeyError, ZeroDivisionError):
        return
    for root in real_roots(above):
        yield unit, root, tuple((atom, N.power(root, N.number(k))) for atom, k in powers.items())


def _unit(node: N.Node, variable: N.Sym) -> tuple[N.Node, dict[N.Node, int]] | None:
    """What all parts that hold a symbol are powers of, and which: of exp(x) for exp(2*x)."""
    powers = {atom: _as_power(atom) for atom in _atoms(node, variable)}
    bases = {(kind, base) for kind, base, _ in powers.values()}
    exponents = [exponent for _, _, exponent in powers.values()]
    if len(bases) != 1 or not any(exponents):
        return None
    [(kind, base)] = bases
    below = lcm(*(e.denominator for e in exponents))
    step = Fraction(reduce(gcd, (int(e * below) for e in exponents)), below)
    multiple = N.mul(N.number(step), base)
    unit = N.call("exp", multiple) if kind == "exp" else N.power(base, N.number(step))
    return unit, {atom: int(exponent / step) for atom, (_, _, exponent) in powers.items()}


def _atoms(node: N.Node, variable: N.Sym) -> Iterator[N.Node]:
    """Parts of which a node is made by sums, products and whole powers."""
    if variable not in N.walk(node):
        return
    match node:
        case N.Add(args=args) | N.Mul(args=args):
            for arg in args:
                yield from _atoms(arg, variable)
        case N.Pow(base=base, exponent=N.Num(value=value)) if value.denominator == 1:
            yield from _atoms(base, variable)
        case _:
            yield node


def _as_power(atom: N.Node) -> tuple[str, N.Node, Fraction]:
    match atom:
        case N.Pow(base=base, exponent=N.Num(value=exponent)):
            return "", base, exponent
        case N.Call(function="exp", args=(N.Mul(args=(N.Num(value=factor), *rest)),)):
            return "exp", N.mul(*rest), factor
        case N.Call(function="exp", args=(angle,)):
            return "exp", angle, Fraction(1)
    return "", atom, Fraction(1)


def ratio(
    node: N.Node, powers: dict[N.Node, int], variable: N.Sym, evaluator: Evaluator
) -> tuple[Any, Any]:
    """Numerator and denominator, as polynomials in a unit of which nodes are powers; what depends
    on no variable is evaluated. :class:`Inexact` beyond reach."""
    if node in powers:
        unit, one = fmpq_poly([0] * abs(powers[node]) + [1]), fmpq_poly([1])
        return (unit, one) if powers[node] > 0 else (one, unit)
    if variable not in N.walk(node):
        return fmpq_poly([exactly(evaluator.scalar(node))]), fmpq_poly([1])
    above, below = fmpq_poly([0]), fmpq_poly([1])
    parts = (ratio(arg, powers, variable, evaluator) for arg in N.children(node))
    match node:
        case N.Add():
            for over, under in parts:
                above, below = above * under + over * below, below * under
        case N.Mul():
            above = fmpq_poly([1])
            for over, under in parts:
                above, below = above * over, below * under
        case N.Pow(exponent=N.Num(value=value)) if (
            value.denominator == 1 and abs(value) <= MAX_DEGREE
        ):
            over, under = next(parts)
            above, below = over ** abs(int(value)), under ** abs(int(value))
            if value < 0:
                above, below = below, above
        case _:
            raise Inexact("no rational function")
    if max(above.degree(), below.degree()) > MAX_DEGREE:
        raise Inexact("of too high a degree")
    return above, below


def _piecewise(node: N.Node, target: N.Node, variable: N.Sym) -> Iterator[_Step]:
    """The node with what a part with several pieces is on one of them."""
    for atom in dict.fromkeys(_atoms(node, variable)):
        match atom:
            case N.Call(function="abs", args=(u,)) if atom is not node:
                pieces: tuple[N.Node, ...] = (u, N.negative(u))
            case N.Call(function="max" | "min", args=pieces) if atom is not node:
                pass
            case _:
                continue
        yield from ((N.substitute(node, {atom: piece}), target, ()) for piece in pieces)


def _undone(node: N.Node, target: N.Node, variable: N.Sym) -> Iterator[tuple[N.Node, N.Node]]:
    match node:
        case N.Add(args=args) | N.Mul(args=args):
            holding = [arg for arg in args if variable in N.walk(arg)]
            if len(holding) != 1:
                return
            others = [arg for arg in args if arg is not holding[0]]
            if isinstance(node, N.Add):
                yield holding[0], N.add(target, *map(N.negative, others))
            elif all(isinstance(arg, N.Num | N.Const) for arg in others):
                yield holding[0], N.divide(target, N.mul(*others))
        case N.Pow(base=base, exponent=N.Num(value=value)) if value.denominator == 1 and value > 1:
            root = N.number(1 / value)
            for sign in (1, -1):
                size = N.mul(N.number(sign), target) if value % 2 else target
                if _is_positive(size):
                    yield base, N.mul(N.number(sign), N.power(size, root))
        case N.Pow(base=base, exponent=N.Num(value=value)) if value.denominator == 1 and value < 0:
            yield N.power(base, N.number(-value)), N.reciprocal(target)
        case N.Pow(exponent=N.Num(value=value)) if not value:
            return
        case N.Pow(base=base, exponent=exponent) if _is_positive(target):
            if variable not in N.walk(exponent):
                yield base, N.power(target, N.reciprocal(exponent))
            elif _is_positive(base):
                yield exponent, N.divide(N.call("log", target), N.call("log", base))
        case N.Call(function="sin" | "cos" | "tan" as function, args=(u,)):
            for angle in _angles(function, target):
                yield u, angle
        case N.Call(function="abs", args=(u,)) if target is N.ZERO_NODE or _is_positive(target):
            for size in dict.fromkeys((target, N.negative(target))):
                yield u, size
        case N.Call(function="max" | "min", args=args):
            for arg in args:
                if variable in N.walk(arg):
                    yield arg, target
        case N.Call(function=function, args=(u,)) if function in _INVERSES:
            yield u, target if target is N.ZERO_NODE else N.call(_INVERSES[function], target)
        case N.Call(function="cosh", args=(u,)) if _is_positive(N.subtract(target, N.ONE_NODE)):
            square = N.add(N.power(target, N.number(2)), N.MINUS_ONE)
            size = N.call("log", N.add(target, N.power(square, N.number(Fraction(1, 2)))))
            for turned in (size, N.negative(size)):
                yield u, turned
        case N.Call(function="exp", args=(u,)) if _is_positive(target):
            yield u, N.call("log", target)
        case N.Call(function="cbrt", args=(u,)):
            yield u, N.power(target, N.number(3))
        case N.Call(function="log", args=(u,)):
            yield u, N.ONE_NODE if target is N.ZERO_NODE else N.call("exp", target)


_INVERSES = {
    "asin": "sin",
    "atan": "tan",
    "sinh": "asinh",
    "tanh": "atanh",
    "asinh": "sinh",
    "atanh": "tanh",
    "erf": "erfinv",
}
"""Functions and their inverses; each is zero at zero. What is no value of one has none here."""
_TURNS: dict[str, dict[int, tuple[int | Fraction, ...]]] = {
    "sin": {0: (1, -1, 2), 1: (Fraction(1, 2),), -1: (Fraction(-1, 2),)},
    "cos": {0: (Fraction(1, 2), Fraction(-1, 2)), 1: (2, -2), -1: (1, -1)},
    "tan": {0: (1, -1), 1: (Fraction(1, 4),), -1: (Fraction(-1, 4),)},
}
"""Multiples of pi at which a function has a value."""


def _angles(function: str, target: N.Node) -> Iterator[N.Node]:
    """Some angles whose sine, cosine or tangent is zero or a unit."""
    pi = N.Const("pi", shape=())
    if isinstance(target, N.Num) and target.value in (-1, 0, 1):
        for turn in _TURNS[function][int(target.value)]:
            yield N.mul(N.number(turn), pi)
    elif function == "tan":
        yield N.call("atan", target)
    elif all(_is_positive(N.add(N.ONE_NODE, size)) for size in (target, N.negative(target))):
        yield (angle := N.call(f"a{function}", target))
        yield N.subtract(pi, angle) if function == "sin" else N.negative(angle)


def _is_positive(node: N.Node) -> bool:
    try:
        return Evaluator({}, {}, approximate=True).scalar(node) > FLOAT_MARGIN
    except (Inexact, KeyError, OverflowError):
        return False
