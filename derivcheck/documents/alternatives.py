"""A claim read in other ways that its page may mean: with what its sentence supposes, under earlier
definitions, with what chains of definitions go on with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from derivcheck.documents.bindings import Binding
from derivcheck.documents.chains import Chain, Place, Reading
from derivcheck.documents.claims import readings
from derivcheck.documents.maths.choices import Choices
from derivcheck.documents.maths.parser import parse
from derivcheck.documents.maths.problems import NotReadError
from derivcheck.documents.maths.rows import Statement
from derivcheck.documents.maths.tree import walk
from derivcheck.documents.scope import Page


def supposed(chain: Chain, place: Place, cases: Sequence[Statement]) -> list[Reading]:
    """The claim with what the sentence supposes put in: with ``n = 1``."""
    if not cases:
        return []
    bindings = dict(place.bindings)
    for case in cases:
        try:
            name, value = (parse(member, place.kinds, Choices()) for member in case.members)
        except (NotReadError, ValueError):
            return []
        # a variable takes a value only after the derivative is taken
        if name.op != "sym" or name.name in ("x", "y", "z", "t", "w"):
            return []
        bindings[name.name] = Binding(name.name, "definition", tree=value, equation=place.equation)
    try:
        head = parse(chain.members[0], place.kinds, Choices(), is_head=True)
        varied = {
            one.name
            for node in walk(head)
            for one in (node.args[1:] if node.op in ("deriv", "prime") else node.args)
            if node.op in ("deriv", "prime", "apply", "partial_at")
        }
        if not varied.isdisjoint(bindings.keys() - place.bindings.keys()):
            return []
        return readings(chain, replace(place, bindings=bindings))
    except NotReadError:
        return []


def doubts(
    chain: Chain, place: Place, reading: Reading, page: Page, cases: Iterable[Statement]
) -> Iterator[Reading]:
    """The claim under earlier definitions of a name that it rests on, with what a partial
    derivative may hold, and in cases that were spoken of."""
    if reading.between:
        held = {k: b for k, b in place.bindings.items() if k not in reading.between}
        yield from _under(chain, place, held)
    for key in reading.used:
        for binding in page.before(key):
            yield from _under(chain, place, {**place.bindings, key: binding})
    for case in cases:
        yield from supposed(chain, place, [case])


def rivals(chain: Chain, place: Place, reading: Reading) -> Iterator[Reading]:
    """The claim with what the chains of its definitions go on with: of ``S = a + h = a + V/r``
    the derivative in terms of V may be meant with h constant, or with V."""
    said = {t.text for member in chain.members[1:] for t in member}
    for key in reading.used:
        binding = place.bindings.get(key)
        for tree in binding.others if binding is not None else ():
            names = {n.name for n in walk(tree) if n.op == "sym"}
            held = {n for n in names & said if n in place.bindings}
            if binding is None or not held:
                continue
            other = replace(binding, tree=tree, readings=(tree,))
            bindings = {k: b for k, b in place.bindings.items() if k not in held}
            yield from _under(chain, place, {**bindings, key: other})


def _under(chain: Chain, place: Place, bindings: Mapping[str, Binding]) -> list[Reading]:
    """The claim read with other bindings."""
    try:
        return readings(chain, replace(place, bindings=bindings))
    except NotReadError:
        return []
