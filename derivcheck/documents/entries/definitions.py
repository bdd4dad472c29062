"""Definitions of entries, ``p_i = ...``, written out at whatever places they are used."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from derivcheck.documents.bindings import Binding
from derivcheck.documents.emission.substitution import Substitution
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.subscripts import Subscripts
from derivcheck.documents.maths.tree import NotReadError, Tree, rebuilt, sym, walk

_FRESH = "ijklmnopqrstuvwh"
_MOST_NODES, _MOST_DEPTH = 1_500, 5

_Family = tuple[str, tuple[int, bool]]
"""A letter, and the kind of its subscripts."""


class Writer:
    """Writes out the definitions of entries, each of which holds for every place.

    ``apart`` are letters that stand for themselves.
    """

    def __init__(
        self,
        bindings: Mapping[str, Binding],
        scripts: Subscripts,
        choices: Choices,
        apart: Collection[str],
    ) -> None:
        self.bindings = bindings
        self.scripts = scripts
        self.choices = choices
        self.used: dict[str, Binding] = {}
        self.places: set[str] = set()
        """The letters for which a definition of entries was written out."""
        self.nodes = 0
        self.listed: dict[_Family, list[Binding]] = {}
        self.known: dict[_Family, Binding | None] = {}
        self.letters: set[str] = set()
        """The letters in them: an index that is made up is called otherwise."""
        for key, binding in bindings.items():
            named = scripts.of(key)
            if named is not None and binding.kind == "definition" and named[0] not in apart:
                self.listed.setdefault((named[0], scripts.pattern(key)), []).append(binding)
                nodes = (node for tree in binding.trees for node in walk(tree))
                self.letters |= {keys.parts(node.name)[0] for node in nodes if node.op == "sym"}

    def of(self, key: str) -> Binding | None:
        """The one definition of which a name is an entry; None where there is none, or several."""
        named = self.scripts.of(key)
        if named is None:
            return None
        family = (named[0], self.scripts.pattern(key))
        if family not in self.known:
            found = [one for one in self.listed.get(family, []) if self._is_general(one)]
            self.known[family] = found[0] if len(found) == 1 else None
        return self.known[family]

    def _is_general(self, binding: Binding) -> bool:
        named = self.scripts.of(binding.key)
        trees = binding.trees
        whole = self.bindings.get(named[0]) if named is not None else None
        is_own = whole is None or None not in (whole.arguments, binding.arguments)
        if named is None or not trees or not is_own:  # f is the mean of the f_i
            return False
        letters = named[1]
        if len(set(letters)) < len(letters) or not all(letter.isalpha() for letter in letters):
            return False
        return all(self._is_only_below(letter, tree) for letter in letters for tree in trees)

    def _is_only_below(self, letter: str, tree: Tree) -> bool:
        """Whether a letter stands in subscripts, and nowhere else: as no bound index, and not in
        what a name in it, without subscripts, is defined to be."""
        for node in walk(tree):
            known = self.bindings.get(node.name) if node.op in ("sym", "apply") else None
            if known is None or known.tree is None or self.scripts.of(node.name) is not None:
                continue
            if letter in self.scripts.free(known.tree):
                return False
        places = [place for node in walk(tree) if node.op == "entry" for place in node.args[1:]]
        below = sum(inner.name == letter for place in places for inner in walk(place))
        if sum(node.name == letter for node in walk(tree)) > below:
            return False  # a factor, or an index of its own
        named = (self.scripts.of(node.name) for node in walk(tree) if node.op == "sym")
        return below > 0 or any(one is not None and letter in one[1] for one in named)

    def below(self, trees: Sequence[Tree]) -> Iterator[tuple[str, Binding]]:
        """The definitions that trees rest on, those of entries and their own included."""
        seen: set[tuple[str, bool]] = set()
        waiting = list(trees)
        while waiting:
            for node in walk(waiting.pop()):
                if node.op not in ("sym", "apply"):
                    continue
                family = self.of(node.name)
                binding = family or self.bindings.get(node.name)
                if binding is None or binding.tree is None:
                    continue
                is_kept = family is None and not self.is_called(node, binding)
                if (binding.key, is_kept) in seen:
                    continue
                seen.add((binding.key, is_kept))
                waiting += binding.trees
                if is_kept:
                    yield node.name, binding

    def written(self, tree: Tree) -> Tree:
        """The tree with every entry that is defined written out."""
        taken = {letter for node in walk(tree) for letter in self.scripts.letters(node)}
        taken |= self.letters
        return self.expanded(tree, taken, 0)

    def expanded(self, tree: Tree, taken: set[str], depth: int) -> Tree:
        """The same, with the letters that are taken by indices."""

        def change(node: Tree) -> Tree | None:
            if node.op == "deriv":
                # what a derivative is taken by stands for itself
                body = self.expanded(node.args[0], taken, depth)
                return replace(node, args=(body, *node.args[1:]))
            if node.op == "apply" and node.args:
                return self.call(node, taken, depth)
            return self.entry(node, taken, depth) if not (node.args or node.order) else None

        return rebuilt(tree, change)

    def meant(self, binding: Binding, depth: int, at: int) -> Tree:
        """What a definition says that is written out."""
        if depth > _MOST_DEPTH:
            raise NotReadError(f"`{binding.key}` is defined by itself", at)
        self.used[binding.key] = binding
        return binding.reading(self.choices)

    def call(self, node: Tree, taken: set[str], depth: int) -> Tree | None:
        r"""A function that is defined, at entries, ``h(x^{(i)})``, or one of many: ``f_i(w)``."""
        family = self.of(node.name)
        binding = family or self.bindings.get(node.name)
        if binding is None or binding.tree is None or not self.is_called(node, binding):
            return None
        names = binding.arguments or ()
        values = dict(zip(names, node.args, strict=True))
        entries = {named[0] for n in walk(binding.tree) if (named := self.scripts.of(n.name))}
        others = {n: arg for n, arg in values.items() if n in entries and arg != sym(n)}
        if any(arg.op != "sym" or keys.parts(arg.name)[1] for arg in others.values()):
            if any(self.of(n.name) is binding for arg in node.args for n in walk(arg)):
                product = Tree("mul", (sym(node.name, node.at), *node.args), at=node.at)
                return self.expanded(product, taken, depth)  # p_i (1 - p_j)
            raise NotReadError(f"entries of what `{node.name}` is given", node.at)
        meant = self.meant(binding, depth, node.at)
        places = self.places_of(binding, node) if family else {}
        taken |= {
            x for one in (meant, *node.args) for n in walk(one) for x in self.scripts.letters(n)
        }
        below = Substitution(self.bindings, self.choices, [node.name])
        body = _renamed(below.made(self.placed(meant, places, taken), values), others)
        self.used.update(below.used)
        return self.counted(body, taken, depth)

    def is_called(self, node: Tree, binding: Binding) -> bool:
        """Whether a definition is written out for what a function is given."""
        is_function = binding.kind == "definition" and not node.order
        is_full = 0 < len(binding.arguments or ()) == len(node.args)
        is_family = binding is self.of(node.name)
        return is_function and is_full and (is_family or any(map(self.scripts.are_in, node.args)))

    def counted(self, body: Tree, taken: set[str], depth: int) -> Tree:
        """What a definition says, with those in it written out, within bounds."""
        self.nodes += sum(1 for _ in islice(walk(body), _MOST_NODES))
        if self.nodes > _MOST_NODES:
            raise NotReadError("too long once it is written out", body.at)
        return self.expanded(body, taken, depth + 1)

    def entry(self, node: Tree, taken: set[str], depth: int) -> Tree | None:
        """What the definition of entries says of ``p_k``; None for what is not defined so."""
        binding = self.of(node.name)
        if binding is None or binding.tree is None:
            return None
        meant, places = self.meant(binding, depth, node.at), self.places_of(binding, node)
        taken |= {*places.values()}
        taken |= {x for inner in walk(meant) for x in self.scripts.letters(inner)}
        return self.counted(self.placed(meant, places, taken), taken, depth)

    def places_of(self, binding: Binding, node: Tree) -> dict[str, str]:
        """At which places a name asks for a definition of entries, by its own letters."""
        own, named = self.scripts.of(binding.key), self.scripts.of(node.name)
        assert own is not None
        assert named is not None
        self.places |= {*named[1]}
        return dict(zip(own[1], named[1], strict=True))

    def placed(self, tree: Tree, places: Mapping[str, str], taken: set[str]) -> Tree:
        """A definition of entries at other places; its own indices get letters of their own."""
        if tree.op in ("sum", "prod"):
            fresh = next((letter for letter in _FRESH if letter not in taken), None)
            if fresh is None:
                raise NotReadError("too many indices", tree.at)
            taken.add(fresh)
            inner = {**places, tree.name: fresh}
            body, *bounds = tree.args
            args = (
                self.placed(body, inner, taken),
                *(self.placed(b, places, taken) for b in bounds),
            )
            return replace(tree, args=args, name=fresh)
        if tree.op == "sym":
            named = self.scripts.of(tree.name)
            if named is not None and any(letter in places for letter in named[1]):
                moved = [places.get(letter, letter) for letter in named[1]]
                return replace(tree, name=self.scripts.moved(tree.name, moved))
            shifted = self.scripts.shifted(tree.name)
            if shifted is not None and any(letter in places for letter, _ in shifted[1]):
                return replace(tree, name=_placed_key(shifted, places, tree.at))
            if tree.name in places:
                place = places[tree.name]
                return replace(tree, op="num" if place.isdigit() else "sym", name=place)
        if not tree.args:
            return tree
        return replace(tree, args=tuple(self.placed(arg, places, taken) for arg in tree.args))


def _placed_key(
    shifted: tuple[str, tuple[tuple[str, int], ...]], places: Mapping[str, str], at: int
) -> str:
    """``x_{i+1}`` at another place i."""
    found = []
    for letter, by in shifted[1]:
        place = places.get(letter, letter)
        if place.isdigit() and by:
            if int(place) + by < 0:
                raise NotReadError("a subscript below zero", at)
            found.append(str(int(place) + by))
        else:
            found.append(f"{place}{by:+d}" if by else place)
    return keys.key(shifted[0], ",".join(found))


def _renamed(tree: Tree, others: Mapping[str, Tree]) -> Tree:
    """The tree with entries of other arrays: ``x_j^{(i)}`` for ``x_j``, of ``x^{(i)}`` for x."""

    def change(node: Tree) -> Tree | None:
        base, below, above = keys.parts(node.name) if node.op == "sym" else ("", "", "")
        if base not in others or not below or above:
            return None
        letter, _, above = keys.parts(others[base].name)
        return sym(keys.key(letter, below, above), node.at)

    return rebuilt(tree, change) if others else tree
