"""One-slip variants of a claim: what a person who made a small mistake may have meant.

Each slip yields (description, corrected claim) as syntax in the entry's own names. None is trusted:
the judges decide which of them is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations

from derivcheck.checking.hints.search import Search
from derivcheck.lang import syntax as S
from derivcheck.lang.functions import FUNCTIONS, lookup
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import to_text
from derivcheck.symbolic.textbook.forward import NoForm, Textbook
from derivcheck.symbolic.textbook.monomial import number
from derivcheck.symbolic.textbook.reverse import Adjoint

Variant = tuple[str, S.Syntax]
Slip = Callable[[Search, S.Syntax], Iterator[Variant]]

_SWAPS = {"sqrt": ("abs",), "softmax": ("sigmoid",)}
"""What is written in place of functions that have no row: see ``kin`` in the table of functions."""


def _kin(name: str) -> tuple[str, ...]:
    """What is written in place of a function, spelled as that is: ``arccos`` for ``arcsin``."""
    row = lookup(name)
    if row is None:
        return _SWAPS.get(name, ())
    found = []
    for other in row.kin.split():
        spellings = (other, *FUNCTIONS[other].aliases)
        alike = [spelling for spelling in spellings if spelling.startswith("arc")]
        found.append(alike[0] if alike and name.startswith("arc") else other)
    return tuple(found)


# --- walking syntax --------------------------------------------------------------------------


def places(
    node: S.Syntax, *, conditions: bool = True
) -> Iterator[tuple[S.Syntax, Callable[[S.Syntax], S.Syntax]]]:
    """Every sub-expression with what puts another in its place, the whole first.

    ``conditions`` are those of cases, and what they compare.
    """
    if not conditions and isinstance(node, S.Comparison | S.Logical):
        return
    yield node, lambda new: new
    for part, put in _parts(node):
        for inner, put_inner in places(part, conditions=conditions):
            yield inner, lambda new, put=put, put_inner=put_inner: put(put_inner(new))  # type: ignore[misc]


def _parts(node: S.Syntax) -> Iterator[tuple[S.Syntax, Callable[[S.Syntax], S.Syntax]]]:
    parts = S.below(node)
    for i, part in enumerate(parts):
        if i not in S.fixed_parts(node):
            yield part, lambda new, i=i: S.rebuilt(node, (*parts[:i], new, *parts[i + 1 :]))  # type: ignore[misc]


def function_name(search: Search, node: S.Syntax) -> str:
    """The name of a built-in function that is called; empty for all else."""
    if isinstance(node, S.Call) and isinstance(node.function, S.Name):
        name = node.function.id
        return "" if name in search.builder.scope.functions else name
    return ""


# --- slips -----------------------------------------------------------------------------------


def sign(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """The whole claim negated, then each term of each sum, each branch of each case."""
    yield "the sign is wrong", search.book.algebra.negative(claim)
    for node, put in places(claim):
        if isinstance(node, S.Binary) and node.operator in "+-":
            other = S.Binary("-" if node.operator == "+" else "+", node.left, node.right)
            yield f"the sign of the term `{to_text(node.right)}` is wrong", put(other)
            if not isinstance(node.left, S.Binary) or node.left.operator not in "+-":
                flipped = S.Binary(
                    node.operator, search.book.algebra.negative(node.left), node.right
                )
                yield f"the sign of the term `{to_text(node.left)}` is wrong", put(flipped)
        elif function_name(search, node) == "where" and isinstance(node, S.Call):
            for i, branch in enumerate(node.args[1:], 1):
                turned = search.book.algebra.negative(branch)
                args = (*node.args[:i], turned, *node.args[i + 1 :])
                yield (
                    f"the sign of the case `{to_text(branch)}` is wrong",
                    put(S.Call(node.function, args)),
                )


def transposed(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """The transpose of a claim, or of one factor or term of it."""
    if search.is_square(claim):
        yield "it is transposed", search.book.algebra.transposed(claim)
    for node, put in places(claim):
        if isinstance(node, S.Transposed):
            yield f"`{to_text(node.operand)}` should not be transposed", put(node.operand)
        elif isinstance(node, S.Name) and search.is_square(node):
            yield f"`{node.id}` should be transposed", put(S.Transposed(node))


def swapped_factors(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """Two factors of a matrix product in the other order."""
    for node, put in places(claim):
        if isinstance(node, S.Binary) and node.operator == "@" and node.left != node.right:
            other = S.Binary("@", node.right, node.left)
            yield f"the factors of `{to_text(node)}` stand in the wrong order", put(other)


def constant_factor(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """Small constant factors."""
    for factor in (2, Fraction(1, 2), -2, Fraction(-1, 2), 3, Fraction(1, 3), 4, Fraction(1, 4)):
        yield f"a factor {factor} is missing", search.book.algebra.product(number(factor), claim)


def scale(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """A factor that is a size or a scalar: 1/n, 1/sqrt(d), lambda, and these the other way."""
    algebra = search.book.algebra
    sizes = sorted(search.builder.scope.dims)
    texts = [text for size in sizes for text in (size, f"sqrt({size})")]
    texts += [f"({a}*{b})" for a, b in combinations(sizes, 2)]
    if search.equation.right.shape:  # else a factor like any other
        texts += [name.id for name in search.names() if not search.book.is_array(name)]
    for text in texts:
        factor = parse(text)
        yield f"a factor `1/{text}` is missing", algebra.quotient(claim, factor)
        yield f"a factor `{text}` is missing", algebra.product(factor, claim)


def exponent(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """An exponent that is off by one, negated, halved, or lost.

    Not in a condition: ``where(n**2 == 7, ...)`` is right since no case is left.
    """
    for node, put in places(claim, conditions=False):
        if (
            isinstance(node, S.Binary)
            and node.operator == "**"
            and isinstance(node.right, S.Number)
        ):
            value = node.right.value
            for other in (value + 1, value - 1, value / 2, value * 2, -value):
                if other != 0:
                    fixed = node.left if other == 1 else S.Binary("**", node.left, number(other))
                    yield f"the exponent of `{to_text(node)}` should be {other}", put(fixed)
    for node, put in places(claim, conditions=False):
        is_sum = isinstance(node, S.Binary) and node.operator in "+-"
        if (isinstance(node, S.Call | S.Name) or is_sum) and function_name(search, node) != "where":
            squared = S.Binary("**", node, number(2))
            yield f"`{to_text(node)}` should be squared", put(squared)


def swapped_function(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """One function for another."""
    for node, put in places(claim):
        name = function_name(search, node)
        for other in _kin(name):
            assert isinstance(node, S.Call)
            swapped = put(S.Call(S.Name(other), node.args, node.keywords))
            message = f"`{other}` should stand for `{name}`"
            yield message, swapped
            yield f"{message}, with the other sign", search.book.algebra.negative(swapped)


def chain_factor(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """The derivative of an inner function left out, or put in where it is none."""
    book = search.book
    if search.equation.left.shape or book.shape(S.Name(book.wrt)):
        return
    for inner in inner_parts(search):
        try:
            slope = Textbook(book.builder, book.wrt).derivative(inner)
        except NoForm:
            continue
        if book.is_array(slope):
            continue
        shown = to_text(inner)
        yield f"the inner derivative of `{shown}` is missing", book.algebra.product(claim, slope)
        yield (
            f"the inner derivative of `{shown}` is one too many",
            book.algebra.quotient(claim, slope),
        )


def inner_parts(search: Search) -> list[S.Syntax]:
    """Arguments inside the expression whose own derivatives a chain rule may have dropped."""
    book = search.book
    found: dict[S.Syntax, None] = {}
    for node in _nodes(search):
        if isinstance(node, S.Call):
            found.update(dict.fromkeys(node.args))
        elif isinstance(node, S.Binary) and node.operator == "**":
            found.update(dict.fromkeys((node.left, node.right)))
    return [
        n for n in found if n != S.Name(book.wrt) and search.node(n) is not None and book.depends(n)
    ]


def _nodes(search: Search) -> Iterator[S.Syntax]:
    """All parts of the expression, then those of what its names stand for."""
    where = search.builder.scope.where
    for expression in (parse(search.statement.entry.expression), *where.values()):
        yield from (node for node, _ in places(expression))


def activation(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """The derivative of an elementwise function left out, or taken at the wrong layer."""
    book = search.book
    slopes = _slopes(book, search)
    for call, slope in slopes:
        shown = f"the inner derivative `{search.text(slope)}` of `{to_text(call)}` is missing"
        shape = book.shape(slope)
        for node, put in places(claim):
            try:
                fits = book.shape(node) == shape and shape
            except NoForm:
                continue
            if fits:
                # before a product, not inside it: W.T @ (g*s), (g*s) @ x.T
                yield shown, put(book.algebra.product(node, slope))
    for node, put in places(claim):
        if isinstance(node, S.Call) and len(node.args) == 1:
            (inside,) = node.args
            typed = search.node(inside)
            for other in _arguments(search):
                found = search.node(other)
                if typed is None or found is None or found.shape != typed.shape or not found.shape:
                    continue
                if other != inside:
                    fixed = put(S.Call(node.function, (other,), node.keywords))
                    message = f"`{to_text(node)}` should be taken at `{to_text(other)}`"
                    yield message, fixed


def _slopes(book: Adjoint, search: Search) -> list[tuple[S.Call, S.Syntax]]:
    names = {syntax: S.Name(name) for name, syntax in search.builder.scope.where.items()}
    found: dict[S.Call, S.Syntax] = {}
    for node in _nodes(search):
        if not isinstance(node, S.Call) or node in found:
            continue
        try:
            if len(node.args) == 1 and book.is_array(node) and book.depends(node):
                found[node] = book.slope(node, names.get(node, node))
        except NoForm:
            continue
    return list(found.items())


def _arguments(search: Search) -> list[S.Syntax]:
    found: dict[S.Syntax, None] = dict.fromkeys(search.names())
    for node in _nodes(search):
        if isinstance(node, S.Call) and len(node.args) == 1:
            found[node.args[0]] = None
    return list(found)


def dropped_factor(search: Search, claim: S.Syntax) -> Iterator[Variant]:
    """A name that should multiply or divide the claim, or is too much."""
    book = search.book
    for name in reversed(search.names()):
        if search.equation.right.shape and not book.is_array(name):
            continue
        text = name.id
        if book.is_array(name) and book.shape(name) != search.equation.right.shape:
            continue
        yield f"a factor `{text}` is missing", book.algebra.product(name, claim)
        yield (
            f"the factor `{text}` is one too many, or a division by it is missing",
            book.algebra.quotient(claim, name),
        )
        yield _one_less(book, claim, name)
    for node, _ in places(claim):
        if function_name(search, node) in ("sigmoid", "expit", "logistic"):
            yield _one_less(book, claim, node)


def _one_less(book: Adjoint, claim: S.Syntax, node: S.Syntax) -> Variant:
    """The factor 1 - a that the slope of a sigmoid has."""
    factor = S.Binary("-", number(1), node)
    return f"a factor `{to_text(factor)}` is missing", book.algebra.product(claim, factor)


SLIPS: tuple[Slip, ...] = (
    sign,
    transposed,
    constant_factor,
    scale,
    chain_factor,
    activation,
    swapped_factors,
    swapped_function,
    exponent,
    dropped_factor,
)
