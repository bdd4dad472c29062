"""Shape inference: syntax to typed nodes.

Resolves every name, checks every shape, spells derived functions out. A node that comes out
of here is well-shaped; everything else is a :class:`LanguageError` that names the
sub-expression, both shapes, and the common mistake. Functions that change shapes or take
derivatives live in :mod:`derivcheck.lang.shaped` and :mod:`derivcheck.lang.calculus`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from fractions import Fraction
from typing import Never

from derivcheck.lang import functions, nodes
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Dim, Entry, Index, Node, Shape, Sym, shape_text
from derivcheck.lang.printer import to_text
from derivcheck.lang.scope import Environment, FreshNames, IndexSlot, Scope
from derivcheck.lang.syntax import (
    Binary,
    Call,
    Comparison,
    Logical,
    Name,
    Number,
    Subscript,
    Syntax,
    Transposed,
    Unary,
)

MAX_EXPONENT = 10_000
"""Largest literal exponent."""
MAX_DENOMINATOR = 10**40
"""Largest denominator of a literal exponent."""

MAX_BITS = 10_000
"""Largest numerator and denominator of a number, in bits: what Python still prints."""

Handler = Callable[["Elaborator", Call, Environment], Node]


def short(syntax: Syntax) -> str:
    """A sub-expression as messages quote it."""
    text = to_text(syntax)
    return text if len(text) <= 60 else f"{text[:57]}..."


def fail(rule: str, syntax: Syntax, message: str, hint: str | None = None) -> Never:
    """Raise the :class:`LanguageError` for a sub-expression."""
    raise LanguageError(rule, message, syntax.start, syntax.end, hint)


class Elaborator:
    """Turns the syntax of one formula into typed nodes. One instance per formula."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.fresh = FreshNames()
        self.indices: dict[str, IndexSlot] = {}
        """Free indices met so far, by the user's name."""
        self.bound: list[tuple[str, IndexSlot]] = []
        self._where: dict[tuple[str, Environment], Node] = {}
        self._pending: list[str] = []

    # --- entry points -------------------------------------------------------------------------

    def node(self, syntax: Syntax, env: Environment | None = None) -> Node:
        """The typed node of an expression (not of a condition)."""
        return self._visit(syntax, env or Environment())

    def condition(self, syntax: Syntax, env: Environment | None = None) -> Node:
        """The typed node of a comparison or of ``and``/``or``/``not`` of comparisons."""
        env = env or Environment()
        match syntax:
            case Comparison():
                parts = []
                operands = [self._visit(operand, env) for operand in syntax.operands]
                for i, operator in enumerate(syntax.operators):
                    left, right = operands[i], operands[i + 1]
                    if isinstance(right, nodes.Num) and right.value == 0 and not right.shape:
                        shape = left.shape
                    else:
                        shape = self.combine(
                            syntax,
                            "compares",
                            (syntax.operands[i], left),
                            (syntax.operands[i + 1], right),
                        )
                    parts.append(nodes.Compare(operator, left, right, shape=shape))
                if len(parts) == 1:
                    return parts[0]
                return nodes.Logic("and", tuple(parts), shape=parts[0].shape)
            case Logical():
                args = tuple(self.condition(operand, env) for operand in syntax.operands)
                shapes = {arg.shape for arg in args if arg.shape}
                if len(shapes) > 1:
                    fail("shape", syntax, f"`{short(syntax)}` joins conditions of different shapes")
                return nodes.Logic(
                    syntax.operator, args, shape=next(iter(shapes)) if shapes else ()
                )
            case Unary(operator="not"):
                arg = self.condition(syntax.operand, env)
                return nodes.Logic("not", (arg,), shape=arg.shape)
        fail(
            "condition",
            syntax,
            f"`{short(syntax)}` is not a condition",
            "a condition compares: `x > 0`, `sum(Y) == 1`",
        )

    def free_indices(self) -> tuple[Index, ...]:
        """The free indices met so far, sorted by name."""
        return tuple(
            Index(slot.unique, slot.dim)
            for _, slot in sorted(self.indices.items())
            if slot.dim and slot.dim != nodes.ONE
        )

    # --- names --------------------------------------------------------------------------------

    def resolve(self, name: str, env: Environment) -> Node | None:
        """What a name stands for: a binding, a symbol, a ``where`` name, a dX; None if nothing."""
        bound = env.lookup(name)
        if bound is not None:
            return bound
        scope = self.scope
        symbol = scope.symbols.get(name)
        if symbol is not None:
            return Sym(name, shape=symbol.shape)
        definition = scope.where.get(name)
        if definition is not None:
            return self._resolve_where(name, definition, env)
        if name.startswith("d") and name[1:] in scope.varying:
            varied = self.resolve(name[1:], Environment())
            return Sym(name, shape=varied.shape) if varied is not None else None
        return None

    def _resolve_where(self, name: str, definition: Syntax, env: Environment) -> Node:
        key = (name, env)
        done = self._where.get(key)
        if done is None:
            if name in self._pending:
                fail("where", definition, f"`{name}` is defined in terms of itself")
            self._pending.append(name)
            outer, self.bound = self.bound, []
            try:
                done = self._visit(definition, env)
            finally:
                self._pending.pop()
                self.bound = outer
            self._where[key] = done
        return done

    def unknown_name(self, syntax: Name) -> Never:
        """Raise the error for a name that means nothing."""
        name = syntax.id
        row = functions.lookup(name)
        if row is not None or name in HANDLERS:
            fail("name", syntax, f"`{name}` is a function", f"write `{name}(...)`")
        if name in self.scope.functions:
            fail("name", syntax, f"`{name}` is a declared function", f"write `{name}(...)`")
        if name == "oo":
            fail("name", syntax, "`oo` is not a number: it only bounds a domain")
        fail(
            "undeclared",
            syntax,
            f"undeclared symbol `{name}`",
            did_you_mean(name, self.scope.names()) or "declare it under `symbols`",
        )

    # --- expressions --------------------------------------------------------------------------

    def _visit(self, syntax: Syntax, env: Environment) -> Node:
        match syntax:
            case Number():
                return nodes.number(syntax.value)
            case Name():
                return self._name(syntax, env)
            case Unary(operator="not") | Comparison() | Logical():
                fail(
                    "condition",
                    syntax,
                    f"`{short(syntax)}` is a condition, not a value",
                    "conditions stand in `where(condition, a, b)` and under `assume`",
                )
            case Unary():
                operand = self._visit(syntax.operand, env)
                return nodes.negative(operand) if syntax.operator == "-" else operand
            case Binary():
                result = self._binary(syntax, env)
                if isinstance(result, nodes.Num) and _bits(result.value) > MAX_BITS:
                    fail("too-large", syntax, f"`{short(syntax)}` is a number of too many digits")
                return result
            case Transposed():
                return nodes.transpose(self._visit(syntax.operand, env))
            case Subscript():
                return self._subscript(syntax, env)
            case Call():
                return self._call(syntax, env)
        raise TypeError(type(syntax).__name__)

    def _name(self, syntax: Name, env: Environment) -> Node:
        found = self.resolve(syntax.id, env)
        if found is not None:
            return found
        name = syntax.id
        if name in self.scope.dims:
            dim = self.scope.dim_values.get(name, Dim(1, (name,)))
            return nodes.DimSize(dim, shape=()) if dim.names else nodes.number(dim.factor)
        if name in ("pi", "e"):
            return nodes.Const(name, shape=())
        if any(bound == name for bound, _ in self.bound) or name in self.indices:
            fail("index", syntax, f"the index `{name}` is not a number here")
        self.unknown_name(syntax)

    def combine(self, whole: Syntax, verb: str, *parts: tuple[Syntax, Node]) -> Shape:
        """The common shape of elementwise operands; scalars combine with everything."""
        shape: Shape = ()
        owner: Syntax | None = None
        for syntax, node in parts:
            if not node.shape:
                continue
            if not shape:
                shape, owner = node.shape, syntax
            elif node.shape != shape:
                assert owner is not None
                fail(
                    "shape",
                    whole,
                    f"`{short(whole)}` {verb} {shape_text(shape)} and {shape_text(node.shape)}",
                    _broadcast_hint(owner, shape, syntax, node.shape),
                )
        return shape

    def _binary(self, syntax: Binary, env: Environment) -> Node:
        left = self._visit(syntax.left, env)
        right = self._visit(syntax.right, env)
        parts = ((syntax.left, left), (syntax.right, right))
        match syntax.operator:
            case "+" | "-":
                verb = "adds" if syntax.operator == "+" else "subtracts"
                self.combine(syntax, verb, *parts)
                return nodes.add(left, right if syntax.operator == "+" else nodes.negative(right))
            case "*":
                self.combine(syntax, "multiplies entry by entry", *parts)
                return nodes.mul(left, right)
            case "/":
                self.combine(syntax, "divides entry by entry", *parts)
                if isinstance(right, nodes.Num) and right.value == 0:
                    fail("division", syntax, f"`{short(syntax)}` divides by zero")
                return nodes.divide(left, right)
            case "**":
                self.combine(syntax, "raises entry by entry", *parts)
                self._check_exponent(syntax, left, right)
                if isinstance(left, nodes.Const) and left.name == "e":
                    return nodes.call("exp", right)
                return nodes.power(left, right)
            case "@":
                return self._matmul(syntax, left, right)
        raise TypeError(syntax.operator)

    def _check_exponent(self, syntax: Binary, base: Node, exponent: Node) -> None:
        value = exponent.value if isinstance(exponent, nodes.Num) else None
        if value is None:
            numeric = not any(isinstance(n, Sym | nodes.DimSize) for n in nodes.walk(exponent))
            towers = sum(isinstance(n, nodes.Pow) for n in nodes.walk(exponent))
            if numeric and towers > 1:
                fail("too-large", syntax.right, f"`{short(syntax.right)}` is a tower of powers")
            return
        if abs(value) > MAX_EXPONENT or value.denominator > MAX_DENOMINATOR:
            fail(
                "too-large",
                syntax,
                f"`{short(syntax)}`: literal exponents are limited to {MAX_EXPONENT}",
            )
        if isinstance(base, nodes.Num) and base.value == 0 and value <= 0:
            fail("division", syntax, f"`{short(syntax)}` is not defined")

    def _matmul(self, syntax: Binary, left: Node, right: Node) -> Node:
        inner_left, inner_right = nodes.columns_of(left.shape), nodes.rows_of(right.shape)
        if inner_left != inner_right:
            hint = None
            if not left.shape or not right.shape:
                hint = "a scalar multiplies with `*`"
            elif left.shape == right.shape:
                hint = "`*` multiplies entry by entry; is a `.T` missing?"
            elif left.shape[0] == right.shape[0]:
                hint = f"`{factor(syntax.left)}.T @ {factor(syntax.right)}`?"
            elif left.shape[1] == right.shape[1]:
                hint = f"`{factor(syntax.left)} @ {factor(syntax.right)}.T`?"
            fail(
                "shape",
                syntax,
                f"inner dimensions differ: `{short(syntax.left)}` is {_as_matrix(left)}, "
                f"`{short(syntax.right)}` is {_as_matrix(right)} in `{short(syntax)}`",
                hint,
            )
        return nodes.matmul(left, right)

    # --- subscripts ---------------------------------------------------------------------------

    def _subscript(self, syntax: Subscript, env: Environment) -> Node:
        arg = self._visit(syntax.operand, env)
        indices = syntax.indices
        if len(indices) == 1:
            if not arg.shape:
                return self._scalar_entry(syntax, arg)
            if nodes.columns_of(arg.shape) == nodes.ONE:
                row, column = self.index(indices[0], arg.shape[0]), 0
                return Entry(arg, row, column, shape=())
            if nodes.rows_of(arg.shape) == nodes.ONE:
                return Entry(arg, 0, self.index(indices[0], arg.shape[1]), shape=())
            fail(
                "index",
                syntax,
                f"`{short(syntax)}`: a matrix {shape_text(arg.shape)} takes two indices",
            )
        if len(indices) != 2:
            fail("index", syntax, f"`{short(syntax)}` takes one or two indices")
        if not arg.shape:
            return self._scalar_entry(syntax, arg)
        row_index = self.index(indices[0], arg.shape[0])
        column_index = self.index(indices[1], arg.shape[1])
        return Entry(arg, row_index, column_index, shape=())

    def _scalar_entry(self, syntax: Subscript, arg: Node) -> Node:
        for index in syntax.indices:
            self.index(index, nodes.ONE)
        return arg

    def index(self, syntax: Syntax, dim: Dim) -> Index | int:
        """An index into a dimension: a number from 0, a bound or a free name."""
        if isinstance(syntax, Number):
            value = syntax.value
            if value.denominator != 1:
                fail("index", syntax, f"`{short(syntax)}` is not a whole number")
            if not dim.names and value >= dim.factor:
                fail(
                    "index",
                    syntax,
                    f"index {value} is out of range: there are {dim.factor}",
                    "indices count from 0",
                )
            if value > 64:
                fail("index", syntax, f"index {value} is too large: the limit is 64")
            return int(value)
        if not isinstance(syntax, Name):
            fail(
                "index",
                syntax,
                f"`{short(syntax)}` is not an index",
                "an index is a number or a name",
            )
        name = syntax.id
        slot = next((slot for bound, slot in reversed(self.bound) if bound == name), None)
        if slot is None:
            if name in self.scope.symbols or name in self.scope.where or name in self.scope.dims:
                fail("index", syntax, f"`{name}` is declared, so it cannot be a free index")
            slot = self.indices.setdefault(name, IndexSlot(name))
        if slot.dim is None:
            slot.dim = dim
        elif slot.dim != dim:
            fail(
                "index",
                syntax,
                f"the index `{name}` runs over {slot.dim} elsewhere and over {dim} here",
            )
        # of one value only: what sums and provers meet is a number
        return 0 if dim == nodes.ONE else Index(slot.unique, dim)

    # --- calls --------------------------------------------------------------------------------

    def _call(self, syntax: Call, env: Environment) -> Node:
        if isinstance(syntax.function, Call):
            return HANDLERS["D"](self, syntax, env)
        assert isinstance(syntax.function, Name)
        name = syntax.function.id
        if name in self.scope.functions:
            return self.apply(syntax, name, 0, env)
        if self.resolve(name, env) is not None:
            handler = HANDLERS.get("step function")
            if handler is not None:
                return handler(self, syntax, env)
            fail("call", syntax, f"`{name}` is a symbol, not a function", f"`{name}*(...)`?")
        handler = HANDLERS.get(name)
        if handler is not None:
            return handler(self, syntax, env)
        row = functions.lookup(name, len(syntax.args))
        if row is None:
            fail(
                "unknown-function",
                syntax.function,
                f"unknown function `{name}`",
                did_you_mean(name, (*functions.spellings(), *HANDLERS, *self.scope.functions))
                or "declare an abstract one under `functions`",
            )
        args = self.arguments(syntax, row.arity, row.arity, env)
        self.combine(syntax, "combines", *zip(syntax.args, args, strict=True))
        return nodes.call(row.name, *args)

    def arguments(
        self, syntax: Call, least: int, most: int, env: Environment, axis: bool = False
    ) -> tuple[Node, ...]:
        """The typed positional arguments; checks their number and that no keyword is left."""
        name = short(syntax.function)
        for keyword, value in syntax.keywords:
            if not (axis and keyword == "axis"):
                fail("call", value, f"`{name}` takes no `{keyword}=`")
        count = len(syntax.args)
        if not least <= count <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            plural = "" if wanted == "1" else "s"
            fail("arity", syntax, f"`{name}` takes {wanted} argument{plural}, not {count}")
        return tuple(self._visit(arg, env) for arg in syntax.args)

    def apply(
        self, syntax: Call, name: str, order: int | tuple[int, ...], env: Environment
    ) -> Node:
        """An abstract function at arguments, or its derivative of that order.

        One number is for functions of one argument, several are an order for each argument.
        """
        function = self.scope.functions[name]
        args = self.arguments(syntax, function.arity, function.arity, env)
        if function.kind == "elementwise":
            assert isinstance(order, int)
            return nodes.Apply(name, args, (order,), shape=args[0].shape)
        shapes = tuple(arg.shape for arg in args)
        known = self.scope.argument_shapes.setdefault(name, shapes)
        if known != shapes:
            given = ", ".join(shape_text(s) for s in shapes)
            before = ", ".join(shape_text(s) for s in known)
            fail(
                "shape",
                syntax,
                f"`{short(syntax)}`: `{name}` takes {before} elsewhere, here it gets {given}",
            )
        if isinstance(order, tuple):
            if any(arg.shape for arg in args):
                fail("call", syntax, f"`{short(syntax)}`: `D` is for functions of scalars")
            return nodes.Apply(name, args, order, shape=())
        if order and (len(args) != 1 or args[0].shape):
            fail(
                "call",
                syntax,
                f"`{short(syntax)}`: `D` is for functions of one scalar",
                f"write `diff({name}(...), x)` or `grad({name}(...), X)`",
            )
        return nodes.Apply(name, args, (order, *[0] * (len(args) - 1)), shape=())

    def axis(self, syntax: Call) -> int | None:
        """The ``axis=`` keyword: 0, 1 or None."""
        for keyword, value in syntax.keywords:
            if keyword == "axis":
                if isinstance(value, Number) and value.value in (0, 1):
                    return int(value.value)
                fail("call", value, f"`axis={short(value)}`: the axis is 0 or 1")
        return None

    def dimension(self, syntax: Syntax) -> Dim:
        """An argument of ``eye``, ``ones``, ``zeros``: a number, a dimension, or a product."""
        match syntax:
            case Number() if syntax.value.denominator == 1 and 0 < syntax.value <= 1000:
                return Dim(int(syntax.value))
            case Name() if syntax.id in self.scope.dims:
                return self.scope.dim_values.get(syntax.id, Dim(1, (syntax.id,)))
            case Binary(operator="*"):
                return self.dimension(syntax.left) * self.dimension(syntax.right)
        fail(
            "dimension",
            syntax,
            f"`{short(syntax)}` is not a dimension",
            did_you_mean(short(syntax), tuple(sorted(self.scope.dims)))
            or "dimensions are the names in the shapes of `symbols`, and whole numbers",
        )


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def did_you_mean(name: str, known: tuple[str, ...]) -> str | None:
    """A hint with the closest known name, if one is close."""
    close = [k for k in known if k.lower() == name.lower()]
    close += difflib.get_close_matches(name, known, 5, 0.6)
    # the same letters in another case, or swapped, first
    close.sort(key=lambda other: sorted(other.lower()) != sorted(name.lower()))
    return f"did you mean `{close[0]}`?" if close else None


def _as_matrix(node: Node) -> str:
    return f"({nodes.rows_of(node.shape)}, {nodes.columns_of(node.shape)})"


def factor(syntax: Syntax) -> str:
    """A sub-expression as messages quote it before `.T` or beside `@`."""
    text = short(syntax)
    return text if isinstance(syntax, Name | Call | Subscript) else f"({text})"


def _broadcast_hint(left: Syntax, a: Shape, right: Syntax, b: Shape) -> str | None:
    """What to write instead of a broadcast, or that a transpose is missing."""
    if not a or not b:
        return None
    if a == (b[1], b[0]):
        return f"is a `.T` missing: `{factor(right)}.T`?"
    if nodes.ONE not in (*a, *b) and a[1] == b[0]:
        return f"the matrix product is `{factor(left)} @ {factor(right)}`"
    for small, shape, big in ((right, b, a), (left, a, b)):
        if shape == (big[0], nodes.ONE):
            return f"columns do not broadcast; `{factor(small)} @ ones({big[1]}).T`?"
        if shape == (nodes.ONE, big[1]):
            return f"rows do not broadcast; `ones({big[0]}) @ {factor(small)}`?"
    return None


HANDLERS: dict[str, Handler] = {}
"""Functions that change shapes or take derivatives; filled by the modules that define them."""


def handler(*names: str) -> Callable[[Handler], Handler]:
    """Register a handler under every spelling of its name."""

    def register(function: Handler) -> Handler:
        for name in names:
            HANDLERS[name] = function
        return function

    return register
