"""SymPy as the fallback judge, and the derivative it prints."""

from __future__ import annotations

import subprocess
import sys

import pytest
from adhoc import adhoc

from derivcheck.lang.equation import Settings
from derivcheck.model import Finding, Strength
from derivcheck.symbolic.special_places import ISOLATED
from derivcheck.symbolic.sympy_judge import judge

X = {"x": "real"}
POSITIVE = {"x": "positive", "a": "positive", "n": "real"}


def equation(expression, claim, symbols, **options):
    options.setdefault("wrt", "x")
    return adhoc(expression, claim, symbols=dict(symbols), **options)[0]


TRUE = [
    ("tanh(x)", "1 - tanh(x)**2", X),
    ("sin(x)*cos(x)", "cos(2*x)", X),
    ("1/(1 + exp(-x))", "exp(-x)/(1 + exp(-x))**2", X),
    ("x**n", "n*x**(n - 1)", POSITIVE),
    ("log(x, a)", "1/(x*log(a))", POSITIVE),
    ("atan(x)", "1/(1 + x**2)", X),
    ("erf(x)", "2*exp(-x**2)/sqrt(pi)", X),
    ("gamma(x)", "gamma(x)*digamma(x)", {"x": "positive"}),
    ("besselj(n, x)", "(besselj(n - 1, x) - besselj(n + 1, x))/2", POSITIVE),
    ("sqrt(x**2)", "x/abs(x)", {"x": "positive"}),
    ("x**3", "3*x**2", {"x": "(0, 1)"}),
]


@pytest.mark.parametrize(("expression", "claim", "symbols"), TRUE)
def test_proves(expression, claim, symbols):
    found = judge(equation(expression, claim, symbols), Settings())
    assert (found.finding, found.strength) == (Finding.HOLDS, Strength.PROOF), found.reason
    assert found.conditions == ()


WRONG = [
    ("sqrt(x**2)", "1", X),
    ("abs(x)", "1", X),
    ("asec(x)", "1/(x*sqrt(x**2 - 1))", X),
    ("cos(x)", "sin(x)", X),
    ("log(x**2)", "1/x", X),
    ("a**x", "x*a**(x - 1)", POSITIVE),
    ("max(x, 0)", "1", X),
    ("cbrt(x**3)", "1/x", X),
    ("zeta(x)", "0", X),
    ("sin(x) + x/10**30", "cos(x)", X),
    # SymPy takes every degree for that of a polynomial
    ("x*legendre(n, -1)", "(-1)**n", {"n": "integer", "x": "real"}),
    ("hermite(n, -x)", "2*n*(-1)**n*hermite(n - 1, x)", {"n": "integer", "x": "real"}),
    (
        "x*chebyshevt(n, -1/2)**2",
        "(-1)**(2*n)*chebyshevt(n, 1/2)**2",
        {"n": "real", "x": "real"},
    ),
]


@pytest.mark.parametrize(("expression", "claim", "symbols"), WRONG)
def test_never_proves(expression, claim, symbols):
    found = judge(equation(expression, claim, symbols), Settings())
    assert found.finding is Finding.UNKNOWN
    assert found.reason


Y = {"x": "real", "y": "real"}
EDGES = [
    ("log(x)", "1/x", X, {}, True),
    ("asin(x)", "1/sqrt(1 - x**2)", X, {}, True),
    ("sqrt(x)", "1/(2*sqrt(x))", {"x": "nonnegative"}, {}, True),
    ("sqrt(x + y)", "1/(2*sqrt(x + y))", Y, {}, True),
    ("y*sqrt(-x**2)", "sqrt(-x**2)", Y, {"wrt": "y"}, False),
    ("x + sqrt(y) + sqrt(-y)", "1", Y, {}, False),
    ("x + asin(1 + y**2)", "1", Y, {}, False),
    ("x*y", "y", Y, {"assume": "y >= 0"}, True),
    ("x*y", "y", Y, {"assume": "y > 0"}, True),
    ("x*y", "y", Y, {"assume": ["y >= 0", "y <= 0"]}, False),
    ("x*y", "y", Y, {"assume": "x*y == 0"}, False),
    ("x*y", "y", Y, {"assume": "y**2 <= 0"}, False),
]


@pytest.mark.parametrize(("expression", "claim", "symbols", "options", "whole"), EDGES)
def test_isolated_points_are_a_condition(expression, claim, symbols, options, whole):
    found = judge(equation(expression, claim, symbols, **options), Settings())
    assert found.finding is Finding.HOLDS, found.reason
    assert found.conditions == (() if whole else (ISOLATED,))


def test_switches_are_conditions():
    found = judge(equation("max(x, 0)", "where(x > 0, 1, 0)", X), Settings())
    assert found.finding is Finding.UNKNOWN or found.conditions


def test_matrix_claims_are_left_alone():
    found = judge(equation("x.T @ x", "2*x", {"x": ["n"]}), Settings())
    assert (found.finding, found.reason) == (Finding.UNKNOWN, "not a scalar claim")


def test_large_expressions_are_left_alone():
    text = " + ".join(f"sin({k}*x)" for k in range(1, 150))
    found = judge(equation(text, "0", X), Settings())
    assert found.finding is Finding.UNKNOWN
    assert "too large" in found.reason


def test_sympy_is_imported_only_where_it_is_needed():
    code = (
        "import sys, derivcheck.symbolic.sympy_judge, derivcheck.symbolic.scalar.judge;"
        "sys.exit('sympy' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_interrupted_import_leaves_nothing_behind():
    code = """
import sys
import derivcheck.symbolic.sympy_judge as judge

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "sympy.polys.rings":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
try:
    judge.load_sympy()
    sys.exit(2)
except KeyboardInterrupt:
    pass
assert not any(m.split(".")[0] == "sympy" for m in sys.modules)
del sys.meta_path[0]
sys.exit(judge.load_sympy().polys is None)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
