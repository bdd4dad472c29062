"""The judge by differences: true claims, wrong ones, and every trap it is built for."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from adhoc import adhoc

from derivcheck.lang.equation import Settings
from derivcheck.model import Finding, Strength
from derivcheck.numeric.differences import agreement as weighing
from derivcheck.numeric.differences import stencils
from derivcheck.numeric.differences.judge import judge


def evidence_of(expression, text, settings=None, /, **options):
    options.setdefault("symbols", {"x": "real"})
    if options.get("claim") != "equals":
        options.setdefault("wrt", "x")
    (equation,) = adhoc(expression, text, **options)
    return judge(equation, settings or Settings())


def counts(evidence):
    """Decisive and all points, as the detail tells them."""
    found = re.search(r"(\d+) of (\d+) points decisive", evidence.detail)
    return int(found[1]), int(found[2])


SCALAR = [
    ("x**5", "5*x**4", "real"),
    ("1/x", "-1/x**2", "nonzero"),
    ("sqrt(x)", "1/(2*sqrt(x))", "positive"),
    ("cbrt(x)", "1/(3*cbrt(x)**2)", "nonzero"),
    ("exp(3*x)", "3*exp(3*x)", "real"),
    ("2**x", "2**x*log(2)", "real"),
    ("x**x", "x**x*(log(x) + 1)", "positive"),
    ("log(abs(x))", "1/x", "nonzero"),
    ("log(x, 10)", "1/(x*log(10))", "positive"),
    ("sin(x)", "cos(x)", "real"),
    ("cos(x)", "-sin(x)", "real"),
    ("tan(x)", "1 + tan(x)**2", "real"),
    ("cot(x)", "-1/sin(x)**2", "real"),
    ("sec(x)", "sec(x)*tan(x)", "real"),
    ("csc(x)", "-csc(x)*cot(x)", "real"),
    ("asin(x)", "1/sqrt(1 - x**2)", "(-1, 1)"),
    ("acos(x)", "-1/sqrt(1 - x**2)", "(-1, 1)"),
    ("atan(x)", "1/(1 + x**2)", "real"),
    ("acot(x)", "-1/(1 + x**2)", "nonzero"),
    ("asec(x)", "1/(abs(x)*sqrt(x**2 - 1))", "real"),
    ("acsc(x)", "-1/(abs(x)*sqrt(x**2 - 1))", "real"),
    ("sinh(x)", "cosh(x)", "real"),
    ("cosh(x)", "sinh(x)", "real"),
    ("tanh(x)", "1 - tanh(x)**2", "real"),
    ("coth(x)", "-1/sinh(x)**2", "nonzero"),
    ("sech(x)", "-sech(x)*tanh(x)", "real"),
    ("csch(x)", "-csch(x)*coth(x)", "nonzero"),
    ("asinh(x)", "1/sqrt(1 + x**2)", "real"),
    ("acosh(x)", "1/sqrt(x**2 - 1)", "(1, oo)"),
    ("atanh(x)", "1/(1 - x**2)", "(-1, 1)"),
    ("asech(x)", "-1/(x*sqrt(1 - x**2))", "(0, 1)"),
    ("abs(x)", "sign(x)", "real"),
    ("max(x, 0)", "where(x > 0, 1, 0)", "real"),
    ("min(x, 1)*x", "where(x < 1, 2*x, 1)", "real"),
    ("sqrt(x**2)", "x/sqrt(x**2)", "real"),
    ("sigmoid(x)", "sigmoid(x)*(1 - sigmoid(x))", "real"),
    ("softplus(x)", "sigmoid(x)", "real"),
    ("erf(x)", "2*exp(-x**2)/sqrt(pi)", "real"),
    ("x*(1 + erf(x/sqrt(2)))/2", "(1 + erf(x/sqrt(2)))/2 + x*exp(-x**2/2)/sqrt(2*pi)", "real"),
    ("exp(-x**2)", "-2*x*exp(-x**2)", "real"),
    ("sin(x)**2 + cos(x)**2", "0", "real"),
    ("log(x + sqrt(x**2 + 1))", "1/sqrt(x**2 + 1)", "real"),
    ("sin(1/x)", "-cos(1/x)/x**2", "nonzero"),
    ("diff(x**4*exp(x), x)", "(12*x**2 + 8*x**3 + x**4)*exp(x)", "real"),
    ("gamma(x)", "gamma(x)*digamma(x)", "positive"),
    ("besselj(0, x)", "-besselj(1, x)", "real"),
]


@pytest.mark.parametrize(("f", "claim", "domain"), SCALAR, ids=[row[0] for row in SCALAR])
def test_true_scalar_claims_never_fail(f, claim, domain):
    """Every claim at many points: none contradicts, most decide."""
    evidence = evidence_of(f, claim, Settings(samples=60), symbols={"x": domain})
    assert (evidence.finding, evidence.strength) == (Finding.HOLDS, Strength.SAMPLE)
    decisive, _ = counts(evidence)
    assert decisive == evidence.samples
    assert evidence.measured <= evidence.allowed <= weighing.DECISIVE


def test_few_points_of_true_claims_are_inconclusive():
    decisive = inconclusive = 0
    for f, claim, domain in SCALAR[:40]:
        evidence = evidence_of(f, claim, symbols={"x": domain})
        decisive += evidence.samples
        found = re.search(r"(\d+) inconclusive", evidence.detail)
        inconclusive += int(found[1]) if found else 0
    assert decisive >= 400
    assert inconclusive <= decisive / 20


WRONG_BY = [
    ("sign", "-({})"),
    ("factor", "2*({})"),
    ("a part in a million", "({})*(1 + 1/10**6)"),
    ("a part in ten to the eight", "({})*(1 + 1/10**8)"),
    ("a term", "({}) + x"),
]


@pytest.mark.parametrize(("slip", "pattern"), WRONG_BY, ids=[row[0] for row in WRONG_BY])
@pytest.mark.parametrize(("f", "claim", "domain"), SCALAR[:30], ids=[row[0] for row in SCALAR[:30]])
def test_wrong_scalar_claims_fail(f, claim, domain, slip, pattern):
    evidence = evidence_of(f, pattern.format(claim), symbols={"x": domain})
    assert evidence.finding is Finding.FAILS
    assert evidence.measured > stencils.SAFETY * evidence.allowed
    assert evidence.witness is not None
    assert dict(evidence.witness.point)["x"]


X = {"X": ["m", "n"]}
SQUARE = {"X": {"shape": ["n", "n"], "structure": "invertible"}, "A": ["n", "n"]}
LAYER = {
    "wrt": "z",
    "symbols": {"W": ["m", "n"], "b": ["m"], "z": ["n"]},
    "functions": {"sigma": "elementwise", "C": "scalar(y)"},
    "where": {"y": "W @ sigma(z) + b", "delta": "grad(C(y), y)"},
}
LABELS = {
    "wrt": "Z",
    "symbols": {"Y": ["n"], "Z": ["n"]},
    "assume": ["sum(Y) == 1"],
}

MATRIX = [
    ("x.T @ A @ x", "(A + A.T) @ x", "2*A @ x", {"symbols": {"A": ["n", "n"], "x": ["n"]}}),
    (
        "a.T @ X @ b",
        "a @ b.T",
        "a @ b.T + X",
        {"wrt": "X", "symbols": {**X, "a": ["m"], "b": ["n"]}},
    ),
    ("log(abs(det(X)))", "inv(X).T", "inv(X)", {"wrt": "X", "symbols": SQUARE}),
    ("det(X)", "det(X)*inv(X).T", "det(X)*inv(X)", {"wrt": "X", "symbols": SQUARE}),
    (
        "inv(X)",
        "-inv(X) @ dX @ inv(X)",
        "-dX @ inv(X) @ inv(X)",
        {"wrt": ["X"], "claim": "differential", "symbols": SQUARE},
    ),
    ("norm(X)", "X/norm(X)", "X", {"wrt": "X", "symbols": X}),
    ("tr(A @ X)", "A.T", "A", {"wrt": "X", "symbols": SQUARE}),
    (
        "A @ X",
        "A.T @ B",
        "A @ B",
        {
            "wrt": "X",
            "upstream": "B",
            "symbols": {"A": ["n", "n"], "X": ["n", "n"], "B": ["n", "n"]},
        },
    ),
    (
        "max(X, 0)",
        "where(X > 0, dX, 0)",
        "dX",
        {"wrt": ["X"], "claim": "differential", "symbols": X},
    ),
    (
        "softmax(x)",
        "diag(softmax(x)) - softmax(x) @ softmax(x).T",
        "diag(softmax(x)) + softmax(x) @ softmax(x).T",
        {"symbols": {"x": ["n"]}},
    ),
    ("logsumexp(x)", "softmax(x)", "x/sum(x)", {"symbols": {"x": ["n"]}}),
    (
        "kron(A, X)",
        "kron(A, dX)",
        "kron(A, X)",
        {"wrt": ["X"], "claim": "differential", "symbols": {**X, "A": ["p", "q"]}},
    ),
    (
        "X @ y",
        "X",
        "X + ones(m, n)",
        {"wrt": "y", "layout": "numerator", "symbols": {**X, "y": ["n"]}},
    ),
    ("C(y)", "(W.T @ delta) * D(sigma)(z)", "W.T @ delta", LAYER),
    ("-Y.T @ log(softmax(Z))", "softmax(Z) - Y", "softmax(Z) + Y", LABELS),
    (
        "(X @ Y)[i, j]",
        "sum(X[i, k]*Y[k, j], k)",
        "sum(X[i, k]*Y[k, j], k) + 1",
        {"claim": "equals", "symbols": {**X, "Y": ["n", "p"]}},
    ),
]


@pytest.mark.parametrize(
    ("f", "claim", "wrong", "options"), MATRIX, ids=[f"{row[0]} by {row[1]}" for row in MATRIX]
)
def test_matrix_claims(f, claim, wrong, options):
    true = evidence_of(f, claim, **options)
    assert (true.finding, true.witness) == (Finding.HOLDS, None)
    assert true.samples >= 4
    false = evidence_of(f, wrong, **options)
    assert false.finding is Finding.FAILS
    assert false.witness.sizes


@pytest.mark.parametrize("change", ["0", "X/10**5"], ids=["true", "one part in 100000"])
def test_many_entries_are_compared_along_random_directions(change):
    evidence = evidence_of("sum(X**2)/2", f"X + {change}", wrt="X", symbols={"X": [6, 7]})
    expected = Finding.HOLDS if change == "0" else Finding.FAILS
    assert evidence.finding is expected
    if evidence.witness:
        assert evidence.witness.entry.startswith("along random direction")


def test_many_entries_of_a_jacobian():
    options = {"symbols": {"x": [30], "X": [3, 30]}}
    assert evidence_of("X @ x", "X.T", **options).finding is Finding.HOLDS
    assert evidence_of("X @ x", "X", layout="numerator", **options).finding is Finding.HOLDS
    assert evidence_of("X @ x", "-X.T", **options).finding is Finding.FAILS


# traps


def test_small_gradient_with_the_wrong_sign_fails():
    options = {"symbols": {"x": "(0, 1)"}}
    assert evidence_of("x**2/10**12", "2*x/10**12", **options).finding is Finding.HOLDS
    assert evidence_of("x**2/10**12", "-2*x/10**12", **options).finding is Finding.FAILS


def test_small_gradient_under_a_large_constant_is_not_passed():
    """Cancellation leaves five digits at best: nothing may be said to hold."""
    evidence = evidence_of("1 + x**2/10**12", "2*x/10**12")
    assert evidence.finding is Finding.UNKNOWN
    assert evidence.reason.startswith("inconclusive: the error bound is")
    assert evidence_of("1 + x**2/10**14", "2*x/10**14 + 1/10**15").finding is Finding.UNKNOWN
    # but a sign is visible
    assert evidence_of("1 + x**2/10**12", "-2*x/10**12").finding is Finding.FAILS


def test_large_values():
    claim = "10**40*exp(x) + 10**200"
    assert evidence_of("10**40*exp(x) + 10**200*x", claim).finding is Finding.HOLDS
    assert evidence_of("x*10**290", "10**290").finding is Finding.HOLDS
    assert evidence_of("x*10**290", "10**290*(1 + 1/10**6)").finding is Finding.FAILS


def test_a_kink_is_told_with_both_one_sided_values():
    evidence = evidence_of("abs(x - 1/2)", "sign(x - 1/2)", Settings(samples=40))
    assert evidence.finding is Finding.HOLDS
    assert "kink at x = 1/2: derivative -1 from the left, 1 from the right" in evidence.detail


@pytest.mark.parametrize("claim", ["where(x > 1/2, 1, 0)", "where(x >= 1/2, 1, 0)"], ids=str)
def test_a_kink_is_no_counterexample(claim):
    """Central differences at the kink give 1/2, which neither claim is."""
    evidence = evidence_of("max(x - 1/2, 0)", claim, Settings(samples=40))
    assert evidence.finding is Finding.HOLDS
    assert "derivative 0 from the left, 1 from the right" in evidence.detail


def test_only_kinks_is_inconclusive():
    options = {"symbols": {"x": "real"}, "assume": ["x == 2"]}
    evidence = evidence_of("abs(x - 2)", "sign(x - 2)", **options)
    assert (evidence.finding, evidence.samples) == (Finding.UNKNOWN, 0)
    assert evidence.reason == "inconclusive: every sample lies on a kink"


@pytest.mark.parametrize("near", ["10**4", "10**8", "10**12"], ids=str)
@pytest.mark.parametrize(
    ("f", "claim"),
    [
        ("1/(x - 2)", "-1/(x - 2)**2"),
        ("abs(x - 2)", "sign(x - 2)"),
        ("cbrt(x - 2)", "1/(3*cbrt(x - 2)**2)"),
        ("sqrt((x - 2)**2)", "(x - 2)/sqrt((x - 2)**2)"),
        ("1/(x - 2)**2", "-2/(x - 2)**3"),
        ("tan(pi*(x - 2) + pi/2)", "pi*(1 + tan(pi*(x - 2) + pi/2)**2)"),
    ],
    ids=lambda text: text,
)
def test_near_a_pole_or_a_kink_a_true_claim_never_fails(f, claim, near):
    """A structure finer than every step: the differences diverge and claim nothing."""
    options = {"symbols": {"x": "real"}, "assume": [f"x == 2 + 1/{near}"]}
    assert evidence_of(f, claim, **options).finding is not Finding.FAILS


def test_a_structure_finer_than_the_steps_is_inconclusive():
    """sqrt(x**2 + 1e-20) is smooth at 1e-9, but no stencil sees it."""
    f, claim = "sqrt((x - 1)**2 + 1/10**20)", "(x - 1)/sqrt((x - 1)**2 + 1/10**20)"
    options = {"symbols": {"x": "real"}, "assume": ["x == 1 + 1/10**9"]}
    assert evidence_of(f, claim, **options).finding is Finding.UNKNOWN


def test_the_stencil_stays_inside_the_domain():
    """sqrt(1 - x) next to 1: a stencil of the usual width would leave the interval."""
    options = {"symbols": {"x": "(999/1000, 1)"}}
    good = evidence_of("sqrt(1 - x)", "-1/(2*sqrt(1 - x))", **options)
    assert (good.finding, good.samples) == (Finding.HOLDS, 12)
    assert evidence_of("sqrt(1 - x)", "1/(2*sqrt(1 - x))", **options).finding is Finding.FAILS


def test_the_edge_of_a_closed_domain_is_left_out():
    evidence = evidence_of(
        "x*sqrt(x)", "3*sqrt(x)/2", Settings(samples=40), symbols={"x": "[0, oo)"}
    )
    assert evidence.finding is Finding.HOLDS


def test_cancellation_widens_the_bound():
    """(1 - cos x)/x**2 loses digits near 0; the claim's own rounding counts, too."""
    f = "(1 - cos(x))/x**2"
    claim = "(x*sin(x) - 2*(1 - cos(x)))/x**3"
    options = {"symbols": {"x": "(0, 1/100)"}}
    assert evidence_of(f, claim, **options).finding is not Finding.FAILS
    wide = {"symbols": {"x": "(1, 3)"}}
    assert evidence_of(f, claim, **wide).finding is Finding.HOLDS
    assert evidence_of(f, f"-({claim})", **wide).finding is Finding.FAILS


def test_an_ill_conditioned_inverse():
    """Hilbert-like matrices: the bound grows with the condition, and nothing fails."""
    options = {
        "wrt": ["X"],
        "claim": "differential",
        "symbols": {"X": [3, 3], "t": "(1/10**7, 1/10**6)"},
    }
    f = "inv(t*X + ones(3, 3))"
    true = "-inv(t*X + ones(3, 3)) @ (t*dX) @ inv(t*X + ones(3, 3))"
    assert evidence_of(f, true, **options).finding is not Finding.FAILS


def test_an_entry_that_other_sizes_lack_is_undefined_there():
    claim = "where(n == 5, x[5] - x[0], sum(x[i + 1] - x[i], i))"
    symbols = {"x": ["n + 1"]}
    for text, finding in ((claim, Finding.HOLDS), (claim + " + 1", Finding.FAILS)):
        (found,) = adhoc("x[n] - x[0]", text, symbols=symbols, claim="equals")
        assert judge(found, Settings()).finding is finding


def test_undefined_everywhere_is_no_sample():
    evidence = evidence_of("log(-1 - x**2)", "2*x/(1 + x**2)")
    assert (evidence.finding, evidence.samples) == (Finding.UNKNOWN, 0)
    assert evidence.reason == ("no sample in the domain: no point where both sides are defined")


def test_undefined_points_are_counted_not_failed():
    evidence = evidence_of("log(x)", "1/x", symbols={"x": "real"})
    assert evidence.finding is Finding.HOLDS
    assert re.search(r"\d+ undefined", evidence.detail)


def test_a_claim_of_zero_has_the_function_for_scale():
    assert (
        evidence_of("atan(x) + atan(1/x)", "0", symbols={"x": "nonzero"}).finding is Finding.HOLDS
    )
    evidence = evidence_of("atan(x)", "0")
    assert evidence.finding is Finding.FAILS
    assert evidence.measured == pytest.approx(1)


def test_a_claim_that_rounds_to_zero_everywhere_decides_nothing():
    options = {"symbols": {"x": "(30, 40)"}}
    evidence = evidence_of("tanh(x)", "2*(1 - tanh(x)**2)", **options)
    assert (evidence.finding, evidence.reason) == (
        Finding.UNKNOWN,
        "inconclusive: the claim is zero within its rounding error at every sample",
    )
    assert evidence_of("tanh(x)", "2*sech(x)**2", **options).finding is not Finding.HOLDS


def test_the_zero_stands_for_any_shape():
    options = {"wrt": "X", "symbols": X}
    assert evidence_of("sum(X) - sum(X, axis=0) @ ones(n)", "0", **options).finding is Finding.HOLDS
    assert evidence_of("sum(X)", "0", **options).finding is Finding.FAILS


def test_identities_are_compared_directly():
    evidence = evidence_of("sin(2*x)", "2*sin(x)*cos(x)", claim="equals")
    assert (evidence.finding, evidence.method) == (
        Finding.HOLDS,
        "double precision with error bounds",
    )
    assert evidence.allowed < 1e-13
    assert evidence_of("sin(2*x)", "2*sin(x)", claim="equals").finding is Finding.FAILS


def test_derivatives_of_derivatives_carry_the_inner_tolerance():
    first = evidence_of("exp(2*x)", "2*exp(2*x)")
    second = evidence_of("diff(exp(2*x), x)", "4*exp(2*x)")
    third = evidence_of("diff(diff(exp(2*x), x), x)", "8*exp(2*x)")
    assert [e.finding for e in (first, second, third)] == [Finding.HOLDS] * 3
    assert first.allowed < second.allowed < third.allowed
    assert evidence_of("diff(diff(exp(2*x), x), x)", "4*exp(2*x)").finding is Finding.FAILS


def test_too_many_nested_derivatives_are_out_of_reach():
    nested = "x**9"
    for _ in range(6):
        nested = f"diff({nested}, x)"
    evidence = evidence_of(nested, "0", claim="equals")
    assert evidence.finding is Finding.UNKNOWN
    assert evidence.reason.startswith("out of reach: too many nested derivatives")


def test_structured_points_vary_freely():
    """By a symmetric matrix the gradient of tr(A X) is A.T, not its symmetric part."""
    symbols = {"X": {"shape": ["n", "n"], "structure": "symmetric"}, "A": ["n", "n"]}
    evidence = evidence_of("tr(A @ X)", "A.T", wrt="X", symbols=symbols)
    assert evidence.finding is Finding.HOLDS
    assert "entries vary freely around symmetric points" in evidence.detail
    wrong = evidence_of("tr(A @ X)", "(A + A.T)/2", wrt="X", symbols=symbols)
    assert wrong.finding is Finding.FAILS


def test_an_assumption_constrains_the_point_not_the_variation():
    options = {"symbols": {"x": "real", "y": "real"}, "assume": ["x == y"]}
    assert evidence_of("x*y", "x", **options).finding is Finding.HOLDS
    assert evidence_of("x*y", "2*x", **options).finding is Finding.FAILS


COMPLEX = [
    ("sqrt(z**2)", "z", ["re(z) > 0"]),
    ("log(conj(z))", "conj(log(z))", ["im(z) != 0"]),
    ("abs(z)**2*z*x", "z*x", ["abs(z) == 1", "x > 0"]),
    ("abs(x)*z", "x*z", ["x > 0"]),
]


@pytest.mark.parametrize(("left", "right", "assume"), COMPLEX)
def test_complex_claims_are_compared_under_assumptions(left, right, assume):
    options = {"symbols": {"z": "complex", "x": "real"}, "claim": "equals", "assume": assume}
    assert evidence_of(left, right, **options).finding is Finding.HOLDS
    wrong = evidence_of(left, f"{right} + x/10**3", **options)
    assert wrong.finding is Finding.FAILS
    assert {name for name, _ in wrong.witness.point} <= {"re(z)", "im(z)", "x"}


def test_abstract_functions_undefined_at_first_get_other_instances():
    functions = {"u": "scalar(x)"}
    for outer, inner in (("log", "1/u(x)"), ("asin", "1/sqrt(1 - u(x)**2)"), ("acosh", None)):
        claim = f"D(u)(x)*{inner or '1/sqrt(u(x)**2 - 1)'}"
        evidence = evidence_of(f"{outer}(u(x))", claim, functions=functions)
        assert evidence.finding is Finding.HOLDS
    wrong = evidence_of("log(u(x))", "1/u(x)", functions=functions)
    assert wrong.finding is Finding.FAILS
    assert wrong.witness.instances[0][1].startswith("u(x) = ")


def test_the_tolerance_is_printed_beside_the_values():
    evidence = evidence_of("x**2", "3*x")
    assert re.fullmatch(r"-?[\d.]+ ± \d\.\de-\d\d", evidence.witness.true_value)
    x = Fraction(dict(evidence.witness.point)["x"])
    assert float(evidence.witness.claimed_value) == pytest.approx(float(3 * x))
    assert float(evidence.witness.true_value.split(" ± ")[0]) == pytest.approx(float(2 * x))
    assert "5 steps" in evidence.detail
    assert "seed 0" in evidence.detail


def test_the_worst_entry_is_named():
    evidence = evidence_of(
        "sum(X**2)", "2*X + where(X == X[1, 0], 1, 0)", wrt="X", symbols={"X": [2, 2]}
    )
    assert evidence.finding is Finding.FAILS
    assert evidence.witness.entry == "[1, 0]"


def test_same_seed_same_evidence():
    def run(seed):
        evidence = evidence_of(
            "x**3*y", "3*x**2*y", Settings(seed=seed), symbols={"x": "real", "y": "real"}
        )
        return evidence.measured, evidence.allowed, evidence.samples, evidence.detail

    assert run(3) == run(3)
    assert run(3)[3].endswith("seed 3")


# the differences themselves


def differences(f, x, noise=0.0):
    step = stencils.first_step(max(abs(x), stencils.FLOOR))
    abscissae = x + stencils.MULTIPLES * step
    values = f(abscissae)
    return stencils.combine(values, np.abs(values) * 2e-16 + noise, step)


def test_steps_are_powers_of_two():
    steps = stencils.first_step(np.array([1.0, 3.0, 0.0625, 1e-300, 0.0]))
    assert steps.tolist() == [2.0**-5, 2.0**-4, 2.0**-9, pytest.approx(2.8e-302, rel=0.5), 0.0]


def test_tolerance_covers_the_error():
    generator = np.random.Generator(np.random.PCG64(7))
    tolerances = []
    for x in generator.uniform(-8, 8, 500):
        found = differences(lambda t: np.sin(3 * t) * np.exp(t / 2), x)
        true = np.exp(x / 2) * (3 * np.cos(3 * x) + np.sin(3 * x) / 2)
        assert abs(found.value - true) <= found.tolerance
        tolerances.append(found.tolerance / max(abs(true), np.exp(x / 2)))
    assert np.median(tolerances) < 1e-10


def test_noise_is_part_of_the_tolerance():
    assert differences(np.sin, 1.0, noise=1e-6).tolerance > 1e-6


@pytest.mark.parametrize(
    "f",
    [np.abs, np.sign, np.cbrt, lambda t: 1 / t, lambda t: 1 / t**2, lambda t: np.sin(1 / t)],
    ids=["abs", "sign", "cbrt", "pole", "double pole", "oscillation"],
)
def test_divergence_has_no_tolerance(f):
    with np.errstate(all="ignore"):
        assert np.isinf(differences(f, 1e-9).tolerance)


def test_a_function_that_is_undefined_at_the_point_has_no_derivative():
    with np.errstate(all="ignore"):
        found = differences(np.log, -1.0)
    assert np.isnan(found.value)
    assert np.isinf(found.tolerance)


FAST = [
    ("sin(10**20*x)", "10**20*cos(10**20*x)"),
    ("sin(52022*x) + x", "52022*cos(52022*x) + 1"),
    ("x*sin(4653*x**2)", "sin(4653*x**2) + 9306*x**2*cos(4653*x**2)"),
    ("sin(87245404/x)", "-87245404/x**2*cos(87245404/x)"),
    ("atan(tan(27107766131*x))", "27107766131"),
    (
        "exp(sin(571239239135620*x))",
        "571239239135620*cos(571239239135620*x)*exp(sin(571239239135620*x))",
    ),
]


@pytest.mark.parametrize(("expression", "claim"), FAST, ids=[row[0] for row in FAST])
def test_oscillation_finer_than_the_steps_contradicts_nothing(expression, claim):
    for seed in range(4):
        found = evidence_of(expression, claim, Settings(seed=seed))
        assert found.finding is not Finding.FAILS, found.detail
