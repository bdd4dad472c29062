"""From typed nodes to index polynomials.

A matrix node is compiled at a row and a column *slot*: None where the dimension is 1, an index,
or a pair of slots where a Kronecker product splits the dimension.
"""

from __future__ import annotations

from derivcheck.lang import nodes as n
from derivcheck.lang.nodes import Dim, Node
from derivcheck.symbolic.matrix.arithmetic import constant, number_of, plus, scaled
from derivcheck.symbolic.matrix.atoms import Polynomial, Rational, Undecided, whole
from derivcheck.symbolic.matrix.calculus import Calculus

Slot = int | tuple[int, ...] | None
Hint = tuple[Dim, ...] | None


class Expressions(Calculus):
    """Compiles nodes; ``indices`` maps names of free and summed indices to numbers."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.indices: dict[str, int] = {}
        self.user_jumps: list[tuple[str, Polynomial]] = []
        self.left_jumps = 0
        """How many of them come from the left side, and so stand first."""
        self._memo: dict[object, Polynomial] = {}
        self._scope: tuple[int, ...] = ()
        self._hints: dict[tuple[Node, int], Hint] = {}

    def forget(self) -> None:
        """Compile anew from here on (facts about the point are to be used)."""
        self._memo.clear()

    # slots

    def slot(self, dim: Dim, hint: Hint = None) -> Slot:
        """A slot of fresh indices for a dimension, split like ``hint``."""
        if dim == n.ONE:
            return None
        if hint is None:
            return self.fresh(dim)
        return tuple(self.fresh(part) for part in hint)

    @staticmethod
    def flat(*slots: Slot) -> tuple[int, ...]:
        """The indices in slots."""
        found: list[int] = []
        for slot in slots:
            if isinstance(slot, tuple):
                found.extend(slot)
            elif slot is not None:
                found.append(slot)
        return tuple(found)

    def hint(self, node: Node, axis: int) -> Hint:
        """How Kronecker products inside ``node`` split its rows (0) or columns (1)."""
        if not node.shape or len(node.shape[axis].names) + (node.shape[axis].factor > 1) < 2:
            return None
        key = (node, axis)
        if key not in self._hints:
            self._hints[key] = self._hint(node, axis)
        return self._hints[key]

    def _hint(self, node: Node, axis: int) -> Hint:
        if isinstance(node, n.Kron):
            found: tuple[Dim, ...] = ()
            for side in (node.left, node.right):
                found += self._parts(side, axis)
            return found if len(found) > 1 else None
        if isinstance(node, n.Transpose):
            return self.hint(node.arg, 1 - axis)
        if isinstance(node, n.MatMul):
            return self.hint(node.left if axis == 0 else node.right, axis)
        if isinstance(node, n.Inv):
            return self.hint(node.arg, axis) or self.hint(node.arg, 1 - axis)
        for child in n.children(node):
            if child.shape and child.shape[axis] == node.shape[axis]:
                hint = self.hint(child, axis)
                if hint is not None:
                    return hint
        return None

    def _parts(self, node: Node, axis: int) -> tuple[Dim, ...]:
        dim = (n.rows_of if axis == 0 else n.columns_of)(node.shape)
        return () if dim == n.ONE else self.hint(node, axis) or (dim,)

    def slot_delta(self, a: Slot, b: Slot) -> Polynomial:
        """Kronecker's delta of two slots."""
        if a is None and b is None:
            return {(): 1}
        if isinstance(a, tuple) and isinstance(b, tuple) and self._same_split(a, b):
            return self.product_of(*(self.delta(i, j) for i, j in zip(a, b, strict=True)))
        if isinstance(a, int) and isinstance(b, int):
            return self.delta(a, b)
        raise Undecided("index notation: a dimension is split by kron in two ways")

    def _same_split(self, a: tuple[int, ...], b: tuple[int, ...]) -> bool:
        return [self.dim(i) for i in a] == [self.dim(i) for i in b]

    # compiling

    def compile(self, node: Node, row: Slot = None, column: Slot = None) -> Polynomial:
        """The entry (row, column) of a node."""
        if not node.shape:
            row = column = None
        key = (node, row, column, self._scope)
        known = self._memo.get(key)
        if known is None:
            bound: list[int] = []
            body = self._open(node, row, column, bound)
            known = self.sum_over(bound, body)
            self._memo[key] = known
        return known

    def _open(self, node: Node, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
        """The entry as a polynomial still to be summed over ``bound`` (which grows)."""
        if not node.shape:
            row = column = None
        if isinstance(node, n.Mul):
            result: Polynomial = {(): 1}
            for arg in node.args:
                result = self.times(result, self._open(arg, row, column, bound))
            return result
        if isinstance(node, n.MatMul):
            dim = n.columns_of(node.left.shape)
            middle = self.slot(dim, self.hint(node.left, 1) or self.hint(node.right, 0))
            bound.extend(self.flat(middle))
            left = self._open(node.left, row, middle, bound)
            return self.times(left, self._open(node.right, middle, column, bound))
        if isinstance(node, n.Transpose):
            return self._open(node.arg, column, row, bound)
        if isinstance(node, n.Sum):
            shape = node.arg.shape
            if node.axis != 1:
                row = self.slot(n.rows_of(shape), self.hint(node.arg, 0))
                bound.extend(self.flat(row))
            if node.axis != 0:
                column = self.slot(n.columns_of(shape), self.hint(node.arg, 1))
                bound.extend(self.flat(column))
            return self._open(node.arg, row, column, bound)
        if isinstance(node, n.Trace):
            if not node.arg.shape:
                return self._open(node.arg, None, None, bound)
            hint = self.hint(node.arg, 0) or self.hint(node.arg, 1)
            index = self.slot(n.rows_of(node.arg.shape), hint)
            bound.extend(self.flat(index))
            return self._open(node.arg, index, index, bound)
        if isinstance(node, n.Diag):
            return self._diag(node, row, column, bound)
        if isinstance(node, n.Kron):
            return self._kron(node, row, column, bound)
        if isinstance(node, n.Entry):
            return self._open(node.arg, self._place(node, 0), self._place(node, 1), bound)
        if isinstance(node, n.SumIndex):
            index = self.fresh(node.index.dim)
            bound.append(index)
            outer, scope = self.indices, self._scope
            self.indices = {**outer, node.index.name: index}
            self._scope = (*scope, index)
            inner = self._open(node.body, None, None, bound)
            self.indices, self._scope = outer, scope
            return inner
        return self._closed(node, row, column)

    def _closed(self, node: Node, row: Slot, column: Slot) -> Polynomial:
        if isinstance(node, n.Num):
            return constant(whole(node.value))
        if isinstance(node, n.Sym):
            return self._symbol(node, row, column)
        if isinstance(node, n.Add):
            return plus(*(self.compile(arg, row, column) for arg in node.args))
        if isinstance(node, n.Const):
            return self.named(node.name)
        if isinstance(node, n.DimSize):
            return self.size(node.dim)
        if isinstance(node, n.Eye):
            return self.slot_delta(row, column)
        if isinstance(node, n.Pow):
            return self._power_node(node, row, column)
        if isinstance(node, n.Call):
            if node.function == "sign":
                self.user_jumps.append(("sign", self.compile(node.args[0], row, column)))
            if node.function == "log":
                return self._log_node(node.args[0], row, column)
            args = tuple(self.compile(arg, row, column) for arg in node.args)
            return self.function(node.function, args)
        if isinstance(node, n.Apply):
            return self._apply(node, row, column)
        if isinstance(node, n.Select):
            condition = self.condition(node.condition, row, column)
            then = self.compile(node.then, row, column)
            other = self.compile(node.otherwise, row, column)
            return plus(other, self.times(condition, plus(then, scaled(other, -1))))
        if isinstance(node, n.Compare | n.Logic):
            return self.condition(node, row, column)
        if isinstance(node, n.Det):
            return self._det(node)
        if isinstance(node, n.Inv):
            return self._inv(node, row, column)
        if isinstance(node, n.Extreme):
            return self._extreme(node, row, column)
        if isinstance(node, n.Jvp | n.Grad | n.Jacobian):
            return self.operator(node, row, column)
        raise Undecided(f"index notation: no meaning for {type(node).__name__}")

    def operator(self, node: n.Jvp | n.Grad | n.Jacobian, row: Slot, column: Slot) -> Polynomial:
        """The entry (row, column) of a derivative."""
        raise NotImplementedError

    def _place(self, node: n.Entry, axis: int) -> Slot:
        place = node.row if axis == 0 else node.column
        dim = (n.rows_of if axis == 0 else n.columns_of)(node.arg.shape)
        if dim == n.ONE:
            return None
        if isinstance(place, int):
            if place < 0:
                raise Undecided("index notation: an index counted from the end")
            return -1 - place
        return self.indices[place.name]

    def _symbol(self, node: n.Sym, row: Slot, column: Slot) -> Polynomial:
        name = node.name
        if isinstance(row, tuple) or isinstance(column, tuple):
            name += f"|{self._pattern(row)}|{self._pattern(column)}"
        return self.element(name, self.flat(row, column))

    def _pattern(self, slot: Slot) -> str:
        return ",".join(self.dim(i) for i in self.flat(slot))

    def _diag(self, node: n.Diag, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
        rows, columns = n.rows_of(node.arg.shape), n.columns_of(node.arg.shape)
        if n.ONE not in (rows, columns):
            return self._open(node.arg, row or column, row or column, bound)
        if not node.shape:
            return self._open(node.arg, None, None, bound)
        places = (row, None) if columns == n.ONE else (None, row)
        entries = self._open(node.arg, places[0], places[1], bound)
        return self.times(self.slot_delta(row, column), entries)

    def _kron(self, node: n.Kron, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
        sides: list[list[Slot]] = [[], []]
        for axis, slot in ((0, row), (1, column)):
            indices = self.flat(slot)
            cut = len(self._parts(node.left, axis))
            for number, (side, part) in enumerate(
                ((node.left, indices[:cut]), (node.right, indices[cut:]))
            ):
                dim = (n.rows_of if axis == 0 else n.columns_of)(side.shape)
                if self._size_of(part) != dim:
                    raise Undecided("index notation: a dimension is split by kron in two ways")
                sides[number].append(None if not part else part[0] if len(part) == 1 else part)
        left = self._open(node.left, sides[0][0], sides[0][1], bound)
        return self.times(left, self._open(node.right, sides[1][0], sides[1][1], bound))

    def _size_of(self, indices: tuple[int, ...]) -> Dim:
        result = n.ONE
        for index in indices:
            result = result * self.dim_of_name(self.dim(index))
        return result

    def _power_node(self, node: n.Pow, row: Slot, column: Slot) -> Polynomial:
        """A power; products and powers below it are kept apart, not multiplied out first."""
        exponent = self.compile(node.exponent, row, column)
        value = number_of(exponent)
        base = node.base
        if value is not None and isinstance(base, n.Pow | n.Mul):
            factors = self._factors(base, row, column)
            unknown = [f for f, power in factors if self.sign_of(f) != 1]
            if factors and (isinstance(value, int) or not unknown):
                return self.product_of(
                    *(self.power(f, whole(power * value)) for f, power in factors)
                )
        return self.general_power(self.compile(base, row, column), exponent)

    def _factors(self, node: Node, row: Slot, column: Slot) -> list[tuple[Polynomial, Rational]]:
        """A product as (factor, rational exponent); whole powers of whole powers merge."""
        if isinstance(node, n.Mul):
            return [part for arg in node.args for part in self._factors(arg, row, column)]
        if isinstance(node, n.Pow):
            value = number_of(self.compile(node.exponent, row, column))
            if value is not None:
                inner = self._factors(node.base, row, column)
                if isinstance(value, int) or all(self.sign_of(f) == 1 for f, _ in inner):
                    return [(f, whole(power * value)) for f, power in inner]
        return [(self.compile(node, row, column), 1)]

    def _log_node(self, node: Node, row: Slot, column: Slot) -> Polynomial:
        """The logarithm of a product or power, split as far as signs are known."""
        if isinstance(node, n.Pow | n.Mul):
            factors = self._factors(node, row, column)
            unknown = [(f, e) for f, e in factors if self.sign_of(f) != 1]
            # one factor of unknown sign to an odd power is positive where the logarithm exists
            if not unknown or (len(unknown) == 1 and unknown[0][1] in (1, -1)):
                return plus(*(scaled(self.log(f), e) for f, e in factors))
        return self.log(self.compile(node, row, column))

    def _apply(self, node: n.Apply, row: Slot, column: Slot) -> Polynomial:
        if all(not arg.shape or arg.shape == node.shape for arg in node.args):
            args = tuple(self.compile(arg, row, column) for arg in node.args)
            return self.function(node.function, args, node.orders)
        if any(node.orders):
            raise Undecided("index notation: a derivative order of a matrix argument")
        formals: list[int] = []
        dims: list[tuple[str, ...]] = []
        polys: list[Polynomial] = []
        for arg in node.args:
            r = self.slot(n.rows_of(arg.shape))
            c = self.slot(n.columns_of(arg.shape))
            places = self.flat(r, c)
            formals.extend(places)
            dims.append(tuple(self.dim(i) for i in places))
            polys.append(self.compile(arg, r, c))
        return self.abstract((node.function, (), tuple(dims)), tuple(formals), polys, [])

    def _extreme(self, node: n.Extreme, row: Slot, column: Slot) -> Polynomial:
        formals: tuple[int, ...] = ()
        if node.axis != 1:
            row = self.slot(n.rows_of(node.arg.shape))
            formals += self.flat(row)
        if node.axis != 0:
            column = self.slot(n.columns_of(node.arg.shape))
            formals += self.flat(column)
        body = self.compile(node.arg, row, column)
        return self.extreme((node.function, tuple(self.dim(i) for i in formals)), formals, body)

    # conditions

    def condition(self, node: Node, row: Slot, column: Slot) -> Polynomial:
        """1 where a condition holds, else 0."""
        if not node.shape:
            row = column = None
        if isinstance(node, n.Logic):
            parts = [self.condition(arg, row, column) for arg in node.args]
            if node.operator == "not":
                return self._not(parts[0])
            if node.operator == "and":
                return self.product_of(*parts)
            return self._not(self.product_of(*(self._not(p) for p in parts)))
        if not isinstance(node, n.Compare):
            raise Undecided("index notation: a condition without a comparison")
        left = self.compile(node.left, row, column)
        gap = plus(left, scaled(self.compile(node.right, row, column), -1))
        operator = node.operator
        if operator in ("==", "!="):
            self.user_jumps.append(("zero", gap))
            equal = self.function("zero", (gap,))
            return equal if operator == "==" else self._not(equal)
        if operator in ("<", ">="):
            gap = scaled(gap, -1)
        self.user_jumps.append(("step", gap))
        step = self.function("step", (gap,))
        return step if operator in ("<", ">") else self._not(step)

    @staticmethod
    def _not(poly: Polynomial) -> Polynomial:
        return plus({(): 1}, scaled(poly, -1))

    # inverses and determinants

    def _inv(self, node: n.Inv, row: Slot, column: Slot) -> Polynomial:
        arg = node.arg
        if not arg.shape:
            return self.power(self.compile(arg), -1)
        if isinstance(arg, n.Kron) and self._square(arg.left) and self._square(arg.right):
            left = n.Inv(arg.left, shape=arg.left.shape)
            right = n.Inv(arg.right, shape=arg.right.shape)
            return self.compile(n.Kron(left, right, shape=arg.shape), row, column)
        if not isinstance(row, int) or not isinstance(column, int):
            raise Undecided("index notation: inverse over a dimension split by kron")
        r, c = self.fresh(arg.shape[0]), self.fresh(arg.shape[1])
        return self.inverse(self.compile(arg, r, c), (r, c), row, column)

    def _det(self, node: n.Det) -> Polynomial:
        arg = node.arg
        if not arg.shape:
            return self.compile(arg)
        if isinstance(arg, n.Kron) and self._square(arg.left) and self._square(arg.right):
            result: Polynomial = {(): 1}
            for side, other in ((arg.left, arg.right), (arg.right, arg.left)):
                value = self.compile(n.Det(side, shape=()))
                size = self.size(n.rows_of(other.shape))
                result = self.times(result, self.general_power(value, size))
            return result
        if self.hint(arg, 0) or self.hint(arg, 1):
            raise Undecided("index notation: determinant over a dimension split by kron")
        r, c = self.fresh(arg.shape[0]), self.fresh(arg.shape[1])
        return self.determinant(self.compile(arg, r, c), (r, c))

    @staticmethod
    def _square(node: Node) -> bool:
        return n.rows_of(node.shape) == n.columns_of(node.shape)
