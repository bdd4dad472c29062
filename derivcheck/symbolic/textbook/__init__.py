"""Derivatives as a textbook writes them: short, in the names that the entry uses.

Works on syntax, so that names of ``where`` stay (``a*(1 - a)`` for a sigmoid called a). What it
yields is a candidate: nobody trusts it before the judges have proved it.
"""

from derivcheck.symbolic.textbook.candidates import candidates

__all__ = ["candidates"]
