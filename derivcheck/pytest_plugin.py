"""Formulas as pytest items: ``pytest --derivcheck formulas/``.

Every formula of a file becomes an item ``formulas/basic.yaml::71`` that passes where
``derivcheck verify`` passes it, and fails with the same message at the same line. A problem
of a file (YAML, unknown key) is an item of its own. Nothing is collected without the option,
and nothing heavy is imported before a formula runs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from derivcheck.collection.entry import Entry
    from derivcheck.lang.equation import Settings
    from derivcheck.model import Diagnostic, FormulaResult
    from derivcheck.running.library import FileLibrary

_SUFFIXES = (".yaml", ".yml")
_HEAD = re.compile(rb"^['\"]?derivcheck['\"]?[ \t]*:", re.MULTILINE)
_HEAD_BYTES = 65536


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the plugin."""
    group = parser.getgroup("derivcheck", "derivative formulas")
    group.addoption(
        "--derivcheck",
        action="store_true",
        help="collect the formulas of derivcheck files (*.yaml, *.yml) as tests",
    )
    group.addoption(
        "--derivcheck-strict",
        action="store_true",
        help="documented errata and formulas without a proof fail too",
    )
    group.addoption(
        "--derivcheck-timeout",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="time for each formula (default: 10)",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FormulaFile | None:
    """Collect formula files: those named on the command line, and those that look like one."""
    if not parent.config.getoption("derivcheck") or file_path.suffix not in _SUFFIXES:
        return None
    if not (parent.session.isinitpath(file_path) or _looks_like_one(file_path)):
        return None
    file: FormulaFile = FormulaFile.from_parent(parent, path=file_path)
    return file


def _looks_like_one(path: Path) -> bool:
    from derivcheck.files import read_regular

    try:
        return _HEAD.search(read_regular(path, _HEAD_BYTES)) is not None
    except (OSError, ValueError):
        return False


class FormulaFile(pytest.File):
    """A formula file; its formulas and its problems are its items."""

    def collect(self) -> Iterator[pytest.Item]:
        """Items in the order of the file, problems first."""
        from derivcheck.collection.loader import load_files

        entries, problems = load_files([_shown(self.path)])
        for problem in problems:
            line = problem.location.line if problem.location else 1
            yield ProblemItem.from_parent(
                self, name=f"{problem.rule} in line {line}", problem=problem
            )
        for entry in entries:
            yield FormulaItem.from_parent(self, name=entry.id, entry=entry)


def _shown(path: Path) -> str:
    """The path as messages show it: from the current folder where it stands below it."""
    near = os.path.relpath(path)
    return str(path) if near.startswith(os.pardir) else near


class FormulaFailed(Exception):
    """A formula failed; the message says why."""


class ProblemItem(pytest.Item):
    """Something in a file that is no formula."""

    def __init__(self, problem: Diagnostic, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.problem = problem

    def runtest(self) -> None:
        """Fail with the problem."""
        from derivcheck.report.escape import plain
        from derivcheck.report.messages import diagnostic_message

        message = diagnostic_message(self.problem)
        raise FormulaFailed(f"{message.text}\n  {plain(str(message.location))}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message itself, without a traceback."""
        if isinstance(excinfo.value, FormulaFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """File, line (from 0) and a title."""
        line = self.problem.location.line - 1 if self.problem.location else 0
        return self.path, line, self.name


class FormulaItem(pytest.Item):
    """One formula."""

    def __init__(self, entry: Entry, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.entry = entry

    def runtest(self) -> None:
        """Check the formula; fail as ``derivcheck verify`` would."""
        from derivcheck.model import Outcome
        from derivcheck.report.escape import plain
        from derivcheck.report.messages import errata_notes, failures

        result = _runner(self.session).result(self)
        if result.defect:
            self.session.stash[_DEFECT] = True
        self.user_properties.append(("verdict", result.verdict.value))
        self.user_properties.append(("outcome", result.outcome.value))
        notes = errata_notes(result)
        if notes:
            self.add_report_section("call", "errata", "\n".join(note.text for note in notes))
        if result.outcome is Outcome.FAIL:
            raise FormulaFailed(
                "\n".join(f"{m.text}\n  {plain(str(m.location))}" for m in failures(result))
            )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message itself, without a traceback."""
        if isinstance(excinfo.value, FormulaFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """File, line (from 0) and the formula's full name."""
        return self.path, self.entry.line - 1, f"{self.entry.label} {self.entry.name}".strip()


class _Runner:
    """Checks formulas ahead in worker processes, in the order in which the items run."""

    def __init__(self, session: pytest.Session) -> None:
        from derivcheck.lang.equation import Settings
        from derivcheck.running.library import FileLibrary

        option = session.config.getoption
        self.settings: Settings = Settings(
            timeout=option("derivcheck_timeout"), strict=option("derivcheck_strict")
        )
        items = [item for item in session.items if isinstance(item, FormulaItem)]
        self.library: FileLibrary = FileLibrary(
            tuple(dict.fromkeys(item.entry.file for item in items))
        )
        self._done: dict[Entry, FormulaResult] = {}
        # a worker of pytest-xdist is told its items one by one: nothing can run ahead there
        ahead = [] if hasattr(session.config, "workerinput") else items
        self._stream = self._verify([item.entry for item in ahead])

    def result(self, item: FormulaItem) -> FormulaResult:
        """The result of one item's formula."""
        key = item.entry
        while (found := self._done.pop(_key(key), None)) is None:
            entry, result = next(self._stream, (None, None))
            if entry is None or result is None:
                self._stream = self._verify([key])
            else:
                self._done[_key(entry)] = result
        return found

    def close(self) -> None:
        """End the workers."""
        self._stream.close()

    def _verify(self, entries: list[Entry]) -> Any:
        from derivcheck.running.engine import verify

        jobs = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        results = verify(entries, self.settings, min(jobs, len(entries)), self.library)
        yield from zip(entries, results, strict=True)


def _key(entry: Entry) -> Any:
    return entry.file, entry.id


_RUNNER = pytest.StashKey[_Runner]()
_DEFECT = pytest.StashKey[bool]()


def _runner(session: pytest.Session) -> _Runner:
    if _RUNNER not in session.stash:
        session.stash[_RUNNER] = _Runner(session)
    return session.stash[_RUNNER]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End the workers that may still run after an interrupt or ``-x``; tell of a defect."""
    if _RUNNER in session.stash:
        session.stash[_RUNNER].close()
    if session.stash.get(_DEFECT, False):
        from derivcheck.model import ExitCode

        # pytest's own word for it, "internal error", has the same number
        session.exitstatus = pytest.ExitCode(ExitCode.DEFECT)
