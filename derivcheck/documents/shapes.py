"""Shapes that nothing declares, found by unification from how the letters are used.

By convention a capital is a matrix and a lower-case letter that is transposed or bold a column;
inner dimensions of products are equal, so are the shapes of sums and of both sides; traces,
determinants and inverses are of square matrices, a gradient is shaped like its variable. Where
letters are multiplied by matrices from the right, ``y = xW + b``, they are rows, one or several,
and what is added to a matrix is added to each of its rows, or columns. What stays open is named;
what does not fit is not read. A claim typed so never fails a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import field, replace

from derivcheck.documents.bindings import Binding, Declarations, followed
from derivcheck.documents.chains import Place
from derivcheck.documents.dimensions import Dimensions, Shape
from derivcheck.documents.emission.text import free_dimensions
from derivcheck.documents.letters import (
    IDENTITIES,
    ONES,
    SCALARS,
    convention,
    is_lower,
    rows,
    shaped,
    untyped,
)
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.functions import NAMES
from derivcheck.documents.maths.tree import (
    NotReadError,
    Tree,
    is_of_one_number,
    sym,
    walk,
)
from derivcheck.records import record

_WEIGHTS = frozenset(("W", "w", "\\Theta", "\\theta"))
_SQUARE = frozenset(("tr", "det", "logdet", "inv"))
_NUMBERS = frozenset(("tr", "det", "logdet", "norm", "sum", "mean", "logsumexp", "inner"))
_SAME = frozenset(NAMES.values()) - {
    *("dot", "outer", "kron", "diag", "vec", "eye", "ones", "zeros"),
}
"""Functions of square matrices, those that yield numbers, and what is shaped like its argument."""
_MOST_STEPS = 3_000


def inferred(
    trees: Sequence[Tree], place: Place, choices: Choices
) -> tuple[dict[str, Binding], Declarations] | None:
    """Bindings and declarations with the arrays of a claim typed; None where there are none.

    Raises :class:`NotReadError` where the letters cannot be typed.
    """
    names, surely = untyped(trees, place)
    if not names:
        return None
    try:
        return _typed(trees, names, place, choices)
    except NotReadError:
        if surely:
            raise
        return None  # capitals beside declared arrays: numbers, where they do not fit as matrices


def _typed(
    trees: Sequence[Tree], names: set[str], place: Place, choices: Choices
) -> tuple[dict[str, Binding], Declarations]:
    kinds = {name: convention(name) for name in sorted(names)}
    for name in sorted(rows(trees, place.bindings) & names):
        kinds[name] = ("row", "matrix")[choices.ask("rows")]
    while True:
        types = _Types(
            place.bindings,
            dict(kinds),
            place.kinds.symmetric,
            place.kinds.entrywise,
            choices,
            place.is_bare,
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
        except _OtherwiseError as error:
            kinds[error.name] = error.kind  # at most twice for each letter
            continue
        return types.result(place.declarations)


class _OtherwiseError(Exception):
    """A letter taken for a number is added to an array: it is a column itself; one taken for a
    column is a row."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(name)
        self.name = name
        self.kind = kind


@record(frozen=False)
class _Types(Dimensions):
    """The shape of every letter."""

    bindings: Mapping[str, Binding]
    kinds: Mapping[str, str]
    symmetric: Set[str]
    entrywise: Set[str]
    """Functions that are applied to each entry."""
    choices: Choices
    is_bare: bool
    """Whether no annotation says what shapes are."""
    spreads: bool = False
    """Whether rows or columns are added to matrices."""
    shapes: dict[str, Shape] = field(default_factory=dict)
    steps: int = 0
    open: list[str] = field(default_factory=list)

    def letter(self, name: str) -> Shape:
        if name not in self.shapes:
            kind = self.kinds[name]
            rows = 0 if kind == "row" else self.fresh()
            self.shapes[name] = (rows, 0 if kind == "column" else self.fresh())
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
        rules |= {"cases": self.chosen, "call": self.called, "deriv": self.derived}
        if op in rules:
            return rules[op](tree)
        if op in ("neg", "diffl") or (op == "prime" and tree.name == "dot"):
            return self.shape(args[0])
        if op in ("add", "sub"):
            if args[0].op == "num":
                inner = self.shape(args[1])
                is_column = inner is not None and self.find(inner[1]) == 0
                if tree.name == "odot" or is_column:
                    return inner  # 1 - y, entry by entry
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
                raise _OtherwiseError(term.name, "column")
        for line, array, *terms in ((left, right, one, other), (right, left, other, one)):
            if line and array and self.is_spread(line, array, *terms):
                return array
        self.same(left, right, at)
        return left

    def is_spread(
        self, line: tuple[int, int], array: tuple[int, int], term: Tree, other: Tree
    ) -> bool:
        """Whether a letter that is a row or column is added to each one of a matrix; it is a row
        itself where it is added to one."""
        kind = self.kinds.get(term.name) if term.op == "sym" else None
        is_said = term.op == "sym" and kind is None and self.is_bare and term.name in self.bindings
        if not (is_said or kind in ("row", "column")) or keys.letter(term.name) in SCALARS:
            return False
        lines, along = map(self.find, line), map(self.find, array)
        for which, pair in enumerate(zip(lines, along, strict=True)):
            if pair[0] or not pair[1]:
                continue
            is_matrix = self.find(array[1 - which]) != 0
            if which == 1 and kind and not (is_matrix and self.are_columns(other)):
                raise _OtherwiseError(term.name, "row")
            self.join(line[1 - which], array[1 - which], term.at)
            self.spreads = True
            return True
        return False

    def are_columns(self, tree: Tree) -> bool:
        """Whether a product is one of weights and columns, ``WX``, rather than rows: ``XW``."""
        product = next((one for one in walk(tree) if one.op == "mul"), None)
        factors = product.args if product is not None else ()
        weighs = [keys.letter(one.name) in _WEIGHTS for one in factors]
        return weighs[0] if len(set(weighs)) == 2 else bool(self.choices.ask("spread"))

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
                return self.slope(by[0], tree) if body is None else body
            if any(self.find(columns) for _, columns in (body, by[0])):
                raise NotReadError("a derivative of an array by an array", tree.at)
            return (self.fresh(), self.fresh())  # a Jacobian, in one layout or the other
        if len(by) == 2 and body is None and by[0] is not None and by[0] == by[1]:
            rows, columns = by[0]
            if self.find(columns) == 0:
                return self.made(rows, rows)
        raise NotReadError("shapes of this are not inferred", tree.at)

    def slope(self, by: Shape, tree: Tree) -> Shape:
        """The shape of the gradient of a number: by a column it may be written as a row."""
        is_open = self.is_bare and tree.name != "nabla" and by and self.find(by[1]) == 0
        return by[::-1] if by and is_open and self.choices.ask("layout") else by

    def only_argument(self, tree: Tree) -> Shape:
        r"""The shape of what ``\nabla f`` is by, where f is one of one argument."""
        binding = self.bindings.get(tree.name) if tree.op in ("sym", "apply") else None
        names = (binding.arguments or ()) if binding is not None else ()
        if len(names) != 1:
            raise NotReadError("shapes of this are not inferred", tree.at)
        return self.named(sym(names[0], tree.at))

    def is_open(self, tree: Tree) -> bool:
        """Whether a tree is a lower-case letter of which nothing is known, perhaps under a hat: no
        mean, which depends on others."""
        name = tree.name
        return (
            tree.op == "sym"
            and is_lower(name)
            and name not in self.bindings
            and name not in self.kinds
        )

    def applied(self, tree: Tree) -> Shape:
        """The shape of ``f``, or of ``f(x)`` at its own argument or at numbers, where f(x) is
        defined."""
        binding = self.bindings.get(tree.name)
        if binding is None and tree.name in self.entrywise and len(tree.args) == 1:
            return self.shape(tree.args[0])
        names = (binding.arguments or ()) if binding is not None else ()
        body = binding.tree if binding is not None else None
        if body is not None and len(names) == 1 and is_of_one_number(body, names[0]):
            return self.shape(tree.args[0] if tree.args else sym(names[0], tree.at))
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
        if binding is None and tree.name in IDENTITIES:
            return (size := self.fresh(), size)
        if binding is None and tree.name == ONES:
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
        lines = [
            self.find(one) == self.find(other) == 0 for one, other in zip(left, right, strict=True)
        ]
        if tree.name == "times" or (tree.name == "cdot" and lines[0]):
            raise NotReadError("a product of arrays that is not understood", tree.at)
        if tree.name == "cdot" and lines[1]:
            self.join(left[0], right[0], tree.at)
            return None
        if tree.name == "cdot" and self.made(*left) == self.made(*right) != self.made(*left[::-1]):
            return left  # entry by entry, as no other product fits
        self.join(left[1], right[0], tree.at)
        return self.made(left[0], right[1])

    def chosen(self, tree: Tree) -> Shape:
        """The shape of numbers that are chosen by comparisons of each entry: ``1[z > 0]``."""
        compared = [one for one in tree.args[1::2] if one.op == "rel"]
        if not all(one.op == "num" for one in tree.args[::2]) or len(compared) != 1:
            raise NotReadError("shapes of this are not inferred", tree.at)
        array, *others = compared[0].args
        if not all(one.op == "num" for one in others):
            raise NotReadError("shapes of this are not inferred", tree.at)
        return self.shape(array)

    def called(self, tree: Tree) -> Shape:
        if axis := [arg.args[0].name for arg in tree.args if arg.op == "axis"]:
            return self.summed(tree, int(axis[0] == "1"))
        shapes = [self.shape(arg) for arg in tree.args]
        if tree.name in _SQUARE:
            self.square(shapes[0], tree.at)
        if tree.name == "inner":
            self.same_shape(tree.args[0], tree.args[1], tree.at)
        if tree.name in _NUMBERS:
            return None
        if tree.name in _SAME and len(shapes) == 1:
            return shapes[0]
        if tree.name in ("max", "min") and len(shapes) == 2 and tree.args[0].op == "num":
            return shapes[1]  # of each entry
        if tree.name == "diag" and shapes[0] is not None and self.find(shapes[0][1]) == 0:
            return self.made(shapes[0][0], shapes[0][0])
        raise NotReadError(f"the shape of `{tree.name}` is not inferred", tree.at)

    def summed(self, tree: Tree, axis: int) -> Shape:
        """The shape of a sum of rows or columns."""
        shape = self.shape(tree.args[0])
        if shape is None or self.find(shape[axis]) == 0 or tree.name != "sum":
            raise NotReadError("a sum of what is no rows, or columns", tree.at)
        return self.made(0, shape[1]) if axis == 0 else self.made(shape[0], 0)

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
            raw = shaped(name, named, self.symmetric)
            found[name] = Binding(name, "symbol", raw, (named[0], named[1]))
        return found, replace(declarations, dims=dims, spreads=self.spreads)
