"""Statements to claims: what is claimed, in every way it can be read, and how surely.

A long module: the kinds of claims share the ways in which a side can be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from derivcheck.collection.raw import Raw
from derivcheck.documents import conditions, kin
from derivcheck.documents.bindings import Binding, Declarations
from derivcheck.documents.emission.substitution import reached
from derivcheck.documents.emit import Emitter, Text
from derivcheck.documents.entries import lifted
from derivcheck.documents.invention import invented
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices, Exploration
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.parser import parse
from derivcheck.documents.maths.problems import NotReadError, SilentError
from derivcheck.documents.maths.tokens import Token
from derivcheck.documents.maths.tree import Tree, names_in, walk
from derivcheck.documents.model import FAR, INFERRED
from derivcheck.documents.questions import (
    has_derivative,
    is_constant,
    is_equation_of,
    is_multiple,
    is_piecewise,
    is_rate,
    names_with_signs,
    repeats_index,
)
from derivcheck.documents.scope import is_close, is_near
from derivcheck.documents.shapes import inferred
from derivcheck.documents.source import Equation
from derivcheck.records import record

MOST_BETWEEN = 12
"""Equations between a definition and a claim for which another claim may vouch."""
_COMPLEX = frozenset(("conj", "re", "im", "arg"))
TOO_MANY = "it has more readings than are tried"
_CONSTANTS = frozenset("abcknmCKN")


@record()
class Place:
    """Where a statement stands and what is in force there."""

    equation: Equation
    declarations: Declarations
    bindings: Mapping[str, Binding]
    kinds: Kinds
    killed: frozenset[str] = frozenset()
    """Names whose definitions were not read."""
    elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What sections that have ended define, and the names that it is made of."""
    valued: frozenset[str] = frozenset()
    """Names that have been given a value just before."""
    unsure: frozenset[str] = frozenset()
    """Names that have a definition, of which nothing is known."""


@record(frozen=False)
class Chain:
    """Members of a statement as tokens; the first is the head.

    ``carried`` is the last member of the display before, where this one goes on with its chain.
    """

    members: list[Sequence[Token]]
    carried: Sequence[Token] | None = None


@record(frozen=False)
class Reading:
    """One way to read a chain: an entry without id, and what there is to say about it."""

    raw: dict[str, Raw]
    unread: dict[int, NotReadError]
    """Members that were not read, by their number from 1."""
    anchored: bool = False
    near: bool = False
    pass_only: str = ""
    identity: bool = False
    solves: int = 0
    """How many members at the end are constants."""
    names: dict[str, str] = field(default_factory=dict)
    guessed: tuple[str, ...] = ()
    """Names of the language of which nothing says that they may be negative."""
    places: tuple[str, ...] = ()
    """Free indices."""
    supposed: bool = False
    """Whether its shapes are inferred, or said without the structure that they may have."""
    used: tuple[str, ...] = ()
    """Keys of the page's definitions that it rests on."""
    between: frozenset[str] = frozenset()
    """Those of them that a partial derivative on the left may hold or not."""
    rests: tuple[tuple[str, int], ...] = ()
    """The same with the numbers of the equations that they stand in, if none is far away."""


def readings(chain: Chain, place: Place) -> list[Reading]:
    """Every way to read a chain. Raises :class:`NotReadError` where the head can't be read.

    The first reading's problem is what counts where none succeeds.
    """
    found: list[Reading] = []
    first: NotReadError | None = None
    exploration = Exploration()
    for choices in exploration:
        try:
            other = _read(chain, place, choices)
        except NotReadError as error:
            first = first or error
            continue
        if all(other.raw != one.raw for one in found):
            found.append(other)
    if not exploration.complete:
        for one in found:
            one.anchored = False
            one.pass_only = one.pass_only or TOO_MANY
    if not found:
        assert first is not None
        raise first
    # a member that one reading understands is understood
    least = min(len(one.unread) for one in found)
    return [one for one in found if len(one.unread) == least]


def _read(chain: Chain, place: Place, choices: Choices) -> Reading:
    kinds = place.kinds
    head = parse(chain.members[0], kinds, choices, is_head=True)
    unread: dict[int, NotReadError] = {}
    members: dict[int, Tree] = {}
    for i, tokens in enumerate(chain.members[1:], 1):
        try:
            members[i] = parse(tokens, kinds, choices)
        except NotReadError as error:
            unread[i] = error
    if not members:
        raise unread[min(unread)]
    carried = None
    if chain.carried is not None:
        try:
            carried = parse(chain.carried, kinds, choices)
        except NotReadError:
            carried = None
    parsed = _Parsed(head, members, unread, carried)
    problem = None
    try:
        by_entries = _by_entries(parsed, place, choices)
    except NotReadError as error:
        by_entries, problem = None, error
    if by_entries is not None and len(by_entries.unread) == len(unread):
        return by_entries
    try:
        plain = _typed(parsed, place, choices)
    except NotReadError as error:
        if by_entries is None:
            raise problem or error from None
        return by_entries
    if by_entries is not None and len(by_entries.unread) < len(plain.unread):
        return by_entries
    return plain


@record()
class _Parsed:
    """The members of a chain as trees; ``unread`` are those that could not be parsed."""

    head: Tree
    members: Mapping[int, Tree]
    unread: Mapping[int, NotReadError]
    carried: Tree | None

    @property
    def trees(self) -> tuple[Tree, ...]:
        """All of them, the head first."""
        return (self.head, *self.members.values(), *([self.carried] if self.carried else []))

    def with_trees(self, trees: Sequence[Tree]) -> _Parsed:
        """Other trees in their places."""
        head, *rest = trees
        carried = rest.pop() if self.carried else None
        return replace(
            self, head=head, members=dict(zip(self.members, rest, strict=True)), carried=carried
        )


def _typed(parsed: _Parsed, place: Place, choices: Choices) -> Reading:
    """The claim with the shapes of its letters inferred where nothing says them."""
    arrays = frozenset(place.kinds.arrays)
    typed = inferred(parsed.trees, arrays, place.bindings, place.declarations)
    if typed is not None:
        bindings, declarations = typed
        place = replace(place, bindings={**place.bindings, **bindings}, declarations=declarations)
    reading = _Builder(place, choices, parsed).build()
    reading.supposed = reading.supposed or typed is not None
    reading.anchored = reading.anchored and not reading.supposed
    return reading


def _by_entries(parsed: _Parsed, place: Place, choices: Choices) -> Reading | None:
    """The claim with subscripted names as entries of arrays; None where nothing shows that."""
    found = lifted(
        parsed.trees,
        place.bindings,
        place.declarations,
        choices,
        place.killed,
        place.kinds.sums,
    )
    if found is None:
        return None
    place = replace(place, bindings=found.bindings, declarations=found.declarations)
    builder = _Builder(place, choices, parsed.with_trees(found.trees))
    builder.emitter.used.update(found.used)
    reading = builder.build()
    if found.is_inferred:
        reading.supposed = True
        reading.pass_only = reading.pass_only or INFERRED
    if found.only_passes:
        reading.pass_only = found.only_passes
    reading.anchored = reading.anchored and not reading.supposed
    return reading


class _Builder:
    """Builds the entry of one reading."""

    def __init__(self, place: Place, choices: Choices, parsed: _Parsed) -> None:
        self.place = place
        self.choices = choices
        self.head = parsed.head
        self.members = parsed.members
        self.unread = dict(parsed.unread)
        self.carried = parsed.carried
        self.trees = parsed.trees
        self.emitter = Emitter(place.bindings, place.declarations, choices)
        self.emitter.arrays = frozenset(place.kinds.arrays)
        self.emitter.context = self.trees
        self.emitter.varying = self.varying()
        self.emitter.invented = invented(self.trees, place.bindings)

    def varying(self) -> tuple[str, ...]:
        """What differentials vary: as declared, else every name with a d on the right.

        Names that depend on others of them follow these. Where a symbol under a d on the left has
        none on the right, it is not said whether it is constant.
        """
        rates = [n for t in self.trees for n in walk(t) if is_rate(n)]
        if not rates:
            return ()
        if self.place.declarations.wrt:
            return self.place.declarations.wrt
        bindings, emitter = self.place.bindings, self.emitter
        dotted = [n for n in rates if n.op == "prime"]
        if dotted and not any(_is_array_name(n.args[0], emitter) for n in dotted):
            return ()
        right = [n for t in self.members.values() for n in walk(t) if is_rate(n)]
        if not right and self.head.op == "diffl" and self.head.args[0].op == "sym":
            raise SilentError("a step: a differential on one side only", self.head.at)
        varied = [
            n.args[0].args[0] if n.args[0].op in ("entry", "transpose") else n.args[0]
            for n in right
        ]
        found = {tree.name: tree for tree in varied if tree.op == "sym"}
        if self.head.op == "diffl" and self.head.args[0].name not in bindings:
            found.pop(self.head.args[0].name, None)  # what it stands for is said nowhere
        free = {
            name
            for name in found
            if not any(o != name and _depends(found[name], o, emitter) for o in found)
        }
        explicit = {
            inner.name
            for n in walk(self.head)
            if is_rate(n) and n.args[0].op != "sym"
            for inner in walk(n.args[0])
            if inner.op == "sym" and _is_symbol(inner.name, bindings)
        }
        if not free:
            symbols = dict(_symbols_below(self.head, bindings))
            return tuple(explicit or symbols or sorted(emitter.free_names(self.head)))
        constant = sorted(explicit - free)
        if constant:
            raise NotReadError(f"whether `{constant[0]}` varies is not said (`wrt`)", self.head.at)
        return tuple(name for name in found if name in free)

    def build(self) -> Reading:
        emitter = self.emitter
        raw: dict[str, Raw] = {}
        head = normal(self.head, emitter)
        identity = not has_derivative(head)
        anything = identity and not any(has_derivative(m) for m in self.members.values())
        claim = self.head_text(head, raw)
        free = set(emitter.free)
        texts: dict[int, Text] = {}
        emitter.is_member = True
        for i, tree in self.members.items():
            saved = self.saved()
            try:
                text = emitter.emit(tree)
                new = emitter.free - free
                if new:
                    name = sorted(new)[0]
                    raise NotReadError(f"`{name}` does not occur on the left", tree.at)
                texts[i] = text
            except NotReadError as error:
                self.restore(saved)
                self.unread[i] = error
        if not texts:
            raise self.unread[min(self.unread)]
        forms: list[Raw] = [texts[i].text for i in sorted(texts)]
        steps: list[Raw] = [{"to": text} for text in forms]
        if self.carried is not None:
            try:
                before = emitter.emit(self.carried)
                steps.insert(0, {"to": before.text})
            except NotReadError:
                pass
        self.check_kin(head)
        reading = Reading({}, dict(self.unread))
        self.grade(reading, head, identity, anything, texts)
        self.finish(raw, claim, forms, steps)
        reading.raw = raw
        reading.used = tuple(k for k, b in emitter.used.items() if b.kind == "definition")
        reading.between = kin.between(head, self.place.bindings, emitter)
        reading.rests = self.rests()
        reading.names = {name: key for key, name in emitter.names.items()}
        reading.guessed = self.guessed()
        reading.places = tuple(sorted(emitter.free_indices))
        return reading

    def check_kin(self, head: Tree) -> None:
        """Refuse a claim in which what is held may depend on what varies."""
        bindings, free = self.place.bindings, self.emitter.free
        defined = (b for b in self.emitter.used.values() if b.kind == "definition")
        used = [tree for binding in defined for tree in binding.trees]
        trees = [head, *self.trees, *used]
        by = kin.variables([head, *self.trees])
        kin.check(by, trees, free, bindings, self.place.elsewhere)
        kin.check_sums(by, trees, free, self.place.kinds.sums)
        kin.check_instances(by, trees, free, bindings)
        place, emitter = self.place, self.emitter
        for node in (one for tree in (head, *self.trees) for one in walk(tree)):
            if node.op == "deriv" and len(node.args) > 1:
                held = emitter.free_names(node.args[0]) - emitter.invented.keys()
                words = place.equation.before
                kin.check_unsure(node, held, place.unsure)
                kin.check_rates(node, held, free, place.kinds.rates, words)

    def guessed(self) -> tuple[str, ...]:
        """The names that may well be positive only: bars round one, or a case, say otherwise.

        What an annotation declares it declares.
        """
        trees = [*self.trees, *(b.tree for b in self.emitter.used.values() if b.tree is not None)]
        signed = {name for tree in trees for name in names_with_signs(tree)}
        declared = {
            key
            for key, one in self.emitter.used.items()
            if one.kind == "symbol" and one.equation is None
        }
        return tuple(
            name
            for key, name in self.emitter.names.items()
            if key not in signed and (key not in declared or self.emitter.free)
        )

    def rests(self) -> tuple[tuple[str, int], ...]:
        """The definitions of this section that it rests on; empty where one stands elsewhere."""
        found: list[tuple[str, int]] = []
        here = self.place.equation
        for key, binding in self.emitter.used.items():
            there = binding.equation
            if binding.kind != "definition" or there is None:
                continue
            if there.section != here.section or here.number - there.number > MOST_BETWEEN:
                return ()
            found.append((key, there.number))
        return tuple(sorted(found))

    def saved(self) -> tuple[object, ...]:
        e = self.emitter
        return (
            dict(e.symbols), dict(e.functions), dict(e.where), dict(e.names), dict(e.shapes),
            set(e.free), dict(e.used), set(e.free_indices), e.fresh,
        )  # fmt: skip

    def restore(self, saved: tuple[object, ...]) -> None:
        e = self.emitter
        (e.symbols, e.functions, e.where, e.names, e.shapes, e.free, e.used, e.free_indices,
         e.fresh) = saved  # type: ignore[assignment]  # fmt: skip
        e.open.clear()
        e.indices.clear()

    def head_text(self, head: Tree, raw: dict[str, Raw]) -> str:
        """Fill in the left side; the claim's key."""
        emitter = self.emitter
        is_hessian = head.name == "nabla" and head.order == 2
        if (
            head.op == "deriv"
            and len(head.args) == 2
            and head.args[0].op != "at"
            and not is_hessian
        ):
            body_tree, by = head.args
            variable = emitter.variable(by)
            emitter.check_depends(body_tree, [by], head.at)
            self.check_contains(body_tree, by)
            body = emitter.emit(body_tree)
            upstream = self.place.declarations.upstream
            if head.name == "nabla" and body.shape and upstream is None:
                raise NotReadError("the gradient of an array", head.at)
            if "[" not in variable.text and (
                upstream is not None or not _is_tensor(body, variable)
            ):
                raw["expression"] = body.text
                raw["wrt"] = variable.text
                if upstream is not None:
                    raw["upstream"] = emitter.emit(upstream).text
                elif body.shape and variable.shape:
                    layout = emitter.layout()
                    if layout == "numerator":
                        raw["layout"] = layout
                elif variable.shape and self.place.declarations.layout == "numerator":
                    raw["layout"] = "numerator"
                return "derivative"
        if head.op == "deriv" and head.args[1:]:
            self.check_contains(head.args[0], head.args[1])
        text = emitter.emit(head)
        raw["expression"] = text.text
        return "equals"

    def check_contains(self, body: Tree, by: Tree) -> None:
        """The operand must depend on the variable, or a definition is missing."""
        if by.op != "sym" or body.op == "at":
            return
        emitter = self.emitter
        if body.op == "const":
            raise NotReadError("the derivative of a constant", body.at)
        declared = emitter.bindings.get(body.name) if body.op == "sym" else None
        if (
            declared is not None
            and declared.kind == "symbol"
            and not declared.shape
            and body.name != by.name
            and not self.is_zero_claim()
        ):
            raise NotReadError(
                f"`{body.name}` is declared as a variable, not as a function", body.at
            )
        if self.is_recursive(body) and not keys.parts(by.name)[1]:
            raise NotReadError(f"`{body.name}` is defined by itself at another place", body.at)
        if _depends(body, by.name, emitter):
            return
        undeclared = [
            key
            for key in emitter.free_names(body)
            if key not in self.place.bindings and key != by.name
        ]
        is_bare = place_is_bare(self.place)
        if is_bare and self.is_zero_claim() and not _is_parameter(body, emitter):
            raise NotReadError(
                f"`{by.name}` may be what `{body.name or '...'}` depends on", body.at
            )
        if (undeclared or is_bare) and not self.is_zero_claim():
            raise NotReadError(f"`{by.name}` does not occur in what is differentiated", body.at)

    def is_recursive(self, body: Tree) -> bool:
        """Whether a name is defined by its own letter at another place: ``s_t = w s_{t-1}``."""
        binding = self.emitter.bindings.get(body.name) if body.op == "sym" else None
        base, sub, _ = keys.parts(body.name)
        if binding is None or binding.kind != "definition" or binding.tree is None or not sub:
            return False
        names = {n.name for n in walk(binding.tree) if n.op == "sym"}
        return any(keys.parts(name)[0] == base and name != body.name for name in names)

    def is_zero_claim(self) -> bool:
        """Whether nothing but a zero is claimed: ``\\frac{d}{dx} c = 0``."""
        members = list(self.members.values())
        return len(members) == 1 and members[0].name == "0" and not self.unread

    def grade(
        self,
        reading: Reading,
        head: Tree,
        identity: bool,
        anything: bool,
        texts: Mapping[int, Text],
    ) -> None:
        """How surely this is what the page claims."""
        emitter, equation = self.emitter, self.place.equation
        defined = [b for b in emitter.used.values() if b.kind == "definition"]
        reading.supposed = any(b.equation and b.kind == "symbol" for b in emitter.used.values())
        is_open = emitter.free or emitter.invented or reading.supposed
        declared = not is_open and not place_is_bare(self.place)
        closed = (
            not emitter.used
            and not emitter.abstract
            and not emitter.invented
            and head.op == "deriv"
            and bool(head.args[1:])
            and self.is_closed(head)
        )
        reading.anchored = declared or closed
        reading.near = closed or all(
            b.equation is not None and is_near(b.equation, equation) for b in defined
        )
        reading.identity = anything or (identity and not is_multiple(head))
        if emitter.invented or emitter.abstract:
            reading.pass_only = "a function is not defined"
        elif reading.identity and not (declared and not conditions.is_supposed(equation)):
            reading.pass_only = "an equation that may be one to be solved"
        elif not is_multiple(head) and not declared:
            reading.pass_only = "the left side is no derivative: an equation"
        elif not declared and not identity:
            reading.pass_only = self.excuse(head, reading, texts)
        if any(b.is_limited for b in defined) and not declared:
            reading.pass_only = reading.pass_only or "its definition holds under a condition"
        if not all(b.is_complete for b in emitter.used.values()):
            reading.anchored = False
            reading.pass_only = reading.pass_only or TOO_MANY
        reading.solves = self.constants_at_the_end(texts)
        if not reading.pass_only and not identity and reading.solves == len(texts):
            reading.pass_only = "a condition to be solved"
        is_told_here = all(b.equation and is_close(b.equation, equation) for b in defined)
        if not (reading.pass_only or declared or identity or is_told_here):
            reading.pass_only = FAR

    def constants_at_the_end(self, texts: Mapping[int, Text]) -> int:
        """How many of the last members name nothing: values at a point that is not written.

        f'(2) = 12 says something, but f'(x) = 12 may be solved, and 0.33 may be rounded.
        """
        count = 0
        for i in range(max(self.members), 0, -1):
            if i not in texts or not is_constant(self.members[i]):
                break
            before = self.members.get(i - 1)
            is_value = not self.emitter.symbols or (
                before is not None
                and not is_constant(before)
                and not self.emitter.free_names(before)
            )
            if is_value and not any("." in n.name for n in walk(self.members[i])):
                break
            count += 1
        return count

    def excuse(self, head: Tree, reading: Reading, texts: Mapping[int, Text]) -> str:
        """Why a refutation would say nothing; empty if it says something."""
        emitter, equation = self.emitter, self.place.equation
        by = {v.name for v in kin.variables([head])}
        is_at_point = conditions.is_at_point(equation) or not by.isdisjoint(self.place.valued)
        if (
            by
            and is_at_point
            and not any(_depends(self.members[i], name, emitter) for i in texts for name in by)
        ):
            return "a value at some point"
        for key in sorted(names_in(head)):
            binding = self.place.bindings.get(key)
            if binding is not None and binding.kind == "definition":
                # a curve may be given by an equation, a partial derivative is one of a formula
                there = binding.equation
                told = (
                    there is not None
                    and is_near(there, equation)
                    and there.number < (equation.number)
                )
                is_bare = self.head.op == "prime" and len(self.head.args) == 1
                told = told and not is_bare and not conditions.is_of_equations(equation)
                for i in texts if head.name != "partial" and not told else ():
                    if any(n.op == "sym" and n.name == key for n in walk(self.members[i])):
                        return "an implicit derivative"
                if any(is_equation_of(self.members[i], key) for i in texts):
                    return "a differential equation"
        if self.unread and self.head.op == "prime" and len(self.head.args) == 1:
            return "a bare prime, and a member that was not read may say by what"
        twins: dict[str, str] = {}
        for key in (*emitter.names, *emitter.used):
            other = twins.setdefault(keys.twin(key), key)
            if other != key and not self.are_two(other, key):
                return f"`{other}` and `{key}` may be one name"
        if any(n.op == "call" and n.name in _COMPLEX for tree in self.trees for n in walk(tree)):
            return "a complex number, of which nothing is declared"
        used = [b.tree for b in emitter.used.values() if b.tree is not None]
        limited = conditions.may_limit(self.place.equation)
        if limited and any(map(is_piecewise, (*self.trees, *used))):
            return "perhaps said under a condition"
        if emitter.free & {"i", "j"}:
            return "the imaginary unit, an index or a name"
        if any(repeats_index(tree, emitter.free) for tree in self.trees):
            return "repeated free indices"
        if self.unread and max(self.unread) > max(texts):
            return "the last member was not read"
        return ""

    def are_two(self, key: str, other: str) -> bool:
        """Whether two names stand side by side in one formula of the page: ``t/T``."""
        formulas = [self.head, *(b.tree for b in self.emitter.used.values() if b.tree is not None)]
        return any({key, other} <= {n.name for n in walk(tree)} for tree in formulas)

    def is_closed(self, head: Tree) -> bool:
        """A left side of a variable and parameters: nothing in it can be a function."""
        wrts = {v.name for v in head.args[1:]}
        if any(v.op != "sym" for v in head.args[1:]):
            return False
        others = self.emitter.free - wrts
        if head.name == "partial":
            return True
        return not any(keys.letter(key) in kin.DEPENDENT for key in others)

    def finish(self, raw: dict[str, Raw], claim: str, forms: list[Raw], steps: list[Raw]) -> None:
        """The rest of the entry."""
        emitter, declarations = self.emitter, self.place.declarations
        conditions: list[Raw] = []
        identities: list[Raw] = []
        for source, target in (
            (declarations.assume, conditions),
            (declarations.identically, identities),
        ):
            for left, sign, right in source:
                if self.concerns(left) and self.concerns(right):
                    a, b = emitter.emit(left), emitter.emit(right)
                    target.append(f"{a.text} {sign} {b.text}")
        dims = {str(dim) for value in emitter.symbols.values() for dim in _dims(value)}
        symbols: dict[str, Raw] = {
            name: value  # type: ignore[misc]
            for name, value in emitter.symbols.items()
            if name not in dims
        }
        order: dict[str, Raw] = {}
        if symbols:
            order["symbols"] = symbols
        if emitter.functions:
            order["functions"] = dict(emitter.functions)
        if emitter.where:
            order["where"] = dict(emitter.where)
        if conditions:
            order["assume"] = conditions
        if identities:
            order["identically"] = identities
        order["expression"] = raw.pop("expression")
        if claim == "equals":
            names = [emitter.names[k] for k in emitter.varying if k in emitter.names]
            if names and _has_differential([order["expression"], *forms, *emitter.where.values()]):
                order["wrt"] = list(names)
        if declarations.values:
            order["values"] = declarations.values
        order.update(raw)
        order[claim] = forms[0] if len(forms) == 1 else forms
        if len(steps) > 1:
            order["derivation"] = steps
        raw.clear()
        raw.update(order)

    def concerns(self, tree: Tree) -> bool:
        """Whether a side condition speaks only of what the claim speaks of."""
        bindings = self.place.bindings
        indices = {n.name for n in walk(tree) if n.op in ("sum", "prod")}
        names = {key for key, _ in _symbols_below(tree, bindings)} | {
            n for n in self.emitter.free_names(tree) - indices if n not in bindings
        }
        return all(n in self.emitter.names or n in self.place.declarations.dims for n in names)


def _is_parameter(body: Tree, emitter: Emitter) -> bool:
    """Whether a tree is made of numbers and of letters that stand for constants."""
    names = [n.name for n in walk(body) if n.op in ("sym", "apply")]
    return all(n not in emitter.bindings and keys.letter(n) in _CONSTANTS for n in names)


def place_is_bare(place: Place) -> bool:
    """Whether no annotation is in force."""
    return place.declarations.is_empty


def _has_differential(texts: Sequence[object]) -> bool:
    import re

    return any(re.search(r"(?<![\w])d\(", str(text)) for text in texts)


def _dims(value: object) -> list[object]:
    if isinstance(value, dict):
        value = value.get("shape")
    return list(value) if isinstance(value, list) else []


def _is_tensor(body: Text, variable: Text) -> bool:
    """Whether the derivative would have more than two indices."""
    if not body.shape or not variable.shape:
        return False
    return not ("1" in body.shape and "1" in variable.shape)


def _is_symbol(key: str, bindings: Mapping[str, Binding]) -> bool:
    binding = bindings.get(key)
    return binding is None or binding.kind == "symbol"


def _is_array_name(tree: Tree, emitter: Emitter) -> bool:
    return any(b.shape for _, b in _symbols_below(tree, emitter.bindings))


def _symbols_below(tree: Tree, bindings: Mapping[str, Binding]) -> list[tuple[str, Binding]]:
    """The declared symbols that a tree depends on once definitions are followed."""
    found: dict[str, Binding] = {}
    seen: set[str] = set()
    waiting = [tree]
    while waiting:
        for node in walk(waiting.pop()):
            if node.op not in ("sym", "apply"):
                continue
            binding = bindings.get(node.name)
            if binding is None:
                continue
            if binding.kind == "symbol":
                found[node.name] = binding
            elif binding.tree is not None and node.name not in seen:
                seen.add(node.name)
                waiting.append(binding.tree)
            elif binding.kind == "function":
                waiting += [Tree("sym", name=n) for n in binding.arguments or () if n in bindings]
    return list(found.items())


def _depends(body: Tree, name: str, emitter: Emitter) -> bool:
    """Whether a name occurs in a tree, definitions and arguments of functions included."""
    return name in reached(body, emitter.bindings, emitter.invented)


def normal(tree: Tree, emitter: Emitter) -> Tree:
    """A derivative in whatever notation as ``deriv``, where that is what it is."""
    if tree.op == "held":
        return emitter.check_held(tree)
    if tree.op == "prime" and tree.name != "dot":
        body = tree.args[0]
        if body.op == "sym" and body.name not in emitter.bindings:
            raise SilentError(f"`{body.name}` is defined nowhere", tree.at)
        if len(tree.args) == 2:
            return Tree("deriv", (body, tree.args[1]), name="d", at=tree.at)
        variable = emitter.prime_variable(body, tree.at)
        return Tree("deriv", (body, *[variable] * tree.order), name="d", at=tree.at)
    if tree.op == "apply" and tree.order:
        binding = emitter.bindings.get(tree.name)
        if binding is None:
            raise SilentError(f"`{tree.name}` is defined nowhere", tree.at)
        if binding.kind in ("where", "definition") and binding.tree is not None:
            names = binding.arguments
            if names is None and len(tree.args) == 1 and tree.args[0].op == "sym":
                names = (tree.args[0].name,)
            given = [a.name for a in tree.args] if tree.args else list(names or ())
            if names and len(names) == 1 and given == list(names):
                body = Tree("sym", name=tree.name, at=tree.at)
                variable = Tree("sym", name=names[0], at=tree.at)
                return Tree("deriv", (body, *[variable] * tree.order), name="d", at=tree.at)
        return tree
    if tree.op == "deriv" and len(tree.args) == 1:
        partials = emitter.partials_of(tree)
        if partials is not None:
            return partials
        by = emitter.gradient_variable(tree.args[0], tree.at)
        return Tree("deriv", (tree.args[0], by), name=tree.name, order=tree.order, at=tree.at)
    return emitter.there(tree) if tree.op == "deriv" else tree
