r"""``typographic-prime``: a quotation mark typed for a prime.

FAIL: ``$u’(x)$`` with U+2019, which TeX sets as a quotation mark, not as a raised prime.
PASS: ``$u'(x)$``; a quotation mark inside ``\text{}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivcheck.lint.document import Document, Problem

_MARK = re.compile(r"(?<=[A-Za-z0-9)\]}])[’‘´](?![A-Za-z])")
_TEXT = re.compile(r"\\(?:text\w*|mbox|hbox)\s*\{[^{}]*\}")


def check(document: Document) -> Iterator[Problem]:
    """The first such mark of each piece of maths."""
    for region in document.regions:
        if region.doubtful:
            continue
        text = document.text[region.start : region.end]
        text = _TEXT.sub(lambda match: " " * len(match[0]), text)
        if match := _MARK.search(text):
            message = f"`{match[0]}` (U+{ord(match[0]):04X}) stands for a prime"
            offset, hint = region.start + match.start(), "write `'` or `^{\\prime}`"
            yield Problem(offset, "typographic-prime", message, hint)
