"""Real algebraic numbers: roots of polynomials, and exact arithmetic with one of them.

``x**3 - x - 1`` switches at a number that neither fractions nor balls have exactly. It is known by
its polynomial, which no factor divides, and by which of the real roots it is: a polynomial in it is
zero where that one divides it, and anything else has a sign that balls tell, in the end. Sums,
products and quotients are polynomials in the root below its degree (H. Cohen, *A Course in
Computational Algebraic Number Theory*, section 4.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context
from fractions import Fraction
from functools import lru_cache
from itertools import count
from typing import Any

from flint import arb_poly, ctx, fmpq, fmpq_poly, fmpz_poly

from derivcheck.lang import nodes as N
from derivcheck.numeric.sampling.exact import exactly, fraction
from derivcheck.records import record

MAX_DEGREE = 16
_MAX_BITS = 512
_MOST_PRECISE = 20_000
_DIGITS = 6
"""So many digits of a root are told at least."""
_Coefficients = tuple[int, ...]


@record()
class Algebraic:
    """An irrational number that is a polynomial in a root."""

    root: N.Root
    residue: Any

    def __add__(self, other: Any) -> Any:
        return _in_field(self.root, self.residue + _residue(other))

    def __mul__(self, other: Any) -> Any:
        return _in_field(self.root, self.residue * _residue(other))

    def __rtruediv__(self, other: Any) -> Any:
        _, inverse, _ = self.residue.xgcd(_modulus(self.root.coefficients))
        return _in_field(self.root, inverse * _residue(other))

    __radd__ = __add__
    __rmul__ = __mul__

    def ball(self) -> Any:
        """An enclosure, at the precision in force."""
        return arb_poly(self.residue)(enclosed(self.root))

    def sign(self) -> int:
        """The sign: an irrational number has one, which some precision shows; 0 beyond that."""
        bits = ctx.prec
        while bits <= _MOST_PRECISE:
            with ctx.workprec(bits):
                value = self.ball()
                if value > 0 or value < 0:
                    return 1 if value > 0 else -1
            bits *= 4
        return 0


def are_together(one: object, other: object) -> bool:
    """Whether two numbers are exact, and of one field."""
    if isinstance(one, fmpq):
        return isinstance(other, fmpq | Algebraic)
    if not isinstance(one, Algebraic):
        return False
    return isinstance(other, fmpq) or (isinstance(other, Algebraic) and one.root is other.root)


def number_of(root: N.Root) -> Algebraic:
    """A root as a number."""
    return Algebraic(root, fmpq_poly([0, 1]))


def power_of(base: Fraction, exponent: Fraction) -> Any:
    """A power of a positive number exactly; None where that is beyond reach."""
    degree, bits = exponent.denominator, base.numerator.bit_length() + base.denominator.bit_length()
    if base <= 0 or degree > MAX_DEGREE or abs(exponent.numerator) * bits > _MAX_BITS:
        return None
    whole = base**exponent.numerator
    roots = _isolated(fmpz_poly([-whole.numerator, *[0] * (degree - 1), whole.denominator]))
    found = max(roots, key=lambda root: root.near if isinstance(root, N.Root) else root.value)
    if isinstance(found, N.Root):
        return number_of(found)
    return exactly(found.value)


def real_roots(poly: Any) -> Iterator[N.Node]:
    """The real roots of a polynomial with rational coefficients, as one writes them.

    Of each factor the largest comes first: people look at positive numbers.
    """
    poly = poly.numer()
    if 0 < poly.degree() <= MAX_DEGREE and poly.height_bits() <= _MAX_BITS:
        for root in _isolated(poly):
            yield root if isinstance(root, N.Num) else _written(root)


def enclosed(root: N.Root) -> Any:
    """A root as a ball, at the precision in force."""
    return _balls(root.coefficients, ctx.prec)[root.number]


def _residue(number: Any) -> Any:
    return number.residue if isinstance(number, Algebraic) else fmpq_poly([number])


def _in_field(root: N.Root, poly: Any) -> Any:
    poly = poly % _modulus(root.coefficients)
    return Algebraic(root, poly) if poly.degree() > 0 else poly[0]


@lru_cache(maxsize=64)
def _modulus(coefficients: _Coefficients) -> Any:
    return fmpq_poly(list(coefficients))


def _isolated(poly: Any) -> list[N.Num | N.Root]:
    """The real roots of a polynomial with whole coefficients, factor by factor."""
    found: list[N.Num | N.Root] = []
    for factor, _ in poly.factor()[1]:
        coefficients = tuple(map(int, factor.coeffs()))
        if len(coefficients) == 2:
            found.append(N.number(Fraction(-coefficients[0], coefficients[1])))
            continue
        with ctx.workprec(64):
            balls = _balls(coefficients, 64)
        middles = [fraction(ball.mid().fmpq()) for ball in balls]
        for number, middle in reversed([*enumerate(middles)]):
            others = middles[:number] + middles[number + 1 :]
            found.append(N.Root(coefficients, number, _shortest(middle, others), shape=()))
    return found


def _shortest(middle: Fraction, others: list[Fraction]) -> Fraction:
    """A number in so many digits that it tells one root from the others."""
    for digits in count(_DIGITS):
        short = Fraction(Context(digits).divide(middle.numerator, middle.denominator))
        if all(3 * abs(short - middle) < abs(short - other) for other in others):
            break
    return short


@lru_cache(maxsize=64)
def _balls(coefficients: _Coefficients, bits: int) -> tuple[Any, ...]:
    """The real roots of an irreducible polynomial, at the precision ``bits``, in order.

    They come apart from one another, and the real ones with no imaginary part.
    """
    roots: Any = fmpz_poly(list(coefficients)).complex_roots()
    real: list[Any] = [root.real for root, _ in roots if root.imag.is_zero()]
    return tuple(sorted(real, key=lambda ball: ball.mid().fmpq()))


def _written(root: N.Root) -> N.Node:
    """A root with square roots, or as a root of a number, where it is one."""
    first, *middle, last = map(Fraction, root.coefficients)
    degree = len(middle) + 1
    side = N.number(1 if root.near > 0 else -1)
    if not any(middle):
        return N.mul(side, N.power(N.number(abs(first / last)), N.number(Fraction(1, degree))))
    if degree > 2:
        return root
    (slope,) = middle
    square_root = N.square_root(N.number(slope * slope - 4 * last * first))
    side = N.number(1 if 2 * last * root.near > -slope else -1)
    return N.mul(N.number(1 / (2 * last)), N.add(N.number(-slope), N.mul(side, square_root)))
