"""The tables of docs/language.md: ``python -m tests.language_page`` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

from derivcheck.lang import elaborate
from derivcheck.lang.functions import ROWS, spelling
from derivcheck.lang.handlers import HANDLERS, Handler

PAGE = Path(__file__).parent.parent / "docs" / "language.md"
_HIDDEN = frozenset(("list", "comprehension", "step function", "D", "d"))


def elementwise() -> str:
    """A row for each elementwise function: how it is called, other names, where it is real."""
    lines = ["| function | also | real where |", "| --- | --- | --- |"]
    for row in ROWS:
        if row.lists is not None:
            continue
        call = f"`{spelling(row.name)}({', '.join(row.parameters)})`"
        also = " ".join(f"`{alias}`" for alias in row.aliases)
        where = " and ".join(f"`{text}`" for text in row.real)
        lines.append(f"| {call} | {also} | {where} |")
    return "\n".join(lines)


def arrays() -> str:
    """A row for each function of arrays, with the first line of its handler's docstring."""
    spellings: dict[Handler, list[str]] = {}
    for name, handler in HANDLERS.items():
        if name not in _HIDDEN:
            spellings.setdefault(handler, []).append(name)
    lines = ["| function | means |", "| --- | --- |"]
    for handler, names in spellings.items():
        meaning = (handler.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
        meaning = re.sub(r"\s+", " ", meaning).replace("|", r"\|").replace("``", "`")
        lines.append(f"| {' '.join(f'`{name}`' for name in names)} | {meaning} |")
    return "\n".join(lines)


def written(text: str) -> str:
    """The page with its tables made anew."""
    assert elaborate  # it registers every handler
    for name, table in (("elementwise", elementwise()), ("arrays", arrays())):
        start, end = rf"(<!-- {name}: [^>]*-->\n)", r"(<!-- end -->)"
        text = re.sub(
            rf"{start}.*?{end}", lambda m, t=table: f"{m[1]}{t}\n{m[2]}", text, count=1, flags=re.S
        )  # type: ignore[misc]
    return text


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
