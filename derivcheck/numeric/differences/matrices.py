"""Matrix operations on ``(v, e)`` pairs (see :mod:`derivcheck.numeric.differences.rounding`).

Arrays are stacks ``(..., rows, columns)``; ``e`` may be a float. Bounds are entrywise.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from derivcheck.numeric.differences import rounding
from derivcheck.numeric.differences.rounding import TINY, UNIT, Bounded, is_exact, spread

_LAPLACE = 5
"""Largest determinant expanded by minors, with a bound from every product."""


def _error(x: Bounded) -> Any:
    """The error as an array shaped like the value."""
    return spread(x[1], x[0].shape)


def transpose(x: Bounded) -> Bounded:
    """Transpose of the last two axes."""
    return np.swapaxes(x[0], -2, -1), np.swapaxes(_error(x), -2, -1)


def product(x: Bounded, y: Bounded) -> Bounded:
    """Matrix product; ``|fl(AB) - AB| <= k u |A||B|`` (Higham, eq. 3.13)."""
    a, b = x[0], y[0]
    length = a.shape[-1]
    magnitude = np.abs(a)
    other = np.abs(b)
    rounded = (length + 1) * UNIT * other
    error = magnitude @ (rounded if is_exact(y[1]) else y[1] + rounded) + TINY
    if not is_exact(x[1]):
        error = error + _error(x) @ (other + y[1])
    return a @ b, error


def sum_axes(x: Bounded, axes: tuple[int, ...], *, keepdims: bool = False) -> Bounded:
    """Sum over axes."""
    v, e = x
    count = 1
    for axis in axes:
        count *= v.shape[axis]
    error = (count - 1) * UNIT * np.abs(v)
    if not is_exact(e):
        error = error + e
    reduce: Any = np.add.reduce
    return reduce(v, axis=axes, keepdims=keepdims), reduce(error, axis=axes, keepdims=keepdims)


def trace(x: Bounded) -> Bounded:
    """Sum of the diagonal, kept as a 1-by-1 matrix."""
    return sum_axes(diagonal(x, build=False), (-2,), keepdims=True)


def diagonal(x: Bounded, build: bool) -> Bounded:
    """A vector's diagonal matrix (``build``), or a matrix' diagonal as a column."""
    parts = x[0], _error(x)
    if not build:
        v, e = (np.diagonal(part, axis1=-2, axis2=-1)[..., None] for part in parts)
        return v, e
    *batch, rows, columns = x[0].shape
    keep = np.eye(rows * columns, dtype=bool)
    v, e = (np.where(keep, part.reshape(*batch, rows * columns, 1), 0.0) for part in parts)
    return v, e


def kron(x: Bounded, y: Bounded) -> Bounded:
    """Kronecker product."""
    (p, q), (r, s) = np.shape(x[0])[-2:], np.shape(y[0])[-2:]
    left = (part[..., :, None, :, None] for part in (x[0], _error(x)))
    right = (part[..., None, :, None, :] for part in (y[0], _error(y)))
    v, error = rounding.multiply([(*left,), (*right,)])
    shape = (*v.shape[:-4], p * r, q * s)
    return v.reshape(shape), error.reshape(shape)


def inverse(x: Bounded) -> Bounded:
    """Inverse with an a-posteriori bound from the residual; undefined where singular.

    With ``R = I - A Y`` bounded by ``rho < 1`` in the maximum norm, ``inv(A) - Y`` is
    ``Y R (I + R + ...)``, hence at most ``|Y| |R| + |Y| 1 rho**2/(1 - rho)`` entrywise.
    """
    a, e = np.asarray(x[0]), _error(x)
    size = a.shape[-1]
    y = _invert(a)
    magnitude = np.abs(y)
    residual = np.abs(np.eye(size) - a @ y)
    residual = residual + (e + (size + 2) * UNIT * np.abs(a)) @ magnitude + size * UNIT
    rho = residual.sum(axis=-1).max(axis=-1)[..., None, None]
    error = magnitude @ residual
    error = error + magnitude.sum(axis=-1, keepdims=True) * (rho * rho / (1 - rho))
    error = np.where(rho < 0.5, error, np.inf)
    return y, error


def _invert(a: Any) -> Any:
    finite = np.isfinite(a).all(axis=(-2, -1))
    if finite.all():
        try:
            return np.linalg.inv(a)
        except np.linalg.LinAlgError:
            pass
    result = np.full(a.shape, np.nan)
    for position in np.argwhere(finite):
        place = tuple(position)
        try:
            result[place] = np.linalg.inv(a[place])
        except np.linalg.LinAlgError:
            continue
    return result


def determinant(x: Bounded) -> Bounded:
    """Determinant, kept as a 1-by-1 matrix: minors for small sizes, else LU.

    For LU the bound is ``|det| (exp(s) - 1)`` with ``s`` the sum of the entries of
    ``|inv(A)|.T * (perturbation)``, the backward error being ``n**2 u`` of the largest entry
    (partial pivoting without growth).
    """
    a, e = np.asarray(x[0]), _error(x)
    size = a.shape[-1]
    if size <= _LAPLACE:
        v, error = _minors(a, e)
        return v[..., None, None], error[..., None, None]
    finite = np.isfinite(a).all(axis=(-2, -1))[..., None, None]
    value = np.linalg.det(np.where(finite, a, np.eye(size)))
    largest = np.abs(a).max(axis=(-2, -1), keepdims=True)
    shift = e + size * size * UNIT * largest
    spread = (np.abs(_invert(a)) * np.swapaxes(shift, -2, -1)).sum(axis=(-2, -1))
    error = np.abs(value) * np.expm1(2 * spread)
    known = finite[..., 0, 0]
    value, error = np.where(known, value, np.nan), np.where(known, error, np.inf)
    return value[..., None, None], error[..., None, None]


def _minors(a: Any, e: Any) -> tuple[Any, Any]:
    """Expansion by minors of the first rows: each set of columns once."""
    size = a.shape[-1]
    table: dict[tuple[int, ...], tuple[Any, Any]] = {
        (column,): (a[..., 0, column], e[..., 0, column]) for column in range(size)
    }
    for row in range(1, size):
        step: dict[tuple[int, ...], tuple[Any, Any]] = {}
        for columns, (m, f) in table.items():
            for column in range(size):
                if column in columns:
                    continue
                chosen = tuple(sorted((*columns, column)))
                sign = -1.0 if (row - chosen.index(column)) % 2 else 1.0
                v, g = rounding.multiply([(a[..., row, column], e[..., row, column]), (m, f)])
                terms = [*([step[chosen]] if chosen in step else []), (sign * v, g)]
                step[chosen] = rounding.add(terms)
        table = step
    return table[tuple(range(size))]


def stack(parts: list[Bounded], axis: int) -> Bounded:
    """Blocks along an axis."""
    batch = np.broadcast_shapes(*(v.shape[:-2] for v, _ in parts))
    values = [np.broadcast_to(v, (*batch, *v.shape[-2:])) for v, _ in parts]
    errors = [np.broadcast_to(_error(x), (*batch, *x[0].shape[-2:])) for x in parts]
    return np.concatenate(values, axis), np.concatenate(errors, axis)


def vec(x: Bounded) -> Bounded:
    """The columns below one another."""
    v, e = transpose(x)
    shape = (*v.shape[:-2], v.shape[-2] * v.shape[-1], 1)
    return v.reshape(shape), e.reshape(shape)


def cholesky(x: Bounded) -> Bounded:
    """The lower factor, entry by entry, of the symmetric matrix with that lower half."""
    v, e = x[0], _error(x)
    size = v.shape[-1]
    lower: dict[tuple[int, int], Bounded] = {}
    for i in range(size):
        for j in range(i + 1):
            terms = [(v[..., i, j], e[..., i, j])]
            for k in range(j):
                product, slip = rounding.multiply([lower[i, k], lower[j, k]])
                terms.append((-product, slip))
            rest = rounding.add(terms)
            if i == j:
                positive = rest[0] > 0
                root, slip = rounding.square_root((np.where(positive, rest[0], np.nan), rest[1]))
                lower[i, i] = root, slip
            else:
                lower[i, j] = rounding.multiply([rest, rounding.reciprocal(lower[j, j])])
    result, error = np.zeros_like(v), np.zeros_like(v)
    for (i, j), (value, slip) in lower.items():
        result[..., i, j], error[..., i, j] = value, slip
    defined = np.isfinite(result).all(axis=(-2, -1), keepdims=True)
    return np.where(defined, result, np.nan), error


_TAYLOR = 18
_MOST_SQUARES = 12


def exponential(x: Bounded) -> Bounded:
    """The matrix exponential by scaling, a Taylor sum and squaring (Higham 2008, chapter 10).

    Scaled to a norm of at most 1/2, the rest of the sum is below ``2 * (1/2)**19 / 19!``.
    """
    v, e = x[0], _error(x)
    size = v.shape[-1]
    norm = np.nan_to_num(np.abs(v)).sum(axis=-1).max(initial=0.0)
    squares = max(0, int(np.ceil(np.log2(norm))) + 1) if norm > 0 else 0
    if squares > _MOST_SQUARES:
        return np.full(v.shape, np.nan), np.full(v.shape, np.inf)
    scale = 2.0**-squares
    scaled = (v * scale, e * scale)
    eye: Bounded = (np.broadcast_to(np.eye(size), v.shape), 0.0)
    result = eye
    for k in range(_TAYLOR, 0, -1):
        term = product(scaled, result)
        share, slip = rounding.multiply([term, (np.array([[1.0 / k]]), UNIT / k)])
        result = rounding.add([eye, (share, slip)])
    result = result[0], result[1] + 2.0**-18 / 121645100408832000.0
    for _ in range(squares):
        result = product(result, result)
    return result


def pseudo_inverse(x: Bounded) -> Bounded:
    """The Moore-Penrose inverse of a matrix of full rank."""
    flipped = transpose(x)
    if x[0].shape[-2] >= x[0].shape[-1]:
        return product(inverse(product(flipped, x)), flipped)
    return product(flipped, inverse(product(x, flipped)))


_LARGEST_POWER = 40


def power(x: Bounded, exponent: Any) -> Bounded:
    """Matrix powers to whole numbers, which may differ from point to point."""
    wanted = np.rint(exponent)
    if np.abs(wanted).max(initial=0) > _LARGEST_POWER:
        return np.full(x[0].shape, np.nan), np.full(x[0].shape, np.inf)
    size = x[0].shape[-1]
    one: Bounded = (np.broadcast_to(np.eye(size), x[0].shape), np.zeros(x[0].shape))
    v, e = one
    for sign in (1, -1):
        if not (wanted * sign > 0).any():
            continue
        step = x if sign > 0 else inverse(x)
        current = one
        for k in range(1, int((wanted * sign).max()) + 1):
            current = product(current, step)
            here = wanted == sign * k
            v, e = np.where(here, current[0], v), np.where(here, current[1], e)
    return np.broadcast_arrays(v, e)[0], np.broadcast_arrays(v, e)[1]
