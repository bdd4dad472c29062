"""Small formula files for tests, and the bundled ones."""

from __future__ import annotations

import textwrap
from pathlib import Path

from derivcheck.checking.checker import Checker
from derivcheck.collection.loader import load_text
from derivcheck.collection.targets import bundled_collections, bundled_files
from derivcheck.lang.equation import Settings
from derivcheck.model import FormulaResult

HEAD = "derivcheck: 1\ncollection: c\nformulas:\n"
BUNDLED = [Path(file) for name in bundled_collections() for file in bundled_files(name)]
CORPUS = Path(__file__).parent / "corpus"


def first_result(text: str) -> FormulaResult:
    """The result of the first of some formulas without a head."""
    entries, problems = load_text(HEAD + text)
    assert not problems
    return Checker(Settings(), lambda name: entries).check(entries[0])


def formula(extra: str = "", **keys: str) -> str:
    """A file with one faultless formula, lines changed or added."""
    lines = {
        "id": "1",
        "symbols": "{x: real}",
        "expression": "x**2",
        "wrt": "x",
        "derivative": "2*x",
        **keys,
    }
    body = "".join(f"    {key}: {value}\n" for key, value in lines.items() if value)
    return HEAD + "  - " + body.lstrip() + textwrap.indent(extra, "    ")
