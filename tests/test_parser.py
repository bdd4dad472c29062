"""Text to syntax: what is read, what is refused, and with which words."""

from __future__ import annotations

from fractions import Fraction

import pytest
import strategies
from hypothesis import given

from derivcheck.lang.elaborate import HANDLER_MODULES
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.parser import parse
from derivcheck.lang.syntax import Binary, Call, Comparison, Name, Number, Syntax, Unary
from derivcheck.lang.text import name_problem, visible

assert HANDLER_MODULES, "messages offer only what the language has: its functions are registered"

READ = {
    "number": ("2", Number(Fraction(2))),
    "decimals are exact": ("0.1", Number(Fraction(1, 10))),
    "exponent": ("1e-3", Number(Fraction(1, 1000))),
    "power binds to the right": (
        "x**y**2",
        Binary("**", Name("x"), Binary("**", Name("y"), Number(Fraction(2)))),
    ),
    "a sign is weaker than a power": (
        "-x**2",
        Unary("-", Binary("**", Name("x"), Number(Fraction(2)))),
    ),
    "@ and * have one precedence": (
        "x*y @ z",
        Binary("@", Binary("*", Name("x"), Name("y")), Name("z")),
    ),
    "a chain of comparisons": (
        "0 < x <= y",
        Comparison(("<", "<="), (Number(Fraction(0)), Name("x"), Name("y"))),
    ),
    "derivative of a function": (
        "D(f)(x)",
        Call(Call(Name("D"), (Name("f"),)), (Name("x"),)),
    ),
    "Greek": ("σ(λ)", Call(Name("σ"), (Name("λ"),))),
    "line breaks": ("x +\n  y", Binary("+", Name("x"), Name("y"))),
    "a name of Python's that is no reserved word": ("eval", Name("eval")),
    "e and I are names": ("e*I", Binary("*", Name("e"), Name("I"))),
}


@pytest.mark.parametrize(("text", "expected"), READ.values(), ids=READ)
def test_what_is_read(text: str, expected: Syntax) -> None:
    assert parse(text) == expected


def test_places_count_characters_also_after_greek() -> None:
    tree = parse("  σ + λ*sin(x)")
    assert isinstance(tree, Binary)
    assert (tree.right.start, tree.right.end) == (6, 14)


REFUSED = {
    # text: (the offending part, message, hint)
    "": ("", "the expression is empty", None),
    "   ": ("", "the expression is empty", None),
    "x +": ("+", "a value is missing behind `+`", None),
    "sin(x) ** ": ("**", "a value is missing behind `**`", None),
    "x and not": ("not", "a value is missing behind `not`", None),
    "2 + 007*x": ("007", "`007`: a number begins with no zero", "write `7`"),
    "½*x": ("½", "`½` (U+00BD) is not a character of expressions", "write `1/2`"),
    "x⁴": ("⁴", "`⁴` (U+2074) is not a character of expressions", "write `**...`"),
    "f’(x)": ("’", "`’` (U+2019) is not a character of expressions", "write `D(f)(x)`"),
    "x" + "+x" * 201: (
        "x",
        "the expression is nested more than 200 deep",
        "a sum or a product counts its terms: put brackets around some of them",
    ),
    "(x": (
        "(x",
        "`(` is never closed",
        "in YAML, quote an expression that holds a comma inside [...] or {...}",
    ),
    "f(x, y": ("(x, y", "`(` is never closed", None),
    "x)": (")", "`)` closes nothing", None),
    "(x]": ("]", "`]` closes nothing", None),
    "x^2": (
        "x^2",
        "`^` in `x^2` is not an operator of expressions",
        "`^` is not power here: write `x**2`",
    ),
    "<u, v>": (
        "<",
        "`<` has no place in an expression",
        "an inner product is written `u.T @ v`",
    ),
    "tr(A.B)": (
        "A.B",
        "`.B` in `A.B` is not part of the language",
        "a matrix product is written `A @ B`",
    ),
    "sum(u[i], i = 1..m)": (
        "1..m",
        "`.m` in `1..m` is not part of the language",
        "bounds are written `sum(x[i], (i, 0, n - 1))`; over all entries `sum(x[i], i)`",
    ),
    "if u > 1 then u else 1": (
        "if",
        "`if` is a reserved word, not part of expressions",
        "write `where(u > 1, u, 1)`",
    ),
    "x // y": (
        "x // y",
        "`//` in `x // y` is not an operator of expressions",
        "`//` is not an operator here: write `/`",
    ),
    "|x|": ("|", "`|` has no place in an expression", "an absolute value is `abs(x)`"),
    "x!": ("!", "`!` has no place in an expression", "a factorial is `gamma(x + 1)`"),
    "\\frac{x}{2}": (
        "\\",
        "`\\` has no place in an expression",
        "this is LaTeX: `derivcheck check 'LATEX'` reads it; in a formula file write `sin(x)`, "
        "`a/b`, `sqrt(x)`",
    ),
    "sin**2(x)": ("2(x)", "`2` is not a function", "a power of a function is written `sin(x)**2`"),
    "np.sin(x)": ("np.sin", "`.sin` in `np.sin` is not part of the language", "write `sin(x)`"),
    "~x": ("~x", "`~` is not an operator here", None),
    "2x": ("2x", "`2x`: a product needs its sign", "write `2*x`"),
    "3(x + 1)": ("3(x + 1)", "`3` is not a function", "a product needs its `*`"),
    "(x + 1)(x - 1)": ("(x + 1)(x - 1)", "`x + 1` is not a function", "a product needs its `*`"),
    "sin x": (
        "sin x",
        "`sin x`: an operator or brackets are missing",
        "write `sin(x)`",
    ),
    "1/(x ln 10)": (
        "x ln",
        "`x ln`: an operator or brackets are missing",
        "write `x*ln(...)`",
    ),
    "x = 1": (
        "=",
        "`=` is not an operator here",
        "an expression is the right side alone, `1`; a condition is written `==`",
    ),
    "A' @ b": (
        "'",
        "`'` has no place in an expression",
        "a transpose is `.T`, a matrix product `@`: `A.T @ b`; the derivative of a function is "
        "`D(f)(x)`",
    ),
    "u^T M v": (
        "^",
        "`^` has no place in an expression",
        "a transpose is `.T`, a matrix product `@`: `u.T @ M @ v`; the derivative of a function "
        "is `D(f)(x)`",
    ),
    "np.einsum('ik,kj->ij', P, Q)": (
        "np.einsum",
        "`.einsum` in `np.einsum` is not part of the language",
        "write `sum(P[i, k]*Q[k, j], k)`",
    ),
    "torch.mean(torch.square(P), dim=0)": (
        "torch.mean",
        "`.mean` in `torch.mean` is not part of the language",
        "write `mean(P**2, axis=0)`",
    ),
    "np.linalg.solve(P, u.dot(v)*w)": (
        "np.linalg.solve",
        "`.solve` in `np.linalg.solve` is not part of the language",
        "write `inv(P) @ (u.T @ v*w)`",
    ),
    "x.astype(np.float64)": (
        "x.astype",
        "`.astype` in `x.astype` is not part of the language",
        "the attributes are `.T`, the transpose, and `.H`, the conjugate one",
    ),
    "Sum(y**k, (k, 1, m))": (
        "(k, 1, m)",
        "`(k, 1, m)` is a list; an expression is one value",
        "write `sum(y**k, (k, 1, m))`",
    ),
    "f'(x)": (
        "'",
        "`'` has no place in an expression",
        "a prime is written `D(f)(x)` or `diff(f, x)`, the second one `D(f, 2)(x)`",
    ),
    "W x": (
        "W x",
        "`W x`: an operator or brackets are missing",
        "write `W(x)` for a function, `W*x` for a product, `W @ x` for one of matrices",
    ),
    "sum_i x_i": (
        "sum_i x_i",
        "`sum_i x_i`: an operator or brackets are missing",
        "a sum over an index is written `sum(x[i], i)`",
    ),
    "||A x||": ("||", "`||` has no place in an expression", "a norm is `norm(A x)`"),
    "2 + [1 2; 3 4]": (
        ";",
        "`;` has no place in an expression",
        "a matrix is written row by row: `[[1, 2], [3, 4]]`",
    ),
    "y > 1 ? y : 1": ("?", "`?` has no place in an expression", "write `where(y > 1, y, 1)`"),
    "where(x > 0 && y > 0, 1, 0)": (
        "&&",
        "`&&` has no place in an expression",
        "conditions are joined by `and` and `or`",
    ),
    "min{1, y}": (
        "{",
        "`{` has no place in an expression",
        "functions take round brackets: `min(1, y)`",
    ),
    "d/dt exp(t)": (
        "/",
        "`/` has no place in an expression",
        "a derivative is written `diff(exp(t), t)`",
    ),
    "t -> t**2": (
        "->",
        "`->` has no place in an expression",
        "an expression is the body alone, `t**2`",
    ),
    "v.T w": ("v.T w", "`v.T w`: an operator is missing", "write `v.T @ w`"),
    "u.*v": (
        ".*",
        "`.*` has no place in an expression",
        "`*`, `/` and `**` are entry by entry as they are: `u*v`",
    ),
    "A\\c": (
        "\\",
        "`\\` has no place in an expression",
        "the solution of a linear system is `inv(A) @ b`",
    ),
    "$x$": (
        "$",
        "`$` has no place in an expression",
        "LaTeX is read by `derivcheck check 'LATEX'`, without its dollars",
    ),
    "cos^2(x)": (
        "cos^2(x)",
        "`^` in `cos^2(x)` is not an operator of expressions",
        "write `cos(x)**2`",
    ),
    "tan^-1(x)": (
        "tan^-1(x)",
        "`^` in `tan^-1(x)` is not an operator of expressions",
        "write `arctan(x)`",
    ),
    "B^T": ("B^T", "`^` in `B^T` is not an operator of expressions", "write `B.T`"),
    "B^-1 @ c": (
        "B^-1 @ c",
        "`^` in `B^-1 @ c` is not an operator of expressions",
        "write `inv(B) @ c`",
    ),
    "Sum[a[[k]]^2, {k, 1, n}]": (
        "a[[k]]^2",
        "`^` in `a[[k]]^2` is not an operator of expressions",
        "write `sum(a[k]**2, k)`",
    ),
    "f''(x)": (
        "f''",
        "`f''`: quotes have no place here",
        "a prime is written `D(f)(x)` or `diff(f, x)`, the second one `D(f, 2)(x)`",
    ),
    "2.5e-3y": ("2.5e-3y", "`2.5e-3y`: a product needs its sign", "write `2.5e-3*y`"),
    "np.array([x, y])": (
        "np.array",
        "`.array` in `np.array` is not part of the language",
        "write `[x, y]`",
    ),
    "Piecewise((x, True))": (
        "True",
        "`True` is a reserved word, not part of expressions",
        "write `where(condition, a, b)`: the last value stands for all other cases",
    ),
    "x if y else z": (
        "if",
        "`if` is a reserved word, not part of expressions",
        "write `where(y, x, z)`",
    ),
    "lambda": (
        "lambda",
        "`lambda` is a reserved word, not part of expressions",
        "a symbol may be called `lam`",
    ),
    "(x, y)": (
        "(x, y)",
        "`(x, y)` is a list; an expression is one value",
        "a column is `[a, b]`; several forms of a claim are a YAML list, each one quoted",
    ),
    "[]": (
        "[]",
        "`[]` is a list; an expression is one value",
        "a column is `[a, b]`; several forms of a claim are a YAML list, each one quoted",
    ),
    "x[1:7:2]": (
        "2",
        "`2`: slices have no step",
        "`[x[2*i] for i in n]` takes every other entry",
    ),
    "[x[i]*y[j] for i in n for j in n]": (
        "[x[i]*y[j] for i in n for j in n]",
        "`[x[i]*y[j] for i in n for j in n]`: a column is written `[f for i in n]`",
        "a matrix is `[[f for j in n] for i in m]`, a condition `where(i < j, f, 0)`",
    ),
    "sum(x[k], (k, 0))": (
        "(k, 0)",
        "`(k, 0)`: bounds are written `(k, low, high)`",
        "both ends are included; `sum(f, i, j)` runs over several indices",
    ),
    "f(*x)": ("f(*x)", "`*` and `**` do not unpack here", None),
    "x.shape": (
        "x.shape",
        "`.shape` in `x.shape` is not part of the language",
        "a length by the name of its dimension: `n` of `x: [n]`",
    ),
    "x.grad": (
        "x.grad",
        "`.grad` in `x.grad` is not part of the language",
        "the attributes are `.T`, the transpose, and `.H`, the conjugate one",
    ),
    "0x10": ("0x10", "`0x10`: numbers are written in decimal", None),
    "x − y": ("−", "`−` (U+2212) is not a character of expressions", "write `-`"),
    "x² + 1": ("²", "`²` (U+00B2) is not a character of expressions", "write `**2`"),
    "∞": ("∞", "`∞` (U+221E) is not a character of expressions", "write `oo`"),
    "x # y": ("#", "`#` has no place in an expression", None),
    "sin(x)+*2": ("*", "a value is missing before `*2`", None),
    "*x": ("*", "a value is missing before `*x`", None),
    "f(, x)": (",", "a value is missing before `, x)`", None),
    "x[]": ("]", "a value is missing before `]`", None),
    "1 2": ("2", "an operator is missing before `2`", None),
    "(x) y": ("y", "an operator is missing before `y`", None),
    "[1 2]": ("1", "cannot be read at `1 2]`", None),
    "x; y": (";", "cannot be read at `; y`", None),
}


@pytest.mark.parametrize(("text", "wanted"), REFUSED.items(), ids=REFUSED)
def test_what_is_refused_and_how_it_is_told(text: str, wanted: tuple[str, str, str | None]) -> None:
    with pytest.raises(LanguageError) as caught:
        parse(text)
    error = caught.value
    assert (text[error.start : error.end], error.message, error.hint) == wanted


HOSTILE = {
    "code": ("__import__('os').system('id')", "syntax", "`.system` in `__import__('os').system`"),
    "a dunder call": ("__import__(os)", "name", "`__import__` starts with two underscores"),
    "a dunder attribute": ("x.__class__", "syntax", "`.__class__` in `x.__class__`"),
    "a dunder symbol": ("__class__", "name", "`__class__` starts with two underscores"),
    "a generator": ("f(a for a in b)", "syntax", "`(a for a in b)` is not an expression"),
    "an f-string": ("f'{x}'", "syntax", "`f'{x}'`: quotes have no place here"),
    "a walrus": ("(x := 1)", "syntax", "`x := 1` is not an expression of the language"),
    "a statement": ("import os", "reserved", "`import` is a reserved word"),
    "a megabyte": ("x+" * 500_000 + "x", "too-long", "the expression has 1000001 characters"),
    "10,000 brackets": ("(" * 9_999 + "x" + ")" * 9_999, "too-deep", "brackets are nested more"),
    "10,000 open brackets": ("[" * 10_000, "too-deep", "brackets are nested more than 60 deep"),
    "signs": ("-" * 15_000 + "x", "too-deep", "the expression is nested more than 200 deep"),
    "powers": ("x" + "**x" * 5_000, "too-deep", "the expression is nested more than 200 deep"),
    "transposes": ("x" + ".T" * 9_000, "too-deep", "the expression is nested more than 200 deep"),
    "comparisons": ("<".join("x" * 9_000), "too-long", "the expression has over 4000 parts"),
    "a long number": ("1" * 19_000, "too-large", "a number has over 400 digits"),
    "a large exponent": ("1e401", "too-large", "`1e401`: decimal exponents are limited to 400"),
    "a larger exponent": ("1e999999999", "too-large", "`1e999999999`: decimal exponents"),
    "a long name": ("x" * 65, "name", "`xxxxxxxxxxxxxxxxxxxx...` is longer than 64 characters"),
    "a NUL": ("x\0y", "character", "U+0000 is not a visible character"),
    "an escape": ("x\x1b[31m", "character", "U+001B is not a visible character"),
    "right to left": ("x\u202ey", "character", "U+202E is not a visible character"),
    "zero width": ("x\u200by", "character", "U+200B is not a visible character"),
    "a Cyrillic a": ("а + 1", "character", "`а` (U+0430) is not a character of expressions"),
    "a full-width x": ("ｘ", "character", "`ｘ` (U+FF58) is not a character of expressions"),
    "a mathematical x": ("𝑥", "character", "`𝑥` (U+1D465) is not a character of expressions"),
    "a combining hat": ("x̂", "character", "(U+0302) is not a character of expressions"),
    "a lone surrogate": ("\ud800", "character", "U+D800 is not a visible character"),
}


@pytest.mark.parametrize(("text", "rule", "message"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_a_problem_like_any_other(text: str, rule: str, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        parse(text)
    assert caught.value.rule == rule
    assert message in caught.value.message
    assert caught.value.message.isprintable()


@given(strategies.text)
def test_any_text_is_read_or_refused(text: str) -> None:
    _read_or_refuse(text)


@given(strategies.fragments)
def test_any_fragments_are_read_or_refused(text: str) -> None:
    _read_or_refuse(text)


def _read_or_refuse(text: str) -> None:
    problem = None
    try:
        parse(text)
    except LanguageError as error:
        problem = error
    if problem is not None:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.message.isprintable()


NAMES = {
    "x": None,
    "w_1": None,
    "σ": None,
    "e": None,
    "I": None,
    "lambda": "`lambda` is a reserved word of Python: choose another name (`lam`)",
    "__class__": "`__class__` starts with two underscores",
    "1x": "`1x` is not a name: letters, digits and `_`, no digit first",
    "x y": "`x y` is not a name: letters, digits and `_`, no digit first",
    "": "`` is not a name: letters, digits and `_`, no digit first",
    "а": "`а` contains U+0430: names are made of ASCII letters, digits, `_` and Greek letters "
    "that look like no Latin one",
    "x\u202e": "`x<U+202E>` contains U+202E: names are made of ASCII letters, digits, `_` and "
    "Greek letters that look like no Latin one",
    "ο": "`ο` contains U+03BF: names are made of ASCII letters, digits, `_` and Greek letters "
    "that look like no Latin one",
    "y" * 65: "`yyyyyyyyyyyyyyyyyyyy...` is longer than 64 characters",
}


@pytest.mark.parametrize(("name", "problem"), NAMES.items())
def test_names(name: str, problem: str | None) -> None:
    assert name_problem(name) == problem


def test_invisible_characters_are_spelled_out() -> None:
    assert visible("a\x1b[0m\u202eb\u00ad") == "a<U+001B>[0m<U+202E>b<U+00AD>"
