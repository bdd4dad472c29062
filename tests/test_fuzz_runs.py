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


FOUND = {
    "polylog-huge-order": (
        "expressions",
        "(1/2 @ m)\npolylog(1e30, 1 - 1)\nnonzero\n\nD(u)(x)\nname",
    ),
    "polylog-infinite": (
        "expressions",
        "besselj(1, 1)\npolylog(besselj(0, 0)**sign(2), -expint(m, D(u)(x)))\ninteger\n\n\nname",
    ),
    "polylog-of-zeta": (
        "expressions",
        "tr(polylog(zeta(n), airyai(0.5)))\n-1 + ellipe(pi, 1e30)\n(-1, 1)\nellipe(y, A)\n\nname",
    ),
    "polygamma-huge-order": ("expressions", "polygamma(1e30, e)\nn[i, j]\n(-1, 1)\n\n1 - 1\nname"),
    "infinite-in-signs": ("expressions", "e\nuppergamma(0, D(u)(x) + tr(sin(1e30)))\n\n\n\nname"),
    "factors-of-high-degree": (
        "expressions",
        "sigmoid(10000 / u(x))\n(0.5 - abs(digamma(e)))\nnatural\n\n0.5\nname",
    ),
    "sympy-overflows": (
        "expressions",
        "sigmoid(norm((digamma(1/2) ** Ei(1e30))))\ndiag(1/2)\n\n(-1 / x)\n\nname",
    ),
    "entry-of-an-unspelt-column": (
        "expressions",
        "ellipe(loggamma((2 ** x)), ((1e-30 - x) * x))\n"
        "((1e30 ** ones(n))[i, j] * (log(-1) + sigmoid(n)))\nnonzero\n(pi - oo)\n\nname",
    ),
    "differential-by-no-symbol": (
        "files",
        "derivcheck: 1\ncollection: c\nformulas:\n  - id: 1\n    symbols: {X: [m, n]}\n"
        '    expression: "X[i, j]"\n    wrt: pi[X, Y]\n    differential: "d(X[i, j])"\n',
    ),
    "long-number-as-tag": ("documents", f"$$ y \\tag{{1}} $$\n\n1. $x$\n\\tag{{{'1' * 6000}}}"),
    "long-number-as-shape": ("documents", f"a: [{'1' * 6000}, m]\n"),
}
"""What earlier runs found: aborts inside a library, hours, exceptions."""


@pytest.mark.parametrize(("target", "text"), FOUND.values(), ids=FOUND)
def test_what_broke_once_breaks_no_more(target: str, text: str) -> None:
    targets.settle()
    targets.TARGETS[target](text.encode())


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("verify", f"ai-edu:1-{'9' * 6000}"), 2, "no formula"),
        (
            ("check", "x @ x", "1", "--wrt", "x", "--symbol", f"x: [{'9' * 5000}]"),
            1,
            "out of range",
        ),
        (("check", "9" * 6000, "1", "--wrt", "x"), 1, "digits"),
    ],
    ids=["range", "shape", "number"],
)
def test_numbers_of_thousands_of_digits(
    arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "derivcheck", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert message in done.stdout + done.stderr


CATCHES = {
    "an exception": ("raise KeyError('x')", "KeyError"),
    "a command": ("import os; os.system('true')", "os.system"),
    "a process": ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
    "a file written": ("open('written-by-fuzz', 'w').close()", "written-by-fuzz"),
    "a secret read": ("open('/etc/passwd').close()", "/etc/passwd"),
    "too slow": (
        "import time\nend = time.process_time() + 0.6\nwhile time.process_time() < end: pass",
        "of the processor",
    ),
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
