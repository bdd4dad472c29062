"""What is assumed of abstract functions: at a root, where a slope is zero, below another."""

from __future__ import annotations

import pytest
from adhoc import adhoc

from derivcheck.checking.verdict import decide
from derivcheck.lang.equation import Settings
from derivcheck.model import Verdict

F = {"symbols": {"x": "real"}, "functions": {"f": "scalar(x)"}}
UV = {"symbols": {"x": "real", "y": "real"}, "functions": {"u": "scalar(x)", "v": "scalar(y)"}}
C = {"symbols": {"x": ["n"], "y": ["m"]}, "functions": {"C": "scalar(x)"}}
NEWTON = {"expression": "x - f(x)/D(f)(x)", "assume": ["f(x) == 0"], "wrt": "x", **F}
PAIRS = {
    "Newton's step is flat at a root": ({**NEWTON}, "0", "1"),
    "and bends so": (
        {**NEWTON, "order": 2}, "D(f, 2)(x)/D(f)(x)", "-D(f, 2)(x)/D(f)(x)",
    ),
    "where the slope is zero": (
        {"expression": "f(x)**2", "assume": ["D(f)(x) == 0"], "wrt": "x", "order": 2, **F},
        "2*f(x)*D(f, 2)(x)", "2*D(f, 2)(x)",
    ),
    "on a level": (
        {"expression": "u(x, y)**3", "assume": ["u(x, y) == 2"], "wrt": "x",
         "symbols": UV["symbols"], "functions": {"u": "scalar(x, y)"}},
        "12*D(u, 1, 0)(x, y)", "8*D(u, 1, 0)(x, y)",
    ),
    "an envelope": (
        {"expression": "F(x, g(x))", "assume": ["D(F, 0, 1)(x, g(x)) == 0"], "wrt": "x",
         "symbols": {"x": "real"}, "functions": {"F": "scalar(x, y)", "g": "scalar(x)"}},
        "D(F, 1, 0)(x, g(x))", "D(F, 1, 0)(x, g(x)) + D(g)(x)",
    ),
    "two functions that touch": (
        {"expression": "(u(x) - v(x))*u(x)", "wrt": "x", "symbols": {"x": "real"},
         "assume": ["u(x) == v(x)", "D(u)(x) == D(v)(x)"],
         "functions": {"u": "scalar(x)", "v": "scalar(x)"}},
        "0", "D(u)(x)",
    ),
    "a sign": (
        {"expression": "abs(D(f)(x))", "assume": ["D(f)(x) < 0"], "claim": "equals", **F},
        "-D(f)(x)", "D(f)(x)",
    ),
    "a bound from below": (
        {"expression": "abs(f(x) - 3)", "assume": ["f(x) > 3"], "claim": "equals", **F},
        "f(x) - 3", "3 - f(x)",
    ),
    "a number between two": (
        {"expression": "abs(f(x) - 3)", "assume": ["f(x) < 1/2", "f(x) > 0"], "claim": "equals",
         **F},
        "3 - f(x)", "f(x) - 3",
    ),
    "a function at two places": (
        {"expression": "f(x, y)**2 - f(y, x)**2", "assume": ["f(x, y) == f(y, x)"], "wrt": "x",
         "symbols": UV["symbols"], "functions": {"f": "scalar(a, b)"}},
        "2*f(x, y)*(D(f, 1, 0)(x, y) - D(f, 0, 1)(y, x))", "0",
    ),
    "one function below another": (
        {"expression": "max(u(x), v(y))", "assume": ["u(x) < v(y)"], "claim": "equals", **UV},
        "v(y)", "u(x)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("options", "right", "wrong"), PAIRS.values(), ids=PAIRS)
def test_what_is_assumed_of_a_function_is_met(options, right, wrong):
    for text, verdict in ((right, Verdict.PROVED), (wrong, Verdict.REFUTED)):
        options_ = dict(options)
        (equation,) = adhoc(options_.pop("expression"), text, **options_)
        found = decide(equation, Settings())
        assert found.verdict is verdict, found.reason


@pytest.mark.parametrize(("assume", "wrong"), [("C(x) < 0", "C(x)"), ("C(x) == 0", "1")])
def test_so_it_is_of_a_function_of_a_vector(assume, wrong):
    for text in ("-C(x)", wrong):
        (equation,) = adhoc("abs(C(x))", text, claim="equals", assume=[assume], **C)
        found = decide(equation, Settings()).verdict
        assert found is Verdict.REFUTED if text == wrong else found.passes


def test_a_switch_by_a_function_is_met():
    for left, claim, options in (
        ("f(x)", "where(f(x) == 0, 5, f(x))", {"claim": "equals"}),
        ("abs(f(x))*f(x)", "2*abs(f(x))*D(f)(x) + where(f(x) == 0, 1, 0)", {"wrt": "x"}),
    ):
        (equation,) = adhoc(left, claim, **options, **F)
        assert decide(equation, Settings()).verdict is Verdict.REFUTED


def test_what_no_function_meets_is_undecided():
    (equation,) = adhoc("f(x)", "f(x)**2", claim="equals", assume=["f(x)**2 == -1"], **F)
    assert decide(equation, Settings()).verdict is Verdict.UNDECIDED
