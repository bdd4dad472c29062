r"""``prime-subscript``: a prime set as a subscript.

FAIL: ``\sigma_{'}(z)``, which sets a superscript inside a subscript.
PASS: ``\sigma'(z)``, ``\sigma^{'}(z)``, ``\sigma^{\prime}(z)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivcheck.lint.document import Document, Problem

_PRIME = re.compile(r"_\s*\{\s*(?:'+|\\prime)\s*\}")


def check(document: Document) -> Iterator[Problem]:
    """Subscripts that hold nothing but primes."""
    for match in document.matches(_PRIME):
        message = f"`{match[0]}` sets a prime as a subscript"
        hint = "write `'` or `^{\\prime}` for a derivative"
        yield Problem(match.start(), "prime-subscript", message, hint)
