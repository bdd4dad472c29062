"""What reports say of the claims of documents: how they were read, which are suspect, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from derivcheck.model import (
    ClaimResult,
    EquationResult,
    EquationStatus,
    FormulaResult,
    Location,
    Outcome,
    Report,
)
from derivcheck.report.escape import plain

if TYPE_CHECKING:
    from derivcheck.collection.formula import Formula

_MOST_LINES = 12
"""Lines of typeset maths that a message shows; what is higher is left to `show`."""
_WIDTH = 72
_HIDDEN = ("id", "name", "section", "latex", "collection", "note", "tags", "derivation")
"""Keys of a reading that say nothing of how the claim was read."""


def is_from_document(result: FormulaResult) -> bool:
    """Whether a result is that of a claim of a document."""
    return result.anchored is not None


def verdict_word(result: FormulaResult) -> str:
    """The verdict on a claim of a document in a word or two."""
    if result.suspect and result.outcome is Outcome.PASS:
        return "suspect"
    if is_from_document(result) and result.outcome is Outcome.PASS and not result.verdict.passes:
        return "wrong as said"
    return result.verdict.value


def doubt(result: FormulaResult) -> str:
    """Why what is refuted as read may be right all the same, and what settles it."""
    if result.anchored:
        return (
            "no derivative is in it: it may be an equation to be solved "
            "(`derivcheck: claim` before it says that it is not)"
        )
    return "no annotation declares its names: the reading may be wrong (`symbols:` settles it)"


def is_in_part(result: FormulaResult) -> bool:
    """Whether only a part of a claim was read."""
    return result.verdict.passes and result.note.startswith("proved in part")


def short(latex: str) -> str:
    """The maths of a claim on one line."""
    return plain(" ".join(latex.split()))


def location(result: FormulaResult) -> Location:
    """Where a claim begins."""
    return Location(result.file, result.line, result.column, result.cell)


def reading_details(result: FormulaResult, claim: ClaimResult) -> Iterator[tuple[str, str]]:
    """What the page writes, how it was read, and the reading typeset: pairs of a message."""
    if not result.reading:
        return
    yield "page", short(result.latex)
    label = "read as"
    hidden = False
    for line in result.reading.splitlines():
        if not line.startswith(" "):
            hidden = line.partition(":")[0] in _HIDDEN
        if line.strip() and not hidden:
            yield label, plain(line)
            label = ""
    label = "that is"
    for line in typeset(result, claim):
        yield label, line
        label = ""


def typeset(result: FormulaResult, claim: ClaimResult) -> list[str]:
    """The claim as it was read, as lines of typeset maths; none where it does not fit."""
    from derivcheck.typeset import terminal
    from derivcheck.typeset.statement import Typesetter

    entry = entry_of(result)
    if entry is None:
        return []
    typesetter = Typesetter(entry)
    texts = entry.claims
    if claim.claim not in texts:
        return []
    lines = terminal.equation(
        typesetter.left(), typesetter.forms()[texts.index(claim.claim)], _WIDTH
    )
    return lines if lines is not None and len(lines) <= _MOST_LINES else []


def unjudged(
    report: Report, status: EquationStatus = EquationStatus.UNREAD
) -> Iterator[tuple[EquationResult, str]]:
    """The equations that were not read, or claim nothing, each with the reason and its place;
    maths that is no equation is left out."""
    silent = status is EquationStatus.SILENT
    for one in report.equations:
        if one.status is status and not one.part and not (silent and "=" not in one.latex):
            place = one.location or Location(one.file, one.line, one.column, one.cell)
            yield one, f"{plain(str(place))}: {plain(one.reason)}"


def entry_of(result: FormulaResult) -> Formula | None:
    """The formula that a claim was read as; None where there is none."""
    from derivcheck.collection.formula import Formula
    from derivcheck.collection.reader import read_pieces

    pieces = read_pieces(result.reading, result.file)
    raw: Any = next((one.value for one in pieces if one.is_rest), None)
    if not isinstance(raw, dict):
        return None
    shown = {**raw, "latex": result.latex} if result.latex else raw
    place = (result.file, result.line, result.column)
    return Formula(result.collection, "", *place, result.id, shown)


def summary_part(report: Report) -> str:
    """``42 equations: 31 claims (29 proved, 1 refuted, 1 suspect), 8 definitions, 3 not read``."""
    equations = [one for one in report.equations if not one.part]
    if not equations:
        return ""
    # with --strict an equation that is not read has a result, too, but makes no claim
    claims = [one for one in report.results if is_from_document(one) and one.reading]
    counts = Counter(map(verdict_word, claims))
    verdicts = ", ".join(f"{counts[word]} {word}" for word in _VERDICTS if counts[word])
    statuses = Counter(one.status for one in equations)
    counted = f"{len(claims)} claim{'' if len(claims) == 1 else 's'}"
    parts = [counted + (f" ({verdicts})" if verdicts else "")]
    definitions = statuses[EquationStatus.DEFINITION]
    if definitions:
        parts.append(f"{definitions} definition{'' if definitions == 1 else 's'}")
    if statuses[EquationStatus.SILENT]:
        parts.append(f"{statuses[EquationStatus.SILENT]} without a claim")
    if statuses[EquationStatus.UNREAD]:
        parts.append(f"{statuses[EquationStatus.UNREAD]} not read")
    noun = "equation" if len(equations) == 1 else "equations"
    return f"{len(equations)} {noun}: {', '.join(parts)}"


_VERDICTS = (
    *("proved", "supported", "refuted", "invalid", "undecided", "suspect", "wrong as said"),
)
