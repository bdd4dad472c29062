"""Derivatives at a fixed place, or one tied to other symbols, where there may be a kink."""

from __future__ import annotations

import pytest
from adhoc import adhoc

from derivcheck.lang.equation import Settings
from derivcheck.model import Evidence, Finding
from derivcheck.symbolic.matrix.judge import judge as prove_all_dimensions
from derivcheck.symbolic.scalar.judge import judge
from derivcheck.symbolic.sympy_judge import judge as sympy_judge

AT_ZERO = {"wrt": "x", "assume": ["x == 0"]}


def by(name: str) -> dict[str, object]:
    return {"wrt": "h", "where": {"h": name}}


WRONG = [
    # there is another slope at y = 0 than beside
    ("abs(x + y) - abs(x - y)", "where(y >= 0, 2, -2)", AT_ZERO),
    ("where(x == y, 0, x)", "where(y == 0, 0, 1)", AT_ZERO),
    ("x*sign(x - y)**2", "sign(y)**2", AT_ZERO),
    ("abs(h + x) - abs(h - x)", "where(x >= 0, 2, -2)", by("0*x")),
    ("abs(h + x) - abs(h - x)", "where(x >= 0, 2, -2)", by("cos(y)**2 + sin(y)**2 - 1")),
    ("where(h == x, 0, h)", "where(x == 0, 0, 1)", by("x*y")),
    # rules take the wrong side of both switches
    ("max(0, x) - max(0, -x)", "2", AT_ZERO),
    ("abs(x + abs(x)) - x - abs(x)", "-1", AT_ZERO),
    ("where(x == 0, 0, x)", "0", AT_ZERO),
    ("where(x == 0, y, y + x)", "0", AT_ZERO),
    ("where(x > 0, y, y + x) + where(x > 0, x, 0)", "0", AT_ZERO),
    ("sign(x)**2*x", "0", {"wrt": "x", "assume": ["x**3 == 0"]}),
    ("max(x, y) + min(y, x)", "0", {"wrt": "x", "assume": ["x == y"]}),
]
TRUE = [
    ("sqrt(x + y)", "1/(2*sqrt(y))", AT_ZERO),
    ("sqrt(x + 1)*abs(x - 2)", "0", AT_ZERO),
    ("abs(x + exp(y))", "1", AT_ZERO),
    ("relu(h)*x", "x*where(h > 0, 1, 0)", by("x + y")),
    ("abs(h - x)", "sign(y)", by("x + y")),
    ("abs(x)*x", "2*abs(x)", {"wrt": "x"}),
]


def prove(prover, expression: str, claim: str, options: dict[str, object]) -> Evidence:
    (equation,) = adhoc(expression, claim, symbols={"x": "real", "y": "real"}, **options)
    return prover(equation, Settings())


@pytest.mark.parametrize("prover", [judge, sympy_judge])
@pytest.mark.parametrize(("expression", "claim", "options"), WRONG)
def test_a_slope_at_a_kink_is_not_what_rules_say(prover, expression, claim, options):
    found = prove(prover, expression, claim, options)
    assert found.finding is Finding.UNKNOWN or found.conditions


@pytest.mark.parametrize(("expression", "claim", "options"), TRUE)
def test_places_where_no_kink_is(expression, claim, options):
    found = prove(judge, expression, claim, options)
    assert found.finding is Finding.HOLDS, found.reason
    assert not found.conditions


def test_a_slope_by_a_whole_number_is_taken_at_whole_numbers():
    """There ``sin(pi*k)`` is 0, and nowhere else a limit of others."""
    (equation,) = adhoc(
        "abs(sin(pi*k) + y) - abs(sin(pi*k) - y)",
        "where(y >= 0, 2, -2)*pi*cos(pi*k)",
        wrt="k",
        symbols={"k": "integer", "y": "real"},
    )
    for prover in (judge, sympy_judge):
        found = prover(equation, Settings())
        assert found.finding is Finding.UNKNOWN or found.conditions


VECTORS = [
    ("sum(abs(h + x)) - sum(abs(h - x))", "where(x >= 0, 2, -2)", "0*x", False),
    ("sum(relu(h)) - sum(relu(-h))", "zeros(n)", "0*x", False),
    ("sum(abs(h + x)) - sum(abs(h - x))", "where(x >= 0, 2, -2)", "abs(y) - sqrt(y**2)", False),
    ("sum(abs(h + x)) - sum(abs(h - x))", "where(x >= 0, 2, -2)", "relu(y)", False),
    ("sum(relu(h))", "where(h > 0, 1, 0)", "x + 1", True),
    ("sum(relu(h))", "where(h > 0, 1, 0)", "W @ y", True),
    ("x.T @ relu(h)", "x*where(h > 0, 1, 0)", "W.T @ y - x", True),
    # entries of the place that are tied to one another
    (
        "abs(sum(h) - n*h[0] + t) - abs(sum(h) - n*h[0] - t)",
        "where(t >= 0, 2, -2)*(ones(n) - n*onehot(0, n))",
        "s*ones(n)",
        False,
    ),
    ("abs(sum(h) + t)", "where(sum(h) + t > 0, 1, -1)*ones(n)", "x + s*ones(n)", True),
    ("sum(relu(h))", "where(h > 0, 1, 0)", "U @ x", True),
    ("sum(relu(h))", "where(h > 0, 1, 0)", "W @ U.T", True),
    ("sum(where(h > 0, h, h/2))", "where(h > 0, 1, 1/2)", "U @ W + ones(m) @ y.T", True),
    (
        "abs(sum(h)**2 - n**2*h[0,0]*h[1,1] + t) - abs(sum(h)**2 - n**2*h[0,0]*h[1,1] - t)",
        "where(t >= 0, 2, -2)*(2*sum(h)*ones(n, n) - n**2*h[1,1]*onehot(0, n) @ onehot(0, n).T"
        " - n**2*h[0,0]*onehot(1, n) @ onehot(1, n).T)",
        "s*ones(n) @ ones(n).T",
        False,
    ),
    # which does not matter to kinks of one entry each, but to what jumps at others
    ("x.T @ relu(h)", "x*where(h > 0, 1, 0)", "s*ones(n)", True),
    ("(x.T @ abs(h))*(y.T @ sign(h))", "x*sum(y)", "s*ones(n)", False),
]
TIED = [
    ("abs(y.T @ S @ x - x.T @ S @ y + t)", "where(t > 0, 1, -1)*(y @ x.T - x @ y.T)", "symmetric"),
    ("abs(y.T @ S @ x - x.T @ S @ y + t)", "where(t > 0, 1, -1)*(y @ x.T - x @ y.T)", "spd"),
    ("abs(sum(S) - tr(S) + t)", "where(t > 0, 1, -1)*(ones(n, n) - eye(n))", "diagonal"),
    ("abs(det(S)**2 - 1 + t)", "2*where(t > 0, 1, -1)*S", "orthogonal"),
]


@pytest.mark.parametrize(("expression", "claim", "name", "holds"), VECTORS)
def test_gradients_at_kinks_that_a_name_ties_to_other_symbols(expression, claim, name, holds):
    symbols = {"x": ["n"], "y": ["n"], "W": ["n", "n"], "U": ["m", "n"], "s": "real", "t": "real"}
    options = {"symbols": symbols, "where": {"h": name}, "wrt": "h"}
    (equation,) = adhoc(expression, claim, **options)
    found = prove_all_dimensions(equation, Settings())
    assert (found.finding is Finding.HOLDS and not found.conditions) is holds


@pytest.mark.parametrize(("expression", "claim", "structure"), TIED)
def test_gradients_at_matrices_whose_entries_are_tied(expression, claim, structure):
    """Both switches are t there: at t = 0 the difference is 0 for all matrices."""
    S = {"shape": ["n", "n"], "structure": structure}
    symbols = {"S": S, "x": ["n"], "y": ["n"], "t": "real"}
    turned = f"{expression} - {expression.replace('+ t', '- t')}"
    (equation,) = adhoc(turned, f"2*{claim}", symbols=symbols, wrt="S")
    found = prove_all_dimensions(equation, Settings())
    assert found.finding is Finding.UNKNOWN or found.conditions


def test_a_sum_of_absolute_values_of_a_matrix_whose_entries_are_tied() -> None:
    symbols = {"S": {"shape": ["n", "n"], "structure": "spd"}}
    (equation,) = adhoc("sum(abs(S)) - log(det(S))", "sign(S) - inv(S)", symbols=symbols, wrt="S")
    found = prove_all_dimensions(equation, Settings())
    assert found.finding is Finding.HOLDS
    assert not found.conditions


@pytest.mark.parametrize("name", ["1*x", "x"])
def test_differentials_by_two_names_of_one_place(name):
    (equation,) = adhoc(
        "sum(abs(h - g + t) - abs(h - g - t))",
        "2*where(t >= 0, 1, -1)*sum(dh - dg)",
        claim="differential",
        wrt=["h", "g"],
        where={"h": name, "g": "1*x"},
        symbols={"x": ["n"], "t": "real"},
    )
    found = prove_all_dimensions(equation, Settings())
    assert found.finding is Finding.UNKNOWN or found.conditions
