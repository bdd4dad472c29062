"""Forward differentiation of syntax: scalars and differentials."""

from __future__ import annotations

from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Shape
from derivcheck.lang.shapes import Elaborator
from derivcheck.lang.syntax import (
    Binary,
    Bounds,
    Call,
    Comparison,
    Comprehension,
    Name,
    Number,
    Syntax,
    Transposed,
    Unary,
    mapped,
    walk,
)
from derivcheck.symbolic.textbook.algebra import Algebra
from derivcheck.symbolic.textbook.monomial import (
    ONE,
    ZERO,
    Monomial,
    is_zero,
    number,
)
from derivcheck.symbolic.textbook.rules import slopes


class NoForm(Exception):
    """There is no textbook form of this."""


def replaced(node: Syntax, mapping: dict[str, Syntax]) -> Syntax:
    """Syntax with names replaced, those of functions not."""
    if isinstance(node, Name):
        return mapping.get(node.id, node)
    if isinstance(node, Comprehension | Bounds) and node.name.id in mapping:
        raise NoForm
    return mapped(node, lambda part: replaced(part, mapping))


class Textbook:
    """Derivatives by one name in the scope of one formula."""

    def __init__(self, builder: Elaborator, wrt: str) -> None:
        self.builder = builder
        self.wrt = wrt
        self.where = builder.scope.where
        self.functions = builder.scope.functions
        self.algebra = Algebra(self.shape, self.is_symmetric)
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
            found = self._depends[node] = any(map(self._is_wrt, names(node)))
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

    def choice(self, node: Call) -> tuple[Syntax, ...] | None:
        """The test of ``where``, ``max`` or ``min``, and the values where it holds and does not."""
        name = self.call_name(node)
        if name == "where" and len(node.args) == 3:
            return node.args
        if name in ("max", "min") and len(node.args) == 2:
            return Comparison((">" if name == "max" else "<",), node.args), *node.args
        return None

    def slope(self, node: Call, value: Syntax) -> Syntax:
        """The derivative of an elementwise function of one argument at that argument."""
        if len(node.args) != 1:
            raise NoForm
        return self.slopes(node, value)[0]

    def slopes(self, node: Call, value: Syntax) -> list[Syntax]:
        """The derivatives by each argument that moves, 0 for the others."""
        if node.keywords:
            raise NoForm
        count = len(node.args)
        abstract = self._abstract(node.function, count)
        if abstract is not None:
            return [_raised(*abstract, node.args, i) for i in range(count)]
        parameters, rules = slopes(self.call_name(node), count)
        if len(rules) != count:
            raise NoForm
        known = {"f": value, **dict(zip(parameters, node.args, strict=True))}
        found: list[Syntax] = []
        for argument, rule in zip(node.args, rules, strict=True):
            if not self.depends(argument):
                found.append(ZERO)
            elif rule is None:
                raise NoForm
            else:
                found.append(self.tidied(replaced(rule, known)))
        return found

    def _abstract(self, function: Syntax, count: int) -> tuple[Name, tuple[int, ...]] | None:
        """A declared function, or a derivative ``D(f, 2)`` of one: its name and orders."""
        match function:
            case Name() if function.id in self.functions:
                return function, (0,) * count
            case Call(function=Name("D"), args=(Name() as name, *orders)):
                told = tuple(int(o.value) for o in orders if isinstance(o, Number))
                return name, told or (1,)
        return None

    def tidied(self, node: Syntax) -> Syntax:
        """Products and sums of a rule's text, built anew."""
        if isinstance(node, Binary) and node.operator in "*/":
            sides = self.tidied(node.left), self.tidied(node.right)
            return self.algebra.combined(node.operator, *sides)
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
                slopes = self.derivative(left), self.derivative(right)
                return algebra.combined(node.operator, *slopes)
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
        slope = self.derivative(exponent)
        if base == Name("e"):
            return algebra.product(value, slope)
        grows = algebra.product(value, Call(Name("log"), (base,)), slope)
        rest = algebra.product(value, algebra.quotient(exponent, base), self.derivative(base))
        return algebra.total(grows, rest)

    def _logarithmic(self, node: Binary, value: Syntax) -> Syntax | None:
        """A named product with an exponential: its value times the slope of its logarithm."""
        if value is node:
            return None
        parts = self.algebra.monomial(node).powers
        moving = {base: power for base, power in parts.items() if self.depends(base)}
        if not any(isinstance(b, Call) and self.call_name(b) == "exp" for b in moving):
            return None
        terms = []
        for base, power in moving.items():
            if isinstance(base, Call) and self.call_name(base) == "exp":
                slope = self.derivative(base.args[0])
            else:
                slope = self.algebra.quotient(self.derivative(base), base)
            terms.append(self.algebra.product(number(power), slope))
        return self.algebra.product(value, self.algebra.total(*terms))

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
        choice = self.choice(node)
        if choice is not None:
            test, *parts = choice
            return Call(Name("where"), (test, *map(self.derivative, parts)))
        if name == "inv" and len(node.args) == 1:
            change = algebra.matmul(algebra.matmul(value, self.derivative(node.args[0])), value)
            return algebra.negative(change)
        if name == "det" and len(node.args) == 1:
            inside = node.args[0]
            inner = algebra.matmul(Call(Name("inv"), (inside,)), self.derivative(inside))
            return algebra.product(value, Call(Name("tr"), (inner,)))
        if name == "expm" and len(node.args) == 1:  # of what commutes with its change
            return algebra.matmul(self.derivative(node.args[0]), value)
        if name == "matrix_power" and len(node.args) == 2 and not self.depends(node.args[1]):
            base, times = node.args
            less = Call(node.function, (base, algebra.total(times, number(-1))))
            return algebra.product(times, algebra.matmul(self.derivative(base), less))
        if name in _LINEAR and not any(map(self.depends, node.args[1:])):
            change = self.derivative(node.args[0])
            return ZERO if is_zero(change) else Call(node.function, (change, *node.args[1:]))
        if name in _BILINEAR and len(node.args) == 2:
            x, y = node.args
            first = Call(node.function, (self.derivative(x), y)) if self.depends(x) else ZERO
            second = Call(node.function, (x, self.derivative(y))) if self.depends(y) else ZERO
            return algebra.total(first, second)
        parts = [
            algebra.product(slope, self.derivative(argument))
            for slope, argument in zip(self.slopes(node, value), node.args, strict=True)
            if self.depends(argument)
        ]
        return algebra.total(*parts)

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


_LINEAR = ("vec", "tril", "triu", "skew", "diag", "cumsum")
"""Functions of arrays that are linear in their first argument."""
_BILINEAR = ("kron", "cross", "outer")


class Differential(Textbook):
    """d(F) when one symbol varies: ``dX`` is its differential."""

    def seed(self) -> Syntax:
        """The differential of the name."""
        return Name(f"d{self.wrt}")


def _raised(name: Name, orders: tuple[int, ...], args: tuple[Syntax, ...], i: int) -> Syntax:
    """The derivative of an abstract function by its argument i, at arguments."""
    raised = [order + (i == j) for j, order in enumerate(orders)]
    told = map(number, raised) if raised != [1] else ()
    return Call(Call(Name("D"), (name, *told)), args)


def _is_centred(node: Syntax) -> bool:
    """Whether it is ``x - mean(x)``, whose entries add up to zero."""
    if not isinstance(node, Binary) or node.operator != "-":
        return False
    sides = (node.left, node.right)
    return any(
        isinstance(mean, Call) and mean.function == Name("mean") and mean.args == (whole,)
        for whole, mean in (sides, sides[::-1])
    )


def names(node: Syntax) -> set[str]:
    """Every name that occurs."""
    return {part.id for part in walk(node) if isinstance(part, Name)}
