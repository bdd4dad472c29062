"""The symbolic judge of matrix claims.

Index notation first; then the ways to make simpler claims of one: block by block, entry by entry,
and by cases of shape for a pseudo-inverse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from derivcheck import work
from derivcheck.lang import nodes as N
from derivcheck.lang.dims import Dim
from derivcheck.lang.equation import Equation, Settings
from derivcheck.lang.matrices import pinv_spelled
from derivcheck.model import Evidence, Finding
from derivcheck.symbolic.matrix.blocks import blocks
from derivcheck.symbolic.matrix.entrywise import scalar_equation
from derivcheck.symbolic.matrix.exponentials import SCALE, by_initial_value, named_parts, with_parts
from derivcheck.symbolic.matrix.grids import NotWrittenError
from derivcheck.symbolic.matrix.induction import by_induction
from derivcheck.symbolic.matrix.prover import judge as prove
from derivcheck.symbolic.matrix.prover import unknown
from derivcheck.symbolic.matrix.spelled import spelled_out
from derivcheck.symbolic.matrix.telescoping import by_telescoping
from derivcheck.symbolic.scalar.judge import judge as prove_scalar
from derivcheck.symbolic.special_places import CONDITION, is_at_kinks

_WORK = 2_000_000
"""Units of work that this judge may use."""
_MOST_PIECES = 64
_TELESCOPED = "by one step of a telescoping sum"


def judge(equation: Equation, settings: Settings) -> Evidence:
    """Prove ``equation`` for every value in its domain and every dimension; never refutes."""
    with work.within(_WORK):
        named, parts = named_parts(equation)
        found = with_parts(_found(named, settings), parts)
        if found.finding is not Finding.HOLDS and not equation.context.is_complex:
            found = _solved(equation, settings) or found
    if found.finding is Finding.HOLDS and is_at_kinks(
        (equation.left, equation.right), equation.context
    ):
        conditions = tuple(dict.fromkeys((*found.conditions, CONDITION)))
        found = replace(found, conditions=conditions)
    return found


def _found(equation: Equation, settings: Settings) -> Evidence:
    pieces, how = _pieces(equation)
    if pieces:
        found = _all(pieces, settings, how)
        if found is not None:
            return found
    found = _plain(equation, settings)
    if found.finding is not Finding.HOLDS:
        steps = by_induction(equation)
        counted = _all(steps, settings, "by induction") if steps else None
        if counted is None:
            first = by_telescoping(equation)
            counted = _all(first, settings, _TELESCOPED) if first else None
        found = counted or found
    return found


def _solved(equation: Equation, settings: Settings) -> Evidence | None:
    how = "as the solution of a linear differential equation"
    for pieces in by_initial_value(equation):
        found = _all(pieces, settings, how)
        # what is to hold for all s is of no use under a condition on it
        if found is not None and SCALE not in " ".join((found.detail, *found.conditions)):
            return found
    return None


def _pieces(equation: Equation) -> tuple[list[Equation], str]:
    """Simpler claims that together say what the equation says."""
    if equation.context.is_complex:
        return [], ""  # blocks and their inverses are written for real entries
    nodes = equation.nodes
    inverses = [node for node in nodes if isinstance(node, N.Pinv)]
    is_cut = any(
        isinstance(node, N.Stack) or (isinstance(node, N.Build) and isinstance(node.body, N.Pick))
        for node in nodes
    )
    if inverses:
        return _by_shape(equation, inverses), "full column rank and full row rank each on its own"
    if not is_cut:
        return [], ""
    try:
        return blocks(equation) or [], "block by block"
    except (NotWrittenError, RecursionError):
        return [], ""


def _by_shape(equation: Equation, inverses: list[N.Pinv]) -> list[Equation]:
    """The equation for every way in which its matrices may be tall or wide."""
    # where X is tall, X.T is wide
    pairs = list(dict.fromkeys(_sorted(node.arg.shape) for node in inverses))
    cases = []
    for ways in product(*map(_ways, pairs)):
        is_tall = dict(zip(pairs, ways, strict=True))
        sides = [equation.left, equation.right]
        # outer ones first: what they mean has the inner ones in it
        for node in reversed(list(dict.fromkeys(inverses))):
            pair = _sorted(node.arg.shape)
            tall = is_tall[pair] == (node.arg.shape == pair)
            meaning = pinv_spelled(node.arg, tall=tall)
            sides = [N.substitute(side, {node: meaning}) for side in sides]
        cases.append(replace(equation, left=sides[0], right=sides[1]))
    return cases


def _sorted(shape: N.Shape) -> tuple[Dim, Dim]:
    rows, columns = N.rows_of(shape), N.columns_of(shape)
    return min(rows, columns), max(rows, columns)


def _ways(pair: tuple[Dim, Dim]) -> tuple[bool, ...]:
    """Whether a matrix of that shape may be tall, and whether it may be wide."""
    gap = pair[0] - pair[1]
    if gap.least is not None and gap.least >= 0:
        return (True,)
    return (False,) if gap.most is not None and gap.most <= 0 else (True, False)


def _plain(equation: Equation, settings: Settings) -> Evidence:
    if equation.is_scalar:
        return prove_scalar(equation, settings)
    found = (_complex if equation.context.is_complex else prove)(equation, settings)
    if found.finding is Finding.HOLDS and not found.conditions:
        return found
    entry = scalar_equation(equation)
    if entry is not None:
        proof = prove_scalar(entry, settings)
        if proof.finding is Finding.HOLDS and not (
            proof.conditions and found.finding is Finding.HOLDS
        ):
            detail = "; ".join(filter(None, ("entry by entry", proof.detail)))
            return replace(proof, detail=detail)
    try:
        spelled = _all(spelled_out(equation), settings, "each entry on its own")
    except (NotWrittenError, RecursionError):
        return found
    if spelled is None or (spelled.conditions and found.finding is Finding.HOLDS):
        return found
    return spelled


def _complex(equation: Equation, settings: Settings) -> Evidence:
    """A proof in independent symbols for complex matrices and their conjugates."""
    from derivcheck.symbolic.matrix.complexes import BeyondFormal, formal

    try:
        found = prove(formal(equation), settings)
    except (BeyondFormal, RecursionError) as error:
        return unknown(f"index notation: {error}")
    of_conjugates = re.sub(r"(\w+)~", r"conj(\1)", found.detail)
    conditions = tuple(re.sub(r"(\w+)~", r"conj(\1)", c) for c in found.conditions)
    return replace(found, detail=of_conjugates, conditions=conditions)


def _all(pieces: Iterable[Equation], settings: Settings, how: str) -> Evidence | None:
    """A proof of every piece; None where one is not proved, or takes too much work."""
    proved: list[Evidence] = []
    conditions: dict[str, None] = {}
    details: dict[str, None] = {how: None}
    for piece in pieces:
        if len(proved) > _MOST_PIECES or work.is_over():
            return None
        if piece.left is piece.right and proved:
            continue
        found = _plain(piece, settings)
        if found.finding is not Finding.HOLDS:
            return None
        proved.append(found)
        conditions.update(dict.fromkeys(found.conditions))
        if found.detail.startswith("where"):
            details[found.detail] = None
    if not proved:
        return None
    return replace(proved[-1], detail="; ".join(details), conditions=tuple(conditions))
