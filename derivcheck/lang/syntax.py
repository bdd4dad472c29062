"""Syntax: what the parser yields, with positions, before names and shapes are resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Syntax:
    """Base; ``start`` and ``end`` are character offsets, not part of equality."""

    start: int = field(default=0, compare=False, kw_only=True)
    end: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Number(Syntax):
    """A literal; ``text`` keeps how it was written (``0.50``)."""

    value: Fraction
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Name(Syntax):
    """A name."""

    id: str


@dataclass(frozen=True, slots=True)
class Unary(Syntax):
    """``-x``, ``+x`` or ``not x``."""

    operator: str
    operand: Syntax


@dataclass(frozen=True, slots=True)
class Binary(Syntax):
    """``+ - * / ** @``."""

    operator: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True)
class Comparison(Syntax):
    """A chain ``a < b <= c``: one operand more than operators."""

    operators: tuple[str, ...]
    operands: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Logical(Syntax):
    """``and`` / ``or`` of two or more."""

    operator: str
    operands: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Call(Syntax):
    """``f(a, b, axis=0)``; ``function`` is a Name, or a Call for ``D(f)(x)``."""

    function: Syntax
    args: tuple[Syntax, ...]
    keywords: tuple[tuple[str, Syntax], ...] = ()


@dataclass(frozen=True, slots=True)
class Transposed(Syntax):
    """``X.T``."""

    operand: Syntax


@dataclass(frozen=True, slots=True)
class Subscript(Syntax):
    """``X[i, j]``."""

    operand: Syntax
    indices: tuple[Syntax, ...]
