"""A report on documents, built by hand: every way in which a claim of a page may end."""

from __future__ import annotations

from report_sample import HOSTILE

from derivcheck.model import (
    ClaimResult,
    Diagnostic,
    EquationResult,
    EquationStatus,
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

PAGE = "notes/page.md"
BOOK = "notes/book.ipynb"

_PROOF = Evidence(
    "exact prover", "polynomial identity", Finding.HOLDS, Strength.PROOF, role=Role.PROVES
)
_WRONG = Evidence(
    "interval arithmetic", "53 bits", Finding.FAILS, Strength.ENCLOSURE, role=Role.CERTIFIES
)
_POINT = Witness((("x", "2"),), "4", "2")


def _claim(
    id_: str, line: int, verdict: Verdict, latex: str, right: str, reading: str, **more: object
) -> FormulaResult:
    place = Location(PAGE, line, 9)
    bad = verdict is Verdict.REFUTED
    claim = ClaimResult(
        right,
        verdict,
        (_WRONG,) if bad else (_PROOF,),
        counterexample=_POINT if bad else None,
        hint="off by the factor 2: `2*x` (proved)" if bad else None,
        at="derivative",
        location=place,
    )
    fields = {
        "collection": "page.md",
        "id": id_,
        "name": "",
        "file": PAGE,
        "line": line,
        "column": 3,
        "outcome": Outcome.PASS,
        "verdict": verdict,
        "latex": latex,
        "expression": "x**2",
        "claims": (claim,),
        "reading": reading,
        "anchored": True,
        **more,
    }
    return FormulaResult(**fields)  # type: ignore[arg-type]


_READING = "id: {}\nsymbols: {{x: real}}\nexpression: x**2\nwrt: x\nderivative: {}\n"

RESULTS = (
    _claim("1", 4, Verdict.PROVED, "y' = 2x", "2*x", _READING.format(1, "2*x")),
    _claim("L8", 8, Verdict.REFUTED, "\\frac{dy}{dx}\n= x", "x", _READING.format("L8", "x"),
           outcome=Outcome.FAIL),
    _claim("eq:two", 12, Verdict.REFUTED, "y' = x", "x", _READING.format("'eq:two'", "x"),
           anchored=False, suspect=True),
    _claim("L16.2", 16, Verdict.PROVED, "y' = 2x = \\foo", "2*x", _READING.format("L16.2", "2*x"),
           note="proved in part: unknown command `\\foo` (16:9)"),
    _claim("L20", 20, Verdict.REFUTED, f"y' = {HOSTILE}", HOSTILE,
           f"id: L20\nexpression: |\n  {HOSTILE}\n",
           outcome=Outcome.FAIL),
    _claim("L2", 2, Verdict.REFUTED, "y' = x", "x", _READING.format("L2", "x"), file=BOOK, cell=3,
           collection="book.ipynb", outcome=Outcome.FAIL),
)  # fmt: skip

EQUATIONS = (
    EquationResult(PAGE, 2, 1, "y = x^2", EquationStatus.DEFINITION, reading="y = x**2"),
    EquationResult(PAGE, 4, 3, "y' = 2x", EquationStatus.CLAIM, results=("1",)),
    EquationResult(PAGE, 7, 3, "\\frac{dy}{dx}\n= x", EquationStatus.CLAIM, results=("L8",)),
    EquationResult(PAGE, 8, 1, "= x", EquationStatus.CLAIM, results=("L8",), part=True),
    EquationResult(PAGE, 12, 3, "y' = x", EquationStatus.CLAIM, results=("eq:two",)),
    EquationResult(PAGE, 16, 3, "y' = 2x = \\foo", EquationStatus.CLAIM, results=("L16.2",)),
    EquationResult(PAGE, 18, 3, "f'(x) = 0", EquationStatus.SILENT, "an equation to be solved"),
    EquationResult(PAGE, 19, 3, HOSTILE, EquationStatus.UNREAD, "unknown command `\\b`",
                   location=Location(PAGE, 19, 7)),
    EquationResult(PAGE, 20, 3, f"y' = {HOSTILE}", EquationStatus.CLAIM, results=("L20",)),
    EquationResult(BOOK, 2, 1, "y' = x", EquationStatus.CLAIM, results=("L2",), cell=3),
)  # fmt: skip

DOCUMENTS = Report(
    RESULTS,
    (Diagnostic("annotation-key", "unknown key `x`", Location(BOOK, 1, 3, 2)),),
    0.25,
    version="0.1.0",
    equations=EQUATIONS,
)
