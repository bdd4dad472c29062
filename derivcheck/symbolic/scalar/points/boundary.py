"""Points where a sign that a proof relies on vanishes: which of them need a condition.

A proof holds almost everywhere. At a point f = 0 where ``where`` or ``sign`` switches, the claim
still holds by continuity if it takes there the value of a side that the domain has next to that
point. Both sides are there where f changes sign; where f has one sign almost everywhere only that
one is. A derivative may also take the mean of both sides: one that jumps at f = 0 does not exist
there, and where it does not jump, both sides and their mean are one. Otherwise the proof says
nothing of that point. A long module: the three rules for a point are tried in turn and share what
is known of it.

What the left side is at f = 0 follows from its sides as well. It is a derivative at an isolated
switch that its variable crosses: the limit of those beside it, if it exists (mean value theorem).
The kinks of ``abs``, ``max`` and ``min`` need no more than that for first derivatives, since their
slopes differ by a multiple of the slope of f, which is zero where the variable only touches
f = 0; derivatives of higher order, and switches written out on the left, do. Switches by a
parameter count with their value at zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.functions import named
from derivcheck.records import record
from derivcheck.symbolic.derivative import NoDerivative, differentiate
from derivcheck.symbolic.scalar.field import Element, to_fraction
from derivcheck.symbolic.scalar.points.crossing import (
    are_crossed,
    are_crossed_along,
    has_interior_everywhere,
    meeting,
    never_meet,
)
from derivcheck.symbolic.scalar.points.finiteness import SINGULAR
from derivcheck.symbolic.scalar.points.limits import tends_to
from derivcheck.symbolic.scalar.points.region import WITH_JUMPS, Region
from derivcheck.symbolic.scalar.points.switches import (
    ABOVE,
    AT,
    BELOW,
    Claim,
    Switch,
    is_sign,
    is_smooth,
    is_smooth_at,
    switches_of,
)
from derivcheck.symbolic.scalar.points.zeros import (
    holds_at_each_point,
    plain_text,
    solutions,
    vanishes_on,
)
from derivcheck.symbolic.scalar.translate import LOST, Translator
from derivcheck.symbolic.special_places import CONDITION, ISOLATED, kinks_at_special_places
from derivcheck.symbolic.where_real import bounds

_NUMBERS = {1: N.ONE_NODE, 0: N.ZERO_NODE, -1: N.MINUS_ONE}
_TRUTHS = {
    1: N.Compare("==", N.ZERO_NODE, N.ZERO_NODE, shape=()),
    0: N.Compare("!=", N.ZERO_NODE, N.ZERO_NODE, shape=()),
}
_KINKS = (*named("kinks"), *named("jumps"))


_MOST_LISTED, _SHORT = 6, 3


@record(frozen=False)
class Exceptions:
    """The points at which an identity of normal forms does not hold by itself.

    ``conditions`` name those that nothing covers, ``discharged`` the others, with the reason.
    """

    conditions: list[str] = field(default_factory=list)
    discharged: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What was discharged, in one line; empty where there was nothing."""
        if not self.discharged:
            return ""
        more = len(self.discharged) - _MOST_LISTED
        listed = [*self.discharged[:_MOST_LISTED], *([f"{more} more"] if more > 0 else [])]
        return f"single points: {', '.join(listed)}"


def exceptions(
    claim: Claim, translator: Translator, is_partial: bool, with_facts: bool
) -> Exceptions:
    """Switches, edges of what is real, poles of normal forms: what the claim says at them.

    ``is_partial`` tells that some combination of signs was left out as undefined, ``with_facts``
    that the proof relies on where sub-expressions are real.
    """
    found = Exceptions()
    nodes = [n for side in (claim.right, claim.stated[0]) for n in N.walk(side)]
    poles = _poles(translator)
    if any(isinstance(n, N.Compare) or is_sign(n) for n in nodes):
        _Boundary(claim, translator, is_partial).examine(found)
    if not has_interior(claim, translator, with_facts):
        found.conditions.append(ISOLATED)
    elif with_facts:
        found.discharged.append("edges of what is real (limits of points beside them)")
    if _may_meet_kinks(claim, translator):
        found.conditions.append(CONDITION)
    if _uses_whole_numbers(translator):
        region = Region(translator.afresh(), bounds(*claim.stated))
        if not holds_at_each_point(region, claim.stated):
            found.conditions.append("every function in the proof is finite")
        elif poles:
            found.discharged.append(f"{poles} (nowhere, or undefined in the claim)")
    elif poles:
        found.discharged.append(f"{poles} (undefined in the claim, or by continuity)")
    return found


def _may_meet_kinks(claim: Claim, translator: Translator) -> bool:
    """Whether something may have a kink at the place of a derivative that no variable passes."""
    kinks = kinks_at_special_places(claim.stated, translator.context)
    if not kinks:
        return False
    region = Region(translator.afresh(), _where_defined(claim, translator))

    def never_zero(node: N.Node | None) -> bool:
        element = None if node is None else region.translator.known(node)
        return element is not None and region.is_nonzero(element)

    return not all(never_zero(kink.node) or never_zero(kink.slope) for kink in kinks)


def _poles(translator: Translator) -> str:
    """Where a normal form is infinite or divides by zero, as far as that is short to say."""
    ring = translator.field
    texts: dict[str, None] = {}
    for divisor in ring.divisors:
        if len(divisor) > _SHORT or len(texts) > _SHORT:
            continue
        for poly, _ in ring.factor(divisor)[1]:
            text = plain_text(ring, poly)
            if text:
                texts[text] = None
    kinds = sorted({kernel.kind for kernel in ring.kernels.values()} & SINGULAR)
    places = (f"zeros of {', '.join(texts)}" if texts else "", f"poles of {', '.join(kinds)}")
    return " and ".join(places[: 1 + bool(kinds)] if texts else places[1 : 1 + bool(kinds)])


def _uses_whole_numbers(translator: Translator) -> bool:
    """Whether some relation holds for integers only: exp(2*pi*I*n) = 1."""
    field = translator.field
    return any(field.kernels[index].kind == "exp" for index in field.relations)


def are_positive(translator: Translator, elements: Iterable[Element]) -> bool:
    """Whether elements are positive at every single point of the declared domain."""
    found = list(elements)
    region = Region(translator.afresh()) if found else None
    return region is None or all(region.certain_sign(element) > 0 for element in found)


def stays_positive(translator: Translator, element: Element) -> bool:
    """Whether what is positive almost everywhere, in its case of signs, is so at every point."""
    region = Region(translator.afresh())
    if region.certain_sign(element) > 0:
        return True
    # a polynomial is continuous: it is nowhere negative there, and nowhere zero
    is_plain = element.den.is_one() and region.is_plain(element.num)
    return is_plain and region.is_nonzero(element)


def has_interior(claim: Claim, translator: Translator, with_facts: bool) -> bool:
    """Whether what holds almost everywhere in the domain holds at all of its points."""
    facts = bounds(*claim.stated) if with_facts else ()
    if facts and not claim.is_identity:
        # where the variable leaves the edge of what is real, there is no derivative
        there = dict(bounds(claim.stated[0]))
        sure = tuple(fact for fact in _where_defined(claim, translator) if fact[1])
        region = Region(translator.afresh(), sure)
        facts = tuple(
            (fact, strict)
            for fact, strict in facts
            if strict
            or not (
                _is_left_by(region, fact, claim.variable)
                if fact in there
                else _is_positive(region, fact)
            )
        )
    assumed = [node for condition in translator.context.assume for node in N.walk(condition)]
    if all(strict for _, strict in facts) and not any(isinstance(n, N.Compare) for n in assumed):
        return True
    return has_interior_everywhere(Region(translator.afresh(), facts))


def _where_defined(claim: Claim, translator: Translator) -> tuple[tuple[N.Node, bool], ...]:
    """What is not negative where both sides are defined, and whether it is not zero either.

    A derivative may exist where its rule divides by zero: that of ``sqrt(x**4)`` at 0. It does not
    exist where the variable crosses the edge of what is real: that of ``sqrt(x)``.
    """
    found = dict(bounds(*claim.stated))
    if not claim.is_identity and claim.variable is not None:
        region = Region(translator.afresh())
        for fact, strict in bounds(claim.stated[0]):
            found[fact] |= strict or _is_crossed_by(region, fact, claim.variable)
    return tuple(found.items())


def _is_crossed_by(region: Region, fact: N.Node, name: str) -> bool:
    """Whether, with all else fixed, a function changes sign with a symbol at each of its zeros."""
    element = region.translator.known(fact)
    if element is None or element.is_zero:
        return False
    parts = region.vanishing_parts(element)
    odd = all(exponent % 2 for _, exponent in region.field.factors(element)[1] if exponent > 0)
    return odd and are_crossed_along(region, parts, name)


def _is_left_by(region: Region, fact: N.Node, name: str | None) -> bool:
    """Whether, with all else fixed, a symbol leaves the zeros of a function at once: it is the zero
    function for no values of the others."""
    if name is None:
        return False
    others = {node.name for node in N.walk(fact) if isinstance(node, N.Sym)} - {name}
    if not others:
        return True
    element = region.translator.known(fact)
    return element is not None and region.moves(element.num, region.field.index["symbol", name])


def _is_positive(region: Region, fact: N.Node) -> bool:
    """Whether a quotient is positive at every single point of the region."""
    element = region.translator.known(fact)
    if element is None:
        return False
    above, below = map(region.field.of_poly, (element.num, element.den))
    return region.certain_sign(above) * region.certain_sign(below) > 0


class _Boundary:
    def __init__(self, claim: Claim, translator: Translator, is_partial: bool) -> None:
        self.claim = claim
        self.is_partial = is_partial
        self.field = translator.field
        self.translator = translator.afresh()
        self.region = Region(self.translator, _where_defined(claim, translator))
        self.translator.memo.clear()
        self.switches = switches_of(claim, self.region)

    def examine(self, exceptions: Exceptions) -> None:
        """What covers each switch, or a condition."""
        # of a function that jumps otherwise than `sign` nothing is known here
        jumping = N.called_in(*self.claim.stated).intersection(WITH_JUMPS) - {"sign"}
        lost = bool(jumping) or _has_kinks_under_derivatives(self.claim.stated[1])
        crossed: list[Switch] = []
        found: list[str] = []
        for switch in self.switches:
            there = switch.text.replace(" != ", " = ")
            if switch.agrees(ABOVE) and switch.agrees(BELOW):
                continue
            if lost or switch.element is None:
                found.append(switch.text)
            elif self._holds_on_one_side(switch):
                exceptions.discharged.append(f"{there} (the value of its one side)")
            elif self._is_limit(switch):
                exceptions.discharged.append(f"{there} (the limit of the claim)")
            elif switch.on_left and switch.moves:
                found.append(switch.text)
            elif self._is_continuous(switch):
                exceptions.discharged.append(f"{there} (evaluated)")
            elif self._may_cross(switch) and self._is_clear_of_edges(switch):
                crossed.append(switch)
            else:
                found.append(switch.text)
        if crossed:
            parts = [part for switch in crossed for part in switch.parts]
            if not all(s.crossable for s in crossed) or not are_crossed(self.region, parts):
                alone = len(crossed) == 1 and not found
                if not alone or not (
                    self._is_flat_where_it_turns(crossed[0]) or self._turns(crossed[0])
                ):
                    found += [switch.text for switch in crossed]
            elif not self.claim.is_identity:
                for group in meeting(crossed, self._meet):
                    if len(group) > 1 and not self._fits_along_the_variable(group):
                        found += [switch.text for switch in group]
        exceptions.conditions += found
        exceptions.discharged += [
            f"{switch.text.replace(' != ', ' = ')} (the value of a side)"
            for switch in crossed
            if switch.text not in found
        ]

    def _is_flat_where_it_turns(self, switch: Switch) -> bool:
        """Whether the claim's value fits at zeros of f that are extrema: its slope is 0 there.

        So ``abs(u(x))`` has the derivative ``sign(u(x))*D(u)(x)`` wherever it has one.
        """
        node, context = switch.difference, self.translator.context
        if self.claim.order != 1 or not self.region.is_open or not is_smooth(node):
            return False
        for symbol in context.symbols:
            variable = N.Sym(symbol.name, shape=())
            if symbol.shape or variable not in N.walk(node):
                continue
            try:
                slope = self.region.translator.of(differentiate(node, variable))
            except (NoDerivative, *LOST):
                continue
            zeros = self.region.vanishing_parts(slope)
            if all(self._same(switch, side, zeros) for side in (ABOVE, BELOW)):
                return True
        return False

    def _turns(self, switch: Switch) -> bool:
        """Whether it is the sine or cosine of an angle that moves on with the variable."""
        name, element = self.claim.variable, switch.element
        if name is None or element is None or not self.region.is_open:
            return False
        lead = to_fraction(element.num.leading_coefficient())
        unit = self.region.signs.units.get(element.scale(1 / lead).key)
        index = self.field.index.get(("symbol", name))
        if unit is None or index is None or not unit[1].den.is_one():
            return False
        angle = unit[1].num
        slope = self.field.of_poly(angle.derivative(index))
        return self.region.is_plain(angle) and self.region.is_nonzero(slope)

    def _holds_on_one_side(self, switch: Switch) -> bool:
        """Whether f has one sign almost everywhere, and everything at zero the value there."""
        assert switch.element is not None
        sign = self.region.signs.of(switch.element)
        if not sign:
            return False
        side = ABOVE if sign > 0 else BELOW
        return switch.agrees(side) or self._same(switch, side)

    def _is_limit(self, switch: Switch) -> bool:
        """Whether the claim at the place of the only switch is its limit from both sides."""
        name = self.claim.variable
        if name is None or self.claim.order != 1 or self.is_partial or len(self.switches) > 1:
            return False
        here, *beside = (self._at(self.claim.right, switch, state) for state in (AT, ABOVE, BELOW))
        wholes = [self._at(self.claim.whole, switch, side) for side in (ABOVE, BELOW)]

        def fits(place: N.Node) -> bool:
            return all(
                tends_to(self.region, right, here, name, place, whole)
                for right, whole in zip(beside, wholes, strict=True)
            )

        return all(
            any(n == name and fits(place) for n, place in solutions(self.region, part))
            for part in switch.parts
        )

    def _is_continuous(self, switch: Switch) -> bool:
        """Whether the values at zero and on both sides are one, or an identity holds at zero."""
        if self.claim.is_identity or (switch.on_left and not switch.moves):
            sides = (self._at(side, switch) for side in (self.claim.left, self.claim.right))
            difference = N.subtract(*sides)
            return self._vanishes(switch, difference, is_claimed=self.claim.is_identity)
        return self._same(switch, ABOVE) and self._same(switch, BELOW)

    def _same(self, switch: Switch, side: int, zeros: Sequence[Element] = ()) -> bool:
        """Whether the claim's value at zero is that of a side (wherever the other switches are)."""
        if switch.on_left:
            return False
        return all(
            self._vanishes(
                switch, N.subtract(self._at(s, switch), self._at(s, switch, side)), zeros
            )
            for s in self.claim.sides
        )

    def _may_cross(self, switch: Switch) -> bool:
        """Whether a value fits if both sides of f are next to its zeros."""
        assert switch.element is not None
        if self.is_partial or self.region.signs.of(switch.element):
            return False
        if self.claim.order > 1 and not self._is_crossed_by_the_variable(switch):
            return False
        if switch.agrees(ABOVE) or switch.agrees(BELOW):
            return True
        if self.claim.is_identity or switch.on_left or switch.has_comparisons:
            return False
        at, *beside = (self._at(self.claim.right, switch, state) for state in (AT, ABOVE, BELOW))
        return self._vanishes(switch, N.subtract(at, _mean(*beside)))

    def _is_clear_of_edges(self, switch: Switch) -> bool:
        """Whether the variable moves freely around the zeros, or the left side has no other kink.

        ``abs(x)`` is x in ``x >= 0``, but ``max(x, y) - abs(x)/2`` has a slope at 0 that is not
        the one of ``max(x, y) - x/2``.
        """
        if self.claim.is_identity:
            return True
        moving = self.claim.moving
        edges = [
            edge
            for edge in map(self.field.of_poly, self.region.edges.values())
            if any(self.field.kernels[i].key[0] in moving for i in self.region.symbols(edge.num))
        ]
        if all(never_meet(self.region, part, e) for part in switch.parts for e in edges):
            return True
        rough = [node for node in N.walk(self.claim.stated[0]) if not is_smooth_at(node)]
        return len([node for node in rough if not isinstance(node, N.Compare)]) <= 1

    def _is_crossed_by_the_variable(self, switch: Switch) -> bool:
        name = self.claim.variable
        return name is not None and are_crossed_along(self.region, switch.parts, name)

    def _meet(self, one: Switch, other: Switch) -> bool:
        """Whether two switches may vanish together."""
        return not all(never_meet(self.region, p, q) for p in one.parts for q in other.parts)

    def _fits_along_the_variable(self, group: Sequence[Switch]) -> bool:
        """Whether a value fits where several switches meet: a line passes them all at once."""
        name = self.claim.variable
        index = self.field.index.get(("symbol", name)) if name is not None else None
        if index is None:
            return False
        ahead: dict[N.Node, int] = {}
        behind: dict[N.Node, int] = {}
        here: dict[N.Node, int] = {}
        for switch in group:
            assert switch.element is not None
            slope = self.field.of_poly(switch.element.num.derivative(index))
            sign = self.region.certain_sign(slope) if not slope.is_zero else 0
            if switch.on_left or not sign or not switch.element.den.is_one():
                return False
            for node, values in switch.states.items():
                ahead[node], behind[node] = values[:: sign * 2]
                here[node] = values[AT]
        parts = [part for switch in group for part in switch.parts]
        at, after, before = (
            self._with_values(self.claim.right, values) for values in (here, ahead, behind)
        )
        return any(
            vanishes_on(self.region, N.subtract(at, side), parts, [at])
            for side in (after, before, _mean(after, before))
        )

    def _vanishes(
        self,
        switch: Switch,
        difference: N.Node,
        zeros: Sequence[Element] = (),
        is_claimed: bool = False,
    ) -> bool:
        """Whether a difference of values is zero wherever f is (or what ``zeros`` gives is)."""
        claimed = [self._at(side, switch) for side in self.claim.sides]
        return all(
            vanishes_on(self.region, difference, [part], claimed, is_claimed)
            for part in zeros or switch.parts
        )

    def _at(self, side: N.Node, switch: Switch, state: int = AT) -> N.Node:
        """A side as it is where a switch is zero, or above or below."""
        values = {inner: states[state] for inner, states in switch.states.items()}
        return self._with_values(side, values)

    def _with_values(self, root: N.Node, values: dict[N.Node, int]) -> N.Node:
        """A side with some comparisons and signs set, and those of other switches opaque."""
        others = {node for switch in self.switches for node in switch.states} - values.keys()

        def replace(node: N.Node) -> N.Node:
            if node in values:
                known = _TRUTHS if isinstance(node, N.Compare) else _NUMBERS
                return known[values[node]]
            if node in others:
                if isinstance(node, N.Compare):
                    opaque = N.Apply(
                        f"{node.operator} of", (node.left, node.right), (0, 0), shape=()
                    )
                    return N.Compare(">", opaque, N.ZERO_NODE, shape=())
                assert isinstance(node, N.Call)
                return N.Apply("sign of", node.args, (0,), shape=())
            return N.rebuild(node, replace)

        return replace(root)


def _mean(one: N.Node, other: N.Node) -> N.Node:
    return N.mul(N.number(Fraction(1, 2)), N.add(one, other))


def _has_kinks_under_derivatives(root: N.Node) -> bool:
    """Whether derivatives are left on a side whose value at a kink nobody works out."""
    return any(
        isinstance(node, N.Derivative)
        and (
            any(isinstance(n, N.Compare) for n in N.walk(node))
            or not N.called_in(node).isdisjoint(_KINKS)
        )
        for node in N.walk(root)
    )
