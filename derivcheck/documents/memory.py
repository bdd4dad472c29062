"""What a document has said by the time an equation is read, and what is in force there."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import field, replace
from itertools import pairwise, takewhile

from derivcheck.documents import general, meanings, sayings, spaces
from derivcheck.documents.bindings import Binding, Declarations, kinds_of
from derivcheck.documents.chains import Chain, Place
from derivcheck.documents.conditions import Comparison, compared, compares
from derivcheck.documents.declared import Annotations
from derivcheck.documents.letters import COVARIANCE
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.bare_sums import with_indices
from derivcheck.documents.maths.evidence import Evidence
from derivcheck.documents.maths.parameters import without_parameters
from derivcheck.documents.maths.statements import Statement
from derivcheck.documents.maths.tokens import Token, tokenize
from derivcheck.documents.maths.tree import NotReadError, Tree, is_number, num, sym
from derivcheck.documents.maths.turned import transposed
from derivcheck.documents.meanings import Convention
from derivcheck.documents.neighbours import Neighbours, is_denied
from derivcheck.documents.scope import Page
from derivcheck.documents.source import Equation, Source, in_force, sees
from derivcheck.records import record

_MOST = 8
"""Of each kind of what was said lately: it may still be meant."""
_LOG = re.compile(r"\\(?:log|lg)(?![A-Za-z])(?!\s*_)")
"""A logarithm without its base."""
_MOST_ANEW = 8
"""Equations over which words are followed."""
_MOST_COMPARED = 24
"""Comparisons that may be meant to hold."""
_MOST_RULES = 12
"""Sayings that are remembered about the rules of sections."""
_NAME_ALONE = re.compile(r"\s*[a-z]\s*(\([^()]*\)\s*)?\Z")
_IS_NABLA = re.compile(r"\s*\\nabla\s*(:?=|\\equiv)")
_GOES_ON = re.compile(r"\s*\([^()]*\)\s*([A-Za-z0-9(]|\\[a-z])")
"""What stands behind a bracket that is differentiated, or is a factor of its own: ``(x^2) y``."""


@record()
class Spoken:
    """What the sentence of a statement says of it."""

    cases: list[Statement] = field(default_factory=list)
    """What it supposes, ``n = 1``, before the statement or behind it."""
    in_case: bool = False
    """Whether it is said of a case: "if n = 1"."""
    behind: list[Statement] = field(default_factory=list)
    """The statements behind it in its display."""
    beside: list[Statement] = field(default_factory=list)
    """The comparisons beside it."""
    listed: list[list[Token]] = field(default_factory=list)
    r"""The expressions before it that it is said of as well: ``x`` of ``x, y \in \mathbb{R}^n``."""


class Memory:
    """Definitions of the page, its annotations, and what names were given lately."""

    def __init__(self, source: Source) -> None:
        macros = in_force(macro for macro in source.macros if not macro.since)
        anew = deque(macro for macro in source.macros if macro.since)
        self.annotations = Annotations(macros, source.packages)
        self.problems: dict[int, NotReadError] = {}
        """Why the maths of equations can't be taken apart, by their number."""
        tokens: dict[int, tuple[Token, ...]] = {}
        for equation in source.equations:
            while anew and anew[0].since <= equation.number:
                macros.pop(anew[0].name, None)
                macros |= in_force([anew.popleft()])
            own = {one.name: one for block in equation.blocks for one in block.macros}
            try:
                found = tokenize(equation.text, macros | own if own else macros)
                tokens[equation.number] = with_indices(found)
            except NotReadError as error:
                self.problems[equation.number] = error
        tokens = without_parameters(
            transposed(tokens), {one.number: one.section for one in source.equations}
        )
        self.near = Neighbours(source.equations, tokens)
        self.evidence = _evidence(self.near)
        self.page = Page()
        self.valued: deque[tuple[Equation, str]] = deque(maxlen=_MOST)
        """Names that were given a value lately."""
        self.fixed: deque[tuple[Equation, str]] = deque(maxlen=_MOST)
        """Arrays of which an entry was given a value lately: ``y_c = 1``, "the others 0"."""
        self.anew: set[tuple[tuple[int, ...], str]] = set()
        """Declared arrays whose entries a section defines."""
        self.lately: deque[tuple[Equation, Statement]] = deque(maxlen=_MOST)
        """Equations with a number, which define and claim nothing: they may be meant to hold."""
        self.compared: deque[tuple[Equation, Statement]] = deque(maxlen=_MOST_COMPARED)
        """Comparisons that are no remark on an equation before them."""
        self.sections = {
            says: {one.section for one in source.equations if says(one)}
            for says in (sayings.tells_apart, sayings.normalises, sayings.structures)
        }
        self.conventions: dict[Convention, deque[tuple[Equation, str]]] = {
            says: deque(maxlen=_MOST) for says in meanings.CONVENTIONS
        }
        """What words said lately of bases of logarithms, of layouts and of primes."""
        self.layout = meanings.layout_of(["\n".join(source.lines)])
        """The one layout of which the whole page speaks."""
        self.symmetries = dict(spaces.symmetric(source.equations, tokens))
        """The matrices that are said to be symmetric, by the numbers of equations."""
        self.symmetric: deque[tuple[Equation, str]] = deque(maxlen=_MOST)
        """Those of them that were met lately."""
        self.covariances = {COVARIANCE} if spaces.has_covariance("\n".join(source.lines)) else set()
        self.says_nabla = any(_IS_NABLA.match(one.text) for one in source.equations)
        """Whether the page says what a nabla is: it may be by other coordinates, or in an order."""
        one_hot = spaces.one_hot(source.equations, tokens)
        self.one_hot = [(one, letter) for one, letter in one_hot if not is_denied(one)]
        self.asked: Equation | None = None
        """The first equation of an exercise that asks what is true."""
        self.calculi: list[meanings.Calculus] = []
        """What words said of the rules by which sections differentiate."""

    def hear(self, equation: Equation) -> None:
        """Take in what is said around an equation."""
        said = [one for one in meanings.calculi(equation) if one not in self.calculi]
        self.calculi = [*self.calculi, *said][-_MOST_RULES:]
        if equation.number in self.symmetries:
            self.symmetric.append((equation, self.symmetries[equation.number]))
        for says, found in self.conventions.items():
            if value := says(equation):
                whole = replace(equation, section=(), item=(), row=None)
                is_everywhere = meanings.is_everywhere(equation)
                found.append((whole if is_everywhere else equation, value))
        if sayings.is_asked(equation):
            self.asked = equation
        ahead = takewhile(lambda one: "=" not in one.relations, self.near.said_by(equation))
        self.compared += ((equation, one) for one in ahead if compares(one))

    def is_doubted(self, equation: Equation) -> bool:
        """Whether the page itself says that a claim may be wrong."""
        is_asked = self.asked is not None and self.asked.section == equation.section
        return is_asked or sayings.is_doubted(equation) or sayings.is_struck(equation)

    def is_said(self, says: Callable[[Equation], bool], equation: Equation) -> bool:
        """Whether it is said of something in the section of an equation, or around that."""
        section = equation.section
        return any(section[:depth] in self.sections[says] for depth in range(len(section) + 1))

    def is_anew(self, key: str, place: Place) -> bool:
        """Whether words behind the definition of a name may give it another meaning."""
        here, binding = place.equation, place.bindings.get(key)
        there = binding.equation if binding is not None else None
        if there is None or not 0 < here.number - there.number <= _MOST_ANEW:
            return False
        # right behind a name alone stand the words that define it
        start = there.number + ("=" not in there.text)
        between = self.near.equations[start : here.number + 1]
        return any(meanings.is_anew(b.between, key, a.text) for a, b in pairwise(between))

    def agreed(self, says: Convention, equation: Equation) -> list[str]:
        """What words said of a convention in the sections of an equation, the last one last."""
        return [value for said, value in self.conventions[says] if sees(said, equation)]

    def is_lifted(self, said: Equation | None, equation: Equation) -> bool:
        """Whether what an equation says of a name may hold no more where another one stands, by
        the words beside it or since."""
        if said is None or said.number >= equation.number:
            return False
        return meanings.hedges(said) or self.is_lifted_since(said, equation)

    def is_lifted_since(self, said: Equation, equation: Equation) -> bool:
        """The same by words behind it alone."""
        since = self.near.equations[said.number + 1 : equation.number + 1][-_MOST_ANEW:]
        is_below = equation.section != said.section
        return any(meanings.lifts(one.between) for one in since) or (
            is_below and any(map(meanings.lifts, equation.titles))
        )

    def unsure(self, place: Place, used: Iterable[str]) -> str:
        """Why what a claim rests on may not be meant there; empty where it is."""
        bindings = (place.bindings[key] for key in used)
        reasons = (self.unsure_of(binding, place.equation) for binding in bindings)
        return next(filter(None, reasons), "") or self.unsure_by_words(place, used)

    def unsure_of(self, binding: Binding, equation: Equation) -> str:
        """Why a definition may not be the one that is meant at an equation."""
        key, said = binding.key, binding.equation
        if said is None or binding.tree is None:
            return ""
        if self.page.is_of_another(key, equation):
            return f"words may speak of another definition of `{key}`"
        since = self.near.equations[said.number + 1 : equation.number][-_MOST_ANEW:]
        if any(one.text.strip() == key and meanings.is_any(one) for one in since):
            return f"`{key}` may be any one by then"
        is_value = binding.arguments is None and is_number(binding.tree)
        if is_value and self.is_lifted(said, equation):
            return f"`{key}` has a value that words may have lifted"
        if binding.is_limited and (self.page.before(key) or meanings.goes_on_otherwise(said)):
            return f"`{key}` is defined by cases in several sentences"
        return ""

    def without_examples(self, chain: Chain, place: Place) -> Place:
        """What is in force for a rule, in each member of which functions stand, without what they
        were before words began to speak of any functions: "if $f$ and $g$ are differentiable"."""
        found = [place.bindings[k] for k in general.LETTERS & place.bindings.keys()]
        freed = {one.key for one in found if self.is_general(one, place.equation)}
        if not freed or not all({t.text for t in one} & freed for one in chain.members):
            return place
        rest = {key: one for key, one in place.bindings.items() if key not in freed}
        return replace(place, bindings=rest)

    def is_general(self, binding: Binding, equation: Equation) -> bool:
        """Whether words behind the definition of a function speak of any function by its name."""
        said, arguments = binding.equation, ",".join(binding.arguments or ())
        if said is None or binding.tree is None or said.number >= equation.number:
            return False
        since = self.near.equations[said.number + 1 : equation.number][-_MOST_ANEW:]
        texts = {text.replace(" ", "") for text in general.made_general(since)}
        names = (binding.key, f"{binding.key}({arguments or 'x'})")
        return not texts.isdisjoint(names)

    def unsure_by_words(self, place: Place, used: Iterable[str]) -> str:
        """Which sign or property in a claim words say to be another one there."""
        equation = place.equation
        if any(map(_is_of_formula, equation.text.split("\\nabla")[1:])):
            if _GOES_ON.match(equation.text.split("\\nabla")[1]):
                return "the reach of a gradient"
            if self.says_nabla or sayings.names_other_gradient(equation):
                return "words may speak of another gradient"
        tokens = self.near.tokens.get(equation.number, ())
        defined = [one for key in used if (one := place.bindings[key].equation) is not None]
        texts = [equation.text, *(one.text for one in defined)]
        is_log = any(map(_LOG.search, texts)) and not place.declarations.log
        if is_log and not {"e"}.issuperset(self.agreed(meanings.log_base, equation)):
            return "the base of its logarithms is not sure"
        ahead = self.near.equations[equation.number + 1 : equation.number + 4]
        here = (one for one in ahead if one.paragraph == equation.paragraph)
        signs = [*self.agreed(meanings.other_sign, equation), *map(meanings.other_sign, here)]
        if any(sign and re.search(sign, text) for sign in signs for text in texts):
            return "words say that its signs mean something else"
        texts = [token.text for token in tokens]
        for sign, by in place.declarations.rates.items():
            behind = [texts[i + 1 : i + 3] for i, one in enumerate(texts) if one == sign]
            if any(by == "?" or (one[:1] == ["("] and one[1:] != [by]) for one in behind):
                return f"words say what its {'dots' if sign == 'dot' else 'primes'} are"
        for said, name in self.symmetric:
            if name in texts and sees(said, equation) and self.is_lifted(said, equation):
                return f"`{name}` may be symmetric no longer"
        return ""

    def place(self, equation: Equation, declarations: Declarations | None = None) -> Place:
        """What is in force at an equation, under its annotations if not under others."""
        if declarations is None:
            declarations = self.annotations.at(equation.blocks)
        declared = declarations.bindings
        own: dict[str, Binding] = {}
        for key, binding in self.page.at(equation).items():
            known = declared.get(key)
            # what the page defines after a symbol was declared is what the symbol then is
            if known is None or (known.kind == "symbol" and known.location == binding.location):
                own[key] = binding
        if {*self.agreed(meanings.log_base, equation)} == {"e"} and not declarations.log:
            declarations = replace(declarations, log="e")
        layouts = [self.layout, *self.agreed(meanings.layout, equation)]
        if layouts[-1] and not declarations.layout:
            declarations = replace(declarations, layout=layouts[-1])
        if not declarations.wrt and (rates := self.agreed(meanings.rate_by, equation)):
            declarations = replace(declarations, rates=dict(one.split() for one in rates))
        said = spaces.dimensions(own.values())
        if not said <= declarations.dims:
            declarations = replace(declarations, dims=declarations.dims | said)
        kinds = kinds_of(own.values(), declarations)
        self.evidence.fill(kinds, equation.section)
        for key, (function, number) in kinds.called.items():
            is_other = kinds.is_known(key) or key in self.page.found or key in kinds.sums
            if not is_other:
                tree = Tree("call", (sym("z"),), name=function)
                said_so = self.near.equations[number]
                own[key] = Binding(
                    key, "definition", arguments=("z",), trees=(tree,), equation=said_so
                )
                kinds.functions[key] = ("z",)
        kinds.is_in_pipes = equation.is_in_pipes
        kinds.symmetric |= self.covariances
        kinds.symmetric |= {name for said, name in self.symmetric if sees(said, equation)}
        return Place(
            equation,
            declarations,
            declared | own,
            kinds,
            killed=self.page.killed(),
            last=self.page.states,
            elsewhere=self.page.ended,
            valued=within(self.valued, equation, 1),
        )

    @contextmanager
    def tried(self) -> Iterator[None]:
        """What is defined in here, and the values that are given, are forgotten behind it."""
        kept = self.page, self.valued, self.fixed
        self.page = self.page.copied()
        self.valued, self.fixed = self.valued.copy(), self.fixed.copy()
        try:
            yield
        finally:
            self.page, self.valued, self.fixed = kept

    def summed(self, place: Place) -> Iterator[Comparison]:
        """What the page says to be the sum of entries: "$y$ is one-hot", ``\\sum_i y_i = 1``."""
        for said, letter in self.one_hot:
            is_before = said.number <= place.equation.number and sees(said, place.equation)
            if is_before and not self.is_lifted_since(said, place.equation):
                # y_j is an entry of a bold y
                for name in dict.fromkeys((letter, keys.letter(letter))):
                    yield Tree("call", (sym(name),), name="sum"), "==", num(1)
        for said, statement in self.lately:
            if sees(said, place.equation) and not is_denied(said):
                for left, sign, right in compared([statement], place.kinds):
                    if left.op != "sum":
                        continue
                    base, sub, sup = keys.parts(left.args[0].name)
                    entries = sym(keys.key(base, "", sup))
                    is_undeclared = base and sub == left.name
                    total = Tree("call", (entries,), name="sum") if is_undeclared else left
                    yield total, sign, right

    def said_near(self, equation: Equation) -> Iterator[list[Statement]]:
        """What is said near a claim and may be meant to hold: comparisons, and the equations of a
        paragraph, each as many together as do not say two things of one name."""
        yield self.near.said_behind(equation)
        signs = [one for one in self.compared if sees(one[0], equation)]
        lately = [one for one in self.lately if one[0].section == equation.section]
        for found, is_apart in ((signs, False), (lately, True)):
            group: list[Statement] = []
            paragraph = -1
            for said, statement in reversed(found):
                names = [_of_what(one) for one in group]
                is_other = _of_what(statement) in names
                if (is_apart and said.paragraph != paragraph) or is_other:
                    yield group
                    group, paragraph = [], said.paragraph
                group.append(statement)
            yield group


def _is_of_formula(behind: str) -> bool:
    r"""Whether a nabla stands before a formula of x, y and z and not before a name."""
    body = behind.split("=")[0]
    letters = {*re.sub(r"\\[A-Za-z]+|[^A-Za-z]", "", body)}
    is_bare = not body.lstrip().startswith("_") and not _NAME_ALONE.match(body)
    return is_bare and bool(letters) and letters <= {*"xyze"}


def _of_what(statement: Statement) -> list[str]:
    """Of what something is said: of x in ``x = 1``, ``0 < x < 1``."""
    return [token.text for token in statement.members[-2]]


def within(
    said: deque[tuple[Equation, str]], equation: Equation, paragraphs: int
) -> frozenset[str]:
    """The names of what was said in the section of an equation, so many paragraphs before."""
    return frozenset(
        name
        for other, name in said
        if other.section == equation.section and equation.paragraph - other.paragraph <= paragraphs
    )


def _evidence(near: Neighbours) -> Evidence:
    """What the whole document shows of its names, and what it calls them."""
    equations, tokens = near.equations, near.tokens
    known = [one for one in equations if one.number in tokens]
    evidence = Evidence.gather(
        (one.section, [t for t in tokens[one.number] if not (one.is_in_pipes and t.text == "\\|")])
        for one in known
    )
    for equation, called in spaces.called(equations, tokens):
        evidence.at(equation.section).join(called)
    return evidence
