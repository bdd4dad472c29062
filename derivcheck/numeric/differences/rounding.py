"""Elementwise functions in double precision, each with a bound of its error.

A value is a pair ``(v, e)``: an array and a bound ``|true - v| <= e`` (an array or a float that
broadcasts against it). Every rule propagates the errors of its arguments, by the largest slope on
the interval that they span, and adds the rounding of its own operation: half a unit in the
last place for arithmetic, four units for library functions (NumPy documents at most four).
A value or bound that is not finite says "undefined here" and spreads.

Method: running error analysis (Wilkinson; Higham, *Accuracy and Stability*, section 3.3).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from derivcheck.lang.functions import OF_RECIPROCAL, RECIPROCALS

Bounded = tuple[Any, Any]
"""``(v, e)``; ``Any`` because NumPy scalars, floats and arrays mix freely here."""

UNIT = 2.0**-53
"""Rounding error of one arithmetic operation, relative."""
LIBRARY = 4 * 2.0**-52
"""Rounding error of a library function, relative."""
TINY = 2.0**-1021
"""Absolute error where results underflow."""


class OutOfReach(Exception):
    """The numeric judge cannot evaluate this; the message says why."""


def to_float(value: Fraction) -> tuple[float, float]:
    """The nearest double and a bound of the difference; infinite beyond the range."""
    top, bottom = value.numerator, value.denominator
    if not bottom & (bottom - 1) and top.bit_length() <= 53 and bottom.bit_length() <= 1000:
        return top / bottom, 0.0
    try:
        nearest = float(value)
    except OverflowError:
        return float("inf"), float("inf")
    if Fraction(nearest) == value:
        return nearest, 0.0
    return nearest, UNIT * abs(nearest) + TINY


def spread(numbers: Any, shape: tuple[int, ...]) -> Any:
    """Real numbers broadcast to a shape; nothing is done where they have it."""
    if type(numbers) is not float and numbers.shape == shape:
        return numbers
    if math.prod(shape) > _COPIED:
        return np.broadcast_to(numbers, shape)
    full = np.empty(shape)
    full[...] = numbers
    return full


_COPIED = 1024
"""Up to so many numbers a copy takes less time than NumPy's view of them."""


def common_shape(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that all of these, known to fit together, broadcast to."""
    longest = max(map(len, shapes))
    lengths = [1] * longest
    for shape in shapes:
        for k, length in enumerate(shape, longest - len(shape)):
            if length != 1:
                lengths[k] = length
    return tuple(lengths)


def is_exact(error: Any) -> bool:
    """Whether the bound is the float 0: the marker of exact values."""
    return type(error) is float and error == 0.0


def exact_sum(a: Any, b: Any) -> Bounded:
    """``a + b`` and the magnitude of its very rounding error (Knuth's two-sum)."""
    total = a + b
    other = total - a
    slip = np.abs((a - (total - other)) + (b - other))
    return total, slip if slip.any() else 0.0


def _split(a: Any) -> tuple[Any, Any]:
    scaled = a * 134217729.0  # 2**27 + 1 (Veltkamp)
    high = scaled - (scaled - a)
    return high, a - high


def exact_product(a: Any, b: Any) -> Bounded:
    """``a * b`` and the magnitude of its very rounding error (Dekker's two-product)."""
    product = a * b
    (p, q), (r, s) = _split(a), _split(b)
    slip = np.abs(q * s - (((product - p * r) - q * r) - p * s))
    if not slip.any():
        return product, 0.0
    # overflow in the splitting and underflow of the slip
    return product, np.where(np.isfinite(slip), slip, UNIT * np.abs(product)) + TINY


def add(args: list[Bounded]) -> Bounded:
    """Sum from left to right."""
    value, error = args[0]
    for v, e in args[1:]:
        if is_exact(error) and is_exact(e):
            value, error = exact_sum(value, v)
            continue
        value = value + v
        if not is_exact(e):
            error = e if is_exact(error) else error + e
        error = error + UNIT * np.abs(value)
    return value, error


def multiply(args: list[Bounded]) -> Bounded:
    """Product from left to right."""
    value, error = args[0]
    for v, e in args[1:]:
        if is_exact(error) and is_exact(e):
            value, error = exact_product(value, v)
            continue
        product = value * v
        if is_exact(error):
            spread = np.abs(value) * e
        elif is_exact(e):
            spread = error * np.abs(v)
        else:
            spread = np.abs(value) * e + error * (np.abs(v) + e)
        error = spread + (UNIT * np.abs(product) + TINY)
        value = product
    return value, error


def _inflation(value: Any, error: Any) -> Any:
    """``-log(1 - error/|value|)``: the change of ``log |value|``; infinite when 0 is within."""
    magnitude = np.abs(value)
    ratio = np.where(error < magnitude, error / magnitude, 1.0)
    return -np.log1p(-ratio)


def reciprocal(x: Bounded) -> Bounded:
    """``1/x``; undefined at 0, where a function that is finite at infinity would hide it."""
    v, e = x
    inverse = 1.0 / np.where(v == 0, np.nan, v)
    margin = np.abs(v) - e
    error = np.where(margin > 0, np.abs(inverse) * e / margin, np.inf)
    return inverse, error + UNIT * np.abs(inverse) + TINY


def square(x: Bounded) -> Bounded:
    """``x**2``."""
    v, e = x
    if is_exact(e):
        return exact_product(v, v)
    result = v * v
    return result, (2 * np.abs(v) + e) * e + UNIT * result + TINY


def square_root(x: Bounded) -> Bounded:
    """Principal square root; undefined below zero."""
    v, e = x
    root = np.sqrt(v)
    error = np.where(e < v, e / np.where(root > 0, root, 1.0), np.where(e == 0, 0.0, np.inf))
    return root, error + UNIT * root


def power(x: Bounded, y: Bounded) -> Bounded:
    """``x**y``: real, so ``x`` is positive or ``y`` an integer."""
    v, e = x
    w, f = y
    result = np.power(v, w)
    magnitude = np.abs(v)
    growth = _inflation(v, e)
    exponent = np.abs(w) * growth
    if not is_exact(f):
        exponent = exponent + f * (np.abs(np.log(magnitude)) + growth)
    error = np.abs(result) * (np.expm1(exponent) + LIBRARY) + TINY
    # around a zero of the base the relative form says nothing, the absolute one does
    integral = (w >= 1) & (np.floor(w) == w) & (np.asarray(f) == 0)
    spread = magnitude + e
    absolute = np.abs(w) * np.power(spread, np.where(integral, w - 1, 1.0)) * e
    absolute = absolute + LIBRARY * np.abs(result) + TINY
    exact_zero = (v == 0) & (np.asarray(e) == 0) & (w > 0) & (np.asarray(f) < w)
    error = np.where(integral, absolute, error)
    return result, np.where(exact_zero, 0.0, error)


def _slope(function: Callable[[Any], Any], bound: Callable[[Any, Any, Any], Any]) -> Rule:
    def rule(x: Bounded) -> Bounded:
        v, e = x
        result = function(v)
        return result, bound(v, e, result) + LIBRARY * np.abs(result) + TINY

    return rule


Rule = Callable[..., Bounded]


def _over(error: Any, denominator: Any) -> Any:
    """``error/denominator``; infinite where the denominator is not positive, 0 for no error."""
    safe = np.where(denominator > 0, denominator, 1.0)
    quotient = np.where(denominator > 0, error / safe, np.inf)
    return np.where(np.asarray(error) == 0, 0.0, quotient)


def _tan_error(v: Any, e: Any, result: Any) -> Any:
    shift = np.tan(np.minimum(e, 0.5))
    small = np.where(np.asarray(e) < 0.5, 1.0 - np.abs(result) * shift, -1.0)
    return _over((1 + result * result) * shift, small)


def _arc_error(v: Any, e: Any, result: Any) -> Any:
    reach = np.abs(v) + e
    return _over(e, np.sqrt(np.maximum((1 - reach) * (1 + reach), 0.0)))


def _acosh_error(v: Any, e: Any, result: Any) -> Any:
    reach = v - e
    return _over(e, np.sqrt(np.maximum((reach - 1) * (reach + 1), 0.0)))


def _atanh_error(v: Any, e: Any, result: Any) -> Any:
    reach = np.abs(v) + e
    return _over(e, (1 - reach) * (1 + reach))


def _erf_error(v: Any, e: Any, result: Any) -> Any:
    nearest = np.maximum(np.abs(v) - e, 0.0)
    return (2 / math.sqrt(math.pi)) * np.exp(-nearest * nearest) * e


def _per_element(function: Callable[[float], float]) -> Callable[[Any], Any]:
    vectorised = np.frompyfunc(function, 1, 1)

    def apply(v: Any) -> Any:
        return np.asarray(vectorised(v), dtype=np.float64)

    return apply


def _then(outer: Rule, inner: Rule) -> Rule:
    def rule(x: Bounded) -> Bounded:
        return outer(inner(x))

    return rule


def _log(x: Bounded) -> Bounded:
    v, e = x
    result = np.log(v)
    return result, _inflation(v, e) + LIBRARY * np.abs(result)


def _cbrt(x: Bounded) -> Bounded:
    v, e = x
    result = np.cbrt(v)
    error = np.where(np.asarray(e) == 0, 0.0, np.abs(result) * np.expm1(_inflation(v, e) / 3))
    return result, error + LIBRARY * np.abs(result)


def _sign(x: Bounded) -> Bounded:
    v, e = x
    certain = (np.abs(v) > e) | (np.asarray(e) == 0)
    return np.sign(v), np.where(certain, 0.0, np.inf)


def _atan2(y: Bounded, x: Bounded) -> Bounded:
    result = np.arctan2(y[0], x[0])
    error = np.hypot(y[1], x[1])
    distance = np.hypot(y[0], x[0]) * (1 - LIBRARY) - error
    return result, 1.6 * _over(error, distance) + LIBRARY * np.abs(result) + TINY


def _hypot(x: Bounded, y: Bounded) -> Bounded:
    result = np.hypot(x[0], y[0])
    return result, np.hypot(x[1], y[1]) * (1 + LIBRARY) + LIBRARY * result + TINY


_BASIC: dict[str, Rule] = {
    "sin": _slope(np.sin, lambda v, e, r: np.minimum(e, 2.0)),
    "cos": _slope(np.cos, lambda v, e, r: np.minimum(e, 2.0)),
    "tan": _slope(np.tan, _tan_error),
    "sinh": _slope(np.sinh, lambda v, e, r: np.cosh(np.abs(v) + e) * e),
    "cosh": _slope(np.cosh, lambda v, e, r: np.sinh(np.abs(v) + e) * e),
    "tanh": _slope(np.tanh, lambda v, e, r: np.minimum(e, 2.0)),
    "asin": _slope(np.arcsin, _arc_error),
    "acos": _slope(np.arccos, _arc_error),
    "atan": _slope(np.arctan, lambda v, e, r: np.minimum(e, 4.0)),
    "asinh": _slope(np.arcsinh, lambda v, e, r: e),
    "acosh": _slope(np.arccosh, _acosh_error),
    "atanh": _slope(np.arctanh, _atanh_error),
}

RULES: dict[str, Rule] = {
    **_BASIC,
    **{name: _then(_BASIC[of], reciprocal) for name, of in OF_RECIPROCAL.items()},
    **{name: _then(reciprocal, _BASIC[of]) for name, of in RECIPROCALS.items()},
    "exp": _slope(np.exp, lambda v, e, r: r * np.expm1(e)),
    "log": _log,
    "cbrt": _cbrt,
    "abs": lambda x: (np.abs(x[0]), x[1]),
    "sign": _sign,
    "max": lambda x, y: (np.maximum(x[0], y[0]), np.maximum(x[1], y[1])),
    "min": lambda x, y: (np.minimum(x[0], y[0]), np.maximum(x[1], y[1])),
    "atan2": _atan2,
    "hypot": _hypot,
    "erf": _slope(_per_element(math.erf), _erf_error),
    "erfc": _slope(_per_element(math.erfc), _erf_error),
}
"""Function of :mod:`derivcheck.lang.functions` to its rule; the others go through balls."""
