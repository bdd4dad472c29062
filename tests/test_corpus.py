"""The corpus: a folder's name is what derivcheck must say of everything in it.

Adding a case is adding an entry or a file; see tests/corpus/README.md.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from derivcheck.checking.checker import Checker
from derivcheck.checking.decisions import Examination
from derivcheck.collection.formula import Formula
from derivcheck.collection.loader import load_files
from derivcheck.lang.equation import Settings
from derivcheck.model import FormulaResult, Outcome, Verdict

CORPUS = Path(__file__).parent / "corpus"
ROOT = Path(__file__).parent.parent
FOLDERS = ("holds", "wrong", "invalid", "errata")


def files(folder: str) -> list[Path]:
    return sorted((CORPUS / folder).rglob("*.yaml"))


@cache
def read(folder: str) -> tuple[Formula, ...]:
    entries, problems = load_files(files(folder))
    assert not problems, [str(p) for p in problems]
    return entries


def cases(folder: str) -> list[object]:
    return [pytest.param(e, id=f"{Path(e.file).stem}-{e.id}") for e in read(folder)]


@cache
def checker(folder: str) -> Checker:
    """One for a folder, as in a run over it, within the time that users have."""

    def library(name: str) -> list[Formula]:
        return [e for e in read(folder) if e.collection == name]

    return Checker(Settings(), library)


def check(entry: Formula, folder: str) -> FormulaResult:
    return checker(folder).check(entry)


def said(result: FormulaResult | Examination) -> list[str]:
    """What to read when a case fails."""
    lines = [
        f"{claim.at}: {claim.claim}: {claim.verdict.value} {claim.reason}"
        for claim in result.claims
    ]
    lines += [f"{c.at}: {c.cites}: {c.finding.value} {c.detail}" for c in result.citations]
    if isinstance(result, FormulaResult):
        lines += [f"{e.at}: {e.status.value} {e.detail}" for e in result.errata]
    return lines + [str(d) for c in result.claims for d in c.diagnostics]


@pytest.mark.parametrize("folder", [*FOLDERS, "malformed"])
def test_the_corpus_has_something_in_every_folder(folder: str) -> None:
    assert files(folder)


@pytest.mark.parametrize("entry", cases("holds"))
def test_what_holds_is_proved(entry: Formula) -> None:
    result = check(entry, "holds")
    assert result.verdict is Verdict.PROVED, said(result)
    assert result.outcome is Outcome.PASS, said(result)


@pytest.mark.parametrize("entry", cases("wrong"))
def test_what_is_wrong_is_refuted_with_a_counterexample(entry: Formula) -> None:
    """Without the search for the slip, which takes most of the time: test_hints.py has hints."""
    result = checker("wrong").examine(entry)
    assert result.verdict is Verdict.REFUTED, said(result)
    assert checker("wrong").outcome(result, ()) is Outcome.FAIL, said(result)
    wrong = [claim for claim in result.claims if claim.verdict is Verdict.REFUTED]
    assert all(claim.counterexample is not None for claim in wrong)


@pytest.mark.parametrize("entry", cases("invalid"))
def test_what_means_nothing_is_invalid_with_a_message(entry: Formula) -> None:
    result = check(entry, "invalid")
    assert result.verdict is Verdict.INVALID, said(result)
    assert result.outcome is Outcome.FAIL, said(result)
    problems = [d for claim in result.claims for d in claim.diagnostics]
    assert problems
    for problem in problems:
        assert problem.message
        assert problem.location is not None
        assert problem.location.line >= entry.line


@pytest.mark.parametrize("entry", cases("errata"))
def test_documented_mistakes_are_verified(entry: Formula) -> None:
    result = check(entry, "errata")
    assert result.outcome is Outcome.ERRATUM, said(result)
    for erratum in result.errata:
        expected = "noted" if erratum.kind == "naming" else "verified"
        assert erratum.status.value == expected, said(result)


@pytest.mark.parametrize("file", files("malformed"), ids=lambda file: file.stem)
def test_a_malformed_file_is_told_with_line_and_column(file: Path) -> None:
    _, problems = load_files([file])
    assert problems
    for problem in problems:
        assert problem.location is not None
        assert problem.location.file == str(file)
        assert str(problem).isprintable()


def test_malformed_files_exit_with_2_and_run_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "derivcheck", "verify", str(CORPUS / "malformed"), "--no-cache"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []
    for file in files("malformed"):
        assert f"{file.name}:" in done.stdout + done.stderr
