"""Citations in a made-up collection: what is cited exists, holds, and is this very step."""

from __future__ import annotations

import pytest
from checking import checked, entries

from derivcheck.checking.checker import Checker
from derivcheck.checking.citations.check import cited_by
from derivcheck.checking.decisions import Decisions
from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import CitationFinding, CitationResult, ClaimResult, Verdict

RULES = r"""
- {id: sum, symbols: {x: real}, functions: {u: scalar(x), v: scalar(x)},
   expression: u(x) + v(x), wrt: x, derivative: D(u)(x) + D(v)(x)}
- {id: product, symbols: {x: real}, functions: {u: scalar(x), v: scalar(x)},
   expression: u(x)*v(x), wrt: x, derivative: D(u)(x)*v(x) + u(x)*D(v)(x)}
- {id: quotient, symbols: {x: real}, functions: {u: scalar(x), v: scalar(x)},
   expression: u(x)/v(x), wrt: x, derivative: (D(u)(x)*v(x) - u(x)*D(v)(x))/v(x)**2}
- {id: chain, symbols: {x: real}, functions: {f: scalar(x), g: scalar(x)},
   expression: f(g(x)), wrt: x, derivative: D(f)(g(x))*D(g)(x)}
- {id: exp, symbols: {x: real}, expression: exp(x), wrt: x, derivative: exp(x)}
- {id: sin, symbols: {x: real}, expression: sin(x), wrt: x, derivative: cos(x)}
- {id: cos-wrong, symbols: {x: real}, expression: cos(x), wrt: x, derivative: sin(x)}
- {id: squares, symbols: {a: real, b: real},
   expression: a**2 - b**2, equals: (a - b)*(a + b)}
- {id: nonsense, symbols: {x: real}, expression: tann(x), wrt: x, derivative: "1"}
"""

QUOTIENT = '"(0*(1 + exp(-z)) - 1*diff(1 + exp(-z), z))/(1 + exp(-z))**2"'


def step(line: str, before: str, after: str, wrt: str = "z", kind: str = "derivative") -> str:
    """A formula whose derivation has ``line`` as its first step."""
    claim = f"wrt: {wrt}, derivative: " if kind == "derivative" else "equals: "
    return RULES + (
        f'- {{id: it, symbols: {{{wrt}: real}}, expression: "{before}", '
        f'{claim}"{after}", derivation: [{line}]}}\n'
    )


VEC = """
- {id: vec-product, symbols: {A: [m, n], X: [n, p], B: [p, q]}, expression: vec(A @ X @ B),
   wrt: vec(X), layout: numerator, derivative: "kron(B.T, A)"}
"""


def by_vec(expression: str, claim: str, instances: str) -> str:
    """A Jacobian by ``vec(X)`` whose only step rests on that of a product."""
    return VEC + (
        f'- {{id: it, symbols: {{A: [m, n], X: [n, n]}}, expression: "{expression}", '
        f'wrt: vec(X), layout: numerator, derivative: "{claim}", '
        f'derivation: [{{to: "{claim}", by: vec-product, with: {{{instances}}}}}]}}\n'
    )


SIGMOID = ("1/(1 + exp(-z))", "exp(-z)/(1 + exp(-z))**2")

CASES: dict[str, tuple[str, CitationResult]] = {
    "right, with instances": (
        step(f'{{to: {QUOTIENT}, by: quotient, with: {{u: "1", v: 1 + exp(-z)}}}}', *SIGMOID),
        CitationResult("derivation[0].by", "quotient", CitationFinding.HOLDS),
    ),
    "right, by matching": (
        step(f"{{to: {QUOTIENT}, by: quotient}}", *SIGMOID),
        CitationResult("derivation[0].by", "quotient", CitationFinding.HOLDS),
    ),
    "the wrong rule": (
        step(f'{{to: {QUOTIENT}, by: product, with: {{u: "1", v: 1 + exp(-z)}}}}', *SIGMOID),
        CitationResult(
            "derivation[0].by",
            "product",
            CitationFinding.MISMATCH,
            ("quotient",),
            "formula product, so instantiated, is another equation",
        ),
    ),
    "the right rule, instantiated wrongly": (
        step(f'{{to: {QUOTIENT}, by: quotient, with: {{u: "2", v: 1 + exp(-z)}}}}', *SIGMOID),
        CitationResult(
            "derivation[0].by",
            "quotient",
            CitationFinding.MISMATCH,
            ("quotient",),  # with other values
            "formula quotient, so instantiated, is another equation",
        ),
    ),
    "nobody's formula": (
        step(f'{{to: {QUOTIENT}, by: 33, with: {{u: "1", v: 1 + exp(-z)}}}}', *SIGMOID),
        CitationResult(
            "derivation[0].by",
            "33",
            CitationFinding.DANGLING,
            ("quotient",),
            "there is no formula 33",
        ),
    ),
    "another collection": (
        step(f"{{to: {QUOTIENT}, by: 'other:1'}}", *SIGMOID),
        CitationResult(
            "derivation[0].by",
            "other:1",
            CitationFinding.DANGLING,
            ("quotient",),
            "there is no formula other:1",
        ),
    ),
    "its own collection by name": (
        step(f"{{to: {QUOTIENT}, by: 'made-up:quotient'}}", *SIGMOID),
        CitationResult("derivation[0].by", "made-up:quotient", CitationFinding.HOLDS),
    ),
    "a formula about something else": (
        step("{to: cos(z), by: exp}", "sin(z)", "cos(z)"),
        CitationResult(
            "derivation[0].by",
            "exp",
            CitationFinding.MISMATCH,
            ("sin",),
            "formula exp, so instantiated, is another equation",
        ),
    ),
    "a part of the line": (
        step("{to: 3 + cos(z), by: sin}, {to: cos(z) + 3}", "sin(z) + 3*z", "cos(z) + 3"),
        CitationResult(
            "derivation[0].by",
            "sin",
            CitationFinding.MISMATCH,
            ("sum",),
            "formula sin, so instantiated, is another equation",
        ),
    ),
    "chain rule by matching": (
        step('{to: "cos(z**2)*diff(z**2, z)", by: chain}', "sin(z**2)", "2*z*cos(z**2)"),
        CitationResult("derivation[0].by", "chain", CitationFinding.HOLDS),
    ),
    "an identity": (
        step(
            "{to: (z - 2)*(z + 2), by: squares, with: {a: z, b: '2'}}",
            "z**2 - 2**2",
            "(z - 2)*(z + 2)",
            kind="equals",
        ),
        CitationResult("derivation[0].by", "squares", CitationFinding.HOLDS),
    ),
    "a formula that is wrong itself": (
        step("{to: sin(z), by: cos-wrong}", "cos(z)", "sin(z)"),
        CitationResult(
            "derivation[0].by",
            "cos-wrong",
            CitationFinding.REFUTED,
            (),
            "formula cos-wrong is itself refuted",
        ),
    ),
    "a formula without meaning": (
        step("{to: cos(z), by: nonsense}", "sin(z)", "cos(z)"),
        CitationResult(
            "derivation[0].by",
            "nonsense",
            CitationFinding.MISMATCH,
            ("sin",),
            "the cited formula has no meaning: expression: unknown function `tann`",
        ),
    ),
    "a step without meaning": (
        step("{to: cos(, by: sin}", "sin(z)", "cos(z)").replace("cos(,", '"cos(",'),
        CitationResult(
            "derivation[0].by", "sin", CitationFinding.UNKNOWN, (), "the step itself has no meaning"
        ),
    ),
    "a Jacobian by vec": (
        by_vec("vec(A @ X)", "kron(eye(n).T, A)", 'B: "eye(n)"'),
        CitationResult("derivation[0].by", "vec-product", CitationFinding.HOLDS),
    ),
    "a Jacobian by vec, of what does not vary so": (
        by_vec("vec(A @ X @ X)", "kron(X.T, A) + kron(eye(n), A @ X)", "B: X"),
        CitationResult(
            "derivation[0].by",
            "vec-product",
            CitationFinding.MISMATCH,
            (),
            "formula vec-product, so instantiated, is another equation",
        ),
    ),
    "a Jacobian by vec, where nothing varies": (
        VEC
        + """- {id: it, symbols: {t: real, A: [n, n]}, expression: vec(t*A), wrt: t,
   derivative: vec(A), derivation: [{to: vec(A), by: vec-product,
   with: {A: "eye(n)", B: "eye(n)", X: t*A}}]}
""",
        CitationResult(
            "derivation[0].by",
            "vec-product",
            CitationFinding.MISMATCH,
            (),
            "`dX` has no meaning here: nothing varies",
        ),
    ),
    "a name that nobody declared": (
        step("{to: cos(z), by: sin, with: {x: q}}", "sin(z)", "cos(z)"),
        CitationResult(
            "derivation[0].by",
            "sin",
            CitationFinding.MISMATCH,
            ("sin",),
            "`with: x`: undeclared symbol `q`",
        ),
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_citations(text: str, expected: CitationResult) -> None:
    (found,) = checked(text)["it"].citations
    assert found.location is not None
    assert (found.at, found.cites, found.finding, found.justified_by, found.detail) == (
        expected.at,
        expected.cites,
        expected.finding,
        expected.justified_by,
        expected.detail,
    )


@pytest.mark.parametrize(
    ("undecided", "detail"),
    [
        ("the sides", "whether formula quotient, so instantiated, is this step was not decided"),
        ("the cited formula", "formula quotient is itself undecided"),
    ],
    ids=["the sides", "the cited formula"],
)
def test_a_citation_that_nobody_can_decide_is_unknown(
    undecided: str, detail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = Decisions.decide

    def unable(self: Decisions, equation: Equation, thorough: bool = False) -> ClaimResult:
        # the cited formula is about any u and v, the step is not
        is_cited = bool(equation.context.functions)
        if is_cited is (undecided == "the cited formula"):
            return ClaimResult(equation.text, Verdict.UNDECIDED)
        return decide(self, equation, thorough)

    monkeypatch.setattr(Decisions, "decide", unable)
    result = checked.__wrapped__(CASES["right, with instances"][0])["it"]  # not from the cache
    (found,) = result.citations
    assert (found.finding, found.detail) == (CitationFinding.UNKNOWN, detail)
    assert result.outcome.value == "fail"


def test_a_formula_with_a_wrong_citation_does_not_pass() -> None:
    result = checked(CASES["the wrong rule"][0])["it"]
    assert (result.verdict.value, result.outcome.value) == ("proved", "fail")


CIRCLE = """
- {id: a, symbols: {x: real}, expression: sin(x), wrt: x, derivative: cos(x),
   derivation: [{to: cos(x), by: b}]}
- {id: b, symbols: {x: real}, expression: sin(x), wrt: x, derivative: cos(x),
   derivation: [{to: cos(x), by: c}]}
- {id: c, symbols: {x: real}, expression: sin(x), wrt: x, derivative: cos(x),
   derivation: [{to: cos(x), by: a}]}
- {id: d, symbols: {x: real}, expression: sin(x), wrt: x, derivative: cos(x),
   derivation: [{to: cos(x), by: d}]}
- {id: e, symbols: {x: real}, expression: sin(x), wrt: x, derivative: cos(x)}
"""


@pytest.mark.parametrize("name", ["a", "b", "c", "d"])
def test_nothing_rests_on_itself_however_far_down(name: str) -> None:
    result = checked(CIRCLE)[name]
    (found,) = result.citations
    assert found.finding.value == "circular"
    assert found.detail == f"formula {found.cites} rests on this one"
    assert "e" in found.justified_by
    assert name not in found.justified_by
    assert result.outcome.value == "fail"


def test_a_wrong_step_in_the_middle_is_named_even_if_the_end_is_right() -> None:
    text = """
    - {id: it, symbols: {x: real}, expression: x**3, wrt: x, derivative: 3*x**2,
       derivation: [{to: 3*x**3/x}, {to: 2*x**2}, {to: 3*x**2}]}
    """
    result = checked(text)["it"]
    assert [(c.at, c.verdict.value) for c in result.claims] == [
        ("derivative", "proved"),
        ("derivation[0].to", "proved"),
        ("derivation[1].to", "refuted"),
        ("derivation[2].to", "refuted"),
    ]
    assert (result.verdict.value, result.outcome.value) == ("refuted", "fail")


def test_collections_cite_one_another() -> None:
    rules = entries(RULES, "rules")
    (own,) = entries(
        "- {id: 1, symbols: {z: real}, expression: sin(z)*exp(z), wrt: z, "
        "derivative: cos(z)*exp(z) + sin(z)*exp(z), derivation: "
        "[{to: 'diff(sin(z), z)*exp(z) + sin(z)*diff(exp(z), z)', by: 'rules:product'}]}",
        "own",
    )
    assert cited_by(own) == (("rules", "product"),)
    library = {"rules": rules, "own": (own,)}
    result = Checker(Settings(), lambda name: library.get(name, ())).check(own)
    assert [c.finding.value for c in result.citations] == ["holds"]


SHAPED = """
- {id: product, symbols: {x: real}, functions: {u: scalar(x), v: scalar(x)},
   expression: u(x)*v(x), wrt: x, derivative: D(u)(x)*v(x) + u(x)*D(v)(x)}
- {id: entries, symbols: {Z: [n]}, functions: {s: elementwise}, expression: sum(s(Z)), wrt: Z,
   derivative: D(s)(Z)}
- {id: ray, symbols: {a: [n], t: real}, functions: {C: scalar(a)}, expression: C(t*a), wrt: t,
   derivative: "a.T @ grad(C(t*a), a)/t"}
"""


def of_arrays(expression: str, wrt: str, claim: str, by: str) -> str:
    """A formula about arrays whose only step cites one of those."""
    return SHAPED + (
        "- {id: it, symbols: {x: real, t: real, y: [n], Z: [n], A: [n, n], b: [m]}, "
        f'expression: "{expression}", wrt: {wrt}, derivative: "{claim}", '
        f'derivation: [{{to: "{claim}", by: {by}}}]}}\n'
    )


OF_ARRAYS = {
    "every entry alike": (
        of_arrays("sum(tanh(Z))", "Z", "1 - tanh(Z)**2", "entries"),
        "holds",
        "",
    ),
    "a sum, entry by entry": (
        of_arrays("sum(x*Z**2 + exp(Z))", "Z", "2*x*Z + exp(Z)", "entries"),
        "holds",
        "",
    ),
    "every entry with a factor of its own": (
        of_arrays("sum(y*Z**2)", "Z", "2*y*Z", "entries"),
        "mismatch",
        "`with` does not say what the function `s` stands for",
    ),
    "a factor of its own, as it is told": (
        of_arrays("sum(y*Z**2)", "Z", "2*y*Z", "entries, with: {s: y*z**2}"),
        "mismatch",
        "`with: s` is (n, 1), it takes a number",
    ),
    "entries that depend on one another": (
        of_arrays("sum(softmax(Z))", "Z", "0", "entries"),
        "mismatch",
        "`with` does not say what the function `s` stands for",
    ),
    "an array in place of a number": (
        of_arrays("sum(x**2*A @ Z)", "x", "sum(2*x*A @ Z)", "product, with: {u: x**2, v: A @ Z}"),
        "mismatch",
        "`with: v` is (n, 1), it takes a number",
    ),
    "a function of an array": (
        of_arrays("sum((t*b)**2)", "t", "2*t*sum(b**2)", "ray, with: {a: b, C: sum(a**2)}"),
        "holds",
        "",
    ),
    "another function of an array": (
        of_arrays("sum((t*b)**2)", "t", "2*t*sum(b**2)", "ray, with: {a: b, C: sum(a**3)}"),
        "mismatch",
        "formula ray, so instantiated, is another equation",
    ),
    "a number in place of an array": (
        of_arrays("sum((t*b)**2)", "t", "2*t*sum(b**2)", "ray, with: {a: b, C: t}"),
        "mismatch",
        "`C` takes (m, 1) there, what it stands for takes a number",
    ),
}


@pytest.mark.parametrize(("text", "finding", "detail"), OF_ARRAYS.values(), ids=OF_ARRAYS)
def test_functions_stand_for_what_has_their_shape(text: str, finding: str, detail: str) -> None:
    (citation,) = checked(text)["it"].citations
    assert (citation.finding.value, citation.detail) == (finding, detail)


def test_a_formula_about_complex_numbers_is_cited_in_one_about_real_ones() -> None:
    result = checked("""
- {id: phase, symbols: {w: real, T: positive}, expression: arg(1/(1 + I*w*T)), wrt: w,
   derivative: -T/(1 + (w*T)**2)}
- {id: it, symbols: {x: real}, expression: -atan(x), wrt: x, derivative: -1/(1 + x**2),
   derivation: [{to: -1/(1 + x**2), by: phase, with: {w: x, T: "1"}}]}
""")["it"]
    assert (result.citations[0].finding.value, result.defect) == ("holds", "")


LOGARITHM = """
- {id: log, symbols: {x: positive}, expression: log(x), wrt: x, derivative: 1/x}
- {id: sin, symbols: {x: real}, expression: sin(x), wrt: x, derivative: cos(x)}
"""
CANCELLED = {
    "all that is left of a product": (
        "log(x) + x*diff(log(x), x)",
        "log(x) + 1",
        "log",
        "holds",
    ),
    "a power less": ("2*x*log(x) + x**2*diff(log(x), x)", "2*x*log(x) + x", "log", "holds"),
    "another formula": ("log(x) + x*diff(log(x), x)", "log(x) + 1", "sin", "mismatch"),
    "another factor": (
        "log(x) + (x + 1)*diff(log(x), x) - 1/x",
        "log(x) + 1",
        "log",
        "mismatch",
    ),
}


@pytest.mark.parametrize(("before", "after", "by", "finding"), CANCELLED.values(), ids=CANCELLED)
def test_factors_that_cancel_what_was_replaced(
    before: str, after: str, by: str, finding: str
) -> None:
    text = LOGARITHM + (
        f'- {{id: it, symbols: {{x: positive}}, expression: "{before}", equals: "{after}", '
        f'derivation: [{{to: "{after}", by: {by}}}]}}\n'
    )
    (citation,) = checked(text)["it"].citations
    assert citation.finding.value == finding
