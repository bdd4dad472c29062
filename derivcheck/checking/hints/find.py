"""Looking for the slip behind a refuted claim: the first explanation that the judges confirm."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from derivcheck.checking import judges
from derivcheck.checking.citations.matching import is_open
from derivcheck.checking.hints.slips import SLIPS, Variant
from derivcheck.checking.verdict import decide
from derivcheck.lang import nodes
from derivcheck.lang.equation import Domain, Equation, Settings
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Node
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import node_text
from derivcheck.limits import TimeIsUp, time_limit
from derivcheck.model import Evidence, Finding, Verdict
from derivcheck.statements.claims import Statement

MAX_VARIANTS = 80
"""Variants tried before giving up; a count, so that the outcome is the same everywhere."""

_FIRST_POINTS = 2
_MORE = 6
"""Times the samples, where a hint has no proof: one true on most of the domain is no hint."""

_WORTH_SHORTENING = 25
"""Characters: below that, the rules' own form of a derivative is short enough."""

_ROUNDED_DIGITS = 5
"""Decimals with at least so many digits may be rounded constants."""


_PATIENCE = 0.15
"""Part of a formula's time after which the search is given up: the verdict must not wait for it."""


class _GivenUp(Exception):
    """The search took its share of the time."""


class _Deadline:
    """Processor time that a search for one hint may still use."""

    def __init__(self, settings: Settings) -> None:
        self._until = time.process_time() + settings.timeout * _PATIENCE

    def check(self) -> None:
        """Raise :class:`_GivenUp` when the time is over."""
        if time.process_time() > self._until:
            raise _GivenUp


def hint_for(equation: Equation, statement: Statement, settings: Settings) -> str | None:
    """What the slip was, where one is found and verified by the judges; None otherwise."""
    deadline = _Deadline(settings)
    if statement.kind == "antiderivative":
        return _of_antiderivative(equation, settings, deadline)
    try:
        for finder in (_rounded, _one_sign, _slip, _symmetric, _correct):
            hint = finder(equation, settings, deadline)
            if hint is not None:
                return hint
        return _correct_matrix(equation, statement, settings, deadline)
    except _GivenUp:
        return None


def _of_antiderivative(equation: Equation, settings: Settings, deadline: _Deadline) -> str | None:
    """The factor that the claim lacks, or for which sign of a symbol it holds."""
    try:
        hint = _one_sign(equation, settings, deadline)
        if hint is not None:
            return hint
        factors: list[Node] = [
            nodes.number(Fraction(text)) for text in ("-1", "2", "-2", "1/2", "-1/2")
        ]
        factors += [n for n in nodes.symbols_in(equation.right) if n.name not in equation.wrt]
        for node in factors:
            for factor in (node, nodes.reciprocal(node)):
                left = nodes.mul(factor, equation.left)
                verdict = _holds(replace(equation, left=left), settings, deadline)
                if verdict is not None:
                    text = node_text(factor)
                    return f"off by a constant factor: multiply it by {text} ({verdict.value})"
    except _GivenUp:
        pass
    return None


def _numeric(equation: Equation, settings: Settings) -> Evidence:
    return judges.certify(equation, settings)


def _holds(equation: Equation, settings: Settings, deadline: _Deadline) -> Verdict | None:
    """The verdict if an equation holds; a glance comes first, as it ends most attempts."""
    deadline.check()
    if judges.glance(equation, replace(settings, samples=_FIRST_POINTS)) is not Finding.HOLDS:
        return None
    verdict = decide(
        equation, replace(settings, only="", every_judge=False), thorough=False, fallback=False
    ).verdict
    if verdict is Verdict.SUPPORTED:
        more = replace(settings, samples=settings.samples * _MORE)
        if judges.glance(equation, more) is not Finding.HOLDS:
            return None
    return verdict if verdict.passes else None


def _variants(equation: Equation) -> Iterator[Variant]:
    for slip in SLIPS:
        yield from slip(equation)


def _slip(equation: Equation, settings: Settings, deadline: _Deadline) -> str | None:
    if equation.right.shape != equation.left.shape:
        return None
    for message, right in islice(_variants(equation), MAX_VARIANTS):
        if right.shape != equation.left.shape or is_open(right):
            continue
        verdict = _holds(replace(equation, right=right), settings, deadline)
        if verdict is not None:
            shown = "" if _has_operator(right) else f": `{node_text(right)}`"
            return f"{message}{shown} ({verdict.value})"
    return None


def _has_operator(node: Node) -> bool:
    return any(isinstance(n, nodes.Jvp | nodes.Grad | nodes.Jacobian) for n in nodes.walk(node))


def _rounded(equation: Equation, settings: Settings, deadline: _Deadline) -> str | None:
    """A decimal that stands for an irrational constant."""
    decimals = [
        n
        for n in nodes.walk(equation.right)
        if isinstance(n, nodes.Num) and len(str(n.value.denominator)) >= _ROUNDED_DIGITS
    ]
    if not decimals:
        return None
    evidence = _numeric(equation, settings)
    if evidence.measured is None or not 0 < evidence.measured < 10.0**-_ROUNDED_DIGITS:
        return None
    return f"differs exactly, agrees to {evidence.measured:.0e}: a rounded constant?"


def _one_sign(equation: Equation, settings: Settings, deadline: _Deadline) -> str | None:
    """The claim holds for one sign of one symbol."""
    context = equation.context
    for i, symbol in enumerate(context.symbols):
        if symbol.domain.kind not in ("real", "nonzero", "nonnegative") or symbol.differential:
            continue
        for kind, sign in (("positive", ">"), ("negative", "<")):
            if kind == "negative" and symbol.domain.kind == "nonnegative":
                continue
            narrowed = replace(symbol, domain=Domain(kind, None, symbol.domain.excluded))
            symbols = (*context.symbols[:i], narrowed, *context.symbols[i + 1 :])
            other = replace(equation, context=replace(context, symbols=symbols))
            verdict = _holds(other, settings, deadline)
            if verdict is not None:
                return f"holds only for {symbol.name} {sign} 0 ({verdict.value} there)"
    return None


def _symmetric(equation: Equation, settings: Settings, deadline: _Deadline) -> str | None:
    """The claim holds for symmetric values of one square matrix."""
    context = equation.context
    for i, symbol in enumerate(context.symbols):
        if not symbol.shape or symbol.shape[0] != symbol.shape[1] or symbol.structure:
            continue
        narrowed = replace(symbol, structure=frozenset({"symmetric"}))
        symbols = (*context.symbols[:i], narrowed, *context.symbols[i + 1 :])
        other = replace(equation, context=replace(context, symbols=symbols))
        verdict = _holds(other, settings, deadline)
        if verdict is not None:
            return f"holds only for symmetric {symbol.name} ({verdict.value} there)"
    return None


def _correct(equation: Equation, settings: Settings, deadline: _Deadline) -> str | None:
    """The correct derivative, in the shortest form found that the judges confirm."""
    node = correct_derivative(equation)
    if node is None:
        return None
    text = node_text(node)
    for form in (*_shorter(equation, text, settings), node):
        if _holds(replace(equation, right=form), settings, deadline) is not None:
            return f"it should be `{node_text(form)}`"
    return None


def _correct_matrix(
    equation: Equation, statement: Statement, settings: Settings, deadline: _Deadline
) -> str | None:
    """The correct gradient in matrix notation, where the index prover can print it."""
    if equation.is_scalar or statement.builder is None:
        return None
    from derivcheck.symbolic.matrix.notation import derivative_text

    text = derivative_text(equation)
    if text is None:
        return None
    try:
        node = statement.builder.node(parse(text))
    except LanguageError:
        return None
    if node.shape != equation.left.shape:
        return None
    verdict = _holds(replace(equation, right=node), settings, deadline)
    return f"it should be `{text}` ({verdict.value})" if verdict is not None else None


def _shorter(equation: Equation, text: str, settings: Settings) -> tuple[Node, ...]:
    """Forms by SymPy that are plainly shorter than a text worth shortening."""
    if len(text) < _WORTH_SHORTENING:
        return ()
    from derivcheck.symbolic.sympy_judge import derivative_forms

    try:
        with time_limit(settings.timeout * judges.SHARE):
            forms = derivative_forms(equation)
    except TimeIsUp:
        return ()
    return tuple(form for form in forms[:2] if len(node_text(form)) < 0.9 * len(text))


def correct_derivative(equation: Equation) -> Node | None:
    """The left side of a scalar equation with its operators carried out; None elsewhere."""
    if not equation.is_scalar:
        return None
    from derivcheck.symbolic.derivative import NoDerivative, expand

    try:
        return expand(equation.left)
    except NoDerivative:
        return None
