"""A tape compiled once to a list of operations, run at many points and precisions.

Values are balls, or matrices as ``(rows, columns, entries)``. Sub-expressions that do not
depend on a running index or direction are computed outside its loop. A long module: there is a rule
for each kind of operation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import field
from fractions import Fraction
from functools import partial, reduce
from itertools import product
from operator import add, mul
from random import Random
from typing import Any

from flint import acb, acb_mat, arb, arb_mat, ctx, fmpq

from derivcheck import work
from derivcheck.lang import nodes as N
from derivcheck.lang.comparisons import HOLDS, logic
from derivcheck.lang.functions import FUNCTIONS
from derivcheck.lang.nodes import Node
from derivcheck.numeric.intervals.cuts import COMPLEX_NAN, NAN
from derivcheck.numeric.intervals.functions import (
    REAL,
    Ball,
    complex_function,
    complex_power,
    real_function,
    real_power,
    whole,
)
from derivcheck.numeric.intervals.matrices import (
    along,
    along_pairs,
    cholesky,
    corner,
    entries,
    half,
    kron,
    matmul,
    mirror,
    polar,
    scalar_or,
    stack,
    total,
    trace,
    transpose,
)
from derivcheck.numeric.intervals.rules import Unsupported
from derivcheck.numeric.intervals.stand_ins import REST, applied, rest
from derivcheck.numeric.intervals.tape import Tape
from derivcheck.numeric.sampling.algebraic import enclosed
from derivcheck.numeric.sampling.exact import Complex, exactly
from derivcheck.numeric.sampling.points import Point
from derivcheck.records import record

Operation = tuple[int, Callable[..., Any], tuple[int, ...]]


Runs = list[tuple[dict[str, int], tuple[Any, ...]]]
"""Values of the sides, for each value of the free indices."""

QUICK, FULL, FINEST = 53, 333, 2500
"""Bits for a glance, for what is told, and the most that are tried."""


precision = ctx.workprec
"""Work at so many bits, and at those from before afterwards."""


@record(frozen=False)
class _Scope:
    """Operations that run once for each value of the names (bits) bound here."""

    names: int
    operations: list[Operation] = field(default_factory=list)
    slots: dict[int, int] = field(default_factory=dict)
    known: dict[Any, int] = field(default_factory=dict)


_LEAVES = frozenset(("num", "const", "input", "dim", "eye", "unit"))


def _described(function: str) -> str:
    base, mark, _ = function.partition("#")
    if not base:
        return "the derivative of abs or sign at complex points"
    return f"the derivative of {base} by its order" if mark else f"{base} at complex points"


def _raised(exponent: int, ball: Ball) -> Ball:
    return ball**exponent


_POWERS: dict[Fraction, Callable[[Ball], Ball]] = {
    Fraction(-1): lambda ball: 1 / ball,
    Fraction(2): lambda ball: ball * ball,
}
_PLAIN: dict[str, Callable[..., Any]] = {
    one.__name__: one for one in (transpose, trace, mirror, half, corner)
}
_REAL_POWERS = {**_POWERS, Fraction(1, 2): arb.sqrt, Fraction(-1, 2): arb.rsqrt}


class Program:
    """Both sides of an equation, compiled.

    ``run`` yields the two values for every combination of the free indices. The run-time
    state (sizes, slots) lives here: a program is not for use by two threads at once. ``names`` are
    the complex variables; without them, everything is real.
    """

    def __init__(
        self,
        sides: tuple[Node, ...],
        indices: tuple[N.Index, ...] = (),
        simple: Collection[str] = (),
        names: frozenset[str] | None = None,
    ) -> None:
        self.complex = names is not None
        self.nan = COMPLEX_NAN if self.complex else NAN
        self.matrix: Any = acb_mat if self.complex else arb_mat
        # of the exponent 0, where it is a number that stands there, 1 everywhere
        self.powers = {Fraction(0): self._one, **(_POWERS if self.complex else _REAL_POWERS)}
        self.zero, self.one = self._constant((0, 1)), self._constant((1, 1))
        self.slots: list[Any] = []
        self.sizes: dict[str, int] = {}
        self.index: dict[str, int] = {}
        self.inputs: list[tuple[str, int]] = []
        self.constants: list[tuple[tuple[int, int] | str | N.Root, int]] = []
        self.loaded = 0
        self.functions: dict[tuple[str, tuple[int, ...]], Callable[..., Ball]] = {}
        self.indices = indices
        self.tape = tape = Tape(simple, names)
        results = [tape.write(side) for side in sides]
        self.outer = _Scope(0)
        self.inner = _Scope(tape.bits(indices))
        self.scopes = [self.outer, self.inner]
        self.results = tuple([self._slot(result) for result in results])

    def run(self, point: Point) -> Runs:
        """Values of the sides at a point, for each value of the free indices.

        Works at the precision in force (see :func:`precision`).
        """
        self.load(point)
        slots = self.slots
        execute(self.outer.operations, slots)
        if not self.indices:
            return [({}, tuple([slots[k] for k in self.results]))]
        found: list[tuple[dict[str, int], tuple[Any, ...]]] = []
        ranges = [index.values(point.sizes) for index in self.indices]
        names = [index.name for index in self.indices]
        for choice in _some(list(product(*ranges))):
            self.index = dict(zip(names, choice, strict=True))
            execute(self.inner.operations, slots)
            found.append((dict(self.index), tuple([slots[k] for k in self.results])))
        return found

    def load(self, point: Point) -> None:
        """Put the values of a point into their slots, at the precision in force."""
        self.sizes = point.sizes
        slots = self.slots
        if self.loaded != ctx.prec:
            self.loaded = 0  # should a time limit strike in between
            for value, slot in self.constants:
                slots[slot] = self._constant(value)
            self.loaded = ctx.prec
        for name, orders in self.functions:
            instance = point.instances[name.removesuffix(REST)]
            make = rest if name.endswith(REST) else applied
            self.functions[name, orders] = make(instance, orders)
        for name, slot in self.inputs:
            slots[slot] = self._input(point.values[name])

    # values -----------------------------------------------------------------------------

    def _constant(self, value: tuple[int, int] | str | N.Root) -> Ball:
        if isinstance(value, str):
            if value == "I":
                return acb(0, 1)
            ball = arb.pi() if value == "pi" else arb.const_e()
        elif isinstance(value, N.Root):
            ball = enclosed(value)
        elif value[1] == 1:
            ball = arb(value[0])
        else:
            ball = arb(fmpq(*value))
        return acb(ball) if self.complex else ball

    def _input(self, value: Any) -> Any:
        if isinstance(value, Fraction):
            return self._constant((value.numerator, value.denominator))
        if isinstance(value, Complex):
            return acb(*(arb(exactly(part)) for part in value))
        return (len(value), len(value[0]), [self._input(entry) for row in value for entry in row])

    # compilation ------------------------------------------------------------------------

    def _slot(self, number: int) -> int:
        """The slot that holds an operation's value, in the outermost scope possible."""
        tape = self.tape
        while tape.codes[number] == "var":
            number = tape.args[number][0]
        loops = tape.loops[number]
        scope = self.outer
        if loops:
            scope = next((s for s in reversed(self.scopes) if s.names & loops), self.outer)
        done = scope.slots.get(number)
        if done is None:
            done = scope.slots[number] = self._compile(number, scope)
        return done

    def _new(self, value: Any = None) -> int:
        self.slots.append(value)
        return len(self.slots) - 1

    def _emit(self, scope: _Scope, key: Any, function: Callable[..., Any], *args: int) -> int:
        """Have ``function`` run on these slots; equal operations (by ``key``) run once."""
        done = scope.known.get((key, args))
        if done is None:
            done = scope.known[key, args] = self._new()
            scope.operations.append((done, function, args))
        return done

    def _compile(self, number: int, scope: _Scope) -> int:
        tape = self.tape
        code, data = tape.codes[number], tape.data[number]
        if code in _LEAVES:
            return self._leaf(code, data)
        if code in ("sumindex", "prodindex", "build"):
            return self._over(number, scope)
        if code == "index":
            index = tape.data[number]
            value = lambda: self._constant((self.index[index.name], 1))  # noqa: E731
            return self._emit(scope, number, value)
        if code == "byentry":
            return self._by_entry(number, scope)
        args = tuple([self._slot(arg) for arg in tape.args[number]])
        shape = tape.shapes[number]
        if code in ("add", "mul"):
            return self._in_turn(scope, code, tape.args[number], args)
        if code == "pow":
            return self._power(number, scope, args)
        function = self._entrywise(code, data)
        if function is not None:
            return self._elementwise(scope, (code, data), shape, function, args)
        return self._emit(scope, (code, data, shape), self._whole(code, data, shape), *args)

    def _in_turn(
        self, scope: _Scope, code: str, parts: tuple[int, ...], slots: tuple[int, ...]
    ) -> int:
        """A sum or product, two at a time."""
        operator = add if code == "add" else mul
        shapes = [self.tape.shapes[part] for part in parts]
        shape, result = shapes[0], slots[0]
        for other, slot in zip(shapes[1:], slots[1:], strict=True):
            shape = shape or other
            result = self._elementwise(scope, code, shape, operator, (result, slot))
        return result

    def _leaf(self, code: str, data: Any) -> int:
        slot = self._new()
        if code == "num" and not data[2]:
            self.constants.append((data[:2], slot))
        elif code == "const":
            self.constants.append((data, slot))
        elif code == "input":
            self.inputs.append((data, slot))
        elif code != "unit":
            self.outer.operations.append((slot, self._fill(code, data), ()))
        return slot

    def _fill(self, code: str, data: Any) -> Callable[[], Any]:
        if code == "dim":
            return lambda: self._constant((data.size(self.sizes), 1))
        if code == "num":
            return lambda: self._repeat(data[2], self._constant(data[:2]))

        def unit() -> Any:
            rows, _ = N.lengths(data, self.sizes)
            return self._diagonal(data, (rows, 1, [self.one] * rows))

        return unit

    def _entrywise(self, code: str, data: Any) -> Callable[..., Any] | None:
        """The function of an operation that works entry by entry."""
        if code == "call":
            found = complex_function(data) if self.complex else real_function(data)
            if found is None:
                raise Unsupported(f"{_described(data)} is beyond interval arithmetic")
            return _counted(data, found)
        if code == "apply":
            functions = self.functions
            functions.setdefault(data, add)
            return lambda *args: functions[data](*args)
        if code == "select":
            return self._select
        if code == "compare":
            return lambda a, b: self._compare(data, a, b)
        if code == "strict":
            return lambda a, b: None if self._compare("==", a, b) else self._compare(data, a, b)
        if code == "logic":
            return lambda *a: logic(data, a)
        if code == "still":
            return self._still
        return None

    def _elementwise(
        self,
        scope: _Scope,
        key: Any,
        shape: N.Shape,
        function: Callable[..., Any],
        args: tuple[int, ...],
    ) -> int:
        if not shape:
            return self._emit(scope, key, function, *args)
        if len(args) == 1:
            return self._emit(scope, key, lambda v: (v[0], v[1], list(map(function, v[2]))), *args)
        if len(args) == 2:
            return self._emit(scope, key, lambda a, b: _entry_by_entry(function, a, b), *args)

        def spread(*values: Any) -> Any:
            rows, columns = next((v[0], v[1]) for v in values if type(v) is tuple)
            size = rows * columns
            lists = [v[2] if type(v) is tuple else [v] * size for v in values]
            return (rows, columns, list(map(function, *lists)))

        return self._emit(scope, key, spread, *args)

    def _power(self, number: int, scope: _Scope, args: tuple[int, ...]) -> int:
        tape = self.tape
        shape = tape.shapes[number]
        value = tape.value(tape.args[number][1])
        if value is not None:
            function = self.powers.get(value)
            if function is None and value.denominator == 1:
                function = partial(_raised, value.numerator)
            if function is not None:
                return self._elementwise(scope, ("pow", value), shape, function, args[:1])
        power = complex_power if self.complex else real_power
        return self._elementwise(scope, "pow", shape, power, args)

    def _one(self, base: Ball) -> Ball:
        return self.one if base.is_finite() else self.nan

    def _select(self, condition: bool | None, then: Ball, otherwise: Ball) -> Ball:
        if condition is None:
            return self.nan
        return then if condition else otherwise

    def _still(self, value: Ball, *slopes: Ball) -> Ball:
        return self.zero if all(s.is_zero() for s in slopes) else value

    def _compare(self, operator: str, left: Ball, right: Ball) -> bool | None:
        difference = left - right
        if self.complex:
            if operator in ("==", "!=") and not difference.contains(0):
                return operator == "!="
            if not difference.imag.is_zero():
                return None
            difference = difference.real
        sign = 1 if difference > 0 else -1 if difference < 0 else 0
        if not sign and not difference.is_zero():
            return None
        return bool(HOLDS[operator](sign, 0))

    def _loop(self, names: int, *bodies: int) -> tuple[_Scope, list[int]]:
        inner = _Scope(names)
        self.scopes.append(inner)
        slots = [self._slot(body) for body in bodies]
        self.scopes.pop()
        return inner, slots

    def _over(self, number: int, scope: _Scope) -> int:
        """What runs through the values of the indices that it binds: sums, products, arrays."""
        tape = self.tape
        bound = [index for index in tape.data[number] if index is not None]
        inner, bodies = self._loop(tape.bits(bound), *tape.args[number])
        shape = tape.shapes[number]

        def runs() -> Iterator[list[Any]]:
            outer = dict(self.index)
            for choice in product(*(index.values(self.sizes) for index in bound)):
                for index, value in zip(bound, choice, strict=True):
                    self.index[index.name] = value
                execute(inner.operations, self.slots)
                yield [self.slots[slot] for slot in bodies]
            self.index = outer

        def build() -> Any:
            rows, columns = N.lengths(shape, self.sizes)
            return (rows, columns, [value[0] for value in runs()])

        def sum_of() -> Any:
            values = [value[0] for value in runs()]
            if not shape:
                return reduce(add, values, self.zero)
            rows, columns = N.lengths(shape, self.sizes)
            flat = [self.zero] * (rows * columns)
            for value in values:
                flat = list(map(add, flat, value[2]))
            return (rows, columns, flat)

        def product_of() -> Ball:
            return polar(list(runs()), self.one)

        code = tape.codes[number]
        compute = {"build": build, "sumindex": sum_of, "prodindex": product_of}[code]
        return self._emit(scope, number, compute)

    def _by_entry(self, number: int, scope: _Scope) -> int:
        tape = self.tape
        name, layout, shape, whole = tape.data[number]
        inner, [slot] = self._loop(tape.bit(name), tape.args[number][0])
        unit = inner.slots.get(tape.put("unit", name, (), shape))
        operations = inner.operations

        def compute() -> Any:
            rows, columns = N.lengths(shape, self.sizes)
            results: list[list[Ball]] = []
            for k in range(rows * columns):
                if unit is not None:
                    parts = [self.zero] * (rows * columns)
                    parts[k] = self.one
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

        return self._emit(scope, number, scalar_or(whole, compute))

    def _whole(self, code: str, data: Any, shape: N.Shape) -> Callable[..., Any]:
        """The function of an operation on whole matrices."""
        match code:
            case "matmul":
                return scalar_or(shape, matmul)
            case "kron":
                return scalar_or(shape, kron)
            case "sum":
                return scalar_or(shape, lambda v: along(v, data, total))
            case "extreme" if not self.complex:
                pick = REAL[data[0]]
                return scalar_or(shape, lambda v: along(v, data[1], lambda e: reduce(pick, e)))
            case "pick" if not self.complex:
                largest = data[0] == "max"
                return scalar_or(shape, lambda v, t: along_pairs(v, t, data[1], largest))
            case "extreme" | "pick":
                raise Unsupported("complex numbers have no order")
            case "diag":
                return lambda v: self._diagonal(shape, v)
            case "entry":
                row, column = data
                return lambda v: self._entry(v, row, column)
            case "inrange":
                return lambda v: self._in_range(v, data)
            case "stack":
                return lambda *parts: stack(parts, data)
            case "vec":
                return lambda v: (v[0] * v[1], 1, transpose(v)[2])
            case "cholesky" if not self.complex:
                return cholesky
            case "pinv" if not self.complex:
                return self._pinv
            case "spread":
                return lambda v: self._repeat(shape, v)
        own: dict[str, Callable[..., Any]] = {
            **_PLAIN,
            "det": self._determinant,
            "inv": self._inverse,
            "place": self._place,
            "expm": self._expm,
            "matpower": self._matpower,
            "guard": self._guard,
            "either": self._either,
        }
        if code not in own:
            raise Unsupported(f"{code} is beyond interval arithmetic")
        return own[code]

    def _repeat(self, shape: N.Shape, value: Ball) -> Any:
        rows, columns = N.lengths(shape, self.sizes)
        return (rows, columns, [value] * (rows * columns))

    def _determinant(self, value: Any) -> Ball:
        return self.matrix(*value).det()

    def _inverse(self, value: Any) -> Any:
        try:
            return (value[0], value[1], self.matrix(*value).inv().entries())
        except ZeroDivisionError:
            return (value[0], value[1], [self.nan] * len(value[2]))

    def _diagonal(self, shape: N.Shape, value: Any) -> Any:
        rows, columns = N.lengths(shape, self.sizes)
        if columns == 1:
            return (rows, 1, value[2][:: value[1] + 1])
        flat = [self.zero] * (rows * columns)
        flat[:: columns + 1] = value[2]
        return (rows, columns, flat)

    def _entry(self, value: Any, row: N.Index | int, column: N.Index | int) -> Ball:
        i = row if isinstance(row, int) else self.index[row.name]
        j = column if isinstance(column, int) else self.index[column.name]
        rows, columns, flat = value
        return flat[i * columns + j] if 0 <= i < rows and 0 <= j < columns else self.nan

    def _place(self, value: Any, row: Ball, column: Ball) -> Ball:
        """The entry at a computed place."""
        i, j = whole(row), whole(column)
        rows, columns, flat = value if type(value) is tuple else (1, 1, [value])
        if i is None or j is None or not (0 <= i < rows and 0 <= j < columns):
            return self.nan
        return flat[i * columns + j]

    def _in_range(self, value: Ball, dim: N.Dim) -> bool:
        number = whole(value)
        return number is not None and 0 <= number < dim.size(self.sizes)

    def _expm(self, value: Any) -> Any:
        return (value[0], value[1], self.matrix(*value).exp().entries())

    def _pinv(self, value: Any) -> Any:
        flipped = transpose(value)
        if value[0] >= value[1]:
            return matmul(self._inverse(matmul(flipped, value)), flipped)
        return matmul(flipped, self._inverse(matmul(value, flipped)))

    def _matpower(self, value: Any, exponent: Ball) -> Any:
        power = whole(exponent)
        if power is None or abs(power) > 1000:
            return (value[0], value[1], [self.nan] * len(value[2]))
        base = value if power >= 0 else self._inverse(value)
        return (value[0], value[1], (self.matrix(*base) ** abs(power)).entries())

    def _either(self, guarded: Any, value: Any, *positive: Any) -> Any:
        """The first, or the second where all of the rest are defined."""
        is_value = self._undefined(guarded) and not any(map(self._undefined, positive))
        return value if is_value else guarded

    @staticmethod
    def _undefined(value: Any) -> bool:
        return not all(entry.is_finite() for entry in entries(value))

    def _guard(self, value: Any, body: Any) -> Any:
        if not self._undefined(body):
            return value
        if type(value) is tuple:
            return (value[0], value[1], [self.nan] * len(value[2]))
        return self.nan


_CHOICES = 24
_OPERATIONS, _LONG = 4, 1000
"""So many operations are a unit of work; so many bits take them as long again."""
_SPECIAL, _BY_ORDER, _NOWHERE = 20, 20, 10
"""Units of work of a special function; how many times as many its derivative by an order takes, and
what part of them it takes to say that there is no value."""


def _some(choices: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """At most 24 of the values of the free indices, spread over all of them."""
    return choices if len(choices) <= _CHOICES else Random(0).sample(choices, _CHOICES)


def _counted(name: str, function: Callable[..., Ball]) -> Callable[..., Ball]:
    """A function that takes long, with what it takes; others are operations like any."""
    base, mark, _ = name.partition("#")
    row = FUNCTIONS.get(base)
    if row is None or row.numpy:
        return function
    units = _SPECIAL * row.cost * (_BY_ORDER if mark else 1)

    def counted(*args: Ball) -> Ball:
        found = function(*args)
        work.spend(units * (1 + ctx.prec // FULL) ** 2 // (1 if found.is_finite() else _NOWHERE))
        return found

    return counted


def _entry_by_entry(function: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """A function of two values, one of them a matrix at least."""
    if type(left) is not tuple:
        return (right[0], right[1], [function(left, entry) for entry in right[2]])
    if type(right) is not tuple:
        return (left[0], left[1], [function(entry, right) for entry in left[2]])
    return (left[0], left[1], list(map(function, left[2], right[2])))


def execute(operations: list[Operation], slots: list[Any]) -> None:
    """Run operations in order."""
    work.spend(1 + len(operations) * (1 + ctx.prec // _LONG) // _OPERATIONS)
    for out, function, args in operations:
        if len(args) == 2:
            slots[out] = function(slots[args[0]], slots[args[1]])
        elif len(args) == 1:
            slots[out] = function(slots[args[0]])
        else:
            slots[out] = function(*[slots[k] for k in args])
