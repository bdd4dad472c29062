"""What is proved of random claims about arrays is true at special points, and those see slips."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import array_random
import complex_arrays
import pytest
from adhoc import adhoc
from array_oracle import Unread, counterexample

from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import Finding
from derivcheck.symbolic.matrix.judge import judge

_VECTORS = {"x": ["n"], "y": ["n"]}
_Z = {"shape": ["n"], "domain": "complex"}
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
    ("z.H @ z", "conj(z) + 0*z", {"wrt": "conj(z)", "symbols": {"z": _Z}}),
    ("im(z.T @ z)", "0", {"claim": "equals", "symbols": {"z": _Z}}),
    ("grad(det(A), A)", "where(det(A) == 0, 0, 1)*grad(det(A), A)",
     {"claim": "equals", "symbols": {"A": ["n", "n"]}}),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right", "options"), SEEN)
def test_a_claim_that_is_wrong_at_special_points_is_seen(
    left: str, right: str, options: dict[str, Any]
) -> None:
    (equation,) = adhoc(left, right, **options)
    assert counterexample(equation, 1, 200)


@pytest.mark.parametrize("random_claim", [array_random.random_claim, complex_arrays.random_claim])
@pytest.mark.parametrize("seed", range(50))
def test_what_is_proved_of_random_claims_is_true(
    seed: int, random_claim: Callable[[int], Equation | None]
) -> None:
    claim = random_claim(seed)
    if claim is None:
        return
    proof = judge(claim, Settings())
    if proof.finding is Finding.HOLDS and not proof.conditions:
        try:
            assert not counterexample(claim, seed, 10)
        except Unread:
            return
