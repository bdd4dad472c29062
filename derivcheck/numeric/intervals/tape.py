"""Expressions as a tape: numbered operations on which derivatives are taken.

A typed expression is written down once as operations ``(code, data, arguments)``, equal ones
only once. Derivatives are operations again (:mod:`derivcheck.numeric.intervals.tangent`), so that
nested ones need nothing special; a gradient is the tangent along each matrix unit in turn
(``byentry``). A derivative exists only where the function itself is defined, which ``guard``
demands. A bound variable is an operation of its own on the point it is taken at: what mentions
the point itself does not vary with it. A long module: there is a rule for each kind of node.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any

from derivcheck import work
from derivcheck.lang import nodes as N
from derivcheck.lang.complexes import BEYOND_REAL, REAL_VALUED
from derivcheck.lang.functions import FUNCTIONS
from derivcheck.lang.nodes import Node, Shape
from derivcheck.lang.texts import definition
from derivcheck.numeric.intervals.functions import OFF_CUT, is_enclosed
from derivcheck.numeric.intervals.rules import Unsupported
from derivcheck.numeric.intervals.stand_ins import REST
from derivcheck.numeric.intervals.tangent import PLACES, Seeds, Tangent
from derivcheck.numeric.sampling.stand_ins import parts_of, weight_name

_MAX_FLAT = 64
"""Factors of a nested product that are taken in; a chain of squares doubles them each time."""
_WRITTEN = 40
"""Units of work for an operation."""
_ONE = Fraction(1)


_PLAIN: dict[type[Node], tuple[str, str]] = {
    N.Kron: ("kron", ""),
    N.Transpose: ("transpose", ""),
    N.Sum: ("sum", "axis"),
    N.Trace: ("trace", ""),
    N.Det: ("det", ""),
    N.Inv: ("inv", ""),
    N.Diag: ("diag", ""),
    N.Pick: ("place", ""),
    N.InRange: ("inrange", "dim"),
    N.Stack: ("stack", "axis"),
    N.Vec: ("vec", ""),
    N.Cholesky: ("cholesky", ""),
    N.Expm: ("expm", ""),
    N.Pinv: ("pinv", ""),
    N.MatPower: ("matpower", ""),
    N.Compare: ("compare", "operator"),
    N.Logic: ("logic", "operator"),
    N.Select: ("select", ""),
}
"""Nodes that are one operation on what is below them, and the field that is its data."""


class Tape:
    """The operations of some expressions; an operation is known by its number.

    ``simple`` names the abstract functions whose instance takes one weight a matrix argument
    (see :class:`derivcheck.numeric.sampling.stand_ins.Instance`).
    """

    def __init__(self, simple: Collection[str] = (), names: frozenset[str] | None = None) -> None:
        self.simple = simple
        self.names = names
        """The complex inputs; None where everything is real."""
        self.real: list[bool] = []
        """Whether an operation is real wherever it is defined."""
        self.codes: list[str] = []
        self.data: list[Any] = []
        self.args: list[tuple[int, ...]] = []
        self.shapes: list[Shape] = []
        self.loops: list[int] = []
        """Bits of the running indices and directions that an operation depends on."""
        self.varies: list[int] = []
        """Bits of the bound variables that an operation depends on."""
        self._table: dict[tuple[Any, ...], int] = {}
        self._memo: dict[Node, int] = {}
        self._bits: dict[str, int] = {}
        self._directions = 0

    # operations -------------------------------------------------------------------------

    def bit(self, name: str) -> int:
        """The bit of a running index or direction, or of a bound variable."""
        found = self._bits.get(name)
        if found is None:
            found = self._bits[name] = 1 << len(self._bits)
        return found

    def bits(self, indices: Iterable[N.Index]) -> int:
        """The bits of several indices."""
        return reduce(or_, (self.bit(index.name) for index in indices), 0)

    def put(self, code: str, data: Any, args: tuple[int, ...], shape: Shape) -> int:
        """The number of an operation. ``data`` and ``args`` determine the shape."""
        key = (code, data, args)
        found = self._table.get(key)
        if found is not None:
            return found
        work.spend(_WRITTEN)
        if work.is_over():
            raise Unsupported("the expression is too large for interval arithmetic")
        loops = varies = 0
        for arg in args:
            loops |= self.loops[arg]
            varies |= self.varies[arg]
        found = self._table[key] = len(self.codes)
        self.codes.append(code)
        self.data.append(data)
        self.args.append(args)
        self.shapes.append(shape)
        self.loops.append(loops)
        self.varies.append(varies)
        self.real.append(self._is_real(code, data, args))
        return found

    def _is_real(self, code: str, data: Any, args: tuple[int, ...]) -> bool:
        if self.names is None or code in ("compare", "strict", "logic"):
            return True
        match code:
            case "input":
                return data not in self.names
            case "const":
                return bool(data != "I")
            case "call":
                if data in REAL_VALUED or data.startswith("#"):
                    return True
                row = FUNCTIONS.get(data)
                if row is None or row.real or data in BEYOND_REAL:
                    return False
            case "pow":
                value = self.value(args[1])
                if value is None or value.denominator != 1:
                    return False
            case "select":
                args = args[1:]
        return all(self.real[arg] for arg in args)

    def off_cut(self, value: int, function: str, args: tuple[int, ...]) -> int:
        """A derivative, undefined where the function's arguments move across its branch cut.

        What stays real moves along the cut, if at all.
        """
        if self.names is None or function not in OFF_CUT or all(self.real[arg] for arg in args):
            return value
        where = self._real_where(args)
        off = self.call(f"#off_{function}", *args)
        if where is None:
            return self.guard(value, off)
        positive = [self.call("#positive", arg) for arg in dict.fromkeys(where)]
        return self.put(
            "either", None, (self.guard(value, off), value, *positive), self.shapes[value]
        )

    def _real_where(self, args: tuple[int, ...]) -> list[int] | None:
        """Operations whose being positive at a point makes these real all around it; None where
        that is not known."""
        found: list[int] = []
        for arg in args:
            if self.real[arg]:
                continue
            code, data, inner = self.codes[arg], self.data[arg], self.args[arg]
            known = code in ("add", "mul", "var", "guard", "pow") or (code, data) == ("call", "log")
            below = self._real_where(inner) if known else None
            if below is None:
                return None
            found += below
            if code == "pow" or code == "call":
                found.append(inner[0])
        return found

    def number(self, value: int | Fraction, shape: Shape = ()) -> int:
        """A number, or a matrix full of it."""
        return self.put("num", (value.numerator, value.denominator, shape), (), shape)

    def value(self, arg: int) -> Fraction | None:
        """What an operation stands for, if that is a scalar number."""
        if self.codes[arg] != "num" or self.shapes[arg]:
            return None
        numerator, denominator, _ = self.data[arg]
        return Fraction(numerator, denominator)

    def _shape(self, args: tuple[int, ...] | list[int]) -> Shape:
        shapes = self.shapes
        for arg in args:
            if shapes[arg]:
                return shapes[arg]
        return ()

    def spread(self, arg: int, shape: Shape) -> int:
        """A scalar repeated over the shape, if it is not so already."""
        if self.shapes[arg] or not shape:
            return arg
        return self.put("spread", shape, (arg,), shape)

    def add(self, *args: int) -> int:
        """Elementwise sum."""
        return args[0] if len(args) == 1 else self.put("add", None, args, self._shape(args))

    def mul(self, *args: int) -> int:
        """Elementwise product; scalar numbers are folded."""
        flat: list[int] = []
        factor = _ONE
        shape = self._shape(args)
        for arg in args:
            inner = (
                self.codes[arg] == "mul"
                and self.shapes[arg] == shape
                and len(self.args[arg]) <= _MAX_FLAT
            )
            for part in self.args[arg] if inner else (arg,):
                if self.codes[part] == "num" and not self.shapes[part]:
                    numerator, denominator, _ = self.data[part]
                    if numerator != 1 or denominator != 1:
                        factor *= Fraction(numerator, denominator)
                else:
                    flat.append(part)
        if not flat or (factor is not _ONE and factor != 1):
            flat.insert(0, self.number(factor))
        if len(flat) == 1:
            return self.spread(flat[0], shape)
        return self.put("mul", None, tuple(flat), shape)

    def power(self, base: int, exponent: int) -> int:
        """Elementwise power."""
        if self.value(exponent) == 1:
            return base
        return self.put("pow", None, (base, exponent), self._shape((base, exponent)))

    def call(self, function: str, *args: int) -> int:
        """A built-in function, elementwise."""
        return self.put("call", function, args, self._shape(args))

    def matmul(self, left: int, right: int) -> int:
        """Matrix product; with a scalar on either side, the scaled other."""
        one, other = self.shapes[left], self.shapes[right]
        if not one or not other:
            return self.mul(left, right)
        return self.put("matmul", None, (left, right), N.make_shape(one[0], other[1]))

    def total(self, arg: int) -> int:
        """Sum of all entries."""
        return self.put("sum", None, (arg,), ()) if self.shapes[arg] else arg

    def guard(self, value: int, body: int) -> int:
        """``value`` where every entry of ``body`` is defined, undefined elsewhere."""
        return self.put("guard", None, (value, body), self.shapes[value])

    # expressions ------------------------------------------------------------------------

    def write(self, node: Node) -> int:
        """The operation that an expression comes to; :class:`Unsupported` where none does."""
        found = self._memo.get(node)
        if found is None:
            found = self._memo[node] = self._write(node, self.write)
        return found

    def lifted(self, template: Node, places: tuple[int, ...]) -> int:
        """A scalar expression in placeholders, applied to every entry of the operations."""
        memo: dict[Node, int] = dict(zip(PLACES, places, strict=False))

        def write(node: Node) -> int:
            found = memo.get(node)
            if found is None:
                found = memo[node] = self._write(node, write)
            return found

        return write(template)

    def _write(self, node: Node, write: Any) -> int:
        plain = _PLAIN.get(type(node))
        if plain is not None:
            code, fact = plain
            data = getattr(node, fact) if fact else None
            return self.put(code, data, tuple(map(write, N.children(node))), node.shape)
        match node:
            case N.Num(value=value):
                return self.number(value, node.shape)
            case N.Sym(name=name):
                return self.put("input", name, (), node.shape)
            case N.Add(args=args):
                return self.add(*map(write, args))
            case N.Mul(args=args):
                return self.mul(*map(write, args))
            case N.Pow(base=base, exponent=exponent):
                return self.power(write(base), write(exponent))
            case N.Call(function=function, args=args):
                if not is_enclosed(function, self.names is not None):
                    meaning = definition(function, args)
                    if meaning is not None:
                        written: int = write(meaning)
                        return written
                return self.call(function, *map(write, args))
            case N.Const(name="pi" | "e" | "I" as name):
                return self.put("const", name, (), ())
            case N.Root():
                return self.put("const", node, (), ())
            case N.DimSize(dim=dim):
                return self.put("dim", dim, (), ())
            case N.Eye():
                return self.put("eye", node.shape, (), node.shape)
            case N.MatMul(left=left, right=right):
                return self.matmul(write(left), write(right))
            case N.Extreme(function=function, arg=arg, axis=axis):
                return self.put("extreme", (function, axis), (write(arg),), node.shape)
            case N.Entry(arg=arg, row=row, column=column):
                return self.entry((row, column), write(arg))
            case N.SumIndex(body=body, index=index):
                return self.sum_index(index, write(body))
            case N.ProdIndex(body=body, index=index):
                return self.over("prodindex", (index,), (write(body),), ())
            case N.IndexValue(index=index):
                return self.index_value(index)
            case N.Build(body=body, row=row, column=column):
                return self.over("build", (row, column), (write(body),), node.shape)
            case N.Apply(function=function, args=args, orders=orders):
                return self._apply(function, tuple(map(write, args)), orders, node.shape)
            case N.Jvp(body=body, variables=variables, at=places, directions=directions):
                seeds: Seeds = {}
                for variable, place, direction in zip(variables, places, directions, strict=True):
                    seeds[self._bind(variable, write(place))] = write(direction)
                return self._directional(write(body), seeds, node.shape)
            case N.Grad(body=body, variable=variable, at=place):
                bound = self._bind(variable, write(place))
                return self._by_entry(write(body), bound, "gradient", node.shape)
            case N.Wirtinger(body=body, variable=variable, at=place, layout=layout):
                bound = self._bind(variable, write(place))
                return self._wirtinger(write(body), bound, layout, node.conjugate, node.shape)
            case N.Jacobian(body=body, variable=variable, at=place, layout=layout):
                bound = self._bind(variable, write(place))
                return self._by_entry(write(body), bound, layout, node.shape)
        raise Unsupported(f"{type(node).__name__} is beyond interval arithmetic")

    def entry(self, place: tuple[N.Index | int, N.Index | int], arg: int) -> int:
        """One entry of a matrix."""
        found = self.put("entry", place, (arg,), ())
        self.loops[found] |= self.bits(index for index in place if isinstance(index, N.Index))
        return found

    def index_value(self, index: N.Index) -> int:
        """The value of a running index, as a number."""
        found = self.put("index", index, (), ())
        self.loops[found] |= self.bit(index.name)
        return found

    def sum_index(self, index: N.Index, body: int) -> int:
        """Sum over the values of a bound index."""
        return self.over("sumindex", (index,), (body,), self.shapes[body])

    def over(
        self, code: str, indices: tuple[N.Index | None, ...], args: tuple[int, ...], shape: Shape
    ) -> int:
        """An operation that runs through the values of the indices that it binds."""
        found = self.put(code, indices, args, shape)
        self.loops[found] &= ~self.bits(index for index in indices if index is not None)
        return found

    def _apply(
        self, function: str, args: tuple[int, ...], orders: tuple[int, ...], shape: Shape
    ) -> int:
        """An abstract function; one of matrices through its weights, as its instances are."""
        elementwise = len(args) == 1 and bool(shape)
        if elementwise or not any(self.shapes[arg] for arg in args):
            return self.put("apply", (function, orders), args, shape)
        inner: list[int] = []
        rest: list[int] = []
        arrays = [bool(self.shapes[arg]) for arg in args]
        for position, part, number in parts_of(arrays, function in self.simple):
            arg = args[position]
            if part == "scalar":
                inner.append(arg)
                continue
            weight = self.put("input", weight_name(function, number), (), self.shapes[arg])
            if part == "rest":
                last = (f"{function}{REST}", (0, 0))
                rest.append(self.total(self.put("apply", last, (weight, arg), self.shapes[arg])))
            else:
                factor = arg if part == "sum" else self.call("cos", arg)
                inner.append(self.total(self.mul(weight, factor)))
        value = self.put("apply", (function, (0,) * len(inner)), tuple(inner), ())
        return self.add(value, *rest)

    def _bind(self, variable: N.Sym, place: int) -> int:
        """A bound variable, as an operation on the point it is taken at."""
        found = self._memo.get(variable)
        if found is None:
            found = self.put("var", variable.name, (place,), variable.shape)
            self.varies[found] |= self.bit(variable.name)
            self._memo[variable] = found
        elif self.args[found] != (place,):
            raise Unsupported(f"{variable.name} is bound at two points")
        return found

    def _directional(self, body: int, seeds: Seeds, shape: Shape) -> int:
        tangent = Tangent(self, seeds)(body)
        value = self.number(0, shape) if tangent is None else self.spread(tangent, shape)
        return self.guard(value, body)

    def _direction(self, variable: int) -> int:
        """1, or each unit array of the shape of a variable in turn."""
        if not self.shapes[variable]:
            return self.number(1)
        self._directions += 1
        name = f"#d{self._directions}"
        direction = self.put("unit", name, (), self.shapes[variable])
        self.loops[direction] = self.bit(name)
        return direction

    def _by_entry(self, body: int, variable: int, layout: str, shape: Shape) -> int:
        direction = self._direction(variable)
        tangent = Tangent(self, {variable: direction})(body)
        return self._gathered(tangent, direction, layout, body, shape)

    def _gathered(
        self, tangent: int | None, direction: int, layout: str, body: int, shape: Shape
    ) -> int:
        """A tangent in each direction in turn, where the function itself is defined."""
        if tangent is None:
            value = self.number(0, shape)
        elif self.shapes[direction]:
            value = self.by_entry(direction, layout, tangent, shape)
        else:
            value = self.spread(tangent, shape)
        return self.guard(value, body)

    def _wirtinger(
        self, body: int, variable: int, layout: str, conjugate: bool, shape: Shape
    ) -> int:
        """(d/dx - I*d/dy)/2, with a plus by the conjugate: each along its own axis."""
        one = self._direction(variable)
        unit = self.put("const", "I", (), ())
        across = Tangent(self, {variable: one})(body)
        upward = Tangent(self, {variable: self.mul(unit, one)})(body)
        terms = []
        if across is not None:
            terms.append(across)
        if upward is not None:
            terms.append(self.mul(self.number(1 if conjugate else -1), unit, upward))
        half = self.mul(self.number(Fraction(1, 2)), self.add(*terms)) if terms else None
        return self._gathered(half, one, layout, body, shape)

    def by_entry(self, direction: int, layout: str, body: int, shape: Shape) -> int:
        """``body`` with ``direction`` each matrix unit in turn.

        ``layout`` ``gradient``: the scalar results, shaped like ``direction``; ``numerator``:
        the results flattened are the columns; ``denominator``: the rows.
        """
        data = (self.data[direction], layout, self.shapes[direction], shape)
        found = self.put("byentry", data, (body,), shape)
        self.loops[found] = self.loops[body] & ~self.loops[direction]
        return found

    def strict(self, condition: int) -> int:
        """The same condition, undefined at its own boundary."""
        code, data, args = self.codes[condition], self.data[condition], self.args[condition]
        if code == "logic":
            inner = tuple(map(self.strict, args))
            return self.put("logic", data, inner, self.shapes[condition])
        if code == "compare":
            return self.put("strict", data, args, self.shapes[condition])
        return condition
