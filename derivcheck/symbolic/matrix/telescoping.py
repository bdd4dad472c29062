"""Sums of hypergeometric terms that count to a natural number, by Wilf's and Zeilberger's method.

Of a sum S(n) over F(n, k) that is claimed to be R(n), the step is S(n + 1) = r*S(n) with
r = R(n + 1)/R(n). It holds if F(n + 1, k) - r*F(n, k) is G(k + 1) - G(k) and what is left at the
ends is zero (Petkovsek, Wilf, Zeilberger 1996, chapter 7). G = C*F is guessed, with a polynomial in
k over what F(n + 1, k) has below it, and then checked: how it was found does not matter. Where
what is divided by vanishes, R(n) or what C has below it, it says nothing: the case after is one to
be proved on its own. Symbols stand in polynomials
alone, so that both sides are polynomials in them: equal almost everywhere, they are equal.
"""

from __future__ import annotations

from dataclasses import replace

from derivcheck.lang import nodes as N
from derivcheck.lang.affine import size_node
from derivcheck.lang.dims import ONE, Dim
from derivcheck.lang.equation import REAL, Equation, Symbol
from derivcheck.lang.nodes import Node
from derivcheck.symbolic.matrix.induction import Loop, unrolled, with_size
from derivcheck.symbolic.scalar.algebra import Refine
from derivcheck.symbolic.scalar.field import Element, Field, OutOfKernels, Poly, to_fraction
from derivcheck.symbolic.scalar.linear import univariate
from derivcheck.symbolic.scalar.translate import LOST, Translator

_KERNELS = 24
_DEGREE = 3
_FROM = 7
"""Where C is asked for: j*(j - 1) is zero at the first places."""
_MOST_REFINEMENTS = 6
_MOST_SILENT = 3
_PLACE = N.Sym("k~", shape=())


class _Beyond(Exception):
    """Outside the reach of this method."""


def by_telescoping(equation: Equation) -> list[Equation] | None:
    """The first case, where the step is proved, and those after which it says nothing; None where
    it is not proved."""
    loops = [node for node in dict.fromkeys(equation.nodes) if isinstance(node, Loop)]
    sides = (equation.left, equation.right)
    context = equation.context
    if len(loops) != 1 or loops[0] not in sides or equation.indices or context.is_complex:
        return None
    loop, known = loops[0], sides[1 - sides.index(loops[0])]
    if not isinstance(loop, N.SumIndex) or loop.shape or known.shape or context.assume:
        return None
    names = [n for n in loop.index.dim.names if not (loop.index.dim - Dim(1, (n,))).names]
    if len(names) != 1 or loop.index.start.names:
        return None
    if (loop.index.dim - Dim(1, (names[0],))).factor < 0:
        return None  # of small numbers nothing is summed
    try:
        silent = _silent(equation, loop, known, names[0], Field(_KERNELS))
        if silent is None:
            return None
        found = []
        for number in range(1, max(silent, default=0) + 2):
            left, right = (unrolled(with_size(side, names[0], Dim(number))) for side in sides)
            found.append(replace(equation, left=left, right=right))
    except (_Beyond, OutOfKernels, *LOST):
        return None
    return found


def _silent(
    equation: Equation, loop: N.SumIndex, known: Node, name: str, field: Field
) -> set[int] | None:
    """The numbers for which a step that is proved says nothing; each time that a formula of
    multiples is met, anew. None where it is not proved."""
    for _ in range(_MOST_REFINEMENTS):
        step = _Step(equation, loop, known, name, field)
        try:
            return step.silent if step.holds() else None
        except Refine:
            continue
    return None


class _Step:
    def __init__(
        self, equation: Equation, loop: N.SumIndex, known: Node, name: str, field: Field
    ) -> None:
        context = equation.context
        symbols = (*context.symbols, Symbol(_PLACE.name, (), REAL))
        self.translator = Translator(field, replace(context, symbols=symbols, identically=()))
        self.name = name
        self.silent: set[int] = set()
        index = loop.index
        self.term = N.substitute(loop.body, {N.IndexValue(index, shape=()): _PLACE})
        self.known = known
        self.low = size_node(index.start)
        self.high = size_node(index.start + index.dim - ONE)

    # -- nodes ------------------------------------------------------------------------------

    def later(self, node: Node) -> Node:
        """The node for one more."""
        return with_size(node, self.name, Dim(1, (self.name,)) + ONE)

    def at(self, node: Node, place: Node) -> Node:
        return N.substitute(node, {_PLACE: place})

    def of(self, node: Node) -> Element:
        return self.translator.of(node)

    # -- the proof --------------------------------------------------------------------------

    def holds(self) -> bool:
        """Whether what is true of n is true of n + 1."""
        later = self.later(self.term)
        for node, high in ((self.term, self.high), (later, self.later(self.high))):
            _check_powers(node)
            if not self._is_defined(node, (self.low, high)):
                return False
        _check_powers(self.known)
        if not self._is_defined(self.known, (self.low,)):
            return False
        below = [argument for argument in _below(self.term) if self._moves(argument)]
        divisor = N.mul(N.ONE_NODE, *below)
        known = self.of(self.known)
        if known.is_zero or not self._never_vanishes(known.num):
            return False
        growth = self.of(self.later(self.known)) / known
        parts = self._certificate(later, divisor, growth)
        if parts is None or not all(self._never_vanishes(part.den) for part in parts):
            return False
        place = self.of(_PLACE)

        def gap(at: Element, node: Node) -> Element:
            total = self.translator.field.zero
            for part in reversed(parts):
                total = total * at + part
            return total / self.of(self.at(divisor, node)) * self.of(self.at(self.term, node))

        after = N.add(_PLACE, N.ONE_NODE)
        change = self.of(later) - growth * self.of(self.term)
        if not (gap(place + 1, after) - gap(place, _PLACE) - change).is_zero:
            return False
        top = self.of(self.high)
        ends = gap(top, self.high) - gap(self.of(self.low), self.low)
        last = self.of(self.at(later, self.high)) - growth * self.of(self.at(self.term, self.high))
        beyond = self.of(self.at(later, N.add(self.high, N.ONE_NODE)))
        return (ends + last + beyond).is_zero

    def _certificate(self, later: Node, divisor: Node, growth: Element) -> list[Element] | None:
        """Coefficients of a polynomial in k that may do, from as many values of k."""
        field = self.translator.field
        rows: list[list[Element]] = []
        for value in range(_FROM, _FROM + _DEGREE + 1):
            here, after = N.number(value), N.number(value + 1)
            term = self.of(self.at(self.term, here))
            ratio = self.of(self.at(self.term, after)) / term
            change = self.of(self.at(later, here)) / term - growth
            one, other = (self.of(self.at(divisor, at)) for at in (here, after))
            row = [
                ratio * (value + 1) ** j / other - field.one * value**j / one
                for j in range(_DEGREE + 1)
            ]
            rows.append([*row, change])
        return _solved(rows)

    def _never_vanishes(self, poly: Poly) -> bool:
        """Whether a polynomial is zero for no n but those of ``silent``, whatever its symbols are
        but at single points."""
        field = self.translator.field
        if poly.is_constant():
            return True
        for factor, _ in field.factor(poly)[1]:
            kinds = {field.kernels[index].kind for index in field.used(factor)}
            if len(factor) == 1 and kinds <= {"exp", "gamma"}:
                continue
            root = self._small_root(factor)
            if root is not None:
                self.silent.add(root)
                continue
            if "symbol" in kinds and kinds <= {"symbol", "size"}:
                continue  # zero for some n, it would have n less that number as a factor
            if not kinds <= {"size", "pi", "exp", "root"} or not self.translator.signs.of(
                field.of_poly(factor)
            ):
                return False
        return True

    def _small_root(self, factor: Poly) -> int | None:
        """The number that n is where n less a small number vanishes."""
        field = self.translator.field
        used = field.used(factor)
        if len(used) != 1 or field.kernels[used[0]].kind != "size" or len(factor) != 2:
            return None
        if (
            factor.degrees()[used[0]] != 1
            or self.of(size_node(Dim(1, (self.name,)))).alone != used[0]
        ):
            return None
        line = univariate(factor, used[0])
        root = to_fraction(-line[0] / line[1])
        return int(root) if root.denominator == 1 and 1 <= root <= _MOST_SILENT else None

    # -- where it is defined ----------------------------------------------------------------

    def _moves(self, node: Node) -> bool:
        return _PLACE in N.walk(node) and any(
            isinstance(part, N.DimSize) and self.name in part.dim.names for part in N.walk(node)
        )

    def _is_defined(self, root: Node, ends: tuple[Node, ...]) -> bool:
        """Whether all parts have values at all places, which their arguments say that are linear
        in them: positive, or exponents not negative, at the ends."""
        for node in N.walk(root):
            match node:
                case N.Call(function="gamma", args=(argument,)):
                    if not self._is_above(argument, ends, strict=True):
                        return False
                case N.Call():
                    raise _Beyond
                case N.Pow(base=N.Num(value=base)) if base > 0:
                    continue
                case N.Pow(exponent=exponent) if not isinstance(exponent, N.Num):
                    if not self._is_above(exponent, ends, strict=False):
                        return False
        return True

    def _is_above(self, node: Node, ends: tuple[Node, ...], strict: bool) -> bool:
        slope = self.of(self.at(node, N.add(_PLACE, N.ONE_NODE))) - self.of(node)
        if slope.constant is None:
            return False
        values = [self.of(self.at(node, end)) for end in ends]
        signs = self.translator.signs
        return all(signs.of(v) > 0 or (not strict and v.is_zero) for v in values)


def _below(node: Node) -> list[Node]:
    """Arguments of gamma functions that are divided by, as often as they are."""
    match node:
        case N.Mul(args=args):
            return [argument for part in args for argument in _below(part)]
        case N.Pow(base=base, exponent=N.Num(value=value)) if value > 0:
            return _below(base) * int(value)
        case N.Pow(base=base) if _is_of_gammas(base):
            factors = base.args if isinstance(base, N.Mul) else (base,)
            return [factor.args[0] for factor in factors if isinstance(factor, N.Call)]
    return []


def _is_of_gammas(node: Node) -> bool:
    factors = node.args if isinstance(node, N.Mul) else (node,)
    return all(
        (isinstance(factor, N.Call) and factor.function == "gamma")
        or (isinstance(factor, N.Num) and factor.value > 0)
        for factor in factors
    )


def _check_powers(node: Node) -> None:
    """Raise unless all is polynomial in the symbols for each n and k."""
    for part in N.walk(node):
        match part:
            case N.Num() | N.Sym() | N.Add() | N.Mul() | N.DimSize() | N.Call():
                continue
            case N.Const(name="pi" | "e"):
                continue
            case N.Pow(base=base, exponent=N.Num(value=value)):
                if (value >= 0 and value.denominator == 1) or (value == -1 and _is_of_gammas(base)):
                    continue
            case N.Pow(base=base):
                if not any(
                    isinstance(inner, N.Call | N.DimSize) or inner is _PLACE
                    for inner in N.walk(base)
                ):
                    continue
        raise _Beyond
    for part in N.walk(node):
        # of symbols no function is taken
        inside = part.exponent if isinstance(part, N.Pow) else part
        if isinstance(part, N.Call | N.Pow) and not {_PLACE}.issuperset(N.symbols_in(inside)):
            raise _Beyond


def _solved(rows: list[list[Element]]) -> list[Element] | None:
    """The solution of linear equations, each with its right side last."""
    size = len(rows)
    for column in range(size):
        pivot = next((r for r in range(column, size) if not rows[r][column].is_zero), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        scale = rows[column][column]
        rows[column] = [value / scale for value in rows[column]]
        for other in range(size):
            if other != column and not rows[other][column].is_zero:
                factor = rows[other][column]
                rows[other] = [
                    a - factor * b for a, b in zip(rows[other], rows[column], strict=True)
                ]
    return [row[-1] for row in rows]
