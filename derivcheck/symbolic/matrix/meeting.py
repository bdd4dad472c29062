"""Switches that one line meets at the same point.

A sum over ``i`` of ``c[i]*abs(P[i])`` has as many switches as there are values of ``i``. Where
two of them meet, the derivative may exist although neither summand has one (``abs(x) - abs(-x)``),
so that a claim's value there counts: it is certainly right

* where any line along the variable meets one switch at most;
* where all switches have the value ahead, or all the one behind, since a derivative has no jumps;
* where the value is the middle of both (``sign``, ``heaviside``, not ``sign(x)**2``), and sums
  are all that joins them;
* where every switch is one of a convex function (or every one of a concave one): a sum of such
  has a derivative only where each has (Rockafellar, *Convex Analysis*, section 25).
"""

from __future__ import annotations

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation
from derivcheck.lang.nodes import Node
from derivcheck.lang.signs import UNKNOWN, Signs, of_symbols, signs_of
from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.atoms import Kind, Polynomial, Rational, atoms_in, frees_of
from derivcheck.symbolic.matrix.known import OWN, Jump
from derivcheck.symbolic.matrix.ring import scaled
from derivcheck.symbolic.special_places import may_bend

_CONVEX = frozenset({"abs", "max"})
_JOINING = (
    N.Add,
    N.Sum,
    N.SumIndex,
    N.Trace,
    N.Transpose,
    N.Entry,
    N.Pick,
    N.Build,
    N.Stack,
    N.Diag,
    N.Vec,
)


def meets_one(algebra: Algebra, kinks: list[Jump]) -> bool:
    """Whether a line along an entry of a variable meets one of these switches at most."""
    (_, first), *others = kinks
    if not frees_of(first) - algebra.met.claim_indices:
        turned = scaled(first, -1)
        if not all(other in (first, turned) for _, other in others):
            return False
    return all(kind == OWN for kind, _ in kinks)


def has_own_entries(algebra: Algebra, switch: Polynomial, names: set[str]) -> bool:
    """Whether each value of the indices summed over has entries of the variables of its own."""
    places: dict[int, set[tuple[str, int]]] = {}
    summed = frees_of(switch) - algebra.met.claim_indices
    for atom in atoms_in(switch):
        if atom.kind != Kind.ELEMENT or atom.head not in names:
            continue
        for index in summed:
            if atom.indices.count(index) != 1 or atom.symmetric:
                return False
            places.setdefault(index, set()).add((atom.head, atom.indices.index(index)))
    return all(len({head for head, _ in found}) == len(found) for found in places.values())


def side_of(algebra: Algebra, switch: Polynomial) -> int:
    """1 (-1) where P surely does not fall (rise) along the variable, else 0."""
    aliases = algebra.known.aliases
    lines = {
        None if line is None else (aliases.get(line[0]), line[1]) for line in algebra.met.lines
    }
    sides = {_slope(algebra, switch, line) for line in lines}
    return sides.pop() if len(sides) == 1 else 0


def _slope(
    algebra: Algebra, switch: Polynomial, line: tuple[str | None, tuple[int, ...]] | None
) -> int:
    name, place = line or (None, ())
    if name is None:
        return 0
    here: Rational = 0
    elsewhere: Rational = 0
    for monomial, coefficient in switch.items():
        if all(name not in algebra.symbols.names_in(atom) for atom, _ in monomial):
            continue
        if len(monomial) != 1 or monomial[0][0].kind != Kind.ELEMENT or monomial[0][1] != 1:
            return 0
        if monomial[0][0].indices == place:
            here += coefficient
        else:
            elsewhere += coefficient if coefficient > 0 else -coefficient
    if not here or elsewhere > max(here, -here):
        return 0
    return 1 if here > 0 else -1


def is_sum_of_switches(equation: Equation) -> bool:
    """Whether whatever is differentiated has its switches in summands, each in one of its own."""
    return all(_bend(body, {}) is not None for body in _differentiated(equation))


def is_convex_in_switches(equation: Equation) -> bool:
    """Whether the switches of whatever is differentiated are all convex, or all concave."""
    signs = of_symbols(equation.context.symbols)
    for body in _differentiated(equation):
        bends = _bend(body, signs)
        if bends is None or 0 in bends or len(bends) > 1:
            return False
    return True


def _differentiated(equation: Equation) -> list[Node]:
    sides = (equation.left, equation.right)
    every = [node for side in sides for node in N.walk(side)]
    return [node.body for node in every if isinstance(node, N.Derivative)]


def _has_switch(node: Node) -> bool:
    return any(
        isinstance(inner, N.Derivative)
        or (may_bend(inner) and not (isinstance(inner, N.Compare) and _about_indices(inner)))
        for inner in N.walk(node)
    )


def _about_indices(condition: Node) -> bool:
    return not any(isinstance(inner, N.Sym) for inner in N.walk(condition))


def _bend(node: Node, signs: dict[str, Signs | None]) -> set[int] | None:
    """How the switches in a sum bend: 1 up (convex), -1 down, 0 unknown; None for no sum."""
    if not _has_switch(node):
        return set()
    found: set[int] = set()
    parts: tuple[Node, ...]
    if isinstance(node, N.Call) and node.function in ("abs", "max", "min"):
        if any(map(_has_switch, node.args)):
            return None
        return {1 if node.function in _CONVEX else -1}
    if isinstance(node, N.Extreme):
        bend = 1 if node.function in _CONVEX else -1
        inner = _bend(node.arg, signs)
        return {bend} if inner is not None and inner <= {bend} else None
    if isinstance(node, N.Pow) and _is_square(node.base) and not _has_switch(node.base):
        return {1}  # a length of what is smooth, or a power of one
    if isinstance(node, N.Pow) and isinstance(node.exponent, N.Num) and node.exponent.value >= 1:
        # a rising function of what is convex and nowhere negative
        return _bend(node.base, signs) if _is_length(node.base) else None
    if isinstance(node, N.Mul | N.MatMul):
        parts = (node.left, node.right) if isinstance(node, N.MatMul) else node.args
        switched = [part for part in parts if _has_switch(part)]
        inner = _bend(switched[0], signs) if len(switched) == 1 else None
        if inner is None:
            return None
        scale = 1
        for part in parts:
            if part is not switched[0]:
                low, high = signs_of(part, signs) or UNKNOWN
                scale *= 1 if low >= 0 else -1 if high <= 0 else 0
        return {bend * scale for bend in inner}
    if isinstance(node, N.Select):
        parts = (node.then, node.otherwise)
        if not _about_indices(node.condition):
            return _bend_of_cases(node)
    elif isinstance(node, _JOINING):
        parts = N.children(node)
    else:
        return None
    for part in parts:
        inner = _bend(part, signs)
        if inner is None:
            return None
        found |= inner
    return found


def _bend_of_cases(node: N.Select) -> set[int] | None:
    """How ``where(a > b, q + a - b, q)`` bends, which is ``q + max(a - b, 0)``."""
    case = node.condition
    if not isinstance(case, N.Compare) or case.operator in ("==", "!="):
        return None
    if any(_has_switch(part) for part in (case.left, case.right, node.otherwise)):
        return None
    gap = N.subtract(node.then, node.otherwise)
    over = N.subtract(case.left, case.right)
    under = N.subtract(case.right, case.left)
    if gap not in (over, under):
        return None
    return {1 if (gap is over) == (case.operator in (">", ">=")) else -1}


def is_affine_in_signs(root: Node) -> bool:
    """Whether a side is affine in each sign, so that at the zero it is the mean of both sides.

    ``sign(x)**2`` is not: it is 1 on both sides and 0 between them. What is differentiated has
    no value there.
    """
    seen: dict[Node, frozenset[str] | None] = {}

    def names(node: Node) -> frozenset[str] | None:
        """The symbols in arguments of signs; None where a sign is under something bent."""
        if node not in seen:
            seen[node] = found(node, [names(child) for child in N.children(node)])
        return seen[node]

    def found(node: Node, parts: list[frozenset[str] | None]) -> frozenset[str] | None:
        known = [part for part in parts if part]
        if isinstance(node, N.Derivative):
            return frozenset()
        if None in parts:
            return None
        if isinstance(node, N.Call) and node.function == "sign":
            return None if known else frozenset(s.name for s in N.symbols_in(node))
        every = frozenset[str]().union(*known)
        if isinstance(node, N.Mul | N.MatMul):
            # signs of different symbols may be multiplied
            is_bent = sum(map(len, known)) > len(every)
        elif isinstance(node, N.Select):
            is_bent = bool(names(node.condition))
        else:
            is_bent = not isinstance(node, _JOINING)
        return None if is_bent and every else every

    return names(root) is not None


def _is_square(node: Node) -> bool:
    """Whether it is plainly a sum of squares."""
    match node:
        case N.Num(value=value):
            return value >= 0
        case N.Pow(exponent=N.Num(value=value)):
            return value > 0 and value.denominator == 1 and value % 2 == 0
        case N.MatMul(left=left, right=right):
            return not node.shape and left is N.transpose(right)
        case N.Sum() | N.SumIndex() | N.Add():
            return all(map(_is_square, N.children(node)))
    return False


def _is_length(node: Node) -> bool:
    """Whether it is plainly convex and nowhere negative: a sum of ``abs(u)`` and ``max(u, 0)``."""
    if isinstance(node, N.Call):
        return node.function == "abs" or (
            node.function == "max"
            and any(isinstance(arg, N.Num) and arg.value >= 0 for arg in node.args)
        )
    if isinstance(node, N.Sum | N.SumIndex | N.Add):
        return all(map(_is_length, N.children(node)))
    return False
