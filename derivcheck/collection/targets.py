"""What a target of the command line names: files to read and which of their formulas to take.

A target is ``all``, a collection's name, an id (``71``, ``ai-edu:71``), a range of integer
ids (``ai-edu:1-21``), a file (also a document) or a directory; also ``FILE:ID``. Nothing is
read before the formulas are asked for, except to find a bare id in the bundled collections.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from derivcheck.collection.checks import suggest
from derivcheck.collection.formula import Formula
from derivcheck.collection.loader import Loaded, Loader
from derivcheck.collection.stored import Store
from derivcheck.documents.scan import FORMATS, is_document
from derivcheck.errors import TargetError
from derivcheck.files import near, read_regular
from derivcheck.model import Diagnostic, Location
from derivcheck.records import record

SUFFIXES = (".yaml", ".yml")
_OTHER = (
    *(".html", ".htm", ".xhtml", ".docx", ".odt", ".rtf", ".pdf", ".adoc", ".org", ".lyx", ".mdx"),
    *(".rnw", ".typ", ".wiki", ".sty", ".cls", ".bib", ".py", ".jl", ".r"),
)
"""Files that people may name, of formats that are not read: as YAML they would be nonsense."""
_RANGE = re.compile(r"(\d{1,18})-(\d{1,18})")
_INTEGER = re.compile(r"\d{1,18}")
_HEADER = re.compile(
    rb"^collection:[ \t]*['\"]?([A-Za-z0-9_][A-Za-z0-9_.-]*)['\"]?[ \t]*(?:#.*)?\r?$", re.MULTILINE
)


@record()
class Selection:
    """Files to read, and which of their formulas to take: all where ``wanted`` is None."""

    target: str
    files: tuple[str, ...]
    wanted: Callable[[Formula], bool] | None = None
    note: str = ""
    """What else the target might have meant."""

    def takes(self, entry: Formula) -> bool:
        """Whether the formula is one of those selected."""
        return self.wanted is None or self.wanted(entry)


def formulas_of(selections: Iterable[Selection]) -> tuple[Selection, ...]:
    """The selections of formula files among these."""
    return tuple(one for one in selections if not any(map(is_document, one.files)))


def documents_of(selections: Iterable[Selection]) -> tuple[Selection, ...]:
    """The selections of documents among these; each names one."""
    return tuple(one for one in selections if any(map(is_document, one.files)))


def files_of(selections: Iterable[Selection]) -> tuple[str, ...]:
    """The files of these selections, in order."""
    return tuple(file for one in selections for file in one.files)


@cache
def bundled_folder() -> Path:
    """Where the bundled collections stand: in the package, or beside it in a checkout.

    :raises TargetError: they are in neither place.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "formulas", package.parent / "formulas"):
        if folder.is_dir():
            return folder
    raise TargetError(
        Diagnostic("target-bundled", "the bundled formulas are missing", hint="install again")
    )


@cache
def bundled_collections() -> dict[str, tuple[str, ...]]:
    """The bundled collections, in their listed order, each with its files.

    A collection is a folder named like it; ``order.txt`` lists them, others come after.
    """
    folder = bundled_folder()
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    order_file = folder / "order.txt"
    order = order_file.read_text("utf-8").split() if order_file.is_file() else []
    names.sort(key=lambda name: order.index(name) if name in order else len(order))
    return {name: tuple(files_in(folder / name)) for name in names}


def files_in(folder: Path | str) -> list[str]:
    """Every ``*.yaml`` and ``*.yml`` below a folder, sorted; hidden ones are left out.

    Links are followed, a folder is entered only once, so a loop of links ends. A folder that
    can't be read is among them: who reads it finds out why.
    """
    found: list[str] = []
    entered: set[tuple[int, int]] = set()

    def unread(error: OSError) -> None:
        found.append(os.path.normpath(error.filename))

    for here, folders, names in os.walk(folder, onerror=unread, followlinks=True):
        info = os.stat(here)
        if (info.st_dev, info.st_ino) in entered:
            folders.clear()
            continue
        entered.add((info.st_dev, info.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            os.path.normpath(os.path.join(here, name))
            for name in sorted(names)
            if name.endswith(SUFFIXES) and not name.startswith(".")
        ]
    return sorted(found)


def resolve(targets: Iterable[str], store: Store | None = None) -> tuple[Selection, ...]:
    """What each target names; no target at all means every bundled collection.

    ``store`` makes looking for bare ids fast, see :class:`derivcheck.collection.loader.Loader`.

    :raises TargetError: one of them names nothing, or more than one thing.
    """
    problems: list[Diagnostic] = []
    selections: list[Selection] = []
    for target in list(targets) or ["all"]:
        try:
            selections.append(_resolve(target, store))
        except TargetError as error:
            problems += error.diagnostics
    if problems:
        raise TargetError(*problems)
    return tuple(selections)


def load(selections: Iterable[Selection], store: Store | None = None) -> Iterator[Loaded]:
    """The selected formulas and the problems of their files, a file at a time.

    A file that several targets name is read once; a formula comes once.
    """
    wanted: dict[str, list[Selection]] = {}
    names: dict[str, str] = {}
    for selection in selections:
        for file in selection.files:
            real = os.path.realpath(file)
            names.setdefault(real, file)
            wanted.setdefault(real, []).append(selection)
    loader = Loader(store)
    for real, choices in wanted.items():
        if is_document(real):
            message = "a document, not a formula file"
            hint = "`derivcheck verify` and `show` take documents"
            yield Diagnostic("target-document", message, Location(names[real]), hint)
            continue
        for loaded in loader.file(names[real]):
            if not isinstance(loaded, Formula) or any(choice.takes(loaded) for choice in choices):
                yield loaded


def bundled_files(name: str) -> tuple[str, ...]:
    """The files of a bundled collection; none where there is no such collection."""
    return tuple(map(near, bundled_collections().get(name, ())))


def all_bundled_files() -> tuple[str, ...]:
    """The files of all bundled collections."""
    return tuple(file for files in bundled_collections().values() for file in files)


def library_files(names: Iterable[str]) -> tuple[str, ...]:
    """The files that citations may lead to: these, and those beside them that hold other parts
    of the same collections."""
    files = {os.path.realpath(name): name for name in names}
    folders: dict[str, set[str]] = {}
    for file in list(files.values()):
        folders.setdefault(os.path.dirname(file), set()).add(collection_of(file))
    for folder, collections in folders.items():
        siblings = sorted(os.listdir(folder or ".")) if os.path.isdir(folder or ".") else []
        for name in siblings:
            path = os.path.join(folder, name)
            if name.endswith(SUFFIXES) and os.path.realpath(path) not in files:
                collection = collection_of(path)
                if collection and collection in collections:
                    files[os.path.realpath(path)] = path
    return tuple(files.values())


def collection_of(file: str) -> str:
    """The collection that a file's head names, or empty; cheaper than reading it all."""
    try:
        match = _HEADER.search(read_regular(file, 65536))
    except (OSError, ValueError):
        return ""
    return match[1].decode() if match else ""


def _resolve(target: str, store: Store | None) -> Selection:
    bundled = {name: tuple(map(near, files)) for name, files in bundled_collections().items()}
    if target == "all":
        files = tuple(file for files in bundled.values() for file in files)
        return _noted(Selection(target, files), "every bundled collection is meant")
    if target in bundled:
        meant = "the bundled collection of that name is meant"
        return _noted(Selection(target, bundled[target]), meant)
    suffixed = target.endswith(SUFFIXES) or is_document(target)
    looks_like_path = os.sep in target or "/" in target or suffixed
    prefix, colon, rest = target.rpartition(":")
    if colon and prefix in bundled:
        return _within(target, prefix, bundled[prefix], rest, store)
    document, claim = _claim_of(target)
    if claim:
        return Selection(target, _path(document).files, _claim_filter(claim))
    if colon and (prefix.endswith(SUFFIXES) or os.path.isfile(prefix)):
        return _within(target, prefix, _path(prefix).files, rest, store)
    if looks_like_path:
        return _path(target)
    if not colon:
        selection = _bare(target, bundled, store)
        if selection is not None:
            return _noted(selection, "the bundled formula of that id is meant")
    if os.path.exists(target):
        return _path(target)
    raise TargetError(_unknown(target, prefix, bundled, store))


def _claim_of(target: str) -> tuple[str, str]:
    """A document and an id in it, which may be a label such as ``eq:loss``; no id in others."""
    parts = target.split(":")
    for k in range(1, len(parts)):
        document = ":".join(parts[:k])
        if is_document(document):
            return document, ":".join(parts[k:])
    return target, ""


def _noted(selection: Selection, meant: str) -> Selection:
    """With a word where a file or a folder is called like what is selected."""
    if not os.path.exists(selection.target):
        return selection
    what = "folder" if os.path.isdir(selection.target) else "file"
    path = os.path.join(os.curdir, selection.target)
    note = f"`{selection.target}`: {meant}; write {path} for the {what}"
    return replace(selection, note=note)


def _path(target: str) -> Selection:
    if os.path.isdir(target):
        files = files_in(target)
        if not files:
            message = f"`{target}` holds no formula file"
            searched = "searched for *.yaml, *.yml"
            if any(map(is_document, os.listdir(target))):
                searched += "; documents are named one by one"
            raise TargetError(Diagnostic("target-empty", message, hint=searched))
        return Selection(target, tuple(files))
    if os.path.islink(target) and not os.path.exists(target):
        message = f"`{target}` is a link that leads nowhere, or in a circle"
        raise TargetError(Diagnostic("target-missing", message))
    if not os.path.exists(target):
        parent, name = os.path.split(target)
        stems = {}
        if os.path.isdir(parent or "."):
            stems = {os.path.splitext(n)[0]: n for n in os.listdir(parent or ".")}
        alike = get_close_matches(os.path.splitext(name)[0], stems, n=1)
        hint = f"did you mean `{os.path.join(parent, stems[alike[0]])}`?" if alike else None
        raise TargetError(Diagnostic("target-missing", f"no such file: `{target}`", hint=hint))
    if target.lower().endswith(_OTHER):
        message = f"`{target}` is no formula file, and no document that is read"
        known = f"those end in {', '.join(FORMATS)}"
        raise TargetError(Diagnostic("target-format", message, hint=known))
    return Selection(target, (target,))


def id_filter(text: str, known: Iterable[str]) -> Callable[[Formula], bool] | None:
    """Which formulas an id or a range of integer ids takes; None where it takes none.

    An id that holds a ``-`` comes before a range.
    """
    ids = set(known)
    if text in ids:
        return lambda entry: entry.id == text
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    low, high = int(match[1]), int(match[2])
    within = {i for i in ids if _INTEGER.fullmatch(i) and low <= int(i) <= high}
    return (lambda entry: entry.id in within) if within else None


def _claim_filter(text: str) -> Callable[[Formula], bool]:
    """Which claims of a document an id or a range takes: its ids are known once it is read."""

    def wanted(entry: Formula) -> bool:
        takes = id_filter(text, (entry.id,))
        return takes is not None and takes(entry)

    return wanted


def _ids(files: Iterable[str], store: Store | None) -> list[str]:
    return [loaded.id for loaded in Loader(store).files(files) if isinstance(loaded, Formula)]


def _within(
    target: str, where: str, files: tuple[str, ...], text: str, store: Store | None
) -> Selection:
    known = _ids(files, store)
    wanted = id_filter(text, known)
    if wanted is None:
        message = f"`{where}` has no formula `{text}`"
        raise TargetError(Diagnostic("target-unknown", message, hint=suggest(text, known)))
    return Selection(target, files, wanted)


def _bare(text: str, bundled: dict[str, tuple[str, ...]], store: Store | None) -> Selection | None:
    """A bare id or range: it must be found in one bundled collection only."""
    found = {}
    for name, files in bundled.items():
        wanted = id_filter(text, _ids(files, store))
        if wanted is not None:
            found[name] = wanted
    if len(found) > 1:
        names = list(found)
        message = f"`{text}` is ambiguous: it is in {', '.join(names[:-1])} and {names[-1]}"
        choices = " or ".join(f"`{name}:{text}`" for name in names)
        raise TargetError(Diagnostic("target-ambiguous", message, hint=f"write {choices}"))
    for name, wanted in found.items():
        return Selection(text, bundled[name], wanted)
    return None


def _unknown(
    target: str, prefix: str, bundled: dict[str, tuple[str, ...]], store: Store | None
) -> Diagnostic:
    if prefix:
        hint = suggest(prefix, bundled) or f"the collections are {', '.join(bundled)}"
        return Diagnostic("target-unknown", f"no collection `{prefix}`", hint=hint)
    ids = [i for files in bundled.values() for i in _ids(files, store)]
    return Diagnostic(
        "target-unknown",
        f"`{target}` is no collection, no id of a bundled formula, no file and no directory",
        hint=suggest(target, [*bundled, *ids]) or "`derivcheck list` shows what there is",
    )
