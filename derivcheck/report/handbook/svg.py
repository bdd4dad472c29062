"""A plot as inline SVG: f, the claim and what was measured; below, the error and its bound.

Colours come from classes, so that the page's light and dark themes apply.
"""

from __future__ import annotations

import math

from derivcheck.report.handbook.html import Child, Html, el
from derivcheck.report.plot import Curves, logarithms, scale, ticks

_WIDTH, _LEFT, _RIGHT = 640.0, 56.0, 16.0
_UPPER, _LOWER, _GAP, _TOP, _BOTTOM = 240.0, 110.0, 46.0, 12.0, 30.0


class _Panel:
    """One pair of axes: maps values to places."""

    def __init__(
        self, x: tuple[float, ...], y: tuple[float, float], top: float, height: float
    ) -> None:
        self.x0, self.x1 = x[0], x[-1]
        self.y0, self.y1 = y
        self.top, self.height = top, height

    def place(self, x: float, y: float) -> tuple[float, float]:
        inner = _WIDTH - _LEFT - _RIGHT
        across = _LEFT + (x - self.x0) / (self.x1 - self.x0) * inner
        down = self.top + (self.y1 - y) / (self.y1 - self.y0) * self.height
        return round(across, 1), round(down, 1)

    def path(self, xs: tuple[float, ...], ys: tuple[float, ...]) -> str:
        """The line through the values; it breaks where one is undefined or far outside."""
        parts, pen = [], "M"
        reach = self.y1 - self.y0
        last = math.nan
        for x, y in zip(xs, ys, strict=True):
            if not math.isfinite(y) or not self.y0 - reach <= y <= self.y1 + reach:
                pen, last = "M", math.nan
                continue
            if abs(y - last) > 0.7 * reach and y * last < 0:
                pen = "M"  # across a pole
            last = y
            across, down = self.place(x, y)
            parts.append(f"{pen}{across} {down}")
            pen = "L"
        return "".join(parts)

    def axes(self, variable: str, title: str = "", logarithmic: bool = False) -> list[Html]:
        """Frame, grid and labels."""
        left, right = _LEFT, _WIDTH - _RIGHT
        low = self.top + self.height
        found = []
        for value in ticks(self.y0, self.y1, 6 if not logarithmic else 4):
            if logarithmic and value != int(value):
                continue
            _, down = self.place(self.x0, value)
            label = _power(int(value)) if logarithmic else _label(value)
            found += [
                el("line", x1=left, x2=right, y1=down, y2=down, class_="grid"),
                el("text", label, x=left - 8, y=down + 4, class_="tick end"),
            ]
        for value in ticks(self.x0, self.x1, 6):
            across, _ = self.place(value, self.y0)
            if across > right - 24:
                continue  # the variable's name stands there
            found += [
                el("line", x1=across, x2=across, y1=self.top, y2=low, class_="grid"),
                el("text", _label(value), x=across, y=low + 17, class_="tick middle"),
            ]
        found.append(
            el("rect", x=left, y=self.top, width=right - left, height=self.height, class_="frame")
        )
        found.append(el("text", variable, x=right, y=low + 17, class_="tick end variable"))
        if title:
            found.append(el("text", title, x=right - 6, y=self.top + 15, class_="tick end title"))
        return found


def _label(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def _power(exponent: int) -> str:
    digits = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{digits}"


def plot(curves: Curves, number: int = 0) -> Html:
    """The plot; empty where nothing is defined. ``number`` keeps ids apart on one page."""
    joined = scale(curves.claim), scale(curves.f)
    ranges = [r for r in joined if r is not None]
    errors, bounds = logarithms(curves.error), logarithms(curves.allowed)
    logs = [v for v in (*errors, *bounds) if math.isfinite(v)]
    if not ranges or not logs or len(curves.x) < 2 or curves.x[-1] <= curves.x[0]:
        return Html("")
    upper = _Panel(curves.x, (min(r[0] for r in ranges), max(r[1] for r in ranges)), _TOP, _UPPER)
    top = _TOP + _UPPER + _GAP
    lower = _Panel(curves.x, (math.floor(min(logs)) - 0.5, math.ceil(max(logs)) + 0.5), top, _LOWER)
    height = top + _LOWER + _BOTTOM
    content: list[Child] = [
        el("title", f"f, the claim and the measured error along {curves.variable}"),
        _clip(upper, f"upper{number}"),
        _clip(lower, f"lower{number}"),
        *upper.axes(curves.variable),
        el(
            "g",
            el("path", d=upper.path(curves.x, curves.f), class_="line f"),
            el("path", d=upper.path(curves.x, curves.claim), class_="line claim"),
            _dots(upper, curves),
            clip_path=f"url(#upper{number})",
        ),
        *lower.axes(curves.variable, "error", logarithmic=True),
        el(
            "g",
            el("path", d=lower.path(curves.x, bounds), class_="line allowed"),
            el("path", d=lower.path(curves.x, errors), class_="line error"),
            clip_path=f"url(#lower{number})",
        ),
    ]
    return el(
        "svg",
        content,
        viewBox=f"0 0 {_WIDTH:g} {height:g}",
        role="img",
        aria_label=f"plot of f, the claim and the measured error along {curves.variable}",
        class_="plot",
        xmlns="http://www.w3.org/2000/svg",
    )


def _clip(panel: _Panel, identifier: str) -> Html:
    rectangle = el("rect", x=_LEFT, y=panel.top, width=_WIDTH - _LEFT - _RIGHT, height=panel.height)
    return el("clipPath", rectangle, id=identifier)


def _dots(panel: _Panel, curves: Curves) -> list[Html]:
    """What was measured, at about forty places."""
    every = max(len(curves.x) // 40, 1)
    found = []
    for x, y in list(zip(curves.x, curves.measured, strict=True))[every // 2 :: every]:
        if math.isfinite(y) and panel.y0 <= y <= panel.y1:
            across, down = panel.place(x, y)
            found.append(el("circle", cx=across, cy=down, r=2.6, class_="dot"))
    return found
