"""Side conditions on complex scalars, as conditions on their real and imaginary parts.

``re(z) > 0`` and ``abs(z) == 1`` become conditions on the real symbols ``z.re`` and ``z.im``, which
are met exactly like all others.
"""

from __future__ import annotations

from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Symbol
from derivcheck.numeric.sampling.conditions import Values
from derivcheck.numeric.sampling.exact import Complex

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
                if operator == "==" and (one[1] is not _ZERO or other[1] is not _ZERO):
                    upper = self._compared(operator, one[1], other[1])
                    return N.Logic("and", (compared, upper), shape=())
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

    def parts(self, node: N.Node) -> tuple[N.Node, N.Node]:
        """Real and imaginary part of a scalar expression."""
        if self.stays(node):
            return node, _ZERO
        match node:
            case N.Sym(name=name):
                return N.Sym(f"{name}.re", shape=()), N.Sym(f"{name}.im", shape=())
            case N.Const(name="I"):
                return _ZERO, _ONE
            case N.Add(args=args):
                found = [self.parts(arg) for arg in args]
                return N.add(*(p[0] for p in found)), N.add(*(p[1] for p in found))
            case N.Mul(args=args):
                product: tuple[N.Node, N.Node] = (_ONE, _ZERO)
                for arg in args:
                    product = self._times(product, self.parts(arg))
                return product
            case N.Pow(base=base, exponent=N.Num(value=value)):
                below = self.parts(base)
                if value.denominator == 1 and 0 < value <= _MAX_POWER:
                    product = below
                    for _ in range(int(value) - 1):
                        product = self._times(product, below)
                    return product
                if value == -1:
                    size = N.add(N.power(below[0], N.number(2)), N.power(below[1], N.number(2)))
                    return N.divide(below[0], size), N.negative(N.divide(below[1], size))
                if below[1] is _ZERO:
                    return N.power(below[0], node.exponent), _ZERO
            case N.Call(function="re", args=(arg,)):
                return self.parts(arg)[0], _ZERO
            case N.Call(function="im", args=(arg,)):
                return self.parts(arg)[1], _ZERO
            case N.Call(function="conj", args=(arg,)):
                real, imaginary = self.parts(arg)
                return real, N.negative(imaginary)
            case N.Call(function="arg", args=(arg,)):
                real, imaginary = self.parts(arg)
                return N.call("atan2", imaginary, real), _ZERO
            case N.Call(function="exp", args=(arg,)):
                real, imaginary = self.parts(arg)
                size = N.call("exp", real)
                return (
                    N.mul(size, N.call("cos", imaginary)),
                    N.mul(size, N.call("sin", imaginary)),
                )
        raise Beyond

    def stays(self, node: N.Node) -> bool:
        """Whether an expression is its own real part."""
        return not any(self._is_complex(n) for n in N.walk(node))

    def _is_complex(self, node: N.Node) -> bool:
        if isinstance(node, N.Sym):
            return node.name in self.names
        return isinstance(node, N.Const) and node.name == "I"

    def _times(
        self, one: tuple[N.Node, N.Node], other: tuple[N.Node, N.Node]
    ) -> tuple[N.Node, N.Node]:
        (a, b), (c, d) = one, other
        if b is _ZERO:
            return (N.mul(a, c), _ZERO if d is _ZERO else N.mul(a, d))
        if d is _ZERO:
            return N.mul(a, c), N.mul(b, c)
        return N.subtract(N.mul(a, c), N.mul(b, d)), N.add(N.mul(a, d), N.mul(b, c))

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
