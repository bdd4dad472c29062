r"""``plain-function``: a function without its backslash beside others that have theirs.

FAIL: ``\sin(x) + cos(x)``, which TeX sets as the product of c, o and s.
PASS: ``sin(x) + cos(x)``, a habit of the whole formula; ``\operatorname{erf}(x)``; ``\text{log}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivcheck.lint.document import Document, Problem

_NAMES = "arcsin|arccos|arctan|sinh|cosh|tanh|coth|sin|cos|tan|cot|sec|csc|log|exp|ln"
_PLAIN = re.compile(rf"(?<![A-Za-z\\])(?:{_NAMES})(?![A-Za-z])")
_BACKSLASHED = re.compile(rf"\\(?:{_NAMES})(?![A-Za-z])")
_WORDS = re.compile(
    r"\\(?:text\w*|mbox|hbox|operatorname\*?|mathrm|mathsf|mathit|mathbf|mathtt|label|tag\*?|ref"
    r"|eqref|begin|end|color|textcolor|href|url|rm|mathop)\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}"
)


def check(document: Document) -> Iterator[Problem]:
    """Names of functions set as products of letters."""
    for region in document.regions:
        text = document.text[region.start : region.end]
        if not _BACKSLASHED.search(text):
            continue
        text = _WORDS.sub(lambda match: " " * len(match[0]), text)
        for match in _PLAIN.finditer(text):
            message = f"`{match[0]}` without its backslash is a product of letters"
            offset = region.start + match.start()
            yield Problem(offset, "plain-function", message, f"write `\\{match[0]}`")
