r"""Index notation that nothing declares: ``\sum_i y_i \log p_i`` makes arrays of ``y`` and ``p``.

A letter whose subscript (or superscript in brackets) a sum runs over is an array. A definition of
entries, ``p_i = ...`` with i below on its right side only, is one of each entry: ``p_k`` is its
right side with k for i. Subscripts under one sum, or by one free index, run over one length. What
is read so may be proved; where the length of an array is inferred, a refutation is a suspect at
most.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from derivcheck.documents import kin
from derivcheck.documents.bindings import Binding, closure
from derivcheck.documents.chains import Place
from derivcheck.documents.entries.arrays import Arrays
from derivcheck.documents.entries.definitions import Writer
from derivcheck.documents.entries.lengths import Lengths
from derivcheck.documents.maths import keys
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.subscripts import Subscripts, bound_letters, is_indexed_over
from derivcheck.documents.maths.tree import NotReadError, Tree, rebuilt, sym, walk
from derivcheck.records import record


@record()
class Lifted:
    """A claim whose subscripts are places in arrays."""

    trees: tuple[Tree, ...]
    place: Place
    used: Mapping[str, Binding]
    """The definitions of entries that were written out."""
    is_inferred: bool
    """Whether some array is declared nowhere."""
    only_passes: str = ""
    """Why a refutation says nothing, if so."""


def lifted(trees: Sequence[Tree], place: Place, choices: Choices) -> Lifted | None:
    """A claim with entries for subscripted names; None where no sum or delta shows that they are.

    Raises :class:`NotReadError` where the subscripts do not fit together.
    """
    bindings = place.bindings
    # a letter above that no sum binds is a label: w_{jk}^{(l)} is an entry of w^{(l)}
    below_it = closure(trees, bindings)
    scripts = Subscripts(bound_letters(below_it))
    if not any(map(scripts.are_in, below_it)):
        return None
    # what is differentiated by stands for itself
    by = {scripts.of(v.name) for v in kin.variables(trees)}
    apart = {named[0] for named in by if named is not None}
    bodies = {n.args[0].name for tree in trees for n in walk(tree) if n.op == "deriv"}
    bindings = {
        key: one
        for key, one in bindings.items()
        if key in bodies or not (_is_own(one, apart, scripts) or _is_model(one, below_it, scripts))
    }
    summed = scripts.summed(below_it) - bindings.keys()
    said = {key: one for key, one in bindings.items() if _is_said_column(one, scripts, summed)}
    bindings = {key: one for key, one in bindings.items() if key not in said}
    writer = Writer(bindings, scripts, choices, apart)
    written = [writer.written(tree) for tree in trees]
    defined = {
        key: replace(binding, trees=tuple(found))
        for key, binding in writer.below(trees)
        for found in ([writer.written(tree) for tree in binding.trees],)
    }
    every = [*written, *(tree for one in defined.values() for tree in one.trees)]
    arrays = Arrays([_with_numbers(tree, bindings) for tree in every], bindings, scripts)
    arrays.find(writer.places)
    if not writer.used and not arrays.kinds:
        return None
    is_own = len(bindings) < len(place.bindings)
    if not (arrays.kinds or is_own or any(is_indexed_over(tree) for tree in arrays.trees)):
        return None
    other = kin.apart(arrays.kinds, place, scripts.above or ())
    if other:
        raise NotReadError(f"`{other}` is defined apart from other entries")
    given = "entries have values" if kin.has_values(arrays.kinds, bindings) else ""
    arrays.find_columns(said)
    if not arrays.columns:
        arrays.tell_apart()
    entries = arrays.entries()
    own = {v.name for v in kin.variables(trees)}
    means = arrays.means(entries, bindings.keys() | own)
    is_averaged, entries = means != entries, means
    lengths = Lengths(arrays, place.kinds)
    lengths.say(said.values())
    lengths.look_at_all(entries)
    found, dims = lengths.result(place.declarations)
    entries = [lengths.counted(tree) for tree in entries]
    if found and lengths.is_partial:
        given = given or "sums over some of the entries, of how many is not said"
    count = len(trees)
    rest = iter(entries[count:])
    for key, one in defined.items():
        made = tuple(next(rest) for _ in one.trees)
        defined[key] = replace(one, trees=made)
    _check_dependence(entries[0], defined)
    return Lifted(
        tuple(entries[:count]),
        replace(
            place,
            bindings={**bindings, **defined, **found},
            declarations=replace(place.declarations, dims=dims),
        ),
        writer.used,
        is_inferred=bool(found),
        only_passes="a mean that nothing defines" if is_averaged else given,
    )


def _is_own(binding: Binding, apart: Collection[str], scripts: Subscripts) -> bool:
    r"""Whether a definition of entries is one of what is differentiated by: ``p_i`` below
    ``\partial L/\partial p_k`` stands for itself, whatever it is made of."""
    named = scripts.of(binding.key) if binding.kind == "definition" else None
    is_general = named is not None and all(letter.isalpha() for letter in named[1])
    return is_general and binding.arguments is None and named is not None and named[0] in apart


def _is_model(binding: Binding, trees: Sequence[Tree], scripts: Subscripts) -> bool:
    r"""Whether data are modelled by a definition, ``y = m x + b``: each of its terms stands beside
    ``y_i``, ``y_i - (m x_i + b)``, which then is what was observed."""
    tree = binding.tree
    nodes = [node for one in trees for node in walk(one)]
    named = {node.name: scripts.of(node.name) for node in nodes if node.op == "sym"}
    if binding.kind != "definition" or binding.arguments is not None or binding.key in named:
        return False
    places = {one[1] for one in named.values() if one is not None and one[0] == binding.key}
    if tree is None or len(places) != 1:
        return False
    there = {one[0]: sym(name) for name, one in named.items() if one and {one[1]} == places}
    terms = list(_terms(rebuilt(tree, lambda node: there.get(node.name))))
    sums = ([*_terms(node)] for node in nodes if node.op in ("add", "sub"))
    beside = [one for one in sums if there[binding.key] in one]
    return terms != [*_terms(tree)] and any(
        all(term in one or keys.letter(term.name) == "\\epsilon" for term in terms)
        for one in beside
    )


def _terms(tree: Tree) -> Iterator[Tree]:
    if tree.op in ("add", "sub"):
        for arg in tree.args:
            yield from _terms(arg)
    else:
        yield tree


def _is_said_column(binding: Binding, scripts: Subscripts, summed: Collection[str]) -> bool:
    r"""Whether the page says of what space the columns are that a sum runs over: ``x_i \in
    \mathbb{R}^d``, ``x_1, \dots, x_n \in \mathbb{R}^d``."""
    named = scripts.of(binding.key) if binding.kind == "symbol" and binding.equation else None
    return named is not None and binding.shape[1:] == ("1",) and named[0] in summed


def _with_numbers(tree: Tree, bindings: Mapping[str, Binding]) -> Tree:
    """Numbers for the names of bounds that are defined as such: ``n = 3``."""

    def number(node: Tree) -> Tree | None:
        binding = bindings.get(node.name) if node.op == "sym" else None
        meant = binding.tree if binding is not None and binding.kind == "definition" else None
        return meant if meant is not None and meant.op == "num" else None

    def change(node: Tree) -> Tree | None:
        if node.op not in ("sum", "prod"):
            return None
        body, *bounds = node.args
        return replace(
            node, args=(rebuilt(body, change), *(rebuilt(bound, number) for bound in bounds))
        )

    return rebuilt(tree, change)


def _check_dependence(head: Tree, defined: Mapping[str, Binding]) -> None:
    """Refuse a derivative by an entry of what the operand does not hold: a definition is
    missing."""
    for node in walk(head):
        if node.op != "deriv":
            continue
        names = {n.name for tree in closure(node.args[:1], defined) for n in walk(tree)}
        for variable in node.args[1:]:
            if variable.op == "entry" and variable.args[0].name not in names:
                text = variable.args[0].name
                raise NotReadError(f"`{text}` does not occur in what is differentiated", node.at)
