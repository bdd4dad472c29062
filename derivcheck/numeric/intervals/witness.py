"""Counterexamples that a person can check: simple points, and decimals that show the gap."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice, product

from flint import acb

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.numeric.intervals.functions import Ball
from derivcheck.numeric.sampling.conditions import inside
from derivcheck.numeric.sampling.constraints import Conditions
from derivcheck.numeric.sampling.dimensions import size_assignments
from derivcheck.numeric.sampling.exact import (
    Complex,
    Matrix,
    Value,
    diagonal,
    flip,
    grid,
    identity,
    in_rows,
    mirrored,
    rows_times,
)
from derivcheck.numeric.sampling.points import Point
from derivcheck.numeric.sampling.stand_ins import Instance, simple_instance, used_functions

_SCALARS = tuple(map(Fraction, ("1", "2", "-1", "-2", "1/2", "-1/2", "3", "-3")))
_OFFSETS = (0, 1, 6, 8)
_MATRIX = tuple(map(Fraction, (1, 2, 3, -1, 4, -2, 5, 1, 2, -3, 3, 6)))
_TRIES = 60


def simpler_points(equation: Equation, found: Point) -> Iterator[Point]:
    """Points simpler than the one found, simplest first; all inside the domain.

    Complex symbols, and equations whose side conditions the simple values miss, keep the point
    found.
    """
    symbols = [s for s in equation.context.symbols if s.name in found.values]
    if any(s.domain.kind == "complex" for s in symbols):
        return
    assume = equation.context.assume
    if any(map(N.functions_in, assume)):
        return
    conditions = Conditions(assume, tuple(symbols))
    scalars = [s for s in symbols if not s.shape]
    sizes = sorted(size_assignments(equation), key=lambda s: math.prod(s.values()))
    every = product(range(len(_SCALARS)), repeat=min(len(scalars), 4))
    choices = sorted(islice(every, 4096), key=lambda choice: (sum(choice), choice))
    stages = [found.instances]
    if found.instances:
        stages.insert(0, _simple_instances(equation))
    tried = 0
    offsets = _OFFSETS if len(scalars) < len(symbols) else (0,)
    for chosen, size, offset in product(stages, sizes, offsets):
        for choice in choices if scalars else [()]:
            values = _simple_values(symbols, chosen, size, choice, offset)
            if values is None or (conditions and not conditions.met(values, size)):
                continue
            tried += 1
            yield Point(size, values, {}, chosen)
            if tried >= _TRIES * len(stages):
                return
            if tried % _TRIES == 0:
                break


def _simple_instances(equation: Equation) -> Mapping[str, Instance]:
    return {
        function.name: simple_instance(function, tuple(arg.shape for arg in args), position)
        for position, function, args, _ in used_functions(equation, equation.nodes)
    }


def _simple_values(
    symbols: list[Symbol],
    chosen: Mapping[str, Instance],
    size: dict[str, int],
    choice: tuple[int, ...],
    offset: int,
) -> dict[str, Value] | None:
    """Small numbers for every symbol, or None where a domain forbids them."""
    values: dict[str, Value] = {}
    scalars = 0
    for symbol in symbols:
        if symbol.shape:
            rows, columns = (d.size(size) for d in symbol.shape)
            flat = [_MATRIX[(offset + k) % len(_MATRIX)] for k in range(rows * columns)]
            matrix = in_rows(flat, columns)
            if symbol.structure and rows == columns:
                matrix = _simple_structured(matrix, symbol.structure, offset)
            offset += rows * columns
            values[symbol.name] = matrix
        else:
            flat = [_SCALARS[choice[scalars] if scalars < len(choice) else scalars % 2]]
            values[symbol.name] = flat[0]
            scalars += 1
        if not inside(values[symbol.name], symbol):
            return None
    for instance in chosen.values():
        for weight in instance.weights:
            rows, columns = (d.size(size) for d in weight.shape)
            flat = [Fraction((-1) ** k, k + 1) for k in range(rows * columns)]
            values[weight.name] = in_rows(flat, columns)
    return values


def _simple_structured(matrix: Matrix, structure: frozenset[str], variant: int) -> Matrix:
    """A matrix of small numbers with that structure, where there is one; else the matrix.

    Two variants make two matrices that differ.
    """
    size = len(matrix)
    if "spd" in structure and "orthogonal" in structure:
        return identity(size)
    if "diagonal" in structure:
        orthogonal = "orthogonal" in structure
        return diagonal([Fraction(1) if orthogonal else abs(matrix[i][i]) for i in range(size)])
    if "orthogonal" in structure:
        # a reflection, or a permutation of which one row is turned round
        if "symmetric" in structure:
            return identity(size)[::-1]
        cycle = (*identity(size)[1:], *identity(size)[:1])
        turned = variant % size if size > 1 else None
        return grid(size, size, lambda i, j: -cycle[i][j] if i == turned else cycle[i][j])
    if "spd" in structure:
        step = Fraction(1 + variant % 2), Fraction(1 + (variant + 1) % 2)
        lower = grid(size, size, lambda i, j: step[i % 2] if i == j else Fraction(j < i))
        return rows_times(lower, flip(lower))
    return mirrored(matrix) if "symmetric" in structure else matrix


def _value_text(value: Value) -> str:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Complex):
        sign = "-" if value.imag < 0 else "+"
        return f"{value.real} {sign} {abs(value.imag)}*I"
    return "[" + ", ".join(f"[{', '.join(map(_value_text, row))}]" for row in value) + "]"


def point_text(equation: Equation, point: Point) -> tuple[tuple[str, str], ...]:
    """Exact values of the symbols that occur, as text, in declared order."""
    used = {node.name for node in equation.nodes if isinstance(node, N.Sym)}
    declared = [s.name for s in equation.context.symbols if s.name in used]
    weights = [name for name in point.values if "$" in name]
    return tuple((name, _value_text(point.values[name])) for name in (*declared, *weights))


def decimals(true: Ball, claimed: Ball) -> tuple[str, str]:
    """Both values with as many digits as it takes to see the difference."""
    scale = max(true.abs_upper(), claimed.abs_upper())
    gap = (true - claimed).abs_lower()
    digits = max(8, math.ceil(float((scale / gap).log()) / math.log(10)) + 4) if gap > 0 else 40
    return decimal(true, digits), decimal(claimed, digits)


def decimal(ball: Ball, digits: int) -> str:
    """The middle of a ball with so many digits, without zeros at the end."""
    if isinstance(ball, acb):
        imag = decimal(ball.imag, digits)
        sign, imag = ("-", imag[1:]) if imag.startswith("-") else ("+", imag)
        return f"{decimal(ball.real, digits)} {sign} {imag}*I"
    if ball.contains(0) and not ball.is_zero():
        return "0"
    text = str(ball.mid().str(digits, radius=False))
    mantissa, mark, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + mark + exponent
