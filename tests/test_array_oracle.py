"""What is proved of random claims about arrays is true at special points, and those see slips."""

from __future__ import annotations

from typing import Any

import pytest
from adhoc import adhoc
from array_oracle import Unread, counterexample
from array_random import random_claim

from derivcheck.lang.equation import Settings
from derivcheck.model import Finding
from derivcheck.symbolic.matrix.judge import judge

_VECTORS = {"x": ["n"], "y": ["n"]}
SEEN: tuple[tuple[str, str, dict[str, Any]], ...] = (
    # each true but where entries are equal or zero, for one size, or for a singular matrix
    ("max(x) + min(x)", "where(x == max(x), 1, 0) + where(x == min(x), 1, 0)",
     {"wrt": "x", "symbols": _VECTORS}),
    ("where(a != b, 1/(x[a] - x[b]), 5)*(x[a] - x[b])", "where(a != b, 1, 5)",
     {"claim": "equals", "symbols": _VECTORS}),
    ("sum(relu(x) - relu(-x))", "where(x > 0, 1, 0) + where(x < 0, 1, 0)",
     {"wrt": "x", "symbols": _VECTORS}),
    ("x*sum(x)**2", "x*sum(x**2)*where(n == 1, 1, 2) + x*(sum(x)**2 - 2*sum(x**2))",
     {"claim": "equals", "symbols": _VECTORS}),
    ("grad(det(A), A)", "where(det(A) == 0, 0, 1)*grad(det(A), A)",
     {"claim": "equals", "symbols": {"A": ["n", "n"]}}),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right", "options"), SEEN)
def test_a_claim_that_is_wrong_at_special_points_is_seen(
    left: str, right: str, options: dict[str, Any]
) -> None:
    (equation,) = adhoc(left, right, **options)
    assert counterexample(equation, 1, 200)


@pytest.mark.parametrize("seed", range(50))
def test_what_is_proved_of_random_claims_is_true(seed: int) -> None:
    claim = random_claim(seed)
    if claim is None:
        return
    proof = judge(claim, Settings())
    if proof.finding is Finding.HOLDS and not proof.conditions:
        try:
            assert not counterexample(claim, seed, 10)
        except Unread:
            return
