"""Shorter forms of a derivative: names folded in, sums factored or multiplied out."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Node
from derivcheck.lang.parser import parse
from derivcheck.lang.syntax import (
    Binary,
    Call,
    Name,
    Number,
    Syntax,
    Transposed,
    below,
    fixed_parts,
    mapped,
    rebuilt,
    walk,
)
from derivcheck.symbolic.textbook.forward import NoForm, Textbook
from derivcheck.symbolic.textbook.monomial import ONE, is_one, number


def folded(book: Textbook, node: Syntax) -> Syntax:
    """Sub-expressions that have a name in ``where`` (or equal the whole of one) by that name."""
    names: dict[Node, Name] = {}
    for name in book.where:
        typed = _typed(book, Name(name))
        if typed is not None:
            names.setdefault(typed, Name(name))
    return _fold(book, node, names)


def _typed(book: Textbook, node: Syntax) -> Node | None:
    try:
        return book.builder.node(node)
    except LanguageError:
        return None


def _fold(book: Textbook, node: Syntax, names: dict[Node, Name]) -> Syntax:
    if isinstance(node, Number | Name):
        return node
    typed = _typed(book, node)
    found = names.get(typed) if typed is not None else None
    if found is not None:
        return found
    return mapped(node, lambda part: _fold(book, part, names))


def forms(book: Textbook, node: Syntax, assumed: dict[Syntax, Syntax]) -> Iterator[Syntax]:
    """The form itself and others of the same value (under what is assumed)."""
    for start in (node, folded(book, node)):
        told = recognised(book, substituted(start, assumed))
        yield told
        for shape in (told, book.algebra.expanded(told)):
            for built in (factored(book, shape), shape):
                last = folded(book, recognised(book, built))
                yield last
                yield contracted(book, last)
                if book.is_array(last):
                    yield Transposed(book.algebra.transposed(last))


def contracted(book: Textbook, node: Syntax) -> Syntax:
    """``sum(u*v)`` of columns as ``u.T @ v``, ``norm(x)**2`` as ``x.T @ x``."""
    built = mapped(node, lambda part: contracted(book, part))
    match built:
        case Call(function=Name("sum"), args=(Binary(operator="*") as inside,), keywords=()):
            first, second = inside.left, inside.right
            if book.algebra.is_column(first) and book.algebra.is_column(second):
                return book.algebra.matmul(book.algebra.transposed(first), second)
        case Binary(operator="**", left=Call(function=Name("norm"), args=(Name() as inner,))) if (
            built.right == Number(Fraction(2)) and book.algebra.is_column(inner)
        ):
            return Binary("@", Transposed(inner), inner)
        case Binary(operator="/", left=left, right=right):
            return _mean(book, left, right) or built
    return built


def _mean(book: Textbook, left: Syntax, right: Syntax) -> Syntax | None:
    """``sum(x)/n`` as ``mean(x)``, where n is the length of x."""
    parts = book.algebra.monomial(left, under=right)
    for base in parts.powers:
        if isinstance(base, Call) and base.function == Name("sum") and not base.keywords:
            sizes = [parse(str(size)) for size in book.shape(base.args[0])]
            sizes = [size for size in sizes if not is_one(size)]
            if parts.powers[base] == 1 and all(parts.powers.get(s, 0) < 0 for s in sizes):
                del parts.powers[base]
                for size in (Call(Name("mean"), base.args), *sizes):
                    parts.times(size)
                return book.algebra.joined(parts)
    return None


def substituted(node: Syntax, known: dict[Syntax, Syntax]) -> Syntax:
    """Expressions that an assumption gives a value, by that value."""
    if node in known:
        return known[node]
    return mapped(node, lambda part: substituted(part, known))


def cases(node: Syntax) -> Iterator[Syntax]:
    """The form itself, then those in which each ``where``, ``max`` and ``sign`` is decided."""
    yield node
    yield from _decided(node)


def _decided(node: Syntax) -> Iterator[Syntax]:
    choices = _branches(node)
    if choices:
        for choice in choices:
            yield from _decided(choice)
        return
    parts = below(node)
    for i, part in enumerate(parts):
        if i in fixed_parts(node) or not any(map(_branches, walk(part))):
            continue
        for choice in _decided(part):
            yield from _decided(rebuilt(node, (*parts[:i], choice, *parts[i + 1 :])))
        return
    yield node


def _branches(node: Syntax) -> tuple[Syntax, ...]:
    if not isinstance(node, Call) or node.keywords:
        return ()
    if node.function == Name("where"):
        return node.args[1:]
    if node.function in (Name("max"), Name("min")) and len(node.args) == 2:
        return node.args
    return (ONE, number(-1)) if node.function == Name("sign") else ()


def factored(book: Textbook, node: Syntax) -> Syntax:
    """Every sum with what its terms share in front, from the inside out."""
    built = mapped(node, lambda part: factored(book, part))
    match built:
        case Binary(operator="+" | "-"):
            try:
                return book.algebra.factored((built,))
            except NoForm:
                return built
        case Binary(operator="*" | "/" | "@", left=left, right=right):
            return book.algebra.combined(built.operator, left, right)
    return built


def recognised(book: Textbook, node: Syntax) -> Syntax:
    """Quotients that have a name: sigmoid and the hyperbolic tangent."""
    built = mapped(node, lambda part: recognised(book, part))
    if not isinstance(built, Binary) or built.operator not in "*/":
        return built
    parts = book.algebra.monomial(built)
    for base, exponent in tuple(parts.powers.items()):
        if exponent > -1:
            continue
        for over, name in _named_quotients(base):
            if parts.powers.get(over, 0) >= 1:
                parts.times(over, Fraction(-1))
                parts.times(base)
                inside = tuple(book.algebra.product(a) for a in over.args)
                parts.times(Call(Name(name), inside))
                return book.algebra.joined(parts)
    return built


def _named_quotients(under: Syntax) -> Iterator[tuple[Call, str]]:
    """What over ``under`` makes a named function."""
    if isinstance(under, Call) and under.function == Name("cosh"):
        yield Call(Name("sinh"), under.args), "tanh"
    if isinstance(under, Binary) and under.operator == "+":
        for one, over in ((under.left, under.right), (under.right, under.left)):
            if is_one(one) and isinstance(over, Call) and over.function == Name("exp"):
                yield over, "sigmoid"
