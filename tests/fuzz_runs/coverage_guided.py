"""The same targets under atheris, where it is installed: coverage guides the input.

``pip install atheris && python -m tests.fuzz_runs.coverage_guided -max_total_time=300``
(``DERIVCHECK_FUZZ`` names the target: files, expressions or documents.)
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any


def main() -> None:
    """Instrument derivcheck, then let atheris call the target."""
    atheris: Any = import_module("atheris")
    with atheris.instrument_imports(include=["derivcheck"]):
        targets: Any = import_module("tests.fuzz_runs.targets")
        targets.settle()
    targets.watch()
    atheris.Setup(sys.argv, targets.TARGETS[os.environ.get("DERIVCHECK_FUZZ", "expressions")])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
