"""Hand-written NumPy gradients: right ones pass, wrong ones are located, doubt is told."""

from __future__ import annotations

import numpy as np
import pytest

from derivcheck.numeric.differences.callables import assert_gradient, check_gradient


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


LABEL = np.array([0.2, 0.3, 0.5])


def cross_entropy(z):
    return -(LABEL * np.log(softmax(z))).sum()


def layer(W, x):
    return np.tanh(W @ x).sum()


def layer_gradients(W, x):
    delta = 1 - np.tanh(W @ x) ** 2
    return {"W": np.outer(delta, x), "x": W.T @ delta}


RIGHT = [
    ("softmax with cross-entropy", cross_entropy, lambda z: softmax(z) - LABEL, [(3,)]),
    ("two arguments by name", layer, layer_gradients, {"W": (3, 4), "x": (4,)}),
    (
        "two arguments by position",
        lambda a, b: (a * b).sum(),
        lambda a, b: (b, a),
        [(2, 3), (2, 3)],
    ),
    ("a number", lambda x: x**3, lambda x: 3 * x**2, [()]),
    ("many entries", layer, layer_gradients, {"W": (20, 30), "x": (30,)}),
    ("tiny", lambda x: (x**2).sum() / 1e12, lambda x: 2 * x / 1e12, [(3,)]),
    ("large", lambda x: (x**2).sum() * 1e200, lambda x: 2e200 * x, [(3,)]),
    ("constant", lambda x: 5.0, lambda x: 0 * x, [(3,)]),
    (
        "ill-conditioned",
        lambda X: np.linalg.slogdet(X + 3 * np.ones((3, 3)))[1],
        lambda X: np.linalg.inv(X + 3 * np.ones((3, 3))).T,
        [(3, 3)],
    ),
    ("kinks elsewhere", lambda x: np.maximum(x, 0).sum(), lambda x: (x > 0) * 1.0, [(5,)]),
]


@pytest.mark.parametrize(("name", "f", "grad", "shapes"), RIGHT, ids=[row[0] for row in RIGHT])
def test_right_gradients_hold(name, f, grad, shapes):
    found = check_gradient(f, grad, shapes=shapes)
    assert found.finding == "holds"
    assert found.measured <= found.allowed
    assert_gradient(f, grad, shapes=shapes, seed=1)


@pytest.mark.parametrize(("name", "f", "grad", "shapes"), RIGHT, ids=[row[0] for row in RIGHT])
def test_every_wrong_gradient_fails(name, f, grad, shapes):
    def wrong(*args, **named):
        result = grad(*args, **named)
        if isinstance(result, dict):
            return {key: value * (1 + 1e-4) for key, value in result.items()}
        if isinstance(result, tuple):
            return tuple(value * (1 + 1e-4) for value in result)
        return result * (1 + 1e-4) + (name == "constant")

    found = check_gradient(f, wrong, shapes=shapes)
    assert found.finding == "fails"
    assert found.measured > 64 * found.allowed


def test_the_worst_entry_is_named():
    def wrong(W, x):
        result = layer_gradients(W, x)
        result["W"][1, 2] += 0.5
        return result

    found = check_gradient(layer, wrong, shapes={"W": (3, 4), "x": (4,)})
    assert (found.argument, found.index) == ("W", (1, 2))
    assert found.claimed - found.derivative == pytest.approx(0.5)


def test_one_wrong_entry_among_many_is_found():
    at = {"W": np.random.default_rng(0).normal(size=(30, 40)) / 30, "x": np.ones(40)}

    def wrong(W, x):
        result = layer_gradients(W, x)["W"]
        result[3, 7] *= 1.01
        return result

    found = check_gradient(layer, wrong, at=at)
    assert (found.finding, found.argument, found.index) == ("fails", "W", (3, 7))


def test_the_message_says_what_was_measured_and_allowed():
    with pytest.raises(AssertionError) as caught:
        assert_gradient(lambda x: x**2, lambda x: -2 * x, at=[1.5])
    assert str(caught.value).startswith(
        "the gradient by 0 is wrong: claimed -3, differences give 3"
    )
    assert "measured 6.00e+00, allowed " in str(caught.value)


UNDECIDED = [
    ("at a kink", np.abs, np.sign, {"at": [0.0]}),
    ("undefined", lambda x: np.log(x).sum(), lambda x: 1 / x, {"at": [np.array([-1.0, -2.0])]}),
    ("single precision", lambda x: np.float32(np.sin(x)), np.cos, {"at": [1.0]}),
    (
        "noise",
        lambda x: float(x) + 1e-4 * float(np.sin(1e9 * x)),
        lambda x: np.ones_like(x),
        {"at": [0.7]},
    ),
]


@pytest.mark.parametrize(
    ("name", "f", "grad", "options"), UNDECIDED, ids=[row[0] for row in UNDECIDED]
)
def test_what_cannot_be_decided_is_no_pass(name, f, grad, options):
    found = check_gradient(f, grad, **options)
    assert found.finding == "unknown"
    assert found.reason
    with pytest.raises(AssertionError, match="undecided"):
        assert_gradient(f, grad, **options)


def test_single_precision_still_shows_a_wrong_sign():
    found = check_gradient(lambda x: np.float32(np.sin(x)), lambda x: -np.cos(x), at=[1.0])
    assert found.finding == "fails"


def test_a_gradient_that_is_not_finite_fails():
    found = check_gradient(lambda x: (x**2).sum(), lambda x: x * np.nan, shapes=[(2,)])
    assert found.finding == "fails"


MISUSE = [
    ("no scalar", lambda x: x, lambda x: x, {"shapes": [(5,)]}, "must return a scalar"),
    ("shape", lambda x: x.sum(), lambda x: x[:2], {"shapes": [(5,)]}, r"has shape \(2,\)"),
    ("count", lambda a, b: a + b, lambda a, b: (1.0,), {"shapes": [(), ()]}, "1 gradients for 2"),
    ("name", lambda a: a, lambda a: {"b": 1.0}, {"shapes": {"a": ()}}, "'b', which is no arg"),
    ("neither", lambda a: a, lambda a: 1.0, {}, "either shapes"),
    ("nothing", lambda: 1.0, lambda: 1.0, {"shapes": []}, "no argument"),
]


@pytest.mark.parametrize(
    ("name", "f", "grad", "options", "message"), MISUSE, ids=[row[0] for row in MISUSE]
)
def test_misuse_is_told(name, f, grad, options, message):
    with pytest.raises(ValueError, match=message):
        check_gradient(f, grad, **options)


def test_a_function_that_writes_into_its_argument_does_no_harm():
    def f(x):
        x *= 2
        return (x**2).sum()

    assert check_gradient(f, lambda x: 8 * x, shapes=[(3,)]).finding == "holds"


def test_same_seed_same_result():
    def run(seed):
        return check_gradient(cross_entropy, lambda z: softmax(z) - LABEL, shapes=[(3,)], seed=seed)

    assert run(5) == run(5)
    assert run(5) != run(6)


def test_a_check_has_no_truth_value() -> None:
    found = check_gradient(lambda x: (x**2).sum(), lambda x: 3 * x, shapes=[(2,)])
    with pytest.raises(TypeError, match="three answers"):
        bool(found)
