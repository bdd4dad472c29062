"""One report built by hand that holds every kind of result, hostile text included."""

from __future__ import annotations

from derivcheck.model import (
    CitationFinding,
    CitationResult,
    ClaimResult,
    Diagnostic,
    ErratumResult,
    ErratumStatus,
    Evidence,
    Finding,
    FormulaResult,
    Location,
    Outcome,
    Report,
    Role,
    Strength,
    Verdict,
    Witness,
)

HOSTILE = (
    "<script>alert(1)</script> ]]> %0A::error:: | a `b` [l](http://x) @team $x$ "
    "\x1b[31mred\x1b[0m \u202eevil \u200b & \"q\" 'a'"
)

_PROOF = Evidence(
    "exact prover",
    "polynomial identity",
    Finding.HOLDS,
    Strength.PROOF,
    seconds=0.001,
    role=Role.PROVES,
)
_NUMBERS = Evidence(
    "central differences",
    "central differences",
    Finding.HOLDS,
    Strength.SAMPLE,
    3.14e-12,
    2e-10,
    12,
    0.002,
    role=Role.MEASURES,
)
_BALLS = Evidence(
    "interval arithmetic",
    "53 bits",
    Finding.HOLDS,
    Strength.ENCLOSURE,
    samples=3,
    role=Role.CERTIFIES,
    detail="value and derivative as jets",
)
_NO_PROOF = Evidence(
    "exact prover",
    "polynomial identity",
    Finding.UNKNOWN,
    Strength.PROOF,
    role=Role.PROVES,
    reason="the difference does not reduce to 0",
    conditions=("x > 0",),
)
_POINT = Witness(
    (("x", "-2"), ("A", "[[1, 2], [3/2, -1]]")),
    "[0.0706508, 0.0706509]",
    "1.96403",
    sizes=(("n", 2),),
    entry="[0, 1]",
    instances=(("u(x)", "sin(x) + x**2"),),
)
_REFUTED = Evidence(
    "interval arithmetic",
    "128 bits",
    Finding.FAILS,
    Strength.ENCLOSURE,
    measured=1.89,
    allowed=1e-15,
    samples=1,
    witness=_POINT,
    role=Role.CERTIFIES,
)
_FILE = "formulas/sample/one.yaml"


def _at(line: int, column: int = 5) -> Location:
    return Location(_FILE, line, column)


RESULTS = (
    FormulaResult(
        "sample",
        "1",
        "sine",
        _FILE,
        6,
        Outcome.PASS,
        Verdict.PROVED,
        0.004,
        section="elementary functions",
        latex=r"(\sin x)' = \cos x",
        expression="sin(x)",
        claims=(
            ClaimResult("cos(x)", Verdict.PROVED, (_PROOF, _NUMBERS, _BALLS), at="derivative"),
        ),
        citations=(CitationResult("derivation[0].by", "2", CitationFinding.HOLDS),),
        tags=("trigonometry",),
    ),
    FormulaResult(
        "sample",
        "2",
        "supported by numbers alone",
        _FILE,
        12,
        Outcome.PASS,
        Verdict.SUPPORTED,
        0.01,
        expression="besselj(0, x)",
        claims=(
            ClaimResult(
                "-besselj(1, x)", Verdict.SUPPORTED, (_NO_PROOF, _NUMBERS), at="derivative"
            ),
        ),
        note="a note",
    ),
    FormulaResult(
        "sample",
        "3",
        "hyperbolic tangent with a wrong sign and quite a long name indeed",
        _FILE,
        20,
        Outcome.FAIL,
        Verdict.REFUTED,
        0.02,
        expression="tanh(x)",
        claims=(
            ClaimResult("1 - tanh(x)**2", Verdict.PROVED, (_PROOF, _NUMBERS), at="derivative[0]"),
            ClaimResult(
                "1 + tanh(x)**2",
                Verdict.REFUTED,
                (_NO_PROOF, _REFUTED),
                counterexample=_POINT,
                hint="the sign of tanh(x)**2; 1 - tanh(x)**2 is proved",
                at="derivative[1]",
                location=_at(25, 34),
            ),
        ),
    ),
    FormulaResult(
        "sample",
        "4",
        "shapes that do not fit",
        _FILE,
        30,
        Outcome.FAIL,
        Verdict.INVALID,
        expression="w.T @ V",
        claims=(
            ClaimResult(
                "w",
                Verdict.INVALID,
                diagnostics=(
                    Diagnostic(
                        "shape",
                        "inner dimensions differ: `w.T` is (1, m), `V` is (n, 1)",
                        _at(33, 18),
                        "did you mean `V.T @ w`?",
                        "expression",
                        "w.T @ V",
                    ),
                ),
                at="derivative",
            ),
        ),
    ),
    FormulaResult(
        "sample",
        "5",
        "nothing to sample",
        _FILE,
        40,
        Outcome.FAIL,
        Verdict.UNDECIDED,
        claims=(
            ClaimResult(
                "1/x",
                Verdict.UNDECIDED,
                (_NO_PROOF,),
                at="derivative",
                reason="no sample inside the domain: is it empty?",
            ),
        ),
    ),
    FormulaResult(
        "sample",
        "6",
        "judges that disagree",
        _FILE,
        50,
        Outcome.FAIL,
        Verdict.UNDECIDED,
        claims=(
            ClaimResult(
                "2*x",
                Verdict.UNDECIDED,
                (_PROOF, _REFUTED),
                counterexample=_POINT,
                at="derivative",
                contradiction=True,
                defect="judges contradict one another",
                location=_at(55, 17),
            ),
        ),
        defect="judges contradict one another; report it with sample:6",
    ),
    FormulaResult(
        "sample",
        "7",
        "a wrong citation, documented",
        _FILE,
        60,
        Outcome.ERRATUM,
        Verdict.PROVED,
        claims=(ClaimResult("1 - A**2", Verdict.PROVED, (_PROOF, _NUMBERS), at="derivative"),),
        citations=(
            CitationResult(
                "derivation[0].by", "23", CitationFinding.DANGLING, ("33",), location=_at(66, 20)
            ),
        ),
        errata=(
            ErratumResult(
                "dangling-reference",
                "derivation[0].by",
                ErratumStatus.VERIFIED,
                "23",
                "33",
                "the quotient rule is formula 33",
                "23 is no formula; with 33 the step is proved",
                _at(70, 7),
            ),
            ErratumResult(
                "naming", "symbols", ErratumStatus.NOTED, note="Z and z name one quantity"
            ),
        ),
    ),
    FormulaResult(
        "other",
        "net.w2_11",
        "stale and cited in a circle",
        "formulas/other,50%.yaml",
        3,
        Outcome.FAIL,
        Verdict.PROVED,
        claims=(ClaimResult("a", Verdict.PROVED, (_PROOF, _NUMBERS), at="derivative"),),
        citations=(
            CitationResult(
                "derivation[0].by", "9", CitationFinding.MISMATCH, ("31", "other:8"), "9 is a sum"
            ),
            CitationResult("derivation[1].by", "net.w2_11", CitationFinding.CIRCULAR),
        ),
        errata=(
            ErratumResult(
                "shape",
                "symbols",
                ErratumStatus.STALE,
                "",
                "{A: [n]}",
                detail="passes without the patch",
            ),
        ),
    ),
    FormulaResult(
        "other",
        "evil",
        HOSTILE,
        "formulas/evil <b>.yaml",
        9,
        Outcome.FAIL,
        Verdict.REFUTED,
        section=HOSTILE,
        latex=HOSTILE,
        expression=HOSTILE,
        claims=(
            ClaimResult(
                HOSTILE,
                Verdict.REFUTED,
                (_REFUTED,),
                Witness(((HOSTILE, HOSTILE),), HOSTILE, HOSTILE),
                HOSTILE,
                at="derivative",
            ),
        ),
        errata=(
            ErratumResult(
                "notation", HOSTILE, ErratumStatus.NOTED, HOSTILE, HOSTILE, HOSTILE, HOSTILE
            ),
        ),
        note=HOSTILE,
    ),
    FormulaResult(
        "other",
        "8",
        "passes, but not strictly",
        "formulas/other,50%.yaml",
        30,
        Outcome.FAIL,
        Verdict.SUPPORTED,
        claims=(ClaimResult("b", Verdict.SUPPORTED, (_NO_PROOF, _NUMBERS), at="derivative"),),
        reason="--strict accepts proofs only",
    ),
)

PROBLEMS = (
    Diagnostic(
        "unknown-key",
        "unknown key `derivitive`",
        Location("formulas/broken.yaml", 7, 5),
        "did you mean `derivative`?",
    ),
)

REPORT = Report(
    RESULTS,
    PROBLEMS,
    1.234,
    version="0.1.0",
    collections=(("sample", "A sample of everything"), ("other", "Other things")),
)
CLEAN = Report(RESULTS[:1], seconds=0.01, version="0.1.0", collections=(("sample", "Sample"),))
EMPTY = Report((), version="0.1.0")
