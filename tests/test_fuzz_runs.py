"""A little hostile input, the same every time; ``python -m tests.fuzz_runs`` goes on longer."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from fuzz_runs import cases, targets

ROOT = Path(__file__).parent.parent

NUMBER = 60


def test_hostile_input_breaks_nothing() -> None:
    targets.settle()
    seen: Counter[str] = Counter()
    for target, data in islice(cases.cases(1), NUMBER):
        seen[target] += 1
        targets.TARGETS[target](data)
    assert set(seen) == set(targets.TARGETS)


CATCHES = {
    "an exception": ("raise KeyError('x')", "KeyError"),
    "a command": ("import os; os.system('true')", "os.system"),
    "a process": ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
    "a file written": ("open('written-by-fuzz', 'w').close()", "written-by-fuzz"),
    "a secret read": ("open('/etc/passwd').close()", "/etc/passwd"),
    "too slow": ("import time\nwhile time.process_time() < 3: pass", "of the processor"),
}


@pytest.mark.parametrize(("body", "said"), CATCHES.values(), ids=CATCHES)
def test_the_watch_notices(body: str, said: str, tmp_path: Path) -> None:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    script = (
        "import sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from tests.fuzz_runs import targets\n"
        f"def work():\n{lines}\n"
        "targets.SECONDS = 0.5\n"
        "targets.watch()\n"
        "targets._watched(work)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 1
    assert said in done.stderr


def test_a_terminal_escape_would_be_noticed() -> None:
    with pytest.raises(targets.Breach, match="the table shows"):
        targets._safe("fine\n\x1b[31m", "the table")
