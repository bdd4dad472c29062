"""Verdicts on readings to verdicts on claims, and how loud a refutation is.

A claim passes if one reading passes and is refuted only if all are. A refutation fails the run
where it is anchored, or corroborated by another member of its chain that is proved under the
same reading; else it is suspect, and where nothing follows from it (a function was invented, an
equation may be one to be solved) it is not told at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from derivcheck.collection.formula import Formula
from derivcheck.collection.write import formula_text
from derivcheck.documents import sayings
from derivcheck.documents.doubts import (
    at_places,
    by_convention,
    normalised,
    orthonormal,
    positive,
)
from derivcheck.documents.model import FAR, INFERRED, Claim, Judged, Read
from derivcheck.model import HOLDS, ClaimResult, Finding, FormulaResult, Outcome, Verdict
from derivcheck.model import EquationStatus as Status
from derivcheck.records import record

Verify = Callable[[Iterable[Formula]], Iterator[FormulaResult]]
"""Checks entries, in order: :func:`derivcheck.running.engine.verify` with everything else bound."""

REPEATS = "it only repeats the wrong member before it"
_FOR_POSITIVE = "it holds for positive symbols only, or by another branch"
_FOR_SOME_ARRAYS = "it holds in the other layout, or for symmetric or other special arrays"
_FOR_SUMS = "it holds where what is given sums to 1"
_BY_EARLIER = "it holds for an earlier definition of its names, or where they are held"
_FOR_SOME_PLACES = "it holds where its places differ, or for some of them"
_CONDITION = "it may be said under a condition that stands near it"
_OTHER_LAYOUT = "right in the other layout: `layout: numerator`"
_RIVAL = "which of its names stay constant is not said"
_ROUNDED = "a number in it may be rounded"
_DECIMAL = re.compile(r"(?<![\w.])\d*\.(\d+)")
_BAD = (Verdict.REFUTED, Verdict.INVALID)
_ORDER = (
    Verdict.INVALID,
    Verdict.REFUTED,
    Verdict.UNDECIDED,
    Verdict.SUPPORTED,
    Verdict.PROVED,
)
"""Of several readings the one counts whose verdict comes last."""


def judged(reads: Sequence[Read], verify: Verify) -> Iterator[Judged]:
    """Every equation with the results of its claims, in order.

    An interrupt is raised behind what was decided until then.
    """
    entries = [entry for read in reads for claim in read.claims for entry in claim.readings]
    found = _Answers(verify(entries))
    waiting: list[tuple[Read, list[_Examined]]] = []
    for read in reads:
        try:
            examined = [_examined(claim, found.take(len(claim.readings))) for claim in read.claims]
        except _Undecided:
            break
        waiting.append((read, examined))
    vouched: dict[object, set[str]] = {}
    for _, examined in waiting:
        for one in filter(_vouches, examined):
            for rest in (one.claim.rests, *one.claim.rests):
                vouched.setdefault(rest, set()).add(_head(one))
    steps = _steps(waiting)
    waiting = [(read, [_trusted(one, vouched, steps) for one in made]) for read, made in waiting]
    doubtful = [entry for _, examined in waiting for one in examined for entry, _ in one.doubts]
    again = found if found.interrupted or not doubtful else _Answers(verify(doubtful))
    for read, examined in waiting:
        results: list[FormulaResult] = []
        reasons: list[str] = []
        try:
            others = [again.take(len(one.doubts)) for one in examined]
        except _Undecided:
            continue
        for one, doubted in zip(examined, others, strict=True):
            pairs = [*zip(doubted, one.doubts, strict=True)]
            lifted = next((why for result, (_, why) in pairs if _lifts(result, why)), "")
            if lifted:
                reasons.append(lifted)
                continue
            layouts = (r.verdict for r, (_, why) in pairs if why == _OTHER_LAYOUT)
            turned = next((f"{_OTHER_LAYOUT} ({v.value})" for v in layouts if v.passes), "")
            result, reason = _result(_hinted(one, turned) if turned else one)
            if result is None:
                reasons.append(reason)
            else:
                results.append(result)
        yield _judged(read, results, reasons)
    if again.interrupted:
        raise KeyboardInterrupt


class _Undecided(Exception):
    """An interrupt came first."""


class _Answers:
    """Results in their order, and none behind an interrupt."""

    def __init__(self, results: Iterator[FormulaResult]) -> None:
        self._results = results
        self.interrupted = False

    def take(self, count: int) -> list[FormulaResult]:
        """The next ones."""
        if self.interrupted and count:
            raise _Undecided
        try:
            return [next(self._results) for _ in range(count)]
        except KeyboardInterrupt:
            self.interrupted = True
            raise _Undecided from None


def _lifts(found: FormulaResult, why: str) -> bool:
    """Whether what was found of a doubt takes a verdict back."""
    if why == _CONDITION:
        return found.verdict is not Verdict.REFUTED
    if why == _OTHER_LAYOUT:
        return False
    return found.verdict.passes != (why == _RIVAL)


def _hinted(one: _Examined, hint: str) -> _Examined:
    """The same with a hint where it fails."""
    members = [replace(m, hint=hint) if m.verdict in _BAD else m for m in one.members]
    return replace(one, members=(*members,))


def _judged(read: Read, results: list[FormulaResult], reasons: list[str]) -> Judged:
    """The equation: a claim that says nothing in the end makes it silent."""
    if read.status is not Status.CLAIM or results or not read.claims:
        return Judged(read, read.status, read.reason, tuple(results))
    return Judged(read, Status.SILENT, "; ".join(dict.fromkeys(reasons)) or read.reason)


@record()
class _Examined:
    """A claim with what was found about its members, under the reading that counts."""

    claim: Claim
    results: tuple[FormulaResult, ...]
    chosen: int
    verdict: Verdict
    members: tuple[ClaimResult, ...]
    trusted: bool = False
    """Whether another claim is proved that rests on the same definitions."""

    @property
    def silenced(self) -> bool:
        """Whether a refutation says nothing."""
        claim = self.claim
        if claim.grade.pass_only not in (FAR, INFERRED):
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
            return tuple((one, _RIVAL) for one in claim.rivals)
        turned = tuple((one, _OTHER_LAYOUT) for one in claim.turned if self.verdict in _BAD)
        if self.verdict is not Verdict.REFUTED or self.silenced:
            return turned
        entry = claim.readings[self.chosen]
        above = positive(entry, claim.guessed)
        signs = [] if above is entry else [above]
        supposed = [
            one
            for one in (by_convention(entry) if claim.grade.supposed or claim.structured else ())
            if claim.grade.supposed or one.layout == entry.layout
        ]
        columns = orthonormal(entry) if claim.structured else ()
        text = f"{entry.expression} {entry.where}"
        is_sum = claim.normalised or (claim.grade.supposed and "softmax" in text)
        sums = normalised(entry) if is_sum else ()
        both = claim.meant if claim.grade.supposed else ()
        return (
            *turned,
            *((one, _FOR_POSITIVE) for one in signs),
            *((one, _FOR_SOME_ARRAYS) for one in supposed),
            *((one, _FOR_SOME_ARRAYS) for one in columns),
            *((one, _FOR_SUMS) for one in sums),
            *((one, _FOR_SOME_PLACES) for one in at_places(entry, claim.places)),
            *((one, _BY_EARLIER) for one in (*claim.doubts, *claim.rivals)),
            *((one, _CONDITION) for one in claim.meant),
            *((one, _FOR_SOME_ARRAYS) for other in both for one in by_convention(other)),
        )


def _examined(claim: Claim, results: list[FormulaResult]) -> _Examined:
    found = [_members(claim, result) for result in results]
    verdicts = [_worst(members) for members in found]
    best = max(verdicts, key=_ORDER.index)
    chosen = verdicts.index(best)
    return _Examined(claim, tuple(results), chosen, best, found[chosen])


def _vouches(one: _Examined) -> bool:
    """Whether a claim shows that the definitions it rests on are those that the page means."""
    return one.verdict is Verdict.PROVED and not one.claim.grade.identity and not one.claim.unread


def _head(one: _Examined) -> str:
    """What a claim is about: its left side."""
    entry = one.claim.readings[one.chosen]
    return f"{entry.expression} {entry.wrt}"


def _steps(waiting: Sequence[tuple[Read, Sequence[_Examined]]]) -> set[int]:
    """The claims that go on from the one right before, which has their left side and is proved."""
    claims = [(read.equation, one) for read, examined in waiting for one in examined]
    return {
        id(one)
        for (there, before), (here, one) in pairwise(claims)
        if here.number == there.number + 1 and sayings.is_step(here) and _vouches(before)
        if before.claim.rests == one.claim.rests and _head(before) == _head(one)
    }


def _trusted(one: _Examined, vouched: Mapping[object, set[str]], steps: set[int]) -> _Examined:
    """A claim that others vouch for. Where the page has the same left side right elsewhere, but not
    right before, it more likely means another one than that it errs."""
    claim = one.claim
    heads = vouched.get(claim.rests, set()) if claim.rests else set()
    far = [vouched.get(definition, set()) for definition in claim.grade.far]
    if claim.rests and claim.grade.pass_only == FAR and all(far):
        heads = heads.union(*far)
    return replace(one, trusted=id(one) in steps or (bool(heads) and _head(one) not in heads))


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
            elif before in _BAD and carried:
                # the display before is blamed, and so is this one only for what it adds
                own = replace(step, claim=form.claim, at=form.at, reason=REPEATS)
            elif before in _BAD:
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


def _result(one: _Examined) -> tuple[FormulaResult | None, str]:
    """The result that is shown, or why there is none."""
    claim, base = one.claim, one.results[one.chosen]
    entry = claim.readings[one.chosen]
    verdict = one.verdict
    outcome, suspect = Outcome.PASS, False
    if base.defect:
        outcome = Outcome.FAIL
    elif claim.is_wrong:
        outcome = Outcome.PASS if verdict in _BAD else Outcome.FAIL
    elif verdict is Verdict.UNDECIDED:
        reason = next((m.reason for m in one.members if m.reason), "") or base.reason
        return None, f"not decided: {reason}" if reason else "not decided"
    elif verdict in _BAD:
        vouched = any(member.verdict is Verdict.PROVED for member in one.members)
        if one.silenced:
            return None, claim.grade.pass_only
        if _is_rounded(one):
            return None, _ROUNDED
        if verdict is Verdict.INVALID and not _is_shape_error(one):
            return None, _why_invalid(one)
        corroborated = claim.grade.near and vouched and not claim.grade.supposed
        if claim.grade.identity and not claim.grade.anchored:
            return None, "an equation that may be one to be solved"
        # an equation to be solved may be refuted, but it means something
        is_claim = not claim.grade.identity or verdict is Verdict.INVALID
        if (claim.grade.anchored and is_claim) or corroborated:
            outcome = Outcome.FAIL
        elif verdict is Verdict.INVALID:
            return None, _why_invalid(one)
        elif condition := _unsaid_condition(one):
            return None, condition
        else:
            suspect = True
    note = _note(one) if verdict.passes else base.note
    if claim.is_wrong and verdict not in _BAD:
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
            reading=formula_text(entry, "latex"),
            anchored=claim.grade.anchored or (outcome is Outcome.FAIL and verdict in _BAD),
            suspect=suspect,
            note=note,
            reason="" if verdict.passes else base.reason,
            diagnostics=(),
        ),
        "",
    )


def _is_rounded(one: _Examined) -> bool:
    """Whether what is refuted differs by no more than decimals in it, which the left side does
    not have, may be rounded: ``2^x`` has the derivative ``0.693 \\cdot 2^x``."""
    entry = one.claim.readings[one.chosen]
    exact = {m[0] for m in _DECIMAL.finditer(f"{entry.expression} {entry.where}")}
    bad = [member for member in one.members if member.verdict in _BAD]
    for member in bad:
        given = {m[0]: m[1] for m in _DECIMAL.finditer(member.claim)}
        rounded = {t: d for t, d in given.items() if t not in exact and len(t.strip("0.")) > 1}
        allowed = sum(0.5 * 10.0 ** -len(d) / float(t) for t, d in rounded.items())
        found = [e.measured for e in member.evidence if e.finding is Finding.FAILS and e.measured]
        if not found or max(found) > 1.5 * allowed:
            return False
    return bool(bad)


def _unsaid_condition(one: _Examined) -> str:
    """The condition, perhaps said in words, under which what is not anchored holds."""
    hints = (m.hint or "" for m in one.members if m.verdict is Verdict.REFUTED)
    return next((f"it {hint}" for hint in hints if hint.startswith(HOLDS)), "")


def _note(one: _Examined) -> str:
    """What a proof leaves out: members that were not read, or hold at some point only."""
    forms = [r for r in one.results[one.chosen].claims if not r.at.startswith("derivation")]
    parts = [str(problem) for problem in one.claim.unread]
    if len(one.members) < len(forms):
        parts.append("a condition or a value at its end")
    return f"proved in part: {'; '.join(parts)}" if parts else ""


def _is_shape_error(one: _Examined) -> bool:
    """Whether a member means nothing because of its shape, and not by the reader's doing."""
    rules = {
        d.rule
        for member in one.members
        if member.verdict is Verdict.INVALID
        for d in member.diagnostics
    }
    # what an index runs over is a matter of shapes, too
    return "shape" in rules and rules <= {"shape", "derivation", "index"}


def _why_invalid(one: _Examined) -> str:
    said = [diagnostic.message for member in one.members for diagnostic in member.diagnostics]
    return ": ".join(("as read it has no meaning", *said[:1]))
