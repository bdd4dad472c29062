"""What there is beside the zeros of polynomials in a region: both signs, and an interior at all.

A polynomial with a simple zero changes sign there (implicit function theorem); several do so
independently where their gradients are independent. Edges of the region count as well: beside
one there is only half of the neighbourhood. False always means "not known".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import TypeVar

import flint

from derivcheck.symbolic.scalar.field import MAX_FACTOR_TERMS, Element, Poly
from derivcheck.symbolic.scalar.linear import ZERO, Rational, Rows, is_feasible
from derivcheck.symbolic.scalar.points.region import Region

T = TypeVar("T")


def are_crossed(region: Region, parts: Sequence[Element]) -> bool:
    """Whether all combinations of signs occur next to every common zero of some of these.

    The parts are irreducible. So it is where each has a variable of its own along which its slope
    never vanishes, where they and the closed edges have independent linear forms, and for
    distinct ones in one variable.
    """
    if any(not part.den.is_one() or len(part.num) > MAX_FACTOR_TERMS for part in parts):
        return False
    return _cross(region, [part.num for part in parts], list(region.edges.values()))


def is_crossed_along(region: Region, part: Element, name: str) -> bool:
    """Whether, with all else fixed, a symbol passes from one sign to the other at each zero."""
    index = region.field.index.get(("symbol", name))
    if index is None or not part.den.is_one() or len(part.num) > MAX_FACTOR_TERMS:
        return False
    if region.is_blurred(part.num):
        return False
    used, alone = region.field.used, (index,)
    for edge in region.edges.values():
        apart = used(edge) == alone == used(part.num) and _monic(edge) != _monic(part.num)
        if index in used(edge) and not apart and not region.never_meet(edge, part.num):
            return False
    # irreducible in one variable: its roots are simple
    return used(part.num) == alone or _is_steep(region, part.num, index)


def are_crossed_along(region: Region, parts: Sequence[Element], name: str) -> bool:
    """Whether a symbol passes from one sign of a product to the other at each zero, all else fixed.

    ``x**2 - y**2`` is touched at 0 for y = 0, where both of its factors change sign.
    """
    return all(is_crossed_along(region, part, name) for part in parts) and all(
        never_meet(region, one, other) for one, other in combinations(parts, 2)
    )


def never_meet(region: Region, one: Element, other: Element) -> bool:
    """Whether two irreducible polynomials certainly have no zero of the region in common."""
    used = region.field.used(one.num)
    if len(used) == 1 and used == region.field.used(other.num):
        return region.is_plain(one.num) and _monic(one.num) != _monic(other.num)
    return region.never_meet(one.num, other.num)


def has_interior_everywhere(region: Region) -> bool:
    """Whether every point of the region is a limit of points at which no edge is met.

    ``x**2*(x - 1) >= 0`` holds at 0 and nowhere near it: what is proved almost everywhere says
    nothing of such a point.
    """
    if region.has_unseen_edges:
        return False
    # the signs of symbols come from bounds of one symbol, and say nothing of those
    closed = [
        element
        for element, strict in region.bounds
        if not strict and not (len(element.used) > 1 and region.is_nonnegative(element))
    ]
    if all(e.den.is_one() for e in closed) and _is_convex(region, [e.num for e in closed]):
        return True
    inequalities: dict[tuple[str, ...], tuple[int, list[Element]]] = {}
    for element in closed:
        found = _simplest(region, element)
        if found is None:
            return False
        key = tuple(sorted(part.key for part in found[1]))
        if key and inequalities.setdefault(key, found)[0] * found[0] <= 0:
            return False
    edges = [part.num for _, parts in inequalities.values() for part in parts]
    return all(len(edge) <= MAX_FACTOR_TERMS for edge in edges) and _cross(region, edges, [])


def _simplest(region: Region, element: Element) -> tuple[int, list[Element]] | None:
    """An inequality ``>= 0`` of the same meaning beside its edges: sign and distinct factors.

    The sign is 0 where factors that never vanish have none that is known, which only matters
    beside another inequality with the same edges. None where a factor is squared: its zeros may
    lie in the region all by themselves.
    """
    content, factors = region.field.factors(element)
    sign = 1 if content > 0 else -1
    parts: list[Element] = []
    squared = False
    for poly, exponent in factors:
        part = region.field.of_poly(poly)
        if exponent % 2 == 0:
            squared = squared or not (exponent < 0 or region.never_zero(part))
        elif exponent < 0 or region.never_zero(part):
            sign *= region.certain_sign(part)
        else:
            parts.append(part)
    if not parts:
        return (sign, parts) if sign >= 0 else None
    return None if squared else (sign, parts)


def _is_convex(region: Region, closed: list[Poly]) -> bool:
    """Whether linear inequalities alone make the edges, and leave room between them."""
    if any(_slope(poly, i) is None for poly in closed for i in region.field.used(poly)):
        return False
    if not all(region.is_plain(poly) for poly in closed):
        return False
    rows = Rows()
    return is_feasible([(rows.of(poly), True) for poly in closed]) is True


def _cross(region: Region, polys: list[Poly], edges: list[Poly]) -> bool:
    """Whether distinct irreducible polynomials change sign independently beside the edges."""
    if len({_monic(poly) for poly in polys}) < len(polys):
        return False
    if any(region.is_blurred(poly) for poly in polys):
        return False
    return all(
        _component_crosses(region, own, sharing)
        for group in meeting(polys, lambda one, other: not region.never_meet(one, other))
        for own, sharing in _components(region, _without_own(region, group, edges), edges)
    )


def _monic(poly: Poly) -> str:
    return str(poly / poly.leading_coefficient())


def meeting(items: Iterable[T], meet: Callable[[T, T], bool]) -> list[list[T]]:
    """Groups such that no two of different ones meet."""
    groups: list[list[T]] = []
    for item in items:
        touching = [g for g in groups if any(meet(item, other) for other in g)]
        groups = [g for g in groups if g not in touching]
        groups.append([item, *(other for g in touching for other in g)])
    return groups


def _without_own(region: Region, polys: list[Poly], edges: list[Poly]) -> list[Poly]:
    """Less those that change sign with a variable that neither others nor edges hold."""
    remaining = list(polys)
    while True:
        for position, poly in enumerate(remaining):
            others = remaining[:position] + remaining[position + 1 :] + edges
            taken = set().union(*(region.field.used(p) for p in others))
            if any(_is_steep(region, poly, i) for i in region.symbols(poly) - taken):
                del remaining[position]
                break
        else:
            return remaining


def _is_steep(region: Region, poly: Poly, index: int) -> bool:
    """Whether the slope along a variable vanishes nowhere in the region where the polynomial
    does."""
    slope = region.field.of_poly(poly.derivative(index))
    return not slope.is_zero and all(
        region.never_zero(part) or region.never_meet(part.num, poly)
        for part in region.vanishing_parts(slope)
    )


def _components(
    region: Region, polys: list[Poly], edges: list[Poly]
) -> list[tuple[list[Poly], list[Poly]]]:
    """Groups of polynomials with the closed edges that share variables with them."""
    used = region.field.used
    marked = [*((poly, True) for poly in polys), *((edge, False) for edge in edges)]
    groups = meeting(marked, lambda p, q: not set(used(p[0])).isdisjoint(used(q[0])))
    parted = [([p for p, own in g if own], [p for p, own in g if not own]) for g in groups]
    return [(own, sharing) for own, sharing in parted if own]


def _component_crosses(region: Region, own: list[Poly], edges: list[Poly]) -> bool:
    polys = own + edges
    if any(region.is_blurred(edge) for edge in edges):
        return False
    symbols = sorted(set().union(*(region.symbols(p) for p in polys)))
    if len(symbols) == 1:
        # irreducible and distinct: simple roots, and no two share one
        return len({_monic(poly) for poly in polys}) == len(polys)
    if len(polys) == 1 and _is_smooth(region, own[0]):
        return True
    rows = []
    for poly in polys:
        slopes = [slope for i in symbols if (slope := _slope(poly, i)) is not None]
        if len(slopes) < len(symbols):
            return False
        rows.append(slopes)
    independent = flint.fmpq_mat(rows).rank() == len(rows)
    return bool(independent) or (len(own) == 1 and _has_both_sides(region, own[0], symbols))


def _is_smooth(region: Region, poly: Poly) -> bool:
    """Whether it has no zero in common with its gradient: ``x**2 + y**2 - 1`` (Euler's identity
    for what is homogeneous but for a constant)."""
    symbols = region.symbols(poly)
    degree = max(sum(exponents) for exponents, _ in poly.terms())
    total = sum(poly.derivative(i) * region.field.gens[i] for i in symbols)
    rest = poly - total / degree
    return bool(rest.is_constant()) and not rest.is_zero()


def _slope(poly: Poly, index: int) -> Rational | None:
    """The coefficient of a kernel in a linear form; None where it is none."""
    slope = poly.derivative(index)
    if slope.is_zero():
        return ZERO
    return slope.leading_coefficient() if slope.is_constant() else None


def _has_both_sides(region: Region, poly: Poly, symbols: list[int]) -> bool:
    """Whether a linear form takes both signs in a convex region: then next to each zero."""
    system = []
    rows = Rows()
    for element, _ in region.bounds:
        used = region.field.used(element.num)
        if not element.den.is_one() or any(_slope(element.num, i) is None for i in used):
            if not set(symbols).isdisjoint(used) or not region.is_plain(element.num):
                return False
            continue
        system.append((rows.of(element.num), True))
    return all(is_feasible([*system, (rows.of(p), True)]) is True for p in (poly, -poly))
