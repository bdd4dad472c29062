"""Matrices of declared domains and structures, entry for entry exact rationals."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from derivcheck.lang.equation import Domain, Symbol
from derivcheck.numeric.sampling.exact import (
    Complex,
    ComplexMatrix,
    Matrix,
    Value,
    determinant,
    diagonal,
    flip,
    grid,
    identity,
    in_rows,
    inverse,
    mirrored,
    rows_times,
)
from derivcheck.numeric.sampling.values import ENTRIES, Style, draw_real


def draw_matrix(symbol: Symbol, rows: int, columns: int, style: Style, random: Random) -> Value:
    """A matrix of the symbol's domain and structure, exactly."""
    if symbol.domain.kind == "complex":
        mixed = Style("~", "middle")
        real, imag = (
            grid(rows, columns, lambda i, j: draw_real(Domain(), mixed, random, entry=True))
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
    entries = grid(2 * size, size, lambda i, j: Fraction(random.randint(-3, 3), 2))
    even = mirrored(entries[size:])

    def block(i: int, j: int) -> Fraction:
        """Of A + I*B as the real matrix [[A, -B], [B, A]], with A skew and B symmetric."""
        row, column = i % size, j % size
        if (i < size) != (j < size):
            return even[row][column] * (-1 if i < size else 1)
        if row == column:
            return Fraction(0)
        return entries[row][column] if row < column else -entries[column][row]

    found = _cayley(grid(2 * size, 2 * size, block))
    return grid(size, size, lambda i, j: Complex(found[i][j], found[size + i][j]))


def _cayley(skew: Matrix) -> Matrix:
    """``(I - K) @ inv(I + K)``, which is orthogonal for skew K."""
    size = len(skew)
    minus = grid(size, size, lambda i, j: (i == j) - skew[i][j])
    plus = grid(size, size, lambda i, j: (i == j) + skew[i][j])
    return rows_times(minus, inverse(plus))


def _complex_structure(
    real: Matrix, imag: Matrix, structure: frozenset[str]
) -> tuple[Matrix, Matrix]:
    """Parts of a complex matrix with that structure: hermitian, symmetric, diagonal, or spd.

    Of a complex matrix, ``spd`` is hermitian and positive definite: made diagonally dominant.
    """
    size = len(real)
    if "diagonal" in structure:
        real, imag = (diagonal([m[i][i] for i in range(size)]) for m in (real, imag))
    if structure & {"hermitian", "spd"}:
        real, half = mirrored(real), mirrored(imag)
        imag = grid(size, size, lambda i, j: half[i][j] * ((i < j) - (i > j)))
    elif "symmetric" in structure:
        real, imag = mirrored(real), mirrored(imag)
    if "spd" in structure:
        weight = sum((abs(v) for m in (real, imag) for row in m for v in row), Fraction(1))
        plain = real
        real = grid(size, size, lambda i, j: weight + abs(plain[i][i]) if i == j else plain[i][j])
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
        return in_rows(flat, columns)
    seen: set[Fraction] = set()

    def entry(i: int, j: int) -> Fraction:
        value = draw_real(domain, style, random, entry=True)
        for _ in range(3):
            if value not in seen:
                break
            value = draw_real(domain, style, random, entry=True)
        seen.add(value)
        return value

    return grid(rows, columns, entry)


def _structured(matrix: Matrix, structure: frozenset[str], random: Random) -> Matrix:
    size = len(matrix)
    if "diagonal" in structure:
        entries = [matrix[i][i] or Fraction(1) for i in range(size)]
        if "orthogonal" in structure:
            entries = [Fraction(random.choice((1, -1))) for _ in entries]
        if "spd" in structure:
            entries = [abs(entry) for entry in entries]
        return diagonal(entries)
    if "orthogonal" in structure:
        if "spd" in structure:
            return identity(size)
        return reflection(size, random) if "symmetric" in structure else orthogonal(size, random)
    if "spd" in structure:
        low = 0 if all(entry > 0 for row in matrix for entry in row) else -2

        def below(i: int, j: int) -> Fraction:
            if i == j:
                return random.choice(_PIVOTS)
            return Fraction(random.randint(low, 2) if j < i else 0)

        lower = grid(size, size, below)
        return rows_times(lower, flip(lower))
    if "symmetric" in structure:
        return mirrored(matrix)
    return matrix


_PIVOTS = tuple(map(Fraction, ("1", "2", "1", "2", "1/4", "6")))
"""Unlike ones too: the product of two positive definite matrices is indefinite only where these
are far from round."""


def orthogonal(size: int, random: Random) -> Matrix:
    """A rational orthogonal matrix: Cayley transform of a skew one, times a signed permutation.

    On its own the transform misses the eigenvalue -1.
    """
    skew = [[Fraction(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            skew[i][j] = Fraction(random.choice((-2, -1, 1, 2)), random.choice((1, 2)))
            skew[j][i] = -skew[i][j]
    order = list(range(size))
    random.shuffle(order)
    signs = [Fraction(random.choice((1, -1))) for _ in order]
    shuffled = grid(size, size, lambda i, j: signs[i] if order[i] == j else Fraction(0))
    return rows_times(_cayley(in_rows([v for row in skew for v in row], size)), shuffled)


def reflection(size: int, random: Random) -> Matrix:
    """A rational Householder reflection: symmetric and orthogonal."""
    normal = [Fraction(random.choice((-2, -1, 1, 2, 3))) for _ in range(size)]
    square = sum((x * x for x in normal), Fraction(0))
    return grid(size, size, lambda i, j: (i == j) - 2 * normal[i] * normal[j] / square)


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
