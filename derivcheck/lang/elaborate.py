"""Shape inference with every handler registered: what the rest of derivcheck imports."""

from derivcheck.lang import calculus, loops, matrices, shaped
from derivcheck.lang.calculus import (
    by_entry,
    differential,
    gradient,
    hessian,
    jacobian,
    nested,
)
from derivcheck.lang.shapes import Elaborator, read

HANDLER_MODULES = (calculus, loops, matrices, shaped)
"""Imported for what they register in :data:`derivcheck.lang.handlers.HANDLERS`."""

__all__ = [
    "HANDLER_MODULES",
    "Elaborator",
    "by_entry",
    "differential",
    "gradient",
    "hessian",
    "jacobian",
    "nested",
    "read",
]
