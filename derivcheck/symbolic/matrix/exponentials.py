"""Exponentials of matrices: of parts under a name, and by the differential equation they solve.

``expm(A) == R`` where a family R(s) with R(1) = R has R(0) = eye(n) and R'(s) = A @ R(s) for all s:
a linear initial value problem has one solution, and expm(s*A) is it (Higham 2008, section 2.1). So
is ``expm(A) @ V == R`` with R(0) = V.

What holds for every matrix S holds for ``skew(w)``, too: claims about ``expm(t*skew(w))`` are told
of a symbol, of which its entries at given places and its being skew-symmetric are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from derivcheck.lang import nodes as N
from derivcheck.lang.complexes import is_real
from derivcheck.lang.equation import Equation, Symbol
from derivcheck.lang.functions import named
from derivcheck.lang.nodes import Node
from derivcheck.lang.printer import node_text
from derivcheck.model import Evidence

MARK = "@parts"
"""What the names of symbols for matrices of parts end in."""
_ENTIRE = frozenset(named("entire"))
SCALE = "s~scale"
"""The name of s."""
_SCALE = N.Sym(SCALE, shape=())


def by_initial_value(equation: Equation) -> Iterator[list[Equation]]:
    """Ways to say what the equation says without its exponential: the claims of each way together
    do."""
    if equation.indices:
        return
    context = equation.context
    context = replace(context, symbols=(*context.symbols, Symbol(SCALE)))
    for side, closed in ((equation.left, equation.right), (equation.right, equation.left)):
        found = _exponential(side)
        if found is None or any(isinstance(node, N.Expm) for node in N.walk(closed)):
            continue
        argument, start = found
        for family, proper in _families(argument, closed):
            if not _is_entire(family):
                continue
            slope = N.Jvp(family, (_SCALE,), (_SCALE,), (N.ONE_NODE,), shape=family.shape)
            sides = (
                (slope, N.matmul(argument, family)),
                (N.substitute(family, {_SCALE: N.ZERO_NODE}), start),
                *proper,
            )
            yield [replace(equation, left=a, right=b, context=context) for a, b in sides]


def _exponential(side: Node) -> tuple[Node, Node] | None:
    """A and V of ``expm(A) @ V``."""
    match side:
        case N.Expm(arg=argument):
            return argument, N.Eye(shape=side.shape)
        case N.MatMul(left=N.Expm(arg=argument), right=start):
            return argument, start
    return None


def _families(argument: Node, closed: Node) -> Iterator[tuple[Node, tuple[tuple[Node, Node], ...]]]:
    """Families that are R at s = 1, and what must be true besides.

    Either s stands in the arguments of functions, or beside a scalar that A is a multiple of.
    """
    waves: dict[Node, Node] = {
        node: N.call(node.function, *(N.mul(_SCALE, arg) for arg in node.args))
        for node in N.walk(closed)
        if isinstance(node, N.Call) and node.function in _ENTIRE
    }
    if waves:
        yield N.substitute(closed, waves), ()
    for symbol in N.symbols_in(argument):
        if not symbol.shape:
            longer: dict[Node, Node] = {symbol: N.mul(_SCALE, symbol)}
            linear = (N.substitute(argument, longer), N.mul(_SCALE, argument))
            yield N.substitute(closed, longer), (linear,)


def _is_entire(node: Node) -> bool:
    """Whether a family is defined and smooth for all s, wherever it is defined for one."""
    if _SCALE not in N.walk(node):
        return True
    match node:
        case N.Pow(base=base, exponent=N.Num(value=power)):
            return power >= 0 and power.denominator == 1 and _is_entire(base)
        case N.Call(function=function):
            return function in _ENTIRE and all(map(_is_entire, N.children(node)))
    return isinstance(node, N.POLYNOMIAL) and all(map(_is_entire, N.children(node)))


def named_parts(equation: Equation) -> tuple[Equation, dict[str, Node]]:
    """The equation with a symbol for each matrix of parts inside an exponential or a power, and
    what these symbols stand for."""
    functions = [node for node in equation.nodes if isinstance(node, N.Expm | N.MatPower)]
    names: dict[Node, N.Sym] = {}
    for part in (part for function in functions for part in N.walk(function.arg)):
        if (
            isinstance(part, N.Stack)
            and N.rows_of(part.shape) == N.columns_of(part.shape)
            and _is_fixed(part, equation)
        ):
            names.setdefault(part, N.Sym(f"S{len(names)}{MARK}", shape=part.shape))
    if not names:
        return equation, {}
    held: dict[Node, Node] = {**names}
    facts = tuple(N.Compare("==", name, part, shape=name.shape) for part, name in names.items())
    context = replace(
        equation.context,
        symbols=(
            *equation.context.symbols,
            *(Symbol(name.name, name.shape) for name in names.values()),
        ),
        assume=(*equation.context.assume, *facts),
    )
    left, right = (N.substitute(side, held) for side in (equation.left, equation.right))
    claim = replace(equation, left=left, right=right, context=context)
    return claim, {name.name: part for part, name in names.items()}


def _is_fixed(part: Node, equation: Equation) -> bool:
    """Whether a matrix is real and one and the same wherever it stands: it holds nothing that
    varies, and no index that a sum or a comprehension runs over."""
    if N.bound_outside(part, {}):
        return False
    context = equation.context
    complex_names = frozenset(s.name for s in context.symbols if s.domain.kind == "complex")
    return not context.is_complex or is_real(part, complex_names)


def with_parts(found: Evidence, parts: Mapping[str, Node]) -> Evidence:
    """What was found of such an equation, in texts that know nothing of the names."""

    def spelled(text: str) -> str:
        for name, part in parts.items():
            text = text.replace(name, node_text(part))
        return text

    conditions = tuple(map(spelled, found.conditions))
    return replace(
        found, detail=spelled(found.detail), reason=spelled(found.reason), conditions=conditions
    )
