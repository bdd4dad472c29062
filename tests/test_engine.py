"""Many formulas: order, isolation, limits, interrupts; no process is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import hostile_judge
import pytest
from checking import entries

from derivcheck.checking import judges
from derivcheck.collection.loader import load_files
from derivcheck.lang.equation import Settings
from derivcheck.model import FormulaResult, Outcome, Verdict
from derivcheck.running import engine
from derivcheck.running.library import FileLibrary

ROOT = Path(__file__).parent.parent
FORMULAS = ROOT / "formulas"
LIMITS = engine.Limits(seconds=2.0, memory=400 * 1024**2)

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are forked")


def made_up(names: list[str]) -> str:
    return "\n".join(hostile_judge.formula(name) for name in names)


@pytest.fixture
def _hostile(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(judges, "ROWS", hostile_judge.ROWS)
    yield
    assert multiprocessing.active_children() == []


@linux
@pytest.mark.usefixtures("_hostile")
@pytest.mark.parametrize("jobs", [1, 2])
def test_three_hostile_formulas_among_200_good_ones_spoil_only_themselves(jobs: int) -> None:
    names = [f"good-{i}" for i in range(200)]
    names[30:30] = ["hangs"]
    names[90:90] = ["eats"]
    names[150:150] = ["dies"]
    results = list(engine.verify(entries(made_up(names)), Settings(), jobs, limits=LIMITS))
    assert [r.id for r in results] == names
    bad = {
        r.id: (r.verdict.value, r.reason.removeprefix("hostile: "))
        for r in results
        if r.outcome is Outcome.FAIL
    }
    assert bad == {
        "hangs": ("undecided", "not finished within 2 s"),
        "eats": ("undecided", "MemoryError: the expression is too large"),
        "dies": ("undecided", f"its worker died (exit code {-signal.SIGKILL})"),
    }


@linux
@pytest.mark.usefixtures("_hostile")
def test_a_defect_in_a_judge_is_said_and_is_no_pass() -> None:
    (result,) = engine.verify(entries(made_up(["raises"])), Settings(), limits=LIMITS)
    assert result.verdict is Verdict.UNDECIDED
    assert result.defect.startswith("the judge `hostile` crashed: RuntimeError: a defect (judge:")
    assert result.defect.endswith(f"); report it with {result.collection}:raises")


@linux
@pytest.mark.usefixtures("_hostile")
def test_a_run_broken_off_leaves_no_process() -> None:
    run = engine.verify(entries(made_up(["good", "hangs", "other"])), Settings(), 2)
    assert next(run).id == "good"
    assert multiprocessing.active_children() != []
    run.close()  # type: ignore[attr-defined]


@linux
@pytest.mark.usefixtures("_hostile")
def test_entries_are_read_as_they_are_needed() -> None:
    read: list[int] = []

    def endless() -> Iterator[object]:
        (entry,) = entries(made_up(["good"]))
        while True:
            read.append(len(read))
            yield replace(entry, id=str(len(read)))

    run = engine.verify(endless(), Settings(), 1)  # type: ignore[arg-type]
    assert [next(run).id for _ in range(40)] == [str(i) for i in range(1, 41)]
    assert len(read) <= 40 + engine.WINDOW
    run.close()  # type: ignore[attr-defined]


def timeless(result: FormulaResult) -> FormulaResult:
    """A result without what a clock says."""
    claims = tuple(
        replace(claim, evidence=tuple(replace(e, seconds=0.0) for e in claim.evidence))
        for claim in result.claims
    )
    return replace(result, seconds=0.0, claims=claims)


def test_results_are_the_same_in_order_for_every_number_of_workers() -> None:
    files = [str(FORMULAS / "ai-edu" / "01-elementary.yaml")]
    files += [str(FORMULAS / "ai-edu" / "03-matrix.yaml")]
    loaded, problems = load_files(files)
    assert not problems
    library = FileLibrary(files)
    runs = [
        [timeless(r) for r in engine.verify(loaded, Settings(timeout=60), jobs, library)]
        for jobs in (1, 3)
    ]
    assert [r.id for r in runs[0]] == [entry.id for entry in loaded]
    assert runs[0] == runs[1]


# --- the command line, as a process that is broken off -----------------------------------------


def start(tmp_path: Path, *arguments: str) -> tuple[subprocess.Popen[str], int]:
    """Start a run that hangs in its second formula; its process, and its worker's id."""
    file = tmp_path / "made-up.yaml"
    body = "\n".join(f"  {hostile_judge.formula(name)}" for name in ("good", "hangs", "other"))
    file.write_text(f"derivcheck: 1\ncollection: made-up\nformulas:\n{body}\n", "utf-8")
    mark = tmp_path / "mark"
    process = subprocess.Popen(
        [
            *(sys.executable, "-W", "ignore", hostile_judge.__file__),
            *("verify", str(file), "-j1", "--timeout", "3600", *arguments),
        ],
        env={**os.environ, "DERIVCHECK_TEST_MARK": str(mark), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    while not mark.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    # until then it may be at work on the first formula, or on what it will tell of it
    asleep = 0
    while asleep < 10:
        asleep = asleep + 1 if state_of(process.pid) == "S" else 0
        time.sleep(0.02)
    return process, int(mark.read_text("utf-8"))


def state_of(pid: int) -> str:
    """What the system says a process does: R for running, S for waiting, Z for a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return ""


def gone(pid: int) -> bool:
    """Whether a process ends (or has become a zombie) before patience does."""
    for _ in range(1500):
        if state_of(pid) in ("", "Z"):
            return True
        time.sleep(0.02)
    return False


@linux
def test_an_interrupt_prints_what_is_decided_and_exits_130(tmp_path: Path) -> None:
    process, worker = start(tmp_path, "--no-cache")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted: this is what was decided" in err
    assert "hangs" not in out
    assert gone(worker)


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["KILL", "TERM"])
def test_workers_end_with_a_main_process_that_is_killed(tmp_path: Path, number: int) -> None:
    process, worker = start(tmp_path, "--no-cache")
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert gone(worker)
