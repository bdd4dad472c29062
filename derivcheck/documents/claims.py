"""Chains to claims: readings, other ways to take them, and what words around them leave of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, islice, pairwise, takewhile

from derivcheck.collection.formula import Formula
from derivcheck.documents import conditions, meanings, readings, sayings
from derivcheck.documents.bindings import reached
from derivcheck.documents.chains import Chain, Place, Reading
from derivcheck.documents.defining import Definitions, Outcome
from derivcheck.documents.doubts import where_places
from derivcheck.documents.maths.kinds import copied
from derivcheck.documents.maths.rows import step
from derivcheck.documents.maths.statements import Statement
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import NotReadError, SilentError
from derivcheck.documents.memory import Memory, Spoken, within
from derivcheck.documents.model import INFERRED, UNBROKEN, Claim, Grade, Problem
from derivcheck.documents.scan.page import braces
from derivcheck.documents.source import Equation, tag_at
from derivcheck.model import EquationStatus as Status

_MOST_DOUBTS, _MOST_MEANT, _MOST_RIVALS = 6, 4, 4
"""Other ways to take a claim that are looked at."""
_MOST_PARAGRAPHS = 4
"""Paragraphs over which the value of an entry may be meant."""
_LAST = re.compile(
    r"\\(?:right|[bB]igg?[rl]?)\s*(?:\\[A-Za-z]+|\\?.)"
    r"|\\[A-Za-z]+\*?(?:\s*\{[^{}]*\})?|[.]?[0-9]+(?:(?:[.]|\{,\})[0-9]+)?|\\?.",
    re.S,
)
_BRACE = re.compile(r"\s*\}")
_OPENED = re.compile(r"(?:\\[A-Za-z]+\s*\{\s*)\Z")
Span = tuple[int, int]
"""Offsets of the first and the last token of a statement."""


class Claims:
    """Makes claims of chains, with what a document has said by then."""

    def __init__(self, memory: Memory, definitions: Definitions) -> None:
        self.memory = memory
        self.definitions = definitions
        self.ids: dict[str, int] = {}

    def claimed(self, chain: Chain, place: Place, spoken: Spoken, span: Span) -> Outcome:
        """The claim of a chain. Raises :class:`NotReadError`."""
        place = self.memory.without_examples(chain, place)
        found, there = self.readings(chain, place, spoken)
        reason = "" if place.equation.blocks else self.memory.unsure(there, found[0].used)
        if reason:
            raise NotReadError(reason, span[0])
        made = _Made(self.memory, chain, there, spoken, found)
        if made.has_other_rules() and not place.equation.claim:
            return Outcome(Status.SILENT, meanings.OTHER_RULES, span[0])
        identifier = self.identifier(place.equation, span)
        return Outcome(Status.CLAIM, claims=[made.claim(identifier, span, held=place)])

    def readings(self, chain: Chain, place: Place, spoken: Spoken) -> tuple[list[Reading], Place]:
        """Every way to read a chain, with what its sentence goes on to define, too; and what is in
        force where it is read."""
        ahead = self.ahead(place, spoken)
        if ahead is None:
            try:
                return readings.readings(chain, place), place
            except NotReadError as error:
                if isinstance(error, SilentError):
                    raise
                # the left side may be meant as its definition goes on
                for there in readings.gone_on(chain, place):
                    if found := readings.attempted(chain, there):
                        return found, there
                raise
        place = _varying(place, ahead)
        found = readings.attempted(chain, place)
        if not found:
            return readings.readings(chain, ahead), ahead
        return [*found, *_others(readings.attempted(chain, ahead), found)], place

    def ahead(self, place: Place, spoken: Spoken) -> Place | None:
        """What is in force with what the sentence goes on to define: "where $u = x^2$"."""
        memory, equation, declarations = self.memory, place.equation, place.declarations
        parts = memory.near.parts_behind(equation, spoken.behind)
        if not parts:
            return None
        defined = False
        with memory.tried():
            for other, statement in reversed(parts):
                if {*statement.relations} != {"="} or conditions.gives_value(statement):
                    continue
                there = memory.place(other, declarations)
                made = self.definitions.definition([*statement.members], there, spoken)
                defined |= made is not None and made.status is Status.DEFINITION
            there = memory.place(equation, declarations)
        # what the display itself defines before is not what another one of its rows says of it
        own = (k for k, b in place.bindings.items() if b.equation == equation)
        is_again = any(there.bindings.get(k) is not place.bindings[k] for k in own)
        return there if defined and not is_again else None

    def identifier(self, equation: Equation, span: Span) -> str:
        """The tag, the label, or the line; numbered where it is not the first."""
        tag = re.sub(r"\s+", "-", tag_at(equation, *span).strip())
        base = tag or f"L{equation.place(span[0]).line}"
        count = self.ids[base] = self.ids.get(base, 0) + 1
        return base if count == 1 else f"{base}.{count}"


class _Made:
    """A claim in the making: a chain with its readings, and what is said of it."""

    def __init__(
        self, memory: Memory, chain: Chain, place: Place, spoken: Spoken, found: list[Reading]
    ) -> None:
        self.memory, self.chain, self.place, self.found = memory, chain, place, found
        self.equation = place.equation
        self.first = found[0]
        names = {*self.first.names.values()}
        if spoken.cases and all(conditions.is_name_for(one, names) for one in spoken.cases):
            spoken = replace(spoken, cases=[], in_case=False)
        self.spoken = spoken
        self.stated = " ".join(str(value) for one in found for value in one.raw.values())

    def has_other_rules(self) -> bool:
        """Whether the page differentiates by other rules what this speaks of."""
        return any(one.concerns(self.equation, self.stated) for one in self.memory.calculi)

    def claim(self, identifier: str, span: Span, held: Place) -> Claim:
        """The claim, under its identifier; ``held`` is what was in force before its sentence
        defined more."""
        equation, chain, place, first = self.equation, self.chain, self.place, self.first
        begin = equation.place(span[0])
        where = (equation.file, begin.line, begin.column)
        name = os.path.basename(equation.file)

        def entries(made: Iterable[Reading], most: int | None = None) -> tuple[Formula, ...]:
            return tuple(
                Formula(name, "", *where, identifier, {"id": identifier, **one.raw})
                for one in islice(made, most)
            )

        beside, unclear = self.memory.near.supposed(equation)
        self.add_compared(beside)
        cases = self.spoken.cases if self.spoken.in_case else []
        supposed = readings.supposed(chain, place, cases) if cases else []
        reasons = self.memory.near.reasons(equation, self.memory.page.states == equation.number - 1)
        is_unclear = not unclear.isdisjoint(t.text for member in chain.members for t in member)
        grade = self.grade(reasons, is_unclear, bool(supposed))
        found = [*self.found, *_others(supposed, self.found)]
        as_held = readings.attempted(chain, held) if place is not held else []
        limits = [place.bindings[key].limits for key in first.used]
        groups = [*filter(None, limits), *self.memory.said_near(equation), reasons]
        meant = readings.meant(chain, place, first, groups)
        doubts = readings.doubts(chain, place, first, self.memory.page)
        is_pieced = any(place.bindings[key].is_limited for key in first.used)
        is_said = self.memory.is_said
        # where an annotation, or a condition that is read, does not say where it holds
        is_free = not (equation.blocks or self.spoken.beside)
        made = self.told_apart(entries(found))
        return Claim(
            identifier,
            _shown(equation.text, *span),
            begin,
            made,
            replace(
                grade,
                near=all(one.grade.near for one in found),
                supposed=any(one.grade.supposed for one in found),
            ),
            members=tuple(
                equation.place(tokens[0].at)
                for i, tokens in enumerate(chain.members[1:], 1)
                if i not in first.unread and tokens
            ),
            carried=chain.carried is not None and "derivation" in first.raw,
            unread=tuple(
                Problem(error.message, equation.place(error.at))
                for _, error in sorted(first.unread.items())
            ),
            doubts=entries(doubts, _MOST_DOUBTS) if not grade.anchored or is_pieced else (),
            meant=entries(_others([*as_held, *meant], found), _MOST_MEANT),
            rivals=entries(readings.rivals(chain, place, first, self.memory.page), _MOST_RIVALS),
            turned=entries(self.turned(), _MOST_RIVALS),
            guessed=first.guessed if not self.spoken.beside else (),
            places=first.places if is_said(sayings.tells_apart, equation) else (),
            normalised=is_said(sayings.normalises, equation),
            structured=is_said(sayings.structures, equation),
            conditions=self.conditions() if is_free else frozenset(),
            may_be_conditional=is_free and sayings.may_be_conditional(equation),
            signs=tuple(one.signs for one in found) * (len(made) // len(found)),
            is_wrong=equation.wrong,
            names=tuple(sorted(first.names.items())),
            rests=first.rests,
        )

    def conditions(self) -> frozenset[str]:
        """Of what kind conditions may be that are said of it and not read."""
        equation, names = self.equation, {*self.first.names.values()}
        found = sayings.conditions(equation, self.memory.near.maths_beside(equation))
        labels = self.memory.agreed(meanings.labelled, equation)
        return found if names.isdisjoint(labels) else found | {"label"}

    def add_compared(self, beside: Sequence[Statement]) -> None:
        """Add the readings where what is compared holds: behind the claim, else before it, and
        where it says what something sums to."""
        chain, place = self.chain, self.place
        said = list(conditions.compared(self.spoken.beside or beside, place.kinds))
        if said:
            there = readings.attempted(chain, replace(place, said=said))
            self.found += _others(there, [*self.found])
        summed = readings.where(chain, place, [*self.memory.summed(place)], 1)
        self.found += _others(summed, [*self.found])

    def grade(self, reasons: Sequence[Statement], is_unclear: bool, is_supposed: bool) -> Grade:
        """How surely it is meant: ``is_unclear`` where something is supposed that is not read,
        ``is_supposed`` where its cases could be put in."""
        equation, chain, spoken, first = self.equation, self.chain, self.spoken, self.first
        anchored = all(one.grade.anchored for one in self.found)
        pass_only = next((one.grade.pass_only for one in self.found if one.grade.pass_only), "")
        is_said = sayings.is_limited(equation) or sayings.is_open(equation)
        is_rough = any(not conditions.FAR.keys().isdisjoint(one.relations) for one in spoken.beside)
        is_limited = is_said or is_rough or spoken.in_case or is_unclear
        if is_limited and not (equation.blocks and is_supposed):
            pass_only, anchored = "said under a condition", False
        elif not equation.wrong:
            pass_only = self.reservation(reasons) or pass_only
        is_last = bool(spoken.beside and first.grade.solves)
        if is_last:  # what is said behind it may be the condition of this last member
            pass_only = pass_only or "a condition to be solved"
        if any(map(_goes_on_anew, chain.members[1:-1])) and not equation.blocks:
            pass_only = pass_only or UNBROKEN
        head = chain.members[0]
        is_partial = head[0].text in self.place.kinds.partials if len(head) > 2 else False
        if is_partial and head[1].is_sign("_") and not (pass_only or equation.blocks):
            pass_only = INFERRED  # a component, too, may be written so
        if first.grade.identity and conditions.is_structure(chain.members):
            pass_only = pass_only or "an equation that may be one to be solved"
        # nothing makes a refutation count by what was invented
        if equation.claim and pass_only and pass_only != "a function is not defined":
            pass_only, anchored = "", True
        return replace(
            first.grade,
            anchored=anchored,
            pass_only=pass_only,
            identity=first.grade.identity and not equation.claim,
            solves=0 if is_last else first.grade.solves,
        )

    def reservation(self, reasons: Sequence[Statement]) -> str:
        """Why words around a claim, or elsewhere, keep a refutation from counting."""
        memory, equation, place, first = self.memory, self.equation, self.place, self.first
        spoken, names = self.spoken, {*first.names.values()}
        # what is given as a reason is tried, if it can be said of what the claim speaks of
        is_tried = bool(reasons) and readings.supposed(self.chain, place, reasons)
        is_rested = reasons and not is_tried and not spoken.in_case
        if is_rested or (first.places and spoken.beside):
            return "said under a condition"
        if memory.is_doubted(equation):
            return sayings.SAID
        if not names.isdisjoint(within(memory.fixed, equation, _MOST_PARAGRAPHS)):
            return "entries were given a value"
        is_made = any((equation.section, name) in memory.anew for name in names)
        if is_made or any(memory.is_anew(key, place) for key in first.used):
            return "its names may mean something else here"
        return ""

    def told_apart(self, made: tuple[Formula, ...]) -> tuple[Formula, ...]:
        """Entries, and the same where indices differ that are said to, or are one."""
        # i \ne j behind the next equation of a display is said of that one
        own = takewhile(lambda one: "=" not in one.relations, self.spoken.behind)
        letters = self.memory.near.apart(self.equation, [*own])
        sides = [[side[0].text for side in case.members[:2]] for case in self.spoken.cases]
        same = [(one, other) for one, other in sides if one != other]
        places = {*self.first.places}
        separate = [pair for pair in letters if {*pair} <= places and {*pair} not in map(set, same)]
        if self.first.raw.get("equals"):
            for pairs, sign in ((separate, "!="), ([*filter(places.issuperset, same)], "==")):
                made += tuple(where_places(one, pairs, sign) for one in made if pairs)
        return made

    def turned(self) -> Iterable[Reading]:
        """The readings in numerator layout, where nothing declares one."""
        place = self.place
        if place.is_bare or place.declarations.layout or "grad(" not in self.stated:
            return ()
        other = replace(place.declarations, layout="numerator")
        return readings.attempted(self.chain, replace(place, declarations=other))


def _goes_on_anew(member: Sequence[Token]) -> bool:
    r"""Whether a derivative stands behind a factor and a space: of ``2x \frac{d}{dx} x^3 = 3x^2``
    the second one may be a statement by itself, on the next line of the source."""
    values = (Kind.LETTER, Kind.NUMBER, Kind.CLOSE, Kind.RIGHT)

    def is_derivative(i: int) -> bool:
        if member[i].is_command("frac"):
            above = [one.text for one in member[i + 1 : i + 4]]
            return above in (["{", "d", "}"], ["{", "partial", "}"])
        depths = enumerate(accumulate(map(step, member[i : i + 100])), i + 1)
        end = next((at for at, depth in depths if depth == 0), i)
        return member[i].is_sign("(") and any(one.is_sign("'") for one in member[end : end + 1])

    return any(
        not token.glued and before.kind in values and is_derivative(i)
        for i, (before, token) in enumerate(pairwise(member), 1)
    )


def _varying(place: Place, ahead: Place) -> Place:
    """The same where a total derivative holds nothing of what is defined ahead: of ``x + u``,
    ``u = x^2``, no u."""
    made = {k: b for k, b in ahead.bindings.items() if place.bindings.get(k) is not b}
    kinds = copied(place.kinds)
    kinds.rates |= {(k, n) for k, b in made.items() for n in reached(b.trees, ahead.bindings)}
    return replace(place, kinds=kinds)


def _others(made: Iterable[Reading], found: Sequence[Reading]) -> Iterable[Reading]:
    """Those of some readings that are other entries."""
    return (one for one in made if all(one.raw != other.raw for other in found))


def _shown(text: str, start: int, at: int) -> str:
    """A stretch of maths from the first to the last of its tokens, as the page writes it."""
    begin = _begin_of(text, start, at)
    return text[begin : _end_of(text, begin, at)].strip()


def _begin_of(text: str, start: int, at: int) -> int:
    r"""Where the first token of a text begins: ``\mathbf{a}`` is known by its letter."""
    opened = _OPENED.search(text, max(0, start - 40), start)
    is_round_it = braces(text).get(text.rfind("{", 0, start), at + 1) <= at
    return opened.start() if opened and is_round_it else start


def _end_of(text: str, start: int, at: int) -> int:
    r"""Where the last token of a text that begins at ``start`` ends: ``\right]`` and
    ``\mathrm{a}`` are one."""
    found = _LAST.match(text, at)
    end = found.end() if found else at + 1
    # the braces behind a letter that a font or an accent is round
    depth = text.count("{", start, end) - text.count("}", start, end)
    while depth > 0 and (brace := _BRACE.match(text, end)):
        end, depth = brace.end(), depth - 1
    return end
