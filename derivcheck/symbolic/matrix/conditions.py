"""Conditions of a proof: where both sides are defined, and where jumps matter.

Derivatives of ``abs``, ``max`` and ``where`` are taken piecewise. At a point of a switch P = 0
the true derivative may still exist; the proof covers it when the other side is continuous
there, or has jumps of one orientation only and P changes sign there (a derivative has no jumps,
by Darboux's theorem). Otherwise "P != 0" is a condition of the proof.
"""

from __future__ import annotations

from dataclasses import field

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation
from derivcheck.lang.nodes import Node
from derivcheck.lang.signs import UNKNOWN, Signs, of_symbols, signs_of
from derivcheck.records import record
from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.atoms import Frozen, Kind, Monomial, Polynomial
from derivcheck.symbolic.matrix.known import Jump
from derivcheck.symbolic.matrix.meeting import (
    is_affine_in_signs,
    is_convex_in_switches,
    is_sum_of_switches,
    meets_one,
    side_of,
)
from derivcheck.symbolic.matrix.ring import number_of, plus, scaled, single
from derivcheck.symbolic.matrix.switches import switch_of

_MOST = 6
_LONGEST = 400
"""Parts of an expression that is told in full."""


_MET = "no switch of where, sign or abs is met exactly"


@record(frozen=False)
class _Jump:
    """What users write that jumps at P = 0: ``above`` and ``below`` are ``P > 0`` and ``P < 0``."""

    kinds: set[str] = field(default_factory=set)
    signs: int = 0
    sides: set[bool] = field(default_factory=set)
    """Whether in what is differentiated."""
    switches: list[Jump] = field(default_factory=list)


def jump_conditions(algebra: Algebra, equation: Equation) -> tuple[str, ...]:
    """Switches at which the proof says nothing, as conditions."""
    if not algebra.met.jumps and not algebra.met.inner_jumps:
        return ()  # nothing that jumps is written
    written = _written(algebra)
    conditions: dict[str, None] = {}
    variables, order = _differentiated_by(equation.left, equation.right)
    fixed = {symbol.name for symbol in equation.context.symbols} - (variables or set())
    # a kink of what does not vary is none
    kinked = {
        switch_of(algebra, poly): poly
        for _, poly in algebra.met.kinks
        if variables is None or not _names(algebra, poly) <= fixed
    }
    edges = _names_at_edges(equation)
    is_affine = all(map(is_affine_in_signs, (equation.left, equation.right)))
    summands = bool(written) and is_sum_of_switches(equation)
    met: list[tuple[Polynomial, str, int]] = []
    several: list[_Jump] = []
    for mask, jump in written.items():
        if mask in kinked and mask is not None:
            poly = kinked[mask]
            fine = len(jump.kinds) == 1 and "zero" not in jump.kinds
            fine = fine and (jump.signs <= 1 or (summands and mask not in algebra.met.nonzero))
            fine = fine and (is_affine or "sign" not in jump.kinds)
            fine = fine and edges.isdisjoint(_names(algebra, poly))
            slope = _slope(algebra, poly, variables)
            if len(jump.sides) > 1 or order > 1:
                # where the variable only touches P = 0, the value on P = 0 itself counts
                fine = fine and slope != 0
            if not fine or not _changes_sign(algebra, poly):
                conditions[_MET] = None
            same = [kink for kink in algebra.met.kinks if switch_of(algebra, kink[1]) == mask]
            if not meets_one(algebra, same):
                several.append(jump)
            turned = 1 if _is_straight(algebra, poly) else -1
            met.append((poly, next(iter(jump.kinds)), slope * turned))
        elif "sign" in jump.kinds and (mask is None or mask in algebra.met.nonzero):
            conditions["no argument of sign is zero"] = None
    if (None in kinked and written) or not _agree_where_they_meet(algebra, met):
        conditions[_MET] = None
    if not _one_extreme(algebra, order) and not is_convex_in_switches(equation):
        conditions[_MET] = None
    if several and not _right_where_several_meet(algebra, equation, several, summands):
        conditions[_MET] = None
    return tuple(conditions)


def _one_extreme(algebra: Algebra, order: int) -> bool:
    """Whether a line along a variable that meets the switch of a largest entry meets no other."""
    found = algebra.met.extremes
    alone = len(found) == 1 and not algebra.met.kinks and order < 2
    return not found or (alone and all(found.values()))


def _right_where_several_meet(
    algebra: Algebra, equation: Equation, jumps: list[_Jump], summands: bool
) -> bool:
    """Whether the values of jumps are right where a line meets several of their switches."""
    written = [switch for jump in jumps for switch in jump.switches]
    if all(kind == "sign" for kind, _ in written):
        return summands
    sides = {side_of(algebra, poly) if kind == "step" else 0 for kind, poly in written}
    return (len(sides) == 1 and 0 not in sides) or is_convex_in_switches(equation)


def _written(algebra: Algebra) -> dict[int | None, _Jump]:
    found: dict[int | None, _Jump] = {}
    inner = algebra.met.inner_jumps
    for position, (name, poly) in enumerate((*inner, *algebra.met.jumps)):
        mask = switch_of(algebra, poly)
        kind = name
        if name == "step" and mask is not None:
            kind = "above" if _is_straight(algebra, poly) else "below"
        jump = found.setdefault(mask, _Jump())
        jump.kinds.add(kind)
        jump.switches.append((name, poly))
        jump.signs += name == "sign"
        jump.sides.add(position < len(inner))
    return found


def _is_straight(algebra: Algebra, poly: Polynomial) -> bool:
    """Whether sgn(P) is written so, not ``-sgn(-P)``; one of ``x[i] - x[j]`` and its negative is
    as good as the other."""
    if not algebra.powers.leading_sign(poly):
        return True
    return single(algebra.functions.function("sgn", (poly,))) is not None


def _agree_where_they_meet(algebra: Algebra, met: list[tuple[Polynomial, str, int]]) -> bool:
    """Whether jumps that may meet all take the value ahead, or all the one behind: a line along
    the variable sees no other combination of sides."""
    for position, (poly, kind, slope) in enumerate(met):
        for other, other_kind, other_slope in met[:position]:
            if _never_meet(algebra, poly, other):
                continue
            sides = {"above": -1, "below": 1}
            one, two = sides.get(kind, 0) * slope, sides.get(other_kind, 0) * other_slope
            if abs(one) != 1 or one != two:
                return False
    return True


def _never_meet(algebra: Algebra, one: Polynomial, other: Polynomial) -> bool:
    """Whether two polynomials certainly never vanish at the same entry: constants apart."""
    if any(number_of(plus(one, scaled(other, sign))) for sign in (1, -1)):
        return True
    return any(_is_constant_at(algebra, poly, at) for poly, at in ((one, other), (other, one)))


def _is_constant_at(algebra: Algebra, poly: Polynomial, zero: Polynomial) -> bool:
    """Whether a polynomial is plainly not 0 where another one is: ``abs(x) - 1`` where x is."""
    mask = switch_of(algebra, zero)
    entry = single(zero)
    rest = {
        monomial: c
        for monomial, c in poly.items()
        if not any(
            (atom.kind == Kind.FUNCTION and atom.head[0] == "sgn" and atom.mask == mask)
            or (entry is not None and atom is entry[0] and atom.kind == Kind.ELEMENT)
            for atom, _ in monomial
        )
    }
    if len(rest) != 1 or len(rest) == len(poly):
        return False
    [monomial] = rest
    sign = algebra.known.sign_of_entry
    return all(
        atom.kind == Kind.ELEMENT and sign(atom.head, atom.indices) == 1 for atom, _ in monomial
    )


def _differentiated_by(*sides: Node) -> tuple[set[str] | None, int]:
    """The symbols by which sides are differentiated (None: not symbols), and how often."""
    names: set[str] = set()
    bound: set[str] = set()
    order = max(map(N.order_of, sides))
    for node in (node for side in sides for node in N.walk(side)):
        if isinstance(node, N.Derivative):
            for variable, at in N.bound_at(node).items():
                if not isinstance(variable, N.Sym) or not isinstance(at, N.Sym):
                    return None, order
                bound.add(variable.name)
                names.add(at.name)
    return names - bound, order


def _names_at_edges(equation: Equation) -> set[str]:
    """Symbols whose domain may hold its own edges: beside one there is only one side."""
    found: set[str] = set()
    for symbol in equation.context.symbols:
        limits = symbol.domain.interval
        closed = limits is not None and (limits.low_closed or limits.high_closed)
        if closed or symbol.domain.kind == "nonnegative":
            found.add(symbol.name)
    for condition in equation.context.assume:
        if not isinstance(condition, N.Compare) or condition.operator not in ("<", ">", "!="):
            found.update(s.name for s in N.symbols_in(condition))
    return found


def _slope(algebra: Algebra, poly: Polynomial, names: set[str] | None) -> int:
    """The sign of the slope of P along an entry of a variable that occurs once, alone with a
    number; 0 where it is not so plain, 2 where it is one or the other: ``abs(x - y) - 1``."""
    if names is None or None in algebra.met.lines:
        return 0  # along several entries at once it may be anything
    held = {name: [m for m in poly if name in _names(algebra, {m: 1})] for name in names}
    found = {_slope_by(algebra, poly, name, own) for name, own in held.items() if own}
    return found.pop() if len(found) == 1 else 0


def _slope_by(algebra: Algebra, poly: Polynomial, name: str, held: list[Monomial]) -> int:
    """The same along an entry of one variable, with the terms that hold it."""
    if all(map(_is_signed_entry, held)):
        own = [m for m in held if any(a.kind == Kind.ELEMENT and a.head == name for a, _ in m)]
        inside = {a: dict(a.polys[0]) for m in held for a, _ in m if a.kind == Kind.FUNCTION}
        if len(own) == len(inside) == 1 and all(
            _is_constant_at(algebra, poly, zero) for zero in inside.values()
        ):
            return 2
    if len(held) == 1 and len(held[0]) == 1:
        sign = 1 if poly[held[0]] > 0 else -1
        [(atom, exponent)] = held[0]
        if atom.kind == Kind.ELEMENT and exponent == 1:
            return sign
    return 0


def _is_signed_entry(monomial: Monomial) -> bool:
    """Whether it is an entry times a sign."""
    kinds = {(atom.kind, exponent) for atom, exponent in monomial}
    return kinds == {(Kind.ELEMENT, 1), (Kind.FUNCTION, 1)} and all(
        atom.head[0] == "sgn" for atom, _ in monomial if atom.kind == Kind.FUNCTION
    )


def _names(algebra: Algebra, poly: Polynomial) -> set[str]:
    return {
        name for monomial in poly for atom, _ in monomial for name in algebra.symbols.names_in(atom)
    }


def _changes_sign(algebra: Algebra, poly: Polynomial) -> bool:
    """Whether P is of first degree in the entries of some symbol."""
    degrees: dict[str, int] = {}
    blocked: set[str] = set()
    _degrees(algebra, tuple(poly.items()), degrees, blocked)
    return any(d == 1 for name, d in degrees.items() if name not in blocked)


def _degrees(algebra: Algebra, poly: Frozen, degrees: dict[str, int], blocked: set[str]) -> None:
    for monomial, _ in poly:
        own: dict[str, int] = {}
        stack = list(monomial)
        while stack:
            atom, exponent = stack.pop()
            if atom.kind == Kind.ELEMENT and isinstance(exponent, int) and exponent > 0:
                own[atom.head] = own.get(atom.head, 0) + exponent
            elif atom.kind == Kind.SUM and exponent == 1:
                stack.extend(atom.polys[0][0][0])
            elif atom.kind == Kind.FUNCTION and atom.head[0] == "sgn":
                continue
            else:
                blocked |= algebra.symbols.names_in(atom)
        for name, degree in own.items():
            degrees[name] = max(degrees.get(name, 0), degree)


def definedness(equation: Equation) -> tuple[str, ...]:
    """Where both sides are defined, as short texts: ``X invertible``, ``n != 0``."""
    found: dict[str, None] = {}
    signs = of_symbols(equation.context.symbols)
    nonzero = {s.name for s in equation.context.symbols if s.domain.kind == "nonzero"}
    points = N.points_of(equation.nodes)
    for node in equation.nodes:
        match node:
            case N.Inv(arg=arg):
                found[f"{_text(arg, points)} invertible"] = None
            case N.Pow(base=base, exponent=N.Num(value=value)) if value < 0:
                for part in _vanishing(placed(base, points), signs, nonzero):
                    found[f"{_text(part, points)} != 0"] = None
    return tuple(found)[:_MOST]


def placed(node: Node, points: dict[Node, Node]) -> Node:
    """A node with the points in place of the variables of derivatives."""
    for _ in range(4):
        node = N.substitute(node, points)
    return node


def _vanishing(node: Node, signs: dict[str, Signs | None], nonzero: set[str]) -> list[Node]:
    """The parts that must not be zero for ``node`` not to be."""
    low, high = signs_of(node, signs) or UNKNOWN
    if low > 0 or high < 0 or (isinstance(node, N.Sym) and node.name in nonzero):
        return []
    if isinstance(node, N.Mul):
        return [part for arg in node.args for part in _vanishing(arg, signs, nonzero)]
    if isinstance(node, N.Pow):
        return _vanishing(node.base, signs, nonzero)
    if isinstance(node, N.MatMul):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, N.Num) and side.value and N.ONE in other.shape:
                return _vanishing(other, signs, nonzero)
    return [node]


def _is_short(node: Node) -> bool:
    """Whether it has few parts, each counted as often as it would be written."""
    parts: dict[Node, int] = {}
    for inner in N.walk(node):
        parts[inner] = 1 + sum(parts[child] for child in N.children(inner))
    return parts[node] <= _LONGEST


def _text(node: Node, points: dict[Node, Node]) -> str:
    from derivcheck.lang.printer import node_text

    node = placed(node, points)
    if not _is_short(node):
        return "a long expression"
    text = node_text(node)
    return text if isinstance(node, N.Sym | N.Call | N.Sum) else f"({text})"
