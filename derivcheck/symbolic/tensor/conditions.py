"""Conditions of a proof: where both sides are defined, and where jumps matter.

Derivatives of ``abs``, ``max`` and ``where`` are taken piecewise. At a point of a switch P = 0
the true derivative may still exist; the proof covers it when the other side is continuous
there, or has jumps of one orientation only and P changes sign there (a derivative has no jumps,
by Darboux's theorem). Otherwise "P != 0" is a condition of the proof.
"""

from __future__ import annotations

from derivcheck.equation import Equation
from derivcheck.lang import nodes as n
from derivcheck.lang.nodes import Node
from derivcheck.symbolic.tensor.arithmetic import scaled, single
from derivcheck.symbolic.tensor.atoms import ELEMENT, FUNCTION, SUM, Frozen, Polynomial
from derivcheck.symbolic.tensor.compiler import Compiler

_MOST = 6


def prepare_jumps(prover: Compiler) -> None:
    """Bring switches to the point, so that a user's conditions on them are recognised."""
    aliased = []
    prover.at_point = True
    for name, base in prover.kinks:
        poly = prover.replace_elements(base, prover.element)
        aliased.append((name, poly))
        atom = _switch(prover, poly)
        if atom is not None:
            prover.kink_masks.add(atom)
    prover.kinks = aliased
    prover.user_jumps = [
        (name, prover.replace_elements(base, prover.element)) for name, base in prover.user_jumps
    ]
    prover.at_point = False


def _switch(prover: Compiler, poly: Polynomial) -> int | None:
    """The mask of sgn(P), blind to the sign of P."""
    if not poly:
        return None
    found = single(prover.function("sgn", (poly,)))
    if found is None:
        found = single(scaled(prover.function("sgn", (poly,)), -1))
    return found[0].mask if found and found[0].kind == FUNCTION else None


def jump_conditions(prover: Compiler) -> tuple[str, ...]:
    """Switches at which the proof says nothing, as conditions."""
    written: dict[int | None, set[str]] = {}
    counts: dict[int | None, int] = {}
    seen: set[tuple[str, int | None]] = set()
    for name, poly in prover.user_jumps:
        mask = _switch(prover, poly)
        kind = name
        if name == "step" and mask is not None:
            positive = single(prover.function("sgn", (poly,))) is not None
            kind = "above" if positive else "below"
        written.setdefault(mask, set()).add(kind)
        counts[mask] = counts.get(mask, 0) + (name == "sign")
        seen.add((kind, mask))
    conditions: dict[str, None] = {}
    kinked = {_switch(prover, poly): poly for _, poly in prover.kinks}
    for mask, kinds in written.items():
        if mask in kinked and mask is not None:
            simple = len(kinds) == 1 and "zero" not in kinds and counts[mask] <= 1
            if not simple or not _changes_sign(prover, kinked[mask]):
                conditions["no switch of where, sign or abs is met exactly"] = None
        elif "sign" in kinds and (mask is None or mask in prover.nonzero_used):
            conditions["no argument of sign is zero"] = None
    if None in kinked and written:
        conditions["no switch of where, sign or abs is met exactly"] = None
    return tuple(conditions)


def _changes_sign(prover: Compiler, poly: Polynomial) -> bool:
    """Whether P is of first degree in the entries of some symbol."""
    degrees: dict[str, int] = {}
    blocked: set[str] = set()
    _degrees(prover, tuple(poly.items()), degrees, blocked)
    return any(d == 1 for name, d in degrees.items() if name not in blocked)


def _degrees(prover: Compiler, poly: Frozen, degrees: dict[str, int], blocked: set[str]) -> None:
    for monomial, _ in poly:
        own: dict[str, int] = {}
        stack = list(monomial)
        while stack:
            atom, exponent = stack.pop()
            if atom.kind == ELEMENT and isinstance(exponent, int) and exponent > 0:
                own[atom.head] = own.get(atom.head, 0) + exponent
            elif atom.kind == SUM and exponent == 1:
                stack.extend(atom.polys[0][0][0])
            elif atom.kind == FUNCTION and atom.head[0] == "sgn":
                continue
            else:
                blocked |= prover.symbols_of(atom)
        for name, degree in own.items():
            degrees[name] = max(degrees.get(name, 0), degree)


def definedness(equation: Equation) -> tuple[str, ...]:
    """Where both sides are defined, as short texts: ``X invertible``, ``n != 0``."""
    found: dict[str, None] = {}
    signs = {
        s.name: _SIGNS[s.domain.kind] for s in equation.context.symbols if s.domain.kind in _SIGNS
    }
    nonzero = {
        s.name
        for s in equation.context.symbols
        if s.domain.kind in ("positive", "negative", "nonzero")
    }
    points: dict[Node, Node] = {}
    sides = (equation.left, equation.right)
    every = [node for side in sides for node in n.walk(side)]
    for node in every:
        if isinstance(node, n.Jvp):
            points.update(zip(node.variables, node.at, strict=True))
        elif isinstance(node, n.Grad | n.Jacobian):
            points[node.variable] = node.at
    for node in every:
        base = _divisor(node)
        if isinstance(node, n.Inv):
            found[f"{_text(node.arg, points)} invertible"] = None
        elif base is not None:
            for part in _vanishing(_placed(base, points), signs, nonzero):
                found[f"{_text(part, points)} != 0"] = None
    return tuple(found)[:_MOST]


_SIGNS = {"positive": 1, "nonnegative": 0}


def _divisor(node: Node) -> Node | None:
    """What a node divides by."""
    if isinstance(node, n.Pow) and isinstance(node.exponent, n.Num) and node.exponent.value < 0:
        return node.base
    return None


def _placed(node: Node, points: dict[Node, Node]) -> Node:
    for _ in range(4):
        node = n.substitute(node, points)
    return node


def _vanishing(node: Node, signs: dict[str, int], nonzero: set[str]) -> list[Node]:
    """The parts that must not be zero for ``node`` not to be."""
    if _sign(node, signs) == 1 or (isinstance(node, n.Sym) and node.name in nonzero):
        return []
    if isinstance(node, n.Mul):
        return [part for arg in node.args for part in _vanishing(arg, signs, nonzero)]
    if isinstance(node, n.Pow):
        return _vanishing(node.base, signs, nonzero)
    if isinstance(node, n.MatMul):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, n.Num) and side.value and n.ONE in other.shape:
                return _vanishing(other, signs, nonzero)
    if isinstance(node, n.Num):
        return [] if node.value else [node]
    return [node]


def _sign(node: Node, signs: dict[str, int]) -> int | None:
    """1 for positive, 0 for not negative, None for unknown."""
    if isinstance(node, n.Num):
        return 1 if node.value > 0 else 0 if node.value == 0 else None
    if isinstance(node, n.DimSize | n.Const):
        return 1
    if isinstance(node, n.Sym):
        return signs.get(node.name)
    if isinstance(node, n.Call):
        return 1 if node.function == "exp" else 0 if node.function == "abs" else None
    if isinstance(node, n.Pow) and isinstance(node.exponent, n.Num):
        known = _sign(node.base, signs)
        if known is None and (node.exponent.value / 2).denominator == 1:
            return 0
        return known
    if isinstance(node, n.Sum):
        return _sign(node.arg, signs)
    if isinstance(node, n.Add | n.Mul | n.MatMul):
        args = (node.left, node.right) if isinstance(node, n.MatMul) else node.args
        parts = [_sign(arg, signs) for arg in args]
        known_parts = [part for part in parts if part is not None]
        if len(known_parts) < len(parts):
            return None
        return max(known_parts) if isinstance(node, n.Add) else min(known_parts)
    return None


def _text(node: Node, points: dict[Node, Node]) -> str:
    from derivcheck.lang.printer import node_text

    node = _placed(node, points)
    text = node_text(node)
    return text if isinstance(node, n.Sym | n.Call | n.Sum) else f"({text})"
