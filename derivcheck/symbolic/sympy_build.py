"""Typed scalar nodes to SymPy. Imported only where SymPy is needed.

Built from nodes, never from text. Assumptions of a symbol are those its domain declares.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Context, Domain
from derivcheck.lang.functions import FUNCTIONS
from derivcheck.lang.texts import definition

_ASSUMPTIONS: dict[str, dict[str, bool]] = {
    "positive": {"positive": True},
    "negative": {"negative": True},
    "nonnegative": {"nonnegative": True},
    "nonzero": {"real": True, "nonzero": True},
    "integer": {"integer": True},
    "natural": {"integer": True, "nonnegative": True},
    "complex": {"complex": True},
}
_RELATIONS = {
    "<": sympy.StrictLessThan,
    "<=": sympy.LessThan,
    ">": sympy.StrictGreaterThan,
    ">=": sympy.GreaterThan,
    "==": sympy.Equality,
    "!=": sympy.Unequality,
}
_LOGIC = {"not": sympy.Not, "and": sympy.And, "or": sympy.Or}


_OTHER_ARGUMENTS: dict[str, Callable[..., Any]] = {
    "betainc": lambda a, b, x: sympy.betainc(a, b, 0, x),
    "betainc_regularized": lambda a, b, x: sympy.betainc_regularized(a, b, 0, x),
    "hyp0f1": lambda b, z: sympy.hyper([], [b], z),
    "hyp1f1": lambda a, b, z: sympy.hyper([a], [b], z),
    "hyp2f1": lambda a, b, c, z: sympy.hyper([a, b], [c], z),
}
"""Functions that SymPy writes with other arguments, or has no name for."""


GIVES_UP = (
    RecursionError,
    ValueError,
    TypeError,
    NotImplementedError,
    AttributeError,
    ArithmeticError,  # mpmath's fixed point of a number with too many digits
)
"""What SymPy raises over inputs it cannot treat."""


class Unbuildable(Exception):
    """SymPy has no counterpart; the message says of what."""


def _assumptions(domain: Domain) -> dict[str, bool]:
    if domain.interval is not None:
        low = domain.interval.low
        if isinstance(low, N.Num) and low.value >= 0:
            closed = domain.interval.low_closed and low.value == 0
            return {"nonnegative": True} if closed else {"positive": True}
        return {"real": True}
    return _ASSUMPTIONS.get(domain.kind, {"real": True})


def _meaning(function: str, args: tuple[N.Node, ...]) -> N.Node | None:
    """What a function that SymPy has no name for is by others."""
    row = FUNCTIONS.get(function)
    return definition(function, args) if row is not None and not row.sympy else None


_POLYNOMIALS = frozenset(("legendre", "chebyshevt", "chebyshevu", "hermite", "laguerre"))
"""What SymPy rewrites as if the degree were a natural number: f(n, -x) = (-1)**n*f(n, x)."""


class Builder:
    """Builds SymPy expressions for one context, and derivatives with SymPy's own rules."""

    def __init__(self, context: Context) -> None:
        self.memo: dict[N.Node, Any] = {}
        self.symbols: dict[str, Any] = {
            s.name: sympy.Symbol(s.name, **_assumptions(s.domain))
            for s in context.symbols
            if not s.shape
        }

    def of(self, node: N.Node) -> Any:
        """The SymPy expression; raises :class:`Unbuildable`."""
        found = self.memo.get(node)
        if found is None:
            found = self._build(node)
            self.memo[node] = found
        return found

    def _symbol(self, name: str, at: Any = None) -> Any:
        found = self.symbols.get(name)
        if found is None:
            assumptions = at.assumptions0 if isinstance(at, sympy.Symbol) else {"real": True}
            if at is not None and not isinstance(at, sympy.Symbol):
                assumptions = {"complex": True} if at.is_real is None else {"real": True}
            found = self.symbols[name] = sympy.Dummy("t", **assumptions)
        return found

    def _build(self, node: N.Node) -> Any:
        match node:
            case N.Num(value=value):
                return sympy.Rational(value.numerator, value.denominator)
            case N.Sym(name=name):
                return self._symbol(name)
            case N.Const(name="pi"):
                return sympy.pi
            case N.Const(name="e"):
                return sympy.E
            case N.DimSize(dim=dim):
                return sympy.Add(
                    *(
                        sympy.Mul(sympy.Integer(factor), *map(self._size, names))
                        for factor, names in dim.terms
                    )
                )
            case N.Add(args=args):
                return sympy.Add(*map(self.of, args))
            case N.Mul(args=args):
                return sympy.Mul(*map(self.of, args))
            case N.Pow(base=base, exponent=exponent):
                return sympy.Pow(self.of(base), self.of(exponent))
            case N.Call(function=function, args=args):
                if (meaning := _meaning(function, args)) is not None:
                    return self.of(meaning)
                return self._call(function, [self.of(a) for a in args])
            case N.Apply():
                return self._apply(node)
            case N.Select(condition=condition, then=then, otherwise=otherwise):
                chosen = (self.of(then), self._condition(condition))
                return sympy.Piecewise(chosen, (self.of(otherwise), True))
            case N.Jvp():
                return self._directional(node)
        raise Unbuildable(f"SymPy has no scalar counterpart of {type(node).__name__}")

    def _size(self, name: str) -> Any:
        key = f"size {name}"
        if key not in self.symbols:
            self.symbols[key] = sympy.Symbol(name, integer=True, positive=True)
        return self.symbols[key]

    def _directional(self, node: N.Jvp) -> Any:
        points = [self.of(a) for a in node.at]
        bound = [self._symbol(v.name, p) for v, p in zip(node.variables, points, strict=True)]
        inner = self.of(node.body)
        total = sympy.Integer(0)
        for variable, direction in zip(bound, node.directions, strict=True):
            total += sympy.diff(inner, variable) * self.of(direction)
        return total.subs(dict(zip(bound, points, strict=True)), simultaneous=True)

    def _call(self, function: str, args: list[Any]) -> Any:
        if function == "cbrt":
            if args[0].is_real is not True:
                raise Unbuildable("the real cube root of what may not be real")
            return sympy.sign(args[0]) * sympy.Abs(args[0]) ** sympy.Rational(1, 3)
        if function in _OTHER_ARGUMENTS:
            return _OTHER_ARGUMENTS[function](*args)
        row = FUNCTIONS.get(function)
        if row is not None and row.lists is not None:
            above = row.lists[0]
            return sympy.hyper(args[:above], args[above:-1], args[-1])
        if function in _POLYNOMIALS and not (args[0].is_integer and args[0].is_nonnegative):
            raise Unbuildable("SymPy takes degrees for those of polynomials")
        built = getattr(sympy, row.sympy, None) if row is not None and row.sympy else None
        if built is None:
            raise Unbuildable(f"SymPy has no function {function}")
        return built(*args)

    def _apply(self, node: N.Apply) -> Any:
        function = sympy.Function(node.function, real=True)
        args = [self.of(a) for a in node.args]
        if not any(node.orders):
            return function(*args)
        dummies = [sympy.Dummy(f"s{i}", real=True) for i in range(len(args))]
        orders = [(d, n) for d, n in zip(dummies, node.orders, strict=True) if n]
        derivative = sympy.Derivative(function(*dummies), *orders)
        return sympy.Subs(derivative, dummies, args).doit()

    def _condition(self, node: N.Node) -> Any:
        match node:
            case N.Compare(operator=operator, left=left, right=right):
                return _RELATIONS[operator](self.of(left), self.of(right))
            case N.Logic(operator=operator, args=args):
                return _LOGIC[operator](*map(self._condition, args))
        raise Unbuildable("a condition without a SymPy counterpart")
