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
    positive = {
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
        text = _condition(node, points, positive)
        if text:
            found[text] = None
    return tuple(found)[:_MOST]


def _condition(node: Node, points: dict[Node, Node], positive: set[str]) -> str:
    if isinstance(node, n.Inv):
        return f"{_text(node.arg, points)} invertible"
    if isinstance(node, n.Pow) and isinstance(node.exponent, n.Num) and node.exponent.value < 0:
        if _never_zero(node.base, points, positive):
            return ""
        return f"{_text(node.base, points)} != 0"
    return ""


def _never_zero(node: Node, points: dict[Node, Node], positive: set[str]) -> bool:
    node = points.get(node, node)
    if isinstance(node, n.Sym):
        return node.name in positive
    if isinstance(node, n.Num):
        return node.value != 0
    if isinstance(node, n.DimSize | n.Const):
        return True
    if isinstance(node, n.Call):
        return node.function == "exp"
    if isinstance(node, n.Pow):
        return _never_zero(node.base, points, positive)
    if isinstance(node, n.Sum):
        return _surely_positive(node.arg)
    if isinstance(node, n.Add):
        return all(_surely_positive(arg) for arg in node.args)
    if isinstance(node, n.Mul):
        return all(_never_zero(arg, points, positive) for arg in node.args)
    return False


def _surely_positive(node: Node) -> bool:
    if isinstance(node, n.Num):
        return node.value > 0
    if isinstance(node, n.Call):
        return node.function == "exp"
    if isinstance(node, n.Add | n.Mul):
        return all(_surely_positive(arg) for arg in node.args)
    return isinstance(node, n.DimSize) or (isinstance(node, n.Sum) and _surely_positive(node.arg))


def _text(node: Node, points: dict[Node, Node]) -> str:
    from derivcheck.lang.printer import node_text

    for _ in range(4):
        node = n.substitute(node, points)
    text = node_text(node)
    return text if isinstance(node, n.Sym | n.Call | n.Sum) else f"({text})"
