"""Feasibility of sign conditions: strict linear inequalities, and one variable exactly.

Numbers are flint's rationals, which are several times faster than fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import flint

from derivcheck.symbolic.scalar.field import Poly

Rational = Any
"""A ``flint.fmpq``."""

ZERO: Rational = flint.fmpq(0)

Univariate = Any
"""A ``flint.fmpq_poly``."""

Row = dict[int, Rational]
"""A linear form: coefficients by column, the constant under column -1."""

MAX_ROWS = 60


def infeasible(rows: Sequence[tuple[Row, bool]]) -> bool:
    """Whether certainly no point satisfies every ``form > 0`` (strict) or ``form >= 0``."""
    return is_feasible(rows) is False


def is_feasible(rows: Sequence[tuple[Row, bool]]) -> bool | None:
    """Whether some point satisfies every ``form > 0`` (strict) or ``form >= 0``.

    Fourier-Motzkin elimination over the rationals; None where the system grew too large.
    """
    system = [({k: v for k, v in row.items() if v}, strict) for row, strict in rows]
    while True:
        columns: dict[int, list[int]] = {}
        for row, strict in system:
            variables = [k for k in row if k != -1]
            if not variables:
                value: Rational = row.get(-1) or ZERO
                if value < 0 or (strict and value == 0):
                    return False
            for k in variables:
                counts = columns.setdefault(k, [0, 0])
                counts[row[k] > 0] += 1
        if not columns:
            return True
        column = min(columns, key=lambda k: (columns[k][0] * columns[k][1], k))
        above = [item for item in system if item[0].get(column, 0) > 0]
        below = [item for item in system if item[0].get(column, 0) < 0]
        system = [item for item in system if not item[0].get(column, 0)]
        for up, strict_up in above:
            for down, strict_down in below:
                a, b = up[column], -down[column]
                merged = {k: v * b for k, v in up.items()}
                for k, v in down.items():
                    merged[k] = merged.get(k, ZERO) + v * a
                system.append(({k: v for k, v in merged.items() if v}, strict_up or strict_down))
        if len(system) > MAX_ROWS:
            return None


class Rows:
    """Rows of linear arithmetic for polynomials, with a column for each monomial."""

    def __init__(self) -> None:
        self.columns: dict[tuple[int, ...], int] = {}

    def of(self, poly: Poly) -> Row:
        """The row of a polynomial."""
        row: Row = {}
        for exponents, coefficient in poly.terms():
            constant = not any(exponents)
            column = -1 if constant else self.columns.setdefault(exponents, len(self.columns))
            row[column] = coefficient
        return row


def univariate(poly: Poly, index: int) -> Univariate:
    """A polynomial in one kernel as one in a variable."""
    found = [ZERO] * (int(poly.degrees()[index]) + 1)
    for exponents, coefficient in poly.terms():
        found[exponents[index]] = coefficient
    return flint.fmpq_poly(found)


def sample_points(polynomials: Sequence[Univariate]) -> tuple[Rational, ...]:
    """One rational point in each open interval between the real roots of all polynomials.

    Roots come isolated and certified.
    """
    roots: list[tuple[Rational, Rational]] = []
    product = flint.fmpz_poly([1])
    for polynomial in polynomials:
        product = product * polynomial.numer()
    if product.degree() > 0:
        part = product // product.gcd(product.derivative())
        found: Any = part.complex_roots()
        for root, _ in found:
            if root.imag == 0:
                middle, radius = root.real.mid().fmpq(), root.real.rad().fmpq()
                roots.append((middle - radius, middle + radius))
    roots.sort()
    if not roots:
        return (ZERO,)
    points = [roots[0][0] - 1]
    for (_, high), (low, _) in pairwise(roots):
        if high >= low:
            raise ArithmeticError("roots are not separated")
        points.append((high + low) / 2)
    points.append(roots[-1][1] + 1)
    return tuple(points)
