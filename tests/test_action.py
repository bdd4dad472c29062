"""The composite action: what its script runs for the inputs that it gets."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

ACTION = yaml.safe_load(Path(__file__).parent.parent.joinpath("action.yml").read_text("utf-8"))
(SCRIPT,) = [step["run"] for step in ACTION["runs"]["steps"] if step.get("id") == "verify"]
REPORTS = "--format github --format markdown --output derivcheck-summary.md"
NOTHING = "::error title=derivcheck::no file of the repository matches the documents asked for\n"


@pytest.mark.parametrize(
    ("inputs", "files", "expected"),
    [
        ({"TARGETS": "formulas"}, "", (1, f"verify {REPORTS} -- formulas\n")),
        (
            {"TARGETS": "", "DOCUMENTS": "*.md", "ARGS": "--strict"},
            r"a.md\0b c.md\0",
            (1, f"verify {REPORTS} --strict -- a.md b c.md\n"),
        ),
        (
            {"TARGETS": "*.yaml", "SARIF": "s.json", "JUNIT": "j.xml"},
            "",
            (
                1,
                f"verify {REPORTS} --format sarif --output s.json --format junit "
                "--output j.xml -- *.yaml\n",
            ),
        ),
        ({"TARGETS": "", "DOCUMENTS": "nodocs/*.md"}, "", (2, NOTHING)),
        ({"TARGETS": "formulas", "DOCUMENTS": "nodocs/*.md"}, "", (2, NOTHING)),
    ],
    ids=["formulas", "documents", "reports", "no document", "no document, but formulas"],
)
def test_what_the_action_runs(
    inputs: dict[str, str], files: str, expected: tuple[int, str], tmp_path: Path
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (
        ("derivcheck", 'echo "$@"; exit 1'),
        ("git", f"[ $# = 4 ] && printf '{files}'"),
    ):
        tools.joinpath(name).write_text(f"#!/bin/sh\n{text}\n")
        tools.joinpath(name).chmod(0o755)
    given = dict.fromkeys(("TARGETS", "DOCUMENTS", "ARGS", "SARIF", "JUNIT"), "")
    told = tmp_path / "output"
    environment = {
        **given,
        **inputs,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_OUTPUT": str(told),
        "RUNNER_TEMP": ".",
    }
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", SCRIPT],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert (done.returncode, done.stdout.replace("./derivcheck-", "derivcheck-")) == expected
    assert told.read_text() == f"exit-code={expected[0]}\n"
