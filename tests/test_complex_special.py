"""Special functions at complex points, contiguous relations."""

from __future__ import annotations

from typing import Any

import pytest
from adhoc import adhoc
from complex_oracle import differs, read_point
from special_oracle import random_claim, random_derivative

from derivcheck.checking.verdict import decide
from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import Finding, Verdict
from derivcheck.numeric.intervals.judge import judge as enclose
from derivcheck.symbolic.scalar.judge import judge as prove

REAL = {"x": "real", "a": "real", "b": "real", "c": "real", "d": "real", "e": "real", "n": "real"}


def slope(f: str, claim: str, **options: Any) -> Equation:
    """The claim that ``claim`` is the derivative of f by x."""
    return adhoc(f, claim, wrt="x", symbols=REAL, **options)[0]


TRUE = {
    "dilogarithm": ("polylog(2, a*x)", "-log(1 - a*x)/x"),
    "arctangent beside dilogarithms": (
        "I*(polylog(2, -I*x) - polylog(2, I*x))/2",
        "atan(x)/x",
    ),
    "incomplete gamma function": ("uppergamma(a, b*x)", "-b*(b*x)**(a - 1)*exp(-b*x)"),
    "elliptic integral": ("ellipf(a*x, b)", "a/sqrt(1 - b*sin(a*x)**2)"),
    "inverse hyperbolic tangent on its cut": (
        "atanh(sqrt(1 + x**2))",
        "-1/(x*sqrt(1 + x**2))",
    ),
    "hypergeometric function on its cut": (
        "x**a*hyp2f1(1, a, a + 1, x)",
        "a*x**(a - 1)/(1 - x)",
    ),
    "negative parameters that differ by one": (
        "x**(-4/3)*hyp2f1(-4/3, b, -1/3, x)",
        "-4/3*x**(-7/3)*(1 - x)**(-b)",
    ),
    "Appell, c = a + 1": (
        "x**a*appellf1(a, b, c, a + 1, d*x, e*x)",
        "a*x**(a - 1)*(1 - d*x)**(-b)*(1 - e*x)**(-c)",
    ),
    "Appell, c = a + 2": (
        "x**(a + 1)*appellf1(a, b, c, a + 2, d*x, e*x)",
        "(a + 1)*x**a*appellf1(a, b, c, a + 1, d*x, e*x)",
    ),
}


NOWHERE_REAL = {"arctangent beside dilogarithms", "inverse hyperbolic tangent on its cut"}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        *((name, "complex") for name in TRUE),
        *((name, "") for name in TRUE if name not in NOWHERE_REAL),
    ],
)
def test_what_holds_is_proved(name: str, values: str) -> None:
    f, claim = TRUE[name]
    options = {"values": values} if values else {}
    assert decide(slope(f, claim, **options), Settings()).verdict is Verdict.PROVED


WRONG = {
    "sign": ("polylog(2, a*x)", "log(1 - a*x)/x"),
    "one side of the cut": ("atanh(sqrt(1 + x**2))", "1/(x*sqrt(1 + x**2))"),
    "conjugate on the cut": ("uppergamma(1/2, x)", "conj(-exp(-x)/sqrt(x))"),
    "real by the looks of its argument": ("lambertw(x)", "conj(1/(x + exp(lambertw(x))))"),
    "half an order": ("besselj(1/2, x)", "conj(besselj(-1/2, x) - besselj(1/2, x)/(2*x))"),
    "beyond 1": ("ellipf(x, 2)", "re(1/sqrt(1 - 2*sin(x)**2))"),
    "modulus of the radicand": ("ellipf(x, 2)", "1/sqrt(abs(1 - 2*sin(x)**2))"),
    "the other argument": (
        "appellf1(a, b, c, a + 1, d*x, e*x)",
        "a*((1 - d*x)**(-c)*(1 - e*x)**(-b) - appellf1(a, b, c, a + 1, d*x, e*x))/x",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refuted(name: str) -> None:
    found = decide(slope(*WRONG[name], values="complex"), Settings())
    assert found.verdict is Verdict.REFUTED


def test_a_complex_claim_that_is_seen_at_real_points_only_is_undecided() -> None:
    claim = adhoc("erfinv(erf(z))", "z", claim="equals", symbols={"z": "complex"})[0]
    found = decide(claim, Settings())
    assert found.verdict is Verdict.UNDECIDED
    assert "at real points only" in found.reason


RELATIONS = {
    "square": ("polylog(n, x) + polylog(n, -x)", "2**(1 - n)*polylog(n, x**2)"),
    "Airy by Bessel": ("airyai(d)", "sqrt(d/3)/pi*besselk(1/3, 2/3*d**(3/2))"),
    "its slope by Bessel": ("airyaiprime(d)", "-d/(pi*sqrt(3))*besselk(2/3, 2/3*d**(3/2))"),
    "Bessel, opposite order and argument": ("besselj(-1, -x)", "besselj(1, x)"),
    "sine of the amplitude": ("jacobisn(ellipf(x, a), a)", "sin(x)"),
    "Kummer by Bessel": (
        "hyp1f1(d, 2*d, 2*e)",
        "gamma(d + 1/2)*exp(e)*(e/2)**(1/2 - d)*besseli(d - 1/2, e)",
    ),
}


@pytest.mark.parametrize("name", RELATIONS)
def test_relations_between_functions_are_proved(name: str) -> None:
    symbols = {**REAL, "d": "positive", "e": "positive", "x": "(-1, 1)"}
    left, right = RELATIONS[name]
    claim = adhoc(left, right, claim="equals", symbols=symbols)[0]
    assert decide(claim, Settings()).verdict is Verdict.PROVED


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("kind", [random_claim, random_derivative])
def test_nothing_wrong_is_proved_and_nothing_true_refuted(kind: Any, seed: int) -> None:
    claim = kind(seed)
    proof = prove(claim.equation, Settings())
    found = enclose(claim.equation, Settings())
    assert not (proof.finding is Finding.HOLDS and not proof.conditions and found.witness)
    if found.witness is not None:
        assert differs(claim, read_point(found.witness.point))
