"""The pytest plugin and the assertions for one's own tests, run in a pytest of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from derivcheck.testing import assert_derivative

pytest_plugins = ["pytester"]

GOOD = """\
derivcheck: 1
collection: mine
formulas:
  - id: 1
    name: sine
    symbols: {x: real}
    expression: sin(x)
    wrt: x
    derivative: cos(x)
"""
WRONG = """\
  - id: 2
    name: hyperbolic tangent
    symbols: {x: real}
    expression: tanh(x)
    wrt: x
    derivative: 1 + tanh(x)**2
"""
INVALID = """\
  - id: 3
    name: shapes
    symbols: {A: [m, n], x: [m]}
    expression: sum(A @ x)
    wrt: x
    derivative: A.T @ ones(m)
"""
BROKEN = """\
  - id: 4
    derivitive: 1
    symbols: {x: real}
    expression: x
    wrt: x
    derivative: 1
"""


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "derivcheck.pytest_plugin", *options)


@pytest.fixture(autouse=True)
def _own_plugin_only(monkeypatch: pytest.MonkeyPatch) -> None:
    # where derivcheck is installed its entry point names the plugin already
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))


def test_nothing_is_collected_without_the_option(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("formulas.yaml").write_text(GOOD + WRONG)
    result = run(pytester)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_each_formula_is_an_item(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("formulas")
    folder.joinpath("a.yaml").write_text(GOOD + WRONG + INVALID)
    folder.joinpath("other.yaml").write_text("version: 2\nservices: {}\n")
    result = run(pytester, "--derivcheck", "formulas", "-v")
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        [
            "formulas/a.yaml::1 PASSED*",
            "formulas/a.yaml::2 FAILED*",
            "formulas/a.yaml::3 FAILED*",
            "mine:2 hyperbolic tangent, derivative: refuted",
            "  claim*1 + tanh(x)[*][*]2",
            "  at*x = *",
            "  value*true *, claimed *",
            "  formulas/a.yaml:15:17",
            "mine:3 shapes, expression: invalid: *inner dimensions differ*",
            "  formulas/a.yaml:19:*",
        ]
    )


def test_one_formula_can_be_asked_for(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("a.yaml").write_text(GOOD + WRONG)
    run(pytester, "--derivcheck", "a.yaml::1").assert_outcomes(passed=1)
    run(pytester, "--derivcheck", "a.yaml::2").assert_outcomes(failed=1)
    run(pytester, "--derivcheck", "-k", "tangent").assert_outcomes(failed=1, deselected=1)


def test_citations_lead_to_files_beside(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("a.yaml").write_text(GOOD)
    citing = "    derivation:\n      - {to: cos(x), by: 1}\n"
    pytester.path.joinpath("b.yaml").write_text(GOOD.replace("id: 1", "id: 5") + citing)
    run(pytester, "--derivcheck", "b.yaml").assert_outcomes(passed=1)


def test_a_problem_of_a_file_is_an_item_and_the_rest_is_checked(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("a.yaml").write_text(GOOD + BROKEN)
    result = run(pytester, "--derivcheck", "a.yaml")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*derivitive*", "  a.yaml:11:5"])


def test_a_named_file_that_is_no_formula_file_fails(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("a.yaml").write_text("- just a list\n")
    run(pytester, "--derivcheck", "a.yaml").assert_outcomes(failed=1)


def test_strict(pytester: pytest.Pytester) -> None:
    erratum = (
        WRONG + "    errata: [{kind: wrong-derivative, at: derivative, correct: 1 - tanh(x)**2}]\n"
    )
    pytester.path.joinpath("a.yaml").write_text(GOOD + erratum)
    result = run(pytester, "--derivcheck", "a.yaml", "-rP")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*documented erratum (wrong-derivative), verified"])
    run(pytester, "--derivcheck", "--derivcheck-strict", "a.yaml").assert_outcomes(
        passed=1, failed=1
    )


def test_the_plugin_is_light() -> None:
    code = (
        "import sys, derivcheck.pytest_plugin, derivcheck.testing\n"
        "print([m for m in ('sympy', 'numpy', 'flint', 'pebble', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("expr", "claim", "options"),
    [
        ("tanh(x)", "1 - tanh(x)**2", {"wrt": "x"}),
        ("log(x)", "1/x", {"wrt": "x", "symbols": {"x": "positive"}}),
        ("tr(A.T @ X)", "A", {"wrt": "X", "symbols": {"A": "[m, n]", "X": "[m, n]"}}),
        ("cosh(x)**2 - sinh(x)**2", "1", {"kind": "equals", "symbols": {"x": "real"}}),
    ],
    ids=["scalar", "domain", "matrix", "identity"],
)
def test_assert_derivative_passes(expr: str, claim: str, options: dict[str, object]) -> None:
    assert_derivative(expr, claim, **options)  # type: ignore[arg-type]


def test_assert_derivative_fails_with_the_shared_message() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_derivative("tanh(x)", "1 + tanh(x)**2", wrt="x")
    lines = str(caught.value).splitlines()
    assert lines[0] == "check, derivative: refuted"
    assert lines[1].split() == ["claim", "1", "+", "tanh(x)**2"]
    assert any(line.startswith("  at ") for line in lines)


def test_assert_derivative_says_what_is_invalid() -> None:
    with pytest.raises(AssertionError, match="undeclared symbol `y`"):
        assert_derivative("tanh(x)", "1 - y**2", wrt="x")


def test_check_gradient_is_at_hand() -> None:
    from derivcheck import testing
    from derivcheck.numeric.differences.callables import check_gradient

    assert testing.check_gradient is check_gradient
    with pytest.raises(AttributeError, match="nothing_such"):
        testing.nothing_such  # noqa: B018
