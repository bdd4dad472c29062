"""The ``latex`` of an entry, read with the entry's own names and compared with what it claims.

What is printed may name less than the entry (``y' = ...``, ``L``) or call things otherwise
(``\\sigma`` for ``s``): a left side that is a bare name is the entry's own, and names of the print
that the entry lacks are tried for those of the entry that the print lacks. A renaming can make
them agree, never differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, permutations

from derivcheck.documents.bindings import Binding, Declarations, kinds_of
from derivcheck.documents.emission.calculus import Emitter
from derivcheck.documents.entry_names import aliases_of, bindings_of, key_of, words_of
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices, Exploration
from derivcheck.documents.maths.cursor import DOTS
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.parser import parse
from derivcheck.documents.maths.rows import statements
from derivcheck.documents.maths.tokens import Kind, Token, tokenize
from derivcheck.documents.maths.tree import NotReadError, Tree, is_derivative, walk
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Node
from derivcheck.lang.parser import parse as parse_language
from derivcheck.model import Transcription, Verdict
from derivcheck.records import record
from derivcheck.statements.claims import Statement

Same = Callable[[Node, Node], Verdict]
"""Whether two typed expressions are equal: the judges' verdict."""

_MOST_RENAMINGS = 72


def transcription(statement: Statement, same: Same) -> Transcription | None:
    """Whether the print agrees with the claim: ``agrees``, ``differs``, ``unread``; None: no print.

    ``same`` is asked only where the texts are not equal as they stand.
    """
    latex = statement.entry.latex
    if not latex or statement.builder is None:
        return None
    try:
        return _Comparison(statement, same).run(latex)
    except (NotReadError, RecursionError):
        return Transcription.UNREAD


def expression_text(statement: Statement, latex: str) -> str | None:
    """What an expression in LaTeX is in the language, in the entry's names; None if unsure."""
    builder = statement.builder
    if builder is None:
        return None
    bindings, _ = _bindings(statement)
    declarations = Declarations(bindings=bindings, is_empty=False)
    declarations.dims = set(statement.scope.dims)
    choices = Choices()
    emitter = _emitter(statement, bindings, declarations, choices)
    try:
        kinds = kinds_of(bindings.values(), declarations)
        kinds.differentials = True
        text = emitter.emit(parse(tokenize(latex, {}), kinds, choices)).text
        builder.node(parse_language(text))
    except (NotReadError, LanguageError, RecursionError):
        return None
    # the language has one `sinc`
    return None if choices.asked.keys() - {"sinc"} else text


def _bindings(statement: Statement) -> tuple[dict[str, Binding], dict[str, Binding]]:
    """The names that print has for those of the entry, and for the functions that it uses."""
    words = words_of(statement)
    aliases = aliases_of(words)
    return {**aliases, **bindings_of(statement, words)}, aliases


def _emitter(
    statement: Statement,
    bindings: Mapping[str, Binding],
    declarations: Declarations,
    choices: Choices,
) -> Emitter:
    emitter = Emitter(bindings, declarations, choices)
    emitter.names = {key: b.raw_name for key, b in bindings.items() if b.kind != "index"}
    emitter.in_entry = True
    emitter.varying = tuple(key for key, b in bindings.items() if b.raw_name in statement.wrt)
    return emitter


@record()
class _Printed:
    """The statement that the print makes, as tokens."""

    head: Sequence[Token]
    members: tuple[Sequence[Token], ...]
    integrand: Sequence[Token] = ()


class _Comparison:
    def __init__(self, statement: Statement, same: Same) -> None:
        self.statement = statement
        self.same = same
        self.bindings, self.aliases = _bindings(statement)
        self.declarations = Declarations(bindings=self.bindings, is_empty=False)
        self.declarations.dims = set(statement.scope.dims)
        wrt = [n for n in statement.wrt if n.isidentifier()]
        self.declarations.wrt = tuple(key_of(name) for name in wrt)
        self.declarations.layout = statement.entry.layout
        self.truths = [n for n in (statement.left, *(p.node for p in statement.parts)) if n]

    def run(self, latex: str) -> Transcription:
        printed = _printed(latex)
        worst = Transcription.UNREAD
        for names in self.renamings(printed):
            found = self.compared(printed, names)
            if found == Transcription.AGREES:
                return Transcription.AGREES
            if found == Transcription.DIFFERS and not names and not self.aliases:
                worst = Transcription.DIFFERS
        return worst

    # -- names -----------------------------------------------------------------------------

    def renamings(self, printed: _Printed) -> Iterator[dict[str, str]]:
        """No renaming first, then the ways to take unknown names of the print for the entry's."""
        adjoint = self.statement.entry.upstream
        barred = _barred(printed)
        given = {name: key_of(adjoint) for name in barred if key_of(adjoint) in self.bindings}
        yield given
        tokens = [t for part in (printed.head, *printed.members) for t in part]
        seen = {t.text for t in tokens if t.kind in (Kind.LETTER, Kind.WORD)}
        unknown = [
            name
            for name in sorted(seen)
            if name not in self.bindings
            and name not in ("d", "e", "\\pi", "T", "D", "H")
            and not any(key.startswith((f"{name}_", f"{name}^")) for key in self.bindings)
        ]
        unused = [
            binding
            for key, binding in self.bindings.items()
            if keys.letter(key) not in seen and key == key_of(binding.raw_name)
        ]
        if not unknown or not unused or len(unknown) > 4:
            return
        if any(token.is_command(*DOTS) for token in tokens):
            return  # whatever the names, what is left out is not told
        ways: Iterator[Iterable[tuple[str, Binding]]]
        if len(unknown) < len(unused):
            ways = (zip(unknown, some, strict=True) for some in permutations(unused, len(unknown)))
        else:
            ways = (zip(some, unused, strict=True) for some in permutations(unknown, len(unused)))
        for way in islice(ways, _MOST_RENAMINGS):
            yield given | {name: binding.key for name, binding in way}

    # -- one way to name things ------------------------------------------------------------

    def compared(self, printed: _Printed, names: Mapping[str, str]) -> Transcription:
        layers, numbered = _layers(printed)
        found = self.compared_with(printed, names, layers)
        if found == Transcription.UNREAD and numbered and not names:
            # w_{11}^2 may be an entry of the second layer: that can make them agree, never differ
            again = self.compared_with(printed, names, layers | numbered)
            return again if again == Transcription.AGREES else found
        return found

    def compared_with(
        self, printed: _Printed, names: Mapping[str, str], layers: set[str]
    ) -> Transcription:
        bindings = dict(self.bindings)
        for layer in layers:
            for key, binding in self.bindings.items():
                if "^" not in key and "_" not in key:
                    other = keys.key(key, "", layer)
                    bindings.setdefault(other, replace(binding, key=other))
        for other, key in names.items():
            bindings[other] = replace(bindings[key], key=other)
        kinds = kinds_of(bindings.values(), self.declarations)
        kinds.differentials = True
        results = set()
        for choices in Exploration():
            results.add(self.reading(printed, bindings, kinds, choices))
            if Transcription.AGREES in results:
                return Transcription.AGREES
        return Transcription.UNREAD if Transcription.UNREAD in results else Transcription.DIFFERS

    def reading(
        self,
        printed: _Printed,
        bindings: Mapping[str, Binding],
        kinds: Kinds,
        choices: Choices,
    ) -> Transcription:
        emitter = _emitter(self.statement, bindings, self.declarations, choices)
        found: list[Verdict] = []
        trees: list[Tree] = []
        known = self.truths[1:] or self.truths
        head: Tree | NotReadError
        try:
            head = parse(printed.head, kinds, choices, is_head=True)
        except NotReadError as error:
            head = error
        if isinstance(head, Tree) and head.op in ("sym", "apply") and not head.order:
            # a bare name: the print may say what it stands for
            known = [*known, self.own()]
            bound = bindings.get(head.name)
            where = self.statement.entry.where.get(bound.raw_name if bound else "")
            known += [self.node(where)] if where else []
        try:
            if printed.integrand:
                integrand = parse(printed.integrand, kinds, choices)
                below, beside = self.integral(known)
                found.append(self.equal(self.typed(emitter, integrand), below))
                found += [
                    self.equal(self.typed(emitter, parse(m, kinds, choices)), beside)
                    for m in printed.members
                ]
            else:
                trees = [parse(m, kinds, choices) for m in printed.members]
                found += [self.equal(self.typed(emitter, tree), known) for tree in trees]
                told = self.verdict_of_head(head, emitter, kinds) if printed.head else None
                if told is Verdict.UNDECIDED:
                    return Transcription.UNREAD
                if told is not None:
                    found.append(told)
        except NotReadError:
            return Transcription.UNREAD
        if all(v.passes for v in found):
            return Transcription.AGREES
        # a number above an entry is more likely its layer than its power
        powers = any(
            n.op == "pow" and n.args[0].op == "entry" for tree in trees for n in walk(tree)
        )
        if any(v is Verdict.REFUTED for v in found) and not powers:
            return Transcription.DIFFERS
        return Transcription.UNREAD

    def verdict_of_head(
        self, tree: Tree | NotReadError, emitter: Emitter, kinds: Kinds
    ) -> Verdict | None:
        """The left side, where it says more than a name: an expression, or a derivative of one."""
        if isinstance(tree, NotReadError):
            nameless = ("unknown function", "an operator without", "is no declared name")
            return None if any(w in tree.message for w in nameless) else Verdict.UNDECIDED
        plain = not any(n.op in ("sym", "apply") and n.name in kinds.shapes for n in walk(tree))
        if tree.op in ("sym", "apply") or (plain and tree.op != "deriv"):
            return None
        if tree.op == "apply" and tree.order and tree.name in self.aliases:
            body = replace(tree, order=0)
            tree = Tree("deriv", (body, *[tree.args[-1]] * tree.order), name="d", at=tree.at)
        try:
            tree = emitter.derivative(tree)
        except NotReadError:
            return None
        if tree.op == "deriv" and tree.args[0].op in ("sym", "apply"):
            return None
        whole = tree.op != "deriv" or len(tree.args) != 2 or tree.order == 2
        entry = self.statement.entry
        whole = whole or self.statement.kind == "equals" or bool(entry.upstream)
        if not is_derivative(tree) or whole:
            return self.equal(self.typed(emitter, tree), [self.statement.left])
        return self.equal(self.typed(emitter, tree.args[0]), [self.own()])

    def integral(self, known: Sequence[Node]) -> tuple[Sequence[Node], Sequence[Node]]:
        """What the entry has as integrand, and as integral."""
        if self.statement.kind != "antiderivative":
            return known, [self.own()]
        texts = self.statement.entry.claims
        return [self.own()], [self.node(text) for text in texts]

    def own(self) -> Node:
        """The entry's ``expression``, typed."""
        return self.node(self.statement.entry.expression)

    def node(self, text: str) -> Node:
        """A text of the entry, typed."""
        builder = self.statement.builder
        assert builder is not None
        return builder.node(parse_language(text))

    def typed(self, emitter: Emitter, tree: Tree) -> Node:
        text = emitter.emit(tree).text
        try:
            return self.node(text)
        except LanguageError as error:
            raise NotReadError(error.message, tree.at) from None

    def equal(self, node: Node, known: Sequence[Node | None]) -> Verdict:
        found = [one for one in known if one is not None]
        if node in found:
            return Verdict.PROVED
        verdict = Verdict.UNDECIDED
        for one in (*found[:2], *found[2:][-1:]):
            if one.shape != node.shape:
                continue
            verdict = self.same(one, node)
            if verdict.passes:
                return verdict
        return verdict


def _printed(latex: str) -> _Printed:
    """The print as one statement; an integral is taken as what it integrates, and by what."""
    tokens = tokenize(latex, {})
    found = [s for s in statements(tokens, "align") if s.relations]
    if not found:
        raise NotReadError("no equation")
    one = found[0]
    if any(r not in ("=", ":=") for r in one.relations):
        raise NotReadError("no equality")
    head, *members = one.members
    members = [m for m in members if m]
    if not members:
        raise NotReadError("no right side")
    if head and head[0].is_command("int"):
        return _Printed((), tuple(members), _integrand(head))
    return _Printed(head, tuple(members))


def _integrand(head: Sequence[Token]) -> Sequence[Token]:
    r"""What ``\int f\,dx`` or ``\int \frac{dx}{f}`` integrates."""
    if head[-2].text == "d":
        return head[1:-2] or _one(head[0])
    for i in range(2, min(12, len(head) - 2)):
        if head[i].text == "d" and head[i + 2].kind is Kind.CLOSE:
            one = [] if head[i - 1].kind is not Kind.OPEN else _one(head[i])
            return [*head[1:i], *one, *head[i + 2 :]]
    raise NotReadError("an integral that is not understood", head[0].at)


def _one(token: Token) -> list[Token]:
    return [Token(Kind.NUMBER, "1", token.at)]


def _barred(printed: _Printed) -> list[str]:
    r"""Names under a bar, which stands for the adjoint: ``\bar y``."""
    found = []
    for part in printed.members:
        for i, token in enumerate(part[:-1]):
            if token.is_command("bar") and part[i + 1].kind is Kind.LETTER:
                found.append(f"\\bar{{{part[i + 1].text}}}")
    return found


def _layers(printed: _Printed) -> tuple[set[str], set[str]]:
    """The superscripts that are layers of a network (``l``, ``L-1``), and the numbers above
    subscripts, which may be."""
    found: set[str] = set()
    numbers: set[str] = set()
    for part in (printed.head, *printed.members):
        for i, token in enumerate(part[:-1]):
            if not token.is_sign("^"):
                continue
            inner = part[i + 1 : i + 6]
            end = next((j for j, t in enumerate(inner) if t.kind is Kind.CLOSE), 1)
            text = "".join(t.text for t in inner[:end] if t.kind is not Kind.OPEN)
            if text[:1] in ("l", "L"):
                found.add(text)
            elif text.isdigit() and any(t.is_sign("_") for t in part[max(0, i - 5) : i]):
                numbers.add(text)
    return found, numbers
