"""Drawing exact rational numbers from declared domains."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from random import Random

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Domain
from derivcheck.numeric.sampling.exact import Evaluator, Inexact
from derivcheck.records import record


def _fractions(text: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(part) for part in text.split())


MAGNITUDES: dict[str, tuple[Fraction, ...]] = {
    "small": _fractions("1/2 1/3 3/4 1/4 2/3 2/5 3/5 1/5 4/5"),
    "middle": _fractions("2 3 3/2 5/2 4 7/3 5/3 7/2 9/4"),
    "large": _fractions("7 11 5 20 13 17 9 50 8"),
    "tiny": _fractions("1/10 1/100 1/20 1/7 1/50 1/30 1/9"),
    "wide": _fractions("10 25 40 100 30 1000 16 64"),
    "unit": _fractions("1"),
    "near": _fractions("5/4 9/10 11/10 7/8 6/5 19/20 21/20"),
}
ENTRIES: dict[str, tuple[Fraction, ...]] = {
    "small": _fractions("1/2 1/3 2/3 1/4 3/4 1/5 2/5 3/5 4/5"),
    "middle": _fractions("1 2 3 4 5 1/2 3/2 5/2"),
    "large": _fractions("2 3 5 7 4 6"),
    "tiny": _fractions("1/10 1/5 1/7 1/4 1/8 1/6"),
    "wide": _fractions("3 8 1/2 5 10"),
    "unit": _fractions("1 2 3"),
    "near": _fractions("5/4 3/4 7/8 9/8 1"),
}
_FRACTION_OF_WIDTH: dict[str, tuple[Fraction, Fraction]] = {
    "small": (Fraction(1, 8), Fraction(1, 3)),
    "middle": (Fraction(2, 5), Fraction(3, 5)),
    "large": (Fraction(4, 5), Fraction(19, 20)),
    "tiny": (Fraction(1, 100), Fraction(1, 12)),
    "wide": (Fraction(11, 12), Fraction(99, 100)),
    "unit": (Fraction(1, 3), Fraction(2, 3)),
    "near": (Fraction(1, 3), Fraction(3, 5)),
}

PI = Fraction(3141592653589793238462643383279502884197, 10**39)
E = Fraction(2718281828459045235360287471352662497757, 10**39)


@record()
class Style:
    """How one point is drawn: sign ``+ - ~`` (``~`` mixed) and scale (``~`` mixed)."""

    sign: str
    scale: str


def constant(node: N.Node) -> Fraction | None:
    """Value of a constant node, to 1e-15 at least; None for infinity or beyond reach."""
    exact: dict[N.Node, N.Node] = {
        N.Const("pi", shape=()): N.number(PI),
        N.Const("e", shape=()): N.number(E),
    }
    try:
        return Evaluator({}, {}, approximate=True).scalar(N.substitute(node, exact))
    except (Inexact, KeyError):
        return None


def is_rational(node: N.Node) -> bool:
    """Whether a constant node is an exact rational."""
    try:
        Evaluator({}, {}).scalar(node)
    except Inexact:
        return False
    return True


@record()
class Range:
    """Open rational interval; None is infinity."""

    low: Fraction | None
    high: Fraction | None

    def __contains__(self, value: Fraction) -> bool:
        return (self.low is None or value > self.low) and (self.high is None or value < self.high)

    def meet(self, other: Range) -> Range:
        """Intersection."""
        lows = [b for b in (self.low, other.low) if b is not None]
        highs = [b for b in (self.high, other.high) if b is not None]
        return Range(max(lows, default=None), min(highs, default=None))

    @property
    def empty(self) -> bool:
        """Whether no number is strictly inside."""
        return self.low is not None and self.high is not None and self.low >= self.high


_MARGIN = Fraction(1, 10**12)


@lru_cache(maxsize=512)
def domain_range(domain: Domain) -> Range:
    """The open interval a domain's values lie in, irrational ends moved inward by 1e-12."""
    ends: dict[str, Fraction | None] = {">": None, "<": None}
    for condition in domain.conditions(N.ZERO_NODE):
        side, end = condition.operator[0], constant(condition.right)
        if side in ends and end is not None:
            margin = Fraction(0) if is_rational(condition.right) else _MARGIN
            ends[side] = end + margin if side == ">" else end - margin
    return Range(ends[">"], ends["<"])


@lru_cache(maxsize=512)
def _closed_ends(domain: Domain) -> frozenset[Fraction | None]:
    """The ends of that interval that are inside."""
    limits, signs = domain_range(domain), {c.operator for c in domain.conditions(N.ZERO_NODE)}
    ends = ((">=", limits.low), ("<=", limits.high))
    return frozenset(end for sign, end in ends if sign in signs)


@lru_cache(maxsize=512)
def _left_out(domain: Domain) -> tuple[tuple[Fraction, Fraction], ...]:
    """The values that ``not`` takes out, and how far they may be off: floats of ``cos(pi/3)`` are
    not 1/2."""
    found = [(Fraction(0), Fraction(0))] if domain.kind == "nonzero" else []
    for node in domain.excluded:
        value = constant(node)
        if value is not None:
            margin = Fraction(0) if is_rational(node) else _MARGIN * (1 + abs(value))
            found.append((value, margin))
    return tuple(found)


def _is_left_out(value: Fraction, domain: Domain) -> bool:
    return any(abs(value - other) <= margin for other, margin in _left_out(domain))


def allowed(value: Fraction, domain: Domain) -> bool:
    """Whether a value lies inside the domain (ends of closed intervals are inside too)."""
    inside = value in domain_range(domain) or value in _closed_ends(domain)
    whole = value.denominator == 1 or not domain.is_whole
    return inside and whole and not _is_left_out(value, domain)


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of smallest denominator strictly between two (Stern-Brocot)."""
    if low < 0 < high:
        return Fraction(0)
    if high <= 0:
        return -simplest_between(-high, -low)
    whole = low.numerator // low.denominator
    if whole + 1 < high:
        return Fraction(whole + 1)
    low, high = low - whole, high - whole
    if low == 0:
        return whole + Fraction(1, int(1 / high) + 1)
    return whole + 1 / simplest_between(1 / high, 1 / low)


def draw_in(limits: Range, sign: int, magnitude: Fraction, scale: str) -> Fraction:
    """A simple number in an interval, of the wanted sign and size where there is one."""
    if not magnitude:  # zero has no side
        if magnitude in limits:
            return magnitude
        magnitude = Fraction(1)
    half = limits.meet(Range(Fraction(0), None) if sign > 0 else Range(None, Fraction(0)))
    if half.empty:
        sign = -sign
    else:
        limits = half
    wanted = sign * magnitude
    if wanted in limits:
        return wanted
    if limits.low is not None and limits.high is not None:
        first, last = _FRACTION_OF_WIDTH[scale]
        width = limits.high - limits.low
        return simplest_between(limits.low + first * width, limits.low + last * width)
    if limits.low is not None:
        return simplest_between(limits.low, limits.low + magnitude) + magnitude
    if limits.high is not None:
        return simplest_between(limits.high - magnitude, limits.high) - magnitude
    return wanted


def draw_real(
    domain: Domain,
    style: Style,
    random: Random,
    slot: int | None = None,
    entry: bool = False,
    limits: Range | None = None,
) -> Fraction:
    """One value of a domain. ``slot`` picks from the table in order, else at random."""
    inside = domain_range(domain) if limits is None else limits
    is_full = not domain.excluded and domain.kind != "nonzero"
    free = inside.low is None is inside.high and not domain.is_whole
    value = Fraction(0)
    for attempt in range(12):
        scale = style.scale
        if scale == "~" or attempt > 6:
            scale = random.choice(("small", "middle", "large", "middle"))
        table = (ENTRIES if entry else MAGNITUDES)[scale]
        if slot is not None:
            magnitude = table[(slot + attempt) % len(table)]
        else:
            magnitude = random.choice(table)
        sign = 1 if style.sign == "+" else -1 if style.sign == "-" else random.choice((1, -1))
        if is_full and free:
            return magnitude if sign > 0 else -magnitude
        if domain.is_whole:
            magnitude = Fraction(min(8, max(1, round(magnitude)) + (slot or 0) % 3))
            if scale in ("small", "tiny"):
                magnitude = Fraction((slot or random.randrange(3)) % 3 + (domain.kind == "natural"))
        value = draw_in(inside, sign, magnitude, scale)
        if not _is_left_out(value, domain) and (not domain.is_whole or value.denominator == 1):
            return value
    return value
