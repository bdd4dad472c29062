"""One-slip variants of a claim: what a person who made a small mistake may have meant.

Each slip yields (description, corrected claim). None is trusted: the judges decide which of
them is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from derivcheck.lang import nodes
from derivcheck.lang.equation import Equation
from derivcheck.lang.nodes import Node
from derivcheck.lang.printer import node_text

Variant = tuple[str, Node]
Slip = Callable[[Equation], Iterator[Variant]]

_SWAPS = {
    "sin": ("cos", "sinh"),
    "cos": ("sin", "cosh"),
    "tan": ("cot", "tanh", "sec"),
    "cot": ("tan", "coth", "csc"),
    "sec": ("csc", "sech", "tan"),
    "csc": ("sec", "csch", "cot"),
    "sinh": ("cosh", "sin"),
    "cosh": ("sinh", "cos"),
    "tanh": ("coth", "tan", "sech"),
    "coth": ("tanh", "cot", "csch"),
    "sech": ("csch", "sec", "tanh"),
    "csch": ("sech", "csc", "coth"),
    "asin": ("acos", "asinh"),
    "acos": ("asin", "acosh"),
    "atan": ("acot", "atanh"),
    "erf": ("erfc", "erfi"),
    "erfc": ("erf",),
    "besselj": ("bessely", "besseli"),
    "bessely": ("besselj", "besselk"),
    "airyai": ("airybi", "airyaiprime"),
    "airybi": ("airyai", "airybiprime"),
    "Si": ("Ci", "Shi"),
    "Ci": ("Si", "Chi"),
    "sqrt": ("abs",),
}


def replace_at(root: Node, target: Node, new: Node) -> Node:
    """``root`` with every occurrence of ``target`` replaced."""
    return nodes.substitute(root, {target: new})


def sign(equation: Equation) -> Iterator[Variant]:
    """The whole claim negated, then each term of each sum."""
    yield "the sign is wrong", nodes.negative(equation.right)
    for node in nodes.walk(equation.right):
        if isinstance(node, nodes.Add):
            for i, term in enumerate(node.args):
                args = (*node.args[:i], nodes.negative(term), *node.args[i + 1 :])
                flipped = nodes.Add(args, shape=node.shape)
                text = node_text(term)
                yield (
                    f"the sign of the term `{text}` is wrong",
                    replace_at(equation.right, node, flipped),
                )


def transposed(equation: Equation) -> Iterator[Variant]:
    """The transpose of a square claim, or of one factor or term of it."""
    right = equation.right
    if right.shape and right.shape[0] == right.shape[1]:
        yield "it is transposed (or right in the other layout)", nodes.transpose(right)
    for node in nodes.walk(right):
        if isinstance(node, nodes.Transpose) and node.shape == node.arg.shape:
            yield (
                f"`{node_text(node.arg)}` should not be transposed",
                replace_at(right, node, node.arg),
            )
        elif node.shape and node.shape[0] == node.shape[1] and isinstance(node, nodes.Sym):
            yield (
                f"`{node_text(node)}` should be transposed",
                _transpose_symbol(right, node),
            )


def _transpose_symbol(root: Node, symbol: Node) -> Node:
    other = nodes.transpose(symbol)
    return nodes.substitute(root, {other: symbol, symbol: other})


def swapped_factors(equation: Equation) -> Iterator[Variant]:
    """Two factors of a matrix product in the other order."""
    for node in nodes.walk(equation.right):
        if (
            isinstance(node, nodes.MatMul)
            and node.left.shape == node.right.shape
            and node.left is not node.right
        ):
            other = nodes.MatMul(node.right, node.left, shape=node.shape)
            yield (
                f"the factors of `{node_text(node)}` stand in the wrong order",
                replace_at(equation.right, node, other),
            )


def constant_factor(equation: Equation) -> Iterator[Variant]:
    """Small constant factors."""
    for factor in (2, Fraction(1, 2), -2, Fraction(-1, 2), 3, Fraction(1, 3), 4, Fraction(1, 4)):
        node = nodes.number(factor)
        yield f"a factor {factor} is missing", nodes.mul(node, equation.right)


def exponent(equation: Equation) -> Iterator[Variant]:
    """An exponent that is off by one, negated or halved."""
    for node in nodes.walk(equation.right):
        if not isinstance(node, nodes.Pow) or not isinstance(node.exponent, nodes.Num):
            continue
        value = node.exponent.value
        for other in (value + 1, value - 1, value / 2, value * 2, -value):
            if other == 0:
                continue
            fixed = nodes.power(node.base, nodes.number(other))
            yield (
                f"the exponent of `{node_text(node)}` should be {other}",
                replace_at(equation.right, node, fixed),
            )
    for node in nodes.walk(equation.right):
        if isinstance(node, nodes.Call | nodes.Sym | nodes.Apply | nodes.Add) and not (
            isinstance(node, nodes.Sym) and "#" in node.name
        ):
            squared = nodes.power(node, nodes.number(2))
            if node is equation.right or node in nodes.children(equation.right):
                yield (
                    f"`{node_text(node)}` should be squared",
                    replace_at(equation.right, node, squared),
                )


def swapped_function(equation: Equation) -> Iterator[Variant]:
    """One function for another."""
    for node in nodes.walk(equation.right):
        if isinstance(node, nodes.Call):
            for other in _SWAPS.get(node.function, ()):
                fixed = nodes.Call(other, node.args, shape=node.shape)
                swapped = replace_at(equation.right, node, fixed)
                message = f"`{other}` should stand for `{node.function}`"
                yield message, swapped
                yield f"{message}, with the other sign", nodes.negative(swapped)


def inner_parts(equation: Equation) -> tuple[Node, ...]:
    """Arguments inside the expression whose own derivatives a chain rule may have dropped."""
    bodies = [n.body for n in nodes.walk(equation.left) if isinstance(n, nodes.Jvp | nodes.Grad)]
    found: dict[Node, None] = {}
    for body in bodies:
        for node in nodes.walk(body):
            if isinstance(node, nodes.Call | nodes.Apply):
                found.update(dict.fromkeys(node.args))
            elif isinstance(node, nodes.Pow):
                found.update(dict.fromkeys((node.base, node.exponent)))
    return tuple(n for n in found if not isinstance(n, nodes.Sym | nodes.Num | nodes.Const))


def chain_factor(equation: Equation) -> Iterator[Variant]:
    """The derivative of an inner function left out, or put in where it is none."""
    left = equation.left
    if not isinstance(left, nodes.Jvp) or len(left.variables) != 1 or left.variables[0].shape:
        return
    variable, at = left.variables[0], left.at[0]
    for inner in inner_parts(equation):
        if variable not in nodes.walk(inner) or inner.shape:
            continue
        derivative = carried_out(nodes.Jvp(inner, (variable,), (at,), left.directions, shape=()))
        shown = node_text(nodes.substitute(inner, {variable: at}))
        yield (
            f"the inner derivative of `{shown}` is missing",
            nodes.mul(equation.right, derivative),
        )
        yield (
            f"the inner derivative of `{shown}` is one too many",
            nodes.divide(equation.right, derivative),
        )


def carried_out(node: Node) -> Node:
    """A scalar derivative without operators, where there is a closed form."""
    from derivcheck.symbolic.derivative import NoDerivative, expand

    try:
        return expand(node)
    except NoDerivative:
        return node


def hadamard_factor(equation: Equation) -> Iterator[Variant]:
    """A factor ``D(sigma)(z)`` or another derivative of an elementwise function left out."""
    seen: dict[Node, None] = {}
    for operator in nodes.walk(equation.left):
        if not isinstance(operator, nodes.Grad):
            continue
        for node in nodes.walk(operator.body):
            if isinstance(node, nodes.Apply) and node.shape and not any(node.orders):
                at = nodes.substitute(node, {operator.variable: operator.at})
                seen.setdefault(nodes.Apply(node.function, at.args, (1,), shape=at.shape))  # type: ignore[attr-defined]
    for factor in seen:
        if factor.shape == equation.right.shape:
            yield (
                f"a factor `{node_text(factor)}` is missing",
                nodes.mul(equation.right, factor),
            )
            for node in nodes.walk(equation.right):
                if node is not equation.right and node.shape == factor.shape:
                    fixed = replace_at(equation.right, node, nodes.mul(node, factor))
                    yield f"a factor `{node_text(factor)}` is missing", fixed


def dropped_factor(equation: Equation) -> Iterator[Variant]:
    """A symbol or argument of the claim that should multiply or divide it, or is too much."""
    if equation.right.shape:
        return
    names = [n for n in nodes.symbols_in(equation.left) if not n.shape]
    for symbol in names:
        text = node_text(symbol)
        yield f"a factor `{text}` is missing", nodes.mul(symbol, equation.right)
        yield (
            f"the factor `{text}` is one too many, or a division by it is missing",
            nodes.divide(equation.right, symbol),
        )


SLIPS: tuple[Slip, ...] = (
    sign,
    transposed,
    constant_factor,
    chain_factor,
    hadamard_factor,
    swapped_factors,
    swapped_function,
    exponent,
    dropped_factor,
)
