"""From typed nodes to index polynomials.

A matrix node is compiled at a row and a column *slot*: None where the dimension is 1, an index,
or a pair of slots where a Kronecker product splits the dimension.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivcheck.lang import nodes as n
from derivcheck.lang.affine import affine_of
from derivcheck.lang.nodes import Dim, Node
from derivcheck.symbolic.matrix.arithmetic import constant, number_of, plus, scaled
from derivcheck.symbolic.matrix.atoms import DELTA, Polynomial, Rational, Undecided, freeze, whole
from derivcheck.symbolic.matrix.calculus import Calculus
from derivcheck.symbolic.matrix.indices import STEP, ZERO_AT
from derivcheck.symbolic.matrix.matrix_functions import CHOLESKY, EXPM, TRACE_EXPM

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
        self._scope: tuple[object, ...] = ()
        self._numbers: dict[str, Polynomial] = {}
        """Index names that stand for numbers."""
        self._picks: dict[tuple[Node, Dim], int] = {}
        """Computed places that are in range, and the indices that stand for them."""
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
        if not node.shape:
            return None
        dim = node.shape[axis]
        if not dim.sum and len(dim.names) + (dim.factor > 1) < 2:
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
        if isinstance(node, n.Vec) and axis == 0:
            return self._parts(node.arg, 1) + self._parts(node.arg, 0)
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
        rule = _OPEN.get(type(node))
        if rule is not None:
            return rule(self, node, row, column, bound)
        return self._closed(node, row, column)

    def _closed(self, node: Node, row: Slot, column: Slot) -> Polynomial:
        rule = _CLOSED.get(type(node))
        if rule is None:
            raise Undecided(f"index notation: no meaning for {type(node).__name__}")
        return rule(self, node, row, column)

    def _mul_node(self, node: n.Mul, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
        result: Polynomial = {(): 1}
        for arg in node.args:
            result = self.times(result, self._open(arg, row, column, bound))
        return result

    def _matmul_node(self, node: n.MatMul, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
        dim = n.columns_of(node.left.shape)
        middle = self.slot(dim, self.hint(node.left, 1) or self.hint(node.right, 0))
        bound.extend(self.flat(middle))
        left = self._open(node.left, row, middle, bound)
        return self.times(left, self._open(node.right, middle, column, bound))

    def _transposed(
        self, node: n.Transpose, row: Slot, column: Slot, bound: list[int]
    ) -> Polynomial:
        return self._open(node.arg, column, row, bound)

    def _sum_node(self, node: n.Sum, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
        shape = node.arg.shape
        if node.axis != 1:
            row = self.slot(n.rows_of(shape), self.hint(node.arg, 0))
            bound.extend(self.flat(row))
        if node.axis != 0:
            column = self.slot(n.columns_of(shape), self.hint(node.arg, 1))
            bound.extend(self.flat(column))
        return self._open(node.arg, row, column, bound)

    def _trace_node(self, node: n.Trace, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
        if not node.arg.shape:
            return self._open(node.arg, None, None, bound)
        if isinstance(node.arg, n.Expm):
            return self._function_of_matrix(TRACE_EXPM, node.arg, ())
        hint = self.hint(node.arg, 0) or self.hint(node.arg, 1)
        index = self.slot(n.rows_of(node.arg.shape), hint)
        bound.extend(self.flat(index))
        return self._open(node.arg, index, index, bound)

    def _entry_node(self, node: n.Entry, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
        return self._open(node.arg, self._place(node, 0), self._place(node, 1), bound)

    # indices

    def _under(
        self,
        names: dict[str, int],
        node: Node,
        row: Slot = None,
        column: Slot = None,
        numbers: dict[str, Polynomial] | None = None,
    ) -> Polynomial:
        """A node with index names bound to indices or to numbers."""
        outer, scope, values = self.indices, self._scope, self._numbers
        self.indices = {**outer, **names}
        self._numbers = {**values, **(numbers or {})}
        marks = tuple(freeze(poly) for poly in (numbers or {}).values())
        self._scope = (*scope, *names.values(), *marks)
        try:
            return self.compile(node, row, column)
        finally:
            self.indices, self._scope, self._numbers = outer, scope, values

    def _sum_index(self, node: n.SumIndex, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
        spelled = self._ends(node)
        if spelled is not None:
            return self._around(node, row, column, *spelled)
        index = self.fresh(node.index.dim)
        bound.append(index)
        outer, scope = self.indices, self._scope
        self.indices = {**outer, node.index.name: index}
        self._scope = (*scope, index)
        inner = self._open(node.body, row, column, bound)
        self.indices, self._scope = outer, scope
        return inner

    @staticmethod
    def _ends(node: n.SumIndex) -> tuple[n.Dim, int, int] | None:
        """(R, s, c) for an index from s to s + R + c - 1, R without a number, where it is nothing
        but a number in the body: sums over 0 ... R-1 and single terms say the same."""
        index = node.index
        constant_part = sum(f for f, names in index.dim.terms if not names)
        base = index.dim - n.Dim(constant_part)
        if index.start.names or base == n.ZERO or (constant_part == 0 and index.start == n.ZERO):
            return None
        used = (
            i
            for inner in n.walk(node.body)
            if isinstance(inner, n.Entry)
            for i in n.own_indices(inner)
        )
        if index in used or max(abs(constant_part), abs(index.start.factor)) > _FEW:
            return None
        return base, index.start.factor, constant_part

    def _around(
        self, node: n.SumIndex, row: Slot, column: Slot, base: n.Dim, start: int, more: int
    ) -> Polynomial:
        name = node.index.name
        index = self.fresh(base)
        total = self.sum_over(
            (index,),
            self._under({name: index}, node.body, row, column, {name: self.value(index)}),
        )

        def term(number: Polynomial) -> Polynomial:
            return self._under({}, node.body, row, column, {name: number})

        for k in range(min(start, 0), max(start, 0)):
            part = term(constant(k))
            total = plus(total, scaled(part, -1 if start > 0 else 1))
        last = start + more
        for k in range(min(last, 0), max(last, 0)):
            part = term(plus(self.size(base), constant(k)))
            total = plus(total, scaled(part, 1 if last > 0 else -1))
        return total

    def _index_value(self, node: n.IndexValue, row: Slot, column: Slot) -> Polynomial:
        known = self._numbers.get(node.index.name)
        if known is not None:
            return known
        return plus(self.value(self.indices[node.index.name]), self.size(node.index.start))

    def _build_node(self, node: n.Build, row: Slot, column: Slot) -> Polynomial:
        names: dict[str, int] = {}
        for index, slot in ((node.row, row), (node.column, column)):
            if index is not None:
                if not isinstance(slot, int):
                    raise Undecided("index notation: an array's entries over a split dimension")
                names[index.name] = slot
        return self._under(names, node.body)

    def _pick_node(self, node: n.Pick, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
        factor: Polynomial = {(): 1}
        slots: list[Slot] = []
        for place, dim in (
            (node.row, n.rows_of(node.arg.shape)),
            (node.column, n.columns_of(node.arg.shape)),
        ):
            if dim == n.ONE:
                slots.append(None)
                continue
            known = self._picks.get((place, dim))
            if known is None:
                known, mark = self._picked(place, dim)
                if mark is not None:
                    bound.append(known)
                    factor = self.times(factor, mark)
            slots.append(known)
        return self.times(factor, self._open(node.arg, slots[0], slots[1], bound))

    def _picked(self, place: Node, dim: n.Dim) -> tuple[int, Polynomial | None]:
        """The index that stands for a computed place, and the factor that says so."""
        number = self.compile(place)
        form = self.affine(number)
        if form is not None and form[1] == n.ZERO and len(form[0]) == 1:
            [(index, (coefficient, own))] = form[0].items()
            if coefficient == n.ONE and own == dim:
                return index, None
        if form is not None and not form[0] and not form[1].names and form[1].factor >= 0:
            return -1 - form[1].factor, None
        index = self.fresh(dim)
        gap = plus(self.value(index), scaled(number, -1))
        mark = self.function(ZERO_AT, (gap,))
        return index, mark

    def _select_node(self, node: n.Select, row: Slot, column: Slot) -> Polynomial:
        ranges, others = _split_ranges(node.condition)
        if ranges:
            return self._within_ranges(node, ranges, others, row, column)
        if not node.condition.shape and _about_indices(node.condition):
            holds, fails = self._both(node.condition)
            result: Polynomial = {}
            for weight, branch in ((holds, node.then), (fails, node.otherwise)):
                if weight and not _is_zero(branch):
                    result = plus(result, self.times(weight, self.compile(branch, row, column)))
            return result
        condition = self.condition(node.condition, row, column)
        then = self.compile(node.then, row, column)
        other = self.compile(node.otherwise, row, column)
        return plus(other, self.times(condition, plus(then, scaled(other, -1))))

    def _within_ranges(
        self, node: n.Select, ranges: list[n.InRange], others: list[Node], row: Slot, column: Slot
    ) -> Polynomial:
        """A body where subscripts are in range: each subscript is an index of its own."""
        outer, scope = self._picks, self._scope
        over: list[int] = []
        weight: Polynomial = {(): 1}
        picks = dict(outer)
        for condition in ranges:
            index, mark = self._picked(condition.arg, condition.dim)
            picks[condition.arg, condition.dim] = index
            if mark is not None:
                over.append(index)
                weight = self.times(weight, mark)
        for other in others:
            if not _about_indices(other):
                raise Undecided("index notation: a sum's condition mixes places and values")
            weight = self.times(weight, self._both(other)[0])
        self._picks, self._scope = picks, (*scope, *over)
        try:
            then = self.compile(node.then, row, column)
            otherwise = self.compile(node.otherwise, row, column)
        finally:
            self._picks, self._scope = outer, scope
        gap = plus(then, scaled(otherwise, -1))
        return plus(otherwise, self.sum_over(over, self.times(weight, gap)))

    def _both(self, node: Node) -> tuple[Polynomial, Polynomial]:
        """1 where a condition on indices holds (fails), else 0."""
        if isinstance(node, n.Logic):
            parts = [self._both(arg) for arg in node.args]
            if node.operator == "not":
                return parts[0][1], parts[0][0]
            if node.operator == "and":
                holds = self.product_of(*(p[0] for p in parts))
                return holds, self._not(holds)
            fails = self.product_of(*(p[1] for p in parts))
            return self._not(fails), fails
        assert isinstance(node, n.Compare)
        if isinstance(node.left, n.Call) or isinstance(node.right, n.Call):
            return self._distance(node)
        gap = plus(self.compile(node.left), scaled(self.compile(node.right), -1))
        operator = node.operator
        if operator in ("==", "!="):
            equal = self.function(ZERO_AT, (gap,))
            unequal = self._not(equal)
            if len(equal) == 1:
                [(monomial, coefficient)] = equal.items()
                if len(monomial) == 1 and monomial[0][0].kind == DELTA and coefficient == 1:
                    unequal = self.apart(*monomial[0][0].indices)
            return (equal, unequal) if operator == "==" else (unequal, equal)
        if operator in ("<", ">="):
            gap = scaled(gap, -1)
        above = self.function(STEP, (gap,))
        pair = (above, self._not(above))
        return pair if operator in ("<", ">") else pair[::-1]

    def _distance(self, node: n.Compare) -> tuple[Polynomial, Polynomial]:
        """``abs(P) == c`` and its like, for a whole number c that is not negative."""
        left, right, operator = node.left, node.right, node.operator
        if isinstance(right, n.Call):
            turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
            left, right, operator = right, left, turned.get(operator, operator)
        assert isinstance(left, n.Call)
        size, value = self.compile(right), self.compile(left.args[0])
        number = number_of(size)
        if number is None or number < 0:
            raise Undecided("index notation: a distance of indices that is no number")
        if operator in ("<", ">="):
            number -= 1
            operator = {"<": "<=", ">=": ">"}[operator]
        below, above = plus(value, constant(number)), plus(value, constant(-number))
        if operator in ("==", "!="):
            equal = self.function(ZERO_AT, (above,))
            if number:
                equal = plus(equal, self.function(ZERO_AT, (below,)))
            pair = (equal, self._not(equal))
            return pair if operator == "==" else pair[::-1]
        far = plus(self.function(STEP, (above,)), self.function(STEP, (scaled(below, -1),)))
        return (self._not(far), far) if operator == "<=" else (far, self._not(far))

    def _prod_index(self, node: n.ProdIndex, row: Slot, column: Slot) -> Polynomial:
        index = self.fresh(node.index.dim)
        return self.product_over(index, self._under({node.index.name: index}, node.body))

    def _vec_node(self, node: n.Vec, row: Slot, column: Slot, bound: list[int]) -> Polynomial:
        """Columns below one another: the column is the slower index."""
        places = self.flat(row)
        cut = len(self._parts(node.arg, 1))
        sides = (places[cut:], places[:cut])
        slots: list[Slot] = []
        for axis, part in enumerate(sides):
            dim = (n.rows_of if axis == 0 else n.columns_of)(node.arg.shape)
            if self._size_of(part) != dim:
                raise Undecided("index notation: a dimension is split in two ways")
            slots.append(None if not part else part[0] if len(part) == 1 else part)
        return self._open(node.arg, slots[0], slots[1], bound)

    def _matrix_function(self, node: n.Expm | n.Cholesky, row: Slot, column: Slot) -> Polynomial:
        if not isinstance(row, int) or not isinstance(column, int):
            raise Undecided("index notation: a function of a matrix over a split dimension")
        name = EXPM if isinstance(node, n.Expm) else CHOLESKY
        return self._function_of_matrix(name, node, (row, column))

    def _function_of_matrix(
        self, name: str, node: n.Expm | n.Cholesky, places: tuple[int, ...]
    ) -> Polynomial:
        dim = n.rows_of(node.arg.shape)
        pair = (self.fresh(dim), self.fresh(dim))
        return self.matrix_function(name, self.compile(node.arg, *pair), pair, places)

    def _call_node(self, node: n.Call, row: Slot, column: Slot) -> Polynomial:
        if node.function == "sign":
            self.user_jumps.append(("sign", self.compile(node.args[0], row, column)))
        if node.function == "log":
            return self._log_node(node.args[0], row, column)
        args = tuple(self.compile(arg, row, column) for arg in node.args)
        return self.function(node.function, args)

    def operator(self, node: n.Jvp | n.Grad | n.Jacobian, row: Slot, column: Slot) -> Polynomial:
        """The entry (row, column) of a derivative."""
        raise NotImplementedError

    def _place(self, node: n.Entry, axis: int) -> Slot:
        place = node.row if axis == 0 else node.column
        dim = (n.rows_of if axis == 0 else n.columns_of)(node.arg.shape)
        if dim == n.ONE:
            return None
        if isinstance(place, n.Index) and place.name in self._numbers:
            raise Undecided("index notation: a subscript outside its sum")
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
            # it may have the name of a function that the prover has rules for
            return self.function(f"{node.function}()", args, node.orders)
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
        if isinstance(arg, n.Expm):
            back = n.Expm(n.negative(arg.arg), shape=arg.shape)
            return self.compile(back, row, column)
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
        if isinstance(arg, n.Expm):
            return self.exp(self.compile(n.Trace(arg.arg, shape=())))
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


_FEW = 4
"""Terms of a sum that are written beside it, at most."""


def _split_ranges(node: Node) -> tuple[list[n.InRange], list[Node]]:
    """A conjunction as ranges of subscripts and other conditions."""
    parts = node.args if isinstance(node, n.Logic) and node.operator == "and" else (node,)
    ranges = [part for part in parts if isinstance(part, n.InRange)]
    return ranges, [part for part in parts if not isinstance(part, n.InRange)]


def _about_indices(node: Node) -> bool:
    """Whether a condition compares nothing but indices and dimensions."""
    if isinstance(node, n.Logic):
        return all(map(_about_indices, node.args))
    if not isinstance(node, n.Compare) or node.shape:
        return False
    return any(isinstance(inner, n.IndexValue) for inner in n.walk(node)) and all(
        affine_of(side) is not None
        or (
            isinstance(side, n.Call)
            and side.function == "abs"
            and affine_of(side.args[0]) is not None
        )
        for side in (node.left, node.right)
    )


def _is_zero(node: Node) -> bool:
    return isinstance(node, n.Num) and node.value == 0


_OPEN: dict[type[Node], Callable[[Any, Any, Slot, Slot, list[int]], Polynomial]] = {
    n.Mul: Expressions._mul_node,
    n.MatMul: Expressions._matmul_node,
    n.Transpose: Expressions._transposed,
    n.Sum: Expressions._sum_node,
    n.Trace: Expressions._trace_node,
    n.Diag: Expressions._diag,
    n.Kron: Expressions._kron,
    n.Entry: Expressions._entry_node,
    n.Pick: Expressions._pick_node,
    n.Vec: Expressions._vec_node,
    n.SumIndex: Expressions._sum_index,
}
"""Nodes whose entries are products that are still to be summed."""

_CLOSED: dict[type[Node], Callable[[Any, Any, Slot, Slot], Polynomial]] = {
    n.Num: lambda p, node, row, column: constant(whole(node.value)),
    n.Sym: Expressions._symbol,
    n.Add: lambda p, node, row, column: plus(*(p.compile(a, row, column) for a in node.args)),
    n.Const: lambda p, node, row, column: p.named(node.name),
    n.DimSize: lambda p, node, row, column: p.size(node.dim),
    n.Eye: lambda p, node, row, column: p.slot_delta(row, column),
    n.Pow: Expressions._power_node,
    n.Call: Expressions._call_node,
    n.Apply: Expressions._apply,
    n.Select: Expressions._select_node,
    n.Compare: Expressions.condition,
    n.Logic: Expressions.condition,
    n.Det: lambda p, node, row, column: p._det(node),
    n.Inv: Expressions._inv,
    n.Extreme: Expressions._extreme,
    n.IndexValue: Expressions._index_value,
    n.Build: Expressions._build_node,
    n.ProdIndex: Expressions._prod_index,
    n.Expm: Expressions._matrix_function,
    n.Cholesky: Expressions._matrix_function,
    n.Jvp: lambda p, node, row, column: p.operator(node, row, column),
    n.Grad: lambda p, node, row, column: p.operator(node, row, column),
    n.Jacobian: lambda p, node, row, column: p.operator(node, row, column),
}
"""All other nodes: how their entry at (row, column) is written."""
