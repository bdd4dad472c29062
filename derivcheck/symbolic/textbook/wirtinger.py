"""Derivatives by a complex symbol: the one by z holds conj(z), the one by conj(z) holds z.

R. Remmert, *Theory of Complex Functions*, section 1.4: the derivative of conj(u) by z is the
conjugate of that of u by conj(z), and the chain rule of holomorphic functions is the usual one.
"""

from __future__ import annotations

from functools import cached_property

from derivcheck.lang import syntax as S
from derivcheck.lang.functions import lookup, named
from derivcheck.lang.shapes import Elaborator
from derivcheck.lang.wording import plain_name
from derivcheck.symbolic.textbook.forward import Textbook
from derivcheck.symbolic.textbook.monomial import ONE, ZERO, number

_UNIT = S.Name("I")
_REAL = frozenset(("re", "im", "arg", "abs"))
_ENTIRE = frozenset(named("entire"))
"""Functions that a conjugate passes through everywhere."""


class Wirtinger(Textbook):
    """Derivatives by one complex symbol, or by its conjugate (``conj(z)``)."""

    def __init__(self, builder: Elaborator, wrt: str) -> None:
        super().__init__(builder, plain_name(wrt))
        self.conjugated = wrt != self.wrt

    @cached_property
    def other(self) -> Wirtinger:
        """The derivative that holds what this one varies."""
        return Wirtinger(self.builder, self.wrt if self.conjugated else f"conj({self.wrt})")

    def seed(self) -> S.Syntax:
        """The derivative of the symbol."""
        return ZERO if self.conjugated else ONE

    def _without_abs(self, node: S.Call) -> S.Call:
        return node

    def _call(self, node: S.Call, value: S.Syntax) -> S.Syntax:
        row = lookup(self.call_name(node), len(node.args))
        name = row.name if row is not None else ""
        if name != "conj" and name not in _REAL:
            return super()._call(node, value)
        algebra, (inside,) = self.algebra, node.args
        here, there = self.derivative(inside), self.conjugate(self.other.derivative(inside))
        if name == "conj":
            return there
        if name == "re":
            return algebra.quotient(algebra.total(here, there), number(2))
        if name == "arg":
            here = algebra.quotient(here, inside)
            there = algebra.quotient(there, self.conjugate(inside))
        if name in ("im", "arg"):
            change = algebra.total(there, algebra.negative(here))
            return algebra.quotient(algebra.product(_UNIT, change), number(2))
        change = algebra.total(
            algebra.product(self.conjugate(inside), here), algebra.product(inside, there)
        )
        return algebra.quotient(change, algebra.product(number(2), value))

    def conjugate(self, node: S.Syntax) -> S.Syntax:
        """The conjugate, carried down where that is plain."""
        algebra = self.algebra
        match node:
            case S.Number():
                return node
            case S.Name() if node in (_UNIT, S.Name("1j")) and node.id not in self.known:
                return algebra.negative(node)
            case S.Name() if node.id in ("pi", "e") or self._is_real(node.id):
                return node
            case S.Unary(operator="-"):
                return algebra.negative(self.conjugate(node.operand))
            case S.Binary(operator="+" | "-" | "*" | "/"):
                sides = self.conjugate(node.left), self.conjugate(node.right)
                return algebra.combined(node.operator, *sides)
            case S.Binary(operator="**", right=S.Number() as exponent) if (
                exponent.value.denominator == 1
            ):
                return algebra.power(self.conjugate(node.left), exponent)
            case S.Call(args=(inside,)):
                name = self.call_name(node)
                if name == "conj":
                    return inside
                if name in _REAL:
                    return node
                if name in _ENTIRE:
                    return S.Call(node.function, (self.conjugate(inside),))
        return S.Call(S.Name("conj"), (node,))

    @property
    def known(self) -> frozenset[str]:
        """The names that the entry declares."""
        scope = self.builder.scope
        return frozenset((*scope.symbols, *scope.where))

    def _is_real(self, name: str) -> bool:
        symbol = self.builder.scope.symbols.get(name)
        return symbol is not None and symbol.domain.kind != "complex"
