"""A document's equations to what they claim, in derivcheck's own language.

A long module: what is read of one equation decides how the next ones are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import field, replace
from itertools import islice, pairwise

from derivcheck.collection.formula import Formula
from derivcheck.documents import alternatives, conditions, sayings, spaces
from derivcheck.documents.bindings import Binding, Declarations, key_of, kinds_of
from derivcheck.documents.chains import Chain, Place, Reading
from derivcheck.documents.claims import readings
from derivcheck.documents.declared import Annotations, shape_below
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.evidence import Evidence
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.parser import parse, parse_all
from derivcheck.documents.maths.problems import NotReadError, SilentError
from derivcheck.documents.maths.rows import Statement, statements
from derivcheck.documents.maths.tokens import Kind, Token, tokenize
from derivcheck.documents.maths.tree import Tree, names_in
from derivcheck.documents.model import INFERRED, Claim, Problem, Read
from derivcheck.documents.questions import is_number
from derivcheck.documents.scope import Page
from derivcheck.documents.source import Equation, Macro, Source, tag_at
from derivcheck.documents.tables import Table
from derivcheck.documents.targets import (
    Target,
    entries_defined,
    entry_with_a_value,
    is_error,
    primed_twins,
    second_target,
    target_of,
    turned_round,
)
from derivcheck.model import EquationStatus as Status
from derivcheck.records import record

_MOST_AHEAD = 4
"""Equations that the sentence of a claim may go on with."""
_MOST_ANEW = 8
"""Equations over which words are followed."""
_MOST_RULES = 12
"""Sayings that are remembered about the rules of sections."""
_MOST_DOUBTS, _MOST_MEANT, _MOST_RIVALS = 6, 4, 4
"""Other ways to take a claim that are looked at."""
_MOST_PARAGRAPHS = 4
"""Paragraphs over which the value of an entry may be meant."""


def read_document(source: Source) -> tuple[Read, ...]:
    """What each equation of a document is, in order; never raises for the document's sake."""
    return _Reader(source).run()


@record(frozen=False)
class _Outcome:
    """What one statement turned out to be."""

    status: Status
    reason: str = ""
    at: int | None = None
    claims: list[Claim] = field(default_factory=list)
    reading: str = ""
    is_value: bool = False
    """Whether it says what a variable is, in its sentence."""


@record(frozen=False)
class _Past:
    """The chain that a display beginning with ``=`` goes on with."""

    head: Sequence[Token]
    last: Sequence[Token] | None
    place: Place


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.macros = {macro.name: macro for macro in source.macros}
        self.page = Page()
        self.table = Table(source.lines)
        self.annotations = Annotations(self.macros, source.packages)
        self.tokens: dict[int, tuple[Token, ...] | NotReadError] = {}
        self.ids: dict[str, int] = {}
        self.past: _Past | None = None
        self.evidence = Evidence()
        self.case: Equation | None = None
        """The last equation of a sentence that begins with a case."""
        self.cases: list[Statement] = []
        """What that sentence supposes: ``n = 1``."""
        self.valued: list[tuple[Equation, str]] = []
        """Names that were given a value lately."""
        self.fixed: list[tuple[Equation, str]] = []
        """Arrays of which an entry was given a value lately: ``y_c = 1``, "the others 0"."""
        self.anew: set[tuple[tuple[int, ...], str]] = set()
        """Declared arrays whose entries a section defines."""
        self.lately: list[tuple[Equation, Statement]] = []
        """Equations with a number, which define and claim nothing: they may be meant to hold."""
        self.apart = {one.section for one in source.equations if sayings.tells_apart(one)}
        """Sections in which places may be told apart."""
        self.normalised = {one.section for one in source.equations if sayings.normalises(one)}
        """Sections in which something may be said to sum to 1."""
        self.has_binary_logarithms = sayings.has_binary_logarithms(source.lines)
        self.asked: Equation | None = None
        """The first equation of an exercise that asks what is true."""
        self.calculi: list[sayings.Calculus] = []
        """What words said of the rules by which sections differentiate."""
        self.states = -1
        """The last equation that defines something, or claims a derivative."""
        self.supposes: list[Statement] = []
        """The cases of the statement at hand, those behind it too."""
        self.in_case = False
        """Whether the statement at hand is said of a case: "if n = 1"."""
        self.is_last = False
        self.behind: list[Statement] = []
        """The statements behind the one at hand in its display."""
        self.beside: list[Statement] = []
        """The comparisons beside the statement at hand."""

    def run(self) -> tuple[Read, ...]:
        """Every equation."""
        for equation in self.source.equations:
            self.tokens[equation.number] = self.tokenized(equation)
        self.evidence = Evidence.gather(
            (equation.section, tokens)
            for equation in self.source.equations
            if not isinstance(tokens := self.tokens[equation.number], NotReadError)
        )
        known = {n: t for n, t in self.tokens.items() if not isinstance(t, NotReadError)}
        for equation, letters in spaces.called_arrays(self.source.equations, known):
            self.evidence.called(equation.section, arrays=letters)
        for equation, name in spaces.called_sums(self.source.equations, known):
            self.evidence.called(equation.section, sums=(name,))
        for equation, rate in spaces.called_rates(self.source.equations, known):
            self.evidence.called(equation.section, rates=(rate,))
        return tuple(self.read(equation) for equation in self.source.equations)

    def tokenized(self, equation: Equation) -> tuple[Token, ...] | NotReadError:
        macros: Mapping[str, Macro] = self.macros
        if any(block.macros for block in equation.blocks):
            macros = self.annotations.at(equation.blocks).macros
        try:
            return tokenize(equation.text, macros)
        except NotReadError as error:
            return error

    # -- one equation ----------------------------------------------------------------------

    def read(self, equation: Equation) -> Read:
        """What one equation is."""
        try:
            found = self.read_equation(equation)
            is_stated = any(not claim.identity for claim in found.claims)
            if found.status is Status.DEFINITION or is_stated:
                self.states = equation.number
            return found
        except NotReadError as error:
            self.past = None if equation.display else self.past
            self.unbind(equation)
            status = Status.SILENT if isinstance(error, SilentError) else Status.UNREAD
            return Read(equation, status, error.message, equation.place(error.at))
        except RecursionError:
            return Read(equation, Status.UNREAD, "nested too deep", equation.location)

    def unbind(self, equation: Equation) -> None:
        """Take away the name that an equation begins with, of which no statement can be read."""
        tokens = self.tokens[equation.number]
        named = re.match(r"\W*(\\?[A-Za-z]+)", equation.text)
        if isinstance(tokens, NotReadError):
            keys_ = [named[1]] if named else []
        else:
            signs = [i for i, token in enumerate(tokens) if token.is_sign("=")]
            first = [i for i, token in enumerate(tokens) if token.kind is Kind.LETTER]
            is_head = bool(signs and first and first[0] < signs[0])
            if is_head and tokens[first[0] + 1].is_sign("'"):
                return  # a derivative defines nothing
            keys_ = [tokens[first[0]].text] if is_head else []
        for base in keys_:
            for key in [base, *(k for k in self.page.found if keys.parts(k)[0] == base)]:
                self.page.add(Binding(key, "dead", equation=equation))

    def read_equation(self, equation: Equation) -> Read:
        if equation.off:
            return Read(equation, Status.SILENT, "an annotation says `off`")
        if equation.skip == ():
            return Read(equation, Status.SILENT, "an annotation says `skip`")
        tokens = self.tokens[equation.number]
        if isinstance(tokens, NotReadError):
            raise tokens
        declarations = self.annotations.at(equation.blocks)
        said_here = [one for one in sayings.calculi(equation) if one not in self.calculi]
        self.calculi = [*self.calculi, *said_here][-_MOST_RULES:]
        if sayings.is_asked(equation):
            self.asked = equation
        found = statements(tokens, equation.environment)
        outcomes: list[_Outcome] = []
        around = conditions.around(equation, self.source.equations, self.tokens)
        follows = self.case is not None and conditions.goes_on(equation, self.case)
        self.case = equation if follows else None
        if not follows:
            self.cases = []
        behind_it = conditions.cases_behind(equation, self.source.equations, self.tokens)
        for number, statement in enumerate(found):
            if equation.skip and statement.row in equation.skip:
                continue
            words = "" if number else equation.before
            is_case = conditions.is_case(statement, words)
            if follows and not number:
                is_case |= conditions.is_case(statement, equation.between, True)
            if is_case:
                self.case = equation
                self.cases.append(statement)
                self.values(equation, statement, declarations)
                outcomes.append(_Outcome(Status.SILENT, "the condition of a case"))
                continue
            behind = found[number + 1 : number + 2]
            said = [*behind_it, *(other for other in behind if conditions.is_case(other, ""))]
            self.in_case = follows or bool(said)
            self.supposes = [*self.cases, *said]
            self.beside = conditions.beside(found, number) + around
            self.behind = found[number + 1 :]
            self.is_last = number == len(found) - 1
            if number == len(found) - 1 and statement.relations and self.goes_on(equation):
                self.past = None
                self.kill(equation, [*statement.members], self.place(equation, declarations))
                reason = "it goes on in the display behind it"
                outcomes.append(_Outcome(Status.UNREAD, reason, statement.end))
                continue
            outcome = self.statement(equation, statement, declarations)
            if outcome.is_value:
                self.case = equation
                self.cases.append(statement)
            is_said = outcome.status is not Status.DEFINITION and conditions.is_value(statement)
            if is_said and all(claim.identity for claim in outcome.claims):
                self.lately = [*self.lately[-7:], (equation, statement)]
            outcomes.append(outcome)
        return self.summed_up(equation, outcomes)

    def values(self, equation: Equation, statement: Statement, declarations: Declarations) -> None:
        """Note what a case gives a value."""
        self.lately = [*self.lately[-7:], (equation, statement)]
        if statement.relations:
            key, _ = key_of(statement.members[0])
            self.valued = [*self.valued[-7:], (equation, key)]
            place = self.place(equation, declarations)
            array = entry_with_a_value([*statement.members], place.kinds)
            self.fixed = [*self.fixed[-7:], *([(equation, array)] if array else [])]

    def goes_on(self, equation: Equation) -> bool:
        """Whether the next display, without a word between, is a further term or factor."""
        following = self.source.equations[equation.number + 1 : equation.number + 2]
        if not (equation.display and following and following[0].display):
            return False
        (behind,) = following
        tokens = self.tokens[behind.number]
        if behind.before or behind.section != equation.section or isinstance(tokens, NotReadError):
            return False
        is_own = any(token.is_sign("=") for token in tokens)
        begins = tokens[:1] and (
            tokens[0].is_sign("+")
            or tokens[0].is_command("cdot", "times")
            or (tokens[0].is_sign("-") and not is_own)
        )
        return bool(begins) and behind.cell == equation.cell

    def summed_up(self, equation: Equation, outcomes: list[_Outcome]) -> Read:
        """The statements of an equation as one answer: a claim counts most."""
        if not outcomes:
            return Read(equation, Status.SILENT, "no statement")
        order = (Status.CLAIM, Status.DEFINITION, Status.UNREAD, Status.SILENT)
        best = min(outcomes, key=lambda one: order.index(one.status))
        problem = next((o for o in outcomes if o.status is Status.UNREAD), None)
        reason = best.reason or (problem.reason if problem else "")
        at = best.at if best.at is not None else problem.at if problem else None
        return Read(
            equation,
            best.status,
            reason,
            None if at is None else equation.place(at),
            tuple(claim for one in outcomes for claim in one.claims),
            "; ".join(one.reading for one in outcomes if one.reading),
        )

    def place(self, equation: Equation, declarations: Declarations) -> Place:
        """What is in force at an equation."""
        bindings = dict(declarations.bindings)
        for key, binding in self.page.at(equation).items():
            known = bindings.get(key)
            # what the page defines after a symbol was declared is what the symbol then is
            if known is None or (known.kind == "symbol" and known.location == binding.location):
                bindings[key] = binding
        said = spaces.dimensions(bindings.values())
        if not said <= declarations.dims:
            declarations = replace(declarations, dims=declarations.dims | said)
        kinds = kinds_of(bindings.values(), declarations)
        self.evidence.fill(kinds, equation.section)
        killed, elsewhere = self.page.killed(), self.page.ended
        valued = frozenset(
            key
            for other, key in self.valued
            if other.section == equation.section and equation.paragraph - other.paragraph <= 1
        )
        unsure = self.page.unsure()
        return Place(equation, declarations, bindings, kinds, killed, elsewhere, valued, unsure)

    def statement(
        self, equation: Equation, statement: Statement, declarations: Declarations
    ) -> _Outcome:
        """One statement."""
        place = self.place(equation, declarations)
        relations = statement.relations
        members: list[Sequence[Token]] = [*statement.members]
        head = self.table.left_of(equation, members[0])
        if head is not None and all(relation == "=" for relation in relations):
            relations, members = ["=", *relations], [head, *members]
        if not relations:
            if equation.display:
                self.past = _Past(members[0], None, place)
            return _Outcome(Status.SILENT, "no equation")
        if relations[-1] == "in" and len(relations) > 1:
            relations, members = relations[:-1], members[:-1]
        if list(relations) == ["in"]:
            return self.space(equation, statement, place)
        bounded = conditions.bounded(relations)
        if bounded:
            # f''(x) = 2x^2 > 0: what is compared behind an equation is said of it
            relations, members = relations[:bounded], members[: bounded + 1]
            statement = replace(statement, members=[list(m) for m in members], relations=relations)
        others = [r for r in relations if r not in ("=", ":=")]
        if others:
            self.past = None
            if not conditions.is_comparison(others[0]):
                self.kill(equation, members, place)
            return _Outcome(Status.SILENT, _relation_words(others[0]))
        past = self.past if statement.continues else None
        if statement.continues and past is None:
            return _Outcome(Status.UNREAD, "its left side stands nowhere before", statement.at)
        if equation.display or not statement.continues:
            self.past = None
        while members and not members[-1] and len(members) > 2:
            members.pop()
        if not members[-1]:
            raise NotReadError("there is no right side", statement.end)
        if self.is_last and conditions.goes_on_in_words(equation):
            return _Outcome(Status.UNREAD, "it goes on in words", statement.end)
        words = " ".join(statement.words)
        if sayings.is_wrong(equation, words) and not equation.claim and not equation.wrong:
            return _Outcome(Status.SILENT, sayings.SAID)
        try:
            if past is not None:
                chain = Chain([past.head, *members[1:]], past.last)
                place = replace(past.place, equation=equation)
            else:
                defined = self.definition(equation, members, place, relations)
                if defined is not None:
                    if len(members) > 2 and defined.status is Status.DEFINITION:
                        rest = self.after_definition(equation, members, declarations)
                        defined.claims += rest
                    return defined
                chain = Chain(members)
            outcome = self.claimed(equation, statement, chain, place)
        except SilentError as error:
            return _Outcome(Status.SILENT, error.message, error.at)
        except NotReadError as error:
            return _Outcome(Status.UNREAD, error.message, error.at)
        if equation.display:
            self.past = _Past(chain.members[0], chain.members[-1], place)
        return outcome

    # -- claims ----------------------------------------------------------------------------

    def claimed(
        self, equation: Equation, statement: Statement, chain: Chain, place: Place
    ) -> _Outcome:
        """The claim of a chain."""
        found, place = self.readings(chain, place)
        first = found[0]
        stated = " ".join(str(value) for one in found for value in one.raw.values())
        if any(one.concerns(equation, stated) for one in self.calculi) and not equation.claim:
            return _Outcome(Status.SILENT, sayings.OTHER_RULES, statement.at)
        said = list(conditions.comparisons(self.beside, place.kinds))
        if said:
            found = [*found, *readings(chain, replace(place, said=said))]
        anchored = all(one.grade.anchored for one in found)
        pass_only = next((one.grade.pass_only for one in found if one.grade.pass_only), "")
        supposed = alternatives.supposed(chain, place, self.supposes) if self.in_case else []
        found = [*found, *(one for one in supposed if all(one.raw != o.raw for o in found))]
        equations, is_stated = self.source.equations, self.states == equation.number - 1
        reasons = conditions.reasons(equation, equations, self.tokens, is_stated)
        groups = [*self.said_near(equation), reasons]
        meant = (
            one
            for one in alternatives.meant(chain, place, groups)
            if all(one.raw != o.raw for o in found)
        )
        if (conditions.in_words(equation) or self.in_case) and not (equation.blocks and supposed):
            pass_only, anchored = "said under a condition", False
        elif not equation.wrong:
            pass_only = self.reservation(chain, place, first, reasons) or pass_only
        if not pass_only and not equation.blocks and _is_subscripted(chain.members[0], place):
            pass_only = INFERRED
        if equation.claim and pass_only and not _never(pass_only):
            pass_only, anchored = "", True
        begin = equation.place(statement.at)
        identifier = self.identifier(equation, statement, begin.line)
        latex = equation.text[statement.at : _end_of(equation.text, statement.end)].strip()
        name = os.path.basename(equation.file)
        where = (equation.file, begin.line, begin.column)

        def entries(made: Iterable[Reading]) -> tuple[Formula, ...]:
            return tuple(
                Formula(name, "", *where, identifier, {"id": identifier, **one.raw}) for one in made
            )

        doubts = alternatives.doubts(chain, place, first, self.page)
        rivals = alternatives.rivals(chain, place, first)
        claim = Claim(
            identifier,
            latex,
            begin,
            entries(found),
            members=tuple(
                equation.place(tokens[0].at)
                for i, tokens in enumerate(chain.members[1:], 1)
                if i not in first.unread and tokens
            ),
            anchored=anchored,
            near=all(one.grade.near for one in found),
            pass_only=pass_only,
            identity=first.grade.identity and not equation.claim,
            carried=chain.carried is not None and "derivation" in first.raw,
            unread=tuple(
                Problem(error.message, equation.place(error.at))
                for _, error in sorted(first.unread.items())
            ),
            doubts=entries(islice(doubts, _MOST_DOUBTS)) if not anchored else (),
            meant=entries(islice(meant, _MOST_MEANT)),
            rivals=entries(islice(rivals, _MOST_RIVALS)),
            guessed=first.guessed if not said else (),
            places=first.places if _is_in(equation.section, self.apart) else (),
            normalised=_is_in(equation.section, self.normalised),
            supposed=any(one.grade.supposed for one in found),
            solves=first.grade.solves,
            is_wrong=equation.wrong,
            names=tuple(sorted(first.names.items())),
            rests=first.rests,
        )
        return _Outcome(Status.CLAIM, claims=[claim])

    def readings(self, chain: Chain, place: Place) -> tuple[list[Reading], Place]:
        """Every way to read a chain, with what its sentence goes on to define, too; and what is in
        force where it is read."""
        ahead = self.ahead(place)
        if ahead is None:
            return readings(chain, place), place
        try:
            found = readings(chain, place)
        except NotReadError:
            return readings(chain, ahead), ahead
        try:
            others = readings(chain, ahead)
        except NotReadError:
            return found, place
        return [*found, *(one for one in others if all(one.raw != o.raw for o in found))], place

    def ahead(self, place: Place) -> Place | None:
        """What is in force with what the sentence goes on to define: "where $u = x^2$"."""
        equation = place.equation
        parts = [(equation, statement) for statement in self.behind]
        for other in self.source.equations[equation.number + 1 : equation.number + _MOST_AHEAD]:
            if not conditions.is_said_behind(equation, other, bool(parts)):
                break
            parts += [(other, one) for one in conditions.said_by(other, self.tokens)[:1]]
        if not parts:
            return None
        page, valued, fixed, defined = self.page, self.valued, self.fixed, False
        self.page = page.copied()
        try:
            for other, statement in reversed(parts):
                if set(statement.relations) != {"="} or conditions.is_case(statement, "for"):
                    continue
                there = self.place(other, place.declarations)
                members = [*statement.members]
                made = self.definition(other, members, there, statement.relations)
                defined |= made is not None and made.status is Status.DEFINITION
            return self.place(equation, place.declarations) if defined else None
        except NotReadError:
            return None
        finally:
            self.page, self.valued, self.fixed = page, valued, fixed

    def reservation(
        self, chain: Chain, place: Place, first: Reading, reasons: Sequence[Statement]
    ) -> str:
        """Why words around a claim, or elsewhere, keep a refutation from counting."""
        equation = place.equation
        # what is given as a reason is tried, if it can be said of what the claim speaks of
        is_tried = bool(reasons) and alternatives.supposed(chain, place, reasons)
        if (reasons and not is_tried and not self.in_case) or (first.places and self.beside):
            return "said under a condition"
        asked = self.asked is not None and self.asked.section == equation.section
        if asked or sayings.is_doubted(equation):
            return sayings.SAID
        is_log = any(token.text == "log" for member in chain.members for token in member)
        if is_log and self.has_binary_logarithms:
            return "the base of its logarithms is not sure"
        fixed = {
            array
            for other, array in self.fixed
            if other.section == equation.section
            and equation.paragraph - other.paragraph <= _MOST_PARAGRAPHS
        }
        if not fixed.isdisjoint(first.names.values()):
            return "entries were given a value"
        is_made = any((equation.section, name) in self.anew for _, name in first.names.items())
        if is_made or any(self.is_anew(key, place) for key in first.used):
            return "its names may mean something else here"
        return ""

    def is_anew(self, key: str, place: Place) -> bool:
        """Whether words behind the definition of a name may give it another meaning."""
        here, binding = place.equation, place.bindings.get(key)
        there = binding.equation if binding is not None else None
        if there is None or not 0 < here.number - there.number <= _MOST_ANEW:
            return False
        between = self.source.equations[there.number : here.number + 1]
        return any(sayings.is_anew(b.between, key, a.text) for a, b in pairwise(between))

    def said_near(self, equation: Equation) -> Iterator[list[Statement]]:
        """The equations near a claim that may be meant to hold, those of a paragraph together
        unless they say two things of one name."""
        yield conditions.said_behind(equation, self.source.equations, self.tokens)
        group: list[Statement] = []
        paragraph = -1
        for said, statement in reversed(self.lately):
            if said.section != equation.section:
                break
            names = [[t.text for t in one.members[0]] for one in group]
            is_other = [t.text for t in statement.members[0]] in names
            if said.paragraph != paragraph or is_other:
                yield group
                group, paragraph = [], said.paragraph
            group.append(statement)
        yield group

    def identifier(self, equation: Equation, statement: Statement, line: int) -> str:
        """The tag, the label, or the line; numbered where it is not the first."""
        base = tag_at(equation, statement.at, statement.end) or f"L{line}"
        base = re.sub(r"\s+", "-", base.strip()) or f"L{line}"
        count = self.ids[base] = self.ids.get(base, 0) + 1
        return base if count == 1 else f"{base}.{count}"

    def space(self, equation: Equation, statement: Statement, place: Place) -> _Outcome:
        r"""``X \in \mathbb{R}^{m \times n}``: the page says the shape of a name."""
        bound = place.declarations.bindings
        for made in spaces.said(statement.members, equation):
            if made.key not in bound:
                self.page.add(made)
        return _Outcome(Status.SILENT, "no equality")

    # -- definitions -----------------------------------------------------------------------

    def kill(self, equation: Equation, members: Sequence[Sequence[Token]], place: Place) -> None:
        """An update or approximation of a name takes its definition away."""
        try:
            head = parse(members[0], place.kinds, Choices())
        except NotReadError:
            return
        if head.op in ("sym", "apply") and not head.order:
            self.page.add(Binding(head.name, "dead", equation=equation))

    def definition(
        self,
        equation: Equation,
        members: Sequence[Sequence[Token]],
        place: Place,
        relations: Sequence[str],
    ) -> _Outcome | None:
        """The definition that a statement makes; None if it makes none."""
        target = target_of(members[0], place)
        if target is None and is_error(members, place.kinds):
            target = "e", None
        if equation.claim:
            return None
        if target is None:
            array = entry_with_a_value(members, place.kinds)
            if array is None:
                made = entries_defined(members, place.kinds)
                self.anew |= {(equation.section, made)} if made else set()
                return None
            self.fixed = [*self.fixed[-7:], (equation, array)]
            return _Outcome(Status.SILENT, f"a value of an entry of `{array}`")
        key, arguments = target
        bound = place.declarations.bindings.get(key)
        if bound is not None and bound.kind != "symbol":
            return None
        if key in place.declarations.dims and not arguments:
            return _Outcome(Status.SILENT, f"`{key}` is a dimension")
        if len(members) > 2:
            # y = f(x) = x^2 defines both
            second = second_target(members[1], place)
            if second is not None and second[0] != key:
                self.define(equation, second, members[2], place)
                place = self.place(equation, place.declarations)
        return self.define(equation, target, members[1], place, members[2:])

    def define(
        self,
        equation: Equation,
        target: Target,
        body: Sequence[Token],
        place: Place,
        rest: Sequence[Sequence[Token]] = (),
    ) -> _Outcome:
        """Bind a name, or take it away where what it stands for can't be read; ``rest`` is what
        the chain goes on with."""
        key, arguments = target
        kinds = place.kinds
        if arguments:
            kinds = self.place(equation, place.declarations).kinds
            for name in arguments:
                if name not in kinds.functions:
                    kinds.shapes.setdefault(name, ())
        for name in primed_twins(body, kinds):
            kinds.shapes[name] = ()
        try:
            trees, is_complete = parse_all(body, kinds)
        except NotReadError as error:
            self.page.add(Binding(key, "dead", is_complete=False, equation=equation))
            status = Status.SILENT if isinstance(error, SilentError) else Status.UNREAD
            return _Outcome(status, error.message, error.at)
        tree = trees[0]
        names = names_in(tree)
        if key in names:
            # y = y(x) says that it is a function, and not which one
            head, *others = [tree] if tree.op == "apply" else tree.args or (tree,)
            is_function = head.name == key and all(one.op == "sym" for one in others)
            is_update = not (is_function and tree.op in ("apply", "mul"))
            self.page.add(Binding(key, "dead", is_complete=is_update, equation=equation))
            return _Outcome(Status.SILENT, f"`{key}` stands on both sides: an update or equation")
        said = place.declarations.bindings.get(key)
        for other in turned_round(key, tree, place.bindings):
            self.page.add(Binding(other, "dead", equation=equation))
        is_value = arguments is None and is_number(tree)
        base, sub, _ = keys.parts(key)
        if is_value:
            self.valued = [*self.valued[-7:], (equation, key)]
            if sub and not sub.isdigit():
                self.fixed = [*self.fixed[-7:], (equation, base)]
        is_variable = said is not None or key in ("x", "y", "z", "t", "w")
        if is_value and (is_variable or self.page.uses(key)):
            return _Outcome(Status.SILENT, "a value of a variable", is_value=True)
        known = place.bindings.get(key)
        formula = known.tree if known is not None else None
        if is_value and known and formula is not None and not is_number(formula):
            # a value that it takes: its formula stays, and the value is kept as a doubt
            self.page.add(Binding(key, "definition", tree=tree, equation=equation))
            self.page.add(known)
            return _Outcome(Status.SILENT, f"a value of `{key}`")
        if sub and arguments and base not in place.declarations.bindings:
            self.page.add(Binding(base, "dead", equation=equation))
        made = Binding(
            key,
            "definition",
            location=said.location if said is not None else None,
            arguments=arguments,
            tree=tree,
            readings=trees,
            others=tuple(_parsed(rest, kinds)),
            is_complete=is_complete,
            is_limited=bool(self.beside) or self.in_case or conditions.in_words(equation),
            equation=equation,
        )
        shape = shape_below(made, place.bindings, place.declarations)
        self.page.add(replace(made, shape=shape))
        shown = key if arguments is None else f"{key}({', '.join(arguments)})"
        return _Outcome(Status.DEFINITION, reading=f"{shown} is defined")

    def after_definition(
        self,
        equation: Equation,
        members: Sequence[Sequence[Token]],
        declarations: Declarations,
    ) -> list[Claim]:
        """The identities that a definition goes on with: ``y = a = b`` claims a = b."""
        place = self.place(equation, declarations)
        chain = Chain(list(members[1:]))
        second = second_target(members[1], place)
        if second is not None:
            chain = Chain(list(members[2:]))
        if len(chain.members) < 2:
            return []
        statement = Statement([list(m) for m in chain.members], [], 1)
        try:
            return self.claimed(equation, statement, chain, place).claims
        except NotReadError:
            return []


_LAST = re.compile(
    r"\\(?:right|[bB]igg?[rl]?)\s*(?:\\[A-Za-z]+|\\?.)"
    r"|\\[A-Za-z]+\*?(?:\s*\{[^{}]*\})?|[0-9]+(?:[.][0-9]+)?|\\?.",
    re.S,
)


_BRACE = re.compile(r"\s*\}")


def _end_of(text: str, at: int) -> int:
    r"""Where the token that begins at an offset ends: ``\right]`` and ``\mathrm{a}`` are one."""
    found = _LAST.match(text, at)
    end = found.end() if found else at + 1
    # the braces behind a letter that a font or an accent is round
    depth = text.count("{", 0, end) - text.count("}", 0, end)
    while depth > 0 and (brace := _BRACE.match(text, end)):
        end, depth = brace.end(), depth - 1
    return end


def _is_subscripted(head: Sequence[Token], place: Place) -> bool:
    """Whether a left side is a derivative by its subscript, which may be a component, too."""
    return len(head) > 2 and head[1].is_sign("_") and head[0].text in place.kinds.partials


def _is_in(section: tuple[int, ...], found: Set[tuple[int, ...]]) -> bool:
    """Whether a section, or one around it, is among some."""
    return any(section[:depth] in found for depth in range(len(section) + 1))


def _parsed(members: Sequence[Sequence[Token]], kinds: Kinds) -> Iterator[Tree]:
    """Members as trees, those that can be read."""
    for member in members[:4]:
        try:
            yield parse(member, kinds, Choices())
        except NotReadError:
            continue


def _never(reason: str) -> bool:
    """Whether even `derivcheck: claim` does not make a refutation count."""
    return reason == "a function is not defined"


def _relation_words(relation: str) -> str:
    if relation in ("approx", "sim", "simeq", "doteq", "propto", "asymp", "cong"):
        return "an approximation"
    if relation in ("leftarrow", "gets", "mapsto", "to", "rightarrow", "longrightarrow"):
        return "an assignment or map"
    if relation == "!":
        return "an equation to be solved"
    return "no equality"


__all__ = ["Kinds", "read_document"]
