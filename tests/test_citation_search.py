"""The search for what would justify a step: small formulas first, and never at the entry's cost."""

from __future__ import annotations

import pytest
from formula_files import HEAD, first_result

from derivcheck.checking import judges
from derivcheck.checking.citations import check as citations
from derivcheck.checking.citations.effort import Budget, Spent, effort
from derivcheck.collection.loader import load_text
from derivcheck.model import Outcome
from derivcheck.statements.claims import prepare

DOCUMENTED = (
    "- {id: documented, symbols: {x: real}, expression: x**3, wrt: x, derivative: 3*x**2, "
    "derivation: [{to: 3*x**2, by: lost}], errata: [{kind: dangling-reference, "
    "at: 'derivation[0].by', printed: lost, correct: cube}]}\n"
)
CUBE = "- {id: cube, symbols: {x: real}, expression: x**3, wrt: x, derivative: 3*x**2}\n"


def nested(operator: str, inner: str, times: int) -> str:
    for _ in range(times):
        inner = operator.format(inner)
    return inner


def hard(expression: str, declared: str = "x: real") -> str:
    return (
        f"- {{id: hard, symbols: {{{declared}}}, expression: '{expression}', wrt: x, "
        "derivative: '1'}\n"
    )


HARD = {
    "twenty derivatives": hard(nested("diff({}, x)", "exp(sin(x)*cos(x**2))", 20)),
    "twelve derivatives": hard(nested("diff({}, x)", "tan(sin(x) + x**2)", 12)),
    "many Hessians": hard(nested("sum(hessian({}, v))", "sum(exp(v))", 8), "x: real, v: [n]"),
    "a tower": hard(nested("exp(diff({}, x))", "sin(x)", 15)),
}


@pytest.mark.parametrize("neighbour", HARD.values(), ids=HARD)
@pytest.mark.parametrize("first", [True, False])
def test_a_hard_formula_spoils_no_other(
    neighbour: str, first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    run = judges.run
    monkeypatch.setattr(judges, "run", lambda *a: (asked.append(a[1]), run(*a))[1])
    text = DOCUMENTED + (neighbour + CUBE if first else CUBE + neighbour)
    result = first_result(text)
    assert (result.outcome, result.errata[0].status.value) == (Outcome.ERRATUM, "verified")
    assert result.citations[0].justified_by == ("cube",)
    assert result.citations[0].detail.endswith("not every formula was tried in its place")
    # no judge was ever asked about the hard one
    assert max(effort(equation.left, equation.right) for equation in asked) < 100


def test_a_spent_budget_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citations, "_SEARCH", 10)
    result = first_result(DOCUMENTED + CUBE)
    assert result.citations[0].justified_by == ()
    assert result.citations[0].detail.endswith("not every formula was tried in its place")
    assert result.errata[0].status.value == "verified"


def test_effort_grows_with_what_must_be_carried_out() -> None:
    def size(times: int) -> int:
        (entry,), _ = load_text(HEAD + hard(nested("diff({}, x)", "sin(x)", times)))
        return effort(prepare(entry).left)

    assert size(10) > 500 * size(1)
    with pytest.raises(Spent):
        Budget(5).spend(6)
