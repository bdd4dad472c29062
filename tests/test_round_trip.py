"""What is printed is what was checked: LaTeX and text read back to the same formula."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from expressions import FUNCTIONS, SYMBOLS, expressions

from derivcheck.collection.loader import load_files
from derivcheck.collection.targets import bundled_collections
from derivcheck.documents.transcription import expression_text
from derivcheck.lang import nodes
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Node
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import to_text
from derivcheck.report.handbook.mathml import mathml
from derivcheck.statements.adhoc import adhoc_entry
from derivcheck.statements.claims import Statement, prepare
from derivcheck.typeset import terminal
from derivcheck.typeset.latex import latex
from derivcheck.typeset.statement import Typesetter


def settled(node: Node) -> Node:
    """The node with scalars in front of matrix products: where a sign stands is no matter."""
    found: Node = nodes.rebuild(node, settled)
    if isinstance(found, nodes.MatMul):
        scalars: list[Node] = []
        sides = []
        for side in (found.left, found.right):
            factors = side.args if isinstance(side, nodes.Mul) else (side,)
            scalars += [one for one in factors if not one.shape]
            sides.append(nodes.mul(*(one for one in factors if one.shape)))
        found = nodes.mul(*scalars, nodes.matmul(*sides))
    if isinstance(found, nodes.Mul):
        parts = [one.args if isinstance(one, nodes.Mul) else (one,) for one in found.args]
        found = nodes.mul(*(factor for part in parts for factor in part))
    return found


def node(statement: Statement, text: str) -> Node:
    assert statement.builder is not None
    return statement.builder.node(parse(text))


def texts(statement: Statement) -> Iterator[str]:
    entry = statement.entry
    yield entry.expression
    yield from entry.claims
    yield from entry.where.values()


BUNDLED = {
    f"{name}:{entry.id}": entry
    for name, files in bundled_collections().items()
    for entry in load_files(files)[0]
}
UNREAD = {"ai-edu:net.e", "ai-edu:net.z3", "ai-edu:net.a3"}
"""Entries of arrays of one row and column, which a page writes without their index."""


@pytest.mark.parametrize("name", sorted(BUNDLED)[::4])
def test_bundled(name: str) -> None:
    statement = prepare(BUNDLED[name])
    setter = Typesetter(statement.entry, statement)
    for text in texts(statement) if statement.builder is not None and name not in UNREAD else ():
        try:
            first = node(statement, text)
        except LanguageError:
            continue
        printed = latex(setter.math(text))
        back = expression_text(statement, printed)
        assert back is not None, (text, printed)
        # `d(X)` and `dX` are one thing
        assert settled(node(statement, back)) == settled(first) or "d(" in text, (text, back)


def test_generated() -> None:
    seen: dict[tuple[str, str], Node] = {}
    count = 0
    for text in expressions(seed=7, count=600):
        statement = prepare(
            adhoc_entry(text, text, claim="equals", symbols=SYMBOLS, functions=FUNCTIONS)
        )
        syntax = parse(text)
        try:
            first = node(statement, text)
        except LanguageError:  # `a/0`
            continue
        count += 1
        assert node(statement, to_text(syntax)) == first
        box = Typesetter(statement.entry, statement).math(text)
        printed = latex(box)
        back = expression_text(statement, printed)
        assert back is not None, (text, printed)
        assert settled(node(statement, back)) == settled(first), (text, printed, back)
        drawn = {"terminal": "\n".join(terminal.lines(box)), "mathml": str(mathml(box))}
        for form, drawing in drawn.items():
            other = seen.setdefault((form, drawing), first)
            assert settled(other) == settled(first), (text, drawing)
    assert count > 550
