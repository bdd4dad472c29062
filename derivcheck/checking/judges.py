"""The judges, a row each: adding a judge is adding a row.

Each is imported when it first runs, so that nothing pays for a judge it does not use. A judge
never raises for a formula's sake; what escapes it all the same is a defect of derivcheck, which the
evidence holds as such.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from derivcheck.checking.restrictions import sampled
from derivcheck.lang.equation import Equation, Settings
from derivcheck.limits import TimeIsUp, time_left, time_limit
from derivcheck.model import Evidence, Finding, Role, Strength
from derivcheck.records import record

SHARE = 0.3
"""Part of a formula's time that one judge may use. What it does is counted, so that it needs less;
some of what libraries do is not."""

RESERVE = 0.1
"""Part of a formula's time that is kept for telling what was found."""

_SIZE = 2
"""Of arrays that are written out as entries."""

Judge = Callable[[Equation, Settings], Evidence]


@record()
class Row:
    """A judge: what people call it, what it is asked for, and for which claims.

    ``applies`` is scalar, matrix or any; ``module`` has a function ``judge``.
    """

    title: str
    role: Role
    applies: str
    module: str

    @property
    def kind(self) -> str:
        """``symbolic`` or ``numeric``."""
        return "symbolic" if self.role in (Role.PROVES, Role.PROVES_TOO) else "numeric"


ROWS: tuple[Row, ...] = (
    Row("interval arithmetic", Role.CERTIFIES, "any", "derivcheck.numeric.intervals.judge"),
    Row("exact prover", Role.PROVES, "scalar", "derivcheck.symbolic.scalar.judge"),
    Row("exact matrix prover", Role.PROVES, "matrix", "derivcheck.symbolic.matrix.judge"),
    Row("SymPy", Role.PROVES_TOO, "scalar", "derivcheck.symbolic.sympy_judge"),
    Row("central differences", Role.MEASURES, "any", "derivcheck.numeric.differences.judge"),
)
"""In the order in which they are asked: the cheapest and most decisive first."""


@cache
def load(row: Row) -> Judge:
    """The judge's function."""
    judge: Judge = importlib.import_module(row.module).judge
    return judge


def _certifier() -> Any:
    (row,) = (row for row in ROWS if row.role is Role.CERTIFIES)
    return importlib.import_module(row.module)


def glance(equation: Equation, settings: Settings) -> Finding:
    """What the judge that certifies sees at a few points: the cheapest question there is."""
    found: Finding = _certifier().agree(_sampled(equation, settings), settings)
    return found


def each(equation: Equation, settings: Settings) -> list[Finding]:
    """What it sees at several points, one by one."""
    found: list[Finding] = _certifier().each(_sampled(equation, settings), settings)
    return found


def why_undefined(equation: Equation, settings: Settings) -> str:
    """Why no point is found at which both sides are defined; empty where one is."""
    reason: str = _certifier().why_undefined(_sampled(equation, settings), settings)
    return reason


def certify(equation: Equation, settings: Settings) -> Evidence:
    """The word of the judge that certifies."""
    (row,) = (row for row in ROWS if row.role is Role.CERTIFIES)
    return run(row, equation, settings)


def _sampled(equation: Equation, settings: Settings) -> Equation:
    """The equation as numeric judges are asked of it."""
    return _without_identities(equation, settings) if equation.context.assume else equation


@lru_cache(maxsize=8)
def _without_identities(equation: Equation, settings: Settings) -> Equation:
    """One for all judges, since those who look at points share them."""

    def holds(assumed: Equation) -> bool:
        if _certifier().agree(assumed, settings) is Finding.FAILS:
            return False
        applies = "scalar" if assumed.is_scalar else "matrix"
        (prover,) = (r for r in ROWS if r.role is Role.PROVES and r.applies == applies)
        proof = run(prover, assumed, settings)
        return proof.finding is Finding.HOLDS and not proof.conditions

    return sampled(equation, holds)


def share_of(settings: Settings, part: float = SHARE) -> float:
    """Seconds that the next judge may use: less where the formula's time runs out, so that what
    is found already is told and not lost at the hard limit; not positive where none is left."""
    left = time_left() - RESERVE * settings.timeout
    return min(part * settings.timeout, left)


def run(row: Row, equation: Equation, settings: Settings) -> Evidence:
    """What a judge says, with the time it took (seconds)."""

    def ask() -> Evidence:
        asked = equation if row.kind == "symbolic" else _sampled(equation, settings)
        return load(row)(asked, settings)

    return _answer(row, settings, ask)


def refuted_by_entry(equation: Equation, settings: Settings) -> Evidence:
    """What the judge that certifies says of entries at kinks, where a claim about arrays is written
    out as claims about their entries."""
    (row,) = (row for row in ROWS if row.role is Role.CERTIFIES)

    def ask() -> Evidence:
        spelled = importlib.import_module("derivcheck.symbolic.matrix.spelled")
        for indices, entries in spelled.entries_at(equation, _SIZE):
            found: Evidence | None = _certifier().at_entries(
                equation, entries, indices, _SIZE, settings
            )
            if found is not None:
                return found
        return _gave_up(row, "")

    return _answer(row, settings, ask)


def _answer(row: Row, settings: Settings, ask: Callable[[], Evidence]) -> Evidence:
    start = time.perf_counter()
    share = share_of(settings)
    try:
        if share <= 0:
            raise TimeIsUp
        with time_limit(share):
            evidence = ask()
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
        defect = f"the judge `{row.title}` crashed: {type(error).__name__}: {error} ({where})"
        evidence = replace(_gave_up(row, "it crashed"), defect=defect)
    seconds = time.perf_counter() - start
    return replace(evidence, judge=row.title, role=row.role, seconds=seconds)


def _gave_up(row: Row, reason: str) -> Evidence:
    strength = Strength.PROOF if row.kind == "symbolic" else Strength.SAMPLE
    return Evidence(row.title, row.title, Finding.UNKNOWN, strength, reason=reason)
