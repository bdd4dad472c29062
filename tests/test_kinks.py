"""Derivatives where their rules say nothing are certain from both sides, or nothing is said."""

from __future__ import annotations

from fractions import Fraction

import pytest
from adhoc import adhoc
from flint import fmpq

from derivcheck.checking.verdict import decide
from derivcheck.lang.equation import Settings
from derivcheck.model import Finding, Verdict
from derivcheck.numeric.intervals import expansions
from derivcheck.numeric.intervals.expansions import Expansion, Unknown
from derivcheck.numeric.intervals.judge import judge

X = {"x": "real"}
XY = {"x": "real", "y": "real"}

WRONG = [
    # left side, claim, order, the place
    ("abs(x - 1)*(x - 1)", "where(x == 1, 3, 2*abs(x - 1))", 1, "1"),
    ("max(x**2 - 2, 0)**2", "4*x*max(x**2 - 2, 0) + 1 - sign(x**2 - 2)**2", 1, "sqrt(2)"),
    ("sin(x)*min(sin(x), 0)", "where(sin(x)**2 <= 0, 1, min(sin(x), 0)*2*cos(x))", 1, "pi"),
    ("abs(sin(x) - 1/2)**3", "where(x == asin(1/2), 1, 3*(sin(x) - 1/2)*abs(sin(x) - 1/2)*cos(x))",
     1, "asin(1/2)"),
    ("cos(abs(x + pi/7))", "where(x == -pi/7, 1, -sin(x + pi/7))", 1, "-pi/7"),
    ("where(x == 0, 1, sin(x)/x)", "where(x == 0, 1/2, cos(x)/x - sin(x)/x**2)", 1, "0"),
    ("where(x == e, 1, sin(x - e)/(x - e))",
     "where(x == e, 1, cos(x - e)/(x - e) - sin(x - e)/(x - e)**2)", 1, "e"),
    ("where(x == 0, 1, (exp(x) - 1)/x)", "where(x == 0, 1/3, exp(x)/x - (exp(x) - 1)/x**2)", 1,
     "0"),
    ("where(cos(x) == 0, 1, tan(cos(x))/cos(x))",
     "where(cos(x) == 0, 1, diff(tan(cos(x))/cos(x), x))", 1, "pi/2"),
    ("where(x == 0, 0, x**2*sin(1/x))", "where(x == 0, 1, 2*x*sin(1/x) - cos(1/x))", 1, "0"),
    ("where(x == 0, 0, x**2*tanh(1/x))",
     "where(x == 0, 1, 2*x*tanh(1/x) - 1/cosh(1/x)**2)", 1, "0"),
    ("where(x == 0, 0, x**2*log(x**2))", "where(x == 0, 1, 2*x*log(x**2) + 2*x)", 1, "0"),
    ("sqrt((x - e)**4)", "where(x == e, 5, 2*(x - e))", 1, "e"),
    ("cbrt(x - 2)**4", "where(x == 2, 1, 4/3*cbrt(x - 2))", 1, "2"),
    ("abs(x)**(3/2)", "3/2*sign(x)*sqrt(abs(x)) + 1 - sign(x)**2", 1, "0"),
    ("abs(x**3 - x - 1)*(x**3 - x - 1)",
     "where(x**3 == x + 1, 1, 2*(3*x**2 - 1)*abs(x**3 - x - 1))", 1, "root(t**3 - t - 1, 1.32472)"),
    ("sqrt((x**5 - x - 1)**4)", "2*(x**5 - x - 1)*(5*x**4 - 1) + 1 - sign(x**5 - x - 1)**2", 1,
     "root(t**5 - t - 1, 1.1673)"),
    ("abs(x**6 - 4*x**3 + 4)", "6*x**2*(x**3 - 2) + where(x**3 == 2, 1, 0)", 1, "2**(1/3)"),
    # both slopes are 12*x**2, since x**3 is 2
    ("where(x**3 > 2, x**6, 4*x**3 - 4)", "where(x**3 == 2, 1, where(x**3 > 2, 6*x**5, 12*x**2))",
     1, "2**(1/3)"),
    ("max(sin(2*x) - 1, 0)**2", "2*cos(2*x)*(1 - abs(sign(sin(2*x) - 1)))+1-sign(sin(2*x)-1)**2",
     1, "pi/4"),
    ("acos(cos(x)**3)*sin(x)", "cos(x)*acos(cos(x)**3) + 3*sin(x)**2*cos(x)**2"
     "/sqrt(where(sin(x) == 0, 1, 1 - cos(x)**6)) + where(cos(x) == -1, 1, 0)", 1, "pi"),
    ("abs(x)**5", "20*abs(x)**3 + 2*(1 - sign(x)**2)", 2, "0"),
    ("(x - pi)*abs(x - pi)**2", "where(x == pi, 1, 6*(x - pi))", 2, "pi"),
    ("x**3*sign(x)", "6*abs(x) + 1 - sign(x)**2", 2, "0"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "claim", "order", "place"), WRONG)
def test_a_slope_that_is_wrong_at_one_point_is_refuted_there(left, claim, order, place):
    (equation,) = adhoc(left, claim, wrt="x", symbols=X, order=order)
    found = decide(equation, Settings())
    assert found.verdict is Verdict.REFUTED
    assert found.counterexample is not None
    assert found.counterexample.point == (("x", place),)


NO_EDGE = [
    # never negative under the power, or real on both sides
    ("(x**2)**(3/2)", "where(x == 0, 3, 3*x*abs(x))", X),
    ("(x**2 + y**2)**(3/2)", "where(x == 0 and y == 0, 3, 3*x*sqrt(x**2 + y**2))", XY),
    ("relu(x)**(3/2)", "where(x == -1, 3, 3/2*sqrt(relu(x)))", X),
    ("where(x > 1, x - 1, 0)**(3/2)", "where(x == 0, 3, where(x > 1, 3/2*sqrt(x - 1), 0))", X),
    ("x**y", "where(x == 0, 3, y*x**(y - 1))", {"x": "real", "y": "natural"}),
    ("besselj(3, x)", "where(x == 0, 3, (besselj(2, x) - besselj(4, x))/2)", X),
]


@pytest.mark.parametrize(("left", "claim", "symbols"), NO_EDGE)
def test_a_power_of_zero_has_a_slope_where_it_is_real_on_both_sides(left, claim, symbols):
    (equation,) = adhoc(left, claim, wrt="x", symbols=symbols)
    assert decide(equation, Settings()).verdict is Verdict.REFUTED


def test_other_symbols_have_values():
    (equation,) = adhoc("abs(x - y)*(x - y)", "where(x == y, 1, 2*abs(x - y))", wrt="x", symbols=XY)
    found = decide(equation, Settings())
    assert found.verdict is Verdict.REFUTED
    assert found.counterexample is not None
    assert [name for name, _ in found.counterexample.point] == ["x", "y"]


NOT_WRONG = [
    # no derivative there: what is claimed counts for nothing
    ("abs(x)", "where(x == 0, 5, sign(x))", 1, X),
    ("max(x, pi)", "where(x == pi, 5, where(x > pi, 1, 0))", 1, X),
    ("where(x == 0, 2, sin(x)/x)", "where(x == 0, 7, cos(x)/x - sin(x)/x**2)", 1, X),
    ("sign(x)", "where(x == 0, 3, 0)", 1, X),
    ("sqrt(x)**3", "where(x == 0, 3, 3/2*sqrt(x))", 1, X),
    ("cbrt(x)", "where(x == 0, 3, cbrt(x)/(3*x))", 1, X),
    ("sqrt(abs(x))", "where(x == 0, 3, sign(x)/(2*sqrt(abs(x))))", 1, X),
    ("x*abs(x)", "where(x == 0, 5, 2*sign(x))", 2, X),
    ("where(x == 0, 0, x*sin(1/x))", "where(x == 0, 1, sin(1/x) - cos(1/x)/x)", 1, X),
    ("where(x > 1, x, 2*x)", "where(x == 1, 8, where(x > 1, 1, 2))", 1, X),
    ("max(x**3, x + 1)", "where(x**3 == x + 1, 7, where(x**3 > x + 1, 3*x**2, 1))", 1, X),
    ("where(x**3 > 2, x**6, 4*x**3 - 4)", "where(x**3 > 2, 6*x**5, 12*x**2)", 1, X),
    ("where(x**3 > 2, x**6, 4*x**3 - 4)",
     "where(x**3 == 2, 24/x, where(x**3 > 2, 6*x**5, 12*x**2))", 1, X),
    ("where(x**3 > 2, x**6, 4*x**3 - 3)",
     "where(x**3 == 2, 1, where(x**3 > 2, 6*x**5, 12*x**2))", 1, X),
    ("acos(cos(x)**3)", "where(sin(x) == 0, 5, 3*cos(x)**2*sin(x)/sqrt(1 - cos(x)**6))", 1, X),
    ("abs(x**3 - 2)*(x**3 - 2)", "6*x**2*abs(x**3 - 2) + where(x**3 == 2, 1, 0)", 1,
     {"x": {"domain": "real", "not": "2**(1/3)"}}),
    # real on one side alone
    ("x**(5/2)", "where(x == 0, 3, 5/2*x**(3/2))", 1, X),
    ("x**(5/2)", "where(x == 0, 3, 5/2*x**(3/2))", 1, {"x": "nonnegative"}),
    ("x**(7/2)", "where(x == 0, 3, 35/4*x**(3/2))", 2, X),
    ("(1 - x**2)**(5/2)", "where(x == 1, 3, -5*x*(1 - x**2)**(3/2))", 1, X),
    ("(x**3)**(5/2)", "where(x == 0, 3, 15/2*x**2*(x**3)**(3/2))", 1, X),
    ("(x - y)**(5/2)", "where(x == y, 3, 5/2*(x - y)**(3/2))", 1, XY),
    ("where(x < 1, x, 1)**(5/2)", "where(x == 0, 3, where(x < 1, 5/2*x**(3/2), 0))", 1, X),
    ("besselj(5/2, x)", "where(x == 0, 3, (besselj(3/2, x) - besselj(7/2, x))/2)", 1, X),
    ("uppergamma(5/2, x)", "where(x == 0, 3, -x**(3/2)*exp(-x))", 1, X),
    ("expint(3, x)", "where(x == 0, 3, -expint(2, x))", 1, X),
    ("polylog(3, x)", "where(x == 1, 3, polylog(2, x)/x)", 1, X),
    ("hyp2f1(1, 1, 4, x)", "where(x == 1, 3, hyp2f1(2, 2, 5, x)/4)", 1, X),
    # beyond the domain
    ("abs(x)*x", "where(x == 0, 1, 2*abs(x))", 1, {"x": "nonzero"}),
    ("abs(x - e)*(x - e)", "where(x == e, 1, 2*abs(x - e))", 1,
     {"x": {"domain": "real", "not": "e"}}),
    ("abs(x - 2)*(x - 2)", "where(x == 2, 1, 2*abs(x - 2))", 1, {"x": "(0, 2)"}),
    # beyond that of another symbol, which a switch puts at a value of x
    ("abs(x*y)*x", "2*abs(x*y) + where(x == y, 3*(1 - sign(x)**2), 0)", 1,
     {"x": "real", "y": "nonzero"}),
    ("abs(x**2 - y)*(x**2 - y)", "4*x*abs(x**2 - y) + where(x**2 == y, 7*(1 - sign(x)**2), 0)", 1,
     {"x": "real", "y": "nonzero"}),
    ("abs(x*y)*x", "2*abs(x*y) + where(x == y, 3*(1 - sign(x)**2), 0)", 1,
     {"x": "real", "y": {"domain": "real", "not": 0}}),
    # right there
    ("where(x == 0, 1, (exp(x) - 1)/x)", "where(x == 0, 1/2, exp(x)/x - (exp(x) - 1)/x**2)", 1, X),
    ("where(x == 0, 1, sin(x)/x)",
     "where(x == 0, -1/3, -sin(x)/x - 2*cos(x)/x**2 + 2*sin(x)/x**3)", 2, X),
]  # fmt: skip


@pytest.mark.parametrize(("left", "claim", "order", "symbols"), NOT_WRONG)
def test_nothing_is_refuted_where_there_is_no_derivative_or_the_right_one(
    left, claim, order, symbols
):
    (equation,) = adhoc(left, claim, wrt="x", symbols=symbols, order=order)
    found = decide(equation, Settings())
    assert found.verdict is not Verdict.REFUTED, found.counterexample
    assert not found.defect


@pytest.mark.parametrize(("left", "right"), [
    ("where(exp(0*x) == 1, x, 2)", "x"),
    ("where(exp(-0*x)*exp(0*x) == 2, x, 2)", "2"),
    ("where(x**0 == 2, x, 2)", "2"),
    ("where(exp(0*x) == exp(x)**0, x, 2)", "x"),
])  # fmt: skip
def test_what_does_not_move_with_its_symbol_is_solved_for_none(left, right):
    (equation,) = adhoc(left, right, claim="equals", symbols=X)
    assert judge(equation, Settings()).finding is Finding.HOLDS


@pytest.mark.parametrize(("condition", "refuted"), [("x != 0", False), ("x < 1", True)])
def test_conditions_hold_at_the_point(condition, refuted):
    (equation,) = adhoc(
        "abs(x)*x", "where(x == 0, 1, 2*abs(x))", wrt="x", symbols=X, assume=[condition]
    )
    assert (decide(equation, Settings()).verdict is Verdict.REFUTED) is refuted


HALF = Fraction(1, 2)
T = expansions.identity(0)


def test_expansions_are_series_on_both_sides():
    size = expansions.power(expansions.mul(T, T), HALF)
    assert size.sign(ahead=True) == size.sign(ahead=False) == 1
    assert expansions.mul(size, size).at(2) == expansions.mul(T, T).at(2)
    over = expansions.inverse(T)
    assert over.at(-1) == (1, 0)
    assert expansions.mul(over, T).at(0) == (1, 0)
    assert expansions.slope(expansions.mul(T, T)).at(1) == (2, 0)
    # o(t) has no slope
    root = expansions.power(size, HALF)
    assert not root.is_smooth
    with pytest.raises(Unknown):
        expansions.slope(root)
    with pytest.raises(Unknown):
        root.at(1)


def test_what_one_side_does_not_have_is_unknown():
    with pytest.raises(Unknown):
        expansions.power(T, HALF)
    with pytest.raises(Unknown):
        expansions.composed(expansions.inverse(T), expansions.taylor_of("sin"))
    with pytest.raises(Unknown):
        expansions.inverse(Expansion(0, ((fmpq(1), fmpq(1)),)))


REAL = {"x": "real"}
TURNS = [
    ("arg(exp(I*x))", "x", {"x": "[-pi, pi]"}, (), "-pi"),
    ("arg(exp(I*x))", "x", {"x": "(-pi, pi]"}, (), ""),
    ("arg(exp(I*x))", "x", {"x": "[-3, 3]"}, (), ""),
    ("log(exp(I*x))", "I*x", REAL, ("x >= -pi", "x < pi"), "-pi"),
    ("log(exp(I*x))", "I*x", REAL, ("x > -pi", "x <= pi"), ""),
    ("sqrt(exp(2*I*x))", "exp(I*x)", REAL, ("x >= -pi/2", "x <= pi/2"), "-pi/2"),
    ("conj(log(exp(I*x)))", "log(exp(-I*x))", REAL, (), "-pi"),
    ("arg(conj(exp(I*x)))", "-arg(exp(I*x))", {"x": "[-7, 7]"}, (), "-pi"),
]


@pytest.mark.parametrize(("left", "right", "symbols", "assume", "place"), TURNS)
def test_exponentials_on_branch_cuts_are_met(left, right, symbols, assume, place):
    (equation,) = adhoc(
        left, right, claim="equals", symbols=symbols, assume=list(assume), values="complex"
    )
    found = decide(equation, Settings())
    assert (found.verdict is Verdict.REFUTED) is bool(place)
    if place:
        assert found.counterexample is not None
        assert dict(found.counterexample.point) == {"x": place}


ARRAYS = {"x": ["n"], "y": ["n"], "A": ["m", "n"], "z": [2]}
WRONG_ENTRIES = {
    "where an entry is zero": ("sum(relu(x)**2)", "where(x == 0, 5, 2*relu(x))"),
    "a jacobian": ("relu(x)**2", "diag(where(x == 0, 5, 2*relu(x)))"),
    "where entries are equal": ("sum(max(x, y) + min(x, y))", "where(x == y, 2, 1)"),
    "inside a product": (
        "sum(relu(A @ x)**2)",
        "2*A.T @ (relu(A @ x) + where(A @ x == 0, 1, 0))",
    ),
    "where all are zero": ("norm(x)**3", "3*norm(x)*x + where(norm(x) == 0, 1, 0)*ones(n)"),
    "at the ends of a piece": (
        "sum(where(abs(x) <= 1, x**2/2, abs(x) - 1/2))",
        "where(abs(x) < 1, x, 2*sign(x) - where(abs(x) > 1, sign(x), 0))",
    ),
    "at a gap": (
        "sum(where(x == 0, 1, sin(x)/x))",
        "where(x == 0, 1, cos(x)/x - sin(x)/x**2)",
    ),
}


@pytest.mark.parametrize("name", WRONG_ENTRIES)
def test_a_gradient_that_is_wrong_at_a_kink_of_an_entry_is_refuted_there(name):
    (equation,) = adhoc(*WRONG_ENTRIES[name], wrt="x", symbols=ARRAYS)
    assert decide(equation, Settings()).verdict is Verdict.REFUTED


RIGHT_ENTRIES = {
    "where an entry is zero": ("relu(x)**2", "diag(where(x == 0, 0, 2*relu(x)))"),
    # at z[0] = 0 the entry for z[1] is undefined
    "where another entry is undefined": (
        "sum(abs(z)*z)",
        "[2*abs(z[0]) + where(z[0] == 0, 5, 0), 2*abs(z[1]) + 0/z[0]]",
    ),
    "at a tie": ("max(x)**2", "2*max(x)*where(x == max(x), 1, 0)"),
}


@pytest.mark.parametrize("name", RIGHT_ENTRIES)
def test_a_gradient_is_refuted_only_where_all_of_its_entries_have_values(name):
    wrt = "z" if "z" in RIGHT_ENTRIES[name][0] else "x"
    (equation,) = adhoc(*RIGHT_ENTRIES[name], wrt=wrt, symbols=ARRAYS)
    assert decide(equation, Settings()).verdict is not Verdict.REFUTED


FORMS = {
    "a second derivative by entries": (
        ("sum(max(x, 0)**3)", "diag(6*max(x, 0) + where(x == 0, 1, 0))"),
        {"wrt": "x", "symbols": ARRAYS, "order": 2},
    ),
    "one with products of entries": (
        ("sum(max(x, 0)**3)*sum(x)", "3*(max(x, 0)**2 @ ones(n).T + ones(n) @ (max(x, 0)**2).T)"
         " + 6*sum(x)*diag(max(x, 0)) + diag(where(x == 0, 1, 0))"),
        {"wrt": "x", "symbols": ARRAYS, "order": 2},
    ),
    "entries of which something is assumed": (
        ("sum(max(x, 0)**2)", "2*max(x, 0) + where(x == 0, 1, 0)"),
        {"wrt": "x", "symbols": ARRAYS, "assume": ["sum(x) == 1"]},
    ),
    "several kinks at once, as is assumed": (
        ("sum(abs(x*y))", "y*sign(x*y) + where(x == 0, 1, 0)"),
        {"wrt": "x", "symbols": ARRAYS, "assume": ["sum(x*y) == 0"]},
    ),
    "where one factor is zero and another is not": (
        ("norm(relu(A @ x) - c)**2", "(2*where(A @ x > 0, 1, 0)*(relu(A @ x) - c)"
         " + where(A @ x == 0, 1, 0)) @ x.T"),
        {"wrt": "A", "symbols": {**ARRAYS, "c": ["m"]}},
    ),
    "a symmetric matrix": (
        ("sum(abs(S)*S)", "2*abs(S) + where(S == 0, 1, 0)"),
        {"wrt": "S", "symbols": {"S": {"shape": ["n", "n"], "structure": "symmetric"}}},
    ),
    "entries beside a function": (
        ("sum(abs(x)*x)*u(1)", "2*abs(x)*u(1) + where(x == 0, 1, 0)"),
        {"wrt": "x", "symbols": ARRAYS, "functions": {"u": "scalar(t)"}},
    ),
    "a differential of an array": (
        ("sum(abs(x)*x)", "sum(2*abs(x)*dx) + where(x[0] == 0, 1, 0)*dx[0]"),
        {"wrt": ["x"], "claim": "differential", "symbols": ARRAYS},
    ),
    "a differential": (
        ("abs(x)*x*y", "2*abs(x)*y*dx + abs(x)*x*dy + where(x == 0, dx, 0)"),
        {"wrt": ["x", "y"], "claim": "differential", "symbols": XY},
    ),
    "a differential by one symbol": (
        ("abs(x)*x", "2*abs(x)*dx + where(x == 0, dx, 0)"),
        {"wrt": ["x"], "claim": "differential", "symbols": X},
    ),
    "an entry at any place": (
        ("sum(abs(x)*x)", "2*abs(x[i]) + where(x[i] == 0, 1, 0)"),
        {"wrt": "x[i]", "symbols": ARRAYS},
    ),
    "derivatives in a sum": (
        ("diff(abs(x)*x*y, x) + sin(y)*diff(abs(x*y)*x, y)",
         "2*abs(x)*y + sin(y)*abs(x)*x*sign(y) + where(x == 0, 1, 0)"),
        {"claim": "equals", "symbols": XY},
    ),
    "a derivative by a name": (
        ("abs(h)*h", "2*abs(h) + where(h == 0, 1, 0)"),
        {"wrt": "h", "symbols": XY, "where": {"h": "x - y"}},
    ),
    "a mixed derivative": (
        ("diff(abs(x - 1)*(x - 1)*y, x, y)", "2*abs(x - 1) + where(x == 1, 1, 0)"),
        {"claim": "equals", "symbols": XY},
    ),
    "beside an abstract function": (
        ("abs(x)*x*u(x)", "2*abs(x)*u(x) + abs(x)*x*D(u)(x) + where(x == 0, 1, 0)"),
        {"wrt": "x", "symbols": X, "functions": {"u": "scalar(x)"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_kink_is_met_whatever_form_the_derivative_has(name):
    claim, options = FORMS[name]
    (equation,) = adhoc(*claim, **options)
    assert decide(equation, Settings()).verdict is Verdict.REFUTED


NO_FORMS = {
    "two partial derivatives, and no differential": (
        ("where(x == 0 and y == 0, 0, x**3/(x**2 + y**2))",
         "where(x == 0 and y == 0, 7*dx, (x**4 + 3*x**2*y**2)/(x**2 + y**2)**2*dx"
         " - 2*x**3*y/(x**2 + y**2)**2*dy)"),
        {"wrt": ["x", "y"], "claim": "differential", "symbols": XY},
    ),
    "no derivative along one of two": (
        ("abs(x) + y**2", "where(x == 0, 7, sign(x)*dx + 2*y*dy)"),
        {"wrt": ["x", "y"], "claim": "differential", "symbols": XY},
    ),
    "no mixed derivative": (
        ("diff(abs(x - 1)*y, x, y)", "where(x == 1, 7, sign(x - 1))"),
        {"claim": "equals", "symbols": XY},
    ),
    "a point that is assumed away": (
        ("sum(abs(x)*x)", "2*abs(x) + where(x == 0, 1, 0)"),
        {"wrt": "x", "symbols": ARRAYS, "assume": ["prod(x) == 1"]},
    ),
    "entries that are no symmetric matrix": (
        ("abs(S[0, 0] - S[1, 1])*S[0, 1]",
         "[[where(S[0, 1] == S[1, 0], 0, 5)*(S[0, 0] - S[1, 1])**2, 0], [0, 0]]"
         " + sign(S[0, 0] - S[1, 1])*S[0, 1]*[[1, 0], [0, -1]]"
         " + abs(S[0, 0] - S[1, 1])*[[0, 1], [0, 0]]"),
        {"wrt": "S", "symbols": {"S": {"shape": [2, 2], "structure": "symmetric"}}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_FORMS)
def test_no_form_of_a_derivative_is_refuted_where_it_does_not_exist(name):
    claim, options = NO_FORMS[name]
    (equation,) = adhoc(*claim, **options)
    assert decide(equation, Settings()).verdict is not Verdict.REFUTED
