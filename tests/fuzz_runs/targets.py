"""What hostile input is thrown at, and what must be true of it afterwards.

Each target takes bytes. It must end without an exception, without running anything that the
bytes say, within bounded time, and what it tells must be safe for a terminal. A breach raises
:class:`Breach`; any other exception is one as well.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from derivcheck.checking.checker import Checker
from derivcheck.collection.formula import Formula
from derivcheck.collection.loader import Loader
from derivcheck.lint import lint_text
from derivcheck.model import Diagnostic, Report, Settings
from derivcheck.report import FORMATS, table

SECONDS = 20.0
"""Processor time that one input may take; judges are given far less."""

SETTINGS = Settings(samples=3, timeout=1.0)

_FORBIDDEN = (
    *("os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn"),
    *("subprocess.", "socket.", "shutil.", "os.remove", "os.rename", "os.rmdir", "os.chmod"),
    *("os.chown", "os.link", "os.symlink", "os.truncate", "os.mkdir", "os.kill", "pty.spawn"),
    *("webbrowser.", "urllib.", "ftplib.", "smtplib.", "pickle.find_class", "ctypes.dlopen"),
)
_watching = False
_breaches: list[str] = []


class Breach(AssertionError):
    """Something happened that no input may bring about."""


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if not _watching:
        return
    if event.startswith(_FORBIDDEN):
        _breaches.append(f"{event} {arguments!r:.200}")
    elif event == "open":
        path, mode, _ = arguments
        writes = isinstance(mode, str) and set(mode) & set("wax+")
        if writes or str(path).startswith(("/etc", "/proc/self/environ")):
            _breaches.append(f"open {path!r} {mode!r}")


def watch() -> None:
    """Start to notice what the interpreter does; it cannot be undone."""
    sys.addaudithook(_audit)


def _safe(text: str, where: str) -> None:
    """Raise where a text holds what a terminal would obey, beside line ends."""
    for character in text:
        if character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs"):
            raise Breach(f"{where} shows {character!r}")


def _told(results: tuple[object, ...], problems: tuple[Diagnostic, ...]) -> None:
    report = Report(results, problems, 1.0, version="fuzz", collections=(("c", "t"),))  # type: ignore[arg-type]
    shown = table.render(report, verbosity=1)
    _safe(shown, "the table")
    for defect in ("defect of derivcheck",):
        if defect in shown.replace("\n", " "):
            raise Breach(shown[max(0, shown.find(defect) - 200) :][:600])
    for name in FORMATS:
        text = FORMATS[name](report)
        text.encode("utf-8")
        if name in ("json", "sarif"):
            json.loads(text)
    for problem in problems:
        str(problem)


def files(data: bytes) -> None:
    """A formula file of these bytes: read, and everything in it checked and told."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzz.yaml"
        path.write_bytes(data)

        def work() -> None:
            checker = Checker(SETTINGS)
            loaded = list(Loader().file(path))
            entries = [one for one in loaded if isinstance(one, Formula)][:5]
            problems = tuple(one for one in loaded if isinstance(one, Diagnostic))
            _told(tuple(checker.check(entry) for entry in entries), problems)

        _watched(work)


def expressions(data: bytes) -> None:
    """One formula whose texts are the lines of these bytes: expression, claim, domain, claim."""
    lines = data.decode("utf-8", "surrogateescape").split("\n") + [""] * 6
    expression, claim, domain, second, upstream, name = lines[:6]
    raw: dict[str, object] = {
        "id": "fuzz",
        "name": name,
        "symbols": {"x": domain or "real", "X": ["m", "n"], "v": ["n"], "A": ["n", "n"]},
        "functions": {"u": "scalar(x)", "s": "elementwise"},
        "expression": expression,
        "wrt": "X" if "X" in expression else "x",
        "derivative": [claim, second] if second else claim,
    }
    if upstream:
        raw["upstream"] = upstream
    entry = Formula("fuzz", "", "fuzz.yaml", 1, 1, "fuzz", raw)  # type: ignore[arg-type]
    _watched(lambda: _told((Checker(SETTINGS).check(entry),), ()))


def documents(data: bytes) -> None:
    """A Markdown document of these bytes."""
    text = data.decode("utf-8", "replace")

    def work() -> None:
        for problem in lint_text(text, "fuzz.md"):
            str(problem)

    _watched(work)


def _watched(work: Callable[[], None]) -> None:
    global _watching
    _breaches.clear()
    start = time.process_time()
    _watching = True
    try:
        work()
    finally:
        _watching = False
    took = time.process_time() - start
    if _breaches:
        raise Breach("; ".join(_breaches))
    if took > SECONDS:
        raise Breach(f"took {took:.1f} s of the processor")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "files": files,
    "expressions": expressions,
    "documents": documents,
}

ROOT = Path(__file__).resolve().parent.parent.parent


def settle() -> None:
    """Import everything that is imported lazily, so that only the input's doing is watched."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for text in (b"x**2\n2*x", b"sin(x)\ncos(x)*0", b"tr(X.T @ X)\n2*X", b"u(x)*gamma(x)\nx"):
        expressions(text)
    from derivcheck.symbolic.sympy_judge import load_sympy

    load_sympy()
    documents(b"$$x$$ \\tag{1}")
