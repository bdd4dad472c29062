"""The ``latex`` of an entry, read with the entry's own names and compared with what it claims.

What is printed may name less than the entry (``y' = ...``, ``L``) or call things otherwise
(``\\sigma`` for ``s``): a left side that is a bare name is the entry's own, and names of the print
that the entry lacks are tried for those of the entry that the print lacks. A renaming can make
them agree, never differ. Any other left side is compared, too: ``(u - v)' = u' + v'`` is no print
of the sum rule, nor is a derivative by another variable that of the entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice, permutations

from derivcheck.documents.bindings import Binding, Declarations, kinds_of
from derivcheck.documents.emission.calculus import Emitter
from derivcheck.documents.entry_names import aliases_of, bindings_of, key_of, words_of
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices, Exploration
from derivcheck.documents.maths.cursor import DOTS
from derivcheck.documents.maths.functions import NAMES
from derivcheck.documents.maths.kinds import Kinds
from derivcheck.documents.maths.parser import parse
from derivcheck.documents.maths.tokens import Kind, Token, tokenize
from derivcheck.documents.maths.tree import NotReadError, Tree, rebuilt, sym, walk
from derivcheck.documents.prints import Printed, adjoints, layers_of, printed_in
from derivcheck.lang.errors import LanguageError
from derivcheck.lang.nodes import Node
from derivcheck.lang.parser import parse as parse_language
from derivcheck.model import Transcription, Verdict
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
    # the language has one `sinc`, and prints Kronecker products alone as `\otimes`
    return None if choices.asked.keys() - {"sinc", "outer"} else text


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
        printed = printed_in(latex)
        worst = Transcription.UNREAD
        for names in self.renamings(printed):
            found = self.compared(printed, names)
            if found == Transcription.AGREES:
                return Transcription.AGREES
            if found == Transcription.DIFFERS and not names and not self.aliases:
                worst = Transcription.DIFFERS
        return worst

    # -- names -----------------------------------------------------------------------------

    def renamings(self, printed: Printed) -> Iterator[dict[str, str]]:
        """No renaming first, then the ways to take unknown names of the print for the entry's."""
        adjoint = key_of(self.statement.entry.upstream)
        of_result: dict[str, str] = {}
        for part in printed.members:
            of_result |= adjoints(part)
        if not all(map(self.may_be_result, of_result.values())):
            return
        given = dict.fromkeys(of_result, adjoint) if adjoint in self.bindings else {}
        yield given
        tokens = [t for part in (printed.head, *printed.members) for t in part]
        seen = {t.text for t in tokens if t.kind in (Kind.LETTER, Kind.WORD)}
        # what the equation begins with is what the result is called
        result = {printed.head[0].text if printed.head else "", *of_result.values()}
        unknown = [
            name
            for name in sorted(seen - result)
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

    def may_be_result(self, name: str) -> bool:
        """Whether a name may be that of the expression: no other name of the entry."""
        binding = self.bindings.get(name)
        where = self.statement.entry.where.get(binding.raw_name) if binding else None
        return binding is None or (where is not None and self.node(where) == self.own())

    # -- one way to name things ------------------------------------------------------------

    def compared(self, printed: Printed, names: Mapping[str, str]) -> Transcription:
        layers, numbered = layers_of(printed)
        found = self.compared_with(printed, names, layers)
        if found == Transcription.UNREAD and numbered and not names:
            # w_{11}^2 may be an entry of the second layer: that can make them agree, never differ
            again = self.compared_with(printed, names, layers | numbered)
            return again if again == Transcription.AGREES else found
        return found

    def compared_with(
        self, printed: Printed, names: Mapping[str, str], layers: set[str]
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
        where = self.statement.entry.where
        kinds.depending |= {key for key, one in bindings.items() if one.raw_name in where}
        results = set()
        for choices in Exploration():
            results.add(self.reading(printed, bindings, kinds, choices))
            if Transcription.AGREES in results:
                return Transcription.AGREES
        return Transcription.UNREAD if Transcription.UNREAD in results else Transcription.DIFFERS

    def reading(
        self,
        printed: Printed,
        bindings: Mapping[str, Binding],
        kinds: Kinds,
        choices: Choices,
    ) -> Transcription:
        emitter = _emitter(self.statement, bindings, self.declarations, choices)
        adjoint = self.statement.entry.upstream
        found: list[Verdict] = []
        trees: list[Tree] = []
        known = self.truths[1:] or self.truths
        head: Tree | NotReadError
        try:
            tokens = _as_names(printed.head, bindings)
            head = _unapplied(parse(tokens, kinds, choices, is_head=True), kinds)
        except NotReadError as error:
            head = error
        is_bare = isinstance(head, Tree) and head.op in ("sym", "apply") and not head.order
        # y is not its own derivative, but the product with one may have a name
        is_function = is_bare and self.statement.kind == "derivative" and not adjoint
        if is_function:
            known = [self.own()]
        elif isinstance(head, Tree) and is_bare:
            # a bare name: the print may say what it stands for
            known = [*known, self.own()]
            bound = bindings.get(head.name)
            where = self.statement.entry.where.get(bound.raw_name if bound else "")
            known += [self.node(where)] if where else []
        try:
            if printed.integrand:
                integrand = _unapplied(parse(printed.integrand, kinds, choices), kinds)
                below, beside = self.integral(known)
                found.append(self.equal(self.typed(emitter, integrand), below))
                known = [*beside]
            trees = [_unapplied(parse(m, kinds, choices), kinds) for m in printed.members]
            found += [self.equal(self.typed(emitter, tree), known) for tree in trees]
            of_head = self.verdict_of_head(printed.head, head, emitter) if printed.head else None
            if of_head is Verdict.UNDECIDED:
                return Transcription.UNREAD
            if of_head is not None:
                found.append(of_head)
        except NotReadError:
            return Transcription.UNREAD
        if all(v.passes for v in found):
            return Transcription.AGREES
        # a number above an entry is more likely its layer than its power
        powers = any(
            n.op == "pow" and n.args[0].op == "entry" for tree in trees for n in walk(tree)
        )
        is_sure = not powers and not is_function
        if any(v is Verdict.REFUTED for v in found) and is_sure:
            return Transcription.DIFFERS
        return Transcription.UNREAD

    def verdict_of_head(
        self, head: Sequence[Token], tree: Tree | NotReadError, emitter: Emitter
    ) -> Verdict | None:
        """The left side, where it says more than a name: an expression, or a derivative of one."""
        if isinstance(tree, NotReadError):
            nameless = ("unknown function", "an operator without")
            return None if any(w in tree.message for w in nameless) else Verdict.UNDECIDED
        if tree.op == "apply" and tree.order and tree.name in self.aliases:
            body = replace(tree, order=0)
            tree = Tree("deriv", (body, *[tree.args[-1]] * tree.order), name="d", at=tree.at)
        with suppress(NotReadError):  # y', where nothing says what y is
            tree = emitter.derivative(tree)
        if _is_label(tree, emitter) or (tree.op == "sym" and not self.is_symbol(tree)):
            adjoint = adjoints(head)
            is_other = adjoint.keys().isdisjoint(emitter.bindings) and all(
                map(self.may_vary, adjoint.values())
            )
            return None if is_other else Verdict.UNDECIDED
        body, order = _undifferentiated(tree)
        is_equation = self.statement.kind == "equals"
        if tree.op == "deriv" and not is_equation and not self.varies(tree.args[1:], emitter):
            return Verdict.UNDECIDED
        is_own = order == 1 and not is_equation and not self.statement.entry.upstream
        is_own = is_own or (tree.op == "apply" and self.statement.kind == "derivative")
        try:
            if is_own:
                return self.equal(self.typed(emitter, body), [self.own()])
            return self.equal(self.typed(emitter, tree), [self.statement.left])
        except NotReadError:
            if not self.is_name(body, emitter):
                raise
            is_right = is_equation or order in (0, self.statement.entry.order)
            return None if is_right else Verdict.UNDECIDED

    def is_symbol(self, tree: Tree) -> bool:
        """Whether a name is that of a declared symbol."""
        binding = self.bindings.get(tree.name)
        return binding is not None and binding.raw_name in self.statement.entry.symbols

    def may_vary(self, name: str) -> bool:
        """Whether a name is no other of the entry than what the derivative is by."""
        binding = self.bindings.get(name)
        return binding is None or binding.raw_name in self.statement.wrt

    def varies(self, variables: Sequence[Tree], emitter: Emitter) -> bool:
        """Whether a derivative is by what the entry's is."""
        names = {emitter.bindings[v.name].raw_name for v in variables if v.name in emitter.bindings}
        return names <= {*self.statement.wrt} and (
            bool(names) or any(v.op != "sym" for v in variables)
        )

    def is_name(self, tree: Tree, emitter: Emitter) -> bool:
        """Whether a head is the name of a result: ``L``, ``f(x)``, an entry or a differential."""
        while tree.op in ("diffl", "entry", "at"):
            tree = tree.args[0]
        if tree.op == "apply" and tree.args:
            is_new = {tree.name, keys.letter(tree.name)}.isdisjoint(emitter.bindings)
            return is_new and all(a.op == "sym" and a.name in emitter.bindings for a in tree.args)
        return tree.op == "apply" or (tree.op == "sym" and not self.is_symbol(tree))

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


def _as_names(head: Sequence[Token], bindings: Mapping[str, Binding]) -> list[Token]:
    """A head whose words for no known function are names: ``GELU'(x)``."""
    return [
        replace(t, kind=Kind.LETTER)
        if t.kind is Kind.WORD and t.text not in NAMES and t.text not in bindings
        else t
        for t in head
    ]


def _is_label(tree: Tree, emitter: Emitter) -> bool:
    """Whether a power is the name of something of a layer, ``z_1^2``, or a step, ``x^{k+1}``."""
    base = tree.args[0] if tree.op == "pow" else tree
    is_name = base is not tree and base.op in ("sym", "entry")
    return is_name and base.name not in emitter.bindings


def _undifferentiated(tree: Tree) -> tuple[Tree, int]:
    """What a head is the derivative of, and how often."""
    if tree.op == "deriv":
        return tree.args[0], tree.order or len(tree.args) - 1
    if tree.op == "prime":
        return tree.args[0], tree.order
    return (replace(tree, order=0), tree.order) if tree.op == "apply" else (tree, 0)


def _unapplied(tree: Tree, kinds: Kinds) -> Tree:
    """``f`` for ``f(x)``, ``f'`` for ``f'(x)`` of an f in ``where``."""

    def bare(node: Tree) -> Tree | None:
        is_own = node.op == "apply" and node.name in kinds.depending and len(node.args) == 1
        if not is_own or node.args[0].name not in kinds.symbols:
            return None
        name = sym(node.name, node.at)
        return Tree("prime", (name,), order=node.order, at=node.at) if node.order else name

    return rebuilt(tree, bare)
