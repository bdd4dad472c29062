r"""``empty-power``: a function with `^` and no exponent, so that TeX raises its argument.

FAIL: ``\csc^ x``, ``\sin^{} x``, ``\tan^(x)``.
PASS: ``\csc^2 x``, ``\sin^ 2 x``, ``\sin^n x``, ``\log^{-1}(x)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivcheck.lint.document import Document, Problem

_POWER = re.compile(
    r"\\(?:arc)?(?:sin|cos|tan|cot|sec|csc|sinh|cosh|tanh|coth|ln|log|tg|ctg)"
    r"\s*\^(?:\s+[A-Za-z](?![A-Za-z0-9^])|\s*\{\s*\}|\s*\\?[\[(])"
)


def check(document: Document) -> Iterator[Problem]:
    """Functions whose exponent is missing."""
    for match in document.matches(_POWER):
        message = f"`{match[0]}`: the exponent of the function is missing"
        yield Problem(match.start(), "empty-power", message, "write `^2` or `^{-1}`")
