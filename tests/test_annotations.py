"""What comments of a document say to derivcheck, and where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivcheck.documents.context import MOST_BLOCKS, MOST_NAMES
from derivcheck.documents.load import from_text, load, preamble
from derivcheck.documents.source import Annotation, Declared, Equation, Macro


def equations(text: str, suffix: str = ".md") -> tuple[Equation, ...]:
    read = from_text(text, f"page{suffix}")
    assert read.problems == ()
    return read.equations


def problems(text: str, suffix: str = ".md") -> list[str]:
    return [str(problem) for problem in from_text(text, f"page{suffix}").problems]


def declared(annotation: Annotation) -> dict[str, object]:
    """The names of one block and what they are, whatever they are declared under."""
    parts = (annotation.symbols, annotation.functions, annotation.where)
    return {one.name: one.value for part in parts for one in part}


def texts(said: tuple[Declared, ...] | None) -> list[object]:
    return [one.value for one in said or ()]


WAYS = {
    "Markdown": ("<!-- derivcheck\nsymbols:\n  x: [d]\nwhere:\n  f: x^T x\n-->\n$a$", ".md"),
    "on one line": ("<!-- derivcheck: {symbols: {x: [d]}, where: {f: x^T x}} -->\n$a$", ".md"),
    "indented": ("- b\n\n  <!-- derivcheck\n  symbols: {x: [d]}\n  where: {f: x^T x}\n  -->\n$a$",
                 ".md"),
    "quoted": ("> <!-- derivcheck\n> symbols: {x: [d]}\n> where: {f: x^T x}\n> -->\n$a$", ".md"),
    "TeX": ("% derivcheck: symbols: {x: [d]}\n% derivcheck: where: {f: x^T x}\n$a$", ".tex"),
    "deeper lines of TeX":
        ("% derivcheck:\n%   symbols:\n%     x: [d]\n%   where: {f: x^T x}\n$a$", ".tex"),
    "keys of TeX":
        ("% derivcheck: symbols:\n%   x: [d]\n% derivcheck: where:\n%   f: x^T x\n$a$", ".tex"),
    "rst": (".. derivcheck\n   symbols: {x: [d]}\n   where:\n     f: x^T x\n\n:math:`a`", ".rst"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "suffix"), WAYS.values(), ids=WAYS)
def test_a_block(text: str, suffix: str) -> None:
    (equation,) = equations(text, suffix)
    found: dict[str, object] = {}
    for block in equation.blocks:
        found |= declared(block)
    assert found == {"x": ["d"], "f": "x^T x"}


def test_names_are_those_of_the_page() -> None:
    (equation,) = equations(
        "<!-- derivcheck\nsymbols:\n  w_{11}^1, w_{12}^1: real\n  \\lambda: positive\n"
        "where:\n  f(x, y): \\frac{x}{y}\n  \\boldsymbol{1}: ones(N)\n-->\n$a$"
    )
    assert declared(equation.blocks[0]) == {
        "w_{11}^1": "real",
        "w_{12}^1": "real",
        r"\lambda": "positive",
        "f(x, y)": r"\frac{x}{y}",
        r"\boldsymbol{1}": "ones(N)",
    }
    assert str(equation.blocks[0].where[0].value_location) == "page.md:6:12"


def test_every_key() -> None:
    (equation,) = equations(
        "<!-- derivcheck\nfunctions: {u: scalar(x), \\phi: elementwise}\nassume: [x > 0, y = 1]\n"
        "identically: x^2 + y^2 = 1\nvalues: complex\nwrt: [X, Y]\norder: 2\nupstream: B\n"
        "layout: numerator\nlog: 10\nmacros: {\\vx: '\\mathbf{x}', \\dd: ['\\frac{d}{d#1}', 1]}\n"
        "note: for us\n-->\n$a$"
    )
    (block,) = equation.blocks
    assert texts(block.assume) == ["x > 0", "y = 1"]
    assert texts(block.identically) == ["x^2 + y^2 = 1"]
    assert (block.values, texts(block.wrt)) == ("complex", ["X", "Y"])
    assert (texts(block.upstream), block.layout, block.log) == (["B"], "numerator", "10")
    assert block.macros == (Macro(r"\vx", 0, r"\mathbf{x}"), Macro(r"\dd", 1, r"\frac{d}{d#1}"))


def test_nothing_unsets_the_variable() -> None:
    (equation,) = equations("<!-- derivcheck\nwrt: null\n-->\n$a$")
    assert equation.blocks[0].wrt == ()


def test_a_block_holds_to_the_end_of_its_section() -> None:
    text = (
        "$a$\n<!-- derivcheck: wrt: p -->\n$b$\n# One\n<!-- derivcheck: wrt: q -->\n$c$\n"
        "## Nested\n<!-- derivcheck: wrt: r -->\n$d$\n## Other\n$e$\n# Two\n$f$"
    )
    wrt = {e.text: [texts(block.wrt) for block in e.blocks] for e in equations(text)}
    p, q, r = ["p"], ["q"], ["r"]
    assert wrt == {"a": [], "b": [p], "c": [p, q], "d": [p, q, r], "e": [p, q], "f": [p]}


def test_what_is_said_of_the_next_equation() -> None:
    text = (
        "<!-- derivcheck: skip -->\n$a$ $b$\n<!-- derivcheck: skip 2,3 -->\n$$c$$\n"
        "<!-- derivcheck: claim -->\n$d$\n<!-- derivcheck: wrong -->\n$e$\n"
        "<!-- derivcheck next: {symbols: {A: [n]}, upstream: B} -->\n$f$ $g$\n"
        "<!-- derivcheck: off -->\n$h$ $i$\n<!-- derivcheck: on -->\n$j$"
    )
    at = {e.text: e for e in equations(text)}
    assert {name: e.skip for name, e in at.items() if e.skip is not None} == {"a": (), "c": (2, 3)}
    assert [name for name, e in at.items() if e.claim] == ["d"]
    assert [name for name, e in at.items() if e.wrong] == ["e"]
    assert [name for name, e in at.items() if e.blocks] == ["f"]
    assert [name for name, e in at.items() if e.off] == ["h", "i"]


def test_words_before_an_equation_are_none() -> None:
    text = "<!-- derivcheck: claim -->\nFor all $t$ and $u$\n$$t = u$$\n$a$ $b = a$"
    assert [e.text for e in equations(text) if e.claim] == ["t = u"]
    text = "<!-- derivcheck: claim -->\nFor all $t$, $t = u$ and $u = t$"
    assert [e.text for e in equations(text) if e.claim] == ["t = u"]


def test_what_is_said_of_no_equation_is_told() -> None:
    text = (
        "<!-- derivcheck: wrong -->\nNot $x$.\n# A\n$$x = 1$$\n<!-- derivcheck: skip -->\n"
        "<!-- derivcheck next: {wrt: x} -->\n"
    )
    said = "is said of no equation: none follows in its section [annotation-directive]"
    assert problems(text) == [
        f"page.md:1:18: `derivcheck: wrong` {said}",
        f"page.md:5:18: `derivcheck: skip` {said}",
        f"page.md:6:23: `derivcheck: next` {said}",
    ]
    read = from_text(text, "page.md")
    assert [(e.text, e.wrong, e.skip) for e in read.equations] == [
        ("x", False, None),
        ("x = 1", False, None),
    ]


@pytest.mark.parametrize(
    ("text", "suffix"),
    [("% derivcheck: wrong\n$a$", ".tex"), (".. derivcheck: wrong\n\n:math:`a`", ".rst")],
)
def test_directives_of_other_formats(text: str, suffix: str) -> None:
    assert [e.wrong for e in equations(text, suffix)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "<!-- derivcheck is what we use -->",
        "<!-- see derivcheck: skip -->",
        "`<!-- derivcheck: x -->`",
    ],
)
def test_prose_says_nothing(text: str) -> None:
    assert problems(text) == []


BRACES = "(LaTeX braces end a mapping in `{...}`: write block style or single quotes)"

BROKEN = {
    "braces in a name": (
        "\n<!-- derivcheck\nsymbols: {w_{11}: real}\n-->",
        [
            "page.md:3:13: not YAML: a mapping opened by `{` is not closed (opened at 3:10) "
            f"{BRACES} [yaml-syntax]"
        ],
    ),
    "braces in a value": (
        "<!-- derivcheck\nwhere: {L: \\frac{1}{2} x}\n-->",
        [
            "page.md:2:17: not YAML: a mapping opened by `{` is not closed (opened at 2:8) "
            f"{BRACES} [yaml-syntax]"
        ],
    ),
    "an unknown key": (
        "<!-- derivcheck\nsymbls: {x: real}\n-->",
        ["page.md:2:1: unknown key `symbls` (did you mean `symbols`?) [annotation-key]"],
    ),
    "a key of formula files": (
        "<!-- derivcheck: expression: x -->",
        ["page.md:1:18: unknown key `expression` (in a document the page itself says what is "
         "claimed) [annotation-key]"],
    ),
    "an unknown kind": (
        "<!-- derivcheck\nsymbols: {x: reel}\n-->",
        ["page.md:2:14: `reel` is no kind of symbol (did you mean `real`?) [schema-value]"],
    ),
    "a split text": (
        "<!-- derivcheck\nwhere: {Z: f(x, y)}\n-->",
        ["page.md:2:17: `y)` is the rest of a text that YAML split at a comma (quote the whole "
         "text) [annotation-split]"],
    ),
    "an unknown directive": (
        "a <!-- derivcheck: skp -->",
        ["page.md:1:20: an annotation is a mapping of keys, not `skp` (did you mean `skip`?) "
         "[annotation-type]"],
    ),
    "a directive as a mapping": (
        "<!-- derivcheck next: skip -->",
        ["page.md:1:23: an annotation is a mapping of keys, not `skip` (of the next equation that "
         "is said by `derivcheck: skip`) [annotation-type]"],
    ),
    "rows that are none": (
        "<!-- derivcheck: skip two -->",
        ["page.md:1:18: `skip two` is no directive (`skip`, `skip 2,3` (rows), `claim`, `wrong`, "
         "`off`, `on`, or YAML) [annotation-directive]"],
    ),
    "nothing": (
        "<!-- derivcheck -->",
        ["page.md:1:17: an annotation is a mapping of keys, not `empty` (such as `symbols:`, "
         "`where:`, ...; or `skip`, `claim`, `wrong`, `off`, `on`) [annotation-type]"],
    ),
    "tabs": (
        "<!-- derivcheck\nsymbols:\n\tx: real\n-->",
        ["page.md:3:1: not YAML: a text can't begin with this character (indent with spaces, not "
         "with tabs) [yaml-syntax]"],
    ),
    "the same key twice": (
        "\n\n<!-- derivcheck\nwrt: x\nwrt: y\n-->",
        ["page.md:5:1: duplicate key `wrt` (first on line 4) [yaml-duplicate-key]"],
    ),
    "an alias": (
        "<!-- derivcheck\nwrt: *x\n-->",
        ["page.md:2:6: alias `*x`: aliases are not allowed (quote a text that begins with `*`) "
         "[yaml-alias]"],
    ),
    "a layout that is none": (
        "<!-- derivcheck: layout: row -->",
        ["page.md:1:26: `layout` can't be `row` (denominator or numerator) [annotation-value]"],
    ),
    "a name that is no macro": (
        "<!-- derivcheck\nmacros: {vx: a}\n-->",
        ["page.md:2:10: `vx` can't name a macro (a backslash and letters) [annotation-value]"],
    ),
    "a function that is none": (
        "<!-- derivcheck: functions: {f: pointwise} -->",
        ["page.md:1:33: `pointwise` is no kind of function (`elementwise`, `scalar(x)` or "
         '`"scalar(x, y)"` (quoted inside `{...}`)) [annotation-value]'],
    ),
    "a condition that is none": (
        "<!-- derivcheck\nsymbols: {a: real}\nassume: [a > 0, a >, 3]\n-->",
        ["page.md:3:17: `a >` can't be read: there is nothing on one side [annotation-maths]",
         "page.md:3:22: `3` can't be read: it is no equation and no comparison "
         "[annotation-maths]"],
    ),
    "maths that can't be read": (
        "<!-- derivcheck\nwhere: {q: \\sin(x}\n-->",
        ["page.md:2:12: `\\sin(x` can't be read: `(` is never closed [annotation-maths]"],
    ),
    "names that are none": (
        "<!-- derivcheck\nsymbols: {'x+': real}\nwrt: [x, '+']\nupstream: '+'\n-->",
        ["page.md:2:11: `x+` can't be read: it is no name [annotation-maths]",
         "page.md:3:10: `+` can't be read: it is no name [annotation-maths]",
         "page.md:4:11: `+` can't be read: a factor is missing [annotation-maths]"],
    ),
    "a long chain of names": (
        "<!-- derivcheck\nsymbols: {q_{0}: [n]}\nwhere:\n".replace("q_{0}", "'q_{0}'")
        + "".join(f"  q_{{{i + 1}}}: q_{{{i}}} + q_{{0}}\n" for i in range(500)) + "-->",
        [],
    ),
    "letters as formula files write them": (
        "<!-- derivcheck\nsymbols: {beta_1: [n], \\mu: real}\nfunctions: {phi: elementwise}\n"
        "where: {Sigma(t): t}\nwrt: [x, lambda]\n-->",
        ["page.md:2:11: no maths of the page writes `beta` (a page writes `\\beta`) "
         "[annotation-name]",
         "page.md:3:13: no maths of the page writes `phi` (a page writes `\\phi`) "
         "[annotation-name]",
         "page.md:4:9: no maths of the page writes `Sigma` (a page writes `\\Sigma`) "
         "[annotation-name]",
         "page.md:5:10: no maths of the page writes `lambda` (a page writes `\\lambda`) "
         "[annotation-name]"],
    ),
    "letters that the page writes so": (
        "<!-- derivcheck: symbols: {beta: real, mu: real, betas: real, 'x_{beta}': real} -->\n"
        "$\\mathrm{beta} + mu_1$\n",
        [],
    ),
    "a macro that nothing defines": (
        "<!-- derivcheck\nsymbols: {'\\vx_1': [n]}\n-->",
        ["page.md:2:11: `\\vx_1` can't be read: `\\vx` is no letter and no known macro "
         "[annotation-maths]"],
    ),
    "a name of `where` that is none": (
        "<!-- derivcheck\nwhere: {'+': x}\n-->",
        ["page.md:2:9: `+` can't be read: it is no name [annotation-maths]"],
    ),
    "nested too deep": (
        "<!-- derivcheck\nwhere: {q: '" + "(" * 4000 + "x" + ")" * 4000 + "'}\n-->",
        [f"page.md:2:12: `{'(' * 80}...` can't be read: nested more than 40 deep "
         "[annotation-maths]"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BROKEN.values(), ids=BROKEN)
def test_a_broken_annotation(text: str, expected: list[str]) -> None:
    read = from_text(text + "\n$x$", "page.md")
    assert list(map(str, read.problems)) == expected
    assert read.equations[-1].text == "x"


_YAML = st.text("symbols:where{}[]x\\^_$\n '\"-#&*!|>,()f1\t", max_size=60)
_FRAMES = (
    "<!-- derivcheck\n%s\n-->\n$x$",
    "<!-- derivcheck: %s -->$x$",
    "<!-- derivcheck next:\n  symbols: {x: %s}\n-->\n$x$",
)


@given(_YAML, st.sampled_from(_FRAMES))
def test_no_annotation_raises(text: str, frame: str) -> None:
    read = from_text(frame % text, "page.md")
    for problem in read.problems:
        assert problem.location is not None
        assert 1 <= problem.location.line <= frame.count("\n") + text.count("\n") + 1


def test_annotations_in_force_are_bounded() -> None:
    text = "<!-- derivcheck: wrt: x -->\n$a$\n" * (MOST_BLOCKS + 2)
    read = from_text(text, "page.md")
    assert max(len(e.blocks) for e in read.equations) == MOST_BLOCKS
    assert [p.rule for p in read.problems] == ["annotation-count"] * 2


def test_names_in_force_are_bounded() -> None:
    half = ", ".join(f"x_{{{i}}}" for i in range(MOST_NAMES // 2))
    text = f"<!-- derivcheck: symbols: {{? '{half}' : real}} -->\n$a$\n" * 3
    read = from_text(text, "page.md")
    assert [len(e.blocks) for e in read.equations] == [1, 2, 2]
    assert [p.rule for p in read.problems] == ["annotation-count"]


def test_each_annotation_is_told_once() -> None:
    broken = "<!-- derivcheck%s: assume: [%s >] -->\n"
    text = broken % ("", "x") + "$x$\n# A\n" + broken % (" next", "y") + "$x$ $x$\n"
    text += "# B\n$x$\n" + broken % ("", "z")
    assert [p.split("`")[1] for p in problems(text)] == ["x >", "y >", "z >"]


def test_the_place_in_tex_and_rst() -> None:
    assert problems("a\n  % derivcheck: wrt: x\n  %    layuot: numerator\n", ".tex") == [
        "page.tex:3:8: unknown key `layuot` (did you mean `layout`?) [annotation-key]"
    ]
    assert problems("a\n\n.. derivcheck\n      layuot: numerator\n", ".rst") == [
        "page.rst:4:7: unknown key `layuot` (did you mean `layout`?) [annotation-key]"
    ]


# -- macros -----------------------------------------------------------------------------------

DEFINITIONS = {
    "a command": (r"\newcommand{\dd}[2]{\frac{d#1}{d#2}}", Macro(r"\dd", 2, r"\frac{d#1}{d#2}")),
    "without braces": (r"\renewcommand\R{\mathbb{R}}", Macro(r"\R", 0, r"\mathbb{R}")),
    "with a default": (r"\newcommand{\dd}[2][x]{d#1}", Macro(r"\dd", 2, "d#1", "x")),
    "an empty default": (r"\newcommand{\dd}[1][]{d#1}", Macro(r"\dd", 1, "d#1", "")),
    "a definition": (r"\def\x#1#2{#2 #1}", Macro(r"\x", 2, "#2 #1")),
    "an operator": (r"\DeclareMathOperator{\tr}{tr}", Macro(r"\tr", 0, r"\operatorname{tr}")),
    "a starred operator": (r"\DeclareMathOperator*{\am}{arg\,min}",
                           Macro(r"\am", 0, r"\operatorname{arg\,min}")),
    "paired": (r"\DeclarePairedDelimiter{\norm}{\lVert}{\rVert}",
               Macro(r"\norm", 1, r"\lVert #1 \rVert")),
    "of documents": (
        r"\NewDocumentCommand{\dd}{O{x} m}{d#2/d#1}",
        Macro(r"\dd", 2, "d#2/d#1", "x"),
    ),
    "of documents, without": (r"\RenewDocumentCommand\R{ }{q}", Macro(r"\R", 0, "q")),
    "another name": (r"\let\eps=\varepsilon", Macro(r"\eps", 0, r"\varepsilon", is_own=True)),
    "another name for a sign": (r"\global\let\z\%", Macro(r"\z", 0, r"\%", is_own=True)),
    "over lines": ("\\newcommand{\\a}[1]\n  {b\n #1}", Macro(r"\a", 1, "b\n #1")),
}  # fmt: skip


@pytest.mark.parametrize(("text", "macro"), DEFINITIONS.values(), ids=DEFINITIONS)
def test_macros_of_the_document(text: str, macro: Macro) -> None:
    assert from_text(f"{text}\n$x$", "page.tex").macros == (macro,)
    assert from_text(f"$${text}$$\n$x$", "page.md").macros == (macro,)


def test_names_that_change_places() -> None:
    text = r"\let\old\phi \let\phi\psi \let\psi\old"
    pairs = ((r"\old", r"\phi"), (r"\phi", r"\psi"), (r"\psi", r"\phi"))
    macros = from_text(text, "page.tex").macros
    assert macros == tuple(Macro(name, 0, body, is_own=True) for name, body in pairs)


@pytest.mark.parametrize(
    "text",
    [
        *(r"\newcommand{\a", r"\def\a", r"\def\a#1", r"\newcommand{\a}[1", r"\let\a", r"\let\a b"),
        *(r"\NewDocumentCommand\a{m}", r"\NewDocumentCommand\a{s m}{#2}"),
    ],
)
def test_half_a_definition_defines_nothing(text: str) -> None:
    assert from_text(text, "page.tex").macros == ()


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def names(file: Path, *preambles: Path) -> list[str]:
    return [macro.name for macro in load(str(file), preamble(map(str, preambles))).macros]


def test_macros_of_what_is_loaded(tmp_path: Path) -> None:
    page = r"\usepackage{amsmath,own}\input{sub/one}\input{../outside}\input{page} \def\p{} $x$"
    write(
        tmp_path,
        {
            "doc/page.tex": page,
            "doc/sub/one.tex": r"\def\one{1} % \def\no{}",
            "doc/own.sty": r"\def\own{2}\RequirePackage{physics}",
            "outside.tex": r"\def\outside{3}",
            "pre.tex": r"\def\pre{4}",
            "book.tex": r"\input{pre}\def\a{}\begin{document}\input{doc/sub/one}\def\b{}",
        },
    )
    file = tmp_path / "doc" / "page.tex"
    own = [r"\one", r"\own", r"\p"]
    assert names(file, tmp_path / "pre.tex") == [r"\pre", *own]
    assert names(file, tmp_path / "book.tex") == [r"\pre", r"\a", r"\b", *own]
    assert load(str(file)).packages == {"amsmath", "own", "physics"}


def test_only_regular_files_of_the_folder_are_loaded(tmp_path: Path) -> None:
    write(tmp_path, {"doc/page.tex": r"\input{link}\input{folder}\input{/etc/passwd} $x$",
                     "secret.tex": r"\def\secret{}", "doc/folder.tex/x": ""})  # fmt: skip
    (tmp_path / "doc" / "link.tex").symlink_to(tmp_path / "secret.tex")
    assert names(tmp_path / "doc" / "page.tex") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("_config.yml", 'sphinx:\n  config:\n    mathjax3_config:\n      tex:\n        macros:\n'
                        '          "R": "\\\\mathbb{R}"\n          "d": ["\\\\frac{d}{d#1}", 1]\n'),
        ("_quarto.yml", "format:\n  html:\n    include-in-header:\n      text: |\n"
                        "        \\newcommand{\\R}{\\mathbb{R}}\n"
                        "        \\newcommand{\\d}[1]{\\frac{d}{d#1}}\n"),
        ("conf.py", "import os\nmathjax3_config = {'tex': {'macros': {'R': r'\\mathbb{R}',\n"
                    "    'd': [r'\\frac{d}{d#1}', 1]}}}\nos.abort()\n"),
        ("conf.py", "latex_elements = {'preamble': r'''\\newcommand{\\R}{\\mathbb{R}}\n"
                    "\\newcommand{\\d}[1]{\\frac{d}{d#1}}'''}\n"),
    ],
    ids=["Jupyter Book", "Quarto", "Sphinx", "Sphinx with LaTeX"],
)  # fmt: skip
def test_macros_of_settings(name: str, text: str, tmp_path: Path) -> None:
    write(tmp_path, {name: text, "page.md": "$x$"})
    assert load(str(tmp_path / "page.md")).macros == (
        Macro(r"\R", 0, r"\mathbb{R}"),
        Macro(r"\d", 1, r"\frac{d}{d#1}"),
    )


def test_a_preamble_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": "$x$"})
    given = preamble([str(tmp_path / "none.tex")])
    assert [problem.rule for problem in given.problems] == ["file-unreadable"]
    assert [e.text for e in load(str(tmp_path / "page.md"), given).equations] == ["x"]
