"""Algebraic numbers are what they say, exactly."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from flint import ctx, fmpq, fmpq_poly

from derivcheck.lang import nodes as N
from derivcheck.lang.printer import node_text
from derivcheck.numeric.sampling.algebraic import (
    Algebraic,
    are_together,
    enclosed,
    number_of,
    power_of,
    real_roots,
)


def roots(*coefficients: int | Fraction) -> list[N.Node]:
    rational = (Fraction(c) for c in coefficients)
    return list(real_roots(fmpq_poly([fmpq(c.numerator, c.denominator) for c in rational])))


WRITTEN = [
    ((-6, -1, 0, 1), ["2"]),
    ((-1, Fraction(3, 2)), ["2/3"]),
    ((-1, -1, 1), ["(sqrt(5) + 1)/2", "(1 - sqrt(5))/2"]),
    ((-2, 0, 0, 0, 1), ["2**(1/4)", "-2**(1/4)"]),
    ((Fraction(2, 3), 0, 0, 1), ["-(2/3)**(1/3)"]),
    ((1, 0, 1), []),
    ((-1, -1, 0, 1), ["root(t**3 - t - 1, 1.32472)"]),
    ((0, 2, -4, -1, 1), ["0", "root(t**3 - t**2 - 4*t + 2, 2.34292)",
                         "root(t**3 - t**2 - 4*t + 2, 0.470683)",
                         "root(t**3 - t**2 - 4*t + 2, -1.81361)"]),
    ((4, 0, 0, -4, 0, 0, 1), ["2**(1/3)"]),
    ((7,), []),
]  # fmt: skip


@pytest.mark.parametrize(("coefficients", "texts"), WRITTEN)
def test_roots_as_one_writes_them(coefficients, texts):
    assert [node_text(root) for root in roots(*coefficients)] == texts


def test_a_polynomial_of_too_high_a_degree_or_size_is_left_alone():
    assert roots(-1, *[0] * 16, 1) == []
    assert roots(-(2**600), 0, 1, 1) == []


@pytest.mark.parametrize("bits", [53, 333, 2500])
def test_roots_are_enclosed_at_every_precision(bits):
    found = roots(2, -4, -1, 1)
    with ctx.workprec(bits):
        for root in found:
            ball = enclosed(root)
            assert (ball**3 - ball**2 - 4 * ball + 2).contains(0)
            assert ball.rel_accuracy_bits() > bits - 20
            nearest = min(found, key=lambda other: abs(float(ball) - float(other.near)))
            assert nearest is root


def test_arithmetic_is_that_of_the_field():
    (root,) = roots(-1, -1, 0, 1)
    x = number_of(root)
    assert x * x * x + fmpq(-1) * x == 1
    assert 1 / x * x == 1
    assert (1 / x + fmpq(1) + fmpq(-1) * x * x) == 0
    for a, b in product(range(-2, 3), repeat=2):
        number = x * x * fmpq(a) + x * fmpq(b)
        value = a * 1.324717957244746**2 + b * 1.324717957244746
        if a or b:
            assert isinstance(number, Algebraic)
            assert number.sign() == (1 if value > 0 else -1)
            assert (1 / number) * number == 1
            assert abs(float(number.ball()) - value) < 1e-12
        else:
            assert number == 0


def test_a_sign_is_told_however_small_the_number():
    root = power_of(Fraction(2), Fraction(1, 2))
    above, below = 3, 2
    for _ in range(9):  # Newton's method comes from above
        above, below = above * above + 2 * below * below, 2 * above * below
    assert below > 2**900
    assert (root + fmpq(-above, below)).sign() == -1
    assert (root + fmpq(-2 * below, above)).sign() == 1


POWERS = [("4/9", "1/2", "2/3"), ("8", "-2/3", "1/4"), ("1/32", "3/5", "1/8")]


@pytest.mark.parametrize(("base", "exponent", "power"), POWERS)
def test_powers_that_are_rational(base, exponent, power):
    wanted = Fraction(power)
    found = power_of(Fraction(base), Fraction(exponent))
    assert found == fmpq(wanted.numerator, wanted.denominator)


def test_powers_that_are_not():
    root = power_of(Fraction(2), Fraction(1, 3))
    assert root * root * root == 2
    square = power_of(Fraction(4), Fraction(1, 4))
    assert square * square == 2
    assert power_of(Fraction(2), Fraction(1, 2)).root is square.root
    assert are_together(square, fmpq(1))
    assert not are_together(square, root)
    assert power_of(Fraction(-8), Fraction(1, 3)) is None
    assert power_of(Fraction(2), Fraction(1, 40)) is None
