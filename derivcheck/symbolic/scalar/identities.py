"""Equations that hold for all values of what varies: a claim is reduced modulo them.

``x**2 + y(x)**2 == 1`` holds for every x, so that its derivatives hold, too. Each of them is
linear in the highest derivative that occurs, which is solved for and put into the claim; what
remains is divided by the equations themselves. The coefficient that was divided by, and the
denominators of the equations, must not vanish at any point: where nothing shows that, it is a
condition of the proof. (Elimination in a differential ring: J. F. Ritt, *Differential Algebra*,
chapter I; the conditions are the initials and separants.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from itertools import combinations_with_replacement

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Context
from derivcheck.records import record
from derivcheck.symbolic.derivative import differentiate, expand
from derivcheck.symbolic.scalar.field import Element, Field, Poly, Unprovable
from derivcheck.symbolic.scalar.points.region import Region
from derivcheck.symbolic.scalar.points.zeros import undefined_at
from derivcheck.symbolic.scalar.translate import Translator

_KINDS = frozenset(("symbol", "apply", "exp", "log", "root", "cbrt", "unity", "pi", "I", "size"))
"""Kernels that are finite wherever the claim is: recurrences have poles of their own, on which
the equations might lie."""
_MAX_EQUATIONS = 24


def identities(context: Context, further: int, *sides: N.Node) -> tuple[N.Node, ...]:
    """What vanishes identically: the equations' residuals with as many derivatives as matter.

    Those whose derivatives of functions are of no higher order than the claim's, or than the
    equations' own, and ``further`` orders.
    """
    residuals = [expand(N.subtract(e.left, e.right)) for e in context.identically]
    most = max(map(highest_order, (*residuals, *sides)), default=0) + further
    found: dict[N.Node, None] = {}
    for residual in residuals:
        for order in range(most + 1):
            derived = list(_derivatives(residual, context.varying, order))
            kept = [node for node in derived if highest_order(node) <= most]
            found.update((node, None) for node in kept if not isinstance(node, N.Num))
            if not kept:
                break
    if len(found) > _MAX_EQUATIONS:
        raise Unprovable("too many derivatives of the equations")
    return tuple(found)


def highest_order(node: N.Node) -> int:
    """The highest order of a derivative of an abstract function."""
    return max((sum(n.orders) for n in N.walk(node) if isinstance(n, N.Apply)), default=0)


def _derivatives(residual: N.Node, names: tuple[str, ...], order: int) -> Iterator[N.Node]:
    for chosen in combinations_with_replacement(names, order):
        node = residual
        for name in chosen:
            node = differentiate(node, N.Sym(name, shape=()))
        yield node


@record(frozen=False)
class Reduction:
    """What is left of a difference, and what must not vanish for that to be right."""

    rest: Poly
    divisors: dict[str, Poly] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)
    """Factors of products that the equations make a number other than zero."""
    equations: list[Poly] = field(default_factory=list)


def reduce(
    translator: Translator,
    difference: Element,
    equations: tuple[N.Node, ...],
    at: tuple[Poly, ...] = (),
) -> Reduction:
    """The numerator of a difference modulo equations; :class:`Unprovable` where that is unsafe.

    ``at`` are polynomials that vanish at the point, and not identically.
    """
    given = {expand(N.subtract(e.left, e.right)) for e in translator.context.identically}
    ring, region = translator.field, Region(translator.afresh())
    known: list[Poly] = []
    result = Reduction(difference.num)
    # of what is 0/0 on a whole piece of the equations' zeros, the numerator says nothing
    _divide_by(ring, result, difference.den)
    for node in equations:
        element = translator.of(node)
        if node in given and not element.den.is_constant():
            # an equation holds, so that it is defined
            result.units.update(str(p) for p, _ in ring.factor(element.den)[1])
        _divide_by(ring, result, element.den)
        known.append(element.num)
        result.equations.append(element.num)
        product = element.num - element.num[(0,) * ring.size]
        if product != element.num and not product.is_zero():
            result.units.update(str(p) for p, _ in ring.factor(product)[1])
    relations: list[Poly] = []
    while known:
        ring.guard(max(map(len, known)))
        known.sort(key=lambda p: (-_top(ring, p)[0], len(p)))
        poly = known.pop(0)
        if poly.is_zero():
            continue
        atom = _linear_atom(region, poly)
        # of what is left and a multiple of an equation, nothing need be solved
        if atom is None or ring.reduce(result.rest % poly).is_zero():
            relations.append(poly)
            continue
        pivot = poly.derivative(atom)
        rest = poly - pivot * ring.gens[atom]
        _divide_by(ring, result, pivot)
        result.rest = _put(ring, result.rest, atom, pivot, -rest)
        known = [_put(ring, p, atom, pivot, -rest) for p in known]
        relations = [_put(ring, p, atom, pivot, -rest) for p in relations]
    for poly in (*relations, *at):
        if not poly.is_constant():
            result.rest = ring.reduce(result.rest % poly)
    for index in ring.used(difference.num):
        if ring.kernels[index].kind not in _KINDS:
            raise Unprovable(f"{ring.kernels[index].kind} beside equations of functions")
    return result


def _divide_by(ring: Field, result: Reduction, divisor: Poly) -> None:
    if not divisor.is_constant():
        for poly, _ in ring.factor(divisor)[1]:
            result.divisors[str(poly)] = poly


def _order(ring: Field, index: int) -> int:
    kernel = ring.kernels[index]
    return sum(kernel.key[1]) if kernel.kind == "apply" else -1


def _top(ring: Field, poly: Poly) -> tuple[int, int]:
    """The highest order of a derivative in a polynomial, with its kernel."""
    return max(((_order(ring, i), i) for i in ring.used(poly)), default=(-1, -1))


def _linear_atom(region: Region, poly: Poly) -> int | None:
    """The kernel to solve for: of the highest order, occurring once and nowhere in others."""
    ring = region.field
    order = _top(ring, poly)[0]
    degrees = poly.degrees()
    found = [i for i in ring.used(poly) if _order(ring, i) == order and degrees[i] == 1]
    if order == 0 and not [i for i in found if not _is_inside(ring, poly, i)]:
        # the function stands inside another: sin(y(x)) == x is solved for x
        symbols = [i for i in ring.used(poly) if ring.kernels[i].kind == "symbol"]
        symbols = [i for i in symbols if degrees[i] == 1]
        found = [i for i in symbols if not _is_inside(ring, poly, i)]
        # at the point a function's value is a number of its own: E(M) - sin(E(M)) is M
        free = [i for i in symbols if region.is_nonzero(ring.of_poly(poly.derivative(i)))]
        found = [i for i in free if not _is_inside(ring, poly, i, "apply")] or found
    else:
        found = [i for i in found if not _is_inside(ring, poly, i)]
    if not found:
        return None

    def cost(index: int) -> tuple[bool, int, str]:
        pivot = poly.derivative(index)
        is_safe = region.is_nonzero(ring.of_poly(pivot))
        return not is_safe, len(pivot), str(ring.kernels[index].key)

    return min(found, key=cost)


def _is_inside(ring: Field, poly: Poly, atom: int, *besides: str) -> bool:
    """Whether a kernel of the polynomial is a function of the atom (as sin(y(x)) of y(x)).

    Kernels of the kinds ``besides`` are not looked into.
    """
    name = str(ring.gens[atom])
    for index in ring.used(poly):
        kernel = ring.kernels[index]
        if index != atom and kernel.kind not in ("symbol", "I", "pi", "size", *besides):
            text = " ".join(str(part) for part in kernel.key)
            if name in text.replace("*", " ").replace("^", " ").replace("|", " ").split():
                return True
    return False


def _put(ring: Field, poly: Poly, atom: int, pivot: Poly, value: Poly) -> Poly:
    """``poly`` times a power of the pivot, with ``value/pivot`` put in for the atom."""
    degree = int(poly.degrees()[atom])
    if not degree:
        return poly
    total = ring.ctx.constant(0)
    for (power,), part in ring.by_powers(poly, atom).items():
        below = len(pivot) ** min(degree - int(power), 4)
        ring.guard(len(part) * len(value) ** min(int(power), 4) * below)
        total = total + part * value**power * pivot ** (degree - power)
    return ring.reduce(total)


def _is_clear(region: Region, element: Element) -> bool:
    """Whether an element has no zero in the declared domain."""
    return region.is_nonzero(element) or bool(region.certain_sign(element))


def open_divisors(
    translator: Translator, reduction: Reduction, at: tuple[Poly, ...], *sides: N.Node
) -> int:
    """How many divisors nothing shows to be without zeros where the claim is defined."""
    ring, signs = translator.field, translator.signs
    region = Region(translator.afresh())
    excluded = list(undefined_at(region, translator, sides).values())
    # a square root leaves a denominator multiplied by its conjugate
    excluded += [
        other * signs.conjugate(other)
        for other in tuple(excluded)
        if all(map(signs.can_conjugate, ring.used(other.num)))
    ]
    count = 0
    for key, poly in reduction.divisors.items():
        if key in reduction.units:
            continue
        here = poly
        for known in at:
            here = ring.reduce(here % known)
        if here.is_constant() and not here.is_zero():
            continue
        element = ring.of_poly(poly)
        if not (
            _is_clear(region, element)
            or any(region.is_nonzero(element / other) for other in excluded)
            or any(_has_no_zero_in(region, poly, equation) for equation in reduction.equations)
        ):
            count += 1
    return count


def _has_no_zero_in(region: Region, poly: Poly, equation: Poly) -> bool:
    """Whether an equation is false wherever a polynomial is zero."""
    ring = region.field
    return _is_clear(region, ring.of_poly(ring.reduce(equation % poly)))
