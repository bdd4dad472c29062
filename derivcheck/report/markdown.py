"""A Markdown summary for a job page: failures first, then errata, then everything, folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from derivcheck.model import FormulaResult, Outcome, Report
from derivcheck.report.documents import is_in_part, verdict_word
from derivcheck.report.escape import inert, markdown, markdown_code, plain, shortened
from derivcheck.report.messages import Message, sections
from derivcheck.report.words import full_id, marked, numeric_word, summary, symbolic_word

_SIGNS = {Outcome.PASS: "✅", Outcome.ERRATUM: "📝", Outcome.FAIL: "❌"}
_VERBATIM = frozenset(
    ("claim", "page", "read as", "that is", "in", "at", "value", "printed", "correct")
)


def render(report: Report) -> str:
    """The report as GitHub-flavoured Markdown; every text of a file is escaped."""
    failed = report.count(Outcome.FAIL) or report.problems
    sign = _SIGNS[Outcome.FAIL if failed else Outcome.PASS]
    lines = [f"## {sign} derivcheck", "", summary(report), ""]
    for title, _, messages in sections(report):
        lines += _section(title, messages)
    if report.results:
        lines += _everything(report)
    return "\n".join(lines).rstrip() + "\n"


def _section(title: str, messages: list[Message]) -> list[str]:
    if not messages:
        return []
    lines = [f"### {title}", ""]
    for message in messages:
        lines.append(f"- **{_prose(message.headline)}**")
        lines.append(f"  {markdown_code(plain(str(message.location)))}")
        for label, texts in _labelled(message.details):
            lines += _detail(label, texts)
    return [*lines, ""]


def _labelled(details: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Labels, each with its lines: those without a label go on with the one before."""
    found: list[tuple[str, list[str]]] = []
    for label, text in details:
        if label or not found:
            found.append((label, [text]))
        else:
            found[-1][1].append(text)
    return found


def _detail(label: str, texts: Sequence[str]) -> list[str]:
    if len(texts) == 1:
        one = markdown_code(texts[0]) if label in _VERBATIM else _prose(texts[0])
        return [f"  - {markdown(label)}: {one}"]
    # typeset maths and YAML keep their lines and blanks in a block alone
    fence = "`" * max(3, *(len(run) + 1 for text in texts for run in re.findall("`+|$", text)))
    block = [f"{fence}text", *map(inert, texts), fence]
    return [f"  - {markdown(label)}:", "", *(f"    {line}" for line in block), ""]


def _prose(text: str) -> str:
    """Text in which `backticks` mark code."""
    return "".join(
        markdown_code(part) if is_code else markdown(part) for part, is_code in marked(text)
    )


def _sign(result: FormulaResult) -> str:
    return "⚠️" if verdict_word(result) == "suspect" else _SIGNS[result.outcome]


def _verdict(result: FormulaResult) -> str:
    return verdict_word(result) + (" in part" if is_in_part(result) else "")


def _everything(report: Report) -> list[str]:
    rows = [
        f"| {_sign(r)} | {markdown_code(full_id(r))} | {markdown(shortened(r.name))} "
        f"| {symbolic_word(r.claims)} | {numeric_word(r.claims)} | {_verdict(r)} |"
        for r in report.results
    ]
    return [
        "<details><summary>All formulas</summary>",
        "",
        "| | id | name | symbolic | numeric | verdict |",
        "| --- | --- | --- | --- | --- | --- |",
        *rows,
        "",
        "</details>",
    ]
