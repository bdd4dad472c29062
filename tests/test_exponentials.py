"""Exponentials of matrices in closed form: which families are solutions for all s."""

from __future__ import annotations

from typing import Any

import pytest
from adhoc import adhoc

from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import Finding
from derivcheck.symbolic.matrix.exponentials import by_initial_value
from derivcheck.symbolic.matrix.judge import judge

NILPOTENT = "expm([[0, t], [0, 0]])"
ROTATION = "expm([[0, -t], [t, 0]])"


def _equation(expression: str, text: str, **symbols: Any) -> Equation:
    (equation,) = adhoc(expression, text, claim="equals", symbols={"t": "real", **symbols})
    return equation


WAYS = {
    "beside a scalar": (NILPOTENT, "[[1, t], [0, 1]]", 1),
    "in waves, and beside a scalar": (ROTATION, "[[cos(t), -sin(t)], [sin(t), cos(t)]]", 2),
    "the closed form first": ("[[1, t], [0, 1]]", NILPOTENT, 1),
    "of a column": (f"{NILPOTENT} @ [1, 1]", "[1 + t, 1]", 1),
    "a jump": (NILPOTENT, "[[1, arctan(tan(t))], [0, 1]]", 0),
    "a pole": (NILPOTENT, "[[1, 1/t], [0, 1]]", 0),
    "a kink": (NILPOTENT, "[[1, abs(t)], [0, 1]]", 0),
    "a root": (NILPOTENT, "[[1, t**(1/3)], [0, 1]]", 0),
    "another exponential": (NILPOTENT, f"eye(2) + t*{NILPOTENT}", 0),
    "nothing to scale": ("expm([[0, 1], [0, 0]])", "[[1, 1], [0, 1]]", 0),
}


@pytest.mark.parametrize("case", WAYS.values(), ids=WAYS)
def test_families_are_smooth_for_all_s(case: tuple[str, str, int]) -> None:
    expression, text, count = case
    assert len(list(by_initial_value(_equation(expression, text)))) == count


def test_how_it_was_proved_is_told() -> None:
    found = judge(_equation(ROTATION, "[[cos(t), -sin(t)], [sin(t), cos(t)]]"), Settings())
    assert found.finding is Finding.HOLDS
    assert found.detail == "as the solution of a linear differential equation"
    assert not found.conditions
