"""Elementwise functions: normal forms and derivative rules.

Hyperbolic functions and what is built on them become exponentials, exponentials split over
sums, logarithms over products whose factors are known to be positive; every other function is
an opaque atom, differentiated by the provers' rules (:mod:`derivcheck.symbolic.rules`).
``abs(P)`` is ``sgn(P)*P``; ``sgn`` of a user's own ``sign`` stays ``usgn`` until the last pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Any

from derivcheck.lang.functions import FUNCTIONS
from derivcheck.lang.nodes import Add, Call, Const, Mul, Node, Num, Pow, Sym
from derivcheck.symbolic.matrix.arithmetic import (
    constant,
    number_of,
    plus,
    scaled,
    single,
)
from derivcheck.symbolic.matrix.atoms import (
    APART,
    CONSTANT,
    DELTA,
    EXP,
    FUNCTION,
    GENERAL_POWER,
    POWER,
    VALUE,
    Atom,
    Polynomial,
    Rational,
    Undecided,
    frees_of,
    freeze,
    whole,
)
from derivcheck.symbolic.matrix.indices import STEP, ZERO_AT
from derivcheck.symbolic.matrix.powers import prime_factors
from derivcheck.symbolic.matrix.rules import Rules
from derivcheck.symbolic.rules import RULES

_ODD = frozenset({"sgn", "usgn", *(n for n, row in FUNCTIONS.items() if row.parity == "odd")})
_EVEN = frozenset(n for n, row in FUNCTIONS.items() if row.parity == "even")
_HALF = Fraction(1, 2)
_COINCIDING = 5
"""Indices in a switch of which each may be equal to another, at most."""


class Functions(Rules):
    """Normal forms and derivatives of functions of polynomials."""

    def __init__(self, steps: int = 20_000, seconds: float = 2.0) -> None:
        super().__init__(steps, seconds)
        self.kink_masks: set[int] = set()

    def named(self, name: str) -> Polynomial:
        """A named constant."""
        if name == "e":
            return self.exp(constant(1))
        if name != "pi":
            raise Undecided(f"index notation: {name} is no number")
        return {((self.atom(CONSTANT, name), 1),): 1}

    # exponentials, logarithms, powers

    def exp(self, poly: Polynomial) -> Polynomial:
        """``exp(poly)`` as a product of exponentials of single terms."""
        result: Polynomial = {(): 1}
        for monomial, coefficient in poly.items():
            logs = [a for a, e in monomial if self._is_log(a) and e == 1]
            rest = [f for f in monomial if not self._is_log(f[0])]
            if len(logs) == 1 and len(rest) == len(monomial) - 1:
                base = dict(logs[0].polys[0])
                exponent = self.product(rest, coefficient)
                result = self.times(result, self.general_power(base, exponent))
            else:
                atom = self.atom(EXP, "", polys=(((monomial, 1),),))
                result = self.times(result, self.product([(atom, coefficient)]))
        return result

    @staticmethod
    def _is_log(atom: Atom) -> bool:
        return bool(atom.kind == FUNCTION and atom.head == ("log", ()))

    def log(self, poly: Polynomial) -> Polynomial:
        """``log(poly)``, split over a product where the signs of factors allow it."""
        if not poly:
            raise Undecided("index notation: logarithm of zero")
        if len(poly) > 1:
            outside, inside = self.split_content(poly, sign=False)
            if outside == {(): 1}:
                return self._opaque_log(inside)
            return plus(self.log(outside), self._opaque_log(inside))
        [(monomial, coefficient)] = poly.items()
        result: Polynomial = {}
        unknown: list[tuple[Atom, Rational]] = []
        for atom, exponent in monomial:
            if isinstance(exponent, Fraction) or self.sign_of_atom(atom, 1) is not None:
                result = plus(result, scaled(self._log_of_atom(atom), exponent))
            elif exponent % 2 == 0:
                size = self._opaque_log(self.absolute(self.value_of(atom)))
                result = plus(result, scaled(size, exponent))
            else:
                unknown.append((atom, exponent))
        number = Fraction(coefficient)
        if len(unknown) == 1 and number > 0:
            result = plus(result, scaled(self._log_of_atom(unknown[0][0]), unknown[0][1]))
        elif unknown or number < 0:
            sign = 1 if number > 0 else -1
            result = plus(result, self._opaque_log(self.product(unknown, sign)))
        if abs(number) != 1:
            for prime, count in prime_factors(abs(number)):
                result = plus(result, scaled(self._opaque_log(constant(prime)), count))
        return result

    def _log_of_atom(self, atom: Atom) -> Polynomial:
        if atom.kind == EXP:
            return dict(atom.polys[0])
        if atom.kind == GENERAL_POWER and self.sign_of(atom.polys[0]) == 1:
            return self.times(dict(atom.polys[1]), self.log(dict(atom.polys[0])))
        return self._opaque_log(self.value_of(atom))

    def _opaque_log(self, poly: Polynomial) -> Polynomial:
        return {((self.atom(FUNCTION, ("log", ()), polys=(freeze(poly),)), 1),): 1}

    def general_power(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        """``base**exponent`` for any exponent."""
        value = number_of(exponent)
        if value is not None:
            return self.power(base, value)
        if number_of(base) == 1:
            return {(): 1}
        if not base:
            raise Undecided("index notation: power of zero")
        found = single(base)
        if len(base) == 1 and self.sign_of(base) == 1 and found is None:
            [(monomial, coefficient)] = base.items()
            result: Polynomial = {(): 1}
            for atom, power in monomial:
                part = self.general_power(self.value_of(atom), scaled(exponent, power))
                result = self.times(result, part)
            return self.times(result, self._power_parts(constant(coefficient), exponent))
        if found and found[1] != 1 and self.sign_of_atom(found[0], 1) == 1:
            scaled_exponent = scaled(exponent, found[1])
            return self.general_power(self.value_of(found[0]), scaled_exponent)
        if found and found[0].kind == EXP and found[1] == 1:
            return self.exp(self.times(dict(found[0].polys[0]), exponent))
        if found and found[0].kind == GENERAL_POWER and found[1] == 1:
            inner = dict(found[0].polys[0])
            if self.sign_of(inner) == 1:
                return self.general_power(inner, self.times(dict(found[0].polys[1]), exponent))
        return self._power_parts(base, exponent)

    def _power_parts(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        if number_of(base) == 1:
            return {(): 1}
        result: Polynomial = {(): 1}
        positive = self.sign_of(base) == 1
        for monomial, coefficient in exponent.items():
            if not monomial:
                result = self.times(result, self.power(base, coefficient))
                continue
            count, part = coefficient, Fraction(1)
            if not positive and isinstance(coefficient, Fraction):
                count, part = coefficient.numerator, Fraction(1, coefficient.denominator)
            polys = (freeze(base), ((monomial, whole(part)),))
            atom = self.atom(GENERAL_POWER, "", polys=polys)
            result = self.times(result, self.product([(atom, count)]))
        return result

    # functions

    def function(self, name: str, args: tuple[Polynomial, ...], data: Any = ()) -> Polynomial:
        """A built-in function (``data`` empty) or an abstract one (its derivative orders)."""
        if data != ():
            return self._opaque(name, args, data)
        if name == "exp":
            return self.exp(args[0])
        if name == "log":
            return self.log(args[0])
        if name in ("sgn", "usgn"):
            return self._sign_function(name, args[0])
        if name in ("step", "zero"):
            return self._condition(name, args[0])
        if name in (STEP, ZERO_AT):
            return self.index_condition(name, args[0])
        build = getattr(self, f"_build_{name}", None)
        if build is not None:
            result: Polynomial = build(*args)
            return result
        if len(args) == 1 and (name in _ODD or name in _EVEN):
            return self._by_parity(name, args[0])
        return self._opaque(name, args, ())

    def _opaque(self, name: str, args: tuple[Polynomial, ...], data: Any) -> Polynomial:
        atom = self.atom(FUNCTION, (name, data), polys=tuple(freeze(a) for a in args))
        return self.product([(atom, 1)])

    def _by_parity(self, name: str, arg: Polynomial) -> Polynomial:
        row = FUNCTIONS.get(name)
        if not arg and (row is None or row.exact is not None):
            return constant(0 if row is None or row.exact is None else row.exact[1])
        if self.leading_sign(arg) < 0:
            flipped = self._opaque(name, (scaled(arg, -1),), ())
            return flipped if name in _EVEN else scaled(flipped, -1)
        return self._opaque(name, (arg,), ())

    def _sign_function(self, name: str, arg: Polynomial) -> Polynomial:
        if self.at_point:
            name = "sgn"
        if not arg:
            return {}
        if self.sign_of(arg) == 1:
            return {(): 1}
        if self.assumed_sign(arg):
            return constant(self.assumed_sign(arg))
        if len(arg) > 1:
            outside, inside = self.split_content(arg, sign=True)
            if outside != {(): 1}:
                return self.times(
                    self._sign_function(name, outside), self._sign_function(name, inside)
                )
            return self._opaque(name, (arg,), ())
        [(monomial, coefficient)] = arg.items()
        result = constant(1 if coefficient > 0 else -1)
        for atom, exponent in monomial:
            if atom.kind == DELTA:
                result = self.times(result, {((atom, 1),): 1})
                continue
            if self.sign_of_atom(atom, 1) == 1:
                continue
            base = self.value_of(atom)
            if atom.kind == FUNCTION and atom.head[0] in ("sgn", "usgn"):
                part: Polynomial = {((atom, 1),): 1}
            elif atom.kind == POWER and len(base) == 1:
                part = self._sign_function(name, base)
            else:
                part = self._opaque(name, (base,), ())
            power = exponent if isinstance(exponent, int) else 2
            result = self.times(result, self.power(part, power))
        return result

    def _condition(self, name: str, arg: Polynomial) -> Polynomial:
        """``step(P)``: 1 where P > 0 else 0; ``zero(P)``: 1 where P == 0 else 0."""
        value = number_of(arg)
        if value is not None:
            return constant(int(value > 0 if name == "step" else value == 0))
        if self.sign_of(arg) == 1:
            return constant(int(name == "step"))
        if self.assumed_sign(arg):
            return constant(int(name == "step" and self.assumed_sign(arg) > 0))
        inside = arg
        if len(arg) > 1:
            # a common factor may vanish, so only positive ones are left out
            inside = self.split_content(arg, sign=False)[1]
            if name == "zero" and self.leading_sign(inside) < 0:
                inside = scaled(inside, -1)
        if len(arg) == 1:
            [(monomial, coefficient)] = arg.items()
            kept = [f for f in monomial if self.sign_of_atom(f[0], 1) != 1]
            positive = coefficient > 0 or name == "zero"
            inside = self.product(kept, 1 if positive else -1)
        if self.at_point and name == "step":
            size = inside if self.leading_sign(inside) > 0 else scaled(inside, -1)
            probe = self._sign_function("sgn", size)
            found = single(probe)
            kinked = found is not None and found[0].mask in self.kink_masks
            apart = self.unless_equal(inside) if kinked else None
            if apart is not None:
                sgn = self._sign_function("sgn", inside)
                return plus(scaled(apart, _HALF), scaled(sgn, _HALF))
        return self._opaque(name, (inside,), ())

    def unless_equal(self, poly: Polynomial) -> Polynomial | None:
        """1, or 0 where P is zero for all values of its symbols because two indices are equal
        (``x[i] - x[j]``); None where that is not so plain.

        What holds wherever P is not zero says nothing about such places.
        """
        atoms = list(self._atoms_in(poly))
        fixed = {i for atom in atoms for i in atom.indices if i < 0}
        indices = sorted(frees_of(poly) | fixed)
        pairs = [
            (i, j)
            for i, j in combinations(indices, 2)
            if j > 0 and (i < 0 or self.dim(i) == self.dim(j))
        ]
        if not pairs:
            return {(): 1}
        if len(indices) > _COINCIDING or any(
            atom.kind in (DELTA, APART, VALUE) or self.is_condition(atom) for atom in atoms
        ):
            return None
        merged = {pair: self.rename(poly, {pair[1]: pair[0]}) for pair in pairs}
        gone = [pair for pair, rest in merged.items() if not rest]
        if len(gone) > 1:
            return None
        result: Polynomial = self.apart(*gone[0]) if gone else {(): 1}
        for pair, rest in merged.items():
            if rest and self.unless_equal(rest) != self.rename(result, {pair[1]: pair[0]}):
                return None
        return result

    def _atoms_in(self, poly: Polynomial) -> Iterator[Atom]:
        """The atoms of a polynomial and those inside them."""
        for monomial in poly:
            for atom, _ in monomial:
                yield atom
                for inner in atom.polys:
                    yield from self._atoms_in(dict(inner))

    # functions written through others

    def _build_abs(self, u: Polynomial) -> Polynomial:
        return self.absolute(u)

    def _build_sign(self, u: Polynomial) -> Polynomial:
        return self.function("usgn", (u,))

    def _build_max(self, u: Polynomial, v: Polynomial) -> Polynomial:
        gap = plus(u, scaled(v, -1))
        return scaled(plus(u, v, self.absolute(gap)), _HALF)

    def _build_min(self, u: Polynomial, v: Polynomial) -> Polynomial:
        gap = plus(u, scaled(v, -1))
        return scaled(plus(u, v, scaled(self.absolute(gap), -1)), _HALF)

    def _exponentials(self, u: Polynomial) -> tuple[Polynomial, Polynomial]:
        return self.exp(u), self.exp(scaled(u, -1))

    def _build_sinh(self, u: Polynomial) -> Polynomial:
        up, down = self._exponentials(u)
        return scaled(plus(up, scaled(down, -1)), _HALF)

    def _build_cosh(self, u: Polynomial) -> Polynomial:
        return scaled(plus(*self._exponentials(u)), _HALF)

    def _build_tanh(self, u: Polynomial) -> Polynomial:
        denominator = plus(self.exp(scaled(u, 2)), {(): 1})
        return plus({(): 1}, scaled(self.power(denominator, -1), -2))

    def _build_coth(self, u: Polynomial) -> Polynomial:
        return self.power(self._build_tanh(u), -1)

    def _build_sech(self, u: Polynomial) -> Polynomial:
        return self.power(self._build_cosh(u), -1)

    def _build_csch(self, u: Polynomial) -> Polynomial:
        return self.power(self._build_sinh(u), -1)

    def _build_tan(self, u: Polynomial) -> Polynomial:
        return self.times(self.function("sin", (u,)), self.power(self.function("cos", (u,)), -1))

    def _build_cot(self, u: Polynomial) -> Polynomial:
        return self.power(self._build_tan(u), -1)

    def _build_sec(self, u: Polynomial) -> Polynomial:
        return self.power(self.function("cos", (u,)), -1)

    def _build_csc(self, u: Polynomial) -> Polynomial:
        return self.power(self.function("sin", (u,)), -1)

    def _build_erfc(self, u: Polynomial) -> Polynomial:
        return plus({(): 1}, scaled(self.function("erf", (u,)), -1))

    def _build_hypot(self, u: Polynomial, v: Polynomial) -> Polynomial:
        return self.power(plus(self.times(u, u), self.times(v, v)), _HALF)

    def _build_digamma(self, u: Polynomial) -> Polynomial:
        return self._opaque("polygamma", ({}, u), ())

    # derivatives

    def partials(self, atom: Atom) -> list[Polynomial]:
        """Derivatives of a FUNCTION atom by each of its arguments."""
        name, data = atom.head
        args = [dict(p) for p in atom.polys]
        if data != ():
            return [
                self._opaque(name, tuple(args), tuple(o + (k == i) for k, o in enumerate(data)))
                for i in range(len(args))
            ]
        if name in ("sgn", "usgn", "step", "zero"):
            return [{}]
        if name == "polygamma":
            order = number_of(args[0])
            if order is None:
                raise Undecided("index notation: derivative by the order of polygamma")
            return [{}, self._opaque("polygamma", (constant(order + 1), args[1]), ())]
        return [self._partial(name, args, position) for position in range(len(args))]

    def _partial(self, name: str, args: list[Polynomial], position: int) -> Polynomial:
        places = tuple(Sym(f"${k}", shape=()) for k in range(len(args)))
        rule = RULES.partial(name, places, position)
        if rule is None:
            raise Undecided(f"index notation: no derivative rule for {name}")
        return self._filled(rule, dict(zip(places, args, strict=True)))

    def _filled(self, rule: Node, values: dict[Sym, Polynomial]) -> Polynomial:
        """The polynomial of a scalar text with polynomials in place of its symbols."""
        match rule:
            case Sym():
                return values[rule]
            case Num(value=value):
                return constant(whole(value))
            case Const(name=name):
                return self.named(name)
            case Add(args=args):
                return plus(*(self._filled(arg, values) for arg in args))
            case Mul(args=args):
                result: Polynomial = {(): 1}
                for arg in args:
                    result = self.times(result, self._filled(arg, values))
                return result
            case Pow(base=base, exponent=exponent):
                return self.general_power(
                    self._filled(base, values), self._filled(exponent, values)
                )
            case Call(function=function, args=args):
                return self.function(function, tuple(self._filled(arg, values) for arg in args))
        raise Undecided(f"index notation: no meaning for {type(rule).__name__} in a rule")
