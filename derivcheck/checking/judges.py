"""The judges, a row each: adding a judge is adding a row.

Each is imported when it first runs, so that nothing pays for a judge it does not use. A judge
never raises for a formula's sake; what escapes it all the same is a defect of derivcheck, which the
evidence holds as such.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from derivcheck.lang.equation import Equation, Settings
from derivcheck.limits import TimeIsUp, time_left, time_limit
from derivcheck.model import Evidence, Finding, Strength

SHARE = 0.2
"""Part of a formula's time that one judge may use."""

RESERVE = 0.1
"""Part of a formula's time that is kept for telling what was found."""

Judge = Callable[[Equation, Settings], Evidence]


@dataclass(frozen=True, slots=True)
class Row:
    """A judge: ``kind`` is symbolic or numeric, ``applies`` is scalar, matrix or any.

    ``fallback`` judges run only where every other symbolic one found nothing and nothing
    refuted the claim.
    """

    name: str
    kind: str
    applies: str
    module: str
    fallback: bool = False
    early: bool = False
    label: str = ""
    """What reports call it; the method says which of several it was."""
    """Looks at a few points before the provers start, and at all of them if they find nothing."""


ROWS: tuple[Row, ...] = (
    Row("balls", "numeric", "any", "derivcheck.numeric.intervals.judge", early=True, label="balls"),
    Row("kernels", "symbolic", "scalar", "derivcheck.symbolic.scalar.judge"),
    Row("tensor", "symbolic", "matrix", "derivcheck.symbolic.matrix.judge"),
    Row("sympy", "symbolic", "scalar", "derivcheck.symbolic.sympy_judge", fallback=True),
    Row("differences", "numeric", "any", "derivcheck.numeric.differences.judge"),
)


@cache
def load(row: Row) -> Judge:
    """The judge's function."""
    judge: Judge = importlib.import_module(row.module).judge
    return judge


def share_of(settings: Settings) -> float:
    """Seconds that the next judge may use: less where the formula's time runs out, so that what
    is found already is told and not lost at the hard limit; not positive where none is left."""
    left = time_left() - RESERVE * settings.timeout
    return min(SHARE * settings.timeout, left)


def run(row: Row, equation: Equation, settings: Settings) -> Evidence:
    """What a judge says, with the time it took (seconds)."""
    start = time.perf_counter()
    judge = load(row)
    share = share_of(settings)
    try:
        if share <= 0:
            raise TimeIsUp
        with time_limit(share):
            evidence = judge(equation, settings)
    except TimeIsUp:
        reason = f"no answer within {share:.2g} s" if share > 0 else "no time was left"
        evidence = _gave_up(row, reason)
    except (MemoryError, RecursionError) as error:
        evidence = _gave_up(row, f"{type(error).__name__}: the expression is too large")
    except Exception as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_name}:{place.tb_lineno}" if place else "?"
        defect = f"the judge `{row.name}` crashed: {type(error).__name__}: {error} ({where})"
        evidence = replace(_gave_up(row, "it crashed"), defect=defect)
    name = row.label or row.kind
    return replace(evidence, judge=name, seconds=time.perf_counter() - start)


def _gave_up(row: Row, reason: str) -> Evidence:
    strength = Strength.PROOF if row.kind == "symbolic" else Strength.SAMPLE
    return Evidence(row.name, row.name, Finding.UNKNOWN, strength, reason=reason)
