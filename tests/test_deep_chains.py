"""Chains of abstract layers: stand-ins keep moderate values, and bounds hold or say nothing."""

from __future__ import annotations

import pytest
from adhoc import adhoc, adhoc_entry

from derivcheck.checking.checker import Checker
from derivcheck.collection.formula import Formula
from derivcheck.lang.equation import Settings
from derivcheck.model import Finding, Verdict
from derivcheck.numeric.differences import judge as differences


def one_function(layers: int) -> Formula:
    """``u(u(...u(x)))``."""
    values = ["x"]
    for _ in range(layers):
        values.append(f"u({values[-1]})")
    return adhoc_entry(
        values[-1],
        "*".join(f"D(u)({value})" for value in values[:-1]),
        wrt="x",
        symbols={"x": "real"},
        functions={"u": "scalar(x)"},
    )


def many_functions(layers: int) -> Formula:
    """``f5(f4(...f0(x)))``."""
    value, factors = "x", []
    for k in range(layers):
        factors.append(f"D(f{k})({value})")
        value = f"f{k}({value})"
    return adhoc_entry(
        value,
        "*".join(factors),
        wrt="x",
        symbols={"x": "real"},
        functions={f"f{k}": "scalar(x)" for k in range(layers)},
    )


def one_matrix(layers: int) -> Formula:
    """A recurrent net: the same weights at every layer."""
    inner, value = [], "x"
    for _ in range(layers):
        inner.append(f"W @ {value}")
        value = f"phi(W @ {value})"
    back = f"D(phi)({inner[-1]})"
    for z in reversed(inner[:-1]):
        back = f"D(phi)({z})*(W.T @ ({back}))"
    return adhoc_entry(
        f"sum({value})",
        f"W.T @ ({back})",
        wrt="x",
        symbols={"x": ["n"], "W": ["n", "n"]},
        functions={"phi": "elementwise"},
    )


def many_matrices(layers: int) -> Formula:
    """Back-propagation through layers of different widths, with biases."""
    symbols: dict[str, object] = {"x": ["d0"]}
    where, value = {}, "x"
    for k in range(1, layers + 1):
        symbols |= {f"W{k}": [f"d{k}", f"d{k - 1}"], f"b{k}": [f"d{k}"]}
        where[f"z{k}"] = f"W{k} @ {value} + b{k}"
        value = f"phi(z{k})"
    where[f"g{layers}"] = f"{value}*D(phi)(z{layers})"
    for k in range(layers - 1, 0, -1):
        where[f"g{k}"] = f"(W{k + 1}.T @ g{k + 1})*D(phi)(z{k})"
    return adhoc_entry(
        f"sum({value}**2)/2",
        "g1 @ x.T",
        wrt="W1",
        symbols=symbols,
        functions={"phi": "elementwise"},
        where=where,
    )


CHAINS = {
    f"{make.__name__.replace('_', ' ')}, {layers} layers": make(layers)
    for make in (one_function, many_functions, one_matrix, many_matrices)
    for layers in (3, 5, 8)
}


@pytest.mark.parametrize("entry", CHAINS.values(), ids=CHAINS)
def test_deep_chains_are_proved_whatever_the_seed(entry: Formula) -> None:
    for seed in range(6):
        result = Checker(Settings(seed=seed)).check(entry)
        assert (result.verdict, result.defect) == (Verdict.PROVED, ""), seed


FINE = {
    "a sine": "sin(10**9*x)/10**9",
    "a sine of a sine": "sin(10**9*sin(x))/10**9",
    "a hidden pole": "10**-9/(2 + sin(10**9*x))",
    "an exponential of a sine": "exp(sin(10**9*x))/10**9",
    "a bounded function": "tanh(3*sin(10**8*x))/10**8",
    "a Bessel function": "besselj(0, 10**9*x)/10**8",
    "a complex power": "x**0*cos(10**9*log(x))/10**9",
}
"""Terms as small as they are steep: half of a derivative, and no step sees them."""


@pytest.mark.parametrize("term", FINE.values(), ids=FINE)
def test_what_no_step_can_see_decides_nothing(term: str) -> None:
    (equation,) = adhoc(f"x + {term}", "1", wrt="x", symbols={"x": "positive"})
    assert differences.judge(equation, Settings()).finding is Finding.UNKNOWN
