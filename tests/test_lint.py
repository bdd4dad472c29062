"""The document linter: what each rule finds, and above all what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivcheck.lint import lint_text
from derivcheck.lint.formats import FORMATS

# name: (document, expected "line:column rule")
FINDS: dict[str, tuple[str, list[str]]] = {
    "duplicate tag": ("$$a \\tag{1}$$\n\n$$b \\tag 1$$\n", ["3:5 duplicate-tag"]),
    "duplicate tag under another heading": (
        "# A\n\n$$a \\tag{1}$$\n\n# B\n\n$$b \\tag{1}$$\n",
        ["7:5 duplicate-tag"],
    ),
    "duplicate label": (
        "$$a \\label{x}$$\n$$b \\label{x}$$\n",
        ["2:5 duplicate-label"],
    ),
    "duplicate label behind displays": (
        "$$a$$ {#eq-x}\n\n$$b$$ {#eq-x}\n",
        ["3:1 duplicate-label"],
    ),
    "公式 with a number": (
        "$$a \\tag{1}$$\n\n利用公式23，令 $u=1$\n",
        ["3:3 dangling-reference"],
    ),
    "公式 with a space and parentheses": (
        "$$a \\tag{1}$$\n\n利用公式 (23)：\n",
        ["3:3 dangling-reference"],
    ),
    "公式 with wide parentheses": (
        "$$a \\tag{1}$$\n\n由公式（23）可得\n",
        ["3:2 dangling-reference"],
    ),
    "式 in parentheses": ("$$a \\tag{1}$$\n\n根据式(23)，\n", ["3:3 dangling-reference"]),
    "式 with maths around the number": (
        "$$a \\tag{1}$$\n\n根据式$(23)$，\n",
        ["3:3 dangling-reference"],
    ),
    "equation in parentheses": (
        "$$a \\tag{1}$$\n\nAs equation (23) says.\n",
        ["3:4 dangling-reference"],
    ),
    "by formula": ("$$a \\tag{1}$$\n\nBy formula 23, all is well.\n", ["3:4 dangling-reference"]),
    "Eq.": ("$$a \\tag{1}$$\n\nSee Eq. 23 again.\n", ["3:5 dangling-reference"]),
    "Eq. with a tie": ("$$a \\tag{1}$$\n\nSee Eq.~(23) again.\n", ["3:5 dangling-reference"]),
    "one of a list": (
        "$$a \\tag{1}$$\n\nFrom equations (1), (2) and (3) we see it.\n",
        ["3:22 dangling-reference", "3:30 dangling-reference"],
    ),
    "dotted number": (
        "$$a \\tag{2.1}$$\n\nSee equation (2.3) here.\n",
        ["3:5 dangling-reference"],
    ),
    "eqref without label": (
        "$$a \\label{x}$$\n\nSee \\eqref{y} and \\eqref{x}.\n",
        ["3:5 dangling-reference"],
    ),
    "ref without label": ("See (\\ref{y}).\n", ["1:6 dangling-reference"]),
    "item numbers": (
        "".join(f"{n}. $a$\n\n$$b \\tag{{{n}}}$$\n\n" for n in (1, 2, 3, 4))
        + "5. $c$\n\n$$d \\tag{40}$$\n\n$$e \\tag{41}$$\n",
        ["17:1 item-number"],
    ),
    "item numbers of a short list": (
        "1. a $$a \\tag{1}$$\n2. b $$b \\tag{3}$$\n",
        ["2:1 item-number"],
    ),
    "bracket not closed in its group": (
        "$$\n=1-(\\frac{(e^{Z}-e^{-Z}}{e^{Z}+e^{-Z}})^2=1-A^2\n$$\n",
        ["2:11 unbalanced-bracket"],
    ),
    "bracket never closed": ("$$ f(g(x) $$\n", ["1:5 unbalanced-bracket"]),
    "bracket closes nothing": ("$$ f(x)) + 1 $$\n", ["1:8 unbalanced-bracket"]),
    "kinds that differ": ("$$ (a + b] $$\n", ["1:4 unbalanced-bracket"]),
    "brace never closed": ("$x^{2$\n", ["1:4 unbalanced-bracket"]),
    "brace closes nothing": ("$x^2}$\n", ["1:5 unbalanced-bracket"]),
    "text never closed": ("$$ \\text{if x $$\n", ["1:9 unbalanced-bracket"]),
    "left without right": ("$$ \\left( x $$\n", ["1:4 left-right"]),
    "left closed by a plain bracket": ("$$ \\left( x ) $$\n", ["1:4 left-right"]),
    "right without left": ("$$ x \\right) $$\n", ["1:6 left-right"]),
    "environment never ended": ("$$\n\\begin{pmatrix} 1 & 2\n$$\n", ["2:1 environment"]),
    "environments that differ": (
        "$$\n\\begin{pmatrix} 1 \\end{bmatrix}\n$$\n",
        ["2:19 environment"],
    ),
    "display never closed": ("Text\n\n$$ y = x\n\nMore text.\n", ["3:1 unclosed-math"]),
    "the middle display never closed": (
        "$$a$$\n\n$$ y = x\n\nMore (text.\n\n$$b$$\n",
        ["3:1 unclosed-math"],
    ),
    "equation never ended": ("\\begin{equation} a = b\n", ["1:1 unclosed-math"]),
    "a math fence": ("```math\nf(x\n```\n", ["2:2 unbalanced-bracket"]),
    "zero and o": ("$$e_{01} = 1$$\n$$e_{o1} + e_{o1}$$\n", ["1:6 lookalike-name"]),
    "prime as a subscript": ("$$\\sigma_{'}(z)$$\n", ["1:9 prime-subscript"]),
    "a prime that is missing, by the words": (
        "The derivative of $f(x) = x^2$ is $f(x) = 2x$.\n",
        ["1:36 missing-prime"],
    ),
    "a prime that is missing, by a display": (
        "Let $f(x) = x^2$.\n\nIts derivative is\n\n$$f(x) = 2x$$\n",
        ["5:3 missing-prime"],
    ),
    "a prime that is missing, by other primes": (
        "$$f(x) = u(x)v(x)$$\n\nso\n\n$$f(x) = u'(x)v(x) + u(x)v'(x)$$\n",
        ["5:3 missing-prime"],
    ),
    "a prime that is missing in a table": (
        "|a|b|\n|--|--|\n| $f(x) = x^2$ | $f(x) = 2x$ |\n| $f(x) = x^3$ | $f'(x) = 3x^2$ |\n",
        ["3:19 missing-prime"],
    ),
    "a power without exponent": ("$-\\csc^ x$\n", ["1:3 empty-power"]),
    "a power with an empty one": ("$\\tan^{} x$\n", ["1:2 empty-power"]),
    "a function without its backslash": ("$\\sin x + cos(x)$\n", ["1:11 plain-function"]),
    "a partial sign missing below": (
        "$$\\frac{\\partial L}{w_{ij}} = 1$$\n",
        ["1:3 missing-partial"],
    ),
    "a partial sign missing above": (
        "$$\\frac{J}{\\partial \\mathbf{w}} = 1$$\n",
        ["1:3 missing-partial"],
    ),
    "a dollar never closed": ("so $\\alpha + 1 is it\n\nnext $x$\n", ["1:4 unclosed-math"]),
    "wrong nesting": (
        "$$\\sin\\left((x\\right)^2)$$\n",
        ["1:13 unbalanced-bracket", "1:24 unbalanced-bracket"],
    ),
    "a quotation mark for a prime": ("$$[u(x)]’ = u’(x)$$\n", ["1:9 typographic-prime"]),
    "windows lines": ("Text\r\n\r\n$$ f(x $$\r\n", ["3:5 unbalanced-bracket"]),
}

CLEAN: dict[str, str] = {
    "nothing": "",
    "a function defined anew": "Let $f(x) = x^2$.\n\nNow let $f(x) = x^3$ (derivative known).\n",
    "functions in a table": (
        "|f|f'|\n|--|--|\n| $f(x) = x^2$ | $f'(x) = 2x$ |\n| $f(x) = x^3$ | $f'(x) = 3x^2$ |\n"
    ),
    "the derivative of a function named anew": (
        "Let $f(x) = x^2$. Find the derivative of $f(x) = x^2 + 1$ and of $f(x) = x^3$.\n"
    ),
    "the same again": "As $f(x) = x^2$, its derivative is not $f(x) = x^2$.\n",
    "powers of functions": "$\\csc^2 x + \\sin^{-1} x + \\cos^ 2 x + \\tan^n x + \\log^{2}(x)$\n",
    "plain functions throughout": "$sin(x) + cos(x)$ and $\\sin x$\n",
    "functions in words": (
        "$\\sin x \\text{ or cos x} + \\operatorname{log} x + \\mathrm{exp}(x) + \\cos \\cosh x$\n"
    ),
    "partial signs": (
        "$\\frac{\\partial L}{\\partial w} + \\frac{\\partial^2 L}{\\partial w^2} + "
        "\\frac{\\partial_x f}{g} + \\frac{\\partial}{\\partial x} + \\frac{\\partial L}{\\pw} + "
        "\\frac{\\partial f}{2}$\n"
    ),
    "prose": "# Title\n\nSome (text with a paren and $5 or $10.\n",
    "no tags at all": "$$a$$\n\nSee equation (23) of the book.\n",
    "tags that are met": (
        "$$a \\tag 4$$\n\n$$b\\tag{5}$$\n\n利用公式4，式(5)，矩阵$(4)$, Eq. (5).\n"
    ),
    "another work's equation": "$$a \\tag{1}$$\n\nSee equation (23) of [7], Eq. (4) in Smith.\n",
    "words that end in 式": "$$a \\tag{1}$$\n\n形式(2)、方式(3)、模式(4)、多项式(5)。\n",
    "a count of formulas": "$$a \\tag{1}$$\n\n公式3个，公式 12 条。\n",
    "a title": "$$a \\tag{1}$$\n\n### Formula 7: the chain rule\n\n**公式8**：\n\nsee formula 7\n",
    "a number set by hand": (
        "$$a \\tag{1}$$\n\n$$b \\qquad (2)$$\n\n$$c$$ (3)\n\nequations (2), (3)\n"
    ),
    "letters": "$$a \\tag{1a}$$\n\n$$b \\tag{1b}$$\n\nequation (1), equation (1a)\n",
    "automatic numbers": "\\begin{equation} a \\end{equation}\n\n$$b \\tag{7}$$\n\nequation (1)\n",
    "steps with running tags": "1. a $$a \\tag{1}$$ $$b \\tag{2}$$\n2. c $$c \\tag{3}$$\n",
    "steps, not all with a tag": "1. a $$a \\tag{1}$$\n2. b\n3. c $$c \\tag{2}$$\n",
    "items and tags that never agree": "1. a $$a \\tag{4}$$\n2. b $$b \\tag{5}$$\n",
    "an item's number": "3. an item\n\n$$a \\tag{7}$$\n\nformula 3\n",
    "marks instead of numbers": "$$a \\tag{*}$$\n\n$$b \\tag{*}$$\n",
    "numbering that starts anew": (
        "# A\n\n$$a\\tag{1}$$\n\n$$b\\tag{2}$$\n\n# B\n\n$$a\\tag{1}$$\n\n$$b\\tag{2}$$\n"
    ),
    "labels that are met": "$$a \\label{x}$$\n\n\\eqref{x}\n",
    "lists without a convention": "1. a\n\n$$b \\tag{7}$$\n\n2. c\n\n$$d \\tag{8}$$\n",
    "half-open intervals": "$[0, 1)$ and $(0, 1]$ and $x \\in [0, \\infty) \\cup (-1, 0]$\n",
    "French intervals": "$]0, 1[$ and $[0, 1[$ and $]0, 1]$\n",
    "an interval of indices": "$a[i..n)$\n",
    "an evaluation bar": "$$ F(x)\\Big]_0^1 $$\n",
    "one-sided left": "$$ \\left\\{ \\begin{array}{c@{)}l} a & b \\end{array} \\right. $$\n",
    "one brace before cases": "$$ f = \\{ \\begin{array}{l} a \\end{array} $$\n",
    "mixed delimiters by left and right": "$$ \\left[0, \\frac{1}{2}\\right) $$\n",
    "brackets in phantoms": "$$ \\phantom{\\Big[} x \\hphantom{f(} $$\n",
    "brackets in text": "$$ x \\text{ (see a)} \\mbox{b)} $$\n",
    "escaped braces": "$$ \\{ x \\mid x > 0 \\} $$\n",
    "sized brackets": "$$ \\bigl( x \\bigr) \\Big[ y \\Big] $$\n",
    "a mark": "$a)$ first, $ii)$ second\n",
    "a bracket on its own": "$${(} x {)}$$\n",
    "a bracket over two displays": "$$ f( x $$\n$$ + y ) $$\n",
    "line breaks with a length": "$$ a \\\\[2pt] b $$\n",
    "wide brackets": "$f（x）$ and $g（x)$\n",
    "a comment in maths": "$$ f(x) % an (open one\n$$\n",
    "inline code": "Write `$$` or ``\\tag{1} ` (`` or `$f(x$`.\n",
    "fenced code": "```latex\n$$ f(x \\tag{1}\n```\n\n~~~\n$$\n~~~\n",
    "fenced code in a list": "1. a\n\n   ```\n   $$ f(\n   ```\n",
    "indented code": "Text:\n\n    $$ f(x\n\nText.\n",
    "front matter": "---\ntitle: $$ f(x\n---\n\nText.\n",
    "a comment": "<!-- $$ f(x \\tag{1} -->\n\n$$ a \\tag{1} $$\n",
    "pre and script": "<pre>$$ f(x</pre>\n<script>var a = '$$';</script>\n",
    "money": "It costs $5 (US$) or $3.50 (about 3€), or $4k (x$.\n",
    "escaped dollars": "A \\$5 note (one\\$ and $x$.\n",
    "a display with a blank line": "$$\na = b\n\n+ c\n$$\n",
    "maths in ticks": "$`f(x)`$\n",
    "an ordinary name": "$x_0 + x_o + a_{1} + a_{l}$\n",
    "primes": "$$\\sigma'(z) + \\sigma^{'}(z) + f_{x'}$$\n",
    "a quotation mark in text": "$$x \\text{ if it’s }$$\n\nIt’s $x$’s.\n",
    "escaped brackets in Markdown": "An \\[aside\\] and \\(another\\).\n",
}

LATEX: dict[str, tuple[str, list[str]]] = {
    "a comment": ("% $$ f(x \\tag{1}\n\\[ a \\]\n", []),
    "verbatim": ("\\begin{verbatim}\n$$ f(\n\\end{verbatim}\n\\verb|$f(|\n", []),
    "brackets": ("\\[ f(x \\]\n", ["1:5 unbalanced-bracket"]),
    "align": ("\\begin{align*}\n a &= (b \\\\\n\\end{align*}\n", ["2:7 unbalanced-bracket"]),
    "unclosed": ("\\[ f(x)\n\nText\n", ["1:1 unclosed-math"]),
    "eqref": (
        "\\documentclass{article}\n\\section{A}\n\\label{a}\nSee \\eqref{b}, \\ref{a}.\n",
        ["4:5 dangling-reference"],
    ),
    "a part of a larger document": ("\\section{A}\nSee \\eqref{b}.\n", []),
    "an input elsewhere": ("\\documentclass{article}\n\\input{x}\nSee \\eqref{b}.\n", []),
    "percent as a sign": ("$50\\% f(x$\n", ["1:8 unbalanced-bracket"]),
}


def found(text: str, file: str = "page.md") -> list[str]:
    return [
        f"{d.location.line}:{d.location.column} {d.rule}"
        for d in lint_text(text, file)
        if d.location
    ]


@pytest.mark.parametrize("name", FINDS)
def test_finds(name: str) -> None:
    text, expected = FINDS[name]
    assert found(text) == expected


@pytest.mark.parametrize("name", CLEAN)
def test_leaves_alone(name: str) -> None:
    assert found(CLEAN[name]) == []


@pytest.mark.parametrize("name", LATEX)
def test_latex(name: str) -> None:
    text, expected = LATEX[name]
    assert found(text, "page.tex") == expected


def test_messages() -> None:
    text = "$$a \\tag{33}$$\n\n利用公式23，\n\n$$ (\\frac{(a}{b})^2 $$\n"
    assert FORMATS["text"](lint_text(text, "page.md")) == (
        "page.md:3:3: `公式23` refers to formula 23, but no formula is tagged 23 (33 exists) "
        "[dangling-reference]\n"
        "page.md:5:11: `(` is not closed inside its group `{...}` [unbalanced-bracket]\n"
    )


def test_formats() -> None:
    diagnostics = lint_text("$$ f(x $$\n", "a,b.md")
    assert json.loads(FORMATS["json"](diagnostics)) == [
        {
            "file": "a,b.md",
            "line": 1,
            "column": 5,
            "rule": "unbalanced-bracket",
            "message": "`(` is never closed",
            "hint": None,
        }
    ]
    assert FORMATS["github"](diagnostics) == (
        "::error file=a%2Cb.md,line=1,col=5,title=derivcheck unbalanced-bracket"
        "::`(` is never closed\n"
    )
    assert FORMATS["text"](()) == ""
    assert FORMATS["json"](()) == "[]\n"
    assert FORMATS["github"](()) == ""


def test_the_project_s_own_pages_are_clean() -> None:
    root = Path(__file__).parent.parent
    for page in sorted(root.glob("*.md")):
        assert found(page.read_text(encoding="utf-8"), page.name) == []


_PIECES = st.sampled_from(
    (
        *("$", "$$", "\\", "\n", "\n\n", "(", "]", "{", "}", "\\left(", "\\begin{align}"),
        *("\\end{align}", "\\tag{1}", "\\tag 2", "公式23", "equation (3)", "`", "```", "1. "),
        *("    ", "a", "\\[", "\\)", "\\text{", "---\n", "<!--", "-->", "%", "# "),
        *("\u202e", "\ufeff", "\r\n", "\\label{x}"),
    )
)


@given(st.lists(_PIECES, max_size=30).map("".join), st.sampled_from(["a.md", "a.tex"]))
def test_any_text_is_linted_and_every_place_is_inside(text: str, file: str) -> None:
    lines = text.split("\n")
    for diagnostic in lint_text(text, file):
        assert diagnostic.location is not None
        line, column = diagnostic.location.line, diagnostic.location.column
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


def test_labels_of_directives_and_cells() -> None:
    directive = ".. math::\n   :label: a\n\n   x = y\n\n"
    (found,) = lint_text(directive * 2, "a.rst")
    assert str(found) == "a.rst:6:1: label a was already given in line 1 [duplicate-label]"
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": f"{text}$$a \\tag{{1}}$$"}
        for text in ("Text\n\n", "")
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (found,) = lint_text(json.dumps(notebook), "a.ipynb")
    assert found.message == "tag 1 was already given in cell 0, line 3"
