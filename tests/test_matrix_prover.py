"""The index prover: what it proves, what it must never prove, and that its guard can tell."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from adhoc import adhoc
from matrix_claims import ALL, TABLES, Claim, equations
from matrix_mutations import mutants, same_dimensions
from matrix_oracle import disagreement

from derivcheck.lang.equation import Equation, Settings
from derivcheck.lang.printer import node_text
from derivcheck.model import Evidence, Finding, Strength
from derivcheck.symbolic.matrix.atoms import Space
from derivcheck.symbolic.matrix.indices import Indices
from derivcheck.symbolic.matrix.inverses import Inverses
from derivcheck.symbolic.matrix.judge import judge as judge_all_shapes
from derivcheck.symbolic.matrix.prover import judge

SETTINGS = Settings()
_FALSE = 1e-4
_TRUE = 1e-6

WHOLE = os.environ.get("DERIVCHECK_ALL_MUTANTS") == "1"
_EACH = 5
"""Variants of each claim that are tried, spread evenly, unless all are asked for."""


def _find(
    expression: str, text: str, by: str | list[str] | None = None, **options: Any
) -> Evidence:
    (equation,) = equations((expression, text, by, options))
    return judge(equation, SETTINGS)


def test_the_tables_are_large() -> None:
    assert len(ALL) >= 200


@pytest.mark.parametrize(("name", "claim"), ALL, ids=[name for name, _ in ALL])
def test_true_claims_are_proved_unconditionally(name: str, claim: Claim) -> None:
    for equation in equations(claim):
        evidence = judge(equation, SETTINGS)
        assert evidence.finding is Finding.HOLDS, evidence.reason
        assert evidence.strength is Strength.PROOF
        assert evidence.conditions == ()


@pytest.mark.parametrize("table", TABLES)
def test_the_oracle_agrees_with_the_true_claims(table: str) -> None:
    for claim in TABLES[table]:
        for equation in equations(claim):
            assert disagreement(equation, points=2) < _TRUE, claim


def _chosen(claim: Claim) -> Iterator[Equation]:
    for equation in equations(claim):
        every = list(mutants(equation))
        step = 1 if WHOLE else max(1, len(every) // _EACH)
        yield from every[::step]


@pytest.mark.parametrize("table", TABLES)
def test_no_variant_is_proved_that_the_oracle_calls_false(table: str) -> None:
    """Slips are tried at equal dimensions, so that a lost transpose stays well-shaped."""
    wrong: list[str] = []
    tried = 0
    for claim in TABLES[table]:
        for variant in _chosen(claim):
            tried += 1
            evidence = judge(variant, Settings(timeout=1.0))
            if evidence.finding is Finding.HOLDS and disagreement(variant, points=3) > _FALSE:
                wrong.append(f"{claim[0]} by {claim[2]}: {node_text(variant.right)}")
    assert tried >= 10
    assert wrong == []


# The guard itself: three bugs of the kind that index notation invites, put in on purpose.


def _symmetric_inverse(patch: pytest.MonkeyPatch) -> None:
    original = Inverses.inverse

    def buggy(self: Inverses, matrix: Any, formals: Any, i: int, j: int) -> Any:
        return original(self, matrix, formals, min(i, j), max(i, j))

    patch.setattr(Inverses, "inverse", buggy)


def _dropped_delta(patch: pytest.MonkeyPatch) -> None:
    original = Indices._identify

    def buggy(self: Indices, merged: Any, delta: Any, coefficient: Any) -> Any:
        found = original(self, merged, delta, coefficient)
        return found and {
            tuple(f for f in monomial if f[0] is not delta): c for monomial, c in found.items()
        }

    patch.setattr(Indices, "_identify", buggy)


def _captured_indices(patch: pytest.MonkeyPatch) -> None:
    def buggy(self: Space, dims: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(10_000_000 + k for k in range(len(dims)))

    original = Space.dim

    def dim(self: Space, index: int) -> str:
        return "n" if index >= 10_000_000 else original(self, index)

    patch.setattr(Space, "renewed", buggy)
    patch.setattr(Space, "dim", dim)


BUGS = {
    "an inverse taken as symmetric": (_symmetric_inverse, ("log(det(P))", "inv(P)", "P", {})),
    "a free delta dropped": (
        _dropped_delta,
        ("P*eye(n)", "diag(P) @ ones(1, n)", None, {"claim": "equals"}),
    ),
    "a captured index": (
        _captured_indices,
        ("norm(P @ x)**2", "sum((P*P) @ (x*x))", None, {"claim": "equals"}),
    ),
}


@pytest.mark.parametrize("bug", BUGS)
def test_the_guard_notices_an_injected_bug(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inject, claim = BUGS[bug]
    (equation,) = equations(claim)
    assert judge(equation, SETTINGS).finding is Finding.UNKNOWN
    inject(monkeypatch)
    assert judge(equation, SETTINGS).finding is Finding.HOLDS, "the bug proves a false claim"
    assert disagreement(equation) > _FALSE, "and the oracle says so"


FALSE: tuple[Claim, ...] = (
    ("x.T @ P @ x", "2*P @ x", "x", {}),
    ("log(det(P))", "inv(P)", "P", {}),
    ("tr(P @ P)", "2*P", "P", {}),
    # an index summed by a softmax that the trace identifies with a free one
    ("tr(P*Q + softmax(P, axis=1))", "diag(diag(Q))", "P", {}),
    # inverses of many matrices, one for each value of the summed index
    ("sum(inv(P + x[k]*Q)[i, k]*(P[k, j] + x[k]*Q[k, j]), k)", "eye(n)[i, j]", None,
     {"claim": "equals", "symbols": {"k": None}}),
    ("sum(inv(P @ P.T)[i, k]*P[k, i]*P[j, i], i, k)", "eye(n)[j, j]", None,
     {"claim": "equals", "symbols": {"k": None}}),
    ("tr(P)", "ones(n, n)", "P", {}),
    ("inv(P @ Q)", "inv(P) @ inv(Q)", None, {"claim": "equals"}),
    ("det(P + Q)", "det(P) + det(Q)", None, {"claim": "equals"}),
    ("tr(P @ Q)", "tr(P)*tr(Q)", None, {"claim": "equals"}),
    ("tr(P @ Q @ R)", "tr(P @ R @ Q)", None, {"claim": "equals"}),
    ("P @ Q", "Q @ P", None, {"claim": "equals"}),
    ("P*eye(n)", "P", None, {"claim": "equals"}),
    ("eye(n)", "ones(n, n)", None, {"claim": "equals"}),
    ("sqrt(x**2)", "x", None, {"claim": "equals"}),
    ("sqrt((1 + x)**2)", "1 + x", None, {"claim": "equals"}),
    ("log((1 + x)**2)", "2*log(-1 - x)", None, {"claim": "equals"}),
    ("((1 + x)**2)**(1/4)", "(1 + x)**(1/2)", None, {"claim": "equals"}),
    ("sqrt(x*y)", "sqrt(x)*sqrt(y)*sign(x)", None, {"claim": "equals"}),
    ("log(x*y)", "log(x) + log(-y)", None, {"claim": "equals"}),
    ("sum(x)**2", "sum(x**2)", None, {"claim": "equals"}),
    ("where(x >= 0, 1, 0)", "where(x > 0, 1, 0)", None, {"claim": "equals"}),
    ("where(t*x + t*y == 0, 1, 0)", "where(x + y == 0, 1, 0)", None, {"claim": "equals"}),
    ("where(t*x > 0, 1, 0)", "where(x > 0, 1, 0)", None, {"claim": "equals"}),
    ("sign(t*x)", "sign(x)", None, {"claim": "equals"}),
    ("sum(max(0, x))", "where(x < 0, 1, 0)", "x", {}),
    ("norm(x)", "x", "x", {}),
    ("norm(x)", "x", "x", {"assume": ["norm(x) == 2"]}),
    ("x.T @ H @ x", "H @ x", "x", {}),
    ("tr(H @ H)", "H", "H", {}),
    ("kron(P, Q)", "kron(Q, P)", None, {"claim": "equals"}),
    ("inv(kron(P, Q))", "kron(inv(Q), inv(P))", None, {"claim": "equals"}),
    ("inv(P + Q)", "inv(P) + inv(Q)", None, {"claim": "equals"}),
    ("det(t*P)", "t*det(P)", None, {"claim": "equals"}),
    ("U @ P @ U.T", "P", None, {"claim": "equals"}),
    ("M.T @ M", "eye(n)", None, {"claim": "equals"}),
    ("sum(P[i, j]*P[i, j], i, j)", "sum(P[i, j]*P[j, i], i, j)", None, {"claim": "equals"}),
    ("-sum(y*log(softmax(x)))", "softmax(x) - y", "x", {}),
    ("tanh(P @ x)", "(1 - tanh(P @ x)**2) @ x.T", "P", {"upstream": "y"}),
    ("sigma(P @ x)", "(sigma(P @ x)*y) @ x.T", "P",
     {"upstream": "y", "functions": {"sigma": "elementwise"}}),
    # functions that nothing is known of, under names that the prover has rules for
    ("cos(x)**2", "1 - sin(x)**2", None,
     {"claim": "equals", "functions": {"cos": "elementwise"}}),
    ("cbrt(x)**3", "x", None, {"claim": "equals", "functions": {"cbrt": "elementwise"}}),
    ("step(x)**2", "step(x)", None, {"claim": "equals", "functions": {"step": "elementwise"}}),
    ("sgn(x)**2", "ones(n)", None, {"claim": "equals", "functions": {"sgn": "elementwise"}}),
    ("sqrt(zero(x)**2)", "zero(x)", None,
     {"claim": "equals", "functions": {"zero": "elementwise"}}),
    ("index_step(x)**2", "index_step(x)", None,
     {"claim": "equals", "functions": {"index_step": "elementwise"}}),
    # what is divided by is 0 where the branch is not taken
    ("where(k != l, 1/(x[k] - x[l]), 5)*(x[k] - x[l])", "where(k != l, 1, 5)", None,
     {"claim": "equals", "symbols": {"k": {"index": "n"}, "l": {"index": "n"}}}),
    ("where(x > 0, 2*x/(1 + x/abs(x)), 0)", "where(x > 0, x, 0) + (1 - x/abs(x))*y", None,
     {"claim": "equals"}),
    ("where(x > 0, x/(x + abs(x)) + abs(x)/(x + abs(x)), 0)",
     "where(x > 0, 1, 0) + (x - abs(x))*y", None, {"claim": "equals"}),
    ("where(det(U) > 0, 2/(1 + det(U)), 1)*x", "where(det(U) > 0, 1, 1)*x + (1 - det(U))*y",
     None, {"claim": "equals"}),
    # nothing is known at 0 of an odd function that has no value there
    ("acot(0*x)", "0*x", None, {"claim": "equals"}),
)  # fmt: skip


@pytest.mark.parametrize("claim", FALSE, ids=[f"{c[0]} = {c[1]}" for c in FALSE])
def test_false_claims_are_not_proved(claim: Claim) -> None:
    for equation in equations(claim):
        evidence = judge(equation, SETTINGS)
        assert evidence.finding is Finding.UNKNOWN
        assert evidence.reason


CONDITIONAL = (
    ("sum(where(x**2 > 0, x, 0))", "where(x**2 > 0, 1, 0)", "x"),
    ("sum(abs(x)*x)", "2*abs(x) + where(x >= 0, 1, 0) - where(x > 0, 1, 0)", "x"),
    ("sum(where(x == 0, 0, x))", "where(x == 0, 0, 1)", "x"),
    ("sum(where(y > -x**2, x, 2*x))", "where(y > -x**2, 1, 2) + 0*x", "x"),
    ("sum(abs(x - y) - abs(x))", "where(x >= y, 1, -1) - where(x > 0, 1, -1)", "x"),
    # a place is one with an index
    (
        "abs(x[0])*x[0]",
        "where(l == 0, 2*abs(x[l]) + sign(x[l]) - where(x[l] > 0, 1, -1), 0)",
        "x[l]",
    ),
    (
        "max(x[0], 0) - max(y[0] - x[0], 0)",
        "where(l == 0, where(x[l] > 0, 1, 0) + where(y[0] - x[0] > 0, 1, 0), 0)",
        "x[l]",
    ),
    # of two entries that are equal, sum and product have derivatives
    ("max(x) + min(x)", "where(x == max(x), 1, 0) + where(x == min(x), 1, 0)", "x"),
    (
        "max(x*P[i, :].T) - max(x*P[j, :].T)",
        "where(x[l]*P[i, l] == max(x*P[i, :].T), P[i, l], 0)"
        " - where(x[l]*P[j, l] == max(x*P[j, :].T), P[j, l], 0)",
        "x[l]",
    ),
    ("max(x)*min(x)", "where(x == max(x), min(x), 0) + where(x == min(x), max(x), 0)", "x"),
    ("max(x) - sum(max(x, 0))", "where(x == max(x), 1, 0) - where(x > 0, 1, 0)", "x"),
    (
        "y.T @ max(P, axis=1) + sum(x.T*max(P, axis=0))",
        "where(P[i, j] == max(P, axis=1)[i], y[i], 0)"
        " + where(P[i, j] == max(P, axis=0)[0, j], x[j], 0)",
        "P[i, j]",
    ),
    (
        "y.T @ max(ones(n) @ x.T*P, axis=1)",
        "sum(where(x[i]*P[l, i] == max(ones(n) @ x.T*P, axis=1)[l], y[l]*P[l, i], 0), l)",
        "x[i]",
    ),
)


def test_switches_are_known_again_where_sums_are_written_out() -> None:
    both = "sum(where(x[l] > x[bb], 1, 0), bb) - sum(where(x[aa] > x[l], 1, 0), aa)"
    bent = "sum(P[aa, l]*where((P @ x)[aa] < 0, 1, 0), aa)"
    found = _find(
        "sum(max(x[aa] - x[bb], 0), aa, bb) + sum(min((P @ x)[aa], 0), aa)",
        f"{both} + {bent}",
        "x[l]",
        symbols={"x": [2], "P": [2, 2]},
    )
    assert found.finding is Finding.UNKNOWN or found.conditions


@pytest.mark.parametrize(("expression", "claim", "by"), CONDITIONAL)
def test_claims_that_fail_at_a_switch_only_are_proved_under_a_condition(
    expression: str, claim: str, by: str
) -> None:
    evidence = _find(expression, claim, by)
    assert evidence.finding is Finding.UNKNOWN or evidence.conditions


SINGULAR = (
    # times a singular matrix both sides are equal: P + Q whose determinant is differentiated,
    # also beside a branch that is not taken, x @ x.T in a branch for a single entry
    ("grad(det(P + Q), P).T - det(P + Q)*inv(P) + x @ y.T", "-grad(det(P + Q), P).T @ Q @ inv(P)",
     ["(P + Q) @ x == 0*x"]),
    ("grad(det(P + Q), P).T - det(P + Q)*inv(P) + x @ y.T + 0*where(t > 0, tr(inv(P + Q)), 0)*P",
     "-grad(det(P + Q), P).T @ Q @ inv(P)", ["(P + Q) @ x == 0*x"]),
    ("where(n == 1, inv(x @ x.T) - inv(x @ x.T + P), 0*P)",
     "where(n == 1, inv(x @ x.T) @ P @ inv(x @ x.T + P), x.T @ x*eye(n) - x @ x.T)", []),
)  # fmt: skip
INVERTIBLE = (
    ("grad(det(P + Q), P).T - det(P + Q)*inv(P)", "-grad(det(P + Q), P).T @ Q @ inv(P)"),
    ("where(t > 0, (inv(P) - inv(P + Q)) @ x, y)", "where(t > 0, inv(P) @ Q @ inv(P + Q) @ x, y)"),
)


@pytest.mark.parametrize(("left", "right", "assume"), SINGULAR)
def test_different_sides_may_be_equal_times_a_singular_matrix(
    left: str, right: str, assume: list[str]
) -> None:
    found = _find(left, right, claim="equals", assume=assume)
    assert found.finding is Finding.UNKNOWN or found.conditions


@pytest.mark.parametrize(("left", "right"), INVERTIBLE)
def test_what_is_almost_always_invertible_is_no_condition(left: str, right: str) -> None:
    found = _find(left, right, claim="equals")
    assert found.finding is Finding.HOLDS
    assert found.conditions == ()


def test_edges_of_the_domain_have_one_side_only() -> None:
    edge = {"x": {"shape": ["n"], "domain": "nonnegative"}}
    claim = "where(x > 0, 1, -1) + 0*x"
    assert _find("sum(abs(x))", claim, "x", symbols=edge).conditions
    assert not _find("sum(abs(x))", claim, "x").conditions


UNCONDITIONAL = (
    ("sum(max(0, x))", "where(x > 0, 1, 0)", "x"),
    ("sum(max(0, x))", "where(x >= 0, 1, 0)", "x"),
    ("sum(max(0, x))", "(1 + sign(x))/2", "x"),
    ("sum(abs(x))", "x/abs(x)", "x"),
    ("sum(abs(x)**3)", "3*x*abs(x)", "x"),
    ("sum(max(x, 0) + max(x - y, 0))", "where(x > 0, 1, 0) + where(x > y, 1, 0)", "x"),
    ("sum(where(y > 0, x, -x))", "where(y > 0, 1, -1) + 0*x", "x"),
    ("max(x) - min(x)", "where(x == max(x), 1, 0) - where(x == min(x), 1, 0)", "x"),
    ("(max(x) - t)**2", "where(x == max(x), 2*(max(x) - t), 0)", "x"),
    ("max(abs(x))", "where(abs(x) == max(abs(x)), sign(x), 0)", "x"),
    ("y.T @ max(P, axis=1)", "where(P[i, j] == max(P, axis=1)[i], y[i], 0)", "P[i, j]"),
    (
        "sum(max(P, axis=1)) + sum(max(P, axis=0))",
        "where(P[i, j] == max(P, axis=1)[i], 1, 0) + where(P[i, j] == max(P, axis=0)[0, j], 1, 0)",
        "P[i, j]",
    ),
)


@pytest.mark.parametrize(("expression", "claim", "by"), UNCONDITIONAL)
def test_one_sided_switches_need_no_condition(expression: str, claim: str, by: str) -> None:
    evidence = _find(expression, claim, by)
    assert evidence.finding is Finding.HOLDS
    assert evidence.conditions == ()


def test_structure_constrains_the_point_and_not_the_variation() -> None:
    """The gradient of tr(S S) by a symmetric S varies entries freely."""
    assert _find("tr(H @ H)", "2*H", "H").finding is Finding.HOLDS
    assert _find("tr(H @ H)", "4*H - 2*H*eye(n)", "H").finding is Finding.UNKNOWN


BESIDE = (
    ("heaviside(D)", "ones({0}, {0})"),
    ("sign(D)**2", "ones({0}, {0})"),
    ("where(D > 0, 1, 0)", "ones({0}, {0})"),
    ("where(D == 0, 1, 0)", "zeros({0}, {0})"),
    ("where(D >= 1, 1, 0)", "ones({0}, {0})"),
    ("sum(where(D != 0, 1, 0))", "{0}**2"),
    ("min(D)", "min(diag(D))"),
)


@pytest.mark.parametrize("size", ["n", "2"])
@pytest.mark.parametrize("domain", ["positive", "nonzero", "negative", "(1, 2)"])
@pytest.mark.parametrize(("left", "right"), BESIDE)
def test_beside_a_diagonal_there_are_zeros_whatever_the_domain(
    left: str, right: str, domain: str, size: str
) -> None:
    symbols = {"D": {"shape": [size, size], "structure": "diagonal", "domain": domain}}
    (equation,) = adhoc(left, right.format(size), claim="equals", symbols=symbols)
    found = judge_all_shapes(equation, SETTINGS)
    assert found.finding is not Finding.HOLDS or found.conditions


def test_a_diagonal_itself_has_the_domain() -> None:
    symbols = {"D": {"shape": ["n", "n"], "structure": "diagonal", "domain": "positive"}}
    for left, right in (("abs(D)", "D"), ("logdet(D)", "sum(log(diag(D)))")):
        (equation,) = adhoc(left, right, claim="equals", symbols=symbols)
        assert judge_all_shapes(equation, SETTINGS).finding is Finding.HOLDS


def test_an_assumption_is_used_after_differentiating() -> None:
    assert _find("sum(y)*b.T @ y", "ones(n)*(b.T @ y) + b", "y",
                 assume=["sum(y) == 1"]).finding is Finding.HOLDS  # fmt: skip
    assert _find("sum(y)*b.T @ y", "b", "y", assume=["sum(y) == 1"]).finding is Finding.UNKNOWN


ASSUMED = (
    ("A2 @ B2 @ P", "P", None, ["A2 @ B2 == eye(n)"]),
    ("B2 @ A2 @ P", "P", None, ["A2 @ B2 == eye(n)"]),
    ("A @ P @ A.T @ A", "A @ P", None, ["A.T @ A == eye(n)"]),
    ("P @ x", "P.T @ x", None, ["P == P.T"]),
    ("b.T @ x", "t", None, ["b.T @ x == t"]),
    ("norm(P @ x)", "norm(Q @ x)", None, ["P == Q"]),
    ("sqrt(t**2)", "t", None, ["t > 0"]),
    ("max(0, 1 - t*(b.T @ x))", "-t*b", "x", ["1 - t*(b.T @ x) > 0"]),
)


@pytest.mark.parametrize(("expression", "claim", "by", "assume"), ASSUMED)
def test_assumptions_are_used(
    expression: str, claim: str, by: str | None, assume: list[str]
) -> None:
    options: dict[str, Any] = {"assume": assume, "symbols": {"A2": ["n", "n"], "B2": ["n", "n"]}}
    if by is None:
        options["claim"] = "equals"
    assert _find(expression, claim, by, **options).finding is Finding.HOLDS
    del options["assume"]
    assert _find(expression, claim, by, **options).finding is Finding.UNKNOWN


def test_conditions_met_on_the_way_are_told() -> None:
    assert _find("log(det(P))", "inv(P).T", "P").detail == "where P invertible"
    assert (
        "norm" in _find("norm(x)", "x/norm(x)", "x").detail
        or "!= 0" in _find("norm(x)", "x/norm(x)", "x").detail
    )


def test_names_of_the_prover_for_matrices_of_parts_are_not_told() -> None:
    rotation = "expm([[0, -t], [t, 0]])"
    claim = f"inv({rotation} + eye(2)) @ ({rotation} + eye(2))"
    (equation,) = adhoc(claim, "eye(2)", claim="equals", symbols={"t": "real"})
    found = judge_all_shapes(equation, SETTINGS)
    assert found.finding is Finding.HOLDS
    assert found.detail == f"where ({rotation} + eye(2)) invertible"


def test_complex_symbols_are_left_alone() -> None:
    (equation,) = adhoc("z*x", "x", wrt="z", symbols={"z": "complex", "x": ["n"]})
    evidence = judge(equation, SETTINGS)
    assert evidence.finding is Finding.UNKNOWN
    assert "complex" in evidence.reason


def test_a_claim_past_its_budget_is_unknown_with_the_reason() -> None:
    chain = "P @ x"
    for _ in range(7):
        chain = f"tanh(P @ ({chain}) + Q @ x)"
    evidence = _find(f"sum({chain})", "x @ x.T", "P")
    assert evidence.finding is Finding.UNKNOWN
    assert "budget" in evidence.reason or "limit" in evidence.reason or "nested" in evidence.reason


def test_without_time_there_is_a_reason_or_a_proof() -> None:
    (equation,) = equations(
        ("tanh(X @ B)", "(C*(1 - tanh(X @ B)**2)) @ B.T", "X", {"upstream": "C"})
    )
    evidence = judge(equation, Settings(timeout=0.0))
    assert evidence.finding in (Finding.UNKNOWN, Finding.HOLDS)


_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from matrix_claims import ALL, equations
from matrix_mutations import mutants
from derivcheck.lang.equation import Settings
from derivcheck.symbolic.matrix.judge import judge as judge_all_shapes
from derivcheck.symbolic.matrix.prover import judge
for name, claim in ALL[::17]:
    for equation in equations(claim):
        for variant in (equation, *list(mutants(equation))[::40]):
            print(name, judge(variant, Settings(timeout=60)).finding.value)
"""


def test_the_hash_seed_does_not_matter() -> None:
    here = os.path.dirname(__file__)
    answers = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM, here],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.path.dirname(here)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


def test_dimensions_can_be_made_equal_without_losing_truth() -> None:
    for _, claim in ALL[::12]:
        for equation in equations(claim):
            assert judge(same_dimensions(equation), SETTINGS).finding is Finding.HOLDS
