"""Hints name the slip behind a refuted claim, and only what the judges have confirmed."""

from __future__ import annotations

from typing import Any

import pytest
from adhoc import adhoc_entry

from derivcheck.checking.checker import Checker
from derivcheck.lang.equation import Settings
from derivcheck.model import Verdict
from derivcheck.report.messages import failure_text

SQUARE: dict[str, Any] = {"A": ["n", "n"], "B": ["n", "n"], "X": ["n", "n"]}
LAYER: dict[str, Any] = {
    "symbols": {"W": ["m", "n"], "b": ["m"], "z": ["n"]},
    "functions": {"sigma": "elementwise", "C": "scalar(y)"},
    "where": {"y": "W @ sigma(z) + b", "delta": "grad(C(y), y)"},
}

CASES: dict[str, tuple[str, str, str, dict[str, Any], str]] = {
    "sign": ("cos(x)", "sin(x)", "x", {}, "the sign is wrong: `-sin(x)` (proved)"),
    "a transpose lost": (
        "A @ z",
        "A @ u",
        "z",
        {"symbols": {"A": ["n", "n"], "z": ["n"], "u": ["n"]}, "upstream": "u"},
        "`A` should be transposed: `A.T @ u` (proved)",
    ),
    "a number of an identity": (
        "polylog(2, x) + polylog(2, 1 - x)",
        "pi**2/7 - log(x)*log(1 - x)",
        "",
        {"symbols": {"x": "(0, 1)"}, "claim": "equals"},
        "`7` should be `6`: `pi**2/6 - log(x)*log(1 - x)` (proved)",
    ),
    "a number alone": (
        "diff(f(x - c*t), t, 2) - c**2*diff(f(x - c*t), x, 2)",
        "1",
        "",
        {
            "symbols": {"x": "real", "t": "real", "c": "real"},
            "functions": {"f": "scalar(x)"},
            "claim": "equals",
        },
        "the number is wrong: `0` (proved)",
    ),
    "the sign of one case": (
        "diff(log(p[a]), t[b])",
        "where(a == b, 1 - p[b], p[b])",
        "",
        {"symbols": {"t": ["k"]}, "where": {"p": "softmax(t)"}, "claim": "equals"},
        "the sign of the case `p[b]` is wrong: `where(a == b, 1 - p[b], -p[b])` (proved)",
    ),
    "one case, the other right": (
        "where(t > 0, t, 0.2*t)",
        "where(t > 0, 1, 0.4)",
        "t",
        {},
        "it should be `where(t > 0, 1, 0.2)` (proved)",
    ),
    "a case of the logarithm": (
        "diff(p[a], t[b])",
        "where(a == b, 1 - p[b], -p[b])",
        "",
        {"symbols": {"t": ["k"]}, "where": {"p": "softmax(t)"}, "claim": "equals"},
        "a factor `p[a]` is missing: `p[a]*where(a == b, 1 - p[b], -p[b])` (proved); as it "
        "stands it is the derivative of `log(p[a])`",
    ),
    "the square of a norm": (
        "norm(A @ t)",
        "2*A.T @ A @ t",
        "t",
        {"symbols": {"t": ["k"], "A": ["d", "k"]}},
        "as it stands it is the derivative of `norm(A @ t)**2`; it should be "
        "`A.T @ A @ t/norm(A @ t)` (proved)",
    ),
    "the inner function": (
        "sqrt(cosh(t))",
        "sinh(t)",
        "t",
        {},
        "as it stands it is the derivative of `cosh(t)`; it should be `sinh(t)/(2*sqrt(cosh(t)))` "
        "(proved)",
    ),
    "two sizes": (
        "mean((A - B)**2)",
        "2*(A - B)",
        "A",
        {"symbols": {"A": ["d", "k"], "B": ["d", "k"]}},
        "a factor `1/(d*k)` is missing: `2*(A - B)/(d*k)` (proved)",
    ),
    "a scalar": (
        "c*tr(A.T @ A)/2",
        "A",
        "A",
        {"symbols": {"A": ["d", "k"], "c": "real"}},
        "a factor `c` is missing: `c*A` (proved)",
    ),
    "a condition on rows": (
        "sum(Q*log(softmax(A, axis=1)))",
        "Q - softmax(A, axis=1)",
        "A",
        {"symbols": {"A": ["d", "k"], "Q": ["d", "k"]}},
        "holds if `sum(Q, axis=1) == 1` (proved there)",
    ),
    "one case of indices": (
        "diff(s[i], z[j])",
        "s[i]*(1 - s[j])",
        "z",
        {"symbols": {"z": ["n"]}, "where": {"s": "softmax(z)"}, "claim": "equals"},
        "holds for i == j (proved there)",
    ),
    "a term of an antiderivative lost": (
        "log(x)",
        "x*log(x)",
        "x",
        {"symbols": {"x": "positive"}, "claim": "antiderivative"},
        "its derivative is `log(x) + 1` (proved)",
    ),
    "a sign in an antiderivative": (
        "x*log(x)",
        "x**2*log(x)/2 + x**2/4",
        "x",
        {"symbols": {"x": "positive"}, "claim": "antiderivative"},
        "the sign of the term `x**2/4` is wrong: `x**2*log(x)/2 - x**2/4` (proved)",
    ),
    "an exponent in an antiderivative": (
        "x**2*exp(x)",
        "exp(x)*(x**3 - 2*x + 2)",
        "x",
        {"claim": "antiderivative"},
        "the exponent of `x**3` should be 2: `exp(x)*(x**2 - 2*x + 2)` (proved)",
    ),
    "an exponent in an antiderivative, at a point": (
        "n",
        "x**2*n",
        "x",
        {"claim": "antiderivative", "symbols": {"x": "real", "n": "real"}, "assume": ["x == 0"]},
        "the exponent of `x**2` should be 1: `x*n` (proved)",
    ),
    "what an antiderivative is one of, at a point": (
        "cos(x)",
        "sin(2*x)",
        "x",
        {"claim": "antiderivative", "symbols": {"x": "real"}, "assume": ["x == pi/6"]},
        "its derivative is `2*cos(2*x)` (proved)",
    ),
    "another function in an antiderivative": (
        "1/cosh(x)**2",
        "tan(x)",
        "x",
        {"claim": "antiderivative"},
        "`tanh` should stand for `tan`: `tanh(x)` (proved)",
    ),
    "a factor under a condition": (
        "-sum(y*log(softmax(z/t)))",
        "softmax(z/t) - y",
        "z",
        {
            "symbols": {"z": ["n"], "y": ["n"], "t": "positive"},
            "assume": ["sum(y) == 1"],
        },
        "a factor `1/t` is missing: `(softmax(z/t) - y)/t` (proved)",
    ),
    "entry by entry": (
        "tr(A*X)",
        "A.T",
        "X",
        {"symbols": SQUARE},
        "`*` is taken of every entry here; right for the matrix, `tr(A @ X)` (proved)",
    ),
    "reciprocal of every entry": (
        "tr(2/X)",
        "-2*(inv(X) @ inv(X)).T",
        "X",
        {"symbols": {"X": {"shape": ["n", "n"], "structure": "invertible"}}},
        "`/` is taken of every entry here; right for the matrix, `tr(2*inv(X))` (proved)",
    ),
    "negative power of every entry": (
        "tr(X**-2)",
        "-2*(inv(X) @ inv(X) @ inv(X)).T",
        "X",
        {"symbols": {"X": {"shape": ["n", "n"], "structure": "invertible"}}},
        "`**` is taken of every entry here; right for the matrix, `tr(inv(X) @ inv(X))` (proved)",
    ),
    "one entry only": (
        "diff(A[i, j]**3, A[a, b])",
        "3*A[i, j]**2",
        "",
        {"symbols": {"A": ["d", "k"]}, "claim": "equals"},
        "holds for a == i and b == j (proved there)",
    ),
    "a special case": (
        "log(1 + exp(-c*t))",
        "log(1 + exp(-t))",
        "",
        {"symbols": {"c": "nonzero", "t": "real"}, "claim": "equals"},
        "holds if `c == 1` (proved there)",
    ),
    "a factor of an antiderivative": (
        "cos(3*t)",
        "sin(3*t)",
        "t",
        {"claim": "antiderivative"},
        "off by a constant factor: multiply it by 1/3 (proved)",
    ),
    "power of every entry": (
        "tr(X**-1)",
        "-inv(X @ X).T",
        "X",
        {"symbols": {"X": {"shape": ["n", "n"], "structure": "invertible"}}},
        "`**` is taken of every entry here; right for the matrix, `tr(inv(X))` (proved)",
    ),
    "slope of a sigmoid": (
        "sigmoid(3*x)",
        "3*sigmoid(3*x)",
        "x",
        {},
        "a factor `1 - sigmoid(3*x)` is missing: `3*sigmoid(3*x)*(1 - sigmoid(3*x))` (proved)",
    ),
    "base first": (
        "log(3, x)",
        "1/(x*log(3))",
        "x",
        {"symbols": {"x": "positive"}},
        "the base stands behind; right for `log(x, 3)` (proved)",
    ),
    "sign of a term": (
        "tanh(x)",
        "1 + tanh(x)**2",
        "x",
        {},
        "the sign of the term `tanh(x)**2` is wrong: `1 - tanh(x)**2` (proved)",
    ),
    "constant factor": (
        "sin(2*x)",
        "cos(2*x)",
        "x",
        {},
        "a factor 2 is missing: `2*cos(2*x)` (proved)",
    ),
    "chain factor": (
        "cos(x**2)",
        "-sin(x**2)",
        "x",
        {},
        "the inner derivative of `x**2` is missing: `-2*sin(x**2)*x` (proved)",
    ),
    "exponent": (
        "x**3",
        "3*x**3",
        "x",
        {},
        "the exponent of `x**3` should be 2: `3*x**2` (proved)",
    ),
    "swapped function": (
        "tan(x)",
        "csc(x)**2",
        "x",
        {},
        "`sec` should stand for `csc`: `sec(x)**2` (proved)",
    ),
    "one sign only": (
        "sqrt(x**2)",
        "1",
        "x",
        {"symbols": {"x": "nonzero"}},
        "holds only for x > 0 (proved there)",
    ),
    # beside one point it holds on both sides: not for x > 0 only
    "one point of the rest only": (
        "x*abs(x + 2)*(x + 2)",
        "abs(x + 2)*(3*x + 2) + where(x == -2, 1, 0)",
        "x",
        {},
        "holds for x > 0 (proved there)",
    ),
    "a rest that is undefined at most": (
        "where(x < 0 and x > -10**(-9), 3, 0)"
        " + where(x == 0, 0, lambertw(x)/(x*(1 + lambertw(x))))",
        "lambertw(x)",
        "x",
        {"claim": "antiderivative"},
        "holds for x > 0 (proved there)",
    ),
    "part of the rest only": (
        "max(x, -1)",
        "x",
        "x",
        {"claim": "equals"},
        "holds for x > 0 (proved there)",
    ),
    "more than the symmetric ones": (
        "A[0, 1] - A[1, 0]",
        "0*A[0, 0]",
        "A",
        {"symbols": {"A": [3, 3]}, "claim": "equals"},
        "holds for symmetric A (proved there)",
    ),
    "more than the diagonal ones": (
        "A @ A",
        "A**2",
        "A",
        {"symbols": SQUARE, "claim": "equals"},
        "holds for diagonal A (proved there)",
    ),
    "more than equal indices": (
        "x[i]*x[j]",
        "where(i <= j, x[i]*x[j], 5)",
        "x",
        {"symbols": {"x": ["n"]}, "claim": "equals"},
        "holds for i == j (proved there)",
    ),
    "for what its entry is not only": (
        "sum(A)",
        "tr(A @ ones(2, 2)) + where(A[0, 1] == 1, 3, 0)",
        "A",
        {"symbols": {"A": [2, 2]}, "claim": "equals"},
        "holds for A < 0 (proved there)",
    ),
    "one point only": (
        "x + x**2",
        "1 + 2*x + where(x == 0, 6, 0)",
        "x",
        {},
        "holds for x > 0 (proved there)",
    ),
    "rounded constant": (
        "sqrt(2/pi)*x",
        "0.7978845608",
        "x",
        {},
        "differs exactly, agrees to 4e-12: a rounded constant?",
    ),
    "transposed": (
        "tr(A @ X)",
        "A",
        "X",
        {"symbols": SQUARE},
        "right in the other layout: `layout: numerator` (proved)",
    ),
    "order of factors": (
        "tr(A @ X @ B)",
        "B.T @ A.T",
        "X",
        {"symbols": SQUARE},
        "the factors of `B.T @ A.T` stand in the wrong order: `A.T @ B.T` (proved)",
    ),
    "symmetric only": (
        "x.T @ A @ x",
        "2*A @ x",
        "x",
        {"symbols": {"A": ["n", "n"], "x": ["n"]}},
        "holds for symmetric A (proved there)",
    ),
    "Hadamard factor": (
        "C(y)",
        "W.T @ delta",
        "z",
        LAYER,
        "the inner derivative `D(sigma)(z)` of `sigma(z)` is missing: "
        "`W.T @ delta*D(sigma)(z)` (proved)",
    ),
    "inner derivative inside a product": (
        "u*tanh(V @ u)",
        "tanh(V @ u)*q + V.T @ (u*q)",
        "u",
        {"symbols": {"V": ["n", "n"], "u": ["n"], "q": ["n"]}, "upstream": "q"},
        "the inner derivative `1 - tanh(V @ u)**2` of `tanh(V @ u)` is missing: "
        "`tanh(V @ u)*q + V.T @ (u*q*(1 - tanh(V @ u)**2))` (proved)",
    ),
    "wrong layer": (
        "c.T @ b",
        "V.T @ (c*sigmoid(u)*(1 - sigmoid(t)))",
        "u",
        {
            "symbols": {"V": ["n", "n"], "u": ["n"], "c": ["n"]},
            "where": {"t": "V @ u", "b": "sigmoid(t)"},
        },
        "`sigmoid(u)` should be taken at `t`: `V.T @ (c*b*(1 - b))` (proved)",
    ),
    "a name of the entry": (
        "p",
        "1 - p",
        "t",
        {"symbols": {"t": "real"}, "where": {"p": "sigmoid(t)"}},
        "a factor `p` is missing: `p*(1 - p)` (proved); as it stands it is the derivative of "
        "`log(p)`",
    ),
    "a size": (
        "mean((A @ u)**2)",
        "2*A.T @ (A @ u)",
        "u",
        {"symbols": {"A": ["k", "d"], "u": ["d"]}},
        "a factor `1/k` is missing: `2*A.T @ A @ u/k` (proved)",
    ),
    "tied entries": (
        "a.T @ X @ b",
        "a @ b.T + b @ a.T - diag(a*b)",
        "X",
        {
            "symbols": {
                "X": {"shape": ["n", "n"], "structure": "symmetric"},
                "a": ["n"],
                "b": ["n"],
            }
        },
        "right if the entries of the symmetric `X` are tied (proved); here they vary freely",
    ),
    "the symmetric part": (
        "a.T @ X @ b",
        "(a @ b.T + b @ a.T)/2",
        "X",
        {
            "symbols": {
                "X": {"shape": ["n", "n"], "structure": "symmetric"},
                "a": ["n"],
                "b": ["n"],
            }
        },
        "the symmetric part of the gradient, right for symmetric `dX` (proved); here its entries "
        "vary freely",
    ),
    "arguments in the other order": (
        "kron(A, B).T",
        "kron(B.T, A.T)",
        "",
        {"symbols": {"A": ["m", "n"], "B": ["p", "q"]}, "claim": "equals"},
        "the arguments of `kron(B.T, A.T)` stand in the wrong order: `kron(A.T, B.T)` (proved)",
    ),
    "one too many": (
        "prod(x + j, (j, 0, k - 1))",
        "gamma(x + k + 1)/gamma(x)",
        "",
        {"symbols": {"x": "positive", "k": "natural"}, "claim": "equals"},
        "`x + k + 1` should be `x + k` in `gamma(x + k + 1)`: `gamma(x + k)/gamma(x)` (proved)",
    ),
    "a bound that is one too low": (
        "sum(r**j, (j, 1, k))",
        "r*sum(r**j, (j, 1, k - 1))",
        "",
        {"symbols": {"r": "(0, 1)", "k": "natural"}, "claim": "equals"},
        "`1` should be `0` in `(j, 1, k - 1)`: `r*sum(r**j, (j, 0, k - 1))` (proved)",
    ),
    "the other side of a condition": (
        "sum(where(j <= i, z[j], 0), j)",
        "sum(where(j >= i, z[j], 0), j)",
        "",
        {"symbols": {"z": ["n"], "i": {"index": "n"}}, "claim": "equals"},
        "`j >= i` should be `j <= i`: `sum(where(j <= i, z[j], 0), j)` (proved)",
    ),
    "a conjugate": (
        "abs(d - x.H @ w)**2",
        "-(d - x.H @ w)*w",
        "conj(x)",
        {
            "symbols": {
                "d": "complex",
                "x": {"shape": ["n"], "domain": "complex"},
                "w": {"shape": ["n"], "domain": "complex"},
            }
        },
        "`d - conj(x.T) @ w` should be conjugated: `-conj(d - conj(x.T) @ w)*w` (proved)",
    ),
    "upside down": (
        "sum(1/(j*(j + 1)), (j, 1, k))",
        "(k + 1)/k",
        "",
        {"symbols": {"k": "natural"}, "claim": "equals"},
        "it is upside down: `k/(k + 1)` (proved)",
    ),
    "a factor pi": (
        "gamma(x)*gamma(1 - x)",
        "1/sin(pi*x)",
        "",
        {"symbols": {"x": "(0, 1)"}, "claim": "equals"},
        "a factor `pi` is missing: `pi/sin(pi*x)` (proved)",
    ),
    "one size for another": (
        "det(kron(A, B))",
        "det(A)**m*det(B)**n",
        "",
        {"symbols": {"A": ["m", "m"], "B": ["n", "n"]}, "claim": "equals"},
        "`m` and `n` stand for one another: `det(A)**n*det(B)**m` (proved)",
    ),
    "a Jacobian by all entries": (
        "vec(A @ X @ B)",
        "kron(A, B.T)",
        "vec(X)",
        {
            "symbols": {"A": ["m", "n"], "X": ["n", "p"], "B": ["p", "q"]},
            "layout": "numerator",
        },
        "the arguments of `kron(A, B.T)` stand in the wrong order: `kron(B.T, A)` (proved)",
    ),
    "half a Jacobian by all entries": (
        "vec(A @ X)",
        "kron(eye(p), A)/2",
        "vec(X)",
        {"symbols": {"A": ["m", "n"], "X": ["n", "p"]}, "layout": "numerator"},
        "a factor 2 is missing: `kron(eye(p), A)` (proved)",
    ),
    "a condition": (
        "logsumexp(t) - p.T @ t + log(sum(p))*c.T @ t",
        "softmax(t) - p",
        "t",
        {"symbols": {"t": ["n"], "p": {"shape": ["n"], "domain": "positive"}, "c": ["n"]}},
        "holds if `sum(p) == 1` (proved there)",
    ),
    "every entry": (
        "tr(X**2)",
        "2*X.T",
        "X",
        {"symbols": SQUARE},
        "`**` is taken of every entry here; right for the matrix, `tr(X @ X)` (proved)",
    ),
    "a sum with bounds": (
        "sum(t**k, (k, 0, 3))",
        "sum(k*t**k, (k, 1, 3))",
        "t",
        {},
        "the factor `t` is one too many, or a division by it is missing: "
        "`sum(k*t**k, (k, 1, 3))/t` (proved)",
    ),
    "decimals": (
        "u*tanh(0.8*u)",
        "tanh(0.8*u) + u*(1 - tanh(0.8*u)**2) + 5",
        "u",
        {"symbols": {"u": "real"}},
        "it should be `tanh(0.8*u) + 0.8*u*(1 - tanh(0.8*u)**2)` (proved)",
    ),
    "correct gradient": (
        "log(det(X.T @ X))",
        "X",
        "X",
        {"symbols": {"X": ["m", "n"]}},
        "it should be `2*X @ inv(X.T @ X)` (proved)",
    ),
    "derivative by cases of its own": (
        "sum(x*max(0, min(1, (x + 3)/6)))",
        "where(x <= -3, 0, where(x >= 3, 1, (x + 3)/6))",
        "x",
        {"symbols": {"x": ["n"]}},
        "it should be `max(0, min(1, (x + 3)/6)) + where(1 < (x + 3)/6, 0, "
        "where(0 > min(1, (x + 3)/6), 0, x))/6` (supported)",
    ),
}


@pytest.mark.parametrize(("expression", "claim", "wrt", "more", "hint"), CASES.values(), ids=CASES)
def test_the_slip_is_named(
    expression: str, claim: str, wrt: str, more: dict[str, Any], hint: str
) -> None:
    result = Checker(Settings()).check(adhoc_entry(expression, claim, wrt=wrt or None, **more))
    assert result.verdict is Verdict.REFUTED
    assert result.claims[0].hint == hint


SHAPES: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "order": (
        "A @ X",
        "G.T @ A",
        {"symbols": {"A": ["m", "n"], "X": ["n", "p"], "G": ["m", "p"]}, "upstream": "G"},
        "meant: `A.T @ G` (proved)",
    ),
    "a transpose in a multiple": (
        "sum((A @ X - b)**2)",
        "2*A @ (A @ X - b)",
        {"symbols": {"A": ["m", "n"], "X": ["n"], "b": ["m"]}},
        "meant: `2*A.T @ (A @ X - b)` (proved)",
    ),
    "layout": (
        "A @ X",
        "A",
        {"symbols": {"A": ["m", "n"], "X": ["n"]}},
        "right in the other layout: `layout: numerator` (proved)",
    ),
    "nothing near": (
        "sum((A @ X)**2)",
        "A @ A @ X",
        {"symbols": {"A": ["m", "n"], "X": ["n"]}},
        "it should be `2*A.T @ A @ X` (proved)",
    ),
    "a name that the expression lacks": (
        "u.T*X",
        "2*q",
        {"symbols": {"X": "real", "u": ["n"], "q": ["n"]}},
        "it should be `u.T` (proved)",
    ),
}


@pytest.mark.parametrize(("expression", "claim", "more", "hint"), SHAPES.values(), ids=SHAPES)
def test_claims_that_do_not_conform_are_put_right(
    expression: str, claim: str, more: dict[str, Any], hint: str
) -> None:
    result = Checker(Settings()).check(adhoc_entry(expression, claim, wrt="X", **more))
    found = result.verdict, result.claims[0].hint, result.defect
    assert found == (Verdict.INVALID, hint, "")


LATEX = {
    r"\frac{1}{3} u^3": "this is LaTeX for `u**3/3`",
    r"\sin(u)\, e^{-u}": "this is LaTeX for `sin(u)*e**-u`",
    r"\wurzel{u}": None,
}


@pytest.mark.parametrize(("latex", "hint"), LATEX.items(), ids=LATEX)
def test_latex_in_a_formula_file_is_translated(latex: str, hint: str | None) -> None:
    result = Checker(Settings()).check(adhoc_entry(latex, "u**2", wrt="u"))
    assert (result.verdict, result.claims[0].hint) == (Verdict.INVALID, hint)
    assert (hint or "`derivcheck check 'LATEX'` reads it") in failure_text(result)


@pytest.mark.parametrize(
    ("expression", "claim", "symbols"),
    [
        # other conditions that no sample meets, at other numbers or nowhere
        ("x**3", "where(x**3 == x + 1, 1, x**3)", {"x": "real"}),
        ("sum(v)", "where(n == 7, sum(v) + 1, sum(v))", {"v": ["n"]}),
        ("v[i]*v[j]", "where(i == j + 3, 0, v[i]*v[j])", {"v": ["n"]}),
    ],
)
def test_no_hint_moves_a_wrong_case_out_of_sight(
    expression: str, claim: str, symbols: dict[str, Any]
) -> None:
    entry = adhoc_entry(expression, claim, claim="equals", symbols=symbols)
    result = Checker(Settings()).check(entry)
    assert result.verdict is Verdict.REFUTED
    assert "(supported)" not in (result.claims[0].hint or "")
    assert "squared" not in (result.claims[0].hint or "")


def test_a_step_that_speaks_of_less_than_the_claim_is_searched_for_its_slip() -> None:
    wrong = "-n/s + 1/s**3*sum((x[i] - mean(x))**2, i)"
    more = {
        "symbols": {"s": "positive", "p": "positive", "x": ["n"]},
        "where": {"y": "p/s*exp(-1/(2*s**2))"},
        "derivation": [{"to": wrong}, {"to": "0"}],
    }
    result = Checker(Settings()).check(adhoc_entry("ln(y)", wrong, wrt="s", **more))
    assert (result.verdict, result.defect) == (Verdict.REFUTED, "")


def test_what_nobody_can_explain_gets_no_hint() -> None:
    entry = adhoc_entry("exp(z)", "z + 2", claim="equals", symbols={"z": "real"})
    result = Checker(Settings()).check(entry)
    assert (result.verdict, result.claims[0].hint) == (Verdict.REFUTED, None)
