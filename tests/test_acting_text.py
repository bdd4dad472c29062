"""Text of a file that a CI server, a code scanner or a job page would act upon stays text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from derivcheck.cli.app import app
from derivcheck.model import (
    ClaimResult,
    Diagnostic,
    FormulaResult,
    Location,
    Outcome,
    Report,
    Verdict,
)
from derivcheck.report import FORMATS
from derivcheck.report.escape import inert, markdown, plain
from derivcheck.report.table import render

COMMANDS = (
    *("::stop-commands::tok", " ::add-mask::x", "::error::x", "##[error]x"),
    # blanks of other kinds, and the commands of other servers
    *("\u00a0::error::x", "\u3000\u2003::error::x", "##vso[task.setvariable]x", "##teamcity[a]"),
)
NAMES = [
    *COMMANDS,
    *(f"{'a' * width} {command}" for width in range(60, 80, 3) for command in COMMANDS),
    "a\n::error::x",
    "a\r::error::x",
    "a ::b " * 100,
]
OURS = re.compile(r"::(error|notice|warning) file=")
ACTS = re.compile(r"^\s*::|##[a-z]*\[")


def report(name: str) -> Report:
    place = Location(name, 3, 1)
    claim = ClaimResult(name, Verdict.UNDECIDED, at="derivative", reason=name, hint=name)
    failing = FormulaResult(
        "c", name, name, name, 3, Outcome.FAIL, Verdict.UNDECIDED, claims=(claim,), note=name
    )
    problem = Diagnostic("schema-value", name, place, name, excerpt=name)
    broken = replace(failing, id="2", diagnostics=(problem,), claims=())
    return Report((failing, broken), (problem,), collections=(("c", name),))


@pytest.mark.parametrize("name", NAMES, ids=lambda name: repr(name)[:30])
def test_no_line_is_a_command_of_a_ci_server(name: str) -> None:
    told = {kind: render_(report(name)) for kind, render_ in FORMATS.items()}
    for width in (40, 80, 81):
        told[f"table {width}"] = render(report(name), verbosity=1, width=width)
    for kind, text in told.items():
        lines = [line for line in text.split("\n") if kind != "github" or not OURS.match(line)]
        assert not [line for line in lines if ACTS.search(line)], kind


def test_what_is_inert_is_else_the_same() -> None:
    assert inert("a ::b\n c:d\n\n") == "a ::b\n c:d\n\n"
    assert inert("::a\n  ::b\n\t::::c") == "\\::a\n  \\::b\n\t\\::::c"
    assert inert("\n::a", "&#58;") == "\n&#58;:a"
    assert inert("\u00a0::a") == "\u00a0\\::a"


def test_what_shows_nothing_is_shown() -> None:
    assert plain("a\u3164b\u2800c\u115f") == "a\\u3164b\\u2800c\\u115f"


FILE = (
    "derivcheck: 1\ncollection: c\nformulas:\n- {id: 1, name: 'NAME', symbols: {x: real}, "
    "expression: x, wrt: x, derivative: '2'}\n- {id: 2, name: 'NAME', unknown: x}\n"
)


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "FILE", "--no-cache"],
        ["verify", "FILE", "--no-cache", "-v"],
        ["verify", "FILE", "--no-cache", "--format", "junit"],
        ["verify", "FILE", "--no-cache", "--format", "json"],
        ["verify", "FILE", "--no-cache", "--format", "sarif"],
        ["verify", "FILE", "--no-cache", "--format", "markdown"],
        ["show", "FILE:1"],
        ["list", "FILE"],
        ["errata", "FILE"],
        ["fmt", "--check", "FILE"],
        ["lint", "FILE"],
        ["read", "FILE"],
        ["verify", "::stop-commands::x"],
        ["verify", "--format", "\n::stop-commands::x"],
        ["\n::stop-commands::x"],
    ],
    ids=" ".join,
)
def test_no_command_prints_a_command(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    file = "::stop-commands::tok.yaml"
    Path(file).write_text(FILE.replace("NAME", f"{'a' * 68} ::stop-commands::tok"), "utf-8")
    result = CliRunner().invoke(app, [a.replace("FILE", file) for a in arguments])
    lines = result.output.split("\n")
    assert not [line for line in lines if ACTS.search(line) and not OURS.match(line)]


LINKS = {
    "a link": "[a](https://example.org)",
    "a link to a place": "[a](1)",
    "two brackets": "[[a]](b) ](c)",
    "an image": "![a](https://example.org/a.png)",
}


@pytest.mark.parametrize("name", LINKS.values(), ids=LINKS)
def test_nothing_is_a_link_in_sarif(name: str) -> None:
    (run,) = json.loads(FORMATS["sarif"](report(name)))["runs"]
    for result in run["results"]:
        # section 3.11.6: a link is `[text](target)`, in which `\\]` is a bracket of the text
        assert not re.search(r"(?<!\\)\]\(", result["message"]["text"])
        assert name in result["message"]["text"].replace("\\](", "](")


ADDRESSES = ("www.example.org", "WWW.example.org", "a www.example.org/x?y=z", "(www.x.y)")


@pytest.mark.parametrize(
    "name", [*LINKS.values(), *ADDRESSES, "https://example.org", "http://a.b", "ftp://a.b"]
)
def test_nothing_is_a_link_in_markdown(name: str) -> None:
    text = markdown(name)
    html = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert "<a" not in html
    assert "<img" not in html
    # what GitHub looks for in the text itself, before anything else
    assert not re.search(r"(?i)www\.|(https?|ftp)://", text)


def test_a_long_name_is_told_once_and_cut_elsewhere() -> None:
    name = "n" * 1_000_000
    claims = tuple(
        ClaimResult("x", Verdict.UNDECIDED, at=f"derivative[{k}]", reason="?") for k in range(60)
    )
    result = FormulaResult("c", "1", name, "f", 1, Outcome.FAIL, Verdict.UNDECIDED, claims=claims)
    for kind, render_ in FORMATS.items():
        size = len(render_(Report((result,))))
        assert size < (1_100_000 if kind == "json" else 100_000), kind
