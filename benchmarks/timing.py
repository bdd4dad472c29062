"""Time commands in turn, so that a busy machine slows all of them alike."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMPORTS = (sys.executable, "-c", "import sympy, numpy")


@dataclass(frozen=True, slots=True)
class Timed:
    """Median seconds of a command, the fewest of the processor with those of its workers (a busy
    machine only adds to them), and the largest memory of its main process (MB)."""

    seconds: float
    processor: float
    megabytes: float
    code: int


def derivcheck(*arguments: str) -> tuple[str, ...]:
    """The command line of derivcheck, in this interpreter."""
    return (sys.executable, "-m", "derivcheck", *arguments)


def once(command: Sequence[str], cache: Path | None = None) -> Timed:
    """Run a command and wait for it alone: its time, its own peak memory, its exit code."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    # an installed package is compiled once, like the libraries that it is compared with
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if cache is not None:
        environment["DERIVCHECK_CACHE_DIR"] = str(cache)
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    # wait4 counts this process and the children it has waited for, and tells the largest of all
    peak = 0.0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        peak = max(peak, _peak(process.pid))
        time.sleep(0.01)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    processor = usage.ru_utime + usage.ru_stime
    return Timed(seconds, processor, peak or _megabytes(usage), process.returncode)


def interleaved(
    commands: Mapping[str, Sequence[str]], rounds: int, cache: Path | None = None
) -> dict[str, Timed]:
    """The median of ``rounds`` runs of each command, one of each in turn."""
    runs: dict[str, list[Timed]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(once(command, cache))
    return {
        name: Timed(
            statistics.median(t.seconds for t in timed),
            min(t.processor for t in timed),
            max(t.megabytes for t in timed),
            timed[0].code,
        )
        for name, timed in runs.items()
    }


def _peak(pid: int) -> float:
    """The largest memory a process has had so far (MB), where the system tells."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
