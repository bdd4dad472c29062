"""Entries to equations, or to the words for why not."""

from __future__ import annotations

from typing import Any

import pytest
from adhoc import adhoc, adhoc_entry

from derivcheck.lang.equation import Symbol
from derivcheck.lang.printer import node_text
from derivcheck.statements.claims import prepare, seed_of

MATRICES = {"A": ["m", "n"], "X": ["n", "n"], "v": ["n"], "w": ["m"], "x": "real"}

EQUATIONS: dict[str, tuple[dict[str, Any], str]] = {
    "by a scalar": (
        {"expression": "x**2", "text": "2*x", "wrt": "x"},
        "diff(x**2, x) == 2*x",
    ),
    "a matrix by a scalar": (
        {"expression": "x*v", "text": "v", "wrt": "x", "symbols": MATRICES},
        "diff(x*v, x) == v",
    ),
    "a scalar by a matrix": (
        {"expression": "tr(X)", "text": "eye(n)", "wrt": "X", "symbols": MATRICES},
        "grad(tr(X), X) == eye(n)",
    ),
    "numerator layout": (
        {
            "expression": "A @ v",
            "text": "A",
            "wrt": "v",
            "symbols": MATRICES,
            "layout": "numerator",
        },
        "jacobian(A @ v, v) == A",
    ),
    "denominator layout": (
        {"expression": "A @ v", "text": "A.T", "wrt": "v", "symbols": MATRICES},
        "jacobian(A @ v, v) == A.T",
    ),
    "a Jacobian by vec": (
        {
            "expression": "A @ v",
            "text": "kron(v.T, eye(m))",
            "wrt": "vec(A)",
            "symbols": MATRICES,
            "layout": "numerator",
        },
        "d(A @ v) == kron(v.T, eye(m)) @ vec(dA)",
    ),
    "vector-Jacobian product": (
        {
            "expression": "A @ X",
            "text": "A.T @ B",
            "wrt": "X",
            "symbols": {**MATRICES, "B": ["m", "n"]},
            "upstream": "B",
        },
        "grad(sum(B*(A @ X)), X) == A.T @ B",
    ),
    "differential": (
        {
            "expression": "A @ X",
            "text": "dA @ X + A @ dX",
            "wrt": ["A", "X"],
            "symbols": MATRICES,
            "claim": "differential",
        },
        "d(A @ X) == dA @ X + A @ dX",
    ),
    "identity": (
        {
            "expression": "(A @ X)[i, j]",
            "text": "sum(A[i, k]*X[k, j], k)",
            "symbols": MATRICES,
            "claim": "equals",
        },
        "(A @ X)[i, j] == sum(A[i, k]*X[k, j], k)",
    ),
    "identity with d": (
        {
            "expression": "d(A @ X)",
            "text": "dA @ X",
            "wrt": ["A"],
            "symbols": MATRICES,
            "claim": "equals",
        },
        "d(A @ X) == dA @ X",
    ),
    "zero of any shape": (
        {"expression": "v", "text": "0", "symbols": MATRICES, "claim": "equals"},
        "v == 0",
    ),
    "zero on the left": (
        {"expression": "0", "text": "v", "symbols": MATRICES, "claim": "equals"},
        "v == 0",
    ),
    "total through where": (
        {"expression": "u**2", "text": "6*x**5", "wrt": "x", "where": {"u": "x**3"}},
        "diff((x**3)**2, x) == 6*x**5",
    ),
    "by a name of where": (
        {
            "expression": "p**2",
            "text": "2*p",
            "wrt": "u",
            "symbols": {"x": "real"},
            "where": {"u": "x**3", "p": "u + x"},
        },
        "diff((u + x)**2, u) == 2*(x**3 + x)",
    ),
    "abstract function": (
        {
            "expression": "f(x)**2",
            "text": "2*f(x)*D(f)(x)",
            "wrt": "x",
            "functions": {"f": "scalar(x)"},
        },
        "diff(f(x)**2, x) == 2*f(x)*D(f)(x)",
    ),
}


@pytest.mark.parametrize(("options", "expected"), EQUATIONS.values(), ids=EQUATIONS)
def test_equations(options: dict[str, Any], expected: str) -> None:
    (equation,) = adhoc(options.pop("expression"), **options)
    assert f"{node_text(equation.left)} == {node_text(equation.right)}" == expected


def test_differentials_are_symbols_of_their_own() -> None:
    (equation,) = adhoc("x*y", "y*dx", wrt=["x"], symbols={"y": "real"}, claim="differential")
    assert equation.context.symbol("dx") == Symbol("dx", differential=True)


def test_free_indices_are_the_equation_s() -> None:
    (equation,) = adhoc("X[i, j]", "X[i, j]", claim="equals", symbols=MATRICES)
    assert [(index.name, str(index.dim)) for index in equation.indices] == [("i", "n"), ("j", "n")]


def test_every_form_is_a_claim_and_every_step_too() -> None:
    entry = adhoc_entry(
        "x**2",
        ["2*x", "x + x"],
        wrt="x",
        derivation=[{"to": "x + x"}, {"to": "2*x"}],
    )
    statement = prepare(entry)
    assert [part.at for part in statement.claims] == ["derivative[0]", "derivative[1]"]
    assert [part.at for part in statement.steps] == ["derivation[0].to", "derivation[1].to"]
    assert [
        f"{node_text(p.equation.left)} == {node_text(p.equation.right)}"
        for p in statement.steps
        if p.equation
    ] == ["diff(x**2, x) == x + x", "x + x == 2*x"]


INVALID: dict[str, tuple[dict[str, Any], tuple[str, str, str | None]]] = {
    # (path, message, hint) of the first problem
    "not a scalar": (
        {"expression": "A @ X", "text": "0", "wrt": "X", "symbols": MATRICES},
        (
            "expression",
            "`A @ X` is not a scalar: shape (m, n)",
            "its derivative by `X` (n, n) is no matrix; name an `upstream` for the "
            "vector-Jacobian product, or take its Jacobian: `wrt: vec(X)`",
        ),
    ),
    "a matrix by vec": (
        {"expression": "A @ X", "text": "0", "wrt": "vec(X)", "symbols": MATRICES},
        (
            "expression",
            "`A @ X` is no column: shape (m, n)",
            "its Jacobian by `vec(X)` is that of `vec(A @ X)`",
        ),
    ),
    "the other layout by vec": (
        {"expression": "A @ v", "text": "kron(v.T, eye(m))", "wrt": "vec(A)", "symbols": MATRICES},
        (
            "derivative",
            "`kron(v.T, eye(m))` is (m, m*n), the derivative is (m*n, m)",
            "is a `.T` missing, or the other `layout` meant: `kron(v.T, eye(m)).T`?",
        ),
    ),
    "an order by vec": (
        {"expression": "tr(X)", "text": "0", "wrt": "vec(X)", "order": 2, "symbols": MATRICES},
        (
            "wrt",
            "a derivative by `vec(X)` is a Jacobian, without `order` and `upstream`",
            "by `X` itself both have a meaning",
        ),
    ),
    "a differential beside vec": (
        {
            "expression": "tr(X)",
            "text": "vec(eye(n)) + 0*vec(dX)",
            "wrt": "vec(X)",
            "symbols": {**MATRICES, "dX": ["n", "n"]},
        },
        ("derivative", "by `vec(X)` nothing may be called `dX`: it is the differential", None),
    ),
    "the other layout": (
        {"expression": "A @ v", "text": "A", "wrt": "v", "symbols": MATRICES},
        (
            "derivative",
            "`A` is (m, n), the derivative is (n, m)",
            "is a `.T` missing, or the other `layout` meant: `A.T`?",
        ),
    ),
    "a vector for a scalar": (
        {"expression": "x", "text": "v", "wrt": "x", "symbols": MATRICES},
        ("derivative", "`v` is (n, 1), the derivative is scalar", None),
    ),
    "upstream of another shape": (
        {
            "expression": "A @ X",
            "text": "X",
            "wrt": "X",
            "symbols": {**MATRICES, "B": ["n", "n"]},
            "upstream": "B",
        },
        (
            "upstream",
            "`upstream: B` is (n, n), but the expression is (m, n): they must be alike",
            None,
        ),
    ),
    "a derivative by two": (
        {"expression": "x**2", "text": "2*x", "wrt": ["x", "v"], "symbols": MATRICES},
        (
            "wrt",
            "a derivative is taken by one symbol: `wrt: x`",
            "several symbols vary in a `differential`",
        ),
    ),
    "a differential of nothing": (
        {"expression": "x**2", "text": "0", "symbols": MATRICES, "claim": "differential"},
        ("wrt", "a differential needs `wrt`: the list of symbols that vary", None),
    ),
    "an operator for a symbol": (
        {"expression": "x**2", "text": "2*x", "wrt": "d/dx", "symbols": {"x": "real"}},
        ("wrt", "undeclared symbol `d/dx` in `wrt`", "write the symbol alone: `wrt: x`"),
    ),
    "a part of a symbol": (
        {"expression": "re(z)**2", "text": "z", "wrt": "re(z)", "symbols": {"z": "complex"}},
        (
            "wrt",
            "undeclared symbol `re(z)` in `wrt`",
            "it is a symbol, an entry as in `x[i]`, or a name of `where`",
        ),
    ),
    "dx in a derivative": (
        {"expression": "x**2", "text": "2*x*dx", "wrt": "x"},
        (
            "derivative",
            "undeclared symbol `dx`",
            "a differential: it belongs to a claim `differential`, `wrt: [x]`",
        ),
    ),
    "dX of what does not vary": (
        {
            "expression": "A @ X",
            "text": "A @ dX",
            "wrt": ["A"],
            "symbols": MATRICES,
            "claim": "differential",
        },
        (
            "differential",
            "undeclared symbol `dX`",
            "a differential: it belongs to a claim `differential`, `wrt: [X]`",
        ),
    ),
    "undeclared": (
        {"expression": "sin(x)", "text": "cos(t)", "wrt": "x"},
        ("derivative", "undeclared symbol `t`", "declare it under `symbols`"),
    ),
    "a constant as a letter": (
        {"expression": "π*x", "text": "pi", "wrt": "x"},
        ("expression", "undeclared symbol `π`", "the constant is `pi`"),
    ),
    "the imaginary unit": (
        {"expression": "x**2", "text": "i*x", "wrt": "x"},
        (
            "derivative",
            "undeclared symbol `i`",
            "the imaginary unit is `I`; an index is declared as `i: {index: n}`",
        ),
    ),
    "a function in capitals and square brackets": (
        {"expression": "ArcTan[x]", "text": "1/(1 + x**2)", "wrt": "x"},
        (
            "expression",
            "undeclared symbol `ArcTan`",
            "functions have small letters and round brackets: `arctan(...)`",
        ),
    ),
    "an abstract function": (
        {"expression": "h(x, 2)", "text": "1", "wrt": "x"},
        (
            "expression",
            "unknown function `h`",
            "an abstract one is declared: `functions: {h: scalar(x, a2)}`",
        ),
    ),
    "an abstract function of an array": (
        {"expression": "h(A)", "text": "A", "claim": "equals", "symbols": MATRICES},
        (
            "expression",
            "unknown function `h`",
            "an abstract one is declared: `functions: {h: elementwise}`",
        ),
    ),
    "a name of SciPy": (
        {"expression": "gammainc(2, x)", "text": "1", "wrt": "x"},
        ("expression", "unknown function `gammainc`", "write it as `lowergamma(a, x)/gamma(a)`"),
    ),
    "a name of Mathematica": (
        {"expression": "ProductLog(x)", "text": "1", "wrt": "x"},
        ("expression", "unknown function `ProductLog`", "write it as `lambertw(x)`"),
    ),
    "a distribution function": (
        {"expression": "x*Phi(x)", "text": "1", "wrt": "x"},
        ("expression", "unknown function `Phi`", "write it as `(1 + erf(x/sqrt(2)))/2`"),
    ),
    "a function in capitals": (
        {"expression": "Sin(x)", "text": "cos(x)", "wrt": "x"},
        ("expression", "unknown function `Sin`", "did you mean `sin`?"),
    ),
    "a misspelt kind": (
        {"expression": "x", "text": "1", "wrt": "x", "symbols": {"x": "postive"}},
        ("symbols.x", "`postive` is not a kind of symbol", "did you mean `positive`?"),
    ),
    "an empty interval": (
        {"expression": "x", "text": "1", "wrt": "x", "symbols": {"x": "(1, 0)"}},
        ("symbols.x", "`(1, 0)` is an empty interval: 1 is not below 0", None),
    ),
    "one number": (
        {"expression": "x", "text": "1", "wrt": "x", "symbols": {"x": "[1, 1]"}},
        ("symbols.x", "`[1, 1]` is one number, not an interval", None),
    ),
    "a quoted shape": (
        {"expression": "x", "text": "x", "claim": "equals", "symbols": {"x": "[m, n]"}},
        (
            "symbols.x",
            "`[m, n]` is no interval: its bounds are names",
            "a shape is a list, without quotes: [m, n]",
        ),
    ),
    "an interval with an unknown bound": (
        {"expression": "x", "text": "1", "wrt": "x", "symbols": {"x": "(1, q)"}},
        ("symbols.x", "undeclared symbol `q`", "declare it under `symbols`"),
    ),
    "three dimensions": (
        {"expression": "x", "text": "1", "wrt": "x", "symbols": {"x": ["m", "n", "p"]}},
        ("symbols.x", "a shape has one or two dimensions, not 3", None),
    ),
    "a dimension of nothing": (
        {"expression": "x", "text": "1", "wrt": "x", "symbols": {"x": ["0"]}},
        ("symbols.x", "dimension 0 is out of range: 1 to 1000", None),
    ),
    "a structure without a square": (
        {
            "expression": "sum(x)",
            "text": "1",
            "wrt": "x",
            "symbols": {"x": {"shape": ["m", "n"], "structure": "spd"}},
        },
        ("symbols.x", "`x` is (m, n): only a square matrix can be spd", None),
    ),
    "a symbol called __class__": (
        {"expression": "x", "text": "1", "wrt": "x", "symbols": {"__class__": "real"}},
        ("symbols.__class__", "`__class__` starts with two underscores", None),
    ),
    "a symbol called lambda": (
        {"expression": "x", "text": "1", "wrt": "x", "symbols": {"lambda": "real"}},
        (
            "symbols.lambda",
            "`lambda` is a reserved word of Python: choose another name (`lam`)",
            None,
        ),
    ),
    "a Cyrillic symbol": (
        {"expression": "x", "text": "1", "wrt": "x", "symbols": {"а": "real"}},
        (
            "symbols.а",
            "`а` contains U+0430: names are made of ASCII letters, digits, `_` and Greek letters "
            "that look like no Latin one",
            None,
        ),
    ),
    "symbol and dimension": (
        {"expression": "x*n", "text": "n", "wrt": "x", "symbols": {"n": "real", "X": ["n", "n"]}},
        ("symbols.n", "`n` names both a symbol and a dimension", None),
    ),
    "symbol and function": (
        {"expression": "x", "text": "1", "wrt": "x", "functions": {"x": "scalar(x)"}},
        ("functions.x", "`x` is declared both as a symbol and as a function", None),
    ),
    "a reserved word for a dimension": (
        {"expression": "sum(x)", "text": "1", "wrt": "x", "symbols": {"x": ["lambda"]}},
        (
            "symbols.x",
            "dimension `lambda` is a reserved word of Python: choose another name (`lam`)",
            None,
        ),
    ),
    "a reserved word for a symbol": (
        {"expression": "2", "text": "0", "wrt": "lambda", "symbols": {"lambda": "real"}},
        (
            "symbols.lambda",
            "`lambda` is a reserved word of Python: choose another name (`lam`)",
            None,
        ),
    ),
    "a reserved word for an index": (
        {"expression": "x", "text": "1", "wrt": "x", "symbols": {"in": {"index": "n"}}},
        (
            "symbols.in",
            "`in` is a reserved word of Python: choose another name (`in_`)",
            None,
        ),
    ),
    "a reserved word for a function": (
        {"expression": "x", "text": "1", "wrt": "x", "functions": {"not": "scalar(x)"}},
        (
            "functions.not",
            "`not` is a reserved word of Python: choose another name (`not_`)",
            None,
        ),
    ),
    "a reserved word in where": (
        {"expression": "x", "text": "1", "wrt": "x", "where": {"is": "x"}},
        ("where.is", "`is` is a reserved word of Python: choose another name (`is_`)", None),
    ),
    "a symbol defined": (
        {
            "expression": "x",
            "text": "1",
            "wrt": "x",
            "symbols": {"x": "real"},
            "where": {"x": "2"},
        },
        ("where.x", "`x` is declared twice", None),
    ),
    "a symmetric matrix that is not square": (
        {
            "expression": "sum(X)",
            "text": "1",
            "wrt": "X",
            "symbols": {"X": {"shape": ["m", "n"], "structure": "symmetric"}},
        },
        ("symbols.X", "`X` is (m, n): only a square matrix can be symmetric", None),
    ),
    "a second derivative that is no matrix": (
        {"expression": "v**2", "text": "2", "wrt": "v", "order": 2, "symbols": MATRICES},
        (
            "expression",
            "`order: 2` of `v**2` (n, 1) by `v` (n, 1) is no matrix",
            "`order: 2` of a scalar by a vector is its Hessian",
        ),
    ),
    "a second derivative by an entry": (
        {"expression": "sum(v**2)", "text": "2", "wrt": "v[0]", "order": 2, "symbols": MATRICES},
        (
            "expression",
            "`order` is for derivatives by a symbol, not by one entry",
            "name it `hessian`",
        ),
    ),
    "an antiderivative by two": (
        {"expression": "x", "text": "x**2/2", "wrt": ["x", "y"], "claim": "antiderivative"},
        ("antiderivative", "an antiderivative is taken by one symbol: `wrt: x`", None),
    ),
    "an antiderivative by a vector": (
        {
            "expression": "v",
            "text": "v",
            "wrt": "v",
            "claim": "antiderivative",
            "symbols": MATRICES,
        },
        ("antiderivative", "an antiderivative is taken by a scalar: `v` is none", None),
    ),
    "identically more": (
        {
            "expression": "y(x)",
            "text": "1",
            "wrt": "x",
            "functions": {"y": "scalar(x)"},
            "identically": ["y(x) > 0"],
        },
        (
            "identically[0]",
            "`y(x) > 0` is no equality of scalars",
            "`identically` lists equations that hold for all values: `y(x)**2 == x`",
        ),
    ),
    "a misspelt function kind": (
        {"expression": "x", "text": "1", "wrt": "x", "functions": {"f": "scaler(x)"}},
        (
            "functions.f",
            "`scaler(x)` is not a kind of function",
            "write `scalar(x)` or `elementwise`",
        ),
    ),
    "where in a circle": (
        {"expression": "a", "text": "1", "wrt": "x", "where": {"a": "b", "b": "a"}},
        (
            "where.a",
            "undeclared symbol `b`",
            "`where` goes in order: `b` has to stand before it",
        ),
    ),
    "no condition": (
        {"expression": "x", "text": "1", "wrt": "x", "assume": ["x > 0", "x + 1"]},
        (
            "assume[1]",
            "`x + 1` is not a condition",
            "a condition compares: `x > 0`, `sum(Y) == 1`",
        ),
    ),
    "code": (
        {"expression": "__import__('os').system('id')", "text": "0", "wrt": "x"},
        (
            "expression",
            "`.system` in `__import__('os').system` is not part of the language",
            "the attributes are `.T`, the transpose, and `.H`, the conjugate one",
        ),
    ),
}


@pytest.mark.parametrize(("options", "expected"), INVALID.values(), ids=INVALID)
def test_what_means_nothing_and_how_it_is_told(
    options: dict[str, Any], expected: tuple[str, str, str | None]
) -> None:
    statement = prepare(adhoc_entry(options.pop("expression"), **options))
    (part,) = statement.parts
    assert part.equation is None
    first = part.diagnostics[0]
    assert (first.at, first.message, first.hint) == expected


def test_problems_of_all_parts_come_in_one_go() -> None:
    statement = prepare(
        adhoc_entry(
            "x",
            ["y", "1", "2 +"],
            symbols={"x": "rael", "__y": "real"},
            functions={"f": "what"},
            assume="x >",
            wrt="x",
        )
    )
    assert [(d.at, d.message) for d in statement.diagnostics] == [
        ("symbols.x", "`rael` is not a kind of symbol"),
        ("symbols.__y", "`__y` starts with two underscores"),
        ("functions.f", "`what` is not a kind of function"),
        ("assume", "a value is missing behind `>`"),
    ]
    assert all(part.equation is None for part in statement.parts)
    assert statement.parts[2].diagnostics[-1].message == "a value is missing behind `+`"


def test_a_broken_name_is_not_called_undeclared_as_well() -> None:
    statement = prepare(
        adhoc_entry(
            "v + f(x)",
            "1",
            wrt="x",
            symbols={"x": "real", "y": "(1, 0)"},
            functions={"f": "scaler(x)"},
            where={"u": "x^2", "v": "u + 1", "w": "v*y", "z": "f(x)", "s": "t + 1"},
        )
    )
    assert [(d.at, d.message) for d in statement.diagnostics] == [
        ("symbols.y", "`(1, 0)` is an empty interval: 1 is not below 0"),
        ("functions.f", "`scaler(x)` is not a kind of function"),
        ("where.u", "`^` in `x^2` is not an operator of expressions"),
        ("where.s", "undeclared symbol `t`"),
    ]


def test_an_adhoc_claim_without_meaning_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="unknown function `tann`"):
        adhoc("tann(x)", "1", wrt="x")


def test_the_seed_depends_on_what_is_claimed_only() -> None:
    formula = adhoc_entry("x", "1", wrt="x")
    about = formula.changed(id="2", name="b", note="c", latex="d")
    assert seed_of(formula) == seed_of(about)
    assert seed_of(formula) != seed_of(formula.changed(derivative="2"))
