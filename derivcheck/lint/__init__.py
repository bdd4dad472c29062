"""Lint a document for the mistakes that mathematical pages are full of.

Each rule is a module whose docstring is its manual. Precision comes before recall: where a
document could be right in a way the rule can't see, the rule says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from derivcheck.lint.document import Document, read_document
from derivcheck.model import Diagnostic


@cache
def _rules() -> tuple[Callable[[Document], Iterator[tuple[int, Diagnostic]]], ...]:
    """The rules; whoever wants one of them only does not load the others."""
    from derivcheck.lint import (
        brackets,
        duplicate_tag,
        empty_power,
        item_number,
        lookalike_name,
        missing_partial,
        missing_prime,
        plain_function,
        prime_subscript,
        reference,
        typographic_prime,
        unclosed_math,
    )

    return (
        unclosed_math.check,
        duplicate_tag.check,
        reference.check,
        item_number.check,
        brackets.check,
        lookalike_name.check,
        prime_subscript.check,
        typographic_prime.check,
        missing_prime.check,
        missing_partial.check,
        empty_power.check,
        plain_function.check,
    )


def lint_text(text: str, file: str) -> tuple[Diagnostic, ...]:
    """Every problem of one document, in the order of the text.

    ``file`` names the document in locations; a name that ends in ``.tex`` makes it LaTeX.
    Lines and columns count characters from 1. Nothing is raised, whatever the text.
    """
    document = read_document(text, file)
    found = [pair for rule in _rules() for pair in rule(document)]
    return tuple(
        Diagnostic(d.rule, d.message, document.location(file, offset), d.hint)
        for offset, d in sorted(found, key=lambda pair: (pair[0], pair[1].rule))
    )


__all__ = ["lint_text"]
