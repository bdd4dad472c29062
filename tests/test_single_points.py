"""Claims that hold almost everywhere: false at single points, in narrow pieces, for single values
of a parameter, or where an assumed equation holds. None may be proved; what is true must stay so.
"""

from __future__ import annotations

import point_claims
import pytest
from adhoc import adhoc

from derivcheck.checking.verdict import decide
from derivcheck.lang.equation import Settings
from derivcheck.model import Finding, Verdict
from derivcheck.numeric.differences.judge import judge as differences
from derivcheck.numeric.intervals.judge import judge as balls
from derivcheck.symbolic.scalar.judge import judge
from derivcheck.symbolic.sympy_judge import judge as sympy_judge

X = {"x": "real"}
XY = {"x": "real", "y": "real"}
N = {"n": "integer"}
THREE = {"x": "real", "y": "real", "z": "real"}


def equation(left, right, kind, symbols, assume=()):
    options = {"wrt": "x"} if kind == "derivative" else {}
    (found,) = adhoc(left, right, symbols=symbols, claim=kind, assume=list(assume), **options)
    return found


FALSE = [
    # a condition says nothing of x where its other factor is zero
    ("abs(x)", "x", "equals", {"x": "real", "y": "real"}, ["x*(1 + cos(y)) >= 0"]),
    ("abs(x)", "x", "equals", {"x": "real", "y": "real"}, ["x*sin(y)**2 >= 0"]),
    ("sqrt(x**2)", "1", "derivative", {"x": "real", "y": "real"}, ["x*(exp(y) - 2)**2 >= 0"]),
    # poles and denominators of a normal form: recurrences, inverse functions, reflections
    ("where(x == 1, 0, gamma(x))", "gamma(x)", "equals", X, ()),
    ("where(x == sqrt(2), 3, gamma(x + 1 - sqrt(2)))", "gamma(x + 1 - sqrt(2))", "equals", X, ()),
    ("where(x == y, 0, gamma(x - y + 2))", "gamma(x - y + 2)", "equals", XY, ()),
    ("where(x == 2, 0, exp(2*lambertw(x - 2)))", "exp(2*lambertw(x - 2))", "equals", X, ()),
    ("where(x == 0, 0, exp(lambertw(x)))", "exp(lambertw(x))", "equals", X, ()),
    ("where(x == 0, 5, digamma(x + 1))", "digamma(x + 1)", "equals", X, ()),
    ("where(x == 0, 0, x*gamma(x + 1)*gamma(x + 2))", "0", "equals", X, ()),
    ("where(x == 0, 1, expint(2, x))*x", "x*expint(2, x) + (1 - sign(x)**2)", "equals", X, ()),
    ("where(n > 0, 1, 7)", "where(n > 0, 1, gamma(1 - n))", "equals", N, ()),
    ("sign(n)**2*gamma(n + 1)", "gamma(n + 1)", "equals", N, ()),
    # assumed equations
    ("gamma(x + 1)*y", "0", "equals", XY, ("x*y == 0",)),
    ("abs(y)*x", "x*y", "equals", XY, ("y**2 == 1",)),
    # the limit of the claim at a removable gap, and none where jumps crowd together
    ("where(x == 0, 1, sin(x)/x)", "where(x == 0, 1, cos(x)/x - sin(x)/x**2)", "derivative", X, ()),
    (
        "where(x == y, cos(y), (sin(x) - sin(y))/(x - y))",
        "where(x == y, -sin(y), cos(x)/(x - y) - (sin(x) - sin(y))/(x - y)**2)",
        "derivative",
        XY,
        (),
    ),
    ("where(x == 0, 0, 1/(1/x - atan(tan(1/x))))", "0", "derivative", X, ()),
    ("where(x == 0, 0, 1/(1/x - atan(tan(1/x))))", "where(x == 0, 0, 0)", "derivative", X, ()),
    ("x*sign(y)", "1", "derivative", XY, ("y**3 == y", "y >= 0")),
    ("lambertw(x*exp(x))", "x", "equals", {"x": "(-101/100, oo)"}, ()),
    ("gamma(x)*y", "0", "equals", XY, ("(x - 1)*y == 0",)),
    ("exp(lambertw(x))*y", "0", "equals", XY, ("x*y == 0",)),
    ("digamma(x + 1)*y + y/(y - 1)", "y/(y - 1)", "equals", XY, ("x*y == 0",)),
    # single values of a parameter
    ("x*sqrt(y**2*(y - 1))", "where(y > 1/2, sqrt(y**2*(y - 1)), 2)", "derivative", XY, ()),
    (
        "x*sqrt((y + 1)**2*(y - 4))",
        "sqrt((y + 1)**2*(y - 4)) + (1 - sign(y))",
        "derivative",
        XY,
        (),
    ),
    (
        "sqrt(x**2*y**2*(y - 2))",
        "where(y > 1, sqrt(y**2*(y - 2)), 4)",
        "derivative",
        {"x": "positive", "y": "real"},
        (),
    ),
    # narrow pieces
    (
        "abs(x) + log((200*x + 703)*(-701 - 200*x)*(2 - x))",
        "x + log((200*x + 703)*(-701 - 200*x)*(2 - x))",
        "equals",
        X,
        (),
    ),
    (
        "abs(x) + sqrt((10**9*x + 2*10**9 + 1)*(-2*10**9 - 10**9*x)*(5 - x))",
        "x + sqrt((10**9*x + 2*10**9 + 1)*(-2*10**9 - 10**9*x)*(5 - x))",
        "equals",
        X,
        (),
    ),
    (
        "atan(x) + atan(1/x) + log((500*x + 1001)*(-1000 - 500*x)*(3 - x))",
        "pi/2 + log((500*x + 1001)*(-1000 - 500*x)*(3 - x))",
        "equals",
        X,
        (),
    ),
    # the rule of a derivative divides by zero where the derivative exists
    ("sqrt((x - e)**4)", "where(x == e, 5, 2*(x - e))", "derivative", X, ()),
    ("(x**2)**(3/2)", "3*x*abs(x) + 1 - sign(x)**2", "derivative", X, ()),
    ("hypot(x, 0)*x", "where(x > 0, 2*x, where(x < 0, -2*x, 1))", "derivative", X, ()),
    (
        "log(1 + sqrt(cos(x)**4))",
        "where(cos(x) == 0, 1, -sin(2*x)/(1 + cos(x)**2))",
        "derivative",
        X,
        (),
    ),
    ("asin(1 - x**4)", "where(x == 0, 2, -4*x**3/sqrt(1 - (1 - x**4)**2))", "derivative", X, ()),
    ("sqrt((x - y)**4)", "where(x == y, 1, 2*(x - y))", "derivative", XY, ()),
    ("sqrt(y*(x*y)**4)", "2*sqrt(y)*x*y**2 + 1 - abs(sign(x*y))", "derivative", XY, ()),
    ("2*x", "diff(sqrt(x**4), x) + where(x == 0, 1, 0)", "equals", X, ()),
    # where switches meet, with one another or an edge, in a combination found nowhere beside
    ("where(x >= 0, where(x + y > 0, x*y, 5), x*y)", "x*y", "equals", XY, ("y >= 0",)),
    ("where(x >= 0, 1, 0)*where(x + y > 0, 0, 7) + x", "x", "equals", XY, ("y >= 0",)),
    (
        "where(x >= 0, 1, 0)*where(y >= 0, 1, 0)*where(x + y > 0, 0, 1) + x",
        "x",
        "equals",
        XY,
        (),
    ),
]


@pytest.mark.parametrize(("left", "right", "kind", "symbols", "assume"), FALSE)
def test_what_is_false_somewhere_is_not_proved(left, right, kind, symbols, assume):
    claim = equation(left, right, kind, symbols, assume)
    found = judge(claim, Settings())
    assert found.finding is not Finding.HOLDS or found.conditions
    assert decide(claim, Settings()).verdict is not Verdict.PROVED


REFUTED = [
    ("where(x == e, 0, x)", "x", "equals", X, (), "e"),
    ("where(x > sqrt(3), x, 0)", "where(x >= sqrt(3), x, 0)", "equals", X, (), "sqrt(3)"),
    ("sign(x**2 - 5)**2", "1", "equals", {"x": "positive"}, (), "sqrt(5)"),
    ("where(x**2 - x == 1, 0, 1)", "1", "equals", {"x": "negative"}, (), "(1 - sqrt(5))/2"),
    ("where(exp(x) == 2, 0, x)", "x", "equals", X, (), "log(2)"),
    ("where(x - y == pi, 0, x)", "x", "equals", XY, (), "pi + 3"),
    ("where(x == 2/3, 0, x)", "x", "equals", X, (), "2/3"),
    ("where(cos(x) == 1, x, 0)", "0", "equals", {"x": "positive"}, (), "2*pi"),
    ("where(sin(2*x) == -1, 1, x)", "x", "equals", X, (), "-pi/4"),
    ("log(x)", "where(x == pi, 0, 1/x)", "derivative", {"x": "positive"}, (), "pi"),
    # roots of polynomials of any degree, however they are asked for
    ("where(x**3 - x - 1 == 0, 1, 0)", "0", "equals", X, (), "root(t**3 - t - 1, 1.32472)"),
    (
        "sign((x**5 - x - 1)*(x - 3))**2",
        "1",
        "equals",
        {"x": "(1, 2)"},
        (),
        "root(t**5 - t - 1, 1.1673)",
    ),
    (
        "where(max(x**3, x + 1) == min(x**3, x + 1), 1, 0)",
        "0",
        "equals",
        X,
        (),
        "root(t**3 - t - 1, 1.32472)",
    ),
    (
        "where(x**4 <= x + 1 and x**4 >= x + 1, 1, x)",
        "x",
        "equals",
        {"x": "negative"},
        (),
        "root(t**4 - t - 1, -0.724492)",
    ),
    ("where(abs(x**6 - 4*x**3 + 4) > 0, 0, 1)", "0", "equals", X, (), "2**(1/3)"),
    ("where(2*x**5 + x**3 + 2*x == x**4 + 4*x**2 + 2, 1, x)", "x", "equals", X, (), "2**(1/3)"),
    (
        "exp(x)",
        "exp(x) + where(x**3 + y*x == 1, 1, 0)",
        "derivative",
        {"x": "real", "y": "(1, 3/2)"},
        (),
        "",
    ),
    (
        "where(x**2 == 3*x - 1, 1, 0)",
        "0",
        "equals",
        {"x": "[(3 + sqrt(5))/2, oo)"},
        (),
        "(sqrt(5) + 3)/2",
    ),
    ("where(x**3 == 2, 1, 0)", "0", "equals", {"x": "[0, 2**(1/3)]"}, (), "2**(1/3)"),
    (
        "where(x**3 == x + 1, 1, 0)",
        "0",
        "equals",
        X,
        ("x**6 == x**2 + 2*x + 1",),
        "root(t**3 - t - 1, 1.32472)",
    ),
    (
        "where(sin(x)**3 + sin(x) == 1, 1, 0)",
        "0",
        "equals",
        X,
        (),
        "asin(root(t**3 + t - 1, 0.682328))",
    ),
    ("where(atan(x)**2 == 1/2, 1, 0)", "0", "equals", X, (), "tan(sqrt(1/2))"),
    # rational functions, powers of one part, and pieces
    (
        "where(1/x**3 == x - 1, 1, 0)",
        "0",
        "equals",
        {"x": "positive"},
        (),
        "root(t**4 - t**3 - 1, 1.38028)",
    ),
    (
        "where(exp(2*x) == exp(x) + exp(-x), 1, 0)",
        "0",
        "equals",
        X,
        (),
        "log(root(t**3 - t**2 - 1, 1.46557))",
    ),
    ("where(sqrt(x) == x - 1, 1, 0)", "0", "equals", {"x": "positive"}, (), ""),
    ("where(abs(x) == x**3 - 1, 1, 0)", "0", "equals", X, (), "root(t**3 - t - 1, 1.32472)"),
    (
        "where(2**x == 3, 1, 0) + where(x**pi == 2, 1, 0)",
        "0",
        "equals",
        {"x": "positive"},
        (),
        "log(3)/log(2)",
    ),
    # sizes named in conditions
    ("sum(v)", "where(n == 7, 1, 0) + sum(v)", "equals", {"v": ["n"]}, (), ""),
    ("v[i]", "where(i > 8, 0, v[i])", "equals", {"v": ["n"]}, (), ""),
    ("tr(A @ A)", "tr(A @ A)*sign(n - 6)**2", "equals", {"A": ["n", "n"]}, (), ""),
    # what is exactly known of sines at multiples of pi
    (
        "acos(cos(x)**3)*sin(x)",
        "acos(cos(x)**3)*sin(x) + 1 - sign(sin(x))**2",
        "equals",
        {"x": "positive"},
        (),
        "pi",
    ),
    (
        "where(sin(x) == 1/2, tan(x)**2*3, 1)*acos((b + a*cos(x)**2)/(a + b*cos(x)**2))",
        "where(sin(x)**2 == 1, 1, 1)*acos((b + a*cos(x)**2)/(a + b*cos(x)**2))"
        " + where(cos(x)**2 == 1, 1, 0)",
        "equals",
        {"x": "real", "a": "(2, 3)", "b": "(0, 1)"},
        (),
        "",
    ),
    ("abs(x) + log((300*x + 907)*(-905 - 300*x)*(7 - x))", None, "equals", X, (), ""),
    ("abs(x) + sqrt((x + 57)*(-55 - x)*(7 - x))", None, "equals", X, (), ""),
    ("gamma(x)*y", "0", "equals", XY, ("(x - 1)*y == 0",), "1"),
    ("x*sqrt(y**2*(y - 1))", "where(y > 1/2, sqrt(y**2*(y - 1)), 2)", "derivative", XY, (), ""),
    (
        "sqrt(x**2*y**2*(y - 2))",
        "where(y > 1, sqrt(y**2*(y - 2)), 4)",
        "derivative",
        {"x": "positive", "y": "real"},
        (),
        "",
    ),
    # a condition that is decided without its undefined part, in either order
    ("x", "where(x == 0, 17, x)", "equals", X, ("1/x > 0 or x == 0",), "0"),
    ("x", "where(x == 0, 17, x)", "equals", X, ("x == 0 or 1/x > 0",), "0"),
    ("x", "where(x == 0, 17, x)", "equals", X, ("not (1/x < 0 and x != 0)",), "0"),
]


@pytest.mark.parametrize(("left", "right", "kind", "symbols", "assume", "at"), REFUTED)
def test_what_is_false_at_a_point_that_can_be_named_is_refuted(
    left, right, kind, symbols, assume, at
):
    claimed = right or left.replace("abs(x)", "x")
    found = decide(equation(left, claimed, kind, symbols, assume), Settings())
    assert found.verdict is Verdict.REFUTED
    assert found.counterexample is not None
    if at:
        assert dict(found.counterexample.point)["x"] == at


UNPROVED = ("polylog(3, 1/2)", "log(2)**3/6 - pi**2*log(2)/12 + 7/8*zeta(3)")
"""Two sides that are equal, which no prover knows."""

NOT_REFUTED = [
    # undefined where the switch would be: gamma has a pole there
    ("where((x - pi)*gamma(x - pi) == 0, 0, 1)", "1", X),
    # beyond the domain
    ("where(x**3 == 2, 0, 1)", "1", {"x": "[0, 2**(1/3))"}),
    ("where(x**3 == 2, 0, 1)", "1", {"x": {"domain": "real", "not": "2**(1/3)"}}),
    ("where(x**2 == x + 1, 0, 1)", "1", {"x": "((1 + sqrt(5))/2, oo)"}),
    ("where(x**3 == x + 1, 0, 1)", "1", {"x": "(0, 13247/10000)"}),
    ("where(x**3 == x + 1, 0, 1/(x**6 - (x + 1)**2))", "1/(x**6 - (x + 1)**2)", X),
    ("where(x**3 == x + 1, x**5, x**2)", "where(x**3 == x + 1, x**2 + x + 1, x**2)", X),
    ("where(x**3 == x + 1, log(x**3 - x - 1), x)", "x", X),
    ("where(x**2 == 2 and x**3 == 3, 0, 1)", "1", X),
    ("where(abs(x) == x**2 - 1 and x < 1 and x > -1, 0, 1)", "1", X),
    ("where(sqrt(x) == x - 1 and x < 1, 0, 1)", "1", X),
    ("where((x**2 - 2)/(x**4 - 4) == 0, 0, 1)", "1", X),
    ("where(sin(x) == 0, tan(x + pi/2), x)", "x", X),
    ("where(x == pi, 0, 1)", "1", {"x": "(0, 3)"}),
    ("where(x == -sqrt(2), 0, 1)", "1", {"x": "positive"}),
    ("where(x == pi, pi, x)", "x", X),
    # left out of it, where nothing is proved
    (f"where(x == pi, 0, {UNPROVED[0]})", UNPROVED[1], {"x": {"domain": "real", "not": "pi"}}),
    (f"where(2*x == e, 0, {UNPROVED[0]})", UNPROVED[1], {"x": {"domain": "real", "not": "e/2"}}),
    (f"where(x == 1/3, 0, {UNPROVED[0]})", UNPROVED[1], {"x": {"domain": "real", "not": "1/3"}}),
    (
        f"where(x == pi, 0, {UNPROVED[0]})*exp(I*x)",
        f"exp(I*x)*({UNPROVED[1]})",
        {"x": {"domain": "real", "not": "pi"}},
    ),
    (
        f"where(x == pi, 0, {UNPROVED[0]})*exp(I*x)",
        f"exp(I*x)*({UNPROVED[1]})",
        {"x": {"domain": "[0, pi]", "not": "pi"}},
    ),
    # beyond an end that floats miss, or do not have: at turns, and for the other symbols
    (
        f"where(exp(I*x) == I, 0, {UNPROVED[0]})",
        UNPROVED[1],
        {"x": "(2 + 10**16*(3 - cbrt(27)), 3)"},
    ),
    (f"where(exp(I*x) == -1, 0, {UNPROVED[0]})", UNPROVED[1], {"x": "(pi*besselj(0, 0), 5)"}),
    (
        f"where(x**2 == 2 and y < 1.6, 0, {UNPROVED[0]})",
        UNPROVED[1],
        {"x": "real", "y": "(zeta(2), oo)"},
    ),
]


@pytest.mark.parametrize(("left", "right", "symbols"), NOT_REFUTED)
def test_what_is_undefined_or_true_there_is_not_refuted(left, right, symbols):
    found = decide(equation(left, right, "equals", symbols), Settings())
    assert found.verdict is not Verdict.REFUTED, found.counterexample


BEYOND = [
    ("sqrt((y - 1)**2*x**2)", "sqrt((y - 1)**2)*x/sqrt(x**2)", "y == 1"),
    (f"abs(x - 1)*(x - 1)*{UNPROVED[0]}", f"2*abs(x - 1)*({UNPROVED[1]})", "x == 1 and y < 1.6"),
    ("sqrt((x - e)**4)", "2*(x - e)", "x == e and y < 1.6"),
]


@pytest.mark.parametrize(("left", "right", "condition"), BEYOND)
def test_what_is_false_outside_an_end_that_floats_do_not_have_is_not_refuted(
    left, right, condition
):
    symbols = {"x": "real", "y": "(zeta(2), oo)"}
    claimed = f"{right} + where({condition}, 5, 0)"
    found = decide(equation(left, claimed, "derivative", symbols), Settings())
    assert found.verdict is not Verdict.REFUTED, found.counterexample
    assert not found.defect


def test_conditions_at_turns_are_for_balls_to_decide():
    symbols = {"x": "[-pi, pi]"}
    unmet = "10**20*(sqrt(-x)**2 + x) < -1"
    for assume, refuted in (((), True), ((unmet,), False)):
        found = decide(equation("arg(exp(I*x))", "x", "equals", symbols, assume), Settings())
        assert (found.verdict is Verdict.REFUTED) is refuted


TRUE = [
    ("abs(x)", "x", "equals", {"x": "real", "y": "real"}, ["x*exp(y) >= 0"]),
    ("where(x == 1, 1, gamma(x))", "gamma(x)", "equals", X, ()),
    ("where(x == sqrt(2), 1, gamma(x + 1 - sqrt(2)))", "gamma(x + 1 - sqrt(2))", "equals", X, ()),
    ("where(x == y, 1, gamma(x - y + 2))", "gamma(x - y + 2)", "equals", XY, ()),
    ("where(x == 2, 1, exp(2*lambertw(x - 2)))", "exp(2*lambertw(x - 2))", "equals", X, ()),
    ("where(n == 0, 1, n*gamma(n))", "gamma(n + 1)", "equals", N, ()),
    ("(-x)**n", "(-1)**n*x**n", "equals", {"x": "real", "n": "integer"}, ()),
    ("exp(x)*y", "0", "equals", XY, ("x*y == 0", "x == 1")),
    ("sin(x)*y", "0", "equals", XY, ("x*y == 0",)),
    ("gamma(x + 1)*y", "y", "equals", XY, ("x*y == 0", "x == 0")),
    ("x*sqrt(y**2*(y - 1))", "sqrt(y**2*(y - 1))", "derivative", XY, ()),
    ("sqrt(x**2*(x - 3))", "3*(x - 2)/(2*sqrt(x - 3))", "derivative", {"x": "positive"}, ()),
    (
        "abs(x) + log((200*x + 703)*(-701 - 200*x)*(2 - x))",
        "where(x < -1, -x, x) + log((200*x + 703)*(-701 - 200*x)*(2 - x))",
        "equals",
        X,
        (),
    ),
    # no derivative where the variable crosses the edge of what is real
    ("sqrt(x - 1)", "where(x > 1, 1/(2*sqrt(x - 1)), 5)", "derivative", X, ()),
    ("asin(x)", "where(x == 1, 2, 1/sqrt(1 - x**2))", "derivative", X, ()),
    ("sqrt(x**4)", "where(x == 0, 0, 2*x)", "derivative", X, ()),
    # a removable gap: the limit of the slopes beside it
    ("where(x == 0, 1, sin(x)/x)", "where(x == 0, 0, cos(x)/x - sin(x)/x**2)", "derivative", X, ()),
    (
        "where(x == y, cos(y), (sin(x) - sin(y))/(x - y))",
        "where(x == y, -sin(y)/2, cos(x)/(x - y) - (sin(x) - sin(y))/(x - y)**2)",
        "derivative",
        XY,
        (),
    ),
    (
        "where(x == 0, 1, log(1 + x)/x)",
        "where(x == 0, -1/2, 1/(x*(1 + x)) - log(1 + x)/x**2)",
        "derivative",
        X,
        (),
    ),
    # an equation that leaves a few values
    ("abs(y)*x", "x", "equals", XY, ("y**2 == 1",)),
    ("abs(x)*sign(y)", "y*sign(x)", "derivative", XY, ("(y**2 + 1)*(y**2 - 1) == 0",)),
    ("sqrt(y**2)*x", "3*x", "equals", {"x": "real", "y": "negative"}, ("y**2 - y == 12",)),
    # the principal branch of Lambert's function reaches down to -1
    ("lambertw(x*exp(x))", "x", "equals", {"x": "[-1, oo)"}, ()),
    ("lambertw(-x*exp(-x))", "-x", "equals", {"x": "(0, 1)"}, ()),
]


@pytest.mark.parametrize(("left", "right", "kind", "symbols", "assume"), TRUE)
def test_what_is_true_everywhere_is_proved(left, right, kind, symbols, assume):
    assert decide(equation(left, right, kind, symbols, assume), Settings()).verdict is (
        Verdict.PROVED
    )


VECTORS = {"x": ["n"], "y": ["n"], "A": ["m", "n"], "X": ["m", "n"]}
BENT = [
    # a sign on the right is 0 at the kink, and its square is not the mean of both sides
    ("sum(abs(x)*x)", "2*abs(x) + 1 - sign(x)**2", "x"),
    ("sum(relu(X)**2)", "2*relu(X)*sign(X)**2 + 1 - abs(sign(X))", "X"),
    ("sum(sqrt(x**4))", "2*x + 1 - sign(x)**2", "x"),
    ("sum(max(x - y, 0)**2)", "2*max(x - y, 0) + 1 - sign(x - y)*sign(2*x - 2*y)", "x"),
    ("sum(x)*abs(sum(x))", "(2*abs(sum(x)) + 1 - sign(sum(x))**2)*ones(n)", "x"),
    ("sum(abs(A @ x)*(A @ x))", "2*A.T @ (abs(A @ x) + 1 - sign(A @ x)**4)", "x"),
    ("abs(x.T @ y)*(x.T @ y)", "(2*abs(x.T @ y) + cos(sign(x.T @ y)) - cos(1))*y", "x"),
]
STRAIGHT = [
    ("sum(abs(x))", "sign(x)", "x"),
    ("sum(relu(X))", "heaviside(X)", "X"),
    ("sum(abs(A @ x))", "A.T @ sign(A @ x)", "x"),
    ("sum(abs(x*y))", "sign(x)*abs(y)", "x"),
    ("sum(abs(x)*abs(y))", "sign(x)*sign(y)*y", "x"),
]


@pytest.mark.parametrize(("left", "right", "wrt"), BENT + STRAIGHT)
def test_signs_of_entries_are_proved_where_they_are_means(left, right, wrt):
    symbols = {name: shape for name, shape in VECTORS.items() if name in left}
    (claim,) = adhoc(left, right, wrt=wrt, symbols=symbols)
    proved = decide(claim, Settings()).verdict is Verdict.PROVED
    assert proved is ((left, right, wrt) in STRAIGHT)


def test_an_exponential_to_a_power_has_a_lambert_function():
    claim = equation("lambertw(2*cosh(x)**2*exp(2*cosh(x)**2))", "2*cosh(x)**2", "equals", X)
    assert judge(claim, Settings()).finding in (Finding.HOLDS, Finding.UNKNOWN)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("sqrt(x)*sqrt(x)", "where(x == -pi, 0, x)"),
        ("log(x)*I", "where(x == -e, 0, x*I) - x*I + log(x)*I"),
        ("sqrt(x)**3/sqrt(x)", "x*sign(x + sqrt(2))**2"),
    ],
)
def test_complex_values_leave_no_real_number_out(left, right):
    (claim,) = adhoc(left, right, symbols={"x": "nonzero"}, claim="equals", values="complex")
    assert decide(claim, Settings()).verdict is Verdict.REFUTED


def test_numbers_count_in_formulas_made_in_memory():
    (claim,) = adhoc("x**3", "6*x", wrt="x", order=2)
    assert decide(claim, Settings()).verdict is Verdict.PROVED


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_random_claims_are_proved_only_where_they_hold(first):
    for seed in range(first, first + 20):
        claim = point_claims.random_claim(seed)
        found = judge(claim, Settings())
        if found.finding is Finding.HOLDS and not found.conditions:
            assert point_claims.counterexample(claim) is None, seed


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_random_claims_at_roots_are_refuted_where_they_are_wrong(first):
    refuted = 0
    for seed in range(first, first + 20):
        claim = point_claims.random_root_claim(seed)
        found = decide(claim, Settings())
        assert not found.defect
        if found.counterexample is not None:
            refuted += 1
            point = dict(found.counterexample.point)
            assert point_claims.differs_at(claim, point) is not False, seed
        elif found.verdict is Verdict.PROVED:
            assert point_claims.counterexample(claim) is None, seed
    assert refuted > 5


def test_the_oracle_would_notice():
    left = "where(x == pi, 0, gamma(x - pi + 1))"
    claim = equation(left, "gamma(x - pi + 1)", "equals", X)
    assert point_claims.counterexample(claim) is not None
    assert point_claims.differs_at(claim, {"x": "pi"}) is True
    assert point_claims.differs_at(claim, {"x": "2"}) is False
    claim = equation("where(x**3 == x + 1, 0, x)", "x", "equals", X)
    assert point_claims.counterexample(claim) is not None
    assert point_claims.differs_at(claim, {"x": "root(t**3 - t - 1, 1.32)"}) is True
    true = equation(left.replace("0,", "1,", 1), "gamma(x - pi + 1)", "equals", X)
    assert point_claims.counterexample(true) is None


NOWHERE = [
    ("acot(x) + acot(-x)", "0", "x == 0"),
    ("tanh(1/x)**2", "1", "x == 0"),
    ("atan(1/(x - 2))", "pi/2", "x == 2"),
    ("exp(-1/x**2)", "0", "x == 0"),
    ("(x + 1)**2", "x**2 + 2*x + 1", "10**20*(sqrt(x)**2 - x) > 1"),  # floats say so of some
]


@pytest.mark.parametrize(("left", "right", "condition"), NOWHERE)
def test_a_claim_without_a_point_is_undecided(left, right, condition):
    claim = equation(left, right, "equals", X, (condition,))
    assert decide(claim, Settings()).verdict is Verdict.UNDECIDED
    for numeric in (balls, differences):
        assert numeric(claim, Settings()).finding is Finding.UNKNOWN


ROOT = "where(x**3 == 2, 2*x, x)"
PI = "where(x == pi, 2*x, x)"
UNMET = [
    # floats lose all digits of these
    ("2*x", "10**20*(sqrt(x)**2 - x) > 1"),
    ("where(x > 0, 2*x, x)", "10**20*(exp(log(x)) - x) > 1"),
    # and take poles for numbers
    (ROOT, "1/(x**3 - 2) != 5"),
    (ROOT, "log(abs(x**3 - 2)) < 0"),
    (ROOT, "y/(x**3 - 2) != 0"),
    (PI, "1/sin(x) != 0"),
    (PI, "1/sin(x) > 0"),
    (PI, "not tan(x/2) == 7"),
    ("where(x**2 == 2, 2*x, x)", "1/(x**4 - 4) > 1 or x > 0 and 1/(x**4 - 4) != 0"),
]


@pytest.mark.parametrize(("right", "condition"), UNMET)
def test_no_counterexample_where_a_condition_is_not_certainly_met(right, condition):
    found = decide(equation("x", right, "equals", XY, (condition,)), Settings())
    assert found.verdict is not Verdict.REFUTED
    assert not found.defect
    assert decide(equation("x", right, "equals", XY), Settings()).verdict is Verdict.REFUTED


OUTSIDE = [
    # numbers that floats miss
    ("== 1/2", {"domain": "real", "not": "cos(pi/3)"}),
    ("== 3", {"domain": "real", "not": "cbrt(27)"}),
    ("== 3", {"domain": "integer", "not": "log(8)/log(2)"}),
    ("== 3*10**9", {"domain": "real", "not": "10**9*cbrt(27)"}),
    ("== 1/2", {"domain": "(cos(pi/3), 1)"}),
    ("== 1", {"domain": "real", "not": "sqrt(3 + 2*sqrt(2)) - sqrt(2)"}),
    ("== 0", {"domain": "real", "not": "10**9*(cbrt(27) - 3)"}),
    (">= 0", {"domain": "(-5, 10**15*(cbrt(27) - 3))"}),
    # numbers of functions that floats do not have
    ("< 1", {"domain": "(zeta(2), oo)"}),
    ("< 1", {"domain": "(besselj(0, 0), oo)"}),
    ("<= 1", {"domain": "(lambertw(e), oo)"}),
    ("== 1", {"domain": "real", "not": "besselj(0, 0)"}),
    ("== 1", {"domain": "real", "not": "lambertw(e)"}),
]


@pytest.mark.parametrize(("condition", "domain"), OUTSIDE)
def test_a_number_that_a_domain_leaves_out_is_no_counterexample(condition, domain):
    found = decide(
        equation("x", f"where(x {condition}, 17, x)", "equals", {"x": domain}), Settings()
    )
    assert not found.defect
    assert found.verdict is Verdict.PROVED
    right = f"where(v[0] {condition}, 17, sum(v))"
    claim = equation("sum(v)", right, "equals", {"v": {"shape": ["n"], **domain}})
    assert decide(claim, Settings()).verdict is Verdict.SUPPORTED


AT_ONE_POINT = [
    ({"domain": "(0, 4)"}, "pi", True),
    ({"domain": "[0, pi]"}, "pi", True),
    ({"domain": "[0, pi)"}, "pi", False),
    ({"domain": "(0, 2*pi)", "not": "pi"}, "pi/2", True),
    ({"domain": "nonzero"}, "sqrt(2)", True),
    # floats say otherwise
    ({"domain": "positive"}, "10**16*(5 - 125**(1/3))", False),
    ({"domain": "real", "not": 5}, "125**(1/3)", False),
    ({"domain": "real", "not": "10**(-400)"}, "(10**(-800))**(1/2)", False),
]


@pytest.mark.parametrize(("domain", "value", "refuted"), AT_ONE_POINT)
def test_a_number_that_a_symbol_is_put_at_is_certainly_in_its_domain(domain, value, refuted):
    claim = equation("x", "17", "equals", {"x": domain}, (f"x == {value}",))
    assert (decide(claim, Settings()).verdict is Verdict.REFUTED) is refuted


MET = [
    ({"x": ["n"]}, "not exp(x[0]) > 2 or exp(x[0]) < 3"),
    ({"x": ["n"]}, "exp(x) > 1"),
    ({"x": "complex"}, "abs(exp(x)) < 1"),
    ({"x": "real"}, "gamma(x) > 1"),
]


@pytest.mark.parametrize(("symbols", "condition"), MET)
def test_a_counterexample_where_balls_vouch_for_a_condition(symbols, condition):
    claim = equation("x", "2*x", "equals", symbols, (condition,))
    assert decide(claim, Settings()).verdict is Verdict.REFUTED


OF_FUNCTIONS = [
    ("u(x) > 0", True),
    ("exp(u(x)) < 1 or sin(x) > 0", True),
    ("u(x) < 10**16*(cbrt(27) - 3)", True),  # it is true of what is negative
    ("u(x) < 10**16*(cbrt(27) - 3) and u(x) > 0", False),
    ("10**20*(sqrt(u(x))**2 - u(x)) > 1", False),
]


@pytest.mark.parametrize("identically", [[], ["D(y)(x) == y(x)"]], ids=["", "beside an equation"])
@pytest.mark.parametrize(("condition", "refuted"), OF_FUNCTIONS)
def test_balls_vouch_for_conditions_on_abstract_functions(condition, refuted, identically):
    (claim,) = adhoc(
        "u(x)*y(x)", "y(x)*(u(x) + where(x > 10**9, 0, 1))", claim="equals", symbols=X,
        functions={"u": "scalar(x)", "y": "scalar(x)"}, assume=[condition], identically=identically,
    )  # fmt: skip
    found = decide(claim, Settings())
    assert (found.verdict is Verdict.REFUTED) is refuted
    assert not found.defect


def test_what_is_told_of_a_root_is_true_of_no_other():
    told = []
    for side in ("x > 10**(-6) and x < 1", "x < 10**(-6) and x > 0"):
        claim = equation("x", f"where(x**4 == 2*(10**6*x - 1)**2 and {side}, 1, x)", "equals", X)
        found = decide(claim, Settings()).counterexample
        assert found is not None
        told += [text for _, text in found.point]
    assert told == [
        "root(t**4 - 2000000000000*t**2 + 4000000*t - 2, 0.000001000000000001)",
        "root(t**4 - 2000000000000*t**2 + 4000000*t - 2, 9.99999999999e-7)",
    ]


def test_sympy_proves_nothing_of_single_points():
    for left, right, assume in (
        ("acot(x) + acot(-x)", "0", ("x == 0",)),
        ("abs(x)*sqrt(x**2*(x - 1))", "x*sqrt(x**2*(x - 1))", ()),
    ):
        found = sympy_judge(equation(left, right, "equals", X, assume), Settings())
        assert found.finding is not Finding.HOLDS or found.conditions


@pytest.mark.parametrize(
    ("assume", "sizes"),
    [
        (("n == 2",), {2}),
        (("n == 7",), {7}),
        (("n == 14",), {14}),
        (("n >= 2", "n <= 3"), {2, 3}),
    ],
)
def test_assumptions_fix_dimensions(assume, sizes):
    from derivcheck.numeric.sampling.stream import stream

    claim = equation("det(2*X)", "2**n*det(X)", "equals", {"X": ["n", "n"]}, assume)
    for numeric in (balls, differences):
        assert numeric(claim, Settings()).finding is Finding.HOLDS
    assert {point.sizes["n"] for point in stream(claim).first(8)} == sizes
