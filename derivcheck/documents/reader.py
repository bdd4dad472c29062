"""A document's equations to what they claim, in derivcheck's own language: one after the other, as
what is read of one decides how the next ones are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import takewhile

from derivcheck.documents import conditions, sayings
from derivcheck.documents.chains import Chain, Place
from derivcheck.documents.claims import Claims, Span
from derivcheck.documents.defining import (
    Definitions,
    Members,
    Outcome,
    is_rate_said,
    is_word,
    second_target,
    target_in_log,
)
from derivcheck.documents.maths.parser import parsed
from derivcheck.documents.maths.statements import (
    Statement,
    composed,
    is_list,
    listed_before,
    statements,
)
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import NotReadError, Tree, has_derivative, names_in, walk
from derivcheck.documents.memory import Memory, Spoken
from derivcheck.documents.model import Claim, Problem, Read
from derivcheck.documents.source import Equation, Source
from derivcheck.documents.tables import Table
from derivcheck.model import EquationStatus as Status
from derivcheck.records import record

_WORDS = {
    "an approximation": ("approx", "sim", "simeq", "doteq", "propto", "asymp", "cong"),
    "an assignment or map": ("leftarrow", "gets", "mapsto", "to", "rightarrow", "longrightarrow"),
    "an equation to be solved": ("!",),
}
"""What a statement is, by its relation."""


def read_document(source: Source) -> tuple[Read, ...]:
    """What each equation of a document is, in order; never raises for the document's sake."""
    reader = _Reader(source)
    return tuple(reader.read(equation) for equation in source.equations)


_NUMBER = re.compile(r"\S(?<!quad)(?<![,;:])\s+(\(\d+(?:\.\d+)?[a-z]?\))\s*(?:[.,;]\s*)?\Z")
"""What plain Markdown writes behind an equation for its number."""


@record()
class _Past:
    """The chain that a display beginning with ``=`` goes on with."""

    head: Sequence[Token]
    last: Sequence[Token] | None
    place: Place


class _Reader:
    def __init__(self, source: Source) -> None:
        self.memory = Memory(source)
        self.near = self.memory.near
        self.definitions = Definitions(self.memory)
        self.claims = Claims(self.memory, self.definitions)
        self.table = Table()
        self.past: _Past | None = None
        self.case: Equation | None = None
        """The last equation of a sentence that begins with a case."""
        self.cases: list[Statement] = []
        """What that sentence supposes: ``n = 1``."""
        self.is_listed = False
        """Whether one of them is one of several: then none is put in."""

    # -- one equation ----------------------------------------------------------------------

    def read(self, equation: Equation) -> Read:
        """What one equation is."""
        try:
            found = self.read_equation(equation)
        except NotReadError as error:
            self.past = None if equation.display else self.past
            self.definitions.unbind(equation)
            return _summed_up(equation, [Outcome.of(error)])
        except RecursionError:
            return Read(equation, Status.UNREAD, "nested too deep", equation.location)
        is_stated = any(not claim.grade.identity for claim in found.claims)
        if found.status is Status.DEFINITION or is_stated:
            self.memory.page.states = equation.number
        if is_stated:
            self.memory.page.claims.append(equation.number)
        return found

    def read_equation(self, equation: Equation) -> Read:
        if equation.off:
            return Read(equation, Status.SILENT, "an annotation says `off`")
        if equation.skip == ():
            return Read(equation, Status.SILENT, "an annotation says `skip`")
        if equation.number in self.memory.problems:
            raise self.memory.problems[equation.number]
        self.memory.hear(equation)
        if equation.display and (label := _NUMBER.search(equation.text)):
            raise NotReadError("a number in brackets at its end: is it a factor?", label.start(1))
        found = statements(
            self.near.tokens[equation.number], equation.environment, equation.skip or ()
        )
        follows = self.case is not None and conditions.goes_on(equation, self.case)
        self.case = equation if follows else None
        if not follows:
            self.cases, self.is_listed = [], False
        around = self.near.around(equation)
        behind_it, is_listed = self.near.cases_behind(equation)
        outcomes: list[Outcome] = []
        own: list[Statement] = []
        """The cases of the claim at hand, which are those of no other one."""
        for number, statement in enumerate(found):
            if statement in own:
                self.memory.lately.append((equation, statement))
                continue
            if self.is_case(equation, statement, follows, is_first=not number):
                self.case = equation
                self.cases.append(statement)
                self.is_listed |= self.near.is_listed(equation, found[number:])
                self.definitions.case(self.memory.place(equation), statement)
                outcomes.append(Outcome(Status.SILENT, "the condition of a case"))
                continue
            behind = found[number + 1 :]
            if not behind and statement.relations and self.near.goes_on(equation):
                self.past = None
                self.definitions.kill_head(statement.members[0], self.memory.place(equation))
                reason = "it goes on in the display behind it"
                outcomes.append(Outcome(Status.UNREAD, reason, statement.end))
                continue
            own = self.cases_of(statement, behind, equation)
            said = own or [one for one in behind[:1] if conditions.is_case(one, "")]
            compared = conditions.comparisons_after(found, number)
            is_open = is_listed or (follows and self.is_listed)
            if not conditions.are_sure(said, compared, behind):
                said, compared, is_open = [], [], True
            cases = [] if is_open else [*self.cases, *behind_it, *said]
            in_case = is_open or follows or bool(said or behind_it)
            listed = [one.members[0] for one in listed_before(found, number)]
            spoken = Spoken(cases, in_case, behind, compared + around, listed)
            outcome = self.statement(equation, statement, spoken)
            is_read = outcome.status in (Status.CLAIM, Status.DEFINITION)
            if is_read and is_list(behind):
                self.past = None
                self.definitions.kill_head(statement.members[0], self.memory.place(equation))
                reason = "an expression alone behind it: is it a list, or a part of it?"
                outcome = (
                    Outcome(Status.SILENT, "a list")
                    if behind[0].is_dots
                    else Outcome(Status.UNREAD, reason, behind[0].at)
                )
            outcomes.append(outcome)
            self.note(equation, statement, outcomes[-1])
        return _summed_up(equation, outcomes)

    def is_case(
        self, equation: Equation, statement: Statement, follows: bool, is_first: bool
    ) -> bool:
        """Whether a statement is what a sentence supposes: "if n = 1"."""
        if conditions.is_case(statement, equation.before if is_first else ""):
            return True
        return follows and is_first and conditions.is_case(statement, equation.between, True)

    def cases_of(
        self, statement: Statement, behind: Sequence[Statement], equation: Equation
    ) -> list[Statement]:
        r"""The cases that a claim is said of, behind it in its display: ``(x^n)' = 2x, n = 2``."""
        cases = [*takewhile(conditions.gives_value, behind)]
        kinds = self.memory.place(equation).kinds if cases else None
        head = parsed(statement.members[0], kinds, is_head=True) if kinds else None
        return cases if head is not None and has_derivative(head) else []

    def note(self, equation: Equation, statement: Statement, outcome: Outcome) -> None:
        """Keep what a statement may suppose of those that follow."""
        if outcome.is_value:
            self.case = equation
            self.cases.append(statement)
        value = [one for one in statement.members[-1] if one.text != "\\pi"]
        is_closed = all(one.kind is not Kind.LETTER for one in value)  # k = \ln 2
        is_number = (outcome.is_value and is_closed) or conditions.is_value(statement)
        is_said = outcome.status is not Status.DEFINITION and is_number
        if is_said and all(claim.grade.identity for claim in outcome.claims):
            self.memory.lately.append((equation, statement))

    # -- one statement ---------------------------------------------------------------------

    def statement(self, equation: Equation, statement: Statement, spoken: Spoken) -> Outcome:
        """What one statement is."""
        place = self.memory.place(equation)
        relations = statement.relations
        members: list[Sequence[Token]] = [*statement.members]
        head = self.table.left_of(equation, members[0])
        if head is not None and all(relation == "=" for relation in relations):
            relations, members = ["=", *relations], [head, *members]
        if relations == ["="] * len(relations) and relations:
            members = composed(members, place.kinds.functions)
        if not relations:
            if equation.display:
                self.past = _Past(members[0], None, place)
            return Outcome(Status.SILENT, "no equation")
        if relations[-1] == "in" and len(relations) > 1:
            relations, members = relations[:-1], members[:-1]
        if relations == ["in"]:
            for name in (*spoken.listed, members[0]):
                self.definitions.space([name, members[1]], place)
            return Outcome(Status.SILENT, "no equality")
        bounded = conditions.bounded(relations)
        if bounded:
            # f''(x) = 2x^2 > 0: what is compared behind an equation is said of it
            relations, members = relations[:bounded], members[: bounded + 1]
            statement = replace(statement, members=[list(m) for m in members], relations=relations)
        other = next((one for one in relations if one not in ("=", ":=")), None)
        if other is not None:
            self.past = None
            if other not in conditions.COMPARING:
                self.definitions.kill_head(members[0], place, is_told=other != "sim")
            named = (words for words, relations in _WORDS.items() if other in relations)
            return Outcome(Status.SILENT, next(named, "no equality"))
        past = self.past if statement.continues else None
        if statement.continues and past is None:
            return Outcome(Status.UNREAD, "its left side stands nowhere before", statement.at)
        if equation.display or not statement.continues:
            self.past = None
        while not members[-1] and len(members) > 2:
            members.pop()
        if not members[-1]:
            raise NotReadError("there is no right side", statement.end)
        if not spoken.behind and sayings.goes_on(equation):
            return Outcome(Status.UNREAD, "it goes on in words", statement.end)
        is_meant = equation.claim or equation.wrong
        if not is_meant and sayings.is_wrong(equation, " ".join(statement.words)):
            return Outcome(Status.SILENT, sayings.SAID)
        span = statement.at, statement.end
        try:
            if past is not None:
                chain = Chain([past.head, *members[1:]], past.last)
                place = replace(past.place, equation=equation)
            else:
                defined = self.definitions.definition(members, place, spoken)
                if defined is not None:
                    if defined.status is Status.DEFINITION:
                        defined.claims += self.after_definition(members, equation, spoken)
                    return defined
                chain = Chain(members)
                if is_word(members[0], place.kinds) and is_rate_said(members, place.kinds):
                    chain = Chain(members[1:])
            outcome = self.stated(chain, place, spoken, span)
        except NotReadError as error:
            return Outcome.of(error)
        if equation.display:
            self.past = _Past(chain.members[0], chain.members[-1], place)
        return outcome

    def stated(self, chain: Chain, place: Place, spoken: Spoken, span: Span) -> Outcome:
        r"""The claim of a chain; of what is behind its first member where that is a name for a
        derivative that can't be read: ``\langle E\rangle = -\frac{d}{db} \ln Z = ...``; of its end
        where that is one by itself."""
        try:
            return self.claims.claimed(chain, place, spoken, span)
        except NotReadError as error:
            if chain.carried is not None:
                raise
            if is_rate_said(chain.members, place.kinds):
                with suppress(NotReadError):
                    return self.claims.claimed(Chain(chain.members[1:]), place, spoken, span)
            found = self.end(chain.members, place, spoken, span, error)
            if found is None:
                raise
            return found

    def end(
        self, members: Members, place: Place, spoken: Spoken, span: Span, error: NotReadError
    ) -> Outcome | None:
        r"""The claim of the end of a chain that begins with what is differentiated, written out:
        ``M'(t) = \frac{d}{dt}(1 + t^2) = 2t`` without M; None where there is none.

        What stands before it, of which nothing is known, may speak of the same names.
        """
        varied: set[str] = set()
        for i, member in enumerate(members[:-1]):
            tree = parsed(member, place.kinds, is_head=True)
            if tree is None:
                return None
            if i and _is_written_out(tree):
                rest = [*filter(None, (parsed(one, place.kinds) for one in members[i:]))]
                elsewhere = set().union(*(_differentiated(one, names_only=True) for one in rest))
                if any((varied - elsewhere) & names_in(one) for one in rest):
                    return None
                with suppress(NotReadError):
                    found = self.claims.claimed(Chain([*members[i:]]), place, spoken, span)
                    before = Problem(error.message, place.equation.place(error.at))
                    found.claims = [_in_part(claim, before) for claim in found.claims]
                    return found
            varied |= _differentiated(tree)
        return None

    def after_definition(self, members: Members, equation: Equation, spoken: Spoken) -> list[Claim]:
        """The identities that a definition goes on with: ``y = a = b`` claims a = b."""
        if len(members) < 3:
            return []
        place = self.memory.place(equation)
        is_second = second_target(members[1], place) or target_in_log(members[1:3], place)
        rest = [*members[2 if is_second else 1 :]]
        if len(rest) < 2 or not all(rest):
            return []
        span = rest[0][0].at, rest[-1][-1].at
        try:
            return self.claims.claimed(Chain(rest), place, spoken, span).claims
        except NotReadError as error:
            found = self.end(rest, place, spoken, span, error)
            return found.claims if found is not None else []


def _derivatives(tree: Tree) -> Iterator[Tree]:
    """The derivatives and primes in a tree."""
    return (one for one in walk(tree) if one.op in ("deriv", "prime"))


def _is_written_out(tree: Tree) -> bool:
    """Whether a tree is made of derivatives of expressions, none of a name."""
    return has_derivative(tree) and not _differentiated(tree, names_only=True)


def _differentiated(tree: Tree, names_only: bool = False) -> set[str]:
    """The names that a tree differentiates, alone or in an expression."""
    found = {one.name for one in walk(tree) if one.op == "apply" and one.order}
    for body, *by in (one.args for one in _derivatives(tree)):
        if body.op in ("sym", "apply"):
            found.add(body.name)
        elif not names_only:
            found |= names_in(body) - {one.name for one in by}
    return found


def _in_part(claim: Claim, problem: Problem) -> Claim:
    """A claim of the end of a chain: what stands before it may say what it means."""
    grade = replace(claim.grade, anchored=False)
    return replace(claim, grade=grade, unread=(problem, *claim.unread))


def _summed_up(equation: Equation, outcomes: Sequence[Outcome]) -> Read:
    """The statements of an equation as one answer: a claim counts most."""
    if not outcomes:
        return Read(equation, Status.SILENT, "no statement")
    order = (Status.CLAIM, Status.DEFINITION, Status.UNREAD, Status.SILENT)
    best = min(outcomes, key=lambda one: order.index(one.status))
    problem = next((o for o in outcomes if o.status is Status.UNREAD), None)
    reason = best.reason or (problem.reason if problem else "")
    at = best.at if best.at is not None else problem.at if problem else None
    unread = [
        Problem(one.reason, equation.place(one.at or 0))
        for one in outcomes
        if one.status is Status.UNREAD
    ]
    return Read(
        equation,
        best.status,
        reason,
        None if at is None else equation.place(at),
        tuple(claim for one in outcomes for claim in one.claims),
        "; ".join(one.reading for one in outcomes if one.reading),
        () if best.status is Status.UNREAD else tuple(unread),
    )
