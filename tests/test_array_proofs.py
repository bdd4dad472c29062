"""Claims about arrays: what is proved, and that no slip in one ever is."""

from __future__ import annotations

import math

import pytest
from adhoc import adhoc
from array_claims import ALMOST, ARRAY_TABLES, Claim
from matrix_claims import label
from matrix_mutations import mutants
from matrix_oracle import Lefts, disagreement

from derivcheck.lang.equation import Equation, Settings
from derivcheck.lang.printer import node_text
from derivcheck.model import Finding
from derivcheck.symbolic.matrix.judge import judge

_FALSE, _TRUE = 1e-4, 1e-6
_EACH = 8

ALL = [(label(name, claim), claim) for name, table in ARRAY_TABLES.items() for claim in table]


def equations(claim: Claim) -> tuple[Equation, ...]:
    expression, text, by, options = claim
    options = dict(options)
    symbols = options.pop("symbols")
    return adhoc(expression, text, wrt=by, symbols=symbols, **options)


@pytest.mark.parametrize(("name", "claim"), ALL, ids=[name for name, _ in ALL])
def test_true_claims_are_proved(name: str, claim: Claim) -> None:
    for equation in equations(claim):
        evidence = judge(equation, Settings())
        assert evidence.finding is Finding.HOLDS, evidence.reason
        assert evidence.conditions == ()
        assert disagreement(equation, points=2) < _TRUE


@pytest.mark.parametrize("table", ARRAY_TABLES)
def test_no_slip_is_proved_that_the_oracle_calls_false(table: str) -> None:
    """All dimensions are made equal, so that what is turned around stays well-shaped."""
    wrong: list[str] = []
    false = 0
    for claim in ARRAY_TABLES[table]:
        for equation in equations(claim):
            every = list(mutants(equation))
            lefts: Lefts = {}
            for variant in every[:: max(1, len(every) // _EACH)]:
                gap = disagreement(variant, points=2, lefts=lefts, enough=_FALSE)
                if math.isnan(gap) or gap <= _FALSE:
                    continue
                false += 1
                if judge(variant, Settings(timeout=1.0)).finding is Finding.HOLDS:
                    wrong.append(f"{claim[0]} by {claim[2]}: {node_text(variant.right)}")
    assert false >= 40
    assert wrong == []


@pytest.mark.parametrize("claim", ALMOST, ids=[claim[1] for claim in ALMOST])
def test_what_fails_at_single_points_is_not_proved(claim: Claim) -> None:
    for equation in equations(claim):
        evidence = judge(equation, Settings())
        assert evidence.finding is not Finding.HOLDS or evidence.conditions


def test_a_length_is_as_convex_as_a_sum_of_switches() -> None:
    expression, claim = "sum(relu(X @ w)) + norm(w)", "X.T @ where(X @ w > 0, 1, 0) + w/norm(w)"
    (equation,) = adhoc(expression, claim, wrt="w", symbols={"w": ["n"], "X": ["m", "n"]})
    evidence = judge(equation, Settings())
    assert evidence.finding is Finding.HOLDS
    assert not evidence.conditions


@pytest.mark.parametrize("claim", ["Q @ Q.T", "det(Q)**2*eye(2)"])
def test_a_unitary_matrix_is_no_rotation(claim: str) -> None:
    symbols = {"Q": {"shape": [2, 2], "domain": "complex", "structure": "orthogonal"}}
    (equation,) = adhoc(claim, "eye(2)", claim="equals", symbols=symbols)
    assert judge(equation, Settings()).finding is not Finding.HOLDS
