"""Shape inference with every handler registered: what the rest of derivcheck imports."""

from derivcheck.lang import calculus, loops, matrices, shaped
from derivcheck.lang.shapes import Elaborator as Elaborator
from derivcheck.lang.shapes import read as read

HANDLER_MODULES = (calculus, loops, matrices, shaped)
"""Imported for what they register in :data:`derivcheck.lang.handlers.HANDLERS`."""
