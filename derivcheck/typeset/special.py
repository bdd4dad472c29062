"""Functions with a look of their own: roots, bars, cases, sums, derivatives. A row each.

Everything else is the notation of its row in the table of functions, or its name, and brackets. A
long module: there are many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from derivcheck.lang import syntax as S
from derivcheck.lang.functions import lookup
from derivcheck.lang.notation import name_parts
from derivcheck.typeset import boxes as B
from derivcheck.typeset.boxes import Level, Style
from derivcheck.typeset.counting import ONE, end, position

if TYPE_CHECKING:
    from derivcheck.typeset.layout import Layout

Written = tuple[B.Box, Level]
Writer = Callable[..., Written | None]
"""Of a layout and the arguments of a call."""


def call(layout: Layout, node: S.Call) -> Written:
    """A function applied, as its row says."""
    if isinstance(node.function, S.Call):
        return _derived(layout, node), Level.APPLY
    name = node.function.id if isinstance(node.function, S.Name) else ""
    if name in layout.declared:
        return layout.applied(layout.name(name), node), Level.APPLY
    counts, writer = WRITERS.get(name, ((), _prime))
    is_known = len(node.args) in counts and not node.keywords
    written = writer(layout, *node.args) if is_known else None
    return written if written is not None else (_plain(layout, name, node), Level.APPLY)


def _plain(layout: Layout, name: str, node: S.Call) -> B.Box:
    found = lookup(name, len(node.args))
    if found is None:
        return layout.applied(B.Text(name, Style.UPRIGHT), node)
    if found.text in layout.stems and found.text != name:
        return layout.applied(B.Text(name, Style.UPRIGHT), node)
    head = B.Text(found.text, Style.UPRIGHT)
    if found.indexed:
        below = layout.commas(node.args[: found.indexed])
        rest = S.Call(node.function, node.args[found.indexed :])
        return layout.applied(B.Script(head, below=below), rest)
    return layout.applied(head, node)


# --- what a layout asks -------------------------------------------------------------------------


def powered_function(layout: Layout, base: S.Call, above: B.Box) -> B.Box | None:
    """``sin² x`` for the functions that textbooks write so."""
    name = base.function.id if isinstance(base.function, S.Name) else ""
    found = lookup(name) if name not in layout.declared else None
    if found is None or not found.powers or len(base.args) != 1 or base.keywords:
        return None
    head = B.Text(found.text, Style.UPRIGHT)
    return layout.applied(B.Script(head, above=above), base)


def is_open(layout: Layout, node: S.Syntax) -> bool:
    """Whether what follows would be read as a part of it: ``dX``, ``∇f``, a sum."""
    if isinstance(node, S.Name):
        return name_parts(node.id).differential
    if isinstance(node, S.Binary) and node.operator in ("*", "@"):
        return is_open(layout, node.right)
    if not isinstance(node, S.Call) or not isinstance(node.function, S.Name):
        return False
    name = node.function.id
    runs = len(node.args) > 1 or name not in ("sum", "prod")  # over an index, or of an array
    return runs and name in OPEN and name not in layout.declared


def entry(layout: Layout, base: B.Box, indices: tuple[S.Syntax, ...]) -> B.Box:
    """An entry or a slice of an array."""
    printed = B.between([_position(layout, index) for index in indices], ",")
    return B.Entry(base, B.Counted(layout.typed.commas(indices), printed))


def _position(layout: Layout, index: S.Syntax) -> B.Box:
    typed = layout.typed
    if not isinstance(index, S.Slice):
        return typed.expression(position(index, layout.is_index))
    if index.low is None and index.high is None:
        return B.Sign(":")
    low = ONE if index.low is None else position(index.low, layout.is_index)
    last = () if index.high is None else (typed.expression(end(index.high, layout.is_index)),)
    return B.row(typed.expression(low), B.Sign(":"), *last)


def other_syntax(layout: Layout, node: S.Syntax) -> tuple[B.Box, Level]:
    """Arrays entry by entry, slices; what has no look is shown as it is written."""
    match node:
        case S.Listed():
            rows = [item.items if isinstance(item, S.Listed) else (item,) for item in node.items]
            return B.Grid(tuple(tuple(map(layout.expression, cells)) for cells in rows)), Level.ATOM
        case S.Slice():
            ends = [layout.expression(end) for end in (node.low,) if end is not None]
            last = [layout.expression(end) for end in (node.high,) if end is not None]
            return B.row(*ends, B.Sign(":"), *last), Level.COMPARE
        case S.Comprehension():
            body = B.brackets(layout.within(node.name.id).expression(node.body))
            name, size = layout.name(node.name.id), layout.expression(node.size)
            typed = B.between([name, size], "∈")
            start = B.row(name, B.Sign("="), B.Text("1", Style.NUMBER))
            return B.Script(body, below=B.Counted(typed, start), above=size), Level.ATOM
    return layout.verbatim(node), Level.ATOM


# --- rows -----------------------------------------------------------------------------------------


def _derived(layout: Layout, node: S.Call) -> B.Box:
    """``D(f)(x)`` as f′(x), ``D(F, 1, 0)(x, y)`` as F with the orders above."""
    inner = node.function
    assert isinstance(inner, S.Call)
    if not inner.args:
        return layout.applied(B.Text("D", Style.UPRIGHT), node)
    base = layout.group(inner.args[0], Level.ATOM)
    if len(inner.args) > 2:
        orders = layout.commas(inner.args[1:])
        return layout.applied(B.Script(base, above=B.brackets(orders)), node)
    order = inner.args[1] if len(inner.args) == 2 else None
    count = int(order.value) if isinstance(order, S.Number) else 1
    if count > 3:
        above: B.Box = B.brackets(B.Text(str(count), Style.NUMBER))
        return layout.applied(B.Script(base, above=above), node)
    return layout.applied(B.Script(base, above=B.Text("′" * count, Style.UPRIGHT)), node)


def _root(degree: str) -> Writer:
    return lambda layout, a: (B.Root(layout.expression(a), degree), Level.ATOM)


def _absolute(layout: Layout, a: S.Syntax) -> Written | None:
    """Bars, but of an array, whose bars would be its norm or determinant."""
    return None if layout.is_array(a) else (B.Fence("|", layout.expression(a), "|"), Level.ATOM)


def _exponential(layout: Layout, a: S.Syntax) -> Written:
    """e to the power, but of an array (which would look like the matrix exponential) or tall."""
    if layout.is_array(a) or depth(a) > 3 or "e" in layout.declared:
        node = S.Call(S.Name("exp"), (a,))
        return layout.applied(B.Text("exp", Style.UPRIGHT), node), Level.APPLY
    return B.Script(B.Text("e"), above=layout.expression(a)), Level.POWER


def _inverse(layout: Layout, a: S.Syntax) -> Written:
    minus_one = B.row(B.Prefix("−"), B.Text("1", Style.NUMBER))
    return B.Script(layout.group(a, Level.ATOM), above=minus_one), Level.POWER


def _logarithm(layout: Layout, a: S.Syntax, base: S.Syntax) -> Written:
    head = B.Script(B.Text("log", Style.UPRIGHT), below=layout.expression(base))
    return layout.applied(head, S.Call(S.Name("log"), (a,))), Level.APPLY


def _constant_array(digit: str) -> Writer:
    def written(layout: Layout, *dims: S.Syntax) -> Written:
        below = B.between([layout.expression(a) for a in dims], "×")
        return B.Script(B.Text(digit, Style.BOLD), below=below), Level.ATOM

    return written


def _kronecker(layout: Layout, *factors: S.Syntax) -> Written:
    return B.between([layout.group(a, Level.POWER) for a in factors], "⊗"), Level.ELEMENTWISE


def _norm(layout: Layout, a: S.Syntax, *kinds: S.Syntax) -> Written:
    bars: B.Box = B.Fence("‖", layout.expression(a), "‖")
    for kind in kinds:
        bars = B.Script(bars, below=layout.expression(kind))
    return bars, Level.ATOM


def partial(body: B.Box | None, by: list[tuple[B.Box, int]], sign: str = "∂") -> B.Box:
    """The operator ∂²/∂x², with the body on the fraction where one is given."""

    def often(box: B.Box, count: int) -> B.Box:
        return B.Script(box, above=B.Text(str(count), Style.NUMBER)) if count > 1 else box

    below = B.row(*[part for x, count in by for part in (B.Prefix(sign), often(x, count))])
    order = sum(count for _, count in by)
    above = often(B.Text(sign, Style.UPRIGHT), order) if order > 1 else B.Prefix(sign)
    return B.Fraction(above if body is None else B.row(above, body), below)


def _diff(layout: Layout, body: S.Syntax, *wrt: S.Syntax) -> Written | None:
    names: list[S.Syntax] = []
    for x in wrt:  # an order stands behind its variable
        if not isinstance(x, S.Number):
            names.append(x)
        elif names and x.value.denominator == 1 and 1 <= x.value <= 9:
            names += names[-1:] * (int(x.value) - 1)
        else:
            return None
    if len(names) > 9:
        return None
    if isinstance(body, S.Name):
        return _partial_by(layout, layout.expression(body), names), Level.PRODUCT
    return B.row(_partial_by(layout, None, names), layout.operand(body)), Level.PRODUCT


def _partial_by(layout: Layout, body: B.Box | None, names: list[S.Syntax]) -> B.Box:
    """∂³/∂t²∂x: equal neighbours as a power, and what is differentiated by last stands first."""
    runs: list[tuple[S.Syntax, int]] = []
    for x in reversed(names):
        if runs and runs[-1][0] == x:
            runs[-1] = (x, runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return partial(body, [(layout.group(x, Level.APPLY), count) for x, count in runs])


def _gradient(layout: Layout, body: S.Syntax, by: S.Syntax) -> Written:
    nabla = B.Script(B.Text("∇", Style.UPRIGHT), below=layout.expression(by))
    return B.row(nabla, layout.operand(body)), Level.PRODUCT


def _differential(layout: Layout, a: S.Syntax) -> Written:
    inner = layout.operand(a)
    is_one = isinstance(a, S.Call) and a.function == S.Name("d")
    return B.row(B.Prefix("d"), B.brackets(inner) if is_one else inner), Level.APPLY


def _prime(layout: Layout, function: S.Syntax) -> Written:
    base = layout.group(function, Level.ATOM)
    return B.Script(base, above=B.Text("′", Style.UPRIGHT)), Level.ATOM


def _cases(layout: Layout, test: S.Syntax, value: S.Syntax, rest: S.Syntax) -> Written:
    if_, otherwise = (B.Text(word, Style.WORDS) for word in ("if ", "otherwise"))
    lines = [(layout.expression(value), B.row(if_, layout.expression(test)))]
    while isinstance(rest, S.Call) and rest.function == S.Name("where") and len(rest.args) == 3:
        test, value, rest = rest.args
        lines.append((layout.expression(value), B.row(if_, layout.expression(test))))
    return B.Cases((*lines, (layout.expression(rest), otherwise))), Level.SUM


def _big(sign: str) -> Writer:
    def written(layout: Layout, body: S.Syntax, *indices: S.Syntax) -> Written:
        inner = layout
        for index in indices:
            if isinstance(index, S.Bounds) and index.name.id not in layout.counted(body):
                inner = inner.without(index.name.id)
        found = inner.group(body, Level.PRODUCT)
        if sign == "∏" and not _runs_to_its_end(body, indices):
            found = B.brackets(found)
        for index in reversed(indices):
            below, above = _bounds(layout, index, body)
            found = B.Big(sign, below, above, found)
        return found, Level.PRODUCT

    return written


def _runs_to_its_end(body: S.Syntax, indices: Sequence[S.Syntax]) -> bool:
    """Whether an index stands in the last factor of a product, which a reader takes for its end."""
    if not isinstance(body, S.Binary) or body.operator not in ("*", "@", "/"):
        return True
    names = [index.name if isinstance(index, S.Bounds) else index for index in indices]
    found = {node.id for node in S.walk(body.right) if isinstance(node, S.Name)}
    return any(isinstance(name, S.Name) and name.id in found for name in names)


def _bounds(layout: Layout, index: S.Syntax, body: S.Syntax) -> tuple[B.Box, B.Box | None]:
    """Below and above a sum: an index, or one with both ends (included).

    A name that is only a number in the body is counted as it is typed.
    """
    if not isinstance(index, S.Bounds):
        return layout.typed.expression(index), None
    name = layout.name(index.name.id)
    ends = (index.low, index.high)
    typed = [layout.typed.expression(end) for end in ends]
    if index.name.id in layout.counted(body):
        shown = [layout.typed.expression(position(end, layout.is_index)) for end in ends]
        low, high = (B.Counted(t, p) for t, p in zip(typed, shown, strict=True))
        return B.row(name, B.Sign("="), low), high
    return B.row(name, B.Sign("="), typed[0]), typed[1]


def _hypergeometric(layout: Layout, *args: S.Syntax) -> Written:
    """Its lists of parameters stay lists: they are no columns."""
    parts = [
        B.Fence("[", layout.commas(arg.items), "]")
        if isinstance(arg, S.Listed)
        else layout.expression(arg)
        for arg in args
    ]
    return B.row(B.Text("hyper", Style.UPRIGHT), B.brackets(B.between(parts, ","))), Level.APPLY


def _one_hot(layout: Layout, place: S.Syntax, size: S.Syntax) -> Written:
    """The place of the one is counted as a page does."""
    length = layout.expression(size)
    inside = [
        B.brackets(B.between([layout.typed.expression(first), length], ","))
        for first in (place, position(place, layout.is_index))
    ]
    return B.Apply(B.Text("onehot", Style.UPRIGHT), B.Counted(*inside)), Level.APPLY


_MORE = range(2, 1000)
WRITERS: dict[str, tuple[Sequence[int], Writer]] = {
    "onehot": ((2,), _one_hot),
    "hyper": ((3,), _hypergeometric),
    "sqrt": ((1,), _root("")),
    "cbrt": ((1,), _root("3")),
    "abs": ((1,), _absolute),
    "fabs": ((1,), _absolute),
    "norm": ((1, 2), _norm),
    "exp": ((1,), _exponential),
    "inv": ((1,), _inverse),
    "transpose": ((1,), lambda layout, a: (layout.transposed(a), Level.POWER)),
    "log": ((2,), _logarithm),
    "ln": ((2,), _logarithm),
    "eye": (
        (1,),
        lambda layout, a: (B.Script(B.Text("I"), below=layout.expression(a)), Level.ATOM),
    ),
    "ones": ((1, 2), _constant_array("1")),
    "zeros": ((1, 2), _constant_array("0")),
    "kron": ((2,), _kronecker),
    "diff": (_MORE, _diff),
    "grad": ((2,), _gradient),
    "d": ((1,), _differential),
    "D": ((1,), _prime),
    "where": ((3,), _cases),
    "sum": (_MORE, _big("∑")),
    "prod": (_MORE, _big("∏")),
}
"""Built-in names to how they are written with so many arguments; the plain form else, and where a
writer yields None."""

OPEN = frozenset(("d", "grad", "diff", "sum", "prod"))
"""Those whose operand stands to the right without brackets."""


def depth(node: S.Syntax) -> int:
    """Levels of fractions and powers: deep ones are unreadable as an exponent."""
    match node:
        case S.Binary():
            inner = max(depth(node.left), depth(node.right))
            return inner + (2 if node.operator == "/" else node.operator == "**")
        case S.Unary() | S.Transposed():
            return depth(node.operand)
        case S.Subscript():
            return depth(node.operand) + 1
        case S.Call():
            return max(map(depth, node.args), default=0) + 1
    return 0
