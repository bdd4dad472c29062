"""Formula files to entries: nothing is executed, nothing expanded, every problem has a place.

A file gives a stream of entries and diagnostics. A formula with a problem gives diagnostics
instead of an entry; the formulas around it are not affected.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

from derivcheck.collection.check import check_formula, check_header
from derivcheck.collection.format import MAX_PROBLEMS
from derivcheck.collection.formula import Formula
from derivcheck.collection.raw import Value, line_column, path_steps, place_of
from derivcheck.collection.split import split_text
from derivcheck.collection.stored import Store, dump, key_of, restore
from derivcheck.documents.scan import is_document
from derivcheck.files import MAX_BYTES, MAX_NOTEBOOK_BYTES, MAX_RUN_BYTES, SECONDS, read_regular
from derivcheck.model import Diagnostic, Location

if TYPE_CHECKING:
    from derivcheck.collection.reader import Piece

Loaded = Formula | Diagnostic
"""What loading gives: an entry, or a problem of a file."""


class Loader:
    """Reads files one after the other and keeps ids unique within each collection.

    ``store`` keeps what faultless files hold, so that they are read faster the next time.
    """

    def __init__(self, store: Store | None = None) -> None:
        self._store = store
        self._seen: dict[tuple[str, str], Location] = {}
        self._read = 0

    def files(self, paths: Iterable[Path | str]) -> Iterator[Loaded]:
        """The entries and problems of several files, in order."""
        for path in paths:
            yield from self.file(path)

    def file(self, path: Path | str) -> Iterator[Loaded]:
        """The entries and problems of one file; an unreadable one is a problem, never raised."""
        name = os.fspath(path)
        data = _read(name)
        if isinstance(data, Diagnostic):
            yield data
            return
        self._read += len(data)
        if self._read > MAX_RUN_BYTES:
            limit = f"not read: the files of one run hold more than {MAX_RUN_BYTES // 10**6} MB"
            yield Diagnostic("file-too-large", limit, Location(name))
            return
        key = key_of(data) if self._store else ""
        kept = self._store.text(key) if self._store else None
        if kept is not None:
            for entry in restore(kept, name):
                yield self._duplicate(entry) or entry
            return
        text = _decode(data, name)
        if isinstance(text, Diagnostic):
            yield text
            return
        if self._store is None:
            yield from self.text(text, name)
            return
        read = list(self.text(text, name))
        yield from read
        entries = [one for one in read if isinstance(one, Formula)]
        if entries and len(entries) == len(read):
            self._store.put(key, dump(entries))

    def text(self, text: str, file: str = "<text>") -> Iterator[Loaded]:
        """The entries and problems of a file's text."""
        count = 0
        spent = 0.0
        source = self._text(text, file)
        while True:
            start = process_time()
            loaded = next(source, None)
            spent += process_time() - start
            if loaded is None:
                return
            if spent > SECONDS:
                message = f"not read within {SECONDS:g} s: the rest of the file is left out"
                yield Diagnostic("not-finished", message, loaded.location)
                return
            if isinstance(loaded, Diagnostic):
                count += 1
                if count > MAX_PROBLEMS:
                    line = loaded.location.line if loaded.location else 0
                    left = max(text.count("\n") + 1 - line, 0)
                    message = (
                        f"more than {MAX_PROBLEMS} problems: the rest of the file, "
                        f"{left} lines, is not read"
                    )
                    yield Diagnostic("file-problems", message, loaded.location)
                    return
            yield loaded

    def _text(self, text: str, file: str) -> Iterator[Loaded]:
        # the YAML library is needed only for files that no store holds
        from derivcheck.collection.reader import forbidden_characters, read_pieces

        forbidden = forbidden_characters(text, file)
        if forbidden:
            yield from forbidden
            return
        waiting: list[Piece] = []
        header: dict[str, Value] = {}
        for piece in read_pieces(text, file):
            if not piece.is_formula:
                yield from piece.problems
                if piece.is_rest:
                    for held in waiting:
                        yield from self._entry(held, _header(piece.value), file)
                    yield from check_header(piece.value, piece.mark, file, piece.is_broken)
                continue
            header = header or _header(piece.header)
            if header:
                yield from self._entry(piece, header, file)
            else:
                waiting.append(piece)

    def _entry(self, piece: Piece, header: dict[str, Value], file: str) -> Iterator[Loaded]:
        problems = sorted(
            piece.problems + check_formula(piece.value, piece.mark, file), key=_by_place
        )
        if problems:
            yield from problems
            return
        raw = piece.value
        assert isinstance(raw, dict)
        collection = str(header.get("collection", ""))
        entry = Formula(
            collection,
            str(header.get("title") or ""),
            file,
            *line_column(place_of(piece.mark)),
            str(raw["id"]),
            raw,  # type: ignore[arg-type]  # checked: no boolean and no empty value is left
            piece.mark,
            _source(header),
        )
        yield self._duplicate(entry) or entry

    def _duplicate(self, entry: Formula) -> Diagnostic | None:
        """The problem of an entry whose id is taken in its collection."""
        first = self._seen.setdefault((entry.collection, entry.id), entry.location)
        if first == entry.location:
            return None
        same = first.file == entry.file
        where = f"line {first.line}" if same else f"{first.file}:{first.line}"
        message = f"id `{entry.id}` is taken in collection `{entry.collection}` (by {where})"
        return Diagnostic("schema-duplicate-id", message, entry.location_of("id"), at="id")


def load_text(
    text: str, file: str = "<text>"
) -> tuple[tuple[Formula, ...], tuple[Diagnostic, ...]]:
    """The entries and the problems of a file's text."""
    return partition(Loader().text(text, file))


def load_files(
    paths: Iterable[Path | str],
) -> tuple[tuple[Formula, ...], tuple[Diagnostic, ...]]:
    """The entries and the problems of some files; none of them raises."""
    return partition(Loader().files(paths))


def partition(
    loaded: Iterable[Loaded],
) -> tuple[tuple[Formula, ...], tuple[Diagnostic, ...]]:
    """Entries and problems apart, each in order."""
    entries: list[Formula] = []
    problems: list[Diagnostic] = []
    for one in loaded:
        if isinstance(one, Formula):
            entries.append(one)
        else:
            problems.append(one)
    return tuple(entries), tuple(problems)


def split_hint(entry: Formula, path: str) -> str | None:
    """The hint for an expression that YAML split at a comma; None where it did not.

    ``derivative: [log(e, a)/x]`` reads as the two texts ``log(e`` and ``a)/x``.
    """
    steps = list(path_steps(path))
    if not steps or not isinstance(steps[-1], int):
        return None
    items = entry.value_at(path[: path.rindex("[")])
    text = split_text(items, steps[-1]) if isinstance(items, list) else None
    return f'YAML split it at a comma: quote the whole text: "{text}"' if text else None


def _header(value: Value) -> dict[str, Value]:
    if not isinstance(value, dict) or not isinstance(value.get("collection"), str):
        return {}
    return value


def _source(header: dict[str, Value]) -> tuple[tuple[str, str], ...]:
    source = header.get("source")
    if not isinstance(source, dict):
        return ()
    return tuple((key, value) for key, value in source.items() if isinstance(value, str))


def _by_place(problem: Diagnostic) -> tuple[int, int]:
    where = problem.location
    return (where.line, where.column) if where else (0, 0)


def read_document(file: str) -> str | Diagnostic:
    """The text of a regular UTF-8 file of bounded size, or why it can't be had."""
    is_notebook = file.lower().endswith(".ipynb")
    data = _read(file, MAX_NOTEBOOK_BYTES) if is_notebook else _read(file)
    return data if isinstance(data, Diagnostic) else _decode(data, file)


def _read(name: str, most: int = MAX_BYTES) -> bytes | Diagnostic:
    """The bytes of a regular file, or why there are none."""
    where = Location(name)
    try:
        info = os.stat(name)
        if stat.S_ISDIR(info.st_mode):
            os.scandir(name).close()
            return Diagnostic("file-unreadable", "a directory, not a file", where)
        if not stat.S_ISREG(info.st_mode):
            return Diagnostic("file-unreadable", "not a regular file", where)
        data = read_regular(name, most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Diagnostic("file-unreadable", f"can't be read: {reason}", where)
    if len(data) > most:
        limit = f"larger than {most // 1_000_000} MB"
        shared = "" if is_document(name) else ": files may share a collection"
        return Diagnostic("file-too-large", limit, where, f"split it{shared}")
    return data


def _decode(data: bytes, name: str) -> str | Diagnostic:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        message = "the text is UTF-16"
        return Diagnostic("file-encoding", message, Location(name), "save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        message = f"the text is not UTF-8 (byte 0x{data[error.start]:02X})"
        return Diagnostic(
            "file-encoding", message, Location(name, line, column), "save it as UTF-8"
        )
