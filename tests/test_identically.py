"""Equations that hold identically: what the provers and the interval judge make of them."""

from __future__ import annotations

import pytest
from adhoc import adhoc_entry

from derivcheck.api import check
from derivcheck.checking.checker import Checker
from derivcheck.lang.equation import Settings
from derivcheck.model import FormulaResult


def verdict(
    claim: str,
    identically: list[str],
    functions: dict[str, str],
    expression: str = "y(x)",
    domain: str = "real",
) -> FormulaResult:
    entry = adhoc_entry(
        expression,
        claim,
        wrt="x",
        symbols={"x": domain},
        functions=functions,
        identically=identically,
    )
    return Checker(Settings(hints=False)).check(entry)


Y = {"y": "scalar(x)"}

NEVER_PROVED = [
    # y = 0 satisfies the equation, and not the claim
    pytest.param("1", ["y(x)*D(y)(x) == y(x)"], Y, id="divided-by-y"),
    pytest.param("2*x", ["(y(x) - x**2)*(D(y)(x) - 2*x) == 0"], Y, id="product-of-two"),
    # the functions may be equal, and the quotient anything
    pytest.param("1", ["D(y)(x)*(y(x) - x) == y(x) - x"], Y, id="divided-by-a-difference"),
    # constants vary from solution to solution
    pytest.param("exp(x)", ["D(y)(x) == y(x)"], Y, id="one-solution-of-many"),
    pytest.param("-x/sqrt(1 - x**2)", ["x**2 + y(x)**2 == 1"], Y, id="one-branch"),
]


@pytest.mark.parametrize(("claim", "identically", "functions"), NEVER_PROVED)
def test_what_some_solution_contradicts_is_not_proved(
    claim: str, identically: list[str], functions: dict[str, str]
) -> None:
    assert verdict(claim, identically, functions).verdict.value != "proved"


@pytest.mark.parametrize(("expression", "claim", "identically"), [
    ("D(y)(x)", "1", "D(y)(x)**2 == 1"),
    ("y(x)", "2", "(y(x) - 2)*(y(x) + 1) == 0"),
    ("y(x)", "1/2", "(2*y(x) - 1)*(y(x) + 4) == 0"),
])  # fmt: skip
def test_whole_numbers_are_solutions_like_others(
    expression: str, claim: str, identically: str
) -> None:
    entry = adhoc_entry(
        expression, claim, claim="equals", symbols={"x": "real"}, functions=Y,
        identically=[identically],
    )  # fmt: skip
    assert Checker(Settings(hints=False)).check(entry).verdict.value == "refuted"


AT_A_POLE = [
    ("x*y(x)", "1", "1/y(x) == x"),
    ("y(x)**2 + 1", "x*y(x)", "1/y(x) + y(x) == x"),
    ("cos(y(x))**2*(1 + x**2)", "1", "tan(y(x)) == x"),
    ("gamma(y(x))**2", "x**2", "gamma(y(x)) == x"),
]


@pytest.mark.parametrize(("expression", "claim", "identically"), AT_A_POLE)
def test_no_pole_of_an_equation_is_taken_for_a_solution(
    expression: str, claim: str, identically: str
) -> None:
    options = {"symbols": {"x": "positive"}, "functions": Y, "identically": [identically]}
    entry = adhoc_entry(expression, claim, claim="equals", **options)
    result = Checker(Settings()).check(entry)
    assert result.verdict.passes, result.reason


ZERO_ON_A_SOLUTION = [
    # 0 on one solution, where the derivative is 0, and the rule for roots 0/0
    ("sqrt(y(x) - x)", "7*x*(y(x) - x - 1)", ["(y(x) - x)*(y(x) - x - 1) == 0"]),
    ("cbrt(y(x) - x)", "7*x*(y(x) - x - 1)", ["(y(x) - x)*(y(x) - x - 1) == 0"]),
    ("sqrt(y(x))", "7*x*(y(x) - 1)", ["D(y)(x) == 0", "y(x)**2 == y(x)"]),
]


@pytest.mark.parametrize(("expression", "claim", "identically"), ZERO_ON_A_SOLUTION)
def test_where_a_rule_divides_by_zero_on_a_whole_solution_nothing_is_proved(
    expression: str, claim: str, identically: list[str]
) -> None:
    found = verdict(claim, identically, Y, expression=expression)
    assert found.verdict.value != "proved"


def test_where_nothing_satisfies_the_equations_nothing_is_said() -> None:
    result = verdict("0", ["y(x)**2 == -1 - x**2"], Y)
    assert result.verdict.value == "undecided"


@pytest.mark.parametrize("rest", ["", " + 10**-20", " + 10**-200"])
def test_equations_that_nearly_agree_contradict_one_another(rest: str) -> None:
    equations = ["y(x)**3 + y(x) == x", f"D(y)(x) == 1/(3*y(x)**2 + 1){rest}"]
    result = verdict("x + 5", equations, Y, expression="y(x)")
    assert result.verdict.value == ("undecided" if rest else "refuted")
    assert result.defect == ""


def test_one_function_at_two_places_is_beyond_the_judges() -> None:
    result = verdict("D(y)(x)", ["D(y)(x) == 1"], Y, expression="y(x + 1)")
    assert result.verdict.value == "undecided"


def test_a_counterexample_tells_what_the_function_is_there() -> None:
    result = verdict("x/y(x)", ["x**2 + y(x)**2 == 1"], Y, domain="(-1, 1)")
    assert result.verdict.value == "refuted"
    witness = result.claims[0].counterexample
    assert witness is not None
    assert witness.point == (("x", "1/2"),)
    assert [name for name, _ in witness.instances] == ["y", "D(y)"]
    # exact values without the zeros of their enclosure
    result = verdict("0", ["D(D(y))(x) == -4*y(x)"], Y, expression="D(y)(x)**2 + y(x)**2")
    witness = result.claims[0].counterexample
    assert witness is not None
    assert not any("." in value and value.endswith("0") for _, value in witness.instances)


def test_conditions_choose_a_branch() -> None:
    claim = "-x/sqrt(1 - x**2)"
    entry = adhoc_entry(
        "y(x)",
        claim,
        wrt="x",
        symbols={"x": "(-1, 1)"},
        functions=Y,
        identically=["x**2 + y(x)**2 == 1"],
        assume=["y(x) > 0"],
    )
    assert Checker(Settings()).check(entry).verdict.passes


def test_an_assumed_value_is_put_in() -> None:
    result = check("sin(x)**3", "-3/4*sqrt(3)/2*0", wrt="x", assume="x == pi")
    assert result.verdict.value == "proved"


PARAMETERS = {
    "an ellipse": ("x**2/a**2 + y(x)**2/b**2 == 1", "y(x)", "-b**2*x/(a**2*y(x))"),
    "growth": ("D(y)(x) == a*y(x)", "y(x)/a", "y(x)"),
    "a rate under a root": ("D(y)(x) == sqrt(a)*y(x)", "y(x)*sqrt(a)", "a*y(x)"),
}


@pytest.mark.parametrize(
    ("identically", "expression", "claim"), PARAMETERS.values(), ids=PARAMETERS
)
def test_numbers_in_place_of_a_parameter_stand_in_the_equation_too(
    identically: str, expression: str, claim: str
) -> None:
    entry = adhoc_entry(
        expression,
        claim,
        wrt="x",
        symbols={"x": "real", "a": "real", "b": "positive"},
        functions=Y,
        identically=[identically],
    )
    result = Checker(Settings(only="numeric", hints=False)).check(entry)
    assert (result.verdict.value, result.defect) == ("supported", "")
