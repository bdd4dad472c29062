"""Points where a sign that a proof relies on vanishes: which of them need a condition.

A proof holds almost everywhere. At a point p = 0 where ``where`` or ``sign`` switches, both
sides still agree by continuity as long as every comparison takes at p = 0 the value it has on
one side of it; otherwise the proof says nothing of that point.
"""

from __future__ import annotations

from collections.abc import Iterable

from derivcheck.lang.nodes import (
    ZERO_NODE,
    Call,
    Compare,
    Node,
    walk,
)
from derivcheck.lang.printer import node_text
from derivcheck.symbolic.kernels.field import Unprovable
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


def boundary_conditions(
    sides: Iterable[Node], translator: Translator, is_identity: bool
) -> tuple[str, ...]:
    """Conditions such as ``x != 0``, for the switches that take a third value at zero.

    Explicit signs count for identities only: where a derivative claim mentions sign(f), the
    function has a kink at f = 0, as a rule, and no derivative there.
    """
    groups: dict[str, tuple[Node, Node, list[tuple[int, ...]]]] = {}
    for side in sides:
        for node in walk(side):
            if isinstance(node, Compare):
                left, right, values = node.left, node.right, _VALUES[node.operator]
            elif isinstance(node, Call) and node.function == "sign" and is_identity:
                left, right, values = node.args[0], ZERO_NODE, (1, 0, -1)
            else:
                continue
            key, turned = _switch(translator, left, right)
            if key is not None:
                value = values[::-1] if turned else values
                groups.setdefault(key, (left, right, []))[2].append(value)
    found = []
    for left, right, vectors in groups.values():
        above, at, below = zip(*vectors, strict=True)
        if at not in (above, below):
            found.append(f"{node_text(left)} != {node_text(right)}")
    return tuple(found)


def _switch(translator: Translator, left: Node, right: Node) -> tuple[str | None, bool]:
    """What changes sign in a comparison (None: nothing does), and whether it is turned."""
    algebra = translator.algebra
    splitting, algebra.splitting = algebra.splitting, False
    try:
        difference = translator.of(left) - translator.of(right)
    except (Unprovable, NeedSign):
        return f"{id(left)} {id(right)}", False
    finally:
        algebra.splitting = splitting
    if difference.constant is not None:
        return None, False
    turned = difference.num.leading_coefficient() < 0
    return (-difference if turned else difference).key, turned
