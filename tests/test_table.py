"""A table as one run: rows that are no formulas, resuming, the summary."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.table import main

ROWS = [
    {"id": "sine", "section": "a", "symbols": {"x": "real"}, "expression": "sin(x)", "wrt": "x",
     "antiderivative": "-cos(x)"},
    {"id": "power", "section": "b", "symbols": {"x": "real"}, "expression": "x**2", "wrt": "x",
     "antiderivative": "x**3"},
    {"id": "no-claim", "section": "b", "expression": "x"},
]  # fmt: skip


def test_a_table_is_checked_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "rows.jsonl"
    table.write_text("\n".join([*map(json.dumps, ROWS), "{broken"]) + "\n")
    results = tmp_path / "rows.jsonl.results.jsonl"
    assert main([str(table), "--limit", "1", "-j", "1"]) == 0
    assert len(results.read_text().splitlines()) == 1
    assert main([str(table), "-j", "1"]) == 1
    told = capsys.readouterr().out
    assert "refuted: power (row 2) at x = " in told
    lines = [line.split() for line in told.splitlines()]
    assert ["a", "1", "0", "0", "0", "0", "1"] in lines
    assert ["b", "0", "0", "1", "1", "0", "2"] in lines
    assert ["all", "1", "0", "1", "2", "0", "4"] in lines
    before = results.read_text()
    assert len(before.splitlines()) == 4
    assert main([str(table), "-j", "1"]) == 1
    assert results.read_text() == before


def test_a_line_that_was_cut_off_is_checked_once_more(tmp_path: Path) -> None:
    table = tmp_path / "rows.jsonl"
    table.write_text("\n".join(map(json.dumps, ROWS)) + "\n")
    results = tmp_path / "rows.jsonl.results.jsonl"
    main([str(table), "-j", "1"])
    whole = results.read_text()
    results.write_text(whole[:-40])
    main([str(table), "-j", "1"])
    lines = results.read_text().splitlines()
    assert len(lines) == 4
    rows = [json.loads(line)["row"] for line in lines if line.endswith("}")]
    assert sorted(rows) == [1, 2, 3]


def test_yaml_is_a_table_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "rows.yaml"
    row = "{id: 1, symbols: {x: real}, expression: x**2, wrt: x, order: 2, derivative: 2}"
    table.write_text(f"- {row}\n")
    assert main([str(table), "-j", "1", "--fresh"]) == 0
    assert "all" in capsys.readouterr().out
