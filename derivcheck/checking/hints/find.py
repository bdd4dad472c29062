"""Looking for the slip behind a claim: the first explanation that the judges confirm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from derivcheck import work
from derivcheck.checking import judges
from derivcheck.checking.hints import meanings
from derivcheck.checking.hints.conditions import holds_at_one, holds_if, holds_only
from derivcheck.checking.hints.offsets import OFFSETS, other_number
from derivcheck.checking.hints.search import GivenUp, Search, first
from derivcheck.checking.hints.slips import (
    SLIPS,
    Slip,
    Variant,
    exponent,
    function_name,
    sign,
    swapped_function,
    transposed,
)
from derivcheck.lang import nodes as N
from derivcheck.lang.equation import Equation, Settings
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Node
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import node_text, to_text
from derivcheck.model import Diagnostic
from derivcheck.statements.claims import Statement
from derivcheck.statements.sides import claimed_side
from derivcheck.symbolic.textbook import candidates
from derivcheck.symbolic.textbook.forward import NoForm
from derivcheck.symbolic.textbook.reverse import Adjoint

_WORK = 8_000_000
"""Units of work of one search."""
MAX_VARIANTS = 250
"""Slips tried before giving up; with the budget of the search a count, never a clock."""
_ROUNDED_DIGITS = 5
"""Decimals with at least so many digits may be rounded constants."""

Finder = Callable[[Search], str | None]


def hint_for(equation: Equation, statement: Statement, settings: Settings) -> str | None:
    """What the slip was, where one is found and verified by the judges; None otherwise."""
    search = Search.of(equation, statement, settings)
    backwards = statement.kind == "antiderivative"
    return _first(search, OF_ANTIDERIVATIVES if backwards else FINDERS)


def hint_for_shape(text: str, statement: Statement, settings: Settings) -> str | None:
    """The claim that was meant by one whose shapes do not conform; None where none is found."""
    left = statement.left
    if left is None or statement.builder is None or statement.diagnostics:
        return None
    try:
        claim = parse(text)
    except LanguageError:
        return None
    equation = statement.equation(left, left)
    search = Search.of(equation, statement, settings)
    node = search.node(claim)
    if node is not None:  # what is tried may speak of all that the claim speaks of
        search.equation = replace(equation, context=statement.equation(left, node).context)
    finders: list[Finder] = []
    if node is not None and left.shape == node.shape[::-1]:
        finders.append(lambda s: meanings.other_layout(s, node))
    finders += [lambda s: meanings.nearest_shape(s, claim), _textbook]
    return _first(search, finders)


def hint_for_latex(problems: Iterable[Diagnostic], statement: Statement) -> str | None:
    """What LaTeX that stands for an expression is in the language; None if that is unsure."""
    from derivcheck.documents.transcription import expression_text

    for problem in problems:
        latex = statement.entry.text_at(problem.at or "") if problem.rule == "latex" else None
        text = None if latex is None else expression_text(statement, latex)
        if text is not None and statement.builder is not None:
            tidied = Adjoint(statement.builder, "").tidied(parse(text))
            return f"this is LaTeX for `{to_text(tidied)}`"
    return None


def _first(search: Search, finders: tuple[Finder, ...] | list[Finder]) -> str | None:
    try:
        with work.within(_WORK):
            for finder in finders:
                try:
                    hint = finder(search)
                except (NoForm, LanguageError):
                    continue
                if hint is not None:
                    return hint
    except GivenUp:
        pass
    return None


def _holds_only(search: Search) -> str | None:
    """A condition; of a claim by cases one of them is likelier to be wrong."""
    has_cases = search.claim is not None and function_name(search, search.claim) == "where"
    return None if has_cases else holds_only(search)


def _slip(search: Search, slips: tuple[Slip, ...] | None = None) -> str | None:
    variants = islice(_variants(search, slips or SLIPS), MAX_VARIANTS)
    return first(
        search.proved_text(f"{message}:", fixed, guessed=True) for message, fixed in variants
    )


def _offset(search: Search) -> str | None:
    """A slip of counting or of order in an identity, which has no derivative to be told. What is
    looked for later has as much left as without."""
    if search.statement.kind != "equals":
        return None
    left = search.left
    try:
        return _slip(search, OFFSETS)
    except GivenUp:
        return None
    finally:
        search.left = left


def _slip_of_antiderivative(search: Search) -> str | None:
    """A slip in a claim whose derivative is compared, not its value."""
    if search.statement.builder is None:
        return None
    claim = parse(search.equation.text)
    for slip in (sign, exponent, swapped_function):
        for message, fixed in slip(search, claim):
            try:
                slope = claimed_side(search.builder, "antiderivative", fixed, search.statement.wrt)
            except LanguageError:
                continue
            # where the variable is assumed to be a number, it is that in the slope, too
            verdict = search.holds(search.statement.equation(slope, search.equation.right))
            if verdict is not None:
                return f"{message}: `{search.text(fixed)}` ({verdict.value})"
    return None


def _variants(search: Search, slips: tuple[Slip, ...]) -> Iterator[Variant]:
    if search.claim is None:
        return
    if search.equation.right.shape != search.equation.left.shape:
        return
    for slip in slips:
        try:
            yield from slip(search, search.claim)
        except (NoForm, LanguageError):
            continue


def _rounded(search: Search) -> str | None:
    """A decimal that stands for an irrational constant."""
    equation = search.equation
    decimals = [
        n
        for n in N.walk(equation.right)
        if isinstance(n, N.Num) and len(str(n.value.denominator)) >= _ROUNDED_DIGITS
    ]
    if not decimals:
        return None
    evidence = judges.certify(equation, search.settings)
    if evidence.measured is None or not 0 < evidence.measured < 10.0**-_ROUNDED_DIGITS:
        return None
    return f"differs exactly, agrees to {evidence.measured:.0e}: a rounded constant?"


def _other_form(search: Search) -> str | None:
    form = meanings.other_form(search)
    if form is None:
        return None
    right = _textbook(search) or _correct(search)
    return f"as it stands it is the derivative of `{form}`" + (f"; {right}" if right else "")


def _textbook(search: Search) -> str | None:
    """The correct derivative as a textbook writes it, in the entry's own names."""
    return first(search.proved_text("it should be", form) for form in candidates(search.statement))


def _correct(search: Search) -> str | None:
    """The correct scalar derivative by the provers' rules."""
    node = correct_derivative(search.equation)
    verdict = None if node is None else search.holds(replace(search.equation, right=node))
    return f"it should be `{node_text(node)}` ({verdict.value})" if node and verdict else None


def _correct_matrix(search: Search) -> str | None:
    """The correct gradient in matrix notation, where the index prover can print it."""
    if search.equation.is_scalar or search.statement.builder is None or search.columns:
        return None
    from derivcheck.symbolic.matrix.notation import derivative_text

    text = derivative_text(search.equation)
    verdict = search.right(parse(text)) if text is not None else None
    return f"it should be `{text}` ({verdict.value})" if verdict is not None else None


def correct_derivative(equation: Equation) -> Node | None:
    """The left side of a scalar equation with its operators carried out; None without any."""
    if not equation.is_scalar or not N.order_of(equation.left):
        return None
    from derivcheck.symbolic.derivative import NoDerivative, expand

    try:
        return expand(equation.left)
    except NoDerivative:
        return None


FINDERS: tuple[Finder, ...] = (
    _rounded,
    meanings.other_layout,
    meanings.tied_entries,
    meanings.matrix_function,
    meanings.base_first,
    meanings.logarithm,
    lambda search: _slip(search, (transposed,)),
    _holds_only,
    _slip,
    _offset,
    holds_if,
    _other_form,
    _textbook,
    _correct,
    _correct_matrix,
    lambda search: _slip(search, OFFSETS),
    holds_only,
    holds_at_one,
    lambda search: _slip(search, (other_number,)),
)
"""What is looked for, in order: what explains most, first."""

OF_ANTIDERIVATIVES: tuple[Finder, ...] = (
    holds_only,
    meanings.antiderivative,
    _slip_of_antiderivative,
    meanings.its_derivative,
)
