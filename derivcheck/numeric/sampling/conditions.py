"""Whether side conditions and declared structures hold at a point, exactly in rationals."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS
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


def flatten(conditions: tuple[N.Node, ...]) -> tuple[N.Node, ...]:
    """Conjunctions taken apart."""
    found: list[N.Node] = []
    for node in conditions:
        if isinstance(node, N.Logic) and node.operator == "and":
            found.extend(flatten(node.args))
        else:
            found.append(node)
    return tuple(found)


def condition_text(node: N.Node) -> str:
    """A condition in the user's notation."""
    from derivcheck.lang.printer import node_text  # needed for a reason only

    return node_text(node)


FLOAT_MARGIN = Fraction(1, 10**9)


def truth(node: N.Node, evaluator: Evaluator) -> bool:
    """Whether a condition certainly holds; equalities exactly, inequalities with a margin
    where they are not rational. :class:`Inexact` when that cannot be told."""
    if isinstance(node, N.Logic):
        results = (truth(arg, evaluator) for arg in node.args)
        if node.operator == "and":
            return all(results)
        if node.operator == "or":
            return any(results)
        return not truth(node.args[0], evaluator)
    if not isinstance(node, N.Compare):
        raise Inexact("not a condition")
    try:
        margin = Fraction(0)
        found = pairs(node, evaluator)
    except Inexact:
        if node.operator in ("==", "!="):
            raise
        rough = Evaluator(evaluator.sizes, evaluator.values, approximate=True)
        margin = FLOAT_MARGIN
        found = pairs(node, rough)
    for left, right in found:
        gap = margin * (1 + abs(left) + abs(right))
        if not HOLDS[node.operator](left + gap if node.operator[0] == "<" else left - gap, right):
            return False
    return True


def holds(node: N.Node, sizes: Sizes, values: Values) -> bool:
    """Whether a condition certainly holds at a point."""
    try:
        return truth(node, Evaluator(sizes, values))
    except (Inexact, KeyError):
        return False


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
