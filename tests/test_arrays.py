"""The NumPy evaluator: values against plain NumPy, error bounds against many digits."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from adhoc import adhoc
from flint import acb, arb, ctx, fmpq, fmpq_mat

from derivcheck.lang import nodes as n
from derivcheck.lang.equation import AbstractFunction, Domain
from derivcheck.numeric.differences import matrices, rounding, special
from derivcheck.numeric.differences.arrays import Evaluator, room_in
from derivcheck.numeric.differences.rounding import OutOfReach
from derivcheck.numeric.intervals.matrices import entries
from derivcheck.numeric.intervals.program import Program, precision
from derivcheck.numeric.sampling.exact import Matrix
from derivcheck.numeric.sampling.points import Point
from derivcheck.numeric.sampling.stand_ins import instances

GENERATOR_SEED = 20240607


@pytest.fixture
def rng():
    return np.random.Generator(np.random.PCG64(GENERATOR_SEED))


@pytest.fixture(autouse=True)
def _quiet():
    with np.errstate(all="ignore"):
        yield


def many_digits(function, *values):
    """The value with hundreds of bits, as a ball that is a point for our purposes."""
    saved = ctx.prec
    ctx.prec = 400
    try:
        return function(*[arb(v) for v in values])
    finally:
        ctx.prec = saved


def error_of(value, exact):
    saved = ctx.prec
    ctx.prec = 400
    try:
        return float(abs(arb(float(value)) - exact).upper())
    finally:
        ctx.prec = saved


# name, function of a ball, sampling interval
ELEMENTWISE = [
    ("exp", lambda z: z.exp(), -30, 30),
    ("log", lambda z: z.log(), 1e-6, 100),
    ("cbrt", lambda z: z.root(3) if z > 0 else -((-z).root(3)), -50, 50),
    ("abs", abs, -5, 5),
    ("sign", lambda z: z.sgn(), -5, 5),
    ("sin", lambda z: z.sin(), -40, 40),
    ("cos", lambda z: z.cos(), -40, 40),
    ("tan", lambda z: z.tan(), -40, 40),
    ("cot", lambda z: z.cot(), -40, 40),
    ("sec", lambda z: z.sec(), -40, 40),
    ("csc", lambda z: z.csc(), -40, 40),
    ("asin", lambda z: z.asin(), -1, 1),
    ("acos", lambda z: z.acos(), -1, 1),
    ("atan", lambda z: z.atan(), -20, 20),
    ("acot", lambda z: (1 / z).atan(), -20, 20),
    ("asec", lambda z: (1 / z).acos(), 1, 9),
    ("acsc", lambda z: (1 / z).asin(), -9, -1),
    ("sinh", lambda z: z.sinh(), -20, 20),
    ("cosh", lambda z: z.cosh(), -20, 20),
    ("tanh", lambda z: z.tanh(), -20, 20),
    ("coth", lambda z: z.coth(), -5, 5),
    ("sech", lambda z: z.sech(), -20, 20),
    ("csch", lambda z: z.csch(), -5, 5),
    ("asinh", lambda z: z.asinh(), -50, 50),
    ("acosh", lambda z: z.acosh(), 1, 50),
    ("atanh", lambda z: z.atanh(), -1, 1),
    ("acoth", lambda z: (1 / z).atanh(), 1, 9),
    ("asech", lambda z: (1 / z).acosh(), 0.01, 1),
    ("acsch", lambda z: (1 / z).asinh(), -5, 5),
    ("erf", lambda z: z.erf(), -4, 4),
    ("erfc", lambda z: z.erfc(), -4, 8),
    ("reciprocal", lambda z: 1 / z, -5, 5),
    ("square", lambda z: z * z, -5, 5),
    ("square_root", lambda z: z.sqrt(), 0, 9),
]


def rule_of(name):
    return rounding.RULES.get(name) or getattr(rounding, name)


@pytest.mark.parametrize(
    ("name", "exact", "low", "high"), ELEMENTWISE, ids=[row[0] for row in ELEMENTWISE]
)
def test_bound_covers_the_rounding_error(name, exact, low, high, rng):
    x = rng.uniform(low, high, 200)
    v, e = rule_of(name)((x, 0.0))
    e = np.broadcast_to(e, v.shape)
    for k, point in enumerate(x):
        assert error_of(v[k], many_digits(exact, float(point))) <= e[k]


@pytest.mark.parametrize("width", [1e-12, 1e-6, 1e-3], ids=str)
@pytest.mark.parametrize(
    ("name", "exact", "low", "high"), ELEMENTWISE, ids=[row[0] for row in ELEMENTWISE]
)
def test_bound_covers_an_uncertain_argument(name, exact, low, high, width, rng):
    x = rng.uniform(low, high, 100)
    off = np.clip(x + rng.uniform(-1, 1, 100) * width, low, high)
    v, e = rule_of(name)((x, np.full(100, width)))
    e = np.broadcast_to(e, v.shape)
    for k in range(100):
        if np.isfinite(e[k]):
            assert error_of(v[k], many_digits(exact, float(off[k]))) <= e[k]


@pytest.mark.parametrize("exponent", [3.0, -3.0, 0.5, 1 / 3, 2.7, -1.5, 40.0], ids=str)
def test_bound_of_powers(exponent, rng):
    x = rng.uniform(0.01, 6, 100)
    width = 1e-9
    shift = rng.uniform(-1, 1, (2, 100)) * width
    v, e = rounding.power((x, np.full(100, width)), (exponent, np.full(100, width)))
    for k in range(100):
        exact = many_digits(lambda z, w: z**w, float(x[k] + shift[0, k]), exponent)
        moved = many_digits(
            lambda z, w: z**w, float(x[k] + shift[0, k]), float(exponent + shift[1, k])
        )
        assert error_of(v[k], exact) <= e[k]
        assert error_of(v[k], moved) <= e[k]


def test_an_integer_power_is_defined_left_of_zero():
    v, e = rounding.power((np.array([-2.0, 0.0, 2.0]), 0.0), (3.0, 0.0))
    assert v.tolist() == [-8.0, 0.0, 8.0]
    assert (e < 1e-14).all()


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("log", [-1.0]),
        ("asin", [1.5]),
        ("acosh", [0.5]),
        ("atanh", [2.0]),
        ("square_root", [-4.0]),
        ("reciprocal", [0.0]),
    ],
    ids=str,
)
def test_undefined_is_not_finite(name, args):
    v, e = rule_of(name)((np.array(args), 0.0))
    assert not np.isfinite(v + e).any()


def test_exact_sums_and_products_carry_no_error():
    v, e = rounding.add([(np.array([3.0]), 0.0), (np.array([1.0]), 0.0)])
    assert (v.tolist(), e) == ([4.0], 0.0)
    v, e = rounding.multiply([(np.array([0.1]), 0.0), (np.array([0.1]), 0.0)])
    exact = Fraction(0.1) * Fraction(0.1)
    assert abs(Fraction(float(v[0])) - exact) <= Fraction(float(e[0]))
    assert float(e[0]) > 0


SPECIAL = [
    ("gamma", [2.3], lambda z: z.gamma()),
    ("loggamma", [7.1], lambda z: z.lgamma()),
    ("digamma", [0.4], lambda z: z.digamma()),
    ("polygamma", [2.0, 1.7], lambda k, z: acb(z).polygamma(acb(k)).real),
    ("beta", [2.5, 1.25], lambda a, b: a.gamma() * b.gamma() / (a + b).gamma()),
    ("besselj", [1.5, 3.0], lambda k, z: z.bessel_j(k)),
    ("airyaiprime", [-2.0], lambda z: z.airy_ai(derivative=1)),
    ("erfi", [0.8], lambda z: z.erfi()),
    ("Ei", [-0.7], lambda z: z.ei()),
    ("fresnels", [1.2], lambda z: z.fresnel_s()),
    ("zeta", [3.5], lambda z: z.zeta()),
    ("ellipk", [0.3], lambda m: acb(m).elliptic_k().real),
    ("lambertw", [0.9], lambda z: z.lambertw()),
    ("erfinv", [0.25], lambda z: z.erfinv()),
]


@pytest.mark.parametrize(("name", "args", "exact"), SPECIAL, ids=[row[0] for row in SPECIAL])
def test_special_functions(name, args, exact):
    v, e = special.evaluate(name, [(np.array([a]), 0.0) for a in args])
    assert error_of(v[0], many_digits(exact, *args)) <= e[0]
    assert e[0] <= 1e-14 * abs(v[0])


@pytest.mark.parametrize(
    ("name", "args"),
    [("loggamma", [-1.0]), ("lambertw", [-1.0]), ("ellipk", [2.0]), ("bessely", [1.0, -2.0])],
    ids=str,
)
def test_special_functions_off_their_domain(name, args):
    v, _ = special.evaluate(name, [(np.array([a]), 0.0) for a in args])
    assert np.isnan(v).all()


def test_an_unknown_special_function_is_out_of_reach():
    with pytest.raises(OutOfReach, match="barnesg"):
        special.evaluate("barnesg", [(np.ones(1), 0.0)])


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7], ids=str)
def test_inverse_and_determinant_of_an_ill_conditioned_matrix(size):
    """Hilbert's matrix as doubles, against exact rationals."""
    hilbert = 1.0 / (np.arange(size)[:, None] + np.arange(size) + 1.0)
    exact = fmpq_mat(size, size, [rational(Fraction(float(x))) for x in hilbert.ravel()])
    v, e = matrices.inverse((hilbert, 0.0))
    inverse = exact.inv()
    for i in range(size):
        for j in range(size):
            true = fraction(inverse[i, j])
            assert abs(Fraction(float(v[i, j])) - true) <= Fraction(float(e[i, j]))
    d, f = matrices.determinant((hilbert, 0.0))
    true = fraction(exact.det())
    assert abs(Fraction(float(d[0, 0])) - true) <= Fraction(float(f[0, 0]))


def rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def test_a_singular_matrix_spoils_only_itself():
    stack = np.array([[[1.0, 2.0], [2.0, 4.0]], [[2.0, 0.0], [0.0, 4.0]]])
    v, e = matrices.inverse((stack, 0.0))
    assert not np.isfinite(v[0] + e[0]).all()
    assert np.allclose(v[1], [[0.5, 0], [0, 0.25]])


def test_an_inverse_that_rounding_cannot_tell_from_singular_has_no_bound():
    size = 14
    hilbert = 1.0 / (np.arange(size)[:, None] + np.arange(size) + 1.0)
    _, e = matrices.inverse((hilbert, 0.0))
    assert np.isinf(e).all()


# nodes

SYMBOLS = {
    "A": ["m", "n"],
    "B": ["n", "p"],
    "C": ["m", "n"],
    "S": ["m", "m"],
    "v": ["m"],
    "x": "real",
}
SIZES = {"m": 2, "n": 3, "p": 4}

NODES = [
    ("A @ B", lambda A, B, C, S, v, x: A @ B),
    ("A * C - x", lambda A, B, C, S, v, x: A * C - x),
    ("A.T", lambda A, B, C, S, v, x: A.T),
    ("sum(A)", lambda A, B, C, S, v, x: A.sum()),
    ("sum(A, axis=0)", lambda A, B, C, S, v, x: A.sum(0, keepdims=True)),
    ("sum(A, axis=1)", lambda A, B, C, S, v, x: A.sum(1, keepdims=True)),
    ("max(A)", lambda A, B, C, S, v, x: A.max()),
    ("min(A, axis=1)", lambda A, B, C, S, v, x: A.min(1, keepdims=True)),
    ("tr(S)", lambda A, B, C, S, v, x: np.trace(S)),
    ("det(S)", lambda A, B, C, S, v, x: np.linalg.det(S)),
    ("inv(S)", lambda A, B, C, S, v, x: np.linalg.inv(S)),
    ("diag(v)", lambda A, B, C, S, v, x: np.diagflat(v)),
    ("diag(S)", lambda A, B, C, S, v, x: np.diag(S)[:, None]),
    ("kron(A, B)", lambda A, B, C, S, v, x: np.kron(A, B)),
    ("kron(v, A)", lambda A, B, C, S, v, x: np.kron(v, A)),
    ("A[1, 2]", lambda A, B, C, S, v, x: A[1, 2]),
    ("sum(A[1, k]*B[k, 0], k)", lambda A, B, C, S, v, x: A[1] @ B[:, 0]),
    ("sum(sum(A[i, k], k), i)", lambda A, B, C, S, v, x: A.sum()),
    ("where(A > C, A, x)", lambda A, B, C, S, v, x: np.where(A > C, A, x)),
    ("eye(m) @ A", lambda A, B, C, S, v, x: A),
    ("ones(m, n) + A", lambda A, B, C, S, v, x: 1 + A),
    ("sum(A)/n", lambda A, B, C, S, v, x: A.sum() / 3),
    ("grad(sum(S @ S), S)", lambda A, B, C, S, v, x: S.sum(0)[:, None] + S.sum(1)),
    ("diff(sin(x*x), x)", lambda A, B, C, S, v, x: 2 * x * np.cos(x * x)),
]


@pytest.mark.parametrize(("text", "expected"), NODES, ids=[row[0] for row in NODES])
def test_nodes_against_numpy(text, expected, rng):
    equation = adhoc(text, "0", claim="equals", symbols=SYMBOLS)[0]
    points = 3
    shapes = {"A": (2, 3), "B": (3, 4), "C": (2, 3), "S": (2, 2), "v": (2, 1), "x": (1, 1)}
    values = {name: rng.uniform(0.5, 2, (points, *shape)) for name, shape in shapes.items()}
    values["S"] += 2 * np.eye(2)
    evaluator = Evaluator({k: (a, 0.0) for k, a in values.items()}, SIZES)
    v, e = evaluator.evaluate(equation.left)
    for k in range(points):
        each = {name: a[k] for name, a in values.items()}
        each["x"] = float(values["x"][k, 0, 0])
        want = np.atleast_2d(expected(**each))
        got = np.broadcast_to(v, (points, *want.shape))[k]
        bound = np.broadcast_to(e, (points, *want.shape))[k]
        assert got == pytest.approx(want, rel=1e-9)
        assert (np.abs(got - want) <= bound + 1e-15 * np.abs(want)).all()


JACOBIANS = [
    ("numerator", np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])),
    ("denominator", np.array([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]])),
]


@pytest.mark.parametrize(("layout", "expected"), JACOBIANS, ids=[row[0] for row in JACOBIANS])
def test_jacobian_layouts(layout, expected):
    equation = adhoc("M @ z", "0", wrt="z", symbols={"M": [2, 3], "z": [3]}, layout=layout)[0]
    values = {"M": np.arange(1.0, 7.0).reshape(1, 2, 3), "z": np.ones((1, 3, 1))}
    v, e = Evaluator({k: (a, 0.0) for k, a in values.items()}, {}).evaluate(equation.left)
    assert v[0] == pytest.approx(expected, abs=1e-10)
    assert (np.abs(v[0] - expected) <= e[0]).all()


def test_free_indices_run_through_all_values():
    equation = adhoc("X[i, j]", "0", claim="equals", symbols={"X": [2, 3]})[0]
    x = np.arange(6.0).reshape(1, 2, 3)
    evaluator = Evaluator({"X": (x, 0.0)}, {}, equation.indices)
    v, _ = evaluator.evaluate(equation.left)
    order = [index.name for index in equation.indices]
    table = v.reshape(v.shape[:-3])
    assert (table.T if order == ["i", "j"] else table).tolist() == x[0].tolist()


def test_a_comparison_within_rounding_is_not_decided():
    x = n.Sym("x", shape=())
    tie = n.Compare("<", n.call("sin", x), n.call("sin", n.add(x, n.ZERO_NODE)), shape=())
    node = n.Select(tie, n.ONE_NODE, n.ZERO_NODE, shape=())
    near = n.Select(
        n.Compare("<", n.power(n.square_root(x), n.number(2)), x, shape=()),
        n.ONE_NODE,
        n.ZERO_NODE,
        shape=(),
    )
    for select in (node, near):
        _, e = Evaluator({"x": (np.full((1, 1, 1), 2.0), 0.0)}, {}).evaluate(select)
        assert np.isinf(e).all()


def test_an_abstract_function_is_out_of_reach():
    apply = n.Apply("u", (n.Sym("x", shape=()),), (0,), shape=())
    evaluator = Evaluator({"x": (np.ones((1, 1, 1)), 0.0)}, {})
    with pytest.raises(OutOfReach, match="u was not instantiated"):
        evaluator.evaluate(apply)


def test_room_is_the_distance_to_the_nearest_edge():
    x = np.array([[[0.25]], [[3.0]]])
    two = Domain("positive", None, (n.number(2),))
    assert room_in(two, x).ravel().tolist() == [0.25, 1.0]


# instances of abstract functions -------------------------------------------------------------

ROWS, COLUMNS = n.Dim(1, ("n",)), n.Dim(1, ("m",))
X, X2 = n.Sym("x", shape=()), n.Sym("x2", shape=())
A = n.Sym("A", shape=(ROWS, COLUMNS))
APPLIED: list[tuple[str, str, tuple[n.Node, ...], tuple[int, ...]]] = [
    *(("scalar", "u", (X,), (k,)) for k in range(4)),
    *(("scalar", "v", (X, X2), orders) for orders in ((0, 0), (1, 0), (0, 2), (2, 1))),
    *(("elementwise", "s", (A,), (k,)) for k in range(4)),
    ("scalar", "C", (A,), (0,)),
    ("scalar", "F", (A, X), (0, 0)),
]
"""Kind, name, arguments, orders."""


@pytest.mark.parametrize("turn", range(6))
@pytest.mark.parametrize(
    ("kind", "name", "args", "orders"),
    APPLIED,
    ids=[f"{row[1]}{''.join(map(str, row[3]))}" for row in APPLIED],
)
def test_instances_are_what_they_say(
    kind: str, name: str, args: tuple[n.Node, ...], orders: tuple[int, ...], turn: int
) -> None:
    function = AbstractFunction(name, kind, len(args))
    instance = instances(function, args, 12 + turn)
    shape = args[0].shape if kind == "elementwise" else ()
    applied = n.Apply(name, args, orders, shape=shape)
    spelled = instance.at(args, orders)
    random = Random(turn)
    sizes = {"n": 2, "m": 3}

    def draw(rows: int, columns: int) -> Matrix:
        return tuple(
            tuple(Fraction(random.randint(-9, 9), 4) for _ in range(columns)) for _ in range(rows)
        )

    exact: dict[str, Any] = {"x": Fraction(3, 4), "x2": Fraction(-5, 4), "A": draw(2, 3)}
    exact |= {weight.name: draw(2, 3) for weight in instance.weights}
    values = {
        key: (np.array(v if isinstance(v, tuple) else [[v]], dtype=float)[None], 0.0)
        for key, v in exact.items()
    }
    with np.errstate(all="ignore"):
        (a, e), (b, f) = (
            Evaluator(values, sizes, instances={name: instance}).full(node)
            for node in (applied, spelled)
        )
    assert np.all(np.abs(a - b) <= e + f)
    assert np.all(e <= 1e-11 * (1 + np.abs(a)))
    with precision(100):
        program = Program((applied, spelled))
        ((_, sides),) = program.run(Point(sizes, exact, {}, {name: instance}))
    one, other = (entries(side) for side in sides)
    if len(other) == 1:
        other = other * len(one)
    assert all(x.overlaps(y) and x.rad() < 1e-20 for x, y in zip(one, other, strict=True))
    assert np.allclose([float(x) for x in one], np.broadcast_to(a, (1, 2, 3)).ravel()[: len(one)])
