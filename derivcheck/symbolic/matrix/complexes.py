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
from derivcheck.lang.signs import UNKNOWN, Signs, of_symbols, signs_of

UNIT = "1j"
_HALF = N.number(Fraction(1, 2))
_ANALYTIC = frozenset(named("meromorphic"))
_BEYOND = (N.Extreme, N.Cholesky, N.Pinv, N.Compare, N.Select)


class BeyondFormal(Exception):
    """A part of a claim that is no analytic function of Z and its conjugate."""


def partner(name: str) -> str:
    """The name of the symbol that stands for the conjugate."""
    return f"{name}~"


def formal(equation: Equation) -> Equation:
    """The equation in independent symbols; raises :class:`BeyondFormal`."""
    equation = _in_parts(equation)
    context = equation.context
    names = frozenset(s.name for s in context.symbols if s.domain.kind == "complex")
    hermitian = frozenset(
        s.name for s in context.symbols if s.structure & {"hermitian", "spd"} and s.name in names
    )
    definite = frozenset(s.name for s in context.symbols if "spd" in s.structure)
    rewrite = _Formal(names, hermitian, definite, of_symbols(context.symbols))
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
    conditions = (_split_condition(rewrite, node) for node in context.assume)
    assume = tuple(node for node in conditions if node is not None)
    real_context = replace(context, symbols=tuple(symbols), assume=assume, is_complex=False)
    return replace(equation, left=left, right=right, context=real_context)


def _in_parts(equation: Equation) -> Equation:
    """With two real symbols for each complex one that occurs by its real and imaginary part only.

    Of them all rules of real numbers hold; d/dz is (d/dx - I*d/dy)/2 for z = x + I*y.
    """
    context = equation.context
    names = {s.name for s in context.symbols if s.domain.kind == "complex" and not s.structure}
    for node in equation.all_nodes:
        if not _is_part(node) and not (isinstance(node, N.Wirtinger) and _is_by_symbol(node)):
            names -= {complexes.base(n.name) for n in N.children(node) if isinstance(n, N.Sym)}
    names -= {side.name for side in (equation.left, equation.right) if isinstance(side, N.Sym)}
    if not names:
        return equation
    parts = _Parts(names)
    symbols: list[Symbol] = []
    for symbol in context.symbols:
        own = ("re", "im") if symbol.name in names else ()
        pair = [parts.symbol(part, N.Sym(symbol.name, shape=symbol.shape)) for part in own]
        symbols += [Symbol(s.name, s.shape) for s in pair] or [symbol]
    assume = tuple(map(parts.of, context.assume))
    return replace(
        equation,
        left=parts.of(equation.left),
        right=parts.of(equation.right),
        context=replace(context, symbols=tuple(symbols), assume=assume),
    )


def _is_part(node: N.Node) -> bool:
    return isinstance(node, N.Call) and node.function in ("re", "im")


def _is_by_symbol(node: N.Wirtinger) -> bool:
    """Whether a derivative is taken at a symbol, and not of it alone."""
    at = node.at
    return (
        isinstance(at, N.Sym)
        and complexes.base(at.name) == complexes.base(node.variable.name)
        and not isinstance(node.body, N.Sym)
    )


class _Parts:
    """Nodes in the parts of complex symbols."""

    def __init__(self, names: set[str]) -> None:
        self.names = names
        self.memo: dict[N.Node, N.Node] = {}

    def symbol(self, part: str, of: N.Sym) -> N.Sym:
        """The symbol of a part, of a bound variable as well."""
        name, mark, number = of.name.partition("#")
        return N.Sym(f"{part}({name}){mark}{number}", shape=of.shape)

    def of(self, node: N.Node) -> N.Node:
        found = self.memo.get(node)
        if found is None:
            found = self.memo[node] = self._rule(node)
        return found

    def _is_ours(self, node: N.Node) -> bool:
        return isinstance(node, N.Sym) and complexes.base(node.name) in self.names

    def _rule(self, node: N.Node) -> N.Node:
        match node:
            case N.Call(function=part, args=(N.Sym() as of,)) if _is_part(node):
                return self.symbol(part, of) if self._is_ours(of) else node
            case N.Wirtinger(variable=variable) if self._is_ours(variable):
                across, upward = (self._slope(node, part) for part in ("re", "im"))
                turn = N.number(1 if node.conjugate else -1)
                turned = N.mul(turn, N.Const("I", shape=()), upward)
                return N.mul(_HALF, N.add(across, turned))
        return N.rebuild(node, self.of)

    def _slope(self, node: N.Wirtinger, part: str) -> N.Node:
        assert isinstance(node.at, N.Sym)
        body = self.of(node.body)
        variable, at = self.symbol(part, node.variable), self.symbol(part, node.at)
        other = "im" if part == "re" else "re"
        held: dict[N.Node, N.Node] = {
            self.symbol(other, node.variable): self.symbol(other, node.at)
        }
        return _ordinary(node, N.substitute(body, held), variable, at)


def _ordinary(node: N.Wirtinger, body: N.Node, variable: N.Sym, at: N.Node) -> N.Node:
    """The derivative laid out as that one, by one symbol of two."""
    if node.layout == "scalar":
        return N.Jvp(body, (variable,), (at,), (N.ONE_NODE,), shape=node.shape)
    if node.layout == "gradient":
        return N.Grad(body, variable, at, shape=node.shape)
    return N.Jacobian(body, variable, at, node.layout, shape=node.shape)


def _split_condition(rewrite: _Formal, condition: N.Node) -> N.Node | None:
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
    def __init__(
        self,
        names: frozenset[str],
        hermitian: frozenset[str],
        definite: frozenset[str],
        signs: dict[str, Signs | None],
    ) -> None:
        self.names = names
        self.signs = signs
        self.hermitian = hermitian
        self.definite = definite
        self.memo: dict[N.Node, N.Node] = {}
        self.real: dict[N.Node, bool] = {}
        self.nonnegative: dict[N.Node, bool] = {}

    def of(self, node: N.Node) -> N.Node:
        found = self.memo.get(node)
        if found is None:
            found = self.memo[node] = self._rule(node)
        return found

    def is_real(self, node: N.Node) -> bool:
        return complexes.is_real(node, self.names, self.real)

    def conj(self, node: N.Node) -> N.Node:
        """The conjugate in independent symbols."""
        turned = self._conjugate(node)
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
        """Whether the rules of real numbers, by which the prover goes, hold for a node.

        They do for roots and logarithms of what is certainly not negative. Any other function with
        a cut or a jump must have real values, and be one of symbols that are real: of independent
        ones no square is known not to be negative.
        """
        match node:
            case N.Apply(args=args):
                if not all(map(self.is_real, args)):
                    raise BeyondFormal("an abstract function of complex numbers")
                return
            case N.Pow(exponent=N.Num(value=value)) if value.denominator == 1:
                return
            case N.Pow(base=base) | N.Call(function="log", args=(base,)):
                if self._is_nonnegative(base):
                    return
            case N.Call(function=function) if function in _ANALYTIC:
                return
            case N.Call():
                pass
            case _ if not isinstance(node, _BEYOND):
                return
        if not self.is_real(node) or any(map(self._is_formal, N.walk(node))):
            raise BeyondFormal("functions with a branch cut or a jump")

    def _is_formal(self, node: N.Node) -> bool:
        """Whether a node is a symbol that is not real."""
        return isinstance(node, N.Sym | N.Const) and not self.is_real(node)

    def _is_nonnegative(self, node: N.Node) -> bool:
        """Whether a node is certainly real and not negative: made of ``u*conj(u)``, ``h.H @ h``."""
        found = self.nonnegative.get(node)
        if found is None:
            found = self.nonnegative[node] = self._is_made_of_squares(node)
        return found

    def _is_made_of_squares(self, node: N.Node) -> bool:
        if complexes.is_square(node, self.names):
            return True
        match node:
            case N.Call(function="re", args=(inner,)):
                return self._is_nonnegative(inner)
            case N.Det(arg=arg) | N.Trace(arg=arg):
                return self._is_semidefinite(arg)
            case N.MatMul() if not node.shape:
                return self._is_semidefinite(node)
            case N.Mul() if complexes.is_square(N.call("re", node), self.names):
                return True
            case N.Add() | N.Mul() | N.Sum():
                return all(map(self._is_nonnegative, N.children(node)))
            case N.Pow(base=base, exponent=exponent) if self.is_real(exponent):
                return self._is_nonnegative(base)
        is_plain = not any(map(self._is_formal, N.walk(node)))
        return is_plain and (signs_of(node, self.signs) or UNKNOWN)[0] >= 0

    def _is_semidefinite(self, node: N.Node) -> bool:
        """Whether a matrix is certainly Hermitian and positive semidefinite: like ``H @ H.H``."""
        match node:
            case N.Eye():
                return True
            case N.Sym(name=name):
                return name in self.definite
            case N.Inv(arg=arg):
                return self._is_semidefinite(arg)
            case N.Add(args=args):
                return all(arg.shape and self._is_semidefinite(arg) for arg in args)
            case N.Mul():
                inner = self._unscaled(node)
                return inner is not node and self._is_semidefinite(inner)
            case N.MatMul(left=left, right=right):
                across = N.transpose(self._conjugate(self._unscaled(right)))
                left = self._unscaled(left)
                return left is across or (
                    isinstance(left, N.MatMul)
                    and self._unscaled(left.left) is across
                    and self._is_semidefinite(left.right)
                )
        return False

    def _unscaled(self, node: N.Node) -> N.Node:
        """M of ``c*M`` for numbers c that are not negative."""
        if not isinstance(node, N.Mul):
            return node
        matrices = [arg for arg in node.args if arg.shape]
        scalars = [arg for arg in node.args if not arg.shape]
        is_scaled = len(matrices) == 1 and all(map(self._is_nonnegative, scalars))
        return matrices[0] if is_scaled else node

    def _conjugate(self, node: N.Node) -> N.Node:
        return complexes.conjugate(node, self.names)

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
        return _ordinary(node, body, variable, at)

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
