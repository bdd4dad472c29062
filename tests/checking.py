"""Formulas of a made-up file, checked in this process."""

from __future__ import annotations

import functools
import textwrap

from derivcheck.checking.checker import Checker
from derivcheck.collection.formula import Formula
from derivcheck.collection.loader import load_text
from derivcheck.lang.equation import Settings
from derivcheck.model import FormulaResult


def entries(formulas: str, collection: str = "made-up") -> tuple[Formula, ...]:
    """The entries of a file that lists ``formulas``."""
    body = textwrap.indent(textwrap.dedent(formulas).strip("\n"), "  ")
    text = f"derivcheck: 1\ncollection: {collection}\nformulas:\n{body}\n"
    loaded, problems = load_text(text, f"{collection}.yaml")
    assert not problems, [str(p) for p in problems]
    return loaded


@functools.cache
def checked(formulas: str, settings: Settings | None = None) -> dict[str, FormulaResult]:
    """The results of ``formulas`` by id, which may cite one another."""
    all_entries = entries(formulas)
    settings = settings or Settings()
    library = {"made-up": all_entries}
    checker = Checker(settings, lambda name: library.get(name, ()))
    return {entry.id: checker.check(entry) for entry in all_entries}
