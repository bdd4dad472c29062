"""Names of a page to names of the language, with what they are bound to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import field

from derivcheck.collection.raw import Value
from derivcheck.documents.bindings import Binding, Declarations
from derivcheck.documents.emission.text import (
    SUM,
    Shape,
    Text,
    constant_array,
    function_text,
)
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.subscripts import Subscripts
from derivcheck.documents.maths.tree import NotReadError, SilentError, Tree
from derivcheck.records import record

_ARRAYS = {
    "I": "eye",
    "\\mathbf{I}": "eye",
    "\\mathbf{1}": "ones",
    "\\mathbf{0}": "zeros",
}
_RESERVED = frozenset((
    "and", "or", "not", "if", "else", "lambda", "is", "in", "for", "sum", "prod", "diff",
    "grad", "jacobian", "hessian", "vjp", "d", "D", "tr", "det", "inv", "norm", "exp", "log",
    "ln", "sqrt", "sin", "cos", "tan", "abs", "sign", "max", "min", "where", "pi", "e", "I",
    "oo", "diag", "vec", "eye", "ones", "zeros", "dot",
)) - frozenset(["d", "D", "I"])  # fmt: skip
_SIZES = frozenset("nmpqkdrNMKD")
"""Letters that an identity has below."""
_MAX_WHERE = 60


@record(frozen=False)
class Names:
    """What the members of one claim need, gathered while they are emitted.

    ``bindings`` are annotations and definitions in force; ``varying`` the keys that differentials
    vary.
    """

    bindings: Mapping[str, Binding]
    declarations: Declarations
    choices: Choices
    varying: tuple[str, ...] = ()
    symbols: dict[str, Value] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Key to name of the language."""
    shapes: dict[str, Shape] = field(default_factory=dict)
    """Of names of the language."""
    units: set[str] = field(default_factory=set)
    """Names of arrays with one row and column."""
    free: set[str] = field(default_factory=set)
    """Keys that nothing declares or defines."""
    used: dict[str, Binding] = field(default_factory=dict)
    invented: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys for which a function has to be invented, and what each depends on."""
    open: list[str] = field(default_factory=list)
    indices: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Bound indices: their name, and the offset of their numbers."""
    free_indices: set[str] = field(default_factory=set)
    is_member: bool = False
    """Whether a right side is emitted."""
    fresh: int = 0
    abstract: bool = False
    """Whether an undeclared function was taken for an abstract one."""
    arrays: frozenset[str] = frozenset()
    """Letters that are seen to be arrays, whose shapes nothing says."""
    rates: Set[tuple[str, str]] = frozenset()
    """Letters that are differentiated somewhere in the section, and by which."""
    entrywise: frozenset[str] = frozenset()
    """Functions that are seen to be applied to each entry."""
    in_entry: bool = False
    """Whether print is that of an entry: ``dX`` is a name, and a scalar has an entry, itself."""
    context: tuple[Tree, ...] = ()
    """All members of the statement: what a bare prime on a constant may mean."""

    dims: set[str] = field(default_factory=set)
    """Dimensions: those of the annotations, and those that sums bring along."""

    def __post_init__(self) -> None:
        self.dims = set(self.declarations.dims)

    @property
    def defined(self) -> dict[str, Binding]:
        """The page's definitions that are used."""
        return {key: one for key, one in self.used.items() if one.kind == "definition"}

    @property
    def formulas(self) -> list[Tree]:
        """What the names that are used stand for."""
        return [one.tree for one in self.used.values() if one.tree is not None]

    def bound(self, tree: Tree) -> Binding | None:
        """What a name, or the function of a call, is bound to."""
        return self.bindings.get(tree.name) if tree.op in ("sym", "apply") else None

    def arguments_of(self, tree: Tree) -> tuple[str, ...]:
        """The names of the arguments of a function; none of what is no function."""
        binding = self.bound(tree)
        return (binding.arguments or ()) if binding is not None else ()

    def name(self, key: str) -> str:
        """The name of the language for a key, never used for another."""
        found = self.names.get(key)
        if found is None:
            found = keys.language_name(key)
            bound = {name for name, _ in self.indices.values()}
            taken = {*self.names.values()} | self.dims | self.free_indices | bound
            while found in taken or found in _RESERVED:
                found += "_"
            self.names[key] = found
        return found

    def symbol(self, key: str, binding: Binding | None) -> Text:
        name = self.name(key)
        if binding is not None:
            self.used[key] = binding
            self.symbols[name] = binding.raw
            self.shapes[name] = binding.shape
            return Text(name, binding.shape)
        self.free.add(key)
        self.symbols.setdefault(name, "real")
        return Text(name)

    @contextmanager
    def inside(self, key: str) -> Iterator[None]:
        """While what a name is defined to be is emitted, in which that name may not stand."""
        around = self.open
        self.open = [*around, key] if key else around
        try:
            yield
        finally:
            self.open = around

    def require(self, key: str, binding: Binding, at: int) -> Text:
        """A name of ``where``, emitted before whatever uses it."""
        if not self.indices.keys().isdisjoint(keys.parts(key)[1]):
            raise NotReadError(f"`{key}` under a sum over its subscript", at)
        name = self.name(key)
        if name in self.where:
            self.used[key] = binding
            return Text(name, self.shapes[name], unit=name in self.units)
        if key in self.open or len(self.where) > _MAX_WHERE or binding.tree is None:
            raise NotReadError(f"`{key}` is defined by itself", at)
        tree = binding.reading(self.choices)
        if not Subscripts().free(tree).isdisjoint(self.indices):
            raise NotReadError(f"`{key}` depends on an index of the sum around it", at)
        with self.inside(key):
            around, self.indices = self.indices, {}
            try:
                body = self.emit(tree)
            finally:
                self.indices = around
        self.used[key] = binding
        self.where[name] = body.text
        self.shapes[name] = body.shape
        if body.unit:
            self.units.add(name)
        return Text(name, body.shape, unit=body.unit)

    def resolve(self, key: str, at: int) -> Text:
        """A name as it stands, with what it is bound to."""
        if key in self.indices:
            name, offset = self.indices[key]
            return Text(f"{name} + 1", (), SUM) if offset else Text(name)
        if key in self.open:
            raise NotReadError(f"`{key}` is defined by itself", at)
        binding = self.bindings.get(key)
        if binding is None:
            return self.unbound(key, at)
        if binding.kind == "symbol":
            found = self.symbol(key, binding)
            return Text(f"{found.text} + 1", (), SUM) if binding.is_index else found
        if binding.kind == "constant":
            return Text(binding.raw_name, binding.shape)
        if binding.kind == "index":
            return Text(f"{binding.raw_name} + 1", (), SUM)
        if binding.kind in ("where", "definition"):
            return self.require(key, binding, at)
        if binding.kind == "function":
            return self.emit(Tree("apply", name=key, at=at))
        raise NotReadError(f"`{key}` is a function without its argument", at)

    def unbound(self, key: str, at: int) -> Text:
        """A name that nothing declares or defines."""
        if key in self.invented:
            return self.invent(key, at)
        if key in ("I", "\\mathbf{I}") and self.dims:
            return constant_array("eye", [self.some_dimension("identity")])
        if key in ("\\mathbf{1}", "\\mathbb{1}") and self.dims:
            return constant_array("ones", [self.some_dimension("ones")])
        if key in self.dims:
            return Text(key)
        if keys.language_name(key) in self.free_indices:
            # the place k of the left side, as a number on the right
            if self.open or not self.is_member:
                raise NotReadError(f"`{key}` is an index and a name", at)
            return Text(f"{keys.language_name(key)} + 1", (), SUM)
        if key == "i" and not self.declarations.bindings:
            raise SilentError("`i`: the imaginary unit, an index or a name", at)
        base, sub, _ = keys.parts(key)
        if sub and base in _ARRAYS and not self.is_current(base, sub):
            return self.sized(base, sub, at)
        delta = self.kronecker(sub) if base == "\\delta" and base not in self.bindings else None
        if delta is not None:
            return delta
        if sub and any(c in self.indices for c in sub):
            raise NotReadError(f"the shape of `{base}` is not known", at)
        if keys.is_bold(key) or base in self.arrays or base.startswith("\\vec"):
            if base == "\\mathbf{1}":
                raise NotReadError("a column of ones whose length nothing says", at)
            raise NotReadError(f"the shape of `{key}` is not known", at)
        return self.symbol(key, None)

    def kronecker(self, sub: str) -> Text | None:
        r"""``\delta_{ij}`` of two indices: 1 where they are one."""
        names = [
            self.indices[c][0] if c in self.indices else keys.language_name(c)
            for c in sub.replace(",", "")
            if c in self.indices or keys.language_name(c) in self.free_indices
        ]
        if len(names) != 2 or len(sub.replace(",", "")) != 2:
            return None
        if any(self.indices[c][1] == "" for c in sub if c in self.indices):
            raise NotReadError("a delta of an index that is counted from 0")
        return Text(f"where({names[0]} == {names[1]}, 1, 0)")

    def is_current(self, base: str, sub: str) -> bool:
        """Whether ``I_0``, ``I_2``, ``I_s`` is a current or intensity: of no size that a matrix
        has, or with no array in sight."""
        if base != "I" or sub in _SIZES or self.in_entry:
            return False
        is_array = any(one.shape for one in self.bindings.values()) or bool(self.arrays)
        return (sub in ("0", "1")) if is_array or self.dims else True

    def sized(self, base: str, sub: str, at: int) -> Text:
        r"""``I_n``, ``\mathbf{1}_{m \times n}``: arrays whose size stands below."""
        function = _ARRAYS[base]
        dims = [self.size(part, function) for part in sub.split("\\times")]
        if not all(dims) or len(dims) > 2:
            raise NotReadError(f"`{base}` of a size that is no dimension", at)
        return constant_array(function, dims)

    def size(self, text: str, function: str) -> str:
        """A size as it stands below: ``n``, ``n+1``; ``I_{mn}`` has m*n rows. Empty: unclear."""
        found = []
        for part in re.split(r"([+-])", text):
            part = part.strip()
            letters = part if function == "eye" else ""  # ones: m by n, or m*n
            if part in ("+", "-"):
                found.append(f" {part} ")
            elif part in self.dims or part.isdigit():
                found.append(part)
            elif len(letters) > 1 and all(letter in self.dims for letter in letters):
                found.append("*".join(letters))
            else:
                return ""
        return "".join(found)

    def some_dimension(self, question: str) -> str:
        """A dimension that nothing says: every declared one is tried, and shapes decide."""
        dims = sorted(self.dims)[:6]
        return dims[self.choices.ask(question, len(dims))]

    def invent(self, key: str, at: int) -> Text:
        """A ``where`` name for a function that the page only names: ``u: U(x)``."""
        name = self.name(key)
        if name not in self.where:
            with self.inside(key):
                arguments = [self.resolve(other, at).text for other in self.invented[key]]
            function = f"{name}_of"
            self.functions[function] = function_text(len(arguments))
            self.where[name] = f"{function}({', '.join(arguments)})"
            self.shapes[name] = ()
        return Text(name)

    def emit(self, tree: Tree) -> Text:
        """The text of a tree. Raises :class:`NotReadError`."""
        handler = getattr(self, f"_{tree.op}", None)
        if handler is None:
            raise NotReadError(f"a `{tree.op}` is not understood", tree.at)
        found: Text = handler(tree)
        if len(found.text) > 8_000:
            raise NotReadError("too long once it is written out", tree.at)
        return found
