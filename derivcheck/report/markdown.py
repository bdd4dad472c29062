"""A Markdown summary for a job page: failures first, then errata, then everything, folded."""

from __future__ import annotations

from derivcheck.model import FormulaResult, Outcome, Report
from derivcheck.report.documents import is_in_part, verdict_word
from derivcheck.report.escape import markdown, markdown_code, plain, shortened
from derivcheck.report.messages import Message, sections
from derivcheck.report.words import full_id, numeric_word, summary, symbolic_word

_SIGNS = {Outcome.PASS: "✅", Outcome.ERRATUM: "📝", Outcome.FAIL: "❌"}
_VERBATIM = frozenset(
    ("claim", "page", "read as", "that is", "", "in", "at", "value", "printed", "correct")
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
        for label, text in message.details:
            told = markdown_code(text) if label in _VERBATIM else _prose(text)
            lines.append(f"  - {markdown(label)}: {told}" if label else f"    {told}")
    return [*lines, ""]


def _prose(text: str) -> str:
    """Text in which `backticks` mark code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return markdown(text)
    return "".join(markdown_code(p) if i % 2 else markdown(p) for i, p in enumerate(pieces))


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
