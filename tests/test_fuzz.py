"""The fuzz target runs, finds nothing in a little while, and can find something."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )


def test_a_little_fuzzing_finds_nothing() -> None:
    done = run("-m", "tests.fuzz", "--seconds", "1", "--seed", "0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 findings, seed 0" in done.stdout


CODE = "from tests import fuzz; fuzz.forbid(); import os, subprocess; "


@pytest.mark.parametrize(
    "action", ["os.system('true')", "subprocess.run(['true'])", "open('/etc/passwd')"]
)
def test_what_is_executed_is_found(action: str) -> None:
    done = run("-c", CODE + action)
    assert done.returncode != 0
    assert "Executed" in done.stderr
