"""An independent numeric oracle for matrix equations, in NumPy, for the tests alone.

It reads the same nodes as the index prover and shares no code with it: values by arrays,
derivatives by central differences of fourth order. ``disagreement`` is the largest relative
difference of both sides over a few random points; NaN where no point is defined.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from derivcheck.lang import nodes as n
from derivcheck.lang.equation import Equation

Array = Any
_STENCIL = ((-2, 1 / 12), (-1, -2 / 3), (1, 2 / 3), (2, -1 / 12))
_STEP = 2.0**-9


class Undefined(Exception):
    """The point is outside the natural domain."""


def _shape(shape: n.Shape, sizes: dict[str, int]) -> tuple[int, int]:
    return (n.rows_of(shape).size(sizes), n.columns_of(shape).size(sizes))


def _erf(x: Array) -> Array:
    return np.vectorize(math.erf)(x)


def _digamma(x: Array) -> Array:
    def one(value: float) -> float:
        total = 0.0
        while value < 8:
            total -= 1 / value
            value += 1
        series = 1 / 12 - (1 / 120 - 1 / (252 * value**2)) / value**2
        return total + math.log(value) - 1 / (2 * value) - series / value**2

    return np.vectorize(one)(x)


def _beta(a: Array, b: Array) -> Array:
    lgamma = np.vectorize(math.lgamma)
    return np.exp(lgamma(a) + lgamma(b) - lgamma(a + b))


def _besseli(order: Array, x: Array) -> Array:
    """By its power series (DLMF 10.25.2), for moderate arguments."""
    terms = (
        (x / 2) ** (2 * k + order) / (math.factorial(k) * np.vectorize(math.gamma)(k + order + 1))
        for k in range(40)
    )
    return sum(terms, np.zeros(np.broadcast(order, x).shape))


_CALLS: dict[str, Any] = {
    "exp": np.exp, "log": np.log, "cbrt": np.cbrt, "abs": np.abs, "sign": np.sign,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos,
    "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "erf": _erf,
    "gamma": np.vectorize(math.gamma), "digamma": _digamma,
    "loggamma": np.vectorize(math.lgamma), "beta": _beta, "besseli": _besseli,
    "max": np.maximum, "min": np.minimum, "hypot": np.hypot,
    "cot": lambda x: 1 / np.tan(x), "sec": lambda x: 1 / np.cos(x), "csc": lambda x: 1 / np.sin(x),
    "coth": lambda x: 1 / np.tanh(x), "sech": lambda x: 1 / np.cosh(x),
    "csch": lambda x: 1 / np.sinh(x), "erfc": lambda x: 1 - _erf(x),
}  # fmt: skip
_COMPARE = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "==": np.equal, "!=": np.not_equal,
}  # fmt: skip


class Point:
    """Values for symbols (by name) and indices; evaluates nodes to (rows, columns) arrays."""

    def __init__(self, sizes: dict[str, int], values: dict[str, Array]) -> None:
        self.sizes = sizes
        self.values = values
        self.indices: dict[str, int] = {}

    def __call__(self, node: n.Node) -> Array:
        value = np.asarray(getattr(self, "_" + type(node).__name__.lower())(node), dtype=float)
        wanted = _shape(node.shape, self.sizes)
        if value.shape != wanted:
            assert value.size == 1, (type(node).__name__, value.shape, wanted)
            value = np.broadcast_to(value, wanted)
        if not np.isfinite(value).all():
            raise Undefined
        return value

    def _num(self, node: n.Num) -> Array:
        return np.full(_shape(node.shape, self.sizes), float(node.value))

    def _const(self, node: n.Const) -> Array:
        return np.full((1, 1), {"pi": math.pi, "e": math.e}[node.name])

    def _dimsize(self, node: n.DimSize) -> Array:
        return np.full((1, 1), float(node.dim.size(self.sizes)))

    def _sym(self, node: n.Sym) -> Array:
        return self.values[node.name]

    def _eye(self, node: n.Eye) -> Array:
        return np.eye(_shape(node.shape, self.sizes)[0])

    def _add(self, node: n.Add) -> Array:
        return sum(self(a) for a in node.args)

    def _mul(self, node: n.Mul) -> Array:
        result = np.ones((1, 1))
        for arg in node.args:
            result = result * self(arg)
        return result

    def _pow(self, node: n.Pow) -> Array:
        return np.power(self(node.base), self(node.exponent))

    def _call(self, node: n.Call) -> Array:
        return _CALLS[node.function](*(self(a) for a in node.args))

    def _apply(self, node: n.Apply) -> Array:
        args = [self(a) for a in node.args]
        seed = sum(map(ord, node.function))
        if all(not a.shape or a.shape == node.shape for a in node.args):
            total: Array = 0.2
            weight: Array = 0.0
            factor = 1.0
            for k, (arg, order) in enumerate(zip(args, node.orders, strict=True)):
                slope = 0.7 + 0.3 * ((seed + 2 * k) % 5) / 5
                total = total + slope * arg
                weight = weight + (k + 1) * 0.4 * arg
                factor *= slope**order
            order = sum(node.orders)
            waves = factor * np.sin(total + order * math.pi / 2)
            growth = 1.0
            for k, o in enumerate(node.orders):
                growth *= ((k + 1) * 0.4) ** o
            return waves + growth * np.exp(weight)
        total = 0.1
        for k, arg in enumerate(args):
            rows, columns = np.indices(arg.shape)
            total = total + np.sum(np.sin(1.0 + seed + k + 2 * rows + 3 * columns) * arg)
            total = total + 0.3 * np.sum(np.cos(seed + k + rows - columns) * arg**2)
        return np.full((1, 1), np.sin(total) + 0.1 * total**2)

    def _matmul(self, node: n.MatMul) -> Array:
        return self(node.left) @ self(node.right)

    def _transpose(self, node: n.Transpose) -> Array:
        return self(node.arg).T

    def _sum(self, node: n.Sum) -> Array:
        return np.sum(self(node.arg), axis=node.axis, keepdims=True)

    def _extreme(self, node: n.Extreme) -> Array:
        pick = np.max if node.function == "max" else np.min
        return pick(self(node.arg), axis=node.axis, keepdims=True)

    def _trace(self, node: n.Trace) -> Array:
        return np.full((1, 1), np.trace(self(node.arg)))

    def _det(self, node: n.Det) -> Array:
        return np.full((1, 1), np.linalg.det(self(node.arg)))

    def _inv(self, node: n.Inv) -> Array:
        matrix = self(node.arg)
        if np.linalg.cond(matrix) > 60:
            raise Undefined
        return np.linalg.inv(matrix)

    def _diag(self, node: n.Diag) -> Array:
        arg = self(node.arg)
        if 1 in _shape(node.arg.shape, dict.fromkeys(self.sizes, 2)):
            return np.diag(arg.ravel())
        return np.diag(arg).reshape(-1, 1)

    def _kron(self, node: n.Kron) -> Array:
        return np.kron(self(node.left), self(node.right))

    def _entry(self, node: n.Entry) -> Array:
        place = [i if isinstance(i, int) else self.indices[i.name] for i in (node.row, node.column)]
        arg = self(node.arg)
        if place[0] >= arg.shape[0] or place[1] >= arg.shape[1]:
            raise Undefined
        return arg[place[0], place[1]].reshape(1, 1)

    def _loop(self, node: n.Node, *bound: n.Index) -> list[Array]:
        ranges = [
            range(start := i.start.size(self.sizes), start + i.dim.size(self.sizes)) for i in bound
        ]
        saved = dict(self.indices)
        found = []
        for choice in itertools.product(*ranges):
            self.indices.update(zip((i.name for i in bound), choice, strict=True))
            found.append(self(node))
        self.indices = saved
        return found

    def _sumindex(self, node: n.SumIndex) -> Array:
        return sum(self._loop(node.body, node.index), np.zeros((1, 1)))

    def _prodindex(self, node: n.ProdIndex) -> Array:
        return np.prod(self._loop(node.body, node.index), axis=0).reshape(1, 1)

    def _build(self, node: n.Build) -> Array:
        bound = [i for i in (node.row, node.column) if i is not None]
        cells = [value.item() for value in self._loop(node.body, *bound)]
        return np.array(cells).reshape(_shape(node.shape, self.sizes))

    def _indexvalue(self, node: n.IndexValue) -> Array:
        return np.full((1, 1), float(self.indices[node.index.name]))

    def _pick(self, node: n.Pick) -> Array:
        arg, i, j = self(node.arg), int(self(node.row).item()), int(self(node.column).item())
        if not (0 <= i < arg.shape[0] and 0 <= j < arg.shape[1]):
            raise Undefined
        return arg[i, j].reshape(1, 1)

    def _inrange(self, node: n.InRange) -> Array:
        value = self(node.arg).item()
        return np.full((1, 1), float(0 <= value < node.dim.size(self.sizes)))

    def _stack(self, node: n.Stack) -> Array:
        return np.concatenate([self(a) for a in node.args], axis=node.axis)

    def _vec(self, node: n.Vec) -> Array:
        return self(node.arg).reshape(-1, 1, order="F")

    def _cholesky(self, node: n.Cholesky) -> Array:
        lower = np.tril(self(node.arg))
        return np.linalg.cholesky(lower + lower.T - np.diag(np.diag(lower)))

    def _expm(self, node: n.Expm) -> Array:
        matrix = self(node.arg) / 64
        total = term = np.eye(len(matrix))
        for k in range(1, 16):
            term = term @ matrix / k
            total = total + term
        return np.linalg.matrix_power(total, 64)

    def _pinv(self, node: n.Pinv) -> Array:
        matrix = self(node.arg)
        values = np.linalg.svd(matrix, compute_uv=False)
        if values[0] > 30 * values[-1]:
            raise Undefined
        return np.linalg.pinv(matrix)

    def _matpower(self, node: n.MatPower) -> Array:
        return np.linalg.matrix_power(self(node.arg), int(self(node.exponent).item()))

    def _compare(self, node: n.Compare) -> Array:
        return _COMPARE[node.operator](self(node.left), self(node.right)).astype(float)

    def _logic(self, node: n.Logic) -> Array:
        args = [self(a) for a in node.args]
        if node.operator == "not":
            return 1 - args[0]
        pick = np.minimum if node.operator == "and" else np.maximum
        return pick(*args)

    def _select(self, node: n.Select) -> Array:
        condition = self(node.condition) > 0.5
        if condition.size == 1:
            return self(node.then if condition.item() else node.otherwise)
        return np.where(condition, self(node.then), self(node.otherwise))

    # derivatives

    def along(self, body: n.Node, at: dict[str, Array], direction: dict[str, Array]) -> Array:
        """d/dt of body at ``at + t*direction``."""
        saved = dict(self.values)
        found: list[Array] = []
        try:
            for step, _ in _STENCIL:
                for name, value in at.items():
                    self.values[name] = value + step * _STEP * direction[name]
                found.append(self(body))
        finally:
            self.values = saved
        # of a constant it is zero, which the weighted sum rounds to a number with a sign
        total = sum(weight * (v - found[0]) for (_, weight), v in zip(_STENCIL, found, strict=True))
        return total / _STEP

    def _jvp(self, node: n.Jvp) -> Array:
        at = {v.name: self(a) for v, a in zip(node.variables, node.at, strict=True)}
        change = {v.name: self(d) for v, d in zip(node.variables, node.directions, strict=True)}
        return self.along(node.body, at, change)

    def _by_entry(self, node: n.Grad | n.Jacobian) -> list[list[Array]]:
        name = node.variable.name
        at = self(node.at)
        table = []
        for i in range(at.shape[0]):
            row = []
            for j in range(at.shape[1]):
                unit = np.zeros(at.shape)
                unit[i, j] = 1
                row.append(self.along(node.body, {name: at}, {name: unit}))
            table.append(row)
        return table

    def _grad(self, node: n.Grad) -> Array:
        return np.array([[float(v.item()) for v in row] for row in self._by_entry(node)])

    def _jacobian(self, node: n.Jacobian) -> Array:
        columns = [v.ravel() for row in self._by_entry(node) for v in row]
        matrix = np.array(columns)
        return matrix.T if node.layout == "numerator" else matrix


def _draw(symbol: Any, sizes: dict[str, int], random: np.random.Generator) -> Array:
    shape = _shape(symbol.shape, sizes)
    kind = symbol.domain.kind
    if kind in ("positive", "nonnegative"):
        value = random.uniform(0.4, 1.6, shape)
    elif kind == "negative":
        value = -random.uniform(0.4, 1.6, shape)
    elif kind in ("natural", "integer"):
        value = random.integers(1, 4, shape).astype(float)
    elif kind == "interval":
        value = random.uniform(0.1, 0.9, shape)
    else:
        value = random.normal(0, 0.8, shape)
    if "spd" in symbol.structure:
        return value @ value.T + np.eye(shape[0])
    if "symmetric" in symbol.structure:
        value = (value + value.T) / 2
    if "diagonal" in symbol.structure:
        value = np.diag(np.diag(value))
    if "orthogonal" in symbol.structure:
        value = np.linalg.qr(value)[0]
    return value


def _constrain(point: Point, equation: Equation) -> None:
    """Move the point onto the equalities of ``assume`` (Gauss-Newton, least change)."""
    facts = [a for a in equation.context.assume if isinstance(a, n.Compare) and a.operator == "=="]
    if not facts:
        return
    names = sorted({s.name for a in facts for s in n.symbols_in(a)})

    def residual(flat: Array) -> Array:
        start = 0
        for name in names:
            old = point.values[name]
            point.values[name] = flat[start : start + old.size].reshape(old.shape)
            start += old.size
        return np.concatenate([(point(a.left) - point(a.right)).ravel() for a in facts])

    flat = np.concatenate([point.values[name].ravel() for name in names])
    for _ in range(12):
        base = residual(flat)
        columns = [
            (residual(flat + h) - residual(flat - h)) / 2e-5 for h in 1e-5 * np.eye(flat.size)
        ]
        flat = flat - np.linalg.lstsq(np.array(columns).T, base, rcond=None)[0]
    if np.max(np.abs(residual(flat))) > 1e-9:
        raise Undefined


def _dims(equation: Equation) -> list[str]:
    names: set[str] = set(equation.context.dims)
    for symbol in equation.context.symbols:
        for dim in symbol.shape:
            names.update(dim.names)
    return sorted(names)


Lefts = dict[tuple[Any, ...], Any]
"""Values of left sides that are known, None where undefined."""


def disagreement(
    equation: Equation,
    points: int = 4,
    seed: int = 1,
    lefts: Lefts | None = None,
    enough: float = math.inf,
) -> float:
    """Largest relative difference of both sides at random points (NaN: none is defined).

    ``lefts`` is handed on between equations that differ on the right alone: their points are one.
    No further point is looked at where the difference is more than ``enough``.
    """
    random = np.random.default_rng(seed)
    lefts = {} if lefts is None else lefts
    dims = _dims(equation)
    worst = math.nan
    for trial in range(6 * points):
        if trial % 2:
            sizes = dict.fromkeys(dims, 3)
        else:
            sizes = dict(zip(dims, itertools.cycle(random.permutation([2, 3, 4])), strict=False))
        try:
            found = _at_point(equation, sizes, random, lefts, trial)
        except (Undefined, np.linalg.LinAlgError):
            continue
        worst = found if math.isnan(worst) else max(worst, found)
        points -= 1
        if not points or worst > enough:
            break
    return worst


def _left(point: Point, node: n.Node, lefts: Lefts, key: tuple[Any, ...]) -> Array:
    if key not in lefts:
        try:
            lefts[key] = point(node)
        except Undefined:
            lefts[key] = None
    if lefts[key] is None:
        raise Undefined
    return lefts[key]


def _at_point(
    equation: Equation,
    sizes: dict[str, int],
    random: np.random.Generator,
    lefts: Lefts,
    trial: int,
) -> float:
    values = {s.name: _draw(s, sizes, random) for s in equation.context.symbols}
    point = Point({k: int(v) for k, v in sizes.items()}, values)
    worst = 0.0
    with np.errstate(all="ignore"):
        _constrain(point, equation)
        for fact in equation.context.assume:
            if isinstance(fact, n.Compare) and fact.operator != "==" and not point(fact).all():
                raise Undefined
        ranges = [
            range(start := i.start.size(point.sizes), start + i.dim.size(point.sizes))
            for i in equation.indices
        ]
        defined = False
        for choice in itertools.product(*ranges):
            point.indices = {i.name: k for i, k in zip(equation.indices, choice, strict=True)}
            try:
                left = _left(point, equation.left, lefts, (equation.left, trial, choice))
                right = point(equation.right)
            except Undefined:
                if not equation.indices:
                    raise
                continue  # a subscript is out of range there
            defined = True
            scale = 1 + max(np.max(np.abs(left)), np.max(np.abs(right)))
            worst = max(worst, float(np.max(np.abs(left - right)) / scale))
    if not defined:
        raise Undefined
    return worst
