"""Points with a structure, in free parameters, so that every such point is met.

Orthogonal matrices of two and three rows are rotations and reflections (unit quaternions; Kuipers
1999, section 5.14), vectors of length 1 are ``p/norm(p)``. All other structures are left out, which
only makes a claim stronger, as long as entries may have every value that they have in one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from derivcheck.lang import nodes as N
from derivcheck.lang.elaborate import read
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.lang.nodes import Node
from derivcheck.lang.templates import at
from derivcheck.symbolic.matrix.grids import Grid, Grids, NotWrittenError


def parametrised(
    equation: Equation, entries: Grids
) -> Iterator[tuple[dict[str, Grid], frozenset[Node]]]:
    """Entries of the symbols in free parameters, with the conditions that they then fulfil.

    ``entries`` spells out conditions in the entries themselves.
    """
    ways: list[list[tuple[str, Grid, frozenset[Node]]]] = []
    assume = equation.context.assume
    for symbol in equation.context.symbols:
        rows = N.rows_of(symbol.shape).factor
        is_complex = symbol.domain.kind == "complex"
        if "orthogonal" in symbol.structure and rows in (2, 3) and not is_complex:
            ways.append(_orthogonal(symbol, rows, assume))
        elif symbol.shape and N.ONE in symbol.shape and not is_complex:
            met = frozenset(c for c in assume if _says_unit(c, symbol, entries))
            if met and symbol.domain.kind == "real":
                ways.append([(symbol.name, _unit(symbol), met)])
    for choice in product(*ways):
        points = {name: array for name, array, _ in choice}
        met = frozenset(c for _, _, conditions in choice for c in conditions)
        yield points, met


def _parameters(name: str, count: int) -> tuple[N.Sym, ...]:
    return tuple(N.Sym(f"{name}[{k}]", shape=()) for k in range(count))


_ROTATIONS: dict[int, tuple[str, tuple[tuple[str, ...], ...]]] = {
    2: ("a b", (("a*a - b*b", "-2*a*b"), ("2*a*b", "a*a - b*b"))),
    3: (
        "w x y z",
        (
            ("w*w + x*x - y*y - z*z", "2*x*y - 2*w*z", "2*x*z + 2*w*y"),
            ("2*x*y + 2*w*z", "w*w - x*x + y*y - z*z", "2*y*z - 2*w*x"),
            ("2*x*z - 2*w*y", "2*y*z + 2*w*x", "w*w - x*x - y*y + z*z"),
        ),
    ),
}
"""Rotations in free parameters, times the sum of the squares of these."""


def _orthogonal(
    symbol: Symbol, rows: int, assume: tuple[Node, ...]
) -> list[tuple[str, Grid, frozenset[Node]]]:
    names, texts = _ROTATIONS[rows]
    places = tuple(names.split())
    parts = _parameters(symbol.name, len(places))
    length = N.reciprocal(N.add(*(N.mul(p, p) for p in parts)))
    rotation = tuple(
        tuple(N.mul(at(read(text, places), places, parts), length) for text in row) for row in texts
    )
    mirrored = tuple((*row[:-1], N.negative(row[-1])) for row in rotation)
    det = N.Det(N.Sym(symbol.name, shape=symbol.shape), shape=())
    proper: frozenset[Node] = frozenset(
        c
        for c in assume
        if isinstance(c, N.Compare)
        and c.operator == "=="
        and {c.left, c.right} == {det, N.ONE_NODE}
    )
    found: list[tuple[str, Grid, frozenset[Node]]] = [(symbol.name, rotation, proper)]
    return found if proper else [*found, (symbol.name, mirrored, frozenset())]


def _says_unit(condition: Node, symbol: Symbol, entries: Grids) -> bool:
    """Whether a condition says that the squares of a vector's entries add up to 1."""
    if not isinstance(condition, N.Compare) or condition.operator != "==":
        return False
    own = [e for row in entries.of(N.Sym(symbol.name, shape=symbol.shape)) for e in row]
    for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
        if other is not N.ONE_NODE:
            continue
        try:
            node = entries.whole(one)
        except NotWrittenError:
            return False
        # powers of a sum of squares: a norm or its square
        while (
            isinstance(node, N.Pow)
            and isinstance(node.exponent, N.Num)
            and node.exponent.value in (Fraction(1, 2), 2)
            and isinstance(node.base, N.Add | N.Pow)
        ):
            node = node.base
        terms = node.args if isinstance(node, N.Add) else (node,)
        if len(terms) == len(own) and {_root(term) for term in terms} == set(own):
            return True
    return False


def _root(term: Node) -> Node | None:
    """u for ``u**2`` and ``u*u``."""
    match term:
        case N.Pow(base=base, exponent=N.Num(value=Fraction(numerator=2, denominator=1))):
            return base
        case N.Mul(args=(one, other)) if one is other:
            return one
    return None


def _unit(symbol: Symbol) -> Grid:
    rows, columns = N.rows_of(symbol.shape).factor, N.columns_of(symbol.shape).factor
    parts = _parameters(symbol.name, rows * columns)
    length = N.power(N.add(*(N.mul(p, p) for p in parts)), N.number(Fraction(-1, 2)))
    return tuple(
        tuple(N.mul(parts[i * columns + j], length) for j in range(columns)) for i in range(rows)
    )
