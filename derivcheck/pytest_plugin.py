"""Formulas as pytest items: ``pytest --derivcheck formulas/ notes.md``.

Every formula of a file becomes an item ``formulas/basic.yaml::71`` that passes where
``derivcheck verify`` passes it, and fails with the same message at the same line. A problem
of a file (YAML, unknown key) is an item of its own. Every claim of a document is an item
``notes.md::L42``; in folders those documents are collected that hold an annotation. Nothing is
collected without the option, and nothing heavy is imported before a formula runs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from derivcheck.collection.formula import Formula
    from derivcheck.documents.model import Claim, Read
    from derivcheck.documents.verdicts import Verify
    from derivcheck.model import Diagnostic, FormulaResult, Settings
    from derivcheck.report.messages import Message
    from derivcheck.running.library import FileLibrary

_HEAD = re.compile(rb"^['\"]?derivcheck['\"]?[ \t]*:", re.MULTILINE)
_HEAD_BYTES = 65536
_ANNOTATION = re.compile(
    rb"(?:<!--|%|^[ \t]*\.\.)[ \t]*(?:\\n|\n)?[ \t]*derivcheck\b", re.MULTILINE
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the plugin."""
    group = parser.getgroup("derivcheck", "derivative formulas")
    group.addoption(
        "--derivcheck",
        action="store_true",
        help="collect the formulas of derivcheck files (*.yaml, *.yml) and the claims of "
        "documents (named, or with an annotation) as tests",
    )
    group.addoption(
        "--derivcheck-strict",
        action="store_true",
        help="documented errata, formulas without a proof, suspects and what is not read in "
        "annotated sections fail too",
    )
    group.addoption(
        "--derivcheck-preamble",
        action="append",
        default=[],
        metavar="FILE",
        help="macros that documents use (may be repeated)",
    )
    group.addoption(
        "--derivcheck-timeout",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="time for each formula (default: 10)",
    )


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> FormulaFile | DocumentFile | None:
    """Collect formula files and documents: those named on the command line, and those that look
    like one."""
    if not parent.config.getoption("derivcheck"):
        return None
    from derivcheck.collection.targets import SUFFIXES

    if file_path.suffix not in SUFFIXES:
        return _document(file_path, parent)
    if not (parent.session.isinitpath(file_path) or _looks_like_one(file_path)):
        return None
    file: FormulaFile = FormulaFile.from_parent(parent, path=file_path)
    return file


def _document(path: Path, parent: pytest.Collector) -> DocumentFile | None:
    from derivcheck.documents.scan import is_document
    from derivcheck.files import MAX_NOTEBOOK_BYTES

    if not is_document(path.name):
        return None
    named = parent.session.isinitpath(path)
    if not (named or _looks_like_one(path, _ANNOTATION, MAX_NOTEBOOK_BYTES)):
        return None
    file: DocumentFile = DocumentFile.from_parent(parent, path=path)
    return file


def _looks_like_one(path: Path, sign: re.Pattern[bytes] = _HEAD, most: int = _HEAD_BYTES) -> bool:
    from derivcheck.files import read_regular

    try:
        return sign.search(read_regular(path, most)) is not None
    except (OSError, ValueError):
        return False


class FormulaFile(pytest.File):
    """A formula file; its formulas and its problems are its items."""

    def collect(self) -> Iterator[pytest.Item]:
        """Items in the order of the file, problems first."""
        from derivcheck.collection.loader import load_files
        from derivcheck.files import near

        entries, problems = load_files([near(str(self.path))])
        yield from _problem_items(self, problems)
        for entry in entries:
            yield FormulaItem.from_parent(self, name=entry.id, entry=entry)


class DocumentFile(pytest.File):
    """A document; the claims of its equations and its problems are its items."""

    _results: dict[str, FormulaResult] | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """Items in the order of the document, problems first."""
        from derivcheck.documents.load import load, preamble
        from derivcheck.documents.reader import read_document
        from derivcheck.documents.run import missed, not_read
        from derivcheck.files import near

        given = preamble(self.config.getoption("derivcheck_preamble"))
        source = load(near(str(self.path)), given)
        yield from _problem_items(self, (*given.problems, *source.problems))
        self.reads: tuple[Read, ...] = read_document(source)
        strict = self.config.getoption("derivcheck_strict")
        for read in self.reads:
            for claim in read.claims:
                yield ClaimItem.from_parent(self, name=claim.id, claim=claim)
            yield from _problem_items(self, map(not_read, missed(read)) if strict else ())

    def result(self, name: str) -> FormulaResult | None:
        """The result of a claim; None where in the end nothing is said of it."""
        if self._results is None:
            from derivcheck.documents.run import judge

            settings = _settings(self.config)
            found = judge(self.reads, _verifier(settings), settings.strict)
            self._results = {one.id: one for checked in found for one in checked.results}
        return self._results.get(name)


def _settings(config: pytest.Config) -> Settings:
    from derivcheck.model import Settings

    option = config.getoption
    return Settings(timeout=option("derivcheck_timeout"), strict=option("derivcheck_strict"))


def _verifier(settings: Settings) -> Verify:
    """What checks entries in worker processes."""
    from derivcheck.limits import all_cores
    from derivcheck.running.engine import verify

    return lambda entries: verify(entries, settings, all_cores())


class FormulaFailed(Exception):
    """A formula failed; the message says why."""


class _Item(pytest.Item):
    """What is checked of a file, and fails with the messages of every report."""

    def settle(self, result: FormulaResult, title: str, notes: Sequence[Message]) -> None:
        """Keep what a result says, and raise if it fails."""
        from derivcheck.model import Outcome
        from derivcheck.report.messages import failures

        if result.defect:
            self.session.stash[_DEFECT] = True
        self.user_properties.append(("verdict", result.verdict.value))
        self.user_properties.append(("outcome", result.outcome.value))
        if notes:
            self.add_report_section("call", title, "\n".join(note.text for note in notes))
        if result.outcome is Outcome.FAIL:
            raise FormulaFailed("\n".join(map(_placed, failures(result))))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message itself, without a traceback."""
        if isinstance(excinfo.value, FormulaFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


def _placed(message: Message) -> str:
    """A message with its place behind it."""
    from derivcheck.report.escape import plain

    return f"{message.text}\n  {plain(str(message.location))}"


class ClaimItem(_Item):
    """One claim of a document."""

    parent: DocumentFile

    def __init__(self, claim: Claim, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.claim = claim

    def runtest(self) -> None:
        """Judge the claim; fail as ``derivcheck verify`` would, skip what says nothing."""
        from derivcheck.report.messages import suspects

        result = self.parent.result(self.name)
        if result is None:
            pytest.skip("nothing is said of it in the end: `derivcheck verify -v` tells why")
        self.settle(result, "suspect", suspects(result))

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """File, line (from 0) and the claim's id."""
        return self.path, self.claim.location.line - 1, self.name


def _problem_items(parent: pytest.File, problems: Iterable[Diagnostic]) -> Iterator[ProblemItem]:
    for problem in problems:
        line = problem.location.line if problem.location else 1
        name = f"{problem.rule} in line {line}"
        yield ProblemItem.from_parent(parent, name=name, problem=problem)


class ProblemItem(_Item):
    """Something in a file that is no formula."""

    def __init__(self, problem: Diagnostic, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.problem = problem

    def runtest(self) -> None:
        """Fail with the problem."""
        from derivcheck.report.messages import diagnostic_message

        raise FormulaFailed(_placed(diagnostic_message(self.problem)))

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """File, line (from 0) and a title."""
        line = self.problem.location.line - 1 if self.problem.location else 0
        return self.path, line, self.name


class FormulaItem(_Item):
    """One formula."""

    def __init__(self, entry: Formula, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.entry = entry
        # `-k` finds what `derivcheck verify -k` does
        self.extra_keyword_matches.update((entry.name, entry.section, *entry.tags))

    def runtest(self) -> None:
        """Check the formula; fail as ``derivcheck verify`` would."""
        from derivcheck.report.messages import errata_notes

        result = _runner(self.session).result(self)
        self.settle(result, "errata", errata_notes(result))

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """File, line (from 0) and the formula's full name."""
        return self.path, self.entry.line - 1, f"{self.entry.label} {self.entry.name}".strip()


class _Runner:
    """Checks formulas ahead in worker processes, in the order in which the items run."""

    def __init__(self, session: pytest.Session) -> None:
        from derivcheck.running.library import FileLibrary

        self.settings = _settings(session.config)
        items = [item for item in session.items if isinstance(item, FormulaItem)]
        self.library: FileLibrary = FileLibrary(item.entry.file for item in items)
        self._done: dict[Formula, FormulaResult] = {}
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

    def _verify(self, entries: list[Formula]) -> Any:
        from derivcheck.limits import all_cores
        from derivcheck.running.engine import verify

        results = verify(entries, self.settings, min(all_cores(), len(entries)), self.library)
        yield from zip(entries, results, strict=True)


def _key(entry: Formula) -> Any:
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
