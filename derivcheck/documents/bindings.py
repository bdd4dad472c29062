"""What a name on a page is bound to, the key by which it is known, and what parsers are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from itertools import pairwise, takewhile

from derivcheck.collection.raw import Value
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.kinds import Kinds, copied
from derivcheck.documents.maths.statements import Statement
from derivcheck.documents.maths.tokens import Kind, Token, canonical, group_end, tokenize
from derivcheck.documents.maths.tree import NotReadError, Tree, sym, walk
from derivcheck.documents.source import Equation, Macro
from derivcheck.model import Location
from derivcheck.records import record


@record()
class Binding:
    """What a key stands for.

    ``kind`` is ``symbol`` (``raw`` as in a formula file), ``function`` (abstract, of ``arity``
    arguments), ``elementwise``, ``where`` (an annotation's), ``definition`` (the page's) or
    ``dead`` (a definition that was not read); of an entry, ``alias`` and ``family`` (functions of
    the language by another sign), ``constant`` and ``index``. ``arguments`` are those of ``f(x)``.
    """

    key: str
    kind: str
    raw: Value = None
    shape: tuple[str, ...] = ()
    arguments: tuple[str, ...] | None = None
    trees: tuple[Tree, ...] = ()
    """Every way to read what it stands for; empty where it stands for itself."""
    others: tuple[Tree, ...] = ()
    """What its chain goes on with: ``S = a = b`` may be meant as b."""
    is_complete: bool = True
    """Whether these are all readings, and not only as many as are tried."""
    is_limited: bool = False
    """Whether it is said under a condition."""
    limits: tuple[Statement, ...] = ()
    """What is compared where it is said, ``a > 0``, if that is its whole condition."""
    equation: Equation | None = None
    behind: int = -1
    """The last equation before it that defines something, or claims a derivative."""
    raw_name: str = ""
    """The name of the language, where it is not made from the key."""
    location: Location | None = None
    """Of a symbol: where it is declared; of a definition: where its name was, before."""

    @property
    def tree(self) -> Tree | None:
        """The first way to read what it stands for."""
        return self.trees[0] if self.trees else None

    def reading(self, choices: Choices) -> Tree:
        """What a definition says, in one of the ways it can be read."""
        if len(self.trees) < 2:
            return self.trees[0]
        return self.trees[choices.ask(f"definition-{self.key}", len(self.trees))]

    @property
    def is_index(self) -> bool:
        """Whether it is declared as a place in an array: ``{index: n}``."""
        return self.kind == "index" or (isinstance(self.raw, Mapping) and "index" in self.raw)


@record(frozen=False)
class Declarations:
    """The annotations in force at some place, read."""

    bindings: dict[str, Binding] = field(default_factory=dict)
    assume: list[tuple[Tree, str, Tree]] = field(default_factory=list)
    identically: list[tuple[Tree, str, Tree]] = field(default_factory=list)
    wrt: tuple[str, ...] = ()
    rates: dict[str, str] = field(default_factory=dict)
    """By what words say that primes and dots differentiate, where they do."""
    log: str = ""
    layout: str = ""
    values: str = ""
    upstream: Tree | None = None
    dims: set[str] = field(default_factory=set)
    spreads: bool = False
    """Whether what is added to a matrix may be added to each of its rows, or columns."""
    macros: dict[str, Macro] = field(default_factory=dict)
    physics: bool = False
    """Whether the LaTeX package `physics` is loaded, with its derivatives."""
    is_empty: bool = True
    kinds: Kinds = field(default_factory=Kinds)
    """What the parser has to know of names that were bound one by one."""

    def bind(self, binding: Binding) -> None:
        """Add what a key stands for, whatever it stood for before."""
        self.bindings[binding.key] = binding
        learn(self.kinds, binding)

    def copied(self) -> Declarations:
        """The same, to be added to."""
        same = copied(self)
        same.kinds = copied(self.kinds)
        return same


def shape_of(raw: Value) -> tuple[str, ...]:
    """The shape of a declared symbol: rows and columns; empty for a scalar."""
    if isinstance(raw, dict):
        raw = raw.get("shape")
    if not isinstance(raw, list):
        return ()
    dims = tuple(str(dim) for dim in raw)
    shape = (dims[0], dims[1] if len(dims) > 1 else "1") if dims else ()
    return () if shape == ("1", "1") else shape


def read_key(latex: str, macros: Mapping[str, Macro]) -> tuple[str, tuple[str, ...] | None]:
    """The key of a name as an annotation writes it, and the arguments behind it."""
    return key_of(tokenize(latex, macros))


def key_of(tokens: Sequence[Token]) -> tuple[str, tuple[str, ...] | None]:
    """The key of a name that stands alone, and the arguments behind it."""
    i, base = _base(tokens)
    sub = sup = primes = ""
    while i < len(tokens) and tokens[i].is_sign("'", "_", "^"):
        sign = tokens[i].text
        end = i + 1 if sign == "'" else _group_end(tokens, i + 1)
        text = canonical(tokens[i + 1 : end])
        if sign == "'" or (sign == "^" and set(text) == {"'"}):
            primes += text or "'"
        elif sign == "_":
            sub = text
        else:
            sup = text
        i = end
    key = keys.key(base + primes, sub, sup)
    if i == len(tokens):
        return key, None
    brackets = (tokens[i].text, tokens[-1].text)
    if brackets != ("(", ")"):
        raise NotReadError("it is no name", tokens[i].at)
    commas = [j for j in range(i + 1, len(tokens) - 1) if tokens[j].is_sign(",")]
    arguments = [
        key_of(tokens[before + 1 : j]) for before, j in pairwise((i, *commas, len(tokens) - 1))
    ]
    if any(inner is not None or "'" in name for name, inner in arguments):
        raise NotReadError("it is no name")
    return key, tuple(name for name, _ in arguments)


def _base(tokens: Sequence[Token]) -> tuple[int, str]:
    if not tokens:
        raise NotReadError("it is no name")
    token = tokens[0]
    if token.kind is Kind.OPEN:
        end = _group_end(tokens, 0)
        if end > 20 or tokens[1].kind is Kind.OPEN:
            raise NotReadError("it is no name", token.at)
        _, base = _base(tokens[1 : end - 1])
        return end, base
    if token.is_command(*keys.DECORATIONS, *keys.DOTTING):
        end = _group_end(tokens, 1)
        return end, f"\\{token.text}{{{canonical(tokens[1:end])}}}"
    if token.kind is Kind.LETTER:
        run = [token]
        if len(token.text) == 1:
            run += takewhile(
                lambda t: t.kind is Kind.LETTER and t.glued and len(t.text) == 1, tokens[1:]
            )
        return len(run), "".join(t.text for t in run)
    if token.kind in (Kind.WORD, Kind.TEXT):
        return 1, token.text
    if token.kind is Kind.COMMAND:
        raise NotReadError(f"`\\{token.text}` is no letter and no known macro", token.at)
    raise NotReadError("it is no name")


def _group_end(tokens: Sequence[Token], i: int) -> int:
    if i >= len(tokens):
        raise NotReadError("it is no name")
    return group_end(tokens, i)


_VARIABLES = frozenset(("x", "y", "z", "t", "r", "s", "\\theta", "\\phi"))


def reached(
    trees: Iterable[Tree],
    bindings: Mapping[str, Binding],
    invented: Mapping[str, Iterable[str]] | None = None,
) -> dict[str, Tree]:
    """The names in trees, in the definitions below them, and of the arguments of bare functions,
    each where it stands; ``invented`` are names that depend on others without a definition."""
    found: dict[str, Tree] = {}
    bare: set[str] = set()
    waiting = [*trees]
    while waiting:
        for node in walk(waiting.pop()):
            if node.op not in ("sym", "apply", "bound"):
                continue
            binding = bindings.get(node.name)
            if node.name not in found:
                waiting += [sym(name) for name in (invented or {}).get(node.name, ())]
                if binding is not None and binding.tree is not None:
                    waiting.append(binding.tree)
            if node.op == "sym" or node.name not in found:
                found[node.name] = node
            is_function = binding is not None and binding.kind == "function"
            if is_function and binding and not node.args and node.name not in bare:
                bare.add(node.name)
                waiting += [sym(name) for name in binding.arguments or ()]
    return found


def followed(trees: Iterable[Tree], bindings: Mapping[str, Binding]) -> dict[str, Binding]:
    """The defined names that trees rest on, those below definitions included."""
    names = reached(trees, bindings)
    return {n: bindings[n] for n in names if n in bindings and bindings[n].tree is not None}


def closure(trees: Iterable[Tree], bindings: Mapping[str, Binding]) -> list[Tree]:
    """Trees, and the definitions that they rest on."""
    trees = [*trees]
    return [*trees, *(one.tree for one in followed(trees, bindings).values() if one.tree)]


def kinds_of(bindings: Iterable[Binding], declarations: Declarations) -> Kinds:
    """What the parser has to know of the names that were declared, and of others."""
    kinds = copied(declarations.kinds)
    kinds.log, kinds.physics = declarations.log, declarations.physics
    for binding in bindings:
        learn(kinds, binding)
    for name in declarations.wrt:
        if name not in kinds.shapes and name not in kinds.functions:
            kinds.shapes[name] = ()
    kinds.differentials = bool(declarations.wrt) and any(
        kinds.is_array(name) for name in declarations.wrt
    )
    return kinds


def learn(kinds: Kinds, binding: Binding) -> None:
    """Add what one name is, whatever it was before."""
    key, kind = binding.key, binding.kind
    kinds.forget(key)
    if kind in ("elementwise", "alias", "family", "function"):
        kinds.functions[key] = None
        if kind == "family":
            kinds.families.add(key)
        elif kind == "function":
            kinds.arguments[key] = len(binding.arguments or ())
    elif kind in ("symbol", "index", "constant"):
        kinds.shapes[key] = binding.shape
        if kind == "symbol":
            kinds.symbols.add(key)
    elif kind in ("where", "definition") and binding.arguments:
        kinds.functions[key] = binding.arguments
    elif kind in ("where", "definition"):
        kinds.shapes[key] = binding.shape or None
        nodes = walk(binding.tree) if binding.tree else ()
        # of a name that is a function elsewhere, too: x(t) is a variable of z = x y
        names = {n.name for n in nodes if n.op in ("sym", "apply") and not n.args}
        if len(variables := _VARIABLES & {*names}) > 1:
            kinds.partials[key] = variables
