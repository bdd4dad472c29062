"""Sums that count to a natural number: a first case and a step, and no more than they say."""

from __future__ import annotations

from typing import Any

import pytest
from adhoc import adhoc
from checking import checked

from derivcheck.checking.verdict import decide
from derivcheck.lang.equation import Equation, Settings
from derivcheck.lang.printer import node_text
from derivcheck.model import Finding, Verdict
from derivcheck.symbolic.matrix.induction import by_induction
from derivcheck.symbolic.matrix.judge import judge

A = {"A": ["n", "n"]}
R = {"r": "(0, 1)"}
W = {"w": "real"}
Z = {"z": "complex"}
P = {"x": "positive"}


def _equation(expression: str, text: str, symbols: dict[str, Any]) -> Equation:
    (equation,) = adhoc(expression, text, claim="equals", symbols={**symbols, "k": "natural"})
    return equation


TRUE = (
    ("(1 - r)*sum(r**j, (j, 0, k - 1))", "1 - r**k", R),
    ("(eye(n) - A) @ sum(matrix_power(A, j), (j, 0, k - 1))", "eye(n) - matrix_power(A, k)", A),
    ("sum(r**j, (j, 3, k))", "sum(r**(j + 1), (j, 2, k - 1))", R),
    ("sum(r**j, (j, m, k))", "sum(where(j >= m, r**j, 0), (j, 1, k))", {**R, "m": "natural"}),
    ("2*sin(w/2)*sum(cos(w*j), (j, 0, k))", "sin((k + 1/2)*w) + sin(w/2)", W),
    ("2*sin(w/2)*sum(sin(w*j), (j, 1, k))", "cos(w/2) - cos((k + 1/2)*w)", W),
    ("(1 - z)*sum(z**j, (j, 0, k))", "1 - z**(k + 1)", Z),
    ("sum(conj(z)**j, (j, 1, k))", "conj(sum(z**j, (j, 1, k)))", Z),
    ("(1 - exp(-I*w))*sum(exp(-I*w*j), (j, 0, k - 1))", "1 - exp(-I*w*k)", W),
    ("sum((1 + x)**(-j), (j, 1, k))", "(1 - (1 + x)**(-k))/x", P),
    ("sum(1/j, (j, 1, k))", "harmonic(k)", {}),
    ("sum(log(x + j), (j, 0, k - 1))", "loggamma(x + k) - loggamma(x)", P),
    ("prod(j, (j, 1, k))", "factorial(k)", {}),
    ("prod(x + j, (j, 0, k - 1))", "pochhammer(x, k)", P),
    ("prod((2*j - 1)/(2*j), (j, 1, k))", "gamma(k + 1/2)/(sqrt(pi)*gamma(k + 1))", {}),
    ("prod(j/(x + j), (j, 1, k))", "x*beta(x, k + 1)", P),
    ("prod(1 - 1/(j + 1)**2, (j, 1, k))", "(k + 2)/(2*(k + 1))", {}),
    ("prod(x**j, (j, 1, k))", "x**(k*(k + 1)/2)", P),
    # terms that depend on the number: what is left of a telescoping sum
    ("sum(binomial(k, j)*w**j*2**(k - j), (j, 0, k))", "(w + 2)**k", W),
    ("sum(binomial(k, j)*r**j*(1 - r)**(k - j), (j, 0, k))", "1", R),
    ("sum(j*binomial(k, j)*r**j*(1 - r)**(k - j), (j, 0, k))", "k*r", R),
    ("sum(binomial(k, j)**2, (j, 0, k))", "binomial(2*k, k)", {}),
    ("sum(j*binomial(k, j), (j, 0, k))", "k*2**(k - 1)", {}),
    ("sum(j*(j - 1)*binomial(k, j)*r**j*(1 - r)**(k - j), (j, 0, k))", "k*(k - 1)*r**2", R),
    ("sum(j*(j - 1)*(j - 2)*binomial(k, j), (j, 0, k))", "k*(k - 1)*(k - 2)*2**(k - 3)", {}),
)
M = {"m": "natural"}
FALSE = (
    ("(1 - r)*sum(r**j, (j, 0, k - 1))", "1 - r**(k - 1)", R),
    ("(1 - r)*sum(r**j, (j, 0, k - 1))", "1 - r", R),
    ("(eye(n) - A) @ sum(matrix_power(A, j), (j, 0, k - 1))", "eye(n) - matrix_power(A.T, k)", A),
    ("sum(matrix_power(A, j), (j, 0, k - 1))", "k*eye(n)", A),
    # right but for numbers that leave nothing to sum over, or less than nothing
    ("sum(1, (j, 3, k))", "k - 2", {}),
    ("sum(j, (j, 3, k))", "k*(k + 1)/2 - 3", {}),
    ("sum(r**j, (j, 3, k))", "r**3 + sum(r**j, (j, 4, k))", R),
    ("prod(r, (j, 3, k))", "r**(k - 2)", R),
    ("sum(1, (j, m, k))", "k - m + 1", M),
    ("sum(1, (j, 0, k - m))", "k - m + 1 + 0*m", M),
    ("sum(1, (j, k, 5))", "6 - k", {}),
    ("sum(1, (j, 5 - k, 1))", "k - 3", {}),
    ("sum(sum(1, (i, j, 2)), (j, 1, k))", "3*k - k*(k + 1)/2", {}),
    ("2*sin(w/2)*sum(cos(w*j), (j, 0, k))", "sin((k + 1)*w) + sin(w/2)", W),
    ("(1 - z)*sum(z**j, (j, 0, k))", "1 - z**k", Z),
    ("sum(conj(z)**j, (j, 1, k))", "sum(z**j, (j, 1, k))", Z),
    ("(1 - exp(-I*w))*sum(exp(-I*w*j), (j, 0, k - 1))", "1 - exp(I*w*k)", W),
    ("sum((1 + x)**(-j), (j, 1, k))", "(1 - (1 + x)**(-k - 1))/x", P),
    ("sum(1/j, (j, 1, k))", "digamma(k + 1)", {}),
    ("prod(x + j, (j, 0, k - 1))", "gamma(x + k - 1)/gamma(x)", P),
    ("prod(j, (j, 3, k))", "factorial(k)/2", {}),
    ("prod(j, (j, 0, k))", "factorial(k)", {}),
    ("prod(k*j, (j, 1, k))", "factorial(k)", {}),
    ("prod(w, (j, 1, k))", "abs(w)**k", W),
    ("prod(1 - 1/j**2, (j, 1, k))", "where(k < 4, 0, 1)", {}),
    ("prod(x + j, (j, 0, k - 2))", "pochhammer(x, k)", P),
    ("sum(binomial(k, j)*w**j*2**(k - j), (j, 0, k))", "(w - 2)**k", W),
    ("sum(binomial(k, j)*r**j*(1 - r)**(k - j), (j, 1, k))", "1", R),
    ("sum(binomial(k, j), (j, 0, k))", "2**k + (k - 1)*(k - 2)", {}),
    ("sum(binomial(k, j), (j, 0, k - 1))", "2**k", {}),
    ("sum(binomial(k, j)*abs(w)**j, (j, 0, k))", "(1 + w)**k", W),
    ("sum(j*binomial(k, j), (j, 0, k))", "k*2**(k - 1)*(1 + (k - 1)*(k - 2))", {}),
    # both are zero for one number: it says nothing of the next
    ("sum(j*(j - 1)*binomial(k, j), (j, 0, k))", "k*(k - 1)*2**(k - 3)", {}),
    ("sum(j*(j - 1)*binomial(k, j), (j, 0, k))", "k*(k - 1)*(2**(k - 2) + (k - 2)*(k - 3))", {}),
    # right at first, and one step on if nothing inside the sum changed
    ("sum(k, (j, 1, k))", "1 + k*(k - 1)/2", {}),
    ("sum(where(j == i, 1, 0), (j, 2, k))", "0", {"i": {"index": "k"}}),
)


@pytest.mark.parametrize("claim", TRUE, ids=[claim[0] for claim in TRUE])
def test_true_sums_are_proved(claim: tuple[str, str, dict[str, Any]]) -> None:
    equation = _equation(*claim)
    assert judge(equation, Settings()).finding is Finding.HOLDS


@pytest.mark.parametrize("claim", FALSE, ids=[claim[1] for claim in FALSE])
def test_false_sums_are_not(claim: tuple[str, str, dict[str, Any]]) -> None:
    assert judge(_equation(*claim), Settings()).finding is not Finding.HOLDS
    assert decide(_equation(*claim), Settings()).verdict is Verdict.REFUTED


def test_the_first_case_and_the_step() -> None:
    found = by_induction(_equation(*TRUE[0]))
    assert found is not None
    first, step = found
    assert [node_text(first.left), node_text(first.right)] == ["(1 - r)*r**0", "1 - r**1"]
    assert [s.name for s in step.context.symbols] == ["r", "S0~sum"]
    assert by_induction(_equation("r + r", "2*r", R)) is None


def test_every_judge_knows_a_number_that_is_only_counted_to() -> None:
    result = checked("""
    - id: a
      name: a product of equal factors
      symbols: {x: positive, k: natural}
      expression: prod(x, (j, 0, k - 1))
      equals: x**k
    """)["a"]
    [claim] = result.claims
    assert all(evidence.finding is Finding.HOLDS for evidence in claim.evidence)
