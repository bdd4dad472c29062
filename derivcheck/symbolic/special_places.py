"""Derivatives at places where functions may have kinks that no variable passes on its own.

By ``x`` at x, a kink is met at single values of x, beside which the claim is looked at. Under
``x == 0``, by ``h = x + y`` of ``abs(h - x - y)``, or by a symmetric matrix of ``abs(S - S.T)``,
the place is fixed, or tied to other symbols, or its entries to one another:
at a kink that is met there the derivative may exist and be another than the rules say. At x = 0 the
slope of ``abs(x + y) - abs(x - y)`` is 2 for y > 0 and 0 for y = 0, whatever is claimed beside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Context
from derivcheck.lang.functions import FUNCTIONS, named
from derivcheck.lang.texts import breaks, margins
from derivcheck.records import record
from derivcheck.symbolic.derivative import NoDerivative, differentiate

Places = dict[N.Node, N.Node]
"""Bound variables with what they are taken at, in declared symbols."""
_SMOOTH = frozenset(named("smooth"))
_MOST_PARTS = 400
CONDITION = "nothing has a kink where its derivative is taken"
ISOLATED = "the point is no isolated one of the domain"


@record()
class Kink:
    """What vanishes at a kink, told at the place of the derivative.

    ``slope`` is that along the variable, where zero is an edge of what is real: where the variable
    crosses it, there is no derivative.
    """

    node: N.Node
    slope: N.Node | None = None


def kinks_at_special_places(sides: Sequence[N.Node], context: Context) -> tuple[Kink, ...]:
    """What must not vanish for derivatives to be what the rules say; empty at plain places."""
    held = _held(context)
    found: dict[Kink, None] = {}
    for side in sides:
        found.update(dict.fromkeys(_kinks(side, {}, frozenset(), held)))
    return tuple(found)


def is_at_kinks(sides: Sequence[N.Node], context: Context) -> bool:
    """Whether an expression with kinks is differentiated, by what may have several entries, at a
    special place."""
    held = _held(context)
    return any(
        _fixed(node.body, N.bound_at(node), held) and any(map(may_bend, N.walk(node.body)))
        for side in sides
        for node in N.walk(side)
        if isinstance(node, N.Derivative)
    )


@record()
class _Held:
    """Symbols that do not vary freely."""

    tied: frozenset[N.Node]
    """Those of assumed equations, and whole numbers."""
    structured: frozenset[N.Node]
    """Matrices whose entries are tied to one another."""


def _held(context: Context) -> _Held:
    told = [c for c in context.assume if isinstance(c, N.Compare) and c.operator == "=="]
    tied: set[N.Node] = {symbol for condition in told for symbol in N.symbols_in(condition)}
    structured: set[N.Node] = set()
    for symbol in context.symbols:
        node = N.Sym(symbol.name, shape=symbol.shape)
        if symbol.domain.kind in ("integer", "natural"):
            tied.add(node)
        if symbol.structure - {"invertible"}:
            structured.add(node)
    return _Held(frozenset(tied), frozenset(structured))


def _fixed(body: N.Node, here: Places, held: _Held) -> frozenset[N.Node]:
    """The variables whose places nothing moves but what the body or another place depends on."""
    taken: set[N.Node] = {*N.walk(body), *held.tied}
    fixed: set[N.Node] = set()
    for variable, at in here.items():
        if not _moves_by_itself(at, taken, held.structured):
            fixed.add(variable)
        taken.update(N.symbols_in(at))
    return frozenset(fixed)


def may_bend(node: N.Node) -> bool:
    """Whether a node by itself may have a kink, a jump, or an edge of what is real."""
    match node:
        case N.Compare() | N.Extreme():
            return True
        case N.Pow(exponent=N.Num(value=value)):
            return value > 0 and value.denominator != 1
        case N.Call(function=function):
            row = FUNCTIONS.get(function)
            edges = row is not None and any("=" in text for text in row.real)
            return row is not None and bool(row.kinks or row.jumps or edges)
    return False


def _kinks(root: N.Node, places: Places, special: frozenset[N.Node], held: _Held) -> Iterator[Kink]:
    """Those below a node, bound variables being at ``places``, the ``special`` ones among them."""
    seen: set[N.Node] = set()
    pending = [root]
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, N.Derivative):
            here = {v: _placed(at, places) for v, at in N.bound_at(node).items()}
            fixed = _fixed(node.body, here, held)
            yield from _kinks(node.body, {**places, **here}, special | fixed, held)
            pending += N.bound_at(node).values()
            continue
        pending += N.children(node)
        for rough, is_edge in _rough(node) if special else ():
            used = special.intersection(N.walk(rough))
            if used:
                slope = _slope(rough, used, places) if is_edge else None
                yield Kink(_placed(rough, places), slope)


def _moves_by_itself(at: N.Node, taken: set[N.Node], structured: frozenset[N.Node]) -> bool:
    """Whether a symbol that nothing else depends on moves each entry of a place on its own, all
    others fixed."""
    counts = Counter(_occurrences(at))
    return any(
        count == 1 and symbol not in taken | structured and _reaches(at, symbol, taken)
        for symbol, count in counts.items()
    )


def _occurrences(root: N.Node) -> Iterator[N.Node]:
    """The symbols of an expression as often as they are written in it (at most so many)."""
    pending, steps = [root], 0
    while pending:
        node = pending.pop()
        steps += 1
        if steps > _MOST_PARTS:
            yield from (*N.symbols_in(root), *N.symbols_in(root))  # so that none counts as single
            return
        elif isinstance(node, N.Sym):
            yield node
        else:
            pending += N.children(node)


def _reaches(node: N.Node, symbol: N.Node, taken: set[N.Node]) -> bool:
    """Whether a symbol that occurs once moves each entry of an expression on its own."""
    match node:
        case N.Sym():
            return node == symbol
        case N.Add(args=args):
            return any(arg.shape == node.shape and _reaches(arg, symbol, taken) for arg in args)
        case N.Transpose(arg=arg):
            return _reaches(arg, symbol, taken)
        case N.Mul(args=args):
            found = [arg for arg in args if _reaches(arg, symbol, taken)]
            return any(arg.shape == node.shape for arg in found) and all(
                _is_factor(arg, taken) for arg in args if arg not in found
            )
        case N.MatMul(left=left, right=right):
            if _reaches(left, symbol, taken):
                other, count, room = right, N.columns_of(right.shape), N.rows_of(right.shape)
            else:
                other, count, room = left, N.rows_of(left.shape), N.columns_of(left.shape)
                if not _reaches(right, symbol, taken):
                    return False
            # its rows or columns are independent, as most are that are not too many
            spare = (room - count).least
            is_regular = isinstance(other, N.Sym) and spare is not None and spare >= 0
            return (is_regular or count == N.ONE) and _is_factor(other, taken)
        case N.Pow(base=base, exponent=N.Num(value=value)):
            return bool(value) and _reaches(base, symbol, taken)
        case N.Call(function=function, args=(u,)):
            return function in _SMOOTH and _reaches(u, symbol, taken)
    return False


def _is_factor(node: N.Node, taken: set[N.Node]) -> bool:
    """Whether a factor is zero in no entry but for single values of free symbols."""
    match node:
        case N.Const():
            return True
        case N.Num(value=value):
            return bool(value)
    return isinstance(node, N.Sym) and node not in taken


def _rough(node: N.Node) -> Iterator[tuple[N.Node, bool]]:
    """What vanishes at a kink, a jump, or an edge (true) that a node has by itself."""
    match node:
        case N.Compare(left=left, right=right):
            yield N.subtract(left, right), False
        case N.Pow(base=base, exponent=N.Num(value=value)):
            if value > 0 and value.denominator != 1:
                yield base, True
        case N.Call(function=function, args=args):
            for zero in breaks(function, args, "kinks", "jumps"):
                yield zero, False
            for margin, is_strict in margins(function, args):
                if not is_strict:
                    yield margin, True


def _placed(node: N.Node, places: Places) -> N.Node:
    return N.substitute(node, places) if places else node


def _slope(node: N.Node, variables: frozenset[N.Node], places: Places) -> N.Node | None:
    if len(variables) > 1:
        return None
    (variable,) = variables
    assert isinstance(variable, N.Sym)
    try:
        return _placed(differentiate(node, variable), places)
    except NoDerivative:
        return None
