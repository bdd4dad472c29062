"""Side conditions on complex scalars, as conditions on their real and imaginary parts.

``re(z) > 0`` and ``abs(z) == 1`` become conditions on the real symbols ``z.re`` and ``z.im``, which
are met exactly like all others. Elementary functions have their parts by A&S 4.2, 4.3 and 4.5.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Symbol
from derivcheck.numeric.sampling.conditions import Values
from derivcheck.numeric.sampling.exact import Complex

Pair = tuple[N.Node, N.Node]
_ZERO, _ONE = N.ZERO_NODE, N.ONE_NODE
_MAX_POWER = 8


class Beyond(Exception):
    """An expression whose parts are not known here."""


class ComplexParts:
    """The complex scalars of an equation, each as two real symbols."""

    def __init__(self, symbols: tuple[Symbol, ...]) -> None:
        self.names = frozenset(
            s.name for s in symbols if s.domain.kind == "complex" and not s.shape
        )
        self.pairs = {name: (f"{name}.re", f"{name}.im") for name in sorted(self.names)}
        self.symbols = tuple(s for s in symbols if s.name not in self.names) + tuple(
            Symbol(part) for pair in self.pairs.values() for part in pair
        )

    def condition(self, node: N.Node) -> N.Node:
        """A condition on the parts; the node itself where it has none."""
        if not self.names.intersection(s.name for s in N.symbols_in(node)):
            return node
        match node:
            case N.Logic(operator=operator, args=args):
                return N.Logic(operator, tuple(map(self.condition, args)), shape=node.shape)
            case N.Compare(operator=operator, left=left, right=right):
                try:
                    one, other = self.parts(left), self.parts(right)
                except Beyond:
                    return node
                compared = self._compared(operator, one[0], other[0])
                joint = {"==": "and", "!=": "or"}.get(operator)
                if joint and (one[1] is not _ZERO or other[1] is not _ZERO):
                    upper = self._compared(operator, one[1], other[1])
                    return N.Logic(joint, (compared, upper), shape=())
                return compared
        return node

    def _compared(self, operator: str, left: N.Node, right: N.Node) -> N.Node:
        if (
            isinstance(left, N.Pow)
            and isinstance(right, N.Num)
            and isinstance(left.exponent, N.Num)
            and left.exponent.value == Fraction(1, 2)
            and right.value >= 0
        ):  # a modulus: its square is rational
            return N.Compare(operator, left.base, N.number(right.value**2), shape=())
        return N.Compare(operator, left, right, shape=())

    def parts(self, node: N.Node) -> Pair:
        """Real and imaginary part of a scalar expression."""
        if self.stays(node):
            return node, _ZERO
        match node:
            case N.Sym():
                return axes_of(node)
            case N.Const(name="I"):
                return _ZERO, _ONE
            case N.Add(args=args):
                found = [self.parts(arg) for arg in args]
                return N.add(*(p[0] for p in found)), N.add(*(p[1] for p in found))
            case N.Mul(args=args):
                product: Pair = (_ONE, _ZERO)
                for arg in args:
                    product = times(product, self.parts(arg))
                return product
            case N.Pow(base=base, exponent=N.Num(value=value)):
                below = self.parts(base)
                if value.denominator == 1 and 0 < value <= _MAX_POWER:
                    product = below
                    for _ in range(int(value) - 1):
                        product = times(product, below)
                    return product
                if value == -1:
                    return inverse(below)
                if below[1] is _ZERO:
                    return N.power(below[0], node.exponent), _ZERO
            case N.Call(function=function, args=(arg,)) if function in _FUNCTIONS:
                return _FUNCTIONS[function](self.parts(arg))
        raise Beyond

    def stays(self, node: N.Node) -> bool:
        """Whether an expression is its own real part."""
        return not any(self._is_complex(n) for n in N.walk(node))

    def _is_complex(self, node: N.Node) -> bool:
        if isinstance(node, N.Sym):
            return node.name in self.names
        return isinstance(node, N.Const) and node.name == "I"

    def apart(self, values: Values) -> Values:
        """Values with every complex scalar as its two parts."""
        found: Values = {}
        for name, value in values.items():
            if name in self.pairs:
                assert isinstance(value, Complex)
                found |= zip(self.pairs[name], (value.real, value.imag), strict=True)
            else:
                found[name] = value
        return found

    def together(self, values: Values) -> Values:
        """The complex scalars put together again."""
        found = dict(values)
        for name, pair in self.pairs.items():
            if pair[0] in values:
                real, imaginary = map(found.pop, pair)
                assert isinstance(real, Fraction)
                assert isinstance(imaginary, Fraction)
                found[name] = Complex(real, imaginary)
        return found


def axes_of(symbol: N.Sym) -> tuple[N.Sym, N.Sym]:
    """The real symbols that a complex one is made of."""
    return N.Sym(f"{symbol.name}.re", shape=()), N.Sym(f"{symbol.name}.im", shape=())


def times(one: Pair, other: Pair) -> Pair:
    """The product of two numbers by their parts."""
    (a, b), (c, d) = one, other
    if b is _ZERO:
        return (N.mul(a, c), _ZERO if d is _ZERO else N.mul(a, d))
    if d is _ZERO:
        return N.mul(a, c), N.mul(b, c)
    return N.subtract(N.mul(a, c), N.mul(b, d)), N.add(N.mul(a, d), N.mul(b, c))


def inverse(u: Pair) -> Pair:
    """The reciprocal by parts."""
    size = N.add(N.power(u[0], N.number(2)), N.power(u[1], N.number(2)))
    return N.divide(u[0], size), N.negative(N.divide(u[1], size))


def exponential(u: Pair) -> Pair:
    """The exponential by parts."""
    size = N.call("exp", u[0])
    if u[1] is _ZERO:
        return size, _ZERO
    return N.mul(size, N.call("cos", u[1])), N.mul(size, N.call("sin", u[1]))


def logarithm(u: Pair) -> Pair:
    """The principal logarithm by parts."""
    size = N.call("log", N.call("hypot", *u))
    # undefined at 0, where an angle alone is not
    return size, N.add(N.call("atan2", u[1], u[0]), N.mul(_ZERO, size))


def _sum_rule(
    across: tuple[str, str], upward: tuple[str, str], sign: int = 1
) -> Callable[[Pair], Pair]:
    """A function of a + b*I by functions of a times functions of b, DLMF 4.21.37 and 4.35.34."""

    def parts(u: Pair) -> Pair:
        one, other = (N.mul(N.call(f, u[0]), N.call(g, u[1])) for f, g in (across, upward))
        return one, other if sign > 0 else N.negative(other)

    return parts


_sin = _sum_rule(("sin", "cosh"), ("cos", "sinh"))
_cos = _sum_rule(("cos", "cosh"), ("sin", "sinh"), -1)
_sinh = _sum_rule(("sinh", "cos"), ("cosh", "sin"))
_cosh = _sum_rule(("cosh", "cos"), ("sinh", "sin"))


def _ratio(above: Callable[[Pair], Pair], below: Callable[[Pair], Pair]) -> Callable[[Pair], Pair]:
    return lambda u: times(above(u), inverse(below(u)))


_FUNCTIONS: dict[str, Callable[[Pair], Pair]] = {
    "exp": exponential,
    "log": logarithm,
    "sin": _sin,
    "cos": _cos,
    "sinh": _sinh,
    "cosh": _cosh,
    "tan": _ratio(_sin, _cos),
    "tanh": _ratio(_sinh, _cosh),
    "conj": lambda u: (u[0], N.negative(u[1])),
    "re": lambda u: (u[0], _ZERO),
    "im": lambda u: (u[1], _ZERO),
    "arg": lambda u: (N.call("atan2", u[1], u[0]), _ZERO),
}
