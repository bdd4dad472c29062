"""Shapes that nothing declares, found by unification from how the letters are used.

By convention a capital is a matrix and a lower-case letter that is transposed or bold a column;
inner dimensions of products are equal, so are the shapes of sums and of both sides; traces,
determinants and inverses are of square matrices, a gradient is shaped like its variable. What
stays open is named; what does not fit is not read. A claim typed so never fails a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import field, replace

from derivcheck.collection.raw import Value
from derivcheck.documents.bindings import Binding, Declarations, closure, followed
from derivcheck.documents.chains import Place
from derivcheck.documents.emission.text import free_dimensions
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.functions import NAMES
from derivcheck.documents.maths.subscripts import bound_letters
from derivcheck.documents.maths.tree import NotReadError, Tree, last_factor, sym, walk
from derivcheck.records import record

_SCALARS = frozenset(("\\lambda", "\\eta", "\\alpha", "\\beta", "\\gamma", "\\epsilon", "\\mu"))
_IDENTITIES = frozenset(("I", "\\mathbf{I}"))
_ONES = "\\mathbf{1}"
_GREEK_CAPITALS = frozenset(
    f"\\{name}" for name in ("Gamma", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi",
                              "Psi", "Omega")
)  # fmt: skip
_SQUARE = frozenset(("tr", "det", "logdet", "inv"))
_NUMBERS = frozenset(("tr", "det", "logdet", "norm", "sum", "mean", "logsumexp", "inner"))
_SAME = frozenset(NAMES.values()) - {
    *("dot", "outer", "kron", "diag", "vec", "eye", "ones", "zeros"),
}
"""Functions of square matrices, those that yield numbers, and what is shaped like its argument."""
_MOST_STEPS = 3_000

Shape = tuple[int, int] | None
"""Two dimensions, by their number in the union; None: a scalar. Dimension 0 is 1."""


def inferred(trees: Sequence[Tree], place: Place) -> tuple[dict[str, Binding], Declarations] | None:
    """Bindings and declarations with the arrays of a claim typed; None where there are none.

    Raises :class:`NotReadError` where the letters cannot be typed.
    """
    names, surely = _untyped(trees, place)
    if not names:
        return None
    try:
        return _typed(trees, names, place)
    except NotReadError:
        if surely:
            raise
        return None  # capitals beside declared arrays: numbers, where they do not fit as matrices


def _typed(
    trees: Sequence[Tree], names: set[str], place: Place
) -> tuple[dict[str, Binding], Declarations]:
    while True:
        types = _Types(
            place.bindings,
            {name: _convention(name) for name in sorted(names)},
            place.kinds.symmetric,
            place.kinds.entrywise,
        )
        types.declared(place.declarations.dims)
        try:
            head = types.shape(trees[0])
            for tree in trees[1:]:
                if tree.op != "num":
                    types.same(head, types.shape(tree), tree.at)
            # what is held, the a of dL/da, tells the shapes of what it is made of, too
            for name, one in followed(trees, place.bindings).items():
                if one.tree is not None and not one.arguments:
                    with suppress(NotReadError):
                        types.defined(name, one.tree, one.tree.at)
        except _ColumnError as error:
            names.add(error.name)  # once for each letter
            continue
        return types.result(place.declarations)


class _ColumnError(Exception):
    """A letter taken for a number is added to an array: it is a column itself."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _untyped(trees: Sequence[Tree], place: Place) -> tuple[set[str], bool]:
    """The letters that have to be typed, and whether one of them is surely an array.

    Beside an array every other capital is a matrix as well, and a lower-case letter that a matrix
    or a transposed letter multiplies is a column.
    """
    bindings = place.bindings
    nodes = [node for tree in closure(trees, bindings) for node in walk(tree)]
    names = {node.name for node in nodes if node.op == "sym"}
    # the L of dL/dW is differentiated and nothing else: a number
    inside = [arg for n in nodes for arg in (n.args[1:] if n.op == "deriv" else n.args)]
    numbers = {n.args[0].name for n in nodes if n.op == "deriv"}
    numbers -= {one.name for one in (*trees, *inside)}
    free = {name for name in names - numbers if name not in bindings} - _IDENTITIES
    # x_i is no column of its own where a sum runs over i, and A_kl no matrix beside A
    summed = bound_letters(nodes)
    free = {name for name in free if summed.isdisjoint(keys.parts(name)[1])}
    free -= {n for n in free if len(keys.parts(n)[1]) == 2 and keys.parts(n)[0] in names}
    found = {name for name in free - {_ONES} if _is_array(name, place.kinds.arrays)}
    if any(node.op == "mul" and node.name == "odot" for node in nodes):
        found |= {name for name in free if _is_capital(name)}  # no product of numbers is written so
    known = (bindings.get(node.name) for node in nodes if node.op in ("sym", "apply"))
    if not found and not any(one is not None and one.shape for one in known):
        return set(), False
    near = {right for node in nodes if node.op == "mul" for right in _multiplied(node)}
    return found | {name for name in free if _is_capital(name) or name in near}, bool(found)


def _is_array(name: str, arrays: Set[str]) -> bool:
    """Whether a name is plainly one of an array: under an arrow, bold, or seen to be one."""
    if name.startswith("\\vec"):
        return True
    base, _, above = keys.parts(name)
    is_seen = name in arrays or (above[:1] in ("[", "(") and base in arrays)
    return keys.is_bold(name) or (is_seen and keys.letter(name) not in _SCALARS)


def _is_capital(name: str) -> bool:
    """Whether a letter is more likely a matrix than a number; one of several has a number below or
    above."""
    letter, below, above = keys.parts(name)
    is_plain = not (below or above) or (below + above).strip("()[]").isalnum()
    is_latin = len(letter) == 1 and letter.isupper() and is_plain and name != "N"
    return is_latin or name in _GREEK_CAPITALS


def _is_lower(name: str) -> bool:
    """Whether a name is a lower-case letter, Latin or Greek, perhaps with something below."""
    name, _, above = keys.parts(name)
    return (
        above[:1] in ("", "[", "(")
        and (len(name) == 1 or (name[0] == "\\" and name[1:].isalpha()))
        and name.islower()
    )


def _multiplied(node: Tree) -> set[str]:
    """The lower-case letter that a matrix or transposed letter multiplies from the left."""
    left, right = last_factor(node.args[0]), node.args[1]
    is_array = left.op == "transpose" or (left.op == "sym" and _is_capital(left.name))
    if is_array and right.op == "sym" and _is_lower(right.name):
        return {right.name}
    return set()


def _convention(name: str) -> str:
    """``matrix`` or ``column``, by the letter."""
    letter = keys.letter(name)
    if name.startswith("\\vec"):
        return "column"
    if letter.startswith("\\"):
        return "matrix" if letter in _GREEK_CAPITALS else "column"
    if len(letter) > 1 or letter == "I" or letter.isdigit():
        raise NotReadError(f"the shape of `{name}` is not known")
    return "matrix" if letter.isupper() else "column"


@record(frozen=False)
class _Types:
    """Dimensions as a union-find, and the shape of every letter."""

    bindings: Mapping[str, Binding]
    kinds: Mapping[str, str]
    symmetric: Set[str]
    entrywise: Set[str]
    """Functions that are applied to each entry."""
    parents: list[int] = field(default_factory=lambda: [0])
    shapes: dict[str, Shape] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=lambda: {"1": 0})
    """Declared dimensions, by name."""
    steps: int = 0
    open: list[str] = field(default_factory=list)

    def fresh(self) -> int:
        self.parents.append(len(self.parents))
        return len(self.parents) - 1

    def declared(self, dims: set[str]) -> None:
        """Dimensions that have a name: no two of them are one."""
        for dim in sorted(dims):
            self.sizes[dim] = self.fresh()

    def find(self, dim: int) -> int:
        while self.parents[dim] != dim:
            self.parents[dim] = self.parents[self.parents[dim]]
            dim = self.parents[dim]
        return dim

    def join(self, a: int, b: int, at: int) -> None:
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        if a == 0 or b == 0 or max(a, b) < len(self.sizes):
            raise NotReadError("shapes that do not fit, as far as they can be told", at)
        self.parents[max(a, b)] = min(a, b)

    def same(self, a: Shape, b: Shape, at: int) -> None:
        if a is None or b is None:
            if a is not b:
                raise NotReadError("shapes that do not fit, as far as they can be told", at)
            return
        self.join(a[0], b[0], at)
        self.join(a[1], b[1], at)

    def made(self, rows: int, columns: int) -> Shape:
        rows, columns = self.find(rows), self.find(columns)
        return None if rows == columns == 0 else (rows, columns)

    def letter(self, name: str) -> Shape:
        if name not in self.shapes:
            kind = self.kinds[name]
            self.shapes[name] = (self.fresh(), 0 if kind == "column" else self.fresh())
        return self.shapes[name]

    def square(self, shape: Shape, at: int) -> Shape:
        if shape is not None:
            self.join(shape[0], shape[1], at)
        return shape

    def shape(self, tree: Tree) -> Shape:
        """The shape of a tree, and what it tells about others."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise NotReadError("too long to find its shapes", tree.at)
        op, args = tree.op, tree.args
        if op in ("num", "const"):
            return None
        rules = {"sym": self.named, "apply": self.applied, "mul": self.product}
        rules |= {"call": self.called, "deriv": self.derived}
        if op in rules:
            return rules[op](tree)
        if op in ("neg", "diffl"):
            return self.shape(args[0])
        if op in ("add", "sub"):
            return self.same_shape(args[0], args[1], tree.at)
        if op == "div":
            if self.shape(args[1]) is not None:
                raise NotReadError("a division by an array", tree.at)
            return self.shape(args[0])
        if op == "pow":
            base = self.shape(args[0])
            return base if tree.name == "odot" else self.square(base, tree.at)
        if op == "transpose":
            inner = self.shape(args[0])
            return None if inner is None else (inner[1], inner[0])
        if op in ("bars", "norm"):
            inner = self.shape(args[0])
            if op == "bars":
                self.square(inner, tree.at)
            return None
        raise NotReadError("shapes of this are not inferred", tree.at)

    def same_shape(self, one: Tree, other: Tree, at: int) -> Shape:
        """The shape of two terms that have the same."""
        left, right = self.shape(one), self.shape(other)
        for number, array, term in ((left, right, one), (right, left, other)):
            if number is None and array is not None and self.is_open(term):
                raise _ColumnError(term.name)
        self.same(left, right, at)
        return left

    def derived(self, tree: Tree) -> Shape:
        """A gradient is shaped like its variable; second ones by a column are square."""
        body, *by = (self.shape(arg) for arg in tree.args)
        if tree.name == "nabla" and not by:
            by = [self.only_argument(tree.args[0])]
        if not any(by):
            return body
        if tree.name == "nabla" and tree.order == 2:
            by *= 2
        if len(by) == 1:
            if body is None or by[0] is None:
                return by[0] if body is None else body
            if any(self.find(columns) for _, columns in (body, by[0])):
                raise NotReadError("a derivative of an array by an array", tree.at)
            return (self.fresh(), self.fresh())  # a Jacobian, in one layout or the other
        if len(by) == 2 and body is None and by[0] is not None and by[0] == by[1]:
            rows, columns = by[0]
            if self.find(columns) == 0:
                return self.made(rows, rows)
        raise NotReadError("shapes of this are not inferred", tree.at)

    def only_argument(self, tree: Tree) -> Shape:
        r"""The shape of what ``\nabla f`` is by, where f is one of one argument."""
        binding = self.bindings.get(tree.name) if tree.op in ("sym", "apply") else None
        names = (binding.arguments or ()) if binding is not None else ()
        if len(names) != 1:
            raise NotReadError("shapes of this are not inferred", tree.at)
        return self.named(sym(names[0], tree.at))

    def is_open(self, tree: Tree) -> bool:
        """Whether a tree is a lower-case letter of which nothing is known."""
        name = tree.name
        return (
            tree.op == "sym"
            and _is_lower(name)
            and name not in self.bindings
            and name not in self.kinds
        )

    def applied(self, tree: Tree) -> Shape:
        """The shape of ``f``, or of ``f(x)`` at its own argument or at numbers, where f(x) is
        defined."""
        binding = self.bindings.get(tree.name)
        if binding is None and tree.name in self.entrywise and len(tree.args) == 1:
            return self.shape(tree.args[0])
        if binding is None or binding.tree is None or tree.order:
            raise NotReadError("shapes of this are not inferred", tree.at)
        is_own = tuple(arg.name for arg in tree.args) == binding.arguments
        if tree.args and not is_own and any(self.shape(arg) is not None for arg in tree.args):
            raise NotReadError("shapes of this are not inferred", tree.at)
        return self.defined(tree.name, binding.tree, tree.at)

    def named(self, tree: Tree) -> Shape:
        binding = self.bindings.get(tree.name)
        if tree.name in self.kinds:
            return self.letter(tree.name)
        if binding is None and tree.name in _IDENTITIES:
            return (size := self.fresh(), size)
        if binding is None and tree.name == _ONES:
            return (self.fresh(), 0)
        if binding is None:
            return None
        if binding.kind == "symbol" and all(dim in self.sizes for dim in binding.shape):
            rows, columns = (self.sizes[dim] for dim in binding.shape or ("1", "1"))
            return self.made(rows, columns)
        if binding.tree is not None and not binding.arguments:
            return self.defined(tree.name, binding.tree, tree.at)
        raise NotReadError(f"the shape of `{tree.name}` is not inferred", tree.at)

    def defined(self, name: str, body: Tree, at: int) -> Shape:
        """The shape of what a name is defined to be."""
        if name in self.open:
            raise NotReadError(f"the shape of `{name}` is not inferred", at)
        if name not in self.shapes:
            self.open.append(name)
            self.shapes[name] = self.shape(body)
            self.open.pop()
        return self.shapes[name]

    def product(self, tree: Tree) -> Shape:
        left, right = self.shape(tree.args[0]), self.shape(tree.args[1])
        if left is None or right is None:
            return left or right
        if tree.name == "odot":
            self.same(left, right, tree.at)
            return left
        if tree.name in ("cdot", "times"):
            raise NotReadError("a product of arrays that is not understood", tree.at)
        self.join(left[1], right[0], tree.at)
        return self.made(left[0], right[1])

    def called(self, tree: Tree) -> Shape:
        shapes = [self.shape(arg) for arg in tree.args]
        if tree.name in _SQUARE:
            self.square(shapes[0], tree.at)
        if tree.name == "inner":
            self.same_shape(tree.args[0], tree.args[1], tree.at)
        if tree.name in _NUMBERS:
            return None
        if tree.name in _SAME and len(shapes) == 1:
            return shapes[0]
        raise NotReadError(f"the shape of `{tree.name}` is not inferred", tree.at)

    def result(self, declarations: Declarations) -> tuple[dict[str, Binding], Declarations]:
        """The letters as declared symbols, dimensions named in their order."""
        taken = {number: dim for dim, number in self.sizes.items()}
        found: dict[str, Binding] = {}
        dims = set(declarations.dims)
        free = free_dimensions()
        for name in self.kinds:
            shape = self.letter(name)
            assert shape is not None
            named = []
            for dim in shape:
                root = self.find(dim)
                if root not in taken:
                    taken[root] = next(free)
                named.append(taken[root])
            dims |= set(named) - {"1"}
            raw: Value = [named[0]] if named[1] == "1" else [*named]
            is_covariance = keys.letter(name) == "\\Sigma"
            if named[0] == named[1] and (is_covariance or name in self.symmetric):
                raw = {"shape": [*named], "structure": "symmetric"}
            found[name] = Binding(name, "symbol", raw, (named[0], named[1]))
        return found, replace(declarations, dims=dims)
