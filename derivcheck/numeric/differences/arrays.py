"""Typed nodes evaluated with NumPy, every value with a bound of its error.

Layout: each value is ``(v, e)`` with ``v`` of shape ``(..., points, rows, columns)``; scalars
have one row and one column, so that broadcasting does what the language means. Every bound
variable or index opens new axes at the left: ``(stencil, entry)`` for an operator, one for an
index. What does not depend on it simply lacks the axes. A long module: all rules share the layout
of axes.

Operators (Grad, Jvp, Jacobian) are central differences
(:mod:`derivcheck.numeric.differences.stencils`) of
their body, an operator inside a body included: its tolerance is the error that the outer
difference then carries. No derivative rule is known here, on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Any

import numpy as np

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Domain
from derivcheck.numeric.differences import matrices, rounding, stencils
from derivcheck.numeric.differences.node_rules import RULES
from derivcheck.numeric.differences.rounding import Bounded, OutOfReach
from derivcheck.numeric.sampling.stand_ins import Instance
from derivcheck.records import record

BATCH = 3
"""Axes of a value before any operator: points, rows, columns."""


@record(frozen=False)
class _Scope:
    """What one operator or index binds, and the values computed under it."""

    names: frozenset[str]
    values: dict[str, Any]
    parent: _Scope | None = None
    axis: int | None = None
    """Axis of the stencil, counted from the right (negative); None for an index."""
    memo: dict[N.Node, Any] = field(default_factory=dict)
    flips: Any = None
    """Stencil abscissae that lie on another side of a kink than the centre."""
    coarse: Any = None
    """Stencil abscissae too far from the centre to see what a function does between."""


class Evaluator:
    """Values of nodes at one or more points of equal sizes.

    ``values`` maps names of symbols to ``(v, e)``; ``sizes`` dimension names to numbers;
    ``indices`` are free indices, which are all run through, each on an axis of its own;
    ``room`` gives for a symbol the distance from each entry to the edge of its domain,
    ``instances`` what stands for the abstract functions. ``bound`` may be shared by the
    evaluators of one equation: it remembers which names occur in which node.
    Call inside ``np.errstate(all="ignore")``.
    """

    def __init__(
        self,
        values: Mapping[str, Bounded],
        sizes: Mapping[str, int],
        indices: tuple[N.Index, ...] = (),
        room: Mapping[str, Any] | None = None,
        instances: Mapping[str, Instance] | None = None,
        bound: dict[N.Node, frozenset[str]] | None = None,
    ) -> None:
        self.sizes = dict(sizes)
        self.instances = instances or {}
        self.room = dict(room or {})
        self.shrink = 1.0
        """A factor on every step, for a second look in other steps."""
        self.natural: Any = 0.0
        """Largest scale of an outermost derivative, by point."""
        self.kinks: Any = False
        """Points whose smallest stencil still spans a kink."""
        self._bound: dict[N.Node, frozenset[str]] = {} if bound is None else bound
        bindings: dict[str, Any] = dict(values)
        self._depth = BATCH
        for index in indices:
            bindings[index.name] = self._values(index)
        self._scope = _Scope(frozenset(), bindings)
        self._operators = 0

    def size(self, dim: N.Dim) -> int:
        """The number a dimension stands for."""
        return dim.size(self.sizes)

    def lengths(self, shape: N.Shape) -> tuple[int, int]:
        """Rows and columns as numbers (1, 1 for a scalar)."""
        return N.lengths(shape, self.sizes)

    def evaluate(self, node: N.Node) -> Bounded:
        """Value and error bound of an expression; NaN or infinite where it is undefined."""
        result: Bounded = self.any_value(node)
        return result

    def bind(self, name: str, value: Bounded) -> None:
        """Give a symbol a value with one axis more than any so far."""
        self._scope.values[name] = value
        self._depth = max(self._depth, np.ndim(value[0]))

    def full(self, node: N.Node) -> Bounded:
        """Value with its rows and columns spelled out (a sum of scalars may lack them)."""
        v, e = self.evaluate(node)
        lengths = self.lengths(node.shape)
        if v.shape[-2:] != lengths:
            v = rounding.spread(v, (*v.shape[:-2], *lengths))
        return v, e

    # scopes

    def any_value(self, node: N.Node) -> Any:
        """A value, or truth values with where they are not certain, for a condition."""
        scope = self._scope
        needed = N.bound_outside(node, self._bound)
        while scope.parent is not None and scope.names.isdisjoint(needed):
            scope = scope.parent
        found = scope.memo.get(node)
        if found is None:
            rule = _RULES.get(type(node))
            if rule is None:
                raise OutOfReach(f"{type(node).__name__} has no numeric evaluation")
            found = scope.memo[node] = rule(self, node)
        return found

    def lookup(self, name: str) -> Any:
        """What a name is bound to."""
        scope: _Scope | None = self._scope
        while scope is not None:
            if name in scope.values:
                return scope.values[name]
            scope = scope.parent
        raise OutOfReach(f"no value for {name}")

    def _arange(self, length: int) -> Any:
        axes = np.arange(length).reshape(length, *([1] * self._depth))
        self._depth += 1
        return axes

    def _open_stencils(self, values: Any) -> Iterator[tuple[_Scope, int]]:
        """The operators whose abscissae are an axis of the values, with that axis."""
        scope: _Scope | None = self._scope
        while scope is not None:
            axis = scope.axis
            if axis is not None and _is_over(values, axis):
                yield scope, axis
            scope = scope.parent

    def note(self, side: Any) -> None:
        """Record on which side of a kink each value lies; open stencils look for changes."""
        for scope, axis in self._open_stencils(side):
            bad = _by_abscissa(side != np.take(side, [0], axis=axis), axis)
            scope.flips = bad if scope.flips is None else scope.flips | bad

    def _values(self, index: N.Index) -> Any:
        """The values of an index, on an axis of its own."""
        return self._arange(max(self.size(index.dim), 0)) + self.size(index.start)

    def _under(self, indices: tuple[N.Index, ...], body: N.Node) -> Bounded:
        """The body for all values of the indices, one axis each at the left, the last first."""
        outer, saved_depth = self._scope, self._depth
        values = {index.name: self._values(index) for index in indices}
        self._scope = _Scope(frozenset(values), dict(values), outer)
        try:
            v, e = self.full(body) if body.shape else self.any_value(body)
        finally:
            self._scope, self._depth = outer, saved_depth
        v, e = np.broadcast_arrays(v, e)
        axes = tuple(v.shape[0] for v in reversed(values.values()))
        missing = saved_depth + len(axes) - v.ndim
        if missing > 0:
            v, e = (a.reshape((1,) * missing + a.shape) for a in (v, e))
        shape = (*axes, *v.shape[len(axes) :])
        return np.broadcast_to(v, shape), np.broadcast_to(e, shape)

    @property
    def is_differencing(self) -> bool:
        """Whether a stencil is open: values are those of several abscissae."""
        return self._operators > 0

    def note_reach(self, phase: Any, reach: Any) -> None:
        """Record where ``phase`` is further than ``reach`` from its value at the centre."""
        for scope, axis in self._open_stencils(phase):
            allowed = np.take(reach, [0], axis=axis) if _is_over(reach, axis) else reach
            bad = ~(np.abs(phase - np.take(phase, [0], axis=axis)) <= allowed)
            bad = _by_abscissa(bad, axis)
            scope.coarse = bad if scope.coarse is None else scope.coarse | bad

    # operators

    def _at(self, node: N.Node) -> tuple[Any, Any, Any]:
        """Value of a binding's point at full rank, and the room around it (None: no edge)."""
        v, e = self.full(node)
        room = self.room.get(node.name) if isinstance(node, N.Sym) else None
        if np.ndim(v) < self._depth:
            v = np.reshape(v, (1,) * (self._depth - np.ndim(v)) + np.shape(v))
        if not rounding.is_exact(e):
            e = rounding.spread(e, v.shape)
        return v, e, room

    def _difference(
        self, body: N.Node, bindings: dict[str, Any], step: Any, depth: int
    ) -> stencils.Difference:
        """Difference the body over the stencil axis just left of everything open."""
        outer, saved_depth = self._scope, self._depth
        self._depth = depth + 1
        scope = _Scope(frozenset(bindings), bindings, outer, -(depth + 1))
        self._scope = scope
        self._operators += 1
        try:
            v, e = self.any_value(body)
        finally:
            self._operators -= 1
            self._scope, self._depth = outer, saved_depth
        v = np.asarray(v, dtype=np.float64)
        missing = depth + 1 - v.ndim
        if missing > 0:
            v = v.reshape((1,) * missing + v.shape)
        shape = rounding.common_shape(v.shape, (stencils.SIZE, *step.shape))
        bad = scope.flips
        if scope.coarse is not None:
            bad = scope.coarse if bad is None else bad | scope.coarse
        found = stencils.combine(rounding.spread(v, shape), e, step, bad)
        if not self._operators:
            self._record(found, scope.flips)
        return found

    def _record(self, found: stencils.Difference, flips: Any) -> None:
        self.natural = np.maximum(self.natural, by_point(found.natural, np.max))
        if flips is not None:
            at_kink = flips[-4:].any(axis=0) & ~np.isnan(found.value)
            self.kinks = self.kinks | by_point(at_kink, np.any)

    def jvp(self, node: N.Jvp) -> Bounded:
        """Directional derivative."""
        parts = []
        step: Any = None
        for at, direction in zip(node.at, node.directions, strict=True):
            v, e, room = self._at(at)
            scale = _scale(v, room)
            d: Any = 1.0
            f: Any = 0.0
            if direction is not N.ONE_NODE:
                d, f, _ = self._at(direction)
                size = np.abs(d)
                scale = np.where(size > 0, scale / np.where(size > 0, size, 1.0), np.inf)
            if np.shape(scale)[-2:] != (1, 1):
                scale = np.minimum.reduce(scale, axis=(-2, -1), keepdims=True)
            step = scale if step is None else np.minimum(step, scale)
            parts.append((v, e, d, f))
        step = stencils.first_step(np.where(np.isfinite(step), step, 1.0)) * self.shrink
        bindings: dict[str, Any] = {}
        moved = stencils.MULTIPLES.reshape(-1, *([1] * self._depth)) * step
        for variable, direction, part in zip(node.variables, node.directions, parts, strict=True):
            v, e, d, f = part
            along, slip = moved, 0.0
            if direction is not N.ONE_NODE:
                along, slip = rounding.exact_product(moved, d)
            if not rounding.is_exact(f):
                slip = slip + np.abs(moved) * f
            bindings[variable.name] = _shift(v, e, along, slip)
        found = self._difference(node.body, bindings, step, self._depth)
        return found.value, found.tolerance

    def entries(self, body: N.Node, variable: N.Sym, at: N.Node) -> Bounded:
        """Derivatives by each entry of a matrix: an axis of rows*columns at the left."""
        v, e, room = self._at(at)
        rows, columns = v.shape[-2:]
        count = rows * columns

        def by_entry(a: Any) -> Any:
            flat = a.reshape(*a.shape[:-2], count)
            return flat.transpose(flat.ndim - 1, *range(flat.ndim - 1))[..., None, None]

        step = stencils.first_step(by_entry(_scale(v, room))) * self.shrink
        one = np.eye(count).reshape(count, *([1] * (self._depth - 2)), rows, columns)
        moved = stencils.MULTIPLES.reshape(-1, *([1] * (self._depth + 1))) * step
        bindings: dict[str, Any] = {variable.name: _shift(v, e, moved * one, 0.0)}
        found = self._difference(body, bindings, step, self._depth + 1)
        return found.value, found.tolerance

    def grad(self, node: N.Grad) -> Bounded:
        """Gradient of a scalar, shaped like the variable."""
        rows, columns = self.lengths(node.shape)
        v, e = self.entries(node.body, node.variable, node.at)

        def shaped(a: Any) -> Any:
            a = a[..., 0, 0]
            a = a.transpose(*range(1, a.ndim), 0)
            return a.reshape(*a.shape[:-1], rows, columns)

        return shaped(v), shaped(e)

    def jacobian(self, node: N.Jacobian) -> Bounded:
        """Jacobian of a vector by a vector."""
        v, e = self.entries(node.body, node.variable, node.at)

        def shaped(a: Any) -> Any:
            a = a.reshape(*a.shape[:-2], a.shape[-2] * a.shape[-1])
            by_variable = np.moveaxis(a, 0, -2)
            if node.layout == "numerator":
                return np.swapaxes(by_variable, -2, -1)
            return by_variable

        return shaped(v), shaped(e)

    def sum_index(self, node: N.SumIndex) -> Bounded:
        """Sum over a bound index, on an axis of its own."""
        return _lean(matrices.sum_axes(self._under((node.index,), node.body), (0,)))

    def prod_index(self, node: N.ProdIndex) -> Bounded:
        """Product over a bound index."""
        v, e = self._under((node.index,), node.body)
        if not len(v):
            return np.ones((1, 1)), 0.0
        return _lean(rounding.multiply([(v[k], e[k]) for k in range(len(v))]))

    def build(self, node: N.Build) -> Bounded:
        """A matrix from its entries: the axes of its indices become rows and columns."""
        indices = N.bound_indices(node)
        v, e = self._under(indices, node.body)
        v, e = (a[..., 0, 0] for a in (v, e))
        # columns stand left of rows
        for index in (node.row, node.column):
            if index is None:
                v, e = (a[..., None] for a in (v, e))
            else:
                first = len(indices) - 1 - indices.index(index)
                place = 0 if index is indices[-1] else first
                v, e = (np.moveaxis(a, place, -1) for a in (v, e))
        return _lean((v, e))

    def entry(self, node: N.Entry) -> Bounded:
        """One entry, or one for each value of the indices; undefined out of range."""
        v, e = np.broadcast_arrays(*self.full(node.arg))
        for axis, index in ((-2, node.row), (-1, node.column)):
            if isinstance(index, int):
                if index >= v.shape[axis]:
                    # in a branch for other sizes: where(n == 5, x[5], 0)
                    v = e = np.full_like(v, np.nan)
                    index = 0
                v, e = (np.take(a, [index], axis=axis) for a in (v, e))
            else:
                v, e = (_pick(a, self.lookup(index.name), axis) for a in (v, e))
        return v, e


def _is_over(values: Any, axis: int) -> bool:
    """Whether an axis of the values is that of a stencil's abscissae."""
    return np.ndim(values) >= -axis and values.shape[axis] == stencils.SIZE


def _by_abscissa(bad: Any, axis: int) -> Any:
    extra = tuple(range(bad.ndim + axis))
    return bad.any(axis=(*extra, -2, -1))[..., None, None]


def _index_value(ev: Evaluator, node: N.IndexValue) -> Bounded:
    return np.asarray(ev.lookup(node.index.name), dtype=np.float64), 0.0


def _place(ev: Evaluator, node: N.Pick) -> Bounded:
    """The entry at a computed place; undefined out of range."""
    v, e = np.broadcast_arrays(*ev.full(node.arg))
    outside: Any = False
    for axis, place in ((-2, node.row), (-1, node.column)):
        index = np.rint(ev.evaluate(place)[0]).astype(np.int64)
        length = v.shape[axis]
        outside = outside | (index < 0) | (index >= length)
        index = np.clip(index, 0, length - 1)
        v, e = (_pick(a, index, axis) for a in (v, e))
    return np.where(outside, np.nan, v), np.where(outside, np.nan, e)


def _in_range(ev: Evaluator, node: N.InRange) -> tuple[Any, Any]:
    value = np.rint(ev.evaluate(node.arg)[0])
    truth = (value >= 0) & (value < ev.size(node.dim))
    return truth, np.zeros_like(truth)


def _lean(x: Bounded) -> Bounded:
    """Without axes at the left on which nothing depends: it may be remembered for fewer axes."""
    v, e = x
    while np.ndim(v) > BATCH and v.shape[0] == 1 and (np.ndim(e) < np.ndim(v) or e.shape[0] == 1):
        e = e[0] if np.ndim(e) == np.ndim(v) else e
        v = v[0]
    return v, e


def _scale(value: Any, room: Any) -> Any:
    """The scale of a variable: its size, but not beyond the edge of its domain."""
    scale = np.maximum(np.abs(value), stencils.FLOOR)
    return scale if room is None else np.minimum(scale, room)


def by_point(a: Any, reduce: Callable[..., Any]) -> Any:
    """Reduce all axes but that of the points."""
    if a.size == a.shape[-BATCH]:
        return a.reshape(-1)  # one entry a point: nothing to reduce
    axes = (*range(a.ndim - BATCH), a.ndim - 2, a.ndim - 1)
    return reduce(a, axis=axes)


def _shift(v: Any, e: Any, moved: Any, uncertain: Any) -> Bounded:
    """``v + moved`` with the rounding of this very sum as error."""
    shifted, slip = rounding.exact_sum(v, moved)
    for part in (e, uncertain):
        if not rounding.is_exact(part):
            slip = slip + part
    return shifted, slip


def _pick(a: Any, index: Any, axis: int) -> Any:
    """``a[..., index, ...]`` for an array of indices that broadcasts against the batch."""
    shape = np.broadcast_shapes(a.shape[:-2], index.shape[:-2])
    a = np.broadcast_to(a, (*shape, *a.shape[-2:]))
    index = np.broadcast_to(index, (*shape, 1, 1))
    other = list(index.shape)
    other[-1 if axis == -2 else -2] = a.shape[-1 if axis == -2 else -2]
    return np.take_along_axis(a, np.broadcast_to(index, other), axis=axis)


_RULES: dict[type[N.Node], Callable[[Evaluator, Any], Any]] = {
    **RULES,
    N.Entry: Evaluator.entry,
    N.SumIndex: Evaluator.sum_index,
    N.ProdIndex: Evaluator.prod_index,
    N.Build: Evaluator.build,
    N.IndexValue: _index_value,
    N.Pick: _place,
    N.InRange: _in_range,
    N.Jvp: Evaluator.jvp,
    N.Grad: Evaluator.grad,
    N.Jacobian: Evaluator.jacobian,
}


def constant(node: N.Node) -> float:
    """The value of an end of a domain."""
    return float(Evaluator({}, {}).evaluate(node)[0].ravel()[0])


def room_in(domain: Domain, value: Any) -> Any:
    """Distance from each entry to the nearest edge (or hole) of its domain."""
    room = np.full(np.shape(value), np.inf)
    for condition in domain.conditions(N.ZERO_NODE):
        room = np.minimum(room, np.abs(value - constant(condition.right)))
    return room
