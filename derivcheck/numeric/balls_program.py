"""Plain nodes compiled once to a list of operations, run at many points and precisions.

Values are balls, or matrices as ``(rows, columns, entries)``. Sub-expressions that do not
depend on a running index or direction are computed outside its loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import product
from operator import add, mul
from random import Random
from typing import Any

from flint import acb, acb_mat, arb, arb_mat, ctx, fmpq

from derivcheck.lang import nodes as N
from derivcheck.lang.nodes import Node
from derivcheck.numeric.balls_derive import ByEntry, Guard, PickExtreme, Strict
from derivcheck.numeric.balls_functions import (
    COMPLEX,
    COMPLEX_NAN,
    NAN,
    REAL,
    Ball,
    complex_power,
    real_power,
)
from derivcheck.numeric.balls_matrices import (
    along,
    along_pairs,
    entries,
    kron,
    logic,
    matmul,
    scalar_or,
    total,
    transpose,
)
from derivcheck.numeric.balls_rules import Unsupported
from derivcheck.numeric.exact import Complex
from derivcheck.numeric.sampling import Point

Operation = tuple[int, Callable[..., Any], tuple[int, ...]]


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Work at that precision and restore the one before."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


@dataclass(slots=True)
class _Scope:
    """Operations that run once for each value of the names bound here."""

    names: frozenset[str]
    operations: list[Operation] = field(default_factory=list)
    slots: dict[Node, int] = field(default_factory=dict)


class Program:
    """Both sides of an equation, compiled.

    ``run`` yields the two values for every combination of the free indices. The run-time
    state (sizes, slots) lives here: a program is not for use by two threads at once.
    """

    def __init__(
        self, sides: tuple[Node, ...], indices: tuple[N.Index, ...] = (), field: str = "real"
    ) -> None:
        self.complex = field == "complex"
        self.nan = COMPLEX_NAN if self.complex else NAN
        self.slots: list[Any] = []
        self.sizes: dict[str, int] = {}
        self.index: dict[str, int] = {}
        self.inputs: list[tuple[str, int]] = []
        self.constants: list[tuple[Fraction | str, int]] = []
        self.loaded = 0
        self.indices = indices
        self.names: dict[Node, frozenset[str]] = {}
        self.outer = _Scope(frozenset())
        self.scopes = [self.outer, _Scope(frozenset(f"[{index.name}]" for index in indices))]
        self.results = tuple(self._slot(side) for side in sides)
        self.inner = self.scopes[1]

    def run(self, point: Point) -> list[tuple[dict[str, int], tuple[Any, ...]]]:
        """Values of the sides at a point, for each value of the free indices.

        Works at the precision in force (see :func:`precision`).
        """
        self.sizes = point.sizes
        slots = self.slots
        if self.loaded != ctx.prec:
            self.loaded = ctx.prec
            for value, slot in self.constants:
                slots[slot] = self._constant(value)
        for name, slot in self.inputs:
            slots[slot] = self._input(point.values[name])
        execute(self.outer.operations, slots)
        if not self.indices:
            return [({}, tuple([slots[k] for k in self.results]))]
        found: list[tuple[dict[str, int], tuple[Any, ...]]] = []
        ranges = [range(index.dim.size(point.sizes)) for index in self.indices]
        names = [index.name for index in self.indices]
        for choice in _some(list(product(*ranges))):
            self.index = dict(zip(names, choice, strict=True))
            execute(self.inner.operations, slots)
            found.append((dict(self.index), tuple([slots[k] for k in self.results])))
        return found

    # values -----------------------------------------------------------------------------

    def _constant(self, value: Fraction | str) -> Ball:
        if isinstance(value, str):
            ball = arb.pi() if value == "pi" else arb.const_e()
        elif value.denominator == 1:
            ball = arb(value.numerator)
        else:
            ball = arb(fmpq(value.numerator, value.denominator))
        return acb(ball) if self.complex else ball

    def _input(self, value: Any) -> Any:
        if isinstance(value, Fraction):
            return self._constant(value)
        if isinstance(value, Complex):
            real, imag = (arb(fmpq(v.numerator, v.denominator)) for v in value)
            return acb(real, imag)
        return (len(value), len(value[0]), [self._input(entry) for row in value for entry in row])

    # compilation ------------------------------------------------------------------------

    def _free(self, node: Node) -> frozenset[str]:
        """Names of running indices and directions that a node depends on."""
        done = self.names.get(node)
        if done is not None:
            return done
        result: frozenset[str] = frozenset()
        for child in N.children(node):
            result |= self._free(child)
        match node:
            case N.Sym(name=name) if name.startswith("#"):
                result = frozenset((name,))
            case N.Entry(row=row, column=column):
                result |= {f"[{i.name}]" for i in (row, column) if isinstance(i, N.Index)}
            case N.SumIndex(index=index):
                result -= {f"[{index.name}]"}
            case ByEntry(direction=direction):
                result -= {direction.name}
        self.names[node] = result
        return result

    def _slot(self, node: Node) -> int:
        """The slot that holds a node's value, compiled into the outermost scope possible."""
        free = self._free(node)
        scope = self.outer
        if free:
            scope = next((s for s in reversed(self.scopes) if s.names & free), self.outer)
        done = scope.slots.get(node)
        if done is None:
            done = self._compile(node, scope)
            scope.slots[node] = done
        return done

    def _new(self, value: Any = None) -> int:
        self.slots.append(value)
        return len(self.slots) - 1

    def _emit(self, scope: _Scope, function: Callable[..., Any], *args: Node) -> int:
        inner = tuple(self._slot(arg) for arg in args)
        slot = self._new()
        scope.operations.append((slot, function, inner))
        return slot

    def _compile(self, node: Node, scope: _Scope) -> int:
        match node:
            case N.Num(value=value) if not node.shape:
                return self._load(value)
            case N.Const(name="pi" | "e" as name):
                return self._load(name)
            case N.Sym(name=name):
                slot = self._new()
                if not name.startswith("#"):
                    self.inputs.append((name, slot))
                return slot
            case N.Add(args=args) | N.Mul(args=args):
                operator = add if isinstance(node, N.Add) else mul
                return self._fold(node, scope, operator, args)
            case N.Pow(base=base, exponent=exponent):
                return self._power(node, scope, base, exponent)
            case N.Call(function=function, args=args):
                table = COMPLEX if self.complex else REAL
                if function not in table:
                    name = "the derivative of abs or sign" if "#" in function else function
                    raise Unsupported(f"{name} at complex points is outside the reach of balls")
                return self._elementwise(node, scope, table[function], args)
            case N.Select(condition=condition, then=then, otherwise=otherwise):
                return self._elementwise(node, scope, self._select, (condition, then, otherwise))
            case N.Compare(operator=operator, left=left, right=right):
                return self._comparison(node, scope, operator, left, right)
            case N.Logic(operator=operator, args=args):
                return self._elementwise(node, scope, lambda *a: logic(operator, a), args)
            case Strict(condition=condition):
                return self._strict(scope, condition)
            case N.SumIndex():
                return self._sum_index(node, scope)
            case ByEntry():
                return self._by_entry(node, scope)
        return self._matrix(node, scope)

    def _comparison(self, node: Node, scope: _Scope, operator: str, left: Node, right: Node) -> int:
        def test(one: Ball, other: Ball) -> bool | None:
            return self._compare(operator, one, other)

        return self._elementwise(node, scope, test, (left, right))

    def _load(self, value: Fraction | str) -> int:
        slot = self._new()
        self.constants.append((value, slot))
        return slot

    def _fold(
        self, node: Node, scope: _Scope, operator: Callable[..., Any], args: tuple[Node, ...]
    ) -> int:
        if not node.shape and len(args) == 2:
            return self._emit(scope, operator, *args)
        return self._elementwise(node, scope, lambda *v: reduce(operator, v), args)

    def _elementwise(
        self, node: Node, scope: _Scope, function: Callable[..., Any], args: tuple[Node, ...]
    ) -> int:
        if not node.shape:
            return self._emit(scope, function, *args)
        if len(args) == 1:
            return self._emit(scope, lambda v: (v[0], v[1], [function(e) for e in v[2]]), *args)

        def spread(*values: Any) -> Any:
            rows, columns = next((v[0], v[1]) for v in values if type(v) is tuple)
            size = rows * columns
            lists = [v[2] if type(v) is tuple else [v] * size for v in values]
            return (rows, columns, [function(*e) for e in zip(*lists, strict=True)])

        return self._emit(scope, spread, *args)

    def _power(self, node: Node, scope: _Scope, base: Node, exponent: Node) -> int:
        if isinstance(exponent, N.Num) and not exponent.shape:
            value: Fraction = exponent.value
            if value.denominator == 1 and value != 0:
                number = value.numerator
                if number == -1:
                    return self._elementwise(node, scope, lambda b: 1 / b, (base,))
                if number == 2:
                    return self._elementwise(node, scope, lambda b: b * b, (base,))
                return self._elementwise(node, scope, lambda b: b**number, (base,))
            if not self.complex and value == Fraction(1, 2):
                return self._elementwise(node, scope, arb.sqrt, (base,))
            if not self.complex and value == Fraction(-1, 2):
                return self._elementwise(node, scope, lambda b: 1 / b.sqrt(), (base,))
        power = complex_power if self.complex else real_power
        return self._elementwise(node, scope, power, (base, exponent))

    def _select(self, condition: bool | None, then: Ball, otherwise: Ball) -> Ball:
        if condition is None:
            return self.nan
        return then if condition else otherwise

    def _compare(self, operator: str, left: Ball, right: Ball) -> bool | None:
        difference = left - right
        if self.complex:
            if not difference.imag.is_zero():
                return None
            difference = difference.real
        sign = 1 if difference > 0 else -1 if difference < 0 else 0
        if not sign and not difference.is_zero():
            return None
        return {
            "<": sign < 0,
            "<=": sign <= 0,
            ">": sign > 0,
            ">=": sign >= 0,
            "==": sign == 0,
            "!=": sign != 0,
        }[operator]

    def _strict(self, scope: _Scope, condition: Node) -> int:
        if isinstance(condition, N.Logic):
            inner = tuple(Strict(arg, shape=arg.shape) for arg in condition.args)
            operator = condition.operator
            return self._elementwise(condition, scope, lambda *a: logic(operator, a), inner)
        if isinstance(condition, N.Compare):
            test = condition.operator
            return self._elementwise(
                condition,
                scope,
                lambda a, b: None if self._compare("==", a, b) else self._compare(test, a, b),
                (condition.left, condition.right),
            )
        return self._slot(condition)

    def _loop(self, name: str, body: Node) -> tuple[_Scope, int]:
        inner = _Scope(frozenset((name,)))
        self.scopes.append(inner)
        slot = self._slot(body)
        self.scopes.pop()
        return inner, slot

    def _sum_index(self, node: N.SumIndex, scope: _Scope) -> int:
        index = node.index
        inner, slot = self._loop(f"[{index.name}]", node.body)
        operations = inner.operations

        def compute() -> Ball:
            result = self._constant(Fraction(0))
            for value in range(index.dim.size(self.sizes)):
                self.index[index.name] = value
                execute(operations, self.slots)
                result = result + self.slots[slot]
            return result

        return self._emit(scope, compute)

    def _by_entry(self, node: ByEntry, scope: _Scope) -> int:
        inner, slot = self._loop(node.direction.name, node.body)
        unit = inner.slots.get(node.direction)
        operations, layout, shape = inner.operations, node.layout, node.direction.shape

        def compute() -> Any:
            rows = N.rows_of(shape).size(self.sizes)
            columns = N.columns_of(shape).size(self.sizes)
            zero, one = self._constant(Fraction(0)), self._constant(Fraction(1))
            results: list[list[Ball]] = []
            for k in range(rows * columns):
                if unit is not None:
                    parts = [zero] * (rows * columns)
                    parts[k] = one
                    self.slots[unit] = (rows, columns, parts)
                execute(operations, self.slots)
                results.append(entries(self.slots[slot]))
            flat = [entry for result in results for entry in result]
            if layout == "gradient":
                return (rows, columns, flat)
            if layout == "numerator":
                flat = [entry for line in zip(*results, strict=True) for entry in line]
                return (len(results[0]), len(results), flat)
            return (len(results), len(results[0]), flat)

        return self._emit(scope, scalar_or(node, compute))

    def _matrix(self, node: Node, scope: _Scope) -> int:
        """Operations on whole matrices."""
        match node:
            case N.Num(value=number):

                def fill() -> Any:
                    rows, columns = self._size(node)
                    return (rows, columns, [self._constant(number)] * (rows * columns))

                return self._emit(scope, fill)
            case N.Eye():

                def unit() -> Any:
                    rows, columns = self._size(node)
                    zero, one = self._constant(Fraction(0)), self._constant(Fraction(1))
                    return (
                        rows,
                        columns,
                        [one if k % (columns + 1) == 0 else zero for k in range(rows * columns)],
                    )

                return self._emit(scope, unit)
            case N.DimSize(dim=dim):
                return self._emit(scope, lambda: self._constant(Fraction(dim.size(self.sizes))))
            case N.MatMul(left=left, right=right):
                return self._emit(scope, scalar_or(node, matmul), left, right)
            case N.Kron(left=left, right=right):
                return self._emit(scope, scalar_or(node, kron), left, right)
            case N.Transpose(arg=arg):
                return self._emit(scope, transpose, arg)
            case N.Trace(arg=arg):
                return self._emit(
                    scope,
                    lambda v: sum(v[2][:: v[1] + 1], 0 * v[2][0]) if type(v) is tuple else v,
                    arg,
                )
            case N.Sum(arg=arg, axis=axis):
                return self._emit(scope, scalar_or(node, lambda v: along(v, axis, total)), arg)
            case N.Extreme(function=function, arg=arg, axis=axis):
                if self.complex:
                    raise Unsupported("complex numbers have no order")
                pick = REAL[function]
                return self._emit(
                    scope,
                    scalar_or(node, lambda v: along(v, axis, lambda e: reduce(pick, e))),
                    arg,
                )
            case PickExtreme(function=function, arg=arg, tangent=tangent, axis=axis):
                largest = function == "max"
                return self._emit(
                    scope,
                    scalar_or(node, lambda v, t: along_pairs(v, t, axis, largest)),
                    arg,
                    tangent,
                )
            case N.Det(arg=arg):
                return self._emit(scope, self._determinant, arg)
            case N.Inv(arg=arg):
                return self._emit(scope, self._inverse, arg)
            case N.Diag(arg=arg):
                return self._emit(scope, lambda v: self._diagonal(node, v), arg)
            case N.Entry(arg=arg, row=row, column=column):
                return self._emit(scope, lambda v: self._entry(v, row, column), arg)
            case Guard(value=value, body=body):
                return self._emit(scope, self._guard, value, body)
        raise Unsupported(f"{type(node).__name__} is outside the reach of balls")

    def _size(self, node: Node) -> tuple[int, int]:
        return N.rows_of(node.shape).size(self.sizes), N.columns_of(node.shape).size(self.sizes)

    def _determinant(self, value: Any) -> Ball:
        if type(value) is not tuple:
            return value
        kind = acb_mat if self.complex else arb_mat
        return kind(*value).det()

    def _inverse(self, value: Any) -> Any:
        if type(value) is not tuple:
            return 1 / value
        kind = acb_mat if self.complex else arb_mat
        try:
            return (value[0], value[1], kind(*value).inv().entries())
        except ZeroDivisionError:
            return (value[0], value[1], [self.nan] * len(value[2]))

    def _diagonal(self, node: Node, value: Any) -> Any:
        if type(value) is not tuple:
            return value
        rows, columns = self._size(node)
        if columns == 1:
            return (rows, 1, value[2][:: value[1] + 1])
        zero = self._constant(Fraction(0))
        flat = [zero] * (rows * columns)
        flat[:: columns + 1] = value[2]
        return (rows, columns, flat)

    def _entry(self, value: Any, row: N.Index | int, column: N.Index | int) -> Ball:
        i = row if isinstance(row, int) else self.index[row.name]
        j = column if isinstance(column, int) else self.index[column.name]
        if type(value) is not tuple:
            return value if i == j == 0 else self.nan
        rows, columns, flat = value
        return flat[i * columns + j] if 0 <= i < rows and 0 <= j < columns else self.nan

    def _guard(self, value: Any, body: Any) -> Any:
        if all(entry.is_finite() for entry in entries(body)):
            return value
        if type(value) is tuple:
            return (value[0], value[1], [self.nan] * len(value[2]))
        return self.nan


_CHOICES = 24


def _some(choices: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """At most 24 of the values of the free indices, spread over all of them."""
    return choices if len(choices) <= _CHOICES else Random(0).sample(choices, _CHOICES)


def execute(operations: list[Operation], slots: list[Any]) -> None:
    """Run operations in order."""
    for out, function, args in operations:
        if len(args) == 1:
            slots[out] = function(slots[args[0]])
        else:
            slots[out] = function(*[slots[k] for k in args])
