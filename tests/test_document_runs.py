"""Documents from the command line to every report: what users see and what programs read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from derivcheck.cli.app import app
from derivcheck.collection.loader import load_text

pytest_plugins = ["pytester"]

PAGE = r"""# Notes

The swish function is $f(x) = \frac{x}{1 + e^{-x}}$, so

$$f'(x) = \frac{1}{1 + e^{-x}} + \frac{x e^{-x}}{(1 + e^{-x})^2}$$

## Ridge

<!-- derivcheck
symbols: {X: [m, n], w: [n], y: [m], \lambda: positive}
-->

$$L = \|Xw - y\|^2 + \lambda \|w\|^2 \tag{1}$$

$$
\nabla_w L
= 2 X^T (Xw - y) + \lambda w \tag{2}
$$

And $\foo{x} = 1$ is $\frac{d}{dx} \sin x = \cos x$.
"""
RIGHT = PAGE.replace(r"+ \lambda w \tag{2}", r"+ 2 \lambda w \tag{2}")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DERIVCHECK_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.stdout, done.stderr


def report(*arguments: str) -> tuple[int, dict[str, Any]]:
    code, out, error = run("verify", *arguments, "--no-cache", "--format", "json")
    assert out, error
    return code, json.loads(out)


def write(name: str, text: str) -> None:
    Path(name).write_text(text, "utf-8")


def test_a_page_with_a_mistake() -> None:
    write("page.md", PAGE)
    code, out, _ = run("verify", "page.md", "--no-cache")
    assert code == 1
    lines = out.splitlines()
    assert lines[0] == "page.md"
    assert [" ".join(line.split()) for line in lines[3:7]] == [
        r"5 f'(x) = \frac{1}{1 + e^{-x}} + \frac{x e^{-x}}{(1 + proved",
        "e^{-x})^2}",
        r"16 2 \nabla_w L = 2 X^T (Xw - y) + \lambda w refuted FAIL",
        r"20 \frac{d}{dx} \sin x = \cos x proved",
    ]
    assert "  page.md:17:3" in out
    assert "hint     it should be `2*(X.T @ (X @ w - y) + \\lambda*w)` (proved)" in out
    assert "6 equations: 3 claims (2 proved, 1 refuted), 2 definitions, 1 not read;" in out


def test_a_page_without() -> None:
    write("page.md", RIGHT)
    assert run("verify", "page.md", "--no-cache")[0] == 0


def test_json() -> None:
    write("page.md", PAGE)
    code, told = report("page.md")
    assert code == 1
    assert [
        (r["id"], r["line"], r["column"], r["verdict"], r["outcome"], r["anchored"], r["suspect"])
        for r in told["results"]
    ] == [
        ("L5", 5, 3, "proved", "pass", False, False),
        ("2", 16, 1, "refuted", "fail", True, False),
        ("L20", 20, 23, "proved", "pass", True, False),
    ]
    assert told["results"][1]["latex"] == "\\nabla_w L\n= 2 X^T (Xw - y) + \\lambda w"
    assert "expression: L\nwrt: w\n" in told["results"][1]["reading"]
    assert [
        (e["line"], e["status"], e["results"], e.get("part", False)) for e in told["equations"]
    ] == [
        (3, "definition", [], False),
        (5, "claim", ["L5"], False),
        (13, "definition", [], False),
        (15, "claim", ["2"], False),
        (16, "claim", ["2"], True),
        (17, "claim", ["2"], True),
        (20, "unread", [], False),
        (20, "claim", ["L20"], False),
    ]
    assert all(e["file"] == "page.md" and e["cell"] is None for e in told["equations"])
    assert all(bool(e["reason"]) == (e["status"] == "unread") for e in told["equations"])


@pytest.mark.parametrize(
    ("form", "sign"),
    [
        ("github", "::error file=page.md,line=17,col=3,"),
        ("sarif", '"startLine": 17,\n           "startColumn": 3'),
        ("junit", 'name="2" file="page.md" line="17"'),
        ("markdown", "`page.md:17:3`"),
    ],
)
def test_other_formats_stand_at_the_line(form: str, sign: str) -> None:
    write("page.md", PAGE)
    code, out, _ = run("verify", "page.md", "--format", form)
    assert code == 1
    assert "".join(sign.split()) in "".join(out.split())


def test_strict_fails_suspects_and_what_is_not_read() -> None:
    write("page.md", RIGHT)
    code, told = report("page.md", "--strict")
    assert code == 1
    (failed,) = [r for r in told["results"] if r["outcome"] == "fail"]
    assert failed["line"] == 20
    assert failed["reason"].startswith("not read: ")
    told = [run("verify", "page.md", *o)[1].splitlines()[-1] for o in ((), ("--strict",))]
    assert told[0].partition(";")[0] == told[1].partition(";")[0]
    write("other.md", PAGE.partition("## Ridge")[0])
    assert report("other.md", "--strict")[0] == 0


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", 0),
        (": claim", 1),
        (": wrong", 1),
        (" next: {}", 1),
        (": {}", 1),
        (": skip", 0),
        (": skip 1", 0),
        (": off", 0),
        (": on", 0),
    ],
)
def test_strict_fails_what_is_not_read_under_words_that_ask_for_it(said: str, code: int) -> None:
    comment = f"<!-- derivcheck{said} -->\n" if said else "\n"
    write("page.md", comment + "\n" + r"$$\frac{d}{dx} \foo(x) = 2x$$" + "\n")
    assert run("verify", "page.md", "--no-cache")[0] == 0
    found, out, _ = run("verify", "page.md", "--no-cache", "--strict", "--format", "github")
    assert found == code
    place = "::error file=page.md,line=3,col=16,title=derivcheck not-read%3A page.md%3AL3::"
    assert (place + r"page.md:L3: not read: unknown command `\foo`" in out) == bool(code)


def test_strict_fails_each_row_that_is_not_read() -> None:
    rows = r"""<!-- derivcheck: symbols: {x: real} -->

\begin{align}
(x^2)' &= 2x \\
\frac{d}{dx} \foo(x) &= 2x \\
(x^3)' &= 3x^2
\end{align}

$$(x^2)' = 2x, \quad \foo = 1$$
"""
    write("page.md", rows)
    assert report("page.md")[0] == 0
    code, told = report("page.md", "--strict")
    assert code == 1
    assert [(r["id"], r["outcome"], r["latex"], r.get("reason")) for r in told["results"]] == [
        ("L4", "pass", "(x^2)' &= 2x", None),
        ("L5", "fail", r"\frac{d}{dx} \foo(x) &= 2x", r"not read: unknown command `\foo`"),
        ("L6", "pass", "(x^3)' &= 3x^2", None),
        ("L9", "pass", "(x^2)' = 2x", None),
        ("L9.2", "fail", r"(x^2)' = 2x, \quad \foo = 1", r"not read: unknown command `\foo`"),
    ]


def test_what_is_not_read_has_an_id_of_its_own() -> None:
    text = r"$\f x = 1$ $(x^2)' = 2x$ $\g x = 2$ $(x^3)' = 3x^2$"
    write("page.md", f"<!-- derivcheck: symbols: {{x: real}} -->\n\n{text}\n")
    _, told = report("page.md", "--strict")
    assert [r["id"] for r in told["results"]] == ["L3.3", "L3", "L3.4", "L3.2"]


def test_strict_fails_what_numbers_alone_support() -> None:
    write("page.md", RIGHT.partition("##")[0])
    for options, expected in (((), 0), (("--strict",), 1)):
        code, told = report("page.md", "--only", "numeric", *options)
        assert (code, {r["verdict"] for r in told["results"]}) == (expected, {"supported"})


def test_results_are_the_same_on_any_number_of_workers() -> None:
    write("page.md", PAGE)

    def told(jobs: str) -> Any:
        found = report("page.md", "-j", jobs)[1]
        drop = ("seconds",)
        text = json.dumps(found["results"])
        kept = json.loads(text, object_hook=lambda o: {k: v for k, v in o.items() if k not in drop})
        return kept, found["equations"]

    assert told("1") == told("3")


def test_results_come_in_the_order_of_the_files() -> None:
    write("a.md", r"$\frac{d}{dx} x^2 = 2x$")
    write("b.yaml", "derivcheck: 1\ncollection: b\nformulas:\n  - {id: 1, symbols: {x: real}, "
          "expression: x, wrt: x, derivative: '1'}\n")  # fmt: skip
    write("c.tex", r"\begin{document}$\frac{d}{dx} x^3 = 3x^2$\end{document}")
    code, told = report("c.tex", "b.yaml", "a.md")
    assert code == 0
    assert [r["file"] for r in told["results"]] == ["c.tex", "b.yaml", "a.md"]
    out = run("verify", "c.tex", "b.yaml", "a.md")[1]
    assert "1 formula; 1 passed; 1 proved; 2 equations: 2 claims (2 proved);" in out


def test_a_notebook_names_its_cells() -> None:
    cells = [("code", "x"), ("markdown", "a\n\n$\\frac{d}{dx} x^2 = x$")]
    write("book.ipynb", json.dumps({"cells": [{"cell_type": k, "source": s} for k, s in cells]}))
    code, told = report("book.ipynb")
    assert code == 1
    assert [(r["cell"], r["line"], r["column"]) for r in told["results"]] == [(1, 3, 2)]
    assert [(e["cell"], e["line"]) for e in told["equations"]] == [(1, 3)]
    assert "book.ipynb:cell 1:3:" in run("verify", "book.ipynb")[1]
    for form in ("github", "sarif", "junit"):
        assert "cell 1" in run("verify", "book.ipynb", "--format", form)[1]


def test_a_broken_annotation_loses_nothing_else() -> None:
    write("page.md", "<!-- derivcheck\nsymbls: {x: real}\n-->\n" + PAGE)
    code, told = report("page.md")
    assert code == 2
    assert len(told["results"]) == 3
    assert [(p["rule"], p["line"], p["column"]) for p in told["problems"]] == [
        ("annotation-key", 2, 1)
    ]


@pytest.mark.parametrize("name", ["none.md", "folder.md"])
def test_what_can_not_be_read(name: str) -> None:
    Path("folder.md").mkdir()
    assert run("verify", name)[0] == 2


def test_the_filter() -> None:
    write("page.md", PAGE)
    code, told = report("page.md:L5")
    assert (code, [r["id"] for r in told["results"]]) == (0, ["L5"])


def test_a_page_that_is_named_twice_is_read_once() -> None:
    write("page.md", PAGE)
    told = report("page.md:L5", "./page.md:2", "page.md:L5")[1]
    assert [r["id"] for r in told["results"]] == ["L5", "2"]


def test_show() -> None:
    write("page.md", PAGE)
    code, out, _ = run("show", "page.md:2", "--no-cache")
    assert code == 1
    assert out.startswith("page.md:2 ")
    assert r"as printed  \nabla_w L = 2 X^T (Xw - y) + \lambda w" in out


def test_a_label_with_a_colon_is_an_id() -> None:
    write("page.md", PAGE.replace(r"\tag{2}", r"\label{eq:ridge}"))
    code, told = report("page.md:eq:ridge")
    assert (code, [r["id"] for r in told["results"]]) == (1, ["eq:ridge"])
    assert run("show", "page.md:eq:ridge", "--no-cache")[1].startswith("page.md:eq:ridge ")


@pytest.mark.parametrize("id", ["99", "eq:ridge", "L6", ""])
def test_an_id_that_a_page_does_not_have(id: str) -> None:
    """A misspelt id must not pass for a page without mistakes."""
    write("page.md", RIGHT)
    code, _, error = run("show", f"page.md:{id}")
    assert (code, f"`page.md` has no claim `{id}`" in error or not id) == (2, True)
    if id:
        code, told = report("page.md:L5", f"page.md:{id}")
        assert (code, [r["id"] for r in told["results"]]) == (2, ["L5"])
        assert [p["message"] for p in told["problems"]] == [f"`page.md` has no claim `{id}`"]


def test_a_page_is_not_written_over_by_what_is_read_of_it() -> None:
    write("page.md", RIGHT)
    os.symlink("page.md", "link.yaml")
    for target in ("page.md", "./page.md", "link.yaml"):
        code, _, error = run("read", "page.md", "--emit", target)
        assert (code, error) == (2, f"derivcheck: can't write {target}: it is read in this run\n")
    assert Path("page.md").read_text("utf-8") == RIGHT


def test_other_commands_refuse_documents() -> None:
    write("page.md", PAGE)
    code, _, error = run("list", "page.md")
    assert code == 2
    assert error == (
        "derivcheck: `page.md` is no formula file (verify, show, read and lint take documents; "
        "`read --emit` makes one of it)\n"
    )


def test_read_tells_how() -> None:
    write("page.md", PAGE)
    code, out, _ = run("read", "page.md")
    assert code == 0
    assert "page.md:5:1: claim: f'(x) = " in out
    assert "      where: {f: x/(1 + e**(-x))}\n" in out
    assert "page.md:20:5: not read: \\foo{x} = 1\n" in out
    told = json.loads(run("read", "page.md", "--format", "json")[1])
    assert [e["status"] for e in told["equations"]] == [
        *("definition", "claim", "definition", "claim", "unread", "claim"),
    ]


def test_what_is_emitted_verifies_the_same() -> None:
    write("page.md", PAGE)
    assert run("read", "page.md", "--emit", "page.yaml", "--no-cache")[0] == 0
    shown = run("read", "page.md", "--emit", "-", "--no-cache")
    assert shown[:2] == (0, Path("page.yaml").read_text("utf-8"))
    entries, problems = load_text(Path("page.yaml").read_text("utf-8"))
    assert (problems, [entry.id for entry in entries]) == ((), ["L5", "2", "L20"])
    before, after = report("page.md")[1], report("page.yaml")[1]
    assert [(r["id"], r["verdict"]) for r in before["results"]] == [
        (r["id"], r["verdict"]) for r in after["results"]
    ]


def test_a_preamble() -> None:
    write("page.tex", r"\begin{document}$\ddx \sin x = \cos x$\end{document}")
    write("own.tex", r"\newcommand{\ddx}{\frac{d}{dx}}")
    assert report("page.tex")[1]["equations"][0]["status"] == "unread"
    told = report("page.tex", "--preamble", "own.tex")[1]
    assert [r["verdict"] for r in told["results"]] == ["proved"]
    assert report("page.tex", "--preamble", "none.tex")[0] == 2


def test_a_preamble_that_is_missing_is_told_once() -> None:
    for name in ("a.md", "b.md"):
        write(name, r"$\frac{d}{dx} x^2 = 2x$")
    code, told = report("a.md", "b.md", "--preamble", "none.tex")
    assert (code, len(told["results"]), len(told["problems"])) == (2, 2, 1)
    code, _, error = run("read", "a.md", "b.md", "--preamble", "none.tex")
    assert (code, error) == (
        2,
        "derivcheck: none.tex:1:1: can't be read: No such file or directory\n",
    )


def test_a_book_that_takes_in_its_chapters() -> None:
    chapters = ["one", "two", "three", "four"]
    inputs = "".join(rf"\include{{{name}}}" for name in chapters)
    write("book.tex", r"\newcommand{\ddx}{\frac{d}{dx}}\begin{document}" + inputs)
    for name in chapters:
        write(f"{name}.tex", r"\[ \ddx x^2 = 2x \]")
    code, _, error = run("verify", "book.tex")
    assert (code, error) == (
        0,
        "derivcheck: book.tex holds no equation; what it takes in is checked where it is named: "
        "one.tex, two.tex, three.tex and 1 more (with `--preamble book.tex` for its macros)\n",
    )
    files = [f"{name}.tex" for name in chapters]
    told = report(*files, "--preamble", "book.tex")[1]
    assert [r["verdict"] for r in told["results"]] == ["proved"] * 4


def test_claims_are_pytest_items(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
    pytester.path.joinpath("page.md").write_text(PAGE, "utf-8")
    pytester.path.joinpath("README.md").write_text(r"$\frac{d}{dx} x^2 = x$", "utf-8")
    pytester.path.joinpath("bad.md").write_text("<!-- derivcheck: wrd -->", "utf-8")
    done = pytester.runpytest_subprocess("-p", "derivcheck.pytest_plugin", "--derivcheck", "-v")
    done.assert_outcomes(passed=2, failed=2)
    done.stdout.fnmatch_lines_random(
        ["page.md::L5 PASSED*", "page.md::2 FAILED*", "page.md::L20 PASSED*", "  page.md:17:3",
         "bad.md::annotation-type in line 1 FAILED*"]
    )  # fmt: skip


def test_strict_items_for_what_is_not_read(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
    page = "<!-- derivcheck: claim -->\n\n$$(x^2)' = 2x \\\\\n\\foo x = 1$$\n\n$$\\foo = 2$$\n"
    pytester.path.joinpath("page.md").write_text(page, "utf-8")
    options = ("-p", "derivcheck.pytest_plugin", "--derivcheck", "-v")
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)
    done = pytester.runpytest_subprocess(*options, "--derivcheck-strict")
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(
        [
            "page.md::not-read in line 4 FAILED*",
            r"not read: unknown command `\foo`",
            "  page.md:4:1",
        ]
    )


def test_what_is_kept_survives_a_line_above(monkeypatch: pytest.MonkeyPatch) -> None:
    write("page.md", PAGE)
    before = json.loads(run("verify", "page.md", "--format", "json")[1])
    write("page.md", "A line.\n\n" + PAGE)
    monkeypatch.setattr("derivcheck.running.workers.LocalWorkers.start", None)  # nobody works
    after = json.loads(run("verify", "page.md", "--format", "json")[1])
    assert [(r["id"], r["verdict"], r["claims"][0]["line"]) for r in after["results"]] == [
        (f"L{r['line'] + 2}" if r["id"] != "2" else "2", r["verdict"], r["claims"][0]["line"] + 2)
        for r in before["results"]
    ]


def test_the_filter_looks_at_sections() -> None:
    write("page.md", PAGE)
    code, told = report("page.md", "-k", "ridge and nabla")
    assert (code, [r["id"] for r in told["results"]]) == (1, ["2"])
    assert told["results"][0]["section"] == "Notes / Ridge"
    assert run("verify", "page.md", "-k", "lasso")[0] == 2


def test_counterexamples_speak_in_the_names_of_the_page() -> None:
    write("page.md", PAGE)
    (claim,) = report("page.md:2")[1]["results"][0]["claims"]
    assert set(claim["counterexample"]["point"]) == {"w", "X", "y", r"\lambda"}


def test_a_suspect_says_why_it_is_one() -> None:
    write("page.md", "Let $f(x) = x^3$, so that $f'(x) = x^2$ for all $x$.\n")
    code, out, _ = run("verify", "page.md", "--no-cache")
    assert code == 0
    assert "page.md:L1, derivative: suspect, refuted as read" in out
    assert "no annotation declares its names: the reading may be wrong" in out
    assert run("verify", "page.md", "--no-cache", "--strict")[0] == 1


def test_a_member_that_repeats_a_wrong_one_says_so() -> None:
    write("page.md", "$y = x^2$, so $y' = 3x = 2x + x$\n")
    _, out, _ = run("verify", "page.md", "--no-cache")
    assert out.count("it only repeats the wrong member before it") == 1


IDS = {
    "a tag each": (r"@ \tag{1} \\ @ \tag{2}", ["1", "2"]),
    "labels, a tag and a chain": (
        r"\label{u} @ \\ @ \nonumber \\ @ \\ &= x + x \tag{*}\label{v}",
        ["u", "L3", "*"],
    ),
    "one for all": (r"@ \\ @ \tag{9}", ["9", "9.2"]),
}


@pytest.mark.parametrize(("rows", "ids"), IDS.values(), ids=IDS)
def test_the_tag_of_a_claim_is_that_of_its_rows(rows: str, ids: list[str]) -> None:
    rows = rows.replace("@", r"\frac{d}{dx} x^2 &= 2x").replace(r"\\ ", "\\\\\n")
    write("page.tex", f"\\begin{{align}}\n{rows}\n\\end{{align}}\n")
    found = json.loads(run("verify", "page.tex", "--no-cache", "--format", "json")[1])
    assert [one["id"] for one in found["results"]] == ids


def test_what_is_wrong_on_purpose_passes_only_if_it_is() -> None:
    claim = "<!-- derivcheck: wrong -->\n\n$$\\frac{d}{dt} \\cos t = %s$$\n"
    write("page.md", claim % r"\sin t")
    code, out, _ = run("verify", "page.md", "--no-cache")
    assert (code, "wrong as said" in out) == (0, True)
    write("page.md", claim % r"-\sin t")
    code, out, _ = run("verify", "page.md", "--no-cache")
    assert (code, "an annotation says that it is wrong, but it is not refuted" in out) == (1, True)


def test_a_sign_before_a_derivative_is_no_equation_to_be_solved() -> None:
    write(
        "page.md",
        "| potential | force |\n|--|--|\n| $V(r) = k \\ln r$ | $-V'(r) = \\frac{k}{r}$ |\n",
    )
    _, told = report("page.md")
    assert [(r["verdict"], r["suspect"]) for r in told["results"]] == [("refuted", True)]


def test_a_member_that_is_proved_vouches_for_a_definition_far_away() -> None:
    page = (
        "Let $y = x^3$.\n\n"
        + "As everybody knows, it is smooth.\n\n" * 3
        + "$$\\frac{dy}{dx} = 3x^2 = %s$$\n"
    )
    write("page.md", page % "6x")
    _, told = report("page.md")
    assert [(r["verdict"], r["suspect"]) for r in told["results"]] == [("refuted", True)]
    write("page.md", (page % "6x").replace("3x^2 = ", ""))
    assert report("page.md")[1]["results"] == []


def test_a_dot_over_what_is_defined_is_its_derivative() -> None:
    write("page.md", "With $x(t) = t^3$ we get $\\dot x(t) = 3t^2$ and $\\ddot x = 5t$.\n")
    _, told = report("page.md")
    assert [(r["verdict"], r["suspect"]) for r in told["results"]] == [
        ("proved", False),
        ("refuted", True),
    ]


def test_a_print_that_differs_is_told() -> None:
    write(
        "f.yaml",
        "derivcheck: 1\ncollection: p\nformulas:\n  - id: 1\n    latex: '(\\ln x)'' = x'\n"
        "    symbols: {x: positive}\n    expression: ln(x)\n    wrt: x\n    derivative: 1/x\n",
    )
    said = "p:1: its `latex` says something else than its claim"
    code, out, _ = run("verify", "f.yaml", "--no-cache")
    assert (code, said in out) == (0, True)
    code, out, _ = run("verify", "f.yaml", "--no-cache", "--strict", "--format", "github")
    assert (code, said in out, "::error" in out) == (1, True, True)
    assert said in run("verify", "f.yaml", "--no-cache", "--format", "junit")[1]
    assert "`latex` says" in run("verify", "f.yaml", "--no-cache", "--format", "markdown")[1]


def test_a_proved_claim_vouches_for_others_on_the_same_definition() -> None:
    words = "As everybody knows, this is smooth.\n\n" * 4
    page = (
        f"$$U(r) = \\frac{{k}}{{r}}$$\n\n{words}$$U'(r) = -\\frac{{k}}{{r^2}}$$\n\n{words}$$%s$$\n"
    )
    write("page.md", page % r"\frac{d^2U}{dr^2} = \frac{k}{r^3}")
    _, told = report("page.md")
    assert [(r["verdict"], r["suspect"], r["outcome"]) for r in told["results"]] == [
        ("proved", False, "pass"),
        ("refuted", True, "pass"),
    ]
    write("page.md", page.replace(r"-\frac", r"\frac") % r"\frac{d^2U}{dr^2} = \frac{k}{r^3}")
    assert report("page.md")[1]["results"] == []
