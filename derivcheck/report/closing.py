"""The line that closes a run, apart from the table: only it depends on the time a run took."""

from __future__ import annotations

import textwrap

from derivcheck.records import record

PLAIN, GOOD, BAD = "1", "1;32", "1;31"
"""Bold; bold green; bold red: parameters of the terminal's escape sequence for styles."""


@record()
class Closing:
    """What stands before and after the seconds, and the style."""

    before: str
    after: str
    style: str

    def text(self, seconds: float, width: int, color: bool) -> str:
        """The line, broken at ``width`` columns, with its line ends."""
        line = f"{self.before}{seconds:.2f} s{self.after}"
        lines = textwrap.wrap(line, width, break_on_hyphens=False)
        if color:
            lines = [f"\x1b[{self.style}m{part}\x1b[0m" for part in lines]
        return "".join(f"{part}\n" for part in lines)
