"""What a function does beside a point: expansions for both sides at once, in powers of t.

``sum((a[k] + s*b[k])*t**(start + k)) + o(t**(start + n - 1))`` for small t, with s the sign of t:
``abs(t)`` is s*t, and s*s is 1. So the sides are one where each b is exactly zero, which balls
could not tell of the difference of two numbers. Coefficients are exact, rational or algebraic, as
long as they can be, else balls. Arithmetic is that of truncated Laurent series (Knuth, *The Art of
Computer Programming*, volume 2, section 4.7), in the ring with s*s = 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from flint import arb, arb_series, fmpq

from derivcheck.numeric.sampling.algebraic import Algebraic, are_together
from derivcheck.numeric.sampling.exact import exactly
from derivcheck.records import record

Number = Any
"""An ``fmpq``, an :class:`Algebraic` number or a ball (``arb``); python-flint ships no types."""
Pair = tuple[Number, Number]
LENGTH = 8
"""So many terms are kept."""
_MOST_EXPONENT = 40
_MOST_BITS = 4096
_ZERO, _ONE = fmpq(0), fmpq(1)
NONE: Pair = (_ZERO, _ZERO)


class Unknown(Exception):
    """Nothing certain is known of a function beside the point."""


def ball(value: Number) -> Any:
    """A number as a ball."""
    if isinstance(value, Algebraic):
        return value.ball()
    return arb(value) if isinstance(value, fmpq) else value


def plain(value: Any) -> Number:
    """A ball that is exactly a number of moderate size as that number; raises where it is none."""
    if not value.is_finite():
        raise Unknown("no finite value")
    if value.is_exact() and abs(value) < arb(2) ** 64:
        exact = value.fmpq()
        if exact.q.bit_length() < _MOST_BITS:
            return exact
    return value


def is_zero(value: Number) -> bool:
    """Whether a number is certainly zero."""
    if isinstance(value, fmpq):
        return bool(value == 0)
    return not isinstance(value, Algebraic) and bool(value.is_zero())


def are_equal(one: Number, other: Number) -> bool:
    """Whether two numbers are certainly one."""
    return are_together(one, other) and is_zero(one + fmpq(-1) * other)


def sign(value: Number) -> int:
    """The sign of a number; raises where balls can't tell."""
    if is_zero(value):
        return 0
    if isinstance(value, Algebraic) and value.sign():
        return value.sign()
    value = ball(value)
    if value > 0:
        return 1
    if value < 0:
        return -1
    raise Unknown("a sign that balls can't tell")


def plus(one: Number, other: Number) -> Number:
    """The sum."""
    if are_together(one, other):
        return one + other
    return ball(one) + ball(other)


def times(one: Number, other: Number) -> Number:
    """The product; an exact zero stays one."""
    if is_zero(one) or is_zero(other):
        return _ZERO
    if are_together(one, other):
        return one * other
    return ball(one) * ball(other)


def _add(one: Pair, other: Pair) -> Pair:
    return plus(one[0], other[0]), plus(one[1], other[1])


def _mul(one: Pair, other: Pair) -> Pair:
    (a, b), (c, d) = one, other
    return plus(times(a, c), times(b, d)), plus(times(a, d), times(b, c))


def _inverse(pair: Pair) -> Pair:
    a, b = pair
    size = plus(times(a, a), times(fmpq(-1), times(b, b)))
    if not sign(size):
        raise Unknown("zero on one side")
    over = 1 / size
    return times(a, over), times(times(fmpq(-1), b), over)


@record()
class Expansion:
    """One function on both sides of t = 0."""

    start: int
    terms: tuple[Pair, ...]
    is_smooth: bool = True
    """Whether it is a power series on each side, so that its derivative is that of the series."""

    @property
    def end(self) -> int:
        """The first power of which nothing is known."""
        return self.start + len(self.terms)

    def at(self, power: int) -> Pair:
        """The coefficient of a power of t."""
        if power >= self.end:
            raise Unknown("too few terms")
        return self.terms[power - self.start] if power >= self.start else NONE

    def side(self, ahead: bool) -> Expansion:
        """The expansion of one side alone."""
        turn = _ONE if ahead else fmpq(-1)
        one_sided = tuple((plus(a, times(turn, b)), _ZERO) for a, b in self.terms)
        return Expansion(self.start, one_sided, self.is_smooth)

    def sign(self, ahead: bool) -> int:
        """The sign on one side, next to t = 0."""
        found = stripped(self.side(ahead))
        if not found.terms:
            raise Unknown("no leading term")
        leading = sign(found.terms[0][0])
        return leading if ahead or found.start % 2 == 0 else -leading

    def from_zero(self) -> tuple[Pair, ...]:
        """The coefficients of 1, t, t**2...; raises where it has a pole."""
        if self.start < 0 or not self.end:
            raise Unknown("a pole")
        return (NONE,) * self.start + self.terms


BOUNDED = Expansion(0, (), is_smooth=False)
"""All that is known of what stays bounded, or grows slower than any power: it is o(1/t)."""


def constant(value: Number) -> Expansion:
    """A number."""
    return Expansion(0, ((value, _ZERO), *(NONE,) * (LENGTH - 1)))


def identity(value: Number) -> Expansion:
    """A number and t."""
    first = fmpq(value) if isinstance(value, int) else value
    return Expansion(0, ((first, _ZERO), (_ONE, _ZERO), *(NONE,) * (LENGTH - 2)))


def reverted(one: Expansion, value: Number) -> Expansion:
    """The variable where t is not its distance from a value but a function of it, given as an
    expansion in that distance with a simple zero."""
    terms = one.from_zero()
    simple = is_zero(terms[0][0]) and one.is_smooth and all(is_zero(b) for _, b in terms)
    if len(terms) < LENGTH or not simple or not sign(terms[1][0]):
        raise Unknown("no simple zero")
    series = arb_series([ball(a) for a, _ in terms], LENGTH).reversion()
    found = [plain(c) for c in series.coeffs()]
    if series.prec < LENGTH:
        raise Unknown("too few terms")
    found += [_ZERO] * (LENGTH - len(found))
    return Expansion(0, ((value, _ZERO), *((c, _ZERO) for c in found[1:])))


def stripped(one: Expansion) -> Expansion:
    """Without leading zeros."""
    skip = 0
    while skip < len(one.terms) and all(map(is_zero, one.terms[skip])):
        skip += 1
    return Expansion(one.start + skip, one.terms[skip:], one.is_smooth)


def add(one: Expansion, other: Expansion) -> Expansion:
    """The sum."""
    start, end = min(one.start, other.start), min(one.end, other.end)
    terms = tuple(_add(one.at(k), other.at(k)) for k in range(start, end))
    return Expansion(min(start, end), terms, one.is_smooth and other.is_smooth)


def mul(one: Expansion, other: Expansion) -> Expansion:
    """The product."""
    one, other = stripped(one), stripped(other)
    length = min(len(one.terms), len(other.terms), LENGTH)
    terms = []
    for k in range(length):
        total = NONE
        for i in range(k + 1):
            total = _add(total, _mul(one.terms[i], other.terms[k - i]))
        terms.append(total)
    return Expansion(one.start + other.start, tuple(terms), one.is_smooth and other.is_smooth)


def inverse(one: Expansion) -> Expansion:
    """The reciprocal, where the leading term tells that it exists on both sides."""
    one = stripped(one)
    if not one.terms:
        raise Unknown("no leading term")
    first = _inverse(one.terms[0])
    terms = [first]
    for k in range(1, len(one.terms)):
        total = NONE
        for i in range(1, k + 1):
            total = _add(total, _mul(one.terms[i], terms[k - i]))
        terms.append(_mul((fmpq(-1), _ZERO), _mul(total, first)))
    return Expansion(-one.start, tuple(terms), one.is_smooth)


def turned(one: Expansion, times_: int = 1) -> Expansion:
    """The product with the sign of t, so many times."""
    if times_ % 2 == 0:
        return one
    return Expansion(one.start, tuple((b, a) for a, b in one.terms), one.is_smooth)


def joined(ahead: Expansion, behind: Expansion) -> Expansion:
    """One expansion for t > 0 and another one for t < 0."""
    half = constant(fmpq(1, 2))
    minus = constant(fmpq(-1))
    even = mul(half, add(ahead, behind))
    odd = mul(half, add(ahead, mul(minus, behind)))
    return add(even, turned(odd))


def composed(one: Expansion, taylor: Callable[[Number], Sequence[Number]]) -> Expansion:
    """f of an expansion, given the Taylor coefficients of f at a number."""
    terms = one.from_zero()
    value, jump = terms[0]
    if not is_zero(jump):
        sides = [one.side(ahead) for ahead in (True, False)]
        return joined(*(composed(side, taylor) for side in sides))
    coefficients = taylor(value)
    rest = Expansion(1, terms[1:], one.is_smooth)
    # o(t**(n - 1)) is all that is left out, as long as the slope of f is finite
    result = constant(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        result = add(mul(result, rest), constant(coefficient))
    return Expansion(result.start, result.terms[: len(terms)], one.is_smooth)


def power(one: Expansion, exponent: Fraction) -> Expansion:
    """A power; of one that is not whole, only where the base is positive on both sides."""
    if exponent.denominator == 1:
        count = int(exponent)
        if abs(count) > _MOST_EXPONENT:
            raise Unknown("a large power")
        if count < 0:
            one, count = inverse(one), -count
        result = constant(_ONE)
        for _ in range(count):
            result = mul(result, one)
        return result
    one = stripped(one)
    if not all(one.sign(ahead) > 0 for ahead in (True, False)):
        raise Unknown("the edge of what is real")
    # |t|**k = s**k * t**k
    size = turned(Expansion(0, one.terms, one.is_smooth), one.start)
    return _moved(composed(size, lambda value: _power_at(value, exponent)), one.start * exponent)


def _moved(one: Expansion, by: Fraction) -> Expansion:
    """The product with ``abs(t)**by``."""
    if by.denominator == 1:
        return turned(Expansion(one.start + int(by), one.terms, one.is_smooth), int(by))
    return Expansion(-(-by.numerator // by.denominator), (), is_smooth=False)


def _power_at(value: Number, exponent: Fraction) -> list[Number]:
    """The Taylor coefficients of ``x**exponent`` at a positive number."""
    if sign(value) <= 0:
        raise Unknown("the edge of what is real")
    rational = exactly(exponent)
    whole = ball(value) ** arb(rational)
    if exponent.denominator == 2:
        whole = ball(value).sqrt() ** exponent.numerator
    if value == 1:
        whole = arb(1)
    found, factor = [plain(whole)], _ONE
    over: Number = _ONE
    for k in range(1, LENGTH):
        factor = factor * (rational - k + 1) / k
        over = times(over, 1 / value)
        found.append(times(times(found[0], factor), over))
    return found


def taylor_of(method: str) -> Callable[[Number], list[Number]]:
    """The Taylor coefficients of a function that python-flint has for power series."""

    def taylor(value: Number) -> list[Number]:
        series = getattr(arb_series([ball(value), arb(1)], LENGTH), method)()
        if series.prec < LENGTH:
            raise Unknown("too few terms")
        found = [plain(c) for c in series.coeffs()]
        return found + [_ZERO] * (LENGTH - len(found))

    return taylor


def slope(one: Expansion) -> Expansion:
    """The derivative by t, where there is one on each side."""
    if not one.is_smooth:
        raise Unknown("a remainder that may not be differentiated")
    terms = tuple(_mul((fmpq(one.start + k), _ZERO), pair) for k, pair in enumerate(one.terms))
    return Expansion(one.start - 1, terms)
