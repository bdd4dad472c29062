"""How a document was read, for people, for programs, and as a formula file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

from derivcheck.collection.formula import Formula
from derivcheck.collection.raw import Raw
from derivcheck.collection.write import file_text, formula_text
from derivcheck.documents.examined import REPEATS
from derivcheck.documents.model import Claim, Read
from derivcheck.model import EquationStatus as Status
from derivcheck.model import Report
from derivcheck.report.documents import entry_of, is_from_document, short
from derivcheck.report.escape import plain

_WORDS = {
    Status.CLAIM: "claim",
    Status.DEFINITION: "definition",
    Status.SILENT: "no claim",
    Status.UNREAD: "not read",
}


def lines_of(read: Read, width: int) -> Iterator[str]:
    """One equation: its place, what it is, how it is read or why it is not."""
    equation = read.equation
    head = f"{plain(str(equation.location))}: {_WORDS[read.status]}: {short(equation.text)}"
    yield head if len(head) <= width else head[: width - 1] + "…"
    if read.reason:
        where = read.location
        place = f" ({where.line}:{where.column})" if where else ""
        yield f"    {plain(read.reason)}{place}"
    if read.reading:
        yield f"    {plain(read.reading)}"
    for claim in read.claims:
        yield from _claim(claim)


def _claim(claim: Claim) -> Iterator[str]:
    many = len(claim.readings)
    yield f"    {plain(claim.id)}{f', read in {many} ways' if many > 1 else ''}"
    for number, entry in enumerate(claim.readings, 1):
        mark = f"{number}. " if many > 1 else ""
        for line in formula_text(entry, "id", "latex").splitlines():
            yield f"      {mark:3}{plain(line)}" if many > 1 else f"      {plain(line)}"
            mark = ""
    for problem in claim.unread:
        yield f"      a member is not read: {plain(str(problem))}"


def document_of(read: Read) -> dict[str, Any]:
    """One equation as plain dictionaries and lists."""
    equation = read.equation
    return {
        "file": equation.file,
        "cell": equation.cell,
        "line": equation.line,
        "column": equation.column,
        "latex": equation.text.strip(),
        "status": read.status.value,
        "reason": read.reason or None,
        "reading": read.reading or None,
        "claims": [
            {
                "id": claim.id,
                "line": claim.location.line,
                "column": claim.location.column,
                "anchored": claim.grade.anchored,
                "readings": [formula_text(entry) for entry in claim.readings],
                "unread": [str(problem) for problem in claim.unread],
            }
            for claim in read.claims
        ],
    }


def formula_file(report: Report) -> str:
    """The claims of documents, each in the reading that decided it, as one formula file."""
    files = list(dict.fromkeys(one.file for one in report.equations))
    stem = os.path.splitext(os.path.basename(files[0]))[0] if files else "document"
    name = re.sub(r"[^A-Za-z0-9_.-]", "-", stem).lstrip(".-") or "document"
    seen: dict[str, int] = {}
    formulas = []
    for result in report.results:
        entry = entry_of(result) if is_from_document(result) and result.reading else None
        if entry is None:
            continue
        if result.verdict.passes:
            entry = _alone(entry, any(one.reason == REPEATS for one in result.claims))
        taken = seen[result.id] = seen.get(result.id, 0) + 1
        name_of = result.id if taken == 1 else f"{result.id}.{taken}"
        formulas.append(entry.changed(id=re.sub(r"[\s:]", "-", name_of).lstrip("-") or "equation"))
    title = ", ".join(os.path.basename(file) for file in files)
    return file_text("document" if name == "all" else name, formulas, title)


def _alone(entry: Formula, repeats: bool) -> Formula:
    """A chain without the member of the display before, of which it says nothing.

    One that only repeats a wrong member claims what it adds: that it is equal to that member.
    """
    before = entry.steps[0].to if entry.steps else ""
    if not before or before in entry.claims:
        return entry
    kept = entry.changed("derivation")
    if not repeats:
        return kept
    dropped = (entry.kind, "order", *(("wrt",) if entry.kind == "derivative" else ()))
    claims = entry.claims
    forms: Raw = claims[0] if len(claims) == 1 else [*claims]
    return kept.changed(*dropped, expression=before, equals=forms)
