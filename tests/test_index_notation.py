"""Derivatives printed in matrix notation: each printed one is itself proved."""

from __future__ import annotations

from typing import Any

import pytest
from matrix_claims import ALL, Claim, equations

from derivcheck.lang.equation import Settings
from derivcheck.model import Finding
from derivcheck.symbolic.matrix.notation import derivative_text
from derivcheck.symbolic.matrix.prover import judge

TEXTS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("b.T @ x", "x", "b", {}),
    ("x.T @ P @ x", "x", "P @ x + P.T @ x", {}),
    ("a.T @ X @ b", "X", "a @ b.T", {}),
    ("tr(P @ P)", "P", "2*P.T", {}),
    ("log(det(P))", "P", "inv(P).T", {}),
    ("log(det(X.T @ X))", "X", "2*X @ inv(X.T @ X)", {}),
    ("norm(x)", "x", "x/norm(x)", {}),
    ("norm(A @ x - a)**2/2", "x", "A.T @ A @ x - A.T @ a", {}),
    ("exp(tr(P))", "P", "exp(tr(P))*eye(n)", {}),
    ("X @ B", "X", "C @ B.T", {"upstream": "C"}),
    ("sum(log(q))", "q", "1/q", {}),
    ("x.T @ inv(S) @ x", "x", "2*inv(S) @ x", {}),
    ("sum(X**3)", "X", "3*X**2", {}),
)


@pytest.mark.parametrize(("expression", "by", "text", "options"), TEXTS)
def test_simple_derivatives_are_printed_as_one_writes_them(
    expression: str, by: str, text: str, options: dict[str, Any]
) -> None:
    (equation,) = equations((expression, text, by, options))
    assert derivative_text(equation) == text


DERIVATIVES = tuple((name, claim) for name, claim in ALL if claim[2] is not None)


@pytest.mark.parametrize(
    ("name", "claim"), DERIVATIVES[::3], ids=[name for name, _ in DERIVATIVES[::3]]
)
def test_what_is_printed_is_a_true_claim(name: str, claim: Claim) -> None:
    expression, _, by, options = claim
    text = derivative_text(equations(claim)[0])
    if text is None:
        return
    for equation in equations((expression, text, by, options)):
        assert judge(equation, Settings()).finding is Finding.HOLDS, text


def test_what_has_no_simple_form_is_not_printed() -> None:
    (equation,) = equations(
        ("sigma(A @ x)", "x", "x", {"upstream": "a", "functions": {"sigma": "elementwise"}})
    )
    assert derivative_text(equation) is None
