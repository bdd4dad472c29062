r"""Conditions beside a claim: ``\frac{d}{dx} |x| = 1, \quad x > 0``, "$f'(x) = 2x$ for $x < 0$".

What is said under a condition is read with it and without it, and passes either way. Where a
definition is said under one, nothing that is refuted with it counts. A case, a comparison or a
reason may stand before a claim or behind it, in words that say so; what a paragraph supposes ("Let
$a > 0$.") holds to its end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import itemgetter

from derivcheck.documents.bindings import key_of
from derivcheck.documents.maths.commands import COMPARISONS
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.parser import parsed
from derivcheck.documents.maths.relations import OPPOSITE
from derivcheck.documents.maths.rows import step
from derivcheck.documents.maths.statements import Statement
from derivcheck.documents.maths.tokens import Kind, Token, canonical
from derivcheck.documents.maths.tree import NotReadError, Tree, has_derivative, names_in
from derivcheck.documents.sayings import CLAUSE, ENDS
from derivcheck.documents.source import Equation

Comparison = tuple[Tree, str, Tree]

_BOUNDS = frozenset(name for name, sign in COMPARISONS.items() if sign[0] in "<>")
FAR = {"gg": ">", "ll": "<"}
"""Comparisons that say more than what they are taken for."""
_COMPARED = _BOUNDS | {"ne", "neq", *FAR}
_MOST_LINKED = 24
"""Comparisons that are looked at together."""
COMPARING = frozenset((*_COMPARED, "in", "notin", "not"))
"""Relations that neither define nor claim."""
_KNOWN = frozenset((*_COMPARED, "=", ":=", "to", "mapsto", "subset", "subseteq", "in"))
"""Those that are read, or say nothing of how large something is."""


def compares(statement: Statement) -> bool:
    """Whether a statement is nothing but comparisons."""
    is_compared = bool(statement.relations) and _COMPARED.issuperset(statement.relations)
    return is_compared and not tells_apart(statement)


def tells_apart(statement: Statement) -> bool:
    """Whether a statement says that two letters differ."""
    is_other = statement.relations in (["ne"], ["neq"])
    return is_other and all([t.kind for t in one] == [Kind.LETTER] for one in statement.members)


def opposite(said: Sequence[Statement]) -> list[Statement]:
    """What holds where a comparison does not; of several some may."""
    if len(said) != 1 or len(said[0].relations) != 1:
        return []
    return [replace(said[0], relations=[OPPOSITE[one] for one in said[0].relations])]


def is_opposite(one: Statement, other: Statement) -> bool:
    """Whether two comparisons with the same end exclude one another: ``a > 0`` and ``a < 0``."""
    sides = [[canonical(side.members[i]) for i in (0, -1)] for side in (one, other)]
    signs = {COMPARISONS.get(side.relations[0], "!")[0] for side in (one, other)}
    return sides[0] == sides[1] and signs == {"<", ">"}


def is_partial(statement: Statement) -> bool:
    r"""Whether it says of a name where it is in a way that is not read: ``x \in \mathbb{R}_{>0}``,
    ``x \in (0, 1) \cup (2, 3)``, but not ``x \in \mathbb{R}^n``."""
    if statement.relations != ["in"]:
        return bool(statement.relations) and not _KNOWN.issuperset(statement.relations)
    space = [t for t in statement.members[1] if t.kind not in (Kind.OPEN, Kind.CLOSE)]
    is_half = any(one.is_sign("_", "^") and two.is_sign("+", "-") for one, two in pairwise(space))
    return is_half or any(t.text in _BOUNDS or t.is_command("cup", "setminus") for t in space)


def bounded(relations: Sequence[str]) -> int:
    """How many equations a chain begins with that goes on with comparisons; 0 for another one."""
    count = next((i for i, one in enumerate(relations) if one != "="), len(relations))
    behind = relations[count:]
    return count if behind and all(one in _BOUNDS for one in behind) else 0


_SAID_BEFORE = re.compile(
    r"\b(for|if|when|whenever|case( \(?\w{1,3}\)?)?|at|für|falls|wenn|pour|si|para)\W*\Z", re.I
)
_NO_CASE = re.compile(r"\b(unlike|except|besides|without|not|never)\b|n['’]t\b", re.I)
CONTRAST = re.compile(
    r"\b(otherwise|elsewhere|else|in general|generally|but|while|whereas|always|without|"
    r"in any case|sonst|allgemein)\b",
    re.I,
)
"""Words behind which a case is spoken of no longer."""
_PLAINLY = re.compile(
    r"(\W|\b(for|if|when|whenever|where|with|at|on|in|of|provided|given|assuming|that|such|as|long|"
    r"since|because|so|all|any|every|each|fixed|the|an?|is|are|be|case|and|only|valid|defined|real|"
    r"positive|negative|constants?|integers?|numbers?|otherwise|für|falls|wenn|mit|alle|pour|tout|si|"
    r"para|con)\b)*",
    re.I,
)
"""Words beside a condition in a display by which it is one."""
AND = re.compile(r"\W*(and|und|et|y)?\W*\Z", re.I)


def is_case(statement: Statement, words: str, follows: bool = False) -> bool:
    """Whether ``n = 1`` is said of a case, behind "if" or "for" or in brackets: it defines
    nothing. One that follows a case needs no more than "and"."""
    said = " ".join((words, *statement.words))
    is_said = _SAID_BEFORE.search(said) or (follows and AND.match(said))
    is_denied = _NO_CASE.search(re.split(r"[.,;:!?]", said)[-1])
    return bool(is_said and not is_denied) and gives_value(statement)


def gives_value(statement: Statement) -> bool:
    """Whether an equation says nothing but what a name is, a number or another name."""
    *lefts, value = statement.members
    return {*statement.relations} == {"="} and all(map(is_name, lefts)) and _is_value(value)


def are_sure(
    cases: Sequence[Statement], compared: Sequence[Statement], behind: Sequence[Statement]
) -> bool:
    r"""Whether cases and comparisons behind an equation in its display are no more than that: of
    ``n = 1, 2``, ``n = 1 \text{ or } n = 2``, ``\text{even for } n = 1`` none is meant alone."""
    is_plain = all(_PLAINLY.fullmatch(" ".join(one.words)) for one in (*cases, *compared))
    return is_plain and not any(is_listed(one, behind[i:]) for i, one in enumerate(cases, 1))


def is_listed(case: Statement, behind: Sequence[Statement]) -> bool:
    """Whether what follows the value of a case goes on with other ones: ``n = 1, 2``, ``n = 1, n =
    2``."""
    name = canonical(case.members[0])
    return any(
        canonical(one.members[0]) == name if one.relations else step(one.members[0][0]) != 1
        for one in behind[:1]
    )


def is_name(tokens: Sequence[Token]) -> bool:
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


def is_name_for(case: Statement, names: Container[str]) -> bool:
    """Whether ``q_1 = x`` gives one of some names another one that is none of them."""
    *_, name, letter = case.members
    shown = [t.text for t in letter if t.kind is Kind.LETTER]
    try:
        return key_of(name)[0] not in names and len(shown) == 1 and shown[0] in names
    except NotReadError:
        return False


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
    return (is_name(left) or is_function) and not _is_value(right)


def goes_on(equation: Equation, case: Equation) -> bool:
    """Whether an equation belongs to the sentence that begins with a case just before it."""
    is_next = equation.number == case.number + 1 and equation.cell == case.cell
    paragraphs = 1 if equation.display else 0
    is_here = equation.paragraph - case.paragraph <= paragraphs
    words = equation.between
    is_other = any(map(CONTRAST.search, (words, CLAUSE.split(equation.after)[0])))
    return is_next and is_here and not (ENDS.search(words) or is_other)


def comparisons_after(found: Sequence[Statement], number: int) -> list[Statement]:
    """The comparisons that follow a statement of one display, up to the next equation."""
    kept: list[Statement] = []
    for other in map(within, found[number + 1 :]):
        if not compares(other):
            break
        kept.append(other)
    return kept


def within(statement: Statement) -> Statement:
    r"""What ``x \in (0, \infty)`` compares; another statement as it is."""
    *_, space = statement.members
    commas = [i for i, token in enumerate(space) if token.is_sign(",")]
    if statement.relations != ["in"] or len(commas) != 1 or len(space) < 5:
        return statement
    opening, closing = space[0].text, space[-1].text
    if opening not in ("(", "[") or closing not in (")", "]"):
        return statement
    name, ends = statement.members[0], (space[1 : commas[0]], space[commas[0] + 1 : -1])
    low, high = ([*end] if not any(t.is_command("infty") for t in end) else [] for end in ends)
    members = [one for one in (low, name, high) if one]
    signs = "<" if opening == "(" else "le", "<" if closing == ")" else "le"
    relations = [sign for sign, end in zip(signs, (low, high), strict=True) if end]
    return Statement(members, relations) if relations else statement


def _finite(statement: Statement) -> Statement:
    r"""A statement without the infinite ends of ``0 < x < \infty``."""
    members, relations = [*statement.members], [*statement.relations]
    for end in (0, -1):
        if len(members) > 2 and any(t.is_command("infty") for t in members[end]):
            del members[end], relations[end]
    return replace(statement, members=members, relations=relations)


def compared(said: Iterable[Statement], kinds: Kinds) -> Iterator[Comparison]:
    """What statements compare and equate, as far as they are read and no derivative is in them."""
    for statement in map(_finite, said):
        sides = [parsed(one, kinds) for one in statement.members]
        known = [one for one in sides if one is not None]
        if len(known) == len(sides) and not any(map(has_derivative, known)):
            signs = (COMPARISONS.get(one, FAR.get(one, "")) for one in statement.relations)
            yield from filter(itemgetter(1), zip(known, signs, known[1:], strict=False))


def linked(said: Sequence[Comparison], concerns: Callable[[Tree], bool]) -> list[Comparison]:
    """Comparisons, and what they say over what is not spoken of: of ``a > b > 0`` without b, a >
    0."""
    found = [*said]
    for left, sign, middle in found:
        for other, next_sign, right in found[:_MOST_LINKED] if sign[0] in "<>" else ():
            if other == middle and next_sign[0] == sign[0] and not concerns(middle):
                one = left, min(sign, next_sign, key=len), right
                is_new = one not in found and bool(names_in(left) | names_in(right))
                found += [one] if is_new and len(found) < _MOST_LINKED else []
    return found


def reaching(
    groups: Sequence[Sequence[Comparison]],
    spoken: Callable[[Comparison], set[str]],
    names: Iterable[str],
) -> list[list[Comparison]]:
    """Of each group what speaks of these names, also by way of others: of y = a t and a = 2 both,
    where a claim has y and t alone. What speaks of no name is said of every claim."""
    all_ = [(number, one) for number, group in enumerate(groups) for one in group]
    said = [spoken(one) for _, one in all_]
    about: dict[str, list[int]] = {}
    for place, known in enumerate(said):
        for name in known:
            about.setdefault(name, []).append(place)
    met = {place for place, known in enumerate(said) if not known}
    queue = [*names]
    while queue:
        for place in about.pop(queue.pop(), ()):
            met.add(place)
            queue += said[place]
    found: list[list[Comparison]] = [[] for _ in groups]
    for place in sorted(met):
        number, one = all_[place]
        found[number].append(one)
    return found
