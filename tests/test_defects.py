"""A defect of derivcheck is data: the same exit code in every report, and never a kept result."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from formula_files import HEAD, first_result

import derivcheck
from derivcheck.checking import judges
from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import (
    Diagnostic,
    Evidence,
    ExitCode,
    FormulaResult,
    Outcome,
    Report,
    Verdict,
    exit_code,
)
from derivcheck.report import FORMATS
from derivcheck.running.cache import worth_keeping

pytest_plugins = ["pytester"]

SCALAR = (
    "- {id: s, symbols: {x: real}, expression: x**x**2, wrt: x, "
    "derivative: 'x**(x**2 + 1)*(2*log(x) + 1)'}\n"
)
MATRIX = "- {id: m, symbols: {X: [n, n]}, expression: tr(X @ X), wrt: X, derivative: 2*X.T}\n"
WRONG = "- {id: w, symbols: {x: real}, expression: sin(x), wrt: x, derivative: -cos(x)}\n"
UNPROVED = (
    "- {id: u, symbols: {x: '(0, 1)'}, expression: 'polylog(2, x) + polylog(2, 1 - x)', "
    "equals: 'zeta(2) - log(x)*log(1 - x)'}\n"
)
CITES = (
    "- {id: c, symbols: {x: real}, expression: sin(x)**2, wrt: x, derivative: 2*sin(x)*cos(x), "
    "derivation: [{to: 2*sin(x)*D(sin)(x), by: b}]}\n"
    "- {id: b, symbols: {x: real}, functions: {u: scalar(x)}, expression: u(x)**2, wrt: x, "
    "derivative: 2*u(x)*D(u)(x)}\n"
)
ERRATUM = (
    "- {id: e, symbols: {x: real}, expression: sin(x), wrt: x, derivative: x, "
    "errata: [{kind: wrong-derivative, at: derivative, correct: cos(x)}]}\n"
)


def crash(*arguments: object) -> Any:
    raise KeyError("a slip")


def break_judge(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """One judge raises whatever it is asked."""
    load = judges.load
    monkeypatch.setattr(judges, "load", lambda row: crash if row.title == name else load(row))


JUDGES = {
    "interval arithmetic": SCALAR,
    "exact prover": SCALAR,
    "exact matrix prover": MATRIX,
    "central differences": SCALAR,
    "SymPy": SCALAR,
}


def test_every_judge_is_broken_in_turn() -> None:
    assert set(JUDGES) == {row.title for row in judges.ROWS}


@pytest.mark.parametrize("name", JUDGES)
def test_a_judge_that_crashes_is_a_defect(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "SymPy":  # it is asked where no other prover answers
        monkeypatch.setattr(judges, "ROWS", [r for r in judges.ROWS if r.title != "exact prover"])
    break_judge(monkeypatch, name)
    result = first_result(JUDGES[name])
    assert (result.verdict, result.outcome) == (Verdict.UNDECIDED, Outcome.FAIL)
    found = re.sub(r" \(crash:\d+\)", "", result.defect)
    entry = "c:m" if name == "exact matrix prover" else "c:s"
    assert found == f"the judge `{name}` crashed: KeyError: 'a slip'; report it with {entry}"
    assert exit_code([result]) == derivcheck.exit_code([result]) == 3
    assert not worth_keeping(result)


def test_a_judge_that_crashes_only_when_it_looks_closer_is_a_defect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hasty(equation: Equation, settings: Settings) -> Evidence:
        return balls(equation, settings) if settings.samples < 5 else crash()

    load = judges.load
    balls = load(next(row for row in judges.ROWS if row.title == "interval arithmetic"))
    monkeypatch.setattr(
        judges, "load", lambda row: hasty if row.title == "interval arithmetic" else load(row)
    )
    assert "the judge `interval arithmetic` crashed: KeyError" in first_result(UNPROVED).defect


ELSEWHERE = {
    "in a cited formula": CITES,
    "in a patched reading": ERRATUM,
}


@pytest.mark.parametrize("text", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_crash_counts_wherever_it_was_met(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    break_judge(monkeypatch, "exact prover")
    result = first_result(text)
    assert result.outcome is Outcome.FAIL
    assert "the judge `exact prover` crashed" in result.defect


def test_a_hint_that_crashes_costs_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    from derivcheck.checking.hints import find

    monkeypatch.setattr(find, "SLIPS", (crash,))
    result = first_result(WRONG)
    assert result.verdict is Verdict.REFUTED
    assert result.claims[0].hint is None
    assert result.defect == "the search for a hint crashed: KeyError: 'a slip'; report it with c:w"


GOOD = FormulaResult("c", "1", "", "f.yaml", 1, Outcome.PASS, Verdict.PROVED)
BAD = replace(GOOD, outcome=Outcome.FAIL, verdict=Verdict.REFUTED)
BROKEN = replace(BAD, verdict=Verdict.UNDECIDED, defect="the judge `x` crashed; report it with c:1")
PROBLEM = Diagnostic("yaml-syntax", "not YAML")
CODES = {
    "good": (Report((GOOD,)), ExitCode.OK),
    "nothing": (Report(()), ExitCode.OK),
    "a failure": (Report((GOOD, BAD)), ExitCode.FAILED),
    "a problem in a file": (Report((BAD,), (PROBLEM,)), ExitCode.UNUSABLE),
    "a defect": (Report((GOOD, BROKEN)), ExitCode.DEFECT),
    "a defect and a problem": (Report((BROKEN,), (PROBLEM,)), ExitCode.DEFECT),
    "a defect of a formula that passes": (
        Report((replace(GOOD, defect="a hint"),)),
        ExitCode.DEFECT,
    ),
    "an interrupt": (Report((BROKEN,), (PROBLEM,), interrupted=True), ExitCode.INTERRUPTED),
}


@pytest.mark.parametrize(("report", "code"), CODES.values(), ids=CODES)
def test_every_report_tells_the_same_exit_code(report: Report, code: ExitCode) -> None:
    assert report.exit_code is code
    told: Any = json.loads(FORMATS["json"](report))
    assert told["exit_code"] == code
    assert [r["defect"] for r in told["results"]] == [r.defect or None for r in report.results]
    (run,) = json.loads(FORMATS["sarif"](report))["runs"]
    assert run["invocations"] == [
        {"executionSuccessful": code in (0, 1, 2), "exitCode": int(code)},
    ]
    codes = re.findall(r'name="exit-code" value="(\d+)"', FORMATS["junit"](report))
    assert set(codes) <= {str(int(code))}
    assert bool(codes) is bool(report.results or report.problems)


def test_every_report_names_the_entry() -> None:
    report = Report((BROKEN,))
    for name in ("table", "markdown", "github", "junit", "sarif", "json"):
        assert "c:1" in FORMATS[name](report), name
    assert "error" in FORMATS["junit"](report)


def test_the_command_exits_with_3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from derivcheck.cli.app import app

    (tmp_path / "f.yaml").write_text(HEAD + SCALAR)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DERIVCHECK_CACHE_DIR", str(tmp_path / "cache"))
    with monkeypatch.context() as broken:
        break_judge(broken, "interval arithmetic")
        for _ in range(2):
            result = CliRunner().invoke(app, ["verify", "f.yaml"])
            assert result.exit_code == 3, result.output
            assert "the judge `interval arithmetic` crashed: KeyError: 'a slip'" in " ".join(
                result.stdout.split()
            )
    # the judge is mended: nothing of the broken run was kept
    assert CliRunner().invoke(app, ["verify", "f.yaml"]).exit_code == 0


def test_pytest_exits_with_3(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "from derivcheck.checking import judges\n"
        "load = judges.load\n"
        "def crash(*arguments):\n    raise KeyError('a slip')\n"
        "judges.load = lambda row: crash if row.title == 'interval arithmetic' else load(row)\n"
    )
    pytester.makefile(".yaml", f=HEAD + SCALAR)
    result = pytester.runpytest_subprocess("--derivcheck", "-p", "no:cacheprovider")
    assert result.ret == 3
    result.stdout.fnmatch_lines(
        ["*the judge `interval arithmetic` crashed: KeyError*a defect of derivcheck*"]
    )


ONCE_CRASHED = {
    "more arguments than letters": (
        "- {id: u, symbols: {x: real}, functions: {u: 'scalar(ARGS)'}, expression: 'u(XS)', "
        "wrt: x, derivative: 'diff(u(XS), x)'}\n"
    )
    .replace("ARGS", ", ".join(f"a{k}" for k in range(30)))
    .replace("XS", ", ".join(["x"] * 30)),
    "an index of one value, bound": (
        "- {id: u, symbols: {X: [1, n]}, functions: {f: scalar(X)}, expression: f(X), wrt: [X], "
        "differential: 'sum(sum(grad(f(X), X)[i, j]*dX[i, j], i), j)'}\n"
    ),
    "an index of one value, free": (
        "- {id: u, symbols: {X: [1, n], b: [m]}, expression: 'X[i, j]*b[k, i]', "
        "equals: 'X[0, j]*b[k, 0]'}\n"
    ),
    "a number that only bounds name": (
        "- {id: u, symbols: {n: natural, m: natural}, equals: 2*n, "
        "expression: 'sum(sum(1, (j, m, m)), (k, 1 - n, n))'}\n"
    ),
    "a hint beside an empty list": (
        "- {id: u, name: a hint, symbols: {b: positive, z: real}, expression: 'hyper([], [b], z)', "
        "wrt: z, derivative: 'hyper([], [b + 1], z)'}\n"
    ),
    "a hint from inside a sum": (
        "- {id: u, name: a hint, symbols: {x: [n]}, expression: 'sum(x[i]**2, i)', wrt: x, "
        "derivative: '3*x + [where(i > 2, 1, 0) for i in n]'}\n"
    ),
    "a hint from inside a product": (
        "- {id: u, name: a hint, symbols: {x: [n]}, expression: '2*prod(x[i]**2, i)', wrt: x, "
        "derivative: '3*x + [where(i > 2, 1, 0) for i in n]'}\n"
    ),
}
SUMMED = "sum(A[i, j], i, j) + max(x, norm(A))"


def test_a_sum_may_be_met_again_outside_a_derivative() -> None:
    text = (
        "- {id: u, symbols: {x: nonzero, A: [3]}, functions: {u: scalar(x)}, "
        f"expression: u({SUMMED}), wrt: x, order: 2, derivative: 'diff(u({SUMMED}), x)'}}\n"
    )
    result = first_result(text.replace(f"u({SUMMED}), wrt", f"'u({SUMMED})', wrt"))
    assert (result.verdict, result.defect) == (Verdict.REFUTED, "")


@pytest.mark.parametrize("text", ONCE_CRASHED.values(), ids=ONCE_CRASHED)
def test_what_once_crashed(text: str) -> None:
    result = first_result(text)
    assert result.defect == ""
    assert result.verdict is (Verdict.REFUTED if "a hint" in text else Verdict.PROVED)


def test_what_a_derivative_binds_is_no_place_of_a_parameter() -> None:
    """Where t is an entry of the variable inside of the differential, an index had no value."""
    result = first_result(
        "- {id: a, symbols: {x: [n], t: real}, wrt: [x], "
        "expression: 'sum(max(x[a] - t, 0), a) + sum(x[a]**2, a)', "
        "differential: 'sum((((sign(x[q] - t) + 1)/2)**2 + 2*x[q])*dx[q], q)'}\n"
    )
    assert result.defect == ""
    assert result.verdict is Verdict.SUPPORTED
