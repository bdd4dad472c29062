"""Claims that may fail at single points: a proof without conditions covers every one of them."""

from __future__ import annotations

from collections import Counter

import pytest
from switch_oracle import counterexample, random_claim, random_vector_claim

from derivcheck.lang.equation import Settings
from derivcheck.lang.printer import node_text
from derivcheck.model import Finding
from derivcheck.numeric.intervals.judge import judge as balls
from derivcheck.symbolic.matrix.judge import judge as prove_all_dimensions
from derivcheck.symbolic.scalar.judge import judge


def verdict_of(seed: int) -> tuple[str, str]:
    """What the prover says of a random claim, and what the oracle does."""
    equation = random_claim(seed)
    proof = judge(equation, Settings())
    found = counterexample(equation)
    text = f"{seed}: {node_text(equation.left)} = {node_text(equation.right)}, {equation.context}"
    proved = proof.finding is Finding.HOLDS and not proof.conditions
    assert not (proved and found), f"proved, but wrong at {found}: {text}"
    if proved:
        numbers = balls(equation, Settings())
        assert numbers.finding is not Finding.FAILS, f"{numbers.witness}: {text}"
    said = "proved" if proved else "conditions" if proof.finding is Finding.HOLDS else "unknown"
    return said, "wrong" if found else "true"


@pytest.mark.parametrize("block", range(12))
def test_single_points_are_part_of_the_domain(block: int) -> None:
    for seed in range(20 * block, 20 * block + 20):
        verdict_of(seed)


def test_the_oracle_finds_single_points_and_most_true_claims_are_proved() -> None:
    counts = Counter(verdict_of(seed) for seed in range(1000, 1120))
    assert counts["conditions", "wrong"] > 10
    assert counts["proved", "true"] > 40


def test_a_switch_is_only_touched_where_two_of_its_factors_vanish() -> None:
    # where(x**2 >= y**2, y**2, -x) is 0 for all x at y = 0
    assert verdict_of(900524) == ("conditions", "wrong")


@pytest.mark.parametrize("block", range(6))
def test_single_entries_of_vectors_are_part_of_the_domain(block: int) -> None:
    proved = 0
    for seed in range(20 * block, 20 * block + 20):
        gradient, one = random_vector_claim(seed)
        proof = prove_all_dimensions(gradient, Settings())
        if proof.finding is Finding.HOLDS and not proof.conditions:
            proved += 1
            found = counterexample(one)
            assert found is None, f"{seed}: proved, but wrong at {found}: {node_text(one.right)}"
    assert proved >= 3
