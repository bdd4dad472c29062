"""One layout for formula files."""

from __future__ import annotations

from pathlib import Path

import pytest
from formula_files import BUNDLED, CORPUS

from derivcheck.collection.layout import format_text
from derivcheck.collection.loader import load_text


def test_layout_changes_white_space_only() -> None:
    text = (
        "derivcheck: 1\r\ncollection: c   \nformulas:\n\n\n- id: 1   # one\n"
        "  symbols: {x: real}\n  expression: x\n  wrt: x\n  derivative: '1'\n"
        "# about two\n- id: 2\n  symbols:\n      x: real\n  expression: |\n    x\n\n\n      + x\n"
        "  wrt: x\n  derivative: '2'\n\n\n"
    )
    assert format_text(text) == (
        "derivcheck: 1\ncollection: c\nformulas:\n  - id: 1   # one\n"
        "    symbols: {x: real}\n    expression: x\n    wrt: x\n    derivative: '1'\n\n"
        "# about two\n  - id: 2\n    symbols:\n        x: real\n    expression: |\n      x\n\n\n"
        "        + x\n    wrt: x\n    derivative: '2'\n"
    )


def test_layout_keeps_the_line_ends_of_windows() -> None:
    text = "derivcheck: 1\ncollection: c   \nformulas: []\n\n"
    laid_out = "derivcheck: 1\r\ncollection: c\r\nformulas: []\r\n"
    assert format_text(text.replace("\n", "\r\n")) == laid_out
    assert format_text(laid_out) == laid_out


@pytest.mark.parametrize("path", BUNDLED, ids=lambda p: p.stem)
def test_bundled_files_are_laid_out(path: Path) -> None:
    text = path.read_text("utf-8")
    assert format_text(text) == text


@pytest.mark.parametrize(
    "path",
    [p for name in ("holds", "wrong", "invalid", "errata") for p in (CORPUS / name).iterdir()],
    ids=lambda p: f"{p.parent.name}-{p.stem}",
)
def test_layout_is_idempotent_and_keeps_the_content(path: Path) -> None:
    text = path.read_text("utf-8")
    once = format_text(text)
    assert format_text(once) == once
    assert [e.as_written for e in load_text(once)[0]] == [e.as_written for e in load_text(text)[0]]
    comments = [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
    assert [line.strip() for line in once.splitlines() if line.strip().startswith("#")] == comments


def test_layout_leaves_other_files_alone() -> None:
    assert format_text("a:   1\n\n\n") == "a:   1\n\n\n"
