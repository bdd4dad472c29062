"""Complex matrices for the index prover: a symbol and its conjugate as two independent symbols.

An identity of polynomials (or of other functions that are analytic in every entry) in independent
Z and Z~ holds in particular where Z~ is the conjugate of Z, and Wirtinger derivatives are the
ordinary ones by Z or by Z~ with the other held (A. Hjørungnes, *Complex-Valued Matrix
Derivatives*, chapter 3). The imaginary unit is one more symbol, with ``I*I == -1`` where the two
stand side by side. What needs more than analytic functions is left alone.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derivcheck.lang import complexes
from derivcheck.lang import nodes as N
from derivcheck.lang.equation import REAL, Equation, Symbol
from derivcheck.lang.functions import named

UNIT = "1j"
_HALF = N.number(Fraction(1, 2))
_ANALYTIC = frozenset(named("meromorphic"))
_BEYOND = (N.Extreme, N.Cholesky, N.Pinv, N.Compare, N.Select, N.Apply)


class BeyondFormal(Exception):
    """A part of a claim that is no analytic function of Z and its conjugate."""


def partner(name: str) -> str:
    """The name of the symbol that stands for the conjugate."""
    return f"{name}~"


def formal(equation: Equation) -> Equation:
    """The equation in independent symbols; raises :class:`BeyondFormal`."""
    context = equation.context
    names = frozenset(s.name for s in context.symbols if s.domain.kind == "complex")
    hermitian = frozenset(
        s.name for s in context.symbols if s.structure & {"hermitian", "spd"} and s.name in names
    )
    rewrite = _Formal(names, hermitian)
    left, right = rewrite.of(equation.left), rewrite.of(equation.right)
    symbols: list[Symbol] = [Symbol(UNIT)]
    for symbol in context.symbols:
        if symbol.name not in names:
            symbols.append(symbol)
            continue
        if "orthogonal" in symbol.structure:
            raise BeyondFormal("orthogonal complex matrices")
        structure = symbol.structure - {"hermitian", "spd"}
        if "spd" in symbol.structure:
            structure |= {"invertible"}
        plain = replace(symbol, domain=REAL, structure=structure)
        symbols += [plain, replace(plain, name=partner(symbol.name))]
    conditions = (_told(rewrite, node) for node in context.assume)
    assume = tuple(node for node in conditions if node is not None)
    told = replace(context, symbols=tuple(symbols), assume=assume, is_complex=False)
    return replace(equation, left=left, right=right, context=told)


def _told(rewrite: _Formal, condition: N.Node) -> N.Node | None:
    """A side condition in independent symbols: of complex numbers, equalities only."""
    if all(map(rewrite.is_real, N.walk(condition))):
        return condition
    if not isinstance(condition, N.Compare) or condition.operator != "==":
        return None
    try:
        left, right = rewrite.of(condition.left), rewrite.of(condition.right)
    except BeyondFormal:
        return None
    return N.Compare("==", left, right, shape=condition.shape)


class _Formal:
    def __init__(self, names: frozenset[str], hermitian: frozenset[str]) -> None:
        self.names = names
        self.hermitian = hermitian
        self.memo: dict[N.Node, N.Node] = {}
        self.real: dict[N.Node, bool] = {}

    def of(self, node: N.Node) -> N.Node:
        found = self.memo.get(node)
        if found is None:
            found = self.memo[node] = self._rule(node)
        return found

    def is_real(self, node: N.Node) -> bool:
        return complexes.is_real(node, self.names, self.real)

    def conj(self, node: N.Node) -> N.Node:
        """The conjugate in independent symbols."""
        turned = complexes.conjugate(node, self.names)
        if isinstance(turned, N.Call) and turned.function == "conj":
            return self._partner(turned.args[0])
        return self.of(turned)

    def _partner(self, node: N.Node) -> N.Node:
        if not isinstance(node, N.Sym):
            raise BeyondFormal("the conjugate of a function with a branch cut")
        if complexes.base(node.name) in self.hermitian:
            return N.transpose(node)
        return N.Sym(partner(node.name), shape=node.shape)

    def _rule(self, node: N.Node) -> N.Node:
        match node:
            case N.Const(name="I"):
                return N.Sym(UNIT, shape=())
            case N.Mul(args=args):
                return _folded([self.of(arg) for arg in args], node.shape)
            case N.Pow(base=N.Const(name="I"), exponent=N.Num(value=value)) if (
                value.denominator == 1
            ):
                return _folded([N.Sym(UNIT, shape=())] * (int(value) % 4), node.shape)
            case N.Call(function="conj", args=(arg,)):
                return self.conj(arg)
            case N.Call(function="re", args=(arg,)):
                one, other = self.of(arg), self.conj(arg)
                return one if one is other else N.mul(_HALF, N.add(one, other))
            case N.Call(function="im", args=(arg,)):
                gap = N.subtract(self.of(arg), self.conj(arg))
                return N.mul(N.number(Fraction(-1, 2)), N.Sym(UNIT, shape=()), gap)
            case N.Wirtinger():
                return self._wirtinger(node)
            case N.Jvp():
                return self._jvp(node)
            case N.Grad() | N.Jacobian():
                if self._varies_conjugate(node.body, node.variable):
                    raise BeyondFormal("a real derivative of what is not analytic")
        self._check(node)
        return N.rebuild(node, self.of)

    def _check(self, node: N.Node) -> None:
        if isinstance(node, _BEYOND) and not all(map(self.is_real, N.children(node))):
            raise BeyondFormal(type(node).__name__)
        # of what is real, a function or a power is one and the same number, whatever it is
        if isinstance(node, N.Call) and node.function not in _ANALYTIC:
            arguments: tuple[N.Node, ...] = node.args
        elif isinstance(node, N.Pow) and not (
            isinstance(node.exponent, N.Num) and node.exponent.value.denominator == 1
        ):
            arguments = (node.base, node.exponent)
        else:
            return
        if not all(map(self.is_real, arguments)):
            raise BeyondFormal("functions and powers with a branch cut")

    def _varies_conjugate(self, body: N.Node, variable: N.Sym) -> bool:
        other = N.Sym(partner(variable.name), shape=variable.shape)
        return other in N.walk(self.of(body))

    def _wirtinger(self, node: N.Wirtinger) -> N.Node:
        variable, at = node.variable, self.of(node.at)
        if complexes.base(variable.name) in self.hermitian:
            raise BeyondFormal("the derivative by a hermitian matrix")
        other, across = N.Sym(partner(variable.name), shape=variable.shape), self.conj(node.at)
        body = self.of(node.body)
        if node.conjugate:
            body = N.substitute(body, {variable: at})
            variable, at = other, across
        else:
            body = N.substitute(body, {other: across})
        if node.layout == "scalar":
            return N.Jvp(body, (variable,), (at,), (N.ONE_NODE,), shape=node.shape)
        if node.layout == "gradient":
            return N.Grad(body, variable, at, shape=node.shape)
        return N.Jacobian(body, variable, at, node.layout, shape=node.shape)

    def _jvp(self, node: N.Jvp) -> N.Node:
        body = self.of(node.body)
        variables, at, directions = [], [], []
        for variable, place, direction in zip(
            node.variables, node.at, node.directions, strict=True
        ):
            variables.append(variable)
            at.append(self.of(place))
            directions.append(self.of(direction))
            other = N.Sym(partner(variable.name), shape=variable.shape)
            if other in N.walk(body):
                variables.append(other)
                at.append(self.conj(place))
                directions.append(self.conj(direction))
        return N.Jvp(body, tuple(variables), tuple(at), tuple(directions), shape=node.shape)


def _folded(args: list[N.Node], shape: N.Shape) -> N.Node:
    """A product with ``I*I`` taken together."""
    flat = [part for arg in args for part in (arg.args if isinstance(arg, N.Mul) else (arg,))]
    unit = N.Sym(UNIT, shape=())
    count = sum(part is unit for part in flat)
    rest = [part for part in flat if part is not unit]
    if count % 4 >= 2:
        rest.insert(0, N.MINUS_ONE)
    if count % 2:
        rest.insert(0, unit)
    found = N.mul(*rest) if rest else N.ONE_NODE
    return found if found.shape == shape else N.mul(found, N.number(1, shape))
