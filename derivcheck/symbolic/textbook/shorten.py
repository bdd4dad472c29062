"""Shorter forms of a derivative: names folded in, sums factored or multiplied out."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Node
from derivcheck.lang.syntax import Binary, Call, Name, Number, Syntax, Transposed, Unary
from derivcheck.symbolic.textbook.algebra import is_one
from derivcheck.symbolic.textbook.differentiate import NoForm, Textbook, replaced


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


def mapped(node: Syntax, visit: object) -> Syntax:
    """Syntax with a function applied to each operand."""
    assert callable(visit)
    match node:
        case Unary():
            return Unary(node.operator, visit(node.operand))
        case Transposed():
            return Transposed(visit(node.operand))
        case Binary():
            return Binary(node.operator, visit(node.left), visit(node.right))
        case Call():
            keywords = tuple((k, visit(v)) for k, v in node.keywords)
            return Call(node.function, tuple(map(visit, node.args)), keywords)
    return node


def forms(book: Textbook, node: Syntax, assumed: dict[Syntax, Syntax]) -> Iterator[Syntax]:
    """The form itself and others of the same value (under what is assumed)."""
    for start in (node, folded(book, node)):
        told = recognised(substituted(start, assumed))
        yield told
        for shape in (told, book.algebra.expanded(told)):
            for built in (factored(book, shape), shape):
                yield folded(book, recognised(built))


def substituted(node: Syntax, known: dict[Syntax, Syntax]) -> Syntax:
    """Expressions that an assumption gives a value, by that value."""
    if node in known:
        return known[node]
    return mapped(node, lambda part: substituted(part, known))


def factored(book: Textbook, node: Syntax) -> Syntax:
    """Every sum with what its terms share in front, from the inside out."""
    built = mapped(node, lambda part: factored(book, part))
    match built:
        case Binary(operator="+" | "-"):
            try:
                return book.algebra.factored((built,))
            except NoForm:
                return built
        case Binary(operator="*"):
            return book.algebra.product(built.left, built.right)
        case Binary(operator="/"):
            return book.algebra.quotient(built.left, built.right)
        case Binary(operator="@"):
            return book.algebra.matmul(built.left, built.right)
    return built


def recognised(node: Syntax) -> Syntax:
    """Quotients that have a name: sigmoid and the hyperbolic tangent."""
    built = mapped(node, recognised)
    match built:
        case Binary(operator="/", left=Call() as over, right=Binary(operator="+") as under) if (
            over.function == Name("exp") and over in (under.left, under.right)
        ):
            other = under.right if over == under.left else under.left
            if is_one(other):
                return Call(Name("sigmoid"), over.args)
        case Binary(operator="/", left=Call() as over, right=Call() as under) if (
            over.function == Name("sinh")
            and under.function == Name("cosh")
            and over.args == under.args
        ):
            return Call(Name("tanh"), over.args)
    return built


__all__ = ["folded", "forms", "replaced"]
