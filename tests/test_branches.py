"""Where several conditions hold at once, a wrong claim is refuted; and only where it is wrong."""

from __future__ import annotations

import pytest
from adhoc import adhoc

from derivcheck.checking.verdict import decide
from derivcheck.lang.equation import Settings
from derivcheck.model import Verdict
from derivcheck.numeric.sampling.branches import at_branches

XY = {"x": "real", "y": "real"}
ARRAYS = {"x": ["n"], "y": ["n"], "A": ["n", "n"], "c": "real"}
WRONG = {
    "two equations": ("x*y", "where(x == 1 and y == 2, 5, x*y)", XY),
    "three": ("x*y*z", "where(x == 1 and y == 2 and z == 3, 5, x*y*z)", {**XY, "z": "real"}),
    "curves that meet": ("x*y", "where(x**2 == y and x == y, 5, x*y)", XY),
    "cases in cases": ("x*y", "where(x + 2*y == 3, where(x == y, 5, x*y), x*y)", XY),
    "a number that is no fraction": ("x*y", "where(x == pi and y == 2, 5, x*y)", XY),
    "an equation far out": ("x*y", "where(x == y and y > 100, 5, x*y)", XY),
    "a corner far out": ("x*y", "where(x > 50 and y > 100, 5, x*y)", XY),
    "a small square": ("x*y", "where(x > 1/3 and x < 1/2 and y > 1/3 and y < 1/2, 5, x*y)", XY),
    "whole numbers": (
        "x*y", "where(x == 17 and y == 23, 5, x*y)", {"x": "integer", "y": "integer"},
    ),
    "one of several ways": ("x*y", "where(x > 1000 or (x == 1 and y == 2), 5, x*y)", XY),
    "by a negation": ("x*y", "where(not (x != 1 or y != 2), 5, x*y)", XY),
    "where none holds": ("x*y", "where(x != 1, x*y, where(y != 2, x*y, 5))", XY),
    "switches in a product": ("x*y", "x*y + where(x == 1, 1, 0)*where(y == 2, 1, 0)", XY),
    "signs": ("x*y", "x*y + (1 - sign(x - 1)**2)*(1 - sign(y - 2)**2)", XY),
    "kinks far out": ("relu(x - 1000)*relu(y - 1000)", "0", XY),
    "kinks of complex numbers far out": ("max(re(x), 500)", "500", {"x": "complex"}),
    "complex numbers": (
        "x*y", "where(x == 1 and y == 2*I, 5, x*y)", {"x": "complex", "y": "complex"},
    ),
    "on a cut that lies elsewhere": ("sqrt(1/(x + I))", "1/sqrt(x + I)", {"x": "complex"}),
    "on the cut of an arc": ("atan(conj(x + 1))", "conj(atan(x + 1))", {"x": "complex"}),
    "on a circle": ("x", "where(abs(x) == 1, 1/conj(x) + 1, x)", {"x": "complex"}),
    "an imaginary number": ("x", "where(x**2 == -1, 5, x)", {"x": "complex"}),
    "a complex number far out": ("x", "where(abs(x) > 100, 5, x)", {"x": "complex"}),
    "complex numbers that are equal": (
        "x*y", "where(x == y, 5, x*y)", {"x": "complex", "y": "complex"},
    ),
    "sums of entries": ("x.T @ y", "where(sum(x) == 1 and x.T @ y == 2, 7, x.T @ y)", ARRAYS),
    "a trace": ("tr(A)", "where(tr(A) == 7, 8, tr(A))", ARRAYS),
    "a form": ("x.T @ A @ x", "where(x.T @ A @ x == 2, 4, x.T @ A @ x)", ARRAYS),
    "a product of entries": ("prod(x)", "where(prod(x) == 2, 4, prod(x))", ARRAYS),
}  # fmt: skip


@pytest.mark.parametrize(("left", "right", "symbols"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_where_several_conditions_hold_is_refuted(left, right, symbols):
    (equation,) = adhoc(left, right, claim="equals", symbols=symbols)
    assert decide(equation, Settings()).verdict is Verdict.REFUTED


ASSUMED = {
    "beside an equation": ("x", "where(x == 1/4, 2, 1 - y)", ["x + y == 1"]),
    "beside two": ("x", "where(y == 1/2, 2, sqrt(1 - y**2))", ["x**2 + y**2 == 1", "x > 0"]),
    "by entries that are equal": ("x**3 + y**3 + (x + y)**2", "where(x == y, 1, 0)", ["x == -y"]),
}


@pytest.mark.parametrize(("left", "right", "assume"), ASSUMED.values(), ids=ASSUMED)
def test_what_is_wrong_in_a_case_of_what_is_assumed_is_refuted(left, right, assume):
    (equation,) = adhoc(left, right, claim="equals", symbols=XY, assume=assume)
    assert decide(equation, Settings()).verdict is Verdict.REFUTED


def test_a_derivative_is_refuted_where_several_conditions_hold():
    claim = "where(x == 1 and y == 2, 5*dx, 2*x*y*dx + x**2*dy)"
    (equation,) = adhoc("x**2*y", claim, wrt=["x", "y"], claim="differential", symbols=XY)
    assert decide(equation, Settings()).verdict is Verdict.REFUTED


RIGHT = {
    "what never holds": ("x*y", "where(x == y and x == y + 1, 5, x*y)", {}),
    "what holds nowhere in the domain": (
        "x*y", "where(x == 1 and y == 2, 5, x*y)", {"symbols": {"x": "real", "y": "(-1, 1)"}},
    ),
    "what is assumed not to hold": (
        "x*y", "where(x == 1 and y == 2, 5, x*y)", {"assume": ["x + y != 3"]},
    ),
    "a way that is not taken": ("x*y", "where(x == 1, x*y, where(x == 1 and y == 2, 5, x*y))", {}),
    "right there": ("x*y", "where(x == 1 and y == 2, 2, x*y)", {}),
}  # fmt: skip


@pytest.mark.parametrize(("left", "right", "options"), RIGHT.values(), ids=RIGHT)
def test_nothing_is_refuted_where_conditions_do_not_hold_together(left, right, options):
    (equation,) = adhoc(left, right, claim="equals", **{"symbols": XY, **options})
    assert decide(equation, Settings()).verdict is not Verdict.REFUTED


def test_there_are_few_cases_to_look_at():
    nested = "x"
    for k in range(12):
        nested = f"where(x > {k} and y < {k} or x == y + {k}, {k}, {nested})"
    (equation,) = adhoc("x", nested, claim="equals", symbols=XY)
    assert len(list(at_branches(equation))) == 24
