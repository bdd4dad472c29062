"""Interval arithmetic: no true claim is refuted, wrong ones are, and the witness can be checked."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from adhoc import adhoc
from flint import arb, ctx

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation, Settings
from derivcheck.lang.functions import FUNCTIONS
from derivcheck.model import Evidence, Finding, Strength, Witness
from derivcheck.numeric.intervals.functions import REAL
from derivcheck.numeric.intervals.judge import agree, judge
from derivcheck.numeric.intervals.program import Program, precision
from derivcheck.numeric.intervals.rules import Unsupported, partial
from derivcheck.numeric.sampling.points import Point

SETTINGS = Settings()


def equation(expression: str, text: str, /, **options: Any) -> Equation:
    options.setdefault("wrt", None if options.get("claim") == "equals" else "x")
    return adhoc(expression, text, **options)[0]


def check(expression: str, text: str, /, **options: Any) -> Evidence:
    return judge(equation(expression, text, **options), SETTINGS)


TWO = {"x": "real", "a": "real"}
SQUARE: dict[str, Any] = {"X": ["n", "n"]}
GRAM: dict[str, Any] = {"X": ["m", "n"]}
CLASSES: dict[str, Any] = {"Z": ["n"], "Y": ["n"]}

TRUE: list[tuple[str, str, dict[str, Any]]] = [
    ("tanh(x)", "1 - tanh(x)**2", {}),
    ("x**a", "a*x**(a - 1)", {"symbols": TWO}),
    ("a**x", "a**x*log(a)", {"symbols": {"x": "real", "a": "positive"}}),
    ("x**x", "x**x*(log(x) + 1)", {}),
    ("abs(x)**a", "a*abs(x)**a/x", {"symbols": {"x": "nonzero", "a": "real"}}),
    ("asec(x)", "1/(abs(x)*sqrt(x**2 - 1))", {}),
    ("acsc(x)", "-1/(abs(x)*sqrt(x**2 - 1))", {}),
    ("acosh(x)", "1/sqrt(x**2 - 1)", {}),
    ("acot(x)", "-1/(1 + x**2)", {}),
    ("cbrt(x)", "1/(3*cbrt(x)**2)", {}),
    ("sqrt(x**2)", "x/sqrt(x**2)", {}),
    ("sin(x)**2 + cos(x)**2", "0", {}),
    ("polylog(2, x) + polylog(2, 1 - x) + log(x)*log(1 - x)", "0", {"symbols": {"x": "(0, 1)"}}),
    ("tr(X @ inv(X))", "zeros(n, n)", {"wrt": "X", "symbols": SQUARE}),
    ("abs(x)", "sign(x)", {}),
    ("relu(x)", "where(x > 0, 1, 0)", {}),
    ("max(x, a)", "where(x > a, 1, 0)", {"symbols": TWO}),
    ("asin(x - 10)", "1/sqrt(1 - (x - 10)**2)", {}),
    ("exp(1000*x)", "1000*exp(1000*x)", {}),
    ("acos(1/x)", "1/(x*sqrt(x**2 - 1))", {"symbols": {"x": "(1, oo)"}}),
    ("besselj(n, x)", "besselj(n - 1, x) - n/x*besselj(n, x)", {"symbols": {"n": "integer"}}),
    ("polygamma(n, x)", "polygamma(n + 1, x)", {"symbols": {"n": "natural", "x": "positive"}}),
    ("log(u(x))", "D(u)(x)/u(x)", {"functions": {"u": "scalar(x)"}}),
    ("arcsin(u(x))", "D(u)(x)/sqrt(1 - u(x)**2)", {"functions": {"u": "scalar(x)"}}),
    (
        "u(x)**v(x)",
        "u(x)**v(x)*(D(v)(x)*log(u(x)) + v(x)*D(u)(x)/u(x))",
        {"functions": {"u": "scalar(x)", "v": "scalar(x)"}},
    ),
    (
        "log(u(x))",
        "D(u)(x)/u(x)",
        {"functions": {"u": "scalar(x)"}, "assume": ["u(x) > 3"]},
    ),
    ("exp(z)", "exp(z)", {"wrt": "z", "symbols": {"z": "complex"}}),
    ("log(z**2)", "2/z", {"wrt": "z", "symbols": {"z": "complex"}}),
    ("exp(x) - exp(x)", "0", {"claim": "equals", "symbols": {"x": "real"}}),
    ("log(det(X))", "inv(X).T", {"wrt": "X", "symbols": SQUARE}),
    ("log(det(X.T @ X))", "2*X @ inv(X.T @ X)", {"wrt": "X", "symbols": GRAM}),
    ("inv(X)", "-inv(X) @ dX @ inv(X)", {"wrt": ["X"], "claim": "differential", "symbols": SQUARE}),
    ("norm(x)", "x/norm(x)", {"symbols": {"x": ["n"]}}),
    ("max(x)", "where(x == max(x), 1, 0)", {"symbols": {"x": ["n"]}}),
    (
        "softmax(x)",
        "diag(softmax(x)) - softmax(x) @ softmax(x).T",
        {"symbols": {"x": ["n"]}},
    ),
    (
        "-sum(Y*log(softmax(Z)))",
        "softmax(Z) - Y",
        {"wrt": "Z", "symbols": CLASSES, "assume": ["sum(Y) == 1"]},
    ),
    (
        "x.T @ A @ x",
        "2*A @ x",
        {"symbols": {"x": ["n"], "A": {"shape": ["n", "n"], "structure": "symmetric"}}},
    ),
    (
        "inv(Q)",
        "Q.T",
        {"claim": "equals", "symbols": {"Q": {"shape": ["n", "n"], "structure": "orthogonal"}}},
    ),
    (
        "sum(sigma(W @ x))",
        "D(sigma)(W @ x) @ x.T",
        {
            "wrt": "W",
            "symbols": {"x": ["n"], "W": ["m", "n"]},
            "functions": {"sigma": "elementwise"},
        },
    ),
    (
        "C(W @ x)",
        "W.T @ grad(C(z), z)",
        {
            "symbols": {"x": ["n"], "W": ["m", "n"]},
            "functions": {"C": "scalar(a)"},
            "where": {"z": "W @ x"},
        },
    ),
    (
        "kron(A, X)",
        "kron(A, dX)",
        {"wrt": ["X"], "claim": "differential", "symbols": {"A": ["m", "n"], "X": ["p", "q"]}},
    ),
    (
        "sum(X[i, k]*A[k, j], k)",
        "(X @ A)[i, j]",
        {"claim": "equals", "symbols": {"X": ["m", "n"], "A": ["n", "p"]}},
    ),
]

WRONG: list[tuple[str, str, dict[str, Any]]] = [
    ("x**0", "where(x == 0, 1, 0)", {}),
    ("x**0", "where(x == 0, 5, 1)", {"claim": "equals", "symbols": {"x": "real"}}),
    ("diff(diff(zeta(x), x, 8), x, 2)", "0", {"wrt": "x", "symbols": {"x": "(2, 3)"}}),
    ("tanh(x)", "1 + tanh(x)**2", {}),
    ("sqrt(x**2)", "1", {}),
    ("asec(x)", "1/(x*sqrt(x**2 - 1))", {}),
    ("acsc(x)", "-1/(x*sqrt(x**2 - 1))", {}),
    ("acsch(x)", "-1/(x*sqrt(1 + x**2))", {}),
    ("acosh(1/x)", "-1/(x**2*sqrt(1 - x**2))", {"symbols": {"x": "(0, 1)"}}),
    ("sin(x)", "cos(x) + x/10**30", {}),
    ("sin(x)**2 + cos(x)**2 + x/10**60", "0", {}),
    ("tr(X @ inv(X)) + tr(X)/10**60", "zeros(n, n)", {"wrt": "X", "symbols": SQUARE}),
    ("sqrt(2/pi)*x", "0.7978845608", {}),
    ("x**a", "a*x**(a + 1)", {"symbols": TWO}),
    ("besselj(a, x)", "0", {"wrt": "a", "symbols": {"x": "positive", "a": "real"}}),
    (
        "lowergamma(a, x)",
        "gamma(a)*digamma(a)",
        {"wrt": "a", "symbols": {"x": "positive", "a": "positive"}},
    ),
    ("relu(x)", "1", {}),
    ("u(x)/v(x)", "D(u)(x)/D(v)(x)", {"functions": {"u": "scalar(x)", "v": "scalar(x)"}}),
    ("log(z**2)", "2*log(z)", {"claim": "equals", "symbols": {"z": "complex"}}),
    ("z", "I", {"claim": "equals", "symbols": {"z": "complex"}, "assume": ["z**2 == -1"]}),
    ("log(det(X))", "inv(X)", {"wrt": "X", "symbols": SQUARE}),
    ("x.T @ A @ x", "2*A @ x", {"symbols": {"x": ["n"], "A": ["n", "n"]}}),
    ("-sum(Y*log(softmax(Z)))", "softmax(Z) - Y", {"wrt": "Z", "symbols": CLASSES}),
    ("sum(x)/n", "ones(n)", {"symbols": {"x": ["n"]}}),
    ("tr(X)**2", "2*eye(n)", {"wrt": "X", "symbols": SQUARE}),
    ("inv(X)", "inv(X) @ dX @ inv(X)", {"wrt": ["X"], "claim": "differential", "symbols": SQUARE}),
    (
        "C(W @ x)",
        "W.T @ grad(C(z), z)*2",
        {
            "symbols": {"x": ["n"], "W": ["m", "n"]},
            "functions": {"C": "scalar(a)"},
            "where": {"z": "W @ x"},
        },
    ),
    (
        "sum(X[i, k]*A[k, j], k)",
        "(X @ A)[i, 0]",
        {"claim": "equals", "symbols": {"X": ["m", "n"], "A": ["n", "p"]}},
    ),
]


def _ids(table: list[tuple[str, str, dict[str, Any]]]) -> list[str]:
    return [f"{expression} -> {claim}" for expression, claim, _ in table]


@pytest.mark.parametrize(("expression", "claim", "options"), TRUE, ids=_ids(TRUE))
def test_true_claims_hold(expression: str, claim: str, options: dict[str, Any]) -> None:
    evidence = check(expression, claim, **options)
    assert (evidence.finding, evidence.strength) == (Finding.HOLDS, Strength.SAMPLE), evidence
    assert evidence.samples is not None
    assert evidence.measured is not None
    assert evidence.allowed is not None
    assert evidence.samples > 0
    assert evidence.measured <= 2 * evidence.allowed < 1e-10


@pytest.mark.parametrize(("expression", "claim", "options"), WRONG, ids=_ids(WRONG))
def test_wrong_claims_are_refuted(expression: str, claim: str, options: dict[str, Any]) -> None:
    evidence = check(expression, claim, **options)
    assert (evidence.finding, evidence.strength) == (Finding.FAILS, Strength.ENCLOSURE), evidence
    assert evidence.witness is not None
    assert evidence.witness.true_value != evidence.witness.claimed_value
    assert agree(equation(expression, claim, **options), SETTINGS) is Finding.FAILS


FAR = {"x": "(10**6, oo)"}
TOO_WIDE = "the enclosures stay too wide to compare"
UNDECIDED: list[tuple[str, str, dict[str, Any], str]] = [
    ("sqrt(1 - x)/sqrt(x - 1)", "x", {}, "no point of the domain where both sides are defined"),
    ("log(x)", "1/x", {"symbols": {"x": "(-5, -1)"}}, "add `values: complex`"),
    ("1/(x - x)", "1", {"values": "complex", "symbols": {"x": "real"}}, "tried): empty domain?"),
    (
        "sum(w[i], (i, 0, n - 1))",
        "sum(w[i], (i, 0, n + 1))",
        {"claim": "equals", "symbols": {"w": ["n"]}},
        "a subscript beyond the last entry?",
    ),
    ("x", "1", {"assume": ["x**2 < -1"]}, "`x**2 < -1`"),
    (
        "polygamma(n, x)",
        "0",
        {"wrt": "n", "symbols": {"n": "real"}},
        "there is no derivative of polygamma by its argument 1",
    ),
    # beyond the range of floats
    ("1 - tanh(x)", "exp(-3*x)", {"claim": "equals", "symbols": FAR}, TOO_WIDE),
    ("cosh(x) - sinh(x)", "2*exp(-x)", {"claim": "equals", "symbols": FAR}, TOO_WIDE),
    (
        "1 - tanh(v)",
        "exp(-3*v)",
        {"claim": "equals", "symbols": {"v": {"shape": ["n"], "domain": FAR["x"]}}},
        TOO_WIDE,
    ),
    (
        "(1 - tanh(x))*exp(I*x)",
        "exp((I - 3)*x)",
        {"claim": "equals", "symbols": FAR},
        TOO_WIDE,
    ),
]


@pytest.mark.parametrize(
    ("expression", "claim", "options", "reason"), UNDECIDED, ids=[row[0] for row in UNDECIDED]
)
def test_undecided_with_a_reason(
    expression: str, claim: str, options: dict[str, Any], reason: str
) -> None:
    symbols = {"x": "real", "a": "real", **options.pop("symbols", {})}
    evidence = check(expression, claim, symbols=symbols, **options)
    assert evidence.finding is Finding.UNKNOWN
    assert reason in evidence.reason


WITNESSES: list[tuple[str, str, dict[str, Any], Witness]] = [
    ("sqrt(x**2)", "1", {}, Witness((("x", "-1"),), "-1", "1")),
    (
        "asec(x)",
        "1/(x*sqrt(x**2 - 1))",
        {},
        Witness((("x", "-2"),), "0.28867513", "-0.28867513"),
    ),
    (
        "x.T @ A @ x",
        "2*A @ x",
        {"symbols": {"x": ["n"], "A": ["n", "n"]}},
        Witness(
            (("x", "[[1], [2]]"), ("A", "[[3, -1], [4, -2]]")), "-5", "0", (("n", 2),), "[1, 0]"
        ),
    ),
    (
        "tr(S @ T @ S)",
        "T @ T",
        {"wrt": "T", "symbols": {name: {"shape": ["n", "n"], "structure": "spd"} for name in "ST"}},
        Witness((("T", "[[1]]"), ("S", "[[4]]")), "16", "1", (("n", 1),)),
    ),
    (
        "tr(Q)",
        "Q",
        {"wrt": "Q", "symbols": {"Q": {"shape": [3, 3], "structure": "orthogonal"}}},
        Witness((("Q", "[[0, -1, 0], [0, 0, 1], [1, 0, 0]]"),), "1", "0", entry="[0, 0]"),
    ),
    (
        "u(x)**2",
        "2*u(x)",
        {"functions": {"u": "scalar(x)"}},
        Witness((("x", "1"),), "4", "2", instances=(("u", "u(x) = x**2"),)),
    ),
    (
        "sin(x)",
        "cos(x) + x/10**30",
        {},
        Witness(
            (("x", "1"),),
            "0.5403023058681397174009366074429766",
            "0.5403023058681397174009366074439766",
        ),
    ),
]


@pytest.mark.parametrize(
    ("expression", "claim", "options", "witness"), WITNESSES, ids=[row[0] for row in WITNESSES]
)
def test_the_witness_is_simple_and_shows_the_gap(
    expression: str, claim: str, options: dict[str, Any], witness: Witness
) -> None:
    assert check(expression, claim, **options).witness == witness


def test_same_input_same_result() -> None:
    for expression, claim, options in (TRUE[0], WRONG[0], TRUE[-1]):
        first, second = (check(expression, claim, **options) for _ in range(2))
        assert (first.measured, first.samples, first.witness) == (
            second.measured,
            second.samples,
            second.witness,
        )


def test_precision_is_restored() -> None:
    before = ctx.prec
    check("tanh(x)", "1 - tanh(x)**2")
    check("tanh(x)", "1 + tanh(x)**2")
    assert ctx.prec == before


# every function of the table --------------------------------------------------------------

GRID = tuple(map(Fraction, ("-7/3", "-2", "-3/5", "1/9", "4/5", "3/2", "9/2")))
ORDERS = {
    "polygamma": tuple(map(Fraction, (0, 1, 2))),
    **dict.fromkeys(
        ("besselj", "bessely", "besseli", "besselk"),
        tuple(map(Fraction, (0, 1, 2, -1, "1/2", "-3/2"))),
    ),
}
NO_RULE = {("polygamma", 0)}
JUDGED = [name for name, row in FUNCTIONS.items() if not row.spelled]


def _grids(name: str) -> list[tuple[Fraction, ...]]:
    arity = FUNCTIONS[name].arity
    if arity > 3:
        return [GRID[2 + k % 3 :][: 1 if arity > 4 else 2] for k in range(arity)]
    some = GRID[2:6] if arity == 3 or FUNCTIONS[name].cost > 4 else GRID
    return [ORDERS.get(name, some), *[some] * (arity - 1)] if arity > 1 else [GRID]


def _values(program: Program, point: dict[str, Fraction]) -> tuple[Any, ...]:
    return program.run(Point(values=point))[0][1]


@pytest.mark.parametrize("name", JUDGED)
def test_each_derivative_rule_agrees_with_a_difference_quotient(name: str) -> None:
    symbols = tuple(N.Sym(f"x{k}", shape=()) for k in range(FUNCTIONS[name].arity))
    for position in range(len(symbols)):
        if (name, position) in NO_RULE:
            with pytest.raises(Unsupported):
                partial(name, symbols, position)
            continue
        call = N.call(name, *symbols)
        program, alone = Program((call, partial(name, symbols, position))), Program((call,))
        step = Fraction(1, 2**60)
        seen = 0
        for chosen in itertools.product(*_grids(name)):
            point = {f"x{k}": value for k, value in enumerate(chosen)}
            with precision(400 if FUNCTIONS[name].cost < 10 else 160):
                value, slope = _values(program, point)
                if not (value.is_finite() and slope.is_finite()):
                    continue
                ahead, behind = (
                    _values(alone, {**point, f"x{position}": chosen[position] + offset})[0]
                    for offset in (step, -step)
                )
                quotient = (ahead - behind) * arb(2) ** 59
                assert abs(quotient - slope) / (1 + abs(slope)) < 1e-25, (name, chosen)
            seen += 1
        assert seen


def test_values_follow_sympy() -> None:
    sympy = pytest.importorskip("sympy")
    for name in JUDGED:
        row = FUNCTIONS[name]
        function = getattr(sympy, row.sympy, None) if row.sympy else None
        if name in ("cbrt", "erfinv") or function is None:
            continue
        grid = list(itertools.product(*_grids(name)))
        for chosen in grid[:: max(1, len(grid) // 9)]:
            ball = REAL[name](*(arb(v.numerator) / v.denominator for v in chosen))
            if not ball.is_finite():
                continue
            exact = [sympy.Rational(v.numerator, v.denominator) for v in chosen]
            try:
                wanted = complex(function(*exact).evalf(20))
            except (TypeError, ValueError):  # SymPy has some polynomials of no negative degree
                continue
            assert float(ball.mid()) == pytest.approx(wanted, rel=1e-10), (name, chosen)


UNDEFINED = [
    ("log", "-1"),
    ("log", "0"),
    ("asin", "2"),
    ("acosh", "1/2"),
    ("atanh", "-3"),
    ("gamma", "-2"),
    ("loggamma", "-1/2"),
    ("acot", "0"),
    ("asec", "1/2"),
    ("li", "-1"),
    ("Ci", "-1"),
    ("lambertw", "-1"),
    ("zeta", "1"),
    ("ellipk", "2"),
]


@pytest.mark.parametrize(("name", "at"), UNDEFINED)
def test_not_real_is_not_a_number(name: str, at: str) -> None:
    value = Fraction(at)
    assert not REAL[name](arb(value.numerator) / value.denominator).is_finite()


TRAPS: list[tuple[str, str, dict[str, Any]]] = [
    # a point where a sub-expression is not real is no counterexample
    ("log(x**2)", "2*log(x)", {"claim": "equals", "symbols": {"x": "real"}}),
    ("sqrt(x)*sqrt(x)", "x", {"claim": "equals", "symbols": {"x": "real"}}),
    # kinks: the derivative is not compared there
    ("max(x, 2)", "where(x >= 2, 1, 0)", {}),
    ("max(x, 2)", "where(x > 2, 1, 0)", {}),
    ("where(x == 2, 2, x)", "1", {}),
    # an unused branch need not be defined
    ("where(x > 0, log(abs(x)), 0)", "where(x > 0, 1/x, 0)", {}),
    ("where(x > 0, sqrt(x), -sqrt(-x))", "1/(2*sqrt(abs(x)))", {}),
    # a singular Gram matrix
    ("det(X.T @ X)", "2*det(X.T @ X)*X @ inv(X.T @ X)", {"wrt": "X", "symbols": GRAM}),
    # ties
    ("min(x, -x)", "-sign(x)", {}),
]


@pytest.mark.parametrize(("expression", "claim", "options"), TRAPS, ids=_ids(TRAPS))
def test_undefined_points_are_no_counterexamples(
    expression: str, claim: str, options: dict[str, Any]
) -> None:
    evidence = check(expression, claim, **options)
    assert evidence.finding is Finding.HOLDS, evidence
    assert evidence.samples
