"""Citations: the cited formula exists, holds, and so instantiated is the step.

A step turns the line before into its own line. A citation justifies it when the instance's left
side equals the line before (or a part of it) and its right side what stands there instead.
Which formulas would justify a step that cites the wrong one is found by trying them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from derivcheck.checking import judges
from derivcheck.checking.citations.effort import Budget, Spent, effort
from derivcheck.checking.citations.instantiate import (
    Instance,
    InstanceError,
    instantiate,
    values_from_text,
)
from derivcheck.checking.citations.matching import Bindings, contexts, is_open, proposals
from derivcheck.checking.citations.requirements import Knowledge, Requirement
from derivcheck.checking.citations.spelling import same_expression
from derivcheck.checking.decisions import Decisions
from derivcheck.collection.formula import Formula
from derivcheck.collection.parts import Step
from derivcheck.lang import nodes as N
from derivcheck.lang.elaborate import Elaborator
from derivcheck.lang.nodes import Node
from derivcheck.limits import TimeIsUp
from derivcheck.model import CitationFinding, CitationResult, Finding, Verdict
from derivcheck.records import record
from derivcheck.statements.claims import Part, Statement, step_builder

_MOST_CONTEXTS = 6

_MOST_EFFORT = 4_000
"""A formula that is larger than this, its derivatives carried out, is not tried in a search."""

_READING = 200
"""What reading a formula counts, beside trying it."""

_SEARCH = 400_000
"""The budget of a search: hundreds of formulas of a textbook, each tried in every way."""


def split_reference(text: str, collection: str) -> tuple[str, str]:
    """(collection, id) of ``30`` or ``other:30``."""
    other, colon, name = text.partition(":")
    return (other, name) if colon else (collection, text)


def cited_by(entry: Formula) -> tuple[tuple[str, str], ...]:
    """(collection, id) of every formula that an entry's derivation cites."""
    return tuple(split_reference(step.by, entry.collection) for step in entry.steps if step.by)


@record()
class _Unjustified:
    """Why a formula does not justify a step; undecided where it may be the step all the same."""

    reason: str
    undecided: bool = False


class _Citations:
    """Checks the citations of one statement."""

    def __init__(self, decisions: Decisions, statement: Statement) -> None:
        self.decisions = decisions
        self.statement = statement
        self.entry = statement.entry
        self.budget: Budget | None = None
        """Of the search that is going on; None while the cited formula itself is looked at."""

    def check(self) -> tuple[CitationResult, ...]:
        parts = {part.at: part for part in self.statement.steps}
        return tuple(
            self.one(step, parts.get(f"{step.at}.to")) for step in self.entry.steps if step.by
        )

    def one(self, step: Step, part: Part | None) -> CitationResult:
        """The result of one ``by``."""
        at, cites = f"{step.at}.by", step.by
        place = self.entry.location_of(at)
        collection, name = split_reference(cites, self.entry.collection)
        cited = self.decisions.find(collection, name)
        builder = step_builder(self.statement, step)
        if part is None or part.before is None or part.node is None:
            finding = CitationFinding.DANGLING if cited is None else CitationFinding.UNKNOWN
            detail = "the step itself has no meaning" if cited is not None else _missing(cites)
            return CitationResult(at, cites, finding, (), detail, place)
        if cited is None:
            finding, detail = CitationFinding.DANGLING, _missing(cites)
        elif self.circular(cited):
            finding = CitationFinding.CIRCULAR
            detail = f"formula {cites} rests on this one"
        else:
            why = self.unjustified(cited, step, builder, part)
            finding, detail = CitationFinding.HOLDS, ""
            if why is not None:
                finding = CitationFinding.UNKNOWN if why.undecided else CitationFinding.MISMATCH
                detail = why.reason
            elif not self.decisions.cited_verdict(cited).passes:
                undecided = self.decisions.cited_verdict(cited) is Verdict.UNDECIDED
                finding = CitationFinding.UNKNOWN if undecided else CitationFinding.REFUTED
                detail = f"formula {cites} is itself {self.decisions.cited_verdict(cited).value}"
        if finding is CitationFinding.HOLDS:
            return CitationResult(at, cites, finding, location=place)
        right, is_whole = self.justifiers(step, builder, part)
        if not is_whole:
            detail += "; not every formula was tried in its place"
        return CitationResult(at, cites, finding, right, detail, place)

    def justifiers(
        self, step: Step, builder: Elaborator, part: Part
    ) -> tuple[tuple[str, ...], bool]:
        """The formulas of the collection that do justify a step, and whether all were tried: the
        one that is cited, too, which may do so with other values than those of ``with``.

        Those that justify it with the step's own ``with`` come alone, if there are any. The search
        has a budget of its own and takes the small formulas first, so that a hard one in the same
        collection spoils neither it nor the entry.
        """
        candidates = [
            entry
            for entry in self.decisions.library(self.entry.collection)
            if entry.id != self.entry.id
        ]
        places = {entry.id: place for place, entry in enumerate(candidates)}
        found: list[str] = []
        is_whole = True
        self.budget = Budget(_SEARCH)
        try:
            with self.decisions.in_time():
                for named in (True, False) if step.instances else (None,):
                    for size, entry in self.by_size(candidates, step if named else None):
                        if size > _MOST_EFFORT:
                            is_whole = False
                        elif (
                            not self.circular(entry)
                            and self.unjustified(entry, step, builder, part, named) is None
                            and self.decisions.cited_verdict(entry).passes
                        ):
                            found.append(entry.id)
                    if found:
                        break
        except (Spent, TimeIsUp):
            is_whole = False
        finally:
            self.budget = None
        return tuple(sorted(found, key=places.__getitem__)), is_whole

    def by_size(self, candidates: list[Formula], step: Step | None) -> list[tuple[int, Formula]]:
        """Candidates with what each takes to carry out, the smallest first; of ``step`` only those
        that have the names of its ``with``."""
        sized = []
        for entry in sorted(candidates, key=lambda one: len(one.stated())):
            if step is None or _may_take(entry, step):
                self.spend(_READING)
                statement = self.decisions.cited_statement(entry)
                size = effort(statement.left, *(part.node for part in statement.claims))
                sized.append((size, entry))
        return sorted(sized, key=lambda pair: pair[0])

    def spend(self, amount: int) -> None:
        """Count work of a search.

        :raises Spent: its budget is used up.
        """
        if self.budget is not None:
            self.budget.spend(amount)

    def circular(self, cited: Formula) -> bool:
        """Whether what is cited rests, however far down, on this very formula."""
        target = (self.entry.collection, self.entry.id)
        seen: set[tuple[str, str]] = set()
        queue = [(cited.collection, cited.id)]
        while queue:
            key = queue.pop()
            if key == target:
                return True
            if key in seen:
                continue
            seen.add(key)
            entry = self.decisions.find(*key)
            if entry is not None:
                queue.extend(cited_by(entry))
        return False

    def unjustified(
        self, cited: Formula, step: Step, builder: Elaborator, part: Part, named: bool | None = None
    ) -> _Unjustified | None:
        """None if the formula, instantiated, is this step; else why not.

        ``named`` True tries only what ``with`` says, False only what matching proposes; by
        default ``with`` decides for the formula that is cited, and both are tried without it.
        """
        assert part.before is not None
        assert part.node is not None
        places = list(islice(contexts(part.before, part.node), _MOST_CONTEXTS))
        reason = ""
        undecided = False
        algebraic = self.is_algebraic(cited)
        try:
            for instance in self.instances(cited, step, builder, places, named):
                left, right = instance.left, instance.right
                if left is right:
                    continue  # it says nothing: whatever equals itself
                for before, after in places:
                    if algebraic:
                        # by value, whatever follows from the line would be this step
                        pairs = ((left, right), (right, left))
                        if not any(
                            same_expression(before, a) and same_expression(after, b)
                            for a, b in pairs
                        ):
                            continue
                    elif not (_has_derivative(before) or _has_derivative(after)):
                        continue
                    else:
                        fits = self.both_same((before, left), (after, right))
                        undecided = undecided or fits is Finding.UNKNOWN
                        if fits is not Finding.HOLDS:
                            continue
                    unmet = self.unmet(instance, part, before)
                    if not unmet:
                        return None
                    reason = (
                        f"formula {cited.id} asks for more: nothing shows that {unmet.text} here"
                    )
                reason = reason or f"formula {cited.id}, so instantiated, is another equation"
        except InstanceError as error:
            return _Unjustified(str(error))
        if undecided:
            return _Unjustified(
                f"whether formula {cited.id}, so instantiated, is this step was not decided", True
            )
        return _Unjustified(reason or f"formula {cited.id} does not match this step")

    def instances(
        self,
        cited: Formula,
        step: Step,
        builder: Elaborator,
        places: list[tuple[Node, Node]],
        named: bool | None,
    ) -> Iterator[Instance]:
        """Every instance of the formula to try: by ``with``, else by matching."""
        statement = self.decisions.cited_statement(cited)
        refused: InstanceError | None = None
        if named is not False:
            try:
                values = values_from_text(self.statement, builder, statement, step.instances)
                yield from instantiate(self.statement, builder, statement, values)
            except InstanceError as error:
                refused = error
        if named or (step.instances and named is None):
            # what `with` says is the claim: no other instance is looked for
            if refused is not None:
                raise refused
            return
        found = False
        for values in self.matches(cited, places):
            try:
                yield from instantiate(self.statement, builder, statement, values)
                found = True
            except InstanceError as error:
                refused = refused or error
        if not found and refused is not None:
            raise refused

    def unmet(self, instance: Instance, part: Part, place: Node) -> Requirement | None:
        """What the cited formula requires and nothing proves in this one; None if there is none."""
        assert part.before is not None
        assert part.node is not None
        lines = (part.before, part.node)

        def equal(one: Node, other: Node) -> bool:
            if one.shape != other.shape or is_open(one) or is_open(other):
                return False
            if self.budget is not None:
                self.spend(effort(one, other))
            return self.decisions.decide(self.statement.equation(one, other)).verdict is (
                Verdict.PROVED
            )

        known = Knowledge(self.statement.equation(*lines).context, lines, equal)
        moves = any(isinstance(n, N.Sym) and "#" in n.name for n in N.walk(place))
        for requirement in instance.requires:
            # a condition holds at the point, what stands in a derivative moves away from it
            if (moves and not requirement.is_open) or not known.meets(requirement):
                return requirement
        return None

    def matches(self, cited: Formula, places: list[tuple[Node, Node]]) -> Iterator[Bindings]:
        """Instances proposed by matching the formula's left side with the step."""
        statement = self.decisions.cited_statement(cited)
        if statement.left is None:
            return
        functions = frozenset(statement.scope.functions)
        sides = [statement.left]
        if self.is_algebraic(cited):  # an identity is read from either side
            sides += [part.node for part in statement.claims if part.node is not None]
        for before, _ in places:
            for side in sides:
                for bindings in proposals(side, before, functions):
                    yield {
                        name: value
                        for name, value in bindings.items()
                        if name in statement.scope.symbols or name in functions
                    }

    def is_algebraic(self, cited: Formula) -> bool:
        """Whether a formula is an identity without any derivative in it."""
        if cited.kind != "equals":
            return False
        statement = self.decisions.cited_statement(cited)
        sides = [statement.left, *(part.node for part in statement.claims)]
        return all(side is not None and not _has_derivative(side) for side in sides)

    def both_same(self, *pairs: tuple[Node, Node]) -> Finding:
        """Whether the nodes of each pair are equal."""
        found = Finding.HOLDS
        for one, other in pairs:
            same = self.same(one, other)
            if same is Finding.FAILS:
                return same
            found = same if found is Finding.HOLDS else found
        return found

    def same(self, one: Node, other: Node) -> Finding:
        """Whether two typed nodes are equal, by the judges."""
        if one is other:
            return Finding.HOLDS
        if one.shape != other.shape or is_open(one) or is_open(other):
            return Finding.FAILS
        if self.budget is not None:
            self.spend(effort(one, other))
        equation = self.statement.equation(one, other)
        one_point = replace(self.decisions.settings, samples=1)
        if judges.glance(equation, one_point) is Finding.FAILS:  # most wrong candidates end here
            return Finding.FAILS
        verdict = self.decisions.decide(equation).verdict
        if verdict is Verdict.UNDECIDED:
            return Finding.UNKNOWN
        return Finding.HOLDS if verdict.passes else Finding.FAILS


def _has_derivative(node: Node) -> bool:
    """Whether a derivative, or that of an abstract function, occurs in an expression."""
    return any(
        isinstance(below, N.Derivative) or (isinstance(below, N.Apply) and any(below.orders))
        for below in N.walk(node)
    )


def _may_take(entry: Formula, step: Step) -> bool:
    """Whether an entry has all the names that a step's ``with`` instantiates: a look at its keys,
    so that most of a collection need not be read for a search."""
    own = {*entry.symbols, *entry.functions, *entry.where}
    sizes = [size for one in entry.symbols.values() for size in (*one.shape, one.index)]
    return all(name in own or any(name in size for size in sizes) for name, _ in step.instances)


def _missing(cites: str) -> str:
    return f"there is no formula {cites}"


def check_citations(decisions: Decisions, statement: Statement) -> tuple[CitationResult, ...]:
    """Every citation of a statement's derivation, in order."""
    return _Citations(decisions, statement).check()
