"""Matrix claims whose dimensions are numbers, spelled out as claims about their entries.

A claim about vectors of length 3 is finitely many claims about numbers. Symbols become the
matrices of their entries, sums and products are written out, determinants and inverses become
fractions of polynomials (cofactors), and the scalar prover is asked entry by entry.

Points with a structure are parametrised, so that every point is met: orthogonal matrices of two
and three rows by rotations and reflections (unit quaternions; Kuipers 1999, section 5.14), vectors
of length 1 by ``p/norm(p)``. Structures without a parametrisation here are dropped, which only
makes the claim stronger. Derivatives are taken entry by entry first, by free variables, and then
at such a point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product
from typing import Any

from derivcheck.lang import nodes as n
from derivcheck.lang.equation import Domain, Equation, Symbol
from derivcheck.lang.nodes import Node

Array = tuple[tuple[Node, ...], ...]
"""Scalar nodes, row by row."""

_MOST_ENTRIES = 40
"""Entries of the largest array that is spelled out."""
_MOST_NODES = 60_000
"""Work that spelling out may take."""
_LARGEST_DETERMINANT = 4


class TooMuch(Exception):
    """What can't be spelled out, and why."""


def spelled_out(equation: Equation) -> Iterator[Equation]:
    """The scalar claims that the equation consists of; :class:`TooMuch` where it can't be done.

    All of them together say what the equation says, or more.
    """
    everything = dict.fromkeys(
        node
        for side in (equation.left, equation.right, *equation.context.assume)
        for node in n.walk(side)
    )
    for node in everything:
        dims = [*node.shape, *(i.dim for i in (*n.own_indices(node), *n.bound_indices(node)))]
        if any(dim.names for dim in dims):
            raise TooMuch("a dimension is not a number")
    if equation.context.is_complex and any(
        isinstance(node, n.Cholesky | n.Pinv | n.Expm) for node in everything
    ):
        raise TooMuch("a factor of a complex matrix")
    for points, told in _parametrised(equation):
        yield from _claims(equation, points, told)


def _claims(
    equation: Equation, points: dict[str, Array], told: frozenset[Node]
) -> Iterator[Equation]:
    ranges = [range(i.start.factor, i.start.factor + i.dim.factor) for i in equation.indices]
    for choice in product(*ranges):
        places = dict(zip((i.name for i in equation.indices), choice, strict=True))
        spell = _Speller(points, places)
        try:
            left, right = spell.array(equation.left), spell.array(equation.right)
        except _Undefined:
            continue  # a subscript is out of range: no claim there
        if len(right) == 1 and len(right[0]) == 1:
            right = tuple(tuple(right[0] * len(row)) for row in left)
        if len(left) == 1 and len(left[0]) == 1:
            left = tuple(tuple(left[0] * len(row)) for row in right)
        assume = []
        for condition in equation.context.assume:
            if condition in told:
                continue
            try:
                assume.append(spell.condition(condition))
            except TooMuch:
                continue  # fewer conditions only make the claim stronger
        for row, other in zip(left, right, strict=True):
            for one, two in zip(row, other, strict=True):
                yield _scalar(equation, one, two, tuple(assume), points)


def _scalar(
    equation: Equation,
    left: Node,
    right: Node,
    assume: tuple[Node, ...],
    points: dict[str, Array],
) -> Equation:
    used = {
        node.name
        for side in (left, right, *assume)
        for node in n.walk(side)
        if isinstance(node, n.Sym) and "#" not in node.name
    }
    declared = {s.name: s for s in equation.context.symbols}
    symbols = []
    for name in sorted(used):
        base = name.partition("[")[0]
        symbol = declared.get(base)
        if symbol is None or base in points:
            symbols.append(Symbol(name, (), Domain()))
        else:
            symbols.append(replace(symbol, name=name, shape=(), structure=frozenset()))
    context = replace(equation.context, symbols=tuple(symbols), assume=assume)
    return replace(equation, left=left, right=right, context=context, indices=())


# points with a structure


def _parametrised(equation: Equation) -> Iterator[tuple[dict[str, Array], frozenset[Node]]]:
    """Entries of the symbols in free parameters, with the conditions that they then fulfil."""
    ways: list[list[tuple[str, Array, frozenset[Node]]]] = []
    assume = equation.context.assume
    for symbol in equation.context.symbols:
        rows = n.rows_of(symbol.shape).factor
        if "orthogonal" in symbol.structure and rows in (2, 3):
            ways.append(_orthogonal(symbol, rows, assume))
        elif symbol.shape and n.ONE in symbol.shape and symbol.domain.kind != "complex":
            told = frozenset(c for c in assume if _says_unit(c, symbol))
            if told and symbol.domain.kind == "real":
                ways.append([(symbol.name, _unit(symbol), told)])
    for choice in product(*ways):
        points = {name: array for name, array, _ in choice}
        told = frozenset(c for _, _, conditions in choice for c in conditions)
        yield points, told


def _parameters(name: str, count: int) -> tuple[n.Sym, ...]:
    return tuple(n.Sym(f"{name}[{k}]", shape=()) for k in range(count))


def _orthogonal(
    symbol: Symbol, rows: int, assume: tuple[Node, ...]
) -> list[tuple[str, Array, frozenset[Node]]]:
    number, times, plus = n.number, n.mul, n.add
    if rows == 2:
        a, b = _parameters(symbol.name, 2)
        length = n.reciprocal(plus(times(a, a), times(b, b)))
        cos = times(plus(times(a, a), times(number(-1), b, b)), length)
        sin = times(number(2), a, b, length)
        rotation: Array = ((cos, n.negative(sin)), (sin, cos))
        mirrored: Array = ((cos, sin), (sin, n.negative(cos)))
    else:
        w, x, y, z = _parameters(symbol.name, 4)
        length = n.reciprocal(plus(*(times(p, p) for p in (w, x, y, z))))

        def entry(*terms: tuple[int, Node, Node]) -> Node:
            return times(plus(*(times(number(k), p, q) for k, p, q in terms)), length)

        rotation = (
            (
                entry((1, w, w), (1, x, x), (-1, y, y), (-1, z, z)),
                entry((2, x, y), (-2, w, z)),
                entry((2, x, z), (2, w, y)),
            ),
            (
                entry((2, x, y), (2, w, z)),
                entry((1, w, w), (-1, x, x), (1, y, y), (-1, z, z)),
                entry((2, y, z), (-2, w, x)),
            ),
            (
                entry((2, x, z), (-2, w, y)),
                entry((2, y, z), (2, w, x)),
                entry((1, w, w), (-1, x, x), (-1, y, y), (1, z, z)),
            ),
        )
        mirrored = tuple(tuple(n.negative(e) for e in row) for row in rotation)
    det = n.Det(n.Sym(symbol.name, shape=symbol.shape), shape=())
    proper: frozenset[Node] = frozenset(
        c
        for c in assume
        if isinstance(c, n.Compare)
        and c.operator == "=="
        and {c.left, c.right} == {det, n.ONE_NODE}
    )
    found: list[tuple[str, Array, frozenset[Node]]] = [(symbol.name, rotation, proper)]
    return found if proper else [*found, (symbol.name, mirrored, frozenset())]


def _says_unit(condition: Node, symbol: Symbol) -> bool:
    """Whether a condition says that the squares of a vector's entries add up to 1."""
    if not isinstance(condition, n.Compare) or condition.operator != "==":
        return False
    length = n.rows_of(symbol.shape).factor * n.columns_of(symbol.shape).factor
    entries = _plain(symbol.name, symbol.shape)
    squares = {n.power(e, n.number(2)): 1 for row in entries for e in row}
    for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
        if other is not n.ONE_NODE:
            continue
        try:
            node = _Speller({}, {}).scalar(one)
        except TooMuch:
            return False
        while isinstance(node, n.Pow) and isinstance(node.exponent, n.Num):
            # powers of a sum of squares: a norm or its square
            if node.exponent.value not in (Fraction(1, 2), 2) or not isinstance(
                node.base, n.Add | n.Pow
            ):
                break
            node = node.base
        terms = node.args if isinstance(node, n.Add) else (node,)
        if len(terms) == length and all(
            term in squares
            or (
                isinstance(term, n.Mul)
                and len(term.args) == 2
                and term.args[0] is term.args[1]
                and n.power(term.args[0], n.number(2)) in squares
            )
            for term in terms
        ):
            return len({str(term) for term in terms}) == length
    return False


def _unit(symbol: Symbol) -> Array:
    rows, columns = n.rows_of(symbol.shape).factor, n.columns_of(symbol.shape).factor
    parts = _parameters(symbol.name, rows * columns)
    length = n.power(n.add(*(n.mul(p, p) for p in parts)), n.number(Fraction(-1, 2)))
    return tuple(
        tuple(n.mul(parts[i * columns + j], length) for j in range(columns)) for i in range(rows)
    )


def _plain(name: str, shape: n.Shape, structure: frozenset[str] = frozenset()) -> Array:
    rows, columns = n.rows_of(shape).factor, n.columns_of(shape).factor
    same = not structure.isdisjoint(("symmetric", "spd"))

    def entry(i: int, j: int) -> Node:
        if "diagonal" in structure and i != j:
            return n.ZERO_NODE
        if same and i < j:
            i, j = j, i
        place = f"{i}" if columns == 1 else f"{j}" if rows == 1 else f"{i},{j}"
        return n.Sym(f"{name}[{place}]", shape=())

    return tuple(tuple(entry(i, j) for j in range(columns)) for i in range(rows))


# spelling


class _Undefined(Exception):
    """A subscript is out of range where it counts."""


class _Speller:
    """Nodes to arrays of scalar nodes, at given values of the indices."""

    def __init__(self, points: dict[str, Array], places: dict[str, int]) -> None:
        self.points = points
        self.places = places
        self.bound: dict[str, Array] = {}
        self.memo: dict[Node, Array] = {}
        self.work = 0

    def scalar(self, node: Node) -> Node:
        """The one entry of a scalar."""
        return self.array(node)[0][0]

    def array(self, node: Node) -> Array:
        """The entries of a node."""
        found = self.memo.get(node)
        if found is None:
            rule = _RULES.get(type(node))
            if rule is None:
                raise TooMuch(f"{type(node).__name__} is not spelled out")
            found = rule(self, node)
            self.work += sum(map(len, found))
            if self.work > _MOST_NODES or sum(map(len, found)) > _MOST_ENTRIES:
                raise TooMuch("too many entries to be spelled out")
            self.memo[node] = found
        return found

    def within(self, **changes: object) -> _Speller:
        """A speller with more names bound."""
        inner = _Speller(self.points, self.places)
        inner.bound, inner.work = self.bound, self.work
        for name, value in changes.items():
            setattr(inner, name, value)
        return inner

    def size(self, shape: n.Shape) -> tuple[int, int]:
        """Rows and columns as numbers."""
        return n.rows_of(shape).factor, n.columns_of(shape).factor

    def spread(self, node: Node, shape: n.Shape) -> Array:
        """The entries, a scalar repeated."""
        found = self.array(node)
        rows, columns = self.size(shape)
        if len(found) == 1 and len(found[0]) == 1 and (rows, columns) != (1, 1):
            return ((found[0][0],) * columns,) * rows
        return found

    def each(self, node: Node, args: tuple[Node, ...], make: Callable[..., Node]) -> Array:
        """Entry by entry."""
        parts = [self.spread(arg, node.shape) for arg in args]
        return tuple(
            tuple(make(*entries) for entries in zip(*rows, strict=True))
            for rows in zip(*parts, strict=True)
        )

    def number(self, node: Node) -> int:
        """A whole number, as subscripts are."""
        value = self.scalar(node)
        if not isinstance(value, n.Num) or value.value.denominator != 1:
            raise TooMuch("a subscript that is no number")
        return int(value.value)

    def condition(self, node: Node) -> Node:
        """A scalar condition."""
        return self.array(node)[0][0]

    def truth(self, node: Node) -> bool | None:
        """Whether a condition holds, where numbers say so."""
        if isinstance(node, n.Compare):
            gap = n.subtract(node.left, node.right)
            if not isinstance(gap, n.Num):
                return None
            sign = (gap.value > 0) - (gap.value < 0)
            return {
                "<": sign < 0,
                "<=": sign <= 0,
                ">": sign > 0,
                ">=": sign >= 0,
                "==": sign == 0,
                "!=": sign != 0,
            }[node.operator]
        if isinstance(node, n.Logic):
            parts = [self.truth(arg) for arg in node.args]
            if node.operator == "not":
                return None if parts[0] is None else not parts[0]
            decisive = node.operator == "or"
            if decisive in parts:
                return decisive
            return None if None in parts else not decisive
        return None

    def place(self, place: n.Index | int) -> int:
        """The value of an index."""
        return place if isinstance(place, int) else self.places[place.name]

    def over(self, node: Node, body: Node) -> Iterator[Array]:
        """The body for all values of the indices that a node binds."""
        bound = n.bound_indices(node)
        ranges = [range(i.start.factor, i.start.factor + i.dim.factor) for i in bound]
        for choice in product(*ranges):
            places = {**self.places, **dict(zip((i.name for i in bound), choice, strict=True))}
            inner = self.within(places=places)
            yield inner.array(body)
            self.work = inner.work

    def derivative(
        self,
        body: Node,
        variables: tuple[n.Sym, ...],
        at: tuple[Node, ...],
        directions: tuple[Array, ...],
    ) -> Array:
        """The derivative of every entry of ``body`` along the directions."""
        bound = dict(self.bound)
        names: list[n.Sym] = []
        places: list[Node] = []
        along: list[Node] = []
        for variable, point, direction in zip(variables, at, directions, strict=True):
            entries = self.array(point)
            varied = []
            for i, row in enumerate(entries):
                line: list[Node] = []
                for j, entry in enumerate(row):
                    slope = direction[i][j]
                    if isinstance(slope, n.Num) and slope.value == 0:
                        line.append(entry)
                        continue
                    symbol = n.Sym(f"{variable.name}[{i},{j}]", shape=())
                    names.append(symbol)
                    places.append(entry)
                    along.append(slope)
                    line.append(symbol)
                varied.append(tuple(line))
            bound[variable.name] = tuple(varied)
        inner = self.within(bound=bound)
        found = inner.array(body)
        self.work = inner.work
        if not names:
            return tuple(tuple(n.ZERO_NODE for _ in row) for row in found)
        return tuple(
            tuple(
                n.Jvp(entry, tuple(names), tuple(places), tuple(along), shape=()) for entry in row
            )
            for row in found
        )


def _sym(s: _Speller, node: n.Sym) -> Array:
    known = s.bound.get(node.name) or s.points.get(node.name)
    if known is not None:
        return known
    if "#" in node.name:
        return ((node,),) if not node.shape else _plain(node.name, node.shape)
    return ((node,),) if not node.shape else _plain(node.name, node.shape)


def _product(a: Array, b: Array) -> Array:
    columns = tuple(zip(*b, strict=True))
    return tuple(
        tuple(n.add(*(_times(x, y) for x, y in zip(row, col, strict=True))) for col in columns)
        for row in a
    )


def _times(*factors: Node) -> Node:
    """A product that knows zero: entries of arrays are defined where their arrays are."""
    if any(isinstance(f, n.Num) and f.value == 0 for f in factors):
        plain = [f for f in factors if not isinstance(f, n.Num)]
        if all(_everywhere(f) for f in plain):
            return n.ZERO_NODE
    return n.mul(*factors)


def _everywhere(node: Node) -> bool:
    """Whether an expression is certainly defined everywhere: sums and products of symbols."""
    return isinstance(node, n.Sym | n.Num | n.Const | n.DimSize) or (
        isinstance(node, n.Add | n.Mul) and all(map(_everywhere, node.args))
    )


def _determinant(a: Array) -> Node:
    size = len(a)
    if size > _LARGEST_DETERMINANT:
        raise TooMuch("a determinant of many rows")
    terms = []
    for order in permutations(range(size)):
        swaps = sum(order[i] > order[j] for i in range(size) for j in range(i + 1, size))
        terms.append(
            _times(n.number(-1 if swaps % 2 else 1), *(a[i][order[i]] for i in range(size)))
        )
    return n.add(*terms)


def _inverse(a: Array) -> Array:
    size = len(a)
    over = n.reciprocal(_determinant(a))

    def cofactor(i: int, j: int) -> Node:
        minor = tuple(
            tuple(e for c, e in enumerate(row) if c != i) for r, row in enumerate(a) if r != j
        )
        value = _determinant(minor) if minor else n.ONE_NODE
        return n.mul(n.number(-1 if (i + j) % 2 else 1), value, over)

    return tuple(tuple(cofactor(i, j) for j in range(size)) for i in range(size))


def _cholesky(a: Array) -> Array:
    size = len(a)
    if size > 3:
        raise TooMuch("a Cholesky factor of many rows")
    lower: list[list[Node]] = [[n.ZERO_NODE] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = n.add(a[i][j], *(n.mul(n.MINUS_ONE, lower[i][k], lower[j][k]) for k in range(j)))
            lower[i][j] = n.square_root(rest) if i == j else n.divide(rest, lower[j][j])
    return tuple(map(tuple, lower))


def _flip(a: Array) -> Array:
    return tuple(zip(*a, strict=True))


def _fold(s: _Speller, node: n.Sum | n.Extreme, fold: Callable[..., Node]) -> Array:
    rows = s.spread(node.arg, node.arg.shape)
    if node.axis is None:
        return ((fold(*(e for row in rows for e in row)),),)
    if node.axis == 0:
        return (tuple(fold(*column) for column in zip(*rows, strict=True)),)
    return tuple((fold(*row),) for row in rows)


def _largest(function: str) -> Callable[..., Node]:
    def fold(first: Node, *others: Node) -> Node:
        for other in others:
            first = n.call(function, first, other)
        return first

    return fold


def _entry(s: _Speller, node: n.Entry) -> Array:
    rows = s.array(node.arg)
    return ((rows[s.place(node.row)][s.place(node.column)],),)


def _pick(s: _Speller, node: n.Pick) -> Array:
    rows, i, j = s.array(node.arg), s.number(node.row), s.number(node.column)
    if not (0 <= i < len(rows) and 0 <= j < len(rows[0])):
        raise _Undefined
    return ((rows[i][j],),)


def _select(s: _Speller, node: n.Select) -> Array:
    conditions = s.spread(node.condition, node.shape)
    known = [[s.truth(c) for c in row] for row in conditions]
    if not node.shape and known[0][0] is not None:
        return s.array(node.then if known[0][0] else node.otherwise)
    return s.each(node, (node.condition, node.then, node.otherwise), _choose(s))


def _choose(s: _Speller) -> Callable[..., Node]:
    def choose(condition: Node, then: Node, otherwise: Node) -> Node:
        truth = s.truth(condition)
        if truth is not None:
            return then if truth else otherwise
        return n.Select(condition, then, otherwise, shape=())

    return choose


def _in_range(s: _Speller, node: n.InRange) -> Array:
    inside = 0 <= s.number(node.arg) < node.dim.factor
    zero = n.number(0)
    return ((n.Compare("==", zero, zero if inside else n.ONE_NODE, shape=()),),)


def _sum_index(s: _Speller, node: n.SumIndex) -> Array:
    values = list(s.over(node, node.body))
    rows, columns = s.size(node.shape)
    if not values:
        return ((n.ZERO_NODE,) * columns,) * rows
    return tuple(
        tuple(n.add(*(value[i][j] for value in values)) for j in range(columns))
        for i in range(rows)
    )


def _prod_index(s: _Speller, node: n.ProdIndex) -> Array:
    return ((n.mul(n.ONE_NODE, *(value[0][0] for value in s.over(node, node.body))),),)


def _build(s: _Speller, node: n.Build) -> Array:
    rows, columns = s.size(node.shape)
    cells = [value[0][0] for value in s.over(node, node.body)]
    return tuple(tuple(cells[k * columns : (k + 1) * columns]) for k in range(rows))


def _stack(s: _Speller, node: n.Stack) -> Array:
    parts = [s.spread(arg, arg.shape) for arg in node.args]
    if node.axis == 0:
        return tuple(row for part in parts for row in part)
    return tuple(tuple(e for part in parts for e in part[k]) for k in range(len(parts[0])))


def _kron(s: _Speller, node: n.Kron) -> Array:
    left, right = s.array(node.left), s.array(node.right)
    return tuple(
        tuple(_times(a, b) for a in upper for b in lower) for upper in left for lower in right
    )


def _diag(s: _Speller, node: n.Diag) -> Array:
    rows = s.array(node.arg)
    size = s.size(node.shape)
    if size[1] == 1:
        return tuple((row[i],) for i, row in enumerate(rows))
    entries = [e for row in rows for e in row]
    zero = n.ZERO_NODE
    return tuple(
        tuple(entries[i] if i == j else zero for j in range(size[1])) for i in range(size[0])
    )


def _units(s: _Speller, shape: n.Shape) -> Iterator[Array]:
    rows, columns = s.size(shape)
    for i, j in product(range(rows), range(columns)):
        yield tuple(
            tuple(n.number(int((r, c) == (i, j))) for c in range(columns)) for r in range(rows)
        )


def _grad(s: _Speller, node: n.Grad) -> Array:
    columns = s.size(node.shape)[1]
    cells = [
        s.derivative(node.body, (node.variable,), (node.at,), (unit,))[0][0]
        for unit in _units(s, node.at.shape)
    ]
    return tuple(tuple(cells[k : k + columns]) for k in range(0, len(cells), columns))


def _jacobian(s: _Speller, node: n.Jacobian) -> Array:
    by_variable = tuple(
        tuple(e for row in found for e in row)
        for unit in _units(s, node.at.shape)
        for found in [s.derivative(node.body, (node.variable,), (node.at,), (unit,))]
    )
    return _flip(by_variable) if node.layout == "numerator" else by_variable


def _jvp(s: _Speller, node: n.Jvp) -> Array:
    directions = tuple(s.array(direction) for direction in node.directions)
    return s.derivative(node.body, node.variables, node.at, directions)


def _apply(s: _Speller, node: n.Apply) -> Array:
    if any(arg.shape and arg.shape != node.shape for arg in node.args):
        raise TooMuch("an abstract function of a matrix is not spelled out")
    return s.each(node, node.args, lambda *a: n.Apply(node.function, a, node.orders, shape=()))


def _constant(s: _Speller, node: Node) -> Array:
    rows, columns = s.size(node.shape)
    if isinstance(node, n.Eye):
        return tuple(tuple(n.number(int(i == j)) for j in range(columns)) for i in range(rows))
    if isinstance(node, n.Num):
        return ((n.number(node.value),) * columns,) * rows
    return ((node,),)


def _trace(s: _Speller, node: n.Trace) -> Array:
    rows = s.array(node.arg)
    return ((n.add(*(row[i] for i, row in enumerate(rows))),),)


def _pinv(s: _Speller, node: n.Pinv) -> Array:
    a = s.array(node.arg)
    flipped = _flip(a)
    if len(a) >= len(a[0]):
        return _product(_inverse(_product(flipped, a)), flipped)
    return _product(flipped, _inverse(_product(a, flipped)))


def _logic(s: _Speller, node: n.Logic) -> Array:
    return s.each(node, node.args, lambda *a: n.Logic(node.operator, a, shape=()))


def _compare(s: _Speller, node: n.Compare) -> Array:
    return s.each(
        node, (node.left, node.right), lambda a, b: n.Compare(node.operator, a, b, shape=())
    )


_RULES: dict[type[Node], Callable[[_Speller, Any], Array]] = {
    n.Num: _constant,
    n.Const: _constant,
    n.DimSize: _constant,
    n.Eye: _constant,
    n.Sym: _sym,
    n.Add: lambda s, node: s.each(node, node.args, n.add),
    n.Mul: lambda s, node: s.each(node, node.args, _times),
    n.Pow: lambda s, node: s.each(node, (node.base, node.exponent), n.power),
    n.Call: lambda s, node: s.each(node, node.args, lambda *a: n.call(node.function, *a)),
    n.Apply: _apply,
    n.MatMul: lambda s, node: _product(s.array(node.left), s.array(node.right)),
    n.Transpose: lambda s, node: _flip(s.array(node.arg)),
    n.Sum: lambda s, node: _fold(s, node, n.add),
    n.Extreme: lambda s, node: _fold(s, node, _largest(node.function)),
    n.Trace: _trace,
    n.Det: lambda s, node: ((_determinant(s.array(node.arg)),),),
    n.Inv: lambda s, node: _inverse(s.array(node.arg)),
    n.Diag: _diag,
    n.Kron: _kron,
    n.Entry: _entry,
    n.Pick: _pick,
    n.IndexValue: lambda s, node: ((n.number(s.places[node.index.name]),),),
    n.InRange: _in_range,
    n.SumIndex: _sum_index,
    n.ProdIndex: _prod_index,
    n.Build: _build,
    n.Stack: _stack,
    n.Vec: lambda s, node: tuple((e,) for row in _flip(s.array(node.arg)) for e in row),
    n.Cholesky: lambda s, node: _cholesky(s.array(node.arg)),
    n.Pinv: _pinv,
    n.Compare: _compare,
    n.Logic: _logic,
    n.Select: _select,
    n.Jvp: _jvp,
    n.Grad: _grad,
    n.Jacobian: _jacobian,
}


__all__ = ["TooMuch", "spelled_out"]
