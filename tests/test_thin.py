"""Functions that are zero on a whole piece of their domain: nothing is positive for being real."""

from __future__ import annotations

import pytest
from adhoc import adhoc

from derivcheck.lang.equation import Context, Domain, Settings, Symbol
from derivcheck.lang.functions import FUNCTIONS
from derivcheck.model import Finding
from derivcheck.symbolic.scalar.judge import judge
from derivcheck.symbolic.scalar.thin import vanishes_thinly

X = {"x": "real"}

WRONG = [
    # the radicand is 0 for all negative x, or beyond 1
    ("equals", "sqrt(relu(x))", "sqrt(abs(x))", ()),
    ("equals", "sqrt(x + abs(x))", "sqrt(2*abs(x))", ()),
    ("equals", "relu(x)**(5/2)", "abs(x)**(5/2)", ()),
    ("equals", "(x*heaviside(x))**(5/2)", "abs(x)**(5/2)", ()),
    ("equals", "sqrt(1 + sign(x))", "sqrt(2)", ()),
    ("equals", "sqrt(where(x > 0, x, 0))", "sqrt(abs(x))", ()),
    ("equals", "sqrt(x + sqrt(x**2))", "sqrt(2*abs(x))", ()),
    ("equals", "sqrt(x - 1 + sqrt((x - 1)**2))", "sqrt(abs(2*x - 2))", ()),
    ("equals", "asin(min(x, 1))", "asin(where(x < 1, x, 0))", ()),
    ("equals", "acos(max(x, -1))", "acos(where(x > -1, x, 0))", ()),
    ("equals", "acosh(max(x, 1))", "acosh(1 + abs(x - 1))", ()),
    # it is for positive x
    ("equals", "sqrt(pi/2 - arctan(x) - arctan(1/x))", "sqrt(pi)", ()),
    # the function is constant there, and has the derivative 0
    ("derivative", "sqrt(relu(x))", "1/(2*sqrt(abs(x)))", ()),
    ("derivative", "relu(x)**(3/2)", "3/2*sqrt(abs(x))", ()),
    ("derivative", "sqrt(x + sqrt(x**2))", "1/sqrt(2*abs(x))", ()),
    # conditions that say nothing
    ("equals", "sign(x)", "1", ("relu(x) >= 0",)),
    ("equals", "abs(x)", "x", ("x + sqrt(x**2) >= 0",)),
]

TRUE = [
    ("equals", "log(relu(x))", "log(abs(x))", ()),
    ("equals", "sqrt(abs(x) - 1)**2", "abs(x) - 1", ()),
    ("derivative", "acosh(abs(x))", "sign(x)/sqrt(x**2 - 1)", ()),
    ("derivative", "arcsin(1 - abs(x))", "-sign(x)/sqrt(2*abs(x) - x**2)", ()),
    ("derivative", "arcsin(sqrt(x))", "1/(2*sqrt(x - x**2))", ()),
    ("equals", "abs(x)", "x", ("x**3 >= 0",)),
]


def prove(kind, expression, claim, assume):
    options = {"wrt": "x"} if kind == "derivative" else {}
    (equation,) = adhoc(
        expression, claim, symbols=dict(X), claim=kind, assume=list(assume), **options
    )
    return judge(equation, Settings())


@pytest.mark.parametrize(("kind", "expression", "claim", "assume"), WRONG)
def test_what_is_zero_on_a_piece_is_not_taken_to_be_positive(kind, expression, claim, assume):
    assert prove(kind, expression, claim, assume).finding is Finding.UNKNOWN


@pytest.mark.parametrize(("kind", "expression", "claim", "assume"), TRUE)
def test_what_is_positive_on_each_piece_is_used(kind, expression, claim, assume):
    found = prove(kind, expression, claim, assume)
    assert found.finding is Finding.HOLDS, found.reason


THIN = [
    ("x**2 - 1", True),
    ("1 - cos(x)", True),
    ("gamma(x) - tan(1/x)", True),
    ("1 - sqrt(x)", True),
    ("x - sqrt(x - 1)", True),
    ("2 - sqrt(1 - x**2)", True),
    ("log(p) - sqrt(p*x)", True),
    ("x + sqrt(1 + x**2)", True),
    ("1 - sqrt(log(x))", True),
    ("1/2 - atan(x)", True),
    ("1 - sqrt(2 - cosh(x))", True),
    ("1 - sqrt(2 - p - x**3)", False),
    ("1 - sqrt(x**3 - 1)", True),
    ("1 - sqrt(sqrt(x) - 1)", True),
    ("1 - sqrt(1/p - 1)", True),
    ("1 - sqrt(2 - 1/x)", False),
    ("max(x, 0)", False),
    ("x + cbrt(x**3)", False),
    ("x + sqrt(x**2)", False),
    ("x + (x**4)**(1/4)", False),
    ("p*x - sqrt(p**2*x**2)", False),
    ("sqrt(x**4 - x**2) - x*sqrt(x**2 - 1)", False),
    ("pi/2 - atan(x) - atan(1/x)", False),
    ("asin(sin(x)) - x", False),
    ("Ei(x) - 1", False),
    ("where(x > 0, x, 0)", False),
]


@pytest.mark.parametrize(("text", "is_thin"), THIN)
def test_zeros_without_interior(text, is_thin):
    (equation,) = adhoc(text, "0", symbols={"x": "real", "p": "positive"}, claim="equals")
    assert vanishes_thinly(equation.left, equation.context) is is_thin


def test_every_function_that_is_taken_to_be_analytic_has_no_kink():
    context = Context(symbols=(Symbol("x", domain=Domain("real")),))
    for row in FUNCTIONS.values():
        if row.arity != 1 or row.spelled or not (row.kinks or row.jumps):
            continue
        (equation,) = adhoc(f"{row.name}(x)", "0", symbols=dict(X), claim="equals")
        if any(row.name == getattr(n, "function", "") for n in equation.nodes):
            assert not vanishes_thinly(equation.left, context), row.name
