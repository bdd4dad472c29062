"""Errata on both sides: with all patches an entry passes, without any one of them it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivcheck.checking.decisions import Examination
from derivcheck.collection.formula import Formula
from derivcheck.collection.parts import Erratum
from derivcheck.collection.patches import patched, print_of, show_value
from derivcheck.errors import PatchError
from derivcheck.model import (
    CitationFinding,
    ClaimResult,
    ErratumResult,
    ErratumStatus,
    Transcription,
)

Examine = Callable[[Formula, int], Examination]
"""What is found about a reading of an entry, with the seed of its samples."""

Compare = Callable[[Examination], Transcription | None]
"""Whether the print of a reading agrees with what that claims."""

_MISPRINTED = (Transcription.DIFFERS, Transcription.AGREES)
"""What is found without the correction of a print that differs, and with it."""


def check_errata(
    examine: Examine, compare: Compare, entry: Formula, printed: Examination
) -> tuple[ErratumResult, ...]:
    """Every documented erratum, checked on both sides.

    One of naming is noted; where the entry passes with its patch only (the print uses a name
    that it does not declare), it is as good as any other.
    """
    items = entry.errata
    if not items:
        return ()
    problems = [_patch_problem(entry, one) for one in items]
    patches = [i for i, one in enumerate(items) if not one.is_noted]
    usable = [i for i in patches if not problems[i]]
    seed = printed.statement.seed
    fixed = _patched(examine, entry, [items[i] for i in usable], seed) if usable else None
    reading = fixed if usable else printed
    names = [i for i, problem in enumerate(problems) if i not in patches and not problem]
    if names and usable == patches and reading is not None and not reading.passes:
        renamed = _patched(examine, entry, [items[i] for i in sorted(usable + names)], seed)
        if renamed is not None and renamed.passes:
            usable, fixed = sorted(usable + names), renamed
    results = []
    for i, item in enumerate(items):
        is_noted = i not in patches
        if is_noted and i not in usable:
            status, detail = ErratumStatus.NOTED, ""
        elif problems[i]:
            status, detail = ErratumStatus.STALE, problems[i]
        elif fixed is None or not fixed.passes:
            status, detail = ErratumStatus.STALE, _unfixed(printed, fixed)
        else:
            others = [items[j] for j in usable if j != i]
            without = _patched(examine, entry, others, seed) if others else printed
            status, detail = _needed(without)
            if (
                item.at == "latex"
                and without is not None
                and without.passes
                and (compare(without), compare(fixed)) == _MISPRINTED
            ):
                status = ErratumStatus.VERIFIED
                detail = "agrees with the claim with the correction, differs without it"
        if status is ErratumStatus.STALE and is_noted:
            status, detail = ErratumStatus.NOTED, ""
        results.append(
            ErratumResult(
                kind=item.kind,
                at=item.at,
                status=status,
                printed=print_of(entry, item),
                correct=show_value(item.correct),
                note=item.note,
                detail=detail,
                location=entry.location_of(f"errata[{i}]"),
            )
        )
    return tuple(results)


def _unfixed(printed: Examination, fixed: Examination | None) -> str:
    """What is said of patches with which an entry does not pass."""
    if printed.passes:
        return f"right as printed; the proposed correction is {_blamed(fixed)}"
    return "with every patch applied the entry still does not pass" + _why(fixed, fully=True)


def _needed(without: Examination | None) -> tuple[ErratumStatus, str]:
    """Whether a patch is needed where all together pass, by what is found without it."""
    if without is not None and without.passes:
        return ErratumStatus.STALE, "the entry passes without this patch"
    if without is None or not without.wrong:
        return ErratumStatus.STALE, "nothing shows that the entry is wrong without this patch"
    return ErratumStatus.VERIFIED, "passes with the correction, fails without it" + _why(without)


def _patched(
    examine: Examine, entry: Formula, errata: Sequence[Erratum], seed: int
) -> Examination | None:
    current = entry
    try:
        for erratum in errata:
            current = patched(current, erratum.at, erratum.correct)
    except PatchError:
        return None
    return examine(current, seed)


def _blamed(examination: Examination | None) -> str:
    """The verdict on a reading that does not pass, with its counterexample."""
    if examination is None:
        return "not applicable"
    for claim in examination.claims:
        if not claim.verdict.passes:
            return _verdict(claim)
    return f"wrong{_why(examination)}"


def _verdict(claim: ClaimResult) -> str:
    """A verdict, with what a person needs to see why."""
    point = claim.counterexample
    where = f" at {', '.join(f'{n} = {v}' for n, v in point.point)}" if point else ""
    because = f": {claim.diagnostics[0].message}" if claim.diagnostics else ""
    return f"{claim.verdict.value}{where}{because}"


def _why(examination: Examination | None, fully: bool = False) -> str:
    """What is wrong with a reading, in a few words; ``fully`` says where, too."""
    if examination is None or examination.passes:
        return ""
    for claim in examination.claims:
        if not claim.verdict.passes:
            return f" ({claim.at}: {_verdict(claim) if fully else claim.verdict.value})"
    for citation in examination.citations:
        if citation.finding is not CitationFinding.HOLDS:
            return f" ({citation.at}: {citation.finding.value})"
    return f" ({examination.diagnostics[0].message})" if examination.diagnostics else ""


def _patch_problem(entry: Formula, erratum: Erratum) -> str:
    """Why a patch cannot be applied at all; empty if it can."""
    if not erratum.at:
        return "the erratum does not say where (`at`)"
    if erratum.correct is None:
        return "the erratum does not say what is right (`correct`)"
    try:
        patched(entry, erratum.at, erratum.correct, erratum.printed)
    except PatchError as error:
        return "; ".join(d.message for d in error.diagnostics)
    return ""
