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


def decided(condition: N.Node) -> bool | None:
    """Whether a condition holds, where numbers say so."""
    if isinstance(condition, N.Compare):
        gap = N.subtract(condition.left, condition.right)
        return HOLDS[condition.operator](gap.value, 0) if isinstance(gap, N.Num) else None
    if isinstance(condition, N.Logic):
        return logic(condition.operator, list(map(decided, condition.args)))
    return None
