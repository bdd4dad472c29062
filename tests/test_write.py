"""What is written as a formula file reads back as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivcheck.collection.formula import Formula
from derivcheck.collection.loader import load_text
from derivcheck.collection.raw import Raw
from derivcheck.collection.write import file_text, formula_text

FORMULA: dict[str, Raw] = {
    "id": "71",
    "latex": r"y = \frac{1}{x}, 'so' \# \t",
    "symbols": {"x": "(0, 1)", "A": ["m", "n"], "B": {"shape": ["n"], "domain": "positive"}},
    "functions": {"u": "scalar(x, y)", "sigma": "elementwise"},
    "where": {"z": "A @ B + [1, 2]", "w": "x[i, j]*2"},
    "expression": "log(x, a)",
    "wrt": "x",
    "derivative": ["log(e, a)/x", "1/(x*ln(a))"],
    "derivation": [{"to": "-x", "by": "30"}],
}


def formula(raw: dict[str, Raw]) -> Formula:
    return Formula("some", "", "f.yaml", 1, 1, str(raw["id"]), raw)


def test_how_it_looks() -> None:
    assert formula_text(formula(FORMULA)) == (
        "id: 71\n"
        r"latex: 'y = \frac{1}{x}, ''so'' \# \t'" "\n"
        "symbols: {x: '(0, 1)', A: [m, n], B: {shape: [n], domain: positive}}\n"
        "functions: {u: 'scalar(x, y)', sigma: elementwise}\n"
        "where: {z: 'A @ B + [1, 2]', w: 'x[i, j]*2'}\n"
        "expression: log(x, a)\n"
        "wrt: x\n"
        "derivative: ['log(e, a)/x', 1/(x*ln(a))]\n"
        "derivation: [{to: '-x', by: 30}]\n"
    )  # fmt: skip


def test_it_reads_back() -> None:
    entries, problems = load_text(
        file_text("some", [formula(FORMULA), formula({**FORMULA, "id": "72"})], "A: title")
    )
    assert problems == ()
    assert [entry.as_written for entry in entries] == [FORMULA, {**FORMULA, "id": "72"}]
    assert {entry.title for entry in entries} == {"A: title"}


@pytest.mark.parametrize(
    "text",
    ["x", "-x", "- x", "a: b", "a #b", "'", '"', "[a", "{", "true", "null", "~", "*x", "&x", "!x",
     "%x", "@x", "a\nb", "\\n", "é", "|", ">", "?", ": ", "a,b", "0.50", "=", "x:", "`a`",
     "\u200b"],
)  # fmt: skip
def test_any_text(text: str) -> None:
    raw: dict[str, Raw] = {**FORMULA, "expression": text, "derivative": [text, text],
                           "where": {"z": text}, "note": text}  # fmt: skip
    entries, problems = load_text(file_text("some", [formula(raw)]))
    assert (problems, [entry.as_written for entry in entries]) == ((), [raw])


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]),
                min_size=1, max_size=20)  # fmt: skip


@given(_TEXT, st.lists(_TEXT, min_size=1, max_size=12))
def test_whatever_is_written(one: str, many: list[str]) -> None:
    raw: dict[str, Any] = {**FORMULA, "expression": one, "derivative": many, "note": one}
    entries, problems = load_text(file_text("some", [formula(raw)]))
    assert (problems, [entry.as_written for entry in entries]) == ((), [raw])
