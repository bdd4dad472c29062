"""How a run is told: one file a format, each a pure function from Report to text.

Nothing here imports SymPy or NumPy, and nothing here decides: formats only tell what
the records hold. A format is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from derivcheck.model import Report
from derivcheck.report.escape import inert

Formatter = Callable[[Report], str]


_OWN = ("github", "junit", "json_", "sarif")
"""Formats that hold no text of a file at the beginning of a line, or see to it themselves."""


def _lazy(module: str) -> Formatter:
    def render(report: Report) -> str:
        formatter = cast(Formatter, import_module(f"derivcheck.report.{module}").render)
        text = formatter(report)
        return text if module in _OWN else inert(text)

    render.__doc__ = f"``derivcheck.report.{module}.render``, imported when first called."
    return render


FORMATS: dict[str, Formatter] = {
    "table": _lazy("table"),
    "json": _lazy("json_"),
    "junit": _lazy("junit"),
    "sarif": _lazy("sarif"),
    "github": _lazy("github"),
    "markdown": _lazy("markdown"),
}
"""Name of a format to the function that renders it. ``table.render`` takes more options."""
