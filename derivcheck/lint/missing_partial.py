r"""``missing-partial``: a derivative with `\partial` in one half of the fraction only.

FAIL: ``\frac{\partial L}{w}``, ``\frac{L}{\partial w}``.
PASS: ``\frac{\partial L}{\partial w}``, ``\frac{\partial f / \partial x}{2}``,
``\frac{\partial_x f}{g}``, and whatever a macro of the page may hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivcheck.documents.scan.page import braces
from derivcheck.lint.document import Document, Problem

_BRACE = re.compile(r"\s*\{")
_FRACTION = re.compile(r"\\[dtc]?frac\s*\{")
_FONTS = r"\\(?:mathbf|mathrm|mathsf|mathcal|mathit|boldsymbol|bm|vec|hat|tilde|bar)"
_GREEK = (
    r"\\(?:alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|vartheta|kappa|lambda|mu|nu|xi"
    r"|rho|sigma|tau|phi|varphi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Sigma|Phi|Psi|Omega|ell)"
)
_LETTER = rf"(?:(?:{_FONTS}\s*\{{?\s*)?(?:[A-Za-z](?![A-Za-z])|{_GREEK}(?![A-Za-z]))\s*\}}?)"
_INDEX = r"(?:\s*[_^]\s*(?:[A-Za-z0-9]|\{[^{}\\]{0,20}\}))*"
_NAME = re.compile(rf"\s*\{{?\s*{_LETTER}{_INDEX}\s*\}}?\s*")
_PARTIAL = re.compile(rf"\s*\{{?\s*\\partial(?![A-Za-z])\s*(?:\^\s*\{{?\s*\d\s*\}}?)?\s*"
                      rf"\{{?\s*{_LETTER}{_INDEX}\s*\}}?\s*\}}?\s*")  # fmt: skip


def check(document: Document) -> Iterator[Problem]:
    """Fractions of a name by a name with one `\\partial`."""
    for region in document.regions:
        text = document.text[region.start : region.end]
        if r"\partial" not in text:
            continue
        ends = braces(text)
        for match in _FRACTION.finditer(text):
            above = match.end() - 1
            end = ends.get(above, -1)
            brace = _BRACE.match(text, end) if end >= 0 else None
            below = brace.end() - 1 if brace else -1
            if below not in ends:
                continue
            over, under = text[above + 1 : end - 1], text[below + 1 : ends[below] - 1]
            if len(over) > 100 or len(under) > 100:
                continue
            lacking = _lacking(over, under)
            if lacking:
                shown = text[match.start() : ends[below]]
                message = rf"`{shown}` has a `\partial` {lacking} only"
                hint = r"a derivative has `\partial` above and below"
                yield Problem(region.start + match.start(), "missing-partial", message, hint)


def _lacking(over: str, under: str) -> str:
    """Which half alone has the sign, if both are otherwise a name."""
    if _PARTIAL.fullmatch(over) and _NAME.fullmatch(under):
        return "above"
    if _NAME.fullmatch(over) and _PARTIAL.fullmatch(under) and over.strip() not in ("d", "{d}"):
        return "below"
    return ""
