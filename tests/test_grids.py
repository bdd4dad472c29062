"""Claims taken apart into cells: grids over parts of dimensions, blocks, and entries."""

from __future__ import annotations

from typing import Any

import pytest
from adhoc import adhoc

from derivcheck.lang import nodes as n
from derivcheck.lang.dims import ONE, Dim
from derivcheck.lang.equation import Settings
from derivcheck.lang.printer import node_text
from derivcheck.model import Finding
from derivcheck.symbolic.matrix.blocks import blocks
from derivcheck.symbolic.matrix.grid_rules import RULES
from derivcheck.symbolic.matrix.grids import (
    Grid,
    Grids,
    NotWrittenError,
    flipped,
    matmul,
    multiplied,
    named_cells,
    times,
    total,
)
from derivcheck.symbolic.matrix.judge import judge
from derivcheck.symbolic.matrix.spelled import spelled_out

N, M = Dim(1, ("n",)), Dim(1, ("m",))
BOTH = N + M


def _grids(*, by_entry: bool = False) -> Grids:
    splits = {BOTH: (N, M)}
    if by_entry:
        splits = {ONE: (ONE,), Dim(2): (ONE, ONE), Dim(3): (ONE, ONE, ONE)}
    return Grids({**RULES, n.Sym: named_cells}, splits, {}, {}, by_entry=by_entry)


def _names(grid: Grid) -> list[list[str]]:
    return [[node_text(cell) for cell in row] for row in grid]


def test_symbols_fall_into_cells() -> None:
    x, a = n.Sym("x", shape=(BOTH, ONE)), n.Sym("A", shape=(N, BOTH))
    assert _names(_grids().of(x)) == [["x[0]"], ["x[1]"]]
    assert [cell.shape for (cell,) in _grids().of(x)] == [(N, ONE), (M, ONE)]
    assert _names(_grids().of(a)) == [["A[0]", "A[1]"]]
    assert _names(flipped(_grids().of(a))) == [["A[0]"], ["A[1]"]]


def test_products_sum_over_the_parts() -> None:
    x, a = n.Sym("x", shape=(BOTH, ONE)), n.Sym("A", shape=(N, BOTH))
    assert _names(_grids().of(n.matmul(a, x))) == [["A[0] @ x[0] + A[1] @ x[1]"]]
    assert _grids().of(n.matmul(a, x)) == multiplied(_grids().of(a), _grids().of(x))


def test_zeros_vanish_only_where_the_rest_is_defined_everywhere() -> None:
    x, zero = n.Sym("x", shape=()), n.ZERO_NODE
    assert times(zero, x) is zero
    assert times(zero, n.reciprocal(x)) is not zero
    a, nothing = n.Sym("A", shape=(N, M)), n.number(0, (M, N))
    assert matmul(a, nothing) == n.number(0, (N, N))
    assert total([n.number(0, (N, M)), a]) is a


def test_a_gradient_is_taken_by_one_cell_at_a_time() -> None:
    x = n.Sym("x", shape=(BOTH, ONE))
    variable = n.Sym("x#1", shape=(BOTH, ONE))
    body = n.total(n.mul(variable, variable))
    grid = _grids()
    found = grid.of(n.Grad(body, variable, x, shape=x.shape))
    [[first], [second]] = found
    assert isinstance(first, n.Grad)
    assert isinstance(second, n.Grad)
    assert (first.at, second.at) == tuple(cell for (cell,) in grid.of(x))
    # the other block is held where it is
    assert second.variable not in n.walk(first.body)
    assert second.at in n.walk(first.body)


def test_entries_have_no_cells_of_their_own() -> None:
    x = n.Sym("x", shape=(Dim(3), ONE))
    grid = _grids(by_entry=True)
    assert _names(grid.of(n.total(x))) == [["x[0] + x[1] + x[2]"]]
    assert _names(grid.of(n.Entry(x, 1, 0, shape=()))) == [["x[1]"]]
    with pytest.raises(NotWrittenError, match="Expm"):
        grid.of(n.Expm(n.Sym("A", shape=(Dim(2), Dim(2))), shape=(Dim(2), Dim(2))))


def test_a_sum_runs_through_parts_and_entries() -> None:
    index = n.Index("k#1", BOTH)
    x = n.Sym("x", shape=(BOTH, ONE))
    [[cell]] = _grids().of(n.SumIndex(n.Entry(x, index, 0, shape=()), index, shape=()))
    assert isinstance(cell, n.Add)
    assert [type(term) for term in cell.args] == [n.SumIndex, n.SumIndex]
    three = n.Index("k#2", Dim(2), ONE)
    y = n.Sym("x", shape=(Dim(3), ONE))
    loop = n.SumIndex(n.Entry(y, three, 0, shape=()), three, shape=())
    assert _names(_grids(by_entry=True).of(loop)) == [["x[1] + x[2]"]]
    late = n.Index("k#3", BOTH, ONE)
    with pytest.raises(NotWrittenError, match="begin at 0"):
        _grids().of(n.SumIndex(n.ONE_NODE, late, shape=()))


def _equation(expression: str, text: str, **options: Any) -> Any:
    (equation,) = adhoc(expression, text, **options)
    return equation


def test_claims_about_blocks() -> None:
    symbols = {"a": ["n"], "b": ["m"]}
    equation = _equation("[a, b].T @ [a, b]", "a.T @ a + b.T @ b", claim="equals", symbols=symbols)
    found = blocks(equation)
    assert found is not None
    assert [node_text(one.left) for one in found] == ["a.T @ a + b.T @ b"]
    assert blocks(_equation("a + a", "2*a", claim="equals", symbols=symbols)) is None


def test_claims_about_entries() -> None:
    symbols = {"x": [2], "A": [2, 2]}
    equation = _equation("A @ x", "A @ x", claim="equals", symbols=symbols)
    found = list(spelled_out(equation))
    assert [node_text(one.left) for one in found] == [
        "A[0,0]*x[0] + A[0,1]*x[1]",
        "A[1,0]*x[0] + A[1,1]*x[1]",
    ]
    assert all(s.shape == () for one in found for s in one.context.symbols)
    with pytest.raises(NotWrittenError, match="not a number"):
        list(spelled_out(_equation("x", "x", claim="equals", symbols={"x": ["n"]})))


@pytest.mark.parametrize(
    ("assume", "count"), [([], 2), (["det(Q) == 1"], 1)], ids=["both kinds", "rotations"]
)
def test_orthogonal_points_are_parametrised(assume: list[str], count: int) -> None:
    symbols = {"Q": {"shape": [2, 2], "structure": "orthogonal"}}
    equation = _equation("tr(Q.T @ Q)", "2", claim="equals", symbols=symbols, assume=assume)
    assert len(list(spelled_out(equation))) == count
    assert judge(equation, Settings()).finding is Finding.HOLDS


def test_vectors_of_length_one_are_parametrised() -> None:
    symbols = {"q": [3]}
    equation = _equation(
        "(q.T @ q)**2", "1", claim="equals", symbols=symbols, assume=["norm(q) == 1"]
    )
    [claim] = spelled_out(equation)
    assert claim.context.assume == ()
    assert [s.name for s in claim.context.symbols] == ["q[0]", "q[1]", "q[2]"]
    assert judge(equation, Settings()).finding is Finding.HOLDS
    assert (
        judge(_equation("(q.T @ q)**2", "1", claim="equals", symbols=symbols), Settings()).finding
        is Finding.UNKNOWN
    )
