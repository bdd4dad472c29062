"""Elementwise functions: normal forms and derivative rules.

Hyperbolic functions and what is built on them become exponentials, exponentials split over
sums, logarithms over products whose factors are known to be positive; every other function is
an opaque atom, differentiated by the provers' rules (:mod:`derivcheck.symbolic.rules`).
``abs(P)`` is ``sgn(P)*P``; ``sgn`` of a user's own ``sign`` stays ``usgn`` until the last pass.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import Any

from derivcheck.lang.functions import FUNCTIONS
from derivcheck.lang.nodes import Add, Call, Const, Mul, Node, Num, Pow, Sym
from derivcheck.lang.texts import definition, expression
from derivcheck.symbolic.matrix.atoms import (
    COMPARING,
    Atom,
    Kind,
    Polynomial,
    Rational,
    Undecided,
    atoms_in,
    frees_of,
    freeze,
    whole,
)
from derivcheck.symbolic.matrix.indices import Indices, Part
from derivcheck.symbolic.matrix.powers import SGN, USGN, prime_factors
from derivcheck.symbolic.matrix.ring import (
    complement,
    constant,
    idempotent,
    number_of,
    plus,
    scaled,
    single,
)
from derivcheck.symbolic.rules import RULES

_ODD = frozenset({SGN, USGN, *(n for n, row in FUNCTIONS.items() if row.parity == "odd")})
_EVEN = frozenset(n for n, row in FUNCTIONS.items() if row.parity == "even")
_HALF = Fraction(1, 2)
_MOST = 5
"""Indices in a switch of which each may be equal to another, at most."""
JUMPS = frozenset({SGN, USGN, "step", "zero"})
"""Functions whose derivative is zero where they have one."""
_BENT = JUMPS | {"sign", "abs"}
"""Those whose switches are looked at as they are written."""


class Functions(Part):
    """Normal forms and derivatives of functions of polynomials."""

    def __init__(self, indices: Indices) -> None:
        super().__init__(indices)
        self.logs: dict[int, Callable[[Atom], Polynomial | None]] = {}
        """What later parts know of logarithms of atoms of a kind."""
        self.ring.on_power(("cos", ()), self._square_of_cosine)
        self.ring.on_power(("cbrt", ()), self._cube_of_root)
        for name in ("step", "zero"):
            self.ring.on_power((name, ()), idempotent)
        substitution = indices.substitution
        arguments = substitution.arguments
        substitution.on(Kind.EXP, lambda atom, change: self.exp(*arguments(atom, change)))
        substitution.on(Kind.POWER, lambda atom, change: arguments(atom, change)[0])
        substitution.on(
            Kind.GENERAL_POWER, lambda atom, change: self.general_power(*arguments(atom, change))
        )
        substitution.on(
            Kind.FUNCTION,
            lambda atom, change: self.function(
                atom.head[0], tuple(arguments(atom, change)), atom.head[1]
            ),
        )

    def named(self, name: str) -> Polynomial:
        """A named constant."""
        if name == "e":
            return self.exp(constant(1))
        if name != "pi":
            raise Undecided(f"index notation: {name} is no number")
        return {((self.space.atom(Kind.CONSTANT, name), 1),): 1}

    # exponentials, logarithms, powers

    def exp(self, poly: Polynomial) -> Polynomial:
        """``exp(poly)`` as a product of exponentials of single terms."""
        result: Polynomial = {(): 1}
        for monomial, coefficient in poly.items():
            logs = [a for a, e in monomial if self._is_log(a) and e == 1]
            rest = [f for f in monomial if not self._is_log(f[0])]
            if len(logs) == 1 and len(rest) == len(monomial) - 1:
                base = dict(logs[0].polys[0])
                exponent = self.ring.product(rest, coefficient)
                result = self.ring.times(result, self.general_power(base, exponent))
            else:
                atom = self.space.atom(Kind.EXP, "", polys=(((monomial, 1),),))
                result = self.ring.times(result, self.ring.product([(atom, coefficient)]))
        return result

    @staticmethod
    def _is_log(atom: Atom) -> bool:
        return bool(atom.kind == Kind.FUNCTION and atom.head == ("log", ()))

    def log(self, poly: Polynomial) -> Polynomial:
        """``log(poly)``, split over a product where the signs of factors allow it."""
        if not poly:
            raise Undecided("index notation: logarithm of zero")
        if len(poly) > 1:
            outside, inside = self.powers.split_content(poly, sign=False)
            if outside == {(): 1}:
                return self._opaque_log(inside)
            return plus(self.log(outside), self._opaque_log(inside))
        [(monomial, coefficient)] = poly.items()
        result: Polynomial = {}
        unknown: list[tuple[Atom, Rational]] = []
        for atom, exponent in monomial:
            if isinstance(exponent, Fraction) or self.powers.sign_of_atom(atom, 1) is not None:
                result = plus(result, scaled(self._log_of_atom(atom), exponent))
            elif exponent % 2 == 0:
                size = self._opaque_log(self.powers.absolute(self.powers.value_of(atom)))
                result = plus(result, scaled(size, exponent))
            else:
                unknown.append((atom, exponent))
        number = Fraction(coefficient)
        if len(unknown) == 1 and number > 0:
            result = plus(result, scaled(self._log_of_atom(unknown[0][0]), unknown[0][1]))
        elif unknown or number < 0:
            sign = 1 if number > 0 else -1
            result = plus(result, self._opaque_log(self.ring.product(unknown, sign)))
        if abs(number) != 1:
            for prime, count in prime_factors(abs(number)):
                result = plus(result, scaled(self._opaque_log(constant(prime)), count))
        return result

    def _log_of_atom(self, atom: Atom) -> Polynomial:
        known = self.logs[atom.kind](atom) if atom.kind in self.logs else None
        if known is not None:
            return known
        if atom.kind == Kind.EXP:
            return dict(atom.polys[0])
        if atom.kind == Kind.GENERAL_POWER and self.powers.sign_of(atom.polys[0]) == 1:
            return self.ring.times(dict(atom.polys[1]), self.log(dict(atom.polys[0])))
        return self._opaque_log(self.powers.value_of(atom))

    def _opaque_log(self, poly: Polynomial) -> Polynomial:
        return {((self.space.atom(Kind.FUNCTION, ("log", ()), polys=(freeze(poly),)), 1),): 1}

    def general_power(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        """``base**exponent`` for any exponent."""
        value = number_of(exponent)
        if value is not None:
            return self.powers.power(base, value)
        if number_of(base) == 1:
            return {(): 1}
        if not base:
            if self.powers.sign_of(exponent) == 1:
                return {}
            raise Undecided("index notation: power of zero")
        found = single(base)
        if len(base) == 1 and self.powers.sign_of(base) == 1 and found is None:
            [(monomial, coefficient)] = base.items()
            result: Polynomial = {(): 1}
            for atom, power in monomial:
                part = self.general_power(self.powers.value_of(atom), scaled(exponent, power))
                result = self.ring.times(result, part)
            return self.ring.times(result, self._power_parts(constant(coefficient), exponent))
        if found and found[1] != 1 and self.powers.sign_of_atom(found[0], 1) == 1:
            scaled_exponent = scaled(exponent, found[1])
            return self.general_power(self.powers.value_of(found[0]), scaled_exponent)
        if found and found[0].kind == Kind.EXP and found[1] == 1:
            return self.exp(self.ring.times(dict(found[0].polys[0]), exponent))
        if found and found[0].kind == Kind.GENERAL_POWER and found[1] == 1:
            inner = dict(found[0].polys[0])
            if self.powers.sign_of(inner) == 1:
                return self.general_power(inner, self.ring.times(dict(found[0].polys[1]), exponent))
        return self._power_parts(base, exponent)

    def _power_parts(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        if number_of(base) == 1:
            return {(): 1}
        result: Polynomial = {(): 1}
        positive = self.powers.sign_of(base) == 1
        for monomial, coefficient in exponent.items():
            if not monomial:
                result = self.ring.times(result, self.powers.power(base, coefficient))
                continue
            count, part = coefficient, Fraction(1)
            if not positive and isinstance(coefficient, Fraction):
                count, part = coefficient.numerator, Fraction(1, coefficient.denominator)
            polys = (freeze(base), ((monomial, whole(part)),))
            atom = self.space.atom(Kind.GENERAL_POWER, "", polys=polys)
            result = self.ring.times(result, self.ring.product([(atom, count)]))
        return result

    # functions

    def function(self, name: str, args: tuple[Polynomial, ...], data: Any = ()) -> Polynomial:
        """A built-in function (``data`` empty) or an abstract one (its derivative orders)."""
        if data != ():
            return self._opaque(name, args, data)
        if len(args) == 1 and name not in _BENT:
            cases = self.powers.by_cases(lambda part: self.function(name, (part,)), args[0])
            if cases is not None:
                return cases
        build = _BUILT.get(name)
        if build is not None:
            return build(self, *args)
        meaning = _meaning(name, len(args))
        if meaning is not None:
            return self._filled(meaning[1], dict(zip(meaning[0], args, strict=True)))
        if len(args) == 1 and (name in _ODD or name in _EVEN):
            return self._by_parity(name, args[0])
        return self._opaque(name, args, ())

    def _opaque(self, name: str, args: tuple[Polynomial, ...], data: Any) -> Polynomial:
        atom = self.space.atom(Kind.FUNCTION, (name, data), polys=tuple(freeze(a) for a in args))
        return self.ring.product([(atom, 1)])

    def _by_parity(self, name: str, arg: Polynomial) -> Polynomial:
        row = FUNCTIONS.get(name)
        if not arg and (row is None or row.exact is not None):
            return constant(0 if row is None or row.exact is None else row.exact[1])
        if arg and self.powers.direction(arg) < 0:
            flipped = self._opaque(name, (scaled(arg, -1),), ())
            return flipped if name in _EVEN else scaled(flipped, -1)
        return self._opaque(name, (arg,), ())

    def _condition(self, name: str, arg: Polynomial) -> Polynomial:
        """``step(P)``: 1 where P > 0 else 0; ``zero(P)``: 1 where P == 0 else 0."""
        value = number_of(arg)
        if value is not None:
            return constant(int(value > 0 if name == "step" else value == 0))
        if self.powers.sign_of(arg) == 1:
            return constant(int(name == "step"))
        if self.powers.assumed_sign(arg):
            return constant(int(name == "step" and self.powers.assumed_sign(arg) > 0))
        inside = arg
        if len(arg) > 1:
            # a common factor may vanish, so only positive ones are left out
            inside = self.powers.split_content(arg, sign=False)[1]
            if name == "zero" and self.powers.direction(inside) < 0:
                inside = scaled(inside, -1)
        if len(arg) == 1:
            [(monomial, coefficient)] = arg.items()
            kept = [f for f in monomial if self.powers.sign_of_atom(f[0], 1) != 1]
            positive = coefficient > 0 or name == "zero"
            inside = self.ring.product(kept, 1 if positive else -1)
        if self.known.at_point and name == "step":
            size = inside if self.powers.leading_sign(inside) > 0 else scaled(inside, -1)
            probe = self.powers.sign_function(SGN, size)
            found = single(probe)
            kinked = found is not None and found[0].mask in self.known.switches
            apart = unless_equal(self.indices, inside) if kinked else None
            if apart is not None:
                sgn = self.powers.sign_function(SGN, inside)
                return plus(scaled(apart, _HALF), scaled(sgn, _HALF))
        return self._opaque(name, (inside,), ())

    # powers that have a simpler form

    def _square_of_cosine(self, atom: Atom, exponent: Rational) -> Polynomial | None:
        if not isinstance(exponent, int) or exponent < 2:
            return None
        sine = self.function("sin", (dict(atom.polys[0]),))
        square = complement(self.ring.times(sine, sine))
        rest: Polynomial = {((atom, 1),): 1} if exponent % 2 else {(): 1}
        return self.ring.times(rest, self.ring.repeated(square, exponent // 2))

    def _cube_of_root(self, atom: Atom, exponent: Rational) -> Polynomial | None:
        if not isinstance(exponent, int) or abs(exponent) < 3:
            return None
        count = exponent // 3 if exponent > 0 else -(-exponent // 3)
        rest = exponent - 3 * count
        left: Polynomial = {((atom, rest),): 1} if rest else {(): 1}
        return self.ring.times(left, self.powers.power(dict(atom.polys[0]), count))

    def _tanh(self, u: Polynomial) -> Polynomial:
        denominator = plus(self.exp(scaled(u, 2)), {(): 1})
        return plus({(): 1}, scaled(self.powers.power(denominator, -1), -2))

    # derivatives

    def partial(self, atom: Atom, position: int) -> Polynomial:
        """The derivative of a function by one of its arguments."""
        name, data = atom.head
        args = tuple(dict(p) for p in atom.polys)
        if data != ():
            return self._opaque(name, args, tuple(o + (k == position) for k, o in enumerate(data)))
        if name in JUMPS:
            return {}
        places = _places(len(args))
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
                return self.ring.product_of(*(self._filled(arg, values) for arg in args))
            case Pow(base=base, exponent=exponent):
                return self.general_power(
                    self._filled(base, values), self._filled(exponent, values)
                )
            case Call(function=function, args=args):
                return self.function(function, tuple(self._filled(arg, values) for arg in args))
        raise Undecided(f"index notation: no meaning for {type(rule).__name__} in a rule")


def _places(count: int) -> tuple[Sym, ...]:
    """Symbols for the arguments of a function."""
    return tuple(Sym(f"${k}", shape=()) for k in range(count))


@cache
def _meaning(name: str, count: int) -> tuple[tuple[Sym, ...], Node] | None:
    """What a function of symbols is by others, and these symbols."""
    places = _places(count)
    if name in _MEANINGS:
        return places, expression(name, _MEANINGS[name], places)
    meaning = None if name == "sinc" else definition(name, places)  # that leaves a hole at 0
    return None if meaning is None else (places, meaning)


_MEANINGS = {
    "max": "(x + y + abs(x - y))/2",
    "min": "(x + y - abs(x - y))/2",
    "sinh": "(exp(z) - exp(-z))/2",
    "cosh": "(exp(z) + exp(-z))/2",
    "tan": "sin(z)/cos(z)",
    "erfc": "1 - erf(z)",
}
"""Functions by others, beside the definitions of the table of functions."""

_BUILT: dict[str, Callable[..., Polynomial]] = {
    "exp": Functions.exp,
    "log": Functions.log,
    SGN: lambda f, u: f.powers.sign_function(SGN, u),
    USGN: lambda f, u: f.powers.sign_function(USGN, u),
    "step": lambda f, u: f._condition("step", u),
    "zero": lambda f, u: f._condition("zero", u),
    "sign": lambda f, u: f.powers.sign_function(USGN, u),
    "abs": lambda f, u: f.powers.absolute(u),
    "tanh": Functions._tanh,
    "digamma": lambda f, u: f._opaque("polygamma", ({}, u), ()),
}
"""Normal forms of functions that are more than an opaque atom: name -> polynomial of arguments."""


def unless_equal(indices: Indices, poly: Polynomial) -> Polynomial | None:
    """1, or 0 where P is zero for all values of its symbols because two indices are equal
    (``x[i] - x[j]``); None where that is not so plain.

    What holds wherever P is not zero says nothing about such places.
    """
    atoms = list(atoms_in(poly))
    fixed = {i for atom in atoms for i in atom.indices if i < 0}
    places = sorted(frees_of(poly) | fixed)
    dim = indices.space.dim
    pairs = [(i, j) for i, j in combinations(places, 2) if j > 0 and (i < 0 or dim(i) == dim(j))]
    if len(places) > _MOST or any(a.kind == Kind.DELTA or a.kind in COMPARING for a in atoms):
        return None
    if not pairs:
        return {(): 1}
    rename = indices.substitution.rename
    merged = {pair: rename(poly, {pair[1]: pair[0]}) for pair in pairs}
    gone = [pair for pair, rest in merged.items() if not rest]
    if len(gone) > 1:
        return None
    result: Polynomial = indices.apart(*gone[0]) if gone else {(): 1}
    for pair, rest in merged.items():
        if rest and unless_equal(indices, rest) != rename(result, {pair[1]: pair[0]}):
            return None
    return result
