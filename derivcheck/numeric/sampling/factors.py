"""The terms of stand-ins for abstract functions: products of factors, with their derivatives."""

from __future__ import annotations

from fractions import Fraction
from math import perm
from random import Random

from flint import fmpz_poly

from derivcheck.lang import nodes as N
from derivcheck.records import record


@record()
class Factor:
    """``kind`` of ``rate*z + shift``: one, sin, wave (3/2 + sin), exp, tanh, softplus, power.

    ``power`` is ``z**degree``, without rate and shift.
    """

    kind: str
    rate: Fraction = Fraction(1)
    shift: Fraction = Fraction(0)
    degree: int = 0

    def node(self, z: N.Node, order: int) -> N.Node | None:
        """The derivative of that order at ``z``; None for zero."""
        inner = N.add(N.mul(N.number(self.rate), z), N.number(self.shift))
        scale = N.number(self.rate**order)
        match self.kind:
            case "one":
                return None if order else N.number(1)
            case "sin":
                return N.mul(scale, _sine(inner, order))
            case "wave":
                if order:
                    return N.mul(scale, _sine(inner, order))
                return N.add(N.number(Fraction(3, 2)), N.call("sin", inner))
            case "exp":
                return N.mul(scale, N.call("exp", inner))
            case "tanh":
                return N.mul(scale, _tanh(inner, order))
            case "softplus":
                if not order:
                    return N.call("log", N.add(N.number(1), N.call("exp", inner)))
                half = N.mul(N.number(Fraction(1, 2)), inner)
                power = N.number(Fraction(1, 2) ** order)
                rest = (
                    N.add(N.number(1), N.call("tanh", half))
                    if order == 1
                    else _tanh(half, order - 1)
                )
                return N.mul(scale, power, rest)
            case _:
                return _monomial(z, self.degree, order)


def _sine(inner: N.Node, order: int) -> N.Node:
    wave = N.call("cos" if order % 2 else "sin", inner)
    return N.negative(wave) if order % 4 in (2, 3) else wave


def _monomial(z: N.Node, degree: int, order: int) -> N.Node | None:
    if order > degree:
        return None
    if order == degree:
        return N.number(perm(degree, order))
    return N.mul(N.number(perm(degree, order)), N.power(z, N.number(degree - order)))


def _tanh(inner: N.Node, order: int) -> N.Node:
    """The derivative of tanh of that order, a polynomial in tanh."""
    tanh, poly = N.call("tanh", inner), fmpz_poly([0, 1])
    for _ in range(order):
        poly = poly.derivative() * fmpz_poly([1, 0, -1])
    terms: list[N.Node] = [
        N.mul(N.number(c), N.power(tanh, N.number(p))) if p else N.number(c)
        for p, c in enumerate(map(int, poly.coeffs()))
        if c
    ]
    return N.add(*terms)


@record()
class Term:
    """``coefficient`` times one factor for each argument."""

    coefficient: Fraction
    factors: tuple[Factor, ...]


def _rate(random: Random) -> Fraction:
    return random.choice((1, 1, -1)) * Fraction(1, random.choice((1, 2, 3)))


def _shift(random: Random) -> Fraction:
    return Fraction(random.choice((-2, -1, 1, 2)), random.choice((2, 3, 5)))


def terms_of(role: str, count: int, random: Random, elementwise: bool) -> tuple[Term, ...]:
    """The terms of a function of so many scalars that plays a role."""

    def factor(kind: str) -> Factor:
        if kind == "power":
            return Factor("power", degree=random.choice((1, 2, 3)))
        rate = abs(_rate(random)) if kind in ("exp", "softplus") else _rate(random)
        return Factor(kind, rate, _shift(random) if kind != "exp" else Fraction(0))

    def coefficient() -> Fraction:
        return Fraction(random.choice((1, 2, 3, 1)), random.choice((1, 2, 1)))

    def single(kind: str, position: int) -> tuple[Factor, ...]:
        return tuple(factor(kind) if k == position else Factor("one") for k in range(count))

    if role == "bounded":  # values within (-1, 1)
        sines, tangents = (tuple(factor(kind) for _ in range(count)) for kind in ("sin", "tanh"))
        return (Term(Fraction(1, 2), sines), Term(Fraction(1, 3), tangents))
    if role in ("positive", "large"):
        terms = [Term(coefficient(), tuple(factor("exp") for _ in range(count)))]
        for position in range(count):
            kind = "softplus" if elementwise or position % 2 else "wave"
            if count > 1:
                kind = "wave"
            terms.append(Term(coefficient(), single(kind, position)))
        if role == "large":
            terms.append(Term(Fraction(3, 2), (Factor("one"),) * count))
        return tuple(terms)
    terms = [Term(coefficient(), tuple(factor("sin") for _ in range(count)))]
    for position in range(count):
        terms.append(Term(Fraction(1, random.choice((2, 3, 4))), single("power", position)))
        kind = "tanh" if elementwise else random.choice(("exp", "tanh"))
        terms.append(Term(coefficient() * random.choice((1, -1)), single(kind, position)))
    if count > 1:
        terms.append(
            Term(Fraction(1, 2), tuple(Factor("power", degree=1 + k % 2) for k in range(count)))
        )
    return tuple(terms)


def gentle_terms(role: str, count: int, random: Random) -> tuple[Term, ...]:
    """Values of a few units at most, and slopes that a matrix of such does not make large."""

    def factors(kind: str) -> tuple[Factor, ...]:
        return tuple(
            Factor(
                kind,
                random.choice((1, 1, -1)) * Fraction(1, random.choice((7, 8, 9, 11))),
                _shift(random),
            )
            for _ in range(count)
        )

    if role == "bounded":
        return (Term(Fraction(1, 2), factors("sin")), Term(Fraction(1, 3), factors("tanh")))
    if role in ("positive", "large"):
        terms = [Term(Fraction(1), factors("wave")), Term(Fraction(1, 2), factors("wave"))]
        if role == "large":
            terms.append(Term(Fraction(3, 2), (Factor("one"),) * count))
        return tuple(terms)
    return (
        Term(Fraction(random.choice((1, 2, 3))), factors("sin")),
        Term(Fraction(random.choice((1, -1)), random.choice((1, 2))), factors("wave")),
        Term(Fraction(random.choice((1, -1)), random.choice((1, 2))), factors("tanh")),
    )
