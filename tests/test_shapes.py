"""Shape inference: the shape of what is well-formed, the words for what is not."""

from __future__ import annotations

from itertools import product

import pytest
from adhoc import adhoc_entry

from derivcheck.lang import nodes
from derivcheck.lang.affine import Affine
from derivcheck.lang.nodes import ZERO, Dim, Index, shape_text
from derivcheck.lang.printer import node_text
from derivcheck.model import Diagnostic
from derivcheck.statements.claims import prepare

SYMBOLS = {
    "x": "real",
    "y": "real",
    "A": ["m", "n"],
    "B": ["n", "p"],
    "M": ["n", "n"],
    "b": ["m"],
    "v": ["n"],
    "r": [1, "n"],
    "t": [3],
}
FUNCTIONS = {"u": "scalar(x)", "g": "scalar(x, y)", "s": "elementwise", "C": "scalar(a)"}


def inferred(text: str) -> tuple[str, str] | Diagnostic:
    """The shape and the typed text of an expression, or its problem."""
    entry = adhoc_entry(
        "0", text, claim="equals", symbols=SYMBOLS, functions=FUNCTIONS, wrt=["x", "A"]
    )
    (part,) = prepare(entry).parts
    if part.node is None or part.diagnostics:
        return part.diagnostics[0]
    return shape_text(part.node.shape), node_text(part.node)


SHAPED = {
    "A @ B": ("(m, p)", "A @ B"),
    "b.T @ A @ v": ("scalar", "b.T @ A @ v"),
    "b @ v.T": ("(m, n)", "b @ v.T"),
    "1 - A": ("(m, n)", "1 - A"),
    "A + x": ("(m, n)", "A + x"),
    "A**2": ("(m, n)", "A**2"),
    "A.T.T": ("(m, n)", "A"),
    "x.T": ("scalar", "x"),
    "sum(A)": ("scalar", "sum(A)"),
    "sum(A, axis=0)": ("(1, n)", "sum(A, axis=0)"),
    "sum(A, axis=1)": ("(m, 1)", "sum(A, axis=1)"),
    "sum(v)/n": ("scalar", "sum(v)/n"),
    "mean(A, axis=0)": ("(1, n)", "sum(A, axis=0)/m"),
    "sum(A[i, k]*B[k, j], k)": ("scalar", "sum(A[i, k]*B[k, j], k)"),
    "sum(sum(A[i, j], i), j)": ("scalar", "sum(sum(A[i, j], i), j)"),
    "max(A, axis=1)": ("(m, 1)", "max(A, axis=1)"),
    "max(x, y, 2)": ("scalar", "max(max(x, y), 2)"),
    "softmax(v)": ("(n, 1)", "exp(v)/sum(exp(v))"),
    "logsumexp(v)": ("scalar", "log(sum(exp(v)))"),
    "norm(A)": ("scalar", "sqrt(sum(A**2))"),
    "v[k]*k": ("scalar", "v[k, 0]*k"),
    "[x, y, 2]": ("(3, 1)", "[x, y, 2]"),
    "[[x, y], [2, 3]]": ("(2, 2)", "[[x, y], [2, 3]]"),
    "[v, b]": ("(m + n, 1)", "[v, b]"),
    "[[M, M], [A, A]]": ("(m + n, 2*n)", "[[M, M], [A, A]]"),
    "A[i, :]": ("(1, n)", "[[A[i, j] for j in n]]"),
    "A[:, 0]": ("(m, 1)", "[A[i, 0] for i in m]"),
    "v[1:]": ("(n - 1, 1)", "[v[i + 1, 0] for i in n - 1]"),
    "[v[i]**2 for i in n]": ("(n, 1)", "[v[i, 0]**2 for i in n]"),
    "[[i*j for j in n] for i in m]": ("(m, n)", "[[i*j for j in n] for i in m]"),
    "sum(v[i + 1]*v[i], i)": ("scalar", "sum(v[i + 1, 0]*v[i, 0], i)"),
    "sum(v[i + 1], i)": ("scalar", "sum(v[i, 0], i)"),
    "sum(v[k], (k, 0, 2))": ("scalar", "v[0, 0] + v[1, 0] + v[2, 0]"),
    "sum(x**k, (k, 1, n))": ("scalar", "sum(x**k, (k, 1, n))"),
    "prod(v[k] - x, k)": ("scalar", "prod(v[k, 0] - x, k)"),
    "where(i == j, 1, 0)*v[i]*v[j]": ("scalar", "where(i == j, 1, 0)*v[i, 0]*v[j, 0]"),
    "vec(A)": ("(m*n, 1)", "vec(A)"),
    "cholesky(M)": ("(n, n)", "cholesky(M)"),
    "expm(x*M)": ("(n, n)", "expm(x*M)"),
    "pinv(A)": ("(n, m)", "pinv(A)"),
    "matrix_power(M, 2)": ("(n, n)", "M @ M"),
    "logdet(M)": ("scalar", "log(det(M))"),
    "cross(t, t)": (
        "(3, 1)",
        "[t[1, 0]*t[2, 0] - t[2, 0]*t[1, 0], t[2, 0]*t[0, 0] - t[0, 0]*t[2, 0], "
        "t[0, 0]*t[1, 0] - t[1, 0]*t[0, 0]]",
    ),
    "norm(v, oo)": ("scalar", "max(abs(v))"),
    "jacobian(A @ v, v)": ("(m, n)", "jacobian(A @ v, v)"),
    "kron(A, B)": ("(m*n, n*p)", "kron(A, B)"),
    "outer(b, v)": ("(m, n)", "b @ v.T"),
    "dot(v, r.T)": ("scalar", "sum(v*r.T)"),
    "diag(v)": ("(n, n)", "diag(v)"),
    "diag(M)": ("(n, 1)", "diag(M)"),
    "eye(n) + M": ("(n, n)", "eye(n) + M"),
    "ones(m, n)": ("(m, n)", "ones(m, n)"),
    "ones(n*p)": ("(n*p, 1)", "ones(n*p, 1)"),
    "eye(1)": ("scalar", "1"),
    "inv(M)[i, 0]": ("scalar", "inv(M)[i, 0]"),
    "v[i]": ("scalar", "v[i, 0]"),
    "r[j]": ("scalar", "r[0, j]"),
    "t[2]": ("scalar", "t[2, 0]"),
    "x[0]": ("scalar", "x"),
    "where(A > 0, A, 0)": ("(m, n)", "where(A > 0, A, 0)"),
    "s(A)": ("(m, n)", "s(A)"),
    "D(s)(A)": ("(m, n)", "D(s)(A)"),
    "D(D(u))(x)": ("scalar", "D(u, 2)(x)"),
    "C(A)": ("scalar", "C(A)"),
    "grad(C(A), A)": ("(m, n)", "grad(C(A), A)"),
    "diff(tr(M), M[i, j])": ("scalar", "grad(tr(M), M)[i, j]"),
    "vjp(A @ B, A, A @ B)": ("(m, n)", "grad(sum((A @ B)*(A @ B)), A)"),
    "d(A @ B)": ("(m, p)", "d(A @ B)"),
    "dA": ("(m, n)", "dA"),
    "log(x, 2)": ("scalar", "log(x)/log(2)"),
    "e**x": ("scalar", "exp(x)"),
    "tg(x) + arctg(x)": ("scalar", "tan(x) + atan(x)"),
    "ellipe(x, y)": ("scalar", "ellipe(x, y)"),
}


@pytest.mark.parametrize(("text", "expected"), SHAPED.items(), ids=SHAPED)
def test_shapes(text: str, expected: tuple[str, str]) -> None:
    assert inferred(text) == expected


WRONG = {
    # text: (offending part, message, hint)
    "A + b": (
        "A + b",
        "`A + b` adds (m, n) and (m, 1)",
        "columns do not broadcast; `b @ ones(n).T`?",
    ),
    "r - A": (
        "r - A",
        "`r - A` subtracts (1, n) and (m, n)",
        "rows do not broadcast; `ones(m) @ r`?",
    ),
    "softmax(A, dim=1)": ("1", "`softmax` takes no `dim=`", "write `axis=1`"),
    "sum(v[i]**2, i=1)": ("1", "`sum` takes no `i=`", "bounds are written `(i, low, high)`"),
    "[v[i] for i in range(n)]": (
        "range(n)",
        "`range(n)` is not a dimension",
        "write the number of places alone",
    ),
    "A + A.T": (
        "A + A.T",
        "`A + A.T` adds (m, n) and (n, m)",
        "is the `.T` too much: `A`?",
    ),
    "A*B": (
        "A*B",
        "`A*B` multiplies entry by entry (m, n) and (n, p)",
        "the matrix product is `A @ B`",
    ),
    "A*v": (
        "A*v",
        "`A*v` multiplies entry by entry (m, n) and (n, 1)",
        "the matrix product is `A @ v`",
    ),
    "Cos[x]": (
        "Cos",
        "undeclared symbol `Cos`",
        "functions have small letters and round brackets: `cos(...)`",
    ),
    "v_1": ("v_1", "undeclared symbol `v_1`", "an entry is written `v[0]`; places count from 0"),
    "v @ v": (
        "v @ v",
        "inner dimensions differ: `v` is (n, 1), `v` is (n, 1) in `v @ v`",
        "an inner product is `v.T @ v`",
    ),
    "A(2, 1)": (
        "A(2, 1)",
        "`A` is a symbol, not a function",
        "an entry is written `A[1, 0]`; places count from 0",
    ),
    "sinx": ("sinx", "undeclared symbol `sinx`", "write `sin(x)`"),
    "norm(A, 2)": (
        "norm(A, 2)",
        "`norm(A, 2)` is a norm of vectors: `A` is (m, n)",
        "the Frobenius norm is `norm(A)`; there is no spectral norm",
    ),
    "len(v)": (
        "len",
        "unknown function `len`",
        "a length by the name of its dimension: `n` of `x: [n]`",
    ),
    "1 + A @ A": (
        "A @ A",
        "inner dimensions differ: `A` is (m, n), `A` is (m, n) in `A @ A`",
        "`*` multiplies entry by entry; is a `.T` missing?",
    ),
    "A @ b": (
        "A @ b",
        "inner dimensions differ: `A` is (m, n), `b` is (m, 1) in `A @ b`",
        "`A.T @ b`?",
    ),
    "v @ A": (
        "v @ A",
        "inner dimensions differ: `v` is (n, 1), `A` is (m, n) in `v @ A`",
        "`A @ v`?",
    ),
    "x @ A": (
        "x @ A",
        "inner dimensions differ: `x` is (1, 1), `A` is (m, n) in `x @ A`",
        "a scalar multiplies with `*`",
    ),
    "A @ B @ b": (
        "A @ B @ b",
        "inner dimensions differ: `A @ B` is (m, p), `b` is (m, 1) in `A @ B @ b`",
        "`(A @ B).T @ b`?",
    ),
    "tr(A)": ("tr(A)", "`tr(A)` needs a square matrix: `A` is (m, n)", None),
    "softmax(M)": (
        "softmax(M)",
        "`softmax(M)`: softmax of a matrix (n, n) needs an axis",
        "axis=0 normalises each column, axis=1 each row",
    ),
    "A[0]": ("A[0]", "`A[0]`: a matrix (m, n) takes two indices", "a row is `A[0, :]`"),
    "A[i, i]": ("i", "the index `i` runs over m elsewhere and over n here", None),
    "v[x]": ("x", "`x` is declared, so it cannot be a free index", None),
    "t[3]": ("3", "index 3 is out of range: there are 3", "indices count from 0"),
    "v[0.5]": ("0.5", "`0.5` is not a whole number", None),
    "sum(v[k], k) + k": ("k", "undeclared symbol `k`", "declare it under `symbols`"),
    "v[k*k]": (
        "k*k",
        "`k*k` is not an index",
        "an index is a number, a name, or sums and multiples of them",
    ),
    "v[-1]": ("-1", "`-1`: places count from 0, not from the end", "the last one is `n - 1`"),
    "t[2:5]": (
        "t[2:5]",
        "`t[2:5]` is empty or out of range: there are 3",
        "places count from 0, and the end of a slice is not included",
    ),
    "v[:-1]": (
        "v[:-1]",
        "`v[:-1]` is empty or out of range: there are n",
        "places count from 0, not from the end: `:n - 1`",
    ),
    "v[:-n - 1]": (
        "v[:-n - 1]",
        "`v[:-n - 1]` is empty or out of range: there are n",
        "places count from 0, and the end of a slice is not included",
    ),
    "v[:k]*v[k]": ("k", "`k`: bounds of a slice are numbers or dimensions", None),
    "[[x, v]]": (
        "[x, v]",
        "`[x, v]` puts `x` with 1 rows beside `v` with n",
        "blocks below one another have equal columns, beside one another equal rows",
    ),
    "norm(A, 1)": (
        "norm(A, 1)",
        "`norm(A, 1)` is a norm of vectors: `A` is (m, n)",
        "by entries it is `sum(abs(A))`",
    ),
    "cumsum(A)": (
        "cumsum(A)",
        "`cumsum(A)`: of a matrix (m, n) it needs an axis",
        "axis=0 runs down each column, axis=1 along each row",
    ),
    "cross(t, v)": (
        "cross(t, v)",
        "`cross(t, v)` takes vectors of length 3: `v` is (n, 1)",
        None,
    ),
    "hessian(v, v)": ("hessian(v, v)", "`v` is not a scalar: (n, 1)", None),
    "sum(v[k], (k, 0, x))": (
        "x",
        "`x` is not a bound of a sum or product",
        "bounds are numbers, dimensions, symbols declared `natural`, indices",
    ),
    "sum(x, k)": ("k", "the index `k` does not occur in what is summed", None),
    "sum(v, axis=2)": ("2", "`axis=2`: the axis is 0 or 1", None),
    "sum(v, axes=0)": ("0", "`sum` takes no `axes=`", "write `axis=0`"),
    "tann(x)": ("tann", "unknown function `tann`", "did you mean `tan`?"),
    "sin(x, y)": ("sin(x, y)", "`sin` takes 1 argument, not 2", None),
    "sin": ("sin", "`sin` is a function", "write `sin(...)`"),
    "u": ("u", "`u` is a declared function", "write `u(...)`"),
    "x(y)": ("x(y)", "`x` is a symbol, not a function", "a product is `x*(...)`"),
    "pi(x)": ("pi(x)", "`pi` is a number, not a function", "a product is `pi*(...)`"),
    "e(x)": (
        "e(x)",
        "`e` is a number, not a function",
        "a product is `e*(...)`; a power of e is `exp(...)`",
    ),
    "C(A) + C(v)": (
        "C(v)",
        "`C(v)`: `C` takes (m, n) elsewhere, here it gets (n, 1)",
        None,
    ),
    "D(g)(x, y)": (
        "D(g)(x, y)",
        "`D(g)(x, y)`: `D` is for functions of one scalar",
        "write `diff(g(...), x)` or `grad(g(...), X)`",
    ),
    "D(u(x))": ("D(u(x))", "`D(u(x))`: `D` takes the function's name", "write `D(u)(x)`"),
    "D(u)": ("D(u)", "`D(u)` is a function", "write its value: `D(u)(...)`"),
    "diff(v, v)": (
        "diff(v, v)",
        "`diff(v, v)` differentiates by `v`, which is (n, 1)",
        "write `grad(f, v)`, `vjp(F, v, B)` or `diff(f, v[i, j])`",
    ),
    "grad(A, A)": (
        "grad(A, A)",
        "`A` is not a scalar: shape (m, n)",
        "`vjp(A, A, B)` is the gradient of sum(B * F)",
    ),
    "vjp(A @ B, A, B)": (
        "vjp(A @ B, A, B)",
        "`B` is (n, p), but `A @ B` is (m, p): they must be alike",
        None,
    ),
    "x > 0": (
        "x > 0",
        "`x > 0` is a condition, not a value",
        "as a number it is `where(x > 0, 1, 0)`; conditions stand in `where` and under `assume`",
    ),
    "where(x, 1, 2)": (
        "x",
        "`x` is not a condition",
        "a condition compares: `x > 0`, `sum(Y) == 1`",
    ),
    "eye(q)": (
        "q",
        "`q` is not a dimension",
        "dimensions are the names in the shapes of `symbols`, and whole numbers",
    ),
    "z": ("z", "undeclared symbol `z`", "declare it under `symbols`"),
    "J*x": ("J", "undeclared symbol `J`", "declare it under `symbols`"),
    "oo": ("oo", "`oo` is not a number: it only bounds a domain", None),
    "1/0": ("1/0", "`1/0` divides by zero", None),
    "x/(1 - 1)": ("x/(1 - 1)", "`x/(1 - 1)` divides by zero", None),
    "0**-1": ("0**-1", "`0**-1` is not defined", None),
    "x**20000": ("x**20000", "`x**20000`: literal exponents are limited to 10000", None),
    "x*9**9**9**9": ("9**9**9", "`9**9**9`: literal exponents are limited to 10000", None),
    "*".join(["1e400"] * 9): (
        "*".join(["1e400"] * 8),
        "`1e400*1e400*1e400*1e400*1e400*1e400*1e400*1e400` is a number of too many digits",
        None,
    ),
    "dot(A, v)": (
        "dot(A, v)",
        "`dot(A, v)` takes vectors: `A` is (m, n)",
        "the matrix product is `A @ B`",
    ),
}


@pytest.mark.parametrize(("text", "wanted"), WRONG.items(), ids=WRONG)
def test_what_has_no_shape_and_how_it_is_told(
    text: str, wanted: tuple[str, str, str | None]
) -> None:
    found = inferred(text)
    assert isinstance(found, Diagnostic)
    assert (found.excerpt, found.message, found.hint) == wanted


@pytest.mark.parametrize("name", ["e", "pi", "sin", "D", "d", "sum", "I", "T", "exec"])
def test_a_declared_symbol_wins_over_a_built_in_name(name: str) -> None:
    entry = adhoc_entry(f"{name}**2", "0", claim="equals", symbols={name: "real"})
    statement = prepare(entry)
    assert statement.diagnostics == ()
    assert statement.left == nodes.power(nodes.Sym(name, shape=()), nodes.number(2))


NO_BLOW_UP = {
    "a tower of literals": "((9**9999)**9999)**9999",
    "products of large numbers": "*".join(["1e400"] * 80),
    "a large number to a power": "(1e400**10000)**10000",
    "nested powers": "(" * 50 + "x" + "**10000)" * 50,
    "nested derivatives": "diff(" * 30 + "x**40" + ", x)" * 30,
    "high derivatives": "diff(" * 8 + "sin(x*exp(x))" + ", x, 8)" * 8,
    "nested functions": "sin(" * 55 + "x" + ")" * 55,
    "a large identity": "sum(eye(1000))",
}


@pytest.mark.parametrize("text", NO_BLOW_UP.values(), ids=NO_BLOW_UP)
def test_typing_costs_no_more_than_reading(text: str) -> None:
    found = inferred(text)
    assert isinstance(found, tuple | Diagnostic)


@pytest.mark.parametrize("factor", [-1, 1, 2, 3])
def test_an_index_has_every_value_that_its_subscript_allows(factor: int) -> None:
    index, other = Index("i", ZERO), Index("j", Dim(3))
    for shift, step, size in product(range(-12, 25), (0, 1, -2), range(1, 13)):
        place = Affine(Dim(shift), {index: Dim(factor)}) + Affine(ZERO, {other: Dim(step)})
        found = place.values_within(index, Dim(size))
        if found is not None:
            first, count = (dim.size({}) for dim in found)
            allowed = {
                value
                for value in range(-40, 41)
                for at in range(3)
                if 0 <= factor * value + shift + step * at < size
            }
            assert allowed <= set(range(first, first + count)), (shift, step, size)
