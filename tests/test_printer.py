"""Syntax and typed nodes to text."""

from __future__ import annotations

import math
import operator as op

import pytest
import strategies
from adhoc import adhoc
from hypothesis import given

from derivcheck.lang.parser import parse
from derivcheck.lang.printer import node_text, to_text
from derivcheck.lang.syntax import Binary, Call, Name, Number, Syntax, Unary

TEXTS = [
    "x**y**2",
    "(x**y)**2",
    "-x**2",
    "(-x)**2",
    "2**-x",
    "x - (y - z)",
    "x/(y*z)",
    "x/y*z",
    "A @ B.T @ c",
    "A @ (B + C)",
    "(A @ B).T",
    "inv(X)[k, l]",
    "(2).T",
    "D(f)(x)",
    "D(f, 2)(g(x))",
    "sum(X, axis=0)",
    "where(x > 0 and not y < 1, x, -x)",
    "0 < x <= 1",
    "not (x < 1 or y < 1) and z == 0",
    "1e-3*0.50",
]


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_without_needless_brackets(text: str) -> None:
    assert to_text(parse(text)) == text


@given(strategies.syntax)
def test_what_is_printed_is_read_back(tree: Syntax) -> None:
    assert parse(to_text(tree)) == tree


NODES = {
    "x - y": "x - y",
    "-x": "-x",
    "x/y": "x/y",
    "1/(x*y)": "1/(x*y)",
    "x/2": "x/2",
    "sqrt(x)": "sqrt(x)",
    "1/sqrt(x)": "1/sqrt(x)",
    "x**-2": "1/x**2",
    "(x + y)**2": "(x + y)**2",
    "2**x": "2**x",
    "-2*x + y": "y - 2*x",
    "sigmoid(x)": "1/(exp(-x) + 1)",
    "diff(sin(x*y), x)": "diff(sin(x*y), x)",
    "exp(-x**2/2)": "exp(-x**2/2)",
    "where(x > 0, x, -x)": "where(x > 0, x, -x)",
}


@pytest.mark.parametrize(("text", "printed"), NODES.items(), ids=NODES)
def test_typed_nodes_print_as_a_user_would_write_them(text: str, printed: str) -> None:
    (equation,) = adhoc(text, text, claim="equals", symbols={"x": "real", "y": "real"})
    assert node_text(equation.right) == printed


def value(node: Syntax, x: float) -> float:
    """The number that a scalar expression stands for."""
    match node:
        case Number():
            return float(node.value)
        case Name():
            return x
        case Unary():
            return -value(node.operand, x)
        case Binary():
            operators = {"+": op.add, "-": op.sub, "*": op.mul, "/": op.truediv, "**": op.pow}
            return operators[node.operator](value(node.left, x), value(node.right, x))
        case Call(function=Name(id=name)):
            return getattr(math, name)(value(node.args[0], x))
    raise TypeError(node)


@given(strategies.scalars)
def test_a_printed_node_means_what_was_read(text: str) -> None:
    (equation,) = adhoc(text, text, claim="equals", symbols={"x": "real"})
    printed = parse(node_text(equation.right))
    try:
        expected = value(parse(text), 0.625)
    except OverflowError:
        return
    assert value(printed, 0.625) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_a_derivative_by_a_complex_number_has_a_text() -> None:
    text = "diff(re(z), z)"
    (equation,) = adhoc(text, text, claim="equals", symbols={"z": "complex"})
    assert node_text(equation.right) == text
    (equation,) = adhoc("re(z)", "1", wrt="conj(z)", symbols={"z": "complex"})
    assert node_text(equation.left) == "diff(re(z), conj(z))"
