"""Whether side conditions and declared structures hold at a point, exactly in rationals."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS, logic, truth
from derivcheck.lang.equation import Symbol
from derivcheck.numeric.sampling.exact import (
    Complex,
    Evaluator,
    Inexact,
    Matrix,
    Value,
    determinant,
    flip,
    identity,
    rows_times,
)
from derivcheck.numeric.sampling.values import allowed

Values = dict[str, Value]
Sizes = dict[str, int]


class Unmet(Exception):
    """No point found that meets the side conditions; the message says which and why."""


FLOAT_MARGIN = Fraction(1, 10**9)


def _compared(node: N.Node, evaluator: Evaluator) -> bool | None:
    """Whether a comparison certainly holds of all entries; None where that cannot be told.

    Equalities are decided exactly, all else with a margin where it is not rational. What is
    undefined says nothing in a condition that is decided without it, in whatever order:
    ``1/x > 0 or x == 0`` holds at 0, as NumPy and interval arithmetic have it.
    """
    if not isinstance(node, N.Compare):
        return None
    compare = HOLDS[node.operator]
    try:
        return all(compare(*pair) for pair in pairs(node, evaluator))
    except (Inexact, KeyError):
        if node.operator == "==":
            return None
    rough = Evaluator(evaluator.sizes, evaluator.values, approximate=True)
    try:
        found = pairs(node, rough)
    except (Inexact, KeyError):
        return None
    truths: list[bool | None] = []
    for left, right in found:
        gap = FLOAT_MARGIN * (1 + abs(left) + abs(right))
        around = {bool(compare(left + step, right)) for step in (-gap, 0, gap)}
        truths.append(around.pop() if len(around) == 1 and abs(left - right) > gap else None)
    return logic("and", truths)


def holds(node: N.Node, sizes: Sizes, values: Values) -> bool:
    """Whether a condition certainly holds at a point."""
    evaluator = Evaluator(sizes, values)
    return bool(truth(node, lambda compare: _compared(compare, evaluator)))


def pairs(node: N.Compare, evaluator: Evaluator) -> list[tuple[Fraction, Fraction]]:
    left, right = evaluator.matrix(node.left), evaluator.matrix(node.right)
    rows, columns = max(len(left), len(right)), max(len(left[0]), len(right[0]))
    if not node.left.shape:
        left = ((left[0][0],) * columns,) * rows
    if not node.right.shape:
        right = ((right[0][0],) * columns,) * rows
    return [pair for a, b in zip(left, right, strict=True) for pair in zip(a, b, strict=True)]


def domain_text(symbol: Symbol) -> str:
    """Why no value of a symbol was found."""
    structure = ", ".join(sorted(symbol.structure))
    return f"empty domain? No {structure} matrix found for {symbol.name} in its domain"


def inside(value: Value, symbol: Symbol) -> bool:
    """Whether a value has the declared domain and structure."""
    if isinstance(value, Fraction):
        return allowed(value, symbol.domain)
    if isinstance(value, Complex) or isinstance(value[0][0], Complex):
        return symbol.domain.kind == "complex"
    matrix: Matrix = value
    off = "diagonal" in symbol.structure
    if not all(
        allowed(entry, symbol.domain) or (off and i != j and not entry)
        for i, row in enumerate(matrix)
        for j, entry in enumerate(row)
    ):
        return False
    return _structure_holds(matrix, symbol.structure)


def _structure_holds(matrix: Matrix, structure: frozenset[str]) -> bool:
    if not structure:
        return True
    symmetric = matrix == flip(matrix)
    checks = {
        "symmetric": lambda: symmetric,
        "diagonal": lambda: (
            not any(e for i, row in enumerate(matrix) for j, e in enumerate(row) if i != j)
        ),
        "orthogonal": lambda: rows_times(flip(matrix), matrix) == identity(len(matrix)),
        "invertible": lambda: bool(determinant(matrix)),
        "spd": lambda: (
            symmetric
            and all(
                determinant(tuple(row[:k] for row in matrix[:k])) > 0
                for k in range(1, len(matrix) + 1)
            )
        ),
    }
    return all(checks[name]() for name in structure)
