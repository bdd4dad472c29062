"""Complex numbers in expressions: what is certainly real, conjugates, Wirtinger derivatives.

In a formula about complex numbers ``abs(u)`` is ``sqrt(re(u*conj(u)))``, so that its derivative
follows from that of ``conj`` and ``re``, which are linear over the real numbers. Conjugates are
carried down to the symbols where that is an identity at every point (the Schwarz reflection of
functions without branch cuts).

Wirtinger derivatives: R. Remmert, *Theory of Complex Functions*, section 1.4. With z = x + I*y,
d/dz = (d/dx - I*d/dy)/2 holds conj(z), and d/dconj(z) = (d/dx + I*d/dy)/2 holds z.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from derivcheck.lang import nodes as N
from derivcheck.lang.functions import FUNCTIONS, ROWS, named

NOT_HOLOMORPHIC = frozenset(("conj", "re", "im", "arg", "abs", "sign", "max", "min", "atan2"))
REAL_VALUED = frozenset(("re", "im", "arg", "abs", "sign"))
"""Functions whose values are real, also at complex arguments."""
_OF_ORDER = frozenset(("besselj", "besseli", "legendre", "chebyshevt", "chebyshevu"))
"""Functions that are real on the whole real line for whole orders, their first argument."""
BEYOND_REAL = _OF_ORDER.union(
    ("beta", "betainc", "betainc_regularized", "uppergamma", "lowergamma", "expint", "polylog"),
    ("lambertw", "zeta_hurwitz", "hyp2f1", "appellf1", "ellipf", "ellipe_inc", "ellippi_inc"),
    (row.name for row in ROWS if row.lists is not None and row.lists[0] > row.lists[1]),
)
"""Functions that are defined, and not real, at some real arguments, beside those whose row says
where they are real."""
_REFLECTED = frozenset(named("meromorphic"))
_LINEAR = (
    *(N.Add, N.Mul, N.MatMul, N.Transpose, N.Sum, N.Trace, N.Det),
    *(N.Inv, N.Diag, N.Kron, N.Entry, N.SumIndex, N.Expm),
)
"""Operations that a conjugate passes through."""

_UNIT = re.compile(r"(?<![\w.])(I(?!\w)|(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?j(?!\w))")


def has_unit(texts: Iterable[str], is_declared: bool) -> bool:
    """Whether the imaginary unit occurs in a text; ``I`` may be a declared name."""
    return any(
        match[1] != "I" or not is_declared for text in texts for match in _UNIT.finditer(text)
    )


def is_real(node: N.Node, names: frozenset[str], memo: dict[N.Node, bool] | None = None) -> bool:
    """Whether a node is real wherever it is defined; ``names`` are the complex variables."""
    memo = {} if memo is None else memo
    found = memo.get(node)
    if found is None:
        found = memo[node] = _is_real(node, names, memo)
    return found


def _is_real(node: N.Node, names: frozenset[str], memo: dict[N.Node, bool]) -> bool:
    match node:
        case N.Sym(name=name):
            return base(name) not in names
        case N.Const(name=name):
            return name != "I"
        case N.Compare() | N.Logic():
            return True
        case N.Call(function=function) if function in REAL_VALUED:
            return True
        case N.Call(function="atan2" | "max" | "min"):
            return True
        case N.Call(function="conj", args=args):
            return is_real(args[0], names, memo)
        case N.Call(function=function) if function in FUNCTIONS and FUNCTIONS[function].real:
            return False
        case N.Call(function=function, args=args) if function.partition("#")[0] in BEYOND_REAL:
            return function in _OF_ORDER and _is_whole(args[0]) and is_real(args[1], names, memo)
        case N.Pow(base=below, exponent=N.Num(value=value)) if value.denominator != 1:
            return is_square(below, names) or (
                isinstance(below, N.Num) and not below.shape and below.value >= 0
            )
        case N.Pow(exponent=exponent) if not isinstance(exponent, N.Num):
            return False
        case N.Wirtinger():
            return False
        case N.Select(then=then, otherwise=otherwise):
            return is_real(then, names, memo) and is_real(otherwise, names, memo)
    return all(is_real(child, names, memo) for child in N.children(node))


def _is_whole(node: N.Node) -> bool:
    return isinstance(node, N.Num) and node.value.denominator == 1


def base(name: str) -> str:
    """The symbol that a bound variable (``z#1``) stands for."""
    return name.partition("#")[0]


def conjugate(node: N.Node, names: frozenset[str]) -> N.Node:
    """The complex conjugate, entry by entry, carried down as far as that is exact."""
    real: dict[N.Node, bool] = {}
    memo: dict[N.Node, N.Node] = {}

    def visit(current: N.Node) -> N.Node:
        found = memo.get(current)
        if found is None:
            found = memo[current] = rule(current)
        return found

    def rule(current: N.Node) -> N.Node:
        if is_real(current, names, real):
            return current
        match current:
            case N.Const(name="I"):
                return N.mul(N.MINUS_ONE, current)
            case N.Mul(args=args):
                return N.mul(*map(visit, args))
            case N.Call(function="conj", args=args):
                return args[0]
            case N.Call(function=function, args=args) if function in _REFLECTED:
                return N.call(function, *map(visit, args))
            case N.Pow(base=below, exponent=N.Num(value=value)) if value.denominator == 1:
                return N.power(visit(below), current.exponent)
        if isinstance(current, _LINEAR):
            return N.rebuild(current, visit)
        return N.call("conj", current)

    return visit(node)


_HALF = N.number(Fraction(1, 2))


def modulus(node: N.Node, names: frozenset[str]) -> N.Node:
    """``abs(u)`` of what may be complex."""
    return N.power(N.call("re", N.mul(node, conjugate(node, names))), _HALF)


@lru_cache(maxsize=1024)
def is_square(node: N.Node, names: frozenset[str]) -> bool:
    """Whether a node is ``re(u*conj(u))``, of which a modulus is the root: nowhere negative."""
    match node:
        case N.Call(function="re", args=(N.Mul(args=factors),)):
            pass
        case _:
            return False
    unit = N.Const("I", shape=())
    turns = sum(factor is unit for factor in factors)
    sign = 1 if turns % 4 == 0 else -1 if turns % 4 == 2 else 0
    waiting: list[N.Node] = []
    for factor in factors:
        if isinstance(factor, N.Num):
            sign = sign if factor.value > 0 else -sign
        elif factor is not unit:
            partner = conjugate(factor, names)
            if partner in waiting:
                waiting.remove(partner)
            else:
                waiting.append(factor)
    return sign > 0 and not waiting


def even_power(below: N.Node, exponent: N.Node) -> N.Node | None:
    """``abs(u)**(2*k)`` as ``re(u*conj(u))**k``, which also has a derivative where u is 0."""
    match below, exponent:
        case N.Pow(base=N.Call(function="re") as base, exponent=half), N.Num(value=value):
            count = value / 2
            if half is _HALF and count.denominator == 1 and count > 0:
                return N.power(base, N.number(count))
    return None


def is_holomorphic(body: N.Node, variable: N.Sym) -> bool:
    """Whether a body certainly has a complex derivative by a variable, where it is defined."""
    depends: dict[N.Node, bool] = {}
    for node in N.walk(body):
        below = N.children(node)
        depends[node] = node is variable or any(depends[child] for child in below)
        if not depends[node]:
            continue
        if isinstance(node, N.Call) and node.function in NOT_HOLOMORPHIC:
            return False
        if isinstance(node, N.Apply | N.Compare | N.Extreme | N.Wirtinger | N.Cholesky | N.Pinv):
            return False
    return True


def by_complex(plain: N.Node, conjugated: bool) -> N.Node:
    """The Wirtinger derivative for what a Jvp, Grad or Jacobian by a complex variable is built as.

    For a holomorphic body it is the ordinary derivative, or zero.
    """
    match plain:
        case N.Jvp(body=body, variables=(variable,), at=(at,)):
            layout = "scalar"
        case N.Grad(body=body, variable=variable, at=at):
            layout = "gradient"
        case N.Jacobian(body=body, variable=variable, at=at, layout=layout):
            pass
        case _:
            raise TypeError(type(plain).__name__)
    if is_holomorphic(body, variable):
        return N.mul(N.ZERO_NODE, plain) if conjugated else plain
    return N.Wirtinger(body, variable, at, layout, conjugated, shape=plain.shape)
