"""Claims that are right about something else: another layout, convention, function or shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from itertools import islice, permutations, product

from derivcheck.checking.hints.search import Search, first
from derivcheck.checking.hints.slips import places
from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.nodes import Node
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import node_text, to_text
from derivcheck.model import Verdict
from derivcheck.symbolic.textbook.forward import NoForm, Textbook
from derivcheck.symbolic.textbook.monomial import chain, number

_ARRANGEMENTS = 120
"""Orders and transposes of the factors of one product that are tried."""


def other_layout(search: Search, right: Node | None = None) -> str | None:
    """Right in the other layout."""
    right = search.equation.right if right is None else right
    entry = search.statement.entry
    if entry.kind != "derivative" or entry.upstream or not right.shape:
        return None
    other = "denominator" if entry.layout == "numerator" else "numerator"
    verdict = search.holds(replace(search.equation, right=N.transpose(right)))
    if verdict is None:
        return None
    return f"right in the other layout: `layout: {other}` ({verdict.value})"


def tied_entries(search: Search) -> str | None:
    """The gradient by a symmetric matrix whose entries X[i, j] and X[j, i] are one variable."""
    if search.statement.kind != "derivative" or search.claim is None:
        return None
    symbol = search.builder.scope.symbols.get(search.book.wrt)
    if symbol is None or not symbol.structure & {"symmetric", "spd"}:
        return None
    left = search.equation.left
    if left.shape != symbol.shape or not left.shape:
        return None
    diagonal = N.Diag(left, shape=N.make_shape(N.rows_of(left.shape), N.ONE))
    whole = N.Diag(diagonal, shape=left.shape)
    both = N.add(left, N.transpose(left))
    name = symbol.name
    for meant, message in (
        (
            N.add(both, N.negative(whole)),
            f"right if the entries of the symmetric `{name}` are tied ({{}}); here they vary "
            "freely",
        ),
        (
            N.mul(N.number(Fraction(1, 2)), both),
            f"the symmetric part of the gradient, right for symmetric `d{name}` ({{}}); here its "
            "entries vary freely",
        ),
    ):
        verdict = search.holds(replace(search.equation, left=meant))
        if verdict is not None:
            return message.format(verdict.value)
    return None


def matrix_function(search: Search) -> str | None:
    """``X**3``, ``A*X``, ``1/X``, ``exp(X)`` are entry by entry; right for the matrices."""
    if search.claim is None:
        return None
    expression = parse(search.statement.entry.expression)
    for name in ("**", "*", "/", "exp"):
        meant = _of_matrix(search, expression, name)
        right = search.node(_of_matrix(search, search.claim, name))
        if meant == expression or right is None:
            continue
        verdict = search.about(meant, right)
        if verdict is not None:
            return (
                f"`{name}` is taken of every entry here; right for the matrix, "
                f"`{to_text(meant)}` ({verdict.value})"
            )
    return None


def _of_matrix(search: Search, node: S.Syntax, name: str) -> S.Syntax:
    """Powers or exponentials of square matrices as matrix functions."""
    for part, put in places(node):
        meant = _matrix_for(search, part, name)
        if meant is not None:
            return _of_matrix(search, put(meant), name)
    return node


def _matrix_for(search: Search, part: S.Syntax, name: str) -> S.Syntax | None:
    """The matrix operation in place of that of entries; None where it is not this one."""
    square = search.is_square
    match part:
        case S.Call(function=S.Name(id="exp"), args=(arg,)) if name == "exp" and square(arg):
            return S.Call(S.Name("expm"), part.args)
        case S.Binary(operator="*", left=left, right=right) if name == "*":
            return S.Binary("@", left, right) if square(left) and square(right) else None
        case S.Binary(operator="/", left=left, right=right) if name == "/":
            if not square(right) or square(left):
                return None
            inverted: S.Syntax = S.Call(S.Name("inv"), (right,))
            return inverted if left == number(1) else S.Binary("*", left, inverted)
        case S.Binary(operator="**", left=left, right=right) if name == "**":
            inverse = isinstance(right, S.Unary) and right.operator == "-"
            power = right.operand if isinstance(right, S.Unary) else right
            count = power.value if isinstance(power, S.Number) else 0
            if count not in ((1, 2, 3) if inverse else (2, 3, 4, 5)) or not square(left):
                return None
            base: S.Syntax = S.Call(S.Name("inv"), (left,)) if inverse else left
            return reduce(lambda one, other: S.Binary("@", one, other), [base] * int(count))
    return None


def base_first(search: Search) -> str | None:
    """``log(2, x)`` for the logarithm to base 2: the base stands behind."""
    if search.claim is None:
        return None
    expression = parse(search.statement.entry.expression)
    for node, put in places(expression):
        if not (
            isinstance(node, S.Call) and node.function == S.Name("log") and len(node.args) == 2
        ):
            continue
        meant = put(S.Call(node.function, node.args[::-1]))
        verdict = search.about(meant)
        if verdict is not None:
            return f"the base stands behind; right for `{to_text(meant)}` ({verdict.value})"
    return None


def logarithm(search: Search) -> str | None:
    """The derivative of log(f) in place of that of f."""
    expression = _differentiated(search)
    if search.claim is None or expression is None:
        return None
    try:
        if search.book.is_array(expression):
            return None
        fixed = search.book.algebra.product(expression, search.claim)
    except NoForm:
        return None
    verdict = search.right(fixed)
    if verdict is None:
        return None
    text = search.text(expression)
    return (
        f"a factor `{text}` is missing: `{search.text(fixed)}` ({verdict.value}); as it stands it "
        f"is the derivative of `log({text})`"
    )


def _differentiated(search: Search) -> S.Syntax | None:
    """What is differentiated: the expression, or f of ``diff(f, x)`` that is to equal the claim."""
    expression = parse(search.statement.entry.expression)
    if search.statement.kind == "derivative":
        return expression
    if isinstance(expression, S.Call) and expression.function == S.Name("diff"):
        return expression.args[0]
    return None


def other_form(search: Search) -> str | None:
    """What the claim is the derivative of: the inner function, or the square of a root or norm."""
    if search.claim is None or search.statement.kind != "derivative":
        return None
    where = search.builder.scope.where
    expression = parse(search.statement.entry.expression)
    meant = where.get(expression.id, expression) if isinstance(expression, S.Name) else expression
    for form in _forms(meant):
        if search.about(form) is Verdict.PROVED:
            return search.text(form)
    return None


def _forms(node: S.Syntax) -> Iterator[S.Syntax]:
    if isinstance(node, S.Call) and node.args and isinstance(node.function, S.Name):
        if node.function.id in ("sum", "prod") and len(node.args) > 1:
            return  # what is summed over an index has no meaning outside
        yield S.Binary("**", node, number(2)) if node.function.id == "norm" else node.args[0]
    for part in (node.left, node.right) if isinstance(node, S.Binary) else ():
        if isinstance(part, S.Call):
            yield from _forms(part)


def antiderivative(search: Search) -> str | None:
    """The constant factor that a claimed antiderivative lacks."""
    equation = search.equation
    factors: list[Node] = [
        N.number(Fraction(text)) for text in ("-1", "2", "-2", "3", "-3", "4", "-4")
    ]
    factors += [n for n in N.symbols_in(equation.right) if n.name not in equation.wrt]
    for node in factors:
        for factor in (node, N.reciprocal(node)):
            verdict = search.holds(replace(equation, left=N.mul(factor, equation.left)))
            if verdict is not None:
                text = node_text(factor)
                return f"off by a constant factor: multiply it by {text} ({verdict.value})"
    return None


def its_derivative(search: Search) -> str | None:
    """What the claimed antiderivative is one of."""
    if search.statement.builder is None:
        return None
    claim = parse(search.equation.text)
    slope = search.book.tidied(Textbook(search.builder, search.book.wrt).derivative(claim))
    node = search.node(slope)
    if node is None:
        return None
    verdict = search.holds(search.statement.equation(search.equation.left, node))
    return (
        None if verdict is None else f"its derivative is `{search.text(slope)}` ({verdict.value})"
    )


def nearest_shape(search: Search, claim: S.Syntax) -> str | None:
    """For a claim whose shapes do not conform: its factors in another order or transposed."""
    return first(
        search.proved_text("meant:", fixed) for fixed in islice(_arranged(claim), _ARRANGEMENTS)
    )


def _arranged(claim: S.Syntax) -> Iterator[S.Syntax]:
    found: list[tuple[int, S.Syntax]] = []
    for node, put in places(claim):
        if not isinstance(node, S.Binary) or node.operator != "@":
            continue
        factors = chain(node)
        if len(factors) > 4:
            continue
        for order in permutations(range(len(factors))):
            for turned in product((False, True), repeat=len(factors)):
                parts = [
                    _transposed(factors[i]) if turn else factors[i]
                    for i, turn in zip(order, turned, strict=True)
                ]
                whole = reduce(lambda one, other: S.Binary("@", one, other), parts)
                moved = sum(i != j for i, j in enumerate(order))
                found.append((moved + sum(turned), put(whole)))
    found.sort(key=lambda pair: pair[0])
    yield from (fixed for _, fixed in found)
    yield _transposed(claim)


def _transposed(node: S.Syntax) -> S.Syntax:
    if isinstance(node, S.Binary) and node.operator == "*" and isinstance(node.left, S.Number):
        return S.Binary("*", node.left, _transposed(node.right))
    return node.operand if isinstance(node, S.Transposed) else S.Transposed(node)
