"""What the operators of comparisons mean."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

HOLDS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
"""Operator to whether it holds between two numbers (of arrays, between their entries)."""
