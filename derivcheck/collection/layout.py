"""One layout for formula files: ``derivcheck fmt``.

Only white space around what is written changes, never a word of it: line endings, trailing
blanks, indentation of the list of formulas, one blank line between formulas, none at the end.
Comments stay where they are. A file whose content would read differently afterwards is left
alone, which cannot happen as far as the tests know.
"""

from __future__ import annotations

import re

from derivcheck.collection.loader import load_text

_BLOCK = re.compile(r"(?:^|[ :])[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
_ITEM = re.compile(r"^( *)-(?: +)(?=\S)")


def format_text(text: str) -> str:
    """The text in the one layout; idempotent. Texts that are no formula file come back as they
    are, and a file of Windows keeps its line ends."""
    before = load_text(text)
    if before[1]:
        return text
    lines = [line.rstrip() for line in text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")]
    formatted = "\n".join(_spaced(_indented(lines))).strip("\n") + "\n"
    after = load_text(formatted)
    same = [entry.as_written for entry in before[0]] == [entry.as_written for entry in after[0]]
    if not same or after[1]:
        return text
    of_windows = 0 < text.count("\n") == text.count("\r\n")
    return formatted.replace("\n", "\r\n") if of_windows else formatted


def _formulas_line(lines: list[str]) -> int | None:
    for number, line in enumerate(lines):
        if re.match(r"formulas:\s*(#.*)?$", line):
            return number
    return None


def _indented(lines: list[str]) -> list[str]:
    """Formulas as list items two columns in, their keys four columns in."""
    start = _formulas_line(lines)
    if start is None:
        return lines
    first = next((n for n in range(start + 1, len(lines)) if _ITEM.match(lines[n])), None)
    if first is None:
        return lines
    item = _ITEM.match(lines[first])
    assert item is not None
    outer, inner = len(item[1]), len(item[0])
    result = lines[: start + 1]
    for line in lines[start + 1 :]:
        depth = len(line) - len(line.lstrip())
        if not line:
            result.append(line)
        elif line[0] not in " -#" and depth == 0:
            result += lines[len(result) :]
            break
        elif depth == outer and line[outer] == "-":
            result.append("  - " + line[outer + 1 :].lstrip())
        elif depth >= inner:
            result.append(" " * (depth - inner + 4) + line.lstrip())
        elif line.lstrip().startswith("#"):
            result.append("  " + line.lstrip() if depth else line)
        else:
            result.append(" " * max(0, depth - outer + 2) + line.lstrip())
    return result


def _spaced(lines: list[str]) -> list[str]:
    """One blank line between formulas (comments belong to the one below), none elsewhere but
    inside texts over several lines."""
    start = _formulas_line(lines)
    result: list[str] = []
    in_block = -1
    for number, line in enumerate(lines):
        depth = len(line) - len(line.lstrip())
        if in_block >= 0 and line and depth <= in_block:
            in_block = -1
        inside = start is not None and number > start
        if inside and in_block < 0 and line.startswith("  - "):
            _open(result)
        if not line and in_block < 0 and (not result or not result[-1]):
            continue
        result.append(line)
        if line and in_block < 0 and _BLOCK.search(line):
            in_block = depth
    return result


def _open(result: list[str]) -> None:
    """See to one blank line before an item and the comments right above it."""
    at = len(result)
    while at and result[at - 1].lstrip().startswith("#"):
        at -= 1
    if at and result[at - 1] and not result[at - 1].startswith("formulas:"):
        result.insert(at, "")
    while at and at - 1 < len(result) and not result[at - 1] and _above(result, at):
        del result[at - 1]
        at -= 1


def _above(result: list[str], at: int) -> bool:
    """Whether the blank line at ``at - 1`` stands right under ``formulas:``."""
    return at >= 2 and result[at - 2].startswith("formulas:")
