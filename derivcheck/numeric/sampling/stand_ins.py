"""What stands for an abstract function at a sampled point: smooth, generic, concrete.

An instance is a sum of products, one factor for each argument: sines, exponentials, hyperbolic
tangents, softplus and powers with random rational coefficients. Factors know their own
derivatives of every order, so that ``D(u)(x)`` needs no differentiation by a judge.
Instances play *roles* (generic, positive, bounded by 1, greater than 1), as ``log(u(x))`` and
``arcsin(u(x))`` are defined for some of them only. A function of another abstract function, or of
its own values, has bounded values and small slopes, so that a chain of any depth keeps moderate
ones: powers and exponentials of one another leave the range where numbers say anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from math import perm
from random import Random
from zlib import crc32

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import AbstractFunction, Context, Equation, Symbol
from derivcheck.records import record


@record()
class Factor:
    """``kind`` of ``rate*z + shift``: one, sin, wave (3/2 + sin), exp, tanh, softplus, power, bowl.

    ``power`` is ``z**degree`` and ``bowl`` ``1 + z**2``, both without rate and shift.
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
            case "power":
                return _monomial(z, self.degree, order)
            case _:
                if order == 0:
                    return N.add(N.number(1), N.power(z, N.number(2)))
                return _monomial(z, 2, order)

    def text(self, name: str) -> str:
        """As a person writes it."""
        if self.kind == "power":
            return f"{name}**{self.degree}" if self.degree > 1 else name
        if self.kind == "bowl":
            return f"(1 + {name}**2)"
        if self.kind == "one":
            return ""
        inner = name if self.rate == 1 else f"{name}*({self.rate})"
        if self.rate.numerator == 1 and self.rate != 1:
            inner = f"{name}/{self.rate.denominator}"
        if self.shift:
            inner += f" {'+' if self.shift > 0 else '-'} {abs(self.shift)}"
        if self.kind == "wave":
            return f"(3/2 + sin({inner}))"
        return f"{self.kind}({inner})"


def _sine(inner: N.Node, order: int) -> N.Node:
    wave = N.call("cos" if order % 2 else "sin", inner)
    return N.negative(wave) if order % 4 in (2, 3) else wave


def _monomial(z: N.Node, degree: int, order: int) -> N.Node | None:
    if order > degree:
        return None
    if order == degree:
        return N.number(perm(degree, order))
    return N.mul(N.number(perm(degree, order)), N.power(z, N.number(degree - order)))


@lru_cache(maxsize=32)
def tanh_polynomial(order: int) -> tuple[int, ...]:
    """Coefficients of the order-th derivative of tanh as a polynomial in tanh."""
    if order == 0:
        return (0, 1)
    below = tanh_polynomial(order - 1)
    result = [0] * (len(below) + 1)
    for power, coefficient in enumerate(below):
        if power:
            result[power - 1] += power * coefficient
            result[power + 1] -= power * coefficient
    return tuple(result)


def _tanh(inner: N.Node, order: int) -> N.Node:
    tanh = N.call("tanh", inner)
    terms: list[N.Node] = [
        N.mul(N.number(c), N.power(tanh, N.number(p))) if p else N.number(c)
        for p, c in enumerate(tanh_polynomial(order))
        if c
    ]
    return N.add(*terms)


@record()
class Term:
    """``coefficient`` times one factor for each argument."""

    coefficient: Fraction
    factors: tuple[Factor, ...]


@record(eq=False)
class Instance:
    """A concrete function for an abstract one, the same one only if it is the same object.

    ``weights`` are the symbols (``C$w1``) that a function of a matrix takes its coefficient
    matrices from; their values are part of the point. ``text`` reads ``u(x) = ...``.
    """

    name: str
    role: str
    terms: tuple[Term, ...]
    text: str
    weights: tuple[N.Sym, ...] = ()

    @property
    def is_simple(self) -> bool:
        """Whether it takes one weight a matrix argument, and nothing of the matrix's cosine."""
        return self.role == "simple"

    @property
    def body(self) -> N.Node:
        """The function itself, in the placeholders ``$1``, ``$2`` (scalars)."""
        count = len(self.terms[0].factors)
        return self.at(tuple(N.Sym(f"${k + 1}", shape=()) for k in range(count)), (0,) * count)

    def at(self, args: tuple[N.Node, ...], orders: tuple[int, ...]) -> N.Node:
        """The derivative of these orders at ``args``, shaped like the function's value."""
        if self.weights:
            return self._of_matrices(args)
        shape = args[0].shape if len(args) == 1 else ()
        terms: list[N.Node] = []
        for term in self.terms:
            factors = [
                factor.node(arg, order)
                for factor, arg, order in zip(term.factors, args, orders, strict=True)
            ]
            if all(factor is not None for factor in factors):
                terms.append(
                    N.mul(N.number(term.coefficient), *(f for f in factors if f is not None))
                )
        result = N.add(*terms) if terms else N.number(0)
        return result if result.shape == shape else N.add(result, N.number(0, shape))

    def _of_matrices(self, args: tuple[N.Node, ...]) -> N.Node:
        """``g(sum(w1*A), sum(w2*cos(A)), scalars) + rest``: its Hessian has no zero block."""
        inner: list[N.Node] = []
        rest: list[N.Node] = []
        weights = iter(self.weights)
        for arg in args:
            if not arg.shape:
                inner.append(arg)
                continue
            inner.append(N.total(N.mul(next(weights), arg)))
            if self.role == "simple":
                continue
            inner.append(N.total(N.mul(next(weights), N.call("cos", arg))))
            last = next(weights)
            if self.role == "generic":
                rest.append(N.total(N.mul(last, N.call("sin", arg))))
            elif self.role != "bounded":
                square = N.power(N.mul(last, arg), N.number(2))
                rest.append(N.total(square))
        scalar = replace(self, weights=())
        return N.add(scalar.at(tuple(inner), (0,) * len(inner)), *rest)


_ROLES = ("generic", "positive", "generic", "bounded", "large", "positive")
_EARLY, _FEW = 12, 3
"""The first points share few instances: each costs a judge a compilation."""


def instances(
    function: AbstractFunction, args: tuple[N.Node, ...], number: int, composed: bool = False
) -> Instance:
    """The instance of a function for the point of that number; a few take turns.

    ``composed``: it is applied to what abstract functions give. The choice depends on the name and
    the turn only, so that judges can reuse their work.
    """
    turn = number % (_FEW if number < _EARLY else len(_ROLES))
    return _instance(function, tuple(arg.shape for arg in args), turn, composed)


@lru_cache(maxsize=256)
def _instance(
    function: AbstractFunction, shapes: tuple[N.Shape, ...], turn: int, composed: bool
) -> Instance:
    role = _ROLES[turn]
    random = Random(crc32(function.name.encode()) * 31 + turn)
    weights: list[N.Sym] = []
    count = 0
    elementwise = function.kind == "elementwise"
    for shape in shapes:
        if shape and not elementwise:
            weights += [
                N.Sym(f"{function.name}$w{len(weights) + k + 1}", shape=shape) for k in range(3)
            ]
            count += 2
        else:
            count += 1
    terms = (
        _gentle_terms(role, count, random) if composed else _terms(role, count, random, elementwise)
    )
    return Instance(
        function.name,
        role,
        terms,
        _text(function.name, role, terms, shapes, elementwise),
        tuple(weights),
    )


@lru_cache(maxsize=64)
def simple_instance(
    function: AbstractFunction, shapes: tuple[N.Shape, ...], position: int
) -> Instance:
    """A power such as ``u(x) = x**2``, for counterexamples that a person can check.

    ``position`` among the declared functions keeps two of them different.
    """
    elementwise = function.kind == "elementwise"
    weights = tuple(
        N.Sym(f"{function.name}$w{k + 1}", shape=shape)
        for k, shape in enumerate(shapes)
        if shape and not elementwise
    )
    factors = tuple(Factor("power", degree=2 + (position + k) % 2) for k in range(len(shapes)))
    terms = (Term(Fraction(1), factors),)
    text = _text(function.name, "simple", terms, shapes, elementwise)
    return Instance(function.name, "simple", terms, text, weights)


def _rate(random: Random) -> Fraction:
    return random.choice((1, 1, -1)) * Fraction(1, random.choice((1, 2, 3)))


def _shift(random: Random) -> Fraction:
    return Fraction(random.choice((-2, -1, 1, 2)), random.choice((2, 3, 5)))


def _terms(role: str, count: int, random: Random, elementwise: bool) -> tuple[Term, ...]:
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
        both = (
            tuple(factor("sin") for _ in range(count)),
            tuple(factor("tanh") for _ in range(count)),
        )
        return (Term(Fraction(1, 2), both[0]), Term(Fraction(1, 3), both[1]))
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


def _gentle_terms(role: str, count: int, random: Random) -> tuple[Term, ...]:
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
        return (
            Term(Fraction(1, 2), factors("sin")),
            Term(Fraction(1, 3), factors("tanh")),
        )
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


def _text(
    name: str, role: str, terms: tuple[Term, ...], shapes: tuple[N.Shape, ...], elementwise: bool
) -> str:
    letters = "xyzuvwpqrst"
    arguments: list[str] = []
    inner: list[str] = []
    rest = ""
    weight = 0
    for position, shape in enumerate(shapes):
        if not shape or elementwise:
            letter = letters[position] if len(shapes) <= len(letters) else f"x{position + 1}"
            arguments.append("z" if elementwise else letter)
            inner.append(arguments[-1])
            continue
        matrix = "A" if position == 0 else f"A{position}"
        arguments.append(matrix)
        inner.append(f"sum({name}$w{weight + 1}*{matrix})")
        if role == "simple":
            weight += 1
            continue
        inner.append(f"sum({name}$w{weight + 2}*cos({matrix}))")
        if role == "generic":
            rest += f" + sum({name}$w{weight + 3}*sin({matrix}))"
        elif role != "bounded":
            rest += f" + sum(({name}$w{weight + 3}*{matrix})**2)"
        weight += 3
    parts: list[str] = []
    for term in terms:
        factors = [f.text(n) for f, n in zip(term.factors, inner, strict=True)]
        body = "*".join(part for part in factors if part)
        size = abs(term.coefficient)
        shown = body if size == 1 and body else f"{size}*{body}" if body else str(size)
        sign = "-" if term.coefficient < 0 else "+"
        parts.append(f" {sign} {shown}" if parts else (f"-{shown}" if sign == "-" else shown))
    return f"{name}({', '.join(arguments)}) = {''.join(parts)}{rest}"


def instantiate(node: N.Node, chosen: Mapping[str, Instance]) -> N.Node:
    """``node`` with every abstract function replaced by its instance."""
    memo: dict[N.Node, N.Node] = {}

    def visit(current: N.Node) -> N.Node:
        done = memo.get(current)
        if done is None:
            done = N.rebuild(current, visit)
            if isinstance(done, N.Apply):
                done = chosen[done.function].at(done.args, done.orders)
            memo[current] = done
        return done

    return visit(node)


def concrete(equation: Equation, chosen: Mapping[str, Instance]) -> Equation:
    """The equation without abstract functions; coefficient matrices become declared symbols."""
    if not chosen:
        return equation
    weights = tuple(
        Symbol(weight.name, weight.shape)
        for instance in chosen.values()
        for weight in instance.weights
    )
    context = equation.context
    return Equation(
        instantiate(equation.left, chosen),
        instantiate(equation.right, chosen),
        Context(
            context.symbols + weights,
            (),
            tuple(instantiate(node, chosen) for node in context.assume),
            context.dims,
            context.seed,
        ),
        equation.indices,
        equation.text,
        equation.wrt,
    )
