"""Formula to equations: every claim and every derivation step, or the diagnostics why not.

A long module: what a claim means and why it means nothing are found in one pass.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import field, replace

from derivcheck.collection.formula import Formula
from derivcheck.collection.loader import split_hint
from derivcheck.collection.parts import Step
from derivcheck.lang import nodes as N
from derivcheck.lang import syntax as S
from derivcheck.lang.elaborate import Elaborator
from derivcheck.lang.equation import REAL, Context, Domain, Equation, Symbol
from derivcheck.lang.errors import DECLARE, LanguageError
from derivcheck.lang.nodes import Index, Node
from derivcheck.lang.parser import parse
from derivcheck.lang.printer import to_text
from derivcheck.lang.scope import Environment, Scope
from derivcheck.lang.wording import did_you_mean
from derivcheck.model import Diagnostic, Location
from derivcheck.records import record
from derivcheck.statements.declarations import build_scope, is_inside
from derivcheck.statements.sides import (
    base_name,
    check_shapes,
    claimed_along,
    claimed_side,
    columns_target,
    left_side,
)

_BY_WHAT = "it is a symbol, an entry as in `x[i]`, or a name of `where`"


@record()
class Part:
    """A claim (``at`` is ``derivative``, ``derivative[1]``...) or step (``derivation[0].to``).

    ``equation`` is None where ``diagnostics`` say why the text means nothing.
    """

    at: str
    text: str
    equation: Equation | None
    diagnostics: tuple[Diagnostic, ...] = ()
    location: Location | None = None
    before: Node | None = None
    """The typed left side: the truth, or the line before a step."""
    node: Node | None = None
    """The typed claim or step."""


@record(frozen=False)
class Statement:
    """Everything an entry states: claims, then derivation steps.

    ``left`` is the typed truth (the derivative, differential or expression); ``scope`` and
    ``builder`` stay for citations, which instantiate further text in the same names.
    """

    entry: Formula
    kind: str = ""
    parts: tuple[Part, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    scope: Scope = field(default_factory=Scope)
    builder: Elaborator | None = None
    left: Node | None = None
    assume: tuple[Node, ...] = ()
    identically: tuple[N.Compare, ...] = ()
    wrt: tuple[str, ...] = ()
    seed: int = 0

    @property
    def claims(self) -> tuple[Part, ...]:
        """The parts that are claims."""
        return tuple(p for p in self.parts if not p.at.startswith("derivation"))

    @property
    def steps(self) -> tuple[Part, ...]:
        """The parts that are derivation steps."""
        return tuple(p for p in self.parts if p.at.startswith("derivation"))

    def equation(self, left: Node, right: Node, text: str = "") -> Equation:
        """The equation of two typed sides in this statement's context."""
        if N.is_zero(left) and not left.shape and right.shape:
            left, right = right, left
        left, right, assume = self._at_the_point(left, right)
        identically = self.identically
        used: set[str] = set()
        differentials: dict[Symbol, None] = {}
        found: dict[str, Index] = {}
        dims: set[str] = set()
        varying = dict.fromkeys(self.wrt)
        is_complex = self.scope.is_complex
        for side in (left, right, *assume, *identically):
            for node in N.walk(side):
                for size in N.sizes_of(node):
                    dims.update(size.names)
                match node:
                    case N.Const(name="I"):  # of a cited formula, if not of this one
                        is_complex = True
                    case N.Sym(name=name):
                        if "#" not in name:
                            used.add(name)
                        if self._is_differential(name):
                            domain = self._domain_of(name[1:])
                            structure = self._structure_of(name[1:])
                            symbol = Symbol(name, node.shape, domain, structure, True)
                            differentials[symbol] = None
                    case N.Jvp(at=places):
                        varying.update((at.name, None) for at in places if isinstance(at, N.Sym))
                    case N.Entry() | N.IndexValue():
                        own = N.own_indices(node)
                        found.update({i.name: i for i in own if "#" not in i.name})
        symbols = [s for name, s in self.scope.symbols.items() if name in used]
        symbols += [s for s in differentials if s not in symbols]
        context = Context(
            tuple(symbols),
            tuple(self.scope.functions.values()),
            assume,
            tuple(sorted(dims)),
            self.seed,
            identically,
            self._varying(tuple(varying)) if identically else (),
            is_complex,
        )
        indices = tuple(found[name] for name in sorted(found))
        wrt = tuple(map(base_name, self.wrt))
        return Equation(left, right, context, indices, text, wrt)

    def _at_the_point(self, left: Node, right: Node) -> tuple[Node, Node, tuple[Node, ...]]:
        """Both sides and the conditions, with ``x == a`` put in where it is assumed.

        Side conditions constrain the point and not the variation: bound variables are other
        symbols, so that replacing the free ones is all there is to it.
        """
        assume = list(self.assume)
        for condition in self.assume:
            point = point_of(condition, self.scope)
            if point is None or condition not in assume:
                continue
            symbol, value = point
            if any(symbol in N.walk(node) for node in self.identically) or any(
                symbol in N.walk(node.at)
                for side in (left, right)
                for node in N.walk(side)
                if isinstance(node, N.Grad | N.Jacobian)
            ):
                continue
            put: dict[Node, Node] = {symbol: value}
            assume = [N.substitute(a, put) for a in assume if a is not condition]
            left, right = (N.substitute(side, put) for side in (left, right))
        return left, right, tuple(assume)

    def _varying(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """What the equations that hold identically hold for all values of.

        What is differentiated by, and what functions are declared of: with ``u: scalar(x, t)`` an
        equation for u(x, t) is one for all x and t, one for u(a, t) for all t alone. Where nothing
        else tells, the symbols that functions are applied to.
        """
        applied = [
            node
            for equation in self.identically
            for node in N.walk(equation)
            if isinstance(node, N.Apply)
        ]
        found = {name: None for name in known if "#" not in name}
        places: dict[str, None] = {}
        for node in applied:
            declared = self.entry.functions.get(node.function)
            dummies = declared.arguments if declared is not None else ()
            for position, arg in enumerate(node.args):
                if isinstance(arg, N.Sym) and "#" not in arg.name:
                    places[arg.name] = None
                    if dummies[position : position + 1] == (arg.name,):
                        found[arg.name] = None
        return tuple(found or places)

    def _domain_of(self, name: str) -> Domain:
        symbol = self.scope.symbols.get(name)
        return Domain("complex") if symbol and symbol.domain.kind == "complex" else REAL

    def _structure_of(self, name: str) -> frozenset[str]:
        """The structure that the differential of a symbol shares with it."""
        symbol = self.scope.symbols.get(name)
        if symbol is None or self.kind != "differential":
            return frozenset()
        kept = symbol.structure & {"symmetric", "hermitian", "diagonal"}
        if "spd" in symbol.structure:
            kept |= {"hermitian" if symbol.domain.kind == "complex" else "symmetric"}
        return kept

    def _is_differential(self, name: str) -> bool:
        return (
            name not in self.scope.symbols
            and name.startswith("d")
            and name[1:] in self.scope.varying
        )


def seed_of(formula: Formula) -> int:
    """A stable hash of what a formula states."""
    digest = hashlib.blake2b(formula.stated().encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


class _Preparer:
    """Works through one entry, collecting diagnostics instead of stopping at the first."""

    def __init__(self, entry: Formula, seed: int | None) -> None:
        self.entry = entry
        self.problems: list[Diagnostic] = []
        self.statement = Statement(entry, seed=seed_of(entry) if seed is None else seed)

    def report(self, path: str, error: LanguageError) -> None:
        """Keep a language error, with its place in the file."""
        self.problems.append(diagnostic(self.entry, path, error))

    def prepare(self) -> Statement:
        """Fill the statement."""
        statement = self.statement
        wrt = statement.wrt = self.entry.wrt
        statement.kind = self.entry.kind
        scope = statement.scope = build_scope(self.entry, self.report)
        scope.wrt = wrt[0] if len(wrt) == 1 and wrt[0] == base_name(wrt[0]) else None
        builder = statement.builder = Elaborator(scope)
        statement.assume = N.conjuncts(self._conditions(builder, "assume"))
        identically = self._conditions(builder, "identically")
        statement.identically = tuple(one for one in identically if isinstance(one, N.Compare))
        builder.claims = self._claimed
        left = statement.left = self._left(builder, wrt)
        # a broken declaration makes every claim meaningless: its own message is enough
        broken = tuple(self.problems)
        parts = []
        for at, text in self.entry.placed(statement.kind):
            parts.append(self._part(builder, at, text, left, broken)[0])
        parts += self._derivation(left, broken)
        statement.parts = tuple(parts)
        statement.diagnostics = broken
        return statement

    def too_deep(self) -> Statement:
        """The statement of a formula that is within all limits text by text, but not as a whole."""
        statement = self.statement
        statement.kind = self.entry.kind
        problem = LanguageError("too-deep", "with what `where` defines, this is nested too deeply")
        parts = []
        for at, text in self.entry.placed(statement.kind):
            problems = (diagnostic(self.entry, at, problem),)
            parts.append(Part(at, text, None, problems, self.entry.location_of(at)))
        statement.parts = tuple(parts)
        return statement

    def _conditions(self, builder: Elaborator, key: str) -> tuple[Node, ...]:
        conditions = []
        for at, text in self.entry.placed(key):
            try:
                condition = builder.condition(parse(text))
                if key == "identically" and not _is_identity(condition):
                    raise LanguageError(
                        "identically",
                        f"`{text}` is no equality of scalars",
                        hint="`identically` lists equations that hold for all values: "
                        "`y(x)**2 == x`",
                    )
                conditions.append(condition)
            except LanguageError as error:
                self.report(at, error)
        return tuple(conditions)

    def _claimed(self) -> Iterator[S.Syntax]:
        for _, text in self.entry.placed(self.statement.kind):
            with suppress(LanguageError):
                yield parse(text)

    def _left(self, builder: Elaborator, wrt: tuple[str, ...]) -> Node | None:
        for name in map(base_name, wrt):
            if builder.resolve(name, Environment()) is None:
                hint = did_you_mean(name, builder.scope.names())
                operator = re.fullmatch(r"d\s{0,9}/\s{0,9}d(\w{1,40})", name)
                if operator and operator[1] in builder.scope.names():
                    hint = f"write the symbol alone: `wrt: {operator[1]}`"
                if not any(p.at in (f"where.{name}", f"symbols.{name}") for p in self.problems):
                    self.report(
                        "wrt",
                        LanguageError(
                            "undeclared",
                            f"undeclared symbol `{name}` in `wrt`",
                            hint=hint or (DECLARE if name.isidentifier() else _BY_WHAT),
                        ),
                    )
                return None
        path = "expression"
        try:
            syntax = parse(self.entry.expression)
            try:
                value = builder.node(syntax)
            except LanguageError as error:
                if error.rule != "undeclared" or not self._meets_indices(builder):
                    raise
                value = builder.node(syntax)
            path = "upstream" if self.entry.upstream else path
            return left_side(builder, self.entry, value=value)
        except LanguageError as error:
            if not self.problems or error.rule != "undeclared":
                self.report(path if error.rule != "wrt" else "wrt", error)
            return None

    def _meets_indices(self, builder: Elaborator) -> bool:
        """Whether the claims, or what they rest on, name free indices that the expression does not
        subscript with before it names them.

        They are free in all of the formula: ``where(i == 0, 1, 2)`` may equal ``c[i]``.
        """
        known = len(builder.indices)
        for text in (*(text for _, text in self.entry.placed(self.entry.kind)), *self.entry.where):
            try:
                builder.node(parse(text))
            except LanguageError:
                continue
        return len(builder.indices) > known

    def _part(
        self,
        builder: Elaborator,
        at: str,
        text: str,
        before: Node | None,
        broken: tuple[Diagnostic, ...],
    ) -> tuple[Part, Node | None]:
        place = self.entry.location_of(at)
        try:
            syntax = stated = parse(text)
            is_derivative = self.statement.kind == "derivative"
            columns = columns_target(self.entry.wrt) if is_derivative else None
            if columns is not None:
                syntax = claimed_along(builder, stated, before, columns, self.entry.layout, at)
            node = builder.node(syntax)
            if before is None:
                return Part(at, text, None, broken, place), node
            check_shapes(before, syntax, node, self.statement.kind, at)
            is_reversed = at.startswith("antiderivative")
            if is_reversed:
                is_zero = N.is_zero(node) and not node.shape
                node = claimed_side(builder, "antiderivative", syntax, self.statement.wrt)
                if is_zero:  # of any shape
                    node = N.number(0, before.shape)
            if broken:
                return Part(at, text, None, broken, place), node
            # the operator stands on the left: here it is on the claim
            sides = (node, before) if is_reversed else (before, node)
            compared = text if syntax is stated else to_text(syntax)
            equation = self.statement.equation(*sides, compared)
            return Part(at, text, equation, (), place, before, node), node
        except LanguageError as error:
            own = (diagnostic(self.entry, at, error),)
            # an undeclared name may only be undeclared because its declaration is broken
            problems = broken if broken and error.rule == "undeclared" else (*broken, *own)
            return Part(at, text, None, problems, place), None

    def _derivation(self, left: Node | None, broken: tuple[Diagnostic, ...]) -> list[Part]:
        parts: list[Part] = []
        before = left
        for step in self.entry.steps:
            at = f"{step.at}.to"
            inner = step_builder(self.statement, step)
            part, node = self._part(inner, at, step.to, before, broken)
            if before is None and not part.diagnostics:
                blame = Diagnostic(
                    "derivation",
                    "the line before this one has no meaning, so the step cannot be checked",
                    part.location,
                    at=at,
                )
                part = replace(part, diagnostics=(blame,))
            parts.append(part)
            before = node
        return parts


def _is_identity(condition: Node) -> bool:
    return (
        isinstance(condition, N.Compare)
        and condition.operator == "=="
        and not condition.left.shape
        and not condition.right.shape
    )


def point_of(condition: Node, scope: Scope) -> tuple[N.Sym, Node] | None:
    """The symbol and its value, where a condition puts a real scalar at a point.

    The value must certainly be in the symbol's domain: a real symbol takes the value of every
    expression in real symbols, a number is compared.
    """
    if not isinstance(condition, N.Compare) or condition.operator != "==":
        return None
    symbol: Node
    value: Node
    for symbol, value in ((condition.left, condition.right), (condition.right, condition.left)):
        if not isinstance(symbol, N.Sym) or symbol.shape or value.shape:
            continue
        declared = scope.symbols.get(symbol.name)
        if declared is None or symbol in N.walk(value):
            continue
        if is_inside(value, declared.domain, scope):
            return symbol, value
    return None


def step_builder(statement: Statement, step: Step) -> Elaborator:
    """The builder for one step's text: its ``with`` names are abbreviations there.

    A declared name wins over a ``with`` name; one that cannot be read is left out (the citation
    check reports it).
    """
    assert statement.builder is not None
    if not step.instances:
        return statement.builder
    scope = statement.scope
    extra: dict[str, S.Syntax] = {}
    for name, text in step.instances:
        if name in scope.symbols or name in scope.functions or name in scope.where:
            continue
        try:
            syntax = parse(text)
            Elaborator(scope).node(syntax)
        except LanguageError:
            continue
        extra[name] = syntax
    inner = Elaborator(replace(scope, where={**scope.where, **extra}))
    inner.fresh = statement.builder.fresh
    inner.indices = statement.builder.indices
    return inner


def diagnostic(entry: Formula, path: str, error: LanguageError) -> Diagnostic:
    """A language error with its file, line and column."""
    text = entry.text_at(path)
    excerpt = None
    place = entry.location_of(path)
    if text is not None:
        excerpt = text[error.start : error.end] or None
        place = entry.location_of(path, error.start)
    hint = split_hint(entry, path) or error.hint
    return Diagnostic(error.rule, error.message, place, hint, path, excerpt)


def prepare(entry: Formula, seed: int | None = None) -> Statement:
    """Everything ``entry`` states, as equations or diagnostics; never raises for bad input.

    ``seed`` replaces the hash of the entry (a patched entry keeps the printed one's).
    """
    preparer = _Preparer(entry, seed)
    try:
        return preparer.prepare()
    except RecursionError:
        return preparer.too_deep()
