"""``show --plot``: f, the claimed derivative and its measured error, drawn in the terminal."""

from __future__ import annotations

from derivcheck.collection.formula import Formula


def plot_entry(entry: Formula, columns: int) -> str:
    """The drawing of every claimed form, or one line that says why there is none."""
    from derivcheck.checking.curves import curves
    from derivcheck.report.plot import terminal

    found = curves(entry)
    if not found:
        return "no plot: it takes a scalar claim with a derivative by a real symbol\n"
    return "\n".join(terminal(drawn, min(columns, 100)) for drawn in found)
