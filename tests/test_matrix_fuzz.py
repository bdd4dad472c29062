"""Random functions: the derivative that the index prover finds, proves and prints is the true one.

Its rules of differentiation cannot be caught by claims that it derives itself, but by the
oracle, which differentiates numerically.
"""

from __future__ import annotations

import math
import random

import pytest
from adhoc import adhoc
from matrix_claims import SYMBOLS
from matrix_oracle import disagreement
from soundness import same

from derivcheck.lang.equation import Settings
from derivcheck.model import Finding
from derivcheck.symbolic.matrix.notation import derivative_text
from derivcheck.symbolic.matrix.prover import judge

_SYMBOLS = {k: SYMBOLS[k] for k in ("P", "Q", "H", "x", "y", "u", "t", "lam")}
_FUNCTIONS = {"sigma": "elementwise", "f": "scalar(x)"}
_SMOOTH = ("tanh", "sigmoid", "exp", "sin", "softplus", "atan", "sigma")
_FALSE = 1e-3

_RULES = {
    "s": (
        "({s} + {s})", "({s}*{s})", "sum({v})", "({v}.T @ {v})", "tr({m})", "det({m})",
        "sum({m}*{m})", "norm({v})", "log(1 + sum({v}**2))", "(1/(1 + {s}**2))",
        "logsumexp({v})", "sum(softmax({m}, axis=1)*{m})", "sum(softmax({m}, axis=0)*{m})",
        "exp(-{s}**2)", "f({v})",
    ),
    "v": (
        "({m} @ {v})", "({v} + {v})", "({v} - {v})", "({v}*{v})", "{e}({v})", "softmax({v})",
        "diag({m})", "({s}*{v})", "sum({m}, axis=1)", "sum({m}, axis=0).T", "({v}**2)",
    ),
    "m": (
        "({m} @ {m})", "({m} + {m})", "{m}.T", "({v} @ {v}.T)", "diag({v})",
        "inv(3*eye(n) + {m})", "inv({m} @ {m}.T + eye(n))", "({m}*{m})", "{e}({m})",
        "({s}*{m})", "({m} - lam*eye(n))", "softmax({m}, axis=1)",
    ),
}  # fmt: skip
_LEAVES = {"s": ("t", "lam", "2", "n"), "v": ("x", "y", "u"), "m": ("P", "Q", "H")}


def _grown(kind: str, depth: int, source: random.Random) -> str:
    if depth == 0:
        return source.choice(_LEAVES[kind])
    text = source.choice(_RULES[kind])
    while "{" in text:
        start = text.index("{")
        hole = text[start + 1]
        new = source.choice(_SMOOTH) if hole == "e" else _grown(hole, depth - 1, source)
        text = text[:start] + new + text[start + 3 :]
    return text


@pytest.mark.parametrize("seed", range(120))
def test_derivatives_of_random_functions_are_true(seed: int) -> None:
    source = random.Random(seed)
    expression = _grown("s", source.choice((2, 3)), source)
    by = source.choice(("x", "P", "t", "lam"))
    options = {"wrt": by, "symbols": _SYMBOLS, "functions": _FUNCTIONS}
    (equation,) = adhoc(expression, "0", **options)
    text = derivative_text(equation)
    if text is None:
        return
    (equation,) = adhoc(expression, text, **options)
    if judge(equation, Settings()).finding is Finding.HOLDS:
        difference = disagreement(equation, points=2)
        assert math.isnan(difference) or difference < _FALSE, (expression, by, text)


def test_random_functions_are_mostly_within_reach() -> None:
    proved = 0
    for seed in range(40):
        source = random.Random(seed)
        expression = _grown("s", 2, source)
        options = {"wrt": "x", "symbols": _SYMBOLS, "functions": _FUNCTIONS}
        text = derivative_text(adhoc(expression, "0", **options)[0])
        if text is not None:
            (equation,) = adhoc(expression, text, **options)
            proved += judge(equation, Settings()).finding is Finding.HOLDS
    assert proved >= 30


# the last one asks whether the slope of a constant is above 0, which is rounding to the oracle
@pytest.mark.parametrize("seed", [*range(120), 93000020])
def test_what_matters_is_not_proved_to_matter_not(seed: int) -> None:
    said, truth = same(seed, False)
    assert said not in ("crash", "contradiction")
    assert (said, truth) != ("proved", "wrong")
