"""Arguments of products: log(z*w) = log(z) + log(w), less whole turns, and the same for roots.

It holds where the arguments of the factors add up to more than -pi and at most pi, and with whole
turns taken off where they add up to something between odd multiples of pi. Two things tell so: the
quarters of the plane that factors keep to, and factors that lie on opposite sides of the real axis
or on one.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivcheck.records import record
from derivcheck.symbolic.scalar.field import Element, to_fraction

if TYPE_CHECKING:
    from derivcheck.symbolic.scalar.algebra import Algebra

_MOST_FACTORS = 4
_MOST_TERMS = 6

Factors = list[tuple[Element, int]]
"""Factors with their exponents."""
Range = tuple[int, int]
"""Quarters of a turn between which an argument certainly lies, its ends only if they are one."""


@record()
class Arguments:
    """The argument of a product is the sum of those of its parts, less so many turns."""

    parts: tuple[tuple[Element, int], ...]
    turns: int = 0


def separate(algebra: Algebra, whole: Element, known_only: bool = False) -> Arguments | None:
    """Factors with exponents whose arguments add up to that of the product; None: not known.

    Positive factors are one of them. ``known_only`` asks for factors that are nowhere zero.
    """
    signs, field = algebra.signs, algebra.field
    content, factors = field.factors(whole)
    size, sign = field.number(abs(content)), 1 if content > 0 else -1
    open_factors: Factors = []
    for poly, exponent in factors:
        part = field.of_poly(poly)
        known = signs.of(part)
        if known:
            size = size * part.scale(known) ** exponent
            sign *= known ** (exponent % 2)
        else:
            open_factors.append((part, exponent))
    alone = len(open_factors) == 1 and open_factors[0][1] == 1
    if not 1 <= len(open_factors) <= _MOST_FACTORS or (alone and sign > 0):
        return None
    found = _by_quarters(algebra, open_factors, sign)
    if found is None and not known_only:
        balanced = _balanced(algebra, open_factors, sign)
        found = None if balanced is None else Arguments(tuple(balanced))
    if found is None or size.is_one:
        return found
    return None if known_only else Arguments(((size, 1), *found.parts), found.turns)


def _by_quarters(algebra: Algebra, factors: Factors, sign: int) -> Arguments | None:
    """Factors, or their negatives, each of which keeps to some quarters of the plane."""
    parts: Factors = []
    ranges: list[Range] = []
    for part, exponent in factors:
        side, quarters = 1, _quarters(algebra, part)
        if quarters is None:
            side, quarters = -1, _quarters(algebra, -part)
        if quarters is None:
            return None
        sign *= side ** (exponent % 2)
        parts.append((part.scale(side), exponent))
        low, high = (end * exponent for end in quarters)
        ranges.append((min(low, high), max(low, high)))
    if sign < 0:
        parts.append((algebra.number(-1), 1))
        ranges.append((2, 2))
    if len(parts) == 1 and parts[0][1] == 1:
        return None
    low, high = sum(r[0] for r in ranges), sum(r[1] for r in ranges)
    is_open = any(r[0] < r[1] for r in ranges)
    turns = (low + 2) // 4 if is_open else -((2 - low) // 4)
    # between odd multiples of pi, the upper one only where that is the argument
    if not (-2 + 4 * turns <= low and high <= 2 + 4 * turns and (is_open or low > -2 + 4 * turns)):
        return None
    return Arguments(tuple(parts), turns)


def _quarters(algebra: Algebra, u: Element) -> Range | None:
    """Between which multiples of pi/2 the argument certainly lies, at every point."""
    if not u.den.is_one():
        return None
    across, upward = _sides(algebra, u)
    if u.constant is None and u.num == algebra.i.num:
        return 1, 1
    if upward:
        if across:
            return {(1, 1): (0, 1), (-1, 1): (1, 2), (-1, -1): (-2, -1), (1, -1): (-1, 0)}[
                across, upward
            ]
        return (0, 2) if upward > 0 else (-2, 0)
    return (-1, 1) if across > 0 else None


def _sides(algebra: Algebra, u: Element) -> tuple[int, int]:
    """The signs of the real and the imaginary part at every point, seen from terms; 0: unknown."""
    unit = algebra.field.index.get(("I",), -1)
    sums: list[set[int]] = [set(), set()]
    strict = [False, False]
    for exponents, coefficient in u.num.terms():
        used = {i: int(e) for i, e in enumerate(exponents) if e}
        quarter = used.pop(unit, 0)
        symbols = [i for i in used if i in algebra.halves]
        others = [i for i in used if i not in algebra.halves]
        if sum(used[i] for i in symbols) > 1:
            return 0, 0
        if any(algebra.signs.sign.get(i, 0) <= 0 for i in others):
            return 0, 0
        across: int | None = 1
        upward: int | None = None
        if symbols:
            across, upward = algebra.halves[symbols[0]]
        if quarter:  # I*(a + I*b) = -b + I*a
            across, upward = (None if upward is None else -upward), across
        for axis, sign in enumerate((across, upward)):
            if sign is not None:  # None: that part of the term is zero
                sums[axis].add(sign * (1 if coefficient > 0 else -1))
                strict[axis] = strict[axis] or not others
    signs = [s.copy().pop() if len(s) == 1 and t else 0 for s, t in zip(sums, strict, strict=True)]
    return signs[0], signs[1]


def _balanced(algebra: Algebra, factors: Factors, sign: int) -> Factors | None:
    """Two factors on opposite sides of the real axis, as 1 - z and 1 + z, or on one side.

    With f + c*g = d for c > 0 the imaginary parts have opposite signs, so that arguments of
    opposite signs are added. On the real axis two of pi must not meet: d >= 0. And of a quotient,
    f - c*g = d: the same signs are subtracted, and f > 0 > g must not be: d <= 0.

    With f + c*g = d > 0 the angle between the two is below pi, but for f > 0 > g on the real axis.

    Factors on one side, f - c*g = d, have arguments below pi in sum where the real part of
    f + c*g is positive, since f then lies to the right of -c*conj(g).
    """
    if len(factors) != 2 or sorted(exponent for _, exponent in factors) not in ([1, 1], [-1, 1]):
        return None
    (first, _), (second, other) = sorted(factors, key=lambda factor: -factor[1])
    if len(first.num) > _MOST_TERMS or len(second.num) > _MOST_TERMS:
        return None
    terms = {tuple(exponents): to_fraction(c) for exponents, c in second.num.terms()}
    for exponents, coefficient in first.num.terms():
        if tuple(exponents) not in terms:
            continue
        ratio = to_fraction(coefficient) / terms[tuple(exponents)]
        rest = first - second.scale(ratio)
        if ratio * sign * other < 0:
            side = 1 if rest.is_zero else algebra.signs.of(rest) * other
            if side:
                return [(first.scale(side), 1), (second.scale(side * sign), other)]
        elif other < 0 and algebra.signs.of(rest) and _sides(algebra, first)[1]:
            # 1 + z over 1 - z, off the real axis
            side = algebra.signs.of(rest)
            return [(first.scale(side), 1), (second.scale(side * sign), -1)]
        elif other > 0 and (rest.is_zero or algebra.signs.is_real(rest)):
            found = _on_one_side(algebra, first, second, sign, ratio)
            if found is not None:
                return found
    return None


def _on_one_side(
    algebra: Algebra, first: Element, second: Element, sign: int, ratio: Fraction
) -> Factors | None:
    for side in (1, -1):
        f, g = first.scale(side), second.scale(side * sign)
        if _sides(algebra, f + g.scale(ratio * sign))[0] > 0:
            return [(f, 1), (g, 1)]
    return None
