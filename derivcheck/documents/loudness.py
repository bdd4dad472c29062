"""How loud the verdict on a claim is: a pass, a fail, a suspect, or nothing at all.

A refutation fails the run where it is anchored, or corroborated by another member of its chain that
is proved under the same reading; else it is suspect, and where nothing follows from it (a function
was invented, an equation may be one to be solved) it is not told at all.
"""

from __future__ import annotations

import re
from dataclasses import replace

from derivcheck.collection.write import formula_text
from derivcheck.documents.examined import BAD, Examined
from derivcheck.model import HOLDS, Finding, FormulaResult, Outcome, Verdict

_ROUNDED = "a number in it may be rounded"
_DECIMAL = re.compile(r"(?<![\w.])\d*\.(\d+)")


def shown(one: Examined) -> tuple[FormulaResult | None, str]:
    """The result that is shown, or why there is none."""
    claim, base, verdict = one.claim, one.results[one.chosen], one.verdict
    loud = _loudness(one)
    if isinstance(loud, str):
        return None, loud
    outcome, suspect = loud
    note = _note(one) if verdict.passes else base.note
    if claim.is_wrong and verdict not in BAD:
        note = "an annotation says that it is wrong, but it is not refuted"
    return (
        replace(
            base,
            id=claim.id,
            file=claim.location.file,
            line=claim.location.line,
            column=claim.location.column,
            cell=claim.location.cell,
            outcome=outcome,
            verdict=verdict,
            seconds=sum(result.seconds for result in one.results),
            latex=claim.latex,
            claims=one.members,
            reading=formula_text(claim.readings[one.chosen], "latex"),
            anchored=claim.grade.anchored or (outcome is Outcome.FAIL and verdict in BAD),
            suspect=suspect,
            note=note,
            reason="" if verdict.passes else base.reason,
            diagnostics=(),
        ),
        "",
    )


def _loudness(one: Examined) -> tuple[Outcome, bool] | str:
    """The outcome, and whether a refutation is suspect only; or why nothing is told."""
    claim, base, verdict = one.claim, one.results[one.chosen], one.verdict
    grade = claim.grade
    if base.defect:
        return Outcome.FAIL, False
    if claim.is_wrong:
        return Outcome.PASS if verdict in BAD else Outcome.FAIL, False
    if verdict is Verdict.UNDECIDED:
        reason = next((m.reason for m in one.members if m.reason), "") or base.reason
        return f"not decided: {reason}" if reason else "not decided"
    if verdict not in BAD:
        return Outcome.PASS, False
    if one.silenced:
        return grade.pass_only
    if _is_rounded(one):
        return _ROUNDED
    if verdict is Verdict.INVALID and not _is_shape_error(one):
        return _why_invalid(one)
    if grade.identity and not grade.anchored:
        return "an equation that may be one to be solved"
    # an equation to be solved may be refuted, but it means something
    is_claim = not grade.identity or verdict is Verdict.INVALID
    is_vouched = any(member.verdict is Verdict.PROVED for member in one.members)
    is_corroborated = grade.near and is_vouched and not grade.supposed
    if (grade.anchored and is_claim) or is_corroborated:
        return (Outcome.PASS, True) if one.is_guarded else (Outcome.FAIL, False)
    if verdict is Verdict.INVALID:
        return _why_invalid(one)
    return _unsaid_condition(one) or (Outcome.PASS, True)


def _is_rounded(one: Examined) -> bool:
    """Whether what is refuted differs by no more than decimals in it, which the left side does
    not have, may be rounded: ``2^x`` has the derivative ``0.693 \\cdot 2^x``."""
    entry = one.claim.readings[one.chosen]
    exact = {m[0] for m in _DECIMAL.finditer(f"{entry.expression} {entry.where}")}
    bad = [member for member in one.members if member.verdict in BAD]
    for member in bad:
        given = {m[0]: m[1] for m in _DECIMAL.finditer(member.claim)}
        rounded = {t: d for t, d in given.items() if t not in exact and len(t.strip("0.")) > 1}
        allowed = sum(0.5 * 10.0 ** -len(d) / float(t) for t, d in rounded.items())
        found = [e.measured for e in member.evidence if e.finding is Finding.FAILS and e.measured]
        if not found or max(found) > 1.5 * allowed:
            return False
    return bool(bad)


def _unsaid_condition(one: Examined) -> str:
    """The condition, perhaps said in words, under which what is not anchored holds."""
    hints = (m.hint or "" for m in one.members if m.verdict is Verdict.REFUTED)
    return next((f"it {hint}" for hint in hints if hint.startswith(HOLDS)), "")


def _note(one: Examined) -> str:
    """What a proof leaves out: members that were not read, or hold at some point only."""
    forms = [r for r in one.results[one.chosen].claims if not r.at.startswith("derivation")]
    parts = [str(problem) for problem in one.claim.unread]
    if len(one.members) < len(forms):
        parts.append("a condition or a value at its end")
    return f"proved in part: {'; '.join(parts)}" if parts else ""


def _is_shape_error(one: Examined) -> bool:
    """Whether a member means nothing because of its shape, and not by the reader's doing."""
    rules = {
        d.rule
        for member in one.members
        if member.verdict is Verdict.INVALID
        for d in member.diagnostics
    }
    # what an index runs over is a matter of shapes, too
    return "shape" in rules and rules <= {"shape", "derivation", "index"}


def _why_invalid(one: Examined) -> str:
    said = [diagnostic.message for member in one.members for diagnostic in member.diagnostics]
    return ": ".join(("as read it has no meaning", *said[:1]))
