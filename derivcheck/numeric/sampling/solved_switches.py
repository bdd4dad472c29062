"""Switches at numbers that are not rational: ``where(x == pi, ...)``, ``sign(x**2 - 2)``.

No sample point is such a number. But an equation may be looked at there all the same: the symbol is
replaced by the constant it equals, and what switches there by its value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.lang.printer import node_text
from derivcheck.numeric.sampling.conditions import FLOAT_MARGIN
from derivcheck.numeric.sampling.exact import Evaluator, Inexact
from derivcheck.numeric.sampling.pieces import edges_of
from derivcheck.numeric.sampling.values import allowed, is_whole
from derivcheck.records import record

_MOST = 8
_SMALL = (0, 1, -1, 2, -2)
"""Numbers tried as zeros of what nothing solves."""


@record()
class AtSwitch:
    """An equation where a symbol is what makes a switch zero."""

    equation: Equation
    name: str
    value: N.Node

    @property
    def text(self) -> str:
        """The value of the symbol, as one writes it."""
        return node_text(self.value)


def at_switches(equation: Equation) -> Iterator[AtSwitch]:
    """The equation at each switch outside derivatives whose zero is no rational number."""
    count = 0
    for node in dict.fromkeys((*_outside(equation.left), *_outside(equation.right))):
        difference = _difference(node)
        if difference is None:
            continue
        for factor in _factors(difference):
            for symbol, value in _solutions(factor, equation.context.symbols):
                if count < _MOST:
                    count += 1
                    yield _at(equation, symbol, value, factor)


def at_parameters(equation: Equation) -> Iterator[AtSwitch]:
    """A derivative at numbers of its parameters at which something under a root and the like is
    zero: where it is zero for all values of the variable, the derivative is plain."""
    sides = equation.left, equation.right
    nodes = tuple(dict.fromkeys(node for side in sides for node in N.walk(side)))
    if not any(isinstance(node, N.Jvp) for node in nodes):
        return
    parameters = tuple(s for s in equation.context.symbols if s.name not in equation.wrt)
    found: dict[tuple[str, N.Node], AtSwitch] = {}
    for edge in edges_of(nodes):
        for symbol, value in _solutions(edge, parameters, is_new=None):
            there = put(equation, symbol, value)
            plain = replace(
                there.equation,
                left=_folded(there.equation.left),
                right=_folded(there.equation.right),
            )
            found[symbol.name, value] = replace(there, equation=plain)
    yield from list(found.values())[:_MOST]


def zeros_of(factor: N.Node, symbol: Symbol) -> Iterator[N.Node]:
    """Numbers clearly inside a symbol's domain at which a function of it is exactly zero."""
    variable = N.Sym(symbol.name, shape=())
    found = {v: None for _, v in _solutions(factor, (symbol,), is_new=None)}
    if not found and N.symbols_in(factor) == (variable,):
        for value in map(N.number, _SMALL):
            try:
                is_zero = not Evaluator({}, {symbol.name: value.value}).scalar(factor)
            except (Inexact, KeyError):
                continue
            if is_zero and not is_whole(symbol.domain) and is_inside(value, symbol):
                found[value] = None
    yield from (value for value in found if not N.symbols_in(value))


def _difference(node: N.Node) -> N.Node | None:
    if isinstance(node, N.Compare) and not (node.left.shape or node.right.shape):
        return N.subtract(node.left, node.right)
    if isinstance(node, N.Call) and not node.shape:
        if node.function in ("sign", "abs"):
            return node.args[0]
        if node.function in ("max", "min"):
            return N.subtract(*node.args)
    return None


def _outside(root: N.Node) -> Iterator[N.Node]:
    """Nodes that stand in no derivative."""
    if isinstance(root, N.Derivative):
        return
    yield root
    for child in N.children(root):
        yield from _outside(child)


def _factors(node: N.Node) -> Iterator[N.Node]:
    if isinstance(node, N.Mul):
        for arg in node.args:
            yield from _factors(arg)
    elif isinstance(node, N.Pow) and isinstance(node.exponent, N.Num) and node.exponent.value > 0:
        yield from _factors(node.base)
    elif isinstance(node, N.Add | N.Call):
        yield node


def _solutions(
    factor: N.Node, symbols: tuple[Symbol, ...], is_new: bool | None = True
) -> Iterator[tuple[Symbol, N.Node]]:
    for symbol in symbols:
        if symbol.shape or symbol.domain.kind == "complex" or is_whole(symbol.domain):
            continue
        variable = N.Sym(symbol.name, shape=())
        if variable not in N.walk(factor):
            continue
        for value in _inverted(factor, N.ZERO_NODE, variable):
            wanted = is_new is None or _is_new(value)
            if wanted and is_inside(value, symbol):
                yield symbol, value


def _is_polynomial(node: N.Node) -> bool:
    """Whether a node is defined everywhere: made of sums, products and whole powers."""
    return all(
        isinstance(n, N.Sym | N.Num | N.Const | N.Add | N.Mul)
        or (isinstance(n, N.Pow) and isinstance(n.exponent, N.Num) and _is_count(n.exponent.value))
        for n in N.walk(node)
    )


def _folded(node: N.Node) -> N.Node:
    """The same without products and powers of zero: 0*x does not move with x."""
    node = N.rebuild(node, _folded)
    match node:
        case N.Add(args=args) if all(isinstance(arg, N.Num) for arg in args):
            return N.number(sum(arg.value for arg in args if isinstance(arg, N.Num)))
        case N.Mul(args=args) if N.ZERO_NODE in args and all(map(_is_polynomial, args)):
            return N.ZERO_NODE
        case N.Pow(base=N.Num(value=base), exponent=N.Num(value=value)) if not base and value > 0:
            return N.ZERO_NODE
    return node


def _is_count(value: Fraction) -> bool:
    return value >= 0 and value.denominator == 1


def _is_new(value: N.Node) -> bool:
    """Whether a value is one that no sample point has, or no ball has exactly: 1/3."""
    if N.symbols_in(value):
        return _is_polynomial(value) and any(isinstance(n, N.Const) for n in N.walk(value))
    try:
        known = Evaluator({}, {}).scalar(value).denominator
    except (Inexact, KeyError):
        return True
    return bool(known & (known - 1))


def is_inside(value: N.Node, symbol: Symbol) -> bool:
    """Whether a constant lies clearly inside a domain.

    What depends on other symbols may be in one without ends: :func:`put` asks for the rest.
    """
    if N.symbols_in(value):
        return symbol.domain.kind in ("real", "nonzero")
    try:
        near = Evaluator({}, {}, approximate=True).scalar(value)
    except (Inexact, KeyError, OverflowError):
        return False
    margin = FLOAT_MARGIN * (1 + abs(near))
    inside = all(allowed(near + side * margin, symbol.domain) for side in (-1, 0, 1))
    return inside and is_apart(value, _left_out(symbol))


def is_apart(value: N.Node, others: tuple[N.Node, ...]) -> bool:
    """Whether a constant is certainly none of others, which need not be rational: ``not: pi``."""
    try:
        near, *those = (
            Evaluator({}, {}, approximate=True).scalar(node) for node in (value, *others)
        )
    except (Inexact, KeyError, OverflowError):
        return False
    return all(abs(other - near) > FLOAT_MARGIN * (1 + abs(near)) for other in those)


def _left_out(symbol: Symbol) -> tuple[N.Node, ...]:
    """Single numbers that are not in a domain."""
    zero = (N.ZERO_NODE,) if symbol.domain.kind == "nonzero" else ()
    return (*zero, *symbol.domain.excluded)


def _inverted(node: N.Node, target: N.Node, variable: N.Sym) -> Iterator[N.Node]:
    """Values of a symbol at which a node has a value, where it occurs in one place only."""
    match node:
        case N.Sym():
            yield target
        case N.Add(args=args) | N.Mul(args=args):
            holding = [arg for arg in args if variable in N.walk(arg)]
            others = [arg for arg in args if arg is not holding[0]]
            if len(holding) != 1:
                yield from _quadratic(node, target, variable)
            elif isinstance(node, N.Add):
                yield from _inverted(holding[0], N.add(target, *map(_minus, others)), variable)
            elif all(isinstance(arg, N.Num | N.Const) for arg in others):
                yield from _inverted(holding[0], N.divide(target, N.mul(*others)), variable)
        case N.Pow(base=base, exponent=N.Num(value=value)) if value.denominator == 1 and value > 1:
            root = N.number(1 / value)
            if value % 2:
                for sign in (1, -1):
                    size = N.mul(N.number(sign), target)
                    if _is_positive(size):
                        power = N.power(size, root)
                        yield from _inverted(base, N.mul(N.number(sign), power), variable)
            elif _is_positive(target):
                for sign in (1, -1):
                    power = N.mul(N.number(sign), N.power(target, root))
                    yield from _inverted(base, power, variable)
        case N.Call(function="sin" | "cos" | "tan" as function, args=(u,)):
            for angle in _angles(function, target):
                yield from _inverted(u, angle, variable)
        case N.Call(function="abs", args=(u,)) if target is N.ZERO_NODE or _is_positive(target):
            for size in dict.fromkeys((target, _minus(target))):
                yield from _inverted(u, size, variable)
        case N.Call(function="tanh" | "atan" | "sinh", args=(u,)) if target is N.ZERO_NODE:
            yield from _inverted(u, target, variable)
        case N.Call(function="cosh", args=(u,)) if _is_positive(N.subtract(target, N.ONE_NODE)):
            square = N.add(N.power(target, N.number(2)), N.MINUS_ONE)
            size = N.call("log", N.add(target, N.power(square, N.number(Fraction(1, 2)))))
            for turned in (size, _minus(size)):
                yield from _inverted(u, turned, variable)
        case N.Pow(base=base, exponent=N.Num(value=value)) if value in (-1, Fraction(1, 2)):
            if _is_positive(target):
                power = N.power(target, N.number(1 / value))
                yield from _inverted(base, power, variable)
        case N.Call(function="exp", args=(u,)) if _is_positive(target):
            yield from _inverted(u, N.call("log", target), variable)
        case N.Call(function="log", args=(u,)):
            power = N.ONE_NODE if target is N.ZERO_NODE else N.call("exp", target)
            yield from _inverted(u, power, variable)


_TURNS: dict[str, dict[int, tuple[int | Fraction, ...]]] = {
    "sin": {0: (1, -1, 2), 1: (Fraction(1, 2),), -1: (Fraction(-1, 2),)},
    "cos": {0: (Fraction(1, 2), Fraction(-1, 2)), 1: (2, -2), -1: (1, -1)},
    "tan": {0: (1, -1), 1: (Fraction(1, 4),), -1: (Fraction(-1, 4),)},
}
"""Multiples of pi at which a function has a value."""


def _angles(function: str, target: N.Node) -> Iterator[N.Node]:
    """Some angles whose sine, cosine or tangent is zero or a unit."""
    pi = N.Const("pi", shape=())
    if function != "tan" and isinstance(target, N.Num) and abs(target.value) < 1 and target.value:
        yield (angle := N.call(f"a{function}", target))
        yield N.subtract(pi, angle) if function == "sin" else _minus(angle)
    if not isinstance(target, N.Num) or target.value not in (-1, 0, 1):
        return
    for turn in _TURNS[function][int(target.value)]:
        yield N.mul(N.number(turn), pi)


def _minus(node: N.Node) -> N.Node:
    match node:
        case N.Num(value=value):
            return N.number(-value)
        case N.Mul(args=(N.Num(value=value), *rest)):
            return N.mul(N.number(-value), *rest)
    return N.negative(node)


def _is_positive(node: N.Node) -> bool:
    try:
        return Evaluator({}, {}, approximate=True).scalar(node) > FLOAT_MARGIN
    except (Inexact, KeyError, OverflowError):
        return False


def _quadratic(node: N.Node, target: N.Node, variable: N.Sym) -> Iterator[N.Node]:
    """The roots of a quadratic with rational coefficients."""
    residual = N.subtract(node, target)
    if N.symbols_in(residual) != (variable,):
        return
    try:
        at = [Evaluator({}, {variable.name: Fraction(k)}).scalar(residual) for k in range(4)]
    except (Inexact, KeyError):
        return
    square = (at[2] - 2 * at[1] + at[0]) / 2
    slope, start = at[1] - at[0] - square, at[0]
    rest = slope * slope - 4 * square * start
    if not square or rest <= 0 or 9 * square + 3 * slope + start != at[3]:
        return
    root = N.power(N.number(rest), N.number(Fraction(1, 2)))
    for sign in (1, -1):
        above = N.add(N.number(-slope), N.mul(N.number(sign), root))
        yield N.mul(N.number(1 / (2 * square)), above)


def _is_zero_with(difference: N.Node, factor: N.Node) -> bool:
    """Whether a difference is zero where one of its factors is: the others are defined there."""
    factors = tuple(_factors(difference))
    rest = [f for f in factors if f is not factor]
    if len(rest) == len(factors) or not all(map(_is_polynomial, rest)):
        return False
    return difference is factor or all(
        _is_polynomial(arg) or arg is factor
        for arg in (difference.args if isinstance(difference, N.Mul) else ())
    )


def _at(equation: Equation, symbol: Symbol, value: N.Node, factor: N.Node) -> AtSwitch:
    """The equation with a symbol replaced, and what is zero there at its value."""

    def replaced(node: N.Node) -> N.Node:
        if isinstance(node, N.Derivative):
            return node
        difference = _difference(node)
        if difference is not None and _is_zero_with(difference, factor):
            if isinstance(node, N.Compare):
                holds = bool(HOLDS[node.operator](0, 0))
                return N.Compare("==" if holds else "!=", N.ZERO_NODE, N.ZERO_NODE, shape=())
            assert isinstance(node, N.Call)
            if node.function in ("max", "min"):
                return replaced(node.args[0])
            return N.ZERO_NODE
        return N.rebuild(node, replaced)

    there = replace(equation, left=replaced(equation.left), right=replaced(equation.right))
    return put(there, symbol, value)


def put(equation: Equation, symbol: Symbol, value: N.Node) -> AtSwitch:
    """The equation with a symbol replaced, whose domain is a condition now on what replaced it."""
    variable = N.Sym(symbol.name, shape=())
    left_out = _left_out(symbol) if N.symbols_in(value) else ()
    inside = (N.Compare("!=", value, other, shape=()) for other in left_out)

    def replaced(node: N.Node) -> N.Node:
        return N.substitute(node, {variable: value})

    context = equation.context
    moved = replace(
        equation,
        left=replaced(equation.left),
        right=replaced(equation.right),
        context=replace(
            context,
            symbols=tuple(s for s in context.symbols if s.name != symbol.name),
            assume=(*map(replaced, context.assume), *inside),
        ),
    )
    return AtSwitch(moved, symbol.name, value)


__all__ = ["AtSwitch", "at_parameters", "at_switches", "is_apart", "is_inside", "put", "zeros_of"]
