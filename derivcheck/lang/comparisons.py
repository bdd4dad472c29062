"""What the operators of comparisons and conditions mean."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from derivcheck.lang import nodes as N

HOLDS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
"""Operator to whether it holds between two numbers (of arrays, between their entries)."""


def logic(operator: str, truths: Sequence[bool | None]) -> bool | None:
    """What ``and``, ``or`` and ``not`` make of truths, None being unknown."""
    if operator == "not":
        return None if truths[0] is None else not truths[0]
    decisive = operator == "or"
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def truth(condition: N.Node, of: Callable[[N.Node], bool | None]) -> bool | None:
    """Whether a condition holds, given what is known of the comparisons in it, which are asked one
    by one until it is decided."""
    if not isinstance(condition, N.Logic):
        return of(condition)
    if condition.operator == "not":
        return logic("not", [truth(condition.args[0], of)])
    decisive, is_open = condition.operator == "or", False
    for arg in condition.args:
        found = truth(arg, of)
        if found is decisive:
            return decisive
        is_open = is_open or found is None
    return None if is_open else not decisive


def decided(condition: N.Node) -> bool | None:
    """Whether a condition holds, where numbers say so."""

    def compared(node: N.Node) -> bool | None:
        gap = N.subtract(node.left, node.right) if isinstance(node, N.Compare) else None
        if not isinstance(node, N.Compare) or not isinstance(gap, N.Num):
            return None
        return bool(HOLDS[node.operator](gap.value, 0))

    return truth(condition, compared)
