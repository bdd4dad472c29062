"""Interval arithmetic as a judge: certified counterexamples at exact points of the declared domain.

Both sides are enclosed by balls (python-flint's Arb) at exact rational points. Disjoint
enclosures where everything is real and defined refute the claim, whoever is right about
differentiation rules elsewhere. Overlapping ones only support it, at that precision.
Method: F. Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic",
IEEE Transactions on Computers 66 (2017). A long module: one search
for a point after the other, and what is told of what they find.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from itertools import chain, islice
from typing import Any

from derivcheck import work
from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import Evidence, Finding, Strength, Witness
from derivcheck.numeric.intervals import kinks
from derivcheck.numeric.intervals.assumed import at_assumed
from derivcheck.numeric.intervals.comparison import (
    PRECISIONS,
    SIGNIFICANT,
    Comparer,
    Comparison,
    compare,
)
from derivcheck.numeric.intervals.places import at_switches
from derivcheck.numeric.intervals.program import FULL, QUICK, precision
from derivcheck.numeric.intervals.rules import Unsupported
from derivcheck.numeric.intervals.witness import decimals, point_text, simpler_points
from derivcheck.numeric.sampling.branches import at_branches
from derivcheck.numeric.sampling.exact import Complex
from derivcheck.numeric.sampling.points import Point
from derivcheck.numeric.sampling.solved_switches import AtSwitch, at_parameters
from derivcheck.numeric.sampling.stream import few_values, stream
from derivcheck.numeric.sampling.turns import at_turns
from derivcheck.records import record

NAME = "interval arithmetic"
_QUICK_POINTS = 4
_GUARD = 4
"""So many points, or fewer, are a guard beside a proof."""
_WORK = 3_000_000
"""Units of work for one answer, from all places together."""
_GLANCE = 1_000_000
"""Of those, for a glance."""
_FEW = 100
"""So many points at one place of many, or if something assumed does not surely hold at any."""
_AT_SWITCH = 4
"""So many points of the other symbols at a switch whose place is not rational."""


@record(frozen=False)
class _Tally:
    """What the points seen so far have shown."""

    defined: int = 0
    undefined: int = 0
    unmet: int = 0
    """Points among those that are undefined, at which something assumed does not surely hold."""
    wide: int = 0
    beyond: int = 0
    """Points off the real axis among those that agree."""
    lost: int = 0
    """Points off the real axis among those that are undefined."""
    measured: float = 0.0
    allowed: float = 0.0
    agreed: list[Point] = field(default_factory=list)

    def add(self, found: Comparison, point: Point) -> None:
        """Count an agreeing or undefined point."""
        off_axis = any(isinstance(v, Complex) and v.imag for v in point.values.values())
        if not found.defined:
            self.undefined += 1
            self.unmet += found.unmet
            self.lost += off_axis
        elif found.radius > SIGNIFICANT:
            self.wide += 1
        else:
            self.defined += 1
            self.agreed.append(point)
            self.beyond += off_axis
            self.measured = max(self.measured, found.difference)
            self.allowed = max(self.allowed, found.radius)


def judge(equation: Equation, settings: Settings, most: int | None = None) -> Evidence:
    """Evidence by interval arithmetic, from so many points at most.

    FAILS with strength ENCLOSURE and a witness; HOLDS with strength SAMPLE, ``measured`` the
    largest difference of midpoints and ``allowed`` the largest radius, both relative to the
    scale of the values; else UNKNOWN with a reason.
    """
    with work.within(_WORK):
        return _judged(equation, settings, most)


def _judged(equation: Equation, settings: Settings, most: int | None) -> Evidence:
    comparer = _comparer(equation)
    try:
        found = _search(comparer, settings, most=most)
    except Unsupported as error:
        return _evidence(Finding.UNKNOWN, reason=str(error))
    except RecursionError:
        reason = "the expression is nested too deeply for interval arithmetic"
        return _evidence(Finding.UNKNOWN, reason=reason)
    if isinstance(found, tuple):
        return _refutation(comparer, settings, *found)
    # where no fraction is a point, those that equations give may be the only ones
    solved = None
    if settings.samples > _GUARD or isinstance(found, str):
        solved = _where_solved(equation, settings, most or _FEW)
        if solved is not None and solved.finding is Finding.FAILS:
            return solved
    if settings.samples > _GUARD:
        refuted = (
            _at_switches(equation, settings)
            or at_entries(equation, (equation,), (), 0, settings)
            or _at_branches(equation, settings)
        )
        if refuted is not None:
            return refuted
    if solved is not None and (
        isinstance(found, str) or (found.conditions and not solved.conditions)
    ):
        return solved
    return _evidence(Finding.UNKNOWN, reason=found) if isinstance(found, str) else found


def _where_solved(equation: Equation, settings: Settings, most: int = _FEW) -> Evidence | None:
    """A refutation, or agreement, at numbers that meet what is assumed; else None."""
    agreed: list[Mapping[str, str]] = []
    found: Evidence | None = None
    for there in at_assumed(equation, settings.seed):
        here = _at(there, settings, most)
        if here is not None:
            if here.finding is Finding.FAILS:
                return here
            agreed.append(dict(there.point))
            found = here
    if found is not None:
        conditions = (*found.conditions, *few_values(equation, agreed))
        return replace(found, samples=len(agreed), conditions=conditions)
    return None


def _at_switches(equation: Equation, settings: Settings) -> Evidence | None:
    """A refutation where no sample point is: at a switch such as x = pi, at a number of a
    parameter that makes a derivative plain, or on a branch cut."""
    places = at_switches(equation, settings.seed)
    for there in chain(places, at_parameters(equation), at_turns(equation)):
        found = _at(there, settings)
        if found is not None and found.finding is Finding.FAILS:
            return found
    return None


def _at_branches(equation: Equation, settings: Settings) -> Evidence | None:
    """A refutation where several conditions hold at once."""
    for there in at_branches(equation):
        if work.is_over():
            return None
        # where the derivative does not exist on the whole branch, more points tell no more
        found = judge(there, replace(settings, samples=_AT_SWITCH), most=3 * _AT_SWITCH)
        if found.finding is Finding.FAILS:
            return found
    return None


def _at(there: AtSwitch, settings: Settings, most: int = _FEW) -> Evidence | None:
    """A refutation or agreement at a place; None where neither is found, or enough is done."""
    if work.is_over():
        return None
    comparer, context = Comparer(there.equation), there.equation.context
    most = most if context.symbols or context.functions or context.dims else 1
    try:
        found = _search(comparer, replace(settings, samples=_AT_SWITCH), most=most)
    except (Unsupported, RecursionError):
        return None
    if not isinstance(found, tuple):
        return None if isinstance(found, str) else found
    evidence = _refutation(comparer, settings, *found)
    if evidence.witness is None:
        return None
    point = (*evidence.witness.point, *there.point)
    return replace(evidence, witness=replace(evidence.witness, point=point))


def at_entries(
    equation: Equation,
    entries: Sequence[Equation],
    indices: tuple[tuple[str, int], ...],
    size: int,
    settings: Settings,
) -> Evidence | None:
    """A refutation of an entry of an array (or of a scalar, of size 0), where all dimensions are so
    long and a derivative exists although its rule says nothing."""
    with precision(FULL):
        found = kinks.refuted(entries, settings.seed)
        if found is None:
            return None
        number, there = found
        true, claimed = decimals(there.true, there.claimed)
        gap = compare(there.true, there.claimed).gap
    sizes = dict.fromkeys(equation.context.dims if size else (), size)
    row, column = divmod(number, N.lengths(equation.left.shape, sizes)[1])
    entry = f"[{row}, {column}]" if equation.left.shape else ""
    point = (*there.point, *((name, str(value)) for name, value in indices))
    return _evidence(
        Finding.FAILS,
        f"{FULL} bits",
        measured=gap,
        allowed=0.0,
        samples=1,
        detail="relative difference of disjoint enclosures; the derivative from both sides",
        witness=Witness(point, true, claimed, tuple(sizes.items()), entry, there.instances),
    )


_recent: list[Comparer] = []


def _comparer(equation: Equation) -> Comparer:
    """The comparer of an equation, kept for the next look at the same one."""
    if not _recent or _recent[0].equation is not equation:
        _recent[:] = [Comparer(equation)]
    return _recent[0]


def agree(equation: Equation, settings: Settings) -> Finding:
    """HOLDS, FAILS or UNKNOWN, without a witness: quick enough to try many hints."""
    try:
        with work.within(_GLANCE):
            found = _search(_comparer(equation), settings, glance=True)
    except (Unsupported, RecursionError):
        return Finding.UNKNOWN
    if isinstance(found, Evidence):
        return found.finding
    return Finding.UNKNOWN if isinstance(found, str) else Finding.FAILS


def each(equation: Equation, settings: Settings) -> list[Finding]:
    """HOLDS or FAILS at each of ``settings.samples`` points; undecided ones are left out."""
    found: list[Finding] = []
    comparer = _comparer(equation)
    try:
        with precision(FULL):
            for point in stream(equation, settings.seed).first(settings.samples):
                here = comparer.settled(point, FULL)
                if here.defined and (here.apart is not None or here.radius <= SIGNIFICANT):
                    found.append(Finding.HOLDS if here.apart is None else Finding.FAILS)
    except (Unsupported, RecursionError):
        pass
    return found


def why_undefined(equation: Equation, settings: Settings) -> str:
    """Why no point is known at which both sides are defined; empty where one is.

    Parts that balls can't evaluate are taken for defined.
    """
    with work.within(_WORK):
        return _why_undefined(equation, settings)


def _why_undefined(equation: Equation, settings: Settings) -> str:
    source = stream(equation, settings.seed)
    comparer = _comparer(equation)
    tally = _Tally()
    with precision(QUICK):
        for number, point in enumerate(source):
            try:
                found = comparer.here(point)
            except (Unsupported, RecursionError):
                return ""
            if found.defined:
                return ""
            tally.add(found, point)
            if number >= _patience(tally, settings) or work.is_over():
                break
    if _where_solved(equation, settings) is not None:
        return ""
    return source.reason or _nowhere(tally, equation)


def _evidence(finding: Finding, method: str = NAME, **more: Any) -> Evidence:
    strength = Strength.ENCLOSURE if finding is Finding.FAILS else Strength.SAMPLE
    return Evidence(NAME, method, finding, strength, **more)


def _search(
    comparer: Comparer, settings: Settings, glance: bool = False, most: int | None = None
) -> tuple[Point, Comparison] | Evidence | str:
    """The first refuting point, or evidence of agreement, or the reason for neither.

    ``glance`` looks at a few points in low precision before anything else. ``most`` is how many
    points there are, where nothing is left to be drawn.
    """
    source = stream(comparer.equation, settings.seed)
    points = iter(source)
    first = list(islice(points, _QUICK_POINTS if glance else 1))
    if not first:
        return source.reason
    if glance:
        with precision(QUICK):
            for point in first:
                found = comparer.here(point)
                if found.apart is not None:
                    return point, found
    wanted = settings.samples
    if wanted <= _GUARD and any(s.shape for s in comparer.equation.context.symbols):
        wanted = -(-wanted // 2)  # a matrix point compares many entries
    tally = _Tally()
    with precision(FULL):
        for number, point in enumerate(chain(first, points)):
            found = comparer.settled(point, FULL if tally.defined or number < 8 else QUICK)
            if found.apart is not None:
                return point, found
            tally.add(found, point)
            if tally.defined >= wanted or number >= _patience(tally, settings):
                break
            if work.is_over() or number + 1 == most:
                break
    if not tally.defined:
        return _nowhere(tally, comparer.equation)
    if tally.lost and not tally.beyond and _only_numbers(comparer.equation):
        return "both sides are known at real points only, where they agree"
    return _evidence(
        Finding.HOLDS,
        f"{'complex, ' if comparer.complex else ''}{FULL} bits",
        measured=tally.measured,
        allowed=tally.allowed,
        samples=tally.defined,
        detail="largest difference and radius, relative to the scale of the values"
        + ("; at complex points" if comparer.complex else "")
        + _structured(comparer.equation),
        conditions=few_values(comparer.equation, [point.numbers for point in tally.agreed]),
    )


def _only_numbers(equation: Equation) -> bool:
    """Whether complex symbols are numbers, and nothing ties them to the real axis."""
    symbols = equation.context.symbols
    return not equation.context.assume and not any(s.shape for s in symbols)


def _structured(equation: Equation) -> str:
    """What is said of derivatives by structured matrices, since other conventions exist."""
    names = [s.name for s in equation.context.symbols if s.structure and s.name in equation.wrt]
    return f"; entries of {', '.join(names)} vary freely at a structured point" if names else ""


def _patience(tally: _Tally, settings: Settings) -> int:
    """How many points to look at: more while none is defined, and where no proof is at hand.

    A real symbol under a root or an arcsine is defined on a small part of its declared domain. But
    points are drawn so that floats see what is assumed: where balls see it at none, floats err.
    """
    if not tally.defined:
        only_unmet = 0 < tally.unmet == tally.undefined and not tally.wide
        return _FEW if only_unmet else 12 * settings.samples + 400
    return settings.samples * (3 if settings.samples <= _GUARD else 12)


def _nowhere(tally: _Tally, equation: Equation) -> str:
    if tally.wide:
        return f"the enclosures stay too wide to compare at all {tally.wide} defined points"
    is_complex = equation.context.is_complex
    has_subscripts = any(isinstance(node, N.Entry | N.Pick) for node in equation.nodes)
    return (
        f"no point of the domain where both sides are defined{'' if is_complex else ' and real'}"
        f" was found ({tally.undefined} tried): empty domain?"
        + (" Or a subscript beyond the last entry?" if has_subscripts else "")
        + ("" if is_complex else " Or are its values complex? Then add `values: complex`")
    )


def _refutation(
    comparer: Comparer, settings: Settings, point: Point, found: Comparison
) -> Evidence:
    gap = found.gap
    for other in stream(comparer.equation, settings.seed).first(6):
        gap = max(gap, comparer.at(other, QUICK).gap)
    bits = QUICK if comparer.at(point, QUICK).apart is not None else FULL
    for candidate in simpler_points(comparer.equation, point):
        simple = comparer.at(candidate, bits)
        if simple.apart is not None:
            point = candidate
            break
    seen, bits = bits, FULL
    sure = comparer.at(point, bits)
    while sure.apart is None and bits < PRECISIONS[-1]:
        bits = next(p for p in PRECISIONS if p > bits)
        sure = comparer.at(point, bits)
    if sure.apart is None:
        # a series that loses bits may enclose less with more of them: what was seen was seen
        wide, bits = sure, seen
        sure = comparer.at(point, bits)
        if (
            sure.scalar
            and wide.defined
            and not (sure.left.overlaps(wide.left) and sure.right.overlaps(wide.right))
        ):
            sure = wide
    if sure.apart is None:
        reason = "enclosures at two precisions disagree"
        defect = f"interval arithmetic: {reason}"
        return _evidence(Finding.UNKNOWN, reason=reason, defect=defect)
    with precision(bits):
        true, claimed = decimals(sure.left, sure.right)
    row, column = sure.apart
    entry = "" if sure.scalar else f"[{row}, {column}]"
    indices = tuple((name, str(value)) for name, value in sure.indices)
    witness = Witness(
        point_text(comparer.equation, point) + indices,
        true,
        claimed,
        tuple(point.sizes.items()),
        entry,
        _instances(comparer, point),
    )
    return _evidence(
        Finding.FAILS,
        f"{'complex, ' if comparer.complex else ''}{bits} bits",
        measured=max(gap, sure.gap),
        allowed=0.0,
        samples=1,
        detail="relative difference of disjoint enclosures"
        + ("; at a complex point" if comparer.complex else ""),
        witness=witness,
    )


def _instances(comparer: Comparer, point: Point) -> tuple[tuple[str, str], ...]:
    """What stood for the abstract functions: a formula, or the jet that satisfies equations."""
    texts = {name: instance.text for name, instance in sorted(point.instances.items())}
    program = comparer.program(point)
    jets = getattr(program, "jet_texts", None)
    if jets is not None:
        given = comparer.equation.context.given
        texts = {name: text for name, text in texts.items() if name not in given}
        texts.update(jets())
    return tuple(texts.items())
