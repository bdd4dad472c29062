"""How plain nodes are evaluated: constants, elementwise functions, sums, matrix operations.

What binds a name (operators and indices) is in :mod:`derivcheck.numeric.differences.arrays`.
Functions with a kink or a pole tell the evaluator on which side of it each value lies.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS
from derivcheck.lang.functions import FUNCTIONS, NONPOSITIVE_INTEGERS
from derivcheck.lang.texts import definition, expression
from derivcheck.numeric.differences import matrices, resolution, rounding, special
from derivcheck.numeric.differences.rounding import UNIT, Bounded, OutOfReach, to_float

if TYPE_CHECKING:
    from derivcheck.numeric.differences.arrays import Evaluator

_CONSTANTS = {"pi": np.pi, "e": np.e}


def _side(value: Any) -> Any:
    """Sign as small integers; NaN counts as 0."""
    value = np.asarray(value)
    return (value > 0).astype(np.int8) - (value < 0).astype(np.int8)


def _num(ev: Evaluator, node: N.Num) -> Bounded:
    value, error = to_float(node.value)
    if not node.shape:
        return np.array([[value]]), error
    return np.full(ev.lengths(node.shape), value), error


def _const(ev: Evaluator, node: N.Const) -> Bounded:
    if node.name not in _CONSTANTS:
        raise OutOfReach(f"the constant {node.name} has no numeric value")
    value = _CONSTANTS[node.name]
    return np.full((1, 1), value), UNIT * value


def _mul(ev: Evaluator, node: N.Mul) -> Bounded:
    args = node.args
    if args[0] is N.MINUS_ONE and len(args) > 1:
        value, error = rounding.multiply([ev.evaluate(a) for a in args[1:]])
        return -value, error
    return rounding.multiply([ev.evaluate(a) for a in args])


_POWERS: dict[Fraction, Callable[[Bounded], Bounded]] = {
    Fraction(2): rounding.square,
    Fraction(1, 2): rounding.square_root,
    Fraction(-1): rounding.reciprocal,
    Fraction(-2): lambda x: rounding.reciprocal(rounding.square(x)),
    Fraction(-1, 2): lambda x: rounding.reciprocal(rounding.square_root(x)),
}


def _pow(ev: Evaluator, node: N.Pow) -> Bounded:
    x = ev.evaluate(node.base)
    if isinstance(node.exponent, N.Num):
        exponent = node.exponent.value
        if exponent < 0 or exponent.denominator != 1:
            _note_singular(ev, x[0])
        rule = _POWERS.get(exponent)
        return rounding.power(x, to_float(exponent)) if rule is None else rule(x)
    _note_singular(ev, x[0])
    y = ev.evaluate(node.exponent)
    if ev.is_differencing:
        ev.note_reach(y[0] * np.log(np.abs(x[0])), resolution.RADIANS)
    return rounding.power(x, y)


def _note_singular(ev: Evaluator, value: Any) -> None:
    """What a function with a singularity at 0 does not see beyond."""
    ev.note(_side(value))
    if ev.is_differencing:
        ev.note_reach(*resolution.to_zero([value]))


def _apply(ev: Evaluator, node: N.Apply) -> Bounded:
    """An abstract function is what stands for it at this point."""
    instance = ev.instances.get(node.function)
    if instance is None:
        raise OutOfReach(f"the abstract function {node.function} was not instantiated")
    return ev.full(instance.at(node.args, node.orders))


def _sides(function: str, values: list[Any]) -> list[Any]:
    """On which side of each kink, jump and pole of the function the values lie."""
    row = FUNCTIONS[function]
    found = []
    for text in row.breaks:
        if text == NONPOSITIVE_INTEGERS:
            found.append(np.where(values[0] <= 0, np.floor(values[0]), 1))
        else:
            places = tuple(N.Sym(p, shape=()) for p in row.parameters)
            given: dict[N.Node, Any] = dict(zip(places, values, strict=True))
            found.append(_side(_plain(expression(function, text, places), given)))
    return found


def _plain(node: N.Node, values: dict[N.Node, Any]) -> Any:
    """Value of a text of the table of functions in double precision."""
    match node:
        case N.Sym():
            return values[node]
        case N.Num(value=value):
            return float(value)
        case N.Add(args=args):
            return sum(_plain(a, values) for a in args)
        case N.Mul(args=args):
            return math.prod(_plain(a, values) for a in args)
        case N.Pow(base=base, exponent=exponent):
            return _plain(base, values) ** _plain(exponent, values)
        case N.Call(function=function, args=(arg,)):
            return getattr(np, FUNCTIONS[function].numpy)(_plain(arg, values))
        case N.Select(condition=N.Compare(left=left, right=right), then=then, otherwise=other):
            larger = _plain(left, values) > _plain(right, values)
            return np.where(larger, _plain(then, values), _plain(other, values))
    raise OutOfReach(f"no values of {type(node).__name__} in a table")


def _call(ev: Evaluator, node: N.Call) -> Bounded:
    function = node.function
    rule = rounding.RULES.get(function)
    if rule is None and not special.is_known(function):
        meaning = definition(function, node.args)
        if meaning is not None:
            return ev.evaluate(meaning)
    args = [ev.evaluate(arg) for arg in node.args]
    values = [v for v, _ in args]
    for side in _sides(function, values) if FUNCTIONS[function].breaks else ():
        ev.note(side)
    if ev.is_differencing:
        for phase, reach in resolution.reaches(function, values):
            ev.note_reach(phase, reach)
    return rule(*args) if rule is not None else special.evaluate(function, args)


def _compare(ev: Evaluator, node: N.Compare) -> tuple[Any, Any]:
    """Truth values and where they are not certain."""
    a, e = ev.evaluate(node.left)
    b, f = ev.evaluate(node.right)
    truth = HOLDS[node.operator](a, b)
    ev.note(_side(a - b))
    error = np.asarray(e + f)
    return truth, ~(np.abs(a - b) > error) & (error != 0)


def _logic(ev: Evaluator, node: N.Logic) -> tuple[Any, Any]:
    parts = [ev.any_value(arg) for arg in node.args]
    truth, unsure = parts[0]
    if node.operator == "not":
        return ~truth, unsure
    for other, also in parts[1:]:
        truth = truth & other if node.operator == "and" else truth | other
        unsure = unsure | also
    return truth, unsure


def _select(ev: Evaluator, node: N.Select) -> Bounded:
    truth, unsure = ev.any_value(node.condition)
    a, e = ev.evaluate(node.then)
    b, f = ev.evaluate(node.otherwise)
    error = np.where(truth, e, f)
    return np.where(truth, a, b), np.where(unsure, np.inf, error)


def _extreme(ev: Evaluator, node: N.Extreme) -> Bounded:
    v, e = np.broadcast_arrays(*ev.evaluate(node.arg))
    axes = _axes(node)
    best = (np.max if node.function == "max" else np.min)(v, axis=axes, keepdims=True)
    ev.note((v == best).astype(np.int8))
    return best, np.max(e, axis=axes, keepdims=True)


def _axes(node: N.Sum | N.Extreme) -> tuple[int, ...]:
    return (-2, -1) if node.axis is None else (-2 + node.axis,)


RULES: dict[type[N.Node], Callable[[Evaluator, Any], Any]] = {
    N.Num: _num,
    N.Const: _const,
    N.DimSize: lambda ev, node: (np.full((1, 1), float(ev.size(node.dim))), 0.0),
    N.Sym: lambda ev, node: ev.lookup(node.name),
    N.Eye: lambda ev, node: (np.eye(ev.lengths(node.shape)[0]), 0.0),
    N.Add: lambda ev, node: rounding.add([ev.evaluate(a) for a in node.args]),
    N.Mul: _mul,
    N.Pow: _pow,
    N.Call: _call,
    N.Apply: _apply,
    N.MatMul: lambda ev, node: matrices.product(ev.full(node.left), ev.full(node.right)),
    N.Transpose: lambda ev, node: matrices.transpose(ev.full(node.arg)),
    N.Sum: lambda ev, node: matrices.sum_axes(ev.full(node.arg), _axes(node), keepdims=True),
    N.Extreme: _extreme,
    N.Trace: lambda ev, node: matrices.trace(ev.full(node.arg)),
    N.Det: lambda ev, node: matrices.determinant(ev.full(node.arg)),
    N.Inv: lambda ev, node: matrices.inverse(ev.full(node.arg)),
    N.Diag: lambda ev, node: matrices.diagonal(ev.full(node.arg), N.ONE in node.arg.shape),
    N.Kron: lambda ev, node: matrices.kron(ev.full(node.left), ev.full(node.right)),
    N.Stack: lambda ev, node: matrices.stack([ev.full(a) for a in node.args], -2 + node.axis),
    N.Vec: lambda ev, node: matrices.vec(ev.full(node.arg)),
    N.Cholesky: lambda ev, node: matrices.cholesky(ev.full(node.arg)),
    N.Expm: lambda ev, node: matrices.exponential(ev.full(node.arg)),
    N.Pinv: lambda ev, node: matrices.pseudo_inverse(ev.full(node.arg)),
    N.MatPower: lambda ev, node: matrices.power(ev.full(node.arg), ev.evaluate(node.exponent)[0]),
    N.Compare: _compare,
    N.Logic: _logic,
    N.Select: _select,
}
"""How each kind of node is evaluated, but for those that bind a name."""
