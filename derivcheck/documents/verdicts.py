"""Verdicts on readings to verdicts on claims.

A claim passes if one reading passes and is refuted only if all are. What else its page may mean is
asked next, and what is left of a refutation is told as loudly as the page is sure
(:mod:`derivcheck.documents.loudness`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from derivcheck.collection.formula import Formula
from derivcheck.documents import sayings
from derivcheck.documents.examined import (
    BAD,
    CONDITION,
    OTHER_LAYOUT,
    RIVAL,
    UNSAID_CONDITION,
    Examined,
    examine,
)
from derivcheck.documents.loudness import shown
from derivcheck.documents.model import FAR, Judged, Read
from derivcheck.model import EquationStatus as Status
from derivcheck.model import FormulaResult, Verdict

Verify = Callable[[Iterable[Formula]], Iterator[FormulaResult]]
"""Checks entries, in order: :func:`derivcheck.running.engine.verify` with everything else bound."""

OTHERWISE = "a sign in it means something else elsewhere on the page"
_MOST_VERSIONS = 3
"""Equations between what a page sets against one another."""


def judged(reads: Sequence[Read], verify: Verify, ask: Verify | None = None) -> Iterator[Judged]:
    """Every equation with the results of its claims, in order.

    ``ask`` checks what else a page may mean, of which only the verdict counts: without hints.
    An interrupt is raised behind what was decided until then.
    """
    entries = [entry for read in reads for claim in read.claims for entry in claim.readings]
    found = _Answers(verify(entries))
    waiting: list[tuple[Read, list[Examined]]] = []
    for read in reads:
        try:
            examined = [examine(claim, found.take(len(claim.readings))) for claim in read.claims]
        except _Undecided:
            break
        waiting.append((read, examined))
    vouched: dict[str, dict[object, set[str]]] = {}
    for read, examined in waiting:
        of_page = vouched.setdefault(read.equation.file, {})
        for one in filter(_vouches, examined):
            for rest in (one.claim.rests, *one.claim.rests):
                of_page.setdefault(rest, set()).add(_head(one))
    steps = _steps(waiting)
    versions = _versions(waiting) - steps
    waiting = [
        (
            read,
            [
                _trusted(one, vouched[read.equation.file], steps, id(one) in versions)
                for one in made
            ],
        )
        for read, made in waiting
    ]
    otherwise = _read_otherwise(waiting)
    doubts = [[one.doubts for one in examined] for _, examined in waiting]
    doubtful = [entry for of_read in doubts for of_one in of_read for entry, _ in of_one]
    again = found if found.interrupted or not doubtful else _Answers((ask or verify)(doubtful))
    for (read, examined), asked in zip(waiting, doubts, strict=True):
        results: list[FormulaResult] = []
        reasons: list[str] = []
        try:
            others = [again.take(len(of_one)) for of_one in asked]
        except _Undecided:
            continue
        for one, of_one, doubted in zip(examined, asked, others, strict=True):
            if id(one.claim) in otherwise:
                reasons.append(OTHERWISE)
                continue
            pairs = [*zip(doubted, of_one, strict=True)]
            lifted = next((why for result, (_, why) in pairs if _lifts(result, why)), "")
            if lifted:
                reasons.append(lifted)
                continue
            layouts = (r.verdict for r, (_, why) in pairs if why == OTHER_LAYOUT)
            turned = next((f"{OTHER_LAYOUT} ({v.value})" for v in layouts if v.passes), "")
            if any(r.verdict.passes for r, (_, why) in pairs if why == UNSAID_CONDITION):
                one = replace(one, is_guarded=True)
            result, reason = shown(_hinted(one, turned) if turned else one)
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
    if why == CONDITION:
        return found.verdict is not Verdict.REFUTED
    if why in (OTHER_LAYOUT, UNSAID_CONDITION):
        return False
    return found.verdict.passes != (why == RIVAL)


def _hinted(one: Examined, hint: str) -> Examined:
    """The same with a hint where it fails."""
    members = [replace(m, hint=hint) if m.verdict in BAD else m for m in one.members]
    return replace(one, members=(*members,))


def _judged(read: Read, results: list[FormulaResult], reasons: list[str]) -> Judged:
    """The equation: a claim that says nothing in the end makes it silent."""
    if read.status is not Status.CLAIM or results or not read.claims:
        return Judged(read, read.status, read.reason, tuple(results))
    return Judged(read, Status.SILENT, "; ".join(dict.fromkeys(reasons)) or read.reason)


def _vouches(one: Examined) -> bool:
    """Whether a claim shows that the definitions it rests on are those that the page means."""
    return one.verdict is Verdict.PROVED and not one.claim.grade.identity and not one.claim.unread


def _read_otherwise(waiting: Sequence[tuple[Read, Sequence[Examined]]]) -> set[int]:
    """The claims that are right only where a sign means another thing than in most claims of their
    page that are right."""
    said: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for read, examined in waiting:
        for one in examined:
            if one.verdict is not Verdict.PROVED or one.claim.unread:
                continue
            for sign, meaning in one.claim.signs[one.chosen] if one.claim.signs else ():
                said.setdefault((read.equation.file, sign), []).append((meaning, id(one.claim)))
    found: set[int] = set()
    for given in said.values():
        (most, count), *others = Counter(meaning for meaning, _ in given).most_common()
        is_even = any(number == count for _, number in others)
        found |= {claim for meaning, claim in given if meaning != most or is_even}
    return found


def _head(one: Examined) -> str:
    """What a claim is about: its left side."""
    entry = one.claim.readings[one.chosen]
    return f"{entry.expression} {entry.wrt}"


def _steps(waiting: Sequence[tuple[Read, Sequence[Examined]]]) -> set[int]:
    """The claims that go on from the one right before, which has their left side and is proved."""
    claims = [(read.equation, one) for read, examined in waiting for one in examined]
    return {
        id(one)
        for (there, before), (here, one) in pairwise(claims)
        if here.file == there.file
        if here.number == there.number + 1 and sayings.is_step(here) and _vouches(before)
        if before.claim.rests == one.claim.rests and _head(before) == _head(one)
    }


def _versions(waiting: Sequence[tuple[Read, Sequence[Examined]]]) -> set[int]:
    """The claims beside which a proved one has the same left side, and words that do not just go
    on: pages set what is wrong against what is right, in more words than can be known.

    Where annotations hold, an author says what is meant.
    """
    claims = [
        (read.equation, one)
        for read, examined in waiting
        for one in examined
        if not (read.equation.blocks or read.equation.claim)
    ]
    return {
        id(one)
        for i, (here, one) in enumerate(claims)
        for there, other in claims[max(0, i - _MOST_VERSIONS) : i + _MOST_VERSIONS + 1]
        if (here.file, here.section) == (there.file, there.section)
        if 0 < abs(here.number - there.number) <= _MOST_VERSIONS
        if _vouches(other) and _head(one) == _head(other)
        if here.item != there.item
        or (here.table and there.table)
        or not sayings.is_beside(max(here, there, key=lambda equation: equation.number))
    }


def _trusted(
    one: Examined, vouched: Mapping[object, set[str]], steps: set[int], is_guarded: bool
) -> Examined:
    """A claim that others vouch for. Where the page has the same left side right elsewhere, but not
    right before, it more likely means another one than that it errs."""
    claim = one.claim
    heads = vouched.get(claim.rests, set()) if claim.rests else set()
    far = [vouched.get(definition, set()) for definition in claim.grade.far]
    if claim.rests and claim.grade.pass_only == FAR and all(far):
        heads = heads.union(*far)
    is_trusted = id(one) in steps or (bool(heads) and _head(one) not in heads)
    return replace(one, trusted=is_trusted, is_guarded=is_guarded)
