"""Policy: the only place where evidence becomes a verdict.

=====================================  ============================================
evidence                               verdict
=====================================  ============================================
unconditional proof, numbers agree     proved
proof under conditions, numbers agree  supported
numbers alone agree                    supported
numbers agree in a part of the domain  undecided, unless there is an unconditional proof
numbers agree at few values            undecided, unless there is an unconditional proof
enclosure that excludes equality       refuted, with the point
a failing sample without enclosure     undecided
proof against numbers                  undecided, loudly: a defect of derivcheck
a proof without one defined point      undecided: it would be vacuous
a judge that crashed                   undecided, loudly: a defect of derivcheck
=====================================  ============================================
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from derivcheck.checking import judges
from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import ClaimResult, Evidence, Finding, Role, Strength, Verdict

MORE_WITHOUT_PROOF = 4
"""Without a proof, the judge that certifies looks at so many times the points of a claim."""

FEWER_BESIDE_PROOF = 3
"""Beside a proof the numeric judges look at one in so many of the points."""

_BADNESS = (Verdict.PROVED, Verdict.SUPPORTED, Verdict.UNDECIDED, Verdict.INVALID, Verdict.REFUTED)


_REPORT = "this is a defect of derivcheck, please report it"


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a formula: the worst of its parts."""
    return max(verdicts, key=_BADNESS.index, default=Verdict.UNDECIDED)


def gather(
    equation: Equation, settings: Settings, thorough: bool = True, fallback: bool = True
) -> tuple[Evidence, ...]:
    """Evidence of every judge that applies, cheapest and most decisive first.

    The judge that certifies looks at a few points before anything else. Beside a full proof, or
    after a refutation, the numeric judges are a guard and a few points are enough; without either
    they look at all. Where the question is not ``thorough`` (a derivation step, a patched
    reading, a citation), one numeric judge that agrees with a proof, or refutes, is enough. Without
    ``fallback`` the independent prover stays out (a hint is not worth it). With the setting
    ``every_judge`` nobody who applies is left out.
    """
    guard = replace(
        settings, samples=max(1, (settings.samples + FEWER_BESIDE_PROOF - 1) // FEWER_BESIDE_PROOF)
    )
    scalar = equation.is_scalar
    rows = [
        row
        for row in judges.ROWS
        if (not settings.only or row.kind == settings.only)
        and (row.applies == "any" or (row.applies == "scalar") is scalar)
    ]
    found: dict[str, Evidence] = {}
    for row in rows:
        decided = _proved(found.values()) or _refuted(found.values())
        if not settings.every_judge:
            if row.role is Role.PROVES_TOO and (decided or not fallback):
                continue
            if (
                decided
                and not thorough
                and row.kind == "numeric"
                and _numbers_agree(found.values())
            ):
                continue
        least = row.role is not Role.MEASURES or _settled(found.values())
        found[row.title] = judges.run(row, equation, guard if least else settings)
    if not _settled(found.values()):
        closer = replace(settings, samples=settings.samples * MORE_WITHOUT_PROOF)
        for row in rows:
            if row.role is Role.CERTIFIES and guard != settings:
                again = judges.run(row, equation, closer)
                if again.defect or again.finding is not Finding.UNKNOWN:
                    found[row.title] = again
                if not scalar and again.finding is not Finding.FAILS:
                    again = judges.refuted_by_entry(equation, closer)
                    if again.defect or again.finding is Finding.FAILS:
                        found[row.title] = again
    return tuple(found.values())


def _proved(evidence: Iterable[Evidence], fully: bool = False) -> bool:
    return any(
        e.finding is Finding.HOLDS and e.strength is Strength.PROOF and not (fully and e.conditions)
        for e in evidence
    )


def _settled(evidence: Collection[Evidence]) -> bool:
    return _proved(evidence, fully=True) or _refuted(evidence)


def _numbers_agree(evidence: Iterable[Evidence]) -> bool:
    """Whether a numeric judge has spoken already, on the side of what is decided."""
    return any(
        e.strength is not Strength.PROOF and e.finding is not Finding.UNKNOWN for e in evidence
    )


def _refuted(evidence: Iterable[Evidence]) -> bool:
    return any(e.finding is Finding.FAILS and e.strength is Strength.ENCLOSURE for e in evidence)


def weigh(evidence: tuple[Evidence, ...], only: str = "") -> tuple[Verdict, str, bool]:
    """(verdict, reason where it is not plain, whether the judges contradict one another)."""
    crashed = next((e.defect for e in evidence if e.defect), "")
    if crashed:
        return Verdict.UNDECIDED, f"{crashed}; {_REPORT}", False
    proofs = [e for e in evidence if e.finding is Finding.HOLDS and e.strength is Strength.PROOF]
    full = [e for e in proofs if not e.conditions]
    numeric = [e for e in evidence if e.strength is not Strength.PROOF]
    agree = [e for e in numeric if e.finding is Finding.HOLDS]
    against = [e for e in numeric if e.finding is Finding.FAILS]
    if _refuted(evidence):
        if full:
            return Verdict.UNDECIDED, _contradiction(full[0], against[0]), True
        return Verdict.REFUTED, "", False
    if against:
        if full:
            return Verdict.UNDECIDED, _contradiction(full[0], against[0]), True
        reason = f"{against[0].judge}: a difference beyond the bound, which nothing certifies"
        return Verdict.UNDECIDED, reason, False
    if only == "symbolic":
        if full:
            return Verdict.PROVED, "", False
        return Verdict.UNDECIDED, _reasons(evidence) or "no proof found", False
    if not agree:
        return Verdict.UNDECIDED, _reasons(numeric) or "no judge reached the claim", False
    if full:
        return Verdict.PROVED, "", False
    if all(e.conditions for e in agree):
        # complex symbols on the real axis: that says nothing of abs and its like elsewhere;
        # nor do a few values of a symbol say anything of others
        reason = f"{agree[0].judge}: agreement, but only where {', '.join(agree[0].conditions)}"
        return Verdict.UNDECIDED, "; ".join(filter(None, (reason, _reasons(evidence)))), False
    if proofs:
        return Verdict.SUPPORTED, f"proved where {'; '.join(proofs[0].conditions)}", False
    return Verdict.SUPPORTED, _reasons(e for e in evidence if e not in numeric), False


def _reasons(evidence: Iterable[Evidence]) -> str:
    parts = [f"{e.judge}: {e.reason}" for e in evidence if e.reason]
    return "; ".join(dict.fromkeys(parts))


def _contradiction(proof: Evidence, numbers: Evidence) -> str:
    return (
        f"judges contradict one another: {proof.judge} against {numbers.judge}, a proof against a "
        f"counterexample; {_REPORT}"
    )


def decide(
    equation: Equation, settings: Settings, thorough: bool = True, fallback: bool = True
) -> ClaimResult:
    """The verdict on one equation, with its evidence and counterexample (see :func:`gather`)."""
    evidence = gather(equation, settings, thorough, fallback)
    verdict, reason, contradiction = weigh(evidence, settings.only)
    if verdict is Verdict.PROVED and settings.only == "symbolic":
        # no numeric judge was asked, and a proof about no point at all would be vacuous
        reason = judges.why_undefined(equation, settings)
        verdict = Verdict.UNDECIDED if reason else verdict
    witness = next(
        (e.witness for e in evidence if e.finding is Finding.FAILS and e.witness is not None), None
    )
    return ClaimResult(
        equation.text,
        verdict,
        evidence,
        witness if verdict is not Verdict.PROVED else None,
        reason=reason,
        contradiction=contradiction,
        defect=reason.removesuffix(f"; {_REPORT}") if _REPORT in reason else "",
    )
