"""Shorter forms of a derivative: names folded in, sums factored or multiplied out."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivcheck.lang import syntax as S
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Node
from derivcheck.lang.parser import parse
from derivcheck.symbolic.textbook.forward import NoForm, Textbook
from derivcheck.symbolic.textbook.monomial import ONE, is_one, number


def folded(book: Textbook, node: S.Syntax) -> S.Syntax:
    """Sub-expressions that have a name in ``where`` (or equal the whole of one) by that name."""
    names: dict[Node, S.Name] = {}
    for name in book.where:
        typed = _typed(book, S.Name(name))
        if typed is not None:
            names.setdefault(typed, S.Name(name))
    return _fold(book, node, names)


def _typed(book: Textbook, node: S.Syntax) -> Node | None:
    try:
        return book.builder.node(node)
    except LanguageError:
        return None


def _fold(book: Textbook, node: S.Syntax, names: dict[Node, S.Name]) -> S.Syntax:
    if isinstance(node, S.Number | S.Name):
        return node
    typed = _typed(book, node)
    found = names.get(typed) if typed is not None else None
    if found is not None:
        return found
    return S.mapped(node, lambda part: _fold(book, part, names))


def forms(book: Textbook, node: S.Syntax, assumed: dict[S.Syntax, S.Syntax]) -> Iterator[S.Syntax]:
    """The form itself and others of the same value (under what is assumed)."""
    for start in (node, folded(book, node)):
        found = recognised(book, substituted(start, assumed))
        yield found
        for shape in (found, book.algebra.expanded(found)):
            for built in (factored(book, shape), shape):
                last = folded(book, recognised(book, built))
                yield last
                yield contracted(book, last)
                if book.is_array(last):
                    yield S.Transposed(book.algebra.transposed(last))


def contracted(book: Textbook, node: S.Syntax) -> S.Syntax:
    """``sum(u*v)`` of columns as ``u.T @ v``, ``norm(x)**2`` as ``x.T @ x``."""
    built = S.mapped(node, lambda part: contracted(book, part))
    match built:
        case S.Call(function=S.Name("sum"), args=(S.Binary(operator="*") as inside,), keywords=()):
            first, second = inside.left, inside.right
            if book.algebra.is_column(first) and book.algebra.is_column(second):
                return book.algebra.matmul(book.algebra.transposed(first), second)
        case S.Binary(
            operator="**", left=S.Call(function=S.Name("norm"), args=(S.Name() as inner,))
        ) if built.right == S.Number(Fraction(2)) and book.algebra.is_column(inner):
            return S.Binary("@", S.Transposed(inner), inner)
        case S.Binary(operator="/", left=left, right=right):
            return _mean(book, left, right) or built
    return built


def _mean(book: Textbook, left: S.Syntax, right: S.Syntax) -> S.Syntax | None:
    """``sum(x)/n`` as ``mean(x)``, where n is the length of x."""
    parts = book.algebra.monomial(left, under=right)
    for base in parts.powers:
        if isinstance(base, S.Call) and base.function == S.Name("sum") and not base.keywords:
            sizes = [parse(str(size)) for size in book.shape(base.args[0])]
            sizes = [size for size in sizes if not is_one(size)]
            if parts.powers[base] == 1 and all(parts.powers.get(s, 0) < 0 for s in sizes):
                del parts.powers[base]
                for size in (S.Call(S.Name("mean"), base.args), *sizes):
                    parts.times(size)
                return book.algebra.joined(parts)
    return None


def substituted(node: S.Syntax, known: dict[S.Syntax, S.Syntax]) -> S.Syntax:
    """Expressions that an assumption gives a value, by that value."""
    if node in known:
        return known[node]
    return S.mapped(node, lambda part: substituted(part, known))


def cases(node: S.Syntax) -> Iterator[S.Syntax]:
    """The form itself, then those in which each ``where``, ``max`` and ``sign`` is decided."""
    yield node
    yield from _decided(node)


def _decided(node: S.Syntax) -> Iterator[S.Syntax]:
    choices = _branches(node)
    if choices:
        for choice in choices:
            yield from _decided(choice)
        return
    parts = S.below(node)
    for i, part in enumerate(parts):
        if i in S.fixed_parts(node) or not any(map(_branches, S.walk(part))):
            continue
        for choice in _decided(part):
            yield from _decided(S.rebuilt(node, (*parts[:i], choice, *parts[i + 1 :])))
        return
    yield node


def _branches(node: S.Syntax) -> tuple[S.Syntax, ...]:
    if not isinstance(node, S.Call) or node.keywords:
        return ()
    if node.function == S.Name("where"):
        return node.args[1:]
    if node.function in (S.Name("max"), S.Name("min")) and len(node.args) == 2:
        return node.args
    return (ONE, number(-1)) if node.function == S.Name("sign") else ()


def factored(book: Textbook, node: S.Syntax) -> S.Syntax:
    """Every sum with what its terms share in front, from the inside out."""
    built = S.mapped(node, lambda part: factored(book, part))
    match built:
        case S.Binary(operator="+" | "-"):
            try:
                return book.algebra.factored((built,))
            except NoForm:
                return built
        case S.Binary(operator="*" | "/" | "@", left=left, right=right):
            return book.algebra.combined(built.operator, left, right)
    return built


def recognised(book: Textbook, node: S.Syntax) -> S.Syntax:
    """Quotients that have a name: sigmoid and the hyperbolic tangent."""
    built = S.mapped(node, lambda part: recognised(book, part))
    if not isinstance(built, S.Binary) or built.operator not in "*/":
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
                parts.times(S.Call(S.Name(name), inside))
                return book.algebra.joined(parts)
    return built


def _named_quotients(under: S.Syntax) -> Iterator[tuple[S.Call, str]]:
    """What over ``under`` makes a named function."""
    if isinstance(under, S.Call) and under.function == S.Name("cosh"):
        yield S.Call(S.Name("sinh"), under.args), "tanh"
    if isinstance(under, S.Binary) and under.operator == "+":
        for one, over in ((under.left, under.right), (under.right, under.left)):
            if is_one(one) and isinstance(over, S.Call) and over.function == S.Name("exp"):
                yield over, "sigmoid"
