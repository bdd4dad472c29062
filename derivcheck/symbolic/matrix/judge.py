"""The symbolic judge of matrix claims: index notation, then the scalar prover entry by entry."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import Evidence, Finding
from derivcheck.symbolic.matrix.entrywise import scalar_equation
from derivcheck.symbolic.matrix.prover import judge as prove
from derivcheck.symbolic.scalar.judge import judge as prove_scalar


def judge(equation: Equation, settings: Settings) -> Evidence:
    """Prove ``equation`` for every value in its domain and every dimension; never refutes."""
    start = perf_counter()
    found = prove(equation, settings)
    if found.finding is Finding.HOLDS and not found.conditions:
        return found
    entry = scalar_equation(equation)
    if entry is None:
        return found
    told = prove_scalar(entry, settings)
    if told.finding is not Finding.HOLDS or (told.conditions and found.finding is Finding.HOLDS):
        return found
    detail = "; ".join(filter(None, ("entry by entry", told.detail)))
    return replace(told, detail=detail, seconds=perf_counter() - start)


__all__ = ["judge"]
