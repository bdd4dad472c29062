"""What statements of a page define, and which definitions they take away.

A long module: what is a definition, a value and an update is one question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field, replace
from itertools import pairwise

from derivcheck.documents import sayings, spaces
from derivcheck.documents.bindings import Binding, key_of
from derivcheck.documents.chains import Place
from derivcheck.documents.declared import shape_below
from derivcheck.documents.letters import has_error
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.functions import NAMES
from derivcheck.documents.maths.kinds import DEVIATIONS, Kinds
from derivcheck.documents.maths.parser import parse, parse_all, parsed
from derivcheck.documents.maths.statements import Statement
from derivcheck.documents.maths.subscripts import bound_letters, check_definition
from derivcheck.documents.maths.tokens import Kind, Token
from derivcheck.documents.maths.tree import (
    NotReadError,
    SilentError,
    Tree,
    has_derivative,
    is_number,
    is_rate,
    names_in,
    walk,
)
from derivcheck.documents.memory import Memory, Spoken
from derivcheck.documents.model import Claim
from derivcheck.documents.source import Equation
from derivcheck.model import EquationStatus as Status
from derivcheck.records import record

_MOST_OTHERS = 4
"""Members behind a definition that are kept with it."""
Members = Sequence[Sequence[Token]]
Target = tuple[str, tuple[str, ...] | None]
"""A key, and the arguments of a function."""

_NAMING = frozenset((Kind.LETTER, Kind.WORD, Kind.TEXT, Kind.NUMBER, Kind.OPEN, Kind.CLOSE))
_AROUND = frozenset(("_", "^", "[", "]", "\\langle", "\\rangle", "dot", "ddot", *keys.DECORATIONS))
"""What a member may hold that is no more than a name."""
_DOTTED = re.compile(r"\\d?dot\{([^{}]+)\}$")
_LIKELIHOODS = frozenset(("L", "l", "\\ell", "\\mathcal{L}", "p", "q", "f", "P", "Z"))
"""Letters of which the logarithm is the natural one."""
_OPEN = frozenset(("sym", "apply", "matrix", "list", "deriv", "sum", "prod"))
"""What no single number is made of."""
_MOST_BELOW = 40
"""Names below a definition that are looked at."""


@record(frozen=False)
class Outcome:
    """What one statement turned out to be."""

    status: Status
    reason: str = ""
    at: int | None = None
    claims: list[Claim] = field(default_factory=list)
    reading: str = ""
    is_value: bool = False
    """Whether it says what a variable is, in its sentence."""

    @classmethod
    def of(cls, error: NotReadError) -> Outcome:
        """What could not be read, or says nothing."""
        status = Status.SILENT if isinstance(error, SilentError) else Status.UNREAD
        return cls(status, error.message, error.at)


class Definitions:
    """Puts what a page defines into its memory."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    # -- what takes away

    def kill(self, key: str, equation: Equation, is_complete: bool = True) -> None:
        """Take a definition away."""
        self.memory.page.add(Binding(key, "dead", is_complete=is_complete, equation=equation))

    def kill_head(self, member: Sequence[Token], place: Place, is_told: bool = True) -> None:
        """An update or approximation of a name takes its definition away; where it is not told
        what the name is (``x_n \\sim N(0, 1)``), only one that there is."""
        head = parsed(member, place.kinds)
        is_name = head is not None and head.op in ("sym", "apply") and not head.order
        if head is not None and is_name and (is_told or head.name in self.memory.page.found):
            self.kill(head.name, place.equation)

    def unbind(self, equation: Equation) -> None:
        """Take away the name that an equation begins with, of which no statement can be read."""
        tokens = self.memory.near.tokens.get(equation.number)
        if tokens is None:
            named = re.match(r"\W*(\\?[A-Za-z]+)", equation.text)
            base = named[1] if named else ""
        else:
            letter = next((i for i, t in enumerate(tokens) if t.kind is Kind.LETTER), None)
            sign = next((i for i, t in enumerate(tokens) if t.is_sign("=")), -1)
            if letter is None or letter > sign or tokens[letter + 1].is_sign("'"):
                return  # a derivative defines nothing
            base = tokens[letter].text
        others = (key for key in self.memory.page.found if keys.parts(key)[0] == base)
        for key in [base, *others] if base else ():
            self.kill(key, equation)

    # -- what gives values and shapes

    def case(self, place: Place, statement: Statement) -> None:
        """Note what a case gives a value."""
        self.memory.lately.append((place.equation, statement))
        key, _ = key_of(statement.members[0])
        self.memory.valued.append((place.equation, key))
        array, body = entry_of([*statement.members], place.kinds)
        if body is not None and is_number(body):
            self.fix(place.equation, array)

    def fix(self, equation: Equation, array: str) -> None:
        """Note an array of which an entry is given a value."""
        self.memory.fixed.append((equation, array))

    def space(self, members: Members, place: Place) -> None:
        r"""``X \in \mathbb{R}^{m \times n}``: the page says the shape of a name."""
        for made in spaces.said(members, place.equation):
            if made.key not in place.declarations.bindings:
                self.memory.page.add(made)
                self.reshape(made.key, place.equation)

    def reshape(self, key: str, equation: Equation) -> None:
        """Tell the shapes of definitions that are made of a name, of which the page says late what
        space it is in."""
        place = self.memory.place(equation)
        for name, one in place.bindings.items():
            if one.kind == "definition" and not one.shape and key in names_in(one.trees[0]):
                shape = shape_below(one, place.bindings, place.declarations)
                self.memory.page.found[name][-1] = replace(one, shape=shape)
                if shape:
                    self.reshape(name, equation)

    # -- definitions

    def definition(self, members: Members, place: Place, spoken: Spoken) -> Outcome | None:
        """The definition that a statement makes; None if it makes none."""
        equation, declarations = place.equation, place.declarations
        if equation.claim:
            return None
        target = target_of(members[0], place)
        if target is None and is_error(members, place.kinds):
            target = members[0][0].text, None
        is_log = target is None and len(members[0]) > 1
        if is_log:
            target = target_in_log(members, place)
        if target is None:
            return self.entries(members, place)
        key, arguments = target
        bound = declarations.bindings.get(key)
        if bound is not None and bound.kind != "symbol":
            return None
        if key in declarations.dims and not arguments:
            return Outcome(Status.SILENT, f"`{key}` is a dimension")
        if len(members) > 2 and not is_log:
            # y = f(x) = x^2 defines both
            second, function = second_target(members[1], place), ""
            if second is None:
                second, function = target_in_log(members[1:3], place), "exp"
            if second is not None and second[0] != key:
                self.define(second, members[2:3], place, spoken, function)
                place = self.memory.place(equation, declarations)
        return self.define(target, members[1:], place, spoken, "exp" if is_log else "")

    def entries(self, members: Members, place: Place) -> Outcome | None:
        """What a statement says of the entries of an array; None if it claims something."""
        array, body = entry_of(members, place.kinds)
        if body is not None and is_number(body):
            self.fix(place.equation, array)
            return Outcome(Status.SILENT, f"a value of an entry of `{array}`")
        if body is not None and members[0][1].is_sign("_") and array not in names_in(body):
            self.memory.anew.add((place.equation.section, array))
        return None

    def define(
        self,
        target: Target,
        members: Members,
        place: Place,
        spoken: Spoken,
        function: str = "",
    ) -> Outcome:
        """Bind a name to the first of some members, or to a function of it, or take it away where
        that can't be read; the others are what the chain goes on with."""
        (key, arguments), page, equation = target, self.memory.page, place.equation
        body, *rest = members
        kinds = self.kinds_inside(target, body, place)
        try:
            trees, is_complete = parse_all(body, kinds)
            for one in trees:
                check_definition(key, one)
            trees = tuple(_called(function, one) for one in trees)
        except NotReadError as error:
            self.kill(key, equation, is_complete=False)
            return Outcome.of(error)
        tree = trees[0]
        if arguments and not names_in(tree) & {*arguments}:
            value = self.value_there(key, arguments, tree, place)
            if value is not None:
                return value
        if key in names_in(tree):
            self.kill(key, equation, is_complete=not _is_of_itself(key, tree))
            return Outcome(Status.SILENT, f"`{key}` stands on both sides: an update or equation")
        if arguments is None and has_error(tree):
            self.kill(key, equation)
            return Outcome(Status.SILENT, "a model: what is observed holds an error term")
        for other in turned_round(key, tree, place.bindings):
            self.kill(other, equation)
        if arguments is None and not any(node.op in _OPEN for node in walk(tree)):
            value = self.value(key, tree, place)
            if value is not None:
                return value
        base, sub, _ = keys.parts(key)
        of_all = place.bindings.get(base)
        is_made = of_all is not None and any(key in names_in(one) for one in of_all.trees)
        if sub and arguments and base not in place.declarations.bindings and not is_made:
            self.kill(base, equation)
        said = place.declarations.bindings.get(key)
        is_limited = spoken.in_case or sayings.is_limited(equation)
        made = Binding(
            key,
            "definition",
            location=said.location if said is not None else None,
            arguments=arguments,
            trees=trees,
            others=tuple(_called(function, one) for one in _others(key, rest, kinds)),
            is_complete=is_complete,
            is_limited=bool(spoken.beside) or is_limited,
            limits=() if is_limited else (*spoken.beside,),
            equation=equation,
        )
        page.add(replace(made, shape=shape_below(made, place.bindings, place.declarations)))
        shown = key if arguments is None else f"{key}({', '.join(arguments)})"
        return Outcome(Status.DEFINITION, reading=f"{shown} is defined")

    def kinds_inside(self, target: Target, body: Sequence[Token], place: Place) -> Kinds:
        """What the parser has to know of names in the body of a definition."""
        _, arguments = target
        kinds = place.kinds
        if arguments:
            kinds = self.memory.place(place.equation, place.declarations).kinds
            for name in arguments:
                if name not in kinds.functions:
                    kinds.shapes.setdefault(name, ())
        if target[0] == "T":
            kinds.forget("T")  # T = q'^T M q' is no power of itself
        for name in primed_twins(body, kinds):
            kinds.shapes[name] = ()
        return kinds

    def value(self, key: str, tree: Tree, place: Place) -> Outcome | None:
        """A number for a name: None where that is its definition."""
        memory, equation = self.memory, place.equation
        memory.valued.append((equation, key))
        base, sub, _ = keys.parts(key)
        if sub and not sub.isdigit():
            self.fix(equation, base)
        is_variable = key in place.declarations.bindings or key in ("x", "y", "z", "t", "w")
        if is_variable or memory.page.uses(key):
            return Outcome(Status.SILENT, "a value of a variable", is_value=True)
        known = place.bindings.get(key)
        formula = known.tree if known is not None else None
        if known is None or formula is None or is_number(formula) or not is_number(tree):
            return None
        return self.taken(Binding(key, "definition", trees=(tree,), equation=equation), known)

    def value_there(
        self, key: str, arguments: Sequence[str], tree: Tree, place: Place
    ) -> Outcome | None:
        """What a function is at a point: ``f(x_0) = y_0``, ``V(\\mathbf{0}) = 0``; None where that
        defines it."""
        known = place.bindings.get(key)
        is_told = known is not None and known.kind == "definition" and known.arguments is not None
        if known is None or not is_told or known.arguments == arguments:
            is_number_there = any(keys.is_digit(name) for name in arguments)
            return Outcome(Status.SILENT, f"a value of `{key}`") if is_number_there else None
        made = Binding(
            key, "definition", arguments=(*arguments,), trees=(tree,), equation=place.equation
        )
        return self.taken(made, known)

    def taken(self, value: Binding, known: Binding) -> Outcome:
        """A value that a name takes: its formula stays, and the value is kept as a doubt."""
        self.memory.page.add(value)
        self.memory.page.add(known)
        return Outcome(Status.SILENT, f"a value of `{value.key}`")


def _is_of_itself(key: str, tree: Tree) -> bool:
    """Whether ``y = y(x)`` says of a name that it is a function, and not which one."""
    head, *others = [tree] if tree.op == "apply" else tree.args or (tree,)
    is_function = head.name == key and all(one.op == "sym" for one in others)
    return is_function and tree.op in ("apply", "mul")


def _called(function: str, tree: Tree) -> Tree:
    """A function of the language of a tree; the tree itself where there is none."""
    return Tree("call", (tree,), name=function, at=tree.at) if function else tree


def _others(key: str, members: Members, kinds: Kinds) -> Iterator[Tree]:
    """What a name may be meant as besides, as far as it can be read."""
    for member in members[:_MOST_OTHERS]:
        with suppress(NotReadError):
            tree = parse(member, kinds)
            check_definition(key, tree)
            yield tree


# -- the name that a left side is, and what goes with such a name -------------------------


def target_of(tokens: Sequence[Token], place: Place) -> Target | None:
    """The name that a left side may define, and its arguments: ``y``, ``f(x)``, ``loss``."""
    try:
        key, names = key_of(tokens)
    except NotReadError:
        key, names = "", None
    dotted = _DOTTED.match(key)
    if dotted is not None:
        # the derivative of what is defined is no name of its own
        bound = None if key in place.declarations.bindings else place.bindings.get(dotted[1])
        is_rate = bound is not None and bound.kind in ("definition", "where", "function")
        if is_rate or dotted[1] in place.kinds.dotted:
            return None
    if key and key not in NAMES and _is_plain(key, names, tokens, place.kinds):
        return key, names
    if of_variance := _of_variance(tokens, place.kinds):
        return of_variance
    head = parsed(tokens, place.kinds)
    return _name_of(head) if head is not None else None


def _of_variance(tokens: Sequence[Token], kinds: Kinds) -> Target | None:
    r"""The name that ``L(\mu, \sigma^2)`` defines where ``\sigma^2`` is no name but a square: a
    formula, as what else it is called with is not sure."""
    try:
        key, names = key_of(tokens)
    except NotReadError:
        return None
    squares = [keys.parts(name)[0] for name in names or () if name.endswith("^{2}")]
    is_square = (
        bool(squares) and DEVIATIONS.issuperset(squares) and kinds.indexed.isdisjoint(squares)
    )
    return (key, None) if is_square else None


def _name_of(head: Tree) -> Target | None:
    """A name, or a function of different names."""
    if head.op == "sym":
        return head.name, None
    if head.op == "apply" and not head.order:
        names = tuple(a.name for a in head.args)
        if all(a.op == "sym" for a in head.args) and len(set(names)) == len(names):
            return head.name, names or None
    return None


def target_in_log(members: Members, place: Place) -> Target | None:
    r"""The name that is defined by its logarithm, ``\ln L(p) = k \ln p``; None of one that the
    page defines itself, and of a number."""
    head, body = (parsed(member, place.kinds) for member in members[:2])
    if head is None or body is None or head.name not in ("ln", "log") or len(head.args) != 1:
        return None
    found = _name_of(head.args[0])
    if found is None and members[0][0].is_command(head.name):
        found = _of_variance(members[0][1:], place.kinds)
    if found is None or not _is_new(found[0], place) or is_number(body):
        return None
    if found[0] in ("x", "z", "t", "w"):
        return None  # of a variable it says what another one is
    is_likelihood = keys.letter(found[0]) in _LIKELIHOODS
    is_natural = is_likelihood and not sayings.names_base(place.equation)
    return found if is_natural or head.name == "ln" else None


def second_target(tokens: Sequence[Token], place: Place) -> Target | None:
    r"""What a further member may define, too: the function of ``y = f(x) = x^2``, the name of
    ``\hat y = a = \sigma(z)`` if nothing else defines it."""
    found = target_of(tokens, place)
    if found is None or found[0] in place.declarations.bindings:
        return None
    return found if found[1] is not None or _is_new(found[0], place) else None


def _is_new(key: str, place: Place) -> bool:
    """Whether nothing binds a name but what the equation at hand says."""
    known = place.bindings.get(key)
    return known is None or known.equation == place.equation


def _is_plain(
    key: str, names: tuple[str, ...] | None, tokens: Sequence[Token], kinds: Kinds
) -> bool:
    """Whether a key read without regard to kinds is the name that is meant."""
    if kinds.is_known(key) and names is None:
        return key not in kinds.functions
    base, sub, sup = keys.parts(key)
    if tokens[0].kind is Kind.WORD:
        stem = base.rstrip("'")
        return stem == base or not (kinds.is_known(stem) or stem in NAMES)
    if key in ("d", "D") or (sub and len(kinds.functions.get(base) or ()) > 1):
        return False
    if any("^" in name for name in names or ()):
        return False
    if len(base.rstrip("'")) > 1 and base[0] != "\\":
        # TC(q): what capitals side by side are applied to nothing but a name is a function
        is_run = base.isalpha() and base.isupper() and not sup
        if names is None:
            return is_run and is_abbreviation(base, kinds)
        return is_run and bool(names) and not any(map(kinds.is_known, base))
    if "'" in base or sup:
        return False
    return bool(names) and len(set(names or ())) == len(names or ()) and not kinds.is_array(key)


def is_abbreviation(run: str, kinds: Kinds) -> bool:
    """Whether three capitals and more are a name, ``SSE``, and no product of matrices: not each of
    them is a name of its own."""
    return len(run) > 2 and not all(kinds.is_known(c) or c in kinds.singles for c in run)


def is_error(members: Sequence[Sequence[Token]], kinds: Kinds) -> bool:
    """Whether ``e`` or ``\\pi`` is made a name, of an error or a profit say: no number is equal to
    what holds names."""
    if [token.text for token in members[0]] not in (["e"], ["\\pi"]):
        return False
    head, body = (parsed(member, kinds) for member in members[:2])
    is_number = head is not None and head.op == "const" and head.name in ("e", "pi")
    return is_number and body is not None and bool(names_in(body) - bound_letters([body]))


def is_word(tokens: Sequence[Token], kinds: Kinds) -> bool:
    """Whether a member is a name of several letters that are no product: ``MR``, ``MP_K``."""
    try:
        key, arguments = key_of(tokens)
    except NotReadError:
        return False
    base, _, _ = keys.parts(key)
    is_run = len(base) > 1 and base.isalpha() and arguments is None
    return is_run and not kinds.is_known(key) and not all(map(kinds.is_known, base))


def is_rate_said(members: Members, kinds: Kinds) -> bool:
    """Whether a chain goes on with a derivative behind a first member that is no more than a name,
    with what stands on and around it."""
    if len(members) < 3 or not all(t.kind in _NAMING or t.text in _AROUND for t in members[0]):
        return False
    rate = parsed(members[1], kinds, is_head=True)
    return rate is not None and has_derivative(rate) and not any(map(is_rate, walk(rate)))


def entry_of(
    members: Sequence[Sequence[Token]], kinds: Kinds
) -> tuple[str, Tree] | tuple[str, None]:
    """The array of which a left side is some entry, and the right side, ``y_c = 1`` or
    ``w_i = e^{s_i}/S``, but not ``y_1 = 1``; an empty name for anything else."""
    if not any(token.is_sign("_") for token in members[0]):
        return "", None  # most statements: not worth reading them for this
    head, body = (parsed(member, kinds) for member in members[:2])
    if head is None or head.op != "entry" or body is None:
        return "", None
    is_some = all(part.op == "sym" for part in head.args)
    return (head.args[0].name, body) if is_some else ("", None)


def primed_twins(body: Sequence[Token], kinds: Kinds) -> list[str]:
    """Names with a prime beside the same name without one, as in ``r = x - x'``: two points."""
    bare = {
        one.text
        for one, after in zip(body, [*body, None][1:], strict=True)
        if one.kind is Kind.LETTER and not (after and after.is_sign("'", "_", "("))
    }
    return [
        f"{one.text}'"
        for one, after in pairwise(body)
        if after.is_sign("'") and one.text in bare and not kinds.is_known(one.text)
    ]


def turned_round(key: str, tree: Tree, bindings: Mapping[str, Binding]) -> list[str]:
    r"""The page's definitions that a new one solves for their argument: ``\rho = \ln s`` before
    ``s = e^\rho``."""
    found: dict[str, bool] = {}

    def reaches(inner: Tree) -> bool:
        """Whether the key stands in a tree or in a definition below it."""
        names = names_in(inner)
        for name in sorted(names - found.keys()):
            binding = bindings.get(name)
            found[name] = False
            if binding is not None and binding.tree is not None and len(found) < _MOST_BELOW:
                found[name] = reaches(binding.tree)
        return key in names or any(found.get(name) for name in names)

    reaches(tree)
    return [n for n, is_round in found.items() if is_round and bindings[n].kind == "definition"]
