"""What is printed is what was checked: LaTeX and text read back to the same formula."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from adhoc import adhoc_entry
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


CORPUS = Path(__file__).parent / "corpus"
FILES = {
    **{f"bundled {Path(file).name}": Path(file) for file in chain(*bundled_collections().values())},
    **{str(path.relative_to(CORPUS)): path for path in sorted(CORPUS.rglob("*.yaml"))},
}


@pytest.mark.parametrize("path", FILES.values(), ids=FILES)
def test_every_expression_of_a_file(path: Path) -> None:
    for entry in load_files([path])[0]:
        statement = prepare(entry)
        setter = Typesetter(statement.entry, statement)
        for text in texts(statement) if statement.builder is not None else ():
            if text in UNREAD:
                continue
            try:
                first = node(statement, text)
            except LanguageError:
                continue
            assert node(statement, to_text(parse(text))) == first
            printed = latex(setter.math(text))
            back = expression_text(statement, printed)
            assert back is not None, (entry.id, text, printed)
            assert settled(node(statement, back)) == settled(first), (entry.id, text, back)


UNREAD = {
    *("[[1, 2], [x[0] for i in 2]]", "[X[i, :] for i in m]", "[(a*2).T for i in m]"),
    *("named(x)", "D(named)(x)"),
}
"""Rows that are told in two ways, or one by one, and a name for an expression at what it varies by:
no page does so."""

ARRAYS: dict[str, Any] = {
    "t": "real",
    "z": [1],
    "B": [1, "n"],
    "u": ["n"],
    "v": ["m"],
    "w": ["2*m"],
    "g": ["p*q"],
    "X": ["m", "n"],
    "A": ["n", "n"],
    "oo2": ["n"],
}
PRINTED = {
    "vec(X)[j*m + i]": (
        r"\left[\operatorname{vec}\left(X\right)\right]_{\left(j - 1\right)\,m + i}"
    ),
    "g[i*q + k]": r"g_{\left(i - 1\right)\,q + k}",
    "w[2*i] + w[2*i + 1]": r"w_{2\,i - 1} + w_{2\,i}",
    "sum(w[i + m*j], (j, 0, 1))": r"\sum_{j = 1}^{2} w_{i + m\,\left(j - 1\right)}",
    "u[n - 1 - i]": r"u_{n - i + 1}",
    "onehot(i, n)": r"\operatorname{onehot}\left(i, n\right)",
    "max(X, axis=0)[0, j]": r"\left[\max\left(X, \operatorname{axis} = 0\right)\right]_{1, j}",
    "B[0, j] + z[0]": r"B_{1, j} + z_{1}",
    "(B @ u)[0]": r"\left[B\,u\right]_{1}",
    "vec(X).T @ eye(m*n)": (r"\left(\operatorname{vec}\left(X\right)\right)^{\top}\,I_{m\,n}"),
    "A.T @ where(A @ u > 0, 1, -1)": (
        r"A^{\top}\,\left(\begin{cases} 1 & \text{if }A\,u > 0 \\ -1 & \text{otherwise} "
        r"\end{cases}\right)"
    ),
    "[[t*i + j for j in n] for i in m] @ u": (
        r"\left(\left(t\,\left(i - 1\right) + \left(j - 1\right)\right)_{j = 1}^{n}\right)"
        r"_{i = 1}^{m}\,u"
    ),
    "sum(oo2[k1]*sum(u[k1], k1), k1)": (
        r"\sum_{k_{1}} \left[\operatorname{oo}_{2}\right]_{k_{1}}\,\sum_{k_{1}} u_{k_{1}}"
    ),
    "D(F, 2, 0)(t - 1, z[0])*sinc(t)": (
        r"F^{\left(2, 0\right)}\left(t - 1, z_{1}\right)\,\operatorname{sinc}\left(t\right)"
    ),
    "diff(t*sum(u**3), t, u[k])": (
        r"\frac{\partial^{2}}{\partial u_{k}\partial t}"
        r"\left(t\,\operatorname{sum}\left(u^{\circ3}\right)\right)"
    ),
}


@pytest.mark.parametrize(("text", "printed"), PRINTED.items(), ids=PRINTED)
def test_what_is_counted_from_one_on_a_page(text: str, printed: str) -> None:
    statement = prepare(
        adhoc_entry(text, text, claim="equals", symbols=ARRAYS, functions={"F": "scalar(a, b)"})
    )
    assert latex(Typesetter(statement.entry, statement).math(text)) == printed
    back = expression_text(statement, printed)
    assert back is not None
    assert node(statement, back) == node(statement, text)


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
