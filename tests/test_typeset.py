"""LaTeX, terminal and MathML of the same boxes; what looks alike means the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import strategies
from adhoc import adhoc_entry
from hypothesis import given

import derivcheck
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.parser import parse
from derivcheck.lang.syntax import Binary, Name, Syntax, Transposed, Unary
from derivcheck.model import Report
from derivcheck.report import latex_sheet
from derivcheck.report.handbook.mathml import mathml
from derivcheck.typeset import terminal
from derivcheck.typeset.boxes import Box
from derivcheck.typeset.code import numpy_code
from derivcheck.typeset.latex import latex
from derivcheck.typeset.layout import Layout
from derivcheck.typeset.statement import Typesetter

SYMBOLS: dict[str, Any] = {
    **{name: ["n", "n"] for name in ("A", "B", "S", "G", "K", "X")},
    **{name: ["n"] for name in ("v", "w", "a1")},
    **dict.fromkeys(("a", "b", "c", "x", "y", "lam", "w2_11"), "real"),
}
FUNCTIONS = {"u": "scalar(x)", "sigma": "elementwise", "C": "scalar(v)"}


def typesetter(expression: str = "A", claim: str = "equals", **more: Any) -> Typesetter:
    entry = adhoc_entry(
        expression, expression, claim=claim, symbols=SYMBOLS, functions=FUNCTIONS, **more
    )
    return Typesetter(entry)


SETTER = typesetter()


def box(text: str) -> Box:
    return SETTER.math(text)


SCALARS = {
    "x**2/(1 + exp(-x))": r"\frac{x^{2}}{1 + e^{-x}}",
    "log(x, a)": r"\log_{a}\left(x\right)",
    "log(x)": r"\ln\left(x\right)",
    "sqrt(x) + cbrt(y)": r"\sqrt{x} + \sqrt[3]{y}",
    "(x + 1)*y": r"\left(x + 1\right)\,y",
    "x*2": r"x \cdot 2",
    "2*3*x": r"2 \cdot 3\,x",
    "1.5e-3*x": r"1.5 \cdot 10^{-3}\,x",
    "tanh(x)**2": r"\tanh^{2}\left(x\right)",
    "exp(x)**2": r"\left(e^{x}\right)^{2}",
    "abs(x)": r"\left|x\right|",
    "x <= 1 and y != 0": r"x \le 1 \land y \ne 0",
    "-(x + y)": r"-\left(x + y\right)",
    "a*-b": r"a\,\left(-b\right)",
    "-a/b": r"-\frac{a}{b}",
    "a/b/c": r"\frac{\frac{a}{b}}{c}",
    "a - (b - c)": r"a - \left(b - c\right)",
    "a*(b*c)": r"a\,b\,c",
    "(-x)**2": r"\left(-x\right)^{2}",
    "arctan(x)": r"\arctan\left(x\right)",
    "besselj(a - 1, x)": r"\mathrm{J}_{a - 1}\left(x\right)",
    "D(u)(x)": r"u'\left(x\right)",
    "D(u, 2)(x)": r"u''\left(x\right)",
    "D(u, 5)(x)": r"u^{\left(5\right)}\left(x\right)",
    "diff(u(x), x)": r"\frac{\partial}{\partial x}u\left(x\right)",
    "diff(a*x, x)": r"\frac{\partial}{\partial x}\left(a\,x\right)",
    "diff(u(x), x)*a": r"\left(\frac{\partial}{\partial x}u\left(x\right)\right)\,a",
    "diff(u(x), x, 2)": r"\frac{\partial^{2}}{\partial x^{2}}u\left(x\right)",
    "where(x > 0, x, 0)": r"\begin{cases} x & \text{if }x > 0 \\ 0 & \text{otherwise} \end{cases}",
    "lam*w2_11": r"\lambda\,w_{2, 11}",
}
ARRAYS = {
    "(S*G) @ K": r"\left(S \odot G\right)\,K",
    "S*(G @ K)": r"S \odot \left(G\,K\right)",
    "S*G*K": r"S \odot G \odot K",
    "2*A @ v": r"2\,A\,v",
    "A @ (B @ v)": r"A\,\left(B\,v\right)",
    "A.T @ B": r"A^{\top}\,B",
    "(A @ B).T": r"\left(A\,B\right)^{\top}",
    "inv(A) @ v": r"A^{-1}\,v",
    "inv(A).T": r"\left(A^{-1}\right)^{\top}",
    "A**2": r"A^{\circ2}",
    "A**-1": r"A^{\circ-1}",
    "1/A": r"1 \oslash A",
    "A/B": r"A \oslash B",
    "A/a": r"\frac{A}{a}",
    "exp(A)": r"\exp\left(A\right)",
    "det(A)*tr(B)": r"\det\left(A\right)\,\operatorname{tr}\left(B\right)",
    "abs(v)": r"\operatorname{abs}\left(v\right)",
    "norm(v)**2": r"\left\|v\right\|^{2}",
    "kron(A, B)": r"A \otimes B",
    "eye(n)": r"I_{n}",
    "ones(n, n)": r"\mathbf{1}_{n \times n}",
    "sum(A[i, k]*B[k, j], k)": r"\sum_{k} A_{i, k}\,B_{k, j}",
    "v[0]": r"v_{1}",
    "w2_11*a1[0]": r"w_{2, 11}\,\left[a_{1}\right]_{1}",
    "inv(A)[0, i]": r"\left[A^{-1}\right]_{1, i}",
    "v[i + k]": r"v_{i + k - 1}",
    "v[2*i]": r"v_{2\,i - 1}",
    "v[i + 1]": r"v_{i + 1}",
    "v[n - 1]": r"v_{n}",
    "v[1:3]": r"v_{2:3}",
    "v[:n - 1]": r"v_{1:n - 1}",
    "A[i, :]": r"A_{i, :}",
    "A[:, 0]": r"A_{:, 1}",
    "[a, b]": r"\begin{bmatrix} a \\ b \end{bmatrix}",
    "[[a, b], [c, x]]": r"\begin{bmatrix} a & b \\ c & x \end{bmatrix}",
    "[v[i]**2 for i in n]": r"\left(v_{i}^{2}\right)_{i = 1}^{n}",
    "sum(v[k], (k, 0, i))*w[i]": r"\left(\sum_{k = 1}^{i} v_{k}\right)\,w_{i}",
    "sum(x**k, (k, 0, 5))": r"\sum_{k = 0}^{5} x^{k}",
    "prod(v[k], (k, 1, n - 1))": r"\prod_{k = 2}^{n} v_{k}",
    "prod(x*v[k], k)": r"\prod_{k} x\,v_{k}",
    "prod(v[k]*x, k)": r"\prod_{k} \left(v_{k}\,x\right)",
    "v[i]*i": r"v_{i}\,\left(i - 1\right)",
    "where(i == j, v[i], w[j])": r"\begin{cases} v_{i} & \text{if }i = j \\ "
    r"w_{j} & \text{otherwise} \end{cases}",
    "where(i == 0, v[i], a)": r"\begin{cases} v_{i} & \text{if }i = 1 \\ "
    r"a & \text{otherwise} \end{cases}",
    "sum(A, axis=0)": r"\operatorname{sum}\left(A, \operatorname{axis} = 0\right)",
    "sigma(v)*(1 - sigma(v))": r"\sigma\left(v\right) \odot \left(1 - \sigma\left(v\right)\right)",
    "D(sigma)(A)": r"\sigma'\left(A\right)",
    "grad(C(v), v)": r"\nabla_{v}C\left(v\right)",
    "d(A @ B)": r"\mathrm{d}\left(A\,B\right)",
    "dA @ B + A @ dB": r"\left(\mathrm{d}A\right)\,B + A\,\mathrm{d}B",
}


@pytest.mark.parametrize(("text", "printed"), (SCALARS | ARRAYS).items(), ids=SCALARS | ARRAYS)
def test_latex(text: str, printed: str) -> None:
    assert latex(box(text)) == printed


DRAWINGS = {
    "x**2": ["x²"],
    "-sin(x)*2": ["−sin(x) ⋅ 2"],
    "(a + b)*c": ["(a + b) c"],
    "1/x": [" 1", "───", " x"],
    "x**(a - 1)": [" a − 1", "x"],
    "sqrt(x)": ["√x"],
    "sqrt(1/x)": ["┌───", "│ 1", "│───", "√ x"],
    "A.T @ X": ["Aᵀ X"],
    "(S*G) @ K": ["(S ⊙ G) K"],
    "S*(G @ K)": ["S ⊙ (G K)"],
    "inv(X).T": ["(X⁻¹)ᵀ"],
    "grad(C(v), v).T": ["(∇ᵥC(v))ᵀ"],
    "D(u)(x)": ["u′(x)"],
    "A[i, 0]": ["A[i, 0]"],
    "v[i]*i": ["v[i] i"],
    "v[:k]": ["v[:k]"],
    "[[a, b], [c, x**2]]": ["⎡a  b ⎤", "⎣c  x²⎦"],
    "log(x, b)": ["log_b(x)"],
    "sum(A[i, k]*v[k], k)": ["∑ A[i, k] v[k]", "k"],
    "where(x > 0, x, -x)": ["⎧ x   if x > 0", "⎩ −x  otherwise"],
}


@pytest.mark.parametrize(("text", "drawing"), DRAWINGS.items(), ids=DRAWINGS)
def test_terminal(text: str, drawing: list[str]) -> None:
    assert terminal.lines(box(text)) == drawing


def test_text_that_is_no_expression_is_shown_as_it_is() -> None:
    assert terminal.lines(SETTER.math("not an\x1b expression")) == ["not an\\x1b expression"]


def test_equations_that_are_too_wide_are_broken() -> None:
    left, right = box("a + b"), box("c + x")
    assert terminal.equation(left, right, 20) == ["a + b = c + x"]
    assert terminal.equation(left, right, 10) == ["a + b", "  = c + x"]
    assert terminal.equation(left, right, 5) is None


LEFT_SIDES = {
    "derivative": (
        typesetter("u(x)*a", "derivative", wrt="x"),
        r"\frac{\partial}{\partial x}\left(u\left(x\right)\,a\right)",
    ),
    "upstream": (
        typesetter("A @ B", "derivative", wrt="A", upstream="G"),
        r"\nabla_{A}\left\langle G, A\,B\right\rangle",
    ),
    "differential": (
        typesetter("A @ B", "differential", wrt=["A"]),
        r"\mathrm{d}\left(A\,B\right)",
    ),
    "equals": (typesetter("A @ B"), r"A\,B"),
    "entries": (typesetter("A[i, 0]", "differential", wrt=["A"]), r"\mathrm{d}A_{i, 1}"),
}


@pytest.mark.parametrize(("setter", "printed"), LEFT_SIDES.values(), ids=LEFT_SIDES)
def test_left_sides(setter: Typesetter, printed: str) -> None:
    assert latex(setter.left()) == printed


LEFT_TEXTS = {
    "derivative": (typesetter("u(x)*a", "derivative", wrt="x"), "diff(u(x)*a, x)"),
    "gradient": (typesetter("tr(A)", "derivative", wrt="A"), "grad(tr(A), A)"),
    "gradient as a row": (
        typesetter("a*v.T @ v", "derivative", wrt="v", layout="numerator"),
        "grad(a*v.T @ v, v).T",
    ),
    "jacobian": (typesetter("A @ v", "derivative", wrt="v"), "jacobian(A @ v, v).T"),
    "jacobian in numerator layout": (
        typesetter("A @ v", "derivative", wrt="v", layout="numerator"),
        "jacobian(A @ v, v)",
    ),
    "second": (typesetter("a**3", "derivative", wrt="a", order=2), "diff(a**3, a, 2)"),
    "hessian": (typesetter("v.T @ v", "derivative", wrt="v", order=2), "hessian(v.T @ v, v)"),
    "by an entry": (typesetter("tr(A)", "derivative", wrt="A[i, j]"), "diff(tr(A), A[i, j])"),
    "upstream": (typesetter("A @ B", "derivative", wrt="A", upstream="G"), "vjp(A @ B, A, G)"),
    "upstream by an entry": (
        typesetter("A @ B", "derivative", wrt="A[i, j]", upstream="G"),
        "vjp(A @ B, A, G)[i, j]",
    ),
    "differential": (typesetter("A @ B", "differential", wrt=["A"]), "d(A @ B)"),
    "equals": (typesetter("A @ B"), "A @ B"),
}


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("numerator", "d(vec(A @ B)) == kron(B.T, eye(n)) @ vec(dA)"),
        ("denominator", "d(vec(A @ B)) == kron(B.T, eye(n)).T @ vec(dA)"),
    ],
)
def test_a_jacobian_by_all_entries_is_told_as_the_differential_that_it_claims(
    layout: str, text: str
) -> None:
    setter = typesetter("vec(A @ B)", "derivative", wrt="vec(A)", layout=layout)
    assert setter.text("kron(B.T, eye(n))") == text


@pytest.mark.parametrize(("setter", "text"), LEFT_TEXTS.values(), ids=LEFT_TEXTS)
def test_left_sides_as_text(setter: Typesetter, text: str) -> None:
    assert setter.left_text() == text
    assert setter.text("B") == f"{text} == B"


def test_an_antiderivative_as_text() -> None:
    setter = typesetter("sin(a)", "antiderivative", wrt="a")
    assert setter.text("-cos(a)") == "diff(-cos(a), a) == sin(a)"


NAMES = {
    "x": "x",
    "alpha": r"\alpha",
    "lam": r"\lambda",
    "σ": r"\sigma",
    "w_1": "w_{1}",
    "w1_11": "w_{1, 11}",
    "dX": r"\mathrm{d}X",
    "loss": r"\operatorname{loss}",
    "_x": r"\operatorname{\_x}",
}


NUMPY = {
    "max(v)": "np.max(v)",
    "min(A, axis=1)": "np.min(A, axis=1, keepdims=True)",
    "max(a, b, x)": "np.maximum(np.maximum(a, b), x)",
    "sum(A, axis=0)": "np.sum(A, axis=0, keepdims=True)",
    "logsumexp(A, axis=0)": "scipy.special.logsumexp(A, axis=0, keepdims=True)",
    "softmax(A, axis=1)": "scipy.special.softmax(A, axis=1)",
    "norm(v, oo)": "np.linalg.norm(v, np.inf)",
    "I*x": "1j*x",
    "log(x, a)": "np.log(x)/np.log(a)",
    "sum(v[i], i)": None,
    "prod(k, (k, 1, n))": None,
    "cumsum(A, axis=1)": None,
}


@pytest.mark.parametrize(("text", "code"), NUMPY.items(), ids=NUMPY)
def test_numpy_code_means_the_same_there(text: str, code: str | None) -> None:
    assert numpy_code(parse(text)) == code


@pytest.mark.parametrize(("name", "printed"), NAMES.items(), ids=NAMES)
def test_names(name: str, printed: str) -> None:
    assert latex(Layout().name(name)) == printed


def test_declared_names_that_would_look_alike_are_set_as_they_are_written() -> None:
    layout = Layout(declared=frozenset(("x1", "x_1", "x2")))
    assert [latex(layout.name(name)) for name in ("x1", "x_1", "x2")] == [
        r"\mathtt{x1}",
        r"\mathtt{x\_1}",
        "x_{2}",
    ]


def test_an_index_is_one_in_every_text_of_an_entry() -> None:
    entry = adhoc_entry(
        "cumsum(v)[i]", "sum(v[k], (k, 0, i))", claim="equals", symbols={"v": ["n"]}
    )
    setter = Typesetter(entry)
    assert [latex(box) for box in (setter.left(), *setter.forms())] == [
        r"\left[\operatorname{cumsum}\left(v\right)\right]_{i}",
        r"\sum_{k = 1}^{i} v_{k}",
    ]


def test_one_hot_columns_count_from_one_on_a_page() -> None:
    symbols = {"v": ["n"], "y": {"index": "n"}}
    setter = Typesetter(adhoc_entry("v[y]", "onehot(y, n)", wrt="v", symbols=symbols))
    assert latex(setter.forms()[0]) == r"\operatorname{onehot}\left(y, n\right)"


def test_a_variable_d_is_no_differential() -> None:
    assert latex(Layout().expression(parse("d*x"))) == r"d\,x"


def test_an_entry_is_told_from_a_name() -> None:
    layout = Layout(declared=frozenset(("x", "x1")))
    assert (
        latex(layout.expression(parse("x[0] + x[1] + x1"))) == r"\left[x\right]_{1} + x_{2} + x_{1}"
    )


SHEET = r"""% written by derivcheck; needs \usepackage{amsmath,amssymb}

\section*{A sheet \& more}
\subsection*{one}

{\raggedright \noindent\textbf{a\_1} 100\% of $\sigma$ (proved)\par}
\begin{align*}
  \frac{\mathrm{d}}{\mathrm{d}x}x^{2} &= 2\,x \\
  &= x \cdot 2
\end{align*}
"""


def test_a_sheet_in_latex() -> None:
    text = (
        "derivcheck: 1\ncollection: sheet\ntitle: A sheet & more\nformulas:\n  - {id: a_1, name: "
        "100% of σ, section: one, symbols: {x: real}, expression: x**2, wrt: x, derivative: "
        '["2*x", "x*2"]}\n'
    )
    entries = derivcheck.load(text=text)
    results = tuple(derivcheck.verify(entries, use_cache=False))
    report = Report(results, collections=(("sheet", "A sheet & more"),))
    assert latex_sheet.render(report, entries) == SHEET


WIDE = {
    "a long right side": (
        "F(x)",
        " + ".join(f"f(x)*sin({k}*x + y)" for k in (1, 2, 3, 4)),
        ["F\\left(x\\right) &= f", "&\\quad + f\\left(x\\right)"],
    ),
    "a long left side": (
        "f(x)*(" + " + ".join(f"f({k}*x)" for k in range(1, 9)) + ")",
        "F(x) - F(2*x) + F(3*x)",
        ["&f", "&\\cdot \\left(", "&\\quad = F"],
    ),
}


@pytest.mark.parametrize(("left", "right", "beginnings"), WIDE.values(), ids=WIDE)
def test_what_is_wider_than_a_page_is_broken(left: str, right: str, beginnings: list[str]) -> None:
    entry = adhoc_entry(
        left,
        right,
        claim="equals",
        symbols={"x": "real", "y": "real"},
        functions={"f": "scalar(x)", "F": "scalar(x)"},
    )
    rows = latex_sheet.display(entry)[1:-1]
    assert len(rows) == len(beginnings)
    for row, beginning in zip(rows, beginnings, strict=True):
        assert row.strip().startswith(beginning)
        assert row.count("\\left") == row.count("\\right")


# --- nothing prints another formula ----------------------------------------------------------


def trees(operators: int) -> Iterator[Syntax]:
    """Every expression with so many operators on two square matrices and two numbers."""
    if operators == 0:
        yield from (Name("A"), Name("B"), Name("a"), Name("b"))
        return
    for left in range(operators):
        for first in trees(left):
            for second in trees(operators - 1 - left):
                for sign in ("*", "@", "/", "+", "-", "**"):
                    yield Binary(sign, first, second)
    for inner in trees(operators - 1):
        yield Unary("-", inner)
        yield Transposed(inner)


POINT = {
    "A": np.array([[1.5, 2.0], [0.5, 3.0]]),
    "B": np.array([[2.5, 1.25], [3.5, 0.75]]),
    "a": np.array(1.75),
    "b": np.array(0.625),
}


def value(node: Syntax) -> Any:
    match node:
        case Name():
            return POINT[node.id]
        case Unary():
            return -value(node.operand)
        case Transposed():
            return value(node.operand).T
        case Binary():
            left, right = value(node.left), value(node.right)
            match node.operator:
                case "@":
                    return left @ right if left.shape and right.shape else left * right
                case "**":
                    return np.abs(left) ** right * np.sign(left)
                case "*":
                    return left * right
                case "/":
                    return left / right
                case "+":
                    return left + right
                case "-":
                    return left - right
    raise AssertionError(node)


@pytest.mark.parametrize("form", ["latex", "terminal", "mathml"])
def test_what_looks_alike_is_alike(form: str) -> None:
    writers = {
        "latex": latex,
        "terminal": lambda b: "\n".join(terminal.lines(b)),
        "mathml": lambda b: str(mathml(b)),
    }
    write, builder = writers[form], SETTER.statement.builder
    assert builder is not None
    printed: defaultdict[str, list[Syntax]] = defaultdict(list)
    for operators in (1, 2):
        for tree in trees(operators):
            try:
                builder.node(tree)
            except LanguageError:
                continue
            printed[write(SETTER.layout.expression(tree))].append(tree)
    assert len(printed) > 2000
    with np.errstate(divide="ignore", invalid="ignore"):
        for text, alike in printed.items():
            first = value(alike[0])
            for other in alike[1:]:
                same = np.allclose(first, value(other), rtol=1e-12, equal_nan=True)
                assert same, (text, alike[0], other)


@given(strategies.syntax)
def test_everything_has_a_look(tree: Syntax) -> None:
    layout = Layout()
    found = layout.expression(tree)
    text = latex(found)
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")
    assert len({len(line) for line in terminal.block(found).lines}) == 1
    markup = str(mathml(found)).replace("&#x2061;", "").replace("&#x2062;", "")
    ElementTree.fromstring(markup)
