r"""``unclosed-math``: a delimiter of maths that is never closed.

FAIL: ``$$ y = x^2`` with a blank line or the end of the document before the next ``$$``.
FAIL: ``\begin{equation}`` without ``\end{equation}``.
FAIL: ``$\alpha + 1`` without another ``$`` in its paragraph.
PASS: a single ``$`` in prose (it may be money).
"""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.lint.document import Document, Problem


def check(document: Document) -> Iterator[Problem]:
    """Delimiters that open and never close."""
    for offset, token in document.page.unclosed:
        yield Problem(offset, "unclosed-math", f"`{token}` opens maths that is never closed")
