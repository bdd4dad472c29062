"""Every format against a golden file, the formats' own grammars, and hostile text.

``DERIVCHECK_GOLDEN=write pytest tests/test_reports.py`` writes the golden files anew;
read the difference before committing it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from adhoc import adhoc_entry
from document_sample import DOCUMENTS
from markdown_it import MarkdownIt
from report_sample import CLEAN, EMPTY, HOSTILE, REPORT

from derivcheck.cli.view import View
from derivcheck.model import (
    ClaimResult,
    Diagnostic,
    ErratumResult,
    ErratumStatus,
    Evidence,
    Finding,
    FormulaResult,
    Outcome,
    Report,
    Role,
    Strength,
    Verdict,
)
from derivcheck.report import FORMATS, errata_sheet, escape, rules, table
from derivcheck.report.lines import wrapped
from derivcheck.report.messages import all_messages, failure_text, failures
from derivcheck.report.words import rests_on, sentence

GOLDEN = Path(__file__).parent / "golden"
RENDERERS: dict[str, Callable[[Report], str]] = {
    "table.txt": FORMATS["table"],
    "table-quiet.txt": lambda report: table.render(report, verbosity=-1),
    "table-verbose.txt": lambda report: table.render(report, verbosity=1),
    "json.json": FORMATS["json"],
    "junit.xml": FORMATS["junit"],
    "sarif.json": FORMATS["sarif"],
    "github.txt": FORMATS["github"],
    "markdown.md": FORMATS["markdown"],
    "errata.txt": errata_sheet.table,
    "errata.md": errata_sheet.markdown_sheet,
    "errata.json": errata_sheet.json_sheet,
}
# C0 but newline, DEL, C1, bidi, zero width: none may ever leave a formatter
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f]")


@pytest.mark.parametrize("name", RENDERERS)
def test_golden(name: str) -> None:
    text = RENDERERS[name](REPORT)
    path = GOLDEN / name
    if os.environ.get("DERIVCHECK_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in RENDERERS if not name.startswith("errata")])
def test_golden_of_documents(name: str) -> None:
    text = RENDERERS[name](DOCUMENTS)
    path = GOLDEN / "documents" / name
    if os.environ.get("DERIVCHECK_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize(
    "report",
    [CLEAN, EMPTY, replace(REPORT, interrupted=True), DOCUMENTS],
    ids=["clean", "empty", "interrupted", "documents"],
)
def test_every_report_renders_and_ends_in_one_newline(name: str, report: Report) -> None:
    text = RENDERERS[name](report)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", RENDERERS)
def test_no_control_character_leaves(name: str) -> None:
    assert not CONTROLS.search(RENDERERS[name](REPORT))


def test_every_format_says_the_same() -> None:
    """The whole message is in every format, once unescaped."""
    junit = ElementTree.fromstring(FORMATS["junit"](REPORT))
    told = {
        "junit": "\n".join(e.text or "" for e in junit.iter()),
        "sarif": "\n".join(
            r["message"]["text"].replace("\\](", "](")
            for r in json.loads(FORMATS["sarif"](REPORT))["runs"][0]["results"]
        ),
        "github": FORMATS["github"](REPORT).replace("%0A", "\n").replace("%25", "%"),
    }
    for message in all_messages(REPORT):
        for name, text in told.items():
            assert message.text in text, name
    words = _words(FORMATS["table"](REPORT))
    rendered = _words(_html_text(FORMATS["markdown"](REPORT)))
    for message in all_messages(REPORT):
        assert _words(message.headline) in words
        assert _words(message.headline).replace("`", "") in rendered.replace("`", "")
        for _, text in message.details:
            assert _words(text) in words
            # backticks mark code there
            assert _words(text).replace("`", "") in rendered.replace("`", "")


def _words(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _html_text(markdown: str) -> str:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(markdown)
    root = ElementTree.fromstring(f"<r>{html}</r>")
    return "".join(root.itertext())


def test_failures_of_a_formula_are_told_at_their_own_place() -> None:
    refuted = next(r for r in REPORT.results if r.id == "3")
    assert (
        failure_text(refuted)
        == """\
sample:3 hyperbolic tangent with a wrong sign and quite a long name indeed, derivative[1]: refuted
  claim  1 + tanh(x)**2
  at     x = -2, A = [[1, 2], [3/2, -1]] with n = 2, u(x) = sin(x) + x**2
  value  true [0.0706508, 0.0706509], claimed 1.96403 (entry [0, 1])
  hint   the sign of tanh(x)**2; 1 - tanh(x)**2 is proved"""
    )
    assert [str(m.location) for m in failures(refuted)] == ["formulas/sample/one.yaml:25:34"]


@pytest.mark.parametrize("result", REPORT.results, ids=lambda r: r.id)
def test_what_fails_says_so_and_nothing_else_does(result: object) -> None:
    assert bool(failures(result)) == (result.outcome is Outcome.FAIL)  # type: ignore[attr-defined,arg-type]


def _passing(id: str, name: str = "") -> FormulaResult:
    return FormulaResult("c", id, name, "c.yaml", 1, Outcome.PASS, Verdict.PROVED)


def _table(*results: FormulaResult, width: int = 80, verbosity: int = 0) -> list[str]:
    report = Report(results)
    return table.body(report, verbosity=verbosity, width=width, color=False).splitlines()


LONG_ID = "quotient-of-two-rather.long-inner-products"
LONG_NAME = "differentiation of a quotient of two inner products by their first factor"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_cell_breaks_a_word_and_ids_break_at_hyphens_and_dots_only(width: int) -> None:
    lines = _table(_passing(LONG_ID, LONG_NAME), _passing("1", "short"), width=width)
    assert max(map(len, lines)) <= width
    end = lines[1].index("name")
    rows = lines[3:-2]  # without the second formula and the blank line
    ids = [part for row in rows if (part := row[:end].strip())]
    assert "".join(ids) == LONG_ID
    assert all(part.endswith(("-", ".")) for part in ids[:-1])
    shown = " ".join(row[end : lines[1].index("symbolic")].strip() for row in rows).split()
    assert shown == LONG_NAME.split()


HINT = "the inner derivative `1 - h**2` of `tanh(z)` is missing: `g*(1 - h**2) @ x.T` (proved)"
LATEX = r"\delta = [\frac{\partial{C}}{\partial{a_{i}^L}}\frac{\partial{a_{i}^L}}{\partial{z}}]"


@pytest.mark.parametrize("width", [25, 40, 60])
def test_code_and_commands_of_latex_are_not_broken(width: int) -> None:
    found = wrapped(HINT, width)
    assert max(map(len, found)) <= width
    assert " ".join(found) == HINT
    assert all(line.count("`") % 2 == 0 for line in found)
    row = ErratumResult("naming", "latex", ErratumStatus.NOTED, printed=LATEX)
    sheet = errata_sheet.table(Report((replace(_passing("1"), errata=(row,)),)), width=width)
    assert set(re.findall(r"[A-Za-z]+", LATEX)) <= set(re.findall(r"[A-Za-z]+", sheet))


def test_the_column_of_names_goes_where_nothing_has_one() -> None:
    assert _table(_passing("1"), _passing("2"))[1].split() == [
        "id",
        "symbolic",
        "numeric",
        "verdict",
    ]


def test_a_large_run_lists_what_does_not_pass_and_counts_the_rest() -> None:
    wrong = replace(_passing("wrong"), outcome=Outcome.FAIL, verdict=Verdict.REFUTED)
    many = [_passing(str(k)) for k in range(table.MOST_LISTED)]
    lines = _table(*many, wrong)
    assert lines[:6] == [
        "c",
        "id     symbolic  numeric  verdict",
        "─" * 38,
        "wrong  -         -        refuted FAIL",
        "",
        "1000 formulas passed and not listed (-v lists all)",
    ]
    listed = _table(*many, wrong, verbosity=1)
    assert all(any(line.startswith(f"{k} ") for line in listed) for k in (0, 999))
    assert len(_table(*many)) > table.MOST_LISTED


def test_a_refuted_claim_has_nothing_under_symbolic() -> None:
    (refuted,) = (r for r in REPORT.results if r.id == "3")
    assert _table(refuted)[3].split()[-4:] == ["-", "3.1e-12", "refuted", "FAIL"]


SENTENCES = {
    "1": "The exact prover proved the claim. Central differences agreed at 12 points, with a "
    "largest relative error of 3.1e-12. Interval arithmetic agreed at 3 points.",
    "2": "Central differences agreed at 12 points, with a largest relative error of 3.1e-12.",
    "3": "Interval arithmetic certified that the claim is wrong.",
    "5": "",
}


@pytest.mark.parametrize(("id", "told"), SENTENCES.items())
def test_what_a_verdict_rests_on_is_told_in_sentences(id: str, told: str) -> None:
    (result,) = (r for r in REPORT.results if r.id == id and r.collection == "sample")
    assert rests_on(result.claims[-1]) == told


CONDITIONAL = {
    Strength.PROOF: "J proved the claim, provided that x is 2 or 3.",
    Strength.SAMPLE: "J agreed at 2 points.",
}


@pytest.mark.parametrize(("strength", "told"), CONDITIONAL.items())
def test_conditions_are_told_of_proofs_alone(strength: Strength, told: str) -> None:
    samples = None if strength is Strength.PROOF else 2
    found = Evidence("J", "", Finding.HOLDS, strength, samples=samples, conditions=("x is 2 or 3",))
    assert sentence(found) == told


WIDE = {
    "an id": ("t:of-a-long.name said", ["t:of-a-", "long.name", "said"]),
    "LaTeX": (r"\\frac{ab}{cdef}", [r"\\frac{ab}", "{cdef}"]),
    "neither": ("abcdefghijklm", ["abcdefghij", "klm"]),
}


@pytest.mark.parametrize(("text", "expected"), WIDE.values(), ids=WIDE)
def test_a_word_wider_than_a_line_breaks_where_it_may(text: str, expected: list[str]) -> None:
    assert wrapped(text, 10) == expected


def test_no_text_ends_its_block_in_markdown() -> None:
    (result,) = (r for r in REPORT.results if r.id == "3")
    written = replace(result, latex="y = x", reading="a:\n````\n::error::b")
    shown = FORMATS["markdown"](replace(REPORT, results=(written,)))
    block = ["`````text", "a:", "````", r"\::error::b", "`````"]
    assert "\n".join(f"    {line}" for line in block) in shown


def test_two_proofs_are_told_together() -> None:
    proof = Evidence("exact prover", "", Finding.HOLDS, Strength.PROOF, role=Role.PROVES)
    second = replace(proof, judge="SymPy", role=Role.PROVES_TOO)
    assert rests_on(ClaimResult("1", Verdict.PROVED, (proof, second))) == (
        "The exact prover and SymPy proved the claim, independently of one another."
    )


def test_json_has_the_fields_that_programs_rely_on() -> None:
    document = json.loads(FORMATS["json"](REPORT))
    assert document["summary"] == {
        "total": 10, "pass": 2, "fail": 7, "erratum": 1,
        "proved": 3, "supported": 2, "refuted": 2, "invalid": 1, "undecided": 2,
    }  # fmt: skip
    formula = document["results"][2]
    assert {"collection", "id", "name", "file", "line", "outcome", "verdict", "seconds", "claims",
            "citations", "errata"} <= formula.keys()  # fmt: skip
    claim = formula["claims"][1]
    assert {"claim", "verdict", "evidence", "counterexample", "hint", "diagnostics"} <= claim.keys()
    assert {"judge", "method", "finding", "strength", "measured", "allowed", "samples", "seconds",
            "detail"} <= claim["evidence"][0].keys()  # fmt: skip
    # hostile text arrives as it is: JSON is for programs
    assert document["results"][8]["name"] == HOSTILE


def test_junit_counts() -> None:
    root = ElementTree.fromstring(FORMATS["junit"](REPORT))
    assert root.attrib == {"name": "derivcheck", "tests": "11", "failures": "4", "errors": "4",
                           "time": "1.234"}  # fmt: skip
    cases = list(root.iter("testcase"))
    assert len(cases) == 11
    assert all(case.get("file") and case.get("line") for case in cases)
    assert sum(case.find("failure") is not None for case in cases) == 4
    assert sum(case.find("error") is not None for case in cases) == 4


def test_sarif_is_valid() -> None:
    schema = json.loads((GOLDEN.parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text())
    jsonschema.Draft4Validator.check_schema(schema)
    for report in (REPORT, CLEAN, EMPTY):
        log = json.loads(FORMATS["sarif"](report))
        jsonschema.validate(log, schema, format_checker=jsonschema.FormatChecker())
        run = log["runs"][0]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert [rules[r["ruleIndex"]] for r in run["results"]] == [
            r["ruleId"] for r in run["results"]
        ]
    broken = json.loads(FORMATS["sarif"](REPORT))
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)


def test_sarif_fingerprints_are_distinct_and_survive_moved_lines() -> None:
    def fingerprints(report: Report) -> list[str]:
        results = json.loads(FORMATS["sarif"](report))["runs"][0]["results"]
        return [r["partialFingerprints"]["derivcheck/v1"] for r in results]

    moved = replace(REPORT, results=tuple(replace(r, line=r.line + 7) for r in REPORT.results))
    assert fingerprints(moved) == fingerprints(REPORT)
    assert len(set(fingerprints(REPORT))) == len(fingerprints(REPORT))


_COMMAND = re.compile(r"::(error|notice) file=([^,:]+),line=\d+,col=\d+,title=([^,:]+)::(.*)")


def test_github_commands_are_one_line_each_and_escaped() -> None:
    *lines, _ = FORMATS["github"](REPORT).splitlines()
    parsed = [_COMMAND.fullmatch(line) for line in lines]
    assert all(parsed)
    assert "file=formulas/other%2C50%25.yaml" in "\n".join(lines)
    # the injected command is data inside one message
    assert not any(line.startswith("::error::") for line in lines)
    assert "%250A::error::" in "\n".join(lines)


def test_a_very_long_text_is_not_told_in_full() -> None:
    long = "9" * 10_000
    diagnostic = Diagnostic("number", f"`{long}` is too long", at="derivative", excerpt=long)
    claim = ClaimResult(long, Verdict.INVALID, diagnostics=(diagnostic,), at="derivative")
    result = replace(
        REPORT.results[0], outcome=Outcome.FAIL, verdict=Verdict.INVALID, claims=(claim,)
    )
    (message,) = failures(result)
    shown = f"{'9' * 1000} [8000 characters left out] {'9' * 1000}"
    assert message.details == (("claim", shown), ("in", shown))
    assert "[8014 characters left out]" in message.headline
    assert len(message.headline) < 2100


def test_an_erratum_of_a_formula_without_a_name() -> None:
    erratum = ErratumResult("naming", "symbols", ErratumStatus.NOTED, note="two names")
    result = replace(REPORT.results[0], collection="c", id="1", name="", errata=(erratum,))
    report = replace(REPORT, results=(result,))
    assert "- **c:1**: naming\n" in errata_sheet.markdown_sheet(report)
    assert "\nc:1: naming\n" in errata_sheet.table(report)


@pytest.mark.parametrize("sheet", ["markdown.md", "errata.md"])
def test_markdown_injects_nothing(sheet: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(RENDERERS[sheet](REPORT))
    root = ElementTree.fromstring(f"<r>{html}</r>")
    allowed = {
        *("r", "h1", "h2", "h3", "p", "ul", "li", "strong", "code", "details", "summary"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert {element.tag for element in root.iter()} <= allowed
    assert not re.search(r"@team|\$x", RENDERERS[sheet](REPORT))
    rows = [len(row) for row in root.iter("tr")]
    assert set(rows) <= {6}


@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_table_keeps_to_80_columns_but_for_places(verbosity: int) -> None:
    for line in table.render(REPORT, verbosity=verbosity).splitlines():
        assert len(line) <= 80 or re.fullmatch(r"  \S.*:\d+:\d+", line), line


def test_table_colours_only_when_asked() -> None:
    assert "\x1b[" not in table.render(REPORT)
    coloured = table.render(REPORT, color=True)
    assert "\x1b[" in coloured
    assert "\x1b[31mred" not in coloured
    assert "[bold]" not in coloured


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", "a b"),
        ("tab\there", "tab here"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202e", "\\u202e"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("∂ 导数 é", "∂ 导数 é"),
        ("\uffff", "\\uffff"),
    ],
    ids=["newline", "tab", "escape", "bidi", "surrogate", "tag", "letters", "noncharacter"],
)
def test_plain(text: str, expected: str) -> None:
    assert escape.plain(text) == expected


def test_reports_import_neither_sympy_nor_numpy() -> None:
    code = (
        "import sys; from derivcheck.report import FORMATS; from derivcheck.model import Report\n"
        "import derivcheck.report.errata_sheet\n"
        "for f in FORMATS.values(): f(Report(()))\n"
        "print([m for m in ('sympy', 'numpy', 'flint') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_messages_on_the_language_lead_to_sections_that_exist() -> None:
    page = (Path(__file__).parent.parent / "docs" / "language.md").read_text("utf-8")
    sections = {
        "docs/language.md#" + line[3:].strip().lower().replace(" ", "-")
        for line in page.splitlines()
        if line.startswith("## ")
    }
    assert {rules.page_of(rule) for rule in rules.CONCERNING} == sections - {
        "docs/language.md#derivatives-inside-expressions"
    }
    assert rules.page_of("refuted") is None
    file, _, section = (rules.page_of("annotation-maths") or "").partition("#")
    page = (Path(__file__).parent.parent / file).read_text("utf-8")
    assert f"\n## {section.capitalize().replace('-', ' ')}\n" in page


def test_the_head_of_a_formula_is_wrapped_beside_its_verdict() -> None:
    entry = adhoc_entry("x", "1", wrt="x", symbols={"x": "real"})
    entry = replace(entry, collection="c", as_written={**entry.as_written, "name": LONG_NAME})
    lines = View(60).render(entry, _passing("1")).splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[0].endswith("  proved")
    assert f"{lines[0][:-6].strip()} {lines[1]}".split()[1:] == LONG_NAME.split()
