"""How far an argument may move within a stencil, so that the steps can see the function at all.

The tolerance of a difference is what two successive steps differ by, and it holds where the
function is smooth at the scale of the steps. ``x + sin(10**9*x)/10**9`` is not: every step sees
``x`` alone, all of them agree, and half of the derivative is missing. Points that a stencil takes
beyond the reach of a function's argument are therefore left out, like those beyond a kink; where no
step is short enough, nothing is claimed.

The reach is a number of the order of the distance to the nearest complex singularity, or of a
radian where there is none: a step at which the argument moves by the whole reach has an error of
some percent, the next one, 8 times shorter, 4096 times less, which is well below the tolerance of
one 64th of the change. A step that is left out would not have been decisive itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Reach = tuple[Any, Any]
"""A quantity, and how far it may be from its value at the centre."""

RADIANS = 2.0


def _radians(values: Sequence[Any]) -> Reach:
    return values[-1], RADIANS


def _within(most: float) -> Callable[[Sequence[Any]], Reach]:
    """Constant, but for 17 digits, beyond a number."""
    return lambda values: (np.clip(values[0], -most, most), RADIANS)


def to_zero(values: Sequence[Any]) -> Reach:
    """Of what has a singularity at 0."""
    return values[0], np.abs(values[0])


def _to_one(values: Sequence[Any]) -> Reach:
    return values[-1], np.abs(1 - np.abs(values[-1]))


def _to_i(values: Sequence[Any]) -> Reach:
    return values[0], np.sqrt(1 + values[0] ** 2)


def _airy(values: Sequence[Any]) -> Reach:
    phase = (2 / 3) * np.sign(values[0]) * np.abs(values[0]) ** 1.5
    return phase, RADIANS


def _square(values: Sequence[Any]) -> Reach:
    return values[0] ** 2, RADIANS / 2


def _usual(value: Any) -> Reach:
    return value, 0.5 + np.abs(value) / 4


_POLYNOMIAL_GROWTH = frozenset({"abs", "sign", "max", "min", "heaviside"})
"""Their kinks and jumps are seen from the sides; between those they are straight."""

_REACH: dict[str, Callable[[Sequence[Any]], Reach]] = {
    **dict.fromkeys(("exp", "sin", "cos", "tan", "cot", "sec", "csc", "sinc"), _radians),
    **dict.fromkeys(("sinh", "cosh", "Si", "Ci", "Shi", "Chi"), _radians),
    **dict.fromkeys(("besselj", "bessely", "besseli", "besselk"), _radians),
    **dict.fromkeys(("tanh", "coth", "sech", "csch"), _within(20.0)),
    **dict.fromkeys(("erf", "erfc"), _within(6.5)),
    **dict.fromkeys(("log", "cbrt"), to_zero),
    **dict.fromkeys(("asin", "acos", "atanh", "acosh", "asech"), _to_one),
    **dict.fromkeys(("ellipk", "ellipe"), _to_one),
    **dict.fromkeys(("atan", "asinh", "acot", "acsch"), _to_i),
    **dict.fromkeys(("airyai", "airybi", "airyaiprime", "airybiprime"), _airy),
    **dict.fromkeys(("fresnels", "fresnelc", "erfi"), _square),
}


def reaches(function: str, values: Sequence[Any]) -> tuple[Reach, ...]:
    """What must stay within which reach for a function of these arguments."""
    if function in _POLYNOMIAL_GROWTH:
        return ()
    own = _REACH.get(function)
    return (own(values),) if own is not None else tuple(map(_usual, values))
