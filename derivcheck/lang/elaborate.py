"""Shape inference with every handler registered: what the rest of derivcheck imports."""

from derivcheck.lang import calculus, shaped
from derivcheck.lang.calculus import differential, gradient, jacobian, partial
from derivcheck.lang.shapes import Elaborator

HANDLER_MODULES = (calculus, shaped)
"""Imported for what they register in :data:`derivcheck.lang.shapes.HANDLERS`."""

__all__ = ["HANDLER_MODULES", "Elaborator", "differential", "gradient", "jacobian", "partial"]
