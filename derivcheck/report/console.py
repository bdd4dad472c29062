"""A console that writes to a text: the same characters everywhere, colour only when asked for."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def text_console(width: int, color: bool) -> tuple[io.StringIO, Console]:
    """A buffer and the console that fills it; nothing a formula says is read as markup."""
    from rich.console import Console

    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    return buffer, console
