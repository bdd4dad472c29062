"""The main process killed at any moment: no worker stays, and the next run is right."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = [str(ROOT / "formulas" / "ai-edu" / "01-elementary.yaml")]


def start(cache: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "derivcheck", "verify", *FILES, "-j2"),
            *("--cache-dir", str(cache), *arguments),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def told(process: subprocess.Popen[str]) -> tuple[object, ...]:
    """Everything but times that a whole run tells."""
    out, err = process.communicate(timeout=300)
    assert err == ""
    assert process.returncode == 0

    def timeless(value: object) -> object:
        if isinstance(value, dict):
            return {k: timeless(v) for k, v in value.items() if k != "seconds"}
        return [timeless(v) for v in value] if isinstance(value, list) else value

    return timeless(json.loads(out))  # type: ignore[return-value]


def children(pid: int) -> list[int]:
    """The processes that a process has started and that have not ended."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    except OSError:
        return []
    return [int(child) for child in found]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_main_process_killed_at_ten_random_moments_spoils_no_later_run(tmp_path: Path) -> None:
    began = time.monotonic()
    expected = told(start(tmp_path / "whole", "--format", "json"))
    whole = time.monotonic() - began
    moments = random.Random(0)
    for number in range(10):
        # every other time there is a cache of an earlier, killed run
        cache = tmp_path / f"cache-{number // 2}"
        process = start(cache)
        until = time.monotonic() + moments.uniform(0, whole)
        workers: set[int] = set()
        while time.monotonic() < until:
            workers.update(children(process.pid))
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        patience = time.monotonic() + 30
        while any(map(alive, workers)) and time.monotonic() < patience:
            time.sleep(0.01)
        assert not any(map(alive, workers))
        assert told(start(cache, "--format", "json")) == expected
