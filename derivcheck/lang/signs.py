"""Which signs an expression may have, by those of its symbols.

Signs are told by the least and the greatest of -1, 0 and 1 that any entry may have: ``(1, 1)`` is
positive, ``(0, 1)`` not negative, ``(-1, 1)`` unknown; None is what may not be real.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Symbol

Signs = tuple[int, int]
POSITIVE: Signs = (1, 1)
NEGATIVE: Signs = (-1, -1)
NOT_NEGATIVE: Signs = (0, 1)
UNKNOWN: Signs = (-1, 1)
_OF_KIND = {
    "positive": POSITIVE,
    "natural": POSITIVE,
    "negative": NEGATIVE,
    "nonnegative": NOT_NEGATIVE,
    "complex": None,
}


def of_symbols(symbols: Iterable[Symbol]) -> dict[str, Signs | None]:
    """What declarations say of symbols' entries; beside a diagonal there are zeros."""
    found: dict[str, Signs | None] = {}
    for symbol in symbols:
        signs = _OF_KIND.get(symbol.domain.kind, UNKNOWN)
        if signs is not None and "diagonal" in symbol.structure:
            signs = min(signs[0], 0), max(signs[1], 0)
        found[symbol.name] = signs
    return found


def signs_of(
    node: N.Node, known: dict[str, Signs | None], memo: dict[N.Node, Signs | None] | None = None
) -> Signs | None:
    """The signs of a node where it is defined; ``known`` are those of symbols by name."""
    memo = {} if memo is None else memo
    if node not in memo:
        memo[node] = _signs_of(node, known, memo)
    return memo[node]


def _signs_of(
    node: N.Node, known: dict[str, Signs | None], memo: dict[N.Node, Signs | None]
) -> Signs | None:
    match node:
        case N.Num(value=value):
            sign = (value > 0) - (value < 0)
            return sign, sign
        case N.Const(name=name):
            return None if name == "I" else POSITIVE
        case N.DimSize(dim=dim):
            return POSITIVE if (dim.least or 0) > 0 else UNKNOWN
        case N.Sym(name=name):
            return known.get(name, UNKNOWN)
        case N.Call(function="abs"):
            return NOT_NEGATIVE
    parts = [signs_of(child, known, memo) for child in N.children(node)]
    real = [part for part in parts if part is not None]
    if len(real) < len(parts):
        return None
    match node:
        case N.Call(function="exp" | "cosh"):
            return POSITIVE
        case N.Transpose() | N.Sum():
            return real[0]
        case N.Add():
            return _sum(real)
        case N.Mul() | N.MatMul():
            return reduce(_product, real)
        case N.Pow(exponent=N.Num(value=value)) if value.denominator == 1 and value % 2 == 0:
            low, high = real[0]
            return POSITIVE if low > 0 or high < 0 or value <= 0 else NOT_NEGATIVE
        case N.Pow(exponent=N.Num(value=value)) if real[0][0] >= 0:
            return real[0] if value > 0 else POSITIVE
        case N.Pow(exponent=N.Num(value=value)) if value.denominator == 1 and real[0][1] <= 0:
            return real[0] if value > 0 else NEGATIVE
        case N.Pow() if real[0][0] > 0:
            return POSITIVE
    return UNKNOWN


def _sum(parts: Sequence[Signs]) -> Signs:
    lows, highs = zip(*parts, strict=True)
    # one positive summand among others that are not negative is enough
    return max(lows) if min(lows) >= 0 else -1, min(highs) if max(highs) <= 0 else 1


def _product(one: Signs, other: Signs) -> Signs:
    ends = [a * b for a in one for b in other]
    return min(ends), max(ends)
