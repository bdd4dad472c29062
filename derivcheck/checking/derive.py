"""The derivative itself, as text in the shortest form found; the judges decide what is right."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from derivcheck.lang.printer import node_text, to_text
from derivcheck.model import ClaimResult, FormulaResult, Verdict
from derivcheck.statements.claims import Statement
from derivcheck.symbolic.textbook import candidates

MOST = 8
"""Forms that are handed to the judges, the shortest first."""


def forms(statement: Statement) -> tuple[str, ...]:
    """Texts that may be the derivative which an entry (without a claim) asks for.

    Textbook forms come first, then what the provers' own rules give.
    """
    if statement.left is None or statement.builder is None:
        return ()
    return tuple(islice(dict.fromkeys(_forms(statement)), MOST))


def _forms(statement: Statement) -> Iterator[str]:
    for syntax in candidates(statement):
        yield to_text(syntax)
    assert statement.left is not None
    equation = statement.equation(statement.left, statement.left)
    if equation.is_scalar:
        from derivcheck.symbolic.derivative import NoDerivative, expand

        try:
            yield node_text(expand(equation.left))
        except NoDerivative:
            return
    else:
        from derivcheck.symbolic.matrix.notation import derivative_text

        text = derivative_text(equation)
        if text is not None:
            yield text


def best(result: FormulaResult) -> ClaimResult | None:
    """The first form that is proved, else the first that numbers support; None where none is."""
    for verdict in (Verdict.PROVED, Verdict.SUPPORTED):
        for claim in result.claims:
            if claim.verdict is verdict:
                return claim
    return None
