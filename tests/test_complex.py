"""Complex numbers: the language, and proofs and refutations against mpmath on branch cuts."""

from __future__ import annotations

from typing import Any

import pytest
from adhoc import adhoc
from complex_oracle import counterexample, differs, random_claim, read_point

from derivcheck.api import check
from derivcheck.checking.verdict import decide
from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Settings
from derivcheck.model import ClaimResult, Finding
from derivcheck.numeric.intervals.judge import judge as numbers
from derivcheck.symbolic.scalar.judge import judge as prove

SEEDS = range(0, 240, 2)


def decided(left: str, right: str, **symbols: Any) -> ClaimResult:
    """The verdict on an equation, without a search for hints."""
    (equation,) = adhoc(left, right, claim="equals", symbols=symbols)
    return decide(equation, Settings())


@pytest.mark.parametrize("seed", SEEDS)
def test_no_random_claim_is_proved_or_refuted_wrongly(seed: int) -> None:
    claim = random_claim(seed)
    proof = prove(claim.equation, Settings())
    if proof.finding is Finding.HOLDS and not proof.conditions:
        assert counterexample(claim, seed) is None, (claim.left.text, claim.right.text)
    found = numbers(claim.equation, Settings())
    if found.finding is Finding.FAILS:
        assert found.witness is not None
        point = read_point(found.witness.point)
        assert differs(claim, point), (claim.left.text, claim.right.text, point)


def test_the_oracle_finds_what_fails_on_a_cut_only() -> None:
    wrong = [seed for seed in range(400) if counterexample(random_claim(seed), seed)]
    assert len(wrong) > 60


REFUTED_AT = {
    "conj(log(z)) == log(conj(z))": ("conj(log(z))", "log(conj(z))"),
    "conj(z**(1/3)) == conj(z)**(1/3)": ("conj(z**(1/3))", "conj(z)**(1/3)"),
    "arg(conj(z)) == -arg(z)": ("arg(conj(z))", "-arg(z)"),
}


@pytest.mark.parametrize(("left", "right"), REFUTED_AT.values(), ids=REFUTED_AT)
def test_what_fails_on_a_cut_is_refuted_there(left: str, right: str) -> None:
    result = decided(left, right, z="complex")
    assert result.verdict.value == "refuted"
    witness = result.counterexample
    assert witness is not None
    ((name, text),) = witness.point
    assert (name, text[0], text.split(" ")[2]) == ("z", "-", "0*I")


ENTRIES = {"shape": ["n"], "domain": "complex"}
ENTRIES_AT_CUTS = {
    "of each entry": ("sqrt(conj(z))", "conj(sqrt(z))"),
    "of any entry": ("log(conj(z[i]))", "conj(log(z[i]))"),
    "of a sum of entries": ("log(conj(sum(z)))", "conj(log(sum(z)))"),
    "of a sum of roots": ("sum(sqrt(conj(z)))", "conj(sum(sqrt(z)))"),
    "of a matrix": ("log(conj(det(Z)))", "conj(log(det(Z)))"),
    "on the imaginary axis": ("atan(conj(z))", "conj(atan(z))"),
}


@pytest.mark.parametrize(("left", "right"), ENTRIES_AT_CUTS.values(), ids=ENTRIES_AT_CUTS)
def test_what_fails_for_entries_on_a_cut_is_refuted_there(left: str, right: str) -> None:
    found = decided(left, right, z=ENTRIES, Z={**ENTRIES, "shape": ["n", "n"]})
    assert found.verdict.value == "refuted"


UNDEFINED_AT_0 = {
    "im(1/(x*I))": "-1/x",
    "im(x*I/x)": "1",
    "arg(1/(x*I))": "arg(1/(x*I))",
    "im(gamma(x*I))": "im(gamma(x*I))",
    "im(cot(x*I))": "im(cot(x*I))",
}


@pytest.mark.parametrize(("left", "elsewhere"), UNDEFINED_AT_0.items(), ids=UNDEFINED_AT_0)
def test_no_part_of_what_is_undefined_has_a_value(left: str, elsewhere: str) -> None:
    result = decided(left, f"where(x == 0, 5, {elsewhere})", x="real")
    assert result.verdict.value != "refuted"


@pytest.mark.parametrize("condition", ["z == I", "z**2 == -1", "not z != 1 + I"])
def test_what_complex_numbers_are_not_equal_to_is_seen(condition: str) -> None:
    for claim, verdict in (("3*z", "refuted"), ("z", "supported")):
        text = f"where({condition}, z, {claim})"
        assert decided("z", text, z="complex").verdict.value in (verdict, "proved"), text


def test_the_imaginary_unit_may_be_a_symbol() -> None:
    (equation,) = adhoc("I*x + 1j", "x*I + 1j", claim="equals", symbols={"I": "real", "x": "real"})
    units = [n for n in N.walk(equation.left) if isinstance(n, N.Const)]
    assert [n.name for n in units] == ["I"]
    assert N.Sym("I", shape=()) in N.walk(equation.left)


def test_a_claim_about_real_quantities_knows_no_complex_points() -> None:
    assert check("log(x)", "1/x", wrt="x").verdict.value == "proved"
    (equation,) = adhoc("conj(log(x))", "log(x)", claim="equals", symbols={"x": "real"})
    assert equation.left is equation.right
    assert not equation.context.is_complex


@pytest.mark.parametrize("claim", ["0", "1"])
def test_a_real_symbol_has_no_conjugate_of_its_own(claim: str) -> None:
    result = check("x", claim, wrt="conj(x)", symbols={"x": "real"})
    assert result.verdict.value == "invalid"


def test_a_derivative_across_a_cut_does_not_exist() -> None:
    """The claim is wrong on the cut only, where there is nothing to be wrong about."""
    claim = "where(im(z) == 0, 1/z, 1/z)"
    assert check("log(z)", claim, wrt="z", symbols={"z": "complex"}).verdict.passes


def test_a_hint_names_the_region_where_a_claim_holds() -> None:
    result = check("sqrt(z**2)", "z", kind="equals", symbols={"z": "complex"})
    assert result.verdict.value == "refuted"
    assert result.claims[0].hint == "holds if `re(z) > 0` (proved there)"


RESTS_ON = {
    "arg(0) is 0": ("arg(re(z)*z)", "arg(re(z)) + arg(z)", ["re(z) >= 0"]),
    "in one case of signs": ("where(x > 0, arg(z*abs(y)), 0)", "where(x > 0, arg(z), 0)", []),
    "in the other": ("where(x < 0, arg(z*abs(y)), 0)", "where(x < 0, arg(z), 0)", []),
    "a cut in one case": ("where(x > 0, conj(log(z)), 0)", "where(x > 0, log(conj(z)), 0)", []),
}


@pytest.mark.parametrize(("left", "right", "assume"), RESTS_ON.values(), ids=RESTS_ON)
def test_what_one_case_of_a_proof_rests_on_is_a_condition(
    left: str, right: str, assume: list[str]
) -> None:
    symbols = {"z": "complex", "x": "nonzero", "y": "real"}
    (equation,) = adhoc(left, right, claim="equals", symbols=symbols, assume=assume)
    proof = prove(equation, Settings())
    assert proof.finding is not Finding.HOLDS or proof.conditions


def test_what_is_zero_has_a_conjugate() -> None:
    """The real part of log(exp(I*z)) is that of I*z, of which nothing is left."""
    left, right = "re(log(exp(I*z)))", "log(sqrt(re(exp(I*z)*exp(-I*z))))"
    (found,) = adhoc(left, right, claim="equals", symbols={"z": "positive"}, values="complex")
    assert prove(found, Settings()).finding is Finding.HOLDS
