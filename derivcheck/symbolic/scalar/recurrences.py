"""Whole steps of a parameter: every function with a recurrence is kept at a base parameter.

A recurrence is written once, as what it says at n; it is walked up and down from there. What it
divides by on the way is remembered by the field of kernels.
"""

from __future__ import annotations

from collections.abc import Callable

from derivcheck.symbolic.scalar.field import Element, to_fraction

MAX_SHIFT = 24

Term = Element | int
FirstOrder = Callable[[Element], tuple[Term, Term, Term]]
"""(a, p, q) at n, where a*f(n + 1) = p*f(n) + q."""
SecondOrder = Callable[[Element], tuple[Term, Term, Term]]
"""(a, p, q) at n, where a*f(n + 1) = p*f(n) + q*f(n - 1)."""


def whole_number(u: Element) -> int | None:
    """The integer that ``u`` is, if it is one of moderate size."""
    value = u.constant
    if value is None or value.denominator != 1 or abs(value) > MAX_SHIFT:
        return None
    return int(value)


def shift(u: Element) -> tuple[Element, int]:
    """``u`` as base + n: the base has a constant term in [0, 1). Far shifts stay put."""
    whole = u.num if u.den.is_one() else divmod(u.num, u.den)[0]
    constant = to_fraction(whole[(0,) * u.field.size])
    steps = constant.numerator // constant.denominator
    return (u, 0) if abs(steps) > MAX_SHIFT else (u - steps, steps)


def positive_shift(u: Element) -> tuple[Element, int]:
    """``u`` as base + n, the base's constant term in (0, 1]; a base 0 is a whole ``u`` below 1."""
    base, steps = shift(u)
    return (base + 1, steps - 1) if base.is_zero and steps > 0 else (base, steps)


def first_order(found: Element, base: Element, steps: int, relation: FirstOrder) -> Element:
    """f(base + steps) from f(base)."""
    for k in range(steps):
        a, p, q = relation(base + k)
        found = (p * found + q) / a
    for k in range(-1, steps - 1, -1):
        a, p, q = relation(base + k)
        found = (a * found - q) / p
    return found


def second_order(
    first: Element, second: Element, base: Element, steps: int, relation: SecondOrder
) -> Element:
    """f(base + steps) from f(base) and f(base + 1)."""
    for k in range(1, steps):
        a, p, q = relation(base + k)
        first, second = second, (p * second + q * first) / a
    for k in range(0, steps, -1):
        a, p, q = relation(base + k)
        first, second = (a * second - p * first) / q, first
    return second if steps > 0 else first
