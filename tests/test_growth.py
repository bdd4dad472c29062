"""What reads, lints and prints is linear in its input: twice the text, about twice the steps.

Steps are lines of Python that are executed; what a single call of C does to a text is bounded by
its length, or is a regular expression that the cases below would catch by their size alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import growth
import pytest
from formula_files import HEAD

from derivcheck.collection import checks, reader
from derivcheck.collection.loader import load_text
from derivcheck.documents.load import from_text
from derivcheck.documents.reader import read_document
from derivcheck.lint import lint_text
from derivcheck.model import ClaimResult, FormulaResult, Outcome, Report, Verdict
from derivcheck.report import FORMATS
from derivcheck.report.escape import inert, markdown, markdown_code, plain, shortened, xml
from derivcheck.report.github import data

SMALL, LARGE = 400, 1600
FEW, MORE = 100, 400
"""Of what takes thousands of steps for each: below the most that is kept, where growth would end
on its own."""
BLOCK = "<!-- derivcheck: where: {b_#: x^2} -->"


def steps(work: Callable[[str], object], text: str) -> int:
    """How many lines of Python it takes."""
    return growth.steps(lambda: work(text))


def entry(body: Callable[[int], str]) -> tuple[Callable[[str], object], Callable[[int], str]]:
    return load_text, lambda n: HEAD + body(n)


def document(line: str, name: str = "a.md") -> tuple[Callable[[str], object], Callable[[int], str]]:
    return (lambda text: lint_text(text, name)), lambda n: line * n


def reading(pattern: str) -> tuple[Callable[[str], object], Callable[[int], str]]:
    return (lambda text: read_document(from_text(text, "a.md"))), many(pattern, "\n\n")


def many(pattern: str, between: str = ", ") -> Callable[[int], str]:
    return lambda n: between.join(pattern.replace("#", str(i)) for i in range(n))


def listed(head: str, pattern: str, tail: str) -> Callable[[int], str]:
    inner = many(pattern)
    return lambda n: head + inner(n) + tail


CASES = {
    "names of open brackets": entry(listed("- {id: a, symbols: {", "a#(", "}}\n")),
    "functions of open brackets": entry(listed("- {id: a, functions: {", "a#(", "}}\n")),
    "steps of open brackets": entry(listed("- {id: a, where: {", "a#[", "}}\n")),
    "a list of open brackets": entry(listed("- {id: a, derivative: [", "a#(", "]}\n")),
    "unknown keys": entry(listed("- {id: a, ", "key#: x", "}\n")),
    "keys alike": entry(listed("- {id: a, ", "derivativ#: x", "}\n")),
    "the same key": entry(listed("- {id: a, ", "k: x", "}\n")),
    "unknown keys of a symbol": entry(listed("- {id: a, symbols: {x: {", "k#: x", "}}}\n")),
    "aliases": entry(listed("- [", "*a#", "]\n")),
    "formulas": entry(many("- {id: a#, expression: x, equals: x}", "\n")),
    "the same formula": entry(many("- {id: a, expression: x, equals: x}", "\n")),
    "broken formulas": entry(many("- {id: a#, x: [}", "\n")),
    "unclosed formulas": entry(many("- {id: a#", "\n")),
    "what is no formula": entry(many("- x", "\n")),
    "pieces of maths": document("$a$ x\n"),
    "money": document("$ "),
    "fences": document("```\n"),
    "two fences": document("```x\n~~~\n"),
    "backticks": document("` `` "),
    "environments": document("\\begin{align}\n"),
    "wrong environments": document("$$\\begin{a}x\\end{b}$$\n"),
    "closing brackets": document(" $) ) ) ]$ "),
    "opening brackets": document(" $( [ \\{ ($ "),
    "tags": document("$$x \\tag{1}$$\n"),
    "items": document("1. a $$x \\tag{1}$$\n"),
    "references": document("see (\\ref{a}) and formula (3)\n"),
    "comments": document("<!-- "),
    "marks of items in one formula": (
        lambda text: lint_text(f"${text}$", "a.tex"),
        many("a)", " "),
    ),
    "typographic primes": document("$x’$ and "),
    "a number and a bracket": document("1. $a)$\n"),
    "names of one annotation": (
        lambda text: read_document(from_text(text, "a.md")),
        listed("<!-- derivcheck: where: {", "b_#: x^2", "} -->\n$x$\n"),
    ),
    "names alike": (
        lambda text: lint_text(text, "a.md"),
        lambda n: "".join(f"$e_{{0{k}}} + e_{{o{k}}}$\n" for k in range(n)),
    ),
    "one name alike": document("$e_{01} + e_{o1}$ "),
    "halves of derivatives": document("$\\frac{\\partial L}{w}$ "),
    "open fractions": document("$\\frac{\\partial $ \\frac{\\partial "),
    "functions defined again": (
        lambda text: lint_text(text, "a.md"),
        lambda n: "".join(f"$f_{k}(x) = x^{k}$\n" for k in range(n)),
    ),
    "one function again": document("$f(x) = x^2$ is $f(x) = 2x$.\n"),
    "rows of a table": document("| $f(x) = x^2$ | $f'(x) = 2x$ |\n"),
    "functions without backslash": document("$\\sin(x) + cos(x)$ "),
    "one long formula": (
        lambda text: lint_text(text, "a.md"),
        lambda n: "$\\sin x" + " + cos(x)" * n + "$",
    ),
    "subscripts of primes": document("$\\sigma_{'}(z)$ "),
    "empty powers": document("$\\csc^ x + \\sin^{} x$ "),
    "unclosed displays": document("$$ y = x^2\n\n"),
    "open links": document("[a](b "),
    "lists": document("- a $x$\n  - b $y$\n"),
    "quotations": document("> "),
    "headings": document("# a $x$\n"),
    **{
        f"many of {piece!r}": (
            lambda text: lint_text(text, "a.md"),
            lambda n, piece=piece: "$$x \\tag{3}$$\n\n" + piece * n,
        )
        for piece in ("(", "$", "$$ ", "`", "\\left(", "{", "[a,", "<pre>", "1. a\n", "公式1 ")
    },
    "in rst": document(".. math:: a\n\n   b :math:`c`\n\n", "a.rst"),
    "open roles in rst": document(":math:`a ", "a.rst"),
    "environments in TeX": document("\\begin{align} a &= b \\\\ \n", "a.tex"),
    "comments in TeX": document("% $a$\n% derivcheck: off\n", "a.tex"),
    "macros in TeX": document("\\newcommand{\\a}{b} $\\a$\n", "a.tex"),
    "in TeX": document("$a$ \\( b \\) % $ \n", "a.tex"),
    "controls": (plain, lambda n: "\x00é\n " * n),
    "Markdown": (markdown, lambda n: "*_`[](www.@" * n),
    "Markdown code": (markdown_code, lambda n: "` |" * n),
    "names": (shortened, lambda n: "\u202ea\n" * n),
    "commands of CI": (inert, lambda n: " ::error::\n" * n),
    "blanks before a command": (inert, lambda n: " " * n + ":"),
    "data of a command": (data, lambda n: "%\r\n" * n),
    "XML": (xml, lambda n: "<&>\"'" * n),
}


PAGES = {
    "names of one section": reading("$y_# = x^2$ and $y_#' = 2x$"),
    "one name again": reading("$y = x^2$ and $y' = 2x$"),
    "annotations of sections": reading(f"# a\n{BLOCK}\n$x$"),
    "annotations of the next": reading("<!-- derivcheck next: {where: {b: x^2}} -->\n$x$"),
    "displays that go on": reading("$$= 2x$$"),
    "items with definitions": reading("#. $y = x^2$, $y' = 2x$"),
}


@pytest.mark.parametrize(
    ("work", "text", "sizes"),
    [
        *((*case, (SMALL, LARGE)) for case in CASES.values()),
        *((*case, (FEW, MORE)) for case in PAGES.values()),
    ],
    ids=[*CASES, *PAGES],
)
def test_steps_grow_with_the_text(
    work: Callable[[str], object], text: Callable[[int], str], sizes: tuple[int, int]
) -> None:
    work(text(2))  # what is imported or compiled once
    small, large = map(text, sizes)
    assert steps(work, large) <= 1.5 * len(large) / len(small) * steps(work, small) + 20_000


@pytest.mark.parametrize("form", FORMATS)
def test_reports_grow_with_the_results(form: str) -> None:
    def report(count: int) -> Callable[[str], object]:
        claim = ClaimResult("x", Verdict.UNDECIDED, at="derivative", reason="because")
        results = tuple(
            FormulaResult(
                "c", str(k), "name", "f", k, Outcome.FAIL, Verdict.UNDECIDED, claims=(claim,)
            )
            for k in range(count)
        )
        return lambda _: FORMATS[form](Report(results))

    report(2)("")
    assert steps(report(400), "") <= 1.5 * 4 * steps(report(100), "") + 20_000


AT_ONCE = {
    "blanks behind a name of a page": (
        lambda text: read_document(from_text(text, "page.md")),
        "$a" + " " * 100_000 + "= 2$ $$x (1)" + " " * 100_000 + "y = 2$$\n",
    ),
    "blanks behind commands that define": (
        lambda text: from_text(text, "page.tex"),
        "\\newcommand" + " " * 50_000 + "x \\newcommand{\\a" + " " * 50_000 + "x",
    ),
    "blanks behind a letter": (plain, "é" + " " * 500_000 + "x"),
    "blanks and line ends": (plain, ("é" + " " * 5_000 + "\n") * 100),
    "an interval of blanks": (
        load_text,
        HEAD + "- {id: a, derivative: [" + " " * 500_000 + "a }\n",
    ),
    "a kind of commas": (checks.fmt.is_interval, "(" + "," * 500_000 + "x"),
    "a long word": (lambda text: checks.suggest(text, checks.fmt.KINDS), "x" * 500_000),
    "brackets that close nothing": (lambda t: lint_text(t, "a.md"), "$" + ")" * 100_000 + "$"),
    "annotations in force": (
        lambda text: read_document(from_text(text, "a.md")),
        many(f"{BLOCK}\n$x$\n")(400),
    ),
}


@pytest.mark.parametrize(("work", "text"), AT_ONCE.values(), ids=AT_ONCE)
def test_long_texts_come_to_an_end(work: Callable[[str], object], text: str) -> None:
    """Each took minutes, or would: as the square of its length."""
    work(text)


def test_a_file_of_mistakes_is_not_read_anew_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0
    read = reader._Stream.read

    def counted(self: Any, size: int) -> str:
        nonlocal taken
        text = read(self, size)
        taken += len(text)
        return text

    monkeypatch.setattr(reader._Stream, "read", counted)
    text = HEAD + "- {id: a, x: [}\n" * 200_000
    _, problems = load_text(text)
    assert len(problems) == 1001
    assert problems[-1].message.startswith("more than 1000 problems: the rest of the file, 199000")
    assert taken < 10 * len(text)


def test_problems_of_one_formula_are_counted() -> None:
    text = HEAD + "- {id: a, " + many("key#: x")(5_000) + "}\n"
    _, problems = load_text(text)
    assert len(problems) == 101
    assert problems[-1].message == "more than 100 problems: the rest is not looked at"
