"""Errata of every kind: verified on both sides, and stale in every way."""

from __future__ import annotations

import pytest
from checking import checked
from formula_files import first_result

from derivcheck.lang.equation import Settings
from derivcheck.model import ErratumResult

OTHERS = """
- {id: 30, symbols: {x: real}, functions: {u: scalar(x), v: scalar(x)},
   expression: u(x) + v(x), wrt: x, derivative: D(u)(x) + D(v)(x)}
- {id: 33, symbols: {x: real}, functions: {u: scalar(x), v: scalar(x)},
   expression: u(x)/v(x), wrt: x, derivative: (D(u)(x)*v(x) - u(x)*D(v)(x))/v(x)**2}
"""
SIGMOID = """
- id: it
  symbols: {z: real}
  expression: 1/(1 + exp(-z))
  wrt: z
  derivative: exp(-z)/(1 + exp(-z))**2
"""
STEP = """\
  derivation:
  - {to: "(0*(1 + exp(-z)) - diff(1 + exp(-z), z))/(1 + exp(-z))**2", by: BY,
     with: {u: "1", v: 1 + exp(-z)}}
"""
COSINE = """
- {id: it, symbols: {x: real}, expression: cos(x), wrt: x, derivative: sin(x),
   errata: [ERRATA]}
"""
RIGHT = """
- {id: it, symbols: {x: real}, expression: cos(x), wrt: x, derivative: -sin(x),
   errata: [ERRATA]}
"""

VERIFIED = {
    "wrong derivative": (
        COSINE.replace(
            "ERRATA",
            "{kind: wrong-derivative, at: derivative, printed: sin(x), correct: -sin(x)}",
        ),
        "passes with the correction, fails without it (derivative: refuted)",
    ),
    "wrong derivative without the print": (
        COSINE.replace("ERRATA", "{kind: wrong-derivative, at: derivative, correct: -sin(x)}"),
        "passes with the correction, fails without it (derivative: refuted)",
    ),
    "one of several forms": (
        """
- {id: it, symbols: {x: real}, expression: cos(x), wrt: x, derivative: [-sin(x), sin(x)],
   errata: [{kind: wrong-derivative, at: "derivative[1]", correct: "-cos(pi/2 - x)"}]}
""",
        "passes with the correction, fails without it (derivative[1]: refuted)",
    ),
    "wrong step": (
        SIGMOID
        + """\
  derivation:
  - {to: exp(z)/(1 + exp(-z))**2}
  - {to: exp(-z)/(1 + exp(-z))**2}
  errata: [{kind: wrong-step, at: "derivation[0].to", correct: "exp(-z)/(1 + exp(-z))**2"}]
""",
        "passes with the correction, fails without it (derivation[0].to: refuted)",
    ),
    "wrong reference": (
        OTHERS
        + SIGMOID
        + STEP.replace("BY", "30")
        + '  errata: [{kind: wrong-reference, at: "derivation[0].by", printed: 30, correct: 33}]\n',
        "passes with the correction, fails without it (derivation[0].by: mismatch)",
    ),
    "dangling reference": (
        OTHERS
        + SIGMOID
        + STEP.replace("BY", "23")
        + '  errata: [{kind: dangling-reference, at: "derivation[0].by", correct: 33}]\n',
        "passes with the correction, fails without it (derivation[0].by: dangling)",
    ),
    "shape": (
        """
- {id: it, symbols: {A: [n, m], X: [n, p]}, expression: A.T @ X, wrt: X, derivative: A,
   errata: [{kind: shape, at: symbols, correct: {A: [n], X: [n]}}]}
""",
        "passes with the correction, fails without it (derivative: invalid)",
    ),
    "condition": (
        """
- {id: it, symbols: {x: nonzero}, expression: sqrt(x**2), wrt: x, derivative: "1",
   errata: [{kind: condition, at: symbols.x, printed: nonzero, correct: positive}]}
""",
        "passes with the correction, fails without it (derivative: refuted)",
    ),
    "an unstated assumption": (
        """
- {id: it, symbols: {Y: [n]}, expression: sum(Y), equals: "1",
   errata: [{kind: condition, at: assume, correct: sum(Y) == 1}]}
""",
        "passes with the correction, fails without it (equals: refuted)",
    ),
    "notation": (
        r"""
- {id: it, symbols: {x: real}, expression: cos(x), wrt: x, derivative: -sin(x),
   latex: '\cos(x',
   errata: [{kind: notation, at: latex, correct: '\cos(x)'}]}
""",
        "passes with the correction, fails without it (`(` is never closed)",
    ),
    "numbering": (
        """
- {id: 40, symbols: {x: real}, expression: cos(x), wrt: x, derivative: -sin(x), item: 41,
   errata: [{kind: numbering, at: item, printed: 41, correct: 40}]}
""",
        "passes with the correction, fails without it "
        "(the source's list calls it item 41, its tag is 40)",
    ),
}


def found(text: str) -> tuple[tuple[ErratumResult, ...], str]:
    """The errata of the last formula, and its outcome."""
    result = list(checked(text).values())[-1]
    return result.errata, result.outcome.value


@pytest.mark.parametrize(("text", "detail"), VERIFIED.values(), ids=VERIFIED)
def test_errata_are_verified_on_both_sides(text: str, detail: str) -> None:
    (erratum,), outcome = found(text)
    assert (erratum.status.value, erratum.detail, outcome) == ("verified", detail, "erratum")


@pytest.mark.parametrize("text", [text for text, _ in VERIFIED.values()], ids=VERIFIED)
def test_without_its_erratum_each_of_them_fails(text: str) -> None:
    bare = text[: text.index("errata:")].rstrip(" ,\n")
    flow = bare.rsplit("\n- ", 1)[1].startswith("{")
    result = list(checked(f"{bare}}}\n" if flow else f"{bare}\n").values())[-1]
    assert (result.errata, result.outcome.value) == ((), "fail")


STALE = {
    "the print is right": (
        RIGHT.replace("ERRATA", "{kind: wrong-derivative, at: derivative, correct: -1*sin(x)}"),
        "the entry passes without this patch",
    ),
    "the correction is wrong too": (
        COSINE.replace("ERRATA", "{kind: wrong-derivative, at: derivative, correct: cos(x)}"),
        "with every patch applied the entry still does not pass (derivative: refuted at x = 1)",
    ),
    "the correction has no meaning": (
        COSINE.replace("ERRATA", "{kind: wrong-derivative, at: derivative, correct: sin(}"),
        "with every patch applied the entry still does not pass "
        "(derivative: invalid: `(` is never closed)",
    ),
    "the print is another": (
        COSINE.replace(
            "ERRATA",
            "{kind: wrong-derivative, at: derivative, printed: tan(x), correct: -sin(x)}",
        ),
        "`derivative` is `sin(x)`, not `tan(x)`",
    ),
    "the path leads nowhere": (
        COSINE.replace("ERRATA", '{kind: wrong-step, at: "derivation[3].to", correct: -sin(x)}'),
        "`derivation[3].to` leads nowhere in this formula",
    ),
    "the correction is no formula": (
        COSINE.replace("ERRATA", "{kind: shape, at: symbols, correct: nothing}"),
        None,
    ),
    "a reference that is right": (
        OTHERS
        + SIGMOID
        + STEP.replace("BY", "33")
        + '  errata: [{kind: wrong-reference, at: "derivation[0].by", correct: 30}]\n',
        "right as printed; the proposed correction is wrong (derivation[0].by: mismatch)",
    ),
    "a reference corrected to another wrong one": (
        OTHERS
        + SIGMOID
        + STEP.replace("BY", "23")
        + '  errata: [{kind: dangling-reference, at: "derivation[0].by", correct: 30}]\n',
        "with every patch applied the entry still does not pass (derivation[0].by: mismatch)",
    ),
    "a misprint, corrected to another": (
        r"""
- {id: it, symbols: {x: real}, expression: cos(x), wrt: x, derivative: -sin(x),
   latex: '\frac{d}{dx} \cos x = \sin x',
   errata: [{kind: notation, at: latex, correct: '\frac{d}{dx} \cos x = \cos x'}]}
""",
        "the entry passes without this patch",
    ),
    "brackets that are balanced": (
        r"""
- {id: it, symbols: {x: real}, expression: cos(x), wrt: x, derivative: -sin(x),
   latex: '\cos(x)', errata: [{kind: notation, at: latex, correct: '\cos x'}]}
""",
        "the entry passes without this patch",
    ),
}


@pytest.mark.parametrize(("text", "detail"), STALE.values(), ids=STALE)
def test_stale_errata_fail_and_say_why(text: str, detail: str | None) -> None:
    (erratum,), outcome = found(text)
    assert (erratum.status.value, outcome) == ("stale", "fail")
    assert erratum.detail == (detail or erratum.detail)
    assert erratum.detail


def test_a_misprint_beside_a_right_claim_is_an_erratum_of_its_print() -> None:
    text = r"""
- {id: it, symbols: {x: real}, expression: cos(x), wrt: x, derivative: -sin(x),
   latex: '\frac{d}{dx} \cos x = \sin x',
   errata: [{kind: notation, at: latex, correct: '\frac{d}{dx} \cos x = -\sin x'}]}
"""
    (erratum,), outcome = found(text)
    assert (erratum.status.value, outcome) == ("verified", "erratum")
    assert erratum.detail == "agrees with the claim with the correction, differs without it"


def test_every_one_of_several_patches_is_needed() -> None:
    text = COSINE.replace(
        "ERRATA",
        "{kind: wrong-derivative, at: derivative, correct: -sin(x)}, "
        "{kind: condition, at: symbols.x, correct: positive}",
    )
    errata, outcome = found(text)
    assert [(e.kind, e.status.value) for e in errata] == [
        ("wrong-derivative", "verified"),
        ("condition", "stale"),
    ]
    assert errata[1].detail == "the entry passes without this patch"
    assert outcome == "fail"


def test_two_mistakes_that_need_both_patches() -> None:
    text = """
- {id: it, symbols: {x: real}, expression: cos(x), wrt: x, derivative: [sin(x), cos(x)],
   errata: [{kind: wrong-derivative, at: "derivative[0]", correct: -sin(x)},
            {kind: wrong-derivative, at: "derivative[1]", correct: -1*sin(x)}]}
"""
    errata, outcome = found(text)
    assert [e.status.value for e in errata] == ["verified", "verified"]
    assert outcome == "erratum"


def test_what_no_machine_can_decide_is_noted_and_counts_for_nothing() -> None:
    errata, outcome = found(
        RIGHT.replace("ERRATA", "{kind: naming, at: name, note: two names for one thing}")
    )
    assert [(e.status.value, e.note) for e in errata] == [("noted", "two names for one thing")]
    assert outcome == "pass"
    errata, outcome = found(COSINE.replace("ERRATA", "{kind: naming, at: name}"))
    assert [e.status.value for e in errata] == ["noted"]
    assert outcome == "fail"


HINTED = {
    "only noted": "{kind: naming, at: name}",
    "wrong itself": "{kind: wrong-derivative, at: derivative, correct: cos(x)}",
    "of another print": "{kind: wrong-derivative, at: derivative, printed: x, correct: -sin(x)}",
    "not needed beside the right one": "{kind: wrong-derivative, at: derivative, correct: -sin(x)},"
    " {kind: condition, at: symbols.x, correct: positive}",
}


@pytest.mark.parametrize("errata", HINTED.values(), ids=HINTED)
def test_a_slip_that_no_erratum_mends_has_a_hint(errata: str) -> None:
    result = first_result(COSINE.replace("ERRATA", errata))
    assert [claim.hint for claim in result.claims] == ["the sign is wrong: `-sin(x)` (proved)"]


def test_a_slip_that_an_erratum_mends_has_none() -> None:
    result = first_result(
        COSINE.replace("ERRATA", "{kind: wrong-derivative, at: derivative, correct: -sin(x)}")
    )
    assert [claim.hint for claim in result.claims] == [None]


NAMING = """
- {id: it, symbols: {x: real}, expression: cos(x), wrt: x, derivative: DERIVATIVE,
   errata: [ERRATA]}
"""
RENAMED = "{kind: naming, at: derivative, printed: PRINTED, correct: -sin(x)}"
NAMES = {
    "a name that is not declared": (
        "-sin(t)",
        RENAMED.replace("PRINTED", "-sin(t)"),
        ["verified passes with the correction, fails without it (derivative: invalid)"],
        "erratum",
    ),
    "a name that makes no difference": (
        "-sin(x)",
        "{kind: naming, at: symbols, correct: {x: real, z: real}}",
        ["noted "],
        "pass",
    ),
    "a correction that is wrong, too": (
        "-sin(t)",
        "{kind: naming, at: derivative, correct: sin(x)}",
        ["noted "],
        "fail",
    ),
    "another print": ("-sin(t)", RENAMED.replace("PRINTED", "-sin(u)"), ["noted "], "fail"),
    "one of two": (
        "-sin(t)",
        "{kind: naming, at: symbols, correct: {x: real, z: real}}, "
        + RENAMED.replace("PRINTED", "-sin(t)"),
        [
            "noted ",
            "verified passes with the correction, fails without it (derivative: invalid)",
        ],
        "erratum",
    ),
    "beside another kind": (
        "[-sin(t), sin(x)]",
        "{kind: wrong-derivative, at: 'derivative[1]', correct: -sin(x)}, "
        "{kind: naming, at: 'derivative[0]', correct: -sin(x)}",
        [
            "verified passes with the correction, fails without it (derivative[1]: refuted)",
            "verified passes with the correction, fails without it (derivative[0]: invalid)",
        ],
        "erratum",
    ),
    "beside a stale one": (
        "-sin(t)",
        "{kind: condition, at: symbols.x, correct: positive}, "
        + RENAMED.replace("PRINTED", "-sin(t)"),
        [
            "stale the entry passes without this patch",
            "verified passes with the correction, fails without it (derivative: invalid)",
        ],
        "fail",
    ),
}


@pytest.mark.parametrize(("derivative", "errata", "statuses", "outcome"), NAMES.values(), ids=NAMES)
def test_naming_is_decided_where_the_formula_fails_for_it(
    derivative: str, errata: str, statuses: list[str], outcome: str
) -> None:
    results, found_outcome = found(
        NAMING.replace("DERIVATIVE", derivative).replace("ERRATA", errata)
    )
    assert [f"{e.status.value} {e.detail}" for e in results] == statuses
    assert found_outcome == outcome


def test_strict_lets_no_erratum_pass() -> None:
    text = VERIFIED["wrong derivative"][0]
    result = checked(text, Settings(strict=True))["it"]
    assert (result.errata[0].status.value, result.outcome.value) == ("verified", "fail")


def test_the_print_stays_the_claim() -> None:
    result = checked(VERIFIED["wrong derivative"][0])["it"]
    assert [(c.claim, c.verdict.value) for c in result.claims] == [("sin(x)", "refuted")]
    erratum = result.errata[0]
    assert (erratum.printed, erratum.correct) == ("sin(x)", "-sin(x)")
