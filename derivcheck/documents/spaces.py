r"""Shapes that a page says itself: ``X \in \mathbb{R}^{m \times n}``.

They let claims be read as an annotation does, but anchor nothing: what is refuted with them is
suspect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from derivcheck.collection.raw import Value
from derivcheck.documents.bindings import Binding, key_of
from derivcheck.documents.maths.problems import NotReadError
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.source import Equation

_CLOSE = 40
_SYMMETRIC = re.compile(r"(?<![\w-])(symmetric|covariance)\b", re.I)
_DENIED = re.compile(
    r"\b(not|no|non|never|unless|if|when|anti|skew|arbitrary|general)\b|n't\b", re.I
)
_REALS = frozenset(("\\mathbb{R}", "\\mathbf{R}", "\\mathbb{r}"))


def said(members: Sequence[Sequence[Token]], equation: Equation) -> Iterator[Binding]:
    """The name that stands in a space of real arrays; none where space or name is another."""
    names, space = members
    shape = _shape(space)
    if shape is None:
        return
    try:
        key, arguments = key_of(names)
    except NotReadError:
        return
    if arguments is None:
        raw: Value = [*shape] if shape[1:] != ("1",) else [shape[0]]
        around = f"{equation.before[-_CLOSE:]} {equation.after[:_CLOSE]}"
        is_said = _SYMMETRIC.search(around) and not _DENIED.search(around)
        if shape[0] == shape[1] and is_said:
            raw = {"shape": raw, "structure": "symmetric"}
        yield Binding(key, "symbol", raw, shape, equation=equation)


def dimensions(bindings: Iterable[Binding]) -> set[str]:
    """The names of the dimensions that the page says."""
    return {
        dim
        for one in bindings
        if one.kind == "symbol" and one.equation is not None
        for dim in one.shape
        if not dim.isdigit()
    }


def _shape(space: Sequence[Token]) -> tuple[str, str] | None:
    r"""Rows and columns of ``\mathbb{R}^{m \times n}``, named by single letters or numbers."""
    if len(space) < 3 or space[0].text not in _REALS or not space[1].is_sign("^"):
        return None
    inner = [t for t in space[2:] if t.kind not in (Kind.OPEN, Kind.CLOSE)]
    sizes = [t.text for t in inner if not t.is_command("times")]
    crosses = [t for t in inner if t.is_command("times")]
    plain = all(size.isdigit() or (size.isalpha() and len(size) == 1) for size in sizes)
    if not plain or len(sizes) - 1 != len(crosses) or "0" in sizes:
        return None
    if len(sizes) == 2 and inner[1].is_command("times") and sizes != ["1", "1"]:
        return (sizes[0], sizes[1])
    return (sizes[0], "1") if len(sizes) == 1 and sizes != ["1"] else None
