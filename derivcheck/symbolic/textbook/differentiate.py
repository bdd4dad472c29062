"""Differentiation of syntax: forward for scalars and differentials, reverse for gradients.

Reverse mode is the adjoint calculus of Giles, "Collected matrix derivative results for forward and
reverse mode algorithmic differentiation" (2008).
"""

from __future__ import annotations

from collections.abc import Callable

from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Shape, columns_of, rows_of
from derivcheck.lang.parser import parse
from derivcheck.lang.shapes import Elaborator
from derivcheck.lang.syntax import (
    Binary,
    Call,
    Comparison,
    Name,
    Number,
    Subscript,
    Syntax,
    Transposed,
    Unary,
)
from derivcheck.symbolic.textbook.algebra import (
    ONE,
    ZERO,
    Algebra,
    Monomial,
    chain,
    is_one,
    is_zero,
    number,
)
from derivcheck.symbolic.textbook.rules import rule


class NoForm(Exception):
    """There is no textbook form of this."""


def replaced(node: Syntax, mapping: dict[str, Syntax]) -> Syntax:
    """Syntax with names replaced."""
    match node:
        case Name():
            return mapping.get(node.id, node)
        case Number():
            return node
        case Unary():
            return Unary(node.operator, replaced(node.operand, mapping))
        case Binary():
            return Binary(
                node.operator, replaced(node.left, mapping), replaced(node.right, mapping)
            )
        case Transposed():
            return Transposed(replaced(node.operand, mapping))
        case Call():
            args = tuple(replaced(a, mapping) for a in node.args)
            return Call(node.function, args, node.keywords)
        case Subscript():
            return Subscript(replaced(node.operand, mapping), node.indices)
        case _ if hasattr(node, "operands"):
            operands = tuple(replaced(a, mapping) for a in node.operands)
            return type(node)(node.operators, operands)  # type: ignore[attr-defined, call-arg, arg-type]
    raise NoForm


class _TypedAlgebra(Algebra):
    """Algebra that knows the shapes and structures of one formula."""

    def __init__(self, book: Textbook) -> None:
        super().__init__(book.is_array, book.is_symmetric)
        self.book = book

    def columns(self, node: Syntax) -> int | None:
        """1 for a column, else None."""
        shape = self.book.shape(node)
        return 1 if shape and is_one(parse(str(shape[1]))) else None


class Textbook:
    """Derivatives by one name in the scope of one formula."""

    def __init__(self, builder: Elaborator, wrt: str) -> None:
        self.builder = builder
        self.wrt = wrt
        self.where = builder.scope.where
        self.functions = builder.scope.functions
        self.algebra = _TypedAlgebra(self)
        self._shapes: dict[Syntax, Shape] = {}
        self._depends: dict[Syntax, bool] = {}

    # --- questions ----------------------------------------------------------------------------

    def shape(self, node: Syntax) -> Shape:
        """The shape; NoForm where an expression has none."""
        found = self._shapes.get(node)
        if found is None:
            try:
                found = self.builder.node(node).shape
            except LanguageError as error:
                raise NoForm(str(error)) from error
            self._shapes[node] = found
        return found

    def is_array(self, node: Syntax) -> bool:
        """Whether it is a vector or matrix."""
        return bool(self.shape(node))

    def is_symmetric(self, node: Syntax) -> bool:
        """Whether it is a symbol declared as such, or a product that is its own transpose."""
        if isinstance(node, Name):
            symbol = self.builder.scope.symbols.get(node.id)
            structure = symbol.structure if symbol is not None else frozenset()
            return bool(structure & {"symmetric", "spd", "diagonal"})
        return False

    def depends(self, node: Syntax) -> bool:
        """Whether the name occurs, also through ``where``."""
        found = self._depends.get(node)
        if found is None:
            found = self._depends[node] = any(map(self._is_wrt, _names(node)))
        return found

    def _is_wrt(self, name: str) -> bool:
        if name == self.wrt:
            return True
        return name in self.where and self.depends(self.where[name])

    def call_name(self, node: Call) -> str:
        """A built-in function's name; empty for abstract ones and ``D(f)``."""
        name = node.function.id if isinstance(node.function, Name) else ""
        return "" if name in self.functions else name

    def _without_abs(self, node: Call) -> Call:
        """``log(abs(u))`` has the derivative of ``log(u)``."""
        if self.call_name(node) in ("log", "ln") and len(node.args) == 1:
            (inside,) = node.args
            if isinstance(inside, Call) and self.call_name(inside) == "abs":
                return Call(node.function, inside.args)
        return node

    def slope(self, node: Call, value: Syntax) -> Syntax:
        """The derivative of an elementwise function of one argument at that argument."""
        if len(node.args) != 1 or node.keywords:
            raise NoForm
        (inside,) = node.args
        if isinstance(node.function, Name) and node.function.id in self.functions:
            return Call(Call(Name("D"), (node.function,)), (inside,))
        found = rule(self.call_name(node))
        if found is None:
            raise NoForm
        return self.tidied(replaced(found, {"u": inside, "f": value}))

    def tidied(self, node: Syntax) -> Syntax:
        """Products and sums of a rule's text, built anew."""
        algebra = self.algebra
        match node:
            case Unary(operator="-"):
                return algebra.negative(self.tidied(node.operand))
            case Binary(operator="*"):
                return algebra.product(self.tidied(node.left), self.tidied(node.right))
            case Binary(operator="/"):
                return algebra.quotient(self.tidied(node.left), self.tidied(node.right))
        return node

    def summed(self, node: Syntax, name: str = "sum") -> Syntax:
        """The sum of all entries (or mean, or trace), scalars in front."""
        if _is_centred(node):
            return ZERO
        parts, scalars, arrays = self.algebra.monomial(node), Monomial(), Monomial()
        scalars.coefficient, scalars.decimal = parts.coefficient, parts.decimal
        for base, exponent in parts.powers.items():
            (arrays if self.is_array(base) else scalars).powers[base] = exponent
        inner = self.algebra.joined(arrays)
        if _is_centred(inner):
            return ZERO
        scalars.times(Call(Name(name), (inner,)))
        return self.algebra.joined(scalars)

    # --- forward: scalars and differentials -----------------------------------------------------

    def derivative(self, node: Syntax, value: Syntax | None = None) -> Syntax:
        """The derivative by a scalar, or by the differential of an array (``dX``).

        ``value`` is the shortest name of the expression, where it has one.
        """
        if not self.depends(node):
            return ZERO
        algebra = self.algebra
        match node:
            case Name():
                if node.id == self.wrt:
                    return self.seed()
                return self.derivative(self.where[node.id], node)
            case Unary(operator="-"):
                return algebra.negative(self.derivative(node.operand))
            case Unary(operator="+"):
                return self.derivative(node.operand)
            case Transposed():
                return algebra.transposed(self.derivative(node.operand))
            case Binary():
                return self._binary(node, value or node)
            case Call():
                return self._call(node, value or node)
        raise NoForm

    def seed(self) -> Syntax:
        """The derivative of the name by itself."""
        return ONE

    def _binary(self, node: Binary, value: Syntax) -> Syntax:
        algebra, left, right = self.algebra, node.left, node.right
        match node.operator:
            case "+" | "-":
                second = self.derivative(right)
                if node.operator == "-":
                    second = algebra.negative(second)
                return algebra.total(self.derivative(left), second)
            case "@":
                return algebra.total(
                    algebra.matmul(self.derivative(left), right) if self.depends(left) else ZERO,
                    algebra.matmul(left, self.derivative(right)) if self.depends(right) else ZERO,
                )
            case "*" | "/":
                logarithmic = self._logarithmic(node, value)
                if logarithmic is not None:
                    return logarithmic
        if node.operator == "*":
            return algebra.total(
                algebra.product(self.derivative(left), right),
                algebra.product(left, self.derivative(right)),
            )
        if node.operator == "/":
            if not self.depends(right):
                return algebra.quotient(self.derivative(left), right)
            square = algebra.power(right, number(2))
            if not self.depends(left):
                over = algebra.negative(algebra.product(left, self.derivative(right)))
                return algebra.quotient(over, square)
            over = algebra.total(
                algebra.product(self.derivative(left), right),
                algebra.negative(algebra.product(left, self.derivative(right))),
            )
            return algebra.quotient(over, square)
        return self._powered(left, right, value)

    def _powered(self, base: Syntax, exponent: Syntax, value: Syntax) -> Syntax:
        algebra = self.algebra
        if not self.depends(exponent):
            less = algebra.total(exponent, number(-1))
            return algebra.product(exponent, algebra.power(base, less), self.derivative(base))
        grows = algebra.product(value, Call(Name("log"), (base,)), self.derivative(exponent))
        if base == Name("e") or not self.depends(base):
            if base == Name("e"):
                return algebra.product(value, self.derivative(exponent))
            return grows
        rest = algebra.product(value, algebra.quotient(exponent, base), self.derivative(base))
        return algebra.total(grows, rest)

    def _logarithmic(self, node: Binary, value: Syntax) -> Syntax | None:
        """A named product of one exponential with constants: the value times the inner slope."""
        if value is node:
            return None
        moving = [part for part in _factors(node) if self.depends(part)]
        only = moving[0] if len(moving) == 1 else None
        if not isinstance(only, Call) or self.call_name(only) != "exp" or _is_below(node, only):
            return None
        return self.algebra.product(value, self.derivative(only.args[0]))

    def _call(self, node: Call, value: Syntax) -> Syntax:
        algebra = self.algebra
        node = self._without_abs(node)
        name = self.call_name(node)
        if name == "log" and len(node.args) == 2 and not self.depends(node.args[1]):
            below = algebra.product(node.args[0], Call(Name("log"), (node.args[1],)))
            return algebra.quotient(self.derivative(node.args[0]), below)
        if name in ("sum", "tr", "mean") and len(node.args) == 1:
            inner = self.derivative(node.args[0])
            if is_zero(inner) or node.keywords or not self.is_array(inner):
                return ZERO if is_zero(inner) else Call(node.function, (inner,), node.keywords)
            return self.summed(inner, name)
        if name in ("norm", "softmax", "logsumexp") and len(node.args) == 1 and not node.keywords:
            return self._of_vector(name, node.args[0], value)
        if name in ("max", "min") and len(node.args) == 2:
            first, second = node.args
            test = Comparison((">" if name == "max" else "<",), (first, second))
            slopes = (self.derivative(first), self.derivative(second))
            return Call(Name("where"), (test, *slopes))
        if name == "where" and len(node.args) == 3:
            then, otherwise = map(self.derivative, node.args[1:])
            return Call(node.function, (node.args[0], then, otherwise))
        if name == "inv" and len(node.args) == 1:
            change = algebra.matmul(algebra.matmul(value, self.derivative(node.args[0])), value)
            return algebra.negative(change)
        if name == "det" and len(node.args) == 1:
            inside = node.args[0]
            inner = algebra.matmul(Call(Name("inv"), (inside,)), self.derivative(inside))
            return algebra.product(value, Call(Name("tr"), (inner,)))
        if len(node.args) != 1:
            raise NoForm
        return algebra.product(self.slope(node, value), self.derivative(node.args[0]))

    def _of_vector(self, name: str, inside: Syntax, value: Syntax) -> Syntax:
        """Functions of all entries at once."""
        algebra, change = self.algebra, self.derivative(inside)
        if name == "norm":
            return algebra.quotient(self.summed(algebra.product(inside, change)), value)
        weights = value if name == "softmax" else Call(Name("softmax"), (inside,))
        mean = self.summed(algebra.product(weights, change))
        if name == "logsumexp":
            return mean
        return algebra.product(value, algebra.total(change, algebra.negative(mean)))


class Differential(Textbook):
    """d(F) when one symbol varies: ``dX`` is its differential."""

    def seed(self) -> Syntax:
        """The differential of the name."""
        return Name(f"d{self.wrt}")


class Adjoint(Textbook):
    """Gradients and vector-Jacobian products, by reverse mode."""

    def gradient(self, node: Syntax, upstream: Syntax = ONE) -> Syntax:
        """The gradient of sum(upstream * node), shaped like the name."""
        waiting: dict[str, list[Syntax]] = {}
        self._back(node, upstream, node, waiting)
        for name in reversed(tuple(self.where)):
            if name != self.wrt and name in waiting:
                self._back(
                    self.where[name],
                    self.algebra.total(*waiting.pop(name)),
                    Name(name),
                    waiting,
                )
        parts = [part for part in waiting.get(self.wrt, []) if not is_zero(part)]
        found = self.algebra.total(*self._alike(parts))
        return found if is_zero(found) else self.spread(found, self.shape(Name(self.wrt)))

    def _alike(self, parts: list[Syntax]) -> list[Syntax]:
        shape = self.shape(Name(self.wrt))
        if any(map(self.is_array, parts)):
            return [self.spread(part, shape) for part in parts]
        return parts

    def spread(self, node: Syntax, shape: Shape) -> Syntax:
        """A scalar as the array of its shape, each entry the same."""
        if not shape or self.is_array(node):
            return node
        sizes = [parse(str(size)) for size in shape]
        ones = Call(Name("ones"), tuple(sizes[:1] if is_one(sizes[1]) else sizes))
        return self.algebra.product(node, ones)

    def _back(
        self, node: Syntax, g: Syntax, value: Syntax, waiting: dict[str, list[Syntax]]
    ) -> None:
        """Send the adjoint ``g`` of ``node`` to what it is made of."""
        if not self.depends(node) or is_zero(g):
            return
        algebra = self.algebra

        def send(part: Syntax, adjoint: Callable[[], Syntax]) -> None:
            if self.depends(part):
                self._back(part, self._reduced(adjoint(), part), part, waiting)

        match node:
            case Name():
                waiting.setdefault(node.id, []).append(g)
            case Unary(operator="-"):
                send(node.operand, lambda: algebra.negative(g))
            case Unary(operator="+"):
                send(node.operand, lambda: g)
            case Transposed():
                send(node.operand, lambda: algebra.transposed(g))
            case Binary(left=left, right=right):
                match node.operator:
                    case "+":
                        send(left, lambda: self._whole(g, node, left))
                        send(right, lambda: self._whole(g, node, right))
                    case "-":
                        send(left, lambda: self._whole(g, node, left))
                        send(right, lambda: algebra.negative(self._whole(g, node, right)))
                    case "*":
                        send(left, lambda: algebra.product(g, right))
                        send(right, lambda: algebra.product(g, left))
                    case "/":
                        send(left, lambda: algebra.quotient(g, right))
                        send(
                            right,
                            lambda: algebra.negative(
                                algebra.quotient(algebra.product(g, value), right)
                            ),
                        )
                    case "@":
                        wide = self._whole(g, node, node)
                        send(left, lambda: algebra.matmul(wide, algebra.transposed(right)))
                        send(right, lambda: algebra.matmul(algebra.transposed(left), wide))
                    case "**" if not self.depends(right):
                        less = algebra.total(right, number(-1))
                        send(
                            left,
                            lambda: algebra.product(right, g, algebra.power(left, less)),
                        )
                    case _:
                        raise NoForm
            case Call():
                self._back_call(node, g, value, send)
            case _:
                raise NoForm

    def _whole(self, g: Syntax, node: Syntax, part: Syntax) -> Syntax:
        """An adjoint as an array where it must be one: for a scalar added to an array, too."""
        shape = self.shape(node)
        if not shape or (part is not node and self.is_array(part)):
            return g
        return self.spread(g, shape)

    def _reduced(self, g: Syntax, part: Syntax) -> Syntax:
        """The adjoint of a scalar that was combined with every entry of an array."""
        if self.is_array(part) or not self.is_array(g):
            return g
        return self.summed(g)

    def _back_call(
        self,
        node: Call,
        g: Syntax,
        value: Syntax,
        send: Callable[[Syntax, Callable[[], Syntax]], None],
    ) -> None:
        node = self._without_abs(node)
        algebra, name = self.algebra, self.call_name(node)
        inside = node.args[0] if node.args else ZERO
        alone = len(node.args) == 1 and not node.keywords
        if name in ("log", "ln") and alone and self._is_softmax(inside):
            # sum(y*log(softmax(z))): s/s would have to cancel across a sum
            assert isinstance(inside, Call)
            whole = self.summed(g) if self.is_array(g) else g
            change = algebra.total(g, algebra.negative(algebra.product(inside, whole)))
            send(inside.args[0], lambda: change)
        elif name in _ADJOINTS and alone:
            send(inside, lambda: _ADJOINTS[name](self, g, inside, value))
        elif name == "sum" and len(node.args) == 1:
            axis = dict(node.keywords).get("axis")
            rows, columns = rows_of(self.shape(inside)), columns_of(self.shape(inside))
            if not self.is_array(g):
                send(inside, lambda: g)
            elif isinstance(axis, Number) and axis.value == 0:
                send(inside, lambda: algebra.matmul(_ones(str(rows)), g))
            else:
                send(inside, lambda: algebra.matmul(g, Transposed(_ones(str(columns)))))
        elif name in ("dot",) and len(node.args) == 2:
            first, second = node.args
            send(first, lambda: algebra.product(g, second))
            send(second, lambda: algebra.product(g, first))
        elif name in ("softmax", "logsumexp", "mean") and len(node.args) == 1:
            self._back_along_axis(node, g, value, send)
        elif name in ("max", "min") and len(node.args) == 2:
            first, second = node.args
            chosen = Comparison((">" if name == "max" else "<",), (first, second))
            send(first, lambda: Call(Name("where"), (chosen, g, ZERO)))
            send(second, lambda: Call(Name("where"), (chosen, ZERO, g)))
        elif name == "where" and len(node.args) == 3:
            test, then, otherwise = node.args
            send(then, lambda: Call(Name("where"), (test, g, ZERO)))
            send(otherwise, lambda: Call(Name("where"), (test, ZERO, g)))
        elif isinstance(node.function, Name) and node.function.id in self.functions:
            declared = self.functions[node.function.id]
            if declared.kind == "elementwise":
                send(inside, lambda: algebra.product(g, self.slope(node, value)))
            elif alone and isinstance(inside, Name):
                send(inside, lambda: algebra.product(g, Call(Name("grad"), (node, inside))))
            else:
                raise NoForm
        elif alone:
            send(inside, lambda: algebra.product(g, self.slope(node, value)))
        else:
            raise NoForm

    def _is_softmax(self, node: Syntax) -> bool:
        return isinstance(node, Call) and self.call_name(node) == "softmax" and not node.keywords

    def _back_along_axis(
        self,
        node: Call,
        g: Syntax,
        value: Syntax,
        send: Callable[[Syntax, Callable[[], Syntax]], None],
    ) -> None:
        algebra, (inside,) = self.algebra, node.args
        axis = dict(node.keywords).get("axis")
        if not isinstance(axis, Number) or not self.is_array(g):
            raise NoForm
        rows, columns = (str(size) for size in self.shape(inside))
        along_rows = axis.value == 1

        def spread(reduced: Syntax) -> Syntax:
            if along_rows:
                return algebra.matmul(reduced, Transposed(_ones(columns)))
            return algebra.matmul(_ones(rows), reduced)

        def adjoint() -> Syntax:
            if self.call_name(node) == "mean":
                return algebra.quotient(spread(g), parse(columns if along_rows else rows))
            if self.call_name(node) == "logsumexp":
                weights = Call(Name("softmax"), node.args, node.keywords)
                return algebra.product(spread(g), weights)
            sums = Call(Name("sum"), (algebra.product(g, value),), node.keywords)
            return algebra.product(value, algebra.total(g, algebra.negative(spread(sums))))

        send(inside, adjoint)


def _ones(size: str) -> Syntax:
    return Call(Name("ones"), (parse(size),))


_Rule = Callable[[Adjoint, Syntax, Syntax, Syntax], Syntax]


def _mean(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    for size in book.shape(inside):
        g = book.algebra.quotient(g, parse(str(size)))
    return g


def _trace(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    size = parse(str(rows_of(book.shape(inside))))
    return book.algebra.product(g, Call(Name("eye"), (size,)))


def _inverse_transposed(book: Adjoint, inside: Syntax) -> Syntax:
    return book.algebra.transposed(Call(Name("inv"), (inside,)))


def _determinant(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    return book.algebra.product(g, value, _inverse_transposed(book, inside))


def _log_determinant(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    return book.algebra.product(g, _inverse_transposed(book, inside))


def _inverse(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    across = book.algebra.transposed(value)
    return book.algebra.negative(book.algebra.matmul(book.algebra.matmul(across, g), across))


def _norm(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    return book.algebra.quotient(book.algebra.product(g, inside), value)


def _softmax(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    if not book.is_array(g):
        return ZERO
    mean = book.summed(book.algebra.product(g, value))
    return book.algebra.product(value, book.algebra.total(g, book.algebra.negative(mean)))


def _log_sum_exp(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    return book.algebra.product(g, Call(Name("softmax"), (inside,)))


def _logarithm(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    return book.algebra.quotient(g, inside)


def _diagonal(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    whole = book.spread(g, book.shape(value))
    factors = chain(whole)
    if len(factors) == 2 and book.algebra.columns(inside) == 1:
        first, second = factors[0], book.algebra.transposed(factors[1])
        if book.algebra.columns(first) == book.algebra.columns(second) == 1:
            return book.algebra.product(first, second)
    return Call(Name("diag"), (whole,))


def _transpose(book: Adjoint, g: Syntax, inside: Syntax, value: Syntax) -> Syntax:
    return book.algebra.transposed(g)


_ADJOINTS: dict[str, _Rule] = {
    "mean": _mean,
    "tr": _trace,
    "det": _determinant,
    "logdet": _log_determinant,
    "inv": _inverse,
    "norm": _norm,
    "softmax": _softmax,
    "logsumexp": _log_sum_exp,
    "log": _logarithm,
    "ln": _logarithm,
    "diag": _diagonal,
    "transpose": _transpose,
}


def _is_centred(node: Syntax) -> bool:
    """Whether it is ``x - mean(x)``, whose entries add up to zero."""
    if not isinstance(node, Binary) or node.operator != "-":
        return False
    sides = (node.left, node.right)
    return any(
        isinstance(mean, Call) and mean.function == Name("mean") and mean.args == (whole,)
        for whole, mean in (sides, sides[::-1])
    )


def _names(node: Syntax) -> set[str]:
    match node:
        case Name():
            return {node.id}
        case Number():
            return set()
        case Unary() | Transposed():
            return _names(node.operand)
        case Binary():
            return _names(node.left) | _names(node.right)
        case Call():
            return set().union(
                _names(node.function),
                *map(_names, node.args),
                *(_names(v) for _, v in node.keywords),
            )
        case Subscript():
            return set().union(_names(node.operand), *map(_names, node.indices))
        case _ if hasattr(node, "operands"):
            return set().union(*map(_names, node.operands))
    raise NoForm


def _factors(node: Syntax) -> list[Syntax]:
    if isinstance(node, Binary) and node.operator in ("*", "/"):
        return [*_factors(node.left), *_factors(node.right)]
    return _factors(node.operand) if isinstance(node, Unary) else [node]


def _is_below(node: Syntax, part: Syntax) -> bool:
    """Whether a factor stands under a fraction bar."""
    if isinstance(node, Binary) and node.operator in ("*", "/"):
        if part in _factors(node.left):
            return _is_below(node.left, part)
        return node.operator == "/" or _is_below(node.right, part)
    return False
