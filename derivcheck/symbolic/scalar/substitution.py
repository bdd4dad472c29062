"""Claims in other symbols, in which they are shorter.

*Roots.* A root in the field of kernels has a relation, t**4 = a, by which every product is reduced.
Told in t alone the same expression is a rational function of free kernels. The principal root
fulfils the relation wherever it is defined, so that what holds for every t holds for every a.

*An inner linear form.* Where the variable occurs in d + e*x only, the claim is one about
y = d + e*x with the derivative along e, and no power of d + e*x is expanded. Where form and slope
are numbers, x - 1, the variable may also occur elsewhere, as y + 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from math import lcm

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Domain, Equation, Symbol

_MOST = 24
"""Largest common denominator of a parameter's exponents."""
_KINDS = ("real", "positive", "nonnegative", "nonzero", "complex")
_NONZERO = ("positive", "negative", "nonzero", "natural")


def retold(equation: Equation) -> Equation | None:
    """The equation in other symbols of which it is a consequence, where there are such."""
    context = equation.context
    pieces = any(isinstance(node, N.Select) for node in equation.nodes)
    if context.identically or context.functions or pieces:
        return None
    inner = _by_inner_form(equation)
    return _by_roots(inner or equation) or inner


def _by_roots(equation: Equation) -> Equation | None:
    """With new symbols for the roots of parameters, which no derivative is taken by.

    Among real quantities a root is real, so that the new symbol is not negative; among complex
    numbers it may be any.
    """
    context = equation.context
    degrees: dict[str, int] = {}
    apart = {s.name for c in context.assume for s in N.walk(c) if isinstance(s, N.Sym)}
    for node in equation.nodes:
        if isinstance(node, N.Jvp | N.Wirtinger):
            places = node.at if isinstance(node.at, tuple) else (node.at,)
            apart |= {s.name for at in places for s in N.walk(at) if isinstance(s, N.Sym)}
        if (
            isinstance(node, N.Pow)
            and isinstance(node.base, N.Sym)
            and isinstance(node.exponent, N.Num)
        ):
            name = node.base.name
            degrees[name] = lcm(degrees.get(name, 1), node.exponent.value.denominator)
    roots: dict[str, tuple[N.Sym, int]] = {}
    symbols: list[Symbol] = []
    for symbol in context.symbols:
        degree = degrees.get(symbol.name, 1)
        plain = symbol.domain.interval is None and symbol.domain.kind in _KINDS
        if 1 < degree <= _MOST and plain and not symbol.shape and symbol.name not in apart:
            root = N.Sym(f"({symbol.name}**(1/{degree}))", shape=())
            roots[symbol.name] = root, degree
            symbol = Symbol(root.name, domain=_domain(symbol, context.is_complex))
        symbols.append(symbol)
    if not roots:
        return None
    memo: dict[N.Node, N.Node] = {}

    def visit(node: N.Node) -> N.Node:
        found = memo.get(node)
        if found is None:
            found = memo[node] = _in_roots(node, roots, visit)
        return found

    return replace(
        equation,
        left=visit(equation.left),
        right=visit(equation.right),
        context=replace(context, symbols=tuple(symbols)),
    )


def _in_roots(
    node: N.Node, roots: dict[str, tuple[N.Sym, int]], visit: Callable[[N.Node], N.Node]
) -> N.Node:
    base, exponent = node, N.number(1)
    if (
        isinstance(node, N.Pow)
        and isinstance(node.base, N.Sym)
        and isinstance(node.exponent, N.Num)
    ):
        base, exponent = node.base, node.exponent
    if isinstance(base, N.Sym) and base.name in roots:
        root, degree = roots[base.name]
        return N.power(root, N.number(exponent.value * degree))
    return N.rebuild(node, visit)


def _domain(symbol: Symbol, is_complex: bool) -> Domain:
    if symbol.domain.kind == "positive":
        return symbol.domain
    return Domain("complex" if is_complex or symbol.domain.kind == "complex" else "nonnegative")


def _by_inner_form(equation: Equation) -> Equation | None:
    """With a symbol for a linear form of the variable, where the variable is in no other place."""
    left, context = equation.left, equation.context
    if not isinstance(left, N.Jvp) or len(left.variables) != 1 or context.assume:
        return None
    (bound,), (variable,), (direction,) = left.variables, left.at, left.directions
    if not isinstance(variable, N.Sym) or direction != N.number(1):
        return None
    symbol = context.symbol(variable.name)
    if symbol is None or symbol.domain.kind not in ("real", "complex") or symbol.domain.excluded:
        return None
    for form, slope in _linear_forms(left.body, bound):
        if not _is_nonzero(slope, equation):
            continue
        fresh = N.Sym(f"({variable.name}')", shape=())
        told = N.substitute(form, {bound: variable})
        body = _told(left.body, form, bound, bound, slope)
        right = _told(equation.right, told, variable, fresh, slope)
        if body is None or right is None:
            continue
        symbols = (*context.symbols, replace(symbol, name=fresh.name))
        return replace(
            equation,
            left=_along(left, body, fresh, slope),
            right=right,
            context=replace(context, symbols=symbols),
        )
    return None


def _told(
    body: N.Node, form: N.Node, variable: N.Sym, fresh: N.Sym, slope: N.Node
) -> N.Node | None:
    """An expression with ``fresh`` for the form; None where the variable is left over."""
    mark = N.Sym("(form)", shape=())
    marked = N.substitute(body, {form: mark})
    if variable in N.walk(marked):
        constant = _constant(form, variable) if isinstance(slope, N.Num) else None
        if constant is None:
            return None
        inverse = N.divide(N.subtract(fresh, N.number(constant)), slope)
        marked = N.substitute(marked, {variable: inverse})
    return N.substitute(marked, {mark: fresh})


def _constant(form: N.Node, variable: N.Sym) -> Fraction | None:
    """The constant of a form, where that is a number."""
    assert isinstance(form, N.Add)
    others = [arg for arg in form.args if variable not in N.walk(arg)]
    if not all(isinstance(arg, N.Num) for arg in others):
        return None
    return sum((arg.value for arg in others if isinstance(arg, N.Num)), Fraction(0))


def _along(left: N.Jvp, body: N.Node, place: N.Sym, slope: N.Node) -> N.Jvp:
    """The derivative of another body at another place, along the slope."""
    return N.Jvp(body, left.variables, (place,), (slope,), shape=())


def _linear_forms(body: N.Node, bound: N.Sym) -> Iterator[tuple[N.Node, N.Node]]:
    """The sums in a body that are linear in the variable, with their slopes."""
    for node in N.walk(body):
        if not isinstance(node, N.Add):
            continue
        moving = [arg for arg in node.args if bound in N.walk(arg)]
        if len(moving) != 1:
            continue
        (term,) = moving
        if term == bound:
            yield node, N.number(1)
        elif isinstance(term, N.Mul) and bound in term.args:
            rest = list(term.args)
            rest.remove(bound)
            if not any(bound in N.walk(arg) for arg in rest):
                yield node, N.mul(*rest)


def _is_nonzero(slope: N.Node, equation: Equation) -> bool:
    """Whether the form moves with the variable wherever both sides are defined."""
    if isinstance(slope, N.Num):
        return True
    if not isinstance(slope, N.Sym):
        return False
    symbol = equation.context.symbol(slope.name)
    if symbol is not None and symbol.domain.kind in _NONZERO:
        return True
    divisors = [
        node.base
        for node in equation.nodes
        if isinstance(node, N.Pow) and isinstance(node.exponent, N.Num) and node.exponent.value < 0
    ]
    return any(d == slope or (isinstance(d, N.Mul) and slope in d.args) for d in divisors)


__all__ = ["retold"]
