"""Shape inference: syntax to typed nodes.

Resolves every name, checks every shape, spells derived functions out. A node that comes out
of here is well-shaped; everything else is a :class:`LanguageError` that names the
sub-expression, both shapes, and the common mistake. Functions that change shapes or take
derivatives live in :mod:`derivcheck.lang.shaped` and :mod:`derivcheck.lang.calculus`, places in
:mod:`derivcheck.lang.subscripts`. One class and one module, though long: each kind of syntax has a
method, all of which ask the same table of names and call one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from fractions import Fraction
from functools import cache
from typing import Never

from derivcheck.lang import complexes, foreign, functions
from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.affine import size_node
from derivcheck.lang.equation import AbstractFunction, Symbol
from derivcheck.lang.errors import DECLARE, LanguageError
from derivcheck.lang.handlers import HANDLERS
from derivcheck.lang.nodes import Dim, Node, Shape, Sym, shape_text
from derivcheck.lang.notation import GREEK, GREEK_NAMES
from derivcheck.lang.parser import parse
from derivcheck.lang.scope import Environment, FreshNames, IndexSlot, Scope
from derivcheck.lang.subscripts import subscript_names, subscripted
from derivcheck.lang.templates import at, fill
from derivcheck.lang.wording import (
    as_matrix,
    broadcast_hint,
    did_you_mean,
    factor,
    fail,
    plain_name,
    product_hint,
    refuse,
    short,
)

MAX_EXPONENT = 10_000
"""Largest literal exponent."""
MAX_DENOMINATOR = 10**40
"""Largest denominator of a literal exponent."""

MAX_BITS = 10_000
"""Largest numerator and denominator of a number, in bits: what Python still prints."""

MAX_CHAIN = 100
"""So many names of ``where`` may hang on one another."""
MAX_LOOKS = 400
"""How often an expression is looked at again, once an index in it is known."""


class Elaborator:
    """Turns the syntax of one formula into typed nodes. One instance per formula."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.fresh = FreshNames()
        self.indices: dict[str, IndexSlot] = {}
        """Free indices met so far, by the user's name."""
        self.bound: list[tuple[str, IndexSlot]] = []
        self.index_names: set[str] = set()
        """Names that stand in some subscript: what else they may be, free indices they are."""
        self.claims: Callable[[], Iterable[S.Syntax]] = tuple
        """What is claimed of the first expression: its subscripts say more of the same indices."""
        self._unread: list[S.Syntax] = []
        """Expressions whose subscripts were not looked at yet."""
        self.unsettled = False
        """Whether an index was met whose values were not known yet: look again."""
        self.looks = 0
        self._inside = False
        """Whether an expression is being looked at: only the whole one is looked at again."""
        self._where: dict[tuple[str, Environment], Node] = {}
        self._pending: list[str] = []

    # --- entry points -------------------------------------------------------------------------

    def node(self, syntax: S.Syntax, env: Environment | None = None) -> Node:
        """The typed node of an expression (not of a condition)."""
        return self.settled(syntax, lambda: self._visit(syntax, env or Environment()))

    def condition(self, syntax: S.Syntax, env: Environment | None = None) -> Node:
        """The typed node of a comparison or of ``and``/``or``/``not`` of comparisons."""
        return self.settled(syntax, lambda: self._condition(syntax, env or Environment()))

    def settled(self, syntax: S.Syntax, look: Callable[[], Node]) -> Node:
        """What ``look`` finds; once more where it met an index before the subscript that says
        what it runs over (``where(i == j, 1, 0)*x[i]``)."""
        self._unread.append(syntax)
        if self._inside:
            return look()
        self._inside = True
        try:
            return self._settled(syntax, look)
        finally:
            self._inside = False

    def _settled(self, syntax: S.Syntax, look: Callable[[], Node]) -> Node:
        for _ in range(3):
            self.unsettled = False
            found = look()
            if not self.unsettled:
                return found
            waiting = tuple(self.indices)
            self._ask_claims()
            for name in waiting:
                if self.indices[name].dim is None:
                    self._settle(name, self.indices[name], syntax)
            self.look_again(syntax)
        return found

    def _ask_claims(self) -> None:
        """Let plain subscripts in claims say what an index runs over that stands in computed ones
        only so far: ``vec(X)[i + m*j] == X[i, j]``."""
        claims, self.claims = self.claims, tuple
        known = set(self.indices)
        for syntax in claims():
            with suppress(LanguageError):
                self._visit(syntax, Environment())
        for name in tuple(self.indices):
            if name not in known and self.indices[name].dim is None:
                del self.indices[name]

    def look_again(self, syntax: S.Syntax) -> None:
        """Forget what depends on indices whose values were not known; within a budget."""
        self.looks += 1
        if self.looks > MAX_LOOKS:
            fail("too-deep", syntax, "indices depend on one another too deeply")
        self._where.clear()

    def _settle(self, name: str, slot: IndexSlot, syntax: S.Syntax) -> None:
        """The values of a free index that stands in computed subscripts only."""
        for place, dim in slot.ranges:
            found = place.values_within(slot.index(), dim)
            if found is not None:
                slot.start, slot.dim = found
                return
        if not slot.ranges and slot.met is not None:
            del self.indices[name]
            self.unknown_name(slot.met)
        fail("index", syntax, f"it is not known what the index `{name}` runs over")

    def _condition(self, syntax: S.Syntax, env: Environment) -> Node:
        match syntax:
            case S.Comparison():
                parts = []
                operands = [self._visit(operand, env) for operand in syntax.operands]
                for i, operator in enumerate(syntax.operators):
                    left, right = pair = operands[i : i + 2]
                    typed = zip(syntax.operands[i : i + 2], pair, strict=True)
                    shape = self.combine(syntax, "compares", *typed)
                    parts.append(N.Compare(operator, left, right, shape=shape))
                if len(parts) == 1:
                    return parts[0]
                return N.Logic("and", tuple(parts), shape=parts[0].shape)
            case S.Logical():
                args = tuple(self._condition(operand, env) for operand in syntax.operands)
                shapes = {arg.shape for arg in args if arg.shape}
                if len(shapes) > 1:
                    refuse("shape", syntax, " joins conditions of different shapes")
                return N.Logic(syntax.operator, args, shape=next(iter(shapes)) if shapes else ())
            case S.Unary(operator="not"):
                arg = self._condition(syntax.operand, env)
                return N.Logic("not", (arg,), shape=arg.shape)
        refuse(
            "condition",
            syntax,
            " is not a condition",
            "a condition compares: `x > 0`, `sum(Y) == 1`",
        )

    # --- names --------------------------------------------------------------------------------

    def resolve(self, name: str, env: Environment) -> Node | None:
        """What a name stands for: a binding, a symbol, a ``where`` name, a dX; None if nothing."""
        bound = env.lookup(name)
        if bound is not None:
            return bound
        scope = self.scope
        plain = plain_name(name)
        if plain != name:  # the derivative by conj(z) binds z
            return self.resolve(plain, env)
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

    def _resolve_where(self, name: str, definition: S.Syntax, env: Environment) -> Node:
        key = (name, env)
        done = self._where.get(key)
        if done is None:
            if name in self._pending:
                fail("where", definition, f"`{name}` is defined in terms of itself")
            if len(self._pending) >= MAX_CHAIN:
                message = f"over {MAX_CHAIN} names of `where` hang on one another"
                raise LanguageError("too-deep", message)
            self._pending.append(name)
            self._unread.append(definition)
            outer, self.bound = self.bound, []
            try:
                done = self._visit(definition, env)
            finally:
                self._pending.pop()
                self.bound = outer
            self._where[key] = done
        return done

    def unknown_name(self, syntax: S.Name) -> Never:
        """Raise the error for a name that means nothing."""
        name = syntax.id
        row = functions.lookup(name)
        if row is not None or name in HANDLERS:
            fail("name", syntax, f"`{name}` is a function", f"write `{name}(...)`")
        if name in self.scope.functions:
            shown = self._applied(name)
            fail("name", syntax, f"`{name}` is a declared function", f"write `{shown}`")
        if name == "oo":
            fail("name", syntax, "`oo` is not a number: it only bounds a domain")
        fail(
            "undeclared",
            syntax,
            f"undeclared symbol `{name}`",
            foreign.constant_advice(name)
            or self._near(name)
            or did_you_mean(name, self.scope.names())
            or DECLARE,
        )

    def entry_hint(self, syntax: S.Call) -> str | None:
        """MATLAB's ``A(1, 2)``."""
        name = short(syntax.function)
        symbol = self.scope.symbols.get(name)
        numbers = [a.value for a in syntax.args if isinstance(a, S.Number)]
        if symbol is None or not symbol.shape or not 0 < len(numbers) == len(syntax.args):
            return None
        places = ", ".join(str(number - 1) for number in numbers)
        return f"an entry is written `{name}[{places}]`; places count from 0"

    def _glued(self, name: str) -> str | None:
        """Two names without a sign between: ``ax``, ``sinx``."""
        for i in range(1, len(name)):
            first, second = name[:i], name[i:]
            if second not in self.scope.symbols:
                continue
            if first in self.scope.symbols:
                return f"{first}*{second}"
            if i > 1 and functions.lookup(first, 1) is not None:
                return f"{first}({second})"
        return None

    def _applied(self, function: str) -> str:
        """A declared function with its argument, where only one is possible."""
        symbols = list(self.scope.symbols)
        is_clear = len(symbols) == self.scope.functions[function].arity == 1
        return f"{function}({symbols[0] if is_clear else '...'})"

    def _near(self, name: str) -> str | None:
        """What is meant by a name that is declared in another spelling, or put together of two."""
        lower = name[:1].lower() + name[1:]
        for small in (lower, name.lower()):
            if small != name and (functions.lookup(small) is not None or small in HANDLERS):
                return f"functions have small letters and round brackets: `{small}(...)`"
        spelled = GREEK_NAMES.get(name) or GREEK.get(name)
        if spelled in self.scope.names():
            return f"did you mean `{spelled}`?"
        if name[:1] == "d" and name[1:] in self.scope.functions:
            return f"a derivative is written `diff({self._applied(name[1:])}, x)`"
        if name[:1] == "d" and name[1:] in self.scope.symbols:
            return f"a differential: it belongs to a claim `differential`, `wrt: [{name[1:]}]`"
        if (parts := self._glued(name)) is not None:
            return f"write `{parts}`"
        if name == "T":
            return "a transpose is `X.T`"
        if name[:1].isupper() and (written := foreign.advice(name)) is not None:
            return written
        base, _, index = name.partition("_")
        symbol = self.scope.symbols.get(base)
        if index and symbol is not None and symbol.shape:
            place = str(int(index) - 1) if index.isdigit() and index != "0" else index
            return f"an entry is written `{base}[{place}]`; places count from 0"
        return None

    # --- expressions --------------------------------------------------------------------------

    def _visit(self, syntax: S.Syntax, env: Environment) -> Node:
        match syntax:
            case S.Number():
                return N.number(syntax.value)
            case S.Name():
                return self._name(syntax, env)
            case S.Unary(operator="not") | S.Comparison() | S.Logical():
                refuse(
                    "condition",
                    syntax,
                    " is a condition, not a value",
                    f"as a number it is `where({short(syntax)}, 1, 0)`; conditions stand in "
                    "`where` and under `assume`",
                )
            case S.Unary():
                operand = self._visit(syntax.operand, env)
                return N.negative(operand) if syntax.operator == "-" else operand
            case S.Binary():
                result = self._binary(syntax, env)
                if isinstance(result, N.Num) and _bits(result.value) > MAX_BITS:
                    refuse("too-large", syntax, " is a number of too many digits")
                return result
            case S.Transposed():
                return N.transpose(self._visit(syntax.operand, env))
            case S.Subscript():
                return subscripted(self, syntax, self._visit(syntax.operand, env), env)
            case S.Call():
                return self._call(syntax, env)
            case S.Listed():
                return HANDLERS["list"](self, syntax, env)
            case S.Comprehension():
                return HANDLERS["comprehension"](self, syntax, env)
            case S.Bounds():
                refuse("index", syntax, " are bounds of a sum or product only")
            case S.Slice():
                refuse("index", syntax, ": a slice stands in a subscript only")
        raise TypeError(type(syntax).__name__)

    def _name(self, syntax: S.Name, env: Environment) -> Node:
        found = self.resolve(syntax.id, env)
        if found is not None:
            return found
        name = syntax.id
        if name in self.scope.dims:
            return size_node(self.scope.dim_values.get(name, Dim(1, (name,))))
        slot = self.slot(name)
        if slot is not None:
            return self._index_number(slot, syntax)
        if name in ("pi", "e"):
            return N.Const(name, shape=())
        if name in ("I", S.IMAGINARY_UNIT):
            return N.Const("I", shape=())
        if self._is_subscript(name):
            return self._index_number(self.indices.setdefault(name, IndexSlot(name)), syntax)
        self.unknown_name(syntax)

    def _is_subscript(self, name: str) -> bool:
        """Whether a name stands in a subscript of what was looked at so far."""
        while self._unread:
            self.index_names |= subscript_names(self._unread.pop())
        return name in self.index_names

    def slot(self, name: str) -> IndexSlot | None:
        """The index of that name: bound around the current place, declared, or free."""
        for bound, slot in reversed(self.bound):
            if bound == name:
                return slot
        dim = self.scope.indices.get(name)
        if dim is not None:
            return self.indices.setdefault(name, IndexSlot(name, dim, fixed=True))
        return self.indices.get(name)

    def _index_number(self, slot: IndexSlot, syntax: S.Name) -> Node:
        if slot.value is not None:
            return slot.value.node()
        if slot.dim is None:
            self.unsettled = True
            slot.met = slot.met or syntax
        return N.IndexValue(slot.index(), shape=())

    def combine(self, whole: S.Syntax, verb: str, *parts: tuple[S.Syntax, Node]) -> Shape:
        """The common shape of elementwise operands; scalars combine with everything."""
        shape: Shape = ()
        owner: S.Syntax | None = None
        for syntax, node in parts:
            if not node.shape:
                continue
            if not shape:
                shape, owner = node.shape, syntax
            elif node.shape != shape:
                assert owner is not None
                refuse(
                    "shape",
                    whole,
                    f" {verb} {shape_text(shape)} and {shape_text(node.shape)}",
                    product_hint(whole, owner, shape, syntax, node.shape)
                    or broadcast_hint(owner, shape, syntax, node.shape),
                )
        return shape

    def _binary(self, syntax: S.Binary, env: Environment) -> Node:
        left = self._visit(syntax.left, env)
        right = self._visit(syntax.right, env)
        parts = ((syntax.left, left), (syntax.right, right))
        match syntax.operator:
            case "+" | "-":
                verb = "adds" if syntax.operator == "+" else "subtracts"
                self.combine(syntax, verb, *parts)
                return N.add(left, right if syntax.operator == "+" else N.negative(right))
            case "*":
                self.combine(syntax, "multiplies entry by entry", *parts)
                return N.mul(left, right)
            case "/":
                self.combine(syntax, "divides entry by entry", *parts)
                if N.is_zero(right):
                    refuse("division", syntax, " divides by zero")
                return N.divide(left, right)
            case "**":
                self.combine(syntax, "raises entry by entry", *parts)
                self._check_exponent(syntax, left, right)
                if isinstance(left, N.Const) and left.name == "e":
                    return N.call("exp", right)
                if self.scope.is_complex:
                    found = complexes.even_power(left, right)
                    if found is not None:
                        return found
                return N.power(left, right)
            case "@":
                return self._matmul(syntax, left, right)
        raise TypeError(syntax.operator)

    def _check_exponent(self, syntax: S.Binary, base: Node, exponent: Node) -> None:
        value = exponent.value if isinstance(exponent, N.Num) else None
        if value is None:
            numeric = not any(isinstance(n, Sym | N.DimSize) for n in N.walk(exponent))
            towers = sum(isinstance(n, N.Pow) for n in N.walk(exponent))
            if numeric and towers > 1:
                refuse("too-large", syntax.right, " is a tower of powers")
            return
        if abs(value) > MAX_EXPONENT or value.denominator > MAX_DENOMINATOR:
            refuse("too-large", syntax, f": literal exponents are limited to {MAX_EXPONENT}")
        if N.is_zero(base) and value < 0:
            refuse("division", syntax, " is not defined")

    def _matmul(self, syntax: S.Binary, left: Node, right: Node) -> Node:
        inner_left, inner_right = N.columns_of(left.shape), N.rows_of(right.shape)
        if inner_left != inner_right:
            hint = None
            if not left.shape or not right.shape:
                scalar = syntax.right if left.shape else syntax.left
                hint = "a scalar multiplies with `*`"
                if scalar == S.Name("I"):
                    hint = f"the identity matrix is `eye({inner_right})`; {hint}"
                elif scalar == S.Number(Fraction(1)):
                    hint = f"a row of ones is `ones({inner_right}).T`; {hint}"
            elif left.shape == right.shape and N.columns_of(left.shape) == N.ONE:
                first, second = factor(syntax.left), factor(syntax.right)
                hint = f"an inner product is `{first}.T @ {second}`"
            elif left.shape == right.shape:
                hint = "`*` multiplies entry by entry; is a `.T` missing?"
            elif left.shape[0] == right.shape[0]:
                hint = f"`{factor(syntax.left)}.T @ {factor(syntax.right)}`?"
            elif left.shape[1] == right.shape[1]:
                hint = f"`{factor(syntax.left)} @ {factor(syntax.right)}.T`?"
            elif left.shape[0] == right.shape[1]:
                hint = f"`{factor(syntax.right)} @ {factor(syntax.left)}`?"
            fail(
                "shape",
                syntax,
                f"inner dimensions differ: `{short(syntax.left)}` is {as_matrix(left)}, "
                f"`{short(syntax.right)}` is {as_matrix(right)} in `{short(syntax)}`",
                hint,
            )
        return N.matmul(left, right)

    # --- calls --------------------------------------------------------------------------------

    def _call(self, syntax: S.Call, env: Environment) -> Node:
        if isinstance(syntax.function, S.Call):
            return HANDLERS["D"](self, syntax, env)
        assert isinstance(syntax.function, S.Name)
        name = syntax.function.id
        if name in self.scope.functions:
            return self.apply(syntax, name, 0, env)
        if self.resolve(name, env) is not None:
            return HANDLERS["step function"](self, syntax, env)
        handler = HANDLERS.get(name)
        if handler is not None:
            return handler(self, syntax, env)
        row = functions.lookup(name, len(syntax.args))
        if row is None:
            if name in ("pi", "e"):
                power = "; a power of e is `exp(...)`" if name == "e" else ""
                hint = f"a product is `{name}*(...)`{power}"
                fail("call", syntax, f"`{name}` is a number, not a function", hint)
            fail(
                "unknown-function",
                syntax.function,
                f"unknown function `{name}`",
                foreign.advice(name)
                or did_you_mean(name, (*functions.spellings(), *HANDLERS, *self.scope.functions))
                or self._declaration(syntax, env),
            )
        args = self.arguments(syntax, row.arity, row.arity, env)
        self.combine(syntax, "combines", *zip(syntax.args, args, strict=True))
        if row.spelled:
            return at(_meaning(row.name), row.parameters, args)
        return self.function(row.name, args)

    def _declaration(self, syntax: S.Call, env: Environment) -> str:
        """How to declare the abstract function that a call may mean."""
        try:
            of_array = len(syntax.args) == 1 and bool(self.node(syntax.args[0], env).shape)
        except LanguageError:
            of_array = False
        names = [a.id if isinstance(a, S.Name) else f"a{i}" for i, a in enumerate(syntax.args, 1)]
        kind = "elementwise" if of_array else f"scalar({', '.join(names or ['x'])})"
        return f"an abstract one is declared: `functions: {{{short(syntax.function)}: {kind}}}`"

    def function(self, name: str, args: tuple[Node, ...]) -> Node:
        """A function of the table at arguments; what has a meaning of its own where complex."""
        if name not in ("abs", "conj", "re", "im", "arg"):
            return N.call(name, *args)
        (arg,) = args
        names = self.scope.complex_names()
        is_real = not self.scope.is_complex or complexes.is_real(arg, names)
        match name:
            case "abs" if not is_real:
                return complexes.modulus(arg, names)
            case "conj" | "re" if is_real:
                return arg
            case "conj":
                return complexes.conjugate(arg, names)
            case "im" if is_real:
                return N.number(0, arg.shape)
            case "arg" if not self.scope.is_complex:  # a claim about real quantities
                negative = N.Compare("<", arg, N.ZERO_NODE, shape=arg.shape)
                return N.Select(negative, N.Const("pi", shape=()), N.ZERO_NODE, shape=arg.shape)
        return N.call(name, arg)

    def arguments(
        self, syntax: S.Call, least: int, most: int, env: Environment, axis: bool = False
    ) -> tuple[Node, ...]:
        """The typed positional arguments; checks their number and that no keyword is left."""
        name = short(syntax.function)
        for keyword, value in syntax.keywords:
            if not (axis and keyword == "axis"):
                hint = (
                    f"write `axis={short(value)}`" if axis and keyword in ("dim", "axes") else None
                )
                if name in ("sum", "prod") and not hint:
                    hint = f"bounds are written `({keyword}, low, high)`"
                fail("call", value, f"`{name}` takes no `{keyword}=`", hint)
        count = len(syntax.args)
        if not least <= count <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            plural = "" if wanted == "1" else "s"
            last = syntax.args[-1] if syntax.args else None
            by_name = axis and count == most + 1 and isinstance(last, S.Number)
            hint = (
                f"the axis is told by its name: `axis={short(last)}`" if by_name and last else None
            )
            fail("arity", syntax, f"`{name}` takes {wanted} argument{plural}, not {count}", hint)
        return tuple(self._visit(arg, env) for arg in syntax.args)

    def apply(
        self, syntax: S.Call, name: str, order: int | tuple[int, ...], env: Environment
    ) -> Node:
        """An abstract function at arguments, or its derivative of that order.

        One number is for functions of one argument, several are an order for each argument.
        """
        function = self.scope.functions[name]
        args = self.arguments(syntax, function.arity, function.arity, env)
        if function.kind == "elementwise":
            assert isinstance(order, int)
            return N.Apply(name, args, (order,), shape=args[0].shape)
        shapes = tuple(arg.shape for arg in args)
        known = self.scope.argument_shapes.setdefault(name, shapes)
        if known != shapes:
            given = ", ".join(shape_text(s) for s in shapes)
            before = ", ".join(shape_text(s) for s in known)
            refuse("shape", syntax, f": `{name}` takes {before} elsewhere, here it gets {given}")
        if isinstance(order, tuple):
            if any(arg.shape for arg in args):
                refuse("call", syntax, ": `D` is for functions of scalars")
            return N.Apply(name, args, order, shape=())
        if order and (len(args) != 1 or args[0].shape):
            refuse(
                "call",
                syntax,
                ": `D` is for functions of one scalar",
                f"write `diff({name}(...), x)` or `grad({name}(...), X)`",
            )
        return N.Apply(name, args, (order, *[0] * (len(args) - 1)), shape=())

    def axis(self, syntax: S.Call) -> int | None:
        """The ``axis=`` keyword: 0, 1 or None."""
        for keyword, value in syntax.keywords:
            if keyword == "axis":
                if isinstance(value, S.Number) and value.value in (0, 1):
                    return int(value.value)
                last = "the last one is 1" if short(value) == "-1" else None
                fail("call", value, f"`axis={short(value)}`: the axis is 0 or 1", last)
        return None

    def dimension(self, syntax: S.Syntax) -> Dim:
        """An argument of ``eye``, ``ones``, ``zeros``: numbers and dimensions, sums, products."""
        found = self._dimension(syntax)
        if not found.names and not 0 < found.factor <= 1000:
            refuse("dimension", syntax, ": a dimension is 1 to 1000, or a name")
        return found

    def _dimension(self, syntax: S.Syntax) -> Dim:
        match syntax:
            case S.Number() if syntax.value.denominator == 1 and syntax.value <= 1000:
                return Dim(int(syntax.value))
            case S.Name() if syntax.id in self.scope.dims:
                return self.scope.dim_values.get(syntax.id, Dim(1, (syntax.id,)))
            case S.Binary(operator="*"):
                return self._dimension(syntax.left) * self._dimension(syntax.right)
            case S.Binary(operator="+"):
                return self._dimension(syntax.left) + self._dimension(syntax.right)
            case S.Binary(operator="-"):
                return self._dimension(syntax.left) - self._dimension(syntax.right)
        refuse(
            "dimension",
            syntax,
            " is not a dimension",
            did_you_mean(short(syntax), tuple(sorted(self.scope.dims)))
            or ("write the number of places alone" if short(syntax)[:6] == "range(" else None)
            or "dimensions are the names in the shapes of `symbols`, and whole numbers",
        )


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def read(text: str, parameters: tuple[str, ...], helpers: Mapping[str, int] | None = None) -> Node:
    """The node of an expression or a comparison of derivcheck's own, in scalar ``parameters``.

    ``helpers`` are functions (with their number of arguments) that only its table knows: they
    become calls whose name begins with ``#``, which no user can write.
    """
    abstract = {n: AbstractFunction(n, "scalar", count) for n, count in (helpers or {}).items()}
    builder = Elaborator(Scope({name: Symbol(name) for name in parameters}, abstract))
    syntax = parse(text)
    node = builder.condition(syntax) if isinstance(syntax, S.Comparison) else builder.node(syntax)
    return fill(node, {})


@cache
def _meaning(name: str) -> Node:
    """What a function that is only a name for an expression stands for, in its parameters."""
    row = functions.FUNCTIONS[name]
    return read(row.definition, row.parameters)
