"""Typed scalar nodes to elements of the field of kernels, within one cell of the domain."""

from __future__ import annotations

from math import prod

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Context, Domain
from derivcheck.lang.functions import FUNCTIONS
from derivcheck.lang.texts import definition
from derivcheck.symbolic.scalar import appell, elementary, hypergeometric, orthogonal, special
from derivcheck.symbolic.scalar.algebra import Algebra, Refine
from derivcheck.symbolic.scalar.field import Element, Field, Pole, Undefined, Unprovable
from derivcheck.symbolic.scalar.signs import NeedSign, Signs
from derivcheck.symbolic.scalar.thin import vanishes_thinly

_POSITIVE_ONLY = frozenset(("erfinv", "betainc", "betainc_regularized", "zeta_hurwitz"))
"""Functions whose relations are only known to hold for a positive last argument.

Those of all others hold in the whole plane, on their cuts as well: they are identities of analytic
functions that hold on the plane less the cuts. On a cut every function has the limit of its values
on one side, the same for all that a relation joins: from above for those that go with log(z), from
below for those that go with log(1 - z).
"""
_SIGN_OF_KIND = {"positive": 1, "nonnegative": 1, "natural": 1, "negative": -1}
_SPECIAL = {**special.TABLE, **orthogonal.TABLE, **hypergeometric.TABLE, **appell.TABLE}
_OWN = frozenset((*elementary.TABLE, *_SPECIAL))
"""Functions that have a normal form; others are what their row says they mean."""


LOST = (Unprovable, NeedSign, Refine)
"""What translating a node may end in."""


class Translator:
    """Turns nodes into elements; keeps what the domain says about signs."""

    def __init__(
        self,
        field: Field,
        context: Context,
        in_parts: bool = False,
        functions: frozenset[str] = frozenset(),
    ) -> None:
        self.field = field
        self.in_parts = in_parts
        """Whether complex symbols are x + I*y, so that they have a conjugate."""
        self.context = context
        self.signs = Signs(field)
        self.algebra = Algebra(field, self.signs, functions, context.is_complex)
        self.memo: dict[N.Node, Element] = {}
        self._declared: dict[str, Element] = {}
        for symbol in context.symbols:
            if not symbol.shape:
                self._declared[symbol.name] = self._symbol(symbol.name, symbol.domain)
        for condition in context.assume:
            self._assume(condition)

    def afresh(self, field: Field | None = None, context: Context | None = None) -> Translator:
        """A translator for the same claim that takes no case, with another field or context."""
        found = Translator(
            field or self.field, context or self.context, self.in_parts, self.algebra.functions
        )
        if ("pi",) in found.field.index:
            found.algebra.pi  # noqa: B018 (its value must be known where signs are read off)
        return found

    # -- what is declared -------------------------------------------------------------------

    def _symbol(self, name: str, domain: Domain) -> Element:
        if domain.kind == "complex":
            if self.in_parts:
                across, upward = (
                    self.algebra.kernel("symbol", f"{name}.{part}", real=True)
                    for part in ("re", "im")
                )
                return across + self.algebra.i * upward
            return self.algebra.kernel("symbol", name)
        sign = _SIGN_OF_KIND.get(domain.kind, 0)
        element = self.algebra.kernel("symbol", name, real=True, sign=sign)
        if domain.is_whole:
            self.algebra.integers.add(self.field.index["symbol", name])
        if domain.interval is not None:
            low, high = domain.interval.low, domain.interval.high
            if low is not None:
                self.signs.assume(element - self.of(low))
            if high is not None:
                self.signs.assume(self.of(high) - element)
        return element

    def _assume(self, condition: N.Node) -> None:
        """Take inequalities between real scalars as facts; others are of no use here."""
        if not isinstance(condition, N.Compare) or condition.left.shape or condition.right.shape:
            return
        self._note_half(condition)
        if condition.operator in ("<", "<=", ">", ">="):
            gap = N.subtract(condition.left, condition.right)
            if condition.operator[1:] and not vanishes_thinly(gap, self.context):
                return  # relu(x) >= 0 does not say that it is positive
            try:
                difference = self.of(gap)
            except (Unprovable, NeedSign):
                return
            self.signs.assume(difference, 1 if condition.operator[0] == ">" else -1)
            self.memo.clear()

    def _note_half(self, condition: N.Compare) -> None:
        """Take note of a complex symbol whose real or imaginary part has a sign at every point."""
        left, right, operator = condition.left, condition.right, condition.operator
        if isinstance(left, N.Num):
            left, right, operator = right, left, {"<": ">", ">": "<"}.get(operator, "")
        match left:
            case N.Call(function="re" | "im" as part, args=(N.Sym(name=name),)) if isinstance(
                right, N.Num
            ) and operator in ("<", ">"):
                sign = 1 if operator == ">" else -1
                index = self.field.index.get(("symbol", name))
                if index is not None and index not in self.signs.real and right.value * sign >= 0:
                    across, upward = self.algebra.halves.get(index, (0, 0))
                    found = (sign, upward) if part == "re" else (across, sign)
                    self.algebra.halves[index] = found

    # -- nodes ------------------------------------------------------------------------------

    def of(self, node: N.Node) -> Element:
        """The element of a scalar node; raises Unprovable, NeedSign or Refine."""
        found = self.memo.get(node)
        if found is None:
            found = self._translate(node)
            self.memo[node] = found
        return found

    def known(self, node: N.Node) -> Element | None:
        """The element of a scalar node; None where it has none, or depends on an unknown sign."""
        try:
            return self.of(node)
        except LOST:
            return None

    def _translate(self, node: N.Node) -> Element:
        match node:
            case N.Num(value=value):
                return self.field.number(value)
            case N.Sym(name=name):
                if name in self._declared:
                    return self._declared[name]
                raise Unprovable(f"the symbol {name} is not declared")
            case N.Const(name="pi"):
                return self.algebra.pi
            case N.Const(name="I"):
                return self.algebra.i
            case N.Const(name="e"):
                return self.algebra.exp(self.field.one)
            case N.Add(args=args):
                return sum(map(self.of, args), start=self.field.zero)
            case N.Mul(args=args):
                return prod(map(self.of, args), start=self.field.one)
            case N.Pow(base=base, exponent=exponent):
                return self.algebra.power(self.of(base), self.of(exponent))
            case N.Call(function=function, args=args):
                meaning = None if function in _OWN else definition(function, args)
                if meaning is not None:
                    return self.of(meaning)
                return self._call(function, args)
            case N.Apply(function=function, args=args, orders=orders):
                elements = [self.of(arg) for arg in args]
                real = all(map(self.signs.is_real, elements))
                keys = (e.key for e in elements)
                return self.algebra.kernel(
                    "apply", function, orders, *keys, payload=tuple(elements), real=real
                )
            case N.Select(condition=condition, then=then, otherwise=otherwise):
                return self._select(condition, then, otherwise)
            case N.DimSize(dim=dim):
                total = self.field.zero
                for factor, names in dim.terms:
                    sizes = (self.algebra.kernel("size", n, real=True, sign=1) for n in names)
                    total = total + prod(sizes, start=self.field.number(factor))
                return total
        raise Unprovable(f"{type(node).__name__} is beyond the scalar prover")

    def _call(self, function: str, args: tuple[N.Node, ...]) -> Element:
        elements = [self.of(arg) for arg in args]
        rule = elementary.TABLE.get(function)
        if rule is not None:
            return rule(self.algebra, *elements)
        rule = _SPECIAL.get(function)
        if rule is None and "#" in function:
            return self.algebra.opaque(function, *elements)
        if rule is None:
            if function not in FUNCTIONS:
                raise Unprovable(f"the function {function} is beyond the exact prover")
            rule = special.of_row(function)
        if (
            self.context.is_complex
            and function.partition("#")[0] in _POSITIVE_ONLY
            and self.signs.of(elements[-1]) <= 0
        ):
            raise Unprovable(f"{function} at complex points is beyond the exact prover")
        try:
            return rule(self.algebra, *elements)
        except Undefined as error:
            if isinstance(error, Pole) and function in special.WITH_POLES:
                raise
            # a normal form's own denominator: the function itself may well be defined
            raise Unprovable(str(error)) from error

    # -- conditions -------------------------------------------------------------------------

    def _select(self, condition: N.Node, then: N.Node, otherwise: N.Node) -> Element:
        truth = self.truth(condition)
        value = truth.constant
        if value == 1:
            return self.of(then)
        if value == 0:
            return self.of(otherwise)
        if self.algebra.splitting:
            self._demand(condition)
        chosen, other = self.of(then), self.of(otherwise)
        return other + truth * (chosen - other)

    def truth(self, condition: N.Node) -> Element:
        """1 where the condition holds and 0 where not, almost everywhere."""
        one = self.field.one
        match condition:
            case N.Compare(operator=operator, left=left, right=right):
                difference = self.of(left) - self.of(right)
                if operator in ("==", "!="):
                    equal = difference.is_zero
                    return one if equal == (operator == "==") else self.field.zero
                if difference.is_zero:
                    return one if operator in ("<=", ">=") else self.field.zero
                sign = 1 if operator[0] == ">" else -1
                return self.algebra.indicator(difference.scale(sign))
            case N.Logic(operator="not", args=args):
                return one - self.truth(args[0])
            case N.Logic(operator="and", args=args):
                return prod(map(self.truth, args), start=one)
            case N.Logic(operator="or", args=args):
                return one - prod((one - self.truth(arg) for arg in args), start=one)
        raise Unprovable("a condition beyond the scalar prover")

    def _demand(self, condition: N.Node) -> None:
        """Ask for the first unknown sign that a condition depends on."""
        if isinstance(condition, N.Logic):
            for arg in condition.args:
                self._demand(arg)
        elif isinstance(condition, N.Compare):
            parts = self.signs.parts(self.of(condition.left) - self.of(condition.right))
            for part, exponent in parts[1] if parts is not None else ():
                if exponent % 2 and not self.signs.of(part):
                    raise self.algebra.need(part)
