"""Meeting an equality by changing one symbol, exactly in rationals.

What has a construction of its own (:mod:`derivcheck.numeric.sampling.constructions`) is made by it,
since those respect signs; what is affine in a symbol is solved by elimination.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivcheck import work
from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Symbol
from derivcheck.numeric.sampling.conditions import Sizes, Values, holds, inside, pairs
from derivcheck.numeric.sampling.constructions import CONSTRUCTIONS, Drawn
from derivcheck.numeric.sampling.exact import (
    Complex,
    Evaluator,
    Inexact,
    Matrix,
    Value,
    entries_of,
    rational_root,
    reduce_rows,
    shaped,
)
from derivcheck.numeric.sampling.values import allowed


def equate(node: N.Compare, names: Sequence[str], drawn: Drawn, tries: int = 60) -> Values:
    """Values that meet an equality by changing one symbol; the old ones where none is found.

    A changed value lies in the domain of its symbol and has its structure. ``names`` are the
    symbols it mentions, the one to solve for first. For a rational root the others are moved, too,
    from the second of the ``tries`` for each on.
    """
    symbols, values, sizes = drawn.symbols, drawn.values, drawn.sizes
    for one, other in ((node.left, node.right), (node.right, node.left)):
        for construct in CONSTRUCTIONS:
            try:
                found = construct(one, other, drawn)
            except Inexact:
                continue
            if found is None or not holds(node, sizes, found):
                continue
            if not all(_is_alike(value, values[name]) for name, value in found.items()):
                continue  # a number is no array of one number, as in `[x, x] == y`
            # the other side of the equality knows nothing of the domain of this one
            if all(v is values[n] or inside(v, symbols[n]) for n, v in found.items()):
                return found
    for name in names:
        found = _linear(node, symbols[name], drawn)
        if found is not None:
            return found
    scalars = [name for name in names if isinstance(values[name], Fraction)]
    if scalars and len(scalars) == len(names):
        return _quadratic(node, scalars, drawn, tries) or values
    return values


def _is_alike(one: Value, other: Value) -> bool:
    """Whether two values have one shape."""
    if isinstance(one, Fraction | Complex) or isinstance(other, Fraction | Complex):
        return isinstance(one, Fraction | Complex) and isinstance(other, Fraction | Complex)
    return (len(one), len(one[0])) == (len(other), len(other[0]))


def _linear(node: N.Compare, symbol: Symbol, drawn: Drawn) -> Values | None:
    """Solve for one symbol: for all its entries, else for one entry at a time."""
    name = symbol.name
    cells = list(range(len(entries_of(drawn.values[name]))))
    if not cells:
        return None
    drawn.random.shuffle(cells)
    for chosen in [cells, *([cell] for cell in cells)]:
        try:
            found = _solve(node, name, chosen, drawn)
        except Inexact:
            continue
        if found is not None and inside(found[name], symbol) and holds(node, drawn.sizes, found):
            return found
    return None


_LEGS = tuple(
    Fraction(text)
    for text in (
        *("3/5", "4/5", "5/13", "12/13", "8/17", "15/17", "3/4", "4/3", "5/12", "12/5", "5/3"),
        *("5/4", "13/5", "13/12", "2/3", "1/3", "2/7", "3/7", "6/7", "1", "1/2", "2", "0"),
    )
)
"""Legs and ratios of Pythagorean triangles and quadruples: their squares add up to squares."""
_SPHERE = tuple(
    tuple(Fraction(part) for part in row.split())
    for row in ("1/3 2/3 2/3", "2/7 3/7 6/7", "1/9 4/9 8/9", "4/9 4/9 7/9", "2/11 6/11 9/11")
)
"""Rational points of the unit sphere: any two coordinates leave the third a root."""
_TRIED = 15
"""Units of work for trying values, beside those of what is computed of them."""
_HOPELESS = 4
"""Tries that find an equality to be not quadratic in a symbol, before it is left alone."""


def _quadratic(node: N.Compare, names: Sequence[str], drawn: Drawn, tries: int) -> Values | None:
    """Solve a quadratic equation for one scalar, the others moved to where its roots are rational.

    So ``x**2 + y**2 == 1`` and ``x**2 - y**2 == r**2`` are met.
    """
    symbols, values, random = drawn.symbols, drawn.values, drawn.random
    other_degree = dict.fromkeys(names, 0)
    # one symbol alone has the same roots however often they are asked for
    for attempt in range(tries if len(names) > 1 else 1):
        name = names[attempt % len(names)]
        if other_degree[name] >= _HOPELESS:
            if min(other_degree.values()) >= _HOPELESS:
                return None
            continue
        moved = dict(values)
        row = random.choice(_SPHERE)
        legs = random.sample(row, 3) if len(names) == 3 and attempt % 2 else ()
        for position, other in enumerate(names):
            if other == name:
                continue
            if legs:
                leg = legs[position] * random.choice((1, -1))
            elif attempt >= len(names) and random.random() < 0.8:
                sizes_met = [abs(v) for n in names if isinstance(v := values[n], Fraction)]
                scale = random.choice((Fraction(1), Fraction(1), *sizes_met))
                leg = random.choice(_LEGS) * scale * random.choice((1, -1))
            else:
                continue
            moved[other] = leg if allowed(leg, symbols[other].domain) else -leg
        try:
            found = _roots(node, name, moved, drawn.sizes)
        except Inexact:
            found = None
        if found is None:
            other_degree[name] += 1
            continue
        random.shuffle(found)
        for root in found:
            candidate = {**moved, name: root}
            met = all(inside(candidate[n], symbols[n]) for n in names)
            if met and holds(node, drawn.sizes, candidate):
                return candidate
    return None


def _roots(node: N.Compare, name: str, values: Values, sizes: Sizes) -> list[Fraction] | None:
    """The rational solutions of an equality that is quadratic in one scalar; None if it is not, or
    if it is one of several entries."""
    at = []
    for k in range(4):
        gaps = pairs(node, Evaluator(sizes, {**values, name: Fraction(k)}))
        if len(gaps) != 1:
            return None
        at.append(gaps[0][0] - gaps[0][1])
    square = (at[2] - 2 * at[1] + at[0]) / 2
    slope, start = at[1] - at[0] - square, at[0]
    if 9 * square + 3 * slope + start != at[3]:
        return None
    if not square:
        return [-start / slope] if slope else []
    root = rational_root(slope * slope - 4 * square * start)
    return [] if root is None else [(-slope + s * root) / (2 * square) for s in (1, -1)]


def _solve(node: N.Compare, name: str, cells: list[int], drawn: Drawn) -> Values | None:
    """Values of ``cells``, counted row by row, that meet an equality, if it is affine in them;
    others stay."""
    values = drawn.values
    entries = entries_of(values[name])

    def changed(new: list[Fraction]) -> Values:
        put = dict(zip(cells, new, strict=True))
        return {
            **values,
            name: shaped([put.get(k, v) for k, v in enumerate(entries)], values[name]),
        }

    def residual(new: list[Fraction]) -> list[Fraction]:
        work.spend(_TRIED)
        return [a - b for a, b in pairs(node, Evaluator(drawn.sizes, changed(new)))]

    start = [entries[cell] for cell in cells]
    base = residual(start)
    columns: list[list[Fraction]] = []
    for k in range(len(cells)):
        once = residual([v + (i == k) for i, v in enumerate(start)])
        twice = residual([v + 2 * (i == k) for i, v in enumerate(start)])
        column = [a - b for a, b in zip(once, base, strict=True)]
        if any(t - b != 2 * c for t, b, c in zip(twice, base, column, strict=True)):
            return None
        columns.append(column)
    wide: Matrix = tuple(
        (*row, -b) for row, b in zip(zip(*columns, strict=True), base, strict=True)
    )
    reduced, pivots = reduce_rows(wide)
    if len(cells) in pivots:
        return None
    new = list(start)
    for row, pivot in zip(reduced, pivots, strict=False):
        new[pivot] += row[-1]
    return changed(new)
