r"""``unclosed-math``: a delimiter of maths that is never closed.

FAIL: ``$$ y = x^2`` with a blank line or the end of the document before the next ``$$``.
FAIL: ``\begin{equation}`` without ``\end{equation}``.
FAIL: ``$\alpha + 1`` without another ``$`` in its paragraph.
PASS: a single ``$`` in prose (it may be money).
"""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.lint.document import Document
from derivcheck.model import Diagnostic


def check(document: Document) -> Iterator[tuple[int, Diagnostic]]:
    """Delimiters that open and never close."""
    for offset, token in document.unclosed:
        message = f"`{token}` opens maths that is never closed"
        yield offset, Diagnostic("unclosed-math", message)
