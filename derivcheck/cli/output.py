"""Where reports go: pairs of ``--format`` and ``--output``, files written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from derivcheck.records import record

FORMAT_FLAGS = ("--format",)
OUTPUT_FLAGS = ("--output", "-o")


@record()
class Destination:
    """A format, and the file it goes to; None is standard output."""

    format: str
    file: str | None


def pair(arguments: Sequence[str], default: str) -> tuple[Destination, ...]:
    """The destinations, from the raw arguments, since their order is what pairs them.

    An ``--output`` belongs to the ``--format`` before it, else to the next one, else to the
    default format.

    :raises ValueError: two formats for standard output, or two files for one format.
    """
    formats: list[list[str | None]] = []
    held: str | None = None
    for flag, value in _options(arguments):
        if flag == "format":
            formats.append([value, held])
            held = None
        elif formats and formats[-1][1] is None:
            formats[-1][1] = value
        elif held is None:
            held = value
        else:
            raise ValueError("two --output for one --format: write one --format before each")
    if held is not None:
        formats.append([default, held])
    pairs = formats or [[default, None]]
    found = tuple(Destination(str(f), None if o == "-" else o) for f, o in pairs)
    shown = [d.format for d in found if d.file is None]
    if len(shown) > 1:
        names = " and ".join(shown)
        raise ValueError(f"{names} can't both go to standard output: give --output to one")
    files = [os.path.realpath(d.file) for d in found if d.file is not None]
    if len(set(files)) < len(files):
        raise ValueError("two formats can't go to the same file")
    return found


def _options(arguments: Sequence[str]) -> Iterable[tuple[str, str]]:
    kinds = {**dict.fromkeys(FORMAT_FLAGS, "format"), **dict.fromkeys(OUTPUT_FLAGS, "output")}
    i = 0
    while i < len(arguments):
        argument = arguments[i]
        if argument == "--":
            return
        flag, equals, value = argument.partition("=")
        if equals and flag in kinds and flag.startswith("--"):
            yield kinds[flag], value
        elif argument in kinds and i + 1 < len(arguments):
            i += 1
            yield kinds[argument], arguments[i]
        elif argument.startswith("-o") and not argument.startswith("--") and len(argument) > 2:
            yield "output", argument[2:]
        i += 1


def check_writable(file: str) -> None:
    """Notice before a long run that a report can't be written after it.

    :raises OSError: the folder is missing or closed, or the file is a folder.
    """
    if not file:
        raise FileNotFoundError(2, "its name is empty")
    target = os.path.realpath(file)
    if os.path.isdir(target):
        raise IsADirectoryError(21, "Is a directory", file)
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise FileNotFoundError(2, "No such directory", os.path.dirname(file) or ".")
    if not os.access(target if os.path.exists(target) else folder, os.W_OK):
        raise PermissionError(13, "Permission denied", file)


def overwriting(written: Iterable[str], read: Iterable[str]) -> list[str]:
    """What to say of files that would be written over what they are made from."""
    inputs = set(map(os.path.realpath, read))
    return [
        f"can't write {file}: it is read in this run"
        for file in written
        if os.path.realpath(file) in inputs
    ]
