"""Pieces of expressions: their text, shape, and how tightly they bind."""

from __future__ import annotations

from derivcheck.records import record

Shape = tuple[str, ...]
SUM, PRODUCT, UNARY, POWER, ATOM = range(5)


@record()
class Text:
    """A piece of an expression, its shape (empty: a scalar) and how tightly it binds."""

    text: str
    shape: Shape = ()
    level: int = ATOM
    unit: bool = False
    """Whether a scalar is an array of one row and column."""

    def at(self, level: int) -> str:
        """The text, in brackets where it binds more loosely."""
        return self.text if self.level >= level else f"({self.text})"


def made_shape(rows: str, columns: str) -> Shape:
    """A shape; 1 by 1 is a scalar."""
    return () if rows == columns == "1" else (rows, columns)


def function_text(arity: int) -> str:
    """The declaration of an abstract scalar function."""
    return f"scalar({', '.join(f'a{i}' if arity > 1 else 'a' for i in range(1, arity + 1))})"
