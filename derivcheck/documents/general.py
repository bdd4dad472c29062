"""Words that speak of any functions: "if $f$ and $g$ are differentiable"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from derivcheck.documents.maths.kinds import ALWAYS_FUNCTIONS
from derivcheck.documents.sayings import last_words
from derivcheck.documents.source import Equation

LETTERS = ALWAYS_FUNCTIONS | {"u", "v", "y"}
"""Letters of which rules are told."""
_SUPPOSED = re.compile(
    r"\b(if|let|suppose|assume|given|when)(\s+(now|that|both|two|functions?|the))*\s*\Z", re.I
)
_OF_ANY = re.compile(
    r"\b(if|let|suppose|assume|given|when|consider|take|for)\b((\s+\w+){0,3}\s+"
    r"(differentiable|smooth|arbitrary|any)(\s+functions?)?|(\s+(any|all|two))?\s+functions)\s*\Z",
    re.I,
)
_ARE_ANY = re.compile(
    r"\W*(are|is|be)\s+(both\s+)?((an?|any|some|two)\s+)?"
    r"(arbitrary|differentiable|smooth|continuous|functions?)\b",
    re.I,
)
_AND = re.compile(r"\W*(and\W*)?")


def made_general(equations: Sequence[Equation]) -> Iterator[str]:
    """The maths of which words speak as of any function from then on."""
    group: list[Equation] = []
    is_said = False
    for one in equations:
        words = last_words(one.between)
        if _SUPPOSED.search(words) or _OF_ANY.search(words):
            group, is_said = [one], bool(_OF_ANY.search(words))
        elif group:
            group = [*group, one] if _AND.fullmatch(one.between) else []
        if group and (is_said or _ARE_ANY.match(one.after)):
            for text in (member.text for member in group):  # f, g: R \to R
                yield from (text, *re.split(r":|\\colon|\\in\b", text)[0].split(","))
