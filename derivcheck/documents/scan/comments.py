"""Comments that speak to derivcheck, whatever marks a comment in their format."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivcheck.documents.scan.page import Comment

_WORD = re.compile(r"[ \t]*derivcheck\b[ \t]*(?:([A-Za-z]+)\b[ \t]*)?(:?)[ \t]*")
DIRECTIVES = ("skip", "claim", "wrong", "off", "on", "next")
"""What a comment may say instead of giving keys."""

Line = tuple[str, int]
"""A line of a comment without the comment's marks, and the offset of its first character."""


def as_comment(text: str, start: int, end: int) -> Comment | None:
    """The comment between two offsets, if it begins with ``derivcheck``."""
    lines: list[Line] = []
    position = start
    for line in text[start:end].split("\n"):
        lines.append((line.rstrip("\r"), position))
        position += len(line) + 1
    while len(lines) > 1 and not lines[0][0].strip():
        del lines[0]
    return assemble(lines, end)


def assemble(lines: Sequence[Line], end: int) -> Comment | None:
    """The comment that these lines make; None where it does not speak to derivcheck."""
    first, offset = lines[0]
    word = _WORD.match(first)
    if word is None:
        return None
    head = word[1] or ""
    rest_at = word.end()
    if head and head not in DIRECTIVES:
        if not word[2]:
            return None  # prose that begins with the name
        head, rest_at = "", word.start(1)
    if head and head != "next" and not word[2]:
        # `derivcheck skip`: the word itself is what is said
        head, rest_at = "", word.start(1)
    rest = (first[rest_at:].rstrip(), offset + rest_at)
    body = _dedented(lines[1:])
    if rest[0].endswith(":"):
        body = [("  " + line, at - 2) if line else (line, at) for line, at in body]
    kept = [rest, *body]
    return Comment(
        offset,
        end,
        tuple(line for line, _ in kept),
        tuple(at for _, at in kept),
        head,
    )


def is_spoken(line: str) -> bool:
    """Whether a line of a comment begins with ``derivcheck``."""
    return _WORD.match(line) is not None


def _dedented(lines: Sequence[Line]) -> list[Line]:
    if lines and all(line.lstrip().startswith(">") for line, _ in lines if line.strip()):
        lines = [_cut(line, at, len(line) - len(line.lstrip(" \t>"))) for line, at in lines]
    indents = [len(line) - len(line.lstrip(" ")) for line, _ in lines if line.strip()]
    common = min(indents, default=0)
    return [_cut(line, at, common) if line.strip() else ("", at) for line, at in lines]


def _cut(line: str, at: int, columns: int) -> Line:
    return line[columns:], at + columns
