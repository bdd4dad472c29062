"""A judge that does what the symbol it sees says: it hangs, eats memory, or kills its worker.

Tests put it in place of the real judges; workers are forked, so that they have it too.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys

from derivcheck.checking.judges import Row
from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import Evidence, Finding, Role, Strength

ROWS = (Row("hostile", Role.MEASURES, "any", "hostile_judge"),)

GOOD = "- {id: NAME, symbols: {x: real}, expression: x, wrt: x, derivative: '1'}"
BAD = "- {id: NAME, symbols: {NAME: real}, expression: NAME, wrt: NAME, derivative: '1'}"


def formula(name: str) -> str:
    """A formula that behaves as its name says (``hangs``, ``eats``, ``dies``) or well."""
    return (BAD if name in ("hangs", "eats", "dies", "raises") else GOOD).replace("NAME", name)


def judge(equation: Equation, settings: Settings) -> Evidence:
    """Agree with everything, except for the hostile names."""
    names = {symbol.name for symbol in equation.context.symbols}
    if "hangs" in names:
        mark = os.environ.get("DERIVCHECK_TEST_MARK")
        if mark:
            with open(f"{mark}.part", "w", encoding="utf-8") as stream:
                stream.write(str(os.getpid()))
            os.replace(f"{mark}.part", mark)
        # a loop inside C: no Python signal handler ever runs
        any(itertools.repeat(0))
    if "eats" in names:
        eaten = []
        while True:
            eaten.append(bytearray(100_000_000))
    if "dies" in names:
        os.kill(os.getpid(), signal.SIGKILL)
    if "raises" in names:
        raise RuntimeError("a defect")
    return Evidence("hostile", "none", Finding.HOLDS, Strength.SAMPLE)


if __name__ == "__main__":
    # derivcheck's command line, with this judge instead of the real ones
    import hostile_judge

    from derivcheck.__main__ import run
    from derivcheck.checking import judges

    judges.ROWS = hostile_judge.ROWS
    # a shell without job control has what it starts in the background ignore interrupts
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(run())
