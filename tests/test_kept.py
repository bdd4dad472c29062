"""A whole run kept as text: the same as an uncached one, and only where nothing has changed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from derivcheck.cli.app import app
from derivcheck.running import engine

ROOT = Path(__file__).parent.parent

TEXT = """derivcheck: 1
collection: made-up
formulas:
- {id: 1, symbols: {x: real}, expression: x**2, wrt: x, derivative: 2*x}
- {id: 2, symbols: {x: real}, expression: sin(x), wrt: x, derivative: cos(x),
   derivation: [{to: cos(x), by: "other:1"}]}
- {id: 3, symbols: {x: real}, expression: sin(x), wrt: x, derivative: sin(x)}
"""
OTHER = """derivcheck: 1
collection: other
formulas:
- {id: 1, symbols: {x: real}, expression: sin(x), wrt: x, derivative: cos(x)}
"""
HEAVY = (
    "sympy",
    "numpy",
    "flint",
    "yaml",
    "rich",
    "ssl",
    "derivcheck.lang.nodes",
    "derivcheck.running.engine",
)
SCRIPT = f"""
import sys
from derivcheck.cli.app import app
code = app(sys.argv[1:], standalone_mode=False)
found = [name for name in {HEAVY!r} if name in sys.modules]
sys.stderr.write(f"code {{code}}; imported {{' '.join(found)}}\\n")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "made-up.yaml").write_text(TEXT, "utf-8")
    (tmp_path / "other.yaml").write_text(OTHER, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def verify(*arguments: str, **environment: str) -> tuple[str, bool]:
    """What a run in this process prints, without its seconds; and whether it checked anything."""
    with pytest.MonkeyPatch.context() as watch:
        runs: list[object] = []
        real = engine.verify

        def watched(*given: Any, **options: Any) -> Any:
            runs.append(given)
            return real(*given, **options)

        watch.setattr(engine, "verify", watched)
        done = CliRunner().invoke(
            app, ["verify", "--cache-dir", "cache", *arguments], env=environment
        )
    return timeless(done.stdout), bool(runs)


def verify_alone(*arguments: str, **environment: str) -> tuple[str, str]:
    """What a process of its own prints, without its seconds; exit code and what it imported."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "verify", "--cache-dir", "cache", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=False,
    )
    return timeless(done.stdout), done.stderr


def timeless(text: str) -> str:
    return re.sub(r"\d+\.\d\d s", "", text)


LIGHT = "code 1; imported \n"

OPTIONS = {
    "plain": (".",),
    "quiet": (".", "-q"),
    "in words": (".", "-v"),
    "one": ("made-up.yaml:3",),
    "filtered": (".", "-k", "3"),
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_a_kept_run_is_what_an_uncached_one_is_and_imports_nothing_heavy(
    folder: Path, options: tuple[str, ...]
) -> None:
    fresh, checked = verify(*options, "--no-cache")
    first, _ = verify(*options)
    second, light = verify_alone(*options)
    assert fresh == first == second != ""
    assert checked
    assert light == LIGHT


def test_colour_and_width_are_kept_apart(folder: Path) -> None:
    pale, _ = verify(".")
    bright, _ = verify(".", FORCE_COLOR="1")
    assert "\x1b[" not in pale
    assert "\x1b[" in bright
    assert verify_alone(".", FORCE_COLOR="1") == (bright, LIGHT)


CHANGES: dict[str, Callable[[Path], object]] = {
    "what is checked": lambda f: (f / "made-up.yaml").write_text(TEXT.replace("2*x", "3*x")),
    "what is cited": lambda f: (f / "other.yaml").write_text(OTHER.replace("cos(x)", "-cos(x)")),
    "another file": lambda f: (f / "more.yaml").write_text(OTHER.replace("id: 1", "id: 2")),
    "a file less": lambda f: (f / "other.yaml").unlink(),
    "a faulty file": lambda f: (f / "other.yaml").write_text("formulas: [", "utf-8"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen(folder: Path, change: Callable[[Path], object]) -> None:
    before, _ = verify(".")
    change(folder)
    after, checked = verify(".")
    assert after != before
    assert checked
    assert after == verify(".", "--no-cache")[0]


def test_what_is_undecided_is_not_kept(folder: Path) -> None:
    text = TEXT.replace("expression: x**2", "expression: sqrt(-1 - x**2)")
    (folder / "made-up.yaml").write_text(text, "utf-8")
    first, _ = verify(".")
    second, checked = verify(".")
    assert first == second
    assert "undecided FAIL" in first
    assert checked
