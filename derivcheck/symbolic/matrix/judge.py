"""The symbolic judge of matrix claims: index notation, then the scalar prover entry by entry."""

from __future__ import annotations

import re
from dataclasses import replace
from time import perf_counter

from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import Evidence, Finding
from derivcheck.symbolic.matrix.entrywise import scalar_equation
from derivcheck.symbolic.matrix.prover import judge as prove
from derivcheck.symbolic.matrix.spelled import TooMuch, spelled_out
from derivcheck.symbolic.scalar.judge import judge as prove_scalar

_SECONDS = 2.0
_MOST_ENTRIES = 64


def judge(equation: Equation, settings: Settings) -> Evidence:
    """Prove ``equation`` for every value in its domain and every dimension; never refutes."""
    start = perf_counter()
    found = _complex(equation, settings) if equation.context.is_complex else None
    found = found or prove(equation, settings)
    if found.finding is Finding.HOLDS and not found.conditions:
        return found
    entry = scalar_equation(equation)
    if entry is not None:
        told = prove_scalar(entry, settings)
        if told.finding is Finding.HOLDS and not (
            told.conditions and found.finding is Finding.HOLDS
        ):
            detail = "; ".join(filter(None, ("entry by entry", told.detail)))
            return replace(told, detail=detail, seconds=perf_counter() - start)
    spelled = _by_entries(equation, settings, start)
    if spelled is None or (spelled.conditions and found.finding is Finding.HOLDS):
        return found
    return spelled


def _complex(equation: Equation, settings: Settings) -> Evidence | None:
    """A proof in independent symbols for complex matrices and their conjugates."""
    from derivcheck.symbolic.matrix.complexes import BeyondFormal, formal

    try:
        found = prove(formal(equation), settings)
        told = re.sub(r"(\w+)~", r"conj(\1)", found.detail)
        conditions = tuple(re.sub(r"(\w+)~", r"conj(\1)", c) for c in found.conditions)
        return replace(found, detail=told, conditions=conditions)
    except (BeyondFormal, RecursionError):
        return None


def _by_entries(equation: Equation, settings: Settings, start: float) -> Evidence | None:
    """A proof of every entry on its own, where dimensions are numbers."""
    deadline = perf_counter() + min(_SECONDS, settings.timeout / 5)
    proved: dict[Equation, Evidence] = {}
    conditions: dict[str, None] = {}
    try:
        for claim in spelled_out(equation):
            if len(proved) > _MOST_ENTRIES or perf_counter() > deadline:
                return None
            if claim.left is claim.right and proved:
                continue
            found = prove_scalar(claim, settings)
            if found.finding is not Finding.HOLDS:
                return None
            proved[claim] = found
            conditions.update(dict.fromkeys(found.conditions))
    except (TooMuch, RecursionError):
        return None
    if not proved:
        return None
    last = next(reversed(proved.values()))
    return replace(
        last,
        detail=f"each of {len(proved)} entries on its own",
        conditions=tuple(conditions),
        seconds=perf_counter() - start,
    )


__all__ = ["judge"]
