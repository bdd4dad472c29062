"""Claims beside side conditions that few fractions meet: what is wrong may not pass."""

from __future__ import annotations

import pytest
from checking import checked

from derivcheck.model import Settings, Verdict

WRONG = {
    # what is assumed always holds, and no fraction but 0 meets it exactly
    "always, of a vector": """
        symbols: {x: [n]}
        assume: sum(softmax(x)) == 1
        expression: sum(x)
        equals: sum(x**2)""",
    "always, of a scalar": """
        symbols: {x: real}
        assume: sin(x)**2 + cos(x)**2 == 1
        expression: sin(x)
        wrt: x
        derivative: 1 + x""",
    "always, by definition": """
        symbols: {x: [n]}
        where: {h: sigmoid(x)}
        assume: h == sigmoid(x)
        expression: sum(h)
        equals: n/2""",
    "always, as a bound": """
        symbols: {x: real}
        assume: sin(x)**2 + cos(x)**2 <= 1
        expression: sin(x)
        equals: x*cos(x)""",
    "always, of an abstract function": """
        symbols: {x: real}
        functions: {u: scalar(x)}
        assume: exp(u(x))*exp(-u(x)) == 1
        expression: exp(u(x))
        equals: 1 + u(x)""",
    "where both sides are defined": """
        symbols: {x: real}
        assume: exp(log(x)) == x
        expression: abs(x - 1)
        equals: 1 - x""",
    # what is assumed is met by irrational numbers
    "a root beside zero": """
        symbols: {x: real, y: real}
        assume: [y**3 == 8*y, x*y == 0]
        expression: y*exp(x)
        equals: x*y""",
    "a root of a cubic": """
        symbols: {x: real}
        assume: x**3 - x - 1 == 0
        expression: x
        equals: 2""",
    "a root, with another symbol left": """
        symbols: {x: real, y: real, z: real}
        assume: x**2 == 2*y**2
        expression: x*z + sin(z)
        equals: y*z + sin(z)""",
    "what a vector is": """
        symbols: {x: [n], p: [n]}
        assume: p == softmax(x)
        expression: p[0]
        equals: p[0]**2""",
    "what numbers are": """
        symbols: {x: real, y: real, t: real}
        assume: ["x == cos(t)", "y == sin(t)"]
        expression: x + y
        equals: 1""",
    "a logarithm": """
        symbols: {x: real, y: real}
        assume: exp(x)*y == 1
        expression: x + 1
        equals: y""",
}  # fmt: skip

FEW = {
    "a vector of zeros": """
        symbols: {x: [n]}
        assume: sum(exp(x)) == n
        expression: sum(x)
        equals: 0""",
    "two functions at once": """
        symbols: {x: real, y: real}
        assume: exp(x*y) + sin(x*y) + x == 1
        expression: x
        equals: x*(1 + y)""",
}


EMPTY = {
    # floats meet it, by rounding; balls of no precision in reach tell
    "by rounding": """
        symbols: {x: real}
        assume: 10**200*(exp(x)*exp(-x) - 1) > 1
        expression: x + x
        equals: 2*x""",
    "of a function": """
        symbols: {x: real}
        functions: {u: scalar(x)}
        assume: [u(x) > 0, u(x) < 0]
        expression: u(x) + x
        equals: x + u(x)""",
    "of a whole number": """
        symbols: {n: natural}
        assume: n**2 == 2
        expression: n + n
        equals: 2*n""",
}

RIGHT = {
    "powers of a root": """
        symbols: {x: real}
        assume: x**5 - 4*x + 2 == 0
        expression: x**6
        equals: 4*x**2 - 2*x""",
    "a square root": """
        symbols: {x: real}
        assume: x**2 == 2
        expression: x**4
        equals: 4""",
    "an angle": """
        symbols: {x: real}
        assume: cos(x) == 0
        expression: sin(x)**2
        equals: 1""",
    "what a vector is": """
        symbols: {x: [n], p: [n]}
        assume: p == softmax(x)
        expression: log(p)
        equals: x - logsumexp(x)""",
    "it is held while another varies": """
        symbols: {x: [n], p: [n]}
        assume: p == softmax(x)
        expression: sum(p*x)
        wrt: x
        derivative: p""",
}


def _verdict(entry: str) -> Verdict:
    lines = "\n".join(f"  {line.strip()}" for line in entry.strip().splitlines())
    return checked(f"- id: one\n{lines}", Settings(hints=False))["one"].verdict


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_where_a_condition_holds_is_refuted(name: str) -> None:
    assert _verdict(WRONG[name]) is Verdict.REFUTED


POINTS = {
    "a number": ("{x: real}", "x == pi/2", (("x", "pi/2"),)),
    "what another is": ("{x: real, y: real}", "x == y**2 + 1", (("y", "1"), ("x", "2"))),
    "what no point says": ("{x: real, y: real, t: real}", "y == t", (("x", "1"),)),
    "one after the other": ("{x: real, t: real}", "[t == 2, x == t + 1]", (("t", "2"), ("x", "3"))),
}  # fmt: skip


@pytest.mark.parametrize("name", POINTS)
def test_a_counterexample_has_the_values_that_conditions_give(name: str) -> None:
    symbols, assume, point = POINTS[name]
    entry = f"- id: one\n  symbols: {symbols}\n  assume: {assume}\n"
    claim = "  expression: x\n  equals: x + " + ("y" if point[0][0] == "y" else "1")
    found = checked(f"{entry}{claim}")["one"].claims[0].counterexample
    assert found is not None
    assert found.point == point


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_is_proved_of_no_point(name: str) -> None:
    assert _verdict(EMPTY[name]) is Verdict.UNDECIDED


@pytest.mark.parametrize("name", RIGHT)
def test_a_proof_has_a_point_where_numbers_that_equations_give_are_points(name: str) -> None:
    assert _verdict(RIGHT[name]) is Verdict.PROVED


@pytest.mark.parametrize("name", FEW)
def test_agreement_at_few_values_is_none(name: str) -> None:
    assert _verdict(FEW[name]) is Verdict.UNDECIDED
