"""Meeting side conditions (``assume``) exactly, in rationals.

Equalities that are linear in some symbol are solved by elimination; symmetry, orthonormal
columns, unit norms and sums have constructions of their own that respect signs. Inequalities
are met by moving one symbol into the interval that the others leave it. Whatever was done,
every condition is evaluated again at the end: a point either meets all of them or is not one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from derivcheck.equation import Symbol
from derivcheck.lang import nodes as N
from derivcheck.numeric.draws import (
    Range,
    Style,
    allowed,
    domain_range,
    draw_real,
    is_whole,
    orthogonal,
    unit_vector,
)
from derivcheck.numeric.exact import (
    Complex,
    Evaluator,
    Inexact,
    Matrix,
    Value,
    determinant,
    flip,
    identity,
    inverse,
    rational_root,
    real_value,
    reduce_rows,
    rows_times,
)

Values = dict[str, Value]
Sizes = dict[str, int]


class Unmet(Exception):
    """No point found that meets the side conditions; the message says which and why."""


def flatten(conditions: tuple[N.Node, ...]) -> tuple[N.Node, ...]:
    """Conjunctions taken apart."""
    found: list[N.Node] = []
    for node in conditions:
        if isinstance(node, N.Logic) and node.operator == "and":
            found.extend(flatten(node.args))
        else:
            found.append(node)
    return tuple(found)


def condition_text(node: N.Node) -> str:
    """A condition in the user's notation."""
    from derivcheck.lang.printer import node_text  # needed for a reason only

    return node_text(node)


_FLOAT_MARGIN = Fraction(1, 10**9)


def truth(node: N.Node, evaluator: Evaluator) -> bool:
    """Whether a condition certainly holds; equalities exactly, inequalities with a margin
    where they are not rational. :class:`Inexact` when that cannot be told."""
    if isinstance(node, N.Logic):
        results = (truth(arg, evaluator) for arg in node.args)
        if node.operator == "and":
            return all(results)
        if node.operator == "or":
            return any(results)
        return not truth(node.args[0], evaluator)
    if not isinstance(node, N.Compare):
        raise Inexact("not a condition")
    try:
        margin = Fraction(0)
        pairs = _pairs(node, evaluator)
    except Inexact:
        if node.operator in ("==", "!="):
            raise
        rough = Evaluator(evaluator.sizes, evaluator.values, approximate=True)
        margin = _FLOAT_MARGIN
        pairs = _pairs(node, rough)
    for left, right in pairs:
        gap = margin * (1 + abs(left) + abs(right))
        met = {
            "<": left + gap < right,
            "<=": left + gap <= right,
            ">": left > right + gap,
            ">=": left >= right + gap,
            "==": left == right,
            "!=": left != right,
        }[node.operator]
        if not met:
            return False
    return True


def holds(node: N.Node, sizes: Sizes, values: Values) -> bool:
    """Whether a condition certainly holds at a point."""
    try:
        return truth(node, Evaluator(sizes, values))
    except (Inexact, KeyError):
        return False


def _pairs(node: N.Compare, evaluator: Evaluator) -> list[tuple[Fraction, Fraction]]:
    left, right = evaluator.matrix(node.left), evaluator.matrix(node.right)
    rows, columns = max(len(left), len(right)), max(len(left[0]), len(right[0]))
    if not node.left.shape:
        left = ((left[0][0],) * columns,) * rows
    if not node.right.shape:
        right = ((right[0][0],) * columns,) * rows
    return [pair for a, b in zip(left, right, strict=True) for pair in zip(a, b, strict=True)]


def domain_text(symbol: Symbol) -> str:
    """Why no value of a symbol was found."""
    structure = ", ".join(sorted(symbol.structure))
    return f"empty domain? No {structure} matrix found for {symbol.name} in its domain"


class Conditions:
    """The side conditions of one equation."""

    def __init__(self, assume: tuple[N.Node, ...], symbols: tuple[Symbol, ...]) -> None:
        self.nodes = flatten(assume)
        self.symbols = {symbol.name: symbol for symbol in symbols}
        self.used = {
            node: tuple(s.name for s in N.symbols_in(node) if s.name in self.symbols)
            for node in self.nodes
        }
        self.equalities = tuple(
            n for n in self.nodes if isinstance(n, N.Compare) and n.operator == "=="
        )
        self.inequalities = tuple(n for n in self.nodes if n not in self.equalities)

    def __bool__(self) -> bool:
        return bool(self.nodes)

    def meet(self, drawn: Values, sizes: Sizes, style: Style, random: Random) -> Values:
        """Values near the drawn ones that meet every condition; :class:`Unmet` otherwise."""
        values = dict(drawn)
        for _ in range(3):
            failing = self._failing(values, sizes)
            if failing is None:
                return values
            for equality in self.equalities:
                if not self._holds(equality, values, sizes):
                    values = self._equate(equality, values, sizes, random)
            for node in self.inequalities:
                if not self._holds(node, values, sizes):
                    values = self._order(node, values, sizes, style, random)
        failing = self._failing(values, sizes)
        if failing is None:
            return values
        raise Unmet(
            f"empty domain? No exact point found that meets the side condition "
            f"`{condition_text(failing)}`"
        )

    def met(self, values: Values, sizes: Sizes) -> bool:
        """Whether every condition certainly holds."""
        return self._failing(values, sizes) is None

    def _holds(self, node: N.Node, values: Values, sizes: Sizes) -> bool:
        return holds(node, sizes, values)

    def _failing(self, values: Values, sizes: Sizes) -> N.Node | None:
        for node in self.nodes:
            if not self._holds(node, values, sizes):
                return node
        for name, symbol in self.symbols.items():
            if not inside(values[name], symbol):
                return self.nodes[0]
        return None

    # equalities -------------------------------------------------------------------------

    def _equate(self, node: N.Compare, values: Values, sizes: Sizes, random: Random) -> Values:
        for one, other in ((node.left, node.right), (node.right, node.left)):
            for attempt in (self._orthonormal, self._norm, self._rescale, self._assign):
                try:
                    found = attempt(one, other, values, sizes, random)
                except Inexact:
                    continue
                if found is not None and self._holds(node, found, sizes):
                    return found
        names = list(self.used[node])
        # a symbol that other equalities leave alone is the better one to solve for
        names.sort(key=lambda name: sum(name in self.used[n] for n in self.equalities))
        for name in names:
            found = self._linear(node, name, values, sizes, random)
            if found is not None:
                return found
        return values

    def _orthonormal(
        self, one: N.Node, other: N.Node, values: Values, sizes: Sizes, random: Random
    ) -> Values | None:
        """``W.T @ W == eye(n)``: columns of a rational orthogonal matrix."""
        if not isinstance(other, N.Eye) or not isinstance(one, N.MatMul):
            return None
        if isinstance(one.left, N.Transpose) and one.left.arg is one.right:
            symbol, by_columns = one.right, True
        elif isinstance(one.right, N.Transpose) and one.right.arg is one.left:
            symbol, by_columns = one.left, False
        else:
            return None
        if not isinstance(symbol, N.Sym) or not symbol.shape:
            return None
        rows, columns = symbol.shape[0].size(sizes), symbol.shape[1].size(sizes)
        if rows < columns if by_columns else columns < rows:
            return None
        whole = orthogonal(max(rows, columns), random)
        cut = tuple(row[:columns] for row in whole[:rows])
        return {**values, symbol.name: cut}

    def _norm(
        self, one: N.Node, other: N.Node, values: Values, sizes: Sizes, random: Random
    ) -> Values | None:
        """``norm(x) == c`` or ``sum(x**2) == c``: a rational point of the sphere."""
        squared = True
        if (
            isinstance(one, N.Pow)
            and isinstance(one.exponent, N.Num)
            and one.exponent.value == Fraction(1, 2)
        ):
            one, squared = one.base, False
        names = [s for s in N.symbols_in(one) if s.shape]
        if len(names) != 1 or not _is_square_sum(one, names[0]):
            return None
        symbol = names[0]
        target = Evaluator(sizes, values).scalar(other)
        radius = rational_root(target) if squared else target
        if radius is None or radius < 0 or not symbol.shape:
            return None
        rows, columns = symbol.shape[0].size(sizes), symbol.shape[1].size(sizes)
        domain = self.symbols[symbol.name].domain
        for _ in range(8):
            flat = [radius * x for x in unit_vector(rows * columns, random)]
            limits = domain_range(domain)
            if limits.low == 0 or limits.high == 0:
                flat = [abs(x) if limits.low == 0 else -abs(x) for x in flat]
            if all(allowed(x, domain) for x in flat):
                break
        matrix = tuple(tuple(flat[i * columns : (i + 1) * columns]) for i in range(rows))
        return {**values, symbol.name: matrix}

    def _rescale(
        self, one: N.Node, other: N.Node, values: Values, sizes: Sizes, random: Random
    ) -> Values | None:
        """``sum(Y, axis) == c``: each sum scaled to what it should be, signs kept."""
        if not isinstance(one, N.Sum) or not isinstance(one.arg, N.Sym):
            return None
        name = one.arg.name
        matrix = Evaluator(sizes, values).matrix(one.arg)
        wanted = Evaluator(sizes, values).matrix(other)
        rows, columns = len(matrix), len(matrix[0])
        if one.axis is None:
            sums = sum((sum(row, Fraction(0)) for row in matrix), Fraction(0))
            factors = [[wanted[0][0] / sums if sums else Fraction(0)] * columns] * rows
        else:
            vectors = matrix if one.axis == 1 else flip(matrix)
            flat = [w for row in wanted for w in row]
            if len(flat) == 1:
                flat *= len(vectors)
            scales = [
                w / s if (s := sum(v, Fraction(0))) else Fraction(0)
                for v, w in zip(vectors, flat, strict=True)
            ]
            factors = [[s] * columns for s in scales] if one.axis == 1 else [list(scales)] * rows
        scaled = tuple(
            tuple(a * f for a, f in zip(row, line, strict=True))
            for row, line in zip(matrix, factors, strict=True)
        )
        found = {**values, name: scaled}
        return found if inside(scaled, self.symbols[name]) else None

    def _assign(
        self, one: N.Node, other: N.Node, values: Values, sizes: Sizes, random: Random
    ) -> Values | None:
        """``X == expression``, ``X == X.T``, ``A @ B == eye(n)``."""
        if isinstance(one, N.Sym) and one.name in self.symbols:
            if isinstance(other, N.Transpose) and other.arg is one:
                square = Evaluator(sizes, values).matrix(one)
                size = range(len(square))
                upper = tuple(tuple(square[min(i, j)][max(i, j)] for j in size) for i in size)
                return {**values, one.name: upper}
            if one not in N.symbols_in(other):
                return {**values, one.name: Evaluator(sizes, values)(other)}
        if isinstance(one, N.MatMul) and isinstance(other, N.Eye):
            for known, unknown in ((one.left, one.right), (one.right, one.left)):
                if isinstance(unknown, N.Sym) and unknown not in N.symbols_in(known):
                    matrix = Evaluator(sizes, values).matrix(known)
                    if len(matrix) == len(matrix[0]):
                        return {**values, unknown.name: inverse(matrix)}
        return None

    def _linear(
        self, node: N.Compare, name: str, values: Values, sizes: Sizes, random: Random
    ) -> Values | None:
        """Solve for one symbol: for all its entries, else for one entry at a time."""
        symbol = self.symbols[name]
        cells = list(_cells(values[name]))
        if not cells:
            return None
        random.shuffle(cells)
        sets = [cells] + [[cell] for cell in cells]
        for chosen in sets:
            try:
                found = _solve(node, name, chosen, values, sizes)
            except Inexact:
                continue
            if (
                found is not None
                and inside(found[name], symbol)
                and self._holds(node, found, sizes)
            ):
                return found
        return None

    # inequalities -----------------------------------------------------------------------

    def _order(
        self, node: N.Node, values: Values, sizes: Sizes, style: Style, random: Random
    ) -> Values:
        """Move one symbol (all entries, if need be) to where the condition holds."""
        names = list(self.used[node])
        random.shuffle(names)
        for name in names:
            value, domain = values[name], self.symbols[name].domain
            if isinstance(value, Fraction):
                limits = self._interval(name, values, sizes, self.inequalities)
                if limits.empty:  # leave the others to move: they still can
                    own = tuple(n for n in self.inequalities if self.used[n] == (name,))
                    limits = self._interval(name, values, sizes, (*own, node))
                if not limits.empty:
                    moved = draw_real(domain, style, random, limits=limits)
                    if is_whole(domain):
                        moved = _whole_inside(limits, moved)
                    candidate = {**values, name: moved}
                    if self._holds(node, candidate, sizes) and allowed(moved, domain):
                        return candidate
        for factor in (Fraction(1, 3), Fraction(1, 10), Fraction(3), Fraction(10), Fraction(-1)):
            for group in (names, *([name] for name in names)):
                scaled = {**values, **{n: _scaled(values[n], factor) for n in group}}
                if all(inside(scaled[n], self.symbols[n]) for n in group) and self._holds(
                    node, scaled, sizes
                ):
                    return scaled
        for name in names:
            for redrawn in self._redraws(name, values, style, random):
                if self._holds(node, redrawn, sizes):
                    return redrawn
        return values

    def _redraws(self, name: str, values: Values, style: Style, random: Random) -> Iterator[Values]:
        symbol, old = self.symbols[name], values[name]
        for attempt in range(12):
            loose = Style("~" if attempt % 2 else "+", "~" if attempt % 3 else style.scale)
            if isinstance(old, Fraction):
                yield {**values, name: draw_real(symbol.domain, loose, random)}
            elif not symbol.structure and not isinstance(old, Complex):
                yield {
                    **values,
                    name: tuple(
                        tuple(draw_real(symbol.domain, loose, random, entry=True) for _ in row)
                        for row in old
                    ),
                }

    def _interval(
        self, name: str, values: Values, sizes: Sizes, nodes: tuple[N.Node, ...]
    ) -> Range:
        """Where a scalar may lie, given the others: its domain and these affine inequalities."""
        limits = domain_range(self.symbols[name].domain)
        for node in nodes:
            if name not in self.used[node] or not isinstance(node, N.Compare):
                continue
            if node.operator == "!=" or node.left.shape or node.right.shape:
                continue
            difference = N.subtract(node.left, node.right)
            if node.operator in ("<", "<="):
                difference = N.negative(difference)
            try:
                at = [
                    Evaluator(sizes, {**values, name: Fraction(k)}, approximate=True).scalar(
                        difference
                    )
                    for k in (2, 3, 4)
                ]
            except (Inexact, KeyError):
                continue
            slope = at[1] - at[0]
            if abs(at[2] - at[1] - slope) > _FLOAT_MARGIN * (1 + abs(slope)) or not slope:
                continue
            bound = 2 - at[0] / slope  # difference > 0 beyond it
            if bound.denominator > 10**6:
                bound += _FLOAT_MARGIN * (1 + abs(bound)) * (1 if slope > 0 else -1)
            limits = limits.meet(Range(bound, None) if slope > 0 else Range(None, bound))
        return limits


def _whole_inside(limits: Range, value: Fraction) -> Fraction:
    if limits.low is not None:
        start = limits.low.numerator // limits.low.denominator + 1
        return Fraction(max(start, round(value)))
    if limits.high is not None:
        start = -(-limits.high.numerator // limits.high.denominator) - 1
        return Fraction(min(start, round(value)))
    return Fraction(round(value))


def _is_square_sum(node: N.Node, symbol: N.Sym) -> bool:
    """Whether a node is the sum of the squared entries of a symbol, in one of its spellings."""
    if isinstance(node, N.MatMul):
        return isinstance(node.left, N.Transpose) and node.left.arg is symbol is node.right
    if isinstance(node, N.Trace) and isinstance(node.arg, N.MatMul):
        pair = (node.arg.left, node.arg.right)
        return any(
            isinstance(a, N.Transpose) and a.arg is symbol is b for a, b in (pair, pair[::-1])
        )
    if not isinstance(node, N.Sum) or node.axis is not None:
        return False
    body = node.arg
    if isinstance(body, N.Mul):
        return body.args == (symbol, symbol)
    return (
        isinstance(body, N.Pow)
        and body.base is symbol
        and isinstance(body.exponent, N.Num)
        and body.exponent.value == 2
    )


def _cells(value: Value) -> tuple[tuple[int, int] | None, ...]:
    if isinstance(value, Fraction):
        return (None,)
    if isinstance(value, Complex) or isinstance(value[0][0], Complex):
        return ()
    return tuple((i, j) for i, row in enumerate(value) for j in range(len(row)))


def _get(value: Value, cell: tuple[int, int] | None) -> Fraction:
    real = real_value("", value)
    if isinstance(real, Fraction):
        return real
    assert cell is not None
    return real[cell[0]][cell[1]]


def _set(value: Value, cells: list[tuple[int, int] | None], new: list[Fraction]) -> Value:
    if isinstance(value, Fraction):
        return new[0]
    matrix = real_value("", value)
    assert not isinstance(matrix, Fraction)
    rows = [list(row) for row in matrix]
    for cell, entry in zip(cells, new, strict=True):
        assert cell is not None
        rows[cell[0]][cell[1]] = entry
    return tuple(map(tuple, rows))


def _solve(
    node: N.Compare,
    name: str,
    cells: list[tuple[int, int] | None],
    values: Values,
    sizes: Sizes,
) -> Values | None:
    """Values of ``cells`` that meet an equality, if it is affine in them; others stay."""

    def residual(new: list[Fraction]) -> list[Fraction]:
        changed = {**values, name: _set(values[name], cells, new)}
        return [a - b for a, b in _pairs(node, Evaluator(sizes, changed))]

    start = [_get(values[name], cell) for cell in cells]
    base = residual(start)
    columns: list[list[Fraction]] = []
    for k in range(len(cells)):
        once = residual([v + (i == k) for i, v in enumerate(start)])
        twice = residual([v + 2 * (i == k) for i, v in enumerate(start)])
        column = [a - b for a, b in zip(once, base, strict=True)]
        if any(t - b != 2 * c for t, b, c in zip(twice, base, column, strict=True)):
            return None
        columns.append(column)
    wide: Matrix = tuple(
        (*row, -b) for row, b in zip(zip(*columns, strict=True), base, strict=True)
    )
    reduced, _, pivots = reduce_rows(wide)
    if len(cells) in pivots:
        return None
    new = list(start)
    for row, pivot in zip(reduced, pivots, strict=False):
        new[pivot] += row[-1]
    return {**values, name: _set(values[name], cells, new)}


def _scaled(value: Value, factor: Fraction) -> Value:
    if isinstance(value, Fraction):
        return value * factor
    try:
        matrix = real_value("", value)
    except Inexact:
        return value
    assert not isinstance(matrix, Fraction)
    return tuple(tuple(entry * factor for entry in row) for row in matrix)


def inside(value: Value, symbol: Symbol) -> bool:
    """Whether a value has the declared domain and structure."""
    if isinstance(value, Complex):
        return True
    if isinstance(value, Fraction):
        return allowed(value, symbol.domain)
    if isinstance(value[0][0], Complex):
        return True
    matrix: Matrix = value
    off = "diagonal" in symbol.structure
    if not all(
        allowed(entry, symbol.domain) or (off and i != j and not entry)
        for i, row in enumerate(matrix)
        for j, entry in enumerate(row)
    ):
        return False
    return _structure_holds(matrix, symbol.structure)


def _structure_holds(matrix: Matrix, structure: frozenset[str]) -> bool:
    if not structure:
        return True
    symmetric = matrix == flip(matrix)
    checks = {
        "symmetric": lambda: symmetric,
        "diagonal": lambda: (
            not any(e for i, row in enumerate(matrix) for j, e in enumerate(row) if i != j)
        ),
        "orthogonal": lambda: rows_times(flip(matrix), matrix) == identity(len(matrix)),
        "invertible": lambda: bool(determinant(matrix)),
        "spd": lambda: (
            symmetric
            and all(
                determinant(tuple(row[:k] for row in matrix[:k])) > 0
                for k in range(1, len(matrix) + 1)
            )
        ),
    }
    return all(checks[name]() for name in structure)
