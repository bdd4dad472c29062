"""A formula in pictures: f, the claim and the error, for a terminal; the data for any plot."""

from __future__ import annotations

import math
from bisect import bisect_right

from derivcheck.records import record
from derivcheck.report.escape import plain


@record()
class Curves:
    """A scalar claim along one variable; undefined values are NaN.

    ``measured`` is the derivative by differences, ``error`` its distance from the ``claim``,
    ``allowed`` the bound that the distance must stay within; ``fixed`` says where the other
    symbols are held, ``text`` is the claim.
    """

    variable: str
    x: tuple[float, ...]
    f: tuple[float, ...]
    claim: tuple[float, ...]
    measured: tuple[float, ...]
    error: tuple[float, ...]
    allowed: tuple[float, ...]
    text: str = ""
    fixed: tuple[tuple[str, str], ...] = ()


def scale(values: tuple[float, ...], share: float = 0.1) -> tuple[float, float] | None:
    """A range that shows nearly all values: poles are cut off; None without finite values."""
    finite = sorted(v for v in values if math.isfinite(v))
    if not finite:
        return None
    cut = int(len(finite) * share)
    low, high = finite[cut], finite[-1 - cut]
    spread = high - low
    # what lies close outside the core is shown too: only poles are cut
    low = max(finite[0], low - spread)
    high = min(finite[-1], high + spread)
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300):
        margin = abs(high) * 0.5 or 1.0
    else:
        margin = (high - low) * 0.05
    return low - margin, high + margin


def logarithms(values: tuple[float, ...]) -> tuple[float, ...]:
    """Decimal logarithms of errors; an error of 0 has none."""
    return tuple(math.log10(abs(v)) if math.isfinite(v) and v else math.nan for v in values)


def ticks(low: float, high: float, count: int = 5) -> tuple[float, ...]:
    """Round numbers inside a range."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return ()
    raw = span / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(0.0 if i == 0 else i * step for i in range(first, last + 1))


def terminal(curves: Curves, width: int = 72, height: int = 14) -> str:
    """Two panels of braille dots: f with the claim, and the error with its bound."""
    variable = plain(curves.variable)
    above = _panel(
        curves.x, ((curves.f, "·"), (curves.claim, "█")), width, height, scale(curves.claim)
    )
    errors, bounds = logarithms(curves.error), logarithms(curves.allowed)
    below = _panel(curves.x, ((bounds, "·"), (errors, "█")), width, max(height // 2, 4), None)
    held = ", ".join(f"{plain(k)} = {plain(v)}" for k, v in curves.fixed)
    lines = [
        f"f (thin) and the claim {plain(curves.text)} (thick)" + (f", at {held}" if held else ""),
        *above,
        _axis(curves.x, variable, width),
        "log10 of the error (thick) and of what is allowed (thin)",
        *below,
        _axis(curves.x, variable, width),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


_LABEL = 9
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def _axis(x: tuple[float, ...], variable: str, width: int) -> str:
    left, right = f"{x[0]:.3g}", f"{x[-1]:.3g}"
    room = max(width - _LABEL - 1, len(left) + len(right) + len(variable) + 2)
    middle = variable.center(room - len(left) - len(right))
    return " " * (_LABEL + 1) + left + middle + right


def _panel(
    x: tuple[float, ...],
    series: tuple[tuple[tuple[float, ...], str], ...],
    width: int,
    height: int,
    also: tuple[float, float] | None,
) -> list[str]:
    """Lines of a panel; a thick series has two rows of dots, a thin one every third column."""
    ranges = [r for values, _ in series if (r := scale(values)) is not None]
    if also:
        ranges.append(also)
    if not ranges or len(x) < 2:
        return ["  (no value is defined here)"]
    low, high = min(r[0] for r in ranges), max(r[1] for r in ranges)
    columns, rows = (width - _LABEL - 1) * 2, height * 4
    cells = [[0] * (width - _LABEL - 1) for _ in range(height)]

    def dot(column: int, level: int) -> None:
        if 0 <= level < rows:
            cells[level // 4][column // 2] |= _DOTS[level % 4][column % 2]

    for values, weight in series:
        for column in range(columns):
            value = _interpolate(x, values, column / (columns - 1))
            if not math.isfinite(value) or not low <= value <= high:
                continue
            level = round((high - value) / (high - low) * (rows - 1))
            if weight == "█":
                dot(column, level)
                dot(column, level + 1 if level + 1 < rows else level - 1)
            elif column % 3 == 0:
                dot(column, level)
    lines = []
    for index, line in enumerate(cells):
        label = ""
        if index in (0, height - 1, height // 2):
            label = f"{high - (high - low) * index / (height - 1):.3g}"
        lines.append(f"{label:>{_LABEL}} " + "".join(chr(0x2800 + c) if c else " " for c in line))
    return lines


def _interpolate(x: tuple[float, ...], values: tuple[float, ...], part: float) -> float:
    at = x[0] + part * (x[-1] - x[0])
    high = min(max(bisect_right(x, at), 1), len(x) - 1)
    low = high - 1
    if x[high] == x[low]:
        return values[low]
    weight = (at - x[low]) / (x[high] - x[low])
    return values[low] * (1 - weight) + values[high] * weight
