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

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from random import Random
from zlib import crc32

from derivcheck.lang import nodes as N
from derivcheck.lang.equation import AbstractFunction, Equation, Symbol
from derivcheck.lang.printer import node_text
from derivcheck.numeric.sampling.factors import Factor, Term, gentle_terms, terms_of
from derivcheck.records import record


@record(eq=False)
class Instance:
    """A concrete function for an abstract one, the same one only if it is the same object.

    ``weights`` are the symbols (``C$w1``) that a function of a matrix takes its coefficient
    matrices from; their values are part of the point.
    """

    name: str
    role: str
    terms: tuple[Term, ...]
    arguments: tuple[N.Sym, ...]
    weights: tuple[N.Sym, ...] = ()

    @property
    def text(self) -> str:
        """``u(x) = ...``, as one writes it."""
        names = ", ".join(argument.name for argument in self.arguments)
        value = self.at(self.arguments, (0,) * len(self.arguments))
        return f"{self.name}({names}) = {node_text(value)}"

    @property
    def is_simple(self) -> bool:
        """Whether it takes one weight a matrix argument, and nothing of the matrix's cosine."""
        return self.role == "simple"

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
        for position, part, number in parts_of([bool(arg.shape) for arg in args], self.is_simple):
            arg = args[position]
            if part == "scalar":
                inner.append(arg)
                continue
            weight = self.weights[number - 1]
            if part == "sum":
                inner.append(N.total(N.mul(weight, arg)))
            elif part == "cosine":
                inner.append(N.total(N.mul(weight, N.call("cos", arg))))
            elif self.role == "generic":
                rest.append(N.total(N.mul(weight, N.call("sin", arg))))
            elif self.role != "bounded":
                rest.append(N.total(N.power(N.mul(weight, arg), N.number(2))))
        scalar = replace(self, weights=())
        return N.add(scalar.at(tuple(inner), (0,) * len(inner)), *rest)


def parts_of(arrays: Iterable[bool], is_simple: bool) -> Iterator[tuple[int, str, int]]:
    """How a function's arguments, of which some are arrays, go into it.

    Each part is the position of an argument, what is made of it, and the number of the weight
    that it is multiplied by: a scalar has none, of an array there are a ``sum``, a ``cosine`` and
    a ``rest`` beside them.
    """
    number = 0
    for position, is_array in enumerate(arrays):
        if not is_array:
            yield position, "scalar", 0
            continue
        for part in ("sum",) if is_simple else ("sum", "cosine", "rest"):
            number += 1
            yield position, part, number


def weight_name(function: str, number: int) -> str:
    """The symbol that a weight is."""
    return f"{function}$w{number}"


def _laid_out(
    function: AbstractFunction, shapes: tuple[N.Shape, ...], is_simple: bool
) -> tuple[tuple[N.Sym, ...], int]:
    """The weights of an instance, and how many arguments its terms have."""
    arrays = [bool(shape) and function.kind != "elementwise" for shape in shapes]
    parts = tuple(parts_of(arrays, is_simple))
    weights = tuple(
        N.Sym(weight_name(function.name, number), shape=shapes[position])
        for position, _, number in parts
        if number
    )
    return weights, sum(part != "rest" for _, part, _ in parts)


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
    elementwise = function.kind == "elementwise"
    weights, count = _laid_out(function, shapes, is_simple=False)
    if composed:
        terms = gentle_terms(role, count, random)
    else:
        terms = terms_of(role, count, random, elementwise)
    return Instance(function.name, role, terms, _arguments(shapes, elementwise), weights)


@lru_cache(maxsize=64)
def simple_instance(
    function: AbstractFunction, shapes: tuple[N.Shape, ...], position: int
) -> Instance:
    """A power such as ``u(x) = x**2``, for counterexamples that a person can check.

    ``position`` among the declared functions keeps two of them different.
    """
    elementwise = function.kind == "elementwise"
    weights, _ = _laid_out(function, shapes, is_simple=True)
    factors = tuple(Factor("power", degree=2 + (position + k) % 2) for k in range(len(shapes)))
    terms = (Term(Fraction(1), factors),)
    return Instance(function.name, "simple", terms, _arguments(shapes, elementwise), weights)


def polynomial(
    function: AbstractFunction, shapes: tuple[N.Shape, ...], position: int, turn: int
) -> Instance:
    """A polynomial, which is rational where its arguments are."""
    random = Random(crc32(function.name.encode()) * 37 + turn)
    count = len(shapes)
    degrees = [[k == j and degree for k in range(count)] for j in range(count) for degree in (1, 2)]
    degrees += [[3] * count]
    terms = tuple(
        Term(Fraction(random.choice((1, 2, -1, 3)), random.choice((1, 2))), _powers(degree))
        for degree in degrees
    )
    return replace(simple_instance(function, shapes, position), terms=terms)


def with_power(instance: Instance, coefficient: Fraction, orders: tuple[int, ...]) -> Instance:
    """One whose derivative of these orders has that much more, times a number."""
    count = len(instance.arguments)
    term = Term(coefficient, _powers((*orders, *[0] * count)[:count]))
    return replace(instance, terms=(*instance.terms, term))


def _powers(degrees: Iterable[int]) -> tuple[Factor, ...]:
    return tuple(Factor("power", degree=d) if d else Factor("one") for d in degrees)


def _arguments(shapes: tuple[N.Shape, ...], elementwise: bool) -> tuple[N.Sym, ...]:
    """Names for what a function is applied to."""
    letters = "xyzuvwpqrst" if len(shapes) <= 11 else [f"x{k + 1}" for k in range(len(shapes))]
    found = []
    for position, shape in enumerate(shapes):
        name = letters[position]
        if elementwise:
            name, shape = "z", ()
        elif shape:
            name = f"A{position or ''}"
        found.append(N.Sym(name, shape=shape))
    return tuple(found)


Use = tuple[int, AbstractFunction, tuple[N.Node, ...], bool]


def used_functions(equation: Equation, nodes: Iterable[N.Node]) -> tuple[Use, ...]:
    """The abstract functions that occur: where each is declared, what it is applied to, and
    whether to another one's values."""
    applications = [node for node in nodes if isinstance(node, N.Apply)]
    found: list[Use] = []
    for position, function in enumerate(equation.context.functions):
        uses = [use for use in applications if use.function == function.name]
        if uses:
            args = (arg for use in uses for arg in use.args)
            composed = any(map(N.functions_in, args))
            found.append((position, function, uses[0].args, composed))
    return tuple(found)


def instantiate(node: N.Node, chosen: Mapping[str, Instance]) -> N.Node:
    """``node`` with every abstract function replaced by its instance."""

    def replaced(part: N.Node) -> N.Node:
        return (
            chosen[part.function].at(part.args, part.orders) if isinstance(part, N.Apply) else part
        )

    return N.rewritten(node, replaced)


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
    numbers_only = replace(
        context,
        symbols=context.symbols + weights,
        functions=(),
        assume=tuple(instantiate(node, chosen) for node in context.assume),
    )
    left, right = (instantiate(side, chosen) for side in (equation.left, equation.right))
    return replace(equation, left=left, right=right, context=numbers_only)
