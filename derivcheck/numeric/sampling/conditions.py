"""Whether side conditions and declared structures hold at a point, exactly in rationals."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS, logic
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


def _truth(node: N.Node, evaluator: Evaluator) -> bool | None:
    """Whether a condition certainly holds; None where that cannot be told.

    What is undefined says nothing in a condition that is decided without it, in whatever order:
    ``1/x > 0 or x == 0`` holds at 0, as NumPy and interval arithmetic have it.
    """
    if isinstance(node, N.Logic) and node.operator != "not":
        return logic(node.operator, [_truth(arg, evaluator) for arg in node.args])
    try:
        if not isinstance(node, N.Logic):
            return _compared(node, evaluator)
        (arg,) = node.args
        if isinstance(arg, N.Compare) and arg.shape:  # for some entry
            return not all(HOLDS[arg.operator](*pair) for pair in pairs(arg, evaluator))
    except (Inexact, KeyError):
        return None
    return _truth(_denied(arg), evaluator) if isinstance(arg, N.Logic | N.Compare) else None


def _compared(node: N.Node, evaluator: Evaluator) -> bool:
    """Whether a comparison holds of all entries; equalities exactly, all else with a margin
    where it is not rational."""
    if not isinstance(node, N.Compare):
        raise Inexact("not a condition")
    try:
        margin = Fraction(0)
        found = pairs(node, evaluator)
    except Inexact:
        if node.operator == "==":
            raise
        rough = Evaluator(evaluator.sizes, evaluator.values, approximate=True)
        margin = FLOAT_MARGIN
        found = pairs(node, rough)
    for left, right in found:
        gap = margin * (1 + abs(left) + abs(right))
        if node.operator == "!=" and abs(left - right) <= gap:
            return False
        if not HOLDS[node.operator](left + gap if node.operator[0] == "<" else left - gap, right):
            return False
    return True


_CONTRARY = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def _denied(node: N.Node) -> N.Node:
    """The contrary of a condition, as conditions that hold certainly where it does not."""
    if isinstance(node, N.Logic):
        if node.operator == "not":
            return node.args[0]
        operator = "or" if node.operator == "and" else "and"
        return N.Logic(operator, tuple(map(_denied, node.args)), shape=node.shape)
    if isinstance(node, N.Compare) and not node.shape:
        return N.Compare(_CONTRARY[node.operator], node.left, node.right, shape=())
    return N.Logic("not", (node,), shape=node.shape)


def holds(node: N.Node, sizes: Sizes, values: Values) -> bool:
    """Whether a condition certainly holds at a point."""
    return bool(_truth(node, Evaluator(sizes, values)))


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
