"""All builders: what each node of the language means in index notation."""

from __future__ import annotations

from derivcheck.symbolic.matrix import derivatives, expressions, index_expressions
from derivcheck.symbolic.matrix.algebra import Algebra
from derivcheck.symbolic.matrix.compiler import Compiler

_OPEN = {**expressions.OPEN, **index_expressions.OPEN}
_CLOSED = {**expressions.CLOSED, **index_expressions.CLOSED, **derivatives.CLOSED}


def compiler(algebra: Algebra) -> Compiler:
    """A compiler that knows every node."""
    return Compiler(algebra, _OPEN, _CLOSED)
