"""Derivatives as a textbook writes them, each proved before anyone sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

import derivcheck
from derivcheck.cli.app import app
from derivcheck.collection.loader import load_files
from derivcheck.collection.targets import bundled_collections
from derivcheck.lang.printer import to_text
from derivcheck.model import Verdict
from derivcheck.statements.claims import prepare
from derivcheck.symbolic.textbook import candidates

NETWORK: dict[str, Any] = {
    "symbols": {"W": ["m", "n"], "V": ["k", "m"], "x": ["n"], "t": ["k"], "b": ["m"]},
    "where": {"z": "W @ x + b", "h": "tanh(z)", "y": "V @ h"},
}
SQUARE: dict[str, Any] = {"symbols": {"A": ["n", "n"], "X": ["n", "n"], "x": ["n"], "c": ["n"]}}
SPD: dict[str, Any] = {
    "symbols": {"S": {"shape": ["n", "n"], "structure": "spd"}, "x": ["n"], "c": ["n"]}
}
ARRAYS: dict[str, Any] = {
    "symbols": {"x": ["n + 1"], "z": ["n"], "y": {"index": "n"}, "W": ["n", "m"], "v": ["m"],
                "Q": ["n", "n"]}
}  # fmt: skip
FLOW: dict[str, Any] = {
    "symbols": {**SQUARE["symbols"], "t": "real", "k": "natural", "p": [3], "q": [3]}
}
NAMED: dict[str, Any] = {
    "symbols": {"x": "real", "m": "real", "s": "positive"},
    "where": {"p": "exp(-(x - m)**2/(2*s**2))/(s*sqrt(2*pi))"},
}
COMPLEX: dict[str, Any] = {"symbols": {"z": "complex", "w": "complex", "a": "real"}}

CASES: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "value": ("tanh(x)", "x", {}, "1 - tanh(x)**2"),
    "product": ("x**2*exp(x)", "x", {}, "x*exp(x)*(2 + x)"),
    "quotient": ("x/(1 + x)", "x", {}, "1/(1 + x)**2"),
    "power": ("x**x", "x", {}, "x**x*(log(x) + 1)"),
    "decimals": ("0.5*x**2 + 1.7*x", "x", {}, "x + 1.7"),
    "holomorphic": ("z**3", "z", COMPLEX, "3*z**2"),
    "a modulus": ("abs(z)**2", "z", COMPLEX, "conj(z)"),
    "a modulus by the conjugate": ("abs(z - w)**2", "conj(z)", COMPLEX, "z - w"),
    "a logarithm of a modulus": ("log(1 + abs(z)**2)", "z", COMPLEX, "conj(z)/(1 + abs(z)**2)"),
    "a real part": ("re(z**2)", "z", COMPLEX, "z"),
    "an imaginary part": ("im(conj(w)*z)", "conj(z)", COMPLEX, "I*w/2"),
    "an argument": ("arg(z)", "z", COMPLEX, "-I/(2*z)"),
    "a conjugate of a sum": ("conj(I*z/a + a)", "conj(z)", COMPLEX, "-I/a"),
    "a real function of a conjugate": ("re(exp(a*z))", "conj(z)", COMPLEX, "exp(a*conj(z))*a/2"),
    "what another symbol stands for": (
        "2*c",
        "x",
        {"symbols": {"x": ["n"], "c": ["m"]}},
        "0",
    ),
    "entries of which some move": (
        "[x[0], c[0]]",
        "x",
        SQUARE,
        "[[onehot(0, n).T], [zeros(1, n)]].T",
    ),
    "two arguments": (
        "hypot(x, y)",
        "x",
        {"symbols": {"x": "real", "y": "real"}},
        "x/sqrt(x**2 + y**2)",
    ),
    "density by its own name": ("p", "m", NAMED, "p*(x - m)/s**2"),
    "log density": ("log(p)", "s", NAMED, "(x - m)**2/s**3 - 1/s"),
    "quadratic form": ("x.T @ A @ x", "x", SQUARE, "(A + A.T) @ x"),
    "symmetric": ("(x - c).T @ inv(S) @ (x - c)/2", "x", SPD, "inv(S) @ (x - c)"),
    "determinant": ("log(abs(det(X)))", "X", SQUARE, "inv(X).T"),
    "trace": ("tr(A @ X @ X)", "X", SQUARE, "(X @ A + A @ X).T"),
    "weights": ("sum((y - t)**2)/2", "W", NETWORK, "V.T @ (y - t)*(1 - h**2) @ x.T"),
    "bias": ("sum((y - t)**2)/2", "b", NETWORK, "V.T @ (y - t)*(1 - h**2)"),
    "softmax": ("-sum(c*log(softmax(x)))", "x", SQUARE, "sum(c)*softmax(x) - c"),
    "product of entries": ("prod(x)", "x", ARRAYS, "prod(x)/x"),
    "running sum": (
        "sum(cumsum(z)**2)",
        "z",
        ARRAYS,
        "2*triu(ones(n, n)) @ cumsum(z)",
    ),
    "jacobian of a running sum": ("cumsum(z)", "z", ARRAYS, "tril(ones(n, n)).T"),
    "slices": ("sum(x[1:]*x[:n])", "x", ARRAYS, "[0, x[:n]] + [x[1:], 0]"),
    "slice in a function": ("logsumexp(x[1:])", "x", ARRAYS, "[0, softmax(x[1:])]"),
    "row": ("W[y, :] @ v", "W", ARRAYS, "onehot(y, n) @ v.T"),
    "column of blocks": ("norm([z, v])**2", "z", ARRAYS, "(2*[z, v])[:n]"),
    "true class": ("-log(softmax(z)[y])", "z", ARRAYS, "softmax(z) - onehot(y, n)"),
    "largest entry": ("max(z)", "z", ARRAYS, "where(z == max(z), 1, 0)"),
    "largest size": (
        "norm(z, oo)",
        "z",
        ARRAYS,
        "where(abs(z) == norm(z, oo), sign(z), 0)",
    ),
    "clipped": (
        "sum(clip(z, 0, 1))",
        "z",
        ARRAYS,
        "where(z > 0, where(z < 1, 1, 0), 0)",
    ),
    "matrix exponential": ("tr(expm(Q))", "Q", ARRAYS, "expm(Q).T"),
    "a flow": ("expm(t*A) @ x", "t", FLOW, "A @ expm(t*A) @ x"),
    "a turned matrix": (
        "expm(-t*A) @ X @ expm(t*A)",
        "t",
        FLOW,
        "(expm(-t*A) @ X @ A - A @ expm(-t*A) @ X) @ expm(t*A)",
    ),
    "a power to any number": ("matrix_power(t*A, k)", "t", FLOW, "k*A @ matrix_power(t*A, k - 1)"),
    "the trace of a power": ("tr(matrix_power(X, k))", "X", FLOW, "k*matrix_power(X, k - 1).T"),
    "columns and triangles": (
        "vec(t*A) + vec(tril(t*X, -1))",
        "t",
        FLOW,
        "vec(A) + vec(tril(X, -1))",
    ),
    "vector products": (
        "cross(t*p, cross(t*q, p))",
        "t",
        FLOW,
        "cross(p, cross(t*q, p)) + cross(t*p, cross(q, p))",
    ),
    "a vector product by one": ("cross(p, q)", "q", FLOW, "-skew(p)"),
    "a vector product by the other": ("cross(p, q)", "p", FLOW, "skew(q)"),
    "triangle": ("sum(tril(Q))", "Q", ARRAYS, "tril(ones(n, n))"),
    "jacobian": ("tanh(A @ x)", "x", SQUARE, "A.T @ diag(1 - tanh(A @ x)**2)"),
    "hessian": (
        "grad(logsumexp(x), x)",
        "x",
        SQUARE,
        "diag(softmax(x)) - softmax(x) @ softmax(x).T",
    ),
    "a case that an assumption decides": (
        "max(0, 1 - y*t)**2",
        "t",
        {"symbols": {"t": "real", "y": "real"}, "assume": ["y*t < 1"]},
        "2*(y*t - 1)*y",
    ),
    "a case that a domain decides": (
        "where(abs(t) < 1, t**2/2, abs(t) - 1/2)",
        "t",
        {"symbols": {"t": "(-1, 1)"}},
        "t",
    ),
    "cases that nothing decides": (
        "where(t < 1, t**2/2, t - 1/2)",
        "t",
        {"symbols": {"t": "positive"}},
        "where(t < 1, t, 1)",
    ),
    "derivative of an abstract function": (
        "D(u)(x)*v(x)",
        "x",
        {"functions": {"u": "scalar(x)", "v": "scalar(x)"}},
        "D(u, 2)(x)*v(x) + D(u)(x)*D(v)(x)",
    ),
    "centred": ("sum((x - mean(x))**2)", "x", SQUARE, "2*(x - mean(x))"),
}


@pytest.mark.parametrize(("expression", "wrt", "more", "text"), CASES.values(), ids=CASES)
def test_the_shortest_form_is_proved(
    expression: str, wrt: str, more: dict[str, Any], text: str
) -> None:
    found = derivcheck.derive(expression, wrt=wrt, **more)
    assert found is not None
    assert (found.verdict, found.claim) == (Verdict.PROVED, text)


def test_a_differential() -> None:
    found = derivcheck.derive("inv(X) @ A", wrt="X", differential=True, **SQUARE)
    assert found is not None
    assert (found.verdict, found.claim) == (Verdict.PROVED, "-inv(X) @ dX @ inv(X) @ A")


def test_the_differential_of_a_kronecker_product() -> None:
    found = derivcheck.derive("kron(X, A)", wrt="X", differential=True, **SQUARE)
    assert found is not None
    assert (found.verdict, found.claim) == (Verdict.PROVED, "kron(dX, A)")


def test_a_vector_jacobian_product() -> None:
    found = derivcheck.derive(
        "A @ X",
        wrt="X",
        upstream="G",
        symbols={
            "A": ["m", "n"],
            "X": ["n", "p"],
            "G": ["m", "p"],
        },
    )
    assert found is not None
    assert (found.verdict, found.claim) == (Verdict.PROVED, "A.T @ G")


def test_there_may_be_no_form() -> None:
    assert derivcheck.derive("sum(max(X, axis=1))", wrt="X", **SQUARE) is None


def test_no_candidate_is_longer_than_it_must_be() -> None:
    """Beside what people wrote: most bundled derivatives are found in a form as short."""
    short = total = 0
    for name, files in bundled_collections().items():
        if name not in ("matrix", "layers", "losses"):
            continue
        for entry in load_files(files)[0]:
            statement = prepare(entry)
            if statement.kind not in ("derivative", "differential"):
                continue
            total += 1
            found = candidates(statement)
            claim = min(entry.claims, key=len)
            short += bool(found) and len(to_text(found[0])) <= len(claim)
    assert short >= 0.85 * total


RUNS: dict[str, tuple[list[str], int, str]] = {
    "text": (["tanh(x)", "--wrt", "x"], 0, "1 - tanh(x)**2\n\nproved: "),
    "latex": (["x**2", "--wrt", "x", "--format", "latex"], 0, "2\\,x\n"),
    "numpy": (["exp(x)", "--wrt", "x", "--format", "numpy"], 0, "np.exp(x)\n"),
    "minus sign": (["-x", "--wrt", "x"], 0, "-1\n\nproved: "),
    "no symbol": (["x**2"], 2, "derivcheck: --wrt is missing: by which symbol?\n"),
    "undeclared": (
        ["x*q", "--wrt", "x"],
        2,
        "derivcheck: undeclared symbol `q` (declare it: --symbol 'NAME: KIND')\n",
    ),
    "no form": (
        ["sum(max(X, axis=1))", "--wrt", "X", "--symbol", "X: [n, n]"],
        1,
        "derivcheck: no form of this derivative was found that could be proved\n",
    ),
}


@pytest.mark.parametrize(("arguments", "code", "beginning"), RUNS.values(), ids=RUNS)
def test_the_command(arguments: list[str], code: int, beginning: str) -> None:
    result = CliRunner().invoke(app, ["derive", *arguments])
    assert result.exit_code == code
    assert (result.stdout or result.stderr).startswith(beginning)


def test_the_command_in_json() -> None:
    result = CliRunner().invoke(app, ["derive", "x**2", "--wrt", "x", "--format", "json"])
    assert json.loads(result.stdout) == {
        "expression": "x**2",
        "derivative": "2*x",
        "verdict": "proved",
        "latex": "2\\,x",
        "numpy": "2*x",
    }
