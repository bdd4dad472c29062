"""The errata sheet of a collection, as an author would want to receive it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict

from derivcheck.model import ErratumResult, ErratumStatus, FormulaResult, Report
from derivcheck.records import record
from derivcheck.report.escape import markdown, markdown_code, plain
from derivcheck.report.words import full_id, plural

KINDS = {
    "wrong-derivative": "wrong derivative",
    "wrong-step": "wrong step of a derivation",
    "wrong-reference": "wrong reference",
    "dangling-reference": "reference to a formula that does not exist",
    "shape": "holds for other shapes only",
    "condition": "holds under an unstated condition only",
    "notation": "notation",
    "numbering": "numbering",
    "naming": "naming",
}
_STATUS = {
    ErratumStatus.VERIFIED: "verified: fails as printed, passes as corrected",
    ErratumStatus.STALE: "stale: does not make the difference it claims to make",
    ErratumStatus.NOTED: "noted: no machine can decide this",
}


@record()
class Row:
    """One erratum: where, what is printed, what is right, how it was verified."""

    formula: str
    name: str
    section: str
    at: str
    kind: str
    printed: str
    correct: str
    note: str
    status: str
    how: str
    file: str
    line: int


def rows(report: Report) -> tuple[Row, ...]:
    """Every erratum of the report, in its order."""
    return tuple(_row(r, e) for r in report.results for e in r.errata)


def _row(result: FormulaResult, erratum: ErratumResult) -> Row:
    how = _STATUS[erratum.status]
    if erratum.detail:
        how = f"{erratum.status.value}: {plain(erratum.detail)}"
    place = erratum.location
    return Row(
        full_id(result),
        plain(result.name),
        plain(result.section),
        plain(erratum.at),
        plain(erratum.kind),
        plain(erratum.printed),
        plain(erratum.correct),
        plain(erratum.note),
        erratum.status.value,
        how,
        plain(place.file if place else result.file),
        place.line if place else result.line,
    )


def _heading(report: Report) -> str:
    titles = [plain(title or name) for name, title in report.collections]
    return "Errata" + (f": {'; '.join(titles)}" if titles else "")


def _total(found: tuple[Row, ...]) -> str:
    counted = Counter(row.status for row in found)
    counts = [f"{counted[one.value]} {one.value}" for one in ErratumStatus if counted[one.value]]
    total = plural(len(found), "erratum", "errata")
    return f"{total}: {', '.join(counts)}" if counts else total


def _fields(row: Row) -> tuple[tuple[str, str, bool], ...]:
    pairs = (
        ("at", row.at, False),
        ("printed", row.printed, True),
        ("correct", row.correct, True),
        ("note", row.note, False),
        ("checked", row.how, False),
    )
    return tuple(pair for pair in pairs if pair[1])


def _title(row: Row) -> str:
    return f"{row.formula} {row.name}".strip()


def table(report: Report, *, width: int = 80, color: bool = False) -> str:
    """The sheet as text for a terminal."""
    from derivcheck.report.lines import Lines

    found = rows(report)
    lines = Lines(width, color)
    lines.add(_heading(report), "bold")
    for row in found:
        lines.blank()
        lines.add(f"{_title(row)}: {KINDS.get(row.kind, row.kind)}", "bold yellow")
        lines.pairs([(label, text) for label, text, _ in _fields(row)], 2)
        lines.unbroken(f"  {row.file}:{row.line}", "dim")
    lines.blank()
    lines.add(_total(found), "bold")
    return lines.text()


def markdown_sheet(report: Report) -> str:
    """The sheet as Markdown, to be sent to the author."""
    found = rows(report)
    lines = [f"# {markdown(_heading(report))}", "", f"{_total(found)}.", ""]
    section = ""
    for row in found:
        if row.section and row.section != section:
            section = row.section
            lines += [*([""] if lines[-1] else []), f"## {markdown(section)}", ""]
        kind = KINDS.get(row.kind, row.kind)
        lines.append(f"- **{markdown(_title(row))}**: {markdown(kind)}")
        for label, text, code in _fields(row):
            lines.append(f"  - {label}: {markdown_code(text) if code else markdown(text)}")
    return "\n".join(lines).rstrip() + "\n"


def json_sheet(report: Report) -> str:
    """The sheet as JSON: a list of errata, every field a string but the line."""
    found = [asdict(row) for row in rows(report)]
    document = {"derivcheck": report.version, "total": len(found), "errata": found}
    return json.dumps(document, indent=1) + "\n"


SHEETS: dict[str, Callable[[Report], str]] = {
    "table": table,
    "markdown": markdown_sheet,
    "json": json_sheet,
}
"""Name of a format to the function that renders the sheet."""
