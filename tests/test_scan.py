"""Documents taken apart: what is maths, where it stands, and in what context."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from growth import steps
from hypothesis import given
from hypothesis import strategies as st

from derivcheck.documents.load import from_text, load
from derivcheck.documents.scan import FORMATS, is_document, scan
from derivcheck.documents.source import Equation, Source
from derivcheck.files import MAX_BYTES

Found = list[tuple[str, int, int]]
"""The text of each equation, and the line and column of its delimiter."""


def source(text: str, suffix: str = ".md") -> Source:
    return from_text(text, f"page{suffix}")


def found(text: str, suffix: str = ".md") -> Found:
    return [(e.text.strip(), e.line, e.column) for e in source(text, suffix).equations]


MARKDOWN: dict[str, tuple[str, Found]] = {
    "dollars": ("so $x^2$ is", [("x^2", 1, 4)]),
    "two in a row": ("$a$$b$ c", [("a", 1, 1), ("b", 1, 4)]),
    "double dollars": ("a\n$$\nx = 1\n$$\n", [("x = 1", 2, 1)]),
    "double dollars on one line": ("$$x = 1$$ and $$y$$", [("x = 1", 1, 1), ("y", 1, 15)]),
    "a display with a blank line": ("$$\na\n\n= b\n$$", [("a\n\n= b", 1, 1)]),
    "an admonition and a fold": (
        '!!! note\n    $$a$$\n\n??? success "So"\n\n    $$b$$\n\n    $c$\n\nText\n\n    $$d$$\n',
        [("a", 2, 5), ("b", 6, 5), ("c", 8, 5)],
    ),
    "dollars in words": (
        r"so $x_{\text{a $b$, c}} = \mbox{$y$ or $z$}$ and $w$",
        [(r"x_{\text{a $b$, c}} = \mbox{$y$ or $z$}", 1, 4), ("w", 1, 50)],
    ),
    "words around dollars": (
        r"\text{a $b$, c} and $\text{x}$", [("b", 1, 9), (r"\text{x}", 1, 21)],
    ),
    "a tab": ('=== "One"\n\n    $$a$$\n', [("a", 3, 5)]),
    "brackets": (r"so \(x^2\) and \[y = x\]", [("x^2", 1, 4), ("y = x", 1, 16)]),
    "escaped brackets": (r"\[not a link\] \(aside\)", []),
    "doubled brackets": (r"so \\(x\_1^2\\) and \\[y = 1 \\\\ x\\]",
                         [("x_1^2", 1, 4), (r"y = 1 \\ x", 1, 21)]),
    "escapes of a page that is unescaped": (
        "\\\\(x\\_i\\\\) and\n$$f(x\\_i) = a \\\\\\\\ b \\\\ c\\{1\\}$$",
        [("x_i", 1, 1), (r"f(x_i) = a \\ b \\ c\{1\}", 2, 1)],
    ),
    "escapes of other pages": ("$$x\\_i \\\\ a$$", [(r"x\_i \\ a", 1, 1)]),
    "entities": ("$x &lt; y &amp;= z$", [("x <    y &    = z", 1, 1)]),
    "dollars and ticks": ("so $`x^2`$", [("x^2", 1, 4)]),
    "a role": ("so {math}`x^2` is", [("x^2", 1, 4)]),
    "a fence": ("```math\nx = 1\n```\n$y$", [("x = 1", 1, 1), ("y", 4, 1)]),
    "a longer fence": ("````math\nx\n```\n````", [("x\n```", 1, 1)]),
    "a directive": ("```{math}\n:label: one\n\nx = 1\n```", [("x = 1", 1, 1)]),
    "a directive with its formula": ("```{math} x = 1\n```", [("x = 1", 1, 1)]),
    "a directive with its formula, at the end": ("```{math} x = 1 ", [("x = 1", 1, 1)]),
    "a colon directive": (":::{math}\nx = 1\n:::\n$y$", [("x = 1", 1, 1), ("y", 4, 1)]),
    "an environment": ("\\begin{align*}\na &= b\n\\end{align*}", [("a &= b", 1, 1)]),
    "an environment in dollars": ("$$\\begin{aligned}a\\end{aligned}$$",
                                  [(r"\begin{aligned}a\end{aligned}", 1, 1)]),
    "a block quote": ("> $$\n> x\n> = 1\n> $$", [("x\n= 1", 1, 3)]),
    "a list": ("- $a$\n  - $b$\n\n    $$c$$\n", [("a", 1, 3), ("b", 2, 5), ("c", 4, 5)]),
    "a table": ("| $f$ | $g$ |\n|--|--|\n| $x^2$ | $2x$ |",
                [("f", 1, 3), ("g", 1, 9), ("x^2", 3, 3), ("2x", 3, 11)]),
    "a dollar of a table": ("| a | b |\n|--|--|\n| $\\alpha | c |\n| $x$ | d |", [("x", 4, 3)]),
    "a heading": ("## The rule $x^2$", [("x^2", 1, 13)]),
    "an admonition": ("```{note}\nso $x$\n```\n$y$", [("x", 2, 4), ("y", 4, 1)]),
    "a nested admonition": ("````{prf:theorem} T\n```{math}\nx\n```\n$z$\n````\n$y$",
                            [("x", 2, 1), ("z", 5, 1), ("y", 7, 1)]),
    "a division": ("::: {.note}\n$x$\n:::\n$y$", [("x", 2, 1), ("y", 4, 1)]),
    "blanks inside": ("so $ x^2 $ is", [("x^2", 1, 4)]),
    "words inside": ("a $ b and c $ d", []),
    "prices": ("costs $5 and $6, or $20,000", []),
    "a price": ("from $5 to $6 million", []),
    "an escaped dollar": (r"\$5 and $x$", [("x", 1, 9)]),
    "code": ("`$x$` and ``a ` $y$`` $z$", [("z", 1, 23)]),
    "a code block": ("```python\n$x$\n```\n$y$", [("y", 4, 1)]),
    "a cell of code": ("```{r}\n$x$\n```\n```{.python .input}\n$y$\n```\n$z$", [("z", 7, 1)]),
    "an unclosed code block": ("```\n$x$\n", []),
    "tildes": ("~~~\n$x$\n```\n~~~\n$y$", [("y", 5, 1)]),
    "indented code": ("text\n\n    $x$\n\n$y$", [("y", 5, 1)]),
    "a comment": ("<!-- $x$ --> $y$", [("y", 1, 14)]),
    "a long comment": ("a <!-- $x$\n$y$\n--> $z$\n", [("z", 3, 5)]),
    "a comment in code": ("`<!--` $x$ `-->`", [("x", 1, 8)]),
    "raw HTML": ("<pre>\n$x$\n</pre>\n$y$", [("y", 4, 1)]),
    "struck out": ("~~so $x$ is~~ $y$ ~~ $z$", [("y", 1, 15), ("z", 1, 22)]),
    "tildes between words": ("A ~~ B, so $x$ and C ~~ D", [("x", 1, 12)]),
    "not struck out": ("~~ $x$\n\n~~ $y$", [("x", 1, 4), ("y", 3, 4)]),
    "tildes in maths": ("$x~~y$ and $z~~$", [("x~~y", 1, 1), ("z~~", 1, 12)]),
    "deleted": ("<del>\n\n$$x$$\n\n</del> $y$ <s>$z$</s>", [("y", 5, 8)]),
    "deleted and added": ("{--$x$--}{++$y$++}", [("y", 1, 13)]),
    "a comment of the host": ("{% comment %}\n\n$x$\n{% endcomment %} $y$", [("y", 4, 18)]),
    "front matter": ("---\ntitle: $x$\n---\n$y$", [("y", 4, 1)]),
    "an unclosed display": ("$$ x\n\ntext $y$\n", [("y", 3, 6)]),
    "zero bytes": ("\0$x$\0", [("x", 1, 2)]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MARKDOWN.values(), ids=MARKDOWN)
def test_markdown(text: str, expected: Found) -> None:
    assert found(text) == expected


TEX: dict[str, tuple[str, Found]] = {
    "dollars": ("so $x^2$ is", [("x^2", 1, 4)]),
    "blanks inside": ("so $ x $ is", [("x", 1, 4)]),
    "displays": ("$$x$$ \\[\ny\n\\] \\(z\\)", [("x", 1, 1), ("y", 1, 7), ("z", 3, 4)]),
    "environments": ("\\begin{equation}\\label{a}x\\end{equation}\n\\begin{align*}y\\end{align*}",
                     [("\\label{a}x", 1, 1), ("y", 2, 1)]),
    "a line break with a length": ("a \\\\[2pt] b $x$", [("x", 1, 13)]),
    "comments": ("$x$ % $y$\n\\% $z$", [("x", 1, 1), ("z", 2, 4)]),
    "comments inside": ("$$x % was y\n+ z$$", [("x        \n+ z", 1, 1)]),
    "verbatim": ("\\begin{verbatim}\n$x$\n\\end{verbatim}\\verb|$y$| $z$", [("z", 3, 26)]),
    "listings": ("\\begin{lstlisting}[language=C]\n$x$\n\\end{lstlisting}", []),
    "switched off": ("\\iffalse $x$ \\fi $y$", [("y", 1, 18)]),
    "switched off, nested": ("\\iffalse \\ifx\\a\\b $x$ \\fi $\\iff$ \\fi\n$y$", [("y", 2, 1)]),
    "a condition": ("\\newif\\ifa\n\\ifa $x$\\else\n$y$\\fi", [("y", 3, 1)]),
    "a condition that holds": ("\\newif\\ifa\\atrue\n\\ifa $x$\\else $y$\\fi", [("x", 2, 6)]),
    "a condition from elsewhere": ("\\ifa $x$\\else\n$y$\\fi", [("x", 1, 6), ("y", 2, 1)]),
    "what is no condition": ("\\newif\\ifa\n$\\iff$ \\fi $y$", [("\\iff", 2, 1), ("y", 2, 12)]),
    "the preamble": ("\\title{On $x$}\n\\begin{document}$y$\\end{document}$z$", [("y", 2, 17)]),
    "definitions": ("\\newcommand{\\a}[1]{$x_{#1}$} \\def\\b{$y$} $z$", [("z", 1, 42)]),
    "a table": ("\\begin{tabular}{cc}$f$ & $g$ \\\\ $a$ & $b$\\end{tabular}",
                [("f", 1, 20), ("g", 1, 26), ("a", 1, 33), ("b", 1, 39)]),
    "an unclosed dollar": ("a $x\n\n$y$", [("y", 3, 1)]),
    "deleted": ("\\deleted{so $x$}\\added{$y$} \\todo[inline]{$z$}", [("y", 1, 24)]),
    "replaced": ("\\replaced{$y$}{$x$} \\DIFdel{$z$}", [("y", 1, 11)]),
    "a difference": ("\\DIFdelbegin \\[ x \\]\n\\DIFdelend \\DIFaddbegin \\[ \\DIFadd{y} \\] "
                     "\\DIFdelbegin $z$\\DIFdelend", [("y", 2, 25)]),
    "what drops it": ("\\newcommand{\\old}[1]{}\\def\\no#1{\\relax}\n\\old{$x$} \\no{$y$} $z$",
                      [("z", 2, 20)]),
    "what drops it in maths": ("\\newcommand{\\no}[1]{} $x = \\no{2}3$", [("x =       3", 1, 23)]),
    "what may drop it": ("\\newcommand\\a[1]{}\\renewcommand\\a[1]{#1} \\a{$x$}", [("x", 1, 45)]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TEX.values(), ids=TEX)
def test_tex(text: str, expected: Found) -> None:
    assert found(text, ".tex") == expected


RST: dict[str, tuple[str, Found]] = {
    "a role": ("so :math:`x^2` is", [("x^2", 1, 4)]),
    "a directive": (".. math::\n\n   x = 1\n\ntext", [("x = 1", 1, 1)]),
    "its formula on the line": (".. math:: x = 1\n\ntext", [("x = 1", 1, 1)]),
    "several": (".. math::\n\n   a = b\n\n   c = d\n   + e\n",
                [("a = b", 1, 1), ("c = d\n   + e", 5, 4)]),
    "options": (".. math::\n   :label: one\n\n   x\n", [("x", 1, 1)]),
    "an environment": (".. math::\n   \\begin{align}\n   a\n\n   &= b\n   \\end{align}\n",
                       [("\\begin{align}\n   a\n\n   &= b\n   \\end{align}", 1, 1)]),
    "an admonition": (".. note::\n\n   so :math:`x`\n", [("x", 3, 7)]),
    "code": ("``:math:`x``` and\n\n.. code-block:: python\n\n   :math:`y`\n\n:math:`z`",
             [("z", 7, 1)]),
    "a literal block": ("so::\n\n   :math:`x`\n\n:math:`y`", [("y", 5, 1)]),
    "a comment": (".. so :math:`x`\n   :math:`y`\n\n:math:`z`", [("z", 4, 1)]),
    "a footnote": (".. [1] so :math:`x`\n", [("x", 1, 11)]),
    "dollars": ("it costs $5 or $6", []),
    "a doctest": (">>> f(':math:`x`')\n\n:math:`y`", [("y", 3, 1)]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), RST.values(), ids=RST)
def test_rst(text: str, expected: Found) -> None:
    assert found(text, ".rst") == expected


def notebook(*cells: tuple[str, str]) -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": text} for kind, text in cells]})


def test_a_notebook_is_its_markdown_cells() -> None:
    text = notebook(
        ("markdown", "a\n$x$"), ("code", "$y$"), ("markdown", "\n\n$z$ `a"), ("raw", "$w$")
    )
    assert [(e.text, e.cell, e.line, e.column) for e in source(text, ".ipynb").equations] == [
        ("x", 0, 2, 1),
        ("z", 2, 3, 1),
    ]


def test_what_one_cell_leaves_open_ends_with_it() -> None:
    text = notebook(("markdown", "<!-- a\n```\n$$x"), ("markdown", "$z$"))
    assert [(e.text, e.cell) for e in source(text, ".ipynb").equations] == [("z", 1)]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"cells": 1}', "[" * 100_000, '{"cells": [1, {"cell_type": "markdown"}]}'],
)
def test_what_is_no_notebook_holds_nothing(text: str) -> None:
    read = source(text, ".ipynb")
    assert read.equations == ()
    assert [p.rule for p in read.problems] in ([], ["document-format"])


def test_pictures_of_a_notebook_do_not_count(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    picture = {"cell_type": "code", "source": "", "outputs": ["A" * MAX_BYTES]}
    for text, count in (("$x$", 1), ("$x$ " + "a" * MAX_BYTES, 0)):
        cells = [{"cell_type": "markdown", "source": text}, picture]
        file.write_text(json.dumps({"cells": cells}))
        read = load(str(file))
        assert (len(read.equations), len(read.problems)) == (count, 1 - count)
    page = tmp_path / "a.md"
    page.write_text("a" * (MAX_BYTES + 1))
    assert [str(p).split(": ", 1)[1] for p in load(str(page)).problems] == [
        "larger than 5 MB (split it) [file-too-large]"
    ]


# -- context ----------------------------------------------------------------------------------


def contexts(text: str, suffix: str = ".md") -> dict[str, Equation]:
    return {e.text.strip(): e for e in source(text, suffix).equations}


def test_sections_nest() -> None:
    at = contexts("$a$\n# One\n$b$\n## Two\n$c$\n# Three $d$\n$e$\n")
    assert [at[name].section for name in "abcde"] == [(), (1,), (1, 1), (2,), (2,)]
    assert at["c"].titles == ("One", "Two")


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("One\n===\n$b$\n\nTwo\n---\n$c$\n", ".md"),
        ("<h1>One</h1>\n$b$\n<h2>Two</h2>\n$c$\n", ".md"),
        ("\\section{One}$b$\\subsection{Two}$c$", ".tex"),
        ("One\n===\n\n:math:`b`\n\nTwo\n---\n\n:math:`c`\n", ".rst"),
        ("===\nOne\n===\n\n:math:`b`\n\nTwo\n===\n\n:math:`c`\n", ".rst"),
    ],
    ids=["underlined", "HTML", "TeX", "rst", "rst with overline"],
)
def test_headings(text: str, suffix: str) -> None:
    at = contexts(text, suffix)
    assert [at[name].section for name in "bc"] == [(1,), (1, 1)]


def test_an_item_reaches_to_the_next_marker_of_its_level() -> None:
    at = contexts("1. $a$\n\n$$b$$\n\n   - $c$\n   - $d$\n2. $e$\n# H\n$f$")
    assert at["a"].item == at["b"].item
    assert at["c"].item[:1] == at["a"].item
    assert len({at[name].item for name in "acdef"}) == 5
    assert at["f"].item == ()


def test_items_of_tex_end_with_their_list() -> None:
    at = contexts(r"\begin{itemize}\item $a$ \item $b$ \end{itemize} $c$", ".tex")
    assert len({at["a"].item, at["b"].item, at["c"].item}) == 3
    assert at["c"].item == ()


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("| $a$ | $b$ |\n|--|--|\n| $c$ | $d$ |\n\n$e$", ".md"),
        ("<table><tr><td>$a$ $b$\n<tr><td>$c$ $d$\n</table>\n\n$e$", ".md"),
        (r"\begin{tabular}{cc}$a$ & $b$ \\ $c$ & $d$\end{tabular} $e$", ".tex"),
        ("+------------+------------+\n| .. math::  | .. math::  |\n|     a      |     b      |\n"
         "+------------+------------+\n| :math:`c`  | :math:`d`  |\n+------------+------------+\n\n"
         ":math:`e`", ".rst"),
        (".. list-table::\n\n   * - :math:`a`\n     - :math:`b`\n   * - :math:`c`\n"
         "     - :math:`d`\n\n:math:`e`", ".rst"),
    ],
    ids=["Markdown", "HTML", "TeX", "rst grid", "rst"],
)  # fmt: skip
def test_rows(text: str, suffix: str) -> None:
    at = contexts(text, suffix)
    assert at["a"].row == at["b"].row != at["c"].row == at["d"].row
    assert at["e"].row is None


def test_maths_in_the_cells_of_a_grid() -> None:
    text = (
        "+----------------+---------------+\n| Function       | Derivative    |\n"
        "+================+===============+\n| .. math::      | .. math:: 2x  |\n"
        "|      y = x     |               |\n|        + 1     | so            |\n"
        "+----------------+---------------+\n| .. image:: a.b | text          |\n"
        "|      :width: 3 |               |\n+----------------+---------------+\n"
    )
    first, second = source(text, ".rst").equations
    assert (first.text, first.line, second.text, second.line) == ("y = x\n+ 1", 4, "2x", 4)
    assert str(first.place(first.text.index("1"))) == "page.rst:6:12"


def test_the_words_around() -> None:
    at = contexts("Not this.\n\nIt is wrong that $a$ holds $b$ here.\n\n$$c$$\n\nAfter it.")
    assert (at["a"].before, at["a"].after) == ("It is wrong that", "holds here.")
    assert at["c"].before == "It is wrong that holds here."
    assert at["c"].after == ""


@pytest.mark.parametrize(
    ("text", "suffix", "tag"),
    [
        (r"$$x \tag{3'}$$", ".md", "3'"),
        (r"$$x \tag 3$$", ".md", "3"),
        (r"$$x \label{eq:one}$$", ".md", "eq:one"),
        (r"$$x \label{a}\tag{1}$$", ".md", "1"),
        ("$$x$$ {#eq-one}", ".md", "eq-one"),
        ("$$x$$ (one)", ".md", "one"),
        ("$$x$$\n:eqlabel:`one`", ".md", "one"),
        ("```{math}\n:label: one\nx\n```", ".md", "one"),
        (".. math::\n   :label: one\n\n   x", ".rst", "one"),
        (r"$$x (\#eq:one)$$", ".md", "eq:one"),
        ("$$x$$ (see above)", ".md", ""),
    ],
)
def test_tags(text: str, suffix: str, tag: str) -> None:
    assert [e.tag for e in source(text, suffix).equations] == [tag]


def test_a_place_inside_an_equation() -> None:
    (equation,) = source("> so\n> $$\n> a\n>   + b\n> $$").equations
    assert equation.text == "\na\n  + b\n"
    assert str(equation.place(equation.text.index("b"))) == "page.md:4:7"
    (doubled,) = source(r"so \\(a\_1 + b\\)").equations
    assert str(doubled.place(doubled.text.index("b"))) == "page.md:1:14"
    (last,) = source("```{math} a = b ").equations
    assert str(last.place(last.text.index("b"))) == "page.md:1:15"


# -- whatever the text ------------------------------------------------------------------------

PIECES = [
    *("~~", "<del>", "</del>", "\\deleted{", "\\replaced{"),
    *("$", "$$", "`", "```", "~~~", "```math\n", "$`", "`$", r"\[", r"\]", r"\(", r"\\(", r"\\)"),
    *(r"\begin{align}", r"\end{align}", r"\begin{verbatim}", r"\iffalse ", r"\verb|", "<!--"),
    *("-->", "<!-- derivcheck\n", "<!-- derivcheck: skip -->", "% derivcheck: wrt: x\n", "%"),
    *("<pre>", "|", "| a | $b$ |\n", "|--|--|\n", "- ", "1. ", "\\item ", "\\newcommand{\\a}[2]{"),
    *("\\def\\x{", "}", "{", "# ", "===\n", "---\n", "> ", ":::", ".. math::\n", ".. ", "   x\n"),
    *(":math:`", "``", "::", "\n", "\n\n", " ", "x", "x^2", "\\tag{1}", "\\section{", r"\\", "\t"),
    *("\\begin{tabular}", "é", "symbols: {x: real}\n", "{$x$}", "* - ", "+--+\n", "== ==\n"),
    *("<li>", "<tr>", "{math}`", "\ufeff"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(sorted(FORMATS)))
def test_no_text_raises_and_every_place_is_inside(pieces: list[str], suffix: str) -> None:
    text = "".join(pieces)
    if suffix == ".ipynb":
        text = notebook(("markdown", text))
    page = scan(text, f"page{suffix}")
    assert len(page.clean) == len(page.prose) == len(page.text)
    assert page.clean.count("\n") == page.text.count("\n")
    end = 0
    for maths in page.maths:
        assert end <= maths.outer[0] <= maths.start <= maths.end <= maths.outer[1]
        assert maths.outer[1] <= len(page.text)
        end = maths.outer[1]
    read = from_text(text, f"page{suffix}")
    lines = page.text.split("\n") if not page.cells else text.split("\n")
    for equation in read.equations:
        assert equation.text.strip()
        place = equation.place(len(equation.text) - len(equation.text.lstrip()))
        if equation.cell is None:
            assert lines[place.line - 1][place.column - 1] == equation.text.strip()[0]
    for problem in read.problems:
        assert problem.location is not None


@pytest.mark.parametrize("suffix", [".md", ".tex", ".rst"])
@pytest.mark.parametrize("piece", PIECES)
def test_the_work_grows_with_the_text(piece: str, suffix: str) -> None:
    def work(count: int) -> int:
        text = piece * count
        return steps(lambda: from_text(text, f"page{suffix}"))

    small, large = work(40), work(160)
    assert large < 6 * small + 2000


@pytest.mark.parametrize(
    ("name", "known"),
    [("a.md", True), ("a.Rmd", True), ("a.qmd", True), ("a.tex", True), ("a.rst", True),
     ("a.ipynb", True), ("a.txt", True), ("a.yaml", False), ("a", False), ("a.py", False)],
)  # fmt: skip
def test_documents_are_known_by_their_suffix(name: str, known: bool) -> None:
    assert is_document(name) is known
