"""One search for the slip behind a claim: what may be tried, how often, and what is confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace

from derivcheck import work
from derivcheck.checking import judges
from derivcheck.checking.verdict import decide
from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.equation import Context, Equation, Settings
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Node
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import to_text
from derivcheck.lang.shapes import Elaborator
from derivcheck.model import Finding, Verdict
from derivcheck.records import record
from derivcheck.statements.claims import Statement
from derivcheck.statements.sides import along, columns_target, left_side, stated
from derivcheck.symbolic.textbook.forward import NoForm
from derivcheck.symbolic.textbook.reverse import Adjoint
from derivcheck.symbolic.textbook.shorten import folded

BUDGET = 40_000
"""Nodes of equations that are tried before giving up: a count, so that the same claim gets the
same hint on every machine and under every time limit that is not reached."""

_CONDITION = 500
"""What a side condition costs in nodes: points that meet it have to be found anew."""

_FIRST_POINTS = 2
_SPREAD = 16
"""Points at which a claim must fail, one by one, before it is said to hold nowhere there."""

_MORE = 6
"""Times the samples, where a hint has no proof: one true on most of the domain is no hint."""


class GivenUp(Exception):
    """The search has tried as much as it may."""


@record(frozen=False)
class Search:
    """A claim that is not right, and what it takes to try another in its place.

    ``claim`` is the claim's syntax where its text means ``equation.right`` in the names of the
    entry; None elsewhere (in a derivation step with names of its own).
    """

    equation: Equation
    statement: Statement
    settings: Settings
    claim: S.Syntax | None = None
    _book: Adjoint | None = None
    left: int = BUDGET
    _tried: set[tuple[Node, Node, Context]] = field(default_factory=set)

    @classmethod
    def of(cls, equation: Equation, statement: Statement, settings: Settings) -> Search:
        """The search for the slip behind a refuted claim."""
        found = cls(equation, statement, settings)
        builder = statement.builder
        if builder is None:
            return found
        found._book = Adjoint(builder, statement.wrt[0] if statement.wrt else "")
        layout = statement.entry.layout
        try:
            claim = parse(equation.text)
            if builder.node(claim) is equation.right:
                columns = found.columns
                found.claim = claim if columns is None else stated(claim, columns, layout)
        except LanguageError:
            pass
        return found

    @property
    def builder(self) -> Elaborator:
        """What gives syntax its meaning."""
        assert self.statement.builder is not None
        return self.statement.builder

    @property
    def book(self) -> Adjoint:
        """The rules of a textbook, in the names of the entry."""
        assert self._book is not None
        return self._book

    def node(self, syntax: S.Syntax) -> Node | None:
        """The typed node; None where the syntax means nothing."""
        try:
            return self.builder.node(syntax)
        except LanguageError:
            return None

    def is_square(self, syntax: S.Syntax) -> bool:
        """Whether it is a square matrix."""
        node = self.node(syntax)
        if node is None or not node.shape:
            return False
        rows, columns = node.shape
        return rows == columns

    def holds(self, equation: Equation) -> Verdict | None:
        """The verdict if an equation holds; a glance comes first, as it ends most attempts."""
        key = (equation.left, equation.right, equation.context)
        if key in self._tried or equation.left.shape != equation.right.shape:
            return None
        self._tried.add(key)
        self.left -= len(equation.nodes)
        self.left -= _CONDITION * sum(map(_is_narrow, equation.context.assume))
        if self.left < 0 or work.is_over():
            raise GivenUp
        if (
            judges.glance(equation, replace(self.settings, samples=_FIRST_POINTS))
            is not Finding.HOLDS
        ):
            return None
        settings = replace(self.settings, only="", every_judge=False)
        verdict = decide(equation, settings, thorough=False, fallback=False).verdict
        if verdict is Verdict.SUPPORTED:
            more = replace(self.settings, samples=self.settings.samples * _MORE)
            if judges.glance(equation, more) is not Finding.HOLDS:
                return None
        return verdict if verdict.passes else None

    def fails(self, equation: Equation) -> bool:
        """Whether an equation is refuted."""
        return judges.certify(equation, self.settings).finding is Finding.FAILS

    def spread(self, equation: Equation) -> list[Finding]:
        """What is found at several points, one by one."""
        return judges.each(equation, replace(self.settings, samples=_SPREAD))

    def right(self, syntax: S.Syntax, *, guessed: bool = False) -> Verdict | None:
        """The verdict if the left side is equal to this.

        Of what is ``guessed`` samples say nothing where it has conditions of its own, which they
        need not meet.
        """
        if self.columns is not None:  # a Jacobian is compared along a direction
            syntax = along(syntax, self.columns, self.statement.entry.layout)
        node = self.node(syntax)
        if node is None or node is self.equation.right:
            return None
        if node.shape != self.equation.left.shape:
            return None
        # made anew: the new side may name dimensions that the claim does not
        verdict = self.holds(self.statement.equation(self.equation.left, node))
        fresh = guessed and _conditions(node) - _conditions(self.equation.right)
        return None if verdict is Verdict.SUPPORTED and fresh else verdict

    def about(self, expression: S.Syntax, right: Node | None = None) -> Verdict | None:
        """The verdict if the claim is about another expression."""
        try:
            left = left_side(self.builder, self.statement.entry, expression=expression)
        except LanguageError:
            return None
        right = self.equation.right if right is None else right
        return self.holds(self.statement.equation(left, right))

    def proved_text(self, message: str, syntax: S.Syntax, *, guessed: bool = False) -> str | None:
        """A message and the syntax behind it, if the left side is equal to this."""
        verdict = self.right(syntax, guessed=guessed)
        return None if verdict is None else f"{message} `{self.text(syntax)}` ({verdict.value})"

    @property
    def columns(self) -> str | None:
        """The matrix of a Jacobian by ``vec(X)``."""
        is_derivative = self.statement.kind == "derivative"
        return columns_target(self.statement.entry.wrt) if is_derivative else None

    def text(self, syntax: S.Syntax) -> str:
        """Syntax as the entry would write it: with names of ``where`` where that is shorter."""
        plain = to_text(syntax)
        if self._book is None:
            return plain
        try:
            other = to_text(folded(self.book, syntax))
        except (NoForm, LanguageError):
            return plain
        return other if len(other) < len(plain) else plain

    def names(self) -> tuple[S.Name, ...]:
        """Symbols and names of ``where``."""
        scope = self.builder.scope
        return tuple(map(S.Name, (*scope.symbols, *scope.where)))


def first(found: Iterable[str | None]) -> str | None:
    """The first explanation that is confirmed; no more are looked for."""
    return next(filter(None, found), None)


def _conditions(node: Node) -> set[Node]:
    return {part for part in N.walk(node) if isinstance(part, N.Compare)}


def _is_narrow(condition: Node) -> bool:
    """Whether few points meet a condition; most meet ``x != 0``."""
    return not (isinstance(condition, N.Compare) and condition.operator == "!=")
