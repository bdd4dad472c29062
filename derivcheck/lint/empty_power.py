r"""``empty-power``: a function with `^` and no exponent, so that TeX raises its argument.

FAIL: ``\csc^ x``, ``\sin^{} x``, ``\tan^(x)``.
PASS: ``\csc^2 x``, ``\sin^ 2 x``, ``\sin^n x``, ``\log^{-1}(x)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivcheck.lint.document import Document
from derivcheck.model import Diagnostic

_POWER = re.compile(
    r"\\(?:arc)?(?:sin|cos|tan|cot|sec|csc|sinh|cosh|tanh|coth|ln|log|tg|ctg)"
    r"\s*\^(?:\s+[A-Za-z](?![A-Za-z0-9^])|\s*\{\s*\}|\s*\\?[\[(])"
)


def check(document: Document) -> Iterator[tuple[int, Diagnostic]]:
    """Functions whose exponent is missing."""
    for region in document.regions:
        for match in _POWER.finditer(document.text, region.start, region.end):
            message = f"`{match[0]}`: the exponent of the function is missing"
            yield match.start(), Diagnostic("empty-power", message, hint="write `^2` or `^{-1}`")
