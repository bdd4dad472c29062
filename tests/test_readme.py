"""What the README shows is what happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def block(kind: str, start: str) -> str:
    """The one block of a kind that begins so."""
    (found,) = (text for k, text in BLOCKS if k == kind and text.startswith(start))
    return found


def run(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from derivcheck.__main__ import run; run()", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)},
    )


def masked(text: str) -> str:
    """Without what rounding and clocks decide."""
    text = re.sub(r"(?<=  )[\d.e-]*\d +(?=refuted|proved)", "MEASURED ", text)
    return re.sub(r"[\d.]+ s$", "SECONDS", text, flags=re.MULTILINE)


def test_the_help() -> None:
    shown = run("--help").stdout
    assert (
        block("text", "Usage:").strip() == shown.replace("Usage: -c", "Usage: derivcheck").strip()
    )


def test_the_recorded_run(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(block("markdown", "# Gradients by hand\n"), "utf-8")
    done = run("verify", "notes.md", "--no-cache", "--timeout", "120", folder=tmp_path)
    assert done.returncode == 1
    recorded = block("console", "$ derivcheck verify notes.md").partition("\n")[2]
    assert masked(done.stdout).split() == masked(recorded).split()


DOCUMENTED = re.findall(
    r"^```(markdown|tex|rst)\n(.*?)^```$",
    (ROOT / "docs" / "documents.md").read_text("utf-8"),
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.parametrize(("kind", "text"), DOCUMENTED)
def test_every_annotation_of_the_manual_works(kind: str, text: str, tmp_path: Path) -> None:
    name = {"markdown": "page.md", "tex": "page.tex", "rst": "page.rst"}[kind]
    (tmp_path / name).write_text(text, "utf-8")
    done = run("verify", name, "--no-cache", "--strict", "--timeout", "120", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    assert " 0 claims" not in done.stdout
    assert "not read" not in done.stdout


def test_the_first_formulas_of_one_s_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(block("yaml", "derivcheck: 1\ncollection: mine"), "utf-8")
    done = run("verify", str(file), "--no-cache", "--timeout", "120")
    assert done.returncode == 0, done.stdout
    assert "2 formulas; 2 passed; 2 proved" in done.stdout


def test_the_python_example() -> None:
    code = block("python", "import derivcheck")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("number", [0, 1], ids=["main job", "tests"])
def test_ci_runs_the_two_commands(number: int) -> None:
    commands = block("sh", "python3 -m venv").splitlines()
    assert len(commands) == 2
    assert commands[number] in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
