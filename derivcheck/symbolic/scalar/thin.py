"""Whether a function vanishes almost nowhere, unless it does so everywhere.

A proof may take what is not negative to be positive where the zeros have no interior: so under
``sqrt(1 - x**2)``, but not under ``sqrt(max(x, 0))``, which is 0 for all negative x. A function
that is analytic on a connected set has such zeros there (identity theorem). Connected is the
complex plane less poles, and the convex set where all arguments of roots and logarithms are
positive; where such a set falls apart, ``sqrt(x**4 - x**2) - x*sqrt(x**2 - 1)`` is zero on one
piece only. False always means "not known".
"""

from __future__ import annotations

from collections.abc import Iterable

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Context
from derivcheck.lang.functions import FUNCTIONS, named
from derivcheck.lang.signs import NEGATIVE, POSITIVE, UNKNOWN, of_symbols, signs_of
from derivcheck.lang.texts import definition, margins
from derivcheck.records import record
from derivcheck.symbolic.where_real import strip

_ENTIRE = frozenset(named("entire"))
_SMOOTH = frozenset(named("smooth"))
_MEROMORPHIC = frozenset(named("meromorphic"))
_ROUGH = frozenset((*named("kinks"), *named("jumps"), "conj", "re", "im"))
_INCREASING = frozenset(
    ("exp", "log", "sinh", "tanh", "atan", "asinh", "acosh", "atanh", "asin", "erf")
)
_PIECEWISE = frozenset(("abs", "sign", "max", "min"))


def vanishes_thinly(node: N.Node, context: Context) -> bool:
    """Whether the zeros of a real expression have no interior, or it is zero wherever it is
    defined."""
    return _Thin(context).holds(strip(node))


def is_piecewise_rational(root: N.Node) -> bool:
    """Whether a node is a rational function once the signs in it are known."""
    return all(
        isinstance(node, N.Num | N.Const | N.Sym | N.DimSize | N.Add | N.Mul)
        or (isinstance(node, N.Call) and node.function in _PIECEWISE)
        or (isinstance(node, N.Pow) and node.whole is not None)
        for node in N.walk(root)
    )


@record()
class _Shape:
    """Whether a function is concave, convex, and whether the sets where it is above, or below, a
    number are convex."""

    concave: bool = False
    convex: bool = False
    above: bool = False
    below: bool = False

    @property
    def turned(self) -> _Shape:
        """That of the negative."""
        return _Shape(self.convex, self.concave, self.below, self.above)


_LINEAR = _Shape(True, True, True, True)
_UNKNOWN = _Shape()


class _Thin:
    def __init__(self, context: Context) -> None:
        self.signs = of_symbols(context.symbols)
        for symbol in context.symbols:
            bounds = symbol.domain.bounds
            if isinstance(bounds.low, N.Num) and bounds.low.value >= 0:
                self.signs[symbol.name] = POSITIVE
            if isinstance(bounds.high, N.Num) and bounds.high.value <= 0:
                self.signs[symbol.name] = NEGATIVE

    def holds(self, root: N.Node) -> bool:
        """See :func:`vanishes_thinly`."""
        nodes = N.walk(root)
        if any(
            isinstance(node, N.Select | N.Derivative)
            or (isinstance(node, N.Call) and (node.function in _ROUGH or "#" in node.function))
            for node in nodes
        ):
            return False
        branching = [node for node in nodes if not _is_single_valued(node)]
        return not branching or all(map(self._is_connected, branching))

    def _is_connected(self, node: N.Node) -> bool:
        """Whether a function with branches is analytic where it is real, on a convex set."""
        match node:
            case N.Pow(base=base, whole=whole):
                inner: Iterable[N.Node] = (base,) if whole is None else ()
            case N.Call(function=function, args=args):
                meaning = definition(function, args)
                if meaning is not None:
                    return self.holds(meaning)
                row = FUNCTIONS.get(function)
                inside = margins(function, args)
                if row is None or row.poles or not (inside or function in _SMOOTH):
                    return False
                inner = [margin for margin, _ in inside]
            case _:
                return False
        return all(map(self._is_regular, N.children(node))) and all(map(self._is_convex, inner))

    def _is_regular(self, root: N.Node) -> bool:
        """Whether it has no poles where the symbols have their declared signs."""
        return all(
            not (isinstance(node, N.Call) and node.function in _MEROMORPHIC - _SMOOTH)
            and not (
                isinstance(node, N.Pow)
                and isinstance(node.exponent, N.Num)
                and node.exponent.value < 0
                and not self.sign(node.base)
            )
            for node in N.walk(root)
        )

    def _is_convex(self, node: N.Node) -> bool:
        """Whether the set where a node is positive is convex, where symbols have their signs."""
        known = self.sign(node)
        if known:
            return known > 0
        match node:
            case N.Pow(base=base, exponent=N.Num(value=value)) if value.denominator == 1:
                return bool(value.numerator % 2) and self._is_convex(base)
            case N.Mul(args=args):
                signs = [self.sign(arg) for arg in args]
                others = [arg for arg, sign in zip(args, signs, strict=True) if not sign]
                turned = sum(sign < 0 for sign in signs) % 2
                if len(others) != 1:
                    return self.shape(node).above
                return self._is_convex(N.negative(others[0]) if turned else others[0])
        return self.shape(node).above

    # -- signs and shapes -------------------------------------------------------------------

    def sign(self, node: N.Node) -> int:
        """The sign at every point where symbols have their declared signs; 0: unknown."""
        low, high = signs_of(node, self.signs) or UNKNOWN
        return low if low == high else 0

    def shape(self, node: N.Node) -> _Shape:
        """What is known of a function's shape, by the rules of composition."""
        match node:
            case N.Num() | N.Const() | N.Sym() | N.DimSize() | N.Apply():
                return _LINEAR
            case N.Add(args=args):
                moving = [arg for arg in args if not isinstance(arg, N.Num | N.Const)]
                if len(moving) == 1:
                    return self.shape(moving[0])
                shapes = [self.shape(arg) for arg in moving]
                concave, convex = (all(s.concave for s in shapes), all(s.convex for s in shapes))
                return _Shape(concave, convex, concave, convex)
            case N.Mul(args=args):
                numbers = [arg for arg in args if isinstance(arg, N.Num | N.Const)]
                if len(args) - len(numbers) != 1:
                    return _UNKNOWN
                (rest,) = (arg for arg in args if arg not in numbers)
                shape = self.shape(rest)
                return shape if self.sign(N.mul(*numbers)) > 0 else shape.turned
            case N.Pow(base=base, exponent=N.Num(value=value)):
                inner = self.shape(base)
                linear = inner.concave and inner.convex
                if value.denominator == 1 and value > 0 and not value.numerator % 2:
                    return _Shape(convex=linear, below=linear)
                if value.denominator == 1 and value > 0:
                    return _Shape(above=inner.above, below=inner.below)
                if value > 0:
                    return _Shape(
                        value < 1 and inner.concave,
                        value > 1 and inner.convex,
                        inner.above,
                        inner.below,
                    )
                if value.denominator != 1 or self.sign(base) > 0:
                    return _Shape(False, inner.concave, inner.below, inner.above)
                return _UNKNOWN
            case N.Call(function=function, args=(u,)) if function in _INCREASING:
                inner = self.shape(u)
                return _Shape(
                    function in ("log", "acosh") and inner.concave,
                    function == "exp" and inner.convex,
                    inner.above,
                    inner.below,
                )
            case N.Call(function="cosh", args=(u,)):
                inner = self.shape(u)
                linear = inner.concave and inner.convex
                return _Shape(convex=linear, below=linear)
        return _UNKNOWN


def _is_single_valued(node: N.Node) -> bool:
    """Whether a node adds no branches to what it is made of: a function on the complex plane."""
    match node:
        case N.Num() | N.Const() | N.Sym() | N.DimSize() | N.Add() | N.Mul() | N.Apply():
            return True
        case N.Pow(base=base, whole=whole):
            positive = isinstance(base, N.Const) or (isinstance(base, N.Num) and base.value > 0)
            return whole is not None or positive
        case N.Call(function=function):
            return function in _MEROMORPHIC
    return False
