"""Formulas to the text of a file: what is written reads back as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable

from derivcheck.collection import format as fmt
from derivcheck.collection.formula import Formula
from derivcheck.collection.raw import Raw

_PLAIN = re.compile(r"[A-Za-z0-9_(.\\][^\[\]{},:#&*!|>'\"%@`\n]*(?:\*+[^\[\]{},:#&*!|>'\"%@`\n]+)*")
_ALONE = re.compile(r"[A-Za-z0-9_(.\\](?:[^:#\n'\"]|:(?!\s|$))*")
_RESOLVED = frozenset(("true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL"))
_WIDTH = 88


def formula_text(formula: Formula, *without: str) -> str:
    """A formula as a block mapping, its keys in the order of the format, a line end behind;
    some keys may be left out."""
    written = formula.as_written
    keys = [key for key in fmt.FORMULA_KEYS if key in written]
    keys += [key for key in written if key not in keys]
    lines = (line for key in keys if key not in without for line in _pair(key, written[key]))
    return "".join(f"{line}\n" for line in lines)


def file_text(collection: str, formulas: Iterable[Formula], title: str = "") -> str:
    """A whole formula file."""
    head = ["derivcheck: 1", f"collection: {_scalar(collection, False)}"]
    head += [f"title: {_scalar(title, False)}"] if title else []
    pieces = []
    for formula in formulas:
        lines = formula_text(formula).splitlines()
        pieces.append("\n".join(["  - " + lines[0], *("    " + line for line in lines[1:])]))
    if not pieces:
        return "\n".join([*head, "formulas: []"]) + "\n"
    return "\n".join([*head, "formulas:", "\n\n".join(pieces)]) + "\n"


def _pair(key: str, value: Raw) -> list[str]:
    """A key and its value, on one line where that is short enough."""
    name = _scalar(key, False)
    line = f"{name}: {_flow(value)}" if not isinstance(value, str) else ""
    if isinstance(value, str):
        return [f"{name}: {_scalar(value, False)}"]
    if len(line) <= _WIDTH or not value:
        return [line]
    if isinstance(value, dict):
        return [f"{name}:", *("  " + one for k, v in value.items() for one in _pair(k, v))]
    return [f"{name}:", *(f"  - {_flow(item)}" for item in value)]


def _flow(value: Raw) -> str:
    if isinstance(value, str):
        return _scalar(value, True)
    if isinstance(value, dict):
        pairs = (f"{_scalar(key, True)}: {_flow(one)}" for key, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    return f"[{', '.join(map(_flow, value))}]"


def _scalar(text: str, inside: bool) -> str:
    """A text as YAML; ``inside`` brackets more has to be quoted."""
    pattern = _PLAIN if inside else _ALONE
    plain = pattern.fullmatch(text) and text not in _RESOLVED and text == text.strip()
    if plain and " #" not in text:
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    escaped = "".join(
        character if character.isprintable() and character not in '"\\' else _escape(character)
        for character in text
    )
    return f'"{escaped}"'


def _escape(character: str) -> str:
    return '\\"' if character == '"' else character.encode("unicode_escape").decode()
