"""Trees to text of derivcheck's own language, with the shapes and bindings it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from derivcheck.collection.entry import Raw, Value
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.functions import MATRIX
from derivcheck.documents.maths.problems import NotReadError, SilentError
from derivcheck.documents.maths.tree import Tree, rebuilt, walk
from derivcheck.documents.scope import Binding, Declarations

Shape = tuple[str, ...]
SUM, PRODUCT, UNARY, POWER, ATOM = range(5)
_MAX_WHERE = 60


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of an expression, its shape (empty: a scalar) and how tightly it binds."""

    text: str
    shape: Shape = ()
    level: int = ATOM
    unit: bool = False
    """Whether a scalar is an array of one row and column."""

    def at(self, level: int) -> str:
        """The text, in brackets where it binds more loosely."""
        return self.text if self.level >= level else f"({self.text})"


def made_shape(rows: str, columns: str) -> Shape:
    """A shape; 1 by 1 is a scalar."""
    return () if rows == columns == "1" else (rows, columns)


@dataclass(slots=True)
class Emitter:
    """Emits the members of one claim; what they need is gathered on the way.

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
    vectors: dict[str, str] = field(default_factory=dict)
    """Undeclared letters that a sum runs over, and their dimension."""
    fresh: int = 0
    abstract: bool = False
    """Whether an undeclared function was taken for an abstract one."""
    arrays: frozenset[str] = frozenset()
    """Letters that are seen to be arrays, whose shapes nothing says."""
    context: tuple[Tree, ...] = ()
    """All members of the statement: what a bare prime on a constant may mean."""

    dims: set[str] = field(default_factory=set)
    """Dimensions: those of the annotations, and those that sums bring along."""

    def __post_init__(self) -> None:
        self.dims = set(self.declarations.dims)

    # -- names -----------------------------------------------------------------------------

    def name(self, key: str) -> str:
        """The name of the language for a key, never used for another."""
        found = self.names.get(key)
        if found is None:
            found = keys.language_name(key)
            taken = set(self.names.values()) | self.dims | set(self.indices_used())
            while found in taken or found in _RESERVED:
                found += "_"
            self.names[key] = found
        return found

    def indices_used(self) -> list[str]:
        return [name for name, _ in self.indices.values()] + sorted(self.free_indices)

    def fresh_name(self) -> str:
        """A name that no page writes."""
        self.fresh += 1
        return f"s{self.fresh}_"

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

    def require(self, key: str, binding: Binding, at: int) -> Text:
        """A name of ``where``, emitted before whatever uses it."""
        name = self.name(key)
        if name in self.where:
            self.used[key] = binding
            return Text(name, self.shapes[name], unit=name in self.units)
        if key in self.open or len(self.where) > _MAX_WHERE or binding.tree is None:
            raise NotReadError(f"`{key}` is defined by itself", at)
        self.open.append(key)
        try:
            tree = binding.tree
            if len(binding.readings) > 1:
                tree = binding.readings[
                    self.choices.ask(f"definition-{key}", len(binding.readings))
                ]
            body = self.emit(tree)
        finally:
            self.open.pop()
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
            if key in self.invented:
                return self.invent(key, at)
            if key in ("I", "\\mathbf{I}") and self.dims:
                dim = self.some_dimension("identity")
                return Text(f"eye({dim})", made_shape(dim, dim))
            if key in ("\\mathbf{1}", "\\mathbb{1}") and self.dims:
                dim = self.some_dimension("ones")
                return Text(f"ones({dim})", made_shape(dim, "1"))
            if key in self.dims:
                return Text(key)
            if key in self.vectors:
                raise NotReadError(f"`{key}` stands without the index of a sum", at)
            if key == "i" and not self.declarations.bindings:
                raise SilentError("`i`: the imaginary unit, an index or a name", at)
            base, sub, _ = keys.parts(key)
            if sub and base in _ARRAYS:
                return self.sized(base, sub, at)
            if sub and any(c in self.indices for c in sub):
                return self.indexed(base, key, sub, at)
            if keys.is_bold(key) or base in self.arrays or base.startswith("\\vec"):
                if base == "\\mathbf{1}":
                    raise NotReadError("a column of ones whose length nothing says", at)
                raise NotReadError(f"the shape of `{key}` is not known", at)
            return self.symbol(key, None)
        if binding.kind == "symbol":
            return self.symbol(key, binding)
        if binding.kind in ("where", "definition"):
            return self.require(key, binding, at)
        if binding.kind == "function":
            return self.bare_function(key, binding, at)
        raise NotReadError(f"`{key}` is a function without its argument", at)

    def sized(self, base: str, sub: str, at: int) -> Text:
        r"""``I_n``, ``\mathbf{1}_{m \times n}``: arrays whose size stands below."""
        dims = sub.replace("\\times", " ").split()
        if not all(d in self.dims or d.isdigit() for d in dims) or len(dims) > 2:
            raise NotReadError(f"`{base}` of a size that is no dimension", at)
        function = _ARRAYS[base]
        if function == "eye":
            return Text(f"eye({dims[0]})", made_shape(dims[0], dims[0]), unit=dims[0] == "1")
        shape = made_shape(dims[0], dims[1] if len(dims) > 1 else "1")
        return Text(f"{function}({', '.join(dims)})", shape)

    def some_dimension(self, question: str) -> str:
        """A dimension that nothing says: every declared one is tried, and shapes decide."""
        dims = sorted(self.dims)[:6]
        return dims[self.choices.ask(question, len(dims))]

    def indexed(self, base: str, key: str, sub: str, at: int) -> Text:
        """``x_i`` under a sum over i: an entry of a vector that nothing declares."""
        parts = sub.split(",") if "," in sub else list(sub)
        if len(parts) != 1 or parts[0] not in self.indices or base in self.bindings:
            raise NotReadError(f"the shape of `{base}` is not known", at)
        index = self.indices[parts[0]][0]
        dim = self.vectors.get(base) or f"{index}{_UNKNOWN_LENGTH}"
        self.vectors[base] = dim
        name = self.name(base)
        self.symbols[name] = [dim]
        self.shapes[name] = (dim, "1")
        self.free.add(base)
        return Text(f"{name}[{index}]")

    def bare_function(self, key: str, binding: Binding, at: int) -> Text:
        """``C`` for ``C(a)``, and ``u`` for ``u(x)``."""
        self.used[key] = binding
        arguments = [self.resolve(name, at).text for name in binding.arguments or ()]
        name = self.name(key)
        self.functions[name] = _function_text(len(arguments))
        return Text(f"{name}({', '.join(arguments)})")

    def invent(self, key: str, at: int) -> Text:
        """A ``where`` name for a function that the page only names: ``u: U(x)``."""
        name = self.name(key)
        if name not in self.where:
            self.open.append(key)
            arguments = [self.resolve(other, at).text for other in self.invented[key]]
            self.open.pop()
            function = f"{name}_of"
            self.functions[function] = _function_text(len(arguments))
            self.where[name] = f"{function}({', '.join(arguments)})"
            self.shapes[name] = ()
        return Text(name)

    # -- nodes -----------------------------------------------------------------------------

    def emit(self, tree: Tree) -> Text:
        """The text of a tree. Raises :class:`NotReadError`."""
        handler = getattr(self, f"_{tree.op}", None)
        if handler is None:
            raise NotReadError(f"a `{tree.op}` is not understood", tree.at)
        found: Text = handler(tree)
        if len(found.text) > 8_000:
            raise NotReadError("too long once it is written out", tree.at)
        return found

    def _num(self, tree: Tree) -> Text:
        return Text(tree.name)

    def _sym(self, tree: Tree) -> Text:
        return self.resolve(tree.name, tree.at)

    def _const(self, tree: Tree) -> Text:
        if tree.name == "true":
            raise NotReadError("a condition where a value is expected", tree.at)
        if tree.name == "oo":
            raise NotReadError("infinity", tree.at)
        return Text(tree.name)

    def _neg(self, tree: Tree) -> Text:
        inner = self.emit(tree.args[0])
        return Text(f"-{inner.at(PRODUCT)}", inner.shape, SUM)

    def _add(self, tree: Tree) -> Text:
        return self._sum_of(tree, "+")

    def _sub(self, tree: Tree) -> Text:
        return self._sum_of(tree, "-")

    def _sum_of(self, tree: Tree, sign: str) -> Text:
        left, right = self.emit(tree.args[0]), self.emit(tree.args[1])
        shape = left.shape or right.shape
        return Text(f"{left.text} {sign} {right.at(PRODUCT)}", shape, SUM)

    def _mul(self, tree: Tree) -> Text:
        left, right = self.emit(tree.args[0]), self.emit(tree.args[1])
        if not left.shape or not right.shape or tree.name == "odot":
            shape = left.shape or right.shape
            # one row and column fit before a row only, and behind a column
            fits = not (
                (left.unit and right.shape[:1] not in ((), ("1",)))
                or (right.unit and left.shape[1:] not in ((), ("1",)))
            )
            sign = "*" if fits or tree.name == "odot" else " @ "
            return Text(
                f"{left.at(PRODUCT)}{sign}{right.at(POWER)}",
                shape,
                PRODUCT,
                left.unit and (right.unit or not right.shape),
            )
        if tree.name == "times":
            raise NotReadError("`\\times` between arrays", tree.at)
        if tree.name == "cdot" and left.shape == right.shape and left.shape[1] == "1":
            return Text(f"dot({left.text}, {right.text})")
        shape = made_shape(left.shape[0], right.shape[1])
        return Text(f"{left.at(PRODUCT)} @ {right.at(POWER)}", shape, PRODUCT)

    def _div(self, tree: Tree) -> Text:
        left, right = self.emit(tree.args[0]), self.emit(tree.args[1])
        if right.shape and not (tree.name == "odot" or left.shape == right.shape):
            raise NotReadError("a division by an array", tree.at)
        return Text(f"{left.at(PRODUCT)}/{right.at(POWER)}", left.shape or right.shape, PRODUCT)

    def _pow(self, tree: Tree) -> Text:
        base = self.emit(tree.args[0])
        exponent = self.emit(tree.args[1])
        if exponent.shape:
            raise NotReadError("an array as an exponent", tree.at)
        if not base.shape or tree.name == "odot":
            shown = exponent.at(UNARY if exponent.text.startswith("-") else POWER)
            return Text(f"{base.at(ATOM)}**{shown}", base.shape, POWER)
        if base.shape[0] != base.shape[1]:
            raise NotReadError("a power of an array that is not square", tree.at)
        if exponent.text == "-1":
            return Text(f"inv({base.text})", base.shape)
        if exponent.text.isdigit():
            return Text(f"matrix_power({base.text}, {exponent.text})", base.shape)
        raise NotReadError("a power of a matrix", tree.at)

    def _transpose(self, tree: Tree) -> Text:
        body = self.emit(tree.args[0])
        if not body.shape:
            return Text(f"{body.at(ATOM)}.T", unit=True) if body.unit else body
        return Text(f"{body.at(ATOM)}.T", (body.shape[1], body.shape[0]))

    def _hermitian(self, tree: Tree) -> Text:
        raise NotReadError("a conjugate transpose", tree.at)

    def _bars(self, tree: Tree) -> Text:
        body = self.emit(tree.args[0])
        if not body.shape:
            return Text(f"abs({body.text})")
        if body.shape[0] == body.shape[1]:
            return Text(f"det({body.text})")
        raise NotReadError("bars round an array: length, or entry by entry", tree.at)

    def _norm(self, tree: Tree) -> Text:
        body = self.emit(tree.args[0])
        if not body.shape:
            return Text(f"abs({body.text})")
        is_vector = "1" in body.shape
        if tree.name in ("1", "oo"):
            if not is_vector:
                raise NotReadError("which norm of a matrix", tree.at)
            return Text(f"norm({body.text}, {tree.name})")
        if tree.name == "2" and not is_vector:
            raise NotReadError("the spectral norm of a matrix", tree.at)
        return Text(f"norm({body.text})")

    def _call(self, tree: Tree) -> Text:
        name = tree.name
        if name in ("ones", "zeros", "eye"):
            return self._constant_array(tree)
        arguments = [self.emit(arg) for arg in tree.args]
        first = arguments[0]
        texts = ", ".join(a.text for a in arguments)
        if name in ("log10", "log2"):
            return Text(f"log({first.text}, {name[3:]})", first.shape)
        if name in ("tr", "det", "logdet", "norm"):
            return Text(f"{name}({texts})")
        if name in ("sum", "mean", "logsumexp") and len(arguments) == 1:
            return Text(f"{name}({texts})")
        if name == "inner":
            if any(a.shape for a in arguments):
                return Text(f"sum({first.at(PRODUCT)}*{arguments[1].at(POWER)})")
            return Text(f"{first.at(PRODUCT)}*{arguments[1].at(POWER)}", (), PRODUCT)
        if name == "kron" and first.shape and arguments[1].shape:
            sizes = zip(first.shape, arguments[1].shape, strict=True)
            rows, columns = (
                f"{a}*{b}" if a != "1" != b else b if a == "1" else a for a, b in sizes
            )
            return Text(f"kron({texts})", made_shape(rows, columns))
        if name == "outer" and first.shape and arguments[1].shape:
            return Text(f"outer({texts})", made_shape(first.shape[0], arguments[1].shape[0]))
        if name == "dot":
            return Text(f"dot({texts})")
        if name == "inv":
            return Text(f"inv({texts})", first.shape)
        if name in ("transpose",):
            return Text(f"{first.at(ATOM)}.T", tuple(reversed(first.shape)))
        if name == "diag":
            if not first.shape:
                raise NotReadError("`diag` of a scalar", tree.at)
            size = first.shape[0]
            is_vector = first.shape[1] == "1"
            return Text(f"diag({texts})", (size, size) if is_vector else (size, "1"))
        if name in MATRIX or name in (
            "outer",
            "cholesky",
            "tril",
            "triu",
            "skew",
            "cross",
            "matrix_power",
            "pinv",
            "cumsum",
            "cumprod",
            "prod",
        ):
            if name in ("tril", "triu", "cholesky", "expm", "cumsum", "cumprod"):
                return Text(f"{name}({texts})", first.shape)
            raise NotReadError(f"`{name}` is not read yet", tree.at)
        if name in ("max", "min") and len(arguments) == 1:
            raise NotReadError(f"`{name}` of one argument", tree.at)
        shape = next((a.shape for a in arguments if a.shape), ())
        return Text(f"{name}({texts})", shape)

    def _constant_array(self, tree: Tree) -> Text:
        dims = []
        for arg in tree.args:
            if arg.op == "num" or (arg.op == "sym" and arg.name in self.dims):
                dims.append(arg.name)
            else:
                raise NotReadError(f"`{tree.name}` of what is no dimension", arg.at)
        if not 1 <= len(dims) <= 2:
            raise NotReadError(f"`{tree.name}` of what is no dimension", tree.at)
        if tree.name == "eye":
            shape = made_shape(dims[0], dims[0])
        else:
            shape = made_shape(dims[0], dims[1] if len(dims) > 1 else "1")
        return Text(f"{tree.name}({', '.join(dims)})", shape, unit=not shape)

    # -- functions of the page -------------------------------------------------------------

    def _apply(self, tree: Tree) -> Text:
        key = tree.name
        binding = self.bindings.get(key)
        if binding is None:
            return self.unknown_function(tree)
        if binding.kind == "elementwise":
            if len(tree.args) != 1:
                raise NotReadError(f"`{key}` without its argument", tree.at)
            self.used[key] = binding
            argument = self.emit(tree.args[0])
            name = self.name(key)
            self.functions[name] = "elementwise"
            head = name
            for _ in range(tree.order):
                head = f"D({head})"
            return Text(f"{head}({argument.text})", argument.shape)
        if binding.kind in ("alias", "family") and tree.args and not tree.order:
            arguments = [self.emit(arg) for arg in tree.args]
            texts = ", ".join(a.text for a in arguments)
            names = binding.raw_name.split()
            name = names[min(len(arguments), len(names)) - 1]
            return Text(f"{name}({texts})", arguments[-1].shape)
        if binding.kind == "function":
            return self.abstract_call(tree, binding)
        if binding.kind in ("where", "definition"):
            return self.defined_call(tree, binding)
        if binding.kind == "symbol" and tree.order and not tree.args:
            raise NotReadError(f"a prime on `{key}`, which is no function", tree.at)
        raise NotReadError(f"`{key}` is no function", tree.at)

    def abstract_call(self, tree: Tree, binding: Binding) -> Text:
        """A call of an abstract function, or the bare name for it."""
        key, arity = tree.name, len(binding.arguments or ())
        self.used[key] = binding
        if not tree.args:
            arguments = [self.resolve(name, tree.at) for name in binding.arguments or ()]
        else:
            arguments = [self.emit(arg) for arg in tree.args]
        if len(arguments) != arity:
            # the annotation's l(o) may be written l(o, y), where y stays as it is
            raise NotReadError(f"`{key}` takes {arity} arguments", tree.at)
        name = self.name(key)
        self.functions[name] = _function_text(arity)
        texts = ", ".join(a.text for a in arguments)
        if not tree.order:
            return Text(f"{name}({texts})")
        if arity != 1 or arguments[0].shape:
            raise NotReadError(f"a prime on `{key}`, a function of several arguments", tree.at)
        head = name
        for _ in range(tree.order):
            head = f"D({head})"
        return Text(f"{head}({texts})")

    def unknown_function(self, tree: Tree) -> Text:
        """``u(x)`` that nothing defines: an abstract function, for proofs only."""
        key = tree.name
        if not tree.args:
            raise SilentError(f"`{key}` is defined nowhere", tree.at)
        if key in self.dims:
            raise NotReadError(f"`{key}` is a dimension", tree.at)
        arguments = [self.emit(arg) for arg in tree.args]
        if any(a.shape for a in arguments):
            raise NotReadError(f"unknown function `{key}` of an array", tree.at)
        name = self.name(key)
        text = _function_text(len(arguments))
        if self.functions.setdefault(name, text) != text:
            raise NotReadError(f"`{key}` takes different numbers of arguments", tree.at)
        self.free.add(key)
        self.abstract = True
        texts = ", ".join(a.text for a in arguments)
        if tree.order and len(arguments) != 1:
            raise NotReadError(f"a prime on `{key}`, a function of several arguments", tree.at)
        head = name
        for _ in range(tree.order):
            head = f"D({head})"
        return Text(f"{head}({texts})")

    def defined_call(self, tree: Tree, binding: Binding) -> Text:
        """A call of a function that is defined: its name where the arguments are its own."""
        names = binding.arguments
        given = tree.args
        if names is None:
            # y = x^2, written y(x) or y'(x)
            if len(given) != 1 or given[0].op != "sym":
                raise NotReadError(f"`{tree.name}` is defined without an argument", tree.at)
            body = Tree("sym", name=tree.name, at=tree.at)
            for _ in range(tree.order):
                body = Tree("deriv", (body, given[0]), name="d", at=tree.at)
            return self.emit(body)
        if given and len(given) != len(names):
            raise NotReadError(f"`{tree.name}` takes {len(names)} arguments", tree.at)
        own = not given or [(a.op, a.name) for a in given] == [("sym", n) for n in names]
        if own and not tree.order:
            return self.require(tree.name, binding, tree.at)
        if tree.order and len(names) != 1:
            raise NotReadError(
                f"a prime on `{tree.name}`, a function of several arguments", tree.at
            )
        if own:
            body = Tree("sym", name=tree.name, at=tree.at)
            variable = Tree("sym", name=names[0], at=tree.at)
            for _ in range(tree.order):
                body = Tree("deriv", (body, variable), name="d", at=tree.at)
            return self.emit(body)
        if tree.name in self.open:
            raise NotReadError(f"`{tree.name}` is defined by itself", tree.at)
        assert binding.tree is not None
        self.used[tree.name] = binding
        if not tree.order:
            inner = substituted(binding.tree, dict(zip(names, given, strict=True)))
            self.open.append(tree.name)
            try:
                return self.emit(inner)
            finally:
                self.open.pop()
        return self.at_point(binding.tree, names[0], given[0], tree.order, tree.name)

    def at_point(self, body: Tree, variable: str, point: Tree, order: int, inside: str) -> Text:
        """The derivative of a body by its variable, at a point: through a fresh name."""
        value = self.emit(point)
        if value.shape:
            raise NotReadError("a derivative at a point that is an array", point.at)
        key = self.fresh_name()
        self.names[key] = key
        self.where[key] = value.text
        self.shapes[key] = ()
        moved = substituted(body, {variable: Tree("bound", name=key, at=point.at)})
        if inside:
            self.open.append(inside)
        try:
            text = self.emit(moved).text
        finally:
            if inside:
                self.open.pop()
        for _ in range(order):
            text = f"diff({text}, {key})"
        return Text(text)

    def _bound(self, tree: Tree) -> Text:
        return Text(tree.name)

    def _at(self, tree: Tree) -> Text:
        body, variable, point = tree.args
        order = 0
        while body.op == "deriv" and all(v == variable for v in body.args[1:]):
            order += len(body.args) - 1
            body = body.args[0]
        if body.op == "sym":
            binding = self.bindings.get(body.name)
            if binding is None or binding.tree is None:
                raise SilentError(f"`{body.name}` is defined nowhere", tree.at)
            return self.at_point(binding.tree, variable.name, point, order, body.name)
        if order == 0:
            inner = substituted(body, {variable.name: point})
            return self.emit(inner)
        return self.at_point(body, variable.name, point, order, "")

    # -- calculus --------------------------------------------------------------------------

    def variable(self, tree: Tree) -> Text:
        """What a derivative is taken by."""
        if tree.op == "entry":
            found = self.emit(tree)
            return found
        if tree.op == "bound":
            return Text(tree.name)
        if tree.op != "sym":
            raise NotReadError("a derivative by something that is no name", tree.at)
        binding = self.bindings.get(tree.name)
        if binding is not None and binding.kind in ("function", "elementwise"):
            raise NotReadError(f"a derivative by the function `{tree.name}`", tree.at)
        found = self.resolve(tree.name, tree.at)
        if tree.name in self.indices or tree.name in self.dims - set(self.bindings):
            raise NotReadError(f"a derivative by the index `{tree.name}`", tree.at)
        return found

    def _deriv(self, tree: Tree) -> Text:
        body, *wrts = tree.args
        if not wrts:
            wrts = [self.gradient_variable(body, tree.at)]
        if body.op == "at":
            moved = Tree("deriv", (body.args[0], *wrts), name=tree.name, at=tree.at)
            return self._at(Tree("at", (moved, *body.args[1:]), at=tree.at))
        variables = [self.variable(v) for v in wrts]
        self.check_depends(body, wrts, tree.at)
        found = self.emit(body)
        if tree.name == "nabla" and found.shape:
            raise NotReadError("the gradient of an array", tree.at)
        if tree.name == "nabla" and tree.order == 2:
            by = variables[0]
            if by.shape[1:] != ("1",):
                raise NotReadError("a Laplacian or Hessian", tree.at)
            return Text(f"hessian({found.text}, {by.text})", (by.shape[0], by.shape[0]))
        for variable in reversed(variables):
            found = self.derived(found, variable, tree.at)
        return found

    def gradient_variable(self, body: Tree, at: int) -> Tree:
        """What a bare nabla differentiates by: what is declared, or the only argument."""
        names = self.declarations.wrt
        if len(names) == 1:
            return Tree("sym", name=names[0], at=at)
        binding = self.bindings.get(body.name) if body.op in ("sym", "apply") else None
        if binding is None or len(binding.arguments or ()) != 1:
            raise NotReadError("a gradient by nothing said", at)
        assert binding.arguments is not None
        return Tree("sym", name=binding.arguments[0], at=at)

    def check_depends(self, body: Tree, wrts: list[Tree], at: int) -> None:
        """Refuse a bare undefined name: its derivative would be zero without a reason."""
        if body.op == "sym" and body.name not in self.bindings and body.name not in self.invented:
            if any(v.name == body.name for v in wrts):
                return
            raise SilentError(f"`{body.name}` is defined nowhere", at)

    def derived(self, body: Text, by: Text, at: int) -> Text:
        if "[" in by.text:
            if body.shape:
                raise NotReadError("a derivative of an array by an entry", at)
            name, _, rest = by.text.partition("[")
            return Text(f"grad({body.text}, {name})[{rest}")
        if not by.shape:
            return Text(f"diff({body.text}, {by.text})", body.shape)
        if not body.shape:
            return Text(f"grad({body.text}, {by.text})", by.shape)
        if "1" in by.shape and "1" in body.shape:
            size, other = _length(body.shape), _length(by.shape)
            layout = self.layout()
            if layout == "numerator":
                return Text(f"jacobian({body.text}, {by.text})", (size, other))
            return Text(f"jacobian({body.text}, {by.text}).T", (other, size))
        raise NotReadError("a derivative of a matrix by a matrix", at)

    def layout(self) -> str:
        """The layout of Jacobians: as declared, else one reading each."""
        if self.declarations.layout:
            return self.declarations.layout
        return ("denominator", "numerator")[self.choices.ask("layout")]

    def _prime(self, tree: Tree) -> Text:
        body = tree.args[0]
        if tree.name == "dot":
            return self.dotted(tree)
        if len(tree.args) == 2:
            return self._deriv(Tree("deriv", (body, tree.args[1]), name="d", at=tree.at))
        known = body.name in self.bindings or body.name in self.invented
        if body.op == "sym" and not known:
            raise SilentError(f"`{body.name}` is defined nowhere", tree.at)
        variable = self.prime_variable(body, tree.at)
        found = body
        for _ in range(tree.order):
            found = Tree("deriv", (found, variable), name="d", at=tree.at)
        text = self.emit(found)
        if text.shape:
            raise NotReadError("a prime on an array: transposed or differentiated", tree.at)
        return text

    def prime_variable(self, body: Tree, at: int) -> Tree:
        """What a bare prime differentiates by."""
        if len(self.declarations.wrt) == 1:
            return Tree("sym", name=self.declarations.wrt[0], at=at)
        if any(n.op == "sym" and n.name in self.invented for n in walk(body)):
            return Tree("sym", name="x", at=at)
        if body.op in ("sym", "apply"):
            binding = self.bindings.get(body.name)
            if binding is not None and binding.arguments and len(binding.arguments) == 1:
                return Tree("sym", name=binding.arguments[0], at=at)
        names = self.free_names(body)
        if not names:
            names = {name for tree in self.context for name in self.free_names(tree)}
        found = [n for n in names if n in _RUNNING] if len(names) > 1 else sorted(names)
        if len(found) != 1:
            raise SilentError("a bare prime, and more than one variable", at)
        return Tree("sym", name=found[0], at=at)

    def free_names(self, tree: Tree) -> set[str]:
        """The names that a tree depends on once definitions are followed."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [tree]
        while waiting:
            for node in walk(waiting.pop()):
                if node.op not in ("sym", "apply"):
                    continue
                binding = self.bindings.get(node.name)
                if binding is None or binding.kind == "symbol":
                    if node.op == "sym":
                        found.add(node.name)
                elif binding.tree is not None and node.name not in seen:
                    seen.add(node.name)
                    waiting.append(binding.tree)
                elif binding.kind == "function" and not node.args:
                    waiting += [Tree("sym", name=n) for n in binding.arguments or ()]
        return found

    def dotted(self, tree: Tree) -> Text:
        """A dot: by the time where there is one, the differential of an array else."""
        body = tree.args[0]
        if "t" in self.bindings or "t" in self.free_names(body):
            found = body
            for _ in range(tree.order):
                found = Tree(
                    "deriv", (found, Tree("sym", name="t", at=tree.at)), name="d", at=tree.at
                )
            return self.emit(found)
        if tree.order == 1 and self.varying:
            return self._diffl(Tree("diffl", (body,), at=tree.at))
        raise SilentError("a dot, and no time", tree.at)

    def _diffl(self, tree: Tree) -> Text:
        body = tree.args[0]
        if not self.varying:
            raise SilentError("a differential of nothing that varies", tree.at)
        if body.op == "sym" and body.name not in self.bindings and body.name not in self.varying:
            raise SilentError(f"`{body.name}` is defined nowhere", tree.at)
        found = self.emit(body)
        return Text(f"d({found.text})", found.shape)

    # -- indices, sums ---------------------------------------------------------------------

    def _entry(self, tree: Tree) -> Text:
        base_tree, *indices = tree.args
        base = self.emit(base_tree)
        if not base.shape:
            raise NotReadError("a subscript on a scalar", tree.at)
        is_vector = "1" in base.shape
        if len(indices) == 1 and not is_vector:
            raise NotReadError("a matrix takes two indices", tree.at)
        if len(indices) == 2 and is_vector and indices[1].name == "1" == base.shape[1]:
            indices = indices[:1]
        if len(indices) == 2 and is_vector:
            raise NotReadError("a vector takes one index", tree.at)
        texts = [self.index(index) for index in indices]
        return Text(f"{base.at(ATOM)}[{', '.join(texts)}]")

    def index(self, tree: Tree) -> str:
        """A subscript: numbers count from 1 on a page, from 0 in the language."""
        if tree.op == "num":
            if not tree.name.isdigit() or int(tree.name) < 1:
                raise NotReadError("an index that is no whole number from 1", tree.at)
            return str(int(tree.name) - 1)
        if tree.op == "sym":
            if tree.name in self.indices:
                return self.indices[tree.name][0]
            name = keys.language_name(tree.name)
            if tree.name in self.bindings or tree.name in self.dims:
                raise NotReadError(f"`{tree.name}` is no index", tree.at)
            self.free_indices.add(name)
            return name
        if tree.op in ("add", "sub") and tree.args[0].op == "sym" and tree.args[1].op == "num":
            sign = "+" if tree.op == "add" else "-"
            return f"{self.index(tree.args[0])} {sign} {tree.args[1].name}"
        raise NotReadError("an index that is no letter or number", tree.at)

    def _sum(self, tree: Tree) -> Text:
        return self.summed(tree, "sum")

    def _prod(self, tree: Tree) -> Text:
        return self.summed(tree, "prod")

    def summed(self, tree: Tree, what: str) -> Text:
        """A sum or product over an index that subscripts arrays, from 1 to their length."""
        index = tree.name
        if index in self.indices or index in self.bindings:
            raise NotReadError(f"`{index}` is an index and a name", tree.at)
        body, *bounds = tree.args
        subscripts = _subscripts(body, index, self.bindings)
        as_number = _as_number(body, index)
        name = keys.language_name(index)
        while name in self.names.values() or name in self.dims:
            name += "_"
        if not subscripts:
            return self.counted(tree, what, name)
        if what == "prod":
            raise NotReadError("a product over the entries of an array", tree.at)
        self.indices[index] = (name, "1" if as_number else "")
        try:
            found = self.emit(body)
        finally:
            del self.indices[index]
        if bounds:
            self.check_bounds(bounds, subscripts, tree)
            self.check_lengths(body, index, bounds, tree)
        if found.shape:
            raise NotReadError("a sum of arrays", tree.at)
        if what == "prod":
            raise NotReadError("a product over the entries of an array", tree.at)
        return Text(f"sum({found.text}, {name})")

    def check_bounds(self, bounds: list[Tree], subscripts: set[str], tree: Tree) -> None:
        """A sum over entries must run over all of them: from 1 to the dimension."""
        low = bounds[0]
        if not (low.op == "num" and low.name == "1"):
            raise NotReadError("a sum that does not begin at 1", tree.at)
        if len(bounds) < 2:
            return
        high = bounds[1]
        if high.op not in ("sym", "num"):
            raise NotReadError("a sum up to something that is no dimension", tree.at)
        for base in subscripts:
            dim = self.vectors.get(base)
            if dim is not None and dim != high.name:
                if not dim.endswith(_UNKNOWN_LENGTH):
                    raise NotReadError(f"a sum up to `{high.name}` and one up to `{dim}`", tree.at)
                # an undeclared vector is as long as the sum says
                for name, raw in self.symbols.items():
                    if raw == [dim]:
                        self.symbols[name] = [high.name]
                self.vectors[base] = high.name
                self.dims.add(high.name)

    def check_lengths(self, body: Tree, index: str, bounds: list[Tree], tree: Tree) -> None:
        """The upper bound is the length of every declared array that the index subscripts."""
        if len(bounds) < 2:
            return
        for node in walk(body):
            if node.op != "entry":
                continue
            binding = self.bindings.get(node.args[0].name)
            shape = binding.shape if binding is not None else ()
            for axis, place in enumerate(node.args[1:]):
                if index not in _names(place):
                    continue
                if place.op != "sym":
                    raise NotReadError("a bounded sum over shifted subscripts", place.at)
                length = shape[axis] if axis < len(shape) else bounds[1].name
                if length != bounds[1].name:
                    raise NotReadError(
                        f"a sum up to `{bounds[1].name}` over what has {length} entries", tree.at
                    )

    def counted(self, tree: Tree, what: str, name: str) -> Text:
        """A sum over numbers."""
        bounds = tree.args[1:]
        if len(bounds) != 2:
            raise NotReadError("a sum without both bounds", tree.at)
        if any(node.op == "const" and node.name == "oo" for node in bounds):
            raise SilentError("a series", tree.at)
        low, high = self.emit(bounds[0]), self.emit(bounds[1])
        if low.shape or high.shape:
            raise NotReadError("bounds that are arrays", tree.at)
        raise NotReadError("a sum over numbers", tree.at)

    def _cases(self, tree: Tree) -> Text:
        pairs = list(zip(tree.args[::2], tree.args[1::2], strict=True))
        text = self.emit(pairs[-1][0])
        shape, found = text.shape, text.text
        if len(pairs) < 2 or shape:
            raise NotReadError("cases that are not understood", tree.at)
        for value, condition in reversed(pairs[:-1]):
            found = f"where({self.condition(condition)}, {self.emit(value).text}, {found})"
        return Text(found)

    def condition(self, tree: Tree) -> str:
        if tree.op != "rel":
            raise NotReadError("a condition that is no comparison", tree.at)
        signs = tree.name.split()
        texts = [self.emit(arg).at(PRODUCT) for arg in tree.args]
        parts = [f"{a} {s} {b}" for a, s, b in zip(texts, signs, texts[1:], strict=False)]
        return parts[0] if len(parts) == 1 else " and ".join(f"({p})" for p in parts)

    def _matrix(self, tree: Tree) -> Text:
        rows = [[self.emit(cell) for cell in row.args] for row in tree.args]
        if any(cell.shape for row in rows for cell in row):
            raise NotReadError("a matrix of blocks", tree.at)
        if len(rows) == 1 and len(rows[0]) == 1:
            return rows[0][0]
        if len(rows[0]) == 1:
            inner = ", ".join(row[0].text for row in rows)
            return Text(f"[{inner}]", (str(len(rows)), "1"))
        inner = ", ".join("[" + ", ".join(c.text for c in row) + "]" for row in rows)
        return Text(f"[{inner}]", (str(len(rows)), str(len(rows[0]))))


_ARRAYS = {
    "I": "eye",
    "\\mathbf{I}": "eye",
    "\\mathbf{1}": "ones",
    "\\mathbf{0}": "zeros",
}
_RUNNING = frozenset("xyzt")
_RESERVED = frozenset((
    "and", "or", "not", "if", "else", "lambda", "is", "in", "for", "sum", "prod", "diff",
    "grad", "jacobian", "hessian", "vjp", "d", "D", "tr", "det", "inv", "norm", "exp", "log",
    "ln", "sqrt", "sin", "cos", "tan", "abs", "sign", "max", "min", "where", "pi", "e", "I",
    "oo", "diag", "vec", "eye", "ones", "zeros", "dot",
)) - frozenset(["d", "D", "I"])  # fmt: skip


def _function_text(arity: int) -> str:
    return f"scalar({', '.join(f'a{i}' if arity > 1 else 'a' for i in range(1, arity + 1))})"


def _length(shape: Shape) -> str:
    return shape[0] if shape[1] == "1" else shape[1]


def substituted(tree: Tree, values: Mapping[str, Tree]) -> Tree:
    """The tree with names replaced."""

    def change(node: Tree) -> Tree | None:
        if node.op == "sym" and node.name in values:
            return values[node.name]
        if node.op == "sum" and node.name in values:
            raise NotReadError("an index and an argument of one name", node.at)
        return None

    return rebuilt(tree, change)


_UNKNOWN_LENGTH = "_n"
"""What the length of an undeclared vector ends in, until a sum names it."""


def _subscripts(tree: Tree, index: str, bindings: Mapping[str, Binding]) -> set[str]:
    """The names that an index subscripts."""
    found: set[str] = set()
    for node in walk(tree):
        if node.op == "entry" and any(index in _names(i) for i in node.args[1:]):
            found.add(node.args[0].name)
        elif node.op == "sym" and node.name not in bindings:
            base, sub, _ = keys.parts(node.name)
            if sub and index in _letters(sub):
                found.add(base)
    return found


def _letters(sub: str) -> list[str]:
    return sub.split(",") if "," in sub else list(sub)


def _names(tree: Tree) -> set[str]:
    return {n.name for n in walk(tree) if n.op == "sym"}


def _as_number(tree: Tree, index: str) -> bool:
    """Whether an index stands outside of subscripts."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if node.op == "sym" and node.name == index:
            return True
        stack += node.args[:1] if node.op == "entry" else node.args
    return False


__all__ = ["Emitter", "Raw", "Shape", "Text", "substituted"]
