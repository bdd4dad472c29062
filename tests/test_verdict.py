"""Policy: what evidence makes which verdict."""

from __future__ import annotations

import pytest
from adhoc import adhoc

from derivcheck.checking.judges import ROWS
from derivcheck.checking.verdict import decide, weigh, worst
from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import Evidence, Finding, Strength, Verdict

HOLDS, FAILS, UNKNOWN = Finding.HOLDS, Finding.FAILS, Finding.UNKNOWN


def proof(finding: Finding = HOLDS, *conditions: str, reason: str = "") -> Evidence:
    return Evidence("prover", "m", finding, Strength.PROOF, conditions=conditions, reason=reason)


def balls(finding: Finding = HOLDS, reason: str = "") -> Evidence:
    return Evidence("balls", "m", finding, Strength.ENCLOSURE, reason=reason)


def floats(finding: Finding = HOLDS, reason: str = "", *conditions: str) -> Evidence:
    return Evidence("floats", "m", finding, Strength.SAMPLE, reason=reason, conditions=conditions)


CONTRADICTION = (
    "judges contradict one another: prover against {}, a proof against a counterexample; this is "
    "a defect of derivcheck, please report it"
)
CASES = {
    "proof and numbers": ((proof(), balls(), floats()), "", (Verdict.PROVED, "", False)),
    "proof and one judge of two": (
        (proof(), balls(UNKNOWN, "?"), floats()),
        "",
        (Verdict.PROVED, "", False),
    ),
    "proof under conditions": (
        (proof(HOLDS, "x > 0", "X invertible"), floats()),
        "",
        (Verdict.SUPPORTED, "proved where x > 0; X invertible", False),
    ),
    "one proof of two without conditions": (
        (proof(HOLDS, "x > 0"), proof(), floats()),
        "",
        (Verdict.PROVED, "", False),
    ),
    "numbers alone": (
        (proof(UNKNOWN, reason="does not close"), floats()),
        "",
        (Verdict.SUPPORTED, "prover: does not close", False),
    ),
    "numbers in a part of the domain, and a proof": (
        (proof(), balls(UNKNOWN, "out of reach"), floats(HOLDS, "", "z is real")),
        "",
        (Verdict.PROVED, "", False),
    ),
    "numbers in a part of the domain, and a proof under conditions": (
        (proof(HOLDS, "z != 0"), balls(UNKNOWN, "out of reach"), floats(HOLDS, "", "z is real")),
        "",
        (
            Verdict.UNDECIDED,
            "floats: agreement, but only where z is real; balls: out of reach",
            False,
        ),
    ),
    "numbers in a part of the domain, and in all of it": (
        (balls(), floats(HOLDS, "", "z is real")),
        "",
        (Verdict.SUPPORTED, "", False),
    ),
    "a proof without one defined point": (
        (proof(), balls(UNKNOWN, "no point"), floats(UNKNOWN, "no point")),
        "",
        (Verdict.UNDECIDED, "balls: no point; floats: no point", False),
    ),
    "a difference that does not reduce, nothing else": (
        (proof(UNKNOWN, reason="does not close"), floats(UNKNOWN, "too noisy")),
        "",
        (Verdict.UNDECIDED, "floats: too noisy", False),
    ),
    "an enclosure": ((balls(FAILS), floats(FAILS)), "", (Verdict.REFUTED, "", False)),
    "an enclosure against samples": ((balls(FAILS), floats()), "", (Verdict.REFUTED, "", False)),
    "an enclosure against a proof under conditions": (
        (proof(HOLDS, "x > 0"), balls(FAILS)),
        "",
        (Verdict.REFUTED, "", False),
    ),
    "an enclosure against a proof": (
        (proof(), balls(FAILS), floats()),
        "",
        (Verdict.UNDECIDED, CONTRADICTION.format("balls"), True),
    ),
    "samples against a proof": (
        (proof(), balls(UNKNOWN), floats(FAILS)),
        "",
        (Verdict.UNDECIDED, CONTRADICTION.format("floats"), True),
    ),
    "a failing sample alone is no refutation": (
        (balls(UNKNOWN), floats(FAILS)),
        "",
        (
            Verdict.UNDECIDED,
            "floats: a difference beyond the bound, which nothing certifies",
            False,
        ),
    ),
    "nothing at all": ((), "", (Verdict.UNDECIDED, "no judge reached the claim", False)),
    "only symbolic, a proof": ((proof(),), "symbolic", (Verdict.PROVED, "", False)),
    "only symbolic, no proof": (
        (proof(UNKNOWN, reason="does not close"),),
        "symbolic",
        (Verdict.UNDECIDED, "prover: does not close", False),
    ),
    "only numeric": ((floats(),), "numeric", (Verdict.SUPPORTED, "", False)),
}


@pytest.mark.parametrize(("evidence", "only", "expected"), CASES.values(), ids=CASES)
def test_weighing(
    evidence: tuple[Evidence, ...], only: str, expected: tuple[Verdict, str, bool]
) -> None:
    assert weigh(evidence, only) == expected


WORST = {
    (Verdict.PROVED, Verdict.SUPPORTED): Verdict.SUPPORTED,
    (Verdict.SUPPORTED, Verdict.UNDECIDED): Verdict.UNDECIDED,
    (Verdict.UNDECIDED, Verdict.INVALID): Verdict.INVALID,
    (Verdict.INVALID, Verdict.REFUTED): Verdict.REFUTED,
    (): Verdict.UNDECIDED,
}


@pytest.mark.parametrize(("verdicts", "expected"), WORST.items())
def test_a_formula_is_as_good_as_its_worst_part(
    verdicts: tuple[Verdict, ...], expected: Verdict
) -> None:
    assert worst(verdicts) is worst(reversed(verdicts)) is expected


def test_a_finding_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(UNKNOWN)


def equation(expression: str, claim: str, domain: str = "real") -> Equation:
    (only,) = adhoc(expression, claim, wrt="x", symbols={"x": domain})
    return only


DECIDED = {
    "proved": (equation("tanh(x)", "1 - tanh(x)**2"), Verdict.PROVED),
    "refuted": (equation("tanh(x)", "1 + tanh(x)**2"), Verdict.REFUTED),
    "a rounded constant": (
        equation("x*sqrt(2/pi)", "0.7978845608"),
        Verdict.REFUTED,
    ),
    "no defined point": (equation("log(-1 - x**2)", "2*x/(1 + x**2)"), Verdict.UNDECIDED),
    "sqrt of a square": (equation("sqrt(x**2)", "1", "nonzero"), Verdict.REFUTED),
    "sqrt of a positive square": (equation("sqrt(x**2)", "1", "positive"), Verdict.PROVED),
    "cube root is not the identity": (equation("cbrt(x)", "x"), Verdict.REFUTED),
    "true of real numbers only": (
        adhoc("abs(z)**2", "z**2", claim="equals", symbols={"z": "complex"})[0],
        Verdict.REFUTED,
    ),
    "a derivative that exists on the real axis only": (
        adhoc("abs(z)", "z/abs(z)", wrt="z", symbols={"z": "complex"})[0],
        Verdict.REFUTED,
    ),
    "the norm of a complex vector": (
        adhoc(
            "norm(z)**2",
            "z.T @ z",
            claim="equals",
            symbols={"z": {"shape": ["n"], "domain": "complex"}},
        )[0],
        Verdict.REFUTED,
    ),
    "a sign that depends on the place": (equation("abs(x)", "x/abs(x)", "nonzero"), Verdict.PROVED),
}


@pytest.mark.parametrize(("claim", "verdict"), DECIDED.values(), ids=DECIDED)
def test_the_real_judges(claim: Equation, verdict: Verdict) -> None:
    result = decide(claim, Settings(timeout=60))
    assert result.verdict is verdict
    assert (result.counterexample is not None) is (verdict is Verdict.REFUTED)
    assert bool(result.reason) is (verdict is Verdict.UNDECIDED)


def test_only_some_judges_work_where_asked() -> None:
    claim = equation("sin(x)", "cos(x)")
    for only in ("symbolic", "numeric"):
        found = decide(claim, Settings(only=only, timeout=60)).evidence
        assert found
        strengths = {e.strength is Strength.PROOF for e in found}
        assert strengths == {only == "symbolic"}
    assert {row.kind for row in ROWS} == {"symbolic", "numeric"}


@pytest.mark.parametrize(
    ("expression", "claim", "said"),
    [
        ("sin(x)", "cos(x)", {"SymPy": HOLDS, "exact prover": HOLDS}),
        ("sin(x)", "-cos(x)", {"SymPy": UNKNOWN, "exact prover": UNKNOWN}),
    ],
    ids=["true", "wrong"],
)
def test_every_judge_speaks_where_asked(
    expression: str, claim: str, said: dict[str, Finding]
) -> None:
    found = decide(equation(expression, claim), Settings(every_judge=True), thorough=False).evidence
    assert {e.judge for e in found} == {r.title for r in ROWS if r.applies in ("any", "scalar")}
    assert {e.judge: e.finding for e in found if e.judge in said} == said


@pytest.mark.parametrize(
    ("expression", "claim", "assume"),
    [
        pytest.param("sqrt(1 - x)/sqrt(x - 1)", "0", [], id="defined nowhere"),
        pytest.param("x**2", "2*x", ["x > 2", "x < 1"], id="empty domain"),
    ],
)
def test_a_proof_about_no_point_is_none_without_numbers_either(
    expression: str, claim: str, assume: list[str]
) -> None:
    (only,) = adhoc(expression, claim, wrt="x", symbols={"x": "real"}, assume=assume)
    result = decide(only, Settings(only="symbolic", timeout=60))
    assert result.verdict is Verdict.UNDECIDED
    assert result.reason
