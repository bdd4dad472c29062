"""Claims about sums that count to a natural number, by induction.

With S(n) for such a sum, ``L[S(n)] == R[S(n)]`` holds for all n where it holds for n = 1 and
``L[S + b] - L[S] == R[S + b] - R[S]`` for whatever S is, b being the term that n + 1 adds. Of a
product P(n) == R(n) the step is ``R(n)*b == R(n + 1)``.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import reduce
from typing import Any

from derivcheck.lang import nodes as N
from derivcheck.lang.affine import Affine, affine_of, size_node
from derivcheck.lang.dims import ONE, ZERO, Dim
from derivcheck.lang.equation import REAL, Domain, Equation, Symbol
from derivcheck.lang.functions import named
from derivcheck.lang.nodes import Index, Node
from derivcheck.lang.signs import POSITIVE, of_symbols, signs_of
from derivcheck.symbolic.matrix.facts import sign_of_domain

Loop = N.SumIndex | N.ProdIndex
_FEW = 6
_OF_SUM = "~sum"
"""What the names of symbols for sums end in."""


class _TooLongError(Exception):
    """A sum or a power that is not written out."""


_DEFINED: tuple[type[Node], ...] = (*N.POLYNOMIAL, N.SumIndex, N.ProdIndex, N.MatPower)
"""What is defined wherever its parts are; so are entire functions."""
_ENTIRE = frozenset(named("entire"))
_OF_GAMMA = frozenset(("gamma", "loggamma", "digamma", "polygamma", "beta"))


def by_induction(equation: Equation) -> list[Equation] | None:
    """The first case and the step, which together say what the equation says; None where it
    counts to nothing."""
    loops = [node for node in dict.fromkeys(equation.nodes) if isinstance(node, Loop)]
    for name in sorted({name for loop in loops for name in loop.index.dim.names}):
        mine = [loop for loop in loops if name in loop.index.dim.names]
        places = [N.Sym(f"S{k}{_OF_SUM}", shape=loop.shape) for k, loop in enumerate(mine)]
        held: dict[Node, Node] = dict(zip(mine, places, strict=True))
        if all(_counts_to(name, loop) for loop in mine) and _is_around(name, equation, held):
            try:
                return _two_claims(equation, name, mine, places)
            except _TooLongError:
                return None
    return None


def _counts_to(name: str, loop: Loop) -> bool:
    """Whether a sum runs to that number (and has no less than no terms where it is 1), and is the
    sum before with one term more: nothing in it depends on the number, or on what is bound
    around it."""
    more = loop.index.dim - Dim(1, (name,))
    if more.names or more.factor < -1 or loop.index.start.names:
        return False
    body = N.substitute(loop.body, {N.IndexValue(loop.index, shape=()): N.Sym("k~", shape=())})
    return not _depending(body, name) and not N.bound_outside(loop, {})


def _is_around(name: str, equation: Equation, held: dict[Node, Node]) -> bool:
    """Whether nothing but such sums, powers, entire functions and plain numbers depends on it.

    Every step of an induction needs both sides to be defined: where a divisor or a comparison
    depends on the number, one of them could be missing.
    """
    if any(name in index.dim.names for index in equation.indices):
        return False  # there is more to be shown for larger numbers
    for side in (equation.left, equation.right):
        around = N.substitute(side, held)
        depending = _depending(around, name)
        for node in N.walk(around):
            if any(name in dim.names for dim in node.shape):
                return False
            if isinstance(node, N.MatPower) and N.bound_outside(node, {}):
                return False
            if isinstance(node, N.Pow):
                if node in depending and not _stays_defined(node, depending, equation):
                    return False
            elif isinstance(node, N.Call) and (
                node.function in _ENTIRE or _is_beside_poles(node, equation)
            ):
                continue
            elif node in depending and not isinstance(node, _DEFINED):
                return False
    return True


def _depending(root: Node, name: str) -> set[Node]:
    """The nodes that depend on that number, or on a sum that counts to it."""
    found: set[Node] = set()
    for node in N.walk(root):
        if (
            any(name in dim.names for dim in N.sizes_of(node))
            or (isinstance(node, N.Sym) and node.name.endswith(_OF_SUM))
            or not found.isdisjoint(N.children(node))
        ):
            found.add(node)
    return found


def _stays_defined(node: N.Pow, depending: set[Node], equation: Equation) -> bool:
    """Whether a power that depends on a number is defined for all its values, or for none."""
    if _is_positive(node.base, equation):
        return True
    if node.base not in depending:
        exponent = affine_of(node.exponent)
        lowest = exponent.range() if exponent is not None else None
        return lowest is not None and (
            (lowest[0].least or 0) > 0 or _is_nonzero(node.base, equation)
        )
    if not isinstance(node.exponent, N.Num):
        return False
    if node.exponent.value > 0 and node.exponent.value.denominator == 1:
        return True
    base = affine_of(node.base)
    return base is not None and not base.terms and (base.constant.least or 0) > 0


def _is_beside_poles(node: N.Call, equation: Equation) -> bool:
    """Whether a function of the gamma family is taken at positive numbers."""
    places = node.args if node.function == "beta" else node.args[-1:]
    return node.function in _OF_GAMMA and all(_is_positive(arg, equation) for arg in places)


def _is_positive(node: Node, equation: Equation) -> bool:
    """Whether a number is certainly real and positive, whatever is counted to."""
    symbols = equation.context.symbols
    signs = of_symbols(symbols)
    signs |= {one.name: POSITIVE for one in symbols if sign_of_domain(one.domain) == 1}
    if not node.shape and signs_of(node, signs) == POSITIVE:
        return True
    match node:
        case N.Mul(args=args):
            return all(_is_positive(arg, equation) for arg in args)
        case N.Add(args=args):
            # n - 1 + x: what is taken off is made up for by the least that sizes are
            least, others = Fraction(0), 0
            for arg in args:
                if isinstance(arg, N.Num):
                    least += arg.value
                elif isinstance(arg, N.DimSize):
                    least += arg.dim.least or 0
                elif _is_positive(arg, equation):
                    others += 1
                else:
                    return False
            return least > 0 or (least == 0 and others > 0)
        case N.Pow(base=base, exponent=exponent):
            return signs_of(exponent, signs) is not None and _is_positive(base, equation)
        case N.Call(function="gamma", args=(arg,)):
            return _is_positive(arg, equation)
    return False


def _is_nonzero(base: Node, equation: Equation) -> bool:
    if isinstance(base, N.Num):
        return base.value != 0
    symbol = equation.context.symbol(base.name) if isinstance(base, N.Sym) else None
    return (
        symbol is not None
        and not symbol.structure
        and (symbol.domain.kind in ("negative", "nonzero") or sign_of_domain(symbol.domain) == 1)
    )


def _two_claims(
    equation: Equation, name: str, loops: list[Loop], places: list[N.Sym]
) -> list[Equation]:
    # of conditions on the number, not all are met on the way to it
    context = equation.context
    equation = replace(
        equation,
        context=replace(
            context,
            assume=tuple(node for node in context.assume if not _depending(node, name)),
            identically=tuple(node for node in context.identically if not _depending(node, name)),
        ),
    )
    held: dict[Node, Node] = dict(zip(loops, places, strict=True))
    one_more = Dim(1, (name,)) + ONE
    added: dict[Node, Node] = {}
    for loop, place in zip(loops, places, strict=True):
        last = Affine(loop.index.start + loop.index.dim)
        term = N.substitute(loop.body, {N.IndexValue(loop.index, shape=()): last.node()})
        fold = N.add if isinstance(loop, N.SumIndex) else N.mul
        added[place] = fold(place, term)
    first: list[Node] = []
    now: list[Node] = []
    later: list[Node] = []
    for side in (equation.left, equation.right):
        first.append(unrolled(with_size(side, name, ONE)))
        kept = N.substitute(side, held)
        now.append(kept)
        later.append(N.substitute(with_size(kept, name, one_more), added))
    gaps = [N.subtract(after, before) for after, before in zip(later, now, strict=True)]
    if len(loops) == 1 and isinstance(loops[0], N.ProdIndex) and places[0] in now:
        # what the product was is known: the other side
        known = now[1 - now.index(places[0])]
        gaps = [N.substitute(side, {places[0]: known}) for side in later]
    domain = Domain("complex") if context.is_complex else REAL
    symbols = [Symbol(place.name, place.shape, domain) for place in places]
    powers: dict[tuple[Node, Node], N.Sym] = {}
    steps = [_without_powers(gap, powers) for gap in gaps]
    commute = []
    for (base, _), power in powers.items():
        symbols.append(Symbol(power.name, power.shape, domain))
        pair = (N.matmul(base, power), N.matmul(power, base))
        commute.append(N.Compare("==", pair[0], pair[1], shape=base.shape))
    context = replace(
        equation.context,
        symbols=(*equation.context.symbols, *symbols),
        assume=(*equation.context.assume, *commute),
    )
    step = replace(equation, left=steps[0], right=steps[1], context=context)
    return [replace(equation, left=first[0], right=first[1]), step]


def with_size(node: Node, name: str, size: Dim) -> Node:
    """The node with another number for a dimension's name."""

    def dim_of(dim: Dim) -> Dim:
        total = ZERO
        for factor, names in dim.terms:
            part = Dim(factor)
            for other in names:
                part = part * (size if other == name else Dim(1, (other,)))
            total = total + part
        return total

    memo: dict[Node, Node] = {}

    def convert(value: Any) -> Any:
        if isinstance(value, Node):
            return visit(value)
        if isinstance(value, Index):
            return Index(value.name, dim_of(value.dim), dim_of(value.start))
        if isinstance(value, Dim):
            return dim_of(value)
        return tuple(map(convert, value)) if isinstance(value, tuple) else value

    def visit(current: Node) -> Node:
        done = memo.get(current)
        if done is None:
            if isinstance(current, N.DimSize):
                done = size_node(dim_of(current.dim))
            else:
                kind: Any = type(current)
                values = {field: convert(getattr(current, field)) for field in kind.field_names}
                done = kind(**values)
            memo[current] = done
        return done

    return visit(node)


def unrolled(node: Node) -> Node:
    """Sums and powers over a few numbers written out."""
    return N.rewritten(node, _written)


def _written(node: Node) -> Node:
    if isinstance(node, N.MatPower):
        return _power(node)
    if not isinstance(node, Loop) or node.index.dim.names:
        return node
    if node.index.dim.factor > _FEW or node.index.start.names:
        raise _TooLongError
    terms = []
    for k in range(node.index.dim.factor):
        number = size_node(node.index.start + Dim(k))
        terms.append(
            unrolled(N.substitute(node.body, {N.IndexValue(node.index, shape=()): number}))
        )
    if not terms:
        return N.number(int(isinstance(node, N.ProdIndex)), node.shape)
    return N.add(*terms) if isinstance(node, N.SumIndex) else N.mul(*terms)


def _power(node: N.MatPower) -> Node:
    exponent = affine_of(node.exponent)
    if exponent is None or exponent.terms or exponent.constant.names:
        return node
    count = exponent.constant.factor
    if not 0 <= count <= _FEW:
        raise _TooLongError
    return reduce(N.matmul, [node.arg] * count) if count else N.Eye(shape=node.shape)


def _without_powers(node: Node, powers: dict[tuple[Node, Node], N.Sym]) -> Node:
    """``matrix_power(A, k + c)`` as ``M @ A @ ...`` with M for ``matrix_power(A, k)``."""

    def change(current: Node) -> Node:
        if not isinstance(current, N.MatPower):
            return current
        exponent = affine_of(current.exponent)
        if exponent is None or exponent.terms:
            raise _TooLongError
        more = sum(factor for factor, names in exponent.constant.terms if not names)
        base = exponent.constant - Dim(more)
        if not 0 <= more <= _FEW or base == ZERO:
            raise _TooLongError
        name = N.Sym(f"M{len(powers)}~", shape=current.shape)
        power: Node = powers.setdefault((current.arg, size_node(base)), name)
        return reduce(N.matmul, [current.arg] * more, power)

    return N.rewritten(node, change)
