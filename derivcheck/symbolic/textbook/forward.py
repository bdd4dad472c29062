"""Forward differentiation of syntax: scalars and differentials."""

from __future__ import annotations

from derivcheck.lang import syntax as S
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Dim, Shape, columns_of, rows_of
from derivcheck.lang.parser import parse
from derivcheck.lang.shapes import Elaborator
from derivcheck.symbolic.textbook.algebra import Algebra
from derivcheck.symbolic.textbook.monomial import ONE, ZERO, Monomial, is_zero, number
from derivcheck.symbolic.textbook.rules import CHANGES, slopes

_VARYING, _FIXED = "u", ("a", "b")
"""What the names in the left side of a rule stand for."""


class NoForm(Exception):
    """There is no textbook form of this."""


def replaced(node: S.Syntax, mapping: dict[str, S.Syntax]) -> S.Syntax:
    """Syntax with names replaced, those of functions not."""
    if isinstance(node, S.Name):
        return mapping.get(node.id, node)
    if isinstance(node, S.Comprehension | S.Bounds) and node.name.id in mapping:
        raise NoForm
    return S.mapped(node, lambda part: replaced(part, mapping))


class Textbook:
    """Derivatives by one name in the scope of one formula."""

    def __init__(self, builder: Elaborator, wrt: str) -> None:
        self.builder = builder
        self.wrt = wrt
        self.where = builder.scope.where
        self.functions = builder.scope.functions
        self.algebra = Algebra(self.shape, self.is_symmetric)
        self._shapes: dict[S.Syntax, Shape] = {}
        self._depends: dict[S.Syntax, bool] = {}

    # --- questions ----------------------------------------------------------------------------

    def shape(self, node: S.Syntax) -> Shape:
        """The shape; NoForm where an expression has none."""
        found = self._shapes.get(node)
        if found is None:
            try:
                found = self.builder.node(node).shape
            except LanguageError as error:
                raise NoForm(str(error)) from error
            self._shapes[node] = found
        return found

    def is_array(self, node: S.Syntax) -> bool:
        """Whether it is a vector or matrix."""
        return bool(self.shape(node))

    def is_symmetric(self, node: S.Syntax) -> bool:
        """Whether it is a symbol declared as such, or a product that is its own transpose."""
        if isinstance(node, S.Name):
            symbol = self.builder.scope.symbols.get(node.id)
            structure = symbol.structure if symbol is not None else frozenset()
            return bool(structure & {"symmetric", "spd", "diagonal"})
        return False

    def depends(self, node: S.Syntax) -> bool:
        """Whether the name occurs, also through ``where``."""
        found = self._depends.get(node)
        if found is None:
            found = self._depends[node] = any(map(self._is_wrt, names(node)))
        return found

    def _is_wrt(self, name: str) -> bool:
        if name == self.wrt:
            return True
        return name in self.where and self.depends(self.where[name])

    def call_name(self, node: S.Call) -> str:
        """A built-in function's name; empty for abstract ones and ``D(f)``."""
        name = node.function.id if isinstance(node.function, S.Name) else ""
        return "" if name in self.functions else name

    def _without_abs(self, node: S.Call) -> S.Call:
        """``log(abs(u))`` has the derivative of ``log(u)``."""
        if self.call_name(node) in ("log", "ln") and len(node.args) == 1:
            (inside,) = node.args
            if isinstance(inside, S.Call) and self.call_name(inside) == "abs":
                return S.Call(node.function, inside.args)
        return node

    def choice(self, node: S.Call) -> tuple[S.Syntax, ...] | None:
        """The test of ``where``, ``max`` or ``min``, and the values where it holds and does not."""
        name = self.call_name(node)
        if name == "where" and len(node.args) == 3:
            return node.args
        if name in ("max", "min") and len(node.args) == 2:
            return S.Comparison((">" if name == "max" else "<",), node.args), *node.args
        return None

    def slope(self, node: S.Call, value: S.Syntax) -> S.Syntax:
        """The derivative of an elementwise function of one argument at that argument."""
        if len(node.args) != 1:
            raise NoForm
        return self.slopes(node, value)[0]

    def slopes(self, node: S.Call, value: S.Syntax) -> list[S.Syntax]:
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
        found: list[S.Syntax] = []
        for argument, rule in zip(node.args, rules, strict=True):
            if not self.depends(argument):
                found.append(ZERO)
            elif rule is None:
                raise NoForm
            else:
                found.append(self.tidied(replaced(rule, known)))
        return found

    def _abstract(self, function: S.Syntax, count: int) -> tuple[S.Name, tuple[int, ...]] | None:
        """A declared function, or a derivative ``D(f, 2)`` of one: its name and orders."""
        match function:
            case S.Name() if function.id in self.functions:
                return function, (0,) * count
            case S.Call(function=S.Name("D"), args=(S.Name() as name, *orders)):
                numbers = tuple(int(o.value) for o in orders if isinstance(o, S.Number))
                return name, numbers or (1,)
        return None

    def tidied(self, node: S.Syntax) -> S.Syntax:
        """Products and sums of a rule's text, built anew."""
        if isinstance(node, S.Binary) and node.operator in "*/":
            sides = self.tidied(node.left), self.tidied(node.right)
            return self.algebra.combined(node.operator, *sides)
        return node

    def summed(self, node: S.Syntax, name: str = "sum") -> S.Syntax:
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
        scalars.times(S.Call(S.Name(name), (inner,)))
        return self.algebra.joined(scalars)

    # --- rules of arrays --------------------------------------------------------------------------

    def rule(self, table: dict[str, str], node: S.Syntax) -> tuple[str, dict[str, S.Syntax]] | None:
        """The first rule for an expression, and what the names in its left side stand for."""
        for pattern, text in table.items():
            known: dict[str, S.Syntax] = {}
            if self._fits(parse(pattern), node, known):
                return text, known
        return None

    def _fits(self, pattern: S.Syntax, node: S.Syntax, known: dict[str, S.Syntax]) -> bool:
        if isinstance(pattern, S.Name) and pattern.id in (_VARYING, *_FIXED):
            known[pattern.id] = node
            return pattern.id == _VARYING or not (isinstance(node, S.Slice) or self.depends(node))
        if isinstance(node, S.Call) and not self.call_name(node):
            return False
        wanted, parts = S.below(pattern), S.below(node)
        return (
            len(wanted) == len(parts)
            and S.rebuilt(node, wanted) == pattern
            and all(self._fits(one, part, known) for one, part in zip(wanted, parts, strict=True))
        )

    def filled(self, text: str, known: dict[str, S.Syntax]) -> S.Syntax:
        """A rule's text with these in place of names, sums and products built anew."""
        sizes = {}
        if _VARYING in known and not {"n", "m"}.isdisjoint(names(parse(text))):
            shape = self.shape(known[_VARYING])
            sizes = {"n": written(rows_of(shape)), "m": written(columns_of(shape))}
        return self._filled(parse(text), {**sizes, **known})

    def _filled(self, node: S.Syntax, known: dict[str, S.Syntax]) -> S.Syntax:
        match node:
            case S.Name():
                return known.get(node.id, node)
            case S.Unary(operator="-"):
                return self.algebra.negative(self._filled(node.operand, known))
            case S.Transposed():
                return self.algebra.transposed(self._filled(node.operand, known))
            case S.Binary():
                sides = self._filled(node.left, known), self._filled(node.right, known)
                return self.algebra.combined(node.operator, *sides)
            case S.Call(function=S.Name("sum"), args=(inside,)):
                return self.summed(self._filled(inside, known))
        return S.mapped(node, lambda part: self._filled(part, known))

    # --- forward: scalars and differentials -----------------------------------------------------

    def derivative(self, node: S.Syntax, value: S.Syntax | None = None) -> S.Syntax:
        """The derivative by a scalar, or by the differential of an array (``dX``).

        ``value`` is the shortest name of the expression, where it has one.
        """
        if not self.depends(node):
            return ZERO
        algebra = self.algebra
        match node:
            case S.Name():
                if node.id == self.wrt:
                    return self.seed()
                return self.derivative(self.where[node.id], node)
            case S.Unary(operator="-"):
                return algebra.negative(self.derivative(node.operand))
            case S.Unary(operator="+"):
                return self.derivative(node.operand)
            case S.Transposed():
                return algebra.transposed(self.derivative(node.operand))
            case S.Binary():
                return self._binary(node, value or node)
            case S.Call():
                return self._call(node, value or node)
        raise NoForm

    def seed(self) -> S.Syntax:
        """The derivative of the name by itself."""
        return ONE

    def _binary(self, node: S.Binary, value: S.Syntax) -> S.Syntax:
        algebra, operator, left, right = self.algebra, node.operator, node.left, node.right
        if operator == "**":
            return self._powered(left, right, value)
        logarithmic = self._logarithmic(node, value) if operator in ("*", "/") else None
        if logarithmic is not None:
            return logarithmic
        first, second = self.derivative(left), self.derivative(right)
        if operator in ("+", "-"):
            return algebra.combined(operator, first, second)
        if operator == "/" and not self.depends(right):
            return algebra.quotient(first, right)
        product = "@" if operator == "@" else "*"
        terms = algebra.combined(product, first, right), algebra.combined(product, left, second)
        if operator == "/":
            over = algebra.combined("-", *terms)
            return algebra.quotient(over, algebra.power(right, number(2)))
        return algebra.total(*terms)

    def _powered(self, base: S.Syntax, exponent: S.Syntax, value: S.Syntax) -> S.Syntax:
        algebra = self.algebra
        if not self.depends(exponent):
            less = algebra.total(exponent, number(-1))
            return algebra.product(exponent, algebra.power(base, less), self.derivative(base))
        slope = self.derivative(exponent)
        if base == S.Name("e"):
            return algebra.product(value, slope)
        grows = algebra.product(value, S.Call(S.Name("log"), (base,)), slope)
        rest = algebra.product(value, algebra.quotient(exponent, base), self.derivative(base))
        return algebra.total(grows, rest)

    def _logarithmic(self, node: S.Binary, value: S.Syntax) -> S.Syntax | None:
        """A named product with an exponential: its value times the slope of its logarithm."""
        if value is node:
            return None
        parts = self.algebra.monomial(node).powers
        moving = {base: power for base, power in parts.items() if self.depends(base)}
        if not any(isinstance(b, S.Call) and self.call_name(b) == "exp" for b in moving):
            return None
        terms = []
        for base, power in moving.items():
            if isinstance(base, S.Call) and self.call_name(base) == "exp":
                slope = self.derivative(base.args[0])
            else:
                slope = self.algebra.quotient(self.derivative(base), base)
            terms.append(self.algebra.product(number(power), slope))
        return self.algebra.product(value, self.algebra.total(*terms))

    def _call(self, node: S.Call, value: S.Syntax) -> S.Syntax:
        algebra = self.algebra
        node = self._without_abs(node)
        name = self.call_name(node)
        found = self.rule(CHANGES, node)
        if found is not None:
            text, known = found
            return self.filled(text, {**known, "f": value, "du": self.derivative(known[_VARYING])})
        if name in ("sum", "tr", "mean") and len(node.args) == 1:
            inner = self.derivative(node.args[0])
            if is_zero(inner) or node.keywords or not self.is_array(inner):
                return ZERO if is_zero(inner) else S.Call(node.function, (inner,), node.keywords)
            return self.summed(inner, name)
        choice = self.choice(node)
        if choice is not None:
            test, *parts = choice
            return S.Call(S.Name("where"), (test, *map(self.derivative, parts)))
        if name in _LINEAR and not any(map(self.depends, node.args[1:])):
            change = self.derivative(node.args[0])
            return ZERO if is_zero(change) else S.Call(node.function, (change, *node.args[1:]))
        if name in _BILINEAR and len(node.args) == 2:
            x, y = node.args
            first = S.Call(node.function, (self.derivative(x), y)) if self.depends(x) else ZERO
            second = S.Call(node.function, (x, self.derivative(y))) if self.depends(y) else ZERO
            return algebra.total(first, second)
        parts = [
            algebra.product(slope, self.derivative(argument))
            for slope, argument in zip(self.slopes(node, value), node.args, strict=True)
            if self.depends(argument)
        ]
        return algebra.total(*parts)


_LINEAR = ("vec", "tril", "triu", "skew", "diag", "cumsum")
"""Functions of arrays that are linear in their first argument."""
_BILINEAR = ("kron", "cross", "outer")


class Differential(Textbook):
    """d(F) when one symbol varies: ``dX`` is its differential."""

    def seed(self) -> S.Syntax:
        """The differential of the name."""
        return S.Name(f"d{self.wrt}")


def _raised(name: S.Name, orders: tuple[int, ...], args: tuple[S.Syntax, ...], i: int) -> S.Syntax:
    """The derivative of an abstract function by its argument i, at arguments."""
    raised = [order + (i == j) for j, order in enumerate(orders)]
    counts = map(number, raised) if raised != [1] else ()
    return S.Call(S.Call(S.Name("D"), (name, *counts)), args)


def _is_centred(node: S.Syntax) -> bool:
    """Whether it is ``x - mean(x)``, whose entries add up to zero."""
    if not isinstance(node, S.Binary) or node.operator != "-":
        return False
    sides = (node.left, node.right)
    return any(
        isinstance(mean, S.Call) and mean.function == S.Name("mean") and mean.args == (whole,)
        for whole, mean in (sides, sides[::-1])
    )


def written(dim: Dim) -> S.Syntax:
    """A dimension, written out."""
    return parse(str(dim))


def names(node: S.Syntax) -> set[str]:
    """Every name that occurs."""
    return {part.id for part in S.walk(node) if isinstance(part, S.Name)}
