"""How equations are read: LaTeX in, the entry's own words out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivcheck.checking.checker import Checker
from derivcheck.collection.formula import Formula
from derivcheck.documents.load import from_text
from derivcheck.documents.maths.statements import statements
from derivcheck.documents.maths.tokens import tokenize
from derivcheck.documents.maths.tree import NotReadError
from derivcheck.documents.model import Judged, Read
from derivcheck.documents.reader import read_document
from derivcheck.documents.source import Macro
from derivcheck.documents.verdicts import judged
from derivcheck.model import FormulaResult, Settings


def page(*parts: str, block: str = "") -> str:
    """A Markdown page: an annotation, and displays with a word between."""
    head = f"<!-- derivcheck\n{block}\n-->\n\n" if block else ""
    return head + "\n\nThen\n\n".join(f"$${part}$$" for part in parts) + "\n"


def read(text: str, file: str = "page.md") -> tuple[Read, ...]:
    source = from_text(text, file)
    assert source.problems == ()
    return read_document(source)


def explained(entries: Iterable[Formula]) -> Iterator[FormulaResult]:
    return map(Checker(Settings()).check, entries)


def verdicts(entries: Iterable[Formula]) -> Iterator[FormulaResult]:
    return map(Checker(Settings(hints=False)).check, entries)


def judge(text: str, file: str = "page.md") -> list[Judged]:
    """What becomes of each equation.

    The search for hints, which takes most of the time, only where one may matter: it takes back
    suspects and nothing else, and what is doubted is asked for its verdict alone.
    """
    reads = read(text, file)
    found = list(judged(reads, verdicts))
    is_suspect = any(result.suspect for one in found for result in one.results)
    return list(judged(reads, explained, verdicts)) if is_suspect else found


def shown(one: Read) -> list[str]:
    """Each reading as ``left = right = ...``."""
    found = []
    for claim in one.claims:
        for entry in claim.readings:
            left = entry.expression
            if entry.kind == "derivative":
                left = f"d/d{entry.wrt[0]} {left}"
            found.append(" = ".join([left, *entry.claims]))
    return found


READINGS = [
    # fonts as TeX had them first, and a d in braces
    (r"\frac{{\rm d}}{{\rm d}x} \sin x = \cos x", ["d/dx sin(x) = cos(x)"]),
    (r"\frac{\rm d}{{\rm d} x} {\rm tanh}\, x = 1", ["d/dx tanh(x) = 1"]),
    (r"\frac{{\rm d}\sin x}{{\rm d}x} = \cos x", ["d/dx sin(x) = cos(x)"]),
    (r"\frac{{\mathrm{d}}^2}{{\mathrm{d}}x^2} x^3 = 6x", ["diff(diff(x**3, x), x) = 6*x"]),
    (r"\frac{{d}}{{d}x} x_{d} x = x_{d}", ["d/dx x_d*x = x_d"]),
    (
        r"{d \over dx} \sqrt{x \over 2} = {1 \over {x + 1 \over 2}}",
        ["d/dx sqrt(x/2) = 1/((x + 1)/2)"],
    ),
    # a d as macros for differentials have it, with what sets its spaces
    *(
        (rf"\frac{{{d} {above}}}{{{d} x}} {behind} = \cos x", ["d/dx sin(x) = cos(x)"])
        for above, behind in ((r"\sin x", ""), ("", r"\sin x"))
        for d in (
            r"\mathop{}\!\mathrm{d}",
            r"\mathop{}\mathopen{}\mathrm{d}",
            r"\mathop{\mathrm{d}\!}",
            r"\mathop{\mathrm{{}d}}\mathopen{}",
            r"\mathop{d}\!",
            r"\mathord{\mathrm d}",
            r"\mathinner{\mathrm d}",
            r"\mathord d",
            r"\ensuremath{\mathrm{d}}",
            r"\textcolor{red}{d}",
        )
    ),
    (r"\frac{d}{dx} x^2 \mathord{} = 2x \mathbin{\cdot} \mathord{1}", ["d/dx x**2 = 2*x*1"]),
    # bars with a side that nothing opened, operators in braces
    (r"\frac{d}{dx} x^4\bigr|_{x=b} = 4b^3", ["diff(s1_**4, s1_) = 4*b**3"]),
    (r"\frac{d}{dx} x^4\rvert_{x=b} = 4b^3", ["diff(s1_**4, s1_) = 4*b**3"]),
    (r"\frac{d}{dx} \bigl|x\bigr|^2 = 2\lvert x\rvert", ["d/dx abs(x)**2 = 2*abs(x)"]),
    (r"\frac{d}{dx} x^2{+}x {=} 2{\cdot}x", ["diff(x**2, x) + x = 2*x"]),
    (r"\frac{d}{dx} x^{-1} = -x^{-2}", ["d/dx x**(-1) = -x**(-2)"]),
    (r"\nabla_A \mathop{\rm tr}(A^T A) = 2A", ["d/dA tr(A.T @ A) = 2*A"]),
    (
        r"\begin{aligned}[t] \frac{d}{dx} x^4 &= 4x^3 \end{aligned}\hfill",
        ["d/dx x**4 = 4*x**3"],
    ),
    # columns of environments
    (
        r"\begin{alignat}{2} \frac{d}{dx} x^2 &= 2x &\quad& \text{so} \\ &= x + x \end{alignat}",
        ["d/dx x**2 = 2*x = x + x"],
    ),
    (
        r"\begin{IEEEeqnarray}{rCl} \frac{d}{dx} x^2 & = & 2x \end{IEEEeqnarray}",
        ["d/dx x**2 = 2*x"],
    ),
    (r"\begin{flalign*} && \frac{d}{dx} x^2 &= 2x && \end{flalign*}", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} x^2 = 2x \eqno(7)", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} x^2 = 2x \leqno{(7)}", ["d/dx x**2 = 2*x"]),
    # what stands behind it is no part of it, the space before a sign no end
    (r"\frac{d}{dx} x^2 = 2x, \quad (1)", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} x^2 = 2x \quad (A.12)", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} x^2 = 2x \quad (x \ne 0)", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} x^2 = 2x, \; \forall x", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} x^2 = 2x, i = 1,...n", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} x^2 = 2x, \ldots", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} x^2 = 2x. \quad \frac{d}{dx} x = 1.", ["d/dx x**2 = 2*x", "d/dx x = 1"]),
    (r"\frac{d}{dx} x^2 = 2x \blacksquare", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} x^2 = 2x \text{ - see above}", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} x^2 = {-2x}", ["d/dx x**2 = -2*x"]),
    (r"\frac{d}{dx} x^2 = 2 \cdot {-x}", ["d/dx x**2 = 2*(-x)"]),
    (r"\frac{d}{dx} x^2 = 2x \footnotemark", ["d/dx x**2 = 2*x"]),
    *(
        (rf"\begin{{aligned}} \frac{{d}}{{dx}} (x^2 + x^3) {rows} \end{{aligned}}", [read_as])
        for read_as in ["d/dx x**2 + x**3 = 2*x + 3*x**2"]
        for rows in (
            r"&= 2x \\ &{} + 3x^2",
            r"={}& 2x \\ {}& + 3x^2",
            r"&= 2x + {} \\ & 3x^2",
            r"&= \left( 2x \right. \\ &\quad \left. {} + 3x^2 \right)",
            r"&= \left( 2x \right. \\ & + \left. 3x^2 \right)",
            r"&= \bigl( 2x \\ &\quad + 3x^2 \bigr)",
        )
    ),
    (r"\frac{d}{dx} .25x^2 = (.5)x", ["d/dx 0.25*x**2 = 0.5*x"]),
    # juxtaposition and functions without brackets
    (r"\frac{d}{dx} \cos 3x = -3\sin 3x", ["d/dx cos(3*x) = -3*sin(3*x)"]),
    (r"\frac{d}{dt}\sin t \ln t = q", None),
    (r"\frac{d}{dx} \ln 5\cdot x = \ln 5", ["d/dx ln(5)*x = ln(5)"]),
    (
        r"\frac{d}{dx}\tan bx = b\sec^2 bx",
        ["d/dx tan(b*x) = b*sec(b*x)**2"],
    ),
    (r"\frac{d}{dx}e^{2x}\cos x = e^{2x}", ["d/dx e**(2*x)*cos(x) = e**(2*x)"]),
    (r"\frac d{ds}\frac1s = -\frac1{s^2}", ["d/ds 1/s = -1/s**2"]),
    (r"\partial_x (x^2y) = 2xy", ["d/dx x**2*y = 2*x*y"]),
    *(
        (rf"{by} (x^3 y) = 6xy", ["diff(diff(x**3*y, x), x) = 6*x*y"])
        for by in (r"\partial_x^2", r"\partial^2_x", r"\partial_{xx}^{2}", r"\partial_{xx}")
    ),
    (r"\partial^2_{xy} (x^2 y) = 2x", ["diff(diff(x**2*y, y), x) = 2*x"]),
    (r"\partial_x^n x^3 = 6x", None),
    (r"\partial^2_{xyx} (x^2 y) = 2x", None),
    (r"D_x x^2 = 2x", ["d/dx x**2 = 2*x"]),
    (r"\frac{\mathrm d^2}{\mathrm d x^2} x^4 = 12x^2", ["diff(diff(x**4, x), x) = 12*x**2"]),
    (r"\left.\frac{d}{dx} x^4\right|_{x=b} = 4b^3", ["diff(s1_**4, s1_) = 4*b**3"]),
    (
        r"\frac{d}{dx} x^3 - 1 = 3x^2",
        ["diff(x**3, x) - 1 = 3*x**2", "d/dx x**3 - 1 = 3*x**2"],
    ),
    (
        r"\frac{d}{dx}\cos^{-1} x = -\frac{1}{\sqrt{1-x^2}}",
        [
            "d/dx acos(x) = -1/sqrt(1 - x**2)",
            "d/dx cos(x)**(-1) = -1/sqrt(1 - x**2)",
        ],
    ),
    (
        r"\frac{d}{dx}\begin{cases} x^2 & x > 1 \\ x & \text{otherwise}\end{cases} = 1",
        ["d/dx where(x > 1, x**2, x) = 1"],
    ),
    (
        r"\frac{d}{dx}\left\{\begin{array}{ll} x^2 & x > 1 \\ x & \text{else}\end{array}\right.=1",
        ["d/dx where(x > 1, x**2, x) = 1"],
    ),
    (
        r"\frac{d}{dx} \ln x/2 = \frac{1}{2x}",
        ["d/dx ln(x)/2 = 1/(2*x)", "diff(ln(x), x)/2 = 1/(2*x)", "d/dx ln(x/2) = 1/(2*x)"],
    ),
    (r"\frac{d}{dx} \cos -x = -\sin x", ["d/dx cos(-x) = -sin(x)"]),
    (r"\frac{d}{dx} {\begin{aligned} x^2 \end{aligned}} = 2x", ["d/dx x**2 = 2*x"]),
    (r"\left[u(x) v(x)\right]' = u'(x)v(x)", ["d/dx u(x)*v(x) = D(u)(x)*v(x)"]),
    (r"(lnx)' = 1/x", ["d/dx ln(x) = 1/x"]),
    (
        r"\frac{d}{dx} \sin(x)^2 = 2\sin x\cos x",
        ["d/dx sin(x)**2 = 2*sin(x)*cos(x)", "d/dx sin(x**2) = 2*sin(x)*cos(x)"],
    ),
    (
        r"\frac{d}{dx} \ln 2 \sqrt{x} = 1",
        ["d/dx ln(2)*sqrt(x) = 1", "d/dx ln(2*sqrt(x)) = 1"],
    ),
    (
        r"\frac{d}{dx}\ln \frac{x}{2} y = 1",
        ["d/dx ln(x/2*y) = 1", "d/dx ln(x/2)*y = 1"],
    ),
    # signs behind signs, empty groups, fractions as exponents
    (r"\frac{d}{dx} (x^2 \cdot -3) = -6x", ["d/dx x**2*(-3) = -6*x"]),
    (r"\frac{d}{dx} (2/-x) = 2/x^2", ["d/dx 2/(-x) = 2/x**2"]),
    (r"\frac{d}{dx} {} x^2 = 2x", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} x^\frac12 = \frac12 x^{-\frac12}", ["d/dx x**(1/2) = 1/2*x**(-1/2)"]),
    (r"\frac{d}{dx} \begin{pmatrix} x^2 \end{pmatrix} = 2x", ["d/dx x**2 = 2*x"]),
    # of a point nothing is said, and of a stretch
    (
        r"\frac{d}{dx}|x| = \begin{cases} 1 & x > 0 \\ -1 & x < 0 \\"
        r" \text{undefined} & x = 0 \end{cases}",
        ["d/dx abs(x) = where(x > 0, 1, -1)"],
    ),
    (r"\frac{d}{dx}|x| = \begin{cases} 1 & x > 0 \\ -1 & x < -5 \end{cases}", None),
    (
        r"\frac{d}{dx}|x| = \begin{cases} 1 & \text{if $x > 0$} \\ -1 & \text{for $x < 0$.}"
        r" \end{cases}",
        ["d/dx abs(x) = where(x > 0, 1, -1)"],
    ),
    (
        r"\frac{d}{dx}|x| = \begin{cases} 1 & x \ge 1 \\ 1 & 0 < x < 1 \\ -1 & x < 0 \end{cases}",
        ["d/dx abs(x) = where(x >= 1, 1, where((0 < x) and (x < 1), 1, -1))"],
    ),
    (
        r"\frac{d}{dx}|x| = \begin{cases} 1 & x \ge 1 \\ 1 & 0 < x < 0.5 \\ -1 & x < 0 \end{cases}",
        None,
    ),
    # lengths that a page gives to spaces
    (r"\frac{d}{dx} x^2\hspace{2mm} = 2x", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} x^2\hskip.75pt y = 2xy", ["d/dx x**2*y = 2*x*y"]),
    (r"\frac{d}{dx} x^2 \hspace*{0.1em} y = 2xy", ["d/dx x**2*y = 2*x*y"]),
    # notation of plain text, boxes, compositions
    (r"\partial(u^3v)/\partial u = 3u^2v", ["d/du u**3*v = 3*u**2*v"]),
    (r"\partial^2 (u^2v)/\partial u\partial v = 2u", ["diff(diff(u**2*v, v), u) = 2*u"]),
    (r"\boxed{\frac{d}{dx} x^3 = 3x^2}", ["d/dx x**3 = 3*x**2"]),
    (r"\frac{\text{d}(x^3)}{\text{d}x} = 3x²", ["d/dx x**3 = 3*x**2"]),
    (r"\frac{d}{dx} x₁x = x₁", ["d/dx x_1*x = x_1"]),
    (
        r"(f \circ g)'(x) = f'(g(x)) g'(x)",
        ["d/dx f(g(x)) = D(f)(g(x))*D(g)(x)"],
    ),
    (r"(cf + g)'(t) = cf'(t) + g'(t)", ["d/dt c*f(t) + g(t) = c*D(f)(t) + D(g)(t)"]),
    (r"(fg)''(a) = f(a)", ["diff(diff(f(a)*g(a), a), a) = f(a)"]),
    (r"(x^2)'(x) = 2x^2", ["diff(x**2, x)*x = 2*x**2"]),
    (r"(x^2)'(3) = 6", None),
    (r"(\sin x)'(a) = \cos a", None),
    (r"{\displaystyle \frac{d}{dx} x^2 = 2x}", ["d/dx x**2 = 2*x"]),
    (r"\frac{d}{dx} \ln x = \frac1x, \quad (0, \infty)", ["d/dx ln(x) = 1/x"]),
    # a number in brackets above a function, a binomial or a column, the gradient as a word
    (
        r"\frac{d}{dx} \sin^{(2)}(x) = 1",
        ["d/dx diff(diff(sin(x), x), x) = 1", "d/dx sin(x)**2 = 1"],
    ),
    (r"\frac{d}{dx} \sin^{(2)} x = 1", None),
    (r"\frac{d}{dx} \sin[-1](x) = 1", None),
    (
        r"\frac{d}{dx} \binom{n}{2} x = \tbinom n2",
        ["d/dx binomial(n, 2)*x = binomial(n, 2)", "d/dx [n, 2]*x = [n, 2]"],
    ),
    (r"\operatorname{grad}_x x^T x = 2x", ["d/dx x.T @ x = 2*x"]),
    # functions in other languages
    (r"\frac{d}{dx} sen(2x) = 2cos(2x)", ["d/dx sin(2*x) = 2*cos(2*x)"]),
    (r"\frac{d}{dx} \arcsen x = \tgh x", ["d/dx asin(x) = tanh(x)"]),
    (r"\frac{d}{dx} arcos(x) = \operatorname{argsh} x", ["d/dx acos(x) = asinh(x)"]),
    # braces that mean nothing
    (r"\frac{\partial}{\partial \sigma^2} x\sigma^2 = x", ["d/dsigma_2 x*sigma_2 = x"]),
    (r"\frac{{\partial} (x^2 y)}{{\partial} x} = 2xy", ["d/dx x**2*y = 2*x*y"]),
    (r"{(x^3)}^{'} = 3x^2", ["d/dx x**3 = 3*x**2"]),
    (
        r"\begin{array}{rcl} & \frac{d}{dx} x^2 & = & 2x \\ & & = & x + x \end{array}",
        ["d/dx x**2 = 2*x = x + x"],
    ),
]


@pytest.mark.parametrize(("latex", "expected"), [pytest.param(*row, id=row[0]) for row in READINGS])
def test_readings(latex: str, expected: list[str] | None) -> None:
    (one,) = read(page(latex))
    if expected is None:
        assert one.claims == ()
        assert one.reason
        return
    assert expected[0] in shown(one)
    assert set(expected) <= set(shown(one))


PHYSICS = [
    (r"\dv{x} x^3 = 3x^2", ["d/dx x**3 = 3*x**2"]),
    (r"\dv{x^3}{x} = 3x^2", ["d/dx x**3 = 3*x**2"]),
    (r"\dv[2]{x^4}{x} = 12x^2", ["diff(diff(x**4, x), x) = 12*x**2"]),
    (r"\pdv[2]{x^3y}{x} = 6xy", ["diff(diff(x**3*y, x), x) = 6*x*y"]),
    (r"\pdv{x^2y}{x}{y} = 2x", ["diff(diff(x**2*y, y), x) = 2*x"]),
    (r"\dd(x^2) = 2x\,\dd{x}", ["d(x**2) = 2*x*d(x)"]),
    (r"\dv{x} \sin[2](x) = 2\sin(x)\cos(x)", ["d/dx sin(x)**2 = 2*sin(x)*cos(x)"]),
    (
        r"\dv{x} \sin[-1](x) = 1",
        ["d/dx asin(x) = 1", "d/dx sin(x)**(-1) = 1"],
    ),
    (r"\dv{x} \sin^2[2](x) = 0", "two brackets behind a function"),
    (r"\dv[n]{x^4}{x} = 12x^2", r"`\dv` that is not understood"),
    (r"\dv = 1", r"`\dv` that is not understood"),
]


@pytest.mark.parametrize(("latex", "expected"), [pytest.param(*row, id=row[0]) for row in PHYSICS])
def test_derivatives_of_the_package_physics(latex: str, expected: list[str] | str) -> None:
    head = "\\documentclass{article}\n\\usepackage{physics}\n\\begin{document}\n"
    (one,) = read(f"{head}\\[{latex}\\]\n\\end{{document}}\n", "page.tex")
    assert (shown(one) or one.reason) == expected
    (other,) = read(page(latex))  # nobody says what the commands are
    assert other.reason.startswith("unknown command")


def test_annotations_know_the_package_and_their_own_base_of_logarithms() -> None:
    """Whatever stands first in the block."""
    head = "\\usepackage{physics}\n% derivcheck: symbols: {x: positive}\n"
    block = "% derivcheck: where: {g: '\\log x', f: '\\dv{g}{x}'}\n% derivcheck: log: 10\n"
    (one,) = read(f"{head}{block}$f' = 1$", "page.tex")
    where = [entry.where for claim in one.claims for entry in claim.readings]
    assert where == [{"g": "log(x, 10)", "f": "diff(g, x)"}]


NOT_READ = [
    (r"\frac{d}{dx}(x^3) = \boxed{\phantom{3}}x^2", "unread", "a blank to be filled in"),
    (r"\frac{d}{dx}(x^3) = \fbox{ } x^2", "unread", "a blank to be filled in"),
    (r"\frac{d}{dx}(x^3) = \boxed{} x^2", "unread", "a blank to be filled in"),
    (r"\frac{d}{dx}(x^3) = \rule{1cm}{0.4pt} x^2", "unread", "a blank to be filled in"),
    (r"\frac{d}{dx}(x^3) = \hphantom{3} x^2", "unread", "a blank to be filled in"),
    (r"\frac{d}{dx}(x^3) = \ \ \ x^2", "unread", "a blank to be filled in"),
    (r"\frac{d}{dx} x^10 = 10x^9", "unread", "TeX sets `^10` with only its first digit above"),
    (r"\frac{d}{dx} \wurzel{x} = 1", "unread", "unknown command `\\wurzel`"),
    (r"\frac{d}{dx} gain_i = 1", "unread", "a run of letters, `gain`, that is no declared name"),
    (r"\frac{d}{dx} (x + 1 = 1", "unread", "`(` is never closed"),
    (r"\frac{d}{dx} x^2 =", "unread", "there is no right side"),
    (r"y' = 3x", "silent", "`y` is defined nowhere"),
    (r"\frac{d}{dx} x^2 \approx 2x", "silent", "an approximation"),
    (r"\frac{d}{dx} \sum_{k=1}^n a_k + b_k = 0", "unread", None),
    (r"\lim_{h\to0} \frac{f(x+h)-f(x)}{h} = 1", "silent", "a limit"),
    (r"dt = 10^{-3}", "silent", "a step: a differential on one side only"),
    (r"\frac{d}{dx} (x \circ x) = 1", "unread", "`\\circ` between what are no functions"),
    (r"\frac{d}{dx} x^2 = 2x!", "unread", "a factorial of what is no number"),
    (r"\partial u = 1", "unread", "`\\partial` alone"),
    (r"\frac{d}{dx} \sum_{i<j} x^i = 1", "unread", "a sum over what is no index"),
    (r"\frac{d}{dx} \sum_{i, i} x^i = 1", "unread", "a sum over what is no index"),
    (r"\frac{d}{dx} \sum_{i, j \ne k} x^i = 1", "unread", "a sum over what is no index"),
    (r"\frac{d}{dx} \sum_{i \ne 3} x^i = 1", "unread", "a sum over what is no index"),
    *(
        (latex, "unread", "a sum that may run over both of its indices")
        for latex in (
            r"\frac{\partial}{\partial x_k} \sum_{i \ne j} x_i x_j = 2 \sum_{i \ne k} x_i",
            r"\frac{\partial}{\partial x_j} \sum_{i \ne j} x_i x_j = 2 \sum_{i \ne j} x_i",
        )
    ),
    (r"\partial^2 u/\partial v = 1", "unread", "the orders above and below differ"),
    (r"\frac{d}{dx} \sin' x = 1", "unread", "a prime on a function of the language"),
    (r"\frac{d}{dx} \sin_2 x = 1", "unread", "a subscript on `sin`"),
    (r"\frac{d}{dx} \max x = 1", "unread", "`max` without brackets"),
    (r"\frac{d}{dx} (x \pm 1) = 1", "unread", "`\\pm` stands for two equations"),
    (r"\frac{d}{dx} \left|x\right\| = 1", "unread", "bars that do not belong together"),
    (r"\frac{d}{dx} \left. x \right) = 1", "unread", "a one-sided bracket"),
    (r"\frac{d}{dx} \|x\|_3 = 1", "unread", "a norm `3`"),
    (r"\frac{d}{dx} || = 1", "unread", "bars with nothing between"),
    (r"\frac{d}{dx} x^2 \Big|_{3} = 6", "unread", "a point is written `x=a`"),
    (r"\frac{d}{dx} f() = 1", "unread", "a call without an argument"),
    (r"\frac{d}{dx} \langle x \rangle = 1", "unread", "angle brackets round what is no pair"),
    (r"\nabla^3 f = 1", "unread", "a power of nabla"),
    (r"\nabla_{x+1} f = 1", "unread", "a gradient by more than a name"),
    (r"\nabla \cdot f = 1", "unread", "a divergence or curl of what is no field by x, y, z"),
    (r"\frac{d}{dx} \operatorname{foo}(x) = 1", "unread", "unknown function `foo`"),
    (r"\frac{d}{dx} \mathtt{rate} = 1", "unread", "`rate` is no declared name"),
    (r"\frac{d}{dx} \infty x = 1", "unread", "infinity"),
    *(
        (latex, "unread", "an expression alone behind it: is it a list, or a part of it?")
        for latex in (
            r"\frac{d}{dx} 3x^2 = 6x, 5",
            r"\frac{d}{dx} 3x^2 = 6x \quad 5",
            r"\frac{d}{dx} 3x^2 = 6x, \frac{1}{2}",
            r"\begin{aligned} \frac{d}{dx} x^5 &= 5 \\ &\quad x^4 \end{aligned}",
            r"\begin{aligned} \frac{d}{dx} x^2(x + 1) &= x \\ & (3x + 2) \end{aligned}",
            r"\begin{aligned} f(x) &= x \\ & \left[x + 1\right] \end{aligned}",
        )
    ),
    *(
        (
            rf"\frac{{d}}{{dx}} (x^3 - x^2) = {right}",
            "unread",
            "braces that begin with a sign: a term, or a factor?",
        )
        for right in (
            r"3x^2 {- 2x}",
            r"3x^2 \textcolor{red}{- 2x}",
            r"3x^2 \color{red}{+ 2x}",
            r"\underbrace{3x^2}_{a} \underbrace{- 2x}_{b}",
            r"3x^2 \boxed{- 2x}",
            r"3x^2 {\pm 2x}",
        )
    ),
    *(
        (rf"\frac{{d}}{{dx}} x^2 = 2x {words}", "silent", "maths in words")
        for words in (r"\text{+ 1}", r"\mbox{$+ 1$}", r"\text{-} 1", r"\text{ - } 1", r"\text{+ x}")
    ),
    *(
        (latex, "silent", "a dot in the middle: is it a product?")
        for latex in (
            r"\frac{d}{dx} x^2 = 2 . x",
            r"\frac{d}{dx} 3.x = 3",
            r"a.b = 0",
            r"\frac{d}{dx} x^2/4 = x .5",
            r"x + x^2 + ... + x^n = 0",
        )
    ),
    (
        r"\begin{aligned} \frac{d}{dx} (x^2 - x^3) &= 2x - \\ & - 3x^2 \end{aligned}",
        "silent",
        "a minus at the end of a row and at the start of the next",
    ),
    (
        r"\frac{d}{dx} \begin{cases} x & x > 0 \end{cases} = 1",
        "unread",
        "cases that are not understood",
    ),
]


@pytest.mark.parametrize(
    ("latex", "status", "reason"), [pytest.param(*row, id=row[0]) for row in NOT_READ]
)
def test_not_read(latex: str, status: str, reason: str | None) -> None:
    (one,) = read(page(latex))
    assert one.status.value == status
    if reason is not None:
        assert one.reason == reason
    assert one.claims == ()


LAST_TOKENS = [
    r"\frac{d}{dx} x^2 = \left(2x\right)",
    r"\frac{d}{dx} x^2 = \bigl[2x\bigr]",
    r"\frac{d}{dx} \frac{x^2}{2} = \begin{cases} x & x > 0 \\ x & x \le 0 \end{cases}",
    r"\frac{d}{dx} \pi x = \pi",
    r"\frac{d}{dx} 10 x = 10",
    r"\frac{d}{dx} 1{,}5 x = 1{,}5",
    r"\frac{d}{dx} .5x = .5",
    r"\frac{d}{dx} \hat{a} x = \hat{a}",
    r"\frac{d}{dx} \mathrm{a} x = \mathrm{a}",
    r"\nabla_{\mathbf{a}} \mathbf{a}^T \mathbf{b} = \mathbf{b}",
]


def test_a_claim_is_told_without_the_brace_of_its_box() -> None:
    (one,) = read(page(r"\boxed{\frac{d}{dx} x^2 = \frac{4x}{2}}"))
    assert [claim.latex for claim in one.claims] == [r"\frac{d}{dx} x^2 = \frac{4x}{2}"]


@pytest.mark.parametrize("latex", LAST_TOKENS)
def test_a_claim_is_told_with_its_last_token(latex: str) -> None:
    (one,) = read(page(latex))
    assert [claim.latex for claim in one.claims] == [latex]


VERDICTS = [
    (
        "a subscript below a derivative that is one, too",
        [
            r"f(x, y) = x^3 y^2",
            r"(f_x)_x = 6xy^2",
            r"\big(f_x\big)_y = 6x^2 y",
            r"(f_x)_y = 3x^2 y^2",
            r"\left(\frac{\partial f}{\partial x}\right)_x = 6xy^2",
        ],
        "",
        ["proved", "proved", "refuted suspect", "proved"],
    ),
    (
        "a prime at a number, of what has no argument",
        [
            r"y = x^2 \sin x",
            r"y'(\pi/2) = \pi",
            r"y'(\pi/2) = \frac{\pi}{2} + \cos 0",
        ],
        "",
        ["proved", "refuted suspect"],
    ),
    (
        "such a prime where it may be by two",
        [r"x = t^2", r"y = x^3", r"y'(1) = 3"],
        "",
        [],
    ),
    (
        "capitals whose entries are multiplied as those of matrices",
        [
            "G = P Q",
            r"G_{ij} = \sum_k P_{ik} Q_{kj}",
            r"\dot{G} = \dot{P} Q + P \dot{Q}",
            r"\dot{G} = Q \dot{P} + P \dot{Q}",
        ],
        "",
        ["proved"],
    ),
    (
        "the gradient of a column by a name, in either layout",
        [
            r"A \in \mathbb{R}^{m \times n}",
            r"\nabla_{\mathbf{v}} A \mathbf{v} = A^\top",
            r"\nabla_{\mathbf{v}} A \mathbf{v} = A",
            r"\nabla_{\mathbf{v}} A \mathbf{v} = -A^\top",
            r"\nabla A \mathbf{v} = A",
        ],
        "",
        ["proved", "proved", "refuted suspect"],
    ),
    (
        "an indicator that is a plain 1",
        [r"r = \max(0, x)", r"\frac{dr}{dx} = 1(x > 0)", r"\frac{dr}{dx} = 1(x < 0)"],
        "",
        ["proved", "refuted suspect"],
    ),
    (
        "comparisons as programs write them",
        [
            r"p(t) = \begin{cases} t^2 & t >= 0 \\ 0 & t <= 0 \end{cases}",
            r"p'(t) = \begin{cases} 2t & t > 0 \\ 0 & t <= 0 \end{cases}",
            r"p'(t) = \begin{cases} 2t & t < 0 \\ 0 & t >= 0 \end{cases}",
        ],
        "",
        ["proved", "refuted suspect"],
    ),
    (
        "a row that begins with an arrow",
        [
            r"s(x) = x^5 \\ \rightarrow \quad \frac{ds}{dx} = 5x^4",
            r"s(x) = x^5 \\ \to \frac{ds}{dx} = 4x^4",
        ],
        "",
        ["proved", "refuted suspect"],
    ),
    (
        "braces round more than the bracket of a function, which nobody sees",
        [
            r"\frac{d}{dx} \cos(\sin x) = -\sin{(\sin x)\cos(x)}",
            r"\frac{d}{dx} \cos(\sin x) = -\cos{(\sin x)\cos(x)}",
            r"\frac{d}{dx} \ln{(x + 1)(x + 2)} = \frac{1}{x + 1} + \frac{1}{x + 2}",
        ],
        "",
        ["proved", "refuted fail", "proved"],
    ),
    (
        "a loss of which only derivatives tell, behind a layer",
        [
            r"z = W x + b, \quad a = \phi(z)",
            r"\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a} \odot \phi'(z)",
            r"\frac{\partial L}{\partial W} = \frac{\partial L}{\partial z} x^T",
            r"\frac{\partial L}{\partial x} = W^T \frac{\partial L}{\partial z}",
            r"\frac{\partial L}{\partial x} = -W^T \frac{\partial L}{\partial z}",
            r"\frac{\partial L}{\partial W} = W \frac{\partial L}{\partial z}",
            r"\frac{\partial L}{\partial x} = W \left("
            r"\frac{\partial L}{\partial a} \odot \phi'(z)\right)",
        ],
        "",
        ["proved", "proved", "proved", "refuted suspect"],
    ),
    (
        "rates of arrays, and equations of motion",
        [
            r"V = x^T P x",
            r"\dot V = \dot x^T P x + x^T P \dot x",
            r"\dot V = \dot x^T P x - x^T P \dot x",
            r"\dot V = \dot x^T P x + x^T P \dot x = x^T (A^T P + P A) x",
            r"\dot x = A x",
            r"\dot{\mathbf{x}} = \mathbf{A}\mathbf{x}",
        ],
        "",
        ["proved", "proved"],
    ),
    (
        "rates with an array that moves, too",
        [
            r"V = x^T P x, \quad \dot P = -Q",
            r"\dot V = \dot x^T P x + x^T P \dot x",
            r"\dot V = \dot x^T P x + x^T P \dot x + x^T \dot P x",
        ],
        "",
        ["proved"],
    ),
    (
        "a gradient as a list with spaces behind its commas",
        [
            "f(u, v) = u^2 + uv",
            r"\nabla f = \left[ 2u + v, \quad u \right]",
            r"\nabla f = ( 2u - v, \quad u )",
        ],
        "",
        ["proved", "refuted suspect"],
    ),
    (
        "a loss behind layers with numbers",
        [
            r"Z_1 = X W_1, \quad A_1 = \sigma(Z_1), \quad Z_2 = A_1 W_2",
            r"\frac{\partial E}{\partial W_2} = A_1^T \frac{\partial E}{\partial Z_2}",
            r"\frac{\partial E}{\partial Z_1}"
            r" = \frac{\partial E}{\partial Z_2} W_2^T \odot \sigma'(Z_1)",
        ],
        "",
        ["proved", "proved"],
    ),
    (
        "a loss behind a layer with a number above",
        [
            r"z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}",
            r"\frac{\partial J}{\partial W^{[l]}} = \frac{\partial J}{\partial z^{[l]}} a^{[l-1]T}",
            r"\frac{\partial J}{\partial a^{[l-1]}} = W^{[l]T} \frac{\partial J}{\partial z^{[l]}}",
            r"\frac{\partial J}{\partial b^{[l]}} = \frac{\partial J}{\partial z^{[l]}}",
            r"\frac{\partial J}{\partial b^{[l]}} = 2\frac{\partial J}{\partial z^{[l]}}",
        ],
        "",
        ["proved", "proved", "proved", "refuted suspect"],
    ),
    (
        "a loss behind a function of a layer",
        [
            r"a = \phi(W x + b)",
            r"\frac{\partial L}{\partial b} = \frac{\partial L}{\partial a} \odot \phi'(W x + b)",
            r"\frac{\partial L}{\partial x} = W \left("
            r"\frac{\partial L}{\partial a} \odot \phi'(W x + b)\right)",
            r"\frac{\partial L}{\partial W} = x \left("
            r"\frac{\partial L}{\partial a} \odot \phi'(W x + b)\right)",
        ],
        "",
        ["proved"],
    ),
    (
        "a gradient by all numbers with one letter",
        [
            r"f(x_1, x_2) = x_1^2 + x_1 x_2",
            r"\nabla f(x) = (2x_1 + x_2, x_1)^T",
            r"\nabla^2 f(x) = \begin{pmatrix} 2 & 1 \\ 1 & 0 \end{pmatrix}",
            r"g(x) = x_1 x_2, \quad \nabla g(x) = \begin{pmatrix} x_2 \\ x_1 \end{pmatrix}",
            r"h(x) = x x_1 x_2, \quad \nabla h(x) = \begin{pmatrix} x_2 \\ x_1 \end{pmatrix}",
        ],
        "",
        ["proved", "proved", "proved"],
    ),
    (
        "a chain defines the function",
        [r"y = f(x) = x^2 + x", r"f'(x) = 2x + 1"],
        "",
        ["proved"],
    ),
    (
        "a column by a column, in either layout",
        [
            r"A \in \mathbb{R}^{m \times n}",
            r"w \in \mathbb{R}^n",
            r"z = Aw, \quad \frac{\partial z}{\partial w} = 2A",
            r"\frac{\partial z}{\partial w} = A",
            r"\frac{\partial z}{\partial w} = A^\top",
        ],
        "",
        ["refuted suspect", "proved", "proved"],
    ),
    (
        "a gradient that is a row, where nothing declares a layout",
        [
            r"x, b \in \mathbb{R}^n, \quad A \in \mathbb{R}^{n \times n}",
            r"\frac{\partial\, b^\top x}{\partial x} = b^\top",
            r"\frac{\partial\, b^\top x}{\partial x} = b",
            r"\frac{\partial\, x^\top A x}{\partial x} = x^\top (A - A^\top)",
            r"\nabla_x\, b^\top x = b^\top",
        ],
        "",
        ["proved", "proved", "refuted suspect"],
    ),
    (
        "the chain rule in numerator layout",
        [
            r"z = Ax, \quad L = z^T z",
            r"\frac{\partial L}{\partial z} = 2z^T",
            r"\frac{\partial L}{\partial x} = "
            r"\frac{\partial L}{\partial z}\frac{\partial z}{\partial x}",
            r"\frac{\partial L}{\partial x} = \left(\frac{\partial L}{\partial z}\right)^T A",
        ],
        "symbols: {A: [m, n], x: [n]}\nlayout: numerator",
        ["proved", "proved", "invalid fail"],
    ),
    (
        "a gradient that is a row, and the layout that is declared otherwise",
        [r"\frac{\partial\, b^\top x}{\partial x} = b^\top"],
        "symbols: {x: [n], b: [n]}",
        ["invalid fail"],
    ),
    (
        "several names in one space",
        [
            r"W \in \mathbb{R}^{m \times n}, \quad x \in \mathbb{R}^n",
            r"c, b, y \in \mathbb{R}^m",
            r"z = Wx + b",
            r"\frac{\partial z}{\partial b} = I",
            r"\nabla_c\, c^\top b = b",
        ],
        "",
        ["proved", "proved"],
    ),
    (
        "a chain defines the name",
        [r"y = f(x) = x^2 + x", r"\frac{dy}{dx} = 2x + 1"],
        "",
        ["proved"],
    ),
    (
        "what a chain goes on with behind both is claimed",
        [r"y = f(x) = x^2 + x = x(x + 1)"],
        "",
        ["proved"],
    ),
    (
        "a sign between a sum and what it is of",
        [r"E = \sum_i -w x_i", r"\frac{\partial E}{\partial w} = -\sum_i x_i"],
        "",
        ["proved"],
    ),
    (
        "a declared function of a declared function",
        [r"\frac{\partial}{\partial z} C^2 = 2 C C'(a) a'(z)"],
        "functions: {C: scalar(a), a: scalar(z)}",
        ["proved"],
    ),
    (
        "a partial derivative of a declared function",
        [r"\frac{\partial}{\partial x} f(x, y)^2 = 2 f(x, y) f_x(x, y)"],
        'functions: {f: "scalar(x, y)"}',
        ["proved"],
    ),
    (
        "what holds for places in some order is not refuted",
        [
            r"j \le i",
            r"\frac{\partial c_i}{\partial x_j} = t",
            r"\frac{\partial c_i}{\partial x_j} = t^2",
        ],
        "symbols: {x: [n], t: real}\nwhere: {c: t cumsum(x)}",
        ["refuted fail"],
    ),
    (
        "a differential equation",
        [r"y(t) = t^2 + \frac{1}{t}", r"y'' = \frac{y'^2 - t}{t}"],
        "",
        [],
    ),
    ("a prime by something else", [r"y = t^2", r"y' = dy/dx = 3t"], "", []),
    (
        "a slip in a logistic gradient",
        [r"f(x) = \frac{1}{1+e^{-x}}", r"f'(x) = f(x)(1+f(x))"],
        "",
        ["refuted suspect"],
    ),
    ("values at a point", [r"\frac{d}{dx} x^2 = 2x = 2\cdot 3 = 6"], "", ["proved"]),
    ("values only", [r"y = e^{4x}", r"\frac{dy}{dx} = 4e^0 = 4"], "", []),
    ("a condition beside", [r"\frac{d}{dx} x|x| = -2x, \quad x < 0"], "", ["proved"]),
    ("a condition in words", [r"\frac{d}{dx} x|x| = 2x \text{ for } x > 0"], "", ["proved"]),
    ("wrong all the same", [r"\frac{d}{dx} x|x| = 2x, \quad x < 0"], "", ["refuted fail"]),
    (
        "a definition under a condition",
        [r"f(x) = x^2, \quad x > 0", r"f'(x) = 3x"],
        "",
        [],
    ),
    ("an inequality defines nothing", [r"y = x^2", r"y > 0", r"y' = 2x"], "", ["proved"]),
    (
        "related rates",
        [r"A = \pi r^2", r"\frac{dA}{dt} = 2\pi r \frac{dr}{dt}"],
        "",
        ["proved"],
    ),
    ("related rates, wrong", [r"A = \pi r^2", r"\frac{dA}{dt} = \pi r \frac{dr}{dt}"], "", []),
    (
        "Kronecker's delta",
        [r"\frac{\partial s_i}{\partial z_j} = s_i(\delta_{ij} - s_j)"],
        "symbols: {z: [n]}\nwhere: {s: softmax(z)}",
        ["proved"],
    ),
    (
        "Kronecker's delta, wrong",
        [r"\frac{\partial s_i}{\partial z_j} = s_i(\delta_{ij} - s_i)"],
        "symbols: {z: [n]}\nwhere: {s: softmax(z)}",
        ["refuted fail"],
    ),
    (
        "a definition of entries, at other places",
        [
            r"p_i = \frac{e^{z_i}}{\sum_{j=1}^n e^{z_j}}",
            r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)",
        ],
        "",
        ["proved"],
    ),
    (
        "a definition of entries, wrong, and no length declared",
        [
            r"p_i = \frac{e^{z_i}}{\sum_{j=1}^n e^{z_j}}",
            r"\frac{\partial p_i}{\partial z_j} = p_j(\delta_{ij} - p_j)",
        ],
        "",
        [],
    ),
    (
        "a definition of entries, wrong",
        [
            r"p_i = \frac{e^{z_i}}{\sum_{j=1}^n e^{z_j}}",
            r"\frac{\partial p_i}{\partial z_j} = p_j(\delta_{ij} - p_j)",
        ],
        "symbols: {z: [n]}",
        ["refuted fail"],
    ),
    (
        "a loss through a definition of entries",
        [
            r"p_i = \frac{e^{z_i}}{\sum_{k} e^{z_k}}",
            r"L = -\sum_i y_i \ln p_i",
            r"\frac{\partial L}{\partial z_k} = p_k \sum_i y_i - y_k",
        ],
        "",
        ["proved"],
    ),
    (
        "a condition that words may have said",
        [
            r"p_i = \frac{e^{z_i}}{\sum_{k} e^{z_k}}",
            r"L = -\sum_i y_i \ln p_i",
            r"\frac{\partial L}{\partial z_k} = p_k \sum_i y_i - y_k = p_k - y_k",
        ],
        "",
        [],
    ),
    (
        "a condition that the annotation lacks",
        [
            r"p_i = \frac{e^{z_i}}{\sum_{k} e^{z_k}}",
            r"L = -\sum_i y_i \ln p_i",
            r"\frac{\partial L}{\partial z_k} = p_k - y_k",
        ],
        "symbols: {z: [n], y: [n]}",
        ["refuted fail"],
    ),
    (
        "a layer, entry by entry",
        [
            r"a_i = \sum_j w_{ij} x_j + b_i",
            r"E = \frac12\sum_i (\tanh a_i - t_i)^2",
            r"\frac{\partial E}{\partial w_{ij}} = (\tanh a_i - t_i)(1 - \tanh^2 a_i) x_j",
        ],
        "",
        ["proved"],
    ),
    (
        "entries under a sum, with a function defined behind them",
        [
            r"z_j = \sum_i w_{ij} x_i + b_j, \quad h_j = \sigma(z_j), \quad o = \sum_j v_j h_j",
            r"\sigma(a) = 1/(1 + e^{-a})",
            r"E = \frac12 (o - t)^2",
            r"\frac{\partial E}{\partial w_{ij}} = (o - t) v_j h_j (1 - h_j) x_i",
        ],
        "",
        ["proved"],
    ),
    (
        "a definition with the index of the sum around it",
        [
            r"\mu = \frac1n \sum_i x_i",
            r"V = \frac1n \sum_i (x_i - \mu)^2",
            r"\frac{\partial V}{\partial \mu} = -\frac2n \sum_i (x_i - \mu)",
        ],
        "",
        ["proved"],
    ),
    (
        "entries by an index that the definition binds",
        [r"H(p) = -\sum_i p_i \ln p_i", r"\frac{\partial H}{\partial p_i} = -\ln p_i - 1"],
        "",
        ["proved"],
    ),
    (
        "Greek columns, an arrow",
        [
            r"J(\theta) = \frac12 (X\theta - \vec{y})^T (X\theta - \vec{y})",
            r"\nabla_\theta J(\theta) = X^T X \theta - X^T \vec{y}",
        ],
        "",
        ["proved"],
    ),
    (
        "a Greek number beside Greek columns",
        [
            r"J = (y - X\beta)^T (y - X\beta) + \lambda \beta^T \beta",
            r"\nabla_\beta J = -2 X^T (y - X\beta) + 2\lambda\beta",
        ],
        "",
        ["proved"],
    ),
    (
        "a covariance is symmetric",
        [
            r"\ell = -\frac12 (x - \mu)^T \Sigma^{-1} (x - \mu)",
            r"\frac{\partial \ell}{\partial \mu} = \Sigma^{-1} (x - \mu)",
        ],
        "",
        ["proved"],
    ),
    (
        "five subscripts under one sum",
        [
            r"S = \sum_{i=1}^n p_i q_i r_i^2 s_i t_i",
            r"\frac{\partial S}{\partial r_k} = 2 p_k q_k r_k s_k t_k",
        ],
        "",
        ["proved"],
    ),
    (
        "values of a function redefine nothing",
        [
            r"g(x) = x^3, \quad g(x_0) = y_0, \quad g(\hat x) = 2",
            r"g'(x) = 3x^2",
            r"W(x, y) = x^2 + y^2, \quad W(\mathbf{0}) = 0",
            r"\frac{\partial W}{\partial x} = 2x, \quad \frac{\partial W}{\partial y} = 2x",
        ],
        "",
        ["proved", "proved", "refuted suspect"],
    ),
    (
        "a subscript below the dot",
        [
            r"L = \frac12 m \dot{q_1}^2 - k q_1",
            r"\frac{\partial L}{\partial \dot{q_1}} = m \dot{q}_1",
        ],
        "",
        ["proved"],
    ),
    (
        "a weight times a height is a product",
        [
            r"V = mgh + \frac12 k h^2",
            r"\frac{dV}{dh} = mg + kh",
            r"W = mgl(1 - \cos\phi), \quad \frac{dW}{d\phi} = mgl\sin\phi",
            r"P = \frac{nRT}{V}, \quad \frac{\partial P}{\partial V} = -\frac{nRT}{V^2}",
        ],
        "",
        ["proved", "proved", "proved"],
    ),
    (
        "a definition that is meant as its chain goes on",
        [
            r"T = \frac12 J \dot\phi^2 = \frac12 m l^2 \dot\phi^2, \quad V = k \cos\phi",
            r"L = T - V = \frac12 m l^2 \dot\phi^2 - k\cos\phi",
            r"\frac{\partial L}{\partial\dot\phi} = m l^2 \dot\phi",
        ],
        "",
        ["proved"],
    ),
    (
        "parameters behind a bar and a semicolon",
        [
            r"\ell(\mu, s \mid y_1) = -\ln s - \frac{(y_1 - \mu)^2}{2s^2}",
            r"\frac{\partial \ell}{\partial \mu} = \frac{y_1 - \mu}{s^2}",
            r"h(x; a, b) = a x^2 + b, \quad h'(x; a, b) = 2ax, \quad h'(x) = ax",
        ],
        "",
        ["proved", "proved", "refuted suspect"],
    ),
    (
        "parameters that differ stay",
        [
            r"h(x; a) = a x^2",
            r"h'(x; b) = 2ax",
            r"q(x; a) = a x, \quad \nabla q = a",
        ],
        "",
        [],
    ),
    (
        "sums that say not over what",
        [
            r"S = \sum (y_i - a - b x_i)^2",
            r"\frac{\partial S}{\partial b} = 2 \sum x_i (y_i - a - b x_i)",
            r"\frac{\partial S}{\partial a} = -2 \sum (y_i - a - b x_i)",
        ],
        "",
        ["refuted suspect", "proved"],
    ),
    (
        "sums over what is not sure",
        [
            r"U = \sum x_i y_j, \quad \frac{\partial U}{\partial x_i} = \sum y_j",
            r"W = \sum c q_x^2, \quad \frac{\partial W}{\partial c} = \sum q_x^2",
            r"\frac{\partial}{\partial w_i} \sum w_i t = \sum t",
        ],
        "",
        [],
    ),
    (
        "capitals side by side that are no product",
        [
            r"RSS = \sum_{i=1}^n (y_i - w x_i)^2",
            r"\frac{\partial RSS}{\partial w} = 2 \sum_{i=1}^n x_i (y_i - w x_i)",
            r"\frac{d(RSS)}{dw} = -2 \sum_{i=1}^n x_i (y_i - w x_i)",
        ],
        "",
        ["proved"],
    ),
    (
        "a noise is drawn anew for each equation",
        [
            r"y = \sin 3x + \epsilon, \quad \frac{dy}{dx} = 3\cos 3x + \epsilon, \quad"
            r" \epsilon &\sim N(0, 1)",
        ],
        "",
        [],
    ),
    (
        "a deviation is no noise",
        [r"y = \sin 3x + \epsilon, \quad \frac{dy}{dx} = 3\cos 3x + \epsilon"],
        "",
        ["refuted suspect"],
    ),
    (
        "a momentum by the time",
        [
            r"L = \frac12 m r^2 \dot\phi^2 + \frac12 m \dot r^2 - \frac{k}{r}",
            r"\frac{d}{dt}\left(\frac{\partial L}{\partial \dot\phi}\right)"
            r" = m r^2 \ddot\phi + 2 m r \dot r \dot\phi",
            r"\frac{d}{dt}\frac{\partial L}{\partial \dot r} = m \ddot r = m r \dot\phi^2",
        ],
        "",
        ["proved", "proved"],
    ),
    (
        "a momentum by the time with a slip",
        [
            r"L = \frac12 m r^2 \dot\phi^2 + \frac12 m \dot r^2",
            r"\frac{d}{dt} \frac{\partial L}{\partial \dot\phi}"
            r" = m r^2 \ddot\phi + m r \dot r \dot\phi",
        ],
        "",
        ["refuted suspect"],
    ),
    (
        "equations of motion claim nothing",
        [
            r"L = \frac12 m \dot x^2 - \frac12 k x^2",
            r"\frac{d}{dt} \frac{\partial L}{\partial \dot x} = -k x",
            r"\frac{d}{dt} \frac{\partial L}{\partial \dot x} - \frac{\partial L}{\partial x} = 0",
        ],
        "",
        [],
    ),
    (
        "dots of what is defined by what moves, twice as well",
        [
            r"p = a \sin\psi",
            r"\dot p = a \dot\psi \cos\psi, \quad \ddot p = a \ddot\psi\cos\psi"
            r" - a \dot\psi^2 \sin\psi",
            r"q = a \cos\psi, \quad \dot q = a \dot\psi \sin\psi",
        ],
        "",
        ["proved", "proved", "refuted suspect"],
    ),
    (
        "what a dot is said to be is put in",
        [
            r"V(y) = \frac12 y_1^2 + \frac12 y_2^2",
            r"\dot V = y_1 \dot y_1 + y_2 \dot y_2 = -y_2^2",
            r"W = y_1^2 + y_2^2, \quad \dot W = 2y_1 \dot y_1 - 2y_2 \dot y_2",
            r"U = y_1^2 + y_2^2, \quad \dot U = 2y_1 \dot y_1 - 2y_2^2",
        ],
        "",
        ["proved", "refuted suspect"],
    ),
    (
        "what has a dot elsewhere may move here, too",
        [
            r"E = \frac12 m v^2",
            r"\dot E = m v \dot v + \frac12 \dot m v^2",
            r"\dot E = m v \dot v",
        ],
        "",
        ["proved"],
    ),
    (
        "by a variance, with its square and its root",
        [
            r"\ell = -n \ln\sigma - \frac{1}{2\sigma^2}\sum_{i=1}^n (x_i - \mu)^2",
            r"\frac{\partial \ell}{\partial \sigma^2}"
            r" = -\frac{n}{2\sigma^2} + \frac{1}{2\sigma^4} \sum_{i=1}^n (x_i - \mu)^2",
        ],
        "",
        ["proved"],
    ),
    (
        "a mean says how many there are",
        [
            r"\mu = \frac1m \sum_i x_i, \quad \sigma^2 = \frac1m\sum_i (x_i - \mu)^2",
            r"\frac{\partial \sigma^2}{\partial x_i} = \frac{2 (x_i - \mu)}{m}",
        ],
        "",
        ["proved"],
    ),
    (
        "a mean of what is declared longer",
        [
            r"\mu = \frac1m \sum_i x_i, \quad V = \frac1m\sum_i (x_i - \mu)^2",
            r"\frac{\partial V}{\partial x_i} = \frac{2 (x_i - \mu)}{m}",
        ],
        "symbols: {x: [n], m: positive}",
        ["refuted fail"],
    ),
    (
        "columns counted below",
        [
            r"L(w) = \sum_{i=1}^n (y_i - w^T x_i)^2",
            r"\nabla_w L = -2 \sum_{i=1}^n (y_i - w^T x_i) x_i",
            r"\frac{\partial L}{\partial w_j} = -2 \sum_{i=1}^n (y_i - w^T x_i) x_{ij}",
        ],
        "",
        ["proved", "proved"],
    ),
    (
        "a function at each sample",
        [
            r"g(z) = \frac{1}{1+e^{-z}}",
            r"h_\theta(x) = g(\theta^T x)",
            r"\ell(\theta) = \sum_{i=1}^m (y^{(i)} \ln h_\theta(x^{(i)})"
            r" + (1 - y^{(i)}) \ln (1 - h_\theta(x^{(i)})))",
            r"\frac{\partial}{\partial \theta_j} \ell(\theta)"
            r" = \sum_{i=1}^m (y^{(i)} - h_\theta(x^{(i)})) x_j^{(i)}",
        ],
        "",
        ["proved"],
    ),
    (
        "a number before an inner product",
        [
            r"L(w) = \sum_i \ln(1 + e^{-y_i w^\top x_i})",
            r"\nabla_w L = -\sum_i \frac{y_i x_i}{1 + e^{y_i w^\top x_i}}",
        ],
        "",
        ["proved"],
    ),
    (
        "columns counted below, wrong, beside a right one",
        [
            r"L(w) = \sum_{i=1}^n (y_i - w^T x_i)^2",
            r"\nabla_w L = -2 \sum_{i=1}^n (y_i - w^T x_i) x_i",
            r"\frac{\partial L}{\partial w_j} = -\sum_{i=1}^n (y_i - w^T x_i) x_{ij}",
        ],
        "",
        ["proved", "refuted suspect"],
    ),
    (
        "a capital between columns is a matrix",
        [
            r"f = \sum_i y_i^T A x_i",
            r"\frac{\partial f}{\partial A} = \sum_i y_i x_i^T",
            r"\frac{\partial f}{\partial A} = \sum_i x_i y_i^T",
        ],
        "",
        ["proved"],
    ),
    (
        "a name that hides the index of the sum around it",
        [
            r"g = a_i^2",
            r"L = \sum_{i=1}^n g x_i",
            r"\frac{\partial L}{\partial x_k} = g",
        ],
        "",
        [],
    ),
    (
        "a name that hides the index of a definition of entries",
        [
            r"g = a_i^2",
            r"p_i = g x_i",
            r"L = \sum_i p_i",
            r"\frac{\partial L}{\partial x_k} = g",
        ],
        "",
        [],
    ),
    (
        "layers named above",
        [
            r"z_j^{(l)} = \sum_k w_{jk}^{(l)} a_k^{(l-1)} + b_j^{(l)}",
            r"\frac{\partial z_j^{(l)}}{\partial w_{jk}^{(l)}} = a_k^{(l-1)}",
            r"\frac{\partial z_j^{(l)}}{\partial w_{jk}^{(l)}} = a_k^{(l)}",
        ],
        "",
        ["proved"],
    ),
    (
        "by entries that are defined themselves",
        [
            r"s_i = \sum_j A_{ij} x_j, \quad y_i = \frac{e^{s_i}}{\sum_k e^{s_k}}",
            r"\frac{\partial y_i}{\partial s_j} = y_i (\delta_{ij} - y_j)",
        ],
        "",
        ["proved"],
    ),
    (
        "an entry of a capital that nothing declares",
        [r"\frac{\partial}{\partial a_{kl}} \|A\|_F^2 = 2 a_{kl}"],
        "",
        [],
    ),
    (
        "no function is in its own argument",
        [
            r"P(t) = \frac{K}{1 + Ae^{-rt}}",
            r"\frac{dP}{dt} = rP\left(1 - \frac{P}{K}\right)",
        ],
        "",
        ["proved"],
    ),
    (
        "what stays constant, below a bracket",
        [
            r"P = \frac{RT}{V - b} - \frac{a}{V^2}",
            r"\left(\frac{\partial P}{\partial V}\right)_T = -\frac{RT}{(V-b)^2} + \frac{2a}{V^3}",
        ],
        "",
        ["proved"],
    ),
    (
        "what stays constant is defined by something else",
        [
            r"T = PV",
            r"U = \frac{3}{2} T + V",
            r"\left(\frac{\partial U}{\partial V}\right)_T = 1",
        ],
        "",
        [],
    ),
    (
        "a prime on a function of the language, by name",
        [
            r"\text{softplus}(x) = \ln(1 + e^x)",
            r"\text{softplus}'(x) = \frac{1}{1 + e^{-x}}",
        ],
        "",
        ["proved", "proved"],
    ),
    (
        "a case behind a claim defines nothing",
        [r"f(x) = x^n", r"f'(x) = 1 \quad \text{if } n = 1", r"f'(x) = x^{n-1}"],
        "",
        ["proved"],
    ),
    ("a case in brackets", [r"f(x) = x^n", r"f'(x) = 3x^2 \quad (n = 3)"], "", ["proved"]),
    # a condition behind a formula belongs to that one alone
    *(
        (
            f"a case behind a formula, {behind}",
            [rf"\frac{{d}}{{dx}} x^n = {right}x^{{n-1}} {behind}", r"(x^n)' = 2x^{n-1}"],
            "symbols: {x: positive, n: real}",
            [found],
        )
        for behind in (r", \quad n = 2", r"\quad (n = 2)", r"\quad \text{for } n = 2")
        for right, found in (("2", "proved"), ("3", "refuted fail"))
    ),
    *(
        (
            f"a comparison behind a formula, {behind}",
            [rf"\frac{{d}}{{dx}} |x|x = 2x {behind}", r"(|x|x)' = 2x"],
            "symbols: {x: real}",
            ["proved", "refuted fail"],
        )
        for behind in (r"\quad (x > 0)", r"\quad [x > 0]", r", x \in (0, \infty)", r", 0 < x \le 1")
    ),
    (
        "a case of places",
        [
            r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
            r"\frac{\partial p_i}{\partial z_i} = p_i(1-p_i)",
            r"\frac{\partial p_i}{\partial z_k} = -p_ip_k, \quad i \neq k",
        ],
        "",
        ["proved", "proved"],
    ),
    ("a zero of what may depend", [r"K = \frac12 m v^2", r"\frac{dK}{dt} = 0"], "", []),
    (
        "a zero by another place",
        [r"f = x_1^2 + x_2^2", r"\frac{\partial f}{\partial x_i} = 0"],
        "",
        [],
    ),
    ("a zero of a parameter", [r"\frac{d}{dx} a^2 = 0"], "", ["proved"]),
    (
        "a state that nothing holds constant",
        [r"H = U + PV", r"\left(\frac{\partial H}{\partial V}\right)_S = P"],
        "",
        [],
    ),
    (
        "a sequence by its parameter, and by its own last value",
        [
            r"s_t = w s_{t-1} + u x_t",
            r"\frac{d s_t}{d w} = s_{t-1}",
            r"\frac{\partial s_t}{\partial s_{t-1}} = w",
        ],
        "",
        ["proved"],
    ),
    (
        "samples counted above",
        [
            r"h^{(i)} = \sum_j \theta_j x_j^{(i)}",
            r"J = \frac{1}{2m} \sum_{i=1}^m (h^{(i)} - y^{(i)})^2",
            r"\frac{\partial J}{\partial \theta_j}"
            r" = \frac1m \sum_{i=1}^m (h^{(i)} - y^{(i)}) x_j^{(i)}",
        ],
        "",
        ["proved"],
    ),
    (
        "two lengths under one index",
        [
            r"L = \sum_{i=1}^n y_i x_i + \sum_{i=1}^m x_i",
            r"\frac{\partial L}{\partial y_k} = x_k",
        ],
        "",
        [],
    ),
    (
        "a subscript that nothing runs over",
        [r"E_k = \frac12 m v_k^2", r"\frac{\partial E_k}{\partial v_j} = m v_j"],
        "",
        [],
    ),
    (
        "an entry of what does not occur",
        [r"L = \sum_i y_i^2", r"\frac{\partial L}{\partial x_k} = \sum_i x_i y_i"],
        "",
        [],
    ),
    (
        "what differs by a hat is told apart where both stand together",
        [
            r"\sigma(z) = \frac{1}{1+e^{-z}}",
            r"\hat y = \sigma(w^\top x + b)",
            r"\ell = \frac12 (\hat y - y)^2",
            r"\frac{\partial \ell}{\partial b} = (\hat y - y) \hat y (1 - \hat y)",
            r"\frac{\partial \ell}{\partial w} = (\hat y - y) \hat y (1 + \hat y) x",
        ],
        "",
        ["proved", "refuted suspect"],
    ),
    ("Iverson", [r"\frac{d}{dt}\max(0, t) = [t > 0]"], "", ["proved"]),
    ("an indicator", [r"\frac{d}{dt}\max(0, t) = \mathbf{1}_{\{t > 0\}}"], "", ["proved"]),
    ("an indicator, wrong", [r"\frac{d}{dt}\max(0, t) = \mathbb{1}(t < 0)"], "", ["refuted fail"]),
    ("definition", [r"y = x^3 - x", r"\frac{dy}{dx} = 3x^2 - 1"], "", ["proved"]),
    ("prime", [r"f(x) = x\sin x", r"f'(x) = \sin x + x\cos x"], "", ["proved"]),
    ("prime elsewhere", [r"f(x) = x^4", r"f'(2x) = 32x^3"], "", ["proved"]),
    ("heaviest last", [r"y = x^2", r"y = x^3", r"y' = 3x^2"], "", ["proved"]),
    ("unread kills", [r"y = x^2", r"y = \wurzel x", r"y' = 2x"], "", []),
    ("solved for", [r"f(x) = x^2 - 6x", r"f'(x) = 0"], "", []),
    ("constant", [r"y = c", r"y' = 0"], "symbols: {c: real, x: real}\nwrt: x", ["proved"]),
    ("partial", [r"f(x, y) = x^2 y^3", r"f_y(x, y) = 3x^2y^2"], "", ["proved"]),
    ("implicit", [r"y = x^2", r"\frac{dy}{dx} = \frac{3x}{y}"], "", []),
    (
        "chain rule",
        [r"\frac{dp}{dx} = \frac{dp}{dq}\frac{dq}{dx}"],
        "",
        ["proved"],
    ),
    (
        "gradient",
        [r"L = \|Xw - y\|^2", r"\nabla_w L = 2X^\top(Xw - y)"],
        "symbols: {X: [m, n], w: [n], y: [m]}",
        ["proved"],
    ),
    (
        "gradient, wrong",
        [r"L = \|Xw - y\|^2", r"\nabla_w L = X^\top(Xw - y)"],
        "symbols: {X: [m, n], w: [n], y: [m]}",
        ["refuted fail"],
    ),
    (
        "where stands firm",
        [r"J = w^2 + 1"],
        "symbols: {w: real}\nwhere: {J: w^2}",
        ["refuted suspect"],
    ),
    (
        "entries",
        [r"\frac{\partial}{\partial x_2} x^T x = 2x_2"],
        "symbols: {x: [n]}",
        ["proved"],
    ),
    (
        "sum over all entries",
        [r"\frac{\partial}{\partial x_1} \sum_{k=1}^{n} x_k^2 = 2x_1"],
        "symbols: {x: [n]}",
        ["proved"],
    ),
    (
        "sum over some entries",
        [r"\frac{\partial}{\partial x_j} \sum_{k=1}^{j} x_k^2 = 2x_j"],
        "symbols: {x: [n]}",
        ["proved"],
    ),
    (
        "sum over some entries, one too few",
        [r"\frac{\partial}{\partial x_j} \sum_{k=1}^{j-1} x_k^2 = 2x_j"],
        "symbols: {x: [n]}",
        ["refuted fail"],
    ),
    (
        "sum over numbers",
        [r"\frac{d}{dq} \sum_{k=0}^{3} q^k = \sum_{k=1}^{3} k q^{k-1}"],
        "symbols: {q: positive}",
        ["proved"],
    ),
    (
        "the last entry",
        [r"\frac{\partial}{\partial x_n} \|x\|^2 = 2 x_n"],
        "symbols: {x: [n]}",
        ["proved"],
    ),
    (
        "a power of an entry of a bold name",
        [r"\nabla_{\mathbf{x}} \sum_{i=1}^{n} \mathbf{x}_i^2 = 2 \mathbf{x}"],
        "symbols: {'\\mathbf{x}': [n]}",
        ["proved"],
    ),
    (
        "a power of an entry of a name under a hat",
        [r"\nabla_{\hat{y}} \sum_{i=1}^{n} \hat{y}_i^2 = 2 \hat{y}"],
        "symbols: {'\\hat{y}': [n]}",
        ["proved"],
    ),
    (
        "a declared place",
        [
            r"\frac{\partial}{\partial z}\left(\log\sum_i e^{z_i} - z_y\right)"
            r" = \operatorname{softmax}(z) - \operatorname{onehot}(y, n)"
        ],
        "symbols: {z: [n], y: {index: n}}\nlog: e",
        ["proved"],
    ),
    (
        "sum over another length",
        [r"\frac{\partial}{\partial x_1} \sum_{k=1}^{m} x_k^2 = 2x_1"],
        "symbols: {x: [n], z: [m]}",
        [],
    ),
    (
        "two lengths of one vector",
        [
            r"L = \sum_{i=1}^n (y_i - w)^2 + \sum_{i=1}^m y_i^2",
            r"\frac{dL}{dw} = -2\sum_{i=1}^n (y_i - w)",
        ],
        "",
        [],
    ),
    (
        "shifted subscripts",
        [r"\sum_{k=1}^{n} x_{k+1} = \sum_{k=1}^{n} x_{k+1}"],
        "symbols: {x: [n]}",
        [],
    ),
    (
        "differential",
        [r"d(A^{-1}) = -A^{-1}\,dA\,A^{-1}"],
        "symbols: {A: [n, n]}",
        ["proved"],
    ),
    (
        "elementwise",
        [r"a = \sigma(Wx)", r"\frac{\partial\, v^\top a}{\partial x} = W^T(v \odot \sigma'(Wx))"],
        "symbols: {W: [m, n], x: [n], v: [m]}\nfunctions: {\\sigma: elementwise}",
        ["proved"],
    ),
    (
        "sum",
        [r"E = \sum_{i=1}^n (t_i - a s_i)^2", r"\frac{dE}{da} = -2\sum_i s_i(t_i - a s_i)"],
        "symbols: {s: [n], t: [n], a: real}",
        ["proved"],
    ),
    ("closed", [r"\frac{d}{dx} \sin x = \sin x"], "", ["refuted fail"]),
    (
        "tables mean positive parameters",
        [r"\frac{d}{dx} \arcsin\frac xa = \frac{1}{\sqrt{a^2-x^2}}"],
        "",
        [],
    ),
    (
        "declared, a parameter may be negative",
        [r"\frac{d}{dx} \arcsin\frac xa = \frac{1}{\sqrt{a^2-x^2}}"],
        "symbols: {x: real, a: real}",
        ["refuted fail"],
    ),
    ("the principal branch", [r"\frac{d}{dx} \sec^{-1} x = \frac{1}{x\sqrt{x^2-1}}"], "", []),
    ("bars say that it may be negative", [r"\frac{d}{dx} |x|^3 = 3x^2"], "", ["refuted fail"]),
    (
        "a word with a prime",
        [r"\mathrm{act}(x) = x^2 e^x", r"\mathrm{act}'(x) = 2xe^x"],
        "",
        ["refuted suspect"],
    ),
    (
        "a prime for the second of two points",
        [
            r"r = x - x'",
            r"k(r) = e^{-r^2/b}",
            r"\frac{\partial k}{\partial b} = \frac{r^2}{b^2}k(r)",
        ],
        "",
        ["proved"],
    ),
    (
        "letters of two sizes",
        [r"y = \cos\frac{t}{T}", r"y'(t) = \frac1T\sin\frac{t}{T}"],
        "",
        ["refuted suspect"],
    ),
    ("perhaps one letter", [r"y = \cos 2T", r"\frac{dy}{dt} = 2\sin 2t"], "", []),
    (
        "a partial derivative of a formula holds no equation",
        [r"q = \sqrt{x^2 + y^2}", r"\frac{\partial q}{\partial x} = \frac{2x}{q}"],
        "",
        ["refuted suspect"],
    ),
    ("at the point 2", [r"y = x^3", r"\frac{dy}{dx}(2) = 12"], "", ["proved"]),
    ("at the point 2, and no product", [r"y = x^3", r"\frac{dy}{dx}(2) = 6x^2"], "", []),
    (
        "a factorial",
        [r"\frac{d}{dx}\frac{x^n}{n!} = \frac{x^{n-1}}{(n-1)!}"],
        "",
        ["proved"],
    ),
    (
        "a factorial, wrong",
        [r"\frac{d}{dx}\frac{x^n}{n!} = \frac{x^{n-1}}{n!}"],
        "",
        ["refuted fail"],
    ),
    (
        "sinc, normalized",
        [r"\frac{d}{dx}\operatorname{sinc} x = \frac{\cos\pi x}{x} - \frac{\sin\pi x}{\pi x^2}"],
        "",
        ["proved"],
    ),
    (
        "shapes that the page says",
        [
            r"X \in \mathbb{R}^{n \times d},\quad w \in \mathbb{R}^d",
            r"\nabla_w \|Xw\|^2 = 2X^T Xw",
            r"\nabla^2_w \|Xw\|^2 = X^T X",
        ],
        "",
        ["proved", "refuted suspect"],
    ),
    (
        "a capital beside declared arrays is a matrix",
        [r"\frac{\partial}{\partial x} x^T S x = 2Sx"],
        "symbols: {x: [n]}",
        [],
    ),
    (
        "softmax of what nothing says to be an array",
        [r"\frac{\partial}{\partial t} \operatorname{softmax}(t) = 0"],
        "",
        [],
    ),
    (
        "a complex number",
        [r"\frac{d}{dz} (z\,\operatorname{conj}(z)) = \operatorname{conj}(z)"],
        "",
        [],
    ),
    (
        "a case decides by the sign",
        [
            r"g(x) = \begin{cases} x & x > 0 \\ ax & x \le 0\end{cases}",
            r"g'(x) = \begin{cases} 1 & x > 0 \\ 2a & x < 0\end{cases}",
        ],
        "",
        ["refuted suspect"],
    ),
    (
        "the differential of what is said nowhere",
        [r"df = \operatorname{tr}(df) = \operatorname{tr}(A^T dX)"],
        "",
        [],
    ),
    (
        "labels that sum to 1",
        [r"\nabla_z (-y^T\ln\operatorname{softmax}(z)) = \operatorname{softmax}(z) - y"],
        "",
        [],
    ),
    (
        "matrices that are square",
        [r"\frac{\partial}{\partial X}\ln|\det(AXB)| = X^{-T}"],
        "",
        [],
    ),
    (
        "an identity without meaning",
        [r"\operatorname{tr}(X) = \sum_i X_{ii}"],
        "symbols: {X: [m, n]}",
        ["invalid fail"],
    ),
    (
        "a gradient of several numbers",
        [
            r"f(x,y) = x^2y + y^3",
            r"\nabla f = (2xy, x^2 + 3y^2)",
            r"\nabla f(1,2) = \langle 4, 13\rangle",
        ],
        "",
        ["proved", "proved"],
    ),
    (
        "a gradient of several numbers, a row",
        [r"f(x,y) = x^2y", r"\nabla f = \begin{pmatrix} 2xy & x^2\end{pmatrix}"],
        "",
        ["proved"],
    ),
    (
        "a gradient of several numbers, wrong",
        [r"f(x,y) = x^2y + y^3", r"\nabla f(1,2) = (4, 12)"],
        "",
        ["refuted suspect"],
    ),
    (
        "a transposed gradient",
        [r"df = \nabla f^T\,dx", r"df = \nabla f(x)^T\,dx"],
        "symbols: {x: [n]}\nfunctions: {f: scalar(x)}",
        ["proved", "proved"],
    ),
    (
        "a bare gradient of what is inferred",
        [
            r"x \in \mathbb{R}^n",
            r"f(x) = x^TQx - b^Tx",
            r"\nabla f(x) = (Q + Q^T)x - b",
            r"\nabla^2 f(x) = Q + Q^T",
            r"\nabla^2 f(x) = 2(Q + Q^T)",
        ],
        "",
        ["proved", "proved", "refuted suspect"],
    ),
    (
        "a definition turned round",
        [r"s = \ln t^2", r"t = e^{s/2}", r"E = e^s - s", r"\frac{dE}{ds} = e^s - 1"],
        "",
        ["proved"],
    ),
    (
        "D with a label is no operator",
        [r"D_{KL} = t^2", r"\frac{\partial D_{KL}}{\partial t} = 2t"],
        "",
        ["proved"],
    ),
    (
        "a definition that can be read in two ways, elsewhere",
        [
            r"f(x) = \sin ax + x",
            r"f'(2) = a\cos 2a + 1",
            r"f'(2) = \sin a + 1",
            r"f(2) = \sin a + 2",
        ],
        "",
        ["proved", "proved"],
    ),
    (
        "an annotation that can be read in two ways",
        [r"\frac{df}{dx} = a\cos ax", r"\frac{dg}{da} = \frac{1}{bc}", r"\frac{dg}{da} = b"],
        "symbols: {x: real, a: real, b: real, c: real}\nwhere:\n  f: \\sin ax\n  g: a/bc",
        ["proved", "proved", "refuted fail"],
    ),
    ("some other letter", [r"\frac{d}{dx} xy = x"], "", ["refuted suspect"]),
    (
        "a rule for all functions is none for constants",
        [r"u = 3a^2", r"v = x^2", r"\frac{d}{dx}(uv) = u\frac{dv}{dx} - v\frac{du}{dx}"],
        "",
        [],
    ),
    (
        "through a definition",
        [r"z = wx + b", r"\frac{\partial C}{\partial w} = \frac{\partial C}{\partial z} x"],
        "",
        ["proved"],
    ),
    (
        "through a definition, wrong",
        [r"z = wx + b", r"\frac{\partial C}{\partial w} = \frac{\partial C}{\partial z} w"],
        "",
        [],
    ),
    ("a value", [r"f(x) = x^2", r"f = 9", r"f'(x) = 2x"], "", ["proved"]),
    ("a partial at a point", [r"f(x, y) = x^2 y", r"f_x(3, y) = 6y"], "", ["proved"]),
    ("arguments swapped", [r"f(x, y) = x^2 y", r"f_x(y, x) = 2xy"], "", ["proved"]),
    ("at numbers", [r"f(x) = x^3", r"f'(2) = 10"], "", ["refuted suspect"]),
    ("at numbers, rounded", [r"f(x) = e^x", r"f'(1) = 2.72"], "", []),
    (
        "a Greek capital is a matrix",
        [
            r"J = w^\top \Sigma w",
            r"\frac{\partial J}{\partial w} = 2w^\top\Sigma",
            r"\frac{\partial J}{\partial w} = w^\top\Sigma",
        ],
        "",
        ["proved", "refuted suspect"],
    ),
    ("logarithm", [r"\frac{d}{dx} \log x = \frac{1}{x\ln 10}"], "", ["proved"]),
    (
        "a gradient of an array with an upstream",
        [
            r"\nabla_z \tanh(z) = g \odot (1 - \tanh^2(z))",
            r"\nabla_Z \tanh(Z) = g \odot (1 - \tanh^2(z))",
            r"\nabla_z (Az) = A g",
        ],
        "symbols: {z: [n], g: [n], A: [n, n]}\nupstream: g",
        ["proved", "refuted fail"],
    ),
    (
        "the power of a function is that of every entry, a power of a matrix is not",
        [
            r"d(\tanh(A)) = (1 - \tanh^2(A)) \odot dA",
            r"d(\phi^2(A)) = 2\phi(A) \odot \phi'(A) \odot dA",
            r"d((\tanh(A))^2) = 2\tanh(A) \odot (1 - \tanh^2(A)) \odot dA",
        ],
        "symbols: {A: [n, n]}\nfunctions: {\\phi: elementwise}",
        ["proved", "proved", "refuted fail"],
    ),
    *(
        (
            f"a subscript is no array, though {shown} is one",
            [shown, r"\nabla_u \sum_i u_i \ln u_i = \ln u + 1"],
            "symbols: {u: [n]}",
            ["proved"],
        )
        for shown in (
            *("x_i^T w", "x_{i}^T w", "(Ax_i - b)^T w", r"a_i \odot b", r"\operatorname{tr}(A_i)"),
        )
    ),
    (
        "a transpose beside the brackets of a name",
        [
            r"\nabla_u \|W^{(1)} u\|^2 = 2 W^{(1)T} W^{(1)} u",
            r"\nabla_u \|W_o^{[2]} u\|^2 = W_o^{[2]\top} W_o^{[2]} u",
            r"\frac{d}{dr} e^{(r)s} = s e^{rs}",
        ],
        "symbols:\n  W^{(1)}: [m, d]\n  W_o^{[2]}: [m, d]\n  u: [d]\n  r, s: real",
        ["proved", "refuted fail", "proved"],
    ),
    (
        "powers of a declared sigma beside a derivative by its square",
        [
            r"\frac{\partial}{\partial \sigma} (-\ln\sigma - \frac{x^2}{2\sigma^2})"
            r" = -\frac1\sigma + \frac{x^2}{\sigma^3}",
            r"\frac{\partial}{\partial \sigma^2} (-\frac{x^2}{2\sigma^2}) = \frac{x^2}{2\sigma^4}",
        ],
        "symbols: {x: real, \\sigma: positive}",
        ["proved"],
    ),
    (
        "a square of sigma that is declared beside it",
        [
            r"\frac{\partial}{\partial \sigma^2} (-\frac{x^2}{2\sigma^2}) = \frac{x^2}{2\sigma^4}",
            r"\frac{\partial}{\partial \sigma^2} (-\frac{x^2}{2\sigma^2}) = \frac{x^2}{\sigma^4}",
        ],
        "symbols: {x: real, \\sigma: positive, \\sigma^2: positive}",
        [],
    ),
    (
        "an entrywise product before one of matrices, as the shapes allow",
        [
            r"\nabla_W v^T g(Wx) = v \odot g'(Wx) x^T",
            r"\nabla_W v^T g(Wx) = v \odot (g'(Wx) x^T)",
            r"\nabla_W v^T g(Wx) = v \odot v \odot g'(Wx) x^T",
            r"\nabla_A (A \odot v x^T)_{ij} = 1",
        ],
        "symbols: {W: [h, d], A: [h, d], x: [d], v: [h]}\nfunctions: {g: elementwise}",
        ["proved", "invalid fail", "refuted fail"],
    ),
    (
        "sums over several indices",
        [
            r"\nabla_v \sum_{i, j} A_{ij} v_i v_j = (A + A^T) v",
            r"\nabla_v \sum_{ij} A_{ij} v_i v_j = 2Av",
            r"\nabla_v \sum_{i, j = 1}^n A_{ij} v_i v_j = (A + A^T) v",
        ],
        "symbols: {A: [n, n], v: [n]}",
        ["proved", "refuted fail", "proved"],
    ),
    (
        "what a point is put into may stand in another definition",
        [
            r"u = x^2 + 1",
            r"y = u^2",
            r"\left.\frac{dy}{dx}\right|_{x=1} = 8",
            r"\left.\frac{dy}{dx}\right|_{x=1} = 0",
            r"g'(1) = 24",
            r"g'(1) = 0",
            r"g(1) = 8",
            r"h_v(1, 2) = 40",
            r"h_v(1, 2) = 0",
        ],
        "symbols: {x: real, v: real}\nwhere:\n  g(x): u^3\n  h(x, v): u v^2 + v w\n  w: v^3",
        ["proved", "refuted fail", "proved", "refuted fail", "proved", "proved", "refuted fail"],
    ),
    (
        "a function that is defined in terms of its argument, at a point",
        [
            r"f(x) = \sin x",
            r"\left.\frac{df}{dx}\right|_{x=0} = 1",
            r"\left.\frac{df}{dx}\right|_{x=0} = 0",
        ],
        "symbols: {x: real}",
        ["proved", "refuted fail"],
    ),
    (
        "a dot over a function stands for its derivative where the argument says",
        [
            r"x(t) = e^{2t}",
            r"\dot x(0) = 2",
            r"\dot x(0) = 0",
            r"\ddot x(0) = 0",
            r"\dot x(2t) = 2e^{4t}",
            r"\dot x(2t) = 4e^{4t}",
            r"\dot x(t) = 2x(t)",
        ],
        "symbols: {t: real}",
        ["proved", "refuted fail", "refuted fail", "proved", "refuted fail", "proved"],
    ),
    (
        "a partial derivative holds the other arguments, and a call says where it is taken",
        [
            r"u(x, t) = \sin(x - t)",
            r"\frac{\partial u(x, 0)}{\partial t} = -\cos x",
            r"\frac{\partial u(x, 0)}{\partial t} = 0",
            r"\partial_t u(x, 0) = 0",
            r"\dot u(x, 0) = 0",
            r"\partial_x u(x, x) = 1",
            r"\frac{d}{dx} u(0, 0) = 0",
            r"s = t^2",
            r"g(s, t) = s + t",
            r"\frac{\partial g}{\partial t} = 1 + 2t",
            r"\frac{dg}{dt} = 1 + 2t",
        ],
        "symbols: {x: real, t: real}",
        ["proved", "refuted fail", "proved"],
    ),
    (
        "a number at the end of a chain of numbers is no condition",
        [
            r"f(x) = x^3",
            r"f'(2) = 3 \cdot 4 = 14",
            r"f'(2) = 3 \cdot 4 = 12",
            r"f'(x) = 3x^2 = 12",
            r"f'(2) = 2^{3.5850} = 12.0",
        ],
        "symbols: {x: real}",
        ["refuted fail", "proved", "proved"],
    ),
    (
        "lengths in double bars, and products of absolute values",
        [
            r"\nabla_v ||v - u||_2^2 = 2(v - u)",
            r"\nabla_v 3||v|| = \frac{v}{||v||}",
            r"\frac{d}{dx} |x||y|\,||u|| = \frac{x|y|\,||u||}{|x|}",
            r"\frac{d}{dx} |x||y| = \frac{x|y|}{|x|}",
            r"\nabla_v |||v|||^2 = 2v",
            r"\frac{d}{dx} ||x| - 1| = 1",
        ],
        "symbols: {v: [n], u: [n], x: real, y: real}",
        ["proved", "refuted fail", "proved", "proved"],
    ),
    (
        "a product of columns that is a matrix or a long column",
        [
            r"\nabla_A u^T A v = u \otimes v",
            r"d(u \otimes v) = du \otimes v + u \otimes dv",
            r"\nabla_A u^T A v = 2 u \otimes v",
        ],
        "symbols: {v: [n], u: [m], A: [m, n]}",
        ["proved", "proved", "refuted fail"],
    ),
    (
        "a number in brackets above a bracket is an order",
        [
            r"(x^3)^{(2)} = 6x",
            r"[x^3]^{(2)} = x^6",
            r"\frac{d}{dx} x^2 = \frac{2x\cancel{a}}{\cancel{a}}",
            r"\frac{d}{dx} x^2 = \frac{3x\cancel{a}}{\cancel{a}}",
            r"\frac{d}{dx} x^2 = \cancel{3} 2x",
            r"(x^3)^{(2)} = 5x",
            r"(uv)^{(2)} = u''v + 2u'v' + uv''",
        ],
        "symbols: {x: real, a: real}\nfunctions: {u: scalar(x), v: scalar(x)}\nwrt: x",
        ["proved", "refuted fail", "proved", *["refuted fail"] * 2, "proved"],
    ),
    # a rule for all functions, where each of them and its derivative stand on its right
    *(
        (
            f"a rule for all functions, {rule}",
            [rule],
            "",
            found,
        )
        for found, rules in (
            (
                ["refuted suspect"],
                (
                    r"[fg]' = 2f'g + fg'",
                    r"\frac{d}{dx}[f(x)g(x)] = f'(x)g(x) - f(x)g'(x)",
                    r"\left[\frac{f(x)}{g(x)}\right]' = \frac{f(x)'g(x) + f(x)g(x)'}{g(x)^2}",
                    r"\frac{d}{dx}(uv) = u\frac{dv}{dx} - v\frac{du}{dx}",
                    r"\left(\frac{1}{v}\right)' = \frac{v'}{v^2}",
                    r"\frac{d}{dx} \cos(f(x)) = \sin(f(x)) f'(x)",
                ),
            ),
            (
                [],
                (
                    r"(fg)' = f'g + fg' = 2f'g",
                    r"(fg)' = f'g'",
                    r"(fg)' = f'g",
                    r"(f+g)' = f'",
                    r"(ty)' = ty'",
                    r"(f^2)' = 2f",
                    r"\frac{d}{dx} f(g(x)) = f'(g(x))",
                    r"(\sec^{-1} u)' = \frac{u'}{u\sqrt{u^2-1}}",
                    r"\frac{d}{dx}(x y(x)) = y'(x) - x y(x)",
                    r"(ty)' = y + ty'",
                    r"(e^{at}y)' = e^{at}(ay + y')",
                    r"\frac{d}{dx}(u(x) v(x)) = u'(x) v(x) + u(x)^2",
                ),
            ),
        )
        for rule in rules
    ),
    (
        "what nothing but bars shows to be an array is a number where it fits as none",
        [
            r"\|x\| < 1",
            r"\frac{d}{dx} x^3 = 3x^2",
            r"(\sin x)' = -\cos x",
            r"\frac{d}{dx} \|x\|^2 = 2x",
        ],
        "",
        ["proved", "refuted suspect", "proved"],
    ),
    (
        "a transpose below a derivative is no index",
        [
            r"\nabla_v \sum_i v_i^2 = 2v",
            r"\frac{\partial (Av)}{\partial v^T} = A",
            r"\frac{\partial^2 v^T A v}{\partial v \partial v^\top} = A + A^T",
        ],
        "symbols: {v: [n], A: [n, n]}",
        ["proved", "proved"],
    ),
]


def test_a_claim_is_shown_with_the_font_of_its_first_letter() -> None:
    claims = read(page(r"\mathbf{a} + \mathbf{b} = \mathbf{b} + \mathbf{a}"))[0].claims
    assert [one.latex for one in claims] == [r"\mathbf{a} + \mathbf{b} = \mathbf{b} + \mathbf{a}"]


@pytest.mark.parametrize(
    ("parts", "block", "expected"),
    [pytest.param(*row[1:], id=row[0]) for row in VERDICTS],
)
def test_verdicts(parts: list[str], block: str, expected: list[str]) -> None:
    results = [r for one in judge(page(*parts, block=block)) for r in one.results]
    found = [
        r.verdict.value
        + (" suspect" if r.suspect else "")
        + (" fail" if r.outcome.value == "fail" else "")
        for r in results
    ]
    assert found == expected


PAGES = [
    # bars in tables
    (
        "in a table of Markdown a bar is escaped: it may be one, or two",
        r"""
        <!-- derivcheck: symbols: {A: {shape: [n, n], structure: invertible}, v: [n], x: real} -->

        | | |
        |---|---|
        | $\frac{\partial}{\partial A} \ln \|A\| = A^{-T}$ | one |
        | $\frac{\partial}{\partial A} \ln \|A\|_F = A^{-T}$ | two |
        | $\frac{\partial}{\partial v} \|v\|^2 = 2v$ | $\frac{\partial}{\partial v} \|v\|^2 = 3v$ |

        $$\frac{\partial}{\partial A} \ln \|A\| = A^{-T}$$
        """,
        ["proved", "refuted fail", "proved", "refuted fail", "refuted fail"],
    ),
    (
        "such a bar makes no array of what is a number elsewhere",
        r"""
        | | |
        |---|---|
        | $\frac{d}{dx} \|x\| = \frac{x}{\|x\|}$ | |

        $$\frac{d}{dx} x^2 = 2x$$
        """,
        ["proved", "proved"],
    ),
    (
        "functions of a rule, which were examples before",
        r"""
        Let $f(x) = x^3$ and $g(x) = 1 + 2x$. Then $\frac{df}{dx} = 3x^2$.

        If $f$ and $g$ are differentiable, then

        $$\frac{d}{dx} f(g(x)) = f'(g(x)) g'(x)$$

        $$\frac{d}{dx} f(g(x)) = f'(g(x)) g'(2x)$$
        """,
        ["proved", "proved", ""],
    ),
    (
        "an example that is said to be differentiable",
        r"""
        Let $f(x) = x^3$. Then $f$ is differentiable, and $\frac{d}{dx} f(x)^2 = 6x^5$.
        """,
        ["proved"],
    ),
    (
        "a sentence that ends inside its maths",
        r"""
        Let $f(x) = a x^2$. We have $\frac{df}{dx} = 3 a x.$ For $a = 2$ it is steep.
        """,
        ["refuted suspect"],
    ),
    (
        "a sentence that goes on with its condition",
        r"Let $f(x) = a x^2$. We have $\frac{df}{dx} = 4x$ for $a = 2$.",
        ["proved"],
    ),
    (
        "bold names that are one-hot, of which entries stand",
        r"""
        $$l(\mathbf{t}, \mathbf{z}) = -\sum_{j=1}^q t_j \log \frac{e^{z_j}}{\sum_{k=1}^q e^{z_k}}$$

        Here $\mathbf{t}$ is a one-hot vector of length $q$. So

        $$\frac{\partial l}{\partial z_j} = \frac{e^{z_j}}{\sum_{k=1}^q e^{z_k}} - t_j$$

        $$\frac{\partial l}{\partial z_j} = \frac{e^{z_j}}{\sum_{k=1}^q e^{z_k}} + t_j$$
        """,
        ["proved", "refuted suspect"],
    ),
    (
        "a condition of what a claim does not rest on",
        r"""
        The inverse of $y = e^x$ is found by swapping: $e^y = x$. The table has

        $$\frac{d}{dx} \ln x = \frac{2}{x}$$

        $$\frac{d}{dx} \ln x = \frac{1}{x}$$
        """,
        ["refuted fail", "proved"],
    ),
    (
        "a value that a function had before",
        r"""
        Let $h(x) = x^2 + 1$, so that $h(2) = 5$.

        Let $h(x) = x^3$. Then

        $$\frac{dh}{dx} = 2x^2$$
        """,
        ["refuted suspect"],
    ),
    # what is held may depend on what varies
    (
        "a mean that nothing defines, under a sum",
        r"""
        The third moment is $M = \sum_{i=1}^n (x_i - \bar x)^3$. Then

        $$\frac{\partial M}{\partial x_k} = 3 (x_k - \bar x)^2$$

        $$\frac{\partial M}{\partial x_k} = 3 (x_k - \bar x)^2 - \frac3n \sum_i (x_i - \bar x)^2$$
        """,
        ["", "proved"],
    ),
    (
        "a mean that nothing defines, without a sum",
        r"Let $q_i = (x_i - \bar{x})/s$. Then $\frac{\partial q_i}{\partial x_i} = \frac1s$.",
        [""],
    ),
    (
        "a bar over what does not vary",
        r"Let $q = c\,\bar x + x_1$. Then $\frac{dq}{dc} = \bar x$.",
        ["proved"],
    ),
    (
        "a bar that varies",
        r"""
        Let $S = \sum_i (x_i - \bar x)^2$. Then
        $\frac{\partial S}{\partial \bar x} = -2\sum_i (x_i - \bar x)$.
        """,
        ["proved"],
    ),
    (
        "a mean beside the place where it is wanted",
        r"$\frac{d}{dc} \sum_{i=1}^n (x_i - c)^2 = 2n(c - \bar x)$",
        ["proved"],
    ),
    (
        "a last entry that makes the sum one",
        r"""
        Since $p_n = 1 - \sum_{i=1}^{n-1} p_i$ and $H = -\sum_{i=1}^n p_i \ln p_i$ we have

        $$\frac{\partial H}{\partial p_k} = -\ln p_k - 1$$
        """,
        [""],
    ),
    (
        "a last entry that makes the sum one, not read",
        r"""
        Since $q_n = 1 - \sum_{i<n} q_i$ and $f = \sum_i q_i^2$ we have

        $$\frac{\partial f}{\partial q_k} = 2 q_k$$
        """,
        [""],
    ),
    (
        "an entry that follows another one",
        r"Let $x_2 = 3 x_1$ and $f = \sum_{i=1}^3 x_i^2$. Then $\frac{df}{dx_1} = 2 x_1$.",
        [""],
    ),
    (
        "an entry with a value",
        r"Let $x_2 = 3$ and $f = \sum_{i=1}^n x_i^2$. Then $\frac{df}{dx_k} = 2 x_k$.",
        ["proved"],
    ),
    (
        "entries by the index of a sum",
        r"""
        Let $y_n = w x_n$ and $E = \frac12 \sum_n (y_n - t_n)^2$.

        $$\frac{\partial E}{\partial w} = \sum_n (y_n - t_n) x_n$$
        """,
        ["proved"],
    ),
    (
        "one of the names with numbers",
        r"""
        Let $s = x_1 + x_2$ and $p_i = x_i / s$. Then $\frac{\partial p_i}{\partial x_i} = \frac1s$.
        """,
        [""],
    ),
    (
        "names with numbers, and labels",
        r"Let $s = x_a + x_2$. Then $\frac{\partial s}{\partial x_a} = 1$.",
        ["proved"],
    ),
    (
        "numbered names of which all are defined",
        r"Let $a_k = \frac1k$ and $f = a_1 x + a_2 x^2$. Then $\frac{df}{dx} = 1 + x$.",
        [""],
    ),
    (
        "the total of shares",
        r"With $x_i = \frac{n_i}{n}$, we find $\frac{\partial x_i}{\partial n_i} = \frac1n$.",
        [""],
    ),
    (
        "a point and its nodes",
        r"""
        Let $q = \frac{1}{x - x_i}$. Then $\frac{\partial q}{\partial x_i} = \frac{1}{(x - x_i)^2}$.
        """,
        ["proved"],
    ),
    (
        "a partial derivative along a path",
        r"""
        Let $f(x, t) = x e^{-t}$ where $x(t) = t^2$.

        Then $\frac{\partial f}{\partial t} = -x e^{-t}$ and
        $\frac{\partial f}{\partial t} = 2te^{-t} - t^2e^{-t}$, $\frac{df}{dt} = (2t - t^2)e^{-t}$.
        """,
        ["proved", "", "proved"],
    ),
    (
        "a partial derivative that may hold what lies between",
        r"""
        Let $z = x^2 + y$, $y = \sin x$. Then $\frac{\partial z}{\partial x} = 2x$.

        Let $z = x^2 + v$, $v = \sin x$. Then $\frac{\partial z}{\partial x} = x$.

        Let $z = v^3$, $v = \sin x$. Then $\frac{\partial z}{\partial x} = 3v^2$.
        """,
        ["", "refuted suspect", "refuted suspect"],
    ),
    (
        "places from 0, and places as numbers",
        r"""
        Let $p(x) = \sum_{k=0}^n a_k x^k$.

        $$\frac{\partial p}{\partial a_k} = x^k$$

        $$\frac{\partial p}{\partial a_k} = x^{k-1}$$

        $$\frac{\partial p}{\partial a_0} = 1$$

        $$\frac{\partial p}{\partial a_0} = x$$

        $$\frac{dp}{dx} = \sum_{k=1}^n k a_k x^{k-1}$$

        $$\frac{dp}{dx} = \sum_{k=1}^n a_k x^{k-1}$$
        """,
        [*["proved", "refuted suspect"] * 2, "proved", ""],
    ),
    (
        "places beside each other",
        r"""
        Let $E = \sum_{i=1}^{n-1} (x_{i+1} - x_i)^2$.

        $$\frac{\partial E}{\partial x_k} = 2(2x_k - x_{k-1} - x_{k+1})$$

        $$\frac{\partial E}{\partial x_k} = 2(x_k - x_{k-1})$$

        $$\frac{\partial E}{\partial x_1} = 2(x_1 - x_2)$$

        $$\frac{\partial E}{\partial x_n} = 2(x_n - x_{n-1})$$

        $$\frac{\partial E}{\partial x_n} = 2(x_n - x_{n+1})$$
        """,
        ["proved", "", "proved", "proved", ""],
    ),
    (
        "places beside each other, from 0, and in a definition of entries",
        r"""
        Let $E = \sum_{i=1}^n (x_i - x_{i-1})^2$.

        $$\frac{\partial E}{\partial x_0} = 2(x_0 - x_1)$$

        With $r_i = u_{i+1} - u_i$ and $S = \sum_{j=1}^{m-1} r_j^2$

        $$\frac{\partial S}{\partial u_k} = 2(u_k - u_{k-1}) - 2(u_{k+1} - u_k)$$

        $$\frac{\partial S}{\partial u_k} = -2r_k$$
        """,
        ["proved", "proved", ""],
    ),
    (
        "sums over some of the entries",
        r"""
        Let $T = \sum_{i=2}^n x_i^2$.

        $$\frac{\partial T}{\partial x_2} = 2x_2$$

        $$\frac{\partial T}{\partial x_k} = 2x_k$$

        Let $F = \sum_{i=1}^n \sum_{j=1}^i y_j$.

        $$\frac{\partial F}{\partial y_k} = n - k + 1$$

        $$\frac{\partial F}{\partial y_k} = n$$
        """,
        ["proved", "", "proved", ""],
    ),
    (
        "a recursion of the entries",
        r"Let $a_{i+1} = a_i + d$ and $S = \sum_i a_i$. So $\frac{\partial S}{\partial a_k} = 1$.",
        [""],
    ),
    (
        "entries that the ones before them make",
        r"""
        Let $h_t = \tanh(w h_{t-1} + x_t)$ and $L = \sum_t v_t h_t$.

        $$\frac{\partial L}{\partial h_t} = v_t$$

        Let $y_i = \sum_j a_{ij} y_j + b_i$ and $S = \sum_i y_i$.

        $$\frac{\partial S}{\partial y_k} = 1$$
        """,
        ["", ""],
    ),
    (
        "the last entry beside a sum of the others",
        r"""
        Let $J = \sum_{k=0}^{N-1} x_k^2 + c x_N^2$.

        $$\frac{\partial J}{\partial x_N} = 2c x_N$$

        $$\frac{\partial J}{\partial x_0} = 2x_0$$

        $$\frac{\partial J}{\partial x_0} = 2c x_0$$
        """,
        ["proved", "proved", ""],
    ),
    (
        "a number and entries of one letter",
        r"""
        Let $f = \sum_i w_i e^{-(x - x_i)^2}$.

        $$\frac{\partial f}{\partial x} = -2\sum_i w_i (x - x_i) e^{-(x - x_i)^2}$$

        $$\frac{\partial f}{\partial x_k} = 2 w_k (x - x_k) e^{-(x - x_k)^2}$$

        $$\frac{\partial f}{\partial x_k} = 2 w_k (x - x_i) e^{-(x - x_i)^2}$$
        """,
        ["proved", "proved", ""],
    ),
    (
        "indices that are made up, beside letters of definitions",
        r"""
        Let $s_{ij} = q_i k_j$, $a_{ij} = \frac{e^{s_{ij}}}{\sum_l e^{s_{il}}}$ and
        $o_i = \sum_j a_{ij} v_j$.

        $$\frac{\partial o_i}{\partial v_j} = a_{ij}$$
        """,
        ["proved"],
    ),
    (
        "numbers for the length and for entries",
        r"""
        Let $n = 2$, $x_1 = 1$, $x_2 = 4$ and $S(c) = \sum_{i=1}^n (x_i - c)^2$.

        $$\frac{dS}{dc} = -2 \sum_{i=1}^n (x_i - c) = 4c - 10$$

        $$\frac{dS}{dc} = -2 \sum_{i=1}^n (x_i - c)$$
        """,
        ["", "proved"],
    ),
    (
        "a letter that is an index and a parameter",
        r"Let $E = \frac12 k \sum_i x_i^2$. Then $\frac{\partial E}{\partial x_k} = k x_k$.",
        [""],
    ),
    (
        "places as numbers, and lengths that are sums, of declared arrays",
        r"""
        <!-- derivcheck
        symbols: {x: [n], a: [n + 1], z: real}
        -->
        Let $f = \sum_{i=1}^n i x_i$, $p = \sum_{k=1}^{n+1} a_k z^{k-1}$, $r_i = x_{i+1} - x_i$.

        $$\frac{\partial f}{\partial x_k} = k$$

        $$\frac{\partial f}{\partial x_k} = k - 1$$

        $$\frac{\partial p}{\partial a_j} = z^{j-1}$$

        $$\frac{\partial p}{\partial a_j} = z^j$$

        $$\frac{\partial}{\partial x_1} \sum_{i=1}^{n-1} r_i^2 = 2(x_1 - x_2)$$
        """,
        ["proved", "refuted fail", "proved", "refuted fail", "proved"],
    ),
    (
        "derivatives by entries that are defined",
        r"""
        Let $p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ and $L = -\sum_i y_i \log p_i$.

        $$\frac{\partial L}{\partial p_k} = -\frac{y_k}{p_k}$$

        $$\frac{\partial L}{\partial p_k} = \frac{y_k}{p_k}$$

        Let $a_j = \sum_i w_{ji} x_i$, $h_j = \tanh(a_j)$ and $o = \sum_j v_j h_j$.

        $$\frac{\partial o}{\partial h_j} = v_j$$

        $$\frac{\partial o}{\partial a_j} = v_j (1 - h_j^2)$$

        $$\frac{\partial h_j}{\partial a_j} = 1 - h_j^2$$

        $$\frac{\partial o}{\partial x_i} = \sum_j v_j (1 - h_j^2) w_{ji}$$

        $$\frac{\partial o}{\partial x_i} = \sum_j v_j w_{ji}$$
        """,
        ["proved", "refuted suspect", *["proved"] * 4, "refuted suspect"],
    ),
    (
        "a step of a recursion by its beginning",
        r"""
        With $c_t = \prod_{s=1}^t b_s$ and $x_t = \sqrt{c_t}\,x_0 + \sqrt{1 - c_t}\,\epsilon$
        we have $\frac{\partial x_t}{\partial x_0} = \sqrt{c_t}$.
        """,
        ["proved"],
    ),
    (
        "means and totals in words",
        r"""
        Let $q_i = (x_i - \mu) / \sigma$ where $\mu$ and $\sigma$ are the mean and deviation of $x$.

        $$\frac{\partial q_i}{\partial x_i} = \frac{1}{\sigma}$$

        The total mass is $M$. With $X = \frac1M \sum_i m_i x_i$

        $$\frac{\partial X}{\partial m_k} = \frac{x_k}{M}$$

        $$\frac{\partial X}{\partial x_k} = \frac{m_k}{M}$$
        """,
        ["", "", ""],
    ),
    (
        "means of distributions, and a total number",
        r"""
        Means are $\mu_k$, variances $v_k$ and $N_k = e^{-(x - \mu_k)^2 / (2v_k)}$.

        $$\frac{\partial N_k}{\partial \mu_k} = N_k \frac{x - \mu_k}{v_k}$$

        Here $m$ is the total number of points and $E = \frac1m \sum_i (y_i - a)^2$.

        $$\frac{\partial E}{\partial y_k} = \frac{2}{m} (y_k - a)$$
        """,
        ["proved", "proved"],
    ),
    (
        "products that do not commute",
        r"""
        For matrices $A(t)$ and $B(t)$ we have
        $\frac{d}{dt}(AB) = \frac{dB}{dt} A + \frac{dA}{dt} B$.

        # Operators

        Let $U(x)$ and $V(x)$ be operators. Then
        $\frac{d}{dx}(UV) = \frac{dU}{dx} V + \frac{dV}{dx} U$
        and $\frac{d}{dx}(U(x)V(x)) = V(x) U'(x) + U(x) V'(x)$.

        Let $H$ be an $n \times n$ matrix. $\frac{d}{dx}(HK) = \frac{dK}{dx} H + \frac{dH}{dx} K$.

        # Numbers

        For all $u$ and $v$, $\frac{d}{dx}(uv) = \frac{dv}{dx} u + \frac{du}{dx} v$. And with
        the area $A = b^2$ we have $\frac{dA}{db} = 2b$; the matrix is another matter.
        """,
        ["", "", "", "", "proved", "proved"],
    ),
    (
        "currents and intensities",
        r"""
        The power is $P = R_1 I_1^2 + R_2 I_2^2$. So $\frac{\partial P}{\partial I_1} = 2 R_1 I_1$,
        $\frac{\partial P}{\partial R_2} = I_2^2$ and $\frac{\partial P}{\partial R_2} = I_2$.

        With $J = I_0 e^{-\mu x} + I_s$ we find $\frac{dJ}{dx} = -\mu I_0 e^{-\mu x}$.
        """,
        ["proved", "proved", "refuted suspect", "proved"],
    ),
    (
        "an identity of a size",
        r"""
        Let $A \in \mathbb{R}^{n \times n}$. Then
        $\frac{\partial}{\partial A}\operatorname{tr}(A^2 + A I_n) = 2A^T + I_n$.
        """,
        ["proved"],
    ),
    (
        "an orthogonal matrix of a size that is said of what it multiplies",
        r"Let $Q$ be orthogonal, $x \in \mathbb{R}^n$. $\frac{\partial\|Qx\|^2}{\partial x} = 2x$.",
        [""],
    ),
    (
        "a definition with its case in brackets",
        r"""
        Let $g(x) = b x^3 \quad (b = 2)$, so that $g'(x) = 6 x^2$, $\frac{dg}{dx} = 6x^2$.

        For $b = 2$ let $h(x) = b x^3$, so that $\frac{dh}{dx} = 6 x^2$, $\frac{dh}{dx} = 3bx^2$.
        """,
        ["proved", "proved", "proved"],
    ),
    (
        "what is defined by functions of which nothing is said",
        r"""
        Let $H = \frac{p^2}{2m} + V(r)$, so that $\frac{\partial H}{\partial r} = -V'(r)$,
        $\frac{\partial H}{\partial p} = \frac{2p}{m}$, $\frac{\partial H}{\partial r} = 2rV(r)$.

        Let $f(x) = \frac{u(x)}{v(x)}$ and $\frac{df}{dx} = \frac{u'(x) v(x) + u(x) v'(x)}{v(x)^2}$.

        Let $u(x, t) = X(x) T(t)$ and $\frac{\partial u}{\partial t} = X''(x) T(t)$ or
        $\frac{\partial u}{\partial t} = \frac{\partial^2 u}{\partial x^2}$.
        """,
        [*["refuted suspect"] * 2, "", "refuted suspect", "", ""],
    ),
    (
        "the steps of a calculation, each with its left side",
        r"""
        $f(x) = x^2 \sin x$

        Find its derivative.

        $u(x) = x^2$

        $v(x) = \sin x$

        $\frac{du}{dx} = 2x$

        $\frac{dv}{dx} = \cos x$

        $\frac{df}{dx} = 2x \cdot \sin x + x^2 \cdot \cos x$

        $\frac{df}{dx} = 2x \sin x - x^2 \cos x$

        $\frac{df}{dx} = x(2 \sin x - x \cos x)$
        """,
        ["proved", "proved", "proved", "refuted suspect", ""],
    ),
    (
        "conditions that reach a claim by way of names that it has not",
        r"""
        <!-- derivcheck
        symbols: {\lambda: positive, y: real, t: real, b: real, c: real}
        functions: {u: scalar(t)}
        assume: [y == \lambda t, \lambda == 2, c > 7]
        identically: u'(t) == b u(t)
        -->

        $$\frac{d}{dt} y t^2 = 4 t^2$$

        $$\frac{d}{dt} y t^2 = 2 t^2$$

        $$\frac{d}{dt} \frac{u'(t)}{u(t)} = 0$$

        $$\frac{d}{dt} c t^2 = 2 c t$$
        """,
        ["proved", "refuted fail", "proved", "proved"],
    ),
    (
        "an error that is called e",
        r"""
        <!-- derivcheck
        symbols: {y: [n], t: [n]}
        -->
        With $e = \sum_i (y_i - t_i)^2$ we have $\frac{\partial e}{\partial y_j} = 2 (y_j - t_j)$.

        Then $\frac{\partial e}{\partial y_j} = y_j - t_j$.

        With $g = e^2$: $\frac{\partial g}{\partial y_j} = 4 e (y_j - t_j)$.
        """,
        ["proved", "refuted fail", "proved"],
    ),
    (
        "an error beside powers that may be of Euler's number",
        r"""
        Let $e = y - u$. Then $\frac{\partial}{\partial y} e^2 = 2e$,
        $\frac{d}{dz} e^{-z} = -e^{-z}$.
        """,
        ["proved", ""],
    ),
    (
        "Euler's number",
        r"""
        From $e = \lim_{n\to\infty} (1 + 1/n)^n$, $e = \exp(1)$ it follows that
        $\frac{d}{dx} e^{2x} = 2 e^{2x}$.
        """,
        ["proved"],
    ),
    (
        "a class that is given",
        r"""
        <!-- derivcheck
        symbols: {z: [n], y: [n]}
        -->
        Let $p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ and $L = -\sum_i y_i \ln p_i$.

        $$\frac{\partial L}{\partial z_k} = p_k - y_k$$

        With $y_c = 1$ and the others $0$ this is

        $$\frac{\partial L}{\partial z_c} = p_c - 1$$

        # Another section

        Let $L = -\sum_i y_i \ln z_i$, $y_1 = 1$.

        $$\frac{\partial L}{\partial z_k} = -\frac{1}{z_k}$$
        """,
        ["", "", "refuted fail"],
    ),
    (
        "targets of which words say that they sum to 1",
        r"""
        <!-- derivcheck
        symbols: {z: [n], y: [n]}
        -->
        Let $p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ and $L = -\sum_i y_i \ln p_i$, $y$ one-hot.

        $$\frac{\partial L}{\partial z_k} = p_k - y_k$$

        $$\frac{\partial L}{\partial z_k} = p_k + y_k$$
        """,
        ["proved", "refuted fail"],
    ),
    (
        "rows of targets of which words say that they sum to 1",
        r"""
        <!-- derivcheck
        symbols: {Z: [m, n], Y: [m, n], z: [n], q: {shape: [n], domain: positive}}
        -->
        Let $P_{ik} = \frac{e^{Z_{ik}}}{\sum_j e^{Z_{ij}}}$ and
        $L = -\sum_i \sum_k Y_{ik} \ln P_{ik}$, where each row of $Y$ is one-hot.

        $$\frac{\partial L}{\partial Z_{ik}} = P_{ik} - Y_{ik}$$

        $$\frac{\partial L}{\partial Z_{ik}} = P_{ik} + Y_{ik}$$

        Let $p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ and $D = -\sum_i q_i \ln p_i$.

        $$\frac{\partial D}{\partial z_i} = p_i - q_i$$
        """,
        ["", "refuted fail", ""],
    ),
    (
        "indices that are summed without a sign",
        r"""
        <!-- derivcheck
        symbols: {A: [n, n], x: [n]}
        -->
        Let $q = A_{ij} x_i x_j$ and $\ell = x_i^2$.

        $$\frac{\partial q}{\partial x_k} = A_{kj} x_j + A_{jk} x_j$$

        $$\frac{\partial^2 q}{\partial x_k \partial x_l} = A_{kl} + A_{lk}$$

        $$\frac{\partial \ell}{\partial x_i} = 3 x_i$$
        """,
        ["", "", "refuted fail"],
    ),
    (
        "structure that words or equations say",
        r"""
        <!-- derivcheck
        symbols: {A: [n, n], U: [n, k], x: [n]}
        -->
        # Symmetric matrices

        Let $f = x^T A x$ with a symmetric matrix $A$.

        $$\frac{\partial f}{\partial x} = 2 A x$$

        $$\frac{\partial f}{\partial x} = A x$$

        # Others

        Suppose $U^T U = I$ and let $g = \|x - U U^T x\|^2$.

        $$\frac{\partial g}{\partial x} = 2 (x - U U^T x)$$

        # No word

        Let $f = x^T A x$.

        $$\frac{\partial f}{\partial x} = 2 A x$$
        """,
        ["", "refuted fail", "", "refuted fail"],
    ),
    (
        "an array of errors, and the number beside an array",
        r"""
        <!-- derivcheck
        symbols: {X: [m, n], w: [n], y: [m]}
        -->
        Let $e = y - Xw$ and $J = e^T e$.

        $$\frac{\partial J}{\partial w} = -2 X^T e$$

        $$\frac{\partial J}{\partial w} = 2 X^T e$$

        # Scores

        <!-- derivcheck
        symbols: {e: [m], v: [m]}
        -->
        Let $a_i = \frac{e^{e_i}}{\sum_j e^{e_j}}$ and $c = \sum_i a_i v_i$.

        $$\frac{\partial c}{\partial e_j} = a_j (v_j - c)$$
        """,
        ["proved", "refuted fail", "proved"],
    ),
    (
        "names that are numbers or operators elsewhere",
        r"""
        <!-- derivcheck
        symbols: {p: positive, q: positive, c: positive, d: positive, x: real}
        -->
        Let $\pi = p q - c q^2$ and $T = \sqrt{x^2 + d^2}$.

        $$\frac{\partial \pi}{\partial q} = p - 2 c q$$

        $$\frac{\partial \pi}{\partial q} = p - c q$$

        $$\frac{dT}{dx} = \frac{x}{T}$$

        $$\frac{dT}{dx} = \frac{d}{T}$$
        """,
        ["proved", "refuted fail", "proved", "refuted fail"],
    ),
    (
        "a reason that follows",
        r"""
        <!-- derivcheck
        symbols: {z: [n], y: [n]}
        -->
        Let $p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ and $L = -\sum_i y_i \ln p_i$.

        $$\frac{\partial L}{\partial z_i} = -y_i + p_i \sum_k y_k = p_i - y_i$$

        where the last step uses $\sum_k y_k = 1$.
        """,
        [""],
    ),
    (
        "one place that is given, in a definition only",
        r"""
        <!-- derivcheck
        symbols: {z: [n]}
        -->
        Let $\ell = -z_c + \ln \sum_j e^{z_j}$ and $p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$.

        $$\frac{\partial \ell}{\partial z_k} = p_k, \qquad k \neq c$$

        $$\frac{\partial \ell}{\partial z_k} = -p_k, \qquad k \neq c$$
        """,
        ["proved", "refuted fail"],
    ),
    (
        "a declared array whose entries the page defines",
        r"""
        <!-- derivcheck
        symbols: {w: [n], x: [n]}
        -->
        Let $f = \ln \sum_i e^{x_i}$. If $w_i$ denotes the weight,
        $w_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$, then

        $$\frac{\partial f}{\partial x_k} = w_k$$

        # Without it

        Let $f = \ln \sum_i e^{x_i}$.

        $$\frac{\partial f}{\partial x_k} = w_k$$
        """,
        ["", "refuted fail"],
    ),
    (
        "an index over two lengths that are declared",
        r"""
        <!-- derivcheck
        symbols: {W: [m, n], x: [n]}
        -->
        Let $y_i = \sum_j W_{ij} x_j$.

        $$\frac{\partial y_i}{\partial x_j} = W_{ji}$$

        $$\frac{\partial y_i}{\partial x_j} = W_{ij}$$
        """,
        ["invalid fail", "proved"],
    ),
    (
        "sums that leave a place out",
        r"""
        <!-- derivcheck
        symbols: {x: [n], w: [n, n]}
        -->

        $$\frac{\partial}{\partial x_k} \prod_j x_j = \prod_{\substack{j = 1 \\ j \ne k}}^n x_j$$

        $$\frac{\partial}{\partial x_k} \sum_i \sum_{j \ne i} x_i x_j
          = 2 \sum_{i=1, i \neq k}^n x_i$$

        $$\frac{\partial}{\partial x_k} \sum_i \sum_{j \ne i} x_i x_j = \sum_{i \ne k} x_i$$

        $$\frac{\partial}{\partial x_k} \sum_i \sum_{j \ne i} \frac{1}{(x_i - x_j)^2}
          = -4 \sum_{j \ne k} \frac{1}{(x_k - x_j)^3}$$

        $$\frac{\partial}{\partial x_i} \Big( x_i^2 + \sum_{j \ne i} x_i x_j \Big)
          = 2 x_i + \sum_{j \ne i} x_j$$

        Let $E_i = \sum_{j \ne i} w_{ij} x_j$. Then $\frac{\partial E_i}{\partial x_i} = 0$.

        $$\frac{\partial}{\partial x_k} \prod_j x_j^2 = \prod_{j \ne k} x_j^2 \cdot 2 x_k$$

        $$\frac{\partial}{\partial x_k} \prod_j x_j^2 = 2 x_k \prod_{j \ne k} x_j^2$$

        $$\frac{\partial}{\partial x_k} \prod_j \frac{x_j}{2}
          = \frac12 \prod_{j \ne k} \left( x_j \cdot \frac12 \right)$$

        Let $E_{ij} = \sum_{i \ne j} x_i x_j$. Then
        $\frac{\partial E_{ij}}{\partial x_j} = 2 \sum_{i \ne j} x_i$.

        Let $V = \frac12 \sum_{i \ne j} x_i x_j$. Then
        $\frac{\partial V}{\partial x_j} = \sum_{i \ne j} x_i$.
        """,
        ["proved", "proved", "refuted fail", *["proved"] * 3, "", "proved", "proved", "", ""],
    ),
    (
        "a sum that leaves a place out, of names that nothing declares",
        r"""
        Let $p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ and $L = -\sum_i y_i \ln p_i$. Then

        $$\frac{\partial L}{\partial z_i} = -y_i (1 - p_i) + \sum_{k \ne i} y_k p_i$$
        """,
        ["proved"],
    ),
    (
        "capitals under the inverse of a bracket are matrices",
        r"""
        $$\frac{d}{dt} (A + tB)^{-1} = -(A + tB)^{-1} B (A + tB)^{-1}$$

        $$\frac{d}{dt} (A + tB)^{-1} = -(A + tB)^{-2} B$$

        $$\frac{d}{dt} (I + tA)^{-1} = -(I + tA)^{-2} A$$

        $$\frac{d}{dt} \det(I + tA) = \det(I + tA) \operatorname{tr}((I + tA)^{-1} A)$$

        # Numbers

        $$\frac{d}{dK} (1 + K)^{-1} = -(1 + K)^{-2}$$

        $$\frac{d}{dt} f(t)^{-1} = -f(t)^{-2} f'(t)$$

        # Either

        $$\frac{d}{dt} A(t)^{-1} = -A(t)^{-2} A'(t)$$
        """,
        ["proved", "refuted suspect", "proved", "proved", "proved", "proved", ""],
    ),
    (
        "a derivative of numbers at a number is closed",
        r"""
        $$\left.\frac{d}{dx} x^3\right|_{x=2} = 12$$

        $$\left.\frac{d}{dx} x^3\right|_{x=2} = 13$$

        $$\left.\frac{d}{dx} x^3\right|_{x=a} = 4a^2$$
        """,
        ["proved", "refuted fail", "refuted suspect"],
    ),
    (
        "a ratio is not cut at its colon",
        r"""
        $$\left.\frac{d}{dx} x^2\right|_{x=\frac12} = 1:3$$

        $$\left.\frac{d}{dx} x^2\right|_{x=\frac12} = 1 : 3$$

        $$\frac{d}{dx} \frac{x^2}{3} = 2x : 3$$

        $$\frac{d}{dx} x^3 = 3x^2 : x > 0$$

        $$\frac{d}{dx} x^3 = 3x^2: \text{the power rule}$$

        $$\frac{d}{dx} x^4 = 4x^3:$$
        """,
        ["", "", "", "proved", "proved", "proved"],
    ),
    (
        "an interval is no value of a derivative",
        r"""
        $$\left.\frac{d}{dx} |x|\right|_{x=0} = [-1, 1]$$

        $$\frac{d}{dx} \sin x = [-1, 1]$$

        $$\frac{d}{dx} \begin{pmatrix} x \\ x^2 \end{pmatrix}
        = \begin{pmatrix} 1 \\ 2x \end{pmatrix}$$

        $$\frac{d}{dx} \begin{pmatrix} x \\ x^2 \end{pmatrix}
        = \begin{pmatrix} 1 \\ 3x \end{pmatrix}$$
        """,
        ["", "", "proved", "refuted fail"],
    ),
    (
        "what makes another number of the one before it is not read",
        r"""
        $$\left.\frac{d}{dx} \frac{x^2}{100}\right|_{x=2} = 4\%$$

        $$\left.\frac{d}{dx} 4x\right|_{x=2} = 4\,\%$$

        $$\left.\frac{d}{dx} \ln x\right|_{x=3} = 0.\overline{3}$$

        $$\left.\frac{d}{dx} \frac{x}{3}\right|_{x=3} = 0.(3)$$

        $$\left.\frac{d}{dx} 4x\right|_{x=2} = 4.$$
        """,
        ["", "", "", "", "proved"],
    ),
    (
        "a total of another section",
        r"""
        # Supply

        The total is $Q = \sum_j q_j$.

        # Shares

        Let $s_i = q_i / Q$. Then $\frac{\partial s_i}{\partial q_i} = \frac1Q$.
        """,
        [""],
    ),
    (
        "definitions in the paragraph before, with other names between",
        r"""
        Let $\sigma(z) = 1/(1+e^{-z})$, $p = \sigma(z)$ and $L = -y\ln p - (1-y)\ln(1-p)$, where
        $y \in \{0, 1\}$.

        $$\frac{dL}{dz} = p + y$$
        """,
        ["refuted suspect"],
    ),
    (
        "an example of a set begins no new one",
        r"""
        With $\sigma(z) = 1/(1+e^{-z})$ the loss of one example is $L = -\ln\sigma(z)$. Here $y$ is
        its label. The derivative is $\frac{dL}{dz} = \sigma(z)$.
        """,
        ["refuted suspect"],
    ),
    (
        "a number is raised to T, and only arrays are transposed",
        r"""
        $$\frac{d}{dT}\left(2^T + T\right) = 1$$

        So $\frac{d}{dT}\left(|x|^T + T\right) = 1$.

        # Prices

        The price is $p = K e^{-rT} + 2^T$. Then $\frac{\partial p}{\partial T} = -r K e^{-rT}$.

        # Forms

        For $f(x) = x^T A x$ we have $\nabla f = (A + A^T) x$, whatever $\frac{dA}{dT}$ is.
        """,
        ["", "", "refuted suspect", ""],
    ),
    (
        "a number with a thin space, a mixed number, and a falling factorial",
        r"""
        $$\frac{d}{dx}\left(1\,000 x\right) = 2\,000$$

        So

        $$\frac{d}{dx} x^{2\frac12} = 2\frac12 x^{1\frac12}$$

        and

        $$\frac{d}{dx} x^{\underline{3}} = 3x^2$$
        """,
        ["", "proved", ""],
    ),
    (
        "a transpose in a claim says nothing of structure",
        r"""
        <!-- derivcheck: symbols: {A: [n, n], x: [n], w: [n]} -->
        $$w^T x = 0$$

        $$\frac{\partial}{\partial x} (x^T A x) = 2Ax$$
        """,
        ["refuted fail"],
    ),
    (
        "an equation that says it",
        r"""
        <!-- derivcheck: symbols: {A: [n, n], x: [n]} -->
        $$A^T = A$$

        $$\frac{\partial}{\partial x} (x^T A x) = 2Ax$$
        """,
        [""],
    ),
    (
        "matrices that words call symmetric, from there on",
        r"""
        $$\frac{\partial}{\partial x} x^T A x = 2 A x$$

        Let $q(x) = x^T A x + b^T x$ with $A$ symmetric positive definite.

        $$\frac{\partial q}{\partial x} = 2 A x + b$$

        Here $S$ is not symmetric, and

        $$\frac{\partial}{\partial x} x^T S x = 2 S x$$

        If $B$ is symmetric,

        $$\frac{\partial}{\partial x} x^T B x = 3 B x$$

        For a symmetric matrix $C$,

        $$\frac{\partial}{\partial x} x^T C x = 2 C x$$
        """,
        ["", "proved", "", "refuted suspect", "proved"],
    ),
    (
        "a number is no function in the same claim",
        r"""
        The entropy is $H(p) = -p\ln p - (1-p)\ln(1-p)$. Then

        $$\frac{d^2H}{dp^2} = \frac{1}{p(1-p)}$$
        """,
        ["refuted suspect"],
    ),
    (
        "lists of symmetric matrices, and one that is its own transpose",
        r"""
        Let $H = x^T Q x + u^T R u$ with symmetric $Q$ and $R$.
        Then $\frac{\partial H}{\partial u} = 2 R u$.

        Let $V(x) = x^T P x$ with $P = P^T$. Then $\frac{\partial V}{\partial x} = 2Px$.
        """,
        ["proved", "proved"],
    ),
    (
        "shapes from what is held",
        r"""
        Let $a = w^T x + b$, $p = \frac{1}{1 + e^{-a}}$ and $L = -y \ln p$.

        $$\frac{\partial L}{\partial p} = -\frac yp$$
        """,
        ["proved"],
    ),
    (
        "capitals that are applied to a name",
        r"""
        Let $TC(q) = 100 + 10q + 2q^2$. Then $\frac{d}{dq} TC(q) = 10 + 4q$ and
        $\frac{d}{dq} TC(q) = 10 + 2q$.
        """,
        ["proved", "refuted suspect"],
    ),
    (
        "an indicator of an equation",
        r"""
        Let $p_k = \frac{e^{s_k}}{\sum_j e^{s_j}}$ and $L = -\log p_c$.

        $$\frac{\partial L}{\partial s_k} = p_k - \mathbb{1}[k = c]$$

        $$\frac{\partial L}{\partial s_k} = p_k + \mathbf{1}_{k = c}$$
        """,
        ["proved", ""],
    ),
    (
        "partial derivatives of a formula in what are functions elsewhere",
        r"Let $x(t) = a\cos t$. The graph of $z = x^2y + y^3$ has $z_x = 2xy$ and "
        r"$\frac{\partial z_x}{\partial y} = 2x$.",
        ["proved"],
    ),
    (
        "second derivatives by a column and its transpose",
        r"""
        Let $S = b^T A b$. Then $\frac{\partial^2 S}{\partial b\,\partial b^T} = A + A^T$ and
        $\frac{\partial^2 S}{\partial b \partial b'} = 3A$ and
        $\frac{\partial^2}{\partial b \partial b^\top} (b^T A b) = A^T + A$.
        """,
        ["proved", "refuted suspect", "proved"],
    ),
    (
        "second derivatives by several numbers",
        r"""
        Let $f(x, y) = x^2 y + y^3$.

        $$\nabla^2 f = \begin{pmatrix} 2y & 2x \\ 2x & 6y \end{pmatrix} \quad \partial$$

        $$\nabla^2 f(x, y) = \begin{bmatrix} 2y & x \\ x & 6y \end{bmatrix}, \partial$$

        $$\nabla^2 f = 8y = \frac{\partial^2 f}{\partial x^2} + \frac{\partial^2 f}{\partial y^2}$$

        Let $g(r, s) = r^2 + s^2$. $\nabla^2 g = 4, \partial$
        """,
        ["proved", "refuted suspect", "proved", ""],
    ),
    (
        "a second name for what is defined",
        r"""
        Let $p = a = \frac{1}{1 + e^{-z}}$ and $L = -\ln p$. Then $\frac{dL}{dz} = a - 1$ and

        $$\frac{dL}{dz} = a + 1$$
        """,
        ["proved", "refuted suspect"],
    ),
    (
        "a label that is no place, and the square of a radius",
        r"""
        Let $v_p = w v_1 + (1 - w) v_2$. Then $\frac{dv_p}{dw} = v_1 - v_2$.

        Let $v_n = w v_1 + b$. Then $\frac{dv_n}{dw} = v_1$.

        Let $r^2 = x^2 + y^2$ and $q = x (1 + k r^2)$. Then
        $\frac{\partial q}{\partial x} = 1 + k r^2 + 2k x^2$ and
        $\frac{\partial r}{\partial x} = \frac xr$.
        """,
        ["proved", "", "proved", "proved"],
    ),
    (
        "places that are said to differ",
        r"""
        Let $p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$. If $i \neq j$,

        $$\frac{\partial p_i}{\partial z_j} = -p_i p_j$$

        and for $i \ne j$ also $\frac{\partial p_i}{\partial z_j} = p_i p_j$. Always

        $$\frac{\partial p_i}{\partial z_j} = -p_i p_j$$
        """,
        ["proved", "refuted suspect", ""],
    ),
    (
        "a chain with the rule of the chain inside",
        r"""
        Let $p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$ and $L = -\sum_k y_k \log p_k$. Then

        $$\frac{\partial L}{\partial z_j}
        = \sum_k \frac{\partial L}{\partial p_k} \frac{\partial p_k}{\partial z_j}
        = p_j \sum_k y_k - y_j$$

        $$\frac{\partial L}{\partial z_j}
        = \sum_k \frac{\partial L}{\partial p_k} \frac{\partial p_k}{\partial z_j}
        = p_j \sum_k y_k + y_j$$
        """,
        ["proved", ""],
    ),
    (
        "primes that are transposes, beside those of functions",
        r"""
        Let $S = (\mathbf{y} - \mathbf{X}\mathbf{b})'(\mathbf{y} - \mathbf{X}\mathbf{b})$. Then

        $$\frac{\partial S}{\partial \mathbf{b}}
        = -2\mathbf{X}'\mathbf{y} + 2\mathbf{X}'\mathbf{X}\mathbf{b}$$

        $$\frac{\partial S}{\partial \mathbf{b}}
        = -2\mathbf{X}'(\mathbf{y} + \mathbf{X}\mathbf{b})$$

        $$\frac{\partial^2 S}{\partial\mathbf{b}\,\partial\mathbf{b}'} = 2\mathbf{X}'\mathbf{X}$$

        Let $f(x) = x^2$ and $g = x f'(x)$. Then $\frac{dg}{dx} = 4x$.
        """,
        ["proved", "refuted suspect", "proved", "proved"],
    ),
    (
        "plain letters with primes that are transposes",
        r"""
        Let $S = y'y - 2b'X'y + b'X'Xb$. Then $\frac{\partial S}{\partial b} = 2X'Xb - 2X'y$.
        """,
        ["proved"],
    ),
    (
        "primes of functions side by side",
        r"Let $y = u v$. Then $\frac{d}{dx} (u v) = u'v + uv'$ and "
        r"$\frac{d}{dx} \mathbf{r}(x) = \mathbf{r}'(x)$.",
        ["proved", "proved"],
    ),
    (
        "rules for functions that only primes and rates tell of",
        r"""
        $\frac{d}{dt}[pq] = p'q + pq'$ and $\frac{d}{dt}(\ln p) = \frac{p'}{p}$, but
        $\frac{d}{dt} \frac pq = \frac{p'q + pq'}{q^2}$.

        $\frac{d}{dx} \cos w = -\sin w \frac{dw}{dx}$, $\frac{d}{dx}(x^2 y) = 2xy + x^2y'$ and
        $\frac{d}{dx}(x^3 + y^3) = 3x^2$.
        """,
        ["proved", "proved", "refuted suspect", "proved", "proved", ""],
    ),
    (
        "an array that the left side lacks and nothing defines",
        r"""
        $f(x) = \frac12\|Ax-b\|^2$, $\frac{\partial f}{\partial x} = A^Tr$ and
        $\frac{\partial f}{\partial x} = A^T(Ax - b)$.

        # Next
        $J = -\log\frac{\exp(u_o^Tv_c)}{\sum_w\exp(u_w^Tv_c)}$,
        $\frac{\partial J}{\partial v_c} = -u_o+\sum_wp_wu_w$.
        """,
        ["", "proved", ""],
    ),
    (
        "what may vary, or may be the inverse of a function",
        r"""
        $$\frac{d}{dx}(a x^2) = 2ax,$$ where $a = x$.
        $$\frac{d}{dx}(b x^2) = 2bx \quad (b := x)$$
        $$\frac{d}{dx}(c x^2) = 2cx, \quad c = c(x, t)$$
        $$\frac{d}{dx}(m x^2) = 2mx$$ at $x = m$, where $m = k$.

        $\frac{d}{dx} f^{-1} = -\frac{f'}{f^2}$, $\frac{d}{dx} u^{-1} = -\frac{u'}{u^2}$ and
        $\frac{d}{dx} f(x)^{-1} = -\frac{f'(x)}{f(x)^2}$.

        # Next
        Let $f(x) = x^3$. Then $\frac{d}{dx} f^{-1} = -3x^{-4}$.
        """,
        ["", "", "", "proved", "", "proved", "proved", ""],
    ),
    (
        "a function beside its name alone",
        r"""
        $\frac{d}{dx}(f(x) g(x)) = \frac{df}{dx} g(x) + f(x) \frac{dg}{dx}$,
        $\frac{d}{dx} (f(x)g(x)) = f' g(x) + f(x) g'$ and $\frac{d}{df} f(x) = 1$.
        """,
        ["proved", "proved", ""],
    ),
    (
        "the end of a chain where nothing says what its beginning is",
        r"""
        $N'(t) = \frac{d}{dt}(1 + at^2) = 2at$, $N''(t) = \frac{d}{dt}(2at) = 3a$.

        $I = -\frac{dU}{ds} = -\frac{d}{ds}\left(\frac{k}{s}\right) = \frac{k}{s^2}$.

        $\frac{dy}{dx} = \frac{d}{dx}(x + y) = 1$, $g'(x) = \frac{d}{dx}(x^3 + g) = 3x^2$ and
        $r'(2) = \frac{d}{dx} x^2 = 4$.
        """,
        ["proved", "refuted suspect", "proved", "", "", ""],
    ),
    (
        "what is defined by its logarithm",
        r"""
        $$\ln L(p) = s\ln p + (n - s)\ln(1 - p)$$
        $$\frac{\partial \ln L}{\partial p} = \frac sp - \frac{n - s}{1 - p}$$
        $$\frac{\partial^2 \ln L}{\partial p^2} = -\frac{s}{p^2} + \frac{n - s}{(1 - p)^2}$$

        # Next
        $$\ell(a) = \log L(a) = n\log a - ab$$
        $$\frac{d\ell}{da} = \frac na - b$$

        # Next
        $$\log R = 2 - 3/T$$
        $$\frac{dR}{dT} = \frac{3R}{T^2}$$

        # Next
        Here the log is to base 10: $\log L(a) = a^2$ and $\frac{dL}{da} = 2aL$.
        """,
        ["proved", "refuted suspect", "proved", "", ""],
    ),
    (
        "a likelihood of a variance, and a product by its letter",
        r"""
        $$\ell(\mu, \sigma^2) = -n\ln\sigma - \frac{1}{2\sigma^2}\sum_{i=1}^n (x_i - \mu)^2$$
        $$\frac{\partial\ell}{\partial\mu} = \frac{1}{\sigma^2}\sum_{i=1}^n (x_i - \mu)$$
        $$\frac{\partial\ell}{\partial\sigma}
          = -\frac n\sigma + \frac{1}{\sigma^3}\sum_{i=1}^n (x_i - \mu)^2$$

        # Next
        $$\ln L(\mu, \sigma^2) = -n\ln\sigma - \frac{1}{2\sigma^2}\sum_{i=1}^n (x_i - \mu)^2$$
        $$\frac{\partial\ln L}{\partial\mu} = \frac{1}{\sigma^2}\sum_{i=1}^n (x_i - \mu)$$

        # Next
        $L(a) = \Pi_{i=1}^n ae^{-ax_i}$: $\frac{d}{da} \ln L(a) = \frac na - \Sigma_{i=1}^n x_i$.
        """,
        ["proved", "proved", "proved", "proved"],
    ),
    (
        "a delta of which only the derivative is said",
        r"""
        With $z = Wx + b$ and $\delta = \frac{\partial C}{\partial z}$:
        $\frac{\partial C}{\partial W} = \delta x^T$, $\frac{\partial C}{\partial b} = \delta$,
        $\frac{\partial C}{\partial x} = W^T\delta$ and $\frac{\partial C}{\partial b} = 2\delta$.
        """,
        ["", "proved", "proved", "proved", ""],
    ),
    (
        "the end of a chain that says itself what varies",
        r"$x'' = \frac{d}{dt}[bx - ax^2] = b\frac{dx}{dt} - 2ax\frac{dx}{dt}$",
        ["proved"],
    ),
    (
        "nothing behind a sign",
        r"$\frac{d}{dx} x^2 = 2x = x + x, \quad \hat a = ?$ and $\frac{d}{dx} x = 1$",
        ["", "proved"],
    ),
    (
        "conditions behind a bar are arguments, where a name has the same ones everywhere",
        r"""
        $f(x|\mu, s) = e^{-(x - \mu)^2/s}$, so
        $\frac{\partial}{\partial\mu} \log f(x|\mu, s) = \frac{2(x - \mu)}{s}$ and
        $\frac{\partial \log f}{\partial s} = -\frac{(x - \mu)^2}{s^2}$.

        # Next
        $q(x \mid y) = e^{-xy}$ and $q(y \mid x) = e^{-y^2x}$:
        $\frac{\partial}{\partial x} \log q(x \mid y) = -y$.
        """,
        ["proved", "refuted suspect", ""],
    ),
    (
        "an entry beside its matrix",
        r"""
        There is $\frac{\partial}{\partial X} \operatorname{tr}(XA) = A^T$.

        Also
        $$\frac{\partial}{\partial X} \operatorname{tr}(X^T A)
        = \delta_{km}\delta_{il} A_{mi} = A_{kl} = A$$
        """,
        ["proved", ""],
    ),
    (
        "a value of a variable that is no plain number",
        r"""
        Let $f(x) = \ln x$. The solution is $x = \ln 3$.

        There is $\frac{d}{dx} f(x) = \frac1x$, and $\frac{d}{dx} f(x) = \frac{1}{\ln 3}$.
        """,
        ["proved", ""],
    ),
    (
        "columns with a label, where no sum runs over it",
        r"""
        Let $e = r - q_i^T p_u$ and $\ell = e^2 + \lambda \|q_i\|^2$.

        $$\frac{\partial \ell}{\partial q_i} = -2 e p_u + 2\lambda q_i$$

        $$\frac{\partial \ell}{\partial p_u} = -2 e p_u$$

        Let $R = \sum_i (y_i - w^T x_i)^2$. Then
        $\frac{\partial R}{\partial w} = -2\sum_i (y_i - x_i^T w) x_i$.
        """,
        ["proved", "refuted suspect", "proved"],
    ),
    (
        "derivatives by a name that is a tuple",
        r"""
        With $\mathbf{x} = (x, y, \theta)^T$ the model is

        $$f(\mathbf{x}) = \begin{bmatrix} x + v\cos\theta\,k \\ y + v\sin\theta\,k \\ \theta
        \end{bmatrix}$$

        $$\frac{\partial f}{\partial \mathbf{x}} = \begin{bmatrix} 1 & 0 & -v\sin\theta\,k \\
        0 & 1 & v\cos\theta\,k \\ 0 & 0 & 1 \end{bmatrix}$$

        Let $p = (a, b)$ and $q = a^2 b$. Then $\frac{\partial q}{\partial p} = (2ab, a^2)$
        and $\frac{\partial q}{\partial p} = (2ab, b^2)$.

        Let $w = (w_1, w_2)$ and $g(w) = w_1^2 w_2$. Then
        $\nabla g(w) = (2 w_1 w_2, w_1^2), \partial$.
        """,
        ["proved", "proved", "refuted suspect", "proved"],
    ),
    (
        "gradients as tuples, beside functions whose primes stay",
        r"""
        For $f(x, y) = x^2 y$ we have $\nabla f = (2xy, x^2), \partial$ and
        $\nabla f(x, y) = (2xy, x)^T, \partial$ and $(f, f) = 1 + \frac{d}{dx} x$.

        Let $S = X'X$, $h(t) = t^3$ and $g = h'h$. Then $\frac{dg}{dt} = 15 t^4$.
        """,
        ["proved", "refuted suspect", "", "proved"],
    ),
    (
        "velocities with labels, and an energy T beside transposes",
        r"""
        Let $L = \frac12 m \dot x_1^2 - \frac12 k (x_1 - x_2)^2$. Then
        $\frac{\partial L}{\partial x_2} = k(x_1 - x_2)$ and
        $\frac{\partial L}{\partial \dot x_1} = m \dot x_1$.

        With symmetric $M$ let $T = \frac12 \dot q^T M \dot q$. Then
        $\frac{\partial T}{\partial \dot q} = M \dot q$.
        """,
        ["proved", "proved", "proved"],
    ),
    (
        "partial derivatives of a Lagrangian, where none is by a dot",
        r"""
        Let $L = \frac12 m \dot x^2 + \frac12 I \dot\theta^2 - m g \theta$. Then
        $\frac{\partial L}{\partial \theta} = -mg$ and $\frac{\partial L}{\partial x} = 0$ and
        $\frac{\partial L}{\partial \theta} = mg$.

        Of other names nobody knows, $\frac{\partial L}{\partial y} = 0$.

        $$\frac{\partial L}{\partial \theta} = I\ddot\theta$$
        """,
        ["proved", "proved", "refuted suspect", "", ""],
    ),
    # compositions without their argument
    (
        "a composition of functions that are defined",
        r"""
        Let $f(u) = \sin u$ and $g(x) = x^2$. Then $h = f \circ g$, so
        $h'(x) = f'(g(x)) g'(x) = 2x \cos x^2$ and $\frac{dh}{dx} = 2x \cos x^2$,
        $\frac{dh}{dx} = \cos x^2$.
        """,
        ["proved", "refuted suspect"],
    ),
    (
        "a composition of any functions",
        r"""
        If $h = f \circ g$, then $\frac{dh}{dx} = f'(g(x)) g'(x)$.

        If $h = f \circ g$, then $\frac{dh}{dx} = f'(x) g'(x)$.

        If $C = A \circ B$, then $\frac{dC}{dx} = A'(B(x)) B'(x)$.

        If $h = f \circ k$ with $k(x) = x^2$, then $\frac{dh}{dx} = 2x f'(x^2)$.
        """,
        ["proved", "refuted suspect", "", "proved"],
    ),
    # functions of numbers, of each entry of an array
    (
        "the cost of a logistic regression",
        r"""
        Let $\sigma(z) = \frac{1}{1 + e^{-z}}$ and $h = \sigma(X\theta)$ with
        $J(\theta) = -\frac1m \left( y^T \log h + (1 - y)^T \log(1 - h) \right)$. Then
        $\frac{\partial J}{\partial\theta} = \frac1m X^T(h - y)$,
        $\frac{\partial J}{\partial\theta} = \frac1m X^T(y - h)$,
        $\frac{\partial J}{\partial\theta} = X^T(h - y)$.
        """,
        ["proved", "refuted suspect", "refuted suspect"],
    ),
    (
        "the same with an activation of which nothing is said",
        r"""
        Let $h = \sigma(X\theta)$ and
        $J(\theta) = -\frac1m \left( y^T \log h + (1 - y)^T \log(1 - h) \right)$. Then
        $\frac{\partial J}{\partial\theta} = \frac1m X^T(h - y)$.
        """,
        [""],
    ),
    (
        "its cost by entries",
        r"""
        With $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$,
        $\sigma(z) = \frac{1}{1 + e^{-z}}$ and $\hat y = \sigma(Xw)$ the loss
        $L = -\frac1n \sum_{i=1}^n (y_i \log \hat y_i + (1 - y_i) \log(1 - \hat y_i))$ has
        $\frac{\partial L}{\partial w} = \frac1n X^T(\hat y - y)$ and
        $\frac{\partial L}{\partial w} = X^T(\hat y - y)$.
        """,
        ["proved", ""],
    ),
    (
        "backwards through an activation that is defined",
        r"""
        Let $\sigma(z) = \frac{1}{1 + e^{-z}}$, $Z = XW + b$, $A = \sigma(Z)$. Then
        $\frac{\partial L}{\partial Z} = \frac{\partial L}{\partial A} \odot \sigma'(Z)$,
        $\frac{\partial L}{\partial Z} = \frac{\partial L}{\partial A} \odot A \odot (1 - A)$,
        $\frac{\partial L}{\partial W} = X^T\frac{\partial L}{\partial Z}$,
        $\frac{\partial L}{\partial Z} = \frac{\partial L}{\partial A} \odot A \odot (1 + A)$,
        $\frac{\partial L}{\partial Z} = -\frac{\partial L}{\partial A} \odot \sigma'(Z)$.
        """,
        ["proved", "proved", "proved", "", ""],
    ),
    (
        "of a loss capitals are matrices where the section has some",
        r"""
        Let $Z = XW$ and $A = \tanh(Z)$. Then
        $\frac{\partial L}{\partial Z} = \frac{\partial L}{\partial A} \odot (1 - A \odot A)$
        and $\frac{\partial L}{\partial W} = X \frac{\partial L}{\partial Z}$.
        """,
        ["proved", ""],
    ),
    (
        "a function of a number of a square matrix is one of its entries, or of the matrix",
        r"""
        Let $f(t) = t^2$ and $A^T A = I$. Then
        $\frac{\partial}{\partial A}\operatorname{tr}(f(A)) = 2A^T$.
        """,
        [""],
    ),
    (
        "a dot that is a name, and the rate of what is defined",
        r"""
        With $x(t) = A \cos(\omega t)$ let $L = \frac12 m \dot x^2 - \frac12 k x^2$. Then
        $\frac{\partial L}{\partial\dot x} = m\dot x$ and
        $\frac{d}{dt} \frac{\partial L}{\partial\dot x} = m\ddot x$.
        """,
        ["proved", ""],
    ),
    (
        "numbers of choices, as TeX had them first",
        r"""
        Let $\ell(p) = \ln {n \choose k} + k \ln p + (n - k) \ln(1 - p)$. Then
        $\frac{d\ell}{dp} = \frac{k}{p} - \frac{n - k}{1 - p}$.

        Then $\frac{d\ell}{dp} = \frac{k}{p} + \frac{n - k}{1 - p}$.
        """,
        ["proved", "refuted suspect"],
    ),
    (
        "words in brackets behind a formula are a remark",
        r"""
        $f(x, y) = x^2 + 3xy$ and
        $$\frac{\partial f}{\partial x} = 2x + 3y \quad (\text{treat } y \text{ as a constant})$$
        $$\frac{\partial f}{\partial x} = 2x - 3y \quad (\text{treat } y \text{ as a constant})$$
        """,
        ["proved", "refuted suspect"],
    ),
    (
        "a name that is defined by its capital is another one",
        r"""
        Let $L = m l^2 \cos\theta$. Then $\frac{\partial L}{\partial \theta} = m l^2 \sin\theta$.

        Let $z = a x^2$. Then $\frac{dz}{dx} = a x + Z$.
        """,
        ["refuted suspect", ""],
    ),
    (
        "definitions that another one was made of right behind them",
        r"""
        Let

        $$\sigma(z) = \frac{1}{1 + e^{-z}}$$

        $$p = \sigma(z)$$

        and

        $$L = -y\ln p - (1-y)\ln(1-p)$$

        so that first

        $$\frac{\partial L}{\partial p} = -\frac yp + \frac{1-y}{1-p}$$

        and then

        $$\frac{\partial L}{\partial z} = p + y$$
        """,
        ["proved", "refuted suspect"],
    ),
    (
        "definitions far away, of which others vouch for one and not for the other",
        r"""
        $$q = e^{-u}$$

        The derivative is $\frac{dq}{du} = -q$.

        A word. And $r = 1$.

        Then $s = 2$ is one value and $v = 3$ as well.

        $$R = q^2$$

        $$\frac{dR}{du} = -q^2$$

        $$h = x^2$$

        A word. And $k = 1$.

        Then $s = 2$ is one value and $v = 3$ as well.

        $$Q = h^2$$

        A word more. And $k = 1$.

        Then $s = 2$ is one value and $v = 3$ as well.

        $$\frac{dQ}{dx} = 2 x^3$$
        """,
        ["proved", "refuted suspect", ""],
    ),
    (
        "a chain goes on behind the name of a derivative",
        r"""
        Output is $Y = A K^a L^b$, so that $MP_K = \frac{\partial Y}{\partial K} = a A K^{a-1} L^b$.

        # Revenue

        Revenue is $R = pq - q^2$, so that $MR = \frac{dR}{dq} = p - 2q$.

        # Energy

        With $Z = e^{-bx} + 1$ we have
        $\langle E \rangle = -\frac{d}{db}\ln Z = \frac{xe^{-bx}}{1 + e^{-bx}}$.
        """,
        ["proved"] * 3,
    ),
    (
        "a product with the number of features is no differential",
        r"""
        For $x \in \mathbb{R}^d$ let $\sigma^2 = \frac1d \sum_{i=1}^d x_i^2$. Then

        $$\frac{\partial \sigma}{\partial x_j} = \frac{x_j}{d\sigma}$$
        """,
        ["proved"],
    ),
    (
        "a product with a coefficient d",
        r"""
        Let $K(Q) = F + cQ + \frac{d}{2}Q^2$. Then $\frac{dK}{dQ} = c + dQ$.
        """,
        ["", "proved"],
    ),
    (
        "a differential on one side only",
        r"Let $y = x^2$. Then $\frac{dy}{dx} = \frac{2x}{dy}$.",
        [""],
    ),
    (
        "a definition with a condition on its parameters, and a slip",
        r"With $Y = K^aL^{1-a}$ with $0 < a < 1$, $\frac{\partial Y}{\partial K} = aK^aL^{1-a}$.",
        ["refuted suspect"],
    ),
    (
        "a definition with a condition on its parameters",
        r"With $Y = K^aL^{1-a}$ with $0 < a < 1$, $\frac{\partial Y}{\partial K} = aY/K$.",
        ["proved"],
    ),
    (
        "a condition on a parameter under which it holds",
        r"Let $y = |a|x$ with $a < 0$. Then $\frac{dy}{dx} = -a$, but also $\frac{dy}{dx} = -|a|$.",
        ["proved", "refuted suspect"],
    ),
    (
        "what words say of shapes does not make a definition far",
        r"""
        $$J(w) = \|Xw - y\|^2 + c\|w\|^2$$

        where $X \in \mathbb{R}^{n\times d}$, $w \in \mathbb{R}^d$, $y \in \mathbb{R}^n$. Then

        $$\frac{\partial J}{\partial w} = 2X^T(Xw - y) + cw.$$
        """,
        ["refuted suspect"],
    ),
    (
        "an identity says what a sign means, too",
        r"$\sin^{-1}x = \arcsin x$. $\frac{d}{dx}\sin^{-1}x = -\csc x\cot x$",
        [""],
    ),
    (
        "a condition on a variable says on which piece a definition holds",
        r"Let $y = x^2$ for $x > 0$. Then $\frac{dy}{dx} = 3x$.",
        [""],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*row[1:], id=row[0]) for row in PAGES])
def test_pages(text: str, expected: list[str]) -> None:
    """The verdict on each equation that holds a derivative."""
    found = []
    for one in judge(dedent(text)):
        if "frac{d" not in one.read.equation.text and "partial" not in one.read.equation.text:
            continue
        found.append(
            " ".join(
                r.verdict.value
                + (" suspect" if r.suspect else "")
                + (" fail" if r.outcome.value == "fail" else "")
                for r in one.results
            )
        )
    assert found == expected


def test_what_else_a_page_may_mean_is_asked_without_hints() -> None:
    asked: list[str] = []

    def ask(entries: Iterable[Formula]) -> Iterator[FormulaResult]:
        for entry in entries:
            asked.append(str(entry.symbols["x"].written))
            yield Checker(Settings(hints=False)).check(entry)

    reads = read(page(r"\frac{d}{dx} \ln x = \frac{2}{x}"))
    ((told,),) = (
        one.results
        for one in judged(reads, lambda given: map(Checker(Settings()).check, given), ask)
    )
    assert (asked, told.claims[0].hint) == (["positive"], "a factor 1/2 is missing: `1/x` (proved)")


def test_a_matrix_that_the_page_calls_symmetric() -> None:
    text = (
        "Let $S \\in \\mathbb{R}^{n\\times n}$ be symmetric and $x \\in \\mathbb{R}^n$.\n\n"
        "$$\\nabla_x x^T S x = 2Sx$$\n"
    )
    assert [r.verdict.value for one in judge(text) for r in one.results] == ["proved"]
    text = text.replace("be symmetric", "not be symmetric")
    assert [r.verdict.value for one in judge(text) for r in one.results] == []


TABLE = """| name | function $f(t)$ | derivative $f'(t)$ |
| --- | --- | --- |
| cube | $t^3$ | $3t^2$ |
| bars | $|t|t$ | $2|t|$ |
| bell | $e^{-t^2}$ | $-te^{-t^2}$ |
| chain | $t^4$ | $4t^3 = 4t^2$ |
| leaky | $\\max(at, t)$ | $a$ or $1$ |

| $t$ | $f(t)$ | $f'(t)$ |
| --- | --- | --- |
| $1$ | $2$ | $0$ |
| up | $t + g$ | |
"""


def test_a_table_of_derivatives() -> None:
    found = [r for one in judge(TABLE) for r in one.results]
    assert [(r.line, r.verdict.value, r.suspect) for r in found] == [
        (3, "proved", False),
        (4, "proved", False),
        (5, "refuted", True),
        (6, "refuted", False),
    ]


def test_cells_of_other_tables_claim_nothing() -> None:
    text = TABLE.replace("$f'(t)$", "$g(t)$").replace("= 4t^2", "")
    assert [r for one in judge(text) for r in one.results] == []


TABLES = [
    (
        "in TeX",
        "page.tex",
        r"""
        \begin{tabular}{|c|l|}
        \hline
        $f(x)$ & $f'(x)$ \\ \hline
        $e^{kx}$ & $ke^{kx}$ \\[2pt]
        $\cos x$ & $\sin x$ \\ \hline
        $\ln x$ & see $2$ \\
        \end{tabular}

        Here $x$ & $y$ is $\sin x$.
        """,
        ["proved", "refuted suspect"],
    ),
    (
        "in TeX, headed by words",
        "page.tex",
        r"""
        \begin{tabular}{cc} \toprule
        Function & \textbf{Derivative} \\ \midrule
        $c$ & $0$ \\
        $x^n$ & $nx^{n-1}$ \\
        $xy$ & $y$ \\
        \end{tabular}
        """,
        ["proved"],
    ),
    (
        "a list that is a table",
        "page.rst",
        r"""
        .. list-table:: Utility
           :header-rows: 1

           * - Name
             - :math:`u(c)`
             - :math:`u'(c)`
           * - CARA - exponential
             - :math:`-\frac1a e^{-ac}`
             - :math:`e^{-ac}`
           * - Log
             - :math:`\ln c`
             - :math:`c`
        """,
        ["proved", "refuted suspect"],
    ),
    (
        "drawn with lines, and without",
        "page.rst",
        r"""
        +------------------+-------------------+
        | :math:`y`        | :math:`y'`        |
        +==================+===================+
        | :math:`\sin x`   | :math:`\cos x`    |
        +------------------+-------------------+

        Then

        ================  ==============================
        Function          Derivative
        ================  ==============================
        :math:`\tan x`    :math:`\sec x`
        ================  ==============================
        """,
        ["proved", "refuted suspect"],
    ),
    (
        "in Markdown, headed by words",
        "page.md",
        r"""
        | Name | Function | Derivative | Range |
        |------|----------|------------|-------|
        | sine | $\sin t$ | $\cos t$ | $x$ |
        | root | $\sqrt{x}$ | $\frac{1}{\sqrt{x}}$ | $y$ |
        | sum | $f + g$ | $f' + g'$ | |

        | Function | First derivative | Derivative at $0$ | **Derivative** |
        |----------|------------------|-------------------|----------------|
        | $\sin x$ | $-\cos x$ | $1$ | $\cos x$ |

        | Function | Value |
        |----------|-------|
        | $x^2$ | $4$ |
        """,
        ["proved", "refuted suspect", "proved"],
    ),
    (
        "in Markdown, where cells say their left sides themselves",
        "page.md",
        r"""
        | Name | Function $f$ | Derivative $f'$ |
        |------|--------------|-----------------|
        | sine | $f(x) = \sin x$ | $f'(x) = \cos x$ |
        """,
        ["proved"],
    ),
    (
        "in Markdown, under fractions",
        "page.md",
        r"""
        | $y$ | $\frac{dy}{dx}$ |
        |-----|-----|
        | $3$ | $0$ |
        | $x^3$ | $3x^2$ |
        """,
        ["proved"],
    ),
    (
        "headed by a prime in braces",
        "page.md",
        r"""
        | $f(x)$ | $f^{'}(x)$ |
        |-----|-----|
        | $\tan(x)$ | $1 - \tan(x)^2 = \frac{1}{\cos(x)^2}$ |
        """,
        ["refuted"],
    ),
    (
        "in lines with commas",
        "page.rst",
        r"""
        .. csv-table:: Some
           :header: "Function", "Derivative"
           :widths: 50, 50

           ":math:`x^3`", ":math:`3x^2`"
           ":math:`\sin x`", :math:`\cos x`
           , ":math:`\frac{d}{dx} e^x = e^x`, see below"
           :math:`\cos x`, :math:`-\sin x`
           :math:`\cos x`, :math:`\sin x`
        """,
        ["proved", "proved", "proved", "proved", "refuted suspect"],
    ),
    (
        "with a cell that begins with a sign, in its first row",
        "page.rst",
        r"""
        .. list-table::

           * - :math:`\frac{d}{dx} x^2`
             - :math:`= 2x`
           * - :math:`\frac{d}{dx} x^3 = 3x^2`
             - here
        """,
        ["proved"],
    ),
]


@pytest.mark.parametrize(
    ("file", "text", "expected"), [pytest.param(*r[1:], id=r[0]) for r in TABLES]
)
def test_tables_of_other_formats(file: str, text: str, expected: list[str]) -> None:
    found = [r for one in judge(dedent(text), file) for r in one.results]
    assert [r.verdict.value + " suspect" * bool(r.suspect) for r in found] == expected


def test_what_is_said_beside_a_switch_may_be_its_condition() -> None:
    text = "When the unit is active,\n\n$$\\frac{d}{dx} x\\max(0, x) = 2x$$\n"
    assert [r for one in judge(text) for r in one.results] == []
    (one,) = judge(text.replace("When the unit is active", "So we have"))
    assert [r.verdict.value for r in one.results] == ["refuted"]


def test_a_chain_blames_the_link_where_truth_changes() -> None:
    latex = r"\frac{d}{dx} x^3 = 3x^2 = 3x\cdot x = 3x + x = 4x"
    (one,) = judge(page(latex))
    (result,) = one.results
    assert [c.verdict.value for c in result.claims] == ["proved", "proved", "refuted", "refuted"]
    assert result.claims[3].reason == "it only repeats the wrong member before it"
    assert result.verdict.value == "refuted"


@pytest.mark.parametrize(
    ("behind", "status"),
    [
        ("+ x^2 e^x", "unread"),
        ("- 2x e^x + x(2 + x) e^x", "unread"),
        (r"\cdot \left(1 + \frac{x}{2}\right)", "unread"),
        ("+ x^2 e^x = x(2 + x) e^x", "unread"),
        ("-x = 5", "claim"),
        ("y = x", "claim"),
    ],
)
def test_a_display_that_goes_on_behind_is_not_taken_for_all_of_it(behind: str, status: str) -> None:
    head = r"\frac{d}{dx} x^2 e^x = 2x e^x"
    assert read(f"$${head}$$\n\n$${behind}$$\n")[0].status.value == status
    assert read(f"$${head}$$\n\nwhere\n\n$${behind}$$\n")[0].status.value == "claim"


def test_a_right_member_after_a_wrong_one_is_right() -> None:
    (one,) = judge(page(r"\frac{d}{dx} x^3 = 3x = 3x^2"))
    assert [c.verdict.value for c in one.results[0].claims] == ["refuted", "proved"]


def test_a_display_that_begins_with_a_relation_goes_on() -> None:
    found = judge(page(r"\frac{d}{dx} (x+1)^2 = 2(x+1)", "= 2x + 2"))
    assert [r.verdict.value for one in found for r in one.results] == ["proved", "proved"]


def test_what_is_not_read_is_said_where_the_rest_is_proved() -> None:
    (one,) = judge(page(r"\frac{d}{dx} x^2 = \wurzel{x} = 2x"))
    (result,) = one.results
    assert result.verdict.value == "proved"
    assert result.note == "proved in part: unknown command `\\wurzel` (1:22)"


def test_an_equation_meant_to_be_wrong() -> None:
    text = "<!-- derivcheck: wrong -->\n$$\\frac{d}{dx} x^2 = x$$\n"
    (one,) = judge(text)
    assert [(r.verdict.value, r.outcome.value) for r in one.results] == [("refuted", "pass")]
    (one,) = judge(text.replace("= x", "= 2x"))
    assert [(r.verdict.value, r.outcome.value) for r in one.results] == [("proved", "fail")]


def test_no_page_vouches_for_another() -> None:
    text = "$f(x) = x^2$.\n\n$g(x) = x$\n\n$h(x) = x$\n\n$f'(x) = 2x$.\n\n$f''(x) = {}$."
    reads = [*read(text.format("2"), "one.md"), *read(text.format("x"), "other.md")]
    checker = Checker(Settings())
    found = judged(reads, lambda entries: (checker.check(entry) for entry in entries))
    told = [(r.file, r.verdict.value, r.suspect) for one in found for r in one.results]
    assert told[2:] == [("other.md", "proved", False), ("other.md", "refuted", True)]


def test_definitions_end_with_their_section() -> None:
    text = "# A\n\n$$y = x^2$$\n\n# B\n\n$$y' = 2x$$\n"
    assert [one.status.value for one in read(text)] == ["definition", "silent"]


CHAIN = r"\frac{\partial L}{\partial o} \frac{\partial o}{\partial x}"


@pytest.mark.parametrize(
    ("right", "layout", "told"),
    [
        (CHAIN, "", True),
        (rf"{CHAIN} = \frac{{\partial L}}{{\partial o}} V", "", True),
        (r"\frac{\partial L}{\partial o} V^T", "", False),
        (CHAIN, "\nlayout: denominator", False),
    ],
)
def test_a_layout_that_would_make_it_right_is_told(right: str, layout: str, told: bool) -> None:
    parts = (r"o = Vx", r"L = \|o - y\|^2", rf"\frac{{\partial L}}{{\partial x}} = {right}")
    *_, one = judge(page(*parts, block=f"symbols: {{V: [k, n], x: [n], y: [k]}}{layout}"))
    (result,) = one.results
    assert result.verdict.value == "invalid"
    hints = [claim.hint or "" for claim in result.claims]
    assert all("`layout: numerator` (proved)" in hint for hint in hints) is told


def test_conditions_in_the_sentence() -> None:
    text = (
        "We have $\\frac{d}{dx}|x| = -1$ for $x<0$, and "
        "if $x > 0$ then $\\frac{d}{dx}|x|x = 2x$.\n\n"
        "Let $f(x) = x^3$ for $x > 1$, so that $f'(x) = 2x$.\n"
    )
    found = [(r.verdict.value, r.suspect) for one in judge(text) for r in one.results]
    assert found == [("proved", False), ("proved", False)]


SENTENCES = [
    # comparisons: conditions of what stands in their sentence, unless it denies them
    (r"For $x > 0$, $\frac{d}{dx}|x| = 1$.", "", ["proved"]),
    (r"Provided that $x > 0$, $\frac{d}{dx}|x| = 1$.", "", ["proved"]),
    (r"Except for $x > 0$, $\frac{d}{dx}|x| = 1$.", "", []),
    (r"If $x > 0$ fails, then $\frac{d}{dx}|x| = 1$.", "", []),
    (r"Roots need $x > 0$. Still $\frac{d}{dx}\sqrt{x^2} = 1$.", "", []),
    (r"We know $x > 0$ does not hold for $\frac{d}{dx}\sqrt{x^2} = 1$.", "", []),
    (r"$\frac{d}{dx}|x| = 1$ for $x > 0$ or $x < 0$.", "", []),
    (r"Let $f(u) = |u|$. In the right region $f'(u) = 1$ holds.", "", []),
    # what a paragraph supposes holds to its end, and may be meant behind it
    *(
        (f"{text}\n\n$$\\frac{{d}}{{dx}} |a|x = {right}$$", "x: real, a: real", found)
        for right, told, meant in (
            ("a", ["proved"], []),
            ("2a", ["refuted fail"], ["refuted fail"]),
        )
        for text, found in (
            ("Let $a > 0$. Then", told),
            ("Suppose that $a > 0$ and $n \\in \\mathbb{N}$. Then we find", told),
            ("Fix $a \\in (0, \\infty)$ and write $b = a$. Then", told),
            ("Let $a$ and $b$ be positive numbers. It is clear that", told),
            ("For any positive constant $a$ we have", told),
            ("Let $a > 0$.\n\nThis is a line.\n\nAnd that is another one.", meant),
            ("The case $a > 0$ is easy. In general", meant),
            ("Suppose $a > 0$. In general it is different:", meant),
            ("Let $a > 0$. For $a \\in \\mathbb{R}$ we have", meant),
            ("Let $a > 0$. For arbitrary $a$ we have", meant),
            ("Let $a > 0$. Now drop this assumption:", meant),
            ("We do not suppose that $a > 0$. Then", meant),
            ("Let $b < 0$, or $a > 0$. Then", meant),
            ("Let $a > b > 0$. Then", told),
            ("Let $a \\ge b$ and $b > c > 0$. Then", told),
            ("Let $a, b > 0$. Then", told),
            ("Let $b, a \\in (0, 1)$. Then", told),
            ("Let $a \\not\\le 0$. Then", told),
            ("Let $a \\gg 0$. Then", told),
            ("Let $a < 0$. We are done. Now let $a > 0$. Then", told),
            ("Suppose $a < 0$. Fine. Next assume that $a > 0$. Then", told),
            ("Let $a < 1$. Fine. Moreover assume that $a > 0$. Then", told),
        )
    ),
    ("# A\n\nLet $a > 0$.\n\n# B\n\n$$\\frac{d}{dx} |a|x = a$$", "", ["refuted fail"]),
    *(
        (text.replace("@", r"$\frac{d}{dx} |a|x = -a$"), "x: real, a: real", found)
        for text, found in (
            ("Let $a$ be nonpositive. Then @.", ["proved"]),
            ("Let $a > 0$. Fine. Let $a < 0$. Then @.", ["proved"]),
            ("Let $a > 0$. Fine. Let $a \\ngtr 0$. Then @.", ["proved"]),
            ("Unless $a > 0$, @.", ["proved"]),
            ("We have @ except for $a > 0$.", ["proved"]),
            ("We have @ unless $a > 0$ and $x > 0$.", []),
            ("Unless $x > 0$, $a > 0$, @.", []),
            ("Let $a$ be at most $0$. Then @.", []),
            (r"Let $a \in \mathbb{R}_{<0}$. Then @.", []),
            (r"Let $a \in (-3, -2) \cup (-1, 0)$. Then @.", []),
            ("Let $a$ be real. Then @.", ["refuted fail"]),
            (r"Let $a \in \mathbb{R}$. Then @.", ["refuted fail"]),
        )
    ),
    # what stands behind rows and narrow spaces, and in cells of its own
    *(
        (f"$$\\begin{{aligned}}\\frac{{d}}{{dx}} {rows}\\end{{aligned}}$$", "", found)
        for rows, found in (
            (r"x^n &= 2x \quad (n = 2) \\ &= 3x^2 \quad (n = 3)", ["proved", "proved"]),
            (r"|x|x &= 2|x| \\ &= 2x & x > 0 \\ &= -2x & x < 0", ["proved", "proved"]),
            (r"|x|x &= 2x & x > 0 \\ &= 2|x|", ["proved", "proved"]),
            (r"|x|x = 2x & x > 0", ["proved"]),
            (r"x^2 &= 2x, \quad (y + 1)^2 = y^2 + 2y + 1 \\ &= y^2 + 1 + 2y", ["proved", "proved"]),
            (r"|x|x = 2x \;\; x > 0", ["proved"]),
            (r"|x|x = 2x \,\, (x > 0)", ["proved"]),
            (r"x^n = 2x \ \ n = 2", ["proved"]),
            (r"x^n = 3x \ \ n = 2", []),
            (r"|x|x = 2x \; x > 0", []),
            (r"xn = \;\; n = 1n \, 1", ["proved"]),
            (r"x^3 = 3x \;\; x = 3x^2", ["proved"]),
            (r"x^2 |_{x = 2} = 4 \;\; \frac{d}{dx} x^3 = 3x^2", []),
        )
    ),
    # cases: read with what they suppose
    (r"For $a = 1$ we have $\frac{d}{dx} x^a = 1$.", "x: positive, a: real", ["proved"]),
    (r"First. For $a = 2$: $\frac{d}{dx} x^a = 2x$.", "x: positive, a: real", ["proved"]),
    (r"For $a = 2$: $\frac{d}{dx} x^a = 3x$.", "x: positive, a: real", ["refuted fail"]),
    (r"For $a = 2$. So $\frac{d}{dx} x^a = 2x$.", "x: positive, a: real", []),
    # of several cases none is meant alone, nor is one of which words say more than "for"
    *(
        (text, symbols, found)
        for symbols in ("", "x: positive, a: real")
        for texts, found in (
            (
                (
                    r"For $a = 1, \dots, N$ we have $\frac{d}{dx} x^a = 1$.",
                    r"For $a = 1$ or $2$ we have $\frac{d}{dx} x^a = 1$.",
                    r"$\frac{d}{dx} x^a = 1$ for $a = 1$ up to $4$",
                    r"$\frac{d}{dx} x^a = 1$ if $a = 1$ through $a = 4$",
                    r"We have $\frac{d}{dx} x^a = 1$ if $a = 1$ or $a = 2$.",
                    r"$\frac{d}{dx} x^a = 2x, \quad a = 2, 3$",
                    r"$\frac{d}{dx} x^a = 2x \quad (a = 2, 3, \ldots)$",
                    r"$\frac{d}{dx} x^a = 2x, \quad a = 2 \text{ or } a = 3$",
                    r"$\frac{d}{dx} x^a = 2x \quad \text{not just for } a = 2$",
                    r"$\frac{d}{dx} |a|x = a \quad \text{not only for } a > 0$",
                    r"$\frac{d}{dx} |a|x = a \quad a > 0 \text{ or } a < -1$",
                ),
                [],
            ),
            (
                (
                    r"$\frac{d}{dx} x^a = ax^{a-1}, \quad a = 2, 3, \ldots$",
                    r"$\frac{d}{dx} x^a = 2x \quad \text{for } a = 2. \quad (2)$",
                    r"$\frac{d}{dx} |a|x = a \quad \text{whenever } a > 0$",
                ),
                ["proved"],
            ),
        )
        for text in texts
    ),
    # what a display defines before is not what it says behind
    *(
        (rf"$f(x) = x^2, \quad f'(x) = {right}, \quad f(x) = x^3$", "", found)
        for right, found in (("2x", ["proved"]), ("3x^2", ["refuted suspect"]))
    ),
    # what is defined beside a claim is no constant
    *(
        (rf"$\frac{{d}}{{dx}} (x + u) = {right}, \quad u = x^2$", "x: real", found)
        for right, found in (
            ("1", []),
            ("1 + 2x", ["proved"]),
            ("1 + x", ["refuted fail"]),
        )
    ),
    (r"$\frac{\partial}{\partial x} xy = y, \quad y = x^2$", "", ["proved"]),
    # a number at the end is a condition to be solved, unless one beside it makes it right
    *(
        (rf"$\frac{{d}}{{dx}} |x| = \frac{{x}}{{|x|}} = {right} \quad x > 0$", "", found)
        for right, found in (("1", ["proved"]), ("-1", []))
    ),
    (r"We have $\frac{d}{dx} x^a = 2x$ if $a = 2$.", "x: positive, a: real", ["proved"]),
    (
        r"Let $f(x) = ax^2 + bx$. When $a = 1$ and $b = 2$ we have $f'(x) = 2x + 2$.",
        "x: real, a: real, b: real",
        ["proved"],
    ),
    (r"Let $f(x) = ax$. It is rising. If $a = 1$ then $f'(x) = 2$ is wide.", "", []),
    (r"Let $f(x) = ax^2$. It is even. If $a = 1$ then $f'(x) = 2x$.", "", ["proved"]),
    (r"Let $f(x) = ax^2$. It is even. If $a = 1$ then $f'(x) = 3x$.", "", []),
    (r"For $p = 2$ it is smooth. Let $f(x) = x^p$. Then $f'(x) = 2x$.", "", []),
    # a variable has a logarithm, and is not defined by it
    (
        r"Here $\ln z = \ln r + s$. The $f(z) = \frac{az+b}{cz+d}$ has "
        r"$f'(z) = \frac{ad-bc}{(cz+d)^2}$.",
        "",
        ["proved"],
    ),
    # an inverse is no reciprocal
    (r"Let $f(x) = x^2$. Then $(f^{-1})'(x) = \frac{1}{2\sqrt{x}}$.", "", []),
    # what is held may vary
    (r"Suppose $y$ depends on $x$. Then $\frac{d}{dx}(xy) = y$.", "", []),
    (r"Suppose $y$ is constant. Then $\frac{d}{dx}(xy) = y$.", "", ["proved"]),
    (r"If $y = y(x)$, then $\frac{d}{dx}(x^2 + y) = 2x$.", "", []),
    (r"Differentiate implicitly: $\frac{d}{dx}(x^2y) = 2xy$.", "", []),
    (r"Write $y'$ for the slope. Then $\frac{d}{dx}(xy) = y$.", "", []),
    (r"With $\frac{dh}{dt}$ given: $\frac{d}{dt} (t^2h) = 2th$.", "", []),
    (r"With $\frac{dh}{dt}$ given: $\frac{\partial}{\partial t} (t^2h) = 2th$.", "", ["proved"]),
    (r"Let $x^2 + y^2 = 1$. Then $\frac{dy}{dx} = -\frac{x}{y}$.", "x: real, y: real", []),
    (r"$\frac{dy}{dx} = 1$ where $y = 3$.", "x: real, y: real", []),
    # a chain that goes on in terms of another name, which may be what is held
    (
        r"For $V = r^2h$ the rim is $S = r^2 + rh = r^2 + \frac{V}{r}$. "
        r"Then $\frac{dS}{dr} = 2r - \frac{V}{r^2}$.",
        "",
        ["proved"],
    ),
    (
        r"For $V = r^2h$ the rim is $S = r^2 + rh = r^2 + \frac{V}{r}$. "
        r"Then $\frac{dS}{dr} = 2r + \frac{V}{r^2}$.",
        "",
        ["proved"],
    ),
    (
        r"Let $z = x^2 + y^2$ and $y = 1 - x$. Then $\frac{\partial z}{\partial x} = 2x$.",
        "",
        [],
    ),
    (
        r"Let $z = x^2 + y^2$ and $y = 1 - x$. Then $\frac{dz}{dx} = 2x$.",
        "",
        ["refuted suspect"],
    ),
    # places that differ, or are no ends: pages say so in many ways
    *(
        (text.replace("@", rf"$\frac{{\partial p_i}}{{\partial s_j}} = {right}$"), "s: [n]", found)
        for text in (
            r"Let $p_i = e^{s_i} / \sum_j e^{s_j}$. We have @ whenever $i < j$.",
            r"Let $p_i = e^{s_i} / \sum_j e^{s_j}$. Off the diagonal, @.",
            "Let $p_i = e^{s_i} / \\sum_j e^{s_j}$.\n\n### Case $i \\ne j$\n\n@",
            "Let $p_i = e^{s_i} / \\sum_j e^{s_j}$.\n\n**Case 1: $i = j$.** Never mind.\n\n"
            "**Case 2: $i \\ne j$.** The numerator is constant, so\n\n@",
        )
        for right, found in (
            ("-p_i p_j", []),
            ("p_i p_j", [] if "<" in text else ["refuted fail"]),
        )
    ),
    (
        r"Let $D = \sum_i x_i^2 - x_1$. For $k > 1$: $\frac{\partial D}{\partial x_k} = 2 x_k$, "
        r"but $\frac{\partial D}{\partial x_1} = 2 x_1$.",
        "x: [n]",
        ["refuted fail"],
    ),
    (
        r"Let $p_i = e^{s_i} / \sum_j e^{s_j}$. So $\frac{\partial p_i}{\partial s_j} = -p_i p_j$.",
        "s: [n]",
        ["refuted fail"],
    ),
    (
        r"Let $p_i = e^{s_i} / \sum_j e^{s_j}$. For $i \ne j$: "
        r"$\frac{\partial p_i}{\partial s_j} = -p_i p_j$.",
        "s: [n]",
        ["proved"],
    ),
    (
        r"Let $p_i = e^{s_i} / \sum_j e^{s_j}$. For $i \ne j$: "
        r"$\frac{\partial p_i}{\partial s_j} = p_i p_j$.",
        "s: [n]",
        ["refuted fail"],
    ),
    # other rules: of Itô's calculus, of finite fields; other units
    ("# Itô's rule\n\nHere $d(B^2) = 2B\\,dB$.", "", []),
    ("A Brownian motion $B$.\n\nHere $d(XY) = X\\,dY + Y\\,dX + dX\\,dY$.", "", []),
    ("# Paths\n\nA Brownian motion $B$.\n\n# Bonds\n\nHere $d(y^2) = 2y\\,dy$.", "", ["proved"]),
    (r"A Brownian motion $B$. Still $\frac{d}{dy} y^2 = 2y$.", "", ["proved"]),
    ("Angles are measured in degrees.\n\nNow $\\frac{d}{dx}\\sin x = \\cos x$.", "", []),
    (
        "Angles are measured in degrees.\n\nNow $\\frac{d}{dx}\\tan x = \\frac{\\pi}{180}(1 + "
        "\\tan^2 x)$, and $\\frac{d}{dx} x^2 = 2x$.",
        "",
        ["proved"],
    ),
    ("In radians, not in degrees.\n\nNow $\\frac{d}{dx}\\sin x = \\cos x$.", "", ["proved"]),
    (
        "# Units\n\nThroughout this note $x$ is in degrees.\n\n# Rules\n\n"
        "Now $\\frac{d}{dx}\\sin x = \\cos x$.",
        "",
        [],
    ),
    ("Over $\\mathbb{F}_2$ it is short.\n\n$$\\frac{d}{dx}(x^3 + x) = x^2 + 1$$", "", []),
    ("Grassmann variables.\n\n$$\\frac{\\partial}{\\partial b}(ab) = -a$$", "", []),
    # what sums to 1, as the page says it
    *(
        (
            rf"Let $p_i = e^{{z_i}} / \sum_j e^{{z_j}}$ and $L = -\sum_i y_i \log p_i$ {words}. So "
            rf"$\frac{{\partial L}}{{\partial z_i}} = {right}$.",
            symbols,
            found,
        )
        for symbols, wrong in (("", []), ("z: [n], y: [n]", ["refuted fail"]))
        for words, right, found in (
            ("where $y$ is one-hot", "p_i - y_i", ["proved"]),
            ("for a one hot label $y$", "p_i - y_i", ["proved"]),
            ("，其中 $y$ 为 one-hot 标签", "p_i - y_i", ["proved"]),
            (r"with $\sum_k y_k = 1$", "p_i - y_i", ["proved"]),
            ("where $y$ is one-hot", "y_i - p_i", wrong),
            ("where $y$ is one-hot", "p_i - 2y_i", wrong),
            ("where $y$ is not one-hot", "p_i - y_i", []),
            ("without one-hot $y$", "p_i - y_i", []),
            ("where $y$ is rarely one-hot", "p_i - y_i", []),
            (r"where $\sum_i y_i = 1$ is not assumed", "p_i - y_i", []),
            ("where $z$ is one-hot", "p_i - y_i", []),
        )
    ),
    (
        r"Let $p_i = \operatorname{softmax}(z_i) = e^{z_i} / \sum_j e^{z_j}$. So "
        r"$\frac{\partial p_i}{\partial z_i} = p_i(1 - p_i)$.",
        "z: [n]",
        ["proved"],
    ),
    # what a sentence gives as a reason, and comparisons before displays and of entries
    (
        r"Let $L = \sum_i y_i \sum_j e^{z_j}$. Since $\sum_i y_i = 1$, "
        r"$\frac{\partial L}{\partial z_k} = e^{z_k}$.",
        "y: [n], z: [n]",
        ["proved"],
    ),
    (
        r"Let $L = \sum_i y_i \sum_j e^{z_j}$. Now $\frac{\partial L}{\partial z_k} = e^{z_k}$, "
        r"because $\sum_i y_i = 1$.",
        "y: [n], z: [n]",
        [],
    ),
    (
        r"Since $\frac{d}{dx} x^2 = 2x$, we have $\frac{d}{dx} x^4 = 2x$.",
        "x: real",
        ["proved", "refuted fail"],
    ),
    ("For $x < 0$,\n\n$$\\frac{d}{dx}|x| = -1$$", "x: real", ["proved"]),
    ("For $x < 0$,\n\n$$\\frac{d}{dx}|x|x = 2x$$", "x: real", ["refuted fail"]),
    (
        "Let $P = \\sum_k |b_k|t$. For $b_k > 0$,\n\n$$\\frac{\\partial P}{\\partial b_k} = t$$",
        "b: [n], t: real",
        [],
    ),
    # what words say to depend on another, or to be a multiple of it
    (r"The price $p$ falls with output $q$. Let $R = pq$. Then $\frac{dR}{dq} = p$.", "", []),
    (
        r"Here $p$ depends on $q$, and $R = pq$. Then $\frac{\partial R}{\partial q} = p$.",
        "",
        ["proved"],
    ),
    (r"The $p$ of $q$ is $R = pq$. Then $\frac{dR}{dq} = p$.", "", ["proved"]),
    (
        "A cone has $V = \\frac13\\pi r^2h$. Its height is twice its radius. So "
        "$\\frac{dV}{dr} = \\frac23\\pi rh$ or $\\frac{dV}{dr} = 2\\pi r^2$.",
        "",
        [],
    ),
    # a cross between functions may be a vector product
    (r"Here $(u \times v)' = u' \times v + v' \times u$.", "", []),
    (
        r"$\frac{d}{dt}(a \times b) = \frac{da}{dt} \times b + \frac{db}{dt} \times a$",
        "",
        [],
    ),
    (r"Here $(u \cdot v)' = u' \cdot v + v' \cdot u$.", "", ["proved"]),
    # a definition that can't be taken apart unbinds its name
    (r"Let $f(x) = x^2$. Now $f(x) = 3x + (1$. Then $f'(x) = 2x$.", "", []),
    (r"Let $f(x) = x^2$. Now $f(x) = 3x + 1,500x^2$. Then $f'(x) = 2x$.", "", []),
    (r"Let $f(x) = x^2$. Now $f'(x) = 1,500$. Then $f'(x) = 2x$.", "", ["proved"]),
    # other functions, numbers and names
    (r"Up to higher terms, $\frac{d}{dx}\sqrt{1+x} = \frac12 - \frac{x}{4}$.", "", []),
    (r"In degrees, $\frac{d}{dx}\sin x = \frac{\pi}{180}\cos x$.", "", []),
    (r"In characteristic 2 we have $(x^3 + x^2)' = x^2$.", "", []),
    (r"$\frac{d}{dx}\log x = \frac{1}{x\ln 2}$. All logarithms are to base 2.", "", []),
    (
        r"$\frac{d}{dx}\ln x = \frac{1}{x\ln 2}$. Some logarithms are to base 2.",
        "",
        ["refuted fail"],
    ),
    (r"Let $y = x^2$, and let $y' = (x+1)^2$ be its shift.", "", []),
    (
        r"Let $u = x^2$. Suppose instead that it is the sine. $\frac{du}{dx} = \cos x$.",
        "x: real",
        [],
    ),
    (r"Let $u = x^2$. If $u$ is the sine then $\frac{du}{dx} = \cos x$.", "x: real", []),
    (r"Let $u = x^2$. The rate of $u$ in $x$: $\frac{du}{dx} = x$.", "x: real", ["refuted fail"]),
    (r"Example. Let $u = x^2$. Then $\frac{du}{dx} = x$.", "x: real", ["refuted fail"]),
    # comparisons behind an equation are said of it
    (
        r"$\frac{d}{dx} x^3 = 3x^2 \ge 0$ and $\frac{d}{dx} x^3 = x^2 > 0$.",
        "",
        ["proved", "refuted fail"],
    ),
    (r"Let $f(x) = x^2 + 1 > 0$. Then $f'(x) = 2x$.", "", ["proved"]),
    (r"We have $0 < \frac{d}{dx} x^3 = 3x^2$, and $\frac{d}{dx} x^2 = 2x \ne x$.", "", []),
    # a number behind a name that has a value
    (r"Let $a = 3$, $h(x) = ax$. Then $h'(x) = a = 4$.", "", ["refuted fail"]),
    # what the sentence goes on to define
    (r"We have $\frac{dy}{dx} = 3x^2$ where $y = x^3$.", "", ["proved"]),
    (r"We have $\frac{dy}{dx} = 2x^2$ where $y = x^3$.", "", ["refuted suspect"]),
    (r"$f'(x) = e^x\cos u$, where $u = e^x$ and $f(x) = \sin u$.", "", ["proved"]),
    (r"Let $y = x^2$. Then $\frac{dy}{dx} = 3x^2$ for $y = x^3$.", "", ["proved"]),
    (r"Let $y = x^2$. Then $\frac{dy}{dx} = 3x^2$. Let $y = x^3$.", "", ["refuted suspect"]),
    ("$$\\frac{dy}{dx} = 3x^2$$\n\nwhere\n\n$$y = x^3$$", "", ["proved"]),
    ("$$\\frac{dy}{dx} = 3x^2, \\quad \\text{where } y = x^3$$", "", ["proved"]),
    ("$$\\frac{dy}{dx} = 3x^2$$\n\nNext\n\n$$y = x^3$$", "", []),
    ("Let $y = \\sin x^2$. $$\\frac{dy}{dx} = \\cos x^2$$ times the inner derivative.", "", []),
    # derivatives in terms of what is derived, where its definition stands beside them
    (r"With $a = \tanh z$ we have $\frac{da}{dz} = 1 + a^2$.", "", ["refuted suspect"]),
    (r"With $a = \tanh z$ we have $\frac{da}{dz} = 1 - a^2$.", "", ["proved"]),
    (r"Let $y = e^{2x}$. Consider the equation $\frac{dy}{dx} = y$.", "", []),
    (r"The curve $y = x^2$ crosses the flow $\frac{dy}{dx} = y$.", "", []),
    # subscripts that are derivatives, of what is defined in terms of several variables
    (
        r"For $z = \sin(xy)$, $z_x = y\cos(xy)$ and $z_{xy} = \cos(xy)$.",
        "",
        ["proved", "refuted suspect"],
    ),
    (r"Let $v = x/t$. The components are $v_x = v\cos\theta$.", "", []),
    (r"Let $r = xy$, $r_0 = 2$, $r_y = x$.", "", ["proved"]),
    # dots that are variables
    (
        r"Let $L = \frac12m\dot x^2 - x$. $\frac{\partial L}{\partial\dot x} = m\dot x$.",
        "",
        ["proved"],
    ),
    (
        r"Let $L = \frac12m\dot x^2 - x$. $\frac{\partial L}{\partial\dot x} = 2m\dot x$.",
        "",
        ["refuted suspect"],
    ),
    (r"A prime is $d/d\ln a$. For $H = a^3$, $H' = 3H$.", "", []),
    (
        r"Let $f(x, y) = e^{xy}$. Then $f_x = ye^{xy}$ and $f_{xy} = e^{xy} + xye^{xy}$.",
        "",
        ["proved"] * 2,
    ),
    # values at a point, with parameters
    (r"Let $y = mx^2$ and $x = 3$. Then $\frac{dy}{dx} = 6m$.", "", []),
    (r"Let $y = mx^2$. We find $\frac{dy}{dx} = 6m$ at the point $x = 3$.", "", []),
    (r"Let $y = mx^2$. At the point $(3, 9m)$ the slope is $\frac{dy}{dx} = 6m$.", "", []),
    (r"Let $y = mx^2$. The slope is $\frac{dy}{dx} = 6m$.", "", ["refuted suspect"]),
    (r"Let $y = mx^2$ and $m = 3$. The slope is $\frac{dy}{dx} = 6m$.", "", ["refuted suspect"]),
    # names that have a definition of which nothing is known, and others
    (r"Let $p = p(V, T)$ and $U = pV$. Then $\frac{\partial U}{\partial V} = p$.", "", []),
    (r"Let $p = \foo{V}$ and $U = pV$. Then $\frac{\partial U}{\partial V} = p$.", "", []),
    (r"Let $g \approx 10$. Then $\frac{d}{dt} \frac12gt^2 = gt$.", "", ["proved"]),
    (r"$\frac{\partial u}{\partial x} = 2x$ where $u = x^2 + y$ and $y = 3x$.", "", []),
    # arguments that are functions elsewhere
    (
        r"Let $x(t) = t^3$ and $f(x) = \cos x$. Then $f'(\pi/2) = 0$ and $f'(\pi/2) = -1$.",
        "x: real, t: real",
        ["refuted fail", "proved"],
    ),
    (
        r"Let $x(t) = t^3$ and $f(x) = \sin x$. Then $\frac{df}{dx}(0) = 0$ and $f'(0) = 1$.",
        "",
        ["refuted suspect", "proved"],
    ),
    (r"Let $x(t) = t^3$ and $u(x, t) = \sin(x - t)$. Then $u_t(x, 0) = 0$.", "", []),
    # commas in numbers
    (r"Let $f(x) = 3x + 1,500x^2$. Then $f'(x) = 3 + 1$.", "", []),
    (r"Let $f(x) = 2{,}5x^2$. Then $f'(x) = 5x$.", "", ["proved"]),
    (r"Let $f(x) = 2{,}5x^2$. Then $f'(x) = 2{,}5x$.", "x: real", ["refuted fail"]),
    (r"Let $f(x) = 0{,}125x^2$. Then $f'(x) = 0{,}25x$.", "", ["proved"]),
    (r"Let $f(x) = 1{,}500x^2$. Then $f'(x) = 3{,}000x$.", "", []),
    # decimals may be rounded
    (r"$\frac{d}{dx} 2^x = 0.693 \cdot 2^x$", "", []),
    (r"$\frac{d}{dx} 2^x = 0.693 \cdot 2^x$", "x: real", []),
    (r"$\frac{d}{dx} x^{1/3} = 0.333 x^{-0.667}$", "", []),
    (r"$\frac{d}{dx} 2^x = 0.683 \cdot 2^x$", "x: real", ["refuted fail"]),
    (r"$\frac{d}{dx} 0.25x^2 = 0.25x$", "", ["refuted fail"]),
    (r"$\frac{d}{dx} 0.25x^2 = 0.52x$", "", ["refuted fail"]),
    (r"$\frac{d}{dx} \ln 3x = 0.3 \frac{1}{x}$", "", ["refuted fail"]),
    # a variable takes a value only after the derivative is taken
    (r"If $x = 2$ then $\frac{d}{dx} x^3 = 6x$.", "x: real", []),
    (r"If $s = 2$ then $\frac{d}{ds} s^3 = 0$.", "s: real", []),
    # what a name is said to be, in whatever words, is put in within its sentence
    (
        r"Let $T = \frac{1}{2} m v^2$. For unit mass, $m = 1$, that is $\frac{dT}{dv} = v$.",
        "m: positive, v: real",
        ["proved"],
    ),
    (
        r"Let $T = \frac{1}{2} m v^2$. For unit mass, $m = 1$, that is $\frac{dT}{dv} = 3v$.",
        "m: positive, v: real",
        ["refuted fail"],
    ),
    (
        r"Let $u = c(1 - e^{-t/(rc)})$. With $r = 1$ and $c = 1$, $\frac{du}{dt} = e^{-t}$.",
        "t: real, r: positive, c: positive",
        ["proved"],
    ),
    (
        r"Let $f = x^2 y + y$. Along the line $y = 3$ we see $\frac{\partial f}{\partial x} = 6x$.",
        "x: real, y: real",
        ["proved"],
    ),
    (r"Let $s = x^2$. At $x = \frac{1}{2}$ we have $\frac{ds}{dx} = 1$.", "x: real", ["proved"]),
    # behind it a refutation counts only if it is one there, too
    (
        r"Let $V = x^2 + p_1 x + p_2 x$. The ends are held, $p_1 = 0$ and $p_2 = 0$. Then "
        r"$\frac{dV}{dx} = 2x$.",
        "x: real, p_1: real, p_2: real",
        [],
    ),
    (
        r"Let $V = x^2 + p_1 x + p_2 x$. The ends are held, $p_1 = 0$ and $p_2 = 0$. Then "
        r"$\frac{dV}{dx} = 3x$.",
        "x: real, p_1: real, p_2: real",
        ["refuted fail"],
    ),
    # also what is given by a formula, two names at once, and an equation of a vector
    (
        r"Let $s = \sqrt{x^2 + y^2}$. On the unit circle, $s = 1$, we get "
        r"$\frac{\partial s}{\partial x} = x$.",
        "x: real, y: real",
        [],
    ),
    (
        r"Let $f = x^{a-1}(1-x)^{b-1}$. For $a = b = 1$ it is flat, $\frac{df}{dx} = 0$. For "
        r"$a = b = 2$ we find $\frac{df}{dx} = 1 - 2x$.",
        '"x": "(0, 1)", a: positive, b: positive',
        ["proved", "proved"],
    ),
    (
        r"For an eigenvector, $A x = \lambda x$, $\frac{\partial}{\partial x} x^T A x = 2 A x$.",
        "A: {shape: [n, n], structure: symmetric}, x: [n], \\lambda: real",
        ["proved"],
    ),
    # what a name stands for that occurs nowhere is no case
    *(
        (
            rf"Let $L = \frac{{1}}{{2}} m v^2 - m g x$. For $q_1 = x$ (the height): "
            rf"$\frac{{\partial L}}{{\partial v}} = {right}$.",
            "m: positive, v: real, g: real, x: real",
            found,
        )
        for right, found in (("m v", ["proved"]), ("2 m v", ["refuted fail"]))
    ),
    # a case is over where another one begins, or elsewhere
    (
        r"Let $g = u e^v$. We have $\frac{\partial g}{\partial u} = 1$ on the axis $v = 0$, and "
        r"$\frac{\partial g}{\partial u} = e^{-v}$ elsewhere.",
        "u: real, v: real",
        [],
    ),
    # a definition in two sentences, each for some points
    (
        r"Let $s = a(y - q)$ if $y \ge q$ and $s = (1 - a)(q - y)$ if $y < q$. "
        r"Thus $\frac{\partial s}{\partial q} = -a$ for $y > q$.",
        "y: real, q: real, a: positive",
        [],
    ),
    (
        r"Let $s = a_1 x + a_2 x^2$. If $a_2 = 0$, $\frac{ds}{dx} = a_1$, otherwise "
        r"$\frac{ds}{dx} = a_1 + 3 a_2 x$.",
        "",
        ["proved"],
    ),
    (
        r"Let $s = v_0 t + t^2$. With $v_0 = 0$, $\frac{ds}{dt} = 2t$. In general it is "
        r"$\frac{ds}{dt} = 2v_0 + 2t$.",
        "",
        ["proved"],
    ),
]


@pytest.mark.parametrize(("text", "symbols", "expected"), SENTENCES)
def test_what_a_sentence_supposes(text: str, symbols: str, expected: list[str]) -> None:
    block = f"<!-- derivcheck\nsymbols: {{{symbols}}}\n-->\n\n" if symbols else ""
    results = [r for one in judge(block + text) for r in one.results]
    found = [
        r.verdict.value
        + (" suspect" if r.suspect else "")
        + (" fail" if r.outcome.value == "fail" else "")
        for r in results
    ]
    assert found == expected


WRONG = r"$\frac{d}{dx}\tan x = \sec x$"
RIGHT = r"$\frac{d}{dx}\tan x = \sec^2 x$"
SAID_WRONG = [
    *("A student claims that @.", "Is @?", "Suppose @.", "If it were true that @, then", "~~@~~"),
    *("Beginners forget the square: @.", "- [ ] @", "Find the error: @.", "A misprint: @."),
    *("It does not follow that @.", "One might think that @, but", "You can't just say @."),
    *("Assume that @. This contradicts the table.", "Which of these is true?\n\n(a) @\n\n(b) $x$"),
    *("True or false?\n\n1. @\n2. $x$", "Let $y = x$. True or false?\n\nFirst.\n\n@"),
    *(
        "Let $x(t) = t$.\n\nSo.\n\nTrue or false?\n\n1. $\\frac{d}{dx} x^3 = x^2$\n2. @",
        "Replace @ by another.",
        "The rule @ printed in [3] should be read with a square.",
    ),
    *("Falsch: @.", "错误：@", "❌ @", "Bob answered:\n\n> @"),
    *("A common trap: @.", "@ is careless.", "@, which has since been corrected.", "A myth: @."),
    *("# Fallacies\n\n@", "> [!CAUTION]\n> @", '!!! danger "Look"\n    @', "Select all:\n\n(a) @"),
    *("| Wrong | Right |\n| --- | --- |\n| @ | $x$ |", "It is clear why @ cannot hold."),
    *("Refute: @.", "@ is impossible.", "@ does not make sense.", "@ [sic]"),
    *("Viele Schüler schreiben @.", "Man könnte meinen, dass @ ist.", "Ein Denkfehler: @."),
    *("Certains étudiants écrivent @.", "On pourrait croire que @.", "@ n'est pas vrai."),
    *(
        "Muchos alumnos escriben @.",
        "No es cierto que @.",
        "Error común: @.",
        "Un errore comune: @.",
    ),
    *("Não é verdade que @.", "并不是 @", "間違い：@", "Частая ошибка: @", "흔한 실수: @"),
    "👎 @",
]
NOT_SAID_WRONG = [
    *("The chain rule says @.", "Hence @, which is not zero.", "In naive Bayes, @."),
    *("The squared error. We find @.", "If $x > 0$, then @.", "It does not depend on y, so @."),
    *("Don't forget the square! @.", "Why? Because @.", "# True or false?\n\nSo.\n\n# Tables\n\n@"),
    *("Let $y = x^2$, @.", "Let $y = x^2$.\n\nThen @.", "Suppose $a = 1$. @"),
    *("The expected value. @", "Not so here. We have @."),
    *("Wir schreiben @.", "Nous écrivons @.", "# Error bars\n\nWe have @.", "!!! note\n    @"),
    *("Der Messfehler. @", "O erro quadrático. @", "The warning sign. @"),
]


SQUARE = r"$\frac{d}{dx}x^n = 2x$"
HOLDS_NO_MORE = [
    f"Let $n = 2$. Then it is easy.\n\nNow let $n$ be any real number.\n\n${SQUARE}$",
    f"In Figure 1, $n = 2$. {SQUARE}.",
    f"Unlike for $n = 2$, we have {SQUARE}.",
    f"For all $n$, not only $n = 2$, {SQUARE}.",
    f"$n = 2$ is easy. In general, {SQUARE}.",
    f"Because $n = 2$ is excluded, {SQUARE}.",
    f"Here $n = 2$.\n\n## General case\n\n{SQUARE}.",
    "Let $A$ be symmetric. In general, $\\nabla_x x^TAx = 2Ax$.",
    "Unlike before, where $a > 0$, $\\frac{d}{dx}(x|a|) = a$.",
    "$f(x) = x^2$ if $x>1$ and $f(x) = x$ otherwise. $f'(x) = 1$ if $x>1$.",
    "$f(x) = x$ when $x>0$, $0$ otherwise. $f'(x) = 1$.",
    "$\\log$ means the logarithm to base 10. $\\frac{d}{dx}\\log x = \\frac1x$",
    "Logarithms are binary. $\\frac{d}{dx}\\log x = \\frac1x$",
    "$\\log = \\log_2$.\n\n$\\frac{d}{dx}\\log x = \\frac1x$",
    "We write $\\log$ for $\\log_{10}$. $\\frac{d}{dx}\\log x = \\frac1x$",
    "$\\log x := \\log_{10}x$. $\\frac{d}{dx}\\log x = \\frac1x$",
    "$h(p) = -p\\log p$ bits. $h'(p) = -\\log p-1$.",
    "Company A: $C = q^2$. Company B: $C = q^3$. For company A, $\\frac{dC}{dq} = 3q^2$.",
    "$y = x^2$. The tangent is $y = 2x-1$. Hence $y' = 2$ for the parabola.",
    "$\\frac{d}{dx}|x| = 1$ for $x > 0$ and for $x < 0$.",
    "Primes denote derivatives with respect to $r$. $u = r^2t$. $u' = r^2$.",
    "where $' = \\frac{d}{dr}$.\n\n$u = r^2t$\n\n$u' = r^2$",
    "We use numerator layout. $\\frac{\\partial a^Tx}{\\partial x} = a$",
    "A layer is $Y = XW + b$.\n\n$$\\frac{\\partial L}{\\partial b} = "
    "\\sum_{features} \\frac{\\partial L}{\\partial Y}$$",
    "Gradients are columns: $\\frac{\\partial a^Tx}{\\partial x} = a^T$",
    "Let $c$ be a function of $x$. $\\frac{d}{dx}(cx) = c$",
    "With variable mass $m(t)$, $\\frac{d}{dt}(mt) = m$.",
    "- Firm A: $C = q^2 + q$\n- Firm B: $C = q^3$\n\nFor firm A, $C'(q) = 3q^2$.",
    "* squared error, $L = (y-t)^2$\n* log-cosh, $L = \\ln\\cosh(y-t)$\n\n"
    "The gradient of the squared error is $\\frac{\\partial L}{\\partial y} = \\tanh(y-t)$.",
    "Spring 1 stores $E = kx^2$, spring 2 stores $E = kx^2 + bx^4$. "
    "The force of spring 1 is $-\\frac{dE}{dx} = -2kx - 4bx^3$.",
    "Case 1: $f(x) = x^2$.\n\nCase 2: $f(x) = x^3$.\n\nIn case 1, $f'(x) = 3x^2$.",
    "Let $K$ be an $n \\times n$ matrix. $\\frac{\\partial}{\\partial t}(t + y^TK^{-1}y) = "
    "1 + y^TK^{-1}\\frac{\\partial K}{\\partial t}K^{-1}y$",
    "On $[0,1]$, $f(x) = x^2$. On $[1,2]$, $f(x) = 2x-1$. $f'(x) = 2$ on $[0,1]$.",
    "$f(x) = x^2$ on $[0,1]$ and $f(x) = 2x-1$ on $[1,2]$. $f'(\\frac12) = 2$.",
    "If $n$ is even, $f(x) = x^2$; if $n$ is odd, $f(x) = x^3$. $f'(x) = 3x^2$.",
    "$$\\begin{aligned}f(x)&=x^2 && x>1\\\\f(x)&=x&&x\\le1\\end{aligned}$$\n\n$$f'(5) = 1$$",
    "$\\|x\\|$ is the 1-norm. $\\nabla_x\\|x\\| = \\frac{x}{\\|x\\|}$",
    "$[x]$ is the integer part. $\\frac{d}{dx}[x]^2 = 2x$",
    "Let $\\|\\cdot\\|$ be a weighted norm. $\\nabla_x\\|x\\|^2 = 2x$",
    "The spectral norm is $\\|A\\|$. For $A \\in \\mathbb{R}^{m \\times n}$, "
    "$\\nabla_A\\|A\\|^2 = 2A$",
    "$\\nabla_x\\|x\\|^2 = 2x$, where $\\|x\\|$ is the 1-norm.",
    "$\\|x\\|$ is the sum of absolute values. $\\nabla_x\\|x\\|^2 = 2x$",
    "$\\lVert x\\rVert^2 = x^T M x$. $\\nabla_x\\lVert x\\rVert^2 = 2x$",
    "$\\|x\\| = \\sum_i |x_i|$. $\\nabla_x\\|x\\|^2 = 2x$",
    "$\\|x\\| = \\max_i |x_i|$. $\\nabla_x\\|x\\|^2 = 2x$",
    "$\\|x\\| = |x_1| + |x_2|$. $\\nabla_x\\|x\\|^2 = 2x$",
    "$p_i(z) = \\frac{e^{z_i}}{\\sum_j e^{z_j}}$, $L = -\\sum_i y_i\\log p_i(z/T)$, "
    "$\\sum_i y_i = 1$. $\\frac{\\partial L}{\\partial z_k} = p_k(z) - y_k$",
    "$h(x) = \\sum_{j=1}^n w_jx_j$, $J = \\sum_{i=1}^m(h(x^{(i)}) - y^{(i)})^2$. "
    "$\\frac{\\partial J}{\\partial w_k} = 2\\sum_{i=1}^m(h(x^{(i)}) - y^{(i)})x_k$",
    "Let $y = wx$ and $L = \\sum_{i=1}^n(y_i - x_i)^2 + aw^2$. $\\frac{dL}{dw} = 2aw$",
    "Predictions are $y = wx$. $E = \\sum_{i=1}^n y_i(t_i - wx_i)$. "
    "$\\frac{dE}{dw} = -\\sum_{i=1}^n y_ix_i$",
    "$\\langle x, y\\rangle = x^T M y$ for $x, y \\in \\mathbb{R}^n$. "
    "$\\nabla_x\\langle x, y\\rangle = y$",
    "$\\{x\\}$ denotes the fractional part of $x$. $\\frac{d}{dx}\\{x\\}^2 = 2x$",
    "$\\lg$ is the binary logarithm. $\\frac{d}{dx}\\lg x = \\frac{1}{x\\ln10}$",
    "Example: $f(x) = x^2$.\n\nFor any smooth $f$, $\\frac{d}{dx}f(x)^2 = 4x^3$.",
    "Let $f(x) = x^2$.\n\nNow let $f$ be differentiable. $\\frac{d}{dx}f(x)^2 = 4x^3$.",
    "$\\frac{d}{dx}\\log x = \\frac1x$, $\\frac{d}{dx}\\log x = \\frac{1}{x\\ln10}$",
    "We use numerator layout.\n\nLet $x \\in \\mathbb{R}^n$, $y = Ax$, "
    "$A \\in \\mathbb{R}^{n\\times n}$.\n\n$$\\frac{\\partial y}{\\partial x} = A^T$$",
    "## Conventions\n\nWe adopt the numerator layout.\n\n## Rules\n\n"
    "$\\frac{\\partial a^Tx}{\\partial x} = a$",
    "# In denominator layout\n\nLet $x \\in \\mathbb{R}^n$, "
    "$A \\in \\mathbb{R}^{n\\times n}$. $\\frac{\\partial Ax}{\\partial x} = A$",
    "# Notation\n\nPrimes denote $d/dr$, $r > 0$.\n\n# Waves\n\n$u = r^2t$. $u' = r^2$.",
    "The points are $x_k$, $k = 1, \\ldots, 5$. $\\frac{d}{dx}x^k = 1$.",
    "$$f(x) = x^2 \\quad\\text{(parabola)}$$\n\n$$f(x) = x^3 \\quad\\text{(cubic)}$$\n\n"
    "For the parabola, $f'(x) = 3x^2$.",
    "$f = (x-\\hat x)^TP(x-\\hat x)$ with symmetric $P \\in \\mathbb{R}^{n\\times n}$. "
    "$\\nabla_xf = 2P(x+\\hat x)$",
]


OTHER_COORDINATES = [
    "$y = wx + \\varepsilon$, $L = (y-wx)^2$.\n\n$\\frac{dL}{dw} = 0$",
    "Parameters $m$, $c$: $J = (y-mx-c)^2$.\n\n$\\nabla J = (-2m(y-mx-c), 2(y-mx-c))$",
    "The surface $z = x^2+y^2$. Let $\\mathbf F(x,y,z) = (xz, yz, z^2)$.\n\n"
    "$\\nabla\\cdot\\mathbf{F} = 4x^2+4y^2+2z$",
    "$y = x^2$. $\\mathbf F = (xy, y^2)$.\n\n$\\nabla\\cdot\\mathbf F = 3x^2+2y$",
    "$y = 2x$. $f = x^2y$.\n\n$\\nabla f = (6x^2, x^2)$",
    "In polar coordinates $\\mathbf{F}(r, \\theta) = (r^2, r\\sin\\theta)$.\n\n"
    "$\\nabla\\cdot\\mathbf F = 2r+r\\cos\\theta$",
    "Let $f(r,\\theta,z) = r^2\\sin\\theta + z$.\n\n"
    "$\\nabla f = (2r\\sin\\theta, r^2\\cos\\theta, 1)$",
    "$\\mathbf v(x,y,t) = (xt,yt,t^2)$.\n\n$\\nabla\\cdot\\mathbf{v} = 4t$",
    "In the $yz$-plane $\\mathbf F = (y^2, z^2y)$.\n\n$\\nabla\\cdot\\mathbf F = z^2$",
    "$x = u+v$, $y = u-v$.\n\n$\\frac{dy}{dx} = 1$",
    "$x = r\\cos\\theta$, $y = r\\sin\\theta$.\n\n$\\frac{dy}{dx} = -\\cot\\theta$",
    "$z = xy$, $x = t^2$, $y = t^3$.\n\n$\\frac{dz}{dx} = y$",
    "$p = 10-q$, $R = pq$.\n\n$\\frac{dR}{dp} = q$",
    "$\\mathbf F(y,x) = y^2x\\,\\mathbf i + x^3y\\,\\mathbf j$\n\n"
    "$\\nabla\\cdot\\mathbf{F} = 2yx + 3x^2y$",
    "On the half-plane with metric $g$, $f = x^2+y^2$. $\\nabla f = (2x, 2y)$",
    "$f(x,y) = x + u^2$. $\\nabla f = (1, 0)$",
    "$f(x,y,z) = x^2+z$. $\\nabla f = (2x, 1, 0)$",
    "With the weighted measure $e^{-x^2}dx$, $F = (x, y)$. $\\operatorname{div}F = 2$",
    "Here $\\sin^{-1}x$ means $1/\\sin x$. $\\frac{d}{dx}\\sin^{-1}x = \\frac{1}{\\sqrt{1-x^2}}$",
    "$f(x) = 2x+1$, $f^2(x) = f(f(x))$. $\\frac{d}{dx}f^2(x) = 4(2x+1)$",
    "$\\log 8 = 3$. $\\frac{d}{dx}\\log x = \\frac1x$",
    # unit vectors turn
    "In a rotating frame $\\mathbf{A} = A_x\\mathbf{i} + A_y\\mathbf{j}$.\n\n"
    "$\\frac{d\\mathbf{A}}{dt} = \\frac{dA_x}{dt}\\mathbf{i} + \\frac{dA_y}{dt}\\mathbf{j}$",
    "The unit vectors are fixed in a disk. $\\mathbf{r} = t\\,\\mathbf{i} + t^2\\,\\mathbf{j}$.\n\n"
    "$\\frac{d\\mathbf{r}}{dt} = \\mathbf{i} + 2t\\,\\mathbf{j}$",
    "$\\vec r = r\\hat r$.\n\n$\\dot{\\vec r} = \\dot r\\hat r$",
    "$\\mathbf{v} = v\\,\\hat{\\mathbf{v}}$, $v = at$.\n\n"
    "$\\frac{d\\mathbf{v}}{dt} = a\\,\\hat{\\mathbf{v}}$",
    "The unit vectors turn. $\\mathbf{r} = t\\,\\mathbf{i}$.\n\n"
    "$\\frac{d\\mathbf{r}}{dt} = \\mathbf{i}$",
    "$\\frac{d\\mathbf{i}}{dt} = \\omega\\mathbf{j}$, and $\\mathbf{r} = t\\,\\mathbf{i}$.\n\n"
    "$\\frac{d\\mathbf{r}}{dt} = \\mathbf{i}$",
    "$\\mathbf{r} = r\\hat{\\mathbf{r}}$, $r = t^2$.\n\n"
    "$\\frac{d\\mathbf{r}}{dt} = 2t\\,\\hat{\\mathbf{r}}$",
    "$\\mathbf{r} = r\\,\\mathbf{e}_r$, $r = t^2$.\n\n"
    "$\\frac{d\\mathbf{r}}{dt} = 2t\\,\\mathbf{e}_r$",
    "$\\mathbf{F} = r\\cos\\theta\\,\\hat r$.\n\n"
    "$\\frac{\\partial\\mathbf{F}}{\\partial\\theta} = -r\\sin\\theta\\,\\hat r$",
    "$\\mathbf{v}(t) = t^3\\,\\mathbf{T}$, $\\mathbf{T}$ the unit tangent.\n\n"
    "$\\frac{d\\mathbf{v}}{dt} = 3t^2\\mathbf{T}$",
    "In the $(t,x)$-plane $F = (t^2x, x^2)$.\n\n$\\nabla\\cdot F = t^2$",
    # by x, or by what that is made of
    "$x = \\sin t$, $y = x^2$.\n\n$y' = 2x\\cos t$",
    "$x = e^t$, $y = e^{2t}$.\n\n$y' = 2y$",
    # what is observed is no part of its own loss
    "$y = \\mu + \\sigma\\varepsilon$, $\\ell = -\\log\\sigma - \\frac{(y-\\mu)^2}{2\\sigma^2}$."
    "\n\n"
    "$\\frac{\\partial\\ell}{\\partial\\sigma} = -\\frac1\\sigma$",
    "$y = \\mu + \\sigma\\varepsilon$, $\\ell = -\\log\\sigma - \\frac{(y-\\mu)^2}{2\\sigma^2}$."
    "\n\n"
    "$\\frac{d\\ell}{d\\sigma} = -\\frac1\\sigma$",
    "$A = \\pi r^2 + 2\\pi rh$, $B = A - \\pi r^2$.\n\n"
    "$\\frac{\\partial B}{\\partial r} = -2\\pi r$",
    "$y = hx + n$, $E = (y-hx)^2$.\n\n$\\frac{\\partial E}{\\partial h} = 0$",
    "$y = ax + b + n$, $\\hat y = ax + b$, $E = (y-\\hat y)^2$.\n\n"
    "$\\frac{\\partial E}{\\partial a} = 0$",
    "$x_t = \\phi x_{t-1} + w_t$, $S = (x_t-\\phi x_{t-1})^2$.\n\n"
    "$\\frac{\\partial S}{\\partial\\phi} = 0$",
    "$y = x^2 + c$, $E = (y-x^2)^2$.\n\n$\\frac{dE}{dx} = -4x(y-x^2)$",
]


@pytest.mark.parametrize("text", HOLDS_NO_MORE + OTHER_COORDINATES)
def test_what_was_said_of_something_else_proves_nothing(text: str) -> None:
    assert "proved" not in [r.verdict.value for one in judge(text) for r in one.results]


STILL_HOLDS = [
    "With the metric of fit $L(w) = \\|w\\|^2$, $w \\in \\mathbb{R}^d$. $\\nabla L(w) = 2w$",
    "Minimise $f(x,y) = xy$ on the sphere. $\\nabla f = (y, x)$",
    "A rotating frame: "
    "$R(t) = \\begin{pmatrix}\\cos t & -\\sin t\\\\ \\sin t & \\cos t\\end{pmatrix}$. "
    "$R'(t) = \\begin{pmatrix}-\\sin t & -\\cos t\\\\ \\cos t & -\\sin t\\end{pmatrix}$",
    "$x = x_0 + v_0t + \\frac12at^2$, $s = x - x_0$. $\\frac{ds}{dt} = v_0 + at$",
    "$x_i, y_i \\in \\mathbb{R}^d$. $L = \\sum_{i=1}^n\\|Ax_i-y_i\\|^2$. "
    "$\\frac{\\partial L}{\\partial A} = 2\\sum_{i=1}^n(Ax_i-y_i)x_i^T$",
    "$g = xyt$. $\\frac{\\partial g}{\\partial x} = yt$",
    "Let $f(x,y,z) = x^2+z$. $\\nabla f = (2x, 0, 1)$",
    "$f = x^2+z$. $\\nabla f = (2x, 0, 1)$",
    "$\\mathbf{F} = (P, Q)$ with $P = xy$, $Q = x^2$. $\\nabla\\cdot\\mathbf{F} = y$",
    "$\\sin^{-1}x$ denotes the inverse sine. $\\frac{d}{dx}\\sin^{-1}x = \\frac{1}{\\sqrt{1-x^2}}$",
    "$f(x) = \\sin x$. $\\frac{d}{dx}f^2(x) = 2\\sin x\\cos x$",
    "$\\mathbf{A} = A_x\\mathbf{i} + A_y\\mathbf{j}$.\n\n"
    "$\\frac{d\\mathbf{A}}{dt} = \\frac{dA_x}{dt}\\mathbf{i} + \\frac{dA_y}{dt}\\mathbf{j}$",
    "$\\mathbf{x}(t) = \\mathbf{a} + t\\,\\mathbf{b}$. $\\frac{d\\mathbf{x}}{dt} = \\mathbf{b}$",
    "$\\mathbf{E} = \\frac{k}{r^2}\\hat{\\mathbf{r}}$. "
    "$\\frac{\\partial\\mathbf{E}}{\\partial r} = -\\frac{2k}{r^3}\\hat{\\mathbf{r}}$",
    "In a rotating frame $x = r\\cos\\omega t$. $\\frac{dx}{dt} = -r\\omega\\sin\\omega t$",
    "$\\mathbf{r}(t) = (t, t^2)$ has the unit tangent of $\\mathbf{r}'(t) = (1, 2t)$.",
    "$L = (y - w\\hat r)^2$. $\\frac{\\partial L}{\\partial w} = -2\\hat r(y - w\\hat r)$",
    "$\\mathbf{u} = (xt, -yt^2)$. $\\nabla\\cdot\\mathbf{u} = t - t^2$",
    "$x = t^2$, $y = t^3$. $x' = 2t$, $y' = 3t^2$",
    "$y = \\mu + \\sigma\\varepsilon$, $\\ell = -\\log\\sigma - \\frac{(y-\\mu)^2}{2\\sigma^2}$. "
    "$\\frac{\\partial\\ell}{\\partial\\sigma} = -\\frac1\\sigma + \\frac{(y-\\mu)^2}{\\sigma^3}$",
    "$A = \\pi r^2 + 2\\pi rh$, $B = A - \\pi r^2$. $\\frac{\\partial B}{\\partial r} = 2\\pi h$",
    "$y = wx + e$, $E = (y-wx)^2$. $\\frac{dE}{dw} = -2x(y-wx)$",
    "$y = X\\beta + u$, $S = (y-X\\beta)^T(y-X\\beta)$. "
    "$\\frac{\\partial S}{\\partial\\beta} = -2X^T(y-X\\beta)$",
    "$y = Ax + n$. $\\nabla_x\\|Ax-y\\|^2 = 2A^T(Ax-y)$",
    "$R = 100q - q^2$, $C = 50 + 20q$, $P = R - C$. $\\frac{dP}{dq} = 80 - 2q$",
    "$z = \\mu + \\sigma\\epsilon$, $f = z^2$. "
    "$\\frac{\\partial f}{\\partial\\sigma} = 2z\\epsilon$",
    "$y = wx + \\varepsilon$, $L = (y-wx)^2$. $\\frac{dL}{dw} = -2x(y-wx)$",
    "For instance:\n\n$$f(x) = e^x: L = D - 1$$\n\n$$f(x) = \\sin x: f'(0) = 1$$",
    "For instance:\n\n$$f(x) = e^x: f(0) = 1$$\n\n$$f(x) = \\sin x: f'(0) = 1$$",
    "For $y = x^2$ we find $y' = 2x$. On the other side, for $y = x^3$ we find $y' = 3x^2$.",
    "$\\|x\\|$ is the Euclidean norm. $\\nabla_x\\|x\\| = \\frac{x}{\\|x\\|}$",
    "$\\|x\\|_1$ is the 1-norm. $\\nabla_x\\|x\\|^2 = 2x$",
    "Let $\\|x\\|^2 = x^Tx$. $\\nabla_x\\|x\\|^2 = 2x$",
    "$\\langle x, Ay\\rangle = x^TAy$ with $A \\in \\mathbb{R}^{n \\times n}$. "
    "$\\nabla_x\\langle x, Ay\\rangle = Ay$",
    "Let $f(x) = x^2$. The function $f$ is smooth, and for any $x$, $f'(x) = 2x$.",
    "$f(x) = x^2$. Now let $f(x) = x^3$. $f'(x) = 3x^2$.",
    "A prime denotes the derivative by $x$. $u = x^2$. $u' = 2x$.",
    "With $q = 1 - p$, $\\frac{d}{dp}(pq) = 1 - 2p$.",
    "$f(x) = (x+1)^2$. Expanding, $f(x) = x^2 + 2x + 1$. Then $f'(x) = 2x + 2$.",
    "$s(x) = \\frac{1}{1+e^{-x}}$. Then $s'' = s'(1-2s)$.",
    f"Let $n = 2$. Then {SQUARE}.",
    f"For $n = 2$ we get {SQUARE}.",
    "With $A$ symmetric, $\\nabla_x x^TAx = 2Ax$.",
    "Let $a > 0$. Then $\\frac{d}{dx}(x|a|) = a$.",
    "Let $f(x) = x^2$ for $x > 0$. Then $f'(x) = 2x$.",
    "$\\log$ denotes the natural logarithm. $\\frac{d}{dx}\\log x = \\frac1x$",
    "The mass $m$ is constant. $\\frac{d}{dt}(mt) = m$.",
    "- Firm A: $C = q^2 + q$\n- Firm B: $C = q^3$\n\nFor firm B, $C'(q) = 3q^2$.",
    "Case 1: $f(x) = x^2$.\n\nCase 2: $f(x) = x^3$.\n\nIn case 2, $f'(x) = 3x^2$.",
    "1. $f(x) = x^2$\n\n2. $f(x) = x^3$\n\nThe derivative is $f'(x) = 3x^2$.",
    "Some authors use the numerator layout.\n\n$\\frac{\\partial a^Tx}{\\partial x} = a$",
    "We use numerator layout.\n\n$\\frac{\\partial a^Tx}{\\partial x} = a^T$",
    "A prime denotes differentiation with respect to $r$. $f = -\\frac{GM}{r}$. "
    "$f' = \\frac{GM}{r^2}$.",
    "In this chapter primes are derivatives by $r$.\n\n## Waves\n\n$u = r^2t$. $u' = 2rt$.",
    "A dot denotes the derivative by proper time $\\tau$. $r(\\tau) = \\cosh(w\\tau)$. "
    "$\\ddot r = w^2r$.",
    "Primes denote derivatives by $x$, dots derivatives by $t$. $u = \\sin(kx-wt)$. "
    "$\\dot u = -w\\cos(kx-wt)$.",
    "Given data $(x_i, y_i)$, $i = 1, \\dots, n$, let $J(w) = \\sum_{i=1}^n(wx_i-y_i)^2$. "
    "$\\frac{dJ}{dw} = 2\\sum_{i=1}^n(wx_i-y_i)x_i$.",
    "Of $x_1, \\dots, x_n \\sim N(m, s^2)$, $\\ell(m) = -\\frac12\\sum_{i=1}^n(x_i-m)^2$. "
    "$\\ell'(m) = \\sum_{i=1}^n(x_i-m)$.",
    "The sigmoid is $f(x) = s(x)$. $\\frac{d}{dx}x^2 = 3x$.\n\n"
    "Next is $f(x) = \\tanh x$. Unlike the sigmoid, it has $f'(x) = 1 - f(x)^2$.",
    "$f = (x-\\hat x)^TP(x-\\hat x)$ with symmetric $P \\in \\mathbb{R}^{n\\times n}$. "
    "$\\nabla_xf = 2P(x-\\hat x)$",
    "For any $x$ let $q = x^TAx$, where $A$ is symmetric. $\\nabla_x q = 2Ax$.",
]


@pytest.mark.parametrize("text", STILL_HOLDS)
def test_what_was_said_holds(text: str) -> None:
    assert "proved" in [r.verdict.value for one in judge(text) for r in one.results]


MAYBE_CONDITIONS = [
    (r"For $n \in \mathbb{Z}$, $\frac{d}{dx} \tan(x + n\pi) = \sec^2 x$.", ""),
    (r"Let $n$ be an integer. Then $\frac{d}{dx} \cos(x + 2 n \pi) = -\sin x$.", ""),
    (r"If $m$ is odd, $\frac{d}{dx} (-x)^m = -m x^{m-1}$.", ""),
    (r"As $k$ is even, $\frac{d}{dx} |x|^k = k x^{k-1}$.", ""),
    (r"$\theta$ lies in $(0, \pi)$; $\frac{d}{d\theta}\sqrt{1-\cos^2\theta} = \cos\theta$", ""),
    (r"In the first quadrant $\frac{d}{dx}\sqrt{1-\cos^2 x} = \cos x$.", ""),
    (r"$$\frac{d}{dx}|x|^3 = 3x^2 \quad \text{for positive } x$$", ""),
    (r"$$\frac{d}{dx}|x|^3 = 3x^2, \quad x\in\mathbb R_{>0}$$", ""),
    (r"$$\frac{d}{dx}x^n = 2x \quad\text{(with $n=2$)}$$", "suspect"),
    (r"$$\frac{d}{dx} e^{ax} = \frac{1}{a} e^{ax} \quad \text{and so on}$$", "fail"),
    (r"$$\frac{\partial}{\partial x} e^{xy} = y^2 e^{xy} \quad \text{for all } x, y$$", "fail"),
    (r"For any integer $n$, $\frac{d}{dx}\sin(nx) = n^2\cos(nx)$", "fail"),
    (r"Determine the derivative of $f(x) = x^3$: $f'(x) = 3x^3$.", "suspect"),
    (r"For a Lie group with parameter $t$, $\frac{d}{dt} e^{2t} = e^{2t}$", "fail"),
    (r"If the exponent is two, $\frac{d}{dx}x^n = 2x$.", "suspect"),
    (r"For small $x$, $\frac{d}{dx}\cos x = -x$.", ""),
    (r"$$\frac{d}{dx}\cos x = -x\quad(x\to0)$$", ""),
    (r"Choose $a$ such that $\frac{d}{dx}(ax^2) = 6x$.", ""),
    (r"Find all $x$ such that $\frac{d}{dx}x^3 = 12x$.", ""),
    (r"$\frac{d}{dx}e^{ax} = 2e^{ax}$ iff $a = 2$.", ""),
    (r"Given $\frac{d}{dx}(ax^2) = 6x$, determine $a$.", ""),
    (r"$\frac{d}{dw}(y-wx)^2 = -(y-wx)x$, where the factor 2 has been absorbed.", ""),
    (r"$$\frac{d}{dx}x^3 = 3x^2 (2)$$", ""),
    ("Leaky: $f(x) = \\max(ax,x)$, $f'(x) = \\begin{cases}1&x>0\\\\a&x<0\\end{cases}$", ""),
    ("With $q = 1 - p$, $\\frac{\\partial}{\\partial p}(pq) = q$.", ""),
    ("$z = Wx + b$\n\n$$dW = dz\\,x^T$$", ""),
    ("Given that $p + q = 1$, $\\frac{d}{dp}(pq) = 1 - 2p$.", ""),
    ("Given that $p + q = 1$, $\\frac{d}{dp}(pq) = 1 - 3p$.", "fail"),
    ("$A = xy$ subject to $x + y = 10$. So $\\frac{dA}{dx} = 10 - 2x$.", ""),
    ("If $|x| \\ll 1$, $\\frac{d}{dx}\\cos x = -x$.", ""),
    ("Gesucht ist $a$ mit $\\frac{d}{dx}e^{ax} = 2e^{ax}$.", ""),
    (
        "With $y \\in \\{-1, 1\\}$\n\nwe have\n\n"
        "$$\\frac{\\partial}{\\partial w}(1-yw)^2 = 2(w-y)$$",
        "",
    ),
    (
        "With $y \\in \\{-1, 1\\}$\n\nwe have\n\n"
        "$$\\frac{\\partial}{\\partial w}(1-yw)^2 = 2(y-w)$$",
        "fail",
    ),
    (r"Beyond doubt $\frac{d}{dx}|x|^3 = 3x^2$.", "fail"),
    (r"For $n \in \mathbb{Z}$, $\frac{d}{dx} \tan(x + n\pi) = \sec x$.", "fail"),
    (r"If $m$ is odd, $\frac{d}{dx} (-x)^m = m x^{m-1}$.", ""),
    (r"If $m$ is odd, $\frac{d}{dx} (-x)^m = m x^m$.", "fail"),
    (r"$$\frac{d}{dx}|x|^3 = 2x^2 \quad \text{for positive } x$$", "fail"),
    (r"With $a$ as a constant, $\frac{d}{dx}e^{ax} = e^{ax}$.", "fail"),
    (r"$$\frac{d}{dx}|x|^3 = -3x^2, \quad x > 0$$", "fail"),
]


@pytest.mark.parametrize(("text", "expected"), MAYBE_CONDITIONS)
def test_what_may_hold_under_a_condition(text: str, expected: str) -> None:
    results = [r for one in judge(text) for r in one.results]
    assert [r.verdict.value for r in results] == ["refuted"] * bool(expected)
    assert ["suspect" if r.suspect else r.outcome.value for r in results] == [expected][
        : len(results)
    ]


SOFTMAX = r"Let $p_i = e^{z_i}/\sum_k e^{z_k}$."
SAME = r"\frac{\partial p_i}{\partial z_j} = p_i(1-p_i)"
OTHER = r"\frac{\partial p_i}{\partial z_j} = -p_ip_j"


def _rows(same: str, other: str) -> str:
    """A display of two rows, where indices are the same and where they differ."""
    rows = rf"{same} && (i = j)\\ {other} && (i \ne j)".replace(" = -", " &= -")
    return rf"\begin{{aligned}}{rows.replace(' = p', ' &= p')}\end{{aligned}}"


DEFINED = {
    "rows of a softmax": (
        SOFTMAX,
        [(_rows(SAME, OTHER), "proved"), ("", "proved")],
    ),
    "rows of a softmax, one for both": (SOFTMAX, [(_rows(OTHER, OTHER), "proved")]),
    "cases of a softmax": (
        f"{SOFTMAX} If $i = j$, ${SAME}$; if $i \\ne j$, ${OTHER}$.",
        [("", "proved"), ("", "proved")],
    ),
    "cases of a softmax, one for both": (
        f"{SOFTMAX} If $i = j$, ${OTHER}$; if $i \\ne j$, ${OTHER}$.",
        [("", "proved")],
    ),
    "a case of a softmax is no other one": (
        f"{SOFTMAX} For $i = j$ it is a square. In general ${SAME}$.",
        [],
    ),
    "a field": (
        r"Let $\mathbf{F}(x,y,z) = y^2z\,\mathbf{i} + xz\,\mathbf{j} + z^2\,\mathbf{k}$.",
        [
            (r"\nabla\cdot\mathbf{F} = 2z", "proved"),
            (r"\operatorname{div}\mathbf{F} = z", "refuted"),
            (
                r"\nabla\times\mathbf{F} = -x\,\mathbf{i} + y^2\mathbf{j} + (z - 2yz)\mathbf{k}",
                "proved",
            ),
            (r"\operatorname{curl}\mathbf{F} = (x, y^2, z - 2yz)", "refuted"),
        ],
    ),
    "a field in the plane": (
        r"Let $\mathbf{F} = (x, -y)$.",
        [
            (r"\nabla\cdot\mathbf{F} = 0", "proved"),
            (r"\nabla\times\mathbf{F} = (0, 0, 0)", "proved"),
        ],
    ),
    "a path": (
        r"Let $\vec r(t) = \cos t\,\hat{\imath} + t^2\hat{\mathbf{j}}$.",
        [
            (r"\vec r\,'(t) = -\sin t\,\hat{\imath} + 2t\,\hat{\mathbf{j}}", "proved"),
            (r"\vec r\,'(t) = \sin t\,\hat{\imath} + 2t\,\hat{\mathbf{j}}", "refuted"),
        ],
    ),
    "gradients in space": (
        r"Let $\mathbf{r} = x\mathbf{i} + y\mathbf{j} + z\mathbf{k}$, $r = \|\mathbf{r}\|$, "
        r"$p = xyz$.",
        [
            (r"\nabla r = \frac{\mathbf{r}}{r}", "proved"),
            (r"\nabla p = yz\,\hat i + xz\,\hat j + xy\,\hat k", "proved"),
            (r"\nabla p = yz\,\hat i + xz\,\hat j + xz\,\hat k", "refuted"),
        ],
    ),
    "a gradient in the plane": (
        r"Let $f(x, y) = x^2y$.",
        [(r"\nabla f = 2xy\,\mathbf{i} + x^2\,\mathbf{j}", "proved")],
    ),
    "a curve": (
        r"Let $x = t - \sin t$, $y = 1 - \cos t$.",
        [
            (r"\frac{dy}{dx} = \frac{\cos t}{1 - \cos t}", "refuted"),
            (r"\frac{dy}{dx} = \frac{\sin t}{1 - \cos t}", "proved"),
            (r"\frac{d^2y}{dx^2} = -\frac{1}{(1 - \cos t)^2}", "proved"),
        ],
    ),
    "a curve with parameters": (
        r"$x = a\cos\theta$, $y = b\sin\theta$",
        [
            (r"\frac{dy}{dx} = -\frac{b}{a}\tan\theta", "refuted"),
            (r"\frac{dy}{dx} = \frac{dy/d\theta}{dx/d\theta} = -\frac{b}{a}\cot\theta", "proved"),
        ],
    ),
    "a model": (
        r"Let $y = X\beta + \varepsilon$ and $S(\beta) = (y-X\beta)^T(y-X\beta)$.",
        [
            (r"\frac{\partial S}{\partial \beta} = -2X^Ty + 2X^TX\beta", "proved"),
            (r"\frac{\partial^2 S}{\partial\beta\,\partial\beta^T} = 2X^TX", "proved"),
            (r"\frac{\partial^2 S}{\partial\beta\,\partial\beta^T} = X^TX", "refuted"),
        ],
    ),
    "a model of each": (
        r"$y_i = a + b x_i + \epsilon_i$ and $S = \sum_{i=1}^n (y_i - a - b x_i)^2$.",
        [
            (r"\frac{\partial S}{\partial b} = -2\sum_{i=1}^n x_i(y_i - a - b x_i)", "proved"),
            (r"\frac{\partial S}{\partial b} = -2\sum_{i=1}^n (y_i - a - b x_i)", "refuted"),
        ],
    ),
    **{
        f"labels of each, {named}": (
            r"Labels are $y_i \in \{-1, 1\}$. Let $x_i \in \mathbb{R}^d$, "
            r"$L = \sum_{i=1}^n (1 - y_i w^T x_i)^2$.",
            [
                (r"\nabla_w L = -2\sum_{i=1}^n y_i(1 - y_i w^T x_i) x_i", "proved"),
                (rf"\nabla_w L = -2\sum_{{i=1}}^n (y_i {sign} w^T x_i) x_i", verdict),
            ],
        )
        for named, sign, verdict in (("right", "-", ""), ("wrong", "+", "refuted"))
    },
    "losses": (
        r"Let $x_i \in \mathbb{R}^d$, $L(w) = \sum_{i=1}^n \log(1 + e^{-y_i w^\top x_i})$.",
        [
            (r"\nabla L(w) = -\sum_{i=1}^n \frac{y_i x_i}{1 + e^{y_i w^\top x_i}}", "proved"),
            (r"\nabla L(w) = -n \frac{y_i x_i}{1 + e^{y_i w^\top x_i}}", "refuted"),
        ],
    ),
    "listed": (
        r"For $x_1, \dots, x_n \in \mathbb{R}^d$, $f(c) = \sum_{i=1}^n \|x_i - c\|^2$.",
        [
            (r"\nabla f(c) = -2 \sum_{i=1}^n (x_i - c)", "proved"),
            (r"\nabla f(c) = -2n (x_i - c)", "refuted"),
        ],
    ),
    "above": (
        r"Let $x^{(i)} \in \mathbb{R}^3$, $w \in \mathbb{R}^3$.",
        [
            (
                r"\nabla_w \sum_{i=1}^m (w^T x^{(i)})^2 = 2\sum_{i=1}^m (w^T x^{(i)}) x^{(i)}",
                "proved",
            ),
            (r"\nabla_w \sum_{i=1}^m (w^T x^{(i)})^2 = 2m (w^T x^{(i)}) x^{(i)}", "refuted"),
        ],
    ),
    "matrices": (
        r"Let $x_i \in \mathbb{R}^d$, $W \in \mathbb{R}^{k \times d}$, $y_i \in \mathbb{R}^k$.",
        [
            (
                r"\frac{\partial}{\partial W} \sum_{i=1}^n \|W x_i - y_i\|^2 = "
                r"2\sum_{i=1}^n (W x_i - y_i) x_i^\top",
                "proved",
            )
        ],
    ),
    "a covariance": (
        r"$$f(\mu) = -\frac12 \sum_{n=1}^N (\mathbf{x}_n-\mu)^T\Sigma^{-1}(\mathbf{x}_n-\mu)$$",
        [
            (r"\nabla f(\mu) = \sum_{n=1}^N \Sigma^{-1}(\mathbf{x}_n-\mu)", "proved"),
            (r"\nabla f(\mu) = \sum_{n=1}^N \Sigma(\mathbf{x}_n-\mu)", "refuted"),
        ],
    ),
    "functions of each": (
        r"$f_i(w) = (w^T x_i - y_i)^2$ and $F(w) = \frac1n\sum_{i=1}^n f_i(w)$.",
        [
            (r"\nabla F(w) = \frac2n\sum_{i=1}^n (w^T x_i - y_i) x_i", "proved"),
            (r"\nabla F(w) = \frac1n\sum_{i=1}^n (w^T x_i - y_i) x_i", "refuted"),
        ],
    ),
    "functions at other places": (
        r"$f_i(x) = a_i x^2$ and $F(x) = \sum_{i=1}^n f_i(2x)$.",
        [
            (r"F'(x) = 8x\sum_{i=1}^n a_i", "proved"),
            (r"F'(x) = 4x\sum_{i=1}^n a_i", "refuted"),
        ],
    ),
    "the mean of functions of each": (
        r"Let $f(w) = \frac1n\sum_{i=1}^n f_i(w)$, where $f_i(w) = (w^T x_i - y_i)^2$.",
        [
            (r"\nabla f(w) = \frac2n\sum_{i=1}^n (w^T x_i - y_i) x_i", "proved"),
            (r"\nabla f(w) = \frac1n\sum_{i=1}^n (w^T x_i - y_i) x_i", "refuted"),
        ],
    ),
    "a function of each times something": (
        r"$p_i(z) = \frac{e^{z_i}}{\sum_j e^{z_j}}$",
        [
            (r"\frac{\partial p_i}{\partial z_i} = p_i(1 - p_i)", "proved"),
            (r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)", "proved"),
            (r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} + p_j)", "refuted"),
        ],
    ),
    "a function of each of another array": (
        r"$p_i(z) = \frac{e^{z_i}}{\sum_j e^{z_j}}$, $\sum_i y_i = 1$, "
        r"$L = -\sum_i y_i\log p_i(u)$.",
        [
            (r"\frac{\partial L}{\partial u_k} = p_k(u) - y_k", "proved"),
            (r"\frac{\partial L}{\partial u_k} = p_k(u) + y_k", "refuted"),
        ],
    ),
    "a function of what stands above": (
        r"$h(x) = \sum_{j=1}^n w_jx_j$, $J = \frac12\sum_{i=1}^m(h(x^{(i)}) - y^{(i)})^2$.",
        [
            (
                r"\frac{\partial J}{\partial w_j} = \sum_{i=1}^m(h(x^{(i)}) - y^{(i)})x_j^{(i)}",
                "proved",
            ),
            (
                r"\frac{\partial J}{\partial w_j} = 2\sum_{i=1}^m(h(x^{(i)}) - y^{(i)})x_j^{(i)}",
                "refuted",
            ),
        ],
    ),
    "a line through data": (
        r"We fit $y = mx + b$ with $E = \sum_{i=1}^n (y_i - (m x_i + b))^2$.",
        [
            (r"\frac{\partial E}{\partial m} = -2\sum_{i=1}^n x_i(y_i - (m x_i + b))", "proved"),
            (r"\frac{\partial E}{\partial m} = -2\sum_{i=1}^n (y_i - (m x_i + b))", "refuted"),
        ],
    ),
    "a line with an error": (
        r"$y = \beta_0 + \beta_1 x + \varepsilon$, "
        r"$S = \sum_{i=1}^n (y_i - \beta_0 - \beta_1 x_i)^2$.",
        [
            (
                r"\frac{\partial S}{\partial \beta_0} = "
                r"-2\sum_{i=1}^n (y_i - \beta_0 - \beta_1 x_i)",
                "proved",
            ),
            (
                r"\frac{\partial S}{\partial \beta_0} = "
                r"2\sum_{i=1}^n (y_i - \beta_0 - \beta_1 x_i)",
                "refuted",
            ),
        ],
    ),
    "a model in bold": (
        r"$\mathbf{y} = \mathbf{X}\boldsymbol\beta + \boldsymbol\varepsilon$, "
        r"$S = \|\mathbf{y} - \mathbf{X}\boldsymbol\beta\|^2$.",
        [
            (
                r"\frac{\partial S}{\partial \boldsymbol\beta} = "
                r"-2\mathbf{X}^T(\mathbf{y} - \mathbf{X}\boldsymbol\beta)",
                "proved",
            ),
            (
                r"\frac{\partial S}{\partial \boldsymbol\beta} = "
                r"2\mathbf{X}^T(\mathbf{y} - \mathbf{X}\boldsymbol\beta)",
                "refuted",
            ),
        ],
    ),
    "a column under a hat": (
        r"$\hat y = X\hat\beta$, $e = y - \hat y$, $S = e^Te$.",
        [
            (r"\frac{\partial S}{\partial \hat\beta} = -2X^Te", "proved"),
            (r"\frac{\partial S}{\partial \hat\beta} = 2X^Te", "refuted"),
        ],
    ),
    "a Greek column": (
        r"$L = \frac12 w^T\Sigma w - \lambda(\mu^T w - r)$",
        [
            (r"\nabla_w L = \Sigma w - \lambda\mu", "proved"),
            (r"\nabla_w L = \Sigma w + \lambda\mu", "refuted"),
        ],
    ),
    "a space that is said behind a definition": (
        r"Let $h = \tanh(a)$, $a = Wx + b$, with $x \in \mathbb{R}^n$,"
        r" $W \in \mathbb{R}^{m \times n}$ and $b \in \mathbb{R}^m$.",
        [
            (r"\frac{\partial h_i}{\partial x_j} = (1 - h_i^2)W_{ij}", "proved"),
            (r"\frac{\partial h_i}{\partial b_i} = 1 - h_i", "refuted"),
        ],
    ),
    "the space of what a softmax is of": (
        r"Let $p = \operatorname{softmax}(z)$ with $z \in \mathbb{R}^n$.",
        [
            (r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)", "proved"),
            (r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} + p_j)", "refuted"),
        ],
    ),
    "gradients of formulas": (
        "In the plane and in space:",
        [
            (r"\nabla(x^2y) = (2xy, x^2)", "proved"),
            (r"\nabla(x^2y) = (2xy, x)", "refuted"),
            (r"\nabla(xy + z^2) = y\,\mathbf{i} + x\,\mathbf{j} + 2z\,\mathbf{k}", "proved"),
            (r"\nabla^2(x^2y) = \begin{pmatrix}2y & 2x\\ 2x & 0\end{pmatrix}", "proved"),
            (r"\nabla(ax^2 + y) = (2ax, 1)", ""),
        ],
    ),
    "words that speak of another gradient": (
        "In polar coordinates and with respect to the weights:",
        [(r"\nabla(x^2y) = (2xy, x^2)", "")],
    ),
    "gradients in another order": (
        r"Here $\nabla = (\partial_y, \partial_x)$.",
        [(r"\nabla(x^2y) = (2xy, x^2)", ""), (r"\nabla(x^2y) = (x^2, 2xy)", "")],
    ),
    "the reach of a gradient": (
        "In the plane:",
        [(r"\nabla(x^2) y = (2xy, x^2)", ""), (r"\nabla(x^2) y = (2xy, 0)", "")],
    ),
    "the gradient of a formula by what moves": (
        "Let $x = t^2$.",
        [(r"\nabla(xy) = (y, x)", "")],
    ),
    "a component is no gradient": (
        r"Let $F(u, v) = (u^2 - v, uv)$.",
        [(r"\frac{\partial(F_1, F_2)}{\partial(u, v)} = 2u^2 + v", "")],
    ),
    "zeros of a Jacobian": (
        r"Let $x = \rho\sin\phi\cos\theta$, $y = \rho\sin\phi\sin\theta$, $z = \rho\cos\phi$.",
        [
            (r"\frac{\partial(x, y, z)}{\partial(\rho, \phi, \theta)} = \rho^2\sin\phi", "proved"),
            (r"\frac{\partial(x, y, z)}{\partial(\rho, \theta, \phi)} = \rho^2\sin\phi", "refuted"),
            (r"\frac{\partial z}{\partial\theta} = \rho", ""),
        ],
    ),
    "the determinant of a Jacobian": (
        r"Let $x = r\cos\theta$ and $y = r\sin\theta$.",
        [
            (r"\frac{\partial(x, y)}{\partial(r, \theta)} = r", "proved"),
            (r"\frac{\partial(y, x)}{\partial(r, \theta)} = r", "refuted"),
            (
                r"\frac{\partial(x, y)}{\partial(r, \theta)} = \begin{pmatrix}"
                r"\cos\theta & -r\sin\theta\\ \sin\theta & r\cos\theta\end{pmatrix}",
                "proved",
            ),
        ],
    ),
    "words that name a function": (
        r"Let $\hat y = \sigma(w^Tx + b)$, where $\sigma$ denotes the sigmoid, and"
        r" $L = -y\log\hat y - (1 - y)\log(1 - \hat y)$.",
        [
            (r"\frac{\partial L}{\partial w} = (\hat y - y)x", "proved"),
            (r"\frac{\partial L}{\partial b} = \hat y + y", "refuted"),
        ],
    ),
    "the hyperbolic tangent by name": (
        "For the hyperbolic tangent $g$ we find",
        [("g'(x) = 1 - g(x)^2", "proved"), ("g'(x) = 1 + g(x)^2", "refuted")],
    ),
    "two functions by name": (
        r"The sigmoid $\sigma$ and the softplus $\phi$ belong together.",
        [(r"\phi'(x) = \sigma(x)", "proved"), (r"\sigma'(x) = \phi(x)", "refuted")],
    ),
    "what is only made of a function that is named": (
        r"The sigmoid of $g$ is $h$, $\sigma$ is the derivative of the sigmoid; $y = \sigma(z)$.",
        [(r"\frac{dy}{dz} = y(1 - y)", "")],
    ),
    "a name that is said anew": (
        r"Let $\sigma$ be the sigmoid. Below $\sigma$ is a deviation. $y = \sigma(z)$.",
        [(r"\frac{dy}{dz} = y(1 + y)", "")],
    ),
    "a function that is not the plain one": (
        r"Here $\sigma$ is the sigmoid with slope $k$, and $g$ the tanh. $y = \sigma(z)$.",
        [(r"\sigma'(x) = \sigma(x)(1 - \sigma(x))", ""), (r"\frac{dy}{dz} = y(1 - y)", "")],
    ),
    "a function that is scaled": (
        r"Here $\sigma$ is the sigmoid, scaled to $[-1, 1]$.",
        [(r"\sigma'(x) = \sigma(x)(1 - \sigma(x))", "")],
    ),
    "the inverse of a function that is named": (
        r"We call the inverse of the sigmoid $g$.",
        [("g'(x) = g(x)(1 - g(x))", "")],
    ),
    "the derivative of a function that is named": (
        r"The derivative of the sigmoid $\sigma$ is",
        [
            (r"\sigma'(x) = \sigma(x)(1 - \sigma(x))", "proved"),
            (r"\sigma'(x) = \sigma(x)(1 + \sigma(x))", "refuted"),
        ],
    ),
    "a function by name, and another thing of that name": (
        r"Let $\phi$ be the sigmoid; later, let $\phi$ be the normal density.",
        [(r"\phi'(x) = \phi(x)(1 - \phi(x))", "")],
    ),
    "a function by name, and what is said of it": (
        r"Let $\phi$ be the sigmoid. As $\phi$ is a smooth function, it has a derivative.",
        [(r"\phi'(x) = \phi(x)(1 - \phi(x))", "proved"), (r"\phi'(x) = \phi(x)^2", "")],
    ),
    "one letter for two functions": (
        r"If $g$ is the hyperbolic tangent, all is well. If $g$ is the sigmoid, we have",
        [("g'(x) = g(x)(1 - g(x))", ""), ("g'(x) = 1 - g(x)^2", "")],
    ),
    "a function by name, and a deviation": (
        r"Let $\sigma$ be the sigmoid. The standard deviation $\sigma$ scales $p = \sigma(x - m)$.",
        [(r"\frac{\partial p}{\partial x} = \sigma(x - m)(1 - \sigma(x - m))", "")],
    ),
    "a matrix times a column by entries": (
        r"$y_i = \sum_j A_{ij} x_j$ and $z_i = \sum_j B_{ij} y_j$.",
        [
            (r"\frac{\partial y_i}{\partial x_j} = A_{ij}", "proved"),
            (r"\frac{\partial (BAx)}{\partial x} = AB", ""),
        ],
    ),
    "the entries of a product": (
        "We multiply matrices.",
        [
            (r"(AB)_{ij} = \sum_k A_{ik} B_{kj}", "proved"),
            (r"d(ABA) = 2A\,dA\,B + A^2 dB", "refuted"),
            (r"d(AB) = dA\,B + A\,dB", "proved"),
        ],
    ),
    "a commutator": (
        r"Here $[A, B] = AB - BA$.",
        [(r"\frac{d}{dt}(AB) = \dot AB + \dot BA", "")],
    ),
    "functions that are any ones, by their space": (
        "**Example.** $f(x) = x$ and $g(x) = 1$.\n\n**Theorem.** Let $f, g: \\mathbb{R}\\to"
        "\\mathbb{R}$ be differentiable. Then",
        [("(fg)'(x) = f'(x)g(x)", "")],
    ),
    **{
        f"functions that are any ones by now: {words}": (
            f"Let $f(x) = e^x$ and $g(x) = x$.\n\n{words}",
            [
                (r"\frac{d}{dx}[f(x)g(x)] = f(x)g(x) + f(x)", ""),
                (r"\frac{d}{dx}[f(x)g(x)] = f'(x)g(x) + f(x)g'(x)", "proved"),
            ],
        )
        for words in (
            "Suppose now that $f$ and $g$ are arbitrary differentiable functions. Then",
            "Consider two differentiable functions $f$ and $g$. Then",
            "Given differentiable functions $f(x)$ and $g(x)$,",
            "For functions $f$ and $g$ the product rule is",
        )
    },
    "what is any function of x": (
        "Let $y = e^x$.\n\nIf $y$ is any function of $x$, then",
        [(r"\frac{d}{dx} y^2 = 2 y^2", "")],
    ),
    "products of what are any functions of x": (
        "Let $u = e^x$ and $v = x$.\n\nIf $u$ and $v$ are differentiable functions of $x$, then",
        [(r"\frac{d}{dx}(uv) = uv + u", "")],
    ),
    "a function by two names": (
        r"Here $\sigma$ is the sigmoid (or logistic function).",
        [
            (r"\sigma'(x) = \sigma(x)\sigma(-x)", "proved"),
            (r"\sigma'(x) = \sigma(x)\sigma(x)", "refuted"),
        ],
    ),
    "a value that is more than digits": (
        r"Let $y = e^{kx}$ with $k = \ln 2$. Then $\frac{dy}{dx} = y\ln 2$.",
        [],
    ),
    "another value that is more than digits": (
        r"Let $y = e^{kx}$ with $k = \ln 2$. Then $\frac{dy}{dx} = y\ln 3$.",
        [("", "refuted")],
    ),
    "a multiple of pi": (
        r"Let $y = \sin\omega t$ with $\omega = 2\pi$. Then $\frac{dy}{dt} = 2\pi\cos 2\pi t$.",
        [],
    ),
    "another multiple of pi": (
        r"Let $y = \sin\omega t$ with $\omega = 2\pi$. Then $\frac{dy}{dt} = \pi\cos 2\pi t$.",
        [("", "refuted")],
    ),
    "a letter of functions that multiplies nothing": (
        r"$y = \sigma(wx + b)$ and $L = (y - t)^2$.",
        [(r"\frac{\partial L}{\partial w} = 2(y - t)y(1 - y)x", "")],
    ),
    "a letter of functions that multiplies": (
        r"$F = \sigma(T^4 - S^4)$.",
        [
            (r"\frac{\partial F}{\partial T} = 4\sigma T^3", "proved"),
            (r"\frac{\partial F}{\partial T} = 3\sigma T^3", "refuted"),
        ],
    ),
    "a covariance is symmetric": (
        r"The covariance of $x$ is $\Sigma$.",
        [
            (r"\nabla_v u^T\Sigma v = \Sigma u", "proved"),
            (r"\nabla_v u^T\Sigma v = \Sigma v", "refuted"),
        ],
    ),
    "a Sigma of which nothing is said": (
        r"Let $f = u^T\Sigma v$.",
        [(r"\nabla_v f = \Sigma u", ""), (r"\nabla_v f = \Sigma^T u", "proved")],
    ),
    "a cross-covariance is not symmetric": (
        r"The cross-covariance of $x$ and $y$ is $\Sigma$, and $f = w^T\Sigma w$.",
        [(r"\nabla_w f = 2\Sigma w", ""), (r"\nabla_w f = \Sigma w + \Sigma^T w", "proved")],
    ),
    "the singular values are not symmetric": (
        r"$A = U\Sigma V^T$ by SVD; $f = u^T\Sigma v$.",
        [(r"\nabla_v f = \Sigma u", ""), (r"\nabla_u f = \Sigma v", "proved")],
    ),
}


@pytest.mark.parametrize(("said", "claims"), DEFINED.values(), ids=DEFINED)
def test_what_definitions_make_of_a_claim(said: str, claims: list[tuple[str, str]]) -> None:
    text = "\n\n".join([said, *(f"$${maths}$$" for maths, _ in claims if maths)])
    found = [r.verdict.value for one in judge(text) for r in one.results]
    assert found == [verdict for _, verdict in claims if verdict]


CONDITIONS_IN_DISPLAYS = [
    (r"\begin{alignat}{2}f(x) &= x^3 &&+ 2x\\f'(x) &= 3x^2 &&+ 2\end{alignat}", ["proved"]),
    (r"\begin{alignat}{2}f(x) &= x^3 &&+ 2x\\f'(x) &= 3x^2 &&+ 3\end{alignat}", ["refuted"]),
    (r"\begin{align}f(x) &= x^3 &&+ 2x\\f'(x) &= 3x^2 &&\end{align}", ["refuted"]),
    (r"\begin{aligned}\frac{d}{dx}|x|^3 &= 3x^2 && x>0\end{aligned}", ["proved"]),
    (r"\begin{aligned}\frac{d}{dx}|x|^3 &= 2x^2 && x>0\end{aligned}", ["refuted"]),
    (
        r"\begin{aligned}\frac{d}{dx}|x|^3 &= 3x^2 && \text{for } x>0\\"
        r" &= -3x^2 && \text{for } x<0\end{aligned}",
        ["proved", "proved"],
    ),
    (
        r"\begin{aligned}\frac{d}{dx}|x|^3 &= 3x^2 && \text{for } x>0\\"
        r" &= 3x^2 && \text{for } x<0\end{aligned}",
        ["proved", "refuted"],
    ),
    (
        r"\begin{aligned}\frac{\partial}{\partial x}\max(x,y)^2 &= 2x && \text{if } x>y\\"
        r"\frac{\partial}{\partial x}\max(x,y)^2 &= 0 && \text{if } x<y\end{aligned}",
        ["proved", "proved"],
    ),
    (
        r"\begin{aligned}\frac{d}{dx}x^n &= 2x && \text{if } n=2\\"
        r"\frac{d}{dx}x^n &= 3x^2 && \text{if } n=3\end{aligned}",
        ["proved", "proved"],
    ),
    (
        r"\begin{aligned}\frac{d}{dx}x^2 &= 2x && \text{since } n = 2\\"
        r"&= x + x && a = b\end{aligned}",
        ["proved"],
    ),
    # what a comment says of a name
    (r"\begin{aligned}\frac{d}{dx}(xy) &= 3x^2 && \text{with } y = x^2\end{aligned}", ["proved"]),
    (r"\begin{aligned}\frac{d}{dx}(xy) &= y && \text{with } y = x^2\end{aligned}", []),
    (r"\begin{aligned}\frac{d}{dx}(xy) &= 3x^2 && y = x^2\end{aligned}", ["proved"]),
    (r"\begin{aligned}\frac{d}{dx}(xy) &= y && (y = x^2)\end{aligned}", []),
    (r"\begin{aligned}\frac{d}{dx}(x^2y) &= 2xy && \text{since } y = y(x)\end{aligned}", []),
    (r"\begin{aligned}\frac{d}{dx}(ax) &= a && \text{for } a = a(x)\end{aligned}", []),
    (
        r"\begin{aligned}\frac{d}{dx}(x^2y) &= 2xy && y \text{ depends on } x\end{aligned}",
        [],
    ),
    (
        r"\begin{aligned}\frac{d}{dx}\sin(x^2) &= \frac{d}{dx}\sin u && \text{where } u = x^2\\"
        r"&= \cos(u) \cdot 2x && \text{chain rule}\\&= 2x\cos(x^2)\end{aligned}",
        ["proved"],
    ),
    (
        r"\begin{aligned}\frac{d}{dx}\sin(x^2) &= \frac{d}{dx}\sin u && \text{where } u = x^2\\"
        r"&= \cos(u) \cdot 2x && \text{chain rule}\\&= x\cos(x^2)\end{aligned}",
        ["refuted"],
    ),
    (r"\frac{d}{dx}|x|^3 = 3x^2 \quad \text{assuming } x>0", ["proved"]),
    (r"\frac{d}{dx}|x|^3 = 3x^2 \quad \text{pour } x>0", ["proved"]),
    (r"\frac{d}{dx}|x|^3 = 3x^2 \quad (0<x<\infty)", ["proved"]),
    (r"\frac{d}{dx}|x|^3 = 3x^2 \quad (-\infty<x<0)", ["refuted"]),
]


@pytest.mark.parametrize(("maths", "expected"), CONDITIONS_IN_DISPLAYS)
def test_where_rows_of_a_display_hold(maths: str, expected: list[str]) -> None:
    found = [r.verdict.value for one in judge(f"$${maths}$$") for r in one.results]
    assert found == expected


UNBROKEN = [
    (r"\begin{aligned}\frac{d}{dx}(x^3) &= 2x^2 \\ &\phantom{= 2x} + x^2\end{aligned}", ["pass"]),
    (r"\frac{d}{dx}(x^3) = 3x^2 \rule{0pt}{3ex}", ["pass"]),
    ("\\frac{d}{dx} x^2 = 2x\n\\frac{d}{dx} x^3 = 3x^2", []),
    (r"\frac{d}{dx} x^2 = 2x~~\frac{d}{dx} x^3 = 3x^2", []),
    (r"\frac{\partial}{\partial x} (x^2y) = 2xy \; \frac{\partial}{\partial y} (x^2y) = x^2", []),
    ("(x^2)' = 2x (x^3)' = 3x^2", []),
    ("(e^{x^2})' = e^{x^2} (x^2)' = 2x e^{x^2}", ["pass"]),
    ("(e^{x^2})' = e^{x^2} (x^2)' = 3x e^{x^2}", ["fail"]),
    (r"\begin{align}(x^2)' &= 2x & (x^3)' &= 3x^2 & (x^4)' &= 4x^3\end{align}", ["pass"] * 3),
    (
        r"\begin{align}(x^2)' &= 2x & (x^3)' &= 3x^2 & (x^4)' &= 3x^3\end{align}",
        ["pass", "pass", "fail"],
    ),
    (r"\frac{d}{dx} e^{x^2} = e^{x^2} \frac{d}{dx} x^2 = 2x e^{x^2}", ["pass"]),
    (r"\frac{d}{dx} e^{x^2} = e^{x^2} \frac{d}{dx} x^2 = 3x e^{x^2}", ["fail"]),
]


@pytest.mark.parametrize(("maths", "expected"), UNBROKEN)
def test_two_statements_without_a_break(maths: str, expected: list[str]) -> None:
    assert [r.outcome.value for one in judge(f"$${maths}$$") for r in one.results] == expected


VERSIONS = [
    (r"Bad: @. Good: %.", "suspect"),
    (r"Anna says @; Ben says %.", "suspect"),
    ("p. 3: @ → %", "suspect"),
    ("p. 3: @ -> %", "suspect"),
    ("- %\n- someone had @", "suspect"),
    ("- @\n- %", "suspect"),
    ("| Old | New |\n| --- | --- |\n| @ | % |", "suspect"),
    (r"% and @.", "fail"),
    (r"%. Thus @.", "fail"),
    (
        "<!-- derivcheck\nsymbols: {x: real}\n-->\n\nBad: %. Good: @.",
        "fail",
    ),
    ("%.\n\n# Next\n\nGood: @.", "fail"),
]


@pytest.mark.parametrize(("text", "expected"), VERSIONS)
def test_what_stands_against_what_is_right(text: str, expected: str) -> None:
    text = text.replace("@", WRONG).replace("%", RIGHT)
    results = [r for one in judge(text) for r in one.results]
    (wrong,) = (r for r in results if r.verdict.value == "refuted")
    assert ("suspect" if wrong.suspect else wrong.outcome.value) == expected


@pytest.mark.parametrize("text", SAID_WRONG)
def test_what_words_call_wrong_fails_no_run(text: str) -> None:
    results = [r for one in judge(text.replace("@", WRONG)) for r in one.results]
    assert [r.verdict.value for r in results] == []


@pytest.mark.parametrize("text", NOT_SAID_WRONG)
def test_other_words_hide_nothing(text: str) -> None:
    results = [r for one in judge(text.replace("@", WRONG)) for r in one.results]
    assert [r.verdict.value for r in results] == ["refuted"]


@pytest.mark.parametrize("text", ["Is @?", "A student claims that @.", "True or false?\n\n@"])
def test_words_hide_no_proof(text: str) -> None:
    results = [r for one in judge(text.replace("@", RIGHT)) for r in one.results]
    assert [r.verdict.value for r in results] == ["proved"]


CHAIN = r"\frac{d}{dx} x^2 &= 2x \\ &= 3x \\ &= x \\ & + x \\ &= 2 x^1"
BY_ROWS = {
    "rows of a chain": ("2", CHAIN, ["d/dx x**2 = 2*x = x + x = 2*x**1"]),
    "a member over two rows": ("2, 4", CHAIN, ["d/dx x**2 = 2*x = 2*x**1"]),
    "the row that it goes on from": ("2,3", CHAIN, ["d/dx x**2 = 2*x = 2*x**1"]),
    "the first row": ("1", CHAIN, []),
    "a row behind a bracket over two": (
        "3",
        r"\frac{d}{dx} (x^2 + x) &= \left( 2x \right. \\ & \left. + 1 \right) \\"
        r"\frac{d}{dx} x^3 &= 2x",
        ["d/dx x**2 + x = 2*x + 1"],
    ),
    "a row of its own": (
        "1",
        r"\frac{d}{dx} x &= 2 \\ \frac{d}{dx} x^2 &= 2x",
        ["d/dx x**2 = 2*x"],
    ),
}


@pytest.mark.parametrize(("rows", "text", "expected"), BY_ROWS.values(), ids=BY_ROWS)
def test_rows_are_left_out(rows: str, text: str, expected: list[str]) -> None:
    text = rf"$$\begin{{aligned}}{text}\end{{aligned}}$$"
    assert [
        claim for one in read(f"<!-- derivcheck: skip {rows} -->\n{text}\n") for claim in shown(one)
    ] == expected


SINE, COSINE = r"\newcommand{\f}{\sin}", r"\renewcommand{\f}{\cos}"
OFFERED = r"\providecommand{\f}{\cos}"
DEFINED_ANEW = {
    "only offered": (rf"{SINE} {OFFERED} $(\f x)' = 1$", ["sin(x)"]),
    "behind its use": (rf"{SINE} $(\f x)' = 1$ {COSINE} $(\f x)' = 2$", ["sin(x)", "cos(x)"]),
    "in the maths": (rf"$${SINE}$$ $(\f x)' = 1$ ${COSINE}$ $(\f x)' = 2$", ["sin(x)", "cos(x)"]),
    "before any use": (rf"{SINE} {COSINE} $(\f x)' = 1$", ["cos(x)"]),
    "once, at the end": (rf"$(\f x)' = 1$ {SINE}", ["sin(x)"]),
    **{
        f"in a group, {begin}": (
            rf"{SINE} {begin} {COSINE} $(\f x)' = 1$ {end} $(\f x)' = 2$",
            ["cos(x)", "sin(x)"],
        )
        for begin, end in (
            *(("{", "}"), (r"\begingroup", r"\endgroup"), (r"\begin{quote}", r"\end{quote}")),
            (r"{\newcommand{\g}[1]{{#1}} \bgroup", r"\egroup }"),
        )
    },
    "of all groups": (rf"{SINE} {{ \gdef\f{{\cos}} }} $(\f x)' = 1$", ["cos(x)"]),
    "in an argument": (rf"{SINE} \ifthen{{ {COSINE} }} $(\f x)' = 1$", []),
    "in an argument only": (rf"\ifthen{{ {SINE} }} $(\f x)' = 1$", ["sin(x)"]),
    "at the beginning of the document": (
        rf"\AtBeginDocument{{ {COSINE} }} {SINE} $(\f x)' = 1$",
        [],
    ),
    "by an environment": (rf"{SINE} \newenvironment{{e}}{{ {COSINE} }}{{}} $(\f x)' = 1$", []),
    "by a macro": (rf"{SINE} \newcommand{{\g}}{{ {COSINE} }} $(\f x)' = 1$", []),
    "by a macro before": (rf"\newcommand{{\g}}{{ {COSINE} }} {SINE} $(\f x)' = 1$", []),
    "a function, by a macro": (r"\def\g{\def\exp{\sin}} $(\exp x)' = 1$", []),
    "of all groups, by a prefix": (
        rf"{SINE} \begingroup \global\def\f{{\cos}} \global\long\def\g{{x^2}} \endgroup "
        r"$(\f x)' = 1$ $(\g)' = 1$",
        ["cos(x)", "x**2"],
    ),
    "of all groups, as it is": (
        rf"{SINE} \begingroup \global\let\f\cos \endgroup $(\f x)' = 1$",
        ["cos(x)"],
    ),
    "offered for what LaTeX has": (r"\providecommand{\exp}{\cos} $(\exp x)' = 1$", ["exp(x)"]),
    "of a function, in a group": (
        r"{\renewcommand{\sin}{\cos} $(\sin x)' = 1$} $(\sin x)' = 1$",
        ["cos(x)", "sin(x)"],
    ),
    "as it was": (rf"{SINE} \let\g\f {COSINE} $(\g x)' = 1$ $(\f x)' = 1$", ["sin(x)", "cos(x)"]),
    "as LaTeX has it": (
        r"\let\g\sin \renewcommand{\sin}{\cos} $(\g x)' = 1$ \let\sin\g $(\sin x)' = 1$",
        ["sin(x)", "sin(x)"],
    ),
    "made of others": (rf"{SINE} \edef\g{{\f}} {COSINE} $(\g x)' = 1$", []),
    "made of none": (rf"{SINE} \edef\g{{x^2}} $(\g)' = 1$", ["x**2"]),
}


IN_TEX = {
    "in dollars": (rf"{SINE} $\def\f{{\cos}}$ $(\f x)' = 1$", ["sin(x)"]),
    "of all groups, in dollars": (rf"{SINE} $\gdef\f{{\cos}}$ $(\f x)' = 1$", ["cos(x)"]),
    "in a cell": (
        rf"{SINE} \begin{{tabular}}{{l}} {COSINE} $(\f x)' = 1$ & $(\f x)' = 2$\end{{tabular}} "
        r"$(\f x)' = 3$",
        ["sin(x)"],
    ),
    **{
        f"a condition set {where}": (
            rf"\newif\ifa {told} \ifa $(x^2)' = 1$ \else $(x^3)' = 1$ \fi $(x^4)' = 1$",
            [*found, "x**4"],
        )
        for where, told, found in (
            ("in the text", r"\atrue", ["x**2"]),
            ("in a group", r"\begingroup\atrue\endgroup", []),
            ("by a macro", r"\newcommand{\sw}{\atrue} \sw", []),
            ("to be another", r"\let\ifa=\iftrue", ["x**2"]),
            ("nowhere", "", ["x**3"]),
            ("where nothing is read", r"\iffalse\atrue\fi", ["x**3"]),
            ("in a condition", r"\iftrue\atrue\else\afalse\fi", ["x**2"]),
            ("in a condition that is not known", r"\ifx\f\g\atrue\fi", []),
        )
    },
}


@pytest.mark.parametrize(("text", "expected"), IN_TEX.values(), ids=IN_TEX)
def test_macros_and_conditions_of_tex(text: str, expected: list[str]) -> None:
    found = [claim for one in read(text, "page.tex") for claim in shown(one)]
    assert [claim.split(" = ")[0].removeprefix("d/dx ") for claim in found] == expected


@pytest.mark.parametrize(("text", "expected"), DEFINED_ANEW.values(), ids=DEFINED_ANEW)
def test_macros_hold_from_where_they_are_defined_anew(text: str, expected: list[str]) -> None:
    found = [claim for one in read(text) for claim in shown(one)]
    assert [claim.split(" = ")[0].removeprefix("d/dx ") for claim in found] == expected


def test_definitions_end_with_their_item() -> None:
    text = "1. $y = x^2$\n\n   $$y' = 2x$$\n2. and\n\n   $$y' = 2x$$\n"
    assert [one.status.value for one in read(text)] == ["definition", "claim", "silent"]


PIECES = st.sampled_from(
    [
        *(
            "x",
            "y",
            "f",
            "d",
            "2",
            "10",
            "+",
            "-",
            "=",
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            "|",
            "'",
            "_",
        ),
        *("^", "&", "\\\\", " ", "\\frac", "\\sin", "\\left(", "\\right)", "\\partial", "\\nabla"),
        *(
            "\\sum",
            "\\sqrt",
            "\\begin{cases}",
            "\\end{cases}",
            "\\mathbf",
            "\\text",
            "\\m",
            ",",
            ".",
        ),
        *("\\hat", "\\dot", "\\cdot", "/", "\\ln", "\\right.", "$", "#", "é", "因"),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_tokens_and_rows_never_raise_but_what_they_should(text: str) -> None:
    macros = {"\\m": Macro("\\m", 1, "#1 + \\m{#1}")}
    try:
        tokens = tokenize(text, macros)
        found = statements(tokens, "align")
    except NotReadError as error:
        tokens, found = (), []
        places = [error.at]
    else:
        places = [token.at for token in tokens]
    assert all(0 <= at <= len(text) for at in places)
    assert all(statement.members for statement in found)


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=300, deadline=None)
def test_reading_never_raises(text: str) -> None:
    text = text.replace("$", "").replace("\n", " ").strip() or "x"
    for one in read_document(from_text(f"$${text}$$\n", "page.md")):
        assert one.claims or one.status.value in ("definition", "silent", "unread")


HOSTILE = {
    "macro bomb": (
        "\\newcommand{\\a}{\\b\\b}\\newcommand{\\b}{\\c\\c}\\newcommand{\\c}{\\a\\a}\\a = 1"
    ),
    "deep braces": "{" * 3000 + "x" + "}" * 3000 + " = 1",
    "deep fractions": "\\frac{1}{" * 400 + "x" + "}" * 400 + " = 1",
    "deep bounds": "\\Pi_{" * 3000 + "i=1" + "}" * 3000 + "x = 1",
    "many bounds": "\\Pi_{i=1}^n " * 3000 + "x = 1",
    "deep brackets": "(" * 2000 + "x" + ")" * 2000 + " = 1",
    "fractions in fractions": "{a \\over " * 3900 + "b" + "}" * 3900 + " = 1",
    "a long line": "x + " * 20_000 + "x = 1",
    "long product": "\\frac{d}{dx} " + "x" * 9000 + " = 1",
    "many functions": "\\frac{d}{dx} " + "\\ln x y " * 900 + " = 1",
    "powers": "x^{" * 300 + "x" + "}" * 300 + " = 1",
    "many members": " = ".join(["\\frac{d}{dx} x^2", *["2x"] * 1500]),
}


@pytest.mark.parametrize("latex", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_maths_is_bounded(latex: str) -> None:
    assert read_document(from_text(f"$${latex}$$\n", "page.md"))


TRANSCRIPTIONS = [
    ("agrees", r"\frac{d}{dx}\tan x = \sec^2 x", "tan(x)", "sec(x)**2"),
    ("another form", r"\frac{d}{dx}\tan x = 1 + \tan^2 x", "tan(x)", "sec(x)**2"),
    ("a bare left side", r"y' = \frac{1}{\cos^2 x}", "tan(x)", "sec(x)**2"),
    ("an integral", r"\int \sec^2 x\,dx = \tan x", "tan(x)", "sec(x)**2"),
    ("a slip", r"\frac{d}{dx}\tan x = \sec x", "tan(x)", "sec(x)**2"),
    ("another function", r"\frac{d}{dx}\cot x = \sec^2 x", "tan(x)", "sec(x)**2"),
    ("no maths", r"\frac{d}{dx}\wurzel{x} = 1", "tan(x)", "sec(x)**2"),
]


# what words say of A is tried when all claims have been judged
DECIDED = r"""
<!-- derivcheck: symbols: {A: [n, n], x: [n], t: real} -->

$$\frac{d}{dt} t^2 = 2t$$

$$\frac{\partial}{\partial x} x^T A x = 2 A x$$

for a symmetric matrix, or more or less symmetric ones.

$$\frac{d}{dt} t^3 = 3t^2$$
"""


@pytest.mark.parametrize(("answers", "told"), [(0, 0), (1, 1), (2, 1), (3, 2), (9, 3)])
def test_an_interrupt_comes_behind_what_was_decided(answers: int, told: int) -> None:
    given = iter(range(answers))

    def until(entries: Iterable[Formula]) -> Iterator[FormulaResult]:
        for entry in entries:
            if next(given, None) is None:
                raise KeyboardInterrupt
            yield Checker(Settings(hints=False)).check(entry)

    found = []
    try:
        for one in judged(read(DECIDED), until):
            found += [one.read.equation.text] if one.read.claims else []
    except KeyboardInterrupt:
        assert answers < 9
    assert len(found) == told


APPLIED = {
    "a definition": (r"f(x) = \sin(x) u(x)", "agrees"),
    "a derivative": (r"f'(x) = \cos(x) u(x) + \sin(x) u'(x)", "agrees"),
    "a product": (r"\frac{df}{dx} = \cos(x) u + 2 \sin(x) (x)", "agrees"),
    "a slip": (r"\frac{df}{dx} = \cos(x) u(x)", "differs"),
}


@pytest.mark.parametrize(("latex", "expected"), APPLIED.values(), ids=APPLIED)
def test_names_of_where_may_have_arguments_in_print(latex: str, expected: str) -> None:
    raw = {
        "latex": latex,
        "symbols": {"x": "real"},
        "where": {"u": "x**2", "f": "sin(x)*u"},
        "expression": "f",
        "wrt": "x",
        "derivative": "cos(x)*u + 2*x*sin(x)",
    }
    entry = Formula("", "", "f.yaml", 1, 1, "1", raw)  # type: ignore[arg-type]
    result = Checker(Settings()).check(entry)
    assert result.transcription is not None
    assert (result.verdict.value, result.transcription.value) == ("proved", expected)


@pytest.mark.parametrize(
    ("latex", "expression", "derivative", "expected"),
    [
        pytest.param(*row[1:], word, id=row[0])
        for row, word in zip(
            TRANSCRIPTIONS, [*["agrees"] * 4, "differs", "differs", "unread"], strict=True
        )
    ],
)
def test_prints_are_compared_with_claims(
    latex: str, expression: str, derivative: str, expected: str
) -> None:
    raw = {
        "id": "1",
        "latex": latex,
        "symbols": {"x": "real"},
        "expression": expression,
        "wrt": "x",
        "derivative": derivative,
    }
    entry = Formula("", "", "f.yaml", 1, 1, "1", raw)  # type: ignore[arg-type]
    result = Checker(Settings()).check(entry)
    assert result.transcription is not None
    assert result.transcription.value == expected
    assert result.outcome.value == "pass"
    strict = Checker(Settings(strict=True)).check(entry)
    assert strict.outcome.value == ("fail" if expected == "differs" else "pass")


X_REAL = {"symbols": {"x": "real"}, "wrt": "x"}
TANGENT = {**X_REAL, "expression": "tan(x)", "derivative": "sec(x)**2"}
TWO_FUNCTIONS = {**X_REAL, "functions": {"u": "scalar(x)", "v": "scalar(x)"}}
SUM = {
    **TWO_FUNCTIONS,
    "expression": "u(x) + v(x)",
    "derivative": "D(u)(x) + D(v)(x)",
}
SQUARE = {**TWO_FUNCTIONS, "expression": "u(x)**2", "derivative": "2*u(x)*D(u)(x)"}
SIGMOID = {"symbols": {"x": "real"}, "expression": "sigmoid(-x)", "equals": "1 - sigmoid(x)"}
SILU = {
    **X_REAL,
    "expression": "x*sigmoid(x)",
    "derivative": "sigmoid(x)*(1 + x*(1 - sigmoid(x)))",
}
SILU_SLOPE = r"\sigma(x)(1 + x(1 - \sigma(x)))"
ENTROPY_SLOPE = r"\frac{p - y}{p(1 - p)}"
ENTROPY = {
    "symbols": {"p": "(0, 1)", "y": "real"},
    "wrt": "p",
    "expression": "-(y*log(p) + (1 - y)*log(1 - p))",
    "derivative": "(p - y)/(p*(1 - p))",
}
LINEAR = {
    "symbols": {"W": ["m", "n"], "x": ["n"], "ybar": ["m"]},
    "wrt": "x",
    "upstream": "ybar",
    "expression": "W @ x",
    "derivative": "W.T @ ybar",
}
HEADS: list[tuple[str, dict[str, object], str, str]] = [
    ("a rule", SUM, "(u + v)' = u' + v'", "agrees"),
    ("the rule of another sum", SUM, "(u - v)' = u' + v'", "differs"),
    ("a square", SQUARE, "(u^2)' = 2 u u'", "agrees"),
    ("another power", SQUARE, "(u^3)' = 2 u u'", "differs"),
    ("a prime that is missing", SQUARE, "(u^2) = 2 u u'", "differs"),
    ("an identity", SIGMOID, r"\sigma(-x) = 1 - \sigma(x)", "agrees"),
    ("an identity at another place", SIGMOID, r"\sigma(2 - x) = 1 - \sigma(x)", "unread"),
    ("a function of a new name", SILU, rf"\operatorname{{SiLU}}'(x) = {SILU_SLOPE}", "agrees"),
    ("a function at another place", SILU, rf"\operatorname{{SiLU}}'(2x) = {SILU_SLOPE}", "unread"),
    ("a function itself", SILU, rf"\operatorname{{SiLU}}(x) = {SILU_SLOPE}", "unread"),
    ("another order", SILU, rf"\operatorname{{SiLU}}''(x) = {SILU_SLOPE}", "unread"),
    ("a variable as a function", SILU, rf"x'(x) = {SILU_SLOPE}", "unread"),
    ("by a name", ENTROPY, r"\frac{\partial L}{\partial p} = " + ENTROPY_SLOPE, "agrees"),
    ("by the result", ENTROPY, r"\frac{\partial p}{\partial L} = " + ENTROPY_SLOPE, "unread"),
    ("by another name", ENTROPY, r"\frac{\partial L}{\partial y} = " + ENTROPY_SLOPE, "unread"),
    ("a bare name is no derivative", TANGENT, r"y = \sec^2 x", "unread"),
    ("a bare name is the expression", TANGENT, r"y = \tan x", "agrees"),
    ("one equation of two", TANGENT, r"y = \tan x, \quad y' = \sec x", "unread"),
    ("an adjoint", LINEAR, r"\bar x = W^\top \bar y", "agrees"),
    ("the adjoint of another", LINEAR, r"\bar W = W^\top \bar y", "unread"),
    ("the adjoint of the result", LINEAR, r"\bar y = W^\top \bar y", "unread"),
    ("by the adjoint of another", LINEAR, r"\bar x = W^\top \bar W", "unread"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "latex", "expected"), [r[1:] for r in HEADS], ids=[r[0] for r in HEADS]
)
def test_left_sides_of_prints_are_compared(
    keys: dict[str, object], latex: str, expected: str
) -> None:
    raw = {"id": "1", "latex": latex, **keys}
    entry = Formula("", "", "f.yaml", 1, 1, "1", raw)  # type: ignore[arg-type]
    result = Checker(Settings()).check(entry)
    assert result.verdict.value == "proved"
    assert result.transcription is not None
    assert result.transcription.value == expected


def test_most_prints_of_the_bundled_formulas_agree() -> None:
    from derivcheck.collection.loader import load_files
    from derivcheck.collection.targets import all_bundled_files
    from derivcheck.documents.transcription import transcription
    from derivcheck.model import Transcription, Verdict
    from derivcheck.statements.claims import prepare

    files = all_bundled_files()
    entries = [e for e in load_files(files)[0] if e.latex and not e.errata]
    found = [transcription(prepare(e), lambda a, b: Verdict.UNDECIDED) for e in entries]
    assert found.count(Transcription.AGREES) > 0.6 * len(found)
    assert Transcription.DIFFERS not in found


def test_what_is_typeset_reads_back() -> None:
    """Nearly every bundled formula is read from its own printed LaTeX, and as what it is."""

    from derivcheck.collection.loader import load_files
    from derivcheck.collection.targets import all_bundled_files
    from derivcheck.documents.transcription import transcription
    from derivcheck.model import Transcription, Verdict
    from derivcheck.statements.claims import prepare
    from derivcheck.typeset.latex import latex
    from derivcheck.typeset.statement import Typesetter

    files = all_bundled_files()
    found = []
    for entry in load_files(files)[0]:
        printed = entry.changed("errata", latex=latex(Typesetter(entry).equation()))
        found.append(transcription(prepare(printed), lambda a, b: Verdict.UNDECIDED))
    assert found.count(Transcription.AGREES) > 0.75 * len(found)


INFERRED = [
    ("quadratic form", r"\frac{\partial}{\partial x} x^T A x = (A + A^T)x", ["proved"]),
    ("inner product", r"\frac{\partial}{\partial x} a^T x = a", ["proved"]),
    ("trace", r"\nabla_A \operatorname{tr}(A^T B) = B", ["proved"]),
    ("bold", r"\nabla_{\mathbf{x}} \|\mathbf{A}\mathbf{x} - \mathbf{b}\|^2"
             r" = 2\mathbf{A}^T(\mathbf{A}\mathbf{x} - \mathbf{b})", ["proved"]),
    ("a transposed column under nabla", r"\nabla_w w^Tx = x", ["proved"]),
    ("differential", r"d(X^TY) = dX^T\,Y + X^T\,dY", ["proved"]),
    ("wrong", r"\frac{\partial}{\partial x} x^T A x = 2Ax", []),
    ("wrong order", r"\nabla_x x^T A b = b A", []),
    ("wrong by a factor", r"\nabla_w \|Xw - y\|^2 = X^T(Xw - y)", ["refuted"]),
    ("wrong but for symmetric matrices", r"\nabla_w \|Xw\|^2 = 2XXw", []),
    ("a row for a gradient", r"\frac{\partial}{\partial x} x^T A x = x^T(A + A^T)", ["proved"]),
    ("rows for a gradient", r"\frac{\partial \mathbf{y}^T\mathbf{A}\mathbf{x}}{\partial \mathbf{x}}"
     r" = \mathbf{y}^T\mathbf{A} = (\mathbf{A}^T\mathbf{y})^T", ["proved"]),
    ("a wrong row for a gradient", r"\frac{\partial}{\partial x} a^T A x = -a^TA", ["refuted"]),
    ("a row, but for a transpose", r"\frac{\partial}{\partial x} a^T A x = a^TA^T", []),
    ("half a row", r"\frac{\partial}{\partial x} \|Ax - b\|^2 = (Ax - b)^T A", ["refuted"]),
    ("a row and a column", r"\frac{\partial}{\partial x} \|Ax - b\|^2 = 2A(Ax - b)^T", []),
    ("in the other layout", r"\nabla_A \operatorname{tr}(AB) = B", []),
    ("a term of a sum of arrays", r"\nabla_w \|Xw - y\|^2 = 2X^T(Xw - y)", ["proved"]),
    ("a number in a sum of arrays", r"\nabla_w \|Xw - y\|^2 = 2X^T(Xw - 1)", []),
    ("a bold matrix", r"\frac{\partial}{\partial \beta} \|\mathbf{X}\beta - \mathbf{y}\|^2"
     r" = 2\mathbf{X}^T(\mathbf{X}\beta - \mathbf{y})", ["proved"]),
    ("half of it", r"\frac{\partial}{\partial \beta} \|\mathbf{X}\beta - \mathbf{y}\|^2"
     r" = \mathbf{X}^T(\mathbf{X}\beta - \mathbf{y})", ["refuted"]),
    ("greek", r"\nabla_\theta \theta^T x = x", ["proved"]),
    ("greek, wrong", r"\nabla_\theta \theta^T x = \theta", ["refuted"]),
    ("a Greek number", r"\nabla_x (\lambda x)^T a = \lambda a", []),
    ("a bold Greek letter", r"\nabla_{\boldsymbol\mu} \boldsymbol\mu^T A\boldsymbol\mu"
     r" = (A + A^T)\boldsymbol\mu", ["proved"]),
    ("the identity", r"\nabla^2_{\mathbf{w}} (\mathbf{w}^T\mathbf{w}) = 2I", ["proved"]),
    ("ones", r"\nabla_{\mathbf{w}} \mathbf{1}^T\mathbf{w} = \mathbf{1}", ["proved"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("latex", "expected"), [pytest.param(*row[1:], id=row[0]) for row in INFERRED]
)
def test_shapes_that_nothing_declares(latex: str, expected: list[str]) -> None:
    results = [r for one in judge(page(latex)) for r in one.results]
    assert [r.verdict.value for r in results] == expected
    assert all(r.suspect == (r.verdict.value == "refuted") for r in results)


LAYERS = {
    # by what, and what the derivative of a loss behind the layer is; what is wrong behind it
    "a row": (
        "y = xW + b",
        [("x", r"G W^\top"), ("W", r"x^\top G"), ("b", "G")],
        [("x", "G W"), ("W", r"G x^\top"), ("W", r"-x^\top G"), ("W", "x G"), ("b", "2 G")],
    ),
    "rows": (
        "Y = XW + b",
        [
            ("X", r"G W^\top"),
            ("W", r"X^\top G"),
            ("b", r"\mathbf{1}^\top G"),
            ("b", r"\sum_i \frac{\partial L}{\partial Y_i}"),
            ("b", r"\sum_{n=1}^N \frac{\partial L}{\partial Y_n}"),
            ("b", r"\sum_{n=0}^{N-1} \frac{\partial L}{\partial Y_n}"),
            ("b", r"\sum_{\text{batch}} G"),
            ("b", r"\sum_{rows} G"),
            ("b", r"\sum G"),
        ],
        [
            ("X", "G W"),
            ("X", "-G W^T"),
            ("W", r"G X^\top"),
            ("W", r"2 X^\top G"),
            ("b", "G"),
            ("b", r"G \mathbf{1}"),
            ("b", r"-\mathbf{1}^\top G"),
            ("b", r"-\sum_i \frac{\partial L}{\partial Y_i}"),
            ("b", r"\sum_i \frac{\partial L}{\partial X_i}"),
            ("b", r"\sum_{n=2}^N \frac{\partial L}{\partial Y_n}"),
            ("b", r"\sum_{n=1}^{N-1} \frac{\partial L}{\partial Y_n}"),
            ("b", r"\sum_{n=1}^3 \frac{\partial L}{\partial Y_n}"),
            ("b", r"2 \sum_{\text{batch}} G"),
        ],
    ),
    "a column, whose gradient is a row": (
        "y = Wx",
        [("x", "G W"), ("W", "G^T x^T")],
        [("x", "W G"), ("x", "-G W"), ("x", "2 G W"), ("W", "-G x^T")],
    ),
    "columns": (
        "Z = WX + b",
        [("X", r"W^\top G"), ("W", r"G X^\top"), ("b", r"G \mathbf{1}"), ("b", r"\sum_{cols} G")],
        [("X", "W G"), ("W", r"X^\top G"), ("b", r"\mathbf{1}^\top G"), ("b", r"-\sum_{cols} G")],
    ),
    "rows of which the page says the shapes": (
        r"Y = X W + b, \quad X \in \mathbb{R}^{n \times d}, \quad W \in \mathbb{R}^{d \times q},"
        r" \quad b \in \mathbb{R}^{1 \times q}",
        [
            ("W", r"X^T G"),
            ("b", r"\mathbf{1}^\top G"),
            ("b", r"\sum_i \frac{\partial L}{\partial Y_i}"),
        ],
        [("W", r"G X^T"), ("b", r"-\mathbf{1}^\top G"), ("b", r"-G \mathbf{1}"), ("b", "G")],
    ),
    "rows, and a dot for their product": (
        r"Y = X \cdot W",
        [("X", r"G \cdot W^T"), ("W", r"X^T \cdot G")],
        [("X", r"G \cdot W"), ("W", r"G \cdot X^T"), ("W", r"-X^T \cdot G")],
    ),
    "two of them, bold": (
        r"\mathbf{Y} = \mathbf{H}\mathbf{W}^{(2)} + \mathbf{b}^{(2)}, \quad"
        r" \mathbf{H} = \phi(\mathbf{X}\mathbf{W}^{(1)} + \mathbf{b}^{(1)})",
        [
            (r"\mathbf{W}^{(2)}", r"\mathbf{H}^\top G"),
            (r"\mathbf{H}", r"G \mathbf{W}^{(2)\top}"),
            (r"\mathbf{b}^{(2)}", r"\mathbf{1}^\top G"),
        ],
        [
            (r"\mathbf{W}^{(2)}", r"-\mathbf{H}^\top G"),
            (r"\mathbf{H}", r"G \mathbf{W}^{(2)}"),
            (r"\mathbf{H}", r"2 G \mathbf{W}^{(2)\top}"),
        ],
    ),
    "a rectifier": (
        r"h = \max(0, z), \quad z = xW + b",
        [("z", r"G \odot \mathbb{1}[z > 0]"), ("b", r"G \odot \mathbf{1}[z > 0]")],
        [("z", r"G \odot \mathbb{1}[z < 0]"), ("z", r"-G \odot \mathbb{1}[z > 0]")],
    ),
    "a function with a power in its derivative": (
        r"y = \tanh(z), \quad z = Wx",
        [("z", r"G \odot (1 - y^2)"), ("x", r"W^T(G \odot (1 - y^2))")],
        [("z", r"G \odot (1 + y^2)"), ("z", r"G \odot (1 - y)"), ("z", r"-G \odot (1 - y^2)")],
    ),
}


@pytest.mark.parametrize(
    ("layer", "by", "right", "is_right"),
    [
        pytest.param(layer, by, right, is_right, id=f"{name}, by {by}: {right}")
        for name, (layer, *both) in LAYERS.items()
        for is_right, cases in zip((True, False), both, strict=True)
        for by, right in cases
    ],
)
def test_a_loss_behind_a_layer(layer: str, by: str, right: str, is_right: bool) -> None:
    gradient = rf"\frac{{\partial L}}{{\partial {layer.partition(' ')[0]}}}"
    claim = rf"\frac{{\partial L}}{{\partial {by}}} = " + right.replace("G", gradient)
    arrays = r"x^\top x + X^\top X + W^\top W"
    found = [r.verdict.value for one in judge(page(arrays, layer, claim)) for r in one.results]
    assert found == ["proved"] if is_right else found in ([], ["refuted"], ["invalid"])


@pytest.mark.parametrize("head", ["L", "L(w)"])
def test_shapes_through_a_function_of_the_page(head: str) -> None:
    text = page(r"L(w) = \frac12 \|Xw - y\|^2", rf"\nabla_w {head} = X^T(Xw - y)")
    assert [r.verdict.value for one in judge(text) for r in one.results] == ["proved"]


def test_a_refutation_that_an_earlier_definition_lifts_is_none() -> None:
    text = "$f(x) = x^2$ and $f(x) = x^5$ have $f'(x) = 2x$ and $f'(x) = 5x^4$.\n"
    assert [r.verdict.value for one in judge(text) for r in one.results] == ["proved"]


def test_a_condition_at_the_end_of_a_chain_is_no_claim() -> None:
    (_, one) = judge(page(r"f(x) = x^3 - 12x", r"f'(x) = 3x^2 - 12 = 0"))
    assert [r.verdict.value for r in one.results] == ["proved"]
    assert [r.note for r in one.results] == ["proved in part: a condition or a value at its end"]
