"""Claims about sums that count to a natural number, by induction.

With S(n) for such a sum, ``L[S(n)] == R[S(n)]`` holds for all n where it holds for n = 1 and
``L[S + b] - L[S] == R[S + b] - R[S]`` for whatever S is, b being the term that n + 1 adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from derivcheck.lang import nodes as N
from derivcheck.lang.affine import Affine, affine_of, size_node
from derivcheck.lang.dims import ONE, ZERO, Dim
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.lang.nodes import Index, Node

Loop = N.SumIndex | N.ProdIndex
_FEW = 6


class _TooLongError(Exception):
    """A sum or a power that is not written out."""


def by_induction(equation: Equation) -> list[Equation] | None:
    """The first case and the step, which together say what the equation says; None where it
    counts to nothing."""
    loops = [node for node in equation.nodes if isinstance(node, Loop)]
    for name in sorted({name for loop in loops for name in loop.index.dim.names}):
        mine = [loop for loop in loops if name in loop.index.dim.names]
        if _is_counter(name, equation.nodes, mine):
            try:
                return _two_claims(equation, name, mine)
            except _TooLongError:
                return None
    return None


def _is_counter(name: str, nodes: Sequence[Node], loops: list[Loop]) -> bool:
    """Whether nothing but sums, powers and plain numbers depends on that number.

    Every step of an induction needs both sides to be defined: where a divisor or a comparison
    depends on the number, one of them could be missing.
    """
    for node in nodes:
        if any(name in dim.names for dim in node.shape):
            return False
        if isinstance(node, N.Select | N.Compare | N.Extreme | N.Call | N.Inv | N.Det | N.Pow):
            depends = any(
                (isinstance(inner, N.DimSize) and name in inner.dim.names)
                or (isinstance(inner, Loop) and name in inner.index.dim.names)
                for inner in N.walk(node)
            )
            if depends and not (isinstance(node, N.Pow) and _stays_defined(node, name)):
                return False
        if isinstance(node, N.Entry | N.Pick) and any(
            name in index.dim.names for index in N.own_indices(node)
        ):
            return False
        if isinstance(node, N.Derivative) and any(loop in N.walk(node.body) for loop in loops):
            return False
    for loop in loops:
        rest = loop.index.dim - Dim(1, (name,))
        if rest.names or loop.index.start.names:
            return False
        if any(other in N.walk(loop.body) for other in loops if other is not loop):
            return False
    return True


def _stays_defined(node: N.Pow, name: str) -> bool:
    """Whether a power that depends on a number is defined for all its values, or for none."""
    if not any(isinstance(i, N.DimSize | Loop) for i in N.walk(node.base)):
        return affine_of(node.exponent) is not None
    if not isinstance(node.exponent, N.Num):
        return False
    if node.exponent.value > 0 and node.exponent.value.denominator == 1:
        return True
    base = affine_of(node.base)
    return base is not None and not base.terms and (base.constant.least or 0) > 0


def _two_claims(equation: Equation, name: str, loops: list[Loop]) -> list[Equation]:
    places = {loop: N.Sym(f"S{k}~", shape=loop.shape) for k, loop in enumerate(loops)}
    held: dict[Node, Node] = {loop: place for loop, place in places.items()}  # noqa: C416
    one_more = Dim(1, (name,)) + ONE
    added: dict[Node, Node] = {}
    for loop, place in places.items():
        last = Affine(loop.index.start + loop.index.dim)
        term = N.substitute(loop.body, {N.IndexValue(loop.index, shape=()): last.node()})
        fold = N.add if isinstance(loop, N.SumIndex) else N.mul
        added[place] = fold(place, term)
    first: list[Node] = []
    now: list[Node] = []
    later: list[Node] = []
    for side in (equation.left, equation.right):
        first.append(_unrolled(_with_size(side, name, ONE)))
        kept = N.substitute(side, held)
        now.append(kept)
        later.append(N.substitute(_with_size(kept, name, one_more), added))
    gaps = [N.subtract(after, before) for after, before in zip(later, now, strict=True)]
    symbols = [Symbol(place.name, place.shape) for place in places.values()]
    powers: dict[tuple[Node, Node], N.Sym] = {}
    steps = [_without_powers(gap, powers) for gap in gaps]
    commute = []
    for (base, _), power in powers.items():
        symbols.append(Symbol(power.name, power.shape))
        pair = (N.matmul(base, power), N.matmul(power, base))
        commute.append(N.Compare("==", pair[0], pair[1], shape=base.shape))
    context = replace(
        equation.context,
        symbols=(*equation.context.symbols, *symbols),
        assume=(*equation.context.assume, *commute),
    )
    step = replace(equation, left=steps[0], right=steps[1], context=context)
    return [replace(equation, left=first[0], right=first[1]), step]


def _with_size(node: Node, name: str, size: Dim) -> Node:
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


def _unrolled(node: Node) -> Node:
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
            _unrolled(N.substitute(node.body, {N.IndexValue(node.index, shape=()): number}))
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
    return _repeated(node.arg, count) if count else N.Eye(shape=node.shape)


def _repeated(matrix: Node, count: int) -> Node:
    result = matrix
    for _ in range(count - 1):
        result = N.matmul(result, matrix)
    return result


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
        result: Node = powers.setdefault((current.arg, size_node(base)), name)
        for _ in range(more):
            result = N.matmul(result, current.arg)
        return result

    return N.rewritten(node, change)
