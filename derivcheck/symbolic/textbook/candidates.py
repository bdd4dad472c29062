"""Candidates for the derivative that an entry asks for, the shortest first."""

from __future__ import annotations

from itertools import islice

from derivcheck.collection.formula import Formula
from derivcheck.lang import syntax as S
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import ONE as ONE_DIM
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import to_text
from derivcheck.lang.wording import plain_name
from derivcheck.statements.claims import Statement
from derivcheck.symbolic.textbook.forward import Differential, NoForm, Textbook
from derivcheck.symbolic.textbook.jacobian import jacobian
from derivcheck.symbolic.textbook.monomial import ZERO
from derivcheck.symbolic.textbook.reverse import Adjoint
from derivcheck.symbolic.textbook.shorten import cases, folded, forms
from derivcheck.symbolic.textbook.wirtinger import Wirtinger


def candidates(statement: Statement) -> tuple[S.Syntax, ...]:
    """Texts of the derivative or differential of an entry, the shortest first, none trusted.

    Empty where the textbook rules do not reach.
    """
    if statement.builder is None or statement.left is None:
        return ()
    found: dict[str, S.Syntax] = {}
    decided: dict[str, S.Syntax] = {}
    try:
        book, form = _derived(statement)
        assumed = _assumed(statement)
        for one in forms(book, form, assumed):
            found.setdefault(to_text(one), one)
        for case in islice(cases(form), 1, _MOST_CASES) if _is_narrow(statement) else ():
            for one in forms(book, book.tidied(case), assumed):
                decided.setdefault(to_text(one), one)
    except (NoForm, LanguageError, RecursionError):
        pass
    shortest = min(map(len, found), default=0)
    for text in sorted(decided, key=lambda t: (len(t), t))[:_MOST_DECIDED]:
        if len(text) < shortest:
            found[text] = decided[text]
    return tuple(found[text] for text in sorted(found, key=lambda t: (len(t), t)))


_MOST_CASES = 9
_MOST_DECIDED = 3
"""Cases that are looked at, and forms that a case may add: most of them are wrong."""


def _is_narrow(statement: Statement) -> bool:
    """Whether assumptions or domains may leave one case of several."""
    kinds = (symbol.domain.kind for symbol in statement.scope.symbols.values())
    return bool(statement.entry.assume) or any(kind != "real" for kind in kinds)


def _assumed(statement: Statement) -> dict[S.Syntax, S.Syntax]:
    """Left sides of assumed equations to their right sides."""
    found = {}
    for text in statement.entry.assume:
        syntax = parse(text)
        if isinstance(syntax, S.Comparison) and syntax.operators == ("==",):
            found[syntax.operands[0]] = syntax.operands[1]
    return found


def _derived(statement: Statement) -> tuple[Textbook, S.Syntax]:
    builder, entry = statement.builder, statement.entry
    assert builder is not None
    if not statement.wrt or (len(statement.wrt) > 1 and statement.kind != "differential"):
        raise NoForm
    wrt = statement.wrt[0]
    if statement.kind == "differential":
        parts = [Differential(builder, name) for name in statement.wrt]
        expression = folded(parts[0], parse(entry.expression))
        return parts[0], parts[0].algebra.total(*(p.derivative(expression) for p in parts))
    if statement.kind != "derivative":
        raise NoForm
    symbol = builder.scope.symbols.get(plain_name(wrt))
    if symbol is not None and symbol.domain.kind == "complex" and not symbol.shape:
        return _repeated(Wirtinger(builder, wrt), entry)
    book = Adjoint(builder, wrt)
    if not entry.upstream and not book.shape(S.Name(wrt)):
        return _repeated(book, entry)
    expression = folded(book, parse(entry.expression))
    if not book.depends(expression):
        return book, ZERO
    if entry.upstream:
        return book, book.gradient(expression, parse(entry.upstream))
    by, of = book.shape(S.Name(wrt)), book.shape(expression)
    if entry.order != 1:
        raise NoForm
    layout = entry.layout or "denominator"
    if not of:
        found = book.gradient(expression)
        return book, book.algebra.transposed(found) if layout == "numerator" else found
    if ONE_DIM in of and ONE_DIM in by:
        found = jacobian(book, expression)
        return book, found if layout == "numerator" else book.algebra.transposed(found)
    raise NoForm


def _repeated(book: Textbook, entry: Formula) -> tuple[Textbook, S.Syntax]:
    """The derivative by a scalar, as often as the entry says."""
    if entry.upstream:
        raise NoForm
    expression = folded(book, parse(entry.expression))
    for _ in range(entry.order):
        expression = book.derivative(expression)
    return book, expression
