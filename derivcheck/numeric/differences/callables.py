"""A hand-written NumPy gradient against differences with a derived tolerance.

The function is a black box, so the rounding errors of its values are not known beforehand;
they are estimated from its own values next to the point (Hamming's table of differences, as in
Moré and Wild, *Estimating derivatives of noisy functions*, 2012) with a floor of a few units in
the last place. Everything else is :mod:`derivcheck.numeric.differences.stencils`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import comb, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from derivcheck.numeric.differences import stencils
from derivcheck.numeric.differences.rounding import UNIT
from derivcheck.records import record

Array = NDArray[np.float64]
Shapes = Mapping[str, tuple[int, ...]] | Sequence[tuple[int, ...]]

_MANY_ENTRIES = 64
_DIRECTIONS = 6
_TABLE = 7
"""Order of the table of differences that the noise is read from."""
_NOISE_FLOOR = 8.0
"""Units in the last place that a value is trusted to have lost at least."""
_NOISE_MARGIN = 8.0
"""Times the estimated standard deviation: a bound for every value of a stencil."""
DECISIVE = 1e-5
"""A tolerance above this part of the gradient's scale decides nothing."""


@record()
class GradientCheck:
    """What was found.

    ``measured`` and ``allowed`` are absolute errors at the worst entry, ``scale`` the largest
    entry of the gradient there; ``argument`` is its name (or number), ``index`` the entry
    (None: along a random direction); ``derivative`` and ``claimed`` are the two values.
    ``finding`` is ``holds``, ``fails`` or ``unknown``; ``inconclusive`` counts the entries
    whose tolerance exceeds 1e-5 of the scale, or where the function is not smooth.
    """

    finding: str
    measured: float
    allowed: float
    scale: float
    argument: str
    index: tuple[int, ...] | None
    derivative: float
    claimed: float
    checked: int
    inconclusive: int
    reason: str = ""

    def __bool__(self) -> bool:
        raise TypeError("a check has three answers: compare `finding`, or use `assert_gradient`")

    def __str__(self) -> str:
        if self.finding == "unknown":
            return f"the gradient is undecided: {self.reason}"
        if self.index is None:
            place = f"{self.argument}, along a random direction"
        else:
            place = self.argument + (f"[{', '.join(map(str, self.index))}]" if self.index else "")
        verb = "holds" if self.finding == "holds" else "is wrong"
        return (
            f"the gradient by {place} {verb}: claimed {self.claimed:.12g}, differences give "
            f"{self.derivative:.12g} ± {self.allowed:.1e}; measured {self.measured:.2e}, "
            f"allowed {self.allowed:.2e} ({self.checked} checked, "
            f"{self.inconclusive} inconclusive)"
        )


def check_gradient(
    f: Callable[..., Any],
    grad: Callable[..., Any],
    *,
    shapes: Shapes | None = None,
    at: Mapping[str, ArrayLike] | Sequence[ArrayLike] | None = None,
    points: int = 3,
    seed: int = 0,
    low: float = -2.0,
    high: float = 2.0,
) -> GradientCheck:
    """Compare ``grad`` with central differences of ``f`` of order four.

    ``f`` takes arrays and returns a scalar; ``grad`` takes the same arrays and returns the
    gradient: one array shaped like the argument, or a tuple, list or dictionary of them.
    The arguments are drawn uniformly from ``[low, high]`` for the given ``shapes`` (a mapping
    calls ``f`` by keyword, a sequence by position; ``()`` is a number), at so many ``points``,
    or given once by ``at``. Small arrays are compared by entry, large ones along random
    directions that touch all entries.
    Raises :class:`ValueError` where ``f`` is no scalar or a gradient has the wrong shape.
    """
    if (shapes is None) == (at is None):
        raise ValueError("give either shapes (to draw points) or at (a point)")
    generator = np.random.Generator(np.random.PCG64(seed))
    found: list[GradientCheck] = []
    for _ in range(1 if at is not None else points):
        names, arrays, by_name = _arguments(shapes, at, generator, low, high)
        call = _caller(f, names, by_name)
        claims = _claims(grad, names, arrays, by_name)
        with np.errstate(all="ignore"):
            found += [
                _one(call, arrays, k, name, claims[name], generator)
                for k, name in enumerate(names)
                if name in claims
            ]
    return _worst(found)


def assert_gradient(f: Callable[..., Any], grad: Callable[..., Any], **options: Any) -> None:
    """:func:`check_gradient` for tests: raises AssertionError unless the gradient holds.

    An undecided check raises too: it is no pass.
    """
    found = check_gradient(f, grad, **options)
    if found.finding != "holds":
        raise AssertionError(str(found))


def _arguments(
    shapes: Shapes | None,
    at: Mapping[str, ArrayLike] | Sequence[ArrayLike] | None,
    generator: np.random.Generator,
    low: float,
    high: float,
) -> tuple[list[str], list[Array], bool]:
    source: Any = shapes if at is None else at
    by_name = isinstance(source, Mapping)
    pairs = list(source.items()) if by_name else [(str(k), v) for k, v in enumerate(source)]
    if not pairs:
        raise ValueError("no argument to differentiate by")
    names = [name for name, _ in pairs]
    if at is None:
        arrays = [generator.uniform(low, high, tuple(shape)) for _, shape in pairs]
    else:
        arrays = [np.array(value, dtype=np.float64) for _, value in pairs]
    return names, [np.asarray(a, dtype=np.float64) for a in arrays], by_name


def _applied(f: Callable[..., Any], names: list[str], arrays: list[Array], by_name: bool) -> Any:
    copies = [array.copy() for array in arrays]  # f may write into its arguments
    return f(**dict(zip(names, copies, strict=True))) if by_name else f(*copies)


def _caller(
    f: Callable[..., Any], names: list[str], by_name: bool
) -> Callable[[list[Array]], float]:
    def call(arrays: list[Array]) -> float:
        value = np.asarray(_applied(f, names, arrays, by_name))
        if value.size != 1:
            raise ValueError(f"the function must return a scalar, not an array of {value.shape}")
        if np.iscomplexobj(value):
            raise ValueError("the function must return a real number")
        return float(value.reshape(()))

    return call


def _claims(
    grad: Callable[..., Any], names: list[str], arrays: list[Array], by_name: bool
) -> dict[str, Array]:
    result = _applied(grad, names, arrays, by_name)
    if isinstance(result, Mapping):
        named = dict(result)
        strange = sorted(set(named) - set(names))
        if strange:
            raise ValueError(f"the gradient names {strange[0]!r}, which is no argument")
    elif isinstance(result, tuple | list) and len(names) > 1:
        if len(result) != len(names):
            raise ValueError(f"{len(result)} gradients for {len(names)} arguments")
        named = dict(zip(names, result, strict=True))
    else:
        named = {names[0]: result}
    claims = {}
    for name, array in zip(names, arrays, strict=True):
        if name not in named:
            continue
        claim = np.asarray(named[name], dtype=np.float64)
        if claim.shape != array.shape:
            raise ValueError(
                f"the gradient by {name} has shape {claim.shape}, the argument {array.shape}"
            )
        claims[name] = claim
    return claims


def _one(
    call: Callable[[list[Array]], float],
    arrays: list[Array],
    position: int,
    name: str,
    claim: Array,
    generator: np.random.Generator,
) -> GradientCheck:
    """One argument at one point."""
    x = arrays[position]
    directions = _directions(x, generator)
    values = np.zeros(len(directions))
    bounds = np.full(len(directions), np.inf)
    natural = 0.0
    for k, direction in enumerate(directions):
        found = _along(call, arrays, position, direction)
        values[k], bounds[k] = found.value, found.tolerance
        natural = max(natural, float(found.natural))
    claimed = np.array([float(np.sum(claim * direction)) for direction in directions])
    slack = np.array([float(np.sum(np.abs(claim * direction))) for direction in directions])
    bounds = bounds + x.size * UNIT * np.where(np.isfinite(slack), slack, 0.0)
    finite = np.isfinite(claimed)
    scale = float(np.max(np.abs(claimed), initial=0.0, where=finite)) or natural
    # a claim that is not finite where the function has a derivative is wrong, too
    difference = np.where(finite, np.abs(values - claimed), np.inf)
    wrong = np.isfinite(values) & (difference > stencils.SAFETY * bounds) & np.isfinite(bounds)
    sure = (difference <= bounds) & (bounds <= DECISIVE * scale)
    doubtful = (difference > bounds) & ~wrong
    finding, reason, shown = "holds", "", sure
    if wrong.any():
        finding, shown = "fails", wrong
    elif doubtful.any():
        finding, shown = "unknown", doubtful
        reason = f"the error by {name} is above its bound, but not clearly"
    elif not sure.any():
        finding, shown = "unknown", np.ones_like(sure)
        tolerance = float(np.min(bounds, initial=np.inf))
        reason = (
            f"no decisive difference by {name}: not smooth, not defined or too noisy there "
            f"(tolerance {tolerance:.1e} for a gradient of {scale:.1e})"
        )
    worst = int(np.argmax(np.where(shown, np.nan_to_num(difference, nan=np.inf), -1.0)))
    check = GradientCheck(
        finding,
        measured=float(difference[worst]),
        allowed=float(bounds[worst]),
        scale=scale,
        argument=name,
        index=None,
        derivative=float(values[worst]),
        claimed=float(claimed[worst]),
        checked=len(directions),
        inconclusive=int((~sure & ~wrong).sum()),
        reason=reason,
    )
    if _is_by_entry(x):
        return replace(check, index=_place(worst, x))
    if finding == "fails":
        return _at_entry(check, *_locate(call, arrays, position, directions[worst], claim), claim)
    return check


def _is_by_entry(x: Array) -> bool:
    """Whether every entry is moved alone, rather than all of them at once in a few directions."""
    return x.size <= _MANY_ENTRIES


def _directions(x: Array, generator: np.random.Generator) -> Array:
    """Each entry alone, or some random directions in which all entries move."""
    if _is_by_entry(x):
        return np.eye(x.size).reshape(x.size, *x.shape)
    signs = generator.integers(0, 2, (_DIRECTIONS, *x.shape)) * 2.0 - 1.0
    lengths = generator.integers(128, 257, signs.shape) / 256.0
    return np.asarray(signs * lengths, dtype=np.float64)


def _place(number: int, x: Array) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(number, x.shape))


def _at_entry(
    check: GradientCheck, entry: tuple[int, ...], found: stencils.Difference, claim: Array
) -> GradientCheck:
    """A failure along a direction as one at an entry, where that alone is clear enough."""
    value, allowed, claimed = float(found.value), float(found.tolerance), float(claim[entry])
    error = abs(value - claimed)
    if not error > stencils.SAFETY * allowed:
        return check
    return replace(
        check, index=entry, measured=error, allowed=allowed, derivative=value, claimed=claimed
    )


def _locate(
    call: Callable[[list[Array]], float],
    arrays: list[Array],
    position: int,
    direction: Array,
    claim: Array,
) -> tuple[tuple[int, ...], stencils.Difference]:
    """The entry that carries the error along a direction, by halving."""
    entries = np.arange(direction.size)
    flat = direction.ravel()

    def half(part: Any) -> tuple[float, Any]:
        masked = np.zeros_like(flat)
        masked[part] = flat[part]
        found = _along(call, arrays, position, masked.reshape(direction.shape))
        error = abs(float(found.value) - float(claim.ravel() @ masked))
        return error / float(found.tolerance) if found.tolerance > 0 else error, part

    while len(entries) > 1:
        middle = len(entries) // 2
        entries = max(half(entries[:middle]), half(entries[middle:]), key=lambda pair: pair[0])[1]
    index = _place(int(entries[0]), direction)
    unit = np.zeros_like(direction)
    unit[index] = 1.0
    return index, _along(call, arrays, position, unit)


def _along(
    call: Callable[[list[Array]], float], arrays: list[Array], position: int, direction: Array
) -> stencils.Difference:
    """Derivative along a direction."""
    x = arrays[position]
    moving = direction != 0
    scales = np.maximum(np.abs(x[moving]), stencils.FLOOR) / np.abs(direction[moving])
    step = float(stencils.first_step(scales.min()))

    def value(t: float) -> float:
        moved = list(arrays)
        moved[position] = np.asarray(x + t * direction, dtype=np.float64)
        return call(moved)

    # rounding x + t d moves the point: a step within the last place is no step
    values = np.array([value(m * step) for m in stencils.MULTIPLES])
    noise = _noise(value, step)
    # the abscissa's own rounding, as an error of the value: slope times half a unit of x
    rise = np.abs(values[1:5] - values[0]).max() / step if np.isfinite(values).all() else 0.0
    slip = rise * UNIT * float(np.max(np.abs(x[moving] / direction[moving]), initial=0.0))
    return stencils.combine(values, np.full(values.shape, noise + slip), np.asarray(step))


def _noise(value: Callable[[float], float], step: float) -> float:
    """A bound for the error of the values near the point, from a table of differences.

    The k-th differences at close abscissae annihilate the smooth part; their mean square over
    ``binomial(2k, k)`` estimates the variance of the noise.
    """
    spacing = step * 2.0**-12
    table = np.array([value((m - _TABLE // 2) * spacing) for m in range(_TABLE + 1)])
    largest = float(np.max(np.abs(table)))
    floor = _NOISE_FLOOR * UNIT * largest
    if not np.isfinite(largest):
        return float("inf")
    table = table / (largest or 1.0)  # squares of large values must not overflow
    estimates = []
    for order in range(1, _TABLE):
        table = np.diff(table)
        estimates.append(sqrt(float(np.mean(table**2)) / comb(2 * order, order)))
    return max(floor, _NOISE_MARGIN * largest * max(estimates[3:]))


def _worst(found: list[GradientCheck]) -> GradientCheck:
    if not found:
        raise ValueError("the gradient covers no argument")

    def error(check: GradientCheck) -> float:
        return check.measured / (check.scale or 1.0)

    failing = [check for check in found if check.finding == "fails"]
    if failing:
        return max(failing, key=error)
    unknown = [check for check in found if check.finding == "unknown"]
    decided = {check.argument for check in found if check.finding == "holds"}
    missing = [
        check
        for check in unknown
        if check.argument not in decided or check.measured > check.allowed
    ]
    if missing:
        return missing[0]
    return max((check for check in found if check.finding == "holds"), key=error)
