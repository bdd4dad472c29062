"""The Python API, as its documentation says."""

from __future__ import annotations

import doctest
import multiprocessing
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import derivcheck
from derivcheck import api
from derivcheck.errors import CollectionError, TargetError
from derivcheck.model import Outcome, Verdict

FILE = """derivcheck: 1
collection: mine
formulas:
- {id: a, symbols: {x: real}, expression: sin(x), wrt: x, derivative: cos(x)}
- {id: b, symbols: {x: real}, expression: sin(x), wrt: x, derivative: -cos(x)}
- {id: c, symbols: {x: real}, expression: sin(x)*x, wrt: x, derivative: sin(x) + cos(x)*x,
   derivation: [{to: "diff(sin(x), x)*x + sin(x)"}, {to: cos(x)*x + sin(x), by: a}]}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(FILE, "utf-8")
    return path


def test_the_examples_of_the_documentation() -> None:
    result = doctest.testmod(api)
    assert result.attempted > 8
    assert result.failed == 0


def test_importing_derivcheck_imports_next_to_nothing() -> None:
    code = (
        "import sys, derivcheck; "
        "print(sorted(m for m in sys.modules if m.split('.')[0] in "
        "('numpy', 'sympy', 'flint', 'yaml', 'rich', 'typer', 'click') "
        "or m.startswith('derivcheck.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.stdout.strip() == "[]"


def test_a_file_is_verified_in_order_with_its_citations(file: Path) -> None:
    results = list(derivcheck.verify(file, jobs=2, use_cache=False))
    assert [(r.id, r.outcome) for r in results] == [
        ("a", Outcome.PASS),
        ("b", Outcome.FAIL),
        ("c", Outcome.PASS),
    ]
    assert results[1].verdict is Verdict.REFUTED
    assert results[1].claims[0].counterexample is not None
    assert [c.finding.value for c in results[2].citations] == ["holds"]


def test_citations_lead_to_files_beside() -> None:
    (result,) = derivcheck.verify("ai-edu:70", use_cache=False)
    assert result.outcome is Outcome.ERRATUM
    assert [c.justified_by for c in result.citations] == [("33",)]


def test_entries_may_be_chosen_before_they_are_verified(file: Path) -> None:
    entries = [entry for entry in derivcheck.load([file]) if entry.id != "b"]
    assert [r.id for r in derivcheck.verify(entries, use_cache=False)] == ["a", "c"]
    assert list(derivcheck.verify([], use_cache=False)) == []


def test_results_are_kept_between_runs(file: Path) -> None:
    first = list(derivcheck.verify(file))
    assert list(derivcheck.verify(file)) == first


def test_an_iterator_that_is_closed_leaves_no_process(file: Path) -> None:
    results = derivcheck.verify(file, use_cache=False)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


def test_text_is_loaded_too() -> None:
    assert [entry.label for entry in derivcheck.load(text=FILE)] == ["mine:a", "mine:b", "mine:c"]


def test_every_problem_of_a_file_is_told() -> None:
    broken = FILE.replace("wrt: x, derivative: cos(x)", "wtr: x").replace("id: b", "id: a:b")
    with pytest.raises(CollectionError) as caught:
        derivcheck.load(text=broken)
    assert [str(d) for d in caught.value.diagnostics] == [
        "<text>:4:3: no claim: one of `derivative`, `differential`, `equals`, "
        "`antiderivative` is needed "
        "[schema-claim]",
        "<text>:4:51: unknown key `wtr` (did you mean `wrt`?) [schema-unknown-key]",
        "<text>:5:8: `a:b` can't be an id (no spaces, no `:`, no `-` in front, at most 200 "
        "characters) [schema-value]",
    ]


def test_a_target_that_names_nothing_is_an_error() -> None:
    with pytest.raises(TargetError, match="`nowhere` is no collection"):
        derivcheck.load("nowhere")


def test_entries_and_targets_do_not_mix(file: Path) -> None:
    with pytest.raises(TypeError, match="targets or entries, not both"):
        list(derivcheck.verify([*derivcheck.load(file), "ai-edu"]))  # type: ignore[list-item]


CHECKS = {
    "a claim without meaning is a result": (
        derivcheck.check("tann(x)", "1", wrt="x"),
        Verdict.INVALID,
    ),
    "a differential": (
        derivcheck.check(
            "tr(X @ X)",
            "2*tr(X @ dX)",
            wrt=["X"],
            symbols={"X": ["n", "n"]},
            kind="differential",
        ),
        Verdict.PROVED,
    ),
    "an identity": (
        derivcheck.check("sin(2*x)", "2*sin(x)*cos(x)", symbols={"x": "real"}, kind="equals"),
        Verdict.PROVED,
    ),
    "only numbers": (
        derivcheck.check("sin(x)", "cos(x)", wrt="x", only="numeric"),
        Verdict.SUPPORTED,
    ),
    "several forms, one wrong": (
        derivcheck.check("sin(x)", ["cos(x)", "-cos(x)"], wrt="x"),
        Verdict.REFUTED,
    ),
}


@pytest.mark.parametrize(("result", "verdict"), CHECKS.values(), ids=CHECKS)
def test_one_formula(result: derivcheck.FormulaResult, verdict: Verdict) -> None:
    assert result.verdict is verdict


UNUSABLE = {
    "kind": (
        {"kind": "derivatives"},
        "kind is one of derivative, differential, equals, antiderivative, not 'derivatives'",
    ),
    "layout": (
        {"layout": "Numerator"},
        "layout is one of denominator, numerator, not 'Numerator'",
    ),
    "claim": ({"claim": []}, "claim is a text, or a list of at least one"),
    "no claim": ({"claim": None}, "claim is a text, or a list of at least one"),
    "seed": ({"seed": "a"}, "seed is a whole number, not 'a'"),
    "samples": ({"samples": 0}, "samples is a whole number from 1 on, not 0"),
    "timeout": ({"timeout": float("nan")}, "timeout is a number of seconds, not nan"),
    "negative": ({"timeout": -1}, "timeout is a number of seconds, not -1"),
    "only": ({"only": "numbers"}, "only is 'symbolic', 'numeric' or '', not 'numbers'"),
}


@pytest.mark.parametrize(("options", "message"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_option_that_means_nothing_is_an_error(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        derivcheck.check(**{"expression": "x**2", "claim": "2*x", "wrt": "x", **options})


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = derivcheck.nothing


def test_a_result_is_short_in_a_session_and_has_no_truth_value() -> None:
    result = derivcheck.check("tanh(x)", "1 + tanh(x)**2", wrt="x")
    assert repr(result) == "<FormulaResult check: refuted, fail>"
    assert repr(result.claims[0]) == (
        "<ClaimResult '1 + tanh(x)**2': refuted; at x = 1: 0.41997434, claimed 1.5800257; the sign "
        "of the term `tanh(x)**2` is wrong: `1 - tanh(x)**2` (proved)>"
    )
    with pytest.raises(TypeError, match=r"a result has no truth value: ask its `\.outcome`"):
        bool(result)
    with pytest.raises(TypeError, match=r"a result has no truth value: ask its `\.verdict`"):
        bool(result.claims[0])
    assert repr(derivcheck.load("ai-edu:8")) == "(<Formula ai-edu:8: sin(x)>,)"


def test_a_result_is_a_table_in_a_notebook() -> None:
    result = derivcheck.check("x < 1", "<b>", wrt="x")
    assert result._repr_html_() == (
        "<table><caption>check: <b>invalid</b></caption><tr><td><code>&lt;b&gt;</code></td>"
        "<td>invalid</td><td></td><td></td></tr></table>"
    )
    derived = derivcheck.derive("x**2", wrt="x")
    assert derived is not None
    row = "<tr><td><code>2*x</code></td><td>proved</td><td></td><td></td></tr>"
    assert derived._repr_html_() == f"<table>{row}</table>"
    wrong = derivcheck.check("sin(x)", "-cos(x)", wrt="x").claims[0]
    assert wrong.row().endswith("<td>the sign is wrong: <code>cos(x)</code> (proved)</td></tr>")


def test_a_result_is_coloured_by_rich() -> None:
    rich = pytest.importorskip("rich.console")
    console = rich.Console(width=100, no_color=True)
    with console.capture() as printed:
        console.print(derivcheck.check("[x, x]", "0", wrt="x"))
    assert printed.get().splitlines()[0] == "check refuted"
    named = replace(derivcheck.check("x", "1", wrt="x"), name="[red]x[/]")
    with console.capture() as printed:
        console.print(named)
    assert printed.get().splitlines()[0] == "check [red]x[/] proved"


def test_what_there_is_can_be_listed() -> None:
    assert {"check", "derive", "load", "verify"} <= set(dir(derivcheck))
    assert [name for name in dir(derivcheck) if not name.startswith("__")] == [
        "FormulaResult",
        "Outcome",
        "Verdict",
        "check",
        "derive",
        "exit_code",
        "load",
        "verify",
    ]
