"""Hints name the slip behind a refuted claim, and only what the judges have confirmed."""

from __future__ import annotations

from typing import Any

import pytest

from derivcheck.checking.checker import Checker
from derivcheck.lang.equation import Settings
from derivcheck.model import Verdict
from derivcheck.statements.claims import adhoc_entry

SQUARE: dict[str, Any] = {"A": ["n", "n"], "B": ["n", "n"], "X": ["n", "n"]}
LAYER: dict[str, Any] = {
    "symbols": {"W": ["m", "n"], "b": ["m"], "z": ["n"]},
    "functions": {"sigma": "elementwise", "C": "scalar(y)"},
    "where": {"y": "W @ sigma(z) + b", "delta": "grad(C(y), y)"},
}

CASES: dict[str, tuple[str, str, str, dict[str, Any], str]] = {
    "sign": ("cos(x)", "sin(x)", "x", {}, "the sign is wrong: `-sin(x)` (proved)"),
    "sign of a term": (
        "tanh(x)",
        "1 + tanh(x)**2",
        "x",
        {},
        "the sign of the term `tanh(x)**2` is wrong: `1 - tanh(x)**2` (proved)",
    ),
    "constant factor": (
        "sin(2*x)",
        "cos(2*x)",
        "x",
        {},
        "a factor 2 is missing: `2*cos(2*x)` (proved)",
    ),
    "chain factor": (
        "cos(x**2)",
        "-sin(x**2)",
        "x",
        {},
        "the inner derivative of `x**2` is missing: `-2*sin(x**2)*x` (proved)",
    ),
    "exponent": (
        "x**3",
        "3*x**3",
        "x",
        {},
        "the exponent of `x**3` should be 2: `3*x**2` (proved)",
    ),
    "swapped function": (
        "tan(x)",
        "csc(x)**2",
        "x",
        {},
        "`sec` should stand for `csc`: `sec(x)**2` (proved)",
    ),
    "one sign only": (
        "sqrt(x**2)",
        "1",
        "x",
        {"symbols": {"x": "nonzero"}},
        "holds only for x > 0 (proved there)",
    ),
    "rounded constant": (
        "sqrt(2/pi)*x",
        "0.7978845608",
        "x",
        {},
        "differs exactly, agrees to 4e-12: a rounded constant?",
    ),
    "transposed": (
        "tr(A @ X)",
        "A",
        "X",
        {"symbols": SQUARE},
        "it is transposed (or right in the other layout): `A.T` (proved)",
    ),
    "order of factors": (
        "tr(A @ X @ B)",
        "B.T @ A.T",
        "X",
        {"symbols": SQUARE},
        "the factors of `B.T @ A.T` stand in the wrong order: `A.T @ B.T` (proved)",
    ),
    "symmetric only": (
        "x.T @ A @ x",
        "2*A @ x",
        "x",
        {"symbols": {"A": ["n", "n"], "x": ["n"]}},
        "holds only for symmetric A (proved there)",
    ),
    "Hadamard factor": (
        "C(y)",
        "W.T @ delta",
        "z",
        LAYER,
        "a factor `D(sigma)(z)` is missing (proved)",
    ),
    "correct gradient": (
        "log(det(X.T @ X))",
        "X",
        "X",
        {"symbols": {"X": ["m", "n"]}},
        "it should be `2*X @ inv(X.T @ X)` (proved)",
    ),
}


@pytest.mark.parametrize(("expression", "claim", "wrt", "more", "hint"), CASES.values(), ids=CASES)
def test_the_slip_is_named(
    expression: str, claim: str, wrt: str, more: dict[str, Any], hint: str
) -> None:
    result = Checker(Settings()).check(adhoc_entry(expression, claim, wrt=wrt, **more))
    assert result.verdict is Verdict.REFUTED
    assert result.claims[0].hint == hint


def test_what_nobody_can_explain_gets_no_hint() -> None:
    entry = adhoc_entry("C(y)", "C(y)*z + 7*W.T @ b", wrt="z", **LAYER)
    result = Checker(Settings()).check(entry)
    assert (result.verdict, result.claims[0].hint) == (Verdict.REFUTED, None)
