"""Lint a document for the mistakes that mathematical pages are full of.

Each rule is a module whose docstring is its manual. Precision comes before recall: where a
document could be right in a way the rule can't see, the rule says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

from derivcheck.lint.document import Document, Problem, read_document
from derivcheck.model import Diagnostic

_RULES = (
    "unclosed_math",
    "duplicate_tag",
    "reference",
    "item_number",
    "brackets",
    "lookalike_name",
    "prime_subscript",
    "typographic_prime",
    "missing_prime",
    "missing_partial",
    "empty_power",
    "plain_function",
)
"""The rules, a module each with a function `check`, in the order in which they are asked."""


@cache
def _rules() -> tuple[Callable[[Document], Iterator[Problem]], ...]:
    """The rules; whoever wants one of them only does not load the others."""
    return tuple(import_module(f"derivcheck.lint.{name}").check for name in _RULES)


def lint_text(text: str, file: str) -> tuple[Diagnostic, ...]:
    """Every problem of one document, in the order of the text.

    ``file`` names the document in locations; a name that ends in ``.tex`` makes it LaTeX.
    Lines and columns count characters from 1. Nothing is raised, whatever the text.
    """
    document = read_document(text, file)
    found = [problem for rule in _rules() for problem in rule(document)]
    return tuple(
        Diagnostic(one.rule, one.message, document.page.location(file, one.offset), one.hint)
        for one in sorted(found, key=lambda one: (one.offset, one.rule))
    )


__all__ = ["lint_text"]
