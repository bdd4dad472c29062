"""Rational functions of kernels: what is done without flint agrees with flint."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivcheck.symbolic.scalar.field import Field, to_flint, to_fraction


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param((2, 0, 0, 0), id="one-kernel"),
        pytest.param((2, 4, 0, 6), id="whole"),
        pytest.param((-2, 4, 0, 6), id="negative-lead"),
        pytest.param((Fraction(3, 4), Fraction(1, 6), 0, 0), id="fractions"),
        pytest.param((Fraction(-3, 4), 0, 5, Fraction(2, 3)), id="with-a-constant"),
    ],
)
def test_linear_polynomials_are_factored_as_flint_does(
    weights: tuple[Fraction | int, ...],
) -> None:
    field = Field(8)
    units = [*field.gens[:3], field.ctx.constant(1)]
    poly = sum(u * to_flint(w) for u, w in zip(units, weights, strict=True))
    content, factors = poly.factor()
    assert field.factor(poly) == (to_fraction(content), tuple((p, int(e)) for p, e in factors))
