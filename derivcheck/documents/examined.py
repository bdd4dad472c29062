"""What was found about a claim: its members under the reading that counts, and other ways to take
it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derivcheck.collection.formula import Formula
from derivcheck.documents.doubts import (
    at_places,
    at_values,
    by_convention,
    normalised,
    orthonormal,
    positive,
    under_conditions,
)
from derivcheck.documents.model import FAR, INFERRED, UNBROKEN, Claim
from derivcheck.model import ClaimResult, FormulaResult, Verdict
from derivcheck.records import record

REPEATS = "it only repeats the wrong member before it"
OTHER_LAYOUT = "right in the other layout: `layout: numerator`"
RIVAL = "which of its names stay constant is not said"
CONDITION = "it may be said under a condition that stands near it"
_UNREAD_CONDITION = "it holds under a condition, and words near it say one"
UNSAID_CONDITION = "it holds under a condition, and words near it may say one"
_FOR_POSITIVE = "it holds for positive symbols only, or by another branch"
_FOR_SOME_ARRAYS = "it holds in the other layout, or for symmetric or other special arrays"
_FOR_SUMS = "it holds where what is given sums to 1"
_BY_EARLIER = "it holds for an earlier definition of its names, or where they are held"
_FOR_SOME_PLACES = "it holds where its places differ, or for some of them"
BAD = (Verdict.REFUTED, Verdict.INVALID)
_ORDER = (
    Verdict.INVALID,
    Verdict.REFUTED,
    Verdict.UNDECIDED,
    Verdict.SUPPORTED,
    Verdict.PROVED,
)
"""Of several readings the one counts whose verdict comes last."""


@record()
class Examined:
    """A claim with what was found about its members, under the reading that counts."""

    claim: Claim
    results: tuple[FormulaResult, ...]
    chosen: int
    verdict: Verdict
    members: tuple[ClaimResult, ...]
    trusted: bool = False
    """Whether another claim is proved that rests on the same definitions."""
    is_guarded: bool = False
    """Whether a refutation is suspect at most: the page has its left side right near it, and does
    not go on from that, or what nobody says in words that are read may be its condition."""

    @property
    def silenced(self) -> bool:
        """Whether a refutation says nothing."""
        claim = self.claim
        if claim.grade.pass_only not in (FAR, INFERRED, UNBROKEN):
            return bool(claim.grade.pass_only)
        vouched = any(member.verdict is Verdict.PROVED for member in self.members)
        return not (vouched or self.trusted)

    @property
    def doubts(self) -> tuple[tuple[Formula, str], ...]:
        """Other ways to take what is refuted: where one holds, nothing is said; nor where what is
        proved has a rival that does not hold.

        Nobody says of an undeclared name that it may be negative: tables of derivatives print
        ``1/sqrt(a**2 - x**2)`` for ``arcsin(x/a)``.
        """
        claim = self.claim
        if self.verdict.passes:
            return tuple((one, RIVAL) for one in claim.rivals)
        turned = tuple((one, OTHER_LAYOUT) for one in claim.turned if self.verdict in BAD)
        if self.verdict is not Verdict.REFUTED or self.silenced:
            return turned
        entry = claim.readings[self.chosen]
        supposed = [
            one
            for one in (by_convention(entry) if claim.grade.supposed or claim.structured else ())
            if claim.grade.supposed or one.layout == entry.layout
        ]
        columns = orthonormal(entry) if claim.structured else ()
        text = f"{entry.expression} {entry.where}"
        is_sum = claim.normalised or (claim.grade.supposed and "softmax" in text)
        sums = normalised(entry) if is_sum else ()
        unread = _UNREAD_CONDITION if claim.conditions else UNSAID_CONDITION
        is_open = claim.conditions or claim.may_be_conditional
        conditions = under_conditions(entry, claim.conditions) if is_open else ()
        both = claim.meant if claim.grade.supposed else ()
        return (
            *turned,
            *((one, _FOR_POSITIVE) for one in positive(entry, claim.guessed)),
            *((one, _FOR_SOME_ARRAYS) for one in supposed),
            *((one, _FOR_SOME_ARRAYS) for one in columns),
            *((one, _FOR_SUMS) for one in sums),
            *((one, _FOR_SOME_PLACES) for one in at_places(entry, claim.places)),
            *((one, _BY_EARLIER) for one in (*claim.doubts, *claim.rivals)),
            *((one, CONDITION) for one in claim.meant),
            *((one, unread) for one in conditions),
            *((one, UNSAID_CONDITION) for one in (at_values(entry) if is_open else ())),
            *((one, _FOR_SOME_ARRAYS) for other in both for one in by_convention(other)),
        )


def examine(claim: Claim, results: list[FormulaResult]) -> Examined:
    found = [_members(claim, result) for result in results]
    verdicts = [_worst(members) for members in found]
    best = max(verdicts, key=_ORDER.index)
    chosen = verdicts.index(best)
    return Examined(claim, tuple(results), chosen, best, found[chosen])


def _members(claim: Claim, result: FormulaResult) -> tuple[ClaimResult, ...]:
    """One result a member: against the head, or by way of the member before.

    Blamed is where the truth changes: a member that only repeats a wrong one says so, and a right
    one after a wrong one is right.
    """
    forms = [one for one in result.claims if not one.at.startswith("derivation")]
    steps = [one for one in result.claims if one.at.startswith("derivation")]
    if not forms:
        return result.claims
    before = Verdict.PROVED
    carried = claim.carried and bool(steps)
    if carried:
        before, steps = steps[0].verdict, steps[1:]
    found: list[ClaimResult] = []
    for i, form in enumerate(forms):
        step = steps[i] if i < len(steps) else None
        own = form
        if step is not None and step.verdict.passes and not form.verdict.passes:
            if form.verdict is Verdict.UNDECIDED and before.passes:
                own = replace(step, claim=form.claim, at=form.at)
            elif before in BAD and carried:
                # the display before is blamed, and so is this one only for what it adds
                own = replace(step, claim=form.claim, at=form.at, reason=REPEATS)
            elif before in BAD:
                own = replace(form, verdict=before, reason=REPEATS, hint=None)
        found.append(own)
        carried = carried and own.reason == REPEATS
        before = form.verdict
    for _ in range(claim.grade.solves):
        if len(found) > 1 and found[-1].verdict is Verdict.REFUTED:
            found.pop()
    places = claim.members[: len(found)]
    if len(places) == len(found):
        found = [replace(one, location=at) for one, at in zip(found, places, strict=True)]
    return tuple(found)


def _worst(members: Sequence[ClaimResult]) -> Verdict:
    found = {member.verdict for member in members}
    order = (Verdict.REFUTED, *_ORDER)  # what is refuted means something
    return next((v for v in order if v in found), Verdict.UNDECIDED)
