"""Sampling: every component represented, conditions met exactly, same input same points."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from adhoc import adhoc, adhoc_entry
from growth import steps

from derivcheck.checking.checker import Checker
from derivcheck.lang.dims import rows_of
from derivcheck.lang.equation import Equation, Settings
from derivcheck.model import Verdict
from derivcheck.numeric.sampling import solving
from derivcheck.numeric.sampling.dimensions import size_assignments
from derivcheck.numeric.sampling.exact import (
    Complex,
    Inexact,
    Value,
    determinant,
    flip,
    identity,
    inverse,
    rational_root,
    real_value,
    rows_times,
)
from derivcheck.numeric.sampling.stand_ins import concrete, instances
from derivcheck.numeric.sampling.stream import stream
from derivcheck.numeric.sampling.values import PI, simplest_between


def equation(expression: str, **options: Any) -> Equation:
    return adhoc(expression, expression, claim="equals", **options)[0]


def real(domain: object, expression: str = "x", count: int = 30, **options: Any) -> list[Fraction]:
    source = stream(equation(expression, symbols={"x": domain}, **options))
    found = [point.values["x"] for point in source.first(count)]
    assert source.reason == ""
    assert all(isinstance(value, Fraction) for value in found)
    return [value for value in found if isinstance(value, Fraction)]


def matrix(value: Value) -> tuple[tuple[Fraction, ...], ...]:
    result = real_value("", value)
    assert not isinstance(result, Fraction)
    return result


@pytest.mark.parametrize(
    ("domain", "inside", "components"),
    [
        ("real", (None, None), [(-1, 0), (0, 1), (1, 10), (-10, -1), (5, 1000)]),
        ("positive", (0, None), [(0, 1), (1, 10)]),
        ("negative", (None, 0), [(-1, 0), (-10, -1)]),
        ("nonzero", (None, None), [(-1, 0), (0, 1)]),
        ("(-1, 1)", (-1, 1), [(-1, 0), (0, 1), (Fraction(3, 4), 1)]),
        ("(1, oo)", (1, None), [(1, 2), (2, 10)]),
        ("(-oo, -3)", (None, -3), [(-10, -3)]),
        ("[0, pi/2)", (0, PI / 2), [(0, Fraction(1, 2)), (1, Fraction(8, 5))]),
        ("(e, oo)", (Fraction(271828, 100000), None), [(2, 4), (4, 50)]),
        ("(100, 101)", (100, 101), [(100, 101)]),
    ],
)
def test_domains(
    domain: str,
    inside: tuple[Fraction | None, Fraction | None],
    components: list[tuple[Fraction, Fraction]],
) -> None:
    found = real(domain)
    low, high = inside
    closed = domain.startswith("[")
    assert all(low is None or value > low or (closed and value == low) for value in found)
    assert all(high is None or value < high for value in found)
    for start, end in components:
        assert any(start < value < end for value in found), (start, end)


@pytest.mark.parametrize(("domain", "least"), [("integer", None), ("natural", 1)])
def test_whole_numbers(domain: str, least: int | None) -> None:
    found = real(domain)
    assert all(value.denominator == 1 for value in found)
    assert all(abs(value) <= 12 for value in found[:4])
    assert any(12 < abs(value) <= 60 for value in found[4:])
    assert all(least is None or value >= least for value in found)
    assert len(set(found)) > 3


VARIED = ["(0, 1)", "(0, 10**(-6))", "[0, oo)", "negative", "natural", "integer", "real"]


@pytest.mark.parametrize("domain", VARIED)
def test_points_are_different_ones(domain: str) -> None:
    """Of a natural number the first six points were all 2: a guard beside a proof is four."""
    found = real(domain)[:12]
    assert len(set(found)) == len(found)


def test_many_points_are_not_compared_with_one_another() -> None:
    def work(count: int) -> int:
        # as many symbols for both, another claim for each: points are kept for the next judge
        claim = equation(f"x + {count}*y", symbols={"x": "real", "y": "positive"})
        return steps(lambda: stream(claim).first(count))

    work(2)
    assert work(800) <= 1.5 * 4 * work(200) + 20_000


def test_where_there_are_few_points_they_repeat() -> None:
    for claim in (equation("sin(1)"), equation("n", symbols={"v": ["n"]}, assume=["n < 4"])):
        assert len(stream(claim).first(30)) == 30


def test_excluded_values_are_avoided() -> None:
    assert 2 in real("positive")
    assert 2 not in real({"domain": "positive", "not": 2})


@pytest.mark.parametrize("switch", ["x**2 + y**2", "x**2 + x*y + y**2", "x**2 + y**2 + 1"])
def test_a_switch_that_is_zero_nowhere_is_soon_left_alone(
    switch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def counted(number: Fraction) -> Fraction | None:
        asked.append(number)
        return rational_root(number)

    monkeypatch.setattr(solving, "rational_root", counted)
    symbols = {"x": "positive", "y": "positive"}
    found = stream(equation(f"abs({switch})", symbols=symbols)).first(100)
    assert len(found) == 100
    assert 0 < len(asked) <= 120


def test_complex_values() -> None:
    (point, *_) = stream(equation("z", symbols={"z": "complex"})).first(5)
    assert isinstance(point.values["z"], Complex)


def test_symbols_get_distinct_simple_values_first() -> None:
    claim = equation("x*y*a", symbols={"x": "real", "y": "real", "a": "real"})
    first = stream(claim).first(1)[0].values
    assert sorted(map(str, first.values())) == ["2", "3", "3/2"]


def test_same_input_same_points() -> None:
    claim = equation("x @ y.T", symbols={"x": ["m"], "y": ["n"]})
    assert stream(claim, 4).first(9) == stream(claim, 4).first(9)
    assert stream(claim, 4).first(9) != stream(claim, 5).first(9)


SCALAR_CONDITIONS = [
    (["x > a"], lambda x, a: x > a),
    (["x > a", "a > 3"], lambda x, a: x > a > 3),
    (["0 < x < 1"], lambda x, a: 0 < x < 1),
    (["100 < x < 101", "a < -x"], lambda x, a: 100 < x < 101 and a < -x),
    (["x + a < 1"], lambda x, a: x + a < 1),
    (["x**2 + a**2 < 1"], lambda x, a: x * x + a * a < 1),
    (["x*a > 30"], lambda x, a: x * a > 30),
    (["x - a == a"], lambda x, a: x == 2 * a),
    (["x + 3*a == 1", "x > 5"], lambda x, a: x + 3 * a == 1 and x > 5),
    (["x != a"], lambda x, a: x != a),
    (["x != pi", "sin(x) != 0"], lambda x, a: x),
    (["not x < pi"], lambda x, a: x > math.pi),
    (["not (x < a or x**2 == 4)"], lambda x, a: x >= a and x * x != 4),
    (["not (x < a and x > 1)"], lambda x, a: x >= a or x <= 1),
    (["exp(x) < a"], lambda x, a: a > 0),
]


@pytest.mark.parametrize(
    ("assume", "met"), SCALAR_CONDITIONS, ids=[", ".join(row[0]) for row in SCALAR_CONDITIONS]
)
def test_scalar_conditions(assume: list[str], met: Any) -> None:
    claim = equation("x*a", symbols={"x": "real", "a": "real"}, assume=assume)
    source = stream(claim)
    found = source.first(12)
    assert len(found) == 12, source.reason
    assert all(met(p.values["x"], p.values["a"]) for p in found)


def total(value: Value) -> Fraction:
    return sum((entry for row in matrix(value) for entry in row), Fraction(0))


MATRIX_CONDITIONS: list[tuple[str, dict[str, Any], list[str], Any]] = [
    ("Y", {"Y": ["n"]}, ["sum(Y) == 1"], lambda v: total(v["Y"]) == 1),
    (
        "Y",
        {"Y": {"shape": ["n"], "domain": "positive"}},
        ["sum(Y) == 1"],
        lambda v: total(v["Y"]) == 1 and min(matrix(v["Y"]))[0] > 0,
    ),
    (
        "Y",
        {"Y": {"shape": ["m", "n"], "domain": "positive"}},
        ["sum(Y, axis=1) == ones(m)"],
        lambda v: all(sum(row) == 1 for row in matrix(v["Y"])),
    ),
    (
        "Y",
        {"Y": ["n"]},
        ["norm(Y) == 1"],
        lambda v: sum(row[0] ** 2 for row in matrix(v["Y"])) == 1,
    ),
    ("Y", {"Y": ["n"]}, ["Y.T @ Y == 4"], lambda v: sum(r[0] ** 2 for r in matrix(v["Y"])) == 4),
    (
        "W",
        {"W": ["m", "n"]},
        ["W.T @ W == eye(n)"],
        lambda v: rows_times(flip(matrix(v["W"])), matrix(v["W"])) == identity(len(v["W"][0])),
    ),
    ("X", {"X": ["n", "n"]}, ["X == X.T"], lambda v: v["X"] == flip(matrix(v["X"]))),
    (
        "A @ B",
        {"A": ["n", "n"], "B": ["n", "n"]},
        ["A @ B == eye(n)"],
        lambda v: inverse(matrix(v["A"])) == v["B"],
    ),
    (
        "A @ b",
        {"A": ["n", "n"], "b": ["n"], "x": ["n"]},
        ["A @ x == b"],
        lambda v: rows_times(matrix(v["A"]), matrix(v["x"])) == v["b"],
    ),
    (
        "X",
        {"X": ["n", "n"]},
        ["tr(X) == 0"],
        lambda v: sum(r[i] for i, r in enumerate(v["X"])) == 0,
    ),
    ("X", {"X": ["n", "n"]}, ["det(X) > 0"], lambda v: determinant(matrix(v["X"])) > 0),
    ("X", {"X": ["n"]}, ["X > 0"], lambda v: min(matrix(v["X"]))[0] > 0),
]


@pytest.mark.parametrize(
    ("expression", "symbols", "assume", "met"),
    MATRIX_CONDITIONS,
    ids=[", ".join(row[2]) + f" {i}" for i, row in enumerate(MATRIX_CONDITIONS)],
)
def test_matrix_conditions_hold_exactly(
    expression: str, symbols: dict[str, Any], assume: list[str], met: Any
) -> None:
    source = stream(equation(expression, symbols=symbols, assume=assume))
    found = source.first(8)
    assert len(found) == 8, source.reason
    assert all(met(point.values) for point in found)


@pytest.mark.parametrize(
    "assume", [["x**2 < -1"], ["x > 1", "x < 0"], ["x**2 == pi"], ["sin(x) == 1/2"]], ids=str
)
def test_conditions_that_cannot_be_met_are_reported(assume: list[str]) -> None:
    source = stream(equation("x", symbols={"x": "real"}, assume=assume))
    assert source.first(5) == ()
    assert "side condition `" in source.reason


STRUCTURES: dict[str, Any] = {
    "symmetric": lambda m: m == flip(m),
    "spd": lambda m: m == flip(m) and determinant(m) > 0 and m[0][0] > 0,
    "diagonal": lambda m: all(
        e == 0 or i == j for i, row in enumerate(m) for j, e in enumerate(row)
    ),
    "orthogonal": lambda m: rows_times(flip(m), m) == identity(len(m)),
    "invertible": determinant,
}


@pytest.mark.parametrize(
    "structure",
    [
        *[[name] for name in STRUCTURES],
        ["symmetric", "invertible"],
        ["symmetric", "orthogonal"],
        ["diagonal", "spd"],
    ],
    ids="+".join,
)
def test_structures_are_exact(structure: list[str]) -> None:
    symbols = {"X": {"shape": ["n", "n"], "structure": structure}}
    for point in stream(equation("X", symbols=symbols)).first(10):
        assert all(STRUCTURES[name](matrix(point.values["X"])) for name in structure)


def test_structured_matrices_stay_in_their_domain() -> None:
    symbols = {"X": {"shape": ["n", "n"], "structure": "spd", "domain": "positive"}}
    found = stream(equation("X", symbols=symbols)).first(6)
    assert found
    for point in found:
        assert all(entry > 0 for row in matrix(point.values["X"]) for entry in row)
    symbols = {"X": {"shape": ["n", "n"], "structure": "orthogonal", "domain": "(5, 6)"}}
    source = stream(equation("X", symbols=symbols))
    assert source.first(1) == ()
    assert "orthogonal matrix" in source.reason


class TestSizes:
    def sizes(self, expression: str, **symbols: Any) -> list[tuple[int, ...]]:
        found = size_assignments(equation(expression, symbols=symbols))
        return [tuple(sizes.values()) for sizes in found]

    def test_distinct_first_then_equal_then_one(self) -> None:
        found = self.sizes("X @ Y", X=["m", "n"], Y=["n", "p"])
        assert found[:4] == [(2, 3, 4), (4, 3, 2), (2, 2, 2), (1, 1, 1)]

    def test_number_indices_fit(self) -> None:
        assert all(rows >= 3 for rows, _ in self.sizes("X[2, 0]", X=["m", "n"]))

    @pytest.mark.parametrize("text", ["v[:n - 3]", "v[2:n - 2]", "v[5:n - 5]"])
    def test_slices_have_more_than_one_entry_somewhere(self, text: str) -> None:
        """Else a sum could not be told from its first term: ``sum(v[2:n - 2]) == v[2]``."""
        claim = equation(text, symbols={"v": ["n"]})
        assert any(rows_of(claim.left.shape).size(s) >= 2 for s in size_assignments(claim))

    def test_without_sizes_there_is_no_point(self) -> None:
        claim = equation("sum(v[:n - 60])", symbols={"v": ["n"]})
        assert size_assignments(claim) == ()
        named = equation("where(n > 9, 1, 0)*sum(v[:n - 60])", symbols={"v": ["n"]})
        assert size_assignments(named) == ()
        source = stream(claim)
        assert source.first(1) == ()
        assert "every array has an entry" in source.reason

    @pytest.mark.parametrize(
        ("text", "sizes"),
        [
            ("sum(k, (k, 3, n))", [{"n": 1}, {"n": 2}, {"n": 9}]),
            ("prod(k, (k, m, n))", [{"m": 3, "n": 1}, {"m": 1, "n": 3}, {"m": 2, "n": 2}]),
            ("sum(where(k > 5, 1, 0), (k, 1, n))", [{"n": 5}, {"n": 6}, {"n": 7}]),
        ],
    )
    def test_sums_are_empty_somewhere(self, text: str, sizes: list[dict[str, int]]) -> None:
        claim = equation(text, symbols={"n": "natural", "m": "natural"})
        found = size_assignments(claim)
        assert all(one in found for one in sizes)

    @pytest.mark.parametrize(
        ("text", "assume", "more"),
        [
            ("where(n == 7, 1, 0)*sum(v)", [], [(7,), (8,)]),
            ("where(n <= 30, 0, v)", [], [(31,), (30,)]),
            ("sign(n - 9)*v", ["n > 4", "n != 9"], [(10,)]),
            ("max(n, 6)*v", ["n >= 6"], []),
            ("where(n == 60, 1, 0)*sum(v)", [], []),
            ("where(i == 7, 1, v[i])", [], [(8,), (9,)]),
            ("sum(where(i < 5, 1, v[i]), i)", [], [(6,), (7,)]),
            ("where(i < j, 1, v[i])*v[j]", [], []),
            ("where(n == 20, 1, 0)*tr(A) + sum(v)", [], []),
            ("where(n == 2*m + 3, 1, 0)*sum(u) + sum(v)", [], [(1, 5), (1, 6)]),
            ("where(n == 17 and m == 7, 1, 0)*sum(u) + sum(v)", [], [(7, 17)]),
            ("where(n**2 == 361, 1, 0)*sum(v)", [], [(19,), (20,)]),
        ],
    )
    def test_sizes_named_in_conditions(
        self, text: str, assume: list[str], more: list[tuple[int, ...]]
    ) -> None:
        shapes = {"A": ["n", "n"], "u": ["m"], "v": ["n"]}
        symbols = {name: shape for name, shape in shapes.items() if name in text}
        claim = equation(text, symbols=symbols, assume=assume)
        found = [tuple(sizes.values()) for sizes in size_assignments(claim)]
        assert {*more} <= {*found}
        assert max(map(max, found)) <= max(map(max, more), default=9) + 1

    def test_gram_matrices_are_regular(self) -> None:
        assert all(rows >= columns for rows, columns in self.sizes("inv(X.T @ X)", X=["m", "n"]))


def test_instances_differ_and_turn_into_formulas() -> None:
    claim = equation(
        "log(u(x)) + sum(sigma(X)) + C(X)",
        symbols={"x": "real", "X": ["m", "n"]},
        functions={"u": "scalar(x)", "sigma": "elementwise", "C": "scalar(a)"},
    )
    found = stream(claim).first(20)
    assert len({point.instances["u"].text for point in found}) == 6
    assert {point.instances["u"].role for point in found} == {
        "generic",
        "positive",
        "bounded",
        "large",
    }
    point = found[0]
    assert {"C$w1", "C$w2", "C$w3"} <= set(point.values)
    plain = concrete(claim, point.instances)
    assert plain.context.functions == ()
    assert "sigma(z) = " in point.instances["sigma"].text


def test_instance_derivatives_of_every_order() -> None:
    from adhoc import adhoc

    from derivcheck.lang import nodes as N
    from derivcheck.lang.equation import AbstractFunction, Settings
    from derivcheck.model import Finding
    from derivcheck.numeric.intervals.judge import judge

    function = AbstractFunction("u", "elementwise")
    x = N.Sym("x", shape=())
    bound = N.Sym("x#1", shape=())
    context = adhoc("x", "1", wrt="x")[0].context
    for turn in range(12, 18):
        instance = instances(function, (x,), turn)
        for order in range(3):
            below = instance.at((bound,), (order,))
            slope = N.Jvp(below, (bound,), (x,), (N.number(1),), shape=())
            claim = Equation(slope, instance.at((x,), (order + 1,)), context)
            assert judge(claim, Settings()).finding is Finding.HOLDS


def test_simplest_fraction() -> None:
    assert simplest_between(Fraction(3, 10), Fraction(4, 10)) == Fraction(1, 3)
    assert simplest_between(Fraction(-1), Fraction(1)) == 0
    assert simplest_between(Fraction(100), Fraction(101)) == Fraction(201, 2)
    assert simplest_between(Fraction(-4, 10), Fraction(-3, 10)) == Fraction(-1, 3)


def test_singular_matrices_have_no_inverse() -> None:
    with pytest.raises(Inexact):
        inverse(((Fraction(1), Fraction(2)), (Fraction(2), Fraction(4))))


@pytest.mark.parametrize("bound", ["1/22", "1/25", "1/30"])
def test_a_condition_beside_an_equation_is_met_on_both_sides_of_a_kink(bound: str) -> None:
    more = {"symbols": {"x": "real", "y": "real"}, "assume": ["ln(x) == y", "y < -3"]}
    entry = adhoc_entry(f"abs(x - {bound})", f"{bound} - x", claim="equals", **more)
    assert Checker(Settings()).check(entry).verdict is Verdict.REFUTED
