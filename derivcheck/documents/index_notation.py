r"""Index notation that nothing declares: ``\sum_i y_i \log p_i`` makes arrays of ``y`` and ``p``.

A letter whose subscript (or superscript in brackets) a sum runs over is an array. A definition of
entries, ``p_i = ...`` with i below on its right side only, is one of each entry: ``p_k`` is its
right side with k for i. Subscripts under one sum, or by one free index, run over one length. What
is read so may be proved; it is never refuted where the length of an array is inferred. A long
module: finding, writing and measuring the arrays are one argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from derivcheck.documents.bindings import Binding, Declarations
from derivcheck.documents.emission.calls import substituted
from derivcheck.documents.emission.text import made_shape
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.cursor import ONE
from derivcheck.documents.maths.problems import NotReadError
from derivcheck.documents.maths.tree import Tree, rebuilt, walk
from derivcheck.records import record

_FRESH = "ijklmnopqrstuvwh"
_DIMENSIONS = "nmpqkrst"
_MOST_NODES, _MOST_DEPTH = 1_500, 5
_COUNTS = frozenset("nmNMKTBSdp")
_DELTA = "\\delta"


@record()
class Lifted:
    """A claim whose subscripts are places in arrays."""

    trees: tuple[Tree, ...]
    bindings: Mapping[str, Binding]
    declarations: Declarations
    used: Mapping[str, Binding]
    """The definitions of entries that were written out."""
    is_inferred: bool
    """Whether some array is declared nowhere."""


def lifted(
    trees: Sequence[Tree],
    bindings: Mapping[str, Binding],
    declarations: Declarations,
    choices: Choices,
) -> Lifted | None:
    """A claim with entries for subscripted names; None where no sum or delta shows that they are.

    Raises :class:`NotReadError` where the subscripts do not fit together.
    """
    families = _families(bindings)
    writer = _Writer(families, bindings, choices)
    written = [writer.written(tree) for tree in trees]
    defined = {
        key: replace(binding, tree=found[0], readings=tuple(found))
        for key, binding in _below(trees, bindings, families)
        for found in ([writer.written(tree) for tree in binding.readings or (binding.tree,)],)
    }
    every = [*written, *(tree for one in defined.values() for tree in one.readings)]
    arrays = _arrays(every, bindings, writer.places)
    if not writer.used and not arrays:
        return None
    if not arrays and not any(_is_indexed_over(tree) for tree in every):
        return None
    columns = _columns(every, arrays, bindings)
    entries = [_with_entries(tree, arrays, columns) for tree in every]
    lengths = _Lengths(arrays, columns, bindings)
    for tree in entries:
        lengths.look(tree, {})
    found, dims = lengths.result(declarations)
    count = len(trees)
    rest = iter(entries[count:])
    for key, one in defined.items():
        made = tuple(next(rest) for _ in one.readings)
        defined[key] = replace(one, tree=made[0], readings=made)
    _check_dependence(entries[0], defined)
    return Lifted(
        tuple(entries[:count]),
        {**bindings, **defined, **found},
        replace(declarations, dims=dims),
        writer.used,
        is_inferred=bool(found),
    )


# -- subscripts of names ---------------------------------------------------------------------------


def _places(key: str) -> tuple[str, tuple[str, ...]] | None:
    """The letter of a subscripted name and the places it names: ``x_{ij}``, ``x^{(i)}``."""
    base, sub, sup = keys.parts(key)
    letters = tuple(sub.split(",") if "," in sub else sub)
    if sup:
        if not (len(sup) == 3 and sup[0] == "(" and sup[2] == ")"):
            return None
        letters = (*letters, sup[1])
    is_plain = all(len(letter) == 1 and letter.isalnum() for letter in letters)
    return (base, letters) if letters and is_plain and len(letters) <= 2 else None


def _named(key: str, places: Sequence[str]) -> str:
    """The key with other places."""
    base, sub, sup = keys.parts(key)
    below = places[: len(places) - 1] if sup else places
    joint = "," if "," in sub else ""
    return keys.key(base, joint.join(below), f"({places[-1]})" if sup else "")


def _pattern(key: str) -> tuple[int, bool]:
    found = _places(key)
    return (len(found[1]) if found else 0, bool(keys.parts(key)[2]))


# -- definitions of entries ------------------------------------------------------------------------

_Family = tuple[str, tuple[int, bool]]


def _families(bindings: Mapping[str, Binding]) -> dict[_Family, Binding]:
    """The definitions that hold for each place, by letter and kind of subscript."""
    found: dict[_Family, list[Binding]] = {}
    for key, binding in bindings.items():
        named = _places(key)
        if named is None or binding.kind != "definition" or binding.arguments is not None:
            continue
        base, letters = named
        trees = binding.readings or ((binding.tree,) if binding.tree else ())
        if not trees or base in bindings or len(set(letters)) < len(letters):
            continue
        if all(x.isalpha() and _only_below(x, tree) for x in letters for tree in trees):
            found.setdefault((base, _pattern(key)), []).append(binding)
    return {family: defined[0] for family, defined in found.items() if len(defined) == 1}


def _only_below(letter: str, tree: Tree) -> bool:
    """Whether a letter stands in subscripts, and nowhere else, as no bound index."""
    places = [place for node in walk(tree) if node.op == "entry" for place in node.args[1:]]
    below = sum(place.name == letter for place in places)
    if sum(node.name == letter for node in walk(tree)) > below:
        return False  # a factor, or an index of its own
    named = (_places(node.name) for node in walk(tree) if node.op == "sym")
    return below > 0 or any(one is not None and letter in one[1] for one in named)


def _below(
    trees: Sequence[Tree], bindings: Mapping[str, Binding], families: Mapping[_Family, Binding]
) -> Iterator[tuple[str, Binding]]:
    """The definitions that trees rest on, those of entries and their own included."""
    seen: set[str] = set()
    waiting = list(trees)
    while waiting:
        for node in walk(waiting.pop()):
            if node.op not in ("sym", "apply"):
                continue
            named = _places(node.name)
            family = families.get((named[0], _pattern(node.name))) if named else None
            binding = family or bindings.get(node.name)
            if binding is None or binding.tree is None or binding.key in seen:
                continue
            seen.add(binding.key)
            waiting += binding.readings or (binding.tree,)
            if family is None:
                yield node.name, binding


@record(frozen=False)
class _Writer:
    """Writes out the definitions of entries."""

    families: Mapping[_Family, Binding]
    bindings: Mapping[str, Binding]
    choices: Choices
    used: dict[str, Binding] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)
    """The letters for which a definition of entries was written out."""
    nodes: int = 0

    def written(self, tree: Tree | None) -> Tree:
        """The tree with every entry that is defined written out."""
        assert tree is not None
        taken = {letter for node in walk(tree) for letter in _letters(node)}
        return self.expanded(tree, taken, 0)

    def expanded(self, tree: Tree, taken: set[str], depth: int) -> Tree:
        def change(node: Tree) -> Tree | None:
            if node.op == "deriv":
                # what a derivative is taken by stands for itself
                body = self.expanded(node.args[0], taken, depth)
                return replace(node, args=(body, *node.args[1:]))
            if node.op == "apply" and node.args:
                return self.call(node, taken, depth)
            return self.entry(node, taken, depth) if node.op == "sym" else None

        return rebuilt(tree, change)

    def call(self, node: Tree, taken: set[str], depth: int) -> Tree | None:
        """A function that is defined, at entries: ``h(x^{(i)})``."""
        binding = self.bindings.get(node.name)
        if binding is None or binding.kind != "definition" or binding.tree is None or node.order:
            return None
        names = binding.arguments or ()
        if len(names) != len(node.args) or not any(_is_placed(arg) for arg in node.args):
            return None
        meant = self.meant(binding, node.at)
        if depth > _MOST_DEPTH:
            raise NotReadError(f"`{binding.key}` is defined by itself", node.at)
        self.used[binding.key] = binding
        taken |= {x for arg in node.args for inner in walk(arg) for x in _letters(inner)}
        body = substituted(_placed(meant, {}, taken), dict(zip(names, node.args, strict=True)))
        return self.expanded(body, taken, depth + 1)

    def meant(self, binding: Binding, at: int) -> Tree:
        """What a definition says under the reading at hand."""
        found = binding.tree
        if len(binding.readings) > 1:
            question = f"definition-{binding.key}"
            found = binding.readings[self.choices.ask(question, len(binding.readings))]
        assert found is not None
        self.nodes += sum(1 for _ in walk(found))
        if self.nodes > _MOST_NODES:
            raise NotReadError("too long once it is written out", at)
        return found

    def entry(self, node: Tree, taken: set[str], depth: int) -> Tree | None:
        named = _places(node.name)
        binding = self.families.get((named[0], _pattern(node.name))) if named else None
        if named is None or binding is None or binding.tree is None:
            return None
        own, meant = _places(binding.key), self.meant(binding, node.at)
        assert own is not None
        if depth > _MOST_DEPTH:
            raise NotReadError(f"`{binding.key}` is defined by itself", node.at)
        self.used[binding.key] = binding
        self.places |= set(named[1])
        taken |= set(named[1]) | {x for inner in walk(meant) for x in _letters(inner)}
        body = _placed(meant, dict(zip(own[1], named[1], strict=True)), taken)
        return self.expanded(body, taken, depth + 1)


def _is_placed(tree: Tree) -> bool:
    """Whether subscripted names stand in a tree."""
    return any(n.op == "sym" and _places(n.name) is not None for n in walk(tree))


def _letters(node: Tree) -> Iterable[str]:
    if node.op == "sym":
        named = _places(node.name)
        return (node.name, *(named[1] if named else ()))
    return (node.name,) if node.op in ("sum", "prod") else ()


def _placed(tree: Tree, places: Mapping[str, str], taken: set[str]) -> Tree:
    """A definition of entries at other places; its own indices get letters of their own."""
    if tree.op in ("sum", "prod"):
        fresh = next((letter for letter in _FRESH if letter not in taken), None)
        if fresh is None:
            raise NotReadError("too many indices", tree.at)
        taken.add(fresh)
        inner = {**places, tree.name: fresh}
        body, *bounds = tree.args
        args = (_placed(body, inner, taken), *(_placed(b, places, taken) for b in bounds))
        return replace(tree, args=args, name=fresh)
    if tree.op == "sym":
        named = _places(tree.name)
        if named is not None and any(letter in places for letter in named[1]):
            moved = [places.get(letter, letter) for letter in named[1]]
            return replace(tree, name=_named(tree.name, moved))
        if tree.name in places:
            place = places[tree.name]
            return replace(tree, op="num" if place.isdigit() else "sym", name=place)
    if not tree.args:
        return tree
    return replace(tree, args=tuple(_placed(arg, places, taken) for arg in tree.args))


# -- arrays ----------------------------------------------------------------------------------------


def _is_indexed_over(tree: Tree) -> bool:
    """Whether a sum, or a delta, shows that letters below are places."""
    return any(
        node.op in ("sum", "prod") or (node.op == "sym" and _is_delta(node.name))
        for node in walk(tree)
    )


def _is_delta(key: str) -> bool:
    named = _places(key)
    return named is not None and named[0] == _DELTA and len(named[1]) == 2


def _arrays(
    trees: Sequence[Tree], bindings: Mapping[str, Binding], places: set[str]
) -> dict[str, tuple[int, bool]]:
    """The letters that are arrays, with the kind of their subscripts: those below which an index
    of a sum stands, or one for which a definition of entries was written out."""
    bound: set[str] = set()
    if any(map(_is_indexed_over, trees)):
        bound |= places
    found: dict[str, tuple[int, bool]] = {}

    def look(tree: Tree, indices: frozenset[str]) -> None:
        if tree.op == "sym":
            named = _places(tree.name)
            if named and tree.name not in bindings and not _is_delta(tree.name):
                base, letters = named
                if not indices.isdisjoint(letters) and base not in bindings:
                    pattern = _pattern(tree.name)
                    # x_j^{(i)} is an entry of x^{(i)}
                    found[base] = max(found.get(base, pattern), pattern)
        inner = indices | {tree.name} if tree.op in ("sum", "prod") else indices
        for arg in tree.args:
            look(arg, inner)

    for tree in trees:
        look(tree, frozenset(bound))
    return found


def _columns(
    trees: Sequence[Tree], arrays: dict[str, tuple[int, bool]], bindings: Mapping[str, Binding]
) -> frozenset[str]:
    r"""The letters whose subscript names a column: ``x_i`` in ``w^T x_i``, and ``x^{(i)}`` beside
    ``x_j^{(i)}``. What multiplies them becomes an array as well: ``w`` a column, a capital a
    matrix."""
    found: set[str] = set()
    nodes = [node for tree in trees for node in walk(tree)]
    for node in nodes:
        named = _places(node.name) if node.op == "sym" else None
        if named and len(named[1]) == 1 and arrays.get(named[0], (1, False))[0] == 2:
            found.add(named[0])

    def learn(one: Tree, kind: int) -> bool:
        named = _places(one.name)
        if named is None:
            is_new = one.name not in bindings and one.name not in arrays
            if is_new:
                arrays[one.name] = (kind, False)
            return is_new
        is_new = named[0] in arrays and named[0] not in found and len(named[1]) == 1
        if is_new:
            found.add(named[0])
        return is_new

    def is_known(one: Tree) -> bool:
        named = _places(one.name)
        return one.name in arrays if named is None else named[0] in found

    pairs = [pair for node in nodes if (pair := _multiplied(node))]
    moved = [pair for node in nodes if (pair := _moved(node))]
    is_news = True
    while is_news:
        is_news = False
        for pair in pairs:
            if any(is_known(one) or _places(one.name) is not None for one in pair):
                for one in pair:
                    is_news |= learn(one, 2 if one.name.isupper() else 1)
        for matrix, column in moved:
            if is_known(column):
                is_news |= learn(matrix, 2)
            elif arrays.get(matrix.name, (0, False))[0] == 2:
                is_news |= learn(column, 1)
    return frozenset(found)


def _moved(node: Tree) -> tuple[Tree, ...]:
    """A capital and the name that it multiplies from the left: ``A x_i``."""
    if node.op != "mul":
        return ()
    left, right = _last(node.args[0]), node.args[1]
    return (left, right) if left.name.isupper() and left.op == right.op == "sym" else ()


def _last(tree: Tree) -> Tree:
    while tree.op == "mul":
        tree = tree.args[1]
    return tree


def _multiplied(node: Tree) -> tuple[Tree, ...]:
    """The names of an inner or outer product: ``w^T x_i``, ``x_i x_i^T``."""
    if node.op != "mul":
        return ()
    left, right = _last(node.args[0]), node.args[1]
    if (left.op == "transpose") == (right.op == "transpose"):
        return ()
    pair = tuple(one.args[0] if one.op == "transpose" else one for one in (left, right))
    if right.op == "transpose" and pair[0] != pair[1]:
        return ()  # y_i w^T x_i begins with a number
    return pair if all(one.op == "sym" for one in pair) else ()


def _with_entries(
    tree: Tree, arrays: Mapping[str, tuple[int, bool]], columns: frozenset[str]
) -> Tree:
    """Entries of arrays, and columns, for the names that they are written as."""

    def change(node: Tree) -> Tree | None:
        if node.op != "sym":
            return None
        named = _places(node.name)
        base = named[0] if named else keys.parts(node.name)[0]
        if base not in arrays or node.name == base:
            return None
        is_column = base in columns
        above = arrays[base][1]
        if named is None or (_pattern(node.name) != arrays[base] and not is_column):
            raise NotReadError(f"`{base}` has subscripts of two kinds", node.at)
        places = [
            Tree("num" if place.isdigit() else "sym", name=place, at=node.at) for place in named[1]
        ]
        if is_column and len(places) == 1:
            places.insert(0, Tree("slice", name=":", at=node.at))
        elif is_column and not above:
            places.reverse()  # x_{ij} is an entry of x_i
        return Tree("entry", (Tree("sym", name=base, at=node.at), *places), at=node.at)

    return rebuilt(tree, change)


# -- lengths ---------------------------------------------------------------------------------------

_Node = tuple[str, object]


class _Lengths:
    """Which subscripts run over one length (a union-find), and what a sum calls it."""

    def __init__(
        self,
        arrays: Mapping[str, tuple[int, bool]],
        columns: frozenset[str],
        bindings: Mapping[str, Binding],
    ) -> None:
        self.arrays = {base: 2 if base in columns else count for base, (count, _) in arrays.items()}
        self.bindings = bindings
        self.parents: dict[_Node, _Node] = {}
        self.names: dict[_Node, str] = {}
        self.count = 0

    def find(self, node: _Node) -> _Node:
        while self.parents.setdefault(node, node) != node:
            node = self.parents[node] = self.parents[self.parents[node]]
        return node

    def join(self, one: _Node, other: _Node, at: int) -> None:
        one, other = self.find(one), self.find(other)
        if one == other:
            return
        self.parents[other] = one
        name = self.names.pop(other, None)
        if name is not None:
            self.call(one, name, at)

    def call(self, node: _Node, name: str, at: int) -> None:
        """The length has a name."""
        said = self.names.setdefault(self.find(node), name)
        if said != name:
            raise NotReadError(f"subscripts up to `{said}` and up to `{name}`", at)

    def look(self, tree: Tree, indices: Mapping[str, _Node]) -> None:
        """What a tree tells of lengths; ``indices`` are those of the sums around it."""
        if tree.op in ("sum", "prod"):
            self.count += 1
            node: _Node = ("sum", self.count)
            body, *bounds = tree.args
            if bounds:
                self.bound(node, bounds, tree.at)
            self.look(body, {**indices, tree.name: node})
            return
        if tree.op == "entry":
            self.entry(tree, indices)
        elif tree.op == "mul" and _is_mean(tree) and tree.args[0].args[1].name not in self.bindings:
            # the sum counts itself when it is looked at, right after its factor
            self.call(("sum", self.count + 1), tree.args[0].args[1].name, tree.at)
        elif tree.op == "mul":
            inner = self.inner(_last(tree.args[0]), is_left=True)
            outer = self.inner(tree.args[1], is_left=False)
            if inner is not None and outer is not None:
                self.join(inner, outer, tree.at)
        elif tree.op == "sym" and _is_delta(tree.name):
            named = _places(tree.name)
            assert named is not None
            one, other = (indices.get(place, ("free", place)) for place in named[1])
            self.join(one, other, tree.at)
        for arg in tree.args:
            self.look(arg, indices)

    def bound(self, node: _Node, bounds: Sequence[Tree], at: int) -> None:
        """A sum goes from 1 to a length."""
        if len(bounds) != 2 or bounds[0] != ONE or bounds[1].op not in ("sym", "num"):
            raise NotReadError("a sum that does not go from 1 to a length", at)
        name = bounds[1].name
        binding = self.bindings.get(name)
        if binding is not None or name in self.arrays:
            raise NotReadError(f"a sum up to `{name}`, which is no length", at)
        self.call(node, name, at)

    def inner(self, tree: Tree, is_left: bool) -> _Node | None:
        """The axis of an array that a product runs over."""
        is_transposed = tree.op == "transpose"
        one = tree.args[0] if is_transposed else tree
        is_column = one.op == "entry" and one.args[1].op == "slice"
        name = one.args[0].name if is_column else one.name
        if name not in self.arrays or not (is_column or one.op == "sym"):
            return None
        if is_column or self.arrays[name] == 1:
            return (name, 0) if is_transposed == is_left else None
        return (name, int(is_transposed != is_left))

    def entry(self, tree: Tree, indices: Mapping[str, _Node]) -> None:
        base, *places = tree.args
        binding = self.bindings.get(base.name)
        shape = [dim for dim in binding.shape if dim != "1"] if binding is not None else []
        for axis, place in enumerate(places):
            node: _Node = (base.name, axis)
            if axis < len(shape):
                self.call(node, shape[axis], tree.at)
            elif binding is not None:
                raise NotReadError("a subscript that is not understood", tree.at)
            if place.op == "sym":
                self.join(node, indices.get(place.name, ("free", place.name)), tree.at)
            elif place.op not in ("num", "slice"):
                raise NotReadError("a subscript that is not understood", place.at)

    def result(self, declarations: Declarations) -> tuple[dict[str, Binding], set[str]]:
        """The arrays as declared symbols, and all dimensions."""
        dims = set(declarations.dims) | {n for n in self.names.values() if not n.isdigit()}
        free = iter(f"{letter}_" for letter in _DIMENSIONS if f"{letter}_" not in dims)
        found: dict[str, Binding] = {}
        for base, count in self.arrays.items():
            told: list[str] = []
            for axis in range(count):
                root = self.find((base, axis))
                if root not in self.names:
                    name = next(free, None)
                    if name is None:
                        raise NotReadError("too many dimensions")
                    self.names[root] = name
                    dims.add(name)
                told.append(self.names[root])
            shape = made_shape(told[0], told[1] if count > 1 else "1")
            found[base] = Binding(base, "symbol", [*told], shape)
        return found, dims


def _is_mean(tree: Tree) -> bool:
    r"""``\frac1m \sum_i`` without bounds: m is how many there are."""
    factor, rest = tree.args
    if factor.op != "div" or rest.op != "sum" or rest.args[1:]:
        return False
    return factor.args[0].op == "num" and factor.args[1].name in _COUNTS


def _check_dependence(head: Tree, defined: Mapping[str, Binding]) -> None:
    """Refuse a derivative by an entry of what the operand does not hold: a definition is
    missing."""
    for node in walk(head):
        if node.op != "deriv":
            continue
        body, *variables = node.args
        names = {n.name for tree in _closure(body, defined) for n in walk(tree)}
        for variable in variables:
            if variable.op == "entry" and variable.args[0].name not in names:
                text = variable.args[0].name
                raise NotReadError(f"`{text}` does not occur in what is differentiated", node.at)


def _closure(tree: Tree, defined: Mapping[str, Binding]) -> list[Tree]:
    found = [tree]
    seen: set[str] = set()
    for one in found:
        for node in walk(one):
            binding = defined.get(node.name) if node.op in ("sym", "apply") else None
            if binding is not None and binding.tree is not None and node.name not in seen:
                seen.add(node.name)
                found.append(binding.tree)
    return found


__all__ = ["Lifted", "lifted"]
