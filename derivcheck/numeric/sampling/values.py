"""Drawing exact rational values from declared domains, entry by entry and with structure."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from random import Random

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Domain, Interval, Symbol
from derivcheck.numeric.sampling.exact import (
    Complex,
    ComplexMatrix,
    Evaluator,
    Inexact,
    Matrix,
    Value,
    determinant,
    flip,
    identity,
    inverse,
    rows_times,
)
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

    def replace(current: N.Node) -> N.Node:
        if isinstance(current, N.Const) and current.name in ("pi", "e"):
            return N.number(PI if current.name == "pi" else E)
        return N.rebuild(current, replace)

    try:
        return Evaluator({}, {}, approximate=True).scalar(replace(node))
    except (Inexact, KeyError):
        return None


def is_rational(node: N.Node) -> bool:
    """Whether a constant node is an exact rational."""
    try:
        Evaluator({}, {}).scalar(node)
    except Inexact:
        return False
    return True


def _infinite(node: N.Node | None) -> bool:
    return node is None or any(isinstance(n, N.Const) and n.name == "oo" for n in N.walk(node))


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


def _bounds(interval: Interval) -> Range:
    """The interior of a declared interval, irrational ends moved inward by 1e-12."""
    low = None if _infinite(interval.low) else constant(interval.low)  # type: ignore[arg-type]
    high = None if _infinite(interval.high) else constant(interval.high)  # type: ignore[arg-type]
    if low is not None and interval.low is not None and not is_rational(interval.low):
        low += _MARGIN
    if high is not None and interval.high is not None and not is_rational(interval.high):
        high -= _MARGIN
    return Range(low, high)


@lru_cache(maxsize=512)
def domain_range(domain: Domain) -> Range:
    """The open interval a domain's values lie in."""
    if domain.kind == "interval" and domain.interval is not None:
        return _bounds(domain.interval)
    if domain.kind in ("positive", "nonnegative", "natural"):
        return Range(Fraction(0), None)
    if domain.kind == "negative":
        return Range(None, Fraction(0))
    return Range(None, None)


def is_whole(domain: Domain) -> bool:
    """Whether the domain holds whole numbers only."""
    return domain.kind in ("integer", "natural")


@lru_cache(maxsize=512)
def excluded_values(domain: Domain) -> frozenset[Fraction]:
    """Rational values that ``not`` takes out."""
    values = (constant(node) for node in domain.excluded)
    result = {value for value in values if value is not None}
    if domain.kind == "nonzero":
        result.add(Fraction(0))
    return frozenset(result)


def allowed(value: Fraction, domain: Domain) -> bool:
    """Whether a value lies inside the domain (ends of closed intervals are inside too)."""
    limits = domain_range(domain)
    closed = domain.interval
    inside = (
        value in limits
        or (domain.kind == "nonnegative" and value == 0)
        or (closed is not None and closed.low_closed and value == limits.low)
        or (closed is not None and closed.high_closed and value == limits.high)
    )
    whole = value.denominator == 1 or not is_whole(domain)
    return inside and whole and value not in excluded_values(domain)


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
    forbidden = excluded_values(domain) if domain.excluded or domain.kind == "nonzero" else ()
    free = inside.low is None is inside.high and not is_whole(domain)
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
        if not forbidden and free:
            return magnitude if sign > 0 else -magnitude
        if is_whole(domain):
            magnitude = Fraction(min(8, max(1, round(magnitude)) + (slot or 0) % 3))
            if scale in ("small", "tiny"):
                magnitude = Fraction((slot or random.randrange(3)) % 3 + (domain.kind == "natural"))
        value = draw_in(inside, sign, magnitude, scale)
        if value not in forbidden and (not is_whole(domain) or value.denominator == 1):
            return value
    return value


def draw_matrix(symbol: Symbol, rows: int, columns: int, style: Style, random: Random) -> Value:
    """A matrix of the symbol's domain and structure, exactly."""
    if symbol.domain.kind == "complex":
        real, imag = (
            tuple(
                tuple(
                    draw_real(Domain(), Style("~", "middle"), random, entry=True)
                    for _ in range(columns)
                )
                for _ in range(rows)
            )
            for _ in range(2)
        )
        if rows == columns and "orthogonal" in symbol.structure:
            return unitary(rows, random)
        if rows == columns and symbol.structure:
            real, imag = _complex_structure(real, imag, symbol.structure)
        return tuple(tuple(map(Complex, a, b)) for a, b in zip(real, imag, strict=True))
    for _ in range(20):
        plain = _plain(symbol.domain, rows, columns, style, random)
        if not symbol.structure:
            return plain
        if rows != columns:
            break
        matrix = _structured(plain, symbol.structure, random)
        if "invertible" not in symbol.structure or determinant(matrix):
            return matrix
    return plain


def unitary(size: int, random: Random) -> ComplexMatrix:
    """A unitary matrix with rational parts: Cayley's transform of a skew-hermitian one."""
    entries = [[Fraction(random.randint(-3, 3), 2) for _ in range(size)] for _ in range(2 * size)]
    skew = [
        [entries[i][j] if i < j else -entries[j][i] if i > j else Fraction(0) for j in range(size)]
        for i in range(size)
    ]
    even = [[entries[size + min(i, j)][max(i, j)] for j in range(size)] for i in range(size)]
    # a complex matrix A + I*B as the real one [[A, -B], [B, A]]
    block = tuple(
        tuple(
            (skew if (i < size) == (j < size) else even)[i % size][j % size]
            * (-1 if i < size <= j else 1)
            for j in range(2 * size)
        )
        for i in range(2 * size)
    )
    unit = identity(2 * size)
    plus, minus = (
        tuple(
            tuple(a + sign * b for a, b in zip(row, other, strict=True))
            for row, other in zip(unit, block, strict=True)
        )
        for sign in (1, -1)
    )
    found = rows_times(minus, inverse(plus))
    return tuple(
        tuple(Complex(found[i][j], found[size + i][j]) for j in range(size)) for i in range(size)
    )


def _complex_structure(
    real: Matrix, imag: Matrix, structure: frozenset[str]
) -> tuple[Matrix, Matrix]:
    """Parts of a complex matrix with that structure: hermitian, symmetric, diagonal, or spd.

    Of a complex matrix, ``spd`` is hermitian and positive definite: made diagonally dominant.
    """
    size = range(len(real))
    if "diagonal" in structure:
        real, imag = (
            tuple(tuple(m[i][j] if i == j else Fraction(0) for j in size) for i in size)
            for m in (real, imag)
        )
    if structure & {"hermitian", "spd"}:
        real = tuple(tuple(real[min(i, j)][max(i, j)] for j in size) for i in size)
        imag = tuple(
            tuple((imag[min(i, j)][max(i, j)]) * ((i < j) - (i > j)) for j in size) for i in size
        )
    elif "symmetric" in structure:
        real, imag = (
            tuple(tuple(m[min(i, j)][max(i, j)] for j in size) for i in size) for m in (real, imag)
        )
    if "spd" in structure:
        weight = sum((abs(v) for m in (real, imag) for row in m for v in row), Fraction(1))
        real = tuple(
            tuple(weight + abs(real[i][i]) if i == j else real[i][j] for j in size) for i in size
        )
    return real, imag


_SIGNS = {"real": "", "nonzero": "", "positive": "+", "nonnegative": "+", "negative": "-"}
"""Kinds that any entry of the tables fits; with the sign they demand."""


def _signed(sign: str, scale: str, count: int, random: Random) -> tuple[Fraction, ...]:
    """Entries from a table in random order, each used once before any is used again."""
    table = ENTRIES[
        random.choice(("small", "middle", "large", "middle")) if scale == "~" else scale
    ]
    order: list[int] = []
    while len(order) < count:
        order += random.sample(range(len(table)), len(table))
    bits = random.getrandbits(count) if sign == "~" else (1 << count) - 1 if sign == "-" else 0
    return tuple(-table[k] if bits >> j & 1 else table[k] for j, k in enumerate(order[:count]))


def _plain(domain: Domain, rows: int, columns: int, style: Style, random: Random) -> Matrix:
    """Entries of the domain, neighbours distinct as far as that is easy."""
    if domain.kind in _SIGNS and not domain.excluded:
        flat = _signed(_SIGNS[domain.kind] or style.sign, style.scale, rows * columns, random)
        return tuple(flat[k : k + columns] for k in range(0, rows * columns, columns))
    seen: set[Fraction] = set()
    result: list[tuple[Fraction, ...]] = []
    for _ in range(rows):
        row: list[Fraction] = []
        for _ in range(columns):
            value = draw_real(domain, style, random, entry=True)
            for _ in range(3):
                if value not in seen:
                    break
                value = draw_real(domain, style, random, entry=True)
            seen.add(value)
            row.append(value)
        result.append(tuple(row))
    return tuple(result)


def _structured(matrix: Matrix, structure: frozenset[str], random: Random) -> Matrix:
    size = len(matrix)
    if "diagonal" in structure:
        entries = [matrix[i][i] or Fraction(1) for i in range(size)]
        if "orthogonal" in structure:
            entries = [Fraction(random.choice((1, -1))) for _ in entries]
        if "spd" in structure:
            entries = [abs(entry) for entry in entries]
        return tuple(
            tuple(entries[i] if i == j else Fraction(0) for j in range(size)) for i in range(size)
        )
    if "orthogonal" in structure:
        if "spd" in structure:
            return identity(size)
        return reflection(size, random) if "symmetric" in structure else orthogonal(size, random)
    if "spd" in structure:
        low = 0 if all(entry > 0 for row in matrix for entry in row) else -2
        lower = tuple(
            tuple(
                random.choice(_PIVOTS)
                if i == j
                else Fraction(random.randint(low, 2) if j < i else 0)
                for j in range(size)
            )
            for i in range(size)
        )
        return rows_times(lower, flip(lower))
    if "symmetric" in structure:
        return tuple(tuple(matrix[min(i, j)][max(i, j)] for j in range(size)) for i in range(size))
    return matrix


_PIVOTS = tuple(map(Fraction, ("1", "2", "1", "2", "1/4", "6")))
"""Unlike ones too: the product of two positive definite matrices is indefinite only where these
are far from round."""


def orthogonal(size: int, random: Random) -> Matrix:
    """A rational orthogonal matrix: Cayley transform of a skew one, times a signed permutation.

    ``(I - K) @ inv(I + K)`` is orthogonal for skew K; on its own it misses eigenvalue -1.
    """
    skew = [[Fraction(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            skew[i][j] = Fraction(random.choice((-2, -1, 1, 2)), random.choice((1, 2)))
            skew[j][i] = -skew[i][j]
    unit = identity(size)
    minus = tuple(tuple(unit[i][j] - skew[i][j] for j in range(size)) for i in range(size))
    plus = tuple(tuple(unit[i][j] + skew[i][j] for j in range(size)) for i in range(size))
    order = list(range(size))
    random.shuffle(order)
    signs = [Fraction(random.choice((1, -1))) for _ in order]
    shuffled = tuple(
        tuple(signs[i] if order[i] == j else Fraction(0) for j in range(size)) for i in range(size)
    )
    return rows_times(rows_times(minus, inverse(plus)), shuffled)


def reflection(size: int, random: Random) -> Matrix:
    """A rational Householder reflection: symmetric and orthogonal."""
    normal = [Fraction(random.choice((-2, -1, 1, 2, 3))) for _ in range(size)]
    square = sum((x * x for x in normal), Fraction(0))
    return tuple(
        tuple((i == j) - 2 * normal[i] * normal[j] / square for j in range(size))
        for i in range(size)
    )


def unit_vector(size: int, random: Random) -> tuple[Fraction, ...]:
    """A rational point of the unit sphere, by inverse stereographic projection."""
    if size == 1:
        return (Fraction(random.choice((1, -1))),)
    chart = [
        Fraction(random.choice((-3, -2, -1, 1, 2, 3)), random.choice((1, 2)))
        for _ in range(size - 1)
    ]
    square = sum((x * x for x in chart), Fraction(0))
    point = [2 * x / (square + 1) for x in chart] + [(square - 1) / (square + 1)]
    shift = random.randrange(size)
    return tuple(point[shift:] + point[:shift])
