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
        isinstance(node, N.Derivative) and _may_meet_kinks(node, held)
        for side in sides
        for node in N.walk(side)
    )


def _may_meet_kinks(node: N.Derivative, held: _Held) -> bool:
    """Where entries are tied to one another alone, kinks of one entry each are met as ever."""
    bends = [inner for inner in N.walk(node.body) if may_bend(inner)]
    here = N.bound_at(node)
    tied = _fixed(node.body, here, held) if bends else ()
    return bool(tied) and (
        bool(_fixed(node.body, here, held, by_entry=True))
        or any(isinstance(inner, N.Derivative) for inner in N.walk(node.body))
        or not all(_is_entrywise(bend, variable) for bend in bends for variable in tied)
    )


def _is_entrywise(root: N.Node, variable: N.Node) -> bool:
    """Whether each entry of a continuous expression depends on no other entry of a variable."""
    depends: dict[N.Node, bool] = {}
    for node in N.walk(root):
        depends[node] = node is variable or any(depends[child] for child in N.children(node))
        if depends[node] and (node.shape != variable.shape or not _is_continuous(node)):
            return False
    return True


def _is_continuous(node: N.Node) -> bool:
    if isinstance(node, N.Call):
        row = FUNCTIONS.get(node.function)
        return row is not None and not row.jumps
    return isinstance(node, N.Sym | N.Add | N.Mul | N.Pow)


@record()
class _Held:
    """Symbols that do not vary freely."""

    tied: frozenset[N.Node]
    """Those of assumed equations, and whole numbers."""
    structured: frozenset[N.Node]
    """Matrices whose entries are tied to one another."""
    stiff: frozenset[N.Node]
    """Those of them that have entries which nothing moves."""


def _held(context: Context) -> _Held:
    equalities = [c for c in context.assume if isinstance(c, N.Compare) and c.operator == "=="]
    tied: set[N.Node] = {symbol for condition in equalities for symbol in N.symbols_in(condition)}
    structured: set[N.Node] = set()
    stiff: set[N.Node] = set()
    for symbol in context.symbols:
        node = N.Sym(symbol.name, shape=symbol.shape)
        if symbol.domain.is_whole:
            tied.add(node)
        if symbol.structure - {"invertible"}:
            structured.add(node)
        if symbol.structure & {"diagonal", "orthogonal"}:
            stiff.add(node)
    return _Held(frozenset(tied), frozenset(structured), frozenset(stiff))


def _fixed(body: N.Node, here: Places, held: _Held, *, by_entry: bool = False) -> frozenset[N.Node]:
    """The variables whose places nothing moves but what the body or another place depends on: as
    a whole, or ``by_entry``."""
    taken: set[N.Node] = {*N.walk(body), *held.tied}
    fixed: set[N.Node] = set()
    for variable, at in here.items():
        still = taken | (held.stiff if by_entry else held.structured)
        if not _moves_by_itself(at, taken, still, by_entry):
            fixed.add(variable)
        taken.update(N.symbols_in(at))
    return frozenset(fixed)


def may_bend(node: N.Node) -> bool:
    """Whether a node by itself may have a kink, a jump, or an edge of what is real."""
    return isinstance(node, N.Extreme) or any(_rough(node))


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


def _moves_by_itself(
    at: N.Node, taken: set[N.Node], still: set[N.Node], by_entry: bool = False
) -> bool:
    """Whether a symbol that nothing else depends on moves a place, all others fixed: all of its
    entries, each on its own, or ``by_entry`` each of them."""
    counts = Counter(_occurrences(at))
    return any(
        count == 1 and symbol not in still and _reaches(at, symbol, taken, by_entry)
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


def _reaches(node: N.Node, symbol: N.Node, taken: set[N.Node], by_entry: bool) -> bool:
    """Whether a symbol that occurs once moves each entry of an expression, on its own."""

    def has(inner: N.Node) -> bool:
        return _reaches(inner, symbol, taken, by_entry)

    def is_large(inner: N.Node) -> bool:
        return by_entry or inner.shape == node.shape

    match node:
        case N.Sym():
            return node == symbol
        case N.Add(args=args):
            return any(is_large(arg) and has(arg) for arg in args)
        case N.Transpose(arg=arg):
            return has(arg)
        case N.Mul(args=args):
            found = [arg for arg in args if has(arg)]
            others = [arg for arg in args if arg not in found]
            # where a scalar is 0, all entries are
            return any(map(is_large, found)) and all(
                _is_factor(arg, taken) and (is_large(arg) or not isinstance(arg, N.Sym))
                for arg in others
            )
        case N.MatMul(left=left, right=right):
            if has(left):
                other, count, room = right, N.columns_of(right.shape), N.rows_of(right.shape)
            else:
                other, count, room = left, N.rows_of(left.shape), N.columns_of(left.shape)
                if not has(right):
                    return False
            # its rows or columns are independent for almost all values, of some sizes at least, and
            # proofs are about all sizes
            spare = (room - count).least
            is_roomy = (spare is not None and spare >= 0) or not set(room.names) <= {*count.names}
            is_regular = count == N.ONE or (is_roomy and isinstance(other, N.Sym))
            return (by_entry or is_regular) and _is_factor(other, taken)
        case N.Pow(base=base, exponent=N.Num(value=value)):
            return bool(value) and has(base)
        case N.Call(function=function, args=(u,)):
            return function in _SMOOTH and has(u)
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
