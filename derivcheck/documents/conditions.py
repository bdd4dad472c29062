r"""Conditions beside a claim: ``\frac{d}{dx} |x| = 1, \quad x > 0``, "$f'(x) = 2x$ for $x < 0$".

What is said under a condition is read with it and without it, and passes either way. Where a
definition is said under one, nothing that is refuted with it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.parser import parsed
from derivcheck.documents.maths.rows import Statement
from derivcheck.documents.maths.tokens import COMPARISONS, Kind, Token
from derivcheck.documents.maths.tree import Tree
from derivcheck.documents.sayings import CLAUSE, ENDS
from derivcheck.documents.source import Equation

Comparison = tuple[Tree, str, Tree]

_BOUNDS = {name: sign for name, sign in COMPARISONS.items() if sign[0] in "<>"}


def is_comparison(relation: str) -> bool:
    """Whether a relation compares: it neither defines nor claims."""
    return relation in _BOUNDS or relation in ("ne", "neq", "in", "notin", "not")


def compares(statement: Statement) -> bool:
    """Whether a statement is nothing but comparisons."""
    return bool(statement.relations) and all(r in _BOUNDS for r in statement.relations)


def bounded(relations: Sequence[str]) -> int:
    """How many equations a chain begins with that goes on with comparisons; 0 for another one."""
    count = next((i for i, one in enumerate(relations) if one != "="), len(relations))
    behind = relations[count:]
    return count if behind and all(one in _BOUNDS for one in behind) else 0


_SAID_BEFORE = re.compile(
    r"\b(for|if|when|whenever|case( \(?\w{1,3}\)?)?|at|für|falls|wenn|pour|si|para)\W*\Z", re.I
)
_CONTRAST = re.compile(
    r"\b(otherwise|elsewhere|else|in general|generally|but|while|whereas|always|without|"
    r"in any case|sonst|allgemein)\b",
    re.I,
)
"""Words behind which a case is spoken of no longer."""
AND = re.compile(r"\W*(and|und|et|y)?\W*\Z", re.I)


def is_case(statement: Statement, words: str, follows: bool = False) -> bool:
    """Whether ``n = 1`` is said of a case, behind "if" or "for" or in brackets: it defines
    nothing. One that follows a case needs no more than "and"."""
    if not statement.relations and len(statement.members) == 1:
        texts = [t.text for t in statement.members[0]]
        return len(texts) == 5 and (texts[0], texts[2], texts[4]) == ("(", "=", ")")
    *lefts, value = statement.members
    if set(statement.relations) != {"="} or not all(map(_is_name, lefts)):
        return False
    said = " ".join((words, *statement.words))
    return _is_value(value) and bool(_SAID_BEFORE.search(said) or (follows and AND.match(said)))


def _is_name(tokens: Sequence[Token]) -> bool:
    """Whether tokens are a letter, perhaps with something below: ``a``, ``a_3``, ``y_{ij}``."""
    shown = [t for t in tokens if t.kind not in (Kind.OPEN, Kind.CLOSE)]
    if not shown or shown[0].kind is not Kind.LETTER:
        return False
    below = all(t.kind in (Kind.LETTER, Kind.NUMBER) for t in shown[2:])
    return len(shown) == 1 or (shown[1].is_sign("_") and len(shown) > 2 and below)


def _is_value(tokens: Sequence[Token]) -> bool:
    """Whether tokens are a number or a letter."""
    signs = ("-", "/")
    is_number = all(
        t.kind in (Kind.NUMBER, Kind.OPEN, Kind.CLOSE) or t.is_sign(*signs) or t.is_command("frac")
        for t in tokens
    )
    return is_number or [t.kind for t in tokens] == [Kind.LETTER]


def is_value(statement: Statement) -> bool:
    """Whether a statement says of something what number it is."""
    return statement.relations == ["="] and _is_value(statement.members[1])


def is_structure(members: Sequence[Sequence[Token]]) -> bool:
    """Whether a chain says of one array what structure it has: ``A^T = A``, ``Q^T Q = I``."""
    tokens = [t for member in members for t in member]
    letters = {t.text for t in tokens if t.kind is Kind.LETTER} - {"T", "I"}
    is_turned = any(t.text in ("T", "top") for t in tokens)
    return len(letters) == 1 and is_turned


def may_define(statement: Statement) -> bool:
    """Whether an equation may say what a name or a function is, rather than where it is looked
    at."""
    left, right = statement.members[:2]
    is_function = any(t.is_sign("(") for t in left[1:2]) and left[-1].is_sign(")")
    return (_is_name(left) or is_function) and not _is_value(right)


def goes_on(equation: Equation, case: Equation) -> bool:
    """Whether an equation belongs to the sentence that begins with a case just before it."""
    is_next = equation.number == case.number + 1 and equation.cell == case.cell
    paragraphs = 1 if equation.display else 0
    is_here = equation.paragraph - case.paragraph <= paragraphs
    words = equation.between
    is_other = any(map(_CONTRAST.search, (words, CLAUSE.split(equation.after)[0])))
    return is_next and is_here and not (ENDS.search(words) or is_other)


def beside(found: Sequence[Statement], number: int) -> list[Statement]:
    """The comparisons that follow a statement of one display, up to the next equation."""
    kept: list[Statement] = []
    for other in found[number + 1 :]:
        if not compares(other):
            break
        kept.append(other)
    return kept


def comparisons(found: Sequence[Statement], kinds: Kinds) -> Iterator[Comparison]:
    """What they compare, as far as it is read."""
    for statement in found:
        sides = [parsed(member, kinds) for member in statement.members]
        for left, sign, right in zip(sides, statement.relations, sides[1:], strict=False):
            if left is not None and right is not None:
                yield left, _BOUNDS[sign], right
