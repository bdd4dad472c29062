"""A cited formula justifies a step only where its domains, structures and conditions are proved."""

from __future__ import annotations

import pytest
from checking import checked

RULES = r"""
- {id: root, symbols: {x: positive}, expression: sqrt(x**2), equals: x}
- {id: root-up, symbols: {x: nonnegative}, expression: sqrt(x**2), equals: x}
- {id: power-of-log, symbols: {x: positive, n: real}, expression: log(x**n), equals: n*log(x)}
- {id: cancel, symbols: {p: nonzero}, expression: p/p, equals: "1"}
- {id: unit, symbols: {x: "(-1, 1)"}, expression: sin(arcsin(x)), equals: x}
- {id: whole, symbols: {k: integer}, expression: cos(2*pi*k), equals: "1"}
- {id: count, symbols: {k: natural}, expression: gamma(k + 1), equals: k*gamma(k)}
- {id: other-than, symbols: {q: {domain: real, not: 1}}, expression: (q**2 - 1)/(q - 1),
   equals: q + 1}
- {id: alike, symbols: {x: real, y: real}, assume: [x == y], expression: x*y, equals: x**2}
- {id: larger, symbols: {x: real, y: real}, assume: [x > y], expression: abs(x - y), equals: x - y}
- {id: sums, symbols: {n: natural}, expression: "sum(k, (k, 1, n))", equals: n*(n + 1)/2}
- {id: log-rule, symbols: {x: positive}, functions: {u: scalar(x)}, expression: log(u(x)),
   wrt: x, derivative: D(u)(x)/u(x)}
- {id: turned, symbols: {A: {shape: [n, n], structure: symmetric}}, expression: A.T, equals: A}
- {id: back, symbols: {A: {shape: [n, n], structure: orthogonal}}, expression: A.T @ A,
   equals: eye(n)}
- {id: signs, symbols: {v: {shape: [n], domain: positive}}, expression: abs(v), equals: v}
- {id: entries, symbols: {A: {shape: [n, n], domain: positive}}, expression: sign(A),
   equals: "ones(n, n)"}
- {id: no-zeros, symbols: {A: {shape: [n, n], domain: nonzero}}, expression: sign(A)**2,
   equals: "ones(n, n)"}
"""


def step(symbols: str, before: str, to: str, by: str, more: str = "") -> str:
    """An identity whose derivation is one step."""
    return RULES + (
        f'- {{id: it, symbols: {{{symbols}}}, expression: "{before}", equals: "{to}", '
        f'derivation: [{{to: "{to}", by: {by}}}]{more}}}\n'
    )


JUSTIFIED = {
    "declared alike": step("a: positive", "3 + sqrt(a**2)", "3 + a", "root"),
    "a stronger domain": step("a: positive", "3 + sqrt(a**2)", "3 + a", "root-up"),
    "by signs": step("a: real", "sqrt((a**2 + 1)**2)", "a**2 + 1", "root"),
    "an exponential": step("a: real", "sqrt(exp(a)**2)", "exp(a)", "root"),
    "a square": step("a: real", "sqrt((a**2)**2)", "a**2", "root-up"),
    "by an interval": step("a: '(2, 3)'", "sqrt((a - 1)**2)", "a - 1", "root"),
    "where the line is defined": step("a: real", "log(a) + sqrt(a**2)", "log(a) + a", "root"),
    "where it is divided": step("a: real", "a/a + 1/a", "1 + 1/a", "cancel"),
    "a whole number": step("m: integer", "cos(2*pi*(3*m + 1))", "1", "whole"),
    "counted": step(
        "m: natural", "gamma(m + 2)", "(m + 1)*gamma(m + 1)", "count, with: {k: m + 1}"
    ),
    "a bound": step("m: natural", "2 + sum(k, (k, 1, m))", "2 + m*(m + 1)/2", "sums, with: {n: m}"),
    "twice a bound": step(
        "m: natural", "2 + sum(k, (k, 1, 2*m))", "2 + 2*m*(2*m + 1)/2", "sums, with: {n: 2*m}"
    ),
    "a bound and a length": step(
        "m: natural, x: [q]",
        "sum(x) + sum(k, (k, 1, m + q))",
        "sum(x) + (m + q)*(m + q + 1)/2",
        "sums, with: {n: m + q}",
    ),
    "assumed": step(
        "a: real, b: real", "a*b", "a**2", "alike, with: {x: a, y: b}", ", assume: [a == b]"
    ),
    "equal by value": step(
        "a: real", "(a + a)*(2*a)", "(a + a)**2", "alike, with: {x: a + a, y: 2*a}"
    ),
    "an inequality": step(
        "a: real",
        "abs(a**2 + 1 - (-a**2))",
        "a**2 + 1 - (-a**2)",
        "larger, with: {x: a**2 + 1, y: -a**2}",
    ),
    "a symmetric matrix": step("S: {shape: [n, n], structure: spd}", "S.T", "S", "turned"),
    "symmetric by value": step("X: [m, n]", "(X.T @ X).T", "X.T @ X", "turned"),
    "entries": step("w: {shape: [n], domain: positive}", "abs(w)", "w", "signs"),
    "entries by signs": step("w: [n]", "abs(exp(w))", "exp(w)", "signs"),
}

UNJUSTIFIED = {
    "any sign": (step("a: real", "3 + abs(sqrt(a**2))", "3 + abs(a)", "root"), "`a` is positive"),
    "zero": (step("a: nonnegative", "3 + sqrt(a**2)", "3 + a", "root"), "`a` is positive"),
    "negative at one point": (
        step(
            "a: real",
            "2 + sqrt((a**2 + where(a == pi, -20, 1))**2)",
            "2 + (a**2 + where(a == pi, -20, 1))",
            "root",
        ),
        "`a**2 + where(a == pi, -20, 1)` is positive",
    ),
    "negative where two symbols meet": (
        step(
            "a: real, b: real",
            "2 + sqrt((where(a != b, 1, -1))**2)",
            "2 + where(a != b, 1, -1)",
            "root-up",
        ),
        "`where(a != b, 1, -1)` is nonnegative",
    ),
    "negative between two signs": (
        step(
            "a: real",
            "sqrt((where(a > 0, 1, where(a < 0, 1, -1)))**2)",
            "where(a > 0, 1, where(a < 0, 1, -1))",
            "root",
        ),
        "`where(a > 0, 1, where(a < 0, 1, -1))` is positive",
    ),
    "zeros beside a diagonal": (
        step(
            "D: {shape: [n, n], domain: positive, structure: diagonal}",
            "2*sign(D)",
            "2*ones(n, n)",
            "entries, with: {A: D}",
        ),
        "`D` is positive",
    ),
    "zeros beside twice a diagonal": (
        step(
            "D: {shape: [n, n], domain: positive, structure: diagonal}",
            "2*sign(2*D)",
            "2*ones(n, n)",
            "entries, with: {A: 2*D}",
        ),
        "`2*D` is positive",
    ),
    "zeros beside what has none": (
        step(
            "D: {shape: [n, n], domain: nonzero, structure: diagonal}",
            "2*sign(D)**2",
            "2*ones(n, n)",
            "no-zeros, with: {A: D}",
        ),
        "`D` is nonzero",
    ),
    "an interval with other signs": (
        step("a: '(-1, 3)'", "abs(sqrt((a + 1/2)**2))", "abs(a + 1/2)", "root"),
        "`a + 1/2` is positive",
    ),
    "a square may be zero": (
        step("a: real", "sqrt((a**2)**2)", "a**2", "root"),
        "`a**2` is positive",
    ),
    "too wide an interval": (
        step("a: '(-1, 2)'", "sin(arcsin(a - 1/2))", "a - 1/2", "unit"),
        "`a - 1/2` is in its interval",
    ),
    "half a number": (
        step("m: integer", "cos(2*pi*(m/2))**2", "1", "whole"),
        "",
    ),
    "nothing assumed": (
        step("a: real, b: real", "a*b + 0*(a - b)", "a**2", "alike, with: {x: a, y: b}"),
        "",
    ),
    "no structure": (step("X: [n, n]", "X.T + X - X.T", "X", "turned"), ""),
}


@pytest.mark.parametrize("text", JUSTIFIED.values(), ids=JUSTIFIED.keys())
def test_what_is_proved_justifies(text: str) -> None:
    (citation,) = checked(text)["it"].citations
    assert (citation.finding.value, citation.detail) == ("holds", "")


@pytest.mark.parametrize(("text", "why"), UNJUSTIFIED.values(), ids=UNJUSTIFIED.keys())
def test_what_is_not_proved_does_not_justify(text: str, why: str) -> None:
    (citation,) = checked(text)["it"].citations
    assert citation.finding.value == "mismatch"
    if why:
        assert f"asks for more: nothing shows that {why} here" in citation.detail


UNFIT = {
    "a bound that may be zero": (
        step("m: natural", "sum(k, (k, 1, m - 1))", "m*(m - 1)/2", "sums, with: {n: m - 1}"),
        "`n` is 1 or more there, and `m - 1` may be less",
    ),
    "another bound": (
        step("m: natural", "2 + sum(k, (k, 1, m))", "2 + m*(m + 1)/2", "sums, with: {n: 2*m}"),
        "formula sums, so instantiated, is another equation",
    ),
    "a bound that nothing tells": (
        step("m: natural", "2 + sum(k, (k, 1, m))", "2 + m*(m + 1)/2", "sums"),
        "`with` does not say what `n` stands for",
    ),
    "no size": (
        step(
            "a: real, m: natural", "a + sum(k, (k, 1, m))", "a + m*(m + 1)/2", "sums, with: {n: a}"
        ),
        "`n` is a size there, and what it stands for is none",
    ),
}


@pytest.mark.parametrize(("text", "why"), UNFIT.values(), ids=UNFIT.keys())
def test_sizes_that_do_not_fit(text: str, why: str) -> None:
    (citation,) = checked(text)["it"].citations
    assert (citation.finding.value, citation.detail) == ("mismatch", why)
