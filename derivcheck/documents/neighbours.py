"""What stands beside an equation in its sentence and paragraph: conditions, cases and reasons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from derivcheck.documents import spaces
from derivcheck.documents.conditions import (
    AND,
    CONTRAST,
    compares,
    gives_value,
    is_case,
    is_listed,
    is_name,
    is_opposite,
    is_partial,
    may_define,
    opposite,
    tells_apart,
    within,
)
from derivcheck.documents.maths.statements import Statement, statements
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import NotReadError
from derivcheck.documents.sayings import CLAUSE, ENDS, last_words
from derivcheck.documents.source import Equation

_MOST_AHEAD = 4
"""Equations that the sentence of a claim may go on with."""
_MOST_BEFORE = 8
"""Equations of its paragraph before it that are asked what it supposes."""
_NEAR = 3
_MOST_TEXT = 200
_SAID = re.compile(
    r"\W*(for|if|when|whenever|where|with|at|provided|given|assuming|on|für|falls|wenn|mit|pour|si|"
    r"para)\b",
    re.I,
)
_SUPPOSED_BEFORE = re.compile(
    r"\b(for|if|when|whenever|where|provided|provided that|on|with|given|since|as|because|let|"
    r"assume|assume that|assuming|suppose|suppose that|für|falls|wenn|da|mit|sei|pour|si|para)"
    r"( (all|any|every|each|an?|fixed|positive|negative|real|non-?zero|constants?|numbers?))*\W*\Z",
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
    r"whether|unlike|besides|apart from|away from|excluded|auch wenn|nicht|même si|aunque)\b|n't\b",
    re.I,
)
"""Words by which what is compared is no condition of what is said."""
_UNLESS = re.compile(r"\W*\b(unless|except (for|if|when|where|at))\W*\Z", re.I)
"""Words by which it holds where that does not."""
_ALSO = re.compile(r"\W*(and|or|,)\W", re.I)
"""Words by which that is not all."""
_LASTS = re.compile(
    r"\b(let|assume|assuming|suppose|supposing|fix|take|given|throughout|sei|seien|soit|sea)\b[^.;!?]*\Z",
    re.I,
)
"""Words by which it is one of all that the paragraph goes on with."""
_LET = re.compile(r"\b(let|fix|take|given|now|instead|sei|seien|soit|sea)\b[^.;!?]*\Z", re.I)
"""Those of them by which a name is introduced anew."""
_BOUNDED = re.compile(
    r"\b(at (most|least)|not|less|greater|larger|smaller|below|above|exceeds?|between)\b", re.I
)
"""Words that say how large something is, and are not read."""
_LIFTED = re.compile(r"\b(drop|lift|relax|remov|instead|without|unlike)", re.I)
"""Words by which it goes on with it no more."""
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{")
_HEDGED = re.compile(r"\b(without|rarely|seldom|sometimes|often|usually|special|may|might)\b", re.I)
_ZERO = Token(Kind.NUMBER, "0", 0)
_SIGNS = {"positive": ">", "negative": "<", "nonpositive": "le", "nonnegative": "ge"}
_SIGNS["nonzero"] = "ne"


def _letters(statement: Statement, most: int | None = None) -> set[str]:
    """The letters of all members, or of some."""
    return {t.text for one in statement.members[:most] for t in one if t.kind is Kind.LETTER}


def _shared(found: Sequence[Statement]) -> Iterator[Statement]:
    """Statements, with what a comparison says of names listed before it: ``a, b > 0``."""
    listed: list[Statement] = []
    for one in found:
        places = [i for i, member in enumerate(one.members) if is_name(member)]
        if one.is_bare and places:
            listed.append(one)
            continue
        for other in listed:
            if compares(one) and len(places) == 1 and one.is_next:
                members = [*one.members]
                members[places[0]] = other.members[0]
                other = replace(one, members=members)
            yield other
        listed = []
        yield one
    yield from listed


def is_denied(equation: Equation) -> bool:
    """Whether words beside an equation deny what it says, or leave it open."""
    beside = last_words(equation.between), CLAUSE.split(equation.after)[0]
    return any(_DENIED.search(words) or _HEDGED.search(words) for words in beside)


class Neighbours:
    """The equations of a document with their tokens, and what each says."""

    def __init__(
        self, equations: Sequence[Equation], tokens: Mapping[int, tuple[Token, ...]]
    ) -> None:
        self.equations = equations
        self.tokens = tokens
        """Of those whose maths can be taken apart, by their number."""
        self._said: dict[int, list[Statement]] = {}
        self._signs = dict(spaces.signed(equations))

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
                found = [within(one) for one in statements(self.tokens.get(number, ()))]
            except NotReadError:
                found = []
            sign = _SIGNS.get(self._signs.get(number, ""))
            if sign and all(one.is_bare and is_name(one.members[0]) for one in found):
                found = [Statement([*one.members, [_ZERO]], [sign]) for one in found]
            self._said[number] = [*_shared(found)]
        return self._said[number]

    def cases_behind(self, equation: Equation) -> tuple[list[Statement], bool]:
        """The cases with which the sentence goes on, "$f'(x) = 2x$ for $a = 1$", and whether they
        are listed."""
        for other in self.behind(equation):
            words = other.between
            is_over = equation.text.rstrip().endswith((".", "!"))  # $f' = 2x.$ When $a = 1$, ...
            is_here = not (equation.display or is_over) and _is_by(equation, other)
            if is_here and _SAID.match(words) and not ENDS.search(words):
                found = [s for s in self.said_by(other)[:1] if is_case(s, words)]
                return found, bool(found) and self.is_listed(other, self.said_by(other))
        return [], False

    def is_listed(self, equation: Equation, said: Sequence[Statement]) -> bool:
        """Whether the case that an equation says first is one of several: "for $n = 1, 2$", "for
        $n = 1$ or $n = 2$"."""
        case, *others = said
        for other in self.behind(equation):
            found = self.said_by(other)[:1]
            is_value = any(one.relations or one.members[0][0].kind is Kind.NUMBER for one in found)
            if _is_by(equation, other) and is_value and not ENDS.search(other.between):
                others += found
        return is_listed(case, others)

    def parts_behind(
        self, equation: Equation, own: Sequence[Statement]
    ) -> list[tuple[Equation, Statement]]:
        """With what its sentence goes on that says what names are: the statements behind it in its
        display, and "where $u = x^2$" behind that. After one such, "and" will do."""
        parts = [(equation, statement) for statement in own]
        for other in self.behind(equation, _MOST_AHEAD - 1):
            words = other.between
            is_said = _DEFINES.match(words) or (parts and AND.match(words))
            if not (_is_by(equation, other, 2) and is_said) or equation.item < other.item:
                break
            parts += [(other, one) for one in self.said_by(other)[:1]]
        return parts

    def apart(self, equation: Equation, own: Sequence[Statement]) -> list[tuple[str, str]]:
        r"""The letters that are said to differ: "for $i \ne j$", in its display or beside it."""
        beside = self._said_beside(equation, tells_apart)
        return [
            (one.members[0][0].text, one.members[1][0].text)
            for one in (*own, *beside)
            if tells_apart(one)
        ]

    def around(self, equation: Equation) -> list[Statement]:
        """The comparisons behind an equation in its sentence, or those before it."""
        return self._said_beside(equation, compares)

    def maths_beside(self, equation: Equation) -> str:
        """The maths that stands near an equation in its paragraph, a line each."""
        near = self.equations[max(0, equation.number - _NEAR) : equation.number + _NEAR + 1]
        return "\n".join(
            other.text[:_MOST_TEXT]
            for other in near
            if other.paragraph == equation.paragraph and other is not equation
        )

    def supposed(self, equation: Equation) -> tuple[list[Statement], set[str]]:
        """The comparisons that its paragraph supposes before it: "Let $a > 0$. Then ...", and the
        letters of which it supposes what is not read.

        What they speak of is not introduced anew meanwhile, "For arbitrary $a$, ...", nor said to
        be the opposite: "Let $a < 0$.".
        """
        found: list[Statement] = []
        anew: set[str] = set()
        unclear: set[str] = set()
        named: set[str] = set()
        """What the sentence at hand speaks of."""
        words = equation.between
        for other in reversed(
            self.equations[max(0, equation.number - _MOST_BEFORE) : equation.number]
        ):
            is_here = _is_by(equation, other) and not other.display
            is_over = any(one.search(words) for one in (_DENIED, CONTRAST, _LIFTED, _ENVIRONMENT))
            supposing = last_words(other.before)
            if not is_here or is_over or _DENIED.search(supposing):
                break
            if ENDS.search(words):
                anew, named = anew | named, set()
            is_supposed, is_let = _LASTS.search(supposing), _LET.search(supposing)
            is_bounded = _BOUNDED.search(ENDS.split(words)[0])
            for one in self.said_by(other):
                letters, subject = _letters(one), _letters(one, 1)
                is_open = is_supposed and anew.isdisjoint(letters)
                if compares(one) and is_open and not any(is_opposite(one, two) for two in found):
                    found.append(one)
                    named |= subject if is_let else set()
                elif is_open and (is_partial(one) or (one.is_bare and is_bounded)):
                    unclear |= letters
                if (one.is_bare or one.relations == ["in"]) and is_name(one.members[0]):
                    anew |= letters
                elif gives_value(one):
                    named |= subject
            words = other.between
        return found, unclear

    def _is_either(self, equation: Equation, said: Equation, found: Sequence[Statement]) -> bool:
        """Whether the sentence goes on with the opposite: "for $x > 0$ and for $x < 0$"."""
        for other in self.behind(said):
            is_last = not other.after.strip() or ENDS.match(other.after)
            if _is_by(equation, other) and is_last and not ENDS.search(other.between):
                said_too = [one for one in self.said_by(other) if compares(one)]
                return any(is_opposite(one, two) for one in said_too for two in found)
        return False

    def _said_beside(
        self, equation: Equation, says: Callable[[Statement], bool]
    ) -> list[Statement]:
        """What is said behind an equation in its sentence, or before it, as its condition."""
        if not equation.display:
            for other in self.behind(equation):
                words, denied = other.between, _DENIED.search(CLAUSE.split(other.after)[0])
                is_excluded = bool(_UNLESS.fullmatch(words)) and not _ALSO.match(other.after)
                is_said = is_excluded or bool(_SAID.match(words) and not _DENIED.search(words))
                found = self._compared(equation, other, says) if is_said and not denied else []
                if found and self._is_either(equation, other, found):
                    return []
                if found:
                    return opposite(found) if is_excluded else found
        for other in self.before(equation):
            said, words = last_words(other.before), equation.between
            is_excluded = bool(_UNLESS.search(other.between))
            is_denied = _DENIED.search(words) or (not is_excluded and _DENIED.search(said))
            is_said = is_excluded or bool(_SUPPOSED_BEFORE.search(said))
            if is_said and not is_denied and not ENDS.search(words):
                found = self._compared(equation, other, says)
                return opposite(found) if is_excluded else found
        return []

    def _compared(
        self, equation: Equation, other: Equation, says: Callable[[Statement], bool]
    ) -> list[Statement]:
        """What another equation beside one compares."""
        if other.display or not _is_by(equation, other):
            return []
        return [*takewhile(says, self.said_by(other))]

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
            is_said = _SUPPOSED_BEFORE.search(last_words(other.before))
            is_here = not other.display and _is_by(equation, other)
            if is_said and is_here and not (is_claim or ENDS.search(equation.between)):
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
                if one.relations == ["="] and not may_define(one)
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
