"""The comparisons and signs of a claim, grouped by the function f whose sign decides them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS
from derivcheck.lang.functions import named
from derivcheck.lang.printer import node_text
from derivcheck.records import record
from derivcheck.symbolic.scalar.field import Element, Unprovable, to_fraction
from derivcheck.symbolic.scalar.points.crossing import are_crossed_along
from derivcheck.symbolic.scalar.points.region import WITH_JUMPS, Region
from derivcheck.symbolic.scalar.points.zeros import solutions
from derivcheck.symbolic.scalar.translate import LOST
from derivcheck.symbolic.where_real import strip

_SMOOTH = named("smooth")
ABOVE, AT, BELOW = 0, 1, 2
_VALUES = {o: (int(h(1, 0)), int(h(0, 0)), int(h(-1, 0))) for o, h in HOLDS.items()}
"""Truth for a positive, zero and negative difference."""


@record()
class Claim:
    """What a proof is about: both sides as stated, and with all derivatives carried out."""

    stated: tuple[N.Node, N.Node]
    left: N.Node
    right: N.Node

    @property
    def is_identity(self) -> bool:
        """Whether the left side has no derivative."""
        return not any(isinstance(node, N.Derivative) for node in N.walk(self.stated[0]))

    @property
    def sides(self) -> tuple[N.Node, ...]:
        """What must have its value at single points: the left side of a derivative is one."""
        return (self.right, self.left) if self.is_identity else (self.right,)

    @property
    def order(self) -> int:
        """How deep derivatives are nested on the left."""
        return N.order_of(self.stated[0])

    @property
    def variable(self) -> str | None:
        """The symbol by which the left side is, as a whole, the derivative (the last one)."""
        node = self.stated[0]
        if isinstance(node, N.Jvp) and len(node.at) == 1 and isinstance(node.at[0], N.Sym):
            return node.at[0].name
        return None

    @property
    def whole(self) -> N.Node:
        """What the left side is the derivative of, at the place where it is taken."""
        return strip(self.stated[0])

    @property
    def moving(self) -> frozenset[str]:
        """All symbols that the left side is differentiated by, or that these are made of."""
        nodes = [node for node in N.walk(self.stated[0]) if isinstance(node, N.Derivative)]
        places = [at for node in nodes for at in N.bound_at(node).values()]
        return frozenset(s.name for at in places for s in N.walk(at) if isinstance(s, N.Sym))


@record(frozen=False)
class Switch:
    """What changes sign (None: beyond the prover), and the comparisons and signs it decides."""

    element: Element | None
    text: str
    difference: N.Node
    parts: list[Element]
    """Its irreducible factors that vanish somewhere."""
    crossable: bool
    """Whether it changes sign where exactly one of its parts does."""
    states: dict[N.Node, tuple[int, int, int]] = field(default_factory=dict)
    """Truth of comparisons, value of signs: above, at and below zero."""
    on_left: bool = False
    """Whether the left side of a derivative is switched by it as well."""
    moves: bool = False
    """Whether its zeros move with a variable that the left side is differentiated by."""

    @property
    def has_comparisons(self) -> bool:
        """Whether it decides more than signs."""
        return any(isinstance(node, N.Compare) for node in self.states)

    def agrees(self, side: int) -> bool:
        """Whether everything takes at zero the value of a side."""
        return all(values[AT] == values[side] for values in self.states.values())


def is_smooth(root: N.Node) -> bool:
    """Whether a node is made of functions without kinks."""
    return all(map(is_smooth_at, N.walk(root)))


def is_smooth_at(node: N.Node) -> bool:
    """Whether a node adds no kink to those of what it is made of."""
    if isinstance(node, N.Pow):
        return node.whole is not None and node.whole > 0
    if isinstance(node, N.Call):
        return node.function in _SMOOTH
    return isinstance(
        node,
        N.Sym | N.Num | N.Const | N.DimSize | N.Add | N.Mul | N.Apply | N.Jvp | N.Grad | N.Jacobian,
    )


def is_sign(node: N.Node) -> bool:
    """Whether a node is ``sign(f)``."""
    return isinstance(node, N.Call) and node.function == "sign"


def switches_of(claim: Claim, region: Region) -> list[Switch]:
    """The switches of a claim whose value at zero is not plain from the claim's own meaning.

    Left out are those that never vanish, and those on the left of a derivative that its variable
    crosses.
    """
    collector = _Collector(claim, region)
    for node in dict.fromkeys(node for side in claim.sides for node in N.walk(side)):
        collector.add(node, None)
    if not claim.is_identity:
        for node, moving in _placed_switches(claim.stated[0]):
            collector.add(node, moving)
    return list(collector.switches.values())


class _Collector:
    def __init__(self, claim: Claim, region: Region) -> None:
        self.claim = claim
        self.region = region
        self.field = region.field
        self.switches: dict[str, Switch] = {}

    def add(self, node: N.Node, moving: frozenset[str] | None) -> None:
        """A comparison or sign; ``moving`` are the symbols that its side is differentiated by,
        None for what stands beside no derivative."""
        if isinstance(node, N.Compare):
            left, right, values = node.left, node.right, _VALUES[node.operator]
        elif isinstance(node, N.Call) and node.function == "sign":
            left, right, values = node.args[0], N.ZERO_NODE, (1, 0, -1)
        else:
            return
        difference = N.subtract(left, right)
        text = f"{node_text(left)} != {node_text(right)}"
        try:
            switch = self._switch(difference, text)
        except LOST:
            key = f"{id(left)} {id(right)}"
            switch = Switch(None, text, difference, [], crossable=False)
        else:
            if switch is None or (moving and self._is_crossed(switch, node)):
                return
            assert switch.element is not None
            lead = to_fraction(switch.element.num.leading_coefficient())
            values = values[::-1] if lead < 0 else values
            switch.element = switch.element.scale(1 / lead)
            key = switch.element.key
        switch = self.switches.setdefault(key, switch)
        switch.states[node] = values
        if moving is not None:
            switch.on_left = True
            used = [self.field.kernels[i] for p in switch.parts for i in self.field.used(p.num)]
            switch.moves = switch.moves or any(
                kernel.kind != "symbol" or kernel.key[0] in moving for kernel in used
            )

    def _is_crossed(self, switch: Switch, node: N.Node) -> bool:
        """Whether the variable itself passes from one side to the other at each zero."""
        name = self.claim.variable
        return (
            name is not None
            and switch.crossable
            and are_crossed_along(self.region, switch.parts, name)
            and all(self._is_calm(node, part, name) for part in switch.parts)
        )

    def _is_calm(self, node: N.Node, part: Element, name: str) -> bool:
        """Whether no jumps of the left side crowd together at a zero of a switch.

        ``1/(1/x - atan(tan(1/x)))`` has the slope 0 between its jumps, and 1 at 0. What may jump
        or be infinite does so at single points near the zero if its argument has a value there.
        """
        body = self.claim.whole
        arguments = [
            child
            for rough in N.walk(body)
            if rough != node and not is_smooth_at(rough) and not isinstance(rough, N.Select)
            for child in N.children(rough)
            if not is_smooth(child)
        ]
        if not arguments:
            return True
        places = [value for other, value in solutions(self.region, part) if other == name]
        if not places:
            return False
        beside = N.Compare("!=", N.ZERO_NODE, N.ZERO_NODE, shape=())
        if isinstance(node, N.Compare) and node.operator in ("!=", "<", ">"):
            beside = N.Compare("==", N.ZERO_NODE, N.ZERO_NODE, shape=())
        symbol = N.Sym(name, shape=())
        for argument in arguments:
            if any(isinstance(n, N.Compare) and n != node for n in N.walk(argument)):
                return False
            there = N.substitute(N.substitute(argument, {node: beside}), {symbol: places[0]})
            if self.region.translator.known(there) is None:
                return False
        return True

    def _switch(self, difference: N.Node, text: str) -> Switch | None:
        """The switch of a function, None where it never vanishes; raises what ``of`` raises."""
        if any(isinstance(n, N.Compare) or _jumps(n) for n in N.walk(difference)):
            raise Unprovable("a switch within a switch")
        element = self.region.translator.of(difference)
        if element.is_zero:
            return None
        found = self.region.signs.parts(element)
        if found is None:
            raise Unprovable("the sign of an expression that may not be real")
        sign, factors = found
        rest = self.field.number(sign)
        parts: list[Element] = []
        crossable = True
        for factor, exponent in factors:
            part = self.region.plainer(factor)
            zeros = [p for p in self.region.vanishing_parts(part) if not self.region.never_zero(p)]
            if exponent < 0 or not zeros:
                known = self.region.signs.of(part)
                rest = rest.scale(known ** (exponent % 2)) if known else rest * part**exponent
                continue
            if any(self.region.is_power_of_zero(i) for p in zeros for i in self.field.used(p.num)):
                raise Unprovable("a power vanishes together with its base")
            rest = rest * part**exponent
            parts += zeros
            inner = [e for _, e in self.field.factors(part)[1]]
            crossable = crossable and exponent % 2 == 1 and all(e % 2 and e > 0 for e in inner)
        return Switch(rest, text, difference, parts, crossable) if parts else None


def _jumps(node: N.Node) -> bool:
    return isinstance(node, N.Call) and node.function in WITH_JUMPS


def _placed_switches(root: N.Node) -> Iterator[tuple[N.Node, frozenset[str]]]:
    """Comparisons and signs of a side, with bound variables at their points, and the symbols that
    each is differentiated by."""
    seen: set[tuple[N.Node, frozenset[str]]] = set()
    points: dict[N.Node, N.Node] = {}

    def placed(node: N.Node) -> N.Node:
        while any(variable in points for variable in N.walk(node)):
            node = N.substitute(node, points)
        return node

    def visit(node: N.Node, moving: frozenset[str]) -> Iterator[tuple[N.Node, frozenset[str]]]:
        if (node, moving) in seen:
            return
        seen.add((node, moving))
        if isinstance(node, N.Compare) or is_sign(node):
            yield placed(node), moving
        if isinstance(node, N.Derivative):
            here = N.bound_at(node)
            points.update(here)
            ats = here.values()
            names = {s.name for at in ats for s in N.walk(placed(at)) if isinstance(s, N.Sym)}
            yield from visit(node.body, moving | names)
            for outer in (*ats, *(node.directions if isinstance(node, N.Jvp) else ())):
                yield from visit(outer, moving)
            return
        for child in N.children(node):
            yield from visit(child, moving)

    yield from visit(root, frozenset())
