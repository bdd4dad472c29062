"""Functions with a look of their own: roots, bars, cases, sums, derivatives. A row each.

Everything else is the notation of its row in the table of functions, or its name, and brackets. A
long module: there are many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from derivcheck.lang.functions import lookup
from derivcheck.lang.notation import name_parts
from derivcheck.lang.syntax import (
    Binary,
    Bounds,
    Call,
    Comprehension,
    Listed,
    Name,
    Number,
    Slice,
    Subscript,
    Syntax,
    Transposed,
    Unary,
    walk,
)
from derivcheck.typeset.boxes import (
    Apply,
    Big,
    Box,
    Cases,
    Counted,
    Entry,
    Fence,
    Fraction,
    Grid,
    Level,
    Prefix,
    Root,
    Script,
    Sign,
    Style,
    Text,
    between,
    brackets,
    row,
)
from derivcheck.typeset.counting import ONE, end, position

if TYPE_CHECKING:
    from derivcheck.typeset.layout import Layout

Written = tuple[Box, Level]
Row = Callable[["Layout", Call], Written | None]


def call(layout: Layout, node: Call) -> Written:
    """A function applied, as its row says."""
    if isinstance(node.function, Call):
        return _derived(layout, node), Level.APPLY
    name = node.function.id if isinstance(node.function, Name) else ""
    if name in layout.declared:
        return layout.applied(layout.name(name), node), Level.APPLY
    writer = WRITERS.get(name)
    written = writer(layout, node) if writer is not None else None
    return written if written is not None else (_plain(layout, name, node), Level.APPLY)


def _plain(layout: Layout, name: str, node: Call) -> Box:
    found = lookup(name, len(node.args))
    if found is None:
        return layout.applied(Text(name, Style.UPRIGHT), node)
    if found.text in layout.stems and found.text != name:
        return layout.applied(Text(name, Style.UPRIGHT), node)
    head = Text(found.text, Style.UPRIGHT)
    if found.indexed:
        below = layout.commas(node.args[: found.indexed])
        rest = Call(node.function, node.args[found.indexed :])
        return layout.applied(Script(head, below=below), rest)
    return layout.applied(head, node)


# --- what a layout asks -------------------------------------------------------------------------


def powered_function(layout: Layout, base: Call, above: Box) -> Box | None:
    """``sin² x`` for the functions that textbooks write so."""
    name = base.function.id if isinstance(base.function, Name) else ""
    found = lookup(name) if name not in layout.declared else None
    if found is None or not found.powers or len(base.args) != 1 or base.keywords:
        return None
    head = Text(found.text, Style.UPRIGHT)
    return layout.applied(Script(head, above=above), base)


def is_open(layout: Layout, node: Syntax) -> bool:
    """Whether what follows would be read as a part of it: ``dX``, ``∇f``, a sum."""
    if isinstance(node, Name):
        return name_parts(node.id).differential
    if isinstance(node, Binary) and node.operator in ("*", "@"):
        return is_open(layout, node.right)
    if not isinstance(node, Call) or not isinstance(node.function, Name):
        return False
    name = node.function.id
    runs = len(node.args) > 1 or name not in ("sum", "prod")  # over an index, or of an array
    return runs and name in OPEN and name not in layout.declared


def entry(layout: Layout, base: Box, indices: tuple[Syntax, ...]) -> Box:
    """An entry or a slice of an array."""
    printed = between([_position(layout, index) for index in indices], ",")
    return Entry(base, Counted(layout.typed.commas(indices), printed))


def _position(layout: Layout, index: Syntax) -> Box:
    typed = layout.typed
    if not isinstance(index, Slice):
        return typed.expression(position(index, layout.is_index))
    if index.low is None and index.high is None:
        return Sign(":")
    low = ONE if index.low is None else position(index.low, layout.is_index)
    last = () if index.high is None else (typed.expression(end(index.high, layout.is_index)),)
    return row(typed.expression(low), Sign(":"), *last)


def other_syntax(layout: Layout, node: Syntax) -> tuple[Box, Level]:
    """Arrays entry by entry, slices; what has no look is shown as it is written."""
    match node:
        case Listed():
            rows = [item.items if isinstance(item, Listed) else (item,) for item in node.items]
            return Grid(tuple(tuple(map(layout.expression, cells)) for cells in rows)), Level.ATOM
        case Slice():
            ends = [layout.expression(end) for end in (node.low,) if end is not None]
            last = [layout.expression(end) for end in (node.high,) if end is not None]
            return row(*ends, Sign(":"), *last), Level.COMPARE
        case Comprehension():
            body = brackets(layout.within(node.name.id).expression(node.body))
            name, size = layout.name(node.name.id), layout.expression(node.size)
            typed = between([name, size], "∈")
            start = row(name, Sign("="), Text("1", Style.NUMBER))
            return Script(body, below=Counted(typed, start), above=size), Level.ATOM
    return layout.verbatim(node), Level.ATOM


# --- rows -----------------------------------------------------------------------------------------


def _derived(layout: Layout, node: Call) -> Box:
    """``D(f)(x)`` as f′(x), ``D(F, 1, 0)(x, y)`` as F with the orders above."""
    inner = node.function
    assert isinstance(inner, Call)
    if not inner.args:
        return layout.applied(Text("D", Style.UPRIGHT), node)
    base = layout.group(inner.args[0], Level.ATOM)
    if len(inner.args) > 2:
        orders = layout.commas(inner.args[1:])
        return layout.applied(Script(base, above=brackets(orders)), node)
    order = inner.args[1] if len(inner.args) == 2 else None
    count = int(order.value) if isinstance(order, Number) else 1
    if count > 3:
        above: Box = brackets(Text(str(count), Style.NUMBER))
        return layout.applied(Script(base, above=above), node)
    return layout.applied(Script(base, above=Text("′" * count, Style.UPRIGHT)), node)


def _one(write: Callable[[Layout, Syntax], Written]) -> Row:
    def written(layout: Layout, node: Call) -> Written | None:
        return None if len(node.args) != 1 or node.keywords else write(layout, node.args[0])

    return written


def _root(degree: str) -> Row:
    return _one(lambda layout, a: (Root(layout.expression(a), degree), Level.ATOM))


def _absolute(layout: Layout, node: Call) -> Written | None:
    """Bars, but of an array, whose bars would be its norm or determinant."""
    if len(node.args) != 1 or layout.is_array(node.args[0]):
        return None
    return Fence("|", layout.expression(node.args[0]), "|"), Level.ATOM


def _exponential(layout: Layout, a: Syntax) -> Written:
    """e to the power, but of an array (which would look like the matrix exponential) or tall."""
    if layout.is_array(a) or depth(a) > 3 or "e" in layout.declared:
        node = Call(Name("exp"), (a,))
        return layout.applied(Text("exp", Style.UPRIGHT), node), Level.APPLY
    return Script(Text("e"), above=layout.expression(a)), Level.POWER


def _inverse(layout: Layout, a: Syntax) -> Written:
    minus_one = row(Prefix("−"), Text("1", Style.NUMBER))
    return Script(layout.group(a, Level.ATOM), above=minus_one), Level.POWER


def _logarithm(layout: Layout, node: Call) -> Written | None:
    if len(node.args) != 2 or node.keywords:
        return None
    head = Script(Text("log", Style.UPRIGHT), below=layout.expression(node.args[1]))
    return layout.applied(head, Call(node.function, node.args[:1])), Level.APPLY


def _constant_array(digit: str) -> Row:
    def written(layout: Layout, node: Call) -> Written | None:
        below = between([layout.expression(a) for a in node.args], "×")
        return Script(Text(digit, Style.BOLD), below=below), Level.ATOM

    return written


def _kronecker(layout: Layout, node: Call) -> Written | None:
    if len(node.args) != 2:
        return None
    parts = [layout.group(a, Level.POWER) for a in node.args]
    return between(parts, "⊗"), Level.ELEMENTWISE


def _norm(layout: Layout, node: Call) -> Written | None:
    if not node.args or node.keywords:
        return None
    bars = Fence("‖", layout.expression(node.args[0]), "‖")
    if len(node.args) == 1:
        return bars, Level.ATOM
    return Script(bars, below=layout.expression(node.args[1])), Level.ATOM


def partial(
    layout: Layout, body: Box | None, wrt: list[Box], order: Box | None = None, sign: str = "∂"
) -> Box:
    """The operator ∂/∂x, with the body on the fraction where one is given."""
    if order is not None:
        wrt = [Script(wrt[0], above=order)]
    elif len(wrt) > 1:
        order = Text(str(len(wrt)), Style.NUMBER)
    return _operator(body, wrt, order, sign)


def _operator(body: Box | None, wrt: list[Box], order: Box | None, sign: str) -> Box:
    below = row(*[part for x in wrt for part in (Prefix(sign), x)])
    above: Box = Prefix(sign)
    if order is not None:
        above = Script(Text(sign, Style.UPRIGHT), above=order)
    return Fraction(above if body is None else row(above, body), below)


def _diff(layout: Layout, node: Call) -> Written | None:
    if len(node.args) < 2 or node.keywords:
        return None
    body, *wrt = node.args
    names: list[Syntax] = []
    for x in wrt:  # an order stands behind its variable
        if not isinstance(x, Number):
            names.append(x)
        elif names and x.value.denominator == 1 and 1 <= x.value <= 9:
            names += names[-1:] * (int(x.value) - 1)
        else:
            return None
    if len(names) > 9:
        return None
    if isinstance(body, Name):
        return _partial_by(layout, layout.expression(body), names), Level.PRODUCT
    return row(_partial_by(layout, None, names), layout.operand(body)), Level.PRODUCT


def _partial_by(layout: Layout, body: Box | None, names: list[Syntax]) -> Box:
    """∂³/∂t²∂x: equal neighbours as a power, and what is differentiated by last stands first."""
    runs: list[tuple[Syntax, int]] = []
    for x in reversed(names):
        if runs and runs[-1][0] == x:
            runs[-1] = (x, runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    wrt = [layout.group(x, Level.APPLY) for x, _ in runs]
    for i, (_, count) in enumerate(runs):
        if count > 1:
            wrt[i] = Script(wrt[i], above=Text(str(count), Style.NUMBER))
    order = Text(str(len(names)), Style.NUMBER) if len(names) > 1 else None
    return _operator(body, wrt, order, "∂")


def _gradient(layout: Layout, node: Call) -> Written | None:
    if len(node.args) != 2:
        return None
    nabla = Script(Text("∇", Style.UPRIGHT), below=layout.expression(node.args[1]))
    return row(nabla, layout.operand(node.args[0])), Level.PRODUCT


def _differential(layout: Layout, a: Syntax) -> Written:
    inner = layout.operand(a)
    is_one = isinstance(a, Call) and a.function == Name("d")
    return row(Prefix("d"), brackets(inner) if is_one else inner), Level.APPLY


def _prime(layout: Layout, node: Call) -> Written | None:
    if len(node.args) != 1:
        return None
    base = layout.group(node.args[0], Level.ATOM)
    return Script(base, above=Text("′", Style.UPRIGHT)), Level.ATOM


def _cases(layout: Layout, node: Call) -> Written | None:
    if len(node.args) != 3 or node.keywords:
        return None
    lines: list[tuple[Box, Box]] = []
    rest: Syntax = node
    while (
        isinstance(rest, Call)
        and isinstance(rest.function, Name)
        and rest.function.id == "where"
        and len(rest.args) == 3
    ):
        test, value, rest = rest.args
        lines.append((layout.expression(value), row(_words("if "), layout.expression(test))))
    lines.append((layout.expression(rest), _words("otherwise")))
    return Cases(tuple(lines)), Level.SUM


def _words(text: str) -> Box:
    return Text(text, Style.WORDS)


def _big(sign: str) -> Row:
    def written(layout: Layout, node: Call) -> Written | None:
        if len(node.args) < 2 or node.keywords:
            return None
        body, *indices = node.args
        inner = layout
        for index in indices:
            if isinstance(index, Bounds) and index.name.id not in layout.counted(body):
                inner = inner.without(index.name.id)
        found = inner.group(body, Level.PRODUCT)
        if sign == "∏" and not _runs_to_its_end(body, indices):
            found = brackets(found)
        for index in reversed(indices):
            below, above = _bounds(layout, index, body)
            found = Big(sign, below, above, found)
        return found, Level.PRODUCT

    return written


def _runs_to_its_end(body: Syntax, indices: Sequence[Syntax]) -> bool:
    """Whether an index stands in the last factor of a product, which a reader takes for its end."""
    if not isinstance(body, Binary) or body.operator not in ("*", "@", "/"):
        return True
    names = [index.name if isinstance(index, Bounds) else index for index in indices]
    found = {node.id for node in walk(body.right) if isinstance(node, Name)}
    return any(isinstance(name, Name) and name.id in found for name in names)


def _bounds(layout: Layout, index: Syntax, body: Syntax) -> tuple[Box, Box | None]:
    """Below and above a sum: an index, or one with both ends (included).

    A name that is only a number in the body is counted as it is typed.
    """
    if not isinstance(index, Bounds):
        return layout.typed.expression(index), None
    name = layout.name(index.name.id)
    ends = (index.low, index.high)
    typed = [layout.typed.expression(end) for end in ends]
    if index.name.id in layout.counted(body):
        shown = [layout.typed.expression(position(end, layout.is_index)) for end in ends]
        low, high = (Counted(t, p) for t, p in zip(typed, shown, strict=True))
        return row(name, Sign("="), low), high
    return row(name, Sign("="), typed[0]), typed[1]


def _hypergeometric(layout: Layout, node: Call) -> Written | None:
    """Its lists of parameters stay lists: they are no columns."""
    if len(node.args) != 3 or node.keywords:
        return None
    parts = [
        Fence("[", layout.commas(arg.items), "]")
        if isinstance(arg, Listed)
        else layout.expression(arg)
        for arg in node.args
    ]
    return row(Text("hyper", Style.UPRIGHT), brackets(between(parts, ","))), Level.APPLY


def _one_hot(layout: Layout, node: Call) -> Written | None:
    """The place of the one is counted as a page does."""
    if len(node.args) != 2 or node.keywords:
        return None
    place = position(node.args[0], layout.is_index)
    length = layout.expression(node.args[1])
    inside = [
        brackets(between([layout.typed.expression(first), length], ","))
        for first in (node.args[0], place)
    ]
    return Apply(Text("onehot", Style.UPRIGHT), Counted(*inside)), Level.APPLY


WRITERS: dict[str, Row] = {
    "onehot": _one_hot,
    "hyper": _hypergeometric,
    "sqrt": _root(""),
    "cbrt": _root("3"),
    "abs": _absolute,
    "fabs": _absolute,
    "norm": _norm,
    "exp": _one(_exponential),
    "inv": _one(_inverse),
    "transpose": _one(lambda layout, a: (layout.transposed(a), Level.POWER)),
    "log": _logarithm,
    "ln": _logarithm,
    "eye": _one(lambda layout, a: (Script(Text("I"), below=layout.expression(a)), Level.ATOM)),
    "ones": _constant_array("1"),
    "zeros": _constant_array("0"),
    "kron": _kronecker,
    "diff": _diff,
    "grad": _gradient,
    "d": _one(_differential),
    "D": _prime,
    "where": _cases,
    "sum": _big("∑"),
    "prod": _big("∏"),
}
"""Built-in names to how they are written; None from a writer means the plain form."""

OPEN = frozenset(("d", "grad", "diff", "sum", "prod"))
"""Those whose operand stands to the right without brackets."""


def depth(node: Syntax) -> int:
    """Levels of fractions and powers: deep ones are unreadable as an exponent."""
    match node:
        case Binary():
            inner = max(depth(node.left), depth(node.right))
            return inner + (2 if node.operator == "/" else node.operator == "**")
        case Unary() | Transposed():
            return depth(node.operand)
        case Subscript():
            return depth(node.operand) + 1
        case Call():
            return max(map(depth, node.args), default=0) + 1
    return 0
