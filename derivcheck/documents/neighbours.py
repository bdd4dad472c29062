"""The equations of a document, and what those beside one say in its sentence.

A case, a comparison or a reason may stand before a claim or behind it, in words that say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from derivcheck.documents import conditions
from derivcheck.documents.maths.rows import Statement, statements
from derivcheck.documents.maths.tokens import Token
from derivcheck.documents.maths.tree import NotReadError
from derivcheck.documents.sayings import CLAUSE, ENDS, last_words
from derivcheck.documents.source import Equation

_MOST_AHEAD = 4
"""Equations that the sentence of a claim may go on with."""
_SAID = re.compile(
    r"\W*(for|if|when|whenever|where|with|at|provided|given|assuming|on|für|falls|wenn|mit|pour|si|"
    r"para)\b",
    re.I,
)
_SUPPOSED_BEFORE = re.compile(
    r"\b(for|if|when|whenever|where|provided|provided that|on|with|given|since|as|because|let|"
    r"assume|assume that|assuming|suppose|suppose that|für|falls|wenn|da|mit|sei|pour|si|para)"
    r"( (all|any|every|each|positive|negative|real|nonzero|non-zero))?\W*\Z",
    re.I,
)
_REASON_BEHIND = re.compile(
    r"\W*(since|because|as|provided|given|if|when|whenever)( that)?\W*\Z", re.I
)
_GIVES_REASON = re.compile(
    r"\W*(where|since|because|as|using|by|if|when|for|with|at|provided|given|assuming|note|recall|"
    r"here)\b",
    re.I,
)
_DEFINES = re.compile(
    r"\W*(where|with|since|because|as|for|in which|if|here|wobei|mit|où|avec)\b[^.;!?]*\Z", re.I
)
_DENIED = re.compile(
    r"\b(unless|except|not|no longer|only|fails?|violated|otherwise|or|even if|even for|regardless|"
    r"whether)\b|n't\b",
    re.I,
)
"""Words by which what is compared is no condition of what is said."""


class Neighbours:
    """The equations of a document with their tokens, and what each says."""

    def __init__(
        self, equations: Sequence[Equation], tokens: Mapping[int, tuple[Token, ...]]
    ) -> None:
        self.equations = equations
        self.tokens = tokens
        """Of those whose maths can be taken apart, by their number."""
        self._said: dict[int, list[Statement]] = {}

    def behind(self, equation: Equation, most: int = 1) -> Sequence[Equation]:
        """The next equations."""
        return self.equations[equation.number + 1 : equation.number + 1 + most]

    def before(self, equation: Equation) -> Sequence[Equation]:
        """The equation before, if there is one."""
        return self.equations[max(0, equation.number - 1) : equation.number]

    def said_by(self, equation: Equation) -> list[Statement]:
        """The statements of an equation, as far as they are read."""
        number = equation.number
        if number not in self._said:
            try:
                self._said[number] = statements(self.tokens.get(number, ()))
            except NotReadError:
                self._said[number] = []
        return self._said[number]

    def cases_behind(self, equation: Equation) -> list[Statement]:
        """The cases with which the sentence goes on: "$f'(x) = 2x$ for $a = 1$"."""
        for other in self.behind(equation):
            words = other.between
            is_here = not equation.display and _is_by(equation, other)
            if is_here and _SAID.match(words) and not ENDS.search(words):
                return [s for s in self.said_by(other)[:1] if conditions.is_case(s, words)]
        return []

    def parts_behind(
        self, equation: Equation, own: Sequence[Statement]
    ) -> list[tuple[Equation, Statement]]:
        """With what its sentence goes on that says what names are: the statements behind it in its
        display, and "where $u = x^2$" behind that. After one such, "and" will do."""
        parts = [(equation, statement) for statement in own]
        for other in self.behind(equation, _MOST_AHEAD - 1):
            words = other.between
            is_said = _DEFINES.match(words) or (parts and conditions.AND.match(words))
            if not (_is_by(equation, other, 2) and is_said) or equation.item < other.item:
                break
            parts += [(other, one) for one in self.said_by(other)[:1]]
        return parts

    def around(self, equation: Equation) -> list[Statement]:
        """The comparisons behind an equation in its sentence, or those before it."""
        if not equation.display:
            for other in self.behind(equation):
                is_said = _SAID.match(other.between) and not _DENIED.search(other.between)
                if is_said and not _DENIED.search(CLAUSE.split(other.after)[0]):
                    found = self._compared(equation, other)
                    if found:
                        return found
        for other in self.before(equation):
            said, words = last_words(other.before), equation.between
            is_denied = _DENIED.search(said) or _DENIED.search(words)
            if _SUPPOSED_BEFORE.search(said) and not is_denied and not ENDS.search(words):
                return self._compared(equation, other)
        return []

    def _compared(self, equation: Equation, other: Equation) -> list[Statement]:
        """What another equation beside one compares."""
        if other.display or not _is_by(equation, other):
            return []
        return [one for one in self.said_by(other)[:1] if conditions.compares(one)]

    def reasons(self, equation: Equation, is_claim: bool) -> list[Statement]:
        """The equations that its sentence gives as a reason: "since $\\sum_i y_i = 1$, ...".

        ``is_claim``: whether the equation before it is one that states or defines something.
        """
        for other in self.behind(equation):
            is_here = not equation.display and _is_by(equation, other)
            if (
                is_here
                and _REASON_BEHIND.match(other.between)
                and (found := self._equations(other))
            ):
                return found
        for other in self.before(equation):
            if other.display or is_claim or not _is_by(equation, other):
                continue
            is_said = _SUPPOSED_BEFORE.search(last_words(other.before))
            if is_said and not ENDS.search(equation.between):
                return self._equations(other)
        return []

    def said_behind(self, equation: Equation) -> list[Statement]:
        """The equations with which a sentence ends that say on what it rests: "where we have used
        that $\\sum_i y_i = 1$". What they define, if anything, is read elsewhere."""
        found: list[Statement] = []
        for other in self.behind(equation, 2):
            if not _is_by(equation, other):
                break
            words = other.between
            if ENDS.search(words) or not (found or _GIVES_REASON.match(words)):
                break
            found += [
                one
                for one in self._equations(other)
                if one.relations == ["="] and not conditions.may_define(one)
            ]
        return found

    def _equations(self, equation: Equation) -> list[Statement]:
        return [one for one in self.said_by(equation) if "=" in one.relations]

    def goes_on(self, equation: Equation) -> bool:
        """Whether the next display, without a word between, is a further term or factor."""
        for other in self.behind(equation):
            tokens = self.tokens.get(other.number, ())
            is_next = (
                equation.display
                and other.display
                and not other.before
                and (other.section, other.cell) == (equation.section, equation.cell)
            )
            if not is_next or not tokens:
                return False
            is_own = any(token.is_sign("=") for token in tokens)
            first = tokens[0]
            return first.is_sign("+", *(() if is_own else "-")) or (
                first.is_command("cdot", "times")
            )
        return False


def _is_by(equation: Equation, other: Equation, reach: int = 1) -> bool:
    """Whether another equation stands in its paragraph, or so near that displays end these."""
    most = reach * (equation.display + other.display)
    is_here = (other.section, other.cell) == (equation.section, equation.cell)
    return is_here and abs(equation.paragraph - other.paragraph) <= most
