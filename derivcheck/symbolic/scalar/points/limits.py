"""Limits of quotients of smooth functions: (x*cos(x) - sin(x))/x**2 at x = 0 is 0.

By l'Hopital's rule, as often as the denominator's derivatives vanish. Where ``where(x == 0, ...)``
has a derivative, it is the limit of those beside it (mean value theorem), so that a claim need only
be that limit there.
"""

from __future__ import annotations

from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import decided
from derivcheck.lang.functions import named
from derivcheck.lang.texts import definition
from derivcheck.symbolic.derivative import NoDerivative, differentiate
from derivcheck.symbolic.scalar.field import OutOfKernels
from derivcheck.symbolic.scalar.points.region import Region
from derivcheck.symbolic.scalar.translate import LOST

_MOST_DERIVATIVES = 6
_MOST_PARTS = 200
_SMOOTH = frozenset(named("smooth"))
"""Functions with every derivative at every real point."""

Quotient = tuple[N.Node, N.Node]


def tends_to(
    region: Region, node: N.Node, limit: N.Node, name: str, place: N.Node, whole: N.Node
) -> bool:
    """Whether an expression tends to ``limit`` as the symbol ``name`` tends to ``place``.

    So does the slope of ``whole``, whose derivative it is: it has one at each point beside.
    """
    symbol = N.Sym(name, shape=())
    positive: list[N.Node] = []
    quotient = _quotient(node, positive)
    if quotient is None or _quotient(whole, positive) is None or symbol in N.walk(place):
        return False
    translator = region.without(name)
    beside = Region(translator)
    above, below = quotient
    try:
        inner = [translator.of(N.substitute(u, {symbol: place})) for u in positive]
        if not all((u.constant or 0) > 0 or beside.certain_sign(u) > 0 for u in inner):
            return False
        wanted = translator.of(N.substitute(limit, {symbol: place}))
        for _ in range(_MOST_DERIVATIVES):
            over, under = (translator.of(N.substitute(n, {symbol: place})) for n in (above, below))
            if not under.is_zero:
                return (over - wanted * under).is_zero and beside.is_nonzero(under)
            if not over.is_zero:
                return False
            above, below = differentiate(above, symbol), differentiate(below, symbol)
            if len(N.walk(above)) + len(N.walk(below)) > _MOST_PARTS:
                return False
    except (NoDerivative, OutOfKernels, *LOST):
        return False
    return False


def _quotient(node: N.Node, positive: list[N.Node]) -> Quotient | None:
    """Smooth functions above and below the bar, as far as ``positive`` are; None: it is not one."""
    match node:
        case N.Add(args=args):
            total: Quotient = N.number(0), N.ONE_NODE
            for arg in args:
                part = _quotient(arg, positive)
                if part is None:
                    return None
                (a, b), (c, d) = total, part
                total = (
                    (N.add(a, c), b) if b == d else (N.add(N.mul(a, d), N.mul(c, b)), N.mul(b, d))
                )
            return total
        case N.Mul(args=args):
            parts = [_quotient(arg, positive) for arg in args]
            known = [part for part in parts if part is not None]
            if len(known) < len(parts):
                return None
            return N.mul(*(above for above, _ in known)), N.mul(*(below for _, below in known))
        case N.Pow(base=base, exponent=N.Num(value=value)) if value.denominator == 1:
            inner = _quotient(base, positive)
            if inner is None:
                return None
            above, below = inner if value > 0 else inner[::-1]
            return N.power(above, N.number(abs(value))), N.power(below, N.number(abs(value)))
        case N.Select(condition=condition, then=then, otherwise=otherwise):
            taken = decided(condition)
            return None if taken is None else _quotient(then if taken else otherwise, positive)
        case N.Call(function="tan", args=(u,)):
            return (N.call("sin", u), N.call("cos", u)) if _is_smooth(u, positive) else None
        case N.Call(function=function, args=args) if function not in _SMOOTH:
            meaning = definition(function, args)
            if meaning is not None:
                return _quotient(meaning, positive)
    return (node, N.ONE_NODE) if _is_smooth(node, positive) else None


def _is_smooth(root: N.Node, positive: list[N.Node]) -> bool:
    """Whether a node has every derivative wherever ``positive`` are, to which it adds."""
    for node in N.walk(root):
        match node:
            case N.Num() | N.Sym() | N.Const() | N.DimSize() | N.Add() | N.Mul():
                continue
            case N.Call(function=function) if function in _SMOOTH:
                continue
            case N.Call(function="log", args=(u,)):
                positive.append(u)
            case N.Pow(base=N.Const(name="e" | "pi")):
                continue
            case N.Pow(base=u, exponent=N.Num(value=value)):
                if value.denominator != 1 or value < 0:
                    positive.append(u)
            case _:
                return False
    return True
