"""What an expression is at the zeros of polynomials: solved for a symbol, or read off its normal
form.

Either way by continuity. The expression is one without switches (those are set, or opaque), so it
is continuous wherever it is defined; near a point it is its normal form almost everywhere, and at
the point too, if that form is continuous there. A zero solved for a symbol, put into the expression
itself, needs no normal form at the point: ``gamma(x - pi + 1)`` at x = pi is gamma(1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from derivcheck import work
from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import decided
from derivcheck.lang.equation import Context
from derivcheck.lang.printer import node_text
from derivcheck.lang.texts import breaks, definition, margins
from derivcheck.records import record
from derivcheck.symbolic.scalar.field import Element, Field, OutOfKernels, Poly, to_fraction
from derivcheck.symbolic.scalar.points.crossing import never_meet
from derivcheck.symbolic.scalar.points.finiteness import Finiteness
from derivcheck.symbolic.scalar.points.region import Region
from derivcheck.symbolic.scalar.translate import LOST, Translator
from derivcheck.symbolic.where_real import bounds, strip

_LARGE = 60
_MOST_BRANCHES = 8
_WORK = 500_000
"""Units of work for one sign."""


def vanishes_on(
    region: Region,
    node: N.Node,
    parts: Sequence[Element],
    claimed: Sequence[N.Node],
    is_claimed: bool = False,
) -> bool:
    """Whether an expression is zero wherever all of the parts are and ``claimed`` is defined.

    ``is_claimed`` tells that the expression is undefined only where what is claimed is.
    """
    translator = region.translator.afresh()
    element = translator.known(node)
    if element is None:
        return False
    if element.is_zero:
        return True
    if is_claimed and len(parts) == 1 and _vanishes_solved(region, node, parts[0]):
        return True
    num = element.num
    for part in (*parts, *parts):
        num = region.field.reduce(num % part.num)
    if not num.is_zero() or not Finiteness(region, parts).is_finite(element):
        return False
    poles = region.vanishing_parts(region.field.of_poly(element.den))
    if not poles:
        return True
    undefined = undefined_at(region, translator, claimed)
    return all(
        pole.key in undefined
        or region.never_zero(pole)
        or any(never_meet(region, pole, part) for part in parts)
        for pole in poles
    )


def vanishes_under(
    translator: Translator, sides: tuple[N.Node, N.Node], equations: Sequence[N.Node]
) -> bool:
    """Whether two sides agree wherever they are defined and all of the ``equations`` are zero."""
    region = Region(translator)
    found = [known for node in equations if (known := translator.known(node)) is not None]
    parts = [region.field.of_poly(known.num) for known in found if not known.num.is_constant()]
    if not parts:
        return False
    difference = N.subtract(*sides)
    if len(parts) == 1:
        # a product is zero where any of its factors is
        return all(
            vanishes_on(region, difference, [part], sides, is_claimed=True)
            for part in region.vanishing_parts(parts[0])
        )
    return vanishes_on(region, difference, parts, sides, is_claimed=True)


def holds_at_each_point(region: Region, sides: Sequence[N.Node]) -> bool:
    """Whether every normal form met so far is one of values at every point of the region.

    What holds for whole numbers only, ``sin(n*pi) = 0``, holds at no point beside them: by
    continuity follows what all other symbols leave at once.
    """
    field = region.field
    translator = region.translator.afresh()
    moving = [
        index
        for index, kernel in field.kernels.items()
        if kernel.kind == "symbol" and index not in translator.algebra.integers
    ]
    finiteness = Finiteness(region, (), moving)
    if not all(finiteness.is_finite(field.gen(index)) for index in tuple(field.kernels)):
        return False
    undefined = undefined_at(region, translator, sides)
    poles = {
        pole.key: pole
        for divisor in tuple(field.divisors)
        for pole in region.vanishing_parts(field.of_poly(divisor))
    }
    return all(key in undefined or finiteness.is_nonzero(pole) for key, pole in poles.items())


def vanishes_nowhere(translator: Translator, element: Element, sides: Sequence[N.Node]) -> bool:
    """Whether an element has no zero in the declared domain at which all sides are defined."""
    region = Region(translator)
    undefined = undefined_at(region, translator, sides)
    return all(
        part.key in undefined or region.never_zero(part) for part in region.vanishing_parts(element)
    )


@record()
class KnownSign:
    """What is known of an expression where lines of a derivation are defined.

    ``certain`` is its sign at every point, ``mostly`` the one at almost all (0: unknown).
    """

    certain: int = 0
    mostly: int = 0
    never_zero: bool = False


def known_sign(context: Context, lines: Sequence[N.Node], node: N.Node) -> KnownSign:
    """The sign of an expression where the lines are defined and the context's conditions hold."""
    with work.within(_WORK):
        return _known_sign(context, lines, node)


def _known_sign(context: Context, lines: Sequence[N.Node], node: N.Node) -> KnownSign:
    known: KnownSign | None = None
    for number_of, branch in enumerate(_branches(node)):
        found = _sign_of_branch(context, lines, branch)
        if known is not None and found != known:
            found = KnownSign(
                found.certain if found.certain == known.certain else 0,
                found.mostly if found.mostly == known.mostly else 0,
                found.never_zero and known.never_zero,
            )
        known = found
        if known == KnownSign() or number_of >= _MOST_BRANCHES:
            return KnownSign()
    return known or KnownSign()


def _branches(node: N.Node) -> Iterator[N.Node]:
    """The expression with every choice of branches: a normal form is that of almost all points,
    and ``where(a == pi, -1, 1)`` is not 1 at all of them."""
    choice = next((inner for inner in N.walk(node) if isinstance(inner, N.Select)), None)
    if choice is None:
        yield node
        return
    for taken in (choice.then, choice.otherwise):
        yield from _branches(N.substitute(node, {choice: taken}))


def _sign_of_branch(context: Context, lines: Sequence[N.Node], node: N.Node) -> KnownSign:
    translator = Translator(Field(_LARGE), context)
    try:
        real = [fact for fact in bounds(*lines) if not fact[0].shape]
        region = Region(translator, real)
        region.apart.update(undefined_at(region, translator, lines))
        element = translator.of(node)
        if element.is_zero:
            return KnownSign()
        sign = region.signs.of(element)
        never_zero = region.is_nonzero(element)
        certain = sign if never_zero else region.certain_sign(element)
        return KnownSign(certain, sign, never_zero)
    except (OutOfKernels, *LOST):
        return KnownSign()


def _vanishes_solved(region: Region, node: N.Node, part: Element) -> bool:
    """The same for one part, with a symbol put where it vanishes."""
    for name, value in solutions(region, part):
        translator = region.without(name)
        try:
            found = translator.of(N.substitute(node, {N.Sym(name, shape=()): value}))
            if found.is_zero and not translator.algebra.rests.exponents_of_zero:
                return True
        except (OutOfKernels, *LOST):
            continue
    return False


def solutions(region: Region, part: Element) -> Iterator[tuple[str, N.Node]]:
    """Symbols that the zeros of a polynomial give as an expression of the others."""
    field = region.field
    for index in sorted(region.symbols(part.num), reverse=True):
        if part.num.degrees()[index] != 1:
            continue
        slope = part.num.derivative(index)
        if not region.is_nonzero(field.of_poly(slope)):
            continue
        rest = part.num - slope * field.gens[index]
        try:
            value = N.divide(N.negative(_node(field, rest)), _node(field, slope))
        except _NoNode:
            continue
        yield field.kernels[index].key[0], value


class _NoNode(Exception):
    """A kernel that is no simple expression."""


def _node(field: Field, poly: Poly) -> N.Node:
    """A polynomial in symbols and simple constants as a node."""
    terms = [
        N.mul(
            N.number(to_fraction(coefficient)),
            *(N.power(_kernel(field, i), N.number(int(e))) for i, e in enumerate(exponents) if e),
        )
        for exponents, coefficient in poly.terms()
    ]
    return N.add(*terms) if terms else N.number(0)


def plain_text(field: Field, poly: Poly) -> str:
    """A polynomial in symbols and simple constants as text; empty for any other."""
    try:
        return node_text(_node(field, poly))
    except _NoNode:
        return ""


def _kernel(field: Field, index: int) -> N.Node:
    kernel = field.kernels[index]
    if kernel.kind == "symbol":
        return N.Sym(kernel.key[0], shape=())
    if kernel.kind == "pi":
        return N.Const("pi", shape=())
    if kernel.kind == "root":
        base, degree = kernel.payload
        if base.constant is not None and base.constant > 0 and base.constant.denominator == 1:
            return N.power(N.number(base.constant), N.number(Fraction(1, degree)))
    raise _NoNode


# -- where the claim's own expressions are undefined ------------------------------------------


def _divisors(root: N.Node) -> Iterator[N.Node]:
    """What an expression divides by, wherever it is evaluated: where that is 0, it is undefined.

    Of ``where`` only the branch that is taken counts, of one that may go either way none; of a
    derivative what it is one of.
    """
    root = strip(root)
    if isinstance(root, N.Select):
        condition = root.condition
        taken = decided(condition)
        if taken is not None:
            yield from _divisors(root.then if taken else root.otherwise)
        return
    if isinstance(root, N.Compare | N.Logic):
        return
    match root:
        case N.Pow(base=base, exponent=N.Num(value=known)) if known < 0:
            yield base
            match base:  # of a root, polynomials know what is under it
                case N.Pow(base=under, exponent=N.Num(value=above)) if above > 0:
                    yield under
        case N.Call(function=function, args=args):
            yield from breaks(function, args, "poles")
            yield from (margin for margin, is_strict in margins(function, args) if is_strict)
            meaning = definition(function, args)
            if meaning is not None:
                yield from _divisors(meaning)
    for child in N.children(root):
        yield from _divisors(child)


def undefined_at(
    region: Region, translator: Translator, sides: Sequence[N.Node]
) -> dict[str, Element]:
    """Polynomials at whose zeros one of the sides is undefined, by their keys."""
    found = (translator.known(divisor) for side in sides for divisor in _divisors(side))
    return {pole.key: pole for known in found if known for pole in region.vanishing_parts(known)}
