"""Stretches of which cases say nothing: ``x > 0`` and ``x < -5``.

The last case is taken for all that is left, which is right where only single points are.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivcheck.documents.maths.tree import Tree

_Stretch = tuple[Fraction | None, Fraction | None]
"""From and to; without an end where there is none."""


def leaves_gap(conditions: Sequence[Tree]) -> bool:
    """Whether comparisons of one name with numbers leave more than points out."""
    found = [_stretch(one) for one in conditions]
    if any(one is None for one in found) or len({one[0] for one in found if one}) != 1:
        return False
    stretches = [one[1] for one in found if one]
    if all(low is not None for low, _ in stretches):
        return True
    reach = max((high for low, high in stretches if low is None), key=_up)
    for low, high in sorted((s for s in stretches if s[0] is not None), key=lambda s: s[0] or 0):
        if reach is None or (low is not None and low > reach):
            break
        reach = max(reach, high, key=_up)
    return reach is not None


def _up(end: Fraction | None) -> tuple[bool, Fraction]:
    return end is None, end or Fraction(0)


def _stretch(tree: Tree) -> tuple[str, _Stretch] | None:
    """The name that a condition is about, and from where to where it holds."""
    if tree.op != "rel":
        return None
    signs = tree.name.split()
    low: Fraction | None = None
    high: Fraction | None = None
    names = {side.name for side in tree.args if side.op == "sym"}
    for left, sign, right in zip(tree.args, signs, tree.args[1:], strict=False):
        is_named = left.op == "sym"
        number = _number(right if is_named else left)
        if number is None or sign[0] not in "<>" or is_named == (right.op == "sym"):
            return None
        if (sign[0] == "<") == is_named:
            high = number
        else:
            low = number
    return (min(names), (low, high)) if len(names) == 1 else None


def _number(tree: Tree) -> Fraction | None:
    if tree.op == "num" and tree.name.replace(".", "", 1).isdigit():
        return Fraction(tree.name)
    if tree.op == "neg":
        inner = _number(tree.args[0])
        return -inner if inner is not None else None
    return None
