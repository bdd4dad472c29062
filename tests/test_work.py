"""What is found depends on no clock: what searches is ended by counts."""

from __future__ import annotations

import itertools
import re
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from adhoc import adhoc
from checking import entries
from test_engine import timeless

from derivcheck import limits, work
from derivcheck.checking.checker import Checker
from derivcheck.checking.decisions import Decisions
from derivcheck.checking.judges import Judge
from derivcheck.collection.formula import Formula
from derivcheck.lang.equation import Settings
from derivcheck.model import ClaimResult, Finding, FormulaResult
from derivcheck.numeric.intervals import judge as intervals
from derivcheck.statements.claims import Part, Statement
from derivcheck.symbolic.scalar.judge import judge as prove

ROOT_RULE = """
- {id: root, symbols: {a: positive}, expression: sqrt(a**2), equals: a}
"""
CASES = {
    "at an end that no sample is": (
        "- {id: it, symbols: {x: '[-pi, pi]'}, expression: arg(exp(I*x)), equals: x}"
    ),
    "where irrational numbers alone meet what is assumed": (
        "- {id: it, symbols: {x: real, y: positive}, expression: x*y**3, wrt: x, derivative: 7*y,"
        " assume: [y**3 == 8*y]}"
    ),
    "where two things hold at once": (
        "- {id: it, symbols: {x: real, y: real}, expression: 'where(x == 1 and y == 2, 5, x*y)',"
        " equals: x*y}"
    ),
    "for each value": (
        "- {id: it, symbols: {x: real, y: real}, expression: x*abs(y), wrt: x, derivative: 1,"
        " assume: [y**2 == 1]}"
    ),
    "by a derivative and a value": (
        "- {id: it, symbols: {x: positive}, expression: arctan(x) + arctan(1/x), equals: pi/2}"
    ),
    "by cases of signs": (
        "- {id: it, symbols: {x: nonzero}, expression: log(abs(x)), wrt: x, derivative: 1/x}"
    ),
    "block by block": (
        "- {id: it, symbols: {A: [n, n], B: [n, n]}, expression: '[[A, 0*A], [0*A, B]]',"
        " equals: '[[A, A - A], [B - B, B]]'}"
    ),
    "by induction": (
        "- {id: it, symbols: {k: natural}, expression: 'sum(1/j, (j, 1, k))', equals: harmonic(k)}"
    ),
    "by telescoping": (
        "- {id: it, symbols: {k: natural}, expression: 'sum(binomial(k, j)**2, (j, 0, k))',"
        " equals: 'binomial(2*k, k)'}"
    ),
    "as a solution": (
        "- {id: it, symbols: {t: real}, expression: 'expm([[0, -t], [t, 0]])',"
        " equals: '[[cos(t), -sin(t)], [sin(t), cos(t)]]'}"
    ),
    "a slip, and the gradient": (
        "- {id: it, symbols: {x: [n], A: [n, n]}, expression: x.T @ A @ x, wrt: x,"
        " derivative: A @ x}"
    ),
    "of many groups of points": (
        "- {id: it, symbols: {X: [m, n]}, expression: sum(abs(X)), wrt: X, derivative: sign(X)}"
    ),
    "a cited rule, by signs": ROOT_RULE
    + "- {id: it, symbols: {a: real}, expression: 'sqrt((exp(a) + a**2)**2)',"
    " equals: 'exp(a) + a**2', derivation: [{to: 'exp(a) + a**2', by: root}]}",
}


def _check(listed: tuple[Formula, ...]) -> FormulaResult:
    """The last of some formulas, checked anew, without what a clock says."""
    library = {"made-up": listed}
    checker = Checker(Settings(), lambda name: library.get(name, ()))
    return timeless(checker.check(listed[-1]))


def _leap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every look at a clock find it a thousand seconds on; timers go on as ever."""
    monkeypatch.setattr(limits, "time", SimpleNamespace(process_time=time.process_time))
    clock = itertools.count(step=1000.0)
    for name in ("process_time", "perf_counter", "monotonic"):
        monkeypatch.setattr(time, name, lambda: next(clock))
        for key, module in list(sys.modules.items()):
            if key.startswith("derivcheck.") and hasattr(module, name):
                monkeypatch.setattr(module, name, lambda: next(clock))


@pytest.mark.parametrize("formulas", CASES.values(), ids=CASES)
def test_no_look_at_a_clock_changes_a_result(
    formulas: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = entries(formulas)
    found = _check(listed)
    _leap(monkeypatch)
    assert _check(listed) == found


@pytest.mark.parametrize("room", ["lang", "statements", "documents", "symbolic", "numeric", "lint"])
def test_what_decides_imports_no_clock(room: str) -> None:
    clocks = re.compile(r"^ *(import time|from time import|from derivcheck.limits import)\b", re.M)
    package = Path(work.__file__).parent
    found = {
        path.relative_to(package).as_posix(): clocks.findall(path.read_text("utf-8"))
        for path in sorted((package / room).rglob("*.py"))
    }
    # an import is on nobody's clock
    found.pop("symbolic/sympy_judge.py", None)
    assert not {name: clock for name, clock in found.items() if clock}


def test_hints_are_looked_for_when_all_verdicts_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    decide, hint = Decisions.decide_part, Checker._hint

    def decided(self: Decisions, part: Part, thorough: bool = False) -> ClaimResult:
        order.append("verdict")
        return decide(self, part, thorough)

    def explained(self: Checker, part: Part, statement: Statement) -> str | None:
        order.append("hint")
        return hint(self, part, statement)

    monkeypatch.setattr(Decisions, "decide_part", decided)
    monkeypatch.setattr(Checker, "_hint", explained)
    formula = "- {id: it, symbols: {x: real}, expression: x**2, wrt: x, derivative: [3*x, -2*x]}"
    hints = [claim.hint for claim in _check(entries(formula)).claims]
    assert order == ["verdict", "verdict", "hint", "hint"]
    assert all(hints)


TOWER = "exp(sin(x)*cos(x**2))"
for _ in range(14):
    TOWER = f"diff({TOWER}, x)"


@pytest.mark.parametrize(
    ("judge", "reason"),
    [
        (intervals.judge, "the expression is too large for interval arithmetic"),
        (prove, "carrying out a derivative takes more steps than it may"),
    ],
    ids=["interval arithmetic", "exact prover"],
)
def test_a_tower_of_derivatives_ends_by_counts(
    judge: Judge, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intervals, "_WORK", 300_000)
    (equation,) = adhoc(TOWER, "1", wrt="x", symbols={"x": "real"})
    found = judge(equation, Settings())
    assert (found.finding, found.reason) == (Finding.UNKNOWN, reason)


def test_a_limit_holds_inside_those_around_it() -> None:
    with work.within(10):
        with work.within(1000):
            work.spend(11)
            assert work.is_over()
        assert work.is_over()
    assert not work.is_over()
    with work.within(1000):
        with work.within(10):
            work.spend(11)
            assert work.is_over()
        assert not work.is_over()
