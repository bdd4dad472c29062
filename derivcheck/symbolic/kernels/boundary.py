"""Points where a sign that a proof relies on vanishes: which of them need a condition.

A proof holds almost everywhere. At a point f = 0 where ``where`` or ``sign`` switches, the claim
still holds by continuity as long as it takes there the value that it has on one side of it, or
the mean of both sides: a derivative that jumps at f = 0 does not exist there, and where it does
not jump, both sides and their mean are one. Otherwise the proof says nothing of that point.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import flint

from derivcheck.lang.nodes import (
    MINUS_ONE,
    ONE_NODE,
    ZERO_NODE,
    Apply,
    Call,
    Compare,
    Node,
    rebuild,
    walk,
)
from derivcheck.lang.printer import node_text
from derivcheck.symbolic.kernels.algebra import Refine
from derivcheck.symbolic.kernels.field import Element, Unprovable, to_flint, to_fraction
from derivcheck.symbolic.kernels.signs import NeedSign
from derivcheck.symbolic.kernels.translate import Translator

_VALUES = {
    "<": (0, 0, 1),
    "<=": (0, 1, 1),
    ">": (1, 0, 0),
    ">=": (1, 1, 0),
    "==": (0, 1, 0),
    "!=": (1, 0, 1),
}
"""Truth for a positive, zero and negative difference."""

_NUMBERS = {1: ONE_NODE, 0: ZERO_NODE, -1: MINUS_ONE}
_WITH_JUMPS = ("atan2", "acot")
"""Functions that jump where they are defined: beside them a sign has no mean to be."""


class _Switch:
    """What changes sign (None: beyond the prover), and the comparisons and signs it decides."""

    def __init__(self, element: Element | None, text: str) -> None:
        self.element = element
        self.text = text
        self.vectors: list[tuple[int, ...]] = []
        self.signs: dict[Node, int] = {}

    def continues(self) -> bool:
        """Whether at zero every comparison takes the values of one side."""
        above, at, below = zip(*self.vectors, strict=True)
        return at in (above, below)


def boundary_conditions(
    sides: Sequence[Node], translator: Translator, is_identity: bool
) -> tuple[str, ...]:
    """Conditions such as ``x != 0``, for the switches whose value at zero no proof covers."""
    switches = _switches(sides, translator)
    apart = _never_meet([s.element for s in switches])
    found = []
    for switch in switches:
        if switch.signs and not switch.vectors and apart:
            fine = _sign_fits(switch, sides, translator, is_identity)
        else:
            switch.vectors += [(1, 0, -1)] * len(switch.signs)
            fine = switch.continues() and apart
        if not fine:
            found.append(switch.text)
    return tuple(found)


def _switches(sides: Iterable[Node], translator: Translator) -> list[_Switch]:
    groups: dict[str, _Switch] = {}
    for node in dict.fromkeys(node for side in sides for node in walk(side)):
        if isinstance(node, Compare):
            left, right = node.left, node.right
            text = f"{node_text(left)} != {node_text(right)}"
        elif isinstance(node, Call) and node.function == "sign":
            left, right = node.args[0], ZERO_NODE
            text = f"{node_text(left)} != 0"
        else:
            continue
        try:
            difference = _element(translator, left) - _element(translator, right)
        except (Unprovable, NeedSign):
            key, turned, element = f"{id(left)} {id(right)}", False, None
        else:
            if difference.constant is not None:
                continue
            lead = to_fraction(difference.num.leading_coefficient())
            turned = lead < 0
            element = difference.scale(1 / lead)
            key = element.key
        switch = groups.setdefault(key, _Switch(element, text))
        if isinstance(node, Compare):
            values = _VALUES[node.operator]
            switch.vectors.append(values[::-1] if turned else values)
        else:
            switch.signs[node] = -1 if turned else 1
    return list(groups.values())


def _element(translator: Translator, node: Node) -> Element:
    """The element of a node, no case taken."""
    algebra = translator.algebra
    splitting, algebra.splitting = algebra.splitting, False
    try:
        return translator.of(node)
    finally:
        algebra.splitting = splitting


def _never_meet(elements: Sequence[Element | None]) -> bool:
    """Whether all combinations of sides occur wherever several of these vanish at once.

    So it is for one alone, for independent linear forms, and for distinct ones in one variable.
    """
    if len(elements) <= 1:
        return True
    rows: list[dict[int, Fraction]] = []
    for element in elements:
        if element is None or not element.den.is_one():
            return False
        field = element.field
        row: dict[int, Fraction] = {}
        for powers, coefficient in element.num.terms():
            used = [(i, e) for i, e in enumerate(powers) if e]
            if len(used) > 1 or (used and used[0][1] != 1):
                return False
            if used and field.kernels[used[0][0]].kind not in ("symbol", "pi"):
                return False
            row[used[0][0] if used else -1] = to_fraction(coefficient)
        rows.append(row)
    names = sorted({i for row in rows for i in row if i >= 0})
    if len(names) == 1:
        return True
    matrix = flint.fmpq_mat(
        [[to_flint(row.get(name, Fraction(0))) for name in names] for row in rows]
    )
    return bool(matrix.rank() == len(rows))


def _sign_fits(
    switch: _Switch, sides: Sequence[Node], translator: Translator, is_identity: bool
) -> bool:
    """Whether a claim with ``sign(f)`` also holds at f = 0, where the sign is 0.

    An identity must hold there itself; a derivative must be the mean of its one-sided limits.
    """
    nodes = [node for side in sides for node in walk(side)]
    if switch.element is None or any(
        isinstance(node, Call) and node.function in _WITH_JUMPS for node in nodes
    ):
        return False
    plain = Translator(translator.field, translator.context)
    plain.algebra.functions = translator.algebra.functions
    try:
        above, middle, below = (
            [plain.of(_with_sign(side, switch, value)) for side in sides] for value in (1, 0, -1)
        )
        if is_identity:
            difference = middle[0] - middle[1]
        else:
            difference = middle[0] - (above[0] + below[0]).scale(Fraction(1, 2))
    except (Unprovable, NeedSign, Refine):
        return False
    rest = translator.field.reduce(difference.num % switch.element.num)
    return bool(difference.is_zero or rest.is_zero())


def _with_sign(node: Node, switch: _Switch, value: int) -> Node:
    """The node with the switch's signs set, and other signs opaque."""

    def replace(current: Node) -> Node:
        if isinstance(current, Call) and current.function == "sign":
            turn = switch.signs.get(current)
            if turn is not None:
                return _NUMBERS[value * turn]
            return Apply("sign of", current.args, (0,), shape=())
        return rebuild(current, replace)

    return replace(node)


__all__ = ["boundary_conditions"]
